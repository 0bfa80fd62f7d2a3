"""The sources in one table: under which terms, of when, of whom, and how much they say."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from metastasis._catalog.license import license_of, named_licenses, recorded_terms
from metastasis._catalog.records import PEOPLE
from metastasis._errors import UnknownNameError
from metastasis._table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from metastasis._catalog import Source
    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.evidence import Evidence

__all__ = ["SourceSummary", "largest_total", "sources"]


@dataclass(frozen=True)
class SourceSummary:
    """A source, and how much it says."""

    COLUMNS: ClassVar[dict[str, str]] = {
        "key": "source.key",
        "citation": "source.citation",
        "design": "source.design",
        "year": "source.year",
        "year_from": "year_from",
        "year_to": "year_to",
        "registry": "registry",
        "largest_total": "largest_total",
        "assertions": "assertions",
        "license": "source.license",
        "license_kind": "license_kind",
        "recorded_as": "recorded_as",
        "doi": "source.doi",
        "pmid": "source.pmid",
        "address": "source.address",
        "curated_by": "source.curated_by",
        "curated_on": "source.curated_on",
    }

    source: Source
    assertions: int
    """How many assertions of it there are."""
    largest_total: int | None
    """The most people that any of its numbers is out of: patients or autopsies."""

    @property
    def key(self) -> str:
        """The key of the source."""
        return self.source.key

    @property
    def year_from(self) -> int | None:
        """The first year in which its patients were diagnosed."""
        return self.source.span[0] if self.source.span else None

    @property
    def year_to(self) -> int | None:
        """The last of these years."""
        return self.source.span[1] if self.source.span else None

    @property
    def registry(self) -> str | None:
        """The registries and claims data that it draws on."""
        return "; ".join(self.source.registry) or None

    @property
    def license_kind(self) -> str:
        """The license of its own text, of :data:`~metastasis._catalog.license.LICENSES`."""
        return license_of(self.source.license_url, self.source.license)

    @property
    def recorded_as(self) -> str:
        """The license of what is recorded of it here."""
        return recorded_terms(self.source).slug


def sources(
    evidence: Evidence,
    license: str | None = None,  # noqa: A002
    registry: str | None = None,
    design: str | None = None,
    since: int | None = None,
    at_least: int | None = None,
) -> Table[SourceSummary]:
    """Return the sources, each with its terms, its years, its largest total and what it says.

    Parameters
    ----------
    evidence
        What is said.
    license
        Only those whose own text is under this license, such as ``cc-by``. (What is recorded of
        them here has a license of its own, in the column ``recorded_as``.)
    registry
        Only those that draw on this registry or these claims data, such as ``SEER``.
    design
        Only those of this design, such as ``autopsy_series``.
    since
        Only those published in this year or later; those whose year is not known are left out.
    at_least
        Only those with a number out of so many people or more.

    >>> import metastasis as mets
    >>> found = mets.load().sources(registry="SEER", at_least=10_000)
    >>> all("SEER" in one.source.registry for one in found)
    True

    Raises
    ------
    UnknownNameError
        There is no such license, or no source has such a registry or design.
    """
    kind = None if license is None else named_licenses(license)
    cited = evidence.catalog.sources.values()
    registry = _known("registry", registry, {name for one in cited for name in one.registry})
    design = _known("design", design, {one.design for one in cited})
    return Table(
        SourceSummary,
        [
            one
            for one in _summaries(evidence)
            if (kind is None or one.license_kind in kind)
            and (registry is None or registry in one.source.registry)
            and design in (None, one.source.design)
            and (since is None or (one.source.year or 0) >= since)
            and (at_least is None or (one.largest_total or 0) >= at_least)
        ],
        notes=[
            "largest_total is the most people that one number of the source is out of.",
            "license is that of the source's own text, recorded_as that of what is recorded here.",
        ],
    )


def largest_total(source: Source, assertions: Iterable[Assertion]) -> int | None:
    """Return the most people that any number of a source is out of; None where no number says.

    Records are not people, and who has a metastasis at a site is no cohort of a primary: neither
    counts.

    >>> from metastasis._catalog import Source
    >>> said = Source(key="a", citation="A", design="registry", people=("autopsies 367",))
    >>> largest_total(said, [])
    367
    """
    return max(_totals(source, assertions), default=None)


def _totals(source: Source, assertions: Iterable[Assertion]) -> Iterator[int]:
    for one in assertions:
        if one.total is not None and one.denominator not in ("records", "site_cases"):
            yield one.total
    for said in filter(None, map(PEOPLE.fullmatch, source.people)):
        if said["denominator"] not in ("records", "site_cases"):
            yield int(said["number"])


def _summaries(evidence: Evidence) -> Iterator[SourceSummary]:
    said: dict[str, list[Assertion]] = defaultdict(list)
    for one in evidence.assertions:
        said[one.source].append(one)
    for key, source in sorted(evidence.catalog.sources.items()):
        yield SourceSummary(source, len(said[key]), largest_total(source, said[key]))


def _known(kind: str, name: str | None, known: set[str]) -> str | None:
    """Return a name as the sources have it, whatever its case.

    Raises
    ------
    UnknownNameError
        No source has it; the error lists those that there are.
    """
    if name is None:
        return None
    by_name = {one.casefold(): one for one in known}
    if name.casefold() not in by_name:
        raise UnknownNameError(kind, name, hint=f" One of {', '.join(sorted(known))}.")
    return by_name[name.casefold()]
