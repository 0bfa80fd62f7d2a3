"""The heat map: primaries by sites, what is reported told apart from what is not studied."""

from metastasis.pictures._heatmap.heatmap import Heatmap, draw_heatmap

__all__ = ["Heatmap", "draw_heatmap"]
