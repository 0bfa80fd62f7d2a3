"""Forms of a name: the ways in which people write it, made of one way in which it is written.

Apart from the lexicon because it knows no table and no catalog: words in, words out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["folded", "is_short", "name_forms", "node_forms", "plural", "spellings"]

_LIKE: Final = str.maketrans(
    {
        **dict.fromkeys("-\u2010\u2011\u2012\u2013\u2014\u2212\u00a0\u202f\u2009\t\n\r", " "),
        **dict.fromkeys("\u2019\u2018\u02bc`\u00b4", "'"),
    }
)
"""What is one character to whoever reads: hyphens stand for blanks, apostrophes are one."""


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


_HEADS: Final = ("cancer", "carcinoma", "tumor", "tumour", "malignancy", "neoplasm")
"""Heads that stand for each other."""
_MORE_HEADS: Final = (
    "adenocarcinoma",
    "primary",
    "malignant tumor",
    "malignant tumour",
    "malignant neoplasm",
    "cancer cell",
)
"""Heads that an organ may have as well, and a subtype may not."""
_NODES: Final = ("lymph node", "node", "lymph gland", "lymphatic node")


def plural(written: str) -> str:
    """Return the plural of a form whose last word is its noun.

    >>> plural("ovary"), plural("kidney"), plural("mass"), plural("larynx")
    ('ovaries', 'kidneys', 'masses', 'larynxes')
    """
    if written.endswith("y") and written[-2:-1] not in "aeou":
        return f"{written[:-1]}ies"
    return f"{written}es" if written.endswith(("s", "x", "ch", "sh")) else f"{written}s"


_SPELLINGS: Final = (
    ("tumor", "tumour"),
    ("esoph", "oesoph"),
    ("gynec", "gynaec"),
    ("pheo", "phaeo"),
    ("hem", "haem"),
    ("para aortic", "paraaortic"),
    ("non small", "nonsmall"),
)
"""American and British spelling, and words that are written as one or as two."""


def spellings(written: str) -> set[str]:
    """Return a form in all spellings.

    >>> sorted(spellings("tumor of the esophagus"))[:2]
    ['tumor of the esophagus', 'tumor of the oesophagus']
    """
    found = {written}
    for one, other in _SPELLINGS:
        found |= {re.sub(rf"\b{one}", other, form) for form in found}
        found |= {re.sub(rf"\b{other}", one, form) for form in found}
    return found


def name_forms(written: str, *, is_organ: bool) -> Iterator[str]:
    """Yield the ways to write the name of a primary that has a head noun, and plurals of each.

    >>> sorted(name_forms("lung cancer", is_organ=False))[:3]
    ['cancer of lung', 'cancer of the lung', 'cancers of lung']
    """
    for head in _HEADS:
        if written.endswith(f" {head}"):
            yield from _with_heads(written.removesuffix(f" {head}"), "", is_organ=is_organ)
        for between in (f"{head} of the ", f"{head} of "):
            if written.startswith(between):
                yield from _with_heads("", written.removeprefix(between), is_organ=is_organ)
                return


def _with_heads(before: str, after: str, *, is_organ: bool) -> Iterator[str]:
    for head in (*_HEADS, *(_MORE_HEADS if is_organ else ())):
        for noun in (head, plural(head)):
            if before:
                yield f"{before} {noun}"
            if after or is_organ:
                yield f"{noun} of the {after or before}"
                yield f"{noun} of {after or before}"


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
        yield from (f"{before}{one}" for one in _both(_NODES))
        for one in ("ln", "lns", "nodal", "lymphatic", "lymphatics", "lymph", "lymphadenopathy"):
            yield f"{before}{one}"
    elif written.startswith(f"{head} in "):
        after = written.removeprefix(f"{head} in ")
        for one in _both((*_NODES, "gland")):
            yield from (f"{one} {word} {after}" for word in ("in", "of", "from"))
    elif written.startswith(f"{head} "):
        yield from (one + written.removeprefix(head) for one in _both((*_NODES, "gland")))


def _both(nouns: Iterable[str]) -> Iterator[str]:
    for noun in nouns:
        yield noun
        yield plural(noun)
