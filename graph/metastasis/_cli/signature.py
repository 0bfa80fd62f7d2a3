"""Functions as commands: arguments, options and help out of a signature and its docstring.

What a function of this package takes stands in one place, the function; the shell reads it there. A
command written for the shell has positional parameters, which become arguments, and keyword-only
ones, which become options. Of an analysis or a picture every parameter after the first (the
evidence) becomes an option, except what no shell can give, such as axes or a mapping.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from inspect import Parameter, cleandoc, signature
from pathlib import Path
from types import MappingProxyType, ModuleType, UnionType
from typing import Any, Final, Literal, NamedTuple, Union, get_args, get_origin

import click

from metastasis._vocabulary import LISTS

__all__ = [
    "Command",
    "Spoken",
    "bind",
    "command",
    "first_sentence",
    "listed_options",
    "options_of",
    "set_by_user",
    "spoken_parts",
]

COMMON: Final[Mapping[str, str]] = MappingProxyType(
    {
        "primaries": "Only this cancer.  [default: all]",
        "primary": "The cancer.",
        "sites": "Only this site.  [default: all]",
        "site": "The site.",
        "sources": "Only this source.  [default: all]",
        "how": "Any of them, or all.",
        "edge": "Only edges of this class; possibly is neither commonly nor rarely.",
        "roll_up": "Whether a part counts as its whole, such as a vertebra as bone.",
        "denominator": "Only numbers out of these.",
        "setting": "Only numbers of this setting.",
        "occurrence": "Only numbers on sites at any time, on the only site, or on the first.",
        "stage": "Only numbers of this stage.",
        "distinct": "Count a cancer and its kinds once, a site and its parts once.",
        "top": "Only so many rows.",
        "seed": "Where chance starts.",
        "draws": "How many random draws.",
        "title": "A title of your own.",
        "width": "Width of the picture in inches.  [default: as wide as labels need]",
        "graph": "A graph file or the address of a SPARQL endpoint.  [default: the shipped graph]",
        "format": "How rows are written.  [default: what the ending of --out tells; else table on "
        "a terminal, csv on a pipe]",
        "out": "A file to write, whole or not at all.  [default: standard output]",
    }
)
"""What the options that many commands have in common are, where a docstring does not say."""

_SINGULAR: Final = {"primaries": "primary", "sites": "site", "sources": "source"}
"""Options that are given once a name are called by one of the names: ``--primary a --primary b``."""
_OPPOSITE: Final = {"distinct": "overlapping", "roll_up": "exact"}
"""What the other half of a switch is called, where "no" before it would say little."""
_LEAST: Final = {
    "top": 1,
    "draws": 1,
    "seed": 0,
    "reached_by": 0,
    "smoothing": 0,
    "min_count": 1,
    "min_patients": 1,
    "look_back": 0,
    "at_diagnosis": 0,
}
"""The least number that makes sense, so that a wrong one is the command line's fault."""
_METAVARS: Final = {"graph": "FILE|ADDRESS", "width": "INCHES", "title": "TEXT"}
_READY: Final = ("metastasis", "pathlib", "collections.abc", "typing")
"""Where types of options come from. From elsewhere come Axes and frames, which take a second to
import and which no shell can give."""

_IMPORT: Final = re.compile(r"from ([\w.]+) import (?:\(([^)]*)\)|([^\n(]+))")
_SECTION: Final = re.compile(r"\n(\w+)\n-{3,}\n")
_SENTENCE: Final = re.compile(r"(?<=[^\W_A-Z])[^\w\s]*[.?!](?=\s|$)")
_ROLE: Final = re.compile(r":\w+:`~?(?:[\w.]*\.)?([^`]+)`")
_NONE_IS: Final = re.compile(r"[;.,] None (?:is|for|means|takes) (.*?)\.?$")


class Spoken(NamedTuple):
    """A docstring in its parts, as plain text."""

    text: str
    """All before the first section or example."""
    parameters: Mapping[str, str]
    metavars: Mapping[str, str]
    """What stands after the colon of a parameter, where it is in capitals: ``days : DAYS``."""


class Command(click.Command):
    """A command that tells what its arguments are and which options it has."""

    def __init__(
        self,
        name: str,
        function: Callable[..., Any],
        callback: Callable[..., Any],
        params: list[click.Parameter],
    ) -> None:
        spoken = spoken_parts(function)
        super().__init__(name, callback=callback, params=params, help=spoken.text)
        self._told = {**COMMON, **spoken.parameters}

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the arguments before the options."""
        rows = [
            (one.make_metavar(ctx), self._told.get(str(one.name), ""))
            for one in self.params
            if isinstance(one, click.Argument)
        ]
        if rows:
            with formatter.section("Arguments"):
                formatter.write_dl(rows)
        super().format_options(ctx, formatter)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the command line; a wrong option is answered with those that there are."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            if not error.possibilities:
                error.message = (
                    f"No such option: {error.option_name}; {self.name} takes "
                    f"{', '.join(listed_options(self.params))}."
                )
            raise


class Graph(click.ParamType):
    """A graph, by file or address; what takes evidence gets its evidence."""

    name = "graph"

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:  # noqa: ARG002 - as click calls it
        """Read the graph."""
        from metastasis._cli.options import open_graph

        return open_graph(value).evidence


class Choice(click.Choice[str]):
    """One of a list; a value that is not in it is answered with the nearest."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        """Return the message."""
        from difflib import get_close_matches

        near = get_close_matches(str(value), list(self.choices), 1)
        meant = f" Did you mean {near[0]!r}?" if near else ""
        return super().get_invalid_choice_message(value, ctx) + meant


def command(name: str, function: Callable[..., Any]) -> Command:
    """Return a function as a command: its positional parameters are arguments."""

    def call(**values: Any) -> Any:
        listed, named = bind(function, values)
        return function(*listed, **named)

    return Command(name, function, call, options_of(function, arguments=True))


def options_of(
    function: Callable[..., Any],
    *,
    skip: int = 0,
    arguments: bool = False,
    spoken: Spoken | None = None,
) -> list[click.Parameter]:
    """Return what a function takes, after the first parameters, as options.

    With ``arguments`` its positional parameters are arguments, and what the docstring says of a
    parameter is taken whole, as written for the shell; without, the first sentence is. ``spoken``
    is another docstring that describes some of the parameters.
    """
    parameters = list(signature(function).parameters.values())[skip:]
    module = sys.modules[function.__module__]
    spoken = spoken or spoken_parts(function)
    made = [_parameter(one, module, spoken, own=arguments) for one in parameters]
    return [one for one in made if one is not None]


def bind(
    function: Callable[..., Any], values: Mapping[str, Any]
) -> tuple[list[Any], dict[str, Any]]:
    """Return values by name as a function takes them: those of ``*names`` in a list apart."""
    several = [
        one.name for one in signature(function).parameters.values() if one.kind is one.VAR_POSITIONAL
    ]
    listed = [value for name in several for value in values.get(name, ())]
    return listed, {name: value for name, value in values.items() if name not in several}


def set_by_user(context: click.Context, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that stand on the command line, so that defaults stay the function's."""
    source = click.core.ParameterSource.COMMANDLINE
    return {
        name: value for name, value in values.items() if context.get_parameter_source(name) is source
    }


def listed_options(parameters: Iterable[click.Parameter]) -> list[str]:
    """Return the options among these, as they are typed."""
    return ["/".join([*one.opts, *one.secondary_opts]) for one in parameters if _is_option(one)]


def first_sentence(text: str) -> str:
    """Return the first sentence of a text, without its full stop.

    >>> first_sentence("Return the gaps, of Smith et al. 2011. There are many.")
    'Return the gaps, of Smith et al. 2011'
    """
    text = " ".join(text.split())
    for end in _SENTENCE.finditer(text):
        if not text[: end.end()].endswith((" et al.", "e.g.", "i.e.", " cf.", " vs.")):
            return text[: end.end()].removesuffix(".")
    return text.removesuffix(".")


def spoken_parts(function: Callable[..., Any]) -> Spoken:
    """Return the docstring of a function, in its parts.

    >>> from metastasis._evidence.spread import primaries_with
    >>> spoken_parts(primaries_with).parameters["sites"]
    'Names of one or more sites.'
    """
    # cleandoc, not getdoc: a function without a docstring says nothing, whatever it overrides.
    head, *rest = _SECTION.split(cleandoc(function.__doc__ or ""))
    sections = dict(zip(rest[::2], rest[1::2], strict=True))
    text = _plain(re.split(r"^>>>", head, maxsplit=1, flags=re.MULTILINE)[0]).strip()
    if text.startswith("Return "):  # a command shows it
        text = text.removeprefix("Return ")
        text = text[:1].upper() + text[1:]
    parameters: dict[str, str] = {}
    metavars: dict[str, str] = {}
    # A parameter begins at the margin; what is said of it is indented.
    for part in re.split(r"\n(?=\S)", sections.get("Parameters", "").strip("\n")):
        names, _, said = part.partition("\n")
        named, _, kind = (piece.strip() for piece in names.partition(" : "))
        for name in (one.strip(" *") for one in named.split(",")):
            words = " ".join(_plain(said).split())
            parameters[name] = words.replace(" [default:", "  [default:")
            if kind and kind.upper() == kind:
                metavars[name] = kind
    return Spoken(text, parameters, metavars)


def _plain(text: str) -> str:
    """Return a text without the marks of reStructuredText."""
    return _ROLE.sub(r"\1", text).replace("``", "")


def _is_option(parameter: click.Parameter) -> bool:
    return isinstance(parameter, click.Option) and not parameter.hidden


def _parameter(
    one: Parameter, module: ModuleType, spoken: Spoken, *, own: bool
) -> click.Parameter | None:
    """Return a parameter as an argument or an option; None where no shell can give it."""
    found = _typed(one, module)
    if found is None:
        if one.default is one.empty and one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD):
            raise TypeError(f"no option can give {one.name!r}: {one.annotation}")
        return None
    kind, several = found
    required = one.default is one.empty
    metavar = spoken.metavars.get(one.name) or _METAVARS.get(one.name)
    if own and one.kind is not one.KEYWORD_ONLY:
        dots = "..." if several else ""
        word = metavar or f"{_SINGULAR.get(one.name, one.name).upper()}{dots}"
        return click.Argument(
            [one.name],
            type=kind,
            nargs=-1 if several else 1,
            required=required and one.kind is not one.VAR_POSITIONAL,
            default=None if required or several else one.default,
            metavar=word if required else f"[{word}]",
        )
    return _option(one, kind, metavar, _said(one.name, spoken, own=own), several=several)


def _option(
    one: Parameter, kind: Any, metavar: str | None, said: str, *, several: bool
) -> click.Option:
    word = _SINGULAR.get(one.name, one.name) if several else one.name
    flag = f"--{word.replace('_', '-')}"
    if kind is bool:
        other = _OPPOSITE.get(one.name, f"no-{word}").replace("_", "-")
        declared = f"{flag}/--{other}" if one.default or one.name in _OPPOSITE else flag
        return click.Option([one.name, declared], is_flag=True, default=one.default, help=said,
                            show_default=bool(one.default))
    if metavar is None and not isinstance(kind, click.Choice):
        metavar = _metavar(kind, word)
    least = _LEAST.get(one.name)
    if kind in (int, float) and least is not None:
        kind = click.IntRange(least) if kind is int else click.FloatRange(least)
    given = None if one.default in (one.empty, ()) else one.default
    return click.Option(
        [one.name, flag],
        type=kind,
        default=None if several else given,
        multiple=several,
        required=one.default is one.empty and one.kind is not one.VAR_POSITIONAL,
        metavar=metavar,
        show_default=given is not None,
        help=f"{said} May be given again." if several and "[default" not in said else said,
    )


def _metavar(kind: Any, word: str) -> str:
    if isinstance(kind, click.Path | Graph):
        return _METAVARS["graph"] if isinstance(kind, Graph) else "FILE"
    return {int: "N", float: "NUMBER"}.get(kind, word.upper())


def _said(name: str, spoken: Spoken, *, own: bool) -> str:
    """Return what an option is: in the docstring, else in what is common to all."""
    said = spoken.parameters.get(name, "")
    if not said or said.startswith("As "):
        return COMMON.get(name, said)
    if own:
        return said
    said = f"{first_sentence(said)}."
    return _NONE_IS.sub(r".  [default: \1]", said)


# Types: what an annotation allows a command line to give.


class _Scope(dict[str, Any]):
    """The names that the annotations of a module know, also those for type checkers only."""

    def __init__(self, module: ModuleType) -> None:
        super().__init__(vars(module))
        self._module = module

    def __missing__(self, name: str) -> Any:
        for place, listed, single in _IMPORT.findall(self._source()):
            names = [one.split("#")[0].strip() for one in (listed or single).split(",")]
            if name in names and place.startswith(_READY):
                return getattr(import_module(place), name)
        for common in ("typing", "collections.abc", "pathlib"):
            if hasattr(sys.modules[common], name):
                return getattr(sys.modules[common], name)
        raise KeyError(name)

    def _source(self) -> str:
        place = getattr(self._module, "__file__", None)
        return Path(place).read_text("utf-8") if place and place.endswith(".py") else ""


def _typed(one: Parameter, module: ModuleType) -> tuple[Any, bool] | None:
    """Return the type of an option and whether it may be given again, or None."""
    members = list(_members(one.annotation, _Scope(module)))
    several = one.kind is one.VAR_POSITIONAL
    closed = [value for part in members if get_origin(part) is Literal for value in get_args(part)]
    if any(getattr(member, "__name__", "") == "Evidence" for member in members):
        return Graph(), False
    if Path in members:
        return click.Path(path_type=Path), several or any(map(_is_list, members))
    if closed:
        return Choice([str(value) for value in closed if value is not None]), several
    if any(map(_is_list, members)):
        return str, True
    if one.name in LISTS and str in members:
        return Choice(LISTS[one.name]), several
    for kind in (bool, int, float, str):
        if kind in members:
            return kind, several
    return None


def _members(annotation: Any, scope: _Scope) -> Iterator[Any]:
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


def _is_list(kind: Any) -> bool:
    return get_origin(kind) in (Iterable, Sequence, list) and get_args(kind)[:1] in ((str,), (Path,))
