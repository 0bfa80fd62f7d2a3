"""Denials: which sites of a clause are denied. The scope of each form is bounded and stated.

- A verb ("does not", "never", "unlikely to") denies the sites after it in its clause, or, where
  there are none, those before it: "skin metastases have not been reported".
- A determiner ("no", "without", "neither", "absence of") denies the sites after it in its clause,
  if a word of spread or a site follows within a few words.
- An inline denial ("not to", "but not", "rather than", "except") denies the list that follows.
- What is set apart ("without", "other than") denies nothing, and states nothing either.
- A predicate ("were absent", "not seen") denies the lists before it in its clause, or, where there
  are none, those after it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis.text._grammar.site_lists import SiteList
    from metastasis.text._grammar.tokens import Token

__all__ = ["Denial", "denials_of"]


class Denial(NamedTuple):
    """The words that deny a site, or set it apart."""

    start: int
    end: int
    is_apart: bool
    """Whether nothing at all is said of the site: "metastases without liver involvement"."""


_FEW: Final = 45
"""Characters between a denial and what it denies."""

_DENIABLE: Final = (
    "site",
    "metastasis",
    "spread",
    "growth",
    "primary",
    "generic",
    "occur",
    "copula",
    "place",
    "frequency",
    "denial",
    "route",
    "setting",
    "population",
)


def denials_of(text: str, tokens: Sequence[Token], lists: Sequence[SiteList]) -> dict[int, Denial]:
    """Return the words of denial for each site that is denied, by index of its token."""
    denied: dict[int, Denial] = {}
    for index, token in enumerate(tokens):
        cue = token.as_a("denial")
        if cue is None:
            continue
        for member in _denied_by(cue.value, tokens, lists, index):
            denied.setdefault(
                member,
                Denial(token.start, token.end, cue.value == "apart" or _is_a_group(text, token)),
            )
    return denied


def _is_a_group(text: str, denial: Token) -> bool:
    """Return whether a denial only says who is counted: "of patients with no evidence of …"."""
    return (
        text[max(0, denial.start - _OF_WHOM) : denial.start]
        .lower()
        .rstrip()
        .endswith((" with", " who", " those"))
    )


_OF_WHOM: Final = 12


def _denied_by(
    form: str, tokens: Sequence[Token], lists: Sequence[SiteList], index: int
) -> list[int]:
    after = [member for sites in lists for member in sites.members if member > index]
    before = [member for sites in lists for member in sites.members if member < index]
    if form == "predicate":
        return before or after
    if form in {"inline", "apart"}:
        return _until_next_start(tokens, index, after)
    if not _reaches(tokens, index):
        return []
    return after or (before if form == "verb" else [])


def _reaches(tokens: Sequence[Token], index: int) -> bool:
    """Return whether what is denied has to do with spread: "no cure" has not."""
    for token in tokens[index + 1 :]:
        if token.start - tokens[index].end > _FEW:
            return False
        if token.kind == "background":
            return False
        if token.is_a(*_DENIABLE):
            return True
    return False


def _until_next_start(tokens: Sequence[Token], index: int, after: Sequence[int]) -> list[int]:
    """Return the sites up to where another cue, after a comma, begins something new."""
    denied = []
    for member in after:
        between = tokens[index + 1 : member]
        if any(
            token.kind == "break"
            or (token.kind == "frequency" and number)
            or (token.kind in {"spread", "growth"} and number)
            for number, token in enumerate(between)
        ):
            break
        denied.append(member)
    return denied
