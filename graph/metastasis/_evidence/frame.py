"""The frame of a number: out of whom, when, and as what. Only numbers of one frame are compared."""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields
from typing import Any

from metastasis._errors import EvidenceError, check_choice
from metastasis._vocabulary import LISTS, WORDS

__all__ = ["Frame", "check_frame"]


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


def check_frame(frame: Any, **parts: str | None) -> None:
    """Raise an error unless a frame that is asked for is one, and says what is named beside it.

    >>> check_frame(Frame("autopsies", "at_autopsy"), setting="during_course")
    Traceback (most recent call last):
    ...
    metastasis.EvidenceError: the frame is autopsies, at autopsy, and setting='during_course' ...

    Raises
    ------
    TypeError
        It is no frame.
    UnknownNameError
        A part of it is not in its closed list.
    EvidenceError
        A part that is named is another in the frame.
    """
    if not isinstance(frame, Frame):
        # Text would be compared with frames, equal none of them, and find nothing.
        example = "metastasis.Frame('metastatic_patients', 'during_course')"
        raise TypeError(f"a frame is a Frame, such as {example}, not {frame!r}")
    said = dict(zip([one.name for one in fields(frame)], astuple(frame), strict=True))
    for name, value in said.items():
        check_choice(name, value, LISTS[name])
    for name, part in parts.items():
        if part is not None and part != said[name]:
            raise EvidenceError(
                f"the frame is {frame}, and {name}={part!r} is another: give the one or the other"
            )
