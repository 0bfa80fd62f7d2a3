"""Small tables of made-up patients under the names that README's commands give them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Final

from metastasis import read_page
from metastasis._catalog.source_table import SOURCE_COLUMNS
from patient_files import SEER_COLUMNS, record, table_text, write_study

__all__ = ["write_inputs"]

ROOT: Final = Path(__file__).parents[1]
CLAIMS: Final = (("a", "C61", "2019-01-01"), ("a", "C79.51", "2019-05-01"))


def write_inputs(folder: Path) -> None:
    """Write every file and folder that README's section on one's own patients reads."""
    write_study(folder / "msk_impact_2017")
    listing = [record("1", "Prostate", "bone"), record("2", "Prostate")]
    _write(folder / "case-listing.csv", table_text(listing, SEER_COLUMNS).replace("\t", ","))
    items = {"patientIdNumber": "1", "primarySite": "C619", "metsAtDxBone": "1"}
    lines = [f'<Item naaccrId="{one}">{value}</Item>' for one, value in items.items()]
    first, *others = lines
    tumor = f"<Patient>{first}<Tumor>{''.join(others)}</Tumor></Patient>"
    _write(folder / "records.xml", f"<NaaccrData>{tumor}</NaaccrData>")
    _write(folder / "tumors.csv", "patient,topography,M,met_site\n1,C61.9,M1,OSS\n2,C61.9,M0,\n")
    _write_claims(folder / "claims.parquet")
    _write_omop(folder / "cdm")
    _write_bundle(folder / "bundles" / "one.json")
    answers = "patient,cancer,bone_mets\nA,Breast Cancer,yes\nB,Breast Cancer,no\n"
    _write(folder / "clinic.csv", answers)
    _write(folder / "counts.csv", "cancer,N,Bone\nProstate cancer,10,4\n")
    mapping = ROOT / "docs" / "mapping-example.yaml"
    example = mapping.read_text(encoding="utf-8")
    _write(folder / "registry.yaml", example)
    table = [line[4:] for line in example.splitlines() if line.startswith("#   ")]
    _write(folder / "registry.csv", "\n".join(table) + "\n")
    _write_page(folder)


def _write_page(folder: Path) -> None:
    """Write a page, its source, and the table of review as somebody has decided it."""
    text = "Melanoma often spreads to the lungs, and rarely to the spleen.\n"
    _write(folder / "page.txt", text)
    described = ["my-page" if name == "key" else "" for name in SOURCE_COLUMNS]
    described[SOURCE_COLUMNS.index("citation")] = "A made-up page"
    described[SOURCE_COLUMNS.index("design")] = "expert_summary"
    _write(folder / "my-page.sources.csv", f"{','.join(SOURCE_COLUMNS)}\n{','.join(described)}\n")
    head, *rows = csv.reader(read_page(folder / "page.txt").to_csv().splitlines())
    with (folder / "decided.csv").open("w", encoding="utf-8", newline="") as file:
        decided = [dict(zip(head, row, strict=True)) for row in rows]
        table = csv.DictWriter(file, head)
        table.writeheader()
        for one in decided:
            right = "accept" if one["site"] == "lung" else "reject"
            table.writerow({**one, "decision": right, "reviewer": "A. Person"})
    _write_texts(folder / "abstracts.parquet", text)


def _write_texts(path: Path, text: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"pmid": ["1", "2"], "abstract": [text, ""]}), path)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _write_claims(path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = dict(zip(("patient", "code", "date"), zip(*CLAIMS, strict=True), strict=True))
    pq.write_table(pa.table({name: list(cells) for name, cells in columns.items()}), path)


def _write_omop(folder: Path) -> None:
    concepts = ["concept_id\tconcept_code\tvocabulary_id\tconcept_name", "11\tC61\tICD10CM\tx"]
    concepts.append("12\tC79.51\tICD10CM\tx")
    conditions = [
        "person_id\tcondition_concept_id\tcondition_source_concept_id\tcondition_start_date",
        "1\t0\t11\t2019-01-01",
        "1\t0\t12\t2019-05-01",
    ]
    _write(folder / "concept.csv", "\n".join(concepts) + "\n")
    _write(folder / "condition_occurrence.csv", "\n".join(conditions) + "\n")


def _write_bundle(path: Path) -> None:
    conditions = [
        {
            "resourceType": "Condition",
            "id": f"c{number}",
            "subject": {"reference": f"Patient/{patient}"},
            "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": code}]},
            "onsetDateTime": day,
        }
        for number, (patient, code, day) in enumerate(CLAIMS)
    ]
    entries = [{"resource": one} for one in conditions]
    _write(path, json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}))
