"""FHIR files: bundles and bulk exports, mCODE, statuses, and files that are broken."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from metastasis._errors import ReadError, TableError
from metastasis.patients._coded.fhir import read_fhir

if TYPE_CHECKING:
    from pathlib import Path

    from metastasis.patients import Ingested

CM = "http://hl7.org/fhir/sid/icd-10-cm"
NINE = "http://hl7.org/fhir/sid/icd-9-cm"
SNOMED = "http://snomed.info/sct"
SECONDARY = "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-secondary-cancer-condition|3"


def condition(patient: str, *codings: tuple[str, str], **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "subject": {"reference": patient},
        "code": {"coding": [{"system": system, "code": code} for system, code in codings]},
        **more,
    }


def status(code: str) -> dict[str, Any]:
    system = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
    return {"verificationStatus": {"coding": [{"system": system, "code": code}]}}


RESOURCES: list[dict[str, Any]] = [
    {"resourceType": "Patient", "id": "a", "gender": "female"},
    {"resourceType": "Patient", "id": "b", "gender": "female"},
    {"resourceType": "Observation", "id": "x"},
    condition("Patient/a", (SNOMED, "1"), (CM, "C50.911"), onsetDateTime="2015-03-04"),
    condition("urn:uuid:a", (CM, "C79.51"), recordedDate="2016-01-02T10:00:00Z"),
    condition("https://x.org/fhir/Patient/b/_history/2", (NINE, "174.9"), onsetDateTime="2015"),
    condition("Patient/b", (CM, "C78.7"), onsetPeriod={"start": "2015-05-05"}, **status("refuted")),
    condition("Patient/b", (CM, "C78.00"), verificationStatus="entered-in-error"),
    condition("Patient/b", (CM, "C79.60"), **status("provisional")),
    condition("Patient/b", (SNOMED, "94222008"), meta={"profile": [SECONDARY]}),
    condition("Patient/b", (SNOMED, "195967001")),
    condition("Patient/b"),
    condition("", (CM, "C61")),
]


def bundle(resources: list[dict[str, Any]]) -> str:
    entries = [{"resource": one} for one in resources]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}, indent=1)


def counts(found: Ingested) -> dict[tuple[str, str], tuple[int | None, int | None]]:
    return {
        (one.primary, one.site): (one.count, one.total)
        for one in found.assertions
        if one.denominator == "all_patients"
    }


def check(found: Ingested) -> None:
    assert counts(found) == {("breast", "bone"): (1, 2), ("breast", "ovary"): (1, 2)}
    report = found.report
    assert (report.rows_read, report.rows_used) == (10, 4)
    left = {one.reason: (one.count, one.examples) for one in report.rows}
    assert left == {
        "of a condition that is refuted": (1, ()),
        "of a condition that is entered in error": (1, ()),
        "without a patient": (1, ()),
        "without a code": (1, ()),
        "with a code of a system that is not read": (2, ("SNOMED",)),
    }
    assert [(one.kind, one.label, one.rows) for one in report.unmapped] == [
        ("site", "SNOMED:94222008", 1)
    ]
    notices = {one.rule: one.count for one in report.notices}
    assert notices["verification status"] == 1


@pytest.mark.slow
def test_a_bundle(tmp_path: Path) -> None:
    path = tmp_path / "bundle.json"
    path.write_text(bundle(RESOURCES))
    found = read_fhir(path)
    check(found)
    assert found.source.key == "bundle"


@pytest.mark.slow
def test_a_folder_of_files_of_every_form(tmp_path: Path) -> None:
    (tmp_path / "Patient.ndjson").write_text("\n".join(map(json.dumps, RESOURCES[:3])) + "\n\n")
    (tmp_path / "list.json").write_text(json.dumps(RESOURCES[3:5]))
    (tmp_path / "one.json").write_text("\ufeff" + json.dumps(RESOURCES[5]), encoding="utf-8")
    with gzip.open(tmp_path / "more.ndjson.gz", "wt") as file:
        file.write("\n".join(map(json.dumps, RESOURCES[6:9])))
    inside = {"resourceType": "Bundle", "entry": [{"resource": json.loads(bundle(RESOURCES[9:]))}]}
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "bundle.json").write_text(json.dumps(inside))
    check(read_fhir(tmp_path, name="ours"))
    check(read_fhir(sorted(one for one in tmp_path.rglob("*") if one.is_file()), name="ours"))


@pytest.mark.slow
def test_the_users_map_gives_snomed_codes_a_meaning(tmp_path: Path) -> None:
    path = tmp_path / "bundle.json"
    path.write_text(bundle(RESOURCES))
    found = read_fhir(path, overrides={("site", "SNOMED:94222008"): "liver"})
    assert counts(found)["breast", "liver"] == (1, 2)


@pytest.mark.slow
def test_times_of_conditions(tmp_path: Path) -> None:
    path = tmp_path / "bundle.json"
    path.write_text(bundle(RESOURCES))
    found = read_fhir(path, at_diagnosis_days=400)
    assert counts(found) == {("breast", "bone"): (1, 2)}
    undated = {one.text for one in found.report.notices if one.rule == "undated"}
    assert any("only a year or a month, such as '2015'" in text for text in undated)


def refuse(path: Path) -> str:
    with pytest.raises((ReadError, TableError)) as caught:
        read_fhir(path)
    text = str(caught.value)
    assert str(path) in text
    return text


@pytest.mark.slow
@pytest.mark.parametrize("cut", [0.3, 0.6, 0.99])
def test_truncated_json(tmp_path: Path, cut: float) -> None:
    path = tmp_path / "bundle.json"
    text = bundle(RESOURCES)
    path.write_text(text[: int(len(text) * cut)])
    told = refuse(path)
    assert "\n" not in told
    assert "export it again" in told


def test_a_truncated_line(tmp_path: Path) -> None:
    path = tmp_path / "Condition.ndjson"
    path.write_text(json.dumps(RESOURCES[3]) + "\n" + json.dumps(RESOURCES[4])[:-9])
    assert "it is cut short in line 2" in refuse(path)


def test_a_truncated_package(tmp_path: Path) -> None:
    path = tmp_path / "Condition.ndjson.gz"
    path.write_bytes(gzip.compress(json.dumps(RESOURCES[3]).encode())[:-12])
    assert "it is cut short" in refuse(path)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "it is empty"),
        (b"<Bundle/>", "line 1 is not JSON"),
        (b'{"resourceType": "Patient"}', "no Condition resource is in it"),
        (b'{"resourceType": "Condition", "note": "\xe4"}', "not UTF-8"),
    ],
)
def test_files_that_hold_nothing(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "bundle.json"
    path.write_bytes(content)
    assert told in refuse(path)


def test_places_that_hold_nothing(tmp_path: Path) -> None:
    assert "holds no file that ends in .ndjson" in refuse(tmp_path)
    assert "there is no such file or folder" in refuse(tmp_path / "nothing.json")
