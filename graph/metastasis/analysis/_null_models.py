"""Random graphs in which every primary and every site keeps its number of edges."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import numpy as np

from metastasis.analysis._matrix import scipy_sparse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["adjusted", "draws_with_degrees_kept", "exceedance", "z_score"]


def draws_with_degrees_kept(
    matrix: Any, draws: int, seed: int, trades: int | None = None
) -> Iterator[Any]:
    """Yield 0/1 matrices with the row and column sums of this one, drawn evenly among all such.

    The curveball algorithm: two rows at random deal the columns that only one of them has out anew,
    each getting as many as before (Strona G, Nappo D, Boccacci F, Fattorini S, San-Miguel-Ayanz J,
    Nat Commun 2014;5:4114, doi:10.1038/ncomms5114; that it is even in the long run: Carstens CJ,
    Phys Rev E 2015;91:042812, doi:10.1103/PhysRevE.91.042812). One chain runs through all draws,
    after ten times as many trades as lie between two of them.

    Parameters
    ----------
    matrix
        A sparse matrix; what is not 0 counts as 1.
    draws
        How many matrices.
    seed
        Where chance starts: the same seed gives the same draws.
    trades
        How many trades lie between two draws; None for ten a row.

    >>> matrix = scipy_sparse().csr_array([[1, 0], [0, 1]])
    >>> {str(one.toarray().tolist()) for one in draws_with_degrees_kept(matrix, 20, seed=1)} == {
    ...     "[[1.0, 0.0], [0.0, 1.0]]", "[[0.0, 1.0], [1.0, 0.0]]"}
    True

    Raises
    ------
    ValueError
        ``draws`` or ``trades`` is not positive.
    """
    trades = 10 * matrix.shape[0] if trades is None else trades
    if draws < 1 or trades < 1:
        raise ValueError("draws and trades have to be at least 1")
    chance = random.Random(seed)  # noqa: S311 - the same draws for the same seed, not a secret
    ends = list(zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True))
    rows = [set(map(int, matrix.indices[start:stop])) for start, stop in ends]
    _trade(rows, 10 * trades, chance)
    for _ in range(draws):
        _trade(rows, trades, chance)
        yield _matrix(rows, matrix.shape)


def z_score(observed: float, drawn: Sequence[float] | Any) -> float | None:
    """Return how many standard deviations lie between a figure and the mean of the draws.

    The standard deviation is that of a sample. None where all draws are the same: then the degrees
    alone fix the figure, and it tells nothing.

    >>> z_score(5, [1, 2, 3])
    3.0
    >>> z_score(5, [5, 5, 5])
    """
    drawn = np.asarray(drawn, dtype=float)
    spread = float(drawn.std(ddof=1)) if len(drawn) > 1 else 0.0
    if spread <= 1e-12 * max(1.0, float(np.abs(drawn).max())):
        return None
    return (float(observed) - float(drawn.mean())) / spread


def exceedance(observed: float, drawn: Sequence[float] | Any) -> float:
    """Return the share of draws at least as large, the observed one counted among them.

    (1 + how many are as large) / (1 + draws), which is never 0: Phipson B, Smyth GK, Stat Appl
    Genet Mol Biol 2010;9:39, doi:10.2202/1544-6115.1585.

    >>> exceedance(5, [1, 2, 3])
    0.25
    """
    drawn = np.asarray(drawn, dtype=float)
    as_large = drawn >= observed - 1e-9 * max(1.0, abs(observed))
    return (1 + int(as_large.sum())) / (1 + len(drawn))


def adjusted(values: Sequence[float]) -> list[float]:
    """Return p-values adjusted for their number by the false discovery rate.

    Benjamini Y, Hochberg Y, J R Stat Soc B 1995;57:289-300, doi:10.1111/j.2517-6161.1995.tb02031.x.

    >>> adjusted([0.01, 0.5, 0.03])
    [0.03, 0.5, 0.045]
    """
    number = len(values)
    order = sorted(range(number), key=lambda i: values[i], reverse=True)
    found, least = [1.0] * number, 1.0
    for rank, i in zip(range(number, 0, -1), order, strict=True):
        least = min(least, values[i] * number / rank)
        found[i] = least
    return found


def _trade(rows: list[set[int]], trades: int, chance: random.Random) -> None:
    if len(rows) < 2:
        return
    for _ in range(trades):
        one, other = chance.sample(range(len(rows)), 2)
        only, pool = rows[one] - rows[other], rows[one] ^ rows[other]
        if only and len(only) < len(pool):
            both = rows[one] & rows[other]
            dealt = set(chance.sample(sorted(pool), len(only)))
            rows[one], rows[other] = both | dealt, both | (pool - dealt)


def _matrix(rows: list[set[int]], shape: tuple[int, int]) -> Any:
    ends = np.cumsum([0, *map(len, rows)])
    indices = np.fromiter((column for row in rows for column in sorted(row)), dtype=np.int64)
    return scipy_sparse().csr_array((np.ones(len(indices)), indices, ends), shape=shape)
