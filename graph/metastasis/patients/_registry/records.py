"""The tumors of a registry's table in one form, and what their cells of sites name.

This stands apart from the reader, which decides what is counted: here cells are only understood.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from metastasis.patients._flags import showing_metastasis
from metastasis.patients._rows import beside, counts_of, positions, sex_of
from metastasis.patients._tumors.primaries import (
    is_malignant,
    morphology_of,
    rank_of,
    topography_of,
)
from metastasis.patients._tumors.sites import pieces_of, site_of_code
from metastasis.patients._tumors.years import day_of
from metastasis.patients._words.labels import LEFT_OUT, map_labels
from metastasis.patients._words.missing import stated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metastasis.patients._engines.engine import Engine
    from metastasis.patients._intake import Rules
    from metastasis.patients._registry.headers import RegistryLayout
    from metastasis.patients._report import ReportDraft

__all__ = ["SitesNamed", "cleaned_tumors", "sites_named", "with_sites"]

_MOST: Final = 100_000
"""More different dates or cells of sites than are brought into Python."""
_FEMALE: Final = ("F", "W", "K", "2")
"""First letters of a woman: female, weiblich, kvinde and kvinna; and the usual code."""


@dataclass(slots=True)
class SitesNamed:
    """What the cells of sites name."""

    keys: tuple[str, ...]
    meanings: list[tuple[str, int]]
    """Each cell, and the position of a site that it names; once for each site."""
    cells: list[tuple[str, bool]]
    """Cells that name any site, known or not; and whether they name more than lymph nodes."""
    labels: dict[str, str]


def cleaned_tumors(
    engine: Engine, rows: Any, layout: RegistryLayout
) -> tuple[Any, Mapping[str | None, int]]:
    """Return the tumors with clean cells, and how many rows hold each word of the date."""
    F = engine.functions  # noqa: N806

    def cell(name: str) -> Any:
        if name not in layout.columns:
            return F.lit(None).cast("string")
        return stated(F, F.col(name).cast("string"))

    topography, icd10 = F.upper(cell("topography")), F.upper(cell("icd10"))
    # Digits of the behavior may follow those of the morphology without a stroke: 85003.
    digits = F.regexp_extract(cell("morphology"), "([0-9]{4})", 1)
    behind = F.regexp_extract(cell("morphology"), "[0-9]{4}[/ ]?([0-9])$", 1)
    morphology = morphology_of(F, F.lit(None).cast("string"), digits)
    first = F.regexp_extract(cell("behavior"), "^/?([0-9])", 1)
    behavior = F.coalesce(
        F.when(first != "", first), cell("behavior"), F.when(behind != "", behind)
    )
    is_other = F.coalesce(topography, icd10).rlike("^D?D[0-4]")
    # C43 says more than C44 does where no morphology is stated.
    icd10_says = morphology.isNull() & icd10.rlike("^D?C(43|45|46|8[1-9]|9[0-7])")
    code = F.when(icd10_says, topography_of(F, icd10))
    code = F.coalesce(code, topography_of(F, topography), topography_of(F, icd10))
    female = ("F", "W", "N", "1") if layout.is_finnish else _FEMALE
    male = ("M", "0") if layout.is_finnish else ("M", "1")
    malignant = is_malignant(F, behavior, F.lit(None).cast("string"), F.upper(cell("sequence")))
    found = {
        "patient": cell("patient"),
        "sex": sex_of(F, cell("sex"), female=female, male=male),
        "year_cell": cell("year"),
        "rank": rank_of(F, F.upper(cell("sequence"))),
        "is_malignant": malignant & ~F.coalesce(is_other, F.lit(False)),
        "recode": F.lit(None).cast("string"),
        "topography": code,
        "morphology": morphology,
        **{one.name: F.trim(F.col(one.name).cast("string")) for one in layout.stages},
        **{
            f"site_{number}": F.trim(F.col(f"site_{number}").cast("string"))
            for number in range(len(layout.sites))
        },
    }
    rows = engine.settle(rows.select(*[column.alias(name) for name, column in found.items()]))
    words = counts_of(engine, rows, "year_cell", most=_MOST) or {}
    days = [(word, day) for word in words if (day := day_of(word))]
    return engine.settle(
        beside(engine, rows, {"year_cell": "string", "year": "string"}, days)
    ), words


def sites_named(
    engine: Engine,
    rows: Any,
    layout: RegistryLayout,
    rules: Rules,
    draft: ReportDraft,
    *,
    nodes: str,
) -> SitesNamed:
    """Return what the cells of sites name: codes first, then names, through the user's own map."""
    cells: dict[str, int] = {}
    for number, header in enumerate(layout.sites):
        counts = counts_of(engine, rows, f"site_{number}", most=_MOST)
        if counts is None:
            draft.warn(f"{header!r} has more different words than sites have: it is not read")
            continue
        for cell, rows_with in counts.items():
            if cell:
                cells[cell] = cells.get(cell, 0) + rows_with
    pieces = {cell: pieces_of(cell) for cell in cells}
    words: dict[str, int] = {}
    for cell, several in pieces.items():
        for one in several:
            words[one] = words.get(one, 0) + cells[cell]
    own = {one: key for one in words if (key := rules.words.get(("site", one)))}
    labels = {one: number for one, number in words.items() if not site_of_code(one)}
    found = map_labels(labels, "site", rules.known, rules.words)
    draft.unmapped += found.unmapped
    keys = {one: key for one in words if (key := site_of_code(one))} | found.keys | own
    keys = {one: key for one, key in keys.items() if key != LEFT_OUT}
    places = positions(keys.values())
    meanings = sorted(
        {
            (cell, places[keys[one]])
            for cell, several in pieces.items()
            for one in several
            if one in keys
        }
    )
    # What nothing knows is a site all the same, and not known to be a lymph node.
    marks = {*showing_metastasis(tuple(places), rules.known, nodes), None}
    cells_told = [
        (cell, any(keys.get(one) in marks for one in several))
        for cell, several in sorted(pieces.items())
        if several
    ]
    return SitesNamed(tuple(places), meanings, cells_told, keys)


def with_sites(engine: Engine, rows: Any, layout: RegistryLayout, sites: SitesNamed) -> Any:
    """Return rows with ``names_site`` and ``names_distant``.

    Whether any of their cells names a site, known or not; and one that makes a patient metastatic.
    """
    F = engine.functions  # noqa: N806
    names, marks = F.lit(False), F.lit(False)
    for number in range(len(layout.sites)):
        columns = {f"site_{number}": "string", f"marks_{number}": "boolean"}
        rows = beside(engine, rows, columns, sites.cells)
        names = names | F.col(f"marks_{number}").isNotNull()
        marks = marks | F.coalesce(F.col(f"marks_{number}"), F.lit(False))
    rows = rows.withColumn("names_site", names).withColumn("names_distant", marks)
    return engine.settle(rows)
