"""What is said of each primary that a patient's metastases may come from.

Apart from the posterior because counts of a site give the same rows without Bayes' rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from metastasis.analysis._likely.model import SiteEvidence

__all__ = ["REST", "LikelyPrimary"]

REST = "other or not printed"
"""What the row of the primaries is called that the sources of a site sum up or leave out."""


@dataclass(frozen=True, slots=True)
class LikelyPrimary:
    """One cancer that may have spread like this, and how probable it is among those ranked."""

    rank: int | None
    primary: str
    """Catalog key; blank where the row is about no single cancer."""
    primary_label: str
    posterior: float | None
    """From 0 to 1, among the cancers ranked; None where it cannot be told."""
    low: float | None
    """Of the interval of 95 % of the draws; of cases counted at the site, that of the count."""
    high: float | None
    prior: float | None
    """None where cases of the site were counted, which take none."""
    log_odds: float | None
    """Posterior log odds against all others: those of the prior and all of ``evidence``."""
    prior_log_odds: float | None
    evidence: tuple[SiteEvidence, ...]
    """The share of each site in the log odds."""
    assumed: tuple[str, ...]
    """Sites not counted for this cancer: it is taken to be like the others there."""
    verdict: str
    """``ranked``, ``counted at the site``, or why it cannot be told."""
    denominator: str
    setting: str
    numbers: tuple[str, ...] = ()
    """The numbers that it rests on, each with its people and its source."""
