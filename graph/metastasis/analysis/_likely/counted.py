"""The answer for one site alone: how its patients were sorted by primary, as it was counted.

Apart from the posterior because nothing is inferred here: rows and notes tell what was counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metastasis._table import Table
from metastasis.analysis._likely.rows import REST, LikelyPrimary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis._catalog import Catalog
    from metastasis.analysis._likely.origins import SiteCases

__all__ = ["COUNTED", "answer_from_cases"]

COUNTED: Final = "counted at the site"
_NAMED: Final = 3
"""How many of the common primaries that are not printed are named."""
_AS_COUNTED: Final = (
    "P(primary | site) = patients with this primary / patients with a metastasis there"
)
_BY_SEX: Final = "; of one sex: w x / sum of w x, w the share of a cancer's new cases of this sex"


def answer_from_cases(
    catalog: Catalog,
    site: str,
    found: Sequence[SiteCases],
    common: Sequence[str],
    sex: str | None,
    top: int | None,
) -> Table[LikelyPrimary]:
    """Return the primaries of one site as the first of some counts has them, the commonest first.

    ``common`` are its commonest known primaries: those that are not printed are named in a note.

    The last row is what is left: other primaries, and those that are not printed.
    """
    cases, others = found[0], found[1:]
    is_weighed = cases.rest_weight != 1
    rows = [_row(catalog, cases, key, rank) for rank, key in enumerate(cases.ranked, start=1)]
    shown = rows[:top]
    if cases.rest_posterior > 0:
        shown = [*shown, _rest(cases)]
    return Table(
        LikelyPrimary,
        shown,
        formula=_AS_COUNTED + (_BY_SEX if is_weighed else ""),
        source=", ".join(cases.sources),
        inputs=[_told(catalog, cases)],
        notes=[
            *_part_of(catalog, site, cases),
            *_notes(catalog, cases, others, sex if is_weighed else None, rows, top),
            *_not_printed(catalog, cases, common),
        ],
    )


def _not_printed(catalog: Catalog, cases: SiteCases, common: Sequence[str]) -> list[str]:
    missing = [catalog.primaries[key].label for key in common if key not in cases.shares]
    said = "not printed, but common here by numbers times new cases: "
    return [said + ", ".join(missing[:_NAMED])] if missing else []


def _part_of(catalog: Catalog, site: str, cases: SiteCases) -> list[str]:
    if site == cases.site:
        return []
    part, whole = (catalog.sites[one].label for one in (site, cases.site))
    return [f"nobody sorted metastases in {part} by primary: this is of {whole}, which holds it"]


def _row(catalog: Catalog, cases: SiteCases, key: str, rank: int) -> LikelyPrimary:
    one = cases.shares[key]
    low, high = (
        (cases.posterior(key, bound) for bound in one.interval)
        if one.interval is not None
        else (None, None)
    )
    return LikelyPrimary(
        rank=rank,
        primary=key,
        primary_label=catalog.primaries[key].label,
        posterior=cases.posterior(key),
        low=low,
        high=high,
        verdict=COUNTED,
        numbers=one.numbers,
        **_blank(cases),
    )


def _rest(cases: SiteCases) -> LikelyPrimary:
    return LikelyPrimary(
        rank=None,
        primary="",
        primary_label=REST,
        posterior=cases.rest_posterior,
        low=None,
        high=None,
        verdict=REST,
        **_blank(cases),
    )


def _blank(cases: SiteCases) -> dict[str, Any]:
    return {
        **dict.fromkeys(("prior", "log_odds", "prior_log_odds")),
        "evidence": (),
        "assumed": (),
        "denominator": cases.frame.denominator,
        "setting": cases.frame.setting,
    }


def _told(catalog: Catalog, cases: SiteCases) -> str:
    covered = 100 * (1 - cases.rest)
    site = catalog.sites[cases.site].label
    number = (
        "1 primary covers" if len(cases.shares) == 1 else f"{len(cases.shares)} primaries cover"
    )
    return f"{site}: {cases.rests_on}: {number} {covered:.0f} % of the cases"


def _notes(
    catalog: Catalog,
    cases: SiteCases,
    others: Sequence[SiteCases],
    sex: str | None,
    rows: Sequence[LikelyPrimary],
    top: int | None,
) -> list[str]:
    site = catalog.sites[cases.site].label
    notes = [
        f"Patients with a metastasis in {site} were sorted by primary: this answers without "
        "Bayes' rule. A named frame or prior, a clear site or a second one asks by Bayes' rule.",
        f"answered from {_told(catalog, cases)}",
    ]
    if cases.population:
        notes.append(f"counted in {cases.population} only")
    if sex is not None:
        notes.append(
            f"counted in both sexes: each cancer is weighed by how many of its new cases are "
            f"{sex}, a half where that is not known"
        )
    if gone := [key for key in cases.shares if not cases.weights[key]]:
        labels = ", ".join(catalog.primaries[key].label for key in gone)
        notes.append(f"left out, not counted in this sex: {labels}")
    if cases.pooled:
        said = (
            f"{catalog.primaries[k].label} {100 * o.share:.0f} %" for k, o in cases.pooled.items()
        )
        notes.append(f"pooled by the source, and in the last row: {', '.join(said)}")
    notes += [f"also counted, of other people: {_told(catalog, one)}" for one in others]
    if top is not None and len(rows) > top:
        rest = sum(one.posterior or 0 for one in rows[top:])
        notes.append(f"{len(rows) - top} more primaries have {100 * rest:.1f} % of the cases")
    return notes
