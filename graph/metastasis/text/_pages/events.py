"""What the texts of a marked-up page are, once their neighbors are asked.

Apart from the reader of tags because this is about lines and lists, and no longer about tags.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from metastasis.text._pages.inline import concatenated
from metastasis.text._pages.lines import split_mark
from metastasis.text._pages.table import MarkedBlock
from metastasis.text._pages.view import ViewBuilder

if TYPE_CHECKING:
    from metastasis.text._pages.outline import Outline
    from metastasis.text._pages.view import TextView

__all__ = ["MarkedText", "events_of", "write_events"]

_SHORT: Final = 80  # characters of a label
_FEWEST_LINKS: Final = 4  # items that are nothing but links are a menu
_LINK_WORDS: Final = 3  # on average: a list of linked organs has fewer


@dataclass(slots=True)
class MarkedText:
    """The text that is being collected: one line of a block."""

    builder: ViewBuilder = field(default_factory=ViewBuilder)
    letters: int = 0
    linked: int = 0
    bold: int = 0


def events_of(
    texts: list[tuple[TextView, MarkedText]], kind: str, level: int, noise: str | None
) -> list[MarkedBlock]:
    """Return the blocks that the lines of one element are."""
    filled = [(view, line) for view, line in texts if len(view)]
    if kind != "paragraph" or len(filled) == 1:
        whole = concatenated([view for view, _ in filled])
        linked = all(line.linked >= line.letters for _, line in filled)
        event = MarkedBlock(kind, whole, level, noise, linked)
        return [_marked(event, filled[0][1])] if kind == "paragraph" else [event]
    return _paragraphs(texts, noise)


def _marked(event: MarkedBlock, line: MarkedText) -> MarkedBlock:
    """Return an item for a paragraph with a bullet, a heading for one that is all bold."""
    view = event.view
    if view is None:
        return event
    mark = split_mark(view.text)
    if mark:
        return MarkedBlock("item", view.part(mark, len(view)), 1, event.noise, event.linked)
    bold = line.letters > 0 and line.bold >= line.letters
    if bold and len(view) <= _SHORT and not view.text.endswith((".", ",", ";")):
        return MarkedBlock("heading", view, 0, event.noise, event.linked)
    return event


def _paragraphs(texts: list[tuple[TextView, MarkedText]], noise: str | None) -> list[MarkedBlock]:
    """Return the blocks of lines that only line breaks divide."""
    events: list[MarkedBlock] = []
    held: list[TextView] = []
    flat = False

    def flush() -> None:
        if held:
            events.append(MarkedBlock("paragraph", concatenated(held), 0, noise))
            held.clear()

    for view, line in texts:
        if not len(view):
            flush()
            flat = flat and bool(events) and events[-1].kind == "item"
            continue
        linked = line.linked >= line.letters
        event = _marked(MarkedBlock("paragraph", view, 0, noise, linked), line)
        short = len(view) <= _SHORT and not view.text.endswith((".", ",", ";"))
        if event.kind == "paragraph" and flat and short:
            event.kind, event.level = "item", 1
        if event.kind != "paragraph":
            flush()
            events.append(event)
            flat = flat or view.text.endswith(":")
            continue
        if held and not _goes_on(held[-1].text, view.text):
            flush()
        held.append(view)
        if view.text.endswith(":"):
            flush()
        flat = view.text.endswith(":")
    flush()
    return events


def _goes_on(before: str, text: str) -> bool:
    return not before.endswith((".", "!", "?", ":")) and (
        text[0].islower() or before.endswith((",", ";")) or len(before) > _SHORT
    )


def write_events(events: list[MarkedBlock], outline: Outline) -> None:
    """Write what has been found into an outline."""
    explicit = 0
    flat = False
    for event in _without_links(events):
        view = event.view
        if event.grid is not None:
            write_events(event.grid.captions, outline)
            event.grid.write(outline, event.noise)
        elif view is None:
            continue
        elif event.kind == "heading":
            explicit = event.level or explicit
            outline.heading(view, event.level or min(explicit + 1, 6), event.noise)
        elif event.kind == "item":
            outline.item(view, event.level, event.noise)
        elif flat and len(view) <= _SHORT and not view.text.endswith((".", ":", "!", "?")):
            outline.item(view, 1, event.noise)
            continue
        else:
            outline.paragraph(view, event.noise, leads=event.kind == "lead")
        flat = event.kind == "paragraph" and view is not None and view.text.endswith(":")


def _without_links(events: list[MarkedBlock]) -> list[MarkedBlock]:
    """Say of lists that are nothing but titles of other pages what they are."""
    run: list[MarkedBlock] = []
    lead: MarkedBlock | None = None
    for event in [*events, MarkedBlock("end", None)]:
        if event.kind == "item":
            run.append(event)
            continue
        _judge_links(run, lead)
        run = []
        lead = event
    return events


def _judge_links(run: list[MarkedBlock], lead: MarkedBlock | None) -> None:
    if len(run) < _FEWEST_LINKS or not all(event.linked for event in run):
        return
    if lead and lead.view and lead.view.text.endswith(":"):
        return
    words = sum(len(event.view.text.split()) for event in run if event.view)
    if words > _LINK_WORDS * len(run):
        for event in run:
            event.noise = event.noise or "links"
