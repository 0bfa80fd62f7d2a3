"""Coded diagnoses: against patients counted one by one, with every rule and every bad input."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from random import Random
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from metastasis._catalog import read_catalog
from metastasis._errors import ReadError, TableError, UnknownNameError
from metastasis._evidence.assertion_table import read_assertions
from metastasis.patients._coded.code_book import NO_KEY
from metastasis.patients._coded.codes import code_system
from metastasis.patients._coded.reader import read_coded
from metastasis.patients._engines.engine import open_engine
from patient_files import counted_under

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from metastasis.patients import Ingested
    from metastasis.patients._engines.engine import Engine

Row = tuple[str | None, str | None, int | None, str | None]

START = date(2015, 1, 1)
CM = code_system("ICD-10-CM")


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


def frame(rows: Sequence[Row]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["patient", "code", "day", "sex"], dtype=object)
    days = [None if day is None else START + timedelta(days=day) for _, _, day, _ in rows]
    table["day"] = pd.Series(
        [None if day is None else day.isoformat() for day in days], dtype="str"
    )
    return table.rename(columns={"day": "date"}).astype(
        {"patient": "str", "code": "str", "sex": "str"}
    )


def counts(found: Ingested) -> dict[tuple[str, str, str | None], tuple[int | None, int | None]]:
    return {
        (one.primary, one.site, one.denominator): (one.count, one.total) for one in found.assertions
    }


def is_accounted_for(found: Ingested) -> bool:
    report = found.report
    assert report.patients is not None
    left = sum(one.count for one in report.rows)
    return report.rows_used >= 0 and report.rows_read == report.rows_used + left


def one_by_one(
    rows: Sequence[Row], choose: str, nodes: str
) -> tuple[dict[tuple[str, str, str | None], tuple[int, int]], Counter[str]]:
    """Count patients with plain Python."""
    by_patient: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row[0] and row[1] and (CM.meaning(row[1]).counts or CM.meaning(row[1]).kind == "no_key"):
            by_patient[row[0]].append(row)
    yes: Counter[tuple[str, str, str | None]] = Counter()
    total: Counter[tuple[str, str | None]] = Counter()
    outcomes: Counter[str] = Counter()
    for mine in by_patient.values():
        primary, outcome = chosen(mine, choose)
        outcomes[outcome] += 1
        if primary is None:
            continue
        meanings = [CM.meaning(code or "") for _, code, _, _ in mine]
        sites = {site for one in meanings for site in one.sites}
        spread = any(one.sites and (one.kind != "nodes" or nodes == "count") for one in meanings)
        groups = ["all_patients", "metastatic_patients"] if spread else ["all_patients"]
        for key, group in product(counted_under(primary), groups):
            total[key, group] += 1
            for site in sites:
                yes[key, site, group] += 1
    found = {pair: (n, total[pair[0], pair[2]]) for pair, n in yes.items()}
    return dict(found), outcomes


def chosen(rows: Sequence[Row], choose: str) -> tuple[str | None, str]:
    """Return the primary of a patient and the outcome, by the words of the rule."""
    named = []
    for _, code, day, _ in rows:
        meaning = CM.meaning(code or "")
        if meaning.primary or meaning.kind == "no_key":
            named.append((meaning.primary or "no key", day))
    if not named:
        return None, "without a primary"
    dated = [one for one in named if one[1] is not None]
    if choose == "only" or not dated:
        best = {key for key, _ in named}
    else:
        edge = (min if choose == "first" else max)(day for _, day in dated if day is not None)
        best = {key for key, day in dated if day == edge}
    if len(best) > 1:
        several = "with several primaries"
        return (
            None,
            several if choose == "only" else f"{several} that the rule cannot choose between",
        )
    [key] = best
    return (None, NO_KEY) if key == "no key" else (key, "kept")


CODES = (
    "C50.911",
    "c509",
    " C61 ",
    "C34.90",
    "C18.7",
    "C69.3",
    "C80.0",
    "C77.3",
    "C77.9",
    "C78.00",
    "C78.7",
    "C79.51",
    "C79.82",
    "C79.9",
    "C22.9",
    "Z85.3",
    "C83.3",
    "D05.1",
    "I10",
    "",
    None,
)


def many_diagnoses() -> list[Row]:
    """Return 3,000 rows of 600 patients, the same in every run, with nulls.

    Patients are independent of one another, so that one table of many holds every case that many
    small ones would: each code, each tie of days, each contradiction.
    """
    random = Random(9)  # noqa: S311
    patients = [f"P{number}" for number in range(600)] + [None] * 9
    days = [None, *range(5)]
    return [
        (*map(random.choice, (patients, CODES, days, ["F", "male", None])),) for _ in range(3_000)
    ]


@pytest.mark.parametrize(
    ("choose", "nodes"), [("first", "ignore"), ("last", "count"), ("only", "ignore")]
)
def test_the_same_as_one_by_one(engine: Engine, choose: str, nodes: str) -> None:
    rows = many_diagnoses()
    table = frame(rows).drop(columns="sex")
    found = read_coded(table, engine=engine, system="ICD-10-CM", choose=choose, nodes=nodes)
    expected, outcomes = one_by_one(rows, choose, nodes)
    assert min(outcomes.values()) > 20  # every outcome occurs, and often
    assert counts(found) == expected
    assert is_accounted_for(found)
    assert found.report.rows_read == len(rows)
    assert found.report.patients == outcomes.total()
    left = {one.reason: one.count for one in found.report.patients_out}
    assert left == {why: n for why, n in outcomes.items() if why != "kept"}


@pytest.mark.slow
def test_order_of_rows_does_not_matter(engine: Engine) -> None:
    rows = many_diagnoses()
    one = read_coded(frame(rows), engine=engine, system="ICD-10-CM")
    other = read_coded(frame(rows[::-1]), engine=engine, system="ICD-10-CM")
    assert one.assertions == other.assertions
    assert str(one.report) == str(other.report)


ROWS: list[Row] = [
    ("A", "C50.911", 0, "F"),
    ("A", "C79.51", 400, "F"),
    ("A", "C77.3", 10, "F"),
    ("B", "C50.9", 5, "female"),
    ("B", "C77.3", 5, "female"),
    ("C", "C61", 30, "M"),
    ("C", "C79.9", 20, "M"),
    ("C", "C79.82", 60, "M"),
    ("D", "C61", 50, "M"),
    ("D", "C34.90", 50, "M"),
    ("E", "C78.7", 1, None),
    ("F", "I10", 1, None),
    ("G", "C34.90", None, "M"),
    ("G", "C79.31", None, "M"),
    (None, "C50.9", 3, None),
    ("H", None, 3, None),
    ("I", "C69.30", 3, None),
    ("J", "C83.30", 3, None),
]


def test_the_account() -> None:
    found = read_coded(frame(ROWS), system="ICD-10-CM", name="ten patients")
    left = {one.reason: (one.count, one.examples) for one in found.report.rows}
    assert left == {
        "without a patient": (1, ()),
        "without a code": (1, ()),
        "with a code that is not a cancer code": (1, ("I10",)),
        "with a code of a hematologic cancer": (1, ("C83.30",)),
    }
    assert (found.report.rows_read, found.report.rows_used) == (18, 14)
    out = {one.reason: one.count for one in found.report.patients_out}
    assert out == {
        "without a primary": 1,
        "with several primaries that the rule cannot choose between": 1,
        NO_KEY: 1,
    }
    assert (found.report.patients, found.report.patients_kept, found.report.metastatic) == (7, 4, 3)
    assert [(one.kind, one.label, one.rows) for one in found.report.unmapped] == [
        ("primary", "C69", 1)
    ]
    notices = {one.rule: (one.count, one.text) for one in found.report.notices}
    assert notices["early secondary"][0] == 1
    assert notices["undated"] == (2, "rows counted as undated: no date")


def test_each_number_of_a_small_table() -> None:
    found = counts(read_coded(frame(ROWS), system="ICD-10-CM"))
    assert found["breast", "bone", "all_patients"] == (1, 2)
    assert found["breast", "bone", "metastatic_patients"] == (1, 1)
    assert found["breast", "lymph_node_axillary", "all_patients"] == (2, 2)
    assert found["breast", "lymph_node", "metastatic_patients"] == (1, 1)
    assert found["prostate", "unspecified", "all_patients"] == (1, 1)
    assert found["prostate", "genital_organs", "all_patients"] == (1, 1)
    assert found["lung", "brain", "metastatic_patients"] == (1, 1)
    assert ("liver", "liver", "all_patients") not in found


@pytest.mark.slow
def test_nodes_make_metastatic_only_if_told() -> None:
    found = counts(read_coded(frame(ROWS), system="ICD-10-CM", nodes="count"))
    assert found["breast", "bone", "metastatic_patients"] == (1, 2)
    note = read_coded(frame(ROWS), system="ICD-10-CM").assertions[0].note
    assert note is not None
    assert "Lymph nodes alone make no patient metastatic" in note


@pytest.mark.parametrize(
    ("site", "metastatic"),
    [("lymph_node", 0), ("lymph_node_axillary", 0), ("lymph_node_distant", 1), ("bone", 1)],
)
@pytest.mark.parametrize("code", ["C79.88", "C77.3"])
def test_nodes_of_a_map_file_are_nodes_too(code: str, site: str, metastatic: int) -> None:
    rows: list[Row] = [("A", "C50.911", 0, None), ("A", code, 1, None)]
    own = {("site", code): site}
    found = read_coded(frame(rows), system="ICD-10-CM", overrides=own)
    assert found.report.metastatic == metastatic
    told = read_coded(frame(rows), system="ICD-10-CM", overrides=own, nodes="count")
    assert told.report.metastatic == 1


def test_unspecified_nodes_are_unspecified_and_still_nodes() -> None:
    rows: list[Row] = [("A", "C50.9", 0, None), ("A", "C77.9", 1, None), ("B", "C50.9", 0, None)]
    found = counts(read_coded(frame(rows), system="ICD-10-CM"))
    assert found == {("breast", "unspecified", "all_patients"): (1, 2)}


@pytest.mark.slow
def test_a_patient_twice_with_different_primaries() -> None:
    rows: list[Row] = [
        ("A", "C50.9", 0, None),
        ("A", "C34.90", 9, None),
        ("A", "C34.90", 10, None),
        ("A", "C79.51", 9, None),
    ]
    primaries = {
        choose: {
            one.primary
            for one in read_coded(frame(rows), system="ICD-10-CM", choose=choose).assertions
        }
        for choose in ("first", "last", "most", "only", "each")
    }
    assert primaries == {
        "first": {"breast"},
        "last": {"lung"},
        "most": {"lung"},
        "only": set(),
        "each": {"breast", "lung"},
    }


@pytest.mark.slow
def test_a_primary_without_a_key_takes_part_in_the_choice() -> None:
    rows: list[Row] = [("A", "C69.9", 0, None), ("A", "C34.90", 9, None), ("A", "C79.51", 9, None)]
    found = read_coded(frame(rows), system="ICD-10-CM")
    assert not found.assertions
    assert [str(one) for one in found.report.patients_out] == [f"1 {NO_KEY}"]
    mapped = read_coded(
        frame(rows), system="ICD-10-CM", overrides={("primary", "C69"): "melanoma_uveal"}
    )
    assert {one.primary for one in mapped.assertions} == counted_under("melanoma_uveal")
    left = read_coded(frame(rows), system="ICD-10-CM", overrides={("primary", "C69"): "-"})
    assert {one.primary for one in left.assertions} == {"lung"}
    assert left.report.rows[0].reason == "with a code that the map file leaves out"


@pytest.mark.slow
def test_primaries_by_organ() -> None:
    rows: list[Row] = [("A", "C18.9", 0, None), ("A", "C20", 0, None), ("A", "C78.7", 1, None)]
    assert not read_coded(frame(rows), system="ICD-10-CM").assertions
    found = read_coded(frame(rows), system="ICD-10-CM", detail="organ")
    assert {one.primary for one in found.assertions} == {"colorectal"}


# Rules about time


@pytest.mark.slow
def test_look_back() -> None:
    rows: list[Row] = [
        ("A", "I10", 0, None),
        ("A", "C50.9", 365, None),
        ("A", "C79.51", 400, None),
        ("B", "I10", 1, None),
        ("B", "C50.9", 365, None),
        ("C", "C50.9", None, None),
    ]
    found = read_coded(frame(rows), system="ICD-10-CM", look_back_days=365)
    assert counts(found)["breast", "bone", "all_patients"] == (1, 1)
    assert is_accounted_for(found)
    reason = "of patients observed fewer than 365 days before their first cancer code"
    left = {one.reason: (one.count, one.examples) for one in found.report.rows}
    assert left[reason] == (2, ("patient B",))
    assert [one.count for one in found.report.notices if one.rule == "look-back"] == [2]
    assert "observed 365 days before" in (found.assertions[0].note or "")


@pytest.mark.slow
@pytest.mark.parametrize("days", [0, 9, 10, 400])
def test_at_diagnosis(days: int) -> None:
    found = read_coded(frame(ROWS), system="ICD-10-CM", at_diagnosis_days=days)
    assert {one.setting for one in found.assertions} == {"at_diagnosis"} or not found.assertions
    assert is_accounted_for(found)
    has = set(counts(found))
    assert ("breast", "lymph_node_axillary", "all_patients") in has
    assert (("prostate", "unspecified", "all_patients") in has) == (days >= 10)
    assert (("breast", "bone", "all_patients") in has) == (days >= 400)
    assert ("lung", "brain", "all_patients") not in has


@pytest.mark.slow
def test_at_diagnosis_keeps_the_primary_of_a_disseminated_cancer() -> None:
    rows: list[Row] = [("A", "C80.1", 0, None), ("A", "C80.0", 90, None), ("B", "C80.0", 0, None)]
    found = read_coded(frame(rows), system="ICD-10-CM", at_diagnosis_days=30)
    assert counts(found)["cup", "unspecified", "all_patients"] == (1, 2)
    assert found.report.rows_used == 3


@pytest.mark.slow
def test_sequences(tmp_path: Path) -> None:
    out = tmp_path / "order.csv"
    found = read_coded(frame(ROWS), system="ICD-10-CM", sequences=out)
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["patient", "primary", "site", "date", "order"],
        ["A", "breast", "lymph_node", "2015-01-11", "1"],
        ["A", "breast", "lymph_node_axillary", "2015-01-11", "1"],
        ["A", "breast", "bone", "2016-02-05", "2"],
        ["B", "breast", "lymph_node", "2015-01-06", "1"],
        ["B", "breast", "lymph_node_axillary", "2015-01-06", "1"],
        ["C", "prostate", "unspecified", "2015-01-21", "1"],
        ["C", "prostate", "genital_organs", "2015-03-02", "2"],
    ]
    assert [one.count for one in found.report.notices if one.rule == "sequences"] == [1]


# Forms of tables


@pytest.mark.slow
def test_every_form_of_the_same_table(tmp_path: Path) -> None:
    table = frame(ROWS)
    table.to_csv(tmp_path / "a.csv", index=False)
    table.to_csv(tmp_path / "a.tsv.gz", index=False, sep="\t")
    typed = table.assign(date=pd.to_datetime(table["date"]))
    typed.to_parquet(tmp_path / "a.parquet")
    folder = tmp_path / "parts"
    folder.mkdir()
    table[:9].to_csv(folder / "1.csv", index=False)
    table[9:].to_csv(folder / "2.csv", index=False)
    expected = counts(read_coded(table, system="ICD-10-CM"))
    assert len(expected) > 10
    for data in ("a.csv", "a.tsv.gz", "a.parquet", "parts", "parts/*.csv"):
        found = read_coded(tmp_path / data, system="ICD-10-CM")
        assert counts(found) == expected, data
        assert found.report.rows_read == len(ROWS)
    many = read_coded([folder / "1.csv", folder / "2.csv"], system="ICD-10-CM")
    assert counts(many) == expected
    assert counts(read_coded(typed, system="ICD-10-CM")) == expected


DATED: list[Row] = [*ROWS, ("Z", "I10", 23, None)]


@pytest.fixture(scope="module")
def plain_dates(engine: Engine) -> Ingested:
    return read_coded(frame(DATED), engine=engine, system="ICD-10-CM")


@pytest.mark.parametrize(
    "form", ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y%m%d", "%m/%d/%Y", "%d.%m.%Y", "%d%b%Y"]
)
def test_every_form_of_dates(engine: Engine, plain_dates: Ingested, form: str) -> None:
    table = frame(DATED)
    table["date"] = pd.to_datetime(table["date"]).dt.strftime(form)
    found = read_coded(table, engine=engine, system="ICD-10-CM")
    assert found.assertions == plain_dates.assertions
    assert found.report.notices == plain_dates.report.notices


@pytest.mark.slow
def test_parquet_and_csv_give_the_same_account(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {
            "patient": ["P1", "P1", "P1", "P2", "P2"],
            "code": ["C50.911", "C61", "C78.7", "C61", "C79.51"],
            "date": pd.to_datetime(
                ["2015-05-01", "2015-06-01", "2015-01-01", "2015-05-01", "2016-01-01"]
            ),
        }
    )
    table.to_parquet(tmp_path / "claims.parquet")
    table.to_csv(tmp_path / "claims.csv", index=False)
    options: dict[str, Any] = {"system": "ICD-10-CM", "choose": "each"}
    binary, text = (
        read_coded(tmp_path / f"claims.{form}", **options) for form in ("parquet", "csv")
    )
    assert binary.assertions == text.assertions
    assert replace(binary.report, files=()) == replace(text.report, files=())
    early = [one.count for one in binary.report.notices if one.rule == "early secondary"]
    assert early == [1]


def test_blank_patients_in_parquet_are_no_patient(tmp_path: Path) -> None:
    table = pd.DataFrame({"patient": ["", "P1", "P1"], "code": ["C61", "C61", "C79.51"]})
    table.to_parquet(tmp_path / "claims.parquet")
    found = read_coded(tmp_path / "claims.parquet", system="ICD-10-CM")
    assert counts(found)["prostate", "bone", "all_patients"] == (1, 1)
    assert found.report.rows[0].reason == "without a patient"


def test_numbers_as_patients_and_codes() -> None:
    table = pd.DataFrame({"patient": [7, 7, 8], "code": [174.9, 198.5, 174.9]})
    found = read_coded(table, system="ICD-9-CM")
    assert counts(found)["breast", "bone", "all_patients"] == (1, 2)


@pytest.mark.slow
def test_other_headers() -> None:
    table = frame(ROWS).rename(columns={"patient": "Who", "code": "What was found", "date": "When"})
    named: dict[str, Any] = {"patient": "Who", "code": "what was found", "date": "When"}
    found = read_coded(table, system="ICD-10-CM", **named)
    assert counts(found) == counts(read_coded(frame(ROWS), system="ICD-10-CM"))


@pytest.mark.slow
def test_a_column_of_systems() -> None:
    table = pd.DataFrame(
        {
            "patient_id": ["A", "A", "B", "B", "B", "C"],
            "dx_code": ["1749", "C7951", "C50.9", "198.5", "94222008", "C50.9"],
            "icd_version": ["9", "10", "10", "9", "SNOMED", None],
        }
    )
    found = read_coded(table)
    assert counts(found)["breast", "bone", "all_patients"] == (2, 2)
    assert found.assertions[0].locator == "198.5, C79.51"
    left = {one.reason: (one.count, one.examples) for one in found.report.rows}
    assert left == {
        "with a code of a system that is not read": (1, ("SNOMED",)),
        "without the name of a code system": (1, ("C50.9",)),
    }
    assert counts(read_coded(table, system="icd_version")) == counts(found)
    mapped = read_coded(table, overrides={("site", "SNOMED:94222008"): "liver"})
    assert counts(mapped)["breast", "liver", "all_patients"] == (1, 2)


def test_a_header_that_names_the_system() -> None:
    table = pd.DataFrame({"patient": ["A", "A"], "icd9_code": ["1749", "1985"]})
    found = read_coded(table)
    assert counts(found)["breast", "bone", "all_patients"] == (1, 1)
    assert found.report.notices[0].rule == "code system"


@pytest.mark.parametrize(
    ("written", "sex"),
    [("F", "female"), ("1", "male"), ("2", "female"), ("Male", "male"), ("U", None)],
)
def test_sexes(written: str, sex: str | None) -> None:
    table = pd.DataFrame(
        {"patient": ["A", "A"], "code": ["C18.9", "C79.60"], "sex": [written, written]}
    )
    found = read_coded(table, system="ICD-10-CM")
    if sex == "female":
        assert {one.population for one in found.assertions} == {"female patients"}
    else:
        assert not found.assertions


def test_zeros_deny() -> None:
    rows: list[Row] = [("A", "C61", 0, None), ("A", "C79.51", 0, None)]
    found = read_coded(frame(rows), system="ICD-10-CM", zeros=True, zeros_of=1)
    assert counts(found)["prostate", "liver", "all_patients"] == (0, 1)
    assert {one.finding for one in found.assertions} == {"present", "absent"}


def test_what_is_written_can_be_read(tmp_path: Path) -> None:
    found = read_coded(frame(ROWS), system="ICD-10-CM", name="Our claims")
    path, _ = found.write(tmp_path / "ours.csv")
    assert tuple(read_assertions(path)) == found.assertions
    assert found.source.key == "our-claims"
    assert found.source.design == "claims"


@pytest.mark.slow
def test_the_same_bytes_again(tmp_path: Path) -> None:
    for name in ("one", "two"):
        read_coded(frame(ROWS), system="ICD-10-CM", name="x").write(tmp_path / f"{name}.csv")
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()


@pytest.mark.slow
def test_every_key_of_the_assertions_is_in_the_catalog() -> None:
    catalog = read_catalog()
    for one in read_coded(frame(ROWS), system="ICD-10-CM", zeros=True, zeros_of=1).assertions:
        assert one.primary in catalog.primaries
        assert one.site in catalog.sites


# Bad input


def message(data: Any, **options: Any) -> str:
    with pytest.raises((TableError, ReadError)) as caught:
        read_coded(data, **options)
    return str(caught.value)


def test_missing_columns(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_text("pateint,cod,when\nA,C50.9,2015-01-01\n")
    text = message(path)
    assert "2 faults" in text
    assert f"{path}, column patient: it is missing" in text
    assert "the nearest header is 'pateint'" in text
    assert "--patient COLUMN" in text
    assert "--code COLUMN" in text
    assert "column Day" in message(frame(ROWS), date="Day")


def test_one_wrong_header_of_a_hundred(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    header = [f"column_{number}" for number in range(98)] + ["patientt", "code"]
    path.write_text(",".join(header) + "\n" + ",".join(["x"] * 100) + "\n")
    assert "the nearest header is 'patientt'" in message(path)


def test_mixed_encodings(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    rows = ["Müller,C50.9", *(["A,C50.9"] * 5000)]
    text = "patient,code\n" + "\n".join(rows)
    path.write_bytes(text.encode() + "\nKrämer,C61\n".encode("latin-1"))
    told = message(path)
    assert str(path) in told
    assert "UTF-8" in told


def test_truncated_parquet(tmp_path: Path) -> None:
    path = tmp_path / "claims.parquet"
    frame(ROWS).to_parquet(path)
    path.write_bytes(path.read_bytes()[:-40])
    text = message(path)
    assert text.startswith("cannot read")
    assert "\n" not in text


def test_a_code_system_that_is_not_named() -> None:
    table = pd.DataFrame({"patient": ["A", "B"], "code": ["174.9", "C50.9"]})
    text = message(table)
    assert "column code: '174.9, C50.9': the code system is not named" in text
    assert "system='ICD-10-CM' (--system ICD-10-CM)" in text
    assert "is not named" in message(table[:1])
    assert (
        read_coded(table[1:]).report.notices[0].text
        == "rows with codes read as ICD-10, which their form tells"
    )


def test_dates_in_three_formats(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_text("patient,code,date\nA,C50.9,2015-01-01\nB,C50.9,20150102\nC,C50.9,1/22/2015\n")
    text = message(path)
    assert f"{path}, column date: dates in 3 formats" in text
    found = read_coded(path, date_format="Y-M-D")
    assert [one.count for one in found.report.notices if one.rule == "undated"] == [2]


@pytest.mark.slow
def test_dates_out_of_time(tmp_path: Path) -> None:
    rows: list[Row] = [
        ("A", "C61", 0, None),
        ("A", "C79.51", 800, None),
        ("B", "C61", -50000, None),
    ]
    for table in (frame(rows), frame(rows).assign(date=pd.to_datetime(frame(rows)["date"]))):
        found = read_coded(table, system="ICD-10-CM", latest=date(2016, 1, 1))
        told = sorted(one.text for one in found.report.notices if one.rule == "undated")
        assert [text.partition(", such")[0] for text in told] == [
            "rows counted as undated: a date before 1900-01-02",
            "rows counted as undated: a date in the future",
        ]
        assert found.report.rows_used == 3


@pytest.mark.parametrize("content", ["", "patient,code,date\n"])
def test_an_empty_file(tmp_path: Path, content: str) -> None:
    path = tmp_path / "claims.csv"
    path.write_text(content)
    text = message(path)
    assert str(path) in text
    assert "empty" in text or "there are no rows below the header" in text


def test_a_column_that_holds_no_codes() -> None:
    table = pd.DataFrame({"patient": ["A"] * 3, "code": ["C50.9"] * 3})
    table = pd.concat([table, pd.DataFrame({"patient": "A", "code": map(str, range(200_100))})])
    assert "holds more than 200,000 different values, which codes do not" in message(table)
    lists = pd.DataFrame(
        {"patient": "A", "code": [f"C50.9;C79.5;{one:06d}" for one in range(200_100)]}
    )
    assert "different lists of codes; write one code a row" in message(lists)


@pytest.mark.parametrize(
    "rule", [{"look_back_days": 30}, {"at_diagnosis_days": 30}, {"sequences": "x.csv"}]
)
def test_rules_that_need_dates(rule: dict[str, Any]) -> None:
    table = frame(ROWS).drop(columns="date")
    assert f"there is no column of dates, which {next(iter(rule))} cannot do without" in message(
        table, system="ICD-10-CM", **rule
    )


@pytest.mark.parametrize(
    "rule",
    [
        {"choose": "best"},
        {"nodes": "maybe"},
        {"detail": "cell"},
        {"choose": "each", "at_diagnosis_days": 30},
        {"engine": "abacus"},
    ],
)
def test_a_rule_that_does_not_exist_is_refused(rule: dict[str, Any]) -> None:
    with pytest.raises(UnknownNameError, match="unknown"):
        read_coded(frame(ROWS), **rule)


def test_nothing_is_half_written(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_text("patient,code,date\nA,C50.9,2015-01-01\nB,C50.9,20150102\n")
    message(path, sequences=tmp_path / "order.csv")
    assert [one.name for one in tmp_path.iterdir()] == ["claims.csv"]


@pytest.mark.slow
def test_headers_that_only_look_right_are_told() -> None:
    table = frame(ROWS).rename(columns={"date": "dat e", "sex": "sxe"})
    found = read_coded(table, system="ICD-10-CM")
    told = " ".join(one.text for one in found.report.notices if one.rule == "columns")
    assert "--date 'dat e' reads it" in told
    assert "--sex 'sxe' reads it" in told
    assert "no column of dates: 'first' cannot order several primaries" in told
    only = read_coded(frame(ROWS).drop(columns="date"), system="ICD-10-CM", choose="only")
    assert not [one for one in only.report.notices if one.rule == "columns"]
    text = message(table, system="ICD-10-CM", look_back_days=30)
    assert "the nearest header is 'dat e': name it (--date)" in text


def test_a_code_system_of_which_no_row_is() -> None:
    table = pd.DataFrame({"patient": ["A", "A"], "code": ["C50.9", "C79.51"]})
    text = message(table, system="ICD-9-CM")
    assert "column code: 'C50.9': no code is a cancer code of ICD-9-CM" in text
    assert "--system ICD-10-CM" in text
    text = message(table.assign(vocabulary="SNOMED"))
    assert "column vocabulary: 'SNOMED': the codes are of SNOMED CT, which is not shipped" in text
    assert "--code-map FILE" in text
    assert "--system" not in text
    assert "ICD-10-CM, ICD-10, ICD-10-GM" in message(table, system="FOO")
    benign = pd.DataFrame({"patient": ["A"], "code": ["I10"]})
    assert not read_coded(benign, system="ICD-10-CM").assertions


@pytest.mark.parametrize(
    ("system", "warning", "counts"),
    [
        (
            "ICD-10-CM",
            "3 rows hold what is no code of ICD-10-CM and is a cancer in another",
            (1, 2),
        ),
        ("ICD-9-CM", "3 rows hold what is no code of ICD-9-CM and is a cancer in another", (1, 1)),
    ],
)
def test_cancers_of_another_system_than_the_named_one_are_told_first(
    system: str, warning: str, counts: tuple[int, int]
) -> None:
    codes = [("A", "C50.9"), ("A", "198.5"), ("B", "174.9"), ("B", "1985"), ("C", "C50.9")]
    codes += [("C", "C79.51"), ("C", "41401"), ("C", "99999")]
    table = pd.DataFrame(codes, columns=["patient", "code"])
    found = read_coded(table, system=system, name="x", zeros=True, zeros_of=1)
    assert found.report.warnings[0].startswith(warning)
    bone = [one for one in found.assertions if one.site == "bone"]
    assert (bone[0].count, bone[0].total) == counts
    assert not any(one.count == 0 for one in found.assertions)
