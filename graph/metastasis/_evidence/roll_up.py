"""Wholes and parts: spread of a part is spread of the whole, in the sense of *some*.

Apart from the evidence because a rule stands here, the same as ``ontology/rules/35-rolls-up.rq``
and ``36-commonly-rolls-up.rq``; a test holds the two together. Patients are counted by it too.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from metastasis._evidence.edge import BASES, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from metastasis._catalog import Catalog
    from metastasis._evidence.pair import Pair

__all__ = ["home_of", "rolled_up_from", "taken_over_by", "verdict_on_parts"]

_WHOLES: Final = frozenset({"organ", "tissue", "lymph_node"})
"""Kinds of sites that take over what reaches their parts. A region or a system does not: that it
holds an organ says nothing of it as a site of its own."""


def taken_over_by(site: str, catalog: Catalog) -> frozenset[str]:
    """Return the sites to which spread to a site is spread: its wholes, and itself if it is one.

    >>> from metastasis._catalog import read_catalog
    >>> sorted(taken_over_by("duodenum", read_catalog()))
    ['bowel', 'duodenum', 'small_intestine']
    """
    return frozenset(key for key in catalog.wholes(site) if catalog.sites[key].kind in _WHOLES)


def home_of(primary: str, catalog: Catalog) -> frozenset[str]:
    """Return the primary's own organs and what holds them: no spread of a part is spread to these.

    >>> from metastasis._catalog import read_catalog
    >>> sorted(home_of("bladder", read_catalog()))
    ['bladder', 'pelvis', 'urinary_system']
    """
    return frozenset().union(*map(catalog.wholes, catalog.primaries[primary].arises_in))


def rolled_up_from(
    pairs: Iterable[Pair], catalog: Catalog, spoken_of: Iterable[tuple[str, str]]
) -> Mapping[tuple[str, str], tuple[Pair, ...]]:
    """Return the primaries and sites that pairs with an edge roll up to, each with its parts.

    From the kinds of a cancer to the cancer, and from the parts of a site to the organ. Left out
    are groupings of cancers, the primary's own organ and what holds it, and what a source speaks of
    (``spoken_of``): there, the evidence on the pair itself goes first.
    """
    known = frozenset(spoken_of)
    found: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    for pair in pairs:
        if pair.edge is not None:
            for name in _wholes_of(pair, catalog):
                if name not in known:
                    found[name].append(pair)
    return {name: tuple(parts) for name, parts in found.items()}


def _wholes_of(pair: Pair, catalog: Catalog) -> Iterator[tuple[str, str]]:
    sites = taken_over_by(pair.site, catalog)
    for primary in catalog.supertypes(pair.primary):
        record = catalog.primaries[primary]
        if record.kind != "grouping":
            home = home_of(primary, catalog)
            yield from ((primary, site) for site in sites if site not in home)


def verdict_on_parts(primary: str, site: str, parts: tuple[Pair, ...], catalog: Catalog) -> Verdict:
    """Return the edge of a pair that rolls up from its parts, and what it rests on.

    ``possibly``, on the best ground that any of them has. ``commonly`` only where the catalog says
    that kinds of the cancer together are all of it, and each is common in the same site: then on
    the ground of the weakest. A graph from elsewhere may hold edges that rest on nothing here.
    """
    together = catalog.primaries[primary].made_of
    common = {part.primary: part for part in parts if part.edge == "commonly" and part.site == site}
    if together and common.keys() >= set(together):
        return Verdict("commonly", max((common[key].basis for key in together), key=_rank))
    return Verdict("possibly", min((part.basis for part in parts), key=_rank))


def _rank(basis: str | None) -> int:
    """Return the place of a basis in the order in which they decide, of none the last."""
    return len(BASES) if basis is None else list(BASES).index(basis)
