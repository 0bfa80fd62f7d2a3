"""What a drawing is of: one cancer or one site, planned as the picture of the same kind is.

Apart because every drawing begins with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from metastasis.pictures._said.selection import select

if TYPE_CHECKING:
    from metastasis._evidence.frame import Frame
    from metastasis._graph import KnowledgeGraph
    from metastasis.pictures._kind import Kind
    from metastasis.pictures._said.selection import Names

__all__ = ["planned"]

Planned = TypeVar("Planned", bound="Kind")


def planned(
    kind: type[Planned],
    kg: KnowledgeGraph,
    primaries: Names,
    sites: Names,
    frame: Frame | None = None,
    **options: Any,
) -> Planned:
    """Return a picture as it is chosen, not laid out; a frame that is named is the one shown.

    >>> import metastasis as mets
    >>> from metastasis.pictures._body import BodyMap
    >>> planned(BodyMap, mets.load(), "bladder", None).frame.denominator
    'metastatic_patients'
    """
    chosen = select(kg.evidence, primaries, sites, None)
    if frame is not None:
        parts = ("denominator", "setting", "occurrence")
        options |= {name: getattr(frame, name) for name in parts}
    return kind(chosen, **options)
