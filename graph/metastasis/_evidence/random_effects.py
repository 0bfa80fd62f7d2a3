"""Random-effects pooling of proportions: numbers in, numbers out.

Apart from pooling because it is statistics alone, and knows neither sources nor pairs.

Shares are pooled on the logit scale. The binomial-normal model takes the counts as they are, rare
events and none included, without any correction; the others weigh each study's logit by the inverse
of its variance, and have to add half a patient where no one or everyone has the site. The
Freeman-Tukey transformation is not offered: its way back to a share can mislead seriously where
studies differ in size (Schwarzer G et al., Res Synth Methods 2019;10:476-483,
doi:10.1002/jrsm.1348).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import MissingExtraError, UnknownNameError
from metastasis._evidence.interval import Z95

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]

__all__ = [
    "FEW",
    "INTERVALS",
    "METHODS",
    "RandomEffects",
    "check_method",
    "random_effects",
    "share",
]

METHODS: Final = {
    "binomial_normal": "logistic regression with a random intercept, maximum likelihood",
    "reml": "logits weighed by inverse variance, restricted maximum likelihood, Knapp-Hartung",
    "paule_mandel": "logits weighed by inverse variance, Paule-Mandel (statsmodels)",
    "dersimonian_laird": "logits weighed by inverse variance, DerSimonian-Laird (statsmodels)",
}
"""How the spread between studies is estimated."""

INTERVALS: Final = {
    "normal": "estimate ± 1.96·standard error (Wald)",
    "t": "estimate ± t·standard error, k - 1 degrees of freedom",
    "Knapp-Hartung": "estimate ± t·standard error of Knapp and Hartung, k - 1 degrees of freedom",
}
"""How the interval of the mean is reached."""

FEW: Final = 6
"""Below so many studies the interval of the mean is by Student's t whatever the method.

The Wald interval takes τ² for known, and of a handful of studies it is not: with five or fewer it
covers the mean far less often than in 95 of 100 (IntHout J, Ioannidis JP, Borm GF, BMC Med Res
Methodol 2014;14:25, doi:10.1186/1471-2288-14-25).
"""

_STATSMODELS: Final = {"paule_mandel": "iterated", "dersimonian_laird": "chi2"}
_NODES: Final = 25
"""Gauss-Hermite nodes of the integral over studies: more of them change no digit that is shown."""


@dataclass(frozen=True, slots=True)
class RandomEffects:
    """What pooling comes to: logits, but for ``q`` and ``i2``."""

    method: str
    studies: int
    """k."""
    estimate: float
    """The mean logit of the studies' shares."""
    standard_error: float
    """Of Knapp and Hartung for ``reml``; else by the model, as if τ² were known."""
    tau2: float
    """The variance of the logits between studies."""
    q: float
    """Cochran's Q, of the logits weighed by inverse variance."""
    i2: float
    """100·max(0, 1 - (k - 1)/Q), in percent: from Q, not from τ²."""
    low: float
    high: float
    """The 95 % interval of the mean: estimate ± quantile·standard error."""
    interval: str
    """Which quantile: one of :data:`INTERVALS`."""
    prediction_low: float | None
    prediction_high: float | None
    """The 95 % interval in which the share of another study would lie; None below three."""


def check_method(method: str) -> None:
    """Check that there is such a method of pooling.

    >>> check_method("mean")
    Traceback (most recent call last):
    ...
    metastasis.UnknownNameError: unknown method 'mean'. Did you mean 'binomial_normal', ...?

    Raises
    ------
    UnknownNameError
        There is not.
    """
    if method not in METHODS:
        raise UnknownNameError("method", method, tuple(METHODS))


def random_effects(
    counts: Sequence[int], totals: Sequence[int], method: str = "binomial_normal"
) -> RandomEffects:
    """Return the random-effects mean of two or more proportions, ``counts`` of ``totals``.

    Methods are :data:`METHODS`. The binomial-normal model is that of Stijnen T, Hamza TH, Özdemir
    P, Stat Med 2010;29:3046-3067, doi:10.1002/sim.4040, by adaptive Gauss-Hermite quadrature. Half
    a patient is added to both cells of a study with none or all, for Q and I² and for the other
    three methods; to no other study. I² is that of Q (Higgins JPT, Thompson SG, Stat Med
    2002;21:1539-1558, doi:10.1002/sim.1186); R metafor prints the one of τ², which may be another.

    The interval of the mean: for ``reml`` that of Hartung J, Knapp G, Stat Med 2001;20:3875-3889,
    doi:10.1002/sim.1009, by Student's t with k - 1 degrees of freedom and the variance times
    max(1, q), q = sum of w[i] (y[i] - mean)² / (k - 1), w[i] = 1 / (v[i] + τ²). The bound of 1 is
    the restriction of Jackson D et al., Stat Med 2017;36:3923-3934, doi:10.1002/sim.7411 (metafor:
    ``test="adhoc"``), without which two studies that agree would leave hardly any interval. For the
    other methods it is by t where there are fewer than :data:`FEW` studies, else by the normal
    distribution. The prediction interval takes t with k - 2 degrees of freedom (Higgins JPT,
    Thompson SG, Spiegelhalter DJ, J R Stat Soc A 2009;172:137-159,
    doi:10.1111/j.1467-985X.2008.00552.x). It needs the extra ``stats``.

    >>> found = random_effects([8, 20, 3], [40, 60, 30])
    >>> f"{share(found.estimate):.3f} ({share(found.low):.3f} to {share(found.high):.3f})"
    '0.214 (0.056 to 0.554)'
    >>> found.interval
    't'

    Raises
    ------
    ValueError
        Fewer than two studies, a study of no one, a count that is not within its total; no one (or
        everyone) in all studies together, for the mean logit is then infinite; or, for the
        binomial-normal model, no one or everyone in each, for the spread is then.
    UnknownNameError
        There is no such method.
    MissingExtraError
        scipy or, for the methods that are its, statsmodels is not installed.
    """
    check_method(method)
    _check(counts, totals, method)
    logits, variances = _logits(counts, totals)
    weights = 1 / variances
    common = float(weights @ logits / weights.sum())
    q = float(weights @ (logits - common) ** 2)
    if method == "binomial_normal":
        estimate, error, tau2 = _binomial_normal(counts, totals)
    else:
        tau2 = _between(logits, variances, method)
        estimate, error = _weighed(logits, variances, tau2)
    if method == "reml":
        error *= sqrt(max(1.0, dispersion(logits, variances, tau2)))
    degrees = len(counts) - 1
    few = "t" if len(counts) < FEW else "normal"
    interval = "Knapp-Hartung" if method == "reml" else few
    reach = error * (Z95 if interval == "normal" else _student(degrees))
    prediction = _prediction(estimate, error, tau2, len(counts))
    return RandomEffects(
        method=method,
        studies=len(counts),
        estimate=estimate,
        standard_error=error,
        tau2=tau2,
        q=q,
        i2=100 * max(0.0, 1 - degrees / q) if q > 0 else 0.0,
        low=estimate - reach,
        high=estimate + reach,
        interval=interval,
        prediction_low=prediction[0] if prediction else None,
        prediction_high=prediction[1] if prediction else None,
    )


def dispersion(logits: Vector, variances: Vector, tau2: float) -> float:
    """Return how far studies lie about their weighed mean, against what τ² and chance would have.

    That is q of Hartung and Knapp: the sum of w[i] (y[i] - mean)² over k - 1. The square root of it
    times the standard error is theirs (metafor: ``test="knha"``).

    >>> import numpy as np
    >>> dispersion(np.array([-1.0, 1.0]), np.array([1.0, 1.0]), 1.0)
    1.0
    """
    mean, _ = _weighed(logits, variances, tau2)
    weights = 1 / (variances + tau2)
    return float(weights @ (logits - mean) ** 2) / (len(logits) - 1)


def share(logit: float) -> float:
    """Return the share, 0 to 1, of a logit.

    >>> share(0.0)
    0.5
    """
    return 1 / (1 + exp(-logit)) if logit >= 0 else exp(logit) / (1 + exp(logit))


def _check(counts: Sequence[int], totals: Sequence[int], method: str) -> None:
    if len(counts) != len(totals) or len(counts) < 2:
        raise ValueError("pooling takes two or more studies, each with its count and its total")
    for count, total in zip(counts, totals, strict=True):
        if total <= 0 or not 0 <= count <= total:
            raise ValueError(f"{count} of {total} is no proportion")
    if sum(counts) in (0, sum(totals)):
        raise ValueError(f"{sum(counts)} of {sum(totals)} in all studies: the mean is not finite")
    split = all(count in (0, total) for count, total in zip(counts, totals, strict=True))
    if split and method == "binomial_normal":
        raise ValueError("no one or everyone in each study: the spread between them is not finite")


def _logits(counts: Sequence[int], totals: Sequence[int]) -> tuple[Vector, Vector]:
    """Return log odds and their variances; half a patient added where a cell is empty."""
    import numpy as np

    n = np.asarray(counts, dtype=float)
    rest = np.asarray(totals, dtype=float) - n
    half = np.where((n == 0) | (rest == 0), 0.5, 0.0)
    n, rest = n + half, rest + half
    return np.log(n / rest), 1 / n + 1 / rest


def _weighed(logits: Vector, variances: Vector, tau2: float) -> tuple[float, float]:
    """Return the mean weighed by inverse variance and its standard error."""
    weights = 1 / (variances + tau2)
    total = float(weights.sum())
    return float(weights @ logits) / total, sqrt(1 / total)


def _between(logits: Vector, variances: Vector, method: str) -> float:
    if method == "reml":
        return _restricted(logits, variances)
    import numpy as np

    try:
        from statsmodels.stats.meta_analysis import combine_effects
    except ImportError:
        raise MissingExtraError("statsmodels", "stats") from None
    with np.errstate(invalid="ignore", divide="ignore"):  # of a negative τ², which is 0 here
        found = combine_effects(logits, variances, method_re=_STATSMODELS[method])
    return max(0.0, float(found.tau2))


def _restricted(logits: Vector, variances: Vector) -> float:
    """Return τ² by restricted maximum likelihood.

    Viechtbauer W, J Educ Behav Stat 2005;30:261-293, doi:10.3102/10769986030003261.
    """
    import numpy as np

    def deviance(tau2: float) -> float:
        weights = 1 / (variances + tau2)
        mean = weights @ logits / weights.sum()
        return float(
            -np.log(weights).sum() + np.log(weights.sum()) + weights @ (logits - mean) ** 2
        )

    return _least(deviance, 10 * float(np.var(logits)) + 1e-3)


def _least(function: Any, top: float) -> float:
    """Return where between 0 and ``top`` a function is least; 0 where that is as good."""
    found = _optimize().minimize_scalar(
        lambda root: function(root * root),
        bounds=(0.0, sqrt(top)),
        method="bounded",
        options={"xatol": 1e-9},
    )
    best = float(found.x) ** 2
    return best if function(best) < function(0.0) - 1e-12 else 0.0


def _optimize() -> Any:
    try:
        from scipy import optimize
    except ImportError:
        raise MissingExtraError("scipy", "stats") from None
    return optimize


def _prediction(
    estimate: float, error: float, tau2: float, studies: int
) -> tuple[float, float] | None:
    if studies < 3:
        return None
    reach = _student(studies - 2) * sqrt(tau2 + error * error)
    return estimate - reach, estimate + reach


def _student(degrees: int) -> float:
    """Return the 97.5th percentile of Student's t."""
    try:
        from scipy.special import stdtrit
    except ImportError:
        raise MissingExtraError("scipy", "stats") from None
    return float(stdtrit(degrees, 0.975))


def _binomial_normal(counts: Sequence[int], totals: Sequence[int]) -> tuple[float, float, float]:
    """Return mean logit, its standard error and τ², by maximum likelihood."""
    import numpy as np

    model = _Binomials(np.asarray(counts, dtype=float), np.asarray(totals, dtype=float))
    start = log(sum(counts) / (sum(totals) - sum(counts)))
    logits, variances = _logits(counts, totals)
    spread = sqrt(max(_restricted(logits, variances), 1e-2))
    found = _optimize().minimize(
        lambda point: model.loss(point[0], abs(point[1])),
        [float(logits.mean()), spread],
        method="Nelder-Mead",
        options={"xatol": 1e-7, "fatol": 1e-10, "maxiter": 2000},
    )
    mean, spread = float(found.x[0]), abs(float(found.x[1]))
    if spread < 1e-3 or model.loss(start, 0.0) <= float(found.fun) + 1e-9:
        p = share(start)
        return start, sqrt(1 / (sum(totals) * p * (1 - p))), 0.0
    return mean, model.standard_error(mean, spread), spread * spread


class _Binomials:
    """Counts whose logits are normal around a mean: minus the log likelihood of mean and spread."""

    def __init__(self, counts: Vector, totals: Vector) -> None:
        import numpy as np

        self._counts = counts
        self._totals = totals
        nodes, weights = np.polynomial.hermite.hermgauss(_NODES)
        self._nodes = nodes
        self._log_weights = np.log(weights) + nodes**2

    def loss(self, mean: float, spread: float) -> float:
        """Return minus the log likelihood, but for a constant."""
        import numpy as np

        if spread < 1e-6:
            return -float(self._fit(np.full_like(self._counts, mean)).sum())
        modes, widths = self._modes(mean, spread)
        logits = modes[:, None] + sqrt(2.0) * widths[:, None] * self._nodes
        height = self._fit(logits) - 0.5 * ((logits - mean) / spread) ** 2 + self._log_weights
        top = height.max(axis=1)
        inside = np.log(np.exp(height - top[:, None]).sum(axis=1))
        return -float((top + inside + np.log(widths / spread)).sum())

    def standard_error(self, mean: float, spread: float) -> float:
        """Return the standard error of the mean, from the curvature in mean and spread."""
        import numpy as np

        h, k = 1e-4, min(1e-4, spread / 10)
        loss = self.loss
        at = loss(mean, spread)
        aa = (loss(mean + h, spread) - 2 * at + loss(mean - h, spread)) / h**2
        bb = (loss(mean, spread + k) - 2 * at + loss(mean, spread - k)) / k**2
        ab = (
            loss(mean + h, spread + k)
            - loss(mean + h, spread - k)
            - loss(mean - h, spread + k)
            + loss(mean - h, spread - k)
        ) / (4 * h * k)
        return float(np.sqrt(1 / (aa - ab * ab / bb)))

    def _fit(self, logits: Vector) -> Vector:
        import numpy as np

        shape = (-1, *[1] * (logits.ndim - 1))
        n, total = self._counts.reshape(shape), self._totals.reshape(shape)
        fit: Vector = n * logits - total * np.logaddexp(0.0, logits)
        return fit

    def _modes(self, mean: float, spread: float) -> tuple[Vector, Vector]:
        """Return where each study's likelihood peaks, and how wide it is there."""
        import numpy as np

        precision = 1 / spread**2
        modes = np.full_like(self._counts, mean)
        for _ in range(100):
            p = 1 / (1 + np.exp(-modes))
            slope = self._counts - self._totals * p - precision * (modes - mean)
            step = slope / (self._totals * p * (1 - p) + precision)
            modes = modes + np.clip(step, -2.0, 2.0)
            if float(np.abs(step).max()) < 1e-10:
                break
        p = 1 / (1 + np.exp(-modes))
        return modes, 1 / np.sqrt(self._totals * p * (1 - p) + precision)
