"""A question that several ask at the same time is asked once.

Apart from the application because it knows nothing of requests and answers.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

__all__ = ["Answered", "Ask", "Together"]


class Answered(Protocol):
    """What became of a question: an outcome of a pool."""

    @property
    def kind(self) -> str:
        """``done``, or why there is no answer."""

    @property
    def data(self) -> bytes:
        """The packed reply, or what failed."""


Ask: TypeAlias = "Callable[[bytes, str, float], Awaitable[Answered]]"
"""Takes a packed question, the client, and when it arrived (`time.monotonic`)."""

_OF_ONE: Final = ("busy", "waited", "client_busy")
"""Outcomes that are about who asked, and not about the question."""


@dataclass
class _Shared:
    """A question that is on its way to a worker, and how many wait for it."""

    task: asyncio.Future[Answered]
    waiting: int = 0


class Together:
    """Asks, and lets others who ask the same meanwhile have the same answer.

    Whoever leaves takes nothing from the others; when the last one has left, it is asked no more.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._shared: dict[bytes, _Shared] = {}

    async def ask(self, question: bytes, client: str, arrived: float) -> Answered:
        """Return what became of a question."""
        shared = self._shared.get(question)
        is_first = shared is None
        if shared is None:
            task = asyncio.ensure_future(self._ask(question, client, arrived))
            shared = self._shared[question] = _Shared(task)
        shared.waiting += 1
        try:
            answered = await asyncio.shield(shared.task)
        finally:
            shared.waiting -= 1
            if not shared.waiting:
                shared.task.cancel()
            is_over = shared.task.done() or not shared.waiting
            if is_over and self._shared.get(question) is shared:
                del self._shared[question]
        if not is_first and answered.kind in _OF_ONE:
            return await self._ask(question, client, arrived)
        return answered
