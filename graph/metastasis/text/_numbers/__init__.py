"""Numbers that a sentence gives for its sites, n, N and percentages, and who is counted.

A sentence passes through the modules in this order: `quantities` finds every number in it, `tokens`
gives each word, sign, site and number the letter of its class (`letters`), `merging` makes one of
numbers that belong together, `clause` tells which belongs to which site, and `totals` how many
people it is out of. `attach` leads through all of them; a row of a table goes to `cells` instead.
"""

from __future__ import annotations

from metastasis.text._numbers.attach import numbers_of, numbers_of_cancers
from metastasis.text._numbers.number import PrintedNumber
from metastasis.text._numbers.people import People, people_of

__all__ = ["People", "PrintedNumber", "numbers_of", "numbers_of_cancers", "people_of"]
