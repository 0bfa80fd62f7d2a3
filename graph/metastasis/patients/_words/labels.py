"""Labels to catalog keys: what a data set calls a site or a primary, and what the catalog calls it.

A word is looked up in this order, and the first that knows it decides:

1. the user's own map file (``--site-map``);
2. the table of the data set's vocabulary, since a data set may mean something special by a common
   name (``Biliary tract`` of MSK-MET includes other digestive organs);
3. names of the catalog: keys, labels, synonyms;
4. codes of the catalog's mappings, where the code means the same or something narrower;
5. the general table of words from outside.

Case, hyphens, sides (``Left``), inverted names (``Lymph Node, Axillary``), ``NOS`` and misspellings
that are in ``spelling.csv`` make no difference. A name that is merely similar is never taken: it
is suggested, and the user decides. The tables are in ``ontology/mappings/labels/``.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

from metastasis._catalog.rows import numbered_rows
from metastasis._errors import UnknownNameError
from metastasis._files import ontology_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from metastasis._catalog import Catalog, Primary, Site

__all__ = ["CODE_SYSTEMS", "LEFT_OUT", "Kind", "LabelMap", "Unmapped", "map_labels", "vocabularies"]

Kind = Literal["primary", "site"]

LEFT_OUT: Final = "-"
"""In place of a key: the label is left out on purpose."""

CODE_SYSTEMS: Final = {"icd10cm": "ICD10CM", "ncit": "NCIT", "oncotree": "ONCOTREE"}
"""Vocabularies whose labels are codes, and the prefix of the catalog's mappings to them."""

_GENERAL: Final = "general"
_SPELLING: Final = "spelling"
_SAME_OR_NARROWER: Final = ("skos:exactMatch", "skos:closeMatch", "skos:narrowMatch")
"""In order: a code that is broader than ours would make a patient of another cancer ours."""
_SIDES: Final = frozenset({"left", "right", "bilateral", "lt", "rt"})
_METASTASIS: Final = frozenset({"metastasis", "metastases", "metastatic", "met", "mets"})
_VAGUE_KINDS: Final = frozenset({"grouping", "unspecific"})
"""Never suggested: they come near to everything, and hide the organ that is meant."""
_MOST_SUGGESTED: Final = 500
"""Labels of most rows get suggestions; each takes milliseconds, and a column may have 100,000."""


@dataclass(frozen=True, slots=True)
class Unmapped:
    """A label that has no key, with what it may mean."""

    kind: Kind
    label: str
    rows: int
    """How many rows of the data hold it."""
    suggestions: tuple[str, ...] = ()
    """Catalog keys with a similar name, the most similar first; the user decides."""
    text: str = ""
    """What stands beside a code in the data; blank where the label is its own text."""


@dataclass(frozen=True, slots=True)
class LabelMap:
    """What each label of a column means.

    >>> from metastasis._catalog import read_catalog
    >>> found = map_labels({"Liver": 7, "Lymph Node, Axillary": 2, "Limbo": 1}, "site",
    ...                    read_catalog())
    >>> found.key("Liver"), found.key("Lymph Node, Axillary"), found.key("Limbo")
    ('liver', 'lymph_node_axillary', None)
    >>> found.how("Liver"), [missing.label for missing in found.unmapped]
    ('name', ['Limbo'])
    """

    kind: Kind
    unmapped: tuple[Unmapped, ...] = ()
    """Labels without a key, those of most rows first."""
    _found: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def key(self, label: str) -> str | None:
        """Return the catalog key of a label; None where it is unmapped or left out on purpose."""
        key, _ = self._found.get(label, (None, ""))
        return None if key == LEFT_OUT else key

    def how(self, label: str) -> str | None:
        """Return what knew the label: ``map file``, ``name``, ``code``, ``table``, or None."""
        return self._found.get(label, (None, None))[1]

    def is_left_out(self, label: str) -> bool:
        """Whether the user, or a table, leaves the label out on purpose."""
        return self._found.get(label, (None, ""))[0] == LEFT_OUT

    @property
    def keys(self) -> dict[str, str]:
        """Every label that has a catalog key, and the key."""
        return {label: key for label, (key, _) in self._found.items() if key != LEFT_OUT}


def map_labels(
    labels: Mapping[str, int] | Iterable[tuple[str, int]],
    kind: Kind,
    catalog: Catalog,
    overrides: Mapping[tuple[str, str], str] | None = None,
    vocabulary: str | None = None,
) -> LabelMap:
    """Return what each label means, and which labels have no key.

    ``labels`` counts the rows that hold each label. ``overrides`` is what
    :func:`~metastasis.patients.read_site_map` returns. ``vocabulary`` names the data set's
    own words (see :func:`vocabularies`) or a code system of :data:`CODE_SYSTEMS`; None means the
    catalog and the general table only.

    >>> from metastasis._catalog import read_catalog
    >>> catalog = read_catalog()
    >>> map_labels({"Biliary tract": 1}, "site", catalog, vocabulary="msk_met").key("Biliary tract")
    'digestive_other'
    >>> map_labels({"BRCA": 1}, "primary", catalog, vocabulary="oncotree").key("BRCA")
    'breast_invasive'
    >>> [(one.label, one.suggestions) for one in
    ...  map_labels({"Livre": 3}, "site", catalog).unmapped]
    [('Livre', ('liver',))]

    Raises
    ------
    UnknownNameError
        There is no such vocabulary.
    """
    find = _Finder(kind, catalog, overrides or {}, vocabulary)
    counts = _counted(labels)
    found = {label: answer for label in counts if (answer := find(label))}
    missing = sorted(
        (label for label in counts if label not in found), key=lambda label: (-counts[label], label)
    )
    unmapped = [
        Unmapped(kind, label, counts[label], find.similar(label) if rank < _MOST_SUGGESTED else ())
        for rank, label in enumerate(missing)
    ]
    return LabelMap(kind, tuple(unmapped), found)


def vocabularies() -> list[str]:
    """Return the names of the shipped tables of outside words, and of the code systems.

    >>> "msk_met" in vocabularies()
    True
    """
    tables = {path.stem for path in ontology_path("mappings", "labels").glob("*.csv")}
    return sorted((tables | set(CODE_SYSTEMS)) - {_SPELLING, _GENERAL})


def plain(label: str) -> str:
    """Return a label without what makes no difference: case, hyphens, blanks, misspellings.

    >>> plain("  Non-Small  Cell Lung Adenocarinoma. ")
    'non small cell lung adenocarcinoma'
    """
    text = unicodedata.normalize("NFKC", label).casefold().replace("_", " ").replace("-", " ")
    corrections = _corrections()
    words = (word.strip(".;:\"'") for word in text.split())
    return " ".join(_corrected(word, corrections) for word in words if word)


class _Finder:
    """Looks one label after the other up."""

    def __init__(
        self,
        kind: Kind,
        catalog: Catalog,
        overrides: Mapping[tuple[str, str], str],
        vocabulary: str | None,
    ) -> None:
        if vocabulary is not None and vocabulary not in vocabularies():
            raise UnknownNameError("vocabulary", vocabulary, vocabularies())
        records: Mapping[str, Primary | Site]
        records = catalog.primaries if kind == "primary" else catalog.sites
        self._kind = kind
        self._system = CODE_SYSTEMS.get(vocabulary or "")
        self._overrides = {label: key for (of, label), key in overrides.items() if of == kind}
        self._plain_overrides = {plain(label): key for label, key in self._overrides.items()}
        self._words = _table(kind, vocabulary, records)
        self._general = {} if self._system else _table(kind, _GENERAL, records)
        self._names = _names(kind, records)
        self._vague = {LEFT_OUT, *(key for key in records if records[key].kind in _VAGUE_KINDS)}
        self._codes = _codes(records, [self._system] if self._system else CODE_SYSTEMS.values())

    def __call__(self, label: str) -> tuple[str, str] | None:
        """Return the key and what knew it, or None."""
        own = self._overrides.get(label) or self._plain_overrides.get(plain(label))
        if own:
            return own, "map file"
        return self._by_code(label) if self._system else self._by_word(label)

    def similar(self, label: str) -> tuple[str, ...]:
        """Return the keys whose names are near a label, or are part of it; at most four."""
        from difflib import get_close_matches

        tables = {word: [key] for word, key in (self._general | self._words).items()}
        names = {**tables, **self._names}
        text = plain(label)
        # At 0.8, misspellings and endings are near ("livre": liver), and other organs are not.
        near = get_close_matches(text, names, n=4, cutoff=0.8)
        words = f" {re.sub('[^a-z0-9]+', ' ', text)} "
        inside = sorted((name for name in names if f" {name} " in words), key=len, reverse=True)
        keys = (key for name in [*near, *inside] for key in names[name] if key not in self._vague)
        return tuple(dict.fromkeys(keys))[:4]

    def _by_word(self, label: str) -> tuple[str, str] | None:
        forms = _forms(label, self._kind)
        for form in forms:
            if key := self._words.get(form):
                return key, "table"
            if len(keys := self._names.get(form, [])) == 1:
                return keys[0], "name"
        if found := self._by_code(label):
            return found
        general = (self._general[form] for form in forms if form in self._general)
        return next(((key, "table") for key in general), None)

    def _by_code(self, label: str) -> tuple[str, str] | None:
        code = label.strip()
        if self._system and (key := self._words.get(code)):
            return key, "table"
        for one in _code_and_broader(code, self._system):
            if keys := self._codes.get(one):
                return (keys[0], "code") if len(keys) == 1 else None
        return None


def _counted(labels: Mapping[str, int] | Iterable[tuple[str, int]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for label, rows in labels.items() if hasattr(labels, "items") else labels:
        counts[label] += rows
    return counts


def _table(
    kind: Kind, vocabulary: str | None, records: Mapping[str, Primary | Site]
) -> dict[str, str]:
    """Return the words of a shipped table whose keys the catalog has."""
    known = {*records, LEFT_OUT}
    is_exact = vocabulary in CODE_SYSTEMS
    return {
        label if is_exact else plain(label): key
        for of, label, key in _rows(vocabulary)
        if of == kind and key in known
    }


def _names(kind: Kind, records: Mapping[str, Primary | Site]) -> dict[str, list[str]]:
    """Return the keys that have each plain name in the catalog."""
    names: dict[str, list[str]] = {}
    for record in records.values():
        own = (record.label, record.key, f"{kind}:{record.key}", *record.synonyms)
        for name in dict.fromkeys(plain(name) for name in own):
            names.setdefault(name, []).append(record.key)
    return names


def _codes(records: Mapping[str, Primary | Site], prefixes: Iterable[str]) -> dict[str, list[str]]:
    """Return the keys that each code is mapped to: by the nearest predicate that there is."""
    wanted = frozenset(prefixes)
    codes: dict[str, tuple[int, list[str]]] = {}
    for record in records.values():
        for mapping in record.mappings:
            prefix, _, local = mapping.object.partition(":")
            if prefix not in wanted or mapping.predicate not in _SAME_OR_NARROWER:
                continue
            rank = _SAME_OR_NARROWER.index(mapping.predicate)
            for code in (local, mapping.object):
                best, keys = codes.get(code, (rank, []))
                if rank <= best:
                    codes[code] = (rank, [*keys, record.key] if rank == best else [record.key])
    return {code: keys for code, (_, keys) in codes.items()}


def _code_and_broader(code: str, system: str | None) -> Iterator[str]:
    """Yield a code, then, in ICD-10-CM, the broader ones: C50.911, C50.91, C50.9, C50."""
    yield code
    if not re.fullmatch(r"(ICD10CM:)?[A-Za-z][0-9][0-9A-Za-z](\.?[0-9A-Za-z]{1,4})?", code) or (
        system not in (None, "ICD10CM")
    ):
        return
    bare = code.upper().removeprefix("ICD10CM:").replace(".", "")
    for end in range(len(bare), 2, -1):
        yield f"{bare[:3]}.{bare[3:end]}" if end > 3 else bare[:3]


def _forms(label: str, kind: Kind) -> list[str]:
    """Return a label and the plainer forms of it that mean the same, the fullest first."""
    whole = plain(label)
    bare = re.sub(r",? nos$", "", whole)
    idle = _SIDES | _METASTASIS if kind == "site" else _SIDES
    short = re.sub(r" ?\((l|r|left|right)\)$", "", bare)
    short = " ".join(word for word in short.split() if word.strip(",") not in idle).strip(" ,")
    head, comma, tail = short.partition(", ")
    turned = f"{tail} {head}" if comma and ", " not in tail else ""
    return [form for form in dict.fromkeys((whole, bare, short, turned)) if form]


def _corrected(word: str, corrections: Mapping[str, str]) -> str:
    """Return a word spelled right; a comma or slash beside it stays where it is."""
    return re.sub(r"[^\W\d]+", lambda found: corrections.get(found[0], found[0]), word)


@cache
def _corrections() -> dict[str, str]:
    path = ontology_path("mappings", "labels", f"{_SPELLING}.csv")
    return {row["wrong"]: row["right"] for _, row in numbered_rows(path, ("wrong", "right"))}


@cache
def _rows(vocabulary: str | None) -> tuple[tuple[str, str, str], ...]:
    """Return kind, label and key of every row of a shipped table; none where there is no table."""
    path = ontology_path("mappings", "labels", f"{vocabulary}.csv")
    if vocabulary is None or not path.is_file():
        return ()
    rows = numbered_rows(path, ("kind", "label", "key", "note"))
    return tuple((row["kind"], row["label"], row["key"]) for _, row in rows)
