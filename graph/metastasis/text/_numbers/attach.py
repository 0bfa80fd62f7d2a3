"""Which number of a sentence belongs to which of its sites.

A few rules see the letters of tokens: brackets behind a site, words between a site and a number
that all say "has", a number before "had", and lists of equal length before "respectively". Where
two readings are left, neither is taken: a wrong number is far worse than a missing one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from metastasis.text._numbers.cells import number_of_row
from metastasis.text._numbers.groups import grouped, letters_of
from metastasis.text._numbers.number import Number, agreed, agrees, blank
from metastasis.text._numbers.people import (
    denominator_of,
    is_only_count,
    people_of,
    setting_of,
    totals_of,
)
from metastasis.text._numbers.quantities import quantities_of
from metastasis.text._numbers.tokens import Token, tokens_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["numbers_of"]

_AFTER_SITE: Final = frozenset("MgdbvtjoPirsyf")
"""Classes of words that may stand between a site and its number behind it."""
_BEFORE_SITE: Final = frozenset("hbdwitjvMgqPs")
"""The same for a number that stands before: "29 % of patients had metastases to the lung"."""
_PEOPLE: Final = re.compile(
    r"(?:[jtdPMup]{0,3}q)?(?:[ofi]t?[jtdPMnup]{0,5}q|[of]t?[jtd]{0,3}M)"
    r"(?:[wofi][tjdPMu]{0,5}|v[wi][tjdPMu]{0,5}|d[tjdPM]{0,2}){0,3}"
    r"|[jtdPMup]{0,3}q(?:(?:[wofi]|vw)[tjdPMup]{1,8}){1,2}(?=d?[hbv])"
    r"|[jtdPMup]{1,3}q(?=d?[hbv])"
)
"""Who a number is out of: "of all patients with metastatic disease at diagnosis"."""
_CHOSEN: Final = re.compile(
    r"q?(?:[ofi]t?[jtdPMnNu]{0,5}q(?:w|r[hbv]{0,2}w?)[tjdMPu]{0,3}|[of]t?[jtd]{0,3})(?=[Sp])"
)
_ALL_CHOSEN: Final = re.compile(
    r"(?<!s)[ofi]t?[jtdPMnNu]{0,5}q(?:w|r[hbv]{0,2}w?)[tjdMPu]{0,3}S|S.*[of]rN"
)
"""The same at the head of a clause, and "of whom 30 %" behind a site."""
_LISTED: Final = re.compile(r"S(?:[Mg]?(?:,|c|,c)[tjdMu]{0,3}S)+")
"""Sites in a row without a number between: one number behind or before them is of which?"""
_SHARED_BEFORE: Final = re.compile(r"uc[tj]{0,2}$|[,c]{1,2}[tjdu]{0,3}$")
_DENIED: Final = re.compile(r"[kp][tjdoMui]{0,4}$")


def numbers_of(
    text: str,
    sites: Sequence[tuple[int, int]],
    *,
    before: str = "",
    names: Sequence[tuple[int, int]] = (),
    header: str = "",
) -> list[Number | None]:
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
    summed = _summed(text)
    tokens = grouped(tokens_of(text, sites, names))
    is_count = summed is not None or any(map(_counts_people, tokens))
    tokens = [_settled(token, is_count=is_count) for token in tokens]
    clauses = [_Clause(text, part) for part in _clauses(tokens)]
    found: dict[int, Number] = {}
    for clause in clauses:
        found.update(clause.numbers())
    _drop_rivals(text, sites, found)
    is_loose = any(clause.has_loose for clause in clauses)
    said = summed or (None if is_loose else _led(text, before))
    totals = _Totals(text, before, said)
    return [totals.given(found[start]) if start in found else None for start, _ in sites]


def _counts_people(token: Token) -> bool:
    """Whether brackets hold a count and nothing else: "lung (9 cases), bone (5)"."""
    number = token.number if token.letter == "B" else None
    return number is not None and number.kind == "count"


def _settled(token: Token, *, is_count: bool) -> Token:
    """Return a bare number in brackets as a count, or else as none."""
    return replace(token, letter="B" if is_count else "X") if token.letter == "D" else token


def _clauses(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield the tokens of each clause; what stands in brackets is one of its own."""
    outer: list[Token] = []
    inner: list[Token] | None = None
    for token in tokens:
        if token.letter == "(":
            inner = []
        elif token.letter == ")" and inner is not None:
            if len(inner) <= _ALONE and outer and outer[-1].letter == "N":
                outer.extend(inner)
            else:
                yield inner
            inner = None
        elif inner is not None:
            inner.append(token)
        elif token.letter in ";x":
            yield outer
            outer = []
        else:
            outer.append(token)
    yield outer


_ALONE: Final = 3
"""Tokens of brackets that only name the site of the number before them: "45 % (the lung)"."""


def _drop_rivals(text: str, sites: Sequence[tuple[int, int]], found: dict[int, Number]) -> None:
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


class _Totals:
    """How many people a sentence and what stands before it count, for numbers without a total."""

    def __init__(self, text: str, before: str, said: int | None) -> None:
        self.text = text
        self.before = before
        self.known = [*totals_of(before), *totals_of(text)]
        self.said = said

    def given(self, number: Number) -> Number:
        """Return a number with its total, where the page says so or all three agree."""
        if number.total is not None or number.is_blank:
            return number
        if number.count is not None and number.percent is not None:
            fitting = {
                total for total in self.known if agrees(number.percent, number.count, total)
            } - {number.count}
            return replace(number, total=fitting.pop()) if len(fitting) == 1 else number
        if number.percent is not None:
            return self._of_the_only(number)
        if self.said is not None and (number.count or 0) <= self.said:
            return replace(number, total=self.said)
        if _ELSEWHERE.match(self.text, number.end):
            return replace(blank(number), refused="a count whose total stands elsewhere")
        return number

    def _of_the_only(self, number: Number) -> Number:
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
    r"(?:cases|patients|autopsies|subjects|men|women|children)\b(?! (?:with|who|whose|from|in|of)\b)",
    re.IGNORECASE,
)
"""People who were named before: "of the cases", also behind the last number of a list."""
_OF_THESE: Final = re.compile(
    r"^\W{0,3}(?:of|among|amongst|in|from) (?:these|those|them|whom|which|the latter)\b",
    re.IGNORECASE,
)
_LED: Final = re.compile(
    r"^\W{0,3}(?:\w+: )?(?:of|among|amongst|in|from|out of) (?:the |all |these |our "
    r"|(?:a |our )?(?:total|series|cohort|group|study|review|sample|population) of )*(?P<total>[0-9][0-9,]*)\b[^,;.]*,",
    re.IGNORECASE,
)


_SEVERAL: Final = 3
"""Two counts add up to a third number too often by chance."""


def _summed(text: str) -> int | None:
    """Return a number of people that all later counts of a sentence add up to, if one is.

    >>> _summed("120 metastases were found: lung (80), bone (30) and liver (10)")
    120
    """
    counts = [one.count or 0 for one in quantities_of(text) if one.kind in ("count", "plain")]
    left = sum(counts)
    for index, count in enumerate(counts):
        left -= count
        if count == left and len(counts) - index > _SEVERAL:
            return count
    return None


_ELSEWHERE: Final = re.compile(
    r"(?: \w+){0,2} (?:in|of|from|among) (?:the|this|these|our|that) (?:\w+ )?"
    r"(?:series|study|cohort|group|cases|patients|sample|population)\b",
    re.IGNORECASE,
)
"""Four patients in the entire series: out of how many was said before."""


def _led(text: str, before: str) -> int | None:
    """Return the total that a sentence opens with, or hands down with "of these"."""
    lead = _LED.match(text)
    if lead:
        here = totals_of(lead[0])
        return here[0] if len(here) == 1 else None
    if _OF_THESE.match(text):
        totals = totals_of(before)
        return totals[-1] if totals else None
    return None


@dataclass(slots=True)
class _Edge:
    """A number that may belong to a site."""

    site: int
    number: int
    forward: bool
    strong: bool
    people: str = ""
    """Who it is out of, where that stands behind a later number of the list."""


class _Clause:
    """The tokens of one clause, and what its rules find."""

    def __init__(self, text: str, tokens: Sequence[Token]) -> None:
        self.text = text
        self.tokens = list(_with_people(tokens))
        self.letters = letters_of(self.tokens)
        self.has_loose = False
        """Whether a number of it belongs to no site: then what follows may be out of that one."""

    def numbers(self) -> dict[int, Number]:
        """Return the numbers of the clause by the start of their site."""
        if "S" not in self.letters or not set("NB") & set(self.letters):
            return {}
        if "z" in self.letters or _ALL_CHOSEN.search(self.letters) or "C" in self.letters:
            return {}
        edges = self._respective() if "e" in self.letters else self._edges()
        opening = _OPENING.match(self.letters)
        first = opening.end() if opening else 0
        used = {edge.number for edge in edges}
        self.has_loose = any(
            letter in "NB" and at >= first and at not in used
            for at, letter in enumerate(self.letters)
        )
        return {
            self.tokens[edge.site].start: self._number(edge)
            for edge in edges
            if not self._is_denied(edge.site) and not self._is_outcome(edge)
        }

    def _is_outcome(self, edge: _Edge) -> bool:
        """Whether the words before or beside a number speak of survival, treatment and the like."""
        last = max(edge.site, edge.number)
        end = self.letters.find(",", last)
        return "a" in self.letters[: end if end >= 0 else len(self.letters)]

    def _is_denied(self, site: int) -> bool:
        return bool(_DENIED.search(self.letters[max(0, site - 6) : site]))

    # One number for each site.

    def _edges(self) -> list[_Edge]:
        edges = [edge for at in range(len(self.letters)) for edge in self._from(at)]
        edges = [edge for edge in edges if not self._is_shared(edge)]
        bare = [edge for edge in edges if self._is_bare(edge)]
        if len(bare) == 1:
            edges.remove(bare[0])
        return self._decided(edges)

    def _from(self, at: int) -> Iterator[_Edge]:
        letter = self.letters[at]
        edge = None
        if letter == "S":
            edge = self._behind(at)
        elif letter == "N":
            edge = self._ahead(at)
        if edge is not None:
            yield edge

    def _behind(self, site: int) -> _Edge | None:
        """Return the number that stands behind a site."""
        strong = False
        for at in range(site + 1, len(self.letters)):
            letter, after = self.letters[at], self.letters[at + 1 : at + 2]
            if letter in "NB":
                return _Edge(site, at, forward=True, strong=strong or letter == "B")
            if letter == ",":
                if not (after in "rvi" and after) and not self._closes(at + 1):
                    return None
            elif letter == "h":
                if not after or after not in "ibd":
                    return None
            elif letter not in _AFTER_SITE:
                return None
            strong = strong or letter in "bviys"
        return None

    def _closes(self, at: int) -> bool:
        """Whether a number stands at a place and ends what is said: "bone, 47 %; lung, 37 %"."""
        return bool(re.match(r"N(?:[,c]|$)", self.letters[at : at + 2]))

    def _ahead(self, number: int) -> _Edge | None:
        """Return the site that a number stands before."""
        said = ""
        for at in range(number + 1, len(self.letters)):
            letter = self.letters[at]
            if letter == "S":
                return self._if_whole(number, at, said)
            if letter not in _BEFORE_SITE and not (letter == "o" and said[-1:] in ("M", "v", "q")):
                return None
            said += letter
        return None

    def _if_whole(self, number: int, site: int, said: str) -> _Edge | None:
        """Return an edge, unless the words only pick people: "30 patients with bone metastases"."""
        if said.startswith("q") and "w" in said and not set("hb") & set(said):
            if not re.match(r"M?(?:[,c)]|$)", self.letters[site + 1 : site + 3]):
                return None
        return _Edge(site, number, forward=False, strong=bool(set(said) & set("hbwiv")))

    def _is_shared(self, edge: _Edge) -> bool:
        """Whether other sites stand in a row with this one, and the number may be theirs too."""
        if edge.forward:
            left = self.letters[max(0, edge.site - 6) : edge.site]
            return bool(re.search(r"S[Mg]?[,c]{1,2}[tjdMu]{0,3}$|uc[tj]{0,2}$", left)) or bool(
                re.match(r",?c?[itd]{0,2}N", self.letters[edge.number + 1 : edge.number + 6])
                and self._is_alone(edge.number)
            )
        right = self.letters[edge.site + 1 : edge.site + 8]
        return bool(re.match(r"M?(?:,|c|,c)[tjdu]{0,3}[Sg]|c[tj]{0,2}u|M?[yb]?[NB]", right))

    def _is_alone(self, number: int) -> bool:
        """Whether the number behind another has no site of its own."""
        behind = re.compile(r",?c?[itd]{0,2}N").match(self.letters, number + 1)
        return behind is not None and self._ahead(behind.end() - 1) is None

    def _is_bare(self, edge: _Edge) -> bool:
        """Whether a count stands behind a site without a verb: "bone metastasis in 1,031 cases"."""
        number = self.tokens[edge.number].number
        if not edge.forward or number is None or self.letters[edge.number] == "B":
            return False
        said = self.letters[edge.site + 1 : edge.number]
        return number.percent is None and number.total is None and not set("bvys") & set(said)

    def _decided(self, edges: list[_Edge]) -> list[_Edge]:
        """Return the edges that do not compete, after weak ones gave way to strong ones."""
        edges = [edge for edge in edges if edge.strong or not _rivals(edge, edges, strong=True)]
        if any(_rivals(edge, edges) for edge in edges):
            numbers = {edge.number for edge in edges}
            ways = [[edge for edge in edges if edge.forward is way] for way in (True, False)]
            whole = [way for way in ways if {edge.number for edge in way} == numbers]
            if len(whole) == 1:
                edges = whole[0]
        return [edge for edge in edges if not _rivals(edge, edges)]

    # "Lung, liver and bone in 40 %, 30 % and 10 %, respectively".

    def _respective(self) -> list[_Edge]:
        found = list(_RESPECTIVELY.finditer(self.letters))
        if len(found) != 1 or _SEVERAL_CANCERS.search(self.letters):
            return []
        start = found[0].start("sites")
        sites = [at + start for at, x in enumerate(found[0]["sites"]) if x == "S"]
        start = found[0].start("numbers")
        numbers = [at + start for at, x in enumerate(found[0]["numbers"]) if x in "NB"]
        if len(sites) != len(numbers):
            return []
        last = self.tokens[numbers[-1]]
        people = self.text[last.number.end : last.end] if last.number else ""
        return [
            _Edge(site, number, forward=True, strong=True, people=people)
            for site, number in zip(sites, numbers, strict=True)
        ]

    def _number(self, edge: _Edge) -> Number:
        token = self.tokens[edge.number]
        quantity = token.number
        assert quantity is not None  # noqa: S101 - every N and B has one
        if quantity.kind == "range":
            return Number(start=quantity.start, end=quantity.end, note=quantity.note)
        inside = self.text[token.start : token.end] if token.letter == "B" else ""
        inside = inside if re.search(r"\b(?:of|with)\b", inside) else ""
        said = inside or self.text[quantity.end : token.end] or edge.people or self._opening()
        cancer = "P" in letters_of(tokens_of(said, ()))
        return agreed(
            Number(
                count=quantity.count,
                total=quantity.total,
                percent=quantity.percent,
                denominator=denominator_of(said.strip(" (["), cancer=cancer) if said else None,
                setting=setting_of(self.text[self.tokens[0].start : self.tokens[-1].end]),
                occurrence=self._occurrence(edge),
                start=quantity.start,
                end=quantity.end,
                note=quantity.note,
            )
        )

    def _opening(self) -> str:
        """Return the words that a clause opens with, where they say who is counted."""
        found = _OPENING.match(self.letters)
        if found is None or self.has_loose:
            return ""
        return self.text[self.tokens[0].start : self.tokens[found.end() - 1].end]

    def _occurrence(self, edge: _Edge) -> str | None:
        """Return ``only_site`` where the words beside the site say so."""
        site = self.tokens[edge.site]
        around = self.text[max(0, site.start - _BESIDE) : site.start]
        behind = self.text[site.end : site.end + _BESIDE]
        if _ONLY_BEFORE.search(around) or _ONLY_BEHIND.match(behind):
            return "only_site"
        return None


_OPENING: Final = re.compile(r"(?:[uP]y)?[ofi]t?[jtdPMnuNo]{0,6}[qN][^,SBXN]*,")
"""Who is counted, at the head of a clause: "In 634 patients with stage IV disease, …"."""
_BESIDE: Final = 30
"""Characters beside a site in which "only" is of the site."""
_ONLY_BEFORE: Final = re.compile(
    r"\b(?:isolated|solitary|only|exclusively|solely) $", re.IGNORECASE
)
_ONLY_BEHIND: Final = re.compile(
    r"^(?: metasta\w+)? (?:only|alone)\b|^ (?:was|being|is|as) the (?:only|sole)\b", re.IGNORECASE
)
_RESPECTIVELY: Final = re.compile(
    r"(?P<sites>S(?:[Mg]?(?:,|c|,c|)[tjdM]{0,3}S)++)[MgdbvtjoPirsyhq]*,?[iyb]?"
    r"(?P<numbers>[NB](?:(?:,|c|,c)[itd]{0,2}[NB])+)q?[,]?e"
)
_SEVERAL_CANCERS: Final = re.compile(r"P(?:,|c|,c)[tj]{0,2}P")
"""Lists of cancers and of sites with one list of numbers: whose are they?"""


def _rivals(edge: _Edge, edges: Sequence[_Edge], *, strong: bool = False) -> bool:
    """Whether another edge wants the same site or the same number."""
    return any(
        other is not edge
        and (other.strong or not strong)
        and (other.site == edge.site or other.number == edge.number)
        for other in edges
    )


def _with_people(tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield tokens, each number with the words behind it that say out of whom it is."""
    letters = letters_of(tokens)
    index = 0
    while index < len(tokens):
        token, end = tokens[index], index + 1
        if token.letter == "N":
            chosen = _CHOSEN.match(letters, end)
            people = _PEOPLE.match(letters, end)
            if chosen:
                token = Token("C", token.start, tokens[chosen.end() - 1].end)
                end = chosen.end()
            elif people:
                end = people.end()
                token = replace(token, end=tokens[end - 1].end)
        yield token
        index = end
