"""Primaries, sites and sources: what they are called, where they belong, and how to find them."""

from metastasis._catalog.files import read_catalog
from metastasis._catalog.keys import KEYS, join_keys
from metastasis._catalog.lookup import Catalog, Names
from metastasis._catalog.records import Mapping, Primary, Site, Source

__all__ = [
    "KEYS",
    "Catalog",
    "Mapping",
    "Names",
    "Primary",
    "Site",
    "Source",
    "join_keys",
    "read_catalog",
]
