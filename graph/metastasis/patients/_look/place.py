"""What the user named: files, a folder or a pattern, and the tables that are in it.

It stands apart because a claim asks for tables by their name or their header, and need not know
where they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import MetastasisError, ReadError
from metastasis.patients._engines.reading import files_of, refuse_addresses
from metastasis.patients._look.peek import Peek, peek

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["LookedAt", "TableSeen", "open_place"]

_ENDINGS: Final = tuple(
    f"{ending}{packed}"
    for ending in (
        *(".csv", ".tsv", ".txt", ".dat", ".tab", ".parquet", ".pq", ".json", ".ndjson", ".jsonl"),
        *(".xml", ".xlsx", ".xlsm", ".xls", ".sas7bdat", ".xpt", ".dta", ".sav"),
        *(".zip", ".feather", ".arrow"),
    )
    for packed in ("", ".gz", ".bz2", ".xz", ".zst")
)
_PEEKS: Final = 40
"""Files of a folder whose heads are read: those of one table are alike, and tables are few."""


@dataclass(frozen=True, slots=True)
class TableSeen:
    """Files that have the same columns, as a reader is given them."""

    peek: Peek
    paths: tuple[str, ...]
    """What to name on the command line."""

    @property
    def header(self) -> tuple[str, ...]:
        """The columns."""
        return self.peek.header

    def cells(self, header: str) -> tuple[str, ...]:
        """Return the cells of a column in the first rows; never to be shown."""
        return self.peek.cells.get(header, ())


@dataclass(frozen=True, slots=True)
class LookedAt:
    """What the user named."""

    named: tuple[str, ...]
    files: tuple[Path, ...]
    peeks: tuple[Peek, ...]
    unread: tuple[str, ...] = ()
    """What is wrong with files whose heads cannot be read."""
    by_stem: dict[str, Path] = field(default_factory=dict)

    @property
    def folder(self) -> Path | None:
        """The folder, where the user named one and nothing else."""
        place = Path(self.named[0])
        return place if len(self.named) == 1 and place.is_dir() else None

    def file(self, stem: str) -> Path | None:
        """Return the file of this name without its endings, whatever its case."""
        return self.by_stem.get(stem)

    def peek_of(self, stem: str) -> Peek | None:
        """Return the head of the file of this name; None where there is none to be read."""
        path = self.file(stem)
        return next((one for one in self.peeks if one.path == path), None)

    @property
    def tables(self) -> list[TableSeen]:
        """The tables: files that have the same columns are one."""
        groups: dict[tuple[Any, ...], list[Peek]] = {}
        for one in self.peeks:
            if one.header:
                groups.setdefault((*one.header, one.sheet), []).append(one)
        alone = len(groups) == 1 and len(self.peeks) == len(next(iter(groups.values())))
        return [
            TableSeen(several[0], self.named if alone else tuple(str(one.path) for one in several))
            for several in groups.values()
        ]


def open_place(paths: str | Path | Sequence[str | Path]) -> LookedAt:
    """Return what stands at some paths; of each file the head is read, and no more.

    Raises
    ------
    ReadError
        Nothing is there, or no head of it can be read.
    """
    several = [paths] if isinstance(paths, str | Path) else list(paths)
    refuse_addresses(several)
    files = files_of(several, _ENDINGS)
    stems = {file.name.casefold().partition(".")[0]: file for file in reversed(files)}
    found: list[Peek] = []
    unread: list[str] = []
    for file in _first(files):
        try:
            found += peek(file)
        except (MetastasisError, ImportError) as error:
            unread.append(str(error))
            if len(files) == 1:
                raise
    if not found:
        raise ReadError(several[0], f"no head of a file in it can be read ({unread[0]})")
    return LookedAt(tuple(map(str, several)), tuple(files), tuple(found), tuple(unread), stems)


def _first(files: Sequence[Path]) -> Iterator[Path]:
    """Yield the files to look at: one of each name first, where ``part-0001`` is ``part-0002``."""
    kinds: dict[str, list[Path]] = {}
    for file in files:
        name = "".join(" " if one.isdigit() else one for one in file.name.casefold())
        kinds.setdefault(name, []).append(file)
    first = [several[0] for several in kinds.values()]
    others = [file for several in kinds.values() for file in several[1:3]]
    yield from [*first, *others][:_PEEKS]
