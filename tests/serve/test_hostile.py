"""What strangers send: names that look like code, and parameters that mean nothing."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pytest

import metastasis as mets
from metastasis._catalog import Catalog, Primary, Site
from metastasis._evidence.assertion import Assertion
from metastasis.serve._front_process import FrontServer
from metastasis.serve._links import Links
from metastasis.serve._pages.filters import Filters
from metastasis.serve._reply import UNKEPT, Address, Reply
from metastasis.serve._routes import ROUTES, addresses, make_reply
from strategies import SMALL

if TYPE_CHECKING:
    from metastasis import KnowledgeGraph

KG: Final = mets.load()
NASTY: Final = (
    "</title></script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>&amp;"
    "{{7*7}}${x}{}{0}"
)
"""A name that is markup, a pattern of Python and a pattern of others."""
ALIVE: Final = re.compile(
    r"<script(?![^>]*\bsrc=)[^>]*>(?!\s*[{<])|<img src=x|href=\"?\s*javascript:|\son\w+=\""
)
"""Markup that would run."""


def ask(path: str, form: str = "html", *parameters: tuple[str, str]) -> Reply:
    return make_reply(KG, Address(path, parameters), form, Links(path))


@pytest.fixture(scope="module")
def nasty() -> KnowledgeGraph:
    source = replace(next(iter(SMALL.sources.values())), key="one", citation=NASTY, note=NASTY)
    catalog = Catalog(
        primaries=[Primary(key="breast", label=NASTY, synonyms=("=1+1",), note=NASTY)],
        sites=[Site(key="bone", label=NASTY, note=NASTY), Site(key="liver", label="{0.__class__}")],
        sources=[source],
    )
    said: dict[str, Any] = {"primary": "breast", "source": "one", "population": NASTY}
    counted: dict[str, Any] = {"denominator": "all_patients", "setting": "during_course"}
    rows = [
        Assertion(site="bone", frequency="common", locator=NASTY, note=NASTY, **said),
        Assertion(site="liver", count=3, total=10, locator="=1+1", **counted, **said),
    ]
    return mets.KnowledgeGraph.from_assertions(rows, catalog)


def test_names_are_names_whatever_is_in_them(nasty: KnowledgeGraph) -> None:
    for address, forms in addresses(nasty):
        for form in forms:
            reply = make_reply(nasty, address, form, Links(address.path))
            assert reply.status == 200, (address, form)
            text = reply.body.decode()
            if form == "html":
                assert ALIVE.findall(text) == [], address
            if form == "csv":
                cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
                assert [cell for cell in cells if cell.startswith(("=", "+", "@"))] == []


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("primary/breast", "csv"),
        ("primary/breast", "json"),
        ("primary/breast", "ttl"),
        ("disease/breast--bone", "csv"),
        ("source", "csv"),
        ("compare", "csv"),
    ],
)
def test_data_are_not_given_to_a_misspelled_parameter(path: str, form: str) -> None:
    """It would be more than was asked for, and look like it."""
    own = (("primary", "breast"),) if path == "compare" else ()
    assert ask(path, form, *own).status == 200
    reply = ask(path, form, *own, ("seting", "at_autopsy"))
    assert (reply.status, b"seting" in reply.body) == (400, True)


def test_a_page_is_shown_to_a_marked_link_and_not_kept() -> None:
    plain, marked = ask("primary/breast"), ask("primary/breast", "html", ("utm_source", "x"))
    assert marked.status == plain.status == 200
    assert UNKEPT in marked.headers
    assert UNKEPT not in plain.headers
    assert ask("primary/nothing", "csv", ("utm_source", "x")).status == 404


class Held:
    """A connection whose client says nothing, with so many bytes that it does not take."""

    cycle = None

    def __init__(self, unsent: int = 0) -> None:
        self.transport, self.unsent, self.is_gone = self, unsent, False

    def get_write_buffer_size(self) -> int:
        """Return how much it has not taken."""
        return self.unsent

    def abort(self) -> None:
        """Note that it is closed."""
        self.is_gone = True


@pytest.mark.parametrize("count", [10, 400])
def test_slow_clients_do_not_hold_a_crowded_front(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    import uvicorn

    async def nothing() -> None:
        pass

    server = FrontServer(uvicorn.Config(Held), lambda: None, nothing)
    held: list[Any] = [*(Held() for _ in range(count)), Held(unsent=1)]
    server.server_state.connections.update(held)
    gone = []
    for now in (0.0, 3.0, 16.0):
        monkeypatch.setattr("metastasis.serve._front_process.monotonic", lambda now=now: now)
        server._drop_silent()
        gone.append((held[0].is_gone, held[-1].is_gone))
    assert gone == [(False, False), (count > 256, False), (True, True)]


def test_the_table_of_addresses_knows_what_pages_are_asked_by() -> None:
    rooms = [route for route in ROUTES if route.start in ("primary/", "site/", "disease/")]
    assert len(rooms) == 3
    for route in rooms:
        assert set(Filters._fields) < set(route.takes or ())
