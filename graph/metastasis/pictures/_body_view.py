"""What one body shows: the organ in focus, and every site or primary at the other end of an arrow.

Seen from a primary the others are its sites; seen from a site they are the primaries that reach it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metastasis.pictures._reach import reach_of
from metastasis.pictures._selection import capitalize

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metastasis._catalog import Catalog
    from metastasis._evidence.pair import Spread
    from metastasis.pictures._reach import Reach
    from metastasis.pictures._scale import Scale

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
    reaches: tuple[Reach, ...]


def view_of_primary(
    key: str, spreads: Iterable[Spread], scale: Scale | None, catalog: Catalog, body: str | None
) -> View:
    """Return what the body of one primary shows: where it arises, and each site."""
    primary = catalog.primaries[key]
    reaches = [
        reach_of(spread, spread.site, spread.site_label, (spread.site,), scale)
        for spread in spreads
    ]
    return View(
        key=key,
        label=capitalize(primary.label),
        focus="primary",
        organs=primary.arises_in,
        body=body or primary.sex or "neutral",
        reaches=_in_order(reaches),
    )


def view_of_site(
    key: str, spreads: Iterable[Spread], scale: Scale | None, catalog: Catalog, body: str | None
) -> View:
    """Return what the body of one site shows: the site, and each primary that reaches it."""
    site = catalog.sites[key]
    reaches = [
        reach_of(
            spread,
            spread.primary,
            spread.primary_label,
            catalog.primaries[spread.primary].arises_in,
            scale,
        )
        for spread in spreads
    ]
    return View(
        key=key,
        label=capitalize(site.label),
        focus="site",
        organs=(key,),
        body=body or site.sex or "neutral",
        reaches=_in_order(reaches),
    )


def _in_order(reaches: Sequence[Reach]) -> tuple[Reach, ...]:
    """Return the arrows with the largest first: smaller ones are drawn over them."""
    return tuple(sorted(reaches, key=lambda one: (-one.percent, one.label.casefold())))
