"""Numbers of the caller's own on a body: no source, no release, nothing of the graph."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import floor, isfinite, isnan, log10
from typing import TYPE_CHECKING, Any, Final

from metastasis.pictures._body.spots import STEP, Spot, View, has_shape
from metastasis.pictures._said.words import capitalize

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from metastasis.pictures._body.anatomy import Anatomy
    from metastasis.pictures._said.selection import Selection

__all__ = ["Values", "short_steps", "values_of", "view_of_values"]

_STEPS: Final = 5
"""Steps of shades, where none are named, at most."""
_TINY: Final = 1e-300
"""What floats can no longer be divided by with any care."""


@dataclass(frozen=True, slots=True)
class Values:
    """Numbers by site, and the steps that they are shaded by."""

    given: Mapping[str, float]
    """By key of the site."""
    missing: tuple[str, ...]
    """Labels of the sites that were named without a number."""
    steps: tuple[float, ...]
    """Where one shade ends and the next begins."""
    unit: str

    def step(self, value: float) -> int:
        """Return in which step a number is, 0 for the lightest."""
        return sum(value >= limit for limit in self.steps)

    def words(self) -> list[str]:
        """Return the steps in words."""
        return short_steps(self.steps, self._unit) if self.steps else ["given"]

    def written(self, value: float) -> str:
        """Return a number as it stands beside its site."""
        return f"{value:.6g}{self._unit}"

    @property
    def _unit(self) -> str:
        return f"\N{NO-BREAK SPACE}{self.unit}" if self.unit else ""


def short_steps(limits: Sequence[float], unit: str) -> list[str]:
    """Return steps in a few signs each.

    >>> short_steps((5, 10), " %")[0]
    '< 5 %'
    """
    told = [f"{limit:g}" for limit in limits]
    between = [f"{low}\N{EN DASH}{high}{unit}" for low, high in pairwise(told)]
    return [f"< {told[0]}{unit}", *between, f"\N{GREATER-THAN OR EQUAL TO} {told[-1]}{unit}"]


def values_of(
    values: Mapping[Any, Any], chosen: Selection, steps: Sequence[float] | None, unit: str | None
) -> Values:
    """Return numbers by the keys of their sites; None and NaN are sites without a number.

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A site that the catalog lacks.
    TypeError, ValueError
        No mapping, something that is no number, a site named twice, or steps that do not rise.
    """
    if not hasattr(values, "items"):
        raise TypeError(f"values are numbers by site, such as {{'liver': 0.4}}, not {values!r}")
    given: dict[str, float] = {}
    missing: list[str] = []
    for name, value in values.items():
        site = chosen.catalog.site(name)
        if site.key in given or site.label in missing:
            raise ValueError(f"{site.label} is given twice, the second time as {name!r}")
        number = _number(name, value)
        if number is None:
            missing.append(site.label)
        else:
            given[site.key] = number
    limits = _checked(steps) if steps is not None else _steps(list(given.values()))
    return Values(given, tuple(missing), limits, (unit or "").strip())


def _number(name: str, value: Any) -> float | None:
    if value is None or value is getattr(value, "NA", _NOTHING):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise TypeError(f"the value of {name!r} is no number: {value!r}") from None
    if isinstance(value, bool | str):
        raise TypeError(f"the value of {name!r} is no number: {value!r}")
    if isnan(number):
        return None
    if not isfinite(number):
        raise ValueError(f"the value of {name!r} is infinite")
    return number


_NOTHING: Final = object()


def _checked(steps: Sequence[float]) -> tuple[float, ...]:
    limits = tuple(float(one) for one in steps)
    if not limits or any(one >= other for one, other in pairwise(limits)):
        raise ValueError(f"steps are numbers that rise, such as [5, 10, 25], not {list(steps)!r}")
    return limits


def _steps(values: Sequence[float]) -> tuple[float, ...]:
    """Return even steps at round numbers between the least and the largest value."""
    low, high = min(values, default=0.0), max(values, default=0.0)
    raw = (high - low) / _STEPS
    if raw < _TINY:
        return ()  # all alike
    power = 10.0 ** floor(log10(raw))
    nice = (power * one for one in (1, 2, 2.5, 5, 10) if power * one >= raw * (1 - 1e-9))
    step = next(nice, raw)
    first = floor(low / step) + 1
    # Twelve digits, so that 0.1 and 0.2 are not 0.30000000000000004; and no minus before 0.
    limits = sorted({float(f"{(first + at) * step:.12g}") + 0.0 for at in range(_STEPS + 1)})
    return tuple(limit for limit in limits if low < limit < high)[:_STEPS]


def view_of_values(
    values: Values, chosen: Selection, anatomy: Anatomy, body: str | None, title: str
) -> View:
    """Return one body with the caller's numbers, nothing in focus."""
    sites = chosen.catalog.sites
    spots = [
        Spot(
            key=key,
            label=capitalize(chosen.label(key, sites[key].label)),
            organs=(key,),
            fill=f"{STEP}{values.step(value)}",
            rank=(-value,),
            share=values.written(value),
            is_reached=False,
            is_lit=chosen.highlight is None or key in chosen.highlight,
        )
        for key, value in values.given.items()
    ]
    spots.sort(key=lambda spot: (*spot.rank, spot.label.casefold()))
    sexes = {sites[key].sex for key in values.given} - {None}
    return View(
        key="values",
        label=title,
        focus="",
        organs=(),
        body=body or (next(iter(sexes)) if len(sexes) == 1 else None) or "neutral",
        spots=tuple(spots),
        filled={one.key: one for one in spots if has_shape(one.key, anatomy)},
    )
