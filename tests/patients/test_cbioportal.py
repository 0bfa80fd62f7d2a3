"""cBioPortal studies: what comes out of each form, each quirk of the real files, and bad files."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import pytest

from metastasis._catalog import read_catalog
from metastasis._errors import ReadError, TableError, UnknownNameError
from metastasis.patients._cbioportal.reader import read_cbioportal
from metastasis.patients._cbioportal.study import Study
from metastasis.patients._engines.engine import open_engine
from metastasis.patients._words.answers import site_columns
from patient_files import (
    FLAG_SITES,
    MSK_MET_COLUMNS,
    PATIENTS,
    SAMPLES,
    counted_once,
    counted_under,
    datahub_text,
    patient,
    rolled_up,
    sample,
    web_text,
    write_study,
)
from shared_data import shared_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from metastasis._evidence.assertion import Assertion
    from metastasis.patients import Ingested
    from metastasis.patients._engines.engine import Engine

Row = dict[str, str]

WEB_COLUMNS: Final = (
    "PATIENT_ID",
    "SAMPLE_ID",
    "ONCOTREE_CODE",
    "CANCER_TYPE",
    "CANCER_TYPE_DETAILED",
    "SAMPLE_TYPE",
    "METASTATIC_SITE",
    "IS_DIST_MET_MAPPED",
)
"""A web export without flags, as the real one of MSK-MET is."""


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> Ingested:
    folder = write_study(tmp_path_factory.mktemp("study"))
    return read_cbioportal(folder, engine=engine)


def read_samples(
    folder: Path, engine: Engine, samples: Sequence[Row], **options: str | bool
) -> Ingested:
    """Read samples as a web export without flags."""
    file = folder / "trial_clinical_data.tsv"
    file.write_text(web_text(samples, WEB_COLUMNS))
    return read_cbioportal(file, engine=engine, **options)  # type: ignore[arg-type]


def figures(found: Ingested, denominator: str) -> dict[tuple[str, str], tuple[int, int]]:
    """Return count and total of each pair."""
    return {
        (row.primary, row.site): (row.count or 0, row.total or 0)
        for row in found.assertions
        if row.denominator == denominator
    }


def shares(sequenced: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], tuple[int, int]]:
    """Return count and total of each pair, from the metastases sequenced of each finest cancer.

    No patient has two of them; distant nodes are nodes.
    """
    counts = Counter(rolled_up(sequenced))
    totals: Counter[str] = Counter()
    for (primary, site), count in list(counts.items()):
        totals[primary] += count
        if site == "lymph_node_distant":
            counts[primary, "lymph_node"] += count
    return {pair: (count, totals[pair[0]]) for pair, count in counts.items()}


def notices(found: Ingested) -> Counter[str]:
    """Return how many each text of a notice counts; the texts up to their colon."""
    told: Counter[str] = Counter()
    for one in found.report.notices:
        told[one.text.partition(":")[0]] += one.count
    return told


# What the flags say


KEYS: Final = {
    "IDC": "breast_ductal",
    "PRAD": "prostate_adenocarcinoma",
    "LUAD": "luad",
    "SKCM": "melanoma_skin",
}
"""What the codes of patients with one cancer mean; M-09, M-10 and M-13 are left out."""

SITES: Final = {
    "Bone": "bone",
    "Liver": "liver",
    "Unspecified": "unspecified",
    "Bladder/UT": "bladder",
    "Lung": "lung",
    "CNS/Brain": "cns",
    "Distant LN": "lymph_node_distant",
    "Skin": "skin",
    "Biliary tract": "digestive_other",
    "Lymph": "lymph_node",
}


def naive_flags(*, metastatic: bool) -> dict[tuple[str, str], tuple[int, int]]:
    """Count the made-up patients by hand: sets of patients, one loop."""
    cancers = {"M-11": "nsclc"}
    patients: dict[str, set[str]] = {}
    seen: dict[tuple[str, str], set[str]] = {}
    for row in SAMPLES:
        key = row["PATIENT_ID"]
        cancer = cancers.get(key) or KEYS.get(row["ONCOTREE_CODE"])
        if not cancer or key == "M-10" or (metastatic and row["IS_DIST_MET_MAPPED"] != "TRUE"):
            continue
        sites = {SITES[label] for flag, label in FLAG_SITES.items() if is_seen(row, flag, label)}
        sites |= {"lymph_node"} if "lymph_node_distant" in sites else set()
        for primary in counted_under(cancer):
            patients.setdefault(primary, set()).add(key)
            for site in sites:
                seen.setdefault((primary, site), set()).add(key)
    return {pair: (len(keys), len(patients[pair[0]])) for pair, keys in seen.items()}


def is_seen(row: Row, flag: str, label: str) -> bool:
    """Return whether a flag says Yes for a site that both sexes have."""
    return row[flag] == "Yes" and label in SITES


@pytest.mark.parametrize(
    ("denominator", "metastatic"), [("all_patients", False), ("metastatic_patients", True)]
)
def test_the_flags_are_counted_out_of_all_and_out_of_metastatic_patients(
    study: Ingested, denominator: str, metastatic: bool
) -> None:
    found = figures(study, denominator)
    of_one_sex = {pair for pair in found if pair[1] == "ovary"}
    assert {pair: found[pair] for pair in found.keys() - of_one_sex} == naive_flags(
        metastatic=metastatic
    )


def test_flags_are_of_any_time_in_the_course(study: Ingested) -> None:
    flags = [row for row in study.assertions if row.denominator != "records"]
    assert {(row.setting, row.occurrence, row.relation) for row in flags} == {
        ("during_course", "any", "metastasis")
    }
    bone = next(row for row in flags if row.site == "bone")
    assert (bone.locator, bone.reading) == ("DMETS_DX_BONE", "computed")


def test_a_site_of_one_sex_is_counted_among_that_sex(study: Ingested) -> None:
    ovary = next(
        row
        for row in study.assertions
        if (row.primary, row.site, row.denominator) == ("luad", "ovary", "all_patients")
    )
    assert (ovary.count, ovary.total, ovary.population) == (1, 1, "female patients")


@pytest.mark.slow
def test_a_flag_that_says_neither_is_not_known(tmp_path: Path, engine: Engine) -> None:
    rows = [sample(f"P-{number}", "IDC", "Liver") for number in range(3)]
    rows[0]["DMETS_DX_LIVER"] = ""
    rows[1]["DMETS_DX_BONE"] = "NA"
    found = read_cbioportal(write_study(tmp_path, rows, []), engine=engine, zeros=True, zeros_of=1)
    counted = figures(found, "all_patients")
    assert counted["breast_ductal", "liver"] == (2, 2)
    assert counted["breast_ductal", "bone"] == (0, 2)
    assert counted["breast_ductal", "skin"] == (0, 3)
    assert notices(found)["samples with flags that say neither Yes nor No"] == 2


# What the sequenced sites say


def test_sequenced_sites_are_shares_of_records_one_a_patient_and_site(study: Ingested) -> None:
    found = figures(study, "records")
    sequenced = [
        ("breast_ductal", "liver"),
        ("breast_ductal", "lymph_node"),
        ("luad", "cns"),
        ("luad", "lung"),
        ("luad", "lymph_node_distant"),
        ("nsclc", "digestive_other"),
    ]
    assert found == shares(dict.fromkeys(sequenced, 1))
    assert found["luad", "lung"] == (1, 3)
    assert found["nsclc", "lung"] == found["nsclc", "digestive_other"] == (1, 4)
    notes = [row.note or "" for row in study.assertions if row.denominator == "records"]
    assert all("not how often the site is involved" in note for note in notes)


@pytest.mark.slow
def test_every_sample_is_a_sequenced_metastasis_or_is_not_for_a_reason(study: Ingested) -> None:
    told = [one for one in study.report.notices if one.rule == "sequenced sites"]
    records = [one for one in study.assertions if one.denominator == "records"]
    totals = {one.primary: one.total or 0 for one in counted_once(records)}
    counted = sum(totals.values())
    assert counted + sum(one.count for one in told) == len(SAMPLES)


def test_distant_nodes_are_nodes_too_and_the_locator_says_so(study: Ingested) -> None:
    locators = {
        (row.primary, row.site): row.locator
        for row in study.assertions
        if row.denominator == "records"
    }
    assert locators["breast", "lymph_node"] == "METASTATIC_SITE: Lymph"
    assert locators["lung", "lymph_node"] == "METASTATIC_SITE: Lymph; parts: lymph_node_distant"
    assert locators["lung", "lymph_node_distant"] == "METASTATIC_SITE: Distant LN"


def test_samples_of_the_primary_are_no_metastases_even_with_a_site(study: Ingested) -> None:
    assert ("melanoma_skin", "skin") not in figures(study, "records")
    text = "samples of the primary tumor with a metastatic site"
    assert notices(study)[text] == 1


# Quirks, each by name and rule


@pytest.mark.slow
def test_unspecified_and_biliary_tract_are_kept_and_name_no_organ(study: Ingested) -> None:
    sites = {row.site for row in study.assertions}
    assert {"unspecified", "digestive_other"} <= sites
    assert "biliary_tract" not in sites
    told = [one.text for one in study.report.notices if one.rule == "unspecified"]
    assert any("'unspecified'" in text for text in told)
    assert not read_catalog().sites["digestive_other"].is_anatomical


def test_contradictions_of_the_mark_are_told_and_the_mark_decides(study: Ingested) -> None:
    told = notices(study)
    assert told["metastasis samples of patients marked not metastatic"] == 2
    assert told["patients marked not metastatic with an age at first metastasis"] == 2
    assert told["patients marked not metastatic with a site flagged"] == 1
    assert told["metastatic patients without an age at first metastasis"] == 1
    assert study.report.metastatic == 7


@pytest.mark.slow
def test_evidence_may_decide_instead_of_the_mark(tmp_path: Path, engine: Engine) -> None:
    found = read_cbioportal(write_study(tmp_path), engine=engine, metastatic_by="evidence")
    assert found.report.metastatic == 10
    rules = {one.rule for one in found.report.notices if "marked" in one.text}
    assert rules == {"metastatic-by evidence"}


def test_several_samples_are_one_patient(study: Ingested) -> None:
    assert notices(study)["patients with several samples"] == 3
    assert study.report.patients == len({row["PATIENT_ID"] for row in PATIENTS})


def test_one_cancer_at_two_levels_is_one_cancer(study: Ingested) -> None:
    text = "patients whose samples name one cancer at several levels"
    assert notices(study)[text] == 1
    assert ("nsclc", "digestive_other") in figures(study, "all_patients")


def test_one_code_may_stand_for_several_subtypes(study: Ingested) -> None:
    assert notices(study)["OncoTree codes of several subtypes"] == 1


@pytest.mark.slow
@pytest.mark.parametrize(("choose", "kept"), [("most", counted_under("luad")), ("only", set())])
def test_a_rule_decides_between_different_cancers(
    tmp_path: Path, engine: Engine, choose: str, kept: set[str]
) -> None:
    rows = [
        sample("P-1", "LUAD", kind="Metastasis", site="Liver"),
        sample("P-1", "LUAD", number=2),
        sample("P-1", "COAD", number=3),
    ]
    found = read_samples(tmp_path, engine, rows, choose=choose)
    assert {row.primary for row in found.assertions} == kept
    assert notices(found)["patients with samples of different cancers"] == 1


@pytest.mark.slow
def test_a_patient_twice_with_different_cancers_is_left_out_where_nothing_decides(
    tmp_path: Path, engine: Engine
) -> None:
    rows = [
        sample("P-1", "LUAD", kind="Metastasis", site="Liver"),
        sample("P-1", "COAD", number=2),
        sample("P-2", "COAD", kind="Metastasis", site="Liver"),
    ]
    report = read_samples(tmp_path, engine, rows).report
    assert (report.patients, report.patients_kept) == (2, 1)
    assert ["several primaries" in one.reason for one in report.patients_out] == [True]


def test_own_organ_and_neighbor_are_marked(study: Ingested) -> None:
    notes = {(row.primary, row.site): row.note or "" for row in study.assertions}
    assert "own organ" in notes["luad", "lung"]
    assert "touches" in notes["prostate_adenocarcinoma", "bladder"]


@pytest.mark.slow
def test_blank_cells_state_nothing(tmp_path: Path, engine: Engine) -> None:
    rows = [sample("P-0", "IDC", kind="Metastasis", site="Liver")]
    for number, blank in enumerate(("", "NA", "na", "N/A", " ", "[Not Available]"), start=1):
        with_site = sample(f"P-{number}", "IDC", kind="Metastasis", site="Liver")
        without = sample(f"Q-{number}", "IDC", kind="Metastasis", site=blank, mark=blank)
        rows += [with_site | {"ONCOTREE_CODE": blank, "CANCER_TYPE_DETAILED": blank}, without]
    found = read_samples(tmp_path, engine, rows)
    sequenced = {("breast", "liver"): 6, ("breast_ductal", "liver"): 1}
    assert figures(found, "records") == shares(sequenced)
    assert [(one.reason, one.count) for one in found.report.rows] == [
        ("metastasis samples without a site", 6)
    ]


@pytest.mark.slow
def test_the_cancer_comes_from_the_column_asked_for(tmp_path: Path, engine: Engine) -> None:
    rows = [sample("P-1", "IDC", kind="Metastasis", site="Liver")]
    for column, primary in (("code", "breast_ductal"), ("type", "breast")):
        found = read_samples(tmp_path, engine, rows, primary_from=column)
        assert {row.primary for row in found.assertions} == counted_under(primary)


@pytest.mark.slow
def test_an_unknown_label_is_told_and_may_be_mapped_by_the_user(
    tmp_path: Path, engine: Engine
) -> None:
    rows = [
        sample("P-1", "ZZZ", kind="Metastasis", site="Limbo"),
        sample("P-2", "IDC", kind="Metastasis", site="Limbo"),
        sample("P-3", "IDC", kind="Metastasis", site="Nowhere"),
    ]
    found = read_samples(tmp_path, engine, rows)
    assert {(one.kind, one.label, one.rows) for one in found.report.unmapped} == {
        ("primary", "Odd Cancer", 1),
        ("site", "Limbo", 2),
        ("site", "Nowhere", 1),
    }
    assert not found.assertions
    overrides = {
        ("primary", "Odd Cancer"): "melanoma",
        ("site", "Limbo"): "liver",
        ("site", "Nowhere"): "-",
    }
    file = tmp_path / "trial_clinical_data.tsv"
    mapped = read_cbioportal(file, engine=engine, overrides=overrides)
    sequenced = {("melanoma", "liver"): 1, ("breast_ductal", "liver"): 1}
    assert figures(mapped, "records") == shares(sequenced)
    reasons = [one.reason for one in mapped.report.rows]
    assert reasons == ["metastasis samples of a site that the map file leaves out"]


# Forms


@pytest.mark.slow
def test_the_web_form_says_the_same_as_the_datahub_form(
    tmp_path: Path, engine: Engine, study: Ingested
) -> None:
    columns = [*WEB_COLUMNS, "SUBTYPE", *FLAG_SITES]
    (tmp_path / "made_up_2026_clinical_data.tsv").write_text(
        web_text(SAMPLES, columns, "made_up_2026")
    )
    text = datahub_text(PATIENTS, ("PATIENT_ID", "SEX", "AGE_AT_EVIDENCE_OF_METS"))
    (tmp_path / "data_clinical_patient.txt").write_text(text)
    web = read_cbioportal(tmp_path, engine=engine)
    assert _numbers(web.assertions) == _numbers(study.assertions)
    assert web.source.key == study.source.key == "made-up-2026"


def _numbers(assertions: Sequence[Assertion]) -> set[tuple[object, ...]]:
    return {
        (row.primary, row.site, row.count, row.total, row.denominator, row.population)
        for row in assertions
    }


@pytest.mark.slow
def test_frames_say_the_same_as_files(study: Ingested, engine: Engine) -> None:
    import pandas
    import polars

    frames = {"samples": pandas.DataFrame(list(SAMPLES)), "patients": polars.DataFrame(PATIENTS)}
    found = read_cbioportal(frames, engine=engine, name="made up 2026")
    assert set(found.assertions) == set(study.assertions)


@pytest.mark.slow
def test_a_web_export_beside_the_datahub_table_is_not_counted_twice(
    tmp_path: Path, engine: Engine, study: Ingested
) -> None:
    folder = write_study(tmp_path)
    (folder / "made_up_2026_clinical_data.tsv").write_text(web_text(SAMPLES, WEB_COLUMNS))
    found = read_cbioportal(folder, engine=engine)
    assert found.assertions == study.assertions
    assert any("is not read" in one.text for one in found.report.notices)


@pytest.mark.slow
def test_a_pattern_and_a_list_of_files_are_read(
    tmp_path: Path, engine: Engine, study: Ingested
) -> None:
    folder = write_study(tmp_path)
    (folder / "data_clinical_sample.txt").write_text(datahub_text(SAMPLES, WEB_COLUMNS))
    by_pattern = read_cbioportal(str(folder / "data_clinical_*.txt"), engine=engine)
    by_list = read_cbioportal(sorted(folder.glob("data_*.txt")), engine=engine)
    sequenced = [row for row in study.assertions if row.denominator == "records"]
    assert by_pattern.assertions == by_list.assertions == tuple(sequenced)


@pytest.mark.slow
def test_the_study_names_the_source(study: Ingested, tmp_path: Path, engine: Engine) -> None:
    source = study.source
    assert (source.key, source.citation) == ("made-up-2026", "Nobody et al. 2026")
    assert source.url == "https://pubmed.ncbi.nlm.nih.gov/1/"
    named = read_samples(tmp_path, engine, SAMPLES[:2], name="Our Study")
    assert named.source.key == "our-study"
    assert {row.source for row in named.assertions} == {"our-study"}


@pytest.mark.slow
def test_the_two_licenses_of_msk_met_are_told(tmp_path: Path, engine: Engine) -> None:
    folder = write_study(tmp_path, SAMPLES[:1], PATIENTS[:1], key="msk_met_2021")
    found = read_cbioportal(folder, engine=engine)
    assert "ODbL" in (found.source.license or "")
    assert "CC BY-NC-ND" in (found.source.license or "")
    assert [one.count for one in found.report.notices if one.rule == "license"] == [1]


@pytest.mark.slow
def test_rows_read_are_rows_used_and_left_out(
    study: Ingested, tmp_path: Path, engine: Engine
) -> None:
    assert study.report.rows_read == len(SAMPLES) + len(PATIENTS)
    unnamed = {**sample("", "IDC"), "SAMPLE_ID": "X"}
    found = read_cbioportal(write_study(tmp_path, [*SAMPLES, unnamed]), engine=engine)
    assert found.report.rows_read == len(SAMPLES) + len(PATIENTS) + 1
    assert [(one.reason, one.count) for one in found.report.rows] == [("without a patient", 1)]
    assert found.assertions == study.assertions


def test_the_42_columns_are_those_of_the_study() -> None:
    assert len(MSK_MET_COLUMNS) == len(set(MSK_MET_COLUMNS)) == 42


# The real files


@pytest.mark.slow
def test_the_numbers_of_msk_met_come_out(engine: Engine) -> None:
    folder = shared_path("data", "msk_met_2021", "data_clinical_patient.txt").parent
    found = read_cbioportal(folder, engine=engine)
    assert (found.report.patients, found.report.patients_kept) == (25775, 25775)
    assert found.report.metastatic == 21546
    told = notices(found)
    assert told["metastasis samples of patients marked not metastatic"] == 338
    assert told["patients marked not metastatic with an age at first metastasis"] == 501
    assert told["metastatic patients without an age at first metastasis"] == 2409
    counts: Counter[str] = Counter()
    for row in counted_once(found.assertions):
        counts[row.site] += row.count or 0
    named = ("lymph_node", "liver", "lung", "bone")
    # 44 of the nodes are named distant ones; no patient was sampled at both.
    assert [counts[site] for site in named] == [2305 + 44, 2289, 982, 726]
    assert {row.denominator for row in found.assertions} == {"records"}
    assert "ODbL" in (found.source.license or "")


@pytest.mark.slow
def test_every_row_of_msk_impact_is_accounted_for(engine: Engine) -> None:
    name = "msk_impact_2017_clinical_data.tsv"
    file = shared_path("data", "msk_impact_2017", name)
    found = read_cbioportal(file, engine=engine)
    report = found.report
    assert report.rows_read == 10945
    assert report.rows_used == 10945 - sum(one.count for one in report.rows)
    assert notices(found)["samples of the primary tumor with a metastatic site"] == 47
    left_out = sum(one.count for one in report.patients_out)
    assert (report.patients, report.patients_kept) == (10336, 10336 - left_out)
    assert "Unmapped" not in str(report)
    assert found.source.key == "msk-impact-2017"


@pytest.mark.slow
@pytest.mark.xdist_group("spark")
def test_spark_says_the_same(tmp_path: Path, spark: Engine, study: Ingested) -> None:
    found = read_cbioportal(write_study(tmp_path), engine=spark)
    assert found.assertions == study.assertions
    assert str(found.report) == str(study.report)


# Bad files


def _bad(folder: Path, text: str | bytes, name: str = "bad_clinical_data.tsv") -> Path:
    file = folder / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "empty"),
        ("#a\n#b\n#c\n#d\n", "nothing stands below the comments"),
        (web_text(SAMPLES, WEB_COLUMNS).encode() + b"P-8\t\xc3\xa9\nP-9\tS\xe9\n", "UTF-8"),
    ],
    ids=["empty", "comments only", "mixed encodings"],
)
def test_a_file_that_cannot_be_read_says_why(
    tmp_path: Path, engine: Engine, text: str | bytes, told: str
) -> None:
    file = _bad(tmp_path, text)
    with pytest.raises((ReadError, TableError), match=told) as raised:
        read_cbioportal(file, engine=engine)
    assert file.name in str(raised.value)


def test_a_file_cut_short_says_where(tmp_path: Path, engine: Engine) -> None:
    text = web_text(SAMPLES, WEB_COLUMNS)
    file = _bad(tmp_path, text[: text.rindex("\t") - 8])
    with pytest.raises((ReadError, TableError), match=file.name):
        read_cbioportal(file, engine=engine)


@pytest.mark.parametrize(
    ("column", "wrong", "needed"),
    [
        ("PATIENT_ID", "PATEINT_ID", "PATIENT_ID"),
        ("Patient ID", "Patient Idd", "PATIENT_ID"),
    ],
)
def test_one_wrong_header_among_a_hundred_is_named_with_the_nearest(
    tmp_path: Path, engine: Engine, column: str, wrong: str, needed: str
) -> None:
    columns = [column, "CANCER_TYPE", "SAMPLE_TYPE", "METASTATIC_SITE"]
    columns += [f"LAB_VALUE_{number}" for number in range(96)]
    columns[0] = wrong
    file = _bad(tmp_path, "\t".join(columns) + "\n" + "\t".join(["x"] * 100) + "\n")
    with pytest.raises(TableError, match=rf"column {needed}: it is missing.*{wrong!r}"):
        read_cbioportal(file, engine=engine)


def test_a_table_without_cancers_or_sites_says_what_is_missing(
    tmp_path: Path, engine: Engine
) -> None:
    only_patients = _bad(tmp_path, "PATIENT_ID\tSEX\nP-1\tMale\n")
    with pytest.raises(TableError, match="CANCER_TYPE"):
        read_cbioportal(only_patients, engine=engine)
    no_sites = _bad(tmp_path, "PATIENT_ID\tCANCER_TYPE\tMETASTATIC_PLACE\nP-1\tMelanoma\tLiver\n")
    with pytest.raises(TableError, match=r"METASTATIC_SITE.*'METASTATIC_PLACE'"):
        read_cbioportal(no_sites, engine=engine)


@pytest.mark.slow
def test_a_header_that_only_looks_right_is_told(tmp_path: Path, engine: Engine) -> None:
    text = web_text(SAMPLES, WEB_COLUMNS).replace("Oncotree Code", "Oncotre Code", 1)
    found = read_cbioportal(_bad(tmp_path, text), engine=engine)
    told = [one.text for one in found.report.notices if one.rule == "columns"]
    assert any("'Oncotre Code'" in text and "ONCOTREE_CODE" in text for text in told)


def test_two_studies_are_not_mixed(tmp_path: Path, engine: Engine) -> None:
    first = web_text(SAMPLES[:1], WEB_COLUMNS, "one")
    second = web_text(SAMPLES[1:2], WEB_COLUMNS, "two").split("\n", 1)[1]
    with pytest.raises(TableError, match="one and two: read one at a time"):
        read_cbioportal(_bad(tmp_path, first + second), engine=engine)


def test_a_folder_without_a_study_says_so(tmp_path: Path, engine: Engine) -> None:
    with pytest.raises(ReadError, match="holds no clinical table"):
        read_cbioportal(tmp_path, engine=engine)
    with pytest.raises(ReadError, match="no such file"):
        read_cbioportal(tmp_path / "none.tsv", engine=engine)


@pytest.mark.parametrize(
    "option", [{"metastatic_by": "vote"}, {"choose": "first"}, {"primary_from": "organ"}]
)
def test_a_rule_that_does_not_exist_is_refused(tmp_path: Path, option: Mapping[str, str]) -> None:
    with pytest.raises(UnknownNameError, match=next(iter(option.values()))):
        read_cbioportal(tmp_path, **option)  # type: ignore[arg-type]


# Flags


@pytest.mark.parametrize(("flag", "label"), FLAG_SITES.items())
def test_both_names_of_a_flag_name_one_site(flag: str, label: str) -> None:
    names = site_columns([flag, f"Distant Mets: {label}"]).values()
    assert {one.casefold() for one in names} == {label.casefold()}


@pytest.mark.slow
def test_patients_of_the_patient_table_need_no_sample(tmp_path: Path, engine: Engine) -> None:
    folder = write_study(tmp_path, SAMPLES[:1], [*PATIENTS[:1], patient("Q-1", "Male")])
    report = read_cbioportal(folder, engine=engine).report
    assert (report.patients, report.patients_kept) == (2, 1)


@pytest.mark.slow
def test_columns_alone_say_nothing_of_licenses(tmp_path: Path, engine: Engine) -> None:
    folder = write_study(tmp_path / "own", SAMPLES[:1], PATIENTS[:1])
    found = read_cbioportal(folder, engine=engine)
    assert "ODbL" not in (found.source.license or "")
    assert "license" not in {one.rule for one in found.report.notices}
    named = Study("own", places=("data_clinical_sample.txt", "msk_met_2021"))
    assert named.is_msk_met
    assert not Study("own", identifier="own_2026", places=named.places).is_msk_met


def test_marks_do_not_take_samples_from_the_sequenced(study: Ingested) -> None:
    told = [
        one.text for one in study.report.notices if "metastasis samples of patients" in one.text
    ]
    assert len(told) == 1
    assert "counted among the sequenced metastases all the same" in told[0]


@pytest.mark.slow
def test_without_a_mark_the_evidence_decides(tmp_path: Path, engine: Engine) -> None:
    columns = [name for name in WEB_COLUMNS if name != "IS_DIST_MET_MAPPED"]
    found = read_cbioportal(_bad(tmp_path, web_text(SAMPLES, columns)), engine=engine)
    told = {one.rule for one in found.report.notices if "without a mark" in one.text}
    assert told == {"metastatic-by evidence"}
