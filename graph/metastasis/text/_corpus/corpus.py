"""A corpus: files of texts are read by many processes into one Parquet file of readings.

Beside the output stands a folder of parts, a Parquet file for each file that is done. A run that
was ended goes on where it was, and one over the same files does nothing twice: a part is named by
the bytes that were read, by the reader with its words, and by what was asked. The output holds the
parts in the order of the paths, whatever the order in which they were named or became ready; so two
runs give the same bytes.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from metastasis._errors import ReadError, WriteError
from metastasis._files import blocks_of, ontology_path, write_atomically
from metastasis._ledger import check_output
from metastasis._vocabulary import NOT_CLINICAL, VERSION
from metastasis.text._corpus.parts import Ask, Portion, report_in
from metastasis.text._corpus.rows import arrow, schema
from metastasis.text._pages.cells import PARQUET
from metastasis.text._pages.sources import files_of
from metastasis.text._report import ReadingReport, add_report
from metastasis.text._review.account import UNREVIEWED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from metastasis.patients._engines.engine import Engine

__all__ = ["CorpusReport", "read_corpus", "reader_hash"]

_ROWS_A_PART: Final = 20_000
"""Texts that one worker reads at a time: a minute's work, and some seconds of it lost at most."""
_PART_NAME: Final = re.compile(r"[0-9a-f]{40}\.parquet")
_KEY: Final = 40
"""Digits of a hash that are enough: two files in 10^24 have the same."""


@dataclass(slots=True)
class CorpusReport:
    """What became of a corpus."""

    files: int = 0
    parts: int = 0
    skipped: int = 0
    """Parts that an earlier run had done."""
    reading: ReadingReport = field(default_factory=ReadingReport)
    """What was read in all parts together, those of earlier runs too."""


def read_corpus(
    files: Iterable[str | Path],
    out: str | Path,
    *,
    workers: int = 1,
    claims_only: bool = True,
    column: str | None = None,
    engine: Engine | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> CorpusReport:
    """Read files of texts into a Parquet file, one row a reading.

    Parameters
    ----------
    files
        Files, folders and patterns: pages, PubMed or JATS XML, tables with a column of texts.
    out
        The Parquet file. Beside it stands ``NAME.parts``, so that a run which is ended goes on.
    workers
        Processes of this machine.
    claims_only
        Leave out what says neither how often nor gives a number, or does not name its primary in
        the sentence itself.
    column
        The column of texts in tables; None finds it by its name.
    engine
        A Spark engine, whose executors read in place of workers. They need this package, and the
        files under the same paths.
    progress
        Is called with the pages read so far and the pages in all, where that is known.

    Raises
    ------
    ReadError
        A file cannot be read; those that are done stay.
    WriteError
        The output cannot be written.
    MissingExtraError
        PyArrow is not installed.
    """
    arrow()
    place = Path(out)
    check_output(place)
    folder = place.with_name(f"{place.name}.parts")
    ask = Ask(claims_only=claims_only, column=column)
    # By path, so that the order in which they are named does not matter.
    paths = sorted(set(files_of(files)))
    parts = [part for path in paths for part in _parts_of(path, ask)]
    report = CorpusReport(files=len(paths), parts=len(parts))
    done = {part.key: folder / f"{part.key}.parquet" for part in parts}
    left = [part for part in parts if report_in(done[part.key]) is None]
    report.skipped = len(parts) - len(left)
    _make(folder)
    for key, content in _made(left, ask, workers, engine, progress):
        with write_atomically(done[key]) as file:
            file.write(content)
    _put_together(list(done.values()), place, report.reading)
    _tidy(folder, set(done.values()))
    return report


@lru_cache(maxsize=1)
def reader_hash() -> str:
    """Return a hash of the reader: its release, its code, and the words and names that it knows."""
    digest = hashlib.sha256(VERSION.encode())
    code = Path(__file__).parents[1]
    words = [*ontology_path("text").glob("*.csv"), *ontology_path("catalog").glob("*s.csv")]
    for path in sorted([*code.rglob("*.py"), *words], key=lambda path: (path.name, str(path))):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _parts_of(path: str, ask: Ask) -> Iterator[Portion]:
    """Yield the parts of a file, each with the key of what it comes to."""
    known = f"{_hash_of(path)} {path} {ask} {reader_hash()}"
    for part in _cut(path):
        key = hashlib.sha256(f"{known} {part.groups} {part.first}".encode()).hexdigest()
        yield part._replace(key=key[:_KEY])


def _hash_of(path: str) -> str:
    digest = hashlib.sha256()
    for block in blocks_of(Path(path)):
        digest.update(block)
    return digest.hexdigest()


def _cut(path: str) -> Iterator[Portion]:
    """Yield a file, or a Parquet file in parts of whole row groups."""
    if not path.casefold().endswith(PARQUET):
        yield Portion(path)
        return
    first = rows = 0
    groups: list[int] = []
    for number, size in enumerate(_group_sizes(path)):
        if groups and rows + size > _ROWS_A_PART:
            yield Portion(path, tuple(groups), first)
            first, rows, groups = first + rows, 0, []
        groups.append(number)
        rows += size
    yield Portion(path, tuple(groups), first)


def _group_sizes(path: str) -> list[int]:
    import pyarrow.parquet as pq

    try:
        found = pq.read_metadata(path)
    except (OSError, arrow().ArrowException):
        raise ReadError(path, "it is no Parquet file, or is damaged") from None
    return [found.row_group(number).num_rows for number in range(found.num_row_groups)]


def _made(
    parts: Sequence[Portion],
    ask: Ask,
    workers: int,
    engine: Engine | None,
    progress: Callable[[int, int | None], None] | None,
) -> Iterator[tuple[str, bytes]]:
    """Yield key and content of parts as they become ready."""
    if engine is not None:
        from metastasis.text._corpus.cluster import made_on_cluster

        return made_on_cluster(parts, ask, engine)
    from metastasis.text._corpus.processes import made_here

    return made_here(parts, ask, workers, progress)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WriteError(folder, error.strerror or str(error)) from error


def _put_together(parts: Sequence[Path], place: Path, report: ReadingReport) -> None:
    """Write the rows of all parts to one file, a row group at a time, and add up their reports."""
    import pyarrow.parquet as pq

    with (
        write_atomically(place) as file,
        pq.ParquetWriter(file, schema(), compression="zstd") as writer,
    ):
        for path in parts:
            add_report(report, report_in(path) or ReadingReport())
            with pq.ParquetFile(path) as part:
                for batch in part.iter_batches():
                    writer.write_batch(batch)
        writer.add_key_value_metadata({"metastasis.notice": f"{UNREVIEWED}. {NOT_CLINICAL}"})


def _tidy(folder: Path, kept: set[Path]) -> None:
    """Remove parts of files or readers that are no more."""
    for path in folder.iterdir():
        if _PART_NAME.fullmatch(path.name) and path not in kept:
            path.unlink(missing_ok=True)
