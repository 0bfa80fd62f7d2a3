"""The application: its commands in the order of their help, each imported when it is asked for."""

from __future__ import annotations

import sys
from importlib import import_module
from inspect import signature
from types import MappingProxyType
from typing import Any, Final

import click

from metastasis._cli.options import answering
from metastasis._cli.output import say, write_words
from metastasis._cli.shell import EXIT_CODES, Ended, Group, ignore_signals, leave, prepare
from metastasis._cli.signature import command, first_sentence

__all__ = ["app", "main"]

COMMANDS: Final = MappingProxyType(
    {
        "info": "ask:info",
        "names": "ask:names",
        "primaries": "ask:primaries",
        "sites": "ask:sites",
        "shared": "ask:shared",
        "explain": "ask:explain",
        "query": "query:query",
        "queries": "query:queries",
        "conflicts": "ask:conflicts",
        "pool": "ask:pool",
        "gaps": "ask:gaps",
        "diff": "ask:diff",
        "analyze": "analyze:analyze",
        "export": "export:export",
        "draw": "draw:draw",
        "build": "build:build",
        "site": "site:site",
        "validate": "validate:validate",
        "serve": "serve:serve",
        "look": "look:look",
        "ingest": "ingest:ingest",
        "read": "read:read",
        "accept": "accept:accept",
    }
)
"""Each command, and where it stands: a module beside this one, and a function or a group in it."""


class Application(Group):
    """Imports a command when it is asked for: an answer waits for no other command's options."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as click calls it
        """Return the names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a command; None where there is no such command."""
        if cmd_name not in COMMANDS:
            return None
        found = _found(cmd_name)
        if isinstance(found, click.Command):
            return found
        if next(iter(signature(found).parameters), "") == "kg":
            return answering(cmd_name, found, lambda kg: kg, arguments=True)
        return command(cmd_name, found)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write what each command does; its options are not made for that."""
        rows = []
        for name in COMMANDS:
            found = _found(name)
            said = found.help if isinstance(found, click.Command) else found.__doc__
            rows.append((name, f"{first_sentence(said or '')}."))
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def _found(name: str) -> Any:
    """Return the function or the group that a command is made from."""
    module, _, inside = COMMANDS[name].partition(":")
    return getattr(import_module(f"metastasis._cli.{module}"), inside)


def _tell_version(context: click.Context, _option: Any, asked: bool) -> None:
    if asked:
        from metastasis._vocabulary import DATA_RELEASE, NOT_CLINICAL, VERSION

        write_words(f"metastasis {VERSION}, data release {DATA_RELEASE}\n", None, NOT_CLINICAL)
        context.exit()


def _complete(context: click.Context, option: click.Parameter, asked: bool) -> None:
    if asked:
        from metastasis._cli.completion import install, script

        if option.name == "show_completion":
            write_words(script(context.command), None, "")
        else:
            say(install(context.command))
        context.exit()


def _flag(name: str, callback: Any, said: str) -> click.Option:
    """Return an option that does something of its own and ends the command."""
    return click.Option(
        [name], is_flag=True, is_eager=True, expose_value=False, callback=callback, help=said
    )


def _help_at_least() -> None:
    context = click.get_current_context()
    if context.invoked_subcommand is None:
        write_words(f"{context.get_help()}\n", None, "")
        context.exit(2)


app = Application(
    "metastasis",
    help=(
        "Metastasis: a knowledge graph of where each cancer spreads, who says so, how often, and "
        "out of whom. Primaries and sites may be named by key, label, synonym, CURIE or code. "
        "Not for clinical use."
    ),
    epilog=EXIT_CODES,
    params=[
        _flag("--version", _tell_version, "Show the version and leave."),
        _flag("--install-completion", _complete, "Complete commands in the current shell."),
        _flag("--show-completion", _complete, "Show the script that completes them."),
    ],
    invoke_without_command=True,
    callback=_help_at_least,
)


def main() -> None:
    """Run the command line."""
    prepare()
    try:
        app(prog_name="metastasis")
    except OSError as error:  # the help is written before a command begins
        say(f"metastasis: cannot write standard output: {error.strerror or error}")
        sys.exit(1)
    except Ended as ended:
        say(f"metastasis: {ended.said} before anything was done")
        sys.exit(ended.code)
    except SystemExit as ended:
        leave(ended.code)
        raise
    finally:
        ignore_signals()
