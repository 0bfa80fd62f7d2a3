"""What pictures of the caller's own data have in common: the call, the caption, wrapped names."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from metastasis._vocabulary import NOT_CLINICAL
from metastasis.pictures._kind import Kind, describe_call
from metastasis.pictures._said.words import BRIEF_NOTICE, source_words
from metastasis.pictures._sheet.sheet import text_width, wrap

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


__all__ = [
    "OwnKind",
    "call_with_data",
    "data_name",
    "first_fitting",
    "own_caption",
    "wrapped_widths",
]


class OwnKind(Kind):
    """A kind that draws data of the caller's own, and no source of the graph."""

    argument: str
    """The option that takes the data."""
    given: Any
    """The data as they were handed in."""
    origin: str
    """The data in words, such as the name of their file."""
    takes_sources = False

    def call(self, options: Mapping[str, Any]) -> str:
        """Return the call; a file is named, and other data cannot be written down."""
        return call_with_data(self.name, self.argument, self.given, options)

    def credits(self) -> tuple[str, ...]:
        """Return the data, which are the caller's own."""
        return (f"{self.origin} (of the caller's own)",)

    def license(self) -> str:
        """Return that it is the caller's to say."""
        return f"{self.origin}: not stated"

    def citation(self) -> str:
        """Return the data."""
        return self.origin

    def caption(self) -> str:
        """Return the rules, and where the data are from."""
        return own_caption(self.rules(), self.origin)


def call_with_data(name: str, argument: str, data: Any, options: Mapping[str, Any]) -> str:
    """Return the call that draws it again: a file by its name, other data as dots.

    >>> call_with_data("upset", "patterns", "there/mine.csv", {"top": 5})
    "kg.draw.upset(patterns='mine.csv', top=5)"
    """
    shown = Path(data).name if isinstance(data, str | PathLike) else "…"
    rest = {one: value for one, value in options.items() if one != argument}
    return describe_call(name, {argument: shown} | rest)


def data_name(noun: str, data: Any) -> str:
    """Return the caller's data in words: a file by its name.

    >>> data_name("patterns", "there/mine.csv"), data_name("patterns", [])
    ('patterns in mine.csv', 'patterns')
    """
    return f"{noun} in {Path(data).name}" if isinstance(data, str | PathLike) else noun


def own_caption(rules: Sequence[str], origin: str) -> str:
    """Return rules, and what the caption ends with where no source of the graph is behind it.

    >>> own_caption([], "patterns in mine.csv").partition(":")[0]
    'Source'
    """
    return " ".join([*rules, f"Source: {origin}.", NOT_CLINICAL])


def wrapped_widths(
    labels: Mapping[str, str], size: float, most: float, font: tuple[str, ...]
) -> tuple[dict[str, tuple[str, ...]], float]:
    """Return the lines of each label, wrapped to a width, and the width of the widest.

    >>> wrapped_widths({"a": "Adrenal gland"}, 9.0, 0.6, ("DejaVu Sans",))[0]
    {'a': ('Adrenal', 'gland')}
    """
    lines = {key: tuple(wrap(label, size, most, font)) or ("",) for key, label in labels.items()}
    wide = (1.04 * text_width(one, size, font) for each in lines.values() for one in each)
    return lines, max(wide, default=0.0)


def first_fitting(
    fits: Callable[[str], bool], starts: Sequence[str], sources: Sequence[str], release: str
) -> str:
    """Return the first caption in a picture that fits: a start, sources, release, no clinical use.

    >>> first_fitting(lambda text: len(text) < 60, ["A model. ", ""], [], "")
    'A model. Not for clinical use.'
    """
    release = f"Data release {release}. " if release else ""
    texts = [
        f"{start}{middle}{release}{end}"
        for start in starts
        for middle in source_words(sources)
        for end in (NOT_CLINICAL, BRIEF_NOTICE)
    ]
    return next(filter(fits, texts), texts[-1])
