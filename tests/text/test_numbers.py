"""What a sentence prints for its sites, and that nothing else is taken for it."""

from __future__ import annotations

import re
import time
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metastasis._evidence.assertion import Assertion
from metastasis._evidence.check import problems_of
from metastasis._files import ontology_path
from metastasis._vocabulary import LISTS
from metastasis.text._numbers import PrintedNumber, numbers_of, numbers_of_cancers, people_of
from metastasis.text._numbers.letters import LETTERS
from number_sentences import READ, READ_AFTER, REFUSED
from strategies import NumberSentence, number_sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

_SITES: Final = re.compile(
    r"\b(?:(?:regional|distant) )?(?:lymph nodes?|lungs?|pulmonary|livers?|hepatic|bones?|brain"
    r"|skeletal|peritoneum|peritoneal|adrenal glands?|pleura|kidneys?|spleen|spine)\b",
    re.IGNORECASE,
)


def spans_of(text: str) -> list[tuple[int, int]]:
    """Return where a sentence of the suite names sites."""
    return [match.span() for match in _SITES.finditer(text)]


def read(text: str, before: str = "", header: str = "") -> str:
    """Return what is read for each site, shortly: ``bone 71/150 47; lung 30``."""
    sites = spans_of(text)
    found = numbers_of(text, sites, before=before, header=header)
    return "; ".join(
        f"{text[start:end]} {shown(number)}"
        for (start, end), number in zip(sites, found, strict=True)
        if number is not None and not number.is_blank
    )


def shown(number: PrintedNumber) -> str:
    """Return a number shortly: ``71/150 47``, ``/150 47``, ``71 47``, ``47``."""
    count = "" if number.count is None else str(number.count)
    total = "" if number.total is None else f"/{number.total}"
    percent = "" if number.percent is None else f" {number.percent}"
    return f"{count}{total}{percent}".strip()


@pytest.mark.parametrize(("text", "found"), READ)
def test_a_number_goes_to_its_site(text: str, found: str) -> None:
    assert read(text) == found


@pytest.mark.parametrize(("before", "text", "found"), READ_AFTER)
def test_a_total_comes_from_before_only_where_the_page_says_so(
    before: str, text: str, found: str
) -> None:
    assert read(text, before) == found


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_number_of_a_site_is_not_taken(text: str) -> None:
    assert read(text) == ""


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("Bone metastases occur in 85% to 90% of cases.", "85% to 90%"),
        ("Up to 70% have bone metastases.", "Up to 70%"),
        ("A third of patients have bone metastases.", "A third"),
        ("About 50 % have bone metastases.", "about"),
    ],
)
def test_a_range_goes_into_the_note(text: str, note: str) -> None:
    (number,) = numbers_of(text, spans_of(text))
    assert number is not None
    assert number.note == note


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("bone (71/150, 67%)", "67 % does not agree with 71 of 150"),
        ("bone (171/150)", "171 is more than 150"),
        ("bone (147%)", "147 % is more than all"),
        ("Bone metastases in 30%; bone metastases in 20%.", "two numbers for one site"),
    ],
)
def test_a_number_that_contradicts_is_refused_with_a_reason(text: str, why: str) -> None:
    number = numbers_of(text, spans_of(text))[0]
    assert number is not None
    assert number.is_blank
    assert number.refused == why


@pytest.mark.parametrize(
    ("header", "text", "found"),
    [
        ("Metastatic location (%)", "Liver 89", "Liver 89"),
        ("Metastatic location (%)", "Liver | 8.9", "Liver 8.9"),
        ("Site | n (%)", "Liver | 104 (69)", "Liver 104 69"),
        ("Site | Patients | %", "Liver | 1,104 | 69.5", "Liver 1104 69.5"),
        ("Stage", "Liver 89", ""),
        ("Metastatic location (%)", "Liver 89 12", ""),
        ("Metastatic location (%)", "With liver 89", ""),
        ("Metastatic location (%)", "Liver 189", ""),
    ],
)
def test_a_row_of_a_table_is_read_by_its_header(header: str, text: str, found: str) -> None:
    assert read(text, header=header) == found


@pytest.mark.parametrize(
    ("text", "denominator", "setting"),
    [
        (
            "Bone metastases occur in 45% of patients with metastatic cancer.",
            "metastatic_patients",
            None,
        ),
        ("Bone metastases occur in 45% of patients with mRCC.", "metastatic_patients", None),
        (
            "Liver metastases are present in 23% of cases of newly diagnosed mRCC.",
            "distant_stage_at_diagnosis",
            "at_diagnosis",
        ),
        ("Bone metastases were found in 10% of autopsies.", "autopsies", "at_autopsy"),
        ("45% of all metastases were in the liver.", "records", None),
        ("Bone metastases occur in 45% of patients with sarcoma.", "all_patients", None),
        ("Bone metastases occur in 45% of patients.", None, None),
        ("Bone metastases occur in 45% of patients with stage III sarcoma.", None, None),
        ("Bone metastases occur in 45% of non-metastatic patients.", None, None),
        ("Of 500 patients with sarcoma, 100 (20%) had metastases, in bone (50%).", None, None),
        ("bone (47%)", None, None),
    ],
)
def test_who_is_counted_is_said_or_blank(
    text: str, denominator: str | None, setting: str | None
) -> None:
    (number,) = numbers_of(text, spans_of(text))
    assert number is not None
    assert (number.denominator, number.setting) == (denominator, setting)


@pytest.mark.parametrize(
    ("text", "occurrence"),
    [
        ("isolated bone metastases (25%)", "only_site"),
        ("liver only in 20%", "only_site"),
        ("The liver was the only site of metastasis in 46%.", "only_site"),
        ("The liver was the first site of metastasis in 46%.", "first_site"),
        ("Liver metastases occur in only 3% of patients.", None),
    ],
)
def test_the_only_and_the_first_site_are_told_apart(text: str, occurrence: str | None) -> None:
    (number,) = numbers_of(text, spans_of(text))
    assert number is not None
    assert number.occurrence == occurrence


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Brain metastases come from lung cancer (50%), breast cancer (20%).",
            "lung cancer 50; breast cancer 20",
        ),
        ("Breast cancer makes up 69% of skin metastases.", "Breast cancer 69"),
        (
            "The incidence of bone metastasis was 11.9% in liver cancer and 11.1% in lung cancer.",
            "liver cancer 11.9; lung cancer 11.1",
        ),
        ("80% of breast cancers metastasize to bone.", "breast cancer 80"),
        ("Lung and breast cancer (50%).", ""),
        ("Survival was 50% in lung cancer and 20% in breast cancer.", ""),
    ],
)
def test_a_number_goes_to_its_cancer(text: str, found: str) -> None:
    named = re.compile(r"\b(?:lung|breast|liver) cancer|\blung\b", re.IGNORECASE)
    cancers = [match.span() for match in named.finditer(text)]
    sites = [span for span in spans_of(text) if all(span[0] != start for start, _ in cancers)]
    numbers = numbers_of_cancers(text, cancers, sites=sites)
    assert found == "; ".join(
        f"{text[start:end]} {shown(number)}"
        for (start, end), number in zip(cancers, numbers, strict=True)
        if number is not None and not number.is_blank
    )


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("of 251 patients with metastases", ("metastatic_patients", 251, None)),
        ("in 367 autopsies", ("autopsies", 367, "at_autopsy")),
        (
            "150 consecutive patients with metastatic disease proven by biopsy",
            ("metastatic_patients", 150, None),
        ),
        (
            "among 2812 patients diagnosed with distant metastases on initial diagnosis",
            ("distant_stage_at_diagnosis", 2812, "at_diagnosis"),
        ),
        (
            "From 392 patients with sarcoma we studied 150 patients with metastases.",
            ("metastatic_patients", 150, None),
        ),
        ("1,031 patients diagnosed with sarcoma", ("all_patients", 1031, None)),
        ("of 150 patients", None),
        ("in 2010, at 64 years", None),
        ("251 patients with metastases and 367 patients with metastases", None),
    ],
)
def test_people_are_named_only_by_words(
    text: str, people: tuple[str | None, int | None, str | None] | None
) -> None:
    assert people_of(text) == people


def test_the_words_have_one_class_each_and_the_classes_are_known() -> None:
    import csv

    with ontology_path("text", "counting.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    words = [word.strip() for row in rows for word in row["words"].split(";")]
    assert {row["class"] for row in rows} == set(LETTERS)
    assert all(words)
    assert len(words) == len(set(words))
    assert all(word == word.lower() for word in words)


@given(number_sentences())
def test_an_invented_sentence_comes_back(sentence: NumberSentence) -> None:
    found = numbers_of(sentence.text, sentence.sites)
    assert [number and (number.count, number.total, number.percent) for number in found] == list(
        sentence.numbers
    )


@given(number_sentences(distracted=True))
def test_what_counts_nobody_changes_nothing(sentence: NumberSentence) -> None:
    found = numbers_of(sentence.text, sentence.sites)
    assert [number and (number.count, number.total, number.percent) for number in found] == list(
        sentence.numbers
    )


@given(
    st.text(max_size=200), st.lists(st.tuples(st.integers(0, 220), st.integers(1, 9))), st.text()
)
def test_any_text_is_read_without_error(
    text: str, pieces: Sequence[tuple[int, int]], before: str
) -> None:
    sites = sorted({(start, start + length) for start, length in pieces})
    assert len(numbers_of(text, sites, before=before, header=before)) == len(sites)
    people_of(text)


@given(
    st.lists(
        st.sampled_from(
            [
                *"()[],;:%/=.-",
                "71",
                "150",
                "47",
                "n",
                "of",
                "in",
                "bone",
                "lung",
                "and",
                "patients",
                "had",
                "were",
                "found",
                "with",
                "respectively",
                "metastases",
                "47%",
                "four",
                "no",
            ]
        ),
        max_size=30,
    ).map(" ".join)
)
def test_what_is_read_passes_the_checks_of_an_assertion(text: str) -> None:
    """Numbers agree with themselves, and stand where they say that they do."""
    for number in numbers_of(text, spans_of(text)):
        if number is None or number.is_blank:
            continue
        assert any(map(str.isalnum, text[number.start : number.end]))
        assert number.denominator is None or number.denominator in LISTS["denominator"]
        counted = number.count if number.total is not None else None
        if counted is None and number.percent is None:
            continue
        assertion = Assertion(
            primary="breast",
            site="bone",
            source="text",
            locator="block 1",
            count=counted,
            total=number.total,
            percent=number.percent,
            denominator=number.denominator or "all_patients",
        )
        assert list(problems_of(assertion)) == []


@pytest.mark.parametrize(
    "piece",
    ["1", "1-", "9,", "bone ", "bone (5%) ", "(", "[1] ", "in 5% of ", "bone, ", "and ", "p<"],
)
def test_time_is_linear(piece: str) -> None:
    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        best = float("inf")
        for _ in range(3):
            start = time.process_time()
            numbers_of(text, spans_of(text), before=text)
            best = min(best, time.process_time() - start)
        return best

    short, long = seconds(5_000), seconds(40_000)
    # Eight times the text; the square of it would be 64 times the time.
    assert long < 25 * short + 0.2


def test_a_percentage_is_as_printed() -> None:
    (number,) = numbers_of("bone (26.0%)", [(0, 4)])
    assert number is not None
    assert str(number.percent) == "26.0"
    assert number.percent == Decimal(26)
