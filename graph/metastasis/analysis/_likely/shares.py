"""The share of each pair in one frame of the graph, and how many patients it weighs.

Apart from the cancers that are compared, because here the one number of a pair (see
:func:`metastasis._evidence.number.number_for`) becomes a share to compute with.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metastasis._errors import EvidenceError, check_choice
from metastasis._evidence.cohort import PATIENTS
from metastasis._evidence.frame import Frame, check_frame
from metastasis._evidence.interval import rounding_interval
from metastasis._evidence.number import (
    asked_pairs,
    choose_frame,
    nothing_counted,
    number_for,
    share_of,
)
from metastasis._evidence.pair import preference
from metastasis._evidence.pooling import pool_assertions
from metastasis._vocabulary import LISTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from metastasis._catalog import Source
    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.evidence import Evidence
    from metastasis._evidence.pooling import Pooled

__all__ = [
    "UNKNOWN_TOTAL",
    "USUAL",
    "Share",
    "counted_in",
    "fits_sex",
    "frame_of_patients",
    "share_among",
    "share_of_pair",
    "shares_in_frame",
]

USUAL: Final = Frame("metastatic_patients", "during_course")
"""The frame where none is asked for: of patients who have metastases, wherever they appear."""

UNKNOWN_TOTAL: Final = 50.0
"""How many patients a percentage counts for where its source does not tell out of how many it is.

A statistical choice, on the careful side: published series that print percentages hold hundreds. At
50 the 95 % interval of a half is 14 points to either side, so that such a number moves a posterior,
and a counted one outweighs it.
"""

_SEX_OF: Final = {
    **dict.fromkeys(("women", "woman", "female", "females"), "female"),
    **dict.fromkeys(("men", "man", "male", "males"), "male"),
}
"""Words of a population that tell a sex."""


@dataclass(frozen=True, slots=True)
class Share:
    """The share of the patients with one primary who have one site."""

    share: float
    """From 0 to 1."""
    patients: float
    """What it weighs: out of how many, or where it was pooled, what its spread is worth."""
    how: str
    """``pooled``, ``counted``, ``percent`` or ``percent of unknown total``."""
    number: Assertion
    """The number that stands for the pair; where several were pooled, it is among them."""
    sources: tuple[str, ...]
    interval: tuple[float, float] | None = None
    """Of 95 %, from 0 to 1: of the mean where it was pooled, else of the count, or of all counts
    that round to the percentage; None where it is out of an unknown total."""
    numbers: tuple[str, ...] = ()
    """Every number that went in, in words."""
    total: float = UNKNOWN_TOTAL
    """Out of how many patients it was counted in all."""

    @property
    def population(self) -> str | None:
        """What narrows the patients; only where there is no number on all of them."""
        return self.number.population


def frame_of_patients(
    evidence: Evidence,
    *,
    frame: Frame | None = None,
    denominator: str | None = None,
    setting: str | None = None,
) -> Frame:
    """Return the frame that is asked for, or :data:`USUAL`, as far as it counts patients.

    >>> import metastasis as mets
    >>> str(frame_of_patients(mets.load().evidence, denominator="all_patients",
    ...                       setting="at_diagnosis"))
    'all patients, at diagnosis'

    Raises
    ------
    UnknownNameError
        A part of the frame is not in its closed list.
    EvidenceError
        Nothing is counted in it, several frames fit, or it does not count patients with a primary:
        records and the cases of a site say nothing of how often a cancer reaches a site.
    """
    if frame is not None:
        check_frame(frame, denominator=denominator, setting=setting, occurrence="any")
    if denominator is not None:
        check_choice("denominator", denominator, LISTS["denominator"])
    named = frame.denominator if frame is not None else denominator
    if named is not None and named not in PATIENTS:
        hint = "; name no frame, and one site alone is answered by them"
        raise EvidenceError(
            f"numbers out of {named} do not say how often a cancer reaches a site; name one "
            f"of: {', '.join(PATIENTS)}{hint if named == 'site_cases' else ''}"
        )
    if frame is None and denominator is None and setting is None:
        frame = USUAL
    pairs = asked_pairs(evidence)
    chosen = choose_frame(
        pairs,
        frame=frame,
        denominator=denominator,
        setting=setting,
        occurrence="any",
        among=PATIENTS,
    ).frame
    if chosen is None or not any(chosen in pair.by_frame for pair in pairs):
        raise nothing_counted(pairs)
    return chosen


def fits_sex(population: str | None, sex: str | None) -> int | None:
    """Return how well numbers on a population fit a patient of a sex; None if they do not.

    0: they are on this sex; 1: on everybody; 2: on some of this sex; 3: on some others. Where the
    sex is not known, numbers on one sex tell of half of the patients, and do not fit.

    >>> [fits_sex(one, "female") for one in ("women", None, "women; lobular", "lobular", "men")]
    [0, 1, 2, 3, None]
    >>> fits_sex("women", None)
    """
    if population is None:
        return 1
    words = re.findall("[a-z]+", population.lower())
    sexes = {_SEX_OF[word] for word in words if word in _SEX_OF}
    if len(sexes) != 1:
        return 3
    if sexes != {sex}:
        return None
    return 0 if len(words) == 1 else 2


def shares_in_frame(
    evidence: Evidence, frame: Frame, sex: str | None = None
) -> Mapping[tuple[str, str], Share]:
    """Return the share of each primary and site (keys) that is counted in a frame.

    It is the number that stands for the pair, but for a patient whose sex is known one on this sex
    before one on everybody, and none on the other; where other sources counted the same people in
    the same way, the pooled share with what its spread between studies is worth in patients.

    >>> import metastasis as mets
    >>> shares = shares_in_frame(mets.load().evidence, USUAL)
    >>> shares["stomach", "liver"].share, shares["stomach", "liver"].how
    (0.48, 'percent of unknown total')
    """
    return evidence.made(_shares, frame, sex)


def share_among(said: Sequence[Assertion], sources: Mapping[str, Source]) -> Share:
    """Return the share of one pair by numbers of one frame: pooled counts, else the first number.

    >>> from metastasis import Assertion
    >>> said = {"primary": "lung", "site": "bone", "locator": "b", "denominator": "autopsies"}
    >>> share_among([Assertion(**said, source="a", count=30, total=60)], {}).share
    0.5
    """
    return _share(min(said, key=preference), said, sources)


def counted_in(
    evidence: Evidence, frame: Frame, sex: str | None = None
) -> frozenset[tuple[str, str]]:
    """Return every primary and site (keys) that is counted in a frame: those with a share.

    >>> import metastasis as mets
    >>> ("stomach", "liver") in counted_in(mets.load().evidence, USUAL)
    True
    """
    return frozenset(evidence.made(_numbers, frame, sex))


def share_of_pair(
    evidence: Evidence, primary: str, site: str, frame: Frame, sex: str | None = None
) -> Share:
    """Return the share of one primary and site that is counted in a frame.

    >>> import metastasis as mets
    >>> share_of_pair(mets.load().evidence, "stomach", "liver", USUAL).share
    0.48
    """
    number, said = evidence.made(_numbers, frame, sex)[primary, site]
    return _share(number, said, evidence.catalog.sources)


def _shares(evidence: Evidence, frame: Frame, sex: str | None) -> Mapping[tuple[str, str], Share]:
    return {
        (primary, site): share_of_pair(evidence, primary, site, frame, sex)
        for primary, site in evidence.made(_numbers, frame, sex)
    }


def _numbers(
    evidence: Evidence, frame: Frame, sex: str | None
) -> Mapping[tuple[str, str], tuple[Assertion, Sequence[Assertion]]]:
    """Return the number that stands for each pair in a frame, and all that are in it."""
    found = {}
    for pair in asked_pairs(evidence):
        said = pair.by_frame.get(frame, ())
        # Where the sex is not known: as everywhere else, the number that stands for the pair.
        number = number_for(pair, frame) if sex is None else _of_sex(said, sex)
        if number is not None:
            found[pair.primary, pair.site] = number, said
    return found


def _of_sex(said: Sequence[Assertion], sex: str) -> Assertion | None:
    fitting = [(fit, one) for one in said if (fit := fits_sex(one.population, sex)) is not None]
    return min(fitting, key=_first_fitting)[1] if fitting else None


def _first_fitting(one: tuple[int, Assertion]) -> tuple[object, ...]:
    return (one[0], *preference(one[1]))


def _share(number: Assertion, said: Sequence[Assertion], sources: Mapping[str, Source]) -> Share:
    alike = [one for one in said if one.stratum == number.stratum]
    if number.is_quantified and len(alike) > 1:
        (pooled,) = pool_assertions(alike, sources)
        if pooled.status == "pooled" and pooled.percent is not None:
            return _pooled(pooled, pooled.percent / 100, number)
    how = "counted" if number.is_quantified else "percent"
    if not number.total:
        how = "percent of unknown total"
    patients = float(number.total or UNKNOWN_TOTAL)
    return Share(
        share_of(number),
        patients,
        how,
        number,
        (number.source,),
        _interval(number),
        (number.number or "",),
        patients,
    )


def _pooled(pooled: Pooled, part: float, number: Assertion) -> Share:
    low, high = pooled.low, pooled.high
    return Share(
        part,
        _worth(pooled, part),
        "pooled",
        number,
        tuple(sorted({one.source for one in pooled.entered})),
        None if low is None or high is None else (low / 100, high / 100),
        tuple(one.number or "" for one in pooled.entered),
        float(pooled.total),
    )


def _interval(number: Assertion) -> tuple[float, float] | None:
    if number.interval is not None:
        return number.interval[0] / 100, number.interval[1] / 100
    if number.percent is None or not number.total:
        return None
    try:
        return rounding_interval(number.percent, number.total)
    except ValueError:
        return None


def _worth(pooled: Pooled, part: float) -> float:
    """Return out of how many patients a share would be as uncertain as that of another study.

    That is 1 / ((τ² + SE²) p (1 - p)), by the logits: a logit of n patients has the variance
    1 / (n p (1 - p)). Student's t, which the printed intervals take, is left out, for it says how
    little is known of τ² and not how far studies lie apart.
    """
    spread = (pooled.tau2 or 0) + (pooled.standard_error or 0) ** 2
    if not spread or not 0 < part < 1:
        return UNKNOWN_TOTAL
    # However narrow the interval, no more patients speak than were counted.
    most = float(sum(one.total or 0 for one in pooled.entered))
    return min(most, 1 / (spread * part * (1 - part)))
