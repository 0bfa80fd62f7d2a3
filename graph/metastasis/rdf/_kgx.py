"""KGX: the node and edge tables that Biolink tools read.

Columns follow KGX's TSV serialization and Biolink 4 slots. Biolink has no predicate for the spread
of a cancer, and ``biolink:disease_has_location`` would let a reasoner conclude that breast cancer
is a bone cancer; so edges are ``biolink:related_to`` with our own property as
``original_predicate``, one edge per assertion, ``negated`` where the source denies it. Sites that
name no place have neither node nor edge. The shipped query 18 gives the same in RDF.
Apart from the other forms because it follows a standard of its own, column by column.

Slots of Biolink come first, our own columns after them. ``has_count``, ``has_total`` and
``has_percentage`` are shares of the patients with the primary; counts of records and of metastases
at the site are in our own ``count``, ``total`` and ``percent`` only, as all numbers are.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from metastasis.rdf._write import derived_statements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from metastasis._catalog import Primary, Site
    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.evidence import Evidence

__all__ = ["EDGE_COLUMNS", "NODE_COLUMNS", "edges_table", "nodes_table"]

NODE_COLUMNS: Final = (
    "id",
    "category",
    "name",
    "synonym",
    "xref",
    "close_match",
    "narrow_match",
    "broad_match",
    "related_match",
    "description",
    "provided_by",
)
EDGE_COLUMNS: Final = (
    "id",
    "subject",
    "predicate",
    "object",
    "category",
    "original_predicate",
    "negated",
    "knowledge_level",
    "agent_type",
    "primary_knowledge_source",
    "publications",
    "has_evidence_of_type",
    "frequency_qualifier",
    "has_count",
    "has_total",
    "has_percentage",
    "source",
    "count",
    "total",
    "percent",
    "relation",
    "frequency",
    "occurrence",
    "denominator",
    "setting",
    "stage",
    "route",
    "population",
    "locator",
)
_MATCHES: Final = ("exactMatch", "closeMatch", "narrowMatch", "broadMatch", "relatedMatch")
_STATED: Final = EDGE_COLUMNS[EDGE_COLUMNS.index("relation") :]
_NO_SHARES: Final = frozenset({"records", "site_cases"})
"""Denominators that count no patients with the primary: Biolink would take them for such."""


def nodes_table(evidence: Evidence) -> str:
    """Return ``nodes.tsv``: every primary, and every site that is a place, by identifier."""
    primaries = sorted(evidence.catalog.primaries.values(), key=lambda record: record.key)
    sites = sorted(
        (site for site in evidence.catalog.sites.values() if site.is_anatomical),
        key=lambda record: record.key,
    )
    rows = [
        *(_node("primary", "biolink:Disease", record) for record in primaries),
        *(_node("site", "biolink:GrossAnatomicalStructure", record) for record in sites),
    ]
    return _tsv(NODE_COLUMNS, rows)


def edges_table(evidence: Evidence) -> str:
    """Return ``edges.tsv``: every assertion on a site that is a place, by identifier."""
    sites = evidence.catalog.sites
    on_places = (one for one in evidence.assertions if sites[one.site].is_anatomical)
    return _tsv(EDGE_COLUMNS, (_edge(evidence, assertion) for assertion in on_places))


def _node(prefix: str, category: str, record: Primary | Site) -> Sequence[str]:
    return (
        f"{prefix}:{record.key}",
        category,
        record.label,
        "|".join(record.synonyms),
        *(_matches(record, name) for name in _MATCHES),
        record.note or "",
        "metastasis",
    )


def _matches(record: Primary | Site, name: str) -> str:
    predicate = f"skos:{name}"
    return "|".join(sorted({one.object for one in record.mappings if one.predicate == predicate}))


def _edge(evidence: Evidence, assertion: Assertion) -> Sequence[str]:
    derived = derived_statements(assertion, evidence.catalog)
    source = evidence.catalog.sources[assertion.source]
    predicate = "met:extendsInto" if assertion.relation == "extension" else "met:spreadsTo"
    numbers = _numbers(assertion)
    return (
        f"assertion:{assertion.key}",
        f"primary:{assertion.primary}",
        "biolink:related_to",
        f"site:{assertion.site}",
        "biolink:Association",
        predicate,
        "true" if assertion.finding == "absent" else "false",
        derived["biolink:knowledge_level"],
        derived["biolink:agent_type"],
        "infores:metastasis",
        f"doi:{source.doi}" if source.doi else source.url or "",
        derived["biolink:has_evidence_of_type"],
        derived.get("met:frequencyClass", ""),
        *(("", "", "") if assertion.denominator in _NO_SHARES else numbers),
        f"source:{assertion.source}",
        *numbers,
        *(getattr(assertion, name) or "" for name in _STATED),
    )


def _numbers(assertion: Assertion) -> tuple[str, str, str]:
    """Return count, total and percent as written, blank where not given."""
    percent = "" if assertion.percent is None else f"{assertion.percent:f}"
    count, total = assertion.count, assertion.total
    return "" if count is None else str(count), "" if total is None else str(total), percent


def _tsv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(
        text,
        delimiter="\t",
        lineterminator="\n",
        quoting=csv.QUOTE_NONE,
        escapechar=None,
        quotechar=None,
    )
    writer.writerow(columns)
    for row in _clean(rows):
        writer.writerow(row)
    return text.getvalue()


def _clean(rows: Iterable[Sequence[str]]) -> Iterator[list[str]]:
    """Yield rows as KGX wants them: its cells hold no tabs and no line breaks."""
    for row in rows:
        yield [" ".join(cell.split()) for cell in row]
