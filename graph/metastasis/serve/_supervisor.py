"""Running a server: the process that loads the graph, starts fronts, and sees to it that they live.

It has one thread, opens no connection and reads no request, so that nothing a client does reaches
it. A front that ends is started anew from the graph that is loaded already; its listening socket
stays open meanwhile, so that clients wait and are not refused. All processes below a process that
is killed die with it.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import MetastasisError, MissingExtraError, ServeError
from metastasis._vocabulary import DATA_RELEASE, VERSION
from metastasis.rdf._sparql.engine import can_fork
from metastasis.rdf._sparql.sandbox import die_with_parent, quiet_fork
from metastasis.serve._limits import ServeLimits

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

    import pyoxigraph as ox

    from metastasis._graph import KnowledgeGraph
    from metastasis.serve._front_process import FrontPlan

__all__ = ["run_server"]

_GRACE: Final = 1.0
"""Seconds beside the deadline in which a front has to have ended."""
_LAST_PORT: Final = 65_535
_STEADY: Final = 10.0
"""A front that has lived as long is started anew at once; a younger one after a pause."""
_FIRST_PAUSE: Final = 0.1
_LONGEST_PAUSE: Final = 5.0
_HEARD: Final = frozenset(
    getattr(signal, name)
    for name in ("SIGCHLD", "SIGHUP", "SIGINT", "SIGTERM", "SIGUSR1")
    if hasattr(signal, name)
)
"""Signals that the supervisor waits for: nothing interrupts it, and none is lost. A front tells by
SIGUSR1 that it answers."""


def run_server(
    kg: KnowledgeGraph | None = None,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    limits: ServeLimits | None = None,
    fronts: int = 1,
    logs_queries: bool = False,
    announce: Callable[[str], None] | None = None,
) -> int:
    """Answer SPARQL and show pages of a graph, until the process is told to end.

    To be called in the main thread of a process that does nothing else. SIGTERM, SIGINT (Ctrl-C)
    and SIGHUP end it when what is being answered is answered, after the deadline at the latest. A
    line of JSON about each request goes to standard error.

    Parameters
    ----------
    kg
        The graph; None is the shipped one.
    host
        The address of this machine to listen at; 127.0.0.1 is reached from this machine only.
    port
        0 is one that is free.
    limits
        What one question may take; None is :class:`ServeLimits` as it stands.
    fronts
        Processes that read requests; more than one needs Linux.
    logs_queries
        Whether the log holds the text of queries.
    announce
        Is given the address when requests are answered; None prints it.

    Returns
    -------
    int
        The number of the signal that ended it.

    Raises
    ------
    MissingExtraError
        uvicorn is not installed; the extra ``serve`` brings it.
    ServeError
        The address cannot be listened at, such as a port that is in use; or no front can start.
    """
    _check_extra()
    if fronts != 1 and not (fronts > 1 and can_fork()):
        raise ServeError(host, f"{fronts} fronts cannot be started; one can be everywhere")
    sockets = _listening(host, port, fronts)
    try:
        plan = _plan(kg, limits or ServeLimits(), logs_queries=logs_queries)
        said = _address_line(sockets[0])

        def tell() -> None:
            (announce or _print)(said)

        if can_fork():
            return Supervisor(plan, sockets, tell).run()
        from metastasis.serve._front_process import run_front

        run_front(plan, sockets[0], tell)
        return signal.SIGTERM
    finally:
        for one in sockets:
            one.close()


def _check_extra() -> None:
    try:
        import uvicorn  # noqa: F401
    except ImportError:
        raise MissingExtraError("uvicorn", "serve") from None


def _listening(host: str, port: int, count: int) -> list[socket.socket]:
    """Return sockets that listen at one address; the system deals connections out among them."""
    if not 0 <= port <= _LAST_PORT:
        raise ServeError(f"{host}:{port}", f"a port is a number from 0 to {_LAST_PORT}")
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        # Alone first: with others that listen at the port it would be shared.
        first = _bound(family, address)
        if count == 1:
            first.listen()
            return [first]
        address = first.getsockname()
        first.close()
        found: list[socket.socket] = []
        for _ in range(count):
            found.append(_bound(family, address, is_shared=True))
            found[-1].listen()
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        hint = "; choose another port, or 0 for one that is free" if port else ""
        raise ServeError(f"{host}:{port}", f"{reason.lower()}{hint}") from None
    return found


def _bound(family: int, address: tuple[object, ...], *, is_shared: bool = False) -> socket.socket:
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":  # there it would let two servers have one port
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if is_shared:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        bound.bind(address)
    except BaseException:
        bound.close()
        raise
    return bound


def _plan(kg: KnowledgeGraph | None, limits: ServeLimits, *, logs_queries: bool) -> FrontPlan:
    # All of this stays, in every process: to look through it for what does not is for nothing.
    gc.disable()
    try:
        return _plan_of(kg, limits, logs_queries=logs_queries)
    finally:
        gc.freeze()
        gc.enable()


def _plan_of(kg: KnowledgeGraph | None, limits: ServeLimits, *, logs_queries: bool) -> FrontPlan:
    filling = _Filling()
    if kg is None:
        filling.start()
    # To import what answers takes as long as to read the quads, which hold no lock of Python.
    from metastasis._files import ontology_path
    from metastasis._graph import load
    from metastasis.rdf._content import stated_hash
    from metastasis.serve import _query
    from metastasis.serve._front_process import FrontPlan, import_http

    _query.warm()
    import_http()
    if kg is not None:
        return FrontPlan(kg, f"{VERSION}-{_digest(kg)}", limits, logs_queries)
    graph = load()
    graph.store = filling.store()
    # Two builds may have one name of a release; what they say has not.
    content = stated_hash(ontology_path("release", "metastasis.nq")) or DATA_RELEASE
    return FrontPlan(graph, f"{VERSION}-{content}", limits, logs_queries)


class _Filling(threading.Thread):
    """Reads the shipped quads beside what else is done."""

    def run(self) -> None:
        from metastasis.rdf._shipped import shipped_store

        self._store: Any = None
        with suppress(MetastasisError):  # is raised where the store is asked for
            self._store = shipped_store()

    def store(self) -> ox.Store:
        """Return the store, once it is there."""
        from metastasis.rdf._shipped import shipped_store

        self.join()
        return self._store or shipped_store()


def _digest(kg: KnowledgeGraph) -> str:
    """Return a text that tells a graph from all others, the same wherever it is served."""
    import pyoxigraph as ox

    lines = (kg.store.dump(format=ox.RdfFormat.N_QUADS) or b"").splitlines()
    return blake2b(b"\n".join(sorted(lines)), digest_size=9).hexdigest()


def _address_line(listening: socket.socket) -> str:
    host, port, *_ = listening.getsockname()
    address = f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
    return (
        f"Serving metastasis {DATA_RELEASE} at {address} (SPARQL at {address}sparql); "
        "not for clinical use. Ctrl-C ends it."
    )


def _print(said: str) -> None:
    with suppress(OSError, ValueError):
        print(said, flush=True)  # noqa: T201 - whoever started it waits for the address


class _Place:
    """A place of a front: its socket, and the process that listens there now."""

    def __init__(self, listening: socket.socket) -> None:
        self.listening = listening
        self.pid = 0
        self.started = self.start_at = 0.0
        self.pause = 0.0


class Supervisor:
    """Starts a front at each socket, again where one ends, and ends all when it is told to."""

    def __init__(
        self, plan: FrontPlan, sockets: list[socket.socket], ready: Callable[[], None]
    ) -> None:
        self._plan = plan
        self._ready = ready
        self._places = [_Place(one) for one in sockets]
        self._is_ready = False
        self._ended_by = 0
        self._kill_at = 0.0

    def run(self) -> int:
        """Supervise until all fronts have ended; return the signal that was the reason."""
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _HEARD)
        handler = signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        try:
            while not self._ended_by or any(place.pid for place in self._places):
                self._start_fronts()
                heard = signal.sigtimedwait(_HEARD, self._seconds_to_wait())
                if heard is not None:
                    self._hear(heard.si_signo)
                self._take_leave()
                if self._kill_at and time.monotonic() >= self._kill_at:
                    self._send(signal.SIGKILL)
            return self._ended_by
        finally:
            self._send(signal.SIGKILL)
            signal.signal(signal.SIGCHLD, handler)
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _seconds_to_wait(self) -> float:
        now = time.monotonic()
        times = [place.start_at for place in self._places if not place.pid and not self._ended_by]
        if self._kill_at:
            times.append(self._kill_at)
        return max(min([now + _LONGEST_PAUSE, *times]) - now, 0.0)

    def _start_fronts(self) -> None:
        now = time.monotonic()
        for place in self._places:
            if not place.pid and not self._ended_by and now >= place.start_at:
                place.started = now
                place.pid = self._forked(place)

    def _forked(self, place: _Place) -> int:
        parent = os.getpid()
        pid = quiet_fork()
        if not pid:
            self._be_front(place, parent)
        return pid

    def _be_front(self, place: _Place, parent: int) -> NoReturn:
        """Be a front; nothing of the supervisor goes on in this process."""
        status = 1
        try:
            die_with_parent(parent)
            # A terminal sends its signals to all processes; the supervisor decides.
            for number in (signal.SIGINT, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _HEARD)
            for other in self._places:
                if other is not place:
                    other.listening.close()
            from metastasis.serve._front_process import run_front

            status = run_front(self._plan, place.listening, lambda: os.kill(parent, signal.SIGUSR1))
        except BaseException:  # noqa: BLE001 - nothing is above this but the process
            sys.excepthook(*sys.exc_info())
        finally:
            with suppress(Exception):
                sys.stderr.flush()
            os._exit(status)

    def _hear(self, number: int) -> None:
        if number == signal.SIGUSR1:
            if not self._is_ready and not self._ended_by:
                self._is_ready = True
                self._ready()
        elif number != signal.SIGCHLD:
            self._begin_to_end(number)

    def _begin_to_end(self, number: int) -> None:
        if self._ended_by:
            # Told twice: whoever waits has waited long enough.
            self._kill_at = time.monotonic()
            return
        self._ended_by = number
        self._kill_at = time.monotonic() + self._plan.limits.deadline + _GRACE
        for place in self._places:
            place.listening.close()
        self._send(signal.SIGTERM)

    def _send(self, number: int) -> None:
        for place in self._places:
            if place.pid:
                with suppress(ProcessLookupError):
                    os.kill(place.pid, number)

    def _take_leave(self) -> None:
        """Note which fronts have ended, and when each is to be started anew.

        Raises
        ------
        ServeError
            None has ever answered: the next would not either.
        """
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            for place in self._places:
                if place.pid == pid:
                    self._note_end(place, os.waitstatus_to_exitcode(status))

    def _note_end(self, place: _Place, code: int) -> None:
        now = time.monotonic()
        place.pid = 0
        if self._ended_by:
            return
        if not self._is_ready:
            raise ServeError("the server", f"it ended before it answered (code {code})")
        is_steady = now - place.started >= _STEADY
        place.pause = 0.0 if is_steady else min(max(2 * place.pause, _FIRST_PAUSE), _LONGEST_PAUSE)
        place.start_at = now + place.pause
        _log("a front ended and is started anew", code)


def _log(message: str, code: int) -> None:
    from metastasis.serve._log import Log

    Log().write(level="warning", message=message, code=code)
