"""SEER case listings: labels and codes, years before collection, denominators, and bad files."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import pandas as pd
import pytest

from metastasis._catalog import read_catalog
from metastasis._errors import ReadError, TableError, UnknownNameError
from metastasis.patients._engines.engine import open_engine
from metastasis.patients._seer.case_listing import read_dictionary
from metastasis.patients._seer.headers import VARIABLES, columns_of
from metastasis.patients._seer.reader import read_seer
from metastasis.patients._tumors.primaries import primary_of_codes
from patient_files import SEER_COLUMNS, SEER_SITES, record, rolled_up, table_text
from shared_data import shared_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from metastasis.patients import Ingested
    from metastasis.patients._engines.engine import Engine

Row = dict[str, str]

LUNG: Final = "Lung and Bronchus"
RECORDS: Final = (
    record("1", "Prostate", "bone", "nodes", year=2018),
    record("2", "Prostate", "bone", year=2012),
    record("3", "Prostate", year=2009, bone="Yes"),
    record("4", "Prostate", year=2017, bone="Unknown", lung="N/A", liver="Not applicable"),
    record("5", "Prostate", "other", year=2016),
    record("6", LUNG, "brain", "liver", year=2015, sex="Female"),
    record("7", LUNG, year=2020, sex="Female", stage="Regional"),
    record("8", LUNG, year=2020, stage="Unknown/unstaged", bone="Yes"),
    record("9", LUNG, "bone", year=2020, stage="Regional"),
    record("10", "NHL - Nodal", year=2020),
    record("11", LUNG, year=2020, behavior="In situ"),
    record("12", LUNG, "lung", year=2016, sequence="1st of 2 or more primaries"),
    record("12", "Prostate", "bone", year=2019, sequence="2nd of 2 or more primaries"),
    record("13", "Breast", year=2019, sex="Female", sequence="3rd of 3 or more primaries"),
    record("14", "Miscellaneous", year=2019),
    record("15", "Other Non-Epithelial Skin", year=2019),
)
"""Made-up records, with what is odd in real ones."""


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


def write(folder: Path, rows: Sequence[Row], name: str = "listing.csv") -> Path:
    """Write records as a case listing with commas, or with tabs if the name ends so."""
    file = folder / name
    columns = list(rows[0]) if rows else list(SEER_COLUMNS)
    file.write_text(table_text(rows, columns, "," if name.endswith("csv") else "\t"))
    return file


@pytest.fixture(scope="module")
def listing(tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> Ingested:
    return read_seer(
        write(tmp_path_factory.mktemp("seer"), RECORDS), engine=engine, zeros=True, zeros_of=1
    )


def figures(found: Ingested, denominator: str) -> dict[tuple[str, str], tuple[int, int]]:
    """Return count and total of each pair."""
    return {
        (row.primary, row.site): (row.count or 0, row.total or 0)
        for row in found.assertions
        if row.denominator == denominator
    }


def notices(found: Ingested) -> Counter[str]:
    """Return how many each text of a notice counts; the texts up to their colon."""
    told: Counter[str] = Counter()
    for one in found.report.notices:
        told[one.text.partition(":")[0]] += one.count
    return told


KEYS: Final = {"Prostate": "prostate", LUNG: "lung", "Breast": "breast"}
FIRST: Final = ("One primary only", "1st of 2 or more primaries")


def naive(*, distant: bool) -> dict[tuple[str, str], tuple[int, int]]:
    """Count the made-up records by hand: one loop, a set for each pair; distant nodes are nodes."""
    known: dict[tuple[str, str], set[str]] = {}
    seen: dict[tuple[str, str], set[str]] = {}
    for row in RECORDS:
        cancer = KEYS.get(row["Site recode ICD-O-3/WHO 2008"])
        is_counted = row["Behavior code ICD-O-3"] == "Malignant" and row["Sequence number"] in FIRST
        if cancer is None or not is_counted:
            continue
        if distant and row["Combined Summary Stage (2004+)"] != "Distant":
            continue
        for name, header in SEER_SITES.items():
            variable = VARIABLES[f"mets_{name}"]
            word = row[header].split(";")[0]
            if row["Year of diagnosis"] >= variable.since and word in ("Yes", "No", "None"):
                pair = (cancer, variable.site)
                known.setdefault(pair, set()).add(row["Patient ID"])
                if word == "Yes":
                    seen.setdefault(pair, set()).add(row["Patient ID"])
    found = {pair: (len(seen.get(pair, ())), len(patients)) for pair, patients in known.items()}
    nodes = {
        (cancer, "lymph_node"): counts
        for (cancer, site), counts in found.items()
        if site == "lymph_node_distant" and counts[0]
    }
    return found | nodes


@pytest.mark.slow
@pytest.mark.parametrize(
    ("denominator", "distant"), [("all_patients", False), ("distant_stage_at_diagnosis", True)]
)
def test_each_site_is_counted_among_patients_for_whom_it_is_known(
    listing: Ingested, denominator: str, distant: bool
) -> None:
    assert figures(listing, denominator) == naive(distant=distant)


@pytest.mark.parametrize("stage", ["In situ", "0"])
def test_a_stage_in_situ_is_no_cancer_where_no_behavior_is_stated(
    tmp_path: Path, engine: Engine, stage: str
) -> None:
    rows = [
        record("1", "Breast", "bone", year=2018),
        record("2", "Breast", year=2018, stage=stage),
        record("3", "Breast", year=2018, stage="Localized"),
    ]
    stated = read_seer(write(tmp_path, rows), engine=engine)
    assert {one.total for one in stated.assertions if one.denominator == "all_patients"} == {3}
    without = [
        {name: cell for name, cell in row.items() if not name.startswith("Behavior")}
        for row in rows
    ]
    found = read_seer(write(tmp_path, without, "without.csv"), engine=engine)
    assert {one.total for one in found.assertions if one.denominator == "all_patients"} == {2}
    assert "1 of a tumor that is not malignant, such as 2" in str(found.report)


def test_the_setting_is_at_diagnosis(listing: Ingested) -> None:
    assert {(row.setting, row.occurrence, row.reading) for row in listing.assertions} == {
        ("at_diagnosis", "any", "computed")
    }
    locators = {row.site: row.locator for row in listing.assertions}
    assert locators["bone"] == "SEER Combined Mets at DX-bone (2010+)"
    assert listing.source.design == "registry"
    assert listing.source.years == "2009-2020"


def test_years_before_collection_are_not_collected_whatever_the_cell_says(
    listing: Ingested,
) -> None:
    told = notices(listing)
    before = sum(
        int(row["Year of diagnosis"]) < int(VARIABLES[f"mets_{name}"].since)
        for row in RECORDS[:9]
        for name in SEER_SITES
    )
    assert told["cells of years before the item was collected"] == before
    assert figures(listing, "all_patients")["prostate", "bone"][0] == 2


def test_other_is_no_site(listing: Ingested) -> None:
    counted = figures(listing, "all_patients")
    assert counted["prostate", "unspecified"] == (1, 3)
    assert not read_catalog().sites["unspecified"].is_anatomical
    assert notices(listing)["records with other sites, which are no site"] == 1


@pytest.mark.slow
def test_a_yes_does_not_overrule_a_stage_that_is_not_distant(listing: Ingested) -> None:
    told = notices(listing)
    text = "records with a Yes at some site and a stage that is not distant"
    assert told[text] == 1
    assert told["records without a known stage"] == 1


def test_every_row_is_used_or_left_out(listing: Ingested) -> None:
    report = listing.report
    assert report.rows_read == len(RECORDS)
    assert {one.reason: one.count for one in report.rows} == {
        "of a tumor that is not malignant": 1,
        "of a lymphoma, leukemia or myeloma, which is no solid tumor": 1,
        "of a cancer that is left out on purpose": 1,
        "of a cancer not in the catalog": 1,
        "of a second or later tumor of the patient": 2,
    }
    assert report.rows_used == report.patients == report.patients_kept == 10
    assert [one.label for one in report.unmapped] == ["Miscellaneous"]


# Labels and codes


CODES: Final = {
    "Yes": "1",
    "No": "0",
    "Unknown": "9",
    "N/A": "8",
    "Not applicable": "8",
    "Blank(s)": "",
}


@pytest.mark.slow
@pytest.mark.parametrize("shape", ["codes", "quotes", "spaces", "capitals", "tabs"])
def test_labels_and_codes_in_any_spelling_say_the_same(
    tmp_path: Path, engine: Engine, listing: Ingested, shape: str
) -> None:
    rows = [dict(row) for row in RECORDS]
    for row in rows:
        for header in SEER_SITES.values():
            label = row[header].split(";")[0].replace("None", "No")
            row[header] = {
                "codes": CODES[label],
                "quotes": f'"{row[header]}"',
                "spaces": f"  {row[header]} ",
                "capitals": row[header].upper(),
                "tabs": row[header],
            }[shape]
    file = write(tmp_path, rows, "listing.txt" if shape == "tabs" else "listing.csv")
    found = read_seer(file, engine=engine, zeros=True, zeros_of=1)
    assert found.assertions == listing.assertions


@pytest.mark.slow
def test_nothing_is_taken_for_a_number(tmp_path: Path, engine: Engine) -> None:
    rows = [record(f"00{number}", "Prostate", bone="1", year=2018) for number in range(1, 4)]
    rows += [record(f"0{number}", "Prostate", bone="1.0", year=2018) for number in range(1, 4)]
    found = read_seer(write(tmp_path, rows), engine=engine)
    assert found.report.patients == 6
    assert figures(found, "all_patients")["prostate", "bone"] == (3, 3)
    odd = next(one for one in found.report.notices if "no code book" in one.text)
    assert (odd.count, "'1.0'" in odd.text) == (3, True)


@pytest.mark.slow
def test_generalized_metastases_are_other_sites_only(tmp_path: Path, engine: Engine) -> None:
    words = ("2", "Generalized metastases such as carinomatosis")
    rows = [record(str(n), LUNG, other=word, bone="2") for n, word in enumerate(words)]
    counted = figures(read_seer(write(tmp_path, rows), engine=engine), "all_patients")
    assert counted == {("lung", "unspecified"): (2, 2)}


@pytest.mark.slow
def test_sas_names_and_codes_are_read(tmp_path: Path, engine: Engine) -> None:
    rows = [
        {
            "PUBCSNUM": str(number),
            "SEX": "2",
            "YEAR_DX": "2016",
            "SEQ_NUM": "00",
            "BEHO3V": "3",
            "PRIMSITE": site,
            "HISTO3V": histology,
            "SCMETSDXB_PUB": "1",
            "SCMETSDXBR_PUB": "0",
            "SCMETSDXLIV_PUB": "9",
            "SCMETSDXLUNG_PUB": "8",
            "METSDXLN": "0",
            "METSDXO": "0",
        }
        for number, (site, histology) in enumerate(
            [
                ("C509", "8500"),
                ("509", "8500"),
                ("C44.5", "8720"),
                ("C445", "8090"),
                ("C421", "9732"),
                ("C163", "9680"),
                ("C422", "8000"),
                ("C760", "8140"),
            ]
        )
    ]
    found = read_seer(write(tmp_path, rows), engine=engine)
    assert {pair: n for pair, (n, _) in figures(found, "all_patients").items()} == rolled_up(
        {("breast", "bone"): 2, ("melanoma_skin", "bone"): 1, ("skin_nonmelanoma", "bone"): 1}
    )
    assert {one.reason: one.count for one in found.report.rows} == {
        "of a lymphoma, leukemia or myeloma, which is no solid tumor": 3,
        "of a cancer not in the catalog": 1,
    }
    assert [one.label for one in found.report.unmapped] == ["C76.0"]


def test_the_variables_are_those_of_the_code_book() -> None:
    rows = shared_rows("codes", "seer_mets_at_dx_variables.csv")
    stated = {row["seer_stat_variable"]: row["sas_name_in_public_file"] for row in rows}
    ours = {one.headers[0]: one.headers[1] for one in VARIABLES.values()}
    assert ours == stated


@pytest.mark.slow
def test_a_dictionary_beside_the_file_explains_numbers(tmp_path: Path, engine: Engine) -> None:
    bone = SEER_SITES["bone"]
    cancer = "Site recode ICD-O-3/WHO 2008"
    rows = [
        {"Patient ID": "1", cancer: "41", "Year of diagnosis": "2015", bone: "1"},
        {"Patient ID": "2", cancer: "41", "Year of diagnosis": "2015", bone: "2"},
        {"Patient ID": "3", cancer: "41", "Year of diagnosis": "2015", bone: "5"},
    ]
    write(tmp_path, rows, "listing.txt")
    (tmp_path / "listing.dic").write_text(
        "[System]\nOutput filename=listing.txt\n\n[Export Options]\nVariable format=numeric\n"
        "Field delimiter=tab\nVariable names included=true\n\n[Variables]\nVar1Name=Patient ID\n\n"
        f"[Format={cancer}]\n41=Prostate\n\n[Format={bone}]\n1=No\n2=Yes\n5=Blank(s)\n"
    )
    found = read_seer(tmp_path / "listing.txt", engine=engine)
    assert figures(found, "all_patients") == {("prostate", "bone"): (1, 2)}


def test_a_table_without_names_is_refused(tmp_path: Path, engine: Engine) -> None:
    file = write(tmp_path, RECORDS)
    dictionary = tmp_path / "listing.dic"
    dictionary.write_text("[Export Options]\nVariable names included=false\n")
    assert not read_dictionary(dictionary).has_names
    with pytest.raises(ReadError, match="export it again with the variable names"):
        read_seer(file, engine=engine)


# Denominators


def without(rows: Sequence[Row], *columns: str) -> list[Row]:
    """Return rows without some columns."""
    return [{name: cell for name, cell in row.items() if name not in columns} for row in rows]


STAGE: Final = "Combined Summary Stage (2004+)"


@pytest.mark.slow
def test_without_a_stage_any_yes_shows_distant_disease_once_all_six_are_collected(
    tmp_path: Path, engine: Engine
) -> None:
    rows = without(RECORDS, STAGE)
    found = read_seer(write(tmp_path, rows), engine=engine)
    counted = figures(found, "distant_stage_at_diagnosis")
    assert counted["prostate", "bone"] == (1, 2)
    assert counted["lung", "bone"] == (2, 3)
    text = "records of years before 2016, when not all six sites were collected"
    assert notices(found)[text] == 3
    assert figures(found, "all_patients") == {
        pair: (n, total) for pair, (n, total) in naive(distant=False).items() if n
    }


@pytest.mark.slow
@pytest.mark.parametrize("dropped", [SEER_SITES["other"], "Year of diagnosis"])
def test_without_all_six_it_cannot_be_told_who_has_distant_disease(
    tmp_path: Path, engine: Engine, dropped: str
) -> None:
    found = read_seer(write(tmp_path, without(RECORDS, STAGE, dropped)), engine=engine)
    assert {row.denominator for row in found.assertions} == {"all_patients"}
    rules = [one.rule for one in found.report.notices]
    assert rules.count("distant-by sites") == 1


@pytest.mark.slow
def test_the_m_stage_decides_where_the_summary_stage_says_nothing(
    tmp_path: Path, engine: Engine
) -> None:
    seventh = "Derived AJCC M, 7th ed (2010-2015)"
    combined = "Derived SEER Combined M (2016+)"
    rows = [
        record("1", LUNG, "bone", year=2015, stage="Unknown/unstaged") | {seventh: "M1b"},
        record("2", LUNG, "bone", year=2015, stage="Blank(s)") | {seventh: "M0"},
        record("3", LUNG, year=2015, stage="Distant") | {seventh: "M0"},
        record("4", LUNG, "bone", year=2017, stage="Blank(s)") | {seventh: "Blank(s)"},
    ]
    rows = [row | {combined: "c1" if row["Patient ID"] == "4" else "Blank(s)"} for row in rows]
    found = read_seer(write(tmp_path, rows), engine=engine)
    assert figures(found, "distant_stage_at_diagnosis") == {("lung", "bone"): (2, 3)}


# Several tumors of one patient


TWICE: Final = (
    record("1", LUNG, "brain", year=2016, sequence="1st of 2 or more primaries"),
    record("1", "Prostate", "bone", year=2019, sequence="2nd of 2 or more primaries"),
    record("2", LUNG, "liver", year=2018),
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("choose", "counted"),
    [
        ("first", {("lung", "brain"): (1, 2), ("lung", "liver"): (1, 2)}),
        ("only", {("lung", "liver"): (1, 1)}),
        (
            "each",
            {("lung", "brain"): (1, 2), ("lung", "liver"): (1, 2), ("prostate", "bone"): (1, 1)},
        ),
    ],
)
def test_a_rule_decides_which_tumor_counts_and_metastases_stay_with_theirs(
    tmp_path: Path, engine: Engine, choose: str, counted: dict[tuple[str, str], tuple[int, int]]
) -> None:
    found = read_seer(write(tmp_path, TWICE), engine=engine, choose=choose)
    assert figures(found, "all_patients") == counted
    assert [one.count for one in found.report.notices if one.rule == f"choose {choose}"] == [1]
    assert found.report.rows_used + sum(one.count for one in found.report.rows) == 3


@pytest.mark.slow
def test_several_tumors_are_known_without_sequence_numbers(tmp_path: Path, engine: Engine) -> None:
    rows = [
        record("1", "Breast", "bone", year=2018, sequence=""),
        record("1", "Breast", year=2019, sequence=""),
        record("2", "Breast", "bone", year=2018, sequence=""),
        record("2", "Breast", "bone", year=2018, sequence=""),
        record("3", "Breast", year=2018, sequence="One primary only"),
    ]
    found = read_seer(write(tmp_path, rows), engine=engine, choose="only")
    of_all = [one for one in found.assertions if one.denominator == "all_patients"]
    assert [(one.site, one.count, one.total) for one in of_all] == [("bone", 1, 2)]
    assert "2 of a patient with several tumors" in str(found.report)


def test_without_sequence_numbers_the_earlier_year_comes_first(
    tmp_path: Path, engine: Engine
) -> None:
    rows = without(TWICE, "Sequence number")
    found = read_seer(write(tmp_path, rows[::-1]), engine=engine)
    assert ("prostate", "bone") not in figures(found, "all_patients")
    same_year = [row | {"Year of diagnosis": "2017"} for row in rows]
    tied = read_seer(write(tmp_path, same_year), engine=engine).report
    assert (tied.patients, tied.patients_kept) == (2, 1)


# Bad files


def test_one_wrong_header_among_a_hundred_is_named_with_the_nearest(
    tmp_path: Path, engine: Engine
) -> None:
    rows = [row | {f"Item {number}": "x" for number in range(86)} for row in RECORDS[:2]]
    wrong = [
        {("Patient IDs" if k == "Patient ID" else k): v for k, v in row.items()} for row in rows
    ]
    assert len(wrong[0]) == 100
    with pytest.raises(TableError, match=r"column Patient ID: it is missing.*'Patient IDs'"):
        read_seer(write(tmp_path, wrong), engine=engine)


@pytest.mark.slow
def test_a_variable_that_only_looks_right_is_told(tmp_path: Path, engine: Engine) -> None:
    old = SEER_SITES["lung"]
    rows = [
        {("SEER Combined Mets at DX-lungs (2010+)" if k == old else k): v for k, v in row.items()}
        for row in RECORDS
    ]
    found = read_seer(write(tmp_path, rows), engine=engine)
    assert not any(row.site == "lung" for row in found.assertions)
    told = [one.text for one in found.report.notices if one.rule == "columns"]
    assert any("DX-lungs" in text for text in told)


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        (tuple(SEER_SITES.values()), "SEER Combined Mets at DX-bone"),
        (("Site recode ICD-O-3/WHO 2008",), "Site recode ICD-O-3/WHO 2008: it is missing"),
    ],
)
def test_missing_columns_are_named(
    tmp_path: Path, engine: Engine, columns: tuple[str, ...], told: str
) -> None:
    with pytest.raises(TableError, match=told.replace("(", r"\(")):
        read_seer(write(tmp_path, without(RECORDS, *columns)), engine=engine)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"", "empty"),
        (b"Patient ID,S\x81x\n", "UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    tmp_path: Path, engine: Engine, text: bytes, told: str
) -> None:
    file = tmp_path / "bad.csv"
    file.write_bytes(text)
    with pytest.raises(ReadError, match=told):
        read_seer(file, engine=engine)


def test_a_file_cut_short_says_where(tmp_path: Path, engine: Engine) -> None:
    file = write(tmp_path, RECORDS)
    text = file.read_text()
    file.write_text(text[: text.rindex(",") - 8])
    with pytest.raises((ReadError, TableError), match=file.name):
        read_seer(file, engine=engine)


@pytest.mark.slow
def test_a_listing_without_records_has_no_assertions(tmp_path: Path, engine: Engine) -> None:
    found = read_seer(write(tmp_path, []), engine=engine)
    assert (found.report.rows_read, found.assertions) == (0, ())


@pytest.mark.parametrize("option", [{"choose": "last"}, {"distant_by": "vote"}])
def test_a_rule_that_does_not_exist_is_refused(tmp_path: Path, option: dict[str, str]) -> None:
    with pytest.raises(UnknownNameError, match=next(iter(option.values()))):
        read_seer(tmp_path, **option)  # type: ignore[arg-type]


@pytest.mark.slow
def test_frames_say_the_same_as_files(listing: Ingested, engine: Engine) -> None:
    import polars

    found = read_seer(
        polars.DataFrame(RECORDS), engine=engine, name="listing", zeros=True, zeros_of=1
    )
    assert found.assertions == listing.assertions


@pytest.mark.slow
@pytest.mark.xdist_group("spark")
def test_spark_says_the_same(tmp_path: Path, spark: Engine, listing: Ingested) -> None:
    found = read_seer(write(tmp_path, RECORDS), engine=spark, zeros=True, zeros_of=1)
    assert found.assertions == listing.assertions
    assert str(found.report) == str(listing.report)


# Topography and morphology


@pytest.mark.parametrize(
    ("topography", "histology", "key"),
    [
        ("C69.3", "melanoma", "melanoma_uveal"),
        ("C51.9", "melanoma", "melanoma"),
        ("C34.1", "mesothelioma", "mesothelioma"),
        ("C44.3", "merkel", "merkel"),
        ("C22.1", "other", "cholangiocarcinoma"),
        ("C22.0", None, "liver"),
        ("C16.9", "gist", "gist"),
        ("C16.9", "hematologic", None),
        ("C44.3", "kaposi", None),
        ("C71.0", "meningioma", None),
        ("C45.0", "other", None),
        ("C80.9", "other", "cup"),
    ],
)
def test_topography_is_read_with_morphology(
    topography: str, histology: str | None, key: str | None
) -> None:
    assert primary_of_codes(topography, histology) == key


def test_every_key_is_in_the_catalog() -> None:
    primaries = read_catalog().primaries
    codes = [f"C{major:02}.{minor}" for major in range(100) for minor in range(10)]
    kinds = ("other", "melanoma", "merkel", "mesothelioma", "gist", "neuroblastoma", None)
    keys = {primary_of_codes(code, kind) for code in codes for kind in kinds}
    assert keys - {None} <= set(primaries)
    assert {one.site for one in VARIABLES.values()} <= set(read_catalog().sites)


@pytest.mark.slow
def test_a_stage_that_only_looks_right_is_told(tmp_path: Path, engine: Engine) -> None:
    rows = [
        {("Combined Summary Stge" if name == STAGE else name): cell for name, cell in row.items()}
        for row in RECORDS
    ]
    found = read_seer(write(tmp_path, rows), engine=engine)
    told = " ".join(found.report.warnings)
    assert "'Combined Summary Stge' is not read although it looks like one" in told
    assert {row.denominator for row in found.assertions} == {"all_patients"}


# Headers of every release


@pytest.mark.parametrize(
    ("header", "use"),
    [
        ("Combined Summary Stage with Expanded Regional Codes (2004+)", "stage"),
        ("Combined Summary Stage (1998-2017)", "stage"),
        ("SEER Combined Summary Stage 2000 (2004-2017)", "stage"),
        ("Summary stage 2000 (1998-2017)", "stage"),
        ("Derived Summary Stage 2018 (2018+)", "stage"),
        ("SEER historic stage A (1973-2015)", "stage"),
        ("Derived EOD 2018 M (2018+)", "stage"),
        ("Derived EOD 2018 M Recode (2018+)", "stage"),
        ("derived_eod_2018_m_recode_2018", "stage"),
        ("Derived SEER Combined M (2016-2017)", "stage"),
        ("7th Edition M (2016-2017)", "stage"),
        ("6th ed M", "stage"),
        ("Derived AJCC M, 7th ed (2010-2015)", "stage"),
        ("M value - based on AJCC 3rd (1988-2003)", "stage"),
        ("Derived EOD 2018 Stage Group Recode (2018+)", "stage"),
        ("EOD Mets (2018+)", "stage"),
        ("Site recode ICD-O-3/WHO 2008 (for SIRs)", "recode"),
        ("Site recode ICD-O-3 2023 Revision (Expanded)", "recode"),
        ("Site recode - rare tumors", "recode"),
        ("SEER.Combined.Mets.at.DX.bone..2010..", "mets_bone"),
        ("SEER Combined Mets at DX-Distant LN (2016+)", "mets_nodes"),
        ("Mets at DX-Other", "mets_other"),
        ("CS mets at DX-lung (2010-2015)", "mets_lung"),
        ("COD to site recode ICD-O-3 2023 Revision", None),
        ("AYA site recode 2020 Revision", None),
        ("Derived EOD 2018 T Recode (2018+)", None),
        ("CS Mets Eval (2004-2015)", None),
        ("Derived SEER Combined M Src (2016-2017)", None),
        ("TNM 7/CS v0204+ Schema recode", None),
        ("Lymphoma - Ann Arbor Stage (1983-2015)", None),
        ("Year of diagnosis (1975-2019 by 5)", None),
    ],
)
def test_a_header_is_known_by_its_words(header: str, use: str | None) -> None:
    assert columns_of([header]).get(header) == use


NEW_STAGE: Final = "Combined Summary Stage with Expanded Regional Codes (2004+)"


def today(
    patient: str, year: int, stage: str, bone: str, *, m: str = "Blank(s)", other: str = "No"
) -> Row:
    """Return a record as SEER*Stat writes it today."""
    row = record(patient, "Breast", year=year, sex="Female", bone=bone, other=other)
    row[NEW_STAGE] = stage
    row["Derived EOD 2018 M Recode (2018+)"] = m
    row["Site recode ICD-O-3 2023 Revision"] = row.pop("Site recode ICD-O-3/WHO 2008")
    del row[STAGE]
    return row


FAR: Final = "Distant site(s)/node(s) involved"
TODAY: Final = (
    today("1", 2012, FAR, "Yes"),
    today("2", 2013, FAR, "No"),
    today("3", 2018, FAR, "Yes", m="M1"),
    today("4", 2018, FAR, "No", m="M1", other="Unknown"),
    today("5", 2018, "Unknown/unstaged/unspecified/DCO", "No", m="M1a", other="Unknown"),
    today("6", 2018, "Localized only", "No", m="M0"),
)


@pytest.mark.slow
def test_the_headers_of_today_give_the_stage_as_denominator(tmp_path: Path, engine: Engine) -> None:
    found = read_seer(write(tmp_path, TODAY), engine=engine)
    assert figures(found, "distant_stage_at_diagnosis") == {("breast", "bone"): (2, 5)}
    assert figures(found, "all_patients") == {("breast", "bone"): (2, 6)}
    assert found.report.warnings == ()


@pytest.mark.slow
def test_a_fall_back_to_the_sites_is_told_first(tmp_path: Path, engine: Engine) -> None:
    rows = without(TODAY, NEW_STAGE, "Derived EOD 2018 M Recode (2018+)")
    found = read_seer(write(tmp_path, rows), engine=engine)
    assert figures(found, "distant_stage_at_diagnosis") == {("breast", "bone"): (1, 1)}
    assert str(found.report).startswith(
        "Warning: the listing has no column of a stage: distant disease is taken to be a yes at "
        "any of the six sites since 2016; lost to that denominator, as of earlier years: 2 of 6 "
        "records, 1 of them with a yes"
    )


@pytest.mark.slow
@pytest.mark.parametrize(("unread", "shares"), [(6, 0), (4, 1)])
def test_a_stage_that_is_mostly_not_understood_is_told_first(
    tmp_path: Path, engine: Engine, unread: int, shares: int
) -> None:
    rows = without(TODAY, "Derived EOD 2018 M Recode (2018+)")
    words = ["weit weg"] * unread + [FAR] * (6 - unread)
    rows = [row | {NEW_STAGE: word} for row, word in zip(rows, words, strict=True)]
    found = read_seer(write(tmp_path, rows), engine=engine)
    assert f"{unread} cells of the stage" in found.report.warnings[0]
    assert "'weit weg'" in found.report.warnings[0]
    distant = {row for row in found.assertions if row.denominator != "all_patients"}
    assert bool(distant) is bool(shares and figures(found, "distant_stage_at_diagnosis"))
    if not shares:
        assert "no record has a stage that is understood" in " ".join(found.report.warnings)


@pytest.mark.slow
def test_odd_years_are_told_first(tmp_path: Path, engine: Engine) -> None:
    years = ["18", "2199", "1950", "2018-05-01", "20180501", "2018"]
    rows = [row | {"Year of diagnosis": year} for row, year in zip(TODAY, years, strict=True)]
    told = read_seer(write(tmp_path, rows), engine=engine).report.warnings
    assert any("this year in 2 cells of 'Year of diagnosis'" in one for one in told)
    assert any("a year before 1973 in 1 cell of 'Year of diagnosis'" in one for one in told)


@pytest.mark.slow
def test_a_site_that_is_none_of_the_six_is_named(tmp_path: Path, engine: Engine) -> None:
    rows = [row | {"Mets at DX-Pleura (2030+)": "Yes"} for row in TODAY]
    told = read_seer(write(tmp_path, rows), engine=engine).report.warnings
    assert any("'Mets at DX-Pleura (2030+)' names a site of metastasis" in one for one in told)


@pytest.mark.slow
def test_two_columns_of_one_variable_fill_each_other(tmp_path: Path, engine: Engine) -> None:
    cs, plain = "CS mets at DX-bone (2010-2015)", "Mets at DX-bone (2016+)"
    rows = [
        without([row], SEER_SITES["bone"])[0]
        | {
            cs: row[SEER_SITES["bone"]] if row["Year of diagnosis"] < "2016" else "Blank(s)",
            plain: row[SEER_SITES["bone"]] if row["Year of diagnosis"] >= "2016" else "Blank(s)",
        }
        for row in TODAY
    ]
    found = read_seer(write(tmp_path, rows), engine=engine)
    assert figures(found, "distant_stage_at_diagnosis") == {("breast", "bone"): (2, 5)}


@pytest.mark.slow
def test_labels_of_the_recode_of_2023_lead_to_cancers(tmp_path: Path, engine: Engine) -> None:
    recodes = {
        "Colon and Rectum (excluding Appendix)": ("C18.7-Sigmoid colon", "colon"),
        "Kidney Parenchyma": ("C64.9-Kidney", "kidney"),
        "Corpus": ("C54.1-Endometrium", "uterus"),
        "Major Salivary Glands": ("C07.9-Parotid gland", "salivary_gland"),
        "Plasma Cell Neoplasms": ("C42.1-Bone marrow", None),
        "Eye and Orbit": ("C69.3-Choroid", None),
    }
    rows = [
        today(str(n), 2018, FAR, "Yes")
        | {"Site recode ICD-O-3 2023 Revision": recode, "Primary Site - labeled": site}
        for n, (recode, (site, _)) in enumerate(recodes.items())
    ]
    found = read_seer(write(tmp_path, rows), engine=engine)
    keys = {key for _, key in recodes.values() if key}
    assert keys <= {row.primary for row in found.assertions} <= keys | {"colorectal", "head_neck"}
    assert [one.label for one in found.report.unmapped] == ["Eye and Orbit"]


@pytest.mark.parametrize(
    "number", ["9" * 30, "9" * 400, "123", "001", "2nd of 2", "", "1900-01-01"]
)
def test_sequence_numbers_of_any_length_are_read(number: str) -> None:
    table = {
        "Patient ID": ["1", "1"],
        "Sequence number": [number, "03"],
        "Year of diagnosis": ["2015", "2015"],
        "Site recode ICD-O-3/WHO 2008": ["Breast", "Prostate"],
        "SEER Combined Mets at DX-bone (2010+)": ["Yes", "No"],
    }
    found = read_seer(pd.DataFrame(table), name="one patient")
    told = {one.primary for one in found.assertions}
    assert told == (set() if number == "2nd of 2" else {"breast"})
    assert (found.report.rows_read, found.report.patients) == (2, len(told))
