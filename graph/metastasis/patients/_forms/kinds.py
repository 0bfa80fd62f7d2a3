"""What a file is, told by its first bytes: names are wrong too often.

Apart because the rest of this room is about what to do with each kind.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from metastasis._errors import ReadError
from metastasis._files import open_to_read, packing_of
from metastasis.patients._forms.archives import kind_of_archive

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["kind_of"]

_HEAD: Final = 4096
_KINDS: Final = (
    (b"PAR1", "parquet"),
    (b"ARROW1\0\0", "arrow"),
    (b"<stata_dta>", "stata"),
    (b"\0" * 12 + b"\xc2\xea\x81\x60", "sas7bdat"),
    (b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!", "xport"),
    (b"$FL2", "spss"),
    (b"$FL3", "spss"),
)
_OLD_STATA: Final = re.compile(rb"[\x66-\x73][\x01\x02]\x01\x00", re.DOTALL)
"""Format, order of bytes, and the type of file, of Stata before version 13."""
_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PASSWORD: Final = "EncryptedPackage".encode("utf-16-le")
_NOT_READ: Final = (
    (b"%PDF-", "it is a PDF, not a table; export the table as CSV"),
    (b"7z\xbc\xaf\x27\x1c", "it is packed by 7-Zip, which is not read; unpack it"),
    (b"Rar!\x1a\x07", "it is packed by RAR, which is not read; unpack it"),
    (b"SQLite format 3\0", "it is a database of SQLite; export the table as CSV"),
    (b"\x89HDF\r\n\x1a\n", "it is an HDF5 file, which is not read; export the table as CSV"),
    (b"FEA1", "it is Feather of version 1; write it again as Feather of version 2, or as CSV"),
    (b"RDX", "it is a file of R; write the table with write.csv(x, file, row.names = FALSE)"),
    (b"X\n\0\0\0", "it is a file of R; write the table with write.csv(x, file, row.names = FALSE)"),
    (b"HEADER RECORD*******LIBV8", "it is SAS XPORT of version 8; write version 5, or CSV"),
    (b"{\\rtf", "it is a text document (RTF), not a table; save the table as CSV"),
    (
        b"version https://git-lfs.github.com/spec/",
        "it is a pointer of Git LFS, not the file itself; fetch it with 'git lfs pull'",
    ),
)
_MARKUP: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|!--|html|table|head|meta|\?xml)", re.IGNORECASE
)
_JSON: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:\{\s*\"|\[\s*\{)")


def kind_of(file: Path) -> str:
    """Return what a file holds: ``text``, ``parquet``, ``workbook``, ``zip``, ``stata`` and so on.

    What is packed by gzip, bzip2, xz or zstd counts as what is inside.

    Raises
    ------
    ReadError
        It is of a kind that is not read; the message says which, and what to do.
    """
    with open_to_read(file) as stream:
        head = stream.read(_HEAD)
    for start, reason in _NOT_READ:
        if head.startswith(start):
            raise ReadError(file, reason)
    for start, kind in _KINDS:
        if head.startswith(start):
            return kind
    if head.startswith(_COMPOUND):
        raise ReadError(file, _compound(file))
    if head.startswith((b"PK\3\4", b"PK\5\6")):  # the second is an empty one
        if packing_of(file):
            raise ReadError(file, "an archive is packed in it; unpack it and name what is inside")
        return kind_of_archive(file)
    if _OLD_STATA.match(head):
        return "stata"
    if head[257:262] == b"ustar":
        raise ReadError(file, "it is a tar archive; unpack it and name the file that is meant")
    if _MARKUP.match(head):
        what = "XML" if b"<?xml" in head[:200] and b"<html" not in head.lower() else "a web page"
        raise ReadError(file, f"it is {what}, not a table; save the table as CSV or .xlsx")
    if _JSON.match(head):
        raise ReadError(file, "it is JSON, not a table; FHIR is read by 'ingest fhir'")
    return "text"


def _compound(file: Path) -> str:
    """Return what is wrong with a file of Office before 2007, or one with a password."""
    with open_to_read(file) as stream:
        while block := stream.read(1 << 20):
            if _PASSWORD in block:
                return "it is protected by a password; save it without one"
    return (
        "it is an Excel workbook of before 2007 (.xls), or another old document; save it as .xlsx"
    )
