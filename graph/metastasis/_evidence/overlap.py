"""Whether two sources may hold the same patients: the one place that says so.

They may where they are one document, by DOI or by the hash of the text; and where they draw on one
registry in years that overlap or are not stated. Nobody is counted twice on the strength of it: of
such sources one enters a pool, and all of them together are one in a belief.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from metastasis._catalog.records import years_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from metastasis._catalog import Source
    from metastasis._evidence.assertion import Assertion

__all__ = ["document_of", "independent", "same_patients"]

_WITHIN: Final = {"Detroit": "SEER", "Ontario": "Canada", "Saskatchewan": "Canada"}
"""Registries whose patients are in another one too."""


def same_patients(one: Assertion, other: Assertion, sources: Mapping[str, Source]) -> str | None:
    """Return why two assertions may be of the same patients, as said of the first; None if not.

    >>> from metastasis._catalog import Source
    >>> from metastasis._evidence.assertion import Assertion
    >>> seer = {"design": "registry", "registry": ("SEER",)}
    >>> sources = {key: Source(key=key, citation=key, years=years, **seer)
    ...            for key, years in (("a", "2010-2013"), ("b", "2013-2015"), ("c", "2014"))}
    >>> a, b, c = (Assertion(primary="lung", site="bone", source=key, locator="1") for key in "abc")
    >>> same_patients(a, b, sources)
    'may hold patients of b: both draw on SEER'
    >>> same_patients(a, c, sources)
    """
    here, there = sources.get(one.source), sources.get(other.source)
    if one.document_sha256 is not None and one.document_sha256 == other.document_sha256:
        return f"the same document as {other.source}"
    if here is None or there is None:
        return None
    if here.doi is not None and here.doi == there.doi:
        return f"the same document as {other.source}"
    both = _registries(here) & _registries(there)
    if not both or not _years_overlap(here, there):
        return None
    return f"may hold patients of {other.source}: both draw on {', '.join(sorted(both))}"


def document_of(assertion: Assertion, sources: Mapping[str, Source]) -> str:
    """Return what names the document an assertion stands in: hash, else DOI, else source key.

    >>> from metastasis._evidence.assertion import Assertion
    >>> document_of(Assertion(primary="lung", site="bone", source="a", locator="1"), {})
    'a'
    """
    source = sources.get(assertion.source)
    doi = source.doi if source is not None else None
    return assertion.document_sha256 or doi or assertion.source


def independent(
    assertions: Iterable[Assertion], sources: Mapping[str, Source]
) -> tuple[tuple[str, ...], ...]:
    """Return the documents of assertions, those together that may be of the same patients.

    Two documents that share none are together all the same where a third shares some with each.

    >>> from metastasis._catalog import Source
    >>> from metastasis._evidence.assertion import Assertion
    >>> seer = {"design": "registry", "registry": ("SEER",)}
    >>> sources = {key: Source(key=key, citation=key, years=years, **seer)
    ...            for key, years in (("a", "2010"), ("b", "2012"), ("c", "2010-2012"))}
    >>> said = [Assertion(primary="lung", site="bone", source=key, locator="1") for key in "abc"]
    >>> independent(said[:2], sources), independent(said, sources)
    ((('a',), ('b',)), (('a', 'b', 'c'),))
    """
    documents: dict[str, dict[str, Assertion]] = defaultdict(dict)
    for one in assertions:
        # Of a document and a source one assertion will do: the patients are those of the source.
        documents[document_of(one, sources)].setdefault(one.source, one)
    said = {name: tuple(found.values()) for name, found in sorted(documents.items())}
    groups: list[list[str]] = []
    for name in said:
        joined = [group for group in groups if _touches(said, name, group, sources)]
        groups = [group for group in groups if group not in joined]
        groups.append(sorted([name, *(other for group in joined for other in group)]))
    return tuple(sorted(map(tuple, groups)))


def _touches(
    said: Mapping[str, Sequence[Assertion]],
    name: str,
    group: Iterable[str],
    sources: Mapping[str, Source],
) -> bool:
    return any(
        same_patients(one, other, sources)
        for document in group
        for other in said[document]
        for one in said[name]
    )


def _registries(source: Source) -> set[str]:
    """Return what a source draws on, and what that is a part of."""
    return {*source.registry, *(_WITHIN[name] for name in source.registry if name in _WITHIN)}


def _years_overlap(here: Source, there: Source) -> bool:
    """Whether two sources may share a year; years that are not stated may be any."""
    ours, theirs = years_in(here.years or ""), years_in(there.years or "")
    if not ours or not theirs:
        return True
    return any(first <= end and start <= last for first, last in ours for start, end in theirs)
