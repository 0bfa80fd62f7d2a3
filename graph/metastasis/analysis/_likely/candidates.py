"""The cancers that are compared for one patient, with the model of the sites asked about.

Apart from the posterior, because which cancers are compared, and which are left out and why, is a
question of the evidence; the posterior is arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from metastasis.analysis._likely.model import Frequencies, shrunk_shares
from metastasis.analysis._likely.shares import UNKNOWN_TOTAL, shares_in_frame

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from metastasis._catalog import Catalog
    from metastasis._evidence.evidence import Evidence
    from metastasis._evidence.frame import Frame
    from metastasis.analysis._likely.model import SpreadModel
    from metastasis.analysis._likely.observation import Observation
    from metastasis.analysis._likely.patients import Patients
    from metastasis.analysis._likely.shares import Share

    Matrix = NDArray[np.float64]

__all__ = ["OTHERS", "Candidates", "from_graph", "from_patients"]

OTHERS = ""
"""Stands for all cancers that are not named, where something is known of how many they are."""
_SHRINKAGE = (
    "Kleinman JC 1973, doi:10.1080/01621459.1973.10481332 (beta distribution of each site); "
    "Shapley LS 1953, doi:10.1515/9781400881970-018 (shares of the evidence)"
)
_FACTOR = (
    "Bock RD, Aitkin M 1981, doi:10.1007/BF02293801 (levels of spread); "
    "Shapley LS 1953, doi:10.1515/9781400881970-018 (shares of the evidence)"
)


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """The cancers compared, the model, and what each statement is about in it."""

    model: SpreadModel
    seen: Observation
    """What the likelihood is of."""
    statements: list[tuple[tuple[int, ...], bool]]
    """Columns of the model, and whether metastasis is there, in the order of the observation."""
    denominator: str
    setting: str
    source: str
    inputs: str
    notes: tuple[str, ...]
    assumed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    numbers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By primary, the numbers that its likelihood rests on, in words."""
    refused: str | None = None
    """Why nothing can be told, if nothing can."""
    patients: Mapping[str, int] | None = None
    """Of the cohort, by primary, for its prior."""

    def only(self, primaries: tuple[str, ...]) -> Candidates:
        """Return the same for some of the primaries, in their order."""
        if primaries == self.model.primaries:
            return self
        kept = [self.model.primaries.index(key) for key in primaries]
        return replace(self, model=self.model.of_primaries(kept))


def from_graph(
    evidence: Evidence, seen: Observation, frame: Frame, among: Sequence[str] | None = None
) -> Candidates:
    """Return the cancers for which one of the sites is counted in a frame of the graph.

    Of a cancer and its subtypes only the broadest that has a number is kept. A cancer is left out
    if it is of the other sex, or if a site with metastasis is its own organ and was not counted.
    With ``among`` the cancers compared are these, counted there or not, and one more that stands
    for all others (:data:`OTHERS`), which is like the mean of the counted ones.
    """
    shares = shares_in_frame(evidence, frame, seen.sex)
    sites = [site for site, _ in seen.statements]
    reached = {primary for primary, site in shares if site in sites}
    if among is None:
        kept, notes = _distinct(evidence.catalog, reached, shares, seen)
    else:
        kept, notes = _distinct(evidence.catalog, set(among), shares, seen)
        kept, notes = (*kept, OTHERS), [one for one in notes if "none of the sites" not in one]
    there = {site for _, site in shares}
    refused = _why_not(evidence.catalog, [site for site in sites if site not in there], str(frame))
    used = {
        (primary, site): shares[primary, site]
        for primary in kept
        for site in sites
        if (primary, site) in shares
    }
    if not kept and refused is None:
        refused = "no cancer that may be meant is counted at these sites"
    also = reached - set(kept) if among is not None else set()
    return Candidates(
        model=_shrunk(kept, sites, used, _counted_too(evidence.catalog, also, shares, sites)),
        seen=seen,
        statements=[((place,), there) for place, (_, there) in enumerate(seen.statements)],
        denominator=frame.denominator,
        setting=frame.setting,
        source=_SHRINKAGE,
        inputs=f"{frame}: {_sources(used)}",
        notes=(*notes, *_said_of(used)),
        assumed={
            primary: missing
            for primary in kept
            if (missing := tuple(site for site in sites if (primary, site) not in shares))
        },
        numbers={
            primary: tuple(
                number
                for site in sites
                if (primary, site) in shares
                for number in shares[primary, site].numbers
            )
            for primary in kept
        },
        refused=refused,
    )


def from_patients(
    evidence: Evidence, seen: Observation, patients: Patients, *, dependence: bool
) -> Candidates:
    """Return the cancers of a cohort, with a model of its patients.

    A site is in a patient where it or a part of it was recorded.
    """
    model = patients.factor_model if dependence else patients.independent_model
    columns = {site: _columns(evidence.catalog, patients, site) for site, _ in seen.statements}
    missing = [site for site, found in columns.items() if not found]
    clear = {n for site, there in seen.statements if not there for n in columns[site]}
    about = sorted({n for found in columns.values() for n in found})
    whole = Candidates(
        model=model.of_sites(about),
        seen=seen,
        statements=[
            (tuple(about.index(n) for n in columns[site] if not there or n not in clear), there)
            for site, there in seen.statements
        ],
        denominator="metastatic_patients",
        setting="as in the cohort",
        source=_FACTOR if dependence else _SHRINKAGE,
        inputs=f"{patients.counts.sum():.0f} metastatic patients of a cohort",
        notes=(*patients.left_out, *_limits(dependence=dependence)),
        refused=_why_not(evidence.catalog, missing, "the patterns of these patients"),
        patients=patients.patients_of(seen.sex),
    )
    fitting = tuple(key for key in patients.primaries if _of_sex(evidence.catalog, key, seen.sex))
    return whole.only(fitting)


def _sources(used: Mapping[tuple[str, str], Share]) -> str:
    return ", ".join(sorted({key for one in used.values() for key in one.sources})) or "no number"


def _shrunk(
    kept: tuple[str, ...],
    sites: Sequence[str],
    used: Mapping[tuple[str, str], Share],
    also: Mapping[tuple[str, str], Share],
) -> Frequencies:
    """Return the model of some cancers; others that are counted tell the mean of a site, too."""
    others = sorted({primary for primary, _ in also})
    part, patients = np.zeros((2, len(kept) + len(others), len(sites)))
    known = {**used, **also}
    for row, primary in enumerate((*kept, *others)):
        for column, site in enumerate(sites):
            if (primary, site) in known:
                one = known[primary, site]
                part[row, column], patients[row, column] = one.share, one.patients
    more, fewer = shrunk_shares(part, patients)
    return Frequencies(kept, more[: len(kept)], fewer[: len(kept)])


def _counted_too(
    catalog: Catalog,
    primaries: set[str],
    shares: Mapping[tuple[str, str], Share],
    sites: Sequence[str],
) -> dict[tuple[str, str], Share]:
    """Return what is counted of other cancers at the sites, none a subtype of another."""
    tops = {one for one in primaries if not (catalog.supertypes(one) - {one}) & primaries}
    return {
        (primary, site): shares[primary, site]
        for primary in tops
        for site in sites
        if (primary, site) in shares
    }


def _distinct(
    catalog: Catalog, reached: set[str], shares: Mapping[tuple[str, str], Any], seen: Observation
) -> tuple[tuple[str, ...], list[str]]:
    """Return the primaries to compare, in order, and what is to be said of the others."""
    own = {
        key
        for key in reached
        if any(
            catalog.proximity(key, site) == "own_organ" and (key, site) not in shares
            for site in seen.present
        )
    }
    other = {key for key in reached if not _of_sex(catalog, key, seen.sex)}
    rest = reached - own - other
    under = {key for key in rest if (catalog.supertypes(key) - {key}) & rest}
    said = {
        "of the other sex": other,
        "subtypes of a cancer that is ranked": under,
        "metastasis in their own organ is not counted": own,
    }
    notes = [f"left out, {why}: {', '.join(sorted(keys))}" for why, keys in said.items() if keys]
    silent = {primary for primary, _ in shares} - reached
    if silent:
        names = ", ".join(sorted(silent))
        notes.append(f"left out, none of the sites is counted for them: {names}")
    return tuple(sorted(rest - under)), notes


def _of_sex(catalog: Catalog, primary: str, sex: str | None) -> bool:
    return sex is None or catalog.primaries[primary].sex in (None, sex)


def _why_not(catalog: Catalog, missing: Sequence[str], where: str) -> str | None:
    if not missing:
        return None
    site = catalog.sites[missing[0]]
    if not site.is_anatomical:
        return f"{site.label} names no place"
    return f"{site.label} is not counted for any cancer in {where}; ask without it"


def _said_of(used: Mapping[tuple[str, str], Share]) -> list[str]:
    notes = ["sites are taken for independent given the cancer: several make it look too certain"]
    unknown = sorted({key for (key, _), one in used.items() if "unknown" in one.how})
    if unknown:
        notes.append(
            f"percentages without a total count for {UNKNOWN_TOTAL:.0f} patients: "
            + ", ".join(unknown)
        )
    narrow = {f"{key} ({one.population})" for (key, _), one in used.items() if one.population}
    if narrow:
        notes.append(f"counted in a narrower population only: {', '.join(sorted(narrow))}")
    return notes


def _columns(catalog: Catalog, patients: Patients, site: str) -> tuple[int, ...]:
    parts = catalog.parts(site) | {site}
    return tuple(place for place, one in enumerate(patients.sites) if one in parts)


def _limits(*, dependence: bool) -> tuple[str, ...]:
    if dependence:
        return ("intervals: the frequencies drawn anew; the dependence between sites stays",)
    return ("sites are taken for independent given the cancer: several make it look too certain",)
