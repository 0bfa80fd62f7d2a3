"""The share of each pair in one frame of the graph, and how many patients it weighs.

Apart from the cancers that are compared, because here the one number of a pair (see
:func:`metastasis._evidence.number.number_for`) becomes a share to compute with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metastasis._errors import EvidenceError, check_choice
from metastasis._evidence.cohort import PATIENTS
from metastasis._evidence.frame import Frame, check_frame
from metastasis._evidence.number import (
    asked_pairs,
    choose_frame,
    nothing_counted,
    number_for,
    share_of,
)
from metastasis._evidence.pooling import pool_assertions
from metastasis._vocabulary import LISTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metastasis._catalog import Source
    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.evidence import Evidence
    from metastasis._evidence.pair import Pair
    from metastasis._evidence.pooling import Pooled

__all__ = ["UNKNOWN_TOTAL", "USUAL", "Share", "frame_of_patients", "shares_in_frame"]

USUAL: Final = Frame("metastatic_patients", "during_course")
"""The frame where none is asked for: of patients who have metastases, wherever they appear."""

UNKNOWN_TOTAL: Final = 50.0
"""How many patients a percentage counts for where its source does not tell out of how many it is.

A statistical choice, on the careful side: published series that print percentages hold hundreds. At
50 the 95 % interval of a half is 14 points to either side, so that such a number moves a posterior,
and a counted one outweighs it.
"""


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
        raise EvidenceError(
            f"numbers out of {named} do not say how often a cancer reaches a site; name one "
            f"of: {', '.join(PATIENTS)}"
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


def shares_in_frame(evidence: Evidence, frame: Frame) -> Mapping[tuple[str, str], Share]:
    """Return the share of each primary and site (keys) that is counted in a frame.

    It is the number that stands for the pair; where other sources counted the same people in the
    same way, the pooled share with what its spread between studies is worth in patients.

    >>> import metastasis as mets
    >>> shares = shares_in_frame(mets.load().evidence, USUAL)
    >>> shares["stomach", "liver"].share, shares["stomach", "liver"].how
    (0.48, 'percent of unknown total')
    """
    return evidence.made(_shares, frame)


def _shares(evidence: Evidence, frame: Frame) -> Mapping[tuple[str, str], Share]:
    sources = evidence.catalog.sources
    return {
        (pair.primary, pair.site): _share(pair, frame, number, sources)
        for pair in asked_pairs(evidence)
        if (number := number_for(pair, frame)) is not None
    }


def _share(pair: Pair, frame: Frame, number: Assertion, sources: Mapping[str, Source]) -> Share:
    alike = [one for one in pair.by_frame[frame] if one.stratum == number.stratum]
    if number.is_quantified and len(alike) > 1:
        (pooled,) = pool_assertions(alike, sources)
        if pooled.status == "pooled" and pooled.percent is not None:
            part, names = pooled.percent / 100, {one.source for one in pooled.entered}
            return Share(part, _worth(pooled, part), "pooled", number, tuple(sorted(names)))
    how = "counted" if number.is_quantified else "percent"
    if not number.total:
        how = "percent of unknown total"
    patients = float(number.total or UNKNOWN_TOTAL)
    return Share(share_of(number), patients, how, number, (number.source,))


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
