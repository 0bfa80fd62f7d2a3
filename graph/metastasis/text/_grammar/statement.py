"""A statement: what a sentence, an item or a row says about one site."""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = [
    "NO_PLACE",
    "Context",
    "Elsewhere",
    "Statement",
    "TableColumn",
    "Topic",
    "relation_to",
]

NO_PLACE: Final = frozenset({"distant_unspecified", "any_organ", "unspecified"})
"""Sites that name no place: "distant sites", "any organ", "elsewhere"."""


class Topic(NamedTuple):
    """The primaries that a text speaks of, where it does not name them again."""

    keys: tuple[str, ...] = ()
    source: str = "nowhere"
    """``sentence``, ``paragraph``, ``lead``, ``heading``, ``title`` or ``row``."""
    span: tuple[int, int] | None = None
    """Where they are named, in the text of the sentence; None where it is another text."""


class Elsewhere(NamedTuple):
    """A site that is named in another block than the sentence."""

    site: str
    block: int
    start: int
    end: int


class TableColumn(NamedTuple):
    """A column of a table whose header names a site, or cancers."""

    cell: int
    site: Elsewhere | None
    keys: tuple[str, ...]


class Context(NamedTuple):
    """What stands around a sentence and is handed down to it."""

    topic: Topic = Topic()
    is_metastatic: bool = False
    """Whether what stands before speaks of spread, so that "sites" are sites of it."""
    relation: str | None = None
    """Of a list or table whose lead says that all its members are sites of spread."""
    frequency: str | None = None
    route: str | None = None
    sites: tuple[Elsewhere, ...] = ()
    """Of a list of cancers, the sites that they spread to."""
    of_named: bool = False
    """Whether an organ in such a list stands for no cancer."""
    is_source: bool = False
    """Whether such a list says where the metastases of a site come from."""
    of_site: Elsewhere | None = None
    """The site whose metastases the heading is about: "Liver metastases"."""
    about: Elsewhere | None = None
    """The site that a heading consists of, below one that asks where a cancer spreads."""
    is_growth: bool = False
    """Whether the label of a paragraph or item says that it is about growth into neighbors."""
    label: int = 0
    """Where that label ends in the sentence; 0 if it has none."""
    columns: tuple[TableColumn, ...] = ()
    """Of a table with a site or a cancer for each column."""
    words: tuple[tuple[int, str], ...] = ()
    """Of a table with a word on how often for each column, the cell and its word."""
    header: str = ""
    """The lead or header row, which may say what a number is."""
    has_labels: bool = False
    """Whether its items and rows each name their own cancer first."""


class Statement(NamedTuple):
    """What a text says about one site. Positions are those in the text."""

    site: str
    start: int
    end: int
    """Where the site is named."""
    topic: Topic
    relation: str
    frequency: str | None
    rule: str
    route: str | None = None
    cue: tuple[int, int] | None = None
    """Where the words of the frequency or denial stand; None where nothing says it, or a lead."""
    is_inverse: bool = False
    """Whether it counts patients with a metastasis at the site, by primary."""
    stage: str = "any"
    setting: str = "unspecified"
    population: str | None = None
    elsewhere: Elsewhere | None = None
    """Where the site is named, if not here; start and end are those of the cancer then."""
    cell: tuple[int, int] | None = None
    """Of a table with a site or a cancer for each column, where its number stands."""
    features: tuple[str, ...] = ()


def relation_to(site: str, said: str) -> str:
    """Return the relation to a site of which a text says one: a node is never grown into.

    >>> relation_to("lymph_node_regional", "extension"), relation_to("liver", "extension")
    ('metastasis', 'extension')
    """
    if site.startswith("lymph_node"):
        return "metastasis"
    return "extension" if site == "adjacent_tissue" else said
