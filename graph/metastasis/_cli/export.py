"""``metastasis export``: the graph in another form."""

from __future__ import annotations

from pathlib import Path

from metastasis._cli.options import open_graph
from metastasis._cli.output import NOTICE, say
from metastasis._cli.progress import waiting

__all__ = ["export"]


def export(name: str, *, out: Path | None = None, graph: str | None = None) -> None:
    """Write the graph in another form.

    Example: metastasis export ttl --out metastasis.ttl

    Example: metastasis export kgx --out kgx/

    Parameters
    ----------
    name : FORMAT
        nq, trig, ttl, nt, jsonld, xml, csv, kgx, graphml, node-link or cytoscape.
    out
        The file (for kgx, the folder) to write.  [default: its usual name, here]
    """
    from metastasis.rdf._exchange_formats import find_export

    form = find_export(name)
    kg = open_graph(graph)
    with waiting(f"writing {form.description}"):
        paths = kg.export(out or form.file, form.name, command="metastasis export")
    say("".join(f"wrote {path}\n" for path in paths) + NOTICE)
