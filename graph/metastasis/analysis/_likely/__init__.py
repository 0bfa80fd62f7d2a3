"""Likely primaries: from the sites of a patient's metastases back to the cancer, by Bayes' rule."""

from metastasis.analysis._likely.evidence import SiteEvidence, evidence_shares
from metastasis.analysis._likely.observation import Observation, observe
from metastasis.analysis._likely.posterior import LikelyPrimary, likely_primaries
from metastasis.analysis._likely.prior import PRIORS, choose_prior
from metastasis.analysis._likely.shrinkage import shrunk_shares

__all__ = [
    "PRIORS",
    "LikelyPrimary",
    "Observation",
    "SiteEvidence",
    "choose_prior",
    "evidence_shares",
    "likely_primaries",
    "observe",
    "shrunk_shares",
]
