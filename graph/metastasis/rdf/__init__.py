"""The graph as RDF: its forms, its store of quads, SPARQL over it, and its checks.

:class:`metastasis.KnowledgeGraph` uses all of this; here it is for whoever holds an
:class:`metastasis.Evidence` or a `pyoxigraph.Store` of their own. Modules are imported when a name
is first asked for.

>>> import metastasis as mets
>>> from metastasis.rdf import build_store, run_query
>>> store = build_store(mets.load().evidence)
>>> run_query(store, "ASK { primary:breast met:commonlySpreadsTo site:bone }")
True
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from metastasis.rdf._build import build_store
    from metastasis.rdf._exchange.kgcl import kgcl_statements
    from metastasis.rdf._exchange.patch import rdf_patch
    from metastasis.rdf._formats import FORMS, Form, find_format
    from metastasis.rdf._read import load_store, read_evidence
    from metastasis.rdf._sparql.answers import Rows, Triples
    from metastasis.rdf._sparql.query import run_query
    from metastasis.rdf._sparql.shipped_queries import (
        ShippedQuery,
        find_query,
        read_query,
        shipped_queries,
    )
    from metastasis.rdf._validation import shape_faults
    from metastasis.rdf._verify import content_faults, derivation_faults

_HOMES = {
    "rdf._sparql.answers": ("Rows", "Triples"),
    "rdf._build": ("build_store",),
    "rdf._formats": ("FORMS", "Form", "find_format"),
    "rdf._exchange.kgcl": ("kgcl_statements",),
    "rdf._exchange.patch": ("rdf_patch",),
    "rdf._sparql.query": ("run_query",),
    "rdf._read": ("load_store", "read_evidence"),
    "rdf._sparql.shipped_queries": ("ShippedQuery", "find_query", "read_query", "shipped_queries"),
    "rdf._validation": ("shape_faults",),
    "rdf._verify": ("content_faults", "derivation_faults"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "FORMS",
    "Form",
    "Rows",
    "ShippedQuery",
    "Triples",
    "build_store",
    "content_faults",
    "derivation_faults",
    "find_format",
    "find_query",
    "kgcl_statements",
    "load_store",
    "rdf_patch",
    "read_evidence",
    "read_query",
    "run_query",
    "shape_faults",
    "shipped_queries",
]


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'metastasis.rdf' has no attribute {name!r}")
    return getattr(import_module(f"metastasis.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
