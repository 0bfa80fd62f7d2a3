"""How every command ends: an exit code and, where something is wrong, one sentence.

Exit codes: 0 done; 1 the input, a file or a query is at fault; 2 the command line is; 3
``validate`` found faults; 130 interrupted; 143 terminated.
"""

from __future__ import annotations

import signal
import sys
from contextlib import suppress
from typing import Any, Final, NoReturn, TextIO, cast

import typer
from typer.core import TyperGroup

from metastasis._cli.output import say
from metastasis._errors import MetastasisError

__all__ = ["EXIT_CODES", "Group", "prepare", "stop"]

EXIT_CODES: Final = (
    "Exit codes: 0 done, 1 input, file or query at fault, 2 command line at fault, 3 faults found "
    "by validate, 130 interrupted."
)
_MOST_LINES: Final = 100
_AS_BEFORE: Final = "files that were being written are as they were before"


class Terminated(BaseException):
    """The process was asked to end (SIGTERM); not an error, so that nothing swallows it."""


class Group(TyperGroup):
    """Turns what goes wrong into one sentence and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except MetastasisError as error:
            stop(_first_lines(str(error)), 1)
        except BrokenPipeError:
            raise typer.Exit(0) from None  # the reader, such as head, has all that it wants
        except OSError as error:
            stop(f"{error.filename or 'input or output'}: {error.strerror or error}", 1)
        except MemoryError:
            stop("not enough memory", 1)
        except KeyboardInterrupt:
            stop(f"interrupted; {_AS_BEFORE}", 130)
        except Terminated:
            stop(f"terminated; {_AS_BEFORE}", 143)


def stop(message: str, code: int) -> NoReturn:
    """End the command with a sentence on standard error and an exit code."""
    say(f"metastasis: {message}")
    raise typer.Exit(code)


def _first_lines(message: str) -> str:
    """Return a message without the many lines that nobody would read on a terminal."""
    lines = message.splitlines()
    if len(lines) <= _MOST_LINES:
        return message
    return "\n".join([*lines[:_MOST_LINES], f"  … and {len(lines) - _MOST_LINES:,} more"])


def prepare() -> None:
    """Make ready a process that is nothing but this command.

    What goes into a pipe or a file is UTF-8 wherever it runs, a terminal that lacks a letter shows
    another, and SIGTERM unwinds like Ctrl-C, so that no half-written file stays behind.
    """
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            _make_writable(cast("TextIO", stream))
    with suppress(ValueError):  # signals belong to the main thread
        signal.signal(signal.SIGTERM, _terminate)


def _make_writable(stream: Any) -> None:
    if stream.isatty():
        stream.reconfigure(errors="replace")
    else:
        stream.reconfigure(encoding="utf-8")


def _terminate(number: int, frame: object) -> NoReturn:  # noqa: ARG001 - what a handler is given
    raise Terminated
