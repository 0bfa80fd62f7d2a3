"""Diagrams of a knowledge graph: each kind a function, all found in :data:`KINDS`.

>>> import metastasis as mets
>>> from metastasis.pictures import find_kind
>>> diagram = find_kind("network")(mets.load(), primaries=["breast", "prostate"])
>>> diagram.kind
'network'
>>> find_kind("pie")
Traceback (most recent call last):
...
metastasis.UnknownNameError: unknown diagram 'pie'. Did you mean 'network', 'heatmap', ...
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import UnknownNameError
from metastasis.pictures._alluvial import draw_alluvial
from metastasis.pictures._body import draw_body
from metastasis.pictures._diagram import Diagram
from metastasis.pictures._forest import draw_forest
from metastasis.pictures._heatmap import draw_heatmap
from metastasis.pictures._network import draw_network
from metastasis.pictures._output import FORMATS, save
from metastasis.pictures._profiles import draw_profiles
from metastasis.pictures._progression import draw_progression
from metastasis.pictures._ring import draw_ring
from metastasis.pictures._style import Style, current_style, styled
from metastasis.pictures._warning import EmptyDiagramWarning, SmallDiagramWarning

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from metastasis._graph import KnowledgeGraph
    from metastasis.pictures._selection import Names

__all__ = [
    "FORMATS",
    "KINDS",
    "Diagram",
    "Draw",
    "EmptyDiagramWarning",
    "SmallDiagramWarning",
    "Style",
    "current_style",
    "draw_alluvial",
    "draw_body",
    "draw_forest",
    "draw_heatmap",
    "draw_network",
    "draw_profiles",
    "draw_progression",
    "draw_ring",
    "find_kind",
    "save",
    "styled",
]

KINDS: Final[Mapping[str, Callable[..., Diagram]]] = MappingProxyType(
    {
        "network": draw_network,
        "heatmap": draw_heatmap,
        "body": draw_body,
        "ring": draw_ring,
        "alluvial": draw_alluvial,
        "forest": draw_forest,
        "profiles": draw_profiles,
    }
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
    <Draw: network, heatmap, body, ring, alluvial, forest, profiles>
    """

    def __init__(self, kg: KnowledgeGraph) -> None:
        self._kg = kg

    def __repr__(self) -> str:
        return f"<Draw: {', '.join(KINDS)}>"

    def network(self, **options: Any) -> Diagram:
        """Draw the bipartite network, or a progression; options as :func:`draw_network`."""
        return draw_network(self._kg, **options)

    def heatmap(self, **options: Any) -> Diagram:
        """Draw the heat map; options as :func:`draw_heatmap`."""
        return draw_heatmap(self._kg, **options)

    def body(self, primaries: Names = None, sites: Names = None, **options: Any) -> Diagram:
        """Draw the body map; options as :func:`draw_body`."""
        return draw_body(self._kg, primaries, sites, **options)

    def ring(self, **options: Any) -> Diagram:
        """Draw the ring; options as :func:`draw_ring`."""
        return draw_ring(self._kg, **options)

    def alluvial(self, **options: Any) -> Diagram:
        """Draw the alluvial diagram; options as :func:`draw_alluvial`."""
        return draw_alluvial(self._kg, **options)

    def forest(self, **options: Any) -> Diagram:
        """Draw the forest plot; options as :func:`draw_forest`."""
        return draw_forest(self._kg, **options)

    def profiles(self, **options: Any) -> Diagram:
        """Draw site profiles; options as :func:`draw_profiles`."""
        return draw_profiles(self._kg, **options)
