"""The graph as NetworkX, questions asked of it, and what follows from it.

The functions take a graph, as NetworkX's own do; those that work things out take the knowledge
graph as well. Their modules are imported when a function is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from metastasis.analysis._networks import assertion_network, edge_network, part_network
from metastasis.analysis._questions import primaries_with, shared_sites, sites_of

if TYPE_CHECKING:
    from metastasis.analysis._clusters import clusters, profile_clusters
    from metastasis.analysis._community import communities
    from metastasis.analysis._disparity import backbone
    from metastasis.analysis._distinct import distinct_network
    from metastasis.analysis._flow import compare_with_flow, variance_explained
    from metastasis.analysis._hubs import hubs
    from metastasis.analysis._likely import likely_primaries
    from metastasis.analysis._matrix import incidence
    from metastasis.analysis._nesting import nestedness, overlap
    from metastasis.analysis._process import process_from_frequencies, process_from_sequences
    from metastasis.analysis._profiles import profiles, similar_profiles
    from metastasis.analysis._projection import project, projected_pairs
    from metastasis.analysis._quantified import frames
    from metastasis.analysis._sharing import pooled_shares, primaries_in_common, sites_in_common
    from metastasis.analysis._similarity import similar_pairs
    from metastasis.analysis._walks import random_walk

__all__ = [
    "assertion_network",
    "backbone",
    "clusters",
    "communities",
    "compare_with_flow",
    "distinct_network",
    "edge_network",
    "frames",
    "hubs",
    "incidence",
    "likely_primaries",
    "nestedness",
    "overlap",
    "part_network",
    "pooled_shares",
    "primaries_in_common",
    "primaries_with",
    "process_from_frequencies",
    "process_from_sequences",
    "profile_clusters",
    "profiles",
    "project",
    "projected_pairs",
    "random_walk",
    "shared_sites",
    "similar_pairs",
    "similar_profiles",
    "sites_in_common",
    "sites_of",
    "variance_explained",
]

_HOMES = {
    "backbone": "_disparity",
    "clusters": "_clusters",
    "communities": "_community",
    "compare_with_flow": "_flow",
    "distinct_network": "_distinct",
    "frames": "_quantified",
    "hubs": "_hubs",
    "incidence": "_matrix",
    "likely_primaries": "_likely",
    "nestedness": "_nesting",
    "overlap": "_nesting",
    "pooled_shares": "_sharing",
    "primaries_in_common": "_sharing",
    "process_from_frequencies": "_process",
    "process_from_sequences": "_process",
    "profile_clusters": "_clusters",
    "profiles": "_profiles",
    "project": "_projection",
    "projected_pairs": "_projection",
    "random_walk": "_walks",
    "similar_pairs": "_similarity",
    "similar_profiles": "_profiles",
    "sites_in_common": "_sharing",
    "variance_explained": "_flow",
}
"""Where each function stands that is imported when it is asked for."""


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'metastasis.analysis' has no attribute {name!r}")
    return getattr(import_module(f"metastasis.analysis.{_HOMES[name]}"), name)
