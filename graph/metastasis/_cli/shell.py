"""How every command ends: an exit code and, where something is wrong, one sentence.

Exit codes: 0 done; 1 the input, a file or a query is at fault; 2 the command line is; 3
``validate`` found faults; 129 the terminal is gone; 130 interrupted; 143 terminated.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager, suppress
from io import BufferedWriter, FileIO, TextIOWrapper
from threading import Timer
from typing import TYPE_CHECKING, Any, ClassVar, Final, NoReturn

import click

from metastasis._clean import shown
from metastasis._cli.output import say
from metastasis._errors import MetastasisError
from metastasis._ledger import open_ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

__all__ = [
    "EXIT_CODES",
    "Ended",
    "Group",
    "ended_by_signals",
    "ignore_signals",
    "leave",
    "prepare",
    "stop",
]

EXIT_CODES: Final = (
    "Exit codes: 0 done, 1 input, file or query at fault, 2 command line at fault, 3 faults found "
    "by validate, 129, 130 or 143 ended by a signal."
)
_MOST_LINES: Final = 100
"""Lines of an error that are shown: a broken table can have a fault in every row."""
_MOST_FILES: Final = 20
"""Files that are named to whoever interrupts: a corpus is written in hundreds of parts."""
_AS_BEFORE: Final = "files that were being written are as they were before"
_SOON_SECONDS: Final = 0.01
_COMPUTING: Final[list[Callable[[], None]]] = []
"""What to call so that what is computed outside Python ends."""
_ENDS: Final = {"SIGINT": "interrupted", "SIGTERM": "terminated", "SIGHUP": "terminal gone"}
"""The signals that end a command, and what is said then."""


class Ended(SystemExit):
    """The process was asked to end by a signal; not an error, so that nothing swallows it."""

    asked: ClassVar[Ended | None] = None
    """The first of this process: an engine may tell a signal as an error of its own."""
    was_computing: ClassVar[bool] = False
    """Whether a database was at work then, which takes its time to be unloaded."""

    def __init__(self, number: int) -> None:
        super().__init__(128 + number)
        self.number = number
        self.said = _ENDS[signal.Signals(number).name]


class Group(click.Group):
    """Turns what goes wrong into one sentence and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        with open_ledger() as ledger:
            try:
                return super().invoke(ctx)
            except click.exceptions.Exit:
                raise
            except click.ClickException as error:
                vars(error)["message"] = shown(error.message)
                raise
            except (Exception, KeyboardInterrupt, Ended) as error:
                if ended := _ended_by(error):
                    ignore_signals()
                    stop(f"{ended.said}; {_fate(ledger.written)}", 128 + ended.number)
                if message := _sentence(error):
                    stop(message, 1)
                raise

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


def _ended_by(error: BaseException) -> Ended | None:
    """Return the signal that ended a command; None where it was something else."""
    if isinstance(error, KeyboardInterrupt):
        return Ended(signal.SIGINT)
    return error if isinstance(error, Ended) else Ended.asked


def _sentence(error: BaseException) -> str | None:
    """Return what to say of an error; None of one that is not expected."""
    match error:
        case MetastasisError():
            return "; ".join([_first_lines(str(error)), *getattr(error, "__notes__", ())])
        case OSError():
            return f"{error.filename or 'input or output'}: {error.strerror or error}"
        case MemoryError():
            return "not enough memory"
    return None


def _fate(written: Sequence[Path]) -> str:
    """Return what became of the outputs of a command that a signal ended."""
    if not written:
        return _AS_BEFORE
    named = ", ".join(map(str, written[:_MOST_FILES]))
    more = len(written) - _MOST_FILES
    return f"after it had written {named}{f' and {more:,} more' if more > 0 else ''}"


def _first_lines(message: str) -> str:
    """Return a message without the many lines that no one would read on a terminal."""
    lines = message.splitlines()
    if len(lines) <= _MOST_LINES:
        return message
    return "\n".join([*lines[:_MOST_LINES], f"  … and {len(lines) - _MOST_LINES:,} more"])


def prepare() -> None:
    """Make ready a process that is nothing but this command.

    What goes into a pipe or a file is UTF-8 wherever it runs, a terminal that lacks a character
    shows another, and a signal unwinds the command, so that no half-written file stays behind; one
    that is ignored, as under nohup, stays so. A reader that leaves early ends nothing and changes
    no exit code.
    """
    # A notebook lends Matplotlib a screen that this process may not have; files need none.
    os.environ["MPLBACKEND"] = "agg"
    sys.unraisablehook = _not_lost
    sys.stdout = _prepared(sys.stdout, errors="backslashreplace", forgiven=BrokenPipeError)
    sys.stderr = _prepared(sys.stderr, errors="backslashreplace", forgiven=OSError)
    _handle(_end)


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


def ignore_signals() -> None:
    """Let nothing end the process any more but its own end, which is near."""
    _handle(signal.SIG_IGN)


def leave(code: object) -> None:
    """End the process at once if a signal ended it: all is put away, and nothing is to be said."""
    if Ended.asked and Ended.was_computing and code == 128 + Ended.asked.number:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, AttributeError):
                stream.flush()
        os._exit(code)


def _handle(handler: Any) -> None:
    with suppress(ValueError):  # signals belong to the main thread
        for name in _ENDS:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, handler)


@contextmanager
def ended_by_signals(interrupt: Callable[[], None]) -> Iterator[None]:
    """Have a signal that ends the command also end what is computed in the block, outside Python.

    A database hears of a signal at once, but what it has begun it would bring to some end first.
    """
    _COMPUTING.append(interrupt)
    if signal.getsignal(signal.SIGTERM) is _end:  # Spark has put its own in place of ours
        _handle(_end)
    try:
        yield
    finally:
        _COMPUTING.remove(interrupt)


def _end(number: int, frame: object) -> NoReturn:  # noqa: ARG001 - what a handler is given
    Ended.asked = Ended.asked or Ended(number)
    for interrupt in _COMPUTING:
        Ended.was_computing = True
        interrupt()
    raise Ended(number)


def _not_lost(found: Any) -> None:
    """Send a signal again that came where Python can only ignore it, as while it cleans up."""
    ended = found.exc_value
    if isinstance(ended, Ended):
        again = Timer(_SOON_SECONDS, signal.raise_signal, (ended.number,))
        again.daemon = True
        again.start()
    else:
        sys.__unraisablehook__(found)
