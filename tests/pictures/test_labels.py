"""Labels are spread apart, as near to their places as can be, and always the same way."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from scipy.optimize import isotonic_regression

import strategies
from metastasis.pictures._sheet.labels import (
    Placed,
    Unplaced,
    spread_along,
    spread_beside,
)


def crossing(one: Placed, other: Placed) -> bool:
    """Return whether two straight leaders have a point inside both in common."""
    (a, b), (c, d) = (np.array(placed.leader) for placed in (one, other))
    matrix = np.array([b - a, c - d]).T
    if abs(np.linalg.det(matrix)) < 1e-9:
        return False
    shares = np.linalg.solve(matrix, c - a)
    return bool((shares > 1e-6).all() and (shares < 1 - 1e-6).all())


@given(wanted=strategies.places)
def test_labels_on_a_line_are_apart_in_order_and_within(wanted: list[float]) -> None:
    sizes = [1 + index % 3 for index in range(len(wanted))]
    found = spread_along(wanted, sizes, -30, 60, gap=0.5)
    for (one, size), (other, beyond) in pairwise(zip(found, sizes, strict=True)):
        assert other - one >= (size + beyond) / 2 + 0.5 - 1e-9
    for place, size in zip(found, sizes, strict=True):
        assert place - size / 2 >= -30 - 1e-9
        assert place + size / 2 <= 60 + 1e-9


@given(wanted=strategies.places)
def test_no_other_places_are_nearer(wanted: list[float]) -> None:
    """SciPy's isotonic regression, of places less the room before them, agrees."""
    found = spread_along(wanted, [2.0] * len(wanted), -30, 60)
    offsets = 2.0 * np.arange(len(wanted)) + 1
    if wanted:
        best = np.clip(isotonic_regression(wanted - offsets).x, -30, 60 - 2.0 * len(wanted))
        assert np.allclose(np.array(found) - offsets, best)


def test_labels_with_room_stay_where_they_want_to_be() -> None:
    assert spread_along([1, 5, 9], [1, 2, 1], 0, 10) == [1, 5, 9]
    assert spread_along([], [], 0, 1) == []


def test_labels_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="leave more room"):
        spread_along([1, 2], [3, 3], 0, 5)


@given(asked=strategies.label_calls())
def test_columns_hold_every_label_apart_and_leaders_do_not_cross(
    asked: list[tuple[tuple[float, float], float, float, str | None]],
) -> None:
    calls = [Unplaced(*one) for one in asked]
    placed = spread_beside(calls, 0, 100, -60, 160, gap=1)
    assert len(placed) == len(calls)
    for call, one in zip(calls, placed, strict=True):
        assert call.side in (None, one.side)
        assert one.leader[0] == call.anchor
        edge = one.box.x + one.box.width if one.side == "left" else one.box.x
        assert edge == (0 if one.side == "left" else 100)
        assert one.box.y >= -60 - 1e-9
        assert one.box.y + one.box.height <= 160 + 1e-9
    for one, other in combinations(placed, 2):
        assert not one.box.overlaps(other.box)
    assert placed == spread_beside(calls, 0, 100, -60, 160, gap=1)


def test_labels_side_by_side_have_leaders_that_do_not_cross() -> None:
    calls = [Unplaced((10, 50), 5, 10), Unplaced((40, 52), 5, 10), Unplaced((20, 51), 5, 10)]
    placed = spread_beside(calls, 0, 100, 0, 100)
    assert not any(crossing(one, other) for one, other in combinations(placed, 2))


def test_a_full_column_hands_over_to_the_other() -> None:
    placed = spread_beside([Unplaced((10, 5), 1, 4)] * 4, 0, 100, 0, 10)
    assert [one.side for one in placed].count("left") == 2
