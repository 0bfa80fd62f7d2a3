"""What the commands share: how the graph is opened, and the commands that answer with a table."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, Literal

import click

from metastasis._cli.signature import (
    Command,
    Spoken,
    bind,
    options_of,
    set_by_user,
    spoken_parts,
)
from metastasis._cli.types import Named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from metastasis._graph import KnowledgeGraph

__all__ = [
    "FormName",
    "RowForm",
    "answering",
    "open_graph",
    "row_options",
    "wrong_usage",
]

RowForm = Literal["table", "csv", "tsv", "json"]
"""How rows are written."""


def _forms() -> Named:
    """Return the forms of the graph, when a command that takes one is made."""
    from metastasis.rdf import FORMS

    return Named(FORMS)


FormName = Annotated[str, _forms]


def open_graph(place: str | None) -> KnowledgeGraph:
    """Return the graph of a file or an endpoint, or the shipped one.

    Raises
    ------
    ReadError, GraphError, UnknownNameError
        As :meth:`metastasis.KnowledgeGraph.read`.
    """
    from metastasis._cli.progress import waiting
    from metastasis._graph import KnowledgeGraph, load

    if place is None:
        return load()
    with waiting(f"reading {place}"):
        return KnowledgeGraph.read(place)


def row_options(spoken: Spoken, *names: str) -> list[click.Parameter]:
    """Return the options that end the command lines of answers, those of these names or all.

    ``spoken`` is the docstring of the command, which may describe them in words of its own.
    """
    found = options_of(_answers, spoken=spoken, arguments=True)
    return [one for one in found if not names or one.name in names]


def _answers(
    *,
    graph: str | None = None,
    format: RowForm | None = None,  # noqa: A002
    out: Path | None = None,
) -> None:
    """Hold the options."""


def answering(
    name: str,
    function: Callable[..., Any],
    take: Callable[[KnowledgeGraph], Any],
    *,
    arguments: bool = False,
) -> Command:
    """Return a command that writes what a function answers.

    ``take`` gives what the function takes first: the graph, or its evidence.
    """
    ends = row_options(spoken_parts(function))

    def answer(**values: Any) -> None:
        from metastasis._cli.output import write_answer
        from metastasis._cli.progress import waiting

        graph, form, out = (values.pop(str(one.name)) for one in ends)
        listed, named = bind(function, set_by_user(click.get_current_context(), values))
        kg = open_graph(graph)
        with waiting(name), wrong_usage():
            found = function(take(kg), *listed, **named)
        write_answer(found, form, out)

    own = options_of(function, skip=1, arguments=arguments)
    return Command(name, function, answer, [*own, *ends])


@contextmanager
def wrong_usage() -> Iterator[None]:
    """End the command where options do not fit each other; other faults go on."""
    from metastasis._cli.shell import stop
    from metastasis._errors import MetastasisError

    try:
        yield
    except MetastasisError:
        raise
    except ValueError as error:
        stop(str(error), 2)
