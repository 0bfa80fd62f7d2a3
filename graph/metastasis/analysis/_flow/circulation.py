"""Where blood flow alone takes the cells that leave a primary.

The model: capillary beds in the order of the circulation. A cell that comes to a bed is held there
with the probability ``a`` (``arrest``), the same in every bed; else it goes on with the blood::

    lung             -> each tissue t, with its share c[t] of the cardiac output
    gut, spleen, pancreas -> liver (portal vein)
    liver, others    -> lung
    bronchial tissue -> each tissue t (its veins join those of the lung)

With ``s`` the beds that the blood of the primary comes to first and ``T`` the table above, cells
come to the beds ``v = s + (1 - a) T' v`` times, and ``a v`` of them, which sums to one, are held in
each. A primary in a portal organ starts at the liver, one of the lung in the arteries, others at
the lung. With ``a = 1`` the first bed holds all; the smaller ``a``, the nearer the shares come to
those of the blood flow through each bed. Between the tissues that only arteries supply, shares are
in proportion to their flow for every ``a``.

That first beds filter is the mechanical view of spread, as in Scott JG et al., Eur J Cancer
2014;50:3068-3075, doi:10.1016/j.ejca.2014.08.019; the equations are the simplest form of it.

The table of flows is that of the reference adults: what share of the cardiac output reaches each
tissue. ``ontology/physiology/blood_flow.csv`` holds the adult values of ICRP, Basic anatomical and
physiological data for use in radiological protection: reference values, ICRP Publication 89, Ann
ICRP 2002;32(3-4):1-277, doi:10.1016/S0146-6453(03)00002-2, Table 2.40, in percent of the cardiac
output (6.5 l/min in the male, 5.9 in the female, Table 2.39). The values were read in a secondary
source that cites the table row by row (the supplement of Huisinga W et al., CPT Pharmacometrics
Syst Pharmacol 2012;1:e5, doi:10.1038/psp.2012.3), so that ``reading`` is ``secondary``; each column
adds up to 100. Columns: ``tissue`` as the source has it; ``site``, the key of the catalog, blank
where none means the same; ``part_of``, the tissue that holds it already; ``drains_to``, the
capillary bed that its venous blood meets next (``liver`` by the portal vein, ``lung``, or
``systemic`` for what is already behind the lung), which is anatomy and not in the source; ``male``
and ``female`` in percent; ``source``, ``doi``, ``locator``, ``reading``, ``note``.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from metastasis._errors import EvidenceError, UnknownNameError, check_choice
from metastasis._files import ontology_path, read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from metastasis._catalog import Primary

__all__ = [
    "ADULTS",
    "ARREST",
    "DRAINAGE",
    "SOURCE",
    "TissueFlow",
    "adult_of",
    "arriving_shares",
    "blood_flow",
    "first_beds",
]

SOURCE: Final = "ICRP Publication 89, 2002, Table 2.40, doi:10.1016/S0146-6453(03)00002-2"

ADULTS: Final = ("male", "female", "mean")
"""Whose blood flow: the reference man's, the reference woman's, or the mean of both."""

ARREST: Final = 0.5
"""The probability that a capillary bed holds a cell.

No measured value is known. A half claims little either way, and a verdict has to hold for 0.1 and
0.9 as well.
"""

DRAINAGE: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(
        (
            "stomach",
            "small_intestine",
            "large_intestine",
            "colon",
            "pancreas",
            "spleen",
            "gallbladder",
            "biliary_tract",
            "omentum",
        ),
        ("liver",),
    ),
    **dict.fromkeys(("esophagus", "rectum", "peritoneum"), ("liver", "lung")),
    "lung": ("arteries",),
}
"""The bed that the venous blood of an organ comes to first, where that is not the lung alone.

General anatomy. The lower esophagus and the upper rectum drain to the portal vein, their other ends
do not; where there are two beds, half of the cells are taken to come to each.
"""


@dataclass(frozen=True, slots=True)
class TissueFlow:
    """The arterial blood flow of one tissue in the reference adults."""

    tissue: str
    site: str | None
    part_of: str | None
    drains_to: str
    male: float | None
    """Percent of the cardiac output; None where the tissue is not there."""
    female: float | None
    locator: str
    note: str | None

    def share(self, adult: str) -> float:
        """Return the share of the cardiac output, 0 to 1, in ``male``, ``female`` or the mean.

        >>> TissueFlow("brain", "brain", None, "lung", 12, 12, "", None).share("mean")
        0.12
        """
        shares = {"male": self.male or 0.0, "female": self.female or 0.0}
        return shares.get(adult, (shares["male"] + shares["female"]) / 2) / 100


@cache
def blood_flow() -> tuple[TissueFlow, ...]:
    """Return the reference blood flow, one record a tissue, in the order of the source.

    >>> [row.tissue for row in blood_flow() if row.site == "kidney"]
    ['kidneys']
    >>> f"{sum(row.share('female') for row in blood_flow() if row.part_of is None):.4f}"
    '1.0000'
    """
    text = read_text(ontology_path("physiology", "blood_flow.csv"))
    return tuple(_records(csv.DictReader(text.splitlines())))


def first_beds(primary: Primary) -> tuple[str, ...]:
    """Return the beds that the venous blood of a primary comes to first, each alike.

    >>> from metastasis._catalog import read_catalog
    >>> first_beds(read_catalog().primary("colon")), first_beds(read_catalog().primary("breast"))
    (('liver',), ('lung',))

    Raises
    ------
    EvidenceError
        The catalog names no organ that the primary arises in.
    """
    if not primary.arises_in:
        raise EvidenceError(
            f"cannot tell where the blood of {primary.label} goes: the catalog names no organ that "
            "it arises in"
        )
    return tuple(bed for site in primary.arises_in for bed in DRAINAGE.get(site, ("lung",)))


def adult_of(primary: Primary) -> str:
    """Return whose blood flow a primary has: of its one sex, else the mean of both.

    >>> from metastasis._catalog import read_catalog
    >>> adult_of(read_catalog().primary("prostate"))
    'male'
    """
    return primary.sex or "mean"


def arriving_shares(
    beds: Sequence[str], *, adult: str = "mean", arrest: float = ARREST
) -> dict[str, float]:
    """Return the expected share of held cells by site, for cells that come to these beds first.

    Sites are those of the reference table; what other tissues hold is missing from the sum.

    >>> shares = arriving_shares(["liver"], arrest=0.9)
    >>> max(shares, key=shares.get)
    'liver'

    Raises
    ------
    UnknownNameError
        A bed is neither ``lung``, ``liver`` nor ``arteries``, or there is no such adult.
    ValueError
        ``arrest`` is not above 0 and at most 1, or no bed is named.
    """
    check_choice("adult", adult, ADULTS)
    if not 0 < arrest <= 1:
        raise ValueError(f"arrest is a probability above 0, at most 1; not {arrest}")
    return dict(_arriving(tuple(beds), adult, arrest))


@lru_cache(maxsize=256)
def _arriving(beds: tuple[str, ...], adult: str, arrest: float) -> dict[str, float]:
    """Return the shares, worked out once: many primaries have the same beds."""
    rows = [row for row in blood_flow() if row.part_of is None]
    names = ["lung", *(row.tissue for row in rows)]
    table = _passing_on(rows, names, adult)
    start = _start(beds, table, names)
    held = arrest * np.linalg.solve(np.eye(len(names)) - (1 - arrest) * table.T, start)
    return _by_site(dict(zip(names, held.tolist(), strict=True)), adult)


def _passing_on(rows: Sequence[TissueFlow], names: Sequence[str], adult: str) -> Any:
    """Return for each bed (row) the beds that a cell that it lets pass comes to next."""
    table = np.zeros((len(names), len(names)))
    arteries = np.array([0.0, *(row.share(adult) for row in rows)])
    arteries /= arteries.sum()
    table[0] = arteries
    for place, row in enumerate(rows, start=1):
        if row.drains_to == "systemic":
            table[place] = arteries
        else:
            table[place, names.index(row.drains_to)] = 1
    return table


def _start(beds: Sequence[str], table: Any, names: Sequence[str]) -> Any:
    if not beds:
        raise ValueError("name at least one bed")
    start = np.zeros(len(names))
    for bed in beds:
        if bed == "arteries":
            start += table[0] / len(beds)
        elif bed in ("lung", "liver"):
            start[names.index(bed)] += 1 / len(beds)
        else:
            raise UnknownNameError("bed", bed, ("lung", "liver", "arteries"))
    return start


def _by_site(held: Mapping[str, float], adult: str) -> dict[str, float]:
    """Return shares by site: the lung with its own tissue, a part with its part of the whole."""
    flows = {row.tissue: row for row in blood_flow()}
    shares: dict[str, float] = {"lung": held["lung"]}
    for row in blood_flow():
        if row.site is not None:
            whole = flows[row.part_of] if row.part_of else row
            part = row.share(adult) / whole.share(adult) if whole.share(adult) else 0.0
            if part:
                shares[row.site] = shares.get(row.site, 0.0) + part * held[whole.tissue]
    return shares


def _records(rows: Iterable[dict[str, str]]) -> Iterable[TissueFlow]:
    for row in rows:
        yield TissueFlow(
            tissue=row["tissue"],
            site=row["site"] or None,
            part_of=row["part_of"] or None,
            drains_to=row["drains_to"],
            male=float(row["male"]) if row["male"] else None,
            female=float(row["female"]) if row["female"] else None,
            locator=row["locator"],
            note=row["note"] or None,
        )
