"""Pictures of evidence: each kind a function of evidence and options, all listed in :data:`KINDS`.

>>> import metastasis as mets
>>> from metastasis.pictures import draw_network
>>> diagram = draw_network(mets.load().evidence, primaries=["breast", "prostate"])
>>> diagram.kind
'network'

Matplotlib is imported when the first picture is drawn, not with this module.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from metastasis.pictures._kind import KINDS, Draw, find_kind
from metastasis.pictures._scale import Scale
from metastasis.pictures._sheet.place import SIZES
from metastasis.pictures._sheet.style import THEMES, Style, current_style, styled

if TYPE_CHECKING:
    from metastasis.pictures._alluvial import draw_alluvial
    from metastasis.pictures._body import draw_body
    from metastasis.pictures._body.places import anatomy
    from metastasis.pictures._files.save import FORMATS, save
    from metastasis.pictures._flow import draw_flow
    from metastasis.pictures._forest import draw_forest
    from metastasis.pictures._heatmap import draw_heatmap
    from metastasis.pictures._likely import draw_likely
    from metastasis.pictures._network import draw_network
    from metastasis.pictures._picture import Diagram
    from metastasis.pictures._profiles import draw_profiles
    from metastasis.pictures._progression import draw_progression
    from metastasis.pictures._ring import draw_ring
    from metastasis.pictures._sheet.sheet import EmptyDiagramWarning
    from metastasis.pictures._upset import draw_upset

__all__ = [
    "FORMATS",
    "KINDS",
    "SIZES",
    "THEMES",
    "Diagram",
    "Draw",
    "EmptyDiagramWarning",
    "Scale",
    "Style",
    "anatomy",
    "current_style",
    "draw_alluvial",
    "draw_body",
    "draw_flow",
    "draw_forest",
    "draw_heatmap",
    "draw_likely",
    "draw_network",
    "draw_profiles",
    "draw_progression",
    "draw_ring",
    "draw_upset",
    "find_kind",
    "save",
    "styled",
]

_HEAVY = {
    "FORMATS": "_files.save",
    "Diagram": "_picture",
    "save": "_files.save",
    "EmptyDiagramWarning": "_sheet.sheet",
    "anatomy": "_body.places",
}
"""What needs Matplotlib, and where it is; the kinds themselves are in :data:`KINDS`."""


def __getattr__(name: str) -> Any:
    """Import what needs Matplotlib when it is first asked for (PEP 562)."""
    kind = name.removeprefix("draw_")
    if name != kind and kind in KINDS:
        return KINDS[kind].function
    if name in _HEAVY:
        return getattr(import_module(f"metastasis.pictures.{_HEAVY[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
