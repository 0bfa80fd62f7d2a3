"""Why an edge stands, who says so, and what would remove it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metastasis._evidence.assertion import Assertion
from metastasis._evidence.belief import Belief, belief
from metastasis._evidence.edge import (
    LEAST_PATIENTS,
    LEAST_PERCENT,
    RULES,
    common_reason,
    counts_as_common,
    edge_from,
    lower_bound,
)
from metastasis._evidence.interval import rounding_interval
from metastasis._table import Table
from metastasis._vocabulary import NOT_CLINICAL

if TYPE_CHECKING:
    import pandas
    import polars

    from metastasis._catalog import Primary, Site, Source
    from metastasis._evidence.evidence import Evidence
    from metastasis._evidence.pair import Pair

__all__ = ["Explanation", "explain"]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything behind one pair; print it, or read its parts."""

    primary: Primary
    site: Site
    metastasis: Pair | None
    """The pair by metastasis; None where no source speaks of it."""
    extension: Pair | None
    """The pair by direct growth; None where no source speaks of it."""
    sources: tuple[Source, ...]
    parts: tuple[str, ...] = ()
    """Labels of the parts of the site with evidence, where there is none on the whole."""

    @property
    def assertions(self) -> tuple[Assertion, ...]:
        """Every assertion on the pair, metastasis first."""
        both = (self.metastasis, self.extension)
        return tuple(one for pair in both if pair for one in pair.assertions)

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

    @property
    def rule(self) -> str | None:
        """The rule of ``ontology/rules/`` by which the metastasis edge stands; None without one."""
        if self.metastasis is None or self.metastasis.edge is None:
            return None
        return RULES[self.metastasis.edge]

    @property
    def falls_above(self) -> float | None:
        """The lower bound, in percent, up to which the edge would stay common if more were asked.

        The rule asks for 10 % (:data:`~metastasis._evidence.edge.LEAST_PERCENT`). None where the
        edge is not common, and where words carry it, which no threshold touches.
        """
        return None if self._in_words else self._highest_bound

    @property
    def _in_words(self) -> bool:
        said = self.metastasis.assertions if self.metastasis is not None else ()
        return any(one.frequency in ("most_common", "common") for one in said)

    @property
    def _highest_bound(self) -> float | None:
        """The highest lower bound, in percent, of the counts that make the edge common."""
        if self.metastasis is None or self.metastasis.edge != "commonly":
            return None
        bounds = [counts_as_common(one) for one in self.metastasis.assertions]
        return max((bound for bound in bounds if bound is not None), default=None)

    @property
    def belief(self) -> Belief | None:
        """How far documents bear metastasis to the site out; None where no source speaks of it."""
        if self.metastasis is None:
            return None
        known = {source.key: source for source in self.sources}
        return belief(self.metastasis.assertions, known)

    def table(self) -> Table[Assertion]:
        """Return the assertions as a table, numbers as numbers."""
        return Table(Assertion, self.assertions)

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
        if self.metastasis is not None:
            lines += [f"Conflict: {one.reason}: {one.words}." for one in self.metastasis.conflicts]
        if self.reasons:
            lines.append(f"Common because {'; '.join(self.reasons)}.")
        if self.metastasis is None or self.metastasis.edge is None:
            return lines
        return [*lines, self._threshold(self.metastasis), self._carried(), f"{self._support()}."]

    def _threshold(self, metastasis: Pair) -> str:
        """Return by which rule the edge stands, and where it would fall."""
        stands = f"The edge stands by rule {self.rule}"
        if metastasis.edge != "commonly":
            return f"{stands}: {_not_common(metastasis)}."
        bound = self._highest_bound
        if not self._in_words:
            return (
                f"{stands}: it stands until the lower bound that is asked for, now "
                f"{LEAST_PERCENT} %, passes {bound:.1f} %."
            )
        counts = "" if bound is None else f"; counts alone would carry it up to {bound:.1f} %"
        return f"{stands}: words carry it, and no threshold of numbers removes it{counts}."

    def _carried(self) -> str:
        if not self.rests_on:
            return "No single source carries the edge: it would stand without any one of them."
        return f"The edge would change without {' or without '.join(self.rests_on)}."

    def _support(self) -> str:
        found = self.belief
        return (
            ""
            if found is None
            else f"{found} (documents counted once; no probability)".capitalize()
        )

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


def explain(evidence: Evidence, primary: str, site: str) -> Explanation:
    """Return everything behind one pair: every assertion, the rule, what would remove the edge.

    >>> import metastasis as mets
    >>> explain(mets.load().evidence, "prostate", "bone").rule
    '10-commonly-spreads-to'

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that nothing has, or that several have.
    """
    catalog = evidence.catalog
    one, other = catalog.primary(primary), catalog.site(site)
    metastasis = evidence.pair(one.key, other.key)
    extension = evidence.pair(one.key, other.key, "extension")
    keys = {key for pair in (metastasis, extension) if pair for key in pair.sources}
    parts = evidence.pairs(primaries={one.key}, sites=catalog.parts(other.key))
    return Explanation(
        one,
        other,
        metastasis,
        extension,
        tuple(catalog.sources[key] for key in sorted(keys)),
        () if keys else tuple(pair.site_label for pair in parts),
    )


def _not_common(pair: Pair) -> str:
    """Return why a pair is not common, and how far from it its counts are."""
    counted = [one for one in pair.assertions if (one.total or 0) >= LEAST_PATIENTS]
    bounds = [bound for one in counted if (bound := lower_bound(one)) is not None]
    if not bounds:
        return (
            f"not common, for no source says so in words, and no count of at least "
            f"{LEAST_PATIENTS} patients with metastases or autopsies shows it"
        )
    return (
        f"not common, for no source says so in words, and the highest lower bound is "
        f"{max(bounds):.2g} %, where {LEAST_PERCENT} % is asked for"
    )


def _line(assertion: Assertion) -> str:
    said = [str(assertion.frequency).replace("_", " ")] if assertion.frequency else []
    number = assertion.number
    words = "; ".join([*said, *([number] if number else [])])
    narrowed = f" [{assertion.population}]" if assertion.population and not number else ""
    note = f" Note: {assertion.note}." if assertion.note else ""
    where = f"({assertion.source}, {assertion.locator})"
    return f"  {assertion.relation}: {words}{_from_rounding(assertion)}{narrowed} {where}.{note}"


def _from_rounding(assertion: Assertion) -> str:
    """Return the interval that follows from a printed percentage of a known total, said as such."""
    if assertion.percent is None or assertion.count is not None or not assertion.total:
        return ""
    try:
        low, high = rounding_interval(assertion.percent, assertion.total)
    except ValueError:
        return "; no whole number of patients gives this percentage"
    return f"; {100 * low:.1f} to {100 * high:.1f} % from rounding, derived"
