"""What was decided before, so that nothing is asked twice.

What was accepted stands in assertion tables; what was rejected, or accepted only after it was
mended, in a table of rejections beside them.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

from metastasis._catalog.rows import numbered_rows
from metastasis._clean import separated
from metastasis._errors import Fault, TableError
from metastasis._evidence.assertion_table import read_assertions
from metastasis._files import write_text
from metastasis.text._review.row import read_as

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from metastasis._evidence.assertion import Assertion
    from metastasis.text._reading import Reading

__all__ = [
    "REJECTED",
    "Decided",
    "Rejection",
    "Statement",
    "is_place",
    "pair_of",
    "read_rejections",
    "statement_of",
    "write_rejections",
]

REJECTED: Final = ".rejected.csv"
"""The ending of the table of rejections that stands beside an assertion table."""

Statement = tuple[str, int, int, str]
"""Hash of the document, start and end in it, and what is read there."""


@dataclass(frozen=True, slots=True, order=True)
class Rejection:
    """A statement that a person did not take as it was read."""

    document_sha256: str
    start: int
    end: int
    read_as: str
    """Primary, site, relation and frequency, a dash where there is none."""
    decision: str
    """``reject``, or ``edit`` where it was mended and then accepted."""
    reviewer: str
    quote: str
    page: str

    @property
    def statement(self) -> Statement:
        """By what it is known again."""
        return self.document_sha256, self.start, self.end, self.read_as


_COLUMNS: Final = tuple(one.name for one in fields(Rejection))


def read_rejections(path: Path) -> list[Rejection]:
    """Return the rejections of a table.

    Raises
    ------
    TableError
        With every fault of the table.
    ReadError
        It cannot be read.
    """
    found: list[Rejection] = []
    faults: list[Fault] = []
    for line, row in numbered_rows(path, _COLUMNS):
        wrong = [name for name in ("start", "end") if not is_place(row[name])]
        remedy = "not a whole number; write digits only"
        faults += [Fault(str(path), line, name, row[name], remedy) for name in wrong]
        if not wrong:
            whole = {"start": int(row["start"]), "end": int(row["end"])}
            found.append(Rejection(**{name: row[name] for name in _COLUMNS} | whole))  # type: ignore[arg-type]
    if faults:
        raise TableError(faults)
    return found


def write_rejections(rejections: Iterable[Rejection], path: Path) -> None:
    """Write a table of rejections, in the order of the documents, in place of what stood there."""
    rows = [[getattr(one, name) for name in _COLUMNS] for one in sorted(rejections)]
    write_text(path, separated([_COLUMNS, *rows]), updates=True)


def statement_of(assertion: Assertion) -> Statement | None:
    """Return by what an assertion is known again; None where it was not read in a text."""
    if assertion.document_sha256 is None or assertion.start is None or assertion.end is None:
        return None
    return assertion.document_sha256, assertion.start, assertion.end, read_as(assertion)


class Decided:
    """What was accepted and what was rejected, by statement.

    >>> Decided().how("a", 0, 9, "breast bone metastasis common")
    """

    def __init__(
        self, accepted: Iterable[Assertion] = (), rejected: Iterable[Rejection] = ()
    ) -> None:
        self._accepted = {pair_of(one) for one in map(statement_of, accepted) if one}
        self._rejected = {one.statement: one.decision for one in rejected}

    @classmethod
    def read(cls, assertions: Sequence[Path] = (), rejections: Sequence[Path] = ()) -> Decided:
        """Return what tables hold; one of rejections beside one of assertions is read too.

        Raises
        ------
        TableError, ReadError
            A table has faults, or cannot be read.
        """
        beside = [path.with_suffix(REJECTED) for path in assertions]
        tables = [*rejections, *(path for path in beside if path.is_file())]
        found = {path.resolve(): path for path in tables}
        rejected = [one for path in found.values() for one in read_rejections(path)]
        return cls(read_assertions(assertions), rejected)

    def how(self, document_sha256: str, start: int, end: int, said: str) -> str | None:
        """Return how it was decided: ``accepted``, ``mended``, ``rejected``; None if it was not.

        A word on how often that differs is another statement to reject, and not to accept.
        """
        decision = self._rejected.get((document_sha256, start, end, said))
        if decision is not None:
            return "mended" if decision == "edit" else "rejected"
        is_accepted = pair_of((document_sha256, start, end, said)) in self._accepted
        return "accepted" if is_accepted else None

    def of(self, reading: Reading) -> str | None:
        """Return how a reading was decided before, as :meth:`how` does."""
        statement = statement_of(reading.assertion)
        return self.how(*statement) if statement else None


def pair_of(statement: Statement) -> Statement:
    """Return a statement without how often: who accepts a pair has seen the sentence."""
    document_sha256, start, end, said = statement
    return document_sha256, start, end, said.rpartition(" ")[0]


def is_place(text: str) -> bool:
    """Whether a cell is a place in a document.

    >>> is_place("1031"), is_place("-1"), is_place("1e3")
    (True, False, False)
    """
    return text.isascii() and text.isdigit() and len(text) <= 15
