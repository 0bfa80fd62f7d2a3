"""NAACCR XML: the items of every tumor, as they come by, as rows of a small text table.

Apart from the reader because files of a whole registry are larger than memory: a parser is fed
block by block, and what it has understood is written at once. A document type is refused before
anything it declares is looked at: NAACCR XML has none, and entities may stand for more than any
memory holds.

Source: NAACCR XML Data Exchange Standard, 1.3 to 1.8 (elements NaaccrData, Patient, Tumor, Item;
attributes naaccrId and naaccrNum).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NoReturn
from xml.parsers import expat

from metastasis._errors import ReadError
from metastasis._files import blocks_of
from metastasis._limits import DEEPEST, too_deep
from metastasis.patients._seer.items import ITEMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

__all__ = ["XmlTable", "is_xml", "table_of_xml"]

_ROOT: Final = "NaaccrData"
_CUT: Final = (
    expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS],
    expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_TOKEN],
    expat.errors.codes[expat.errors.XML_ERROR_PARTIAL_CHAR],
    expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION],
)
"""What a parser says of a text that ends too early."""
_IDS: Final[Mapping[str, str]] = {
    **{item.id: item.id for item in ITEMS},
    **{str(item.number): item.id for item in ITEMS},
}
_LONGEST: Final = 200
"""Characters of a value that are kept; no item that is read has as many."""
_MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


@dataclass(slots=True)
class XmlTable:
    """What was found in the files, besides the rows."""

    path: Path
    seen: set[str] = field(default_factory=set)
    """The ids of the items that some tumor states."""
    tumors: int = 0
    without_tumor: int = 0
    """Patients that have none."""

    @property
    def header(self) -> list[str]:
        """The columns of the table that hold anything, in the order of the items.

        Blank items are left out of XML: those on metastases are there, even if all are blank.
        """
        return [one.id for one in ITEMS if one.id in self.seen or one.id.startswith("metsAtDx")]


def is_xml(file: Path) -> bool:
    """Return whether a file begins as XML does, whatever its name.

    Raises
    ------
    ReadError
        It cannot be read.
    """
    head = next(iter(blocks_of(file)), b"")[:1000]
    for mark in _MARKS:
        head = head.removeprefix(mark)
    return head.replace(b"\0", b"").lstrip().startswith(b"<")


def table_of_xml(files: Iterable[Path], path: Path) -> XmlTable:
    """Write the items of the tumors in some files as one table at ``path``.

    Raises
    ------
    ReadError
        A file is no XML, or not NAACCR's; is cut short; declares a document type.
    """
    found = XmlTable(path)
    with path.open("w", encoding="utf-8", newline="") as target:
        rows = csv.DictWriter(target, [item.id for item in ITEMS], lineterminator="\n")
        rows.writeheader()
        for file in files:
            for tumor in _tumors(file, found):
                found.seen |= tumor.keys()
                found.tumors += 1
                rows.writerow(tumor)
    return found


def _tumors(file: Path, found: XmlTable) -> Iterator[dict[str, str]]:
    reader = _TumorEvents(file, found)
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = reader.refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        for block in blocks_of(file):
            parser.Parse(block)
            yield from reader.taken()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise ReadError(file, _fault(error)) from None
    except (LookupError, ValueError) as error:
        raise ReadError(file, f"its encoding is not known ({error}); save it as UTF-8") from None
    yield from reader.taken()


def _fault(error: expat.ExpatError) -> str:
    if error.code in _CUT:
        return f"it is cut short in line {error.lineno}, or empty: export it again"
    return (
        f"line {error.lineno} is not well-formed XML ({expat.ErrorString(error.code)}): "
        "export it again"
    )


class _TumorEvents:
    """Takes the events of a parser, and keeps the tumors that are complete."""

    def __init__(self, file: Path, found: XmlTable) -> None:
        self._file = file
        self._found = found
        self._open: list[str] = []
        self._done: list[dict[str, str]] = []
        self._patient: dict[str, str] = {}
        self._tumor: dict[str, str] = {}
        self._has_tumor = False
        self._item: str | None = None
        self._value = ""

    def taken(self) -> list[dict[str, str]]:
        """Return the tumors that are complete, once."""
        done, self._done = self._done, []
        return done

    def refuse(self, *_: object) -> NoReturn:
        """Refuse a document type."""
        reason = "it declares a document type, which NAACCR XML does not have; take that out"
        raise ReadError(self._file, reason)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Begin an element."""
        name = name.rpartition("}")[2]
        if not self._open and name != _ROOT:
            reason = f"its outermost element is {name!r}, not {_ROOT!r}: it is not NAACCR XML"
            raise ReadError(self._file, reason)
        self._open.append(name)
        if len(self._open) > DEEPEST:
            raise too_deep(self._file, "elements")
        if name == "Patient":
            self._patient, self._has_tumor = {}, False
        elif name == "Tumor":
            self._tumor, self._has_tumor = {}, True
        elif name == "Item":
            named = attributes.get("naaccrId") or attributes.get("naaccrNum") or ""
            self._item, self._value = _IDS.get(named.strip().lstrip("0")), ""

    def text(self, text: str) -> None:
        """Take text, which is of use inside an item that is read."""
        if self._item and len(self._value) < _LONGEST:
            self._value += text

    def end(self, name: str) -> None:
        """End an element."""
        name = name.rpartition("}")[2]
        self._open.pop()
        if name == "Item":
            if self._item and (value := self._value.strip()[:_LONGEST]):
                within = self._tumor if "Tumor" in self._open else self._patient
                within.setdefault(self._item, value)
            self._item = None
        elif name == "Tumor":
            self._done.append(self._patient | self._tumor)
        elif name == "Patient" and not self._has_tumor:
            self._found.without_tumor += 1
