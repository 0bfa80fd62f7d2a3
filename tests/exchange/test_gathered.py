"""Pages that gather, among files in a real browser: what their scripts show is what a server says.

The search box with the keyboard, cancers compared, cancers that share sites; and the drawings, as
everybody may meet them: light and dark, narrow and wide, without JavaScript.
"""

from __future__ import annotations

import json
import shutil
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, quote

import pytest

import metastasis as mets
from browser import NARROW, WIDE, Sight, look, web_space
from metastasis._markup import element
from metastasis.serve._drawings import (
    body_drawing,
    forest_drawing,
    network_drawing,
    profile_drawing,
)
from metastasis.serve._find import find
from metastasis.serve._links import Links
from metastasis.serve._pages.layout import WebPage, page_reply
from metastasis.serve._reply import Address
from metastasis.serve._routes import make_reply
from peers import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from metastasis import KnowledgeGraph

pytestmark = pytest.mark.exchange

PAGES: Final = ("", "about", "compare", "search", "shared", "primary/breast", "site/liver")
COMPARED: Final = (
    "primary=breast&primary=lung",
    "primary=bladder&primary=breast&by=autopsies.at_autopsy.any.any",
    "primary=breast&primary=lung&primary=prostate&primary=melanoma&primary=kidney&primary=liver",
    "primary=breast&primary=no+such+cancer&by=nothing",
)
SHARED: Final = (
    "site=bone&site=liver&site=brain&how=all&edge=any",
    "site=vertebra&site=skin&how=any&edge=commonly",
    "site=liver&how=all&edge=rarely",
    "site=bone&site=lung&site=liver&site=brain&site=skin&how=all&edge=commonly",
)
SEARCHED: Final = ("hepatic", "node", "C78.7", "mammary carc", "bone-marrow", "Wu 2017")
TABLES: Final = """JSON.stringify([...document.querySelectorAll('main table')].map((table) =>
  [...table.rows].map((row) => [...row.cells].map((cell) => [cell.textContent,
    [...cell.querySelectorAll('a')].map((one) => one.getAttribute('href'))]))))"""
TOLD: Final = """JSON.stringify([...document.querySelectorAll(
  '#compared p.note, #shared-found p.lead, #shared-found p.note')].map((one) => one.textContent))"""


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    """Return the shipped graph."""
    return mets.load()


@pytest.fixture(scope="module")
def place(kg: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of the pages as files."""
    folder = tmp_path_factory.mktemp("gathered")
    shutil.copytree(ROOT / "graph/metastasis/serve/assets", folder / "assets")
    for path in PAGES:
        reply = make_reply(kg, Address(path), "html", Links(path, is_static=True))
        _write(folder, f"{path or 'index'}.html", reply.body)
    for path in ("index.json", "pairs.json"):
        _write(folder, path, make_reply(kg, Address(path), "json", Links(path)).body)
    _write(folder, "drawings.html", _drawings(kg))
    with web_space(folder) as origin:
        yield origin


def _write(folder: Path, name: str, data: bytes) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _drawings(kg: KnowledgeGraph) -> bytes:
    """Return a page with a drawing of every kind."""
    here = Links("drawings", is_static=True)
    drawn = [
        body_drawing(kg, here, primary="breast").figure("body"),
        profile_drawing(kg, here, site="bone").figure("profile"),
        forest_drawing(kg, here, "breast", "bone").figure("forest"),
        network_drawing(kg, here, primaries=["breast", "bladder"]).figure("network"),
    ]
    body = [element("h1", "Drawings"), element("div", drawn, class_="drawings")]
    page = WebPage("Drawings", "A drawing of every kind", body, styles=("figures.css",))
    return page_reply(page, Address("drawings"), here).body


class _Tables(HTMLParser):
    """The tables of a page: rows of cells, each its text and its links."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[list[Any]]]] = []
        self.told: list[str] = []
        self.kind = ""
        self.is_main = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self.is_main |= tag == "main"
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("th", "td"):
            self.tables[-1][-1].append(["", []])
            self.kind = "cell"
        elif tag == "a" and self.kind == "cell":
            self.tables[-1][-1][-1][1].append(f"{said['href']}.html")
        elif tag == "p" and self.is_main and said.get("class") in ("note", "lead"):
            self.told.append("")
            self.kind = "told"

    def handle_endtag(self, tag: str) -> None:
        if tag in ("th", "td", "p", "table"):
            self.kind = ""

    def handle_data(self, data: str) -> None:
        if self.kind == "cell":
            self.tables[-1][-1][-1][0] += data
        elif self.kind == "told":
            self.told[-1] += data


def _on_server(kg: KnowledgeGraph, path: str, query: str) -> _Tables:
    address = Address(path, tuple(parse_qsl(query)))
    read = _Tables()
    read.feed(make_reply(kg, address, "html", Links(path)).body.decode())
    return read


def test_what_scripts_show_is_what_a_server_says(kg: KnowledgeGraph, place: str) -> None:
    asked = [("compare", "#compared", one) for one in COMPARED]
    asked += [("shared", "#shared-found", one) for one in SHARED]
    reads = {"tables": TABLES, "told": TOLD}
    sights = [
        Sight(f"{path}-{at}", f"{path}.html?{query}", (("wait", f"{room}[data-ready]"),), reads)
        for at, (path, room, query) in enumerate(asked)
    ]
    looks = look(place, sights, "gathered", views=[NARROW], axe=False)
    for (path, _, query), one in zip(asked, looks, strict=True):
        expected = _on_server(kg, path, query)
        assert one.faults() == [], query
        assert json.loads(one.reads["tables"]) == expected.tables, query
        assert expected.tables, query
        told = [words for words in expected.told if "Never by both" not in words]
        assert json.loads(one.reads["told"]) == told, query


def test_what_is_chosen_stands_in_the_address_and_comes_back(place: str) -> None:
    compare = (
        ("wait", "#compared[data-ready]"),
        ("fill", "[name=primary] >> nth=0", "breast cancer"),
        ("fill", "[name=primary] >> nth=1", "lung"),
        ("click", "#compare button"),
        ("wait", "#compared table"),
        ("until", "location.search.startsWith('?primary=breast+cancer&primary=lung')"),
    )
    shared = (
        ("wait", "#shared-found[data-ready]"),
        ("click", "[name=site][value=brain]"),
        ("click", "[name=how][value=any]"),
        ("click", "#shared button"),
        ("wait", "#shared-found table"),
        ("until", "location.search === '?site=brain&how=any&edge=any'"),
    )
    back = (*shared, ("until", "history.back() || true"), ("wait", "#shared-found p.none"))
    sights = [
        Sight("compare", "compare.html", compare),
        Sight("shared", "shared.html", shared),
        Sight("back", "shared.html", back),
    ]
    looks = look(place, sights, "chosen", views=[WIDE], axe=False)
    assert [fault for one in looks for fault in one.faults()] == []


def test_the_search_box_is_used_with_the_keyboard(place: str) -> None:
    typed = (("click", "#search-box"), ("type", "mammary carc"), ("wait", "#search-list li"))
    down = (*typed, ("press", "ArrowDown"))
    shut = "document.getElementById('search-list').hidden"
    is_active = "document.querySelector('#search-list [aria-selected=true]').id === "
    is_active += "document.getElementById('search-box').getAttribute('aria-activedescendant')"
    sights = [
        Sight("typed", "index.html", typed),
        Sight("down", "index.html", (*down, ("until", is_active))),
        Sight(
            "chosen",
            "index.html",
            (*down, ("press", "Enter"), ("until", "location.pathname === '/primary/breast.html'")),
        ),
        Sight(
            "closed",
            "index.html",
            (
                *typed,
                ("press", "Escape"),
                ("until", shut),
            ),
        ),
    ]
    looks = look(place, sights, "search", views=[NARROW])
    assert [fault for one in looks for fault in one.faults()] == []


def test_the_page_of_a_search_finds_what_the_server_finds(place: str) -> None:
    links = {"links": "[...document.querySelectorAll('#found a')].map((a) => a.pathname)"}
    sights = [
        Sight(text, f"search.html?q={quote(text)}", (("wait", "#found[data-ready]"),), links)
        for text in SEARCHED
    ]
    looks = look(place, sights, "searched", views=[NARROW])
    assert [fault for one in looks for fault in one.faults()] == []
    found = {one.page: one.reads["links"] for one in looks}
    kg = mets.load()
    assert found == {
        text: [f"/{quote(one.path)}.html" for one in find(kg, text, 60)] for text in SEARCHED
    }
    assert all(found.values())


def test_pages_and_drawings_are_for_everybody(place: str) -> None:
    query = f"compare.html?{COMPARED[1]}"
    sights = [
        Sight("home", "index.html"),
        Sight("about", "about.html"),
        Sight("drawings", "drawings.html"),
        Sight("compared", query, (("wait", "#compared[data-ready]"),)),
        Sight("shared", f"shared.html?{SHARED[0]}", (("wait", "#shared-found[data-ready]"),)),
    ]
    looks = look(place, sights, "everybody")
    assert [fault for one in looks for fault in one.faults()] == []
    plain = look(place, sights[:3], "plain", views=[NARROW], javascript=False, axe=False)
    assert [fault for one in plain for fault in one.faults()] == []
