"""The forest plot: what every source says of a pair, on one axis."""

from metastasis.pictures._forest.forest import ForestPlot, draw_forest

__all__ = ["ForestPlot", "draw_forest"]
