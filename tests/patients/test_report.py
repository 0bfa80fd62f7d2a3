"""The report of a reader: its text and its numbers."""

from __future__ import annotations

import json
import re

import pytest

from metastasis.patients import Exclusion, Notice, Remark, Report, Unmapped
from metastasis.patients._report import ReportDraft
from metastasis.patients._report_page import report_page


def test_the_report_says_all() -> None:
    report = Report(
        title="a study",
        files=("a.tsv",),
        engine="duckdb",
        rows_read=1_200,
        rows=(Exclusion("without a patient", 2, ("row 3",)), Exclusion("not a cancer code", 98)),
        patients=900,
        patients_out=(Exclusion("no primary", 40),),
        metastatic=300,
        notices=(Notice("metastatic-by flag", 3, "marks that contradict the samples"),),
        unmapped=(Unmapped("site", "Odd place", 4, ("bone",)),),
        assertions=12,
        not_written=(Exclusion("whose site was found in no patient", 5, ("lung to bone",)),),
    )
    text = str(report)
    for part in (
        "1,200 rows read from a.tsv",
        "1,100 used",
        "2 without a patient, such as row 3",
        "900 patients",
        "860 kept, 300 of them metastatic",
        "40 no primary",
        "[metastatic-by flag]",
        "'Odd place' (site, 4 rows)",
        "12 assertions",
        "Not for clinical use",
    ):
        assert part in text
    assert report.to_dict()["rows_used"] == 1_100


def test_nothing_is_reported_that_did_not_happen() -> None:
    draft = ReportDraft("a study", rows_read=3)
    draft.leave_out("without a patient", 0)
    draft.notice("sex", 0, "patients with two sexes")
    report = draft.finished("duckdb", assertions=0)
    assert (report.rows, report.notices, report.rows_used) == ((), (), 3)
    assert report.patients_kept is None


def test_a_pair_is_reported_once_a_reason_with_a_few_examples() -> None:
    draft = ReportDraft("a study")
    for site in ("bone", "bone", "liver", "lung", "brain", "skin", "ovary"):
        draft.no_assertion("with fewer than 5 patients", "breast", site)
    (left,) = draft.finished("none", assertions=0).not_written
    assert (left.count, left.examples[0], len(left.examples)) == (6, "breast to bone", 5)


def test_one_is_singular() -> None:
    one = Exclusion("patients without a primary", 1, ("P-1",))
    assert str(one) == "1 patient without a primary, such as P-1"
    assert str(Exclusion("patients without a primary", 2)) == "2 patients without a primary"


@pytest.mark.parametrize("text", ["{} rows are left out", "{} of 4 records have no stage"])
def test_a_sentence_tells_no_number_under_a_limit(text: str) -> None:
    report = Report(
        title="a study",
        files=(),
        engine="duckdb",
        rows_read=164,
        patients=98,
        metastatic=61,
        notices=(Notice("code system", 164, "rows with codes read as ICD-10-CM"),),
        warnings=(text.format(3),),
        remarks=(Remark("form", text.format(3)),),
        min_count=11,
        hides_totals=True,
    )
    page = re.sub(r"<style>.*?</style>|<[^>]*>", " ", report_page(report), flags=re.DOTALL)
    for said in (str(report), json.dumps(report.to_dict()), page):
        assert "some r" in said
        assert not {"3", "4", "61", "98", "164"} & set(re.findall(r"\d+", said))
