"""A knowledge graph of metastatic patterns: where each cancer spreads, who says so, how often.

>>> import metastasis as mets
>>> kg = mets.load()
>>> kg.query("ASK { primary:prostate met:commonlySpreadsTo site:bone }")
True

Nothing here is a clinical tool.
"""

from __future__ import annotations

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
