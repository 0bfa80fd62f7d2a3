"""Reading the built documentation as a browser would: where links lead, and what is loaded."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urldefrag, urlparse

if TYPE_CHECKING:
    from pathlib import Path

NOTICE: Final = "Not for clinical use"
LOADED: Final = {"img": "src", "script": "src", "link": "href", "iframe": "src", "source": "src"}
"""What a browser fetches without being asked, by element; a link to follow is none of it."""


class Page(HTMLParser):
    """The names, the links and the loaded files of one page, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.images_without_text: list[str] = []
        self.says = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element names, links to or loads."""
        given = {name: value or "" for name, value in attrs}
        self.names.update(given[name] for name in ("id", "name") if name in given)
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag in LOADED and LOADED[tag] in given and given.get("rel") != "canonical":
            self.loaded.append(given[LOADED[tag]])
        if tag == "img" and not given.get("alt", "").strip():
            self.images_without_text.append(given.get("src", ""))

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.says += data


def faults(site: Path) -> list[str]:
    """Return what is wrong with the pages of a folder, one sentence each."""
    pages = {
        path.resolve(): Page(path.read_text(encoding="utf-8"))
        for path in sorted(site.rglob("*.html"))
        if "_static" not in path.parts  # the theme's own
    }
    found = []
    for path, page in pages.items():
        name = path.relative_to(site.resolve())
        found += [f"{name}: {what}" for what in faults_of(path, page, pages)]
    return found


def faults_of(path: Path, page: Page, pages: dict[Path, Page]) -> list[str]:
    """Return what is wrong with one page."""
    found = [f"loads {link} from elsewhere" for link in page.loaded if is_elsewhere(link)]
    found += [f"shows {image} without a text for it" for image in page.images_without_text]
    if NOTICE not in page.says:
        found.append(f"does not say: {NOTICE}")
    for link in [*page.links, *page.loaded]:
        if is_elsewhere(link) or link.startswith(("mailto:", "data:")):
            continue
        address, anchor = urldefrag(link)
        target = (path.parent / unquote(urlparse(address).path)).resolve() if address else path
        target = target / "index.html" if target.is_dir() else target
        if not target.exists():
            found.append(f"leads to {link}, which is not there")
        elif anchor and target in pages and unquote(anchor) not in pages[target].names:
            found.append(f"leads to {link}, and that page has no such place")
    return found


def is_elsewhere(link: str) -> bool:
    """Return whether a link leaves the site.

    >>> is_elsewhere("https://example.org/a.js"), is_elsewhere("../index.html#top")
    (True, False)
    """
    return link.startswith(("http://", "https://", "//"))
