"""Soil or flow: how often a site is involved against what organ blood flow alone predicts."""

from metastasis.analysis._flow.circulation import (
    TissueFlow,
    arriving_shares,
    blood_flow,
    first_beds,
)
from metastasis.analysis._flow.comparison import FlowComparison, flow
from metastasis.analysis._flow.explained import Explained, flow_explained

__all__ = [
    "Explained",
    "FlowComparison",
    "TissueFlow",
    "arriving_shares",
    "blood_flow",
    "first_beds",
    "flow",
    "flow_explained",
]
