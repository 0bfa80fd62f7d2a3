"""cBioPortal studies of other centers: tumor sites, timelines, GENIE's types, and no sites."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import pytest

from metastasis._errors import TableError
from metastasis.patients import open_engine, read_cbioportal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from metastasis.patients import Engine, Ingested

Figures = dict[tuple[str, str], tuple[int, int]]

CHORD: Final = {
    "ADRENAL_GLANDS": "Tumor Site: Adrenal Glands (NLP)",
    "BONE": "Tumor Site: Bone (NLP)",
    "CNS_BRAIN": "Tumor Site: CNS/Brain (NLP)",
    "INTRA_ABDOMINAL": "Tumor Site: Intra Abdominal",
    "LIVER": "Tumor Site: Liver (NLP)",
    "LUNG": "Tumor Site: Lung (NLP)",
    "LYMPH_NODES": "Tumor Site: Lymph Node (NLP)",
    "OTHER": "Tumor Site: Other (NLP)",
    "PLEURA": "Tumor Site: Pleura (NLP)",
    "REPRODUCTIVE_ORGANS": "Tumor Site: Reproductive Organs (NLP)",
}
KEYS: Final = {
    "ADRENAL_GLANDS": "adrenal_gland",
    "BONE": "bone",
    "CNS_BRAIN": "cns",
    "INTRA_ABDOMINAL": "abdomen",
    "LIVER": "liver",
    "LUNG": "lung",
    "LYMPH_NODES": "lymph_node",
    "OTHER": "unspecified",
    "PLEURA": "pleura",
    "REPRODUCTIVE_ORGANS": "genital_organs",
}
EVENTS: Final = {
    "ADRENAL_GLANDS": "Adrenal Glands",
    "BONE": "Bone",
    "CNS_BRAIN": "CNS/Brain",
    "INTRA_ABDOMINAL": "Intra-Abdominal",
    "LIVER": "Liver",
    "LUNG": "Lung",
    "LYMPH_NODES": "Lymph Nodes",
    "OTHER": "Other",
    "PLEURA": "Pleura",
    "REPRODUCTIVE_ORGANS": "Reproductive Organs",
}
CANCERS: Final = {"LUAD": "luad", "COAD": "colon", "PRAD": "prostate_adenocarcinoma"}
HOME: Final = {
    "luad": {"lung"},
    "colon": {"abdomen"},
    "prostate_adenocarcinoma": {"genital_organs"},
}
NO_MARK: Final = {"lymph_node", "unspecified"}
"""Sites that show no metastasis: nodes may be regional, and other sites the primary's own."""
PATIENTS: Final[Sequence[tuple[str, str, Mapping[str, int]]]] = (
    ("C-1", "LUAD", {"LUNG": -400, "BONE": 30, "LIVER": 30}),
    ("C-2", "LUAD", {"LUNG": 0}),
    ("C-3", "LUAD", {"LUNG": 5, "LYMPH_NODES": 5, "OTHER": 9}),
    ("C-4", "COAD", {"INTRA_ABDOMINAL": -10, "LIVER": 12, "LUNG": 80}),
    ("C-5", "COAD", {}),
    ("C-6", "PRAD", {"REPRODUCTIVE_ORGANS": 1, "BONE": -3}),
    ("C-7", "PRAD", {"BONE": 100, "INTRA_ABDOMINAL": 100}),
)
"""Patients, their cancers, and on which day a scan first showed a tumor at each site."""


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


def datahub(path: Path, rows: Sequence[Mapping[str, str]], shown: Mapping[str, str]) -> Path:
    """Write a table of the datahub, with four lines above its header."""
    names = list(rows[0])
    lines = ["#" + "\t".join(shown.get(one, one.title()) for one in names)]
    lines += ["#" + "\t".join([mark] * len(names)) for mark in ("text", "STRING", "1")]
    lines += ["\t".join(names), *("\t".join(row[one] for one in names) for row in rows)]
    path.write_text("\n".join(lines) + "\n")
    return path


def samples(kinds: Mapping[str, str] | None = None) -> list[dict[str, str]]:
    """Return a sample for each patient, of the primary tumor unless told."""
    return [
        {
            "SAMPLE_ID": f"{patient}-T1",
            "PATIENT_ID": patient,
            "ONCOTREE_CODE": code,
            "SAMPLE_TYPE": (kinds or {}).get(patient, "Primary"),
        }
        for patient, code, _ in PATIENTS
    ]


def flagged(never: str = "C-5") -> list[dict[str, str]]:
    """Return a row a patient with ten flags; of the patient told nobody looked."""
    return [
        {
            "PATIENT_ID": patient,
            "SEX": "Male",
            **{one: "" if patient == never else "Yes" if one in sites else "No" for one in CHORD},
        }
        for patient, _, sites in PATIENTS
    ]


def events() -> list[dict[str, str]]:
    """Return a row an event, later scans and scans without a finding among them."""
    rows = [
        {
            "PATIENT_ID": patient,
            "START_DATE": str(day + later),
            "STOP_DATE": "",
            "EVENT_TYPE": "Diagnosis",
            "TUMOR_SITE": EVENTS[site],
        }
        for patient, _, sites in PATIENTS
        for site, day in sites.items()
        for later in (0, 60)
    ]
    rows.append({**rows[0], "PATIENT_ID": "C-2", "TUMOR_SITE": "No Tumor Sites"})
    rows.append({**rows[0], "PATIENT_ID": "Z-9", "TUMOR_SITE": "Bone"})
    return rows


def expected(*, metastatic: bool) -> Figures:
    """Count the patients by hand: out of those looked at, and without the primary itself."""
    totals: dict[str, int] = defaultdict(int)
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for patient, code, sites in PATIENTS:
        cancer = CANCERS[code]
        found = {KEYS[one] for one in sites} - HOME[cancer]
        if patient == "C-5" or (metastatic and not found - NO_MARK):
            continue
        totals[cancer] += 1
        for site in found:
            counts[cancer, site] += 1
    return {pair: (count, totals[pair[0]]) for pair, count in counts.items()}


def figures(found: Ingested, denominator: str) -> Figures:
    """Return count and total of each pair of the cancers told here."""
    return {
        (row.primary, row.site): (row.count or 0, row.total or 0)
        for row in found.assertions
        if row.denominator == denominator and row.primary in HOME
    }


def check_chord(found: Ingested) -> None:
    """Hold what was read to the count by hand."""
    assert figures(found, "all_patients") == expected(metastatic=False)
    assert figures(found, "metastatic_patients") == expected(metastatic=True)
    assert {row.setting for row in found.assertions} == {"during_course"}
    assert not [row for row in found.assertions if row.site in HOME.get(row.primary, ())]
    assert found.report.metastatic == 4


def test_tumor_sites_are_read_by_what_they_are_displayed_as(tmp_path: Path, engine: Engine) -> None:
    """The folder names its columns LIVER and BONE, and displays the tumor site above them."""
    datahub(tmp_path / "data_clinical_sample.txt", samples(), {})
    datahub(tmp_path / "data_clinical_patient.txt", flagged(), CHORD)
    found = read_cbioportal(tmp_path, engine=engine)
    check_chord(found)
    assert "Tumor Site: Liver (NLP)" in {row.locator for row in found.assertions}
    assert found.report.warnings == ()


def test_the_web_export_says_the_same(tmp_path: Path, engine: Engine) -> None:
    """One table for display, as from the website."""
    of_patient = {row["PATIENT_ID"]: row for row in flagged()}
    rows = [
        {
            "Study ID": "msk_chord_2024",
            "Patient ID": row["PATIENT_ID"],
            "Sample ID": row["SAMPLE_ID"],
            "Oncotree Code": row["ONCOTREE_CODE"],
            "Sample Type": row["SAMPLE_TYPE"],
            **{name: of_patient[row["PATIENT_ID"]][one] for one, name in CHORD.items()},
        }
        for row in samples()
    ]
    lines = ["\t".join(rows[0]), *("\t".join(row.values()) for row in rows)]
    file = tmp_path / "msk_chord_2024_clinical_data.tsv"
    file.write_text("\n".join(lines) + "\n")
    check_chord(read_cbioportal(file, engine=engine))


def test_identifiers_alone_are_known_all_together(tmp_path: Path, engine: Engine) -> None:
    """Without the lines above, the ten identifiers can only be those of MSK-CHORD."""
    datahub(tmp_path / "data_clinical_sample.txt", samples(), {})
    datahub(tmp_path / "data_clinical_patient.txt", flagged(), {})
    check_chord(read_cbioportal(tmp_path, engine=engine))


def test_a_timeline_is_evidence_where_nothing_is_flagged(tmp_path: Path, engine: Engine) -> None:
    """Who has no event was not looked at; no tumor sites is a look that found none."""
    sample = datahub(tmp_path / "data_clinical_sample.txt", samples(), {})
    timeline = datahub(tmp_path / "data_timeline_tumor_sites.txt", events(), {})
    datahub(tmp_path / "data_timeline_treatment.txt", [{"PATIENT_ID": "C-1", "AGENT": "x"}], {})
    for file in (sample, timeline):  # They may be packed inside the folder.
        packed = file.with_name(f"{file.name}.gz")
        packed.write_bytes(gzip.compress(file.read_bytes()))
        file.unlink()
    found = read_cbioportal(tmp_path, engine=engine, sequences=tmp_path / "order.csv")
    check_chord(found)
    told = {one.text.partition(":")[0]: one.count for one in found.report.notices}
    name = "data_timeline_tumor_sites.txt.gz"
    every = sum(2 * len(sites) for _, _, sites in PATIENTS)
    assert told[f"events of {name} of patients of the study"] == every + 1
    other = "of patients that the study's other tables do not have"
    assert told[f"events of {name} {other}"] == 1
    check_sequences(tmp_path / "order.csv")


def check_sequences(file: Path) -> None:
    """Hold the sequences to the first days, without the primary itself."""
    with file.open() as stream:
        rows = list(csv.DictReader(stream))
    first = {
        (patient, KEYS[site]): day
        for patient, code, sites in PATIENTS
        for site, day in sites.items()
        if KEYS[site] not in HOME[CANCERS[code]]
    }
    assert {(row["patient"], row["site"]): int(row["day"]) for row in rows} == first
    for row in rows:
        days = {day for (patient, _), day in first.items() if patient == row["patient"]}
        assert int(row["order"]) == 1 + sorted(days).index(int(row["day"]))


def test_sequences_come_beside_flags(tmp_path: Path, engine: Engine) -> None:
    """Flags are counted, the timeline is not counted again, and its days are written."""
    datahub(tmp_path / "data_clinical_sample.txt", samples(), {})
    datahub(tmp_path / "data_clinical_patient.txt", flagged(), CHORD)
    datahub(tmp_path / "data_timeline_tumor_sites.txt", events(), {})
    plain = read_cbioportal(tmp_path, engine=engine)
    assert any("--sequences" in str(one) for one in plain.report.remarks)
    found = read_cbioportal(tmp_path, engine=engine, sequences=tmp_path / "order.csv")
    assert found.assertions == plain.assertions
    check_chord(found)
    check_sequences(tmp_path / "order.csv")


def test_sequences_without_days_are_refused(tmp_path: Path, engine: Engine) -> None:
    """What would hold the days is named."""
    datahub(tmp_path / "data_clinical_sample.txt", samples(), {})
    with pytest.raises(TableError, match=r"data_timeline_tumor_sites\.txt"):
        read_cbioportal(tmp_path, engine=engine, sequences=tmp_path / "order.csv")


def test_a_study_with_sample_types_alone_says_what_can_be_had(
    tmp_path: Path, engine: Engine
) -> None:
    """No pair, but so many metastases of so many patients, and where sites would stand."""
    kinds = {"C-1": "Metastasis", "C-4": "METASTATIC", "C-6": "Lymph Node Metastasis"}
    rows = [*samples(kinds), {**samples(kinds)[0], "SAMPLE_ID": "C-1-T2"}]
    datahub(tmp_path / "data_clinical_sample.txt", rows, {})
    found = read_cbioportal(tmp_path, engine=engine)
    assert found.assertions == ()
    told = found.report.warnings[0]
    assert "no site of metastasis" in told
    assert "METASTATIC_SITE" in told
    counted = {one.text: one.count for one in found.report.notices}
    assert counted["samples of a metastasis"] == 4
    assert counted["samples in all"] == 8
    assert counted["patients with a sample of a metastasis"] == 3
    assert found.report.metastatic == 3


@pytest.mark.parametrize("is_coded", [False, True])
def test_the_detailed_sample_type_of_genie_names_nodes_and_distant_organs(
    tmp_path: Path, engine: Engine, *, is_coded: bool
) -> None:
    """A metastasis of a site not specified is one of no site, and a local recurrence is none."""
    words = {
        "C-1": ("Primary tumor", "1"),
        "C-2": ("Lymph node metastasis", "2"),
        "C-3": ("Distant organ metastasis", "3"),
        "C-4": ("Lymph node metastasis", "2"),
        "C-5": ("Metastasis site unspecified", "4"),
        "C-6": ("Local recurrence", "5"),
        "C-7": ("Distant organ metastasis", "3"),
    }
    rows = [
        {**row, "SAMPLE_TYPE": "", "SAMPLE_TYPE_DETAILED": words[row["PATIENT_ID"]][is_coded]}
        for row in samples()
    ]
    datahub(tmp_path / "data_clinical_sample.txt", rows, {})
    found = read_cbioportal(tmp_path, engine=engine)
    assert figures(found, "records") == {
        ("luad", "lymph_node"): (1, 2),
        ("luad", "distant_unspecified"): (1, 2),
        ("colon", "lymph_node"): (1, 1),
        ("prostate_adenocarcinoma", "distant_unspecified"): (1, 1),
    }
    out = {one.reason: one.count for one in found.report.rows}
    assert out["metastasis samples without a site"] == 1
    assert out["samples of the primary tumor"] == 1
    assert found.report.rows_used + sum(out.values()) == len(rows)


def test_flags_at_diagnosis_are_counted_apart_from_those_of_the_course(
    tmp_path: Path, engine: Engine
) -> None:
    """No reading is preferred: both come out, each under its setting, beside what was sampled."""
    rows = [
        {
            **row,
            "SAMPLE_TYPE": "Metastasis",
            "METASTATIC_SITE": "Bone",
            "METS_AT_DX_BONE": "Yes" if row["PATIENT_ID"] == "C-1" else "No",
            "DMETS_DX_BONE": "No" if row["PATIENT_ID"] == "C-2" else "Yes",
        }
        for row in samples()
    ]
    datahub(tmp_path / "data_clinical_sample.txt", rows, {})
    found = read_cbioportal(tmp_path, engine=engine)
    bone = {
        (row.setting, row.denominator): (row.count, row.total)
        for row in found.assertions
        if (row.primary, row.site) == ("luad", "bone")
    }
    assert bone["at_diagnosis", "all_patients"] == (1, 3)
    assert bone["during_course", "all_patients"] == (2, 3)
    assert bone["during_course", "records"] == (3, 3)


def test_a_column_of_sites_that_never_answers_is_not_known(tmp_path: Path, engine: Engine) -> None:
    """Free text under a header of a site is no answer, and denies nothing."""
    rows = [
        {**row, "BONE_METS": f"see note {number}", "LIVER_METS": "Yes" if number else "No"}
        for number, row in enumerate(samples())
    ]
    datahub(tmp_path / "data_clinical_sample.txt", rows, {})
    found = read_cbioportal(tmp_path, engine=engine, zeros=True)
    assert {row.site for row in found.assertions} == {"liver"}


def test_nodes_alone_make_no_patient_metastatic(tmp_path: Path, engine: Engine) -> None:
    """A node may be regional unless it is called distant; the user may count it all the same."""
    rows = [
        {
            **row,
            "DMETS_LYMPH_NODE": "Yes" if row["PATIENT_ID"] == "C-1" else "No",
            "DMETS_DISTANT_LN": "Yes" if row["PATIENT_ID"] == "C-2" else "No",
        }
        for row in samples()
    ]
    datahub(tmp_path / "data_clinical_sample.txt", rows, {})
    found = read_cbioportal(tmp_path, engine=engine)
    assert found.report.metastatic == 1
    assert figures(found, "metastatic_patients")["luad", "lymph_node"] == (1, 1)
    counted = read_cbioportal(tmp_path, engine=engine, nodes="count")
    assert counted.report.metastatic == 2


@pytest.mark.slow
@pytest.mark.xdist_group("spark")
def test_spark_says_the_same_of_a_timeline(tmp_path: Path, spark: Engine) -> None:
    """Every new expression runs on Spark as on DuckDB."""
    datahub(tmp_path / "data_clinical_sample.txt", samples(), {})
    datahub(tmp_path / "data_timeline_tumor_sites.txt", events(), {})
    check_chord(read_cbioportal(tmp_path, engine=spark))
