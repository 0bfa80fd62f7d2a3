"""What one body shows: the organ in focus, and every site or primary at the other end of an arrow.

Seen from a primary the others are its sites; seen from a site they are the primaries that reach it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from metastasis.pictures._mark import Mark, state_of
from metastasis.pictures._words import capitalize

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from metastasis._catalog import Catalog
    from metastasis.pictures._anatomy import Anatomy, Organ

__all__ = [
    "PARTS",
    "End",
    "View",
    "has_shape",
    "organs_around",
    "organs_meant",
    "view_of_primary",
    "view_of_site",
]

PARTS: Final = "parts"
"""The state of an organ of which only kinds of cancer have a number, not the cancer itself."""
_ORDER: Final = ("number", "words", "conflicting", "none_seen", "absent")
"""Of several primaries of one organ, the earlier state fills it."""


@dataclass(frozen=True)
class End(Mark):
    """A mark at the end of an arrow that is not in focus: a site, or a primary."""

    key: str
    label: str
    organs: tuple[str, ...]
    """Keys of the sites whose shapes are meant."""
    whole: frozenset[str] = field(default=frozenset(), kw_only=True)
    """Those of them of which the primary is the cancer, not one kind of it: the broadest there."""
    breadth: int = field(default=0, kw_only=True)
    """How many kinds of the primary there are."""
    stands_in: bool = field(default=False, kw_only=True)
    """Whether it is only a kind of what fills the organ, and so must not be taken for it."""

    @cached_property
    def state(self) -> str:
        """One of :data:`~metastasis.pictures._mark.STATES`, or :data:`PARTS`."""
        return PARTS if self.stands_in else state_of(self.pair, self.number)


def _end(mark: Mark, key: str, label: str, organs: tuple[str, ...], **more: Any) -> End:
    same: dict[str, Any] = {name: getattr(mark, name) for name in ("letter", "limits", "others")}
    return End(mark.pair, mark.number, key, capitalize(label), organs, **same, **more)


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


def view_of_primary(key: str, marks: Iterable[Mark], catalog: Catalog, body: str | None) -> View:
    """Return what the body of one primary shows: where it arises, and each site."""
    primary = catalog.primaries[key]
    ends = [_end(one, one.pair.site, one.pair.site_label, (one.pair.site,)) for one in marks]
    return View(
        key=key,
        label=capitalize(primary.label),
        focus="primary",
        organs=primary.arises_in,
        body=body or primary.sex or "neutral",
        marks=_in_order(ends),
    )


def view_of_site(key: str, marks: Iterable[Mark], catalog: Catalog, body: str | None) -> View:
    """Return what the body of one site shows: the site, and each primary that reaches it."""
    site = catalog.sites[key]
    primaries = catalog.primaries
    above = {name: _above(name, catalog) for name in primaries}
    ends = [
        _end(
            one,
            one.pair.primary,
            one.pair.primary_label,
            primaries[one.pair.primary].arises_in,
            whole=_whole(one.pair.primary, above, catalog),
            breadth=sum(one.pair.primary in higher for higher in above.values()),
        )
        for one in marks
    ]
    return View(
        key=key,
        label=capitalize(site.label),
        focus="site",
        organs=(key,),
        body=body or site.sex or "neutral",
        marks=_in_order(ends),
    )


def _whole(key: str, above: Mapping[str, frozenset[str]], catalog: Catalog) -> frozenset[str]:
    """Return the organs of which a primary is the cancer, and no broader one arises there.

    Broader are those that it is a kind of; and of a histology also the cancer of the organ, if the
    catalog has one: a kidney is not filled by what is known of its urothelial carcinoma.
    """
    primary = catalog.primaries[key]
    broader = {
        organ
        for one in catalog.primaries.values()
        for organ in one.arises_in
        if one.kind != "grouping"
        and (one.key in above[key] or (one.kind == "organ" and primary.kind != "organ"))
    }
    return frozenset(primary.arises_in) - broader


def _above(key: str, catalog: Catalog) -> frozenset[str]:
    """Return the keys of all primaries that one is a kind of."""
    found: set[str] = set()
    open_ = [key]
    while open_:
        parents = catalog.primaries[open_.pop()].parents
        open_ += [one for one in parents if one not in found and one in catalog.primaries]
        found |= set(parents)
    return frozenset(found)


def _in_order(marks: Sequence[End]) -> tuple[End, ...]:
    """Return the arrows with the largest first: smaller ones are drawn over them."""
    return tuple(sorted(marks, key=lambda one: (-one.percent, one.label.casefold())))


# Which organs a body shows, and what fills each


def organs_meant(view: View, anatomy: Anatomy) -> dict[str, End | None]:
    """Return the sites with a shape that arrows meet, and what fills each; None: the focus.

    An organ that several cancers arise in is filled by the broadest of them that has a number. If
    only kinds of its cancer have one, the largest stands in, in the state :data:`PARTS`: no shade
    of a kind is taken for that of the organ.
    """
    found: dict[str, list[End]] = {}
    for mark in view.marks:
        for key in mark.organs:
            if has_shape(key, anatomy):
                found.setdefault(key, []).append(mark)
    # Seen from a primary, an organ is one site.
    one_site = view.focus == "primary"
    meant: dict[str, End | None] = {
        key: of[0] if one_site else _filling(key, of) for key, of in found.items()
    }
    meant.update({key: None for key in view.organs if has_shape(key, anatomy)})
    return meant


def _filling(organ: str, marks: Sequence[End]) -> End:
    """Return which of the marks on an organ fills it."""
    numbered = [mark for mark in marks if mark.state == "number"]
    wholes = sorted(
        (mark for mark in numbered if organ in mark.whole),
        key=lambda one: (-one.breadth, one.key),
    )
    if wholes and (len(wholes) == 1 or wholes[0].breadth > wholes[1].breadth):
        return wholes[0]
    if numbered:
        return replace(max(numbered, key=lambda one: (one.percent, one.key)), stands_in=True)
    return min(marks, key=lambda one: (_ORDER.index(one.state), -one.breadth, one.key))


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
