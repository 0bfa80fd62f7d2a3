"""What a word on a command line may be: the types of options, read out of annotations.

Annotations are text, and name what is imported for type checkers only; here it is imported as it
is needed. Apart from the options because types are one thing, and what is said of them another.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Union, get_args, get_origin

import click

from metastasis._vocabulary import LISTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from inspect import Parameter
    from types import ModuleType

__all__ = [
    "WRITTEN",
    "Between",
    "Graph",
    "KeyText",
    "Named",
    "OneOf",
    "Scope",
    "Size",
    "Wording",
    "names_of",
    "type_of",
]

WRITTEN: Final = (
    *("out", "html", "report", "sequences", "patterns", "site_map", "keep", "rejections"),
)
"""Parameters that name a file or a folder to write, where they name one; the site map and the
rejections are read first, and what they say stays."""
_READ: Final = ("graph", "old", "new", "data", "folder", "table", "pages", "page")
"""Parameters that name what is read in words: a file, a folder, a pattern or an address."""

_READY: Final = ("metastasis", "pathlib", "collections.abc", "typing")
"""Where types of options come from. From elsewhere come Axes and frames, which take a second to
import and which no shell can give."""

_CLOSED: Final = ("denominator", "setting", "occurrence", "stage", "relation")
"""Parameters that mean the closed list of the vocabulary that has their name."""
_IMPORT: Final = re.compile(r"from ([\w.]+) import (?:\(([^)]*)\)|([^\n(]+))")


class Between(click.FloatRange):
    """A number between two others; what is no number lies nowhere."""

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """Return the number."""
        number = super().convert(value, param, ctx)
        if number != number:  # Only NaN differs from itself, and no range leaves it out.
            self.fail(f"{value!r} is not a number.", param, ctx)
        return number


class Graph(click.ParamType):  # type: ignore[type-arg]
    """A graph, by file or address; what takes evidence gets its evidence."""

    name = "graph"

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:  # noqa: ARG002 - as click calls it
        """Read the graph."""
        from metastasis._cli.options import open_graph
        from metastasis._ledger import note_read

        note_read(value)
        return open_graph(value).evidence


class ReadText(click.ParamType):  # type: ignore[type-arg]
    """What is read, in words; nothing is written in its place."""

    name = "place"

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:  # noqa: ARG002 - as click calls it
        """Note it in the ledger."""
        from metastasis._ledger import note_read

        note_read(value)
        return value


class ReadPath(click.Path):
    """A file or folder that is read; nothing is written in its place."""

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """Note it in the ledger."""
        from metastasis._ledger import note_read

        note_read(value)
        return super().convert(value, param, ctx)


class Named(click.ParamType):  # type: ignore[type-arg]
    """One of these names; what takes it says what is wrong with another."""

    name = "name"

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(names)

    def get_metavar(self, param: Any, ctx: Any) -> str:  # noqa: ARG002 - as click calls it
        """Return all names, for the help."""
        return f"[{'|'.join(self.names)}]"


class Wording(click.ParamType):  # type: ignore[type-arg]
    """Words of one's own; ``no`` is none at all, and ``yes`` those that are there anyway."""

    name = "text"

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:  # noqa: ARG002 - as click calls it
        """Return the words, or whether there are any."""
        return {"no": False, "yes": True}.get(value, value)

    def get_metavar(self, param: Any, ctx: Any) -> str:  # noqa: ARG002 - as click calls it
        """Return what may be given, for the help."""
        return "TEXT|no"


class Size(click.ParamType):  # type: ignore[type-arg]
    """A place by name, or width and height in inches, such as ``6x4``."""

    name = "size"

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """Return the name, or both numbers; what takes it says which names there are."""
        wide, by, high = value.lower().partition("x") if isinstance(value, str) else ("", "", "")
        if not by or not value[0].isdigit():
            return value
        try:
            return float(wide), float(high)
        except ValueError:
            self.fail(f"{value!r} is no size; one is 6x4, width by height in inches", param, ctx)

    def get_metavar(self, param: Any, ctx: Any) -> str:  # noqa: ARG002 - as click calls it
        """Return what may be given, for the help."""
        return "NAME|WxH"


class KeyText(click.ParamType):  # type: ignore[type-arg]
    """A name and words for it, such as ``liver="Liver mets"``."""

    name = "name=text"

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """Return the name and the words."""
        if isinstance(value, tuple):
            return value
        name, equals, text = value.partition("=")
        if not equals:
            self.fail(f"{value!r} has no '=': one is liver=Liver", param, ctx)
        return name, text

    def get_metavar(self, param: Any, ctx: Any) -> str:  # noqa: ARG002 - as click calls it
        """Return what may be given, for the help."""
        return "NAME=TEXT"


_BY_NAME: Final = {
    "title": Wording,
    "caption": Wording,
    "legend": Wording,
    "size": Size,
}
"""Options of several types that have a way of their own to be written, where they are pictures'."""


def names_of(kind: Any) -> str:
    """Return a sentence with the names that a type lists, none for other types."""
    return f" One of {', '.join(kind.names)}." if isinstance(kind, Named) else ""


class OneOf(click.Choice[str]):
    """One of a list; a value that is not in it is answered with the nearest."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        """Return the message."""
        from difflib import get_close_matches

        near = get_close_matches(str(value), list(self.choices), 1)
        meant = f" Did you mean {near[0]!r}?" if near else ""
        return super().get_invalid_choice_message(value, ctx) + meant


class Scope(dict[str, Any]):
    """The names that the annotations of a module know, also those for type checkers only."""

    def __init__(self, module: ModuleType) -> None:
        super().__init__(vars(module))
        self._module = module

    def __missing__(self, name: str) -> Any:
        for place, listed, single in _IMPORT.findall(
            _source(getattr(self._module, "__file__", None) or "")
        ):
            names = [one.split("#")[0].strip() for one in (listed or single).split(",")]
            if name in names and place.startswith(_READY):
                self[name] = getattr(import_module(place), name)
                return self[name]
        # An alias may be written in another module.
        for place in (*_READY[1:], "metastasis._vocabulary"):
            if hasattr(sys.modules[place], name):
                return getattr(sys.modules[place], name)
        raise KeyError(name)


@cache
def _source(place: str) -> str:
    return Path(place).read_text("utf-8") if place.endswith(".py") else ""


def type_of(one: Parameter, scope: Scope) -> tuple[Any, bool]:
    """Return the type of an option, None if there is none, and whether it may be given again."""
    if "bool | str" in str(one.annotation) or one.name == "size":
        return _BY_NAME[one.name](), False
    if str(one.annotation).startswith("Mapping[str, str]"):
        return KeyText(), True
    members, listed = [], []
    for member in _members(one.annotation, scope):
        if get_origin(member) in (Iterable, Sequence, list):
            listed += [kind for kind in _members(get_args(member)[0], scope) if _is_known(kind)]
        else:
            members.append(member)
    several = bool(listed) or one.kind is one.VAR_POSITIONAL
    return _kind([*members, *listed], one.name, several=several), several


def _is_known(kind: Any) -> bool:
    return kind in (str, Path) or isinstance(kind, click.ParamType)


def _kind(members: Sequence[Any], name: str, *, several: bool) -> Any:
    """Return the first type of these that a word on a command line can be."""
    for member in members:
        if isinstance(member, click.ParamType):
            return member
        if getattr(member, "__name__", "") == "Evidence":
            return Graph()
    if Path in members:
        kind = click.Path if name in WRITTEN and not several else ReadPath
        return kind(path_type=Path)
    if name in _READ and str in members:
        return ReadText()
    closed = [value for part in members if get_origin(part) is Literal for value in get_args(part)]
    if closed:
        return OneOf([str(value) for value in closed if value is not None])
    if name in _CLOSED and str in members:
        return OneOf(LISTS[name])
    return next((kind for kind in (bool, int, float, str) if kind in members), None)


def _members(annotation: Any, scope: Scope) -> Iterator[Any]:
    """Yield the types of which an annotation is a union, so far as they are known here."""
    if isinstance(annotation, str):
        for part in _parts(annotation):
            try:
                found = eval(part, {}, scope)  # noqa: S307 - annotations of this package
            except (NameError, AttributeError, TypeError, SyntaxError):
                continue
            yield from _members(found, scope)
    elif get_origin(annotation) in (Union, UnionType):
        for member in get_args(annotation):
            yield from _members(member, scope)
    elif get_origin(annotation) is Annotated:
        yield from (make() for make in get_args(annotation)[1:])
    elif annotation is not None:
        yield annotation


def _parts(annotation: str) -> list[str]:
    """Return the members of a union as written: ``a | b[c | d]`` are ``a`` and ``b[c | d]``."""
    parts, depth = [""], 0
    for character in annotation:
        depth += (character in "[(") - (character in "])")
        if character == "|" and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]
