"""Numbers that belong together: "71 patients (47 %)", "(n = 71, 47 %)", "47 % of the 150 patients".

What is in brackets becomes one token or none, and a number takes in who it is out of, so that rules
of attachment see sites and numbers and little else. Apart from `attach` because brackets and pairs
of numbers are read before anybody asks for sites.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from metastasis.text._numbers.letters import (
    BARE,
    BRACKET,
    DESCRIBING,
    LONE,
    NUMBER,
    NUMBERS,
    PEOPLE,
    RESPECTIVELY,
    SITE,
    STRAY,
    classes,
    form,
)
from metastasis.text._numbers.quantities import Quantity
from metastasis.text._numbers.tokens import NumberToken, letters_of

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["merged", "united"]

_IN_BRACKETS: Final = classes(
    "number bare stray people of in with from the find be adverb adjective rate place cancer"
    " metastasis sign"
) | {",", ";"}
"""What may stand in brackets around a number of the site before them."""


def merged(tokens: Sequence[NumberToken]) -> list[NumberToken]:
    """Return the tokens with brackets read and numbers that belong together made one."""
    flat = _counted(_shared(list(_without_brackets(tokens))))
    for together, make in _TOGETHER:
        flat = list(_made_one(flat, together, make))
    return flat


def united(first: Quantity, second: Quantity) -> Quantity | None:
    """Return two numbers as one, or None where they say the same thing twice.

    >>> from decimal import Decimal
    >>> one = Quantity(kind="count", start=0, end=2, count=71)
    >>> two = Quantity(kind="percent", start=3, end=6, percent=Decimal(47))
    >>> united(one, two).percent
    Decimal('47')
    """
    if "range" in (first.kind, second.kind):
        return None
    for name in ("count", "total", "percent"):
        if None not in (getattr(first, name), getattr(second, name)):
            return None
    return Quantity(
        kind="fraction",
        start=min(first.start, second.start),
        end=max(first.end, second.end),
        count=second.count if first.count is None else first.count,
        total=second.total if first.total is None else first.total,
        percent=second.percent if first.percent is None else first.percent,
        note=first.note or second.note,
    )


def _without_brackets(tokens: Sequence[NumberToken]) -> Iterator[NumberToken]:
    """Yield tokens; brackets with one number are one, those without number and site are none."""
    index = 0
    while index < len(tokens):
        token = tokens[index]
        end = _closing(tokens, index) if token.letter == "(" else None
        if end is None:
            if token.letter not in "()":
                yield token
            index += 1
            continue
        inner = tokens[index + 1 : end]
        if any(part.letter == SITE for part in inner):
            yield from (token, *inner, tokens[end])
        else:
            yield from _bracket(inner, token.start, tokens[end].end)
        index = end + 1


def _closing(tokens: Sequence[NumberToken], start: int) -> int | None:
    """Return where brackets close that open at a place; None where others open before."""
    for index in range(start + 1, len(tokens)):
        if tokens[index].letter in "()":
            return index if tokens[index].letter == ")" else None
    return None


def _bracket(inner: Sequence[NumberToken], start: int, end: int) -> Iterator[NumberToken]:
    inner = _to_last_number(inner)
    numbers = [token.number for token in inner if token.letter in (NUMBER, BARE) and token.number]
    if not numbers:
        return
    if _SERIES.fullmatch(letters_of(inner)) and len({one.kind for one in numbers}) == 1:
        yield from inner
        if inner[-1].letter != RESPECTIVELY:
            yield NumberToken(RESPECTIVELY, end - 1, end)
        return
    if letters_of(inner) == BARE:
        yield NumberToken(LONE, start, end, _as_count(numbers[0]))
        return
    number = _one(inner, numbers)
    if number is None or not set(letters_of(inner)) <= _IN_BRACKETS:
        yield NumberToken(STRAY, start, end)
    else:
        yield NumberToken(BRACKET, start, end, replace(number, start=start, end=end))


def _to_last_number(inner: Sequence[NumberToken]) -> Sequence[NumberToken]:
    """Return what brackets hold without what is said after the last number of people.

    "9.4 %; median survival, 5 months" is "9.4 %".
    """
    letters = letters_of(inner)
    last = max(letters.rfind(NUMBER), letters.rfind(BARE))
    ends = [at for at in (letters.find(sign, last) for sign in ",;") if at >= 0]
    return inner[: min(ends)] if last >= 0 and ends else inner


_SERIES: Final = form("number (?: [, and]{1,2} number )+ ,? respectively?")
"""A series behind a series of sites: "lung, liver and bone (58%, 15%, 4%)"."""


def _one(inner: Sequence[NumberToken], numbers: Sequence[Quantity]) -> Quantity | None:
    """Return the one number that brackets hold: a percentage, a count or both."""
    if len(numbers) == 1 and numbers[0].kind == "plain" and PEOPLE not in letters_of(inner):
        return None
    whole = _as_count(numbers[0])
    for number in numbers[1:]:
        both = united(whole, _as_count(number))
        if both is None:
            return None
        whole = both
    return whole


def _as_count(number: Quantity) -> Quantity:
    return replace(number, kind="count") if number.kind == "plain" else number


_COUNTED: Final = form(f"""
    bare (?= [{DESCRIBING} narrow]{{0,2}} people)
    | bare (?= bracket)
    | (?<= ,) bare (?= adverb? [have be])
    | (?<= and) bare (?= adverb? have)
    | (?<= site in) bare (?= , | and | $)
    | (?<= site metastasis in) bare (?= , | and | $)
""")
"""A bare number counts people where a word for them follows, its percentage, or what they had; and
in a list: "hepatic metastases in 9 patients, pulmonary in 5".
"""


_SHARED: Final = form("(?: [bare stray] (?: , and? | and) )+ [number bare] (?= [^;]* respectively)")
"""A series before "respectively" of which only the last says what all are: "9, 77, 7 and 6 %"."""


def _shared(tokens: Sequence[NumberToken]) -> list[NumberToken]:
    """Return tokens, in a series each as the last of it."""
    shared = list(tokens)
    for match in _SHARED.finditer(letters_of(tokens)):
        last = tokens[match.end() - 1].number
        if last is None or last.kind not in ("percent", "plain") or last.total is not None:
            continue
        for at in range(match.start(), match.end()):
            number = tokens[at].number
            as_last = number and _as_in_series(number, last)
            if as_last:
                shared[at] = replace(tokens[at], letter=NUMBER, number=as_last)
    return shared


def _as_in_series(number: Quantity, last: Quantity) -> Quantity | None:
    """Return a number of a series with the sign of the last; None for what cannot have it."""
    if number is last or last.kind == "plain":
        return _as_count(number) if number.kind == "plain" else number if number is last else None
    percent = number.percent if number.count is None else Decimal(number.count)
    if number.kind not in ("plain", "other") or percent is None:
        return None
    return replace(number, kind="percent", percent=percent, count=None)


def _counted(tokens: Sequence[NumberToken]) -> list[NumberToken]:
    found = {match.start() for match in _COUNTED.finditer(letters_of(tokens))}
    return [
        NumberToken(NUMBER, token.start, token.end, token.number and _as_count(token.number))
        if index in found
        else token
        for index, token in enumerate(tokens)
    ]


def _made_one(
    tokens: Sequence[NumberToken],
    together: re.Pattern[str],
    make: Callable[[Sequence[NumberToken]], NumberToken | None],
) -> Iterator[NumberToken]:
    """Yield tokens, those that a form finds made one where they can be."""
    at = 0
    for match in together.finditer(letters_of(tokens)):
        new = make(tokens[match.start() : match.end()])
        if new is not None:
            yield from tokens[at : match.start()]
            yield new
            at = match.end()
    yield from tokens[at:]


def _with_bracket(tokens: Sequence[NumberToken]) -> NumberToken | None:
    """Return "71 patients (47 %)" as one number; two that do not fit are none of any site."""
    first, last = (token.number for token in tokens if token.letter in NUMBERS)
    both = united(first, last) if first and last else None
    return NumberToken(NUMBER if both else STRAY, tokens[0].start, tokens[-1].end, both)


def _side_by_side(tokens: Sequence[NumberToken]) -> NumberToken | None:
    """Return "3/50 6 %" as one number."""
    first, last = (token.number for token in tokens)
    both = united(first, last) if first and last else None
    return NumberToken(NUMBER, tokens[0].start, tokens[-1].end, both) if both else None


def _with_people_between(tokens: Sequence[NumberToken]) -> NumberToken | None:
    """Return "13 % of patients (n = 276)" as one number, with the words for the people behind."""
    first, last = tokens[0].number, tokens[-1].number
    if first is None or last is None or last.kind != "count" or first.count is not None:
        return None
    both = united(first, last)
    both = both and replace(both, end=first.end)
    return NumberToken(NUMBER, tokens[0].start, tokens[-1].end, both) if both else None


def _of_none(tokens: Sequence[NumberToken]) -> NumberToken | None:
    """Return "no patient (0 %)" as nobody; "no patient (12 %)" says nothing."""
    number = tokens[-1].number
    if number is None or number.percent != Decimal(0):
        return NumberToken(STRAY, tokens[0].start, tokens[-1].end)
    nobody = replace(number, count=0, start=tokens[0].start)
    return NumberToken(NUMBER, tokens[0].start, tokens[-1].end, nobody)


def _of_total(tokens: Sequence[NumberToken]) -> NumberToken | None:
    """Return "71 (47 %) of the 150 patients" as one number."""
    first, last = (token.number for token in tokens if token.letter in (NUMBER, BARE))
    if first is None or last is None or first.total is not None or last.percent is not None:
        return None
    total = replace(last, total=last.count, count=None)
    both = united(first, total)
    return NumberToken(NUMBER, tokens[0].start, tokens[-1].end, both) if both else None


_TOGETHER: Final = (
    (
        form("number [of from] the? [adjective the adverb cancer metastasis]{0,4} people bracket"),
        _with_people_between,
    ),
    (form("no people bracket"), _of_none),
    (form(f"number [{DESCRIBING} narrow]{{0,2}} people? bracket"), _with_bracket),
    (form("number number"), _side_by_side),
    (
        form(f"""
            number people? [of from] the? adjective? number
            (?= [{DESCRIBING} narrow]{{0,2}} people)
        """),
        _of_total,
    ),
)
"""In this order: a bracket belongs to its number before the number takes a total."""
