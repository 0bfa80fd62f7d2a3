"""The one scale of a picture: out of whom, when and how a site counts, and whose number is shown.

Numbers that differ in any of these are never drawn on one scale of color or width.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metastasis._errors import UnknownNameError
from metastasis._vocabulary import LISTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.pair import Spread

__all__ = ["WHEN", "WHOM", "Scale", "figure_on", "scales_of", "settle_scale"]

WHOM: Final = {
    "all_patients": "all patients",
    "metastatic_patients": "metastatic patients",
    "distant_stage_at_diagnosis": "patients with distant stage at diagnosis",
    "autopsies": "autopsies",
    "records": "recorded metastases (not patients)",
    "site_cases": "patients with a metastasis at the site",
}
"""The denominators in words: whom a percentage counts."""
WHEN: Final = {
    "at_diagnosis": "at diagnosis",
    "during_course": "during the course of the disease",
    "at_autopsy": "at autopsy",
}
"""The settings in words; one that is not specified has none."""
_COUNTED_AS: Final = {"only_site": ", as the only site", "first_site": ", as the first site"}


@dataclass(frozen=True, slots=True, order=True)
class Scale:
    """Out of whom, when, and whether a site counts at any time, as the only one or as the first.

    >>> str(Scale("metastatic_patients", "at_autopsy"))
    'metastatic patients, at autopsy'
    >>> str(Scale("distant_stage_at_diagnosis", "at_diagnosis", "only_site"))
    'patients with distant stage at diagnosis, as the only site'
    """

    denominator: str
    setting: str
    occurrence: str = "any"

    def __str__(self) -> str:
        whom, when = WHOM[self.denominator], WHEN.get(self.setting)
        told = whom if when is None or when in whom else f"{whom}, {when}"
        return f"{told}{_COUNTED_AS.get(self.occurrence, '')}"


def scales_of(spread: Spread) -> dict[Scale, list[Assertion]]:
    """Return the numbers on one pair by their scale; those on one stage only are left out."""
    found: dict[Scale, list[Assertion]] = {}
    for one in spread.assertions:
        if one.percent is not None and one.stage == "any" and one.denominator is not None:
            scale = Scale(one.denominator, one.setting, one.occurrence)
            found.setdefault(scale, []).append(one)
    return found


def figure_on(spread: Spread, scale: Scale | None) -> Assertion | None:
    """Return the number on a pair that a scale shows; None where there is none.

    Of several, numbers on the whole population come first, then those with their count n, then the
    largest N. It is one source's number as it stands, never a mean.
    """
    figures = scales_of(spread).get(scale, []) if scale else []
    return min(figures, key=_preference, default=None)


def settle_scale(
    spreads: Sequence[Spread],
    *,
    denominator: str | None = None,
    setting: str | None = None,
    occurrence: str | None = None,
    of_sites: bool = False,
    unasked: bool = True,
) -> Scale | None:
    """Return the one scale of a picture; None where no number fits.

    If nothing is named, it is the scale with numbers on most pairs, a number with its count for
    two, sites counted at any time if there are such; of several, the one with the largest N. Shares
    of a site's metastases (``site_cases``) say how often a primary is met there, not how often it
    spreads there: they are taken unasked only if ``of_sites``. With ``unasked=False`` nothing
    is chosen unasked: several scales are an error also where nothing is named.

    Raises
    ------
    UnknownNameError
        There is no such denominator, setting or occurrence.
    ValueError
        Something is named, and several scales have it: the message lists each.
    """
    named = {"denominator": denominator, "setting": setting, "occurrence": occurrence}
    for kind, name in named.items():
        if name is not None and name not in LISTS[kind]:
            raise UnknownNameError(kind, name, LISTS[kind])
    asked = {kind: name for kind, name in named.items() if name is not None}
    counts = Counter(scale for spread in spreads for scale in scales_of(spread))
    every = of_sites or bool(asked) or not unasked
    fitting = [scale for scale in counts if _fits(scale, asked, every=every)]
    if occurrence is None:
        fitting = [scale for scale in fitting if scale.occurrence == "any"] or fitting
    if (asked or not unasked) and len(fitting) > 1:
        raise ValueError(_remedy(fitting, counts, unasked=unasked))
    rank = {scale: (-_worth(spreads, scale), -_largest(spreads, scale)) for scale in fitting}
    return min(fitting, key=lambda one: (rank[one], one), default=None)


def _fits(scale: Scale, asked: Mapping[str, str], *, every: bool) -> bool:
    if not every and scale.denominator == "site_cases":
        return False
    return all(getattr(scale, kind) == name for kind, name in asked.items())


def _worth(spreads: Iterable[Spread], scale: Scale) -> int:
    """Return on how many pairs there are numbers; a number with its count counts for two."""
    figures = [figure_on(spread, scale) for spread in spreads]
    return sum(1 + figure.is_quantified for figure in figures if figure)


def _largest(spreads: Iterable[Spread], scale: Scale) -> int:
    """Return the largest N on a scale."""
    figures = [one for spread in spreads for one in scales_of(spread).get(scale, [])]
    return max((one.total or 0 for one in figures), default=0)


def _preference(one: Assertion) -> tuple[bool, bool, int, str]:
    return one.population is not None, not one.is_quantified, -(one.total or 0), one.key


def _remedy(fitting: Sequence[Scale], counts: Mapping[Scale, int], *, unasked: bool) -> str:
    kinds = [
        f"  denominator={one.denominator!r}, setting={one.setting!r}, "
        f"occurrence={one.occurrence!r} ({counts[one]} pair{'' if counts[one] == 1 else 's'})"
        for one in sorted(fitting, key=lambda one: (-counts[one], one))
    ]
    said = "numbers with different denominators, settings or occurrences cannot share a scale; "
    return "\n".join([f"{said}choose one{', or name none' if unasked else ''}:", *kinds])
