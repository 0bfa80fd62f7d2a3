"""Everything that this package raises on purpose.

::

    MetastasisError
    ├── UnknownNameError      (LookupError)   a name that no primary, site, source, query … has
    ├── AmbiguousNameError    (LookupError)   a name that several have
    ├── TableError            (ValueError)    faults in assertion or catalog tables, all of them
    ├── QueryError            (ValueError)    a SPARQL query that cannot be run
    │   ├── FederationError                   … because it would leave this machine
    │   ├── QueryTimeoutError (TimeoutError)  … in the time that it was given
    │   └── QueryMemoryError  (MemoryError)   … in the memory that it was given
    ├── ReadOnlyError         (TypeError)     a change to what is only read
    ├── GraphError            (ValueError)    RDF that does not hold this graph
    ├── EvidenceError         (ValueError)    a question that the evidence there is cannot answer
    ├── FitError              (ValueError)    a drawing without room where it was asked for
    ├── ReadError             (OSError)       a file or an address that cannot be read
    ├── WriteError            (OSError)       a file that cannot be written
    ├── ServeError            (OSError)       an address that cannot be served
    └── MissingExtraError     (ImportError)   an optional dependency that is not installed

Each is also the built-in named beside it, so that ``except ValueError`` keeps working, and keeps
the object at fault as an attribute.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

__all__ = [
    "AmbiguousNameError",
    "EvidenceError",
    "Fault",
    "FederationError",
    "FitError",
    "GraphError",
    "MetastasisError",
    "MissingExtraError",
    "QueryError",
    "QueryMemoryError",
    "QueryTimeoutError",
    "ReadError",
    "ReadOnlyError",
    "ServeError",
    "TableError",
    "UnknownNameError",
    "WriteError",
    "check_choice",
]


class MetastasisError(Exception):
    """The root of the tree: catch this to catch all that the package raises on purpose."""

    def __reduce__(self) -> tuple[Any, ...]:
        # Python's own way calls the class with the message alone, which most of these do not take:
        # without this no error comes back from another process, or out of a copy.
        return _raised_again, (type(self), self.args, self.__dict__)


class UnknownNameError(MetastasisError, LookupError):
    """A name that nothing of its kind has; ``suggestions`` holds the nearest ones."""

    def __init__(
        self, kind: str, name: str, suggestions: Sequence[str] = (), *, hint: str = ""
    ) -> None:
        self.kind = kind
        self.name = name
        self.suggestions = tuple(suggestions)
        if suggestions and not hint:
            hint = f" Did you mean {_either(self.suggestions)}?"
        super().__init__(f"unknown {kind} {name!r}.{hint}")


class AmbiguousNameError(MetastasisError, LookupError):
    """A name that several things have; ``candidates`` lists them."""

    def __init__(self, kind: str, name: str, candidates: Sequence[str]) -> None:
        self.kind = kind
        self.name = name
        self.candidates = tuple(candidates)
        super().__init__(
            f"{name!r} may be any of these: {', '.join(self.candidates)}. "
            f"Name the {kind} by its key."
        )


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in one place of a table: where, what stands there, and what would mend it."""

    file: str
    row: int | None
    column: str | None
    value: str | None
    remedy: str

    def __str__(self) -> str:
        """Return the fault on one line: ``file, row 3, column count: '12x': …``."""
        where = [self.file]
        if self.row is not None:
            where.append(f"row {self.row}")
        if self.column is not None:
            where.append(f"column {self.column}")
        value = "" if self.value is None else f"{_beginning(self.value)!r}: "
        return f"{', '.join(where)}: {value}{self.remedy}"


_MOST_TOLD: Final = 100
"""Characters of a cell that a message shows."""


def _beginning(value: str) -> str:
    return value if len(value) <= _MOST_TOLD else f"{value[:_MOST_TOLD]}…"


class TableError(MetastasisError, ValueError):
    """All the faults of all the tables read in one go, in ``faults``."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        count = len(self.faults)
        head = "1 fault" if count == 1 else f"{count} faults"
        super().__init__("\n".join([f"{head} in the tables:", *(f"  {f}" for f in self.faults)]))


class QueryError(MetastasisError, ValueError):
    """A SPARQL query that cannot be run; ``query`` holds its text."""

    def __init__(self, message: str, query: str) -> None:
        self.query = query
        super().__init__(message)


class FederationError(QueryError):
    """A query that would reach the network or a local file without being allowed to."""


class QueryTimeoutError(QueryError, TimeoutError):
    """A query that took longer than it was given; ``seconds`` is how long that was."""

    def __init__(self, query: str, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(
            f"the query was ended after {seconds:g} seconds; give it more time, or ask for less",
            query,
        )


class QueryMemoryError(QueryError, MemoryError):
    """A query that took more memory than it was given; ``memory`` is how many bytes that were."""

    def __init__(self, query: str, memory: int) -> None:
        self.memory = memory
        super().__init__(
            f"the query needs more than {memory:,} bytes of memory; give it more, or ask for less",
            query,
        )


class ReadOnlyError(MetastasisError, TypeError):
    """A change to a graph that is only read."""


class GraphError(MetastasisError, ValueError):
    """RDF that is well formed but does not hold a graph of this vocabulary."""


class EvidenceError(MetastasisError, ValueError):
    """A question that the evidence there is cannot answer: none, too little, or not of one kind."""


class FitError(MetastasisError, ValueError):
    """A drawing that has no room where it was asked for; ``remedies`` are what would fit."""

    def __init__(self, what: str, place: object, needs: str, remedies: Sequence[str]) -> None:
        self.what = what
        self.place = str(place)
        self.needs = needs
        self.remedies = tuple(remedies)
        would = f"; what would fit: {'; '.join(self.remedies)}" if self.remedies else ""
        super().__init__(f"{what} has no room in {self.place}: it needs {needs}{would}")


class ReadError(MetastasisError, OSError):
    """A file or an address that cannot be read; ``path`` holds it."""

    def __init__(self, path: str | Path, reason: str) -> None:
        self.path = path
        super().__init__(f"cannot read {path}: {reason}")


class WriteError(MetastasisError, OSError):
    """A file that cannot be written; what stood there before still does."""

    def __init__(self, path: str | Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"cannot write {path}: {reason}")


class ServeError(MetastasisError, OSError):
    """An address at which no server can run; ``reason`` says why."""

    def __init__(self, address: str, reason: str) -> None:
        self.address = address
        self.reason = reason
        super().__init__(f"cannot serve at {address}: {reason}")


class MissingExtraError(MetastasisError, ImportError):
    """An optional dependency that is not installed; ``extra`` names what to install."""

    def __init__(self, package: str, extra: str) -> None:
        self.package = package
        self.extra = extra
        super().__init__(
            f"this needs {package}, which the extra {extra!r} brings: "
            f"pip install 'metastasis[{extra}]' (in a checkout: pip install '.[{extra}]')"
        )


def _raised_again(
    kind: type[MetastasisError], arguments: tuple[Any, ...], values: dict[str, Any]
) -> MetastasisError:
    # The one of its parents that says what an object of it looks like makes it: of a class that is
    # both a ValueError and an OSError, Python looks the other one up.
    error: MetastasisError = (kind.__base__ or kind).__new__(kind, *arguments)
    error.args = arguments
    error.__dict__.update(values)
    return error


def _either(names: Sequence[str]) -> str:
    quoted = [repr(name) for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"


def check_choice(name: str, value: str, choices: Collection[str]) -> None:
    """Raise an error unless a value is one of the choices.

    >>> check_choice("how", "both", ("any", "all"))
    Traceback (most recent call last):
    ...
    metastasis.UnknownNameError: unknown how 'both'. Did you mean 'any' or 'all'?

    Raises
    ------
    UnknownNameError
        It is none of them.
    """
    if value not in choices:
        raise UnknownNameError(name, value, tuple(choices))


# Users meet these as ``metastasis.TableError``: tracebacks and pickles name them so.
for _name in __all__[:-1]:
    globals()[_name].__module__ = "metastasis"
