"""What the page of a cancer and that of a site have alike: pairs, evidence, conflicts, data.

Each is the other way round.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from metastasis.serve._drawings import body_drawing, profile_drawing
from metastasis.serve._html import element, joined
from metastasis.serve._pages.filters import filter_form
from metastasis.serve._pages.pictures import picture_line
from metastasis.serve._pages.recipes import (
    assertions_in_python,
    assertions_in_sparql,
    pairs_in_python,
    pairs_in_sparql,
    recipe,
)
from metastasis.serve._pages.sections import PageSection, listed, part
from metastasis.serve._pages.tables import evidence_sections, pair_link, pairs_table
from metastasis.serve._pages.taken import picture_links, row_data, take_links
from metastasis.serve._resource import DATA_FORMS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis._evidence.pair_summary import PairSummary
    from metastasis._graph import KnowledgeGraph
    from metastasis.serve._html import Markup
    from metastasis.serve._links import Links
    from metastasis.serve._pages.filters import Filters
    from metastasis.serve._pages.shelf import EvidenceRow, Shelf
    from metastasis.serve._reply import Address, Reply

__all__ = [
    "DATA_FORMS",
    "SpreadEnd",
    "conflicts_section",
    "drawings_section",
    "end_data",
    "evidence_section",
    "pairs_section",
    "summary",
]

_TAKEN: Final = ("csv", "json", "ttl")
_NEVER_MIXED: Final = (
    "Each table counts one kind of people, at one time and as one thing; a share in one says "
    "nothing beside a share in another. Intervals are 95 % Wilson intervals; r marks one that "
    "follows from a rounded percentage."
)
_GROWTH: Final = (
    "Growth into what lies next to the organ. It is never metastasis, and makes no edge."
)
_SAID: Final = {
    "possibly": "reported; how commonly is not established",
    "rarely": "called rare",
    None: "without an edge: denied, or not borne out",
}
_PAIRS: Final = (
    "One row a pair. An edge says what all the evidence amounts to. Numbers stand further down, "
    "those that count other people in tables of their own."
)


class SpreadEnd(NamedTuple):
    """One end of pairs, a cancer or a site, and what is asked for."""

    kind: Literal["primary", "site"]
    key: str
    label: str
    filters: Filters
    every_pair: Sequence[PairSummary]
    every_row: Sequence[EvidenceRow]

    @property
    def other(self) -> Literal["primary", "site"]:
        """What is at the other end."""
        return "site" if self.kind == "primary" else "primary"

    @property
    def others(self) -> str:
        """What the page calls those at the other end."""
        return "Sites" if self.kind == "primary" else "Cancers"


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
        take_links(links, _TAKEN, "these rows", table="pairs", **_grouped(end.filters)),
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
        take_links(
            links,
            _TAKEN,
            "these rows",
            table="assertions",
            relation=relation,
            **_grouped(filters),
        ),
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
            pair_link(
                pair, pair.site_label if end.kind == "primary" else pair.primary_label, links
            ),
            f": {conflict.reason} ({' against '.join(conflict.sources)})",
        )
        for pair, conflict in found
    ]
    return PageSection("conflicts", "Conflicts", element("ul", entries))


def summary(end: SpreadEnd, common: str) -> str:
    """Return in sentences which are common, how many are reported or rare, and who says so.

    ``common`` begins the sentence on those that are common. It holds a name, whatever is in that,
    so it is no pattern.
    """
    if not end.every_row and not end.every_pair:
        return f"No source in this graph speaks of {end.label}."
    found: dict[str | None, list[str]] = {}
    # What most sources speak of comes first: a sentence names the first few.
    for one in sorted(end.every_pair, key=lambda one: -one.sources):
        label = one.pair.site_label if end.kind == "primary" else one.pair.primary_label
        found.setdefault(one.pair.edge, []).append(label)
    told = [f"{common} {listed(found['commonly'])}."] if "commonly" in found else []
    noun = end.others.lower()[:-1]
    for edge, words in _SAID.items():
        if edge in found:
            further = " further" if told else ""
            count = len(found[edge])
            told.append(f"{_number(count, noun, further)} {'is' if count == 1 else 'are'} {words}.")
    said, sources = len(end.every_row), len({one.assertion.source for one in end.every_row})
    if said:
        told.append(f"Behind it: {_number(said, 'assertion')} of {_number(sources, 'source')}.")
    return " ".join(told)


def _number(count: int, noun: str, between: str = "") -> str:
    return f"{count}{between} {noun}{'' if count == 1 else 's'}"


def _none() -> Markup:
    return element("p", "No row is as asked for.", class_="none")


def _grouped(filters: Filters) -> dict[str, tuple[str, ...]]:
    return {name: values for name, values in zip(filters._fields, filters, strict=True) if values}
