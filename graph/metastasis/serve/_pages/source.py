"""The page of a source: its citation, license and design, and all that it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metastasis._catalog.license import recorded_terms
from metastasis._markup import element, joined
from metastasis.pictures._said.words import plural
from metastasis.serve._pages.filters import Filters
from metastasis.serve._pages.layout import WebPage, page_reply
from metastasis.serve._pages.recipes import assertions_in_python, recipe, term, whole_in_sparql
from metastasis.serve._pages.sections import PageSection, facts, laid_out, part
from metastasis.serve._pages.shelf import shelf_of
from metastasis.serve._pages.tables import evidence_sections, external_link
from metastasis.serve._pages.taken import row_data, take_links
from metastasis.serve._resource import DATA_FORMS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis._catalog import Source
    from metastasis._graph import KnowledgeGraph
    from metastasis._markup import Content, Markup
    from metastasis.serve._links import Links
    from metastasis.serve._pages.shelf import EvidenceRow
    from metastasis.serve._reply import Address, Reply

__all__ = ["source_page", "source_reply"]

_TITLES = {"metastasis": "What it says of metastasis", "extension": "What it says of direct growth"}


def source_reply(kg: KnowledgeGraph, address: Address, form: str, links: Links) -> Reply | None:
    """Return the page of a source, or its rows as data; None where there is no such source."""
    key = address.path.partition("/")[2]
    if key not in kg.catalog.sources:
        return None
    if form == "html":
        return page_reply(source_page(kg, address, links), address, links)
    return row_data(kg, address, form, shelf_of(kg).source_rows.get(key, ()))


def source_page(kg: KnowledgeGraph, address: Address, links: Links) -> WebPage:
    """Return the page of a source that the graph has.

    >>> import metastasis as mets
    >>> from metastasis.serve._links import Links
    >>> from metastasis.serve._reply import Address
    >>> here = "source/wu-2017-breast"
    >>> source_page(mets.load(), Address(here), Links(here)).title
    'wu-2017-breast'
    """
    source = kg.catalog.sources[address.path.partition("/")[2]]
    rows = shelf_of(kg).source_rows.get(source.key, ())
    out = external_link(source)
    head = joined(
        element("h1", source.key),
        element("p", source.citation, " " if out else None, out, class_="lead"),
        _facts(source, links),
    )
    cancers, sites = ({getattr(row.pair, end) for row in rows} for end in ("primary", "site"))
    about = f"{plural(len(cancers), 'cancer')} and {plural(len(sites), 'site')}"
    told = f"{source.citation}. {plural(len(rows), 'assertion')} on {about}."
    sections = [_section(kg, source, rows, relation, links) for relation in _TITLES]
    if not rows:
        sections = [PageSection("evidence", "What it says", _silent())]
    return WebPage(
        source.key, told, laid_out(head, sections), trail=(("Sources", "source"),), forms=DATA_FORMS
    )


def _silent() -> Markup:
    return element("p", "No assertion of it is recorded.", class_="none")


def _facts(source: Source, links: Links) -> Markup:
    terms = recorded_terms(source)
    design = source.design.replace("_", " ")
    return facts(
        ("Design", element("a", design, href=links.page("vocab", f"design-{source.design}"))),
        ("Published", source.year),
        ("Patients", source.population),
        ("Diagnosed in", source.years),
        ("Draws on", ", ".join(source.registry)),
        ("People", "; ".join(one.replace("_", " ") for one in source.people)),
        ("License of its text", _license(source)),
        ("What is recorded here", element("a", terms.words, href=terms.url)),
        ("DOI", _out(source.doi, f"https://doi.org/{source.doi}")),
        ("PubMed", _out(source.pmid, f"https://pubmed.ncbi.nlm.nih.gov/{source.pmid}/")),
        ("Page", _out(source.url, source.url or "")),
        ("Entered by", ", ".join(filter(None, (source.curated_by, source.curated_on)))),
        ("Note", source.note),
    )


def _license(source: Source) -> Content:
    said = source.license or source.license_url
    return element("a", said, href=source.license_url) if said and source.license_url else said


def _out(words: str | None, address: str) -> Content:
    return element("a", words, href=address) if words else None


def _section(
    kg: KnowledgeGraph, source: Source, rows: Sequence[EvidenceRow], relation: str, links: Links
) -> PageSection | None:
    """Return the section of what a source says of one relation, frame by frame."""
    tables = [*evidence_sections(rows, kg.catalog, links, "both", relation)]
    if not tables:
        return None
    body = joined(
        [part(name, title, table) for name, title, table in tables],
        take_links(links, "these rows", table="assertions", relation=relation),
        recipe(
            assertions_in_python(Filters(), source=source.key, relation=relation),
            whole_in_sparql(
                f"prov:wasDerivedFrom {term('source', source.key)}",
                f"met:relation relation:{relation}",
            ),
            links,
        ),
    )
    below = tuple((name, title) for name, title, _ in tables)
    name = "evidence" if relation == "metastasis" else "extension"
    return PageSection(name, _TITLES[relation], body, below)
