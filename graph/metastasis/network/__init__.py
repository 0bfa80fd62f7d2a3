"""The graph as NetworkX: how it is made, and questions asked of it.

The functions that ask take a graph, as NetworkX's own do.
"""

from metastasis.network.questions import primaries_with, shared_sites, sites_of
from metastasis.network.view import assertion_network, edge_network, part_network

__all__ = [
    "assertion_network",
    "edge_network",
    "part_network",
    "primaries_with",
    "shared_sites",
    "sites_of",
]
