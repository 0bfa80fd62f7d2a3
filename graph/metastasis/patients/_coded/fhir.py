"""FHIR R4: Condition resources of bundles and bulk exports, as coded diagnoses.

Files are read one after the other, ndjson line by line, and each Condition is reduced to patient,
code, code system and date. mCODE's primary and secondary cancer conditions are Conditions: where
their code is of SNOMED CT only, which is not shipped here, it is named for the user's own map file.

Elements: HL7 FHIR release 4 (Condition, Patient, Bundle); minimal Common Oncology Data Elements
(mCODE), profiles of primary and secondary cancer conditions.
"""

from __future__ import annotations

import csv
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from metastasis._drafts import workplace
from metastasis._errors import Fault, ReadError, TableError
from metastasis._files import open_to_read, read_text
from metastasis._limits import WHOLE_BYTES, parse_json
from metastasis.patients._coded.codes import system_name
from metastasis.patients._coded.diagnoses import Diagnoses
from metastasis.patients._coded.reader import NO_TITLE, count_diagnoses
from metastasis.patients._coded.rules import CodingRules
from metastasis.patients._engines.reading import files_of
from metastasis.patients._intake import engine_of, stem_of
from metastasis.patients._report import ReportDraft

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Unpack

    from metastasis.patients._coded.rules import CodingOptions
    from metastasis.patients._engines.engine import Engine
    from metastasis.patients._intake import Ingested
    from metastasis.patients._words.labels import Kind

__all__ = ["read_fhir"]

_LINES: Final = (".ndjson", ".jsonl", ".ndjson.gz", ".jsonl.gz")
_WHOLE: Final = (".json", ".json.gz")
_DENIED: Final = {"refuted": "refuted", "entered-in-error": "entered in error"}
"""Verification statuses of conditions that the patient does not have, and words for them."""
_UNSURE: Final = ("unconfirmed", "provisional", "differential")
"""Those that may not hold; they count, and are reported."""
_SNOMED: Final = "http://snomed.info/sct"
_PROFILES: Final[dict[str, Kind]] = {
    "mcode-primary-cancer-condition": "primary",
    "mcode-secondary-cancer-condition": "site",
}
"""Profiles of mCODE, by the last part of their address, and what their conditions name."""
_DATES: Final = ("onsetDateTime", "recordedDate", "assertedDate", "dateRecorded")
"""Elements that date a condition, the best first; the last two are of FHIR releases before R4."""
_COLUMNS: Final = ("patient", "code", "system", "date", "text", "kind")


@dataclass(slots=True)
class _Found:
    """What is in the files read so far, besides the rows."""

    conditions: int = 0
    denied: Counter[str] = field(default_factory=Counter)
    unsure: int = 0


def read_fhir(
    data: Any,
    *,
    engine: str | Engine = "duckdb",
    name: str | None = None,
    **rules: Unpack[CodingOptions],
) -> Ingested:
    """Return what the Conditions of FHIR files say about sites of metastasis.

    Parameters
    ----------
    data
        A file, a folder, a pattern, or several of them: JSON (a Bundle, one resource, or a list of
        them) and ndjson (a resource a line), also as ``.gz``.
    engine
        ``duckdb``, ``spark``, or an engine that is open already. The reduced rows go through a
        folder for temporary files on this machine.
    name
        Names the source; None takes the name of the file or folder.
    **rules
        The fields of :class:`~metastasis.patients._coded.rules.CodingRules`.

    Raises
    ------
    ReadError
        A file is missing, empty, cut short, damaged, not UTF-8, not JSON, or beyond the limits of
        JSON: 64 MB a file, or a line of ndjson, and 500 brackets inside each other.
    TableError
        The files hold no Condition.
    UnknownNameError
        A rule that does not exist.
    """
    in_force = CodingRules(**rules)
    files = files_of(data, (*_LINES, *_WHOLE))
    shown = str(data) if isinstance(data, str | Path) else ", ".join(map(str, files))
    draft = ReportDraft(name or stem_of(shown.partition(",")[0], NO_TITLE), [shown])
    with engine_of(engine) as running, workplace() as place:
        found = _reduce(files, place)
        if not found.conditions:
            remedy = "no Condition resource is in it; name the files that hold them"
            raise TableError([Fault(shown, None, None, None, remedy)])
        _account(found, draft)
        table = _diagnoses(running, place, shown)
        return count_diagnoses(table, in_force, draft, design="clinical_cohort")


def _account(found: _Found, draft: ReportDraft) -> None:
    for status, number in sorted(found.denied.items()):
        draft.leave_out(f"of a condition that is {_DENIED[status]}", number)
    draft.rows_read = found.denied.total()
    draft.notice("verification status", found.unsure, "conditions are not confirmed; they count")


def _diagnoses(engine: Engine, place: Path, shown: str) -> Diagnoses:
    F = engine.functions  # noqa: N806
    rows = engine.read(place / "conditions.csv", columns=_COLUMNS)
    people = engine.read(place / "patients.csv", columns=("patient", "sex"))
    sexes = people.groupBy("patient").agg(F.min("sex").alias("a"), F.max("sex").alias("b"))
    same = F.when(F.col("a") == F.col("b"), F.col("a"))
    sexes = sexes.select("patient", same.alias("sex"))
    rows = rows.join(sexes, on="patient", how="left").select(*_COLUMNS, "sex")
    headers = {
        "patient": "subject.reference",
        "code": "code.coding.code",
        "system": "code.coding.system",
        "date": "onsetDateTime",
        "text": "code.coding.display",
        "kind": "meta.profile",
        "sex": "gender",
    }
    return Diagnoses(engine, rows, headers, shown)


def _reduce(files: Sequence[Path], place: Path) -> _Found:
    """Write the Conditions and Patients of files as two small tables."""
    found = _Found()
    with ExitStack() as stack:
        conditions = _new_table(stack, place / "conditions.csv", _COLUMNS)
        patients = _new_table(stack, place / "patients.csv", ("patient", "sex"))
        for resource in (one for file in files for one in _resources(file)):
            if resource.get("resourceType") == "Patient":
                patients([resource.get("id"), resource.get("gender")])
            elif resource.get("resourceType") == "Condition":
                row = _row(resource, found)
                if row is not None:
                    conditions(row)
    return found


def _new_table(
    stack: ExitStack, path: Path, header: Sequence[str]
) -> Callable[[Sequence[Any]], object]:
    """Return a function that writes a row; line breaks inside cells become blanks."""
    file = stack.enter_context(path.open("w", newline="", encoding="utf-8"))
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(header)
    return lambda row: writer.writerow([" ".join(str(cell or "").split()) for cell in row])


def _row(condition: dict[str, Any], found: _Found) -> tuple[Any, ...] | None:
    """Return patient, code, system and date of a Condition; None if it is denied."""
    found.conditions += 1
    status = _status(condition.get("verificationStatus"))
    if status in _DENIED:
        found.denied[status] += 1
        return None
    found.unsure += status in _UNSURE
    code, system, text = _coding(condition.get("code"))
    period = condition.get("onsetPeriod")
    start = period.get("start") if isinstance(period, dict) else None
    date = next((condition[name] for name in _DATES if condition.get(name)), start)
    patient = _patient(condition.get("subject") or condition.get("patient"))
    return patient, code, system, date, text, _kind_of_profile(condition)


def _status(value: Any) -> str:
    """Return a verification status: a code, or the code of its first coding."""
    if isinstance(value, dict):
        codes = [one.get("code") for one in _listed(value.get("coding")) if isinstance(one, dict)]
        value = next((code for code in codes if code), "")
    return str(value or "")


def _coding(concept: Any) -> tuple[str, str, str]:
    """Return code, system and name of the coding that is read best, blank where there is none."""
    if not isinstance(concept, dict):
        return "", "", ""
    codings = [one for one in _listed(concept.get("coding")) if isinstance(one, dict)]
    order = ("ICD-10-CM", "ICD-10", "ICD-9-CM", None)
    codings = [one for one in codings if one.get("code")]
    best = min(
        codings, key=lambda one: order.index(system_name(str(one.get("system") or ""))), default={}
    )
    system = str(best.get("system") or "")
    text = best.get("display") or concept.get("text") or ""
    return str(best.get("code") or ""), "SNOMED" if system == _SNOMED else system, str(text)


def _listed(value: Any) -> list[Any]:
    """Return a list; an empty one where a file has something else in its place."""
    return value if isinstance(value, list) else []


def _kind_of_profile(condition: dict[str, Any]) -> Kind | None:
    meta = condition.get("meta")
    profiles = _listed(meta.get("profile")) if isinstance(meta, dict) else []
    names = [str(one).partition("|")[0].rpartition("/")[2] for one in profiles]
    return next((_PROFILES[name] for name in names if name in _PROFILES), None)


def _patient(reference: Any) -> str:
    """Return the identifier that a reference ends in.

    >>> _patient({"reference": "Patient/7"}), _patient({"reference": "urn:uuid:7"})
    ('7', '7')
    """
    text = str(reference.get("reference") or "") if isinstance(reference, dict) else ""
    return text.partition("/_history/")[0].rpartition("/")[2].removeprefix("urn:uuid:")


# Files


def _resources(file: Path) -> Iterator[dict[str, Any]]:
    """Yield the resources of a file, those inside bundles one by one.

    Raises
    ------
    ReadError
        The file is empty, cut short, damaged, not UTF-8, not JSON, or beyond the limits of JSON.
    """
    if not file.name.casefold().endswith(_LINES):
        yield from _inside(_parsed(read_text(file), file, 1, "file"))
        return
    for number, line in enumerate(_lines(file), 1):
        if line.strip():
            yield from _inside(_parsed(line, file, number, "line"))


def _lines(file: Path) -> Iterator[str]:
    with open_to_read(file) as packed:
        text = TextIOWrapper(packed, encoding="utf-8-sig")
        try:
            while line := text.readline(WHOLE_BYTES):
                if len(line) == WHOLE_BYTES:
                    raise ReadError(file, f"a line is longer than {WHOLE_BYTES >> 20} MB")
                yield line
        except UnicodeDecodeError:
            raise ReadError(file, "it is not UTF-8; save the file as UTF-8") from None


def _parsed(text: str, file: Path, line: int, part: str) -> Any:
    if not text.strip():
        raise ReadError(file, "it is empty")
    return parse_json(text, file, line, part)


def _inside(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for one in value:
            yield from _inside(one)
    elif isinstance(value, dict) and value.get("resourceType") == "Bundle":
        for entry in _listed(value.get("entry")):
            if isinstance(entry, dict):
                yield from _inside(entry.get("resource"))
    elif isinstance(value, dict):
        yield value
