"""Reading README, CONTRIBUTING and the guides: their commands, their code and their tables."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

__all__ = ["Block", "blocks", "run_shell", "shell", "tables"]


class Block(NamedTuple):
    """A fenced block: its language, its text, and what the comment before it says."""

    language: str
    text: str
    set_up: bool
    needs: str
    """The file of the shared folder without which it cannot run; blank for none."""


def blocks(document: str) -> list[Block]:
    """Return every fenced block of a document, in order."""
    fenced = re.finditer(
        r"(?:<!-- (set-up|needs (\S+)) -->\n)?^```(\w+)\n(.*?)^```$",
        document,
        re.MULTILINE | re.DOTALL,
    )
    return [Block(one[3], one[4], one[1] == "set-up", one[2] or "") for one in fenced]


def shell(document: str) -> list[str]:
    """Return the commands of a document that are not its set-up."""
    return [one.text for one in blocks(document) if one.language == "sh" and not one.set_up]


def tables(document: str) -> list[list[list[str]]]:
    """Return the cells of every Markdown table, header first."""
    found = re.findall(r"(?:^\|.*\|\n)+", document, re.MULTILINE)
    return [
        [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines()]
        for table in found
    ]


def run_shell(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run commands as a reader does who has activated the environment."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
