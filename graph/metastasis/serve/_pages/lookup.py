"""What a text may mean, as a page: what the search box finds, without a script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metastasis._markup import element, joined
from metastasis.pictures._said.words import plural
from metastasis.serve._find import find
from metastasis.serve._pages.layout import WebPage, page_reply

if TYPE_CHECKING:
    from metastasis._graph import KnowledgeGraph
    from metastasis._markup import Content, Markup
    from metastasis.serve._find import Found
    from metastasis.serve._links import Links
    from metastasis.serve._reply import Address, Reply

__all__ = ["search_page", "search_reply"]

_MOST: Final = 60
"""So many are listed; more are no answer, and a longer text is asked for."""
_KINDS: Final = {"primary": "cancer", "site": "site", "source": "source"}


def search_reply(kg: KnowledgeGraph, address: Address, form: str, links: Links) -> Reply | None:
    """Return what is found, as a page."""
    del form  # programs ask api/search
    return page_reply(search_page(kg, address, links), address, links)


def search_page(kg: KnowledgeGraph, address: Address, links: Links) -> WebPage:
    """Return the page of what is found; among files its script finds.

    >>> import metastasis as mets
    >>> from metastasis.serve._links import Links
    >>> from metastasis.serve._reply import Address
    >>> address = Address("search", (("q", "splenic"),))
    >>> "2 names" in search_page(mets.load(), address, Links("search")).description
    True
    """
    text = address.first("q").strip()
    found = find(kg, text, _MOST)
    body = joined(
        element("h1", "Search"),
        element("div", _results(text, found, links), id="found", role="region", aria_label="Found"),
        _otherwise(links),
    )
    return WebPage("Search", _told(text, found), body)


def _told(text: str, found: list[Found]) -> str:
    if not text:
        return "Cancers, sites and sources by any name or code."
    if not found:
        return f"Nothing here is called “{text}”."
    more = " at least" if len(found) == _MOST else ""
    return f"{plural(len(found), 'name')}{more} for “{text}”, the best first."


def _results(text: str, found: list[Found], links: Links) -> Content:
    entries = [element("li", _entry(one, links)) for one in found]
    return [
        element("p", _told(text, found), class_="told"),
        element("ol", entries, class_="results") if entries else None,
    ]


def _entry(one: Found, links: Links) -> Content:
    other = f", as “{one.matched}”" if one.matched != one.label else ""
    return [
        element("a", one.label, href=links.page(one.path)),
        " ",
        element("small", f"{_KINDS[one.kind]}{other}"),
    ]


def _otherwise(links: Links) -> Markup:
    """Return the lists of everything, for those who found nothing; files have these alone."""
    return element(
        "p",
        "All ",
        element("a", "cancers", href=links.page("primary")),
        ", ",
        element("a", "sites", href=links.page("site")),
        " and ",
        element("a", "sources", href=links.page("source")),
        ".",
        element("noscript", " To search among files takes JavaScript.")
        if links.is_static
        else None,
    )
