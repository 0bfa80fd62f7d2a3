"""``metastasis analyze``: what follows from the graph, by name.

The analyses stand in :mod:`metastasis._cli.analyses`; here are the command and its options.
"""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - Typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from metastasis._cli.analyses import ANALYSES, find_analysis, run_analysis
from metastasis._cli.options import Edge, FormatOption, GraphOption, How, OutOption, open_graph
from metastasis._cli.output import say, write_rows
from metastasis._cli.shell import stop

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metastasis._cli.output import RowFormat
    from metastasis._graph import KnowledgeGraph
    from metastasis._table import Table

__all__ = ["add_commands", "analyze"]

_FLAGS: Final = {"primaries": "--primary", "sites": "--site"}


def analyze(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="The analysis.  [default: list them]"),
    ] = None,
    primary: Annotated[
        list[str] | None,
        typer.Option("--primary", metavar="PRIMARY", help="A cancer; may be given again."),
    ] = None,
    site: Annotated[
        list[str] | None,
        typer.Option("--site", metavar="SITE", help="A site; may be given again."),
    ] = None,
    how: Annotated[How | None, typer.Option(help="Shared by any of them, or by all.")] = None,
    of: Annotated[
        str | None, typer.Option(metavar="SIDE", help="Compare primaries, or sites.")
    ] = None,
    measure: Annotated[
        str | None,
        typer.Option(metavar="MEASURE", help="jaccard, cosine or bray_curtis."),
    ] = None,
    denominator: Annotated[
        str | None, typer.Option(metavar="DENOMINATOR", help="Only figures out of these.")
    ] = None,
    setting: Annotated[
        str | None, typer.Option(metavar="SETTING", help="Only figures of this setting.")
    ] = None,
    source: Annotated[
        str | None, typer.Option(metavar="SOURCE", help="Only figures of this source.")
    ] = None,
    occurrence: Annotated[
        str | None,
        typer.Option(metavar="OCCURRENCE", help="any, only_site or first_site.  [default: any]"),
    ] = None,
    figure: Annotated[
        str | None,
        typer.Option(
            metavar="WHICH", help="Where several sources count a pair: largest, or each apart."
        ),
    ] = None,
    edge: Annotated[Edge | None, typer.Option(help="Only edges of this class.")] = None,
    distinct: Annotated[
        bool | None,
        typer.Option(
            "--distinct/--overlapping",
            help="Count a cancer and its kinds once, a site and its parts once.",
        ),
    ] = None,
    top: Annotated[int | None, typer.Option(min=1, help="Only so many rows.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Where chance starts.")] = None,
    draws: Annotated[int | None, typer.Option(min=1, help="How many random draws.")] = None,
    sequences: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A table of your own: sites of patients, in order."),
    ] = None,
    smoothing: Annotated[
        float | None,
        typer.Option(min=0, help="Steps assumed, beside those seen, to each other site."),
    ] = None,
    among: Annotated[
        str | None,
        typer.Option(metavar="WHICH", help="Sites to set against each other: all, or arteries."),
    ] = None,
    absent: Annotated[
        list[str] | None,
        typer.Option(metavar="SITE", help="A site examined and clear; may be given again."),
    ] = None,
    sex: Annotated[str | None, typer.Option(metavar="SEX", help="female or male.")] = None,
    prior: Annotated[
        str | None, typer.Option(metavar="PRIOR", help="uniform, incidence or cohort.")
    ] = None,
    patterns: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A table of your own: sets of sites of patients."),
    ] = None,
    graph: GraphOption = None,
    format: FormatOption = None,  # noqa: A002
    out: OutOption = None,
) -> None:
    """Work out what follows from the graph; without a name, list the analyses.

    Each takes the options that its line in the list names, and refuses the others.

    Example: metastasis analyze

    Example: metastasis analyze similarity --measure jaccard --top 20

    Example: metastasis analyze profiles --denominator autopsies --setting at_autopsy
    """
    from metastasis._cli.progress import waiting

    options: dict[str, Any] = {
        "primaries": primary,
        "sites": site,
        "how": how.value if how else None,
        "of": of,
        "measure": measure,
        "denominator": denominator,
        "setting": setting,
        "source": source,
        "occurrence": occurrence,
        "figure": figure,
        "edge": edge.value if edge else None,
        "distinct": distinct,
        "top": top,
        "seed": seed,
        "draws": draws,
        "sequences": sequences,
        "smoothing": smoothing,
        "among": among,
        "absent": absent,
        "sex": sex,
        "prior": prior,
        "patterns": patterns,
    }
    given = {option: value for option, value in options.items() if value not in (None, [])}
    if name is None:
        write_rows(_listed(), format, out)
    else:
        _check_options(name, given)
        kg = open_graph(graph)
        with waiting(name):
            table = _answer(name, kg, given)
        _write(table, format, out)


def add_commands(app: typer.Typer) -> None:
    """Give an application this command."""
    app.command()(analyze)


def _answer(name: str, kg: KnowledgeGraph, given: Mapping[str, Any]) -> Table[Any]:
    from metastasis._errors import MetastasisError

    try:
        return run_analysis(name, kg, given)
    except MetastasisError:
        raise
    except ValueError as error:
        stop(str(error), 2)


def _check_options(name: str, given: Mapping[str, Any]) -> None:
    analysis = find_analysis(name)
    if foreign := [option for option in given if option not in analysis.options]:
        takes = f"it takes {_flags(analysis.options)}" if analysis.options else "it takes none"
        stop(f"the analysis {name} has no {_flags(foreign)}; {takes}", 2)
    if missing := [option for option in analysis.needs if option not in given]:
        stop(f"the analysis {name} needs {_flags(missing)}", 2)


def _flags(options: tuple[str, ...] | list[str]) -> str:
    return ", ".join(_FLAGS.get(option, f"--{option}") for option in options)


def _listed() -> Table[Any]:
    from metastasis._table import Table

    rows = [(name, one.description, _flags(one.options)) for name, one in ANALYSES.items()]
    return Table.of_rows(("name", "answers", "options"), rows)


def _write(table: Table[Any], form: RowFormat | None, out: Path | None) -> None:
    write_rows(table, form, out)
    for note in getattr(table, "notes", ()):
        say(note)
