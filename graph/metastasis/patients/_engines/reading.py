"""Which files to read, under which names, and which of their columns."""

from __future__ import annotations

import os
from difflib import get_close_matches
from glob import glob, has_magic
from pathlib import Path
from typing import TYPE_CHECKING, Final

from metastasis._errors import Fault, ReadError, TableError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

__all__ = [
    "engine_path",
    "files_of",
    "form_of",
    "is_address",
    "refuse_addresses",
    "takes_name",
    "wanted_columns",
]

PARQUET_ENDINGS: Final = (".parquet", ".pq")
TABLE_ENDINGS: Final = (
    *(".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".zip", *PARQUET_ENDINGS),
    *(".arrow", ".feather", ".dta", ".sas7bdat", ".xpt", ".sav"),
)
_PACKED: Final = (".gz", ".bz2", ".xz", ".zst")


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
    endings: tuple[str, ...] = TABLE_ENDINGS,
) -> list[Path]:
    """Return the local files that a file, a folder, a pattern or several of them mean, in order.

    A path that exists is itself, whatever characters are in it; only one that does not exist is a
    pattern, where it holds ``*``, ``?`` or ``[``. Of a folder the files with these endings, packed
    or not, are meant. Each file is there once.

    Raises
    ------
    ReadError
        Nothing is there, a folder holds no table, or one in two forms, or what is there is no file.
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
    """
    text = "".join(escape.format(one) if one in marks else one for one in str(file))
    return f"./{text}" if text.startswith("~") else text


def takes_name(path: str) -> bool:
    r"""Return whether an engine opens a file of this name: of UTF-8, and not to take for a pattern.

    >>> takes_name("claims[1].csv"), takes_name("a\\*.csv"), takes_name("caf\udce9.csv")
    (True, False, False)
    """
    is_text = path.isascii() or path.encode("utf-8", "ignore").decode() == path
    return is_text and not ("\\" in path and has_magic(path) and os.sep == "/")


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
        _check_forms(path, found, endings)
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
    return not hidden and file.is_file() and _stem(file, endings) is not None


def _stem(file: Path, endings: tuple[str, ...]) -> str | None:
    """Return the name of a table without its endings; None where it is no table by its name."""
    name = file.name.casefold()
    for packed in _PACKED:
        name = name.removesuffix(packed)
    return next((name.removesuffix(one) for one in endings if name.endswith(one)), None)


def _check_forms(folder: Path, files: Sequence[Path], endings: tuple[str, ...]) -> None:
    """Make sure that a folder holds no table twice, such as a packed one beside the original."""
    there: dict[object, Path] = {}
    for file in files:
        other = there.setdefault((file.parent, _stem(file, endings)), file)
        if other is not file:
            reason = f"{other.name} and {file.name} look like one table in two forms"
            raise ReadError(folder, f"{reason}; name the file that is meant")


def _check_file(file: Path) -> None:
    if not file.exists():
        raise ReadError(file, "there is no such file: the link leads nowhere")
    if not file.is_file():
        raise ReadError(file, "it can be read once only, as a pipe; save what comes out of it")
