"""What is drawn, row by row: the data behind a picture, and which artists each row is drawn by.

Tooltips, links and highlights of an SVG, the table of an HTML page and ``diagram.to_table()`` all
come from these rows alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, Final

from metastasis._clean import is_web_address, shown
from metastasis._evidence.assertion import rounded
from metastasis._table import Table
from metastasis._vocabulary import expand
from metastasis.pictures._said.limits import limits_of
from metastasis.pictures._said.mark import STATES
from metastasis.pictures._said.words import plural

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from metastasis._catalog import Catalog
    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.pair import Pair
    from metastasis.pictures._said.mark import Mark

__all__ = [
    "Drawn",
    "Work",
    "bind",
    "drawn_of",
    "page_of_pair",
    "plain_number",
    "row_key",
    "said_of",
    "table_of",
    "tails",
    "works",
]

_SHOWN: Final = (
    "primary",
    "primary_label",
    "site",
    "site_label",
    "via",
    "state",
    "edge",
    "basis",
    "value",
    "measure",
    "count",
    "total",
    "percent",
    "interval_low",
    "interval_high",
    "interval_basis",
    "denominator",
    "setting",
    "occurrence",
    "stage",
    "population",
    "limits",
    "letter",
    "words",
    "numbers",
    "source",
    "citation",
    "link",
    "locator",
    "reading",
    "note",
    "artists",
)
_UNITS: Final = "percent, interval_low and interval_high are in percent; count is n, total is N."
_MOST_NUMBERS: Final = 2
"""Numbers of other frames, and sources, that a tooltip tells: it is read at a glance."""
_MOST_SOURCES: Final = 4
_EDGES: Final = {
    "commonly": "reported, common",
    "possibly": "reported, how commonly not established",
    "rarely": "reported, rare",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One thing that a picture shows, such as the number or the words on a pair, and its source."""

    COLUMNS: ClassVar[tuple[str, ...]] = _SHOWN

    key: str
    """What the ids of its artists end with, behind kind and role: ``breast--bone``."""
    primary: str
    primary_label: str
    site: str
    site_label: str
    via: str | None = None
    """What lies between: the site before, of a step; the region or route, of a stream."""
    state: str
    """One of ``number``, ``words``, ``none_seen``, ``absent``, ``conflicting``; ``pooled`` for
    what was worked out of several."""
    edge: str | None = None
    """The class of the edge; None where there is none."""
    basis: str | None = None
    """What the edge rests on."""
    value: float | None = None
    """What its size, shade or place shows."""
    measure: str | None = None
    """What the value is: ``percent``, ``sources``, ``statements`` …; None where there is none."""
    count: float | None = None
    """n: those with the site; a part of a step, where sites found together share one."""
    total: float | None = None
    """N: those counted."""
    percent: float | None = None
    interval_low: float | None = None
    """The lower end of the 95 % interval, in percent."""
    interval_high: float | None = None
    interval_basis: str | None = None
    """What the interval follows from: ``count``, or ``rounding`` of a printed percentage."""
    denominator: str | None = None
    """Who N counts."""
    setting: str | None = None
    occurrence: str | None = None
    stage: str | None = None
    frame: str | None = None
    """The last four in words."""
    population: str | None = None
    """The part of the population that it is narrowed to."""
    limits: tuple[str, ...] = ()
    """What limits the number: a part of the population, a sum made here, what its notes say."""
    letter: str | None = None
    """The letter beside the number, whose meaning is in the caption."""
    words: tuple[str, ...] = ()
    """What sources say in words, each with those who say it."""
    numbers: tuple[str, ...] = ()
    """Of a pair whose number is not drawn: all there are, each with its people and source."""
    source: tuple[str, ...] = ()
    """Keys: of a number its own, of a pair without one all that speak of it."""
    citation: tuple[str, ...] = ()
    link: str | None = None
    """To the source, by DOI where it has one; where there are several, to the page of the pair.
    None where a user's own source has no address."""
    locator: str | None = None
    """Where in the source."""
    reading: str | None = None
    """How the source was read; ``computed`` is a number that was worked out of what it prints."""
    note: str | None = None
    artists: tuple[str, ...] = ()
    """The ids of what it is drawn by, in the file as in ``diagram.artists``."""

    @property
    def title(self) -> str:
        """The pair in words: ``Breast cancer to bone``."""
        start, *between = self.primary_label[:1].upper() + self.primary_label[1:], self.via
        by = f" ({between[0]})" if between[0] else ""
        return f"{start} to {self.site_label}{by}" if self.site_label else start

    @property
    def said(self) -> str:
        """Everything in a few lines, for a tooltip."""
        return shown("\n".join(filter(None, self._lines())))

    @property
    def headline(self) -> str:
        """The pair and its share."""
        return f"{self.title}{f': {self._share}' if self._share else ''}"

    def _lines(self) -> Iterator[str | None]:
        yield self.headline
        if self.interval_low is not None and self.interval_high is not None:
            between = f"{rounded(self.interval_low)} to {rounded(self.interval_high)} %"
            how = ", from rounding" if self.interval_basis == "rounding" else ""
            yield f"95 % interval {between}{how}"
        yield self.frame if self.percent is not None else None
        yield STATES.get(self.state) if self.state not in ("number", "words") else None
        yield "; ".join(filter(None, (_EDGES.get(self.edge or ""), self._of_value)))
        yield f"but: {'; '.join(self.limits)}" if self.limits else None
        if self.edge is None:  # no pair of the graph, whose words are told by its class
            yield from self.words
        yield from self.numbers[:_MOST_NUMBERS]
        if (more := len(self.numbers) - _MOST_NUMBERS) > 0:
            yield f"and {plural(more, 'more number')}"
        yield self._whose

    @property
    def _whose(self) -> str:
        if len(self.source) == 1:
            return f"source: {self.source[0]}{f', {self.locator}' if self.locator else ''}"
        named = ", ".join(self.source[:_MOST_SOURCES])
        more = len(self.source) - _MOST_SOURCES
        return f"sources: {named}{f' and {more} more' if more > 0 else ''}" if named else ""

    @property
    def _share(self) -> str:
        if self.percent is None:
            return ""
        share = f"{rounded(self.percent)} %" if self.percent else "0 %"
        if self.count is not None and self.total:
            return f"{plain_number(self.count)}/{plain_number(self.total)}, {share}"
        return f"{share} of {plain_number(self.total)}" if self.total else share

    @property
    def _of_value(self) -> str:
        if self.value is None or self.measure in (None, "percent"):
            return ""
        return f"{self.measure}: {plain_number(self.value)}"


@dataclass(frozen=True, slots=True)
class Work:
    """A source behind a picture, as a list of sources gives it."""

    key: str
    citation: str
    license: str | None
    license_url: str | None
    address: str | None


def plain_number(value: float) -> str:
    """Return a number as people read it: whole ones whole, others with three digits that count.

    >>> plain_number(1234567), plain_number(0.10102), plain_number(17.156)
    ('1,234,567', '0.101', '17.2')
    """
    return f"{value:,.0f}" if value == int(value) else f"{value:,.3g}"


def row_key(*parts: str) -> str:
    """Return the key of a row: its parts as they stand in the ids of artists.

    >>> row_key("breast", "not stated", "bone")
    'breast--not-stated--bone'
    """
    return "--".join(parts).replace(" ", "-")


def drawn_of(mark: Mark, catalog: Catalog, **more: Any) -> Drawn:
    """Return what a picture shows of a pair: its number, or what sources say of it.

    ``more`` are fields that the kind knows better, such as ``value`` and ``measure``.
    """
    pair, number = mark.pair, mark.number
    fields: dict[str, Any] = {
        "key": row_key(pair.primary, pair.site),
        "state": mark.state,
        "letter": mark.letter or None,
        "edge": pair.edge,
        "basis": pair.basis,
        "words": pair.words,
        "numbers": pair.numbers if number is None else (),
        **_cited(pair.sources, catalog),
    }
    if number is not None:
        fields |= _of_number(number, catalog)
        fields |= {"limits": mark.limits} if mark.limits else {}
    return Drawn(**(_ends(pair) | fields | more))


def said_of(pair: Pair, one: Assertion, catalog: Catalog, **more: Any) -> Drawn:
    """Return what a picture shows of one statement on a pair."""
    fields: dict[str, Any] = {
        "key": f"{one.key}-{row_key(pair.primary, pair.site)}",
        "state": _state(one),
        "edge": pair.edge,
        "basis": pair.basis,
        "words": (one.frequency.replace("_", " "),) if one.frequency else (),
        **_of_number(one, catalog),
    }
    return Drawn(**(_ends(pair) | fields | more))


def _state(one: Assertion) -> str:
    """Return the state that one statement alone says of a pair."""
    if one.finding == "absent":
        return "absent" if one.percent is None else "none_seen"
    return "words" if one.percent is None else "number"


def _ends(pair: Pair) -> dict[str, Any]:
    names = ("primary", "primary_label", "site", "site_label")
    return {name: getattr(pair, name) for name in names}


def _of_number(one: Assertion, catalog: Catalog) -> dict[str, Any]:
    """Return the fields that come from one assertion."""
    share = None if one.percent is None else float(one.percent)
    if one.is_quantified and one.total and one.count is not None:
        share = 100 * one.count / one.total  # the percentage of an assertion is rounded
    return {
        "value": share,
        "measure": None if share is None else "percent",
        "count": one.count,
        "total": one.total,
        "percent": share,
        "interval_low": one.interval_low,
        "interval_high": one.interval_high,
        "interval_basis": one.interval_basis,
        "denominator": one.denominator,
        "setting": one.setting,
        "occurrence": one.occurrence,
        "stage": one.stage,
        "frame": str(one.frame) if one.denominator else None,
        "population": one.population,
        "limits": limits_of(one),
        "locator": one.locator,
        "reading": one.reading,
        "note": one.note,
        **_cited((one.source,), catalog),
    }


def _cited(keys: Sequence[str], catalog: Catalog) -> dict[str, Any]:
    """Return keys and citations of sources, and the address if there is one to lead to."""
    found = works(keys, catalog)
    only = found[0].address if len(found) == 1 else None
    return {
        "source": tuple(keys),
        "citation": tuple(one.citation for one in found),
        "link": only if only and is_web_address(only) else None,
    }


def page_of_pair(row: Drawn) -> str | None:
    """Return the page that says all there is on the pair of a row; None where it is on no pair."""
    is_pair = row.primary and row.site and "; " not in row.site
    return expand(f"disease:{row.primary}--{row.site}") if row.source and is_pair else None


def works(keys: Iterable[str], catalog: Catalog) -> tuple[Work, ...]:
    """Return sources as a list of sources gives them; one that the catalog lacks by its key."""
    found = ((key, catalog.sources.get(key)) for key in keys)
    return tuple(
        Work(key, one.citation, one.license, one.license_url, one.address)
        if one
        else Work(key, key, None, None, None)
        for key, one in found
    )


# Which artists a row is drawn by


def tails(gid: str) -> Iterator[str]:
    """Yield what may be the key of a row in the id of an artist: all behind kind and role.

    What follows the key, such as the number of a line, is taken off piece by piece.

    >>> list(tails("heatmap-text2-breast--bone-1"))
    ['breast--bone-1', 'breast--bone', 'breast']
    """
    rest = "-".join(gid.split("-")[2:])
    while rest:
        yield rest
        if "-" not in rest:
            return
        rest = rest.rpartition("-")[0].removesuffix("-")


def bind(
    rows: Iterable[Drawn], gids: Iterable[str], shared: Callable[[str], Iterable[str]]
) -> tuple[Drawn, ...]:
    """Return rows with the ids of their artists.

    ``shared`` gives the keys of all rows that an artist stands for; where it gives none, the id of
    the artist tells its row, by what :func:`tails` finds in it.
    """
    rows = list(rows)
    known = {row.key for row in rows}
    found: dict[str, list[str]] = {}
    for gid in gids:
        by_name = (key for key in tails(gid) if key in known)
        for key in tuple(shared(gid)) or tuple(islice(by_name, 1)):
            found.setdefault(key, []).append(gid)
    return tuple(replace(row, artists=tuple(found.get(row.key, ()))) for row in rows)


def table_of(rows: Sequence[Drawn], notes: Iterable[str] = ()) -> Table[Drawn]:
    """Return rows as a table, with what its numbers are in."""
    return Table(Drawn, rows, notes=(_UNITS, *notes))
