"""PDFs, and the text of PDFs as ``pdftotext -layout`` prints it: columns, running heads, pages.

What stands on a page of paper is read in the order of a reader: the left column before the right
one, without what is printed on every page, and on over the end of a page. Apart from opening
because paper has an order of its own.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from metastasis._errors import MissingExtraError, ReadError
from metastasis.text._pages.blocks import blocks_of_lines
from metastasis.text._pages.decode import MOST_BYTES, Decoded
from metastasis.text._pages.lines import TextLine, seen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from metastasis.text._pages.block import TextBlock

__all__ = ["layout_blocks", "text_of_pdf"]

_MOST_PAGES: Final = 2_000  # of one PDF: a book; a hostile file can say that it has billions
_MARGIN: Final = 2  # lines at either end of a page that may be running heads or numbers
_FEWEST_HEADS: Final = 3  # pages on which a line has to stand to be a running head
_GUTTER: Final = (0.25, 0.75)  # of the width: where the blank between two columns may be
_BLANK: Final = 0.85  # of the lines have a blank there
_FEWEST_LINES: Final = 8  # of two columns
_COLUMN: Final = 25  # characters: a shorter line on average is a cell of a table
_WIDEST: Final = 400  # columns of print: a longer line is no line of paper
_PAGE_NUMBER: Final = re.compile(
    r"(?:page\s*)?[-\u2013]?\s?\d{1,4}\s?[-\u2013]?(?:\s?(?:of|/)\s?\d{1,4})?|[ivxl]{1,6}",
    re.IGNORECASE,
)
_WIDE: Final = re.compile(r"\S {3,}\S")
_BREAK: Final = re.compile(r"\r\n|[\n\r]")


class _Row(NamedTuple):
    """A line of paper: where it starts and ends in the document."""

    start: int
    end: int
    text: str


def layout_blocks(text: str) -> tuple[TextBlock, ...]:
    r"""Cut the text of a PDF into blocks.

    >>> for block in layout_blocks("Spread is to the liver, which metas-\ntases reach.\f  2\n"):
    ...     print(block.noise, block.text)
    None Spread is to the liver, which metastases reach.
    page_number 2
    """
    return blocks_of_lines(text, _lines(text))


def _lines(text: str) -> Iterator[TextLine]:
    pages = list(_pages(text))
    heads = _running_heads(pages)
    for number, page in enumerate(pages):
        kept: list[tuple[_Row, str | None]] = []
        asides: list[tuple[_Row, str | None]] = []
        for at, row in enumerate(page):
            reason = _aside(row, heads, edge=at < _MARGIN * 2 or at >= len(page) - _MARGIN * 2)
            (asides if reason else kept).append((row, reason))
        yield from _in_columns(_without_margins([row for row, _ in kept]))
        for row, reason in asides:
            line = seen(row.text.strip(), row.start + len(row.text) - len(row.text.lstrip()), 0)
            yield line._replace(look="aside", mark=reason or "")
        if number + 1 < len(pages) and not _goes_over(kept):
            yield TextLine(page[-1].end, page[-1].end, "blank", "")


def _without_margins(rows: list[_Row]) -> list[_Row]:
    """Return the lines of a page without the blank ones above and below."""
    filled = [at for at, row in enumerate(rows) if row.text.strip()]
    return rows[filled[0] : filled[-1] + 1] if filled else []


def _goes_over(kept: Sequence[tuple[_Row, str | None]]) -> bool:
    """Tell whether the last sentence of a page goes on on the next."""
    last = next((row.text.rstrip() for row, _ in reversed(kept) if row.text.strip()), "")
    return bool(last) and not last.endswith((".", "!", "?", ":", ")"))


def _pages(text: str) -> Iterator[list[_Row]]:
    at = 0
    for page in text.split("\f"):
        rows = []
        start = 0
        for match in _BREAK.finditer(page):
            rows.append(_Row(at + start, at + match.start(), page[start : match.start()]))
            start = match.end()
        rows.append(_Row(at + start, at + len(page), page[start:]))
        yield rows
        at += len(page) + 1


def _running_heads(pages: Sequence[Sequence[_Row]]) -> frozenset[str]:
    """Return the lines at the ends of pages that are the same on several, but for numbers."""
    counts: Counter[str] = Counter()
    for page in pages:
        filled = [row.text for row in page if row.text.strip()]
        counts.update({_folded(one) for one in [*filled[:_MARGIN], *filled[-_MARGIN:]]})
    return frozenset(one for one, count in counts.items() if count >= _FEWEST_HEADS and one)


def _folded(line: str) -> str:
    return re.sub(r"\d+", "#", " ".join(line.split())).casefold()


def _aside(row: _Row, heads: frozenset[str], *, edge: bool) -> str | None:
    text = row.text.strip()
    if not text or not edge:
        return None
    if _PAGE_NUMBER.fullmatch(text):
        return "page_number"
    return "running_head" if _folded(text) in heads else None


def _in_columns(rows: Sequence[_Row]) -> Iterator[TextLine]:
    """Give the lines of a page: of two columns, the left one first."""
    gutter = _gutter(rows)
    if gutter is None:
        yield from _as_lines(rows)
        return
    left: list[_Row] = []
    right: list[_Row] = []
    for row in rows:
        if row.text.strip() and not _is_parted(row.text, gutter):
            yield from _as_lines(left)
            yield from _as_lines(right)
            left, right = [], []
            yield from _as_lines([row])
            continue
        left.append(_Row(row.start, row.start + min(gutter, len(row.text)), row.text[:gutter]))
        right.append(_Row(min(row.start + gutter, row.end), row.end, row.text[gutter:]))
    yield from _as_lines(left)
    yield from _as_lines(right)


def _is_parted(text: str, gutter: int) -> bool:
    return not text[gutter - 1 : gutter + 1].strip()


def _gutter(rows: Sequence[_Row]) -> int | None:
    """Return where the blank between two columns of prose is; None where there is one column."""
    filled = [row.text.rstrip() for row in rows if row.text.strip()]
    width = max((len(text) for text in filled), default=0)
    low, high = int(width * _GUTTER[0]), int(width * _GUTTER[1])
    wide = [text for text in filled if len(text) > low]
    if len(wide) < _FEWEST_LINES or width > _WIDEST:
        return None
    blanks = [0] * (high + 1)
    for text in wide:
        for at in range(low, high + 1):
            blanks[at] += not text[at - 1 : at + 1].strip()
    best = max(range(low, high + 1), key=lambda at: (blanks[at], -abs(at - width // 2)), default=0)
    if not best or blanks[best] < _BLANK * len(wide):
        return None
    # In the middle of the widest run of blanks, no word of either column is cut.
    sides = [(text[:best].strip(), text[best:].strip()) for text in wide]
    both = [(left, right) for left, right in sides if left and right]
    if len(both) < _FEWEST_LINES:
        return None
    lefts = sum(len(left) for left, _ in both) / len(both)
    rights = sum(len(right) for _, right in both) / len(both)
    return best if min(lefts, rights) >= _COLUMN else None


def _as_lines(rows: Iterable[_Row]) -> Iterator[TextLine]:
    for row in rows:
        text = row.text.strip()
        start = row.start + len(row.text) - len(row.text.lstrip())
        if _WIDE.search(text):
            yield TextLine(start, start + len(text), "row", text, 0, 0, "wide")
        else:
            yield seen(text, start, len(row.text) - len(row.text.lstrip()))


def text_of_pdf(data: bytes, name: str) -> Decoded:
    """Return the text of a PDF, its pages divided by form feeds, and what has to be said of it.

    Raises
    ------
    ReadError
        It is damaged, wants a password, or holds no text, but pictures of it.
    MissingExtraError
        pypdf is not installed.
    """
    try:
        import pypdf
    except ImportError:
        raise MissingExtraError("pypdf", "pdf") from None
    try:
        pages, remarks = _extracted(pypdf.PdfReader(io.BytesIO(data)), name)
    except ReadError:
        raise
    except Exception as error:  # noqa: BLE001 - pypdf raises what a damaged file makes it meet
        reason = f"it is a damaged PDF ({type(error).__name__}): save it again, or as text"
        raise ReadError(name, reason) from None
    text = "\f".join(pages)
    if not text.strip():
        raise ReadError(name, "it is a PDF of pictures, without text: recognize it first (OCR)")
    if len(text) > MOST_BYTES:
        remarks.append(f"of its {len(text):,} characters the first {MOST_BYTES:,} are read")
    return Decoded(text[:MOST_BYTES], "pdf", tuple(remarks))


def _extracted(reader: Any, name: str) -> tuple[list[str], list[str]]:
    if reader.is_encrypted and not reader.decrypt(""):
        raise ReadError(name, "it is a PDF with a password: save it without one")
    remarks = ["its text was extracted by pypdf: columns, tables and hyphens may have suffered"]
    count = len(reader.pages)
    if count > _MOST_PAGES:
        remarks.append(f"of its {count:,} pages the first {_MOST_PAGES:,} are read")
    pages = [reader.pages[number].extract_text() or "" for number in range(min(count, _MOST_PAGES))]
    return pages, remarks
