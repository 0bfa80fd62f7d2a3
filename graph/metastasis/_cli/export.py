"""``metastasis export``: the graph in another form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metastasis._cli.options import FormName, open_graph
from metastasis._cli.output import NOTICE, say
from metastasis._cli.progress import waiting

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["export"]


def export(name: FormName, *, out: Path | None = None, graph: str | None = None) -> None:
    """Write the graph in another form.

    Example: metastasis export ttl --out metastasis.ttl

    Example: metastasis export kgx --out kgx/

    Parameters
    ----------
    name : FORMAT
        What to write; or a file, whose ending says it.
    out
        The file (for kgx, the folder) to write.  [default: its usual name, here]
    """
    from pathlib import Path

    from metastasis.rdf import FORMS, find_format

    form = find_format(name)
    if out is None and name not in FORMS and Path(name).suffix:
        out = Path(name)
    kg = open_graph(graph)
    with waiting(f"writing {form.description}"):
        paths = kg.export(out or form.file, form.name, command="metastasis export")
    say("".join(f"wrote {path}\n" for path in paths) + NOTICE)
