"""Where cancers spread: the sites of one, the cancers that reach a site, the sites they share."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from metastasis._errors import check_choice
from metastasis._evidence.edge import BASES, EDGES
from metastasis._evidence.number import choose_frame, number_for
from metastasis._evidence.pair import Pair, Pairs, has_edge
from metastasis._table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from metastasis._evidence.evidence import Evidence
    from metastasis._evidence.frame import Frame
    from metastasis._vocabulary import Basis, Edge, How

__all__ = ["SharedSite", "primaries_with", "shared_sites", "sites_of"]

_HOWS: Final = ("any", "all")
_EDGES: Final = ("any", *EDGES)
_BASES: Final = ("any", *BASES)


@dataclass(frozen=True, slots=True)
class SharedSite:
    """One site and the primaries that reach it."""

    COLUMNS: ClassVar[tuple[str, ...]] = (
        "site",
        "site_label",
        "primaries",
        "weights",
        "numbers",
        "sources",
    )

    site: str
    site_label: str
    primaries: tuple[str, ...]
    weights: tuple[float, ...]
    """For each primary how many sources report the pair; in a frame, its percentage."""
    pairs: tuple[Pair, ...]
    """The pairs behind it; with roll-up also those that name a part of the site."""

    @property
    def numbers(self) -> tuple[str, ...]:
        """Every number on these pairs, with the pair."""
        return tuple(
            f"{pair.primary_label} to {pair.site_label}: {number}"
            for pair in self.pairs
            for number in pair.numbers
        )

    @property
    def sources(self) -> tuple[str, ...]:
        """The keys of the sources on these pairs, each once, in order."""
        return tuple(sorted({source for pair in self.pairs for source in pair.sources}))


def sites_of(
    evidence: Evidence,
    primary: str,
    *,
    edge: Edge = "any",
    basis: Basis = "any",
    roll_up: bool = True,
) -> Pairs:
    """Return the sites that a primary spreads to, with every number and its source.

    Rows that no source speaks of, and that follow from a kind of the cancer or a part of the site,
    say from which (``rolled_up_from``); in them an edge says that *some* spread there.

    Parameters
    ----------
    evidence
        What is said.
    primary
        Its name.
    edge
        ``"any"`` edge, or only ``"commonly"``, ``"possibly"`` or ``"rarely"``.
    basis
        Only edges that rest on ``"numbers"``, on ``"expert_words"`` or on ``"lay_words"``.
    roll_up
        Whether what reaches a kind of the cancer, or a part of a site, counts for the whole.

    >>> import metastasis as mets
    >>> found = sites_of(mets.load().evidence, "prostate cancer", edge="commonly", basis="numbers")
    >>> "bone" in found.sites
    True

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that no primary has, or that several have.
    """
    check_choice("edge", edge, _EDGES)
    check_choice("basis", basis, _BASES)
    key = evidence.catalog.primary(primary).key
    pairs = evidence.pairs(primaries={key}, roll_up=roll_up)
    return Pairs([pair for pair in pairs if has_edge(pair, edge, basis)])


def primaries_with(
    evidence: Evidence,
    *sites: str | Iterable[str],
    how: How = "any",
    edge: Edge = "any",
    basis: Basis = "any",
    roll_up: bool = True,
    top: int | None = None,
) -> Pairs:
    """Return the primaries that spread to these sites, one row a pair.

    Parameters
    ----------
    evidence
        What is said.
    sites
        Names of one or more sites, one by one or as one list.
    how
        ``"any"``: to at least one of them; ``"all"``: to every one.
    edge
        ``"any"`` edge, or only ``"commonly"``, ``"possibly"`` or ``"rarely"``.
    basis
        Only edges that rest on ``"numbers"``, on ``"expert_words"`` or on ``"lay_words"``.
    roll_up
        Whether a part counts as its whole: a vertebra as bone, colon as colorectal cancer.
    top
        Only so many rows; None is all.

    Groupings such as "cancer" in general are left out: they are not one cancer.

    >>> import metastasis as mets
    >>> "melanoma" in primaries_with(mets.load().evidence, "muscle").primaries
    True

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that no site has, or that several have.
    ValueError
        No site was named.
    """
    catalog = evidence.catalog
    keys = catalog.site_keys(_named(sites))
    if not keys:
        raise ValueError("name at least one site")
    check_choice("how", how, _HOWS)
    check_choice("edge", edge, _EDGES)
    check_choice("basis", basis, _BASES)
    wanted = [catalog.parts(key) if roll_up else frozenset({key}) for key in keys]
    found = [
        pair
        for pair in evidence.pairs(sites=frozenset().union(*wanted), roll_up=roll_up)
        if has_edge(pair, edge, basis)
        and catalog.primaries[pair.primary].kind != "grouping"
        and not _is_told_by_parts(pair)
    ]
    if how == "all":
        reached = _reached_by(found)
        found = [one for one in found if all(parts & reached[one.primary] for parts in wanted)]
    return Pairs(found[:top])


def shared_sites(
    evidence: Evidence,
    *primaries: str | Iterable[str],
    how: How = "all",
    edge: Edge = "any",
    roll_up: bool = True,
    frame: Frame | None = None,
    denominator: str | None = None,
    setting: str | None = None,
    top: int | None = None,
) -> Table[SharedSite]:
    """Return the sites that these primaries share, one row a site.

    By label; where a frame is asked for, only pairs with a number in it count, and the site with
    the highest of the smallest percentages comes first. Only sites that some source names for one
    of the primaries are rows.

    Parameters
    ----------
    evidence
        What is said.
    primaries
        Names of two or more primaries, one by one or as one list.
    how
        ``"all"``: reached by every one of them; ``"any"``: by at least one.
    edge, roll_up
        As for :func:`primaries_with`.
    frame, denominator, setting
        Weigh by the numbers of one frame; None weighs by how many sources report a pair.
    top
        Only so many rows; None is all.

    >>> import metastasis as mets
    >>> found = shared_sites(mets.load().evidence, "pancreas", "rectum")
    >>> {"liver", "lung", "peritoneum"} <= {one.site for one in found}
    True

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that no primary has, or that several have.
    ValueError
        Fewer than two primaries were named.
    EvidenceError
        Several frames have what is named: the message lists them.
    """
    check_choice("how", how, _HOWS)
    check_choice("edge", edge, _EDGES)
    catalog = evidence.catalog
    keys = catalog.primary_keys(_named(primaries)) or []
    if len(keys) < 2:
        raise ValueError("name at least two different primaries")
    pairs = [
        pair
        for pair in evidence.pairs(primaries=keys, roll_up=roll_up)
        if has_edge(pair, edge) and not _is_told_by_parts(pair)
    ]
    weigh = frame is not None or denominator is not None or setting is not None
    notes = []
    if weigh:
        choice = choose_frame(pairs, frame=frame, denominator=denominator, setting=setting)
        frame = choice.frame
        pairs = [pair for pair in pairs if number_for(pair, frame) is not None]
        notes = [f"weights: percent of {frame}" if frame else "no number fits"]
    behind = _behind(pairs, evidence, roll_up=roll_up)
    least = len(keys) if how == "all" else 1
    shared = [
        _shared(catalog.sites[site].label, site, found, frame)
        for site, found in behind.items()
        if len({pair.primary for pair in found}) >= least
    ]
    shared.sort(key=lambda one: (-min(one.weights) if weigh else 0, one.site_label.casefold()))
    return Table(SharedSite, shared[:top], notes=notes)


def _is_told_by_parts(pair: Pair) -> bool:
    """Whether a rolled-up pair only repeats pairs of its own cancer on parts of the site."""
    return pair.is_rolled_up and all(part.primary == pair.primary for part in pair.parts)


def _named(names: Sequence[str | Iterable[str]]) -> Any:
    """Return names that are given one by one, or as one list."""
    return names[0] if len(names) == 1 else names


def _behind(
    pairs: Iterable[Pair], evidence: Evidence, *, roll_up: bool
) -> Mapping[str, list[Pair]]:
    """Return for each site that is named the pairs on it, with roll-up also those on its parts."""
    pairs = list(pairs)
    named = {pair.site for pair in pairs}
    behind: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        wholes = evidence.catalog.wholes(pair.site) if roll_up else frozenset({pair.site})
        for site in wholes & named:
            behind[site].append(pair)
    return behind


def _shared(label: str, site: str, pairs: list[Pair], frame: Frame | None) -> SharedSite:
    primaries = tuple(sorted({pair.primary for pair in pairs}))
    weights = tuple(
        _weight([pair for pair in pairs if pair.primary == primary], frame) for primary in primaries
    )
    return SharedSite(site, label, primaries, weights, tuple(pairs))


def _weight(pairs: Iterable[Pair], frame: Frame | None) -> float:
    """Return how many sources report pairs of one primary, or their highest number in a frame."""
    if frame is None:
        said = (one for pair in pairs for whole in (pair, *pair.parts) for one in whole.assertions)
        return len({one.source for one in said if one.finding == "present"})
    found = [number_for(pair, frame) for pair in pairs]
    return max(float(one.percent or 0) for one in found if one is not None)


def _reached_by(pairs: Iterable[Pair]) -> Mapping[str, set[str]]:
    reached: dict[str, set[str]] = defaultdict(set)
    for pair in pairs:
        reached[pair.primary].add(pair.site)
    return reached
