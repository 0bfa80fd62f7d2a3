"""Take the picture of a page that README shows, in a browser on this machine.

    python3 scripts/screenshot.py

Writes ``docs/page-of-a-cancer.png`` from the files of ``metastasis site``, with Chromium and off
the network. Do this after a change of the pages, and look at it. Needs Chromium.
"""

from __future__ import annotations

import functools
import http.server
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import environment

PAGE = "primary/prostate.html"
PICTURE = environment.ROOT / "docs" / "page-of-a-cancer.png"
WIDTH, HEIGHT = 1180, 1180
COLORS = 192
"""Few, for a small file: a page is text and flat areas."""
OFFLINE = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


def main() -> None:
    """Write the files, serve them on this machine, and take the picture of one page."""
    if Path(sys.prefix).resolve() != environment.FOLDER.resolve():
        environment.ensure("dev")
        environment.run(str(Path(__file__).resolve()))
        return
    chromium = shutil.which("chromium") or sys.exit("Chromium is not installed")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "web"
        subprocess.run([sys.executable, "-m", "metastasis", "site", folder], check=True)
        taken = Path(place) / "page.png"
        take(chromium, folder, taken)
        pack(taken, PICTURE)
    print(f"{PICTURE.name}: {PICTURE.stat().st_size >> 10} KB")


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Files as they are, without a line for each."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base
        """Say nothing of a request."""


def take(chromium: str, folder: Path, picture: Path) -> None:
    """Write what a browser shows of the page."""
    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}/{PAGE}"
        size = f"--window-size={WIDTH},{HEIGHT}"
        subprocess.run([chromium, *OFFLINE, size, f"--screenshot={picture}", address], check=True)
        server.shutdown()


def pack(taken: Path, picture: Path) -> None:
    """Write a picture again, with few colors."""
    from PIL import Image

    with Image.open(taken) as image:
        image.convert("RGB").quantize(COLORS).save(picture, optimize=True)


if __name__ == "__main__":
    main()
