"""Text that is safe to show and to open: no control characters, no formulas, links to the web only.

One rule each, here: what is refused where text comes in, and what is done with text from elsewhere
(a label of a hospital, a literal of another's graph, the name of a file) where it goes out.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "FORMULA",
    "NUMBER",
    "cell_of",
    "control_in",
    "html_text",
    "is_web_address",
    "separated",
    "shown",
    "text_of",
    "text_problems",
]

_CONTROL: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
"""What XML cannot hold, what a terminal obeys, and what turns the direction of writing around."""
FORMULA: Final = "(?s)^'*[=+@\\t\\r\\n\uff1d\uff0b\uff0d\uff20-]."
"""What spreadsheets take for a formula, behind any apostrophes; the wide forms of East Asia too."""
NUMBER: Final = r"^'*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
"""What is a number though it may begin like one; engines know both patterns too."""
_END: Final = "\r\n"
_FORMULA: Final = re.compile(FORMULA)
_NUMBER: Final = re.compile(NUMBER)


def shown(text: str) -> str:
    r"""Return a text as it can be shown anywhere, a mark in place of each control character.

    >>> shown("\x1b[31mred")
    '�[31mred'
    """
    return _CONTROL.sub("\ufffd", text)


def control_in(text: str) -> str | None:
    r"""Return the first control character of a text by its number; None where there is none.

    >>> control_in("bone\x07"), control_in("bone\n")
    ('U+0007', None)
    """
    found = _CONTROL.search(text)
    return f"U+{ord(found[0]):04X}" if found else None


def text_problems(values: Iterable[tuple[str, object]]) -> Iterator[tuple[str, str, str]]:
    r"""Yield column, value and remedy of each text among values that holds a control character.

    >>> list(text_problems([("note", "bone\x07"), ("count", 3)]))
    [('note', 'bone�', 'holds the control character U+0007; take it out')]
    """
    for name, value in values:
        for text in value if isinstance(value, tuple) else (value,):
            if isinstance(text, str) and (found := control_in(text)):
                yield name, shown(text), f"holds the control character {found}; take it out"


def cell_of(text: str) -> str:
    """Return a text as it stands in a cell: one that would be a formula is behind an apostrophe.

    >>> cell_of("=1+1"), cell_of("-3.5"), cell_of("bone"), cell_of("'=1")
    ("'=1+1", '-3.5', 'bone', "''=1")
    """
    return f"'{text}" if _is_formula(text) else text


def text_of(cell: str) -> str:
    """Return the text of a cell: the inverse of :func:`cell_of`.

    >>> text_of("'=1+1"), text_of("'tis")
    ('=1+1', "'tis")
    """
    return cell[1:] if cell.startswith("'") and _is_formula(cell) else cell


def html_text(text: str) -> str:
    """Return a text as HTML.

    >>> html_text('<b title="x">')
    '&lt;b title=&quot;x&quot;&gt;'
    """
    from html import escape

    return escape(shown(text))


class _Lines(list[str]):
    """Takes rows from a CSV writer that quotes every kind of line break, and ends them our way."""

    def write(self, line: str) -> None:
        self.append(f"{line.removesuffix(_END)}\n")


def separated(rows: Iterable[Iterable[object]], delimiter: str = ",") -> str:
    r"""Return rows as a separated table, each text as :func:`cell_of` has it.

    >>> separated([("label", "count"), ("=1+1", 3), ("a\rb", None)])
    'label,count\n\'=1+1,3\n"a\rb",\n'
    """
    lines = _Lines()
    writer = csv.writer(lines, delimiter=delimiter, lineterminator=_END)
    for row in rows:
        writer.writerow([cell_of(one) if isinstance(one, str) else one for one in row])
    return "".join(lines)


def is_web_address(text: str) -> bool:
    """Return whether a text may be a link: whether it leads to the web.

    >>> is_web_address("https://example.org"), is_web_address("javascript:alert(1)")
    (True, False)
    """
    return text.casefold().startswith(("https://", "http://"))


def _is_formula(text: str) -> bool:
    """Return whether a text, behind any apostrophes, would be a formula; a number is none."""
    return bool(_FORMULA.match(text)) and not _NUMBER.fullmatch(text)
