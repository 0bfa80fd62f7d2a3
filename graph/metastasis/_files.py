"""Reading and writing files so that nothing is half-read or half-written.

Writing is of :mod:`metastasis._outputs`; its names stand here as well, beside those of reading.
"""

from __future__ import annotations

from pathlib import Path

from metastasis._errors import ReadError
from metastasis._ledger import note_read
from metastasis._outputs import (
    together,
    write_atomically,
    write_beside,
    write_text,
    write_together,
)

__all__ = [
    "ontology_path",
    "read_text",
    "together",
    "write_atomically",
    "write_beside",
    "write_text",
    "write_together",
]


def ontology_path(*parts: str) -> Path:
    """Return the path of something in ``ontology/``, in a wheel and in a checkout alike.

    >>> ontology_path("metastasis.ttl").name
    'metastasis.ttl'
    """
    installed = Path(__file__).parent / "ontology"
    root = installed if installed.is_dir() else Path(__file__).parents[2] / "ontology"
    return root.joinpath(*parts)


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 file (with or without a byte order mark), newlines untouched.

    Raises
    ------
    ReadError
        The file is missing, cannot be opened, or is not UTF-8; the message says which and where.
    """
    note_read(path)
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise ReadError(path, "there is no such file") from None
    except IsADirectoryError:
        raise ReadError(path, "it is a folder, not a file") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        where = f"byte {error.start + 1} (line {line})"
        raise ReadError(path, f"{where} is not UTF-8; save the file as UTF-8") from None
    except OSError as error:
        raise ReadError(path, error.strerror or str(error)) from None
