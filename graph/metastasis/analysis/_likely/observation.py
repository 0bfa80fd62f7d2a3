"""One patient: what was seen, and what is believed before it is seen (the prior)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Final

from metastasis._catalog.incidence import cases_of_sex, read_incidence
from metastasis._errors import EvidenceError, check_choice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis._catalog import Catalog, Names

__all__ = ["PRIORS", "SEXES", "Observation", "Prior", "choose_prior", "observe"]

SEXES: Final = ("female", "male")


@dataclass(frozen=True, slots=True)
class Observation:
    """Sites by key, in order, and what is wrong with them together, if anything."""

    present: tuple[str, ...]
    absent: tuple[str, ...]
    """Examined and clear. A site in neither list is not known, and says nothing."""
    sex: str | None
    contradiction: str | None = None
    """Why they cannot be of one patient, in words."""
    implied: tuple[str, ...] = ()
    """Sites that another one implies, so that they add nothing and are not counted twice."""

    @property
    def statements(self) -> tuple[tuple[str, bool], ...]:
        """Each site with whether metastasis is there.

        >>> Observation(("bone",), ("liver",), None).statements
        (('bone', True), ('liver', False))
        """
        return (*((site, True) for site in self.present), *((site, False) for site in self.absent))


def observe(
    catalog: Catalog,
    present: Names = (),
    absent: Names = (),
    sex: str | None = None,
) -> Observation:
    """Return what was seen, by catalog keys, in their order.

    ``present`` and ``absent`` are one name or several: sites with metastasis, and sites examined
    and clear.

    A site that is present implies those that it is part of, and a clear one its parts. Where the
    sex is not told but a site that is present belongs to one sex, it is that.

    >>> from metastasis._catalog import read_catalog
    >>> observe(read_catalog(), ["hepatic", "spine", "bone"], ["brain"]).present
    ('liver', 'spine')
    >>> observe(read_catalog(), ["bone"], ["osseous"]).contradiction
    'bone is said to be both present and clear'

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that no site has, or that several have; a sex other than female and male.
    """
    if sex is not None:
        check_choice("sex", sex, SEXES)
    there = set(catalog.site_keys(present) or ())
    clear = set(catalog.site_keys(absent) or ())
    broader = there & set().union(*(catalog.wholes(site) - {site} for site in there))
    narrower = clear & set().union(*(catalog.parts(site) - {site} for site in clear))
    of_sites = {found for site in there if (found := catalog.sites[site].sex) is not None}
    return Observation(
        present=tuple(sorted(there - broader)),
        absent=tuple(sorted(clear - narrower)),
        sex=sex or (of_sites.pop() if len(of_sites) == 1 else None),
        contradiction=_contradiction(catalog, there, clear, sex),
        implied=tuple(sorted(broader | narrower)),
    )


def _contradiction(
    catalog: Catalog, there: set[str], clear: set[str], sex: str | None
) -> str | None:
    for site in sorted(there):
        if site in clear:
            return f"{catalog.sites[site].label} is said to be both present and clear"
        for whole in sorted(catalog.wholes(site) & clear):
            of = f"{catalog.sites[site].label} is part of {catalog.sites[whole].label}"
            return f"{of}: the one is said to be present, the other clear"
    sexes = {key: belongs for key in sorted(there) if (belongs := catalog.sites[key].sex)}
    if sex is not None and (wrong := [key for key, belongs in sexes.items() if belongs != sex]):
        return f"{catalog.sites[wrong[0]].label} is no site of a {sex} patient"
    if len(set(sexes.values())) > 1:
        return f"no patient has all of these: {', '.join(sexes)}"
    return None


PRIORS: Final = ("uniform", "incidence", "cohort")
"""Priors by name: every cancer alike, by new cases a year, as frequent as among one's patients."""


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
    is_counted: bool = False
    """Whether it is how the patients with a metastasis at one of the sites were sorted."""


def choose_prior(
    prior: str | Mapping[str, float],
    primaries: Sequence[str],
    catalog: Catalog,
    patients: Mapping[str, int] | None = None,
    *,
    sex: str | None = None,
) -> Prior:
    """Return the prior of a name, or of weights by primary, over some primaries.

    ``patients`` are those of a cohort, for the prior ``"cohort"``. Weights need not sum to one. By
    incidence it is that of the sex, where one is told
    (:func:`metastasis._catalog.incidence.cases_of_sex`).

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
        return _by_incidence(primaries, catalog, sex)
    if patients is None:
        raise EvidenceError(
            "the prior 'cohort' is that of patients: give their patterns, or another prior"
        )
    return _from_weights(patients, primaries, "cohort", "patients of the cohort")


def _by_incidence(primaries: Sequence[str], catalog: Catalog, sex: str | None) -> Prior:
    one = next(iter(read_incidence().values()))
    found = cases_of_sex(catalog, sex)
    notes = [
        "new cases are of all stages: a cancer that seldom spreads is more probable here than "
        "among patients with metastases"
    ]
    if halved := [key for key in found.halved if key in primaries]:
        notes.append(f"new cases by sex not known, half of both taken: {', '.join(halved)}")
    if summed := [key for key in found.summed if key in primaries]:
        notes.append(f"new cases of subtypes only: {', '.join(summed)}")
    whose = "" if sex is None else f", {sex}"
    source = f"new cases, {one.region} {one.year}{whose}: {one.source}"
    return _from_weights(found.cases, primaries, "incidence", source, tuple(notes))


def _from_weights(
    weights: Mapping[str, float],
    primaries: Sequence[str],
    name: str,
    source: str,
    notes: tuple[str, ...] = (),
) -> Prior:
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
