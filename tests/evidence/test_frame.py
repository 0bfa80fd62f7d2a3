"""The frame: its words, and that every number of the graph has one."""

from __future__ import annotations

from itertools import product

import pytest

import metastasis as mets
from metastasis._errors import EvidenceError, UnknownNameError
from metastasis._evidence.frame import Frame
from metastasis._evidence.number import choose_frame, number_for
from metastasis._vocabulary import LISTS, WORDS

EVERY = [
    Frame(*parts)
    for parts in product(*(LISTS[n] for n in ("denominator", "setting", "occurrence", "stage")))
]


def test_different_frames_read_differently() -> None:
    told = [one for one in EVERY if not str(one).startswith("patients with distant stage")]
    assert len({str(frame) for frame in told}) == len(told)


def test_words_are_of_values_that_there_are() -> None:
    for name, words in WORDS.items():
        assert set(words) <= set(LISTS[name])
    assert set(WORDS["denominator"]) == set(LISTS["denominator"])


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (Frame("autopsies", "at_autopsy"), "autopsies, at autopsy"),
        (
            Frame("distant_stage_at_diagnosis", "at_diagnosis", "only_site"),
            "patients with distant stage at diagnosis, as the only site",
        ),
        (
            Frame("metastatic_patients", "during_course", "first_site", "advanced"),
            "metastatic patients, during the course of the disease, as the first site, "
            "advanced stage",
        ),
    ],
)
def test_a_frame_reads_as_a_person_would_say_it(frame: Frame, words: str) -> None:
    assert str(frame) == words


def test_by_default_the_frame_with_most_numbers_is_chosen_and_the_reason_is_told() -> None:
    pairs = mets.load().evidence.pairs(primaries={"breast"})
    choice = choose_frame(pairs)
    assert choice.frame is not None
    shown = sum(number_for(pair, choice.frame) is not None for pair in pairs)
    assert choice.reason == (
        f"it has the most numbers and counts: on {shown} of {len(pairs)} pairs"
    )
    for other in {frame for pair in pairs for frame in pair.by_frame}:
        if other.denominator == "site_cases" or (other.occurrence, other.stage) != ("any", "any"):
            continue
        worth = [
            sum(1 + one.is_quantified for pair in pairs if (one := number_for(pair, frame)))
            for frame in (choice.frame, other)
        ]
        assert worth[0] >= worth[1]


def test_several_frames_are_an_error_that_lists_them_where_one_is_asked_for() -> None:
    pairs = mets.load().evidence.pairs()
    with pytest.raises(EvidenceError, match="choose one, or name none:\n  denominator="):
        choose_frame(pairs, denominator="all_patients")
    with pytest.raises(EvidenceError, match="choose one:\n"):
        choose_frame(pairs, ask=True)
    with pytest.raises(EvidenceError, match="nothing is counted in this frame; there is: "):
        choose_frame(pairs, denominator="autopsies", setting="at_diagnosis", ask=True)
    with pytest.raises(UnknownNameError, match="unknown denominator 'autopsy'"):
        choose_frame(pairs, denominator="autopsy")
    assert choose_frame([]).frame is None


def test_shares_of_a_sites_cases_are_taken_for_sites_only() -> None:
    pairs = mets.load().evidence.pairs()
    only = [
        pair
        for pair in pairs
        if pair.by_frame and all(f.denominator == "site_cases" for f in pair.by_frame)
    ]
    assert only
    assert choose_frame(only).frame is None
    assert choose_frame(only, of_sites=True).frame is not None


ASKS = {
    "numbers": lambda kg, **parts: kg.numbers(**parts),
    "profiles": lambda kg, **parts: kg.profiles(**parts),
    "shared_sites": lambda kg, **parts: kg.shared_sites("breast", "lung", **parts),
    "likely": lambda kg, **parts: kg.likely("bone", draws=2, **parts),
    "process": lambda kg, **parts: kg.process("bladder", draws=2, **parts),
    "flow": lambda kg, **parts: kg.flow(**parts),
    "ring": lambda kg, **parts: kg.draw.ring(**parts),
    "heatmap": lambda kg, **parts: kg.draw.heatmap(value="percent", **parts),
}
"""Questions and pictures that go by a frame."""


@pytest.mark.parametrize("name", ASKS)
def test_a_frame_and_a_part_that_contradicts_it_are_not_one_question(name: str) -> None:
    frame = Frame("metastatic_patients", "during_course")
    with pytest.raises(EvidenceError, match="the frame is metastatic patients"):
        ASKS[name](mets.load(), frame=frame, denominator="all_patients")
    with pytest.raises(EvidenceError, match="setting='at_autopsy' is another"):
        ASKS[name](mets.load(), frame=frame, setting="at_autopsy")
    assert ASKS[name](mets.load(), frame=frame, denominator=frame.denominator)


@pytest.mark.parametrize("name", ASKS)
def test_what_is_no_frame_is_refused_rather_than_found_nothing_in(name: str) -> None:
    with pytest.raises(TypeError, match=r"a frame is a Frame, such as metastasis\.Frame"):
        ASKS[name](mets.load(), frame="metastatic_patients")
    with pytest.raises(UnknownNameError, match="unknown setting 'later'"):
        ASKS[name](mets.load(), frame=Frame("metastatic_patients", "later"))
