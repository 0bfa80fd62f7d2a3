"""In which order names stand, by the name of the order: in a list, or on both sides of edges."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import numpy as np

from metastasis.pictures._sheet.order import minimize_crossings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from metastasis._evidence.pair import Pair

__all__ = ["ORDERS", "as_given", "by_name", "one_order", "side_orders"]

ORDERS: Final = ("crossings", "share", "name", "given")
"""What the sides may stand in the order of."""


def by_name(labels: Mapping[str, str]) -> list[str]:
    """Return keys by the alphabet of their labels.

    >>> by_name({"a": "Two", "b": "one"})
    ['b', 'a']
    """
    return sorted(labels, key=lambda key: (labels[key].casefold(), key))


def as_given(keys: Iterable[str], given: Sequence[str] | None) -> list[str]:
    """Return keys as they were asked for, the others behind them as they stand.

    >>> as_given(["a", "b", "c"], ["c", "a"])
    ['c', 'a', 'b']
    """
    places = {key: at for at, key in enumerate(given or ())}
    return sorted(keys, key=lambda key: places.get(key, len(places)))


def side_orders(
    pairs: Sequence[Pair],
    values: Sequence[float],
    order: str = ORDERS[0],
    given: tuple[Sequence[str], Sequence[str]] = ((), ()),
) -> tuple[list[str], list[str]]:
    """Return the keys of primaries and of sites in an order of that name.

    ``crossings`` has few of them; ``share`` the highest of the values first, then what
    most lines lead to; ``name`` is by the alphabet, ``given`` as the names were asked for.

    >>> import metastasis as mets
    >>> pairs = list(mets.load().evidence.pairs(primaries=["prostate"], sites=["liver", "bone"]))
    >>> side_orders(pairs, [3.0, 50.0], "name")
    (['prostate'], ['bone', 'liver'])
    """
    labels = (
        {one.primary: one.primary_label for one in pairs},
        {one.site: one.site_label for one in pairs},
    )
    if order == "crossings":
        first, second = sorted(labels[0]), sorted(labels[1])
        rows = {key: at for at, key in enumerate(first)}
        columns = {key: at for at, key in enumerate(second)}
        matrix = np.zeros((len(rows), len(columns)))
        for one in pairs:
            matrix[rows[one.primary], columns[one.site]] = 1
        left, right = minimize_crossings(matrix)
        return [first[row] for row in left], [second[column] for column in right]
    ends = ([one.primary for one in pairs], [one.site for one in pairs])
    left_, right_ = (
        one_order(labels[side], ends[side], values, order, given[side]) for side in (0, 1)
    )
    return left_, right_


def one_order(
    labels: dict[str, str],
    ends: Sequence[str],
    values: Sequence[float],
    order: str,
    given: Sequence[str] = (),
) -> list[str]:
    """Return the keys of one side by ``share``, ``name`` or as ``given``.

    ``ends`` are the keys of what the values are of, one for each.

    >>> one_order({"a": "One", "b": "Two"}, ["a", "b", "b"], [5.0, 7.0, 1.0], "share")
    ['b', 'a']
    """
    best: dict[str, float] = defaultdict(float)
    count: dict[str, int] = defaultdict(int)
    for key, value in zip(ends, values, strict=True):
        best[key] = max(best[key], value)
        count[key] += 1
    if order == "share":
        return sorted(by_name(labels), key=lambda key: (-best[key], -count[key]))
    return as_given(labels, given) if order == "given" else by_name(labels)
