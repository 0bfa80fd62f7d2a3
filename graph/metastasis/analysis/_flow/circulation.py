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
in proportion to their flow whatever ``a``.

That first beds filter is the mechanical view of pair, as in Scott JG et al., Eur J Cancer
2014;50:3068-3075, doi:10.1016/j.ejca.2014.08.019; the equations are the simplest form of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import EvidenceError, UnknownNameError, check_choice
from metastasis.analysis._flow.table import ADULTS, blood_flow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from metastasis._catalog import Primary
    from metastasis.analysis._flow.table import TissueFlow

__all__ = ["ARREST", "DRAINAGE", "adult_of", "arriving_shares", "first_beds"]

ARREST: Final = 0.5
"""The probability that a capillary bed holds a cell; no measured value: see what others change."""

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
    import numpy as np

    check_choice("adult", adult, ADULTS)
    if not 0 < arrest <= 1:
        raise ValueError(f"arrest is a probability above 0, at most 1; not {arrest}")
    rows = [row for row in blood_flow() if row.part_of is None]
    names = ["lung", *(row.tissue for row in rows)]
    table = _passing_on(rows, names, adult)
    start = _start(beds, table, names)
    held = arrest * np.linalg.solve(np.eye(len(names)) - (1 - arrest) * table.T, start)
    return _by_site(dict(zip(names, held.tolist(), strict=True)), adult)


def _passing_on(rows: Sequence[TissueFlow], names: Sequence[str], adult: str) -> Any:
    """Return for each bed (row) the beds that a cell that it lets pass comes to next."""
    import numpy as np

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
    import numpy as np

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
