"""The group ``metastasis ingest``, whose commands are made when one of them is asked for.

They have more options than all others together: making them would take a tenth of the time of a
command that needs none of them.
"""

from __future__ import annotations

from typing import Any

import typer
from typer.main import get_group

from metastasis._cli.shell import Group

__all__ = ["add_commands"]


class IngestGroup(Group):
    """Makes its commands when it is asked for them."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the commands, in the order of their help."""
        self._make()
        return super().list_commands(ctx)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command by its name; None where there is no such command."""
        self._make()
        return super().get_command(ctx, cmd_name)

    def _make(self) -> None:
        if not self.commands:
            from metastasis._cli.ingesting import application

            made: Any = get_group(application())
            self.commands.update(made.commands)


def add_commands(app: typer.Typer) -> None:
    """Give an application the group."""
    group = typer.Typer(
        cls=IngestGroup,
        no_args_is_help=True,
        rich_markup_mode=None,
        help="Turn tables of patients into assertions with counts, and account for every row.",
    )
    app.add_typer(group, name="ingest")
