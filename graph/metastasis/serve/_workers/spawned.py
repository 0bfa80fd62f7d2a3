"""Workers where there is no fork: each is started anew and prepares itself.

They are as many and live as long as forked ones, but each holds all that it needs, and takes a
while to start. Their watchdog ends them with the front, and where they take too much memory.

Apart from the zygote because this is for other systems, and is not imported where there is fork.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Final

from metastasis.serve._workers.frames import HELLO_LENGTH, hello_numbers
from metastasis.serve._workers.processes import SpawnedProcess
from metastasis.serve._workers.worker import most_memory, work

if TYPE_CHECKING:
    from collections.abc import Callable

    from metastasis.serve._limits import ServeLimits
    from metastasis.serve._workers.outcome import Handler
    from metastasis.serve._workers.processes import WorkerProcess

__all__ = ["SpawningZygote"]

_LOOK_SECONDS: Final = 0.1
"""How often the watchdog looks at the memory."""


class SpawningZygote:
    """Starts workers from the front itself."""

    control: socket.socket | None = None

    def __init__(self, prepare: Callable[[], Handler], limits: ServeLimits) -> None:
        self._prepare = prepare
        self._limits = limits
        self._context = get_context("spawn")
        self._processes: dict[int, SpawnedProcess] = {}

    def new_worker(self) -> socket.socket:
        """Return the front's end of the connection to a worker that is being started."""
        ours, theirs = socket.socketpair()
        process = self._context.Process(
            target=be_spawned, args=(theirs, self._prepare, self._limits), daemon=True
        )
        process.start()
        theirs.close()
        self._processes[ours.fileno()] = SpawnedProcess(process)
        return ours

    def process_of(self, connection: socket.socket) -> WorkerProcess | None:
        """Return the process of a worker that says hello; None where it has ended instead."""
        numbers = hello_numbers(connection.recv(HELLO_LENGTH))
        process = self._processes.pop(connection.fileno())
        return None if numbers is None else process

    def end(self) -> None:
        """Kill what is still starting; workers are killed by the pool."""
        for process in self._processes.values():
            process.kill()
        self._processes.clear()


def be_spawned(
    connection: socket.socket, prepare: Callable[[], Handler], limits: ServeLimits
) -> None:
    """Be a worker, in a process that was started for it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_watch, args=(limits,), daemon=True).start()
    handler = prepare()
    work(connection, handler, limits, lambda: None, connection.sendall)


def _watch(limits: ServeLimits) -> None:
    """End this process when the front has ended, or when a question takes too much memory."""
    front = parent_process()
    assert front is not None  # noqa: S101 - it was started by one
    before = None
    while not wait([front.sentinel], _LOOK_SECONDS):
        held = most_memory()
        before = held if before is None else before
        if held - before > limits.memory:
            break
    os._exit(1)
