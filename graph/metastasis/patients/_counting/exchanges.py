"""Numbers of patients with and without a site, and how far they may move while others stand still.

Apart from the suppression because here is what whoever reads the published numbers may suppose, and
there what is done about it. See :mod:`.suppression` for what an exchange is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from metastasis.patients._counting.network import FlowNetwork

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metastasis.patients._counting.tally import Line
    from metastasis.patients._counting.wholes import Whole

__all__ = ["Moves", "Numbers", "Setting", "Tabulated", "classes_of", "moves_of", "reach", "summed"]

_OUTSIDE: Final = FlowNetwork.OUTSIDE
_NO_BOUND: Final = int(np.iinfo(np.int64).max)


class Tabulated(NamedTuple):
    """A number that may be published: patients with a site, out of some lines."""

    column: int
    """The place of the site in what lines hold of each."""
    members: frozenset[int]
    """The positions of the lines that are counted."""
    shown: bool
    """Whether it is published unless it would reveal another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is known of the numbers besides the numbers."""

    lines: Sequence[Line]
    sites: int
    """How many columns are sites by their own name; those of the wholes follow."""
    wholes: Sequence[Whole] = ()
    own_columns: frozenset[int] = frozenset()
    """The columns of wholes that the data name themselves."""
    metastatic_sites: tuple[int, ...] | None = None
    added_up: frozenset[int] = frozenset()
    """Columns whose numbers add up to a total, where the denominator is records."""
    added_of_lines: tuple[frozenset[int], ...] = ()
    """For each line those that do so there: not in its own organ, and no part beside its whole."""
    least: int
    """N."""


@dataclass(slots=True)
class Numbers:
    """The numbers of all sites by the smallest groups, and which are published."""

    cells: Sequence[Tabulated]
    known: Setting
    sets: Any = field(init=False)
    """For each different set of lines counted, which lines are in it."""
    columns: Any = field(init=False)
    """For each column its first twin: one with the same numbers in every line."""
    shown: Any = field(init=False)
    """For each set and column, whether the number is published."""
    asked: Any = field(init=False)
    """For each set and column, whether there is such a number."""
    at: list[tuple[int, int]] = field(init=False)
    """For each cell, its set and column."""
    present: Any = field(init=False)
    absent: Any = field(init=False)
    patients: Any = field(init=False)
    metastatic: Any = field(init=False)
    added: Any = field(init=False)
    """For each line and column, whether the number is one of those that add up."""
    small: Any = field(init=False)
    """For those with a site and those without, which numbers are 1 to N - 1."""
    adding: Any = field(init=False)
    """The columns that add up, each with its twins once."""
    families: list[set[int]] = field(init=False)
    """Columns that bind one another."""
    tells_all: bool = False
    """Whether the report tells how many patients there are."""
    still: dict[bytes, Still] = field(default_factory=dict)
    """What was worked out before, by which sets are published."""

    def __post_init__(self) -> None:
        lines = self.known.lines
        self.present = np.array([one.present for one in lines], dtype=np.int64)
        self.absent = np.array([one.examined for one in lines], dtype=np.int64) - self.present
        self.patients = np.array([one.patients for one in lines], dtype=np.int64)
        self.metastatic = np.array([one.metastatic for one in lines], dtype=bool)
        self.added = np.zeros(self.present.shape, dtype=bool)
        for line, columns in enumerate(self.known.added_of_lines):
            self.added[line, list(columns)] = True
        if self.known.added_up:
            self.patients = (self.present * self.added).sum(axis=1)
            self.absent = self.patients[:, None] - self.present
            self.metastatic[:] = True  # Who is metastatic does not matter to records.
        self.columns = _twins(np.vstack([self.present, self.absent]), self.known.added_up)
        adding = {int(self.columns[one]) for one in self.known.added_up}
        self.adding = np.array(sorted(adding), dtype=np.int64)
        place = {one: n for n, one in enumerate(dict.fromkeys(c.members for c in self.cells))}
        self.sets = np.zeros((len(place), len(lines)), dtype=bool)
        for members, row in place.items():
            self.sets[row, list(members)] = True
        self.shown = np.zeros((len(place), self.present.shape[1]), dtype=bool)
        self.asked = self.shown.copy()
        self.at = [(place[one.members], int(self.columns[one.column])) for one in self.cells]
        for where, cell in zip(self.at, self.cells, strict=True):
            self.asked[where] = True
            self.shown[where] |= cell.shown
        for where, cell in zip(self.at, self.cells, strict=True):
            # What is small in itself stays out, also where a twin shows it.
            self.shown[where] &= cell.shown
        wholes = enumerate(self.known.wholes, self.known.sites)
        bound = [{place, *whole.within} for place, whole in wholes]
        bound.append(set(self.known.added_up or self.known.metastatic_sites or ()))
        if not bound[-1]:
            bound[-1] = set(range(self.known.sites))
        self.families = [{int(self.columns[one]) for one in family} for family in bound]
        sums = [self.sets @ numbers for numbers in (self.present, self.absent)]
        self.small = [(one > 0) & (one < self.known.least) for one in sums]


def _twins(numbers: Any, added_up: frozenset[int]) -> Any:
    """Return for each column the first one that is the same; of those that add up, none is."""
    first: dict[bytes, int] = {}
    columns = np.ascontiguousarray(numbers.T)
    found = [first.setdefault(one.tobytes(), n) for n, one in enumerate(columns)]
    adding: set[int] = set()
    for n in sorted(added_up):
        if found[n] in adding:
            found[n] = n
        adding.add(found[n])
    return np.array(found)


def classes_of(rows: Any) -> Any:
    """Return the class of each column of a truth table: equal columns are of one class.

    >>> classes_of(np.array([[True, False, True], [False, True, False]])).tolist()
    [0, 1, 0]
    """
    seen: dict[bytes, int] = {}
    columns = np.ascontiguousarray(np.packbits(rows, axis=0).T)
    return np.array([seen.setdefault(one.tobytes(), len(seen)) for one in columns])


def summed(numbers: Any, groups: Any) -> Any:
    """Return numbers of lines by group."""
    found = np.zeros((groups.max() + 1, *numbers.shape[1:]), dtype=np.int64)
    np.add.at(found, groups, numbers)
    return found


class Moves(NamedTuple):
    """The numbers of all sites by group and column, and how far each may move."""

    still: Still
    rise: Any
    """How many more may have the site, while no other site moves."""
    fall: Any
    """How many fewer."""
    classes: Any
    """By site, groups of one class stand in the same published numbers; -1: in none."""
    free: Any
    """Whether a group stands in no published number of a site."""
    unbound: Any
    """Whether it stands in no published number of any site."""

    def with_site(self, row: int, column: int) -> tuple[Any, Any]:
        """Return which groups have patients with a site in a set, and which only there.

        Where no patient without metastases has the site, everybody knows that none can.
        """
        still = self.still
        members = still.metastatic if still.defined[column] else still.members
        all_of = still.all_metastatic if still.defined[column] else still.sizes
        touched = members[row] > 0
        return touched, touched & (members[row] == all_of)

    def without_site(self, row: int, column: int) -> tuple[Any, Any]:
        """Return the fewest and the most without a site in a set, by group, before any exchange.

        Who has no site in a group may be metastatic or not, as far as other sites allow.
        """
        still = self.still
        absent, members = still.absent[:, column], still.members[row]
        least = np.where(members == still.sizes, absent, 0)
        most = np.where(members > 0, absent, 0)
        part = (members > 0) & (members < still.sizes)
        if part.any() and still.defined[column]:
            # A metastatic patient has some site, and who has one is metastatic.
            other = ~self.free
            seen = np.where(other, still.present, 0).max(axis=1)
            needed = np.maximum(seen - still.present[:, column], 0)
            whole = still.metastatic[row] == still.all_metastatic
            least = np.where(part & whole, needed, least)
            is_open = (self.free & ~still.twins[column]).any(axis=1)
            most = np.where(part & ~is_open, still.absent_in(row, column), most)
        return least, most


class _Bound(NamedTuple):
    """How far groups may move at a site before another contradicts it."""

    column: int
    others: list[int]
    """The other sites; groups of which nothing is published at one of these are not bound."""
    rise: Any
    fall: Any


class Still(NamedTuple):
    """What stays the same while the groups do."""

    members: Any
    """For each set and group, how many lines of the group are in the set."""
    sizes: Any
    """How many lines a group has."""
    metastatic: Any
    """As ``members``, of metastatic patients."""
    all_metastatic: Any
    present: Any
    absent: Any
    rise: Any
    defined: Any
    """For each site, whether nobody without metastases has it."""
    twins: Any
    """For each two sites, whether they are twins."""
    bounds: list[_Bound]
    classes: dict[tuple[int, bytes], Any]
    """The classes of a column, by what is published of it."""
    groups: Any
    """The group of each line."""
    added: Any
    """For each group and column, how many lines have the number among those that add up."""
    numbers: Numbers

    def absent_in(self, row: int, column: int) -> Any:
        """Return by group how many of a set do not have a site."""
        return summed(self.numbers.absent[:, column] * self.numbers.sets[row], self.groups)


def moves_of(numbers: Numbers) -> Moves:
    """Return how far numbers may move, as much as is published now."""
    published = numbers.shown.any(axis=1)
    key = published.tobytes() + bytes([numbers.tells_all])
    if key not in numbers.still:
        numbers.still[key] = _still(numbers, published)
    still = numbers.still[key]
    classes = np.stack(
        [_classes_at(numbers, int(column), still) for column in numbers.columns], axis=1
    )
    free = classes == _OUTSIDE
    rise, fall = still.rise.copy(), still.present.copy()
    for one in still.bounds:
        bound = ~free[:, one.others].any(axis=1)
        rise[bound, one.column] = np.minimum(rise[bound, one.column], one.rise[bound])
        fall[bound, one.column] = np.minimum(fall[bound, one.column], one.fall[bound])
    rise, fall = np.maximum(rise, 0), np.maximum(fall, 0)
    return Moves(still, rise, fall, classes, free, free.all(axis=1))


def _still(numbers: Numbers, published: Any) -> Still:
    told = numbers.metastatic[None, :] & numbers.tells_all
    groups = classes_of(np.vstack([numbers.sets[published], told]))
    sizes = np.bincount(groups)
    lines = np.zeros((len(groups), len(sizes)), dtype=np.int64)
    lines[np.arange(len(groups)), groups] = 1
    metastatic = lines * numbers.metastatic[:, None]
    present, absent = summed(numbers.present, groups), summed(numbers.absent, groups)
    defined = ~numbers.present[~numbers.metastatic].any(axis=0)
    rise = absent.copy()
    rise[(metastatic.sum(axis=0) == 0)[:, None] & defined[None, :]] = 0
    return Still(
        numbers.sets @ lines,
        sizes,
        numbers.sets @ metastatic,
        metastatic.sum(axis=0),
        present,
        absent,
        rise,
        defined,
        numbers.columns[:, None] == numbers.columns[None, :],
        list(_bounds(numbers, present, groups)),
        {},
        groups,
        summed(numbers.added.astype(np.int64), groups),
        numbers,
    )


def _classes_at(numbers: Numbers, column: int, still: Still) -> Any:
    """Return the class of each group: groups of one stand in the same published numbers."""
    shown = numbers.shown[:, column]
    key = column, shown.tobytes()
    if key not in still.classes:
        sets = still.members[shown] > 0
        outside = np.full(len(still.sizes), _OUTSIDE)
        found = np.where(sets.any(axis=0), classes_of(sets), _OUTSIDE) if shown.any() else outside
        still.classes[key] = found
    return still.classes[key]


def _bounds(numbers: Numbers, present: Any, groups: Any) -> Iterator[_Bound]:
    """Yield how sites bind one another.

    Who has a part has the whole; a whole that is counted by its parts alone has no others; and a
    metastatic patient has some site.
    """
    known, twin = numbers.known, numbers.columns
    most = np.full(present.shape[0], _NO_BOUND)
    for place, whole in enumerate(known.wholes, known.sites):
        parts = [one for one in whole.within if one not in known.own_columns]
        alone = len(parts) == len(whole.within)
        more = present[:, parts].sum(axis=1) - present[:, place] if alone else most
        for part in (one for one in parts if twin[one] != twin[place]):
            less = present[:, place] - present[:, part]
            yield _Bound(part, [place], less, more)
            yield _Bound(place, [part], most, less)
        if alone:
            yield _Bound(place, parts, more, most)
    sites = list(known.metastatic_sites or range(known.sites))
    slack = present[:, sites].sum(axis=1) - summed(numbers.patients * numbers.metastatic, groups)
    if (slack >= 0).all() and not known.added_up:
        mixed = summed(~numbers.metastatic, groups) > 0  # Who is metastatic there may change.
        slack = np.where(mixed, _NO_BOUND, slack)
        for site in sites:
            yield _Bound(site, [one for one in sites if twin[one] != twin[site]], most, slack)


def reach(numbers: Numbers, column: int, moves: Moves, groups: Any, *, up: bool, most: int) -> int:
    """Return how far the patients of some groups with a site may change by exchanges.

    As far as ``most`` if they may change so far.
    """
    if most <= 0:
        return 0
    added = moves.still.added[:, column]
    in_rows = groups & (added == moves.still.sizes)
    moved = _by_classes(column, moves, groups, added == 0, up=up)
    if in_rows.any() and moved < most:
        rows = np.flatnonzero(in_rows)
        moved += _by_rows(numbers, column, moves, rows, most - moved, rising=up)
    return moved


def _by_classes(column: int, moves: Moves, groups: Any, loose: Any, *, up: bool) -> int:
    """Return how far groups of a class may exchange a site that does not add up with others."""
    rise, fall = moves.rise[:, column], moves.fall[:, column]
    if not up:
        rise, fall = fall, rise
    moved = 0
    for one in np.unique(moves.classes[groups, column]):
        here = (moves.classes[:, column] == one) & loose
        own, others = rise[here & groups].sum(), fall[here & ~groups].sum()
        moved += int(own if one == _OUTSIDE else min(own, others))
    return moved


def _by_rows(
    numbers: Numbers, column: int, moves: Moves, groups: Any, most: int, *, rising: bool
) -> int:
    """Return how far a number may move where the sites of a primary add up, up to ``most``.

    What a group gains at a site it loses at others, other groups the other way round there, and so
    on: a flow from the group to the numbers published of the site, through a network whose arcs are
    the numbers that may move.
    """
    rise, fall = (moves.rise, moves.fall) if rising else (moves.fall, moves.rise)
    if (moves.unbound[groups] & (moves.classes[groups, column] == _OUTSIDE)).all():
        return min(int(rise[groups, column].sum()), most)
    sites = numbers.adding
    in_rows = (moves.still.added == moves.still.sizes[:, None])[:, sites]
    fall, rise = fall[:, sites] * in_rows, rise[:, sites] * in_rows
    at = int(np.searchsorted(sites, column))
    own = rise[groups, at]
    fall[groups, at] = rise[groups, at] = 0
    network = FlowNetwork(fall, rise, moves.classes[:, sites], moves.unbound)
    moved = 0
    for group, limit in zip(groups, own, strict=True):
        moved += network.push(int(group), at, min(int(limit), most - moved))
    return moved
