"""How a sound file is spoiled: its bytes, and where it is a table, its cells, rows and header.

Apart from ``fuzz_inputs.py`` and ``fuzz_patients.py`` because both hand over what is spoiled here.
"""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl.utils.exceptions import IllegalCharacterError

if TYPE_CHECKING:
    from random import Random

__all__ = ["MARK", "Kind", "spoiled", "spoiled_table"]

Run = Callable[[Path, Any], object]
"""Takes the folder with the files and an open engine."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A reader, and a small valid input of it."""

    files: Mapping[str, bytes]
    run: Run
    weight: int = 1
    """How many of the inputs are of this kind, against the others; an engine takes its time."""
    group: str = ""
    """What several kinds are called together; those of patients are tables, and spoiled as such."""
    marked: bool = False
    """Whether a cell of each table holds :data:`MARK`, which must not be told."""


def spoiled(content: bytes, random: Random, *, packed: bool = False) -> bytes:
    """Return a file with one to four things wrong in it, or none."""
    if packed and random.random() < 0.5:
        return gzip.compress(spoiled(gzip.decompress(content), random), mtime=0)
    for _ in range(random.choice((1, 1, 2, 4))):
        content = random.choice(WAYS)(content, random)
    return content


def _span(content: bytes, random: Random) -> tuple[int, int]:
    start = random.randrange(len(content) + 1)
    return start, min(len(content), start + random.choice((1, 2, 8, 64, 512)))


def _flip(content: bytes, random: Random) -> bytes:
    start, end = _span(content, random)
    return content[:start] + random.randbytes(end - start) + content[end:]


def _drop(content: bytes, random: Random) -> bytes:
    start, end = _span(content, random)
    return content[:start] + content[end:]


def _cut(content: bytes, random: Random) -> bytes:
    return content[: random.randrange(len(content) + 1)]


def _double(content: bytes, random: Random) -> bytes:
    start, end = _span(content, random)
    return content[:start] + content[start:end] * random.choice((2, 3, 50)) + content[start:]


def _put_in(content: bytes, random: Random) -> bytes:
    start, _ = _span(content, random)
    return content[:start] + random.choice(PIECES) + content[start:]


def _swap_lines(content: bytes, random: Random) -> bytes:
    lines = content.splitlines(keepends=True)
    random.shuffle(lines)
    return b"".join(lines)


def _end_lines(content: bytes, random: Random) -> bytes:
    ends = (b"\n", b"\r\n", b"\r", b"\n\n", b"\x0b", b"\xe2\x80\xa8")
    lines = content.splitlines()
    if random.random() < 0.5:
        return random.choice(ends).join(lines)
    return b"".join(line + random.choice(ends) for line in lines)


def _mark(content: bytes, random: Random) -> bytes:
    return (
        random.choice((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x1f\x8b", b"PAR1")) + content
    )


def _encode(content: bytes, random: Random) -> bytes:
    text = content.decode("utf-8", "replace")
    return text.encode(random.choice(("utf-16", "utf-8-sig", "cp037", "utf-7")), "replace")


def _another_value(content: bytes, random: Random) -> bytes:
    """Put something else where a word or a number stands."""
    words = list(re.finditer(rb"[A-Za-z0-9_.:-]+", content))
    if not words:
        return content
    found = random.choice(words)
    return content[: found.start()] + random.choice(PIECES) + content[found.end() :]


def _another_word(content: bytes, random: Random) -> bytes:
    """Put a word of the same file where another stands."""
    words = list(re.finditer(rb"[A-Za-z0-9_.:/#-]+", content))
    if not words:
        return content
    found, other = random.choice(words), random.choice(words)
    return content[: found.start()] + other[0] + content[found.end() :]


def _nest(content: bytes, random: Random) -> bytes:
    opening, closing = random.choice(
        (
            (b"[", b"]"),
            (b'{"a":', b"}"),
            (b"(", b")"),
            (b"<<( ", b" )>>"),
            (b"{", b"}"),
            (b"- ", b""),
        )
    )
    start, end = _span(content, random)
    times = random.choice((3, 600, 30_000))
    return content[:start] + opening * times + content[start:end] + closing * times + content[end:]


WAYS: Final[tuple[Callable[[bytes, Random], bytes], ...]] = (
    *(_flip, _drop, _cut, _double, _put_in, _put_in, _swap_lines, _end_lines, _mark, _encode),
    *(_another_value, _another_value, _another_word, _another_word, _nest),
)
PIECES: Final = (
    *(b"\0", b'"', b"'", b'""', b",", b";", b"\t", b"\n", b"\r", b"\r\n", b"\\", b"#", b"/"),
    *(
        b"[",
        b"]",
        b"{",
        b"}",
        b"<",
        b">",
        b"&",
        b"|",
        b":",
        b": ",
        b"- ",
        b"*",
        b"?",
        b"*a",
        b"&a ",
    ),
    *(b"-1", b"0", b"1e999", b"1E-999999", b"NaN", b"-0.0", b"9" * 30, b"9" * 5000, b"0x10"),
    *(b"null", b"true", b"[]", b"{}", b'""', b"[null]", b'{"a":1}', b"\\ud800", b"\\u0000", b"~"),
    *(b"2019-02-30", b"9999-12-31", b"0000-00-00", b"01/02/03", b"T", b"2019-01-01T25:61:61Z"),
    *(
        b"\xff",
        b"\xed\xa0\x80",
        "é𝔐".encode(),
        b"\xe2\x80\xae",
        b"\xcc\x88",
        b" " * 300,
        b"x" * 200_000,
    ),
    *(b"=1+1", b"!!python/name:os.system", b"<!ENTITY a 'b'>", b"&a;", b"<!DOCTYPE r [", b"]]>"),
    *(b"https://w3id.org/metastasis/site/bone", b"_:b", b"<urn:a>", b"@base <x> .", b"^^", b"@en"),
    *(b"SELECT * {?s ?p ?o}", b"SERVICE <http://localhost:1> {}", b"FROM <file:///etc/hostname>"),
)
"""What breaks readers, of every language that is read here."""


# Tables


def spoiled_table(
    name: str, content: bytes, random: Random, *, marked: bool = False
) -> tuple[str, bytes]:
    """Return a table with things wrong in it, in a form that tables have, and its name.

    ``marked``: :data:`MARK` stands in a cell of its last row, which is no header.
    """
    separator = _separator(content)
    rows = list(csv.reader(io.StringIO(content.decode()), delimiter=separator))
    for _ in range(random.choice((0, 1, 1, 2, 4))):
        rows = random.choice(TABLE_WAYS)(rows, random)
    if marked and [row for row in rows if row and not row[0].lstrip().startswith("#")][2:]:
        last = max(at for at, row in enumerate(rows) if row)
        marked_row = _with(rows[last], random.randrange(len(rows[last])), MARK)
        rows = [*rows[:last], marked_row]
    if random.random() < 0.3:
        return _damaged(*_in_columns(name, rows, random), random)
    if separator == ",":
        separator = random.choice(",,,;\t|")
    text = _as_text(rows, separator, random)
    if random.random() < 0.2:
        text = _mixed(text, separator, random)
    encoding = random.choice(("utf-8",) * 5 + ENCODINGS)
    spoilt = text.encode(encoding, "replace")
    if not marked and random.random() < 0.25:  # which may make a header of any row
        spoilt = spoiled(spoilt, random)
    return _packed(name, spoilt, random)


def _separator(content: bytes) -> str:
    return max(",;\t", key=lambda one: content.count(one.encode()))


def _as_text(rows: list[list[str]], separator: str, random: Random) -> str:
    """Return rows as text, with mixed line ends now and then."""
    file = io.StringIO()
    ends = random.choice((("\n",), ("\n",), ("\r\n",), ("\r",), ("\n", "\r\n", "\r")))
    for row in rows:
        line = io.StringIO()
        csv.writer(line, delimiter=separator, lineterminator="").writerow(row)
        file.write(line.getvalue() + random.choice(ends))
    return file.getvalue()


def _mixed(text: str, separator: str, random: Random) -> str:
    """Return text with another separator in some lines."""
    other = random.choice([one for one in ",;\t|" if one != separator])
    lines = text.splitlines(keepends=True)
    return "".join(
        line.replace(separator, other) if random.random() < 0.4 else line for line in lines
    )


def _in_columns(name: str, rows: list[list[str]], random: Random) -> tuple[str, bytes]:
    """Return rows as a workbook or as Parquet; as text where these cannot hold them."""
    stem = name.partition(".")[0]
    file = io.BytesIO()
    if random.random() < 0.5:
        try:
            book = openpyxl.Workbook()
            for row in rows:
                book.active.append([_as_number(cell, random) for cell in row])
            book.save(file)
        except IllegalCharacterError:
            return name, _as_text(rows, ",", random).encode("utf-8", "replace")
        return f"{stem}.xlsx", file.getvalue()
    head, *rest = rows or [[]]
    width = max(map(len, rows), default=0)
    names = [*head, *("" for _ in range(width - len(head)))]
    if len(set(names)) < len(names):
        names = [f"{one}.{place}" for place, one in enumerate(names)]
    cells = [[*row, *(None for _ in range(width - len(row)))] for row in rest]
    columns = [[row[place] for row in cells] for place in range(width)]
    arrays = [pa.array(column, pa.string()) for column in columns]
    pq.write_table(pa.table(arrays, names=names), file)
    return f"{stem}.parquet", file.getvalue()


def _as_number(cell: str, random: Random) -> Any:
    """Return a cell as a workbook may hold it."""
    if cell.isascii() and cell.isdecimal() and len(cell) < 12 and random.random() < 0.5:
        return random.choice((int, float))(cell)
    return cell[:30_000]


def _packed(name: str, content: bytes, random: Random) -> tuple[str, bytes]:
    """Return content packed in one of several ways, now and then cut short or flipped."""
    ending = random.choice(("", "", "", "", ".gz", ".zst", ".bz2", ".zip"))
    if ending == ".gz":
        content = gzip.compress(content, mtime=0)
    elif ending == ".bz2":
        content = bz2.compress(content)
    elif ending == ".zst":
        content = _zst(content)
    elif ending == ".zip":
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr(zipfile.ZipInfo(name), content)
        content = file.getvalue()
    return _damaged(name + ending, content, random) if ending else (name, content)


def _damaged(name: str, content: bytes, random: Random) -> tuple[str, bytes]:
    """Return content, now and then cut short or with other bytes somewhere."""
    if random.random() < 0.2:
        content = random.choice((_cut, _flip, _drop))(content, random)
    return name, content


def _zst(content: bytes) -> bytes:
    file = pa.BufferOutputStream()
    with pa.CompressedOutputStream(file, "zstd") as packed:
        packed.write(content)
    return bytes(file.getvalue())


Rows = list[list[str]]


def _cell(rows: Rows, random: Random) -> Rows:
    """Put something else into a cell, or into all cells of a column."""
    if not any(rows[1:]):
        return rows
    place = random.choice([place for place, row in enumerate(rows) if place and row])
    column = random.randrange(len(rows[place]))
    if random.random() < 0.3:
        cell = random.choice(CELLS)
        return [rows[0], *(_with(row, column, cell) for row in rows[1:])]
    return [
        _with(row, column, random.choice(CELLS)) if at == place else row
        for at, row in enumerate(rows)
    ]


def _with(row: list[str], column: int, cell: str) -> list[str]:
    return [*row[:column], cell, *row[column + 1 :]] if column < len(row) else row


def _swap_cells(rows: Rows, random: Random) -> Rows:
    """Exchange two columns in some rows, the header never."""
    width = max(map(len, rows), default=0)
    if width < 2:
        return rows
    one, other = random.sample(range(width), 2)
    return [
        _exchanged(row, one, other) if place and random.random() < 0.5 else row
        for place, row in enumerate(rows)
    ]


def _exchanged(row: list[str], one: int, other: int) -> list[str]:
    if max(one, other) >= len(row):
        return row
    cells = list(row)
    cells[one], cells[other] = cells[other], cells[one]
    return cells


def _header(rows: Rows, random: Random) -> Rows:
    """Rename, double, empty, exchange or shift names in the header."""
    if not rows or not rows[0]:
        return rows
    names = list(rows[0])
    place, other = random.randrange(len(names)), random.randrange(len(names))
    how = random.randrange(7)
    if how == 0:
        names[place] = random.choice((*CELLS, names[place].upper(), f" {names[place]} "))
    elif how == 1:
        names[place] = names[other]
    elif how == 2:
        names[place] = ""
    elif how == 3:
        names[place], names[other] = names[other], names[place]
    elif how == 4:
        names = names[1:]
    elif how == 5:
        names = ["", *names]
    else:
        names = names[place:] + names[:place]
    return [names, *rows[1:]]


def _rows(rows: Rows, random: Random) -> Rows:
    """Drop, repeat or exchange rows, or put in one that is blank, short, long, or a title."""
    if len(rows) < 2:
        return rows
    place = random.randrange(1, len(rows))
    row = rows[place]
    ways: tuple[Rows, ...] = (
        *([], [row] * 2, [row] * 200, [row, []], [row[:-1]], [[*row, "x"]], [row, rows[0]]),
    )
    if random.random() < 0.1:
        return [["A title"], [], *rows]
    return [*rows[:place], *random.choice(ways), *rows[place + 1 :]]


def _column(rows: Rows, random: Random) -> Rows:
    """Drop a column, repeat it, or put an index before all."""
    width = max(map(len, rows), default=0)
    if not width:
        return rows
    place = random.randrange(width)
    how = random.randrange(3)
    if how == 0:
        return [row[:place] + row[place + 1 :] for row in rows]
    if how == 1:
        return [row[: place + 1] + row[place:] for row in rows]
    return [["" if not at else str(at), *row] for at, row in enumerate(rows)]


TABLE_WAYS: Final[tuple[Callable[[Rows, Random], Rows], ...]] = (
    *(_cell, _cell, _cell, _cell, _swap_cells, _header, _header, _rows, _rows, _column),
)
ENCODINGS: Final = (
    *("utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin-1", "utf-32", "cp037", "shift-jis"),
)
MARK: Final = "Zq marked cell qZ"
"""Stands in a cell, and must never be told of it; no other word of a file can be put there."""
CELLS: Final = (
    *("", " ", "NA", "NULL", "nan", ".", "Unknown", "Not Applicable", "[Not Available]", "-", "--"),
    *("0", "-1", "1e999", "9" * 30, "9" * 400, "1,5", "1.234,5", "1.0", "0x10", "+1", "١٢"),
    *("=1+1", '=HYPERLINK("http://a")', "@a", "\0", "a\0b", '"', "'", '""', 'a"b', "a,b", "a;b"),
    *("a\nb", "a\r\nb", "a\rb", "\t", "a|b", "\u2028", "\u202eabc", "\ufeff", "e\u0301", "İ"),
    *("x" * 70_000, " " * 500, "\\", "\\N", "#", "# a", "%s", "{}", "$1", "../a", "<b>"),
    *("2019-02-30", "9999-12-31", "0000-00-00", "0001-01-01", "31.12.2019", "12/31/2019", "2019"),
    *("20190101", "2019-01-01T25:61:61Z", "43831", "-5", "1900-01-01", "2099-01-01", "2150-01-01"),
    *("C50.9", "C79.51", "C50.911; C79.51", "C50.9 Breast", "C77.3", "C80", "1749", "1985", "D05"),
    *("Yes", "no", "ja", "TRUE", "0.0", "M1", "M0", "Bone", "Liver|Bone", "Breast", "Lung", "all"),
)
"""Cells that people have, and cells that break readers."""
