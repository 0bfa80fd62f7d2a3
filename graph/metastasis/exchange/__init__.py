"""The graph in the file formats of other tools."""

from metastasis.exchange.formats import EXPORTS, Export, export, find_export

__all__ = ["EXPORTS", "Export", "export", "find_export"]
