"""Which files to read, and what stands at their heads: before any engine opens them."""

from __future__ import annotations

import codecs
import csv
import io
import os
from difflib import get_close_matches
from glob import glob, has_magic
from pathlib import Path
from typing import TYPE_CHECKING, Final

from metastasis._errors import Fault, ReadError, TableError
from metastasis._files import blocks_of, is_packed, open_to_read
from metastasis._limits import HEADER_BYTES
from metastasis.patients._forms.headers import Head, head_from

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

__all__ = [
    "Head",
    "check_utf8",
    "engine_path",
    "files_of",
    "form_of",
    "head_of",
    "is_address",
    "one_newline",
    "refuse_addresses",
    "wanted_columns",
]

TEXT_ENDINGS: Final = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")
PARQUET_ENDINGS: Final = (".parquet", ".pq")
_DELIMITERS: Final = "\t,;|"
"""In the order of preference where a header holds several equally often: a tab is never a text."""
_MOST_LINES_OF_HEADER: Final = 100
"""A header of more lines is none: a quotation mark is not closed."""


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


def files_of(
    paths: str | Path | Sequence[str | Path],
    endings: tuple[str, ...] = (*TEXT_ENDINGS, *PARQUET_ENDINGS),
) -> list[Path]:
    """Return the local files that a file, a folder, a pattern or several of them mean, in order.

    A path that exists is itself, whatever characters are in it; only one that does not exist is a
    pattern, where it holds ``*``, ``?`` or ``[``. Of a folder the files with these endings are
    meant. Each file is there once.

    Raises
    ------
    ReadError
        Nothing is there, a folder holds no table, or what is there is no file.
    """
    several = [paths] if isinstance(paths, str | Path) else list(paths)
    found: dict[str, Path] = {}
    for one in several:
        try:
            files = _files_of_one(Path(one), endings)
        except ValueError:  # a path with a NUL in it
            raise ReadError(repr(one), "there is no such file or folder") from None
        for file in files:
            found.setdefault(os.path.realpath(file), file)
    if not found:
        raise ReadError("nothing", "no file was named; name a file, a folder or a pattern")
    for file in found.values():
        _check_file(file)
    return list(found.values())


def engine_path(file: Path, marks: str = "[*?", escape: str = "[{}]") -> str:
    """Return the name of one file for an engine that takes paths for patterns.

    The one place where paths are made ready for engines: ``marks`` are the characters that the
    engine would expand, ``escape`` is how it is told not to; those given are DuckDB's.

    >>> engine_path(Path("claims[1].csv")), engine_path(Path("~claims.csv"))
    ('claims[[]1].csv', './~claims.csv')

    Raises
    ------
    ReadError
        DuckDB can be told of no such path.
    """
    if "\\" not in escape and os.sep == "/" and "\\" in str(file) and has_magic(str(file)):
        raise ReadError(file, "DuckDB opens no path with a backslash and one of [ * ?; rename it")
    text = "".join(escape.format(one) if one in marks else one for one in str(file))
    return f"./{text}" if text.startswith("~") else text


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
        No column has a name.
    """
    skip, row = _first_row(file, comment)
    delimiter = delimiter or max(_DELIMITERS, key=row.count)
    try:
        columns = tuple(next(csv.reader(io.StringIO(row, newline=""), delimiter=delimiter)))
    except csv.Error as error:
        raise ReadError(file, f"line {skip + 1} does not name columns ({error})") from None
    if not any(name.strip() for name in columns):
        raise TableError(
            [Fault(str(file), skip + 1, None, None, "no column has a name; name them")]
        )
    return head_from(columns, delimiter, skip)


def wanted_columns(
    file: str | Path,
    there: Sequence[str],
    wanted: Sequence[str] | Mapping[str, str] | None,
    doubled: Collection[str] = (),
) -> dict[str, str]:
    """Return the columns to take, as they stand in the file, with the names to give them.

    A name that differs only in case is taken for the column meant. ``doubled`` are the names that
    several columns had: which of them is meant nobody knows.

    >>> wanted_columns("claims.csv", ["Patient", "Code"], {"patient": "id"})
    {'Patient': 'id'}

    Raises
    ------
    TableError
        Columns are missing: all of them are named, with the nearest one there. Or several columns
        had a name that is wanted.
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
    remedy = "two columns have this name (upper and lower case count as one); rename one"
    faults += [
        Fault(str(file), None, name, None, remedy)
        for name in names
        if by_case.get(name.casefold()) in doubled
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


def _files_of_one(path: Path, endings: tuple[str, ...]) -> list[Path]:
    if path.is_dir():
        found = sorted(one for one in path.rglob("*") if _is_table(one, path, endings))
        if not found:
            raise ReadError(path, f"the folder holds no file that ends in {', '.join(endings)}")
        return found
    if os.path.lexists(path):
        return [path]
    if has_magic(str(path)):
        found = sorted(Path(one) for one in glob(str(path), recursive=True))  # noqa: PTH207
        if found:
            folders = [_files_of_one(one, endings) if one.is_dir() else [one] for one in found]
            return [file for several in folders for file in several]
        raise ReadError(path, "no file fits this pattern")
    raise ReadError(path, "there is no such file or folder")


def _is_table(file: Path, folder: Path, endings: tuple[str, ...]) -> bool:
    inside = file.relative_to(folder).parts
    hidden = any(part.startswith((".", "_")) for part in inside)
    return not hidden and file.is_file() and file.name.casefold().endswith(endings)


def _check_file(file: Path) -> None:
    if not file.exists():
        raise ReadError(file, "there is no such file: the link leads nowhere")
    if not file.is_file():
        raise ReadError(file, "it can be read once only, as a pipe; save what comes out of it")
    try:
        str(file).encode()
    except UnicodeEncodeError:
        raise ReadError(ascii(str(file)), "its name is not UTF-8; rename it") from None


def _first_row(file: Path, comment: str | None) -> tuple[int, str]:
    """Return how many lines of comment there are, and the row after them.

    A line ends in a line feed, in a carriage return, or in both; the last may be cut.
    """
    with open_to_read(file) as stream:
        head = stream.read(HEADER_BYTES)
    lines = head.removeprefix(codecs.BOM_UTF8).splitlines(keepends=True)
    for skip, raw in enumerate(lines):
        if skip + 1 == len(lines) and len(head) == HEADER_BYTES:
            raise ReadError(file, "the first MB holds no line that names the columns")
        line = _decoded(file, raw, skip + 1)
        if comment is not None and line.startswith(comment):
            continue
        if not line.strip():
            raise ReadError(file, f"line {skip + 1} should name the columns, but is empty")
        return skip, line + _rest_of_header(line, lines[skip + 1 :])
    raise ReadError(file, "it is empty" if not lines else "nothing stands below the comments")


def _rest_of_header(line: str, lines: Sequence[bytes]) -> str:
    """Return the lines that still belong to a header, which may have line breaks in its cells."""
    rest = ""
    for raw in lines[:_MOST_LINES_OF_HEADER]:
        if (line.count('"') + rest.count('"')) % 2 == 0:
            break
        rest += raw.decode("utf-8", "replace")
    return rest


def _decoded(file: Path, raw: bytes, number: int) -> str:
    if number == 1 and raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise ReadError(file, "it is UTF-16, not UTF-8; save the file as UTF-8")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise ReadError(file, f"line {number} is not UTF-8; save the file as UTF-8") from None


def check_utf8(file: Path) -> None:
    """Read a text table through and make sure that it is UTF-8.

    Raises
    ------
    ReadError
        It is not; the message names the first line at fault. Or it is packed and damaged.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines = 1
    try:
        for block in blocks_of(file):
            decoder.decode(block)
            lines += block.count(b"\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        lines += error.object[: error.start].count(b"\n")
        raise ReadError(file, f"line {lines} is not UTF-8; save the file as UTF-8") from None


def one_newline(file: Path, folder: Callable[[], Path]) -> Path:
    """Return a text table whose lines all end alike: the file, or a copy of it in a folder.

    DuckDB takes lines that end in a line feed, in a carriage return, or in both, but one kind in a
    file only, and tells nobody that a packed file is damaged, or unpacks to thousands of times its
    size: so each is read through before.

    Raises
    ------
    ReadError
        The file is packed, and cut short, damaged, or unpacks to far more than tables do.
    """
    if len(_newlines_in(file)) < 2:
        return file
    place = folder()
    copy = place / f"{len(list(place.iterdir()))}.csv"
    with copy.open("wb") as target:
        target.writelines(_with_line_feeds(file))
    return copy


def _newlines_in(file: Path) -> set[bytes]:
    """Return how the lines of a file end."""
    kinds: set[bytes] = set()
    for block in _whole_newlines(file) if _has_returns(file) else ():
        both = block.count(b"\r\n")
        counts = {b"\r\n": both, b"\r": block.count(b"\r") - both, b"\n": block.count(b"\n") - both}
        kinds.update(kind for kind, count in counts.items() if count)
    return kinds


def _has_returns(file: Path) -> bool:
    """Return whether a carriage return is in a file; a packed one is read to its end."""
    found = False
    for block in blocks_of(file):
        found = found or b"\r" in block
        if found and not is_packed(file):
            return True
    return found


def _with_line_feeds(file: Path) -> Iterator[bytes]:
    for block in _whole_newlines(file):
        yield block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _whole_newlines(file: Path) -> Iterator[bytes]:
    """Yield the blocks of a file, none of which ends between a carriage return and a line feed."""
    held = b""
    for block in blocks_of(file):
        text = held + block
        held = b"\r" if text.endswith(b"\r") else b""
        yield text.removesuffix(held)
    yield held
