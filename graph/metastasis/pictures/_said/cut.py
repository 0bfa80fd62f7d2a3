"""Which pairs a picture keeps when only some are asked for; what is left out is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metastasis.pictures._said.mark import mark_of
from metastasis.pictures._said.words import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis._evidence.frame import Frame
    from metastasis._evidence.pair import Pair
    from metastasis.pictures._said.selection import Selection

__all__ = ["Cut", "best_first", "cut_pairs"]

_CLASSES: Final = ("commonly", "possibly", "rarely")


@dataclass(frozen=True, slots=True)
class Cut:
    """The pairs that are kept, in the order given, and what is left out, a sentence each."""

    pairs: tuple[Pair, ...]
    rules: tuple[str, ...]


def best_first(pairs: Sequence[Pair], frame: Frame | None) -> list[Pair]:
    """Return pairs with the highest shares first, those without one by class and sources."""
    shares = {_key(pair): mark_of(pair, frame) for pair in pairs}
    return sorted(
        pairs,
        key=lambda one: (
            shares[_key(one)].number is None,
            -shares[_key(one)].percent,
            _CLASSES.index(one.edge) if one.edge in _CLASSES else len(_CLASSES),
            -len(one.sources),
            one.primary_label,
            one.site_label,
        ),
    )


def cut_pairs(pairs: Sequence[Pair], frame: Frame | None, chosen: Selection) -> Cut:
    """Return the pairs that ``least`` and ``top`` of a selection keep, and what they leave out.

    >>> import metastasis as mets
    >>> from metastasis.pictures._said.selection import select
    >>> chosen = select(mets.load().evidence, "prostate", None, None, top=2)
    >>> cut = cut_pairs(chosen.pairs, None, chosen)
    >>> len(cut.pairs), cut.rules[0].partition(",")[0]
    (2, 'Only 2 pairs are drawn')
    """
    kept = list(pairs)
    rules = []
    if chosen.least is not None:
        marks = {_key(pair): mark_of(pair, frame) for pair in kept}
        bare = sum(one.number is None for one in marks.values())
        kept = [
            pair
            for pair in kept
            if marks[_key(pair)].number is not None and marks[_key(pair)].percent >= chosen.least
        ]
        rules += _under(len(marks) - bare - len(kept), bare, chosen.least)
    if chosen.top is not None and chosen.top < len(kept):
        best = best_first(kept, frame)[: chosen.top]
        names = {_key(pair) for pair in best}
        how = "common ones first, then those of most sources"
        if frame is not None:
            shared = sum(mark_of(pair, frame).number is not None for pair in best)
            how = "those with the highest shares"
            if shared < len(best):
                how += ", then common ones and those of most sources"
        rules.append(f"Only {plural(len(best), 'pair')} are drawn, of {len(kept):,}: {how}.")
        if len(best) == 1:
            rules[-1] = rules[-1].replace("pair are", "pair is")
        kept = [pair for pair in kept if _key(pair) in names]
    return Cut(tuple(kept), tuple(rules))


def _under(low: int, bare: int, least: float) -> list[str]:
    said = [
        *([f"{plural(low, 'pair')} with a share under {least:g} %"] if low else []),
        *([f"{plural(bare, 'pair')} without such a share"] if bare else []),
    ]
    verb = "is" if low + bare == 1 else "are"
    return [f"{' and '.join(said)} {verb} left out."] if said else []


def _key(pair: Pair) -> tuple[str, str]:
    return pair.primary, pair.site
