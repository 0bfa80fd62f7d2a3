"""Who waits for a worker: clients take turns, and none has more than its share.

Apart from the pool because this is about who is next, and that about the workers.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncio import Future

    from metastasis.serve._limits import ServeLimits
    from metastasis.serve._workers.outcome import Fate, Outcome

__all__ = ["Errand", "Turns"]


class Errand:
    """A question on its way; it is to have its outcome by ``end``, a worker by ``until``."""

    __slots__ = ("client", "end", "outcome", "question", "until")

    def __init__(
        self, question: bytes, client: str, end: float, until: float, outcome: Future[Outcome]
    ) -> None:
        self.question = question
        self.client = client
        self.end = end
        self.until = until
        self.outcome = outcome


class _Client:
    __slots__ = ("running", "waiting")

    def __init__(self) -> None:
        self.running = 0
        self.waiting: deque[Errand] = deque()


class Turns:
    """The questions that wait, by client; the next one is that of the client whose turn it is."""

    def __init__(self, limits: ServeLimits) -> None:
        self._limits = limits
        self._clients: dict[str, _Client] = {}
        self._next: deque[str] = deque()
        self.waiting = 0

    def enter(self, errand: Errand) -> Fate | None:
        """Let a question wait; return why it may not."""
        client = self._clients.get(errand.client)
        if client is not None and len(client.waiting) >= self._limits.client_waiting:
            return "client_busy"
        if self.waiting >= self._limits.waiting:
            return "busy"
        if client is None:
            client = self._clients[errand.client] = _Client()
        client.waiting.append(errand)
        self.waiting += 1
        if len(client.waiting) == 1 and client.running < self._limits.client_running:
            self._next.append(errand.client)
        return None

    def take(self) -> Errand | None:
        """Return the next question, which runs from now on; None where none may run."""
        if not self._next:
            return None
        name = self._next.popleft()
        client = self._clients[name]
        errand = client.waiting.popleft()
        self.waiting -= 1
        client.running += 1
        if client.waiting and client.running < self._limits.client_running:
            self._next.append(name)
        return errand

    def leave(self, errand: Errand) -> None:
        """Note that a question no longer runs."""
        client = self._clients[errand.client]
        client.running -= 1
        if client.waiting:
            if errand.client not in self._next:
                self._next.append(errand.client)
        elif not client.running:
            del self._clients[errand.client]

    def drop(self, errand: Errand) -> bool:
        """Let a question wait no longer; return whether it did."""
        client = self._clients.get(errand.client)
        if client is None or errand not in client.waiting:
            return False
        client.waiting.remove(errand)
        self.waiting -= 1
        if not client.waiting:
            if errand.client in self._next:
                self._next.remove(errand.client)
            if not client.running:
                del self._clients[errand.client]
        return True

    def is_full(self, name: str) -> bool:
        """Return whether a client has as many questions running as it may."""
        client = self._clients.get(name)
        return client is not None and client.running >= self._limits.client_running

    def all_waiting(self) -> list[Errand]:
        """Return every question that waits."""
        return [errand for client in self._clients.values() for errand in client.waiting]
