"""The tables of words in ``ontology/text/``: names, what blocks them, and what narrows a topic.

Apart from the lexicon because it says what a table may hold; the lexicon makes names of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from metastasis._catalog.rows import sound_rows
from metastasis._errors import TableError
from metastasis.text._names.forms import folded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from metastasis._catalog import Catalog
    from metastasis._errors import Fault

__all__ = ["KINDS", "Blocker", "NameRow", "Narrowing", "WordTables", "read_word_tables"]

KINDS: Final = ("primary", "site", "blocked", "unsafe")
"""``blocked`` is what only looks like a name; ``unsafe`` a name of the catalog that texts also use
for something else, and that counts only where a page explains it."""
_PLACES: Final = ("after", "before")


class NameRow(NamedTuple):
    """A written form that the catalog does not have."""

    written: str
    kind: str
    key: str


class Blocker(NamedTuple):
    """Words beside a name that make something else of it: bone scan, pain in the liver."""

    written: str
    place: str
    """``after`` the name, or ``before`` it."""
    kind: str
    """``primary`` or ``site``: the names that it blocks."""
    capital: bool
    """Whether it blocks only where it begins with a capital: the Lung Cancer Society."""
    keys: tuple[str, ...]
    """The names that it blocks; none for all."""
    what: str
    """What it makes of them: ``test``, ``treatment``, ``symptom`` …"""


class Narrowing(NamedTuple):
    """Words that under a topic name a subtype of it: "papillary" under thyroid cancer."""

    topic: str
    written: str
    key: str


class WordTables(NamedTuple):
    """The three tables."""

    names: tuple[NameRow, ...]
    blockers: tuple[Blocker, ...]
    narrowings: tuple[Narrowing, ...]


def read_word_tables(folder: Path, catalog: Catalog) -> WordTables:
    """Return the tables of words of a folder.

    Raises
    ------
    TableError
        With every fault: a missing column, an unknown key, a form that stands twice or that the
        catalog has, an empty cell, a stray blank.
    ReadError
        A file cannot be read.
    """
    faults: list[Fault] = []
    tables = WordTables(
        tuple(_names(folder / "names.csv", catalog, faults)),
        tuple(_blockers(folder / "blockers.csv", catalog, faults)),
        tuple(_narrowings(folder / "narrowings.csv", catalog, faults)),
    )
    if faults:
        raise TableError(faults)
    return tables


Row = dict[str, str]


def _no_words(row: Row) -> Iterator[tuple[str, str]]:
    if not row["written"].strip():
        yield "written", "must not be blank; write the words"


def _names(path: Path, catalog: Catalog, faults: list[Fault]) -> Iterator[NameRow]:
    known = _catalog_names(catalog)
    seen: dict[str, str] = {}

    def problems(row: Row) -> Iterator[tuple[str, str]]:
        yield from _no_words(row)
        form, kind = folded(row["written"]), row["kind"]
        if kind not in KINDS:
            yield "kind", f"not in the list; one of {', '.join(KINDS)}"
        else:
            yield from _unknown_key(row["key"], kind, catalog)
        if form in seen:
            other = "" if seen[form] == kind else f" as {seen[form]}"
            yield "written", f"stands twice{other}; remove one"
        seen.setdefault(form, kind)
        if (here := known.get(kind, {}).get(form)) is not None:
            what = "the catalog has it" if here == row["key"] else f"in the catalog it is {here}"
            yield "written", f"{what}; remove the row"

    for row in sound_rows(path, ("written", "kind", "key", "note"), problems, faults):
        yield NameRow(row["written"], row["kind"], row["key"])


def _catalog_names(catalog: Catalog) -> dict[str, dict[str, str]]:
    """Return the keys of what the catalog calls so, by kind and folded form."""
    kinds = (("primary", catalog.primaries.values()), ("site", catalog.sites.values()))
    return {
        kind: {
            folded(written): one.key for one in records for written in (one.label, *one.synonyms)
        }
        for kind, records in kinds
    }


def _unknown_key(key: str, kind: str, catalog: Catalog) -> Iterator[tuple[str, str]]:
    primaries, sites = frozenset(catalog.primaries), frozenset(catalog.sites)
    known = {"primary": primaries, "site": sites, "unsafe": primaries | sites}.get(kind)
    if not key:
        yield "key", "must not be blank"
    elif known is not None and key not in known:
        what = "primary or site" if kind == "unsafe" else kind
        yield "key", f"no {what} of the catalog has this key"


def _blockers(path: Path, catalog: Catalog, faults: list[Fault]) -> Iterator[Blocker]:
    seen: set[tuple[str, str, str]] = set()

    def problems(row: Row) -> Iterator[tuple[str, str]]:
        yield from _no_words(row)
        if row["place"] not in _PLACES:
            yield "place", f"not in the list; one of {', '.join(_PLACES)}"
        if row["kind"] not in KINDS[:2]:
            yield "kind", "not in the list; one of primary, site"
        if row["capital"] not in ("", "yes"):
            yield "capital", "either yes or blank"
        if not row["what"]:
            yield "what", "must not be blank; say what it makes of the name"
        for key in row["keys"].split():
            for _, why in _unknown_key(key, row["kind"], catalog):
                yield "keys", f"{key}: {why}"
        one = (folded(row["written"]), row["place"], row["kind"])
        if one in seen:
            yield "written", "stands twice; remove one"
        seen.add(one)

    columns = ("written", "place", "kind", "capital", "keys", "what", "note")
    for row in sound_rows(path, columns, problems, faults):
        keys = tuple(row["keys"].split())
        form = folded(row["written"])
        yield Blocker(form, row["place"], row["kind"], bool(row["capital"]), keys, row["what"])


def _narrowings(path: Path, catalog: Catalog, faults: list[Fault]) -> Iterator[Narrowing]:
    seen: set[tuple[str, str]] = set()

    def problems(row: Row) -> Iterator[tuple[str, str]]:
        yield from _no_words(row)
        for column in ("topic", "key"):
            for _, why in _unknown_key(row[column], "primary", catalog):
                yield column, why
        one = (row["topic"], folded(row["written"]))
        if one in seen:
            yield "written", "stands twice under this topic; remove one"
        seen.add(one)

    for row in sound_rows(path, ("topic", "written", "key", "note"), problems, faults):
        yield Narrowing(row["topic"], folded(row["written"]), row["key"])
