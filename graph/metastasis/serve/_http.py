"""A connection of uvicorn that costs little, and whose client cannot fill memory.

uvicorn takes heads of requests of any length from httptools, and any number of requests that come
in one go; h11, which it falls back to, has a limit of its own. And it spends on a small answer more
than finding it takes: a task, two messages, a look at every header. What the front knows at once is
therefore written at once, and what a task answers goes out in one piece. Apart from the front
because that one speaks ASGI only.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from metastasis.serve._refusal import refused
from metastasis.serve._visit import CALLER, PIECE

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from metastasis.serve._app import Front
    from metastasis.serve._wire import Packet

__all__ = ["http_protocol"]

_MOST_HEAD: Final = 64 << 10
"""Bytes of the head of a request beside the piece in which it began: as much as h11 takes."""
_MOST_TOGETHER: Final = 16
"""Requests that wait on one connection for the answer to the first; browsers send one. So many are
answered at once of what comes in one piece: only then is it seen whether the client reads."""
_STATUS_LINES: Final = {
    int(status): f"HTTP/1.1 {int(status)} {status.phrase}\r\n".encode() for status in HTTPStatus
}
_ASKS_FORM: Final = (b"accept", b"accept-encoding", b"if-none-match")
_NOT_AT_ONCE: Final = (
    b"content-length",
    b"transfer-encoding",
    b"expect",
    b"upgrade",
    b"x-forwarded-for",
)
"""Headers of requests that are not as simple as most; behind a proxy uvicorn finds out who asks."""


def http_protocol(front: Front) -> type[asyncio.Protocol] | str:
    """Return what uvicorn is to speak HTTP by, as its option ``http``."""
    try:
        from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
    except ImportError:
        return "h11"

    class QuickProtocol(HttpToolsProtocol):
        """uvicorn's connection, which is closed where its client sends a head without an end."""

        answered = 0
        """How many requests were answered at once."""
        _head = -1
        """Bytes of a head that is not whole; -1 outside of one."""
        _began = False
        _together = 0
        """How many requests of the piece that is being read were answered at once."""
        _is_done = False
        """Whether the request that is being read has been answered."""

        def data_received(self, data: bytes) -> None:
            """Take what the client sends."""
            self._began = False
            self._together = 0
            super().data_received(data)
            if self._head < 0 or self._began:
                return
            self._head += len(data)
            if self._head > _MOST_HEAD:
                self._head = -1
                self._refuse()

        def on_message_begin(self) -> None:
            """Note that a head begins."""
            self._head, self._began, self._is_done = 0, True, False
            super().on_message_begin()

        def on_headers_complete(self) -> None:
            """Let the head be answered, if not too many wait already."""
            self._head = -1
            if len(self.pipeline) >= _MOST_TOGETHER:
                self.transport.abort()
                raise ConnectionAbortedError
            if self._answer_at_once():
                return
            super().on_headers_complete()
            # The task that answers has not begun yet.
            scope: Any = self.scope
            scope["extensions"] = {CALLER: _Caller(self)}

        def on_message_complete(self) -> None:
            """Let the body be answered, if the head was not."""
            if not self._is_done:
                super().on_message_complete()

        def connection_lost(self, exc: Exception | None) -> None:
            """End what is done for a client that has gone."""
            super().connection_lost(exc)
            cycle: Any = self.cycle
            if cycle is not None and (caller := cycle.scope.get("extensions", {}).get(CALLER)):
                caller.leave()

        def _answer_at_once(self) -> bool:
            """Answer what the front knows, in the turn of the client; return whether it was."""
            before: Any = self.cycle
            is_next = before is None or before.response_complete
            if not is_next or self._together >= _MOST_TOGETHER or self.flow.write_paused:
                return False
            parser = self.parser
            if parser.get_method() != b"GET" or parser.get_http_version() != "1.1":
                return False
            if not parser.should_keep_alive():
                return False
            asked: dict[bytes, bytes | None] = dict.fromkeys(_ASKS_FORM)
            for name, value in self.headers:
                if name in asked:
                    if asked[name] is not None:
                        return False
                    asked[name] = value
                elif name in _NOT_AT_ONCE:
                    return False
            client = self.client[0] if self.client else "-"
            found = front.at_once(client, self.url, *asked.values())
            if found is None or len(found.body) > PIECE or self.transport.is_closing():
                return False
            self._together += 1
            self.answered += 1
            self._is_done = True
            self.write_whole(found, found.body)
            self.on_response_complete()
            return True

        def write_whole(self, answer: Packet, body: bytes, more: bytes = b"") -> None:
            """Write an answer, with further lines in its head."""
            own = [b"%s: %s\r\n" % pair for pair in self.server_state.default_headers]
            pieces = (_STATUS_LINES[answer.status], *own, answer.head, more, b"\r\n", body)
            self.transport.write(b"".join(pieces))

        def _refuse(self) -> None:
            answering: Any = self.cycle
            if answering is None or answering.response_complete:
                self.transport.write(_as_sent())
            self.transport.close()

    return QuickProtocol


class _Caller:
    """What a task may do with a connection beside what ASGI has.

    ``when_gone`` is called if the client leaves before it has its answer.
    """

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._cycle = connection.cycle
        self.when_gone: Callable[[], None] | None = None

    def leave(self) -> None:
        """Tell the task that its client has gone."""
        if self.when_gone is not None and self._cycle.disconnected:
            self.when_gone()

    @property
    def has_gone(self) -> bool:
        """Whether the client has left."""
        return bool(self._cycle.disconnected)

    def write(self, answer: Packet, body: bytes, *, is_last: bool) -> bool:
        """Write an answer whole; return whether that could be done at once."""
        cycle, connection = self._cycle, self._connection
        if connection.flow.write_paused or cycle.disconnected or cycle.response_started:
            return False
        cycle.waiting_for_100_continue = False
        cycle.keep_alive = cycle.keep_alive and not is_last
        cycle.response_started = cycle.response_complete = True
        more = b"" if cycle.keep_alive else b"connection: close\r\n"
        connection.write_whole(answer, body, more)
        cycle.message_event.set()
        if not cycle.keep_alive:
            connection.transport.close()
        cycle.on_response()
        return True


def _as_sent() -> bytes:
    """Return the refusal of a head that is too long, as bytes of HTTP."""
    reply = refused("header size", most=_MOST_HEAD).reply()
    headers: list[tuple[str, Any]] = [
        ("Content-Type", reply.media_type),
        ("Content-Length", len(reply.body)),
        ("Cache-Control", "no-store"),
        ("Connection", "close"),
    ]
    lines = [_STATUS_LINES[reply.status].decode()[:-2]]
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join([*lines, "", ""]).encode() + reply.body
