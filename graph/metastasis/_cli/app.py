"""The application: its commands in the order of their help."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from metastasis._cli import analyzing, asking, ingest_group, making, weighing
from metastasis._cli.output import say, write_words
from metastasis._cli.shell import EXIT_CODES, Group, prepare

__all__ = ["app", "main"]

app = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help=(
        "Metastasis: a knowledge graph of where each cancer spreads, who says so, how often, and "
        "out of whom. Primaries and sites may be named by key, label, synonym, CURIE or code. "
        "Not for clinical use."
    ),
    epilog=EXIT_CODES,
)
asking.add_commands(app)
weighing.add_commands(app)
analyzing.add_commands(app)
making.add_commands(app)
ingest_group.add_commands(app)


def main() -> None:
    """Run the command line."""
    prepare()
    try:
        app(prog_name="metastasis")
    except OSError as error:  # the help is written before a command begins
        say(f"metastasis: cannot write standard output: {error.strerror or error}")
        sys.exit(1)


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version and leave.")] = False,
) -> None:
    if version:
        from metastasis import __version__
        from metastasis._vocabulary import DATA_RELEASE, NOT_CLINICAL

        write_words(f"metastasis {__version__}, data release {DATA_RELEASE}\n", None, NOT_CLINICAL)
        raise typer.Exit
    if context.invoked_subcommand is None:
        write_words(f"{context.get_help()}\n", None, "")
        raise typer.Exit(2)
