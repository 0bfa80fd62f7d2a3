"""Patients by the sets of sites found in them: what a model of their dependence is fitted to."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Protocol

from metastasis._errors import EvidenceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from metastasis._catalog import Catalog

    Matrix = NDArray[np.float64]

__all__ = ["LEAST_PATIENTS", "Patients", "PatternLike", "count_patients"]

LEAST_PATIENTS: Final = 10
"""A cancer with fewer metastatic patients is left out: nothing can be said of it."""

_Row = tuple[str, str | None, tuple[str, ...], int]


class PatternLike(Protocol):
    """Patients of one primary, sex and metastatic state who have exactly these sites.

    What ``metastasis ingest … --patterns FILE`` writes and ``metastasis.patients.read_patterns``
    reads.
    """

    @property
    def primary(self) -> str:
        """Key or any other name."""

    @property
    def sex(self) -> str | None:
        """``female``, ``male`` or None."""

    @property
    def metastatic(self) -> bool:
        """Whether they count as metastatic; the others are not looked at."""

    @property
    def sites(self) -> Sequence[str]:
        """Keys or other names."""

    @property
    def patients(self) -> int:
        """How many they are."""


@dataclass(frozen=True, slots=True, eq=False)
class Patients:
    """Metastatic patients of a cohort, by primary, sex and set of sites."""

    primaries: tuple[str, ...]
    sites: tuple[str, ...]
    """Keys. In one patient none is part of another: where both were recorded, the part counts."""
    rows: Matrix
    """The sets that occur, sets by sites, ones and zeros."""
    counts: Matrix
    """How many patients have each set, primaries by sets."""
    by_sex: Mapping[str, Mapping[str | None, int]]
    """How many patients of each primary are of each sex (None: not told)."""
    left_out: tuple[str, ...]
    """What was left out, and why, one sentence each."""

    def patients_of(self, sex: str | None = None) -> dict[str, int]:
        """Return how many patients each primary has; of one sex where it was recorded at all."""
        told = any(of for sexes in self.by_sex.values() for of in sexes)
        return {
            primary: sexes.get(sex, 0) if sex is not None and told else sum(sexes.values())
            for primary, sexes in self.by_sex.items()
        }


def count_patients(patterns: Iterable[PatternLike], catalog: Catalog) -> Patients:
    """Return the metastatic patients of patterns.

    Groupings of cancers, and those with fewer than :data:`LEAST_PATIENTS` metastatic patients, are
    left out, and sites that name no place are.

    >>> from types import SimpleNamespace
    >>> from metastasis._catalog import read_catalog
    >>> one = SimpleNamespace(
    ...     primary="lung", sex=None, metastatic=True, sites=("bone", "liver"), patients=12)
    >>> found = count_patients([one], read_catalog())
    >>> found.primaries, found.sites, found.counts.tolist()
    (('lung',), ('bone', 'liver'), [[12.0]])

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A primary or site that the catalog does not have.
    EvidenceError
        A number of patients below zero, or nobody is left.
    """
    rows = tuple(
        (str(one.primary), one.sex or None, tuple(one.sites), int(one.patients))
        for one in patterns
        if one.metastatic
    )
    return _counted(rows, catalog)


@lru_cache(maxsize=4)
def _counted(rows: tuple[_Row, ...], catalog: Catalog) -> Patients:
    import numpy as np

    sets: dict[str, Counter[frozenset[str]]] = defaultdict(Counter)
    sexes: dict[str, Counter[str | None]] = defaultdict(Counter)
    finest: dict[tuple[str, ...], frozenset[str]] = {}
    for name, sex, names, number in rows:
        if number < 0:
            raise EvidenceError(f"{name}: {number} patients; a number of patients is 0 or more")
        primary = catalog.primary(name).key
        if names not in finest:
            finest[names] = _finest(names, catalog)
        sets[primary][finest[names]] += number
        sexes[primary][sex] += number
    kept, left_out = _kept(sexes, catalog)
    if not kept:
        raise EvidenceError(
            "the patterns hold no cancer with enough metastatic patients: "
            + ("; ".join(left_out) or "they are empty")
        )
    there = sorted({one for primary in kept for one in sets[primary]}, key=sorted)
    sites = tuple(sorted(set().union(*there)))
    return Patients(
        kept,
        sites,
        np.array([[site in one for site in sites] for one in there], dtype=float).reshape(
            len(there), len(sites)
        ),
        np.array([[sets[primary][one] for one in there] for primary in kept], dtype=float),
        {primary: dict(sexes[primary]) for primary in kept},
        left_out,
    )


def _finest(names: Sequence[str], catalog: Catalog) -> frozenset[str]:
    """Return the places among some sites, without those that another of them is part of."""
    keys = {site.key for site in map(catalog.site, names) if site.is_anatomical}
    return frozenset(keys - set().union(*(catalog.wholes(key) - {key} for key in keys)))


def _kept(
    sexes: Mapping[str, Counter[str | None]], catalog: Catalog
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    groupings = [key for key in sorted(sexes) if catalog.primaries[key].kind == "grouping"]
    few = [
        key
        for key in sorted(sexes)
        if key not in groupings and sum(sexes[key].values()) < LEAST_PATIENTS
    ]
    said = []
    if groupings:
        said.append(f"groupings of cancers are left out: {', '.join(groupings)}")
    if few:
        said.append(f"fewer than {LEAST_PATIENTS} metastatic patients: {', '.join(few)}")
    return tuple(key for key in sorted(sexes) if key not in {*groupings, *few}), tuple(said)
