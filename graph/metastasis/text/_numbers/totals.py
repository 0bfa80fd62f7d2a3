"""How many people a number is out of, where the number itself does not print it.

Apart from `attach` because a total is looked for in all that stands before, and a number is not.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from metastasis.text._numbers.number import PrintedNumber, agrees, blank, could_be
from metastasis.text._numbers.people import is_only_count, people_of, totals_of
from metastasis.text._numbers.quantities import quantities_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from metastasis.text._numbers.quantities import Quantity

__all__ = ["Totals", "led", "summed"]


class Totals:
    """How many people a sentence and what stands before it count, for numbers without a total."""

    def __init__(self, text: str, before: str, said: Callable[[], int | None]) -> None:
        self.text = text
        self.before = before
        self._said = said

    @cached_property
    def known(self) -> set[int]:
        """Every number of people that is printed, looked for when the first number asks."""
        return {*totals_of(self.before), *totals_of(self.text)}

    @cached_property
    def said(self) -> int | None:
        """The number of people that the sentence says its numbers are out of."""
        return self._said()

    def given(self, number: PrintedNumber) -> PrintedNumber:
        """Return a number with its total, where the page says so or all three agree."""
        if number.total is not None or number.is_blank:
            return number
        if number.percent is None:
            return self._of_count(number)
        return self._of_percent(number) if number.count is None else self._of_both(number)

    def _of_both(self, number: PrintedNumber) -> PrintedNumber:
        """Return "71 patients (47 %)" with the only total that is printed and fits both."""
        fitting = {one for one in self.known if agrees(number.percent, number.count, one)}
        fitting.discard(number.count or 0)
        return replace(number, total=fitting.pop()) if len(fitting) == 1 else number

    def _of_count(self, number: PrintedNumber) -> PrintedNumber:
        """Return a count with the total that the sentence says, or none if it says it elsewhere."""
        if self.said is not None and (number.count or 0) <= self.said:
            return replace(number, total=self.said)
        if _ELSEWHERE.match(self.text, number.end):
            return replace(blank(number), refused="a count whose total stands elsewhere")
        return number

    def _of_percent(self, number: PrintedNumber) -> PrintedNumber:
        """Return a percentage with the total that the sentence says, where it can be of it."""
        if self.said and number.percent is not None and could_be(number.percent, self.said):
            return replace(number, total=self.said)
        return self._of_the_only(number)

    def _of_the_only(self, number: PrintedNumber) -> PrintedNumber:
        """Return "46 % of the cases" with its total, if only one number of people stands before."""
        if not _THE_SAME.match(self.text, number.end):
            return number
        people = people_of(self.before)
        if people is None or people.total is None or not is_only_count(self.before):
            return number
        return replace(
            number,
            total=people.total,
            denominator=number.denominator or people.denominator,
            setting=number.setting or people.setting,
        )


_THE_SAME: Final = re.compile(
    r"(?:[\s,]*(?:and )?[0-9.]+\s?%)*\s(?:of|in) (?:the|these|those|our) "
    r"(?:cases|patients|autopsies|subjects|men|women|children)\b"
    r"(?! (?:with|who|whose|from|in|of)\b)",
    re.IGNORECASE,
)
"""People who were named before: "of the cases", also behind the last number of a list."""
_OF_THESE: Final = re.compile(
    r"^\W{0,3}(?:of|among|amongst|in|from) (?:these|those|them|whom|which|the latter)\b",
    re.IGNORECASE,
)
_LED: Final = re.compile(
    r"^[^,;.(]{0,80}?\b(?:of|among|amongst|in|from) (?:the |all |these |our "
    r"|(?:a |our )?(?:total|series|cohort|group|study|review|sample|population) of ){0,3}"
    r"[0-9][0-9,]*\b[^,;.]*,",
    re.IGNORECASE,
)
"""Of 150 patients, …; at the time of metastasis in the 215 patients, …"""


_SEVERAL: Final = 3
"""Two counts add up to a third number too often by chance."""


def summed(text: str, sites: Sequence[tuple[int, int]]) -> Quantity | None:
    """Return a count that all later ones of a sentence add up to, if it is none of a site.

    >>> summed("120 metastases were found: lung (80), bone (30), liver (10)", [(27, 31)]).count
    120
    """
    counts = [one for one in quantities_of(text) if one.kind in ("count", "plain")]
    ends = {end for _, end in sites}
    left = sum(one.count or 0 for one in counts)
    for index, one in enumerate(counts):
        left -= one.count or 0
        if one.count == left and len(counts) - index > _SEVERAL:
            ahead = len(text[: one.start].rstrip(" :,-"))
            if text[max(0, ahead - 1) : ahead] not in {"(", "["} and ahead not in ends:
                return one
    return None


_ELSEWHERE: Final = re.compile(
    r"(?: \w+){0,2} (?:in|of|from|among) (?:the|this|these|our|that) (?:\w+ )?"
    r"(?:series|study|cohort|group|cases|patients|sample|population)\b",
    re.IGNORECASE,
)
"""Four patients in the entire series: out of how many was said before."""


def led(text: str, before: str, until: int) -> int | None:
    """Return the total that a sentence opens with, or hands down with "of these".

    What opens a sentence ends before the place where the first site is named.
    """
    lead = _LED.match(text)
    if lead and lead.end() <= until:
        here = totals_of(lead[0])
        return here[0] if len(here) == 1 else None
    if _OF_THESE.match(text):
        totals = totals_of(before)
        return totals[-1] if totals else None
    return None
