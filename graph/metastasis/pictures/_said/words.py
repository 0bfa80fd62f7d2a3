"""What titles, captions and alternative texts say alike in every picture: counts, names, sources.

Each function returns words; which of them a picture says is for its kind to decide.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Final

from metastasis._catalog.license import recorded_terms
from metastasis._evidence.index import read_shipped
from metastasis._vocabulary import DATA_LICENSE, DATA_RELEASE, NOT_CLINICAL

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.evidence import Evidence
    from metastasis._evidence.frame import Frame
    from metastasis._evidence.pair import Pair
    from metastasis.pictures._said.selection import Selection

__all__ = [
    "BRIEF_NOTICE",
    "CLASSES",
    "CLASS_RULES",
    "NOT_LIT",
    "NOT_POOLED",
    "best_supported",
    "capitalize",
    "citation_of",
    "class_rules",
    "color_rule",
    "count_ends",
    "credit",
    "first_fitting",
    "is_own",
    "label_of",
    "license_of",
    "name_primaries",
    "own_graph",
    "own_sources",
    "plural",
    "release_of",
    "small_print",
    "source_words",
    "sources_in",
    "spread_title",
    "stand_out",
    "whom_of",
]

BRIEF_NOTICE: Final = NOT_CLINICAL.partition(":")[0] + "."
"""The notice in few words, for where there is no room."""
CLASSES: Final = {
    "commonly": "commonly spreads to",
    "possibly": "spreads to, how commonly not established",
    "rarely": "rarely spreads to",
}
"""The classes of edges in the words and the order of legends."""

NOT_LIT: Final = "Faded: pairs of other names than those brought out."
NOT_POOLED: Final = "Numbers with different denominators are not pooled."

_DECIDES: Final = "Numbers decide before words of experts, and these before words for lay readers."
_COMMON: Final = (
    "Common by numbers: the 95 % interval of n/N, or of the least n that a rounded percentage "
    "leaves open, starts at 10 % or more, out of at least 50 metastatic patients, patients with "
    "distant stage at diagnosis, or autopsies."
)
_RARE: Final = "Rare: every report that is heard says so in words."
CLASS_RULES: Final = f"{_DECIDES} {_COMMON} {_RARE} {NOT_POOLED}"
"""What makes an edge common or rare; the rules themselves are in ``ontology/rules/``."""

_NAMED_SOURCES: Final = 6
"""More than these would fill the caption: the metadata of the file lists them all."""
_NAMED_ENDS: Final = 3
"""More primaries or sites than these are counted in a title, not named."""


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


def whom_of(frame: Frame | None) -> str:
    """Return whom a frame counts, as pictures say it: what is autopsied is counted at autopsy.

    Blank where there is no frame.

    >>> from metastasis._evidence.frame import Frame
    >>> whom_of(Frame("autopsies", "at_autopsy")), whom_of(Frame("all_patients", "at_diagnosis"))
    ('autopsies', 'all patients, at diagnosis')
    """
    return str(frame or "").replace("autopsies, at autopsy", "autopsies")


def class_rules(pairs: Iterable[Pair]) -> list[str]:
    """Return what makes an edge common or rare, of the classes that are among some pairs.

    >>> import metastasis as mets
    >>> said = class_rules([mets.load().evidence.pair("breast", "bone")])
    >>> any("Common by numbers" in one for one in said), any("Rare:" in one for one in said)
    (True, False)
    """
    drawn = [pair for pair in pairs if pair.edge]
    by_numbers = any(one.edge == "commonly" and one.basis == "numbers" for one in drawn)
    rules = [_DECIDES] if drawn else []
    rules += [_COMMON] if by_numbers else []
    rules += [_RARE] if any(one.edge == "rarely" for one in drawn) else []
    return [*rules, NOT_POOLED]


def count_ends(pairs: Iterable[Pair]) -> tuple[str, str]:
    """Return how many primaries and how many sites some pairs have, in words.

    >>> import metastasis as mets
    >>> count_ends(mets.load().evidence.pairs(primaries=["breast"], sites=["bone", "liver"]))
    ('1 primary', '2 sites')
    """
    ends = [(pair.primary, pair.site) for pair in pairs]
    primaries, sites = ({one[at] for one in ends} for at in (0, 1))
    return plural(len(primaries), "primary", "primaries"), plural(len(sites), "site")


def color_rule(pairs: Iterable[Pair], colors: Sequence[str], of: str = "") -> list[str]:
    """Return that color means nothing but the primary, and whether it repeats; none for one.

    ``of`` is what is colored, where that is not plain: ``the lines of``.

    >>> import metastasis as mets
    >>> pairs = mets.load().evidence.pairs(primaries=["breast", "lung"], sites=["bone"])
    >>> color_rule(list(pairs), ["#0077AA"])
    ['Color only tells primaries apart, and repeats.']
    """
    count = len({pair.primary for pair in pairs})
    repeats = ", and repeats" if count > len(colors) else ""
    return [f"Color only tells {of}primaries apart{repeats}."] if count > 1 else []


def name_primaries(labels: Collection[str]) -> str:
    """Return the label of the one primary, or how many there are.

    >>> name_primaries(["breast cancer"]), name_primaries(["breast cancer", "lung cancer"])
    ('breast cancer', '2 cancers')
    """
    return next(iter(labels)) if len(labels) == 1 else f"{len(labels)} cancers"


def sources_in(pairs: Iterable[Pair]) -> list[str]:
    """Return the keys of the sources behind some pairs, each once, in order."""
    return sorted({source for pair in pairs for source in pair.sources})


# Whose the numbers are: what is shipped here, and what a user added


def is_own(evidence: Evidence) -> bool:
    """Return whether evidence holds anything that is not shipped: then ``kg`` is a user's own.

    >>> import metastasis as mets
    >>> is_own(mets.load().of_sources("hess-2006").evidence)
    False
    """
    return bool(own_sources(evidence, {one.source for one in evidence.assertions}))


def own_sources(evidence: Evidence, sources: Iterable[str]) -> list[str]:
    """Return those of some sources that are not shipped as they stand in the evidence, in order.

    A source is shipped if its record and all that it says here are: numbers of one's own under a
    known key are one's own.
    """
    shipped = evidence.made(_as_shipped)
    return sorted(key for key in set(sources) if key not in shipped)


def _as_shipped(evidence: Evidence) -> frozenset[str]:
    """Return the keys of the sources that are in evidence as they are shipped."""
    shipped = _shipped()
    known = shipped.catalog.sources
    if evidence is shipped:
        return frozenset(known)
    said, records = _shipped_assertions(), evidence.catalog.sources
    strange = {one.source for one in evidence.assertions if one not in said}
    return frozenset(key for key in known if key not in strange and records.get(key) == known[key])


_shipped = cache(read_shipped)


@cache
def _shipped_assertions() -> frozenset[Assertion]:
    return frozenset(_shipped().assertions)


def license_of(evidence: Evidence, sources: Sequence[str]) -> str:
    """Return under which license what a picture draws of some sources is recorded.

    Ours for what is shipped; of a user's own sources what the user states, or that it is not
    stated. Blank where no source is drawn.
    """
    own = own_sources(evidence, sources)
    records = evidence.catalog.sources
    stated = [
        f"{key}: {recorded_terms(records[key]).words if key in records else 'not stated'}"
        for key in own
    ]
    if len(own) == len(set(sources)):
        return "; ".join(stated)
    shipped = f"{DATA_LICENSE} (facts recorded from the other sources)" if own else DATA_LICENSE
    return "; ".join([shipped, *stated])


def release_of(evidence: Evidence, sources: Sequence[str]) -> str:
    """Return the data release that a picture draws from; blank where nothing of it is drawn."""
    return DATA_RELEASE if len(own_sources(evidence, sources)) < len(set(sources)) else ""


def citation_of(evidence: Evidence, sources: Sequence[str]) -> str:
    """Return how to cite what a picture draws: the release if it is drawn from, then each source.

    A source has its citation as its row gives it, with its DOI.
    """
    records = evidence.catalog.sources
    release = release_of(evidence, sources)
    graph = f"Metastasis: a knowledge graph of metastatic patterns, data release {release}"
    said = [graph] if release else []
    for key in sorted(set(sources)):
        record = records.get(key)
        doi = f" doi:{record.doi}" if record and record.doi else ""
        said.append(f"{record.citation if record else key}{doi}")
    return " | ".join(said)


def own_graph(evidence: Evidence, sources: Sequence[str]) -> str:
    """Return a comment that says which sources ``kg`` must have to draw a picture again.

    Blank where the shipped graph has them all.
    """
    own = own_sources(evidence, sources)
    if not own:
        return ""
    named = ", ".join(own) if len(own) <= _NAMED_SOURCES else f"{len(own)} sources of yours"
    return f"  # kg: a graph of your own, with {named}"


def credit(evidence: Evidence, sources: Iterable[str]) -> tuple[str, ...]:
    """Return each source with its license as stated."""
    records = evidence.catalog.sources
    stated = ((key, records[key].license if key in records else None) for key in sources)
    return tuple(f"{key} ({license_ or 'no license stated'})" for key, license_ in stated)


def source_words(names: Sequence[str], between: str = ", ") -> tuple[str, str]:
    """Return the sources as a short caption names them, and as it counts them; blank for none.

    >>> source_words(["Bubendorf 2000"]), source_words([])
    (('Source: Bubendorf 2000. ', '1 source. '), ('', ''))
    """
    if not names:
        return "", ""
    noun = "Source" if len(names) == 1 else "Sources"
    return f"{noun}: {between.join(names)}. ", f"{plural(len(names), 'source')}. "


def first_fitting(
    fits: Callable[[str], bool], starts: Sequence[str], sources: Sequence[str], release: str
) -> str:
    """Return the first caption in a picture that fits: a start, sources, release, no clinical use.

    >>> first_fitting(lambda text: len(text) < 60, ["A model. ", ""], [], "")
    'A model. Not for clinical use.'
    """
    release = f"Data release {release}. " if release else ""
    texts = [
        f"{start}{middle}{release}{BRIEF_NOTICE}"
        for start in starts
        for middle in source_words(sources)
    ]
    return next(filter(fits, texts), texts[-1])


def small_print(evidence: Evidence, sources: Sequence[str], of: str = "") -> str:
    """Return what every caption ends with: sources (of what), release, not for clinical use.

    The release is named only where something of it is drawn.
    """
    named = ", ".join(sources)
    if len(sources) > _NAMED_SOURCES:
        named = f"{len(sources)}, listed in the metadata of the file"
    said = f"{'Source' if len(sources) == 1 else 'Sources'}{of}: {named}." if sources else ""
    release = release_of(evidence, sources)
    from_ = f"Data release {release}." if release else ""
    return " ".join(filter(None, [said, from_, NOT_CLINICAL]))


# What titles say of the ends of pairs


def spread_title(pairs: Sequence[Pair], chosen: Selection) -> str:
    """Return a title that says what was asked for, of the pairs that are drawn.

    "Where …" and "What spreads to …" promise every site or every cancer, so they are said only
    where none were named.

    >>> import metastasis as mets
    >>> from metastasis.pictures._said.selection import select
    >>> def title(primaries, sites):
    ...     chosen = select(mets.load().evidence, primaries, sites, None)
    ...     return spread_title(chosen.pairs, chosen)
    >>> title("prostate", None), title("prostate", "bone")
    ('Where prostate cancer spreads', 'Spread of prostate cancer to bone')
    >>> title(None, "bone"), title(["breast", "lung"], ["bone", "liver", "brain", "skin"])
    ('What spreads to the bone', 'Spread of breast cancer and lung cancer to 4 sites')
    """
    cancers = list(dict.fromkeys(pair.primary_label for pair in pairs))
    sites = list(dict.fromkeys(pair.site_label for pair in pairs))
    if chosen.sites is None and (len(sites) > 1 or len(cancers) == 1):
        return f"Where {_named(cancers, 'cancers')} spread{'s' if len(cancers) == 1 else ''}"
    if chosen.primaries is None and len(sites) == 1:
        return f"What spreads to the {sites[0]}"
    return f"Spread of {_named(cancers, 'cancers')} to {_named(sites, 'sites')}"


def _named(labels: Sequence[str], many: str) -> str:
    """Return a few labels as a list in words, or how many there are."""
    if len(labels) > _NAMED_ENDS:
        return f"{len(labels)} {many}"
    return " and ".join(filter(None, [", ".join(labels[:-1]), labels[-1]]))


# What captions and alternative texts say of pairs


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
