"""What one question may take, and how many are answered at a time."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

__all__ = ["ServeLimits"]


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True)
class ServeLimits:
    """The limits of a server; seconds and bytes."""

    deadline: float = 10.0
    """From the arrival of a question to its answer."""
    slow: float = 0.1
    """Processor time after which a worker gives way to all others."""
    memory: int = 512 << 20
    """What one question may take beside the graph."""
    answer: int = 16 << 20
    """The longest answer, which is held until it is whole."""
    question: int = 100 << 10
    """The longest question."""
    workers: int = field(default_factory=lambda: 2 * _cores())
    """Workers that are ready."""
    most_workers: int = 12
    """Workers at most, those that are slow included."""
    wait: float = 1.0
    """How long a question waits for a worker."""
    waiting: int = 256
    """Questions that wait, of all clients."""
    client_running: int = 2
    """Questions of one client that run at a time."""
    client_waiting: int = 8
    """Questions of one client that wait."""
    cache: int = 64 << 20
    """Bytes of answers that are kept."""
