"""What one body shows: the organ in focus, and every site or primary at the other end of an arrow.

Seen from a primary the others are its sites; seen from a site they are the primaries that reach it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metastasis._evidence.number import number_for
from metastasis.pictures._mark import Mark
from metastasis.pictures._words import capitalize

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from metastasis._catalog import Catalog
    from metastasis._evidence.frame import Frame
    from metastasis._evidence.pair import Pair
    from metastasis.pictures._anatomy import Anatomy, Organ

__all__ = [
    "End",
    "View",
    "has_shape",
    "organs_around",
    "organs_meant",
    "view_of_primary",
    "view_of_site",
]

_ORDER: Final = ("words", "absent", "number", "conflicting")
"""Of several primaries of one organ, the later state fills it."""


@dataclass(frozen=True)
class End(Mark):
    """A mark at the end of an arrow that is not in focus: a site, or a primary."""

    key: str
    label: str
    organs: tuple[str, ...]
    """Keys of the sites whose shapes are meant."""


def _end(pair: Pair, frame: Frame | None, key: str, label: str, organs: tuple[str, ...]) -> End:
    return End(pair, number_for(pair, frame), key, capitalize(label), organs)


@dataclass(frozen=True, slots=True)
class View:
    """One body with what is in focus and what it is joined to."""

    key: str
    label: str
    focus: str
    """``primary`` or ``site``."""
    organs: tuple[str, ...]
    body: str
    marks: tuple[End, ...]


def view_of_primary(
    key: str, pairs: Iterable[Pair], frame: Frame | None, catalog: Catalog, body: str | None
) -> View:
    """Return what the body of one primary shows: where it arises, and each site."""
    primary = catalog.primaries[key]
    marks = [_end(one, frame, one.site, one.site_label, (one.site,)) for one in pairs]
    return View(
        key=key,
        label=capitalize(primary.label),
        focus="primary",
        organs=primary.arises_in,
        body=body or primary.sex or "neutral",
        marks=_in_order(marks),
    )


def view_of_site(
    key: str, pairs: Iterable[Pair], frame: Frame | None, catalog: Catalog, body: str | None
) -> View:
    """Return what the body of one site shows: the site, and each primary that reaches it."""
    site = catalog.sites[key]
    primaries = catalog.primaries
    marks = [
        _end(one, frame, one.primary, one.primary_label, primaries[one.primary].arises_in)
        for one in pairs
    ]
    return View(
        key=key,
        label=capitalize(site.label),
        focus="site",
        organs=(key,),
        body=body or site.sex or "neutral",
        marks=_in_order(marks),
    )


def _in_order(marks: Sequence[End]) -> tuple[End, ...]:
    """Return the arrows with the largest first: smaller ones are drawn over them."""
    return tuple(sorted(marks, key=lambda one: (-one.percent, one.label.casefold())))


# Which organs a body shows, and what fills each


def organs_meant(view: View, anatomy: Anatomy) -> dict[str, End | None]:
    """Return the sites with a shape that arrows meet, and what fills each; None: the focus."""
    meant: dict[str, End | None] = {}
    broadest = sorted(
        view.marks,
        key=lambda one: (_ORDER.index(one.state), one.total, one.percent, one.key),
    )
    for mark in broadest:
        meant.update({key: mark for key in mark.organs if has_shape(key, anatomy)})
    meant.update({key: None for key in view.organs if has_shape(key, anatomy)})
    return meant


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
