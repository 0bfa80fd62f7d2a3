"""The aggregations in plain Python, a patient at a time: what the engines have to agree with."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from metastasis.patients._counting.tally import Line, Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metastasis.patients._counting.wholes import Whole

__all__ = ["Patient", "Row", "patients_of", "plain_sequences", "tally_of"]

NEVER: Final = float("inf")


class Row(NamedTuple):
    """A canonical row."""

    patient: Any
    primary: int | None
    site: int | None
    known: bool | None = None
    day: int | None = None
    sex: str | None = None
    metastatic: bool | None = None


class Patient(NamedTuple):
    """What is to come out of a patient's rows."""

    patient: Any
    primary: int | None
    outcome: str
    sex: str | None
    two_sexes: bool
    metastatic: bool | None
    two_marks: bool
    early: bool
    seen: frozenset[int]
    unknown: frozenset[int]


def patients_of(rows: Iterable[Row], choose: str) -> list[Patient]:
    """Return every patient, for ``each`` once a primary; contradictions stand with the first."""
    grouped: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row.patient].append(row)
    return [
        _patient(who, group, primary, outcome, is_first=not number)
        for who, group in grouped.items()
        for number, (primary, outcome) in enumerate(_chosen(group, choose))
    ]


def tally_of(
    rows: Iterable[Row],
    choose: str,
    sites: int,
    metastatic_sites: Iterable[int] | None = None,
    *,
    wholes: Sequence[Whole] = (),
    early: bool = False,
) -> Tally:
    """Return the patients counted; a whole is there with any of its parts."""
    every = patients_of(rows, choose)
    telling = set(range(sites) if metastatic_sites is None else metastatic_sites)
    groups: dict[tuple[int, str, bool], list[Patient]] = defaultdict(list)
    for one in every:
        if one.outcome == "kept" and one.primary is not None:
            state = bool(one.seen & telling) if one.metastatic is None else one.metastatic
            groups[one.primary, one.sex or "", state].append(one)
    lines = [
        Line(
            primary,
            sex or None,
            state,
            len(group),
            (
                *(sum(site in one.seen for one in group) for site in range(sites)),
                *(sum(not one.seen.isdisjoint(whole.within) for one in group) for whole in wholes),
            ),
            (
                *(
                    sum(site in one.seen or site not in one.unknown for one in group)
                    for site in range(sites)
                ),
                *(
                    sum(
                        not one.seen.isdisjoint(whole.within) or one.unknown.isdisjoint(whole.asked)
                        for one in group
                    )
                    for whole in wholes
                ),
            ),
        )
        for (primary, sex, state), group in sorted(groups.items())
    ]
    outcomes = Counter(one.outcome for one in every)
    return Tally(
        tuple(lines),
        dict(sorted(outcomes.items())),
        sum(one.two_sexes for one in every),
        sum(one.two_marks for one in every),
        sum(one.early for one in every) if early else None,
    )


def plain_sequences(rows: Sequence[Row], choose: str) -> set[tuple[Any, ...]]:
    """Return patient, primary, site, first day and order."""
    found = set()
    for one in patients_of(rows, choose):
        if one.outcome != "kept":
            continue
        days: dict[Any, Any] = {}
        for row in rows:
            is_seen = row.site is not None and row.known is not False and row.day is not None
            if row.patient == one.patient and is_seen:
                day: Any = row.day
                days[row.site] = min(day, days.get(row.site, day))
        ranks = {day: rank for rank, day in enumerate(sorted(set(days.values())), 1)}
        found |= {(one.patient, one.primary, site, day, ranks[day]) for site, day in days.items()}
    return found


def _chosen(group: list[Row], choose: str) -> list[tuple[int | None, str]]:
    named = [row for row in group if row.primary is not None]
    primaries = {row.primary for row in named if row.primary is not None}
    if not primaries:
        return [(None, "no primary")]
    if choose == "each":
        return [(primary, "kept") for primary in sorted(primaries)]
    if choose == "only":
        best = primaries
    elif choose == "most":
        ranks = {primary: _rank(named, primary) for primary in primaries}
        best = {primary for primary in primaries if ranks[primary] == min(ranks.values())}
    else:
        sign = -1 if choose == "last" else 1
        days = [(NEVER if row.day is None else sign * row.day, row.primary) for row in named]
        first = min(day for day, _ in days)
        best = {one for day, one in days if day == first and one is not None}
    if len(best) > 1:
        return [(None, "several primaries" if choose == "only" else "tied primaries")]
    return [(best.pop(), "kept")]


def _rank(named: list[Row], primary: int | None) -> tuple[int, float]:
    of_primary = [row for row in named if row.primary == primary]
    return -len(of_primary), min(NEVER if row.day is None else row.day for row in of_primary)


def _patient(
    who: Any, group: list[Row], primary: int | None, outcome: str, *, is_first: bool
) -> Patient:
    sexes = {row.sex for row in group if row.sex}
    marks = {row.metastatic for row in group if row.metastatic is not None}
    seen = frozenset(row.site for row in group if row.site is not None and row.known is not False)
    unknown = frozenset(row.site for row in group if row.site is not None and row.known is False)
    return Patient(
        who,
        primary,
        outcome,
        sexes.pop() if len(sexes) == 1 else None,
        is_first and len({row.sex for row in group if row.sex}) > 1,
        any(marks) if marks else None,
        is_first and len(marks) > 1,
        is_first and _is_early(group),
        seen,
        unknown,
    )


def _is_early(group: list[Row]) -> bool:
    sites = [row.day for row in group if row.site is not None and row.known is not False]
    primaries = [row.day for row in group if row.primary is not None]
    dated_sites = [day for day in sites if day is not None]
    dated_primaries = [day for day in primaries if day is not None]
    return bool(dated_sites and dated_primaries and min(dated_sites) < min(dated_primaries))
