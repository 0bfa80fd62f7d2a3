"""Why an edge stands, who says so, and what would remove it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metastasis._clean import html_text
from metastasis._evidence.assertion import Assertion
from metastasis._evidence.belief import Belief, belief
from metastasis._evidence.edge import (
    BASES,
    LEAST_PATIENTS,
    LEAST_PERCENT,
    LEAST_SAMPLES,
    Verdict,
    bounds_above,
    bounds_below,
    common_reason,
    denies,
    is_checked,
    lower_bound,
    numbers_rule_out,
    verdict_on,
)
from metastasis._evidence.interval import possible_counts
from metastasis._evidence.pair_summary import rule_of
from metastasis._table import Table
from metastasis._vocabulary import NOT_CLINICAL

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas
    import polars

    from metastasis._catalog import Primary, Site, Source
    from metastasis._evidence.evidence import Evidence
    from metastasis._evidence.pair import Pair

__all__ = ["Explanation", "explain"]

_ABOVE: Final = 0.00005
"""In percent: half a unit of the last digit to which bounds are kept."""

_UNCHECKED: Final = "rules read it in a text, and no person has accepted it yet"
_NOT_REPORTED: Final = (
    f"records, such as sequenced samples, report a pair where {LEAST_SAMPLES} or more of them are "
    "counted, and never in the primary's own organ or its neighbor"
)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything behind one pair; print it, or read its parts."""

    primary: Primary
    site: Site
    metastasis: Pair | None
    """The pair by metastasis, also one that is rolled up; None where nothing speaks of it."""
    extension: Pair | None
    """The pair by direct growth; None where no source speaks of it."""
    sources: tuple[Source, ...]
    parts: tuple[str, ...] = ()
    """Labels of the parts of the site with evidence, where there is none on the whole."""
    unheard: tuple[Assertion, ...] = ()
    """Records too few to report the pair, where its edge rolls up from its parts."""

    @property
    def assertions(self) -> tuple[Assertion, ...]:
        """Every assertion on the pair, metastasis first."""
        both = (self.metastasis, self.extension)
        return tuple(one for pair in both if pair for one in pair.assertions)

    @property
    def rests_on(self) -> tuple[str, ...]:
        """Keys of the sources each of which, taken away alone, would change the metastasis edge.

        Where a source denies the pair, taking it away may make an edge.
        """
        if self.metastasis is None:
            return ()
        assertions = self.metastasis.assertions
        now = self._verdict_on(assertions).edge
        said = dict.fromkeys(one.source for one in assertions)
        return tuple(
            source
            for source in sorted(said)
            if self._verdict_on(one for one in assertions if one.source != source).edge != now
        )

    def _verdict_on(
        self, assertions: Iterable[Assertion], least_percent: float = LEAST_PERCENT
    ) -> Verdict:
        proximity = self.metastasis.proximity if self.metastasis is not None else None
        return verdict_on(assertions, self._known, proximity, least_percent=least_percent)

    def _checked(self, pair: Pair) -> list[Assertion]:
        return [one for one in pair.assertions if is_checked(one, self._known)]

    @property
    def _known(self) -> dict[str, Source]:
        return {source.key: source for source in self.sources}

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the edge is common: a source and what it says, each; none for any other edge."""
        if self.metastasis is None or self.metastasis.edge != "commonly":
            return ()
        return tuple(
            f"{one.source}: {reason}"
            for one in self.metastasis.assertions
            if (reason := common_reason(one, self._known))
        )

    @property
    def rule(self) -> str | None:
        """The rule of ``ontology/rules/`` by which the metastasis edge stands; None without one."""
        if self.metastasis is None or self.metastasis.edge is None:
            return None
        return rule_of(self.metastasis)

    @property
    def falls_above(self) -> float | None:
        """The share, in percent, up to which the edge would stay common if more were asked for.

        The rule asks for 10 % (:data:`~metastasis._evidence.edge.LEAST_PERCENT`). None where the
        edge is not common, and where it does not hang on that threshold. Numbers carry an edge up
        to their lower bound; words that no number contradicts, up to the upper one.
        """
        if self.metastasis is None or self.metastasis.edge != "commonly":
            return None
        said = self._checked(self.metastasis)
        lows = [low for one in said if (low := bounds_above(one)) is not None]
        highs = [high for one in said if (high := bounds_below(one)) is not None]
        ends = [max(found) for found in (lows, highs) if found]
        return next(
            (end for end in ends if self._verdict_on(said, end + _ABOVE).edge != "commonly"), None
        )

    @property
    def belief(self) -> Belief | None:
        """How far documents bear metastasis to the site out; None where no source speaks of it."""
        if self.metastasis is None or not self.metastasis.assertions:
            return None
        return belief(self.metastasis.assertions, self._known)

    @property
    def told(self) -> tuple[str, ...]:
        """What it all amounts to and why, one thought each, before the assertions themselves.

        >>> import metastasis as mets
        >>> mets.load().explain("prostate", "bone").told[0]
        'prostate cancer → bone: reported; edge: commonly, on numbers.'
        """
        pair = f"{self.primary.label} → {self.site.label}"
        return tuple(self._verdict(pair) if self.assertions else self._rolled_up(pair))

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
        if not self.assertions:
            few = map(_line, self.unheard)
            return "\n".join([*self.told, *few, NOT_CLINICAL])
        said = map(_line, self.assertions)
        return "\n".join([*self.told, *said, *self._cited(), NOT_CLINICAL])

    def _rolled_up(self, pair: str) -> list[str]:
        """Return what is known of a pair that no source speaks of."""
        nothing = f"{pair}: not studied: no source here speaks of it"
        checked = [one for one in self.unheard if is_checked(one, self._known)]
        why = _NOT_REPORTED if checked else _UNCHECKED
        nothing += f" ({why})." if self.unheard else "."
        whole = self.metastasis
        if whole is None:
            return [nothing + self._elsewhere()]
        return [
            f"{nothing} Edge: {whole.edge}, rolled up from its parts by rule {rule_of(whole)}: "
            "some spread there.",
            *(
                f"  {part.primary_label} → {part.site_label}: {part.edge}{_on(part)} "
                f"({', '.join(part.sources)})"
                for part in whole.parts
            ),
        ]

    def _verdict(self, pair: str) -> list[str]:
        lines = []
        if self.metastasis is not None and not self.metastasis.is_rolled_up:
            edge = f"{self.metastasis.edge or 'none'}{_on(self.metastasis)}"
            lines.append(f"{pair}: {self.metastasis.status}; edge: {edge}.")
        if self.extension is not None:
            lines.append(f"{pair}, by direct growth: {self.extension.status}.")
        if self.metastasis is None:
            return lines
        lines += [f"Conflict: {one.reason}: {one.words}." for one in self.metastasis.conflicts]
        if not self.site.is_anatomical:
            return [*lines, f"No edge: {self.site.label} names no place."]
        if self.metastasis.is_rolled_up:
            return [*lines, *self._rolled_up(pair)]
        by_rule = self._verdict_on(self.metastasis.assertions)
        if by_rule.edge != self.metastasis.edge:
            edge = f"{by_rule.edge or 'none'}{_on(by_rule)}"
            return [*lines, f"So says the graph that was read; by the rules here: {edge}."]
        if self.metastasis.edge is None:
            return [*lines, *self._without_edge(self.metastasis)]
        if self.reasons:
            lines.append(f"Common because {'; '.join(self.reasons)}.")
        if (order := self._order_of_evidence()) is not None:
            lines.append(order)
        return [*lines, self._threshold(self.metastasis), self._carried(), f"{self._support()}."]

    def _without_edge(self, metastasis: Pair) -> list[str]:
        """Return why there is no edge, and without which sources there would be one."""
        denying = sorted({one.source for one in self._checked(metastasis) if denies(one)})
        if not self._checked(metastasis):
            return [f"No edge: {_UNCHECKED}."]
        if not denying:
            counted_none = all(one.finding == "absent" for one in metastasis.assertions)
            return [] if counted_none else [f"No edge: {_NOT_REPORTED}."]
        told = f"No edge, for {', '.join(denying)} denies the pair."
        if self.rests_on:
            told += f" There would be one without {' or without '.join(self.rests_on)}."
        return [told]

    def _threshold(self, metastasis: Pair) -> str:
        """Return by which rule the edge stands, and where it would fall."""
        stands = f"The edge stands by rule {self.rule}"
        if metastasis.edge != "commonly":
            return f"{stands}: {_not_common(metastasis)}."
        if (bound := self.falls_above) is None:
            return f"{stands}: it does not hang on a threshold of numbers."
        return (
            f"{stands}: it stands until the share that is asked for, now {LEAST_PERCENT} %, passes "
            f"{bound:.1f} %."
        )

    def _order_of_evidence(self) -> str | None:
        """Return which evidence decided against other evidence; None where none had to."""
        if self.metastasis is None or self.metastasis.edge in (None, "commonly"):
            return None
        assertions = self._checked(self.metastasis)
        common = [one.source for one in assertions if common_reason(one, self._known)]
        if not common:
            return None
        said = f"not the words of {', '.join(sorted(set(common)))}"
        if not numbers_rule_out(assertions):
            return f"Experts' words go before those for lay readers and decide, {said}."
        bounds = [bound for one in assertions if (bound := bounds_below(one)) is not None]
        return (
            f"Numbers go before words and decide, {said}: of {LEAST_PATIENTS} patients or more, "
            f"their upper bounds are at most {_percent(max(bounds))} %."
        )

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
        if not self.assertions:
            return f"<p>{html_text(str(self))}</p>"
        said = "".join(f"<p>{html_text(line)}</p>" for line in self.told)
        cited = "".join(f"<li>{html_text(line.strip())}</li>" for line in self._cited())
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
    said = evidence.pair(one.key, other.key)
    extension = evidence.pair(one.key, other.key, "extension")
    rolled_up = evidence.rolled_up.get((one.key, other.key))
    metastasis = rolled_up or said
    keys = {key for pair in (metastasis, extension) if pair for key in pair.sources}
    parts = evidence.pairs(primaries={one.key}, sites=catalog.parts(other.key))
    return Explanation(
        one,
        other,
        metastasis,
        extension,
        tuple(catalog.sources[key] for key in sorted(keys)),
        () if keys else tuple(pair.site_label for pair in parts),
        said.assertions if said and rolled_up else (),
    )


def _on(edge: Pair | Verdict) -> str:
    return f", on {BASES[edge.basis]}" if edge.basis else ""


def _percent(bound: float) -> str:
    """Return a bound in two digits, or in as many as tell it from the threshold."""
    words = f"{bound:.2g}"
    return words if float(words) != LEAST_PERCENT else f"{bound:.4f}".rstrip("0").rstrip(".")


def _not_common(pair: Pair) -> str:
    """Return why a pair is not common, and how far from it its counts are."""
    counted = [one for one in pair.assertions if (one.total or 0) >= LEAST_PATIENTS]
    bounds = [bound for one in counted if (bound := lower_bound(one)) is not None]
    if not bounds:
        return (
            f"not common, for no number out of at least {LEAST_PATIENTS} patients with metastases "
            "or autopsies shows it, and no words that decide"
        )
    return (
        f"not common, for the highest lower bound is {_percent(max(bounds))} %, where "
        f"{LEAST_PERCENT} % is asked for, and no words that decide say so"
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
    """Return a remark on a printed percentage that no number of its people gives."""
    if assertion.percent is None or assertion.count is not None or not assertion.total:
        return ""
    try:
        possible_counts(assertion.percent, assertion.total)
    except ValueError:
        return "; no whole number of patients gives this percentage"
    return ""
