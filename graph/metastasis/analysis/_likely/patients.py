"""Patients of one's own by the sets of sites found in them, and the model of how sites depend.

Patients differ in how far their cancer has spread, a standard normal variable z that is not
observed: logit P(site s | cancer c, z) = a[c, s] + b[s]·z. Given z, sites are independent. This is
the latent trait model of Bock RD, Aitkin M, Psychometrika 1981;46:443-459, doi:10.1007/BF02293801,
with their expectation-maximization over Gauss-Hermite points; b is shared by all cancers, so that
small cohorts bear it, and the a of a site are drawn toward their mean with a variance that is
estimated with them. With b = 0 sites are independent. Where sites depend on each other by pairs
instead, the log loss is a few thousandths above that of logistic regression
(``scripts/judge_likely.py --worlds pairs``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from metastasis._errors import EvidenceError
from metastasis.analysis._likely.model import Frequencies, shrunk_shares

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from metastasis._catalog import Catalog

    Matrix = NDArray[np.float64]

__all__ = [
    "LEAST_PATIENTS",
    "FactorModel",
    "Patients",
    "PatternLike",
    "count_patients",
    "fit_factor",
    "independent",
]

LEAST_PATIENTS: Final = 10
"""A cancer with fewer metastatic patients is left out.

Of ten patients a share of a half still has an interval from 24 to 76 %: of fewer, nothing is told.
"""

_LEVELS: Final = 9
"""Gauss-Hermite points: levels of spread.

Against 25 of them, on generated cohorts of 50 patients a cancer and more, no posterior moves by
more than 0.02 and the log loss not by 0.001; five would move posteriors by up to 0.1.
"""
_MOST_STEPS: Final = 200
"""Steps of the fit: cohorts of 50 patients a cancer and more take 13 to 73; the smallest may not
settle, and stop here."""
_TOLERANCE: Final = 1e-6
"""Steps end when the log likelihood changes by less than this part of itself."""
_SPREAD: Final = (0.02, 10.0)
"""Bounds of the variance of the intercepts of a site, in squared logits.

The lower lets cancers be nearly alike (a standard deviation of 0.14), the upper lets them differ
from almost none to almost all; between them the data decide.
"""
_LOADING_VARIANCE: Final = 4.0
"""Of the normal prior of b: wide, so that it only keeps rare sites from running away."""


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


@dataclass(frozen=True, eq=False)
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

    @cached_property
    def factor_model(self) -> FactorModel:
        """The model of these patients with dependence: fitted once, as that may take seconds."""
        return fit_factor(self)

    @cached_property
    def independent_model(self) -> Frequencies:
        """The model of these patients whose sites are taken for independent."""
        return independent(self)

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
        A number of patients below zero, or no cancer is left.
    """
    sets: dict[str, Counter[frozenset[str]]] = defaultdict(Counter)
    sexes: dict[str, Counter[str | None]] = defaultdict(Counter)
    finest: dict[tuple[str, ...], frozenset[str]] = {}
    for one in patterns:
        if not one.metastatic:
            continue
        if one.patients < 0:
            raise EvidenceError(
                f"{one.primary}: {one.patients} patients; a number of patients is 0 or more"
            )
        primary, names = catalog.primary(one.primary).key, tuple(one.sites)
        # Cohorts of thousands of rows have few different sets: each is looked up once.
        if names not in finest:
            finest[names] = _finest(names, catalog)
        sets[primary][finest[names]] += int(one.patients)
        sexes[primary][one.sex or None] += int(one.patients)
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


@dataclass(frozen=True, slots=True, eq=False)
class FactorModel:
    """The sites of each cancer by how far it has spread."""

    primaries: tuple[str, ...]
    sites: tuple[str, ...]
    intercepts: Matrix
    """a, primaries by sites."""
    variances: Matrix
    """Of each a, given the rest."""
    loadings: Matrix
    """b, one a site: how much more frequent it is where a cancer has spread further."""
    points: Matrix
    """z of each level."""
    weights: Matrix
    steps: int

    def presence(self) -> Matrix:
        """Return the probability of each site, cancers by levels by sites."""
        return _logistic(self.intercepts[:, None, :] + self.points[:, None] * self.loadings)

    def drawn_presence(self, draws: int, seed: int) -> Matrix:
        """Return the same for drawn intercepts, draws by cancers by levels by sites.

        Each is normal about its estimate; the loadings, which all cancers share, stay.
        """
        generator = np.random.default_rng(seed)
        noise = generator.standard_normal((draws, *self.intercepts.shape))
        drawn = self.intercepts + noise * np.sqrt(self.variances)
        return _logistic(drawn[:, :, None, :] + self.points[:, None] * self.loadings)

    def of_primaries(self, places: list[int]) -> FactorModel:
        """Return the model of some of the cancers."""
        return replace(
            self,
            primaries=tuple(self.primaries[n] for n in places),
            intercepts=self.intercepts[places],
            variances=self.variances[places],
        )

    def of_sites(self, places: list[int]) -> FactorModel:
        """Return the model of some of the sites."""
        return replace(
            self,
            sites=tuple(self.sites[n] for n in places),
            intercepts=self.intercepts[:, places],
            variances=self.variances[:, places],
            loadings=self.loadings[places],
        )


def independent(patients: Patients) -> Frequencies:
    """Return the model of some patients whose sites are taken for independent.

    >>> from types import SimpleNamespace
    >>> from metastasis._catalog import read_catalog
    >>> patterns = [SimpleNamespace(primary="lung", sex=None, metastatic=True, sites=s, patients=n)
    ...             for s, n in (((), 50), (("bone",), 50))]
    >>> independent(count_patients(patterns, read_catalog())).presence().round(2).tolist()
    [[[0.5]]]
    """
    totals = patients.counts.sum(axis=1, keepdims=True)
    shares = patients.counts @ patients.rows / totals
    more, fewer = shrunk_shares(shares, np.broadcast_to(totals, shares.shape))
    return Frequencies(patients.primaries, more, fewer)


def fit_factor(patients: Patients) -> FactorModel:
    """Return the model that some patients are most probable under, given its priors.

    >>> from types import SimpleNamespace
    >>> from metastasis._catalog import read_catalog
    >>> from metastasis.analysis._likely.patients import count_patients
    >>> patterns = [SimpleNamespace(primary="lung", sex=None, metastatic=True, sites=s, patients=n)
    ...             for s, n in (((), 40), (("bone", "liver"), 40), (("bone",), 10))]
    >>> model = fit_factor(count_patients(patterns, read_catalog()))
    >>> bool(model.loadings.min() > 1)
    True
    """
    points, weights = np.polynomial.hermite_e.hermegauss(_LEVELS)
    weights = weights / weights.sum()
    intercepts = _first_intercepts(patients)
    loadings, spread = np.full((2, len(patients.sites)), [[0.5], [1.0]])
    held = [(patients.rows[found > 0], found[found > 0]) for found in patients.counts]
    before, steps = -np.inf, 0
    while steps < _MOST_STEPS:
        steps += 1
        expected, likelihood = _expected(held, intercepts, loadings, points, weights)
        for _ in range(2):
            intercepts, loadings, curvature = _newton(
                *expected, intercepts, loadings, points, spread
            )
        off = (intercepts - intercepts.mean(axis=0)) ** 2
        spread = np.clip((off + 1 / curvature).mean(axis=0), *_SPREAD)
        if abs(likelihood - before) < _TOLERANCE * abs(likelihood):
            break
        before = likelihood
    return FactorModel(
        patients.primaries,
        patients.sites,
        intercepts,
        1 / curvature,
        loadings,
        points,
        weights,
        steps,
    )


def _first_intercepts(patients: Patients) -> Matrix:
    model = independent(patients)
    logits: Matrix = np.log(model.more / model.fewer)
    return logits


def _logistic(values: Matrix) -> Matrix:
    result: Matrix = 1 / (1 + np.exp(-np.clip(values, -30, 30)))
    return result


def _expected(
    held: list[tuple[Matrix, Matrix]],
    intercepts: Matrix,
    loadings: Matrix,
    points: Matrix,
    weights: Matrix,
) -> tuple[tuple[Matrix, Matrix], float]:
    """Return how many patients are at each level, in all and by site, and the log likelihood.

    ``held`` has the sets of each primary and how many patients have them. The numbers are primaries
    by one by levels, and primaries by sites by levels.
    """
    logits = intercepts[:, None, :] + points[:, None] * loadings
    clear = -np.logaddexp(0, logits).sum(axis=-1) + np.log(weights)
    at_level = np.empty((len(held), 1, len(points)))
    there = np.empty((len(held), len(loadings), len(points)))
    likelihood = 0.0
    for place, (rows, counts) in enumerate(held):
        joint = rows @ logits[place].T + clear[place]
        top = joint.max(axis=1, keepdims=True)
        scaled = np.exp(joint - top)
        whole = scaled.sum(axis=1, keepdims=True)
        likelihood += float(counts @ (np.log(whole) + top)[:, 0])
        part = scaled / whole * counts[:, None]
        at_level[place] = part.sum(axis=0)
        there[place] = rows.T @ part
    return (at_level, there), likelihood


def _newton(
    at_level: Matrix,
    there: Matrix,
    intercepts: Matrix,
    loadings: Matrix,
    points: Matrix,
    spread: Matrix,
) -> tuple[Matrix, Matrix, Matrix]:
    """Return intercepts and loadings one step on, and the curvature at the intercepts.

    The intercepts of a site meet in its loading only, so that each step is solved in closed form.
    """
    found = _logistic(intercepts[:, :, None] + loadings[:, None] * points)
    error = there - at_level * found
    variance = at_level * found * (1 - found)
    slope = error.sum(axis=-1) - (intercepts - intercepts.mean(axis=0)) / spread
    slope_loading = (error * points).sum(axis=(0, 2)) - loadings / _LOADING_VARIANCE
    curvature = variance.sum(axis=-1) + 1 / spread
    mixed = (variance * points).sum(axis=-1)
    bend = (variance * points**2).sum(axis=(0, 2)) + 1 / _LOADING_VARIANCE
    change = (slope_loading - (mixed * slope / curvature).sum(axis=0)) / (
        bend - (mixed**2 / curvature).sum(axis=0)
    )
    change_intercepts = (slope - mixed * change) / curvature
    return (
        intercepts + np.clip(change_intercepts, -2, 2),
        loadings + np.clip(change, -1, 1),
        curvature,
    )
