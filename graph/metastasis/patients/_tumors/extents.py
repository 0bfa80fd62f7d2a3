"""The stage of every record, from all columns that state one, and how much of it is understood.

Apart from the meanings of the words because these need no engine.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, Protocol

from metastasis.patients._rows import beside, counts_of
from metastasis.patients._tumors.stages import Extent, extent_of, strongest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis._catalog import Catalog
    from metastasis.patients._engines.engine import Engine

__all__ = ["StageWords", "Staged", "with_extent"]

_MOST: Final = 100_000
"""More different stages than any registry has; they are brought into Python."""
_SEPARATOR: Final = "\t"


class Staged(Protocol):
    """A column of a table that states a stage."""

    @property
    def name(self) -> str:
        """Its name in the rows."""

    @property
    def header(self) -> str:
        """Its name in the file."""

    @property
    def family(self) -> str:
        """How its cells are read."""

    @property
    def rank(self) -> tuple[int, int]:
        """Columns of a lower rank are asked first."""


@dataclass(slots=True)
class StageWords:
    """What the cells of one column of a stage say, over all records."""

    header: str
    understood: int = 0
    """Cells that say that the disease is distant, or that it is not."""
    unread: Counter[str] = field(default_factory=Counter)
    """Cells that nothing explains."""

    @property
    def is_strange(self) -> bool:
        """Whether most of what is stated is not understood."""
        return self.unread.total() > self.understood


def with_extent(
    engine: Engine,
    rows: Any,
    stages: Sequence[Staged],
    primaries: Sequence[str],
    catalog: Catalog,
) -> tuple[Any, list[StageWords]]:
    """Return rows with ``is_distant`` (null where not known), and what each column of a stage says.

    The column of the lowest rank that tells decides; of several of one rank, any that says distant.
    ``rows`` has the columns of the stages and ``primary``, a position in ``primaries``.
    """
    F = engine.functions  # noqa: N806
    said = [StageWords(one.header) for one in stages]
    if not stages:
        return rows.withColumn("is_distant", F.lit(None).cast("boolean")), said
    needs_primary = any(one.family == "group" for one in stages)
    primary = F.col("primary").cast("string") if needs_primary else F.lit("")
    # A cell that holds the separator itself would be two.
    words = [F.regexp_replace(F.col(one.name), _SEPARATOR, " ") for one in stages]
    cells = [F.coalesce(cell, F.lit("")) for cell in (primary, *words)]
    rows = engine.settle(rows.withColumn("staged", F.concat_ws(_SEPARATOR, *cells)))
    counts = counts_of(engine, rows, "staged", most=_MOST)
    if counts is None:
        for one in said:
            one.unread["more different words than a stage has"] += 1
        return rows.withColumn("is_distant", F.lit(None).cast("boolean")), said
    meanings = []
    for combined, number in counts.items():
        place, *words = (combined or "").split(_SEPARATOR)
        within = catalog.supertypes(primaries[int(place)]) if place else ()
        extents = [
            extent_of(one.family, word, within) for one, word in zip(stages, words, strict=True)
        ]
        for one, word, extent in zip(said, words, extents, strict=True):
            one.understood += number if extent in (Extent.DISTANT, Extent.NEARER) else 0
            if extent is Extent.UNREAD:
                one.unread[word] += number
        meanings.append((combined, _decided(stages, extents)))
    columns = {"staged": "string", "is_distant": "boolean"}
    return engine.settle(beside(engine, rows, columns, meanings)), said


def _decided(stages: Sequence[Staged], extents: Sequence[Extent]) -> bool | None:
    pairs = sorted(zip(stages, extents, strict=True), key=lambda pair: pair[0].rank)
    for _, same in groupby(pairs, key=lambda pair: pair[0].rank):
        found = strongest(extent for _, extent in same)
        if found in (Extent.DISTANT, Extent.NEARER):
            return bool(found.value)
    return None
