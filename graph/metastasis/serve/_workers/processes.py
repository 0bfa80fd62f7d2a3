"""What the front does to the process of a worker: watch its time, let it give way, kill it.

Apart from the connection because a process that was forked and one that was spawned differ.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

__all__ = ["ForkedProcess", "SpawnedProcess", "WorkerProcess"]


class WorkerProcess(Protocol):
    """The process of a worker."""

    def processor_time(self) -> float:
        """Return the seconds of processor time that it has taken."""

    def give_way(self) -> None:
        """Let it run only where no other process wants the processor."""

    def kill(self) -> None:
        """Kill it, without waiting for its end."""

    def close(self) -> None:
        """Forget it."""


class ForkedProcess:
    """A process on Linux, by a descriptor that never means another process.

    Where a container allows none, it goes by its number; -1 stands for a descriptor that is closed.
    """

    def __init__(self, pid: int, thread: int, descriptor: int | None) -> None:
        self._pid, self._thread = pid, thread
        self._descriptor = descriptor
        # What clock_getcpuclockid(3) gives for it.
        self._clock = (~pid << 3) | 2

    def processor_time(self) -> float:
        """Return the seconds of processor time that it has taken; 0 where it has ended."""
        try:
            return time.clock_gettime(self._clock)
        except OSError:
            return 0.0

    def give_way(self) -> None:
        """Let it run only where no other process wants the processor."""
        # Of the thread that works: the scheduler knows threads, and the first one only waits.
        with suppress(OSError):
            os.sched_setscheduler(self._thread, os.SCHED_IDLE, os.sched_param(0))

    def kill(self) -> None:
        """Kill it, without waiting for its end."""
        with suppress(ProcessLookupError):
            if self._descriptor is None:
                os.kill(self._pid, signal.SIGKILL)
            elif self._descriptor >= 0:
                signal.pidfd_send_signal(self._descriptor, signal.SIGKILL)

    def close(self) -> None:
        """Forget it."""
        if self._descriptor is not None and self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = -1


class SpawnedProcess:
    """A process that was started anew, which any system can."""

    def __init__(self, process: BaseProcess) -> None:
        self._process = process

    def processor_time(self) -> float:
        """Return a time of this machine: what another process has taken cannot be told."""
        return time.monotonic()

    def give_way(self) -> None:
        """Let it have less of the processor, where that can be said."""
        if hasattr(os, "setpriority") and self._process.pid is not None:
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self._process.pid, 19)

    def kill(self) -> None:
        """Kill it, without waiting for its end."""
        self._process.kill()

    def close(self) -> None:
        """Forget it; what is left of it goes when the next process is started."""
