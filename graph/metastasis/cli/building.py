"""``metastasis build``: evidence to graph to files, with progress."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from metastasis.cli.output import say
from metastasis.files import ontology_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from metastasis.graph import KnowledgeGraph

__all__ = ["build_graph", "write_forms"]


def build_graph(assertions: Sequence[Path], sources: Sequence[Path]) -> KnowledgeGraph:
    """Return the graph of the shipped evidence and the user's own.

    Raises
    ------
    TableError
        With every fault of every table.
    """
    from metastasis.curated import read_knowledge
    from metastasis.graph import KnowledgeGraph

    knowledge = read_knowledge(assertions, sources)
    with _steps(8) as step:
        return KnowledgeGraph.from_assertions(
            knowledge.assertions,
            knowledge.catalog,
            progress=lambda name, count: step(f"{name}: {count:,}"),
        )


def write_forms(kg: KnowledgeGraph, folder: Path, names: Sequence[str]) -> None:
    """Write a graph in the named forms, or in every form, each under its usual name.

    Raises
    ------
    UnknownNameError
        There is no such form; nothing is written.
    WriteError
        A file cannot be written.
    """
    from metastasis.exchange import EXPORTS, export, find_export

    forms = [find_export(name) for name in names] or list(EXPORTS.values())
    with _steps(len(forms)) as step:
        for form in forms:
            paths = export(kg, form.name, folder / form.file, command="metastasis build")
            step(f"wrote {', '.join(map(str, paths))}")


def release_path() -> Path:
    """Return where the shipped graph stands."""
    return ontology_path("release", "metastasis.nq")


@contextmanager
def _steps(total: int) -> Iterator[Callable[[str], None]]:
    """Show a bar on a terminal, and a line a step elsewhere, both on standard error."""
    if not sys.stderr.isatty():
        yield say
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("building", total=total)

        def step(message: str) -> None:
            bar.console.print(message, highlight=False, markup=False)
            bar.advance(task)

        yield step
