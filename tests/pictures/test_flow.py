"""The picture of blood flow: dots stand where the analysis says; what cannot be told is open."""

from __future__ import annotations

from dataclasses import replace
from math import hypot, log10
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import PathPatch
from matplotlib.text import Text

import metastasis as mets
from drawings import counted, faults, wide, words, written
from metastasis._errors import FitError, UnknownNameError
from metastasis._evidence.interval import wilson_interval
from metastasis.analysis import flow
from metastasis.analysis._flow.circulation import arriving_shares
from metastasis.pictures import SIZES, THEMES, EmptyDiagramWarning, Style, draw_flow
from shell import run

if TYPE_CHECKING:
    from pathlib import Path

    from metastasis._graph import KnowledgeGraph
    from metastasis.pictures import Diagram


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return mets.load()


def drawn(kg: KnowledgeGraph, **options: Any) -> Diagram | None:
    """Return the picture; None where it is refused with what would fit."""
    try:
        return draw_flow(kg, **options)
    except FitError as error:
        if not error.remedies:
            raise
        return None


def middles(diagram: Diagram, role: str) -> dict[str, float]:
    """Return where the marks of a role are across, by the key of their row."""
    found = {}
    for one in diagram.artists[role]:
        assert isinstance(one, PathPatch)
        key = "-".join(str(one.get_gid()).split("-")[2:])
        found[key] = float(np.mean(one.get_path().get_extents().intervalx))
    return found


def ruler(diagram: Diagram, *, is_log: bool) -> tuple[float, float]:
    """Return a and b of x = a + b · share (or its logarithm), from the numbers at the axis."""
    ticks = [
        (float(one.get_text().removesuffix(" %")), one.get_position()[0])
        for one in diagram.artists["axis labels"]
        if isinstance(one, Text) and one.get_text()[0].isdigit()
    ]
    values = [log10(value) if is_log else value for value, _ in ticks]
    slope, start = np.polyfit(values, [x for _, x in ticks], 1)
    return float(start), float(slope)


@pytest.mark.parametrize("axis", ["percent", "log"])
def test_dots_stand_where_an_independent_count_puts_them(kg: KnowledgeGraph, axis: Any) -> None:
    diagram = draw_flow(kg, "bladder", sources="xu-2020-bladder", axis=axis)
    seen = {"bone": 1029, "brain": 97, "liver": 687, "lung": 988}
    said = {
        (one.site, one.count, one.total)
        for one in kg.evidence.assertions
        if one.source == "xu-2020-bladder" and one.primary == "bladder" and one.site in seen
    }
    assert {(site, count, 2812) for site, count in seen.items()} <= said
    shares = {site: 100 * count / sum(seen.values()) for site, count in seen.items()}
    model = arriving_shares(["lung"], adult="mean", arrest=0.5)
    brought = sum(model[site] for site in seen)
    expected = {site: 100 * model[site] / brought for site in seen}
    start, slope = ruler(diagram, is_log=axis == "log")
    for role, values in (("marks", shares), ("expected", expected)):
        places = middles(diagram, role)
        assert len(places) == 4
        for key, x in places.items():
            value = values[key.rpartition("--")[2]]
            assert x == pytest.approx(
                start + slope * (log10(value) if axis == "log" else value), abs=0.01
            )
    for row in diagram.rows:
        assert row.percent == pytest.approx(shares[row.site])
        assert row.value == pytest.approx(shares[row.site] / expected[row.site])
        assert row.artists


def test_the_interval_is_that_of_the_index(kg: KnowledgeGraph) -> None:
    diagram = draw_flow(kg, "bladder", sources="xu-2020-bladder", axis="percent")
    counts = {"bone": 1029, "brain": 97, "liver": 687, "lung": 988}
    parts = {site: count / 2812 for site, count in counts.items()}
    ends = {site: wilson_interval(count, 2812) for site, count in counts.items()}
    for row in diagram.rows:
        rest = sum(parts[site] for site in parts if site != row.site)
        off = [hypot(*(parts[s] - ends[s][0] for s in parts if s != row.site))]
        off.append(hypot(*(ends[s][1] - parts[s] for s in parts if s != row.site)))
        own, (low, high) = parts[row.site], ends[row.site]
        share = own / (own + rest)
        down = hypot(share - low / (low + rest), share - own / (own + rest + off[1]))
        up = hypot(high / (high + rest) - share, own / (own + rest - off[0]) - share)
        assert row.interval_low == pytest.approx(100 * (share - down))
        assert row.interval_high == pytest.approx(100 * (share + up))
    start, slope = ruler(diagram, is_log=False)
    for line in diagram.artists["intervals"]:
        assert isinstance(line, PathPatch)
        key = str(line.get_gid()).removeprefix("flow-interval-")
        row = next(one for one in diagram.rows if one.key == key)
        box = line.get_path().get_extents()
        assert (box.x0 - start) / slope == pytest.approx(row.interval_low, abs=0.2)
        assert (box.x1 - start) / slope == pytest.approx(row.interval_high, abs=0.2)


def test_shape_and_color_say_the_verdict_of_the_analysis(kg: KnowledgeGraph) -> None:
    diagram = draw_flow(kg, ["bladder", "hcc"])
    verdicts = {(one.primary, one.site, one.cohort): one.verdict for one in flow(kg.evidence)}
    style = Style()
    marks = {str(one.get_gid()): one for one in diagram.artists["marks"]}
    colors = {"above flow": style.arrow, "below flow": style.primaries[0]}
    seen = set()
    for row in diagram.rows:
        said = row.words[2].partition(": ")[0]
        assert said in {
            one
            for (primary, site, _), one in verdicts.items()
            if (primary, site) == (row.primary, row.site)
        }
        mark = marks[f"flow-mark-{row.key}"]
        assert isinstance(mark, PathPatch)
        fill = colors.get(said, style.paper)
        assert to_hex(mark.get_facecolor()) == fill.lower()
        seen.add(said)
    assert {"above flow", "below flow", "cannot tell"} <= seen


def test_each_sentence_of_the_caption_has_its_condition(kg: KnowledgeGraph) -> None:
    counted_only = draw_flow(kg, "bladder", sources="xu-2020-bladder")
    assert "Without an interval" not in counted_only.caption
    assert "Not compared" not in counted_only.caption
    assert "with fewer sites not drawn" not in counted_only.caption
    printed = draw_flow(kg, "prostate")
    assert "Without an interval: no count is printed" in printed.caption
    assert "95 % interval" not in printed.legend_text
    fewer = draw_flow(kg, "bladder", top=1)
    assert "2 cohorts with fewer sites not drawn." in fewer.caption
    assert len({one.source for one in fewer.rows}) == 1
    noted = draw_flow(kg, "bladder", sources="wallmeroth-1999")
    said = " ".join(words(noted.artists["notes"]))
    assert "regional lymph node (reached by lymph)" in said
    for doi in ("10.1007/BF00132751", "10.1016/j.ejca.2014.08.019", "S0146-6453(03)00002-2"):
        assert f"doi:10.1016/{doi}" in noted.caption or f"doi:{doi}" in noted.caption
    assert "probability 0.5, which is assumed" in noted.caption
    assert "probability 0.25" in draw_flow(kg, "bladder", arrest=0.25).caption


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_wrong_with_it_in_its_place(kg: KnowledgeGraph, size: str, theme: str) -> None:
    fitted = 0
    for options in (
        {"primaries": "bladder", "top": 1},
        {"primaries": "bladder"},
        {"primaries": ["bladder", "hcc", "melanoma", "prostate"], "top": 4},
        {"primaries": ["bladder", "hcc"], "sites": "bone", "axis": "log"},
        {},
    ):
        diagram = drawn(kg, **options, size=size, theme=theme)
        if diagram is None:
            continue
        fitted += 1
        assert faults(diagram) == []
        wide_, high = diagram.figure.get_size_inches()
        assert wide_ <= SIZES[size].width + 1e-6
        assert high <= (SIZES[size].height or 1e9) + 1e-6
    assert fitted >= (1 if size == "slide" else 3)


def test_what_has_no_room_is_refused_with_what_has(kg: KnowledgeGraph) -> None:
    asked: dict[str, Any] = {"primaries": ["bladder", "hcc", "melanoma"], "size": "column"}
    with pytest.raises(FitError) as caught:
        draw_flow(kg, **asked)
    assert any(one.startswith("top=") for one in caught.value.remedies)
    for remedy in caught.value.remedies:
        options = eval(f"dict({remedy})")  # noqa: S307 - what the message says
        assert draw_flow(kg, **{**asked, **options}).rows


def test_a_zero_on_a_logarithmic_axis_points_off_it() -> None:
    rows = (counted("liver", 0, "autopsies"), counted("bone", 50, "autopsies"))
    kg = wide(*(replace(one, primary="lung") for one in rows))
    diagram = draw_flow(kg, axis="log")
    zero = next(one for one in diagram.rows if one.site == "liver")
    assert (zero.value, zero.percent) == (0, 0)
    assert "A triangle at the end of the axis" in diagram.caption
    assert "A triangle" not in draw_flow(kg, axis="percent").caption
    assert faults(diagram) == []
    assert "CC BY" not in diagram.license


def test_nothing_to_compare_is_an_empty_picture(kg: KnowledgeGraph) -> None:
    for options in ({"primaries": "thymoma"}, {"primaries": "bladder", "sites": "peritoneum"}):
        with pytest.warns(EmptyDiagramWarning, match="no cohort"):
            diagram = draw_flow(kg, **options, size="column")
        assert faults(diagram) == []
        assert "empty" in diagram.alt_text
    with pytest.raises(UnknownNameError, match="axis"):
        draw_flow(kg, "bladder", axis="cubic")
    with pytest.raises(ValueError, match="arrest"):
        draw_flow(kg, "bladder", arrest=0)


def test_labels_of_a_user_are_escaped_and_bytes_stay(kg: KnowledgeGraph) -> None:
    options: dict[str, Any] = {"labels": {"bone": "<b>&'\"", "bladder": "</text><script>"}}
    one, two = (draw_flow(kg, "bladder", **options) for _ in range(2))
    svg = written(one, "svg").decode()
    assert "<b>&" not in svg
    assert "<script>" not in svg
    assert svg == written(two, "svg").decode()
    ids = [one.get_gid() for found in one.artists.values() for one in found]
    assert len(set(ids)) == len(ids)
    assert draw_flow(kg, "bladder", highlight="bone").rows


@pytest.mark.slow
def test_the_shell_draws_it(tmp_path: Path) -> None:
    out = tmp_path / "flow.svg"
    done = run("draw", "flow", "--primary", "bladder", "--among", "arteries", "--out", out)
    assert done.returncode == 0, done.stderr
    assert "set against blood flow" in done.stderr
    assert out.exists()
