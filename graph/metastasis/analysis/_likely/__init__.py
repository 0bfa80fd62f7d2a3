"""Likely primaries: from the sites of a patient's metastases back to the cancer, by Bayes' rule."""

from metastasis.analysis._likely.model import SiteEvidence, evidence_shares, shrunk_shares
from metastasis.analysis._likely.observation import PRIORS, Observation, choose_prior, observe
from metastasis.analysis._likely.patients import Patients, count_patients
from metastasis.analysis._likely.posterior import likely
from metastasis.analysis._likely.rows import LikelyPrimary

__all__ = [
    "PRIORS",
    "LikelyPrimary",
    "Observation",
    "Patients",
    "SiteEvidence",
    "choose_prior",
    "count_patients",
    "evidence_shares",
    "likely",
    "observe",
    "shrunk_shares",
]
