"""``metastasis query`` and ``metastasis queries``: SPARQL, shipped or one's own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, NoReturn, cast

from metastasis._cli.amounts import bytes_amount, seconds_amount
from metastasis._cli.options import RowForm, open_graph
from metastasis._cli.output import form_of, say, write_rows, write_words
from metastasis._cli.shell import stop
from metastasis._ledger import note_read

if TYPE_CHECKING:
    from metastasis._table import Table
    from metastasis.rdf import Rows, Triples

__all__ = ["queries", "query"]

QueryForm = Literal[
    "table",
    "csv",
    "tsv",
    "json",
    "sparql-json",
    "sparql-xml",
    "sparql-csv",
    "sparql-tsv",
    "ttl",
    "nt",
    "xml",
    "jsonld",
]
"""How an answer is written: rows as by every command, results as SPARQL has them, and triples."""
_ENDINGS: Final[dict[str, QueryForm]] = {
    ".srj": "sparql-json",
    ".srx": "sparql-xml",
    ".ttl": "ttl",
    ".nt": "nt",
    ".rdf": "xml",
    ".jsonld": "jsonld",
}
_RDF: Final = ("ttl", "nt", "xml", "jsonld")


def query(
    name: str,
    *,
    federate: bool = False,
    timeout: Annotated[float, seconds_amount] | None = None,
    memory: Annotated[float, bytes_amount] | None = None,
    show: bool = False,
    graph: str | None = None,
    format: QueryForm | None = None,  # noqa: A002
    out: Path | None = None,
) -> None:
    """Run a SPARQL query: a shipped one, a file, or standard input.

    SELECT gives rows; ASK gives true or false; CONSTRUCT and DESCRIBE give Turtle, or rows where a
    form of rows is asked for. Our prefixes need no declaration.

    Example: metastasis query 8

    Example: metastasis query mine.rq --format sparql-json --timeout 60s

    Example: echo 'ASK { primary:breast met:spreadsTo site:bone }' | metastasis query -

    Parameters
    ----------
    name : NAME|FILE|-
        A shipped query by name or number, a file (.rq, .ttl), or - for standard input.
    federate
        Allow SERVICE and foreign FROM, which ask other machines.
    timeout
        End the query after this time, such as 60s.
    memory
        End the query when it takes more, such as 512MB.
    show
        Show the query instead of running it.
    format
        How the answer is written: rows as a table, csv, tsv or json; SELECT and ASK as SPARQL
        results (.srj, .srx); CONSTRUCT and DESCRIBE as ttl, nt, xml or jsonld. [default: what the
        ending of --out tells; else table on a terminal, csv on a pipe, Turtle for triples]
    """
    from metastasis._cli.progress import waiting

    text = _query_text(name)
    if show:
        write_words(text.rstrip() + "\n", out)
        return
    kg = open_graph(graph)
    with waiting("asking"):
        answer = kg.query(
            text, federate=federate, timeout=timeout, memory=None if memory is None else int(memory)
        )
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


def _write_answer(answer: Rows | Triples | bool, form: QueryForm | None, out: Path | None) -> None:
    if form is None and out is not None:
        form = _ENDINGS.get(out.suffix.lower())
    if form is not None and form.startswith("sparql-"):
        write_words(_lined(_results(answer, form.removeprefix("sparql-"))), out)
    elif form in _RDF:
        write_words(_lined(_triples(answer, form)), out)
    else:
        _write_rows(answer, cast("RowForm | None", form), out)


def _lined(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"


def _results(answer: Rows | Triples | bool, form: Any) -> str:
    from metastasis.rdf import Rows
    from metastasis.rdf._sparql.answers import truth_text

    if isinstance(answer, bool):
        return truth_text(answer, form)
    return answer.to_sparql(form) if isinstance(answer, Rows) else _misfit(f"sparql-{form}", "ttl")


def _triples(answer: Rows | Triples | bool, form: str) -> str:
    from metastasis.rdf import Triples

    if not isinstance(answer, Triples):
        _misfit(form, "sparql-json")
    written = {
        "ttl": answer.to_turtle,
        "nt": answer.to_ntriples,
        "xml": answer.to_rdf_xml,
        "jsonld": answer.to_json_ld,
    }
    return written[form]()


def _misfit(form: str, other: str) -> NoReturn:
    stop(f"this query does not give what {form} holds; give --format {other}, or a form of rows", 2)


def _write_rows(answer: Rows | Triples | bool, form: RowForm | None, out: Path | None) -> None:
    from metastasis._table import Table
    from metastasis.rdf import Triples

    form = form or (form_of(out) if out else None)
    table: Table[Any]
    if isinstance(answer, bool):
        table = Table.of_rows(("answer",), [(answer,)])
        words = f"{str(answer).lower()}\n"
    elif isinstance(answer, Triples):
        table, words = answer, answer.to_turtle()
    else:
        write_rows(answer, form, out)
        return
    if form is None:
        write_words(words, out)
    else:
        write_rows(table, form, out)
