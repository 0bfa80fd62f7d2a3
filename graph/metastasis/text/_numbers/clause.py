"""A clause, and the rules that tell which of its numbers belongs to which of its sites.

The rules see the letters of tokens: brackets behind a site, words between a site and a number that
all say "has", a number before "had", and lists of equal length before "respectively". Where two
readings are left, neither is taken. Apart from `attach` because a clause knows nothing of what the
rest of the sentence and the page say.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from metastasis.text._numbers.groups import letters_of
from metastasis.text._numbers.number import PrintedNumber, agreed
from metastasis.text._numbers.people import denominator_of, names_cancer, setting_of
from metastasis.text._numbers.tokens import NumberToken

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["NumberClause"]

_AFTER_SITE: Final = frozenset("MgdbvtjoPirsyf")
"""Classes of words that may stand between a site and its number behind it."""
_BEFORE_SITE: Final = frozenset("hbdwitjvMgqPs")
"""The same for a number that stands before: "29 % of patients had metastases to the lung"."""
_PEOPLE: Final = re.compile(
    r"(?:[jtdPMup]{0,3}q)?(?:[ofi]t?[jtdPMnup]{0,5}q|[of]t?[jtd]{0,3}M"
    r"|[of]t?[jtdu]{0,3}P(?=d?[hbv]))"
    r"(?:[wofi][tjdPMu]{0,5}(?:(?<=P)c[tju]{0,2}P)?|v[wi][tjdPMu]{0,5}|d[tjdPM]{0,2}){0,3}"
    r"|[jtdPMup]{0,3}q(?:(?:[wofi]|vw)[tjdPMup]{1,8}){1,2}(?=d?[hbv])"
    r"|[jtdPMup]{1,3}q(?=d?[hbv])"
)
"""Who a number is out of: "of all patients with metastatic disease at diagnosis"."""
_CHOSEN: Final = re.compile(
    r"q?(?:[ofi]t?[jtdPMnNu]{0,5}q(?:w|r[hbv]{0,2}w?)[tjdMPu]{0,3}|[of]t?[jtd]{0,3}(?:M[io][tjd]{0,2})?)(?=[Sp])"
)
_ALL_CHOSEN: Final = re.compile(
    r"(?<!s)[ofi]t?[jtdPMnNu]{0,5}q(?:w|r[hbv]{0,2}w?)[tjdMPu]{0,3}S|S[^S]*[of]rN"
)
"""The same at the head of a clause, and "of whom 30 %" behind a site."""
_DENIED: Final = re.compile(r"[kp][tjdoMui]{0,4}$")


@dataclass(slots=True)
class _Edge:
    """A number that may belong to a site."""

    site: int
    number: int
    forward: bool
    strong: bool
    people: str = ""
    """Who it is out of, where that stands behind a later number of the list."""


class NumberClause:
    """The tokens of one clause, and what its rules find."""

    def __init__(
        self, text: str, tokens: Sequence[NumberToken], *, of_cancers: bool = False
    ) -> None:
        self.text = text
        self.of_cancers = of_cancers
        self.tokens = list(_with_people(tokens, of_cancers=of_cancers))
        self.letters = letters_of(self.tokens)
        self.setting = setting_of(text[tokens[0].start : tokens[-1].end]) if tokens else None
        self.metastatic = _metastatic(self.tokens, self.letters)
        """How many it says had metastases, before it says where."""
        self.has_loose = False
        """Whether a number of it belongs to no site: then what follows may be out of that one."""

    def numbers(self) -> dict[int, PrintedNumber]:
        """Return the numbers of the clause by the start of their site."""
        if "S" not in self.letters or not set("NB") & set(self.letters):
            return {}
        if "z" in self.letters or "C" in self.letters:
            return {}
        if not self.of_cancers and _ALL_CHOSEN.search(self.letters):
            return {}
        edges = self._respective() if "e" in self.letters else self._listed() or self._edges()
        opening = _OPENING.match(self.letters) or _HEAD.match(self.letters)
        first = opening.end() if opening else 0
        last = min((min(_ends(edge)) for edge in edges), default=len(self.letters))
        self.has_loose = any(
            self.letters[at] in "NB" and not self._counts_sites(at) for at in range(first, last)
        )
        return {
            self.tokens[edge.site].start: self._number(edge)
            for edge in edges
            if not self._is_denied(edge) and not self._is_outcome(edge)
        }

    def _counts_sites(self, at: int) -> bool:
        """Whether a number in brackets counts sites: "metastatic sites (n = 305)"."""
        number = self.tokens[at].number
        return self.letters[at - 1 : at + 1] == "gB" and number is not None and not number.percent

    def _is_outcome(self, edge: _Edge) -> bool:
        """Whether the words before or beside a number speak of survival, treatment and the like."""
        first = self.letters.find("a")
        end = self.letters.find(",", max(edge.site, edge.number)) if first >= 0 else -1
        return first >= 0 and (end < 0 or first < end)

    def _is_denied(self, edge: _Edge) -> bool:
        number = self.tokens[edge.number].number
        counts_nobody = number is not None and (number.count == 0 or number.percent == 0)
        before = self.letters[max(0, edge.site - 6) : edge.site]
        return not counts_nobody and bool(_DENIED.search(before))

    # One number for each site.

    def _edges(self) -> list[_Edge]:
        edges = [edge for at in range(len(self.letters)) for edge in self._from(at)]
        edges = [edge for edge in edges if not self._is_shared(edge)] or self._opened()
        bare = [edge for edge in edges if self._is_bare(edge)]
        if len(bare) == 1:
            edges.remove(bare[0])
        return self._decided(edges)

    def _opened(self) -> list[_Edge]:
        """Return what "in 30 % of patients, liver metastases were found" says, if it is alone."""
        found = _OPENED.match(self.letters)
        if found is None or sum(letter in "NBS" for letter in self.letters) > 2:
            return []
        number, site = found.start("number"), found.start("site")
        quantity = self.tokens[number].number
        if quantity is None or (quantity.percent is None and quantity.total is None):
            return []
        return [_Edge(site, number, forward=False, strong=True)]

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
            elif letter not in _AFTER_SITE or (
                letter == "P" and _IS_ONE.search(self.letters, site, at)
            ):
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
            of_it = letter == "o" and self.of_cancers
            if (
                letter not in _BEFORE_SITE
                and not of_it
                and not (letter == "o" and said[-1:] in ("M", "v", "q", "s"))
            ):
                return None
            said += letter
        return None

    def _if_whole(self, number: int, site: int, said: str) -> _Edge | None:
        """Return an edge, unless the words only pick people: "30 patients with bone metastases"."""
        quantity = self.tokens[number].number
        lone = quantity is not None and quantity.percent is None and quantity.total is None
        if quantity is not None and quantity.total and not set(said) & set("hbwviq"):
            # Two of the five bone metastases.
            return None
        if lone and _OUT_OF.search(self.letters[max(0, number - 4) : number]):
            return None
        if lone and "w" in said and _CHOSEN_BY.search(self.letters[max(0, number - 4) : number]):
            return None
        ends = re.match(r"M?(?:[,c)]|$)", self.letters[site + 1 : site + 3])
        if said.startswith("q") and "w" in said and not set("hb") & set(said) and not ends:
            return None
        return _Edge(site, number, forward=False, strong=bool(set(said) & set("hbwiv")))

    def _is_shared(self, edge: _Edge) -> bool:
        """Whether other sites stand in a row with this one, and the number may be theirs too."""
        if edge.forward:
            if _BY_CANCER.match(self.letters, edge.number - 1):
                return True
            return self._is_last_of_row(edge.site) or bool(
                _ANOTHER.match(self.letters, edge.number + 1) and self._is_alone(edge.number)
            )
        right = self.letters[edge.site + 1 : edge.site + 8]
        return bool(re.match(r"M?(?:,|c|,c)[tjdu]{0,3}[Sg]|c[tj]{0,2}u|M?[yb]?[NB]", right))

    def _is_last_of_row(self, site: int) -> bool:
        """Whether a site ends a row of sites; "except for the nodes, the lung was" is no row."""
        row = _ROW.search(self.letters[max(0, site - 6) : site])
        if row is None or "c" in row[0] or site + 1 == len(self.tokens):
            return row is not None
        after = self.tokens[site + 1]
        return self.text[after.start : after.end].lower() not in _OF_ONE

    def _is_alone(self, number: int) -> bool:
        """Whether the number behind another has no site of its own."""
        behind = _ANOTHER.match(self.letters, number + 1)
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
        strong = _wanted([edge for edge in edges if edge.strong])
        edges = [edge for edge in edges if edge.strong or not _ends(edge) & strong.keys()]
        wanted = _wanted(edges)
        if any(count > 1 for count in wanted.values()):
            numbers = {edge.number for edge in edges}
            ways = [[edge for edge in edges if edge.forward is way] for way in (True, False)]
            whole = [way for way in ways if {edge.number for edge in way} == numbers]
            edges = whole[0] if len(whole) == 1 else edges
            wanted = _wanted(edges)
        return [edge for edge in edges if all(wanted[end] == 1 for end in _ends(edge))]

    # "Lung, liver and bone in 40 %, 30 % and 10 %, respectively".

    def _respective(self) -> list[_Edge]:
        return self._in_turn(_RESPECTIVELY)

    def _listed(self) -> list[_Edge]:
        """Return what lists of three and more say, which need no "respectively"."""
        edges = self._in_turn(_IN_TURN)
        return edges if len(edges) > 2 else []

    def _in_turn(self, forms: Sequence[re.Pattern[str]]) -> list[_Edge]:
        found = [match for form in forms for match in form.finditer(self.letters)]
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

    def _number(self, edge: _Edge) -> PrintedNumber:
        token = self.tokens[edge.number]
        quantity = token.number
        assert quantity is not None  # noqa: S101 - every N and B has one
        if quantity.kind == "range":
            return PrintedNumber(start=quantity.start, end=quantity.end, note=quantity.note)
        inside = self.text[token.start : token.end] if token.letter == "B" else ""
        inside = inside if re.search(r"\b(?:of|with)\b", inside) else ""
        said = inside or self.text[quantity.end : token.end] or edge.people or self._opening()
        return agreed(
            PrintedNumber(
                count=quantity.count,
                total=quantity.total,
                percent=quantity.percent,
                denominator=denominator_of(said.strip(" (["), cancer=names_cancer(said))
                if said
                else None,
                setting=self.setting,
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
        between = self.text[site.end : self.tokens[edge.number].start] if edge.forward else ""
        return "first_site" if _FIRST.search(between) else None


_METASTATIC: Final = re.compile(r"Nq?[jdp]{0,3}[hbv][dwjiv]{0,3}[MS][iX]{0,3},(?=[rdlif])")
"""Thirty-seven patients developed distant disease, most commonly in …"""
_OUT_OF: Final = re.compile(r"(?:(?<!j)o|f)[tj]{0,2}$")
"""Of three patients: a count that others are out of."""
_CHOSEN_BY: Final = re.compile(r"[ofi][tjd]{0,2}$")
"""In only 12 cases with metastases to the heart: something else was found in them."""
_IS_ONE: Final = re.compile(r"b[tjd]*$")
"""Liver metastases were carcinomas: what follows counts those."""
_OPENING: Final = re.compile(r"(?:[uP]y)?[ofi]t?[jtdPMnuNo]{0,6}[qN][^,SBXN]*,")
"""Who is counted, at the head of a clause: "In 634 patients with stage IV disease, …"."""
_ANOTHER: Final = re.compile(r"(?:[ofi][tjdPMupXy]{0,6}[qP])?(?:[itd]{0,2}X)?,?c?[itdhvb]{0,4}N")
"""A second number, "30 % of men and 20 % of women", where it has no site of its own."""
_OPENED: Final = re.compile(r"d?i(?P<number>N)[qPju]{0,3},[tjd]{0,3}(?P<site>S)[Mg]?h?[bv]")
_ROW: Final = re.compile(r"S[Mg]?[,c]{1,2}[tjdMu]{0,3}$|uc[tj]{0,2}$")
_OF_ONE: Final = ("is", "was", "has", "being")
"""Verbs of one: what stands before them is no row of sites."""
_HEAD: Final = re.compile(r"[^,hbvB]*,")
"""The same with words of any kind, but without a verb."""
_BY_CANCER: Final = re.compile(r"[Pu][BN][,c]{1,2}[tiofju]{0,4}P[uP]{0,3}[BN]")
"""Bone in adenocarcinoma (63 %) and squamous cell carcinoma (61 %): a number for each cancer."""
_BESIDE: Final = 30
"""Characters beside a site in which "only" is of the site."""
_ONLY_BEFORE: Final = re.compile(
    r"\b(?:isolated|solitary|only|exclusively|solely) $", re.IGNORECASE
)
_ONLY_BEHIND: Final = re.compile(
    r"^(?: metasta\w+)? (?:only|alone)\b|^ (?:was|being|is|as) the (?:only|sole)\b", re.IGNORECASE
)
_FIRST: Final = re.compile(r"\bfirst (?:metastatic |distant )?site\b", re.IGNORECASE)
_SITES: Final = r"(?P<sites>S(?:[Mg]?(?:,|c|,c|)[tjdM]{0,3}S)++)"
_SERIES: Final = r"(?P<numbers>[NB](?:q?(?:,|c|,c)[itd]{0,2}[NB])++)"
_RESPECTIVELY: Final = (
    re.compile(rf"{_SITES}[MgdbvtjoPirsyhq]*,?[iyb]?{_SERIES}q?,?e"),
    re.compile(rf"{_SERIES}q?[hbdwitjvMgPs]*{_SITES}M?[di]*,?e"),
)
"""Sites before their numbers, and numbers before their sites."""
_IN_TURN: Final = (re.compile(rf"{_SITES}[Mgdbvtjisyh]*,?[iyb]?{_SERIES}q?(?:,|$)"),)
_SEVERAL_CANCERS: Final = re.compile(r"P(?:,|c|,c)[tj]{0,2}P")
"""Lists of cancers and of sites with one list of numbers: whose are they?"""


def _metastatic(tokens: Sequence[NumberToken], letters: str) -> int | None:
    """Return how many had metastases, where a clause says it once and then where they were."""
    found = [tokens[match.start()].number for match in _METASTATIC.finditer(letters)]
    return found[0].count if len(found) == 1 and found[0] else None


def _ends(edge: _Edge) -> set[int]:
    """Return the two tokens of an edge."""
    return {edge.site, edge.number}


def _wanted(edges: Sequence[_Edge]) -> Counter[int]:
    """Return how many edges want each token."""
    return Counter(end for edge in edges for end in _ends(edge))


def _with_people(tokens: Sequence[NumberToken], *, of_cancers: bool) -> Iterator[NumberToken]:
    """Yield tokens, each number with the words behind it that say out of whom it is.

    Of cancers, "30 % of patients with sarcoma" is a number; of sites it counts the chosen.
    """
    letters = letters_of(tokens)
    index = 0
    while index < len(tokens):
        token, end = tokens[index], index + 1
        if token.letter == "N":
            chosen = _CHOSEN.match(letters, end)
            people = _PEOPLE.match(letters, end)
            if chosen and not of_cancers:
                token = NumberToken("C", token.start, tokens[chosen.end() - 1].end)
                end = chosen.end()
            elif people:
                end = people.end()
                token = replace(token, end=tokens[end - 1].end)
        yield token
        index = end
