"""Soil or flow: how often a site is involved against what organ blood flow alone predicts."""

from metastasis.analysis._flow.circulation import arriving_shares, first_beds
from metastasis.analysis._flow.efficiency import FlowComparison, compare_with_flow
from metastasis.analysis._flow.explained import Explained, variance_explained
from metastasis.analysis._flow.table import TissueFlow, blood_flow

__all__ = [
    "Explained",
    "FlowComparison",
    "TissueFlow",
    "arriving_shares",
    "blood_flow",
    "compare_with_flow",
    "first_beds",
    "variance_explained",
]
