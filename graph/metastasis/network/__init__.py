"""The graph as NetworkX, questions asked of it, and what follows from it.

The functions take a graph, as NetworkX's own do; those that work things out take the knowledge
graph as well. Their modules are imported when a function is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from metastasis.network.questions import primaries_with, shared_sites, sites_of
from metastasis.network.view import assertion_network, edge_network, part_network

if TYPE_CHECKING:
    from metastasis.network.clustering import clusters, profile_clusters
    from metastasis.network.community import communities
    from metastasis.network.disparity import backbone
    from metastasis.network.distinct import distinct_network
    from metastasis.network.flow import compare_with_flow, variance_explained
    from metastasis.network.hubness import hubs
    from metastasis.network.likely import likely_primaries
    from metastasis.network.matrices import incidence
    from metastasis.network.nesting import nestedness, overlap
    from metastasis.network.process import process_from_frequencies, process_from_sequences
    from metastasis.network.profile import profiles, similar_profiles
    from metastasis.network.projection import project, projected_pairs
    from metastasis.network.quantified import frames
    from metastasis.network.sharing import pooled_shares, primaries_in_common, sites_in_common
    from metastasis.network.similarity import similar_pairs
    from metastasis.network.walks import random_walk

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
    "backbone": "disparity",
    "clusters": "clustering",
    "communities": "community",
    "compare_with_flow": "flow",
    "distinct_network": "distinct",
    "frames": "quantified",
    "hubs": "hubness",
    "incidence": "matrices",
    "likely_primaries": "likely",
    "nestedness": "nesting",
    "overlap": "nesting",
    "pooled_shares": "sharing",
    "primaries_in_common": "sharing",
    "process_from_frequencies": "process",
    "process_from_sequences": "process",
    "profile_clusters": "clustering",
    "profiles": "profile",
    "project": "projection",
    "projected_pairs": "projection",
    "random_walk": "walks",
    "similar_pairs": "similarity",
    "similar_profiles": "profile",
    "sites_in_common": "sharing",
    "variance_explained": "flow",
}
"""Where each function stands that is imported when it is asked for."""


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'metastasis.network' has no attribute {name!r}")
    return getattr(import_module(f"metastasis.network.{_HOMES[name]}"), name)
