"""What the page of a cancer and that of a site have alike: pairs, evidence, conflicts, data.

Each is the other way round.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from metastasis._evidence.edge import BASES
from metastasis._markup import element, in_a_row, joined
from metastasis._vocabulary import LISTS
from metastasis.pictures._said.words import capitalize, plural
from metastasis.serve._drawings import body_drawing, profile_drawing
from metastasis.serve._pages.filters import filter_form
from metastasis.serve._pages.pictures import picture_line
from metastasis.serve._pages.recipes import (
    assertions_in_python,
    assertions_in_sparql,
    pairs_in_python,
    pairs_in_sparql,
    recipe,
)
from metastasis.serve._pages.sections import PageSection, facts, links_of, listed, part
from metastasis.serve._pages.shelf import shelf_of
from metastasis.serve._pages.tables import edge_mark, evidence_sections, pair_link, pairs_table
from metastasis.serve._pages.taken import picture_links, row_data, take_links

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from metastasis._catalog import Primary, Site
    from metastasis._evidence.pair import Pair
    from metastasis._evidence.pair_summary import PairSummary
    from metastasis._graph import KnowledgeGraph
    from metastasis._markup import Markup
    from metastasis.serve._links import Links
    from metastasis.serve._pages.filters import Filters
    from metastasis.serve._pages.shelf import EvidenceRow, Shelf
    from metastasis.serve._reply import Address, Reply

__all__ = [
    "SpreadEnd",
    "called",
    "conflicts_section",
    "drawings_section",
    "end_data",
    "evidence_section",
    "kin",
    "narrower_things",
    "pairs_section",
    "summary",
]

_NEVER_MIXED: Final = (
    "Each table counts one kind of people, at one time and as one thing; a share in one says "
    "nothing beside a share in another. Intervals are 95 % Wilson intervals; r marks one that "
    "follows from a rounded percentage."
)
_GROWTH: Final = (
    "Growth into what lies next to the organ, or into a vein. It is never metastasis, and counts "
    "for no edge above; in the data it has one of its own."
)
_SAID: Final = {
    ("possibly", False): "reported; how commonly is not established",
    ("rarely", False): "called rare",
    ("reported absent", False): "reported absent",
    ("conflicting", False): "without an edge: sources conflict",
    ("reported", False): "reported, and not enough for an edge",
}
"""By the edge, or why there is none, and whether it follows from other pairs."""
_BEHIND: Final = "Behind it"
_NOWHERE: Final = "Of metastasis, but of no place"
_GROWN: Final = "Of direct growth, which is not metastasis"
_FOLLOW: Final = "only from kinds of the cancer or parts of the site: some spread there"
_PAIRS: Final = (
    "One row a pair. An edge says what all the evidence amounts to. Numbers stand further down, "
    "those that count other people in tables of their own."
)


End: TypeAlias = Literal["primary", "site"]


class SpreadEnd(NamedTuple):
    """One end of pairs, a cancer or a site, and what is asked for."""

    kind: End
    key: str
    label: str
    filters: Filters
    every_pair: Sequence[PairSummary]
    every_row: Sequence[EvidenceRow]

    @property
    def other(self) -> End:
        """What is at the other end."""
        return "site" if self.kind == "primary" else "primary"

    @property
    def other_noun(self) -> str:
        """What the page calls one at the other end."""
        return "site" if self.kind == "primary" else "cancer"

    @property
    def others(self) -> str:
        """The title of those at the other end."""
        return f"{capitalize(self.other_noun)}s"

    def other_label(self, pair: Pair) -> str:
        """Return what a pair has at the other end."""
        return _other_label(self.kind, pair)


def end_data(kg: KnowledgeGraph, end: SpreadEnd, address: Address, form: str) -> Reply | None:
    """Return the rows of the page in a form of data, filters included."""
    rows = end.filters.kept(end.every_row)
    return row_data(kg, address, form, rows, end.filters.kept_pairs(end.every_pair))


def drawings_section(kg: KnowledgeGraph, end: SpreadEnd, links: Links) -> PageSection | None:
    """Return the section of the body map and the profile; none where nothing is drawn."""
    primary = end.key if end.kind == "primary" else None
    site = end.key if end.kind == "site" else None
    drawn = {
        "body": body_drawing(kg, links, primary=primary, site=site),
        "profile": profile_drawing(kg, links, primary=primary, site=site),
    }
    figures = [
        one.figure(name, picture_line(kg, links, name)) for name, one in drawn.items() if one.height
    ]
    if not figures:
        return None
    body = joined(
        element("div", figures, class_="drawings"),
        picture_links(links, table="assertions", relation="metastasis"),
    )
    return PageSection("drawn", "At a glance", body)


def pairs_section(end: SpreadEnd, links: Links) -> PageSection:
    """Return the section with one row a pair: its edge and what that rests on, no numbers."""
    pairs = end.filters.kept_pairs(end.every_pair)
    of = {end.kind: end.key}
    body = joined(
        filter_form(end.filters, end.every_pair, end.every_row, links),
        element("p", _PAIRS, class_="note"),
        pairs_table(pairs, links, end.other, f"{end.others} of {end.label}") if pairs else _none(),
        take_links(links, "these rows", table="pairs", **_grouped(end.filters)),
        recipe(pairs_in_python(end.filters, **of), pairs_in_sparql(end.filters, **of), links),
    )
    return PageSection("pairs", end.others, body)


def evidence_section(
    kg: KnowledgeGraph, end: SpreadEnd, links: Links, relation: str = "metastasis"
) -> PageSection | None:
    """Return the section of all that sources say of metastasis, or of direct growth."""
    every = [one for one in end.every_row if one.assertion.relation == relation]
    if not every:
        return None
    is_metastasis = relation == "metastasis"
    filters = end.filters if is_metastasis else end.filters._replace(edge=(), basis=())
    rows = filters.kept(every)
    tables = [*evidence_sections(rows, kg.catalog, links, end.other, relation)]
    of = {end.kind: end.key, "relation": relation}
    body = joined(
        element("p", _NEVER_MIXED if is_metastasis else _GROWTH, class_="note"),
        [part(name, title, table) for name, title, table in tables] or _none(),
        take_links(links, "these rows", table="assertions", relation=relation, **_grouped(filters)),
        recipe(assertions_in_python(filters, **of), assertions_in_sparql(filters, **of), links),
    )
    below = tuple((name, title) for name, title, _ in tables)
    if is_metastasis:
        return PageSection("evidence", "What sources say", body, below)
    return PageSection("extension", "Direct growth", body)


def conflicts_section(end: SpreadEnd, shelf: Shelf, links: Links) -> PageSection | None:
    """Return the section of what sources contradict each other in, pair by pair."""
    found = [
        (one.pair, conflict)
        for one in end.every_pair
        for conflict in shelf.conflicts.get((one.pair.primary, one.pair.site), ())
    ]
    if not found:
        return None
    entries = [
        element(
            "li",
            pair_link(pair, end.other_label(pair), links),
            f": {conflict.reason} ({' against '.join(conflict.sources)})",
        )
        for pair, conflict in found
    ]
    return PageSection("conflicts", "Conflicts", element("ul", entries))


def summary(end: SpreadEnd, common: str) -> str:
    """Return in sentences which are common and on what, what else is reported, and who says so.

    ``common`` begins the sentence on those that are common. It holds a name, whatever is in that,
    so it is no pattern.
    """
    if not end.every_row and not end.every_pair:
        return f"No source in this graph speaks of {end.label}."
    found: dict[tuple[str, bool], list[Pair]] = defaultdict(list)
    # What most sources speak of comes first: a sentence names the first few.
    for one in sorted(end.every_pair, key=lambda one: -one.sources):
        pair = one.pair
        found[pair.edge or pair.status, pair.is_rolled_up].append(pair)
    told = []
    if there := found.pop(("commonly", False), []):
        labels = [end.other_label(one) for one in there]
        told += [f"{common} {listed(labels)}.", _bases(there)]
    for kind, words in _SAID.items():
        if count := len(found.pop(kind, ())):
            noun = f"{'further ' if told else ''}{end.other_noun}"
            told.append(f"{plural(count, noun)} {'is' if count == 1 else 'are'} {words}.")
    if count := sum(map(len, found.values())):
        noun = f"{'further ' if told else ''}{end.other_noun}"
        follow = "follows" if count == 1 else "follow"
        told.append(f"{plural(count, noun)} {follow} {_FOLLOW}.")
    return " ".join([*told, *_behind(end)])


def _bases(pairs: Sequence[Pair]) -> str:
    """Return the sentence on what common edges rest on: a word is less than a number."""
    counts = Counter(pair.basis for pair in pairs)
    on = [(counts[basis], words) for basis, words in BASES.items() if counts[basis]]
    if len(on) == 1:
        subject = "This rests" if len(pairs) == 1 else "All of these rest"
        return f"{subject} on {on[0][1]}."
    first, *rest = [f"{count}{{}} on {words}" for count, words in on]
    verb = " rests" if on[0][0] == 1 else " rest"
    return f"Of these, {listed([first.format(verb), *(one.format('') for one in rest)])}."


def _behind(end: SpreadEnd) -> Iterator[str]:
    """Yield the sentences on how much is said; what makes none of the edges is told apart."""
    placed = {(one.pair.primary, one.pair.site) for one in end.every_pair}
    found: dict[str, list[str]] = {_BEHIND: [], _NOWHERE: [], _GROWN: []}
    for row in end.every_row:
        is_placed = (row.pair.primary, row.pair.site) in placed
        kind = _BEHIND if is_placed else _NOWHERE
        if row.assertion.relation != "metastasis":
            kind = _GROWN
        found[kind].append(row.assertion.source)
    for start, said in found.items():
        if said:
            sources = plural(len(set(said)), "source")
            yield f"{start}: {plural(len(said), 'assertion')} of {sources}."


def _none() -> Markup:
    return element("p", "No row is as asked for.", class_="none")


def _grouped(filters: Filters) -> dict[str, tuple[str, ...]]:
    return {name: values for name, values in zip(filters._fields, filters, strict=True) if values}


def called(
    kg: KnowledgeGraph, kind: End, keys: Iterable[str], links: Links
) -> list[tuple[str, str]]:
    """Return the address and the label of each cancer or site that the graph has."""
    records = _records(kg, kind)
    return [(links.page(f"{kind}/{key}"), records[key].label) for key in keys if key in records]


def kin(
    kg: KnowledgeGraph, kind: End, links: Links, *related: tuple[str, Iterable[str]]
) -> Markup | None:
    """Return links to the broader and narrower of a kind, each group with its name."""
    found = [(name, links_of(called(kg, kind, keys, links))) for name, keys in related]
    return facts(*found) if any(things for _, things in found) else None


def narrower_things(
    kg: KnowledgeGraph, kind: End, keys: Collection[str], told: str, links: Links
) -> Markup | None:
    """Return what is known of kinds of a cancer or of parts of a site, each by itself."""
    shelf = shelf_of(kg)
    pairs = shelf.of_primary if kind == "primary" else shelf.of_site
    records = [one for key, one in _records(kg, kind).items() if key in keys and pairs.get(key)]
    if not records:
        return None
    entries = [
        _narrower_entry(kind, one, pairs[one.key], links)
        for one in sorted(records, key=lambda one: one.label.casefold())
    ]
    return joined(element("p", told, class_="note"), element("dl", entries, class_="kinds"))


def _narrower_entry(
    kind: End, record: Primary | Site, pairs: Iterable[PairSummary], links: Links
) -> Markup:
    lines = []
    for edge in LISTS["edge"]:
        there = [one.pair for one in pairs if one.pair.edge == edge]
        names = in_a_row(pair_link(pair, _other_label(kind, pair), links) for pair in there)
        if there:
            lines.append(element("dd", edge_mark(edge), " ", names))
    page = element("a", record.label, href=links.page(f"{kind}/{record.key}"))
    return element("div", element("dt", page), lines or element("dd", "no edge"))


def _other_label(kind: End, pair: Pair) -> str:
    return pair.site_label if kind == "primary" else pair.primary_label


def _records(kg: KnowledgeGraph, kind: End) -> Mapping[str, Primary] | Mapping[str, Site]:
    return kg.catalog.primaries if kind == "primary" else kg.catalog.sites
