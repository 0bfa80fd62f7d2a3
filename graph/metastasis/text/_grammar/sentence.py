"""A sentence read: its clauses, and in each the sites that a word of spread governs."""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING, Final, NamedTuple

from metastasis.text._grammar.clauses import clauses_of
from metastasis.text._grammar.cues import OF_SPREAD
from metastasis.text._grammar.denials import denials_of
from metastasis.text._grammar.frequencies import afterthought, frequencies_of
from metastasis.text._grammar.governing import governor_of
from metastasis.text._grammar.inverse import inverse_statements, inverses_of
from metastasis.text._grammar.phrases import begins_with, ends_with, has_phrase
from metastasis.text._grammar.site_lists import site_lists_of
from metastasis.text._grammar.statement import Context, Statement, Topic, relation_to
from metastasis.text._grammar.subjects import named_topic, subject_of
from metastasis.text._names.mentions import primary_of_organ

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from metastasis.text._grammar.clauses import Clause
    from metastasis.text._grammar.denials import Denial
    from metastasis.text._grammar.frequencies import Said
    from metastasis.text._grammar.governing import Governor
    from metastasis.text._grammar.inverse import Inverse
    from metastasis.text._grammar.site_lists import SiteList
    from metastasis.text._grammar.tokens import Token

__all__ = ["has_trigger", "may_state", "statements_in", "why_not_read"]

_NO_STATEMENT: Final = {
    "definition": "definition",
    "one_patient": "one patient",
    "aim": "aim or method",
    "comparison": "comparison of groups",
    "doubted": "doubted or refuted",
}
"""What phrases make of a sentence, whatever it names."""
_NOMINAL: Final = frozenset({"compound", "noun"})
"""Rules under which sites only stand with a noun: something has to be said of it."""
_BRACKETS: Final = re.compile(r"\([^()]*\)")
"""What stands in brackets explains a word; the sentence says something beside it."""
_HAS: Final = re.compile(r"\b(?:has|have|had)\s+(?:\w+\s+)?$")
_BEFORE: Final = 30
"""Characters before a verb that can hold "has already"."""
_RESPECTIVELY: Final = re.compile(r"\brespectively\b", re.IGNORECASE)


def has_trigger(tokens: Sequence[Token]) -> bool:
    """Return whether a sentence speaks of spread at all."""
    for token in tokens:
        if token.also or token.kind in OF_SPREAD:
            if token.is_a("growth") or (token.kind == "place" and token.value == "strong"):
                return True
            if token.value != "weak" and token.is_a("spread", "metastasis"):
                return True
    return False


def may_state(tokens: Sequence[Token]) -> bool:
    """Return whether a sentence names a site and has a word that may govern it.

    Most sentences do not, and then nothing else is looked for in them.
    """
    kinds = {token.kind for token in tokens}
    if "site" not in kinds:
        return False
    if not kinds.isdisjoint(OF_SPREAD) or kinds >= _IT_OCCURS:
        return True
    return any(token.is_a(*OF_SPREAD) for token in tokens if token.also)


_IT_OCCURS: Final = frozenset({"generic", "occur"})
"""Where spread is spoken of, "it occurs in the lungs" states it without a word of it."""


def why_not_read(text: str) -> str | None:
    """Return why a sentence makes no statement whatever it names; None where it may make one.

    >>> why_not_read("Does breast cancer spread to bone?"), why_not_read("It spreads to bone.")
    ('question', None)
    """
    if text.rstrip().endswith("?"):
        return "question"
    text = _BRACKETS.sub(" ", text)
    if begins_with("section", text):
        return "aim or method"
    return next((why for kind, why in _NO_STATEMENT.items() if has_phrase(kind, text)), None)


class _Part(NamedTuple):
    """A list of sites in its clause, and what is said of it."""

    text: str
    tokens: Sequence[Token]
    sites: SiteList
    governor: Governor
    said: Mapping[int, Said]
    denied: Mapping[int, Denial]

    @property
    def has_cue(self) -> bool:
        """Whether a word other than "can" or "may" says how often, or denies."""
        return any(
            member in self.denied or (member in self.said and self.said[member].where != "modal")
            for member in self.sites.members
        )


def statements_in(
    text: str, tokens: Sequence[Token], context: Context, *, numbered: frozenset[int] = frozenset()
) -> Iterator[Statement]:
    """Yield the statements of a sentence.

    ``numbered`` is where the names of sites begin that have a number.
    """
    before = Topic()
    has_stated = False
    last: list[Statement] = []
    speaks = context.is_metastatic or has_trigger(tokens)
    clauses = clauses_of(text, tokens)
    for clause, after in zip_longest(clauses, clauses[1:]):
        inverse = next(inverses_of(text, clause.tokens), None)
        if inverse is not None and not _is_predicate(clause.tokens, inverse):
            yield from inverse_statements(text, clause.tokens, inverse, context.of_site)
            continue
        stated = Topic()
        goes_on = clause.goes_on and has_stated
        is_loose = clause.goes_on and not has_stated and _begins_weakly(clause.tokens)
        parts = _parts(text, clause.tokens, speaks=speaks and not is_loose, goes_on=goes_on)
        said_after = afterthought(text[after.start : after.end], after.tokens) if after else None
        some = [*_most_of_all(text, clause, last)] if last else []
        if some:
            yield from some
            continue
        last = []
        one_by_one = _RESPECTIVELY.search(text[clause.start : clause.end]) is not None
        for number, part in enumerate(parts):
            if _why_not(part, numbered):
                continue
            topic = subject_of(text, part.tokens, part.sites, before, context.topic)
            its_own = [topic] * len(part.sites.members)
            if one_by_one and len(topic.keys) == len(parts) > 1:
                its_own = [topic._replace(keys=(topic.keys[number],))] * len(its_own)
            elif one_by_one and len(topic.keys) == len(its_own) > 1:
                its_own = [topic._replace(keys=(key,)) for key in topic.keys]
            has_stated = True
            stated = topic if topic.source == "sentence" else stated
            last += _statements(part, its_own, context, said_after)
        yield from last
        has_stated = has_stated or has_trigger(clause.tokens)
        named = named_topic(text, clause.tokens)
        if stated.keys or not parts:
            before = stated if stated.keys else named if named.keys else before


def _most_of_all(text: str, clause: Clause, said: Sequence[Statement]) -> Iterator[Statement]:
    """Yield what a clause says of some, after one on all: "…, but A and B are the most common"."""
    tokens = [token for token in clause.tokens if token.kind != "break"]
    verb = next((i for i, token in enumerate(tokens) if token.kind == "copula"), 0)
    cue = tokens[verb + 1].how_often if 0 < verb < len(tokens) - 1 else None
    names = [token for token in tokens[:verb] if token.kind not in {"join", "mark"}]
    keys = [one.value if one.kind == "primary" else primary_of_organ(one.value) for one in names]
    if cue is None or not names or not all(one.kind in {"primary", "site"} for one in names):
        return
    if len(tokens) > verb + 2 or not _OF_THEM.fullmatch(text, tokens[verb + 1].end, clause.end):
        return
    topic = Topic(
        tuple(dict.fromkeys(key for key in keys if key and key != "any")),
        "sentence",
        (names[0].start, names[-1].end),
    )
    span = (tokens[verb + 1].start, tokens[verb + 1].end)
    for one in said:
        if topic.keys and one.frequency != "absent" and one.topic.keys in {(), ("any",)}:
            yield one._replace(topic=topic, frequency=cue.value, cue=span)


_OF_THEM: Final = re.compile(
    r"(?: ?(?:ones?|of (?:them|these)|to do so|do so|so|culprits?))?[\s.]*"
)
"""What may follow "the most common" where it is said of cancers that spread there."""


def _is_predicate(tokens: Sequence[Token], inverse: Inverse) -> bool:
    """Return whether "cancers that spread to …" are what named ones are: "A is a cancer that …"."""
    before = tokens[: inverse.first]
    return inverse.form == "to" and any(
        one.kind == "primary" and one.value != "any" for one in before
    )


def _begins_weakly(tokens: Sequence[Token]) -> bool:
    """Return whether a clause has the subject of the one before: "…, affecting the skin"."""
    words = [token for token in tokens if token.kind != "mark"]
    return bool(words) and words[0].is_a("spread") and words[0].value == "weak"


def _parts(text: str, tokens: Sequence[Token], *, speaks: bool, goes_on: bool) -> list[_Part]:
    """Return the lists of sites of a clause that a word of spread governs."""
    lists = site_lists_of(text, tokens)
    said = frequencies_of(text, tokens, lists)
    denied = denials_of(text, tokens, lists)
    found: list[_Part] = []
    for sites in lists:
        is_rest = bool(found) and _adds(tokens, found[-1], sites)
        governor = governor_of(text, tokens, sites, goes_on=goes_on or is_rest)
        if governor is not None and (speaks or not governor.is_weak):
            found.append(_Part(text, tokens, sites, governor, said, denied))
    return found


def _adds(tokens: Sequence[Token], before: _Part, sites: SiteList) -> bool:
    """Return whether a list adds to what was said: "bone is the main site, rarely the liver"."""
    start = max(before.sites.last, before.governor.word or 0) + 1
    return all(token.kind in {"join", "mark", "frequency"} for token in tokens[start : sites.first])


def _why_not(part: _Part, numbered: frozenset[int]) -> str | None:
    """Return why a governed list of sites is no statement; None where it is one."""
    tokens, governor = part.tokens, part.governor
    index = part.sites.first if governor.word is None else governor.word
    first = min(index, part.sites.first)
    if any(token.kind == "condition" for token in tokens[:first]):
        return "condition"
    if governor.rule == "verb" and _only_describes(part.text, tokens[index]):
        # "Cancer that has spread is found in the liver" says so all the same.
        found = any(token.kind in {"copula", "occur"} for token in tokens[index : part.sites.first])
        return None if found else "relative clause"
    if governor.rule not in _NOMINAL:
        return None
    if any(tokens[member].start in numbered for member in part.sites.members):
        return None
    is_led_to = _is_led_to(tokens[first : part.sites.first])
    if is_led_to or ends_with("made", part.text, tokens[first].start):
        return None
    if ends_with("who_is_counted", part.text, tokens[first].start):
        return "who is counted"
    if part.has_cue or (
        (_has(tokens, "occur", "copula", "spread", "growth") or _is_note(tokens))
        and not _has(tokens, "background")
    ):
        return None
    return "nothing said of it"


def _is_note(tokens: Sequence[Token]) -> bool:
    """Return whether a clause is a cancer and a note on it: "ovarian cancer: spread to nodes"."""
    return len(tokens) > 1 and tokens[0].kind == "primary" and tokens[1].value in _NOTES


_NOTES: Final = (":", "-", "\u2013", "\u2014")
"""What stands between a cancer and a note on it."""


def _is_led_to(tokens: Sequence[Token]) -> bool:
    """Return whether a noun leads to its sites: "sites of metastasis in bladder cancer: …"."""
    return (
        len(tokens) > 1
        and tokens[-1].value == ":"
        and all(token.kind in _IN_LEAD for token in tokens[:-1])
    )


_IN_LEAD: Final = frozenset({"frequency", "generic", "join", "metastasis", "place", "primary"})
"""What may stand between a noun and the colon by which it leads to its sites."""


def _only_describes(text: str, verb: Token) -> bool:
    """Return whether a verb only says which cancer: "cancer that has spread to the liver"."""
    has = _HAS.search(text[: verb.start], max(0, verb.start - _BEFORE))
    return has is not None and ends_with("restrictive", text, has.start())


def _has(tokens: Sequence[Token], *kinds: str) -> bool:
    return any(token.kind in kinds for token in tokens)


def _statements(
    part: _Part, topics: Sequence[Topic], context: Context, said_after: Said | None
) -> Iterator[Statement]:
    """Yield a statement for each site of a list that is not set apart."""
    route = _value(part, "route") or context.route
    stage, setting = _value(part, "stage") or "any", _value(part, "setting") or "unspecified"
    population = _value(part, "population")
    for member, topic in zip(part.sites.members, topics, strict=True):
        site = part.tokens[member]
        words, denial = part.said.get(member), part.denied.get(member)
        if said_after is not None and (words is None or words.where == "modal"):
            words = said_after
        if (denial is not None and denial.is_apart) or _has_examples(part.tokens, member):
            continue
        frequency, cue = _frequency(words, denial, context)
        relation = _relation(part, member, context)
        yield Statement(
            site=site.value,
            start=site.start,
            end=site.end,
            topic=topic,
            relation=relation,
            frequency=frequency,
            route="direct_extension" if relation == "extension" else route,
            cue=cue,
            stage=stage,
            setting=setting,
            population=population,
            rule=part.governor.rule,
            features=_features(part, topic, words, relation, frequency),
        )


def _features(
    part: _Part, topic: Topic, words: Said | None, relation: str, frequency: str | None
) -> tuple[str, ...]:
    """Return what the confidence is made of, as far as the grammar sees it."""
    background = sum(token.kind == "background" for token in part.tokens)
    return (
        f"rule={part.governor.rule}",
        f"from={topic.source}",
        f"cue={words.where if words else 'none'}",
        f"background={min(background, 3)}",
        f"weak={part.governor.is_weak}",
        f"relation={relation}",
        f"frequency={frequency}",
        f"list={min(len(part.sites.members), 4)}",
    )


def _relation(part: _Part, member: int, context: Context) -> str:
    """Return whether it is metastasis, or growth into a neighbor."""
    said = part.governor.relation
    if _is_neighbor(part.tokens, member):
        said = "extension"
    elif part.governor.rule == "continued" and context.relation:
        said = context.relation
    return relation_to(part.tokens[member].value, said)


def _has_examples(tokens: Sequence[Token], member: int) -> bool:
    """Return whether "nearby organs" are the ones that are named after it."""
    return tokens[member].value == "adjacent_tissue" and any(
        token.kind == "site" and _is_neighbor(tokens, index)
        for index, token in enumerate(tokens[member + 1 :], member + 1)
    )


def _is_neighbor(tokens: Sequence[Token], member: int) -> bool:
    """Return whether a site is named as one of "nearby organs, such as …"."""
    is_example = False
    for token in reversed(tokens[:member]):
        if token.value == "adjacent_tissue":
            return is_example
        if token.is_a("member") or token.value in {"(", ":"}:
            is_example = True
        elif token.kind not in {"join", "mark", "frequency", "site"}:
            return False
    return False


def _frequency(
    words: Said | None, denial: Denial | None, context: Context
) -> tuple[str | None, tuple[int, int] | None]:
    """Return how often, and where it is said; a lead says more than "can" and "may"."""
    if denial is not None:
        return "absent", (denial.start, denial.end)
    if words is not None and (words.where != "modal" or context.frequency is None):
        return words.frequency, (words.start, words.end)
    return context.frequency, None


def _value(part: _Part, kind: str) -> str | None:
    """Return the one value of a kind of cue that a clause names; None of none, or of several."""
    values = {
        cue.value
        for index, token in enumerate(part.tokens)
        if index not in part.sites.members and (cue := token.as_a(kind)) is not None
    }
    return values.pop() if len(values) == 1 else None
