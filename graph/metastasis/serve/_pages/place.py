"""The page of a site: which cancers reach it, who says so, how often and out of whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metastasis.serve._html import element, joined
from metastasis.serve._pages.ends import (
    DATA_FORMS,
    SpreadEnd,
    conflicts_section,
    drawings_section,
    end_data,
    evidence_section,
    pairs_section,
    summary,
)
from metastasis.serve._pages.filters import Filters
from metastasis.serve._pages.layout import WebPage, page_reply
from metastasis.serve._pages.sections import PageSection, codes, facts, laid_out, links_of
from metastasis.serve._pages.shelf import shelf_of
from metastasis.serve._pages.tables import edge_mark, pair_link

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metastasis._catalog import Site
    from metastasis._evidence.pair import Pair
    from metastasis._graph import KnowledgeGraph
    from metastasis.serve._html import Markup
    from metastasis.serve._links import Links
    from metastasis.serve._pages.shelf import Shelf
    from metastasis.serve._reply import Address, Reply

__all__ = ["place_page", "place_reply"]

_KINDS: Final = {
    "lymph_node": "lymph nodes",
    "region": "region of the body",
    "system": "organ system",
    "unspecific": "names no place",
}


def place_reply(kg: KnowledgeGraph, address: Address, form: str, links: Links) -> Reply | None:
    """Return the page of a site, or its rows as data; None where there is no such site."""
    if address.path.partition("/")[2] not in kg.catalog.sites:
        return None
    if form == "html":
        return page_reply(place_page(kg, address, links), address, links)
    return end_data(kg, _end(kg, address), address, form)


def _end(kg: KnowledgeGraph, address: Address) -> SpreadEnd:
    shelf, key = shelf_of(kg), address.path.partition("/")[2]
    return SpreadEnd(
        "site",
        key,
        kg.catalog.sites[key].label,
        Filters.of(address),
        shelf.of_site.get(key, ()),
        shelf.site_rows.get(key, ()),
    )


def place_page(kg: KnowledgeGraph, address: Address, links: Links) -> WebPage:
    """Return the page of a site that the graph has.

    >>> import metastasis as mets
    >>> from metastasis.serve._links import Links
    >>> from metastasis.serve._reply import Address
    >>> here = "site/liver"
    >>> place_page(mets.load(), Address(here), Links(here)).title
    'Liver'
    """
    shelf, end = shelf_of(kg), _end(kg, address)
    record = kg.catalog.sites[end.key]
    title = f"{record.label[0].upper()}{record.label[1:]}"
    told = summary(end, f"{title} is commonly reached by")
    head = joined(element("h1", title), element("p", told, class_="lead"), _kin(kg, record, links))
    sections = [
        drawings_section(kg, end, links),
        pairs_section(end, links),
        evidence_section(kg, end, links),
        evidence_section(kg, end, links, "extension"),
        _parts_section(kg, shelf, record, links),
        conflicts_section(end, shelf, links),
        PageSection("names", "Names and codes", _facts(record)),
    ]
    return WebPage(
        title,
        told,
        laid_out(head, sections),
        trail=(("Sites", "site"),),
        forms=DATA_FORMS,
        asked=end.filters.asked,
        styles=("figures.css",),
    )


def _kin(kg: KnowledgeGraph, record: Site, links: Links) -> Markup | None:
    """Return the links to what the site is part of, and to its parts."""
    wholes = sorted(kg.catalog.wholes(record.key) - {record.key})
    parts = sorted(kg.catalog.parts(record.key) - {record.key})
    kin = (("Part of", _called(kg, wholes, links)), ("Parts of it", _called(kg, parts, links)))
    found = [(name, links_of(things)) for name, things in kin if things]
    return facts(*found) if found else None


def _facts(record: Site) -> Markup:
    return facts(
        ("Also called", ", ".join(record.synonyms)),
        ("Kind", _KINDS.get(record.kind, record.kind)),
        ("Codes", codes(record.mappings)),
        ("Note", record.note),
    )


def _called(kg: KnowledgeGraph, keys: Iterable[str], links: Links) -> list[tuple[str, str]]:
    """Return the address and the label of each site."""
    sites = kg.catalog.sites
    return [(links.page(f"site/{key}"), sites[key].label) for key in keys if key in sites]


def _parts_section(
    kg: KnowledgeGraph, shelf: Shelf, record: Site, links: Links
) -> PageSection | None:
    """Return the section of what is known of the parts of a site, named as such."""
    below = sorted(
        (kg.catalog.sites[key] for key in kg.catalog.parts(record.key) - {record.key}),
        key=lambda one: one.label.casefold(),
    )
    known = [one for one in below if shelf.of_site.get(one.key)]
    if not known:
        return None
    told = f"This is evidence on parts of it, each by itself: {record.label} is the whole."
    entries = [_part_entry(shelf, one, links) for one in known]
    body = joined(element("p", told, class_="note"), element("dl", entries, class_="kinds"))
    return PageSection("parts", "Parts of it", body)


def _part_entry(shelf: Shelf, record: Site, links: Links) -> Markup:
    page = element("a", record.label, href=links.page(f"site/{record.key}"))
    lines = [
        element("dd", edge_mark(edge), " ", _named(there, links))
        for edge in ("commonly", "possibly", "rarely")
        if (there := [one.pair for one in shelf.of_site[record.key] if one.pair.edge == edge])
    ]
    return element("div", element("dt", page), lines or element("dd", "no edge"))


def _named(pairs: Iterable[Pair], links: Links) -> Markup:
    names = [pair_link(pair, pair.primary_label, links) for pair in pairs]
    return joined(*[joined(", " if i else None, one) for i, one in enumerate(names)])
