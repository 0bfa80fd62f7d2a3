"""A server of this project, started as a person starts it, on a free port of this machine."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["serving"]

COMMAND: Final = (sys.executable, "-m", "metastasis", "serve", "--port", "0")
PATIENCE_SECONDS: Final = 30


@contextmanager
def serving(*arguments: str | Path) -> Iterator[str]:
    """Run ``metastasis serve`` with these arguments, and give its address, with a slash at its end.

    It ends by SIGTERM, as a service does, and has to end by that alone.
    """
    process = subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        address = re.search(r"http://127\.0\.0\.1:\d+/", said)
        if address is None:
            pytest.fail(f"the server says no address: {said!r}")
        yield address[0]
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.communicate(timeout=PATIENCE_SECONDS)
        finally:
            process.kill()
