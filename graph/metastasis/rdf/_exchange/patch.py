"""What changed between two stores, as an RDF Patch: the rows that make one out of the other.

The text format of Apache Jena (https://jena.apache.org/documentation/rdf-patch/): ``D`` deletes a
quad, ``A`` adds one, and the old N-Quads with the patch applied are the new, no more and no less.
Rows stand in the order of their subjects, and the name of the patch is a hash of its rows, so that
the same two graphs always give the same bytes.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

import pyoxigraph as ox

from metastasis._errors import GraphError
from metastasis._vocabulary import NOT_CLINICAL
from metastasis.rdf._terms import text, value_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["differences", "rdf_patch"]


def rdf_patch(old: ox.Store, new: ox.Store) -> Iterator[str]:
    r"""Yield the lines of the RDF Patch that makes one store out of another.

    >>> import pyoxigraph as ox
    >>> old, new = ox.Store(), ox.Store()
    >>> new.add(ox.Quad(*map(ox.NamedNode, ("urn:a", "urn:b", "urn:c"))))
    >>> *_, begin, row, end = rdf_patch(old, new)
    >>> row
    'A <urn:a> <urn:b> <urn:c> .\n'

    Raises
    ------
    GraphError
        A quad that changed holds a blank node, which has no name that two files share.
    """
    digest = sha256()
    for row in _rows(old, new):
        digest.update(row.encode())
    yield f"H id <uuid:{UUID(bytes=digest.digest()[:16], version=5)}> .\n"
    yield f"H comment {text(NOT_CLINICAL)} .\n"
    yield "TX .\n"
    yield from _rows(old, new)
    yield "TC .\n"


def differences(
    old: ox.Store, new: ox.Store
) -> Iterator[tuple[ox.NamedNode, set[ox.Quad], set[ox.Quad]]]:
    """Yield each subject of which two stores do not say the same, with what each of them says.

    In the order of the subjects' names; one subject's quads are held at a time.

    Raises
    ------
    GraphError
        A quad that changed holds a blank node.
    """
    for subject in sorted(_subjects(old) | _subjects(new), key=str):
        was, now = (set(one.quads_for_pattern(subject, None, None, None)) for one in (old, new))
        if was == now:
            continue
        for quad in was ^ now:
            if ox.BlankNode in map(type, quad):
                raise GraphError(
                    f"{value_of(quad.subject)} has a blank node in what changed, and these have "
                    "no names that two files share: give it a name in both files"
                )
        yield subject, was, now  # type: ignore[misc]


def _subjects(store: ox.Store) -> set[ox.NamedNode | ox.BlankNode | ox.Triple]:
    return {quad.subject for quad in store}


def _rows(old: ox.Store, new: ox.Store) -> Iterator[str]:
    for _, was, now in differences(old, new):
        yield from (f"D {quad} .\n" for quad in sorted(was - now, key=str))
        yield from (f"A {quad} .\n" for quad in sorted(now - was, key=str))
