"""The network: primaries on the left, sites on the right, a line for every edge."""

from metastasis.pictures._network.network import Network, draw_network

__all__ = ["Network", "draw_network"]
