"""What becomes of a question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

__all__ = ["Fate", "Handler", "Outcome", "PoolCounts"]

Handler: TypeAlias = Callable[[bytes], bytes]
"""What a worker does with a question: it gives the answer, or raises."""
Fate: TypeAlias = Literal[
    "done", "deadline", "memory", "died", "failed", "busy", "waited", "client_busy"
]
"""``done``: answered. ``deadline``: not in time. ``memory``: it needs more than it may take.
``died``: its worker ended without an answer. ``failed``: its handler raised, or answered at too
great length. ``busy``: too many wait. ``waited``: no worker was free in time. ``client_busy``: its
client asks too much at a time."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The one outcome of a question; ``data`` is the answer, or says what failed."""

    kind: Fate
    data: bytes = b""


class PoolCounts(NamedTuple):
    """What a pool is at, and what it has been through."""

    ready: int
    """Workers without a question."""
    running: int
    """Questions that are worked on."""
    slow: int
    """Those among them whose worker gives way to all others."""
    waiting: int
    killed: int
    """Workers that were killed since the start: at a deadline, or because the client had gone."""
    started: int
    died: int
    """Workers that ended by themselves."""
