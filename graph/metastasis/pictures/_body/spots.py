"""What one body shows, ready to be drawn: the organ in focus, and a spot for everything else.

A spot is a site with its share, its class or a number of the caller's own; seen from a site it is a
primary that reaches it. What a spot says is decided here; where it stands, in :mod:`.layout`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from metastasis.pictures._body.anatomy import Anatomy, Organ

__all__ = ["STEP", "Spot", "View", "has_shape", "organ_of", "organs_around", "organs_meant"]

STEP: Final = "step-"
"""How the fills begin that are steps of a number; others are classes and states by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One site, or one primary: what fills its organs, and what is said beside them."""

    key: str
    label: str
    organs: tuple[str, ...]
    """Keys of the sites whose shapes are meant."""
    fill: str
    """A step of a number, the class of an edge, or a state."""
    rank: tuple[float | str, ...] = ()
    """Its place in the order of importance, the least first."""
    share: str = ""
    """Its number, which stands beside its name."""
    details: tuple[str, ...] = ("",)
    """What stands below the name, from the fullest wording to the shortest."""
    basis: str | None = None
    """What its edge rests on, if a sign tells it."""
    is_disputed: bool = False
    """Whether sources conflict although there is an edge."""
    is_dashed: bool = False
    """Whether its number is without an interval."""
    is_denied: bool = False
    """Whether it is reported absent, and so crossed out."""
    is_reached: bool = True
    """Whether an arrow leads there."""
    is_lit: bool = True
    """Whether it is brought out; the rest is faded."""
    route: str | None = None
    """The one route that sources name."""


@dataclass(frozen=True, slots=True)
class View:
    """One body with what is in focus and what is shown on it."""

    key: str
    label: str
    focus: str
    """``primary``, ``site``, or nothing where nothing is in focus."""
    organs: tuple[str, ...]
    """Of what is in focus."""
    body: str
    spots: tuple[Spot, ...]
    """The most important first."""
    filled: dict[str, Spot]
    """What fills each organ that has a shape."""


def organ_of(keys: Sequence[str], anatomy: Anatomy) -> Organ | None:
    """Return the first of the organs that has a place."""
    organs = (anatomy.organs.get(key) for key in keys)
    return next((organ for organ in organs if organ and organ.anchor), None)


def organs_meant(view: View, anatomy: Anatomy) -> dict[str, Spot | None]:
    """Return the sites with a shape that are meant, and what fills each; None: the focus."""
    own = {key: None for key in view.organs if has_shape(key, anatomy)}
    return {**view.filled, **own}


def organs_around(body: str, meant: Collection[str], anatomy: Anatomy) -> list[Organ]:
    """Return the organs that only help to find one's way on a body, the lowest first."""
    return sorted(
        (
            organ
            for key, organ in anatomy.organs.items()
            if organ.path
            and key not in meant
            and organ.body in ("both", body)
            and organ.around in ("both", body)
        ),
        key=lambda organ: (organ.layer, organ.site),
    )


def has_shape(key: str, anatomy: Anatomy) -> bool:
    """Return whether a site has a shape of its own."""
    organ = anatomy.organs.get(key)
    return bool(organ and organ.path)
