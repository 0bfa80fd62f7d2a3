"""Columns from another table: a date that stands with the stay, not with the diagnosis.

MIMIC has diagnoses by stay and the time of admission in another table, joined by
``admissions.csv:hadm_id:admittime``; Synthea has encounters. Written ``FILE:KEY:COLUMN``, where a
key of two names is ``left=right`` (the diagnoses' first), and several columns are separated by
commas. Every key of the other table should stand there once; where it stands several times with
different cells, the least is taken, and said.

Apart from the opening of a table because this reads a second one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from metastasis._errors import Fault, TableError
from metastasis.patients._coded.wide import matching, shown
from metastasis.patients._rows import number_of
from metastasis.patients._words.headers import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis.patients._engines.engine import Engine
    from metastasis.patients._report import ReportDraft

__all__ = ["JoinedTable", "beside_join", "header_of", "join_of", "there"]


@dataclass(frozen=True, slots=True)
class JoinedTable:
    """What to take from another table.

    >>> join_of("admissions.csv:hadm_id:admittime")
    JoinedTable(path='admissions.csv', left='hadm_id', right='hadm_id', columns=('admittime',))
    >>> join_of("encounters.csv:ENCOUNTER=Id:START,STOP").right
    'Id'
    """

    path: str
    left: str
    right: str
    columns: tuple[str, ...]


def join_of(text: str) -> JoinedTable:
    """Return a join as the user wrote it.

    Raises
    ------
    TableError
        It is none.
    """
    path, _, rest = text.rpartition(":")
    path, _, key = path.rpartition(":")
    left, _, right = key.partition("=")
    columns = tuple(one.strip() for one in rest.split(",") if one.strip())
    if not (path and left.strip() and columns):
        remedy = "is no join; write FILE:KEY:COLUMN, as in admissions.csv:hadm_id:admittime"
        raise TableError([Fault("--join", None, None, text, remedy)])
    return JoinedTable(path, left.strip(), (right or left).strip(), columns)


def header_of(join: JoinedTable, header: Sequence[str]) -> JoinedTable:
    """Return a join with the names of the other table as they stand in its header.

    Raises
    ------
    TableError
        A column is not there; the nearest is named.
    """
    names = [there(join.path, header, one, "--join") for one in (join.right, *join.columns)]
    return JoinedTable(join.path, join.left, names[0], tuple(names[1:]))


def beside_join(
    engine: Engine, rows: Any, key: str, join: JoinedTable, names: Sequence[str], draft: ReportDraft
) -> Any:
    """Return rows with the columns of another table under new names; null where no key matches.

    ``key`` is the rows' own column of the key; the report says how many rows found no match, and
    how many keys stand there with several different cells.
    """
    F = engine.functions  # noqa: N806
    columns = engine.columns(rows)
    rows = rows.select(*columns, F.trim(F.col(key).cast("string")).alias("join_key"))
    other = engine.settle(_one_a_key(engine, join, names))
    several = number_of(engine, other.where(F.col("differ")))
    draft.notice("join", several, f"keys of {join.path} with several different cells: the least")
    found = rows.join(other.select("join_key", *names, "found"), on="join_key", how="left")
    found = found.select(*columns, *names, "found")
    unmatched = number_of(engine, found.where(F.col("found").isNull()))
    told = ", ".join(join.columns)
    draft.notice("join", unmatched, f"rows without a match in {join.path}: their {told} is unknown")
    return found.select(*columns, *names)


def _one_a_key(engine: Engine, join: JoinedTable, names: Sequence[str]) -> Any:
    """Return a row for each key of the other table, and whether its cells differ."""
    F = engine.functions  # noqa: N806
    wanted = {join.right: "other_key", **dict(zip(join.columns, names, strict=True))}
    other = engine.read(join.path, columns=wanted)
    key = F.trim(F.col("other_key").cast("string")).alias("join_key")
    other = other.select(key, *names).where(F.col("join_key").isNotNull())
    least = [F.min(name).alias(name) for name in names]
    differ = [F.max(F.col(name)) != F.min(F.col(name)) for name in names]
    is_different = reduce(or_, (F.coalesce(one, F.lit(False)) for one in differ))
    return other.groupBy("join_key").agg(
        *least, is_different.alias("differ"), F.max(F.lit(1)).alias("found")
    )


def there(file: str, header: Sequence[str], name: str, told: str) -> str:
    """Return the header that a name means.

    ``told`` is where the user wrote it, for the error.

    Raises
    ------
    TableError
        No column has the name, or several.
    """
    found = matching(header, name)
    if len(found) == 1:
        return found[0]
    near = nearest(header, (name,))
    remedy = f"the nearest header is {near!r}" if near else f"headers are {shown(header)}"
    problem = "several columns have" if found else "no column has"
    raise TableError([Fault(file, None, name, None, f"{problem} this name ({told}); {remedy}")])
