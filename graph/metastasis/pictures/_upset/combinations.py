"""Which sites go together in patients of one's own: combinations counted, each with its interval.

Apart from the UpSet plot because nothing here is about a picture: it reads and counts.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import EvidenceError
from metastasis._evidence.interval import wilson_interval
from metastasis.patients import read_patterns

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from metastasis._catalog import Catalog
    from metastasis.patients import Pattern

__all__ = ["Combination", "Combinations", "Counted", "count_combinations"]

_MERELY_WHERE: Final = ("region", "system")
"""Kinds of sites that hold others without being one place with them."""
_WITHHELD: Final = 5
"""Where no row has fewer patients than this, small ones were probably left out."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Some of all patients: how many, and the 95 % Wilson interval of their share."""

    count: int
    total: int

    @property
    def percent(self) -> float:
        """The share in percent."""
        return 100 * self.count / self.total

    @property
    def interval(self) -> tuple[float, float]:
        """The interval in percent."""
        low, high = wilson_interval(self.count, self.total)
        return 100 * low, 100 * high


@dataclass(frozen=True, slots=True)
class Combination:
    """The patients with exactly these sites of those looked at."""

    sites: tuple[str, ...]
    """Keys, in the order of their rows."""
    state: str
    """``sites``; ``others``: with none of the sites asked for; ``unrecorded``: metastatic, and no
    site is recorded; ``none``: not metastatic, and without a site."""
    patients: Counted

    @property
    def key(self) -> str:
        """What names it in the ids of artists."""
        return "--".join(self.sites) or self.state


@dataclass(frozen=True, slots=True)
class Combinations:
    """Patients by the sets of their sites."""

    all: tuple[Combination, ...]
    """The most frequent first; those without a site that is looked at come last."""
    sizes: dict[str, Counted]
    """How many patients have each site, whatever else they have; the most frequent first."""
    total: int
    primaries: tuple[str, ...]
    origin: str
    """Where they are from, in words."""
    remarks: tuple[str, ...]
    """What must be known of what is not among them, a sentence each."""

    @property
    def of_sites(self) -> tuple[Combination, ...]:
        """Those with a site that is looked at."""
        return tuple(one for one in self.all if one.state == "sites")

    @property
    def without(self) -> tuple[Combination, ...]:
        """Those without one."""
        return tuple(one for one in self.all if one.state != "sites")


def count_combinations(
    data: Any,
    catalog: Catalog,
    *,
    primaries: Sequence[str] | None = None,
    sites: Sequence[str] | None = None,
    metastatic: bool = True,
) -> Combinations:
    """Return the combinations of sites in patterns; N is all patients of these primaries.

    ``data`` is what a reader of patients returned, a file or a frame of patterns, or patterns. With
    ``metastatic``, only metastatic patients count. Where no sites are named, those looked at are
    the broadest that are recorded: a rib counts as bone, and a region or system where no site
    within it is recorded. Where they are, combinations are among them alone.

    >>> from metastasis._catalog import read_catalog
    >>> from metastasis.patients import Pattern
    >>> found = count_combinations(
    ...     [Pattern("lung", None, True, ("bone", "rib"), 3), Pattern("lung", None, True, (), 1)],
    ...     read_catalog())
    >>> [(one.key, one.patients.count, one.patients.total) for one in found.all]
    [('bone', 3, 4), ('unrecorded', 1, 4)]

    Raises
    ------
    EvidenceError
        No patient of these primaries is in the patterns, or a number of patients is below zero.
    UnknownNameError, AmbiguousNameError
        A primary or site that the catalog does not have.
    TableError, ReadError
        The file or frame of patterns has faults, or cannot be read.
    """
    patterns, origin, withheld = _taken(data)
    counted: Counter[tuple[frozenset[str], bool]] = Counter()
    named: dict[str, int] = {}
    for one in patterns:
        primary = catalog.primary(one.primary).key
        is_asked = primaries is None or primary in primaries
        if one.patients < 0:
            raise EvidenceError(f"{one.primary}: {one.patients} patients; it is 0 or more")
        if is_asked and one.patients and (one.metastatic or not metastatic):
            keys = frozenset(catalog.site(name).key for name in one.sites)
            counted[keys if sites else _placed(keys, catalog), one.metastatic] += int(one.patients)
            named[primary] = named.get(primary, 0) + int(one.patients)
    total = sum(counted.values())
    looked_at = sites if sites is not None else _broadest(counted, catalog)
    holds_all = sites is not None

    def has(keys: Collection[str], site: str) -> bool:
        # A region that was not asked for holds only those of whom no more is known.
        is_merely = catalog.sites[site].kind in _MERELY_WHERE and not holds_all
        return site in keys if is_merely else _has(keys, site, catalog)

    sizes = {
        site: Counted(number, total)
        for site in looked_at
        if (number := sum(n for (keys, _), n in counted.items() if has(keys, site)))
    }
    ranked = dict(sorted(sizes.items(), key=lambda item: (-item[1].count, item[0])))
    return Combinations(
        all=tuple(_combined(counted, list(ranked), total, has)),
        sizes=ranked,
        total=total,
        primaries=tuple(sorted(named)),
        origin=origin,
        remarks=tuple(_remarks(withheld, counted)),
    )


def _taken(data: Any) -> tuple[Iterable[Pattern], str, int | None]:
    """Return patterns, where they are from, and under how many patients they were withheld."""
    if isinstance(data, str | PathLike):
        from pathlib import Path

        return read_patterns(Path(data)), f"patterns in {Path(data).name}", None
    if hasattr(data, "patterns") and hasattr(data, "report"):
        return data.patterns, f"patterns of {data.source.key}", data.report.min_count
    if isinstance(data, list | tuple) or hasattr(data, "__next__"):
        return data, "patterns", None
    return read_patterns(data), "patterns in a frame", None


def _placed(keys: frozenset[str], catalog: Catalog) -> frozenset[str]:
    """Return sites without the regions and systems that another of them is in."""
    merely = {key for key in keys if catalog.sites[key].kind in _MERELY_WHERE}
    return keys - {key for key in merely if _has(keys - {key}, key, catalog)}


def _has(keys: Collection[str], site: str, catalog: Catalog) -> bool:
    return any(site == key or site in catalog.wholes(key) for key in keys)


def _broadest(counted: Counter[tuple[frozenset[str], bool]], catalog: Catalog) -> tuple[str, ...]:
    """Return the sites that are recorded and in no other that is: regions and systems hold none."""
    there = frozenset[str]().union(*(keys for keys, _ in counted))
    holders = {key for key in there if catalog.sites[key].kind not in _MERELY_WHERE}
    return tuple(sorted(key for key in there if not (catalog.wholes(key) - {key}) & holders))


def _combined(
    counted: Counter[tuple[frozenset[str], bool]],
    rows: list[str],
    total: int,
    has: Callable[[Collection[str], str], bool],
) -> Iterator[Combination]:
    found: Counter[tuple[tuple[str, ...], str]] = Counter()
    for (keys, metastatic), number in counted.items():
        held = tuple(site for site in rows if has(keys, site))
        state = "sites" if held else "others" if keys else "unrecorded" if metastatic else "none"
        found[held, state] += number
    ranked = sorted(found.items(), key=lambda one: (not one[0][0], -one[1], len(one[0][0]), one[0]))
    for (held, state), number in ranked:
        yield Combination(held, state, Counted(number, total))


def _remarks(withheld: int | None, counted: Counter[tuple[frozenset[str], bool]]) -> Iterator[str]:
    if withheld is not None and withheld > 1:
        yield (
            f"Not shown (suppressed): combinations of fewer than {withheld} patients of one "
            "primary and sex, whose patients are not in N either."
        )
    elif withheld is None and counted and min(counted.values()) >= _WITHHELD:
        yield (
            f"No combination has fewer than {min(counted.values())} patients: smaller ones may "
            "have been left out of the table, and their patients of N."
        )
