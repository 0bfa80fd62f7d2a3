"""What may be told beside the table: patterns and sequences whose sums leave no small rest.

Apart from the suppression because here numbers are added up that stand in other files. Patients
with one set of sites are a part of those that the table counts; where all such parts but a few
patients are told, so are these few.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from metastasis._catalog import Catalog
    from metastasis._evidence.assertion import Assertion

__all__ = ["Part", "tellable"]

_Key = tuple[str, str, str, bool]
"""A primary, a site, the denominator (or ``others``: all less metastatic), with the site or not."""


class Part(NamedTuple):
    """Patients that something beside the table tells of."""

    primary: str
    """The one they are counted under."""
    sites: frozenset[str]
    patients: int
    metastatic: bool = True
    sex: str | None = None
    has_no_others: bool = True
    """Whether these are all the sites that the patients have."""


def tellable(
    parts: Sequence[Part], table: Iterable[Assertion], catalog: Catalog, least: int
) -> list[bool]:
    """Return for each part whether it may be told beside a table.

    It may if it is not small itself, if the table tells the pairs that it is of, and if no number
    of the table, nor the difference of two, is all that is told of it and fewer than ``least``
    patients more. Of parts that leave a small rest, the smallest goes first.
    """
    table = list(table)
    pairs = {(one.primary, one.site) for one in table}
    named = {primary for primary, _ in pairs}
    told = [
        one.patients >= least
        and one.primary in named
        and all((one.primary, site) in pairs for site in one.sites)
        for one in parts
    ]
    totals = _totals(table)
    keys = [list(_keys(one, totals, catalog)) if told[n] else [] for n, one in enumerate(parts)]
    of_key: dict[_Key, list[int]] = defaultdict(list)
    for number, those in enumerate(keys):
        for key in those:
            of_key[key].append(number)
    while (small := _small_rest(of_key, totals, told, parts, catalog, least)) is not None:
        told[small] = False
    return told


def _totals(table: Sequence[Assertion]) -> dict[_Key, int]:
    """Return how many patients the table counts with a site, and without."""
    found: dict[_Key, int] = {}
    for one in table:
        count, total = one.count or 0, one.total or 0
        found[one.primary, one.site, str(one.denominator), True] = count
        if one.denominator != "records":  # What was recorded elsewhere is no patients.
            found[one.primary, one.site, str(one.denominator), False] = total - count
    for primary, site, denominator, has in list(found):
        if denominator == "metastatic_patients":
            every = found.get((primary, site, "all_patients", has))
            if every is not None:
                found[primary, site, "others", has] = every - found[primary, site, denominator, has]
    return found


def _keys(part: Part, totals: Mapping[_Key, int], catalog: Catalog) -> Iterator[_Key]:
    """Yield the numbers of the table that patients are counted in."""
    broader = catalog.supertypes(part.primary)
    for key in totals:
        primary, site, denominator, has = key
        if primary not in broader or has != (site in part.sites):
            continue
        if not has and not part.has_no_others:
            continue
        needed = catalog.sites[site].sex
        if needed and needed != catalog.primaries[primary].sex and part.sex not in (needed, None):
            continue
        if denominator in ("all_patients", "records") or part.metastatic == (
            denominator != "others"
        ):
            yield key


def _small_rest(
    of_key: Mapping[_Key, list[int]],
    totals: Mapping[_Key, int],
    told: Sequence[bool],
    parts: Sequence[Part],
    catalog: Catalog,
    least: int,
) -> int | None:
    """Return the smallest part of a number whose rest is small, or None."""
    rests = Counter(totals)
    for key, numbers in of_key.items():
        rests[key] -= sum(parts[number].patients for number in numbers if told[number])
    for key, numbers in of_key.items():
        here = [number for number in numbers if told[number]]
        rest = rests[key] - sum(rests[one] for one in _kinds(key, totals, catalog))
        if here and (0 < rests[key] < least or 0 < rest < least):
            return min(here, key=lambda number: (parts[number].patients, number))
    return None


def _kinds(key: _Key, totals: Mapping[_Key, int], catalog: Catalog) -> list[_Key]:
    """Return the same number of the broadest kinds of a cancer that the table has."""
    primary, *rest = key
    kinds = [
        one
        for one, *other in totals
        if other == rest and one != primary and primary in catalog.supertypes(one)
    ]
    broadest = [
        one for one in kinds if not any(two in catalog.supertypes(one) - {one} for two in kinds)
    ]
    return [(one, key[1], key[2], key[3]) for one in broadest]
