"""What happened, one line of JSON a request, on standard error.

Apart from the application because the supervisor decides what is told.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from json.encoder import encode_basestring_ascii
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Log"]

_AS_JSON: Final = json.JSONEncoder(separators=(",", ":"), default=str).encode
_PATH: Final = 200
"""Characters of a path that are told."""
_QUERY: Final = 10_000
"""Characters of a query that are told."""


class Log:
    """Writes lines; what is asked is in them only where that is wanted.

    ``soon`` lets a loop of events call something in its next turn.

    >>> Log(sys.stdout).write(path="/health", status=200)
    {"time":"...Z","status":200,"path":"/health"}
    """

    def __init__(
        self,
        file: IO[str] | None = None,
        *,
        tells_queries: bool = False,
        soon: Callable[[Callable[[], object]], object] | None = None,
    ) -> None:
        self._file = file
        self._tells_queries = tells_queries
        self._soon = soon
        self._lines: list[str] = []

    def write(self, *, path: str = "", query: str = "", **said: object) -> None:
        """Write one line; where there is a loop of events, with all others of this turn of it."""
        if path:
            said["path"] = path[:_PATH]
        if query and self._tells_queries:
            said["query"] = query[:_QUERY]
        self._lines.append(",".join(f'"{name}":{_text(value)}' for name, value in said.items()))
        if self._soon is None:
            self.flush()
        elif len(self._lines) == 1:
            self._soon(self.flush)

    def flush(self) -> None:
        """Write what is left."""
        if not self._lines:
            return
        lines, self._lines = self._lines, []
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        text = "\n".join(f'{{"time":"{now}",{line}}}' for line in lines)
        try:
            print(text, file=self._file or sys.stderr, flush=True)
        except (OSError, ValueError):
            return  # whoever read the lines has gone; answers go on


def _text(value: object) -> str:
    """Return a value as JSON; an encoder of its own for each line took longer than all the rest."""
    if isinstance(value, str):
        return encode_basestring_ascii(value)
    return repr(value) if type(value) in (int, float) else _AS_JSON(value)
