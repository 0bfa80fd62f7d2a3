"""What is read from a knowledge graph once and asked of often.

Reading every assertion takes most of the time of a small answer; a graph is read anew when it has
another number of quads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Callable

    from metastasis._graph import KnowledgeGraph

__all__ = ["remembered"]

Made = TypeVar("Made")

_MADE: WeakKeyDictionary[Any, dict[Any, tuple[int, Any]]] = WeakKeyDictionary()


def remembered(kg: KnowledgeGraph, make: Callable[[KnowledgeGraph], Made]) -> Made:
    """Return what a function makes of a graph; the same object as before where it was made.

    Who asks must not change it.

    >>> import metastasis as mets
    >>> from metastasis.analysis import edge_network
    >>> kg = mets.load()
    >>> remembered(kg, edge_network) is remembered(kg, edge_network)
    True
    """
    made = _MADE.setdefault(kg, {})
    size, found = made.get(make, (-1, None))
    if size != len(kg):
        found = make(kg)
        made[make] = (len(kg), found)
    return found  # type: ignore[no-any-return]
