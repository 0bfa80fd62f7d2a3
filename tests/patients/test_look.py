"""``look``: the command that is printed reads the file, and no cell of a patient is printed."""

from __future__ import annotations

import bz2
import csv
import gzip
import json
import shlex
import time
from typing import TYPE_CHECKING, Any, Final

import pytest

from metastasis._errors import ReadError
from metastasis._evidence.assertion_table import read_assertions
from metastasis.patients import look
from shared_data import SHARED
from shell import call

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("duckdb")
pytest.importorskip("duckdb")

CLAIMS: Final = """patient,code,date
Zaphod,C61,2019-01-01
Zaphod,C79.51,2019-05-01
Trillian,C61,2019-02-01
"""
_SYSTEM: Final = "http://hl7.org/fhir/sid/icd-10-cm"


def condition(patient: str, code: str, system: str = _SYSTEM) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "subject": {"reference": f"Patient/{patient}"},
        "code": {"coding": [{"system": system, "code": code}]},
    }


CONDITIONS: Final = [
    condition("Zaphod", "C61"),
    condition("Zaphod", "C79.51"),
    condition("Trillian", "C61"),
]
BUNDLE: Final = {"resourceType": "Bundle", "entry": [{"resource": one} for one in CONDITIONS]}
STUDY: Final = """#Patient\tSample\tCancer\tType\tSite
#x\tx\tx\tx\tx
#STRING\tSTRING\tSTRING\tSTRING\tSTRING
#1\t1\t1\t1\t1
PATIENT_ID\tSAMPLE_ID\tONCOTREE_CODE\tSAMPLE_TYPE\tMETASTATIC_SITE
Zaphod\tS-1\tPRAD\tMetastasis\tBone
Trillian\tS-2\tPRAD\tMetastasis\tBone
Ford\tS-3\tPRAD\tMetastasis\tLiver
"""
OMOP: Final = {
    "cdm/condition_occurrence.csv": "person_id,condition_concept_id,condition_source_concept_id\n"
    "1,0,11\n1,0,12\n2,0,11\n",
    "cdm/concept.csv": "concept_id\tconcept_code\tvocabulary_id\tconcept_name\n"
    "11\tC61\tICD10CM\tx\n12\tC79.51\tICD10CM\tx\n",
}
GERMAN: Final = "Fall;Patientenfall;Kode\n1;Zaphod;C61\n1;Zaphod;C79.5\n2;Trillian;C61\n"

FAULTS: Final = SHARED / "faults" / "patients"
READY: Final[dict[str, tuple[dict[str, str], str, str, tuple[int, int]]]] = {
    "claims": ({"claims.csv": CLAIMS}, "claims.csv", "coded", (1, 2)),
    "an odd name": ({"-my claims' $x.csv": CLAIMS}, "./-my claims' $x.csv", "coded", (1, 2)),
    "ICD-9": (
        {"old.csv": "bene_id,icd9\nZ,185\nZ,198.5\nT,185\n"},
        "old.csv",
        "coded",
        (1, 2),
    ),
    "headers of one's own": ({"fall.csv": GERMAN}, "fall.csv", "coded", (1, 2)),
    "a folder of parts": (
        {"parts/a-1.csv": CLAIMS, "parts/a-2.csv": CLAIMS.replace("Trillian", "Marvin")},
        "parts",
        "coded",
        (1, 3),
    ),
    "a study": ({"study/data_clinical_sample.txt": STUDY}, "study", "cbioportal", (2, 3)),
    "a web export": (
        {
            "x_clinical_data.tsv": STUDY.split("#1")[1]
            .partition("\n")[2]
            .replace("PATIENT_ID", "Patient ID")
        },
        "x_clinical_data.tsv",
        "cbioportal",
        (2, 3),
    ),
    "OMOP": (OMOP, "cdm", "omop", (1, 2)),
    "a bundle": ({"b.json": json.dumps(BUNDLE, indent=1)}, "b.json", "fhir", (1, 2)),
    "ndjson": (
        {"x/c.ndjson": "\n".join(map(json.dumps, CONDITIONS))},
        "x",
        "fhir",
        (1, 2),
    ),
    "SEER": (
        {
            "seer.csv": "Patient ID,Site recode ICD-O-3 2023 Revision,Year of diagnosis,"
            "Combined Summary Stage (2004+),SEER Combined Mets at DX-bone (2010+)\n"
            "91,Prostate,2015,Distant,Yes\n92,Prostate,2015,Distant,No\n"
        },
        "seer.csv",
        "seer",
        (1, 2),
    ),
    "items of NAACCR": (
        {
            "items.csv": "patientIdNumber,primarySite,histologicTypeIcdO3,dateOfDiagnosis,"
            "summaryStage2018,metsAtDxBone\n91,C619,8140,2019,7,1\n92,C619,8140,2019,7,0\n"
        },
        "items.csv",
        "naaccr",
        (1, 2),
    ),
    "a registry": (
        {
            "reg.csv": "Patient_ID;Primaertumor_Topographie_ICD_O;Primaertumor_Morphologie_ICD_O;"
            "Diagnosedatum;TNM_M;FM_Lokalisation\n"
            "91;C61.9;8140/3;01.02.2019;1;OSS\n92;C61.9;8140/3;01.02.2019;0;\n"
        },
        "reg.csv",
        "registry",
        (1, 2),
    ),
    "a wide table": (
        {
            "wide.csv": "patient,cancer,bone_mets_at_dx,liver_mets_at_dx\n"
            "Zaphod,Prostate Cancer,yes,no\nTrillian,Prostate Cancer,no,no\n"
        },
        "wide.csv",
        "wide",
        (1, 2),
    ),
    "wide claims": (
        {"dx.csv": "bene_id,clm_from_dt,dx1,dx2\nZ,20190101,C61,C7951\nT,20190101,C61,\n"},
        "dx.csv",
        "coded",
        (1, 2),
    ),
    "MIMIC": (
        {
            "mimic/diagnoses_icd.csv": "subject_id,hadm_id,seq_num,icd_code,icd_version\n"
            "91,1,1,C61,10\n91,2,1,C7951,10\n92,3,1,185,9\n",
            "mimic/admissions.csv": "subject_id,hadm_id,admittime\n"
            "91,1,2019-01-01 10:00:00\n91,2,2019-05-01 10:00:00\n92,3,2011-01-01 10:00:00\n",
        },
        "mimic",
        "coded",
        (1, 2),
    ),
}
"""For a kind of data: the files, what to look at, the reader, and bone among all patients."""


def lay_out(files: dict[str, str], folder: Path) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("kind", READY)
def test_the_printed_command_reads_the_file(kind: str, tmp_path: Path) -> None:
    files, data, reader, (count, total) = READY[kind]
    lay_out(files, tmp_path)
    done = call("look", data, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    command = lines[lines.index("  run:") + 1].strip()
    name, *arguments = shlex.split(command)
    assert (name, arguments[:2]) == ("metastasis", ["ingest", reader])
    read = call(*arguments, folder=tmp_path)
    assert read.returncode == 0, read.stderr
    found = read_assertions(tmp_path / arguments[arguments.index("--out") + 1])
    bone = [(one.count, one.total) for one in found if one.site == "bone"]
    assert (count, total) in bone


@pytest.mark.parametrize("kind", READY)
def test_no_cell_of_a_patient_is_shown(kind: str, tmp_path: Path) -> None:
    files, data, _, _ = READY[kind]
    lay_out(files, tmp_path)
    for told in (
        call("look", data, folder=tmp_path),
        call("look", data, "--json", folder=tmp_path),
    ):
        for secret in (
            "Zaphod",
            "Trillian",
            "C61",
            "2019-0",
            "\tBone",
            "198.5",
            "Distant,",
            "7951",
        ):
            assert secret not in told.stdout.replace("C77 to C79", "")


def test_json_says_the_same(tmp_path: Path) -> None:
    lay_out({"claims.csv": CLAIMS}, tmp_path)
    told = json.loads(call("look", "claims.csv", "--json", folder=tmp_path).stdout)
    best = told["readers"][0]
    assert (best["reader"], best["is_ready"], best["unused"]) == ("coded", True, [])
    assert shlex.split(told["command"])[1:] == best["arguments"]
    assert best["used"] == {
        "patient": "the patient",
        "code": "the diagnosis codes",
        "date": "the date",
    }


@pytest.mark.parametrize(
    ("pack", "ending"),
    [(gzip.compress, ".gz"), (bz2.compress, ".bz2")],
)
def test_packed_files_are_looked_into(pack: Any, ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"claims.csv{ending}"
    path.write_bytes(pack(CLAIMS.encode()))
    found = look(path)
    assert found.best is not None
    assert found.best.used["code"] == "the diagnosis codes"


def test_sheets_of_a_workbook_are_looked_at_each(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("openpyxl")
    pytest.importorskip("python_calamine")
    rows = list(csv.DictReader(CLAIMS.splitlines()))
    with pandas.ExcelWriter(tmp_path / "ours.xlsx") as book:
        pandas.DataFrame({"About": ["our clinic"]}).to_excel(book, sheet_name="Notes", index=False)
        pandas.DataFrame(rows).to_excel(book, sheet_name="Our claims", index=False)
    best = look(tmp_path / "ours.xlsx").best
    assert best is not None
    assert best.options == ("--sheet", "Our claims")
    done = call(*best.arguments("ours.csv"), folder=tmp_path)
    assert done.returncode == 0, done.stderr


def test_a_damaged_workbook_is_said(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("openpyxl")
    pytest.importorskip("python_calamine")
    pandas.DataFrame({"patient": ["A"], "code": ["C61"]}).to_excel(tmp_path / "whole.xlsx")
    content = (tmp_path / "whole.xlsx").read_bytes()
    for end in (*range(40, len(content), 400), len(content) - 1):
        (tmp_path / "cut.xlsx").write_bytes(content[:end])
        with pytest.raises(ReadError, match=r"cut short|damaged"):
            look(tmp_path / "cut.xlsx")


def test_a_damaged_end_of_parquet_is_said_in_our_words(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    parquet.write_table(pyarrow.table({"patient": ["A"], "code": ["C61"]}), tmp_path / "a.parquet")
    content = (tmp_path / "a.parquet").read_bytes()
    (tmp_path / "a.parquet").write_bytes(content[:-60] + b"\xff" * 40 + content[-20:])
    with pytest.raises(ReadError, match="cut short or no Parquet file") as caught:
        look(tmp_path / "a.parquet")
    assert "thrift" not in str(caught.value)


def test_damaged_text_in_parquet_is_said(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    table = pyarrow.table({"patient": ["A"] * 3, "code": ["C61éé", "C79.51", "x"]})
    parquet.write_table(table, tmp_path / "a.parquet", compression="none", use_dictionary=False)
    content = (tmp_path / "a.parquet").read_bytes()
    (tmp_path / "a.parquet").write_bytes(content.replace("éé".encode(), b"\xf3\xf3\xf3\xf3"))
    with pytest.raises(ReadError, match="cut short or no Parquet file"):
        look(tmp_path / "a.parquet")


def test_the_name_of_an_unknown_code_system_is_a_cell_and_is_not_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("patient,system,code\nA,Mrs. Miller,1.2.3\n")
    found = look(tmp_path / "a.csv")
    assert "Miller" not in f"{found} {found.to_dict()}"
    assert "a system that is not known here" in str(found)


def test_tumors_in_xml_are_for_the_reader_of_items(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(
        '<?xml version="1.0"?><NaaccrData><Patient><Item naaccrId="patientIdNumber">91</Item>'
        '<Tumor><Item naaccrId="primarySite">C619</Item><Item naaccrId="metsAtDxBone">1</Item>'
        "</Tumor></Patient></NaaccrData>"
    )
    best = look(tmp_path / "a.xml").best
    assert best is not None
    assert (best.reader, best.is_ready) == ("naaccr", True)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings_are_told(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_bytes(CLAIMS.replace("patient,", "patient,Größe,").encode(encoding))
    found = look(path)
    assert found.best is not None
    assert "Größe" in found.best.unused
    assert {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "cp1252"}[encoding] in str(found)


def test_parquet_rows_are_counted(tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    pa = pytest.importorskip("pyarrow")
    rows = list(csv.DictReader(CLAIMS.splitlines()))
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "claims.parquet")
    found = look(tmp_path / "claims.parquet")
    assert "a Parquet table, 3 columns, 3 rows" in str(found)
    assert found.best is not None
    assert found.best.is_ready


def test_what_is_needed_is_said_in_words_of_columns(tmp_path: Path) -> None:
    lay_out({"other.csv": "height,weight\n180,80\n"}, tmp_path)
    done = call("look", "other.csv", folder=tmp_path)
    assert done.returncode == 1
    assert "a column of the patient, and one of diagnosis codes" in done.stdout


@pytest.mark.parametrize(
    ("text", "reader", "needed"),
    [
        ('"","Bone","Liver","N"\n"Breast",10,5,40\n"Lung",7,9,30\n', "matrix", "--setting"),
        ("patient,cancer,bone_mets,liver_mets\nA,Breast,1,0\n", "wide", "--setting"),
        ("who,bone_mets,liver_mets\nA,1,0\n", "wide", "--primary"),
        ("patient,code\nA,C61\nB,C61\n", "coded", "codes of metastases"),
        ("cancer,N,Bone,Liver\nBreast,40,10,5\nLung,30,7,9\n", "matrix", "--denominator"),
        ("site,Breast,Lung,Prostate\nBone,10,7,3\nLiver,5,9,1\nN,40,30,9\n", "matrix", "--setting"),
        ("PatNo,Tumor,Where\n17,Breast cancer,Bone\n18,Lung cancer,Liver\n", "table", "mapping"),
        (
            "PATIENT,CODE,START\np,254837009,2010-03-29\np,94222008,2012-03-29\n",
            "coded",
            "code-map",
        ),
        ("Station,Kode\n1,C61\n1,C79.5\n", "coded", "--patient COLUMN"),
    ],
)
def test_what_is_to_be_decided_is_said(text: str, reader: str, needed: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(text)
    best = look(tmp_path / "a.csv").best
    assert best is not None
    assert best.reader == reader
    assert not best.is_ready
    assert needed in " ".join(best.needs)


def test_the_column_of_the_system_is_believed_before_the_codes(tmp_path: Path) -> None:
    text = "PATIENT,CODE,SYSTEM\np,11,http://snomed.info/sct\np,12,http://snomed.info/sct\n"
    (tmp_path / "a.csv").write_text(text)
    best = look(tmp_path / "a.csv").best
    assert best is not None
    assert (best.codes, best.is_ready) == ("SNOMED", False)
    (tmp_path / "a.csv").write_text("PATIENT,CODE,vocabulary_id\np,C61,ICD10CM\np,C795,ICD10CM\n")
    best = look(tmp_path / "a.csv").best
    assert best is not None
    assert (best.codes, best.is_ready) == ("ICD-10-CM", True)


def test_columns_that_carry_the_answer_are_named(tmp_path: Path) -> None:
    text = CLAIMS.replace("date", "date,DMETS_DX_LIVER").replace("-01\n", "-01,No\n")
    (tmp_path / "claims.csv").write_text(text)
    best = look(tmp_path / "claims.csv").best
    assert best is not None
    assert best.answers == ("DMETS_DX_LIVER",)


def test_a_file_of_five_gigabytes_takes_no_time(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    rows = "".join(f"p{n},C61,2019-01-01\n" for n in range(100_000))
    path.write_text(f"patient,code,date\n{rows}")
    with path.open("ab") as file:
        file.truncate(5 << 30)  # a hole, which takes no room
    look(path)
    begun = time.monotonic()
    assert "about 2" in str(look(path))
    assert time.monotonic() - begun < 5


# Refusals name the reader that would take it


@pytest.mark.parametrize(
    ("kind", "refusing"),
    [("OMOP", "fhir"), ("a study", "coded"), ("a bundle", "seer"), ("claims", "cbioportal")],
)
def test_a_refusal_names_the_reader_that_would_take_it(
    kind: str, refusing: str, tmp_path: Path
) -> None:
    files, data, reader, _ = READY[kind]
    lay_out(files, tmp_path)
    done = call("ingest", refusing, data, folder=tmp_path)
    assert done.returncode == 1
    assert f"`metastasis ingest {reader} " in done.stderr
    assert done.stderr.rstrip().endswith("would read it")
    command = done.stderr.rpartition(" `")[2].partition("`")[0]
    assert call(*shlex.split(command)[1:], folder=tmp_path).returncode == 0


def test_no_reader_is_named_that_would_not_take_it(tmp_path: Path) -> None:
    lay_out(
        {"a.csv": "height,weight\n180,80\n", "bad.csv": "patient,code\nA,C61,x\nA,C79.5\n"},
        tmp_path,
    )
    for file in ("a.csv", "bad.csv"):
        done = call("ingest", "coded", file, folder=tmp_path)
        assert done.returncode == 1
        assert "would read it" not in done.stderr


# The failing inputs


@pytest.mark.skipif(not FAULTS.is_dir(), reason="the failing inputs are not here")
@pytest.mark.parametrize(
    "name", sorted(one.name for one in FAULTS.iterdir()) if FAULTS.is_dir() else []
)
def test_failing_inputs_are_looked_at_without_a_traceback(name: str) -> None:
    done = call("look", FAULTS / name)
    assert done.returncode in (0, 1)
    assert str(FAULTS / name) in done.stdout


def test_words_in_a_column_of_diagnoses_are_no_codes(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("MRN,Dx,Liver met?,Bone met?\n1,Breast cancer,Y,N\n2,Lung cancer,,Y\n", "utf-8")
    found = look(path)
    assert found.best is not None
    assert found.best.reader == "wide"
    assert {"Liver met?", "Bone met?"} <= found.best.used.keys()
    path.write_text("patient,diagnosis\n1,breast cancer with bone mets\n", "utf-8")
    assert (found := look(path)).best is not None
    assert "the cells looked at are words" in str(found)


def test_an_encoding_that_cannot_be_told_is_refused_as_reading_does(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("patient,code\né,C61\n".encode("cp500"))
    with pytest.raises(ReadError, match="its encoding is not UTF-8"):
        look(path)
