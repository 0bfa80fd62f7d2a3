"""How much of the variance between sites blood flow explains, within one cohort or one setting."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from metastasis._evidence.cohort import cohorts_of
from metastasis._evidence.interval import finite, percentile_interval
from metastasis._table import Table
from metastasis._vocabulary import CANNOT_TELL
from metastasis.analysis._flow.circulation import ARREST, SOURCE
from metastasis.analysis._flow.comparison import judge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from metastasis._catalog import Names
    from metastasis._evidence.evidence import Evidence
    from metastasis._evidence.frame import Frame
    from metastasis.analysis._flow.comparison import Judged

    Numbers = NDArray[np.float64]

__all__ = ["LEAST_SITES", "Explained", "flow_explained"]

LEAST_SITES: Final = 6
"""Fewer compared sites than this, and nothing is said about variance.

Of five points, chance alone gives an R2 above 0.6 one time in eight: the estimate would mislead.
"""

_FORMULA: Final = (
    "R2 = squared correlation of log observed with log brought by flow, each less its mean in the "
    "cohort; interval: bootstrap over sites within cohorts"
)


@dataclass(frozen=True, slots=True)
class Explained:
    """How much of the variance between sites flow explains in one cohort, or in one frame."""

    cohorts: str
    """The cohort in words, or the denominator and setting and how many cohorts of them."""
    primaries: tuple[str, ...]
    sites: int
    """Pairs of primary and site that were compared."""
    r_squared: float | None
    low: float | None
    high: float | None
    statement: str


def flow_explained(
    evidence: Evidence,
    primaries: Names = None,
    *,
    frame: Frame | None = None,
    denominator: str | None = None,
    setting: str | None = None,
    source: str | None = None,
    arrest: float = ARREST,
    draws: int = 1000,
    seed: int = 0,
) -> Table[Explained]:
    """Return how much of the variance between sites flow explains, with its uncertainty.

    One row a cohort that leaves two sites to compare, then one for each denominator, setting and
    stage in which several primaries have a cohort; these are never mixed, an unspecified setting is
    none, and only the cohort with most sites of a primary enters, so that no patient counts twice.
    With fewer than :data:`LEAST_SITES` pairs the answer is "cannot tell". Sites with frequency zero
    have no logarithm and are left out. With few sites the estimate is biased upward: read the
    interval.

    Parameters
    ----------
    evidence
        What is said.
    primaries, frame, denominator, setting, source, arrest
        As for :func:`metastasis.analysis.flow`.
    draws, seed
        Of the bootstrap over sites that the intervals come from.

    >>> import metastasis as mets
    >>> row = flow_explained(mets.load().evidence, "bladder", setting="at_diagnosis")[0]
    >>> row.sites, row.statement
    (4, 'cannot tell: 4 sites are too few')

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that nothing has, or that several have.
    EvidenceError
        No two sites of these primaries were counted in the same people.
    """
    found = cohorts_of(
        evidence,
        primaries,
        frame=frame,
        denominator=denominator,
        setting=setting,
        source=source,
    )
    judged = [judge(evidence.catalog, one, arrest=arrest) for one in found]
    judged = [one for one in judged if len(one.compared) > 1]
    rows = [_explained(one.cohort.name, [one], draws, seed) for one in judged]
    rows += [
        _explained(f"{name}: {len(several)} cohorts", several, draws, seed)
        for name, several in _of_one_frame(judged).items()
    ]
    return Table(
        Explained,
        rows,
        formula=_FORMULA,
        source=f"Weiss L 1992, doi:10.1007/BF00132751; flow: {SOURCE}",
        inputs=tuple(dict.fromkeys(one.cohort.name for one in judged)) or ("no cohort",),
        notes=(
            f"cells are held in each capillary bed with probability {arrest:g} (assumed)",
            "what flow does not explain need not be soil: detection, lymph and chance are in it",
        ),
    )


def _of_one_frame(judged: Sequence[Judged]) -> dict[Frame, list[Judged]]:
    """Return the cohorts of each frame, one a primary, where there are several."""
    frames: dict[Frame, dict[str, Judged]] = defaultdict(dict)
    for one in judged:
        if one.cohort.frame.setting != "unspecified":
            frames[one.cohort.frame].setdefault(one.cohort.primary, one)
    return {frame: list(one.values()) for frame, one in frames.items() if len(one) > 1}


def _explained(name: str, judged: Sequence[Judged], draws: int, seed: int) -> Explained:
    pairs = [_logs(one) for one in judged]
    sites = sum(len(seen) for seen, _ in pairs)
    r_squared, low, high = None, None, None
    if sites >= LEAST_SITES:
        r_squared = finite(_r_squared([(seen[None], flow[None]) for seen, flow in pairs])[0])
        low, high = percentile_interval(_r_squared(_resampled(pairs, draws, seed)).tolist())
    primaries = tuple(dict.fromkeys(one.cohort.primary for one in judged))
    statement = _statement(sites, r_squared, low, high)
    return Explained(name, primaries, sites, r_squared, low, high, statement)


def _logs(judged: Judged) -> tuple[Numbers, Numbers]:
    shares = np.array([one.share for one in judged.compared])
    above = shares > 0
    return np.log(shares[above]), np.log(np.array(judged.expected)[above])


def _resampled(
    pairs: Sequence[tuple[Numbers, Numbers]], draws: int, seed: int
) -> list[tuple[Numbers, Numbers]]:
    """Return the sites of each cohort drawn again with replacement, draws by sites."""
    generator = np.random.default_rng(seed)
    drawn = []
    for seen, flow in pairs:
        places = generator.integers(len(seen), size=(draws, len(seen)))
        drawn.append((seen[places], flow[places]))
    return drawn


def _r_squared(pairs: Sequence[tuple[Numbers, Numbers]]) -> Numbers:
    """Return the squared correlation within cohorts, one a draw.

    Not a number where it is 1 by necessity, because two sites alone differ, or undefined.
    """
    seen = np.hstack([one - one.mean(axis=1, keepdims=True) for one, _ in pairs])
    flow = np.hstack([one - one.mean(axis=1, keepdims=True) for _, one in pairs])
    both = (seen * flow).sum(axis=1) ** 2
    each = (seen**2).sum(axis=1) * (flow**2).sum(axis=1)
    told: Numbers = np.full(len(both), np.nan)
    free = sum(_distinct(flow) - 1 for _, flow in pairs)
    np.divide(both, each, out=told, where=(each > 1e-12) & (free > 1))
    return told


def _distinct(values: Numbers) -> NDArray[np.int64]:
    """Return how many different values each row has."""
    ordered = np.sort(values, axis=1)
    different: NDArray[np.int64] = 1 + (np.diff(ordered, axis=1) > 0).sum(axis=1)
    return different


def _statement(sites: int, r_squared: float | None, low: float | None, high: float | None) -> str:
    if sites < LEAST_SITES:
        return f"{CANNOT_TELL}: {sites} sites are too few"
    if r_squared is None or low is None or high is None:
        return f"{CANNOT_TELL}: too little varies between the sites"
    return (
        f"across {sites} sites, flow explains {100 * r_squared:.0f} % of the variance of log "
        f"frequency (95 % interval {100 * low:.0f} to {100 * high:.0f})"
    )
