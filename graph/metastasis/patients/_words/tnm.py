"""The M category of TNM in a text: whether a distant metastasis is stated, and nothing of where.

Clinical (c) and pathological (p) categories say the same of the patient: a metastasis seen or one
proved. M0 is stated when the tumor is staged; it says nothing of later, and MX says nothing at all.

Source: TNM Classification of Malignant Tumours, 8th edition (Union for International Cancer
Control, 2017), general rules.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["M0", "M1", "m_category"]

M0: Final = "M0"
M1: Final = "M1"
_CATEGORY: Final = re.compile(
    r"(?<![A-Za-z0-9])(?:[yra]{0,3}[cp]?[yra]{0,2}(?:T\w{1,4}[ ,;]*)?(?:[cp]?N\w{1,3}[ ,;]*)?[cp]?)"
    r"M(?P<m>[01Xx])[a-e]?[1-3]?(?:\([^)]*\))?(?![A-Za-z0-9])"
)
"""Alone (M1b, cM0, pM1a(2)) or after T and N, run together or apart (ypT3N1M1, T2 N0 M0)."""


def m_category(text: str) -> str | None:
    """Return M1 where a text states it, else M0 where it states that, else None.

    >>> m_category("M1b"), m_category("pT2 N1 cM0(i+)"), m_category("cT4aN2M1"), m_category("MX")
    ('M1', 'M0', 'M1', None)
    >>> m_category("Stage IV"), m_category("FAB M1 leukemia"), m_category("M10")
    (None, None, None)
    """
    if re.search(r"\b(?:FAB|AML|leuk)", text, re.IGNORECASE):  # French-American-British M0 to M7
        return None
    found = {match["m"] for match in _CATEGORY.finditer(text)}
    return M1 if "1" in found else M0 if "0" in found else None
