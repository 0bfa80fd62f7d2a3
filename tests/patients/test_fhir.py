"""FHIR files: bundles and bulk exports, mCODE, references, statuses, and files that are broken."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from metastasis._errors import ReadError, TableError
from metastasis.patients._coded import fhir_rows
from metastasis.patients._coded.fhir import read_fhir

if TYPE_CHECKING:
    from pathlib import Path

    from metastasis.patients import Engine, Ingested

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


# mCODE

MCODE: Final = "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-"


def mcode(
    patient: str, kind: str, code: tuple[str, str], *body: tuple[str, str], **more: Any
) -> dict[str, Any]:
    """Return a primary or secondary cancer condition; a code or a body site is code and display."""
    sites = [{"coding": [{"system": SNOMED, "code": one, "display": text}]} for one, text in body]
    return {
        "resourceType": "Condition",
        "meta": {"profile": [f"{MCODE}{kind}-cancer-condition"]},
        "subject": {"reference": f"Patient/{patient}"},
        "code": {"coding": [{"system": SNOMED, "code": code[0], "display": code[1]}]},
        **({"bodySite": sites} if body else {}),
        **more,
    }


ANY_PRIMARY = ("372064008", "Malignant neoplastic disease")
ANY_SECONDARY = ("128462008", "Secondary malignant neoplastic disease (disorder)")
BONE, LUNG = ("272673000", "Bone structure"), ("39607008", "Lung structure")
ILIUM = ("22356005", "Bone structure of ilium")
BRAIN = ("94225005", "Secondary malignant neoplasm of brain (disorder)")


def read(tmp_path: Path, resources: list[dict[str, Any]], **rules: Any) -> Ingested:
    path = tmp_path / "bundle.json"
    path.write_text(bundle(resources))
    return read_fhir(path, **rules)


def test_body_sites_of_primaries_and_secondaries(tmp_path: Path) -> None:
    resources = [
        mcode("a", "primary", ANY_PRIMARY, LUNG),
        mcode("a", "secondary", ANY_SECONDARY, BONE),
        mcode("b", "primary", ANY_PRIMARY, LUNG),
        mcode("b", "secondary", BRAIN, BONE),  # the code says where; the body site is not asked
        mcode("c", "primary", ANY_PRIMARY, LUNG),
        mcode("c", "secondary", ANY_SECONDARY, ILIUM),
        # No profile: a malignant disease of the lung may be secondary there.
        {**mcode("d", "primary", ANY_PRIMARY, LUNG), "meta": {}},
        condition("Patient/a", (CM, "C79.9"), bodySite=[{"text": "Liver"}]),
    ]
    found = read(tmp_path, resources)
    assert counts(found) == {("lung", "bone"): (1, 3), ("lung", "liver"): (1, 3)}
    told = {one.rule: one.count for one in found.report.notices}
    assert told["body site"] == 5
    asked = {(one.kind, one.label): (one.suggestions, one.text) for one in found.report.unmapped}
    assert asked == {
        ("site", f"SNOMED:{BRAIN[0]}"): (("brain",), BRAIN[1]),
        ("site", f"SNOMED secondary in:{ILIUM[0]}"): (("pelvic_bone", "bone"), ILIUM[1]),
        ("primary", f"SNOMED:{ANY_PRIMARY[0]}"): ((), ANY_PRIMARY[1]),
    }
    assert "counts are too low" in found.report.warnings[0]
    decided = {("site", label): keys[0] for (_, label), (keys, _) in asked.items() if keys}
    again = read(tmp_path, resources, overrides=decided)
    assert counts(again)["lung", "pelvic_bone"] == (1, 3)
    assert counts(again)["lung", "bone"] == (2, 3)
    assert counts(again)["lung", "brain"] == (1, 3)


def linked(primary: str) -> dict[str, Any]:
    url = f"{MCODE}related-primary-cancer-condition"
    return {"extension": [{"url": url, "valueReference": {"reference": primary}}]}


LINKED: Final = [
    # Breast first, then lung, and the metastasis is of the lung.
    condition("Patient/a", (CM, "C50.911"), onsetDateTime="2010-01-01", id="a1"),
    condition("Patient/a", (CM, "C34.90"), onsetDateTime="2012-01-01", id="a2"),
    condition("Patient/a", (CM, "C79.51"), onsetDateTime="2013-01-01", **linked("Condition/a2")),
    # The link leads nowhere.
    condition("Patient/b", (CM, "C50.911"), onsetDateTime="2010-01-01", id="b1"),
    condition("Patient/b", (CM, "C34.90"), onsetDateTime="2012-01-01", id="b2"),
    condition("Patient/b", (CM, "C79.51"), onsetDateTime="2013-01-01", **linked("Condition/b9")),
    condition("Patient/c", (CM, "C34.90"), onsetDateTime="2012-01-01", id="c1"),
]


def test_a_link_decides_between_primaries(tmp_path: Path) -> None:
    found = read(tmp_path, LINKED)
    assert counts(found) == {("lung", "bone"): (1, 2), ("breast", "bone"): (1, 1)}
    left = {one.reason: one.count for one in found.report.rows}
    assert left == {"of another primary than the one that the metastases are linked to": 1}
    assert found.report.rows_read == len(LINKED)
    each = read(tmp_path, LINKED, choose="each")
    assert counts(each) == {("lung", "bone"): (2, 3), ("breast", "bone"): (2, 2)}


def observation(patient: str, code: str, value: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "subject": {"reference": f"Patient/{patient}"},
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
        "valueCodeableConcept": {"coding": [{"system": "http://cancerstaging.org", "code": value}]},
        **more,
    }


def test_the_m_category_marks_a_patient_without_a_site(tmp_path: Path) -> None:
    component = [
        {"code": {"coding": [{"code": "21905-5"}]}, "valueString": "2"},
        {"code": {"coding": [{"code": "21901-4"}]}, "valueCodeableConcept": {"text": "1b"}},
    ]
    profile = {"profile": [f"{MCODE}tnm-distant-metastases-category"]}
    resources = [
        *(condition(f"Patient/{one}", (CM, "C61")) for one in "abcdefg"),
        condition("Patient/h", (CM, "C61"), stage=[{"summary": {"text": "pT3 N1 M1b"}}]),
        condition("Patient/i", (CM, "C61"), stage=[{"summary": {"text": "Stage IV"}}]),
        condition("Patient/a", (CM, "C79.51")),
        observation("a", "21907-1", "cM0"),  # when staged; the bone stands
        observation("b", "21907-1", "cM1b"),
        observation("c", "21901-4", "pM1"),
        observation("d", "21908-9", "4", component=component),
        observation("e", "999", "M1", meta=profile),
        observation("f", "21907-1", "cM1", status="entered-in-error"),
        observation("f", "1234-5", "M1"),  # of something else
        observation("g", "21907-1", "MX"),
    ]
    found = read(tmp_path, resources)
    metastatic = {"a", "b", "c", "d", "e", "h"}
    assert found.report.metastatic == len(metastatic)
    totals = {one.denominator: (one.count, one.total) for one in found.assertions}
    assert totals == {"all_patients": (1, 9), "metastatic_patients": (1, len(metastatic))}
    left = {one.reason: one.count for one in found.report.rows}
    assert left == {"that state no distant metastasis when staged (M0), which overrules no code": 1}
    near = read(tmp_path, resources, at_diagnosis_days=30)
    assert near.report.rows_read == near.report.rows_used + sum(
        one.count for one in near.report.rows
    )


# Who, and when


def test_every_way_to_name_a_patient(tmp_path: Path) -> None:
    number = {"system": "urn:mrn", "value": "8"}
    inside = {"resourceType": "Patient", "id": "p", "identifier": [{"value": "77"}]}
    entries = [
        ("urn:uuid:one", {"resourceType": "Patient", "id": "a", "identifier": [number]}),
        ("", condition("urn:uuid:one", (CM, "C50.911"))),
        ("", {**condition("", (CM, "C79.51")), "subject": {"identifier": number}}),
        ("", condition("https://x.org/fhir/Patient/a/_history/3", (CM, "C78.7"))),
        ("", {**condition("#p", (CM, "C50.911")), "contained": [inside]}),
        ("", {**condition("#p", (CM, "C78.7")), "contained": [inside]}),
        ("", condition("#q", (CM, "C78.00"), contained=[inside])),  # nobody
    ]
    listed = [{"fullUrl": url, "resource": one} for url, one in entries]
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps({"resourceType": "Bundle", "entry": listed}))
    found = read_fhir(path)
    assert counts(found) == {("breast", "bone"): (1, 2), ("breast", "liver"): (2, 2)}
    assert [(one.reason, one.count) for one in found.report.rows] == [("without a patient", 1)]


@pytest.mark.parametrize(
    "system",
    [
        "urn:oid:2.16.840.1.113883.6.90",
        "http://fhir.de/CodeSystem/bfarm/icd-10-gm|2024",
        "http://hl7.org.au/CodeSystem/icd-10-am",
        "https://smt.esante.gouv.fr/terminologie-cim-10",
    ],
)
def test_a_national_address(tmp_path: Path, system: str) -> None:
    resources = [
        condition("Patient/a", (system, "C50.9")),
        condition("Patient/a", (system, "C78.7")),
    ]
    assert counts(read(tmp_path, resources)) == {("breast", "liver"): (1, 1)}


def test_words_without_a_code_are_asked_of_the_user(tmp_path: Path) -> None:
    words = {**condition("Patient/a"), "code": {"text": "Bone metastases"}}
    resources = [condition("Patient/a", (CM, "C50.911")), words]
    found = read(tmp_path, resources)
    [label] = found.report.unmapped
    assert (label.kind, label.label, label.suggestions) == (
        "site",
        "text:Bone metastases",
        ("bone",),
    )
    again = read(tmp_path, resources, overrides={("site", label.label): "bone"})
    assert counts(again) == {("breast", "bone"): (1, 1)}


def test_a_resolved_condition_was_there(tmp_path: Path) -> None:
    over = {"clinicalStatus": {"coding": [{"code": "resolved"}]}}
    resources = [
        condition("Patient/a", (CM, "C50.911"), **over),
        condition("Patient/a", (CM, "C79.51"), **over),
    ]
    assert counts(read(tmp_path, resources)) == {("breast", "bone"): (1, 1)}


def test_one_broken_file_of_many_is_named_and_the_rest_read(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(bundle([condition("Patient/a", (CM, "C50.911"))]))
    (tmp_path / "b.json").write_text(bundle([condition("Patient/a", (CM, "C79.51"))])[:-9])
    lines = [condition("Patient/a", (CM, "C78.7")), condition("Patient/a", (CM, "C78.00"))]
    (tmp_path / "c.ndjson").write_text("\n".join(map(json.dumps, lines))[:-9])
    found = read_fhir(tmp_path)
    assert counts(found) == {("breast", "liver"): (1, 1)}
    told = [one for one in found.report.warnings if "could not be read" in one]
    assert [name in text for name, text in zip(("b.json", "c.ndjson"), told, strict=True)] == [
        True,
        True,
    ]
    assert "cut short in line 2" in told[1]
    for name in ("a.json", "c.ndjson"):
        (tmp_path / name).write_text("{")
    with pytest.raises(ReadError, match=r"a\.json"):
        read_fhir(tmp_path)


@pytest.mark.parametrize(
    "place", ["subject", "code", "stage", "bodySite", "extension", "meta", "id"]
)
@pytest.mark.parametrize("odd", [7, "x", [], [1], {"a": [None]}, {"coding": "x"}, None, True])
def test_odd_elements_are_no_traceback(place: str, odd: Any) -> None:
    whole = mcode("a", "secondary", ANY_SECONDARY, BONE)
    for row in fhir_rows.rows_of_condition({**whole, place: odd}):
        assert all(isinstance(cell, str) for cell in row)
    assert isinstance(fhir_rows.linked_primary({**whole, place: odd}), str)
    broken = {**observation("a", "21907-1", "cM1"), place: odd}
    list(fhir_rows.rows_of_observation(broken))


@pytest.mark.slow
@pytest.mark.xdist_group("spark")
def test_spark_says_the_same(spark: Engine, tmp_path: Path) -> None:
    path = tmp_path / "bundle.json"
    path.write_text(bundle([*RESOURCES, *LINKED]))
    found = read_fhir(path, engine=spark)
    same = read_fhir(path)
    assert counts(found) == counts(same)
    assert found.report.rows == same.report.rows
