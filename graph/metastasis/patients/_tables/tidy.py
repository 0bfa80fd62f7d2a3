"""Any tidy table, by way of a mapping file that says what its columns and words mean.

A table of the form ``patients`` has a row for each finding in a patient, and is counted here, by
the engine; a row may also only say that there is such a patient. A row without a patient, or whose
primary is left out on purpose, does not count; one whose site is unknown still counts its patient.
A table of the form ``counts`` holds numbers of patients counted already: see :mod:`.tidy_counts`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import Fault, TableError
from metastasis.patients._coded.dates import HEAD, read_dates
from metastasis.patients._flags import showing_metastasis
from metastasis.patients._intake import FRAME, Ingested, Rules, StudyPopulation, engine_of, paths_in
from metastasis.patients._report import ReportDraft
from metastasis.patients._rows import beside, counts_of, how_many, label_locators
from metastasis.patients._sources import own_source
from metastasis.patients._tables.mapping import TableMapping, read_mapping
from metastasis.patients._tables.tidy_counts import ingest_counts
from metastasis.patients._tables.tidy_split import Several, several_sites
from metastasis.patients._tabulate import summarize
from metastasis.patients._words.answers import warn_of_unused
from metastasis.patients._words.labels import LEFT_OUT
from metastasis.patients._words.missing import stated

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Unpack

    from metastasis._catalog import Source
    from metastasis.patients._engines.engine import Engine
    from metastasis.patients._intake import RuleOptions
    from metastasis.patients._words.labels import Kind

__all__ = ["read_table"]

_MOST_WORDS: Final = 100_000
"""More different words than any column of labels or dates has; they are brought into Python."""
_UNKNOWN, _LEFT_OUT, _SEVERAL = -1, -2, -3
"""In place of a position: the label has no key, is left out on purpose, or names several sites."""
_MEANT: Final = (("sex", "string"), ("metastatic", "boolean"), ("known", "boolean"))
"""Our columns whose words have a meaning of a closed list, and the type of that."""
_TRUTH: Final = {"true": True, "false": False}


def read_table(
    data: Any,
    mapping: Path | str | TableMapping,
    *,
    engine: str | Engine = "duckdb",
    name: str | None = None,
    choose: str | None = None,
    **rules: Unpack[RuleOptions],
) -> Ingested:
    """Return what a tidy table says.

    >>> import pandas
    >>> from metastasis.patients import SourceEntry
    >>> mapping = TableMapping(
    ...     version="1", form="patients", source=SourceEntry(key="clinic", design="registry"),
    ...     columns={"patient": "id", "primary": "tumor", "site": "where"},
    ...     constants={"setting": "at_diagnosis", "denominator": "all_patients"})
    >>> rows = pandas.DataFrame({"id": [1, 1, 2], "tumor": ["breast", "breast", "breast"],
    ...                          "where": ["Bone", "Liver", None]})
    >>> [(row.site, row.count, row.total) for row in read_table(rows, mapping).assertions]
    [('bone', 1, 2), ('liver', 1, 2)]

    Parameters
    ----------
    data
        A file, a folder, a pattern, several of them, an address (with Spark), or a frame. A table
        of the form ``counts`` is one file or frame.
    mapping
        The mapping file, or what :func:`~metastasis.patients.read_mapping` returned for it.
    engine
        ``duckdb``, ``spark``, or an engine that is open already; counts in this process.
    name
        Names the source; None takes the key of the mapping file.
    choose
        The rule for patients with several primaries; None takes that of the mapping file.
    **rules
        The fields of :class:`~metastasis.patients.Rules`.

    Raises
    ------
    TableError
        With every fault of the mapping file, of the header, or of the cells.
    ReadError
        A file is missing, empty, cut short or not UTF-8.
    UnknownNameError
        A rule that does not exist.
    """
    in_force = Rules(choose=choose or "first", **rules)
    if not isinstance(mapping, TableMapping):
        mapping = read_mapping(Path(mapping), in_force.known)
    source = own_source(**{**asdict(mapping.source), **({"key": name} if name else {})})
    if mapping.form == "counts":
        asked = {name: getattr(engine, name, None) for name in ("encoding", "sheet")}
        return ingest_counts(data, mapping, source, in_force, **asked)
    in_force = replace(in_force, choose=choose or mapping.choose)
    with engine_of(engine) as running:
        return _ingest_patients(running, data, mapping, source, in_force)


@dataclass(slots=True)
class _PatientTable:
    """A table of patients while it is read."""

    engine: Engine
    mapping: TableMapping
    rules: Rules
    draft: ReportDraft
    file: str
    rows: Any
    """The columns named by the mapping, as text; what they mean is put beside them, ``_at``."""
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """For primary and site, the catalog keys behind the numbers in the rows."""
    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    """For primary and site, the key of each label."""
    several: list[tuple[str, int | None]] = field(default_factory=list)
    """Cells that name several sites, with the place of each."""
    meanings: list[tuple[str, str, str, Sequence[tuple[str, Any]]]] = field(default_factory=list)
    """Small tables to put beside the rows: column, new column, its type, and what words mean."""


def _ingest_patients(
    engine: Engine, data: Any, mapping: TableMapping, source: Source, rules: Rules
) -> Ingested:
    files = paths_in(data)
    draft = ReportDraft(f"table {source.key}", files)
    header = engine.columns((engine.read if files else engine.frame)(data))
    warn_of_unused(draft, header, mapping.columns.values())
    file = files[0] if files else FRAME
    table = _PatientTable(engine, mapping, rules, draft, file, _read(engine, data, mapping))
    for kind in ("primary", "site"):
        _take_labels(table, kind)
    for name, form in _MEANT:
        _take_words(table, name, form)
    _take_dates(table)
    for column, name, form, values in table.meanings:
        table.rows = beside(engine, table.rows, {column: "string", name: form}, values)
    _account(table)
    studied = StudyPopulation(
        source=source,
        primaries=table.keys["primary"],
        sites=table.keys["site"],
        locators=label_locators(table.labels["site"], mapping.columns.get("site", "site")),
        setting=mapping.constant("setting") or "unspecified",
        denominators=mapping.denominators,
        rules=rules,
        metastatic_sites=tuple(showing_metastasis(table.keys["site"], rules.known)),
        occurrence=mapping.constant("occurrence") or "any",
        population=mapping.constant("population"),
        report=draft,
    )
    rows = _canonical(table)
    _tell_of_patients(table, rows, studied)
    return summarize(engine, rows, studied)


def _read(engine: Engine, data: Any, mapping: TableMapping) -> Any:
    """Return the columns that the mapping names, under our names, as trimmed text or null."""
    take = engine.read if paths_in(data) else engine.frame
    rows = take(data, columns=mapping.headers)
    F = engine.functions  # noqa: N806
    cells = []
    for name in mapping.columns:
        text = F.trim(F.col(name).cast("string"))
        text = F.substring(text, 1, HEAD) if name == "date" else text
        cell = stated(F, text, mapping.missing)
        # A word that the mapping explains is no blank: 'unknown' may be a site or a No.
        if meant := list(mapping.values.get(name, ())):
            cell = F.when(text.isin(*meant), text).otherwise(cell)
        cells.append(cell.alias(name))
    return rows.select(*cells)


def _take_labels(table: _PatientTable, kind: Kind) -> None:
    """Find the position of the key of each label of a column."""
    constant = table.mapping.constant(kind)
    if constant is not None:
        find = table.rules.known.primary if kind == "primary" else table.rules.known.site
        table.keys[kind], table.labels[kind] = (find(constant).key,), {}
        return
    counts = _counts(table, kind)
    several = Several()
    if kind == "site":
        several = several_sites(table.mapping, counts, table.rules, table.file, table.draft)
    keys, unmapped = table.mapping.keys(kind, several.words(counts), table.rules)
    table.draft.unmapped += unmapped
    table.labels[kind] = {label: key for label, key in keys.items() if key != LEFT_OUT}
    table.keys[kind] = tuple(sorted(set(table.labels[kind].values())))
    places = {key: place for place, key in enumerate(table.keys[kind])} | {LEFT_OUT: _LEFT_OUT}
    table.several += several.places(keys, places)
    at = [
        (label, _SEVERAL if label in several.parts else places.get(keys.get(label, ""), _UNKNOWN))
        for label in counts
    ]
    table.meanings.append((kind, f"{kind}_at", "int", at))


def _take_words(table: _PatientTable, name: str, form: str) -> None:
    """Find what each word of a column means."""
    if name not in table.mapping.columns:
        return
    counts = _counts(table, name)
    meanings = table.mapping.meanings(name, counts)
    told = table.mapping.values.get(name, {})
    unknown = sorted(word for word in counts if word not in meanings and word not in told)
    some = ", ".join(repr(word) for word in unknown[:3])
    text = f"rows whose {name} is a word that nothing explains ({some}); read as not stated"
    table.draft.notice(name, sum(counts[word] for word in unknown), text)
    values = [
        (word, _TRUTH.get(meaning) if form == "boolean" else meaning)
        for word, meaning in meanings.items()
    ]
    table.meanings.append((name, f"{name}_at", form, values))


def _take_dates(table: _PatientTable) -> None:
    """Find the day of each date."""
    if "date" not in table.mapping.columns:
        return
    counts = _counts(table, "date")
    column = table.mapping.columns["date"]
    form = table.mapping.date_format
    dates = read_dates(counts, file=table.file, column=column, date_format=form)
    for reason, texts in sorted(dates.undated.items()):
        rows = sum(counts[text] for text in texts)
        such = ", ".join(texts[:3])
        table.draft.notice("date", rows, f"rows with {reason} ({such}); counted as undated")
    table.meanings.append(("date", "day_at", "bigint", list(dates.days.items())))


def _counts(table: _PatientTable, name: str) -> dict[str, int]:
    """Return how many rows hold each word of a column.

    Raises
    ------
    TableError
        There are so many different words that the column can hardly be the one meant.
    """
    F = table.engine.functions  # noqa: N806
    rows = table.rows.where(F.col(name).isNotNull())
    counts = counts_of(table.engine, rows, name, _MOST_WORDS)
    if counts is None:
        header = table.mapping.columns[name]
        remedy = f"more than {_MOST_WORDS:,} different words; is it the column meant by {name!r}?"
        raise TableError([Fault(table.file, None, header, None, remedy)])
    return {word: rows for word, rows in counts.items() if word is not None}


def _at(table: _PatientTable, kind: Kind) -> Any:
    """Return the column with the position of the key, or a negative number; null where blank."""
    F = table.engine.functions  # noqa: N806
    return F.col(f"{kind}_at") if kind in table.mapping.columns else F.lit(0)


_NOTICES: Final = {
    "primary": "rows whose primary has no place in the catalog: they name no primary",
    "site": "rows whose site has no place in the catalog: they count for the patient, for no site",
    "site map": "rows whose site is left out on purpose: they count for the patient, for no site",
}


def _account(table: _PatientTable) -> None:
    """Count the rows, and those that do not count."""
    F = table.engine.functions  # noqa: N806
    unnamed, primary, site = F.col("patient").isNull(), _at(table, "primary"), _at(table, "site")
    out = ~unnamed & F.coalesce(primary == F.lit(_LEFT_OUT), F.lit(False))
    here = ~unnamed & ~out
    tests = {
        "unnamed": unnamed,
        "out": out,
        "primary": here & (primary == F.lit(_UNKNOWN)),
        "site": here & (site == F.lit(_UNKNOWN)),
        "site map": here & (site == F.lit(_LEFT_OUT)),
    }
    counts = how_many(table.engine, table.rows, tests)
    draft = table.draft
    draft.rows_read = counts["rows"]
    if not draft.rows_read:
        raise TableError([Fault(table.file, None, None, None, "a header and no rows")])
    draft.leave_out("without a patient", counts["unnamed"])
    draft.leave_out("with a primary that is left out on purpose", counts["out"])
    for rule, text in _NOTICES.items():
        draft.notice(rule, counts[rule], text)


def _canonical(table: _PatientTable) -> Any:
    """Return the rows as :mod:`metastasis.patients._counting.patient` wants them."""
    F = table.engine.functions  # noqa: N806
    there = {name for _, name, _, _ in table.meanings}
    primary, site = _at(table, "primary"), _at(table, "site")
    is_kept = F.col("patient").isNotNull() & (F.coalesce(primary, F.lit(0)) != F.lit(_LEFT_OUT))
    cells = [
        F.col("patient"),
        F.when(primary >= F.lit(0), primary).alias("primary"),
        F.when(site >= F.lit(0), site).alias("site"),
    ]
    rows = table.rows
    if table.several:
        rows = beside(table.engine, rows, {"site": "string", "several_at": "int"}, table.several)
        cells[-1] = F.coalesce(F.when(site >= F.lit(0), site), F.col("several_at")).alias("site")
    names = [name for name in ("known", "day", "sex", "metastatic") if f"{name}_at" in there]
    cells += [F.col(f"{name}_at").alias(name) for name in names]
    if constant := table.mapping.constant("sex"):
        cells.append(F.lit(constant).alias("sex"))
    return rows.where(is_kept).select(*cells)


def _tell_of_patients(table: _PatientTable, rows: Any, studied: StudyPopulation) -> None:
    """Count patients with several primaries, and those whose mark and sites disagree."""
    F = table.engine.functions  # noqa: N806
    there, places = set(rows.columns), studied.metastatic_positions or ()
    is_seen = F.col("site").isin(*places) if places else F.lit(False)
    if "known" in there:
        is_seen = is_seen & F.coalesce(F.col("known"), F.lit(True))
    mark = F.col("metastatic").cast("int") if "metastatic" in there else F.lit(1)
    each = rows.groupBy("patient").agg(
        (F.min("primary") != F.max("primary")).alias("several"),
        F.max(mark).alias("mark"),
        F.max(F.when(is_seen, F.lit(1)).otherwise(F.lit(0))).alias("seen"),
    )
    unmarked = (F.col("mark") == 0) & (F.col("seen") == 1)
    found = how_many(table.engine, each, {"several": F.col("several"), "unmarked": unmarked})
    choose = studied.rules.choose
    text = f"patients with several primaries: the rule {choose!r} decides"
    table.draft.notice(f"choose {choose}", found["several"], text)
    text = "patients marked not metastatic who have a site: the mark decides"
    table.draft.notice("metastatic mark", found["unmarked"], text)
