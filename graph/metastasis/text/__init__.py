"""Reading texts: from messy pages and abstracts to statements that a person can check."""

from __future__ import annotations

from metastasis.text._read import read_page, read_text
from metastasis.text._reading import Reading, ReadingReport, Readings

__all__ = ["Reading", "ReadingReport", "Readings", "read_page", "read_text"]
