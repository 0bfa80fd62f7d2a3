"""Diagrams of a knowledge graph: each kind a function, all found in :data:`KINDS`.

>>> import metastasis as mets
>>> from metastasis.diagrams import find_kind
>>> diagram = find_kind("network")(mets.load(), primaries=["breast", "prostate"])
>>> diagram.kind
'network'
>>> find_kind("pie")
Traceback (most recent call last):
...
metastasis.errors.UnknownNameError: unknown diagram 'pie'. Did you mean 'network' or 'heatmap'?
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from metastasis.diagrams.diagram import Diagram
from metastasis.diagrams.heatmap import draw_heatmap
from metastasis.diagrams.network import draw_network
from metastasis.diagrams.output import FORMATS, save
from metastasis.diagrams.style import Style, current_style, styled
from metastasis.diagrams.warning import EmptyDiagramWarning, SmallDiagramWarning
from metastasis.errors import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from metastasis.graph import KnowledgeGraph

__all__ = [
    "FORMATS",
    "KINDS",
    "Diagram",
    "Draw",
    "EmptyDiagramWarning",
    "SmallDiagramWarning",
    "Style",
    "current_style",
    "draw_heatmap",
    "draw_network",
    "find_kind",
    "save",
    "styled",
]

KINDS: Final[Mapping[str, Callable[..., Diagram]]] = MappingProxyType(
    {"network": draw_network, "heatmap": draw_heatmap}
)
"""Each kind of diagram, and the function that draws it from a knowledge graph."""


def find_kind(name: str) -> Callable[..., Diagram]:
    """Return the function that draws a kind of diagram.

    Raises
    ------
    UnknownNameError
        There is no such kind; the error lists them.
    """
    if name not in KINDS:
        raise UnknownNameError("diagram", name, list(KINDS))
    return KINDS[name]


class Draw:
    """The diagrams of one graph, one method a kind: what ``kg.draw`` is.

    >>> import metastasis as mets
    >>> mets.load().draw
    <Draw: network, heatmap>
    """

    def __init__(self, kg: KnowledgeGraph) -> None:
        self._kg = kg

    def __repr__(self) -> str:
        return f"<Draw: {', '.join(KINDS)}>"

    def network(self, **options: Any) -> Diagram:
        """Draw the bipartite network; options as :func:`draw_network`."""
        return draw_network(self._kg, **options)

    def heatmap(self, **options: Any) -> Diagram:
        """Draw the heat map; options as :func:`draw_heatmap`."""
        return draw_heatmap(self._kg, **options)
