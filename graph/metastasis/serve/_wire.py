"""An answer as it goes over the wire: its headers, packed or plain, or that it has not changed.

Apart from the application because nothing here waits for anything.
"""

from __future__ import annotations

import re
from functools import lru_cache
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
_DATA: Final = re.compile(
    r"(?:application/(?:(?:[\w.-]+\+)?json|n-triples)|text/(?:csv|tab-separated-values|turtle))(?:;|$)"
)
"""What no browser runs. XML it does: RDF/XML can hold a script of XHTML."""


def _lines(*headers: tuple[str, str]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in headers).encode("latin-1")


_ALWAYS: Final = _lines(
    ("access-control-allow-origin", "*"),
    ("access-control-expose-headers", "ETag, Retry-After, Allow, Location"),
    ("x-content-type-options", "nosniff"),
    ("cross-origin-resource-policy", "cross-origin"),
    ("vary", "Accept, Accept-Encoding"),
)
_CORS: Final = _lines(
    ("access-control-allow-methods", "GET, HEAD, POST, OPTIONS"),
    (
        "access-control-allow-headers",
        "*, Accept, Accept-Language, Authorization, Cache-Control, Content-Type, If-None-Match",
    ),
    ("access-control-max-age", "86400"),
)
_PAGE: Final = _lines(
    ("content-security-policy", f"{POLICY}; frame-ancestors 'none'"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("x-frame-options", "DENY"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
)
_PICTURE: Final = _lines(
    (
        "content-security-policy",
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
        "sandbox allow-popups allow-popups-to-escape-sandbox",
    ),
    ("referrer-policy", "no-referrer"),
)
"""Pictures for print bring their own style, and links that open apart from them; alone in a window
they can do nothing else."""


class Packet(NamedTuple):
    """What is sent; its head is built once, however often it is sent."""

    status: int
    head: bytes
    """Lines of headers, each with its end."""
    body: bytes

    @property
    def headers(self) -> Headers:
        r"""The headers one by one.

        >>> Packet(200, b"vary: Accept\r\netag: 1\r\n", b"").headers
        [(b'vary', b'Accept'), (b'etag', b'1')]
        """
        pairs = (line.partition(b": ") for line in self.head.split(b"\r\n")[:-1])
        return [(name, value) for name, _, value in pairs]


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
    own = _lines(("etag", f'"{tag}"'), ("cache-control", cache_control))
    return Packet(304, _ALWAYS + own, b"")


def packet(answer: Kept, *, takes_gzip: bool) -> Packet:
    """Return what is sent of an answer, its body whole."""
    is_packed = takes_gzip and _is_text(answer.reply)
    found = answer.packets.get(is_packed)
    if found is None:
        found = answer.packets[is_packed] = _packet(answer, is_packed=is_packed)
    return found


def _packet(answer: Kept, *, is_packed: bool) -> Packet:
    status, media_type, body, headers = answer.reply
    if is_packed:
        body = compress(body, 6 if len(body) <= _QUICK else 1, mtime=0)
    own = ""
    if status != 204:
        own = f"content-length: {len(body)}\r\n"
    if answer.tag:
        own += f'etag: "{answer.tag}{"-gz" if is_packed else ""}"\r\n'
    head = _head_of_kind(status, media_type, headers, answer.cache_control, is_packed=is_packed)
    return Packet(status, head + own.encode(), body)


# Nearly all answers are of a dozen kinds.
@lru_cache(maxsize=64)
def _head_of_kind(
    status: int,
    media_type: str,
    headers: tuple[tuple[str, str], ...],
    cache_control: str,
    *,
    is_packed: bool,
) -> bytes:
    """Return what the heads of all answers of one kind have."""
    own = [("cache-control", cache_control)]
    if media_type:
        own.append(("content-type", _clean(media_type)))
    if is_packed:
        own.append(("content-encoding", "gzip"))
    own.extend(
        (name.lower(), _clean(value)) for name, value in headers if name.lower() != "cache-control"
    )
    return _ALWAYS + _of_kind(status, media_type) + _lines(*own)


def _of_kind(status: int, media_type: str) -> bytes:
    if status == 204:
        return _CORS
    if media_type.startswith("image/"):
        return _PICTURE
    return b"" if _DATA.match(media_type) else _PAGE


def _clean(value: str) -> str:
    """Return the value of a header, whatever stood in the address that it tells of."""
    return _CONTROL.sub("", value).encode("latin-1", "replace").decode("latin-1")
