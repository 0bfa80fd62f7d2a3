"""How alike two cancers are in the sites they are reported to reach, or two sites in the cancers.

Matrices stay sparse: where two rows share nothing their similarity is 0 and is not stored, and the
rows of the answer come in blocks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from metastasis._errors import check_choice
from metastasis._table import Table
from metastasis._vocabulary import STUDIED
from metastasis.analysis._matrix import pattern_of, reach_matrix, row_blocks, scipy_sparse, upper

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import networkx as nx

    from metastasis._evidence.evidence import Evidence
    from metastasis._vocabulary import Edge

__all__ = [
    "FORMULAS",
    "MEASURES",
    "SimilarPair",
    "most_similar",
    "similar",
    "similarity_blocks",
    "similarity_matrix",
]


@dataclass(frozen=True, slots=True)
class SimilarPair:
    """Two nodes of one side, and how alike they are."""

    side: str
    """What both are: ``primary`` or ``site``."""
    node: str
    """Catalog key."""
    node_label: str
    other: str
    other_label: str
    measure: str
    similarity: float
    """From 0 (nothing in common) to 1 (the same)."""
    shared: int
    """How many neighbors they share."""
    together: int
    """How many neighbors they have together."""


def similar(
    evidence: Evidence | nx.DiGraph[str],
    of: str = "primaries",
    *,
    measure: str = "jaccard",
    edge: Edge = "any",
    distinct: bool = True,
    top: int | None = None,
) -> Table[SimilarPair]:
    """Return every two primaries (or sites) that share something, the most alike first.

    What is compared is what is reported: which edges there are (``jaccard``), or how many sources
    stand behind them (``cosine``, ``bray_curtis``); no edge counts as 0 sources. By the numbers of
    one frame see :func:`metastasis.analysis.similar_profiles`.

    Parameters
    ----------
    evidence
        The evidence, or its :func:`metastasis.analysis.edge_network`.
    of
        ``"primaries"`` or ``"sites"``.
    measure
        ``"jaccard"``: neighbors of both over neighbors of either; ``"cosine"``: the cosine of the
        angle between the numbers of sources; ``"bray_curtis"``: 2·Σ min(a, b) / Σ (a + b), which is
        1 less the dissimilarity of Bray JR, Curtis JT, Ecol Monogr 1957;27:325-349,
        doi:10.2307/1942268.
    edge
        Only edges of this class (``"commonly"``, ``"possibly"``, ``"rarely"``), or ``"any"``.
    distinct
        Whether a cancer and its kinds count once, and a site and its parts.
    top
        At most this many rows; None is all.

    >>> import metastasis as mets
    >>> found = similar(mets.load().evidence, measure="jaccard")
    >>> next(one.similarity for one in found if {one.node, one.other} == {"pancreas", "stomach"})
    0.5

    Raises
    ------
    UnknownNameError
        There is no such side, measure or edge.
    EvidenceError
        No edge is left, or only one node of the side has one.
    """
    check_choice("measure", measure, MEASURES)
    found = reach_matrix(evidence, weight="weight", edge=edge, distinct=distinct)
    found = found.of(of).to_compare()
    matrix = similarity_matrix(found.matrix, measure)
    pattern = found.pattern()
    shared = pattern @ pattern.T
    degrees = np.diff(found.matrix.indptr)
    alike = zip(upper(matrix), upper(shared), strict=True)
    pairs = [
        SimilarPair(
            side=found.side,
            node=found.rows[i],
            node_label=found.labels[found.rows[i]],
            other=found.rows[j],
            other_label=found.labels[found.rows[j]],
            measure=measure,
            similarity=number,
            shared=round(both),
            together=int(degrees[i] + degrees[j]) - round(both),
        )
        for (i, j, number), (_, _, both) in alike
    ]
    pairs.sort(key=lambda one: (-one.similarity, -one.shared, one.node, one.other))
    formula, source = FORMULAS[measure]
    weights = [] if measure == "jaccard" else ["a and b: how many sources report each"]
    return Table(
        SimilarPair,
        pairs[:top],
        formula=formula,
        source=source,
        inputs=[f"{found.matrix.nnz} edges", *weights],
        notes=[STUDIED],
    )


def similarity_matrix(matrix: Any, measure: str = "jaccard") -> Any:
    """Return the similarity of all rows as one sparse matrix; see :func:`similarity_blocks`.

    The answer holds every two rows that share a column; for large matrices take the blocks, or
    :func:`most_similar`.

    >>> similarity_matrix(scipy_sparse().csr_array([[1.0, 1.0], [1.0, 0.0]])).toarray().tolist()
    [[1.0, 0.5], [0.5, 1.0]]
    """
    blocks = [block for _, block in similarity_blocks(matrix, measure)]
    return blocks[0] if len(blocks) == 1 else scipy_sparse().vstack(blocks, format="csr")


def similarity_blocks(matrix: Any, measure: str = "jaccard") -> Iterator[tuple[int, Any]]:
    """Yield the similarity of some rows to all rows at a time.

    Each item is the number of the first row, and a sparse block (these rows by all rows) with every
    similarity that is not 0, that of a row with itself among them.

    Parameters
    ----------
    matrix
        A sparse matrix of numbers that are not negative, rows to be compared by columns.
    measure
        ``"jaccard"``: columns of both over columns of either, without weights;
        ``"cosine"``: the cosine of the angle between the rows; ``"bray_curtis"``:
        2·Σ min(a, b) / Σ (a + b).

    >>> matrix = scipy_sparse().csr_array([[3.0, 1.0], [1.0, 0.0]])
    >>> [block.toarray().tolist() for _, block in similarity_blocks(matrix, "bray_curtis")]
    [[[1.0, 0.4], [0.4, 1.0]]]

    Raises
    ------
    UnknownNameError
        There is no such measure.
    ValueError
        A number is negative, or none at all.
    """
    check_choice("measure", measure, MEASURES)
    if not np.all(np.isfinite(matrix.data)) or np.any(matrix.data < 0):
        raise ValueError("similarity takes finite numbers that are not negative")
    matrix = matrix.tocsr().copy()
    matrix.eliminate_zeros()
    compare = MEASURES[measure](matrix)
    for rows in row_blocks(matrix):
        yield rows.start, compare(rows)


def most_similar(
    matrix: Any, count: int, measure: str = "jaccard"
) -> Iterator[tuple[int, list[tuple[int, float]]]]:
    """Yield for each row the rows most like it, at most ``count``, the most alike first.

    A row is not compared with itself; rows that are equally alike come in order.

    >>> matrix = scipy_sparse().csr_array([[1.0, 1.0], [1.0, 0.0], [0.0, 0.0]])
    >>> list(most_similar(matrix, 1))
    [(0, [(1, 0.5)]), (1, [(0, 0.5)]), (2, [])]
    """
    for first, block in similarity_blocks(matrix, measure):
        for row in range(block.shape[0]):
            part = slice(block.indptr[row], block.indptr[row + 1])
            others, numbers = block.indices[part], block.data[part]
            order = np.lexsort((others, -numbers))[: count + 1]
            ranked = [(int(others[i]), float(numbers[i])) for i in order]
            yield first + row, [one for one in ranked if one[0] != first + row][:count]


def _jaccard(matrix: Any) -> Callable[[slice], Any]:
    pattern = pattern_of(matrix)
    others, degrees = pattern.T.tocsr(), np.diff(matrix.indptr).astype(float)

    def compare(rows: slice) -> Any:
        block = pattern[rows] @ others
        either = _sums(block, degrees, rows) - block.data
        block.data /= either
        return block

    return compare


def _cosine(matrix: Any) -> Callable[[slice], Any]:
    norms = np.sqrt(matrix.multiply(matrix).sum(axis=1))
    unit = matrix.copy()
    unit.data = unit.data / np.repeat(norms, np.diff(matrix.indptr))
    others = unit.T.tocsr()
    return lambda rows: unit[rows] @ others


def _bray_curtis(matrix: Any) -> Callable[[slice], Any]:
    others, sums = matrix.T.tocsr(), np.asarray(matrix.sum(axis=1))

    def compare(rows: slice) -> Any:
        block = _sums_of_least(matrix[rows], others)
        block.data *= 2 / _sums(block, sums, rows)
        return block

    return compare


def _sums(block: Any, totals: Any, rows: slice) -> Any:
    """Return for each entry of a block the totals of its two rows together."""
    return np.repeat(totals[rows], np.diff(block.indptr)) + totals[block.indices]


def _sums_of_least(block: Any, others: Any) -> Any:
    """Return Σ min(a, b) of rows and columns: a matrix product with min in place of times."""
    lengths = np.diff(others.indptr)[block.indices]
    starts = others.indptr[:-1][block.indices]
    steps = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    places = np.repeat(starts, lengths) + steps
    rows = np.repeat(np.arange(block.shape[0]), np.diff(block.indptr))
    least = np.minimum(np.repeat(block.data, lengths), others.data[places])
    entries = (least, (np.repeat(rows, lengths), others.indices[places]))
    return scipy_sparse().csr_array(entries, shape=(block.shape[0], others.shape[1]))


MEASURES: Final = {
    "jaccard": _jaccard,
    "cosine": _cosine,
    "bray_curtis": _bray_curtis,
}
"""The measures of similarity, each with what prepares it."""

FORMULAS: Final = {
    "jaccard": ("neighbors of both / neighbors of either", "Jaccard's coefficient"),
    "cosine": ("Σ a·b / √(Σ a² · Σ b²)", "the cosine of the angle"),
    "bray_curtis": (
        "2·Σ min(a, b) / Σ (a + b)",
        "1 less the dissimilarity of Bray, Curtis 1957, doi:10.2307/1942268",
    ),
}
"""Each measure in a formula, and where that comes from."""
