"""A sentence read: its clauses, and in each the sites that a word of spread governs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from metastasis.text._grammar.clauses import clauses_of
from metastasis.text._grammar.denials import Denial, denials_of
from metastasis.text._grammar.frequencies import Said, frequencies_of
from metastasis.text._grammar.governing import governor_of
from metastasis.text._grammar.inverse import inverse_statements, is_inverse
from metastasis.text._grammar.site_lists import site_lists_of
from metastasis.text._grammar.statement import Context, Statement, Topic
from metastasis.text._grammar.subjects import named_primaries, subject_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metastasis.text._grammar.clauses import Clause
    from metastasis.text._grammar.governing import Governor
    from metastasis.text._grammar.site_lists import SiteList
    from metastasis.text._grammar.tokens import Token

__all__ = ["has_trigger", "statements_in", "why_not_read"]


def has_trigger(tokens: Sequence[Token]) -> bool:
    """Return whether a sentence speaks of spread at all."""
    return any(
        (token.is_a("spread", "metastasis") and token.value != "weak")
        or token.is_a("growth")
        or (token.kind == "place" and token.value == "strong")
        for token in tokens
    )


def why_not_read(text: str, tokens: Sequence[Token]) -> str | None:
    """Return why a sentence makes no statement whatever it names; None where it may make one."""
    if text.rstrip().endswith("?"):
        return "question"
    if any(token.kind == "definition" for token in tokens) and _DEFINES.search(text):
        return "definition"
    if any(token.kind == "case" for token in tokens) and _CASE.search(text):
        return "one patient"
    if _AIM.search(text):
        return "aim or method"
    if _COMPARES.search(text):
        return "comparison of groups"
    return None


_DEFINES: Final = re.compile(
    r"\b(?:(?:is|are|be|was|it's|it’s|being) (?:also |often |sometimes |still |then |commonly |usually |"
    r"generally |typically )?(?:called|known as|referred to as|termed|defined as|named|considered|diagnosed as|treated as|classified)|"
    r"means? that|is still|are still|has the same name|not (?:bone|lung|liver|brain) cancer|the term|"
    r"(?:is|are) (?:actually )?(?:made up of|made of) |may be called|refers? to)\b",
    re.IGNORECASE,
)
_CASE: Final = re.compile(
    r"\b(?:\d+[- ]years?[- ]old|(?:the |in )?(?:first|second|third|fourth|another) patient|case \d\b|in one patient|case report|we (?:report|present|describe) (?:a|an|the|here)|our patient|this case|"
    r"the patient(?:'s|’s)?|case of|i (?:was|had|have)|my (?:husband|mother|father|wife|mum|dad|doctor)|"
    r"(?:was|were) (?:referred|admitted)|(?:his|her) (?:\w+ )?(?:tumou?r|cancer|doctor|lung|liver|brain|bones?))\b",
    re.IGNORECASE,
)
_AIM: Final = re.compile(
    r"^(?:aims?|objectives?|purpose|background and aims?|methods?|materials and methods|"
    r"patients and methods)\b\s*[:.]|\b(?:aim|purpose|objective|goal)s? (?:of|was|is|were)\b|"
    r"\b(?:we|study) (?:aimed?|sought|investigated?|evaluated?|analy[sz]ed|examined?|assessed|"
    r"compared|explored?|reviewed|retrospectively)\b|\bwere (?:excluded|included|collected|"
    r"analy[sz]ed|reviewed|evaluated|compared|assessed|retrieved)\b",
    re.IGNORECASE,
)


_COMPARES: Final = re.compile(
    r"\b(?:no|without|not)\b.{0,20}\b(?:difference|relationship|association|correlation|relation|differ)\b|"
    r"\bnot (?:\w+ )?significant(?:ly)?\b|\b(?:is|are|was|were|remains?) unknown\b|"
    r"\bmetasta\w+ (?:\w+ ){0,3}(?:together with|listed with|concurrent\w*|simultaneous\w*)\b|"
    r"\bpatients with (?:and|or) without\b|\b(?:odds|hazard) ratio\b|\brisk factors? (?:for|of)\b|"
    r"\b(?:associated|correlated) with (?:a )?(?:\w+ )?(?:survival|prognosis|outcomes?)\b",
    re.IGNORECASE,
)


def statements_in(
    text: str, tokens: Sequence[Token], context: Context, *, numbered: frozenset[int] = frozenset()
) -> Iterator[Statement]:
    """Yield the statements of a sentence; ``numbered`` is where the sites begin that have a number."""
    before = Topic()
    governed = False
    strong = context.is_metastatic or has_trigger(tokens)
    for clause in clauses_of(text, tokens):
        if is_inverse(clause.tokens):
            yield from inverse_statements(text, clause.tokens)
            continue
        lists = site_lists_of(text, clause.tokens)
        said = frequencies_of(text, clause.tokens, lists)
        denied = denials_of(text, clause.tokens, lists)
        clause_topic = Topic()
        for sites in lists:
            governor = governor_of(text, clause.tokens, sites, goes_on=clause.goes_on and governed)
            if governor is None or (governor.is_weak and not strong):
                continue
            topic = subject_of(text, clause.tokens, sites.first, sites.last, before, context.topic)
            has_numbers = any(clause.tokens[member].start in numbered for member in sites.members)
            why = _why_not(text, clause, sites, governor, said, denied, has_numbers=has_numbers)
            if why:
                continue
            if _RESPECTIVELY.search(text[clause.start : clause.end]):
                topic = _its_own(topic, text, clause, lists, sites)
            governed = True
            clause_topic = topic if topic.source == "sentence" else clause_topic
            yield from _statements(text, clause, sites, governor, said, denied, topic, context)
        runs = named_primaries(text, clause.tokens)
        if clause_topic.keys:
            before = clause_topic
        elif runs and not lists:
            before = Topic(
                tuple(dict.fromkeys(t.value for t in runs[-1])),
                "sentence",
                (runs[-1][0].start, runs[-1][-1].end),
            )


_RESPECTIVELY: Final = re.compile(r"\brespectively\b", re.IGNORECASE)


def _its_own(
    topic: Topic, text: str, clause: Clause, lists: Sequence[SiteList], sites: SiteList
) -> Topic:
    """Return the one of several primaries that a list has, where they are told one by one."""
    if len(topic.keys) == len(lists) > 1:
        return topic._replace(keys=(topic.keys[lists.index(sites)],))
    return topic


_RESTRICTIVE: Final = re.compile(
    r"\b(?:that|which|who|it|if|when|once|after|where|whose|unless|whether|until|the cancer|the tumou?r|disease|cancer)\s+"
    r"(?:has|have|had)\s+(?:\w+\s+)?$",
    re.IGNORECASE,
)
_IN_CONDITION: Final = ("condition",)


def _why_not(
    text: str,
    clause: Clause,
    sites: SiteList,
    governor: Governor,
    said: dict[int, Said],
    denied: dict[int, Denial],
    *,
    has_numbers: bool,
) -> str | None:
    tokens = clause.tokens
    index = governor.index if governor.index is not None else sites.first
    first = min(index, sites.first)
    if any(token.kind == "condition" for token in tokens[:first]) and not _harmless(
        text, tokens, first
    ):
        return "condition"
    if governor.rule == "verb" and governor.index is not None:
        verb = tokens[governor.index]
        if _RESTRICTIVE.search(text[max(0, verb.start - 40) : verb.start]):
            return "relative clause"
    if (
        governor.rule in {"compound", "noun"}
        and not has_numbers
        and _GROUP.search(text[max(0, tokens[first].start - _BEFORE_GROUP) : tokens[first].start])
    ):
        return "who is counted"
    cued = any(member in said and said[member].where != "modal" for member in sites.members)
    if (
        governor.rule in {"compound", "noun"}
        and not cued
        and not has_numbers
        and not any(m in denied for m in sites.members)
    ):
        if not any(token.kind in {"occur", "copula"} for token in tokens) or any(
            token.kind == "background" for token in tokens
        ):
            return "no predicate"
    return None


_BEFORE_GROUP: Final = 60
_GROUP: Final = re.compile(
    r"\b(?:(?:patients?|women|men|those|cases|people|individuals|subjects|group|and|or|who|children|adults)(?: \w+)? (?:with|without|had|having|developed|develop)"
    r"|presence of|treatment of|detection of|history of|prognosis of|survival of|management of|resection of"
    r"|suspicion of|symptoms? of|signs? of|diagnosis of|risk of|surgery for|treatment for|therapy for|evaluation of|evidence of|"
    r"screening for|due to|caused by|known|because of|development of|detecting|predict\w*|treat\w*|relieve|"
    r"control of|palliation of|spread of|biopsy of|resected|patients whose)\s+(?:(?:the|their|a|an|known|only|multiple|isolated|single|synchronous|solitary|and/or|either)\s+){0,2}$",
    re.IGNORECASE,
)


def _harmless(text: str, tokens: Sequence[Token], first: int) -> bool:
    """Return whether a word of condition makes none here: "in whom", "where it spreads"."""
    conditions = [token for token in tokens[:first] if token.kind == "condition"]
    return all(
        text[token.start : token.end].lower()
        in {
            "where",
            "where the",
            "before",
            "after",
            "until",
            "in whom",
            "whether",
            "even if",
            "even when",
        }
        for token in conditions
    )


def _statements(
    text: str,
    clause: Clause,
    sites: SiteList,
    governor: Governor,
    said: dict[int, Said],
    denied: dict[int, Denial],
    topic: Topic,
    context: Context,
) -> Iterator[Statement]:
    tokens = clause.tokens
    route = _route_of(text, tokens, sites) or context.route
    background = sum(token.kind == "background" for token in tokens)
    for member in sites.members:
        site = tokens[member]
        words = said.get(member)
        denial = denied.get(member)
        if denial is not None and denial.is_apart:
            continue
        frequency, cue = _frequency(words, denial, context)
        relation = "extension" if _is_example_of_neighbor(tokens, member) else governor.relation
        if governor.rule == "continued" and context.relation:
            relation = context.relation
        if site.value.startswith("lymph_node"):
            relation = "metastasis"
        yield Statement(
            site=site.value,
            start=site.start,
            end=site.end,
            topic=topic,
            relation=relation,
            frequency=frequency,
            route="direct_extension" if relation == "extension" else route,
            cue=cue,
            stage=_said(tokens, "stage") or "any",
            setting=_said(tokens, "setting") or "unspecified",
            population=_said(tokens, "population"),
            rule=governor.rule,
            features=(
                f"rule={governor.rule}",
                f"from={topic.source}",
                f"cue={words.where if words else 'lead' if context.frequency else 'none'}",
                f"background={min(background, 3)}",
                f"weak={governor.is_weak}",
                f"denied={member in denied}",
                f"relation={relation}",
                f"frequency={frequency}",
                f"list={min(len(sites.members), 4)}",
            ),
        )


def _is_example_of_neighbor(tokens: Sequence[Token], member: int) -> bool:
    """Return whether a site is named as one of "nearby organs, such as …"."""
    linked = False
    for token in reversed(tokens[:member]):
        if token.kind == "site":
            if token.value == "adjacent_tissue":
                return linked
        elif token.is_a("member") or token.value == "(":
            linked = True
        elif token.kind not in {"join", "mark", "frequency"}:
            return False
    return False


def _frequency(
    words: Said | None, denial: Denial | None, context: Context
) -> tuple[str | None, tuple[int, int] | None]:
    if denial is not None:
        return "absent", (denial.start, denial.end)
    if words is not None and (words.where != "modal" or context.frequency is None):
        return words.frequency, (words.start, words.end)
    if context.frequency is not None:
        return context.frequency, None
    return None, None


def _said(tokens: Sequence[Token], kind: str) -> str | None:
    """Return the one value of a kind of cue that a clause names; None of none, or of several."""
    values = {cue.value for token in tokens if (cue := token.as_a(kind)) is not None}
    return values.pop() if len(values) == 1 else None


def _route_of(text: str, tokens: Sequence[Token], sites: SiteList) -> str | None:
    """Return the route that the clause names for a list; None where it names none, or several."""
    routes = {
        cue.value
        for index, token in enumerate(tokens)
        if (cue := token.as_a("route")) is not None and index not in sites.members
    }
    return routes.pop() if len(routes) == 1 else None
