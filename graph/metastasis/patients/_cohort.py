"""What a reader knows of its patients, and how their rows become assertions and an account."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from metastasis._catalog.files import read_catalog
from metastasis._evidence.assertion import Assertion
from metastasis._evidence.assertion_table import assertions_as_csv, write_assertions
from metastasis._files import write_text, write_together
from metastasis._table import Table
from metastasis.patients._counting.patterns import Pattern, patterns_of
from metastasis.patients._counting.tally import count_patients
from metastasis.patients._report import LeftOut, Notice, Report, ReportDraft
from metastasis.patients._sources import write_sources
from metastasis.patients._tabulate import NotWritten, TallyLine, assertions_from

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from metastasis._catalog import Catalog, Source
    from metastasis.patients._counting.tally import Tally
    from metastasis.patients._engines.engine import Engine

__all__ = ["Cohort", "Ingested", "combine", "of_tally", "summarize"]

_EXAMPLES: Final = 5
_OUT: Final = {
    "no primary": "without a primary",
    "several primaries": "with several primaries",
    "tied primaries": "with several primaries that the rule cannot choose between",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """The patients of one intake: the words behind the numbers of its canonical rows."""

    source: Source
    primaries: tuple[str, ...]
    """Catalog keys; a row's ``primary`` is a position in them."""
    sites: tuple[str, ...]
    """Catalog keys; a row's ``site`` is a position in them."""
    locators: Mapping[str, str] = field(default_factory=dict)
    """For a site, where in the source it was counted: a column, or codes."""
    setting: str
    denominators: tuple[str, ...]
    """Whom to count out of; one assertion each."""
    choose: str = "first"
    """The rule for patients with several primaries."""
    metastatic_sites: tuple[str, ...] | None = None
    """Sites that make a patient metastatic where the data have no mark; None for every site."""
    population: str | None = None
    occurrence: str = "any"
    note: str | None = None
    min_patients: int = 1
    """Primaries with fewer patients get no assertion."""
    min_count: int = 1
    """Pairs with fewer patients get no assertion, as data owners often ask."""
    zeros: bool = False
    """Whether a site seen in nobody becomes an assertion, which denies the pair."""
    patterns: bool = False
    """Whether to count, too, which sites go together in one patient."""
    report: ReportDraft

    @property
    def metastatic_positions(self) -> tuple[int, ...] | None:
        """The positions of the sites that make a patient metastatic; None for all."""
        if self.metastatic_sites is None:
            return None
        return tuple(self.sites.index(site) for site in self.metastatic_sites)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """What came in: assertions, their source, and the account of how they came about."""

    assertions: tuple[Assertion, ...]
    source: Source
    report: Report
    patterns: tuple[Pattern, ...] = ()
    """Which sites go together, where that was asked for."""

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
            One of them cannot be written; neither has changed.
        """
        beside = path.with_suffix(".sources.csv")
        with write_together(path.parent) as draft:
            write_assertions(self.assertions, draft / path.name)
            write_sources([self.source], draft / beside.name)
        return path, beside

    def write_report(self, path: Path) -> None:
        """Write the account: as JSON where the file ends in ``.json``, else as text.

        Raises
        ------
        WriteError
            It cannot be written.
        """
        import json

        if path.suffix.casefold() == ".json":
            write_text(path, json.dumps(self.report.to_dict(), indent=2, ensure_ascii=False) + "\n")
        else:
            write_text(path, f"{self.report}\n")


def summarize(engine: Engine, rows: Any, cohort: Cohort) -> Ingested:
    """Return the assertions of canonical rows, and the account.

    ``rows`` is a data frame of the engine with the columns that
    :mod:`metastasis.patients._counting.tally` names.
    Each patient counts once, for each site they have.
    """
    counted = count_patients(
        engine,
        rows,
        choose=cohort.choose,
        sites=len(cohort.sites),
        metastatic_sites=cohort.metastatic_positions,
    )
    found = of_tally(counted, cohort, engine.name)
    return replace(found, patterns=patterns_of(engine, rows, cohort)) if cohort.patterns else found


def of_tally(counted: Tally, cohort: Cohort, engine: str) -> Ingested:
    """Return the assertions of patients already counted, and the account."""
    catalog = read_catalog()
    not_written = NotWritten()
    lines, of_other_sex = _lines_of(counted, cohort, catalog)
    assertions = assertions_from(lines, cohort, catalog, not_written)
    out = Counter({name: number for name, number in counted.outcomes.items() if name != "kept"})
    out["of a sex that does not have the primary's organ"] = of_other_sex
    draft = cohort.report
    report = Report(
        title=draft.title,
        files=tuple(draft.files),
        engine=engine,
        rows_read=draft.rows_read,
        rows=tuple(draft.rows),
        patients=sum(counted.outcomes.values()),
        patients_out=tuple(LeftOut(_OUT.get(why, why), n) for why, n in sorted(out.items()) if n),
        metastatic=sum(line.patients for line in lines if line.metastatic),
        notices=(*draft.notices, *_notices(counted, cohort)),
        unmapped=tuple(draft.unmapped),
        assertions=len(assertions),
        not_written=tuple(
            LeftOut(why, len(pairs), tuple(sorted(pairs)[:_EXAMPLES]))
            for why, pairs in sorted(not_written.pairs.items())
        ),
    )
    return Ingested(assertions=tuple(assertions), source=cohort.source, report=report)


def _lines_of(counted: Tally, cohort: Cohort, catalog: Catalog) -> tuple[list[TallyLine], int]:
    """Return the patients kept, under catalog keys, and how many are of the wrong sex."""
    lines, of_other_sex = [], 0
    for line in counted.lines:
        primary = cohort.primaries[line.primary]
        sex = catalog.primaries[primary].sex
        if sex and line.sex and sex != line.sex:
            of_other_sex += line.patients
            continue
        lines.append(
            TallyLine(primary, line.sex, line.metastatic, line.patients, line.yes, line.known)
        )
    return lines, of_other_sex


def _notices(counted: Tally, cohort: Cohort) -> list[Notice]:
    pairs = sum(counted.outcomes.values()) if cohort.choose == "each" else 0
    both = (
        ("choose each", pairs, "patients counted here: one with several primaries is several"),
        ("sex", counted.two_sexes, "patients with two sexes; counted with none"),
        ("metastatic", counted.two_marks, "patients marked both ways; counted as metastatic"),
    )
    return [Notice(rule, number, text) for rule, number, text in both if number]


def combine(first: Ingested, *others: Ingested) -> Ingested:
    """Return intakes of the same patients as one: assertions together, one account.

    Rows and patients are those of the first; notices that several have are told once.
    """
    parts = (first, *others)
    assertions = tuple(one for part in parts for one in part.assertions)
    report = replace(
        first.report,
        notices=tuple(dict.fromkeys(one for part in parts for one in part.report.notices)),
        unmapped=tuple(dict.fromkeys(one for part in parts for one in part.report.unmapped)),
        not_written=tuple(one for part in parts for one in part.report.not_written),
        assertions=len(assertions),
    )
    return replace(first, assertions=assertions, report=report)
