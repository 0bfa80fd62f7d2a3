"""Drawings of pages: what is in them is what the pictures draw, and it stands where it is read."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

import metastasis as mets
from metastasis._catalog import Catalog, Primary
from metastasis._evidence.number import choose_frame
from metastasis.pictures._body import BodyMap
from metastasis.pictures._body.anatomy import parse_path, read_anatomy
from metastasis.pictures._said.cite import cite
from metastasis.pictures._said.mark import mark_of, percent_label
from metastasis.pictures._sheet import sheet
from metastasis.serve._drawings import (
    Drawing,
    body_drawing,
    forest_drawing,
    network_drawing,
    profile_drawing,
)
from metastasis.serve._drawings.chosen import planned
from metastasis.serve._drawings.drawing import WIDTH
from metastasis.serve._drawings.lettering import LINE, SIZE, text_width, wrapped
from metastasis.serve._drawings.outline import GRID, short_path
from metastasis.serve._links import Links

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    import pytest

KG: Final = mets.load()
PAIRS: Final = KG.evidence.pairs()
PRIMARIES: Final = sorted({pair.primary for pair in PAIRS})
SITES: Final = sorted({pair.site for pair in PAIRS})
NS: Final = "{http://www.w3.org/2000/svg}"
_SLACK: Final = 3.0


@cache
def drawn(kind: str, key: str) -> Drawing:
    """Return a drawing, made once."""
    if kind == "forest":
        primary, _, site = key.partition("--")
        return forest_drawing(KG, Links(f"disease/{key}"), primary, site)
    draw = body_drawing if kind.endswith("body") else profile_drawing
    if kind.startswith("site"):
        return draw(KG, Links(f"site/{key}"), site=key)
    return draw(KG, Links(f"primary/{key}"), primary=key)


def of_file(drawing: Drawing) -> Element:
    """Return the drawing alone, as a reader of SVG has it."""
    return ElementTree.fromstring(drawing.file())  # noqa: S314 - our own


def of_page(drawing: Drawing) -> Element:
    """Return the drawing of a page, which is well-formed too."""
    return ElementTree.fromstring(drawing.svg("one"))  # noqa: S314 - our own


def words(element: Element) -> str:
    """Return the text in an element that is seen."""
    said = " ".join("".join(one.itertext()) for one in element.iter() if one.tag.endswith("text"))
    return said.replace("\u00a0", " ")


keys = st.one_of(
    st.tuples(st.sampled_from(["body", "profile"]), st.sampled_from(PRIMARIES)),
    st.tuples(st.sampled_from(["site body", "site profile"]), st.sampled_from(SITES)),
    st.tuples(st.just("forest"), st.sampled_from([f"{one.primary}--{one.site}" for one in PAIRS])),
)


def boxes(root: Element) -> Iterator[tuple[float, float, float, float]]:
    """Yield about where each line of text is: left, right, top and foot."""
    for one in root.iter():
        if one.tag.endswith("text") and one.get("class") not in ("title", "small"):
            said = "".join(one.itertext())
            wide = text_width(said, bold=one.get("class") == "name") / 1.06
            x, y = float(one.get("x", "0")), float(one.get("y", "0")) - 0.35 * SIZE
            left = {"end": x - wide, "middle": x - wide / 2}.get(one.get("text-anchor", ""), x)
            yield left, left + wide, y - SIZE / 2, y + SIZE / 2


@given(keys)
def test_text_stands_in_the_drawing_and_nowhere_on_other_text(one: tuple[str, str]) -> None:
    drawing = drawn(*one)
    found = sorted(boxes(of_page(drawing)), key=lambda box: box[2])
    assert found
    for at, (left, right, top, foot) in enumerate(found):
        assert left > -_SLACK, (one, left)
        assert right < WIDTH + _SLACK, (one, right)
        assert top > -_SLACK, one
        assert foot < drawing.height + _SLACK, one
        for other in found[at + 1 :]:
            if other[2] >= foot:
                break
            both = min(right, other[1]) - max(left, other[0])
            high = min(foot, other[3]) - max(top, other[2])
            assert both < _SLACK or high < _SLACK, (one, left, top)


@given(keys)
def test_a_drawing_is_small_stable_and_told(one: tuple[str, str]) -> None:
    drawing = drawn(*one)
    figure = drawing.figure("it")
    drawn.cache_clear()
    again = drawn(*one)
    assert (again.figure("it"), again.file()) == (figure, drawing.file())
    assert len(figure) < 45_000
    assert "style=" not in figure
    assert "not for clinical use" in figure.casefold()
    assert drawing.alt in html.unescape(figure)
    ids = re.findall(r' id="([^"]+)"', figure)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]+)\)", figure)) <= set(ids)
    assert of_file(drawing).find(f"{NS}title") is not None


@given(st.sampled_from(PRIMARIES))
def test_a_profile_says_of_each_pair_what_the_picture_says(primary: str) -> None:
    here = Links(f"primary/{primary}")
    drawing = drawn("profile", primary)
    frame = choose_frame(KG.evidence.pairs(primaries=primary)).frame
    root = of_page(drawing)
    rows = {one.get("href"): one for one in root.iter() if one.tag == "a"}
    pairs = KG.evidence.pairs(primaries=primary)
    assert set(rows) == {here.page(f"disease/{one.primary}--{one.site}") for one in pairs}
    for pair in pairs:
        mark = mark_of(pair, frame)
        row = rows[here.page(f"disease/{pair.primary}--{pair.site}")]
        bars = [one for one in row.iter() if str(one.get("class")).startswith("bar")]
        assert bool(bars) == (mark.number is not None)
        crosses = [one for one in row.iter() if one.get("class") == "cross"]
        assert bool(crosses) == (mark.state == "absent")
        squares = [one for one in row.iter() if one.get("class") == "conflict"]
        assert bool(squares) == (mark.state == "conflicting" or mark.is_disputed)
        signs = [one for one in row.iter() if one.get("class") == "open"]
        assert bool(signs) == (mark.basis is not None)
        if mark.number:
            assert percent_label(mark.number) in words(row)
            assert mark.count_label in words(row)
            assert ("uncounted" in str(bars[0].get("class"))) == (mark.interval is None)


@given(st.sampled_from(PRIMARIES))
def test_a_body_shows_each_pair_as_the_picture_does(primary: str) -> None:
    here = Links(f"primary/{primary}")
    root = of_page(drawn("body", primary))
    kind = planned(BodyMap, KG, primary, None)
    marks = {mark.pair.site: mark for mark in kind.marks}
    pairs = KG.evidence.pairs(primaries=primary)
    labels = {
        one.get("href"): one
        for one in root.iter()
        if one.tag == "a" and str(one.get("class")).startswith("label")
    }
    shapes: dict[str | None, list[Element]] = {}
    for one in root.iter():
        if one.tag == "a" and one.get("class") == "part":
            shapes.setdefault(one.get("href"), []).append(one)
    assert len(labels) == min(len(pairs), 26)
    for pair in pairs:
        mark = marks[pair.site]
        address = here.page(f"disease/{pair.primary}--{pair.site}")
        if (label := labels.get(address)) is not None:
            if mark.number:
                assert " ".join(mark.share_label.split()) in words(label)
            assert ("reported absent" in words(label)) == (mark.state == "absent")
        looks = [
            str(one.get("class"))
            for shape in shapes.get(address, ())
            for one in shape.iter()
            if str(one.get("class")).startswith("organ")
        ]
        state = "organ s" if mark.state == "number" else f"organ {mark.state}"
        if kind.by_class and pair.edge:
            state = f"organ {pair.edge}"
        assert all(look.startswith(state) for look in looks), (pair.site, looks)
        assert all(("disputed" in look) == mark.is_disputed for look in looks)


def test_the_forest_has_every_number_and_word_with_its_source() -> None:
    pair = KG.evidence.pair("breast", "bone")
    assert pair is not None
    root = of_page(drawn("forest", "breast--bone"))
    rows = {one.get("href"): one for one in root.iter() if one.tag == "a"}
    assert set(rows) == {f"#assertion-{one.key}" for one in pair.assertions}
    names = cite(KG.catalog, pair.sources)
    for one in pair.assertions:
        told = words(rows[f"#assertion-{one.key}"])
        assert names[one.source] in told
        if one.is_quantified:
            assert f"{one.count:,}/{one.total:,}" in told
    groups = [one for one in root.iter() if one.get("class") == "axis soft"]
    assert len(groups) == len(pair.by_frame)


def test_the_network_has_a_line_for_every_edge_and_no_other() -> None:
    chosen = ["breast", "bladder", "prostate"]
    root = of_page(network_drawing(KG, Links(""), primaries=chosen))
    lines = {
        one.get("href")
        for one in root.iter()
        if one.tag == "a" and one.get("aria-hidden") == "true"
    }
    pairs = [one for one in KG.evidence.pairs(primaries=chosen) if one.edge]
    assert lines == {f"disease/{one.primary}--{one.site}" for one in pairs}
    names = [one for one in root.iter() if one.tag == "a" and one.get("class") == "label"]
    ends = {one.primary for one in pairs} | {one.site for one in pairs}
    assert len(names) >= len(ends)


def test_nothing_to_draw_is_said() -> None:
    site = next(key for key in sorted(KG.catalog.sites) if key not in SITES)
    for drawing in (
        body_drawing(KG, Links(""), site=site),
        profile_drawing(KG, Links(""), site=site),
    ):
        assert drawing.height == 0
        assert "<svg" not in drawing.figure("it")
        assert "empty" in drawing.alt


def test_a_frame_that_is_asked_for_is_the_one_shown() -> None:
    frame = mets.Frame("metastatic_patients", "during_course", "first_site")
    drawing = profile_drawing(KG, Links(""), primary="breast", frame=frame)
    assert str(frame) in drawing.title
    assert "it has the most" not in " ".join(drawing.caption)


def test_a_hostile_label_stays_text() -> None:
    evil = replace(KG.catalog.primaries["breast"], label='<script>alert("x")</script>')
    catalog = replace_catalog(evil)
    said = [one for one in KG.evidence.assertions if one.primary == "breast"]
    kg = mets.KnowledgeGraph.from_assertions(said, catalog)
    for drawing in (
        body_drawing(kg, Links(""), primary="breast"),
        profile_drawing(kg, Links(""), site="bone"),
        forest_drawing(kg, Links(""), "breast", "bone"),
        network_drawing(kg, Links(""), primaries=["breast"]),
    ):
        assert "<script" not in drawing.figure("it")
        assert b"<script" not in drawing.file()


def test_a_body_knows_nothing_of_the_bodies_before_it() -> None:
    # Another graph with the same keys and as many of all; and each frame of a cancer.
    other = replace_catalog(replace(KG.catalog.primaries["breast"], label="another name"))
    kg = mets.KnowledgeGraph.from_assertions(KG.evidence.assertions, other)
    before = body_drawing(KG, Links(""), site="bone").figure("it")
    after = body_drawing(kg, Links(""), site="bone").figure("it")
    assert after.count(">Another name<") == before.count(">Breast cancer<") > 0
    said = [one for one in KG.evidence.assertions if one.primary == "breast" and one.denominator]
    for frame in sorted({one.frame for one in said}):
        shares = {
            spot.share
            for one in planned(BodyMap, KG, "breast", None, frame).views
            for spot in one.spots
        }
        drawing = body_drawing(KG, Links(""), primary="breast", frame=frame).figure("it")
        assert all(html.escape(share) in drawing for share in shares if share)


def replace_catalog(primary: Primary) -> Catalog:
    """Return the shipped catalog with one record in the place of another."""
    catalog = KG.catalog
    others = [one for one in catalog.primaries.values() if one.key != primary.key]
    return Catalog(
        primaries=[*others, primary],
        sites=catalog.sites.values(),
        sources=catalog.sources.values(),
        diseases=catalog.diseases,
    )


def test_no_measuring_of_fonts_and_no_painting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page has no time for that: text is measured by a table, and nothing is painted."""

    def refuse(*_: object, **__: object) -> float:
        raise AssertionError("a font was asked")

    monkeypatch.setattr(sheet, "TextToPath", refuse)
    sheet.text_width.cache_clear()
    here = Links("")
    assert body_drawing(KG, here, primary="lung").height
    assert profile_drawing(KG, here, site="liver").height
    assert forest_drawing(KG, here, "lung", "brain").height
    assert network_drawing(KG, here, primaries=["lung"]).height


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=60))
def test_lines_hold_the_text_and_are_no_wider_than_asked(text: str) -> None:
    lines = wrapped(text, 90)
    assert "".join("".join(lines).split()).replace("-", "") == "".join(text.split()).replace(
        "-", ""
    )
    assert all(text_width(line) <= 90 or len(line) == 2 for line in lines)


def test_letters_are_large_enough_on_a_narrow_page() -> None:
    # A page of 360 leaves 328 for a drawing, with its margins of a rem.
    assert SIZE * 328 / WIDTH > 12
    assert LINE > SIZE


@given(st.sampled_from(["bone", "liver", "lung", "kidney", "colon", "brain"]))
def test_a_short_outline_is_nowhere_far_off(site: str) -> None:
    path = read_anatomy().organs[site].path
    short = short_path(path)
    absolute = parse_path(_absolute(short))
    box, other = parse_path(path).get_extents(), absolute.get_extents()
    for one, two in zip(box.extents, other.extents, strict=True):
        assert abs(one - two / GRID) < 0.6
    assert len(short) < len(path) * 0.7


def _absolute(path: str) -> str:
    """Return relative lines as absolute ones."""
    parts = []
    for part in re.findall(r"M[^M]+", path):
        numbers = list(map(int, re.findall(r"-?\d+", part)))
        x, y = numbers[:2]
        parts.append(f"M{x} {y}")
        for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
            x, y = x + dx, y + dy
            parts.append(f"L{x} {y}")
        parts.append("Z" if part.endswith("z") else "")
    return " ".join(parts)
