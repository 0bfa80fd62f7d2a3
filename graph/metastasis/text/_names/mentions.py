"""Mentions: where a text names primaries and sites of the catalog."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from metastasis.text._names.blocking import Blocking
from metastasis.text._names.common_heads import parts_before, parts_behind
from metastasis.text._names.forms import folded
from metastasis.text._names.lexicon import read_lexicon
from metastasis.text._names.words import apart, automaton_of, words_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from metastasis.text._names.common_heads import SharedPart
    from metastasis.text._names.lexicon import Name
    from metastasis.text._names.words import Hit
    from metastasis.text._pages.block import TextBlock

__all__ = [
    "Mention",
    "kinds_in",
    "mentions_in",
    "mentions_of",
    "named_on",
    "narrowed",
    "primary_of_organ",
]


class Mention(NamedTuple):
    """A name in a text."""

    start: int
    end: int
    kind: str
    """``primary``, ``site``, or ``blocked`` for a name that only looks like one: "bone scan"."""
    key: str
    """Catalog key; of a blocked name, what it is instead: ``test``, ``symptom`` …"""
    is_metastasis: bool = False
    """Whether it says by itself that there is a metastasis: "secondary bone cancer"."""
    head: tuple[int, int] | None = None
    """Of a name that shares words with another, where these stand: "colon" in "colon and rectal
    cancer"."""


def mentions_of(text: str, abbreviations: Mapping[str, Name] | None = None) -> list[Mention]:
    """Return the names of a text in order, the longest of those that overlap.

    An organ alone is a site, also where it stands for its cancer: whoever knows that it does asks
    `primary_of_organ`. ``abbreviations`` are those that the page explains (`abbreviations_of`).

    >>> [(one.kind, one.key) for one in mentions_of("Lung cancer spreads to the adrenal glands.")]
    [('primary', 'lung'), ('site', 'adrenal_gland')]
    >>> [one.key for one in mentions_of("colon and rectal cancer; a bone scan")]
    ['colon', 'rectum', 'test']
    """
    plain = folded(text)
    hits = _hits(text, plain)
    if abbreviations and _CAPITAL.search(text):
        # Before those of the lexicon: on its page, what a page explains is what it says.
        hits = [*_explained(text, plain, abbreviations), *hits]
    if "those " in plain:
        hits.extend(_referred(plain))
    if " in the " in plain or " of the " in plain:
        hits.extend(_placed(plain, hits))
    if not hits:
        return []
    found = [_mention(plain, start, end, name) for start, end, name in apart(hits)]
    return _blocked(text, plain, _among_bones(plain, _with_shared(plain, found)))


_MOST_CHARACTERS: Final = 100_000
"""Characters of a page that show what it is about."""


def named_on(blocks: Iterable[TextBlock]) -> Counter[str]:
    """Return how often a page names each primary, in the order in which it first does."""
    counts: Counter[str] = Counter()
    left = _MOST_CHARACTERS
    for block in blocks:
        if left < 0:
            break
        if not block.noise:
            left -= len(block.text)
            found = (one.key for one in mentions_in(block.text) if one.kind == "primary")
            counts.update(key for key in found if key != "any")
    return counts


@lru_cache(maxsize=256)  # Blocks: a page is asked for its abbreviations, its topic, and in the end.
def mentions_in(block: str) -> tuple[Mention, ...]:
    """Return the names of a block, whatever its page says of it."""
    return tuple(mentions_of(block))


def primary_of_organ(site: str) -> str | None:
    """Return the primary that an organ stands for in a label: "Bladder | bone, lung".

    >>> primary_of_organ("bladder"), primary_of_organ("uterine_cervix"), primary_of_organ("pleura")
    ('bladder', 'cervix', None)
    """
    return _organs().get(site)


def narrowed(topic: str, text: str) -> list[Mention]:
    """Return the subtypes of a topic that words name which alone name none, in order.

    >>> [one.key for one in narrowed("thyroid", "Papillary carcinomas spread to lymph nodes.")]
    ['thyroid_papillary']
    >>> [narrowed(one, "adenocarcinomas")[0].key for one in ("esophagus", "lung")]
    ['esophagus_adenocarcinoma', 'luad']
    """
    found = words_at(text, folded(text), _narrowings())
    if not found:
        return []
    family = _family(topic)
    hits = [
        (start, end, key)
        for start, end, (_, keys) in found
        if (key := next((keys[one] for one in family if one in keys), None)) is not None
    ]
    return [Mention(start, end, "primary", key) for start, end, key in apart(hits)]


def kinds_in(text: str) -> list[tuple[int, int, str]]:
    """Return where words name a kind of cancer without its organ, and the words.

    >>> kinds_in("Squamous cell carcinoma is rare.")
    [(0, 23, 'squamous cell carcinoma')]
    """
    hits = [
        (start, end, form) for start, end, (form, _) in words_at(text, folded(text), _narrowings())
    ]
    return list(apart(hits))


@lru_cache(maxsize=256)  # Topics of a run of pages; the catalog has fewer.
def _family(topic: str) -> tuple[str, ...]:
    """Return a topic, what it is a subtype of, and its subtypes: the nearer first."""
    catalog = read_lexicon().catalog
    above, below = catalog.supertypes(topic), catalog.subtypes(topic)
    return (topic, *sorted(above - {topic}), *sorted(below - {topic}))


_WHOLE: Final = {"gastrointestinal": "gastrointestinal_tract"}
"""The one group of cancers that is called after a system of organs."""


@lru_cache(maxsize=1)
def _organs() -> dict[str, str]:
    lexicon = read_lexicon()
    found: dict[str, str] = {}
    # Cancers that are no subtype of another's before those that are.
    for primary in sorted(lexicon.catalog.primaries.values(), key=lambda one: one.parents):
        key = _WHOLE.get(primary.key) or (
            primary.arises_in[0] if primary.kind == "organ" and len(primary.arises_in) == 1 else ""
        )
        if site := lexicon.catalog.sites.get(key):
            named = {folded(one) for one in (site.label, *site.synonyms)}
            # Cancers of the appendix arise in the large intestine, and are not called after it.
            if not named.isdisjoint(lexicon.labels_of(primary.key)):
                found.setdefault(site.key, primary.key)
    return found


def _hits(text: str, plain: str) -> list[Hit]:
    return [
        (start, end, name)
        for start, end, name in words_at(text, plain, _automaton())
        if name.case is None or text[start:end] == name.case
    ]


def _explained(text: str, plain: str, abbreviations: Mapping[str, Name]) -> Iterator[Hit]:
    names = read_lexicon().names
    for word in _SHORT.finditer(text):
        name = abbreviations.get(word[0])
        if name is None:
            continue
        if name.kind != "words":
            yield word.start(), word.end(), name
        elif (found := _of_organ(plain, word.start(), word.end(), name.key, names)) is not None:
            yield found


def _of_organ(
    plain: str, start: int, end: int, words: str, names: Mapping[str, Name]
) -> Hit | None:
    """Return what words, or what is short for them, name with the organ beside: "gastric AC"."""
    if plain[max(0, start - len(words) - 2) : start] == f"{words} (":
        # The words themselves, and behind them in brackets what is short for them.
        start, end = start - len(words) - 2, end + 1
    for reach in reversed([word.end() for word in _WORD.finditer(plain, end, end + _ORGAN)]):
        if (name := names.get(words + plain[end:reach])) is not None:
            return start, reach, name
    low = max(0, start - _ORGAN)
    for at in [low + word.start() for word in _WORD.finditer(plain[low:start])]:
        if (name := names.get(plain[at:start] + words)) is not None:
            return at, end, name
    return None


_WORD: Final = re.compile(r"[^\W\d_]+")
_ORGAN: Final = 30
"""Characters in which the organ stands beside a kind of cancer: " of the head and neck"."""
_SHORT: Final = re.compile(r"(?<![^\W_])[^\W_]{2,10}(?![^\W_])")
"""A word that may be an abbreviation."""
_CAPITAL: Final = re.compile(r"[A-Z](?<=[^\W_].)")
"""What every abbreviation has and most sentences have not: a capital within a word."""


def _mention(
    plain: str, start: int, end: int, name: Name, head: tuple[int, int] | None = None
) -> Mention:
    written = plain[start:end]
    return Mention(
        start,
        end,
        name.kind,
        name.key,
        name.is_metastasis or not _OF_METASTASIS.isdisjoint(written.split()),
        head,
    )


_OF_METASTASIS: Final = frozenset(
    {
        "carcinomatosis",
        "metastases",
        "metastasis",
        "metastatic",
        "mets",
        "secondaries",
        "secondary",
    }
)
"""Words in a name that say that there is a metastasis."""


def _with_shared(plain: str, found: list[Mention]) -> list[Mention]:
    """Return mentions with those that share their head with one that follows or precedes."""
    names = read_lexicon().names
    parts: list[SharedPart] = []
    for one in found:
        if one.kind != "blocked" and " " in plain[one.start : one.end]:
            parts.extend(parts_before(plain, one.start, one.end, names))
            parts.extend(parts_behind(plain, one.start, one.end, names))
    if not parts:
        return found
    # A part takes the place of a mention of the same span: the sort is stable.
    hits = [(part.start, part.end, _mention(plain, *part)) for part in parts]
    return [one for _, _, one in apart([*hits, *((one.start, one.end, one) for one in found)])]


_THOSE: Final = re.compile(r"(?<![^\W_])those ((?:in|under|near|around|above|of|within|along) )")
_NODES_BEFORE: Final = 80
"""Characters before "those in the neck" in which nodes or glands are named that it speaks of."""


def _referred(plain: str) -> Iterator[Hit]:
    """Yield groups of nodes that are referred to: "lymph nodes, mostly those in the neck"."""
    names = read_lexicon().names
    for one in _THOSE.finditer(plain):
        before = plain[max(0, one.start() - _NODES_BEFORE) : one.start()]
        if "node" not in before and "gland" not in before:
            continue
        for reach in reversed(
            [word.end() for word in _WORD.finditer(plain, one.end(), one.end() + _ORGAN)]
        ):
            name = names.get("lymph nodes " + plain[one.start(1) : reach])
            if name is not None and name.kind == "site":
                yield one.start(), reach, name
                break


_PLACES: Final = re.compile(r" (?:in|of) the ")
_NEAR_OR_FAR: Final = frozenset({"lymph_node_regional", "lymph_node_distant"})


def _placed(plain: str, hits: list[Hit]) -> list[Hit]:
    """Return nodes that are near or far, and of which the place is told: it says more."""
    names = read_lexicon().names
    found = []
    for start, end, name in hits:
        if name.key in _NEAR_OR_FAR and _PLACES.match(plain, end) and plain[end - 1] == "s":
            for reach in reversed([one.end() for one in _WORD.finditer(plain, end, end + _ORGAN)]):
                place = names.get("lymph nodes" + plain[end:reach])
                if place is not None and place.key not in _NEAR_OR_FAR:
                    found.append((start, reach, place))
                    break
    return found


_BONES: Final = frozenset({"spine", "vertebra", "rib", "femur", "skull", "sternum", "humerus"})
_LISTED: Final = frozenset({", ", ", and ", ", or ", " and ", " or ", " and/or ", ", and/or ", "/"})


def _among_bones(plain: str, found: list[Mention]) -> list[Mention]:
    """Return mentions with a pelvis that is listed beside bones as a bone: "spine and pelvis"."""
    for at, one in enumerate(found):
        if one.key != "pelvis" or one.kind != "site":
            continue
        for left in (at - 1, at):
            if 0 <= left < len(found) - 1 and _BONES & {found[left].key, found[left + 1].key}:
                gap = plain[found[left].end : found[left + 1].start].replace("the ", "")
                if gap in _LISTED:
                    found[at] = one._replace(key="pelvic_bone")
    return found


_LINKS: Final = frozenset({" and ", " or ", "/", " and/or ", " & ", " and the ", " or the "})
"""What links two names that one word blocks: "brain and bone scans"."""
_TOWARD: Final = ("the ", "to ", "in ", "into ", "of ")
"""After these a name stands alone, whatever is said of the next: "to the lung and bone pain"."""


def _blocked(text: str, plain: str, found: list[Mention]) -> list[Mention]:
    """Return mentions with those blocked that the words beside them make something else of."""
    blocking = _blocking()
    made = list(found)
    for at, one in enumerate(found):
        if one.kind == "blocked":
            continue
        block = blocking.found(text, plain, one.start, one.end, one.kind, one.key)
        if block is None or one.is_metastasis:
            continue
        made[at] = Mention(block.start, block.end, "blocked", block.what)
        other = at - 1 if block.place == "after" else at + 1
        if 0 <= other < len(found) and _share_blocker(plain, found, min(at, other), block.place):
            made[other] = made[other]._replace(kind="blocked", key=block.what)
    if made == found:
        return found
    return [one for _, _, one in apart([(one.start, one.end, one) for one in made])]


def _share_blocker(plain: str, found: list[Mention], left: int, place: str) -> bool:
    one, other = found[left], found[left + 1]
    if plain[one.end : other.start] not in _LINKS or one.kind != other.kind:
        return False
    return place == "before" or not plain[max(0, one.start - 5) : one.start].endswith(_TOWARD)


@lru_cache(maxsize=1)
def _blocking() -> Blocking:
    return Blocking(read_lexicon().blockers)


@lru_cache(maxsize=1)
def _automaton() -> Any:
    return automaton_of(read_lexicon().names)


@lru_cache(maxsize=1)
def _narrowings() -> Any:
    words: dict[str, dict[str, str]] = {}
    for topic, forms in read_lexicon().narrowings.items():
        for form, key in forms.items():
            words.setdefault(form, {})[topic] = key
    return automaton_of({form: (form, keys) for form, keys in words.items()})
