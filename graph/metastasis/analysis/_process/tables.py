"""What a chain over sites says, as tables: roles of sites, transitions, passage times.

Newton PK et al., Cancer Res 2013;73:2760-2769, doi:10.1158/0008-5472.CAN-12-4488, sort sites into
spreaders and sponges; here they are read off the chain by the formula that the table names.
Long because each table is told twice: of evidence, and of a chain that is there already.
"""

from __future__ import annotations

from dataclasses import dataclass
from inspect import Parameter, signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, Unpack

import numpy as np

from metastasis._errors import EvidenceError
from metastasis._evidence.interval import finite, percentile_interval, wilson_interval
from metastasis._table import Table
from metastasis._vocabulary import CANNOT_TELL
from metastasis.analysis._process.chain import (
    first_passage_times,
    over_draws,
    stationary_distribution,
)
from metastasis.analysis._process.frequencies import process_from_frequencies
from metastasis.analysis._process.sequences import process_from_sequences, read_sequences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from metastasis._evidence.evidence import Evidence
    from metastasis._evidence.frame import Frame
    from metastasis.analysis._process.chain import Matrix, Process
    from metastasis.analysis._process.sequences import SiteSequence

__all__ = [
    "ChainOptions",
    "Passage",
    "SiteRole",
    "Transition",
    "answer_of",
    "chain_of",
    "passage_table",
    "passage_times",
    "process",
    "role_table",
    "site_key",
    "takes_chain_options",
    "told_of_chain",
    "transition",
    "transition_table",
    "transitions",
]

_NEWTON = "Newton PK et al. 2013, doi:10.1158/0008-5472.CAN-12-4488"
_KEMENY = "Kemeny JG, Snell JL, Finite Markov Chains, 1960"


@dataclass(frozen=True, slots=True)
class Transition:
    """One step: from a state to another, with its probability and interval."""

    origin: str
    """The state: ``primary:bladder`` or ``site:bone``."""
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
    """Catalog key."""
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
    """The state: ``primary:bladder`` or ``site:bone``."""
    site: str
    """Catalog key."""
    steps: float | None
    low: float | None
    high: float | None


def chain_of(
    evidence: Evidence,
    primary: str,
    *,
    sequences: Path | str | Iterable[SiteSequence] | None = None,
    smoothing: float = 0.0,
    ties: str = "share",
    choice: str = "independent",
    frame: Frame | None = None,
    denominator: str | None = None,
    setting: str | None = None,
    source: str | None = None,
    draws: int = 200,
    seed: int = 0,
) -> Process:
    """Return the chain that the questions on one cancer are about; options as for :func:`process`.

    >>> import metastasis as mets
    >>> chain_of(mets.load().evidence, "bladder", sequences=[], setting="at_autopsy")
    Traceback (most recent call last):
    ...
    metastasis.EvidenceError: a chain from sequences takes no setting

    Raises
    ------
    EvidenceError
        An option is given that a chain of this kind does not take.
    """
    if sequences is None:
        _refuse("frequencies", smoothing=smoothing != 0, ties=ties != "share")
        return process_from_frequencies(
            evidence,
            primary,
            choice=choice,
            frame=frame,
            denominator=denominator,
            setting=setting,
            source=source,
            draws=draws,
            seed=seed,
        )
    _refuse(
        "sequences",
        choice=choice != "independent",
        frame=frame is not None,
        denominator=denominator is not None,
        setting=setting is not None,
        source=source is not None,
    )
    if isinstance(sequences, Path | str):
        sequences = read_sequences(Path(sequences), evidence.catalog)
    key = evidence.catalog.primary(primary).key
    return process_from_sequences(
        list(sequences), key, smoothing=smoothing, ties=ties, draws=draws, seed=seed
    )


def told_of_chain(
    evidence: Evidence,
    primary: str,
    tell: Callable[..., Table[Any]],
    chain: ChainOptions,
    **given: Any,
) -> Table[Any]:
    """Return what ``tell`` says of the chain of one cancer; ``given`` are its further arguments.

    A chain from frequencies follows from the evidence alone, and its draws take longer than all
    else: what is said of it is remembered with the evidence.
    """
    if chain.get("sequences") is not None:
        return tell(chain_of(evidence, primary, **chain), **given)
    key = evidence.catalog.primary(primary).key
    return evidence.made(_told, key, tell, tuple(chain.items()), tuple(given.items()))


def _told(
    evidence: Evidence,
    primary: str,
    tell: Callable[..., Table[Any]],
    chain: Iterable[tuple[str, Any]],
    given: Iterable[tuple[str, Any]],
) -> Table[Any]:
    return tell(chain_of(evidence, primary, **dict(chain)), **dict(given))


class ChainOptions(TypedDict, total=False):
    """What :func:`chain_of` takes by keyword, and so every question about a chain."""

    sequences: Path | str | Iterable[SiteSequence] | None
    smoothing: float
    ties: str
    choice: str
    frame: Frame | None
    denominator: str | None
    setting: str | None
    source: str | None
    draws: int
    seed: int


Asked = TypeVar("Asked", bound="Callable[..., Table[Any]]")


def takes_chain_options(question: Asked) -> Asked:
    """Return a question whose signature lists the options of :func:`chain_of` one by one.

    ``help`` shows them then, and so does the shell, which is made from signatures.

    >>> from inspect import signature
    >>> "smoothing" in signature(transitions).parameters
    True
    """
    own, options = (signature(each).parameters.values() for each in (question, chain_of))
    named = [one for one in own if one.kind is not Parameter.VAR_KEYWORD]
    known = [one for one in options if one.kind is Parameter.KEYWORD_ONLY]
    told = signature(question).replace(parameters=[*named, *known])
    question.__signature__ = told  # type: ignore[attr-defined]
    return question


@takes_chain_options
def process(
    evidence: Evidence,
    primary: str,
    **chain: Unpack[ChainOptions],
) -> Table[SiteRole]:
    """Return how one cancer spreads as a chain over sites: long-run shares, spreaders and sponges.

    The chain comes from frequencies of sites in one cohort of the graph, which do not decide it, or
    from sequences of sites of patients, which do; see
    :func:`metastasis.analysis.process_from_frequencies` and
    :func:`metastasis.analysis.process_from_sequences`. What a spreader and a sponge is, see
    :func:`~metastasis.analysis._process.tables.role_table`.

    Parameters
    ----------
    evidence
        What is said.
    primary
        The cancer, by any name.
    sequences
        Sites of patients in order: a file that ``metastasis ingest coded --sequences`` wrote, or
        what :func:`metastasis.analysis.read_sequences` makes of it. None: from frequencies.
    smoothing
        For sequences: steps assumed, in addition, from every state to every other site.
    ties
        For sequences: sites found together ``"share"`` a step, or are no step (``"drop"``).
    choice
        For frequencies: how the transitions are chosen that these leave open; ``"independent"``
        (the next site does not depend on the last) or ``"nearest"`` (the mean of the solutions
        nearest to random matrices).
    frame, denominator, setting, source
        For frequencies: which cohort; None is any, and the one with most sites is taken.
    draws, seed
        Of the bootstrap over patients, or of solutions, that the intervals come from.

    >>> import metastasis as mets
    >>> len(process(mets.load().evidence, "bladder", source="xu-2020-bladder"))
    4

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that nothing has, or that several have; there is no such choice or way with ties.
    EvidenceError
        No two sites were counted in the same people, or the sequences hold no step of this cancer;
        or an option is given that a chain of this kind does not take.
    TableError, ReadError
        The file of sequences has faults, or cannot be read.
    """
    return told_of_chain(evidence, primary, role_table, chain)


@takes_chain_options
def transitions(
    evidence: Evidence,
    primary: str,
    *,
    top: int | None = None,
    **chain: Unpack[ChainOptions],
) -> Table[Transition]:
    """Return the transition matrix of the chain of one cancer, one row a step.

    Parameters
    ----------
    evidence, primary
        As for :func:`metastasis.analysis.process`.
    top
        At most this many steps from each state, the most probable first; None is all.
    sequences, smoothing, ties, choice, frame, denominator, setting, source, draws, seed
        As for :func:`metastasis.analysis.process`.

    >>> import metastasis as mets
    >>> row = transitions(mets.load().evidence, "bladder", source="xu-2020-bladder", top=1)[0]
    >>> row.origin, row.target, round(row.probability, 2)
    ('primary:bladder', 'site:bone', 0.37)

    Raises
    ------
    UnknownNameError, AmbiguousNameError, EvidenceError, TableError, ReadError
        As for :func:`metastasis.analysis.process`.
    """
    return told_of_chain(evidence, primary, transition_table, chain, top=top)


@takes_chain_options
def passage_times(
    evidence: Evidence,
    primary: str,
    site: str | None = None,
    **chain: Unpack[ChainOptions],
) -> Table[Passage]:
    """Return the mean number of steps until each site is first reached, the soonest first.

    Parameters
    ----------
    evidence, primary
        As for :func:`metastasis.analysis.process`.
    site
        From this site on; None: from the primary.
    sequences, smoothing, ties, choice, frame, denominator, setting, source, draws, seed
        As for :func:`metastasis.analysis.process`.

    >>> import metastasis as mets
    >>> passage_times(mets.load().evidence, "bladder")[0].site
    'lymph_node_regional'

    Raises
    ------
    UnknownNameError, AmbiguousNameError, EvidenceError, TableError, ReadError
        As for :func:`metastasis.analysis.process`; the chain has no such site, or has no long run.
    """
    origin = site_key(evidence, site) if site else "primary"
    return told_of_chain(evidence, primary, passage_table, chain, origin=origin)


def site_key(evidence: Evidence, site: str) -> str:
    """Return the key of a site of any name.

    >>> import metastasis as mets
    >>> site_key(mets.load().evidence, "hepatic")
    'liver'
    """
    return evidence.catalog.site(site).key


def transition_table(process: Process, *, top: int | None = None) -> Table[Transition]:
    """Return every step that is possible or not known, the most probable of a state first.

    A step that was never seen has the bound that Wilson's interval gives none of the steps from its
    origin, which a bootstrap cannot; it stands in the table only where ``top`` is None.

    >>> from metastasis.analysis._process import known_process
    >>> known = known_process("lung", ["bone", "liver"], [[0.5, 0.5], [1, 0]])
    >>> [row.target for row in transition_table(known, top=1)]
    ['site:bone', 'site:bone', 'site:bone']
    """
    rows = []
    for place in range(len(process.states)):
        steps = [transition(process, place, at) for at in range(len(process.states))]
        steps.sort(key=lambda row: (-(row.probability or 0), row.target))
        rows += steps[:top]
    return answer_of(process, Transition, rows)


def role_table(process: Process) -> Table[SiteRole]:
    """Return every site with its long-run share, and whether it is a spreader or a sponge.

    A spreader passes on more than it takes: the probabilities of a step from it to each other site,
    added up, exceed those of a step from each other site to it. Steps from and to the primary are
    not counted; over all sites both sums are the same, so that 1 is the balance. The terms are
    Newton's (2013); the ratio is the reading of them here. (Weighed with the stationary shares,
    what comes into a site always equals what goes out, and would sort nothing.)

    A chain from frequencies tells no role: over solutions of no other structure, rare sites pass on
    more than they take and frequent ones less, and biology has no part in it.

    >>> from metastasis.analysis._process import known_process
    >>> process = known_process("lung", ["bone", "liver"], [[0.5, 0.5], [1, 0]])
    >>> [(row.site, row.ratio, row.role) for row in role_table(process)]
    [('bone', 0.5, 'cannot tell'), ('liver', 2.0, 'cannot tell')]
    """
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

    Steps are involvements of sites, not time. See
    :func:`~metastasis.analysis._process.chain.first_passage_times`.

    >>> from metastasis.analysis._process import known_process
    >>> process = known_process("lung", ["bone", "liver"], [[0.5, 0.5], [1, 0]])
    >>> [(row.site, round(row.steps, 6)) for row in passage_table(process)]
    [('bone', 1.5), ('liver', 2.0)]

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
            _key(process.states[at]),
            finite(times[at]),
            *percentile_interval(drawn[:, at]),
        )
        for at in range(1, len(process.states))
    ]
    rows.sort(key=lambda row: (row.steps is None, row.steps or 0, row.site))
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


def _refuse(kind: str, **given: bool) -> None:
    if foreign := sorted(name for name, is_given in given.items() if is_given):
        raise EvidenceError(f"a chain from {kind} takes no {', '.join(foreign)}")


def _key(state: str) -> str:
    return state.partition(":")[2]


def _bounds(steps: int, always: bool) -> tuple[float | None, float | None]:
    return wilson_interval(steps if always else 0, steps) if steps > 0 else (None, None)


def _in_and_out(matrix: Matrix) -> tuple[Matrix, Matrix, Matrix]:
    """Return what goes out of each site to others, what comes in from others, and the ratio."""
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
        _key(process.states[place + 1]),
        None if shares is None else float(shares[place + 1]),
        *percentile_interval(share_draws[:, place + 1]),
        outgoing,
        incoming,
        ratio,
        low,
        high,
        "spreader" if spreads else "sponge" if soaks else CANNOT_TELL,
    )
