"""What a chain over sites says, as tables: transitions, roles of sites, passage times.

Newton PK et al., Cancer Res 2013;73:2760-2769, doi:10.1158/0008-5472.CAN-12-4488, sort sites into
spreaders and sponges; here they are read off the chain by the formula that the table names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from metastasis._evidence.interval import finite, percentile_interval, wilson_interval
from metastasis._table import Table
from metastasis._vocabulary import CANNOT_TELL
from metastasis.analysis._process.chain import first_passage_times, stationary_distribution
from metastasis.analysis._process.record import over_draws

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis.analysis._process.chain import Matrix
    from metastasis.analysis._process.record import Process

__all__ = [
    "Passage",
    "SiteRole",
    "Transition",
    "answer_of",
    "passage_table",
    "roles",
    "transition",
    "transition_table",
]

_NEWTON = "Newton PK et al. 2013, doi:10.1158/0008-5472.CAN-12-4488"
_KEMENY = "Kemeny JG, Snell JL, Finite Markov Chains, 1960"


@dataclass(frozen=True, slots=True)
class Transition:
    """One step: from a state to another, with its probability and interval."""

    origin: str
    target: str
    probability: float | None
    low: float | None
    high: float | None
    steps: float | None
    """Steps seen from the origin, to wherever; None where steps were not seen."""


@dataclass(frozen=True, slots=True)
class SiteRole:
    """What a site does in the chain."""

    site: str
    stationary: float | None
    """Share of steps in the long run, with its interval."""
    stationary_low: float | None
    stationary_high: float | None
    outgoing: float | None
    """Sum of the probabilities of a step from here to each other site."""
    incoming: float | None
    """Sum of the probabilities of a step from each other site to here."""
    ratio: float | None
    """Outgoing over incoming, with its interval."""
    ratio_low: float | None
    ratio_high: float | None
    role: str
    """``spreader``: the interval lies above 1; ``sponge``: below 1; else ``cannot tell``.

    Always the last where no step from the site was seen.
    """


@dataclass(frozen=True, slots=True)
class Passage:
    """The mean number of steps from a state until a site is first reached."""

    origin: str
    target: str
    steps: float | None
    low: float | None
    high: float | None


def transition_table(process: Process, *, top: int | None = None) -> Table[Transition]:
    """Return every step that is possible or not known, the most probable of a state first.

    A step that was never seen has the bound that Wilson's interval gives none of the steps from its
    origin, which a bootstrap cannot; it stands in the table only where ``top`` is None.

    >>> import metastasis as mets
    >>> from metastasis.analysis._process import process_from_frequencies
    >>> process = process_from_frequencies(mets.load().evidence, "bladder", source="xu-2020-bladder")
    >>> row = transition_table(process, top=1)[0]
    >>> row.origin, row.target, round(row.probability, 2)
    ('primary:bladder', 'site:bone', 0.37)
    """
    rows = []
    for place in range(len(process.states)):
        steps = [transition(process, place, at) for at in range(len(process.states))]
        steps.sort(key=lambda row: (-(row.probability or 0), row.target))
        rows += steps[:top]
    return answer_of(process, Transition, rows)


def roles(process: Process) -> Table[SiteRole]:
    """Return every site with its long-run share, and whether it is a spreader or a sponge.

    A spreader passes on more than it takes: the probabilities of a step from it to each other site,
    added up, exceed those of a step from each other site to it. Steps from and to the primary are
    not counted; over all sites both sums are the same, so that 1 is the balance. The terms are
    Newton's (2013); the ratio is the reading of them here. (Weighed with the stationary shares,
    what comes into a site always equals what goes out, and would sort nothing.)

    A chain from frequencies tells no role: over solutions of no other structure, rare sites pass on
    more than they take and frequent ones less, whatever the biology.

    >>> from metastasis.analysis._process import known_process
    >>> process = known_process("lung", ["bone", "liver"], [[0.5, 0.5], [1, 0]])
    >>> [(row.site, row.ratio, row.role) for row in roles(process)]
    [('bone', 0.5, 'cannot tell'), ('liver', 2.0, 'cannot tell')]
    """
    import numpy as np

    sums = _in_and_out(process.matrix)
    drawn = np.array([_in_and_out(one)[2] for one in process.draws]).reshape(-1, len(sums[2]))
    shares, share_draws = _shares(process)
    rows = [
        _role(process, place, [one[place] for one in sums], drawn[:, place], shares, share_draws)
        for place in range(len(process.states) - 1)
    ]
    return answer_of(
        process,
        SiteRole,
        sorted(rows, key=lambda row: (-(row.stationary or 0), row.site)),
        formula="ratio = sum over j of P[i, j] / sum over j of P[j, i], j the other sites",
        source=_NEWTON,
    )


def passage_table(process: Process, origin: str = "primary") -> Table[Passage]:
    """Return the mean number of steps from a state to each site, the soonest first.

    Steps are involvements of sites, not time. See :func:`.chain.first_passage_times`.

    >>> from metastasis.analysis._process import known_process
    >>> process = known_process("lung", ["bone", "liver"], [[0.5, 0.5], [1, 0]])
    >>> [(row.target, round(row.steps, 6)) for row in passage_table(process)]
    [('site:bone', 1.5), ('site:liver', 2.0)]

    Raises
    ------
    UnknownNameError
        The chain has no such state.
    EvidenceError
        A row of the chain is not known, or the chain is reducible.
    """
    place = process.state(origin)
    times = process.passage_times()[place]
    drawn = over_draws(process, lambda matrix: first_passage_times(matrix)[place])
    rows = [
        Passage(
            process.states[place],
            process.states[at],
            finite(times[at]),
            *percentile_interval(drawn[:, at]),
        )
        for at in range(1, len(process.states))
    ]
    rows.sort(key=lambda row: (row.steps is None, row.steps or 0, row.target))
    formula = "m[i, j] = (Z[j, j] - Z[i, j]) / p[j], Z = (I - P + 1 p)^-1, v = p P"
    return answer_of(process, Passage, rows, formula=formula, source=_KEMENY)


def answer_of(
    process: Process,
    record: type[Any],
    rows: Sequence[Any],
    *,
    formula: str | None = None,
    source: str | None = None,
) -> Table[Any]:
    """Return records with what is known of their chain; its own formula where None is given.

    >>> from metastasis.analysis._process import known_process
    >>> process = known_process("lung", ["bone", "liver"], [[0.5, 0.5], [1, 0]])
    >>> answer_of(process, Passage, []).formula
    'transitions as given'
    """
    return Table(
        record,
        rows,
        formula=formula or process.formula,
        source="; ".join(dict.fromkeys(filter(None, (source, process.source)))),
        inputs=process.inputs,
        notes=(
            f"chain from {process.method}; intervals: {process.spread}",
            *process.soundness().sentences,
            *process.notes,
        ),
    )


def transition(process: Process, place: int, at: int) -> Transition:
    """Return one step, from the state at one place to that at another.

    >>> from metastasis.analysis._process import known_process
    >>> process = known_process("lung", ["bone", "liver"], [[0.5, 0.5], [1, 0]])
    >>> transition(process, 2, 1).probability
    1.0
    """
    probability = finite(process.matrix[place, at])
    low, high = percentile_interval(process.draws[:, place, at])
    if process.identifiable and len(process.draws) and probability in (0, 1):
        low, high = _bounds(int(process.departures[place]), bool(probability))
    seen = float(process.departures[place]) if process.identifiable else None
    return Transition(process.states[place], process.states[at], probability, low, high, seen)


def _bounds(steps: int, always: bool) -> tuple[float | None, float | None]:
    return wilson_interval(steps if always else 0, steps) if steps > 0 else (None, None)


def _in_and_out(matrix: Matrix) -> tuple[Matrix, Matrix, Matrix]:
    """Return what goes out of each site to others, what comes in from others, and the ratio."""
    import numpy as np

    inner = matrix[1:, 1:]
    own = inner.diagonal()
    outgoing, incoming = inner.sum(axis=1) - own, inner.sum(axis=0) - own
    unknown = np.full(len(inner), np.nan)
    return outgoing, incoming, np.divide(outgoing, incoming, out=unknown, where=incoming > 0)


def _shares(process: Process) -> tuple[Matrix | None, Matrix]:
    drawn = over_draws(process, stationary_distribution)
    return process.stationary() if process.soundness().settles else None, drawn


def _role(
    process: Process,
    place: int,
    sums: Sequence[float],
    drawn: Matrix,
    shares: Matrix | None,
    share_draws: Matrix,
) -> SiteRole:
    low, high = percentile_interval(drawn)
    seen = process.identifiable and process.departures[place + 1] > 0
    spreads = seen and low is not None and low > 1
    soaks = seen and high is not None and high < 1
    outgoing, incoming, ratio = (finite(one) for one in sums)
    return SiteRole(
        process.states[place + 1].partition(":")[2],
        None if shares is None else float(shares[place + 1]),
        *percentile_interval(share_draws[:, place + 1]),
        outgoing,
        incoming,
        ratio,
        low,
        high,
        "spreader" if spreads else "sponge" if soaks else CANNOT_TELL,
    )
