"""Elements, as pages have them; they stand in :mod:`metastasis.serve._html`, for drawings too."""

from metastasis.serve._html import DOCTYPE, Content, Markup, element, is_address, joined, text

__all__ = ["DOCTYPE", "Content", "Markup", "element", "is_address", "joined", "text"]
