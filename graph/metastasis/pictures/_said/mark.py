"""The mark: what stands for one pair in a picture, its state, its number, and the words for both.

The states of a pair are the same in every picture; a picture only chooses how a state looks, and
where a sign stands.

Long because a state, its number, and what legends and captions say of both are one.

A whole picture is marked at once (:func:`marks_of`), because the letters of
numbers that something limits mean the same all over it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from string import ascii_lowercase
from typing import TYPE_CHECKING, Final, TypeAlias

from metastasis._evidence.edge import BASES
from metastasis._evidence.number import number_for
from metastasis._evidence.pair import PREFERENCE
from metastasis.pictures._said.digits import interval_label, percent_label, percent_of
from metastasis.pictures._said.limits import PART, is_computed, limits_of
from metastasis.pictures._said.words import label_of, plural, whom_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metastasis._catalog import Catalog
    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.frame import Frame
    from metastasis._evidence.pair import Pair
    from metastasis.pictures._sheet.style import Style

__all__ = [
    "DENIED",
    "NO_INTERVAL",
    "ROUNDED",
    "STATES",
    "Mark",
    "dispute_rule",
    "dispute_words",
    "frame_words",
    "has_no_interval",
    "highest",
    "interval_rules",
    "is_applicable",
    "is_disputed",
    "letter_rules",
    "lettered",
    "limit_rules",
    "mark_of",
    "marks_of",
    "meanings",
    "number_rules",
    "percent_label",
    "percent_of",
    "shown_basis",
    "state_of",
    "step_words",
    "undrawn",
]

_NOT_DRAWN: Final = {
    "conflicting": "on which sources conflict",
    "absent": "reported absent",
    "none_seen": "looked for and not seen",
}
"""Why pairs without an edge are in no drawing of edges, by state."""
Letters: TypeAlias = "dict[tuple[str, ...], str]"
"""The letter of each set of limits."""

STATES: Final = {
    "number": "reported, with a number",
    "words": "reported, no such number",
    "none_seen": "looked for, none seen",
    "absent": "reported absent",
    "conflicting": "sources conflict",
    "not_applicable": "not applicable: the other sex has this organ",
}
"""The states of a pair in words. ``conflicting`` is a pair that has no edge because of that; one
that keeps its edge is in the state of its number, and a square marks it. ``not_applicable`` is no
state of evidence: a place of a grid that no patient can be in (:func:`is_applicable`)."""
DENIED: Final = ("none_seen", "absent")
"""The states of pairs that are reported not to occur: by a count of none, or in words."""
NO_INTERVAL: Final = {"linewidth": 0.9, "linestyle": (0, (3.0, 2.0))}
"""How the outline of a number without an interval is dashed in every picture; its shade is that of
its number, never a lighter one. :func:`has_no_interval` decides where."""

_FREQUENCIES: Final = {
    "most_common": "most common",
    "common": "common",
    "possible": "possible",
    "less_common": "less common",
    "rare": "rare",
}
_BASES: Final = {"count": "counted", "rounding": "rounded"}
_NAMED: Final = 6
"""Pairs that an alternative text names one by one: more would not be listened to."""
ROUNDED: Final = (
    "The interval of a percentage without n covers every n of N that it may be rounded from."
)
_ALL: Final = "all numbers"
_BEFORE_LETTER: Final = "\N{NARROW NO-BREAK SPACE}"
_SHARED: Final = 3
"""Numbers, from which on what limits all of them is said once and has no letter."""


@dataclass(frozen=True)
class Mark:
    """A pair as a picture shows it: its state, and its number in the picture's frame."""

    pair: Pair
    number: Assertion | None
    """The one number that stands for the pair; None where there is none in this frame."""
    letter: str = field(default="", kw_only=True)
    """Of what limits the number; the same letter is the same limit all over a picture."""
    limits: tuple[str, ...] = field(default=(), kw_only=True)
    """What limits the number, a phrase each; see :mod:`metastasis.pictures._said.limits`."""
    own: tuple[str, ...] = field(default=(), kw_only=True)
    """Those of them that the letter means; the rest limits every number of the picture."""
    others: int = field(default=0, kw_only=True)
    """How many more such numbers there are on the pair, which are not shown."""

    @cached_property
    def state(self) -> str:
        """One of :data:`STATES`."""
        return state_of(self.pair, self.number)

    @property
    def is_disputed(self) -> bool:
        """Whether sources conflict although the pair has an edge, which is drawn all the same."""
        return is_disputed(self.pair)

    @property
    def basis(self) -> str | None:
        """What the edge rests on, if a sign has to tell it: a number that is shown speaks."""
        return shown_basis(self.pair, self.number)

    @cached_property
    def percent(self) -> float:
        """The share in percent; 0 where there is no number."""
        return float(percent_of(self.number)) if self.number else 0.0

    @property
    def total(self) -> int:
        """N, how many people were counted; 0 where there is no number or its source gives no N."""
        return (self.number.total or 0) if self.number else 0

    @cached_property
    def interval(self) -> tuple[float, float] | None:
        """An interval in percent that covers at least 95 %; None where there is no N.

        Of n/N it is the Wilson interval. Of a printed percentage of N it is wider by what rounding
        leaves open: it covers whatever count was rounded.
        """
        return self.number.interval if self.number else None

    @property
    def interval_basis(self) -> str | None:
        """What the interval follows from: ``counted``, ``rounded``, or None where there is none."""
        return _BASES.get((self.number.interval_basis or "") if self.number else "")

    @property
    def most(self) -> float:
        """The upper end of the interval in percent, or the share where there is none."""
        return self.interval[1] if self.interval else self.percent

    @property
    def route(self) -> str | None:
        """The one route that sources name, if they name one."""
        routes = {one.route for one in self.pair.assertions if one.route}
        return routes.pop() if len(routes) == 1 else None

    @property
    def sign(self) -> str:
        """What stands behind the percentage: * without a count n, then the letter of a limit."""
        return ("*" if _is_uncounted(self.number) else "") + self.letter_sign

    @property
    def letter_sign(self) -> str:
        """The letter as it stands behind a number: a little apart, for ``84 %b`` is no unit."""
        return f"{_BEFORE_LETTER}{self.letter}" if self.letter else ""

    @property
    def lines(self) -> tuple[str, ...]:
        """What stands below the name: percentage, n/N and interval, or why there is none."""
        said = {
            "none_seen": () if self.number else (STATES["none_seen"],),
            "absent": (STATES["absent"],),
            "conflicting": (STATES["conflicting"],),
            "words": (_frequency_of(self.pair),),
        }.get(self.state, ())
        disputed = (STATES["conflicting"],) if self.is_disputed else ()
        return (*self.number_lines, *said, *disputed)

    @property
    def number_lines(self) -> tuple[str, ...]:
        """Percentage, n/N and interval; nothing where there is no number."""
        if self.number is None:
            return ()
        counts = self.count_label
        first = f"{self.share_label}{'  ' if '/' in counts else ' '}{counts}".strip()
        return (first, f"({self.interval_label})") if self.interval else (first,)

    @cached_property
    def share_label(self) -> str:
        """The percentage as printed, with its sign."""
        return f"{percent_label(self.number)}{self.sign}" if self.number else ""

    @property
    def count_label(self) -> str:
        """``71/150``, ``of 74,826`` where n is not given, or nothing where not even N is."""
        number = self.number
        if number is None or not number.total:
            return ""
        if number.count is not None:
            return f"{number.count:,}/{number.total:,}"
        return f"of {number.total:,}"

    @cached_property
    def interval_label(self) -> str:
        """``40 to 55 %``, or nothing where there is no interval."""
        return interval_label(self.number) if self.number else ""

    @property
    def words(self) -> str:
        """The pair and its share: ``breast cancer to bone 47 % (71/150)``."""
        number = self.number
        if number is None:
            return ""
        uncounted = "" if number.is_quantified else "no count given"
        said = filter(None, [self.count_label, uncounted, self.letter])
        return f"{label_of(self.pair)} {percent_label(number)} ({', '.join(said)})"


def has_no_interval(mark: Mark) -> bool:
    """Return whether a number has to look as one without an interval (:data:`NO_INTERVAL`)."""
    return mark.number is not None and mark.interval is None


def marks_of(
    pairs: Iterable[Pair], frame: Frame | None, letters: Letters | None = None
) -> list[Mark]:
    r"""Return the pairs of a whole picture with their numbers in a frame, and the letters of these.

    Numbers that are limited in the same way have the same letter, in the order of the pairs. What
    limits all of several numbers has none: the caption says it once (:func:`letter_rules`).
    ``letters`` are those that pictures of one figure share; they are added to.

    >>> import metastasis as mets
    >>> pairs = mets.load().evidence.pairs(primaries={"bladder"}, sites={"bone", "liver"})
    >>> marks = marks_of(pairs, mets.Frame("metastatic_patients", "during_course"))
    >>> [(one.share_label, one.limits) for one in marks]
    [('47 %\u202fa', ('only muscle-invasive',)), ('26 %\u202fa', ('only muscle-invasive',))]
    """
    return lettered([mark_of(pair, frame) for pair in pairs], letters)


def lettered(marks: Sequence[Mark], letters: Letters | None = None) -> list[Mark]:
    """Return the marks of a whole picture with their letters, whatever frame each number is in."""
    # In a figure of several pictures "all numbers" would be those of one of them.
    shared = _shared(marks) if letters is None else ()
    letters = {} if letters is None else letters
    found = []
    for mark in marks:
        own = tuple(one for one in mark.limits if one not in shared)
        letter = letters.setdefault(own, _letter(len(letters))) if own else ""
        found.append(replace(mark, letter=letter, own=own) if letter else mark)
    return found


def mark_of(pair: Pair, frame: Frame | None) -> Mark:
    """Return a pair with its number in a frame, without a letter; None is a picture without."""
    number = number_for(pair, frame)
    if number is None or frame is None:
        return Mark(pair, None)
    return Mark(pair, number, limits=limits_of(number, frame), others=len(pair.by_frame[frame]) - 1)


def state_of(pair: Pair, number: Assertion | None) -> str:
    """Return which of :data:`STATES` a pair is in that shows this number, or none."""
    if pair.status == "reported absent":
        counted = number or next((one for one in pair.assertions if one.percent is not None), None)
        in_words = number is None and any(one.frequency == "absent" for one in pair.assertions)
        return "none_seen" if counted and not in_words else "absent"
    if pair.status == "conflicting" and pair.edge is None:
        return "conflicting"
    return "number" if number else "words"


def undrawn(pairs: Iterable[Pair]) -> list[str]:
    """Return how many pairs have no edge and why, a sentence each."""
    states = [state_of(pair, None) for pair in pairs if pair.edge is None]
    counts = {words: states.count(state) for state, words in _NOT_DRAWN.items()}
    return [
        f"{plural(count, 'pair')} {words} {'is' if count == 1 else 'are'} not drawn."
        for words, count in counts.items()
        if count
    ]


def is_disputed(pair: Pair) -> bool:
    """Return whether sources conflict on a pair that has an edge.

    >>> import metastasis as mets
    >>> pair = mets.load().evidence.pair("thyroid_differentiated", "lung")
    >>> pair.edge, is_disputed(pair)
    ('commonly', True)
    """
    return pair.status == "conflicting" and pair.edge is not None


def is_applicable(catalog: Catalog, primary: str, site: str) -> bool:
    """Return whether one sex has both the organ of a primary and a site.

    >>> from metastasis._catalog import read_catalog
    >>> [is_applicable(read_catalog(), "prostate", site) for site in ("ovary", "bone")]
    [False, True]
    """
    cancer, place = catalog.primaries.get(primary), catalog.sites.get(site)
    sexes = {one.sex for one in (cancer, place) if one and one.sex}
    return len(sexes) < 2


def shown_basis(pair: Pair, number: Assertion | None = None) -> str | None:
    """Return which sign tells what the edge of a pair rests on; None where there is none.

    An edge that rests on numbers has no sign, nor has a pair whose number is shown.

    >>> import metastasis as mets
    >>> shown_basis(mets.load().evidence.pair("breast", "bone"))
    """
    has_sign = number is None and pair.basis in BASES and pair.basis != "numbers"
    return pair.basis if has_sign else None


def step_words(style: Style) -> list[str]:
    """Return the steps that percentages are shaded by, in words.

    >>> from metastasis.pictures import Style
    >>> step_words(Style())
    ['under 5 %', '5 to 10 %', '10 to 25 %', '25 to 50 %', '50 % or more']
    """
    steps = [f"{step:g}" for step in style.percent_steps]
    between = [f"{low} to {high} %" for low, high in pairwise(steps)]
    return [f"under {steps[0]} %", *between, f"{steps[-1]} % or more"]


def _is_uncounted(number: Assertion | None) -> bool:
    """Return whether a source prints a percentage without its count n."""
    return number is not None and not number.is_quantified and not is_computed(number)


def _frequency_of(pair: Pair) -> str:
    """Return the most frequent of the words, or that there are only other numbers."""
    said = {one.frequency for one in pair.assertions}
    word = next((words for key, words in _FREQUENCIES.items() if key in said), None)
    return f"in words: {word}" if word else "other numbers only"


# Letters


def _letter(at: int) -> str:
    """Return the letters in turn: a to z, then aa to zz."""
    return ascii_lowercase[at % 26] * (1 + at // 26)


def _shared(marks: Iterable[Mark]) -> tuple[str, ...]:
    """Return what limits every number of a picture, where there are several.

    A part of the population is told beside each number all the same.
    """
    limits = [mark.limits for mark in marks if mark.number]
    if len(limits) < _SHARED:
        return ()
    alike = (one for one in limits[0] if all(one in others for others in limits))
    return tuple(one for one in alike if not one.startswith(PART))


def meanings(marks: Sequence[Mark]) -> dict[str, str]:
    """Return each letter in a picture with what it means; ``all numbers`` for what limits all."""
    told = {one for mark in marks for one in mark.own}
    shared = [one for one in _shared(marks) if one not in told]
    found = {_ALL: "; ".join(shared)} if shared else {}
    for mark in marks:
        if mark.letter:
            found[mark.letter] = "; ".join(mark.own)
    order = sorted(found, key=lambda key: (key != _ALL, len(key), key))
    return {key: found[key] for key in order}


# What captions and alternative texts say of marks


def frame_words(frame: Frame, why: str) -> str:
    """Return out of whom all numbers of a picture are, and why, unless it was asked for.

    ``why`` is the reason that :func:`metastasis._evidence.number.choose_frame` gives.
    """
    whom = whom_of(frame)
    return f"share of {whom}" if why == "asked for" else f"share of {whom} ({why})"


def number_rules(
    marks: Sequence[Mark], frame: Frame, *, without: str = "Dashed outlines"
) -> list[str]:
    """Return what must be said of the numbers in a picture, a sentence each, and no more.

    Which of several is shown, what intervals are, what signs and letters mean. ``without`` is how
    numbers without an interval look.
    """
    numbers = [mark for mark in marks if mark.number]
    rules = []
    if numbers and frame.denominator == "site_cases":
        rules.append("It is the share of them that came from the primary.")
    if any(mark.others for mark in numbers):
        rules.append(f"Of several such numbers one is shown, never a mean: {PREFERENCE}.")
    if any("*" in mark.sign for mark in numbers):
        rules.append("*: printed by its source without a count n.")
    return [*rules, *interval_rules(numbers, without), *letter_rules(numbers)]


def interval_rules(marks: Iterable[Mark], without: str) -> list[str]:
    """Return what intervals are that follow from rounding, and that some numbers have none."""
    marks = list(marks)
    rules = []
    if any(mark.interval_basis == "rounded" for mark in marks):
        rules.append(ROUNDED)
    if any(map(has_no_interval, marks)):
        rules.append(f"{without}: numbers of which no interval can be given.")
    return rules


def letter_rules(marks: Sequence[Mark]) -> list[str]:
    """Return what each letter in a picture means, a sentence each: for captions and for the ear."""
    told = meanings(marks)
    return [f"{'All numbers' if key == _ALL else key}: {said}." for key, said in told.items()]


def limit_rules(marks: Sequence[Mark]) -> list[str]:
    """Return what limits numbers, and on which pairs: where no number is written beside its letter.

    >>> import metastasis as mets
    >>> pairs = mets.load().evidence.pairs(primaries={"bladder"}, sites={"bone"})
    >>> limit_rules(marks_of(pairs, mets.Frame("metastatic_patients", "during_course")))
    ['a: only muscle-invasive. Numbers with a: bladder cancer to bone.']
    """
    rules = []
    for letter, said in meanings(marks).items():
        of = [label_of(one.pair) for one in marks if one.letter == letter]
        more = [f"{len(of) - _NAMED} more"] if len(of) > _NAMED else []
        rules.append(f"{letter if of else letter.capitalize()}: {said}.")
        if of:
            rules[-1] += f" Numbers with {letter}: {', '.join([*of[:_NAMED], *more])}."
    return rules


def highest(marks: Iterable[Mark], most: int = 5) -> str:
    """Return the pairs with the highest shares in words, the highest first."""
    shown = sorted(
        (mark for mark in marks if mark.number),
        key=lambda one: (-percent_of(one.number) if one.number else 0, label_of(one.pair)),
    )
    return "; ".join(mark.words for mark in shown[:most])


def dispute_rule(pairs: Iterable[Pair], sign: str) -> list[str]:
    """Return what the sign of pairs means on which sources conflict although they have an edge."""
    count = len(_disputed(pairs))
    drawn = "its edge is" if count == 1 else "their edges are"
    said = f"{sign}: sources conflict on {plural(count, 'pair')}; {drawn} drawn all the same."
    return [said] if count else []


def dispute_words(pairs: Iterable[Pair]) -> list[str]:
    """Return in words on which pairs with an edge sources conflict, or on how many."""
    disputed = _disputed(pairs)
    named = ", ".join(map(label_of, disputed))
    if len(disputed) > _NAMED:
        named = plural(len(disputed), "pair")
    return [f"Sources conflict, and the edge stands: {named}."] if disputed else []


def _disputed(pairs: Iterable[Pair]) -> list[Pair]:
    return sorted(filter(is_disputed, pairs), key=label_of)
