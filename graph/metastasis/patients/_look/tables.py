"""Claims on one table: of coded diagnoses, of a registry, of a study, of counts, of anything tidy.

It stands apart because these look at a header and its cells, and the claims on databases at which
files there are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from metastasis._catalog import read_catalog
from metastasis._errors import TableError
from metastasis.patients._cbioportal.columns import COLUMNS as STUDY
from metastasis.patients._cbioportal.columns import displayed_names, flags_in
from metastasis.patients._coded.codes import SNOMED, SYSTEMS, system_label
from metastasis.patients._coded.headers import HEADERS
from metastasis.patients._coded.layout import layout_of
from metastasis.patients._coded.wide import code_columns
from metastasis.patients._look.claims import PURPOSES, Claim, unused_answers
from metastasis.patients._look.codes import guessed_system, names_metastases
from metastasis.patients._words.headers import plain_header, recognize
from metastasis.patients._words.labels import map_labels
from metastasis.patients._words.missing import is_missing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from metastasis.patients._coded.layout import Layout
    from metastasis.patients._look.place import TableSeen
    from metastasis.patients._words.labels import Kind

__all__ = ["of_codes", "of_counts", "of_study", "of_words"]

_PERSON: Final = re.compile(
    r"\b(?:pat(?:ient\w*|no|nr|id)?|person|people|subject|member|bene\w*|mrn|record)"
    r" ?(?:id|no|nr)?\b|^p?id$"
)
"""Words of headers that name the patient."""
_DIAGNOSIS: Final = re.compile("code|concept|d[xg]|diag|dgns|icd|snomed")
_MOST: Final = 0.6
"""The share of different words in a column that must be known, for it to be one of them."""
_TOTALS: Final = ("n", "total", "totals", "all", "cases", "patients", "sum", "autopsies")
_NUMBER: Final = re.compile(r"[0-9][0-9.,]*")
_NO_DATE: Final = (
    "no column of dates: of a patient with several cancers the first is not known, and neither the "
    "order of sites nor what was found at diagnosis"
)
_NO_CODES: Final = (
    "a column of codes: the cells looked at are words; where they are codes of your own, a map of "
    "them to ICD (--code-map FILE)"
)
_NO_SECONDARY: Final = (
    "codes of metastases (C77 to C79, or 196 to 198), of which the rows looked at have none; where "
    "another column names the sites, `metastasis ingest table` reads it by a mapping file"
)


def of_codes(table: TableSeen) -> Claim | None:
    """Return the claim of the reader of coded diagnoses."""
    told = _told(table)
    try:
        layout = layout_of("", table.header, told)
    except TableError:
        return _without_patient(table)
    cells = [cell for one in layout.codes for cell in table.cells(one)]
    system = _named_system(table, layout) or guessed_system(cells)
    options = [word for ours, header in told.items() for word in (f"--{ours}", header)]
    if system == "ICD-9-CM" and not _says_system(layout):
        options += ["--system", system]
    used = {header: PURPOSES[ours] for ours, header in layout.headers.items()}
    used |= dict.fromkeys(layout.codes, PURPOSES["code"])
    used |= dict.fromkeys(layout.versions.values(), PURPOSES["system"])
    lacks = [] if "date" in layout.headers else [_NO_DATE]
    if layout.unread:
        lacks.append(f"columns of codes that are not read: {', '.join(layout.unread)}")
    score = (0.8 if system else 0.5) + 0.1 * ("date" in layout.headers)
    if "certainty" in layout.headers and system == "ICD-10":
        system = "ICD-10-GM"
    needs = [_map_of(system)] if system and system not in SYSTEMS else []
    why = f"{_holding(layout.codes)} {'codes of ' + system if system else 'diagnosis codes'}"
    if not system and cells and not any(re.search("[0-9]", one) for one in cells):
        needs, score = [_NO_CODES], 0.3
        why = f"{layout.codes[0]!r} is a name of columns of codes"
    if system in SYSTEMS and not names_metastases(cells, system):
        (needs if table.peek.is_exact else lacks).append(_NO_SECONDARY)
        score -= 0.3
    return Claim(
        reader="coded",
        why=why,
        score=score,
        paths=table.paths,
        options=tuple(options),
        used={one: used[one] for one in table.header if one in used},
        header=table.header,
        answers=unused_answers(table.header, used),
        codes=system,
        lacks=tuple(lacks),
        needs=tuple(needs),
    )


def _told(table: TableSeen) -> dict[str, str]:
    """Return the columns of the patient and of the code where no usual header names them."""
    found = recognize(table.header, HEADERS)
    told: dict[str, str] = {}
    if "code" not in found and not code_columns(table.header).read:
        told |= {"code": code} if (code := _column_of_codes(table)) else {}
    if "patient" not in found and (patient := _person(table.header, told.values())):
        told["patient"] = patient
    return told


def _without_patient(table: TableSeen) -> Claim | None:
    """Return the claim on codes of nobody knows whom; None where there are no codes either."""
    codes = code_columns(table.header).read
    code = next(iter(codes), None) or _column_of_codes(table)
    if code is None:
        return None
    return Claim(
        reader="coded",
        why=f"{_holding((code,))} diagnosis codes",
        score=0.3,
        paths=table.paths,
        options=("--patient", "COLUMN", *(() if codes else ("--code", code))),
        used={code: PURPOSES["code"]},
        header=table.header,
        needs=("a column that names the patient (--patient COLUMN)",),
    )


def _holding(codes: Sequence[str]) -> str:
    if len(codes) == 1:
        return f"its column {codes[0]!r} holds"
    return f"its {len(codes)} columns from {codes[0]!r} to {codes[-1]!r} hold"


def _named_system(table: TableSeen, layout: Layout) -> str | None:
    """Return the one code system that a column names in the first rows; None where none does.

    The name of one that is not known here is a cell, and is not told.
    """
    names = table.cells(layout.headers["system"]) if "system" in layout.headers else ()
    labels = {system_label(one) for one in set(names) if not is_missing(one)}
    if len(labels) != 1:
        return None
    (label,) = labels
    return label if label in (*SYSTEMS, SNOMED) else "a system that is not known here"


def _map_of(system: str) -> str:
    return (
        f"a table that leads the codes of {system} to ICD, which is not shipped: --code-map FILE "
        "(OMOP's concept_relationship, a FHIR ConceptMap, or two columns), or keys for the labels "
        "that the first run writes with --site-map FILE"
    )


def _says_system(layout: Layout) -> bool:
    """Return whether the table says of which system its codes are, by a column or a header."""
    told = layout.versions or layout.systems or "system" in layout.headers
    return bool(told) or any("icd9" in plain_header(one).replace(" ", "") for one in layout.codes)


def of_study(table: TableSeen) -> Claim | None:
    """Return the claim of the reader of cBioPortal's studies on one of their tables."""
    found = {ours: table.header[place] for ours, place in recognize(table.header, STUDY).items()}
    if "patient" not in found or not {"type", "detailed", "code"} & found.keys():
        return None
    used = {header: PURPOSES[ours] for ours, header in found.items()}
    used |= {found["code"]: "the cancer, in OncoTree's codes"} if "code" in found else {}
    shown = displayed_names(table.peek.path)
    sites = dict.fromkeys(flags_in(table.header, shown), "whether a site is involved")
    if not sites and not {"sampled_site", "sample_detail"} & found.keys():
        return None
    lacks = [] if sites else ["no flags of sites: only which metastases were sequenced is counted"]
    used |= sites
    return Claim(
        reader="cbioportal",
        why="it has the columns of a cBioPortal study: patients, cancers and sites of metastasis",
        score=0.9 if "sample" in found else 0.7,
        paths=table.paths,
        used=used,
        header=table.header,
        answers=unused_answers(table.header, used),
        lacks=tuple(lacks),
    )


def of_counts(table: TableSeen) -> Claim | None:
    """Return the claim of the reader of matrices of counts."""
    first, labels = _names_of_rows(table)
    numbers = [one for one in table.header if one != first and _is_number(table.cells(one))]
    turned = next((one for one in _TURNED if _are_counts(labels, numbers, *one)), None)
    if turned is None:
        return None
    of_rows, of_columns = turned
    totals = next((one for one in numbers if plain_header(one) in _TOTALS), None)
    lines = [one for one in labels if plain_header(one) in _TOTALS]
    needs = ["who the totals count (--denominator), which no matrix says", _SETTING]
    if totals is None and not lines:
        needs.insert(0, "the column or row with those counted (--totals NAME)")
    counts = dict.fromkeys(_known(numbers, of_columns), f"counts of a {of_columns}")
    return Claim(
        reader="matrix",
        why=f"its rows are {_SEVERAL[of_rows]}, its columns {_SEVERAL[of_columns]}, with numbers",
        score=0.8,
        paths=table.paths,
        options=(
            *("--totals", totals or (lines[0] if lines else "NAME")),
            *("--denominator", "DENOMINATOR", "--setting", "SETTING"),
            *(("--rows", "sites") if of_rows == "site" else ()),
        ),
        used={first: _SEVERAL[of_rows], **counts, **({totals: "those counted"} if totals else {})},
        header=table.header,
        needs=tuple(needs),
    )


def _names_of_rows(table: TableSeen) -> tuple[str, Sequence[str]]:
    """Return the column that names the rows, which R writes without a header, and its cells."""
    if table.peek.row_names:
        return "(the first column)", table.peek.row_names
    return (table.header[0], table.cells(table.header[0])) if table.header else ("", ())


_TURNED: Final[tuple[tuple[Kind, Kind], ...]] = (("primary", "site"), ("site", "primary"))
_SEVERAL: Final[Mapping[str, str]] = {"primary": "primaries", "site": "sites"}


def _are_counts(labels: Sequence[str], numbers: Sequence[str], rows: Kind, columns: Kind) -> bool:
    """Return whether rows are of one kind, and two columns of numbers or more of the other."""
    return len(_known(numbers, columns)) >= 2 and _share(labels, rows) >= _MOST


_SETTING: Final = "when the sites were looked for (--setting), which no matrix says"


def of_words(table: TableSeen) -> Claim | None:
    """Return the claim of the reader that a mapping file explains any tidy table to."""
    patient = _person(table.header, ())
    primary = _column_of(table, "primary", ())
    site = _column_of(table, "site", (primary,))
    if not (patient and (primary or site)):
        return None
    found = {"patient": patient, "primary": primary, "site": site}
    lines = ", ".join(f"{ours}: {header}" for ours, header in found.items() if header)
    return Claim(
        reader="table",
        why="it names patients, and cancers or sites of metastasis in words",
        score=0.25 + 0.2 * bool(primary) + 0.2 * bool(site),
        paths=table.paths,
        options=("--mapping", "MAPPING.yaml"),
        used={header: PURPOSES[ours] for ours, header in found.items() if header},
        header=table.header,
        answers=unused_answers(table.header, [one for one in found.values() if one]),
        needs=(
            f"a mapping file that names the columns, as in 'columns: {{{lines}}}', the setting and "
            "the denominator (docs/mapping-example.yaml is written out in full)",
        ),
    )


def _column_of_codes(table: TableSeen) -> str | None:
    """Return the first column whose cells have the form of diagnosis codes.

    Numbers are codes only under a header that says so: years and months look like ICD-9.
    """
    for one in table.header:
        system = guessed_system(table.cells(one))
        if system and (system.startswith("ICD-10") or _DIAGNOSIS.search(plain_header(one))):
            return one
    return None


def _person(header: Sequence[str], taken: Iterable[str]) -> str | None:
    """Return the column that names the patient, by its header."""
    used = set(taken)
    names = HEADERS["patient"]
    known = recognize(header, {"patient": (*names, *STUDY["patient"])})
    if known:
        return header[known["patient"]]
    fit = (one for one in header if one not in used and _PERSON.search(plain_header(one)))
    return next(fit, None)


def _column_of(table: TableSeen, kind: Kind, taken: Sequence[str | None]) -> str | None:
    """Return the column whose words are mostly cancers, or mostly sites."""
    shares = {
        one: _share(table.cells(one), kind)
        for one in table.header
        if one not in taken and not _is_number(table.cells(one))
    }
    best = max(shares, key=lambda one: shares[one], default=None)
    return best if best is not None and shares[best] >= _MOST else None


def _share(cells: Sequence[str], kind: Kind) -> float:
    """Return which part of the different words of a column the catalog knows as of a kind."""
    words = {one for one in cells if not is_missing(one) and not _NUMBER.fullmatch(one)}
    return len(_known(sorted(words), kind)) / len(words) if words else 0.0


def _known(words: Sequence[str], kind: Kind) -> list[str]:
    found = map_labels([(one, 1) for one in words], kind, read_catalog(), {}, None)
    return [one for one in words if found.key(one)]


def _is_number(cells: Sequence[str]) -> bool:
    stated = [one for one in cells if not is_missing(one)]
    return bool(stated) and sum(bool(_NUMBER.fullmatch(one)) for one in stated) >= 0.9 * len(stated)
