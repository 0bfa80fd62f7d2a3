"""Quantities: every number in a text, and of which kind it is, whoever it may belong to.

What is no number of people (a year, an age, a dose, a p-value, a stage, a reference) is one too, of
the kind ``other``, so that nothing later takes it for a count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal

__all__ = ["Quantity", "QuantityKind", "quantities_of"]

QuantityKind = Literal["percent", "count", "fraction", "plain", "range", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number as it is printed."""

    kind: QuantityKind
    start: int
    end: int
    count: int | None = None
    total: int | None = None
    percent: Decimal | None = None
    note: str | None = None


_ONES: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS: Final = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen"),
    *("fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORTH: Final = {
    **{word: number for number, word in enumerate((*_ONES, *_TEENS), 1)},
    **{word: 10 * number for number, word in enumerate(_TENS, 2)},
    "a": 1,
}
"""What the words of a number are worth, added up; "hundred" multiplies what is before it."""

_SMALL: Final = (
    rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(_ONES)}))?|{'|'.join(_TEENS[::-1])}"
    rf"|{'|'.join(_ONES[::-1])})"
)
_WORD: Final = (
    rf"(?:(?:a|{'|'.join(_ONES)})[- ]hundred(?:(?:[- ]and)?[- ]{_SMALL})?(?![- ]thousand)|{_SMALL}"
    r"(?![- ](?:hundred|thousand|million)))"
)
_INT: Final = r"(?:[0-9]{1,3}(?:[,\u00a0\u202f\u2009][0-9]{3})++|[0-9]++)"
_NUM: Final = (
    r"(?:[0-9]{1,2},[0-9]{1,2}(?=[ \u00a0\u202f\u2009]?%)"
    rf"|{_INT}(?:[.\u00b7\u2219][0-9]++)?)"
)
_BLANK: Final = r"[ \u00a0\u202f\u2009]"
_SIGN: Final = rf"(?:{_BLANK}?[%\uff05]|{_BLANK}?per{_BLANK}?cent\b)"
_DASH: Final = r"(?:-|\u2013|\u2014|\u2212|\u2011|to)"
_MONTH: Final = (
    "(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?"
)
_TO_YEAR: Final = r"\s?(?:-|\u2013|\u2014|/|to|and|through|until)\s?"
_UNIT: Final = (
    r"(?:years?|yrs?|months?|mos?|weeks?|wks?|days?|hours?|min(?:utes)?|[cm\u03bc\u00b5n]m|m[lg]"
    r"|[k\u03bc\u00b5]?g|gy|cgy|fold|times|points?|hounsfield|hu|mhz|kg|iu|decades?|centimet\w{1,6}|millimet\w{1,6})\b"
)
_RATIO: Final = (
    r"(?:(?-i:\b(?:a?HR|a?OR|s?RR|SIR|SMR|AUC|IQR|SD|SE|\u03ba|\u03c72))\b"
    r"|\b(?:chi-square|hazard ratio|odds ratio|relative risk|p(?:[ -]?value)?|df|r|p ?for ?trend"
    r"|log-?rank(?: p)?)(?=\s?[=<>\u2264\u2265]))"
)
_KEPT: Final = (
    "stage|grade|figures?|figs?|tables?|phase|type|level|volume|vol|version|chapter|section|page"
    "|pages|pp|issue|group|cohort|arm|t|n|m|pt|pn|cn|gleason|score|no|number|reference|ref|refs"
    "|step|week|day|year|month|cycle|pmid|doi|aged?|ages|class|category|grade group|ecog"
    "|level of evidence"
)
_BOUND: Final = (
    r"(?:up to|more than|less than|fewer than|greater than|higher than|lower than|as many as"
    r"|as much as|as high as|as few as|as low as|at least|at most|over|under|above|below|exceeding"
    r"|exceeds|well over|just over|just under|[<>\u2264\u2265]=?)"
)
_ABOUT: Final = (
    r"(?:about|approximately|approx\.?|around|roughly|nearly|almost|circa|ca\.|some"
    r"|(?:an )?estimated|close to|[~\u2248\u223c])"
)

_OTHER: Final = (
    # references, glued to a word or in brackets of their own
    rf"(?<=[A-Za-z)\]%\u201d\"])[0-9]++(?:[,\u2013-][0-9]++)*+"
    rf"(?!{_SIGN}|[.\u00b7][0-9])",
    r"(?<=[a-z)%][.,;:])[0-9]++(?:[,\u2013-][0-9]++)*+(?![.,]?[0-9]|\s?%)",
    r"\[[0-9][0-9,\u2013\- ]{0,60}\]",
    # statistics
    rf"{_RATIO}\s?(?:[=<>\u2264\u2265:,]|of|was|is)?\s?[<>=]?\s?[0-9.\u00b7]*[0-9]"
    r"(?:\s?(?:\u00d7|x)\s?10-?[0-9]*)?",
    rf"{_NUM}\s?%?\s?(?:ci\b|confidence intervals?|c\.i\.)[^A-Za-z()]{{0,12}}"
    rf"(?:{_NUM}{_SIGN}?\s?(?:-|\u2013|\u2014|to|,|;)\s?{_NUM}{_SIGN}?)?",
    rf"\b(?:ci|confidence interval|range|iqr|interquartile range)\b[:=,]?\s?(?:from )?\[?"
    rf"{_NUM}{_SIGN}?\s?(?:-|\u2013|\u2014|to|,)\s?{_NUM}{_SIGN}?\]?",
    rf"[\u00b1]\s?{_NUM}{_SIGN}?",
    # ratios, dates, years and spans of years
    r"\b[0-9]++\s?:\s?[0-9]++\b",
    r"\b[0-9]{1,4}[/.-][0-9]{1,2}[/.-][0-9]{1,4}\b",
    rf"{_MONTH}\s(?:[0-9]{{1,2}},?\s)?(?:1[89]|20)[0-9]{{2}}\b",
    rf"\b[0-9]{{1,2}}\s{_MONTH}(?:\s(?:1[89]|20)[0-9]{{2}})?\b",
    rf"{_MONTH}\s[0-9]{{1,2}}\b(?!{_SIGN}|\.[0-9])",
    rf"\b(?:1[89]|20)[0-9]{{2}}{_TO_YEAR}(?:(?:1[89]|20)?[0-9]{{2}})\b(?!\s?%)",
    rf"\b(?:in|since|from|between|until|before|after|by|of|during|year)\s(?:19|20)[0-9]{{2}}\b"
    rf"(?:{_TO_YEAR}(?:19|20)[0-9]{{2}}\b)?"
    r"(?!\s?(?:%|per|pat|cas|con|wom|men|aut|sub|ind|peo|met))",
    # measures: ages, times, sizes, doses, and what a word before says to be no count
    rf"\b{_NUM}(?:\s?(?:-|\u2013|\u2014|to|\u00b1|and)\s?{_NUM})?[- ]?\s?{_UNIT}",
    rf"\b(?:{_WORD})[- ](?:{_UNIT})",
    rf"\b(?:{_KEPT})\.?[ -]?[0-9]++[a-d]?(?:[.,/\u2013-][0-9]++)*+\b(?!{_SIGN})",
    r"\b(?:age|ages|aged|median|mean|average)(?: age)?(?: of| was| is|,|:)*\s[0-9]++"
    r"(?:[.\u00b7][0-9]++)?(?:\s?(?:-|\u2013|to|\u00b1)\s?[0-9.]*[0-9])?(?![0-9])(?!\s?%)",
    # thousands apart by a blank, or two numbers: no one can tell
    r"(?<![0-9.,])[0-9]{1,3}(?: [0-9]{3})++(?![0-9]|[.,][0-9]|\s?%)",
    # letters glued behind: 18F, 5th, 3D
    r"(?<![0-9.,])[0-9]++(?!per|pati)[A-Za-z]\w*",
    r"\b[0-9]++-(?:[a-z]++)(?:-[a-z]++)*+",
)
_EXCEPT: Final = (
    r"\b(?:not|nor|all but|all except(?: for)?|except(?: for| in)?|other than)\s"
    r"(?:even\s|quite\s|all\s|the\s|a single\s){0,2}"
)
"""What turns a number into the others: "all but 3 of 40", "not one of the 80"."""
_PARTS: Final = (
    ("other", "|".join(_OTHER)),
    (
        "except",
        rf"{_EXCEPT}(?:{_NUM}{_SIGN}?|{_WORD})"
        rf"(?:\s(?:out )?of\s(?:the |all |these |our |a total of )?(?:{_INT}|{_WORD}\b))?",
    ),
    (
        "part",
        r"\b(?:(?:about |roughly |approximately |nearly |almost |around )?(?:more than |less than "
        r"|over |under |up to )?(?:(?:a|one|two|three|four)[- ](?:half|third|quarter|fourth|fifth"
        r"|tenth)s?|half|(?:one|two|three|[1-9])(?: |-)(?:in(?: |-)(?:every )?[0-9]{1,3}"
        r"|(?:in|out of)(?: |-)(?:every )?"
        r"(?:two|three|four|five|six|seven|eight|nine|ten|10|[2-9](?![0-9])))))\b(?!\s?%)",
    ),
    (
        "range",
        rf"(?:\bfrom )?{_BOUND}?\s?{_ABOUT}?\s?{_NUM}{_SIGN}?\s?{_DASH}\s?"
        rf"{_BOUND}?\s?{_NUM}{_SIGN}",
    ),
    (
        "between",
        rf"\bbetween\s{_ABOUT}?\s?{_NUM}{_SIGN}?\sand\s{_NUM}{_SIGN}",
    ),
    ("bound", rf"{_BOUND}\s?(?:the )?{_ABOUT}?\s?{_NUM}(?:{_SIGN})?"),
    ("spread", rf"{_INT}\s?(?:-|\u2013|\u2014|to)\s?{_INT}(?![0-9]|{_SIGN})"),
    ("percent", rf"(?<![0-9][.,\u00b7])(?:(?P<about>{_ABOUT})\s?)?(?P<percent>{_NUM}){_SIGN}"),
    ("percent_word", rf"\b(?P<percent_word>{_WORD}){_BLANK}per{_BLANK}?cent\b"),
    (
        "fraction",
        rf"(?:\bn\s?=\s?)?\b(?P<part>{_INT}|{_WORD}|none)(?:\s?/\s?|\s(?:out )?of\s"
        rf"(?:the |all |a total of |these |our )?)(?P<whole>{_INT}|{_WORD}\b)"
        rf"(?![0-9]|{_SIGN}|[/.][0-9])",
    ),
    ("count", rf"\bn\s?=\s?(?P<count>{_INT})(?![0-9.]*{_SIGN}|\.[0-9])"),
    ("plain", rf"(?<![\w.]){_INT}(?![0-9]|[.\u00b7,][0-9])"),
    ("word", rf"\b(?:{_WORD})\b"),
    ("rest", r"[0-9]++(?:[.,\u00b7][0-9]++)*+"),
)
_BEGINS: Final = r"(?=[0-9\[\u00b1<>\u2264\u2265~\u2248\u223c]|\b[a-z\u03ba\u03c7])"
"""Where a quantity may begin: not within a word, so that most positions are passed at once."""
_QUANTITY: Final = re.compile(
    f"{_BEGINS}(?:" + "|".join(f"(?P<k_{name}>{form})" for name, form in _PARTS) + ")",
    re.IGNORECASE,
)


_REMEMBERED: Final = 8
"""Texts whose numbers are remembered: a sentence is asked for its own more than once."""


@lru_cache(maxsize=_REMEMBERED)
def quantities_of(text: str) -> tuple[Quantity, ...]:
    """Return the numbers of a text in order, each with its kind.

    >>> [(found.kind, found.percent) for found in quantities_of("47 % at 64 years (p < 0.05)")]
    [('percent', Decimal('47')), ('other', None), ('other', None)]
    """
    return tuple(map(_quantity, _QUANTITY.finditer(text)))


def _quantity(found: re.Match[str]) -> Quantity:
    start, end = found.span()
    name = (found.lastgroup or "k_rest").removeprefix("k_")
    if name in ("part", "range", "between", "bound", "spread"):
        return Quantity(kind="range", start=start, end=end, note=found[0].strip())
    if name == "percent":
        note = "about" if found["about"] else None
        percent = _decimal(found["percent"])
        return Quantity(kind="percent", start=start, end=end, percent=percent, note=note)
    if name == "percent_word":
        percent = Decimal(_whole(found["percent_word"]))
        return Quantity(kind="percent", start=start, end=end, percent=percent)
    if name == "fraction":
        count, total = _whole(found["part"]), _whole(found["whole"])
        return Quantity(kind="fraction", start=start, end=end, count=count, total=total)
    if name == "count":
        return Quantity(kind="count", start=start, end=end, count=_whole(found["count"]))
    if name in ("plain", "word"):
        return Quantity(kind="plain", start=start, end=end, count=_whole(found[0]))
    if name == "rest" and re.fullmatch(_NUM, found[0]):
        # One of a series that shares its sign: "18.2, 7.8 and 66.1 %".
        return Quantity(kind="other", start=start, end=end, percent=_decimal(found[0]))
    return Quantity(kind="other", start=start, end=end)


_MOST_DIGITS: Final = 15
"""Longer runs of digits count nobody, and take longer to read than they are long."""


def _whole(text: str) -> int:
    """Return a whole number that is printed in digits or letters; none is 0.

    >>> _whole("1,031"), _whole("one hundred and forty-eight"), _whole("none")
    (1031, 148, 0)
    """
    worth = 0
    for word in re.findall(r"[a-z]+", text.lower()):
        worth = worth * 100 if word == "hundred" else worth + _WORTH.get(word, 0)
    digits = re.sub(r"[^0-9]", "", text)
    return int(digits[:_MOST_DIGITS]) if digits else worth


def _decimal(text: str) -> Decimal:
    """Return a number as printed: ``4.3``, ``4,3``, ``4·3`` and ``1,031``."""
    if re.fullmatch(r"[0-9]{1,2},[0-9]{1,2}", text):
        return Decimal(text.replace(",", "."))
    plain = re.sub("[\u00b7\u2219]", ".", text)
    return Decimal(re.sub(r"[^0-9.]", "", plain)[:_MOST_DIGITS].rstrip("."))
