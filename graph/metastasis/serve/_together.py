"""A question that several ask at the same time is asked once.

Apart from the application because it knows nothing of requests and answers.
"""

from __future__ import annotations

import asyncio
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


class Together:
    """Asks, and lets others who ask the same meanwhile have the same answer.

    Where the one who asked leaves, another of those who wait asks anew.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._asked: dict[bytes, asyncio.Future[Answered | None]] = {}

    async def ask(self, question: bytes, client: str, arrived: float) -> Answered:
        """Return what became of a question."""
        while (asked := self._asked.get(question)) is not None:
            answered = await asyncio.shield(asked)
            if answered is None:
                continue
            if answered.kind in _OF_ONE:
                return await self._ask(question, client, arrived)
            return answered
        mine = self._asked[question] = asyncio.get_running_loop().create_future()
        answered = None
        try:
            answered = await self._ask(question, client, arrived)
            return answered
        finally:
            del self._asked[question]
            mine.set_result(answered)
