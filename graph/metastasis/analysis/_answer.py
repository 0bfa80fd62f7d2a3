"""Findings that say how they came about: formula, source, inputs, and what cannot be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from metastasis._stated import origin_of
from metastasis.analysis._findings import Findings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["CANNOT_TELL", "Answer", "finite", "percentile_interval"]

CANNOT_TELL: Final = "cannot tell"
"""What stands where the evidence there is does not decide."""

_LEAST_TOLD: Final = 0.95
"""The share of draws that must tell a number before it gets an interval."""

Item = TypeVar("Item")


class Answer(Findings[Item]):
    """A table of records with its formula, the source of that, and what went in.

    All three are in ``notes`` too, before what was assumed, left out, or cannot be told.

    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True, slots=True)
    ... class Size:
    ...     site: str
    >>> Answer(Size, [Size("bone")], formula="n", source="us", inputs=["a count"]).notes
    ('formula: n', 'after us', 'from a count')
    """

    def __init__(
        self,
        record: type[Any],
        records: Sequence[Item],
        *,
        formula: str,
        source: str,
        inputs: Sequence[str],
        notes: Sequence[str] = (),
    ) -> None:
        self.formula = formula
        self.source = source
        self.inputs = tuple(inputs)
        super().__init__(record, records, (*origin_of(formula, source, inputs), *notes))


def finite(value: float) -> float | None:
    """Return a number, or None where it is not defined or not finite.

    >>> finite(0.5), finite(float("nan")), finite(float("inf"))
    (0.5, None, None)
    """
    from math import isfinite

    return float(value) if isfinite(value) else None


def percentile_interval(values: Iterable[float]) -> tuple[float | None, float | None]:
    """Return the 2.5th and 97.5th percentile of draws, or None twice where they do not tell.

    They do not where there are none, or where more than one in twenty is not finite.

    >>> percentile_interval(range(41))
    (1.0, 39.0)
    >>> percentile_interval([1.0, float("nan")])
    (None, None)
    """
    import numpy as np

    drawn = np.asarray(list(values), dtype=float)
    told = drawn[np.isfinite(drawn)]
    if not len(told) or len(told) < _LEAST_TOLD * len(drawn):
        return None, None
    low, high = np.percentile(told, (2.5, 97.5))
    return float(low), float(high)
