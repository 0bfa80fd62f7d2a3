"""A knowledge graph of metastatic patterns: where each cancer spreads, who says so, how often.

>>> import metastasis as mets
>>> kg = mets.load()
>>> kg.query("ASK { primary:prostate met:commonlySpreadsTo site:bone }")
True

Nothing here is a clinical tool.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from metastasis._errors import (
        AmbiguousNameError,
        EvidenceError,
        Fault,
        FederationError,
        GraphError,
        MetastasisError,
        MissingExtraError,
        QueryError,
        ReadError,
        TableError,
        UnknownNameError,
        WriteError,
    )
    from metastasis._evidence.assertion import Assertion, read_assertions, write_assertions
    from metastasis._graph import KnowledgeGraph, load
    from metastasis._vocabulary import DATA_RELEASE

__version__ = "0.1.0"

_HOMES = {
    "_errors": (
        "AmbiguousNameError",
        "EvidenceError",
        "Fault",
        "FederationError",
        "GraphError",
        "MetastasisError",
        "MissingExtraError",
        "QueryError",
        "ReadError",
        "TableError",
        "UnknownNameError",
        "WriteError",
    ),
    "_evidence.assertion": ("Assertion", "read_assertions", "write_assertions"),
    "_graph": ("KnowledgeGraph", "load"),
    "_vocabulary": ("DATA_RELEASE",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "DATA_RELEASE",
    "AmbiguousNameError",
    "Assertion",
    "EvidenceError",
    "Fault",
    "FederationError",
    "GraphError",
    "KnowledgeGraph",
    "MetastasisError",
    "MissingExtraError",
    "QueryError",
    "ReadError",
    "TableError",
    "UnknownNameError",
    "WriteError",
    "__version__",
    "load",
    "read_assertions",
    "write_assertions",
]


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: ``metastasis --help`` needs none of it."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'metastasis' has no attribute {name!r}")
    return getattr(import_module(f"metastasis.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
