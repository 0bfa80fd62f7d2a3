"""What Excel shows of a number: percentages, and codes with zeros before them.

Apart because python-calamine, which reads the cells, does not tell how they are shown; and 0.125
shown as 12.5% read as 0.125 would be an eighth of a percent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from metastasis._errors import ReadError
from metastasis.patients._forms.archives import opened_archive

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from zipfile import ZipFile

__all__ = ["SheetFormats", "sheet_formats", "shown"]

_PERCENTS: Final = {9: "0%", 10: "0.00%"}
"""The numbers of Excel's own formats that show percentages."""
_TOKEN: Final = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[[^\]]*\]|(.)')
_MOST_CELLS: Final = 100_000_000
"""The area of a sheet; one of a million rows has a hundred columns then."""
_Attributes = dict[str, str]


@dataclass(slots=True)
class SheetFormats:
    """What a sheet says beside the values of its cells."""

    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    """The formats of cells, by row and column from 0, that show more than the number."""
    rows: int = 0
    columns: int = 0
    has_values: bool = False
    without_result: str | None = None
    """The first cell with a formula whose result is not in the file."""


def shown(number: float, form: str) -> str | None:
    """Return what a format shows of a number; None where it is the number itself.

    >>> shown(0.125, "0.0%"), shown(7, "00000"), shown(123456789, '"P"000-00-0000'), shown(7, "0")
    ('12.5%', '00007', 'P123-45-6789', None)
    """
    tokens = list(_TOKEN.finditer(form.partition(";")[0]))
    marks = "".join(match[3] or "" for match in tokens)
    if "%" in marks:
        return f"{(Decimal(repr(number)) * 100).normalize():f}%"
    if not re.fullmatch(r"[0 ()/:-]*0[0 ()/:-]*", marks) or number != int(number) or number < 0:
        return None
    if marks == "0" and all(match[3] for match in tokens):
        return None
    digits = list(str(int(number)).zfill(marks.count("0")))
    parts = []
    for match in reversed(tokens):
        if match[3] == "0":
            parts.append(digits.pop())
        elif (text := match[1] or match[2] or match[3]) is not None:
            parts.append(text)
    head = parts[::-1]
    first = next(place for place, part in enumerate(head) if part.isdigit())
    return "".join([*head[:first], *digits, *head[first:]])


def sheet_formats(file: Path, sheet: str) -> SheetFormats:
    """Return what a sheet of a workbook says beside the values of its cells.

    Raises
    ------
    ReadError
        The workbook is damaged, or the sheet reaches so far that something must be wrong.
    """
    with opened_archive(file) as archive:
        try:
            reader = _Sheet(_forms(archive))
            _parsed(archive, _member(archive, sheet), reader.start, reader.end, reader.text)
        except (KeyError, expat.ExpatError, ValueError):
            raise ReadError(file, "it is damaged: open it in Excel and save it again") from None
    found = reader.found
    if found.rows * found.columns > _MOST_CELLS:
        reason = f"the sheet {sheet!r} reaches to row {found.rows:,} of column {found.columns:,}"
        raise ReadError(file, f"{reason}; remove what stands far below or beside the table")
    return found


def _parsed(
    archive: ZipFile,
    member: str,
    start: Callable[[str, _Attributes], object],
    end: Callable[[str], object] = lambda _: None,
    text: Callable[[str], object] | None = None,
) -> None:
    """Let functions see the elements of a part of a workbook, their names without prefixes.

    ``text`` sees what stands in the value of a cell.
    """
    parser = expat.ParserCreate()

    def begin(name: str, values: _Attributes) -> None:
        name = name.rpartition(":")[2]
        parser.CharacterDataHandler = text if name in ("v", "is") else None
        start(name, values)

    parser.StartElementHandler = begin
    parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
    with archive.open(member) as stream:
        parser.ParseFile(stream)


def _member(archive: ZipFile, sheet: str) -> str:
    """Return the part of a workbook that holds a sheet."""
    sheets: dict[str, str] = {}
    targets: dict[str, str] = {}

    def take_sheet(name: str, values: _Attributes) -> None:
        if name == "sheet":
            [place] = [one for key, one in values.items() if key.rpartition(":")[2] == "id"]
            sheets[values["name"]] = place

    def take_target(name: str, values: _Attributes) -> None:
        if name == "Relationship":
            targets[values["Id"]] = values["Target"]

    _parsed(archive, "xl/workbook.xml", take_sheet)
    _parsed(archive, "xl/_rels/workbook.xml.rels", take_target)
    target = targets[sheets[sheet]]
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _forms(archive: ZipFile) -> Mapping[str, str]:
    """Return the formats that show more than the number, by the number of the style."""
    if "xl/styles.xml" not in archive.namelist():
        return {}
    own: dict[int, str] = dict(_PERCENTS)
    styles: list[int] = []
    inside: list[str] = []

    def start(name: str, values: _Attributes) -> None:
        inside.append(name)
        if name == "numFmt":
            own[int(values["numFmtId"])] = values["formatCode"]
        elif name == "xf" and "cellXfs" in inside:
            styles.append(int(values.get("numFmtId", 0)))

    _parsed(archive, "xl/styles.xml", start, lambda _: inside.pop())
    named = {str(style): own[form] for style, form in enumerate(styles) if form in own}
    return {style: form for style, form in named.items() if shown(7, form) not in (None, "7")}


class _Sheet:
    """Sees the cells of a sheet go by."""

    def __init__(self, forms: Mapping[str, str]) -> None:
        self.found = SheetFormats()
        self._forms = forms
        self._row = self._column = -1
        self._lacks_result = False

    def start(self, name: str, values: _Attributes) -> None:
        if name == "c":
            self._row, self._column = _place(values.get("r"), self._row, self._column)
            found = self.found
            found.rows = max(found.rows, self._row + 1)
            found.columns = max(found.columns, self._column + 1)
            # A formula whose result is an empty text has nothing as its value either.
            self._is_text = values.get("t") == "str"
            if form := self._forms.get(values.get("s", "")):
                found.cells[self._row, self._column] = form
        elif name == "row":
            self._row, self._column = int(values.get("r", self._row + 2)) - 1, -1
        elif name in ("v", "is"):
            self.found.has_values = True
        elif name == "f":
            self._lacks_result = not self._is_text

    def text(self, _: str) -> None:
        self._lacks_result = False

    def end(self, name: str) -> None:
        if name == "c" and self._lacks_result:
            self.found.without_result = (
                self.found.without_result or f"{_letters(self._column)}{self._row + 1}"
            )
            self._lacks_result = False


def _place(reference: str | None, row: int, column: int) -> tuple[int, int]:
    """Return row and column, from 0, of a cell such as ``B3``; without one, of the next."""
    if reference is None:
        return row, column + 1
    letters = reference.rstrip("0123456789")
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return int(reference[len(letters) :]) - 1, number - 1


def _letters(column: int) -> str:
    """Return the letters of a column, from 0.

    >>> _letters(0), _letters(27)
    ('A', 'AB')
    """
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text
