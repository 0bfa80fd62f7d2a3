"""How far the documents behind a pair bear it out: a score that counts documents, not sentences.

What may be of the same patients is one document: two papers of one registry and the same years.
The form is that of INDRA's belief model (Gyori BM et al., Mol Syst Biol 2017;13:954,
doi:10.15252/msb.20177651): each document may err by itself, and documents of one kind may err
together. The two error rates are not estimated here. They are INDRA's defaults for readers of text,
taken over so that the score has a scale that others use; change them, and the order of the pairs
stays by and large the same. The score is no probability that a cancer spreads, and no frequency.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from metastasis._evidence.overlap import independent
from metastasis._table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from metastasis._catalog import Names, Source
    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.evidence import Evidence
    from metastasis._evidence.pair import Pair

__all__ = ["KIND_ERROR", "OWN_ERROR", "Belief", "PairBelief", "belief", "beliefs"]

Documents = tuple[tuple[str, ...], ...]
"""Documents, those together that may hold the same patients and count as one."""

OWN_ERROR: Final = 0.3
"""How often a document errs by itself."""
KIND_ERROR: Final = 0.05
"""How often all documents of one kind err together."""


@dataclass(frozen=True, slots=True)
class Belief:
    """The score of a pair, and the documents it counts."""

    score: float
    """Of presence, 0 (no document reports it) to 1 (not reached)."""
    against: float
    """The same formula over the documents that report absence."""
    reporting: tuple[tuple[str, Documents], ...]
    """Kind of document, and the documents of it that report the pair."""
    denying: tuple[tuple[str, Documents], ...]
    """Kind of document, and the documents of it that report absence, in words or by counting none.

    A document that contradicts itself is among both."""

    @property
    def documents(self) -> int:
        """How many documents report the pair."""
        return sum(len(together) for _, found in self.reporting for together in found)

    @property
    def independent(self) -> int:
        """How many they count as: those that may hold the same patients are one."""
        return sum(len(found) for _, found in self.reporting)

    @property
    def against_documents(self) -> int:
        """How many documents report absence."""
        return sum(len(together) for _, found in self.denying for together in found)

    @property
    def kinds(self) -> int:
        """How many kinds of documents report the pair."""
        return len(self.reporting)

    def __str__(self) -> str:
        """Return the score with the numbers it is made of."""
        counted = f"{_number(self.documents, 'document')} of {_number(self.kinds, 'kind')}"
        words = f"belief {_rounded(self.score)} from {counted}"
        if self.independent < self.documents:
            words += f", which count as {self.independent}: some may hold the same patients"
        if self.denying:
            words += f"; against it {_rounded(self.against)} from {self.against_documents}"
        return words


@dataclass(frozen=True, slots=True)
class PairBelief:
    """A pair and the belief in it."""

    COLUMNS: ClassVar[dict[str, str]] = {
        "primary": "pair.primary",
        "site": "pair.site",
        "edge": "pair.edge",
        "status": "pair.status",
        "belief": "belief.score",
        "documents": "belief.documents",
        "independent": "belief.independent",
        "kinds": "belief.kinds",
        "against": "belief.against",
        "against_documents": "belief.against_documents",
    }

    pair: Pair
    belief: Belief


def beliefs(evidence: Evidence, primaries: Names = None) -> Table[PairBelief]:
    """Return for each pair with evidence of metastasis how far documents bear it out.

    Parameters
    ----------
    evidence
        What is said.
    primaries
        One name or several; None is all.

    >>> import metastasis as mets
    >>> rows = beliefs(mets.load().evidence, "breast").to_dicts()
    >>> all(row["documents"] >= 1 for row in rows if row["belief"])
    True

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that no primary has, or that several have.
    """
    pairs = evidence.pairs(primaries=evidence.catalog.primary_keys(primaries))
    known = evidence.made(_belief_of_pairs)
    return Table(
        PairBelief,
        [PairBelief(pair, known[pair.primary, pair.site]) for pair in pairs],
        formula=(
            "1 - product over kinds of documents of min(1, 0.05 + 0.3^n); n counts documents once, "
            "and as one those of one registry in years that overlap or are not stated"
        ),
        source="Gyori BM et al., Mol Syst Biol 2017;13:954, doi:10.15252/msb.20177651 (the form)",
        inputs=sorted({source for pair in pairs for source in pair.sources}) or ["no source"],
        notes=["The error rates are chosen, not estimated: the score is no probability."],
    )


def _belief_of_pairs(evidence: Evidence) -> Mapping[tuple[str, str], Belief]:
    sources = evidence.catalog.sources
    return {
        (pair.primary, pair.site): belief(pair.assertions, sources) for pair in evidence.pairs()
    }


def belief(
    assertions: Iterable[Assertion],
    sources: Mapping[str, Source],
    *,
    own_error: float = OWN_ERROR,
    kind_error: float = KIND_ERROR,
) -> Belief:
    """Return the belief in a pair: 1 - Π over kinds of min(1, s + rⁿ).

    n is the number of documents of a kind (the design of a source) that report the pair, r the rate
    at which each errs by itself, s that at which all of a kind err together. A document counts
    once, however many of its sentences speak of the pair. Documents of a kind that may hold the
    same patients are one: sources with one DOI, texts with one hash, and papers that draw on one
    registry in years that overlap or are not stated
    (:func:`~metastasis._evidence.overlap.independent`). Take the assertions of one pair and one
    relation.

    >>> from metastasis._evidence.assertion import Assertion
    >>> from metastasis._catalog import Source
    >>> sources = {key: Source(key=key, citation=key, design="registry") for key in ("a", "b")}
    >>> said = [Assertion(primary="lung", site="bone", source=source, locator=place,
    ...                   frequency="common") for source, place in ("a1", "a2", "b1")]
    >>> print(belief(said, sources))
    belief 0.86 from 2 documents of 1 kind
    >>> belief([], sources).score
    0.0

    Raises
    ------
    ValueError
        An error rate is not between 0 and 1.
    """
    for rate in (own_error, kind_error):
        if not 0 <= rate <= 1:
            raise ValueError(f"{rate} is no error rate: give one between 0 and 1")
    found: dict[str, dict[str, list[Assertion]]] = {
        "present": defaultdict(list),
        "absent": defaultdict(list),
    }
    for one in assertions:
        source = sources.get(one.source)
        kind = source.design if source is not None else "unknown"
        found[one.finding][kind].append(one)
    reporting, denying = (
        tuple((kind, independent(said, sources)) for kind, said in sorted(found[finding].items()))
        for finding in ("present", "absent")
    )
    return Belief(
        _score(reporting, own_error, kind_error),
        _score(denying, own_error, kind_error),
        reporting,
        denying,
    )


def _score(kinds: tuple[tuple[str, Documents], ...], own_error: float, kind_error: float) -> float:
    doubt = 1.0
    for _, documents in kinds:
        doubt *= min(1.0, kind_error + own_error ** len(documents))
    return 1 - doubt


def _rounded(score: float) -> str:
    return f"{score:.2f}" if score < 0.995 else "above 0.99"


def _number(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
