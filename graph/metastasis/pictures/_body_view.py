"""What one body shows: the organ in focus, and every site or primary at the other end of an arrow.

Seen from a primary the others are its sites; seen from a site they are the primaries that mark it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metastasis.pictures._mark import mark_of
from metastasis.pictures._words import capitalize

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metastasis._catalog import Catalog
    from metastasis._evidence.pair import Pair
    from metastasis.pictures._mark import Mark
    from metastasis._evidence.frame import Frame

__all__ = ["View", "view_of_primary", "view_of_site"]


@dataclass(frozen=True, slots=True)
class View:
    """One body with what is in focus and what it is joined to."""

    key: str
    label: str
    focus: str
    """``primary`` or ``site``."""
    organs: tuple[str, ...]
    body: str
    marks: tuple[Mark, ...]


def view_of_primary(
    key: str, pairs: Iterable[Pair], scale: Frame | None, catalog: Catalog, body: str | None
) -> View:
    """Return what the body of one primary shows: where it arises, and each site."""
    primary = catalog.primaries[key]
    marks = [reach_of(pair, pair.site, pair.site_label, (pair.site,), scale) for pair in pairs]
    return View(
        key=key,
        label=capitalize(primary.label),
        focus="primary",
        organs=primary.arises_in,
        body=body or primary.sex or "neutral",
        marks=_in_order(marks),
    )


def view_of_site(
    key: str, pairs: Iterable[Pair], scale: Frame | None, catalog: Catalog, body: str | None
) -> View:
    """Return what the body of one site shows: the site, and each primary that marks it."""
    site = catalog.sites[key]
    marks = [
        reach_of(
            pair,
            pair.primary,
            pair.primary_label,
            catalog.primaries[pair.primary].arises_in,
            scale,
        )
        for pair in pairs
    ]
    return View(
        key=key,
        label=capitalize(site.label),
        focus="site",
        organs=(key,),
        body=body or site.sex or "neutral",
        marks=_in_order(marks),
    )


def _in_order(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """Return the arrows with the largest first: smaller ones are drawn over them."""
    return tuple(sorted(marks, key=lambda one: (-one.percent, one.label.casefold())))
