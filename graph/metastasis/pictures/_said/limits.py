"""What limits a number: a part of the population, a sum made here, a note on whom it counts.

Notes are phrases apart by semicolons. Most only describe (``in a list of the most common sites``);
a phrase limits a number where it says that the number is not, or may not be, the plain share of
people with the site that it looks like. Which do is decided by :data:`LIMITING` alone, for shipped
evidence and one's own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from metastasis._vocabulary import WORDS

if TYPE_CHECKING:
    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.frame import Frame

__all__ = ["COMPUTED", "LIMITING", "PART", "is_computed", "limits_of"]

COMPUTED: Final = "computed here from its data, patient by patient"
"""Said of a number that is read in no source: it was counted in a table of patients."""

PART: Final = "only "
"""What the phrase of a part of the population, or of a stage, begins with."""
_SUM: Final = re.compile(r"^(the )?sums? of ")
LIMITING: Final = re.compile(
    r"""
    (?<!called\ )\b(possibly|inferred|whether|apparently|it\ seems|estimated?|approximately)\b
    | ^about$ | \btaken\ (as|at)\b | \bdoes\ not\ say\b
    | \b(is|are|was|were)\ (not|never)\ (said|stated|known|examined|diagnosed|shown|documented)\b
    | \bone\ figure\b | ^found\ in\b | \bpresenting\ site\b
    | \bnot\ (of|the\ share|all|patients)\b | ^share\ (of|among)\b | \bmutually\ exclusive\b
    | ^conditional\b | ^mean\ proportion | ^pooled\b
    | \bprinted\ range\b | \bno\ (count|number|whole\ number|share)\b | \bcuts\ its\ percentages\b
    | ^of\ (the|all)\b | ^\d[\d,]*\ (%\ )?of\ (?!\d+\ is\b) | \beach\ taken\b | \bleft\ out\b
    | \bcounted\ (in|too|together)\b | \bare\ counted\b | \btogether\b
    | \b(is|are)\ in\ the\ total\b | \bin\ both\ numbers\b | \bwider\ than\b
    | \bonly$ | ^only\b | \bby\ design\b | ^comparison\ group\b | \bdischarges\b
    | \bfew\ autopsies\b | ^those\ that\b | ^(distant-stage\ |deceased\ )?patients\ (with|who)\b
    | ^(within|over)\ [\w-]+\ (years|months)\b | ^review\ of\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Phrases of a note that limit a number. ``called …`` is what a source says in words: it does not,
unless it tells what is counted together."""


def limits_of(number: Assertion, frame: Frame | None = None) -> tuple[str, ...]:
    """Return what limits a number, a phrase each: its part, its stage, a sum made here, its notes.

    A stage that is that of the ``frame`` is not told again.

    >>> from metastasis._evidence.assertion import Assertion
    >>> limits_of(Assertion(primary="breast", site="bone", source="a", locator="b", percent=8,
    ...                     population="women", note="possibly one site per patient; called rare"))
    ('only women', 'possibly one site per patient')
    """
    found = [f"{PART}{number.population}"] if number.population else []
    if number.stage != "any" and (frame is None or frame.stage != number.stage):
        found.append(f"{PART}{WORDS['stage'].get(number.stage) or number.stage}")
    phrases = _phrases(number)
    if number.reading == "computed":
        found.append(COMPUTED)
    for phrase in phrases:
        if _SUM.match(phrase):
            found.append(f"computed here from what its source prints: {phrase}")
        elif LIMITING.search(phrase):
            found.append(phrase)
    return tuple(dict.fromkeys(found))


def is_computed(number: Assertion) -> bool:
    """Return whether a number is in no source as it stands: counted or added up here.

    >>> import metastasis as mets
    >>> said = mets.load().evidence.pair("melanoma_uveal", "liver").assertions
    >>> sorted({one.percent for one in said if is_computed(one)})
    [Decimal('89')]
    """
    return number.reading == "computed" or any(map(_SUM.match, _phrases(number)))


def _phrases(number: Assertion) -> list[str]:
    """Return the phrases of the note of a number."""
    return [phrase for part in (number.note or "").split(";") if (phrase := part.strip())]
