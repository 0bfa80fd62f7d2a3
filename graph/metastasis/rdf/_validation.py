"""Checking a store against the SHACL shapes of ``ontology/shapes.ttl``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metastasis._errors import MissingExtraError
from metastasis._files import ontology_path
from metastasis._vocabulary import PREFIXES, contract
from metastasis.rdf._serialize import rdflib_graph
from metastasis.rdf._terms import local_name

if TYPE_CHECKING:
    import pyoxigraph as ox

__all__ = ["shape_faults"]


def shape_faults(store: ox.Store) -> list[str]:
    """Return what the shapes find wrong with a graph, one sentence each, sorted.

    Raises
    ------
    MissingExtraError
        pyshacl is not installed; the extra ``validate`` brings it.
    """
    try:
        from pyshacl import validate
    except ImportError:
        raise MissingExtraError("pyshacl", "validate") from None
    from rdflib import Graph, URIRef

    shapes = Graph().parse(ontology_path("shapes.ttl"), format="turtle")
    conforms, report, _ = validate(rdflib_graph(store), shacl_graph=shapes, inference="none")
    if conforms:
        return []
    sh = PREFIXES["sh"]
    found = []
    for result in report.subjects(URIRef(f"{sh}resultSeverity")):
        focus = report.value(result, URIRef(f"{sh}focusNode"))
        path = report.value(result, URIRef(f"{sh}resultPath"))
        message = report.value(result, URIRef(f"{sh}resultMessage"))
        where = f" {local_name(str(path))}" if path is not None else ""
        found.append(f"{contract(str(focus))}{where}: {message}")
    return sorted(set(found))
