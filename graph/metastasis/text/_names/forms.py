"""Forms of a name: the ways in which people write it, made of one way in which it is written.

Apart from the lexicon because it knows no table and no catalog: words in, words out.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

__all__ = [
    "OrganWords",
    "cores",
    "folded",
    "is_adjective",
    "is_short",
    "kind_forms",
    "name_forms",
    "node_forms",
    "organ_words",
    "plural",
    "spellings",
    "subtype_forms",
]

_LIKE: Final = str.maketrans(
    {
        **dict.fromkeys("-\u2010\u2011\u2012\u2013\u2014\u2212\u00a0\u202f\u2009\t\n\r", " "),
        **dict.fromkeys("\u2019\u2018\u02bc`\u00b4", "'"),
    }
)
"""What is one character to whoever reads: hyphens stand for blanks, apostrophes are one."""


@lru_cache(maxsize=16)  # A sentence is folded anew for its names, its cues and its phrases.
def folded(text: str) -> str:
    """Return a text as names are compared: as long as it was, in lower case, hyphens as blanks.

    >>> folded("Non\u2010Small-Cell")
    'non small cell'
    >>> len(folded("\u0130\u00df")) == 2
    True
    """
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(low if len(low := one.lower()) == 1 else one for one in text)
    return lower.translate(_LIKE)


def is_short(written: str) -> bool:
    """Whether a form is an abbreviation, of which the case counts: NET is no net.

    >>> is_short("NET"), is_short("PanNET"), is_short("Wilms tumor"), is_short("CNS embryonal")
    (True, True, False, False)
    """
    return " " not in written and sum(one.isupper() for one in written) > 1


_ADJECTIVES: Final = ("al", "ar", "ary", "eal", "ic", "ian", "ous", "bony", "oid")
"""What the last word of an adjective of an organ ends with."""
_NO_ADJECTIVES: Final = ("ovary", "sternal", "arachnoid", "choroid", "thyroid")


def is_adjective(written: str) -> bool:
    """Whether a name of a site cannot stand alone for it.

    >>> [is_adjective(one) for one in ("hepatic", "small intestinal", "ovary", "thyroid", "axilla")]
    [True, True, False, False, False]
    """
    last = written.rpartition(" ")[2]
    return last.endswith(_ADJECTIVES) and last not in _NO_ADJECTIVES


_HEADS: Final = ("cancer", "carcinoma", "tumor", "tumour", "malignancy", "neoplasm", "ca")
"""Heads that stand for each other; "ca" is how notes write carcinoma."""
_MORE_HEADS: Final = (
    "adenocarcinoma",
    "adeno carcinoma",
    "primary",
    "primary cancer",
    "primary tumor",
    "primary tumour",
    "cancer cell",
    "tumor cell",
    "tumour cell",
    "malignant tumor",
    "malignant tumour",
    "malignant neoplasm",
)
"""Heads that an organ may have as well, and a subtype may not."""
_KINDS: Final = (
    "squamous cell carcinoma",
    "small cell carcinoma",
    "neuroendocrine carcinoma",
    "neuroendocrine tumor",
    "adenosquamous carcinoma",
    "mucinous carcinoma",
    "mucinous adenocarcinoma",
    "signet ring cell carcinoma",
    "undifferentiated carcinoma",
)
"""Kinds of cancer that most organs may have. Where the catalog has no such subtype of an organ, a
text that names it names the organ's cancer."""
_NODES: Final = ("lymph node", "node", "lymph gland", "lymphatic node", "lymphnode")


def plural(written: str) -> str:
    """Return the plural of a form whose last word is its noun.

    >>> plural("ovary"), plural("kidney"), plural("mass"), plural("larynx")
    ('ovaries', 'kidneys', 'masses', 'larynxes')
    """
    if written.endswith("y") and written[-2:-1] not in "aeou":
        return f"{written[:-1]}ies"
    return f"{written}es" if written.endswith(("s", "x", "ch", "sh")) else f"{written}s"


_SPELLINGS: Final = (
    (" tumor", " tumour"),
    (" esoph", " oesoph"),
    (" gynec", " gynaec"),
    (" pheo", " phaeo"),
    (" neighbor", " neighbour"),
    (" para aortic", " paraaortic"),
    (" non small", " nonsmall"),
    (" non melanoma", " nonmelanoma"),
)
"""American and British beginnings of words, and words that are written as one or as two."""


def spellings(written: str) -> set[str]:
    """Return a form in all spellings.

    >>> sorted(spellings("tumor of the esophagus"))[:2]
    ['tumor of the esophagus', 'tumor of the oesophagus']
    """
    found = {f" {written}"}
    for one, other in _SPELLINGS:
        if one[1:] in written or other[1:] in written:
            found |= {form.replace(one, other) for form in found}
            found |= {form.replace(other, one) for form in found}
    return {form[1:] for form in found}


class OrganWords(NamedTuple):
    """How an organ is named before a head noun ("gastric cancer") and after one."""

    before: frozenset[str]
    after: frozenset[str]


def name_forms(written: str, organ: OrganWords | None = None) -> Iterator[str]:
    """Yield the ways to write the name of a primary, and plurals of each.

    ``organ`` is given where it is the primary of an organ, which any kind of head may follow.

    >>> {"oat cell cancers", "oat cell tumor", "oat cell ca"} <= set(name_forms("oat cell cancer"))
    True
    >>> organ = OrganWords(frozenset({"gastric"}), frozenset({"stomach"}))
    >>> {"gastric primaries", "neoplasms of the stomach"} <= set(name_forms("", organ))
    True
    """
    for head in _HEADS:
        if written.endswith(f" {head}"):
            stem = written.removesuffix(head)
            yield from (f"{stem}{noun}" for noun in _both(_HEADS))
    if organ is not None:
        for noun in _both((*_HEADS, *_MORE_HEADS)):
            yield from (f"{before} {noun}" for before in organ.before)
            yield from _after(noun, organ)


def kind_forms(organ: OrganWords) -> Iterator[str]:
    """Yield the ways to write a kind of cancer of an organ.

    >>> organ = OrganWords(frozenset({"gastric"}), frozenset({"stomach"}))
    >>> "gastric squamous cell carcinoma" in set(kind_forms(organ))
    True
    """
    for noun in _both(_KINDS):
        yield from (f"{before} {noun}" for before in organ.before)
        yield from _after(noun, organ)


def _after(noun: str, organ: OrganWords) -> Iterator[str]:
    for after in organ.after:
        yield from (f"{noun} of the {after}", f"{noun} of {after}")
        if noun == "ca":
            yield f"{noun} {after}"


def organ_words(written: Iterable[str]) -> OrganWords:
    """Return how an organ is named, from the names of its cancer.

    >>> organ_words(["gastric cancer", "cancer of the stomach"])
    OrganWords(before=frozenset({'gastric'}), after=frozenset({'stomach'}))
    """
    before, after = set(), set()
    for form in written:
        for head in _HEADS:
            if form.endswith(f" {head}"):
                before.add(form.removesuffix(f" {head}"))
            for start in (f"{head} of the ", f"{head} of "):
                if form.startswith(start):
                    after.add(form.removeprefix(start).removeprefix("the "))
    kinds = ("primary", "invasive", "malignant")
    before = {one for one in before if not one.startswith(kinds)}
    return OrganWords(frozenset(before), frozenset(after))


_TORN: Final = ("cell ", "cavity ", "gland ", "cortex ", "differentiated ")
"""What a name begins with that was cut in the middle of a term, and "differentiated", before which
a text may have "poorly"."""


def cores(written: str, organ: OrganWords) -> Iterator[str]:
    """Yield what is left of the name of a subtype without its organ, if that says more than cancer.

    >>> organ = OrganWords(frozenset({"lung", "pulmonary"}), frozenset({"lung"}))
    >>> [next(cores(one, organ), None) for one in
    ...     ("squamous cell lung cancer", "adenocarcinoma of the lung", "lung cancer")]
    ['squamous cell cancer', 'adenocarcinoma', None]
    """
    for core in _without(written, organ):
        if core and core not in _HEADS and not core.startswith(_TORN) and " cell cell" not in core:
            yield core


def _without(written: str, organ: OrganWords) -> Iterator[str]:
    for word in organ.before:
        if written.startswith(f"{word} "):
            yield written.removeprefix(f"{word} ")
        if f" {word} " in written:
            yield written.replace(f" {word} ", " ", 1)
    for word in organ.after:
        for end in (f" of the {word}", f" of {word}"):
            if written.endswith(end):
                yield written.removesuffix(end)


def subtype_forms(core: str, organ: OrganWords) -> Iterator[str]:
    """Yield a subtype of an organ in all orders of its words.

    >>> organ = OrganWords(frozenset({"lung"}), frozenset({"lung"}))
    >>> found = set(subtype_forms("squamous cell carcinoma", organ))
    >>> {"squamous cell lung cancers", "squamous cell carcinoma of the lung"} <= found
    True
    """
    stem, _, head = core.rpartition(" ")
    for noun in _both(_HEADS if head in _HEADS else (head,)):
        whole = f"{stem} {noun}".strip()
        for before in organ.before:
            yield f"{before} {whole}"
            if stem:
                yield f"{stem} {before} {noun}"
        yield from _after(whole, organ)


def node_forms(written: str) -> Iterator[str]:
    """Yield the ways to write the name of a group of lymph nodes.

    >>> "axillary lymphadenopathy" in set(node_forms("axillary lymph node"))
    True
    >>> "lymph glands of the neck" in set(node_forms("lymph node in the neck"))
    True
    """
    head = "lymph node"
    if written.endswith(f" {head}"):
        before = written.removesuffix(head)
        # "Axillary gland" would do as well, but "adrenal gland" is none.
        more = ("ln", "lns", "nodal", "lymphatic", "lymphatics", "lymph", "lymphadenopathy")
        yield from (f"{before}{one}" for one in (*_both(_NODES), *more))
    elif written.startswith(f"{head} in "):
        yield from _placed(written.removeprefix(f"{head} in "), _WITHIN)
    elif written.startswith(f"{head} near the "):
        after = written.removeprefix(f"{head} near the ")
        for beside in (f"the {after}", f"your {after}"):
            yield from _placed(beside, _BESIDE)
    elif written.startswith(f"{head} "):
        yield from (one + written.removeprefix(head) for one in _both((*_NODES, "gland")))


_WITHIN: Final = ("in", "of", "within", "inside", "located in", "that are located in", "found in")
_BESIDE: Final = (
    "near",
    "close to",
    "around",
    "surrounding",
    "next to",
    "draining",
    "that drain",
)


def _placed(place: str, words: Iterable[str]) -> Iterator[str]:
    for one in _both(("lymph node", "node", "lymph gland", "gland")):
        yield from (f"{one} {word} {place}" for word in words)


def _both(nouns: Collection[str]) -> Iterator[str]:
    for noun in nouns:
        yield noun
        yield plural(noun)
