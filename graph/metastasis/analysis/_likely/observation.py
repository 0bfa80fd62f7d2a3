"""What was seen in one patient: sites with metastasis, sites examined and clear, the sex."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metastasis._errors import check_choice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metastasis._catalog import Catalog

__all__ = ["SEXES", "Observation", "observe"]

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
    present: Iterable[str] = (),
    absent: Iterable[str] = (),
    sex: str | None = None,
) -> Observation:
    """Return what was seen, by catalog keys, whatever the order and the names it was told in.

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
    there = {catalog.site(name).key for name in present}
    clear = {catalog.site(name).key for name in absent}
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
