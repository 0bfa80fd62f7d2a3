"""The pair: one primary, one site, and what all the evidence on them amounts to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Final

from metastasis._evidence.assertion import Assertion
from metastasis._evidence.conflict import conflicts_among, status_from
from metastasis._table import Table
from metastasis._vocabulary import LISTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from metastasis._evidence.conflict import Conflict
    from metastasis._evidence.frame import Frame

__all__ = ["PREFERENCE", "Pair", "Pairs", "has_edge", "preference"]


@dataclass(frozen=True)
class Pair:
    """One primary, one site, one relation, and all that is said of them."""

    COLUMNS: ClassVar[tuple[str, ...]] = (
        "primary",
        "primary_label",
        "site",
        "site_label",
        "edge",
        "basis",
        "status",
        "proximity",
        "words",
        "numbers",
        "sources",
        "rolled_up_from",
    )

    primary: str
    primary_label: str
    site: str
    site_label: str
    edge: str | None
    """``commonly``, ``rarely``, ``possibly`` (reported, how commonly not established), or None."""
    proximity: str | None
    """``own_organ``, ``neighbor`` or None."""
    assertions: tuple[Assertion, ...]
    """Like beside like, those with numbers first; none where the pair is rolled up."""
    basis: str | None = None
    """What the edge rests on: ``numbers``, ``expert_words`` or ``lay_words``; None without one."""
    parts: tuple[Pair, ...] = ()
    """Of a pair that no source speaks of: those on kinds of the cancer, or on parts of the site,
    that make it true. Spread of a part is spread of the whole in the sense of *some*."""

    @cached_property
    def status(self) -> str:
        """``reported``, ``reported absent`` or ``conflicting``; it says nothing of the edge.

        Of a pair that is rolled up it is ``not studied``: no source speaks of the pair itself.
        """
        return status_from(self.assertions)

    @cached_property
    def conflicts(self) -> tuple[Conflict, ...]:
        """The contradictions in the evidence, each with its reason."""
        return tuple(conflicts_among(self.assertions))

    @cached_property
    def by_frame(self) -> Mapping[Frame, tuple[Assertion, ...]]:
        """The numbers on the pair by their frame, in each the one first that stands for the pair.

        A percentage always has a denominator.
        """
        found: dict[Frame, list[Assertion]] = {}
        for one in self.assertions:
            if one.percent is not None and one.denominator is not None:
                found.setdefault(one.frame, []).append(one)
        return {frame: tuple(sorted(numbers, key=preference)) for frame, numbers in found.items()}

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """The keys of the sources, of a pair that is rolled up those of its parts."""
        said = {one.source for one in self.assertions}
        return tuple(sorted(said.union(*(part.sources for part in self.parts))))

    @property
    def is_rolled_up(self) -> bool:
        """Whether the edge follows from parts alone: no source speaks of the pair itself."""
        return bool(self.parts)

    @property
    def rolled_up_from(self) -> tuple[str, ...]:
        """The pairs that a rolled-up edge follows from, in words."""
        return tuple(f"{part.primary_label} to {part.site_label}" for part in self.parts)

    @property
    def words(self) -> tuple[str, ...]:
        """What the sources say in words, each with those who say it, the most frequent first."""
        said: dict[str, set[str]] = defaultdict(set)
        for one in self.assertions:
            if one.frequency is not None:
                said[one.frequency].add(one.source)
        return tuple(
            f"{word.replace('_', ' ')}: {', '.join(sorted(said[word]))}"
            for word in LISTS["frequency"]
            if word in said
        )

    @property
    def numbers(self) -> tuple[str, ...]:
        """Every number that there is, each with its people and its source; never pooled."""
        return tuple(filter(None, (one.number for one in self.assertions)))


class Pairs(Table[Pair]):
    """A table of pairs, with the primaries and the sites in it."""

    def __init__(self, pairs: Iterable[Pair]) -> None:
        super().__init__(Pair, pairs)

    def assertions(self) -> Table[Assertion]:
        """Return every assertion behind the pairs as a table of its own, one row each."""
        return Table(Assertion, [one for pair in self for one in pair.assertions])

    @property
    def primaries(self) -> list[str]:
        """The keys of the primaries, each once, in the order of the rows."""
        return list(dict.fromkeys(pair.primary for pair in self))

    @property
    def sites(self) -> list[str]:
        """The keys of the sites, each once, in the order of the rows."""
        return list(dict.fromkeys(pair.site for pair in self))


PREFERENCE: Final = (
    "on the whole population before a part of it, with its count n before one without, then of the "
    "largest N, then by the names of its source and of the part in the alphabet"
)
"""The order of :func:`preference` in words: what a table or a picture says of it."""


def preference(one: Assertion) -> tuple[bool, bool, int, str, str, str]:
    """Return what numbers of one pair and frame are ordered by: the first stands for the pair.

    The same in words is :data:`PREFERENCE`; the key only settles what no reader could.
    """
    part, total = one.population, one.total or 0
    return part is not None, not one.is_quantified, -total, one.source, part or "", one.key


def has_edge(pair: Pair, edge: str, basis: str = "any") -> bool:
    """Return whether a pair has an edge of the class and basis asked for; ``any`` asks for any."""
    return pair.edge is not None and edge in ("any", pair.edge) and basis in ("any", pair.basis)
