"""Conditions on columns, as the user writes them: which rows of a table are to count.

A condition is a column, a comparison and a value: ``setting = IP``, ``age >= 18``,
``source != lab``, ``type in (inpatient, outpatient)``. Nothing else is read: no ``and`` (several
conditions must all hold), no functions. Names with blanks, and values with commas, stand in
quotes. Text is compared without blanks around it; a whole number is also found as ``1.0``, as
programs write it in columns with blanks. ``<`` and its kin compare numbers where the value is a
number (a decimal comma in a cell is read), days where it is a date as 2015-03-04, and otherwise
text. A cell that states something and is no number, or no date of that form, cannot be compared:
its row is left out for a reason of its own, since compared as text 31.12.2019 is after 2020-01-01.

Apart from the opening of a table because this is a small language of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from metastasis._errors import Fault, TableError
from metastasis.patients._words.missing import is_stated

__all__ = ["COMPARISONS", "Condition", "condition_of", "is_condition"]

COMPARISONS: Final = ("=", "!=", "<", "<=", ">", ">=", "in")
"""What may stand between column and value."""
_NAME: Final = r"""(?P<name>"[^"]+"|'[^']+'|`[^`]+`|[^<>=!"'`]+?)"""
_PLAIN: Final = re.compile(
    rf"\s*{_NAME}\s*(?P<op>==|!=|<>|<=|>=|=|<|>)\s*(?P<value>.*?)\s*", re.DOTALL
)
_LIST: Final = re.compile(
    rf"\s*{_NAME}\s+(?P<op>not\s+in|in)\s*\((?P<value>.*)\)\s*", re.IGNORECASE | re.DOTALL
)
_ITEM: Final = re.compile(r"""\s*("[^"]*"|'[^']*'|[^,"']*)\s*(?:,|$)""")
_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")
_CELL_NUMBER: Final = r"^[+-]?(\d+\.?\d*|\.\d+|\d+,(\d{1,2}|\d{4,}))$"
"""A number in a cell, maybe with a decimal comma; 1,205 may be either, and is none."""
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_OTHER_DATE: Final = re.compile(r"(\d{1,2}[./-]){2}\d{4}|\d{4}/\d{1,2}/\d{1,2}")
_DAY: Final = 10
"""A date has so many characters; what follows is the time of day."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on a column.

    >>> condition_of("age >= 18")
    Condition(text='age >= 18', column='age', comparison='>=', values=('18',))
    """

    text: str
    """As the user wrote it."""
    column: str
    comparison: str
    """One of :data:`COMPARISONS`, or ``not in``."""
    values: tuple[str, ...]

    @property
    def is_ordered(self) -> bool:
        """Whether more and less are asked, of numbers or dates."""
        return self.comparison in ("<", "<=", ">", ">=") and bool(
            _NUMBER.fullmatch(self.values[0]) or _DATE.fullmatch(self.values[0])
        )

    def holds(self, F: Any, cell: Any) -> Any:  # noqa: N803
        """Return whether a cell of text meets the condition; a blank one meets only ``!=``."""
        text = F.trim(cell)
        if self.comparison in ("=", "in", "!=", "not in"):
            whole = [f"{one}.0" for one in self.values if one.isdecimal()]
            found = F.coalesce(text.isin(*self.values, *whole), F.lit(False))
            return found if self.comparison in ("=", "in") else ~found
        [value] = self.values
        if not self.is_ordered:
            return F.coalesce(_compared(text, self.comparison, F.lit(value)), F.lit(False))
        is_number = _NUMBER.fullmatch(value)
        # Only what looks like a number is cast: engines differ in what they do with others.
        like = F.when(text.rlike(_form_of(value)), text)
        own = F.regexp_replace(like, ",", ".").cast("double") if is_number else None
        own = F.substring(like, 1, _DAY) if own is None else own
        asked = F.lit(float(value) if is_number else value)
        return F.coalesce(_compared(own, self.comparison, asked), F.lit(False))

    def cannot_compare(self, F: Any, cell: Any) -> Any:  # noqa: N803
        """Return whether a cell states something that an ordered condition cannot be asked of."""
        text = F.trim(cell)
        is_odd = is_stated(F, text) & ~text.rlike(_form_of(self.values[0]))
        return F.coalesce(is_odd, F.lit(False))


def is_condition(text: str | None) -> bool:
    """Return whether a text is a condition rather than the name of a column.

    >>> is_condition("setting = IP"), is_condition("setting"), is_condition(None)
    (True, False, False)
    """
    return bool(text and (_LIST.fullmatch(text) or _PLAIN.fullmatch(text)))


def condition_of(text: str, option: str = "--where") -> Condition:
    """Return a condition as the user wrote it for an option.

    >>> condition_of("'care setting' in (IP, 'long term')").values
    ('IP', 'long term')
    >>> condition_of("age is 18")
    Traceback (most recent call last):
    ...
    metastasis.TableError: 1 fault in the tables:
      --where: 'age is 18': is no condition; write a column, one of = != < <= > >= in, and a value,
      as in "setting = IP" or "age >= 18"

    Raises
    ------
    TableError
        It is none.
    """
    if match := _LIST.fullmatch(text):
        comparison = " ".join(match["op"].casefold().split())
        values = tuple(_bare(one) for one in _ITEM.findall(match["value"]) if one.strip())
    elif match := _PLAIN.fullmatch(text):
        comparison = {"==": "=", "<>": "!="}.get(match["op"], match["op"])
        values = (_bare(match["value"]),) if match["value"] else ()
    else:
        values = ()
    if not match or not values:
        remedy = (
            f"is no condition; write a column, one of {' '.join(COMPARISONS)}, and a value, as in "
            '"setting = IP" or "age >= 18"'
        )
        raise TableError([Fault(option, None, None, text, remedy)])
    if comparison in ("<", "<=", ">", ">=") and _OTHER_DATE.fullmatch(values[0]):
        remedy = "dates are compared only as YYYY-MM-DD, here and in the column; write it so"
        raise TableError([Fault(option, None, None, text, remedy)])
    return Condition(text.strip(), _bare(match["name"]), comparison, values)


def _form_of(value: str) -> str:
    """Return the form of the cells that can be compared with a number or a date."""
    return _CELL_NUMBER if _NUMBER.fullmatch(value) else rf"^{_DATE.pattern}($|[T ])"


def _compared(cell: Any, comparison: str, value: Any) -> Any:
    return {
        "<": cell < value,
        "<=": cell <= value,
        ">": cell > value,
        ">=": cell >= value,
    }[comparison]


def _bare(text: str) -> str:
    """Return a name or a value without blanks and quotes around it."""
    text = text.strip()
    is_quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "\"'`"
    return text[1:-1] if is_quoted else text
