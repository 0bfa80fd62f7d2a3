"""The report as a page, and that text, JSON and page tell the same numbers, which add up."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from browser import Sight, look, web_space
from metastasis.patients import Exclusion, Notice, Report, read_coded, read_matrix
from metastasis.patients._report_page import report_page

if TYPE_CHECKING:
    from pathlib import Path

WORDS = st.text(alphabet="abc <>&\"'é", min_size=1, max_size=30).filter(str.strip)
REASONS = st.lists(
    st.builds(Exclusion, WORDS, st.integers(1, 400), st.lists(WORDS, max_size=2).map(tuple)),
    max_size=5,
).map(tuple)


@st.composite
def reports(draw: st.DrawFn, least: int = 1) -> Report:
    rows, out = draw(REASONS), draw(REASONS)
    kept = draw(st.integers(0, 500))
    return Report(
        title=draw(WORDS),
        files=tuple(draw(st.lists(WORDS, max_size=2))),
        engine="duckdb",
        rows_read=sum(one.count for one in rows) + draw(st.integers(0, 500)),
        rows=rows,
        patients=kept + sum(one.count for one in out),
        patients_out=out,
        metastatic=draw(st.integers(0, kept)),
        notices=tuple(draw(st.lists(st.builds(Notice, WORDS, st.integers(1, 40), WORDS)))),
        not_written=draw(REASONS),
        warnings=tuple(draw(st.lists(WORDS, max_size=2))),
        min_count=least,
    )


class Page(HTMLParser):
    """What a page shows, and what it is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Note text that is shown."""
        if self.tags and self.tags[-1][0] != "style":
            self.text.append(data)

    @property
    def words(self) -> str:
        """The text, its lines joined."""
        return re.sub(r"\s+", " ", " ".join(self.text))


def numbers_in(text: str) -> set[int]:
    return {int(one.replace(",", "")) for one in re.findall(r"\d[\d,]*", text)}


@given(reports())
def test_the_numbers_add_up_and_all_three_forms_tell_them(report: Report) -> None:
    told = report.to_dict()
    assert told["rows_read"] == told["rows_used"] + sum(one["count"] for one in told["rows"])
    out = sum(one["count"] for one in told["patients_out"])
    assert told["patients"] == told["patients_kept"] + out
    page = Page(report_page(report)).words
    others = told["patients_kept"] - told["metastatic"]
    assert f"{told['metastatic']:,} metastatic, {others:,} not" in page
    for name in ("rows_read", "rows_used", "patients", "patients_kept", "metastatic"):
        assert told[name] in numbers_in(str(report))
        assert told[name] in numbers_in(page)


@given(reports(least=11))
def test_no_number_below_the_limit_is_told_or_follows(report: Report) -> None:
    told = json.loads(json.dumps(report.to_dict()))
    for whole, rest, out in (
        ("rows_read", "rows_used", "rows"),
        ("patients", "patients_kept", "patients_out"),
    ):
        known = [told[whole], told[rest], *(one["count"] for one in told[out])]
        assert all(one in (None, 0, "<11") or one >= 11 for one in known)
        hidden = [one for one in known if not isinstance(one, int)]
        # A single number that is not told would be the difference of the others.
        assert len(hidden) != 1
    assert told["metastatic"] in (None, "<11", "all but <11", 0) or told["metastatic"] >= 11
    examples = [one["examples"] for kind in ("rows", "patients_out") for one in told[kind]]
    assert not any(examples)
    assert not any(one["examples"] for one in told["not_written"])


@given(reports(least=11))
def test_text_and_page_tell_no_more_than_json(report: Report) -> None:
    told = report.to_dict()
    known = numbers_in(json.dumps(told)) | {len(told["unmapped"])}
    for kind in ("rows", "patients_out"):
        counts = [one["count"] for one in told[kind] if isinstance(one["count"], int)]
        known.add(sum(counts))
    if isinstance(told["metastatic"], int) and isinstance(told["patients_kept"], int):
        known.add(told["patients_kept"] - told["metastatic"])
    assert numbers_in(str(report)) <= known
    flow = Page(report_page(report)).words
    assert numbers_in(flow) <= known


@given(reports())
def test_a_page_asks_for_nothing_runs_nothing_and_stays_the_same(report: Report) -> None:
    text = report_page(report)
    page = Page(text)
    assert text == report_page(report)
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in page.tags}
    assert not any(name in {"src", "href"} for _, attrs in page.tags for name in attrs)
    assert "url(" not in text
    for word in (report.title, *report.warnings, *(one.reason for one in report.rows)):
        assert re.sub(r"\s+", " ", word).strip() in page.words


def test_what_a_page_tells_who_cannot_see_the_picture() -> None:
    report = Report(
        title="a study",
        files=("a.tsv",),
        engine="duckdb",
        rows_read=1_200,
        rows=(Exclusion("without a patient", 200, ("row 3",)),),
        patients=900,
        patients_out=(Exclusion("without a primary", 40),),
        metastatic=300,
        assertions=12,
        warnings=("the denominator is not what it should be",),
    )
    text = report_page(report)
    pictures = re.findall(r"<svg.*?</svg>", text, flags=re.DOTALL)
    assert len(pictures) == 2
    for picture in pictures:
        said = re.findall(r"<desc[^>]*>(.*?)</desc>", picture)[0]
        for part in ("1,200 rows", "200 left out", "900 patients", "860 patients kept", "300 meta"):
            assert part in said
    assert text.index("Warning:") < text.index("<svg")


def test_every_reader_gives_the_same_form(tmp_path: Path) -> None:
    coded = tmp_path / "claims.csv"
    coded.write_text("patient,code,date\nA,C50.9,2015-01-01\nA,C79.51,2015-02-01\n,C50.9,\n")
    counts = tmp_path / "counts.csv"
    counts.write_text("cancer,N,Bone\nBreast,90,12\n")
    read: list[Any] = [
        read_coded(coded, system="ICD-10-CM"),
        read_matrix(counts, totals="N", denominator="autopsies", setting="at_autopsy"),
    ]
    for found in read:
        found.write_report(tmp_path / "account.html")
        text = (tmp_path / "account.html").read_text(encoding="utf-8")
        report = found.report
        assert report.rows_read == report.rows_used + sum(one.count for one in report.rows)
        for head in (
            "Rows and patients, in and out",
            "The same as a table",
            "Not for clinical use",
        ):
            assert head in text
        assert f"{report.rows_read} rows read from" in Page(text).words or report.rows_read == 1


def test_nothing_of_patients_is_told_where_all_of_them_would_tell_of_a_few() -> None:
    report = Report(
        title="a clinic",
        files=("a.csv",),
        engine="duckdb",
        rows_read=164,
        patients=98,
        metastatic=66,
        min_count=11,
        hides_totals=True,
    )
    for text in (str(report), report_page(report), json.dumps(report.to_dict())):
        assert not {164, 98, 66, 32} & numbers_in(
            re.sub(r"(?s)<style>.*?</style>|<svg.*?>", "", text)
        )
    assert "fewer than 11 could be worked out" in str(report)


@pytest.mark.slow
def test_a_page_is_read_in_a_browser(tmp_path: Path) -> None:
    report = Report(
        title="a study",
        files=("data_clinical_patient.txt", "data_clinical_sample.txt"),
        engine="duckdb",
        rows_read=10_945,
        rows=(Exclusion("samples of the primary tumor", 6_213), Exclusion("without a site", 1)),
        patients=10_336,
        patients_out=(Exclusion("with several primaries that the rule cannot choose", 37),),
        metastatic=4_346,
        warnings=("a column that carries the answer is not read",),
    )
    (tmp_path / "account.html").write_text(report_page(report), encoding="utf-8")
    (tmp_path / "favicon.ico").touch()  # what a browser asks of any server
    with web_space(tmp_path) as origin:
        for seen in look(origin, [Sight("account", "account.html")], "report"):
            assert not seen.faults()
