"""The analyses that ``metastasis analyze`` offers, by name.

Add an analysis with one line in :data:`ANALYSES`: its name, what it answers, ``module:function``,
the options that it takes, and those of them that it cannot do without. The module is imported when
the analysis is run. The function takes the graph, and by keyword those options that were given; it
returns a table, whose ``notes`` (a tuple of sentences), where it has any, are told beside the rows.
``--primary`` and ``--site`` arrive as the lists ``primaries`` and ``sites``, ``--sequences`` and
``--patterns`` as paths, and every other option under its own name. A new option is an argument of
:func:`metastasis._cli.analyzing.analyze` and a line in its ``options``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metastasis._graph import KnowledgeGraph
    from metastasis._table import Table

__all__ = ["ANALYSES", "Analysis", "find_analysis", "run_analysis"]

_FRAME: Final = ("denominator", "setting", "occurrence", "figure")
_CHAIN: Final = ("sequences", "smoothing", "denominator", "setting", "source", "draws", "seed")


@dataclass(frozen=True, slots=True)
class Analysis:
    """One analysis: what it answers, the function that does, and the options that it takes."""

    description: str
    function: str
    """``module:function``, imported when the analysis is run."""
    options: tuple[str, ...] = ()
    """The keywords that the function takes from the command line."""
    needs: tuple[str, ...] = ()
    """Those of them without which there is no question."""


ANALYSES: Final[dict[str, Analysis]] = {
    "projection": Analysis(
        "every two cancers (--of sites: sites) that share something, and how much",
        "metastasis.analysis._projection:projected_pairs",
        ("of", "edge", "distinct", "top"),
    ),
    "similarity": Analysis(
        "how alike the reported sites of two cancers are",
        "metastasis.analysis._similarity:similar_pairs",
        ("of", "measure", "edge", "distinct", "top"),
    ),
    "profiles": Analysis(
        "how alike the figures of two cancers are, within one denominator and setting",
        "metastasis.analysis._profiles:similar_profiles",
        ("measure", *_FRAME, "top"),
    ),
    "states": Analysis(
        "what is known of every pair: reported, reported absent, conflicting, or not studied",
        "metastasis._evidence.state:states",
    ),
    "conflicts": Analysis(
        "where sources contradict one another, and why",
        "metastasis._evidence.state:conflicts",
    ),
    "beliefs": Analysis(
        "how well each pair is supported, with every document counted once",
        "metastasis._evidence.belief:beliefs",
    ),
    "gaps": Analysis(
        "where the evidence is thin for how common the cancer is",
        "metastasis.analysis._gaps:gaps",
        ("top",),
    ),
    "frames": Analysis(
        "the denominators and settings there are figures in, and how many",
        "metastasis._evidence.number:frames",
    ),
    "clusters": Analysis(
        "cancers grouped by the sites they are reported to reach",
        "metastasis.analysis._clusters:clusters",
        ("of", "measure", "edge", "distinct"),
    ),
    "profile-clusters": Analysis(
        "cancers grouped by their figures, within one denominator and setting",
        "metastasis.analysis._clusters:profile_clusters",
        ("measure", *_FRAME),
    ),
    "hubs": Analysis(
        "sites that more cancers reach than chance would have it, with a z-score",
        "metastasis.analysis._hubs:hubs",
        ("of", "edge", "distinct", "top"),
    ),
    "process": Analysis(
        "spread of one cancer as a Markov chain: long-run shares, spreaders and sponges",
        "metastasis.analysis._process.analyses:site_roles",
        ("primaries", *_CHAIN),
        ("primaries",),
    ),
    "transitions": Analysis(
        "the transition matrix of that chain, one row a step",
        "metastasis.analysis._process.analyses:site_transitions",
        ("primaries", *_CHAIN, "top"),
        ("primaries",),
    ),
    "passage-times": Analysis(
        "mean steps until each site is first reached, from the primary or from --site",
        "metastasis.analysis._process.analyses:site_passages",
        ("primaries", "sites", *_CHAIN),
        ("primaries",),
    ),
    "next-sites": Analysis(
        "likely next sites, after the primary or after --site",
        "metastasis.analysis._process.analyses:site_after",
        ("primaries", "sites", *_CHAIN, "top"),
        ("primaries",),
    ),
    "previous-sites": Analysis(
        "where the cancer probably was before it reached --site",
        "metastasis.analysis._process.analyses:site_before",
        ("primaries", "sites", *_CHAIN, "top"),
        ("primaries", "sites"),
    ),
    "flow": Analysis(
        "observed frequency against what organ blood flow alone predicts, pair by pair",
        "metastasis.analysis._flow:compare_with_flow",
        ("primaries", "denominator", "setting", "source", "among"),
    ),
    "flow-explained": Analysis(
        "how much of the variance between sites blood flow explains",
        "metastasis.analysis._flow:variance_explained",
        ("primaries", "denominator", "setting", "source", "draws", "seed"),
    ),
    "likely": Analysis(
        "which cancers metastases at --site, and none at --absent, may come from",
        "metastasis.analysis._likely.analyses:likely_from",
        (
            *("sites", "absent", "sex", "prior", "patterns"),
            *("denominator", "setting", "top", "draws", "seed"),
        ),
    ),
}
"""What can be asked, in the order of the list."""


def find_analysis(name: str) -> Analysis:
    """Return the analysis of a name.

    >>> find_analysis("process").needs
    ('primaries',)

    Raises
    ------
    UnknownNameError
        There is none; the error lists those there are.
    """
    if name not in ANALYSES:
        from metastasis._errors import UnknownNameError

        raise UnknownNameError("analysis", name, hint=f" There are: {', '.join(ANALYSES)}.")
    return ANALYSES[name]


def run_analysis(name: str, kg: KnowledgeGraph, given: Mapping[str, Any]) -> Table[Any]:
    """Return the table of an analysis of this graph.

    Raises
    ------
    UnknownNameError
        There is no analysis of that name.
    """
    from importlib import import_module

    module, _, function = find_analysis(name).function.partition(":")
    table: Table[Any] = getattr(import_module(module), function)(kg.evidence, **given)
    return table
