"""Annotated pages of text, for what is judged and trained on them: read, and named as the catalog.

A folder holds pages in one of two forms, or in both. ``nci_NAME.txt`` lies beside
``nci_NAME.gold.csv``; and ``more/NAME.txt`` are the pages of ``more.gold.csv``, with the numbers
in ``more.numbers.gold.csv`` and the pages that state nothing in ``none.txt``, a name a line.
The first line of a page is its address. Pages are research copies, and stay where they are.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from metastasis._catalog import read_catalog

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from metastasis._catalog import Catalog, Primary, Site

__all__ = [
    "OUTSIDE",
    "SAME_SITE",
    "GoldNumber",
    "GoldPage",
    "GoldRow",
    "Namer",
    "address_of",
    "read_gold",
]

OUTSIDE: Final = "~"
"""Before a name that the catalog does not have."""

# Names that annotators use and the catalog has in other words.
PRIMARIES: Final = {
    "(any cancer)": "any",
    "anaplastic sarcoma of kidney": "kidney_anaplastic_sarcoma",
    "basal cell carcinoma": "skin_basal_cell",
    "cns embryonal tumor": "cns_embryonal",
    "esophageal": "esophagus",
    "gastric": "stomach",
    "gastrointestinal primary": "gastrointestinal",
    "kidney": "kidney",
    "malignant brain tumor": "brain",
    "myxoid/round cell liposarcoma": "liposarcoma_myxoid",
    "non-gastrointestinal primary": "non_gastrointestinal",
    "ovarian": "ovary",
    "ovary": "ovary",
    "pancreatic": "pancreas",
    "papillary or follicular thyroid carcinoma": "thyroid_differentiated",
    "rectal": "rectum",
    "renal": "kidney",
    "rhabdoid tumor of kidney": "kidney_rhabdoid",
    "squamous cell carcinoma of skin": "skin_squamous_cell",
    "uterus": "uterus",
}
BRACKETS: Final = {
    ("stomach", "diffuse-type"): "stomach_diffuse",
    ("stomach", "intestinal-type"): "stomach_intestinal",
    ("malignant brain tumor", "child cns embryonal"): "cns_embryonal",
    ("ovarian epithelial cancer", "high-grade serous"): "ovary_hgsoc",
}
"""Most brackets say who the patients are; these say which kind of cancer it is."""
SITES: Final = {
    "abdominal organs": "abdomen",
    "adjacent colon and nearby organs": "adjacent_tissue",
    "adjacent organs": "adjacent_tissue",
    "bone": "bone",
    "colorectum": "large_intestine",
    "distant lymph node": "lymph_node_distant",
    "distant sites": "unspecified",
    "distant skin": "skin",
    "extra-abdominal sites": "unspecified",
    "infraclavicular lymph nodes": "lymph_node_infraclavicular",
    "intestinal lymph nodes": "lymph_node_intestinal",
    "lower abdomen": "abdomen",
    "lymph nodes of neck": "lymph_node_cervical",
    "major veins": "vein",
    "nearby tissues in abdomen or pelvis": "adjacent_tissue",
    "other lung": "lung",
    "other ovary": "ovary",
    "other parts of brain": "brain",
    "other parts of the body": "unspecified",
    "other organs": "unspecified",
    "pelvic organs": "pelvis",
    "pelvic tissues": "pelvis",
    "pelvis": "pelvis",
    "skin of chest": "skin_chest_wall",
    "spine": "spine",
    "surrounding tissue": "adjacent_tissue",
    "thorax": "thorax",
}
SAME_SITE: Final = {"distant_unspecified": "unspecified"}
"""Sites that no page tells apart."""
QUALIFIERS: Final = {
    "": None,
    "advanced": "possible",
    "can": "possible",
    "first": "most_common",
    "not usual/negated": "absent",
    "usual": "common",
}
ROUTES: Final = {
    "blood": "hematogenous",
    "hematogenous": "hematogenous",
    "lymph": "lymphatic",
    "lymphatic": "lymphatic",
    "peritoneal": "transcoelomic",
    "csf": "csf",
    "direct extension": "direct_extension",
}


class GoldRow(NamedTuple):
    """A statement that a person read out of a page."""

    primary: str
    site: str
    relation: str
    frequency: str | None
    route: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldNumber:
    """A number that a page prints for a pair."""

    primary: str
    site: str
    count: int | None
    total: int | None
    percent: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldPage:
    """A page with what a person read out of it."""

    name: str
    text: str
    rows: tuple[GoldRow, ...]
    numbers: tuple[GoldNumber, ...] | None
    """None where nobody annotated the numbers of this page."""


class Namer:
    """Turns names as annotators write them into keys of the catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._primaries = {**_keys(catalog.primaries.values()), **PRIMARIES}
        self._sites = {**_keys(catalog.sites.values()), **SITES}

    def primary(self, name: str) -> str:
        """Return the key of a primary; a name outside the catalog is kept behind a tilde."""
        plain, bracket = _split(name)
        if (plain, bracket) in BRACKETS:
            return BRACKETS[plain, bracket]
        return _looked_up(name, plain, self._primaries)

    def site(self, name: str) -> str:
        """Return the key of a site; a name outside the catalog is kept behind a tilde."""
        plain, _ = _split(name)
        key = _looked_up(name, plain, self._sites)
        return SAME_SITE.get(key, key)


def read_gold(folder: Path, catalog: Catalog | None = None) -> list[GoldPage]:
    """Return the annotated pages of a folder, in order of their names."""
    namer = Namer(catalog or read_catalog())
    pages = [*_single_pages(folder, namer), *_listed_pages(folder, namer)]
    if not pages:
        raise FileNotFoundError(f"no annotated pages in {folder}")
    return sorted(pages, key=lambda page: page.name)


def address_of(text: str) -> str | None:
    """Return the address that stands in the first line of a page."""
    line = text.partition("\n")[0].strip()
    return line if line.startswith(("http://", "https://")) else None


def _single_pages(folder: Path, namer: Namer) -> Iterator[GoldPage]:
    for path in sorted(folder.glob("nci_*.gold.csv")):
        name = path.name.removesuffix(".gold.csv")
        rows = tuple(_gold_row(row, namer) for row in _rows(path))
        yield GoldPage(name=name, text=_text(folder / f"{name}.txt"), rows=rows, numbers=None)


def _listed_pages(folder: Path, namer: Namer) -> Iterator[GoldPage]:
    """Yield the pages of the one table that has all; a page that it lacks is not annotated yet."""
    rows: dict[str, list[GoldRow]] = {}
    numbers: dict[str, list[GoldNumber]] = {}
    for row in _rows(folder / "more.gold.csv"):
        rows.setdefault(row["page"], []).append(_gold_row(row, namer))
    for row in _rows(folder / "more.numbers.gold.csv"):
        numbers.setdefault(row["page"], []).append(_gold_number(row, namer))
    none = folder / "none.txt"
    for name in none.read_text(encoding="utf-8").split() if none.is_file() else ():
        rows.setdefault(name.removesuffix(".txt"), [])
    for name in sorted({*rows, *numbers}):
        yield GoldPage(
            name=name,
            text=_text(folder / "more" / f"{name}.txt"),
            rows=tuple(rows.get(name, ())),
            numbers=tuple(numbers.get(name, ())),
        )


def _text(path: Path) -> str:
    # A person may have saved a page with either line end; bytes are what a reader is given.
    return path.read_bytes().decode("utf-8")


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [
            {key: (value or "").strip() for key, value in row.items() if key}
            for row in csv.DictReader(file)
        ]


def _gold_row(row: Mapping[str, str], namer: Namer) -> GoldRow:
    route = row.get("route", "").lower()
    return GoldRow(
        primary=namer.primary(row["primary"]),
        site=namer.site(row["organ"]),
        relation="extension" if route == "direct extension" else "metastasis",
        frequency=_frequency(row["qualifier"].lower()),
        route=ROUTES.get(route, route or None),
    )


def _gold_number(row: Mapping[str, str], namer: Namer) -> GoldNumber:
    return GoldNumber(
        primary=namer.primary(row["primary"]),
        site=namer.site(row["organ"]),
        count=int(row["count"]) if row["count"] else None,
        total=int(row["total"]) if row["total"] else None,
        percent=Decimal(row["percent"].rstrip("% ")) if row["percent"] else None,
    )


def _frequency(word: str) -> str | None:
    """Return the value of a qualifier, of which annotators have a dozen spellings."""
    if word in QUALIFIERS:
        return QUALIFIERS[word]
    # "common (bony)" and the like.
    word = "common" if word.startswith("common") else word
    return word.replace(" ", "_")


def _split(name: str) -> tuple[str, str]:
    """Return a name without its bracket, and what the bracket says."""
    lower = name.strip().lower()
    found = re.search(r"\(([^()]*)\)", lower)
    if found is None:
        return lower, ""
    return " ".join((lower[: found.start()] + lower[found.end() :]).split()), found[1]


def _looked_up(name: str, plain: str, known: Mapping[str, str]) -> str:
    for form in (name.strip().lower(), plain):
        for spelling in (form, f"{form} cancer", form.removesuffix("s")):
            if spelling in known:
                return known[spelling]
    return OUTSIDE + plain.replace(" ", "_")


def _keys(things: Iterable[Primary | Site]) -> dict[str, str]:
    """Return the keys of things by every name that the catalog has for them."""
    found: dict[str, str] = {}
    for thing in things:
        found[thing.key] = thing.key
        for name in (thing.label, *thing.synonyms):
            found.setdefault(name.strip().lower(), thing.key)
    return found
