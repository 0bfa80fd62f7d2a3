"""Reading texts: from messy pages and abstracts to statements that a person can check."""

from __future__ import annotations

from metastasis.text._reading import Reading, ReadingReport, Readings

__all__ = ["Reading", "ReadingReport", "Readings"]
