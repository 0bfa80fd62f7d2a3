"""The zygote: a process that holds what answers need, and forks a worker when it is told to.

It has one thread, and no descriptor that leads anywhere but standard error and its end of a socket,
over which the front sends it the worker's end of another. It waits for no one: a worker that has
ended is gone, and the front knows workers by descriptors of their processes, which never mean
another process.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Protocol

from metastasis.rdf._sparql.engine import can_fork
from metastasis.rdf._sparql.sandbox import blank_all_but, confine, die_with_parent, quiet_fork
from metastasis.serve._workers.frames import HELLO_LENGTH, hello_numbers
from metastasis.serve._workers.processes import ForkedProcess
from metastasis.serve._workers.worker import work

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

    from metastasis.serve._limits import ServeLimits
    from metastasis.serve._workers.outcome import Handler
    from metastasis.serve._workers.processes import WorkerProcess

__all__ = ["ForkingZygote", "Zygote", "start_zygote"]

_ERRORS: Final = 2
_REST_SECONDS: Final = 0.2
"""A zygote that was asked for no worker for so long has forked the first ones."""

_ENDING: Final = (signal.SIGINT, signal.SIGTERM) + (
    (signal.SIGHUP,) if sys.platform != "win32" else ()
)
"""What a terminal or a service manager sends to all processes at once. The front decides when its
workers end: a question that is being answered is answered."""


class Zygote(Protocol):
    """Where a pool has its workers from."""

    control: socket.socket | None
    """Can be read when the zygote has something new or has ended; None where there is no zygote."""

    def new_worker(self) -> socket.socket:
        """Return the front's end of the connection to a worker that is being started."""

    def process_of(self, connection: socket.socket) -> WorkerProcess | None:
        """Return the process of a worker that says hello; None where it has ended instead."""

    def end(self) -> None:
        """End the zygote, and its workers with it."""


def start_zygote(
    prepare: Callable[[], Handler],
    limits: ServeLimits,
    *,
    is_offline: bool,
    later: Callable[[], object] | None = None,
) -> Zygote:
    """Start a zygote; to be called before this process has threads or sockets.

    ``prepare`` runs in the new process, which this one does not wait for, and gives what answers a
    question there. It also imports all that a question may need: a worker that is offline can open
    no file. Where there is no fork it is sent to each worker as a pickle.

    ``later`` prepares what few questions need, such as pictures: it runs in the zygote when the
    first workers are there, and workers with what it brings take their places then.
    """
    if not can_fork():
        from metastasis.serve._workers.spawned import SpawningZygote

        return SpawningZygote(prepare, limits)
    ours, theirs = socket.socketpair()
    parent = os.getpid()
    pid = quiet_fork()
    if not pid:
        _be_zygote(prepare, later, limits, theirs, parent, is_offline=is_offline)
    theirs.close()
    ours.setblocking(False)
    return ForkingZygote(ours, pid)


class ForkingZygote:
    """The front's end of a zygote."""

    def __init__(self, control: socket.socket, pid: int) -> None:
        self.control: socket.socket | None = control
        self.pid = pid

    def new_worker(self) -> socket.socket:
        """Return the front's end of the connection to a worker that is being forked.

        Raises
        ------
        OSError
            The zygote has ended.
        """
        ours, theirs = socket.socketpair()
        try:
            assert self.control is not None  # noqa: S101 - closed by `end` only
            socket.send_fds(self.control, [b"w"], [theirs.fileno()])
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        return ours

    def process_of(self, connection: socket.socket) -> WorkerProcess | None:
        """Return the process of a worker that says hello; None where it has ended instead."""
        said, descriptors, _, _ = socket.recv_fds(connection, HELLO_LENGTH, 1)
        numbers = hello_numbers(said)
        if numbers is not None:
            return ForkedProcess(*numbers, descriptors[0] if descriptors else None)
        for descriptor in descriptors:
            os.close(descriptor)
        return None

    def end(self) -> None:
        """End the zygote; its workers die with it."""
        if self.control is None:
            return
        self.control.close()
        self.control = None
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)


def _be_zygote(
    prepare: Callable[[], Handler],
    later: Callable[[], object] | None,
    limits: ServeLimits,
    control: socket.socket,
    parent: int,
    *,
    is_offline: bool,
) -> NoReturn:
    """Be a zygote until the front's end of the control closes; this process does nothing else."""
    try:
        die_with_parent(parent)
        _forget_parent(control)
        # Nothing is prepared before it is asked for: it would take the processor from the front,
        # which is about to answer.
        select.select([control], [], [])
        handler = prepare()
        _keep_all()
        if later is not None:
            # The first workers are asked for together.
            _fork_all(handler, limits, control, is_offline=is_offline, rest=_REST_SECONDS)
            later()
            _keep_all()
            control.sendall(b"n")
        _fork_all(handler, limits, control, is_offline=is_offline)
    except BaseException:  # noqa: BLE001 - nothing is above this but the process
        sys.excepthook(*sys.exc_info())
    finally:
        with suppress(Exception):
            sys.stderr.flush()
        os._exit(1)


def _forget_parent(control: socket.socket) -> None:
    """Drop what was inherited: signal handlers, descriptors, standard input and output."""
    signal.set_wakeup_fd(-1)
    for number in _ENDING:
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1):
        os.dup2(null, standard)
    # Standard error stays where it leads, for what goes wrong here.
    blank_all_but(0, 1, _ERRORS, control.fileno())


def _keep_all() -> None:
    """Let nothing that is there by now ever be collected: to look at it would copy its pages."""
    gc.collect()
    gc.freeze()


def _fork_all(
    handler: Handler,
    limits: ServeLimits,
    control: socket.socket,
    *,
    is_offline: bool,
    rest: float | None = None,
) -> None:
    """Fork a worker for each connection that comes, until the front's end of the control closes.

    ``rest`` is after how many seconds without one to return; None is never.
    """
    parent = os.getpid()
    while True:
        if rest is not None and not select.select([control], [], [], rest)[0]:
            return
        told, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        if not told:
            os._exit(0)
        for descriptor in descriptors:
            if not quiet_fork():
                _be_worker(handler, limits, descriptor, parent, is_offline=is_offline)
            os.close(descriptor)


def _be_worker(
    handler: Handler, limits: ServeLimits, descriptor: int, parent: int, *, is_offline: bool
) -> NoReturn:
    try:
        if is_offline:
            # The only descriptor is that of standard error: what a library says when it ends the
            # process arrives at the front, which learns from it whether memory was short.
            os.dup2(descriptor, _ERRORS)
            sys.stdout = sys.stderr = None
            descriptor = _ERRORS
        connection = socket.socket(fileno=descriptor)

        def hello(said: bytes) -> None:
            try:
                own = os.pidfd_open(os.getpid())
            except (OSError, AttributeError):
                connection.sendall(said)
            else:
                socket.send_fds(connection, [said], [own])
                os.close(own)

        def prepare() -> None:
            confine(limits.memory, descriptor if is_offline else None, parent)

        work(connection, handler, limits, prepare, hello)
    finally:
        os._exit(0)
