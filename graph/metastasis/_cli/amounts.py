"""Numbers with a unit: 60s, 512MB."""

from __future__ import annotations

import re
from typing import Any

import click

__all__ = ["bytes_amount", "seconds_amount"]


class _Amount(click.ParamType):  # type: ignore[type-arg]
    """A number with a unit, such as 60s or 2GB."""

    def __init__(self, name: str, units: dict[str, float], example: str) -> None:
        self.name = name
        self._units = units
        self._example = example

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """Return the number of the smallest unit; without a unit it is of the first."""
        found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]*)", str(value).strip())
        unit = found[2].lower() or next(iter(self._units)) if found else ""
        if found is None or unit not in self._units or not float(found[1]):
            units = ", ".join(self._units)
            self.fail(f"{value!r} is not above 0 with one of {units}: {self._example}", param, ctx)
        return float(found[1]) * self._units[unit]


def seconds_amount() -> click.ParamType:  # type: ignore[type-arg]
    """Return a time; what has no unit is seconds."""
    return _Amount("duration", {"s": 1, "ms": 0.001, "m": 60, "min": 60, "h": 3600}, "60s")


def bytes_amount() -> click.ParamType:  # type: ignore[type-arg]
    """Return a size; what has no unit is megabytes."""
    return _Amount("size", {"mb": 1e6, "kb": 1e3, "gb": 1e9, "b": 1}, "512MB")
