"""Observed against expected: how often a site is involved, and how often blood flow would have it.

What is expected comes from :mod:`metastasis.analysis._flow`.
"""

from metastasis.pictures._flow.plot import BloodFlow, draw_flow

__all__ = ["BloodFlow", "draw_flow"]
