"""The packed way: coded diagnoses of Parquet files counted in tables with a place for each patient.

Where patients are whole numbers, or texts that differ in their digits only (``P00000042``), a
patient is a position. Batches of columns are read by Arrow and written into arrays by NumPy, which
both leave Python's lock, so that threads work side by side: a byte for each site and patient, and
the smallest key of day and primary for each patient. The numbers are those of
:func:`~.tally.count_patients`, in half the time or less; where the way does not
apply, :func:`count_packed` says so and the engine counts.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event, Lock
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import ReadError
from metastasis.patients._counting.counts import CodeUse, added
from metastasis.patients._counting.identity import Identity, NotPacked, identity_of
from metastasis.patients._counting.packed_tables import Tables, merged_tally
from metastasis.patients._counting.tally import CHOICES, coded_rows, count_patients

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import ModuleType

    from metastasis.patients._counting.counts import Tally
    from metastasis.patients._engines.engine import Engine, Progress

__all__ = ["PackedJob", "count_packed", "tally_coded"]

_MOST_BYTES: Final = 1 << 30
_MOST_THREADS: Final = 4
_MOST_PASSES: Final = 3
_BATCH_ROWS: Final = 1 << 16
_SPARSE: Final = 8
"""Places for each row, above which most would stay empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedJob:
    """What to count."""

    files: Sequence[Path]
    patient: str
    code: str
    date: str | None
    """Names of columns as they stand in the files."""
    codes: Mapping[str, CodeUse]
    choose: str
    primaries: int
    sites: int
    metastatic_sites: Iterable[int] | None
    days: tuple[int, int] | None
    """The first and the last day that count as dates; None for any."""
    early: bool = False
    """Whether to count who has a site dated before every primary."""


def tally_coded(
    engine: Engine,
    rows: Any,
    codes: Mapping[str, CodeUse],
    *,
    choose: str,
    sites: int,
    metastatic_sites: Iterable[int] | None = None,
    days: tuple[int, int] | None = None,
    early: bool = False,
) -> Tally:
    """Return the patients of coded diagnoses, counted: in the packed way, else by the engine.

    Parameters
    ----------
    rows
        Columns ``patient``, ``code``, and where there ``date`` (of a date or timestamp type),
        ``sex``. The packed way needs a data frame just as ``engine.read`` returned it.
    codes
        What each code means; rows with others are dropped.
    days
        The first and the last day (since 1970-01-01) that count as dates; None for any.
    choose, sites, metastatic_sites, early
        See :func:`~.tally.count_patients`.

    >>> import pandas
    >>> from metastasis.patients._engines.engine import open_engine
    >>> table = pandas.DataFrame({"patient": ["A", "A", "B"], "code": ["C61", "C79.51", "C61"]})
    >>> codes = {"C61": CodeUse(primary=0), "C79.51": CodeUse(sites=(0,))}
    >>> with open_engine() as engine:
    ...     found = tally_coded(engine, engine.frame(table), codes, choose="first", sites=1)
    >>> [(line.metastatic, line.patients, line.yes) for line in found.lines]
    [(False, 1, (0,)), (True, 1, (1,))]

    Raises
    ------
    UnknownNameError
        There is no such choice.
    ReadError, TableError
        A file cannot be read through.
    """
    primaries = [use.primary for use in codes.values() if use.primary is not None]
    origin = engine.origin(rows)
    if origin is not None and set(origin.columns) <= {"patient", "code", "date"}:
        job = PackedJob(
            files=origin.files,
            patient=origin.columns["patient"],
            code=origin.columns["code"],
            date=origin.columns.get("date"),
            codes=codes,
            choose=choose,
            primaries=max(primaries, default=0) + 1,
            sites=sites,
            metastatic_sites=metastatic_sites,
            days=days,
            early=early,
        )
        found = count_packed(job, threads=engine.threads, progress=engine.progress)
        if found is not None:
            return found
    F = engine.functions  # noqa: N806
    small = {"code": "string", "primary": "int", "site": "int", "metastatic": "boolean"}
    table = engine.table(small, _code_rows(codes))
    canonical = coded_rows(_with_day(rows, days, F), table, F)
    return count_patients(
        engine,
        canonical,
        choose=choose,
        sites=sites,
        metastatic_sites=metastatic_sites,
        early=early,
    )


def _code_rows(codes: Mapping[str, CodeUse]) -> list[tuple[Any, ...]]:
    """Return a row for each code and site."""
    return [
        (code, use.primary, site, use.metastatic or None)
        for code, use in sorted(codes.items())
        for site in use.sites or (None,)
    ]


def _with_day(rows: Any, days: tuple[int, int] | None, F: ModuleType) -> Any:  # noqa: N803
    """Return rows with the day in the place of the date."""
    kept = [name for name in rows.columns if name != "date"]
    if "date" not in rows.columns:
        return rows
    day = F.unix_date(F.col("date").cast("date"))
    if days is not None:
        day = F.when((day >= days[0]) & (day <= days[1]), day)
    return rows.select(*kept, day.alias("day"))


def count_packed(
    job: PackedJob, *, threads: int | None = None, progress: Progress | None = None
) -> Tally | None:
    """Return the patients counted, or None where the packed way does not apply.

    It applies to whole numbers, and to texts of one length that differ in at most 16 digits at
    their end, if they are dense enough; to dates of a date or timestamp type without a zone; and to
    every choice of primary but ``most``.

    Raises
    ------
    ReadError
        A file is cut short or is no Parquet file.
    """
    import pyarrow as pa

    if job.choose not in CHOICES or job.choose == "most":
        return None
    try:
        parts, rows = _parts(job)
        identity = identity_of(job.files, job.patient)
        wide = Tables.bytes_a_patient(job)
        workers = min(threads or os.cpu_count() or 1, _MOST_THREADS, max(1, len(parts)))
        passes = -(-identity.size * (wide[0] + workers * wide[1]) // _MOST_BYTES)
        if passes > _MOST_PASSES or identity.size > _SPARSE * max(rows, 1 << 16):
            return None
        return _counted(job, identity, parts, int(passes), workers, _Meter(progress, rows * passes))
    except NotPacked:
        return None
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, ReadError):
            raise
        reason = str(error).partition("\n")[0]
        raise ReadError(", ".join(map(str, job.files)), reason) from None


def _counted(
    job: PackedJob,
    identity: Identity,
    parts: Sequence[tuple[Path, int]],
    passes: int,
    workers: int,
    meter: _Meter,
) -> Tally:
    """Count a range of patients after the other, so that the tables stay small."""
    found = []
    step = -(-identity.size // passes)
    for low in range(0, identity.size, step):
        high = min(low + step, identity.size)
        tables = [Tables.shared(job, high - low)]
        tables += [tables[0].sibling() for _ in range(workers - 1)]
        queue: SimpleQueue[tuple[Path, int]] = SimpleQueue()
        for part in parts:
            queue.put(part)
        stop = Event()
        whole = (low, high) == (0, identity.size)
        place = _Range(low, high, whole)
        with ThreadPoolExecutor(workers) as pool:
            jobs = [
                pool.submit(_work, job, identity, one, place, queue, stop, meter) for one in tables
            ]
            try:
                for one in jobs:
                    one.result()
            finally:
                stop.set()
            found.append(merged_tally(job, tables, pool))
    return added(found)


@dataclass(frozen=True, slots=True)
class _Range:
    low: int
    high: int
    is_whole: bool


class _Meter:
    """Counts rows for all threads and tells the user."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress, self._total, self._done, self._lock = progress, total, 0, Lock()

    def add(self, rows: int) -> None:
        """Count rows."""
        if self._progress is not None:
            with self._lock:
                self._done += rows
                self._progress(self._done, self._total)


def _parts(job: PackedJob) -> tuple[list[tuple[Path, int]], int]:
    """Return the row groups of all files, and how many rows they have."""
    import pyarrow.parquet as pq

    parts, rows = [], 0
    for path in job.files:
        with pq.ParquetFile(path) as file:
            rows += file.metadata.num_rows
            parts += [(path, group) for group in range(file.metadata.num_row_groups)]
    return parts, rows


def _work(
    job: PackedJob,
    identity: Identity,
    tables: Tables,
    place: _Range,
    queue: SimpleQueue[tuple[Path, int]],
    stop: Event,
    meter: _Meter,
) -> None:
    """Count row groups until none is left or another thread failed."""
    try:
        for batch in _batches(job, queue, stop):
            who = identity.positions(batch.column(0))
            codes = batch.column(1)
            day = None if job.date is None else batch.column(2)
            if not place.is_whole:
                inside = (who >= place.low) & (who < place.high)
                who, codes, day = _kept(inside, who, codes, day)
                who = who - place.low
            tables.add(who, codes, day)
            meter.add(batch.num_rows)
    except BaseException:
        stop.set()
        raise


def _kept(inside: Any, who: Any, codes: Any, day: Any) -> tuple[Any, Any, Any]:
    import pyarrow as pa

    mask = pa.array(inside)
    return who[inside], codes.filter(mask), None if day is None else day.filter(mask)


def _batches(job: PackedJob, queue: SimpleQueue[tuple[Path, int]], stop: Event) -> Iterator[Any]:
    """Yield batches of patient, code and date; rows without a patient are left out."""
    import pyarrow.parquet as pq

    names = [name for name in (job.patient, job.code, job.date) if name is not None]
    opened: dict[Path, Any] = {}
    try:
        while not stop.is_set():
            try:
                path, group = queue.get_nowait()
            except Empty:
                return
            if path not in opened:
                opened[path] = pq.ParquetFile(path, read_dictionary=[job.code])
            for batch in opened[path].iter_batches(
                batch_size=_BATCH_ROWS, row_groups=[group], columns=names, use_threads=False
            ):
                ordered = batch.select(names)
                patient = ordered.column(0)
                yield ordered.filter(patient.is_valid()) if patient.null_count else ordered
                if stop.is_set():
                    return
    finally:
        for file in opened.values():
            file.close()
