"""Answers that are kept, up to so many bytes; those that were asked for longest ago go first.

Apart from the application because it knows nothing of requests.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from metastasis.serve._wire import Kept

__all__ = ["Cache"]

_BESIDE: Final = 2_500
"""Bytes that one entry takes beside its key and its body."""


class Cache:
    """Answers by their packed questions.

    >>> from metastasis.serve._reply import Reply
    >>> from metastasis.serve._wire import Kept
    >>> cache = Cache(6_500)
    >>> for name in (b"a", b"b", b"c"):
    ...     cache.put(name, Kept(Reply(200, "text/plain", b"x" * 500), "", "", {}))
    >>> cache.get(b"a") is None, cache.get(b"b").reply.status, cache.size, len(cache)
    (True, 200, 6002, 2)
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._answers: OrderedDict[bytes, Kept] = OrderedDict()
        self.size = self.hits = self.misses = 0

    def __len__(self) -> int:
        return len(self._answers)

    def __contains__(self, key: bytes) -> bool:
        return key in self._answers

    def get(self, key: bytes) -> Kept | None:
        """Return the answer that is kept."""
        found = self._answers.get(key)
        if found is None:
            self.misses += 1
            return None
        self.hits += 1
        self._answers.move_to_end(key)
        return found

    def put(self, key: bytes, answer: Kept) -> None:
        """Keep an answer, if it takes no more than half of the room."""
        size = self._size(key, answer)
        if key in self._answers or size > self._most // 2:
            return
        self._answers[key] = answer
        self.size += size
        while self.size > self._most:
            self.size -= self._size(*self._answers.popitem(last=False))

    @staticmethod
    def _size(key: bytes, answer: Kept) -> int:
        return len(key) + answer.size + _BESIDE
