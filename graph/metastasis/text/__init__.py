"""Reading texts: from messy pages and abstracts to statements that a person can check."""

from __future__ import annotations

from metastasis.text._read import read_page, read_text
from metastasis.text._reading import Reading
from metastasis.text._readings import Readings
from metastasis.text._report import ReadingReport
from metastasis.text._review.accept import Acceptance
from metastasis.text._review.intake import accept

__all__ = [
    "Acceptance",
    "Reading",
    "ReadingReport",
    "Readings",
    "accept",
    "read_page",
    "read_text",
]
