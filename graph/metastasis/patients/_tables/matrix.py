"""A matrix of primaries and sites: counts, with the totals in a row or a column.

A blank cell means not reported, 0 means counted and none found. Who is in the totals and when the
sites were looked for cannot be seen in a matrix: the user must say both. A total belongs to a
primary, except for the denominator ``site_cases``, whose totals belong to the sites.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from metastasis._errors import UnknownNameError
from metastasis._evidence.assertion import Assertion
from metastasis._vocabulary import LISTS
from metastasis.patients._intake import FRAME, Rules, stem_of
from metastasis.patients._sources import own_source
from metastasis.patients._tables.counted import CountedTable, read_cells
from metastasis.patients._tables.numbers import read_count, read_percent
from metastasis.patients._tabulate import joined
from metastasis.patients._words.labels import map_labels, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis._catalog import Catalog
    from metastasis.patients._intake import Ingested
    from metastasis.patients._report import ReportDraft
    from metastasis.patients._tables.counted import Cells
    from metastasis.patients._words.labels import Kind, LabelMap

__all__ = ["read_matrix"]

_OF_SITES: Final = "site_cases"
"""The only denominator that is counted for a site: all primaries found at it."""


@dataclass(slots=True, kw_only=True)
class _Matrix:
    """A matrix while it is read."""

    cells: Cells
    table: CountedTable
    words: Mapping[str, Any]
    """What every assertion says: denominator, setting, population, …"""
    sex: str | None
    values: str
    primaries_in_rows: bool
    totals_in_rows: bool
    """Whether the total of a row, rather than of a column, is what counts."""
    by_row: dict[int, tuple[str, str]] = field(default_factory=dict)
    """For each line that counts its label and its key."""
    by_column: dict[int, tuple[str, str]] = field(default_factory=dict)
    totals: dict[int, int | None] = field(default_factory=dict)
    """By line or by column."""


def read_matrix(
    data: Any,
    *,
    totals: str | Mapping[str, int],
    denominator: str,
    setting: str,
    rows: Literal["primaries", "sites"] = "primaries",
    values: Literal["counts", "percent"] = "counts",
    ignore: Sequence[str] = (),
    name: str | None = None,
    design: str = "clinical_cohort",
    citation: str | None = None,
    license: str | None = None,  # noqa: A002
    population: str | None = None,
    sex: str | None = None,
    occurrence: str = "any",
    overrides: Mapping[tuple[str, str], str] | None = None,
    vocabulary: str | None = None,
    catalog: Catalog | None = None,
    min_count: int = 1,
    zeros: bool = False,
    zeros_of: int = 50,
    encoding: str | None = None,
    sheet: str | None = None,
) -> Ingested:
    """Return what a matrix of counts says, one assertion a cell.

    >>> import pandas
    >>> counts = pandas.DataFrame({"cancer": ["Breast cancer"], "N": [200], "Bone": [90],
    ...                            "Liver": [62], "Brain": [None]})
    >>> found = read_matrix(counts, totals="N", denominator="metastatic_patients",
    ...                     setting="during_course", name="our clinic")
    >>> [(row.site, row.count, row.total) for row in found.assertions]
    [('bone', 90, 200), ('liver', 62, 200)]

    Parameters
    ----------
    data
        A file (CSV, TSV, Excel, Parquet and others), or a frame. Its first column holds the names
        of the rows, and may have no name itself.
    totals
        The header of the column or the name of the row that holds them, or a mapping from primaries
        (from sites, for ``site_cases``) as they are named here to numbers.
    denominator, setting
        Who is in the totals, and when the sites were looked for: values of the closed lists.
    rows
        What the rows are; the columns are the other.
    values
        ``counts``, or ``percent`` where the cells hold percentages of the totals.
    ignore
        Rows and columns that are neither, such as a grand total.
    name, design, citation, license
        The source; None for ``name`` takes that of the file.
    population
        What narrows those counted; None for nothing.
    sex
        ``female`` or ``male`` if all those counted are; sites that only one sex has need it.
    occurrence
        Whether a site counts at any time, only as the sole one, or only as the first.
    vocabulary
        See :func:`~._words.labels.map_labels`; None for none.
    overrides, catalog, min_count, zeros, zeros_of
        See :class:`~metastasis.patients.Rules`.
    encoding, sheet
        Of the file; see :func:`~metastasis.patients.open_engine`.

    Raises
    ------
    TableError
        With every fault: a cell that is no count, a count above its total, a total that is missing,
        a name that is there twice, a value that is not in its closed list.
    ReadError
        The file cannot be read: the message says why, and what to do.
    """
    _check_words(denominator, setting, occurrence, rows, values, sex)
    cells = read_cells(data, encoding=encoding, sheet=sheet, has_row_names=True)
    source = own_source(
        name or stem_of(cells.file, FRAME if cells.file == FRAME else "table"),
        design=design,
        citation=citation,
        license=license,
        population=population,
    )
    matrix = _Matrix(
        cells=cells,
        table=CountedTable(
            file=cells.file,
            source=source,
            rules=Rules(
                overrides=overrides,
                catalog=catalog,
                min_count=min_count,
                zeros=zeros,
                zeros_of=zeros_of,
            ),
            draft=cells.draft(f"matrix {source.key}"),
            mark=cells.mark,
        ),
        words={
            "denominator": denominator,
            "setting": setting,
            "occurrence": occurrence,
            "population": joined(population, sex and f"{sex} patients"),
        },
        sex=sex,
        values=values,
        primaries_in_rows=rows == "primaries",
        totals_in_rows=(rows == "primaries") is (denominator != _OF_SITES),
    )
    _take_names(matrix, totals, ignore, vocabulary)
    _take_totals(matrix, totals)
    _take_cells(matrix)
    return matrix.table.ingested()


def _check_words(
    denominator: str, setting: str, occurrence: str, rows: str, values: str, sex: str | None
) -> None:
    for kind, value, known in (
        ("denominator", denominator, LISTS["denominator"]),
        ("setting", setting, LISTS["setting"]),
        ("occurrence", occurrence, LISTS["occurrence"]),
        ("kind of rows", rows, ("primaries", "sites")),
        ("kind of values", values, ("counts", "percent")),
        ("sex", sex or "female", ("female", "male")),
    ):
        if value not in known:
            raise UnknownNameError(kind, value, known)


def _take_names(
    matrix: _Matrix,
    totals: str | Mapping[str, int],
    ignore: Sequence[str],
    vocabulary: str | None,
) -> None:
    """Find what each row and each column means; unknown names are left out and reported."""
    cells, table, draft = matrix.cells, matrix.table, matrix.table.draft
    known, words = table.rules.known, table.rules.words
    idle = {plain(one) for one in (*ignore, *([totals] if isinstance(totals, str) else ()))}
    of_rows: Kind = "primary" if matrix.primaries_in_rows else "site"
    of_columns: Kind = "site" if matrix.primaries_in_rows else "primary"
    lines = {line: row[0].strip() for line, row in cells.rows}
    heads = {place: name.strip() for place, name in enumerate(cells.header) if place}
    for name in sorted(cells.doubled):
        table.fault(1, name, None, "two columns have this name; rename or remove one")
    for line, label in lines.items():
        if not label:
            table.fault(line, cells.header[0], "", "the row has no name; name it, or remove it")
    named = {line: label for line, label in lines.items() if label and plain(label) not in idle}
    shown = {place: label for place, label in heads.items() if plain(label) not in idle}
    aside = [label for label in lines.values() if label and label not in named.values()]
    draft.leave_out("of totals, or to be ignored", len(aside), aside)
    for kind, labels in ((of_rows, named), (of_columns, shown)):
        every = [(label, 1) for label in labels.values()]
        found = map_labels(every, kind, known, words, vocabulary)
        draft.unmapped += found.unmapped
        taken = _without_repeats(matrix, labels, found, in_rows=kind == of_rows)
        if kind == of_rows:
            matrix.by_row = taken
            _account(draft, labels, found)
        else:
            matrix.by_column = taken


def _account(draft: ReportDraft, labels: Mapping[int, str], found: LabelMap) -> None:
    out = [label for label in labels.values() if found.is_left_out(label)]
    missing = [label for label in labels.values() if found.how(label) is None]
    draft.leave_out("with a name that is left out on purpose", len(out), out)
    draft.leave_out("with a name that has no place in the catalog", len(missing), missing)


def _without_repeats(
    matrix: _Matrix, labels: Mapping[int, str], found: LabelMap, *, in_rows: bool
) -> dict[int, tuple[str, str]]:
    """Return label and key of each row or column; two that mean the same are a fault."""
    first: dict[str, str] = {}
    taken: dict[int, tuple[str, str]] = {}
    for place, label in labels.items():
        meaning = found.key(label) or plain(label)
        if meaning in first:
            other = first[meaning]
            same = (
                "is there twice" if plain(other) == plain(label) else f"means what {other!r} does"
            )
            remedy = f"{same}; add the counts up if no patient is counted twice, or keep one"
            row, column = (place, matrix.cells.header[0]) if in_rows else (1, label)
            matrix.table.fault(row, column, label, remedy)
        elif key := found.key(label):
            taken[place] = (label, key)
        first.setdefault(meaning, label)
    return taken


def _take_totals(matrix: _Matrix, totals: str | Mapping[str, int]) -> None:
    """Find the total of each row or column that counts."""
    places = matrix.by_row if matrix.totals_in_rows else matrix.by_column
    if isinstance(totals, Mapping):
        given = {plain(label): number for label, number in totals.items()}
        matrix.totals = {place: given.get(plain(label)) for place, (label, _) in places.items()}
    elif (cells := _cells_of_totals(matrix, totals)) is not None:
        line, texts = cells
        for place, (label, _) in places.items():
            row, column = (place, totals) if matrix.totals_in_rows else (line, label)
            cell = texts.get(place, "")
            matrix.totals[place] = matrix.table.number(row, column, cell, read_count)
    else:
        return
    lacking = [place for place in places if not matrix.totals.get(place)]
    for place in lacking:
        label = places[place][0]
        remedy = f"{label!r} has no total: say how many were counted, or ignore it"
        at = (place, None) if matrix.totals_in_rows else (None, label)
        matrix.table.fault(at[0], at[1], None, remedy)


def _cells_of_totals(matrix: _Matrix, totals: str) -> tuple[int, dict[int, str]] | None:
    """Return the line of the totals (of a column, the header's) and their cells, by place."""
    cells = matrix.cells
    columns = [place for place, name in enumerate(cells.header) if plain(name) == plain(totals)]
    lines = [(line, row) for line, row in cells.rows if plain(row[0]) == plain(totals)]
    if matrix.totals_in_rows and columns:
        return 1, {line: row[columns[0]] for line, row in cells.rows}
    if not matrix.totals_in_rows and lines:
        return lines[0][0], dict(enumerate(lines[0][1]))
    where, other = ("column", lines) if matrix.totals_in_rows else ("row", columns)
    whose = "primary" if matrix.words["denominator"] != _OF_SITES else "site"
    remedy = f"there is no {where} of this name, which should hold the total of each {whose}"
    if other:
        remedy += "; the matrix may be turned: say what the rows are with rows='sites'"
        remedy = remedy if matrix.primaries_in_rows else remedy.replace("'sites'", "'primaries'")
    matrix.table.fault(None, totals, None, remedy)
    return None


def _take_cells(matrix: _Matrix) -> None:
    """Turn each cell that holds something into an assertion."""
    for line, row in matrix.cells.rows:
        for place in matrix.by_column if line in matrix.by_row else ():
            _take_cell(matrix, line, place, row[place])


def _take_cell(matrix: _Matrix, line: int, place: int, cell: str) -> None:
    (row, row_key), (column, column_key) = matrix.by_row[line], matrix.by_column[place]
    primary, site = (row_key, column_key) if matrix.primaries_in_rows else (column_key, row_key)
    if not cell.strip():
        matrix.table.draft.no_assertion("not reported: the cell is blank", primary, site)
    count = percent = None
    if matrix.values == "counts":
        count = matrix.table.number(line, column, cell, read_count)
    else:
        percent = matrix.table.number(line, column, cell, read_percent)
    total = matrix.totals.get(line if matrix.totals_in_rows else place)
    if not total or (count is None and percent is None):
        return
    assertion = Assertion(
        primary=primary,
        site=site,
        count=count,
        percent=percent,
        total=total,
        source=matrix.table.source.key,
        locator=f"row {row}, column {column}",
        note=matrix.table.note(primary, site),
        **matrix.words,
    )
    matrix.table.add(assertion, line, column, matrix.sex)
