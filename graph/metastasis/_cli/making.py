"""The commands that make files, and the one that checks them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from metastasis._cli.options import Edge, GraphOption, open_graph
from metastasis._cli.output import NOTICE, RowFormat, say, write_rows, write_words
from metastasis._cli.shell import stop

__all__ = ["add_commands"]

_FORMS = "nq, trig, ttl, nt, jsonld, xml, csv, kgx, graphml, node-link or cytoscape"
_KINDS = "network, heatmap, body, ring, alluvial, forest or profiles"


def export(
    name: Annotated[str, typer.Argument(metavar="FORMAT", help=f"{_FORMS}.")],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="The file (for kgx, the folder) to write.  [default: its usual name, here]",
        ),
    ] = None,
    graph: GraphOption = None,
) -> None:
    """Write the graph in another form.

    Example: metastasis export ttl --out metastasis.ttl

    Example: metastasis export kgx --out kgx/
    """
    from metastasis._cli.progress import waiting
    from metastasis.rdf._exchange_formats import export as write
    from metastasis.rdf._exchange_formats import find_export

    form = find_export(name)
    kg = open_graph(graph)
    with waiting(f"writing {form.description}"):
        paths = write(kg, form.name, out or Path(form.file))
    say("".join(f"wrote {path}\n" for path in paths) + NOTICE)


def draw(
    kind: Annotated[str, typer.Argument(metavar="KIND", help=f"{_KINDS}.")],
    primary: Annotated[
        list[str] | None,
        typer.Option(
            "--primary",
            metavar="PRIMARY",
            help="Only this cancer; may be given again.  [default: all]",
        ),
    ] = None,
    site: Annotated[
        list[str] | None,
        typer.Option(
            "--site", metavar="SITE", help="Only this site; may be given again.  [default: all]"
        ),
    ] = None,
    source: Annotated[
        list[str] | None,
        typer.Option(
            "--source",
            metavar="SOURCE",
            help="Only this source; may be given again.  [default: all]",
        ),
    ] = None,
    edge: Annotated[
        Edge | None, typer.Option(help="Network: only edges of this class.  [default: any]")
    ] = None,
    value: Annotated[
        str | None,
        typer.Option(
            metavar="VALUE",
            help="Heat map: sources or percent; alluvial: statements, pairs or patients.",
        ),
    ] = None,
    through: Annotated[
        str | None,
        typer.Option(metavar="MIDDLE", help="Alluvial: by region of the body, or by route."),
    ] = None,
    sequences: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Network: steps from site to site, of a table as ingest coded writes it.",
        ),
    ] = None,
    pooled: Annotated[
        bool,
        typer.Option(
            "--pooled",
            help="Forest of one --primary and one --site: with the pooled share, as metastasis "
            "pool gives it.",
        ),
    ] = False,
    denominator: Annotated[
        str | None,
        typer.Option(
            metavar="DENOMINATOR", help="Only figures out of these (heatmap, body, ring …)."
        ),
    ] = None,
    setting: Annotated[
        str | None,
        typer.Option(metavar="SETTING", help="Only figures of this setting (as before)."),
    ] = None,
    occurrence: Annotated[
        str | None,
        typer.Option(metavar="OCCURRENCE", help="Only figures on any, only or first sites."),
    ] = None,
    body: Annotated[
        str | None,
        typer.Option(
            metavar="BODY",
            help="Body: female, male or neutral.  [default: by the primary or the site]",
        ),
    ] = None,
    title: Annotated[str | None, typer.Option(metavar="TEXT", help="A title of your own.")] = None,
    format: Annotated[  # noqa: A002
        str | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="png, svg or pdf.  [default: what the ending of --out tells, else png]",
        ),
    ] = None,
    width: Annotated[
        float | None,
        typer.Option(
            metavar="INCHES", help="Width of the picture.  [default: as wide as labels need]"
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="The file to write.  [default: KIND.FORMAT, here]"
        ),
    ] = None,
    graph: GraphOption = None,
) -> None:
    """Draw an organ-network diagram.

    Example: metastasis draw network --primary breast --primary prostate --out spread.svg

    Example: metastasis draw heatmap --out heatmap.pdf

    Example: metastasis draw body --primary prostate --out prostate.svg

    Example: metastasis draw body --site liver --out liver.svg

    Example: metastasis draw forest --primary breast --site bone --width 7 --out forest.pdf
    """
    from metastasis._cli.drawing import draw_to_file

    options: dict[str, Any] = {
        "primaries": primary,
        "sites": site,
        "sources": source,
        "edge": edge.value if edge else None,
        "value": value,
        "through": through,
        "sequences": sequences,
        "pooled": pooled or None,
        "denominator": denominator,
        "setting": setting,
        "occurrence": occurrence,
        "body": body,
        "title": title,
        "width": width,
    }
    given = {name: choice for name, choice in options.items() if choice not in (None, [])}
    draw_to_file(graph, kind, given, format, out)


def build(
    out: Annotated[
        Path, typer.Option("--out", metavar="FOLDER", help="The folder to write to.")
    ] = Path("build"),
    assertions: Annotated[
        list[Path] | None,
        typer.Option(
            "--assertions",
            metavar="FILE",
            help="An assertion table of your own, beside the shipped ones; may be given again.",
        ),
    ] = None,
    sources: Annotated[
        list[Path] | None,
        typer.Option(
            "--sources",
            metavar="FILE",
            help="A table of your own sources, with the columns of ontology/catalog/sources.csv; "
            "may be given again.",
        ),
    ] = None,
    form: Annotated[
        list[str] | None,
        typer.Option(
            "--form",
            metavar="FORMAT",
            help=f"Only this form: {_FORMS}; may be given again.  [default: all]",
        ),
    ] = None,
) -> None:
    """Build the graph from the evidence and write it in every form.

    The files take their places together, when all are written.

    Example: metastasis build --out build

    Example: metastasis build --assertions mine.csv --sources my-sources.csv --form nq
    """
    from metastasis._cli.building import build_files

    names = build_files(out, assertions or [], sources or [], form or [])
    say(f"wrote {', '.join(names)} to {out}\n{NOTICE}")


def validate(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[FILE...]",
            help="Assertion tables (.csv), folders of them, or graphs (.nq, .ttl …).  "
            "[default: all that is shipped]",
        ),
    ] = None,
    sources: Annotated[
        list[Path] | None,
        typer.Option(
            "--sources", metavar="FILE", help="A table of your own sources; may be given again."
        ),
    ] = None,
    format: Annotated[  # noqa: A002
        RowFormat | None,
        typer.Option("--format", help="The faults as rows in this form.  [default: a line each]"),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="A file for the faults.  [default: standard output]"
        ),
    ] = None,
) -> None:
    """Check assertion tables by their rules, graphs by their shapes.

    Every fault of every file in one go; exit code 3 where there are any.

    Example: metastasis validate

    Example: metastasis validate mine.csv --sources my-sources.csv
    """
    from metastasis._cli.checking import faults_in
    from metastasis._table import Table

    found = faults_in(files or [], sources or [])
    if format is None:
        write_words("".join(f"{fault}\n" for fault in found), out)
    else:
        columns = ("file", "row", "column", "value", "remedy")
        cells = [(one.file, one.row, one.column, one.value, one.remedy) for one in found]
        write_rows(Table.of_rows(columns, cells), format, out)
    if found:
        stop(f"{len(found)} fault{'' if len(found) == 1 else 's'}", 3)
    say("no faults")


def add_commands(app: typer.Typer) -> None:
    """Give an application these commands."""
    for command in (export, draw, build, validate):
        app.command()(command)
