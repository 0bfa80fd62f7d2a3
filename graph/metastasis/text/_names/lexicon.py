"""The lexicon: every written form of the primaries and sites of the catalog, and what each names.

What the catalog calls them, what ``ontology/text/names.csv`` adds, and what is made of both: other
spellings, plurals, head nouns ("gastric tumor", "cancers of the stomach"), orders of words.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from metastasis._catalog.files import read_catalog
from metastasis._catalog.rows import numbered_rows
from metastasis._files import ontology_path
from metastasis.text._names.forms import (
    OrganWords,
    cores,
    folded,
    is_adjective,
    is_short,
    kind_forms,
    name_forms,
    node_forms,
    organ_words,
    plural,
    spellings,
    subtype_forms,
)
from metastasis.text._names.word_tables import read_word_tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from metastasis._catalog import Catalog
    from metastasis.text._names.word_tables import Blocker, Narrowing

__all__ = ["Lexicon", "Name", "read_lexicon"]

_STATED: Final = 3
_OTHER_NUMBER: Final = 2
_MADE: Final = 1
_MADE_OF_SUBTYPE: Final = 0
_MADE_OF_ANY: Final = -1
"""How much a form counts: one that a table states before its plural, and both before those that
are made of parts."""


class Name(NamedTuple):
    """What a written form names."""

    kind: str
    key: str
    weight: int = _STATED
    case: str | None = None
    """Of an abbreviation, how it must be written."""
    is_metastasis: bool = False
    """Of an abbreviation, whether it says that there is a metastasis."""


class Lexicon(NamedTuple):
    """What the words of a text may name."""

    names: Mapping[str, Name]
    """By folded form."""
    unsafe: Mapping[str, Name]
    """Abbreviations, as they are written, that count where the page is known."""
    blockers: tuple[Blocker, ...]
    narrowings: Mapping[str, Mapping[str, str]]
    """Of a topic, the subtype that folded words name under it."""
    labels: Mapping[str, str]
    """The primary of an organ by what the organ is called."""
    catalog: Catalog

    def labels_of(self, primary: str) -> set[str]:
        """Return what the organ of a primary is called."""
        return {label for label, key in self.labels.items() if key == primary}


def read_lexicon(folder: Path | None = None) -> Lexicon:
    """Return the lexicon of an ``ontology/`` folder (the shipped one by default).

    >>> read_lexicon().names["hepatic"].key
    'liver'

    Raises
    ------
    TableError
        With every fault of the tables of words.
    """
    return _shipped() if folder is None else _read(folder)


@lru_cache(maxsize=1)
def _shipped() -> Lexicon:
    return _read(None)


def _read(folder: Path | None) -> Lexicon:
    catalog = read_catalog(folder)
    folder = ontology_path() if folder is None else folder
    tables = read_word_tables(folder / "text", catalog)
    written = _written(catalog)
    unsafe = {row.written for row in tables.names if row.kind == "unsafe"}
    written = {
        one: [form for form in forms if form not in unsafe] for one, forms in written.items()
    }
    for row in tables.names:
        if row.kind != "unsafe":
            written.setdefault((row.kind, row.key), []).append(row.written)
    for _, cells in numbered_rows(folder / "catalog" / "out_of_scope.csv", ("name", "note")):
        written.setdefault(("blocked", "out_of_scope"), []).append(cells["name"])
    organs = _organs(catalog, written)
    names: dict[str, Name] = {}
    for form, name in _names(catalog, written, organs):
        known = names.get(form)
        if known is None or name.weight > known.weight:
            names[form] = name
    narrowings = _narrowings(catalog, written, organs, tables.narrowings)
    labels = _labels(catalog, organs)
    unsafe_names = {
        row.written: Name("primary", row.key)
        for row in tables.names
        if row.kind == "unsafe" and is_short(row.written)
    }
    return Lexicon(names, unsafe_names, tables.blockers, narrowings, labels, catalog)


def _labels(catalog: Catalog, organs: Mapping[str, OrganWords]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, primary in catalog.primaries.items():
        words = organs[key].before | organs[key].after if key in organs else frozenset()
        for written in (key.replace("_", " "), *primary.synonyms, *sorted(words)):
            found.setdefault(folded(written), key)
    return found


def _narrowings(
    catalog: Catalog,
    written: Written,
    organs: Mapping[str, OrganWords],
    rows: Iterable[Narrowing],
) -> dict[str, dict[str, str]]:
    """Return what words name under each topic: a row of the table before what is left of a name."""
    found: dict[str, dict[str, str]] = {}
    stated = [(row.topic, row.written, row.key) for row in rows]
    for topic, form, key in (*stated, *_cores(catalog, written, organs)):
        forms = {form, plural(form), *name_forms(form)}
        for spelled in sorted(one for made in forms for one in spellings(made)):
            found.setdefault(topic, {}).setdefault(spelled, key)
    return found


Written = dict[tuple[str, str], list[str]]
"""What is written of each thing, by kind and key."""


def _written(catalog: Catalog) -> Written:
    """Return what the catalog calls each thing; an organ that stands for its cancer is a site."""
    sites = {("site", one.key): [one.label, *one.synonyms] for one in catalog.sites.values()}
    organs = {folded(form) for forms in sites.values() for form in forms}
    primaries = {
        ("primary", one.key): [
            form for form in (one.label, *one.synonyms) if folded(form) not in organs
        ]
        for one in catalog.primaries.values()
    }
    return {**sites, **primaries}


def _organs(catalog: Catalog, written: Written) -> dict[str, OrganWords]:
    """Return how the organ of each primary of an organ is named."""
    return {
        key: organ_words(form for one in written["primary", key] for form in spellings(folded(one)))
        for key, primary in catalog.primaries.items()
        if primary.kind != "histology"
    }


def _organs_of(key: str, catalog: Catalog) -> Iterator[str]:
    """Yield the primaries of organs that a subtype is under, the nearest only."""
    above = {
        one for one in catalog.supertypes(key) - {key} if catalog.primaries[one].kind == "organ"
    }
    wider = {other for one in above for other in catalog.supertypes(one) - {one}}
    yield from sorted(above - wider)


def _names(
    catalog: Catalog, written: Written, organs: Mapping[str, OrganWords]
) -> Iterator[tuple[str, Name]]:
    for (kind, key), forms in written.items():
        for form in forms:
            if _ORGAN not in form:
                yield from _of_form(form, kind, key)
    places = sorted(_places(catalog, organs))
    for (kind, key), forms in written.items():
        whole = [folded(form) for one in forms for form in _filled(one, places)]
        if any(_ORGAN in form for form in forms):
            yield from _spelled(whole, Name(kind, key, _MADE_OF_SUBTYPE))
        made = _made(kind, key, whole, catalog, organs)
        yield from _spelled(made, Name(kind, key, _MADE))
    for key, organ in organs.items():
        if catalog.primaries[key].kind == "organ":
            yield from _spelled(kind_forms(organ), Name("primary", key, _MADE_OF_ANY))
    for topic, core, key in _cores(catalog, written, organs):
        made = subtype_forms(core, organs[topic])
        yield from _spelled(made, Name("primary", key, _MADE_OF_SUBTYPE))


_ORGAN: Final = "{organ}"
"""In a written form, what stands for every organ that cancer arises in."""


def _places(catalog: Catalog, organs: Mapping[str, OrganWords]) -> set[str]:
    """Return what the organs are called that cancer arises in."""
    return {
        word
        for key, organ in organs.items()
        if catalog.primaries[key].kind == "organ"
        for word in organ.after
    }


def _filled(written: str, places: Iterable[str]) -> Iterator[str]:
    if _ORGAN not in written:
        yield written
        return
    yield from (written.replace(_ORGAN, place) for place in places)


def _spelled(forms: Iterable[str], name: Name) -> Iterator[tuple[str, Name]]:
    for form in forms:
        for spelled in spellings(form):
            yield spelled, name


def _of_form(written: str, kind: str, key: str) -> Iterator[tuple[str, Name]]:
    plain = folded(written)
    if is_short(written):
        yield plain, Name(kind, key, _STATED, written)
        yield f"{plain}s", Name(kind, key, _STATED, f"{written}s")
        return
    stated, other = Name(kind, key, _STATED), Name(kind, key, _OTHER_NUMBER)
    for form in spellings(plain):
        yield form, stated
        if not is_adjective(form):
            yield plural(form), other


def _made(
    kind: str,
    key: str,
    forms: Iterable[str],
    catalog: Catalog,
    organs: Mapping[str, OrganWords],
) -> Iterator[str]:
    if kind == "primary":
        yield from (made for form in forms for made in name_forms(form))
        if (organ := organs.get(key)) is not None:
            yield from name_forms("", organ)
    elif kind == "site" and catalog.sites[key].kind == "lymph_node":
        yield from (made for form in forms for made in node_forms(form))


def _cores(
    catalog: Catalog, written: Written, organs: Mapping[str, OrganWords]
) -> Iterator[tuple[str, str, str]]:
    """Yield topic, words and subtype where a subtype's name holds more than its organ."""
    for key, primary in catalog.primaries.items():
        if primary.kind != "histology":
            continue
        for topic in _organs_of(key, catalog):
            for form in written["primary", key]:
                for core in cores(folded(form), organs[topic]):
                    yield topic, core, key
