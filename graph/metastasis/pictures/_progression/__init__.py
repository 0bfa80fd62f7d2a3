"""The progression from site to site: arcs of sites on a ring, with an arrow for every next site."""

from metastasis.pictures._progression.plot import Progression, draw_progression

__all__ = ["Progression", "draw_progression"]
