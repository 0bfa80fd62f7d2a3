"""Rows: what a row of a table says: its cancer and the sites of it, or its site and how often."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from metastasis.text._grammar.cues import shipped_cues
from metastasis.text._grammar.labels import cancers_of, flat_label, marked_label
from metastasis.text._grammar.members import labelled_sites, member
from metastasis.text._grammar.phrases import has_phrase, place_of
from metastasis.text._grammar.statement import Context, Elsewhere, Statement, TableColumn, Topic
from metastasis.text._grammar.tokens import Token, tokens_of
from metastasis.text._names.mentions import mentions_of
from metastasis.text._pages.outline import CELL_BOUNDARY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metastasis.text._pages.block import TextBlock

__all__ = ["columns_of", "row_statements", "words_of"]


def row_statements(
    text: str, tokens: Sequence[Token], block: TextBlock, context: Context
) -> Iterator[Statement]:
    """Yield the statements of a row."""
    flat = None if block.cells else flat_label(text)
    if flat is not None and (context.has_labels or context.topic.keys in {(), ("any",)}):
        yield from labelled_sites(
            text, flat.rest, context, Topic(flat.keys, "row", (flat.start, flat.end))
        )
        return
    cells = block.cells or ((0, len(text)),)
    column = _column_of_cancers(context.header)
    if column is not None and column < len(cells):
        yield from _by_site(text, tokens, cells[0], cells[column], context)
        return
    first = [token for token in tokens if token.start < cells[0][1]]
    rest = [token for token in tokens if token.start >= cells[0][1]] if len(cells) > 1 else []
    sites = any(token.kind == "site" for token in rest)
    topic = _topic(text, first, cells[0][1], context)
    if context.columns:
        yield from _by_column(text, tokens, cells, context, topic)
        return
    spoken = context.relation or context.is_metastatic or _SPOKEN.search(context.header + text)
    head, wall, _ = context.header.partition(CELL_BOUNDARY)
    of_sites = wall and _SPOKEN.search(head) and not context.has_labels
    if sites and spoken and not of_sites and (topic.keys or context.has_labels):
        yield from _by_words(text, rest, cells, context, topic)
        return
    label = next((token for token in first if token.kind in {"primary", "site"}), None)
    if context.relation and context.topic.keys and label is not None and label.kind == "site":
        yield from _row_of_site(text, tokens, label, context)


_SPOKEN: Final = re.compile(r"metasta|\bmets\b|spread|secondar|disseminat", re.IGNORECASE)
"""Words without which a table of tumors and places tells where they arise."""


def _column_of_cancers(header: str) -> int | None:
    """Return the column that names cancers, in a table whose first column names their sites.

    >>> _column_of_cancers("Site of metastasis | Primary cancers | n")
    1
    """
    first, *others = header.split(CELL_BOUNDARY)
    if not others or not _SITES.search(first) or _CANCERS.search(first):
        return None
    if not _SPOKEN.search(header) or has_phrase("unsaid", header):
        return None
    found = [at for at, cell in enumerate(others, 1) if _ORIGINS.fullmatch(cell)]
    return found[0] if len(found) == 1 else None


_ORIGINS: Final = re.compile(
    r"\W*(?:(?:most|more|common|commonest|frequent|usual|typical|main|likely|original) ){0,3}"
    r"(?:(?:primary|primaries|origins?|sources?|types?|sites?|cancers?|tumou?rs?|malignanc\w+|of"
    r"|the|original)\b\W*){1,5}",
    re.IGNORECASE,
)
"""A header that names the cancers of a site, and nothing that they do."""


def _by_site(
    text: str,
    tokens: Sequence[Token],
    place: tuple[int, int],
    cell: tuple[int, int],
    context: Context,
) -> Iterator[Statement]:
    """Yield the statements of a row that names a site and then its cancers."""
    sites = [one for one in tokens if one.kind == "site" and one.end <= place[1]]
    end = cell[0] + place_of("unsaid", text[slice(*cell)])
    named = [one for one in tokens if cell[0] <= one.start < end]
    for token in named if len(sites) == 1 else ():
        words = text[token.start : token.end]
        for key in cancers_of(words, [token._replace(start=0, end=len(words))], by_name=False):
            topic = Topic((key,), "row", (token.start, token.end))
            led = context._replace(relation="metastasis")
            one = member(sites[0], context.frequency, None, led, "row", topic)
            yield one._replace(is_inverse=True)


def _by_words(
    text: str,
    tokens: Sequence[Token],
    cells: Sequence[tuple[int, int]],
    context: Context,
    topic: Topic,
) -> Iterator[Statement]:
    """Yield the sites of a row, each as often as the head of its column says, if it says so."""
    if not context.words:
        yield from labelled_sites(text, tokens, context, topic)
        return
    for number, frequency in context.words:
        start, end = cells[number] if number < len(cells) else (0, 0)
        within = [token for token in tokens if start <= token.start < end]
        yield from labelled_sites(text, within, context._replace(frequency=frequency), topic)


def words_of(text: str, block: TextBlock, tokens: Sequence[Token]) -> tuple[tuple[int, str], ...]:
    """Return the columns of a header row that say how often, each its cell and its word.

    "Cancer | Common sites | Other sites | Never": what stands in a cell is as often as its head
    says. A column that names neither sites nor a word says nothing on spread; nothing comes of
    one word alone, as it may be meant for all.
    """
    found: dict[int, str] = {}
    said = plain = 0
    for number, (start, end) in enumerate(block.cells[1:] if block.cells else (), start=1):
        within = [token for token in tokens if start <= token.start < end]
        cues = {one.value for token in within if (one := token.as_a("frequency"))}
        denials = any(token.is_a("denial") for token in within)
        if _HOW.search(text, start, end):
            continue
        if denials or cues:
            said += 1 + denials
            words = [*cues, *(["absent"] if denials else ())]
            if len(words) == 1:
                found[number] = words[0]
        elif _SITES.search(text, start, end) or any(t.is_a("spread", "place") for t in within):
            plain += 1
            found[number] = "possible"
    return tuple(found.items()) if said > 1 or (said and plain) else ()


_HOW: Final = re.compile(r"\b(?:how|frequency|likelihood)\b", re.IGNORECASE)
"""The head of a column whose cells say how often."""


def columns_of(text: str, block: TextBlock, index: int) -> tuple[TableColumn, ...]:
    """Return the columns of a header row that name each a site, or a cancer; two at least.

    What an organ stands for there, the head of the first column says: it is of the other kind.
    """
    if not block.cells:
        return ()
    head = text[slice(*block.cells[0])]
    found = []
    for number, (start, end) in enumerate(block.cells[1:], start=1):
        tokens = tokens_of(text[start:end], mentions_of(text[start:end]))
        if _SITES.search(head):
            keys = cancers_of(text[start:end], tokens, by_name=False)
            found.append(TableColumn(number, None, keys))
        elif _CANCERS.search(head) or not head.strip():
            sites = [one for one in tokens if one.kind == "site"]
            if len(sites) == 1:
                place = Elsewhere(
                    sites[0].value, index, start + sites[0].start, start + sites[0].end
                )
                found.append(TableColumn(number, place, ()))
    found = [one for one in found if one.site or one.keys]
    return tuple(found) if len(found) > 1 else ()


_SITES: Final = re.compile(
    r"\b(?:sites?|locations?|organs?|metasta\w+)\b(?! of (?:origin|primary))", re.IGNORECASE
)
_CANCERS: Final = re.compile(
    r"\b(?:primary|primaries|cancers?|tumou?rs?|histolog\w+|subtypes?|types?)\b", re.IGNORECASE
)


def _by_column(
    text: str,
    tokens: Sequence[Token],
    cells: Sequence[tuple[int, int]],
    context: Context,
    topic: Topic,
) -> Iterator[Statement]:
    """Yield the statements of a row that has a cell for each site, or for each cancer."""
    label = next((t for t in tokens if t.kind == "site" and t.start < cells[0][1]), None)
    for column in context.columns if context.relation else ():
        start, end = cells[column.cell] if column.cell < len(cells) else (0, 0)
        cue = next((t for t in tokens if start <= t.start < end and t.kind == "frequency"), None)
        if cue is None and not _COUNTED.search(text, start, end):
            continue
        if column.site is not None:
            site, named = Token(start, end, "site", column.site.site), topic
        elif label is not None:
            site, named = label, Topic(column.keys, "row")
        else:
            continue
        span = (cue.start, cue.end) if cue else None
        one = member(site, cue.value if cue else None, span, context, "row", named)
        yield one._replace(elsewhere=column.site, cell=(start, end))


_COUNTED: Final = re.compile(r"[1-9]")
"""A cell that counts somebody."""


def _topic(text: str, first: Sequence[Token], end: int, context: Context) -> Topic:
    """Return the cancers of a row: those that its first cell names, or whose organ it is."""
    label = marked_label(text, first, end)
    if label is None:
        named = [t for t in first if t.kind == "primary" and t.value != "any"]
        keys = tuple(dict.fromkeys(token.value for token in named))
        return Topic(keys, "row", (named[0].start, named[-1].end)) if named else Topic()
    is_named = any(token.kind == "primary" for token in first)
    if not is_named and not context.has_labels and (context.topic.keys or not context.relation):
        return Topic()  # An organ is a site where the page says of which cancer.
    return Topic(label.keys, "row", (label.start, label.end))


def _row_of_site(
    text: str, tokens: Sequence[Token], label: Token, context: Context
) -> Iterator[Statement]:
    """Yield the statement of a row of one site, and of the nodes that a row of nodes names."""
    after = [token for token in tokens if token.start >= label.end]
    frequency, span = _said(text, after, label)
    around = context._replace(relation="extension") if _GROWN.search(text) else context
    nodes = [token for token in after if token.value.startswith(_NODES)]
    for site in (label, *(nodes if label.value.startswith(_NODES) else ())):
        yield member(site, frequency or context.frequency, span, around, "row")


_NODES: Final = "lymph_node"
_GROWN: Final = re.compile(
    r"tumou?r thromb|\binvades?\b|direct (?:extension|invasion)", re.IGNORECASE
)
"""What a row of a vein says that a cancer grows into."""


def _said(
    text: str, after: Sequence[Token], label: Token
) -> tuple[str | None, tuple[int, int] | None]:
    """Return the word of frequency of a row: that of its own cell, unless it is most common."""
    cues = [
        (cue.value, (token.start, token.end))
        for token in after
        if (cue := token.as_a("frequency")) is not None and cue.form != "modal"
    ]
    glued = _glued(text, label.end)
    if glued is not None:
        cues.append(glued)
    if not cues:
        return None, None
    return next((cue for cue in cues if cue[0] == "most_common"), cues[0])


_GLUED: Final = re.compile(r"\b(Very Rare|Rare|Uncommon|Common|Frequent|Occasional)(?=[A-Z])")


def _glued(text: str, start: int) -> tuple[str, tuple[int, int]] | None:
    """Return a cue that runs into the next cell of a flattened row: "CommonNodule"."""
    match = _GLUED.search(text, start)
    if match is None:
        return None
    cue, *_ = shipped_cues()[match[1].lower()]
    return cue.value, match.span(1)
