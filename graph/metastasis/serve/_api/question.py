"""The questions that have an address, and what each takes: read out of the functions themselves."""

from __future__ import annotations

import re
from functools import cache
from inspect import Parameter, cleandoc, signature
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, get_args

from metastasis._table import Table
from metastasis._vocabulary import LISTS, Basis, Edge, How
from metastasis.analysis import find_question
from metastasis.serve._find import find_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from metastasis._evidence.evidence import Evidence

__all__ = ["ApiQuestion", "AskedParameter", "api_questions", "search"]

_FUNCTIONS: Final = MappingProxyType(
    {
        "sites": "sites_of",
        "primaries": "primaries_with",
        "shared": "shared_sites",
        "explain": "explain",
        "likely": "likely",
        "pairs": "pairs",
        "numbers": "numbers",
        "frames": "frames",
        "states": "states",
        "conflicts": "conflicts",
        "sources": "sources",
    }
)
"""The last part of each address, and the function that answers."""
_SINGULAR: Final = MappingProxyType({"primaries": "primary", "sites": "site"})
"""What is given once for each name is called after one: ``site=bone&site=liver``."""
_CLOSED: Final = MappingProxyType(
    {"Edge": get_args(Edge), "Basis": get_args(Basis), "How": get_args(How)}
)
_LISTED: Final = ("denominator", "setting", "occurrence", "stage", "relation", "design")
"""Parameters that mean the closed list of the vocabulary that has their name."""
_CHOICES: Final = MappingProxyType(
    {("likely", "prior"): ("uniform", "incidence"), ("likely", "sex"): ("female", "male")}
)
"""Values where a function takes more in Python than an address can say."""
_LEFT_OUT: Final = frozenset({"frame", "patterns", "dependence"})
"""What no address can give: records, and files on the server."""
_BOUNDS: Final = MappingProxyType(
    {
        "top": (1, None),
        "draws": (0, 500),
        "seed": (0, 2**31),
        "since": (0, None),
        "at_least": (0, None),
    }
)
"""The least and the most number that makes sense; more draws take longer and tell no more."""
_COMMON: Final = MappingProxyType(
    {
        "primary": "The cancer, by key, label, synonym or code; several where it may be repeated.",
        "site": "The site, by key, label, synonym or code; several where it may be repeated.",
        "edge": "Only edges of this class; possibly is neither commonly nor rarely.",
        "denominator": "Only numbers out of these people.",
        "setting": "Only numbers of this setting.",
        "occurrence": "Only numbers on sites at any time, on the only site, or on the first.",
        "stage": "Only numbers of this stage.",
        "prior": "uniform; or incidence, by new cases a year (of the sex, where it is known).",
        "roll_up": "Whether a part counts as its whole: a vertebra as bone, colon as colorectal "
        "cancer.",
        "draws": "How many random draws; 0 gives no intervals.",
        "seed": "Where chance starts.",
    }
)
"""What is said of parameters that a docstring describes together with others, or for Python."""
_SECTION: Final = re.compile(r"\n(\w+)\n-{3,}\n")
_ROLE: Final = re.compile(r":\w+:`~?(?:[\w.]*\.)?([^`]+)`")


class AskedParameter(NamedTuple):
    """One parameter of a question."""

    name: str
    """As it stands in an address."""
    argument: str
    """As the function has it."""
    kind: type[str] | type[bool] | type[int]
    said: str
    """What it is, in words."""
    default: Any = None
    choices: tuple[str, ...] = ()
    bounds: tuple[int | None, int | None] = (None, None)
    is_required: bool = False
    may_repeat: bool = False
    is_positional: bool = False
    """Whether the function takes its values one by one."""


class ApiQuestion(NamedTuple):
    """One question: what it is called, what answers it, and what it takes.

    >>> [one.name for one in api_questions()["explain"].parameters]
    ['primary', 'site']
    """

    name: str
    function: Callable[..., Any]
    """Takes the evidence first."""
    said: str
    """What it gives, in one sentence."""
    told: str
    """What else is said of it."""
    parameters: tuple[AskedParameter, ...]


@cache
def api_questions() -> Mapping[str, ApiQuestion]:
    """Return every question by its name, which is the last part of its address."""
    found = {name: find_question(function) for name, function in _FUNCTIONS.items()}
    questions = {name: _question(name, function) for name, function in found.items()}
    return MappingProxyType({**questions, "search": _question("search", search)})


def search(evidence: Evidence, q: str, top: int = 20) -> Table[tuple[Any, ...]]:
    """Return the cancers, sites and sources that a text may mean, the best first.

    Parameters
    ----------
    evidence
        What is said.
    q
        Part of a name or of a code, such as ``hepat`` or ``C78.7``.
    top
        At most this many rows.
    """
    rows = [(*one, one.path) for one in find_in(evidence, q, top)]
    return Table.of_rows(("kind", "key", "label", "matched", "path"), rows)


def _question(name: str, function: Callable[..., Any]) -> ApiQuestion:
    parts = _SECTION.split(cleandoc(function.__doc__ or ""))
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    first, _, rest = _plain(parts[0].partition(">>>")[0]).strip().partition("\n\n")
    said = _of_parameters(sections.get("Parameters", ""))
    takes = list(signature(function).parameters.values())[1:]
    asked = [_parameter(name, one, said) for one in takes if one.name not in _LEFT_OUT]
    first = " ".join(first.split()).removeprefix("Return ")
    return ApiQuestion(
        name, function, first[:1].upper() + first[1:], " ".join(rest.split()), tuple(asked)
    )


def _of_parameters(section: str) -> dict[str, str]:
    """Return what a docstring says of each parameter, or of several that it describes together."""
    said: dict[str, str] = {}
    for part in re.split(r"\n(?=\S)", section.strip("\n")):
        names, _, text = part.partition("\n")
        told = " ".join(_plain(text).split())
        said |= dict.fromkeys([one.strip(" *") for one in names.split(",")], told)
    return said


def _plain(text: str) -> str:
    """Return a text without the marks of reStructuredText."""
    return _ROLE.sub(r"\1", text).replace("``", "").replace('"', "")


def _parameter(question: str, one: Parameter, said: Mapping[str, str]) -> AskedParameter:
    name = _SINGULAR.get(one.name, one.name)
    written = str(one.annotation)
    several = one.kind is one.VAR_POSITIONAL or "Names" in written
    told = said.get(one.name, "")
    if not told or told.startswith("As for") or name in _COMMON:
        told = _COMMON.get(name, told)
    return AskedParameter(
        name,
        one.name,
        bool if "bool" in written else int if written.startswith("int") else str,
        told,
        None if one.default in (one.empty, ()) else one.default,
        _choices(question, one.name, written),
        _BOUNDS.get(one.name, (None, None)),
        is_required=one.default is one.empty,
        may_repeat=several,
        is_positional=one.kind is one.VAR_POSITIONAL,
    )


def _choices(question: str, name: str, written: str) -> tuple[str, ...]:
    """Return the values that a parameter may have; none where any text will do."""
    if (question, name) in _CHOICES:
        return _CHOICES[question, name]
    if name in _LISTED:
        return LISTS[name]
    return _CLOSED.get(written, ())
