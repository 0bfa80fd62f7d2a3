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
    from metastasis.assertion import Assertion, read_assertions, write_assertions
    from metastasis.errors import MetastasisError
    from metastasis.graph import KnowledgeGraph, load
    from metastasis.vocabulary import DATA_RELEASE

__all__ = [
    "DATA_RELEASE",
    "Assertion",
    "KnowledgeGraph",
    "MetastasisError",
    "__version__",
    "load",
    "read_assertions",
    "write_assertions",
]

__version__ = "0.1.0"

_HOMES = {
    "Assertion": "metastasis.assertion",
    "read_assertions": "metastasis.assertion",
    "write_assertions": "metastasis.assertion",
    "MetastasisError": "metastasis.errors",
    "KnowledgeGraph": "metastasis.graph",
    "load": "metastasis.graph",
    "DATA_RELEASE": "metastasis.vocabulary",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: ``metastasis --help`` needs none of it."""
    if name not in _HOMES:
        raise AttributeError(f"module 'metastasis' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
