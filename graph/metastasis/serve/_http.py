"""A connection of uvicorn whose client cannot fill memory before it has asked anything.

uvicorn takes heads of requests of any length from httptools, and any number of requests that come
in one go; h11, which it falls back to, has a limit of its own. Apart from the front because that
one speaks ASGI only.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from metastasis.serve._refusal import refused

if TYPE_CHECKING:
    import asyncio

__all__ = ["http_protocol"]

_MOST_HEAD: Final = 64 << 10
"""Bytes of the head of a request beside the piece in which it began: as much as h11 takes."""
_MOST_TOGETHER: Final = 16
"""Requests that wait on one connection for the answer to the first; browsers send one."""


def http_protocol() -> type[asyncio.Protocol] | str:
    """Return what uvicorn is to speak HTTP by, as its option ``http``."""
    try:
        from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
    except ImportError:
        return "h11"

    class BoundedProtocol(HttpToolsProtocol):
        """uvicorn's connection, which is closed where its client sends a head without an end."""

        _head = -1
        """Bytes of a head that is not whole; -1 outside of one."""
        _began = False

        def data_received(self, data: bytes) -> None:
            """Take what the client sends."""
            self._began = False
            super().data_received(data)
            if self._head < 0 or self._began:
                return
            self._head += len(data)
            if self._head > _MOST_HEAD:
                self._head = -1
                self._refuse()

        def on_message_begin(self) -> None:
            """Note that a head begins."""
            self._head, self._began = 0, True
            super().on_message_begin()

        def on_headers_complete(self) -> None:
            """Let the head be answered, if not too many wait already."""
            self._head = -1
            if len(self.pipeline) >= _MOST_TOGETHER:
                self.transport.abort()
                raise ConnectionAbortedError
            super().on_headers_complete()

        def _refuse(self) -> None:
            answering: Any = self.cycle
            if answering is None or answering.response_complete:
                self.transport.write(_as_sent())
            self.transport.close()

    return BoundedProtocol


def _as_sent() -> bytes:
    """Return the refusal of a head that is too long, as bytes of HTTP."""
    reply = refused("header size", most=_MOST_HEAD).reply()
    headers: list[tuple[str, Any]] = [
        ("Content-Type", reply.media_type),
        ("Content-Length", len(reply.body)),
        ("Cache-Control", "no-store"),
        ("Connection", "close"),
    ]
    lines = [f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join([*lines, "", ""]).encode() + reply.body
