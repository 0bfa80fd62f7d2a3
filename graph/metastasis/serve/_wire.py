"""An answer as it goes over the wire: its headers, packed or plain, or that it has not changed.

Apart from the application because nothing here waits for anything.
"""

from __future__ import annotations

import re
from gzip import compress
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, NamedTuple

from metastasis.serve._pages.layout import POLICY

if TYPE_CHECKING:
    from metastasis.serve._reply import Reply

__all__ = ["Kept", "Packet", "is_known", "kept", "packet", "tag_of", "unchanged"]

Headers = list[tuple[bytes, bytes]]

_LEAST: Final = 512
"""Bytes below which packing saves nothing."""
_QUICK: Final = 1 << 16
"""Bytes above which packing is done fast rather than well."""
_PACKED: Final = re.compile(
    r"text/|image/svg\+xml|application/(?:json|javascript|wasm|xml|[\w.-]+\+(?:json|xml)|n-triples|"
    r"manifest\+json)"
)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_TAG: Final = re.compile(r'(?:W/)?"([^"]*)"')
_ALWAYS: Final[Headers] = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Retry-After, Allow, Location"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"cross-origin"),
]
_CORS: Final[Headers] = [
    (b"access-control-allow-methods", b"GET, HEAD, POST, OPTIONS"),
    (
        b"access-control-allow-headers",
        b"*, Accept, Accept-Language, Authorization, Cache-Control, Content-Type, If-None-Match",
    ),
    (b"access-control-max-age", b"86400"),
]
_PAGE: Final[Headers] = [
    (b"content-security-policy", f"{POLICY}; frame-ancestors 'none'".encode()),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
]
_PICTURE: Final[Headers] = [
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
        b"sandbox",
    ),
]
"""Pictures for print bring their own style; alone in a window they can do nothing else."""


class Packet(NamedTuple):
    """What is sent."""

    status: int
    headers: Headers
    body: bytes


class Kept(NamedTuple):
    """A whole answer and its tag, as a cache keeps it."""

    reply: Reply
    tag: str
    """Blank for what is another answer the next time."""
    cache_control: str
    packets: dict[bool, Packet]
    """What is sent of it, plain and by gzip, once it has been sent."""

    @property
    def size(self) -> int:
        """How many bytes it takes: text packs to less than half."""
        length = len(self.reply.body)
        return length + length // 2 if _is_text(self.reply) else length


def tag_of(release: str, key: bytes) -> str:
    """Return the tag of the answer to a question: the same as long as the release is."""
    return blake2b(key, digest_size=12, key=release.encode()[:64]).hexdigest()


def is_known(tag: str, if_none_match: str | None) -> bool:
    """Return whether a client has the answer with a tag, packed or plain.

    >>> is_known("ab", 'W/"xy", "ab-gz"'), is_known("ab", '"abc"'), is_known("ab", None)
    (True, False, False)
    """
    if not if_none_match or not tag:
        return False
    return tag in {found.removesuffix("-gz") for found in _TAG.findall(if_none_match)}


def kept(reply: Reply, tag: str, cache_control: str) -> Kept:
    """Return an answer as a cache keeps it."""
    return Kept(reply, tag, cache_control, {})


def _is_text(reply: Reply) -> bool:
    return len(reply.body) >= _LEAST and _PACKED.match(reply.media_type) is not None


def unchanged(tag: str, cache_control: str) -> Packet:
    """Return that a client has the answer already."""
    headers = [*_ALWAYS, (b"vary", b"Accept, Accept-Encoding")]
    headers.append((b"etag", f'"{tag}"'.encode()))
    headers.append((b"cache-control", cache_control.encode()))
    return Packet(304, headers, b"")


def packet(answer: Kept, *, takes_gzip: bool) -> Packet:
    """Return what is sent of an answer, its body whole."""
    is_packed = takes_gzip and _is_text(answer.reply)
    found = answer.packets.get(is_packed)
    if found is None:
        found = answer.packets[is_packed] = _packet(answer, is_packed=is_packed)
    return found


def _packet(answer: Kept, *, is_packed: bool) -> Packet:
    reply = answer.reply
    body = reply.body
    if is_packed:
        body = compress(body, 6 if len(body) <= _QUICK else 1, mtime=0)
    headers = [*_ALWAYS, *_of_kind(reply)]
    headers.append((b"vary", b"Accept, Accept-Encoding"))
    headers.append((b"cache-control", answer.cache_control.encode()))
    if reply.status != 204:
        headers.append((b"content-length", b"%d" % len(body)))
    if reply.media_type:
        headers.append((b"content-type", _clean(reply.media_type)))
    if is_packed:
        headers.append((b"content-encoding", b"gzip"))
    if answer.tag:
        headers.append((b"etag", f'"{answer.tag}{"-gz" if is_packed else ""}"'.encode()))
    headers.extend(
        (name.lower().encode(), _clean(value))
        for name, value in reply.headers
        if name.lower() != "cache-control"
    )
    return Packet(reply.status, headers, body)


def _of_kind(reply: Reply) -> Headers:
    if reply.status == 204:
        return _CORS
    if reply.media_type.startswith("image/"):
        return _PICTURE
    return _PAGE


def _clean(value: str) -> bytes:
    """Return the value of a header, whatever stood in the address that it tells of."""
    return _CONTROL.sub("", value).encode("latin-1", "replace")
