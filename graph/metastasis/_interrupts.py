"""Signals that end a command, put off until files that belong together have their places.

Apart from the outputs because it is of processes, and these of files.
"""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import FrameType

__all__ = ["uninterrupted"]

_ENDS_A_COMMAND: Final = ("SIGINT", "SIGTERM", "SIGHUP")


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let signals that end a command wait until the block is over.

    They are only put off where Python hears them, in the main thread.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[int] = []
    before = _listen(heard)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for number in dict.fromkeys(heard):
            signal.raise_signal(number)


def _listen(heard: list[int]) -> Mapping[int, Any]:
    """Have signals that end a command put on a list; return what handled them before."""

    def put_off(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - as it is called
        heard.append(number)

    before: dict[int, Any] = {}
    for name in _ENDS_A_COMMAND:
        number = getattr(signal, name, None)
        # None is a handler that is not Python's; one that is ignored stays so.
        if number is not None and signal.getsignal(number) not in (None, signal.SIG_IGN):
            before[number] = signal.signal(number, put_off)
    return before
