"""The rules of ``ontology/rules/``: CONSTRUCT queries that derive edges and diseases.

The same edges are derived in plain Python by :mod:`metastasis._evidence.edge`; a test holds the two
to each other. Apart from the build because the rules run over any store: twice over one, over a
graph that was read.
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

import pyoxigraph as ox

from metastasis._files import ontology_path, read_text
from metastasis._vocabulary import PREFIXES
from metastasis.rdf._terms import DEFAULT_GRAPH, in_graph, node, text
from metastasis.rdf._write import described

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from metastasis.rdf._write import Named

__all__ = ["apply_rules", "rule_paths", "rule_quads"]


def rule_paths() -> list[Path]:
    """Return the rule files in the order in which they run: that of their names."""
    return sorted(ontology_path("rules").glob("*.rq"))


def rule_quads() -> Iterator[ox.Quad]:
    """Yield the quads of the rules: what each is called, and what it says in plain words."""
    for path in rule_paths():
        said = " ".join(line[1:].strip() for line in _opening_comment(read_text(path)))
        statements: Named = [
            ("rdf:type", node("met:Rule")),
            ("rdfs:label", text(path.stem)),
            ("skos:definition", text(said)),
        ]
        yield from described(f"rule:{path.stem}", statements)


def _opening_comment(rule: str) -> Iterator[str]:
    return takewhile(lambda line: line.startswith("#"), rule.splitlines())


def apply_rules(store: ox.Store) -> Iterator[tuple[str, int]]:
    """Run the rules over a store and put what they derive into its default graph.

    Yields the name of each rule and how many triples it derived. Later rules see what earlier ones
    derived; running them all again derives nothing new.
    """
    for path in rule_paths():
        triples = store.query(
            read_text(path), prefixes=dict(PREFIXES), use_default_graph_as_union=True
        )
        assert isinstance(triples, ox.QueryTriples)  # noqa: S101
        quads = [in_graph(triple, DEFAULT_GRAPH) for triple in triples]
        store.extend(quads)
        yield path.stem, len(quads)
