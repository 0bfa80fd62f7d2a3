"""Our files in JavaScript: N3.js reads the same terms, and Comunica gives the same answers."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox
import pytest

from metastasis._graph import load
from metastasis._vocabulary import PREFIXES
from metastasis.rdf import Rows, find_query
from peers import ask_node

if TYPE_CHECKING:
    from pathlib import Path

N3: Final = ("n3@2.13.12",)
COMUNICA: Final = ("@comunica/query-sparql-file@4.3.0",)
KG: Final = load()
FILES: Final = ("nq", "trig", "ttl", "nt")
SHIPPED: Final = ("3", "8", "19", "20", "32", "38")
"""Shipped queries with joins, optional parts, groups, numbers and (20) graphs. Comunica 4.3.0 ends
without an answer where a path of no length follows another, as in 28."""
SOURCES: Final = ("gandaglia-2014", "hess-2006", "wu-2017-breast")
"""Sources of the graph that Comunica is asked: it takes minutes over all of them."""


def parts(quad: ox.Quad) -> list[str]:
    graph = quad.graph_name
    return [
        quad.subject.value,  # type: ignore[union-attr]
        quad.predicate.value,
        f"{quad.object.value}|{quad.object.language or quad.object.datatype.value}"
        if isinstance(quad.object, ox.Literal)
        else quad.object.value,  # type: ignore[union-attr]
        "" if isinstance(graph, ox.DefaultGraph) else graph.value,
    ]


@pytest.mark.exchange
def test_n3_reads_every_term_as_it_is(tmp_path: Path) -> None:
    paths = [KG.export(tmp_path / f"metastasis.{name}")[0] for name in FILES]
    quads = sorted(map(parts, KG.store))
    triples = sorted({(*quad[:3], "") for quad in quads})
    for name, read in zip(FILES, ask_node("n3_reads.mjs", N3, *paths), strict=True):
        found = sorted(read["quads"])
        assert found == (quads if name in {"nq", "trig"} else list(map(list, triples))), name


def bag(results: dict[str, Any]) -> Counter[frozenset[tuple[str, str, str]]]:
    """Return the rows of SPARQL results in JSON: for each variable its value and datatype.

    Numbers that were worked out are compared as numbers: engines write them differently.
    """
    return Counter(
        frozenset((name, *value(term)) for name, term in row.items())
        for row in results["results"]["bindings"]
    )


def value(term: dict[str, str]) -> tuple[str, str]:
    kind = term.get("datatype", "").removeprefix(PREFIXES["xsd"])
    number = kind in {"decimal", "double", "float"}
    return (f"{float(term['value']):.9g}" if number else term["value"]), kind


@pytest.mark.exchange
@pytest.mark.parametrize("form", ["nq", "ttl"])
def test_comunica_answers_as_we_do(tmp_path: Path, form: str) -> None:
    kg = KG.of_sources(SOURCES)
    (data,) = kg.export(tmp_path / f"metastasis.{form}")
    texts = {name: find_query(name).text for name in SHIPPED if form == "nq" or name != "20"}
    (tmp_path / "queries.json").write_text(json.dumps(texts))
    answers = ask_node("comunica_asks.mjs", COMUNICA, data, tmp_path / "queries.json")
    for name, text in texts.items():
        ours = kg.query(text)
        assert isinstance(ours, Rows)
        assert len(ours) > 0
        assert bag(answers[name]) == bag(json.loads(ours.to_sparql("json"))), name
