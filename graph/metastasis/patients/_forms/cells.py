"""The values of cells as the text that a person sees."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

__all__ = ["as_text"]


def as_text(value: Any) -> str:
    """Return a value as a text table has it: 12.0 as 12, dates as 2019-03-04, nothing as a blank.

    >>> as_text(12.0), as_text(True), as_text(datetime(2019, 3, 4)), as_text(0.1), as_text(None)
    ('12', 'TRUE', '2019-03-04', '0.1', '')
    """
    if isinstance(value, str):
        return value
    if value is None or value != value:  # NaN and NaT are not equal to themselves
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(float(value))
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime):
        return value.isoformat(" ") if value.time() != time() else value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)
