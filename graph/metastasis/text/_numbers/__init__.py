"""Numbers that a sentence gives for its sites, n, N and percentages, and who is counted."""

from __future__ import annotations

from metastasis.text._numbers.attach import numbers_of, numbers_of_cancers
from metastasis.text._numbers.number import PrintedNumber
from metastasis.text._numbers.people import People, people_of

__all__ = ["People", "PrintedNumber", "numbers_of", "numbers_of_cancers", "people_of"]
