"""Join keys: of each other vocabulary, at most one term that stands for a primary or a site.

Apart from the look-up of names because a key is one term for one thing, and a look-up may lead from
many codes to it; RDF, tables and network files all join by what this rule says.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from metastasis._catalog.records import Primary, Site

__all__ = ["KEYS", "join_keys", "shared_keys"]

KEYS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "mondo": "MONDO",
        "uberon": "UBERON",
        "ncit": "NCIT",
        "doid": "DOID",
        "oncotree": "ONCOTREE",
        "icd10cm": "ICD10CM",
        "mesh": "MESH",
    }
)
"""The vocabularies that people join by: name of the key to prefix of its terms."""

_SHADES: Final = ("skos:exactMatch", "skos:closeMatch")
"""What may give a key, the nearer first. A broader term does not: joined by C79.89, patients with a
metastasis in one of 17 places would count for each; nor does a narrower one, which leaves some
out, nor a related one, which names something else."""


def join_keys(record: Primary | Site) -> dict[str, str]:
    """Return the term to join by in each vocabulary that has one, as a CURIE.

    It is the exact match, or else the close one. Of a code and a finer one that begins with it, the
    finer is taken, which is the one that data hold; of other terms that are equally near, none is.

    >>> from metastasis._catalog import read_catalog
    >>> keys = join_keys(read_catalog().site("bone"))
    >>> keys["uberon"], keys["icd10cm"]
    ('UBERON:0001474', 'ICD10CM:C79.51')
    >>> "icd10cm" in join_keys(read_catalog().site("soft_tissue"))
    False
    """
    found = {}
    for name, prefix in KEYS.items():
        terms = _nearest(record, f"{prefix}:")
        finest = max(terms, key=len, default="")
        if finest and all(finest.startswith(term) for term in terms):
            found[name] = finest
    return found


def shared_keys(records: Iterable[Primary] | Iterable[Site]) -> Iterator[tuple[str, str, str]]:
    """Yield each term that is the key of two records, with the keys of both; best none."""
    holders: dict[str, str] = {}
    for record in records:
        for term in join_keys(record).values():
            if (first := holders.setdefault(term, record.key)) != record.key:
                yield term, first, record.key


def _nearest(record: Primary | Site, start: str) -> list[str]:
    for shade in _SHADES:
        terms = [
            one.object
            for one in record.mappings
            if one.predicate == shade and one.object.startswith(start)
        ]
        if terms:
            return terms
    return []
