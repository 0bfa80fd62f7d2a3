"""The page of an address that nothing has: what it may have meant, as links.

Apart from the routes because it is a page, with everything that it may lead to.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from metastasis._errors import AmbiguousNameError, UnknownNameError
from metastasis.serve._pages.html import element, joined
from metastasis.serve._pages.layout import WebPage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metastasis._catalog import Catalog
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
    >>> suggestions(mets.load(), "site/livr")
    [('site/liver', 'liver')]
    """
    room, _, rest = unquote(path).partition("/")
    catalog = kg.catalog
    if room == "disease" or "--" in rest:
        found = [*_pair_parts(catalog, rest)]
    elif room == "source":
        near = get_close_matches(rest, catalog.sources, n=_MOST)
        found = [(f"source/{key}", key) for key in near]
    else:
        kinds = [room] if room in ("primary", "site") and rest else ["primary", "site"]
        found = [one for kind in kinds for one in _named(catalog, kind, rest or room)]
    return list(dict.fromkeys(found))[:_MOST]


def _pair_parts(catalog: Catalog, rest: str) -> Iterator[tuple[str, str]]:
    primary, _, site = rest.partition("--")
    yield from _named(catalog, "primary", primary)
    yield from _named(catalog, "site", site)


def _named(catalog: Catalog, kind: str, name: str) -> Iterator[tuple[str, str]]:
    """Yield the primaries or the sites of a name, or else those that are called nearly so."""
    find = catalog.primary if kind == "primary" else catalog.site
    records = catalog.primaries if kind == "primary" else catalog.sites
    keys: list[str] = []
    try:
        keys = [find(name).key]
    except AmbiguousNameError as error:
        keys = list(error.candidates)
    except UnknownNameError as error:
        for near in error.suggestions:
            one = _one_of(catalog, kind, near)
            keys += [] if one is None else [one]
    yield from ((f"{kind}/{key}", records[key].label) for key in keys)


def _one_of(catalog: Catalog, kind: str, name: str) -> str | None:
    find = catalog.primary if kind == "primary" else catalog.site
    try:
        found = find(name, unknown="none")
    except AmbiguousNameError:
        return None
    return None if found is None else found.key
