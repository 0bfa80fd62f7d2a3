"""One pair as a picture shows it: its state, its number on the scale, and its interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metastasis._evidence.interval import wilson_interval
from metastasis.pictures._cells import percent_label, share_of
from metastasis.pictures._scale import figure_on
from metastasis.pictures._selection import capitalize

if TYPE_CHECKING:
    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.pair import Spread
    from metastasis.pictures._scale import Scale

__all__ = ["Reach", "is_disputed", "reach_of", "words_of"]

_WORDS: Final = {
    "most_common": "most common",
    "common": "common",
    "possible": "possible",
    "less_common": "less common",
    "rare": "rare",
}


@dataclass(frozen=True, slots=True)
class Reach:
    """One arrow: the pair, what stands at the end that is not in focus, and what it says."""

    spread: Spread
    key: str
    label: str
    organs: tuple[str, ...]
    """Keys of the sites whose shapes are meant."""
    state: str
    """``number``, ``words``, ``absent``, or ``conflicting``: no edge, for sources conflict."""
    figure: Assertion | None
    """The number on the picture's scale; None where there is none."""

    @property
    def is_disputed(self) -> bool:
        """Whether sources conflict although the pair has an edge, which is drawn all the same."""
        return is_disputed(self.spread)

    @property
    def percent(self) -> float:
        """The share in percent; 0 where there is no number."""
        return float(share_of(self.figure)) if self.figure else 0.0

    @property
    def total(self) -> int:
        """N: those counted; 0 where there is no number, or its source does not give N."""
        return (self.figure.total or 0) if self.figure else 0

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % Wilson interval in percent; None where its source gives no count."""
        figure = self.figure
        if figure is None or figure.count is None or not figure.total:
            return None
        low, high = wilson_interval(figure.count, figure.total)
        return 100 * low, 100 * high

    @property
    def most(self) -> float:
        """The upper end of the interval in percent, or the share where there is none."""
        return self.interval[1] if self.interval else self.percent

    @property
    def route(self) -> str | None:
        """The one route that sources name, if they name one."""
        routes = {one.route for one in self.spread.assertions if one.route}
        return routes.pop() if len(routes) == 1 else None

    @property
    def lines(self) -> tuple[str, ...]:
        """What stands below the name: percentage, n/N and interval, or why there is none."""
        said = {
            "absent": ("reported absent",),
            "conflicting": ("sources conflict",),
            "words": (words_of(self.spread),),
        }.get(self.state, ())
        disputed = ("sources conflict",) if self.is_disputed else ()
        return (*self.number_lines, *said, *disputed)

    @property
    def number_lines(self) -> tuple[str, ...]:
        """Percentage, n/N and interval; nothing where there is no number."""
        if self.figure is None:
            return ()
        marks = ("" if self.figure.is_quantified else "*") + ("†" if self.figure.population else "")
        share = percent_label(self.figure) + marks
        if self.interval is None:
            return (f"{share} of {self.figure.total:,}" if self.figure.total else share,)
        counts = f"{self.figure.count:,}/{self.figure.total:,}"
        return f"{share}  {counts}", f"({_between(*self.interval)})"


def reach_of(
    spread: Spread, key: str, label: str, organs: tuple[str, ...], scale: Scale | None
) -> Reach:
    """Return a pair with its state and its number on a scale; the key is of the far end."""
    figure = figure_on(spread, scale)
    state = "number" if figure else "words"
    if spread.status == "reported absent":
        state = "absent"
    elif spread.status == "conflicting" and spread.edge is None:
        state = "conflicting"
    return Reach(spread, key, capitalize(label), organs, state, figure)


def is_disputed(spread: Spread) -> bool:
    """Return whether sources conflict on a pair that has an edge.

    >>> import metastasis as mets
    >>> (lung,) = mets.load().conflicts("thyroid_differentiated")
    >>> lung.site, lung.edge, is_disputed(lung)
    ('lung', 'commonly', True)
    """
    return spread.status == "conflicting" and spread.edge is not None


def words_of(spread: Spread) -> str:
    """Return the most frequent of the words, or that there are only other numbers."""
    said = {one.frequency for one in spread.assertions}
    word = next((words for key, words in _WORDS.items() if key in said), None)
    return f"in words: {word}" if word else "other numbers only"


def _between(low: float, high: float) -> str:
    """Return an interval in percent, whole from 10 on."""
    places = 0 if high >= 10 else 1 if high >= 1 else 2
    return f"{low:.{places}f} to {high:.{places}f} %"
