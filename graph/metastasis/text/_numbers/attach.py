"""Which number of a sentence belongs to which of its sites: clause by clause, then the totals.

A wrong number is far worse than a missing one: what is left open is left out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from metastasis.text._numbers.cells import number_of_row
from metastasis.text._numbers.clause import NumberClause
from metastasis.text._numbers.letters import BARE, BRACKET, LETTERS, LONE, NUMBER, STRAY, form
from metastasis.text._numbers.merging import merged
from metastasis.text._numbers.number import PrintedNumber, blank
from metastasis.text._numbers.tokens import NumberToken, letters_of, tokens_of
from metastasis.text._numbers.totals import Totals, led, summed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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
    tokens = _settled(merged(tokens_of(text, sites, names)), added)
    clauses = [NumberClause(text, part, of_cancers=of_cancers) for part in _clauses(tokens)]
    found: dict[int, PrintedNumber] = {}
    for clause in clauses:
        found.update(clause.numbers())
    found |= _rivals(text, sites, found)
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


def _settled(tokens: Sequence[NumberToken], added: Quantity | None) -> list[NumberToken]:
    """Return tokens, bare numbers as counts where the sentence shows that they are.

    It does where a count is the sum of others ("52 sites: 17 lymph node, 10 bone …"), or where
    brackets hold one with its people: "lung (9 cases), bone (5)".
    """
    is_count = added is not None or any(map(_counts_people, tokens))
    alone = BRACKET if is_count else STRAY
    settled = [replace(one, letter=alone) if one.letter == LONE else one for one in tokens]
    return settled if added is None else list(_counted_after(settled, added.end))


def _counts_people(token: NumberToken) -> bool:
    """Whether brackets hold a count and nothing else."""
    number = token.number if token.letter == BRACKET else None
    return number is not None and number.kind == "count"


def _counted_after(tokens: Sequence[NumberToken], place: int) -> Iterator[NumberToken]:
    """Yield tokens, behind a place each bare number before a site as a count."""
    letters = letters_of(tokens)
    for index, token in enumerate(tokens):
        is_bare = token.letter == BARE and token.start >= place
        is_of_site = is_bare and _SITE.match(letters, index + 1)
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


def _rivals(
    text: str, sites: Sequence[tuple[int, int]], found: Mapping[int, PrintedNumber]
) -> dict[int, PrintedNumber]:
    """Return the numbers of sites that a sentence names twice, each time with another: refused."""
    named: dict[str, dict[int, PrintedNumber]] = {}
    for start, end in sites:
        if start in found and not found[start].is_blank:
            site = text[start:end].casefold().rstrip("s")
            named.setdefault(site, {})[start] = found[start]
    return {
        start: replace(blank(number), refused="two numbers for one site")
        for numbers in named.values()
        if len({(one.count, one.total, one.percent) for one in numbers.values()}) > 1
        for start, number in numbers.items()
    }
