"""The share of each pair in one frame of the graph, and how many patients it weighs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING, Final

from metastasis._errors import EvidenceError
from metastasis._evidence.cohort import PATIENTS
from metastasis._evidence.interval import Z95
from metastasis._evidence.pooling import pool_assertions
from metastasis.analysis._quantified import Frame, choose_frame

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.evidence import Evidence
    from metastasis._evidence.pooling import Pooled

__all__ = ["UNKNOWN_TOTAL", "Share", "shares_in_frame"]

UNKNOWN_TOTAL: Final = 50.0
"""How many patients a percentage counts for whose source does not tell out of how many it is."""


@dataclass(frozen=True, slots=True)
class Share:
    """The share of the patients with one primary who have one site."""

    share: float
    """From 0 to 1."""
    patients: float
    """What it weighs: out of how many, or what its interval is worth where it was pooled."""
    how: str
    """``pooled``, ``counted``, ``percent`` or ``percent of unknown total``."""
    population: str | None
    """Whom it is narrowed to; only where there is none of all patients."""
    sources: tuple[str, ...]


def shares_in_frame(
    evidence: Evidence,
    denominator: str | None = None,
    setting: str | None = None,
    stage: str = "any",
) -> tuple[Frame, Mapping[tuple[str, str], Share]]:
    """Return the frame that is asked for, and the share of each primary and site (keys) in it.

    Only metastasis at any time, out of patients with the primary. Of several sources with counts
    the pooled share is taken, with what its prediction interval (else its interval) is worth in
    patients; figures of all patients go before those of a narrower population.

    >>> import metastasis as mets
    >>> frame, shares = shares_in_frame(mets.load().evidence, "metastatic_patients", "during_course")
    >>> shares["stomach", "liver"].share, shares["stomach", "liver"].how
    (0.48, 'percent of unknown total')

    Raises
    ------
    UnknownNameError
        A part of the frame is not in its closed list.
    EvidenceError
        Nothing is quantified in it, several frames fit, or it does not count patients with a
        primary: records and the cases of a site say nothing of how often a cancer reaches a site.
    """
    if denominator is not None and denominator not in PATIENTS:
        from metastasis._errors import check_choice
        from metastasis._vocabulary import LISTS

        check_choice("denominator", denominator, LISTS["denominator"])
        raise EvidenceError(
            f"figures out of {denominator} do not say how often a cancer reaches a site; name one "
            f"of: {', '.join(PATIENTS)}"
        )
    found = evidence.made(_every_share)
    frame = choose_frame(found, denominator, setting, "any", stage)
    return frame, found[frame]


def _every_share(evidence: Evidence) -> dict[Frame, dict[tuple[str, str], Share]]:
    groups: dict[tuple[Frame, str, str], list[Assertion]] = defaultdict(list)
    for pair in evidence.pairs():
        for one in pair.assertions:
            if _says_how_often(one) and evidence.catalog.primaries[one.primary].kind != "grouping":
                frame = Frame(str(one.denominator), one.setting, one.occurrence, one.stage)
                groups[frame, one.primary, one.site].append(one)
    shares: dict[Frame, dict[tuple[str, str], Share]] = defaultdict(dict)
    for (frame, primary, site), assertions in groups.items():
        shares[frame][primary, site] = _share(assertions, evidence)
    return dict(shares)


def _says_how_often(one: Assertion) -> bool:
    told = one.percent is not None or (one.count is not None and bool(one.total))
    return told and one.occurrence == "any" and one.denominator in PATIENTS


def _share(assertions: Iterable[Assertion], evidence: Evidence) -> Share:
    pooled = pool_assertions(assertions, evidence.catalog.sources)
    return max(map(_of_pooled, pooled), key=_widest)


def _widest(share: Share) -> tuple[bool, bool, float, str]:
    counted = share.how in ("pooled", "counted")
    return share.population is None, counted, share.patients, "; ".join(share.sources)


def _of_pooled(pooled: Pooled) -> Share:
    if pooled.status == "pooled" and pooled.percent is not None:
        sources = tuple(sorted({one.source for one in pooled.entered}))
        part = pooled.percent / 100
        return Share(part, _worth(pooled, part), "pooled", pooled.population, sources)
    if pooled.entered:
        one = max(pooled.entered, key=lambda one: one.total or 0)
        part = (one.count or 0) / (one.total or 1)
        return Share(part, float(one.total or 1), "counted", pooled.population, (one.source,))
    one = max(
        (left.assertion for left in pooled.left_out), key=lambda one: (one.total or 0, one.source)
    )
    how = "percent" if one.total else "percent of unknown total"
    patients = float(one.total or UNKNOWN_TOTAL)
    return Share(float(one.percent or 0) / 100, patients, how, pooled.population, (one.source,))


def _worth(pooled: Pooled, part: float) -> float:
    """Return out of how many patients a share would have this interval, by its logits."""
    low, high = pooled.prediction_low, pooled.prediction_high
    if low is None or high is None:
        low, high = pooled.low, pooled.high
    if not low or not high or high >= 100:
        return UNKNOWN_TOTAL
    deviation = (_logit(high / 100) - _logit(low / 100)) / (2 * Z95)
    most = float(sum(one.total or 0 for one in pooled.entered))
    return min(most, 1 / (deviation**2 * part * (1 - part)))


def _logit(share: float) -> float:
    return log(share / (1 - share))
