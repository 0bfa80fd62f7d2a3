"""Files of SAS, Stata and SPSS, and Arrow: their cells as text.

Apart because pandas reads them, which not everybody has.
"""

from __future__ import annotations

import csv
import io
import warnings
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import MetastasisError, MissingExtraError, ReadError
from metastasis.patients._forms.cells import as_text
from metastasis.patients._forms.copies import written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["STATISTICAL", "text_of_statistics"]

STATISTICAL: Final = {"stata": "Stata", "sas7bdat": "SAS", "xport": "SAS XPORT", "spss": "SPSS"}
"""The kinds, and what they are called."""
_ROWS: Final = 50_000
"""Rows that are held at a time."""
_CARD: Final = 80
"""SAS XPORT is written in cards of so many bytes, the last one filled with blanks."""


def text_of_statistics(file: Path, kind: str, encoding: str | None, target: Path) -> list[str]:
    """Write a table of a statistical program as a text table; return remarks.

    Raises
    ------
    ReadError
        It is cut short or damaged.
    MissingExtraError
        pandas is not installed, or pyreadstat for SPSS and SAS XPORT (extra ``frames``).
    """
    pandas = _needed("pandas")
    said: list[str] = []
    with _translated(file), written(target) as copy:
        text = io.TextIOWrapper(copy, encoding="utf-8", newline="", write_through=True)
        writer = csv.writer(text, lineterminator="\n")
        is_first = True
        for part in _parts(pandas, file, kind, encoding, said):
            if is_first:
                writer.writerow(part.columns)
                is_first = False
            columns = [map(as_text, part[name].astype(object)) for name in part.columns]
            writer.writerows(zip(*columns, strict=True))
        text.detach()
    return [f"read as a file of {STATISTICAL[kind]}", *said]


def _parts(
    pandas: Any, file: Path, kind: str, encoding: str | None, said: list[str]
) -> Iterator[Any]:
    """Yield the rows of a file as data frames."""
    if kind == "spss":
        _needed("pyreadstat")
        yield pandas.read_spss(file)
    elif kind == "xport":
        # Not by pandas, which takes blank cells near the end for the end: rows were lost.
        _check_cards(file)
        yield _needed("pyreadstat").read_xport(file, encoding=encoding)[0]
    elif kind == "stata":
        yield from _of_stata(pandas, file, said)
    else:
        codec = encoding or "infer"
        with pandas.read_sas(file, format=kind, encoding=codec, chunksize=_ROWS) as parts:
            yield from parts


def _check_cards(file: Path) -> None:
    """Check that a file of SAS XPORT is not cut; it does not say how many rows it has."""
    if file.stat().st_size % _CARD:
        raise ReadError(file, "it is cut short: export it again")


def _of_stata(pandas: Any, file: Path, said: list[str]) -> Iterator[Any]:
    """Yield the rows of a file of Stata, values as their labels where each has one of its own."""
    try:
        yield from _stata_parts(pandas, file, labels=True)
    except ValueError as error:
        if "categor" not in str(error).lower() and "label" not in str(error).lower():
            raise
        said.append("several values have the same label: all values are read as numbers")
        yield from _stata_parts(pandas, file, labels=False)


def _stata_parts(pandas: Any, file: Path, *, labels: bool) -> Iterator[Any]:
    with (
        warnings.catch_warnings(),
        pandas.read_stata(file, convert_categoricals=labels, chunksize=_ROWS) as parts,
    ):
        warnings.simplefilter("ignore")  # a value without a label stays the number it is
        yield from parts


def _needed(package: str) -> Any:
    try:
        return import_module(package)
    except ImportError:
        raise MissingExtraError(package, "frames") from None


@contextmanager
def _translated(file: Path) -> Iterator[None]:
    """Let what these readers raise, which is of many kinds, be a file that is damaged."""
    try:
        yield
    except (MetastasisError, ImportError, MemoryError):
        raise
    except OSError as error:
        if error.errno is not None:
            raise
        raise ReadError(file, "it is cut short or damaged: export it again") from None
    except Exception:  # noqa: BLE001
        raise ReadError(file, "it is cut short or damaged: export it again") from None
