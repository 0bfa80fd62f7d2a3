"""``metastasis analyze``: every question of :data:`metastasis.analysis.QUESTIONS`, by name.

Its options are those of its function. A question is imported when it is asked, or its help is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import click

from metastasis import analysis
from metastasis._cli.options import answering, row_options
from metastasis._cli.output import write_rows
from metastasis._cli.renamed import follow
from metastasis._cli.shell import Group
from metastasis._cli.signature import Spoken, first_sentence, listed_options

if TYPE_CHECKING:
    from pathlib import Path

    from metastasis._cli.options import RowForm

__all__ = ["analyze"]


class Analyses(Group):
    """Offers every question by its name with hyphens: ``next-sites`` is ``kg.next_sites``."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as click calls it
        """Return the names of the questions."""
        return [name.replace("_", "-") for name in analysis.QUESTIONS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a question as a command; None where there is no such question."""
        if cmd_name.replace("-", "_") not in analysis.QUESTIONS:
            return None
        function = analysis.find_question(cmd_name.replace("-", "_"))
        return answering(cmd_name, function, lambda kg: kg.evidence)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Return the question of a name, also of one of old."""
        return super().resolve_command(ctx, follow("analyze", args))

    def refuse(self, ctx: Any, name: str, names: Any) -> NoReturn:  # noqa: ARG002
        """Say which questions there are."""
        from metastasis._errors import UnknownNameError

        raise UnknownNameError("analysis", name, hint=f" There are: {', '.join(names)}.")


def _answer(**ends: Any) -> None:
    context = click.get_current_context()
    if context.invoked_subcommand is None:
        _list(context, ends["format"], ends["out"])
    else:  # metastasis analyze --format json hubs
        given = {name: value for name, value in ends.items() if value is not None}
        context.default_map = {context.invoked_subcommand: given}


def _list(context: click.Context, form: RowForm | None, out: Path | None) -> None:
    from metastasis._table import Table

    rows = []
    for name in analyze.list_commands(context):
        one = analyze.get_command(context, name)
        if one is not None:
            own = listed_options(one.params[:-3])
            rows.append((name, first_sentence(one.help or ""), ", ".join(own)))
    write_rows(Table.of_rows(("name", "answers", "options"), rows), form, out)


analyze = Analyses(
    "analyze",
    help="""Work out what follows from the graph; without a name, list the analyses.

    Each says with --help what it takes.

    Example: metastasis analyze

    Example: metastasis analyze similar --measure jaccard --top 20

    Example: metastasis analyze similar-profiles --denominator autopsies --setting at_autopsy
    """,
    params=row_options(Spoken("", {}, {}), "format", "out"),
    invoke_without_command=True,
    callback=_answer,
    subcommand_metavar="[NAME] [OPTIONS]",
)
