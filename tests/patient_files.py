"""Files that readers of patients are tested on: of true form, their patients made up.

``MSK_MET_COLUMNS`` is the header of the sample table of MSK-MET in its order; nothing else here
comes from that study.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import TYPE_CHECKING, Final

from metastasis._catalog import read_catalog

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from metastasis._evidence.assertion import Assertion

PRIMARIES: Final = read_catalog().primaries

FLAG_SITES: Final = {
    "DMETS_DX_ADRENAL_GLAND": "Adrenal Gland",
    "DMETS_DX_BILIARY_TRACT": "Biliary tract",
    "DMETS_DX_BLADDER_UT": "Bladder/UT",
    "DMETS_DX_BONE": "Bone",
    "DMETS_DX_BOWEL": "Bowel",
    "DMETS_DX_BREAST": "Breast",
    "DMETS_DX_CNS_BRAIN": "CNS/Brain",
    "DMETS_DX_DIST_LN": "Distant LN",
    "DMETS_DX_FEMALE_GENITAL": "Female Genital",
    "DMETS_DX_HEAD_NECK": "Head and Neck",
    "DMETS_DX_INTRA_ABDOMINAL": "Intra-Abdominal",
    "DMETS_DX_KIDNEY": "Kidney",
    "DMETS_DX_LIVER": "Liver",
    "DMETS_DX_LUNG": "Lung",
    "DMETS_DX_MALE_GENITAL": "Male Genital",
    "DMETS_DX_MEDIASTINUM": "Mediastinum",
    "DMETS_DX_OVARY": "Ovary",
    "DMETS_DX_PLEURA": "Pleura",
    "DMETS_DX_PNS": "PNS",
    "DMETS_DX_SKIN": "Skin",
    "DMETS_DX_UNSPECIFIED": "Unspecified",
}
"""The 21 flags, and the sites that the web export names after ``Distant Mets:``."""

MSK_MET_COLUMNS: Final = (
    "SAMPLE_ID",
    "PATIENT_ID",
    "ORGAN_SYSTEM",
    "ONCOTREE_CODE",
    "SUBTYPE",
    "SUBTYPE_ABBREVIATION",
    "SAMPLE_TYPE",
    "PRIMARY_SITE",
    "METASTATIC_SITE",
    "GENE_PANEL",
    "TUMOR_PURITY",
    "SAMPLE_COVERAGE",
    "IS_DIST_MET_MAPPED",
    "MET_COUNT",
    "MET_SITE_COUNT",
    "CANCER_TYPE",
    "CANCER_TYPE_DETAILED",
    "FGA",
    "MSI_SCORE",
    "MSI_TYPE",
    *FLAG_SITES,
    "TMB_NONSYNONYMOUS",
)
"""The 42 columns of the sample table, in order."""

PATIENT_COLUMNS: Final = ("PATIENT_ID", "SEX", "RACE", "AGE_AT_EVIDENCE_OF_METS")

_DISPLAY: Final = {
    "SAMPLE_ID": "Sample ID",
    "PATIENT_ID": "Patient ID",
    "ONCOTREE_CODE": "Oncotree Code",
    "SUBTYPE": "Subtype",
    "SAMPLE_TYPE": "Sample Type",
    "METASTATIC_SITE": "Metastatic Site",
    "IS_DIST_MET_MAPPED": "Metastatic patient",
    "CANCER_TYPE": "Cancer Type",
    "CANCER_TYPE_DETAILED": "Cancer Type Detailed",
    "SEX": "Sex",
    **{flag: f"Distant Mets: {site}" for flag, site in FLAG_SITES.items()},
}

_CANCERS: Final = {
    "IDC": ("Breast Cancer", "Breast Invasive Ductal Carcinoma"),
    "PRAD": ("Prostate Cancer", "Prostate Adenocarcinoma"),
    "LUAD": ("Non-Small Cell Lung Cancer", "Lung Adenocarcinoma"),
    "COAD": ("Colorectal Cancer", "Colon Adenocarcinoma"),
    "NSCLC": ("Non-Small Cell Lung Cancer", "Non-Small Cell Lung Cancer"),
    "SKCM": ("Melanoma", "Cutaneous Melanoma"),
    "ZZZ": ("Odd Cancer", "Very Odd Cancer"),
}


def sample(
    patient: str,
    code: str,
    *flags: str,
    kind: str = "Primary",
    site: str = "",
    mark: str = "TRUE",
    number: int = 1,
    subtype: str = "",
) -> dict[str, str]:
    """Return a row of the sample table; ``flags`` name the sites that say Yes."""
    cancer, detailed = _CANCERS[code]
    answers = {flag: "Yes" if site in flags else "No" for flag, site in FLAG_SITES.items()}
    return {
        **dict.fromkeys(MSK_MET_COLUMNS, ""),
        "SAMPLE_ID": f"{patient}-T{number:02}",
        "PATIENT_ID": patient,
        "ONCOTREE_CODE": code,
        "SUBTYPE": subtype,
        "SAMPLE_TYPE": kind,
        "METASTATIC_SITE": site,
        "IS_DIST_MET_MAPPED": mark,
        "CANCER_TYPE": cancer,
        "CANCER_TYPE_DETAILED": detailed,
        **answers,
    }


def patient(key: str, sex: str, age: str = "") -> dict[str, str]:
    """Return a row of the patient table."""
    return {"PATIENT_ID": key, "SEX": sex, "RACE": "", "AGE_AT_EVIDENCE_OF_METS": age}


SAMPLES: Final = (
    sample("M-01", "IDC", "Bone", "Liver", "Ovary", subtype="HR+"),
    sample("M-02", "IDC", "Liver", "Unspecified", kind="Metastasis", site="Liver", subtype="HR-"),
    sample("M-03", "IDC", kind="Metastasis", site="Lymph", mark="FALSE"),
    sample("M-04", "PRAD", "Bone", "Bladder/UT"),
    sample("M-05", "PRAD", mark="FALSE"),
    sample("M-06", "LUAD", "Lung", "CNS/Brain", "Ovary", kind="Metastasis", site="Lung"),
    sample("M-06", "LUAD", "Lung", "CNS/Brain", kind="Metastasis", site="Lung", number=2),
    sample("M-06", "LUAD", "Lung", "CNS/Brain", kind="Metastasis", site="CNS/Brain", number=3),
    sample("M-07", "LUAD", "Unspecified", "Distant LN", kind="Metastasis", site="Distant LN"),
    sample("M-08", "SKCM", "Skin", site="Skin"),
    sample("M-09", "ZZZ", "Bone"),
    sample("M-10", "COAD", "Liver"),
    sample("M-10", "LUAD", "Liver", number=2),
    sample("M-11", "LUAD", "Biliary tract", kind="Metastasis", site="Biliary tract"),
    sample("M-11", "NSCLC", "Biliary tract", number=2),
    sample("M-12", "LUAD", "Bone", kind="Metastasis", mark="FALSE"),
)
"""Made-up samples, with every quirk of the real ones."""

PATIENTS: Final = (
    patient("M-01", "Female", "50.1"),
    patient("M-02", "Female", "61.0"),
    patient("M-03", "Female", "44.4"),
    patient("M-04", "Male"),
    patient("M-05", "Male", "70"),
    patient("M-06", "Female", "58"),
    patient("M-07", "Male", "66"),
    patient("M-08", "Male", "39"),
    patient("M-09", "Male", "41"),
    patient("M-10", "Female", "52"),
    patient("M-11", "Male", "63"),
    patient("M-12", ""),
    patient("M-13", "Male", "77"),
)
"""The patients of :data:`SAMPLES`, and one without a sample."""


def table_text(
    rows: Iterable[Mapping[str, str]], columns: Sequence[str], delimiter: str = "\t"
) -> str:
    """Return rows as a text table."""
    text = io.StringIO()
    writer = csv.DictWriter(
        text, columns, delimiter=delimiter, lineterminator="\n", extrasaction="ignore"
    )
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def datahub_text(rows: Iterable[Mapping[str, str]], columns: Sequence[str]) -> str:
    """Return rows as a table of the datahub: four lines with ``#`` above the header."""
    names = [_DISPLAY.get(column, column) for column in columns]
    head = [names, names, ["STRING"] * len(columns), ["1"] * len(columns)]
    lines = "".join("#" + "\t".join(line) + "\n" for line in head)
    return lines + table_text(rows, columns)


def web_text(
    rows: Iterable[Mapping[str, str]], columns: Sequence[str], study: str | None = None
) -> str:
    """Return rows as the web exports them: with display names, and the study if it is named."""
    names = [_DISPLAY[column] for column in columns]
    shown = [
        {"Study ID": study or "", **{_DISPLAY[column]: row[column] for column in columns}}
        for row in rows
    ]
    return table_text(shown, ["Study ID", *names] if study else names)


def write_study(
    folder: Path,
    samples: Iterable[Mapping[str, str]] = SAMPLES,
    patients: Iterable[Mapping[str, str]] = PATIENTS,
    key: str = "made_up_2026",
) -> Path:
    """Write a study folder of the datahub and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "data_clinical_sample.txt").write_text(datahub_text(samples, MSK_MET_COLUMNS))
    (folder / "data_clinical_patient.txt").write_text(datahub_text(patients, PATIENT_COLUMNS))
    (folder / "meta_study.txt").write_text(
        f"type_of_cancer: mixed\ncancer_study_identifier: {key}\nname: Made-up Study\n"
        "description: Patients that do not exist\ncitation: Nobody et al. 2026\npmid: 1\n"
    )
    return folder


SEER_COLUMNS: Final = (
    "Patient ID",
    "Sex",
    "Age recode with <1 year olds",
    "Year of diagnosis",
    "Site recode ICD-O-3/WHO 2008",
    "Behavior code ICD-O-3",
    "Combined Summary Stage (2004+)",
    "Sequence number",
    "SEER Combined Mets at DX-bone (2010+)",
    "SEER Combined Mets at DX-brain (2010+)",
    "SEER Combined Mets at DX-liver (2010+)",
    "SEER Combined Mets at DX-lung (2010+)",
    "Mets at DX-Distant LN (2016+)",
    "Mets at DX-Other (2016+)",
)
"""A case listing as SEER*Stat exports it; patients and figures made up."""

SEER_SITES: Final = dict(
    zip(("bone", "brain", "liver", "lung", "nodes", "other"), SEER_COLUMNS[8:], strict=True)
)

_YES: Final = {
    "nodes": "Yes; distant lymph node metastases",
    "other": "Yes; distant mets in known site(s) other than bone, brain, liver, lung, dist LN",
}
_NO: Final = {"nodes": "None; no lymph node metastases", "other": "None; no other metastases"}


def record(
    patient: str,
    cancer: str,
    *yes: str,
    year: int = 2017,
    sex: str = "Male",
    stage: str | None = None,
    sequence: str = "One primary only",
    behavior: str = "Malignant",
    **answers: str,
) -> dict[str, str]:
    """Return a record of a case listing; ``yes`` names the sites involved."""
    cells = {}
    for name, header in SEER_SITES.items():
        since = 2016 if name in ("nodes", "other") else 2010
        said = _YES.get(name, "Yes") if name in yes else _NO.get(name, "No")
        cells[header] = answers.get(name, said if year >= since else "Blank(s)")
    return {
        "Patient ID": patient,
        "Sex": sex,
        "Age recode with <1 year olds": "60-64 years",
        "Year of diagnosis": str(year),
        "Site recode ICD-O-3/WHO 2008": cancer,
        "Behavior code ICD-O-3": behavior,
        "Combined Summary Stage (2004+)": stage or ("Distant" if yes else "Localized"),
        "Sequence number": sequence,
        **cells,
    }


def counted_under(primary: str) -> set[str]:
    """Return the primaries that a patient counts under: their own, and those above it by parents.

    Groupings, which pool several cancers, are none of them.
    """
    found = {primary}
    ahead = list(PRIMARIES[primary].parents)
    while ahead:
        parent = ahead.pop()
        if PRIMARIES[parent].kind != "grouping":
            found.add(parent)
        ahead += PRIMARIES[parent].parents
    return found


def rolled_up(counts: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    """Return counts of pairs of primary and site, those of subtypes under the broader too."""
    found: Counter[tuple[str, str]] = Counter()
    for (primary, site), count in counts.items():
        for broader in counted_under(primary):
            found[broader, site] += count
    return dict(found)


def counted_once(assertions: Iterable[Assertion]) -> list[Assertion]:
    """Return those of primaries that are no subtype of another one counted."""
    every = list(assertions)
    counted = {one.primary for one in every}
    return [one for one in every if counted_under(one.primary) & counted == {one.primary}]
