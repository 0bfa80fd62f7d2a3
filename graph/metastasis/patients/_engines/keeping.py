"""Rows that are kept for the next run: a second one with a better site map reads them at once.

Apart because keeping is of any engine and the user's own choice: the rows are patients'. What a
reader asked of a file is written as Parquet into a folder that only its owner can enter, with a
note of what it was taken from. A file that has changed since is read again, and so is a copy that
is damaged.
"""

from __future__ import annotations

import json
import os
from contextvars import Context
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import MetastasisError, ReadError, WriteError
from metastasis._files import write_text
from metastasis._ledger import check_output
from metastasis._vocabulary import VERSION
from metastasis.patients._engines.reading import files_of, is_address

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from metastasis.patients._engines.base import Columns, Engine, Paths

__all__ = ["KeptReads", "keep_reads"]

_FORM: Final = 1
"""To be raised when what is read of a file changes: older copies are then read no more."""
_MARK: Final = "KEPT-BY-METASTASIS.txt"
_SAID: Final = """Rows of patients that `metastasis ingest --keep` has read, so that the next run
need not read them again. They are as much to be guarded as the files they are from. Nothing else
needs this folder: delete it when the work is done.
"""
_DRAFT: Final = ".metastasis-"
"""How folders begin that are there only while we work: what is in them is never read again."""


def keep_reads(engine: Engine, folder: Path) -> KeptReads:
    """Have an engine keep in a folder what it reads, and take it from there the next time.

    Raises
    ------
    WriteError
        The folder holds other files, others than its owner can enter it, or it cannot be made.
    """
    _make_ready(folder)
    kept = KeptReads(engine, folder)
    vars(engine)["read"] = kept.read  # of this one engine, whatever asks it
    return kept


class KeptReads:
    """What an engine has read, in a folder."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine = engine
        self._read = engine.read
        self._folder = folder
        self.taken: list[str] = []
        """The files that were not read again."""
        self.made: list[str] = []
        """The files whose rows were kept."""

    def read(self, paths: Paths, *, columns: Columns | None = None, **form: Any) -> Any:
        """Return the rows of files, as :meth:`Engine.read` does; those that are kept at once.

        Without ``columns`` only a header is wanted, of which nothing is kept.
        """
        files = None if columns is None else _local_files(paths)
        if files is None:
            return self._read(paths, columns=columns, **form)
        asked = self._asked(files, columns, form)
        name = sha256(json.dumps(asked["what"], sort_keys=True).encode()).hexdigest()[:32]
        place, note = self._folder / f"{name}.parquet", self._folder / f"{name}.json"
        if (known := _note(note, place)) and known["asked"] == asked:
            self.taken += map(str, files)
            self._say(known["remarks"])
        else:
            before = list(self._engine.remarks)
            self._write(self._read(paths, columns=columns, **form), place, files)
            remarks = [one for one in self._engine.remarks if one not in before]
            known = {"asked": asked, "remarks": remarks, "sum": _sum(place)}
            _alone(write_text, note, json.dumps(known, indent=1) + "\n")
            place.chmod(0o600)
            note.chmod(0o600)
            self.made += map(str, files)
        return self._read(place, form="parquet")

    def _say(self, remarks: Sequence[str]) -> None:
        """Have the report say what was made of a file when it was read, and that it was not now."""
        not_read = f"rows kept by an earlier run are taken from {self._folder} (--keep)"
        for one in (*remarks, not_read):
            if one not in self._engine.remarks:
                self._engine.remarks.append(one)

    def _write(self, rows: Any, place: Path, files: Sequence[Path]) -> None:
        """Write rows at once: also a run that fails later leaves them for the next.

        Raises
        ------
        ReadError
            As the engine says, of the file that is read, not of the copy.
        """
        try:
            _alone(self._engine.write, rows, place)
        except ReadError as error:
            if str(error.path) != str(place):
                raise
            file = files[0] if len(files) == 1 else "the table"
            raise ReadError(file, str(error).partition(f"{place}: ")[2]) from None

    def told(self) -> str:
        """Return what was kept and taken, and how to be rid of it.

        >>> from metastasis.patients import open_engine
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as place, open_engine() as engine:
        ...     told = keep_reads(engine, Path(place) / "kept").told()
        >>> told.startswith("nothing was read that can be kept in ")
        True
        """
        said = []
        if self.taken:
            said.append(f"not read again: {_few(self.taken)}, kept in {self._folder}")
        if self.made:
            said.append(f"rows of {_few(self.made)} are kept in {self._folder}")
        if not said:
            return f"nothing was read that can be kept in {self._folder}"
        return f"{'; '.join(said)}: they are patients', delete the folder when the work is done"

    def _asked(
        self, files: Sequence[Path], columns: Columns | None, form: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return what is asked of which files, and how these are: a copy holds only for that."""
        names = list(columns.items()) if isinstance(columns, dict) else list(columns or ())
        encoding = form.get("encoding") or self._engine.encoding
        sheet = form.get("sheet") or self._engine.sheet
        more = {name: value for name, value in form.items() if value is not None}
        what = {
            "files": [os.path.realpath(one) for one in files],
            "columns": [list(one) if isinstance(one, tuple) else one for one in names],
            "form": {**more, "encoding": encoding, "sheet": sheet},
        }
        stamps = [[at.st_size, at.st_mtime_ns, at.st_ino] for at in map(os.stat, files)]
        return {"what": what, "stamps": stamps, "reader": [VERSION, _FORM]}


def _alone(write: Callable[..., None], *arguments: Any) -> None:
    """Write without waiting for the outputs of a command, which may come to nothing."""
    Context().run(write, *arguments)


def _make_ready(folder: Path) -> None:
    """Make a folder that only its owner can enter; one that is there must be such."""
    check_output(folder, "keep")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        others = [one.name for one in folder.iterdir() if not one.name.startswith(_DRAFT)]
        is_open = os.name == "posix" and folder.stat().st_mode & 0o077
    except OSError as error:
        raise WriteError(folder, error.strerror or str(error)) from None
    if others and _MARK not in others:
        raise WriteError(folder, "it holds other files; give --keep a folder of its own")
    if is_open and others:
        raise WriteError(folder, "others than you can enter it; make it yours alone (chmod 700)")
    folder.chmod(0o700)
    if not others:
        _alone(write_text, folder / _MARK, _SAID)


def _local_files(paths: Paths) -> list[Path] | None:
    """Return the files that are read; None where they cannot be known again."""
    several = [paths] if isinstance(paths, str | Path) else list(paths)
    if any(is_address(one) for one in several):
        return None
    try:
        files = files_of(paths)
    except MetastasisError:  # who reads them says why
        return None
    passing = any(part.startswith(_DRAFT) for file in files for part in file.absolute().parts)
    return None if passing else files


def _note(note: Path, place: Path) -> dict[str, Any] | None:
    """Return what is noted of kept rows; None where there are none, or they are damaged."""
    try:
        known: dict[str, Any] = json.loads(note.read_text("utf-8"))
        return known if known["sum"] == _sum(place) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _sum(place: Path) -> str:
    from hashlib import file_digest

    with place.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _few(names: Sequence[str]) -> str:
    several = list(dict.fromkeys(names))
    more = f" and {len(several) - 3:,} more" if len(several) > 3 else ""
    return f"{', '.join(several[:3])}{more}"
