"""The report of a reader: what was read, what was kept, and why the rest was not."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Self

from metastasis._vocabulary import NOT_CLINICAL
from metastasis.patients._account import counted, lines_of, told

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metastasis.patients._words.labels import Unmapped

__all__ = ["Exclusion", "Notice", "Remark", "Report", "ReportDraft"]

_EXAMPLES: Final = 5
"""Enough to find the rows in question; a report is read on one screen."""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Rows or patients that do not count, for one reason.

    >>> print(Exclusion("no date", 3, ("P-1", "P-2")))
    3 no date, such as P-1, P-2
    """

    reason: str
    count: int
    examples: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return count, reason and examples on one line."""
        such = f", such as {', '.join(self.examples)}" if self.examples else ""
        return f"{counted(self.count, self.reason)}{such}"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something odd in the data, how often, and what a named rule made of it.

    >>> print(Notice("metastatic-by flag", 338, "metastasis samples of patients marked otherwise"))
    338 metastasis samples of patients marked otherwise [metastatic-by flag]
    >>> print(Notice("unspecified", 1, "patients flagged under 'unspecified'"))
    1 patient flagged under 'unspecified' [unspecified]
    """

    rule: str
    count: int
    text: str
    """What the count is of, in the plural."""

    def __str__(self) -> str:
        """Return the notice on one line, its rule last."""
        return f"{counted(self.count, self.text)} [{self.rule}]"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to know of the data or of a file written, which is no count, and its rule.

    >>> print(Remark("form", "read as Windows-1252"))
    read as Windows-1252 [form]
    """

    rule: str
    text: str

    def __str__(self) -> str:
        """Return the remark on one line, its rule last."""
        return f"{self.text} [{self.rule}]"


@dataclass(slots=True)
class ReportDraft:
    """The report while it grows; :meth:`warn`, :meth:`leave_out`, … add to it.

    >>> draft = ReportDraft("a study", ["a.tsv"], rows_read=10)
    >>> draft.leave_out("without a patient", 2, ["row 7", "row 9"])
    >>> draft.rows_used
    8
    """

    title: str
    files: list[str] = field(default_factory=list)
    rows_read: int = 0
    rows: list[Exclusion] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    unmapped: list[Unmapped] = field(default_factory=list)
    not_written: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Pairs that became no assertion, as ``primary to site``, by reason."""
    warnings: list[str] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    hides_totals: bool = False
    """Whether the number of all patients would reveal one that is too small."""

    def another(self) -> Self:
        """Return an empty draft for more evidence from the same rows."""
        return type(self)(self.title, list(self.files), self.rows_read, list(self.rows))

    def warn(self, text: str) -> None:
        """Add what a reader must see before any number, once: the report begins with it."""
        if text not in self.warnings:
            self.warnings.append(text)

    def leave_out(self, reason: str, count: int, examples: Iterable[object] = ()) -> None:
        """Add rows that are left out; nothing is added where there are none."""
        if count:
            self.rows.append(Exclusion(reason, count, _few(examples)))

    def notice(self, rule: str, count: int, text: str) -> None:
        """Add what a rule decided; nothing is added where it decided nothing."""
        if count:
            self.notices.append(Notice(rule, count, text))

    def remark(self, rule: str, text: str) -> None:
        """Add what is to be known and is no count, once."""
        if (said := Remark(rule, text)) not in self.remarks:
            self.remarks.append(said)

    def no_assertion(self, reason: str, primary: str, site: str) -> None:
        """Add a pair that became no assertion."""
        self.not_written[reason].add(f"{primary} to {site}")

    def finished(self, engine: str, *, assertions: int, forms: Iterable[str] = ()) -> Report:
        """Return the report, so far without a word on patients.

        ``forms`` is what the engine did to files in order to read them.
        """
        for text in forms:
            self.remark("form", text)
        return Report(
            title=self.title,
            files=tuple(self.files),
            engine=engine,
            rows_read=self.rows_read,
            rows=tuple(self.rows),
            patients=None,
            metastatic=None,
            notices=tuple(self.notices),
            unmapped=tuple(self.unmapped),
            assertions=assertions,
            not_written=tuple(
                Exclusion(reason, len(pairs), _few(sorted(pairs)))
                for reason, pairs in sorted(self.not_written.items())
            ),
            warnings=tuple(self.warnings),
            hides_totals=self.hides_totals,
            remarks=tuple(self.remarks),
        )

    @property
    def rows_used(self) -> int:
        """The rows read less those left out."""
        return self.rows_read - sum(one.count for one in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The whole report: every row and every patient is used, or left out for a reason.

    >>> report = Report(title="a study", files=("a.tsv",), engine="duckdb", rows_read=10,
    ...                 rows=(Exclusion("without a patient", 2),), patients=8, metastatic=3)
    >>> report.rows_used, report.patients_kept
    (8, 8)
    >>> print(report)  # doctest: +ELLIPSIS
    a study
      10 rows read from a.tsv
         8 used
         2 left out: 2 without a patient
      8 patients
         8 kept, 3 of them metastatic
    ...
    """

    title: str
    files: tuple[str, ...]
    engine: str
    rows_read: int
    rows: tuple[Exclusion, ...] = ()
    """The rows left out, by reason."""
    patients: int | None
    """The patients seen; None where the data are counts, which say nothing of patients."""
    patients_out: tuple[Exclusion, ...] = ()
    """The patients left out, by reason."""
    metastatic: int | None
    """Metastatic patients among those kept; None where the data are counts."""
    notices: tuple[Notice, ...] = ()
    unmapped: tuple[Unmapped, ...] = ()
    assertions: int = 0
    not_written: tuple[Exclusion, ...] = ()
    """Pairs of primary and site that became no assertion, by reason."""
    min_count: int = 1
    """Numbers of fewer are not told; this record holds them, what it writes does not."""
    hides_totals: bool = False
    """Whether a number that is too small could be worked out from how many there are in all."""
    remarks: tuple[Remark, ...] = ()
    """What was done to a file in order to read it, and what a file written holds."""
    warnings: tuple[str, ...] = ()
    """What must be seen before any number, such as a denominator that is not what it should be."""

    @property
    def rows_used(self) -> int:
        """The rows read less those left out."""
        return self.rows_read - sum(one.count for one in self.rows)

    @property
    def patients_kept(self) -> int | None:
        """The patients seen less those left out; None where the data are counts."""
        if self.patients is None:
            return None
        return self.patients - sum(one.count for one in self.patients_out)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain values, fit for JSON.

        With a ``min_count``, a number below it is text, such as ``<11``, and one from which such a
        number could be worked out is None; small reasons are told together, and no example is.
        """
        return {**told(self), "notice": NOT_CLINICAL}

    def __str__(self) -> str:
        """Return the report as text, for people."""
        return "\n".join(lines_of(self))


def _few(examples: Iterable[object]) -> tuple[str, ...]:
    return tuple(str(one) for one in islice(examples, _EXAMPLES))
