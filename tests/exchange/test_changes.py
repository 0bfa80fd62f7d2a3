"""Changes between graphs, as the tools of KGCL read them."""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox
import pytest

import metastasis as mets
from metastasis._vocabulary import expand
from metastasis.rdf import kgcl_statements
from peers import ask_python

pytestmark = pytest.mark.exchange

KGCL: Final = ("kgcl-schema==0.7.0",)
MOST: Final = 60
"""Statements of a kind that are asked for: the parser takes a twentieth of a second for each."""

CLASS_OF: Final = {
    "create node": "NodeCreation",
    "delete": "NodeDeletion",
    "rename": "NodeRename",
    "create synonym": "NewSynonym",
    "remove synonym": "RemoveSynonym",
    "add definition": "NewTextDefinition",
    "change definition": "NodeTextDefinitionChange",
    "remove definition": "RemoveTextDefinition",
    "create edge": "EdgeCreation",
    "delete edge": "EdgeDeletion",
    "change relationship": "PredicateChange",
    "change annotation": "NodeAnnotationChange",
}


def kind_of(statement: str) -> str:
    return max((kind for kind in CLASS_OF if statement.startswith(kind)), key=len)


def ask(statements: list[str], path: Path) -> list[tuple[str, dict[str, Any]]]:
    path.write_text("".join(f"{one}\n" for one in statements), encoding="utf-8")
    return [(kind, parts) for kind, parts in ask_python("kgcl.py", KGCL, path)]


def test_changes_since_the_past_release_are_parsed(tmp_path: Path) -> None:
    (past,) = (Path(__file__).parents[1] / "releases").glob("*.nq.gz")
    old = ox.Store()
    old.bulk_load(gzip.decompress(past.read_bytes()), ox.RdfFormat.N_QUADS)
    seen: Counter[str] = Counter()
    chosen = []
    for one in kgcl_statements(old, mets.load().store)[0]:
        seen[kind_of(one)] += 1
        if seen[kind_of(one)] <= MOST:
            chosen.append(one)
    found = ask(chosen, tmp_path / "changes.kgcl")
    assert [kind for kind, _ in found] == [CLASS_OF[kind_of(one)] for one in chosen]
    assert {"create node", "create edge", "delete edge", "change annotation"} <= seen.keys()
    for statement, (_, parts) in zip(chosen, found, strict=True):
        about = parts.get("about_node", parts.get("subject"))
        assert f" {about}" in statement


def test_every_kind_is_read_with_its_parts(tmp_path: Path) -> None:
    def store(*lines: str) -> ox.Store:
        made = ox.Store()
        for line in lines:
            subject, predicate, value = line.split(" ", 2)
            term = ox.Literal(value[1:]) if value[0] == "=" else ox.NamedNode(expand(value))
            start, link = ox.NamedNode(expand(subject)), ox.NamedNode(expand(predicate))
            made.add(ox.Quad(start, link, term))
        return made

    old = store(
        "site:a rdfs:label =heart to lung",
        "site:b rdfs:label =b",
        "site:a skos:altLabel =cor for b",
        "site:a skos:definition =what is 'x' from y",
        "site:a met:partOf site:b",
        "site:a met:spreadsTo site:c",
        'site:a skos:note =a "b" to c',
    )
    new = store(
        "site:a rdfs:label =the heart @ c",
        "site:c rdfs:label =c",
        "site:a skos:definition =y",
        "site:a met:commonlySpreadsTo site:c",
        "site:a skos:note =c",
        "site:c skos:altLabel =see from to",
        "site:c skos:definition =z",
    )
    forth = dict(ask(kgcl_statements(old, new)[0], tmp_path / "forth.kgcl"))
    assert forth["NodeRename"] == {
        "about_node": "site:a",
        "old_value": "heart to lung",
        "new_value": "the heart @ c",
    }
    assert forth["NodeCreation"] == {"about_node": "site:c", "name": "c"}
    assert forth["NodeDeletion"] == {"about_node": "site:b"}
    assert forth["RemoveSynonym"] == {"about_node": "site:a", "old_value": "cor for b"}
    assert forth["NewSynonym"] == {"about_node": "site:c", "new_value": "see from to"}
    assert forth["NewTextDefinition"] == {"about_node": "site:c", "new_value": "z"}
    assert forth["NodeTextDefinitionChange"]["new_value"] == "y"
    assert forth["EdgeDeletion"] == {
        "subject": "site:a",
        "predicate": "met:partOf",
        "object": "site:b",
    }
    assert forth["PredicateChange"]["new_value"] == "met:commonlySpreadsTo"
    assert forth["PredicateChange"]["object"] == "site:c"
    assert forth["NodeAnnotationChange"]["annotation_property"] == "skos:note"
    assert forth["NodeAnnotationChange"]["new_value"] == "c"
    without = store("site:a rdfs:label =the heart @ c")
    back = dict(ask(kgcl_statements(new, without)[0], tmp_path / "back.kgcl"))
    assert back["RemoveTextDefinition"] == {"about_node": "site:a"}
