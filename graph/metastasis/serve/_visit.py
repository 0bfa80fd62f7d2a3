"""One request on its way: what it brings, how it is read, whether its client is still there.

Apart from the application because this is about one client, and that about what all of them ask.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping

    from metastasis.serve._wire import Packet

__all__ = [
    "CALLER",
    "DRAINED",
    "PIECE",
    "Caller",
    "GoneError",
    "Receive",
    "Send",
    "Visit",
    "visit_of",
]

Send: TypeAlias = "Callable[[Any], Awaitable[None]]"
Receive: TypeAlias = "Callable[[], Awaitable[Any]]"
Result = TypeVar("Result")

DRAINED: Final = 1 << 20
"""Bytes that are read of a body that is too long, so that its client reads why it was refused."""
PIECE: Final = 1 << 16
"""Bytes that are written at once."""
_BYTES_A_SECOND: Final = 50_000
"""A client that reads slower than this, after half a minute, is left."""


CALLER: Final = "metastasis.caller"
"""The extension of ASGI by which our own connection says what it can do beside."""


class Caller(Protocol):
    """What our own connection can do beside what ASGI has."""

    when_gone: Callable[[], None] | None
    """Is called if the client leaves before it has its answer."""

    @property
    def has_gone(self) -> bool:
        """Whether the client has left."""

    def write(self, answer: Packet, body: bytes, *, is_last: bool) -> bool:
        """Write an answer whole; return whether that could be done at once."""


class GoneError(Exception):
    """The client has left before its answer."""


@dataclass
class Visit:
    """One request on its way."""

    method: str
    path: str
    query_string: bytes
    headers: Mapping[bytes, bytes]
    client: str
    arrived: float
    receive: Receive
    sends: Send
    caller: Caller | None = None
    route: str = "other"
    cache: str = "-"
    fate: str = "-"
    query: str = ""
    status: int = 0
    sent: int = 0
    is_read: bool = False
    """Whether its body has come whole."""

    @property
    def asked(self) -> tuple[bytes, bytes | None, bytes | None]:
        """The address, and what of the headers decides on the form of an answer."""
        target = self.path.encode("latin-1")
        if self.query_string:
            target += b"?" + self.query_string
        headers = self.headers
        return target, headers.get(b"accept"), headers.get(b"accept-encoding")

    @property
    def has_body(self) -> bool:
        """Whether something is sent with it."""
        length = self.headers.get(b"content-length", b"0")
        return b"transfer-encoding" in self.headers or length.strip() != b"0"

    def header(self, name: bytes) -> str | None:
        """Return the value of a header."""
        found = self.headers.get(name)
        return None if found is None else found.decode("latin-1")

    async def read(self, most: int, until: float) -> bytes | None:
        """Return the body; None where it is longer than ``most``.

        Raises
        ------
        GoneError
            The client left before it was whole.
        TimeoutError
            It was not whole at that time.
        """
        pieces: list[bytes] = []
        length = 0
        async with asyncio.timeout(until - monotonic()):
            while length <= max(most, DRAINED):
                message = await self.receive()
                if message["type"] != "http.request":
                    raise GoneError
                piece = message.get("body", b"")
                length += len(piece)
                if length <= most:
                    pieces.append(piece)
                if not message.get("more_body", False):
                    self.is_read = True
                    return b"".join(pieces) if length <= most else None
        return None

    async def unless_gone(
        self, asking: Awaitable[Result], seconds: float | None = None
    ) -> Result | None:
        """Return what is waited for; None where it is not there so many seconds after arrival.

        Raises
        ------
        GoneError
            The client has left, for whom nobody works on.
        """
        mine = asyncio.current_task()
        assert mine is not None  # noqa: S101 - this is one
        has_gone = False

        def leave() -> None:
            nonlocal has_gone
            has_gone = True
            mine.cancel()

        try:
            with self._watching(leave):
                if seconds is None:
                    return await asking
                async with asyncio.timeout(max(self.arrived + seconds - monotonic(), 0)):
                    return await asking
        except TimeoutError:
            return None
        except asyncio.CancelledError:
            if not has_gone:
                raise
            mine.uncancel()
            raise GoneError from None

    @contextmanager
    def _watching(self, leave: Callable[[], None]) -> Iterator[None]:
        """Call ``leave`` if the client leaves meanwhile."""
        if self.caller is not None:
            self.caller.when_gone = leave
            if self.caller.has_gone:
                leave()
            try:
                yield
            finally:
                self.caller.when_gone = None
            return
        watch = asyncio.create_task(self._until_gone())
        is_waiting = True

        def tell(watch: asyncio.Task[None]) -> None:
            if is_waiting and not watch.cancelled():
                leave()

        watch.add_done_callback(tell)
        try:
            yield
        finally:
            is_waiting = False
            watch.cancel()

    async def _until_gone(self) -> None:
        with suppress(OSError):
            while (await self.receive())["type"] != "http.disconnect":
                pass

    async def send(self, answer: Packet) -> None:
        """Send an answer whole, as fast as the client reads and no slower than it has to."""
        # What else comes over the connection is not wanted.
        is_last = self.has_body and not self.is_read
        self.status = answer.status
        body = b"" if self.method == "HEAD" else answer.body
        caller = self.caller if len(body) <= PIECE else None
        if caller is not None and caller.write(answer, body, is_last=is_last):
            self.sent = len(body)
            return
        headers = answer.headers
        if is_last:
            headers.append((b"connection", b"close"))
        start = {"type": "http.response.start", "status": answer.status, "headers": headers}
        await self.sends(start)
        if len(body) <= PIECE:
            await self.sends({"type": "http.response.body", "body": body})
        else:
            async with asyncio.timeout(30 + len(body) / _BYTES_A_SECOND):
                await self._send_pieces(body)
        self.sent = len(body)

    async def _send_pieces(self, body: bytes) -> None:
        for start in range(0, len(body), PIECE):
            piece, is_more = body[start : start + PIECE], start + PIECE < len(body)
            await self.sends({"type": "http.response.body", "body": piece, "more_body": is_more})


def visit_of(scope: Any, receive: Receive, send: Send) -> Visit:
    """Return the visit that a scope of ASGI tells of."""
    headers: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        headers[name] = headers[name] + b", " + value if name in headers else value
    raw = scope.get("raw_path") or scope["path"].encode("utf-8", "surrogateescape")
    return Visit(
        scope["method"],
        raw.decode("latin-1").partition("?")[0],
        scope.get("query_string", b""),
        headers,
        (scope.get("client") or ("-",))[0],
        monotonic(),
        receive,
        send,
        scope.get("extensions", {}).get(CALLER),
    )
