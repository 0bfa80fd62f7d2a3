"""A matcher: finds thousands of written forms in a text in one pass, the longest first.

Apart from the words of the lexicon because those have cases and joined forms that cues have not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from metastasis._errors import MissingExtraError
from metastasis.text._names.forms import folded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Matcher"]

Value = TypeVar("Value")


class Matcher(Generic[Value]):
    """Finds written forms at word boundaries, from the left, the longest where several begin.

    >>> matcher = Matcher({"bone": 1, "bone marrow": 2})
    >>> list(matcher.matches("Bone marrow, backbone, bone."))
    [(0, 11, 2), (23, 27, 1)]
    """

    def __init__(self, forms: Mapping[str, Value]) -> None:
        try:
            import ahocorasick
        except ImportError as error:
            raise MissingExtraError("pyahocorasick", "text") from error
        self._automaton = ahocorasick.Automaton()
        for form, value in forms.items():
            self._automaton.add_word(folded(form), (len(form), value))
        self._automaton.make_automaton()

    def matches(self, text: str) -> Iterator[tuple[int, int, Value]]:
        """Yield start, end and value of each form in a text, in order; none overlap."""
        lower = folded(text)
        length = len(lower)
        longest: dict[int, tuple[int, Value]] = {}
        for last, (size, value) in self._automaton.iter(lower):
            start, end = last - size + 1, last + 1
            if (start and _is_word(lower[start - 1])) or (end < length and _is_word(lower[end])):
                continue
            # Forms that end later are longer where they start at the same place.
            longest[start] = (end, value)
        free = 0
        for start in sorted(longest):
            if start >= free:
                free, value = longest[start]
                yield start, free, value


def _is_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"
