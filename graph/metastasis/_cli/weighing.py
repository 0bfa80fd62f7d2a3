"""The commands that weigh evidence: pooling, contradictions, gaps, and what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from metastasis._cli.options import FormatOption, GraphOption, OutOption, open_graph
from metastasis._cli.output import say, write_rows

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from metastasis._cli.output import RowFormat
    from metastasis._table import Table

__all__ = ["add_commands"]

PrimaryArgument = Annotated[
    str | None, typer.Argument(metavar="[PRIMARY]", help="Only this cancer.  [default: all]")
]


def pool(
    primary: Annotated[str, typer.Argument(metavar="PRIMARY", help="The cancer.")],
    site: Annotated[str, typer.Argument(metavar="SITE", help="The site.")],
    method: Annotated[
        str,
        typer.Option(
            metavar="METHOD",
            help="binomial_normal, reml, paule_mandel or dersimonian_laird.",
        ),
    ] = "binomial_normal",
    graph: GraphOption = None,
    format: FormatOption = None,  # noqa: A002
    out: OutOption = None,
) -> None:
    """Pool the shares of one pair: what entered, what did not, and why.

    Only numbers out of the same people are pooled: one row for each denominator, setting,
    occurrence, stage, population and route.

    Example: metastasis pool "differentiated thyroid cancer" lung
    """
    _write(open_graph(graph).pool(primary, site, method=method), format, out)


def conflicts(
    primary: PrimaryArgument = None,
    graph: GraphOption = None,
    format: FormatOption = None,  # noqa: A002
    out: OutOption = None,
) -> None:
    """List the assertions that cannot both hold, and why.

    A denial against a report, intervals of like numbers that do not overlap, or rare in words
    against a count of at least 10 %.

    Example: metastasis conflicts

    Example: metastasis conflicts "brain cancer" --format json
    """
    _write(open_graph(graph).conflicts(primary), format, out)


def gaps(
    primary: PrimaryArgument = None,
    top: Annotated[int, typer.Option(min=1, help="How many rows.")] = 20,
    reached_by: Annotated[
        int,
        typer.Option(
            "--reached-by", min=0, help="Only sites that so many cancers are reported to reach."
        ),
    ] = 3,
    graph: GraphOption = None,
    format: FormatOption = None,  # noqa: A002
    out: OutOption = None,
) -> None:
    """List where evidence is thin against how common the cancer is.

    New cases a year in the world, over the documents that count patients with the pair.

    Example: metastasis gaps

    Example: metastasis gaps prostate --top 5
    """
    found = open_graph(graph).gaps(primary, reached_by=reached_by, top=top)
    _write(found, format, out)


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="A graph file, or an address.")],
    new: Annotated[
        str | None,
        typer.Argument(metavar="[NEW]", help="The other.  [default: the shipped graph]"),
    ] = None,
    format: FormatOption = None,  # noqa: A002
    out: OutOption = None,
) -> None:
    """Show what changed from one graph to another, by source.

    Assertions and edges that appeared, moved or vanished; files in any form that holds the graph.

    Example: metastasis diff metastasis-2026.11.nq build/metastasis.nq
    """
    _write(open_graph(new).changes(open_graph(old).evidence), format, out)


def add_commands(app: typer.Typer) -> None:
    """Give an application these commands."""
    for command in (conflicts, pool, gaps, diff):
        app.command()(command)


def _write(answer: Table[Any], form: RowFormat | None, out: Path | None) -> None:
    write_rows(answer, form, out)
    for note in answer.notes:
        say(note)
