"""Why an edge stands, who says so, and what would remove it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metastasis.pairs import Spread, common_reason, edge_from, evidence_on, figure
from metastasis.tables import Records
from metastasis.vocabulary import NOT_CLINICAL

if TYPE_CHECKING:
    import pyoxigraph as ox

    from metastasis.assertion import Assertion
    from metastasis.catalog import Catalog, Primary, Site, Source
    from metastasis.tables import Value

__all__ = ["Explanation", "explain"]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything behind one pair; print it, or read its parts."""

    primary: Primary
    site: Site
    metastasis: Spread | None
    """The pair by metastasis; None where no source speaks of it."""
    extension: Spread | None
    """The pair by direct growth; None where no source speaks of it."""
    sources: tuple[Source, ...]

    @property
    def assertions(self) -> tuple[Assertion, ...]:
        """Every assertion on the pair, metastasis first."""
        both = (self.metastasis, self.extension)
        return tuple(one for spread in both if spread for one in spread.assertions)

    @property
    def rests_on(self) -> tuple[str, ...]:
        """Keys of the sources each of which, taken away alone, would change the metastasis edge."""
        if self.metastasis is None:
            return ()
        assertions = self.metastasis.assertions
        now = edge_from(assertions)
        return tuple(
            source
            for source in self.metastasis.sources
            if edge_from(one for one in assertions if one.source != source) != now
        )

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the edge is common: a source and what it says, each; none for any other edge."""
        if self.metastasis is None or self.metastasis.edge != "commonly":
            return ()
        assertions = self.metastasis.assertions
        return tuple(
            f"{one.source} {reason}" for one in assertions if (reason := common_reason(one))
        )

    def table(self) -> Records[Assertion]:
        """Return the assertions as a table."""
        return Records(
            (
                "relation",
                "frequency",
                "figure",
                "setting",
                "stage",
                "route",
                "population",
                "source",
                "locator",
                "assertion",
            ),
            self.assertions,
            _cells,
        )

    def __str__(self) -> str:
        """Return the explanation as text, one thought a line."""
        pair = f"{self.primary.label} → {self.site.label}"
        if not self.assertions:
            return f"{pair}: not studied: no source here speaks of it.\n{NOT_CLINICAL}"
        return "\n".join(
            [*self._verdict(pair), *map(_line, self.assertions), *self._cited(), NOT_CLINICAL]
        )

    def _verdict(self, pair: str) -> list[str]:
        lines = []
        if self.metastasis is not None:
            lines.append(
                f"{pair}: {self.metastasis.status}; edge: {self.metastasis.edge or 'none'}."
            )
        if self.extension is not None:
            lines.append(f"{pair}, by direct growth: {self.extension.status}.")
        if self.reasons:
            lines.append(f"Common because {'; '.join(self.reasons)}.")
        if self.rests_on:
            lines.append(f"The edge would change without {' or without '.join(self.rests_on)}.")
        elif self.metastasis is not None and self.metastasis.edge is not None:
            lines.append(
                "No single source carries the edge: it would stand without any one of them."
            )
        return lines

    def _cited(self) -> list[str]:
        return [
            f"  {source.key}: {source.citation}{f' {source.address}' if source.address else ''}"
            for source in self.sources
        ]

    def _repr_html_(self) -> str:
        from html import escape

        verdict = "".join(
            f"<p>{escape(line)}</p>"
            for line in self._verdict(f"{self.primary.label} → {self.site.label}")
        )
        return f"{verdict}{self.table()._repr_html_()}"


def explain(store: ox.Store, catalog: Catalog, primary: Primary, site: Site) -> Explanation:
    """Return everything that a store says of a primary and a site."""
    found: dict[str, Spread | None] = {}
    for relation in ("metastasis", "extension"):
        pair = evidence_on(
            store,
            catalog,
            primaries={primary.key},
            sites={site.key},
            relation=relation,
            places_only=False,
        )
        found[relation] = pair[0] if pair else None
    keys = {key for spread in found.values() if spread for key in spread.sources}
    sources = tuple(catalog.sources[key] for key in sorted(keys))
    return Explanation(primary, site, found["metastasis"], found["extension"], sources)


def _line(assertion: Assertion) -> str:
    said = [str(assertion.frequency).replace("_", " ")] if assertion.frequency else []
    number = figure(assertion)
    words = "; ".join([*said, *([number] if number else [])])
    narrowed = f" [{assertion.population}]" if assertion.population and not number else ""
    return f"  {assertion.relation}: {words}{narrowed} ({assertion.source}, {assertion.locator})"


def _cells(assertion: Assertion) -> tuple[Value, ...]:
    return (
        assertion.relation,
        assertion.frequency,
        figure(assertion),
        assertion.setting,
        assertion.stage,
        assertion.route,
        assertion.population,
        assertion.source,
        assertion.locator,
        assertion.key,
    )
