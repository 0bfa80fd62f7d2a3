"""Denials: which sites of a clause are denied. The scope of each form is bounded and stated.

- A verb ("does not", "never", "unlikely to") denies the sites after it in its clause, or, where
  there are none, those before it: "skin metastases have not been reported".
- A determiner ("no", "without", "neither", "absence of") denies the sites after it in its clause,
  if a word of spread or a site follows within a few words.
- An inline denial ("not to", "but not", "rather than", "except") denies the list that follows.
- What is set apart ("without", "other than") denies nothing, and states nothing either, even where
  it is what a denial leaves out: "did not spread, except to the lung".
- A predicate ("were absent", "not seen") denies the lists before it in its clause, back to another
  predicate ("is common in the liver and was not seen in the lung"), or, where there are none, those
  after it.

Apart from the sentence because the scopes are a promise, held to by a suite of their own.
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
        is_apart = cue.value == "apart"
        for member in _denied_by(text, cue.value, tokens, lists, index):
            if member not in denied or is_apart:
                denied[member] = Denial(
                    token.start, token.end, is_apart or _is_a_group(text, token)
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
    text: str, form: str, tokens: Sequence[Token], lists: Sequence[SiteList], index: int
) -> list[int]:
    after = [member for sites in lists for member in sites.members if member > index]
    before = [member for sites in lists for member in sites.members if member < index]
    if before and not after and (said := _said_of_it(text, tokens, index)):
        return _from_last_predicate(tokens, before) if said == "not" else before[-1:]
    if form == "predicate":
        if _is_of_another(tokens, before, index):
            return []
        return _from_last_predicate(tokens, before) or after
    if form in {"inline", "apart"}:
        return _until_next_start(tokens, index, after)
    if not _reaches(tokens, index):
        return []
    return _until_it_can(tokens, after) or (before if form == "verb" else [])


def _said_of_it(text: str, tokens: Sequence[Token], index: int) -> str | None:
    """Return how a denial at the end denies what stands before it; None where it does not.

    ``not`` in "the spleen is not.", ``none`` in "spleen: none".
    """
    token, before = tokens[index], tokens[index - 1]
    word = text[token.start : token.end].casefold()
    if before.value == ":" and index > 1 and tokens[index - 2].kind in {"site", "metastasis"}:
        return "none" if word in {"none", "never", "no", "zero", "not"} else None
    follows = text[token.end : token.end + _END].lstrip(" )]")
    is_last = not follows or follows[0] in ".;"
    return "not" if word == "not" and before.kind == "copula" and is_last else None


_END: Final = 3
"""Characters after a word that show whether the clause ends with it."""


def _is_of_another(tokens: Sequence[Token], before: Sequence[int], index: int) -> bool:
    """Return whether a predicate speaks of a cancer after it, and another has been spoken of.

    "Liver metastases, common in colon cancer, are not seen in glioma" denies nothing of the colon.
    """
    if not before:
        return False
    between = tokens[before[-1] + 1 : index]
    first = next((at for at, token in enumerate(between) if token.kind == "primary"), None)
    later = next((token for token in tokens[index + 1 :] if token.kind == "primary"), None)
    if first is None or later is None or later.value == between[first].value:
        return False
    return any(token.is_a("frequency", "occur") for token in between[:first])


def _until_it_can(tokens: Sequence[Token], after: Sequence[int]) -> list[int]:
    """Return the sites up to where "can" or "may" says what is not denied.

    "Cancer that does not spread to the liver can spread to the brain."
    """
    first = after[0] if after else 0
    can = next(
        (at for at, one in enumerate(tokens) if at > first and one.form == "modal"), len(tokens)
    )
    return [member for member in after if member < can]


def _from_last_predicate(tokens: Sequence[Token], before: Sequence[int]) -> list[int]:
    """Return the sites of which a predicate speaks and no predicate before it has."""
    if not before:
        return []
    last = max(
        (at for at in range(before[-1]) if tokens[at].kind in _PREDICATES),
        default=-1,
    )
    return [member for member in before if member > last]


_PREDICATES: Final = frozenset({"copula", "occur"})
"""What says something of the sites before it: "metastases in the liver are common"."""


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
