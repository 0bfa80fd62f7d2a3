"""Generate a claims table of any size, and beside it what is true of it.

    python3 scripts/generate_claims.py --rows 50000000 --patients 10000000 --out claims.parquet

One row a diagnosis: ``patient``, ``code`` (ICD-10-CM) and ``date``. Every number behind it is made
up and stands below; none comes from patients. The same arguments give the same rows. Beside
``claims.parquet`` comes ``claims.truth.csv``: for each primary (its ICD-10-CM category) and each
secondary (its code without the side), how many patients have both, how many have the primary, and
how many of those have any secondary.

A patient has one primary, which is coded first; of a hundred, three get a second primary later on.
Each secondary comes by its own chance, between the day of the primary and 1,000 days after it. The
remaining rows repeat a diagnosis on a later day, or are of no cancer. Rows stand in random order
within blocks of 50 million.
"""

from __future__ import annotations

import argparse
import csv
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy
    import pyarrow

    Numbers = numpy.ndarray[Any, Any]

FORMS: Final = ("parquet", "csv")
IDS: Final = ("integer", "string", "opaque")

SECONDARIES: Final = {
    "C77.1": ("C77.1",),
    "C77.2": ("C77.2",),
    "C77.3": ("C77.3",),
    "C78.0": ("C78.00", "C78.01", "C78.02"),
    "C78.2": ("C78.2",),
    "C78.6": ("C78.6",),
    "C78.7": ("C78.7",),
    "C79.3": ("C79.31",),
    "C79.5": ("C79.51",),
    "C79.7": ("C79.70", "C79.71", "C79.72"),
    "C79.9": ("C79.9",),
}
"""Secondary codes: what the truth table calls them, and how they are written."""

PRIMARIES: Final[dict[str, tuple[int, tuple[str, ...], tuple[int, ...]]]] = {
    # category: weight, how it is written, chance of each secondary in percent (made up)
    "C50": (22, ("C50.911", "C50.912", "C50.919"), (1, 1, 12, 6, 3, 1, 6, 3, 14, 1, 2)),
    "C34": (20, ("C34.11", "C34.12", "C34.90"), (20, 3, 1, 10, 9, 1, 11, 16, 18, 9, 3)),
    "C61": (18, ("C61",), (1, 6, 1, 3, 1, 1, 3, 1, 24, 1, 2)),
    "C18": (12, ("C18.2", "C18.7", "C18.9"), (1, 8, 1, 8, 1, 9, 20, 1, 3, 1, 2)),
    "C25": (7, ("C25.0", "C25.9"), (1, 10, 1, 8, 2, 14, 32, 1, 4, 2, 3)),
    "C64": (6, ("C64.1", "C64.2", "C64.9"), (4, 5, 1, 20, 3, 2, 7, 5, 12, 6, 2)),
    "C56": (5, ("C56.1", "C56.2", "C56.9"), (2, 9, 2, 5, 6, 33, 9, 1, 2, 1, 2)),
    "C43": (5, ("C43.59", "C43.9"), (2, 2, 11, 13, 1, 2, 10, 12, 7, 4, 3)),
    "C16": (3, ("C16.0", "C16.9"), (2, 11, 1, 5, 2, 16, 16, 1, 4, 1, 3)),
    "C67": (2, ("C67.9",), (1, 8, 3, 7, 1, 3, 6, 1, 9, 1, 2)),
}
OTHERS: Final = ("Z51.11", "Z12.31", "I10", "E11.9", "J18.9", "R63.4", "N17.9", "D64.9")
"""What is coded in patients with cancer besides it."""

FIRST_DAY: Final = 16_436
"""2015-01-01, in days since 1970-01-01."""
PRIMARY_DAYS: Final = 1_826
"""Five years in which primaries are first coded."""
LATER_DAYS: Final = 1_000
LEAST_ROWS_A_PATIENT: Final = 3
"""Fewer would leave no room for the secondaries that the percentages ask for."""
BLOCK_ROWS: Final = 50_000_000
"""So many rows are put in random order at once; they take about 1 GB."""
CHUNK_PATIENTS: Final = 500_000
"""So many patients are made up at once; their table of chances takes 44 MB."""
BATCH_ROWS: Final = 1_000_000
"""The rows of a row group, near to what other writers of Parquet choose."""


@dataclass(slots=True)
class Truth:
    """Patients by primary, with any secondary, and with each."""

    patients: Numbers
    metastatic: Numbers
    both: Numbers = field(repr=False)

    def add(self, primary: Numbers, has: Numbers) -> None:
        """Count patients."""
        import numpy as np

        size = len(PRIMARIES)
        self.patients += np.bincount(primary, minlength=size)
        self.metastatic += np.bincount(primary[has.any(axis=1)], minlength=size)
        np.add.at(self.both, primary, has)

    def write(self, path: Path) -> None:
        """Write the table."""
        with path.open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow(("primary", "secondary", "count", "patients", "metastatic_patients"))
            for row, primary in enumerate(PRIMARIES):
                for column, secondary in enumerate(SECONDARIES):
                    counts = (self.both[row, column], self.patients[row], self.metastatic[row])
                    table.writerow((primary, secondary, *map(int, counts)))


def codes() -> list[tuple[str, int | None, int | None]]:
    """Return what each cancer code means: its primary or its secondary, by position."""
    of_primary = [(one, n, None) for n, row in enumerate(PRIMARIES.values()) for one in row[1]]
    of_secondary = [(one, None, n) for n, row in enumerate(SECONDARIES.values()) for one in row]
    return [*of_primary, *of_secondary]


def generate(
    out: Path,
    *,
    rows: int = 1_000_000,
    patients: int = 200_000,
    form: str = "parquet",
    ids: str = "integer",
    seed: int = 1,
    progress: Callable[[int], None] | None = None,
) -> Path:
    """Write a claims table and its truth table; return the path of the latter.

    ``ids``: ``integer`` numbers, ``string`` as in ``P00000042``, or ``opaque`` texts of 16
    characters in no order.
    """
    import numpy as np

    if rows < LEAST_ROWS_A_PATIENT * patients:
        sys.exit(f"{patients:,} patients need {LEAST_ROWS_A_PATIENT * patients:,} rows at least")
    chance = np.random.default_rng(seed)
    size = (len(PRIMARIES), len(SECONDARIES))
    truth = Truth(np.zeros(size[0], int), np.zeros(size[0], int), np.zeros(size, int))
    out.parent.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        write = _writer(out, form, ids, stack)
        for block in _blocks(rows, patients, chance, truth):
            for batch in _batches(block, ids):
                write(batch)
                if progress:
                    progress(batch.num_rows)
    beside = out.with_suffix(".truth.csv")
    truth.write(beside)
    return beside


def _codes() -> tuple[list[str], list[range], list[range], range]:
    """Return all codes, and which of them each primary, each secondary and the others have."""
    texts: list[str] = []
    groups = []
    written = [row[1] for row in PRIMARIES.values()] + list(SECONDARIES.values()) + [OTHERS]
    for group in written:
        groups.append(range(len(texts), len(texts) + len(group)))
        texts += group
    first = len(PRIMARIES)
    return texts, groups[:first], groups[first:-1], groups[-1]


def _blocks(
    rows: int, patients: int, chance: numpy.random.Generator, truth: Truth
) -> Iterator[tuple[Numbers, Numbers, Numbers]]:
    """Yield blocks of patient numbers, codes and days, each in random order."""
    import numpy as np

    chunks = -(-patients // CHUNK_PATIENTS)
    kept: list[tuple[Numbers, ...]] = []
    for number in range(chunks):
        who = np.arange(number, patients, chunks)
        share = rows * (number + 1) // chunks - rows * number // chunks
        kept.append(_chunk(who, max(share, LEAST_ROWS_A_PATIENT * len(who)), chance, truth))
        if number == chunks - 1 or sum(len(part[0]) for part in kept) >= BLOCK_ROWS:
            columns = [np.concatenate(column) for column in zip(*kept, strict=True)]
            kept.clear()
            order = chance.permutation(len(columns[0]))
            yield columns[0][order], columns[1][order], columns[2][order]


def _chunk(
    who: Numbers, rows: int, chance: numpy.random.Generator, truth: Truth
) -> tuple[Numbers, Numbers, Numbers]:
    """Return the rows of some patients, and count what is true of them."""
    import numpy as np

    _, of_primary, of_secondary, others = _codes()
    weights = np.array([row[0] for row in PRIMARIES.values()], float)
    chances = np.array([row[2] for row in PRIMARIES.values()], float) / 100
    size = len(who)
    primary = chance.choice(len(weights), size, p=weights / weights.sum())
    day = FIRST_DAY + chance.integers(0, PRIMARY_DAYS, size)
    has = chance.random((size, len(SECONDARIES))) < chances[primary]
    has = _thinned(has, rows - size - size // 30, chance)
    truth.add(primary, has)
    with_site, site = np.nonzero(has)
    second = chance.choice(size, size // 33, replace=False)
    second = second[: max(0, rows - size - len(site))]
    another = (primary[second] + chance.integers(1, len(weights), len(second))) % len(weights)
    later = chance.integers(1, LATER_DAYS, len(second))
    person = np.concatenate([np.arange(size), with_site, second])
    code = np.concatenate(
        [
            _written(of_primary, primary, chance),
            _written(of_secondary, site, chance),
            _written(of_primary, another, chance),
        ]
    )
    after = chance.integers(0, LATER_DAYS, len(site))
    days = np.concatenate([day, day[with_site] + after, day[second] + later])
    more = rows - len(person)
    again = chance.integers(0, len(person), more)
    is_other = chance.random(more) < 0.5
    other = chance.integers(others.start, others.stop, more)
    more_codes = np.where(is_other, other, code[again])
    more_days = days[again] + chance.integers(0, LATER_DAYS, more)
    return (
        who[np.concatenate([person, person[again]])].astype(np.int64),
        np.concatenate([code, more_codes]).astype(np.uint8),
        np.concatenate([days, more_days]).astype(np.int32),
    )


def _thinned(has: Numbers, most: int, chance: numpy.random.Generator) -> Numbers:
    """Drop secondaries at random where there are more than rows for them."""
    import numpy as np

    found = np.flatnonzero(has)
    if len(found) > most:
        has = has.copy()
        has.flat[chance.choice(found, len(found) - most, replace=False)] = False
    return has


def _written(groups: Sequence[range], which: Numbers, chance: numpy.random.Generator) -> Numbers:
    """Return one of the codes of each group, at random."""
    import numpy as np

    starts = np.array([group.start for group in groups])
    sizes = np.array([len(group) for group in groups])
    written: Numbers = starts[which] + (chance.random(len(which)) * sizes[which]).astype(int)
    return written


def _batches(block: tuple[Numbers, ...], ids: str) -> Iterator[pyarrow.RecordBatch]:
    import pyarrow as pa

    texts = pa.array(_codes()[0])
    for start in range(0, len(block[0]), BATCH_ROWS):
        patient, code, day = (column[start : start + BATCH_ROWS] for column in block)
        codes = pa.DictionaryArray.from_arrays(pa.array(code.astype("int32")), texts)
        columns = [_identified(patient, ids), codes, pa.array(day).cast(pa.date32())]
        yield pa.record_batch(columns, names=["patient", "code", "date"])


def _identified(patient: Numbers, ids: str) -> pyarrow.Array:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if ids == "integer":
        return pa.array(patient)
    if ids == "string":
        digits = pc.utf8_lpad(pa.array(patient).cast(pa.string()), 8, "0")
        return pc.binary_join_element_wise("P", digits, "")
    mixed = patient.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    octets = np.frombuffer(mixed.astype(">u8").tobytes(), np.uint8).reshape(-1, 8)
    table = np.array([f"{byte:02x}" for byte in range(256)], dtype="S2")
    return pa.array(table[octets].view("S16").ravel()).cast(pa.string())


def _writer(
    out: Path, form: str, ids: str, stack: ExitStack
) -> Callable[[pyarrow.RecordBatch], None]:
    import pyarrow as pa

    identity = pa.int64() if ids == "integer" else pa.string()
    if form == "parquet":
        import pyarrow.parquet as pq

        schema = pa.schema([("patient", identity), ("code", pa.string()), ("date", pa.date32())])
        parquet = stack.enter_context(pq.ParquetWriter(out, schema, compression="snappy"))
        return lambda batch: parquet.write_batch(batch.cast(schema))
    from pyarrow.csv import CSVWriter, WriteOptions

    schema = pa.schema([("patient", identity), ("code", pa.string()), ("date", pa.string())])
    options = WriteOptions(quoting_style="needed")
    text = stack.enter_context(CSVWriter(out, schema, write_options=options))
    return lambda batch: text.write_batch(batch.cast(schema))


def main() -> None:
    """Read the arguments and generate."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--patients", type=int, default=200_000)
    parser.add_argument("--form", choices=FORMS, help="else by the ending of --out")
    parser.add_argument("--ids", choices=IDS, default="string")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("claims.parquet"))
    given = parser.parse_args()
    if Path(sys.prefix).resolve() != environment.FOLDER.resolve():
        environment.ensure("dev")
        environment.run(str(Path(__file__).resolve()), *sys.argv[1:])
        return
    from rich.progress import MofNCompleteColumn, Progress

    form = given.form or ("csv" if given.out.suffix == ".csv" else "parquet")
    with Progress(*Progress.get_default_columns(), MofNCompleteColumn()) as bar:
        task = bar.add_task("rows", total=given.rows)
        truth = generate(
            given.out,
            rows=given.rows,
            patients=given.patients,
            form=form,
            ids=given.ids,
            seed=given.seed,
            progress=lambda rows: bar.advance(task, rows),
        )
    print(f"{given.out}: {given.rows:,} rows of {given.patients:,} patients; what is true: {truth}")


if __name__ == "__main__":
    main()
