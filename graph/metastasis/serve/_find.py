"""Finding cancers, sites and sources by any part of any of their names, for people who search.

The search box has the same names as one file (:func:`search_index`), and ranks them by the same
rule, so that a page without JavaScript finds what the box finds. Apart from the look-up of the
catalog because that takes whole names, and leads to one thing or says what is wrong.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple

from metastasis._catalog.lookup import plain_name
from metastasis._errors import AmbiguousNameError, UnknownNameError
from metastasis._vocabulary import DATA_LICENSE, DATA_RELEASE, NOT_CLINICAL, contract

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from metastasis._catalog import Catalog
    from metastasis._evidence.evidence import Evidence
    from metastasis._graph import KnowledgeGraph

__all__ = ["Found", "find", "find_in", "search_index"]

_BARE: Final = frozenset({"ICD10CM", "NCIT", "ONCOTREE", "DOI", "PMID"})
"""Vocabularies whose codes people type without a prefix."""

_LONGEST: Final = 100
"""Characters of what is looked for: more than any name has, and few enough to compare quickly."""


class Found(NamedTuple):
    """What a text may mean.

    >>> Found("site", "liver", "liver", "hepatic").path
    'site/liver'
    """

    kind: str
    """``primary``, ``site`` or ``source``."""
    key: str
    label: str
    matched: str
    """The name or the code of it that the text fits."""

    @property
    def path(self) -> str:
        """Where its page is."""
        return f"{self.kind}/{self.key}"


class _Entry(NamedTuple):
    """Everything that a thing is called."""

    kind: str
    key: str
    label: str
    names: tuple[str, ...]
    codes: tuple[str, ...]


class _Name(NamedTuple):
    """One name of a thing, as it is written and as it is compared."""

    entry: _Entry
    written: str
    compared: str


def find(kg: KnowledgeGraph, text: str, top: int | None = None) -> list[Found]:
    """Return what a text may mean, the best first: each thing once, by the name that fits best.

    A name that is the text goes before one that begins with it, that before one of which a word
    does, and that before one that holds it anywhere; a code of another vocabulary counts as a name,
    and a code finer than any that there are means the broader one. Where nothing holds the text,
    names that are spelled nearly so are found.

    >>> import metastasis as mets
    >>> kg = mets.load()
    >>> [one.path for one in find(kg, "liver")][:2]
    ['site/liver', 'primary/liver']
    >>> find(kg, "C78.7")[0].matched, find(kg, "mammary carc")[0].key
    ('ICD10CM:C78.7', 'breast')
    >>> [one.key for one in find(kg, "livr")]
    ['liver', 'liver']
    >>> find(kg, "  ")
    []
    """
    return find_in(kg.evidence, text, top)


def find_in(evidence: Evidence, text: str, top: int | None = None) -> list[Found]:
    """Return what a text may mean among what evidence is about; see :func:`find`."""
    text = text[:_LONGEST]
    plain, code = plain_name(text), contract(text.strip()).casefold()
    if not plain:
        return []
    ranked = sorted(
        (*order, place)
        for place, name in enumerate(evidence.made(_names))
        if (order := _order(name, plain, code)) is not None
    )
    names = evidence.made(_names)
    found = [_found(names[place]) for *_, place in ranked]
    best: dict[tuple[str, str], Found] = {}
    for one in found or [*_by_code(evidence.catalog, text), *_near(evidence, text)]:
        best.setdefault((one.kind, one.key), one)
    return list(best.values())[:top]


def search_index(kg: KnowledgeGraph) -> bytes:
    """Return what everything is called, as JSON: kind, key, label, other names, and codes.

    >>> import json, metastasis as mets
    >>> entries = json.loads(search_index(mets.load()))["entries"]
    >>> next(one[:4] for one in entries if one[:2] == ["site", "omentum"])
    ['site', 'omentum', 'omentum', ['omental']]
    """
    told = {
        "release": DATA_RELEASE,
        "license": DATA_LICENSE,
        "notice": NOT_CLINICAL,
        "entries": kg.evidence.made(_entries),
    }
    return f"{json.dumps(told, ensure_ascii=False, separators=(',', ':'))}\n".encode()


def _entries(evidence: Evidence) -> tuple[_Entry, ...]:
    """Return all that can be found, in order: cancers, sites, sources."""
    catalog = evidence.catalog
    named = (("primary", catalog.primaries.values()), ("site", catalog.sites.values()))
    return (
        *(
            _Entry(kind, one.key, one.label, one.synonyms, _once(m.object for m in one.mappings))
            for kind, records in named
            for one in records
        ),
        *(
            _Entry(
                "source",
                one.key,
                one.key,
                (),
                (
                    *([f"DOI:{one.doi}"] if one.doi else []),
                    *([f"PMID:{one.pmid}"] if one.pmid else []),
                ),
            )
            for one in catalog.sources.values()
        ),
    )


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _names(evidence: Evidence) -> tuple[_Name, ...]:
    """Return every name of everything, labels first."""
    entries = evidence.made(_entries)
    return (
        *(_Name(one, one.label, plain_name(one.label)) for one in entries),
        *(_Name(one, name, plain_name(name)) for one in entries for name in (one.key, *one.names)),
        *(_Name(one, code, code.casefold()) for one in entries for code in one.codes),
        *(
            _Name(one, code, code.partition(":")[2].casefold())
            for one in entries
            for code in one.codes
            if code.partition(":")[0] in _BARE
        ),
    )


def _order(name: _Name, plain: str, code: str) -> tuple[int, bool, int] | None:
    """Return how well a name fits, the least the best; None where it does not fit.

    Sources, which have places in their names, go after what has the name of the place.
    """
    rank = _rank(name.compared, plain, code)
    if rank is None:
        return None
    return rank, name.entry.kind == "source", len(name.compared) if rank else 0


def _rank(name: str, plain: str, code: str) -> int | None:
    if name in (plain, code):
        return 0
    if name.startswith((plain, code)):
        return 1
    if f" {plain}" in name:
        return 2
    return 3 if plain in name or code in name else None


def _found(name: _Name) -> Found:
    return Found(name.entry.kind, name.entry.key, name.entry.label, name.written)


def _by_code(catalog: Catalog, text: str) -> Iterator[Found]:
    """Yield what the catalog finds by a code that is finer than any that it has."""
    for kind, lookup, records in (
        ("primary", catalog.primary, catalog.primaries),
        ("site", catalog.site, catalog.sites),
    ):
        try:
            found = lookup(text, unknown="none")
            keys = [] if found is None else [found.key]
        except AmbiguousNameError as error:
            keys = list(error.candidates)
        yield from (Found(kind, key, records[key].label, text.strip()) for key in keys)


def _near(evidence: Evidence, text: str) -> Iterator[Found]:
    """Yield what is called nearly so."""
    names = evidence.made(_names)
    catalog = evidence.catalog
    for lookup, kind in ((catalog.primary, "primary"), (catalog.site, "site")):
        try:
            lookup(text, unknown="raise")
        except UnknownNameError as error:
            for near in error.suggestions:
                yield from (
                    _found(name)
                    for name in names
                    if name.entry.kind == kind and name.compared == plain_name(near)
                )
        except AmbiguousNameError:
            continue
