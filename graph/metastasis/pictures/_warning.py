"""Warnings of the diagrams, pointing at the line of the caller."""

from __future__ import annotations

import inspect
import warnings

__all__ = ["EmptyDiagramWarning", "SmallDiagramWarning", "warn_caller"]


class EmptyDiagramWarning(UserWarning):
    """There was nothing to draw; the figure says so too."""


class SmallDiagramWarning(UserWarning):
    """The axes are too small for the letters to be read."""


def warn_caller(message: str, category: type[Warning]) -> None:
    """Warn, naming the nearest line outside this package."""
    level = 1
    frame = inspect.currentframe()
    while frame is not None and frame.f_globals.get("__name__", "").startswith("metastasis."):
        level += 1
        frame = frame.f_back
    warnings.warn(message, category, stacklevel=max(level, 2))
