"""Where an intake may write: on nothing that it reads, and each output to a file of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from metastasis._errors import WriteError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["check_targets"]

_OUTPUTS = ("out", "sequences", "patterns", "report")


def check_targets(data: Sequence[str] | str, options: Mapping[str, Any]) -> None:
    """Check, before anything is read, that every output of an intake can take its place.

    Raises
    ------
    WriteError
        An output is a folder, is read as input, or is named twice.
    """
    inputs = set(_inputs([data] if isinstance(data, str) else data))
    if options.get("mapping"):
        inputs.add(Path(options["mapping"]).resolve())
    taken = {options["site_map"].resolve(): "--site-map"} if options["site_map"] else {}
    for name, path in _targets(options):
        whole = path.resolve()
        if path.is_dir():
            raise WriteError(path, f"it is a folder; give --{name} the name of a file")
        if whole in inputs:
            raise WriteError(path, f"it is read as input; give --{name} another name")
        if whole in taken:
            raise WriteError(path, f"{taken[whole]} and --{name} name the same file")
        taken[whole] = f"--{name}"


def _targets(options: Mapping[str, Any]) -> Iterator[tuple[str, Path]]:
    for name in _OUTPUTS:
        if options.get(name) is not None:
            yield name, Path(options[name])
    if options["out"] is not None:
        yield "out", options["out"].with_suffix(".sources.csv")


def _inputs(data: Sequence[str]) -> Iterator[Path]:
    """Yield the files of this machine that are named, match a pattern, or stand in a folder."""
    for one in data:
        path = Path(one)
        if path.is_dir():
            yield from (inside.resolve() for inside in path.rglob("*") if inside.is_file())
        elif path.exists():
            yield path.resolve()
        elif "://" not in one and not path.is_absolute():
            yield from (match.resolve() for match in Path().glob(one))
        elif "://" not in one:
            pattern = str(path.relative_to(path.anchor))
            yield from (match.resolve() for match in Path(path.anchor).glob(pattern))
