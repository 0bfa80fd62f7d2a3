"""``metastasis build``: evidence to graph to files, with progress."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metastasis._cli.progress import steps
from metastasis._files import ontology_path, write_together

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from metastasis._graph import KnowledgeGraph

__all__ = ["build_files"]


def build_files(
    folder: Path, assertions: Sequence[Path], sources: Sequence[Path], names: Sequence[str]
) -> list[str]:
    """Build the graph, write it in the named forms or in all, and return the names of the files.

    The files take their places in the folder together, when all are written.

    Raises
    ------
    UnknownNameError
        There is no such form.
    TableError
        With every fault of every table.
    WriteError
        The folder or a file cannot be written.
    """
    from metastasis.rdf._exchange_formats import EXPORTS, export, find_export

    forms = [find_export(name) for name in dict.fromkeys(names)] or list(EXPORTS.values())
    written: list[str] = []
    total = _steps_before_writing() + len(forms)
    with write_together(folder) as draft, steps(total, "building") as step:
        kg = _graph(assertions, sources, step)
        for form in forms:
            paths = export(kg, form.name, draft / form.file, command="metastasis build")
            written += [str(path.relative_to(draft)) for path in paths]
            step(f"made {form.file}: {form.description}")
    return written


def _graph(
    assertions: Sequence[Path], sources: Sequence[Path], step: Callable[[str], None]
) -> KnowledgeGraph:
    from metastasis._evidence.assertion_table import read_evidence
    from metastasis._graph import KnowledgeGraph

    evidence = read_evidence(assertions, sources)
    step(f"read and checked assertions: {len(evidence.assertions):,}")
    return KnowledgeGraph.from_evidence(
        evidence, progress=lambda name, count: step(f"{name}: {count:,}")
    )


def _steps_before_writing() -> int:
    """Count the steps: reading, writing quads, finding conflicts, and one for each rule."""
    return 3 + len(list(ontology_path("rules").glob("*.rq")))
