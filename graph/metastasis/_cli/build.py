"""``metastasis build``: evidence to graph to files, with progress."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from metastasis._cli.output import NOTICE, say
from metastasis._cli.progress import steps
from metastasis._files import ontology_path, write_together

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from metastasis._cli.options import FormName
    from metastasis._graph import KnowledgeGraph
    from metastasis.rdf import Form

__all__ = ["build"]


def build(
    *,
    out: Path = Path("build"),
    assertions: Sequence[Path] = (),
    sources: Sequence[Path] = (),
    form: Sequence[FormName] = (),
) -> None:
    """Build the graph from the evidence and write it in every form.

    Beside the files stand their description in DCAT, schema.org and RO-Crate, and their checksums.
    All take their places together, when all are written.

    Example: metastasis build --out build

    Example: metastasis build --assertions mine.csv --sources my-sources.csv --form nq

    Parameters
    ----------
    out : FOLDER
        The folder to write to.
    assertions : FILE
        An assertion table of your own, beside the shipped ones; may be given again.
    sources : FILE
        A table of your own sources, with the columns of ontology/catalog/sources.csv; may be given
        again.
    form
        Only this form; may be given again.  [default: all]
    """
    from metastasis.rdf import FORMS, find_format
    from metastasis.rdf._exchange.manifest import write_manifest

    forms = [find_format(name) for name in dict.fromkeys(form)] or list(FORMS.values())
    files: dict[str, Form] = {}
    total = _steps_before_writing() + len(forms) + 1
    with write_together(out) as draft, steps(total, "building") as step:
        kg = _graph(assertions, sources, step)
        for one in forms:
            paths = kg.export(draft / one.file, one.name, command="metastasis build")
            files |= {path.relative_to(draft).as_posix(): one for path in paths}
            step(f"made {one.file}: {one.description}")
        described = [path.name for path in write_manifest(draft, files, kg.evidence)]
        step(f"described the files: {', '.join(described)}")
    say(f"wrote {', '.join([*files, *described])} to {out}\n{NOTICE}")


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
