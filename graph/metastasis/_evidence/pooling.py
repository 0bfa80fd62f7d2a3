"""Pooled shares of one pair: what entered, what did not, and why.

Only numbers of one relation, denominator, setting, occurrence, stage, population and route are
pooled; nothing is converted from one to another. Every assertion given is in exactly one row of the
answer, as entered or as left out with its reason.

Long because the record, who would be counted twice, and the pooling are one question.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Final

from metastasis._errors import EvidenceError
from metastasis._evidence.conflict import conflicts_among
from metastasis._evidence.frame import Frame
from metastasis._evidence.interval import rounding_interval
from metastasis._evidence.overlap import same_patients
from metastasis._evidence.random_effects import FEW, METHODS, check_method, random_effects, share
from metastasis._table import Table
from metastasis._vocabulary import LISTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from metastasis._catalog import Source
    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.evidence import Evidence

__all__ = ["LeftOut", "Pooled", "pool", "pool_assertions"]

_SOURCES: Final = {
    "binomial_normal": (
        "Stijnen T, Hamza TH, Özdemir P, Stat Med 2010;29:3046-3067, doi:10.1002/sim.4040"
    ),
    "reml": (
        "Viechtbauer W 2005, doi:10.3102/10769986030003261; "
        "Hartung J, Knapp G, Stat Med 2001;20:3875-3889, doi:10.1002/sim.1009"
    ),
}
_WEIGHED: Final = "statsmodels.stats.meta_analysis.combine_effects"
"""Where the other methods come from."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An assertion that did not enter, and why."""

    assertion: Assertion
    reason: str


@dataclass(frozen=True, slots=True)
class Pooled:
    """One pair in one frame: the share, in percent, and everything behind it."""

    # The answer comes before what it rests on: a printed table shows as many as fit a line.
    COLUMNS: ClassVar[dict[str, str]] = {
        "primary": "primary",
        "site": "site",
        "percent": "percent",
        "interval_low": "low",
        "interval_high": "high",
        "studies": "studies",
        "status": "status",
        **{
            name: name
            for name in (
                "denominator",
                "setting",
                "occurrence",
                "stage",
                "population",
                "route",
                "relation",
            )
        },
        "count": "known_count",
        "total": "known_total",
        **{
            name: name
            for name in (
                *("prediction_low", "prediction_high", "tau2", "q", "i2", "method"),
                "interval_method",
            )
        },
        "entered": "entered_words",
        "left_out": "left_out_words",
        "remarks": "remarks",
    }

    primary: str
    site: str
    relation: str
    denominator: str | None
    setting: str
    occurrence: str
    stage: str
    population: str | None
    route: str | None
    status: str
    """``pooled``, ``one study``, ``unquantified``, or ``not pooled`` where no model fits."""
    entered: tuple[Assertion, ...]
    left_out: tuple[LeftOut, ...]
    remarks: tuple[str, ...]
    method: str | None = None
    percent: float | None = None
    low: float | None = None
    """Of the 95 % interval of the mean; of one study, its Wilson interval."""
    high: float | None = None
    prediction_low: float | None = None
    """Of the 95 % interval in which another study's share would lie; None below three studies."""
    prediction_high: float | None = None
    tau2: float | None = None
    """The variance between studies, of logits."""
    q: float | None = None
    i2: float | None = None
    """In percent, from Q: 100·max(0, 1 - (k - 1)/Q), Higgins JPT, Thompson SG 2002."""
    interval_method: str | None = None
    """``Wilson`` of one study; of several ``normal``, ``t`` or ``Knapp-Hartung``."""
    standard_error: float | None = None
    """Of the mean logit."""

    @property
    def studies(self) -> int:
        """K."""
        return len(self.entered)

    @property
    def count(self) -> int:
        """The sum of n."""
        return sum(one.count or 0 for one in self.entered)

    @property
    def total(self) -> int:
        """The sum of N."""
        return sum(one.total or 0 for one in self.entered)

    @property
    def known_count(self) -> int | None:
        """The sum of n, or None where no study has one."""
        return self.count if self.entered else None

    @property
    def known_total(self) -> int | None:
        """The sum of N, or None where no study has one."""
        return self.total if self.entered else None

    @property
    def entered_words(self) -> tuple[str, ...]:
        """Each study that entered, with its counts."""
        return tuple(f"{one.source} {one.count}/{one.total}" for one in self.entered)

    @property
    def left_out_words(self) -> tuple[str, ...]:
        """Each source that did not enter, and why."""
        return tuple(f"{one.assertion.source}: {one.reason}" for one in self.left_out)


def pool(
    evidence: Evidence, primary: str, site: str, *, method: str = "binomial_normal"
) -> Table[Pooled]:
    """Return the pooled share of a pair, one row for each way in which it was counted.

    Each row is one relation, frame, population and route; numbers that differ in any of them are
    never pooled. Each row lists the assertions that entered and those that
    did not, with the reason. Percentages are in percent. The interval of the mean is that of Knapp
    and Hartung for ``reml``, and for the other methods by Student's t where there are fewer than
    six studies; ``i2`` is the I² of Q. See :func:`pool_assertions` and
    :func:`metastasis._evidence.random_effects.random_effects`.

    >>> import metastasis as mets
    >>> found = pool(mets.load().evidence, "differentiated thyroid cancer", "lung")[0]
    >>> found.status, found.studies, found.denominator, found.occurrence
    ('pooled', 2, 'distant_stage_at_diagnosis', 'only_site')

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that nothing has, or that several have; no such method.
    EvidenceError
        No source speaks of the pair.
    MissingExtraError
        scipy or statsmodels is not installed; the extra ``stats`` brings them.
    """
    one, other = evidence.catalog.primary(primary), evidence.catalog.site(site)
    said = _said(evidence, one.key, other.key)
    if not said:
        raise EvidenceError(
            f"{one.label} to {other.label} is not studied: no source here speaks of it"
        )
    found = evidence.made(_pooled_pair, one.key, other.key, method)
    notes = [
        f"{one.label} to {other.label}, {_stratum_words(row)}: {'; '.join(row.remarks)}"
        for row in found
    ]
    is_pooled = any(row.status == "pooled" for row in found)
    nothing = "none: no frame holds counts of two studies or more, and nothing is pooled"
    return Table(
        Pooled,
        found,
        formula=(
            f"random-effects mean of logits; {METHODS[method]}; I² = max(0, 1 - (k - 1)/Q)"
            if is_pooled
            else nothing
        ),
        source=(
            f"{_SOURCES.get(method, _WEIGHED)}; "
            "I² from Q: Higgins JPT, Thompson SG 2002, doi:10.1002/sim.1186; "
            "prediction: Higgins JPT et al. 2009, doi:10.1111/j.1467-985X.2008.00552.x"
        ),
        inputs=sorted({assertion.source for assertion in said}),
        notes=notes,
    )


def pool_assertions(
    assertions: Iterable[Assertion],
    sources: Mapping[str, Source],
    *,
    method: str = "binomial_normal",
) -> list[Pooled]:
    """Return the pooled share of each frame of the assertions, the best supported first.

    Shares are pooled by :func:`~metastasis._evidence.random_effects.random_effects` where two or
    more studies have counts; one study gives itself, with its Wilson interval. Of a source that
    gives two like numbers, the one out of more people enters. Of sources that are one document, or
    draw on one registry in years that overlap (or are not stated), the largest enters: the same
    patients are not counted twice (:func:`~metastasis._evidence.overlap.same_patients`).

    >>> from metastasis._evidence.assertion import Assertion
    >>> from metastasis._catalog import Source
    >>> pair = {"primary": "lung", "site": "bone", "locator": "a", "denominator": "autopsies"}
    >>> said = [Assertion(**pair, source=source, count=count, total=100)
    ...         for source, count in (("x", 20), ("y", 30))]
    >>> known = {key: Source(key=key, citation=key, design="autopsy_series") for key in "xy"}
    >>> (found,) = pool_assertions(said, known)
    >>> found.status, found.studies, f"{found.percent:.1f} ({found.low:.1f} to {found.high:.1f})"
    ('pooled', 2, '24.9 (2.9 to 78.8)')

    Raises
    ------
    UnknownNameError
        There is no such method.
    MissingExtraError
        scipy (for a method of statsmodels, that) is not installed; the extra ``stats`` brings it.
    """
    check_method(method)
    strata: dict[tuple[object, ...], list[Assertion]] = defaultdict(list)
    for one in sorted(assertions, key=lambda one: one.key):
        strata[one.primary, one.site, one.relation, one.stratum].append(one)
    pooled = [_pooled(group, sources, method) for group in strata.values()]
    return sorted(pooled, key=lambda one: (one.primary, one.site, -one.studies, -one.total))


def _said(evidence: Evidence, primary: str, site: str) -> list[Assertion]:
    return [
        assertion
        for relation in LISTS["relation"]
        if (pair := evidence.pair(primary, site, relation)) is not None
        for assertion in pair.assertions
    ]


def _pooled_pair(evidence: Evidence, primary: str, site: str, method: str) -> tuple[Pooled, ...]:
    said = _said(evidence, primary, site)
    return tuple(pool_assertions(said, evidence.catalog.sources, method=method))


def _pooled(group: Sequence[Assertion], sources: Mapping[str, Source], method: str) -> Pooled:
    counted = [one for one in group if _unusable(one) is None]
    left_out = [LeftOut(one, why) for one in group if (why := _unusable(one)) is not None]
    entered, doubles = _without_doubles(counted, sources)
    first = group[0]
    blank = Pooled(
        primary=first.primary,
        site=first.site,
        relation=first.relation,
        denominator=first.denominator,
        setting=first.setting,
        occurrence=first.occurrence,
        stage=first.stage,
        population=first.population,
        route=first.route,
        status="unquantified",
        entered=tuple(entered),
        left_out=(*left_out, *doubles),
        remarks=("no count with its total: nothing to pool",),
    )
    if len(entered) > 1:
        return _many(blank, method)
    return _single(blank, entered[0]) if entered else blank


def _single(blank: Pooled, study: Assertion) -> Pooled:
    count, total = study.count or 0, study.total or 0
    low, high = study.interval or (None, None)
    return replace(
        blank,
        status="one study",
        percent=100 * count / total,
        low=low,
        high=high,
        interval_method="Wilson",
        remarks=("one study: nothing to pool; its own Wilson interval",),
    )


def _many(blank: Pooled, method: str) -> Pooled:
    counts = [one.count or 0 for one in blank.entered]
    totals = [one.total or 0 for one in blank.entered]
    try:
        found = random_effects(counts, totals, method)
    except ValueError as error:
        return replace(blank, status="not pooled", remarks=(str(error),))
    return replace(
        blank,
        status="pooled",
        method=method,
        percent=100 * share(found.estimate),
        low=100 * share(found.low),
        high=100 * share(found.high),
        prediction_low=_percent(found.prediction_low),
        prediction_high=_percent(found.prediction_high),
        tau2=found.tau2,
        q=found.q,
        i2=found.i2,
        interval_method=found.interval,
        standard_error=found.standard_error,
        remarks=_remarks(blank.entered),
    )


def _percent(logit: float | None) -> float | None:
    return None if logit is None else 100 * share(logit)


def _remarks(entered: Sequence[Assertion]) -> tuple[str, ...]:
    found = [
        f"{' and '.join(conflict.sources)} contradict each other ({conflict.reason}): "
        "a mean of them describes neither"
        for conflict in conflicts_among(entered)
    ]
    if len(entered) == 2:
        found.append(
            "two studies: how much studies differ is hardly known; the interval takes t with one "
            "degree of freedom, and is wide for that reason"
        )
    elif len(entered) < FEW:
        found.append(f"fewer than {FEW} studies: the interval takes t, and is wide for that reason")
    return tuple(found)


def _unusable(assertion: Assertion) -> str | None:
    """Return why an assertion has no share to pool, or None where it has."""
    if assertion.total == 0:
        return "no one was counted: a total of 0 has no share"
    if assertion.denominator is None and assertion.total is not None:
        return "no denominator: who the total counts is not said"
    if assertion.is_quantified:
        return None
    if assertion.percent is None:
        return "words only"
    if not assertion.total:
        return f"{assertion.percent:f} % without a count or a total"
    try:
        low, high = rounding_interval(assertion.percent, assertion.total)
    except ValueError as error:
        return f"a percentage without its count: {error}"
    bounds = f"{100 * low:.1f} to {100 * high:.1f} %"
    return f"a percentage without its count; interval from rounding {bounds}, derived"


def _without_doubles(
    counted: Sequence[Assertion], sources: Mapping[str, Source]
) -> tuple[list[Assertion], list[LeftOut]]:
    """Return those that enter, the largest first, and those who would count patients twice."""
    entered: list[Assertion] = []
    doubles: list[LeftOut] = []
    for one in sorted(counted, key=lambda one: (-(one.total or 0), one.key)):
        reason = next(
            (why for other in entered if (why := _counted_already(one, other, sources))), None
        )
        if reason is None:
            entered.append(one)
        else:
            doubles.append(LeftOut(one, reason))
    return entered, doubles


def _counted_already(one: Assertion, other: Assertion, sources: Mapping[str, Source]) -> str | None:
    if one.source == other.source:
        return f"another number of {one.source} entered: a source counts once"
    return same_patients(one, other, sources)


def _stratum_words(row: Pooled) -> str:
    """Return what sets a row apart from the others on its pair."""
    frame = Frame(row.denominator or "", row.setting, row.occurrence, row.stage)
    route = row.route and f"{row.route.replace('_', ' ')} route"
    return ", ".join(filter(None, (row.relation, str(frame), row.population, route)))
