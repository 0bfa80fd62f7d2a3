"""What titles, captions and alternative texts say alike in every picture: counts, names, sources.

Each function returns words; which of them a picture says is for its kind to decide.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from metastasis._vocabulary import DATA_RELEASE, NOT_CLINICAL

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from metastasis._catalog import Catalog
    from metastasis._evidence.pair import Pair

__all__ = [
    "CLASSES",
    "CLASS_RULES",
    "NOT_POOLED",
    "best_supported",
    "capitalize",
    "credit",
    "label_of",
    "name_primaries",
    "plural",
    "small_print",
    "sources_in",
    "stand_out",
    "undrawn",
]

CLASSES: Final = {
    "commonly": "commonly spreads to",
    "possibly": "spreads to, how commonly not established",
    "rarely": "rarely spreads to",
}
"""The classes of edges in the words and the order of legends."""

NOT_POOLED: Final = "Numbers with different denominators are not pooled."

CLASS_RULES: Final = (
    "Numbers decide before words of experts, and these before words for lay readers. Common by "
    "numbers: the 95 % interval of n/N, or of the least n that a rounded percentage leaves open, "
    "starts at 10 % or more, out of at least 50 metastatic patients, patients with distant stage "
    f"at diagnosis, or autopsies. Rare: every report that is heard says so in words. {NOT_POOLED}"
)
"""What makes an edge common or rare; the rules themselves are in ``ontology/rules/``."""

_NAMED_SOURCES: Final = 6
"""More than these would fill the caption: the metadata of the file lists them all."""
_NOT_DRAWN: Final = {
    "conflicting": "on which sources conflict",
    "reported absent": "reported absent",
}


def capitalize(label: str) -> str:
    """Return a catalog label with its first letter as a capital.

    >>> capitalize("non-small cell lung cancer")
    'Non-small cell lung cancer'
    """
    return label[:1].upper() + label[1:]


def label_of(pair: Pair) -> str:
    """Return a pair in words: ``breast cancer to bone``."""
    return f"{pair.primary_label} to {pair.site_label}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun.

    >>> plural(1, "site"), plural(1200, "primary", "primaries")
    ('1 site', '1,200 primaries')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def name_primaries(labels: Collection[str]) -> str:
    """Return the label of the one primary, or how many there are.

    >>> name_primaries(["breast cancer"]), name_primaries(["breast cancer", "lung cancer"])
    ('breast cancer', '2 cancers')
    """
    return next(iter(labels)) if len(labels) == 1 else f"{len(labels)} cancers"


def sources_in(pairs: Iterable[Pair]) -> list[str]:
    """Return the keys of the sources behind some pairs, each once, in order."""
    return sorted({source for pair in pairs for source in pair.sources})


def credit(catalog: Catalog, sources: Iterable[str]) -> tuple[str, ...]:
    """Return each source with its license as stated."""
    stated = (
        (key, catalog.sources[key].license if key in catalog.sources else None) for key in sources
    )
    return tuple(f"{key} ({license_ or 'no license stated'})" for key, license_ in stated)


def small_print(sources: Sequence[str], of: str = "") -> str:
    """Return what every caption ends with: sources (of what), release, not for clinical use."""
    named = ", ".join(sources)
    if len(sources) > _NAMED_SOURCES:
        named = f"{len(sources)}, listed in the metadata of the file"
    said = f"{'Source' if len(sources) == 1 else 'Sources'}{of}: {named}. " if sources else ""
    return f"{said}Data release {DATA_RELEASE}. {NOT_CLINICAL}"


def undrawn(pairs: Iterable[Pair]) -> list[str]:
    """Return how many pairs have no edge and why, a sentence each."""
    statuses = [pair.status for pair in pairs if pair.edge is None]
    counts = {words: statuses.count(status) for status, words in _NOT_DRAWN.items()}
    return [
        f"{plural(count, 'pair')} {words} {'is' if count == 1 else 'are'} not drawn."
        for words, count in counts.items()
        if count
    ]


def best_supported(pairs: Iterable[Pair]) -> str:
    """Return in a sentence the pairs that most sources report, common ones first."""
    ranked = sorted(
        pairs, key=lambda one: (-len(one.sources), one.edge != "commonly", label_of(one))
    )
    named = [f"{label_of(one)} ({plural(len(one.sources), 'source')})" for one in ranked[:3]]
    return f"Best supported: {', '.join(named)}." if named else ""


def stand_out(pairs: Sequence[Pair]) -> str:
    """Return which sites and primaries stand out; for one alone of either, the pairs by class."""
    primaries = [pair.primary_label for pair in pairs]
    sites = [pair.site_label for pair in pairs]
    if min(len(set(primaries)), len(set(sites))) <= 1:
        return _by_class(pairs)
    return (
        f"Sites that most primaries reach: {_most_frequent(sites)}. "
        f"Primaries that reach most sites: {_most_frequent(primaries)}."
    )


def _by_class(pairs: Sequence[Pair]) -> str:
    """Return the sites of a single primary, or else the primaries of a single site, by class."""
    single = len({pair.primary for pair in pairs}) == 1
    return " ".join(
        f"{capitalize(name)}: {', '.join(reached)}."
        for name in CLASSES
        if (
            reached := [
                pair.site_label if single else pair.primary_label
                for pair in pairs
                if pair.edge == name
            ]
        )
    )


def _most_frequent(names: Iterable[str]) -> str:
    """Return the three most frequent names, each with how often it occurs."""
    ranked = sorted(Counter(names).items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{name} ({number})" for name, number in ranked[:3])
