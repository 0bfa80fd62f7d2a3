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

from metastasis._vocabulary import VERSION

if TYPE_CHECKING:
    from metastasis._catalog import Source
    from metastasis._errors import (
        AmbiguousNameError,
        EvidenceError,
        Fault,
        FederationError,
        FitError,
        GraphError,
        MetastasisError,
        MissingExtraError,
        QueryError,
        QueryMemoryError,
        QueryTimeoutError,
        ReadError,
        ReadOnlyError,
        ServeError,
        TableError,
        UnknownNameError,
        WriteError,
    )
    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.assertion_table import read_assertions, write_assertions
    from metastasis._evidence.evidence import Evidence
    from metastasis._evidence.frame import Frame
    from metastasis._graph import KnowledgeGraph, load
    from metastasis._vocabulary import DATA_RELEASE
    from metastasis.text import read_page, read_text

__version__ = VERSION

_HOMES = {
    "_errors": (
        "AmbiguousNameError",
        "EvidenceError",
        "Fault",
        "FederationError",
        "FitError",
        "GraphError",
        "MetastasisError",
        "MissingExtraError",
        "QueryError",
        "QueryMemoryError",
        "QueryTimeoutError",
        "ReadError",
        "ReadOnlyError",
        "TableError",
        "UnknownNameError",
        "ServeError",
        "WriteError",
    ),
    "_catalog": ("Source",),
    "_evidence.assertion": ("Assertion",),
    "_evidence.assertion_table": ("read_assertions", "write_assertions"),
    "_evidence.evidence": ("Evidence",),
    "_evidence.frame": ("Frame",),
    "_graph": ("KnowledgeGraph", "load"),
    "_vocabulary": ("DATA_RELEASE",),
    "text": ("read_page", "read_text"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "DATA_RELEASE",
    "AmbiguousNameError",
    "Assertion",
    "Evidence",
    "EvidenceError",
    "Fault",
    "FederationError",
    "FitError",
    "Frame",
    "GraphError",
    "KnowledgeGraph",
    "MetastasisError",
    "MissingExtraError",
    "QueryError",
    "QueryMemoryError",
    "QueryTimeoutError",
    "ReadError",
    "ReadOnlyError",
    "ServeError",
    "Source",
    "TableError",
    "UnknownNameError",
    "WriteError",
    "__version__",
    "load",
    "read_assertions",
    "read_page",
    "read_text",
    "write_assertions",
]


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: ``metastasis --help`` needs none of it."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'metastasis' has no attribute {name!r}")
    return getattr(import_module(f"metastasis.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
