"""HTML, cut into blocks: what a browser shows, in the order of the source.

A reader of its own, because others lose what matters here: names that are links, items in items,
the label of a row that spans several, and where in the source each letter stands.
Long because each element of HTML has its own say on what is read.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metastasis.text._pages.elements import (
    BLOCKS,
    BOUNDARIES,
    CONTEXTS,
    HEADINGS,
    IMPLIED,
    LISTS,
    NOISE,
    PARAGRAPH,
    RAW,
    ROLES,
    TABLE_PARTS,
    UNSEEN,
    VOID,
)
from metastasis.text._pages.events import MarkedText, events_of, write_events
from metastasis.text._pages.inline import trimmed
from metastasis.text._pages.outline import MOST_BLOCKS, Outline
from metastasis.text._pages.page import PageContents
from metastasis.text._pages.table import MarkedBlock, MarkedTable, TableCell
from metastasis.text._pages.tags import Tag, TextPart, add_text, attributes_of, tokens_of
from metastasis.text._pages.view import ViewBuilder

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["MarkupReader", "read_html"]

_DEEP: Final = 512
"""Elements inside each other; Chromium hangs what is deeper beside each other as well."""
_SEARCHED: Final = 100  # open elements that are searched for the one that a tag closes
_DEEPEST_TABLE: Final = 8  # tables in tables in tables: what is deeper only places things
_MOST_LINES: Final = 2_000  # of one paragraph: a poem or a program has more

_PARTS: Final = TABLE_PARTS - {"table"}
_HIDING: Final = re.compile(
    r"display\s*+:\s*+none|visibility\s*+:\s*+(?:hidden|collapse)", re.IGNORECASE
)
_FOOTNOTE: Final = re.compile(
    r"[\[(]?[\d,;\s\u2013*\u2020\u2021\u00a7-]{1,30}[\])]?|[a-z](?:,[a-z])*"
)


@dataclass(slots=True)
class _Element:
    """An element that is open."""

    name: str
    hidden: bool = False
    noise: str | None = None
    started: bool = False
    """Of an item, whether some of it has been written."""


@dataclass(slots=True)
class _OpenTable:
    grid: MarkedTable
    cell: TableCell | None = None
    depth: int = 0
    head: bool = False


def read_html(document: str) -> PageContents:
    """Cut a page of HTML into blocks.

    >>> read = read_html("<ul><li><a href='#'>The lun</a>gs</li><li>Bone</ul>")
    >>> [block.text for block in read.blocks]
    ['The lungs', 'Bone']
    """
    return MarkupReader(document).read()


class MarkupReader:
    """Walks over the tags of a page, and collects what stands between them."""

    raw = RAW
    """The elements whose content has no tags."""

    def __init__(self, document: str) -> None:
        self._document = document
        self._open: list[_Element] = []
        self._counts: Counter[str] = Counter()
        self._hidden = 0
        self._noises: list[str] = []
        """Why what is in elements that are open is no text of the page."""
        self._deepest = 0
        self._found = 0
        self._events: list[MarkedBlock] = []
        self._tables: list[_OpenTable] = []
        self._lines: list[MarkedText] = [MarkedText()]
        self._before_sup: ViewBuilder | None = None
        """What the line had before a raised text that is open."""
        self._exponent = False
        """Whether it stands at a number, and is no link."""
        self._contexts: list[_Element] = []
        """The open elements that say what a text in them is."""
        self._title: str | None = None
        self._address: str | None = None

    def read(self) -> PageContents:
        before: Tag | None = None
        for token in tokens_of(self._document, self.raw):
            if self._found > MOST_BLOCKS:
                break
            if isinstance(token, TextPart):
                if before and before.name.lower() == "title" and not before.closing and self.raw:
                    self._take_title(token)
                self._text(token)
                before = None
                continue
            before = token
            for tag in self.translated(token):
                if tag.closing:
                    self._end(tag)
                else:
                    self._start(tag)
        self._hidden = 0
        self._flush()
        while self._tables:
            self._end_table()
        outline = Outline()
        write_events(self._events, outline)
        remarks: tuple[str, ...] = ()
        if self._deepest > _DEEP:
            remarks = (f"its elements are nested {self._deepest:,} deep: its lists may be flat",)
        return PageContents(outline.blocks, self._title, self._address, remarks)

    def translated(self, tag: Tag) -> Iterable[Tag]:
        """Give the tags of HTML that a tag means: itself."""
        return (tag,)

    # Tags.

    def _start(self, tag: Tag) -> None:
        name = tag.name.lower()
        if name in VOID:
            self._void(name, tag)
            return
        if name == "body" and "head" in self._counts:
            self._close("head")
        block = name in BLOCKS
        if block:
            self._close_implied(name)
            self._flush()
        if name in _PARTS and not self._counts["table"]:  # of a table that is not there
            return
        element = _Element(name)
        self._judge(element, tag)
        self._push(element)
        if element.hidden:
            return
        if name == "table":
            self._start_table()
        elif self._tables and name in _PARTS:
            self._start_part(name, tag)
        elif name == "sup" and self._before_sup is None:
            line = self._lines[-1]
            self._before_sup, line.builder = line.builder, ViewBuilder()
            before = self._document[tag.start - 1 : tag.start]
            self._exponent = before.isdigit() and not self._counts["a"]

    def _judge(self, element: _Element, tag: Tag) -> None:
        """See whether an element is shown, and whether it is text of the page."""
        name = element.name
        element.hidden = name in UNSEEN
        element.noise = NOISE.get(name)
        written = tag.attributes.lower()
        if name == "template":
            element.hidden = "shadowrootmode" not in written
        elif name == "dialog":
            element.hidden = "open" not in attributes_of(tag)
        if "data-noise" in written:
            element.noise = attributes_of(tag).get("data-noise") or element.noise
        if not (
            "hidden" in written or "display" in written or "visib" in written or "role" in written
        ):
            return
        attributes = attributes_of(tag)
        if "hidden" in attributes or _HIDING.search(attributes.get("style", "")):
            element.hidden = True
        role = attributes.get("role", "").strip().lower()
        element.noise = element.noise or ROLES.get(role)

    def _push(self, element: _Element) -> None:
        self._open.append(element)
        self._counts[element.name] += 1
        self._hidden += element.hidden
        if element.noise:
            self._noises.append(element.noise)
        if element.name in CONTEXTS:
            self._contexts.append(element)
        self._deepest = max(self._deepest, len(self._open))

    def _pop(self) -> None:
        element = self._open.pop()
        self._counts[element.name] -= 1
        self._hidden -= element.hidden
        if element.noise:
            self._noises.pop()
        if element.name in CONTEXTS:
            self._contexts.pop()
        if element.hidden:
            return
        name = element.name
        if name in ("td", "th", "caption") and self._tables:
            self._tables[-1].cell = None
        elif name == "table" and self._tables:
            self._end_table()

    def _end(self, tag: Tag) -> None:
        name = tag.name.lower()
        if name == "br":
            self._void("br", tag)
            return
        if name in BLOCKS:
            if self._counts[name] or name == "p":  # one that closes nothing is no break
                self._flush()
        elif name == "sup":
            self._end_sup()
        self._close(name)

    def _close(self, name: str) -> None:
        """Close the innermost open element of a name, and what is open in it."""
        if not self._counts[name]:
            return
        at = len(self._open) - 1
        block = name in BLOCKS or name == "head"
        least = max(0, len(self._open) - _SEARCHED)
        while at >= least:
            other = self._open[at].name
            if other == name:
                break
            stops = other in BOUNDARIES and name not in TABLE_PARTS
            if stops or (not block and other in BLOCKS):
                return
            at -= 1
        if at < least:
            return
        while len(self._open) > at:
            if self._open[-1].name in BLOCKS:
                self._flush()
            self._pop()

    def _close_implied(self, name: str) -> None:
        """Close what the start of a block closes without saying so."""
        for closed, within in IMPLIED.get(name, PARAGRAPH):
            if not self._counts[closed]:
                continue
            for element in reversed(self._open[-_SEARCHED:]):
                if element.name == closed:
                    self._close(closed)
                    break
                if element.name in within:
                    break

    def _void(self, name: str, tag: Tag) -> None:
        if name == "br":
            self._break_line(tag.start, tag.end)
        elif name == "hr":
            self._close_implied(name)
            self._flush()
        elif name in ("link", "meta") and self._address is None:
            attributes = attributes_of(tag)
            link = attributes.get("rel", "").lower() == "canonical" and attributes.get("href")
            meta = attributes.get("property", "").lower() == "og:url" and attributes.get("content")
            if link or meta:
                found = (link or meta or "").strip()
                if found.startswith(("http://", "https://")):
                    self._address = found

    def _break_line(self, start: int, end: int) -> None:
        if self._hidden:
            return
        self._end_sup()
        if len(self._lines) < _MOST_LINES:
            self._lines.append(MarkedText())
        else:
            self._lines[-1].builder.add(" ", start, end)

    def _take_title(self, part: TextPart) -> None:
        if self._title is None and not self._counts["svg"]:
            builder = ViewBuilder()
            add_text(builder, self._document, TextPart(part.start, part.end))
            self._title = trimmed(builder.view()).text or None

    # Texts.

    def _text(self, part: TextPart) -> None:
        if self._hidden:
            return
        if self._counts["pre"] and "\n" in self._document[part.start : part.end]:
            self._preformatted(part)
            return
        self._add(part)

    def _add(self, part: TextPart) -> None:
        line = self._lines[-1]
        before = len(line.builder)
        add_text(line.builder, self._document, part)
        if not self._document[part.start : part.end].isspace():
            added = len(line.builder) - before
            line.letters += added
            line.linked += added if self._counts["a"] else 0
            line.bold += added if self._counts["b"] or self._counts["strong"] else 0

    def _preformatted(self, part: TextPart) -> None:
        at = part.start
        for match in re.finditer(r"\r\n?|\n", self._document[part.start : part.end]):
            end = part.start + match.start()
            if end > at:
                self._add(TextPart(at, end, part.literal))
            at = part.start + match.end()
            self._break_line(end, at)
        if part.end > at:
            self._add(TextPart(at, part.end, part.literal))

    def _end_sup(self) -> None:
        """Drop a raised mark of a footnote; keep an exponent, with a sign before it."""
        if self._before_sup is None:
            return
        line = self._lines[-1]
        raised = line.builder.view()
        line.builder, self._before_sup = self._before_sup, None
        text = raised.text.strip()
        if not _FOOTNOTE.fullmatch(text):
            line.builder.add_view(raised)
        elif text.isdigit() and self._exponent:
            place = raised.span(0, 1)[0]
            line.builder.add("^", place, place)
            line.builder.add_view(raised)

    # Blocks.

    def _flush(self) -> None:
        """End the block that is being collected, and say what it is."""
        if self._hidden:  # what is held was before it
            return
        self._end_sup()
        lines, self._lines = self._lines, [MarkedText()]
        texts = [(trimmed(line.builder.view()), line) for line in lines]
        if not any(len(view) for view, _ in texts):
            return
        noise = self._noises[-1] if self._noises else None
        kind, level, item = self._context()
        for event in events_of(texts, kind, level, noise):
            if item is not None and event.kind == "item":
                event.level = level + item.started
                item.started = True
            self._emit(event)

    def _context(self) -> tuple[str, int, _Element | None]:
        """Return what a text is here by the elements that are open."""
        depth = sum(self._counts[name] for name in LISTS)
        element = self._contexts[-1] if self._contexts else None
        name = element.name if element else ""
        if name in HEADINGS:
            return "heading", int(name[1]), None
        if name in ("li", "dt", "dd"):
            return "item", max(depth, 1) + (name == "dd"), element
        if name in ("caption", "lead-in", "summary"):
            return ("heading" if name == "summary" else "lead"), 0, None
        return "paragraph", 0, None

    def _emit(self, event: MarkedBlock) -> None:
        self._found += 1
        if not self._tables:
            self._events.append(event)
            return
        table = self._tables[-1]
        if table.cell is not None:
            table.cell.events.append(event)
        else:  # a caption, or a text that a browser would put before the table
            table.grid.captions.append(event)

    # Tables.

    def _start_table(self) -> None:
        if self._tables and len(self._tables) >= _DEEPEST_TABLE:
            self._tables[-1].depth += 1
            return
        if self._tables:
            self._tables[-1].grid.nested = True
        self._tables.append(_OpenTable(MarkedTable()))

    def _start_part(self, name: str, tag: Tag) -> None:
        table = self._tables[-1]
        if table.depth:
            return
        if name in ("thead", "tbody", "tfoot"):
            table.head = name == "thead"
        elif name == "tr":
            table.cell = None
            table.grid.start_row(head=table.head)
        elif name in ("td", "th"):
            attributes = attributes_of(tag) if "span" in tag.attributes.lower() else {}
            table.cell = TableCell(
                header=name == "th",
                rows=_number(attributes.get("rowspan", "1")),
                columns=max(1, _number(attributes.get("colspan", "1"))),
            )
            table.grid.add(table.cell)
        else:
            table.cell = None

    def _end_table(self) -> None:
        if self._tables[-1].depth:
            self._tables[-1].depth -= 1
            return
        grid = self._tables.pop().grid
        if grid.lays_out:
            for event in grid.captions:
                self._emit(event)
            for row in grid.rows:
                for cell in row:
                    for event in cell.events:
                        self._emit(event)
        else:
            noise = self._noises[-1] if self._noises else None
            self._emit(MarkedBlock("grid", None, noise=noise, grid=grid))


def _number(text: str) -> int:
    digits = re.match(r"\s*(\d{1,6})", text)
    return int(digits[1]) if digits else 1
