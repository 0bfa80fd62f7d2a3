"""Any tidy table by way of a mapping file: the file itself, patients, and counts."""

from __future__ import annotations

import csv
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

import pytest

from metastasis._catalog import read_catalog
from metastasis._errors import ReadError, TableError
from metastasis.patients import Engine, SourceEntry, TableMapping, open_engine, read_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metastasis._errors import Fault
    from metastasis.patients import Ingested

DOCS: Final = Path(__file__).parents[2] / "docs"

PATIENTS: Final = """\
version: 1
form: patients
source: {key: clinic, design: clinical_cohort}
columns: {patient: id, primary: tumor, site: where}
constants: {setting: during_course, denominator: [all_patients, metastatic_patients]}
"""
COUNTS: Final = """\
version: 1
form: counts
source: {key: author-2026, design: clinical_cohort}
columns: {primary: cancer, site: place, count: n, total: of}
constants: {setting: during_course, denominator: metastatic_patients}
"""


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


def written(tmp_path: Path, text: str, name: str = "mapping.yaml") -> Path:
    path = tmp_path / name
    path.write_text(text)
    return path


def cells(found: Ingested) -> dict[tuple[str, str, str | None], tuple[int | None, int | None]]:
    return {
        (one.primary, one.site, one.denominator): (one.count, one.total) for one in found.assertions
    }


# The examples of the manual ---------------------------------------------------------------------


@pytest.mark.slow
def test_the_example_of_the_manual_reads_its_own_table(tmp_path: Path) -> None:
    mapping = DOCS / "mapping-example.yaml"
    table = written(tmp_path, table_in(mapping), "patients.csv")
    found = read_table(table, mapping)
    assert cells(found) == {
        ("breast", "bone", "all_patients"): (1, 2),
        ("breast", "bone", "metastatic_patients"): (1, 1),
        ("breast", "liver", "all_patients"): (1, 2),
        ("breast", "liver", "metastatic_patients"): (1, 1),
    }
    assert (found.source.key, found.source.years) == ("clinic-2024", "2015-2024")
    assert (found.report.rows_read, found.report.rows_used) == (3, 3)


def test_the_other_example_of_the_manual_reads_its_own_table(tmp_path: Path) -> None:
    mapping = DOCS / "mapping-example-counts.yaml"
    found = read_table(written(tmp_path, table_in(mapping), "counts.csv"), mapping)
    assert cells(found) == {
        ("breast", "bone", "metastatic_patients"): (90, 200),
        ("lung", "ovary", "metastatic_patients"): (3, 80),
    }
    assert [(one.locator, one.population) for one in found.assertions] == [
        ("Table 2", "female patients"),
        ("Table 3", "female patients"),
    ]
    assert [(one.reason, one.examples) for one in found.report.rows] == [
        ("without a number", ("row 3",))
    ]


def table_in(mapping: Path) -> str:
    """Return the table that stands, indented, in the comments of an example."""
    lines = mapping.read_text().splitlines()
    return "".join(f"{line[4:]}\n" for line in lines if line.startswith("#   "))


# Tables of patients -------------------------------------------------------------------------------


def patients(tmp_path: Path, text: str, more: str = "", **arguments: Any) -> Ingested:
    table = written(tmp_path, text, "patients.csv")
    return read_table(table, written(tmp_path, PATIENTS + more), **arguments)


@pytest.mark.slow
def test_a_patient_counts_once_for_a_site(tmp_path: Path, engine: Engine) -> None:
    text = (
        "id,tumor,where\n1,breast,Bone\n1,breast,bones\n1,,Liver\n2,Breast cancer,\n3,lung,Brain\n"
    )
    found = patients(tmp_path, text, engine=engine)
    assert cells(found) == {
        ("breast", "bone", "all_patients"): (1, 2),
        ("breast", "bone", "metastatic_patients"): (1, 1),
        ("breast", "liver", "all_patients"): (1, 2),
        ("breast", "liver", "metastatic_patients"): (1, 1),
        ("lung", "brain", "all_patients"): (1, 1),
        ("lung", "brain", "metastatic_patients"): (1, 1),
    }
    assert {one.locator for one in found.assertions if one.site == "bone"} == {"where: Bone, bones"}


@pytest.mark.slow
def test_missing_words_stand_for_blanks_unless_the_mapping_explains_them(
    tmp_path: Path, engine: Engine
) -> None:
    text = (
        "id,tumor,where\n1,breast,NA\n2,breast,[Not Available]\nNA,breast,Bone\nn/a,breast,Bone\n"
        "'--,breast,Bone\n3,breast,Bone\n4,breast,k.A.\n5,breast,Unknown\n"
    )
    found = patients(tmp_path, text, "missing: [k.A.]\n", engine=engine)
    assert cells(found)["breast", "bone", "all_patients"] == (1, 5)
    assert [(one.reason, one.count) for one in found.report.rows] == [("without a patient", 3)]
    assert found.report.unmapped == ()
    explained = "missing: [k.A.]\nvalues: {site: {Unknown: unspecified}}\n"
    told = patients(tmp_path, text, explained, engine=engine)
    assert cells(told)["breast", "unspecified", "all_patients"] == (1, 5)


@pytest.mark.parametrize(
    ("more", "why"),
    [("", "where each word is a known site"), ('split: {site: "|"}\n', "as told")],
)
def test_several_sites_in_one_cell_are_each_a_site(
    tmp_path: Path, engine: Engine, more: str, why: str
) -> None:
    text = "id,tumor,where\n1,breast,Bone|Liver\n1,breast,Bone\n2,breast,Liver | Brain|Liver\n"
    text += "3,breast,Bone\n4,breast,\n"
    found = patients(tmp_path, text, more, engine=engine)
    assert {
        site: figure for (_, site, who), figure in cells(found).items() if "all" in str(who)
    } == {
        "bone": (2, 4),
        "liver": (2, 4),
        "brain": (1, 4),
    }
    (told,) = (one for one in found.report.notices if one.rule == "split")
    assert told.count == 2
    assert told.text.endswith(f"taken apart at '|' {why}")
    assert (found.report.rows_read, found.report.rows_used) == (5, 5)


def test_a_separator_told_splits_what_is_not_known_too(tmp_path: Path, engine: Engine) -> None:
    text = "id,tumor,where\n1,breast,Bone/Limbo\n2,breast,CNS/Brain\n3,breast,Limbo/Nowhere\n"
    found = patients(tmp_path, text, "split: {site: /}\n", engine=engine)
    assert {site for _, site, _ in cells(found)} == {"bone", "cns"}
    assert {(one.label, one.rows) for one in found.report.unmapped} == {
        ("Limbo", 2),
        ("Nowhere", 1),
    }
    guessed = patients(tmp_path, text, engine=engine)
    assert {site for _, site, _ in cells(guessed)} == {"cns"}


def test_several_sites_that_nothing_explains_are_refused_with_the_remedy(
    tmp_path: Path, engine: Engine
) -> None:
    text = "id,tumor,where\n1,breast,Bone|Limbo\n"
    with pytest.raises(TableError, match=r"column where: 'Bone\|Limbo': .*split: \{site: '\|'\}"):
        patients(tmp_path, text, engine=engine)


@pytest.mark.slow
def test_a_patient_with_different_primaries_goes_by_the_rule(
    tmp_path: Path, engine: Engine
) -> None:
    text = "id,tumor,where,day\n1,lung,bone,2020-05-01\n1,breast,liver,2019-05-01\n"
    dated = PATIENTS.replace("where}", "where, date: day}")
    table, mapping = written(tmp_path, text, "t.csv"), written(tmp_path, dated)
    for rule, primaries in (
        ("first", {"breast"}),
        ("last", {"lung"}),
        ("each", {"breast", "lung"}),
    ):
        found = read_table(table, mapping, engine=engine, choose=rule)
        assert {one.primary for one in found.assertions} == primaries
    only = read_table(table, mapping, engine=engine, choose="only")
    assert only.assertions == ()
    assert [(one.reason, one.count) for one in only.report.patients_out] == [
        ("with several primaries", 1)
    ]


@pytest.mark.slow
def test_unknown_labels_are_told_and_fed_back(tmp_path: Path, engine: Engine) -> None:
    text = "id,tumor,where\n1,breast,Flank\n2,breast,bone\n3,Blood,bone\n"
    found = patients(tmp_path, text, "values: {primary: {Blood: '-'}}\n", engine=engine)
    assert [(one.label, one.rows) for one in found.report.unmapped] == [("Flank", 1)]
    assert cells(found)["breast", "bone", "all_patients"] == (1, 2)
    assert [(one.reason, one.count) for one in found.report.rows] == [
        ("with a primary that is left out on purpose", 1)
    ]
    overrides = {("site", "Flank"): "soft_tissue", ("primary", "Blood"): "lung"}
    fed = patients(tmp_path, text, engine=engine, overrides=overrides)
    assert cells(fed)["breast", "soft_tissue", "all_patients"] == (1, 2)
    assert cells(fed)["lung", "bone", "all_patients"] == (1, 1)


@pytest.mark.slow
def test_codes_of_primary_and_site(tmp_path: Path, engine: Engine) -> None:
    text = "id,tumor,where\n1,C50.911,C79.51\n1,C50.911,C79.89\n2,C50.9,C78.7\n"
    more = "codes: {primary: ICD-10-CM, site: ICD-10-CM}\n"
    found = patients(tmp_path, text, more, engine=engine)
    assert {key: one for key, one in cells(found).items() if key[2] == "all_patients"} == {
        ("breast", "bone", "all_patients"): (1, 2),
        ("breast", "unspecified", "all_patients"): (1, 2),
        ("breast", "liver", "all_patients"): (1, 2),
    }


@pytest.mark.slow
def test_sex_mark_and_what_was_looked_at(tmp_path: Path, engine: Engine) -> None:
    columns = "where, sex: sex, metastatic: m1, known: seen}"
    mapping = written(tmp_path, PATIENTS.replace("where}", columns))
    rows = [
        "1,lung,ovary,F,yes,yes",
        "2,lung,ovary,female,no,no",
        "3,lung,bone,M,,yes",
        "4,lung,,F,1,",
        "5,lung,bone,z,perhaps,yes",
    ]
    table = written(tmp_path, "id,tumor,where,sex,m1,seen\n" + "\n".join(rows) + "\n", "t.csv")
    found = read_table(table, mapping, engine=engine)
    assert cells(found) == {
        ("lung", "bone", "all_patients"): (2, 5),
        ("lung", "bone", "metastatic_patients"): (2, 4),
        ("lung", "ovary", "all_patients"): (1, 2),
        ("lung", "ovary", "metastatic_patients"): (1, 2),
    }
    assert {one.population for one in found.assertions if one.site == "ovary"} == {
        "female patients"
    }
    notices = {one.rule: one.count for one in found.report.notices}
    assert notices == {"sex": 1, "metastatic": 1}


@pytest.mark.slow
def test_a_regional_node_alone_makes_no_patient_metastatic(tmp_path: Path, engine: Engine) -> None:
    text = "id,tumor,where\n1,breast,regional lymph node\n2,breast,bone\n"
    found = patients(tmp_path, text, engine=engine)
    assert found.report.metastatic == 1


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("id,tumour,where", "column tumor: is missing; 'tumour' is there"),
        ("id,where", "column tumor: is missing"),
        ("x,y,z", "3 faults"),
        ("id,tumor,where,ID", "two columns have this name"),
        (
            ",".join([f"c{n}" for n in range(97)] + ["id", "tumor", "wher"]),
            "column where: is missing; 'wher' is there",
        ),
    ],
)
def test_wrong_header(tmp_path: Path, engine: Engine, header: str, told: str) -> None:
    with pytest.raises(TableError) as caught:
        patients(
            tmp_path, f"{header}\n{','.join(['1'] * (header.count(',') + 1))}\n", engine=engine
        )
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"id,tumor,where\n", "a header and no rows"),
        (b"id,tumor,where\n1,breast,bone\n2,breast,Kn\x81chel\n", "UTF-8"),
        (b"id,tumor,where\n1,breast", "cut short"),
        (b"id,tumor,where\n1,breast,bone,x\n", "patients.csv"),
    ],
)
def test_table_that_cannot_be_read(
    tmp_path: Path, engine: Engine, content: bytes, told: str
) -> None:
    path = tmp_path / "patients.csv"
    path.write_bytes(content)
    with pytest.raises((ReadError, TableError), match=told):
        read_table(path, written(tmp_path, PATIENTS), engine=engine)


@pytest.mark.slow
def test_truncated_parquet_and_missing_file(tmp_path: Path, engine: Engine) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "t.parquet"
    parquet.write_table(arrow.table({"id": [1], "tumor": ["breast"], "where": ["bone"]}), path)
    mapping = written(tmp_path, PATIENTS)
    assert len(read_table(path, mapping, engine=engine).assertions) == 2
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(ReadError):
        read_table(path, mapping, engine=engine)
    with pytest.raises(ReadError, match="no such file"):
        read_table(tmp_path / "none.csv", mapping, engine=engine)


def test_dates_in_three_formats(tmp_path: Path, engine: Engine) -> None:
    mapping = written(tmp_path, PATIENTS.replace("where}", "where, date: day}"))
    days = ("2020-01-31", "31.01.2020", "31JAN2020")
    rows = "".join(f"{number},breast,bone,{day}\n" for number, day in enumerate(days))
    table = written(tmp_path, f"id,tumor,where,day\n{rows}", "t.csv")
    with pytest.raises(TableError, match=r"column day: .*3 formats") as caught:
        read_table(table, mapping, engine=engine)
    assert len(caught.value.faults) == 1


def test_a_column_of_endless_words_is_not_the_one_meant(
    tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("metastasis.patients._tables.tidy._MOST_WORDS", 2)
    text = "id,tumor,where\n1,breast,a\n2,breast,b\n3,breast,c\n"
    with pytest.raises(TableError, match="column where: more than 2 different words"):
        patients(tmp_path, text, engine=engine)


@pytest.mark.slow
def test_paths_patterns_and_frames_say_the_same(tmp_path: Path, engine: Engine) -> None:
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    columns: dict[str, list[Any]] = {
        "id": [1, 2, 3],
        "tumor": ["breast", "breast", "lung"],
        "where": ["bone", None, "brain"],
        "other": [1.5, None, 2.5],
    }
    mapping = written(tmp_path, PATIENTS)
    folder = tmp_path / "parts"
    folder.mkdir()
    pandas.DataFrame(columns).iloc[:2].to_csv(folder / "a.csv", index=False)
    pandas.DataFrame(columns).iloc[2:].to_csv(folder / "b.csv", index=False)
    forms = [pandas.DataFrame(columns), polars.DataFrame(columns), polars.LazyFrame(columns)]
    expected = cells(read_table(forms[0], mapping, engine=engine))
    assert len(expected) == 4
    for form in (*forms[1:], folder / "*.csv", [folder / "a.csv", folder / "b.csv"]):
        assert cells(read_table(form, mapping, engine=engine)) == expected


def many_findings() -> list[dict[str, str]]:
    """Return 2,000 rows of 500 patients, the same in every run.

    Some are blank, some stand there twice, some contradict others. Patients are independent of one
    another, so that one table of many holds every case that many small ones would.
    """
    random = Random(9)  # noqa: S311
    words = {
        "patient": [*(f"p {number}" for number in range(500)), *["", "NA"] * 9],
        "primary": ["", "Breast cancer", "lung", "Limbo", "Blood"],
        "site": ["", "Bone", "LIVER", "Left lung", "Limbo", "Flank", "?"],
        "sex": ["", "F", "m", "x"],
        "metastatic": ["", "yes", "No", "?"],
    }
    return [{name: random.choice(some) for name, some in words.items()} for _ in range(2_000)]


@pytest.mark.slow
def test_many_rows_are_counted_as_by_hand(tmp_path: Path, engine: Engine) -> None:
    rows = many_findings()
    path = tmp_path / "t.csv"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    mapping = TableMapping(
        version="1",
        form="patients",
        source=SourceEntry(key="x", design="registry"),
        columns={name: name for name in rows[0]},
        values={"primary": {"Blood": "-"}, "site": {"Flank": "-"}},
        constants={
            "setting": "during_course",
            "denominator": ["all_patients", "metastatic_patients"],
        },
        missing=["NA"],
        choose="only",
    )
    found = read_table(path, mapping, engine=engine)
    report = found.report
    assert cells(found) == counted_by_hand(rows)
    assert min(total or 0 for _, total in cells(found).values()) > 50
    assert report.rows_read == len(rows)
    assert report.rows_used == sum(
        row["patient"] not in ("", "NA") and row["primary"] != "Blood" for row in rows
    )


def counted_by_hand(
    rows: list[dict[str, str]],
) -> dict[tuple[str, str, str | None], tuple[int | None, int | None]]:
    """Return what :func:`cells` should hold, worked out one patient after the other."""
    primaries = {"Breast cancer": "breast", "lung": "lung"}
    sites = {"Bone": "bone", "LIVER": "liver", "Left lung": "lung"}
    marks = {"yes": True, "No": False}
    people: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        if row["patient"] not in ("", "NA") and row["primary"] != "Blood":
            people.setdefault(row["patient"], []).append(row)
    totals: dict[tuple[str, str], int] = {}
    counts: dict[tuple[str, str, str | None], int] = {}
    for own in people.values():
        named = {primaries[row["primary"]] for row in own if row["primary"] in primaries}
        if len(named) != 1:
            continue
        (primary,) = named
        seen = {sites[row["site"]] for row in own if row["site"] in sites}
        told = [marks[row["metastatic"]] for row in own if row["metastatic"] in marks]
        metastatic = any(told) if told else bool(seen)
        groups = ["all_patients", *(["metastatic_patients"] if metastatic else [])]
        for group in groups:
            totals[primary, group] = totals.get((primary, group), 0) + 1
            for site in seen:
                counts[primary, site, group] = counts.get((primary, site, group), 0) + 1
    return {
        (primary, site, group): (count, totals[primary, str(group)])
        for (primary, site, group), count in counts.items()
    }


# Tables of counts ---------------------------------------------------------------------------------


def counts(tmp_path: Path, text: str, more: str = "", **arguments: Any) -> Ingested:
    table = written(tmp_path, text, "counts.csv")
    return read_table(table, written(tmp_path, COUNTS + more), **arguments)


def count_faults(tmp_path: Path, text: str, more: str = "") -> list[Fault]:
    with pytest.raises(TableError) as caught:
        counts(tmp_path, text, more)
    return list(caught.value.faults)


def test_each_row_of_counts_becomes_an_assertion(tmp_path: Path) -> None:
    text = (
        "cancer,place,n,of\nBreast cancer,Bone,90,200\nlung,Brain,0,80\nlung,liver,,80\n"
        "Odd,bone,1,2\n,bone,1,2\nlung,skin,5,80\n"
    )
    found = counts(tmp_path, text, zeros=True, zeros_of=1, overrides={("site", "skin"): "-"})
    assert cells(found) == {
        ("breast", "bone", "metastatic_patients"): (90, 200),
        ("lung", "brain", "metastatic_patients"): (0, 80),
    }
    report = found.report
    assert (report.rows_read, report.rows_used) == (6, 2)
    assert [(one.reason, one.examples) for one in report.rows] == [
        ("with a primary that has no place in the catalog", ("row 5",)),
        ("with a site that is left out on purpose", ("row 7",)),
        ("without a number", ("row 4",)),
        ("without a primary", ("row 6",)),
    ]
    assert (report.patients, report.metastatic) == (None, None)


def test_columns_of_terms_and_percentages(tmp_path: Path) -> None:
    mapping = written(
        tmp_path,
        "version: 1\nform: counts\nsource: {key: a, design: registry}\n"
        "columns: {primary: p, site: s, percent: x, denominator: d, setting: t, note: c}\n"
        "values: {setting: {dx: at_diagnosis}}\n",
    )
    table = written(
        tmp_path,
        "p,s,x,d,t,c\nbreast,bone,3.6%,all_patients,dx,seen\nbreast,bone,50,autopsies,at_autopsy,\n",
        "t.csv",
    )
    found = read_table(table, mapping)
    assert [
        (str(one.percent), one.count, one.denominator, one.setting, one.note)
        for one in found.assertions
    ] == [
        ("3.6", None, "all_patients", "at_diagnosis", "seen"),
        ("50", None, "autopsies", "at_autopsy", None),
    ]
    table.write_text("p,s,x,d,t,c\nbreast,bone,3,everybody,,\n")
    with pytest.raises(TableError) as caught:
        read_table(table, mapping)
    assert [(one.row, one.column, one.value) for one in caught.value.faults] == [
        (2, "d", "everybody"),
        (2, "t", ""),
    ]


def test_every_wrong_row_of_counts_at_once(tmp_path: Path) -> None:
    text = (
        "cancer,place,n,of\nbreast,bone,12.5,200\nbreast,liver,9,8\nbreast,brain,9,\n"
        "breast,skin,1,9\nlung,Bone,x,y\n"
    )
    faults = count_faults(tmp_path, text)
    assert [(fault.row, fault.column, fault.value) for fault in faults] == [
        (2, "n", "12.5"),
        (3, "n", "9"),
        (4, "n", "9"),
        (6, "n", "x"),
        (6, "of", "y"),
    ]
    assert "more than the total of 8" in faults[1].remedy
    assert "a count needs its total" in faults[2].remedy


def test_two_rows_that_say_the_same(tmp_path: Path) -> None:
    mapped = COUNTS.replace("total: of}", "total: of, locator: page}")
    mapping = written(tmp_path, mapped)
    rows = "breast,bone,1,9,T1\nBreast cancer,Bones,2,9,T1\nbreast,bone,2,9,T2\n"
    text = f"cancer,place,n,of,page\n{rows}"
    with pytest.raises(TableError) as caught:
        read_table(written(tmp_path, text, "t.csv"), mapping)
    (fault,) = caught.value.faults
    assert (fault.row, fault.column) == (3, "n")
    assert "says the same as row 2" in fault.remedy
    # Without a place in the source, the place in this table tells no two numbers apart.
    bare = written(tmp_path, COUNTS, "bare.yaml")
    without = written(tmp_path, "cancer,place,n,of\nbreast,bone,1,9\nbreast,bone,2,9\n", "u.csv")
    with pytest.raises(TableError, match="says the same as row 2, column n"):
        read_table(without, bare)


def test_written_counts_can_be_read_as_assertions(tmp_path: Path) -> None:
    from metastasis._catalog.source_table import read_sources
    from metastasis._evidence.assertion_table import read_assertions
    from metastasis._evidence.check import check_assertions

    found = counts(tmp_path, "cancer,place,n,of\nbreast,bone,1,9\n")
    table, sources = found.write(tmp_path / "out.csv")
    assertions = read_assertions(table)
    assert assertions == list(found.assertions)
    check_assertions(
        assertions,
        primaries=read_catalog().primaries,
        sites=read_catalog().sites,
        sources=[one.key for one in read_sources(sources)],
    )


@pytest.mark.slow
def test_several_primaries_and_marks_against_sites_are_told(tmp_path: Path, engine: Engine) -> None:
    mapping = written(tmp_path, PATIENTS.replace("where}", "where, metastatic: m1}"))
    rows = ["1,lung,bone,no", "2,lung,bone,yes", "2,breast,,yes", "3,lung,,no"]
    table = written(tmp_path, "id,tumor,where,m1\n" + "\n".join(rows) + "\n", "t.csv")
    found = read_table(table, mapping, engine=engine)
    told = {one.rule: (one.count, one.text) for one in found.report.notices}
    assert told == {
        "choose first": (1, "patients with several primaries: the rule 'first' decides"),
        "metastatic mark": (1, "patients marked not metastatic who have a site: the mark decides"),
    }
