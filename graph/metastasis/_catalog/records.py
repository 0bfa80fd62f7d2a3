"""The records of the catalog."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

__all__ = ["MAPPING_PREDICATES", "PEOPLE", "Mapping", "Primary", "Site", "Source", "years_in"]

MAPPING_PREDICATES = (
    "skos:exactMatch",
    "skos:closeMatch",
    "skos:narrowMatch",
    "skos:broadMatch",
    "skos:relatedMatch",
)
"""From the nearest to the loosest; a look-up by code takes the nearest that there is."""

PEOPLE: Final = re.compile(
    r"(?:(?P<primary>[^/\s]+)/)?(?P<denominator>[^/\s]+) (?P<number>[0-9]{1,15})"
)
"""How many people, as ``Source.people`` has it: ``denominator N`` or ``primary/denominator N``."""

_YEARS: Final = re.compile(r"((?:1[5-9]|20)[0-9]{2})(?:-((?:1[5-9]|20)[0-9]{2}))?")


@dataclass(frozen=True, slots=True, order=True)
class Mapping:
    """A cross-reference: ``skos:broadMatch`` says that the other term is the broader one.

    >>> Mapping("skos:exactMatch", "UBERON:0002107").object
    'UBERON:0002107'
    """

    predicate: str
    object: str
    """The other term, as a CURIE."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Primary:
    """A cancer, by the organ or the histology it starts from.

    >>> Primary(key="colon", label="colon cancer", kind="organ", parents=("colorectal",)).parents
    ('colorectal',)
    """

    key: str
    label: str
    kind: str = "organ"
    """``organ``, ``histology`` or ``grouping``."""
    synonyms: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    """Keys of the broader primaries that this one is a subtype of."""
    arises_in: tuple[str, ...] = ()
    """Keys of the sites that are its own organ."""
    neighbors: tuple[str, ...] = ()
    """Keys of the sites that touch its organ."""
    sex: str | None = None
    """``female`` or ``male`` where only one sex has the organ."""
    made_of: tuple[str, ...] = ()
    """Keys of the subtypes that together are the whole of it, where there are such."""
    mappings: tuple[Mapping, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place in the body that a cancer can reach.

    >>> Site(key="omentum", label="omentum", parents=("peritoneum",)).kind
    'organ'
    """

    key: str
    label: str
    kind: str = "organ"
    """``organ``, ``tissue``, ``region``, ``system``, ``vessel``, ``lymph_node``, ``unspecific``."""
    synonyms: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    """Keys of the sites that this one is directly part of: our own body regions, not Uberon's."""
    sex: str | None = None
    mappings: tuple[Mapping, ...] = ()
    note: str | None = None

    @property
    def is_anatomical(self) -> bool:
        """Whether the name is a place at all; ``unspecified`` and ``any organ`` are not."""
        return self.kind != "unspecific"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where evidence comes from.

    >>> Source(key="shinagare-2011", citation="Shinagare AB, …", design="clinical_cohort").doi
    """

    key: str
    citation: str
    design: str
    doi: str | None = None
    pmid: str | None = None
    """The number under which PubMed has it."""
    year: int | None = None
    """When it was published; None where that was not shown."""
    url: str | None = None
    license: str | None = None
    """As the source states it."""
    license_url: str | None = None
    population: str | None = None
    years: str | None = None
    """When the patients were diagnosed: ``2010``, ``2010-2015`` or ``1991-2000; 2003``."""
    registry: tuple[str, ...] = ()
    """The registries and claims data that it draws on; none for the patients of a hospital."""
    people: tuple[str, ...] = ()
    """How many people its percentages are out of where no row says so, as the source prints it:
    ``metastatic_patients 761``, or of one primary ``ovary/metastatic_patients 120``."""
    curated_by: str | None = None
    """Who entered what it says; None where a program counted it."""
    curated_on: str | None = None
    """The day when that was last entered or mended, as 2026-11-30."""
    note: str | None = None

    @property
    def span(self) -> tuple[int, int] | None:
        """The first and the last of its years; None where they are not stated.

        >>> Source(key="a", citation="A", design="registry", years="1991-2000; 2003").span
        (1991, 2003)
        """
        spans = years_in(self.years or "")
        return (spans[0][0], max(last for _, last in spans)) if spans else None

    def people_in(self, denominator: str, primary: str) -> int | None:
        """Return how many people of a primary a denominator holds, where the source says so.

        What it says of this primary goes before what it says of all.

        >>> said = ("autopsies 367", "bladder/autopsies 251")
        >>> source = Source(key="a", citation="A", design="autopsy_series", people=said)
        >>> source.people_in("autopsies", "bladder"), source.people_in("autopsies", "ureter")
        (251, 367)
        >>> source.people_in("all_patients", "bladder")
        """
        entries = filter(None, map(PEOPLE.fullmatch, self.people))
        said = {(one["primary"], one["denominator"]): int(one["number"]) for one in entries}
        return said.get((primary, denominator), said.get((None, denominator)))

    @property
    def address(self) -> str | None:
        """The DOI as a link, or else the address of the page."""
        return f"https://doi.org/{self.doi}" if self.doi else self.url


def years_in(text: str) -> tuple[tuple[int, int], ...]:
    """Return the first and the last year of each span, in order; none where one is no span.

    >>> years_in("1991-2000; 2003")
    ((1991, 2000), (2003, 2003))
    >>> years_in("about 1990"), years_in("2015-2010")
    ((), ())
    """
    found = [_YEARS.fullmatch(part.strip()) for part in text.split(";")]
    spans = [(int(one[1]), int(one[2] or one[1])) for one in found if one is not None]
    if len(spans) < len(found) or any(last < first for first, last in spans):
        return ()
    return tuple(sorted(spans))
