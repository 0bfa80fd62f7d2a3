"""The page of an address that nothing has: what it may have meant, as links.

Apart from the routes because it is a page, with everything that it may lead to.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from metastasis._markup import element, joined
from metastasis.serve._find import find
from metastasis.serve._pages.layout import WebPage

if TYPE_CHECKING:
    from metastasis._graph import KnowledgeGraph
    from metastasis.serve._links import Links
    from metastasis.serve._reply import Address

__all__ = ["missing_page", "suggestions"]

_MOST: Final = 6
"""So many suggestions are read at a glance."""


def missing_page(kg: KnowledgeGraph, address: Address, links: Links) -> WebPage:
    """Return the page that says that there is nothing, with what may have been meant."""
    found = [
        element("li", element("a", words, href=links.page(path)))
        for path, words in suggestions(kg, address.path)
    ]
    meant = joined(
        element("h2", "Did you mean?") if found else None,
        element("ul", found) if found else None,
    )
    told = f"Nothing in this graph has the address {address.path!r}."
    body = joined(
        element("h1", "Not found"),
        element("p", told),
        meant,
        element(
            "p",
            element("a", "All cancers", href=links.page("primary")),
            ", ",
            element("a", "all sites", href=links.page("site")),
            " or ",
            element("a", "all sources", href=links.page("source")),
            ".",
        ),
    )
    return WebPage("Not found", told, body, status=404)


def suggestions(kg: KnowledgeGraph, path: str) -> list[tuple[str, str]]:
    """Return paths that may have been meant by one that nothing has, each with words for it.

    >>> import metastasis as mets
    >>> suggestions(mets.load(), "site/livr")[0]
    ('site/liver', 'liver')
    """
    room, _, rest = unquote(path).partition("/")
    if room == "disease" or "--" in rest:
        primary, _, site = rest.partition("--")
        asked = [("primary", primary), ("site", site)]
    else:
        asked = [(room, rest or room)]
    found = [one for kind, text in asked for one in _found(kg, kind, text)]
    if room == "source":
        found = [(f"source/{key}", key) for key in get_close_matches(rest, kg.catalog.sources)]
    return list(dict.fromkeys(found))[:_MOST]


def _found(kg: KnowledgeGraph, kind: str, text: str) -> list[tuple[str, str]]:
    """Return what a name may mean, what is of the kind asked for first."""
    there = sorted(find(kg, text, _MOST), key=lambda one: one.kind != kind)
    return [(one.path, one.label) for one in there[: _MOST // 2]]
