"""From pairs to what bodies show: what one cancer reaches, or which cancers reach one site."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from metastasis._vocabulary import LISTS
from metastasis.pictures._body.spots import STEP, Spot, View, has_shape
from metastasis.pictures._said.mark import DENIED, STATES, has_no_interval
from metastasis.pictures._said.words import capitalize

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from metastasis._catalog import Catalog
    from metastasis._evidence.frame import Frame
    from metastasis.pictures._body.anatomy import Anatomy
    from metastasis.pictures._said.mark import Mark
    from metastasis.pictures._said.selection import Selection

__all__ = ["PARTS", "important", "view_of_primary", "view_of_site", "who_counts"]

PARTS: Final = "parts"
"""The fill of an organ of which only kinds of cancer have a number, not the cancer itself."""
_ORDER: Final = ("number", "words", "conflicting", *DENIED)
"""Of several primaries of one organ, the earlier state fills it."""
_WHO: Final = {
    "all_patients": "all patients",
    "metastatic_patients": "metastatic",
    "distant_stage_at_diagnosis": "distant stage",
    "autopsies": "autopsies",
    "records": "records",
    "site_cases": "cases of the site",
}
_WHEN: Final = {"at_diagnosis": "at diagnosis", "at_autopsy": "at autopsy"}
_AS: Final = {"only_site": "as the only site", "first_site": "as the first site"}
_SAID: Final = ("distant_stage_at_diagnosis", "autopsies")
"""Denominators that say themselves when they are counted."""


def who_counts(frame: Frame) -> str:
    """Return in few words whom a frame counts, for beside a number.

    >>> from metastasis._evidence.frame import Frame
    >>> who_counts(Frame("metastatic_patients", "at_autopsy"))
    'metastatic, at autopsy'
    """
    when = "" if frame.denominator in _SAID else _WHEN.get(frame.setting, "")
    parts = [_WHO.get(frame.denominator, "not stated"), when, _AS.get(frame.occurrence, "")]
    return ", ".join(filter(None, parts))


def important(mark: Mark, *, by_class: bool) -> tuple[float | str, ...]:
    """Return the place of a mark in the order of importance: the least comes first."""
    edges = LISTS["edge"]
    edge = edges.index(mark.pair.edge) if mark.pair.edge else len(edges)
    sources = -len(mark.pair.sources)
    if by_class:
        return (edge, _ORDER.index(mark.state), sources)
    return (_ORDER.index(mark.state), -mark.percent, edge, sources)


def view_of_primary(
    key: str,
    marks: Iterable[Mark],
    chosen: Selection,
    anatomy: Anatomy,
    body: str | None,
    steps: Sequence[float] | None,
) -> View:
    """Return what the body of one primary shows: where it arises, and each site.

    ``steps`` are those that shares are shaded by; None is shades by the class of the edge.
    """
    primary = chosen.catalog.primaries[key]
    spots = [
        _spot(one, one.pair.site, one.pair.site_label, (one.pair.site,), chosen, steps)
        for one in marks
    ]
    spots.sort(key=lambda spot: (*spot.rank, spot.label.casefold()))
    return View(
        key=key,
        label=capitalize(chosen.label(key, primary.label)),
        focus="primary",
        organs=primary.arises_in,
        body=body or primary.sex or "neutral",
        spots=tuple(spots),
        filled={one.key: one for one in spots if has_shape(one.key, anatomy)},
    )


def view_of_site(
    key: str,
    marks: Iterable[Mark],
    chosen: Selection,
    anatomy: Anatomy,
    body: str | None,
    steps: Sequence[float] | None,
) -> View:
    """Return what the body of one site shows: the site, and each primary that reaches it."""
    catalog = chosen.catalog
    site, primaries = catalog.sites[key], catalog.primaries
    found = [
        (one, _spot(one, name, one.pair.primary_label, primaries[name].arises_in, chosen, steps))
        for one in marks
        for name in (one.pair.primary,)
    ]
    found.sort(key=lambda two: (*two[1].rank, two[1].label.casefold()))
    return View(
        key=key,
        label=capitalize(chosen.label(key, site.label)),
        focus="site",
        organs=(key,),
        body=body or site.sex or "neutral",
        spots=tuple(spot for _, spot in found),
        filled=_filled(found, catalog, anatomy, by_class=steps is None),
    )


def _spot(
    mark: Mark,
    key: str,
    label: str,
    organs: tuple[str, ...],
    chosen: Selection,
    steps: Sequence[float] | None,
) -> Spot:
    by_class = steps is None
    fill = mark.state
    if by_class:
        fill = mark.pair.edge or (fill if fill != "number" else "words")
    elif fill == "number":
        fill = f"{STEP}{sum(mark.percent >= limit for limit in steps or ())}"
    return Spot(
        key=key,
        label=capitalize(label),
        organs=organs,
        fill=fill,
        rank=important(mark, by_class=by_class),
        share=mark.share_label,
        details=_details(mark, by_class=by_class),
        basis=mark.basis,
        is_disputed=mark.is_disputed,
        is_dashed=has_no_interval(mark) and not by_class,
        is_denied=mark.state in DENIED,
        is_reached=mark.state in ("number", "words"),
        is_lit=chosen.is_lit(mark.pair.primary, mark.pair.site),
        route=mark.route,
    )


def _details(mark: Mark, *, by_class: bool) -> tuple[str, ...]:
    """Return what stands below a name, from the fullest wording to the shortest."""
    disputed = "; " * bool(mark.number) + STATES["conflicting"] if mark.is_disputed else ""
    if mark.number is None:
        said = {state: STATES[state] for state in ("absent", "none_seen", "conflicting")}.get(
            mark.state, ""
        )
        if said or by_class:
            return (said or disputed, said or disputed, "")
        words = mark.lines[0] if mark.lines else ""
        words = f"{words}; {disputed}" if disputed else words
        return (words, words, "")
    counts = mark.count_label
    who = who_counts(mark.number.frame) if by_class else ""
    told = f"{counts} {who}".strip() if counts else f"of {who}" if who else ""
    # One word, so that no line ends within it.
    between = mark.interval_label.replace(" to ", "\N{EN DASH}")
    interval = f" ({between})" if mark.interval else ""
    return (told + interval + disputed, told + disputed, f"of {who}" if who else "")


# What fills an organ that several cancers arise in


def _filled(
    found: Sequence[tuple[Mark, Spot]], catalog: Catalog, anatomy: Anatomy, *, by_class: bool
) -> dict[str, Spot]:
    """Return what fills each organ: the broadest cancer that arises there and has a number.

    If only kinds of it have one, the organ is filled as :data:`PARTS`: no shade of a kind is taken
    for that of the organ. By class, an edge stands for the number.
    """
    above = {key: _above(key, catalog) for key in catalog.primaries}
    arising: dict[str, list[tuple[Mark, Spot]]] = {}
    for mark, spot in found:
        for organ in spot.organs:
            if has_shape(organ, anatomy):
                arising.setdefault(organ, []).append((mark, spot))
    return {
        organ: _filling(organ, of, above, catalog, by_class=by_class)
        for organ, of in arising.items()
    }


def _filling(
    organ: str,
    found: Sequence[tuple[Mark, Spot]],
    above: Mapping[str, frozenset[str]],
    catalog: Catalog,
    *,
    by_class: bool,
) -> Spot:
    def breadth(spot: Spot) -> int:
        return sum(spot.key in higher for higher in above.values())

    told = [
        spot
        for mark, spot in found
        if (mark.pair.edge is not None if by_class else mark.state == "number")
    ]
    wholes = sorted(
        (spot for spot in told if organ in _whole(spot.key, above, catalog)),
        key=lambda spot: (-breadth(spot), spot.key),
    )
    broadest = [spot for spot in wholes if breadth(spot) == breadth(wholes[0])]
    # Of several equally broad cancers none is the organ's; but one class of all edges is.
    if len(broadest) == 1 or (by_class and len({spot.fill for spot in broadest}) == 1):
        return broadest[0]
    if told:
        return replace(told[0], fill=PARTS, is_disputed=False, is_dashed=False)
    return min(found, key=lambda two: (_ORDER.index(two[0].state), -breadth(two[1]), two[1].key))[1]


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
    waiting = [key]
    while waiting:
        parents = catalog.primaries[waiting.pop()].parents
        waiting += [one for one in parents if one not in found and one in catalog.primaries]
        found |= set(parents)
    return frozenset(found)
