"""The resources of FHIR files: JSON whole, ndjson line by line, either packed."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from metastasis._errors import ReadError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["fhir_files", "resources"]

_LINES: Final = (".ndjson", ".jsonl", ".ndjson.gz", ".jsonl.gz")
_WHOLE: Final = (".json", ".json.gz")


def fhir_files(data: Any) -> list[Path]:
    """Return the files that a file, a folder or several of them mean, in order.

    Raises
    ------
    ReadError
        Nothing is there, or a folder holds neither JSON nor ndjson.
    """
    several: Iterable[Any] = [data] if isinstance(data, str | Path) else data
    found = [file for one in several for file in _files_of(Path(one))]
    return list(dict.fromkeys(found))


def _files_of(path: Path) -> list[Path]:
    if path.is_dir():
        found = sorted(
            one
            for one in path.rglob("*")
            if one.is_file() and one.name.casefold().endswith((*_LINES, *_WHOLE))
        )
        if not found:
            raise ReadError(path, "the folder holds no .json or .ndjson file")
        return found
    if not path.exists():
        raise ReadError(path, "there is no such file or folder")
    return [path]


def resources(file: Path) -> Iterator[dict[str, Any]]:
    """Yield the resources of a file, those inside bundles one by one.

    Raises
    ------
    ReadError
        The file is empty, cut short, not UTF-8 or not JSON.
    """
    try:
        with _opened(file) as lines:
            if file.name.casefold().endswith(_LINES):
                for number, line in enumerate(lines, 1):
                    if line.strip():
                        yield from _inside(_parsed(file, line, number))
            else:
                yield from _inside(_parsed(file, lines.read(), 1))
    except UnicodeDecodeError:
        raise ReadError(file, "it is not UTF-8; save the file as UTF-8") from None
    except EOFError:
        raise ReadError(file, "it is cut short: copy or export it again") from None
    except OSError as error:
        if isinstance(error, ReadError):
            raise
        raise ReadError(file, error.strerror or str(error)) from None


def _opened(file: Path) -> IO[str]:
    if file.name.casefold().endswith(".gz"):
        return gzip.open(file, "rt", encoding="utf-8-sig")
    return file.open(encoding="utf-8-sig")


def _parsed(file: Path, text: str, line: int) -> Any:
    if not text.strip():
        raise ReadError(file, "it is empty")
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        at = line + error.lineno - 1
        if error.pos >= len(text.rstrip()) or "Unterminated" in error.msg:
            raise ReadError(file, f"it is cut short in line {at}: export it again") from None
        raise ReadError(file, f"line {at} is not JSON ({error.msg}): export it again") from None


def _inside(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for one in value:
            yield from _inside(one)
    elif isinstance(value, dict) and value.get("resourceType") == "Bundle":
        for entry in value.get("entry") or []:
            if isinstance(entry, dict):
                yield from _inside(entry.get("resource"))
    elif isinstance(value, dict):
        yield value
