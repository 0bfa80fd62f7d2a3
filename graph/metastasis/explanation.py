"""Why an edge stands, who says so, and what would remove it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metastasis.edges import common_reason, edge_from
from metastasis.figures import assertion_table, figure
from metastasis.pairs import Spread, evidence_on
from metastasis.vocabulary import NOT_CLINICAL

if TYPE_CHECKING:
    import pandas
    import polars
    import pyoxigraph as ox

    from metastasis.assertion import Assertion
    from metastasis.catalog import Catalog, Primary, Site, Source
    from metastasis.tables import Records

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
    parts: tuple[str, ...] = ()
    """Labels of the parts of the site with evidence, where there is none on the whole."""

    @property
    def assertions(self) -> tuple[Assertion, ...]:
        """Every assertion on the pair, metastasis first."""
        both = (self.metastasis, self.extension)
        return tuple(one for spread in both if spread for one in spread.assertions)

    @property
    def rests_on(self) -> tuple[str, ...]:
        """Keys of the sources each of which, taken away alone, would change the metastasis edge."""
        if self.metastasis is None or self.metastasis.edge is None:
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
            f"{one.source}: {reason}" for one in assertions if (reason := common_reason(one))
        )

    def table(self) -> Records[Assertion]:
        """Return the assertions as a table, numbers as numbers."""
        return assertion_table(self.assertions)

    def to_pandas(self) -> pandas.DataFrame:
        """Return the assertions as a pandas data frame (the extra ``frames`` brings pandas)."""
        return self.table().to_pandas()

    def to_polars(self) -> polars.DataFrame:
        """Return the assertions as a Polars data frame (the extra ``frames`` brings Polars)."""
        return self.table().to_polars()

    def __str__(self) -> str:
        """Return the explanation as text, one thought a line."""
        pair = f"{self.primary.label} → {self.site.label}"
        if not self.assertions:
            nothing = f"{pair}: not studied: no source here speaks of it.{self._elsewhere()}"
            return f"{nothing}\n{NOT_CLINICAL}"
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
        if self.metastasis is not None and self.metastasis.edge == "possibly":
            lines.append(
                "Not common: no source says so in words, and no count with its total shows it."
            )
        if self.metastasis is None or self.metastasis.edge is None:
            return lines
        if self.rests_on:
            lines.append(f"The edge would change without {' or without '.join(self.rests_on)}.")
        else:
            lines.append(
                "No single source carries the edge: it would stand without any one of them."
            )
        return lines

    def _elsewhere(self) -> str:
        if not self.parts:
            return ""
        return f" There is evidence on parts of it: {', '.join(self.parts)}."

    def _cited(self) -> list[str]:
        return [
            f"  {source.key}: {source.citation}{f' {source.address}' if source.address else ''}"
            for source in self.sources
        ]

    def _repr_html_(self) -> str:
        from html import escape

        pair = f"{self.primary.label} → {self.site.label}"
        if not self.assertions:
            return f"<p>{escape(str(self))}</p>"
        said = "".join(f"<p>{escape(line)}</p>" for line in self._verdict(pair))
        cited = "".join(f"<li>{escape(line.strip())}</li>" for line in self._cited())
        return f"{said}{self.table()._repr_html_()}<ul>{cited}</ul>"


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
    parts = evidence_on(store, catalog, primaries={primary.key}, sites=catalog.parts(site.key))
    return Explanation(
        primary,
        site,
        found["metastasis"],
        found["extension"],
        sources,
        () if keys else tuple(spread.site_label for spread in parts),
    )


def _line(assertion: Assertion) -> str:
    said = [str(assertion.frequency).replace("_", " ")] if assertion.frequency else []
    number = figure(assertion)
    words = "; ".join([*said, *([number] if number else [])])
    narrowed = f" [{assertion.population}]" if assertion.population and not number else ""
    note = f" Note: {assertion.note}." if assertion.note else ""
    where = f"({assertion.source}, {assertion.locator})"
    return f"  {assertion.relation}: {words}{narrowed} {where}.{note}"
