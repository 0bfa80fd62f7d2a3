"""What pictures of the caller's own data have in common: the call, the caption, the credits."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from metastasis._vocabulary import NOT_CLINICAL
from metastasis.pictures._kind import Kind, describe_call

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "OwnKind",
    "call_with_data",
    "data_name",
    "own_caption",
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
