"""The rows of a wide table: its cells as answers, its cancers as catalog keys.

It stands apart because nothing is counted here: whatever is wrong with the table is found first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import Fault, TableError
from metastasis.patients._account import counted
from metastasis.patients._flags import NODES, cells_of, codes_of
from metastasis.patients._intake import Rules, paths_in
from metastasis.patients._rows import beside, counts_of, how_many
from metastasis.patients._tables.mapping import SourceEntry, TableMapping
from metastasis.patients._words.labels import LEFT_OUT
from metastasis.patients._words.missing import stated
from metastasis.patients._words.yes_no import BLANK, YesNo

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Mapping, Sequence

    from metastasis.patients._engines.engine import Engine
    from metastasis.patients._flags import FlagGroup
    from metastasis.patients._report import ReportDraft
    from metastasis.patients._tables.wide_columns import WideColumns
    from metastasis.patients._words.yes_no import AnswerWords

__all__ = ["WideRules", "WideTable", "account", "read_rows", "with_answers", "with_primary"]

_CHOICES: Final = ("first", "last", "only", "each")
_SETTINGS: Final = ("at_diagnosis", "during_course", "at_autopsy", "unspecified")
_METASTATIC_BY: Final = ("flag", "evidence")
_MOST_LABELS: Final = 100_000
_SHOWN: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class WideRules(Rules):
    """What the user may set for a wide table; see :func:`read_wide`."""

    setting: str | None = None
    metastatic_by: str = "flag"
    nodes: str = "ignore"

    def _closed(self) -> Iterator[tuple[str, str | None, tuple[str | None, ...]]]:
        yield "choice of cancer", self.choose, _CHOICES
        yield "setting", self.setting, (None, *_SETTINGS)
        yield "metastatic-by rule", self.metastatic_by, _METASTATIC_BY
        yield "rule for nodes", self.nodes, NODES


@dataclass(slots=True)
class WideTable:
    """A wide table while it is read."""

    engine: Engine
    rules: WideRules
    words: AnswerWords
    columns: WideColumns
    file: str
    name: str
    rows: Any = None
    """Columns ``patient``, ``primary``, … as text, and ``flag_0``, … for the sites."""
    primaries: tuple[str, ...] = ()

    @property
    def flags(self) -> dict[str, str]:
        """The headers of the sites, by our names."""
        return {f"flag_{at}": header for at, header in enumerate(self.columns.sites)}


def read_rows(table: WideTable, data: Any) -> Any:
    """Return the columns of use, under our names, as text; in ours a blank cell is null."""
    engine, F = table.engine, table.engine.functions  # noqa: N806
    take = engine.read if paths_in(data) else engine.frame
    named = {**table.columns.named, **table.flags}
    rows = take(data, columns={header: ours for ours, header in named.items()})
    cells = [stated(F, F.col(one).cast("string")).alias(one) for one in table.columns.named]
    cells += [F.col(one).cast("string").alias(one) for one in table.flags]
    return engine.settle(rows.select(*cells))


def with_answers(table: WideTable, groups: Sequence[FlagGroup], draft: ReportDraft) -> None:
    """Put the array of the answers beside the rows.

    Raises
    ------
    TableError
        A column has cells that are no answers; or none of its sites has a place in the catalog.
    """
    if not groups:
        some = ", ".join(repr(one) for one in list(table.columns.sites.values())[:_SHOWN])
        remedy = f"no site has a place in the catalog ({some}): give them keys with --site-map"
        raise TableError([Fault(table.file, None, None, None, remedy)])
    places = {header: at for one in groups for header, at in one.places.items()}
    flags = {ours: places[one] for ours, one in table.flags.items() if one in places}
    cells = cells_of(table.engine, table.rows, list(flags))
    faults = [_fault(table, ours, cells.get(ours)) for ours in flags]
    if found := [one for one in faults if one]:
        raise TableError(found)
    answers = {
        ours: {cell: table.words.answer(cell) for cell in counts} for ours, counts in cells.items()
    }
    for ours, counts in cells.items():
        number = sum(n for cell, n in counts.items() if answers[ours][cell] is YesNo.UNKNOWN)
        words = [repr(one) for one in counts if one and answers[ours][one] is YesNo.UNKNOWN]
        such = f" (as {', '.join(sorted(words)[:_SHOWN])})" if words else ""
        text = f"rows without an answer in {table.flags[ours]}{such}: not known there, and never No"
        draft.notice("not known", number, text)
    codes = codes_of(table.engine.functions, flags, answers)
    table.rows = table.engine.settle(table.rows.withColumn("codes", codes))


def _fault(table: WideTable, ours: str, counts: Counter[str] | None) -> Fault | None:
    """Return what is wrong with the cells of a site's column, if they are no answers."""
    header = table.flags[ours]
    remedy = "name the columns that hold answers with --sites"
    if counts is None:
        remedy = f"has far more different cells than answers; {remedy}"
        return Fault(table.file, None, header, None, remedy)
    answers = {one: table.words.answer(one) for one in counts}
    odd = {one: n for one, n in counts.items() if answers[one] is YesNo.NONE}
    if not odd:
        return _never_no(table, header, answers)
    most = max(odd, key=lambda one: (odd[one], one))
    more = counted(len(odd) - 1, "other words", "other word")
    others = f" and {more}" if len(odd) > 1 else ""
    remedy = (
        f"is no yes or no, in {counted(odd[most], 'rows')}{others}: say what it means with --yes, "
        f"--no or --unknown, or {remedy}"
    )
    return Fault(table.file, None, header, most, remedy)


def _never_no(table: WideTable, header: str, answers: Mapping[str, YesNo]) -> Fault | None:
    """Return what is wrong with a column of ticks, of which everyone who counts would have one."""
    is_blank = any(not one.strip() for one in answers)
    told = BLANK in {word.casefold() for word in table.words.unknown}
    if told or not is_blank or YesNo.YES not in answers.values() or YesNo.NO in answers.values():
        return None
    remedy = (
        "says yes or nothing, and never no, so that every share would be 100 %: if an empty cell "
        "is a no, say so with --no blank; if nobody looked there, with --unknown blank"
    )
    return Fault(table.file, None, header, None, remedy)


def with_primary(table: WideTable, system: str | None, draft: ReportDraft) -> None:
    """Put beside the rows ``at``, the place of their cancer: -1 for one that has none."""
    F = table.engine.functions  # noqa: N806
    if table.columns.constant:
        table.primaries = (table.columns.constant,)
        table.rows = table.rows.withColumn("at", F.lit(0))
        return
    header = table.columns.named["primary"]
    stated_rows = table.rows.where(F.col("primary").isNotNull())
    counts = counts_of(table.engine, stated_rows, "primary", _MOST_LABELS)
    if counts is None:
        remedy = (
            f"holds more than {_MOST_LABELS:,} different words; name another (--primary COLUMN)"
        )
        raise TableError([Fault(table.file, None, header, None, remedy)])
    labels = {label: n for label, n in counts.items() if label is not None}
    own = SourceEntry(key="wide", design="registry")
    mapping = TableMapping(
        version="1",
        form="patients",
        source=own,
        columns={},
        codes={"primary": system} if system else {},
    )
    keys, unmapped = mapping.keys("primary", labels, table.rules)
    draft.unmapped += unmapped
    table.primaries = tuple(sorted({key for key in keys.values() if key != LEFT_OUT}))
    meanings = [
        (label, table.primaries.index(key) if (key := keys.get(label)) in table.primaries else -1)
        for label in labels
    ]
    columns = {"primary": "string", "at": "int"}
    table.rows = table.engine.settle(beside(table.engine, table.rows, columns, meanings))


def account(table: WideTable, draft: ReportDraft) -> None:
    """Count the rows, and leave out those without a patient."""
    F = table.engine.functions  # noqa: N806
    named = F.col("patient").isNotNull()
    counts = how_many(
        table.engine,
        table.rows,
        {"unnamed": ~named, "odd": named & (F.coalesce(F.col("at"), F.lit(0)) < 0)},
    )
    draft.rows_read = counts["rows"]
    if not draft.rows_read:
        raise TableError([Fault(table.file, None, None, None, "a header and no rows")])
    draft.leave_out("without a patient", counts["unnamed"])
    text = "rows whose cancer has no place in the catalog, or is left out on purpose"
    draft.notice("primary", counts["odd"], text)
    table.rows = table.rows.where(named)
