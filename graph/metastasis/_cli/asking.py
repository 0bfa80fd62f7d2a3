"""The commands that ask the graph and answer on standard output."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from metastasis._cli.options import (
    Edge,
    EdgeOption,
    FormatOption,
    GraphOption,
    How,
    OutOption,
    RollUpOption,
    open_graph,
)
from metastasis._cli.output import RowFormat, form_of, say, write_rows, write_words
from metastasis._cli.shell import stop

if TYPE_CHECKING:
    from metastasis._evidence.pair import Pair
    from metastasis._graph import KnowledgeGraph
    from metastasis._table import Table
    from metastasis.rdf._query import Triples

__all__ = ["add_commands"]


def info(
    graph: GraphOption = None,
    format: FormatOption = None,  # noqa: A002
    out: OutOption = None,
) -> None:
    """Say what the graph holds: numbers of things, and its sources.

    Example: metastasis info
    """
    write_rows(open_graph(graph).summary(), format, out)


def primaries(
    sites: Annotated[list[str], typer.Argument(metavar="SITE...", help="One or more sites.")],
    how: Annotated[How, typer.Option(help="Spread to any of the sites, or to all.")] = How.any,
    edge: EdgeOption = Edge.any,
    roll_up: RollUpOption = True,
    graph: GraphOption = None,
    format: FormatOption = None,  # noqa: A002
    out: OutOption = None,
) -> None:
    """List the cancers that spread to a site, or to several.

    Example: metastasis primaries liver bone --how all

    Example: metastasis primaries UBERON:0002107 --edge commonly --format json
    """
    kg = open_graph(graph)
    found = kg.primaries_with(*sites, how=how.value, edge=edge.value, roll_up=roll_up)
    write_rows(found, format, out)
    if not found:
        keys = {kg.catalog.site(name).key for name in sites}
        wholes = frozenset().union(*map(kg.catalog.wholes, keys)) - keys
        if names := labels_with_evidence(kg, sites=wholes):
            say(f"There is evidence on what it is part of: {names}.")


def sites(
    primary: Annotated[str, typer.Argument(metavar="PRIMARY", help="The cancer.")],
    edge: EdgeOption = Edge.any,
    graph: GraphOption = None,
    format: FormatOption = None,  # noqa: A002
    out: OutOption = None,
) -> None:
    """List the sites a cancer spreads to, each with its sources.

    Example: metastasis sites breast --edge commonly

    Example: metastasis sites "bowel cancer" --out bowel.csv
    """
    kg = open_graph(graph)
    key = kg.catalog.primary(primary).key
    write_rows(kg.sites_of(key, edge=edge.value), format, out)
    said = kg.evidence.pairs(primaries={key}, places_only=False)
    found = [pair for pair in said if pair.status == "conflicting"]
    denied = [one for one in found if one.edge is None and _is_denied(one)]
    if labels := ", ".join(one.site_label for one in denied):
        say(f"Reported and denied, so without an edge: {labels} (see explain).")
    if labels := ", ".join(one.site_label for one in found if one not in denied):
        say(f"Sources conflict on: {labels} (see conflicts).")
    relatives = (kg.catalog.subtypes(key) | kg.catalog.supertypes(key)) - {key}
    if names := labels_with_evidence(kg, primaries=relatives):
        say(f"Broader and narrower cancers with evidence of their own: {names}.")


def _is_denied(pair: Pair) -> bool:
    return any(one.disagreement == "denied" for one in pair.conflicts)


def labels_with_evidence(
    kg: KnowledgeGraph,
    primaries: frozenset[str] | None = None,
    sites: frozenset[str] | None = None,
) -> str:
    """Return the labels of those of these primaries or sites of which some source speaks."""
    found = kg.evidence.pairs(primaries=primaries, sites=sites)
    labels = {one.site_label if primaries is None else one.primary_label for one in found}
    return ", ".join(sorted(labels, key=str.casefold))


def shared(
    primaries: Annotated[
        list[str], typer.Argument(metavar="PRIMARY...", help="Two or more cancers.")
    ],
    how: Annotated[How, typer.Option(help="Sites of all of them, or of any.")] = How.all,
    edge: EdgeOption = Edge.any,
    roll_up: RollUpOption = True,
    graph: GraphOption = None,
    format: FormatOption = None,  # noqa: A002
    out: OutOption = None,
) -> None:
    """List the sites that cancers share.

    Example: metastasis shared breast prostate lung --edge commonly
    """
    kg = open_graph(graph)
    if len({kg.catalog.primary(name).key for name in primaries}) < 2:
        stop("name at least two different cancers", 2)
    found = kg.shared_sites(*primaries, how=how.value, edge=edge.value, roll_up=roll_up)
    write_rows(found, format, out)


def explain(
    primary: Annotated[str, typer.Argument(metavar="PRIMARY", help="The cancer.")],
    site: Annotated[str, typer.Argument(metavar="SITE", help="The site.")],
    graph: GraphOption = None,
    format: Annotated[  # noqa: A002
        RowFormat | None,
        typer.Option("--format", help="The assertions as rows in this form.  [default: words]"),
    ] = None,
    out: OutOption = None,
) -> None:
    """Show all behind one pair: who says so, and what would undo it.

    Words with each assertion, the rule that makes the edge, and the sources without which the edge
    would change; --format gives the assertions as rows.

    Example: metastasis explain prostate bone

    Example: metastasis explain prostate bone --format csv
    """
    explanation = open_graph(graph).explain(primary, site)
    if format is None and (out is None or form_of(out) in (None, RowFormat.table)):
        write_words(f"{explanation}\n", out, notice="")
    else:
        write_rows(explanation.table(), format, out)


def query(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME|FILE|-",
            help="A shipped query by name or number, a file (.rq, .ttl), or - for standard input.",
        ),
    ],
    federate: Annotated[
        bool,
        typer.Option(
            "--federate", help="Allow SERVICE and foreign FROM, which ask other machines."
        ),
    ] = False,
    show: Annotated[
        bool, typer.Option("--show", help="Show the query instead of running it.")
    ] = False,
    graph: GraphOption = None,
    format: FormatOption = None,  # noqa: A002
    out: OutOption = None,
) -> None:
    """Run a SPARQL query: a shipped one, a file, or standard input.

    SELECT gives rows; ASK gives true or false; CONSTRUCT and DESCRIBE give Turtle, or rows where a
    form of rows is asked for. Our prefixes need no declaration.

    Example: metastasis query 8

    Example: metastasis query mine.rq --format json

    Example: echo 'ASK { primary:breast met:spreadsTo site:bone }' | metastasis query -
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


def queries(format: FormatOption = None, out: OutOption = None) -> None:  # noqa: A002
    """List the shipped queries and the question that each answers.

    Example: metastasis queries
    """
    from metastasis._table import Table
    from metastasis.rdf._shipped_queries import shipped_queries

    rows = [(one.name, one.form, one.question) for one in shipped_queries().values()]
    write_rows(Table.of_rows(("name", "form", "question"), rows), format, out)


def names(
    text: Annotated[
        str, typer.Argument(metavar="[TEXT]", help="Only names with this in them.")
    ] = "",
    graph: GraphOption = None,
    format: FormatOption = None,  # noqa: A002
    out: OutOption = None,
) -> None:
    """List the primaries and sites, and what else they are called.

    Example: metastasis names kidney
    """
    from metastasis._table import Table

    catalog = open_graph(graph).catalog
    found = [
        (what, one.key, one.label, one.kind, "; ".join(one.synonyms))
        for what, records in (("primary", catalog.primaries), ("site", catalog.sites))
        for one in records.values()
        if text.casefold() in " ".join((one.key, one.label, *one.synonyms)).casefold()
    ]
    write_rows(Table.of_rows(("what", "key", "label", "kind", "synonyms"), found), format, out)


def add_commands(app: typer.Typer) -> None:
    """Give an application these commands."""
    for command in (info, names, primaries, sites, shared, explain, query, queries):
        app.command()(command)


def _query_text(name: str) -> str:
    from metastasis._errors import UnknownNameError
    from metastasis.rdf._shipped_queries import find_query, read_query

    if name == "-":
        return _standard_input()
    path = Path(name)
    if path.suffix in {".rq", ".sparql", ".ttl"} or path.exists():
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
    answer: Table[Any] | Triples | bool, form: RowFormat | None, out: Path | None
) -> None:
    from metastasis._table import Table
    from metastasis.rdf._query import Triples

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
