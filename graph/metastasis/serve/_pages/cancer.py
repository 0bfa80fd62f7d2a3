"""The page of a cancer: where it spreads, who says so, how often and out of whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metastasis._markup import element, joined
from metastasis.pictures._said.words import capitalize
from metastasis.serve._pages.ends import (
    SpreadEnd,
    called,
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
from metastasis.serve._pages.sections import (
    PageSection,
    codes,
    facts,
    folded,
    laid_out,
    links_of,
)
from metastasis.serve._pages.shelf import shelf_of
from metastasis.serve._resource import DATA_FORMS

if TYPE_CHECKING:
    from metastasis._catalog import Primary
    from metastasis._graph import KnowledgeGraph
    from metastasis._markup import Markup
    from metastasis.serve._links import Links
    from metastasis.serve._pages.shelf import Shelf
    from metastasis.serve._reply import Address, Reply

__all__ = ["cancer_page", "cancer_reply"]


def cancer_reply(kg: KnowledgeGraph, address: Address, form: str, links: Links) -> Reply | None:
    """Return the page of a cancer, or its rows as data; None where there is no such cancer."""
    key = address.path.partition("/")[2]
    if key not in kg.catalog.primaries:
        return None
    if form == "html":
        return page_reply(cancer_page(kg, address, links), address, links)
    return end_data(kg, _end(kg, address), address, form)


def _end(kg: KnowledgeGraph, address: Address) -> SpreadEnd:
    shelf, key = shelf_of(kg), address.path.partition("/")[2]
    return SpreadEnd(
        "primary",
        key,
        kg.catalog.primaries[key].label,
        Filters.of(address),
        shelf.of_primary.get(key, ()),
        shelf.primary_rows.get(key, ()),
    )


def cancer_page(kg: KnowledgeGraph, address: Address, links: Links) -> WebPage:
    """Return the page of a cancer that the graph has.

    >>> import metastasis as mets
    >>> from metastasis.serve._links import Links
    >>> from metastasis.serve._reply import Address
    >>> here = "primary/breast"
    >>> cancer_page(mets.load(), Address(here), Links(here)).title
    'Breast cancer'
    """
    shelf, end = shelf_of(kg), _end(kg, address)
    record = kg.catalog.primaries[end.key]
    title = capitalize(record.label)
    told = summary(end, f"{title} commonly spreads to")
    head = joined(element("h1", title), element("p", told, class_="lead"), _kin(kg, record, links))
    sections = [
        drawings_section(kg, end, links),
        pairs_section(end, links),
        evidence_section(kg, end, links),
        evidence_section(kg, end, links, "extension"),
        _kinds_section(kg, record, links),
        conflicts_section(end, shelf, links),
        _not_studied(shelf, end, record.sex),
        PageSection("names", "Names and codes", _facts(kg, record, links)),
    ]
    return WebPage(
        title,
        told,
        laid_out(head, sections),
        trail=(("Cancers", "primary"),),
        forms=DATA_FORMS,
        asked=end.filters.asked,
        styles=("figures.css",),
    )


def _kin(kg: KnowledgeGraph, record: Primary, links: Links) -> Markup | None:
    """Return the links to broader and narrower cancers."""
    below = sorted(kg.catalog.subtypes(record.key) - {record.key})
    return kin(kg, "primary", links, ("A kind of", record.parents), ("Kinds of it", below))


def _facts(kg: KnowledgeGraph, record: Primary, links: Links) -> Markup:
    return facts(
        ("Also called", ", ".join(record.synonyms)),
        ("Named after", {"organ": "its organ", "histology": "its histology"}.get(record.kind)),
        ("Arises in", links_of(called(kg, "site", record.arises_in, links))),
        ("Next to", links_of(called(kg, "site", record.neighbors, links))),
        ("Codes", codes(record.mappings)),
        ("Note", record.note),
    )


def _kinds_section(kg: KnowledgeGraph, record: Primary, links: Links) -> PageSection | None:
    """Return the section of what is known of the kinds of a cancer, named as such."""
    told = (
        f"This is evidence on kinds of {record.label}, each by itself. What a kind of it reaches, "
        f"some with {record.label} reach; how often is another matter."
    )
    kinds = kg.catalog.subtypes(record.key) - {record.key}
    body = narrower_things(kg, "primary", kinds, told, links)
    return PageSection("kinds", f"Kinds of {record.label}", body) if body else None


def _not_studied(shelf: Shelf, end: SpreadEnd, sex: str | None) -> PageSection | None:
    """Return the section of the places that no source here speaks of, for this cancer."""
    spoken = {one.pair.site for one in end.every_pair}
    spoken.update(one.pair.site for one in end.every_row)
    silent = [
        one
        for one in shelf.places
        if one.key not in spoken and (not sex or one.sex in (None, "", sex))
    ]
    if not silent:
        return None
    looked = [
        element("li", f"{one.label}: looked for in {gap.searched}, {gap.date}, and not found")
        for one in silent
        if (gap := shelf.searched.get((end.key, one.key)))
    ]
    names = ", ".join(one.label for one in silent)
    told = (
        f"No source in this graph speaks of {end.label} in these {len(silent)} sites. That denies "
        "nothing: it says what was read, not where cancer spreads. Some of them hold, or lie in, a "
        "site that sources do speak of."
    )
    body = joined(
        element("p", told, class_="note"),
        element("ul", looked) if looked else None,
        folded(f"The {len(silent)} sites", element("p", names)),
    )
    return PageSection("silent", "Not studied", body)
