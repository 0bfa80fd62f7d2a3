"""Running the command line: in this process, or in one of its own, on pipes or on a terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from contextlib import chdir, suppress
from functools import cache
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Final
from unittest.mock import patch

from click.testing import CliRunner

from metastasis._cli.app import app
from metastasis._graph import load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metastasis._graph import KnowledgeGraph

__all__ = ["COMMAND", "call", "run", "run_on_terminal", "run_unread"]

COMMAND: Final = (sys.executable, "-W", "error", "-m", "metastasis")
_PATIENCE_SECONDS: Final = 300


def call(
    *arguments: str | Path, stdin: str | bytes = b"", folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command in this process, as if on pipes: what it answers, not how a process ends."""
    with chdir(folder or Path.cwd()), patch("metastasis._graph.load", _shipped):
        done = CliRunner().invoke(app, [*map(str, arguments)], input=stdin, catch_exceptions=False)
    return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)


@cache
def _shipped() -> KnowledgeGraph:
    """Return the shipped graph, read once for all commands of this process: none changes it."""
    return load()


def run(
    *arguments: str | Path,
    stdin: str | bytes = b"",
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a command on pipes; both outputs have to be UTF-8."""
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        cwd=folder,
        env=_environment(environment),
        timeout=_PATIENCE_SECONDS,
        check=False,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


def run_on_terminal(
    *arguments: str | Path, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command whose two outputs are terminals, each of its own, 120 columns wide."""
    outputs = [_Terminal(), _Terminal()]
    wide = {"COLUMNS": "120", "TERM": "xterm-256color", **(environment or {})}
    process = subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=outputs[0].inner,
        stderr=outputs[1].inner,
        env=_environment(wide),
    )
    code = process.wait(timeout=_PATIENCE_SECONDS)
    return subprocess.CompletedProcess(process.args, code, outputs[0].text(), outputs[1].text())


def run_unread(
    *arguments: str | Path, unread: str, after_bytes: int = 0
) -> subprocess.CompletedProcess[bytes]:
    """Run a command whose reader leaves, after some bytes or before it starts.

    ``unread`` is "stdout", "stderr" or "both"; both go into one pipe, as with ``2>&1``. The other
    output is read to the end.
    """
    inner, outer = os.pipe()
    if not after_bytes:
        os.close(inner)
    process = subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if unread == "stderr" else outer,
        stderr=subprocess.PIPE if unread == "stdout" else outer,
        env=_environment(None),
    )
    os.close(outer)
    if after_bytes:
        os.read(inner, after_bytes)
        os.close(inner)
    said = process.communicate(timeout=_PATIENCE_SECONDS)
    return subprocess.CompletedProcess(process.args, process.returncode, *said)


class _Terminal:
    """A pseudo-terminal whose output is read as it comes."""

    def __init__(self) -> None:
        self._outer, self.inner = pty.openpty()
        self._read = bytearray()
        self._reader = Thread(target=self._read_all, daemon=True)
        self._reader.start()

    def text(self) -> str:
        os.close(self.inner)
        self._reader.join(_PATIENCE_SECONDS)
        os.close(self._outer)
        return self._read.decode().replace("\r\n", "\n")

    def _read_all(self) -> None:
        with suppress(OSError):  # Linux: when nobody holds the inner end any more
            while piece := os.read(self._outer, 65536):
                self._read += piece


def _environment(more: Mapping[str, str] | None) -> dict[str, str]:
    """Return this process's environment without what decides on colors, widths and buffers."""
    deciding = {"NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "TERM", "CLICOLOR"}
    deciding.add("PYTHONUNBUFFERED")  # it hides what is left in a buffer when a process ends
    plain = {name: value for name, value in os.environ.items() if name not in deciding}
    return {**plain, **(more or {})}
