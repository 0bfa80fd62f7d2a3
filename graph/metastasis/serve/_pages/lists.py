"""Everything of a kind on one page: all cancers, all sites, all sources."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from metastasis._evidence.source_summary import sources
from metastasis._markup import element, joined
from metastasis._table import Table
from metastasis._vocabulary import LISTS, STUDIED
from metastasis.serve._pages.layout import WebPage, page_reply
from metastasis.serve._pages.recipes import chosen_in_python, recipe, with_prefixes
from metastasis.serve._pages.sections import PageSection, laid_out
from metastasis.serve._pages.shelf import shelf_of
from metastasis.serve._pages.tables import external_link, head_row, scrolling
from metastasis.serve._pages.taken import table_data, take_links
from metastasis.serve._resource import DATA_FORMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metastasis._catalog import Primary, Site
    from metastasis._evidence.source_summary import SourceSummary
    from metastasis._graph import KnowledgeGraph
    from metastasis._markup import Markup
    from metastasis.serve._links import Links
    from metastasis.serve._reply import Address, Reply

__all__ = ["ListRow", "list_page", "list_reply"]

_COUNTED: Final = (
    "Under “possibly” stand those too that follow only from kinds of the cancer or parts of the "
    "site; among assertions, those of direct growth."
)
_TITLES: Final = {"primary": "Cancers", "site": "Sites", "source": "Sources"}
_ROOMS: Final = {
    "primary": ("primaries", "met:Primary"),
    "site": ("sites", "met:Site"),
    "source": ("sources", "met:Source"),
}
_KINDS: Final = {
    "primary": {
        "organ": "Cancers named after their organ",
        "histology": "Cancers named after their histology",
        "grouping": "Groups of cancers",
    },
    "site": {
        "organ": "Organs",
        "tissue": "Tissues",
        "lymph_node": "Lymph nodes",
        "vessel": "Vessels",
        "region": "Regions of the body",
        "system": "Organ systems",
        "unspecific": "Names that are no place",
    },
}


@dataclass(frozen=True, slots=True)
class ListRow:
    """A cancer or a site, and how much is known of it."""

    COLUMNS: ClassVar[tuple[str, ...]] = (
        "key",
        "label",
        "kind",
        "synonyms",
        "commonly",
        "possibly",
        "rarely",
        "no_edge",
        "assertions",
        "sources",
    )

    key: str
    label: str
    kind: str
    synonyms: tuple[str, ...]
    commonly: int
    """How many pairs of it have such an edge."""
    possibly: int
    rarely: int
    no_edge: int
    assertions: int
    sources: int


def list_reply(kg: KnowledgeGraph, address: Address, form: str, links: Links) -> Reply | None:
    """Return the page of everything of a kind, or its rows as data."""
    if form == "html":
        return page_reply(list_page(kg, address, links), address, links)
    return table_data(kg, address, form, _table(kg, address.path), _paths(kg, address.path))


def _paths(kg: KnowledgeGraph, room: str) -> list[str]:
    return [f"{room}/{key}" for key in getattr(kg.catalog, _ROOMS[room][0])]


def _table(kg: KnowledgeGraph, room: str) -> Table[ListRow] | Table[SourceSummary]:
    return (
        sources(kg.evidence)
        if room == "source"
        else Table(ListRow, _rows(kg, room), notes=[STUDIED])
    )


def list_page(kg: KnowledgeGraph, address: Address, links: Links) -> WebPage:
    """Return the page of everything of a kind; nothing of it is on another page.

    >>> import metastasis as mets
    >>> from metastasis.serve._links import Links
    >>> from metastasis.serve._reply import Address
    >>> list_page(mets.load(), Address("site"), Links("site")).title
    'Sites'
    """
    room = address.path
    title = _TITLES[room]
    sections = _source_sections(kg, links) if room == "source" else _sections(kg, room, links)
    count = len(_paths(kg, room))
    told = f"All {count} {title.lower()} of the graph, with how much is known of each."
    head = joined(
        element("h1", title),
        element("p", told, class_="lead"),
        element("p", _COUNTED, class_="note") if room != "source" else None,
        take_links(links, "this list"),
        recipe(_python(room), _sparql(room), links),
    )
    return WebPage(title, told, laid_out(head, sections), forms=DATA_FORMS)


def _python(room: str) -> str:
    records = f"list(kg.catalog.{_ROOMS[room][0]}.values())"
    return chosen_in_python("kg.sources()" if room == "source" else records)


def _sparql(room: str) -> str:
    label = "dcterms:bibliographicCitation" if room == "source" else "rdfs:label"
    detail = "met:design" if room == "source" else "met:kind"
    return with_prefixes(
        f"SELECT ?{room} ?label ?kind WHERE {{\n"
        f"  ?{room} a {_ROOMS[room][1]} ; {label} ?label ; {detail} ?kind .\n"
        f"}}\nORDER BY ?{room}"
    )


def _rows(kg: KnowledgeGraph, room: str) -> list[ListRow]:
    shelf = shelf_of(kg)
    records: Iterable[Primary] | Iterable[Site]
    if room == "primary":
        records, pairs, said = kg.catalog.primaries.values(), shelf.of_primary, shelf.primary_rows
    else:
        records, pairs, said = kg.catalog.sites.values(), shelf.of_site, shelf.site_rows
    rows = []
    for one in records:
        edges = Counter(pair.pair.edge for pair in pairs.get(one.key, ()))
        heard = said.get(one.key, ())
        rows.append(
            ListRow(
                one.key,
                one.label,
                one.kind,
                one.synonyms,
                edges["commonly"],
                edges["possibly"],
                edges["rarely"],
                edges[None],
                len(heard),
                len({row.assertion.source for row in heard}),
            )
        )
    return sorted(rows, key=lambda row: row.label.casefold())


def _sections(kg: KnowledgeGraph, room: str, links: Links) -> list[PageSection]:
    found: dict[str, list[ListRow]] = defaultdict(list)
    for row in _rows(kg, room):
        found[row.kind].append(row)
    kinds = _KINDS[room]
    ordered = sorted(found, key=lambda kind: [*kinds, kind].index(kind))
    return [
        PageSection(
            kind,
            kinds.get(kind, kind),
            _counts_table(found[kind], room, links, kinds.get(kind, kind)),
        )
        for kind in ordered
    ]


def _counts_table(rows: Sequence[ListRow], room: str, links: Links, label: str) -> Markup:
    first = "Cancer" if room == "primary" else "Site"
    names = (first, "Commonly", "Possibly", "Rarely", "No edge", "Assertions", "Sources")
    body = [
        element(
            "tr",
            element(
                "th", element("a", row.label, href=links.page(f"{room}/{row.key}")), scope="row"
            ),
            [
                element("td", count)
                for count in (
                    row.commonly,
                    row.possibly,
                    row.rarely,
                    row.no_edge,
                    row.assertions,
                    row.sources,
                )
            ],
        )
        for row in rows
    ]
    return _listing(names, body, label)


def _source_sections(kg: KnowledgeGraph, links: Links) -> list[PageSection]:
    found: dict[str, list[SourceSummary]] = defaultdict(list)
    for one in sources(kg.evidence):
        found[one.source.design].append(one)
    designs = sorted(found, key=lambda design: [*LISTS["design"], design].index(design))
    return [
        PageSection(design, _design(design), _sources_table(found[design], links, _design(design)))
        for design in designs
    ]


def _design(design: str) -> str:
    return design.replace("_", " ").capitalize()


def _sources_table(rows: Sequence[SourceSummary], links: Links, label: str) -> Markup:
    names = ("Source", "Citation", "Year", "Largest N", "Assertions", "License of its text")
    return _listing(names, [_source_row(one, links) for one in rows], label)


def _source_row(one: SourceSummary, links: Links) -> Markup:
    source = one.source
    largest = None if one.largest_total is None else f"{one.largest_total:,}"
    return element(
        "tr",
        element(
            "th", element("a", source.key, href=links.page(f"source/{source.key}")), scope="row"
        ),
        element("td", source.citation, " ", external_link(source)),
        element("td", source.year),
        element("td", largest),
        element("td", one.assertions),
        element("td", one.license_kind),
    )


def _listing(names: Iterable[str], body: Iterable[Markup], label: str) -> Markup:
    table = element("table", head_row(*names), element("tbody", body), class_="all")
    return scrolling(table, label)
