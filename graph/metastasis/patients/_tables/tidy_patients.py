"""Tidy tables of patients: rows in canonical form, which the engine counts.

A row may hold a finding, or only say that there is such a patient. A row without a patient, or
whose primary is left out on purpose, does not count; one whose site nobody knows still counts its
patient.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import Fault, TableError
from metastasis.patients._coded.dates import HEAD, read_dates
from metastasis.patients._cohort import Cohort, Ingested, summarize
from metastasis.patients._report import ReportDraft
from metastasis.patients._tables.tidy_words import keys_of, truth_of, words_of
from metastasis.patients._words.labels import LEFT_OUT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from metastasis._catalog import Catalog, Source
    from metastasis.patients._engines.engine import Engine
    from metastasis.patients._tables.mapping import TableMapping
    from metastasis.patients._words.labels import Kind

__all__ = ["ingest_patients"]

_MOST_WORDS: Final = 100_000
_NO_MARK: Final = ("lymph_node_regional",)
"""Sites that by themselves make nobody metastatic."""
_UNKNOWN, _LEFT_OUT = -1, -2


@dataclass(slots=True)
class _Intake:
    """What one reading has in hand."""

    engine: Engine
    mapping: TableMapping
    catalog: Catalog
    overrides: Mapping[tuple[str, str], str]
    draft: ReportDraft
    rows: Any
    """The columns named by the mapping, as text."""
    file: str
    joins: list[tuple[str, str, str, Sequence[tuple[str, Any]]]] = field(default_factory=list)
    """Small tables to put beside the rows: column, new column, its type, and what words mean."""
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """For primary and site, the catalog keys that the numbers in the rows stand for."""
    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    """For primary and site, the key of each label."""


def ingest_patients(
    engine: Engine,
    data: Any,
    mapping: TableMapping,
    source: Source,
    catalog: Catalog,
    overrides: Mapping[tuple[str, str], str],
    rules: Mapping[str, Any],
) -> Ingested:
    """Return what a table of patients says; ``rules`` goes into the cohort.

    Raises
    ------
    TableError
        A column is missing, or holds too many different words, or dates in several formats.
    ReadError
        A file cannot be read.
    """
    draft = ReportDraft(f"table {source.key}", _names(data))
    file = draft.files[0] if draft.files else "the frame"
    intake = _Intake(engine, mapping, catalog, overrides, draft, _read(engine, data, mapping), file)
    for kind in ("primary", "site"):
        _take_labels(intake, kind)
    for name, form in (("sex", "string"), ("metastatic", "boolean"), ("known", "boolean")):
        _take_words(intake, name, form)
    _take_dates(intake)
    joined = _joined(intake)
    _account(intake, joined)
    cohort = Cohort(
        source=source,
        primaries=intake.keys["primary"],
        sites=intake.keys["site"],
        locators=_locators(intake),
        setting=mapping.constant("setting") or "unspecified",
        denominators=mapping.denominators,
        metastatic_sites=tuple(key for key in intake.keys["site"] if key not in _NO_MARK),
        occurrence=mapping.constant("occurrence") or "any",
        population=mapping.constant("population"),
        report=draft,
        **rules,
    )
    rows = _canonical(intake, joined)
    _tell_of_patients(intake, rows, cohort)
    return summarize(engine, rows, cohort)


def _names(data: Any) -> list[str]:
    if isinstance(data, str | Path):
        return [str(data)]
    is_list = isinstance(data, list | tuple) and all(isinstance(one, str | Path) for one in data)
    return [str(one) for one in data] if is_list else []


def _read(engine: Engine, data: Any, mapping: TableMapping) -> Any:
    """Return the columns that the mapping names, under our names, as trimmed text or null."""
    wanted = mapping.headers
    is_path = bool(_names(data))
    rows = engine.read(data, columns=wanted) if is_path else engine.frame(data, columns=wanted)
    F = engine.functions  # noqa: N806
    cells = []
    for name in mapping.columns:
        text = F.trim(F.col(name).cast("string"))
        text = F.substring(text, 1, HEAD) if name == "date" else text
        cells.append(F.when(~text.isin("", *mapping.missing), text).alias(name))
    return rows.select(*cells)


def _take_labels(intake: _Intake, kind: Kind) -> None:
    """Put the position of its key beside each label of a column."""
    constant = intake.mapping.constant(kind)
    if constant is not None:
        find = intake.catalog.primary if kind == "primary" else intake.catalog.site
        intake.keys[kind], intake.labels[kind] = (find(constant).key,), {}
        return
    counts = _counts(intake, kind)
    keys, unmapped = keys_of(intake.mapping, kind, counts, intake.catalog, intake.overrides)
    intake.draft.unmapped += unmapped
    intake.labels[kind] = {label: key for label, key in keys.items() if key != LEFT_OUT}
    intake.keys[kind] = tuple(sorted(set(intake.labels[kind].values())))
    places = {key: place for place, key in enumerate(intake.keys[kind])} | {LEFT_OUT: _LEFT_OUT}
    at = [(label, places.get(keys.get(label, ""), _UNKNOWN)) for label in counts]
    intake.joins.append((kind, f"{kind}_at", "int", at))


def _take_words(intake: _Intake, name: str, form: str) -> None:
    """Put what it means in place of each word of a column."""
    if name not in intake.mapping.columns:
        return
    counts = _counts(intake, name)
    meanings = words_of(intake.mapping, name, counts)
    told = intake.mapping.values.get(name, {})
    unknown = sum(
        rows for word, rows in counts.items() if word not in meanings and word not in told
    )
    words = sorted(word for word in counts if word not in meanings and word not in told)
    some = ", ".join(repr(word) for word in words[:3])
    text = f"rows whose {name} is a word that nothing explains ({some}); read as not stated"
    intake.draft.notice(name, unknown, text)
    values = [
        (word, truth_of(meaning) if form == "boolean" else meaning)
        for word, meaning in meanings.items()
    ]
    intake.joins.append((name, f"{name}_at", form, values))


def _take_dates(intake: _Intake) -> None:
    """Put the day in place of each date."""
    if "date" not in intake.mapping.columns:
        return
    counts = _counts(intake, "date")
    column = intake.mapping.columns["date"]
    form = intake.mapping.date_format
    dates = read_dates(counts, file=intake.file, column=column, date_format=form)
    for reason, texts in sorted(dates.undated.items()):
        rows = sum(counts[text] for text in texts)
        such = ", ".join(texts[:3])
        intake.draft.notice("date", rows, f"rows with {reason} ({such}); counted as undated")
    intake.joins.append(("date", "day_at", "bigint", list(dates.days.items())))


def _counts(intake: _Intake, name: str) -> dict[str, int]:
    """Return how many rows hold each word of a column.

    Raises
    ------
    TableError
        There are so many different words that the column can hardly be the one meant.
    """
    F = intake.engine.functions  # noqa: N806
    stated = intake.rows.where(F.col(name).isNotNull())
    counted = stated.groupBy(name).agg(F.count(F.lit(1)).alias("rows")).limit(_MOST_WORDS + 1)
    found = {str(word): int(rows) for word, rows in intake.engine.collect(counted)}
    if len(found) > _MOST_WORDS:
        header = intake.mapping.columns[name]
        remedy = f"more than {_MOST_WORDS:,} different words; is it the column meant by {name!r}?"
        raise TableError([Fault(intake.file, None, header, None, remedy)])
    return dict(sorted(found.items()))


def _joined(intake: _Intake) -> Any:
    """Return the rows with what their words mean beside them, in columns that end in ``_at``."""
    rows = intake.rows
    for column, name, form, values in intake.joins:
        table = intake.engine.table({column: "string", name: form}, values)
        rows = rows.join(table, on=column, how="left")
    return rows.select(*intake.engine.columns(rows))


def _at(intake: _Intake, kind: Kind) -> Any:
    """Return the column with the position of the key, or a negative number; null where blank."""
    F = intake.engine.functions  # noqa: N806
    return F.col(f"{kind}_at") if kind in intake.mapping.columns else F.lit(0)


def _account(intake: _Intake, joined: Any) -> None:
    """Count the rows, and those that do not count."""
    F = intake.engine.functions  # noqa: N806
    nobody, primary, site = F.col("patient").isNull(), _at(intake, "primary"), _at(intake, "site")
    out = ~nobody & F.coalesce(primary == F.lit(_LEFT_OUT), F.lit(False))
    here = ~nobody & ~out
    tests = [
        nobody,
        out,
        here & (primary == F.lit(_UNKNOWN)),
        here & (site == F.lit(_UNKNOWN)),
        here & (site == F.lit(_LEFT_OUT)),
    ]
    sums = [
        F.sum(F.when(test, F.lit(1)).otherwise(F.lit(0))).alias(f"n_{number}")
        for number, test in enumerate(tests)
    ]
    (counts,) = intake.engine.collect(joined.agg(F.count(F.lit(1)).alias("n"), *sums))
    rows, no_patient, left_out, *notices = (int(number or 0) for number in counts)
    draft = intake.draft
    draft.rows_read = rows
    if not rows:
        raise TableError([Fault(intake.file, None, None, None, "a header and no rows")])
    draft.leave_out("without a patient", no_patient)
    draft.leave_out("with a primary that is left out on purpose", left_out)
    for (rule, text), number in zip(_NOTICES, notices, strict=True):
        draft.notice(rule, number, text)


_NOTICES: Final = (
    ("primary", "rows whose primary has no place in the catalog: they name no primary"),
    (
        "site",
        "rows whose site has no place in the catalog: they count for the patient, for no site",
    ),
    ("site map", "rows whose site is left out on purpose: they count for the patient, for no site"),
)


def _canonical(intake: _Intake, joined: Any) -> Any:
    """Return the rows as :mod:`metastasis.patients._counting.tally` wants them."""
    F = intake.engine.functions  # noqa: N806
    there = {name for _, name, _, _ in intake.joins}
    primary, site = _at(intake, "primary"), _at(intake, "site")
    is_kept = F.col("patient").isNotNull() & (F.coalesce(primary, F.lit(0)) != F.lit(_LEFT_OUT))
    cells = [
        F.col("patient"),
        F.when(primary >= F.lit(0), primary).alias("primary"),
        F.when(site >= F.lit(0), site).alias("site"),
    ]
    names = [name for name in ("known", "day", "sex", "metastatic") if f"{name}_at" in there]
    cells += [F.col(f"{name}_at").alias(name) for name in names]
    if constant := intake.mapping.constant("sex"):
        cells.append(F.lit(constant).alias("sex"))
    return joined.where(is_kept).select(*cells)


def _tell_of_patients(intake: _Intake, rows: Any, cohort: Cohort) -> None:
    """Count patients with several primaries, and those whose mark and sites disagree."""
    F = intake.engine.functions  # noqa: N806
    there, places = set(rows.columns), cohort.metastatic_positions or ()
    is_seen = F.col("site").isin(*places) if places else F.lit(False)
    if "known" in there:
        is_seen = is_seen & F.coalesce(F.col("known"), F.lit(True))
    mark = F.col("metastatic").cast("int") if "metastatic" in there else F.lit(1)
    each = rows.groupBy("patient").agg(
        (F.min("primary") != F.max("primary")).alias("several"),
        F.max(mark).alias("mark"),
        F.max(F.when(is_seen, F.lit(1)).otherwise(F.lit(0))).alias("seen"),
    )
    tests = (F.col("several"), (F.col("mark") == 0) & (F.col("seen") == 1))
    sums = [
        F.sum(F.when(test, F.lit(1)).otherwise(F.lit(0))).alias(f"n_{number}")
        for number, test in enumerate(tests)
    ]
    ((several, unmarked),) = intake.engine.collect(each.agg(*sums))
    text = f"patients with several primaries: the rule {cohort.choose!r} decides"
    intake.draft.notice(f"choose {cohort.choose}", int(several or 0), text)
    text = "patients marked not metastatic who have a site: the mark stands"
    intake.draft.notice("metastatic mark", int(unmarked or 0), text)


def _locators(intake: _Intake) -> dict[str, str]:
    """Return for each site the words it has in its column; of many, the first five."""
    words: dict[str, list[str]] = {}
    for label, key in intake.labels["site"].items():
        words.setdefault(key, []).append(label)
    header = intake.mapping.columns.get("site", "site")
    return {
        key: f"{header}: {', '.join(several[:5])}"
        + (f" and {len(several) - 5} more" if len(several) > 5 else "")
        for key, several in words.items()
    }
