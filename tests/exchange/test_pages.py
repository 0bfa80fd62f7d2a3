"""The pages in Chromium with the network cut off, on a server and as files on a bare web space."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import pytest

from browser import NARROW, VIEWS, WIDE, Sight, View, look, web_space
from metastasis import Assertion, KnowledgeGraph, Source
from metastasis._catalog import Catalog, Primary, Site
from servers import serving
from shell import run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.exchange

PAGES: Final = {
    "home": "",
    "cancers": "primary",
    "cancer": "primary/breast",
    "sites": "site",
    "site": "site/liver",
    "pair": "disease/breast--bone",
    "sources": "source",
    "source": "source/hess-2006",
    "vocabulary": "vocab",
    "about": "about",
    "sparql": "sparql",
}
"""The path of one page of each kind."""
GATHERED: Final = {
    "compare": "compare?primary=breast&primary=lung&primary=prostate",
    "shared": "shared?site=liver&site=brain&how=all",
}
"""Pages whose address says what is on them; among files a script gathers it."""
SERVED: Final = ("home", "cancer", "pair", "sparql", *GATHERED)
"""On a server the others are the same bytes but for their links."""
KINDS: Final = ("server", "files")
CELLS: Final = """[...document.querySelectorAll("main table")].map(table =>
  [...table.rows].map(row => [...row.cells].map(cell => cell.innerText.trim())))"""
FOCUS: Final = """(() => {
  const at = document.activeElement, style = getComputedStyle(at);
  return [at.tagName, at.innerText?.trim() || at.getAttribute("aria-label") || at.id || "",
          style.outlineStyle !== "none" || style.boxShadow !== "none"];
})()"""
TEXT: Final = "document.body.innerText"


@pytest.fixture(scope="module")
def origins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Give the address of a server, and that of the files."""
    folder = tmp_path_factory.mktemp("web") / "site"
    done = run("site", folder)
    assert done.returncode == 0, done.stderr
    with serving() as server, web_space(folder) as files:
        yield {"server": server, "files": files}


def path_of(kind: str, path: str) -> str:
    """Return the path of a page on a server, or among files."""
    name, mark, asked = path.partition("?")
    return path if kind == "server" else f"{name or 'index'}.html{mark}{asked}"


def sights(kind: str, **more: Any) -> list[Sight]:
    """Return the pages to look at; those that a script gathers are waited for."""
    waited = (("wait", "main table"),)
    return [
        Sight(name, path_of(kind, path), waited if name in GATHERED else (), **more)
        for name, path in {**PAGES, **GATHERED}.items()
        if kind == "files" or name in SERVED
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_no_page_has_a_fault(origins: dict[str, str], kind: str) -> None:
    """By axe, in the console and by the policy; none asks anything of elsewhere or is too wide."""
    found = look(origins[kind], sights(kind), kind)
    assert [fault for one in found for fault in one.faults()] == []
    assert {one.status for one in found} == {200}
    pages = len(SERVED) if kind == "server" else len(PAGES) + len(GATHERED)
    assert len(found) == len(VIEWS) * pages


def test_a_page_reads_without_javascript(origins: dict[str, str]) -> None:
    pages = [
        Sight(name, path_of("files", path), reads={"text": TEXT}) for name, path in PAGES.items()
    ]
    found = look(origins["files"], pages, "files", views=[NARROW], javascript=False)
    assert [fault for one in found for fault in one.faults()] == []
    for one in found:
        assert "not for clinical use" in one.reads["text"].lower(), one.page
        assert len(one.reads["text"]) > 500, one.page
    (pair,) = [one for one in found if one.page == "pair"]
    assert "metastatic patients" in pair.reads["text"].lower()


def test_a_server_gathers_without_javascript(origins: dict[str, str]) -> None:
    pages = [Sight(name, path, reads={"cells": CELLS}) for name, path in GATHERED.items()]
    plain = look(origins["server"], pages, "server", views=[WIDE], javascript=False)
    assert all(len(one.reads["cells"][0]) > 3 for one in plain)


def test_files_gather_what_a_server_does(origins: dict[str, str]) -> None:
    """The same tables, cell by cell: one in Python, the other in the browser's script."""
    tables = {}
    for kind in KINDS:
        pages = [
            Sight(name, path_of(kind, path), (("wait", "main table"),), {"cells": CELLS})
            for name, path in GATHERED.items()
        ]
        found = look(origins[kind], pages, kind, views=[WIDE], axe=False)
        tables[kind] = {one.page: one.reads["cells"] for one in found}
    assert tables["server"] == tables["files"]
    assert all(len(cells[0]) > 3 for cells in tables["files"].values())


def test_pages_reflow(origins: dict[str, str]) -> None:
    """At 400 % of 1,280 pixels, which is 320, and with letters of twice the size."""
    pages, origin = sights("files"), origins["files"]
    small = look(origin, pages, "reflow", views=[View("light", 320)], axe=False)
    large = [Sight(one.name, one.path, (*one.steps, ("large-text",))) for one in pages]
    wide = look(origin, large, "reflow", views=[View("light", 640)], axe=False)
    assert [fault for one in (*small, *wide) for fault in one.faults()] == []


def test_the_keyboard_finds_a_cancer(origins: dict[str, str]) -> None:
    """On a server; test_gathered.py does the same among files."""
    steps = (
        ("click", "#search-box"),
        ("type", "breast can"),
        ("wait", "[role=option]"),
        ("press", "ArrowDown"),
        ("until", "document.querySelector('#search-box').getAttribute('aria-activedescendant')"),
        ("press", "Enter"),
        ("until", "location.pathname === '/primary/breast'"),
        ("wait", "main table"),
    )
    sight = Sight("search", "", steps, {"title": "document.title"})
    (found,) = look(origins["server"], [sight], "keyboard", views=[WIDE], axe=False)
    assert found.faults() == []
    assert "breast cancer" in found.reads["title"].lower()


def test_whoever_tabs_sees_where_they_are(origins: dict[str, str]) -> None:
    steps = [(("press", "Tab"), ("read", str(number), FOCUS)) for number in range(25)]
    sight = Sight("tab", "primary/breast", tuple(step for pair in steps for step in pair))
    (found,) = look(origins["server"], [sight], "tab", views=[WIDE], axe=False)
    assert found.fault is None
    places = [tuple(found.reads[str(number)]) for number in range(25)]
    assert "content" in places[0][1].lower(), "a link that skips to it is first"
    assert [place for place in places if not place[2]] == []
    assert len({place[:2] for place in places}) > 20, "it is led on, and in no circle"


HOSTILE: Final = """<script>alert(1)</script>"><img src=x onerror=alert(1)>]]><!-- &amp; ' {{1}}"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a graph in which everything that may hold any text holds code."""
    said = Assertion(
        primary="breast",
        site="bone",
        count=45,
        total=100,
        denominator="metastatic_patients",
        setting="during_course",
        source="a-study",
        locator=HOSTILE,
        population=HOSTILE,
        note=HOSTILE,
    )
    source = Source(
        key="a-study",
        citation=HOSTILE,
        design="clinical_cohort",
        license=HOSTILE,
        population=HOSTILE,
        note=HOSTILE,
    )
    catalog = Catalog(
        primaries=[Primary(key="breast", label=HOSTILE, kind="organ", note=HOSTILE)],
        sites=[Site(key="bone", label=f"{HOSTILE} b", kind="organ", synonyms=(f"{HOSTILE} s",))],
        sources=[source],
    )
    path = tmp_path_factory.mktemp("hostile") / "hostile.nq"
    KnowledgeGraph.from_assertions([said], catalog).write(path)
    return path


def test_code_in_a_label_stays_text(hostile: Path) -> None:
    folder = hostile.parent / "web"
    done = run("site", folder, "--graph", hostile)
    assert done.returncode == 0, done.stderr
    paths = {
        "home": "",
        "cancer": "primary/breast",
        "site": "site/bone",
        "pair": "disease/breast--bone",
        "source": "source/a-study",
        "search": f"search?q={quote('<script>alert(1)')}",
        "compare": "compare?primary=breast",
        "shared": "shared?site=bone",
    }
    reads = {"text": TEXT, "images": "document.querySelectorAll('img[src=x]').length"}
    with serving("--graph", hostile) as server, web_space(folder) as files:
        for kind, origin in (("server", server), ("files", files)):
            pages = [
                Sight(name, path_of(kind, path), reads=reads)
                for name, path in paths.items()
                if kind == "server" or name != "search"
            ]
            found = look(origin, pages, f"hostile-{kind}", views=[WIDE])
            assert [fault for one in found for fault in one.faults()] == []
            for one in found:
                assert one.reads["images"] == 0
                if one.page in {"cancer", "site", "pair", "source"}:
                    assert "<script>alert(1)</script>" in one.reads["text"], one.page
