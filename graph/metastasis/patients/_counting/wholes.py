"""Sites and their wholes: who has a metastasis in a rib has one in bone, and counts there too.

Which wholes take over what is in their parts, and where they do not, is the rule by which the graph
rolls evidence up (:mod:`metastasis._evidence.roll_up`): organs, tissues and groups of lymph nodes
do, regions and systems do not, nor does the primary's own organ or what holds it.

A patient counts once for a whole, however many of its parts are involved. So a whole cannot be
added up from counts; it is counted from the sites of each patient, in few words of the query.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from metastasis._evidence.roll_up import home_of, taken_over_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metastasis._catalog import Catalog

__all__ = ["Whole", "wholes_in", "with_wholes"]


class Whole(NamedTuple):
    """A site that is there where one of its parts is."""

    key: str
    """In the catalog."""
    within: tuple[int, ...]
    """The positions of the sites that show it: of its parts, and its own where it is counted."""
    asked: tuple[int, ...]
    """The positions of the sites that must have been looked at before it can be said to be absent:
    its own where it is counted, else all of its parts."""


def wholes_in(sites: Sequence[str], catalog: Catalog) -> tuple[Whole, ...]:
    """Return the wholes of some sites, also those that are not among them, in order.

    >>> from metastasis._catalog import read_catalog
    >>> for whole in wholes_in(["bone", "lung", "rib", "subcutis"],
    ...                        read_catalog()):
    ...     print(whole)
    Whole(key='bone', within=(0, 2), asked=(0,))
    Whole(key='soft_tissue', within=(3,), asked=(3,))
    """
    parts: dict[str, list[int]] = {}
    for place, site in enumerate(sites):
        for key in taken_over_by(site, catalog) - {site}:
            parts.setdefault(key, []).append(place)
    found = []
    for key, places in sorted(parts.items()):
        own = [sites.index(key)] if key in sites else []
        found.append(Whole(key, tuple(sorted(own + places)), tuple(own or places)))
    return tuple(found)


def with_wholes(primary: str, sites: Iterable[str], catalog: Catalog) -> frozenset[str]:
    """Return the sites of a patient with those that they are parts of, where these count.

    >>> from metastasis._catalog import read_catalog
    >>> sorted(with_wholes("breast", ["rib", "liver"], read_catalog()))
    ['bone', 'liver', 'rib']
    >>> sorted(with_wholes("osteosarcoma", ["rib", "liver"], read_catalog()))
    ['liver', 'rib']
    """
    found = frozenset(sites)
    wholes = frozenset().union(*(taken_over_by(site, catalog) for site in found))
    return found | (wholes - home_of(primary, catalog))
