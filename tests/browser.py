"""Pages in a real browser, off the network: what axe, the console and the window's width say.

Debian's Chromium looks at pages on this machine; no name but 127.0.0.1 is resolved. ``look`` gives
one :class:`Look` for each page in each view, and a picture of each in ``build/browser/``.
"""

from __future__ import annotations

import functools
import http.server
import json
import shutil
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest

from peers import ROOT, ask_node

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = ["NARROW", "VIEWS", "WIDE", "Look", "Sight", "View", "look", "web_space"]

PACKAGES: Final = ("playwright-core@1.65.1", "axe-core@4.14.1")


class View(NamedTuple):
    """A window: color scheme, width and height in CSS pixels, device pixels for one of these."""

    scheme: str
    width: int
    height: int = 900
    scale: float = 1


NARROW: Final = View("light", 360, 740)
WIDE: Final = View("light", 1280)
VIEWS: Final = (NARROW, View("dark", 360, 740), WIDE, View("dark", 1280))


@dataclass(frozen=True)
class Sight:
    """A page to look at: its name here, its path, steps to take first, expressions to read then.

    A step is ``("press", key)``, ``("type", text)``, ``("fill", selector, text)``,
    ``("click", selector)``, ``("wait", selector)``, ``("until", expression)``,
    ``("read", name, expression)`` or ``("large-text",)``.
    """

    name: str
    path: str
    steps: tuple[tuple[str, ...], ...] = ()
    reads: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Look:
    """What was found on one page in one view."""

    page: str
    scheme: str
    width: int
    status: int
    address: str
    """Where the steps led."""
    fault: str | None
    """The step that could not be taken."""
    violations: list[str]
    """Of axe."""
    errors: list[str]
    """Of the console."""
    stopped: list[str]
    """What the Content-Security-Policy stopped."""
    left: list[str]
    """Requests to anywhere else."""
    failed: list[list[Any]]
    """Requests to the server that it refused: status and address."""
    outside: dict[str, Any]
    """How many pixels the page is too wide, and the first elements that are."""
    reads: dict[str, Any]
    picture: str

    def faults(self) -> list[str]:
        """Return all that is wrong, each as one line."""
        where = f"{self.page}, {self.scheme}, {self.width} px"
        wide = [f"{self.outside['pixels']} px too wide: {self.outside['elements']}"]
        found = [
            *([self.fault] if self.fault else ()),
            *self.violations,
            *(f"error: {one}" for one in self.errors),
            *(f"stopped: {one}" for one in self.stopped),
            *(f"left: {one}" for one in self.left),
            *(f"refused: {one}" for one in self.failed),
            *(wide if self.outside["pixels"] > 0 else ()),
        ]
        return [f"{where}: {one}" for one in found]


def look(
    origin: str,
    sights: Sequence[Sight],
    folder: str,
    *,
    views: Sequence[View] = VIEWS,
    javascript: bool = True,
    axe: bool = True,
    patience: int = 20,
) -> list[Look]:
    """Return what a browser finds on the pages of a server, in each view.

    ``origin`` is the address up to the first path, with a slash at its end; pictures go to that
    folder below ``build/browser/``. A step waits so many seconds for what it needs.
    """
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("Chromium is not installed")
    place = ROOT / "build" / "browser" / folder
    place.mkdir(parents=True, exist_ok=True)
    plan = {
        "chromium": chromium,
        "origin": origin,
        "folder": str(place),
        "javascript": javascript,
        "axe": axe,
        "patience": patience * 1000,
        "views": [view._asdict() for view in views],
        "pages": [vars(sight) for sight in sights],
    }
    path = place / f"plan-{'with' if javascript else 'without'}-{len(sights)}-{len(views)}.json"
    path.write_text(json.dumps(plan), encoding="utf-8")
    return [Look(**one) for one in ask_node("pages_in_chromium.mjs", PACKAGES, path)]


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the base
        """Say nothing of a request."""


@contextmanager
def web_space(folder: Path) -> Iterator[str]:
    """Serve the files of a folder as they are, as any web space does, and give the address."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
        thread.join()
