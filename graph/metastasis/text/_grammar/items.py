"""Items of lists whose lead says that they are sites of spread.

An item is a site with a few words ("the liver (rarely)"), several ("liver, lung and bone"), a label
with prose ("Lungs: less often than bone"), or a cancer with its sites ("Breast: bone, brain").
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from metastasis.text._grammar.clauses import depths_of
from metastasis.text._grammar.containers import is_made_of
from metastasis.text._grammar.frequencies import frequencies_of
from metastasis.text._grammar.labels import cancers_of, flat_label, marked_label
from metastasis.text._grammar.members import labelled_sites, member
from metastasis.text._grammar.phrases import place_of
from metastasis.text._grammar.site_lists import site_lists_of
from metastasis.text._grammar.statement import NO_PLACE, Context, Statement, Topic
from metastasis.text._grammar.tokens import Token

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metastasis.text._grammar.frequencies import Said
    from metastasis.text._grammar.labels import CancerLabel
    from metastasis.text._grammar.statement import Elsewhere

__all__ = ["goes_on", "head_of", "item_statements", "listed_statements"]

_HEAD: Final = re.compile(r"\s*:\s|\s*:$|\s[-\u2013\u2014]\s|\.$")
"""What ends the head of an item."""
_LONGEST_HEAD: Final = 70
"""Characters of a head that is no enumeration; in more there is a sentence."""
_LONGEST_MEMBER: Final = 45
"""Characters of an enumeration for each of its sites."""
_FEW_WORDS: Final = 5
"""Words before the first site of an item, such as "the lining of the"."""
_INTO: Final = re.compile(r"\b(?:to|into|in|involves?|includes?|are) (?:the )?$")
_INTO_NEXT: Final = re.compile(r"\b(?:into|to)\b")
_MANY_WORDS: Final = 9
"""Words before the first site of an item where they lead to it: "outward in the fascia to"."""
_FROM: Final = re.compile(r"\b(?:from|through|via|of|outside) (?:the |your )?$", re.IGNORECASE)
_GROWTH: Final = re.compile(r"\s(?:extension|invasion|infiltration|destruction)\b", re.IGNORECASE)
"""What follows a site that a cancer grows into."""
_NO_MEMBER: Final = frozenset(
    {"stop", "background", "definition", "case", "condition", "comparison", "generic"}
)
"""Words that make something else than a member of a list of sites of an item."""


def head_of(text: str) -> int:
    """Return where the head of an item ends: "Bones: this is the most frequent site …".

    >>> head_of("Bones: the most frequent site"), head_of("Liver")
    (5, 5)
    """
    match = _HEAD.search(text)
    return match.start() if match else len(text)


def item_statements(text: str, tokens: Sequence[Token], context: Context) -> Iterator[Statement]:
    """Yield the statements of an item whose lead says that its members are sites of spread."""
    if context.label:
        yield from _behind_label(text, tokens, context)
        return
    if context.sites:
        yield from _cancers(text, tokens, context)
    if context.relation is None:
        return
    end = head_of(text)
    label = _label_of(text, tokens, context, end)
    if label is not None or context.has_labels:
        topic = Topic(label.keys, "row", (label.start, label.end)) if label else Topic()
        yield from labelled_sites(text, label.rest if label else tokens, context, topic)
        return
    depths = depths_of(tokens)
    head = [
        token for token, depth in zip(tokens, depths, strict=True) if token.end <= end and not depth
    ]
    begin = _passed(text, head)
    head = [token for token in head if token.start >= begin]
    if "(called " in text and not any(token.kind == "site" for token in head):
        # "In the chest (called mediastinal lymph nodes)" names it in the bracket.
        head = [t for t in tokens if t.start >= begin and t.kind != "definition"]
        end = len(text)
    if _is_member(text, head, begin, end):
        parts = _parts_of(text, tokens, end)
        yield from _sites(text, tokens, [*head, *parts], end, _own(text, head, context))


def _parts_of(text: str, tokens: Sequence[Token], end: int) -> Sequence[Token]:
    """Return the sites of which what stands behind a site consists: "Bone: spine, ribs"."""
    rest = [token for token in tokens if token.start > end]
    begin = rest[0].start if rest else end
    only = not text[end:begin].strip(" :*_-\u2013\u2014") and is_made_of(
        text, rest, ("site", "frequency"), begin
    )
    return rest if only else ()


def _cancers(text: str, tokens: Sequence[Token], context: Context) -> Iterator[Statement]:
    """Yield the statements of an item of a list of cancers that spread to a site."""
    end = head_of(text)
    head = [token for token in tokens if token.end <= end]
    if end > _LONGEST_HEAD or not head:
        return
    keys = cancers_of(text[:end], head, by_name=context.of_named)
    topic = Topic(keys, "row", (head[0].start, head[-1].end))
    for site in context.sites if keys else ():
        yield Statement(
            site=site.site,
            start=head[0].start,
            end=head[-1].end,
            topic=topic,
            relation="metastasis",
            frequency=context.frequency,
            is_inverse=context.is_source,
            rule="inverse",
            elsewhere=site,
            features=("rule=inverse", "from=row", f"frequency={context.frequency}"),
        )


_GOES_ON: Final = re.compile(
    r"(?:these|those|they|such (?:sites|places|organs)|examples|"
    r"(?:the )?(?:(?:most )?common|usual|frequent|typical|other|main|possible)"
    r" (?:sites|places|organs|areas|locations|ones|parts|examples))"
    r" (?:(?:can|may|often|usually|commonly|also|of these|of the body) ){0,2}"
    r"(?:include|involve|are|were)(?: the)?\b",
    re.IGNORECASE,
)
"""How a sentence begins that lists what the one before spoke of."""


def goes_on(text: str) -> bool:
    """Return whether a sentence lists what the one before spoke of.

    >>> goes_on("These include the liver and bone."), goes_on("These cells are in the liver.")
    (True, False)
    """
    return _GOES_ON.match(text) is not None


def listed_statements(text: str, tokens: Sequence[Token], context: Context) -> Iterator[Statement]:
    """Yield the statements of a sentence that lists sites of the one before."""
    if context.label:
        yield from _behind_label(text, tokens, context)
        return
    if context.about is not None:
        yield from _about(text, tokens, context, context.about)
    begin = _GOES_ON.match(text)
    if context.relation is None or begin is None:
        return
    rest = [token for token in tokens if token.start >= begin.end()]
    lists = site_lists_of(text, rest)
    if lists and len(text[begin.end() : rest[lists[0].first].start].split()) <= _FEW_WORDS:
        head = [rest[index] for index in lists[0].members]
        if not any(token.kind in _NO_MEMBER for token in rest if token.start < head[0].start):
            yield from _sites(text, tokens, head, len(text), context)


def _about(
    text: str, tokens: Sequence[Token], context: Context, site: Elsewhere
) -> Iterator[Statement]:
    """Yield what a sentence says of the site that its heading names and it does not."""
    kinds = {token.kind for token in tokens}
    if "site" in kinds or kinds & _NOT_ABOUT or not _OF_IT.search(text):
        return
    cue = next((t for t in tokens if t.kind == "frequency" and t.form != "modal"), None)
    if cue is not None:
        span = (cue.start, cue.end)
        found = Token(cue.start, cue.end, "site", site.site)
        yield member(found, cue.value, span, context, "item")._replace(elsewhere=site)


_NOT_ABOUT: Final = (_NO_MEMBER - {"generic"}) | {"denial"}
_OF_IT: Final = re.compile(
    r"^(?:this|it|the most|a|an|another)\b[^,;]{0,50}\b(?:site|place|location|destination)s?\b|"
    r"\b(?:metasta\w+|spread\w*) (?:here|there|to (?:this|these|it))\b",
    re.IGNORECASE,
)
"""How a sentence speaks of the site above it: "This is the most common site"."""


def _behind_label(text: str, tokens: Sequence[Token], context: Context) -> Iterator[Statement]:
    """Yield what stands behind a way of spreading: "Hematogenous: liver, lung"."""
    depths = depths_of(tokens)
    head = [
        token
        for token, depth in zip(tokens, depths, strict=True)
        if token.start >= context.label and not depth
    ]
    relation = "extension" if context.is_growth else "metastasis"
    if _is_member(text, head, context.label, len(text)):
        yield from _sites(text, tokens, head, len(text), context._replace(relation=relation))


def _label_of(text: str, tokens: Sequence[Token], context: Context, end: int) -> CancerLabel | None:
    """Return the cancer that an item is labelled with, where it can be one."""
    bracket = _BRACKETED.match(text) if end >= len(text.rstrip(" .")) else None
    if bracket is not None and any(t.kind == "primary" for t in tokens if t.end <= bracket.end(1)):
        end = bracket.end(1)
    label = marked_label(text, tokens, end) if end < len(text) else None
    if context.has_labels:
        return label or flat_label(text)
    if label is None or not any(token.kind == "site" for token in label.rest):
        return None
    names = any(token.kind == "primary" and token.end <= end for token in tokens)
    if not names and _REACHED.match(text) and not _ORIGIN.search(text[end:]):
        return None  # "Liver: colon, breast" may be either way round.
    return label if names or context.topic.keys in {(), ("any",)} else None


_REACHED: Final = re.compile(r"\W*(?:liver|bones?|brain|skin|adrenals?)\b", re.IGNORECASE)
"""Organs that are more often reached than left."""
_ORIGIN: Final = re.compile(r"\b(?:cancer|carcinoma|tumou?r)\b", re.IGNORECASE)
_BRACKETED: Final = re.compile(r"([^()]{3,60}?)\s*\([^()]+\)[.;]?$")
"""An item that has its sites in brackets behind its cancer: "Breast cancer (bone, liver)"."""


def _passed(text: str, head: Sequence[Token]) -> int:
    """Return where an item begins to say where to, after what it comes from: "through the wall"."""
    sites = [token for token in head if token.kind == "site"]
    if len(sites) > 1 and _FROM.search(text[: sites[0].start]):
        into = _INTO_NEXT.search(text, sites[0].end, sites[1].start)
        if into is not None:
            return into.start()
    return 0


def _is_member(text: str, head: Sequence[Token], begin: int, end: int) -> bool:
    """Return whether the head of an item is made of sites, with few words before them."""
    sites = [token for token in head if token.kind == "site"]
    if not sites or (end > _LONGEST_HEAD and not _is_enumeration(sites, end)):
        return False
    first = sites[0].start
    if any(token.kind in _NO_MEMBER for token in head if token.start < first):
        return False
    if any(token.kind in _NO_MEMBER and token.kind != "generic" for token in head):
        return False
    if any(token.kind in {"spread", "growth"} and token.value != "weak" for token in head):
        return False
    before = text[begin:first]
    words = len(before.split())
    if words > _FEW_WORDS and (words > _MANY_WORDS or not _INTO.search(before)):
        return False
    return not (words > 1 and _FROM.search(before))


def _is_enumeration(sites: Sequence[Token], end: int) -> bool:
    return len(sites) > 1 and end < _LONGEST_MEMBER * len(sites)


def _own(text: str, head: Sequence[Token], context: Context) -> Context:
    """Return what an item was handed, where its own words do not say something else."""
    if any(_GROWTH.match(text, token.end) for token in head if token.kind == "site"):
        return context._replace(relation="extension")
    return context


def _sites(
    text: str, tokens: Sequence[Token], head: Sequence[Token], end: int, context: Context
) -> Iterator[Statement]:
    said = frequencies_of(text, tokens, site_lists_of(text, tokens))
    rest = _rest_says(tokens, end)
    unsaid = place_of("unsaid", text)
    for index, token in enumerate(tokens):
        if token.start > unsaid:
            return
        if token.kind == "site" and token in head and not _is_exemplified(tokens, index):
            frequency, cue = _frequency(said.get(index), rest, context)
            yield member(token, frequency, cue, context, "item")


def _is_exemplified(tokens: Sequence[Token], index: int) -> bool:
    """Return whether a site names no place, and places of it are named next."""
    if tokens[index].value not in _VAGUE:
        return False
    after = [token for token in tokens[index + 1 : index + 3] if token.kind != "mark"]
    return bool(after) and after[0].is_a("member")


_VAGUE: Final = NO_PLACE | {"adjacent_tissue"}
_Cue = tuple[str | None, tuple[int, int] | None]
"""How often, and where it is said."""


def _frequency(words: Said | None, rest: _Cue | None, context: Context) -> _Cue:
    """Return what an item says of a site, or else its lead; "can" and "may" only where neither."""
    own = None if words is None else (words.frequency, (words.start, words.end))
    if own is not None and words is not None and words.where != "modal":
        return own
    if rest is not None:
        return rest
    return own if own is not None and context.frequency is None else (context.frequency, None)


def _rest_says(tokens: Sequence[Token], end: int) -> tuple[str, tuple[int, int]] | None:
    """Return what the words after the head say of it: "… this is the most frequent site"."""
    for token in tokens:
        if token.start < end:
            continue
        if token.kind == "site":
            return None
        cue = token.how_often
        if cue is not None and cue.form != "modal":
            return cue.value, (token.start, token.end)
    return None
