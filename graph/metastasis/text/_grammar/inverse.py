"""Inverse statements: which cancers the metastases in a site come from.

"Brain metastases most often come from lung cancer" counts people with a metastasis in the brain.
"The cancers that most often spread to the brain are lung and breast cancer" names a site and then
its cancers, and says of each that it spreads there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from metastasis.text._grammar.statement import Statement, Topic
from metastasis.text._names.mentions import primary_of_organ

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metastasis.text._grammar.tokens import Token

__all__ = ["inverse_statements", "is_inverse", "said_within"]


class _Cancer(NamedTuple):
    key: str
    token: Token


def is_inverse(tokens: Sequence[Token]) -> bool:
    """Return whether a clause speaks of the cancers of a site."""
    return any(token.is_a("inverse") for token in tokens)


def inverse_statements(text: str, tokens: Sequence[Token]) -> Iterator[Statement]:
    """Yield a statement for each cancer and each site of an inverse clause."""
    at = next(index for index, token in enumerate(tokens) if token.is_a("inverse"))
    cue = tokens[at].as_a("inverse")
    form = cue.value if cue else "from"
    before, after = tokens[:at], tokens[at + 1 :]
    if form == "from":
        sites, cancers = _sites(before), _cancers(after)
    elif form == "source":
        order = next((i for i, token in enumerate(after) if token.is_a("order")), len(after))
        sites, cancers = _sites(after[:order]), _cancers(before) + _cancers(after[order:])
    else:
        cut = next(
            (i for i, token in enumerate(after) if token.is_a("copula") or token.value == ":"), 0
        )
        sites, cancers = _sites(after[:cut]), _cancers(after[cut:])
    first = _order(tokens)
    for cancer in cancers:
        words = _words(text, tokens, at, cancer.token)
        frequency = words[0] if words else None
        if frequency == "most_common" and first is not None and cancer.token.start > first:
            frequency = "common"
        for site in sites:
            yield Statement(
                site=site.value,
                start=site.start,
                end=site.end,
                topic=Topic((cancer.key,), "sentence", (cancer.token.start, cancer.token.end)),
                relation="metastasis",
                frequency=frequency,
                cue=words[1] if words else None,
                is_inverse=form != "to",
                rule="inverse",
                features=("rule=inverse", f"inverse={form}", f"frequency={frequency}"),
            )


def _sites(tokens: Sequence[Token]) -> list[Token]:
    return [token for token in tokens if token.kind == "site"]


def _cancers(tokens: Sequence[Token]) -> list[_Cancer]:
    found = []
    for token in tokens:
        key = token.value if token.kind == "primary" and token.value != "any" else None
        if token.kind == "site":
            key = primary_of_organ(token.value)
        if key:
            found.append(_Cancer(key, token))
    return found


def _order(tokens: Sequence[Token]) -> int | None:
    return next((token.start for token in tokens if token.is_a("order")), None)


_SAID_WITHIN: Final = (
    ("most", "most_common"),
    ("main", "most_common"),
    ("leading", "most_common"),
    ("often", "common"),
    ("commonly", "common"),
    ("frequently", "common"),
    ("common", "common"),
    ("likely", "common"),
    ("tend", "common"),
)
"""Words of frequency within the words of an inverse statement, the strongest first."""


def _words(
    text: str, tokens: Sequence[Token], at: int, cancer: Token
) -> tuple[str, tuple[int, int]] | None:
    """Return the frequency of a cancer, and where it is said: the nearest word before it."""
    inverse = tokens[at]
    said = None
    for token in tokens:
        cue = token.how_often
        if (
            cue is not None
            and cue.form != "modal"
            and token.start < max(cancer.start, inverse.start)
        ):
            said = (cue.value, (token.start, token.end))
    if said is not None and said[1][0] > inverse.start:
        return said
    within = said_within(text[inverse.start : inverse.end])
    return (within, (inverse.start, inverse.end)) if within else said


def said_within(words: str) -> str | None:
    """Return the frequency that inverse words hold: "that most often spread to"."""
    return next((value for word, value in _SAID_WITHIN if word in words.lower()), None)
