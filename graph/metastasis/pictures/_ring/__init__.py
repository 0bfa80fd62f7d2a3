"""The ring: primaries and sites around a circle, a band for every pair."""

from metastasis.pictures._ring.ring import draw_ring

__all__ = ["draw_ring"]
