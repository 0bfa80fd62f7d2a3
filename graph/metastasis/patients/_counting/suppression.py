"""Which numbers must stay out so that no small one can be worked out from the others.

*Primary suppression* leaves out what is small itself (:meth:`~.._intake.Rules.why_not`). But a
cancer less its other kinds is the kind left out, all patients less the metastatic are those
without a metastasis, and patients less those with a site are those without it. *Secondary* (or
complementary) suppression leaves out further numbers, after Willenborg and de Waal, Elements of
Statistical Disclosure Control (2001), Fischetti and Salazar, Management Science 47:1008 (2001), and
Hundepool et al., Statistical Disclosure Control (2012), chapter 4.

What is promised, with the limit N = ``min_count``:

1. No group of patients that the published numbers tell apart, by adding and subtracting, holds 1
   to N - 1 patients, and none with or without a site does.
2. For each number left out that is 1 to N - 1, published numbers leave open every value from 1 to
   N: whoever subtracts learns no more than that it was left out.

How: the numbers of a site are sums over the same small groups of patients, by primary, sex and
metastatic state (:class:`~.tally.Line`). Groups that stand in the same published numbers can
exchange patients, and nothing published changes; so can groups that stand in the same numbers of
one site exchange there who has the site. What such exchanges can reach is open (the true numbers
and an exchange are a witness; no linear program is needed to show it); what they cannot is taken to
be known, also where an attacker could not work it out. Then the published number of the fewest
patients goes that opens it, and at last whatever need not stay out comes back.

Apart from the tabulation because how small numbers are kept is a matter of its own, with a
literature.

An exchange also respects what is known of sites: patients with a part have the whole, a whole
counted by its parts alone has no others, and a metastatic patient has some site. Out of records,
the sites of a primary add up, so that an exchange takes place at two sites at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from metastasis.patients._counting.exchanges import (
    Moves,
    Numbers,
    Setting,
    Tabulated,
    classes_of,
    moves_of,
    reach,
    summed,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Setting", "Tabulated", "Withheld", "withheld"]


class Withheld(NamedTuple):
    """What must stay out."""

    cells: frozenset[int]
    """The positions of cells that would be shown."""
    totals: bool
    """Whether the report must not tell how many patients there are in all."""


def withheld(cells: Sequence[Tabulated], known: Setting) -> Withheld:
    """Return what must not be published, of what would be.

    >>> from metastasis.patients._counting.tally import Line
    >>> lines = [Line(0, None, True, 40, (15,), (40,)), Line(1, None, True, 30, (4,), (30,)),
    ...          Line(2, None, True, 50, (25,), (50,))]
    >>> every, small = frozenset({0, 1, 2}), frozenset({1})
    >>> cells = [Tabulated(0, every, True), Tabulated(0, small, False),
    ...          Tabulated(0, frozenset({0}), True), Tabulated(0, frozenset({2}), True)]
    >>> withheld(cells, Setting(lines=lines, sites=1, least=11)).cells  # 44 - 15 - 25 would be 4
    frozenset({2})
    """
    if known.least < 2 or not cells:
        return Withheld(frozenset(), totals=False)
    table = Numbers(cells, known)
    before = -1
    while before != (before := int(table.shown.sum())):
        _hide_small_groups(table)
        for column in np.unique(table.columns):
            _protect(table, int(column))
    _show_again(table)
    table.tells_all = not known.added_up and _may_tell_all(table)
    hidden = (n for n, cell in enumerate(cells) if cell.shown and not table.shown[table.at[n]])
    return Withheld(frozenset(hidden), totals=not (table.tells_all or known.added_up))


# Groups that are small


def _may_tell_all(table: Numbers) -> bool:
    """Return whether the report may tell all: a total there is worth less than a number."""
    table.tells_all = True
    places = (int(column) for column in np.unique(table.columns))
    return _small_group(table) is None and all(
        next(_faults(table, column), None) is None for column in places
    )


def _hide_small_groups(table: Numbers) -> None:
    """Leave out sets of lines, at every site, until no group told apart is small."""
    while (lines := _small_group(table)) is not None:
        published = np.flatnonzero(table.shown.any(axis=1))
        near = published[_near(table.sets[published], lines)]
        patients = table.sets[near] @ table.patients
        cost = zip(table.shown[near].sum(axis=1), patients, near, strict=True)
        table.shown[min(cost)[2]] = False


def _small_group(table: Numbers) -> Any:
    """Return the lines of a group that published totals tell apart and that is small, or None."""
    for sets in _told_apart(table):
        if sets.shape[0]:
            classes = classes_of(sets)
            sizes = summed(table.patients, classes)
            for small in np.flatnonzero((sizes > 0) & (sizes < table.known.least)):
                if sets[:, classes == small].any():
                    return classes == small
    return None


def _told_apart(table: Numbers) -> Iterator[Any]:
    """Yield sets of which the totals are published: of all, of metastatic, of other patients.

    All patients kept, and all metastatic ones, stand in the report if it may tell them.
    """
    published = table.sets[table.shown.any(axis=1)]
    every = np.ones((1 if table.tells_all else 0, published.shape[1]), dtype=bool)
    yield np.vstack([published, every])
    if table.known.added_up:
        return
    metastatic = published[(published <= table.metastatic).all(axis=1)]
    yield np.vstack([metastatic, every & table.metastatic])
    both = [((one & table.metastatic) == metastatic).all(axis=1).any() for one in published]
    yield np.vstack([published[np.array(both, dtype=bool)], every]) & ~table.metastatic


def _near(published: Any, lines: Any) -> Any:
    """Return which published sets border on some lines: what holds them, and what stands beside.

    Those that stand beside lie in the smallest set that holds the lines; without such a set, all.
    """
    holds = (published | ~lines[None, :]).all(axis=1)
    within = np.ones(published.shape[1], dtype=bool)
    if holds.any():
        sizes = np.where(holds, published.sum(axis=1), published.shape[1] + 1)
        within = published[int(sizes.argmin())]
    return holds | (published & within[None, :]).any(axis=1)


# One site


class _Fault(NamedTuple):
    """A number that could be worked out."""

    lines: Any
    row: int | None
    """Its set, where it was asked for; None for what is left when others are subtracted."""


def _protect(table: Numbers, column: int) -> None:
    """Leave out numbers until none that is small at a site can be worked out."""
    for fault in list(_faults(table, column)):
        while _is_fault(table, column, fault):
            if not _hide_near(table, column, fault):
                break  # Nothing is published that could reveal it.


def _faults(table: Numbers, column: int, within: Any = None) -> Iterator[_Fault]:
    """Yield the numbers of a site that could be worked out; ``within`` only those on some lines."""
    shown = table.shown[:, column]
    if shown.any():
        sets = table.sets[shown]
        classes = classes_of(sets)
        for numbers in (table.present, table.absent):
            sizes = summed(numbers[:, column], classes)
            for small in np.flatnonzero((sizes > 0) & (sizes < table.known.least)):
                if sets[:, classes == small].any():
                    yield _Fault(classes == small, None)
    small = table.small[0][:, column] | table.small[1][:, column]
    moves = moves_of(table)
    if within is not None:
        small = small & table.sets[:, within].any(axis=1)
    for row in np.flatnonzero(table.asked[:, column] & small & ~shown):
        if not _is_open(table, column, int(row), moves):
            yield _Fault(table.sets[row], int(row))


def _is_fault(table: Numbers, column: int, fault: _Fault) -> bool:
    if fault.row is not None:
        return not _is_open(table, column, fault.row, moves_of(table))
    sets = table.sets[table.shown[:, column]]
    alike = (sets == sets[:, fault.lines][:, :1]).all(axis=0)
    return bool(sets[:, fault.lines].any() and (alike == fault.lines).all())


def _is_open(table: Numbers, column: int, row: int, moves: Moves) -> bool:
    """Return whether a number left out, if it is small, may be anything from 1 to N."""
    least = table.known.least
    unknown = moves.unbound & (not table.tells_all)  # Nobody knows how many the rest are.
    if table.small[0][row, column]:
        own = moves.still.present[:, column]
        touched, inside = moves.with_site(row, column)
        up, down = least - int(own[touched].sum()), int(own[inside & ~unknown].sum()) - 1
        if not (touched & unknown).any() and up > reach(
            table, column, moves, touched, up=True, most=up
        ):
            return False
        if down > reach(table, column, moves, inside & ~unknown, up=False, most=down):
            return False
    if table.small[1][row, column]:
        fewest, most = moves.without_site(row, column)
        touched, inside = moves.still.members[row] > 0, fewest > 0
        up, down = least - int(most.sum()), int(fewest[~unknown].sum()) - 1
        if not (touched & unknown).any() and up > reach(
            table, column, moves, touched, up=False, most=up
        ):
            return False
        if down > reach(table, column, moves, inside & ~unknown, up=True, most=down):
            return False
    return True


def _hide_near(table: Numbers, column: int, fault: _Fault) -> bool:
    """Leave out the number of the fewest patients that mends a fault, or that borders on it."""
    for places in ([column], _kin(table, column)):
        near = _borders(table, places, fault.lines)
        for row, place in near:
            table.shown[row, place] = False
            if not _is_fault(table, column, fault):
                return True
            table.shown[row, place] = True
        if near:
            table.shown[near[0]] = False
            return True
    return False


def _borders(table: Numbers, places: Sequence[int], lines: Any) -> list[tuple[int, int]]:
    """Return the numbers published at some sites that border on lines, of few patients first."""
    found = []
    for place in places:
        rows = np.flatnonzero(table.shown[:, place])
        if rows.size:
            near = rows[_near(table.sets[rows], lines)]
            counts = table.sets[near] @ table.present[:, place]
            found += [(int(n), int(row), place) for n, row in zip(counts, near, strict=True)]
    return [(row, place) for _, row, place in sorted(found)]


def _kin(table: Numbers, column: int) -> list[int]:
    """Return the columns that bear on a site: wholes and parts, and what adds up or is some site.

    In the end what bears on one of these, too.
    """
    found, before = {column}, 0
    while before != (before := len(found)):
        for family in table.families:
            found |= family if family & found else set()
    return sorted(found - {column})


def _show_again(table: Numbers) -> None:
    """Show what need not stay out, of the most patients first."""
    once = {where for where, cell in zip(table.at, table.cells, strict=True) if cell.shown}
    never = {where for where, cell in zip(table.at, table.cells, strict=True) if not cell.shown}
    counts = table.sets @ table.present
    hidden = [one for one in once - never if not table.shown[one]]
    for row, column in sorted(hidden, key=lambda one: (-int(counts[one]), one)):
        is_new = not table.shown[row].any()
        table.shown[row, column] = True
        places = np.unique(table.columns) if is_new else (column, *_kin(table, column))
        within = _related(table, row)
        if (is_new and _small_group(table) is not None) or any(
            next(_faults(table, int(one), within), None) is not None for one in places
        ):
            table.shown[row, column] = False


def _related(table: Numbers, row: int) -> Any:
    """Return the lines that exchange patients with those of a set in any published number."""
    published = table.sets[table.shown.any(axis=1)]
    found, before = table.sets[row], 0
    while before != (before := int(found.sum())):
        found = found | published[published[:, found].any(axis=1)].any(axis=0)
    return found
