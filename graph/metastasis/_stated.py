"""Tables that state how they came about: formula, its source, and what went in."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from metastasis._table import Records

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from metastasis._table import Value

__all__ = ["Stated", "origin_of"]

Item = TypeVar("Item")


class Stated(Records[Item]):
    """A table of records with formula, source and inputs; ``notes`` says them to people.

    >>> table = Stated(("n",), [3], lambda n: (n,), formula="n", source="us", inputs=["a count"])
    >>> table.to_dicts(), table.notes
    ([{'n': 3}], ('formula: n', 'after us', 'from a count'))
    """

    def __init__(
        self,
        columns: Sequence[str],
        records: Sequence[Item],
        cells_of: Callable[[Item], tuple[Value, ...]],
        *,
        formula: str,
        source: str,
        inputs: Sequence[str],
        notes: Sequence[str] = (),
    ) -> None:
        super().__init__(columns, records, cells_of)
        self.formula = formula
        self.source = source
        self.inputs = tuple(inputs)
        self.notes = (*origin_of(formula, source, inputs), *notes)


def origin_of(formula: str, source: str, inputs: Sequence[str]) -> tuple[str, ...]:
    """Return the sentences that say how a number came about.

    >>> origin_of("n", "us", ["a count"])
    ('formula: n', 'after us', 'from a count')
    """
    return (f"formula: {formula}", f"after {source}", f"from {'; '.join(inputs)}")
