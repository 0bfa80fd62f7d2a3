"""What reading costs that has almost no rows: each reader on ten, in section ``ingest``.

All that takes time then is to open the engine, to write the queries and to have them planned.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS: Final = 7
CODES: Final = "C50.911 C79.51 C34.11 C78.7 I10 C50.912 C61 C79.31 C25.0 C18.9".split()  # noqa: SIM905
SHARED: Final = "http://hl7.org/fhir/sid/icd-10-cm"


def _table(rows: list[tuple[Any, ...]], delimiter: str = ",") -> str:
    return "".join(delimiter.join(map(str, row)) + "\n" for row in rows)


def _claims() -> list[tuple[Any, ...]]:
    return [(f"P{n // 2}", code, f"2015-03-{n + 1:02}") for n, code in enumerate(CODES)]


def _conditions() -> str:
    entries = [
        {
            "resource": {
                "resourceType": "Condition",
                "subject": {"reference": f"Patient/{patient}"},
                "code": {"coding": [{"system": SHARED, "code": code}]},
                "onsetDateTime": day,
            }
        }
        for patient, code, day in _claims()
    ]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})


def _files() -> dict[str, str]:
    """Return the files of all readers, by path."""
    samples = [(f"S{n}", f"P{n}", "IDC", "Metastasis", "Liver") for n in range(10)]
    head = ("SAMPLE_ID", "PATIENT_ID", "ONCOTREE_CODE", "SAMPLE_TYPE", "METASTATIC_SITE")
    listed: tuple[str, ...] = (
        "Patient ID",
        "Site recode ICD-O-3/WHO 2008",
        "Year of diagnosis",
        "Sex",
    )
    listed += ("Combined Summary Stage (2004+)", "SEER Combined Mets at DX-bone (2010+)")
    records = [(n, "Prostate", 2018, "Male", "Distant", "Yes") for n in range(10)]
    happened = [(patient[1:], n, day) for n, (patient, _, day) in enumerate(_claims())]
    columns = ("person_id", "condition_source_concept_id", "condition_start_date")
    concepts = [(n, code, "ICD10CM", "") for n, code in enumerate(CODES)]
    return {
        "coded.csv": _table([("patient", "code", "date"), *_claims()]),
        "study/data_clinical_sample.txt": _table([head, *samples], "\t"),
        "study/meta_study.txt": "cancer_study_identifier: ten_2026\nname: Ten\ndescription: Ten\n",
        "seer.csv": _table([listed, *records]),
        "omop/condition_occurrence.csv": _table(
            [(*columns, "condition_concept_id"), *((*one, 0) for one in happened)]
        ),
        "omop/concept.csv": _table(
            [("concept_id", "concept_code", "vocabulary_id", "concept_name"), *concepts]
        ),
        "bundle.json": _conditions(),
        "table.csv": _table(
            [("id", "tumor", "where"), *((f"P{n}", "Breast", "Bone") for n in range(10))]
        ),
        "mapping.yaml": (
            "version: 1\nform: patients\nsource: {key: ten, design: clinical_cohort}\n"
            "columns: {patient: id, primary: tumor, site: where}\n"
            "constants: {setting: during_course, denominator: [all_patients]}\n"
        ),
    }


READERS: Final[dict[str, tuple[str, ...]]] = {
    "coded": ("coded.csv",),
    "cbioportal": ("study",),
    "seer": ("seer.csv",),
    "omop": ("omop",),
    "fhir": ("bundle.json",),
    "table": ("table.csv", "--mapping", "mapping.yaml"),
}


def fixed_costs(report: Callable[..., None], folder: Path) -> None:
    """Report what each reader takes for ten rows, once imported, and as a process."""
    for name, text in _files().items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    print("ten rows: seconds of processor in this process, once imported; and of a whole process")
    for reader, given in READERS.items():
        inside, whole = _inside(reader, given, folder), _as_a_process(reader, given, folder)
        print(f"  {reader:12} {inside:5.2f} {whole:5.2f}", flush=True)
        report(f"ingest, ten rows, {reader}: seconds", inside, 0.3)
        report(f"ingest, ten rows, {reader}: seconds as a process", whole, 1.5)


def _inside(reader: str, given: tuple[str, ...], folder: Path) -> float:
    from metastasis import patients

    read = getattr(patients, f"read_{reader}")
    paths = [folder / one for one in given if not one.startswith("--")]
    return _median(lambda: read(*paths), time.process_time)


def _as_a_process(reader: str, given: tuple[str, ...], folder: Path) -> float:
    shell = str(Path(sys.executable).with_name("metastasis"))
    command = [shell, "ingest", reader, *given]

    def job() -> None:
        subprocess.run(command, check=True, cwd=folder, capture_output=True)

    return _median(job, _of_children)


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _median(job: Callable[[], object], clock: Callable[[], float]) -> float:
    job()
    taken = []
    for _ in range(ROUNDS):
        start = clock()
        job()
        taken.append(clock() - start)
    return median(taken)
