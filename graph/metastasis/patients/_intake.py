"""What a reader knows of its patients, and how their rows become assertions and a report.

Here is what the readers have in common: the rules that the user may set (:class:`Rules`), who is
counted (:class:`StudyPopulation`), what a reader returns (:class:`Ingested`), and how it gets its
engine and its files from what the user hands over.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self, TypedDict, cast

from metastasis._catalog import read_catalog
from metastasis._errors import UnknownNameError
from metastasis._evidence.assertion import Assertion
from metastasis._evidence.assertion_table import assertions_as_csv, write_assertions
from metastasis._files import together, write_text
from metastasis._table import Table
from metastasis.patients._counting.patient import CHOICES
from metastasis.patients._counting.wholes import wholes_in
from metastasis.patients._engines.engine import Engine, open_engine
from metastasis.patients._nothing import why_nothing
from metastasis.patients._report_page import report_page
from metastasis.patients._sources import write_source_beside

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from metastasis._catalog import Catalog, Source
    from metastasis.patients._counting.patterns import Pattern
    from metastasis.patients._counting.wholes import Whole
    from metastasis.patients._report import Report, ReportDraft

__all__ = [
    "FRAME",
    "Ingested",
    "RuleOptions",
    "Rules",
    "StudyPopulation",
    "combine",
    "engine_of",
    "is_path",
    "paths_in",
    "stem_of",
]

FRAME: Final = "the frame"
"""What messages call a table that is in no file."""


class RuleOptions(TypedDict, total=False):
    """The fields of :class:`Rules` but ``choose``, as keyword arguments of every reader."""

    overrides: Mapping[tuple[str, str], str] | None
    catalog: Catalog | None
    min_patients: int
    min_count: int
    zeros: bool
    zeros_of: int
    patterns: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the user may set for every reader; readers with rules of their own add fields.

    >>> Rules(min_count=5).why_not(3, 90, "all_patients")
    'with fewer than 5 patients'
    >>> Rules(choose="best")
    Traceback (most recent call last):
    ...
    metastasis.UnknownNameError: unknown choice of primary 'best'. Did you mean 'first', ...?

    Raises
    ------
    UnknownNameError
        A rule that does not exist.
    """

    choose: str = "first"
    """The primary of a patient with several: one of :data:`~._counting.patient.CHOICES`."""
    overrides: Mapping[tuple[str, str], str] | None = None
    """The user's own map file, as :func:`~metastasis.patients.read_site_map` returns it."""
    catalog: Catalog | None = None
    """None for the shipped one."""
    min_patients: int = 1
    """Primaries with fewer patients get no assertion."""
    min_count: int = 1
    """Numbers of fewer patients are not told, as data owners often ask; nor what reveals one."""
    zeros: bool = False
    """Whether a site that was found in no patient becomes an assertion, which denies the pair."""
    zeros_of: int = 50
    """Out of fewer patients no pair is denied: none of 50 still leaves 7 % open (Wilson, 95 %)."""
    patterns: bool = False
    """Whether to also count which sites occur together in one patient."""

    def __post_init__(self) -> None:
        for kind, value, known in self._closed():
            if value not in known:
                raise UnknownNameError(kind, str(value), [one for one in known if one])
        if self.catalog is None:
            # Once for all rows and pairs: reading the catalog takes some 15 ms.
            object.__setattr__(self, "catalog", read_catalog())

    def _closed(self) -> Iterator[tuple[str, str | None, tuple[str | None, ...]]]:
        """Yield what each field with a closed list is called, its value, and the list."""
        yield "choice of primary", self.choose, CHOICES

    @property
    def known(self) -> Catalog:
        """The catalog in use."""
        return cast("Catalog", self.catalog)

    @property
    def words(self) -> Mapping[tuple[str, str], str]:
        """The user's own map file; empty where there is none."""
        return self.overrides or {}

    def of_one_primary(self) -> Self:
        """Return the rules for rows in which the reader has left each patient one primary.

        With ``each``, a primary is a patient of its own there.
        """
        return replace(self, choose="only" if self.choose == "only" else "first")

    def why_not(
        self, count: int, total: int | None, denominator: str | None, *, can_deny: bool = True
    ) -> str | None:
        """Return why a pair with so many of so many gets no assertion, or None if it gets one.

        ``can_deny``: whether the site was looked for wherever it is not said to have been found.

        With a ``min_count``, a group with fewer patients stays out, and so does one of which fewer
        have the site or fewer have it not: 49 of 50 tells of one patient what 1 of 50 does.
        """
        least = self.min_count
        if count == 0 and (reason := self._why_no_zero(total, denominator, can_deny=can_deny)):
            return reason
        if least > 1 and total is not None and total < least:
            return f"out of fewer than {least} patients"
        if 0 < count < least:
            return f"with fewer than {least} patients"
        if total is not None and 0 < total - count < least:
            return f"that all but fewer than {least} patients have"
        return None

    def _why_no_zero(
        self, total: int | None, denominator: str | None, *, can_deny: bool
    ) -> str | None:
        """Return why a site found in no patient is not denied, or None if it is."""
        if not self.zeros:
            return "whose site was found in no patient (--zeros writes them)"
        if denominator == "records":
            return "whose site is in no record, which denies nothing: records are no patients"
        if not can_deny:
            return "whose site was found in no patient, where not everything could be seen"
        if total is None or total < self.zeros_of:
            return f"whose site was found in none of fewer than {self.zeros_of} (--zeros-of)"
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyPopulation:
    """The patients that one reader found: what the numbers in its canonical rows mean."""

    source: Source
    primaries: tuple[str, ...]
    """Catalog keys; a row's ``primary`` is a position in them."""
    sites: tuple[str, ...]
    """Catalog keys; a row's ``site`` is a position in them."""
    locators: Mapping[str, str] = field(default_factory=dict)
    """For a site, where in the source it was counted: a column, or codes."""
    setting: str
    denominators: tuple[str, ...]
    """What to count out of; one assertion each."""
    rules: Rules = field(default_factory=Rules)
    metastatic_sites: tuple[str, ...] | None = None
    """Sites that make a patient metastatic where the data have no mark; None for every site."""
    population: str | None = None
    """What narrows the patients, such as an age or a stage."""
    occurrence: str = "any"
    note: str | None = None
    sequences: str | Path | None = None
    """A file for the order in which sites were first seen; its rows need days."""
    relative_days: bool = False
    """Whether days count from a day of each patient's own, and are no dates."""
    holds_primary: bool = False
    """Whether sites are those of any tumor, the primary among them: then no pair of a primary and
    what holds it can be told."""
    can_deny: bool = True
    """Whether a site that was found in nobody was looked for in everybody: not where the reader
    knows that it could not see everything, such as where a table is missing."""
    report: ReportDraft

    @property
    def metastatic_positions(self) -> tuple[int, ...] | None:
        """The positions of the sites that make a patient metastatic; None for all."""
        if self.metastatic_sites is None:
            return None
        return tuple(self.sites.index(site) for site in self.metastatic_sites)

    @property
    def wholes(self) -> tuple[Whole, ...]:
        """The sites that a patient has with a part of them."""
        return wholes_in(self.sites, self.rules.known)


@dataclass(frozen=True, slots=True)
class Ingested:
    """What a reader returns: assertions, their source, and a report of how they came about."""

    assertions: tuple[Assertion, ...]
    source: Source
    report: Report
    patterns: tuple[Pattern, ...] = ()
    """Which sites occur together in one patient; empty unless ``patterns=True``."""

    def __post_init__(self) -> None:
        """Have the report say why there is no assertion, where there is none."""
        if not self.assertions:
            why = why_nothing(self.report)
            warnings = tuple(dict.fromkeys((*self.report.warnings, why)))
            object.__setattr__(self, "report", replace(self.report, warnings=warnings))

    def table(self) -> Table[Assertion]:
        """Return the assertions as a table, with the 95 % Wilson interval of each."""
        return Table(Assertion, self.assertions)

    def to_csv(self) -> str:
        """Return the text of the assertion table."""
        return assertions_as_csv(self.assertions)

    def to_pandas(self) -> Any:
        """Return the table as a pandas data frame (the extra ``frames`` brings pandas)."""
        return self.table().to_pandas()

    def to_polars(self) -> Any:
        """Return the table as a Polars data frame (the extra ``frames`` brings Polars)."""
        return self.table().to_polars()

    def write(self, path: Path) -> tuple[Path, Path]:
        """Write the assertion table, and beside it its source; return both paths.

        ``metastasis build --assertions`` finds the one beside the other. Both take their places
        together, when both are written.

        Raises
        ------
        WriteError
            One of them cannot be written, or other sources than this one stand beside the table;
            neither has changed.
        """
        beside = path.with_suffix(".sources.csv")
        with together():
            write_assertions(self.assertions, path)
            write_source_beside(self.source, beside)
        return path, beside

    def write_report(self, path: Path) -> None:
        """Write the report, by the ending of the file: ``.json``, ``.html``, else as text.

        Raises
        ------
        WriteError
            It cannot be written.
        """
        import json

        form = path.suffix.casefold()
        if form == ".json":
            write_text(path, json.dumps(self.report.to_dict(), indent=2, ensure_ascii=False) + "\n")
        elif form in (".html", ".htm"):
            write_text(path, report_page(self.report))
        else:
            write_text(path, f"{self.report}\n")


def combine(first: Ingested, *others: Ingested) -> Ingested:
    """Return what was read of the same patients as one: assertions together, one report.

    Rows and patients are those of the first; notices that several have are told once.
    """
    parts = (first, *others)
    assertions = tuple(one for part in parts for one in part.assertions)
    report = replace(
        first.report,
        notices=tuple(dict.fromkeys(one for part in parts for one in part.report.notices)),
        unmapped=tuple(dict.fromkeys(one for part in parts for one in part.report.unmapped)),
        not_written=tuple(one for part in parts for one in part.report.not_written),
        hides_totals=any(part.report.hides_totals for part in parts),
        remarks=tuple(dict.fromkeys(one for part in parts for one in part.report.remarks)),
        warnings=tuple(dict.fromkeys(one for part in parts for one in _of_its_own(part.report))),
        assertions=len(assertions),
    )
    return replace(first, assertions=assertions, report=report)


def _of_its_own(report: Report) -> Iterator[str]:
    """Yield the warnings of a part that are true of the whole as well."""
    return (one for one in report.warnings if report.assertions or one != why_nothing(report))


@contextmanager
def engine_of(engine: str | Engine) -> Iterator[Engine]:
    """Yield the engine of this name, and close it at the end; one that is open stays open."""
    if isinstance(engine, str):
        with open_engine(engine) as opened:
            yield opened
    else:
        engine.remarks.clear()  # on files of another table, which its report has told
        yield engine


def is_path(data: Any) -> bool:
    """Return whether the user handed over files (a path or a list of them), not a frame.

    >>> is_path("claims.csv"), is_path(["a.csv", Path("b.csv")]), is_path({"patient": []})
    (True, True, False)
    """
    if isinstance(data, list | tuple):
        return all(isinstance(one, str | PathLike) for one in data)
    return isinstance(data, str | PathLike)


def paths_in(data: Any) -> list[str]:
    """Return the paths that the user handed over, as text; none for a frame.

    >>> paths_in("claims/*.csv"), paths_in(None)
    (['claims/*.csv'], [])
    """
    if not is_path(data):
        return []
    return [str(one) for one in (data if isinstance(data, list | tuple) else [data])]


def stem_of(file: str, otherwise: str) -> str:
    """Return the name of a file without folder and endings, to call a source by.

    >>> stem_of("data/claims 2019.csv.gz", "own data"), stem_of(FRAME, "own data")
    ('claims 2019', 'own data')
    """
    name = "" if file == FRAME else Path(file).name.partition(".")[0]
    name = name.encode("utf-8", "replace").decode()  # a name need not be UTF-8
    return name if any(char.isalnum() for char in name) else otherwise
