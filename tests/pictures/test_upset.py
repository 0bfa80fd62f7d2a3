"""The UpSet plot: bars are counts as by hand, and what is not known or not shown is said."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from matplotlib.patches import PathPatch, Rectangle

import metastasis as mets
from drawings import faults, height_of, words, written
from metastasis._catalog import read_catalog
from metastasis._errors import EvidenceError, FitError, TableError, UnknownNameError
from metastasis._evidence.interval import wilson_interval
from metastasis.patients import Pattern, read_cbioportal, write_patterns
from metastasis.pictures import SIZES, THEMES, EmptyDiagramWarning, Style, draw_upset
from metastasis.pictures._upset.combinations import count_combinations
from shared_data import shared_path
from shell import run

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from metastasis._graph import KnowledgeGraph

CATALOG: Final = read_catalog()
SITES: Final = ("bone", "liver", "lung", "brain", "skin")
MINE: Final = (
    Pattern("lung", "female", True, ("bone",), 8),
    Pattern("lung", "male", True, ("bone",), 4),
    Pattern("lung", "female", True, ("bone", "liver"), 3),
    Pattern("lung", "female", True, (), 5),
    Pattern("lung", "female", False, (), 20),
    Pattern("breast", "female", True, ("liver", "lung", "bone"), 2),
)


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return mets.load()


def invented(number: int, seed: int = 1) -> list[Pattern]:
    """Return so many different patterns over 14 sites."""
    chance = random.Random(seed)  # noqa: S311
    keys = [*SITES, "adrenal_gland", "kidney", "spleen", "pancreas", "pleura", "peritoneum"]
    keys += ["lymph_node", "ovary", "heart"]
    sets: set[tuple[str, ...]] = set()
    while len(sets) < number:
        sets.add(tuple(sorted(chance.sample(keys, chance.randint(1, 6)))))
    return [Pattern("breast", None, True, one, chance.randint(1, 400)) for one in sorted(sets)]


patterns = st.lists(
    st.builds(
        Pattern,
        primary=st.sampled_from(["lung", "breast"]),
        sex=st.sampled_from(["female", None]),
        metastatic=st.booleans(),
        sites=st.sets(st.sampled_from(SITES)).map(lambda one: tuple(sorted(one))),
        patients=st.integers(1, 500),
    ),
    max_size=12,
)


def by_hand(
    rows: Iterable[Pattern], *, metastatic: bool = True
) -> tuple[Counter[frozenset[str]], Counter[str], int]:
    """Return how many patients have exactly some sites, how many have each, and how many are."""
    exact: Counter[frozenset[str]] = Counter()
    each: Counter[str] = Counter()
    for row in rows:
        if row.metastatic or not metastatic:
            exact[frozenset(row.sites)] += row.patients
            each.update(dict.fromkeys(row.sites, row.patients))
    return exact, each, exact.total()


@given(rows=patterns, metastatic=st.booleans())
def test_combinations_are_counted_as_by_hand(rows: list[Pattern], metastatic: bool) -> None:
    found = count_combinations(rows, CATALOG, metastatic=metastatic)
    exact, each, total = by_hand(rows, metastatic=metastatic)
    assert found.total == total
    told = {frozenset(one.sites): one.patients.count for one in found.of_sites}
    assert told == {sites: number for sites, number in exact.items() if sites}
    assert {key: one.count for key, one in found.sizes.items()} == dict(each)
    assert sum(one.patients.count for one in found.all) == total
    for one in found.all:
        low, high = wilson_interval(one.patients.count, total)
        assert one.patients.interval == pytest.approx((100 * low, 100 * high))


def test_a_subset_of_sites_is_counted_among_them_alone() -> None:
    found = count_combinations(MINE, CATALOG, sites=["liver", "lung"])
    told = {one.key: one.patients.count for one in found.all}
    assert told == {"liver": 3, "liver--lung": 2, "others": 12, "unrecorded": 5}
    assert found.total == 22


def test_parts_count_as_their_wholes_and_regions_only_where_nothing_else_is_known() -> None:
    rows = [
        Pattern("lung", None, True, ("bone", "rib"), 3),
        Pattern("lung", None, True, ("abdomen", "liver"), 4),
        Pattern("lung", None, True, ("abdomen",), 2),
    ]
    told = {one.key: one.patients.count for one in count_combinations(rows, CATALOG).all}
    assert told == {"liver": 4, "bone": 3, "abdomen": 2}


# The drawing


def heights(diagram: Any) -> dict[str, float]:
    return {
        str(one.get_gid()).removeprefix("upset-bar-"): one.get_height()
        for one in diagram.artists["bars"]
        if isinstance(one, Rectangle)
    }


@pytest.mark.parametrize("number", [1, 7, 30])
def test_bars_are_as_high_as_the_counts(kg: KnowledgeGraph, number: int) -> None:
    rows = invented(number)
    diagram = draw_upset(kg, rows)
    exact, each, total = by_hand(rows)
    high = heights(diagram)
    assert len(high) == number
    units = []
    for key, height in high.items():
        units.append(height / exact[frozenset(key.split("--"))])
    assert units == pytest.approx([units[0]] * number)
    for artist, text in zip(
        diagram.artists["bars"], words(diagram.artists["numbers"]), strict=True
    ):
        key = str(artist.get_gid()).removeprefix("upset-bar-")
        assert text == f"{exact[frozenset(key.split('--'))]:,}"
    wide = {
        str(one.get_gid()).removeprefix("upset-size-any--"): one.get_width()
        for one in diagram.artists["sizes"]
        if isinstance(one, Rectangle)
    }
    ratios = [width / each[key] for key, width in wide.items()]
    assert ratios == pytest.approx([ratios[0]] * len(ratios))
    for row in diagram.rows:
        count = (
            each[row.site]
            if row.key.startswith("any--")
            else exact[frozenset(row.site.split("; "))]
        )
        assert (row.count, row.total) == (count, total)
        low, high_end = wilson_interval(count, total)
        assert (row.interval_low, row.interval_high) == pytest.approx((100 * low, 100 * high_end))
        assert row.artists


def test_a_dot_stands_in_the_row_of_each_site_of_a_column(kg: KnowledgeGraph) -> None:
    diagram = draw_upset(kg, MINE, primaries=["lung", "breast"])
    rows = {
        str(one.get_gid()).removeprefix("upset-label-any--").rpartition("-")[0]: height_of(one)
        for one in diagram.artists["site labels"]
    }
    dots = [one for one in diagram.artists["dots"] if str(one.get_gid()) != "upset-blank"]
    assert len(dots) == 1 + 2 + 3
    for dot in dots:
        assert isinstance(dot, PathPatch)
        site = str(dot.get_gid()).rpartition("-at-")[2]
        y = float(np.mean(dot.get_path().get_extents().intervaly))
        nearest = min(rows, key=lambda key: abs(rows[key] - y))
        assert nearest == site


def test_patients_without_a_site_are_a_bar_of_their_own_and_count(kg: KnowledgeGraph) -> None:
    diagram = draw_upset(kg, MINE, primaries="lung")
    assert diagram.title == "Sites found together in 20 metastatic patients with lung cancer"
    assert heights(diagram).keys() == {"bone", "bone--liver", "unrecorded"}
    assert "For 5 metastatic patients no site is recorded; they count in N." in diagram.caption
    assert "no site recorded" in diagram.legend_text
    every = draw_upset(kg, MINE, primaries="lung", denominator="all_patients")
    assert {"unrecorded", "none"} <= heights(every).keys()
    assert "no metastasis recorded" in every.legend_text
    assert next(one for one in every.rows if one.key == "none").count == 20
    known = draw_upset(kg, [one for one in MINE if one.sites])
    assert "recorded" not in known.caption + known.legend_text


def test_a_site_that_names_no_place_has_open_dots_and_a_sentence(kg: KnowledgeGraph) -> None:
    rows = [*MINE, Pattern("lung", None, True, ("unspecified",), 7)]
    diagram = draw_upset(kg, rows, primaries="lung")
    (dot,) = [one for one in diagram.artists["dots"] if "unspecified" in str(one.get_gid())]
    assert isinstance(dot, PathPatch)
    assert to_hex(dot.get_facecolor()) == Style().paper.lower()
    assert "Open dots: the record names no place" in diagram.caption
    assert "Open dots" not in draw_upset(kg, MINE).caption


def test_order_least_top_and_highlight(kg: KnowledgeGraph) -> None:
    rows = invented(12)
    of_all = draw_upset(kg, rows).rows
    by_size = [one.count or 0 for one in of_all if not one.key.startswith("any--")]
    assert by_size == sorted(by_size, reverse=True)
    degree = [
        len(one.site.split("; "))
        for one in draw_upset(kg, rows, order="degree").rows
        if not one.key.startswith("any--")
    ]
    assert degree == sorted(degree)
    top = draw_upset(kg, rows, top=4)
    assert len(heights(top)) == 4
    exact, _, _ = by_hand(rows)
    rest = sorted(exact.values(), reverse=True)[4:]
    assert (
        f"Not drawn: 8 combinations of at most {rest[0]:,} each, {sum(rest):,} patients"
        in top.caption
    )
    least = draw_upset(kg, rows, least_patients=rest[0] + 1)
    assert len(heights(least)) == 4
    assert "Not drawn" not in draw_upset(kg, MINE).caption
    lit = draw_upset(kg, rows, highlight="liver")
    for bar in lit.artists["bars"]:
        assert isinstance(bar, Rectangle)
        is_lit = "liver" in str(bar.get_gid())
        color = Style().arrow if is_lit else Style().outline
        assert to_hex(bar.get_facecolor()) == color.lower()
    with pytest.raises(ValueError, match="highlight names no site"):
        draw_upset(kg, MINE, highlight="testis")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_wrong_with_it_in_its_place(kg: KnowledgeGraph, size: str, theme: str) -> None:
    for rows in ([MINE[0]], MINE, invented(500)):
        diagram = draw_upset(kg, rows, size=size, theme=theme)
        assert faults(diagram) == []
        wide, high = diagram.figure.get_size_inches()
        assert wide <= SIZES[size].width + 1e-6
        assert high <= (SIZES[size].height or 1e9) + 1e-6


def test_500_patterns_tell_what_is_not_drawn(kg: KnowledgeGraph) -> None:
    rows = invented(500)
    diagram = draw_upset(kg, rows, size="column")
    drawn = [one for one in diagram.rows if not one.key.startswith("any--")]
    exact, _, total = by_hand(rows)
    assert [one.count for one in drawn] == sorted(exact.values(), reverse=True)[: len(drawn)]
    rest = total - sum(one.count or 0 for one in drawn)
    assert f"{500 - len(drawn)} combinations" in diagram.caption
    assert f"{rest:,.0f} patients in all" in diagram.caption


def test_what_has_no_room_is_refused_with_what_has(kg: KnowledgeGraph) -> None:
    rows = invented(60)
    for asked in ({"size": "column", "top": 40}, {"size": (2.2, 1.1)}):
        with pytest.raises(FitError) as caught:
            draw_upset(kg, rows, **asked)
        assert caught.value.remedies
        for remedy in caught.value.remedies:
            options = eval(f"dict({remedy})")  # noqa: S307 - what the message says
            assert draw_upset(kg, rows, **{**asked, **options}).rows


# What goes in


def test_a_file_a_frame_and_what_a_reader_gives_are_one(kg: KnowledgeGraph, tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    write_patterns(MINE, file)
    told = [(one.key, one.count, one.total) for one in draw_upset(kg, MINE).rows]
    pandas = pytest.importorskip("pandas")
    polars = pytest.importorskip("polars")
    lists = pandas.DataFrame(
        {
            "primary": [one.primary for one in MINE],
            "metastatic": [one.metastatic for one in MINE],
            "sites": [list(one.sites) for one in MINE],
            "patients": [one.patients for one in MINE],
        }
    )
    for data in (file, str(file), pandas.read_csv(file), polars.read_csv(file), lists, iter(MINE)):
        diagram = draw_upset(kg, data)
        assert [(one.key, one.count, one.total) for one in diagram.rows] == told
        assert "CC BY" not in diagram.license + " ".join(diagram.credits)
        assert diagram.release == ""
    assert draw_upset(kg, file).call == "kg.draw.upset(patterns='mine.csv')"
    assert str(tmp_path) not in written(draw_upset(kg, file), "svg").decode()


def test_suppressed_patterns_are_told(kg: KnowledgeGraph, tmp_path: Path) -> None:
    large = [one for one in MINE if one.patients >= 5]
    assert "smaller ones may have been left out" in draw_upset(kg, large).caption
    assert "left out of the table" not in draw_upset(kg, MINE).caption


@pytest.mark.parametrize("rows", [[], [MINE[4]], [Pattern("lung", None, True, (), 3)]])
def test_an_empty_picture_says_so(kg: KnowledgeGraph, rows: Sequence[Pattern]) -> None:
    with pytest.warns(EmptyDiagramWarning, match="no combination"):
        diagram = draw_upset(kg, rows, size="column")
    assert "empty" in diagram.alt_text
    assert faults(diagram) == []


def test_bad_patterns_are_refused(kg: KnowledgeGraph, tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="0 or more"):
        draw_upset(kg, [Pattern("lung", None, True, ("bone",), -1)])
    with pytest.raises(UnknownNameError):
        draw_upset(kg, [Pattern("lung", None, True, ("livr",), 1)])
    with pytest.raises(TableError):
        draw_upset(kg, 7)
    file = tmp_path / "bad.csv"
    file.write_text("primary,sex,metastatic,sites,patients\nlung,,perhaps,bone,x\n")
    with pytest.raises(TableError) as caught:
        draw_upset(kg, file)
    assert [one.column for one in caught.value.faults] == ["metastatic", "patients"]
    with pytest.raises(UnknownNameError, match="denominator"):
        draw_upset(kg, MINE, denominator="autopsies")


def test_labels_of_a_user_are_escaped_and_bytes_stay(kg: KnowledgeGraph) -> None:
    options: dict[str, Any] = {"labels": {"bone": "<b>&'\"", "lung": "</text><script>"}}
    one, two = (draw_upset(kg, MINE, **options) for _ in range(2))
    svg = written(one, "svg").decode()
    assert "<b>&" not in svg
    assert "<script>" not in svg
    assert svg == written(two, "svg").decode()
    ids = [one.get_gid() for found in one.artists.values() for one in found]
    assert len(set(ids)) == len(ids)


@pytest.mark.slow
def test_real_patients_are_counted_as_by_hand(kg: KnowledgeGraph, tmp_path: Path) -> None:
    path = shared_path("data", "msk_impact_2017", "msk_impact_2017_clinical_data.tsv")
    read = read_cbioportal(path, patterns=True)
    diagram = draw_upset(kg, read, primaries="prostate", size="page", top=3)
    mine = [one for one in read.patterns if one.primary == "prostate" and one.metastatic]
    total = sum(one.patients for one in mine)
    assert {one.total for one in diagram.rows} == {total}
    liver = sum(one.patients for one in mine if "liver" in one.sites)
    assert next(one for one in diagram.rows if one.key == "any--liver").count == liver
    assert faults(diagram) == []
    every = draw_upset(kg, read, size="page")
    assert every.rows[0].total == sum(one.patients for one in read.patterns if one.metastatic)
    assert faults(every) == []


@pytest.mark.slow
def test_the_shell_draws_a_file_of_patterns(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    write_patterns(MINE, file)
    out = tmp_path / "mine.svg"
    chosen = ("--primary", "lung", "--least-patients", "2")
    done = run("draw", "upset", "--patterns", file, *chosen, "--out", out)
    assert done.returncode == 0, done.stderr
    assert "2 combinations of 2 sites in 20 metastatic patients" in done.stderr
    assert out.exists()
