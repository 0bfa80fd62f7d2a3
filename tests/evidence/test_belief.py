"""Belief counts documents once, and says what it counted."""

from __future__ import annotations

import pytest
from hypothesis import given

from metastasis._catalog import Source
from metastasis._evidence.assertion import Assertion
from metastasis._evidence.belief import belief
from strategies import SMALL, dense_tables

PAGE = "0e167e92bc5b3ecd9f147b7556892693f29fefe661445ae6c32ed72cd6383614"
SOURCES = {
    "one": Source(key="one", citation="1", design="registry"),
    "two": Source(key="two", citation="2", design="registry"),
    "three": Source(key="three", citation="3", design="autopsy_series"),
    "four": Source(key="four", citation="4", design="claims", doi="10.1000/x"),
    "five": Source(key="five", citation="5", design="claims", doi="10.1000/x"),
    **{
        key: Source(key=key, citation=key, design=design, years=years, registry=("SEER",))
        for key, design, years in (
            ("early", "registry", "2010-2012"),
            ("late", "registry", "2013-2015"),
            ("always", "registry", "2010-2015"),
            ("undated", "registry", None),
            ("claims", "claims", "2010-2012"),
        )
    },
}


def said(
    source: str, place: str = "1", frequency: str = "common", page: str | None = None
) -> Assertion:
    return Assertion(
        primary="lung",
        site="bone",
        source=source,
        locator=place,
        frequency=frequency,
        document_sha256=page,
        start=None if page is None else 0,
        end=None if page is None else 9,
    )


@pytest.mark.parametrize(
    ("sources", "documents", "score"),
    [
        ([], 0, 0.0),
        (["one"], 1, 1 - 0.35),
        (["one", "two"], 2, 1 - (0.05 + 0.09)),
        (["one", "three"], 2, 1 - 0.35**2),
        (["four", "five"], 1, 1 - 0.35),
        (["early", "late"], 2, 1 - (0.05 + 0.09)),
        (["early", "always"], 2, 1 - 0.35),
        (["early", "undated"], 2, 1 - 0.35),
        (["early", "late", "always"], 3, 1 - 0.35),
        (["early", "claims"], 2, 1 - 0.35**2),
        (["unheard-of"], 1, 1 - 0.35),
    ],
)
def test_the_formula(sources: list[str], documents: int, score: float) -> None:
    found = belief([said(source) for source in sources], SOURCES)
    assert found.documents == documents
    assert found.score == pytest.approx(score)


def test_sentences_of_one_document_count_once() -> None:
    one = belief([said("one")], SOURCES)
    assert belief([said("one", place) for place in "abcdef"], SOURCES) == one
    page = [said(source, "a", page=PAGE) for source in ("one", "two")]
    assert belief(page, SOURCES).documents == 1


def test_papers_that_may_hold_the_same_patients_are_said_to_count_as_one() -> None:
    found = belief([said("early"), said("always")], SOURCES)
    assert found.reporting == (("registry", (("always", "early"),)),)
    assert str(found) == (
        "belief 0.65 from 2 documents of 1 kind, which count as 1: some may hold the same patients"
    )


def test_what_speaks_against_is_counted_apart() -> None:
    found = belief([said("one"), said("three", frequency="absent")], SOURCES)
    assert found.reporting == (("registry", (("one",),)),)
    assert found.denying == (("autopsy_series", (("three",),)),)
    assert str(found) == "belief 0.65 from 1 document of 1 kind; against it 0.65 from 1"


@given(dense_tables())
def test_another_document_never_lowers_it(table: list[Assertion]) -> None:
    present = [one for one in table if one.finding == "present"]
    scores = [belief(present[:n], SMALL.sources).score for n in range(len(present) + 1)]
    assert scores == sorted(scores)
    assert all(0 <= score < 1 for score in scores)


def test_error_rates_may_be_chosen() -> None:
    sure = belief([said("one")], SOURCES, own_error=0.0, kind_error=0.0)
    assert sure.score == 1
    assert str(sure) == "belief above 0.99 from 1 document of 1 kind"
    with pytest.raises(ValueError, match="-1 is no error rate"):
        belief([], SOURCES, own_error=-1)
