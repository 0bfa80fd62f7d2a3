"""Conditions on columns, as the user writes them: which rows of a table are to count.

A condition is a column, a comparison and a value: ``setting = IP``, ``age >= 18``,
``source != lab``, ``type in (inpatient, outpatient)``. Nothing else is read: no ``and`` (several
conditions must all hold), no functions. Names with blanks, and values with commas, stand in
quotes. Text is compared without blanks around it; ``<`` and its kin compare numbers where the value
is a number, and otherwise text, so that dates written 2015-03-04 compare as dates do.

Apart from the opening of a table because this is a small language of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from metastasis._errors import Fault, TableError

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

    def holds(self, F: Any, cell: Any) -> Any:  # noqa: N803
        """Return whether a cell of text meets the condition; a blank one meets only ``!=``."""
        text = F.trim(cell)
        if self.comparison in ("=", "in"):
            return F.coalesce(text.isin(*self.values), F.lit(False))
        if self.comparison in ("!=", "not in"):
            return ~F.coalesce(text.isin(*self.values), F.lit(False))
        [value] = self.values
        if _NUMBER.fullmatch(value):
            # Only what looks like a number is cast: engines differ in what they do with others.
            number = F.when(text.rlike(rf"^{_NUMBER.pattern}$"), text).cast("double")
            return F.coalesce(_compared(number, self.comparison, F.lit(float(value))), F.lit(False))
        return F.coalesce(_compared(text, self.comparison, F.lit(value)), F.lit(False))


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
    return Condition(text.strip(), _bare(match["name"]), comparison, values)


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
