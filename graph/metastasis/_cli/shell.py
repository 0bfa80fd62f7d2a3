"""How every command ends: an exit code and, where something is wrong, one sentence.

Exit codes: 0 done; 1 the input, a file or a query is at fault; 2 the command line is; 3
``validate`` found faults; 129 hung up; 130 interrupted; 143 terminated.
"""

from __future__ import annotations

import signal
import sys
from contextlib import suppress
from io import BufferedWriter, FileIO, TextIOWrapper
from typing import TYPE_CHECKING, Any, Final, NoReturn

import click

from metastasis._cli.output import say
from metastasis._errors import MetastasisError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["EXIT_CODES", "Group", "prepare", "stop"]

EXIT_CODES: Final = (
    "Exit codes: 0 done, 1 input, file or query at fault, 2 command line at fault, 3 faults found "
    "by validate, 130 interrupted."
)
_MOST_LINES: Final = 100
"""Lines of an error that are shown: a broken table can have a fault in every row."""
_AS_BEFORE: Final = "files that were being written are as they were before"


class Terminated(BaseException):
    """The process was asked to end (SIGTERM), or its terminal closed (SIGHUP).

    Not an error, so that nothing swallows it.
    """

    def __init__(self, number: int) -> None:
        self.code = 128 + number
        super().__init__(number)


class Group(click.Group):
    """Turns what goes wrong into one sentence and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except MetastasisError as error:
            stop(_first_lines(str(error)), 1)
        except OSError as error:
            stop(f"{error.filename or 'input or output'}: {error.strerror or error}", 1)
        except MemoryError:
            stop("not enough memory", 1)
        except KeyboardInterrupt:
            stop(f"interrupted; {_AS_BEFORE}", 130)
        except Terminated as ended:
            stop(f"terminated; {_AS_BEFORE}", ended.code)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return a command and what is left; for one that there is not, say what was meant."""
        names = self.list_commands(ctx)
        if args[0] not in names and not args[0].startswith("-"):
            self.refuse(ctx, args[0], names)
        return super().resolve_command(ctx, args)

    def refuse(self, ctx: Any, name: str, names: Sequence[str]) -> NoReturn:
        """End the command line because there is no command of a name."""
        from difflib import get_close_matches

        near = get_close_matches(name, names, 1)
        meant = f" Did you mean {near[0]!r}?" if near else ""
        raise click.UsageError(f"No such command {name!r}.{meant}", ctx)


def stop(message: str, code: int) -> NoReturn:
    """End the command with a sentence on standard error and an exit code."""
    say(f"metastasis: {message}")
    raise click.exceptions.Exit(code)


def _first_lines(message: str) -> str:
    """Return a message without the many lines that no one would read on a terminal."""
    lines = message.splitlines()
    if len(lines) <= _MOST_LINES:
        return message
    return "\n".join([*lines[:_MOST_LINES], f"  … and {len(lines) - _MOST_LINES:,} more"])


def prepare() -> None:
    """Make ready a process that is nothing but this command.

    What goes into a pipe or a file is UTF-8 wherever it runs, a terminal that lacks a character
    shows another, and SIGTERM and SIGHUP unwind like Ctrl-C, so that no half-written file stays
    behind. A reader that leaves early ends nothing and changes no exit code.
    """
    sys.stdout = _prepared(sys.stdout, errors="strict", forgiven=BrokenPipeError)
    sys.stderr = _prepared(sys.stderr, errors="backslashreplace", forgiven=OSError)
    with suppress(ValueError):  # signals belong to the main thread
        signal.signal(signal.SIGTERM, _terminate)
        hang_up = getattr(signal, "SIGHUP", None)  # Windows has none
        # Who started this with nohup wants it to outlive the terminal.
        if hang_up is not None and signal.getsignal(hang_up) is not signal.SIG_IGN:
            signal.signal(hang_up, _terminate)


def _prepared(stream: Any, errors: str, forgiven: type[OSError]) -> Any:
    """Return a stream of this process as the command writes to it; None, a closed one, stays so."""
    if stream is None:
        return None
    if stream.isatty():
        stream.reconfigure(errors="replace")
        return stream
    raw = _Output(stream.fileno(), forgiven)
    # Messages come out line by line, so that they stand in order with what other processes say.
    return TextIOWrapper(
        BufferedWriter(raw), encoding="utf-8", errors=errors, line_buffering=stream is sys.stderr
    )


class _Output(FileIO):
    """An output of this process that fails once at most; what no one can read goes nowhere.

    Python's own stream keeps bytes that a closed pipe or a full disk refused, tries again when the
    process ends, fails again, and ends with code 120 in place of the command's own. Whether that
    happens depends on when the reader leaves; here nothing is left over, whenever that is.
    """

    def __init__(self, descriptor: int, forgiven: type[OSError]) -> None:
        super().__init__(descriptor, "w", closefd=False)
        self._forgiven = forgiven
        self._failed = False

    def write(self, data: Any, /) -> int:
        """Write bytes; return how many were taken, which is all once writing has failed.

        Raises
        ------
        OSError
            Writing failed for the first time, for a reason that is not forgiven.
        """
        if not self._failed:
            try:
                return super().write(data)
            except OSError as error:
                self._failed = True
                if not isinstance(error, self._forgiven):
                    raise
        return memoryview(data).nbytes


def _terminate(number: int, frame: object) -> NoReturn:  # noqa: ARG001 - what a handler is given
    raise Terminated(number)
