"""What is believed before the sites are known: by incidence, by cohort, uniform, or as given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metastasis._errors import EvidenceError, check_choice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis._catalog import Catalog

__all__ = ["PRIORS", "Prior", "choose_prior"]

PRIORS: Final = ("uniform", "incidence", "cohort")
"""Priors by name."""


@dataclass(frozen=True, slots=True)
class Prior:
    """A probability for each cancer, and where it comes from."""

    shares: Mapping[str, float]
    """By key; above zero, and they sum to one."""
    name: str
    source: str
    without: tuple[str, ...] = ()
    """Cancers that it does not know, which are left out of the ranking."""
    notes: tuple[str, ...] = ()


def choose_prior(
    prior: str | Mapping[str, float],
    primaries: Sequence[str],
    catalog: Catalog,
    patients: Mapping[str, int] | None = None,
) -> Prior:
    """Return the prior of a name, or of weights by primary, over some primaries.

    ``patients`` are those of a cohort, for the prior ``"cohort"``. Weights need not sum to one.

    >>> from metastasis._catalog import read_catalog
    >>> choose_prior({"lung": 3, "breast": 1}, ["breast", "lung"], read_catalog()).shares
    {'breast': 0.25, 'lung': 0.75}

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        There is no prior or primary of a name, or there are several.
    EvidenceError
        ``"cohort"`` without patients; weights that are negative or not finite, or none above zero
        for these primaries.
    """
    if isinstance(prior, Mapping):
        given = {catalog.primary(name).key: float(weight) for name, weight in prior.items()}
        return _from_weights(given, primaries, "as given", "the caller")
    check_choice("prior", prior, PRIORS)
    if prior == "uniform":
        return _from_weights(
            dict.fromkeys(primaries, 1), primaries, "uniform", "every cancer alike"
        )
    if prior == "incidence":
        return _by_incidence(primaries)
    if patients is None:
        raise EvidenceError(
            "the prior 'cohort' is that of patients: give their patterns, or another prior"
        )
    return _from_weights(patients, primaries, "cohort", "patients of the cohort")


def _by_incidence(primaries: Sequence[str]) -> Prior:
    from metastasis._catalog.incidence import read_incidence

    cases = read_incidence()
    one = next(iter(cases.values()))
    weights = {key: found.new_cases for key, found in cases.items()}
    note = (
        "new cases are of all stages: a cancer that seldom spreads is more probable here than "
        "among patients with metastases"
    )
    source = f"new cases, {one.region} {one.year}: {one.source}"
    return _from_weights(weights, primaries, "incidence", source, (note,))


def _from_weights(
    weights: Mapping[str, float],
    primaries: Sequence[str],
    name: str,
    source: str,
    notes: tuple[str, ...] = (),
) -> Prior:
    from math import isfinite

    if wrong := [key for key, weight in weights.items() if not isfinite(weight) or weight < 0]:
        raise EvidenceError(
            f"the prior of {wrong[0]} is {weights[wrong[0]]}: no weight of 0 or more"
        )
    known = {key: weights[key] for key in primaries if weights.get(key, 0) > 0}
    total = sum(known.values())
    if primaries and not total:
        raise EvidenceError(f"the prior {name} has no weight for any of: {', '.join(primaries)}")
    return Prior(
        {key: weight / total for key, weight in known.items()},
        name,
        source,
        tuple(key for key in primaries if key not in known),
        notes,
    )
