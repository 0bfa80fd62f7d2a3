"""Pictures as files: each format read by a reader that is not ours, and what stands in it.

What an SVG and a page tell of each thing drawn comes from the rows of the diagram; these are held
to the artists and to the evidence.
"""

from __future__ import annotations

import base64
import io
import json
import os
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest
from hypothesis import given, settings
from matplotlib.patches import PathPatch
from PIL import Image

import metastasis as mets
import strategies
from drawings import EVIDENCE_KINDS, counted, said, written
from invented import autopsies
from metastasis._catalog import Catalog
from metastasis._clean import shown
from metastasis._errors import UnknownNameError
from metastasis._graph import KnowledgeGraph
from metastasis._vocabulary import DATA_RELEASE, NOT_CLINICAL
from metastasis.patients import Pattern
from metastasis.pictures import FORMATS, find_kind, save
from metastasis.pictures._files.save import inline_svg, render
from metastasis.pictures._said.drawn import Work, drawn_of
from metastasis.pictures._said.mark import Mark
from shell import call

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from metastasis._evidence.pair import Pair
    from metastasis.pictures import Diagram

SVG: Final = "{http://www.w3.org/2000/svg}"
XLINK: Final = "{http://www.w3.org/1999/xlink}"
STANDS_FOR: Final = {
    "arrows",
    "bands",
    "bars",
    "cell texts",
    "cells",
    "edges",
    "flows",
    "interval edges",
    "intervals",
    "marks",
    "organs",
    "signs",
    "source labels",
    "steps",
    "strokes",
}
"""Roles of artists that each stand for something that is said."""
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
ASK: Final = """
<script>
const faint = () => [...document.querySelectorAll(".h")]
  .filter(one => getComputedStyle(one).opacity < 0.5).map(one => one.id);
const seen = {before: faint()};
document.querySelectorAll(".h").forEach(one => { one.style.transition = "none"; });
const first = document.querySelector("[tabindex='0']");
first.focus();
Object.assign(seen, {
  focused: first.id, name: first.getAttribute("class").match(/r\\d+/)[0], after: faint(),
  own: [...document.querySelectorAll("." + first.getAttribute("class").match(/r\\d+/)[0])]
    .map(one => one.id),
  asked: performance.getEntriesByType("resource").map(one => one.name)});
document.body.dataset.seen = JSON.stringify(seen);
</script>
"""


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return mets.load()


@pytest.fixture(scope="module")
def drawn(kg: KnowledgeGraph) -> dict[str, Diagram]:
    """Return a picture of each kind, with numbers, words, a denial and conflicts."""
    chosen = {"primaries": ["prostate", "thyroid_differentiated"]}
    more: dict[str, dict[str, Any]] = {
        "heatmap": {
            "value": "percent",
            "denominator": "distant_stage_at_diagnosis",
            "setting": "at_diagnosis",
        },
        "forest": {"sites": ["bone", "lung"]},
    }
    return {kind: find_kind(kind)(kg, **chosen, **more.get(kind, {})) for kind in EVIDENCE_KINDS}


@pytest.fixture(scope="module")
def bodies(kg: KnowledgeGraph) -> dict[str, Diagram]:
    """Return body maps of one cancer, of one organ, and of several cancers."""
    return {
        "primary": kg.draw.body("prostate"),
        "site": kg.draw.body(sites="liver"),
        "page": kg.draw.body(["prostate", "breast"], sites=["bone", "liver", "brain"]),
    }


@pytest.fixture(scope="module")
def one(kg: KnowledgeGraph) -> Diagram:
    return kg.draw.ring(["prostate", "breast"], ["bone", "liver", "brain"])


# Formats


def test_pixels_are_those_asked_for_and_say_what_they_show(one: Diagram) -> None:
    for format_, usual in (("png", 200), ("tiff", 300)):
        for dpi in (None, 100):
            with Image.open(io.BytesIO(written(one, format_, dpi))) as image:
                wanted = one.figure.get_size_inches() * (dpi or usual)
                assert np.abs(np.array(image.size) - wanted).max() <= 1
                assert image.info["dpi"][0] == pytest.approx(dpi or usual, abs=0.1)
    with Image.open(io.BytesIO(written(one, "tiff"))) as image:
        assert (image.mode, image.info["compression"]) == ("RGB", "tiff_lzw")
        told = image.tag_v2  # type: ignore[attr-defined]
        assert one.title in told[270]
        assert one.alt_text in told[270]
        assert DATA_RELEASE in told[33432]
        image.load()


def test_paper_is_left_out_where_that_is_asked_for(one: Diagram) -> None:
    for format_ in ("png", "tiff"):
        file = io.BytesIO()
        FORMATS[format_]

        render(one, file, format_, transparent=True)
        with Image.open(file) as image:
            assert image.convert("RGBA").getpixel((0, 0))[3] == 0  # type: ignore[index]
    file = io.BytesIO()
    render(one, file, "svg", transparent=True)
    (paper,) = (
        part for part in _root(file.getvalue()).iter(f"{SVG}g") if part.get("id") == "patch_1"
    )
    assert "fill: none" in str(paper[0].get("style"))


def test_a_pdf_has_fonts_that_printers_take(one: Diagram) -> None:
    content = written(one, "pdf")
    assert content.startswith(b"%PDF")
    assert b"/Type3" not in content
    assert b"CreationDate" not in content


def test_an_eps_says_what_it_shows_in_lines_that_every_reader_takes(one: Diagram) -> None:
    content = written(replace(one, title="Où: †\n%%EOF"), "eps")
    head = content.partition(b"%%EndComments")[0].decode("ascii").splitlines()
    assert head[0] == "%!PS-Adobe-3.0 EPSF-3.0"
    assert "%%Title: O\\xf9: \\u2020 %%EOF" in head
    assert max(map(len, head)) < 255
    assert all(line.startswith("%") for line in head)
    assert not any("CreationDate" in line for line in head)
    told = " ".join(line.strip("% ") for line in head)
    assert NOT_CLINICAL in told
    assert b"/FontType 42" in content
    with Image.open(io.BytesIO(content)) as image:
        assert image.format == "EPS"
        wide, high = 72 * one.figure.get_size_inches()
        assert image.size == pytest.approx((wide, high), abs=1)


def test_what_is_transparent_is_mixed_with_the_paper_in_an_eps(
    one: Diagram, caplog: pytest.LogCaptureFixture
) -> None:
    before = written(one, "png")
    content = written(one, "eps")
    assert not caplog.records  # Matplotlib warns of what it cannot make transparent
    assert written(one, "png") == before
    if shutil.which("gs") is None:
        pytest.skip("Ghostscript is not installed: apt-get install ghostscript")
    with Image.open(io.BytesIO(content)) as image, Image.open(io.BytesIO(before)) as plain:
        image.load(scale=2)  # type: ignore[call-arg]  # of EPS alone
        small = plain.convert("RGB").resize(image.size)
        apart = np.abs(np.asarray(image.convert("RGB"), float) - np.asarray(small, float))
    assert apart.mean() < 8


@pytest.mark.slow
@pytest.mark.parametrize("kind", EVIDENCE_KINDS)
def test_every_kind_is_an_eps_without_transparency(
    drawn: dict[str, Diagram], kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert written(drawn[kind], "eps").startswith(b"%!PS")
    assert not caplog.records


@pytest.mark.parametrize(
    ("name", "use"),
    [
        ("a.jpg", "Use png or tiff: the blocks of JPEG"),
        ("a.tif", "Use tiff."),
        ("a.pptx", "Use svg, which office programs take."),
        ("a.bmp", "Did you mean 'png', 'svg', 'pdf', 'eps', 'tiff' or 'html'?"),
        ("a", "Did you mean 'png'"),
    ],
)
def test_another_format_is_refused_with_the_one_to_take(
    one: Diagram, name: str, use: str, tmp_path: Path
) -> None:
    with pytest.raises(UnknownNameError, match=re.escape(use)):
        save(one, tmp_path / name)
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_every_format_has_the_same_bytes_in_other_processes(tmp_path: Path) -> None:
    script = (
        "import hashlib, io, metastasis as mets\n"
        "from metastasis.pictures._files.save import FORMATS, render\n"
        "diagram = mets.load().draw.ring(['prostate', 'breast'], ['bone', 'liver', 'brain'])\n"
        "for format in FORMATS:\n"
        "    file = io.BytesIO()\n"
        "    render(diagram, file, format)\n"
        "    print(format, hashlib.sha256(file.getvalue()).hexdigest())\n"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "HOME": str(tmp_path)},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    }
    assert len(answers) == 1
    assert len(answers.pop().splitlines()) == len(FORMATS)


def test_more_pixels_than_memory_holds_are_refused_with_what_would_do(
    one: Diagram, tmp_path: Path
) -> None:
    for name in ("a.png", "a.tiff"):
        with pytest.raises(ValueError, match=r"million pixels .*: ask for dpi=\d+ or less") as told:
            save(one, tmp_path / name, dpi=2400)
        wide, high = one.figure.get_size_inches()
        (most,) = re.findall(r"ask for dpi=(\d+)", str(told.value))
        assert wide * high * int(most) ** 2 <= 150e6 < wide * high * (int(most) + 1) ** 2
    save(one, tmp_path / "a.pdf", dpi=2400)
    assert [path.name for path in tmp_path.iterdir()] == ["a.pdf"]


# Rows, artists and evidence


def _root(content: bytes) -> ET.Element:
    return ET.fromstring(content)  # noqa: S314 - of our own making


def _ids(content: bytes) -> list[str]:
    return [str(part.get("id")) for part in _root(content).iter() if part.get("id")]


def _pair(kg: KnowledgeGraph, primary: str, site: str) -> Pair:
    pair = kg.evidence.pair(primary, site)
    assert pair is not None
    return pair


def _all(drawn: Mapping[str, Diagram], bodies: Mapping[str, Diagram]) -> Iterator[Diagram]:
    yield from drawn.values()
    yield from bodies.values()


def test_every_row_is_drawn_and_every_artist_is_in_the_file_once(
    drawn: dict[str, Diagram], bodies: dict[str, Diagram]
) -> None:
    for diagram in _all(drawn, bodies):
        ids = _ids(written(diagram, "svg"))
        assert len(set(ids)) == len(ids)
        assert diagram.rows
        for row in diagram.rows:
            assert row.artists, (diagram.kind, row.key)
            assert set(row.artists) <= set(ids)


def test_the_rows_of_counts_of_ones_own_are_drawn(kg: KnowledgeGraph) -> None:
    chain = SimpleNamespace(sites=["bone", "liver"], matrix=[[0.0, 1.0], [0.5, 0.5]])
    patterns = [
        Pattern("lung", "female", True, ("bone",), 1_234_567),
        Pattern("lung", "female", True, ("bone", "liver"), 3),
    ]
    for diagram in (
        kg.draw.progression(chain, primaries="breast"),
        kg.draw.upset(patterns),
        kg.draw.likely(sites=["bone", "liver"]),
        kg.draw.flow("bladder", sources="xu-2020-bladder"),
    ):
        ids = _ids(written(diagram, "svg"))
        assert len(set(ids)) == len(ids)
        for row in diagram.rows:
            assert row.artists, (diagram.kind, row.key)
            assert set(row.artists) <= set(ids)
            assert "e+0" not in row.said
            if diagram.kind in ("progression", "upset"):  # of nothing that is shipped
                assert row.link is None


def test_every_artist_that_stands_for_something_is_of_a_row(
    drawn: dict[str, Diagram], bodies: dict[str, Diagram]
) -> None:
    for diagram in _all(drawn, bodies):
        of_rows = {gid for row in diagram.rows for gid in row.artists}
        for role in STANDS_FOR & diagram.artists.keys():
            without = {str(artist.get_gid()) for artist in diagram.artists[role]} - of_rows
            if diagram.kind == "body":  # the organ in focus is no end of a pair
                without = {gid for gid in without if not _is_focus(gid, diagram)}
            assert without == set(), (diagram.kind, role)


def _is_focus(gid: str, diagram: Diagram) -> bool:
    """Return whether an artist of a body is what all arrows start from, or lead to."""
    catalog = mets.load().catalog
    organs = {organ for row in diagram.rows for organ in catalog.primaries[row.primary].arises_in}
    organs |= {row.site for row in diagram.rows}
    return "focus" in gid or any(re.search(rf"-{one}(-|$)", gid) for one in organs)


def test_a_number_of_a_row_is_that_of_its_source(
    kg: KnowledgeGraph, drawn: dict[str, Diagram], bodies: dict[str, Diagram]
) -> None:
    compared = 0
    for diagram in _all(drawn, bodies):
        for row in diagram.rows:
            if row.percent is None:
                continue
            said_of = _pair(kg, row.primary, row.site).assertions
            (found,) = (
                one
                for one in said_of
                if (one.source,) == row.source
                and (one.count, one.total, one.locator) == (row.count, row.total, row.locator)
                and (one.denominator, one.setting, one.occurrence, one.stage, one.population)
                == (row.denominator, row.setting, row.occurrence, row.stage, row.population)
            )
            counted_share = 100 * (found.count or 0) / (found.total or 1)
            share = counted_share if found.is_quantified else float(found.percent or 0)
            assert row.percent == pytest.approx(share)
            low, high = found.interval or (None, None)
            assert (row.interval_low, row.interval_high) == (low, high)
            page = f"https://w3id.org/metastasis/disease/{row.primary}--{row.site}"
            assert row.link == (kg.catalog.sources[found.source].address or page)
            compared += 1
    assert compared > 40


def test_a_pair_without_a_number_says_what_is_known_of_it(kg: KnowledgeGraph) -> None:
    rows = kg.draw.network("breast").rows
    (brain,) = (row for row in rows if row.site == "brain")
    pair = _pair(kg, "breast", "brain")
    assert (brain.state, brain.percent, brain.edge) == ("words", None, pair.edge)
    assert brain.source == pair.sources
    assert brain.numbers == pair.numbers
    assert brain.link == "https://w3id.org/metastasis/disease/breast--brain"


def test_rows_have_the_names_that_the_picture_gives(kg: KnowledgeGraph) -> None:
    diagram = kg.draw.network(
        "breast", "bone", labels={"breast": "Brust", "bone": "Knochen & Mark"}
    )
    (row,) = diagram.rows
    assert (row.primary, row.primary_label, row.site_label) == ("breast", "Brust", "Knochen & Mark")
    assert "Brust to Knochen &amp; Mark" in written(diagram, "svg").decode()


def test_rows_are_a_table_and_a_data_frame(kg: KnowledgeGraph) -> None:
    diagram = kg.draw.body("prostate", frame=mets.Frame("all_patients", "at_diagnosis"))
    table, frame = diagram.to_table(), diagram.to_pandas()
    assert len(table) == len(frame) == len(diagram.rows)
    assert tuple(frame.columns) == table.columns
    assert frame["count"].dtype == "Int64"
    bone = frame.set_index("site").loc["bone"]
    assert (bone["count"], bone["total"]) == (12794, 249331)
    assert bone["denominator"] == "all_patients"
    assert bone["source"] == "prostate-bone-seer"
    assert NOT_CLINICAL in str(table)


# SVG: tooltips, links, highlights


@pytest.mark.parametrize("kind", EVIDENCE_KINDS)
def test_an_svg_tells_of_each_row_what_it_is(drawn: dict[str, Diagram], kind: str) -> None:
    diagram = drawn[kind]
    root = _root(written(diagram, "svg"))
    above = {child: part for part in root.iter() for child in part}
    parts = {str(part.get("id")): part for part in root.iter() if part.get("id")}
    for number, row in enumerate(diagram.rows):
        part = parts[row.artists[0]]
        while part.find(f"{SVG}title") is None:  # of a row whose artists stand together
            part = above[part]
        told = str(part.findtext(f"{SVG}title"))
        assert row.said.splitlines()[0] in told
        classes = str(part.get("class")).split()
        assert "h" in classes
        assert f"r{number}" in classes or kind in ("heatmap", "forest")
        for gid in row.artists:
            assert "h" in _classes_around(parts[gid], above)
        if part.tag == f"{SVG}a":
            assert part.get("href") == row.link
            assert (part.get("target"), part.get("rel")) == ("_blank", "noopener")
        if row.total:
            assert f"{row.total:,.0f}" in told
        if row.interval_low is not None:
            assert "95 % interval" in told


def _classes_around(part: ET.Element, above: Mapping[ET.Element, ET.Element]) -> set[str]:
    found = set(str(part.get("class", "")).split())
    while part in above:
        part = above[part]
        found |= set(str(part.get("class", "")).split())
    return found


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["heatmap", "forest"])
def test_rows_that_stand_together_look_as_they_did(
    drawn: dict[str, Diagram], kind: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No artist is hidden by another that was drawn before it."""
    draw = shutil.which("rsvg-convert")
    if draw is None:
        pytest.skip("librsvg is not installed: apt-get install librsvg2-bin")
    pictures = []
    for apart in (frozenset({"forest", "heatmap"}), frozenset[str]()):
        monkeypatch.setattr("metastasis.pictures._files.svg._APART", apart)
        (tmp_path / "a.svg").write_bytes(written(drawn[kind], "svg"))
        subprocess.run([draw, tmp_path / "a.svg", "-o", tmp_path / "a.png"], check=True)
        with Image.open(tmp_path / "a.png") as image:
            pictures.append(np.asarray(image.convert("RGB"), int))
    assert np.abs(pictures[0] - pictures[1]).max() <= 2


def test_the_sheet_of_an_svg_is_of_this_one_alone(one: Diagram, kg: KnowledgeGraph) -> None:
    root = _root(written(one, "svg"))
    name = str(root.get("class"))
    sheet = "".join(part.text or "" for part in root.iter(f"{SVG}style"))
    inner = sheet.partition("{")[2]
    for selectors in re.findall(r"([^{}]+)\{[^{}]*\}", inner):
        assert all(part.startswith(f".{name}") for part in re.split(r",(?![^(]*\))", selectors))
    other = kg.draw.ring(["prostate", "breast"], ["bone", "liver", "lung"])
    apart = [set(_ids(inline_svg(each).encode())) for each in (one, other)]
    assert apart[0] & apart[1] == set()
    assert inline_svg(one) == inline_svg(one)


def test_a_shape_of_several_bodies_stands_in_the_file_once(bodies: dict[str, Diagram]) -> None:
    diagram = bodies["page"]
    parts = {
        str(part.get("id")): part
        for part in _root(written(diagram, "svg")).iter()
        if part.get("id")
    }
    high, scale = 72 * diagram.figure.get_figheight(), 72 / diagram.figure.dpi
    shapes: list[str] = []
    for artist in (one for found in diagram.artists.values() for one in found):
        for use in parts[str(artist.get_gid())].iter(f"{SVG}use"):
            shapes.append(str(use.get(f"{XLINK}href")).removeprefix("#"))
            start = str(parts[shapes[-1]].get("d")).split()[1:3]
            away = str(use.get("x")), str(use.get("y"))
            moved = [float(at) + float(by) for at, by in zip(start, away, strict=True)]
            assert isinstance(artist, PathPatch)
            path = artist.get_transform().transform_path(artist.get_path())
            x, y = scale * np.asarray(path.vertices)[0]
            assert moved == pytest.approx([x, high - y], abs=0.02)
    assert len(shapes) >= 2 * len(set(shapes)) > 0


def test_references_lead_to_what_there_is(
    drawn: dict[str, Diagram], bodies: dict[str, Diagram]
) -> None:
    for diagram in (*drawn.values(), bodies["page"]):
        for text in (written(diagram, "svg").decode(), inline_svg(diagram)):
            there = set(re.findall(r' id="([^"]*)"', text))
            asked = set(re.findall(r'url\(#([^)"]*)\)', text)) | set(
                re.findall(r'href="#([^"]*)"', text)
            )
            assert asked <= there


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Glyph")  # any sign at all is asked of the font
@settings(max_examples=25)  # each draws two pictures
@given(label=strategies.texts, note=strategies.texts)
def test_no_text_of_users_is_markup(label: str, note: str) -> None:
    plain, strange = (_own(*texts) for texts in (("Breast", "note"), (label, note)))
    for kind in ("network", "forest"):
        pages = [
            _read(written(find_kind(kind)(kg, title=title), "html"))
            for kg, title in ((plain, "Title"), (strange, label))
        ]
        assert {part.tag for part in pages[1].iter()} <= {part.tag for part in pages[0].iter()}
        diagram = find_kind(kind)(strange, title=label)
        root = _root(written(diagram, "svg"))
        (row,) = diagram.rows
        told = [part.text for part in root.iter(f"{SVG}title")]
        assert _folded(row.said) in [_folded(str(text)) for text in told]
        assert not {part.tag.rpartition("}")[2] for part in root.iter()} & {
            "script",
            "foreignObject",
        }


def _folded(text: str) -> str:
    """Return a text with its spaces as XML leaves them."""
    return " ".join(shown(text).split())


def _own(label: str, note: str) -> KnowledgeGraph:
    """Return a graph with a label, a note, a citation and an address of a user's own."""
    small = strategies.SMALL
    catalog = Catalog(
        primaries=[replace(small.primaries["breast"], label=label)],
        sites=small.sites.values(),
        sources=[replace(small.sources["one"], citation=note, url="https://x.example/?a=1&b=2")],
    )
    row = replace(counted("bone", 45, "metastatic_patients"), note=note, locator=note)
    return KnowledgeGraph.from_assertions([row], catalog)


def test_an_address_that_is_none_is_no_link(one: Diagram) -> None:
    small = strategies.SMALL
    catalog = Catalog(
        primaries=small.primaries.values(),
        sites=small.sites.values(),
        sources=[replace(small.sources["one"], doi=None, url="javascript:alert(1)")],
    )
    kg = KnowledgeGraph.from_assertions([said("breast", "bone", "common")], small)
    pair = _pair(kg, "breast", "bone")
    assert drawn_of(Mark(pair, None), catalog).link is None
    works = (Work("a", "A", "none", "javascript:alert(2)", "javascript:alert(1)"),)
    assert b"javascript" not in written(replace(one, works=works), "html")


# Pages


def _read(content: bytes) -> Any:
    """Return a page as a strict reader of HTML 5 takes it."""
    html5lib = pytest.importorskip("html5lib")
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(content.decode())


@pytest.mark.parametrize("kind", EVIDENCE_KINDS)
def test_a_page_is_whole_and_asks_for_nothing(drawn: dict[str, Diagram], kind: str) -> None:
    diagram = drawn[kind]
    content = written(diagram, "html")
    page = _read(content)
    tags = [str(part.tag).rpartition("}")[2] for part in page.iter()]
    assert not set(tags) & {"script", "img", "iframe", "object", "image", "foreignObject"}
    assert tags.count("h1") == 1
    ids = [part.get("id") for part in page.iter() if part.get("id")]
    assert len(set(ids)) == len(ids)
    for part in page.iter():
        assert not [name for name in part.attrib if str(name).startswith("on")]
        if (address := part.get("href")) and not str(address).startswith("data:,"):
            assert re.match(r"https?://|#", str(address))
            if str(address).startswith("http"):
                assert part.get("rel") == "noopener"
    text = " ".join("".join(map(str, page.itertext())).split())
    for told in (diagram.title, diagram.alt_text, diagram.caption, NOT_CLINICAL, diagram.call):
        assert " ".join(told.split()) in text
    rows = list(page.iter("tr"))
    assert len(rows) == len(diagram.rows) + 1
    cited = page.find(".//ul")
    assert [str(item.find("code").text) for item in cited.iter("li")] == [
        work.key for work in diagram.works
    ]


def test_a_page_is_as_dark_as_its_picture(kg: KnowledgeGraph) -> None:
    dark = written(kg.draw.network("breast", theme="dark"), "html").decode()
    light = written(kg.draw.network("breast"), "html").decode()
    assert "color-scheme:dark" in dark
    assert "color-scheme:light" in light


@pytest.mark.slow
def test_a_browser_fades_all_but_what_has_the_focus(one: Diagram, tmp_path: Path) -> None:
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        pytest.skip("there is no Chromium on this machine: apt-get install chromium")
    page = tmp_path / "a.html"
    page.write_text(f"<!DOCTYPE html><body>{inline_svg(one)}{ASK}</body>", encoding="utf-8")
    found = subprocess.run(
        [
            browser,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            f"--user-data-dir={tmp_path / 'profile'}",
            "--dump-dom",
            page.as_uri(),
        ],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    ).stdout
    (body,) = re.findall(r'data-seen="([^"]*)"', found)
    seen = json.loads(body.replace("&quot;", '"').replace("&amp;", "&"))
    assert seen["before"] == seen["asked"] == []
    assert seen["focused"] in seen["own"]
    assert seen["after"]
    assert not set(seen["after"]) & set(seen["own"])


# Notebooks


def test_a_notebook_gets_svg_beside_png(one: Diagram) -> None:
    found, said_of = one._repr_mimebundle_()
    assert set(found) == {"text/plain", "image/png", "image/svg+xml"}
    assert base64.b64decode(found["image/png"]) == written(one, "png", 144)
    assert found["image/svg+xml"] == inline_svg(one)
    assert said_of == {name: {"alt": one.alt_text} for name in ("image/png", "image/svg+xml")}
    assert set(one._repr_mimebundle_(include=["image/png"])[0]) == {"image/png"}
    assert set(one._repr_mimebundle_(exclude=["image/svg+xml"])[0]) == {"text/plain", "image/png"}


def test_a_large_svg_is_left_out_of_a_notebook(
    one: Diagram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("metastasis.pictures._picture._NOTEBOOK", 1000)
    assert one._repr_svg_() is None
    assert set(one._repr_mimebundle_()[0]) == {"text/plain", "image/png"}


# The shell


@pytest.mark.slow
def test_the_shell_writes_rows_beside_the_picture(kg: KnowledgeGraph, tmp_path: Path) -> None:
    asked = ("draw", "body", "--primary", "prostate", "--out", "a.html", "--rows", "a.json")
    done = call(*asked, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    rows = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    rows = rows if isinstance(rows, list) else rows["rows"]
    assert [row["site"] for row in rows] == [row.site for row in kg.draw.body("prostate").rows]
    refused = call(*asked[:-3], "b.svg", "--rows", "b.docx", folder=tmp_path)
    assert refused.returncode != 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.html", "a.json"]


# Time and size


@pytest.mark.slow
def test_a_large_table_is_finished_in_no_time() -> None:
    from metastasis.pictures._files.svg import finish_svg

    diagram = autopsies(50, 21).draw.heatmap(
        value="percent", denominator="autopsies", setting="at_autopsy"
    )
    assert len(diagram.rows) == 50 * 21
    raw = io.BytesIO()
    diagram.figure.savefig(raw, format="svg")
    text = raw.getvalue().decode()
    taken = []
    for _ in range(3):
        start = time.process_time()
        finished = finish_svg(text, diagram)
        taken.append(time.process_time() - start)
    assert min(taken) < 0.3
    assert len(finished) < 1.3 * len(text)
