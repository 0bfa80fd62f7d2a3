"""The files that pages share, read once: style sheets, scripts, pictures, the engine for browsers.

Apart from the application because it reads files, and that only memory.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from metastasis.serve._reply import Reply

__all__ = ["ASSETS", "read_assets"]

ASSETS: Final = Path(__file__).with_name("assets")
_TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "gz": "application/gzip",
    "ico": "image/x-icon",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "mjs": "text/javascript; charset=utf-8",
    "nq": "application/n-quads",
    "png": "image/png",
    "svg": "image/svg+xml",
    "ttl": "text/turtle; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "wasm": "application/wasm",
    "webmanifest": "application/manifest+json",
    "woff2": "font/woff2",
}


def read_assets(folder: Path = ASSETS) -> dict[str, Reply]:
    """Return every file of a folder as a reply, by its path in it.

    >>> read_assets()["site.css"].media_type
    'text/css; charset=utf-8'
    """
    return {
        path.relative_to(folder).as_posix(): Reply(200, _type_of(path), path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


def _type_of(path: Path) -> str:
    ending = path.suffix[1:].lower()
    # Files without an ending are licenses; they are text.
    return _TYPES.get(ending, "application/octet-stream" if ending else _TYPES["txt"])
