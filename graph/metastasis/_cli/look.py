"""``metastasis look``: what a file of patients is, and the command that reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metastasis._cli.output import write_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["look"]


def look(data: Sequence[str], *, json: bool = False, out: Path | None = None) -> None:
    """Tell what a file of patients is, which reader takes it, and the command to run.

    Only the heads of files are read, and neither a row nor a cell of a patient is shown.

    Example: metastasis look claims.csv

    Parameters
    ----------
    data : DATA...
        Files, a folder or a pattern.
    json
        Write it as JSON.
    """
    from json import dumps

    from metastasis._cli.shell import stop
    from metastasis.patients import look as look_at

    found = look_at(data)
    said = dumps(found.to_dict(), indent=2, ensure_ascii=False) if json else str(found)
    write_words(f"{said}\n", out)
    if found.best is None:
        stop(f"no reader takes {', '.join(found.paths)}", 1)
