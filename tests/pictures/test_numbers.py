"""Pictures show the number of each pair and frame that every table names."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given, settings
from matplotlib.text import Text

from metastasis import Assertion, Evidence, Frame
from metastasis._evidence.number import asked_pairs, share_of
from metastasis._graph import load
from metastasis.analysis import numbers
from metastasis.pictures._alluvial.alluvial import Alluvial
from metastasis.pictures._body import BodyMap
from metastasis.pictures._heatmap import Heatmap
from metastasis.pictures._profiles.profiles import SiteProfiles
from metastasis.pictures._ring.ring import Ring
from metastasis.pictures._said.mark import percent_label, percent_of
from metastasis.pictures._said.selection import select
from strategies import SMALL, rival_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

SHIPPED: Final = load().evidence
Shown = dict[tuple[str, str], Assertion | None]


def shown_in(kind: str, evidence: Evidence, primaries: list[str], frame: Frame) -> Shown:
    """Return the number that a picture of some primaries shows for each pair that it draws."""
    chosen = select(evidence, primaries, None, None)
    parts: Any = {
        "denominator": frame.denominator,
        "setting": frame.setting,
        "occurrence": frame.occurrence,
    }
    plans: dict[str, Any] = {
        "ring": Ring,
        "body": BodyMap,
        "heatmap": partial(Heatmap, value="percent"),
        "profiles": SiteProfiles,
    }
    picture = plans[kind](chosen, **parts)
    # A ring has no frame where all that is counted is denials: it draws what has an edge.
    assert picture.frame == frame or not any(frame in pair.by_frame for pair in picture.drawn)
    return {(one.pair.primary, one.pair.site): one.number for one in marks_of(kind, picture)}


def marks_of(kind: str, picture: Any) -> Iterator[Any]:
    if kind == "heatmap":
        return (cell.mark for cell in picture.made.cells)
    return iter(picture.marks)


def check_frames(kind: str, evidence: Evidence) -> int:
    """Hold a kind of picture to the table of every frame; return how many numbers it shows."""
    pairs = asked_pairs(evidence)
    # A picture shows numbers on any stage only, and says so.
    frames = sorted({one for pair in pairs for one in pair.by_frame if one.stage == "any"})
    told = 0
    for frame in frames:
        table = numbers(evidence, frame=frame)
        expected = {(one.pair.primary, one.pair.site): one.assertion for one in table}
        shown = shown_in(kind, evidence, sorted({one for one, _ in expected}), frame)
        for name, number in shown.items():
            assert number == expected.get(name), (kind, frame, name)
        # A ring draws what has an edge; all others draw every pair.
        if kind != "ring":
            assert expected.keys() <= shown.keys()
        told += sum(number is not None for number in shown.values())
    return told


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["heatmap", "body", "profiles", "ring"])
def test_a_picture_shows_the_numbers_of_the_table(kind: str) -> None:
    assert check_frames(kind, SHIPPED) >= 15


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["heatmap", "body", "profiles", "ring"])
@settings(max_examples=25)
@given(rows=rival_numbers())
def test_of_rivals_a_picture_shows_the_number_of_the_table(
    kind: str, rows: list[Assertion]
) -> None:
    check_frames(kind, Evidence.from_assertions(rows, SMALL))


def test_a_stream_is_as_high_as_the_count_of_the_table() -> None:
    streams = Alluvial(select(SHIPPED, None, None, None), value="patients")
    table = numbers(SHIPPED, frame=streams.frame)
    counts = {one.pair: one.assertion.count for one in table}
    assert len(streams.flows) >= 3
    for flow in streams.flows:
        assert flow.weight == counts[flow.pair]


def test_the_text_in_a_cell_is_the_number_of_the_table() -> None:
    frame = Frame("metastatic_patients", "during_course")
    table = numbers(SHIPPED, frame=frame)
    diagram = load().draw.heatmap(value="percent", frame=frame, size=(20, 20))
    drawn = [one for one in diagram.artists["cell texts"] if isinstance(one, Text)]
    texts = {str(text.get_gid()): text.get_text() for text in drawn}
    for one in table:
        text = texts[f"heatmap-text-{one.pair.primary}--{one.pair.site}"]
        assert text.startswith(percent_label(one.assertion))


def test_pictures_and_analyses_compute_with_the_same_share() -> None:
    for one in SHIPPED.assertions:
        if one.percent is not None:
            assert float(percent_of(one)) == pytest.approx(100 * share_of(one))
