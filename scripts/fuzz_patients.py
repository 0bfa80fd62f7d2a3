"""Small valid inputs of every reader of patients, and what must be true of whatever is read.

Apart from ``fuzz_inputs.py`` because these are tables, and their numbers are checked.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import pyarrow.parquet as pq
from pyarrow import ArrowException

from fuzz_ways import MARK, Kind, Run
from metastasis._catalog import read_catalog
from metastasis._errors import MetastasisError
from metastasis.patients import (
    Ingested,
    look,
    read_cbioportal,
    read_code_map,
    read_coded,
    read_fhir,
    read_matrix,
    read_naaccr,
    read_omop,
    read_registry,
    read_seer,
    read_site_map,
    read_table,
    read_wide,
    write_patterns,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["PATIENTS", "WrongError", "checked"]


class WrongError(Exception):
    """What was read contradicts itself, or tells what it must not."""


def _must(holds: object, what: str) -> None:
    if not holds:
        raise WrongError(what)


# What must be true


def checked(found: Ingested, folder: Path) -> None:
    """Check all numbers that a reader returns, and write them, as the command does."""
    report = found.report
    reasons = (*report.rows, *report.patients_out, *report.not_written)
    _must(all(one.count > 0 for one in reasons), f"a reason for none: {report}")
    _must(0 <= report.rows_used <= report.rows_read, f"rows: {report}")
    _must(report.assertions == len(found.assertions), f"assertions: {report}")
    kept = report.patients_kept
    if kept is not None and report.patients is not None:
        _must(0 <= kept <= report.patients <= report.rows_read, f"patients: {report}")
        _must(report.metastatic is not None and 0 <= report.metastatic <= kept, f"{report}")
        _must(sum(one.patients for one in found.patterns) <= kept, "patterns of more patients")
        most = {"all_patients": kept, "metastatic_patients": report.metastatic}
        for one in found.assertions:
            limit = most.get(one.denominator or "")
            if limit is not None and one.total is not None:
                _must(one.total <= limit, f"{one.total} of {limit}: {one}; {report}")
    for one in found.assertions:
        whole = one.count is not None and one.total is not None
        _must(not whole or 0 <= (one.count or 0) <= (one.total or 0), str(one))
    seen = [
        (one.primary, one.site, one.denominator, one.setting, one.population, one.locator)
        for one in found.assertions
    ]
    _must(len(set(seen)) == len(seen), "a pair is asserted twice")
    _written(found, folder)


def _written(found: Ingested, folder: Path) -> None:
    found.write(folder / "out.csv")
    for ending in ("json", "txt", "html"):
        found.write_report(folder / f"report.{ending}")
    write_patterns(found.patterns, folder / "patterns.csv")


def _no_row_is_lost(found: Ingested, table: Path) -> None:
    """Check the rows against Parquet's own count, where a row is one, and no cell of several."""
    if table.suffix != ".parquet" or any(one.rule == "wide" for one in found.report.notices):
        return
    with suppress(ArrowException, OSError):  # what is damaged for one may do for another
        rows = pq.read_metadata(table).num_rows
        _must(found.report.rows_read == rows, f"{rows} rows in the file: {found.report}")


def _looked(folder: Path, _: Any) -> None:
    """Look at what is there, which must tell of no cell, whether it is read or refused."""
    paths = [sorted(folder.iterdir())] if (folder / "a.yaml").exists() else [[folder]]
    for these in paths:
        try:
            found = look(these)
        except MetastasisError as error:
            _must(MARK not in str(error), f"a cell is told: {error}")
            raise
        said = f"{found} {json.dumps(found.to_dict())} {found.command}"
        _must(MARK not in said, f"a cell is told: {said}")


def _reading(read: Any, name: str = "a", **rules: Any) -> Run:
    """Return what reads the file of this name, whatever its form, or the folder for no name."""

    def run(folder: Path, engine: Any) -> None:
        place = _file(folder, name) if name else folder
        found = read(place, engine=engine, **_in_folder(rules, folder))
        checked(found, folder)
        _no_row_is_lost(found, place)

    return run


def _file(folder: Path, name: str) -> Path:
    (path,) = (one for one in folder.iterdir() if one.name.partition(".")[0] == name)
    return path


def _in_folder(rules: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Return rules in which whatever takes a folder has been given it."""
    return {name: rule(folder) if callable(rule) else rule for name, rule in rules.items()}


def _case_listing(folder: Path, engine: Any) -> None:
    (path,) = (one for one in folder.iterdir() if one.suffix != ".dic")
    checked(read_seer(path, engine=engine), folder)


def _in_table(folder: Path, engine: Any) -> None:
    checked(read_table(_file(folder, "a"), folder / "map.yaml", engine=engine), folder)


def _in_matrix(folder: Path, _: Any) -> None:
    found = read_matrix(
        _file(folder, "a"), totals="N", denominator="metastatic_patients", setting="during_course"
    )
    checked(found, folder)


def _site_map(folder: Path, _: Any) -> None:
    read_site_map(_file(folder, "a"), CATALOG)


def _code_map(folder: Path, engine: Any) -> None:
    found = read_code_map(_file(folder, "map"))
    checked(read_coded(_file(folder, "a"), engine=engine, code_map=found), folder)


# Sound inputs

CATALOG: Final = read_catalog()
_CODED: Final = (
    "patient,code,date,sex,setting\nA,C50.9,2019-01-02,F,OP\nA,C79.51,2019-05-01,F,IP\n"
    "B,C61,2018-02-03,M,OP\nB,C78.7,2018-02-03,M,OP\nC,I10,2020-01-09,M,OP\n"
    "D,C18.9,2021-01-01,,OP\nD,C78.6,2021-03-04,,IP\nA,C50.9,2019-03-02,F,OP\n"
    "E,C50.912,2019-01-02,F,OP\nNA,C61,2019-01-02,F,OP\n"
)
_GERMAN: Final = (
    "PID;ICD;Datum;Diagnosesicherheit\n1;C50.9;01.02.2015;G\n1;C79.5;01.03.2015;V\n"
    "2;C50.9;01.02.2015;G\n2;C79.5;01.03.2015;A\n3;C50.9;01.02.2015;G\n3;C79.5;01.03.2015;G\n"
)
_CLAIMS: Final = (
    "DESYNPUF_ID,CLM_ID,CLM_FROM_DT,ADMTNG_ICD9_DGNS_CD,ICD9_DGNS_CD_1,ICD9_DGNS_CD_2\n"
    "A1,1,20090301,1749,1749,1985\nA2,2,20090302,4019,4019,1749\nA3,3,20090304,1629,1629,1983\n"
    "A3,4,20090309,1629,1629,\nA4,5,20090309,185,1977,185\n"
)
_STAYS: Final = (
    "KEY_NIS,YEAR,AGE,I10_DX1,DXPOA1,I10_DX2,DXPOA2,I10_DX3\n1,2019,60,C50911,Y,C7951,N,I10\n"
    "2,2019,70,C3490,Y,C7931,Y,C7951\n3,2019,40,I10,Y,C50912,Y,\n4,2019,44,C61,Y,C7951,Y,\n"
)
_DIAGNOSES: Final = (
    "subject_id,hadm_id,seq_num,icd_code,icd_version\n1,100,1,C50911,10\n1,100,2,I10,10\n"
    "1,101,1,C7951,10\n2,200,1,1749,9\n2,200,2,1977,9\n3,300,1,C3490,10\n3,999,1,C7931,10\n"
)
_ADMISSIONS: Final = (
    "subject_id,hadm_id,admittime,admission_type\n1,100,2150-01-02 10:00:00,URGENT\n"
    "1,101,2151-02-02 10:00:00,ELECTIVE\n2,200,2130-05-05 01:00:00,ELECTIVE\n"
    "3,300,2140-05-05 01:00:00,ELECTIVE\n"
)
_SNOMED: Final = (
    "START,STOP,PATIENT,ENCOUNTER,SYSTEM,CODE,DESCRIPTION\n"
    "2010-03-29,,pa,e1,http://snomed.info/sct,254837009,Malignant neoplasm of breast\n"
    "2012-03-29,,pa,e2,http://snomed.info/sct,94222008,Secondary malignant neoplasm of bone\n"
    "2010-03-29,,pb,e3,http://snomed.info/sct,254837009,Malignant neoplasm of breast\n"
    "2011-03-29,,pc,e4,http://snomed.info/sct,195967001,Asthma\n"
)
_TO_ICD: Final = (
    "code,target,note\n254837009,C50.919,a\n94222008,C79.51,b\n94381002,C78.7,c\n9,C34.90,d\n"
)
_CONCEPT_MAP: Final[dict[str, Any]] = {
    "resourceType": "ConceptMap",
    "group": [
        {
            "source": "http://snomed.info/sct",
            "target": "http://hl7.org/fhir/sid/icd-10-cm",
            "element": [
                {"code": code, "target": [{"code": target, "equivalence": "equivalent"}]}
                for code, target in (("254837009", "C50.919"), ("94222008", "C79.51"))
            ],
        }
    ],
}
_SEER: Final = (
    "Patient ID,Sex,Year of diagnosis,Sequence number,Site recode ICD-O-3 2023 Revision,"
    "Behavior code ICD-O-3,Combined Summary Stage with Expanded Regional Codes (2004+),"
    "SEER Combined Mets at DX-bone (2010+),SEER Combined Mets at DX-liver (2010+),"
    "Mets at DX-Distant LN (2016+)\n"
    "1,Female,2017,One primary only,Breast,Malignant,Distant site(s)/node(s) involved,Yes,No,No\n"
    "2,Male,2017,One primary only,Prostate,Malignant,Localized only,No,No,Blank(s)\n"
    "3,Female,2009,One primary only,Breast,Malignant,Localized only,Blank(s),Blank(s),Blank(s)\n"
    "4,Male,2018,1st of 2 or more primaries,Prostate,Malignant,Distant site(s)/node(s) involved,"
    "Yes,Unknown,No\n"
)
_DICTIONARY: Final = (
    "[Export Options]\nField delimiter=comma\nVariable names included=true\n"
    "Variable format=quoted\n"
    "[Variables]\nVar1Name=Patient ID\nVar2Name=Sex\n[Format=Sex]\n1=Male\n2=Female\n"
)
_ITEMS: Final = (
    "Patient ID Number,Sex,Date of Diagnosis,Sequence Number--Central,Primary Site,"
    "Histologic Type ICD-O-3,Behavior Code ICD-O-3,Summary Stage 2018,Mets at DX-Bone,"
    "Mets at DX-Brain,Mets at DX-Liver,Mets at DX-Lung\n"
    "1,2,20180704,00,C509,8140,3,7,1,0,0,1\n2,2,20180704,00,C509,8140,3,7,0,0,1,9\n"
    "3,2,20120704,00,C509,8140,3,7,1,9,8,\n4,1,20200704,01,C619,8140,3,1,0,0,0,0\n"
    "4,1,20210704,02,C341,8140,3,7,1,0,0,0\n"
)
_XML: Final = (
    '<?xml version="1.0"?>\n'
    '<NaaccrData baseDictionaryUri="http://naaccr.org/naaccrxml/naaccr-dictionary-240.xml"'
    ' recordType="I" specificationVersion="1.7" xmlns="http://naaccr.org/naaccrxml">\n'
    '<Item naaccrId="naaccrRecordVersion">240</Item>\n'
    + "".join(
        f'<Patient><Item naaccrId="patientIdNumber">{who}</Item><Item naaccrNum="220">2</Item>\n'
        f'<Tumor><Item naaccrId="primarySite">{site}</Item><Item naaccrNum="390">20180704</Item>\n'
        '<Item naaccrId="behaviorCodeIcdO3">3</Item><Item naaccrNum="764">7</Item>\n'
        f'<Item naaccrNum="1112">{bone}</Item><Item naaccrNum="1115">0</Item></Tumor></Patient>\n'
        for who, site, bone in (("1", "C509", "1"), ("2", "C509", "0"), ("3", "C341", "9"))
    )
    + "</NaaccrData>\n"
)
_TUMORS: Final = (
    "patient_id,topography,morphology,diagnosis date,sex,TNM_M,met_site_1,met_site_2\n"
    "1,C50.9,8500/3,2015-03-01,F,M1,C41.2,C22.0\n2,C50.9,8500/3,2015-03-01,F,M1,C40,\n"
    "3,C50.9,8500/3,2016-03-01,F,M0,,\n4,C61.9,8140/3,2016-03-01,M,MX,,\n"
    "5,C34.1,8140/3,2016-03-01,M,M1,C71.9,\n5,C61.9,8140/3,2017-03-01,M,M0,,\n"
)
_MIXED_TUMORS: Final = (
    "patient_id;topography;morphology;diagnosis date;sex;TNM_M;met_site_1;met_site_2\n"
    "1;C50.9;8500/3;01.02.2015;F;M1;C41.2;liver\n2;C34.1;8140/3;2016-03-04;M;cM0;;\n"
    "3;C61.9;81403;2017;M;;OSS, PUL;\n"
)
_SAMPLES: Final = (
    "#a\tb\tc\td\te\tf\tg\n#a\tb\tc\td\te\tf\tg\n#STRING\n#1\n"
    "SAMPLE_ID\tPATIENT_ID\tONCOTREE_CODE\tSAMPLE_TYPE\tMETASTATIC_SITE\tIS_DIST_MET_MAPPED\t"
    "DMETS_DX_BONE\n"
    "S1\tP1\tIDC\tPrimary\t\tTRUE\tYes\nS2\tP2\tPRAD\tMetastasis\tLiver\tFALSE\tNo\n"
    "S3\tP3\tIDC\tMetastasis\tBone\tTRUE\tYes\n"
)
_PLAIN_SAMPLES: Final = (
    "SAMPLE_ID\tPATIENT_ID\tONCOTREE_CODE\tCANCER_TYPE\tSAMPLE_TYPE\n"
    "S1\tP1\tIDC\tBreast Cancer\tPrimary\nS2\tP2\tPRAD\tProstate Cancer\tMetastasis\n"
    "S3\tP3\tIDC\tBreast Cancer\tMetastasis\nS4\tP3\tIDC\tBreast Cancer\tPrimary\n"
)
_PEOPLE: Final = (
    "#a\tb\tc\n#a\tb\tc\n#STRING\n#1\nPATIENT_ID\tSEX\tAGE_AT_EVIDENCE_OF_METS\n"
    "P1\tFemale\t50.1\nP2\tMale\t\nP3\tFemale\t61\n"
)
_TIMELINE: Final = (
    "PATIENT_ID\tSTART_DATE\tSTOP_DATE\tEVENT_TYPE\tTUMOR_SITE\n"
    "P1\t10\t\tDiagnosis\tBone\nP1\t40\t\tDiagnosis\tLiver\nP2\t-3\t\tDiagnosis\tLung\n"
    "P3\t0\t\tDiagnosis\tNo Tumor Sites\n"
)
_META: Final = "cancer_study_identifier: made_up\nname: Made-up\npmid: 1\ncitation: Nobody 2026\n"
_WIDE: Final = (
    "patient,cancer,sex,bone_mets,liver_mets,mets_at_dx_lung,M\n"
    "A,Breast Cancer,F,yes,0,No,M1\nB,Breast Cancer,F,no,1,No,M1\n"
    "C,Breast Cancer,F,not assessed,0,Unknown,M0\nD,Prostate Cancer,M,yes,0,No,\n"
)
_GENIE: Final = (
    "record_id,ca_seq,naaccr_sex_code,best_ajcc_stage_cd,ca_dmets_yn,dmets_bone,dmets_brain,"
    "dmets_liver,ca_type\n"
    "G-1,0,Female,IV,Yes - distant metastases,0,1,0,Non Small Cell Lung Cancer\n"
    "G-2,0,Male,II,No distant metastases,0,0,0,Non Small Cell Lung Cancer\n"
    "G-3,0,Male,IV,Yes - distant metastases,1,1,0,Non Small Cell Lung Cancer\n"
)
_MAPPING: Final = """\
version: 1
form: patients
source: {key: clinic, design: clinical_cohort, years: 2015-2024, registry: [SEER]}
columns: {patient: id, primary: tumor, site: where, date: when, sex: sex, metastatic: m1}
values:
  primary: {C50.9: breast, Prostata: prostate}
  site: {Knochen: bone, Leber: liver, "?": "-"}
  metastatic: {ja: true, nein: false}
constants: {setting: during_course, denominator: [all_patients, metastatic_patients]}
missing: [unbekannt]
date_format: D.M.Y
"""
_REGISTRY: Final = (
    "id;tumor;where;when;sex;m1\n17;C50.9;Knochen;04.03.2019;w;ja\n17;C50.9;Leber;11.09.2020;w;ja\n"
    "18;C50.9;;;w;nein\n19;Prostata;Leber;01.01.2020;m;ja\n"
)
_COUNTS_MAPPING: Final = """\
version: 1
form: counts
source: {key: author-2026, design: clinical_cohort, citation: "Author A. 2026"}
columns: {primary: cancer, site: place, count: n, total: of, locator: page}
constants: {denominator: metastatic_patients, setting: during_course}
"""
_COUNTS: Final = (
    "cancer,place,n,of,page\nBreast cancer,Bone,90,200,2\nBreast cancer,Lungs,,200,2\n"
    "Prostate cancer,Bone,70,100,3\n"
)
_MATRIX: Final = "cancer,N,Bone,Liver\nBreast cancer,200,90,62\nProstate cancer,100,70,\n"
_SITE_MAP: Final = "kind,label,key,rows,suggestions,note\nsite,RUQ,liver,3,,\nsite,Flank,-,1,,\n"
_OMOP: Final = {
    "condition_occurrence.csv": (
        "person_id,condition_concept_id,condition_source_concept_id,condition_start_date,"
        "condition_source_value\n"
        "1,100,1,2015-03-01,C50.911\n1,0,2,2016-01-01,C79.51\n2,101,0,2015-05-01,x\n"
        "3,0,0,2015-05-01,C61\n"
    ),
    "measurement.csv": (
        "person_id,measurement_concept_id,measurement_source_concept_id,measurement_date,"
        "measurement_source_value\n2,36769301,2,2016-01-02,C79.51\n3,36769301,0,2016-01-02,x\n"
    ),
    "concept.csv": (
        "concept_id,concept_code,vocabulary_id,concept_name\n1,C50.911,ICD10CM,a\n"
        "2,C79.51,ICD10CM,b\n101,9-2,SNOMED,Malignant neoplasm of female breast\n"
        "36769301,OMOP4998770,Cancer Modifier,Metastasis to bone\n"
    ),
    "concept_relationship.csv": (
        "concept_id_1,concept_id_2,relationship_id\n101,1,Mapped from\n1,101,Maps to\n"
    ),
    "person.csv": "person_id,gender_concept_id\n1,8532\n2,8532\n3,8507\n",
}


def _condition(patient: str, code: str, **more: Any) -> dict[str, Any]:
    coding = {"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": code, "display": MARK}
    return {
        "resourceType": "Condition",
        "verificationStatus": {"coding": [{"code": "confirmed"}]},
        "subject": {"reference": f"Patient/{patient}"},
        "code": {"coding": [coding], "text": MARK},
        "onsetPeriod": {"start": "2019-01-02"},
        **more,
    }


_MCODE: Final = "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-"
_BONE: Final = {"coding": [{"system": "http://snomed.info/sct", "code": "272673000"}]}
_RESOURCES: Final[list[dict[str, Any]]] = [
    {"resourceType": "Patient", "id": "A", "gender": "female", "name": [{"family": MARK}]},
    _condition("A", "C50.9", onsetDateTime="2019"),
    _condition("A", "C79.51", onsetDateTime="2019-05"),
    _condition("B", "C61"),
]
_OF_MCODE: Final[list[dict[str, Any]]] = [
    _condition("A", "C50.9", id="c1", meta={"profile": [f"{_MCODE}primary-cancer-condition"]}),
    _condition(
        "A",
        "C79.9",
        meta={"profile": [f"{_MCODE}secondary-cancer-condition|1"]},
        bodySite=[_BONE],
        extension=[
            {
                "url": f"{_MCODE}related-primary-cancer-condition",
                "valueReference": {"reference": "Condition/c1"},
            }
        ],
    ),
    {
        "resourceType": "Observation",
        "meta": {"profile": [f"{_MCODE}tnm-distant-metastases-category"]},
        "status": "final",
        "subject": {"reference": "Patient/B"},
        "code": {"coding": [{"system": "http://loinc.org", "code": "21901-5"}]},
        "valueCodeableConcept": {"coding": [{"system": "http://cancerstaging.org", "code": "cM1"}]},
        "effectiveDateTime": "2019-01-02",
    },
]


def _bundle(resources: list[dict[str, Any]]) -> str:
    found = {"resourceType": "Bundle", "entry": [{"resource": one} for one in resources]}
    return json.dumps(found, indent=1)


def _bytes(files: Mapping[str, str]) -> dict[str, bytes]:
    return {name: text.encode() for name, text in files.items()}


_LINES: Final = "\n".join(map(json.dumps, [*_RESOURCES, *_OF_MCODE]))
_STUDY: Final = {
    "data_clinical_sample.txt": _SAMPLES,
    "data_clinical_patient.txt": _PEOPLE,
    "meta_study.txt": _META,
}
_OF_TIMELINE: Final = {
    "data_clinical_sample.txt": _PLAIN_SAMPLES,
    "data_clinical_patient.txt": _PEOPLE,
    "data_timeline_tumor_sites.txt": _TIMELINE,
    "meta_study.txt": _META,
}
_MIMIC: Final = {"a.csv": _DIAGNOSES, "b.csv": _ADMISSIONS}


def _order(folder: Path) -> Path:
    return folder / "order.csv"


def _join(folder: Path) -> str:
    return f"{_file(folder, 'b')}:hadm_id:admittime"


_INPUTS: Final[dict[str, tuple[Mapping[str, str], Run]]] = {
    "coded": (
        {"a.csv": _CODED},
        _reading(read_coded, patterns=True, sequences=_order, zeros=True, zeros_of=1),
    ),
    "coded, each": ({"a.csv": _CODED}, _reading(read_coded, choose="each", nodes="count")),
    "coded, confirmed": (
        {"a.csv": _CODED},
        _reading(read_coded, confirm="two-or-inpatient", inpatient="setting = IP", choose="most"),
    ),
    "coded, where": (
        {"a.csv": _CODED},
        _reading(read_coded, where=["sex in (F, M)", "date >= 2018-06-01"]),
    ),
    "coded, look-back": (
        {"a.csv": _CODED},
        _reading(read_coded, look_back_days=30, at_diagnosis_days=90, detail="organ"),
    ),
    "coded, German": ({"a.csv": _GERMAN}, _reading(read_coded, system="ICD-10-GM", choose="last")),
    "coded, wide": ({"a.csv": _CLAIMS}, _reading(read_coded, patterns=True)),
    "coded, stays": ({"a.csv": _STAYS}, _reading(read_coded, where="AGE >= 18", position="any")),
    "coded, joined": (_MIMIC, _reading(read_coded, join=_join, at_diagnosis_days=500)),
    "coded, text": ({"a.csv": _SNOMED}, _reading(read_coded)),
    "code map": ({"a.csv": _SNOMED, "map.csv": _TO_ICD}, _code_map),
    "code map, FHIR": ({"a.csv": _SNOMED, "map.json": json.dumps(_CONCEPT_MAP)}, _code_map),
    "seer": ({"a.csv": _SEER}, _reading(read_seer, patterns=True)),
    "seer, dictionary": ({"a.csv": _SEER, "a.dic": _DICTIONARY}, _case_listing),
    "seer, by sites": ({"a.csv": _SEER}, _reading(read_seer, distant_by="sites", choose="each")),
    "naaccr": ({"a.csv": _ITEMS}, _reading(read_naaccr)),
    "naaccr, XML": ({"a.xml": _XML}, _reading(read_naaccr)),
    "registry": ({"a.csv": _TUMORS}, _reading(read_registry, patterns=True)),
    "registry, mixed": ({"a.csv": _MIXED_TUMORS}, _reading(read_registry, nodes="count")),
    "cbioportal": (_STUDY, _reading(read_cbioportal, "", patterns=True)),
    "cbioportal, evidence": (_STUDY, _reading(read_cbioportal, "", metastatic_by="evidence")),
    "cbioportal, timeline": (_OF_TIMELINE, _reading(read_cbioportal, "", sequences=_order)),
    "cbioportal, samples": (
        {"a.txt": _PLAIN_SAMPLES},
        _reading(read_cbioportal, choose="each", zeros=True, zeros_of=1),
    ),
    "omop": (_OMOP, _reading(read_omop, "", patterns=True)),
    "fhir": ({"a.json": _bundle(_RESOURCES)}, _reading(read_fhir)),
    "fhir, mCODE": ({"a.json": _bundle([*_RESOURCES, *_OF_MCODE])}, _reading(read_fhir)),
    "fhir, lines": ({"a.ndjson": _LINES, "b.ndjson": _LINES}, _reading(read_fhir, "")),
    "wide": ({"a.csv": _WIDE}, _reading(read_wide, setting="at_diagnosis", patterns=True)),
    "wide, GENIE": ({"a.csv": _GENIE}, _reading(read_wide, zeros=True, zeros_of=1)),
    "matrix": ({"a.csv": _MATRIX}, _in_matrix),
    "table": ({"a.csv": _REGISTRY, "map.yaml": _MAPPING}, _in_table),
    "table of counts": ({"a.csv": _COUNTS, "map.yaml": _COUNTS_MAPPING}, _in_table),
    "site map": ({"a.csv": _SITE_MAP}, _site_map),
}
"""By what is read: the files, and what reads them."""

PATIENTS: Final[dict[str, Kind]] = {
    **{
        f"patients: {name}": Kind(_bytes(files), run, group="patients")
        for name, (files, run) in _INPUTS.items()
    },
    **{
        f"look: {name}": Kind(_bytes(files), _looked, group="patients", marked=True)
        for name, (files, _) in _INPUTS.items()
    },
}
"""The kinds, under names that say whether the files are read or only looked at."""
