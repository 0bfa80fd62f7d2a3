"""What every reader asks of its rows: how many, what a column holds, and what that means.

Rows are data frames of an engine, so that all of this runs on a cluster too; only counts and the
different words of a column come into Python, which are few however many rows there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from metastasis.patients._engines.engine import Engine

__all__ = [
    "beside",
    "counts_of",
    "how_many",
    "label_locators",
    "number_of",
    "positions",
    "sex_of",
]

_SHOWN_LABELS = 5
"""A locator names that many labels of a site: enough to find them, and it stays on one line."""


def number_of(engine: Engine, rows: Any) -> int:
    """Return how many rows there are."""
    F = engine.functions  # noqa: N806
    ((number,),) = engine.collect(rows.agg(F.count(F.lit(1)).alias("n")))
    return int(number)


def how_many(engine: Engine, rows: Any, conditions: Mapping[str, Any]) -> dict[str, int]:
    """Return in one scan how many rows meet each condition, under its name, and all as ``rows``.

    >>> from metastasis.patients._engines.engine import open_engine
    >>> with open_engine() as engine:
    ...     rows = engine.table({"age": "int"}, [(41,), (None,), (67,)])
    ...     old = engine.functions.col("age") > 60
    ...     how_many(engine, rows, {"old": old})
    {'rows': 3, 'old': 1}
    """
    F = engine.functions  # noqa: N806
    # A sum, not count_if, which PySpark has from 3.5 on; the names are not the user's, so as not
    # to meet a column of the rows.
    sums = [
        F.sum(F.when(condition, F.lit(1)).otherwise(F.lit(0))).alias(f"n_{place}")
        for place, condition in enumerate(conditions.values())
    ]
    (values,) = engine.collect(rows.agg(F.count(F.lit(1)).alias("n"), *sums))
    return {
        name: int(value or 0) for name, value in zip(("rows", *conditions), values, strict=True)
    }


def counts_of(
    engine: Engine, rows: Any, column: str, most: int | None = None
) -> dict[str | None, int] | None:
    """Return how many rows hold each value of a column, in the order of the values, null first.

    None where there are more than ``most`` different values, which are then not brought here.

    >>> from metastasis.patients._engines.engine import open_engine
    >>> with open_engine() as engine:
    ...     rows = engine.table({"site": "string"}, [("liver",), ("bone",), (None,), ("bone",)])
    ...     counts_of(engine, rows, "site"), counts_of(engine, rows, "site", most=2)
    ({None: 1, 'bone': 2, 'liver': 1}, None)
    """
    F = engine.functions  # noqa: N806
    counted = rows.groupBy(column).agg(F.count(F.lit(1)).alias("n"))
    found = engine.collect(counted if most is None else counted.limit(most + 1))
    if most is not None and len(found) > most:
        return None
    order = sorted(found, key=lambda one: (one[0] is not None, one[0]))
    return {None if value is None else str(value): int(number) for value, number in order}


def beside(
    engine: Engine, rows: Any, columns: Mapping[str, str], meanings: Iterable[Sequence[Any]]
) -> Any:
    """Return rows with what the words of a column mean beside them; null where nothing does.

    ``columns`` names the column first, then those to add, with their Spark types; ``meanings`` has
    a row for each word.

    >>> from metastasis.patients._engines.engine import open_engine
    >>> with open_engine() as engine:
    ...     rows = engine.table({"where": "string"}, [("Liver",), ("RUQ",)])
    ...     found = beside(engine, rows, {"where": "string", "at": "int"}, [("Liver", 7)])
    ...     sorted(engine.collect(found))
    [('Liver', 7), ('RUQ', None)]
    """
    joined = rows.join(engine.table(columns, list(meanings)), on=next(iter(columns)), how="left")
    # Naming the columns keeps the two sides of the join apart for the questions that follow.
    return joined.select(*engine.columns(joined))


def positions(keys: Iterable[str]) -> dict[str, int]:
    """Return each key once, in order, with its position.

    >>> positions(["liver", "bone", "liver"])
    {'bone': 0, 'liver': 1}
    """
    return {key: position for position, key in enumerate(sorted(set(keys)))}


def sex_of(
    F: Any,  # noqa: N803
    cell: Any,
    *,
    female: Sequence[str] = ("F",),
    male: Sequence[str] = ("M",),
) -> Any:
    """Return the sex that a cell states, by its first character; null where that tells none.

    Of words with an M, ``mujer`` and ``mulher`` are women.
    """
    word = F.upper(F.trim(cell))
    first = F.substring(word, 1, 1)
    is_female = first.isin(*female) | F.substring(word, 1, 3).isin("MUJ", "MUL")
    return F.when(is_female, F.lit("female")).when(first.isin(*male), F.lit("male"))


def label_locators(keys: Mapping[str, str], header: str) -> dict[str, str]:
    """Return for each site the column and the labels it has there; of many labels, the first few.

    >>> label_locators({"Liver": "liver", "Hepatic": "liver", "Bone": "bone"}, "SITE")
    {'liver': 'SITE: Liver, Hepatic', 'bone': 'SITE: Bone'}
    """
    labels: dict[str, list[str]] = {}
    for label, key in keys.items():
        labels.setdefault(key, []).append(label)
    return {
        key: f"{header}: {', '.join(several[:_SHOWN_LABELS])}"
        + (f" and {more} more" if (more := len(several) - _SHOWN_LABELS) > 0 else "")
        for key, several in labels.items()
    }
