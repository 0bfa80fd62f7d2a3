"""The assertion: one source saying one thing about one primary and one site."""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal
from hashlib import sha256
from operator import attrgetter
from typing import ClassVar, Final

from metastasis._evidence.frame import Frame
from metastasis._evidence.interval import rounding_interval, wilson_interval

__all__ = ["ACCEPTED", "COLUMNS", "Assertion", "as_text", "rounded"]

ACCEPTED: Final = "read by rules, accepted by "
"""What the note says, with a name, where a person checked what rules had read in a text."""

_SHOWN: Final = {
    **{
        name: name
        for name in (
            "primary",
            "site",
            "relation",
            "frequency",
            "count",
            "total",
            "percent",
            "denominator",
            "setting",
            "occurrence",
            "stage",
            "route",
            "population",
            "source",
            "locator",
            "note",
            "interval_low",
            "interval_high",
            "interval_basis",
        )
    },
    "assertion": "key",
}
"""What a table of assertions shows: numbers as numbers, the interval in percent, the key last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """One source saying one thing about one primary and one site.

    Blank cells of the table are ``None``. A percentage is in percent (0 to 100); where ``count``
    and ``total`` are known and no percentage was printed, it is 100·count/total, rounded half up
    to two decimals.

    >>> row = Assertion(primary="breast", site="bone", source="wu-2017-breast", locator="abstract",
    ...                 reading="abstract", count=8848, total=243896,
    ...                 denominator="all_patients", setting="at_diagnosis")
    >>> row.percent
    Decimal('3.63')
    >>> row.finding
    'present'
    """

    COLUMNS: ClassVar[dict[str, str]] = _SHOWN

    primary: str
    """Catalog key of the primary."""
    site: str
    """Catalog key of the site."""
    relation: str = "metastasis"
    """``metastasis``, or ``extension`` for direct growth into a neighbor."""
    frequency: str | None = None
    """What the words say; ``absent`` where the source denies it; None where it only counts."""
    occurrence: str = "any"
    """Whether the site counts at any time, only as the sole site, or only as the first."""
    count: int | None = None
    """n: those with the site."""
    total: int | None = None
    """N: those counted."""
    percent: Decimal | None = None
    """100·n/N, or as printed where n is not."""
    denominator: str | None = None
    """Who N counts."""
    setting: str = "unspecified"
    """When in the course the site was looked for."""
    stage: str = "any"
    """The stage of the cancer to which it is narrowed."""
    route: str | None = None
    """The way the cells took, where the source tells it."""
    population: str | None = None
    """The qualifier that narrows it (histology, sex, age, subtype)."""
    source: str
    """Key of the source."""
    locator: str
    """Where in the source."""
    reading: str = "table"
    """How the source was read."""
    document_sha256: str | None = None
    """For text: the hash of the page as read."""
    start: int | None = None
    """For text: the first character of the sentence in the page."""
    end: int | None = None
    """For text: one past the last character of the sentence."""
    note: str | None = None
    """Anything else that a reader has to know, such as who the people were."""

    def __post_init__(self) -> None:
        percent = self.percent
        if (
            percent is None
            and self.total
            and self.count is not None
            and 0 <= self.count <= self.total
        ):
            hundredths = (20000 * self.count + self.total) // (2 * self.total)
            percent = Decimal(hundredths).scaleb(-2)
        if percent is not None:
            number = Decimal(str(percent))  # 12.5 is as good as Decimal("12.5")
            object.__setattr__(self, "percent", _shortest(number) if number.is_finite() else number)

    @property
    def key(self) -> str:
        """The name of the assertion: 20 hexadecimal digits, a hash of what identifies it.

        Numbers, words and notes are not part of it, so that a corrected number keeps its name.
        """
        identity = "\x1f".join(["" if part is None else str(part) for part in _identity_of(self)])
        return sha256(identity.encode()).hexdigest()[:20]

    @property
    def finding(self) -> str:
        """``present``, or ``absent`` where the source denies the pair or counted none."""
        if self.frequency is not None:
            return "absent" if self.frequency == "absent" else "present"
        counted = self.percent if self.count is None else self.count
        return "absent" if counted == 0 else "present"

    @property
    def is_accepted(self) -> bool:
        """Whether rules read it in a text and a person then accepted it, as its note says."""
        return self.reading == "text" and self.note is not None and ACCEPTED in self.note

    @property
    def is_quantified(self) -> bool:
        """Whether count and total are both known, so that an interval can be given."""
        return self.count is not None and bool(self.total)

    @property
    def interval(self) -> tuple[float, float] | None:
        """An interval in percent that covers at least 95 %, or None where no total is known.

        Of a count, the Wilson interval. Of a percentage printed without its count, what all counts
        that it may be rounded from leave open: from the lower Wilson bound of the smallest to the
        upper one of the largest (:func:`~metastasis._evidence.interval.rounding_interval`).

        >>> said = {"primary": "lung", "site": "bone", "source": "a", "locator": "b"}
        >>> Assertion(**said, percent=32).interval
        >>> low, high = Assertion(**said, percent=32, total=150).interval
        >>> f"{low:.1f} to {high:.1f}"
        '25.1 to 39.8'
        """
        if self.count is None:
            return self._interval_from_rounding
        if not self.total or not 0 <= self.count <= self.total:
            return None
        low, high = wilson_interval(self.count, self.total)
        return 100 * low, 100 * high

    @property
    def _interval_from_rounding(self) -> tuple[float, float] | None:
        if self.percent is None or not self.total:
            return None
        try:
            low, high = rounding_interval(self.percent, self.total)
        except ValueError:  # no whole number of people is this percentage
            return None
        return 100 * low, 100 * high

    @property
    def interval_basis(self) -> str | None:
        """What the interval follows from: ``count``, or ``rounding`` of a printed percentage."""
        if self.interval is None:
            return None
        return "rounding" if self.count is None else "count"

    @property
    def interval_low(self) -> float | None:
        """The lower end of the interval, in percent."""
        return None if self.interval is None else self.interval[0]

    @property
    def interval_high(self) -> float | None:
        """The upper end of the interval, in percent."""
        return None if self.interval is None else self.interval[1]

    @property
    def frame(self) -> Frame:
        """Out of whom, when and as what it counts; of words alone, as far as they say."""
        return Frame(self.denominator or "", self.setting, self.occurrence, self.stage)

    @property
    def stratum(self) -> tuple[Frame, str | None, str | None]:
        """Frame, population and route: numbers are alike only where all three agree."""
        return self.frame, self.population, self.route

    @property
    def number(self) -> str | None:
        """The percentage with its people, interval and source in words; None where none is given.

        >>> Assertion(primary="bladder", site="bone", source="shinagare-2011", locator="abstract",
        ...           count=71, total=150, denominator="metastatic_patients").number
        '71/150 metastatic patients, 47.3 % (39.5 to 55.3), shinagare-2011'
        """
        return None if self.percent is None else _in_words(self)


COLUMNS: Final = tuple(field.name for field in fields(Assertion))
"""The columns of an assertion table, in order."""

_identity_of: Final = attrgetter(
    "source",
    "locator",
    "primary",
    "site",
    "relation",
    "occurrence",
    "denominator",
    "setting",
    "stage",
    "route",
    "population",
    "document_sha256",
    "start",
    "end",
)


def as_text(value: object) -> str:
    """Return a value of an assertion as it stands in a table: blank for None, never an exponent."""
    return "" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)


def _shortest(number: Decimal) -> Decimal:
    """Return the same number in its shortest plain form: 84.0 as 84, never 8.4E+1."""
    short = number.normalize()
    exponent = short.as_tuple().exponent
    return short.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else short


def _in_words(assertion: Assertion) -> str:
    people = _people(assertion)
    bounds = ""
    if assertion.interval is not None:
        bounds = " to ".join(map(rounded, assertion.interval))
    if assertion.is_quantified:
        share = 100 * (assertion.count or 0) / (assertion.total or 1)
        counted = f"{assertion.count}/{assertion.total} {people}"
        return f"{counted}, {rounded(share)} % ({bounds}), {assertion.source}"
    of = f"{assertion.total} {people}" if assertion.total else people
    derived = f" ({bounds} from rounding)" if bounds else ""
    return f"{assertion.percent:f} % of {of}{derived}, no count, {assertion.source}"


def _people(assertion: Assertion) -> str:
    """Return the frame in words, with the part of the population that it is narrowed to."""
    people = str(assertion.frame)
    if assertion.denominator == "site_cases":
        people = f"{people}, from this primary"
    return f"{people} ({assertion.population})" if assertion.population else people


def rounded(percent: float) -> str:
    """Return a percentage with one decimal, or with two digits that are not zero below 1 %.

    >>> rounded(47.25), rounded(0.0456)
    ('47.2', '0.046')
    """
    if percent >= 1 or percent == 0:
        return f"{percent:.1f}"
    # Below a ten-thousandth of a percent zeros would be counted, not read.
    return f"{percent:.2g}" if percent >= 1e-4 else f"{percent:.0e}"
