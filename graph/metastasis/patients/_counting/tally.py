"""Patients counted: by primary, sex and metastatic state, with each site; and by set of sites.

Sites that hold others among them (:mod:`.wholes`) are counted over the few different sets of sites,
not over the rows: what is added to the query does not grow with the data.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from metastasis.patients._counting.masks import SITES_A_MASK, masks_of
from metastasis.patients._counting.patient import (
    CONTRADICTIONS,
    OUTCOMES,
    by_patient,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from types import ModuleType

    from metastasis.patients._counting.wholes import Whole
    from metastasis.patients._engines.engine import Engine

__all__ = ["Line", "Tally", "as_tally", "count_patients", "patterns", "tally"]


@dataclass(frozen=True, slots=True)
class Line:
    """Patients kept who share primary, sex and metastatic state."""

    primary: int
    """Its position in the caller's list."""
    sex: str | None
    metastatic: bool
    patients: int
    present: tuple[int, ...]
    """For each site by its own name, the patients with it; then the same for each whole."""
    examined: tuple[int, ...]
    """For each of these, the patients whose rows tell whether they have it."""


@dataclass(frozen=True, slots=True)
class Tally:
    """All patients, counted."""

    lines: tuple[Line, ...]
    """In the order of primary, sex and metastatic state."""
    outcomes: Mapping[str, int]
    """How many patients were kept, and how many were not, by reason."""
    two_sexes: int
    """Patients whose rows name two sexes; they are counted with none."""
    two_marks: int
    """Patients whose rows mark them both ways; they are counted as metastatic."""
    early: int | None = None
    """Patients with a site dated before every primary; None unless asked for."""
    padded: int = 0
    """Patients whose id begins with a zero or ends in ``.0``."""


def count_patients(
    engine: Engine,
    rows: Any,
    *,
    choose: str,
    sites: int,
    wholes: Sequence[Whole] = (),
    metastatic_sites: Iterable[int] | None = None,
    early: bool = False,
    short_days: bool = False,
) -> Tally:
    """Return the patients of canonical rows, counted in one scan.

    ``early`` asks also how many have a site dated before every primary. The other parameters are
    those of :func:`by_patient` and :func:`tally`.

    With ``each``, a patient is kept under every primary, and counts as that many patients. What
    contradicts itself (``two_sexes``, ``two_marks``, ``early``) counts once a patient all the same:
    it is a fault in the rows of one patient, and the report says how many patients to look up.
    """
    F = engine.functions  # noqa: N806
    patients = by_patient(rows, choose=choose, sites=sites, early=early, short_days=short_days, F=F)
    counted = tally(patients, sites=sites, wholes=wholes, metastatic_sites=metastatic_sites, F=F)
    return as_tally(engine.collect(counted), sites=sites + len(wholes), early=early)


def as_tally(counted: Iterable[Sequence[Any]], *, sites: int, early: bool = False) -> Tally:
    """Return the rows of :func:`tally` as a record; ``early`` as in :func:`by_patient`.

    ``sites`` is how many sites and wholes there are.
    """
    outcomes: Counter[str] = Counter()
    odd: Counter[str] = Counter()
    lines = []
    for outcome, primary, sex, metastatic, patients, *numbers in counted:
        outcomes[OUTCOMES[outcome]] += patients
        odd.update(dict(zip(CONTRADICTIONS, numbers, strict=False)))
        if OUTCOMES[outcome] == "kept":
            of_sites = numbers[len(CONTRADICTIONS) :]
            present, examined = of_sites[:sites], of_sites[sites:]
            known = tuple(examined) or (patients,) * sites
            lines.append(Line(primary, sex, metastatic, patients, tuple(present), known))
    return Tally(
        tuple(sorted(lines, key=lambda one: (one.primary, one.sex or "", one.metastatic))),
        dict(sorted(outcomes.items())),
        odd["two_sexes"],
        odd["two_marks"],
        odd["early"] if early else None,
        odd["padded"],
    )


def tally(
    patients: Any,
    *,
    sites: int,
    wholes: Sequence[Whole] = (),
    metastatic_sites: Iterable[int] | None = None,
    F: ModuleType,  # noqa: N803
) -> Any:
    """Return counts of all patients, by outcome, primary, sex and metastatic state.

    Columns: ``outcome``; ``primary``, null unless kept; ``sex``; ``metastatic`` (the data's own
    mark, else whether any of ``metastatic_sites`` was seen; None for every site); ``patients``;
    ``two_sexes`` and ``two_marks``, patients whose rows contradict one another; ``early``, patients
    with a site before every primary (0 unless asked for); ``padded``, those with such an id;
    ``yes_0``, … patients with that site, and
    from ``yes_<sites>`` on, those with each whole; and where sites are unknown of some,
    ``known_0``, … patients whose rows tell.
    """
    alike, sex = _alike(patients, F), _sex(patients, F)
    state = _metastatic(patients, sites, metastatic_sites, F)
    return alike.groupBy("outcome", "primary", sex, state).agg(*_counts(patients, sites, wholes, F))


def patterns(
    patients: Any,
    *,
    sites: int,
    metastatic_sites: Iterable[int] | None = None,
    F: ModuleType,  # noqa: N803
) -> Any:
    """Return how many patients kept have each set of sites.

    Columns: ``primary``, ``sex``, ``metastatic``, ``mask_0``, …, ``patients``.
    """
    state = _metastatic(patients, sites, metastatic_sites, F)
    masks = [f"mask_{number}" for number in masks_of(sites)]
    alike = _alike(patients.where(F.col("outcome") == OUTCOMES.index("kept")), F)
    grouped = alike.groupBy("primary", _sex(patients, F), state, *masks)
    return grouped.agg(F.sum("patients").alias("patients"))


def _alike(patients: Any, F: ModuleType) -> Any:  # noqa: N803
    """Return how many patients are the same in all but what contradicts itself.

    There are few different ones, so that a sum for each site is over these, not over all patients.
    """
    keys = [name for name in patients.columns if name not in ("patient", *CONTRADICTIONS)]
    odd = [
        F.sum(F.col(name).cast("int")).alias(name)
        for name in CONTRADICTIONS
        if name in patients.columns
    ]
    return patients.groupBy(*keys).agg(F.count(F.lit(1)).alias("patients"), *odd)


def _sex(patients: Any, F: ModuleType) -> Any:  # noqa: N803
    sex = F.col("sex") if "sex" in patients.columns else F.lit(None).cast("string")
    return sex.alias("sex")


def _metastatic(
    patients: Any,
    sites: int,
    metastatic_sites: Iterable[int] | None,
    F: ModuleType,  # noqa: N803
) -> Any:
    """Return the data's own mark, else whether any of the sites was seen."""
    telling = range(sites) if metastatic_sites is None else metastatic_sites
    seen = _any("mask", telling) or "(mask_0 & 0) <> 0"
    is_marked = "metastatic" in patients.columns
    state = F.expr(f"coalesce(metastatic, {seen})" if is_marked else seen)
    return state.alias("metastatic")


def _counts(
    patients: Any,
    sites: int,
    wholes: Sequence[Whole],
    F: ModuleType,  # noqa: N803
) -> list[Any]:
    there = set(patients.columns)
    forms = {"yes": "mask_{0}"}
    broad = {"yes": [_any("mask", whole.within) for whole in wholes]}
    if "unknown_0" in there:
        forms["known"] = "~unknown_{0} | mask_{0}"
        broad["known"] = [
            f"{seen} or not ({_any('unknown', whole.asked)})"
            for whole, seen in zip(wholes, broad["yes"], strict=True)
        ]
    odd = [(F.sum(name) if name in there else F.lit(0)).alias(name) for name in CONTRADICTIONS]
    return [
        F.sum("patients").alias("patients"),
        *odd,
        *(
            F.sum(cell).alias(f"{name}_{place}")
            for name, form in forms.items()
            for place, cell in enumerate(
                [
                    *(_weighted(form, site, F) for site in range(sites)),
                    *(F.expr(f"case when {one} then patients else 0 end") for one in broad[name]),
                ]
            )
        ),
    ]


def _any(kind: str, sites: Iterable[int]) -> str:
    """Return the condition that one of some sites has its bit in the masks."""
    masks: dict[int, int] = {}
    for site in sites:
        number = site // SITES_A_MASK
        masks[number] = masks.get(number, 0) | 1 << site % SITES_A_MASK
    return " or ".join(f"({kind}_{number} & {mask}) <> 0" for number, mask in masks.items())


def _weighted(form: str, site: int, F: ModuleType) -> Any:  # noqa: N803
    bits = form.format(site // SITES_A_MASK)
    return F.expr(f"(shiftright({bits}, {site % SITES_A_MASK}) & 1) * patients")
