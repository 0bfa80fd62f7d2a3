"""The analyses of spread as a process that the shell offers: each takes a graph and gives a table.

With ``sequences`` the chain comes from a table of the user's own, else from frequencies in one
cohort of the graph.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from metastasis._errors import EvidenceError
from metastasis.analysis._process.frequencies import process_from_frequencies
from metastasis.analysis._process.looks import next_sites, previous_sites
from metastasis.analysis._process.sequences import read_sequences
from metastasis.analysis._process.steps import process_from_sequences
from metastasis.analysis._process.tables import (
    passage_table,
    roles,
    transition_table,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from metastasis._evidence.evidence import Evidence
    from metastasis._table import Table
    from metastasis.analysis._process.looks import Neighbor
    from metastasis.analysis._process.record import Process
    from metastasis.analysis._process.tables import Passage, SiteRole, Transition

__all__ = ["site_after", "site_before", "site_passages", "site_roles", "site_transitions"]


def site_roles(evidence: Evidence, primaries: Sequence[str], **options: Any) -> Table[SiteRole]:
    """Return the long-run shares, spreaders and sponges of the chain of one primary.

    ``options`` are ``sequences``, ``smoothing`` and ``ties`` for sequences, ``denominator``,
    ``setting``, ``source`` and ``choice`` for frequencies, and ``draws`` and ``seed`` for both.

    >>> import metastasis as mets
    >>> len(site_roles(mets.load().evidence, ["bladder"], source="xu-2020-bladder"))
    4

    Raises
    ------
    UnknownNameError, AmbiguousNameError, EvidenceError, TableError, ReadError
        As :func:`.process_from_frequencies` and :func:`.read_sequences`.
    """
    return roles(_process(evidence, primaries, **options))


def site_transitions(
    evidence: Evidence, primaries: Sequence[str], *, top: int | None = None, **options: Any
) -> Table[Transition]:
    """Return the transition matrix of the chain of one primary, one row a step.

    Arguments and errors as for :func:`site_roles`.

    >>> import metastasis as mets
    >>> site_transitions(mets.load().evidence, ["bladder"], top=1)[0].target
    'site:lymph_node_regional'
    """
    return transition_table(_process(evidence, primaries, **options), top=top)


def site_passages(
    evidence: Evidence,
    primaries: Sequence[str],
    *,
    sites: Sequence[str] = (),
    **options: Any,
) -> Table[Passage]:
    """Return mean first-passage times to each site, from the primary or from one site.

    Arguments and errors as for :func:`site_roles`.

    >>> import metastasis as mets
    >>> site_passages(mets.load().evidence, ["bladder"])[0].target
    'site:lymph_node_regional'
    """
    process = _process(evidence, primaries, **options)
    return passage_table(process, _one_site(evidence, sites) if sites else "primary")


def site_after(
    evidence: Evidence,
    primaries: Sequence[str],
    *,
    sites: Sequence[str] = (),
    top: int | None = None,
    **options: Any,
) -> Table[Neighbor]:
    """Return the likely next sites, after the primary or after one site.

    Arguments and errors as for :func:`site_roles`.

    >>> import metastasis as mets
    >>> site_after(mets.load().evidence, ["bladder"], sites=["bone"], top=1)[0].state
    'site:lymph_node_regional'
    """
    process = _process(evidence, primaries, **options)
    return next_sites(process, _one_site(evidence, sites) if sites else "primary", top=top)


def site_before(
    evidence: Evidence,
    primaries: Sequence[str],
    sites: Sequence[str],
    *,
    top: int | None = None,
    **options: Any,
) -> Table[Neighbor]:
    """Return where the cancer probably was before it reached one site.

    Arguments and errors as for :func:`site_roles`.

    >>> import metastasis as mets
    >>> site_before(mets.load().evidence, ["bladder"], ["liver"], top=1)[0].state
    'primary:bladder'
    """
    process = _process(evidence, primaries, **options)
    return previous_sites(process, _one_site(evidence, sites), top=top)


def _one_site(evidence: Evidence, sites: Sequence[str]) -> str:
    if len(sites) != 1:
        raise EvidenceError(f"name one site, not {len(sites)}")
    return evidence.catalog.site(sites[0]).key


_OF_SEQUENCES = ("smoothing", "ties")
_OF_BOTH = ("draws", "seed")


def _process(
    evidence: Evidence,
    primaries: Sequence[str],
    *,
    sequences: Path | None = None,
    **options: Any,
) -> Process:
    if len(primaries) != 1:
        raise EvidenceError(f"a chain is of one primary: name one, not {len(primaries)}")
    own = {name: value for name, value in options.items() if name not in _OF_BOTH}
    if foreign := [name for name in own if (name in _OF_SEQUENCES) != (sequences is not None)]:
        kind = "sequences" if sequences is not None else "frequencies"
        raise EvidenceError(f"a chain from {kind} takes no {', '.join(sorted(foreign))}")
    if sequences is None:
        if "draws" in options:
            options["starts"] = options.pop("draws")
        return process_from_frequencies(evidence, primaries[0], **options)
    key = evidence.catalog.primary(primaries[0]).key
    return process_from_sequences(read_sequences(sequences, evidence.catalog), key, **options)
