"""Claims on a table with a tumor or a patient a row and its sites in columns.

It stands apart because these know sites by headers, and the claims on other tables by cells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metastasis._errors import TableError
from metastasis.patients._intake import Rules
from metastasis.patients._look.claims import PURPOSES, Claim, unused_answers
from metastasis.patients._registry.headers import columns_of as registry_columns
from metastasis.patients._seer.headers import VARIABLES, columns_of
from metastasis.patients._seer.items import item_columns_of
from metastasis.patients._tables.wide_columns import HEADERS, setting_in
from metastasis.patients._tables.wide_columns import columns_of as wide_columns
from metastasis.patients._words.headers import recognize

if TYPE_CHECKING:
    from metastasis.patients._look.place import TableSeen
    from metastasis.patients._tables.wide_columns import WideColumns

__all__ = ["of_items", "of_registry", "of_seer", "of_sites"]

_NO_STAGE: Final = (
    "no stage and no M: who is distant is told by the sites alone, which leaves out those with "
    "other metastases"
)
_NO_SITE: Final = "a column of the sites of metastasis (--met-site COLUMN): an M alone names none"
_SETTING: Final = (
    "when the sites were looked for: --setting at_diagnosis, or --setting during_course (any time "
    "until the last record)"
)


def of_seer(table: TableSeen) -> Claim | None:
    """Return the claim of the reader of SEER*Stat's case listings."""
    why = "its columns are those of a SEER*Stat case listing with metastases at diagnosis"
    return _of_tumors(table, "seer", columns_of(table.header), why)


def of_items(table: TableSeen) -> Claim | None:
    """Return the claim of the reader of NAACCR's items, in a table or in XML."""
    why = "its columns are items of NAACCR, with metastases at diagnosis among them"
    return _of_tumors(table, "naaccr", item_columns_of(table.header), why)


def of_registry(table: TableSeen) -> Claim | None:
    """Return the claim of the reader of registries' tables, with an M and sites by ICD-O."""
    columns = registry_columns(table.header)
    uses = set(columns.values())
    if not uses & {"stage", "site"} or not uses & {"topography", "icd10"}:
        return None
    used = {header: PURPOSES.get(ours, ours) for header, ours in columns.items()}
    wanted = {"patient": _WANTED["patient"], "site": _NO_SITE}
    return Claim(
        reader="registry",
        why="it has a tumor a row, with a stage or sites of metastasis, as registries have",
        score=0.9 if uses >= wanted.keys() else 0.4,
        paths=table.paths,
        used=used,
        header=table.header,
        answers=unused_answers(table.header, used),
        lacks=() if "stage" in uses else (_NO_STAGE,),
        needs=tuple(text for ours, text in wanted.items() if ours not in uses),
    )


def _of_tumors(table: TableSeen, reader: str, columns: dict[str, str], why: str) -> Claim | None:
    uses = set(columns.values())
    if not uses & VARIABLES.keys() or not uses & {"recode", "topography"}:
        return None
    used = {
        header: f"whether {VARIABLES[ours].site.replace('_', ' ')} is involved"
        if ours in VARIABLES
        else PURPOSES[ours]
        for header, ours in columns.items()
    }
    patient = () if "patient" in uses else ("a column of the patient (Patient ID)",)
    return Claim(
        reader=reader,
        why=why,
        score=1.0 if not patient else 0.5,
        paths=table.paths,
        used=used,
        header=table.header,
        answers=unused_answers(table.header, used),
        lacks=() if "stage" in uses else (_NO_STAGE,),
        needs=patient,
    )


def of_sites(table: TableSeen) -> Claim | None:
    """Return the claim of the reader of wide tables, with a column a site."""
    told = dict.fromkeys(HEADERS)
    try:
        columns = wide_columns("", table.header, told, (), Rules())
    except TableError:
        return _without_cancer(table)
    if len(columns.sites) < 2:
        return None
    is_dated = _says_when(columns)
    used = {header: PURPOSES[ours] for ours, header in columns.named.items()}
    used |= {header: f"whether {label} is involved" for header, label in columns.sites.items()}
    return Claim(
        reader="wide",
        why=f"it has {len(columns.sites)} columns that each name a site of metastasis",
        score=0.85,
        paths=table.paths,
        options=() if is_dated else ("--setting", "SETTING"),
        used={one: used[one] for one in table.header if one in used},
        header=table.header,
        needs=() if is_dated else (_SETTING,),
    )


def _says_when(columns: WideColumns) -> bool:
    """Return whether the headers say when the sites were looked for."""
    try:
        setting_in("", columns, None)
    except TableError:
        return False
    return True


def _without_cancer(table: TableSeen) -> Claim | None:
    """Return the claim on columns of sites whose patient or cancer is named by no usual header."""
    sites = unused_answers(table.header, ())
    if len(sites) < 2:
        return None
    found = recognize(table.header, {one: HEADERS[one] for one in ("patient", "primary")})
    options = [word for one in ("patient", "primary") if one not in found for word in _asked(one)]
    return Claim(
        reader="wide",
        why=f"it has {len(sites)} columns that each name a site of metastasis",
        score=0.4,
        paths=table.paths,
        options=tuple(options),
        used=dict.fromkeys(sites, PURPOSES["site"]),
        header=table.header,
        needs=tuple(_WANTED[one] for one in ("patient", "primary") if one not in found),
    )


def _asked(column: str) -> tuple[str, str]:
    return f"--{column}", "COLUMN"


_WANTED: Final = {
    "patient": "a column of the patient (--patient COLUMN)",
    "primary": "a column of the cancer, or the one cancer of all rows (--primary COLUMN|CANCER)",
}
