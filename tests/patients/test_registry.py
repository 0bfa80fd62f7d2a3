"""A registry's table: M and sites of metastasis, in the dialects of several countries."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metastasis._catalog import read_catalog
from metastasis._errors import TableError, UnknownNameError
from metastasis.patients import open_engine, read_registry
from metastasis.patients._registry.headers import columns_of, registry_layout
from metastasis.patients._tumors.sites import TNM_SITES, pieces_of, site_of_code
from metastasis.patients._tumors.stages import extent_of
from metastasis.patients._tumors.years import day_of
from patient_files import counted_under, table_text
from registry_forms import figures, mixed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from random import Random

    from metastasis.patients import Engine, Ingested


class Tumor(NamedTuple):
    """A tumor, its M as 0, 1, X or nothing, its sites as codes of ICD-O."""

    patient: str
    topography: str
    m: str
    sites: tuple[str, ...] = ()
    day: str = "2015-03-01"
    morphology: str = "8500/3"

    @property
    def is_woman(self) -> bool:
        """Whether the patient is; one of the men has a second tumor."""
        return self.topography != "C61.9" and self.patient != "8"


KEYS: Final = {"C50.9": "breast", "C61.9": "prostate", "C34.1": "lung", "C18.7": "colon"}
SITES: Final = {
    "C41.2": "bone",
    "C40": "bone",
    "C22.0": "liver",
    "C34.9": "lung",
    "C71.9": "brain",
    "C74": "adrenal_gland",
}
LETTERS: Final = {
    "C41.2": "OSS",
    "C40": "OSS",
    "C22.0": "HEP",
    "C34.9": "PUL",
    "C71.9": "BRA",
    "C74": "ADR",
}
TUMORS: Final = (
    Tumor("1", "C50.9", "1", ("C41.2", "C22.0")),
    Tumor("2", "C50.9", "1", ("C40", "C41.2")),
    Tumor("3", "C50.9", "0"),
    Tumor("4", "C50.9", "X"),
    Tumor("5", "C50.9", "1"),
    Tumor("6", "C50.9", "0", ("C34.9",)),
    Tumor("7", "C50.9", "", ("C71.9",)),
    Tumor("8", "C61.9", "1", ("C41.2",), "2014-01-01"),
    Tumor("8", "C34.1", "1", ("C71.9",), "2016-01-01"),
    Tumor("9", "C61.9", "1", ("C41.2",), morphology="8140/2"),
    Tumor("10", "C18.7", "1", ("C34.9",), morphology="9680/3"),
    Tumor("11", "C18.7", "1", ("C22.0", "C74")),
)
"""Made-up tumors: M1 without a site, M0 with one, MX, nothing; in situ, and a lymphoma."""

Counts = dict[tuple[str, str, str], tuple[int, int]]


def counted(tumors: Iterable[Tumor], keys: Mapping[str, str] = SITES) -> Counts:
    """Count tumors by hand, a patient at a time: the first tumor by date counts."""
    first: dict[str, Tumor] = {}
    for one in tumors:
        is_counted = one.morphology.endswith("/3") and not one.morphology.startswith("96")
        if is_counted and (one.patient not in first or one.day < first[one.patient].day):
            first[one.patient] = one
    known: dict[str, set[str]] = defaultdict(set)
    distant: dict[str, set[str]] = defaultdict(set)
    seen: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in first.values():
        for primary in counted_under(KEYS[one.topography]):
            if one.m in ("0", "1") or one.sites:
                known[primary].add(one.patient)
            if one.m == "1" or (one.m != "0" and one.sites):
                distant[primary].add(one.patient)
            for site in one.sites:
                seen[primary, keys[site]].add(one.patient)
    counts: Counts = {}
    for (primary, site), patients in seen.items():
        counts[primary, site, "all_patients"] = (len(patients), len(known[primary]))
        both = patients & distant[primary]
        if both:
            share = (len(both), len(distant[primary]))
            counts[primary, site, "distant_stage_at_diagnosis"] = share
    return counts


def general(one: Tumor) -> dict[str, str]:
    """Return a tumor as most registries write it."""
    sites = [*one.sites, "", ""]
    return {
        "patient_id": one.patient,
        "topography": one.topography,
        "morphology": one.morphology,
        "diagnosis date": one.day,
        "sex": "F" if one.is_woman else "M",
        "TNM_M": f"M{one.m}" if one.m else "",
        "met_site_1": sites[0],
        "met_site_2": sites[1],
    }


def danish(one: Tumor) -> dict[str, str]:
    """Return a tumor in the names and codes of the Danish Cancer Registry."""
    return {
        "pnr": one.patient,
        "D_DIAGNOSEDATO": one.day,
        "C_ICD10": f"D{one.topography.replace('.', '')}",
        "C_MORFO3": one.morphology.replace("/", ""),
        "C_TNM_M": {"0": "AZCD40", "1": "AZCD41", "X": "AZCD49", "": ""}[one.m],
        "C_KON": "K" if one.is_woman else "M",
        "Metastaser": "",
        "Sites of metastases": ";".join(one.sites),
    }


def german(one: Tumor) -> dict[str, str]:
    """Return a tumor in the names and codes of oBDS."""
    year, month, day = one.day.split("-")
    return {
        "Patient_ID": one.patient,
        "Geschlecht": "W" if one.is_woman else "M",
        "Diagnosedatum": f"{day}.{month}.{year}",
        "Primaertumor_Topographie_ICD_O": one.topography,
        "Primaertumor_Morphologie_ICD_O": one.morphology,
        "cTNM_M": one.m,
        "pTNM_M": "",
        "FM_Lokalisation": " ".join(LETTERS[site] for site in one.sites),
    }


def swedish(one: Tumor) -> dict[str, str]:
    """Return a tumor in the names of the Swedish Cancer Register, with names of sites."""
    return {
        "LopNr": one.patient,
        "DIADAT": one.day.replace("-", ""),
        "KON": "2" if one.is_woman else "1",
        "ICDO3": one.topography.replace(".", ""),
        "SNOMED3": one.morphology.replace("/", ""),
        "M": {"X": "MX"}.get(one.m, one.m),
        "Mets": ", ".join(SITES[site].replace("_", " ") for site in one.sites),
    }


DIALECTS: Final = {"general": general, "danish": danish, "german": german, "swedish": swedish}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


def told(found: Ingested) -> str:
    return " ".join(found.report.warnings)


@pytest.mark.slow
@pytest.mark.parametrize("dialect", DIALECTS)
def test_tumors_are_counted_in_every_dialect(tmp_path: Path, engine: Engine, dialect: str) -> None:
    rows = [DIALECTS[dialect](one) for one in TUMORS]
    file = tmp_path / "tumors.csv"
    file.write_text(table_text(rows, list(rows[0]), ";" if dialect == "german" else ","))
    found = read_registry(file, engine=engine)
    assert figures(found) == counted(TUMORS)
    assert "M0 beside a site of metastasis in 1 record:" in told(found)
    assert "distant metastases without a site in 1 of 5 records" in told(found)
    report = found.report
    assert {one.reason: one.count for one in report.rows} == {
        "of a tumor that is not malignant": 1,
        "of a lymphoma, leukemia or myeloma, which is no solid tumor": 1,
        "of a second or later tumor of the patient": 1,
    }
    assert report.rows_used == report.patients == report.patients_kept == 9


tumors = st.lists(
    st.builds(
        Tumor,
        st.just(""),
        st.sampled_from(sorted(KEYS)),
        st.sampled_from(["0", "1", "X", ""]),
        st.lists(st.sampled_from(sorted(SITES)), max_size=2, unique=True).map(tuple),
        st.just("2015-03-01"),
        st.just("8500/3"),
    ),
    min_size=1,
    max_size=10,
).map(lambda rows: [one._replace(patient=f"p{number}") for number, one in enumerate(rows)])


@pytest.mark.slow
@settings(
    max_examples=10,  # each reads two files
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(tumors=tumors, mix=st.randoms(use_true_random=False))
def test_the_order_of_rows_and_columns_and_the_dialect_make_no_difference(
    engine: Engine, tumors: list[Tumor], mix: Random
) -> None:
    for dialect in mix.sample(sorted(DIALECTS), 2):
        rows = mixed([DIALECTS[dialect](one) for one in tumors], mix)
        found = read_registry(pd.DataFrame(rows), engine=engine, name="mixed")
        assert figures(found) == counted(tumors)


@pytest.mark.slow
def test_the_finnish_registry_has_codes_of_its_own(engine: Engine) -> None:
    rows = [
        {"id": str(n), "sex": sex, "dg_date": "2012-01-05", "topo": topo, "morpho": "8140"}
        | {"beh": "3", "stage": stage, "metastases": site}
        for n, (sex, topo, stage, site) in enumerate(
            [("1", "C56.9", "6", "C77"), ("1", "C56.9", "1", ""), ("0", "C61.9", "3", "C41")]
        )
    ]
    found = read_registry(pd.DataFrame(rows), engine=engine, name="finland")
    shares = {pair: n for pair, n in figures(found).items() if "distant" in pair[2]}
    assert shares["ovary", "lymph_node", "distant_stage_at_diagnosis"] == (1, 1)
    assert shares["prostate", "bone", "distant_stage_at_diagnosis"] == (1, 1)
    assert not found.report.patients_out


@pytest.mark.slow
def test_without_m_the_report_begins_with_it(engine: Engine) -> None:
    rows = [general(one) for one in TUMORS]
    table = pd.DataFrame(rows).drop(columns="TNM_M")
    found = read_registry(table.rename(columns={"sex": "Metastase"}), engine=engine, name="no m")
    assert str(found.report).startswith("Warning: the table has no column of M or of a stage")
    assert "'Metastase' is not read: what its codes mean is not known" in told(found)
    assert {row.denominator for row in found.assertions} == {"all_patients", "metastatic_patients"}


@pytest.mark.slow
def test_columns_of_other_names_can_be_named(engine: Engine) -> None:
    rows = [general(one) for one in TUMORS]
    odd = {"patient_id": "who", "topography": "where", "TNM_M": "spread", "met_site_1": "a"}
    table = pd.DataFrame(rows).rename(columns=odd | {"met_site_2": "b"})
    named = {"patient": "who", "topography": "where", "m": ["spread"], "sites": ["a", "b"]}
    found = read_registry(table, engine=engine, name="odd", columns=named)
    assert figures(found) == counted(TUMORS)


@pytest.mark.slow
def test_an_m_that_is_not_understood_is_told_first(engine: Engine) -> None:
    rows = [general(one) | {"TNM_M": "late"} for one in TUMORS]
    found = read_registry(pd.DataFrame(rows), engine=engine, name="late")
    assert "9 cells of 'TNM_M' are not understood, such as 'late'" in found.report.warnings[0]


@pytest.mark.slow
def test_a_tab_in_a_cell_parts_nothing(engine: Engine) -> None:
    rows = [general(TUMORS[0]) | {"TNM_M": "M1\tlate", "met_site_1": "C41.2\t"}]
    found = read_registry(pd.DataFrame(rows), engine=engine, name="tab")
    assert figures(found)["breast", "bone", "distant_stage_at_diagnosis"] == (1, 1)


@pytest.mark.slow
def test_sites_that_nothing_knows_go_to_the_site_map(engine: Engine) -> None:
    rows = [general(Tumor(str(n), "C50.9", "1", ("Limbo",))) for n in range(3)]
    found = read_registry(pd.DataFrame(rows), engine=engine, name="limbo")
    assert [(one.label, one.rows) for one in found.report.unmapped] == [("Limbo", 3)]
    assert found.assertions == ()
    own = {("site", "Limbo"): "liver"}
    again = read_registry(pd.DataFrame(rows), engine=engine, name="limbo", overrides=own)
    assert figures(again)["breast", "liver", "distant_stage_at_diagnosis"] == (3, 3)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("nodes", "m", "site", "is_metastatic"),
    [
        ("ignore", "", "C77.3", False),
        ("ignore", "X", "lymph node", False),
        ("ignore", "1", "C77.3", True),
        ("ignore", "", "LYM", True),
        ("ignore", "", "C77.3; C22", True),
        ("count", "", "C77.3", True),
    ],
)
def test_nodes_that_may_be_regional_make_nobody_metastatic(
    engine: Engine, nodes: str, m: str, site: str, *, is_metastatic: bool
) -> None:
    table = pd.DataFrame([general(Tumor("1", "C50.9", m, (site,)))])
    found = read_registry(table, engine=engine, name="nodes", nodes=nodes)
    assert found.report.metastatic == int(is_metastatic)
    only_nodes = [one for one in found.report.notices if one.rule == "nodes ignore"]
    assert bool(only_nodes) is not is_metastatic


@pytest.mark.slow
@pytest.mark.parametrize("choose", ["only", "each"])
def test_a_rule_decides_which_tumor_counts(engine: Engine, choose: str) -> None:
    table = pd.DataFrame([general(one) for one in TUMORS])
    found = figures(read_registry(table, engine=engine, name="rule", choose=choose))
    assert (("lung", "brain", "all_patients") in found) is (choose == "each")
    assert (("prostate", "bone", "all_patients") in found) is (choose == "each")


@pytest.mark.parametrize(
    ("dropped", "told"),
    [
        (["patient_id"], "column patient_id: it is missing"),
        (["topography"], "column topography: it is missing"),
        (["TNM_M", "met_site_1", "met_site_2"], "column M: it is missing"),
    ],
)
def test_missing_columns_are_named(engine: Engine, dropped: list[str], told: str) -> None:
    table = pd.DataFrame([general(one) for one in TUMORS]).drop(columns=dropped)
    with pytest.raises(TableError, match=told):
        read_registry(table, engine=engine)


def test_a_rule_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="unknown choice of tumor 'last'"):
        read_registry("nothing.csv", choose="last")
    with pytest.raises(UnknownNameError, match="unknown rule for nodes 'all'"):
        read_registry("nothing.csv", nodes="all")


@pytest.mark.slow
@pytest.mark.xdist_group("spark")
def test_spark_says_the_same(tmp_path: Path, spark: Engine) -> None:
    rows = [general(one) for one in TUMORS]
    (tmp_path / "tumors.csv").write_text(table_text(rows, list(rows[0]), ","))
    assert figures(read_registry(tmp_path / "tumors.csv", engine=spark)) == counted(TUMORS)


# Words


def test_every_code_leads_to_a_site_of_the_catalog() -> None:
    codes = [f"C{major:02}.{minor}" for major in range(100) for minor in range(10)]
    keys = {site_of_code(code) for code in codes} | set(TNM_SITES.values())
    assert keys - {None} <= set(read_catalog().sites)


@pytest.mark.parametrize(
    ("cell", "pieces"),
    [
        ("OSS, HEP", ["OSS", "HEP"]),
        ("C34.1 C22", ["C34.1", "C22"]),
        ("liver + bone", ["liver", "bone"]),
        ("adrenal gland", ["adrenal gland"]),
        ("ja", ["OTH"]),
        ("ingen", []),
        ("NA;C40", ["C40"]),
        (None, []),
    ],
)
def test_a_cell_is_taken_apart(cell: str | None, pieces: list[str]) -> None:
    assert pieces_of(cell) == pieces


@pytest.mark.parametrize(
    ("header", "use"),
    [
        ("Kjønn", "sex"),
        ("Diagnosedato", "year"),
        ("Topografi_ICDO3", "topography"),
        ("ICD-O-3 morphology", "morphology"),
        ("behaviour", "behavior"),
        ("K_CPRNR_ENCRYPTED", "patient"),
        ("pTNM_M", "stage"),
        ("clinical_m", "stage"),
        ("cTNM_UICC_Stadium", "stage"),
        ("FM_Lokalisation_2", "site"),
        ("metastatic_site1", "site"),
        ("Sites of metastasis", "site"),
    ],
)
def test_headers_are_known(header: str, use: str) -> None:
    assert columns_of([header]) == {header: use}


@pytest.mark.parametrize(
    "header", ["T", "cTNM_N", "Seitenlokalisation", "FM_Diagnosedatum", "Alder", "mets_count"]
)
def test_other_headers_are_not(header: str) -> None:
    assert columns_of([header]) == {}


def test_the_layout_puts_m_before_the_stage_group() -> None:
    layout = registry_layout(["id", "topo", "uicc_stage", "C_UDBRED", "cM"])
    assert [one.family for one in layout.stages] == ["m", "spread", "group"]


@pytest.mark.parametrize(
    ("cell", "day"),
    [("20120230", "20120230"), ("2012-13-01", None), ("31.12.1999", "19991231"), ("99", None)],
)
def test_a_day_is_read(cell: str, day: str | None) -> None:
    assert day_of(cell) == day


@given(st.text(max_size=12), st.sampled_from(["summary", "historic", "m", "mets", "group"]))
def test_no_word_breaks_the_reading_of_a_stage(word: Any, family: str) -> None:
    extent_of(family, word, ["lung"])
    pieces_of(word)
    day_of(word)


def test_a_cell_that_is_understood_is_not_told_as_unknown() -> None:
    rows = [("1", "C61.9", "M1"), ("2", "C61.9", "M0"), ("3", "C61.9", "banana")]
    table = pd.DataFrame(rows, columns=["patient", "topography", "M"])
    [told] = [one.text for one in read_registry(table).report.notices if "not known" in one.text][
        :1
    ]
    assert told == "cells of 'M', 'banana': not known"
