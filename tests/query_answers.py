"""The shipped questions answered in plain Python and NetworkX, without SPARQL.

Each answer is worked out from the assertions and the catalog of a graph, or from its NetworkX view,
as rows in the order of the query's columns; IRIs are written as CURIEs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import ceil, floor
from typing import TYPE_CHECKING, Any, Final

import networkx as nx

from metastasis._catalog.license import recorded_terms
from metastasis._catalog.records import MAPPING_PREDICATES
from metastasis._evidence.conflict import conflicts_among
from metastasis._evidence.edge import verdict_on
from metastasis._evidence.interval import wilson_interval
from metastasis._vocabulary import BASE
from metastasis.analysis import edge_network, part_network

if TYPE_CHECKING:
    from metastasis._catalog import Source
    from metastasis._evidence.assertion import Assertion
    from metastasis._graph import KnowledgeGraph

__all__ = ["ANSWERS", "Row", "Rows", "answers", "kgx"]

Row = tuple[Any, ...]
Rows = Iterable[Row]
Pair = tuple[str, str]

COMMON: Final = {"most_common", "common"}
RARE: Final = {"less_common", "rare"}
PATIENTS: Final = {"metastatic_patients", "distant_stage_at_diagnosis", "autopsies"}

ANSWERS: dict[str, Callable[[KnowledgeGraph], Rows]] = {}
"""The answer to each question, by the number of the question."""


def answers(number: str) -> Callable[[Callable[[KnowledgeGraph], Rows]], Callable[..., Rows]]:
    """Register the answer to a question."""

    def register(answer: Callable[[KnowledgeGraph], Rows]) -> Callable[[KnowledgeGraph], Rows]:
        ANSWERS[number] = answer
        return answer

    return register


@answers("1")
def sites_common_for_breast(kg: KnowledgeGraph) -> Rows:
    for _, name, data in edge_network(kg.evidence).out_edges("primary:breast", data=True):
        if data["edge"] == "commonly":
            yield name, label(kg, name)
    for (primary, site), (edge, _) in rolled_up(kg).items():
        if (primary, edge) == ("breast", "commonly"):
            yield f"site:{site}", label(kg, f"site:{site}")


@answers("2")
def cancers_common_in_brain(kg: KnowledgeGraph) -> Rows:
    network = edge_network(kg.evidence)
    if "site:brain" in network:
        for name, _, data in network.in_edges("site:brain", data=True):
            if data["edge"] == "commonly" and network.nodes[name]["kind"] != "grouping":
                yield name, label(kg, name)
    for (primary, site), (edge, _) in rolled_up(kg).items():
        if (site, edge) == ("brain", "commonly"):
            yield f"primary:{primary}", label(kg, f"primary:{primary}")


@answers("3")
def all_pairs(kg: KnowledgeGraph) -> Rows:
    for pair, edge in edges(kg).items():
        basis = kg.evidence.pair(*pair).basis  # type: ignore[union-attr]
        yield *named(kg, *pair), edge, f"basis:{basis}", False
    for (primary, site), (edge, basis) in rolled_up(kg).items():
        yield *named(kg, primary, site), edge, f"basis:{basis}", True


@answers("4")
def cancers_per_site(kg: KnowledgeGraph) -> Rows:
    found = edges(kg)
    commonly = Counter(site for (_, site), edge in found.items() if edge == "commonly")
    for site, count in Counter(site for _, site in found).items():
        yield f"site:{site}", kg.catalog.sites[site].label, count, commonly[site]


@answers("5")
def sites_of_one_cancer(kg: KnowledgeGraph) -> Rows:
    found = edges(kg)
    reaching: dict[str, set[str]] = defaultdict(set)
    for primary, site in found:
        for whole in {site} | kg.catalog.wholes(site):
            reaching[whole].add(primary)
    for primary, site in found:
        if reaching[site] == {primary}:
            start, start_label, end, end_label = named(kg, primary, site)
            yield end, end_label, start, start_label


@answers("6")
def pairs_with_agreement(kg: KnowledgeGraph) -> Rows:
    network = kg.network()
    for primary, site in set(network.edges()):
        statements = network[primary][site].values()
        sources = {
            one["source_key"]
            for one in statements
            if one["relation"] == "metastasis" and one["finding"] == "present"
        }
        countable = (
            network.nodes[primary]["kind"] != "grouping"
            and network.nodes[site]["kind"] != "unspecific"
        )
        if len(sources) > 1 and countable:
            names = "; ".join(sorted(sources))
            yield primary, label(kg, primary), site, label(kg, site), len(sources), names


@answers("7")
def pairs_with_disagreement(kg: KnowledgeGraph) -> Rows:
    rows = set()
    for (primary, site, relation), found in together(
        kg.assertions(), "primary", "site", "relation"
    ).items():
        for one, other in product(found, repeat=2):
            for how in disagreements(one, other):
                sources = (f"source:{one.source}", f"source:{other.source}")
                rows.add((*named(kg, primary, site), f"relation:{relation}", how, *sources))
    return rows


def disagreements(one: Assertion, other: Assertion) -> Iterable[str]:
    """Yield how one assertion disagrees with another on the same pair."""
    if one.finding == "present" and other.frequency == "absent":
        yield "reported, denied"
    if one.frequency in COMMON and other.frequency in RARE:
        yield "common in words, rare in words"
    if (other.total or 0) < 50 or other.denominator not in PATIENTS:
        return
    interval = percent_interval(other)
    if interval is not None and one.frequency in RARE and interval[0] >= 10:
        yield "rare in words, common in numbers"
    if other.occurrence != "any":  # at any time there may be more
        return
    if interval is not None and one.frequency in COMMON and interval[1] < 10:
        yield "common in words, rare in numbers"


@answers("8")
def prostate_to_bone(kg: KnowledgeGraph) -> Rows:
    for one in kg.assertions():
        if (one.primary, one.site, one.relation) == ("prostate", "bone", "metastasis"):
            yield (
                f"source:{one.source}",
                one.locator,
                *(coded(one, "frequency"), one.count, one.total, one.percent),
                *(percent_interval(one) or (None, None)),
                *(coded(one, "denominator"), coded(one, "setting"), coded(one, "occurrence")),
                one.population,
            )


def may_hold_the_same(one: Source, other: Source) -> bool:
    """Whether two sources share a document, or a registry in years that overlap."""
    if one.key == other.key:
        return False
    if one.doi is not None and one.doi == other.doi:
        return True
    if not {*one.registry} & {*other.registry}:
        return False
    if one.span is None or other.span is None:
        return True
    return one.span[0] <= other.span[1] and other.span[0] <= one.span[1]


@answers("9")
def pooled_frequency(kg: KnowledgeGraph, occurrences: frozenset[str] = frozenset({"any"})) -> Rows:
    counted = [
        one
        for one in countable(kg)
        if one.count is not None
        and one.total
        and one.population is None
        and one.occurrence in occurrences
    ]
    same = ("primary", "site", "relation", "denominator", "setting", "stage", "occurrence")
    doubles = {
        one.key
        for found in together(counted, *same).values()
        for one, other in product(found, found)
        if ((other.total or 0), one.key) > ((one.total or 0), other.key)
        and may_hold_the_same(kg.catalog.sources[one.source], kg.catalog.sources[other.source])
    }
    counted = [one for one in counted if one.key not in doubles]
    for (primary, site, *rest), found in together(counted, *same).items():
        sources = {one.source for one in found}
        if len(sources) < 2 or len(sources) < len(found):
            continue
        count, total = sum(one.count or 0 for one in found), sum(one.total or 0 for one in found)
        codes = [f"{name}:{value}" for name, value in zip(same[2:], rest, strict=True)]
        percent = Decimal((20000 * count + total) // (2 * total)) / 100
        yield *named(kg, primary, site), *codes, count, total, percent, len(sources)


@answers("10")
def thirty_percent_or_more(kg: KnowledgeGraph) -> Rows:
    for one in countable(kg):
        enough = (one.percent or 0) >= 30 and (one.total or 0) >= 100
        plain = one.relation == "metastasis" and one.occurrence == "any"
        if enough and plain and one.denominator in PATIENTS | {"all_patients"}:
            yield (
                *named(kg, one.primary, one.site),
                *(one.percent, one.count, one.total),
                *(coded(one, "denominator"), coded(one, "setting"), one.population),
                f"source:{one.source}",
            )


@answers("11")
def top_three_sites(kg: KnowledgeGraph) -> Rows:
    best: dict[Pair, dict[str, Decimal]] = defaultdict(dict)
    for one in countable(kg):
        whom = (one.denominator, one.setting, one.occurrence, one.relation)
        if whom != ("metastatic_patients", "during_course", "any", "metastasis"):
            continue
        if one.percent is not None:
            sites = best[one.primary, one.population or ""]
            sites[one.site] = max(one.percent, sites.get(one.site, one.percent))
    for (primary, population), sites in best.items():
        if len(sites) < 3:
            continue
        for site, percent in sites.items():
            rank = 1 + sum(other > percent for other in sites.values())
            if rank <= 3:
                start, start_label, end, end_label = named(kg, primary, site)
                out_of = ("denominator:metastatic_patients", "setting:during_course")
                yield (
                    *(start, start_label, population, end, end_label, percent),
                    *(*out_of, rank, len(sites)),
                )


@answers("12")
def skeleton(kg: KnowledgeGraph) -> Rows:
    parts = parts_of(kg, "site:bone")
    for primary, site in edges(kg):
        if f"site:{site}" in parts:
            yield named(kg, primary, site)


@answers("13")
def pelvis(kg: KnowledgeGraph) -> Rows:
    for site in parts_of(kg, "site:pelvis"):
        reached = [
            (f"primary:{primary}", how)
            for how, found in (("metastasis", edges(kg)), ("extension", extensions(kg)))
            for primary, end in found
            if f"site:{end}" == site
        ]
        for primary, how in reached:
            yield site, label(kg, site), primary, label(kg, primary), how
        if not reached:
            yield site, label(kg, site), None, None, None


@answers("14")
def lymphatic_only(kg: KnowledgeGraph) -> Rows:
    catalog = kg.catalog
    reported = [
        one for one in cancers(kg) if one.relation == "metastasis" and one.finding == "present"
    ]
    for (primary,), found in together(reported, "primary").items():
        if all(
            catalog.sites[one.site].kind == "lymph_node" or one.route == "lymphatic"
            for one in found
        ):
            sites = "; ".join(sorted({catalog.sites[one.site].label for one in found}))
            yield f"primary:{primary}", catalog.primaries[primary].label, sites, len(found)


@answers("15a")
def uveal_melanoma_to_liver(kg: KnowledgeGraph) -> Rows:
    return [(edge_network(kg.evidence).has_edge("primary:melanoma_uveal", "site:liver"),)]


@answers("15b")
def thyroid_to_spleen(kg: KnowledgeGraph) -> Rows:
    return [(edge_network(kg.evidence).has_edge("primary:thyroid", "site:spleen"),)]


@answers("16")
def bladder_with_provenance(kg: KnowledgeGraph) -> Rows:
    for one in kg.assertions():
        if one.primary == "bladder":
            source = kg.catalog.sources[one.source]
            yield (
                f"assertion:{one.key}",
                *(f"site:{one.site}", kg.catalog.sites[one.site].label),
                *(f"relation:{one.relation}", f"finding:{one.finding}", coded(one, "frequency")),
                *(one.count, one.total, one.percent, *(percent_interval(one) or (None, None))),
                *(coded(one, name) for name in ("denominator", "setting", "stage")),
                *(coded(one, "occurrence"), coded(one, "route"), one.population),
                *(coded(one, "reading"), one.locator),
                *(f"source:{one.source}", source.citation, source.doi, source.url, source.license),
                *(evidence_class(source.design, one.reading), one.note),
            )


@answers("17")
def edge_list(kg: KnowledgeGraph) -> Rows:
    for relation in ("metastasis", "extension"):
        network = edge_network(kg.evidence, relation=relation)
        for primary, site, data in network.edges(data=True):
            if network.nodes[primary]["kind"] != "grouping":
                edge = "extension" if relation == "extension" else data["edge"]
                yield primary, site, edge, data["weight"]


@answers("19")
def assertions_by_design(kg: KnowledgeGraph) -> Rows:
    found: dict[str, list[Assertion]] = defaultdict(list)
    for one in kg.assertions():
        found[kg.catalog.sources[one.source].design].append(one)
    for design, all_of in found.items():
        counted = sum(one.count is not None for one in all_of)
        printed = sum(one.percent is not None for one in all_of) - counted
        yield (
            f"design:{design}",
            len({one.source for one in all_of}),
            *(len(all_of), counted, printed, len(all_of) - counted - printed),
        )


@answers("20")
def assertions_by_graph(kg: KnowledgeGraph) -> Rows:
    for key, count in Counter(one.source for one in kg.assertions()).items():
        source = kg.catalog.sources[key]
        terms = (source.license, source.license_url)
        yield f"graph:{key}", recorded_terms(source).url, f"source:{key}", *terms, count


@answers("21")
def code_to_sites(kg: KnowledgeGraph) -> Rows:
    found = edges(kg, groupings=True)
    broader = part_network(kg.evidence)
    for code, primary in product(
        ("ONCOTREE:BLCA", "NCIT:C7712", "ICD10CM:C61"), kg.catalog.primaries
    ):
        start = f"primary:{primary}"
        for mapping in kg.catalog.primaries[primary].mappings:
            if mapping.object != code or mapping.predicate not in MAPPING_PREDICATES[:4]:
                continue
            for about in nx.descendants(broader, start) | {start}:
                for (other, site), edge in found.items():
                    if f"primary:{other}" == about:
                        yield code, mapping.predicate, start, *named(kg, other, site), edge


@answers("25")
def audit(kg: KnowledgeGraph) -> Rows:
    return []


def kgx(kg: KnowledgeGraph) -> dict[str, Row]:
    """Return the Biolink edge that each assertion on a place should become, by its IRI."""
    rows: dict[str, Row] = {}
    for one in kg.assertions():
        if not is_place(kg, one.site):
            continue
        original = "extendsInto" if one.relation == "extension" else "spreadsTo"
        rows[f"{BASE}assertion/{one.key}"] = (
            *(f"primary:{one.primary}", f"site:{one.site}", f"met:{original}"),
            True if one.finding == "absent" else None,
            *(one.count, one.total, one.percent),
            *(coded(one, "denominator"), coded(one, "frequency"), coded(one, "relation")),
            one.locator,
            f"source:{one.source}",
        )
    return rows


def edges(kg: KnowledgeGraph, *, groupings: bool = False) -> dict[Pair, str]:
    """Return the edge of every pair by metastasis, from the assertions alone."""
    found = together(kg.assertions(), "primary", "site", "relation")
    worked_out = {
        (primary, site): verdict_on(
            all_of, kg.catalog.sources, kg.catalog.proximity(primary, site)
        ).edge
        for (primary, site, relation), all_of in found.items()
        if relation == "metastasis" and is_place(kg, site)
    }
    return {
        pair: edge
        for pair, edge in worked_out.items()
        if edge and (groupings or is_cancer(kg, pair[0]))
    }


def rolled_up(kg: KnowledgeGraph) -> dict[Pair, tuple[str, str]]:
    """Return edge and basis of every pair that follows from parts alone, step by step upward."""
    catalog = kg.catalog
    said = {
        (one.primary, one.site)
        for one in kg.assertions()
        if one.relation == "metastasis" and not is_too_few_records(kg, one)
    }
    direct = edges(kg, groupings=True)
    behind: dict[Pair, set[Pair]] = defaultdict(set)
    for start in direct:
        reached, new = {start}, [start]
        while new:
            primary, site = new.pop()
            steps = [(parent, site) for parent in catalog.primaries[primary].parents]
            steps += [(primary, parent) for parent in catalog.sites[site].parents]
            new += [step for step in steps if step not in reached]
            reached.update(steps)
        for pair in reached - said:
            behind[pair].add(start)
    return {
        pair: rolled_up_edge(kg, pair, direct, parts)
        for pair, parts in behind.items()
        if is_cancer(kg, pair[0])
        and catalog.sites[pair[1]].kind in {"organ", "tissue", "lymph_node"}
        and not any(
            pair[1] in parts_upward(kg, home) for home in catalog.primaries[pair[0]].arises_in
        )
    }


def is_too_few_records(kg: KnowledgeGraph, one: Assertion) -> bool:
    """Whether an assertion counts records that do not report its pair."""
    if one.denominator != "records" or one.percent is None:
        return False
    return (one.count or 0) < 5 or kg.catalog.proximity(one.primary, one.site) is not None


def rolled_up_edge(
    kg: KnowledgeGraph, pair: Pair, direct: dict[Pair, str], parts: set[Pair]
) -> tuple[str, str]:
    """Return the edge of a pair that follows from parts, and on what it rests."""
    ranks = ("numbers", "expert_words", "lay_words")
    primary, site = pair
    whole = [(part, site) for part in kg.catalog.primaries[primary].made_of]
    common = whole and all(direct.get(part) == "commonly" for part in whole)
    bases = [
        kg.evidence.pair(*part).basis or ""  # type: ignore[union-attr]
        for part in (whole if common else parts)
    ]
    if common:
        return "commonly", max(bases, key=ranks.index)
    return "possibly", min(bases, key=ranks.index)


def parts_upward(kg: KnowledgeGraph, site: str) -> set[str]:
    """Return a site and all that it is part of."""
    found = {site}
    for parent in kg.catalog.sites[site].parents:
        found |= parts_upward(kg, parent)
    return found


def extensions(kg: KnowledgeGraph) -> set[Pair]:
    """Return every pair reported by direct growth, not denied, and outside the own organ."""
    found = [one for one in countable(kg) if one.relation == "extension"]
    denied = {
        (one.primary, one.site)
        for one in found
        if (one.frequency, one.occurrence, one.population, one.stage)
        == ("absent", "any", None, "any")
        and one.setting in {"unspecified", "during_course"}
    }
    reported = {(one.primary, one.site) for one in found if one.finding == "present"}
    own = {
        (primary, whole)
        for primary, record in kg.catalog.primaries.items()
        for organ in record.arises_in
        for whole in {organ} | kg.catalog.wholes(organ)
    }
    return reported - denied - own


def cancers(kg: KnowledgeGraph) -> list[Assertion]:
    """Return the assertions on single cancers."""
    return [one for one in kg.assertions() if is_cancer(kg, one.primary)]


def countable(kg: KnowledgeGraph) -> list[Assertion]:
    """Return the assertions on single cancers at places."""
    return [one for one in cancers(kg) if is_place(kg, one.site)]


def is_cancer(kg: KnowledgeGraph, primary: str) -> bool:
    return kg.catalog.primaries[primary].kind != "grouping"


def is_place(kg: KnowledgeGraph, site: str) -> bool:
    return kg.catalog.sites[site].kind != "unspecific"


def together(assertions: Iterable[Assertion], *names: str) -> dict[Row, list[Assertion]]:
    """Return assertions by the values of these columns."""
    found: dict[Row, list[Assertion]] = defaultdict(list)
    for one in assertions:
        found[tuple(getattr(one, name) for name in names)].append(one)
    return found


def parts_of(kg: KnowledgeGraph, site: str) -> set[str]:
    """Return a site and all its parts, as node names."""
    network = part_network(kg.evidence)
    return nx.ancestors(network, site) | {site} if site in network else set()


@answers("27")
def common_in_lay_words_alone(kg: KnowledgeGraph) -> Rows:
    for (primary, site), edge in edges(kg).items():
        pair = kg.evidence.pair(primary, site)
        assert pair is not None
        if edge == "commonly" and pair.basis == "lay_words":
            present = {one.source for one in pair.assertions if one.finding == "present"}
            yield *named(kg, primary, site), len(present)
    for (primary, site), verdict in rolled_up(kg).items():
        if verdict == ("commonly", "lay_words"):
            yield *named(kg, primary, site), 0


@answers("26")
def conflicts(kg: KnowledgeGraph) -> Rows:
    for (primary, site, relation), found in together(
        kg.assertions(), "primary", "site", "relation"
    ).items():
        for conflict in conflicts_among(found):
            for key, one in sorted({a.key: a for a in (conflict.one, conflict.other)}.items()):
                yield (
                    f"conflict:{conflict.key}",
                    *named(kg, primary, site),
                    f"relation:{relation}",
                    f"disagreement:{conflict.disagreement}",
                    f"assertion:{key}",
                    f"source:{one.source}",
                    one.locator,
                )


def label(kg: KnowledgeGraph, name: str) -> str:
    """Return the label of a node."""
    kind, _, key = name.partition(":")
    return (kg.catalog.primaries[key] if kind == "primary" else kg.catalog.sites[key]).label


def named(kg: KnowledgeGraph, primary: str, site: str) -> Row:
    """Return a pair with its labels."""
    return (
        *(f"primary:{primary}", kg.catalog.primaries[primary].label),
        *(f"site:{site}", kg.catalog.sites[site].label),
    )


def coded(assertion: Assertion, name: str) -> str | None:
    """Return the value of a closed list as a CURIE."""
    value = getattr(assertion, name)
    return None if value is None else f"{name}:{value}"


def percent_interval(assertion: Assertion) -> tuple[float, float] | None:
    """Return the 95 % interval in percent with four decimals, as the graph holds it."""
    if not assertion.total:
        return None
    if assertion.count is not None:
        least = most = assertion.count
    elif assertion.percent is None:
        return None
    else:
        # Every count that is rounded to the percentage as printed.
        printed = Fraction(assertion.percent)
        exponent = assertion.percent.as_tuple().exponent
        assert isinstance(exponent, int)
        half = Fraction(10) ** min(exponent, 0) / 2
        least = max(0, ceil((printed - half) * assertion.total / 100))
        most = min(assertion.total, floor((printed + half) * assertion.total / 100))
        if least > most:
            return None
    low, _ = wilson_interval(least, assertion.total)
    _, high = wilson_interval(most, assertion.total)
    return round(100 * low, 4), round(100 * high, 4)


def evidence_class(design: str, reading: str) -> str:
    """Return the class of evidence, by the table of the vocabulary."""
    if reading == "computed":
        return "ECO:0000180"
    special = {
        "expert_summary": "ECO:0000303",
        "lay_summary": "ECO:0000303",
        "literature_compilation": "ECO:0000304",
        "text_extraction": "ECO:0000501",
    }
    return special.get(design, "ECO:0006017")
