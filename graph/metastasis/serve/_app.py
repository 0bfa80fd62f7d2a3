"""The front: an ASGI application that reads a request, lets a worker answer it, and tells the rest.

No query is parsed here and no page is made here: the front routes, negotiates, keeps answers, packs
them, and writes the log. Whatever is asked gets one whole answer, or its client has gone.
"""

from __future__ import annotations

import asyncio
import traceback
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

from metastasis._vocabulary import NOT_CLINICAL
from metastasis.serve._assets import read_assets
from metastasis.serve._cache import Cache
from metastasis.serve._limits import ServeLimits
from metastasis.serve._metrics import Metrics
from metastasis.serve._negotiation import accepts_gzip
from metastasis.serve._plan import ENDPOINT, Plan, plan_of, slash_free
from metastasis.serve._protocol import Request, most_bytes
from metastasis.serve._query import UNKEPT
from metastasis.serve._refusal import PROBLEM, Refusal, readable, refused
from metastasis.serve._reply import Reply
from metastasis.serve._wire import Kept, Packet, is_known, kept, packet, tag_of, unchanged

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from metastasis.serve._log import Log

__all__ = ["Ask", "Front"]


class Ended(Protocol):
    """What became of a question: an outcome of a pool."""

    @property
    def kind(self) -> str:
        """``done``, or why there is no answer."""

    @property
    def data(self) -> bytes:
        """The packed reply, or what failed."""


Ask: TypeAlias = "Callable[[bytes, str, float], Awaitable[Ended]]"
"""Takes a packed question, the client, and when it arrived (`time.monotonic`)."""
Send: TypeAlias = "Callable[[Any], Awaitable[None]]"
Receive: TypeAlias = "Callable[[], Awaitable[Any]]"

_REFUSED: Final = {
    "deadline": "deadline",
    "memory": "memory",
    "died": "died",
    "failed": "failed",
    "busy": "busy",
    "waited": "busy",
    "client_busy": "one client",
}
"""How the outcomes of a pool are told."""
_OF_ONE: Final = ("busy", "waited", "client_busy")
"""Outcomes that are about who asked, and not about the question."""
_PUBLIC: Final = "public, max-age=300"
"""Answers may be kept for five minutes by anybody: they change with the release only."""
_ASSET: Final = "public, max-age=3600"
_NEVER: Final = "no-store"
_PIECE: Final = 1 << 16
_DRAINED: Final = 1 << 20
"""Bytes that are read of a body that is too long, so that its client reads why it was refused."""
_BYTES_A_SECOND: Final = 50_000
"""A client that reads slower than this, after half a minute, is left."""
_LARGE: Final = 1 << 18
"""Bytes from which packing would keep others waiting."""
_ROBOTS: Final = "User-agent: *\nDisallow: /sparql\nDisallow: /api\nDisallow: /search\n"


class _GoneError(Exception):
    """The client has left before its answer."""


@dataclass
class _Visit:
    """One request on its way."""

    method: str
    path: str
    query_string: bytes
    headers: Mapping[bytes, bytes]
    client: str
    arrived: float
    receive: Receive
    route: str = "other"
    cache: str = "-"
    fate: str = "-"
    query: str = ""
    status: int = 0
    sent: int = 0
    is_read: bool = False
    """Whether its body has come whole."""

    @property
    def has_body(self) -> bool:
        """Whether something is sent with it."""
        length = self.headers.get(b"content-length", b"0")
        return b"transfer-encoding" in self.headers or length.strip() != b"0"

    def header(self, name: bytes) -> str | None:
        """Return the value of a header."""
        found = self.headers.get(name)
        return None if found is None else found.decode("latin-1")


@dataclass
class _Shared:
    """A question that is on its way to a worker, and how many wait for it."""

    task: asyncio.Task[Ended]
    waiting: int = field(default=0)


class Front:
    """The application.

    ``ask_query`` and ``ask_page`` give packed questions to a worker; ``release`` tells one graph
    and one version of this package from all others, for the tags of answers; ``counts`` gives what
    the pools are at.
    """

    def __init__(
        self,
        ask_query: Ask,
        ask_page: Ask,
        release: str,
        limits: ServeLimits | None = None,
        *,
        counts: Callable[[], Mapping[str, Any]] = dict,
        log: Log | None = None,
    ) -> None:
        self._ask = {"query": ask_query, "page": ask_page}
        self._release = release
        self._limits = limits or ServeLimits()
        self._counts = counts
        self._log = log
        self._metrics = Metrics()
        self._cache = Cache(self._limits.cache)
        self._assets = read_assets()
        self._kept_assets: dict[str, Kept] = {}
        self._shared: dict[bytes, _Shared] = {}

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        elif scope["type"] == "http":
            await self._visited(_visit_of(scope, receive), send)

    async def _visited(self, visit: _Visit, send: Send) -> None:
        try:
            try:
                answer = await self._answer(visit)
            except Exception as error:  # noqa: BLE001 - nobody is to see a traceback
                self._tell(visit, error)
                answer = _packet(_told(refused("failed").reply()), visit)
            if not visit.is_read and visit.has_body:
                answer.headers.append((b"connection", b"close"))
            await _send(answer, visit, send)
        except (_GoneError, OSError):
            visit.status = visit.status or 499
        finally:
            seconds = monotonic() - visit.arrived
            self._metrics.count(visit.route, visit.method, visit.status or 499, seconds)
            if self._log is not None:
                self._log.write(
                    client=visit.client,
                    method=visit.method[:20],
                    path=visit.path,
                    status=visit.status or 499,
                    ms=round(1000 * seconds, 1),
                    bytes=visit.sent,
                    cache=visit.cache,
                    worker=visit.fate,
                    query=visit.query,
                )

    def _tell(self, visit: _Visit, error: Exception) -> None:
        if self._log is not None:
            told = "".join(traceback.format_exception(error))
            self._log.write(level="error", method=visit.method[:20], path=visit.path, error=told)

    async def _answer(self, visit: _Visit) -> Packet:
        body = await self._body(visit)
        if isinstance(body, Refusal):
            return _packet(_told(body.reply()), visit)
        request = Request(
            visit.method,
            visit.query_string,
            visit.header(b"accept"),
            visit.header(b"content-type") or "",
            body,
        )
        plan = plan_of(visit.path, request, self._limits.question)
        visit.route, visit.query = plan.kind, plan.query
        if plan.kind in self._ask:
            return await self._worked(plan, visit)
        if plan.kind == "asset":
            return await self._asset(plan, visit)
        if plan.kind == "own":
            return _packet(_told(self._own(plan.name)), visit)
        assert plan.reply is not None  # noqa: S101 - there is no other kind
        return _packet(_told(plan.reply, is_for_people=plan.is_for_people), visit)

    async def _body(self, visit: _Visit) -> bytes | Refusal:
        """Return what is posted to the endpoint; nothing else is read."""
        if visit.method != "POST" or slash_free(visit.path) != ENDPOINT:
            return b""
        if (visit.header(b"content-encoding") or "identity").lower() != "identity":
            return refused("media type", found="this came packed")
        most = most_bytes(visit.header(b"content-type") or "", self._limits.question)
        length = visit.header(b"content-length") or ""
        if length.isascii() and length.isdecimal() and int(length[:20]) > _DRAINED:
            return refused("question size", most=self._limits.question)
        try:
            async with asyncio.timeout(visit.arrived + self._limits.deadline - monotonic()):
                body = await _read(visit, most)
        except TimeoutError:
            return refused("slow request", seconds=self._limits.deadline)
        visit.is_read = body is not None
        return refused("question size", most=self._limits.question) if body is None else body

    async def _worked(self, plan: Plan, visit: _Visit) -> Packet:
        """Return what a worker answers, or answered before."""
        key = plan.kind[:1].encode() + plan.data
        tag = tag_of(self._release, key)
        if visit.method != "POST" and is_known(tag, visit.header(b"if-none-match")):
            visit.cache = "known"
            return unchanged(tag, _PUBLIC)
        found = self._cache.get(key)
        visit.cache = "miss" if found is None else "hit"
        if found is None:
            found = await self._asked(plan, key, tag, visit)
        return _packet(found, visit)

    async def _asked(self, plan: Plan, key: bytes, tag: str, visit: _Visit) -> Kept:
        ended = await self._unless_gone(self._together(plan, key, visit), visit, plan.seconds)
        if ended is None:
            visit.fate = "wish"
            return _told(refused("wish", seconds=plan.seconds).reply(), plan.is_for_people)
        visit.fate = ended.kind
        if ended.kind != "done":
            told = self._refusal_of(ended, visit)
            return _told(told.reply(), plan.is_for_people)
        reply = Reply.unpacked(ended.data)
        if reply.status not in (200, 303):
            return _told(reply, plan.is_for_people)
        if UNKEPT in reply.headers:
            return await _compressed(reply, "", _NEVER)
        found = await _compressed(reply, tag, _PUBLIC)
        self._cache.put(key, found)
        return found

    def _refusal_of(self, ended: Ended, visit: _Visit) -> Refusal:
        kind = _REFUSED.get(ended.kind, "failed")
        if kind == "failed" and self._log is not None:
            said = ended.data.decode(errors="replace")
            self._log.write(level="error", method=visit.method, path=visit.path, error=said)
        most = self._limits.memory
        return refused(kind, seconds=self._limits.deadline, most=most)

    async def _together(self, plan: Plan, key: bytes, visit: _Visit) -> Ended:
        """Return what became of a question, which is asked once for all who ask it meanwhile.

        Whoever leaves takes nothing from the others; the last one who leaves ends it.
        """
        shared = self._shared.get(key)
        is_first = shared is None
        if shared is None:
            asking = self._ask[plan.kind](plan.data, visit.client, visit.arrived)
            shared = self._shared[key] = _Shared(asyncio.ensure_future(asking))
        shared.waiting += 1
        try:
            ended = await asyncio.shield(shared.task)
        finally:
            shared.waiting -= 1
            if not shared.waiting:
                shared.task.cancel()
            if self._shared.get(key) is shared and (shared.task.done() or not shared.waiting):
                del self._shared[key]
        if not is_first and ended.kind in _OF_ONE:
            # That was about the one who asked first; this one has a turn and a time of its own.
            return await self._ask[plan.kind](plan.data, visit.client, visit.arrived)
        return ended

    async def _unless_gone(
        self, asking: Awaitable[Ended], visit: _Visit, seconds: float | None
    ) -> Ended | None:
        """Return what is waited for; None after so many seconds.

        Raises
        ------
        _GoneError
            The client has left, for whom nobody works on.
        """
        task = asyncio.ensure_future(asking)
        gone = asyncio.ensure_future(_until_gone(visit))
        wish = None if seconds is None else max(visit.arrived + seconds - monotonic(), 0)
        try:
            await asyncio.wait((task, gone), timeout=wish, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            if gone.done():
                raise _GoneError
            return None
        finally:
            task.cancel()
            gone.cancel()

    async def _asset(self, plan: Plan, visit: _Visit) -> Packet:
        reply = self._assets.get(plan.name)
        if reply is None:
            return _packet(_told(refused("not found").reply()), visit)
        found = self._kept_assets.get(plan.name)
        if found is None:
            found = await _compressed(reply, tag_of("", reply.body), _ASSET)
            self._kept_assets[plan.name] = found
        if is_known(found.tag, visit.header(b"if-none-match")):
            return unchanged(found.tag, _ASSET)
        return _packet(found, visit)

    def _own(self, name: str) -> Reply:
        if name == "robots.txt":
            return Reply(200, "text/plain; charset=utf-8", _ROBOTS.encode())
        if name == "health":
            return self._health()
        told = {
            "cache_answers": ("gauge", "Answers that are kept.", len(self._cache)),
            "cache_bytes": ("gauge", "Bytes that these take.", self._cache.size),
            "cache_hits_total": ("counter", "Answers from the cache.", self._cache.hits),
            "cache_misses_total": ("counter", "Answers by a worker.", self._cache.misses),
        }
        text = self._metrics.text(self._counts(), told)
        return Reply(200, "text/plain; version=0.0.4; charset=utf-8", text.encode())

    def _health(self) -> Reply:
        """Return whether there are workers; one that is busy is as healthy as one that is free."""
        import json

        pools = self._counts()
        is_well = all(one.ready + one.running > 0 for one in pools.values())
        told = {"status": "ok" if is_well else "no workers", "release": self._release}
        text = json.dumps({**told, "note": NOT_CLINICAL})
        return Reply(200 if is_well else 503, "application/json", f"{text}\n".encode())


def _visit_of(scope: Any, receive: Receive) -> _Visit:
    headers: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        headers[name] = headers[name] + b", " + value if name in headers else value
    raw = scope.get("raw_path") or scope["path"].encode("utf-8", "surrogateescape")
    return _Visit(
        scope["method"],
        raw.decode("latin-1").partition("?")[0],
        scope.get("query_string", b""),
        headers,
        (scope.get("client") or ("-",))[0],
        monotonic(),
        receive,
    )


def _told(reply: Reply, is_for_people: bool = False) -> Kept:
    """Return an answer that is not kept, a refusal in words for who reads it."""
    if is_for_people and reply.media_type == PROBLEM:
        reply = readable(reply)
    return kept(reply, "", _NEVER)


def _packet(answer: Kept, visit: _Visit) -> Packet:
    return packet(answer, takes_gzip=accepts_gzip(visit.header(b"accept-encoding")))


async def _compressed(reply: Reply, tag: str, cache_control: str) -> Kept:
    if len(reply.body) < _LARGE:
        return kept(reply, tag, cache_control)
    return await asyncio.to_thread(kept, reply, tag, cache_control)


async def _read(visit: _Visit, most: int) -> bytes | None:
    """Return a body; None where it is longer than ``most``.

    Raises
    ------
    _GoneError
        The client left before it was whole.
    """
    pieces: list[bytes] = []
    length = 0
    while True:
        message = await visit.receive()
        if message["type"] != "http.request":
            raise _GoneError
        piece = message.get("body", b"")
        length += len(piece)
        if length <= most:
            pieces.append(piece)
        if not message.get("more_body", False):
            return b"".join(pieces) if length <= most else None
        if length > max(most, _DRAINED):
            return None


async def _until_gone(visit: _Visit) -> None:
    while (await visit.receive())["type"] != "http.disconnect":
        pass


async def _send(answer: Packet, visit: _Visit, send: Send) -> None:
    """Send an answer whole, as fast as the client reads and no slower than it has to."""
    visit.status = answer.status
    body = b"" if visit.method == "HEAD" else answer.body
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    if len(body) <= _PIECE:
        await send({"type": "http.response.body", "body": body})
    else:
        async with asyncio.timeout(30 + len(body) / _BYTES_A_SECOND):
            for start in range(0, len(body), _PIECE):
                piece = body[start : start + _PIECE]
                is_last = start + _PIECE >= len(body)
                await send({"type": "http.response.body", "body": piece, "more_body": not is_last})
    visit.sent = len(body)


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
