"""Which number of a sentence belongs to which of its sites: clause by clause, then the totals.

A wrong number is far worse than a missing one: what is left open is left out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from metastasis.text._numbers.cells import number_of_row
from metastasis.text._numbers.clause import NumberClause
from metastasis.text._numbers.merging import merged
from metastasis.text._numbers.number import PrintedNumber, blank
from metastasis.text._numbers.tokens import (
    BARE,
    BRACKET,
    LETTERS,
    LONE,
    NUMBER,
    STRAY,
    NumberToken,
    form,
    letters_of,
    tokens_of,
)
from metastasis.text._numbers.totals import Totals, led, summed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metastasis.text._numbers.quantities import Quantity

__all__ = ["numbers_of", "numbers_of_cancers"]


def numbers_of(
    text: str,
    sites: Sequence[tuple[int, int]],
    *,
    before: str = "",
    names: Sequence[tuple[int, int]] = (),
    header: str = "",
) -> list[PrintedNumber | None]:
    """Return the number that a sentence gives for each of its sites; None where it gives none.

    ``text`` is the sentence; ``sites`` are start and end of each name of a site in it, in order,
    and ``names`` those of cancers. ``before`` is what the page says before the sentence, in the
    same block: a count takes its total from there where the two and the percentage agree, or the
    sentence begins "of these". ``header`` is what stands above a row of a table or an item of a
    list: a number alone is a percentage only where it says so, as in "Metastatic location (%)".

    >>> numbers_of("Lung (47%) and liver.", [(0, 4), (15, 20)])[0].percent
    Decimal('47')
    """
    if header and len(sites) == 1 and (cell := number_of_row(text, sites[0], header)):
        return [cell]
    return _attached(text, sites, names, before, of_cancers=False)


def numbers_of_cancers(
    text: str,
    cancers: Sequence[tuple[int, int]],
    *,
    before: str = "",
    sites: Sequence[tuple[int, int]] = (),
) -> list[PrintedNumber | None]:
    """Return the number that a sentence gives for each of its cancers, at the site it speaks of.

    >>> text = "Bone metastases come from breast cancer (40%) and lung cancer (20%)."
    >>> found = numbers_of_cancers(text, [(26, 39), (50, 61)], sites=[(0, 4)])
    >>> [str(number.percent) for number in found]
    ['40', '20']
    """
    return _attached(text, cancers, sites, before, of_cancers=True)


def _attached(
    text: str,
    sites: Sequence[tuple[int, int]],
    names: Sequence[tuple[int, int]],
    before: str,
    *,
    of_cancers: bool,
) -> list[PrintedNumber | None]:
    """Return the number of each of some names, which others stand between."""
    added = summed(text, sites)
    tokens = merged(tokens_of(text, sites, names))
    is_count = added is not None or any(map(_counts_people, tokens))
    tokens = [_settled(token, is_count=is_count) for token in tokens]
    if added is not None:
        tokens = list(_counted_after(tokens, added.end))
    parts = _clauses(tokens)
    clauses = [NumberClause(text, part, of_cancers=of_cancers) for part in parts]
    found: dict[int, PrintedNumber] = {}
    for clause in clauses:
        found.update(clause.numbers())
    _drop_rivals(text, sites, found)
    place = min(found, default=0)
    totals = Totals(text, before, lambda: _said(clauses, added, text, before, place))
    return [totals.given(found[start]) if start in found else None for start, _ in sites]


def _said(
    clauses: Sequence[NumberClause], added: Quantity | None, text: str, before: str, place: int
) -> int | None:
    """Return how many the numbers of a sentence are out of, where it says so."""
    if added is not None:
        return added.count
    metastatic = [clause.metastatic for clause in clauses if clause.metastatic]
    if metastatic:
        return metastatic[0] if len(metastatic) == 1 else None
    return None if any(clause.has_loose for clause in clauses) else led(text, before, place)


def _counts_people(token: NumberToken) -> bool:
    """Whether brackets hold a count and nothing else: "lung (9 cases), bone (5)"."""
    number = token.number if token.letter == BRACKET else None
    return number is not None and number.kind == "count"


def _settled(token: NumberToken, *, is_count: bool) -> NumberToken:
    """Return a bare number in brackets as a count, or else as none."""
    return replace(token, letter=BRACKET if is_count else STRAY) if token.letter == LONE else token


def _counted_after(tokens: Sequence[NumberToken], place: int) -> Iterator[NumberToken]:
    """Yield tokens, bare numbers before sites as counts: "52 sites: 17 lymph node, 10 bone …"."""
    letters = letters_of(tokens)
    for index, token in enumerate(tokens):
        is_count = token.letter == BARE and token.start >= place
        is_of_site = is_count and _SITE.match(letters, index + 1)
        yield replace(token, letter=NUMBER) if is_of_site else token


_SITE: Final = form("[the adjective word]{0,2} site")


def _clauses(tokens: Sequence[NumberToken]) -> Iterator[list[NumberToken]]:
    """Yield the tokens of each clause; what stands in brackets is one of its own."""
    outer: list[NumberToken] = []
    inner: list[NumberToken] | None = None
    for token in tokens:
        if token.letter == "(":
            inner = []
        elif token.letter == ")" and inner is not None:
            if len(inner) <= _ALONE and outer and outer[-1].letter == NUMBER:
                outer.extend(inner)
            else:
                yield inner
            inner = None
        elif inner is not None:
            inner.append(token)
        elif token.letter in (";", LETTERS["break"]):
            yield outer
            outer = []
        else:
            outer.append(token)
    yield outer


_ALONE: Final = 3
"""Tokens of brackets that only name the site of the number before them: "45 % (the lung)"."""


def _drop_rivals(
    text: str, sites: Sequence[tuple[int, int]], found: dict[int, PrintedNumber]
) -> None:
    """Refuse the numbers of a site that the sentence names twice, each time with another."""
    named: dict[str, list[int]] = {}
    for start, end in sites:
        if start in found and not found[start].is_blank:
            named.setdefault(text[start:end].casefold().rstrip("s"), []).append(start)
    for starts in named.values():
        values = {(found[at].count, found[at].total, found[at].percent) for at in starts}
        if len(values) > 1:
            for at in starts:
                found[at] = replace(blank(found[at]), refused="two numbers for one site")
