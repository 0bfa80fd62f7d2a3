"""Words: where thousands of written forms stand in a text as words of their own, in one pass.

Names are also found where a page lost the marks between them; cues are not, as they are short.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from metastasis._errors import MissingExtraError
from metastasis.text._names.forms import folded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Hit", "Matcher", "apart", "automaton_of", "put_in_order", "words_at"]

Span = TypeVar("Span", bound=tuple[Any, ...])
Value = TypeVar("Value")

Hit = tuple[int, int, Any]
"""Start, end, and what is named."""


_LEAST_GLUED: Final = 4
"""Letters of a name that may stand glued to others or to a digit, where a page lost its marks."""
_MOST_GLUED: Final = 20
"""Names in one word: a list has fewer, and a text that is made to be slow has more."""


def words_at(text: str, plain: str, automaton: Any) -> list[Hit]:
    """Return all forms that stand as words of their own, overlapping ones included."""
    found: list[Hit] = []
    glued: dict[int, Hit] = {}
    for last, (length, name) in automaton.iter(plain):
        end = last + 1
        start = end - length
        # Most stand between blanks or marks; the other ways are looked at where it is none of them.
        if not (plain[start - 1 : start].isalnum() or plain[end : end + 1].isalnum()) or (
            _begins(text, plain, start) and _ends(text, plain, end, length)
        ):
            found.append((start, end, name))
        elif length >= _LEAST_GLUED:
            glued[start] = (start, end, name)
    if glued:
        found.extend(_unglued(plain, glued))
    return found


def _begins(text: str, plain: str, at: int) -> bool:
    """Whether a word begins here; also in "CommonBone", where a table lost its cells."""
    return not (at and plain[at - 1].isalnum()) or (text[at].isupper() and text[at - 1].islower())


def _ends(text: str, plain: str, at: int, length: int) -> bool:
    """Whether a word ends here; also before the mark of a footnote, as in "liver3"."""
    behind = plain[at : at + 1]
    if not behind.isalnum():
        return True
    return length >= _LEAST_GLUED and (
        behind.isdigit() or (text[at].isupper() and text[at - 1].islower())
    )


def _unglued(plain: str, glued: Mapping[int, Hit]) -> Iterator[Hit]:
    """Yield the names of a word that is made of nothing but names: "boneslungsliver"."""
    size = len(plain)
    for start in sorted(glued):
        if start and plain[start - 1].isalnum():
            continue
        parts: list[Hit] = []
        at = start
        while (part := glued.get(at)) is not None and len(parts) < _MOST_GLUED:
            parts.append(part)
            at = part[1]
        if len(parts) > 1 and (at == size or not plain[at].isalnum()):
            yield from parts


def put_in_order(spans: list[Span]) -> None:
    """Sort what begins with start and end: the leftmost first, and of these the longest."""
    # Two keys of the library take half the time of one that is made here; sorting is stable.
    spans.sort(key=itemgetter(1), reverse=True)
    spans.sort(key=itemgetter(0))


def apart(hits: list[Hit]) -> Iterator[Hit]:
    """Yield the leftmost and of these the longest, none of which overlap."""
    put_in_order(hits)
    free = 0
    for hit in hits:
        if hit[0] >= free:
            free = hit[1]
            yield hit


def automaton_of(words: Mapping[str, object]) -> Any:
    try:
        import ahocorasick
    except ImportError:
        raise MissingExtraError("pyahocorasick", "text") from None
    automaton = ahocorasick.Automaton()
    for form, value in words.items():
        automaton.add_word(form, (len(form), value))
    automaton.make_automaton()
    return automaton


class Matcher(Generic[Value]):
    """Finds written forms at word boundaries, from the left, the longest where several begin.

    >>> matcher = Matcher({"bone": 1, "bone marrow": 2})
    >>> list(matcher.matches("Bone marrow, backbone, bone."))
    [(0, 11, 2), (23, 27, 1)]
    """

    def __init__(self, forms: Mapping[str, Value]) -> None:
        self._automaton = automaton_of({folded(form): value for form, value in forms.items()})

    def matches(self, text: str) -> Iterator[tuple[int, int, Value]]:
        """Yield start, end and value of each form in a text, in order; none overlap."""
        return apart(list(self._alone(folded(text))))

    def finds(self, text: str) -> bool:
        """Return whether any of the forms stands in a text."""
        return next(self._alone(folded(text)), None) is not None

    def _alone(self, lower: str) -> Iterator[tuple[int, int, Value]]:
        for last, (length, value) in self._automaton.iter(lower):
            end = last + 1
            start = end - length
            if not (_is_word(lower[end : end + 1]) or _is_word(lower[start - 1 : start])):
                yield start, end, value


def _is_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"
