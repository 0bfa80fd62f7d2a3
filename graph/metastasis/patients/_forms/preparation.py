"""The one way of every reader's file to an engine: as it is, or as a clean copy in a workplace."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Final

from metastasis._errors import ReadError
from metastasis._files import packing_of
from metastasis.patients._forms.archives import unpack_table
from metastasis.patients._forms.arrow import parquet_of_arrow
from metastasis.patients._forms.copies import linked, unpacked
from metastasis.patients._forms.kinds import kind_of
from metastasis.patients._forms.statistical import text_of_statistics
from metastasis.patients._forms.texts import ready_text
from metastasis.patients._forms.workbooks import text_of_sheet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from metastasis.patients._forms.headers import Head
    from metastasis.patients._forms.texts import TextRules

__all__ = ["Preparation", "Ready", "plain_name"]

_MOST_LAYERS: Final = 3
"""A packed file in an archive in a packed file is no table."""
_PACKED: Final = (".gz", ".bz2", ".xz", ".zst")
_NAMES: Final = {
    "parquet": ((".parquet", ".pq"), "Parquet"),
    "arrow": ((".arrow", ".feather", ".ipc"), "Arrow"),
    "workbook": ((".xlsx", ".xlsm"), "an Excel workbook"),
    "zip": ((".zip",), "a zip archive"),
}
"""How files of a kind are called, and what they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A file as an engine reads it."""

    told: str
    """The user's name for it, in characters that can be written everywhere."""
    path: Path
    head: Head | None = None
    """None for Parquet."""
    packing: str | None = None
    has_breaks: bool = False
    remarks: tuple[str, ...] = ()


class Preparation:
    """Makes files ready for an engine; ``folder`` gives the workplace for copies.

    What was made ready is known again while the file stays as it is.
    """

    def __init__(
        self, folder: Callable[[], Path], takes_name: Callable[[str], bool] = lambda _: True
    ) -> None:
        self._folder = folder
        self._takes_name = takes_name
        self._numbers = count(1)
        self._known: dict[object, Ready] = {}
        self._made_here: set[Path] = set()

    def ready(
        self, file: Path, rules: TextRules, *, sheet: str | None = None, form: str | None = None
    ) -> Ready:
        """Return a file as an engine reads it.

        Raises
        ------
        ReadError
            It cannot be read: the message says why, and what to do.
        TableError
            Its header or its rows are not those of a table.
        WriteError
            There is no room for a copy.
        MissingExtraError
            What reads it is not installed.
        """
        state = file.stat()
        key = (file, state.st_mtime_ns, state.st_size, rules, sheet, form)
        if key not in self._known:
            told = plain_name(file)
            try:
                self._known[key] = self._made(file, told, rules, sheet, form)
            except ReadError as error:
                if error.path not in self._made_here:
                    raise
                reason = str(error).removeprefix(f"cannot read {error.path}: ")
                raise ReadError(told, reason) from None
        return self._known[key]

    def _made(
        self, file: Path, told: str, rules: TextRules, sheet: str | None, form: str | None
    ) -> Ready:
        said: list[str] = []
        for layer in range(_MOST_LAYERS):
            kind = kind_of(file)
            if kind == "text" and (form == "parquet" or _is_called_parquet(told)):
                kind = "parquet"  # which the engine finds it is not, and says so
            if not layer and (what := _surprising(kind, told)):
                said.append(f"read as {what}, by its first bytes")
            if kind == "text":
                text = ready_text(file, told, rules, self._new_path)
                return Ready(
                    told=told,
                    path=self._named(text.path, text.packing),
                    head=text.head,
                    packing=text.packing,
                    has_breaks=text.has_breaks,
                    remarks=(*said, *text.remarks),
                )
            if kind == "parquet" and not packing_of(file):
                return Ready(told=told, path=self._named(file), remarks=tuple(said))
            file, rules = self._opened(file, kind, rules, sheet, said)
        raise ReadError(told, "it is packed several times over; unpack it")

    def _opened(
        self, file: Path, kind: str, rules: TextRules, sheet: str | None, said: list[str]
    ) -> tuple[Path, TextRules]:
        """Return what is in a file that is neither text nor Parquet, and the rules for that."""
        target = self._new_path()
        if packing_of(file):
            return unpacked(file, target), rules
        if kind == "zip":
            return unpack_table(file, target), rules
        if kind == "arrow":
            return parquet_of_arrow(file, target), rules
        if kind == "workbook":
            said += text_of_sheet(file, sheet, target)
        else:
            said += text_of_statistics(file, kind, rules.encoding, target)
        return target, replace(rules, delimiter=",", encoding=None)

    def _named(self, file: Path, packing: str | None = None) -> Path:
        """Return a file under a name that the engine takes; Spark unpacks by the name."""
        name = file.name.casefold()
        is_told = name.endswith(".gz") if packing == "gzip" else not name.endswith(_PACKED)
        if self._takes_name(str(file)) and (is_told or packing == "zstd"):
            return file
        return linked(file, self._new_path(".gz" if packing == "gzip" else ""))

    def _new_path(self, ending: str = "") -> Path:
        path = self._folder() / f"{next(self._numbers)}{ending}"
        self._made_here.add(path)
        return path


def plain_name(file: Path) -> str:
    r"""Return the name of a file in characters that can be written everywhere.

    >>> from os import fsdecode
    >>> from pathlib import Path
    >>> print(plain_name(Path(fsdecode(b"caf\xe9.csv"))))
    caf\udce9.csv
    """
    return str(file).encode("utf-8", "backslashreplace").decode()


def _is_called_parquet(told: str) -> bool:
    return told.casefold().endswith(_NAMES["parquet"][0])


def _surprising(kind: str, told: str) -> str | None:
    """Return what a file is, where its name says otherwise."""
    endings, what = _NAMES.get(kind, ((), ""))
    return what if endings and not told.casefold().endswith(endings) else None
