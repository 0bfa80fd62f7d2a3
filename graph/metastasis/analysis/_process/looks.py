"""Looks ahead and back along a chain over sites.

Chen LL et al., Br J Cancer 2009;101:749-758, doi:10.1038/sj.bjc.6605214, predict later sites of
metastasis (anterograde) and the primary (retrograde) on networks of how often sites occur together.
Here both are read off the chain: the step to come, and by Bayes the step before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metastasis._errors import EvidenceError
from metastasis._evidence.interval import percentile_interval
from metastasis._table import Table
from metastasis.analysis._process.tables import answer_of, transition

if TYPE_CHECKING:
    from metastasis._table import Table
    from metastasis.analysis._process.chain import Matrix
    from metastasis.analysis._process.record import Process

__all__ = ["Neighbor", "next_sites", "previous_sites"]

_CHEN = "Chen LL et al. 2009, doi:10.1038/sj.bjc.6605214"


@dataclass(frozen=True, slots=True)
class Neighbor:
    """A state that comes next, or came before, with its probability and interval."""

    state: str
    probability: float
    low: float | None
    high: float | None


def next_sites(
    process: Process, after: str = "primary", *, top: int | None = None
) -> Table[Neighbor]:
    """Return the likely next sites after a state, the likeliest first (anterograde).

    ``after`` is a site, or ``primary`` for the first metastasis.

    >>> from metastasis.analysis._process import known_process
    >>> process = known_process("lung", ["bone", "liver"], [[0.1, 0.9], [1, 0]])
    >>> next_sites(process, "bone")[0].state
    'site:liver'

    Raises
    ------
    UnknownNameError
        The chain has no such state.
    EvidenceError
        Nobody was seen to go on from it.
    """
    place = process.state(after)
    rows = [transition(process, place, at) for at in range(len(process.states))]
    found = [
        Neighbor(row.target, row.probability, row.low, row.high) for row in rows if row.probability
    ]
    if not found:
        raise EvidenceError(
            f"cannot tell what comes after {process.states[place]}: nobody was seen to go on"
        )
    return answer_of(process, Neighbor, _likeliest(found, top), source=_CHEN)


def previous_sites(process: Process, at: str, *, top: int | None = None) -> Table[Neighbor]:
    """Return where the cancer probably was before it reached a site, likeliest first (retrograde).

    By Bayes: ``n[i] P[i, at]`` over its sum, where ``n`` are the steps from each state.

    >>> from metastasis.analysis._process import known_process
    >>> process = known_process("lung", ["bone", "liver"], [[0.1, 0.9], [1, 0]])
    >>> [one.state for one in previous_sites(process, "bone")][0]
    'site:liver'

    Raises
    ------
    UnknownNameError
        The chain has no such state.
    EvidenceError
        Nobody was seen to come to it, or the frequencies do not say how many sites a patient has.
    """
    import numpy as np

    place = process.state(at)
    if not np.isfinite(process.departures).all():
        raise EvidenceError(
            "cannot tell where a metastasis came from: out of these people it is not known how "
            "many sites a patient with metastases has; ask of metastatic patients, or of sequences"
        )
    shares = _looking_back(process.departures, process.matrix, place)
    if not np.isfinite(shares).all():
        raise EvidenceError(f"cannot tell: nobody was seen to come to {process.states[place]}")
    pairs = zip(process.drawn_departures, process.draws, strict=True)
    drawn = np.array([_looking_back(*pair, place) for pair in pairs]).reshape(-1, len(shares))
    found = [
        Neighbor(state, float(shares[i]), *percentile_interval(drawn[:, i]))
        for i, state in enumerate(process.states)
        if shares[i] > 0
    ]
    formula = "P(before = i | now = j) = n[i] P[i, j] / sum over k of n[k] P[k, j]"
    return answer_of(process, Neighbor, _likeliest(found, top), formula=formula, source=_CHEN)


def _looking_back(departures: Matrix, matrix: Matrix, place: int) -> Matrix:
    import numpy as np

    weights = departures * np.where(departures > 0, matrix[:, place], 0)
    total = weights.sum()
    return weights / total if total > 0 else np.full(len(weights), np.nan)


def _likeliest(found: list[Neighbor], top: int | None) -> list[Neighbor]:
    return sorted(found, key=lambda one: (-one.probability, one.state))[:top]
