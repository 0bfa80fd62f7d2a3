"""A worker: reads a question, lets the handler answer it, and sends the answer whole.

Apart from the zygote because a worker that was not forked does the same.
"""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from metastasis.rdf._sparql.engine import Answer, in_thread
from metastasis.serve._workers.frames import (
    DONE,
    FAILED,
    LAST,
    MEMORY,
    answer_frame,
    hello_frame,
    most_answer,
    most_question,
    read_question,
)

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from metastasis.serve._limits import ServeLimits
    from metastasis.serve._workers.outcome import Handler

__all__ = ["most_memory", "work"]

_KEPT: Final = 4
"""A worker goes when it has come to hold more than this part of what a question may take: else the
next one would have less."""
_WORDS: Final = 2_000
"""Bytes of what is said of an error."""


def work(
    connection: socket.socket,
    handler: Handler,
    limits: ServeLimits,
    prepare: Callable[[], None],
    hello: Callable[[bytes], None],
) -> None:
    """Answer questions until no more come; ``prepare`` runs first, in the thread that works.

    It has a stack that is large enough for whatever is let through to the engine.
    """

    def all_questions() -> Answer:
        hello(hello_frame(os.getpid(), threading.get_native_id()))
        prepare()
        with suppress(ConnectionError):
            _answer_all(connection, handler, limits)
        return Answer("x", b"")

    in_thread(all_questions)


def _answer_all(connection: socket.socket, handler: Handler, limits: ServeLimits) -> None:
    most = most_memory() + limits.memory // _KEPT
    longest = most_answer(limits)
    longest_question = most_question(limits)
    while (question := read_question(connection, longest_question)) is not None:
        kind, data = _answered(handler, question, longest)
        if kind is DONE and most_memory() > most:
            kind = LAST
        connection.sendall(answer_frame(kind, data))
        if kind in (LAST, MEMORY):
            return


def _answered(handler: Handler, question: bytes, longest: int) -> tuple[bytes, bytes]:
    try:
        data = handler(question)
    except MemoryError:
        return MEMORY, b""
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the question's end and no more
        return FAILED, f"{type(error).__name__}: {error}".encode(errors="replace")[:_WORDS]
    if len(data) > longest:
        return FAILED, b"the answer is longer than it may be"
    return DONE, data


def most_memory() -> int:
    """Return the most bytes that this process has held so far; 0 where that cannot be told."""
    if sys.platform == "win32":
        return 0
    import resource

    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # macOS counts bytes, Linux kilobytes.
    return held if sys.platform == "darwin" else held << 10
