"""The first page: looking something up, the network, what the release holds, how to read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metastasis._evidence.edge import BASES
from metastasis._markup import element, joined
from metastasis._vocabulary import DATA_RELEASE, NOT_CLINICAL, RELEASE_DATE, STUDIED
from metastasis.pictures._said.words import plural
from metastasis.serve._drawings import network_drawing
from metastasis.serve._pages.layout import WebPage, page_reply
from metastasis.serve._pages.sections import links_of
from metastasis.serve._pages.shelf import shelf_of
from metastasis.serve._pages.tables import edge_mark
from metastasis.serve._resource import SYNTAXES, data_reply

if TYPE_CHECKING:
    from metastasis._evidence.evidence import Evidence
    from metastasis._graph import KnowledgeGraph
    from metastasis._markup import Content, Markup
    from metastasis.serve._links import Links
    from metastasis.serve._reply import Address, Reply

__all__ = ["home_page", "home_reply", "most_studied", "network_options"]

_DRAWN: Final = 7
"""Cancers in the network: as many as it has colors."""
_ENTRIES: Final = 14
"""Cancers and sites that are named as a way in."""
_COUNTED: Final = {
    "primaries with assertions": "cancers",
    "sites with assertions": "sites",
    "sources with assertions": "sources",
    "assertions": "assertions",
    "assertions with a number": "numbers",
}
"""Rows of the summary that a reader wants first, and what they are called here."""


def home_reply(kg: KnowledgeGraph, address: Address, form: str, links: Links) -> Reply | None:
    """Return the first page, or what the graph says of itself, whose address it is."""
    if form in SYNTAXES:
        return data_reply(kg, "", form)
    return page_reply(home_page(kg, links), address, links)


def home_page(kg: KnowledgeGraph, links: Links) -> WebPage:
    """Return the first page.

    >>> import metastasis as mets
    >>> from metastasis.serve._links import Links
    >>> home_page(mets.load(), Links("")).title
    'Metastasis: where cancers spread'
    """
    title = "Metastasis: where cancers spread"
    told = (
        "Which cancer spreads where, who says so, how often and out of whom, from published "
        "sources, each with its own numbers."
    )
    body = joined(
        element("h1", "Where cancers spread"),
        element("p", told, class_="lead"),
        element("p", element("strong", NOT_CLINICAL)),
        _look_up(links),
        _counts(kg, links),
        element(
            "div",
            element(
                "section",
                element("h2", "Much studied cancers, and where they commonly spread"),
                network_drawing(kg, links, **network_options(kg)).figure("network"),
                class_="wide",
            ),
            element(
                "div",
                element("section", element("h2", "How to read it"), _reading(links), id="read"),
                _ways_in(kg, links),
            ),
            class_="two",
        ),
    )
    return WebPage(title, told, body, forms=tuple(SYNTAXES), styles=("figures.css",))


def most_studied(evidence: Evidence, kind: str, edge: str | None = None) -> tuple[str, ...]:
    """Return the keys of cancers or sites, those first that most sources report.

    Groupings and kinds of other cancers are left out.

    >>> import metastasis as mets
    >>> most_studied(mets.load().evidence, "primary")[:2]
    ('lung', 'breast')
    """
    found: dict[str, set[str]] = {}
    primaries = evidence.catalog.primaries
    for pair in evidence.pairs():
        record = primaries[pair.primary]
        if record.kind == "grouping" or record.parents or pair.edge is None:
            continue
        if edge is None or pair.edge == edge:
            found.setdefault(getattr(pair, kind), set()).update(pair.sources)
    return tuple(sorted(found, key=lambda key: (-len(found[key]), key)))


def _look_up(links: Links) -> Markup:
    asked = (
        ("breast cancer", "primary/breast"),
        ("liver", "site/liver"),
        ("C78.7", "site/liver"),
    )
    named = links_of([(links.page(path), words) for words, path in asked])
    return element(
        "p",
        "Look up a cancer or a site above, by any name or code: ",
        named,
        ". Or ",
        element("a", "compare cancers", href=links.page("compare")),
        ", ask ",
        element("a", "which cancers share some sites", href=links.page("shared")),
        ", or ask anything in ",
        element("a", "SPARQL", href=links.page("sparql")),
        ".",
    )


def _counts(kg: KnowledgeGraph, links: Links) -> Markup:
    """Return what is in the release, as large numbers with their names."""
    counts = dict(kg.summary())
    pages = {"cancers": "primary", "sites": "site", "sources": "source"}
    entries: list[Content] = []
    for name, words in _COUNTED.items():
        said: Content = f"{counts.get(name, 0):,}"
        if words in pages:
            said = element("a", said, href=links.page(pages[words]))
        entries.append(element("div", element("dt", words), element("dd", said)))
    told = f"Data release {DATA_RELEASE} of {RELEASE_DATE}."
    return element(
        "section",
        element("h2", "In this release", class_="unseen"),
        element("dl", entries, class_="counts"),
        element("p", told, " ", STUDIED, class_="note"),
    )


def network_options(kg: KnowledgeGraph) -> dict[str, Any]:
    """Return what the network of the first page shows: the most studied cancers, common edges."""
    chosen = most_studied(kg.evidence, "primary", "commonly")[:_DRAWN]
    return {"primaries": chosen, "edge": "commonly"}


def _reading(links: Links) -> Markup:
    """Return what an edge is, what it rests on, and what a number needs."""
    classes = {
        "commonly": "numbers out of metastatic patients, patients with distant stage at diagnosis "
        "or autopsies, or words, say that many have it there",
        "possibly": "reported, and how commonly is not established",
        "rarely": "every report that is heard says so in words",
        None: "denied, or sources conflict, or what they report is not enough",
    }
    edges = [
        element("div", element("dt", edge_mark(edge)), element("dd", words))
        for edge, words in classes.items()
    ]
    return joined(
        element("p", "An edge joins a cancer and a site, and says what all the evidence comes to:"),
        element("dl", edges, class_="facts"),
        element(
            "p",
            f"It rests on {BASES['numbers']}, or else on {BASES['expert_words']}, or else on "
            f"{BASES['lay_words']}.",
        ),
        element(
            "p",
            "A number always stands with its denominator: 30 of 100 autopsies is something else "
            "than 30 of 100 patients at diagnosis. Numbers that count other people, another time "
            "or another thing are never mixed, ranked or pooled.",
        ),
        element(
            "p",
            "What is not in the graph was not found by its curators. It is not denied: denials are "
            "recorded as such.",
        ),
        element("p", element("a", "More on reading it", href=links.page("about"))),
    )


def _ways_in(kg: KnowledgeGraph, links: Links) -> list[Content]:
    """Return the cancers and the sites that most sources speak of, with how many sites each has."""
    shelf = shelf_of(kg)
    rooms = (
        ("primary", "Cancers", kg.catalog.primaries, shelf.of_primary, "site"),
        ("site", "Sites", kg.catalog.sites, shelf.of_site, "cancer"),
    )
    sections: list[Content] = []
    for kind, title, records, pairs, noun in rooms:
        keys = most_studied(kg.evidence, kind)[:_ENTRIES]
        counts = {key: sum(one.pair.edge is not None for one in pairs[key]) for key in keys}
        entries = [
            element(
                "li",
                element("a", records[key].label, href=links.page(f"{kind}/{key}")),
                " ",
                element("small", plural(counts[key], noun)),
            )
            for key in keys
        ]
        every = element("a", f"All {title.lower()}", href=links.page(kind))
        sections.append(
            element(
                "section",
                element("h2", title),
                element("ul", entries, class_="names"),
                element("p", every),
            )
        )
    return sections
