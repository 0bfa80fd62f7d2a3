"""The arguments and options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from metastasis._cli.output import RowFormat

if TYPE_CHECKING:
    from metastasis._graph import KnowledgeGraph

__all__ = [
    "Edge",
    "EdgeOption",
    "FormatOption",
    "GraphOption",
    "How",
    "OutOption",
    "RollUpOption",
    "open_graph",
]


class How(StrEnum):
    """One of the named things, or every one."""

    any = "any"
    all = "all"


class Edge(StrEnum):
    """Which edges count."""

    any = "any"
    commonly = "commonly"
    possibly = "possibly"
    rarely = "rarely"


GraphOption = Annotated[
    str | None,
    typer.Option(
        "--graph",
        metavar="FILE|ADDRESS",
        help="A graph file or the address of a SPARQL endpoint.  [default: the shipped graph]",
    ),
]
FormatOption = Annotated[
    RowFormat | None,
    typer.Option(
        "--format",
        help="How rows are written.  [default: what the ending of --out tells; else table on a "
        "terminal, csv on a pipe]",
    ),
]
OutOption = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE",
        help="A file to write, whole or not at all.  [default: standard output]",
    ),
]
EdgeOption = Annotated[
    Edge,
    typer.Option(help="Only edges of this class; possibly is neither commonly nor rarely."),
]
RollUpOption = Annotated[
    bool,
    typer.Option(
        "--roll-up/--exact", help="Whether a part counts as its whole, such as a vertebra as bone."
    ),
]


def open_graph(place: str | None) -> KnowledgeGraph:
    """Return the graph of a file or an endpoint, or the shipped one.

    Raises
    ------
    ReadError, GraphError, UnknownNameError
        As :meth:`metastasis._graph.KnowledgeGraph.read`.
    """
    from metastasis._cli.progress import waiting
    from metastasis._graph import KnowledgeGraph, load

    if place is None:
        return load()
    with waiting(f"reading {place}"):
        return KnowledgeGraph.read(place)
