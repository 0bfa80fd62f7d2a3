"""What goes between a front and a worker: a length and a question, a kind with a length and bytes.

Both ends say how long a frame may be, and end the connection at a longer one.
"""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import socket

    from metastasis.serve._limits import ServeLimits

__all__ = [
    "ANSWER",
    "DONE",
    "FAILED",
    "HELLO_LENGTH",
    "LAST",
    "MEMORY",
    "answer_frame",
    "hello_frame",
    "hello_numbers",
    "most_answer",
    "most_question",
    "question_frame",
    "read_question",
]

_QUESTION: Final = Struct(">I")
ANSWER: Final = Struct(">cI")
"""What an answer begins with: its kind, and how many bytes follow."""
DONE: Final = b"d"
LAST: Final = b"l"
"""Answered, and the worker goes: it holds more memory than the next question should find."""
FAILED: Final = b"f"
MEMORY: Final = b"m"
"""Also the first letter of what Rust says where it gets no memory, "memory allocation of …": a
worker has no other descriptor, so that its last words arrive as the head of a frame."""
_HELLO: Final = Struct(">cII")
"""What a worker says when it is ready: the numbers of its process and of the thread that works."""
HELLO_LENGTH: Final = _HELLO.size

_BESIDE: Final = 64 << 10
"""Bytes that may stand beside a question or an answer: parameters, headers."""


def most_question(limits: ServeLimits) -> int:
    """Return how long the frame of a question may be."""
    return limits.question + _BESIDE


def most_answer(limits: ServeLimits) -> int:
    """Return how long the frame of an answer may be."""
    return limits.answer + _BESIDE


def question_frame(question: bytes) -> bytes:
    """Return a question as a worker reads it."""
    return _QUESTION.pack(len(question)) + question


def answer_frame(kind: bytes, data: bytes) -> bytes:
    r"""Return an answer as the front reads it.

    >>> answer_frame(DONE, b"yes")
    b'd\x00\x00\x00\x03yes'
    """
    return ANSWER.pack(kind, len(data)) + data


def hello_frame(process: int, thread: int) -> bytes:
    """Return what a worker says first."""
    return _HELLO.pack(b"h", process, thread)


def hello_numbers(said: bytes) -> tuple[int, int] | None:
    """Return the numbers that a worker said first; None where it said something else.

    >>> hello_numbers(hello_frame(7, 8))
    (7, 8)
    """
    if len(said) != HELLO_LENGTH or said[:1] != b"h":
        return None
    _, process, thread = _HELLO.unpack(said)
    return process, thread


def read_question(connection: socket.socket, most: int) -> bytes | None:
    """Return the next question; None where no more comes, or one is longer than it may be."""
    head = _read(connection, _QUESTION.size)
    if head is None:
        return None
    (length,) = _QUESTION.unpack(head)
    return _read(connection, length) if length <= most else None


def _read(connection: socket.socket, length: int) -> bytes | None:
    data = connection.recv(length) if length else b""
    while len(data) < length:
        piece = connection.recv(length - len(data))
        if not piece:
            return None
        data += piece
    return data
