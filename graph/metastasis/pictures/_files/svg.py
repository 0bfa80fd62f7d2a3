"""The SVG of a picture, finished: tooltips, links, and a highlight that needs no script.

What Matplotlib writes is read tag by tag, once. Artists that stand for a row of what is drawn get
its words as a title, a link to its source, and classes; a style sheet fades all others while one is
pointed at or has the focus. Everything is scoped to the one picture, so that several of them may
stand in a page. A shape that is drawn on every body of a page stands in the file once.

Apart from the other formats because it is text that is worked on, and knows nothing of Matplotlib's
settings.
"""

from __future__ import annotations

import re
from collections import Counter
from hashlib import sha256
from html import escape, unescape
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.patches import PathPatch
from matplotlib.text import Text

from metastasis._clean import shown
from metastasis.pictures._said.drawn import tails

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metastasis.pictures._picture import Diagram
    from metastasis.pictures._said.drawn import Drawn

__all__ = ["finish_svg"]

_TAG: Final = re.compile(r"<!--.*?-->|<[^>]+>", re.DOTALL)
_METADATA: Final = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
"""What a file says of itself; a page says it in its own words."""
_ID: Final = re.compile(r'(?<= id=")[^"]*(?=")')
_REFERENCE: Final = re.compile(r'(?<=url\(#)[^)"]*(?=\))|(?<=href="#)[^"]*(?=")')
_BEYOND: Final = re.compile(r"(?<=\.[0-9][0-9])[0-9]+")
"""What of a number no eye sees: a hundredth of a point is 4 micrometers."""
_PATH: Final = re.compile(
    r'<path d="(?P<d>M (?P<x>\S+) (?P<y>\S+)[^"]*)"(?P<clip>(?: clip-path="[^"]*")?)(?P<look>.*)'
)
"""A path with where it starts, what clips it, and how it looks."""
_LARGE: Final = 40
"""Points of a path, from which it is shorter to refer to one like it than to write it again."""
_FAMILY: Final = re.compile(r" font-family: ([^;\"]+);")
_BOX: Final = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
_WHOLE: Final = '<clipPath id="([^"]*)">\\s*<rect x="0" y="0" width="{}" height="{}"/>'
_UNTURNED: Final = re.compile(r' transform="rotate\(-?0 [^)]*\)"')
_PLAIN: Final = "'DejaVu Sans'"
_OTHER_FONTS: Final = "'DejaVu Sans', Verdana, sans-serif"
_STOPS: Final = 300
"""Rows that a keyboard stops at, at most: nobody steps through a thousand cells. The table of a
page has them all."""
_TOLD: Final = 6
"""Rows that the tooltip of one shape tells in full: an organ may be reached by thirty cancers."""
_APART: Final = frozenset({"forest", "heatmap"})
"""Kinds whose rows lie apart: the artists of a row stand together in the file, and fade as one."""
_NAMED: Final = 250
"""Rows of the other kinds, above which only what is pointed at stands out, and not all that belongs
to it: a browser looks through the whole picture for each rule of a row."""
_ON_SHAPES: Final = "text"
"""Role of what is written on a shape of the same row, which is pointed at through it."""


def finish_svg(text: str, diagram: Diagram, *, inline: bool = False) -> str:
    """Return the SVG of a diagram with what it shows in words, tooltips, links and highlights.

    ``inline``: as it stands in a page beside others, with ids that no other picture has and without
    the head of a file.
    """
    if inline:
        text = _METADATA.sub("", text[text.index("<svg ") :], count=1)
    return _Pen(text, diagram, inline=inline).finished()


class _Pen:
    """One picture on its way from what Matplotlib wrote to what is saved."""

    def __init__(self, text: str, diagram: Diagram, *, inline: bool) -> None:
        self.text = text
        self.diagram = diagram
        self.inline = inline
        # Of the words too: two pictures may look alike and say different things.
        told = "\n".join((text, diagram.title, *(row.said for row in diagram.rows)))
        self.name = f"d{sha256(told.encode()).hexdigest()[:8]}"
        self.rows = _rows_by_gid(diagram.rows)
        self.primaries = _numbered(row.primary for row in diagram.rows)
        self.sites = _numbered(row.site for row in diagram.rows)
        self.firsts = {row.artists[0] for row in diagram.rows if row.artists}
        self.letters = _letters(diagram)
        self.family = _family(text)
        self.whole = _clip_of_all(text)
        self.is_joined = diagram.kind in _APART
        self.is_named = not self.is_joined and len(diagram.rows) <= _NAMED
        self.repeated = _repeated(diagram)
        self.starts: dict[str, tuple[float, float]] = {}
        self.gid = ""
        self.ends: list[tuple[str, bool]] = []
        self.whole_rows: dict[int, list[str]] = {}
        self.out: list[str | list[str]] = []
        self.here: list[Any] = self.out

    def finished(self) -> str:
        """Return the text, read tag by tag, each changed as it has to be."""
        at = 0
        for found in _TAG.finditer(self.text):
            if found.start() > at:
                between = self.text[at : found.start()]
                self.here.append(f".{self.name} {between}" if between[:2] == "*{" else between)
            at = found.end()
            if found[0] == "</g>":
                end, leaves = self.ends.pop()
                self.here.append(end)
                self.here = self.out if leaves else self.here
            else:
                changed = self._tag(found[0])  # which may lead into a row
                self.here.append(changed)
        self.here.append(self.text[at:])
        for row, parts in self.whole_rows.items():
            parts.append("</a>" if self.diagram.rows[row].link else "</g>")
        return "".join(one if isinstance(one, str) else "".join(one) for one in self.out)

    def _tag(self, tag: str) -> str:
        if tag.startswith("<g"):
            return self._open(tag)
        if tag.startswith("<path"):
            return self._path(self._renamed("".join(_BEYOND.split(tag))))
        if tag.startswith("<text"):
            return self._text(tag)
        if tag.startswith("<svg "):
            return self._root(tag)
        if tag.startswith("<style"):
            return f"{tag}{self._rules()}"
        if tag.startswith("<!--"):
            return ""
        return self._renamed(tag)

    def _root(self, tag: str) -> str:
        """Name the picture, and what it shows to those who hear it."""
        said = escape(f"{self.diagram.title}. {self.diagram.alt_text}")
        fonts = escape(self.family.replace(_PLAIN, _OTHER_FONTS, 1))
        family = f' font-family="{fonts}"' if fonts else ""
        names = f'class="{self.name}" role="graphics-document document" aria-label="{said}"'
        return f"<svg {names}{family}{tag.removeprefix('<svg')}"

    def _text(self, tag: str) -> str:
        """Leave out what holds for every text, and name fonts to fall back on."""
        tag = _UNTURNED.sub("", tag, count=1)
        if self.family:
            tag = tag.replace(f" font-family: {self.family};", "", 1)
        return tag.replace(_PLAIN, _OTHER_FONTS, 1)

    def _renamed(self, tag: str) -> str:
        """Return a tag with its ids in the name of this picture alone, and no clip that is none."""
        tag = tag.replace(self.whole, "", 1)
        if ' id="' in tag:
            tag = _ID.sub(lambda found: f"{self.name}-{found[0]}", tag)
        if "#" in tag:
            tag = _REFERENCE.sub(lambda found: f"{self.name}-{found[0]}", tag)
        return tag

    def _path(self, tag: str) -> str:
        """Return a path, or a reference to the one of that shape, moved to where it starts."""
        shape, found = self.repeated.pop(self.gid, None), _PATH.match(tag)
        if shape is None or found is None:
            return tag
        name, here = f"{self.name}-{shape}", (float(found["x"]), float(found["y"]))
        defined = ""
        if shape not in self.starts:
            self.starts[shape] = here
            defined = f'<defs><path id="{name}" d="{found["d"]}"/></defs>'
        x, y = (at - start for at, start in zip(here, self.starts[shape], strict=True))
        use = f'<use xlink:href="#{name}" x="{x:.2f}" y="{y:.2f}"{found["look"]}'
        # A clip stands around it: on it, it would be moved as well.
        return f"{defined}<g{found['clip']}>{use}</g>" if found["clip"] else f"{defined}{use}"

    # What stands for a row

    def _open(self, tag: str) -> str:
        """Return the opening of a group: of an artist that stands for a row, with its words."""
        found = _ID.search(tag)
        self.gid = gid = unescape(found[0]) if found else ""
        if self.inline:
            tag = self._renamed(tag)
        rows = self.rows.get(gid) or self.rows.get(gid.rpartition("-")[0])
        if rows and self.is_joined:
            return self._into_row(tag, rows[0])
        if gid in self.rows:
            return self._artist(tag, gid)
        self.ends.append(("</g>", False))
        classes = self._classes(rows) if rows else self._named(gid)
        return f'{tag[:-1]} class="{classes}">' if classes else tag

    def _into_row(self, tag: str, number: int) -> str:
        """Go on among the artists of a row, which stand together, and open this one."""
        self.ends.append(("</g>", True))
        if number not in self.whole_rows:
            row = self.diagram.rows[number]
            begins = self._opening("", (number,), is_first=True)
            self.whole_rows[number] = [f"{begins}{_title([row.said])}"]
            self.out.append(self.whole_rows[number])
        self.here = self.whole_rows[number]
        return tag

    def _artist(self, tag: str, gid: str) -> str:
        """Return an artist of some rows: the first shape and the first letters tell them whole."""
        rows = self.rows[gid]
        of = [self.diagram.rows[row] for row in rows]
        is_first = gid in self.firsts
        if is_first or gid in self.letters:
            self.ends.append(("</a>" if self._link(rows) else "</g>", False))
            opening = self._opening(tag[2:-1], rows, is_first=is_first)
            return f"{opening}{_title(row.said for row in of)}"
        self.ends.append(("</g>", False))
        hidden = f'{tag[:-1]} class="{self._classes(rows)}" aria-hidden="true"'
        if _is_on_shape(gid):
            return f'{hidden} pointer-events="none">'
        return f"{hidden}>{_title(row.headline for row in of)}"

    def _opening(self, named: str, rows: Sequence[int], *, is_first: bool) -> str:
        """Return the tag that opens what tells of some rows: a link where there is one to follow.

        Only the first of a row is a stop of the keyboard, and is told to those who hear.
        """
        link = self._link(rows)
        stops = is_first and len(self.diagram.rows) <= _STOPS
        parts = [
            f'class="{self._classes(rows)}"',
            f'href="{escape(link)}" target="_blank" rel="noopener"' if link else "",
            f'tabindex="{0 if stops else -1}"' if link or stops else "",
            'aria-hidden="true"' if not is_first else "" if link else 'role="img"',
        ]
        return f"<{'a' if link else 'g'}{named} {' '.join(filter(None, parts))}>"

    def _link(self, rows: Sequence[int]) -> str | None:
        return self.diagram.rows[rows[0]].link if len(rows) == 1 else None

    def _classes(self, rows: Sequence[int]) -> str:
        """Return the classes of an artist: that it fades, its rows, its primaries and sites."""
        of = [self.diagram.rows[row] for row in rows]
        numbers = (f"r{row}" for row in rows) if self.is_named else ()
        ends = chain(
            (f"p{self.primaries[row.primary]}" for row in of),
            (f"s{self.sites[row.site]}" for row in of),
        )
        return " ".join(("h", *numbers, *dict.fromkeys(ends)))

    def _named(self, gid: str) -> str:
        """Return the classes of the name of a primary or site, which lights up its rows."""
        for key in tails(gid):
            kind, _, name = key.partition("-")
            numbers = {"primary": self.primaries, "site": self.sites}.get(kind, {})
            if name in numbers:
                return f"n {kind[0].upper()}{numbers[name]}"
        return ""

    def _rules(self) -> str:
        """Return the style sheet: what fades while a row, or a primary or site, is met."""
        rows = self.diagram.rows
        if not rows:
            return ""
        here, seen = f".{self.name}", "{opacity:1}"
        several = (number for number, row in enumerate(rows) if len(row.artists) > 1)
        lines = [
            f"{here} a{{text-decoration:none}}",
            f"{here} .h:focus{{outline:none}}",
            f"{here}:has(.h:hover,.h:focus-visible,.n:hover) .h{{opacity:.15}}",
            f"{here} .h.h:hover,{here} .h.h:focus-visible{seen}",
            *(
                f"{here}:has(.r{number}:hover,.r{number}:focus-visible) .r{number}{seen}"
                for number in (several if self.is_named else ())
            ),
            *(f"{here}:has(.P{one}:hover) .p{one}{seen}" for one in self.primaries.values()),
            *(f"{here}:has(.S{one}:hover) .s{one}{seen}" for one in self.sites.values()),
        ]
        return f"@supports selector(:has(a)){{{''.join(lines)}}}"


def _rows_by_gid(rows: Sequence[Drawn]) -> dict[str, list[int]]:
    """Return the numbers of the rows that each artist stands for."""
    found: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        for gid in row.artists:
            found.setdefault(gid, []).append(number)
    return found


def _repeated(diagram: Diagram) -> dict[str, str]:
    """Return the name of the shape of each artist that has one that others have too.

    Of large filled shapes alone: a line may be cut at the edge of the picture, and a hatch would
    move with its shape.
    """
    alike: dict[tuple[bytes, bytes], list[str]] = {}
    for one in chain.from_iterable(diagram.artists.values()):
        if isinstance(one, PathPatch) and to_rgba(one.get_facecolor())[3] and not one.get_hatch():
            path = one.get_path()
            if len(path) >= _LARGE and path.codes is not None:
                drawn = np.asarray(one.get_transform().transform_path(path).vertices)
                # A zero may have a sign; as bytes it would be another number.
                shape = np.round(drawn - drawn[0], 4) + 0.0
                key = shape.tobytes(), np.asarray(path.codes).tobytes()
                alike.setdefault(key, []).append(str(one.get_gid()))
    several = (gids for gids in alike.values() if len(gids) > 1)
    return {gid: f"shape-{number}" for number, gids in enumerate(several, 1) for gid in gids}


def _numbered(keys: Iterable[str]) -> dict[str, int]:
    return {key: number for number, key in enumerate(dict.fromkeys(keys))}


def _family(text: str) -> str:
    """Return the fonts that most texts are set in; blank where there is no text."""
    counts = Counter(_FAMILY.findall(text))
    return counts.most_common(1)[0][0] if counts else ""


def _clip_of_all(text: str) -> str:
    """Return the attribute that clips to the whole picture, which says nothing."""
    if box := _BOX.search(text):
        whole = re.search(_WHOLE.format(*map(re.escape, box.groups())), text)
        return f' clip-path="url(#{whole[1]})"' if whole else ""
    return ""


def _letters(diagram: Diagram) -> set[str]:
    """Return the ids of the first letters of each row that do not stand on a shape of it."""
    written = {
        str(one.get_gid())
        for found in diagram.artists.values()
        for one in found
        if isinstance(one, Text)
    }
    of_rows = (
        (gid for gid in row.artists if gid in written and not _is_on_shape(gid))
        for row in diagram.rows
    )
    return {gid for gids in of_rows for gid in islice(gids, 1)}


def _is_on_shape(gid: str) -> bool:
    """Return whether an artist is written on a shape of its row."""
    return gid.split("-")[1].startswith(_ON_SHAPES)


def _title(said: Iterable[str]) -> str:
    """Return the title of an artist, which browsers show as a tooltip."""
    told = list(said)
    more = [f"and {len(told) - _TOLD} more"] if len(told) > _TOLD else []
    text = "\n".join([*told[:_TOLD], *more])
    return f"<title>{escape(shown(text), quote=False)}</title>"
