"""The records of a registry in one form: one row a tumor, its answers as small codes.

This stands apart from the reader, which decides what is counted: here each cell is only understood.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metastasis.patients._rows import beside, counts_of, sex_of
from metastasis.patients._seer.headers import VARIABLES
from metastasis.patients._tumors.primaries import (
    is_malignant,
    morphology_of,
    rank_of,
    topography_of,
)
from metastasis.patients._tumors.years import day_of
from metastasis.patients._words.missing import NO_ANSWER, stated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metastasis.patients._engines.engine import Engine
    from metastasis.patients._seer.case_listing import CaseListing

__all__ = ["ANSWERS", "EARLY_YES", "UNREAD", "YES", "cleaned_rows", "with_answers"]

ANSWERS: Final = (
    "no",
    "yes",
    "of years before the item was collected",
    "that say unknown",
    "that say not applicable",
    "that are blank",
    "that no code book has",
)
"""What cells on metastases say, as a report tells it; only the first two are known."""
YES: Final = 1
"""The place of ``yes`` in :data:`ANSWERS`; ``no`` is before it, and all that is not known after."""
UNREAD: Final = 6
"""What stands for a code that is none of the variable's."""
EARLY_YES: Final = 7
"""A yes of a year before the item was collected; above all that :data:`ANSWERS` has."""
_WITH_IN_SITU: Final = ("summary", "historic")
"""Families of stages in which 0 is in situ, whatever the cancer."""
_MOST_YEARS: Final = 100_000
"""More different years or dates than any registry has."""


def cleaned_rows(engine: Engine, listing: CaseListing) -> tuple[Any, Mapping[str | None, int]]:
    """Return the records with clean cells, and how many rows hold each word of the year.

    Columns: ``patient``; ``sex``; ``year`` (four digits, text); ``rank`` (0 for a patient's only
    tumor, 1 for the first of several, …; null where not stated); ``is_malignant``; ``recode``;
    ``topography`` (``C50.9``); ``morphology`` (a name of a range of codes, ``other``, or null); the
    columns of stages, as stated; and each variable on metastases as stated, in capitals.
    """
    F = engine.functions  # noqa: N806

    def bare(name: str) -> Any:
        return F.trim(F.regexp_replace(name, "[\"']", ""))

    def cell(name: str) -> Any:
        if name not in listing.columns:
            return F.lit(None).cast("string")
        return stated(F, bare(name))

    sequence = F.upper(cell("sequence"))
    in_situ_stages = [bare(one.name) for one in listing.stages if one.family in _WITH_IN_SITU]
    columns = {
        "patient": cell("patient"),
        "sex": sex_of(F, cell("sex"), female=("F", "2"), male=("M", "1")),
        "year_cell": cell("year"),
        "rank": rank_of(F, sequence),
        "is_malignant": is_malignant(
            F, cell("behavior"), cell("morphology"), sequence, in_situ_stages
        ),
        "recode": cell("recode"),
        "topography": topography_of(F, F.upper(cell("topography"))),
        "morphology": morphology_of(F, cell("histology"), cell("morphology")),
        **{one.name: bare(one.name) for one in listing.stages},
        # As stated, unknown or blank: the report tells these apart.
        **{name: F.upper(bare(name)) for name in listing.variables},
    }
    rows = listing.rows.select(*[column.alias(name) for name, column in columns.items()])
    rows = engine.settle(rows)
    words = counts_of(engine, rows, "year_cell", most=_MOST_YEARS) or {}
    years = [(word, day[:4]) for word in words if (day := day_of(word))]
    columns_of_year = {"year_cell": "string", "year": "string"}
    return engine.settle(beside(engine, rows, columns_of_year, years)), words


def with_answers(engine: Engine, rows: Any, listing: CaseListing) -> Any:
    """Return rows with a column ``answers``, an array of numbers.

    It holds -1, then for each variable ten times its place plus the place of what it says in
    :data:`ANSWERS`, or :data:`EARLY_YES`.

    >>> import pandas
    >>> from metastasis.patients._seer.case_listing import open_listing
    >>> from metastasis.patients._engines.engine import open_engine
    >>> rows = {"Patient ID": ["1", "2"], "Primary Site": ["C61.9"] * 2, "METSDXO": ["0", "9"]}
    >>> with open_engine() as engine:
    ...     listing = open_listing(engine, pandas.DataFrame(rows))
    ...     cleaned, _ = cleaned_rows(engine, listing)
    ...     found = with_answers(engine, cleaned, listing)
    ...     sorted(engine.collect(found.select("answers")))
    [([-1, 0],), ([-1, 3],)]
    """
    F = engine.functions  # noqa: N806
    codes = [
        (_answer(F, name) + F.lit(10 * place)).cast("int")
        for place, name in enumerate(listing.variables)
    ]
    return rows.withColumn("answers", F.array(F.lit(-1), *codes))


def _answer(F: Any, name: str) -> Any:  # noqa: N803
    word = F.col(name)
    yes = word.isin("1", "YES") | word.rlike("^YES[;,]")
    if name == "mets_other":
        yes = yes | (word == "2") | word.startswith("GENERALIZED")
    no = word.isin("0", "NO", "NONE") | word.rlike("^(NO|NONE)[;,]")
    not_applicable = word.isin("8", "N/A") | word.startswith("NOT APPLICABLE")
    is_early = F.coalesce(F.col("year") < VARIABLES[name].since, F.lit(False))
    return (
        F.when(is_early & yes, F.lit(EARLY_YES))
        .when(is_early, F.lit(2))
        .when(yes, F.lit(YES))
        .when(no, F.lit(0))
        .when(not_applicable, F.lit(4))
        .when((word == "9") | word.startswith("UNKNOWN"), F.lit(3))
        .when(word.isNull() | word.isin(*NO_ANSWER), F.lit(5))
        .otherwise(F.lit(UNREAD))
    )
