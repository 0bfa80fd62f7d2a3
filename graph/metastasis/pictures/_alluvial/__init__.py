"""The alluvial diagram: primaries, what lies between, and sites, as streams."""

from metastasis.pictures._alluvial.alluvial import draw_alluvial

__all__ = ["draw_alluvial"]
