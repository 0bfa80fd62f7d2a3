"""The people of a text: how many it counts, and who they are.

"Of 251 patients with metastases from bladder cancer, half had symptoms" counts 251 metastatic
patients. A text may count several groups, each out of another; then who is meant is said by the
closed list, from the narrowest down, or by nothing.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from metastasis.text._numbers.denominators import denominator_of, setting_of
from metastasis.text._numbers.letters import BARE, CANCER, DESCRIBING, NUMBER, form
from metastasis.text._numbers.tokens import letters_of, tokens_of

__all__ = ["People", "is_only_count", "people_of", "totals_of"]


class People(NamedTuple):
    """Those out of whom a text counts."""

    denominator: str | None
    total: int | None
    setting: str | None


class _Group(NamedTuple):
    """People whom a text counts."""

    number: int
    words: str
    """What is said of them, with what stands right before."""
    has_cancer: bool
    """Whether the words name a cancer."""


def people_of(text: str) -> People | None:
    """Return whom a sentence or abstract counts; None where it names nobody or several groups.

    Where it narrows all patients to those with metastases, these are meant.

    >>> people_of("Of 251 patients with metastases from bladder cancer, half had symptoms.")
    People(denominator='metastatic_patients', total=251, setting=None)
    """
    named = list(dict.fromkeys(map(_people, _groups(text))))
    for denominator in _NARROWEST_FIRST:
        found = [people for people in named if people.denominator == denominator]
        if found:
            return found[0] if len({people.total for people in found}) == 1 else None
    return None


_NARROWEST_FIRST: Final = (
    "distant_stage_at_diagnosis",
    "metastatic_patients",
    "autopsies",
    "all_patients",
)


def totals_of(text: str) -> list[int]:
    """Return how many people a text counts, each time it does, in order.

    >>> totals_of("From 392 patients we studied 150 registered patients in 2010.")
    [392, 150]
    """
    return [group.number for group in _groups(text)]


def is_only_count(text: str) -> bool:
    """Whether a text has one number that may count people, and no other.

    >>> is_only_count("In 137 cases (p < 0.05) of 1990."), is_only_count("In 137 cases, 30 died.")
    (True, False)
    """
    numbers = [token.number for token in tokens_of(text, ()) if token.letter in (BARE, NUMBER)]
    return len({number.count for number in numbers if number and number.count}) == 1


def _people(group: _Group) -> People:
    denominator = denominator_of(group.words, cancer=group.has_cancer)
    return People(denominator, group.number, setting_of(group.words))


_REMEMBERED: Final = 8
"""Texts whose people are remembered: what stands before a sentence is asked for again and again."""
_WORDS_BEFORE: Final = 3
"""Before a number, in which "autopsies of" and "newly diagnosed" stand."""
_COUNT: Final = form(f"""
    bare (?= [{DESCRIBING} narrow]{{0,3}} people)
    | bare (?= be [adjective adverb find]* with)
""")
"""150 consecutive patients; 1,031 were diagnosed with."""
_SAID_OF_THEM: Final = form(f"""
    [{DESCRIBING} narrow]{{0,3}} people?
    [{DESCRIBING} with which from of find in be]{{0,14}}
""")


@lru_cache(maxsize=_REMEMBERED)
def _groups(text: str) -> tuple[_Group, ...]:
    """Return the people whom a text counts, in order."""
    tokens = tokens_of(text, ())
    letters = letters_of(tokens)
    found = []
    for match in _COUNT.finditer(letters):
        number = tokens[match.start()].number
        if number is None or not number.count:
            continue
        said = _SAID_OF_THEM.match(letters, match.end())
        end = said.end() if said else match.end()
        first = max(0, match.start() - _WORDS_BEFORE)
        words = text[tokens[first].start : tokens[end - 1].end]
        found.append(_Group(number.count, words, CANCER in letters[match.start() : end]))
    return tuple(found)
