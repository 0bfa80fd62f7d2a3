"""KGX: the node and edge tables that Biolink tools read, of pairs or of assertions.

Columns follow KGX's TSV serialization and the slots that Biolink 4.4 gives to their class; what has
no slot there is a column of our own, named as in our tables after ``met_``. Biolink has no
predicate for the spread of a cancer, and ``biolink:disease_has_location`` would let a reasoner
conclude that breast cancer is a bone cancer; so spread is ``biolink:related_to`` with our property
as ``original_predicate``. Growth into a neighbor is ``biolink:affects``: tools that key edges by
subject, predicate and object keep the two apart. The shipped query 18 gives the assertions in RDF.

KGX takes any text for true in ``negated``, and any ``|`` for the end of an item of a list. It reads
``same_as`` as a list and then finds fault with a list there; Biolink's own slot for the other names
of a node is ``equivalent_identifiers``.
Long because a table is told column by column.
Apart from the other forms because it follows a standard of its own, column by column.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, TypeAlias

from metastasis._catalog import Mapping, join_keys
from metastasis._clean import cell_of, shown
from metastasis._errors import check_choice
from metastasis.rdf._description import exceptions
from metastasis.rdf._serialize import header
from metastasis.rdf._write import derived_statements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Mapping as Dictionary

    from metastasis._catalog import Catalog, Primary, Site, Source
    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.evidence import Evidence
    from metastasis._evidence.pair import Pair

__all__ = [
    "ASSERTION_COLUMNS",
    "IDS",
    "NODE_COLUMNS",
    "PAIR_COLUMNS",
    "STUDY_COLUMNS",
    "assertion_tables",
    "node_ids",
    "pair_tables",
]

IDS: Final = ("known", "own")
"""Whose identifiers nodes have: Mondo's and Uberon's where they have a class, or ours."""

NODE_COLUMNS: Final = (
    "id",
    "category",
    "name",
    "synonym",
    "xref",
    "equivalent_identifiers",
    "description",
    "provided_by",
    "met_id_match",
    "met_kind",
    "met_close_match",
    "met_narrow_match",
    "met_broad_match",
    "met_related_match",
)
_EDGE_COLUMNS: Final = (
    "id",
    "subject",
    "predicate",
    "object",
    "category",
    "original_subject",
    "original_predicate",
    "original_object",
    "negated",
    "knowledge_level",
    "agent_type",
    "primary_knowledge_source",
    "publications",
    "has_evidence_of_type",
)
PAIR_COLUMNS: Final = (
    *_EDGE_COLUMNS,
    "has_evidence",
    "met_edge",
    "met_basis",
    "met_status",
    "met_proximity",
    "met_words",
    "met_numbers",
    "met_best_numbers",
    "met_denied_by",
    "met_sources",
    "met_source_count",
    "met_assertion_count",
    "met_conflict_count",
    "met_rolled_up_from",
)
ASSERTION_COLUMNS: Final = (
    *_EDGE_COLUMNS,
    "met_frequency_class",
    "met_source",
    "met_count",
    "met_total",
    "met_percent",
    "met_relation",
    "met_frequency",
    "met_occurrence",
    "met_denominator",
    "met_setting",
    "met_stage",
    "met_route",
    "met_population",
    "met_locator",
)
STUDY_COLUMNS: Final = (
    "id",
    "category",
    "name",
    "xref",
    "study_cohort",
    "study_date_range",
    "met_design",
    "met_registry",
    "met_license",
    "met_license_url",
)
_STATED: Final = tuple(
    name.removeprefix("met_")
    for name in ASSERTION_COLUMNS[ASSERTION_COLUMNS.index("met_relation") :]
)
_NEAR: Final = ("skos:closeMatch", "skos:narrowMatch", "skos:broadMatch", "skos:relatedMatch")
_SPREAD: Final = {
    "metastasis": ("biolink:related_to", "met:spreadsTo"),
    "extension": ("biolink:affects", "met:extendsInto"),
}
_LEVELS: Final = ("knowledge_assertion", "observation")
"""A pair that somebody asserts is asserted, whatever was observed of it beside."""
_AGENTS: Final = (
    "manual_agent",
    "manual_validation_of_automated_agent",
    "data_analysis_pipeline",
    "text_mining_agent",
)
"""The most careful first: it stands for a pair that several of them support."""
_ENTAILED: Final = ("logical_entailment", "automated_agent")

Cell: TypeAlias = "str | tuple[str, ...]"
"""What stands in a cell: a text, or the items of a list."""

_LOADING: Final = {
    "pairs": """\
One edge for each primary, site and relation. Those with met_rolled_up_from follow from the edges
named there; leave them out where nothing may count twice. A pair that is spoken of and has no edge
is left out, unless all that is said denies it: then negated is true.
has_evidence names the assertions behind an edge; "metastasis export kgx-assertions" writes them.
""",
    "assertions": """\
One edge for each assertion: several have the same subject, predicate and object, and only their id
tells them apart. kgx keys edges by subject, predicate and object when it loads a graph, which would
make one edge of them, with mixed provenance. Stream instead,
    kgx transform --stream ...        or Transformer(stream=True)
or key them by id:
    for subject, object, _, data in TsvSource(owner).parse("edges.tsv", "tsv"):
        graph.add_edge(subject, object, data["id"], data=data)
""",
}


def pair_tables(evidence: Evidence, command: str, ids: str = "known") -> dict[str, str]:
    """Return the files of the form ``kgx`` by name: an edge for each pair.

    >>> import metastasis as mets
    >>> tables = pair_tables(mets.load().evidence, "me")
    >>> sorted(tables)
    ['README.txt', 'edges.tsv', 'nodes.tsv', 'studies.tsv']
    """
    names = node_ids(evidence.catalog, ids)
    pairs = [
        pair
        for relation in _SPREAD
        for pair in evidence.pairs(relation=relation, roll_up=True)
        if pair.edge is not None or _is_denied(pair)
    ]
    rows = (_pair_edge(evidence, pair, names) for pair in pairs)
    return _folder(evidence, names, _tsv(PAIR_COLUMNS, rows), "pairs", command)


def assertion_tables(evidence: Evidence, command: str, ids: str = "known") -> dict[str, str]:
    """Return the files of the form ``kgx-assertions`` by name: an edge for each assertion.

    Sites that name no place have neither node nor edge.
    """
    names = node_ids(evidence.catalog, ids)
    rows = (
        _assertion_edge(evidence, one, names)
        for one in evidence.assertions
        if f"site:{one.site}" in names
    )
    return _folder(evidence, names, _tsv(ASSERTION_COLUMNS, rows), "assertions", command)


def node_ids(catalog: Catalog, ids: str = "known") -> dict[str, str]:
    """Return the identifier of every primary and every site that is a place, by our own.

    The class that Mondo has of a primary and Uberon of a site, where one is the key to join by: the
    exact match, or else the close one. Of several records with the same key, the one of which it is
    the exact match has it; where that does not decide, all keep ours.

    >>> from metastasis._catalog import read_catalog
    >>> node_ids(read_catalog())["site:liver"]
    'UBERON:0002107'

    Raises
    ------
    UnknownNameError
        ``ids`` is neither ``known`` nor ``own``.
    """
    check_choice("ids", ids, IDS)
    records = {name: record for name, record, _ in _records(catalog)}
    if ids == "own":
        return {name: name for name in records}
    claims = {name: _claim(name, record) for name, record in records.items()}
    by_claim = Counter(claims.values())
    exact = {known for shade, known in claims.values() if shade == "exact"}
    return {
        name: known
        if by_claim[shade, known] == 1 and (shade == "exact" or known not in exact)
        else name
        for name, (shade, known) in claims.items()
    }


def _records(catalog: Catalog) -> Iterator[tuple[str, Primary | Site, str]]:
    """Yield every record that is a node: its name, itself and its category, by key."""
    for _, primary in sorted(catalog.primaries.items()):
        yield f"primary:{primary.key}", primary, "biolink:Disease"
    for _, site in sorted(catalog.sites.items()):
        if site.is_anatomical:
            yield f"site:{site.key}", site, "biolink:GrossAnatomicalStructure"


def _claim(name: str, record: Primary | Site) -> tuple[str, str]:
    """Return the shade and the class that a record would be known by; itself where there is none.

    The class is the key that graphs of others are joined by.
    """
    known = join_keys(record).get("mondo" if name.startswith("primary:") else "uberon")
    if known is None:
        return "own", name
    is_exact = Mapping("skos:exactMatch", known) in record.mappings
    return "exact" if is_exact else "close", known


def _folder(
    evidence: Evidence, names: Dictionary[str, str], edges: str, what: str, command: str
) -> dict[str, str]:
    said = {one.source for one in evidence.assertions}
    studies = (_study(one) for key, one in sorted(evidence.catalog.sources.items()) if key in said)
    opening = header(command, mark="", rights=exceptions(evidence))
    return {
        "nodes.tsv": _tsv(NODE_COLUMNS, _nodes(evidence.catalog, names)),
        "edges.tsv": edges,
        "studies.tsv": _tsv(STUDY_COLUMNS, studies),
        "README.txt": f"{opening}\n{_readme(what, names)}",
    }


def _readme(what: str, names: Dictionary[str, str]) -> str:
    own = sum(name == known for name, known in names.items())
    return f"""\
{_LOADING[what]}
negated is true where the source denies the spread, and empty otherwise.
Columns of Biolink 4.4 come first; those that begin with met_ are ours, named as in our tables.
studies.tsv describes the sources that met_source and met_sources name, with their licenses.
{own} of {len(names)} nodes have identifiers of ours. A tool that checks prefixes has to be told:
    primary  https://w3id.org/metastasis/primary/
    site     https://w3id.org/metastasis/site/
"""


def _nodes(catalog: Catalog, names: Dictionary[str, str]) -> Iterator[Sequence[Cell]]:
    for name, record, category in _records(catalog):
        known = names[name]
        yield (
            known,
            category,
            record.label,
            record.synonyms,
            _matched(record, "skos:exactMatch"),
            () if known == name else (name,),
            record.note or "",
            "metastasis",
            "own" if known == name else _claim(name, record)[0],
            record.kind,
            *(_matched(record, predicate) for predicate in _NEAR),
        )


def _matched(record: Primary | Site, predicate: str) -> tuple[str, ...]:
    return tuple(sorted({one.object for one in record.mappings if one.predicate == predicate}))


def _study(source: Source) -> Sequence[Cell]:
    return (
        f"source:{source.key}",
        "biolink:Study",
        source.citation,
        _publication(source),
        source.population or "",
        source.years or "",
        source.design,
        source.registry,
        source.license or "",
        source.license_url or "",
    )


def _publication(source: Source) -> tuple[str, ...]:
    names = (("doi:", source.doi), ("PMID:", source.pmid), ("", source.url))
    return tuple(f"{prefix}{name}" for prefix, name in names if name)[:1]


def _edge(
    name: str,
    spread: Pair | Assertion,
    relation: str,
    names: Dictionary[str, str],
    *,
    negated: bool,
) -> Sequence[Cell]:
    """Return what every edge begins with: what it is, and what it says of what."""
    primary, site = f"primary:{spread.primary}", f"site:{spread.site}"
    predicate, original = _SPREAD[relation]
    ends = names[primary], predicate, names[site]
    originals = primary, original, site
    return (name, *ends, "biolink:Association", *originals, "true" if negated else "")


def _assertion_edge(
    evidence: Evidence, one: Assertion, names: Dictionary[str, str]
) -> Sequence[Cell]:
    derived = derived_statements(one, evidence.catalog)
    name, denied = f"assertion:{one.key}", one.finding == "absent"
    return (
        *_edge(name, one, one.relation, names, negated=denied),
        derived["biolink:knowledge_level"],
        derived["biolink:agent_type"],
        "infores:metastasis",
        _publication(evidence.catalog.sources[one.source]),
        (derived["biolink:has_evidence_of_type"],),
        derived.get("met:frequencyClass", ""),
        f"source:{one.source}",
        "" if one.count is None else str(one.count),
        "" if one.total is None else str(one.total),
        "" if one.percent is None else f"{one.percent:f}",
        *(getattr(one, column) or "" for column in _STATED),
    )


def _is_denied(pair: Pair) -> bool:
    return pair.edge is None and pair.status == "reported absent"


def _pair_edge(evidence: Evidence, pair: Pair, names: Dictionary[str, str]) -> Sequence[Cell]:
    denied = _is_denied(pair)
    said = [*pair.assertions, *(one for part in pair.parts for one in part.assertions)]
    behind = [one for one in said if (one.finding == "absent") == denied]
    against = [one for one in said if (one.finding == "absent") != denied]
    derived = [derived_statements(one, evidence.catalog) for one in behind]
    keys = sorted({one.source for one in behind})
    sources = [evidence.catalog.sources[key] for key in keys]
    best = (numbers[0].key for numbers in pair.by_frame.values())
    return (
        *_edge(_pair_id(pair), pair, _relation(pair), names, negated=denied),
        *_knowledge(pair, derived),
        "infores:metastasis",
        tuple(sorted({name for source in sources for name in _publication(source)})),
        tuple(sorted({one["biolink:has_evidence_of_type"] for one in derived})),
        _assertions(one.key for one in behind),
        pair.edge or "",
        pair.basis or "",
        pair.status,
        pair.proximity or "",
        pair.words,
        pair.numbers,
        _assertions(best),
        _assertions(one.key for one in against),
        tuple(f"source:{key}" for key in keys),
        str(len(keys)),
        str(len(behind)),
        str(len(pair.conflicts)),
        tuple(map(_pair_id, pair.parts)),
    )


def _pair_id(pair: Pair) -> str:
    """Return the name of a pair: for metastasis that of its node in RDF."""
    name = f"disease:{pair.primary}--{pair.site}"
    return f"{name}--extension" if _relation(pair) == "extension" else name


def _relation(pair: Pair) -> str:
    # A pair that is rolled up is one of metastasis: growth into a part is not rolled up.
    return pair.assertions[0].relation if pair.assertions else "metastasis"


def _knowledge(pair: Pair, derived: Sequence[Dictionary[str, str]]) -> tuple[str, str]:
    """Return Biolink's knowledge level and agent type of a pair."""
    if pair.is_rolled_up:
        return _ENTAILED
    levels = {one["biolink:knowledge_level"] for one in derived}
    agents = {one["biolink:agent_type"] for one in derived}
    return (
        next(level for level in _LEVELS if level in levels),
        next(agent for agent in _AGENTS if agent in agents),
    )


def _assertions(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(f"assertion:{key}" for key in keys))


def _tsv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    lines = ("\t".join(map(_cell, row)) for row in (columns, *rows))
    return "".join(f"{line}\n" for line in lines)


def _cell(value: Cell) -> str:
    """Return a cell as KGX wants it: no tab, no line break, and ``|`` between items alone."""
    return cell_of(_clean(value) if isinstance(value, str) else "|".join(map(_clean, value)))


def _clean(text: str) -> str:
    return " ".join(shown(text).replace("|", "/").split())
