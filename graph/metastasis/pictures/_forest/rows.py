"""What a forest plot says: the statements on a pair, those that may be compared in one group.

Apart from the forest plot because the website says the same by other means.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from metastasis._evidence.frame import Frame
from metastasis._vocabulary import LISTS, WORDS
from metastasis.pictures._said.limits import limits_of
from metastasis.pictures._said.mark import Mark
from metastasis.pictures._said.words import capitalize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from metastasis._catalog import Catalog
    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.pair import Pair

__all__ = ["ORDERS", "NumberGroup", "Row", "Section", "cut_to_numbers", "section_of"]

ORDERS: Final = ("year", "share", "N")
"""What the numbers of a group may be sorted by, the first where nothing is asked for."""
_FREQUENCIES: Final = ("most_common", "common", "possible", "less_common", "rare", "absent")
_MOST_PLACES: Final = 4
_LAST: Final = 9999
"""The year of sources that tell none: behind all others."""


@dataclass(frozen=True, slots=True)
class Row:
    """One statement, or a pooled value: who says it, on whom, and the share with its interval."""

    key: str
    source: str
    """Its key."""
    cited: str
    """What it is called in the picture."""
    narrowed: str
    """To whom it applies, if not to the whole population, and what else limits it; else blank."""
    said: str = ""
    """What the source says in words, in quotation marks."""
    share: str = ""
    sign: str = ""
    """What stands behind the share: * without a count."""
    between: str = ""
    """The interval."""
    counts: str = ""
    """n/N, or N alone."""
    percent: float | None = None
    interval: tuple[float, float] | None = None
    basis: str | None = None
    """What the interval follows from: ``counted``, ``rounded``, or None where there is none."""
    year: int = _LAST
    total: int = 0
    pooled: bool = False
    prediction: tuple[float, float] | None = None
    """Of a pooled value: where the share of another study would lie."""

    @property
    def words(self) -> str:
        """Share, n/N and interval, or the words of the source: ``47 %  71/150  (40 to 55 %)``."""
        if self.percent is None:
            return self.said
        between = f"({self.between})" if self.between else ""
        apart = " " if self.counts.startswith("of") else "  "
        first = apart.join(filter(None, (f"{self.share}{self.sign}", self.counts)))
        return "  ".join(filter(None, (first, between, self.said)))

    @property
    def most(self) -> float:
        """The highest share that is drawn of it, in percent."""
        ends: list[float] = [*(self.interval or ()), *(self.prediction or ()), self.percent or 0.0]
        return max(ends)


@dataclass(frozen=True, slots=True)
class NumberGroup:
    """The numbers that may be compared: one denominator, setting, occurrence and stage."""

    label: str
    rows: tuple[Row, ...]
    of_sites: bool
    """Whether it is of the patients with a metastasis at the site how many have the primary."""


@dataclass(frozen=True, slots=True)
class Section:
    """All that is said of a pair: groups with numbers, then what is only said in words."""

    pair: Pair
    groups: tuple[NumberGroup, ...]
    in_words: tuple[Row, ...]

    @property
    def numbers(self) -> list[Row]:
        """The rows with a number, pooled values left out."""
        return [row for group in self.groups for row in group.rows if not row.pooled]

    @property
    def rows(self) -> list[Row]:
        """All rows."""
        return [*(row for group in self.groups for row in group.rows), *self.in_words]

    @property
    def phrases(self) -> list[tuple[str, list[Row]]]:
        """What is only said in words, phrase by phrase, each with who says it."""
        found: dict[str, list[Row]] = {}
        for row in self.in_words:
            found.setdefault(row.said, []).append(row)
        return list(found.items())

    def kept(self, keep: Callable[[Row], bool]) -> Section:
        """Return the section with those rows alone, and without the groups that lose all of theirs.

        A pooled value stays where all that stands in its group stays: it is of these.
        """
        groups = []
        for group in self.groups:
            rows = tuple(row for row in group.rows if not row.pooled and keep(row))
            is_whole = len(rows) == sum(not row.pooled for row in group.rows)
            if rows:
                groups.append(replace(group, rows=group.rows if is_whole else rows))
        words = tuple(row for row in self.in_words if keep(row))
        return replace(self, groups=tuple(groups), in_words=words)


def cut_to_numbers(section: Section, most: int) -> Section:
    """Return a section with so many numbers, those out of the most people, and no words."""
    ranked = sorted(section.numbers, key=lambda row: (-row.total, row.year, row.key))
    kept = {row.key for row in ranked[:most]}
    return section.kept(lambda row: row.key in kept)


def section_of(
    pair: Pair,
    pooled: Iterable[Any] = (),
    *,
    cited: Mapping[str, str] | None = None,
    catalog: Catalog | None = None,
    order: str = ORDERS[0],
) -> Section:
    """Return what every source says of a pair; the pooled values that fit stand in their groups.

    A pooled value is any object with ``primary``, ``site``, ``denominator``, ``setting``,
    ``occurrence``, ``stage``, ``percent``, ``low`` and ``high`` (in percent), such as the rows of
    ``kg.pool``. Those of one study are left out: it has a row of its own. ``cited`` says what
    sources are called, else by their keys.
    """
    sources = catalog.sources if catalog else {}
    years = {key: source.year or _LAST for key, source in sources.items()}
    names = cited or {}
    by_group: dict[tuple[int, ...], list[Assertion]] = defaultdict(list)
    in_words = []
    for one in pair.assertions:
        if one.percent is None:
            in_words.append((_word_rank(one), _row(pair, one, names, years)))
        else:
            by_group[_rank(one)].append(one)
    fitting = [one for one in pooled if _fits(one, pair)]
    groups = []
    for _, numbers in sorted(by_group.items()):
        rows = sorted((_row(pair, one, names, years) for one in numbers), key=_SORTS[order])
        groups.append(_group(numbers[0], rows, fitting))
    words = sorted(in_words, key=lambda item: (item[0], item[1].cited, item[1].key))
    return Section(pair, tuple(groups), tuple(row for _, row in words))


_SORTS: Final[Mapping[str, Callable[[Row], Any]]] = {
    "year": lambda row: (row.year, row.cited.casefold(), row.key),
    "share": lambda row: (-(row.percent or 0.0), row.year, row.key),
    "N": lambda row: (-row.total, row.year, row.key),
}


def _word_rank(one: Assertion) -> int:
    known = one.frequency in _FREQUENCIES
    return _FREQUENCIES.index(one.frequency) if known and one.frequency else len(_FREQUENCIES)


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


def _group(first: Assertion, rows: Sequence[Row], pooled: Sequence[Any]) -> NumberGroup:
    """Return the numbers that may be compared, and below them what is pooled of them."""
    means = [
        _pooled_row(one, number)
        for number, one in enumerate(pooled, 1)
        if one.percent is not None and _rank(one) == _rank(first)
    ]
    # The stage is told apart below: in a frame's own words it would be named before the setting.
    whom = str(Frame(first.denominator or "", first.setting, first.occurrence))
    stage = ", advanced stage" if first.stage == "advanced" else ""
    unstated = ", setting not stated" if first.setting == "unspecified" else ""
    of_sites = first.denominator == "site_cases"
    return NumberGroup(f"{capitalize(whom)}{stage}{unstated}", (*rows, *means), of_sites)


def _row(pair: Pair, one: Assertion, cited: Mapping[str, str], years: Mapping[str, int]) -> Row:
    said = f"“{(one.frequency or '').replace('_', ' ')}”" if one.frequency else ""
    route = f"{one.route.replace('_', ' ')} route" if one.route else ""
    name = cited.get(one.source, one.source)
    plain = Row(one.key, one.source, name, "", year=years.get(one.source, _LAST))
    if one.percent is None:
        narrowed = ", ".join(filter(None, (one.population, route, _when(one))))
        return replace(plain, narrowed=narrowed, said=said or "reported")
    mark = Mark(pair, one)
    # What limits a number stands below its source: no letter is needed to find it.
    limits = limits_of(replace(one, population=None), one.frame)
    return replace(
        plain,
        narrowed="; ".join(filter(None, (one.population, route, *limits))),
        said=said,
        share=mark.share_label.removesuffix(mark.sign),
        sign=mark.sign,
        between=mark.interval_label,
        counts=mark.count_label,
        percent=mark.percent,
        interval=mark.interval,
        basis=mark.interval_basis,
        total=one.total or 0,
    )


def _when(one: Assertion) -> str:
    """Return setting, occurrence and stage of what is only said in words, if they are stated."""
    stated = [
        # Shorter than the words of a frame: it stands in the narrow column of a row.
        one.setting.replace("_", " ") if one.setting != "unspecified" else "",
        WORDS["occurrence"].get(one.occurrence, ""),
        WORDS["stage"].get(one.stage, ""),
    ]
    return ", ".join(filter(None, stated))


def _pooled_row(one: Any, number: int) -> Row:
    """Return a pooled value as a row; how much studies differ stands below its name."""
    interval = None if one.low is None or one.high is None else (one.low, one.high)
    studies = getattr(one, "studies", None)
    route = getattr(one, "route", None)
    i2, tau2 = getattr(one, "i2", None), getattr(one, "tau2", None)
    ends = getattr(one, "prediction_low", None), getattr(one, "prediction_high", None)
    prediction = None if ends[0] is None or ends[1] is None else (ends[0], ends[1])
    said = (
        getattr(one, "population", None),
        f"{route.replace('_', ' ')} route" if route else None,
        None if i2 is None else f"I² {i2:.0f} %",
        None if tau2 is None else f"τ² {tau2:.2f}",
        f"prediction {prediction[0]:.1f} to {prediction[1]:.1f} %" if prediction else None,
    )
    places = _places(one.percent, interval)
    return Row(
        f"pooled-{number}",
        "Pooled",
        f"Pooled, {studies} studies" if studies else "Pooled",
        ", ".join(filter(None, said)),
        share=f"{one.percent:.{places}f} %",
        between=f"{interval[0]:.{places}f} to {interval[1]:.{places}f} %" if interval else "",
        percent=one.percent,
        interval=interval,
        basis="counted" if interval else None,
        pooled=True,
        prediction=prediction,
    )


def _places(percent: float, interval: tuple[float, float] | None) -> int:
    """Return to how many decimals a pooled value is written: one, or until it has an interval."""
    places = 1
    while interval and places < _MOST_PLACES:
        low, middle, high = (f"{one:.{places}f}" for one in (interval[0], percent, interval[1]))
        if low != middle != high:
            break
        places += 1
    return places
