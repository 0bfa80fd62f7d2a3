"""Completing commands and options in a shell: the script that does it, and where it belongs.

Apart from the application because almost no command line asks for it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from click.shell_completion import get_completion_class

from metastasis._cli.shell import stop
from metastasis._files import write_text
from metastasis._ledger import check_replaceable

if TYPE_CHECKING:
    import click

__all__ = ["install", "script"]

_PLACES: Final = {
    "bash": ".local/share/bash-completion/completions/metastasis",
    "zsh": ".zfunc/_metastasis",
    "fish": ".config/fish/completions/metastasis.fish",
}
"""Below the home folder: where each shell looks for what completes a command, so that no file of
the user's own has to be changed."""


def script(command: click.Command) -> str:
    """Return the script for the current shell."""
    made = get_completion_class(_shell())
    if made is None:  # click knows all three
        stop(f"no completion for {_shell()}", 2)
    return f"{made(command, {}, 'metastasis', '_METASTASIS_COMPLETE').source().strip()}\n"


def install(command: click.Command) -> str:
    """Write the script where the current shell looks for it, and return what to do now.

    Raises
    ------
    WriteError
        It cannot be written.
    """
    path = Path.home() / _PLACES[_shell()]
    check_replaceable(path)
    write_text(path, script(command))
    more = " Have 'fpath+=~/.zfunc' before compinit in ~/.zshrc." if _shell() == "zsh" else ""
    return f"wrote {path}; it works in the next shell.{more}"


def _shell() -> str:
    name = Path(os.environ.get("SHELL", "")).name
    if name not in _PLACES:
        stop(f"SHELL names none of {', '.join(_PLACES)}, for which there is completion", 2)
    return name
