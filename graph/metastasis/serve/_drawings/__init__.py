"""Drawings of evidence as SVG in a page: small, with links, in the colors of the page.

What is chosen, what fills and what is said is the same as in :mod:`metastasis.pictures`; where it
stands is for a narrow page, and no Matplotlib paints it. Lengths are pixels of a page of 360.
"""

from __future__ import annotations

from metastasis.serve._drawings.body import body_drawing
from metastasis.serve._drawings.drawing import Drawing
from metastasis.serve._drawings.forest import forest_drawing
from metastasis.serve._drawings.network import network_drawing
from metastasis.serve._drawings.profile import profile_drawing

__all__ = [
    "Drawing",
    "body_drawing",
    "forest_drawing",
    "network_drawing",
    "profile_drawing",
]
