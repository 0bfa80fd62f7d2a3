"""Which primary a sequence of metastases probably came from, by the chains of several.

Chen LL et al., Br J Cancer 2009;101:749-758, doi:10.1038/sj.bjc.6605214, make such retrograde
predictions on networks of metastasis.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from typing import TYPE_CHECKING

from metastasis._errors import EvidenceError
from metastasis._table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from metastasis.analysis._process.record import Process

__all__ = ["Origin", "likely_origins"]


@dataclass(frozen=True, slots=True)
class Origin:
    """A primary, and how probable it makes and is made by a sequence of sites."""

    primary: str
    probability: float
    prior: float
    likelihood: float
    """Of the sequence, by the chain of the primary."""


def likely_origins(
    processes: Sequence[Process], path: Sequence[str], prior: Mapping[str, float] | None = None
) -> Table[Origin]:
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
        Origin(one.primary, both / sum(joint), weights.get(one.primary, 0) / whole, likelihood)
        for one, both, likelihood in zip(processes, joint, likelihoods, strict=True)
    ]
    return Table(
        Origin,
        sorted(rows, key=lambda row: (-row.probability, row.primary)),
        formula="P(primary | path) = prior x product of P[step] over its sum over primaries",
        source="Chen LL et al. 2009, doi:10.1038/sj.bjc.6605214",
        inputs=tuple(dict.fromkeys(name for one in processes for name in one.inputs)),
        notes=(f"prior: {'given' if prior else 'uniform'}",),
    )


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
