"""Assertions and catalog to quads.

Assertions are in the named graph of their source, everything else is in the default graph.
No blank node is made, so that the same knowledge always gives the same quads.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from metastasis._catalog import join_keys
from metastasis._evidence.edge import least_total
from metastasis._files import ontology_path
from metastasis._vocabulary import (
    CODED,
    LISTS,
    contract,
    expand,
)
from metastasis.rdf._terms import DEFAULT_GRAPH, TYPE, integer, node, number, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from metastasis._catalog import Catalog, Primary, Site, Source
    from metastasis._catalog import Mapping as Match
    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.conflict import Conflict
    from metastasis._evidence.pair import Pair
    from metastasis._evidence.pair_summary import PairSummary

__all__ = [
    "Named",
    "assertion_quads",
    "catalog_quads",
    "conflict_quads",
    "derived_statements",
    "described",
    "frequency_class",
    "pair_quads",
    "source_quads",
    "vocabulary_quads",
]

_ASSERTIONS: Final = expand("assertion:")
_LINKS: Final = tuple(
    (name, node(f"met:{name}"), {value: node(f"{name}:{value}") for value in LISTS[name]})
    for name in CODED
)
_TEXTS: Final = (
    ("population", node("met:population")),
    ("locator", node("met:locator")),
    ("document_sha256", node("met:documentSha256")),
    ("note", node("skos:note")),
)
_INTEGERS: Final = tuple((name, node(f"met:{name}")) for name in ("count", "total", "start", "end"))

_FREQUENCY_CLASSES: Final = (
    (Decimal(100), "HP:0040280"),  # obligate
    (Decimal(80), "HP:0040281"),  # very frequent
    (Decimal(30), "HP:0040282"),  # frequent
    (Decimal(5), "HP:0040283"),  # occasional
    (Decimal(1), "HP:0040284"),  # very rare
)
_PUBLISHED: Final = frozenset(
    {"autopsy_series", "registry", "claims", "clinical_cohort", "sequencing_cohort", "model"}
)


def assertion_quads(assertion: Assertion, catalog: Catalog) -> Iterator[ox.Quad]:
    """Yield the quads of one assertion: what the table says, then what follows from it."""
    subject = ox.NamedNode(f"{_ASSERTIONS}{assertion.key}")
    graph = node(f"graph:{assertion.source}")
    for predicate, value in (*_stated(assertion, catalog), *_derived(assertion, catalog)):
        yield ox.Quad(subject, predicate, value, graph)


def catalog_quads(catalog: Catalog) -> Iterator[ox.Quad]:
    """Yield the quads of all primaries, sites and mapped diseases of a catalog."""
    for primary in catalog.primaries.values():
        yield from described(f"primary:{primary.key}", _primary(primary))
    for site in catalog.sites.values():
        yield from described(f"site:{site.key}", _site(site))
    for key, mappings in catalog.diseases.items():
        yield from described(f"disease:{key}", _disease(key, mappings, catalog))


def source_quads(source: Source, people: int | None) -> Iterator[ox.Quad]:
    """Yield the quads of a source; ``people`` is the most that a number of it is out of."""
    statements = _source(source)
    if people is not None:
        statements.append(("met:largestTotal", integer(people)))
    yield from described(f"source:{source.key}", statements)


def conflict_quads(conflict: Conflict, catalog: Catalog) -> Iterator[ox.Quad]:
    """Yield the quads of one contradiction: the pair, the reason, and the assertions concerned."""
    one = conflict.one
    pair = f"{catalog.primaries[one.primary].label} to {catalog.sites[one.site].label}"
    statements: Named = [
        ("rdf:type", node("met:Conflict")),
        ("rdfs:label", text(f"{pair}: {conflict.reason}")),
        ("met:aboutPrimary", node(f"primary:{one.primary}")),
        ("met:aboutSite", node(f"site:{one.site}")),
        ("met:aboutRelation", node(f"relation:{one.relation}")),
        ("met:disagreement", node(f"disagreement:{conflict.disagreement}")),
    ]
    statements += [
        ("met:concerns", ox.NamedNode(f"{_ASSERTIONS}{key}"))
        for key in sorted({one.key, conflict.other.key})
    ]
    yield from described(f"conflict:{conflict.key}", statements)


def pair_quads(summary: PairSummary) -> Iterator[ox.Quad]:
    """Yield the quads of the node of a pair: its edge, what that rests on, and who says so.

    Of a pair with an edge this is the node of its metastatic disease, which the rules name.
    """
    pair = summary.pair
    statements: Named = [
        ("rdf:type", node("met:Pair")),
        ("met:ofPrimary", node(f"primary:{pair.primary}")),
        ("met:inSite", node(f"site:{pair.site}")),
        ("met:status", text(pair.status)),
        *_edge(summary),
        *_counted(summary),
        *(("met:rolledUpFrom", node(_name(part))) for part in pair.parts),
    ]
    for one in pair.assertions:
        link = "met:supportedBy" if one.finding == "present" else "met:deniedBy"
        statements.append((link, ox.NamedNode(f"{_ASSERTIONS}{one.key}")))
    statements += [
        ("met:bestNumber", ox.NamedNode(f"{_ASSERTIONS}{one.key}")) for one in summary.best_numbers
    ]
    yield from described(_name(pair), statements)


def _name(pair: Pair) -> str:
    return f"disease:{pair.primary}--{pair.site}"


def _edge(summary: PairSummary) -> Named:
    pair = summary.pair
    found = (("edge", pair.edge), ("basis", pair.basis), ("rule", summary.rule))
    return [(f"met:{name}", node(f"{name}:{value}")) for name, value in found if value is not None]


def _counted(summary: PairSummary) -> Named:
    statements: Named = [
        ("met:assertionCount", integer(summary.assertions)),
        ("met:sourceCount", integer(summary.sources)),
        ("met:documentCount", integer(summary.documents)),
        ("met:independentCount", integer(summary.independent)),
        ("met:conflictCount", integer(summary.conflicts)),
    ]
    if summary.score is not None:
        statements.append(("met:belief", _score(summary.score)))
    if summary.against:
        statements.append(("met:beliefAgainst", _score(summary.against)))
    return statements


def _score(score: float) -> ox.Literal:
    """Return a score to four decimals, rounded down: no evidence makes a pair certain.

    As it is printed, that is: a float that stands for 0.86 is a trifle less.
    """
    found = Decimal(f"{score:.12f}").quantize(Decimal("0.0001"), ROUND_DOWN).normalize()
    return number(found)


def derived_statements(assertion: Assertion, catalog: Catalog) -> dict[str, str]:
    """Return what follows from an assertion: property to value, both as CURIEs or plain text."""
    return {
        contract(predicate.value): contract(value.value)
        for predicate, value in _derived(assertion, catalog)
    }


def vocabulary_quads() -> Iterator[ox.Quad]:
    """Yield the quads of ``ontology/metastasis.ttl``."""
    yield from ox.parse(path=str(ontology_path("metastasis.ttl")), format=ox.RdfFormat.TURTLE)


def frequency_class(assertion: Assertion) -> str | None:
    """Return the HPO frequency class of an assertion's percentage, as a CURIE.

    Obligate is 100 %, very frequent 80 to 99 %, frequent 30 to 79 %, occasional 5 to 29 %, very
    rare 1 to 4 %, excluded 0 % (Köhler S et al., Nucleic Acids Res 2021;49:D1207-D1217,
    doi:10.1093/nar/gkaa1043; each class here reaches up to the next). The classes are shares of
    the patients with the disease: None where N counts anything but all patients with the primary,
    as metastatic patients or autopsies do, where the population is narrowed, where the site counts
    only as sole or first site, where no percentage is known, and between 0 and 1 %, which no class
    covers.
    """
    percent = assertion.percent
    if (
        percent is None
        or assertion.denominator != "all_patients"
        or assertion.occurrence != "any"
        or assertion.population is not None
    ):
        return None
    for least, curie in _FREQUENCY_CLASSES:
        if percent >= least:
            return curie
    return "HP:0040285" if percent == 0 else None


_Statements = list[tuple[ox.NamedNode, ox.NamedNode | ox.Literal]]


def _stated(assertion: Assertion, catalog: Catalog) -> _Statements:
    primary = catalog.primaries[assertion.primary].label
    site = catalog.sites[assertion.site].label
    statements: _Statements = [
        (TYPE, node("met:SpreadAssertion")),
        (node("rdfs:label"), text(f"{primary} to {site} ({assertion.source})")),
        (node("met:primary"), node(f"primary:{assertion.primary}")),
        (node("met:site"), node(f"site:{assertion.site}")),
        (node("prov:wasDerivedFrom"), node(f"source:{assertion.source}")),
    ]
    for name, predicate, nodes in _LINKS:
        if (value := getattr(assertion, name)) is not None:
            statements.append((predicate, nodes[value]))
    for name, predicate in _TEXTS:
        if (value := getattr(assertion, name)) is not None:
            statements.append((predicate, text(value)))
    for name, predicate in _INTEGERS:
        if (value := getattr(assertion, name)) is not None:
            statements.append((predicate, integer(value)))
    if assertion.percent is not None:
        statements.append((node("met:percent"), number(assertion.percent)))
    return statements


def _derived(assertion: Assertion, catalog: Catalog) -> _Statements:
    source = catalog.sources[assertion.source]
    design = source.design
    computed = assertion.reading == "computed"
    level = "knowledge_assertion" if assertion.percent is None else "observation"
    statements: _Statements = [
        (node("met:finding"), node(f"finding:{assertion.finding}")),
        (node("biolink:has_evidence_of_type"), node(_evidence(design, computed=computed))),
        (node("biolink:knowledge_level"), text(level)),
        (node("biolink:agent_type"), text(_agent(assertion, design))),
    ]
    for name, who in (("pav:curatedBy", source.curated_by), ("pav:curatedOn", source.curated_on)):
        if who is not None:
            statements.append((node(name), text(who)))
    if (proximity := catalog.proximity(assertion.primary, assertion.site)) is not None:
        statements.append((node("met:proximity"), node(f"proximity:{proximity}")))
    if (frequency := frequency_class(assertion)) is not None:
        statements.append((node("met:frequencyClass"), node(frequency)))
    if assertion.interval is not None:
        low, high = assertion.interval
        statements.append((node("met:intervalLow"), number(_four_decimals(low))))
        statements.append((node("met:intervalHigh"), number(_four_decimals(high))))
        statements.append((node("met:intervalBasis"), text(str(assertion.interval_basis))))
    if (least := least_total(assertion, catalog.sources)) is not None:
        statements.append((node("met:leastTotal"), integer(least)))
    return statements


def _four_decimals(value: float) -> Decimal:
    """Return a percentage or a score to four decimals: more would say more than counts can."""
    return Decimal(f"{value:.4f}".rstrip("0").rstrip("."))


def _evidence(design: str, *, computed: bool) -> str:
    """Return the class of the Evidence and Conclusion Ontology.

    Nadendla S et al., Nucleic Acids Res 2022;50:D1515-D1521, doi:10.1093/nar/gkab1025.
    """
    if computed:
        return "ECO:0000180"  # clinical study evidence
    if design == "text_extraction":
        return "ECO:0000501"  # evidence used in automatic assertion
    if design == "literature_compilation":
        return "ECO:0000304"  # author statement supported by traceable reference, manual
    if design in _PUBLISHED:
        return "ECO:0006017"  # author statement from published clinical study, manual
    return "ECO:0000303"  # author statement without traceable support, manual


def _agent(assertion: Assertion, design: str) -> str:
    """Return the value of Biolink's AgentTypeEnum."""
    if assertion.reading == "computed":
        return "data_analysis_pipeline"
    if design == "text_extraction":
        return "text_mining_agent"
    return "manual_validation_of_automated_agent" if assertion.is_accepted else "manual_agent"


Named = list[tuple[str, ox.NamedNode | ox.Literal]]
"""Statements whose predicates are CURIEs."""


def described(subject: str, statements: Named) -> Iterator[ox.Quad]:
    for predicate, value in statements:
        yield ox.Quad(node(subject), node(predicate), value, DEFAULT_GRAPH)


def _primary(primary: Primary) -> Named:
    return [
        ("rdf:type", node("met:Primary")),
        *_named(primary),
        *(("met:subtypeOf", node(f"primary:{key}")) for key in primary.parents),
        *(("met:arisesIn", node(f"site:{key}")) for key in primary.arises_in),
        *(("met:hasNeighbor", node(f"site:{key}")) for key in primary.neighbors),
        *(("met:madeOf", node(f"primary:{key}")) for key in primary.made_of),
    ]


def _site(site: Site) -> Named:
    return [
        ("rdf:type", node("met:Site")),
        *_named(site),
        *(("met:partOf", node(f"site:{key}")) for key in site.parents),
    ]


def _named(record: Primary | Site) -> Named:
    statements: Named = [
        ("rdfs:label", text(record.label)),
        ("met:kind", node(f"kind:{record.kind}")),
        *(("skos:altLabel", text(name)) for name in record.synonyms),
        *_mapped(record.mappings),
        *((f"met:{name}", node(term)) for name, term in join_keys(record).items()),
    ]
    if record.sex is not None:
        statements.append(("met:sex", text(record.sex)))
    if record.note is not None:
        statements.append(("skos:note", text(record.note)))
    return statements


def _mapped(mappings: Iterable[Match]) -> Named:
    return [(mapping.predicate, node(mapping.object)) for mapping in mappings]


def _source(source: Source) -> Named:
    statements: Named = [
        ("rdf:type", node("met:Source")),
        ("rdfs:label", text(source.key)),
        ("dcterms:bibliographicCitation", text(source.citation)),
        ("met:design", node(f"design:{source.design}")),
    ]
    if source.license is not None:
        statements.append(("dcterms:rights", text(source.license)))
    if source.license_url is not None:
        statements.append(("dcterms:license", ox.NamedNode(source.license_url)))
    if source.url is not None:
        statements.append(("dcat:landingPage", ox.NamedNode(source.url)))
    if source.doi is not None:
        statements.append(("rdfs:seeAlso", ox.NamedNode(f"https://doi.org/{source.doi}")))
    if source.year is not None:
        statements.append(("met:publicationYear", integer(source.year)))
    for name, predicate in (
        ("doi", "met:doi"),
        ("pmid", "met:pmid"),
        ("curated_by", "pav:curatedBy"),
        ("curated_on", "pav:curatedOn"),
        ("population", "met:studyPopulation"),
        ("years", "met:years"),
        ("note", "skos:note"),
    ):
        if (value := getattr(source, name)) is not None:
            statements.append((predicate, text(value)))
    statements += [("met:registry", text(name)) for name in source.registry]
    statements += [("met:people", text(entry)) for entry in source.people]
    for predicate, year in zip(("met:yearFrom", "met:yearTo"), source.span or (), strict=False):
        statements.append((predicate, integer(year)))
    return statements


def _disease(key: str, mappings: Iterable[Match], catalog: Catalog) -> Named:
    primary, _, site = key.partition("--")
    name = f"metastatic {catalog.primaries[primary].label} in the {catalog.sites[site].label}"
    return [
        ("rdf:type", node("met:MetastaticDisease")),
        ("rdfs:label", text(name)),
        ("met:ofPrimary", node(f"primary:{primary}")),
        ("met:inSite", node(f"site:{site}")),
        *_mapped(mappings),
    ]
