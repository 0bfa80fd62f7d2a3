"""The page of a site: which cancers reach it, who says so, how often and out of whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metastasis._markup import element, joined
from metastasis.pictures._said.words import capitalize
from metastasis.serve._pages.ends import (
    SpreadEnd,
    conflicts_section,
    drawings_section,
    end_data,
    evidence_section,
    kin,
    narrower_things,
    pairs_section,
    summary,
)
from metastasis.serve._pages.filters import Filters
from metastasis.serve._pages.layout import WebPage, page_reply
from metastasis.serve._pages.sections import PageSection, codes, facts, laid_out
from metastasis.serve._pages.shelf import shelf_of
from metastasis.serve._resource import DATA_FORMS

if TYPE_CHECKING:
    from metastasis._catalog import Site
    from metastasis._graph import KnowledgeGraph
    from metastasis._markup import Markup
    from metastasis.serve._links import Links
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
    title = capitalize(record.label)
    told = summary(end, f"Cancers that commonly spread to {record.label}:")
    head = joined(element("h1", title), element("p", told, class_="lead"), _kin(kg, record, links))
    sections = [
        drawings_section(kg, end, links),
        pairs_section(end, links),
        evidence_section(kg, end, links),
        evidence_section(kg, end, links, "extension"),
        _parts_section(kg, record, links),
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
    return kin(kg, "site", links, ("Part of", wholes), ("Parts of it", parts))


def _facts(record: Site) -> Markup:
    return facts(
        ("Also called", ", ".join(record.synonyms)),
        ("Kind", _KINDS.get(record.kind, record.kind)),
        ("Codes", codes(record.mappings)),
        ("Note", record.note),
    )


def _parts_section(kg: KnowledgeGraph, record: Site, links: Links) -> PageSection | None:
    """Return the section of what is known of the parts of a site, named as such."""
    told = f"This is evidence on parts of it, each by itself: {record.label} is the whole."
    parts = kg.catalog.parts(record.key) - {record.key}
    body = narrower_things(kg, "site", parts, told, links)
    return PageSection("parts", "Parts of it", body) if body else None
