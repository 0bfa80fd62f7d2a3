"""``metastasis query`` and ``metastasis queries``: SPARQL, shipped or one's own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from metastasis._cli.options import RowForm, open_graph
from metastasis._cli.output import form_of, say, write_rows, write_words
from metastasis._cli.shell import stop
from metastasis._ledger import note_read

if TYPE_CHECKING:
    from metastasis._table import Table
    from metastasis.rdf import Triples

__all__ = ["queries", "query"]


def query(
    name: str,
    *,
    federate: bool = False,
    show: bool = False,
    graph: str | None = None,
    format: RowForm | None = None,  # noqa: A002
    out: Path | None = None,
) -> None:
    """Run a SPARQL query: a shipped one, a file, or standard input.

    SELECT gives rows; ASK gives true or false; CONSTRUCT and DESCRIBE give Turtle, or rows where a
    form of rows is asked for. Our prefixes need no declaration.

    Example: metastasis query 8

    Example: metastasis query mine.rq --format json

    Example: echo 'ASK { primary:breast met:spreadsTo site:bone }' | metastasis query -

    Parameters
    ----------
    name : NAME|FILE|-
        A shipped query by name or number, a file (.rq, .ttl), or - for standard input.
    federate
        Allow SERVICE and foreign FROM, which ask other machines.
    show
        Show the query instead of running it.
    """
    from metastasis._cli.progress import waiting

    text = _query_text(name)
    if show:
        write_words(text.rstrip() + "\n", out)
        return
    kg = open_graph(graph)
    with waiting("asking"):
        answer = kg.query(text, federate=federate)
    _write_answer(answer, format, out)


def queries(*, format: RowForm | None = None, out: Path | None = None) -> None:  # noqa: A002
    """List the shipped queries and the question that each answers.

    Example: metastasis queries
    """
    from metastasis._table import Table
    from metastasis.rdf import shipped_queries

    rows = [(one.name, one.form, one.question) for one in shipped_queries().values()]
    write_rows(Table.of_rows(("name", "form", "question"), rows), format, out)


def _query_text(name: str) -> str:
    from metastasis._errors import UnknownNameError
    from metastasis.rdf import find_query, read_query

    if name == "-":
        return _standard_input()
    path = Path(name)
    if path.suffix in {".rq", ".sparql", ".ttl"} or path.exists():
        note_read(path)
        text = read_query(path)
        return _not_blank(text, name)
    try:
        return find_query(name).text
    except UnknownNameError as error:
        unknown = UnknownNameError("query or query file", name, error.suggestions)
        stop(f"{unknown} The command metastasis queries lists them.", 1)


def _standard_input() -> str:
    from metastasis._errors import ReadError

    if sys.stdin is None:
        raise ReadError("standard input", "it is closed")
    if sys.stdin.isatty():
        say("Write a query and end it with Ctrl-D.")
    try:
        text = sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ReadError("standard input", "it is not UTF-8") from None
    return _not_blank(text, "standard input")


def _not_blank(text: str, place: str) -> str:
    from metastasis._errors import ReadError

    if not text.strip():
        raise ReadError(place, "it is empty; give a SPARQL query")
    return text


def _write_answer(
    answer: Table[Any] | Triples | bool, form: RowForm | None, out: Path | None
) -> None:
    from metastasis._table import Table
    from metastasis.rdf import Triples

    as_rows = form or (form_of(out) if out else None)
    table: Table[Any]
    if isinstance(answer, bool):
        table = Table.of_rows(("answer",), [(answer,)])
        words = f"{str(answer).lower()}\n"
    elif isinstance(answer, Triples):
        table = answer
        flat = out is not None and out.suffix == ".nt"
        words = answer.to_ntriples() if flat else answer.to_turtle()
    else:
        write_rows(answer, form, out)
        return
    if as_rows is None:
        write_words(words, out)
    else:
        write_rows(table, as_rows, out)
