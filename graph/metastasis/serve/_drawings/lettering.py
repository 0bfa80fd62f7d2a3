"""How wide text is on a page, about, and how it is set in lines: no font is asked.

A page is set in the reader's own font. The widths are those of Helvetica, which the fonts that the
style sheet asks for have too, and a little is added for the others.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

__all__ = ["LINE", "SIZE", "fitted", "text_width", "wrapped"]

SIZE: Final = 12.2
"""Of all letters, in pixels of a page of 360: the least that is read without effort is 12."""
LINE: Final = 15.0
"""From one line to the next."""
_SLACK: Final = 1.06
_BOLD: Final = 1.07
_OTHER: Final = 600
_JOINTS: Final = ("carcinoma", "sarcoma", "blastoma", "meninges", "peritoneal", "clavicular")
"""Where a long word may be broken."""
_BY_WIDTH: Final = {
    191: "'",
    222: "ijl",
    278: " !,./:;I[]\\ft\u00a0",
    333: "()-`r",
    355: '"',
    389: "*†",
    500: "Jckvsxyz",
    556: "#$0123456789?L_abdeghnopqu\u2013",
    584: "+<=>~",
    611: "FTZ",
    667: "&ABEKPSVXY",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    889: "%",
    944: "W",
    1000: "—…",
}
"""Thousandths of the size of the letters."""
_WIDTHS: Final = {letter: width for width, letters in _BY_WIDTH.items() for letter in letters}


@lru_cache(maxsize=20_000)
def text_width(text: str, size: float = SIZE, *, bold: bool = False) -> float:
    """Return about how wide a text is.

    >>> 70 < text_width("Breast cancer") < 90
    True
    """
    wide = sum([_WIDTHS.get(letter, _OTHER) for letter in text])
    return wide * size * (_BOLD if bold else 1.0) * _SLACK / 1000


@lru_cache(maxsize=20_000)
def wrapped(text: str, width: float, size: float = SIZE, *, bold: bool = False) -> tuple[str, ...]:
    """Return the lines of a text, none wider than this; a word that is too wide is broken.

    A percentage is one word: its space becomes one that does not break.

    >>> wrapped("Non-small cell lung cancer", 90)
    ('Non-small cell', 'lung cancer')
    >>> wrapped("Cholangiocarcinoma", 90)
    ('Cholangio-', 'carcinoma')
    """
    words = " ".join(text.split()).replace(" %", "\u00a0%").split(" ")
    lines: list[str] = []
    for word in [part for one in words for part in _broken(one, width, size, bold=bold)]:
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold=bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return tuple(lines)


def _broken(word: str, width: float, size: float, *, bold: bool) -> list[str]:
    """Return a word, or its parts with hyphens: at a joint of the field's words, or anywhere."""
    parts = []
    while len(word) > 1 and text_width(word, size, bold=bold) > width:
        fits = max(_most_letters(word, width, size, bold=bold), 1)
        joints = (word.find(joint, 1, fits + len(joint)) for joint in _JOINTS)
        at = max((one for one in joints if 0 < one <= fits), default=fits)
        parts.append(f"{word[:at]}-")
        word = word[at:]
    return [*parts, word]


def _most_letters(word: str, width: float, size: float, *, bold: bool) -> int:
    return max(
        (at for at in range(1, len(word)) if text_width(f"{word[:at]}-", size, bold=bold) <= width),
        default=1,
    )


def fitted(text: str, width: float, size: float = SIZE, *, bold: bool = False) -> str:
    """Return a text, cut where it would be wider than this.

    >>> fitted("a name without an end", 60)
    'a name…'
    """
    if text_width(text, size, bold=bold) <= width:
        return text
    while text and text_width(f"{text}…", size, bold=bold) > width:
        text = text[:-1]
    return f"{text.rstrip()}…"
