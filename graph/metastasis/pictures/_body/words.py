"""What is said of a body map: title, rules, findings, and what the legend shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metastasis.pictures._body.drawing import ARROW
from metastasis.pictures._body.frames import frames_in
from metastasis.pictures._body.spots import STEP, has_shape, organ_of
from metastasis.pictures._body.values import short_steps
from metastasis.pictures._body.views import PARTS, who_counts
from metastasis.pictures._said.mark import (
    STATES,
    dispute_rule,
    dispute_words,
    frame_words,
    highest,
    letter_rules,
    number_rules,
)
from metastasis.pictures._said.words import (
    CLASS_RULES,
    CLASSES,
    NOT_POOLED,
    best_supported,
    plural,
    stand_out,
    whom_of,
)
from metastasis.pictures._sheet.style import LineStyle
from metastasis.pictures._sheet.surround import SAMPLE, LegendEntry
from metastasis.pictures._signs.arrow import ROUTES
from metastasis.pictures._signs.signs import basis_entries, basis_rule, basis_words, letter_entries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from matplotlib.artist import Artist

    from metastasis._evidence.frame import Frame
    from metastasis.pictures._body.anatomy import Anatomy
    from metastasis.pictures._body.fills import Fills
    from metastasis.pictures._body.spots import Spot, View
    from metastasis.pictures._body.values import Values
    from metastasis.pictures._said.mark import Mark
    from metastasis.pictures._sheet.sheet import Sheet

__all__ = ["Told", "findings_of", "legend_of", "rules_of", "values_findings", "values_rules"]

_STATES: Final = {
    "words": STATES["words"],
    PARTS: "only kinds of the cancer have a number",
    "none_seen": STATES["none_seen"],
    "absent": STATES["absent"],
    "conflicting": STATES["conflicting"],
}
_PERCENT: Final = "\N{NO-BREAK SPACE}%"
_FOLLOWED: Final = 12
"""Numbers whose sources a caption names one by one."""
_SCHEMATIC: Final = "Shapes are schematic: which of a pair is drawn on has no meaning."


@dataclass(frozen=True, slots=True)
class Told:
    """What there is to tell of a body map: its bodies, their marks, and the frame of its shades."""

    views: Sequence[View]
    marks: Sequence[Mark]
    frame: Frame | None
    why: str
    """Why this frame; by class, why none where it was the caller's wish."""
    by_class: bool
    arrows: bool
    is_short: bool = False
    """Whether there is little height, so that the legend leaves letters to the caption."""
    unnamed: int = 0
    """Spots that are named nowhere in the picture."""
    left_out: tuple[str, ...] = ()
    """What is not drawn because the caller wanted less, a sentence each."""

    @property
    def spots(self) -> list[Spot]:
        """Every spot of every body."""
        return [spot for view in self.views for spot in view.spots]

    @property
    def fills(self) -> set[str]:
        """Every fill that is in the picture."""
        filled = [spot for view in self.views for spot in view.filled.values()]
        return {spot.fill for spot in [*self.spots, *filled]}


def rules_of(told: Told, anatomy: Anatomy) -> list[str]:
    """Return what shades, arrows and states mean, and out of whom, a sentence each."""
    marks, fills = told.marks, told.fills
    if not marks:
        return []
    rules = _class_rules(told) if told.by_class else _share_rules(told)
    if "words" in fills and not told.by_class:
        rules.append(
            "Hatched shapes: reported in words or with other numbers only; no frequency can be "
            "read from them."
        )
    if told.arrows and any(spot.is_reached for spot in told.spots):
        rules.append("Arrows say whence and whither, and their width nothing.")
    has_numbers = any(mark.number for mark in marks)
    rules += basis_rule((mark.basis for mark in marks), numbers=has_numbers)
    rules += dispute_rule([mark.pair for mark in marks], "Crossed shapes")
    if not told.by_class:  # the rules of classes end with it
        rules.append(NOT_POOLED)
    if len(told.views) == 1:
        rules += _followed(marks)
    rules += _filling_rules(told)
    if _has_points(told.spots, anatomy):
        rules.append("Diamonds: places without a shape here.")
    if told.unnamed:
        names = plural(told.unnamed, "name")
        rules.append(f"{names} of the least important had no room beside a body.")
    return [*rules, *told.left_out, _SCHEMATIC]


def _share_rules(told: Told) -> list[str]:
    if told.frame is None:
        return []
    shade = f"Shade: {frame_words(told.frame, told.why)}."
    return [shade, *number_rules(told.marks, told.frame, without="Dashed shapes")]


def _class_rules(told: Told) -> list[str]:
    numbers = [mark for mark in told.marks if mark.number]
    rules = [f"Shade: the class of the edge, not a share. {CLASS_RULES}"]
    if numbers:
        frames = frames_in(one.number.frame for one in numbers if one.number)
        whom = "; ".join(f"{who_counts(one)}: share of {one}" for one in frames)
        why = "No frame has numbers on half of the pairs, so each" if not told.why else "Each"
        rules.append(
            f"{why} number says whom it counts, and numbers of different people are not compared "
            f"({whom})."
        )
        rules += number_rules(told.marks, frames[0], without="Percentages without N")
    return rules


def _filling_rules(told: Told) -> list[str]:
    """Return by which of several cancers an organ is filled, where several arise in one.

    And of which organs only kinds of cancer have a number, with the kinds by name.
    """
    filled: set[str] = set()
    parts: set[str] = set()
    for view in told.views:
        if view.focus == "site":
            for organ, spot in view.filled.items():
                several = [one for one in view.spots if organ in one.organs]
                if spot.fill == PARTS:
                    parts |= {one.label for one in several if _is_told(one, told)}
                elif _is_told(spot, told) and len(several) > 1:
                    filled.add(spot.label)
    rules = []
    if filled:
        named = ", ".join(sorted(map(_lower, filled)))
        rules.append(
            f"An organ that several cancers arise in is filled by the broadest of them: {named}."
        )
    if parts:
        named = ", ".join(sorted(map(_lower, parts)))
        what = "are reported" if told.by_class else "have a number"
        rules.append(f"Dotted organs: only kinds of the cancers that arise there {what}: {named}.")
    return rules


def _is_told(spot: Spot, told: Told) -> bool:
    return spot.fill in CLASSES if told.by_class else spot.fill.startswith(STEP)


def _lower(label: str) -> str:
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _followed(marks: Sequence[Mark]) -> list[str]:
    """Return whose number stands beside each name, where there are few."""
    shown = [mark for mark in marks if mark.number]
    if not shown or len(shown) > _FOLLOWED:
        return []
    one_primary = len({mark.pair.primary for mark in marks}) == 1
    by: dict[str, list[str]] = {}
    for mark in shown:
        label = mark.pair.site_label if one_primary else mark.pair.primary_label
        by.setdefault(mark.number.source if mark.number else "", []).append(label)
    named = "; ".join(f"{', '.join(labels)}: {source}" for source, labels in sorted(by.items()))
    return [f"Numbers by source: {named}."]


def findings_of(told: Told) -> str:
    """Return the main findings for those who do not see the picture."""
    marks = told.marks
    parts = [_whose(told)]
    if any(mark.number for mark in marks):
        if told.by_class:
            numbers = sorted(marks, key=lambda one: -one.percent)[:5]
            said = [
                f"{mark.words} of {who_counts(mark.number.frame)}"
                for mark in numbers
                if mark.number
            ]
            parts.append(f"Numbers, each of its own people: {'; '.join(said)}.")
        else:
            parts.append(f"Highest of {whom_of(told.frame)}: {highest(marks)}.")
        parts += letter_rules(marks)
    for state, words in _STATES.items():
        if told.by_class and state == "words":
            continue
        named = [_end(mark, told) for mark in marks if mark.state == state]
        if named and len(told.views) == 1:
            parts.append(f"{words[:1].upper()}{words[1:]}: {', '.join(named)}.")
        elif named:
            parts.append(f"{plural(len(named), 'pair')}: {words}.")
    pairs = [mark.pair for mark in marks if mark.pair.edge]
    parts += [*basis_words(pairs), *dispute_words(pairs)]
    return " ".join(filter(None, [*parts, best_supported(pairs), stand_out(pairs)]))


def _whose(told: Told) -> str:
    views = told.views
    if len(views) > 1:
        many = "primaries" if views[0].focus == "primary" else "sites"
        return f"Body maps of {len(views)} {many} with {plural(len(told.marks), 'pair')}."
    view = views[0]
    ends = ("site", "sites") if view.focus == "primary" else ("primary", "primaries")
    pair = told.marks[0].pair
    name = pair.primary_label if view.focus == "primary" else pair.site_label
    return f"Body map of {name} on a {view.body} body with {plural(len(told.marks), *ends)}."


def _end(mark: Mark, told: Told) -> str:
    from_primary = told.views[0].focus == "primary"
    return mark.pair.site_label if from_primary else mark.pair.primary_label


def _has_points(spots: Sequence[Spot], anatomy: Anatomy) -> bool:
    """Return whether any spot has a place but no shape."""
    return any(
        organ_of(spot.organs, anatomy) and not any(has_shape(key, anatomy) for key in spot.organs)
        for spot in spots
    )


# Values of the caller's own


def values_rules(values: Values, told: Told) -> list[str]:
    """Return that the values are the caller's, what has none, and what is not named."""
    unit = f", in {values.unit}" if values.unit else ""
    rules = [f"Shade: values given by the caller{unit}; nothing here is from this graph."]
    if values.missing:
        rules.append(f"Not given: {', '.join(values.missing)}.")
    if told.unnamed:
        rules.append(f"{plural(told.unnamed, 'name')} had no room beside the body.")
    return [*rules, *told.left_out, _SCHEMATIC]


def values_findings(values: Values, view: View) -> str:
    """Return the values in words, the highest first."""
    named = ", ".join(f"{_lower(spot.label)} {spot.share}" for spot in view.spots)
    missing = f" Not given: {', '.join(values.missing)}." if values.missing else ""
    return f"Values given by the caller, on a {view.body} body: {named}.{missing}"


# The legend


def legend_of(told: Told, fills: Fills, values: Values | None) -> list[LegendEntry]:
    """Return what is in the picture: what is in focus, steps or classes, states, signs."""
    spots = told.spots
    if not spots:
        return []
    return [
        *_focus_entry(told.views[0]),
        *_shade_entries(told, fills, values),
        *(
            LegendEntry(_state_words(state, told), _fill_sample(fills, state))
            for state in _STATES
            if state in told.fills and not (told.by_class and state == "words")
        ),
        *_dashed_entry(spots, fills),
        *_dispute_entry(spots, fills),
        *basis_entries(spot.basis for spot in spots),
        *(_route_entries(spots) if told.arrows else ()),
        *letter_entries(told.marks, 0 if told.is_short else 4),
    ]


def _focus_entry(view: View) -> Iterator[LegendEntry]:
    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        color = sheet.style.origin_fill
        return sheet.box(
            x, y - 0.075, SAMPLE, 0.15, color, gid, edgecolor=sheet.style.ink, linewidth=0.7
        )

    words = {"primary": "where it starts", "site": "the site"}.get(view.focus)
    if words:
        yield LegendEntry(words, draw)


def _shade_entries(told: Told, fills: Fills, values: Values | None) -> Iterator[LegendEntry]:
    """Yield every step, as the pictures of a figure share one scale; of classes those drawn."""
    if told.by_class:
        for name, words in CLASSES.items():
            if name in told.fills:
                yield LegendEntry(words, _fill_sample(fills, name))
    elif values is not None or any(fill.startswith(STEP) for fill in told.fills):
        limits = fills.style.percent_steps
        words_of = values.words() if values is not None else short_steps(limits, _PERCENT)
        for step, words in enumerate(words_of):
            yield LegendEntry(words, _fill_sample(fills, f"{STEP}{step}"))


def _state_words(state: str, told: Told) -> str:
    if state == PARTS and told.by_class:
        return "only kinds of the cancer are reported"
    return _STATES[state]


def _dashed_entry(spots: Sequence[Spot], fills: Fills) -> Iterator[LegendEntry]:
    dashed = [spot for spot in spots if spot.is_dashed]
    if dashed:
        yield LegendEntry("no interval", _fill_sample(fills, dashed[0].fill, dashed=True))


def _dispute_entry(spots: Sequence[Spot], fills: Fills) -> Iterator[LegendEntry]:
    """Yield how a shape is drawn of which sources conflict although it is reached."""
    disputed = [spot for spot in spots if spot.is_disputed]
    if disputed:
        sample = _fill_sample(fills, disputed[0].fill, disputed=True)
        yield LegendEntry("reported, and sources conflict", sample)


def _fill_sample(
    fills: Fills, fill: str, *, disputed: bool = False, dashed: bool = False
) -> Callable[[Sheet, float, float, str], Artist]:
    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        look = fills.look(fill, disputed=disputed, dashed=dashed)
        return sheet.box(x, y - 0.075, SAMPLE, 0.15, look.pop("color"), gid, **look)

    return draw


def _route_entries(spots: Sequence[Spot]) -> list[LegendEntry]:
    named = {spot.route for spot in spots if spot.is_reached}
    if not named - {None}:
        return []
    entries = [
        LegendEntry(route.replace("_", " "), _line_sample(dashes))
        for route, dashes in ROUTES.items()
        if route in named
    ]
    solid = [LegendEntry("route not stated", _line_sample(()))]
    return [*entries, *(solid if None in named else [])]


def _line_sample(dashes: tuple[float, ...]) -> Callable[[Sheet, float, float, str], Artist]:
    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        line = LineStyle(1.2 * ARROW, dashes)
        return sheet.line([(x, y), (x + SAMPLE, y)], line, sheet.style.arrow, gid)

    return draw
