"""The page of a pair: every assertion, why there is an edge or none, and what would change it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from metastasis._evidence.edge import BASES
from metastasis._markup import element, joined
from metastasis.pictures._said.words import capitalize, plural
from metastasis.serve._drawings import forest_drawing
from metastasis.serve._pages.filters import Filters
from metastasis.serve._pages.framed import aside
from metastasis.serve._pages.layout import WebPage, page_reply
from metastasis.serve._pages.pictures import picture_line
from metastasis.serve._pages.recipes import (
    assertions_in_python,
    pair_in_python,
    recipe,
    term,
    whole_in_sparql,
)
from metastasis.serve._pages.sections import PageSection, codes, facts, laid_out
from metastasis.serve._pages.shelf import shelf_of
from metastasis.serve._pages.tables import (
    counted,
    edge_mark,
    external_link,
    head_row,
    interval,
    narrowed,
    pair_link,
    said_words,
    scrolling,
    share,
)
from metastasis.serve._pages.taken import picture_links, row_data, take_links
from metastasis.serve._resource import DATA_FORMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from metastasis._catalog import Catalog, Mapping
    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.conflict import Conflict
    from metastasis._evidence.explanation import Explanation
    from metastasis._evidence.pair import Pair
    from metastasis._evidence.pair_summary import PairSummary
    from metastasis._graph import KnowledgeGraph
    from metastasis._markup import Content, Markup
    from metastasis.serve._links import Links
    from metastasis.serve._pages.shelf import EvidenceRow
    from metastasis.serve._reply import Address, Reply

__all__ = ["pair_page", "pair_reply"]

_WORD: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]|[A-Za-z0-9]")
"""What may be the key of a source in a sentence."""
_COLUMNS: Final = (
    "In words",
    "%",
    "95 % interval",
    "n of N",
    "Out of whom, when, as what",
    "Where in the source",
)
_COMPARED: Final = 2
"""So many numbers are a comparison."""
_READINGS: Final = {
    "secondary": " (as another source tells it)",
    "computed": " (counted by a program)",
}
"""What a reader has to know of how a source was read; the rest the locator says."""


def pair_reply(kg: KnowledgeGraph, address: Address, form: str, links: Links) -> Reply | None:
    """Return the page of a pair, or its assertions as data; None where nothing speaks of it."""
    name = address.path.partition("/")[2]
    shelf = shelf_of(kg)
    if name not in shelf.pairs:
        return None
    if form == "html":
        return page_reply(pair_page(kg, address, links), address, links)
    pair = shelf.pairs[name]
    summaries = [shelf.summary[pair]] if pair in shelf.summary else []
    return row_data(kg, address, form, shelf.pair_rows.get(pair, ()), summaries)


def pair_page(kg: KnowledgeGraph, address: Address, links: Links) -> WebPage:
    """Return the page of a pair that the graph speaks of.

    >>> import metastasis as mets
    >>> from metastasis.serve._links import Links
    >>> from metastasis.serve._reply import Address
    >>> here = "disease/breast--bone"
    >>> pair_page(mets.load(), Address(here), Links(here)).title
    'Breast cancer in bone'
    """
    shelf = shelf_of(kg)
    pair = shelf.pairs[address.path.partition("/")[2]]
    found = kg.explain(*pair)
    rows = shelf.pair_rows.get(pair, ())
    title = capitalize(f"{found.primary.label} in {found.site.label}")
    told = _lead(found, rows)
    head = joined(element("h1", title), element("p", told, class_="lead"))
    sections = [
        _why(found, shelf.summary.get(pair), kg.catalog.diseases.get("--".join(pair), ()), links),
        _parts(found.metastasis, links),
        _forest(kg, pair, rows, links),
        _assertions(kg, found, rows, links),
        _conflicts(shelf.conflicts.get(pair, ())),
    ]
    return WebPage(
        title,
        told,
        laid_out(head, sections),
        trail=(
            ("Cancers", "primary"),
            (found.primary.label, f"primary/{found.primary.key}"),
            (found.site.label, f"site/{found.site.key}"),
        ),
        forms=DATA_FORMS,
        styles=("figures.css",),
    )


def _lead(found: Explanation, rows: Sequence[EvidenceRow]) -> str:
    pair = found.metastasis
    names = f"{found.primary.label} to {found.site.label}"
    counts, growth = _counts(rows, "metastasis"), _counts(rows, "extension")
    if pair is None and not rows:
        nothing = f"No source here speaks of {names}, which rules nothing out"
        return f"{nothing}; another ontology has a class for it."
    beside = f" Of direct growth, which is not metastasis: {growth}." if growth else ""
    if pair is None:
        return f"Of metastasis of {names} no source here speaks; of direct growth: {growth}."
    if pair.is_rolled_up:
        said = f"What is said of {names} itself is not enough: {counts}."
        return (
            f"{said if counts else f'No source here speaks of {names} as such.'} It follows from "
            f"kinds of the cancer or parts of the site: some spread there.{beside}"
        )
    if pair.edge is None:
        told = f"{capitalize(names)}: {pair.status}, and no edge."
        return f"{told} Behind it: {counts}.{beside}"
    on = BASES.get(pair.basis or "", "evidence")
    how = {
        "commonly": "spreads there commonly",
        "possibly": "is reported to spread there, and how commonly is not established",
        "rarely": "spreads there rarely",
    }[pair.edge]
    return f"{capitalize(found.primary.label)} {how}, on {on}. Behind it: {counts}.{beside}"


def _counts(rows: Iterable[EvidenceRow], relation: str) -> str:
    """Return how many assertions and sources speak of metastasis, or of direct growth."""
    found = [row.assertion.source for row in rows if row.assertion.relation == relation]
    if not found:
        return ""
    return f"{plural(len(found), 'assertion')} of {plural(len(set(found)), 'source')}"


def _why(
    found: Explanation,
    summary: PairSummary | None,
    mappings: Sequence[Mapping],
    links: Links,
) -> PageSection:
    """Return the section that says why there is an edge or none, and what would change it.

    ``mappings`` are terms of other vocabularies for the metastatic disease.
    """
    here = {one.source for one in (*found.assertions, *found.unheard)}
    places = {
        key: f"#source-{key}" if key in here else links.page(f"source/{key}")
        for key in (source.key for source in found.sources)
    }
    is_told = summary is not None and not summary.pair.is_rolled_up
    # What it rolls up from stands below, with links.
    told = found.told[is_told:] if is_told or not found.told[1:] else found.told[:1]
    sentences = [element("li", _with_links(sentence.strip(), places)) for sentence in told]
    body = joined(
        _verdict(summary, links) if summary is not None else None,
        element("ul", sentences) if sentences else None,
        facts(("Codes", codes(mappings, every=True))) if mappings else None,
    )
    return PageSection("why", "Why, and what would change it", body)


def _verdict(summary: PairSummary, links: Links) -> Markup:
    pair = summary.pair
    rule = summary.rule
    return facts(
        ("Edge", edge_mark(pair.edge)),
        ("Rests on", BASES[pair.basis] if pair.basis else "nothing"),
        ("Sources say", pair.status),
        ("Rule", element("a", rule, href=links.page("vocab", f"rule-{rule}")) if rule else None),
        ("Seen from the primary", str(pair.proximity or "").replace("_", " ")),
    )


def _with_links(sentence: str, places: dict[str, str]) -> Content:
    """Return a sentence in which each source leads to what it says."""
    parts: list[Content] = []
    end = 0
    for word in _WORD.finditer(sentence):
        if word[0] in places:
            parts += [
                sentence[end : word.start()],
                element("a", word[0], href=places[word[0]]),
            ]
            end = word.end()
    return [*parts, sentence[end:]]


def _parts(pair: Pair | None, links: Links) -> PageSection | None:
    if pair is None or not pair.parts:
        return None
    entries = [
        element(
            "li",
            pair_link(one, f"{one.primary_label} in {one.site_label}", links),
            " ",
            edge_mark(one.edge),
        )
        for one in pair.parts
    ]
    return PageSection("parts", "What it follows from", element("ul", entries))


def _forest(
    kg: KnowledgeGraph, pair: tuple[str, str], rows: Iterable[EvidenceRow], links: Links
) -> PageSection | None:
    """Return the section of the forest plot; one number stands beside no other."""
    if sum(row.assertion.percent is not None for row in rows) < _COMPARED:
        return None
    drawn = forest_drawing(kg, links, *pair)
    if not drawn.height:
        return None
    body = joined(drawn.figure("forest", picture_line(kg, links, "forest")), picture_links(links))
    return PageSection("forest-plot", "The numbers side by side", body)


def _assertions(
    kg: KnowledgeGraph, found: Explanation, rows: Sequence[EvidenceRow], links: Links
) -> PageSection | None:
    """Return the section of every assertion, under the source that makes it."""
    if not rows:
        return None
    groups = [_source_group(*one, kg.catalog, links) for one in _by_source(rows)]
    table = element("table", head_row(*_COLUMNS), groups, class_="said")
    pair = found.primary.key, found.site.key
    note = (
        "One row an assertion. A share of one kind of people, at one time, says nothing beside a "
        "share of another."
    )
    body = joined(
        element("p", note, class_="note"),
        [aside(one) for one in sorted({row.assertion.denominator or "" for row in rows})],
        scrolling(table, "Every assertion on this pair"),
        take_links(links, "these rows", table="assertions"),
        recipe(
            assertions_in_python(Filters(), primary=pair[0], site=pair[1])
            if found.unheard
            else pair_in_python(*pair),
            whole_in_sparql(
                f"met:primary {term('primary', pair[0])}", f"met:site {term('site', pair[1])}"
            ),
            links,
        ),
    )
    return PageSection("assertions", "What each source says", body)


def _by_source(rows: Iterable[EvidenceRow]) -> Iterator[tuple[str, list[EvidenceRow]]]:
    found: dict[str, list[EvidenceRow]] = {}
    for row in rows:
        found.setdefault(row.assertion.source, []).append(row)
    yield from sorted(found.items())


def _source_group(key: str, rows: Iterable[EvidenceRow], catalog: Catalog, links: Links) -> Markup:
    source = catalog.sources[key]
    head = element(
        "th",
        element("a", key, href=links.page(f"source/{key}")),
        " ",
        external_link(source),
        element("span", source.citation, class_="citation"),
        colspan=len(_COLUMNS),
        scope="rowgroup",
        id=f"source-{key}",
    )
    return element("tbody", element("tr", head), [_row(row) for row in rows], class_="group")


def _row(row: EvidenceRow) -> Markup:
    one = row.assertion
    note = element("small", one.note, class_="remark") if one.note else None
    only = narrowed(one)
    number = one.percent is not None
    return element(
        "tr",
        element("td", _words(one)),
        element("td", share(one)),
        element("td", interval(one) if number else None),
        element("td", counted(one) if number else None),
        element(
            "td", _frame(one), element("small", f"only: {only}", class_="remark") if only else None
        ),
        element("td", one.locator, _READINGS.get(one.reading), note),
        id=f"assertion-{row.key}",
    )


def _words(one: Assertion) -> str:
    said = said_words(one) if one.frequency or one.percent is None else ""
    growth = "direct growth" if one.relation == "extension" else ""
    return ": ".join(filter(None, (growth, said)))


def _frame(one: Assertion) -> str:
    said = str(one.frame)
    return said if one.denominator else said.removeprefix("denominator not stated").lstrip(", ")


def _conflicts(found: Sequence[Conflict]) -> PageSection | None:
    if not found:
        return None
    entries = [
        element(
            "li",
            element("strong", f"{capitalize(one.reason)}."),
            " ",
            element("a", one.one_says, href=f"#assertion-{one.one.key}"),
            " against ",
            element("a", one.other_says, href=f"#assertion-{one.other.key}"),
            ".",
            id=f"conflict-{one.key}",
        )
        for one in found
    ]
    return PageSection("conflicts", "Conflicts", element("ul", entries))
