"""Wide tables of diagnoses: which columns are codes, and that their form does not matter."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metastasis._errors import TableError
from metastasis.patients._coded.layout import layout_of
from metastasis.patients._coded.reader import read_coded
from metastasis.patients._coded.wide import code_columns
from metastasis.patients._engines.engine import open_engine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from metastasis.patients import Ingested
    from metastasis.patients._engines.engine import Engine

CODES = ("C50.911", "C61", "C34.90", "C79.51", "C79.31", "C78.7", "C77.3", "I10", "Z85.3", None)
Stay = tuple[str, int, list[str | None]]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


def counts(found: Ingested) -> dict[tuple[str, str, str | None], tuple[int | None, int | None]]:
    return {
        (one.primary, one.site, one.denominator): (one.count, one.total) for one in found.assertions
    }


HEADERS = {
    "DESYNPUF_ID CLM_FROM_DT ADMTNG_ICD9_DGNS_CD ICD9_DGNS_CD_1 ICD9_DGNS_CD_10 ICD9_PRCDR_CD_1 "
    "HCPCS_CD_1": "ICD9_DGNS_CD_1 ICD9_DGNS_CD_10",
    "KEY_NIS YEAR I10_DX1 I10_DX2 I10_DX40 I10_NDX I10_PR1 DXPOA1 I10_ECAUSE1 DXCCS1": (
        "I10_DX1 I10_DX2 I10_DX40"
    ),
    "bene_id prncpal_dgns_cd icd_dgns_cd1 icd_dgns_cd25 ICD_DGNS_E_CD1 ICD_PRCDR_CD1 "
    "CLM_POA_IND_SW1 FST_DGNS_E_CD ICD_DGNS_VRSN_CD1": (
        "prncpal_dgns_cd icd_dgns_cd1 icd_dgns_cd25"
    ),
    "id DX1 DX2 DX30 DXVER NDX CHRON1 ECODE1": "DX1 DX2 DX30",
    "patid DIAG_01 DIAG_02 DIAG_20": "DIAG_01 DIAG_02 DIAG_20",
    "pid HD ND1 ND2 ND10": "HD ND1 ND2 ND10",
    "ipp DP DAS1 DAS2": "DP DAS1 DAS2",
    "id PDX DX1 DX4": "PDX DX1 DX4",
    "id PRINC_DIAG_CODE OTH_DIAG_CODE_1 ADMITTING_DIAGNOSIS POA_PRINC_DIAG_CODE": (
        "PRINC_DIAG_CODE OTH_DIAG_CODE_1"
    ),
    "id diag_p odiag1 odiag24 poa_p": "diag_p odiag1 odiag24",
    "id icd10_1 icd10_2": "icd10_1 icd10_2",
    "id icd10 icd9": "icd10 icd9",
    "id icd9_code icd10_code icd10_date": "icd9_code icd10_code",
    "id icd10 icd10_version": "",
    "id icd_o_3 icd_o_1 histology": "",
    "id primary_diagnosis secondary_diagnosis": "primary_diagnosis secondary_diagnosis",
    "id diagnosis_1_code diagnosis_2_code diagnosis_1_date": "diagnosis_1_code diagnosis_2_code",
    "id dx_1 dx_2 dx_date_1": "dx_1 dx_2",
    "id diagnosis_date diagnosis_code age_at_diagnosis_1 days_to_diagnosis_2": "",
    "id ICD_1 ICD_2 ICD_9 ICD_10": "ICD_1 ICD_2 ICD_9 ICD_10",
    "id ICD_9 ICD_10": "ICD_9 ICD_10",
    "id das28 sex": "",
}


@pytest.mark.parametrize(("header", "read"), HEADERS.items())
def test_columns_of_codes_follow_a_pattern(header: str, read: str) -> None:
    assert set(code_columns(header.split()).read) == set(read.split())


def test_what_stands_beside_the_codes() -> None:
    header = [
        "bene_id",
        "PRNCPAL_DGNS_CD",
        "PRNCPAL_DGNS_VRSN_CD",
        "ICD_DGNS_CD1",
        "ICD_DGNS_VRSN_CD1",
        "ADMTG_DGNS_CD",
        "CLM_POA_IND_SW1",
        "ICD_DGNS_CD2",
    ]
    found = code_columns(header)
    assert found.first == ("PRNCPAL_DGNS_CD",)
    assert found.admitting == ("ADMTG_DGNS_CD",)
    assert found.flags == ("CLM_POA_IND_SW1",)
    assert found.versions == {
        "PRNCPAL_DGNS_CD": "PRNCPAL_DGNS_VRSN_CD",
        "ICD_DGNS_CD1": "ICD_DGNS_VRSN_CD1",
    }


def test_the_language_of_headers() -> None:
    header = ["Código paciente", "Diagnóstico Principal", "Diagnóstico 2", "Fecha ingreso", "Sexo"]
    found = layout_of("a.csv", header, {"patient": "Código paciente"})
    assert found.codes == ("Diagnóstico Principal", "Diagnóstico 2")
    assert found.headers["date"] == "Fecha ingreso"
    found = layout_of("a.csv", ["PatNr", "Diagnoseschlüssel", "Datum", "Geschlecht"], {})
    assert found.codes == ("Diagnoseschlüssel",)
    assert set(found.headers) == {"patient", "date", "sex"}


# The same in both forms


def wide_of(stays: Sequence[Stay], width: int) -> pd.DataFrame:
    rows = [
        (who, START + timedelta(days=day), *codes, *[None] * (width - len(codes)))
        for who, day, codes in stays
    ]
    names = ["patient", "date", *(f"dx{number}" for number in range(1, width + 1))]
    return pd.DataFrame(rows, columns=names).astype(dict.fromkeys(names[2:], "str"))


def long_of(stays: Sequence[Stay]) -> pd.DataFrame:
    rows = [
        (who, START + timedelta(days=day), code)
        for who, day, codes in stays
        for code in codes
        if code
    ]
    return pd.DataFrame(rows, columns=["patient", "date", "code"]).astype({"code": "str"})


START = date(2015, 1, 1)
STAYS = st.lists(
    st.tuples(
        st.sampled_from("ABCDEF"),
        st.integers(0, 900),
        st.lists(st.sampled_from(CODES), min_size=1, max_size=4),
    ),
    min_size=1,
    max_size=30,
)


def same(engine: Engine, stays: Sequence[Stay], **rules: object) -> Ingested:
    options = {"engine": engine, "system": "ICD-10-CM", "name": "x", **rules}
    wide = read_coded(wide_of(stays, 4), **options)  # type: ignore[arg-type]
    long = read_coded(long_of(stays), **options)  # type: ignore[arg-type]
    assert wide.assertions == long.assertions
    assert wide.report.rows == long.report.rows
    assert wide.report.rows_read == long.report.rows_read == len(long_of(stays))
    assert wide.report.patients_out == long.report.patients_out
    return wide


def many_stays() -> list[Stay]:
    random = Random(4)  # noqa: S311
    return [
        (
            f"P{random.randrange(200)}",
            random.randrange(900),
            [random.choice(CODES) for _ in range(random.randrange(1, 5))],
        )
        for _ in range(900)
    ]


def test_the_form_of_a_table_does_not_matter(engine: Engine) -> None:
    found = same(engine, many_stays())
    assert len(found.assertions) > 20
    notices = {one.rule: one.text for one in found.report.notices}
    assert notices["wide"] == "rows are the filled cells of 4 columns (dx1, …, dx4)"


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(STAYS)
def test_the_form_of_any_table_does_not_matter(stays: list[Stay]) -> None:
    stays = [*stays, ("G", 0, ["C50.911"])]
    with open_engine() as engine:
        same(engine, stays)


@pytest.mark.slow
@pytest.mark.parametrize(
    "rules",
    [
        {"at_diagnosis_days": 60},
        {"choose": "most"},
        {"choose": "each"},
        {"look_back_days": 90},
        {"confirm": "two"},
        {"zeros": True},
    ],
)
def test_the_form_does_not_matter_to_any_rule(engine: Engine, rules: dict[str, object]) -> None:
    same(engine, many_stays(), **rules)


@pytest.mark.slow
@pytest.mark.xdist_group("spark")
def test_wide_on_spark(spark: Engine, tmp_path: Path) -> None:
    stays = many_stays()[:200]
    path = tmp_path / "wide.csv"
    wide_of(stays, 4).to_csv(path, index=False)
    here = read_coded(path, system="ICD-10-CM", name="x")
    versions = tmp_path / "versions.csv"
    versions.write_text("id,dx1,dx2,dx_version1,dx_version2\nA,1749,C7951,9,0\nB,1749,,9,\n")
    there = read_coded(path, system="ICD-10-CM", name="x", engine=spark)
    of_two = read_coded(versions, patient="id", engine=spark)
    assert there.assertions == here.assertions
    assert there.report.rows == here.report.rows
    assert counts(of_two)["breast", "bone", "all_patients"] == (1, 2)


# Real forms, invented patients


def written(folder: Path, text: str) -> Path:
    path = folder / "claims.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_claims_of_medicare(tmp_path: Path) -> None:
    text = (
        "DESYNPUF_ID,CLM_FROM_DT,ADMTNG_ICD9_DGNS_CD,ICD9_DGNS_CD_1,ICD9_DGNS_CD_2,ICD9_DGNS_CD_3\n"
        "A,20090301,1749,1749,1985,4019\nB,20090302,1977,4019,1749,\nC,20090304,1629,1629,1983,NA\n"
    )
    found = read_coded(written(tmp_path, text))
    assert counts(found)["breast", "bone", "all_patients"] == (1, 2)
    assert counts(found)["lung", "cns", "all_patients"] == (1, 1)
    assert ("breast", "liver", "all_patients") not in counts(found)  # thought at admission only
    assert (found.report.rows_read, found.report.rows_used) == (7, 5)
    told = " ".join(one.text for one in found.report.notices)
    assert "the admitting diagnosis (ADMTNG_ICD9_DGNS_CD) is not read" in told
    every = read_coded(tmp_path / "claims.csv", code="*dgns*")
    assert counts(every)["breast", "liver", "all_patients"] == (1, 2)


def test_discharges_are_no_patients(tmp_path: Path) -> None:
    text = (
        "KEY_NIS,YEAR,I10_DX1,I10_DX2,I10_DX3,DXPOA1\n"
        "1,2019,C50911,C7951,I10,Y\n2,2019,C3490,C7931,C7951,N\n3,2019,I10,C50912,,\n"
    )
    found = read_coded(written(tmp_path, text))
    assert counts(found)["breast", "bone", "all_patients"] == (1, 2)
    assert [one for one in found.report.warnings if "KEY_NIS numbers discharges" in one]
    assert str(found.report).startswith("Warning: KEY_NIS numbers discharges, not patients")
    assert "present on admission (DXPOA1) exclude nothing" in str(found.report)


def test_two_code_systems_side_by_side(tmp_path: Path) -> None:
    text = "patient_id,DX1,DX2,I10_DX1,I10_DX2\nA,1749,1985,,\nB,,,C50911,C7951\nC,,,C50911,\n"
    found = read_coded(written(tmp_path, text))
    assert counts(found)["breast", "bone", "all_patients"] == (2, 3)
    text = "patient_id,icd10_code,icd9_code\nA,,1749\nA,,198.5\nB,C50911,\nB,C7951,\nC,C50.9,\n"
    found = read_coded(written(tmp_path, text))
    assert counts(found)["breast", "bone", "all_patients"] == (2, 3)
    text = "ENROLID,DX1,DX2,DXVER\nA,1749,1985,9\nB,C50911,C7951,0\nC,C50911,,0\n"
    found = read_coded(written(tmp_path, text))
    assert counts(found)["breast", "bone", "all_patients"] == (2, 3)
    text = (
        "bene_id,ICD_DGNS_CD1,ICD_DGNS_VRSN_CD1,ICD_DGNS_CD2,ICD_DGNS_VRSN_CD2\n"
        "A,1749,9,1985,9\nB,C50911,0,C7951,0\nC,C50911,0,,\n"
    )
    found = read_coded(written(tmp_path, text))
    assert counts(found)["breast", "bone", "all_patients"] == (2, 3)


def test_siblings_that_are_not_read_are_told_and_deny_nothing(tmp_path: Path) -> None:
    lines = [f"P{number},C50911,C7951" for number in range(60)]
    path = written(tmp_path, "\n".join(["patient,dx1,dx2", *lines, "Q,C50911,C787", ""]))
    found = read_coded(path, code="dx1", zeros=True)
    assert not [one for one in found.assertions if one.count == 0]
    assert found.report.warnings[0] == (
        "beside dx1, a column of diagnoses (dx2) was not read: a site that was not found may be in "
        "the others, so none is denied"
    )
    first = read_coded(path, position="principal", zeros=True)
    assert not [one for one in first.assertions if one.count == 0]
    assert first.report.warnings[0] == found.report.warnings[0]
    both = read_coded(path, code=["dx1", "dx2"])
    assert not both.report.warnings
    assert counts(both) == counts(read_coded(path)) == counts(read_coded(path, code="DX*"))


def test_a_numbered_column_alone_is_read(tmp_path: Path) -> None:
    text = "Patient Number,Dx Code 1,Date of Service\nA,C50.911,2015-01-01\nA,C79.51,2015-02-01\n"
    assert counts(read_coded(written(tmp_path, text)))["breast", "bone", "all_patients"] == (1, 1)


def test_a_name_of_codes_that_means_no_column(tmp_path: Path) -> None:
    path = written(tmp_path, "patient,dx1,dx2\nA,C509,C795\n")
    with pytest.raises(TableError, match="column diag: it is missing"):
        read_coded(path, code=["dx1", "diag"])
    with pytest.raises(TableError, match="no column of codes holds one"):
        read_coded(written(tmp_path, "patient,dx1,dx2\nA,,\n"), system="ICD-10")
