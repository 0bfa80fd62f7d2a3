"""``metastasis draw``: every picture of :data:`metastasis.pictures.KINDS`, to a file."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, NoReturn

import click

from metastasis._cli.options import open_graph
from metastasis._cli.output import NOTICE, rows_as_text, say
from metastasis._cli.progress import waiting
from metastasis._cli.renamed import follow
from metastasis._cli.shell import Group, stop
from metastasis._cli.signature import Command, options_of, set_by_user
from metastasis._cli.types import Named
from metastasis._errors import MetastasisError, UnknownNameError
from metastasis._files import together, write_text
from metastasis._ledger import check_replaceable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from metastasis.pictures import Diagram

__all__ = ["draw"]


class Kinds(Group):
    """Offers every kind of picture by its name."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as click calls it
        """Return the names of the kinds."""
        from metastasis import pictures

        return list(pictures.KINDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a kind as a command; None where there is no such kind."""
        if cmd_name not in self.list_commands(ctx):
            return None
        from metastasis.pictures import KINDS, find_kind

        made = _drawing(cmd_name, find_kind(cmd_name))
        made.short_help = KINDS[cmd_name].shows
        return made

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Return the kind of a name, also of one of old."""
        return super().resolve_command(ctx, follow("draw", args))

    def refuse(self, ctx: Any, name: str, names: Any) -> NoReturn:  # noqa: ARG002
        """Say which kinds there are."""
        raise UnknownNameError("diagram", name, names)


def _drawing(kind: str, function: Callable[..., Any]) -> Command:
    def run(
        graph: str | None,
        format: str | None,  # noqa: A002
        out: Path | None,
        rows: Path | None,
        **values: Any,
    ) -> None:
        options = set_by_user(click.get_current_context(), values)
        if "labels" in options:
            options["labels"] = dict(options["labels"])
        diagram = _draw_to_file(graph, kind, function, options, _Files(format, out, rows))
        say(f"{diagram.alt_text}\n{NOTICE}")

    own = options_of(function, skip=1)
    return Command(kind, function, run, [*own, *options_of(_ends, arguments=True)])


def _formats() -> Named:
    from metastasis.pictures import FORMATS

    return Named(FORMATS)


_Format = Annotated[str, _formats]


def _ends(
    *,
    format: _Format | None = None,  # noqa: A002
    out: Path | None = None,
    rows: Path | None = None,
    graph: str | None = None,
) -> None:
    """Hold the options that every picture takes on a shell.

    Parameters
    ----------
    format
        The format of the file.  [default: what the ending of --out tells, else png]
    out
        The file to write.  [default: KIND.FORMAT, here]
    rows
        Another file, for what is drawn, row by row: .csv, .tsv or .json.
    """


class _Files(NamedTuple):
    """What is to be written: the picture in a format, and what it shows as rows."""

    form: str | None
    out: Path | None
    rows: Path | None


def _draw_to_file(
    graph: str | None,
    kind: str,
    function: Callable[..., Any],
    options: Mapping[str, Any],
    files: _Files,
) -> Diagram:
    """Draw a kind of picture of a graph and write it, or say what does not fit.

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A form, a primary or a site that there is not, or that several names have.
    WriteError
        The file cannot be written.
    """
    with waiting("drawing"), warnings.catch_warnings(record=True) as remarks:
        warnings.simplefilter("always")
        from metastasis.pictures import FORMATS, save
        from metastasis.pictures._files.save import unknown_format

        out = files.out
        ending = files.form or (out.suffix.removeprefix(".") if out else "") or "png"
        if ending.lower() not in FORMATS:
            raise unknown_format(ending.lower())
        path = out or Path(f"{kind}.{ending}")
        if out is None:
            check_replaceable(path)
        kg = open_graph(graph)
        try:
            diagram: Diagram = function(kg.evidence, **options)
            with together():
                save(diagram, path, ending)
                if files.rows is not None:
                    write_text(files.rows, rows_as_text(diagram.to_table(), files.rows))
        except MetastasisError:
            raise
        except ValueError as error:
            stop(str(error), 1)
    for remark in dict.fromkeys(str(remark.message) for remark in remarks):
        say(f"metastasis: {remark}")
    for written in filter(None, (path, files.rows)):
        say(f"wrote {written}")
    return diagram


draw = Kinds(
    "draw",
    help="""Draw a picture of the graph to a file.

    Each kind says with --help what it takes.

    Example: metastasis draw network --primary breast --primary prostate --out spread.svg

    Example: metastasis draw heatmap --out heatmap.pdf

    Example: metastasis draw body --primary prostate --out prostate.svg

    Example: metastasis draw forest --primary breast --site bone --size column --out forest.pdf
    """,
    no_args_is_help=True,
    subcommand_metavar="KIND [OPTIONS]",
)
