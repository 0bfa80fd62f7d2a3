"""Confidence: how sure a reading is that a person would accept it, out of what is seen of it.

A linear model. Each feature of a reading is a name with a weight in ``ontology/text/weights.csv``;
their sum goes through the logistic function. ``scripts/train_text.py`` makes the table from
annotated pages, chooses how strongly weights are held to zero by cross-validation over pages, and
rounds them, so that the same pages give the same bytes. A feature that has no weight says nothing.

A reading is right if a person reads its primary and site out of that page too; relation, frequency
and numbers are mended where they differ. Whether the graph knows the pair is no feature, nor is a
flag that comes from there: evidence must not vouch for itself, and what is new is what readers are
for.

Apart from the grammar because it judges what that has made, and knows nothing of how.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from metastasis._catalog.rows import sound_rows
from metastasis._errors import Fault, TableError
from metastasis._files import ontology_path
from metastasis.text._names.lexicon import read_lexicon
from metastasis.text._names.mentions import named_on

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from metastasis._catalog import Catalog
    from metastasis.text._pages.page import TextPage
    from metastasis.text._reading import Reading, Span

__all__ = [
    "Weights",
    "confidence_of",
    "features_of",
    "rated",
    "read_weights",
    "shipped_weights",
]

_INTERCEPT: Final = "intercept"
_DIGITS: Final = 3
"""Of a confidence. A thousandth means nothing; and machines agree so far."""
_STEM: Final = 6
"""Letters of a word that count: ``surviv`` is survival, survive and survived."""
_WORD: Final = re.compile(r"[a-z]{2,}")
_VAGUE: Final = frozenset(
    ("any_organ", "adjacent_tissue", "unspecified", "distant_unspecified", "abdomen", "pelvis")
)
"""Sites that name no organ."""
_LENGTHS: Final = (60, 120, 200, 320, 600)
"""Bounds between sizes of sentences, in characters: of an item, a sentence, a long one."""
_COUNTS: Final = (1, 3, 7, 15)
"""Bounds between sizes of a count: one, some, many, and as many as only lists have."""
_MARKS: Final = (";", ":", "?", "%", "(", "[", "/", " - ", "...")
"""Marks that sentences of prose, of lists and of leavings of a page have in different numbers."""
_SHARES: Final = (0, 0.2, 0.5, 0.8)
"""Bounds between shares of the names on a page."""
_OF_THE_GRAPH: Final = frozenset(("new_pair", "contradicts"))
"""Flags that say how a reading stands to the graph."""


class Weights(NamedTuple):
    """A linear model of features that are there or not."""

    intercept: float
    weights: Mapping[str, float]
    words: frozenset[str]
    """Stems of words that have a weight."""


class _Around(NamedTuple):
    """What else is read on the page of a reading."""

    rows: Counter[Span]
    """How many, by quote."""
    primaries: Mapping[Span, frozenset[str]]
    """Which primaries, by quote."""
    quotes: Mapping[tuple[str, str], frozenset[Span]]
    """In which quotes a pair stands."""
    topic: str
    """The primary of most rows."""
    named: int
    """How many primaries the rows have."""
    total: int
    """How many rows there are."""


def rated(rows: Sequence[Reading], page: TextPage) -> tuple[Reading, ...]:
    """Return the readings of a page with their features and their confidence."""
    model = shipped_weights()
    return tuple(
        replace(row, features=features, confidence=confidence_of(features, model))
        for row, features in zip(rows, features_of(rows, page, model.words), strict=True)
    )


def confidence_of(features: Iterable[str], model: Weights | None = None) -> float:
    """Return how sure a reading with such features is, from 0 to 1.

    >>> confidence_of(["long"], Weights(2.0, {"long": -2.0}, frozenset()))
    0.5
    """
    model = model or shipped_weights()
    known = model.weights.keys() & set(features)
    total = model.intercept + math.fsum(map(model.weights.__getitem__, known))
    # Beyond 40 a logistic is 0 or 1 to all digits, and the exponential may overflow.
    return round(1 / (1 + math.exp(-max(-40.0, min(40.0, total)))), _DIGITS)


def features_of(
    rows: Sequence[Reading], page: TextPage, words: Collection[str]
) -> list[tuple[str, ...]]:
    """Return what is seen of each reading of a page: its own features first, then those found here.

    ``words`` are the stems of words of a sentence that are features.
    """
    if not rows:
        return []
    around, catalog = _around(rows), read_lexicon().catalog
    seen = {said: _seen_in(said, words) for said in {row.sentence for row in rows}}
    named = named_on(page.blocks)
    of_page = {key: _seen_on_page(key, named, catalog) for key in {row.primary for row in rows}}
    return [
        tuple(
            dict.fromkeys(
                (
                    *row.features,
                    *_seen(row, catalog),
                    *_seen_around(row, around),
                    *of_page[row.primary],
                    f"{of_page[row.primary][0]}, from {row.primary_from}",
                    *seen[row.sentence],
                )
            )
        )
        for row in rows
    ]


def read_weights(path: Path) -> Weights:
    """Return the weights of a table.

    Raises
    ------
    TableError
        With every fault: a feature that is missing or stands twice, a weight that is no number.
    """
    faults: list[Fault] = []
    weights: dict[str, float] = {}

    def problems(row: dict[str, str]) -> Iterator[tuple[str, str]]:
        if not row["feature"] or row["feature"] in weights:
            yield "feature", "stands twice; remove one" if row["feature"] else "must not be blank"
        if not _NUMBER.fullmatch(row["weight"]):
            yield "weight", "not a number; write it as -0.25"

    for row in sound_rows(path, ("feature", "weight"), problems, faults):
        weights[row["feature"]] = float(row["weight"])
    if not faults and _INTERCEPT not in weights:
        faults.append(Fault(str(path), None, "feature", _INTERCEPT, "is missing; add its row"))
    if faults:
        raise TableError(faults)
    intercept = weights.pop(_INTERCEPT)
    words = {name.removeprefix("word=") for name in weights if name.startswith("word=")}
    return Weights(intercept, weights, frozenset(words))


_NUMBER: Final = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,6})?")


@lru_cache(maxsize=1)
def shipped_weights() -> Weights:
    """Return the weights that are shipped."""
    return read_weights(ontology_path("text", "weights.csv"))


def _around(rows: Sequence[Reading]) -> _Around:
    quotes: dict[tuple[str, str], set[Span]] = defaultdict(set)
    primaries: dict[Span, set[str]] = defaultdict(set)
    for row in rows:
        place = row.start, row.end
        quotes[row.primary, row.site].add(place)
        primaries[place].add(row.primary)
    counts = Counter(row.primary for row in rows)
    return _Around(
        rows=Counter((row.start, row.end) for row in rows),
        primaries={place: frozenset(keys) for place, keys in primaries.items()},
        quotes={pair: frozenset(places) for pair, places in quotes.items()},
        # The first by name of those that are as frequent, whatever the order of rows.
        topic=min(counts, key=lambda key: (-counts[key], key), default=""),
        named=len(counts),
        total=len(rows),
    )


def _seen(row: Reading, catalog: Catalog) -> Iterator[str]:
    """Yield what is seen of a reading alone."""
    yield f"rule={row.rule}"
    yield f"from={row.primary_from}"
    yield f"{row.rule} from {row.primary_from}"
    yield f"relation={row.relation}"
    yield f"frequency={row.frequency or 'none'}"
    yield f"primary={catalog.primaries[row.primary].kind}"
    yield f"site={catalog.sites[row.site].kind}"
    if row.primary == "any":
        yield "any"
    if row.route is not None:
        yield "route"
    if row.count is not None or row.percent is not None:
        yield "number"
    if row.cue_span is None:
        yield "no cue"
        yield f"no cue, {row.rule}"
    if row.site in _VAGUE:
        yield "vague"
    for flag in row.flags:
        if flag not in _OF_THE_GRAPH:
            yield f"flag={flag}"


def _seen_around(row: Reading, around: _Around) -> Iterator[str]:
    """Yield what is seen of a reading among those of its page."""
    place = row.start, row.end
    yield f"rows={_size(around.rows[place], _COUNTS)}"
    yield f"primaries={_size(len(around.primaries[place]), _COUNTS)}"
    yield f"page rows={_size(around.total, _COUNTS)}"
    yield f"page primaries={(size := _size(around.named, _COUNTS))}"
    yield f"page primaries={size}, from {row.primary_from}"
    if len(around.quotes[row.primary, row.site]) > 1:
        yield "again"
    yield "topic=same" if row.primary == around.topic else "topic=other"


def _seen_on_page(primary: str, named: Counter[str], catalog: Catalog) -> list[str]:
    """Return how a primary stands to all that its page names, which tells whether it is meant.

    How often it is named comes first: that means more where the primary is from far away.
    """
    kin = (catalog.supertypes(primary) | catalog.subtypes(primary)) - {primary}
    own, near, total = named[primary], sum(named[key] for key in kin), max(1, named.total())
    seen = [f"named={_size(own / total, _SHARES)}", f"kin={_size(near / total, _SHARES)}"]
    if next(iter(named), None) == primary:
        seen.append("named first")
    if own and own == max(named.values()):
        seen.append("named most")
    return seen


def _seen_in(sentence: str, words: Collection[str]) -> list[str]:
    """Return what is seen of a sentence: its size, its marks and some of its words."""
    seen = [f"sentence={_size(len(sentence), _LENGTHS)}"]
    seen += [f"has {mark.strip()}" for mark in _MARKS if mark in sentence]
    if sentence.endswith("."):
        seen.append("full stop")
    if any(map(str.isdigit, sentence)):
        seen.append("digit")
    stems = {word[:_STEM] for word in _WORD.findall(sentence.lower())}
    return [*seen, *(f"word={stem}" for stem in sorted(stems.intersection(words)))]


def _size(number: float, bounds: Sequence[float]) -> int:
    """Return how many bounds a number exceeds."""
    return bisect_left(bounds, number)
