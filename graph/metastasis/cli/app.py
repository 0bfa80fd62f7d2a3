"""The commands that read the graph.

Exit codes: 0 done; 1 the input, a file or a query is at fault; 2 the command line is; 3 ``validate``
found faults; 130 interrupted.
"""

from __future__ import annotations

import sys
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from metastasis.cli.output import RowFormat, say, write_rows, write_words
from metastasis.errors import MetastasisError, UnknownNameError

if TYPE_CHECKING:
    from metastasis.graph import KnowledgeGraph

__all__ = ["app", "main"]


class Group(TyperGroup):
    """Turns what the package raises on purpose into one sentence and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except MetastasisError as error:
            _stop(f"metastasis: {error}", 1)
        except KeyboardInterrupt:
            _stop("metastasis: interrupted; files that were being written are as they were before", 130)
        except BrokenPipeError:
            sys.stderr.close()
            raise typer.Exit(0) from None
        except MemoryError:
            _stop("metastasis: not enough memory", 1)


app = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help=(
        "Metastasis: a knowledge graph of where each cancer spreads, who says so, how often, and out "
        "of whom. Primaries and sites may be named by key, label, synonym, CURIE or code. "
        "Not for clinical use."
    ),
    epilog="Exit codes: 0 done, 1 input at fault, 2 command line at fault, 3 faults found by validate.",
)


class How(str, Enum):
    """One of the named things, or every one."""

    any = "any"
    all = "all"


class Edge(str, Enum):
    """Which edges count."""

    any = "any"
    commonly = "commonly"
    possibly = "possibly"
    rarely = "rarely"


GraphOption = Annotated[
    str | None,
    typer.Option("--graph", metavar="FILE|ADDRESS", help="A graph file or SPARQL endpoint instead of the shipped graph."),
]
FormatOption = Annotated[
    RowFormat | None, typer.Option("--format", help="Default: table on a terminal, CSV on a pipe.")
]
OutOption = Annotated[Path | None, typer.Option("--out", help="A file instead of standard output.")]
EdgeOption = Annotated[Edge, typer.Option(help="Only edges of this class.")]
RollUpOption = Annotated[
    bool, typer.Option("--roll-up/--exact", help="Whether a part counts as its whole (a vertebra as bone).")
]


def main() -> None:
    """Run the command line."""
    app()


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version and leave.")] = False,
) -> None:
    if version:
        from metastasis import __version__
        from metastasis.vocabulary import DATA_RELEASE

        sys.stdout.write(f"metastasis {__version__}, data release {DATA_RELEASE}\n")
        raise typer.Exit
    if context.invoked_subcommand is None:
        sys.stdout.write(context.get_help() + "\n")
        raise typer.Exit(2)


@app.command()
def info(graph: GraphOption = None, format: FormatOption = None, out: OutOption = None) -> None:  # noqa: A002
    """Say what the graph holds: numbers of things, and its sources."""
    from metastasis.summary import summary

    write_rows(summary(_graph(graph)), format, out)


@app.command()
def primaries(
    sites: Annotated[list[str], typer.Argument(metavar="SITE...", help="One or more sites.")],
    how: Annotated[How, typer.Option(help="Spread to any of the sites, or to all.")] = How.any,
    edge: EdgeOption = Edge.any,
    roll_up: RollUpOption = True,
    graph: GraphOption = None,
    format: FormatOption = None,  # noqa: A002
    out: OutOption = None,
) -> None:
    """List the cancers that spread to a site, or share several.

    Example: metastasis primaries liver bone --how all
    """
    found = _graph(graph).primaries_with(*sites, how=how.value, edge=edge.value, roll_up=roll_up)
    write_rows(found, format, out)


@app.command()
def sites(
    primary: Annotated[str, typer.Argument(help="The cancer.")],
    edge: EdgeOption = Edge.any,
    graph: GraphOption = None,
    format: FormatOption = None,  # noqa: A002
    out: OutOption = None,
) -> None:
    """List the sites that a cancer spreads to, with every figure and its source.

    Example: metastasis sites breast --edge commonly
    """
    kg = _graph(graph)
    key = kg.catalog.primary(primary).key
    write_rows(kg.sites_of(key, edge=edge.value), format, out)
    if conflicts := kg.conflicts(key):
        say(f"Reported and denied, so without an edge: {', '.join(s.site_label for s in conflicts)} (see explain).")
    if subtypes := sorted(kg.catalog.subtypes(key) - {key}):
        say(f"Subtypes are asked for by their own names: {', '.join(subtypes)}.")


@app.command()
def shared(
    primaries: Annotated[list[str], typer.Argument(metavar="PRIMARY...", help="Two or more cancers.")],
    how: Annotated[How, typer.Option(help="Sites of all of them, or of any.")] = How.all,
    edge: EdgeOption = Edge.any,
    roll_up: RollUpOption = True,
    graph: GraphOption = None,
    format: FormatOption = None,  # noqa: A002
    out: OutOption = None,
) -> None:
    """List the sites that cancers share.

    Example: metastasis shared breast prostate lung
    """
    if len(set(primaries)) < 2:
        _stop("metastasis: name at least two cancers", 2)
    found = _graph(graph).shared_sites(*primaries, how=how.value, edge=edge.value, roll_up=roll_up)
    write_rows(found, format, out)


@app.command()
def explain(
    primary: Annotated[str, typer.Argument(help="The cancer.")],
    site: Annotated[str, typer.Argument(help="The site.")],
    graph: GraphOption = None,
    format: FormatOption = None,  # noqa: A002
    out: OutOption = None,
) -> None:
    """Show everything behind one pair: each assertion, the rule, and what would remove the edge.

    Words by default; --format table, csv, tsv or json gives the assertions as rows.
    Example: metastasis explain prostate bone
    """
    explanation = _graph(graph).explain(primary, site)
    if format is None:
        write_words(f"{explanation}\n", out)
    else:
        write_rows(explanation.table(), format, out)


@app.command()
def query(
    name: Annotated[str, typer.Argument(metavar="NAME|FILE|-", help="A shipped query (name or number), a file, or - for standard input.")],
    federate: Annotated[bool, typer.Option("--federate", help="Allow SERVICE and foreign FROM, which ask other machines.")] = False,
    show: Annotated[bool, typer.Option("--show", help="Show the query instead of running it.")] = False,
    graph: GraphOption = None,
    format: FormatOption = None,  # noqa: A002
    out: OutOption = None,
) -> None:
    """Run a SPARQL query: a shipped one, one from a file, or one from standard input.

    Example: echo 'SELECT ?s { primary:breast met:commonlySpreadsTo ?s }' | metastasis query -
    """
    text = _query_text(name)
    if show:
        write_words(text.rstrip() + "\n", out)
        return
    answer = _graph(graph).query(text, federate=federate)
    if isinstance(answer, bool):
        write_words(f"{str(answer).lower()}\n", out)
    elif hasattr(answer, "to_turtle") and format is None:
        write_words(answer.to_turtle(), out)
    else:
        write_rows(answer, format, out)


@app.command()
def queries(format: FormatOption = None, out: OutOption = None) -> None:  # noqa: A002
    """List the shipped queries and the question that each answers."""
    from metastasis.queries import shipped_queries
    from metastasis.tables import Rows

    rows = [(one.name, one.form, one.question) for one in shipped_queries().values()]
    write_rows(Rows(("name", "form", "question"), rows), format, out)


@app.command()
def export(
    name: Annotated[str, typer.Argument(metavar="FORMAT", help="nq, trig, ttl, nt, jsonld, xml, csv, kgx, graphml, node-link or cytoscape.")],
    out: Annotated[Path | None, typer.Option("--out", help="The file (for kgx, the folder) to write; default: its usual name, here.")] = None,
    graph: GraphOption = None,
) -> None:
    """Write the graph in another form.

    Example: metastasis export kgx --out kgx/
    """
    from metastasis.exchange import export as write
    from metastasis.exchange import find_export

    form = find_export(name)
    for path in write(_graph(graph), form.name, out or Path(form.file)):
        say(f"wrote {path}")


@app.command()
def draw(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="network or heatmap.")],
    primary: Annotated[list[str] | None, typer.Option("--primary", help="Only this cancer; may be given again.")] = None,
    site: Annotated[list[str] | None, typer.Option("--site", help="Only this site; may be given again.")] = None,
    edge: EdgeOption = Edge.any,
    format: Annotated[str | None, typer.Option("--format", help="png, svg or pdf; default: what the file's ending tells, else png.")] = None,  # noqa: A002
    out: Annotated[Path | None, typer.Option("--out", help="The file to write; default: KIND.FORMAT, here.")] = None,
    graph: GraphOption = None,
) -> None:
    """Draw an organ-network diagram.

    Example: metastasis draw network --primary breast --primary prostate --out spread.svg
    """
    from metastasis.diagrams import Draw, save

    ending = format or (out.suffix.lstrip(".") if out and out.suffix else "png")
    path = out or Path(f"{kind}.{ending}")
    diagram = Draw(_graph(graph)).kind(kind)(primaries=primary, sites=site, edge=edge.value)
    save(diagram, path, ending)
    say(f"wrote {path}\n{diagram.alt_text}")


@app.command()
def build(
    out: Annotated[Path, typer.Option("--out", help="The folder to write to.")] = Path("build"),
    assertions: Annotated[list[Path] | None, typer.Option("--assertions", help="An assertion table of your own, beside the shipped ones; may be given again.")] = None,
    sources: Annotated[list[Path] | None, typer.Option("--sources", help="A table of your own sources, columns as in ontology/catalog/sources.csv.")] = None,
    form: Annotated[list[str] | None, typer.Option("--form", help="Only this form (as in export); may be given again.")] = None,
) -> None:
    """Build the graph from the evidence and write it in every form.

    Example: metastasis build --out build --assertions mine.csv --sources my-sources.csv
    """
    from metastasis.cli.building import build_graph, write_forms

    kg = build_graph(assertions or [], sources or [])
    write_forms(kg, out, form or [])


@app.command()
def validate(
    files: Annotated[list[Path] | None, typer.Argument(metavar="[FILE...]", help="Assertion tables (.csv) or graphs (.nq, .ttl …); default: all that is shipped.")] = None,
    sources: Annotated[list[Path] | None, typer.Option("--sources", help="A table of your own sources.")] = None,
) -> None:
    """Check assertion tables by the reader's rules, and graphs against the SHACL shapes.

    Exit code 3 and a list of every fault where there are any.
    """
    from metastasis.cli.checking import faults_in

    found = faults_in(files or [], sources or [])
    for fault in found:
        sys.stdout.write(f"{fault}\n")
    say(f"{len(found)} fault{'' if len(found) == 1 else 's'}")
    if found:
        raise typer.Exit(3)


def _graph(place: str | None) -> KnowledgeGraph:
    from metastasis.graph import KnowledgeGraph, load

    return load() if place is None else KnowledgeGraph.read(place)


def _query_text(name: str) -> str:
    from metastasis.queries import find_query, read_query

    if name == "-":
        return sys.stdin.read()
    path = Path(name)
    if path.suffix in {".rq", ".sparql", ".ttl"} or path.is_file():
        return read_query(path)
    try:
        return find_query(name).text
    except UnknownNameError as error:
        raise UnknownNameError("query or query file", name, error.suggestions) from None


def _stop(message: str, code: int) -> NoReturn:
    say(message)
    raise typer.Exit(code)
