"""The metastatic diseases as terms for a disease ontology, keyed by origin and site.

Mondo names metastases by where they are ("metastatic malignant neoplasm in the brain"), and its
users ask for where they come from (https://github.com/monarch-initiative/mondo/issues/10589). Each
pair with an edge is a term of a ROBOT template (https://robot.obolibrary.org/template), and a row
of a table of mappings (https://mapping-commons.github.io/sssom/).

A term is a metastatic malignant neoplasm that arises from a cancer (RO:0004022, with the cancer as
its filler, as the request has it) and has a metastatic site (NCIT:R102). It is not said to *have
location* there (RO:0004026): Mondo defines bone cancer as a cancer with a location in bone, so that
a reasoner would make breast cancer in the bone a bone cancer. Where both terms are exact matches
that is a definition, else only what follows from being one.

Apart from the other forms because it follows standards of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from metastasis._catalog.files import read_term_labels
from metastasis._catalog.keys import join_keys
from metastasis._catalog.records import Mapping
from metastasis._clean import separated
from metastasis._evidence.pair import preference
from metastasis._evidence.pair_summary import summaries
from metastasis._files import ontology_path
from metastasis._vocabulary import BASE, DATA_LICENSE, DATA_RELEASE, NOT_CLINICAL, PREFIXES
from metastasis.rdf._description import MAKERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from metastasis._catalog import Catalog, Primary, Site, Source
    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.evidence import Evidence
    from metastasis._evidence.pair import Pair
    from metastasis._evidence.pair_summary import PairSummary

__all__ = ["disease_mappings", "robot_template"]

_PARENT: Final = "MONDO:0024880"
"""Metastatic malignant neoplasm."""
_ARISES_FROM: Final = ("RO:0004022", "disease arises from feature")
_METASTATIC_SITE: Final = ("NCIT:R102", "Disease_Has_Metastatic_Anatomic_Site")

_TEMPLATE: Final = {
    "id": "ID",
    "label": "LABEL",
    "type": "TYPE",
    "definition": "A IAO:0000115",
    "references": ">A oboInOwl:hasDbXref SPLIT=|",
    "exact synonym": "A oboInOwl:hasExactSynonym",
    "parent": "SC %",
    "arises from": f"SC '{_ARISES_FROM[1]}' some %",
    "has metastatic site": f"SC '{_METASTATIC_SITE[1]}' some %",
    "defined by parent": "EC %",
    "defined by origin": f"EC '{_ARISES_FROM[1]}' some %",
    "defined by site": f"EC '{_METASTATIC_SITE[1]}' some %",
    "evidence": "A rdfs:comment",
    "origin": "",
    "site": "",
    "edge": "",
    "basis": "",
    "assertions": "",
    "denying": "",
    "sources": "",
    "documents": "",
}
"""The columns of the template, each with what ROBOT makes of it; nothing of those for readers."""

_REFERENCES: Final = 3
"""References of a definition: enough to check it by, and no list of literature."""

_COLUMNS: Final = (
    "subject_id",
    "subject_label",
    "predicate_id",
    "object_id",
    "object_label",
    "mapping_justification",
    "comment",
)


class _Term(NamedTuple):
    """A metastatic disease: the pair, its two ends, and what they are called elsewhere."""

    summary: PairSummary
    primary: Primary
    site: Site

    @property
    def pair(self) -> Pair:
        return self.summary.pair

    @property
    def key(self) -> str:
        return f"{self.primary.key}--{self.site.key}"

    @property
    def label(self) -> str:
        return f"metastatic {self.primary.label} in the {self.site.label}"

    @property
    def ends(self) -> tuple[str, str]:
        """The cancer in Mondo and the place in Uberon; blank where there is none."""
        origin, site = join_keys(self.primary).get("mondo"), join_keys(self.site).get("uberon")
        return origin or "", site or ""

    @property
    def is_defined(self) -> bool:
        """Whether both terms mean the same as ours, so that together they define the disease."""
        origin, site = (Mapping("skos:exactMatch", term) for term in self.ends)
        return origin in self.primary.mappings and site in self.site.mappings


def robot_template(evidence: Evidence) -> str:
    """Return the ROBOT template of the metastatic diseases, by key."""
    properties = [
        {"id": name, "label": label, "type": "object property"}
        for name, label in (_ARISES_FROM, _METASTATIC_SITE)
    ]
    rows = [_TEMPLATE, *properties, *(_row(term, evidence.catalog) for term in _terms(evidence))]
    return _tsv(tuple(_TEMPLATE), rows)


def disease_mappings(evidence: Evidence) -> str:
    """Return the SSSOM table of the metastatic diseases, by key."""
    labels = read_term_labels(ontology_path("mappings"))
    rows = [row for term in _terms(evidence) for row in _mapped(term, evidence.catalog, labels)]
    return _sssom_header(rows) + _tsv(_COLUMNS, rows)


def _terms(evidence: Evidence) -> list[_Term]:
    """Return the metastatic diseases: the pairs with an edge, but for cancers of many kinds."""
    catalog = evidence.catalog
    terms = (
        _Term(one, catalog.primaries[one.pair.primary], catalog.sites[one.pair.site])
        for one in evidence.made(summaries)
        if one.pair.edge is not None
    )
    return sorted(
        (term for term in terms if term.primary.kind != "grouping"), key=lambda term: term.key
    )


def _row(term: _Term, catalog: Catalog) -> dict[str, str]:
    origin, site = term.ends
    columns = ("defined by parent", "defined by origin", "defined by site")
    if not term.is_defined:
        columns = ("parent", "arises from", "has metastatic site")
    summary = term.summary
    return {
        "id": f"disease:{term.key}",
        "label": term.label,
        "type": "class",
        "definition": (
            f"A metastatic malignant neoplasm in the {term.site.label} that arises from "
            f"{term.primary.label}."
        ),
        "references": "|".join(_references(term.pair, catalog)),
        "exact synonym": f"{term.primary.label} metastatic to the {term.site.label}",
        **dict(zip(columns, (_PARENT, origin, site), strict=True)),
        "evidence": _evidence(summary),
        "origin": term.primary.label,
        "site": term.site.label,
        "edge": term.pair.edge or "",
        "basis": term.pair.basis or "",
        "assertions": str(summary.assertions),
        "denying": str(summary.denying),
        "sources": str(summary.sources),
        "documents": str(summary.documents),
    }


def _evidence(summary: PairSummary) -> str:
    """Return what the term rests on, in words."""
    pair = summary.pair
    said = f"No source here speaks of it; it follows from {', '.join(pair.rolled_up_from)}."
    if not pair.is_rolled_up:
        said = (
            f"Statements that report it: {summary.supporting}; that deny it: {summary.denying}; "
            f"their sources: {summary.sources}."
        )
    basis = str(pair.basis).replace("_", " ")
    edge = f"Spreads there {pair.edge}, by {basis}."
    return f"{said} {edge} Metastasis, data release {DATA_RELEASE}. {NOT_CLINICAL}"


def _references(pair: Pair, catalog: Catalog) -> list[str]:
    """Return where the pair is reported, those first whose number stands for it."""
    reports = [one for one in _all_said(pair) if one.finding == "present"]
    reports.sort(key=lambda one: (one.percent is None, *preference(one)))
    sources = dict.fromkeys(one.source for one in reports)
    found = dict.fromkeys(filter(None, (_reference(catalog.sources[key]) for key in sources)))
    return list(found)[:_REFERENCES]


def _all_said(pair: Pair) -> Iterator[Assertion]:
    yield from pair.assertions
    for part in pair.parts:
        yield from _all_said(part)


def _reference(source: Source) -> str | None:
    if source.pmid is not None:
        return f"PMID:{source.pmid}"
    return f"DOI:{source.doi}" if source.doi else source.url


def _mapped(term: _Term, catalog: Catalog, labels: dict[str, str]) -> Iterator[dict[str, str]]:
    """Yield the mappings of a disease: what was looked up, then what follows from its two ends."""
    looked_up = catalog.diseases.get(term.key, ())
    for one in sorted(looked_up, key=lambda one: one.object):
        yield _mapping(term, one.predicate, one.object, labels, "semapv:ManualMappingCuration")
    known = {one.object for one in looked_up}
    for other in sorted(_named_metastases(term, catalog, labels) - known):
        comment = "Names metastases by where they come from, or by where they are, alone."
        yield _mapping(term, "skos:broadMatch", other, labels, "semapv:MappingChaining", comment)
    origin, _ = term.ends
    if origin:
        comment = "The cancer that it arises from."
        yield _mapping(term, "skos:relatedMatch", origin, labels, "semapv:MappingChaining", comment)


def _named_metastases(term: _Term, catalog: Catalog, labels: dict[str, str]) -> set[str]:
    """Return the terms that name metastases of the cancer, or to the place or what it lies in.

    They stand among the related matches of cancers and places, and their labels say what they are.
    """
    records: list[Primary | Site] = [
        catalog.primaries[key] for key in catalog.supertypes(term.primary.key)
    ]
    records += [catalog.sites[key] for key in catalog.wholes(term.site.key)]
    return {
        one.object
        for record in records
        for one in record.mappings
        if one.predicate == "skos:relatedMatch"
        and labels.get(one.object, "").casefold().startswith("metasta")
    }


def _mapping(
    term: _Term, predicate: str, other: str, labels: dict[str, str], why: str, comment: str = ""
) -> dict[str, str]:
    cells = (f"disease:{term.key}", term.label, predicate, other, labels.get(other, ""), why)
    return dict(zip(_COLUMNS, (*cells, comment), strict=True))


def _sssom_header(rows: Iterable[dict[str, str]]) -> str:
    """Return the metadata of the table, in YAML behind comment marks."""
    used = {row["object_id"].partition(":")[0] for row in rows}
    prefixes = {prefix: PREFIXES[prefix] for prefix in sorted(used | {"disease", "skos"})}
    prefixes |= {"semapv": "https://w3id.org/semapv/vocab/", "w3id": "https://w3id.org/"}
    lines = [
        "curie_map:",
        *(f"  {prefix}: {address}" for prefix, address in sorted(prefixes.items())),
        f"mapping_set_id: {BASE}mappings/metastatic-diseases",
        f"mapping_set_version: '{DATA_RELEASE}'",
        "mapping_set_title: Metastatic diseases (primary and site) to Mondo and NCIt",
        f"license: {DATA_LICENSE}",
        "creator_label:",
        f"- {MAKERS}",
        "subject_source: w3id:metastasis",
        f"subject_source_version: '{DATA_RELEASE}'",
        f"comment: '{NOT_CLINICAL}'",
    ]
    return "".join(f"#{line}\n" for line in lines)


def _tsv(columns: tuple[str, ...], rows: Iterable[dict[str, str]]) -> str:
    cells = ([" ".join(row.get(name, "").split()) for name in columns] for row in rows)
    return separated([columns, *cells], "\t")
