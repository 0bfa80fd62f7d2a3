"""The figures of the graph, kept apart by whom they count, when, and as what."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import EvidenceError, check_choice
from metastasis._evidence.frame import Frame
from metastasis._table import Table
from metastasis._vocabulary import LISTS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    import networkx as nx

    from metastasis._evidence.evidence import Evidence

__all__ = ["Figure", "Frame", "FrameCount", "choose_frame", "figures_by_frame", "frames"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One percentage of one primary and one site."""

    primary: str
    """Node name."""
    label: str
    """What people call the primary."""
    site: str
    """Node name."""
    percent: float
    """In percent, 0 to 100."""
    total: int | None
    """Out of how many, where it is known."""
    source: str
    population: str | None
    """The qualifier that narrows it, None for nobody left out."""


@dataclass(frozen=True, slots=True)
class FrameCount:
    """One frame, and how much is quantified in it."""

    denominator: str
    setting: str
    occurrence: str
    stage: str
    figures: int
    primaries: int
    sites: int
    sources: tuple[str, ...]


def frames(graph: Evidence | nx.MultiDiGraph[str]) -> Table[FrameCount]:
    """Return every denominator, setting, occurrence and stage that there are figures in.

    >>> import metastasis as mets
    >>> sorted({one.denominator for one in frames(mets.load().evidence)})[:2]
    ['all_patients', 'distant_stage_at_diagnosis']

    Raises
    ------
    ValueError
        The graph is neither the knowledge graph nor its assertion_network.
    """
    counts = [
        FrameCount(
            frame.denominator,
            frame.setting,
            frame.occurrence,
            frame.stage,
            figures=len(found),
            primaries=len({one.primary for one in found}),
            sites=len({one.site for one in found}),
            sources=tuple(sorted({one.source for one in found})),
        )
        for frame, found in figures_by_frame(graph).items()
    ]
    counts.sort(key=lambda one: (-one.figures, one.denominator, one.setting, one.occurrence))
    return Table(FrameCount, counts, notes=["Figures of different rows are never compared."])


def figures_by_frame(
    graph: Evidence | nx.MultiDiGraph[str],
) -> dict[Frame, list[Figure]]:
    """Return the percentages of metastasis by frame, in order.

    Groupings of cancers and sites that name no place are left out, and so are figures of
    ``extension`` and those whose denominator is not stated.

    >>> import metastasis as mets
    >>> figures = figures_by_frame(mets.load().evidence)
    >>> all(0 <= one.percent <= 100 for found in figures.values() for one in found)
    True

    Raises
    ------
    ValueError
        The graph is neither the knowledge graph nor its assertion_network.
    """
    by_frame: dict[Frame, list[Figure]] = defaultdict(list)
    for ends, data in _edges(graph):
        if data.get("percent") is not None and data.get("denominator") is not None:
            frame = Frame(*(data[name] for name in _READ))
            by_frame[frame].append(_figure(ends, data))
    return {frame: sorted(found, key=_order) for frame, found in sorted(by_frame.items())}


def choose_frame(
    found: Collection[Frame],
    denominator: str | None = None,
    setting: str | None = None,
    occurrence: str = "any",
    stage: str = "any",
) -> Frame:
    """Return the one frame that is asked for; a part that is None may be anything.

    >>> choose_frame([Frame("autopsies", "at_autopsy")], "autopsies")
    Frame(denominator='autopsies', setting='at_autopsy', occurrence='any', stage='any')

    Raises
    ------
    UnknownNameError
        A part is not in its closed list.
    EvidenceError
        No frame fits, or several do; the error lists those that there are.
    """
    wanted = {
        "denominator": denominator,
        "setting": setting,
        "occurrence": occurrence,
        "stage": stage,
    }
    for name, value in wanted.items():
        if value is not None:
            check_choice(name, value, LISTS[name])
    fitting = [
        frame
        for frame in found
        if all(value in (None, getattr(frame, name)) for name, value in wanted.items())
    ]
    if len(fitting) == 1:
        return fitting[0]
    listed = "; ".join(sorted(map(str, fitting or found))) or "none at all"
    if not fitting:
        raise EvidenceError(f"nothing is quantified in this frame; there is: {listed}")
    raise EvidenceError(
        "figures of different denominators or settings are not compared; name one denominator and "
        f"one setting, of these: {listed}"
    )


_READ: Final = ("denominator", "setting", "occurrence", "stage")


def _edges(
    graph: Evidence | nx.MultiDiGraph[str],
) -> Iterator[tuple[tuple[str, str, str], Mapping[str, Any]]]:
    """Yield primary, its label, site and attributes of each metastasis that names a place."""
    from metastasis._evidence.evidence import Evidence
    from metastasis.analysis._networks import assertion_network

    network = graph.made(assertion_network) if isinstance(graph, Evidence) else graph
    if not network.is_multigraph():
        raise ValueError("takes the knowledge graph, or its assertion_network(evidence)")
    for primary, site, data in network.edges(data=True):
        kinds = network.nodes[primary].get("kind"), network.nodes[site].get("kind")
        named = kinds[0] != "grouping" and kinds[1] != "unspecific"
        if named and data.get("relation") == "metastasis":
            yield (primary, network.nodes[primary].get("label", primary), site), data


def _order(figure: Figure) -> tuple[Any, ...]:
    population = figure.population or ""
    return figure.primary, figure.site, figure.source, population, figure.percent, figure.total or 0


def _figure(ends: tuple[str, str, str], data: Mapping[str, Any]) -> Figure:
    return Figure(
        *ends,
        percent=float(data["percent"]),
        total=data.get("total"),
        source=data["source_key"],
        population=data.get("population"),
    )
