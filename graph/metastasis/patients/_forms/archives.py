"""Zip archives: the one table inside, or which there are.

Apart because Excel's workbooks are archives too.
"""

from __future__ import annotations

import errno
import shutil
import zipfile
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from metastasis._errors import ReadError
from metastasis._files import open_to_read
from metastasis._limits import BLOCK, UNPACKED_BYTES, UNPACKING
from metastasis.patients._forms.copies import written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["check_measure", "kind_of_archive", "opened_archive", "unpack_table"]

_MEMBERS: Final = (
    ("xl/workbook.xml", "workbook"),
    ("xl/workbook.bin", "it is a binary workbook (.xlsb); save it as .xlsx"),
    ("word/document.xml", "it is a Word document, not a table; save the table as CSV or .xlsx"),
    ("ppt/presentation.xml", "it is a presentation, not a table; save the table as CSV"),
    ("content.xml", "it is an OpenDocument file (.ods); save it as .xlsx or CSV"),
    ("Index/Document.iwa", "it is a file of Numbers; export it as CSV or .xlsx"),
)
_ENCRYPTED: Final = 1
"""The flag of a member that wants a password."""


@contextmanager
def opened_archive(file: Path) -> Iterator[zipfile.ZipFile]:
    """Give an open archive.

    Raises
    ------
    ReadError
        It is cut short, damaged, wants a password, or is packed in a way that is not read.
    """
    try:
        with open_to_read(file) as raw, _nowhere_else(), zipfile.ZipFile(raw) as archive:
            yield archive
    except zipfile.BadZipFile as error:
        is_cut = "not a zip file" in str(error)  # the list of members stands at its end
        reason = "it is cut short" if is_cut else "it is damaged"
        raise ReadError(file, f"{reason}: copy or export it again") from None
    except (EOFError, zlib.error, zipfile.LargeZipFile):
        raise ReadError(file, "it is damaged: copy or export it again") from None
    except NotImplementedError:
        raise ReadError(file, "it is packed in a way that is not read; unpack it") from None


@contextmanager
def _nowhere_else() -> Iterator[None]:
    """Have an archive damaged that says that a part of it is before its beginning."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.EINVAL:
            raise zipfile.BadZipFile from None
        raise


def kind_of_archive(file: Path) -> str:
    """Return ``workbook`` or ``zip``.

    Raises
    ------
    ReadError
        It is cut short, damaged, or a document of another program.
    """
    with opened_archive(file) as archive:
        names = set(archive.namelist())
    for member, kind in _MEMBERS:
        if member in names and kind == "workbook":
            return kind
        if member in names:
            raise ReadError(file, kind)
    return "zip"


def unpack_table(file: Path, target: Path) -> Path:
    """Return the one file of an archive, unpacked to a target.

    Raises
    ------
    ReadError
        The archive is damaged, holds no file or several, wants a password, or unpacks to far more
        than tables do.
    """
    with opened_archive(file) as archive:
        members = [one for one in archive.infolist() if _is_of_the_user(one.filename)]
        if not members:
            raise ReadError(file, "the archive holds no file")
        if len(members) > 1:
            names = ", ".join(one.filename for one in members[:5])
            more = ", …" if len(members) > 5 else ""
            raise ReadError(
                file,
                f"the archive holds {len(members)} files ({names}{more}); "
                "unpack it and name the one that is meant",
            )
        [member] = members
        if member.flag_bits & _ENCRYPTED:
            raise ReadError(file, "it is protected by a password; unpack it")
        check_measure(file, [member])
        with archive.open(member) as packed, written(target) as unpacked:
            shutil.copyfileobj(packed, unpacked, BLOCK)
        return target


def check_measure(file: Path, members: list[zipfile.ZipInfo]) -> None:
    """Make sure that members of an archive unpack to no more than tables do.

    What they say of their sizes is held to while they are unpacked.

    Raises
    ------
    ReadError
        They unpack to far more.
    """
    unpacked, packed = sum(one.file_size for one in members), file.stat().st_size
    if unpacked > UNPACKED_BYTES and unpacked > UNPACKING * packed:
        reason = f"it unpacks to more than {UNPACKING} times its size, as no table does"
        raise ReadError(file, f"{reason}; if it is sound, unpack it and name the result")


def _is_of_the_user(name: str) -> bool:
    """Return whether a member is a file, and none that an operating system put there."""
    parts = name.split("/")
    return bool(parts[-1]) and not any(part.startswith((".", "__MACOSX")) for part in parts)
