"""The process that listens: two zygotes, two pools, and the application on uvicorn.

Apart from the supervisor because that one watches processes and this one answers requests.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

import uvicorn

from metastasis.serve._app import Front
from metastasis.serve._http import http_protocol
from metastasis.serve._log import Log
from metastasis.serve._workers import Pool, start_zygote

if TYPE_CHECKING:
    import socket
    from collections.abc import Awaitable, Callable
    from contextlib import AbstractContextManager

    from metastasis._graph import KnowledgeGraph
    from metastasis.serve._limits import ServeLimits
    from metastasis.serve._workers import Handler

__all__ = ["FrontPlan", "import_http", "run_front"]

LOST: Final = 3
"""How a front ends that has lost a zygote: it can have no other, and the supervisor starts anew."""
_CONNECTIONS: Final = 512
"""Connections at a time; more get 503."""
_BACKLOG: Final = 1024
_KEPT_SECONDS: Final = 5
"""How long a connection without a request is kept."""
_SILENT_SECONDS: Final = 15.0
"""How long a client may take to say what it wants, or take no byte of its answer."""
_CROWD: Final = _CONNECTIONS // 2
_SILENT_IN_CROWD: Final = 2.0
"""How long it may take to say that while there are many: one client could else hold all."""
_ENDING_SECONDS: Final = 0.5
"""What a front takes at most to end, beside the deadline of what it still answers."""


@dataclass(frozen=True)
class FrontPlan:
    """What a front answers with."""

    kg: KnowledgeGraph
    release: str
    limits: ServeLimits
    logs_queries: bool


def run_front(plan: FrontPlan, listening: socket.socket, ready: Callable[[], None]) -> int:
    """Answer requests until SIGTERM, or until a zygote is lost; return how the process is to end.

    ``ready`` is called once requests are answered.
    """
    # Before there is a thread or a connection: they hold nothing of this process.
    limits = plan.limits
    queries = start_zygote(partial(_queries, plan.kg, limits.answer), limits, is_offline=True)
    pages = start_zygote(
        partial(_pages, plan.kg), limits, is_offline=False, later=partial(_warm_pictures, plan.kg)
    )
    pools = {"query": Pool(queries, limits), "page": Pool(pages, limits)}
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(_serve(plan, pools, listening, ready))


def _queries(kg: KnowledgeGraph, most: int) -> Handler:
    from metastasis.serve._query import query_handler

    return query_handler(kg.store, most)


def _pages(kg: KnowledgeGraph) -> Handler:
    from metastasis.serve._routes import page_handler

    return page_handler(kg)


def _warm_pictures(kg: KnowledgeGraph) -> None:
    """Draw a picture, which imports Matplotlib, reads fonts and takes two seconds."""
    kg.draw.network()._repr_png_()


def import_http() -> None:
    """Import what the front needs of others, before it is the front."""
    for name in ("uvicorn.protocols.http.httptools_impl", "uvloop"):
        with suppress(ImportError):
            import_module(name)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    try:
        import uvloop
    except ImportError:
        # Windows' usual loop cannot watch a socket.
        return asyncio.SelectorEventLoop
    return uvloop.new_event_loop


async def _serve(
    plan: FrontPlan, pools: dict[str, Pool], listening: socket.socket, ready: Callable[[], None]
) -> int:
    log = Log(tells_queries=plan.logs_queries, soon=asyncio.get_running_loop().call_soon)
    for name in ("uvicorn", "metastasis"):
        logging.getLogger(name).addHandler(_LogLines(log))
    # What pages need is prepared once the first query can be answered.
    await pools["query"].start()

    def counts() -> dict[str, Any]:
        return {name: pool.counts() for name, pool in pools.items()}

    front = Front(
        pools["query"].ask, pools["page"].ask, plan.release, plan.limits, counts=counts, log=log
    )
    server = FrontServer(_config(front, plan.limits), ready, pools["page"].start)
    if sys.platform != "win32":
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.leave)
    watch = asyncio.create_task(_leave_when_lost(server, pools))
    try:
        await server.serve(sockets=[listening])
    finally:
        watch.cancel()
        for pool in pools.values():
            await pool.close()
        log.flush()
    return LOST if any(pool.gone.is_set() for pool in pools.values()) else 0


async def _leave_when_lost(server: FrontServer, pools: dict[str, Pool]) -> None:
    waits = [asyncio.create_task(pool.gone.wait()) for pool in pools.values()]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
    server.leave()


def _config(front: Front, limits: ServeLimits) -> uvicorn.Config:
    return uvicorn.Config(
        front,
        access_log=False,
        log_config=None,
        log_level="warning",
        lifespan="off",
        http=http_protocol(front),
        ws="none",
        server_header=False,
        limit_concurrency=_CONNECTIONS,
        backlog=_BACKLOG,
        timeout_keep_alive=_KEPT_SECONDS,
        timeout_graceful_shutdown=limits.deadline + _ENDING_SECONDS,  # type: ignore[arg-type]
    )


class FrontServer(uvicorn.Server):
    """uvicorn's server, which leaves signals to us, and drops clients that say or take nothing."""

    def __init__(
        self,
        config: uvicorn.Config,
        ready: Callable[[], None],
        afterwards: Callable[[], Awaitable[None]],
    ) -> None:
        super().__init__(config)
        self._ready = ready
        self._afterwards = afterwards
        self._silent: dict[Any, tuple[tuple[object, int], float]] = {}

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        """Leave signals as they are where a supervisor sends them."""
        return nullcontext() if sys.platform == "linux" else super().capture_signals()

    def leave(self) -> None:
        """End once what is being answered is answered."""
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        self._ready()
        await self._afterwards()

    async def on_tick(self, counter: int) -> bool:
        """Look after connections once a second; return whether to end."""
        if counter % 10 == 0:
            self._drop_silent()
        return await super().on_tick(counter)

    def _drop_silent(self) -> None:
        """Close connections that have been waiting for their client for too long.

        Who sends a request byte by byte, or takes no byte of a long answer, holds a connection and
        memory that others want.
        """
        now = monotonic()
        is_crowded = len(self.server_state.connections) > _CROWD
        seen = {}
        for connection in self.server_state.connections:
            state = _waits_for_client(connection)
            if state is None:
                continue
            before, since = self._silent.get(connection, (state, now))
            if before != state:
                since = now
            is_asking = is_crowded and not state[1]
            if now - since > (_SILENT_IN_CROWD if is_asking else _SILENT_SECONDS):
                with suppress(Exception):
                    connection.transport.abort()
                continue
            seen[connection] = state, since
        self._silent = seen


def _waits_for_client(connection: Any) -> tuple[object, int] | None:
    """Return at what a connection waits for its client; None where it waits for us."""
    unsent = connection.transport.get_write_buffer_size()
    cycle = connection.cycle
    if unsent or cycle is None or cycle.response_complete:
        return (id(cycle), getattr(connection, "answered", 0)), unsent
    return None


class _LogLines(logging.Handler):
    """What uvicorn and workers' pools have to say, as lines of our log."""

    def __init__(self, log: Log) -> None:
        super().__init__()
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line."""
        text = record.getMessage()
        if record.exc_info is not None:
            text += "\n" + logging.Formatter().formatException(record.exc_info)
        self._log.write(level=record.levelname.lower(), message=text)
