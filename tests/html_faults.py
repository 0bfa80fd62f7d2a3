"""What is wrong with a page: read strictly, and held to what pages of ours may have in them."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Read", "faults_of", "read"]

VOID: Final = frozenset({"br", "hr", "img", "input", "link", "meta", "wbr"})
NAMES: Final = """
a abbr article body button caption code datalist dd details div dl dt em fieldset figcaption figure
footer form h1 h2 h3 header html head i kbd label legend li main nav noscript ol option p pre
section script select small span strong summary table tbody td template textarea th thead title tr
ul

svg circle clippath defs desc ellipse g line path pattern polygon polyline rect text tspan use
"""
ELEMENTS: Final = VOID | set(NAMES.split())
"""Elements that pages have; a label cannot add one."""
NEVER: Final = re.compile(r"on|style$|srcdoc$|formaction$|xlink|background$|ping$|target$")
"""Attributes that run something, or that the policy forbids."""
LEADING: Final = frozenset({"href", "src", "action", "poster", "data", "cite"})
FIELDS: Final = frozenset({"input", "select", "textarea"})


class Read(HTMLParser):
    """A page, read: its elements with their attributes, its text, and faults on the way."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[tuple[str, ...], str]] = []
        self.faults: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        self.faults += [f"never closed: {name}" for name in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element with its attributes."""
        names = [name for name, _ in attrs]
        self.faults += [f"twice in {tag}: {name}" for name, n in Counter(names).items() if n > 1]
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close what is open."""
        if not self._open or self._open[-1] != tag:
            self.faults.append(f"{tag} ends where {self._open[-1:]} is open")
        else:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        """Note a text and where it stands."""
        self.texts.append((tuple(self._open), data))

    def handle_comment(self, data: str) -> None:
        """Refuse it: no page has one."""
        self.faults.append(f"a comment: {data[:40]}")

    def handle_pi(self, data: str) -> None:
        """Refuse it: no page has one."""
        self.faults.append(f"an instruction: {data[:40]}")

    def unknown_decl(self, data: str) -> None:
        """Refuse it: no page has one."""
        self.faults.append(f"a declaration: {data[:40]}")

    @property
    def text(self) -> str:
        """All text, as people read it."""
        return "".join(text for _, text in self.texts)

    @property
    def ids(self) -> list[str]:
        """Every name of a place on the page."""
        return [values["id"] for _, values in self.elements if "id" in values]

    @property
    def addresses(self) -> list[str]:
        """Everything that the page leads to."""
        return [
            value
            for _, values in self.elements
            for name, value in values.items()
            if name in LEADING
        ]


def read(text: str) -> Read:
    """Return a page, read."""
    return Read(text)


def faults_of(page: Read) -> list[str]:
    """Return what is wrong with a page."""
    return [*page.faults, *_elements(page), *_names(page), *_headings(page), *_fields(page)]


def _elements(page: Read) -> Iterator[str]:
    for tag, values in page.elements:
        if tag not in ELEMENTS:
            yield f"element {tag}"
        if tag == "script" and not values.get("src", "").endswith(".js"):
            yield "a script in the page"
        for name, value in values.items():
            if NEVER.match(name):
                yield f"attribute {name}"
            if name in LEADING and not _is_ours(value):
                yield f"leads to {value!r}"


def _is_ours(address: str) -> bool:
    scheme = urlsplit(address).scheme
    plain = not re.search(r"[\x00-\x20\x7f\\]", address)
    return plain and not address.startswith("//") and scheme in ("", "http", "https")


def _names(page: Read) -> Iterator[str]:
    yield from (f"the name twice: {name}" for name, n in Counter(page.ids).items() if n > 1)
    known = set(page.ids)
    for _, values in page.elements:
        for name in ("aria-labelledby", "aria-describedby", "for", "aria-controls"):
            for one in values.get(name, "").split():
                if one not in known:
                    yield f"{name} names nothing: {one}"
    regions = [
        values["aria-label"] for _, values in page.elements if values.get("role") == "region"
    ]
    yield from (f"two regions: {name}" for name, n in Counter(regions).items() if n > 1)


def _headings(page: Read) -> Iterator[str]:
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    if levels.count(1) != 1 or levels[:1] != [1]:
        yield f"headings begin {levels[:2]}"
    for above, below in pairwise(levels):
        if below > above + 1:
            yield f"h{below} after h{above}"


def _fields(page: Read) -> Iterator[str]:
    labeled = {values.get("for") for tag, values in page.elements if tag == "label"}
    for tag, values in page.elements:
        if tag in FIELDS and values.get("type") not in ("hidden", "submit"):
            named = "aria-label" in values or "aria-labelledby" in values
            if not named and values.get("id") not in labeled:
                yield f"no label: {tag} {values.get('name')}"
