"""Wide yes/no tables: own registries and GENIE BPC, against a count by hand, and bad tables."""

from __future__ import annotations

import random
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

import pandas
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metastasis._errors import TableError, UnknownNameError
from metastasis.patients import SourceEntry, TableMapping, open_engine, read_table, read_wide

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from metastasis.patients import Engine, Ingested

Figures = dict[tuple[str, str, str], tuple[int, int]]
Row = dict[str, Any]

SITES: Final = {"bone_mets": "bone", "liver_mets": "liver", "brain_mets": "brain"}
YES: Final = ("yes", "Y", "1", "TRUE", "ja", "oui", "Sí", "positive", "1.0", "Yes - biopsy")
NO: Final = ("no", "N", "0", "false", "nein", "non", "negative", "0.0", "No metastasis seen")
UNKNOWN: Final = ("", "NA", "unknown", "9", "8", "not assessed", "[Not Available]", "unbekannt")
WORDS: Final = {True: YES, False: NO, None: UNKNOWN}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


def patients(number: int, seed: int = 7) -> list[dict[str, Any]]:
    """Return made-up patients: cancer, and for each site True, False or None."""
    chance = random.Random(seed)  # noqa: S311
    return [
        {
            "patient": f"W-{one:03}",
            "cancer": chance.choice(["Breast Cancer", "C34.1"]),
            **{site: chance.choice([True, False, False, None]) for site in SITES},
        }
        for one in range(number)
    ]


def written(rows: Sequence[Row], seed: int = 3) -> pandas.DataFrame:
    """Return patients as a table, each answer in one of the usual words."""
    chance = random.Random(seed)  # noqa: S311
    return pandas.DataFrame(
        [
            {
                name: chance.choice(WORDS[cell]) if name in SITES else cell
                for name, cell in row.items()
            }
            for row in rows
        ]
    )


def by_hand(rows: Sequence[Row]) -> Figures:
    """Count the patients one by one: an answer that is not known is in no denominator."""
    figures: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        cancer = {"Breast Cancer": "breast", "C34.1": "lung"}[row["cancer"]]
        is_metastatic = any(row[site] for site in SITES)
        for column, site in SITES.items():
            for who in ("all_patients", *(["metastatic_patients"] if is_metastatic else [])):
                if row[column] is not None:
                    figures[cancer, site, who][0] += row[column]
                    figures[cancer, site, who][1] += 1
    return {key: (count, total) for key, (count, total) in figures.items() if count}


def figures(found: Ingested) -> Figures:
    """Return count and total of each pair and denominator."""
    return {
        (row.primary, row.site, row.denominator or ""): (row.count or 0, row.total or 0)
        for row in found.assertions
    }


def read(rows: Any, engine: Engine, **options: Any) -> Ingested:
    """Read a wide table as of the diagnosis."""
    return read_wide(rows, engine=engine, name="clinic", **{"setting": "at_diagnosis", **options})


def test_answers_are_counted_out_of_those_who_were_looked_at(engine: Engine) -> None:
    """Each site has a denominator of its own, in any words and languages."""
    rows = patients(120)
    found = read(written(rows), engine)
    assert figures(found) == by_hand(rows)
    assert {row.setting for row in found.assertions} == {"at_diagnosis"}
    assert {row.locator for row in found.assertions if row.site == "bone"} == {"bone_mets"}
    unknown = {
        one.text.split()[5]: one.count for one in found.report.notices if "answer" in one.text
    }
    assert unknown == {
        column: sum(row[column] is None for row in rows)
        for column in SITES
        if any(row[column] is None for row in rows)
    }


@settings(
    max_examples=8,  # each reads two tables, which takes seconds
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(order=st.permutations(["patient", "cancer", *SITES]), seed=st.integers(0, 99))
def test_wide_and_tidy_forms_say_the_same(engine: Engine, order: list[str], seed: int) -> None:
    """The columns may stand in any order, and the same patients one finding a row say the same."""
    rows = patients(25, seed)
    wide = read(written(rows, seed)[order], engine)
    tidy = pandas.DataFrame(
        [
            {"id": row["patient"], "tumor": row["cancer"], "where": site, "seen": known}
            for row in rows
            for site, known in [(None, None), *((SITES[one], row[one]) for one in SITES)]
            if known is not False
        ]
    )
    tidy["seen"] = [
        None if site is None else "yes" if is_seen else "no"
        for site, is_seen in zip(tidy["where"], tidy["seen"], strict=True)
    ]
    mapping = TableMapping(
        version="1",
        form="patients",
        source=SourceEntry(key="clinic", design="clinical_cohort"),
        columns={"patient": "id", "primary": "tumor", "site": "where", "known": "seen"},
        constants={
            "setting": "at_diagnosis",
            "denominator": ["all_patients", "metastatic_patients"],
        },
    )
    assert figures(wide) == figures(read_table(tidy, mapping, engine=engine))


BPC: Final = """\
record_id,ca_seq,naaccr_sex_code,best_ajcc_stage_cd,ca_dmets_yn,dmets_abdomen,dmets_bone,dmets_other,ca_type
G-1,0,Female,IV,Yes - distant metastases,0,1,0,Non Small Cell Lung Cancer
G-2,0,Male,II,,0,0,0,Non Small Cell Lung Cancer
G-3,0,Male,II,No distant metastases,1,0,1,Non Small Cell Lung Cancer
G-3,1,Male,IV,Yes,0,1,0,Prostate Cancer
G-4,1,Male,II,,0,0,0,Prostate Cancer
NA,1,Male,II,,0,1,0,Prostate Cancer
"""


def bpc(tmp_path: Path) -> Path:
    """Write a small index table of GENIE BPC."""
    file = tmp_path / "bpc.csv"
    file.write_text(BPC)
    return file


def test_genie_bpc_is_read_as_it_is(tmp_path: Path, engine: Engine) -> None:
    """Any time in the course; regions stay regions; of two cancers the first counts, with its own.

    That stage II had no distant metastases at diagnosis does not deny the one that came later.
    """
    found = read_wide(bpc(tmp_path), engine=engine)
    nsclc = {key: value for key, value in figures(found).items() if key[0] == "nsclc"}
    assert nsclc == {
        ("nsclc", "bone", "all_patients"): (1, 3),
        ("nsclc", "bone", "metastatic_patients"): (1, 2),
        ("nsclc", "abdomen", "all_patients"): (1, 3),
        ("nsclc", "abdomen", "metastatic_patients"): (1, 2),
        ("nsclc", "unspecified", "all_patients"): (1, 3),
        ("nsclc", "unspecified", "metastatic_patients"): (1, 2),
    }
    assert "prostate" not in {row.primary for row in found.assertions}
    assert {row.setting for row in found.assertions} == {"during_course"}
    report = found.report
    assert (report.rows_read, report.rows_used, report.patients) == (6, 4, 4)
    assert {one.reason: one.count for one in report.rows} == {
        "without a patient": 1,
        "of another cancer (choose first)": 1,
    }


@pytest.mark.parametrize(
    ("choose", "bone", "kept"),
    [("last", (1, 2), 4), ("only", None, 3), ("each", (1, 2), 5)],
)
def test_a_rule_decides_between_cancers_with_sites_of_their_own(
    tmp_path: Path, engine: Engine, choose: str, bone: tuple[int, int] | None, kept: int
) -> None:
    """The metastases of one cancer never count for the other."""
    found = read_wide(bpc(tmp_path), engine=engine, choose=choose)
    assert figures(found).get(("prostate", "bone", "all_patients")) == bone
    assert found.report.patients_kept == kept
    abdomen = ("nsclc", "abdomen", "all_patients")
    assert figures(found).get(abdomen) == ((1, 3) if choose == "each" else None)


def test_without_an_order_several_cancers_are_told_and_left_out(engine: Engine) -> None:
    """Nothing says which was first."""
    rows = [
        {"patient": "A", "cancer": "breast", "bone_mets": 1},
        {"patient": "A", "cancer": "lung", "bone_mets": 0},
        {"patient": "B", "cancer": "breast", "bone_mets": 1},
    ]
    found = read(pandas.DataFrame(rows), engine)
    assert figures(found)["breast", "bone", "all_patients"] == (1, 1)
    assert sum(one.count for one in found.report.patients_out) == 1


@pytest.mark.parametrize(
    ("column", "cells", "options"),
    [
        ("m_stage", ("M1b", "cM0", "MX", "1"), {}),
        ("metastatic", ("yes", "no", "NA", "ja"), {}),
        ("Fernmetastasen", ("M1", "M0", "unbekannt", "M1"), {}),
        ("uicc", ("Stage IV", "IIIA", "", "4"), {"stage": "uicc"}),
    ],
)
def test_a_mark_says_who_is_metastatic(
    engine: Engine, column: str, cells: Sequence[str], options: Mapping[str, str]
) -> None:
    """By yes and no, by M, by a stage that is named; where it says nothing, the sites do."""
    rows = [
        {"patient": name, "cancer": "breast", column: cell, "bone_mets": bone}
        for name, cell, bone in zip("ABCD", cells, (0, 1, 1, 0), strict=True)
    ]
    found = read(pandas.DataFrame(rows), engine, **options)
    assert figures(found)["breast", "bone", "metastatic_patients"] == (1, 3)
    told = {one.text: one.count for one in found.report.notices}
    assert told["patients marked not metastatic who have a site: the mark decides"] == 1
    assert told["patients marked metastatic who have none of these sites: the mark decides"] == 2
    evidence = read(pandas.DataFrame(rows), engine, metastatic_by="evidence", **options)
    assert figures(evidence)["breast", "bone", "metastatic_patients"] == (2, 2)


def test_a_stage_counts_only_where_it_is_named(engine: Engine) -> None:
    """Stage IV may be without distant metastases, as in the oral cavity."""
    rows = {
        "patient": ["A", "B"],
        "cancer": ["breast"] * 2,
        "stage": ["IV", "IV"],
        "bone_mets": [1, 0],
    }
    found = read(pandas.DataFrame(rows), engine)
    assert figures(found)["breast", "bone", "metastatic_patients"] == (1, 1)


def test_words_of_the_user_are_answers(engine: Engine) -> None:
    """A cross and a blank mean something only where the user says so."""
    rows = {"patient": list("ABCD"), "bone_mets": ["x", "", "x", "nicht gesucht"]}
    table = pandas.DataFrame(rows)
    with pytest.raises(TableError, match=r"column bone_mets.*'x'.*in 2 rows"):
        read(table, engine, primary="breast", unknown=["nicht gesucht"])
    found = read(
        table, engine, primary="breast", yes=["X"], no=["blank"], unknown=["nicht gesucht"]
    )
    assert figures(found)["breast", "bone", "all_patients"] == (2, 3)


def test_ticks_without_a_no_are_no_answers_until_the_user_says_what_a_blank_is(
    engine: Engine,
) -> None:
    table = pandas.DataFrame(
        {
            "patient_id": ["1", "2", "3"],
            "cancer": ["Breast"] * 3,
            "bone_mets": ["x", "", ""],
            "liver_mets": ["no", "yes", ""],
        }
    )
    how: Any = {"engine": engine, "setting": "at_diagnosis", "yes": ["x"]}
    with pytest.raises(TableError, match="bone_mets: says yes or nothing, and never no"):
        read_wide(table, **how)

    def bone(**more: Any) -> list[tuple[int | None, int | None]]:
        found = read_wide(table, **how, **more).assertions
        return [
            (one.count, one.total)
            for one in found
            if (one.site, one.denominator) == ("bone", "all_patients")
        ]

    assert bone(no=["blank"]) == [(1, 3)]
    assert bone(unknown=["blank"]) == [(1, 1)]


def test_a_column_that_may_name_a_site_is_told(engine: Engine) -> None:
    table = pandas.DataFrame(
        {
            "patient_id": ["1", "2"],
            "cancer": ["Breast"] * 2,
            "axillary_ln_mets": ["yes", "no"],
            "mets_bone_2": ["no", "yes"],
            "any_mets": ["yes", "yes"],
        }
    )
    found = read_wide(table, engine=engine, setting="at_diagnosis")
    assert {one.site for one in found.assertions} == {"lymph_node", "lymph_node_axillary"}
    told = [one.text for one in found.report.notices if one.text.startswith("oddity")]
    assert len(told) == 1
    assert "'mets_bone_2' may name a site" in told[0]


def test_sites_are_named_by_patterns(engine: Engine) -> None:
    """What stands for the star is the site; only these columns are read, and the others told."""
    rows = {
        "pid": ["A", "B"],
        "entity": ["Melanoma"] * 2,
        "loc_liver": ["ja", "nein"],
        "loc_skin": ["nein", "ja"],
        "brain": ["1", "0"],
        "lung_mets": ["1", "1"],
    }
    found = read(pandas.DataFrame(rows), engine, sites=["loc_*", "BRAIN"])
    assert {row.site for row in found.assertions} == {"liver", "skin", "brain"}
    assert "'lung_mets'" in found.report.warnings[0]


def test_a_site_of_the_users_map_file_is_read(engine: Engine) -> None:
    """A label that nothing knows goes to the site map, and comes back with a key."""
    rows = pandas.DataFrame(
        {
            "patient": ["A", "B"],
            "cancer": ["breast"] * 2,
            "dmets_limbo": [1, 0],
            "dmets_bone": [1, 1],
        }
    )
    first = read(rows, engine)
    assert [one.label for one in first.report.unmapped] == ["limbo"]
    assert {row.site for row in first.assertions} == {"bone"}
    again = read(rows, engine, overrides={("site", "limbo"): "skin"})
    assert figures(again)["breast", "skin", "all_patients"] == (1, 2)


def test_two_columns_of_one_site_are_one_site(engine: Engine) -> None:
    """A yes in either is a yes; a no in one and nothing in the other is not known."""
    rows = {
        "patient": list("ABCD"),
        "lung_left_mets": ["1", "0", "0", ""],
        "lung_right_mets": ["0", "0", "", ""],
    }
    sites = ["lung_left_mets", "lung_right_mets"]
    labels = {("site", "lung left"): "lung", ("site", "lung right"): "lung"}
    found = read(pandas.DataFrame(rows), engine, primary="breast", sites=sites, overrides=labels)
    assert figures(found)["breast", "lung", "all_patients"] == (1, 2)


def test_tumor_sites_hold_the_primary_here_too(engine: Engine) -> None:
    """A lung cancer with a tumor of the lung alone is not metastatic, and its lung no site."""
    rows = {
        "patient": list("ABC"),
        "cancer": ["Lung Cancer"] * 3,
        "Tumor Site: Lung (NLP)": ["Yes"] * 3,
        "Tumor Site: Bone (NLP)": ["Yes", "No", "No"],
    }
    found = read_wide(pandas.DataFrame(rows), engine=engine, name="scans")
    assert {key: value for key, value in figures(found).items() if key[0] == "lung"} == {
        ("lung", "bone", "all_patients"): (1, 3),
        ("lung", "bone", "metastatic_patients"): (1, 1),
    }


@pytest.mark.parametrize(("nodes", "total"), [("ignore", 1), ("count", 2)])
def test_nodes_alone_make_no_patient_metastatic(engine: Engine, nodes: str, total: int) -> None:
    """A node may be regional unless it is called distant; the user may count it all the same."""
    rows = {"patient": list("ABC"), "bone_mets": [1, 0, 0], "lymph_node_mets": [1, 1, 0]}
    found = read(pandas.DataFrame(rows), engine, primary="breast", nodes=nodes)
    assert figures(found)["breast", "lymph_node", "all_patients"] == (2, 3)
    assert figures(found)["breast", "lymph_node", "metastatic_patients"] == (total, total)


GOOD: Final[Row] = {"patient": ["A"], "cancer": ["breast"], "bone_mets": ["yes"]}


@pytest.mark.parametrize(
    ("rows", "options", "message"),
    [
        ({"cancer": ["breast"], "bone_mets": [1]}, {}, r"--patient COLUMN"),
        ({"patient": ["A"], "bone_mets": [1]}, {}, r"--primary COLUMN.*--primary breast"),
        (
            {"patient": ["A"], "cancer": ["breast"], "age": [4]},
            {},
            r"no column names a site.*--sites",
        ),
        (GOOD, {"setting": None}, r"column bone_mets.*--setting at_diagnosis"),
        (GOOD, {"sites": ["spread_*"]}, r"'spread_\*'.*no column fits"),
        (GOOD, {"sex": "gendre"}, r"column gendre.*--sex COLUMN"),
        (GOOD | {"bone_mets": ["12 mm"]}, {}, r"bone_mets.*'12 mm'.*in 1 row:.*--yes"),
        (GOOD | {"DMETS_DX_LIVER": ["No"]}, {}, r"DMETS_DX_LIVER.*says during course"),
        (GOOD | {"who": ["perhaps"]}, {"metastatic": "who"}, r"column who.*'perhaps'"),
        ({"patient": [], "cancer": [], "bone_mets": []}, {}, r"a header and no rows"),
        ({"patient": ["A"], "cancer": ["breast"], "dmets_limbo": [1]}, {}, r"'limbo'.*--site-map"),
    ],
)
def test_a_table_that_cannot_be_read_says_why(
    engine: Engine, rows: Row, options: Mapping[str, Any], message: str
) -> None:
    """One sentence with the column, what is wrong, and what to do."""
    with pytest.raises(TableError, match=message):
        read(pandas.DataFrame(rows, dtype=str), engine, **options)


def test_numbers_of_lesions_are_no_answers(engine: Engine) -> None:
    """A column of counts is refused with the number that gives it away."""
    rows = {"patient": list("ABC"), "cancer": ["breast"] * 3, "liver_mets": [0, 1, 3]}
    with pytest.raises(TableError, match=r"column liver_mets.*'3'"):
        read(pandas.DataFrame(rows), engine)


@pytest.mark.parametrize(
    "option", [{"choose": "best"}, {"setting": "then"}, {"metastatic_by": "x"}]
)
def test_a_rule_that_does_not_exist_is_refused(engine: Engine, option: Mapping[str, str]) -> None:
    """With the rules that there are."""
    with pytest.raises(UnknownNameError):
        read(pandas.DataFrame(GOOD), engine, **option)


@pytest.mark.slow
@pytest.mark.xdist_group("spark")
def test_spark_says_the_same(tmp_path: Path, spark: Engine, engine: Engine) -> None:
    """Every expression runs on Spark as on DuckDB."""
    file = bpc(tmp_path)
    for choose in ("first", "each"):
        here = read_wide(file, engine=engine, choose=choose)
        there = read_wide(file, engine=spark, choose=choose)
        assert figures(there) == figures(here)
