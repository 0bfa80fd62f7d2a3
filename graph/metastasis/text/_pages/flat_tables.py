"""Tables that somebody's copy has made lines of: which line names columns, and where cells were.

Apart from the reader of blocks because it looks at the words of lines, and not at their places.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from metastasis.text._pages.inline import Piece

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metastasis.text._pages.line_groups import LineGroup
    from metastasis.text._pages.lines import TextLine

__all__ = ["is_glued", "is_header", "number_cells", "rows_of"]

_MOST_COLUMNS: Final = 4
_FEWEST_ROWS: Final = 3  # a header and two more
_NAME_AND_LIST: Final = 2  # columns: a cancer, and its sites
_PARTS: Final = re.compile(r"(?:NL)+|L|(?:N(?!L))+")  # rows, a list alone, names
_GLUED: Final = re.compile(r"[a-z)]{2}[A-Z][a-z]")
_WORD: Final = re.compile(
    r"\(?(?:sites?|locations?|organs?|cancers?|tumou?rs?|types?|primary|metastatic|metastas[ei]s"
    r"|frequency|incidence|prevalence|rates?|percent(?:age)?|patients?|cases|numbers?|no\.?|n|%"
    r"|total|count|comments?|characteristics|notes?|routes?|spread|main|common|most|of|and|the|for"
    r"|in|to|distant|other)\)?[:,]?",
    re.IGNORECASE,
)
_HEADER: Final = re.compile(
    r"(?:(?:main|primary|common|most|metastatic|distant|other|type|of|and|the|for|in|to|no\.?)\s+)*"
    r"(?:cancers?|tumou?rs?|types?|sites?|locations?|organs?|frequency|incidence|prevalence|rates?"
    r"|percent(?:age)?|%|n|number|patients?|cases|comments?|characteristics|notes?|routes?"
    r"|metastas[ei]s|spread)"
    r"(?:\s+(?:types?|sites?|of|metastas[ei]s|metastatic|spread|patients?|cases|\(?n?\s?[(,]?\s?%\)?"
    r"|cancers?|tumou?rs?|rates?|to))*",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(r"[(\[]?[<>~]?\d[\d.,]*%?[)\]]?%?|[-\u2013\u2014]")
_TOKEN: Final = re.compile(r"\S+")


def is_glued(group: LineGroup) -> bool:
    """Tell whether a line names columns whose names have run together."""
    return bool(_GLUED.search(group.first.text))


def is_header(group: LineGroup) -> bool:
    """Tell whether a line names columns, by its words."""
    words = group.first.text.split()
    return bool(words) and all(_WORD.fullmatch(word) for word in words) and _names(words)


def _names(words: Sequence[str]) -> bool:
    return any(word[:1].isupper() or word.strip("()") in ("n", "%") for word in words)


def rows_of(groups: Sequence[LineGroup]) -> list[Sequence[LineGroup]]:
    """Return the rows of a table that stands with each cell in a line of its own.

    Nothing is returned where the first lines do not name columns, or the cells do not come out.
    In a table of names and lists a cell may have been lost: what may then belong to another row
    stands alone, a row of one cell.
    """
    columns = _columns(groups)
    flags = "".join("L" if "," in group.first.text else "N" for group in groups[columns:])
    if columns == _NAME_AND_LIST and flags.startswith("N"):
        widths = [columns, *_widths(flags)]
    elif columns:
        widths = [columns] * (len(groups) // columns)
    else:
        return []
    rows = [
        groups[end - width : end] for width, end in zip(widths, accumulate(widths), strict=True)
    ]
    whole = sum(len(row) == columns for row in rows)
    return rows if whole >= _FEWEST_ROWS and sum(widths) == len(groups) else []


def _columns(groups: Sequence[LineGroup]) -> int:
    columns = 0
    for group in groups[: _MOST_COLUMNS + 1]:
        if not _HEADER.fullmatch(group.first.text):
            break
        columns += 1
    return columns if 1 < columns <= _MOST_COLUMNS else 0


def _widths(flags: str) -> Iterator[int]:
    """Yield how many cells each row has, by which are lists and which names.

    A name and a list are a row. A list alone has lost its name. Between such rows, names of an
    even number are rows too: lists of one. Of an odd number one has lost its other, nobody knows
    which; nor whether the last of them is a list, or the name of the list after it.
    """
    unsure = False
    for part in _PARTS.findall(flags):
        if part.startswith("NL"):
            yield from ([1, 1] if unsure else [2])
            yield from [2] * (len(part) // 2 - 1)
        elif len(part) % 2 == 0:
            yield from [2] * (len(part) // 2)
        else:
            yield from [1] * len(part)
        unsure = len(part) % 2 == 1 and part != "L"


def number_cells(lines: Iterator[TextLine]) -> list[list[Piece]]:
    """Return the cells of a header, and of the rows after it that end in as many numbers each.

    Nothing is returned where fewer than two do, or where the header has no names for them.
    """
    first = next(lines)
    header, count = _tokens(first), 0
    cut: list[list[Piece]] = []
    for line in lines:
        tokens = _tokens(line)
        found = _numbers(line, tokens)
        if not found or (cut and found != count) or len(tokens) <= found:
            break
        count = found
        cut.append(_cut(line, tokens, count))
    if len(cut) + 1 < _FEWEST_ROWS or len(header) <= count:
        return []
    return [_cut(first, header, count), *cut]


def _tokens(line: TextLine) -> list[tuple[int, int]]:
    """Return where the words of a line are; what is in brackets belongs to what is before it."""
    found: list[tuple[int, int]] = []
    for match in _TOKEN.finditer(line.text):
        if match.group().startswith(("(", "[")) and found:
            found[-1] = (found[-1][0], match.end())
        else:
            found.append(match.span())
    return found


def _numbers(line: TextLine, tokens: Sequence[tuple[int, int]]) -> int:
    count = 0
    for start, end in reversed(tokens):
        if not all(_NUMBER.fullmatch(word) for word in line.text[start:end].split()):
            break
        count += 1
    return count


def _cut(line: TextLine, tokens: Sequence[tuple[int, int]], count: int) -> list[Piece]:
    label = Piece(line.start + tokens[0][0], line.start + tokens[-count - 1][1])
    return [label, *(Piece(line.start + start, line.start + end) for start, end in tokens[-count:])]
