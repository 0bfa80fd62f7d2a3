"""The shipped questions on pairs and sources, answered with the tables of Python."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from query_answers import Row, Rows, answers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.pair_summary import PairSummary
    from metastasis._graph import KnowledgeGraph

__all__ = ["UBERON_PARTS", "into_uberon"]

UBERON_PARTS: Final = {
    "UBERON:0002107": "UBERON:0005172",
    "UBERON:0002048": "UBERON:0000170",
    "UBERON:0000170": "UBERON:0005178",
    "UBERON:0005172": "UBERON:0000916",
}
"""Some parts, and what each is part of, as a stand-in for Uberon."""


def name_of(one: PairSummary) -> str:
    return f"disease:{one.pair.primary}--{one.pair.site}"


def edges(kg: KnowledgeGraph) -> list[PairSummary]:
    return [one for one in kg.pairs() if one.pair.edge]


def cancers(kg: KnowledgeGraph) -> Iterator[PairSummary]:
    """Yield the pairs that have a metastatic disease: with an edge, and of one cancer."""
    for one in edges(kg):
        if kg.catalog.primaries[one.pair.primary].kind != "grouping":
            yield one


def spoken_of(kg: KnowledgeGraph) -> Iterator[tuple[PairSummary, Assertion]]:
    for one in kg.pairs():
        for assertion in one.pair.assertions:
            yield one, assertion


def counted(found: Iterable[tuple[str, str]]) -> list[tuple[str, int]]:
    """Return how many different things go with each name."""
    of_each: dict[str, set[str]] = defaultdict(set)
    for name, thing in found:
        of_each[name].add(thing)
    return [(name, len(things)) for name, things in of_each.items()]


@answers("28")
def cancers_per_organ_system(kg: KnowledgeGraph) -> Rows:
    return counted(
        (f"site:{whole}", one.pair.primary)
        for one in cancers(kg)
        for whole in kg.catalog.wholes(one.pair.site)
        if kg.catalog.sites[whole].kind == "system"
    )


@answers("29")
def negative_evidence(kg: KnowledgeGraph) -> Rows:
    for one, said in spoken_of(kg):
        if said.finding == "absent":
            edge = f"edge:{one.pair.edge}" if one.pair.edge else None
            whom = f"denominator:{said.denominator}" if said.total else None
            yield name_of(one), f"assertion:{said.key}", said.total, whom, edge


@answers("30")
def only_at_autopsy(kg: KnowledgeGraph) -> Rows:
    for one in cancers(kg):
        settings = {said.setting for said in one.pair.assertions if said.finding == "present"}
        if settings == {"at_autopsy"}:
            yield name_of(one), f"edge:{one.pair.edge}"


@answers("31")
def highest_lower_bound(kg: KnowledgeGraph) -> Rows:
    rows: list[Row] = []
    for one in cancers(kg):
        for frame, numbers in one.pair.by_frame.items():
            best = numbers[0]
            asked = (frame.denominator, frame.setting, frame.occurrence)
            if asked != ("distant_stage_at_diagnosis", "at_diagnosis", "any"):
                continue
            if best.interval is not None and best.population is None:
                low = round(best.interval[0], 4)
                rows.append((name_of(one), low, float(best.percent or 0), best.total, best.key))
    rows.sort(key=lambda row: (-row[1], row[4]))
    return [(*row[:4], f"assertion:{row[4]}") for row in rows[:20]]


@answers("32")
def sources_per_edge(kg: KnowledgeGraph) -> Rows:
    for one in cancers(kg):
        sources = len({said.source for said in one.pair.assertions})
        edge = f"edge:{one.pair.edge}"
        yield name_of(one), edge, sources, one.documents, one.independent


@answers("33")
def sites_by_oncotree_code(kg: KnowledgeGraph) -> Rows:
    for one in edges(kg):
        primary = kg.catalog.primaries[one.pair.primary]
        if any(mapping.object == "ONCOTREE:BREAST" for mapping in primary.mappings):
            yield f"primary:{primary.key}", f"site:{one.pair.site}", f"edge:{one.pair.edge}"


def into_uberon(kg: KnowledgeGraph, uberon: dict[str, str]) -> Rows:
    """Return how many cancers reach each structure, by the key of Uberon that each site has."""
    found = []
    for one in cancers(kg):
        name = uberon.get(one.pair.site)
        while name in UBERON_PARTS:
            name = UBERON_PARTS[name]
            found.append((name, one.pair.primary))
    return counted(found)


@answers("34")
def uberon_hierarchy(kg: KnowledgeGraph) -> Rows:
    return []


@answers("35")
def cancers_per_region(kg: KnowledgeGraph) -> Rows:
    reached, often = (
        dict(
            counted(
                (f"site:{whole}", one.pair.primary)
                for one in cancers(kg)
                if wanted in (None, one.pair.edge)
                for whole in kg.catalog.wholes(one.pair.site) | {one.pair.site}
                if kg.catalog.sites[whole].kind == "region"
            )
        )
        for wanted in (None, "commonly")
    )
    return [(region, count, often.get(region, 0)) for region, count in reached.items()]


@answers("36")
def most_disputed(kg: KnowledgeGraph) -> Rows:
    for one in kg.pairs():
        if one.pair.conflicts:
            against = one.belief.against
            scores = floored(one.belief.score), floored(against) if against else None
            yield name_of(one), len(one.pair.conflicts), *scores


def floored(score: float) -> float:
    """Return a score to four decimals, rounded down."""
    return float(f"{score:.12f}"[:6])


def supporting(kg: KnowledgeGraph, keys: set[str]) -> Rows:
    return counted(
        (name_of(one), said.source)
        for one, said in spoken_of(kg)
        if said.finding == "present" and said.source in keys
    )


@answers("37")
def cc_by_only(kg: KnowledgeGraph) -> Rows:
    found = kg.sources(license="cc-by")
    return supporting(kg, {one.key for one in found if one.source.license_url})


@answers("38")
def published_after_2010(kg: KnowledgeGraph) -> Rows:
    return supporting(kg, {one.key for one in kg.sources(since=2011)})


@answers("39")
def one_registry(kg: KnowledgeGraph) -> Rows:
    registries = {name for one in kg.catalog.sources.values() for name in one.registry}
    found = kg.sources(registry="SEER", at_least=10_001) if "SEER" in registries else []
    people = {one.key: one.largest_total for one in found}
    return {
        (name_of(one), f"source:{said.source}", people[said.source])
        for one, said in spoken_of(kg)
        if said.finding == "present" and said.source in people
    }


@answers("40")
def edges_by_weight(kg: KnowledgeGraph) -> Rows:
    for one in cancers(kg):
        if one.pair.assertions:
            edge = f"edge:{one.pair.edge}"
            yield name_of(one), edge, one.independent, floored(one.belief.score)


@answers("41")
def what_changed(kg: KnowledgeGraph) -> Rows:
    for key, count in Counter(one.source for one in kg.assertions()).items():
        source = kg.catalog.sources[key]
        if source.curated_on and source.curated_by and source.curated_on >= "2026-11-28":
            yield f"source:{key}", source.curated_on, source.curated_by, count


@answers("42")
def why_this_edge(kg: KnowledgeGraph) -> Rows:
    for one, said in spoken_of(kg):
        if (one.pair.primary, one.pair.site) == ("prostate", "bone") and one.pair.edge:
            why = f"edge:{one.pair.edge}", f"basis:{one.pair.basis}", f"rule:{one.rule}"
            frequency = f"frequency:{said.frequency}" if said.frequency else None
            percent = None if said.percent is None else float(said.percent)
            whom = (f"denominator:{said.denominator}", f"setting:{said.setting}")
            number = (None, None, None) if percent is None else (percent, *whom)
            yield *why, f"finding:{said.finding}", f"assertion:{said.key}", frequency, *number
