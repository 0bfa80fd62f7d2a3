"""The front: an ASGI application that reads a request, lets a worker answer it, and tells the rest.

No query is parsed here and no page is made here: the front routes, negotiates, keeps answers, packs
them, and writes the log. Whatever is asked gets one whole answer, or its client has gone.

Apart from the process that listens because it knows neither sockets nor processes.
"""

from __future__ import annotations

import asyncio
import traceback
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from metastasis._vocabulary import NOT_CLINICAL
from metastasis.serve._assets import read_assets
from metastasis.serve._cache import Cache
from metastasis.serve._limits import ServeLimits
from metastasis.serve._metrics import Metrics
from metastasis.serve._negotiation import accepts_gzip
from metastasis.serve._plan import ENDPOINT, RequestPlan, known_plan, slash_free
from metastasis.serve._problem import PROBLEM
from metastasis.serve._protocol import Request, most_bytes
from metastasis.serve._refusal import Refusal, readable, refused
from metastasis.serve._reply import UNKEPT, Reply
from metastasis.serve._together import Answered, Ask, Together
from metastasis.serve._visit import DRAINED, GoneError, Visit, visit_of
from metastasis.serve._wire import Kept, Packet, is_known, kept, packet, tag_of, unchanged

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from metastasis.serve._log import Log
    from metastasis.serve._visit import Receive, Send

__all__ = ["Front"]


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
_PUBLIC: Final = "public, max-age=300"
"""Answers may be kept for five minutes by anybody: they change with the release only."""
_ASSET: Final = "public, max-age=3600"
_NEVER: Final = "no-store"
_LARGE: Final = 1 << 18
"""Bytes from which packing would keep others waiting."""
_SHORT: Final = 2_000
"""Bytes of a request that is known by its bytes."""
_MOST_KNOWN: Final = 4_096
"""Requests that are; with the longest of them, 30 MB."""
_Asked: TypeAlias = tuple[bytes, bytes | None, bytes | None]
_ROBOTS: Final = "User-agent: *\nDisallow: /sparql\nDisallow: /api\nDisallow: /search\n"


class _Known(NamedTuple):
    """Which of the kept answers a request has, and what the log says of it."""

    key: bytes
    route: str
    path: str
    query: str
    is_packed: bool


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
        self._ask = {"query": Together(ask_query), "page": Together(ask_page)}
        self._release = release
        self._limits = limits or ServeLimits()
        self._counts = counts
        self._log = log
        self._metrics = Metrics()
        self._cache = Cache(self._limits.cache)
        self._assets = read_assets()
        self._kept_assets: dict[str, Kept] = {}
        self._known: dict[_Asked, _Known] = {}

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        elif scope["type"] == "http":
            await self._visited(visit_of(scope, receive, send))

    def at_once(
        self,
        client: str,
        target: bytes,
        accept: bytes | None,
        accept_encoding: bytes | None,
        if_none_match: bytes | None,
    ) -> Packet | None:
        """Return the answer to a GET that was asked the same before; None where it is not kept.

        Nothing is read again: neither the address nor what the client takes.
        """
        known = self._known.get((target, accept, accept_encoding))
        if known is None or known.key not in self._cache:
            return None
        found = self._cache.get(known.key)
        assert found is not None  # noqa: S101 - it was there
        if if_none_match is not None and is_known(found.tag, if_none_match.decode("latin-1")):
            answer, cache = unchanged(found.tag, _PUBLIC), "known"
        else:
            answer, cache = found.packets[known.is_packed], "hit"
        self._metrics.count(known.route, "GET", answer.status, 0.0)
        if self._log is not None:
            self._log.write(
                client=client,
                method="GET",
                status=answer.status,
                ms=0.0,
                bytes=len(answer.body),
                cache=cache,
                worker="-",
                path=known.path,
                query=known.query,
            )
        return answer

    async def _visited(self, visit: Visit) -> None:
        try:
            try:
                answer = await self._answer(visit)
            except GoneError:
                raise
            except Exception as error:  # noqa: BLE001 - nobody is to see a traceback
                self._tell(visit, error)
                answer = _packet(_told(refused("failed").reply()), visit)
            await visit.send(answer)
        except (GoneError, OSError):
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

    def _tell(self, visit: Visit, error: Exception) -> None:
        if self._log is not None:
            told = "".join(traceback.format_exception(error))
            self._log.write(level="error", method=visit.method[:20], path=visit.path, error=told)

    async def _answer(self, visit: Visit) -> Packet:
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
        plan = known_plan(visit.path, request, self._limits.question)
        visit.route, visit.query = plan.kind, plan.query
        if plan.kind in self._ask:
            return await self._worked(plan, visit)
        if plan.kind == "asset":
            return await self._asset(plan, visit)
        if plan.kind == "own":
            return _packet(_told(self._own(plan.name)), visit)
        assert plan.reply is not None  # noqa: S101 - there is no other kind
        return _packet(_told(plan.reply, is_for_people=plan.is_for_people), visit)

    async def _body(self, visit: Visit) -> bytes | Refusal:
        """Return what is posted to the endpoint; nothing else is read."""
        if visit.method != "POST" or slash_free(visit.path) != ENDPOINT:
            return b""
        if (visit.header(b"content-encoding") or "identity").lower() != "identity":
            return refused("media type", found="this came packed")
        most = most_bytes(visit.header(b"content-type") or "", self._limits.question)
        length = visit.header(b"content-length") or ""
        if length.isascii() and length.isdecimal() and int(length[:20]) > DRAINED:
            return refused("question size", most=self._limits.question)
        try:
            body = await visit.read(most, visit.arrived + self._limits.deadline)
        except TimeoutError:
            return refused("slow request", seconds=self._limits.deadline)
        return refused("question size", most=self._limits.question) if body is None else body

    async def _worked(self, plan: RequestPlan, visit: Visit) -> Packet:
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
        answer = await _large_packet(found, visit)
        if visit.method == "GET" and key in self._cache:
            self._remember(plan, key, visit, is_packed=answer is found.packets.get(True))
        return answer

    def _remember(self, plan: RequestPlan, key: bytes, visit: Visit, *, is_packed: bool) -> None:
        """Note which answer a request has, so that it is known by its bytes from now on."""
        asked = visit.asked
        if sum(len(one or b"") for one in asked) > _SHORT:
            return
        if len(self._known) >= _MOST_KNOWN:
            del self._known[next(iter(self._known))]
        self._known[asked] = _Known(key, plan.kind, visit.path, plan.query, is_packed)

    async def _asked(self, plan: RequestPlan, key: bytes, tag: str, visit: Visit) -> Kept:
        asking = self._ask[plan.kind].ask(plan.data, visit.client, visit.arrived)
        ended = await visit.unless_gone(asking, plan.seconds)
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
            return kept(reply, "", _NEVER)
        found = kept(reply, tag, _PUBLIC)
        self._cache.put(key, found)
        return found

    def _refusal_of(self, ended: Answered, visit: Visit) -> Refusal:
        kind = _REFUSED.get(ended.kind, "failed")
        if kind == "failed" and self._log is not None:
            said = ended.data.decode(errors="replace")
            self._log.write(level="error", method=visit.method, path=visit.path, error=said)
        most = self._limits.memory
        return refused(kind, seconds=self._limits.deadline, most=most)

    async def _asset(self, plan: RequestPlan, visit: Visit) -> Packet:
        reply = self._assets.get(plan.name)
        if reply is None:
            return _packet(_told(refused("not found").reply()), visit)
        found = self._kept_assets.get(plan.name)
        if found is None:
            found = kept(reply, tag_of("", reply.body), _ASSET)
            self._kept_assets[plan.name] = found
        if is_known(found.tag, visit.header(b"if-none-match")):
            return unchanged(found.tag, _ASSET)
        return await _large_packet(found, visit)

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


def _told(reply: Reply, is_for_people: bool = False) -> Kept:
    """Return an answer that is not kept, a refusal in words for who reads it."""
    if is_for_people and reply.media_type == PROBLEM:
        reply = readable(reply)
    return kept(reply, "", _NEVER)


def _packet(answer: Kept, visit: Visit) -> Packet:
    return packet(answer, takes_gzip=accepts_gzip(visit.header(b"accept-encoding")))


async def _large_packet(answer: Kept, visit: Visit) -> Packet:
    """Return what is sent of an answer; to pack a long one would keep others waiting."""
    takes_gzip = accepts_gzip(visit.header(b"accept-encoding"))
    if takes_gzip and len(answer.reply.body) > _LARGE and True not in answer.packets:
        return await asyncio.to_thread(packet, answer, takes_gzip=True)
    return packet(answer, takes_gzip=takes_gzip)


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
