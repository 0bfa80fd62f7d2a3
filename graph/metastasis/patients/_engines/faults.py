"""What engines say of bad tables, in one sentence of ours: file, row, column and remedy."""

from __future__ import annotations

import re
from tempfile import gettempdir
from typing import TYPE_CHECKING, Final

from metastasis._errors import Fault, MetastasisError, ReadError, TableError, WriteError
from metastasis.patients._forms.copies import full_disk

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["duckdb_fault", "spark_fault"]

_FILE: Final = re.compile(
    r"^\s*file = (.+)$|stream: (.+)$|[Ff]ile ['\"]([^'\"\n]+)['\"]", re.MULTILINE
)
_NO_FILE: Final = "the table"
_FULL: Final = re.compile("No space left on device|Disk quota exceeded|File too large")
_NO_ROOM: Final = re.compile("duckdb_temp_|failed to offload|max_temp_directory_size")
"""Of what the memory does not hold and goes to the disk: no file of the user's."""
_LINE: Final = re.compile(r"CSV Error on Line: (\d+)")
_COLUMNS: Final = re.compile(r"Expected Number of Columns: (\d+) Found: (\d+)")
_NOT_PARQUET: Final = re.compile(
    "magic bytes|too small to be a Parquet|not a Parquet|READ_FILE_FOOTER|infer schema for Parquet",
    re.IGNORECASE,
)
_CUT_SHORT: Final = re.compile(
    "unexpected end|end of (GZIP|stream|file)|truncat|thrift|out of buffer|EOF|beyond the end",
    re.IGNORECASE,
)
_DAMAGED: Final = re.compile(
    "decompress|uncompress|snappy|zstd|corrupt|could not decode|not a GZIP stream|TProtocol|TType"
    "|don't know what type|Footer length",
    re.IGNORECASE,
)
_MEMORY: Final = re.compile(
    "out of memory|OutOfMemory|failed to allocate|could not allocate", re.IGNORECASE
)
_UTF8: Final = re.compile("not utf-8|invalid unicode|unicode", re.IGNORECASE)


def duckdb_fault(
    error: Exception, file: str = _NO_FILE, told: Callable[[str], str] = str
) -> MetastasisError:
    r"""Return DuckDB's error as one of ours; ``told`` gives the user's name for a file.

    >>> said = "CSV Error on Line: 3\nExpected Number of Columns: 3 Found: 2\n  file = a.csv"
    >>> print(duckdb_fault(ValueError(said)))
    1 fault in the tables:
      a.csv, row 3: 2 cells, where the header names 3: mend or remove the row
    """
    text = str(error)
    full = _FULL.search(text)
    if _NO_ROOM.search(text) or (full and file == _NO_FILE):
        return full_disk(gettempdir(), full[0] if full else "No space left on device")
    if full:
        return WriteError(file, full[0])
    named = _FILE.search(text)
    if named:
        file = told(next(part for part in named.groups() if part is not None).strip())
    line = _LINE.search(text)
    row = int(line[1]) if line else None
    if cells := _COLUMNS.search(text):
        remedy = f"{cells[2]} cells, where the header names {cells[1]}: mend or remove the row"
        return TableError([Fault(file, row, None, None, remedy)])
    if "unterminated quote" in text:
        remedy = "a quotation mark is opened and not closed: close it, or double it inside a cell"
        return TableError([Fault(file, row, None, None, remedy)])
    if "Maximum line size" in text:
        remedy = "the line is longer than 16 MB; is a quotation mark before it not closed?"
        return TableError([Fault(file, row, None, None, remedy)])
    return _plain_fault(text, file, row)


def spark_fault(error: Exception, files: Sequence[str]) -> MetastasisError:
    """Return Spark's error as one of ours.

    >>> print(spark_fault(ValueError("[PATH_NOT_FOUND] Path does not exist: x.csv"), ["x.csv"]))
    cannot read x.csv: there is no such file or folder
    """
    text = str(error)
    file = ", ".join(files[:3]) or "the table"
    if "PATH_NOT_FOUND" in text or "Path does not exist" in text:
        return ReadError(file, "there is no such file or folder")
    if "MALFORMED" in text:
        record = re.search(r"Malformed CSV record: (.+?)(?: SQLSTATE|$)", text, re.MULTILINE)
        value = record[1][:80] if record else None
        remedy = "a row has too many or too few cells, or a quotation mark is not closed: mend it"
        return TableError([Fault(file, None, None, value, remedy)])
    return _plain_fault(text, file, None)


def _plain_fault(text: str, file: str, row: int | None) -> MetastasisError:
    where = "it" if row is None else f"line {row}"
    if _UTF8.search(text):
        return ReadError(file, f"{where} is not UTF-8; save the file as UTF-8")
    if _MEMORY.search(text):
        reason = "the memory does not suffice; give more (memory_limit), or fewer threads"
        return ReadError(file, reason)
    if _NOT_PARQUET.search(text):
        return ReadError(file, "it is cut short or no Parquet file: copy or export it again")
    if _CUT_SHORT.search(text):
        return ReadError(file, "it is cut short: copy or export it again")
    if _DAMAGED.search(text):
        return ReadError(file, "it is damaged: copy or export it again")
    return ReadError(file, _first_sentence(text))


def _first_sentence(text: str) -> str:
    """Return what is said in the first line, without the class of the error."""
    lines = [line for line in text.splitlines() if line.strip()]
    lines = [line for line in lines if not line.startswith("An error occurred while")] or lines
    first = lines[0] if lines else "no reason was given"
    return re.sub(r"^([: ]|[a-z]+(\.\w+)+:|\[[A-Z_.]+\]|[A-Za-z /]+ Error:)*\s*", "", first.strip())
