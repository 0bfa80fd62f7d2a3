"""The blood flow of the reference adults: what share of the cardiac output reaches each tissue.

``ontology/physiology/blood_flow.csv`` holds the adult values of ICRP, Basic anatomical and
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
from functools import cache
from typing import TYPE_CHECKING, Final

from metastasis._files import ontology_path, read_text

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ADULTS", "SOURCE", "TissueFlow", "blood_flow"]

SOURCE: Final = "ICRP Publication 89, 2002, Table 2.40, doi:10.1016/S0146-6453(03)00002-2"

ADULTS: Final = ("male", "female", "mean")
"""Whose blood flow: the reference man's, the reference woman's, or the mean of both."""


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
