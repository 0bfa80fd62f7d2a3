"""A row of a table with one site: what its number is, the header says.

Apart from the rules of sentences because a row has no words between its site and its number.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from metastasis.text._numbers.number import PrintedNumber, agreed

__all__ = ["number_of_row"]

_NUMBER: Final = r"[0-9]+(?:[.\u00b7][0-9]+)?"
_COUNT: Final = r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+"
_ALONE: Final = re.compile(rf"[\s|:.]*(?P<percent>{_NUMBER})\s*\|?\s*")
_BOTH: Final = re.compile(
    rf"[\s|:.]*(?P<count>{_COUNT})\s*(?:\|\s*|\(\s*)(?P<percent>{_NUMBER})\s*%?\s*\)?\s*\|?\s*"
)
_OF_BOTH: Final = re.compile(
    r"\b(?:n|no\.?|number|numbers|count|cases|patients|frequency)\b[^()%]{0,40}(?:\(\s*%\s*\)|\|\s*%)",
    re.IGNORECASE,
)
_TOTAL: Final = re.compile(rf"[(\[]\s*n\s*=\s*({_COUNT})\s*[)\]]", re.IGNORECASE)
"""How many a column counts, in its head; it is the total of a count whose percentage is of it."""
_IN_PERCENT: Final = re.compile(r"%|\bper ?cent(?:age)?\b", re.IGNORECASE)


def number_of_row(text: str, site: tuple[int, int], header: str) -> PrintedNumber | None:
    """Return the number of a row that has nothing but a site and a number, if the header has it.

    >>> number_of_row("Liver 89", (0, 5), "Metastatic location (%)").percent
    Decimal('89')
    >>> number_of_row("Liver 104 (69)", (0, 5), "Site | n (%)").count
    104
    >>> number_of_row("Bone | 94 | 47", (0, 4), "Site | Patients (n = 200) | %").total
    200
    >>> number_of_row("Bone | 94 | 60", (0, 4), "Site | Patients (n = 200) | %").total
    """
    start, end = site
    totals = [int(one.replace(",", "")) for one in _TOTAL.findall(header)]
    header = _TOTAL.sub("", header)
    if re.search(r"\w", text[:start]):
        return None
    both = _BOTH.fullmatch(text, end)
    if both and _OF_BOTH.search(header):
        count = int(both["count"].replace(",", ""))
        percent = _decimal(both["percent"])
        is_total = len(totals) == 1 and abs(100 * count - percent * totals[0]) < totals[0]
        return agreed(
            PrintedNumber(
                count=count,
                total=totals[0] if is_total else None,
                percent=percent,
                start=end,
                end=len(text),
            )
        )
    alone = _ALONE.fullmatch(text, end)
    if alone and _IN_PERCENT.search(header) and not _OF_BOTH.search(header):
        return agreed(PrintedNumber(percent=_decimal(alone["percent"]), start=end, end=len(text)))
    return None


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace("\u00b7", "."))
