"""What the graph is and is not, how to read an edge, who is counted, licenses, how to cite it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from metastasis._markup import element, joined
from metastasis._vocabulary import (
    BASE,
    DATA_LICENSE,
    DATA_RELEASE,
    LISTS,
    NOT_CLINICAL,
    RELEASE,
    RELEASE_DATE,
    STUDIED,
    VERSION,
    WORDS,
)
from metastasis.pictures._said.words import CLASS_RULES, plural
from metastasis.serve._pages.layout import WebPage, page_reply
from metastasis.serve._pages.sections import PageSection, folded, laid_out, links_of
from metastasis.serve._pages.shelf import shelf_of
from metastasis.serve._pages.tables import edge_mark, head_row, scrolling

if TYPE_CHECKING:
    from metastasis._graph import KnowledgeGraph
    from metastasis._markup import Content, Markup
    from metastasis.serve._links import Links
    from metastasis.serve._reply import Address, Reply

__all__ = ["about_page", "about_reply"]

_PEOPLE: Final = {
    "all_patients": "Everybody with the cancer. Shares are low: most patients have no metastasis "
    "when they are counted.",
    "metastatic_patients": "Those who have a metastasis, anywhere. Shares are high, and say how "
    "metastases are spread over sites.",
    "distant_stage_at_diagnosis": "Those whose cancer had spread to distant sites when it was "
    "found, mostly from registries.",
    "autopsies": "Those who were opened after death. Small and silent metastases are found too, "
    "and the patients are not all patients.",
    "records": "Recorded metastases, not patients: one person may be counted several times.",
    "site_cases": "Those with a metastasis at the site: the number is the share that came from the "
    "cancer. It says nothing of how often the cancer spreads there.",
}
"""What a share of each kind of people says."""
_GROUPS: Final = (
    ("CC0, CC BY and works of the US government", ("cc0", "cc by 3", "cc by 4", "us government")),
    ("CC BY with further terms (NC, ND), or its version not stated", ("cc by",)),
    ("Open access, license not stated where it was read", ("open access",)),
    ("Facts and figures alone, from works under copyright", ("facts only", "©")),
)
"""Groups of licenses by what they begin with or hold; the first that fits."""
_REST: Final = "Others, as stated"


def about_reply(kg: KnowledgeGraph, address: Address, form: str, links: Links) -> Reply | None:
    """Return the page on the graph itself."""
    del form  # it is a page, and nothing else
    return page_reply(about_page(kg, links), address, links)


def about_page(kg: KnowledgeGraph, links: Links) -> WebPage:
    """Return the page on the graph itself.

    >>> import metastasis as mets
    >>> from metastasis.serve._links import Links
    >>> about_page(mets.load(), Links("about")).title
    'About'
    """
    told = (
        "A knowledge graph of metastatic patterns: which cancer spreads where, who says so, how "
        "often, and out of whom."
    )
    head = joined(
        element("h1", "About"),
        element("p", told, class_="lead"),
        element("p", element("strong", NOT_CLINICAL)),
    )
    sections = [
        PageSection("what", "What it is", _what(links)),
        PageSection("edge", "How to read an edge", _edges()),
        PageSection("people", "Who is counted", _people(links)),
        PageSection("licenses", "Licenses", _licenses(kg, links)),
        PageSection("cite", "How to cite", _cite()),
        PageSection("data", "The data", _data(links)),
    ]
    return WebPage("About", told, laid_out(head, sections))


def _what(links: Links) -> Markup:
    sources = element("a", "source", href=links.page("source"))
    return joined(
        element(
            "p",
            "Each assertion is one ",
            sources,
            " saying one thing about one cancer and one site: in words (“common”), or as a number "
            "with the people that it counts. It stands with its place in the source. The graph "
            "gathers assertions, and works out an edge for each pair by rules that are part of it.",
        ),
        element("p", STUDIED),
        element(
            "p",
            "It holds no patients, and does not say what will happen to one. Blood cancers are out "
            "of scope: they are in many places from the start.",
        ),
    )


def _edges() -> Markup:
    found = (
        ("commonly", "Many have it there, by numbers or by words."),
        ("possibly", "Reported; how commonly is not established."),
        ("rarely", "All reports that are heard say so in words."),
        (None, "Reported absent, or sources conflict, or what they report is not enough."),
    )
    rows = [
        element("div", element("dt", edge_mark(edge)), element("dd", words))
        for edge, words in found
    ]
    return joined(
        element("dl", rows, class_="facts"),
        element("p", CLASS_RULES),
        element(
            "p",
            "An edge of a pair that no source speaks of may follow from its parts: spread to a "
            "vertebra is spread to bone, in the sense of some. It is marked so. Growth into a "
            "neighboring organ is recorded apart, and never is metastasis.",
        ),
    )


def _people(links: Links) -> Markup:
    rows = [
        element(
            "tr",
            element(
                "th",
                element(
                    "a", WORDS["denominator"][key], href=links.page("vocab", f"denominator-{key}")
                ),
                scope="row",
            ),
            element("td", _PEOPLE[key]),
        )
        for key in LISTS["denominator"]
    ]
    head = head_row("Out of", "What a share of them says")
    table = element("table", head, element("tbody", rows))
    return joined(
        element(
            "p",
            "A percentage without its people means nothing. Every number has a denominator, a "
            "setting (at diagnosis, during the course of the disease, at autopsy), an occurrence "
            "(at any time, as the only site, as the first site); these are its frame. Only numbers "
            "of one frame stand in one table or on one axis, and of several on one pair none is a "
            "mean.",
        ),
        scrolling(table, "Who is counted"),
    )


def _licenses(kg: KnowledgeGraph, links: Links) -> Markup:
    """Return under which terms the facts stand, and those of each group of sources."""
    groups: dict[str, list[str]] = defaultdict(list)
    for key, source in kg.catalog.sources.items():
        groups[_group_of(source.license or "")].append(key)
    rows = shelf_of(kg).source_rows
    order = [*(name for name, _ in _GROUPS), _REST]
    entries = [
        _license_entry(
            name, sorted(groups[name]), sum(len(rows.get(k, ())) for k in groups[name]), links
        )
        for name in order
        if groups.get(name)
    ]
    license_ = element("a", "CC BY 4.0", href=DATA_LICENSE, rel="license")
    return joined(
        element(
            "p",
            "What was recorded for this graph is under ",
            license_,
            ", the software under the Apache License 2.0. Facts and figures may be recorded; "
            "sentences may not, and none is quoted. Each source has its own terms, which stand on "
            "its page; those who reuse a source itself ask its publisher.",
        ),
        entries,
    )


def _group_of(license_: str) -> str:
    stated = license_.casefold()
    if stated.startswith(("cc by-nc", "cc by-nd", "cc by-sa")):
        return _GROUPS[1][0]
    for name, starts in _GROUPS:
        if any(stated.startswith(one) for one in starts) or (
            "facts only" in starts and "facts only" in stated
        ):
            return name
    return _REST


def _license_entry(name: str, keys: list[str], assertions: int, links: Links) -> Markup:
    named = links_of([(links.page(f"source/{key}"), key) for key in keys])
    counts = f"{plural(len(keys), 'source')}, {assertions:,} assertions"
    return folded(f"{name}: {counts}", element("p", named))


def _cite() -> Markup:
    title = "Metastasis: a knowledge graph of metastatic patterns"
    cited = (
        f"The metastasis contributors. {title}. Data release {DATA_RELEASE} ({RELEASE_DATE}), "
        f"software {VERSION}. {BASE}"
    )
    bibtex = (
        "@misc{metastasis,\n"
        "  author = {{The metastasis contributors}},\n"
        f"  title = {{{title}}},\n"
        f"  year = {{{RELEASE_DATE[:4]}}},\n"
        f"  note = {{Data release {DATA_RELEASE}}},\n"
        f"  url = {{{BASE}}}\n"
        "}"
    )
    return joined(
        element("p", "Cite the graph, and the source of each number that you take from it:"),
        element("p", cited),
        element("pre", element("code", bibtex), tabindex=0, role="region", aria_label="For BibTeX"),
    )


def _data(links: Links) -> Markup:
    pages: tuple[tuple[str, Content], ...] = (
        ("Every page", "as CSV, JSON, Turtle, JSON-LD and N-Triples, by the links at its foot"),
        ("SPARQL", joined("on the ", element("a", "query page", href=links.page("sparql")))),
        ("Terms", joined("in the ", element("a", "vocabulary", href=links.page("vocab")))),
        ("The release", element("a", RELEASE, href=RELEASE)),
        ("Python", joined("the package ", element("code", "metastasis"))),
    )
    rows = [element("div", element("dt", name), element("dd", said)) for name, said in pages]
    return element("dl", rows, class_="facts")
