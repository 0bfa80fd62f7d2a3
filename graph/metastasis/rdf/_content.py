"""The hash of what a graph says, whatever the file that it stands in.

It is SHA-256 over the canonical N-Quads of RDF Dataset Canonicalization (RDFC-1.0, W3C
Recommendation 2024). This graph has no blank nodes, so that these are its lines in order. Every
file of RDF that can hold a comment ends with it: a file that was cut off has lost it.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final, TypeVar

import pyoxigraph as ox

from metastasis._files import open_to_read
from metastasis.rdf._terms import DEFAULT_GRAPH, in_graph

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

Statement = TypeVar("Statement", ox.Quad, ox.Triple)

__all__ = ["ContentHash", "content_hash", "is_ours", "stated_hash", "statement"]

_SAID: Final = "Content: RDFC-1.0 SHA-256 "
_STATED: Final = re.compile(rb"Content: RDFC-1\.0 SHA-256 ([0-9a-f]{64})")
_OPENING: Final = b"Metastasis, a knowledge graph of metastatic patterns. Data release"
_SOME: Final = 4096
"""Bytes at either end of a file among which its comments are."""


class ContentHash:
    """The hash of quads or triples that pass through in their order.

    >>> import pyoxigraph as ox
    >>> seen = ContentHash()
    >>> name = ox.NamedNode("https://example.org/a")
    >>> list(seen.through([ox.Triple(name, name, name)])) == [ox.Triple(name, name, name)]
    True
    >>> len(seen.hexdigest())
    64
    """

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def through(self, statements: Iterable[Statement]) -> Iterator[Statement]:
        """Yield the statements, in the order of their lines, as they are counted in."""
        for one in statements:
            self._digest.update(f"{one} .\n".encode())
            yield one

    def hexdigest(self) -> str:
        """Return the hash of what has passed through."""
        return self._digest.hexdigest()


def statement(digest: str) -> str:
    """Return what a file says of its content.

    >>> statement("e3b0c442")
    'Content: RDFC-1.0 SHA-256 e3b0c442'
    """
    return f"{_SAID}{digest}"


def content_hash(store: ox.Store, *, keeps_graphs: bool = True) -> str:
    """Return the hash of a store, with its named graphs or as one graph.

    Blank nodes, which only a file from elsewhere has, get their canonical names first.
    """
    quads: Iterable[ox.Quad] = store
    if not keeps_graphs:
        quads = (in_graph(quad.triple, DEFAULT_GRAPH) for quad in store)
    if any(isinstance(term, ox.BlankNode) for quad in store for term in quad):
        dataset = ox.Dataset(quads)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        quads = dataset
    digest = hashlib.sha256()
    for line in sorted({f"{quad} .\n" for quad in quads}):
        digest.update(line.encode())
    return digest.hexdigest()


def stated_hash(path: Path) -> str | None:
    """Return the hash that a file states at its end; None where it states none."""
    with open_to_read(path) as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _SOME))
        found = _STATED.findall(file.read())
    return found[-1].decode() if found else None


def is_ours(path: Path) -> bool:
    """Return whether a file opens with the comment that this package writes."""
    with open_to_read(path) as file:
        return _OPENING in file.read(_SOME)
