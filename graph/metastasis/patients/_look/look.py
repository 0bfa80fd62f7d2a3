"""``look``: what a file is, which reader would take it, and the command that reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from shlex import join, quote
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import MetastasisError
from metastasis.patients._account import counted
from metastasis.patients._look.databases import (
    of_folder_of_study,
    of_mimic,
    of_omop,
    of_resources,
)
from metastasis.patients._look.place import open_place
from metastasis.patients._look.registries import (
    of_items,
    of_registry,
    of_seer,
    of_sites,
)
from metastasis.patients._look.tables import of_codes, of_counts, of_study, of_words

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from metastasis.patients._look.claims import Claim
    from metastasis.patients._look.place import LookedAt, TableSeen

__all__ = ["Look", "look", "other_reader"]

OF_PLACES: Final[tuple[Callable[[LookedAt], Claim | None], ...]] = (
    of_omop,
    of_folder_of_study,
    of_mimic,
    of_resources,
)
"""The claims on all that the user named."""
OF_TABLES: Final[tuple[Callable[[TableSeen], Claim | None], ...]] = (
    of_seer,
    of_items,
    of_registry,
    of_sites,
    of_codes,
    of_study,
    of_counts,
    of_words,
)
"""The claims on each table of it."""
_SHOWN: Final = 12
"""So many columns that are not used are named; the others are counted."""
_FILES: Final = 8
_OTHERS: Final = 3
_WANTED: Final = (
    "a column of the patient, and one of diagnosis codes (ICD), or of the cancer and of the site "
    "of metastasis in words, or a column a site that says yes or no; or cancers by sites in counts"
)
"""What any reader could take, in words of columns."""


@dataclass(frozen=True, slots=True)
class Look:
    """What stands at a place, and who would read it."""

    paths: tuple[str, ...]
    files: tuple[str, ...]
    """What each file is whose head was read: its name, then its form and size."""
    claims: tuple[Claim, ...] = ()
    """The readers that would take it, the best first."""
    remarks: tuple[str, ...] = ()

    @property
    def best(self) -> Claim | None:
        """The reader that fits best; None where none does."""
        return self.claims[0] if self.claims else None

    @property
    def command(self) -> str | None:
        """The command that reads it, quoted for a shell; None where nothing fits.

        Where something is to be decided first, it holds words in capitals in its place.
        """
        return self.best.command(self._out(self.best)) if self.best else None

    @property
    def others(self) -> tuple[Claim, ...]:
        """Other readers that may be meant: ready ones only, where the best is."""
        rest = [one for one in self.claims[1:] if one.reader != self.claims[0].reader]
        return tuple(one for one in rest if one.is_ready or not self.claims[0].is_ready)[:_OTHERS]

    def _out(self, claim: Claim) -> str | None:
        """Return where the assertions may go: into no folder that is read."""
        here = Path.cwd()
        if any(here.is_relative_to(Path(one).resolve()) for one in claim.paths):
            return None
        name = Path(claim.paths[0]).resolve().name
        word = re.sub(r"[^\w-]+", "-", name.partition(".")[0]).strip("-") or "patients"
        return f"assertions/{word}.csv"

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, fit for JSON."""
        return {
            "paths": list(self.paths),
            "files": list(self.files),
            "remarks": list(self.remarks),
            "command": self.command,
            "readers": [self._as_dict(one) for one in self.claims],
        }

    def _as_dict(self, claim: Claim) -> dict[str, Any]:
        return {
            "reader": claim.reader,
            "why": claim.why,
            "is_ready": claim.is_ready,
            "command": claim.command(self._out(claim)),
            "arguments": claim.arguments(self._out(claim)),
            "used": dict(claim.used),
            "unused": list(claim.unused),
            "answers_not_used": list(claim.answers),
            "codes": claim.codes,
            "lacks": list(claim.lacks),
            "needs": list(claim.needs),
        }

    def __str__(self) -> str:
        """Return it as text, for people."""
        lines = [*self.files, *self.remarks]
        if self.best is None:
            return "\n".join([*lines, f"  no reader takes it; what is needed: {_WANTED}"])
        lines += self._told(self.best)
        for other in self.others:
            lines += [f"  or: {other.command()}", f"     {other.why}"]
        return "\n".join(lines)

    def _told(self, claim: Claim) -> list[str]:
        lines = [f"  the reader: {claim.reader}, as {claim.why}"]
        if claim.used:
            width = max(map(len, claim.used))
            lines += ["  used:", *(f"     {one:{width}}  {to}" for one, to in claim.used.items())]
        if claim.unused:
            lines.append(f"  not used: {_few(claim.unused)}")
        if claim.answers:
            lines.append(f"  looks like an answer, and is not used: {_few(claim.answers)}")
        if claim.codes:
            lines.append(f"  codes: {claim.codes}")
        lines += [f"  missing: {one}" for one in claim.lacks]
        lines += [f"  needed: {one}" for one in claim.needs]
        run = "run" if claim.is_ready else "then run"
        return [*lines, f"  {run}:", f"     {claim.command(self._out(claim))}"]


def look(paths: str | Path | Sequence[str | Path]) -> Look:
    r"""Return what stands at a path, and which reader would take it.

    Only the heads of files are read, and neither a row nor a cell of a patient is in what is
    returned.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "claims.csv")
    ...     _ = path.write_text("patient,code\nA,C61\nA,C79.51\n")
    ...     found = look(path)
    >>> found.best.reader, found.best.used["code"], found.best.is_ready
    ('coded', 'the diagnosis codes', True)

    Parameters
    ----------
    paths
        A file, a folder, a pattern, or several of them.

    Raises
    ------
    ReadError
        Nothing is there, or it is empty or damaged.
    """
    place = open_place(paths)
    found = [claim for of_place in OF_PLACES if (claim := of_place(place))]
    found += [
        _of_sheet(claim, table)
        for table in place.tables
        for ask in OF_TABLES
        if (claim := ask(table))
    ]
    ready = sorted(found, key=lambda one: (not one.is_ready and one.score < 1, -one.score))
    named = [f"{one.path}: {one}" for one in place.peeks[:_FILES]]
    if more := len(place.files) - len(named):
        named.append(f"and {counted(more, 'more files', 'more file')}")
    return Look(place.named, tuple(named), tuple(_each_once(ready)), place.unread)


def _of_sheet(claim: Claim, table: TableSeen) -> Claim:
    """Return a claim that names the sheet of its workbook, where there are several."""
    if table.peek.sheet is None:
        return claim
    return replace(claim, options=("--sheet", table.peek.sheet, *claim.options))


def other_reader(data: Any, reader: str, given: Collection[str] = ()) -> str | None:
    """Return the sentence that another reader would take what one refuses; None where none would.

    ``given`` are the values of options that the user gave: the same command again is no remedy.
    Where something is to be decided before the other can read it, ``look`` tells what.
    """
    try:
        found = look(data)
    except (MetastasisError, OSError, TypeError, ValueError):
        return None
    best = found.best
    if best is None or best.score < _SURE:
        return None
    if not best.is_ready:
        look_at = join(["metastasis", "look", *found.paths])
        tells = f"it looks like one for `ingest {best.reader}`: `{look_at}` tells what that needs"
        return None if best.reader == reader else tells
    values = [one for one in best.options if not one.startswith("--")]
    if best.reader == reader and set(values) <= set(given):
        return None
    what = "it" if best.paths == found.paths else best.paths[0]
    return f"`{best.command()}` would read {what}"


_SURE: Final = 0.7


def _each_once(claims: Sequence[Claim]) -> list[Claim]:
    """Return the claims without the lesser ones of a reader on the same files."""
    seen: dict[tuple[str, tuple[str, ...]], Claim] = {}
    for one in claims:
        seen.setdefault((one.reader, one.paths), one)  # of several sheets the best
    return list(seen.values())


def _few(names: Sequence[str]) -> str:
    some = ", ".join(map(quote, names[:_SHOWN]))
    more = len(names) - _SHOWN
    return f"{some} and {more:,} more" if more > 0 else some
