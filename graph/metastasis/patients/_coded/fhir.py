"""FHIR: Condition resources of bundles and bulk exports, as coded diagnoses.

Files are read one after the other, ndjson line by line, and each Condition is reduced to patient,
code, code system and date (:mod:`.fhir_rows`). Codes of SNOMED CT, which is not shipped here, are
named for the user's own code map or site map, with the text that stands beside them.

- Conditions that are refuted or entered in error are left out; one that is resolved was there.
- The M category of TNM makes a patient metastatic without a site; M0 takes no coded site away.
- Where secondary conditions are linked to a primary (mCODE), a patient's other primaries are left
  out, except under the rule ``each``: the record says which one has spread.

Elements: HL7 FHIR releases 4 and 5 (Condition, Observation, Patient, Bundle); minimal Common
Oncology Data Elements (mCODE).
"""

from __future__ import annotations

import csv
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from metastasis._drafts import workplace
from metastasis._errors import Fault, ReadError, TableError
from metastasis.patients._coded.diagnoses import Diagnoses
from metastasis.patients._coded.fhir_files import ENDINGS, dicts, resources_in, tail, word
from metastasis.patients._coded.fhir_rows import (
    FhirRow,
    identifiers,
    linked_primary,
    patient_of,
    rows_of_condition,
    rows_of_observation,
)
from metastasis.patients._coded.reader import NO_TITLE, count_diagnoses
from metastasis.patients._coded.rules import CodingRules
from metastasis.patients._engines.reading import files_of
from metastasis.patients._intake import engine_of, paths_in, stem_of
from metastasis.patients._report import ReportDraft
from metastasis.patients._rows import number_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import Unpack

    from metastasis.patients._coded.rules import CodingOptions
    from metastasis.patients._engines.engine import Engine
    from metastasis.patients._intake import Ingested

__all__ = ["read_fhir"]

_DENIED: Final = {"refuted": "refuted", "entered-in-error": "entered in error"}
"""Verification statuses of conditions that the patient does not have, and words for them."""
_UNSURE: Final = ("unconfirmed", "provisional", "differential")
"""Those that may not hold; they count, and are reported."""
_HEADERS: Final = {
    "patient": "subject.reference",
    "code": "code.coding.code",
    "system": "code.coding.system",
    "date": "onsetDateTime",
    "text": "code.coding.display",
    "kind": "meta.profile",
    "sex": "gender",
}
_READ: Final = ("patient", "code", "system", "date", "text", "kind")
_OTHER_PRIMARY: Final = "of another primary than the one that the metastases are linked to"


@dataclass(slots=True)
class _Found:
    """What is in the files read so far, besides the rows."""

    conditions: int = 0

    denied: Counter[str] = field(default_factory=Counter)
    unsure: int = 0
    broken: list[ReadError] = field(default_factory=list)
    renamed: bool = False
    """Whether a row may name its patient in another way than by the identifier of the resource."""
    links: list[tuple[str, str]] = field(default_factory=list)
    """Of secondary conditions: the patient, and the primary that it is linked to."""
    addresses: dict[str, str] = field(default_factory=dict)
    """Of conditions whose address in a bundle is not their identifier."""


def read_fhir(
    data: Any,
    *,
    engine: str | Engine = "duckdb",
    name: str | None = None,
    **rules: Unpack[CodingOptions],
) -> Ingested:
    """Return what the Conditions of FHIR files say about sites of metastasis.

    Of several files, one that is broken is named in the report, and the others are read.

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
        The file, or every one of several, is empty, cut short, damaged, not UTF-8, not JSON, or
        beyond the limits of JSON: 64 MB a file, or a line of ndjson, and 500 brackets inside each
        other; or a file is missing.
    TableError
        The files hold no Condition.
    UnknownNameError
        A rule that does not exist.
    """
    in_force = CodingRules(**rules)
    files = files_of(data, ENDINGS)
    shown = ", ".join(paths_in(data))
    draft = ReportDraft(name or stem_of(shown.partition(",")[0], NO_TITLE), [shown])
    with engine_of(engine) as running, workplace() as place:
        found = _reduce(files, place)
        if not found.conditions:
            remedy = "no Condition resource is in it; name the files that hold them"
            raise TableError([Fault(shown, None, None, None, remedy)])
        _account(found, draft)
        rows = _people(running, place, found)
        if found.links and in_force.choose != "each":
            rows = _of_linked_primaries(running, rows, place, draft)
        table = Diagnoses(running, rows.select(*_READ, "sex"), _HEADERS, shown)
        complete = not found.broken
        return count_diagnoses(table, in_force, draft, design="clinical_cohort", complete=complete)


def _account(found: _Found, draft: ReportDraft) -> None:
    for error in found.broken:
        draft.warn(f"{error}; what could not be read of it is missing, and no zero is written")
    for status, number in sorted(found.denied.items()):
        draft.leave_out(f"of a condition that is {_DENIED[status]}", number)
    draft.rows_read = found.denied.total()
    draft.notice("verification status", found.unsure, "conditions are not confirmed; they count")


def _people(engine: Engine, place: Path, found: _Found) -> Any:
    """Return the rows, each with the identifier and the sex of its patient."""
    F = engine.functions  # noqa: N806
    rows = engine.read(place / "conditions.csv", columns=FhirRow._fields)
    if found.renamed:
        names = engine.read(place / "names.csv", columns=("patient", "id"))
        names = names.groupBy("patient").agg(F.min("id").alias("a"), F.max("id").alias("b"))
        one = names.where(F.col("a") == F.col("b")).select("patient", F.col("a").alias("id"))
        rows = rows.join(one, on="patient", how="left").select(*FhirRow._fields, "id")
        who = F.coalesce(F.col("id"), F.col("patient")).alias("patient")
        rows = rows.select(who, *FhirRow._fields[1:])
    people = engine.read(place / "patients.csv", columns=("patient", "sex"))
    sexes = people.groupBy("patient").agg(F.min("sex").alias("a"), F.max("sex").alias("b"))
    same = F.when(F.col("a") == F.col("b"), F.col("a"))
    sexes = sexes.select("patient", same.alias("sex"))
    return rows.join(sexes, on="patient", how="left").select(*FhirRow._fields, "sex")


def _of_linked_primaries(engine: Engine, rows: Any, place: Path, draft: ReportDraft) -> Any:
    """Return rows without the primaries that no metastasis of their patient is linked to.

    A patient whose links lead to no primary that is there keeps all.
    """
    F = engine.functions  # noqa: N806
    links = engine.read(place / "links.csv", columns=("patient", "primary")).distinct()
    there = rows.where(F.col("primary").isNotNull()).select("patient", "primary").distinct()
    linked = links.join(there, on=["patient", "primary"], how="inner")
    linked = linked.select("patient", "primary", F.lit(1).alias("is_linked"))
    people = linked.select("patient", F.lit(1).alias("has_link")).distinct()
    names = rows.columns
    judged = rows.join(linked, on=["patient", "primary"], how="left").select(*names, "is_linked")
    judged = judged.join(people, on="patient", how="left").select(*names, "is_linked", "has_link")
    other = F.col("primary").isNotNull() & F.col("has_link").isNotNull()
    judged = judged.select(*names, (other & F.col("is_linked").isNull()).alias("is_other"))
    gone = number_of(engine, judged.where(F.col("is_other")))
    draft.leave_out(_OTHER_PRIMARY, gone)
    draft.rows_read += gone
    return judged.where(~F.col("is_other")).select(*names)


def _reduce(files: Sequence[Path], place: Path) -> _Found:
    """Write what Conditions, Observations and Patients of files say as small tables.

    Raises
    ------
    ReadError
        No file can be read.
    """
    found = _Found()
    with ExitStack() as stack:
        rows = _new_table(stack, place / "conditions.csv", FhirRow._fields)
        patients = _new_table(stack, place / "patients.csv", ("patient", "sex"))
        names = _new_table(stack, place / "names.csv", ("patient", "id"))
        for file in files:
            try:
                for resource, address in resources_in(file):
                    kind = resource.get("resourceType")
                    if kind == "Patient":
                        patients([resource.get("id"), resource.get("gender")])
                        _name(resource, address, names, found)
                    elif kind in ("Condition", "Observation"):
                        _write(resource, address, rows, found)
            except ReadError as error:
                if len(files) == 1:
                    raise
                found.broken.append(error)
        if len(found.broken) == len(files):
            raise found.broken[0]
        links = _new_table(stack, place / "links.csv", ("patient", "primary"))
        for patient, primary in found.links:
            links([patient, found.addresses.get(primary, primary)])
    return found


def _new_table(
    stack: ExitStack, path: Path, header: Sequence[str]
) -> Callable[[Sequence[Any]], object]:
    """Return a function that writes a row; line breaks inside cells become blanks."""
    file = stack.enter_context(path.open("w", newline="", encoding="utf-8"))
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(header)
    return lambda row: writer.writerow([" ".join(str(cell or "").split()) for cell in row])


def _name(
    patient: dict[str, Any], address: str, names: Callable[[Sequence[Any]], object], found: _Found
) -> None:
    """Write by which other names than its identifier a patient may be referred to."""
    own = word(patient.get("id")) or tail(address)
    others = {tail(address), *identifiers(patient.get("identifier"))} - {own, ""}
    found.renamed = found.renamed or (bool(address) and tail(address) != own)
    for other in sorted(others):
        names([other, own])


def _write(
    resource: dict[str, Any],
    address: str,
    rows: Callable[[Sequence[Any]], object],
    found: _Found,
) -> None:
    """Write the rows of a Condition or an Observation, and count what is left out."""
    if resource["resourceType"] == "Observation":
        for row in rows_of_observation(resource):
            rows(row)
        return
    found.conditions += 1
    status = _status(resource.get("verificationStatus"))
    if status in _DENIED:
        found.denied[status] += 1
        return
    found.unsure += status in _UNSURE
    patient, own = patient_of(resource), word(resource.get("id"))
    found.renamed = found.renamed or "|" in patient
    if address and tail(address) != own:
        found.addresses[tail(address)] = own
    if primary := linked_primary(resource):
        found.links.append((patient, primary))
    for row in rows_of_condition(resource):
        rows(row)


def _status(value: Any) -> str:
    """Return a verification status: a code, or the code of its first coding."""
    if isinstance(value, dict):
        value = next((one["code"] for one in dicts(value.get("coding")) if one.get("code")), "")
    return word(value)
