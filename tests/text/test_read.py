"""Reading as a whole: positions, repeatability, bounds."""

from __future__ import annotations

import csv
import pickle

from hypothesis import given, settings
from hypothesis import strategies as st

from metastasis._files import ontology_path
from metastasis.text import read_page, read_text
from metastasis.text._page_reader import _LONGEST, _MOST_SENTENCES
from shared_data import shared_path

WORDS = (
    *("breast cancer", "lung cancer", "it", "they", "melanoma", "cancer"),
    *("spreads to", "metastases in", "often", "rarely", "does not", "no", "may", "can"),
    *("bone", "the liver", "lungs", "lymph nodes in the neck", "hepatic", "brain metastases"),
    *(",", ".", "(", ")", ":", ";", "and", "or", "but", "\n", "\n\n", "- ", "# ", "|", " > "),
    *("12 %", "n = 7", "7 of 20", "respectively", "followed by", "\u00ad", "\u200b", "İ", "ß"),
)


def texts() -> st.SearchStrategy[str]:
    pieces = st.one_of(st.sampled_from(WORDS), st.text(max_size=8))
    return st.lists(pieces, max_size=40).map(" ".join)


@given(texts())
@settings(deadline=None, max_examples=300)
def test_a_quote_is_the_text_at_its_place(text: str) -> None:
    for row in read_text(text):
        assert text[row.start : row.end] == row.quote
        for span in (row.site_span, row.primary_span, row.cue_span):
            if span is not None:
                assert 0 <= span[0] < span[1] <= len(text)
        assert row.start <= row.site_span[0] < row.site_span[1] <= row.end
        assert 0 <= row.confidence <= 1


@given(texts())
@settings(deadline=None, max_examples=100)
def test_two_runs_say_the_same(text: str) -> None:
    first, second = read_text(text), read_text(text)
    assert tuple(first) == tuple(second)
    assert first.report == second.report


@given(st.lists(texts(), max_size=4), st.randoms())
@settings(deadline=None, max_examples=50)
def test_the_order_of_pages_does_not_matter(pages: list[str], random: object) -> None:
    ahead = [tuple(read_text(page)) for page in pages]
    back = [tuple(read_text(page)) for page in reversed(pages)]
    assert ahead == back[::-1]


def test_readings_can_be_sent_to_another_process() -> None:
    readings = read_text("Breast cancer often spreads to bone (12 % of 200 patients).")
    again = pickle.loads(pickle.dumps(readings))
    assert tuple(again) == tuple(readings)


def test_a_sentence_is_read_up_to_its_bound_and_says_so() -> None:
    text = "Breast cancer spreads to " + "a very large part of the " * 200 + "bone."
    readings = read_text(text)
    assert not readings
    assert f"is read up to character {_LONGEST:,}" in readings.report.remarks[0]


def test_a_page_of_statements_alone_is_read_up_to_its_bound_and_says_so() -> None:
    readings = read_text("Breast cancer spreads to bone. " * (_MOST_SENTENCES + 50))
    assert len(readings) <= _MOST_SENTENCES + 1
    assert any("sentences that name a site are read" in one for one in readings.report.remarks)


def test_everything_that_is_not_read_is_accounted_for() -> None:
    page = "Share on Facebook\n\n# Lung cancer\n\nLung cancer spreads to bone.\n\nDoes it spread?"
    report = read_text(page).report
    assert sum(report.dropped.values()) >= 1
    assert report.not_made["question"] == 1
    assert report.rows == 1


def test_the_page_with_which_the_graph_began_gives_its_curated_pairs_where_they_stand() -> None:
    path = shared_path("pages", "cancer-spreading.txt")
    curated = shared_rows_of_seed()
    readings = read_page(path)
    pairs = {(row["primary"], row["site"], int(row["start"]), int(row["end"])) for row in curated}
    read = {(row.primary, row.site, row.start, row.end) for row in readings}
    spans = {one[2:] for one in pairs}
    assert len({one[:2] for one in pairs & read}) >= 75
    # Nothing is read out of the noise, and each sentence is the one that a person marked.
    assert {(row.start, row.end) for row in readings} <= spans
    assert {row.assertion.document_sha256 for row in readings} == {
        row["document_sha256"] for row in curated
    }


def shared_rows_of_seed() -> list[dict[str, str]]:
    lines = ontology_path("assertions", "cancer-spreading.csv").read_text("utf-8").splitlines()
    return list(csv.DictReader(lines))


def test_the_sentence_that_named_the_primary_is_shown_wherever_it_stands() -> None:
    page = "Thymoma is rare. It often grows slowly. It often spreads to bone."
    bone, liver = read_text(f"{page}\n\nIt may spread to the liver.")
    assert "Thymoma is rare." in bone.before
    assert liver.primary_from == "paragraph"
    assert "Thymoma is rare." in liver.before


def test_the_heading_that_named_the_primary_is_shown_however_far_it_is() -> None:
    page = (
        "# Thymoma\n\n## Where does it spread?\n\nThe most common sites of spread are:\n\n- bone\n"
    )
    (bone,) = read_text(page)
    lead = "The most common sites of spread are:"
    assert bone.before.splitlines() == ["Thymoma", "Where does it spread?", lead]
