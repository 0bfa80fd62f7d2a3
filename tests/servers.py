"""Servers that run as a process of their own, and what asks them; what tests of serving share."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["ENDLESS", "Server", "served", "serving"]

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c != ?f) }"
_COMMAND = (sys.executable, "-m", "metastasis", "serve", "--port", "0")


@dataclass
class Server:
    """A server that answers at an address."""

    process: subprocess.Popen[str]
    said: str
    log: Path

    @property
    def address(self) -> str:
        """The address, which ends with a slash."""
        return next(word for word in self.said.split() if word.startswith("http://"))

    def get(self, path: str, *, timeout: float = 30, **parameters: str) -> tuple[int, str]:
        """Return the status and the text of what is at a path."""
        asked = f"?{urlencode(parameters)}" if parameters else ""
        request = Request(f"{self.address}{path}{asked}")  # noqa: S310 - it is ours
        try:
            with urlopen(request, timeout=timeout) as answer:  # noqa: S310
                return answer.status, answer.read().decode()
        except HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def answers(self) -> bool:
        """Return whether a question is answered that no cache holds."""
        self.asked = getattr(self, "asked", 0) + 1
        status, text = self.get("sparql", query=f"ASK {{ FILTER({self.asked} > 0) }}")
        return status == 200 and "true" in text

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal; return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(30)


@contextmanager
def served(
    folder: Path, *options: str, command: Sequence[str] = _COMMAND, **environment: str
) -> Iterator[Server]:
    """Give a server of the shipped graph, or of what the options name; end it afterwards."""
    log = folder / "server.log"
    with (
        log.open("w") as errors,
        subprocess.Popen(
            [*command, *options],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment},
        ) as process,
    ):
        assert process.stdout is not None
        try:
            said = process.stdout.readline()
            assert "http://" in said, log.read_text()
            yield Server(process, said, log)
        finally:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    process.kill()


@contextmanager
def serving(*options: str | Path) -> Iterator[str]:
    """Give the address of a server, with a slash at its end; SIGTERM alone has to end it."""
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder), *map(str, options)) as server,
    ):
        yield server.address
        server.end()
