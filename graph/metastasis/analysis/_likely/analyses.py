"""Likely primaries as the shell asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from metastasis.analysis._likely.posterior import likely_primaries

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from metastasis._evidence.evidence import Evidence
    from metastasis._table import Table
    from metastasis.analysis._likely.posterior import LikelyPrimary

__all__ = ["likely_from"]


def likely_from(
    evidence: Evidence,
    sites: Sequence[str] = (),
    *,
    patterns: Path | None = None,
    **options: Any,
) -> Table[LikelyPrimary]:
    """Return :func:`.likely_primaries` of metastases at some sites.

    ``patterns`` is the path of a table that ``metastasis ingest … --patterns`` wrote; ``options``
    are those of the function.

    >>> import metastasis as mets
    >>> likely_from(mets.load().evidence, ["brain", "bone"], top=1)[0].denominator
    'metastatic_patients'

    Raises
    ------
    UnknownNameError, AmbiguousNameError, EvidenceError
        As :func:`.likely_primaries`.
    EvidenceError
        A denominator or setting is given with patterns: these are of the patients.
    TableError, ReadError
        As the reader of patterns.
    """
    if patterns is None:
        return likely_primaries(evidence, sites, **options)
    if given := [name for name in ("denominator", "setting") if name in options]:
        from metastasis._errors import EvidenceError

        raise EvidenceError(f"the patients of patterns have a frame: give no {' or '.join(given)}")
    return likely_primaries(evidence, sites, patterns=_read(patterns), **options)


def _read(path: Path) -> Any:
    """Return patterns; the reader stands beside what writes them, and needs its extra."""
    from importlib import import_module

    return import_module("metastasis.patients").read_patterns(path)
