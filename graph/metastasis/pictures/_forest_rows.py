"""The rows of a forest plot: every statement on a pair, by denominator, setting and occurrence."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from metastasis._vocabulary import LISTS
from metastasis.pictures._mark import Mark
from metastasis._evidence.frame import Frame
from metastasis.pictures._words import capitalize

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.pair import Pair

__all__ = ["Group", "PairRows", "Row", "rows_of"]

_TOPS: Final = (1.0, 5.0, 20.0, 100.0)
"""Where the axis of a group may end, in percent."""


@dataclass(frozen=True, slots=True)
class Row:
    """One statement, or a pooled value: who says it, on whom, and the share with its interval."""

    key: str
    source: str
    narrowed: str
    """To whom it applies, if not to the whole population, and by which route; else blank."""
    words: str
    """What stands at the right: n/N with share and interval, or the words of the source."""
    percent: float | None = None
    interval: tuple[float, float] | None = None
    pooled: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The numbers that may be compared: one denominator, setting, occurrence and stage."""

    label: str
    rows: tuple[Row, ...]
    of_sites: bool
    """Whether it is of the patients with a metastasis at the site how many have the primary."""

    @property
    def top(self) -> float:
        """The end of the axis in percent."""
        ends = [row.interval[1] if row.interval else row.percent or 0.0 for row in self.rows]
        return next((top for top in _TOPS if top >= max(ends) - 1e-9), _TOPS[-1])


@dataclass(frozen=True, slots=True)
class PairRows:
    """All that is said of a pair: groups with numbers, then what is only said in words."""

    pair: Pair
    groups: tuple[Group, ...]
    in_words: tuple[Row, ...]


def rows_of(pair: Pair, pooled: Iterable[Any] = ()) -> PairRows:
    """Return what every source says of a pair; the pooled values that fit stand in their groups.

    A pooled value is any object with ``primary``, ``site``, ``denominator``, ``setting``,
    ``occurrence``, ``stage``, ``percent``, ``low`` and ``high`` (in percent), such as the rows of
    :func:`metastasis._evidence.weighing.pool`. Those of one study are left out: it has a row of its own.
    """
    by_group: dict[tuple[int, ...], list[Assertion]] = defaultdict(list)
    in_words = []
    for one in pair.assertions:
        if one.percent is None:
            in_words.append(_row(pair, one))
        else:
            by_group[_rank(one)].append(one)
    fitting = [one for one in pooled if _fits(one, pair)]
    groups = [_group(pair, figures, fitting) for _, figures in sorted(by_group.items())]
    words = sorted(in_words, key=lambda row: (row.source, row.key))
    return PairRows(pair, tuple(groups), tuple(words))


def _fits(one: Any, pair: Pair) -> bool:
    """Return whether a value is pooled of several studies, on a pair and in its relation."""
    relations = {said.relation for said in pair.assertions}
    return (
        (one.primary, one.site) == (pair.primary, pair.site)
        and getattr(one, "relation", "metastasis") in relations
        and getattr(one, "status", "pooled") == "pooled"
    )


def _rank(one: Any) -> tuple[int, ...]:
    """Return where a group stands among others, in the order of the closed lists."""
    return tuple(
        LISTS[name].index(value) if (value := getattr(one, name)) else -1
        for name in ("denominator", "setting", "occurrence", "stage")
    )


def _group(pair: Pair, figures: Sequence[Assertion], pooled: Sequence[Any]) -> Group:
    """Return the numbers that may be compared, those out of most people first."""
    first = figures[0]
    ordered = sorted(figures, key=lambda one: (-(one.total or 0), one.source, one.key))
    rows = [_row(pair, one) for one in ordered]
    rows += [
        _pooled_row(one, number)
        for number, one in enumerate(pooled, 1)
        if one.percent is not None and _rank(one) == _rank(first)
    ]
    whom = (
        str(Frame(first.denominator, first.setting, first.occurrence))
        if first.denominator
        else "share, nobody says of whom"
    )
    stage = ", advanced stage" if first.stage == "advanced" else ""
    unstated = ", setting not stated" if first.setting == "unspecified" else ""
    of_sites = first.denominator == "site_cases"
    return Group(f"{capitalize(whom)}{stage}{unstated}", tuple(rows), of_sites)


def _row(pair: Pair, one: Assertion) -> Row:
    said = f"“{(one.frequency or '').replace('_', ' ')}”" if one.frequency else ""
    route = f"{one.route.replace('_', ' ')} route" if one.route else ""
    when = _when(one) if one.percent is None else ""
    narrowed = ", ".join(filter(None, (one.population, route, when)))
    if one.percent is None:
        return Row(one.key, one.source, narrowed, said or "reported")
    mark = Mark(pair, one.source, one.source, (), "number", one)
    words = "  ".join(filter(None, (*mark.number_lines, said)))
    return Row(one.key, one.source, narrowed, words, mark.percent, mark.interval)


def _when(one: Assertion) -> str:
    """Return setting, occurrence and stage of what is only said in words, if they are stated."""
    said = {"first_site": "as the first site", "only_site": "as the only site"}
    stated = [
        one.setting.replace("_", " ") if one.setting != "unspecified" else "",
        said.get(one.occurrence, ""),
        "advanced stage" if one.stage == "advanced" else "",
    ]
    return ", ".join(filter(None, stated))


def _pooled_row(one: Any, number: int) -> Row:
    interval = None if one.low is None or one.high is None else (one.low, one.high)
    between = f"  ({interval[0]:.1f} to {interval[1]:.1f} %)" if interval else ""
    studies = getattr(one, "studies", None)
    route = getattr(one, "route", None)
    said = (
        getattr(one, "population", None),
        f"{route.replace('_', ' ')} route" if route else None,
        f"{studies} studies" if studies else None,
    )
    narrowed = ", ".join(filter(None, said))
    words = f"{one.percent:.1f} %{between}"
    return Row(f"pooled-{number}", "Pooled", narrowed, words, one.percent, interval, pooled=True)
