"""Requests to the front without a socket, and a front without other processes."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from metastasis.serve._app import Front
from metastasis.serve._query import query_handler
from metastasis.serve._routes import page_handler

if TYPE_CHECKING:
    from metastasis._graph import KnowledgeGraph
    from metastasis.serve._limits import ServeLimits

__all__ = ["End", "Got", "Told", "front_of", "visit", "visiting"]

Told = Callable[[bytes, str, float], Awaitable["End"]]


class End(NamedTuple):
    """What became of a question, as a pool says it."""

    kind: str
    data: bytes = b""


class Got(NamedTuple):
    """One whole answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def detail(self) -> str:
        """The sentence of a refusal."""
        return str(json.loads(self.body)["detail"])

    @property
    def plain(self) -> bytes:
        """The body, unpacked."""
        packed = self.headers.get("content-encoding") == "gzip"
        return gzip.decompress(self.body) if packed else self.body


def told_by(handler: Callable[[bytes], bytes]) -> Told:
    """Return what asks a handler in this process, as a pool would."""

    async def ask(question: bytes, client: str, arrived: float) -> End:
        return End("done", handler(question))

    return ask


def front_of(kg: KnowledgeGraph, limits: ServeLimits | None = None, **options: Any) -> Front:
    """Return a front that answers in this process."""
    pages = told_by(page_handler(kg))
    return Front(told_by(query_handler(kg.store)), pages, "test", limits, **options)


async def visiting(
    front: Front,
    method: str,
    target: str,
    headers: dict[str, str] | None = None,
    body: bytes | list[bytes] = b"",
    gone_after: float | None = None,
    scope: dict[str, Any] | None = None,
) -> list[Any]:
    """Return the messages that a front sends to one request."""
    path, _, query = target.partition("?")
    pieces = [body] if isinstance(body, bytes) else body
    sent: list[Any] = []

    async def receive() -> Any:
        if pieces:
            piece = pieces.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(pieces)}
        await asyncio.sleep(60 if gone_after is None else gone_after)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    said = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode("latin-1", "replace"),
        "query_string": query.encode(),
        "headers": [
            (name.lower().encode(), value.encode("latin-1", "replace"))
            for name, value in (headers or {}).items()
        ],
        "client": ("192.0.2.1", 4000),
        **(scope or {}),
    }
    await front(said, receive, send)
    return sent


def visit(front: Front, method: str, target: str, *arguments: Any, **options: Any) -> Got:
    """Return what a front answers to one request, held to be whole."""
    return whole(asyncio.run(visiting(front, method, target, *arguments, **options)), method)


def whole(messages: list[Any], method: str) -> Got:
    """Return the answer of messages that are one."""
    start, *bodies = messages
    assert start["type"] == "http.response.start"
    assert all(one["type"] == "http.response.body" for one in bodies)
    assert [one.get("more_body", False) for one in bodies] == [True] * (len(bodies) - 1) + [False]
    body = b"".join(one["body"] for one in bodies)
    headers = {name.decode(): value.decode("latin-1") for name, value in start["headers"]}
    assert len(headers) == len(start["headers"]), "a header stands twice"
    assert all(name == name.lower() for name in headers)
    if start["status"] in (204, 304):
        assert not body
        assert "content-length" not in headers
    elif method == "HEAD":
        assert not body
    else:
        assert headers["content-length"] == str(len(body))
    return Got(start["status"], headers, body)
