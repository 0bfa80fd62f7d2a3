"""Governing: which word of spread a list of sites belongs to, and how.

A list that no word of spread governs is no statement: "pain in the bone" names a site and says
nothing about spread. The rules, in the order in which they are tried:

- ``compound``: "liver and lung metastases", "peritoneal seeding", "bone invasion"
- ``passive``, ``is_site``: "nodes were involved", "the liver is the most common site"
- ``verb``, ``noun``, ``place``: "spreads to the liver", "metastases in bone", "sites are the liver"
- ``of_it``: "it occurs most often in the lungs", after a sentence of spread
- ``continued``: "… but rarely to the brain", after a clause of spread

Apart from the sentence because the rules are a list to be read by itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from metastasis.text._grammar.clauses import depths_of, is_light
from metastasis.text._grammar.phrases import ends_with, has_phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis.text._grammar.site_lists import SiteList
    from metastasis.text._grammar.tokens import Token

__all__ = ["Governor", "governor_of"]


class Governor(NamedTuple):
    """How a list of sites comes to be one of sites of spread."""

    rule: str
    word: int | None
    """The index, in the tokens of the clause, of the word of spread; None where it is elsewhere."""
    relation: str = "metastasis"
    is_weak: bool = False
    """Whether the word means spread only where spread is spoken of: "involve", "site"."""


_LONG: Final = 40
"""Characters of other words between two tokens after which they have nothing to do with another."""
_NOUNS: Final = frozenset({"spread", "seeding", "implants", "metastasis"})
"""Words that are verb and noun: after a site they are the noun."""
_HAVING: Final = frozenset({"had", "have", "has", "accounted for", "accounts for", "account for"})
"""Verbs that say of a site what "is" says."""
_IN_PREDICATE: Final = frozenset(
    ("frequency", "denial", "double", "join", "setting", "population", "primary", "order", "member")
) | {"neutral"}
"""What may stand between a site and what is said of it."""
_ENDS: Final = frozenset({"stop", "comparison", "break"})
"""What no word of spread reaches over."""
_LINKS: Final = frozenset({"copula", "member", "occur", "order"})
"""What leads from a noun to its sites."""
_LINKING_MARKS: Final = frozenset({":", "-", "–", "—", "("})
_CANCERS: Final = frozenset({"primary", "generic", "metastasis"})
_SUBJECTS: Final = _CANCERS | {"stop", "background"}
"""What a verb can belong to: "the tumor reaches", and "side effects, affecting" something else."""
_NO_SUBJECT: Final = frozenset({"spread", "background", "definition"})
"""What makes a sentence that begins with "it" speak of something else than spread."""
_BREAKS_OFF: Final = frozenset(
    {"stop", "comparison", "background", "condition", "definition", "case"}
)
"""What a clause that goes on with the one before does not have before its sites."""
_PREPOSITION: Final = re.compile(
    r"\s*(?:to|in|into|within|at|on|of|involving|affecting)\b", re.IGNORECASE
)
_WAY: Final = re.compile(r"\s*(?:through|via|along|across)\b")
_TOWARD: Final = re.compile(r"\b(?:to|into|toward|towards|onto)\b(?:\s+\w+){0,2}\s*$")
_WHERE: Final = re.compile(r"\s*(?:the (?:places?|organs?) )?where (?:the |most )?\s*")
"""What leads from sites to the verb of which they are the place: "is where it spreads"."""


def governor_of(
    text: str, tokens: Sequence[Token], sites: SiteList, *, goes_on: bool
) -> Governor | None:
    """Return what governs a list of sites; None where nothing does.

    ``goes_on`` is whether the clause goes on with one that spoke of spread.
    """
    search = _Search(text, tokens, sites)
    if search.is_elsewhere():
        return None
    return (
        search.compound()
        or search.predicate()
        or search.before()
        or search.of_it()
        or (search.continued() if goes_on else None)
    )


class _Search:
    """A list of sites in its clause, and the rules that may govern it."""

    def __init__(self, text: str, tokens: Sequence[Token], sites: SiteList) -> None:
        self._text = text
        self._tokens = tokens
        self._first, self._last = sites.first, sites.last
        self._depths = depths_of(tokens)

    def is_elsewhere(self) -> bool:
        """Return whether the cancer comes from there, or the site tells where another lies."""
        site = self._tokens[self._first]
        if ends_with("origin", self._text, site.start):
            return True
        before = self._tokens[self._first - 1] if self._first else None
        return (
            before is not None
            and before.kind == "beside"
            and is_light(self._text[before.end : site.start])
        )

    def compound(self) -> Governor | None:
        """Sites that are named with a noun of spread after them, or say it themselves."""
        if self._tokens[self._last].is_a("metastasis"):
            return Governor("compound", self._last)
        index = self._last + 1
        if index >= len(self._tokens):
            return None
        token = self._tokens[index]
        if self._text[self._tokens[self._last].end : token.start].strip(" -/"):
            return None
        if token.is_a("growth"):
            return Governor("compound", index, "extension")
        if token.kind == "metastasis" or self._words(token) in _NOUNS:
            return Governor("compound", index, is_weak=token.value == "weak")
        return None

    def predicate(self) -> Governor | None:
        """Sites of which a verb says that they are sites of spread, or are involved."""
        has_verb = has_frequency = is_where = False
        position = self._tokens[self._last].end
        for index in range(self._last + 1, len(self._tokens)):
            token = self._tokens[index]
            gap, position = self._text[position : token.start], token.end
            if self._depths[index] > self._depths[self._last]:
                continue
            if has_verb and _WHERE.fullmatch(gap):
                is_where = True
            elif len(gap) > _LONG or has_phrase("relative", gap) or " that " in gap:
                return None
            if token.kind == "copula" or self._words(token) in _HAVING:
                has_verb = True
            elif has_verb and (said := self._said_of_it(index)):
                return said
            elif is_where and token.is_a("spread"):
                return Governor("is_site", index)
            elif not (token.kind in _IN_PREDICATE or (token.value == "," and has_verb)):
                return None
            has_frequency = has_frequency or (has_verb and token.kind == "frequency")
        if has_frequency and self._is_of_spread(self._first):
            return Governor("is_site", None)  # "of all metastatic sites the lung was the commonest"
        return None

    def _said_of_it(self, index: int) -> Governor | None:
        token = self._tokens[index]
        if token.kind == "place":
            return Governor("is_site", index, is_weak=token.value != "strong")
        if token.kind == "metastasis" or token.value == "distant_unspecified":
            return Governor("is_site", index)
        if token.kind == "growth":
            return Governor("passive", index, "extension")
        if token.kind == "spread" and token.value == "weak":
            has_cancer = any(one.kind == "primary" for one in self._tokens)
            return Governor("passive", index, is_weak=not has_cancer)
        return None

    def before(self) -> Governor | None:
        """Sites after a word of spread, with nothing between them that ends its reach."""
        depth = self._depths[self._first]
        position = self._tokens[self._first].start
        has_link = has_site = False
        for index in range(self._first - 1, -1, -1):
            token = self._tokens[index]
            gap, position = self._text[token.end : position], token.start
            if self._depths[index] > depth:
                continue
            is_next = index == self._first - 1
            if token.kind in _ENDS or has_phrase("relative" if is_next else "which", gap):
                return None
            if token.is_a("growth"):
                return Governor("verb", index, "extension")
            if token.is_a("spread") and not self._passes(index):
                return self._verb(index, is_far=has_site and not has_link)
            if token.is_a("metastasis") and (has_link or has_site or _leads_in(gap)):
                return Governor("noun", index, is_weak=token.value == "weak")
            if token.kind == "place" and has_link:
                return Governor("place", index, is_weak=not self._is_of_spread(index))
            has_link = has_link or token.kind in _LINKS or token.value in _LINKING_MARKS
            has_site = has_site or token.kind == "site"
        return None

    def _verb(self, index: int, *, is_far: bool) -> Governor | None:
        """Return a verb as governor; one that means spread only with a cancer needs one."""
        cue = self._tokens[index].as_a("spread")
        if cue is None or cue.value != "weak":
            return Governor("verb", index)
        if is_far:
            return None
        subject = next((t for t in reversed(self._tokens[:index]) if t.kind in _SUBJECTS), None)
        if subject is not None and subject.kind not in _CANCERS:
            return None
        return Governor("verb", index, is_weak=subject is None)

    def _passes(self, index: int) -> bool:
        """Return whether a verb only says which way: "travels through the lymph system, nodes"."""
        if self._tokens[index].value != "weak":
            return False
        way = self._text[self._tokens[index].end : self._tokens[self._first].start]
        return _WAY.match(way) is not None and _TOWARD.search(way) is None

    def _is_of_spread(self, index: int) -> bool:
        """Return whether "sites" are sites of spread by the words before them."""
        return self._tokens[index].value == "strong" or any(
            (token.is_a("metastasis", "spread") and token.value != "weak")
            or token.value == "strong"
            for token in self._tokens[:index]
        )

    def of_it(self) -> Governor | None:
        """Sites in which "it" occurs, where "it" is what the sentence before spoke of."""
        before = self._tokens[: self._first]
        if not before or before[0].kind != "generic":
            return None
        if any(token.kind in _NO_SUBJECT for token in before):
            return None
        gap = self._text[before[-1].end : self._tokens[self._first].start]
        leads = _PREPOSITION.match(gap) or self._words(before[-1]).endswith(" in")
        if leads and any(token.kind == "occur" for token in before):
            return Governor("of_it", None, is_weak=True)
        return None

    def continued(self) -> Governor | None:
        """Sites of a clause without a word of spread, after one with it."""
        before = self._tokens[: self._first]
        if any(token.kind in _BREAKS_OFF for token in before):
            return None
        if before and not is_light(self._text[before[-1].end : self._tokens[self._first].start]):
            return None
        return Governor("continued", None, is_weak=True)

    def _words(self, token: Token) -> str:
        return self._text[token.start : token.end].lower()


def _leads_in(gap: str) -> bool:
    """Return whether a noun leads to its sites: "metastases to", "metastatic liver …"."""
    return _PREPOSITION.match(gap) is not None or not gap.strip(" -")
