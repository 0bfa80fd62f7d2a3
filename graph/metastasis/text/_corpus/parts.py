"""Parts of a corpus: what one worker reads at a time, and what it leaves.

A part is a file, or some row groups of a Parquet file with a column of texts. Reading one is a pure
function from its bytes to the bytes of a Parquet file of readings; so processes of this machine and
executors of Spark do the same, and what is read twice is the same to the byte.

Apart from the corpus because workers need no more than this.
"""

from __future__ import annotations

import io
import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from metastasis.text._corpus.rows import arrow, batch_of, is_claim, schema
from metastasis.text._pages.cells import table_pages
from metastasis.text._pages.sources import pages_of_file
from metastasis.text._read import read_page
from metastasis.text._report import ReadingReport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from metastasis.text._pages.page import TextPage
    from metastasis.text._reading import Reading

__all__ = ["Ask", "Portion", "add_report", "made_part", "report_in", "report_text"]

_ROWS: Final = 2_000
"""Readings in a row group: some 2 MB of text, and all that is held at a time."""
_REMARKS: Final = 200
"""Remarks that are kept; of a million pages nobody reads more, and memory stays flat."""
_NO_CLAIM: Final = "not a claim (claims only)"
"""Why a reading of a corpus is left out."""
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
        writer.add_key_value_metadata({_REPORT: report_text(report).encode()})
    return file.getvalue()


def report_text(report: ReadingReport) -> str:
    """Return a report as JSON."""
    return json.dumps(asdict(report), sort_keys=True)


def report_in(path: Path) -> str | None:
    """Return the report in a part that is done; None where it is not whole, or none of ours."""
    import pyarrow.parquet as pq

    try:
        kept = pq.read_metadata(path).metadata or {}
    except (OSError, arrow().ArrowException):
        return None
    return kept[_REPORT].decode() if _REPORT in kept else None


def add_report(total: ReadingReport, text: str) -> None:
    """Add the report of a part to that of all.

    >>> total = ReadingReport(rows=1, dropped={"spam": 1})
    >>> add_report(total, report_text(ReadingReport(rows=2, dropped={"spam": 1, "empty": 3})))
    >>> total.rows, total.dropped
    (3, {'spam': 2, 'empty': 3})
    """
    found = json.loads(text)
    for field in fields(total):
        there, more = getattr(total, field.name), found[field.name]
        if isinstance(there, dict):
            for name, number in more.items():
                there[name] = there.get(name, 0) + number
        elif isinstance(there, list):
            there += [one for one in dict.fromkeys(more) if one not in there]
            del there[_REMARKS:]
        else:
            setattr(total, field.name, there + more)


def _readings(
    part: Portion, ask: Ask, report: ReadingReport, count: Callable[[int], None] | None
) -> Iterator[Reading]:
    """Yield what is read out of the pages of a part."""
    for page in _pages(part, ask):
        found = read_page(page)
        add_report(report, report_text(found.report))
        rows = [row for row in found if is_claim(row)] if ask.claims_only else list(found)
        left_out = len(found) - len(rows)
        report.rows -= left_out
        if left_out:
            report.not_made[_NO_CLAIM] = report.not_made.get(_NO_CLAIM, 0) + left_out
        if count is not None:
            count(1)
        yield from rows


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
