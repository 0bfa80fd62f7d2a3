"""Several cancers and sites at once, as small parts that a page and its script put together alike.

Every cell is written here. Among files the script of the pages takes the cells out of one JSON file
(:func:`pairs_json`) and only chooses, so that a server and a file show the same words.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from metastasis._evidence.number import number_for
from metastasis._vocabulary import DATA_LICENSE, DATA_RELEASE, NOT_CLINICAL, STUDIED
from metastasis.pictures._said.mark import percent_label
from metastasis.serve._pages.framed import ASIDES, frame_labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.evidence import Evidence
    from metastasis._evidence.frame import Frame
    from metastasis._evidence.pair import Pair
    from metastasis._graph import KnowledgeGraph

__all__ = [
    "COUNTED",
    "PairCell",
    "SharedRules",
    "cells_of",
    "frame_key",
    "frames_of",
    "pairs_json",
    "shared_rules",
    "told_frames",
    "told_number",
]


class PairCell(NamedTuple):
    """What a table says of a pair: its edge or why there is none, and its number in each frame."""

    edge: str | None
    """Its class; None where there is none."""
    state: str
    """The edge in words, or why there is none."""
    note: str
    """What the edge rests on, and whether it follows from kinds or parts."""
    numbers: Mapping[str, str]
    """By frame: share with n/N and interval."""


COUNTED: Final = (
    "Counted are cancers, not patients: sources count patients site by site, so how many patients "
    "had several of these sites at once cannot be said. A cancer and each of its kinds count for "
    "themselves."
)
"""What stands beside counts of cancers that reach several sites."""
_BASES: Final = {
    "numbers": "by numbers",
    "expert_words": "by words of experts",
    "lay_words": "by words for lay readers",
}


def frame_key(frame: Frame) -> str:
    """Return what names a frame in an address.

    >>> from metastasis import Frame
    >>> frame_key(Frame("autopsies", "at_autopsy"))
    'autopsies.at_autopsy.any.any'
    """
    return f"{frame.denominator}.{frame.setting}.{frame.occurrence}.{frame.stage}"


def cells_of(evidence: Evidence) -> Mapping[tuple[str, str], PairCell]:
    """Return the cell of every pair by metastasis, those that follow from their parts too."""
    return {
        (pair.primary, pair.site): _cell(pair)
        for pair in evidence.pairs(roll_up=True)
        if pair.assertions or pair.edge
    }


def _cell(pair: Pair) -> PairCell:
    numbers = {
        frame_key(frame): told_number(said)
        for frame in sorted(pair.by_frame)
        if (said := number_for(pair, frame)) is not None
    }
    parts = [
        _BASES.get(pair.basis or "", ""),
        "of some, from kinds or parts" if pair.is_rolled_up else "",
    ]
    if pair.status == "conflicting":
        parts.append("sources conflict")
    note = ", ".join(filter(None, parts if pair.edge else parts[1:2]))
    return PairCell(pair.edge, _state(pair), note, numbers)


def _state(pair: Pair) -> str:
    if pair.edge:
        return pair.edge
    return {"reported absent": "reported absent", "conflicting": "sources conflict"}.get(
        pair.status, "no edge"
    )


def told_number(said: Assertion) -> str:
    """Return a number with its people, so that it never stands without them.

    >>> from metastasis import Assertion
    >>> told_number(Assertion(primary="lung", site="bone", source="a", locator="b", count=1,
    ...                       total=3, denominator="autopsies"))
    '33 % (1/3), 6.1 to 79.2 %'
    """
    if said.is_quantified:
        people = f"{said.count:,}/{said.total:,}"
    else:
        people = f"of {said.total:,}, n not stated" if said.total else "n and N not stated"
    told = f"{percent_label(said)} ({people})"
    if said.is_quantified and said.interval:
        told += ", {:.1f} to {:.1f} %".format(*said.interval)
    return f"{told}, only {said.population}" if said.population else told


def frames_of(evidence: Evidence) -> Mapping[str, Frame]:
    """Return every frame that numbers on pairs are in, by the name that an address has for it."""
    found = {frame for pair in evidence.pairs() for frame in pair.by_frame}
    return {frame_key(frame): frame for frame in sorted(found)}


def told_frames(evidence: Evidence) -> Mapping[Frame, str]:
    """Return every frame in words, no two alike."""
    return frame_labels(evidence.made(frames_of).values())


class SharedRules(NamedTuple):
    """By which pairs a cancer counts as one that reaches a site."""

    counted: frozenset[tuple[str, str]]
    """Pairs that count: not of groupings, and not told by other pairs of the same cancer."""
    parts: Mapping[str, tuple[str, ...]]
    """For each site those that count as it: itself, and what lies in it."""


def shared_rules(evidence: Evidence) -> SharedRules:
    """Return the rules of ``kg.primaries_with``, for those who choose by themselves."""
    catalog = evidence.catalog
    counted = frozenset(
        (pair.primary, pair.site)
        for pair in evidence.pairs(roll_up=True)
        if pair.edge is not None
        and catalog.primaries[pair.primary].kind != "grouping"
        and not (pair.is_rolled_up and all(part.primary == pair.primary for part in pair.parts))
    )
    reached = {site for _, site in counted}
    parts = {key: tuple(sorted(catalog.parts(key) & reached)) for key in sorted(catalog.sites)}
    return SharedRules(counted, parts)


def pairs_json(kg: KnowledgeGraph) -> bytes:
    """Return all cells, labels and frames as one file, for the pages that choose in the browser.

    >>> import metastasis as mets
    >>> json.loads(pairs_json(mets.load()))["pairs"]["breast"]["bone"][:2]
    ['commonly', 'commonly']
    """
    evidence = kg.evidence
    cells = evidence.made(cells_of)
    rules = evidence.made(shared_rules)
    pairs: dict[str, dict[str, list[Any]]] = {}
    for (primary, site), cell in sorted(cells.items()):
        is_counted = int((primary, site) in rules.counted)
        pairs.setdefault(primary, {})[site] = [*cell, is_counted]
    told = {
        "release": DATA_RELEASE,
        "license": DATA_LICENSE,
        "notice": NOT_CLINICAL,
        "studied": STUDIED,
        "counted": COUNTED,
        "asides": ASIDES,
        "primaries": _labels(kg.catalog.primaries.values()),
        "sites": _labels(kg.catalog.sites.values()),
        "frames": {
            key: evidence.made(told_frames)[frame]
            for key, frame in evidence.made(frames_of).items()
        },
        "parts": {key: parts for key, parts in rules.parts.items() if parts},
        "pairs": pairs,
    }
    return f"{json.dumps(told, ensure_ascii=False, separators=(',', ':'))}\n".encode()


def _labels(records: Iterable[Any]) -> dict[str, str]:
    return {one.key: one.label for one in records}
