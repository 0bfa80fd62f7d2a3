"""Which cancers share some sites: any of them or all, from the address of the page."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final, NamedTuple

from metastasis._errors import MetastasisError
from metastasis._evidence.edge import EDGES
from metastasis._markup import element, joined
from metastasis._vocabulary import STUDIED
from metastasis.serve._links import pair_path
from metastasis.serve._pages.chooser import (
    chooser,
    chosen_page,
    field,
    known_keys,
    side_by_side,
    told_faults,
)
from metastasis.serve._pages.gathered import COUNTED, cells_of, shared_rules
from metastasis.serve._pages.layout import page_reply
from metastasis.serve._pages.recipes import chosen_in_python, chosen_in_sparql, recipe, term
from metastasis.serve._pages.sections import folded, listed
from metastasis.serve._pages.shelf import shelf_of
from metastasis.serve._pages.tables import edge_mark, head_row, scrolling
from metastasis.serve._pages.taken import table_data, take_links

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metastasis._evidence.pair import Pairs
    from metastasis._graph import KnowledgeGraph
    from metastasis._markup import Content, Markup
    from metastasis.serve._links import Links
    from metastasis.serve._pages.layout import WebPage
    from metastasis.serve._reply import Address, Reply

__all__ = ["shared_page", "shared_reply"]

_HOWS: Final = {"all": "all of them", "any": "any of them"}
_EDGES: Final = {"any": "any edge", **{edge: f"{edge} only" for edge in EDGES}}
_OFTEN: Final = 12
"""Sites that stand first to be chosen: those that most cancers reach."""
_COMBINED: Final = 4
"""Sites whose combinations are all counted; of more there would be too many rows."""


class _AskedSites(NamedTuple):
    """What an address asks for, as far as it is known."""

    sites: tuple[str, ...]
    how: str
    edge: str
    faults: tuple[str, ...]


def shared_reply(kg: KnowledgeGraph, address: Address, form: str, links: Links) -> Reply | None:
    """Return the cancers that share some sites, as a page or as rows of data."""
    asked = _asked(kg, address)
    if form == "html":
        return page_reply(_page(kg, asked, links), address, links)
    if asked.faults or not asked.sites:
        raise MetastasisError(" ".join(asked.faults or ("Name at least one site: site=liver.",)))
    table = _pairs(kg, asked)
    paths = [pair_path(one.primary, one.site) for one in table]
    return table_data(kg, address, form, table, paths)


def shared_page(kg: KnowledgeGraph, address: Address, links: Links) -> WebPage:
    """Return the page of the cancers that share some sites.

    >>> import metastasis as mets
    >>> from metastasis.serve._links import Links
    >>> from metastasis.serve._reply import Address
    >>> address = Address("shared", (("site", "brain"), ("site", "liver"), ("how", "all")))
    >>> shared_page(mets.load(), address, Links("shared")).description[-33:]
    'spread to all of brain and liver.'
    """
    return _page(kg, _asked(kg, address), links)


def _asked(kg: KnowledgeGraph, address: Address) -> _AskedSites:
    sites, faults = known_keys(kg.catalog.site, address.all("site"))
    how, edge = address.first("how", "all"), address.first("edge", "any")
    if how not in _HOWS:
        faults.append(f"how={how!r} is neither all nor any.")
        how = "all"
    if edge not in _EDGES:
        faults.append(f"edge={edge!r} is none of {', '.join(_EDGES)}.")
        edge = "any"
    return _AskedSites(sites, how, edge, tuple(faults))


def _pairs(kg: KnowledgeGraph, asked: _AskedSites) -> Pairs:
    return kg.primaries_with(asked.sites, how=asked.how, edge=asked.edge)  # type: ignore[arg-type]


def _page(kg: KnowledgeGraph, asked: _AskedSites, links: Links) -> WebPage:
    labels = [kg.catalog.sites[key].label for key in asked.sites]
    told = "Which cancers spread to any or to all of some sites."
    found = _reaching(kg, asked)
    if asked.sites:
        told = _found(len(_answer(asked, found)), asked.how, labels)
    body = joined(
        element("h1", "Which cancers share these sites?"),
        told_faults(asked.faults),
        _form(kg, asked, links),
        element(
            "div", _result(kg, asked, found, told, links), id="shared-found", data_own_take=True
        ),
    )
    chosen = [("site", key) for key in asked.sites]
    parameters = (*chosen, ("how", asked.how), ("edge", asked.edge))
    title = "Cancers that share sites"
    return chosen_page(title, told, body, parameters, links, is_blank=not chosen)


def _found(count: int, how: str, labels: Sequence[str]) -> str:
    cancers = f"{count} cancer{' spreads' if count == 1 else 's spread'}"
    return f"{cancers} to {f'{how} of ' if len(labels) > 1 else ''}{listed(labels, len(labels))}."


def _reaching(kg: KnowledgeGraph, asked: _AskedSites) -> dict[str, dict[str, list[str]]]:
    """Return by site and cancer the sites that count: it, or what lies in it; as primaries_with."""
    rules = kg.evidence.made(shared_rules)
    cells = kg.evidence.made(cells_of)
    within = {key: frozenset(rules.parts.get(key, ())) for key in asked.sites}
    found: dict[str, dict[str, list[str]]] = {key: {} for key in asked.sites}
    for primary, site in sorted(rules.counted):
        if asked.edge not in ("any", cells[primary, site].edge):
            continue
        for key in asked.sites:
            if site in within[key]:
                found[key].setdefault(primary, []).append(site)
    return found


def _answer(asked: _AskedSites, found: dict[str, dict[str, list[str]]]) -> set[str]:
    """Return the cancers that reach any of the sites, or all."""
    reached = [set(found[key]) for key in asked.sites]
    if not reached:
        return set()
    return set.intersection(*reached) if asked.how == "all" else set.union(*reached)


# The form


def _form(kg: KnowledgeGraph, asked: _AskedSites, links: Links) -> Markup:
    """Return a box for every site that a cancer reaches, those that most reach first."""
    shelf, sites = shelf_of(kg), kg.catalog.sites
    counts = {
        key: sum(one.pair.edge is not None for one in pairs) for key, pairs in shelf.of_site.items()
    }
    reached = sorted(
        (key for key in counts if counts[key]), key=lambda key: sites[key].label.casefold()
    )
    often = sorted(reached, key=lambda key: (-counts[key], key))[:_OFTEN]
    shown = list(dict.fromkeys([*asked.sites, *often]))
    rest = [key for key in reached if key not in shown]
    boxes, further = (
        element("div", [_box(key, sites[key].label, asked) for key in keys], class_="boxes")
        for keys in (shown, rest)
    )
    hows = [_radio("how", value, words, asked.how) for value, words in _HOWS.items()]
    edges = [
        element("option", words, value=value, selected=value == asked.edge)
        for value, words in _EDGES.items()
    ]
    edge = element("label", "Edge", element("select", edges, name="edge"))
    return chooser(
        links,
        "shared",
        field("Sites", boxes, folded(f"{len(rest)} more sites", further) if rest else None),
        field("Cancers that reach", element("div", hows)),
        field("By", element("div", edge)),
        button="Show",
        doing="choosing",
    )


def _box(key: str, label: str, asked: _AskedSites) -> Markup:
    box = element("input", type="checkbox", name="site", value=key, checked=key in asked.sites)
    return element("label", box, " ", label)


def _radio(name: str, value: str, words: str, chosen: str) -> Markup:
    box = element("input", type="radio", name=name, value=value, checked=value == chosen)
    return element("label", box, " ", words, class_="choice")


# The answer


def _result(
    kg: KnowledgeGraph,
    asked: _AskedSites,
    found: dict[str, dict[str, list[str]]],
    told: str,
    links: Links,
) -> Content:
    if not asked.sites:
        return element("p", "Choose one site or more.", class_="none")
    answer = _answer(asked, found)
    return [
        element("p", told, class_="lead"),
        element("p", STUDIED, class_="note"),
        _unions(kg, asked.sites, found),
        scrolling(_table(kg, asked.sites, sorted(answer), found, links), "Cancers by site")
        if answer
        else None,
        take_links(links, "these rows", site=asked.sites, how=asked.how, edge=asked.edge),
        recipe(_python(asked), _sparql(asked), links),
    ]


def _unions(
    kg: KnowledgeGraph, sites: Sequence[str], found: dict[str, dict[str, list[str]]]
) -> Content:
    """Return how many cancers reach each site, and each of their combinations."""
    if len(sites) < 2:
        return None
    most = len(sites) if len(sites) <= _COMBINED else 1
    groups = [group for many in range(1, most + 1) for group in combinations(sites, many)]
    if most == 1:
        groups.append(tuple(sites))
    rows = [
        (" and ".join([kg.catalog.sites[key].label for key in group]), _meeting(group, found))
        for group in groups
    ]
    rows.append(("any of them", len({one for key in sites for one in found[key]})))
    head = head_row("Reaching", "Cancers")
    body = [
        element("tr", element("th", words, scope="row"), element("td", count, class_="n"))
        for words, count in rows
    ]
    return [
        element("p", COUNTED, class_="note"),
        scrolling(element("table", head, element("tbody", body), class_="unions"), "How many"),
    ]


def _meeting(group: Iterable[str], found: dict[str, dict[str, list[str]]]) -> int:
    return len(set.intersection(*[set(found[key]) for key in group]))


def _table(
    kg: KnowledgeGraph,
    sites: Sequence[str],
    answer: Iterable[str],
    found: dict[str, dict[str, list[str]]],
    links: Links,
) -> Markup:
    primaries, places = kg.catalog.primaries, kg.catalog.sites
    ordered = sorted(answer, key=lambda key: (primaries[key].label.casefold(), key))
    return side_by_side(
        "Cancer",
        [(links.page(f"site/{key}"), places[key].label) for key in sites],
        [
            (
                (links.page(f"primary/{key}"), primaries[key].label),
                [_reached(kg, key, site, found, links) for site in sites],
            )
            for key in ordered
        ],
        "shared",
    )


def _reached(
    kg: KnowledgeGraph,
    primary: str,
    site: str,
    found: dict[str, dict[str, list[str]]],
    links: Links,
) -> Content:
    """Return the edges by which a cancer reaches a site, of its parts with their names."""
    cells = kg.evidence.made(cells_of)
    drawn: list[Content] = []
    for reached in found[site].get(primary, ()):
        cell = cells[primary, reached]
        label = "" if reached == site else kg.catalog.sites[reached].label
        note = ", ".join(filter(None, (label, cell.note)))
        link = element("a", edge_mark(cell.edge), href=links.page(pair_path(primary, reached)))
        drawn.append(element("div", link, element("small", f" {note}") if note else None))
    return drawn


def _python(asked: _AskedSites) -> str:
    return chosen_in_python(
        f"kg.primaries_with({list(asked.sites)!r}, how={asked.how!r}, edge={asked.edge!r})"
    )


def _sparql(asked: _AskedSites) -> str:
    """Return SPARQL that counts as Python does: what lies in a site counts as the site."""
    chosen = " ".join([term("site", key) for key in asked.sites])
    edge = f"edge:{asked.edge}" if asked.edge != "any" else "?edge"
    lines = [
        f"VALUES ?asked {{ {chosen} }}",
        "?site met:partOf* ?asked .",
        f"?pair a met:Pair ; met:ofPrimary ?primary ; met:inSite ?site ; met:edge {edge} .",
        "?primary met:kind ?kind . FILTER (?kind != kind:grouping)",
        # A whole that follows from parts of the same cancer is told by these.
        "FILTER (NOT EXISTS { ?pair met:rolledUpFrom ?any } || EXISTS {",
        "  ?pair met:rolledUpFrom/met:ofPrimary ?other . FILTER (?other != ?primary)",
        "})",
    ]
    if asked.how == "all":
        lines = [
            "{ SELECT ?primary WHERE {",
            *(f"  {line}" for line in lines),
            f"}} GROUP BY ?primary HAVING (COUNT(DISTINCT ?asked) = {len(asked.sites)}) }}",
            *lines,
        ]
    return chosen_in_sparql(lines, "?primary ?site")
