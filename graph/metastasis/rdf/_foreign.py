"""What the terms of other ontologies are called, in graphs apart from what is our own.

Whoever reads ``skos:closeMatch MONDO:0007254`` sees that this is Mondo's breast cancer. Each
ontology has its graph, with its license; ICD-10-CM has none, since its codes are shipped without
labels. Apart from the writing of the catalog because reading a graph back leaves all of this out:
the labels come from the shipped mapping tables, whatever else the graph holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from metastasis._catalog.files import read_term_labels
from metastasis._files import ontology_path
from metastasis.rdf._terms import node, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metastasis._catalog import Catalog
    from metastasis.rdf._write import Named

__all__ = ["about_labels", "foreign_quads"]

_START: Final = "labels_"
"""What the keys of these graphs begin with; a key of a source has no underscore."""

_CC_BY_4: Final = "https://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True, slots=True)
class _Ontology:
    name: str
    home: str
    rights: str
    license: str | None = None


_ONTOLOGIES: Final = {
    "MONDO": _Ontology(
        "the Mondo Disease Ontology",
        "http://purl.obolibrary.org/obo/mondo.owl",
        "CC BY 4.0, the Monarch Initiative",
        _CC_BY_4,
    ),
    "UBERON": _Ontology(
        "Uberon",
        "http://purl.obolibrary.org/obo/uberon.owl",
        "CC BY 3.0, the Uberon project",
        "https://creativecommons.org/licenses/by/3.0/",
    ),
    "NCIT": _Ontology(
        "the NCI Thesaurus",
        "http://purl.obolibrary.org/obo/ncit.owl",
        "CC BY 4.0, Enterprise Vocabulary Services of the National Cancer Institute, USA",
        _CC_BY_4,
    ),
    "DOID": _Ontology(
        "the Human Disease Ontology",
        "http://purl.obolibrary.org/obo/doid.owl",
        "CC0 1.0, the Disease Ontology project",
        "https://creativecommons.org/publicdomain/zero/1.0/",
    ),
    "ONCOTREE": _Ontology(
        "OncoTree",
        "https://oncotree.mskcc.org/",
        "CC BY 4.0, Memorial Sloan Kettering Cancer Center",
        _CC_BY_4,
    ),
    "MESH": _Ontology(
        "Medical Subject Headings",
        "https://www.nlm.nih.gov/mesh/",
        "A work of the United States government, courtesy of the National Library of Medicine",
    ),
}
"""Where the terms of each prefix come from, and under which terms their labels may be passed on."""


def foreign_quads(catalog: Catalog) -> Iterator[ox.Quad]:
    """Yield the label of each term that the catalog is mapped to, in the graph of its ontology."""
    labels = _labels()
    for term in sorted(_mapped(catalog) & labels.keys()):
        prefix = term.partition(":")[0]
        if prefix in _ONTOLOGIES:
            graph = node(f"graph:{_START}{prefix.lower()}")
            yield ox.Quad(node(term), node("rdfs:label"), text(labels[term]), graph)


@cache
def _labels() -> dict[str, str]:
    """Return what the shipped mappings call the terms of others: read once for all graphs."""
    return read_term_labels(ontology_path("mappings"))


def about_labels(key: str) -> Named | None:
    """Return what is said of the graph of an ontology's labels, by its key; None of other graphs.

    >>> about_labels("wu-2017-breast")
    >>> [name for name, _ in about_labels("labels_mesh")]
    ['dcterms:title', 'dcterms:source', 'dcterms:rights']
    """
    ontology = _ONTOLOGIES.get(key.removeprefix(_START).upper())
    if ontology is None or not key.startswith(_START):
        return None
    statements: Named = [
        ("dcterms:title", text(f"Labels of terms of {ontology.name}")),
        ("dcterms:source", ox.NamedNode(ontology.home)),
        ("dcterms:rights", text(ontology.rights)),
    ]
    if ontology.license is not None:
        statements.append(("dcterms:license", ox.NamedNode(ontology.license)))
    return statements


def _mapped(catalog: Catalog) -> set[str]:
    found = [record.mappings for record in catalog.primaries.values()]
    found += [record.mappings for record in catalog.sites.values()]
    found += catalog.diseases.values()
    return {one.object for mappings in found for one in mappings}
