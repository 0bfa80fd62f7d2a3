"""What is asked for, and what is answered: plain records that know no server and no file."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Final, NamedTuple

__all__ = ["UNKEPT", "Address", "Reply"]

UNKEPT: Final = ("Cache-Control", "no-store")
"""The header of a reply that is another one the next time."""
_LENGTH: Final = 4
"""Bytes that say how long the head of a packed reply is."""


class Address(NamedTuple):
    """What is asked for: a path without slashes at its ends and without a suffix, and parameters.

    >>> Address("compare", (("primary", "breast"), ("primary", "lung"))).all("primary")
    ('breast', 'lung')
    """

    path: str
    parameters: tuple[tuple[str, str], ...] = ()

    def first(self, name: str, default: str = "") -> str:
        """Return the first value of a parameter."""
        return next((value for key, value in self.parameters if key == name), default)

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of a parameter, in the order of the address."""
        return tuple(value for key, value in self.parameters if key == name)


class Reply(NamedTuple):
    """A whole answer: its status, its media type, its bytes, and headers beside these.

    >>> Reply.unpacked(Reply(200, "text/plain", b"yes", (("Vary", "Accept"),)).packed())
    Reply(status=200, media_type='text/plain', body=b'yes', headers=(('Vary', 'Accept'),))
    """

    status: int
    media_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()

    def packed(self) -> bytes:
        """Return the reply as bytes, for the way from one process to another."""
        return _packed_head(self.status, self.media_type, self.headers) + self.body

    @classmethod
    def unpacked(cls, data: bytes) -> Reply:
        """Return the reply that bytes hold."""
        end = _LENGTH + int.from_bytes(data[:_LENGTH], "big")
        status, media_type, headers = _unpacked_head(data[_LENGTH:end])
        return cls(status, media_type, data[end:], headers)


# Most replies have the head of another: what stands before a small answer took as long as finding
# it.
@lru_cache(maxsize=64)
def _packed_head(status: int, media_type: str, headers: tuple[tuple[str, str], ...]) -> bytes:
    head = json.dumps([status, media_type, headers]).encode()
    return len(head).to_bytes(_LENGTH, "big") + head


@lru_cache(maxsize=64)
def _unpacked_head(head: bytes) -> tuple[int, str, tuple[tuple[str, str], ...]]:
    status, media_type, headers = json.loads(head)
    return status, media_type, tuple((name, value) for name, value in headers)
