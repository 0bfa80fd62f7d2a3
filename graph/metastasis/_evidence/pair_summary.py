"""What is known of a pair in one row: its edge, on what it rests, and how much speaks for it.

The same that the graph states of the node of a pair.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from metastasis._evidence.belief import belief
from metastasis._evidence.edge import RULES
from metastasis._evidence.overlap import document_of, independent
from metastasis._table import Table

if TYPE_CHECKING:
    from metastasis._catalog import Names
    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.belief import Belief
    from metastasis._evidence.evidence import Evidence
    from metastasis._evidence.pair import Pair

__all__ = ["PairSummary", "pairs", "rule_of", "summaries"]


@dataclass(frozen=True)
class PairSummary:
    """A pair, and how much evidence of which kind is behind it."""

    COLUMNS: ClassVar[dict[str, str]] = {
        "primary": "pair.primary",
        "site": "pair.site",
        "edge": "pair.edge",
        "basis": "pair.basis",
        "rule": "rule",
        "status": "pair.status",
        "belief": "score",
        "against": "against",
        "assertions": "assertions",
        "supporting": "supporting",
        "denying": "denying",
        "sources": "sources",
        "documents": "documents",
        "independent": "independent",
        "conflicts": "conflicts",
    }

    pair: Pair
    belief: Belief
    rule: str | None
    """The rule of ``ontology/rules/`` by which the edge stands; None without an edge."""
    documents: int
    """How many documents speak of the pair."""
    independent: int
    """How many documents report it, those that may hold the same patients counted as one."""

    @property
    def score(self) -> float | None:
        """The belief in the pair; None where no source speaks of it."""
        return self.belief.score if self.pair.assertions else None

    @property
    def against(self) -> float | None:
        """The same over the documents that report absence."""
        return self.belief.against if self.pair.assertions else None

    @property
    def assertions(self) -> int:
        """How many assertions are about the pair itself."""
        return len(self.pair.assertions)

    @property
    def supporting(self) -> int:
        """How many of them report it."""
        return sum(one.finding == "present" for one in self.pair.assertions)

    @property
    def denying(self) -> int:
        """How many of them report it absent, in words or by counting none."""
        return self.assertions - self.supporting

    @property
    def sources(self) -> int:
        """How many sources speak of the pair itself."""
        return len({one.source for one in self.pair.assertions})

    @property
    def conflicts(self) -> int:
        """How many contradictions there are among them."""
        return len(self.pair.conflicts)

    @property
    def best_numbers(self) -> tuple[Assertion, ...]:
        """The number of each frame that stands for the pair, where several say one thing.

        That of everybody before that of a part of the people, a count before a percentage alone,
        and then the one out of the most people.
        """
        return tuple(numbers[0] for numbers in self.pair.by_frame.values())


def pairs(evidence: Evidence, primaries: Names = None) -> Table[PairSummary]:
    """Return every pair in one row: edge, basis, rule, belief, and how many say so.

    With the pairs that no source speaks of and that follow from those of their parts, which have
    an edge and no assertion. Sites that name no place are left out.

    Parameters
    ----------
    evidence
        What is said.
    primaries
        One name or several; None is all.

    >>> import metastasis as mets
    >>> rows = {row["site"]: row for row in mets.load().pairs("prostate").to_dicts()}
    >>> rows["bone"]["rule"], rows["bone"]["sources"] >= 5
    ('10-commonly-spreads-to', True)

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that no primary has, or that several have.
    """
    keys = evidence.catalog.primary_keys(primaries)
    chosen = None if keys is None else set(keys)
    found = [
        one for one in evidence.made(summaries) if chosen is None or one.pair.primary in chosen
    ]
    return Table(
        PairSummary,
        found,
        notes=[
            "supporting and denying count assertions, documents those that may hold several.",
            "Numbers of different denominators, settings and occurrences are never one number.",
        ],
    )


def summaries(evidence: Evidence) -> tuple[PairSummary, ...]:
    """Return the summary of every pair by metastasis, those that roll up too, by label."""
    sources = evidence.catalog.sources
    return tuple(
        PairSummary(
            pair,
            belief(pair.assertions, sources),
            rule_of(pair),
            len({document_of(one, sources) for one in pair.assertions}),
            len(independent([one for one in pair.assertions if one.finding == "present"], sources)),
        )
        for pair in evidence.pairs(roll_up=True)
    )


def rule_of(pair: Pair) -> str | None:
    """Return the rule of ``ontology/rules/`` by which a metastasis edge stands; None without one.

    >>> import metastasis as mets
    >>> rule_of(mets.load().evidence.pair("prostate", "bone"))
    '10-commonly-spreads-to'
    """
    if pair.edge is None:
        return None
    if pair.is_rolled_up:
        return "36-commonly-rolls-up" if pair.edge == "commonly" else "35-rolls-up"
    return RULES[pair.edge]
