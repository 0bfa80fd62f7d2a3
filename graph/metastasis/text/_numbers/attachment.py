"""An attachment: a site of a clause and a number of it, which may belong together.

Several may want the same site or number. Then those that a verb or brackets tie give no way to
those that only stand side by side; where two are left, neither is taken.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Attachment", "undisputed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A site and a number that may belong to it, each by its place among the tokens."""

    site: int
    number: int
    is_strong: bool
    """Whether more ties them than that they stand side by side: a verb, brackets, a list."""
    people: str = ""
    """Who it is out of, where that stands behind a later number of a list."""

    @property
    def is_forward(self) -> bool:
        """Whether the number stands behind the site."""
        return self.site < self.number

    @property
    def ends(self) -> set[int]:
        """Both places."""
        return {self.site, self.number}


def undisputed(found: Sequence[Attachment]) -> list[Attachment]:
    """Return the attachments that do not compete, after weak ones gave way to strong ones."""
    strong = _wanted([one for one in found if one.is_strong])
    left = [one for one in found if one.is_strong or not one.ends & strong.keys()]
    left = _one_way(left)
    wanted = _wanted(left)
    return [one for one in left if all(wanted[end] == 1 for end in one.ends)]


def _one_way(found: list[Attachment]) -> list[Attachment]:
    """Return those of one direction where they compete, and that direction alone has all numbers.

    "Bone in 40 %, lung in 30 %": each number stands behind its site, and before another.
    """
    if all(count == 1 for count in _wanted(found).values()):
        return found
    numbers = {one.number for one in found}
    ways = [[one for one in found if one.is_forward is way] for way in (True, False)]
    whole = [way for way in ways if {one.number for one in way} == numbers]
    return whole[0] if len(whole) == 1 else found


def _wanted(found: Sequence[Attachment]) -> Counter[int]:
    """Return how many attachments want each token."""
    return Counter(end for one in found for end in one.ends)
