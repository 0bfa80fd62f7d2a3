"""What happened, one line of JSON a request, on standard error.

Apart from the application because the supervisor decides what is told.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import IO, Final

__all__ = ["Log"]

_PATH: Final = 200
"""Characters of a path that are told."""
_QUERY: Final = 10_000
"""Characters of a query that are told."""


class Log:
    """Writes lines; what is asked is in them only where that is wanted.

    >>> Log(sys.stdout).write(path="/health", status=200)
    {"time":"...Z","status":200,"path":"/health"}
    """

    def __init__(self, file: IO[str] | None = None, *, tells_queries: bool = False) -> None:
        self._file = file
        self._tells_queries = tells_queries

    def write(self, *, path: str = "", query: str = "", **said: object) -> None:
        """Write one line."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {"time": now.replace("+00:00", "Z"), **said}
        if path:
            line["path"] = path[:_PATH]
        if query and self._tells_queries:
            line["query"] = query[:_QUERY]
        text = json.dumps(line, separators=(",", ":"), default=str)
        try:
            print(text, file=self._file or sys.stderr, flush=True)
        except (OSError, ValueError):
            return  # whoever read the lines has gone; answers go on
