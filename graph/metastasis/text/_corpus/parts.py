"""Parts of a corpus: what one worker reads at a time, and what it leaves.

A part is a file, or some row groups of a Parquet file with a column of texts. Reading one is a pure
function from its bytes to the bytes of a Parquet file of readings; so processes of this machine and
executors of Spark do the same, and what is read twice is the same to the byte.

Apart from the corpus because workers need no more than this.
"""

from __future__ import annotations

import io
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from metastasis.text._corpus.rows import arrow, batch_of, schema
from metastasis.text._pages.cells import table_pages
from metastasis.text._pages.sources import pages_of_file
from metastasis.text._read import read_page
from metastasis.text._readings import claims_in
from metastasis.text._report import ReadingReport, add_report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from metastasis.text._pages.page import TextPage
    from metastasis.text._reading import Reading

__all__ = ["Ask", "Portion", "made_part", "report_in"]

_ROWS: Final = 2_000
"""Readings in a row group: some 2 MB of text, and all that is held at a time."""
_REPORT: Final = b"metastasis.report"
"""In a part's own schema, the key of its report; a corpus as a whole has none."""


class Portion(NamedTuple):
    """What one worker reads at a time."""

    path: str
    groups: tuple[int, ...] | None = None
    """Row groups of a Parquet file; None of any other."""
    first: int = 0
    """The number of its first row in the whole file."""
    key: str = ""
    """Its name among the parts that are done: of its bytes, its place and the reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What is asked of every part alike."""

    claims_only: bool = True
    column: str | None = None
    """Of a table, the column of texts; None finds it by its name."""


def made_part(part: Portion, ask: Ask, count: Callable[[int], None] | None = None) -> bytes:
    """Return a Parquet file of what is read out of a part; its report stands in its metadata.

    ``count`` is told of each page.

    Raises
    ------
    ReadError
        The file cannot be read.
    TableError
        It is a table without a column of texts.
    MissingExtraError
        PyArrow is not installed.
    """
    import pyarrow.parquet as pq

    report = ReadingReport()
    file = io.BytesIO()
    with pq.ParquetWriter(file, schema(), compression="zstd") as writer:
        for rows in _batches(_readings(part, ask, report, count)):
            writer.write_batch(batch_of(rows))
        written = json.dumps(asdict(report), sort_keys=True)
        writer.add_key_value_metadata({_REPORT: written.encode()})
    return file.getvalue()


def report_in(path: Path) -> ReadingReport | None:
    """Return the report in a part that is done; None where it is not whole, or none of ours."""
    import pyarrow.parquet as pq

    try:
        kept = pq.read_metadata(path).metadata or {}
    except (OSError, arrow().ArrowException):
        return None
    return ReadingReport(**json.loads(kept[_REPORT])) if _REPORT in kept else None


def _readings(
    part: Portion, ask: Ask, report: ReadingReport, count: Callable[[int], None] | None
) -> Iterator[Reading]:
    """Yield what is read out of the pages of a part."""
    for page in _pages(part, ask):
        found = read_page(page)
        if ask.claims_only:
            found = claims_in(found)
        add_report(report, found.report)
        if count is not None:
            count(1)
        yield from found


def _pages(part: Portion, ask: Ask) -> Iterator[TextPage]:
    path = Path(part.path)
    if part.groups is None:
        return pages_of_file(path, column=ask.column)
    return table_pages(path, column=ask.column, groups=part.groups, first=part.first)


def _batches(rows: Iterator[Reading]) -> Iterator[list[Reading]]:
    """Yield readings in lists of the size of a row group."""
    batch: list[Reading] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _ROWS:
            yield batch
            batch = []
    if batch:
        yield batch
