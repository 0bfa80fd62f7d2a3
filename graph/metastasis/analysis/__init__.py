"""What follows from the evidence: each analysis a function that takes it and returns a table.

:data:`QUESTIONS` is the one place that tells them: ``metastasis.analysis`` offers each function,
:class:`metastasis.KnowledgeGraph` has a method of the same name, and so has the shell
(``metastasis analyze``). Modules are imported when a function is first asked for.

>>> import metastasis as mets
>>> from metastasis.analysis import hubs
>>> kg = mets.load()
>>> hubs(kg.evidence, top=1) == kg.hubs(top=1)
True
"""

from __future__ import annotations

from functools import wraps
from importlib import import_module
from inspect import signature
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["QUESTIONS", "Question", "find_question"]

QUESTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "sites_of": "_evidence.spread",
        "primaries_with": "_evidence.spread",
        "shared_sites": "_evidence.spread",
        "explain": "_evidence.explanation",
        "states": "_evidence.state",
        "conflicts": "_evidence.state",
        "beliefs": "_evidence.belief",
        "pairs": "_evidence.pair_summary",
        "sources": "_evidence.source_summary",
        "frames": "_evidence.number",
        "numbers": "_evidence.number",
        "pool": "_evidence.pooling",
        "gaps": "analysis._gaps",
        "changes": "analysis._changes",
        "projection": "analysis._projection",
        "similar": "analysis._similarity",
        "profiles": "analysis._profiles",
        "similar_profiles": "analysis._profiles",
        "clusters": "analysis._clusters",
        "profile_clusters": "analysis._clusters",
        "hubs": "analysis._hubs",
        "likely": "analysis._likely",
        "process": "analysis._process",
        "transitions": "analysis._process",
        "passage_times": "analysis._process",
        "next_sites": "analysis._process",
        "previous_sites": "analysis._process",
        "flow": "analysis._flow",
        "flow_explained": "analysis._flow",
    }
)
"""Every question by the name of its function, and the module in which that stands."""

_TOOLS: Final = {
    "assertion_network": "analysis._networks",
    "count_patients": "analysis._likely",
    "distinct_network": "analysis._networks",
    "draws_with_degrees_kept": "analysis._null_models",
    "edge_network": "analysis._networks",
    "even_deal": "analysis._null_models",
    "likely_origins": "analysis._process",
    "part_network": "analysis._networks",
    "process_from_frequencies": "analysis._process",
    "process_from_sequences": "analysis._process",
    "project": "analysis._projection",
    "reach_matrix": "analysis._matrix",
    "read_sequences": "analysis._process",
}
"""Functions that return graphs, matrices, models and draws rather than tables."""

__all__ += [*QUESTIONS, *_TOOLS]

_OLD_NAMES: Final = {
    "compare_with_flow": "flow",
    "incidence": "reach_matrix",
    "likely_primaries": "likely",
    "projected_pairs": "projection",
    "similar_pairs": "similar",
    "variance_explained": "flow_explained",
}
"""Names of the first release, which still answer, with a warning, for one more."""


def find_question(name: str) -> Callable[..., Any]:
    """Return the function that answers a question.

    >>> find_question("gaps").__name__
    'gaps'

    Raises
    ------
    UnknownNameError
        There is no such question; the error lists them.
    """
    if name not in QUESTIONS:
        raise UnknownNameError("question", name, hint=f" There are: {', '.join(QUESTIONS)}.")
    function: Callable[..., Any] = getattr(import_module(f"metastasis.{QUESTIONS[name]}"), name)
    return function


class Question:
    """A question as a method: ``kg.gaps(…)`` is ``gaps(kg.evidence, …)``."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, kg: Any, owner: type[Any] | None = None) -> Callable[..., Any]:
        function = find_question(self._name)
        if kg is None:
            return function

        @wraps(function)
        def ask(*arguments: Any, **options: Any) -> Any:
            return function(kg.evidence, *arguments, **options)

        known = signature(function)
        ask.__signature__ = known.replace(parameters=list(known.parameters.values())[1:])  # type: ignore[attr-defined]
        return ask


def __getattr__(name: str) -> Any:
    if name in _OLD_NAMES:
        import warnings

        new = _OLD_NAMES[name]
        warnings.warn(
            f"metastasis.analysis.{name} is now {new}; it takes evidence, as in kg.{new}()",
            DeprecationWarning,
            stacklevel=2,
        )
        name = new
    home = QUESTIONS.get(name) or _TOOLS.get(name)
    if home is None:
        raise AttributeError(f"module 'metastasis.analysis' has no attribute {name!r}")
    return getattr(import_module(f"metastasis.{home}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
