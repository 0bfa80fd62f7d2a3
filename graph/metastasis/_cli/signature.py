"""Functions as commands: arguments, options and help out of a signature and its docstring.

What a function of this package takes stands in one place, the function; the shell reads it there. A
command written for the shell has positional parameters, which become arguments, and keyword-only
ones, which become options. Of an analysis or a picture every parameter after the first (the
evidence) becomes an option, except what no shell can give, such as axes or a scale.

Long because what is common to options, in words and in form, is told here once for all commands.
"""

from __future__ import annotations

import re
import sys
from importlib import import_module
from inspect import Parameter, cleandoc, signature
from os.path import realpath
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from metastasis._cli.types import (
    WRITTEN,
    Between,
    Graph,
    KeyText,
    Named,
    Scope,
    Size,
    Wording,
    names_of,
    type_of,
)
from metastasis.analysis import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

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
        "basis": "Only edges that rest on this: numbers, or words of experts or for lay readers.",
        "roll_up": "Whether a part counts as its whole, such as a vertebra as bone.",
        "denominator": "Only numbers out of these.",
        "setting": "Only numbers of this setting.",
        "occurrence": "Only numbers on sites at any time, on the only site, or on the first.",
        "stage": "Only numbers of this stage.",
        "distinct": "Count a cancer and its kinds once, a site and its parts once.",
        "top": "Only so many rows.",
        "seed": "Where chance starts.",
        "draws": "How many random draws.",
        "title": "A title of your own, or no.",
        "caption": "A caption of your own, or no.",
        "legend": "Words in place of the legend, or no.",
        "labels": "A word of your own for a primary or a site.",
        "highlight": "A primary or a site to bring out.",
        "width": "Width of the picture in inches.  [default: that of the size]",
        "graph": "A graph file or the address of a SPARQL endpoint.  [default: the shipped graph]",
        "format": "How rows are written.  [default: what the ending of --out tells; else table on "
        "a terminal, csv on a pipe]",
        "out": "A file to write, whole or not at all.  [default: standard output]",
    }
)
"""What the options that many commands have in common are, where a docstring does not say."""

_SINGULAR: Final = {
    "primaries": "primary",
    "sites": "site",
    "sources": "source",
    "labels": "label",
}
"""Options that are given once for each name are called after one: ``--primary a --primary b``."""
_OPPOSITE: Final = {"distinct": "overlapping", "roll_up": "exact"}
"""What the other half of a switch is called, where "no" before it would say little."""
_LEAST: Final = {
    "top": 1,
    "draws": 0,
    "seed": 0,
    "reached_by": 0,
    "smoothing": 0,
    "min_count": 1,
    "min_patients": 1,
    "look_back": 0,
    "confirm_days": 1,
    "at_diagnosis": 0,
    "workers": 1,
    "least_confidence": 0,
}
"""The least number that makes sense, so that a wrong one is the command line's fault."""
_MOST: Final = {"least_confidence": 1}
"""The most that makes sense."""
_METAVARS: Final = {
    "graph": "FILE|ADDRESS",
    "width": "INCHES",
    "absent": "SITE",
}
_SECTION: Final = re.compile(r"\n(\w+)\n-{3,}\n")
_SENTENCE: Final = re.compile(r"(?<=[^\W_A-Z])[^\w\s]*[.?!](?=\s|$)")
_ROLE: Final = re.compile(r":\w+:`~?(?:[\w.]*\.)?([^`]+)`")
_SEE: Final = re.compile(r"\s\(:\w+:`[^`]+`\)")
"""A reference on its own in parentheses: a link for a reader of the pages, nothing for a shell."""
_GIVEN: Final = re.compile(r"``(\w+)=\"(\w+)\"``")
_QUOTED: Final = re.compile(r"`\"(\w+)\"`")
"""A value as Python writes it; on a shell it stands without quotes."""
_AS_FOR: Final = re.compile(r"As for :func:`([\w.]+)`")
_NONE_IS: Final = re.compile(r"[;.,] None(?: is| for| means| takes|:) (.*?)\.?$")


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
            (one.make_metavar(ctx), f"{self._told.get(str(one.name), '')}{names_of(one.type)}")
            for one in self.params
            if isinstance(one, click.Argument)
        ]
        if rows:
            with formatter.section("Arguments"):
                formatter.write_dl(rows)
        super().format_options(ctx, formatter)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, if what it is to write may be written.

        Raises
        ------
        WriteError
            An output is read as input, or two have one name.
        """
        named = {name: ctx.params.get(name) for name in WRITTEN}
        _check_outputs({name: path for name, path in named.items() if isinstance(path, Path)})
        return super().invoke(ctx)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the command line; a wrong option is answered with those that there are."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            takes = listed_options(self.params)
            meant = f" Did you mean {near[0]}?" if (near := _near(error.option_name, takes)) else ""
            ctx.fail(
                f"No such option: {error.option_name}; {self.name} takes {', '.join(takes)}.{meant}"
            )


def _check_outputs(outputs: Mapping[str, Path]) -> None:
    from metastasis._errors import WriteError
    from metastasis._ledger import check_output, folded

    taken: dict[str, str] = {}
    for name, path in outputs.items():
        option = name.replace("_", "-")
        check_output(path, option)
        if (other := taken.setdefault(folded(realpath(path)), option)) != option:
            raise WriteError(path, f"--{other} and --{option} name the same file")


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
    scope = Scope(sys.modules[function.__module__])
    spoken = spoken or spoken_parts(function)
    made = [_parameter(one, scope, spoken, own=arguments) for one in parameters]
    return [one for one in made if one is not None]


def bind(
    function: Callable[..., Any], values: Mapping[str, Any]
) -> tuple[list[Any], dict[str, Any]]:
    """Return values by name as a function takes them: those of ``*names`` in a list apart."""
    takes = signature(function).parameters.values()
    several = [one.name for one in takes if one.kind is one.VAR_POSITIONAL]
    listed = [value for name in several for value in values.get(name, ())]
    return listed, {name: value for name, value in values.items() if name not in several}


def set_by_user(context: click.Context, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that stand on the command line, so that defaults stay the function's."""
    typed = click.core.ParameterSource.COMMANDLINE
    return {
        name: value for name, value in values.items() if context.get_parameter_source(name) is typed
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
    'Names of one or more sites, one by one or as one list.'
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
        several = [one.strip(" *") for one in named.split(",")]
        parameters |= _of_each(several, said, function.__module__)
        if kind and kind.upper() == kind:
            metavars |= dict.fromkeys(several, kind)
    return Spoken(text, parameters, metavars)


def _of_each(names: Sequence[str], said: str, module: str) -> dict[str, str]:
    """Return what is said of each of several parameters that are described together."""
    if found := _AS_FOR.match(said.strip()):
        place, _, name = found[1].rpartition(".")
        other = spoken_parts(getattr(import_module(place or module), name))
        return {one: other.parameters[one] for one in names if one in other.parameters}
    text = " ".join(_plain(said).split()).replace(" [default:", "  [default:")
    # What is said of all fits the first; of the others what is common to all commands says more.
    return {name: text for name in names if name == names[0] or name not in COMMON}


def _plain(text: str) -> str:
    """Return a text without the marks of reStructuredText and of Python, for a shell.

    >>> _plain('With ``value="percent"`` or ``"sources"``; see :func:`similar_profiles`.')
    'With --value percent or sources; see similar-profiles.'
    """
    text = _GIVEN.sub(r"--\1 \2", _SEE.sub("", text))
    return _ROLE.sub(_as_typed, _QUOTED.sub(r"`\1`", text)).replace("`", "")


def _as_typed(role: re.Match[str]) -> str:
    """Return a name that a docstring refers to; that of a question as the shell spells it."""
    return role[1].replace("_", "-") if role[1] in QUESTIONS else role[1]


def _near(option: str, takes: Iterable[str]) -> list[str]:
    """Return the option of these that is nearest to one that is mistyped; none if none is near."""
    from difflib import get_close_matches

    single = [flag for one in takes for flag in one.split("/")]
    # Of the shortest options "--top" and "--out" share the dashes and more, so the bar is high.
    return get_close_matches(option, single, 1, 0.75)


def _is_option(parameter: click.Parameter) -> bool:
    return isinstance(parameter, click.Option) and not parameter.hidden


def _parameter(
    one: Parameter, scope: Scope, spoken: Spoken, *, own: bool
) -> click.Parameter | None:
    """Return a parameter as an argument or an option; None where no shell can give it."""
    kind, several = type_of(one, scope)
    if kind is None:
        if one.default is one.empty and one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD):
            raise TypeError(f"no option can give {one.name!r}: {one.annotation}")
        return None
    word = _SINGULAR.get(one.name, one.name)
    metavar = spoken.metavars.get(one.name) or _METAVARS.get(one.name) or _metavar(kind, word)
    if own and one.kind is not one.KEYWORD_ONLY:
        return _argument(one, kind, metavar, several=several)
    if own or not several:
        word = one.name
    said = _said(one.name, spoken, own=own)
    if several and "again" not in said:
        told, default, what = said.partition("  [default")
        said = f"{told} May be given again.{default}{what}"
    return _option(one, kind, word.replace("_", "-"), metavar, said, several=several)


def _argument(one: Parameter, kind: Any, metavar: str | None, *, several: bool) -> click.Argument:
    more: dict[str, Any] = {}
    if metavar is not None:
        metavar = f"{metavar}..." if several and not metavar.endswith("...") else metavar
        more["metavar"] = metavar if one.default is one.empty else f"[{metavar}]"
    if one.default is not one.empty and not several:
        more["default"] = one.default  # click takes a default of None for a value that is there
    return click.Argument(
        [one.name],
        type=kind,
        nargs=-1 if several else 1,
        required=one.default is one.empty,
        **more,
    )


def _option(
    one: Parameter, kind: Any, word: str, metavar: str | None, said: str, *, several: bool
) -> click.Option:
    required = one.default is one.empty and one.kind is not one.VAR_POSITIONAL
    more: dict[str, Any] = {"help": said, "metavar": metavar, "required": required}
    if not required and not several:
        more |= {"default": one.default, "show_default": one.default not in (None, False)}
    flag = f"--{word}"
    if kind is bool:
        other = _OPPOSITE.get(one.name, f"no-{word}")
        both = one.default is not False or one.name in _OPPOSITE
        flag = f"{flag}/--{other}" if both else flag
        return click.Option([one.name, flag], is_flag=True, **{**more, "metavar": None})
    least = _LEAST.get(one.name)
    if kind in (int, float) and least is not None:
        kind = click.IntRange(least) if kind is int else Between(least, _MOST.get(one.name))
    return click.Option([one.name, flag], type=kind, multiple=several, **more)


def _metavar(kind: Any, word: str) -> str | None:
    """Return what stands for a value in the help; None where its type lists the values."""
    if isinstance(kind, click.Choice | Named | Wording | Size | KeyText):
        return None
    if isinstance(kind, Graph):
        return _METAVARS["graph"]
    if isinstance(kind, click.Path):
        return "FILE"
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
