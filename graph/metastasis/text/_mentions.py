"""Mentions: where a text names primaries and sites of the catalog."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from metastasis._errors import MissingExtraError
from metastasis.text._forms import folded
from metastasis.text._lexicon import read_lexicon

if TYPE_CHECKING:
    from metastasis.text._lexicon import Name

__all__ = ["Mention", "mentions_of", "primary_of_organ"]


class Mention(NamedTuple):
    """A name in a text."""

    start: int
    end: int
    kind: str
    """``primary``, ``site``, or ``blocked`` for a name that only looks like one: "breast bone"."""
    key: str
    """Catalog key; of a blocked name, what it is instead."""


def mentions_of(text: str) -> list[Mention]:
    """Return the names of a text in order, the longest of those that overlap.

    An organ alone is a site, also where it stands for its cancer: whoever knows that it does asks
    `primary_of_organ`.

    >>> [(one.kind, one.key) for one in mentions_of("Lung cancer spreads to the adrenal glands.")]
    [('primary', 'lung'), ('site', 'adrenal_gland')]
    """
    plain = folded(text)
    found: list[Mention] = []
    for start, end, name in _longest(text, plain):
        if not found or start >= found[-1].end:
            found.append(Mention(start, end, name.kind, name.key))
    return found


def primary_of_organ(site: str) -> str | None:
    """Return the primary that an organ stands for in a label: "Bladder | bone, lung".

    >>> primary_of_organ("bladder"), primary_of_organ("uterine_cervix"), primary_of_organ("pleura")
    ('bladder', 'cervix', None)
    """
    return _organs().get(site)


@lru_cache(maxsize=1)
def _organs() -> dict[str, str]:
    catalog = read_lexicon().catalog
    found: dict[str, list[str]] = {}
    for primary in catalog.primaries.values():
        if primary.kind == "organ" and len(primary.arises_in) == 1 and not primary.parents:
            found.setdefault(primary.arises_in[0], []).append(primary.key)
    for primary in catalog.primaries.values():
        if primary.kind == "organ" and len(primary.arises_in) == 1 and primary.parents:
            found.setdefault(primary.arises_in[0], []).append(primary.key)
    return {site: keys[0] for site, keys in found.items()}


def _longest(text: str, plain: str) -> list[tuple[int, int, Name]]:
    """Return all names that stand as words, the leftmost first and of these the longest."""
    hits = []
    for last, (length, names) in _automaton().iter(plain):
        end = last + 1
        start = end - length
        if (start and plain[start - 1].isalnum()) or plain[end : end + 1].isalnum():
            continue
        for name in names:
            if name.case is None or text[start:end] == name.case:
                hits.append((start, end, name))
    hits.sort(key=lambda hit: (hit[0], -hit[1]))
    return hits


@lru_cache(maxsize=1)
def _automaton() -> Any:  # noqa: ANN401 - the library has no types
    try:
        import ahocorasick
    except ImportError:
        raise MissingExtraError("pyahocorasick", "text") from None
    automaton = ahocorasick.Automaton()
    for form, name in read_lexicon().names.items():
        automaton.add_word(form, (len(form), (name,)))
    automaton.make_automaton()
    return automaton
