"""Which files to read, and what stands at their heads: before any engine opens them."""

from __future__ import annotations

import codecs
import csv
import gzip
from dataclasses import dataclass
from difflib import get_close_matches
from glob import glob, has_magic
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, cast

from metastasis._errors import Fault, ReadError, TableError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "Head",
    "check_utf8",
    "files_of",
    "form_of",
    "head_of",
    "is_address",
    "refuse_addresses",
    "wanted_columns",
]

TEXT_ENDINGS: Final = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")
PARQUET_ENDINGS: Final = (".parquet", ".pq")
_DELIMITERS: Final = "\t,;|"
"""In the order of preference where a header holds several equally often: a tab is never a text."""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands at the head of a text table."""

    columns: tuple[str, ...]
    delimiter: str
    skip: int
    """Lines of comment before the header."""


def is_address(path: str | Path) -> bool:
    """Return whether a path is an address such as ``s3a://bucket/claims``, not a local file.

    >>> is_address("s3a://bucket/claims"), is_address("claims.csv")
    (True, False)
    """
    return "://" in str(path)


def refuse_addresses(paths: str | Path | Sequence[str | Path]) -> None:
    """Make sure that no path is an address.

    Raises
    ------
    ReadError
        One is.
    """
    several = [paths] if isinstance(paths, str | Path) else list(paths)
    for path in several:
        if is_address(path):
            raise ReadError(path, "only Spark reads addresses (engine 'spark'); copy the file here")


def files_of(paths: str | Path | Sequence[str | Path]) -> list[Path]:
    """Return the local files that a file, a folder, a pattern or several of them mean, in order.

    Raises
    ------
    ReadError
        Nothing is there, or a folder holds no table.
    """
    several = [paths] if isinstance(paths, str | Path) else list(paths)
    found = dict.fromkeys(file for one in several for file in _files_of_one(Path(one)))
    if not found:
        raise ReadError("nothing", "no file was named; name a file, a folder or a pattern")
    return list(found)


def form_of(files: Sequence[str | Path], form: str | None = None) -> str:
    """Return ``csv`` or ``parquet``: as told, else by the endings of the files.

    >>> form_of(["claims.parquet"]), form_of(["claims.csv.gz"])
    ('parquet', 'csv')

    Raises
    ------
    ReadError
        The files are of both forms, or the form told is neither.
    """
    if form is not None:
        if form not in ("csv", "parquet"):
            raise ReadError(files[0], f"there is no form {form!r}; use 'csv' or 'parquet'")
        return form
    forms = {
        "parquet" if str(file).casefold().endswith(PARQUET_ENDINGS) else "csv" for file in files
    }
    if len(forms) > 1:
        raise ReadError(
            files[0], "text tables and Parquet files are mixed; read one form at a time"
        )
    return forms.pop()


def head_of(file: Path, delimiter: str | None = None, comment: str | None = None) -> Head:
    """Return the columns of a text table, what stands between its cells, and where it begins.

    Raises
    ------
    ReadError
        The file is missing, empty, not UTF-8, or cannot be opened.
    TableError
        A column has no name, or two have the same.
    """
    skip, line = _first_line(file, comment)
    delimiter = delimiter or max(_DELIMITERS, key=line.count)
    columns = tuple(next(csv.reader([line], delimiter=delimiter)))
    _check_names(file, columns, skip + 1)
    return Head(columns, delimiter, skip)


def wanted_columns(
    file: str | Path, there: Sequence[str], wanted: Sequence[str] | Mapping[str, str] | None
) -> dict[str, str]:
    """Return the columns to take, as they stand in the file, with the names to give them.

    A name that differs only in case is taken for the column meant.

    >>> wanted_columns("claims.csv", ["Patient", "Code"], {"patient": "id"})
    {'Patient': 'id'}

    Raises
    ------
    TableError
        Columns are missing: all of them are named, with the nearest one there.
    """
    if wanted is None:
        return {name: name for name in there}
    names = dict(wanted) if isinstance(wanted, dict) else {name: name for name in wanted}
    by_case = {name.casefold(): name for name in there}
    faults = [
        Fault(str(file), None, name, None, _missing(name, there))
        for name in names
        if name.casefold() not in by_case
    ]
    if faults:
        raise TableError(faults)
    return {by_case[name.casefold()]: to for name, to in names.items()}


def _missing(name: str, there: Sequence[str]) -> str:
    near = get_close_matches(name.casefold(), [one.casefold() for one in there], n=1, cutoff=0.6)
    if near:
        like = next(one for one in there if one.casefold() == near[0])
        return f"is missing; {like!r} is there: name the column that is meant, or rename it"
    some = ", ".join(there[:8]) + (", …" if len(there) > 8 else "")
    return f"is missing; the columns there are {some}: name the one that is meant"


def _files_of_one(path: Path) -> list[Path]:
    if path.is_dir():
        endings = (*TEXT_ENDINGS, *PARQUET_ENDINGS)
        found = sorted(one for one in path.rglob("*") if _is_table(one, path, endings))
        if not found:
            raise ReadError(path, f"the folder holds no file that ends in {', '.join(endings)}")
        return found
    if path.exists():
        return [path]
    if has_magic(str(path)):
        found = sorted(Path(one) for one in glob(str(path), recursive=True))  # noqa: PTH207
        if found:
            return [file for one in found for file in _files_of_one(one)]
        raise ReadError(path, "no file fits this pattern")
    raise ReadError(path, "there is no such file or folder")


def _is_table(file: Path, folder: Path, endings: tuple[str, ...]) -> bool:
    inside = file.relative_to(folder).parts
    hidden = any(part.startswith((".", "_")) for part in inside)
    return not hidden and file.is_file() and file.name.casefold().endswith(endings)


def _first_line(file: Path, comment: str | None) -> tuple[int, str]:
    """Return how many lines of comment there are, and the line after them."""
    skip = 0
    try:
        with _opened(file) as lines:
            for raw in lines:
                line = _decoded(file, raw, skip + 1)
                if comment is None or not line.startswith(comment):
                    if not line.strip():
                        raise ReadError(
                            file, f"line {skip + 1} should name the columns, but is empty"
                        )
                    return skip, line
                skip += 1
    except OSError as error:
        if isinstance(error, ReadError):
            raise
        raise ReadError(file, error.strerror or str(error)) from None
    except EOFError:
        raise ReadError(file, "it is cut short: copy or export it again") from None
    raise ReadError(file, "it is empty" if not skip else "nothing stands below the comments")


def _opened(file: Path) -> IO[bytes]:
    if file.name.casefold().endswith(".gz"):
        return cast("IO[bytes]", gzip.open(file, "rb"))
    return file.open("rb")


def _decoded(file: Path, raw: bytes, number: int) -> str:
    if number == 1 and raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise ReadError(file, "it is UTF-16, not UTF-8; save the file as UTF-8")
    try:
        return raw.removeprefix(codecs.BOM_UTF8).decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise ReadError(file, f"line {number} is not UTF-8; save the file as UTF-8") from None


def _check_names(file: Path, columns: Sequence[str], row: int) -> None:
    seen: set[str] = set()
    faults = []
    for position, name in enumerate(columns, 1):
        if not name.strip():
            remedy = f"column {position} has no name; name it in the header"
            faults.append(Fault(str(file), row, None, None, remedy))
        elif name.casefold() in seen:
            remedy = "two columns have this name (upper and lower case count as one); rename one"
            faults.append(Fault(str(file), row, name, None, remedy))
        seen.add(name.casefold())
    if faults:
        raise TableError(faults)


def check_utf8(file: Path) -> None:
    """Read a text table through and make sure that it is UTF-8.

    Raises
    ------
    ReadError
        It is not; the message names the first line at fault.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines = 1
    try:
        with _opened(file) as stream:
            while block := stream.read(1 << 22):
                decoder.decode(block)
                lines += block.count(b"\n")
            decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        lines += error.object[: error.start].count(b"\n")
        raise ReadError(file, f"line {lines} is not UTF-8; save the file as UTF-8") from None
    except EOFError:
        raise ReadError(file, "it is cut short: copy or export it again") from None
    except OSError as error:
        raise ReadError(file, error.strerror or str(error)) from None
