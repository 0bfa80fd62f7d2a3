"""KGX: the node and edge tables that Biolink tools read.

Columns follow KGX's TSV serialisation and Biolink 4 slots. Biolink has no predicate for the spread
of a cancer, and ``biolink:disease_has_location`` would let a reasoner conclude that breast cancer
is a bone cancer; so edges are ``biolink:related_to`` with our own property as
``original_predicate``, one edge per assertion, ``negated`` where the source denies it.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from metastasis.rdf.writer import derived_statements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from metastasis.assertion import Assertion
    from metastasis.catalog import Primary, Site
    from metastasis.graph import KnowledgeGraph

__all__ = ["EDGE_COLUMNS", "NODE_COLUMNS", "edges_table", "nodes_table"]

NODE_COLUMNS: Final = ("id", "category", "name", "synonym", "xref", "description", "provided_by")
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


def nodes_table(kg: KnowledgeGraph) -> str:
    """Return ``nodes.tsv``: every primary and site, by identifier."""
    primaries = sorted(kg.catalog.primaries.values(), key=lambda record: record.key)
    sites = sorted(kg.catalog.sites.values(), key=lambda record: record.key)
    rows = [
        *(_node("primary", "biolink:Disease", record) for record in primaries),
        *(_node("site", "biolink:GrossAnatomicalStructure", record) for record in sites),
    ]
    return _tsv(NODE_COLUMNS, rows)


def edges_table(kg: KnowledgeGraph) -> str:
    """Return ``edges.tsv``: every assertion, by identifier."""
    return _tsv(EDGE_COLUMNS, (_edge(kg, assertion) for assertion in kg.assertions()))


def _node(prefix: str, category: str, record: Primary | Site) -> Sequence[str]:
    return (
        f"{prefix}:{record.key}",
        category,
        record.label,
        "|".join(record.synonyms),
        "|".join(sorted({mapping.object for mapping in record.mappings})),
        record.note or "",
        "metastasis",
    )


def _edge(kg: KnowledgeGraph, assertion: Assertion) -> Sequence[str]:
    derived = derived_statements(assertion, kg.catalog)
    source = kg.catalog.sources[assertion.source]
    predicate = "met:extendsInto" if assertion.relation == "extension" else "met:spreadsTo"
    stated = {
        "has_count": assertion.count,
        "has_total": assertion.total,
        "has_percentage": None if assertion.percent is None else f"{assertion.percent:f}",
    }
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
        f"source:{assertion.source}",
        f"doi:{source.doi}" if source.doi else "",
        derived["biolink:has_evidence_of_type"],
        derived.get("met:frequencyClass", ""),
        *("" if value is None else str(value) for value in stated.values()),
        *(getattr(assertion, name) or "" for name in EDGE_COLUMNS[16:]),
    )


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
    """KGX cells hold no tabs or line breaks."""
    for row in rows:
        yield [" ".join(cell.split()) for cell in row]
