"""The frame of a number: out of whom, when, and as what. Only numbers of one frame are compared."""

from __future__ import annotations

from dataclasses import dataclass

from metastasis._vocabulary import WORDS

__all__ = ["Frame"]


@dataclass(frozen=True, slots=True, order=True)
class Frame:
    """Out of whom, when in the course, and as what a site was counted.

    >>> str(Frame("metastatic_patients", "at_autopsy"))
    'metastatic patients, at autopsy'
    >>> str(Frame("distant_stage_at_diagnosis", "at_diagnosis", "only_site"))
    'patients with distant stage at diagnosis, as the only site'
    """

    denominator: str
    """Who the total counts."""
    setting: str
    """When the site was looked for."""
    occurrence: str = "any"
    """Whether the site counts at any time, only as the sole site, or only as the first."""
    stage: str = "any"

    def __str__(self) -> str:
        """Return the frame in words."""
        people = WORDS["denominator"].get(self.denominator, "denominator not stated")
        when = WORDS["setting"].get(self.setting)
        # "patients with distant stage at diagnosis" says by itself when they were counted.
        said = [people] if when is None or when in people else [people, when]
        return ", ".join(
            [
                *said,
                *filter(None, [WORDS["occurrence"].get(self.occurrence)]),
                *filter(None, [WORDS["stage"].get(self.stage)]),
            ]
        )
