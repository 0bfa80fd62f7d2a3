"""A site counts for its wholes: who has a metastasis in a rib has one in bone, and once."""

from __future__ import annotations

import csv
import random
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from metastasis._catalog import read_catalog
from metastasis.patients import (
    open_engine,
    read_cbioportal,
    read_coded,
    read_matrix,
    read_seer,
    read_table,
)
from metastasis.patients._counting.wholes import wholes_in, with_wholes
from metastasis.patients._intake import Rules, StudyPopulation
from metastasis.patients._report import ReportDraft
from metastasis.patients._sources import own_source
from metastasis.patients._tables.mapping import SourceEntry, TableMapping
from metastasis.patients._tabulate import summarize
from plain_tally import Row, patients_of
from strategies import CANONICAL

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metastasis.patients import Ingested
    from metastasis.patients._engines.engine import Engine

CATALOG: Final = read_catalog()
PRIMARIES: Final = (
    "breast_ductal",
    "breast",
    "osteosarcoma",
    "colon",
    "melanoma_uveal",
    "small_bowel",
)
SITES: Final = (
    "bone",
    "breast",
    "breast_contralateral",
    "colon",
    "conjunctiva",
    "duodenum",
    "liver",
    "lymph_node_axillary",
    "lymph_node_iliac",
    "lymph_node_regional",
    "rectum",
    "rib",
    "skin_chest_wall",
    "skull",
    "subcutis",
    "trachea",
    "vertebra",
)
DISTANT: Final = tuple(key for key in SITES if key != "lymph_node_regional")
DENOMINATORS: Final = ("all_patients", "metastatic_patients", "records")


# In plain Python, from the tables themselves


def rows_of(name: str) -> list[dict[str, str]]:
    path = Path(__file__).parents[2] / "ontology" / "catalog" / name
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


KINDS: Final = {row["key"]: row["kind"] for row in rows_of("sites.csv")}
HOLDERS: Final = [(row["part"], row["whole"]) for row in rows_of("site_parts.csv")]


def around(sites: set[str]) -> set[str]:
    """Return sites and everything that holds them."""
    while more := {whole for part, whole in HOLDERS if part in sites} - sites:
        sites = sites | more
    return sites


def sites_of(seen: set[str], primary: str) -> set[str]:
    """Return the sites that a patient of a primary counts for."""
    taking = {key for key in around(seen) if KINDS[key] in ("organ", "tissue", "lymph_node")}
    return seen | taking - around(set(CATALOG.primaries[primary].arises_in))


def plain_counts(rows: Sequence[Row], choose: str) -> dict[tuple[str, str, str], tuple[int, int]]:
    """Return count and total of every primary, site and denominator with a count."""
    groups: dict[str, list[Any]] = defaultdict(list)
    for one in patients_of(rows, choose):
        if one.outcome != "kept" or one.primary is None:
            continue
        own = PRIMARIES[one.primary]
        broader = {own} if choose == "each" else CATALOG.supertypes(own)
        for primary in broader:
            if primary == own or CATALOG.primaries[primary].kind != "grouping":
                groups[primary].append(one)
    found = {}
    for primary, group in groups.items():
        each = [(one, sites_of({SITES[at] for at in one.seen}, primary)) for one in group]
        for site in set().union(*(sites for _, sites in each)):
            for denominator in DENOMINATORS:
                some = [
                    (one, sites)
                    for one, sites in each
                    if denominator != "metastatic_patients" or is_metastatic(one)
                ]
                count = sum(site in sites for _, sites in some)
                if count:
                    total = sum(size(one, sites, site, primary, denominator) for one, sites in some)
                    found[primary, site, denominator] = (count, total)
    return found


def plain_patterns(rows: Sequence[Row], choose: str) -> dict[tuple[str, bool, frozenset[str]], int]:
    """Return how many patients of each primary and state have exactly these sites."""
    found: Counter[tuple[str, bool, frozenset[str]]] = Counter()
    for one in patients_of(rows, choose):
        if one.outcome == "kept" and one.primary is not None:
            primary = PRIMARIES[one.primary]
            sites = sites_of({SITES[at] for at in one.seen}, primary)
            found[primary, is_metastatic(one), frozenset(sites)] += 1
    return found


def is_metastatic(one: Any) -> bool:
    distant = any(SITES[at] in DISTANT for at in one.seen)
    return distant if one.metastatic is None else one.metastatic


def size(one: Any, sites: set[str], site: str, primary: str, denominator: str) -> int:
    """Return what a patient adds to a total."""
    if denominator == "records":
        return sum(sites_of({key}, primary) & sites == {key} for key in sites)
    unknown = {SITES[at] for at in one.unknown}
    parts = {key for key in SITES if site in sites_of({key}, primary)}
    asked = {site} if site in SITES else parts
    return int(site in sites or not asked & unknown)


def counts_of(engine: Engine, rows: Sequence[Row], choose: str) -> Any:
    studied = StudyPopulation(
        source=own_source("some patients", design="registry"),
        primaries=PRIMARIES,
        sites=SITES,
        setting="during_course",
        denominators=DENOMINATORS,
        metastatic_sites=DISTANT,
        rules=Rules(choose=choose, patterns=True),
        report=ReportDraft("some patients"),
    )
    return summarize(engine, engine.table(CANONICAL, rows), studied)


def agrees(engine: Engine, rows: Sequence[Row], choose: str) -> None:
    found = counts_of(engine, rows, choose)
    counted = {
        (one.primary, one.site, one.denominator): (one.count, one.total) for one in found.assertions
    }
    assert counted == plain_counts(rows, choose)
    assert len(counted) == len(found.assertions)
    patterns = {
        (one.primary, one.metastatic, frozenset(one.sites)): one.patients for one in found.patterns
    }
    assert patterns == plain_patterns(rows, choose)
    assert len(patterns) == len(found.patterns)


@pytest.fixture(scope="module")
def duckdb() -> Iterator[Engine]:
    with open_engine(threads=2) as engine:
        yield engine


def canonical_rows() -> st.SearchStrategy[list[Row]]:
    truth = st.none() | st.booleans()
    row = st.builds(
        Row,
        st.sampled_from(["P0", "P1", "P2", "P3"]),
        st.none() | st.integers(0, len(PRIMARIES) - 1),
        st.none() | st.integers(0, len(SITES) - 1),
        truth,
        st.none(),
        st.none(),
        truth,
    )
    return st.lists(row, max_size=14)


def patient(primary: str, *sites: str) -> list[Row]:
    return [
        Row("A", PRIMARIES.index(primary), None),
        *(Row("A", None, SITES.index(site)) for site in sites),
    ]


@pytest.mark.slow
@given(rows=canonical_rows(), choose=st.sampled_from(("most", "each")))
@example(rows=patient("colon", "rectum"), choose="most")
@example(rows=patient("osteosarcoma", "rib", "skull"), choose="most")
@example(
    rows=patient("breast_ductal", "breast_contralateral", "lymph_node_regional"), choose="most"
)
@settings(max_examples=10, deadline=None)  # each plans a query over a hundred sites anew
def test_duckdb_counts_wholes_as_plain_python_does(
    duckdb: Engine, rows: list[Row], choose: str
) -> None:
    agrees(duckdb, rows, choose)


def many_rows(size: int = 1200, patients: int = 300) -> list[Row]:
    chance = random.Random(7)  # noqa: S311 - the same rows on every run
    return [
        Row(
            f"P{chance.randrange(patients)}",
            chance.choice((None, *range(len(PRIMARIES)))),
            chance.choice((None, *range(len(SITES)))),
            chance.choice((None, None, True, False)),
            None,
            None,
            chance.choice((None, None, True, False)),
        )
        for _ in range(size)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("choose", ["most", "each"])
def test_many_patients_on_duckdb(duckdb: Engine, choose: str) -> None:
    agrees(duckdb, many_rows(), choose)


@pytest.mark.slow
@pytest.mark.xdist_group("spark")
def test_many_patients_on_spark(spark: Engine) -> None:
    """In one way to choose: ``test_tally.py`` asks Spark for all, and here it plans for seconds."""
    agrees(spark, many_rows(), "each")


# The rule


def test_regions_and_systems_take_nothing_over() -> None:
    found = {one.key for one in wholes_in(["brain", "trachea", "kidney", "lung"], CATALOG)}
    assert found == set()
    assert with_wholes("breast", ["breast_contralateral"], CATALOG) == {"breast_contralateral"}


def test_the_own_organ_and_what_holds_it_take_nothing_over() -> None:
    assert with_wholes("colon", ["rectum"], CATALOG) == {"rectum"}
    assert with_wholes("bladder", ["rectum"], CATALOG) == {"rectum", "large_intestine", "bowel"}


# Every reader


def fractions(found: Ingested, denominator: str = "all_patients") -> dict[str, tuple[Any, Any]]:
    return {
        one.site: (one.count, one.total)
        for one in found.assertions
        if one.denominator == denominator
    }


RIBS: Final = {
    "id": ["A", "A", "B", "C", "D"],
    "tumor": ["breast"] * 5,
    "where": ["Rib", "Skull", "Bone", "Femur", None],
}
MAPPING: Final = TableMapping(
    version="1",
    form="patients",
    source=SourceEntry(key="clinic", design="registry"),
    columns={"patient": "id", "primary": "tumor", "site": "where"},
    constants={"setting": "at_diagnosis", "denominator": "all_patients"},
)


def test_free_text() -> None:
    found = read_table(pd.DataFrame(RIBS), MAPPING)
    assert fractions(found) == {
        "bone": (3, 4),
        "femur": (1, 4),
        "rib": (1, 4),
        "skull": (1, 4),
    }
    (bone,) = [one for one in found.assertions if one.site == "bone"]
    assert (bone.locator, bone.note) == ("where: Bone; parts: femur, rib, skull", None)
    assert (found.report.rows_used, found.report.patients_kept) == (5, 4)


def test_a_whole_that_the_data_do_not_name_says_so_and_is_never_denied() -> None:
    rows = pd.DataFrame({**RIBS, "where": ["Rib", "Skull", None, None, None]})
    found = read_table(rows, MAPPING, zeros=True, zeros_of=1)
    (bone,) = [one for one in found.assertions if one.site == "bone"]
    assert (bone.count, bone.total) == (1, 4)
    assert (bone.locator, bone.note) == ("parts: rib, skull", "Counted by its parts alone")
    rows = pd.DataFrame({**RIBS, "tumor": ["breast"] * 4 + ["lung"]})
    rows.loc[2, "where"] = "Liver"
    found = read_table(rows, MAPPING, zeros=True, zeros_of=1)
    sites = {one.site for one in found.assertions if one.primary == "lung"}
    assert sites == {"femur", "liver", "rib", "skull"}


def test_samples_count_once_for_a_site() -> None:
    samples = {
        "Patient ID": RIBS["id"],
        "Sample ID": ["A1", "A2", "B1", "C1", "D1"],
        "Cancer Type": ["Breast Cancer"] * 5,
        "Sample Type": ["Metastasis"] * 5,
        "Metastatic Site": ["Rib", "Skull", "Bone", "Femur", "Liver"],
    }
    found = read_cbioportal(pd.DataFrame(samples), name="samples", patterns=True)
    assert fractions(found, "records") == {
        "bone": (3, 4),
        "femur": (1, 4),
        "liver": (1, 4),
        "rib": (1, 4),
        "skull": (1, 4),
    }
    assert ("bone", "rib", "skull") in {one.sites for one in found.patterns}


def test_flags() -> None:
    patients = {
        "Patient ID": ["A", "B", "C", "D"],
        "Cancer Type": ["Breast Cancer"] * 4,
        "Sample Type": ["Primary"] * 4,
        "Distant Mets: Rib": ["Yes", "No", "No", "NA"],
        "Distant Mets: Skull": ["Yes", "Yes", "No", "No"],
    }
    found = read_cbioportal(pd.DataFrame(patients), name="flags")
    # Whether D has a metastasis in bone is not known: the rib was not looked at.
    assert fractions(found) == {"bone": (2, 3), "rib": (1, 3), "skull": (2, 4)}


def test_codes() -> None:
    table = {
        "patient": ["A", "A", "B", "B", "C"],
        "code": ["C50.911", "C79.52", "C50.912", "C79.51", "C50.911"],
    }
    found = read_coded(pd.DataFrame(table), name="codes", system="ICD-10-CM")
    assert fractions(found) == {"bone": (2, 3), "bone_marrow": (1, 3)}
    assert fractions(found, "metastatic_patients") == {"bone": (2, 2), "bone_marrow": (1, 2)}


def test_registry() -> None:
    listing = {
        "Patient ID": ["1", "2", "3"],
        "Year of diagnosis": ["2017"] * 3,
        "Site recode ICD-O-3/WHO 2008": ["Prostate"] * 3,
        "Mets at DX-Distant LN (2016+)": ["Yes", "None; no lymph node metastases", "Unknown"],
    }
    found = read_seer(pd.DataFrame(listing), name="registry")
    counted = fractions(found)
    assert counted["lymph_node"] == counted["lymph_node_distant"]


def test_numbers_counted_before_are_not_added_up() -> None:
    counts = pd.DataFrame({"cancer": ["Breast cancer"], "N": [20], "Rib": [9], "Skull": [6]})
    found = read_matrix(
        counts, totals="N", denominator="all_patients", setting="during_course", name="matrix"
    )
    assert {one.site for one in found.assertions} == {"rib", "skull"}


def test_a_part_as_the_only_site_is_the_whole_as_the_only_site() -> None:
    only = TableMapping(
        version="1",
        form="patients",
        source=SourceEntry(key="clinic", design="registry"),
        columns={"patient": "id", "primary": "tumor", "site": "where"},
        constants={
            "setting": "at_diagnosis",
            "denominator": "all_patients",
            "occurrence": "only_site",
        },
    )
    found = read_table(pd.DataFrame(RIBS), only)
    (bone,) = [one for one in found.assertions if one.site == "bone"]
    assert (bone.occurrence, bone.count, bone.total) == ("only_site", 3, 4)
