"""The records of the catalog."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["MAPPING_PREDICATES", "Mapping", "Primary", "Site", "Source"]

MAPPING_PREDICATES = (
    "skos:exactMatch",
    "skos:closeMatch",
    "skos:narrowMatch",
    "skos:broadMatch",
    "skos:relatedMatch",
)
"""From the nearest to the loosest; a look-up by code takes the nearest that there is."""


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
    url: str | None = None
    license: str | None = None
    """As the source states it."""
    license_url: str | None = None
    population: str | None = None
    years: str | None = None
    note: str | None = None

    @property
    def address(self) -> str | None:
        """The DOI as a link, or else the address of the page."""
        return f"https://doi.org/{self.doi}" if self.doi else self.url
