"""The user's own map to ICD: every form of it, what is safe in it, and what is told of the rest."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metastasis._cli.app import app
from metastasis._errors import ReadError, TableError
from metastasis.patients import open_engine, read_code_map, read_coded
from metastasis.patients._coded.codes import system_label, system_name
from metastasis.patients._coded.snomed import looks_like_snomed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from metastasis.patients import Engine, Ingested

BREAST, BONE, LIVER, CHEST = "254837009", "94222008", "94381002", "126667002"
"""Four codes in the form of SNOMED CT; what they mean stands in the map of each test."""


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine() as running:
        yield running


def pairs(found: Ingested) -> dict[tuple[str, str], tuple[int | None, int | None]]:
    return {
        (one.primary, one.site): (one.count, one.total)
        for one in found.assertions
        if one.denominator == "all_patients"
    }


def counted(rows: Iterable[tuple[str, str | None, str | None]]) -> dict[tuple[str, str], Any]:
    """Count patient, primary, site in plain Python; each patient has one primary."""
    primary: dict[str, str] = {}
    sites: dict[str, set[str]] = {}
    for patient, named, site in rows:
        if named:
            primary[patient] = named
        if site:
            sites.setdefault(patient, set()).add(site)
    return {
        (of, site): (
            sum(site in sites.get(who, ()) for who, own in primary.items() if own == of),
            sum(own == of for own in primary.values()),
        )
        for who, of in primary.items()
        for site in sites.get(who, ())
    }


ROWS: Final = [
    ("a", BREAST), ("a", BONE), ("b", BREAST), ("b", CHEST), ("c", BREAST), ("c", LIVER),
    ("c", BONE), ("d", BONE), ("e", "195967001"),
]  # fmt: skip
MEANT: Final = {BREAST: ("breast", None), BONE: (None, "bone"), LIVER: (None, "liver")}
TRUE: Final = counted((who, *MEANT.get(code, (None, None))) for who, code in ROWS)


def table(rows: Iterable[tuple[str, str]] = ROWS) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["patient", "code"]).assign(system="SNOMED CT")


def concept_map(version: int) -> dict[str, Any]:
    """Return a map of the four codes: one wider, one the same, one narrower, one of no target."""
    words = {
        4: ("equivalence", "wider", "equal", "narrower", "unmatched"),
        5: ("relationship", "source-is-narrower-than-target", "equivalent",
            "source-is-broader-than-target", "not-related-to"),
    }  # fmt: skip
    name, wider, same, narrower, none = words[version]
    targets = [(BREAST, "C50.9", wider), (BONE, "C79.51", same), (CHEST, "C34.90", narrower)]
    return {
        "resourceType": "ConceptMap",
        "group": [
            {
                "source": "http://snomed.info/sct",
                "target": "http://hl7.org/fhir/sid/icd-10-cm",
                "element": [
                    *(
                        {"code": one, "target": [{"code": to, name: how}]}
                        for one, to, how in targets
                    ),
                    {"code": LIVER, "target": [{"code": "C78.7", name: same}, {name: none}]},
                    {"code": "195967001", "noMap": True},
                ],
            },
            {
                "source": "http://snomed.info/sct",
                "target": "http://loinc.org",
                "element": [{"code": BONE, "target": [{"code": "1-8", name: same}]}],
            },
        ],
    }


@pytest.mark.parametrize("version", [4, 5])
@pytest.mark.parametrize("bundled", [False, True])
def test_a_concept_map(tmp_path: Path, engine: Engine, version: int, bundled: bool) -> None:
    one = concept_map(version)
    path = tmp_path / "map.json"
    path.write_text(
        json.dumps({"resourceType": "Bundle", "entry": [{"resource": one}]} if bundled else one)
    )
    found = read_coded(table(), engine=engine, code_map=read_code_map(path))
    assert pairs(found) == TRUE == {("breast", "bone"): (2, 3), ("breast", "liver"): (1, 3)}
    told = {one.text: one.count for one in found.report.notices if one.rule == "code map"}
    assert sum(told.values()) == 3  # narrower, none, and LOINC
    assert any("only the same or wider is safe" in text for text in told)


def test_a_concept_map_that_names_its_systems_once(tmp_path: Path) -> None:
    one = concept_map(4)
    del one["group"][0]["source"], one["group"][0]["target"], one["group"][1]
    one["sourceUri"], one["targetUri"] = "http://snomed.info/sct", "urn:oid:2.16.840.1.113883.6.90"
    path = tmp_path / "map.json"
    path.write_text(json.dumps(one))
    assert read_code_map(path).codes("SNOMED", BONE) == {("ICD-10-CM", "C79.51")}


def write(path: Path, rows: Iterable[Iterable[Any]], delimiter: str = ",") -> Path:
    with path.open("w", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("systems", [False, True])
def test_a_table_of_two_columns(
    tmp_path: Path, engine: Engine, delimiter: str, systems: bool
) -> None:
    rows = [("Source code", "target code"), (BREAST, "C50.919"), (BONE, "C79.51"), (LIVER, "C78.7")]
    more: list[tuple[str, ...]] = [()] * len(rows)
    if systems:
        more = [("system", "target_system"), *[("http://snomed.info/sct", "ICD10CM")] * 3]
    whole = [(*one, *two) for one, two in zip(rows, more, strict=True)]
    path = write(tmp_path / "map.csv", whole, delimiter)
    found = read_coded(table(), engine=engine, code_map=read_code_map(path))
    assert pairs(found) == TRUE


@pytest.mark.parametrize(("others", "warned"), [(["C61", "C78.7"], True), (["12", "C"], False)])
def test_codes_beside_those_of_the_map_that_look_like_icd_are_told_first(
    tmp_path: Path, others: list[str], warned: bool
) -> None:
    path = tmp_path / "map.csv"
    path.write_text("code,target\n254837009,C50.9\n94222008,C79.51\n", "utf-8")
    codes = ["254837009", "94222008", *others]
    rows = pd.DataFrame({"patient": list("aabb"), "code": codes})
    told = read_coded(rows, code_map=read_code_map(path)).report.warnings
    assert told[:1] == (
        (
            "codes that the code map does not have look like ICD-10 (C61, C78.7) and are not "
            "counted: name the column of the code system (--system COLUMN), or add them to the map",
        )
        if warned
        else ()
    )


def test_codes_of_the_house_without_the_name_of_a_system(tmp_path: Path, engine: Engine) -> None:
    path = write(tmp_path / "map.csv", [("code", "target"), ("BR", "C50.911"), ("OS", "C79.51")])
    rows = pd.DataFrame({"patient": ["a", "a", "b"], "code": ["BR", "OS", "BR"]})
    found = read_coded(rows, engine=engine, code_map=read_code_map(path))
    assert pairs(found) == {("breast", "bone"): (1, 2)}


NLM: Final = [
    "id",
    "effectiveTime",
    "active",
    "moduleId",
    "refsetId",
    "referencedComponentId",
    "referencedComponentName",
    "mapGroup",
    "mapPriority",
    "mapRule",
    "mapAdvice",
    "mapTarget",
    "mapTargetName",
    "correlationId",
    "mapCategoryId",
    "mapCategoryName",
]


def nlm(code: str, target: str, *, active: str = "1", group: str = "1", of: str = "6") -> list[str]:
    cells = dict.fromkeys(NLM, "")
    cells |= {"active": active, "refsetId": of, "referencedComponentId": code, "mapGroup": group}
    # As the file has it: names with quotation marks, which quote nothing.
    cells |= {"mapTarget": target, "referencedComponentName": 'a 5" lesion'}
    return list(cells.values())


def test_the_map_of_the_library_of_medicine(tmp_path: Path, engine: Engine) -> None:
    rows = [
        NLM,
        nlm(BREAST, "C50.919"),
        nlm(BREAST, "Z33.1", group="2"),
        nlm(BONE, "C79.51"),
        nlm(BONE, "C34.90", active="0"),
        nlm(LIVER, "C78.7?"),
        nlm(CHEST, ""),
    ]
    path = tmp_path / "tls_Icd10cmHumanReadableMap_US1000124_20260901.tsv"
    path.write_text("".join("\t".join(one) + "\r\n" for one in rows))
    codes = read_code_map(path)
    assert pairs(read_coded(table(), engine=engine, code_map=codes)) == TRUE
    assert sum(codes.not_taken.values()) == 3


def test_the_extended_map_to_icd_10_of_the_world(tmp_path: Path) -> None:
    names = [one for one in NLM if not one.endswith("Name")]
    row = dict.fromkeys(names, "") | {"active": "1", "refsetId": "447562003", "mapGroup": "1"}
    row |= {"referencedComponentId": "5", "mapTarget": "C80.0"}
    path = tmp_path / "der2_iisssccRefset_ExtendedMapSnapshot_INT_20260101.txt"
    path.write_text("\t".join(names) + "\n" + "\t".join(row.values()) + "\n")
    # Unknown primary by WHO; disseminated in ICD-10-CM.
    meaning = read_code_map(path).meaning("SNOMED", "5")
    assert meaning is not None
    assert meaning.primary == "cup"


def vocabulary(folder: Path, links: Iterable[tuple[int, int, str, str]]) -> Path:
    concepts = [
        (1, "C50.911", "ICD10CM"), (2, "C79.51", "ICD10CM"), (3, "C78.7", "ICD10CM"),
        (4, "C34.90", "ICD10CM"), (5, "174.9", "ICD9CM"), (11, BREAST, "SNOMED"),
        (12, BONE, "SNOMED"), (13, LIVER, "SNOMED"), (14, CHEST, "SNOMED"),
    ]  # fmt: skip
    write(
        folder / "CONCEPT.csv", [("concept_id", "concept_code", "vocabulary_id"), *concepts], "\t"
    )
    head = ("concept_id_1", "concept_id_2", "relationship_id", "invalid_reason")
    write(folder / "CONCEPT_RELATIONSHIP.csv", [head, *links], "\t")
    return folder


LINKS: Final = [
    (1, 11, "Maps to", ""),
    (11, 5, "Mapped from", ""),
    (12, 2, "SNOMED - ICD10CM", ""),
    (13, 3, "Mapped from", ""),
    (13, 4, "Mapped from", "D"),  # no longer valid
    (12, 4, "Maps to", ""),  # not a map from ICD
    (14, 12, "Is a", ""),
    (4, 14, "Maps to", ""),
    (2, 14, "Maps to", ""),  # with the one above, of two meanings
]


def test_the_vocabulary_of_omop(tmp_path: Path, engine: Engine) -> None:
    codes = read_code_map(vocabulary(tmp_path, LINKS))
    assert codes.codes("SNOMED", BREAST) == {("ICD-10-CM", "C50.911"), ("ICD-9-CM", "174.9")}
    assert codes.meaning("SNOMED", CHEST) is None
    assert pairs(read_coded(table(), engine=engine, code_map=codes)) == TRUE
    # Either file stands for the folder.
    assert read_code_map(tmp_path / "CONCEPT.csv") == codes


def test_half_a_vocabulary(tmp_path: Path) -> None:
    vocabulary(tmp_path, LINKS)
    (tmp_path / "CONCEPT_RELATIONSHIP.csv").unlink()
    with pytest.raises(TableError, match="the table concept_relationship is missing"):
        read_code_map(tmp_path)


def test_a_code_of_several_meanings_is_named_with_its_text(tmp_path: Path, engine: Engine) -> None:
    path = write(
        tmp_path / "map.csv",
        [("code", "target"), (BREAST, "C50.9"), (CHEST, "C50.9"), (CHEST, "C34.9")],
    )
    rows = table([("a", BREAST), ("a", CHEST), ("b", CHEST)])
    rows["description"] = ["Malignant neoplasm of breast", *["Malignant neoplasm of lung"] * 2]
    found = read_coded(rows, engine=engine, code_map=read_code_map(path))
    left = {one.reason: one.count for one in found.report.rows}
    assert left == {"with a code that the code map leads to several meanings": 2}
    [open_label] = found.report.unmapped
    assert (open_label.kind, open_label.label, open_label.rows) == ("primary", f"SNOMED:{CHEST}", 2)
    assert open_label.text == "Malignant neoplasm of lung"
    assert open_label.suggestions[0] == "lung"
    decided = {("primary", f"SNOMED:{CHEST}"): "lung"}
    again = read_coded(
        rows, engine=engine, code_map=read_code_map(path), overrides=decided, choose="last"
    )
    assert again.report.rows_used == 3


def test_the_site_map_is_asked_before_the_code_map(tmp_path: Path, engine: Engine) -> None:
    rows = [("code", "target"), (BREAST, "C50.9"), (BONE, "C79.51"), (LIVER, "C78.7")]
    codes = read_code_map(write(tmp_path / "map.csv", rows))
    decided = {("site", f"SNOMED:{LIVER}"): "lung", ("site", f"SNOMED:{BONE}"): "-"}
    found = read_coded(table(), engine=engine, code_map=codes, overrides=decided)
    assert pairs(found) == {("breast", "lung"): (1, 3)}
    left = {one.reason: one.count for one in found.report.rows}
    assert left["with a code that the map file leaves out"] == 3


def test_several_maps_are_one(tmp_path: Path) -> None:
    one = write(tmp_path / "one.csv", [("code", "target"), (BREAST, "C50.9")])
    two = write(tmp_path / "two.csv", [("code", "target"), (BONE, "C79.5")])
    codes = read_code_map(one, two)
    assert codes.codes("SNOMED", BREAST) | codes.codes("SNOMED", BONE) == {
        ("ICD-10", "C50.9"),
        ("ICD-10", "C79.5"),
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "it is empty"),
        ("code,target\n", "it holds no rows"),
        ("code,meaning\n1,C50\n", "column target: it is missing"),
        ("code,target\n1,breast\n", "row 2, column target: 'breast': the code system"),
        ("code,target\n1,C50.9\n2,malignant\n", "row 3, column target: 'malignant': no code of"),
        ("code,target,target_system\n1,C50,FOO\n", "row 2, column target_system: 'FOO'"),
        ("code,target\n1,C50.9,x\n", "row 2: 3 cells where the header has 2"),
        ('code,target\n1,"C50.9\n', "row"),
    ],
)
def test_a_table_that_is_no_map(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "map.csv"
    path.write_text(text)
    with pytest.raises((ReadError, TableError)) as caught:
        read_code_map(path)
    assert told in str(caught.value)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{}", "no ConceptMap is in it"),
        ("[1, 2]", "no ConceptMap is in it"),
        ('{"resourceType": "ConceptMap", "group": 7}', "it holds no rows"),
        ('{"resourceType": "ConceptMap"', "cut short"),
    ],
)
def test_json_that_is_no_map(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "map.json"
    path.write_text(text)
    with pytest.raises((ReadError, TableError), match=told):
        read_code_map(path)


def test_what_is_no_text(tmp_path: Path) -> None:
    for name, content, told in [
        ("map.xlsx", b"PK\x03\x04", "save the sheet with the two columns as CSV"),
        ("map.csv", b"code,target\n1,C50.9\n2,\xe4\n", "save it as CSV in UTF-8"),
    ]:
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ReadError, match=told):
            read_code_map(tmp_path / name)


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no such file"):
        read_code_map(tmp_path / "nothing.csv")


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("urn:oid:2.16.840.1.113883.6.90", "ICD-10-CM"),
        ("2.16.840.1.113883.6.103", "ICD-9-CM"),
        ("http://hl7.org/fhir/sid/icd-10-cm|2026", "ICD-10-CM"),
        ("http://hl7.org/fhir/sid/icd-9-cm", "ICD-9-CM"),
        ("http://snomed.info/sct/900000000000207008/version/20260101", "SNOMED"),
        ("urn:oid:2.16.840.1.113883.6.96", "SNOMED"),
        ("SNOMED-CT", "SNOMED"),
        ("SNOMEDCT_US", "SNOMED"),
        ("http://hl7.org/fhir/sid/icd-10-pcs", None),
        ("http://hl7.org/fhir/sid/icd-9-cm/procedure", None),
        ("http://id.who.int/icd/release/11/mms", None),
        ("http://loinc.org", None),
    ],
)
def test_one_function_tells_a_code_system_from_any_address(address: str, name: str | None) -> None:
    assert system_label(address) == (name or address)


@pytest.mark.parametrize(
    "address",
    [
        "http://hl7.org/fhir/sid/icd-10",
        "http://fhir.de/CodeSystem/bfarm/icd-10-gm",
        "http://fhir.de/CodeSystem/dimdi/icd-10-gm|2019",
        "http://hl7.org.au/CodeSystem/icd-10-am",
        "https://smt.esante.gouv.fr/terminologie-cim-10",
        "https://fhir.infoway-inforoute.ca/CodeSystem/icd-10-ca",
        "http://hl7.org/fhir/sid/icd-10-nl",
        "http://id.who.int/icd/release/10",
        "urn:oid:2.16.840.1.113883.6.3",
    ],
)
def test_the_national_editions_are_read(address: str) -> None:
    assert (system_name(address) or "").startswith("ICD-10")


def test_the_form_of_snomed_ct() -> None:
    assert looks_like_snomed([BREAST, BONE, LIVER, CHEST, "67841000119103"])
    assert not looks_like_snomed([BREAST[:-1] + "8"])
    assert not looks_like_snomed(["174.9", "19889", "1749"])


CODES: Final = ("C50.911", "C61", "C34.90", "C79.51", "C78.7", "C79.31", "C77.9", "I10", "C78.00")


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25
)
@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(CODES)), min_size=1),
    st.permutations(CODES),
)
def test_a_copy_through_a_map_says_the_same(
    tmp_path: Path, engine: Engine, rows: list[tuple[str, str]], order: list[str]
) -> None:
    new = {code: f"L{number}" for number, code in enumerate(order)}
    path = write(tmp_path / "map.csv", [("code", "target"), *((to, of) for of, to in new.items())])
    ours = pd.DataFrame(rows, columns=["patient", "code"])
    first = read_coded(ours, engine=engine, system="ICD-10-CM")
    theirs = ours.assign(code=ours["code"].map(new), system="of the house")
    second = read_coded(theirs, engine=engine, code_map=read_code_map(path))
    assert pairs(first) == pairs(second)
    assert first.report.rows_used == second.report.rows_used
    assert first.report.patients_kept == second.report.patients_kept
    assert first.report.metastatic == second.report.metastatic


def test_on_the_shell(tmp_path: Path) -> None:
    data = tmp_path / "conditions.csv"
    table().to_csv(data, index=False)
    one = write(tmp_path / "one.csv", [("code", "target"), (BREAST, "C50.9"), (LIVER, "C78.7")])
    two = write(tmp_path / "two.csv", [("code", "target"), (BONE, "C79.5")])
    out = tmp_path / "out.csv"
    maps = ["--code-map", str(one), "--code-map", str(two)]
    done = CliRunner().invoke(app, ["ingest", "coded", str(data), *maps, "--out", str(out)])
    assert done.exit_code == 0, done.output
    with out.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["denominator"] == "all_patients"]
    assert {
        (row["primary"], row["site"]): (int(row["count"]), int(row["total"])) for row in rows
    } == TRUE
