"""The tables of the packed way: what they hold of each patient, and how they are added up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Self

from metastasis.patients._counting.counts import Line, Tally
from metastasis.patients._counting.identity import NotPacked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from concurrent.futures import ThreadPoolExecutor

    import numpy

    from metastasis.patients._counting.counts import CodeUse
    from metastasis.patients._counting.packed import PackedJob

    Numbers = numpy.ndarray[Any, Any]

__all__ = ["Tables", "merged_tally"]

_FAR: Final = (1 << 31) - 1
"""The key of a patient without a primary."""
_CHUNK: Final = 1 << 18


@dataclass(slots=True)
class Tables:
    """What is known of each patient so far; one for each thread, of which ``seen`` is shared.

    Threads may write to ``seen`` at once, as all they write is True.
    """

    job: PackedJob
    seen: Numbers
    """A row of truth values for each site, one for the mark, one for everybody there, and for
    ``each`` one for each primary; a column a patient."""
    forward: Numbers
    """The least of day times primaries plus primary."""
    backward: Numbers
    """The least of day times primaries plus primaries minus primary."""
    site_day: Numbers | None
    primary_day: Numbers | None
    _of_texts: dict[tuple[str | None, ...], _Uses] = field(default_factory=dict)

    @classmethod
    def shared(cls, job: PackedJob, patients: int) -> Self:
        """Return empty tables."""
        import numpy as np

        rows = job.sites + 2 + (job.primaries if job.choose == "each" else 0)
        return cls(job, np.zeros((rows, patients), bool), *_keys(job, patients))

    def sibling(self) -> Self:
        """Return tables for another thread."""
        return type(self)(self.job, self.seen, *_keys(self.job, self.seen.shape[1]))

    @staticmethod
    def bytes_a_patient(job: PackedJob) -> tuple[int, int]:
        """Return the bytes for a patient in all, and those for each thread."""
        keyed = 0 if job.choose == "each" else 8
        rows = job.sites + 2 + (job.primaries if job.choose == "each" else 0)
        return rows, keyed + (8 if job.early else 0)

    def add(self, who: Numbers, codes: Any, day: Any) -> None:
        """Add a batch: positions of patients, codes as an Arrow dictionary, and days."""
        import numpy as np

        if not len(who):
            return
        uses = self._uses_of(codes.dictionary)
        which = codes.indices
        index = (which.fill_null(-1) if which.null_count else which).to_numpy(zero_copy_only=False)
        days = _days(day, len(who), self.job.days) if self._needs_days else None
        rows = np.flatnonzero(uses.has_primary[index])
        primary = uses.primary[index[rows]]
        self._add_primaries(who[rows], primary, None if days is None else days[rows])
        flat = self.seen.reshape(-1)
        patients = self.seen.shape[1]
        for sites in uses.rows_seen:
            rows = np.flatnonzero((sites >= 0)[index])
            flat[(sites * patients)[index[rows]] + who[rows]] = True
        if self.site_day is not None and days is not None:
            rows = np.flatnonzero(uses.has_site[index])
            np.minimum.at(self.site_day, who[rows], days[rows])

    @property
    def _needs_days(self) -> bool:
        return self.job.choose in ("first", "last") or self.job.early

    def _add_primaries(self, who: Numbers, primary: Numbers, days: Numbers | None) -> None:
        import numpy as np

        if self.job.choose == "each":
            patients = self.seen.shape[1]
            row = primary.astype(np.int64) + (self.job.sites + 2)
            self.seen.reshape(-1)[row * patients + who] = True
        else:
            base = _base(self.job)
            high: Any = np.int32(0)
            if self.job.choose != "only" and days is not None:
                high = _ordered(days, self.job) * np.int32(base)
            np.minimum.at(self.forward, who, high + primary)
            np.minimum.at(self.backward, who, high + (np.int32(base - 1) - primary))
        if self.primary_day is not None and days is not None:
            np.minimum.at(self.primary_day, who, days)

    def _uses_of(self, texts: Any) -> _Uses:
        key = tuple(texts.to_pylist())
        if key not in self._of_texts:
            self._of_texts[key] = _Uses.of(key, self.job)
        return self._of_texts[key]


@dataclass(frozen=True, slots=True)
class _Uses:
    """What each code of a dictionary means; the last place is for no code."""

    primary: Numbers
    has_primary: Numbers
    has_site: Numbers
    rows_seen: tuple[Numbers, ...]
    """Rows of ``seen`` to write to, minus one for none; several for codes of several sites."""

    @classmethod
    def of(cls, texts: Sequence[str | None], job: PackedJob) -> Self:
        """Return the meaning of the codes of a dictionary."""
        import numpy as np

        nothing = (None, ())
        marks = _marking_sites(job)
        uses = [job.codes.get(text) if text is not None else None for text in texts] + [None]
        found = [nothing if one is None else (one.primary, _rows(one, job, marks)) for one in uses]
        depth = max(len(rows) for _, rows in found)
        padded = [(*rows, *([-1] * (depth - len(rows)))) for _, rows in found]
        slots = np.array(padded, np.int64).reshape(len(found), depth)
        primary = np.array([-1 if one is None else one for one, _ in found], np.int32)
        has_site = np.array([one is not None and bool(one.sites) for one in uses])
        return cls(primary, primary >= 0, has_site, tuple(slots.T.copy()))


def merged_tally(job: PackedJob, tables: Sequence[Tables], pool: ThreadPoolExecutor) -> Tally:
    """Return the patients of all tables counted, a stretch of patients at a time."""
    starts = range(0, tables[0].seen.shape[1], _CHUNK)
    counts = list(pool.map(lambda start: _Counts.of(job, tables, start), starts))
    return _as_tally(job, counts)


@dataclass(frozen=True, slots=True)
class _Counts:
    """Counts by primary and metastatic state, as twice the primary plus the state."""

    patients: Numbers
    yes: Numbers
    outcomes: Mapping[str, int]
    early: int

    @classmethod
    def of(cls, job: PackedJob, tables: Sequence[Tables], start: int) -> Self:
        """Count a stretch of patients."""
        import numpy as np

        part = slice(start, start + _CHUNK)
        seen = tables[0].seen[:, part]
        metastatic = _metastatic(job, seen)
        early = _early(tables, part)
        if job.choose == "each":
            return cls._of_each(job, seen, metastatic, early)
        forward = np.minimum.reduce([one.forward[part] for one in tables])
        backward = np.minimum.reduce([one.backward[part] for one in tables])
        base = _base(job)
        named = forward != _FAR
        primary = forward & (base - 1)
        kept = named & (primary == base - 1 - (backward & (base - 1)))
        group = primary * 2 + metastatic
        size = 2 * job.primaries
        yes = [
            np.bincount(group[np.flatnonzero(row & kept)], minlength=size)
            for row in seen[: job.sites]
        ]
        refusal = "several primaries" if job.choose == "only" else "tied primaries"
        outcomes = {
            "kept": int(np.count_nonzero(kept)),
            refusal: int(np.count_nonzero(named & ~kept)),
            "no primary": int(np.count_nonzero(~named & seen[: job.sites + 2].any(axis=0))),
        }
        return cls(
            np.bincount(group[kept], minlength=size),
            np.array(yes).reshape(job.sites, size),
            outcomes,
            early,
        )

    @classmethod
    def _of_each(cls, job: PackedJob, seen: Numbers, metastatic: Numbers, early: int) -> Self:
        import numpy as np

        size = 2 * job.primaries
        patients = np.zeros(size, np.int64)
        yes = np.zeros((job.sites, size), np.int64)
        for primary, row in enumerate(seen[job.sites + 2 :]):
            there = np.flatnonzero(row)
            state = metastatic[there].astype(np.int64)
            group = slice(2 * primary, 2 * primary + 2)
            patients[group] = np.bincount(state, minlength=2)
            for site in range(job.sites):
                yes[site, group] = np.bincount(state[seen[site][there]], minlength=2)
        without = ~seen[job.sites + 2 :].any(axis=0) & seen[: job.sites + 2].any(axis=0)
        outcomes = {"kept": int(patients.sum()), "no primary": int(np.count_nonzero(without))}
        return cls(patients, yes, outcomes, early)


def _as_tally(job: PackedJob, counts: Sequence[_Counts]) -> Tally:
    patients = sum(one.patients for one in counts)
    yes = sum(one.yes for one in counts)
    lines = [
        Line(
            group // 2,
            None,
            bool(group % 2),
            int(number),
            tuple(map(int, yes[:, group])),  # type: ignore[index]
            (int(number),) * job.sites,
        )
        for group, number in enumerate(patients)  # type: ignore[arg-type]
        if number
    ]
    names = sorted({name for one in counts for name in one.outcomes})
    outcomes = {name: sum(int(one.outcomes.get(name, 0)) for one in counts) for name in names}
    early = sum(one.early for one in counts) if job.early else None
    return Tally(
        tuple(lines), {name: number for name, number in outcomes.items() if number}, 0, 0, early
    )


def _keys(job: PackedJob, patients: int) -> tuple[Numbers, Numbers, Numbers | None, Numbers | None]:
    import numpy as np

    size = 0 if job.choose == "each" else patients
    keys = [np.full(size, _FAR, np.int32) for _ in range(2)]
    days = [np.full(patients, _FAR, np.int32) if job.early else None for _ in range(2)]
    return keys[0], keys[1], days[0], days[1]


def _base(job: PackedJob) -> int:
    """Return the power of two that holds all primaries."""
    return 1 << max(1, (job.primaries - 1).bit_length())


def _days(day: Any, size: int, span: tuple[int, int] | None) -> Numbers:
    """Return days since 1970-01-01; ``_FAR`` for none, and for those outside of the span."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if day is None:
        return np.full(size, _FAR, np.int32)
    if pa.types.is_timestamp(day.type) and day.type.tz is None:
        day = pc.floor_temporal(day, unit="day").cast(pa.date32())
    if pa.types.is_date(day.type):
        day = day.cast(pa.date32()).cast(pa.int32())
    if day.type != pa.int32():
        raise NotPacked
    found: Numbers = (day.fill_null(_FAR) if day.null_count else day).to_numpy()
    if span is None:
        return found
    outside = (found < span[0]) | (found > span[1])
    return np.where(outside, np.int32(_FAR), found) if outside.any() else found


def _ordered(days: Numbers, job: PackedJob) -> Numbers:
    """Return days so that the primary wanted has the least; those without a day come last."""
    import numpy as np

    last = _FAR // _base(job) - 1
    undated = days == _FAR
    days = -days if job.choose == "last" else days
    if undated.any():
        days = np.where(undated, np.int32(last), days)
    if len(days) and (int(days.min()) < -last or int(days.max()) > last):
        raise NotPacked
    return days


def _marking_sites(job: PackedJob) -> frozenset[int]:
    """Return the sites whose codes all mark a patient as metastatic."""
    marking: dict[int, bool] = {}
    for use in job.codes.values():
        for site in use.sites:
            marking[site] = marking.get(site, True) and use.metastatic
    return frozenset(site for site, marks in marking.items() if marks)


def _rows(use: CodeUse, job: PackedJob, marks: frozenset[int]) -> tuple[int, ...]:
    """Return the rows of ``seen`` that a code writes to."""
    rows = list(use.sites)
    if use.metastatic and not marks.intersection(use.sites):
        rows.append(job.sites)
    if use.primary is None and not rows:
        rows.append(job.sites + 1)
    return tuple(rows)


def _metastatic(job: PackedJob, seen: Numbers) -> Numbers:
    import numpy as np

    told = range(job.sites) if job.metastatic_sites is None else job.metastatic_sites
    rows = sorted({*told, *_marking_sites(job), job.sites})
    found: Numbers = np.logical_or.reduce(seen[rows], axis=0)
    return found


def _early(tables: Sequence[Tables], part: slice) -> int:
    import numpy as np

    if tables[0].site_day is None:
        return 0
    sites = np.minimum.reduce([one.site_day[part] for one in tables if one.site_day is not None])
    primaries = np.minimum.reduce(
        [one.primary_day[part] for one in tables if one.primary_day is not None]
    )
    return int(np.count_nonzero((sites < primaries) & (primaries != _FAR)))
