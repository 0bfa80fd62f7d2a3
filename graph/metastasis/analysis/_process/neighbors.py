"""Looks ahead and back along a chain over sites: the next site, the one before, the primary.

Chen LL et al., Br J Cancer 2009;101:749-758, doi:10.1038/sj.bjc.6605214, predict later sites of
metastasis (anterograde) and the primary (retrograde) on networks of how often sites occur together.
Here both are read off the chain: the step to come, and by Bayes the step before.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from typing import TYPE_CHECKING, Unpack

import numpy as np

from metastasis._errors import EvidenceError
from metastasis._evidence.interval import percentile_interval
from metastasis._table import Table
from metastasis.analysis._process.tables import (
    answer_of,
    site_key,
    takes_chain_options,
    told_of_chain,
    transition,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from metastasis._evidence.evidence import Evidence
    from metastasis.analysis._process.chain import Matrix, Process
    from metastasis.analysis._process.tables import ChainOptions

__all__ = [
    "EarlierState",
    "LaterSite",
    "LikelyOrigin",
    "following_table",
    "likely_origins",
    "next_sites",
    "preceding_table",
    "previous_sites",
]

_CHEN = "Chen LL et al. 2009, doi:10.1038/sj.bjc.6605214"


@dataclass(frozen=True, slots=True)
class LaterSite:
    """A site that may come next, with its probability and interval."""

    site: str
    """Catalog key."""
    probability: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class EarlierState:
    """A state that may have come before, with its probability and interval."""

    state: str
    """``primary:bladder`` or ``site:bone``."""
    probability: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class LikelyOrigin:
    """A primary, and how probable it makes and is made by a sequence of sites."""

    primary: str
    probability: float
    prior: float
    likelihood: float
    """Of the sequence, by the chain of the primary."""


@takes_chain_options
def next_sites(
    evidence: Evidence,
    primary: str,
    site: str | None = None,
    *,
    top: int | None = None,
    **chain: Unpack[ChainOptions],
) -> Table[LaterSite]:
    """Return the likely next sites of one cancer, the likeliest first (anterograde).

    Parameters
    ----------
    evidence, primary
        As for :func:`metastasis.analysis.process`.
    site
        After this site; None: the first metastasis.
    top
        At most this many rows; None is all.
    sequences, smoothing, ties, choice, frame, denominator, setting, source, draws, seed
        As for :func:`metastasis.analysis.process`.

    >>> import metastasis as mets
    >>> next_sites(mets.load().evidence, "bladder", "bone", top=1)[0].site
    'lymph_node_regional'

    Raises
    ------
    UnknownNameError, AmbiguousNameError, EvidenceError, TableError, ReadError
        As for :func:`metastasis.analysis.process`; the chain has no such site, or no patient was
        seen to go on from it.
    """
    after = site_key(evidence, site) if site else "primary"
    return told_of_chain(evidence, primary, following_table, chain, after=after, top=top)


@takes_chain_options
def previous_sites(
    evidence: Evidence,
    primary: str,
    site: str,
    *,
    top: int | None = None,
    **chain: Unpack[ChainOptions],
) -> Table[EarlierState]:
    """Return where one cancer probably was before it reached a site, likeliest first (retrograde).

    Parameters
    ----------
    evidence, primary
        As for :func:`metastasis.analysis.process`.
    site
        Before this site.
    top
        At most this many rows; None is all.
    sequences, smoothing, ties, choice, frame, denominator, setting, source, draws, seed
        As for :func:`metastasis.analysis.process`.

    >>> import metastasis as mets
    >>> previous_sites(mets.load().evidence, "bladder", "liver", top=1)[0].state
    'primary:bladder'

    Raises
    ------
    UnknownNameError, AmbiguousNameError, EvidenceError, TableError, ReadError
        As for :func:`metastasis.analysis.process`; the chain has no such site, or the evidence does
        not say how many sites a patient has.
    """
    at = site_key(evidence, site)
    return told_of_chain(evidence, primary, preceding_table, chain, at=at, top=top)


def following_table(
    process: Process, after: str = "primary", *, top: int | None = None
) -> Table[LaterSite]:
    """Return the likely next sites after a state of a chain, the likeliest first.

    ``after`` is a site, or ``primary`` for the first metastasis.

    >>> from metastasis.analysis._process import known_process
    >>> process = known_process("lung", ["bone", "liver"], [[0.1, 0.9], [1, 0]])
    >>> following_table(process, "bone")[0].site
    'liver'

    Raises
    ------
    UnknownNameError
        The chain has no such state.
    EvidenceError
        No patient was seen to go on from it.
    """
    place = process.state(after)
    rows = [transition(process, place, at) for at in range(1, len(process.states))]
    found = [
        LaterSite(row.target.partition(":")[2], row.probability, row.low, row.high)
        for row in rows
        if row.probability
    ]
    if not found:
        raise EvidenceError(
            f"cannot tell what comes after {process.states[place]}: no patient was seen to go on"
        )
    found.sort(key=lambda one: (-one.probability, one.site))
    return answer_of(process, LaterSite, found[:top], source=_CHEN)


def preceding_table(process: Process, at: str, *, top: int | None = None) -> Table[EarlierState]:
    """Return where the cancer of a chain probably was before it reached a site, likeliest first.

    By Bayes: ``n[i] P[i, at]`` over its sum, where ``n`` are the steps from each state.

    >>> from metastasis.analysis._process import known_process
    >>> process = known_process("lung", ["bone", "liver"], [[0.1, 0.9], [1, 0]])
    >>> [one.state for one in preceding_table(process, "bone")][0]
    'site:liver'

    Raises
    ------
    UnknownNameError
        The chain has no such state.
    EvidenceError
        No patient was seen to come to it, or the frequencies do not say how many sites a patient
        has.
    """
    place = process.state(at)
    if not np.isfinite(process.departures).all():
        raise EvidenceError(
            "cannot tell where a metastasis came from: out of these people it is not known how "
            "many sites a patient with metastases has; ask of metastatic patients, or of sequences"
        )
    shares = _looking_back(process.departures, process.matrix, place)
    if not np.isfinite(shares).all():
        raise EvidenceError(f"cannot tell: no patient was seen to come to {process.states[place]}")
    pairs = zip(process.drawn_departures, process.draws, strict=True)
    drawn = np.array([_looking_back(*pair, place) for pair in pairs]).reshape(-1, len(shares))
    found = [
        EarlierState(state, float(shares[i]), *percentile_interval(drawn[:, i]))
        for i, state in enumerate(process.states)
        if shares[i] > 0
    ]
    found.sort(key=lambda one: (-one.probability, one.state))
    formula = "P(before = i | now = j) = n[i] P[i, j] / sum over k of n[k] P[k, j]"
    return answer_of(process, EarlierState, found[:top], formula=formula, source=_CHEN)


def likely_origins(
    processes: Sequence[Process], path: Sequence[str], prior: Mapping[str, float] | None = None
) -> Table[LikelyOrigin]:
    """Return how probable each primary is, given the sites in the order they were reached.

    ``prior`` has a weight a primary; None takes all as equally frequent. A primary whose chain
    lacks a site of the path gives it probability 0: smoothing gives it a little.

    >>> from metastasis.analysis._process import known_process
    >>> first = known_process("lung", ["bone", "liver"], [[0.9, 0.1], [0.9, 0.1]])
    >>> second = known_process("colon", ["bone", "liver"], [[0.1, 0.9], [0.1, 0.9]])
    >>> row = likely_origins([first, second], ["liver"])[0]
    >>> row.primary, round(row.probability, 2)
    ('colon', 0.9)

    Raises
    ------
    EvidenceError
        No primary makes the path possible, or there is no path or no process.
    """
    if not processes or not path:
        raise EvidenceError("name at least one site, and give at least one chain")
    weights = prior or dict.fromkeys((one.primary for one in processes), 1.0)
    whole = sum(weights.get(one.primary, 0) for one in processes)
    likelihoods = [_likelihood(one, path) for one in processes]
    joint = [weights.get(o.primary, 0) * x for o, x in zip(processes, likelihoods, strict=True)]
    if not sum(joint) > 0:
        raise EvidenceError(f"cannot tell: no chain makes the sequence {', '.join(path)} possible")
    rows = [
        LikelyOrigin(
            one.primary, both / sum(joint), weights.get(one.primary, 0) / whole, likelihood
        )
        for one, both, likelihood in zip(processes, joint, likelihoods, strict=True)
    ]
    return Table(
        LikelyOrigin,
        sorted(rows, key=lambda row: (-row.probability, row.primary)),
        formula="P(primary | path) = prior x product of P[step] over its sum over primaries",
        source=_CHEN,
        inputs=tuple(dict.fromkeys(name for one in processes for name in one.inputs)),
        notes=(f"prior: {'given' if prior else 'uniform'}",),
    )


def _looking_back(departures: Matrix, matrix: Matrix, place: int) -> Matrix:
    weights = departures * np.where(departures > 0, matrix[:, place], 0)
    total = weights.sum()
    return weights / total if total > 0 else np.full(len(weights), np.nan)


def _likelihood(process: Process, path: Sequence[str]) -> float:
    total, place = 0.0, 0
    for name in path:
        state = name if name.startswith("site:") else f"site:{name}"
        if state not in process.states:
            return 0.0
        following = process.states.index(state)
        probability = float(process.matrix[place, following])
        if not probability > 0:
            return 0.0
        total += log(probability)
        place = following
    return exp(total)
