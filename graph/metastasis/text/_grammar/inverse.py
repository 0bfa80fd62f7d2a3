"""Inverse statements: which cancers the metastases in a site come from.

"Brain metastases most often come from lung cancer" counts people with a metastasis in the brain.
"The cancers that most often spread to the brain are lung and breast cancer" names a site and then
its cancers, and says of each that it spreads there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from metastasis.text._grammar.phrases import ends_with, place_of
from metastasis.text._grammar.statement import Statement, Topic
from metastasis.text._names.mentions import primary_of_organ

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metastasis.text._grammar.statement import Elsewhere
    from metastasis.text._grammar.tokens import Token

__all__ = ["Inverse", "inverse_statements", "inverses_of", "said_within"]


class _Cancer(NamedTuple):
    key: str
    token: Token


class Inverse(NamedTuple):
    """Words that speak of the cancers of a site: "come from", "cancers that often spread to"."""

    form: str
    """``from``, ``source`` and ``among`` count by site; ``to`` says of each cancer that it spreads
    there."""
    first: int
    last: int
    """The indices of its first and its last token."""
    start: int
    end: int


def inverses_of(text: str, tokens: Sequence[Token]) -> Iterator[Inverse]:
    """Yield, in order, the words that speak of the cancers of a site."""
    for index, token in enumerate(tokens):
        cue = token.as_a("inverse")
        if cue is not None:
            is_verb = cue.value == "from" and _VERB.search(text[token.start : token.end])
            if is_verb and not _is_told(tokens[:index]):
                continue  # "Tumors that arise from the lung" are no site's cancers.
            if cue.value == "source" and not _is_of_metastases(text, tokens, index):
                continue  # "The most common primary tumors of the heart" arise there.
            is_of = cue.value == "from" and not is_verb and _OF.match(text, token.end) is not None
            form = "source" if is_of else cue.value
            yield Inverse(form, index, index, token.start, token.end)
        elif token.kind == "generic" or (token.kind == "primary" and token.value == "any"):
            verb = _spreading(text, tokens, index)
            if verb is not None:
                yield Inverse("to", index, verb, token.start, tokens[verb].end)
        elif token.kind == "frequency" and _comes_from(text, token) and _is_told(tokens[:index]):
            yield Inverse("from", index, index, token.start, token.end)
        elif token.kind == "frequency" and _PRIMARIES_OF.match(text, token.end):
            if _is_of_metastases(text, tokens, index):
                yield Inverse("source", index, index, token.start, token.end)
        elif _counts_those_with(text, tokens, index):
            yield Inverse("among", index, index, token.start, token.end)


_PRIMARIES_OF: Final = re.compile(
    r" primar(?:ies|y)(?: (?:tumou?rs?|cancers?|sites?|sources?|malignanc\w+))? (?:of|in|for)\b"
)


def _is_of_metastases(text: str, tokens: Sequence[Token], index: int) -> bool:
    """Return whether words of origin are those of metastases, if it is a site that they name."""
    after = tokens[index + 1 :]
    words = text[tokens[index].start : tokens[index].end].lower()
    return not _sites(after) or "metasta" in words or any(t.is_a("metastasis") for t in after)


def _counts_those_with(text: str, tokens: Sequence[Token], index: int) -> bool:
    """Return whether a clause counts cancers: "among patients with lung metastases, A was …"."""
    token, after = tokens[index], tokens[index + 1 :]
    if token.kind != "site" or not ends_with("who_is_counted", text, token.start):
        return False
    noun = 0 if token.is_a("metastasis") else 1
    told = noun == 0 or (bool(after) and after[0].is_a("metastasis"))
    names = after[noun + 1 :]
    verb = next((i for i, one in enumerate(names) if one.kind == "copula"), 0)
    if not told or _named(tokens[:index]) or not verb or len(names) == verb + 1:
        return False
    said = names[verb + 1]
    return (
        [one.value for one in after[noun : noun + 1]] == [","]
        and all(one.kind in {"primary", "join", "mark"} for one in names[:verb])
        and (said.is_a("inverse") or (said.how_often is not None and said.form == "adjective"))
        and _SAID_OF_ALL.match(text, said.end) is not None
    )


_SAID_OF_ALL: Final = re.compile(
    r"(?: (?:primar(?:y|ies)|sources?|cancers?|tumou?rs?|origins?|sites?|types?|ones?)){0,3}"
    r"\s*(?:$|[,;.:(\[]|and\b)"
)
"""What may follow "the most common" where it is said of cancers, and of nothing that they do."""


_COMES: Final = re.compile(
    r"\b(?:comes?|came|arises?|arising|arose|originate[sd]?|derive[sd]?|stem(?:s|med)?) $"
)
_FROM: Final = re.compile(r" from\b")


def _comes_from(text: str, often: Token) -> bool:
    """Return whether a word of frequency parts the words of origin: "come most often from"."""
    before = text[max(0, often.start - _WITHIN) : often.start]
    return _COMES.search(before) is not None and _FROM.match(text, often.end) is not None


_OF: Final = re.compile(r" (?:of|in|for) ")
_VERB: Final = re.compile(r" (?:from|in)$", re.IGNORECASE)
_IN_GENERAL: Final = re.compile(
    r"(?:cancers|tumou?rs|malignancies|carcinomas|neoplasms|primaries|types of (?:the )?cancer)$",
    re.IGNORECASE,
)
"""Cancers that only what they do tells: "cancers that …"."""
_WHICH: Final = re.compile(
    r"\b(?:that|which|known|prone|apt|likely|tending|able)\b|\bto(?: \w+)? $|ing(?: to)?$",
    re.IGNORECASE,
)
"""What joins such cancers to the verb that tells them: "that", "most likely to", "-ing to"."""
_WITHIN: Final = 20
"""Characters before a name that can hold "types of"."""


def _is_told(before: Sequence[Token]) -> bool:
    """Return whether a site is named, and no cancer, of which a verb can tell the origin."""
    named = any(token.kind == "primary" and token.value != "any" for token in before)
    return bool(_sites(before)) and not named


def _spreading(text: str, tokens: Sequence[Token], index: int) -> int | None:
    """Return the verb of "cancers that (often) spread to", by the index of its first word."""
    head = tokens[index]
    if not _IN_GENERAL.search(text[max(0, head.start - _WITHIN) : head.end]):
        return None
    for at, token in enumerate(tokens[index + 1 : -1], index + 1):
        if token.is_a("spread") and token.value != "weak":
            told = _WHICH.search(text[head.end : token.start]) or _WHICH.search(
                text[token.start : token.end]
            )
            return at if told and tokens[at + 1].kind == "site" else None
        if token.kind != "frequency":
            return None
    return None


def inverse_statements(
    text: str, tokens: Sequence[Token], inverse: Inverse, above: Elsewhere | None = None
) -> Iterator[Statement]:
    """Yield a statement for each cancer and each site of an inverse clause.

    ``above`` is the site that the heading is about; it counts where the clause names none. What
    words such as "not" and "except" take back is left out, for it is said of some and not of all.
    """
    begin = tokens[0].start if tokens[0].start > _WITHIN else 0
    unsaid = begin + place_of("unsaid", text[begin : tokens[-1].end])
    if unsaid < inverse.end or _DOUBTS.match(text, begin):
        return
    before, after = tokens[: inverse.first], _behind_cue(text, tokens[inverse.last + 1 :], unsaid)
    if inverse.form == "from":
        sites, cancers = _sites(before), _cancers(after) or _named(before)
    elif inverse.form == "among":
        sites, cancers = [tokens[inverse.first]], _named(after)
    elif inverse.form == "source":
        cut = _cut(after, "order", "copula")
        sites, cancers = _sites(after[:cut]), _cancers(before) + _cancers(after[cut:])
    else:
        cut = _cut(after, "copula", "member")
        sites, cancers = _first_list(after[:cut]), _cancers(after[cut:])
    first = _order(tokens)
    for cancer in cancers:
        words = _words(text, tokens, inverse, cancer.token)
        if inverse.form == "among" and cancer is cancers[0]:
            words = _behind(text, tokens, cancer.token) or words
        if words and words[0] == "most_common" and first and cancer.token.start > first:
            words = ("common", words[1])
        for site in sites:
            if abs(cancer.token.start - site.start) <= _FAR:
                yield _statement(inverse.form, cancer, site, words)
        if above is not None and not sites:
            place = cancer.token._replace(value=above.site)
            yield _statement(inverse.form, cancer, place, words)._replace(elsewhere=above)


_DOUBTS: Final = re.compile(
    r"\s*(?:but |and )?(?:compared|unlike|whether|in contrast|as opposed|evidence|data)\b",
    re.IGNORECASE,
)
"""How a clause begins that only compares, or speaks of what is known."""
_FAR: Final = 300
"""Characters between a site and a cancer of it in a sentence that somebody wrote."""


def _behind_cue(text: str, after: Sequence[Token], unsaid: int) -> Sequence[Token]:
    """Return what a clause says of one inverse: up to another one, or to what is taken back."""
    for index, token in enumerate(after):
        gap = text[after[index - 1].end : token.start] if index else ""
        if token.start >= unsaid or _ANOTHER.search(gap):
            return after[:index]
    return after


_ANOTHER: Final = re.compile(r"\b(?:that|which|those|who)\b")
"""What begins to say something else of a cancer: "lung cancer, which also spreads to …"."""


def _first_list(tokens: Sequence[Token]) -> list[Token]:
    """Return the sites that are named together first: "spread to the brain and liver before …"."""
    found: list[Token] = []
    for token in tokens:
        if token.kind == "site":
            found.append(token)
        elif token.kind not in {"join", "mark", "frequency"}:
            break
    return found


def _statement(
    form: str, cancer: _Cancer, site: Token, words: tuple[str, tuple[int, int]] | None
) -> Statement:
    frequency, cue = words or (None, None)
    return Statement(
        site=site.value,
        start=site.start,
        end=site.end,
        topic=Topic((cancer.key,), "sentence", (cancer.token.start, cancer.token.end)),
        relation="metastasis",
        frequency=frequency,
        cue=cue,
        is_inverse=form != "to",
        rule="inverse",
        features=("rule=inverse", f"inverse={form}", f"frequency={frequency}"),
    )


def _sites(tokens: Sequence[Token]) -> list[Token]:
    return [token for token in tokens if token.kind == "site"]


def _named(tokens: Sequence[Token]) -> list[_Cancer]:
    """Return the cancers that are named as such: "A and B are the most common primaries"."""
    return _cancers([token for token in tokens if token.kind == "primary"])


def _cancers(tokens: Sequence[Token]) -> list[_Cancer]:
    found = []
    for token in tokens:
        key = token.value if token.kind == "primary" and token.value != "any" else None
        if token.kind == "site":
            key = primary_of_organ(token.value)
        if key:
            found.append(_Cancer(key, token))
    return found


def _cut(tokens: Sequence[Token], *kinds: str) -> int:
    """Return where the cancers begin that are told by what stands before."""
    found = (i for i, token in enumerate(tokens) if token.is_a(*kinds) or token.value == ":")
    return next(found, len(tokens))


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
    text: str, tokens: Sequence[Token], inverse: Inverse, cancer: Token
) -> tuple[str, tuple[int, int]] | None:
    """Return the frequency of a cancer, and where it is said: the nearest word before it."""
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


def _behind(
    text: str, tokens: Sequence[Token], cancer: Token
) -> tuple[str, tuple[int, int]] | None:
    """Return what is said behind a cancer: "A was the most common primary"."""
    for token in tokens:
        cue = token.how_often if token.start > cancer.start else None
        within = said_within(text[token.start : token.end]) if token.is_a("inverse") else None
        if token.start > cancer.start and (cue or within):
            return (cue.value if cue else within or "", (token.start, token.end))
    return None


def said_within(words: str) -> str | None:
    """Return the frequency that inverse words hold: "that most often spread to"."""
    return next((value for word, value in _SAID_WITHIN if word in words.lower()), None)
