"""Nanopublications: one for each assertion, whole, checkable, and under the right terms."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest
from hypothesis import given, settings

import metastasis as mets
from metastasis import KnowledgeGraph, Source
from metastasis._evidence.assertion import Assertion
from metastasis._vocabulary import DATA_LICENSE, NOT_CLINICAL, expand
from metastasis.rdf._exchange.nanopublications import _trusty, nanopublication_quads
from metastasis.rdf._terms import value_of
from metastasis.rdf._write import assertion_quads
from strategies import CATALOG, tables

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from metastasis._evidence.evidence import Evidence

NP = "http://www.nanopub.org/nschema#"
NAME = re.compile(r"https://w3id\.org/metastasis/nanopub/RA[A-Za-z0-9_-]{43}")


def graph_of(quad: ox.Quad) -> str:
    assert isinstance(quad.graph_name, ox.NamedNode)
    return quad.graph_name.value


def by_name(quads: Iterable[ox.Quad]) -> dict[str, dict[str, set[ox.Triple]]]:
    """Return the triples of each graph of each nanopublication."""
    found: dict[str, dict[str, set[ox.Triple]]] = defaultdict(lambda: defaultdict(set))
    for quad in quads:
        name, _, part = graph_of(quad).partition("#")
        found[name][part].add(quad.triple)
    return found


def names_of(evidence: Evidence) -> dict[str, str]:
    """Return the name of the nanopublication of each assertion."""
    introduces = "http://purl.org/nanopub/x/introduces"
    return {
        value_of(quad.object): value_of(quad.subject)
        for quad in nanopublication_quads(evidence)
        if value_of(quad.predicate) == introduces
    }


def check(evidence: Evidence) -> None:
    found = by_name(nanopublication_quads(evidence))
    assert len(found) == len(evidence.assertions)
    said = set()
    for name, parts in found.items():
        assert NAME.fullmatch(name)
        assert set(parts) == {"Head", "assertion", "provenance", "pubinfo"}
        assert {(value_of(t.predicate), value_of(t.object)) for t in parts["Head"]} == {
            (expand("rdf:type"), f"{NP}Nanopublication"),
            (f"{NP}hasAssertion", f"{name}#assertion"),
            (f"{NP}hasProvenance", f"{name}#provenance"),
            (f"{NP}hasPublicationInfo", f"{name}#pubinfo"),
        }
        assert f"{name}#assertion" in {value_of(t.subject) for t in parts["provenance"]}
        assert {value_of(t.subject) for t in parts["pubinfo"]} == {name}
        assert NOT_CLINICAL in {value_of(t.object) for t in parts["pubinfo"]}
        for triple in set.union(*parts.values()):
            assert not any(isinstance(part, ox.BlankNode) for part in triple)
        said |= parts["assertion"]
    assert said == {
        quad.triple
        for one in evidence.assertions
        for quad in assertion_quads(one, evidence.catalog)
    }


@given(tables())
def test_each_assertion_has_one_that_says_the_same(rows: list[Assertion]) -> None:
    check(KnowledgeGraph.from_assertions(rows, CATALOG).evidence)


@pytest.mark.slow
def test_the_shipped_assertions_have_each_one_and_the_same_bytes(tmp_path: Path) -> None:
    kg = mets.load()
    check(kg.evidence)
    (one,) = kg.export(tmp_path / "one.nanopubs.trig", command="a test")
    (other,) = kg.export(tmp_path / "other.nanopubs.trig", command="a test")
    assert one.read_bytes() == other.read_bytes()
    assert one.read_text(encoding="utf-8").startswith("# Metastasis, a knowledge graph")
    read = by_name(ox.parse(path=str(one), format=ox.RdfFormat.TRIG))
    assert read == by_name(nanopublication_quads(kg.evidence))


SAID: dict[str, Any] = {
    "primary": "breast",
    "site": "bone",
    "source": "mine",
    "locator": "here",
    "denominator": "metastatic_patients",
    "total": 50,
}
MINE = Source(
    key="mine",
    citation="Mine",
    design="registry",
    doi="10.1000/mine",
    pmid="7",
    curated_by="Jane Doe",
    curated_on="2026-11-30",
    license="CC BY-NC 4.0",
    license_url="https://creativecommons.org/licenses/by-nc/4.0/",
)


def mine(source: Source = MINE, **more: Any) -> Evidence:
    own = [Assertion(**{**SAID, "count": 20, **more})]
    catalog = mets.load().catalog.with_sources([source])
    return KnowledgeGraph.from_assertions(own, catalog).evidence


def test_a_corrected_number_makes_another_name() -> None:
    before, after = names_of(mine()), names_of(mine(count=21))
    assert before.keys() == after.keys()
    assert set(before.values()).isdisjoint(after.values())
    assert names_of(mine()) == before


@pytest.mark.parametrize("more", [{"note": "a\nb \\ c"}, {"population": 'with "quotes" or ü'}])
def test_odd_texts_are_part_of_the_name(more: dict[str, Any]) -> None:
    assert set(names_of(mine()).values()) != set(names_of(mine(**more)).values())


def pubinfo_of_mine(source: Source) -> dict[str, str]:
    found = by_name(nanopublication_quads(mine(source)))
    key = expand(f"assertion:{Assertion(**SAID, count=20).key}")
    (parts,) = found.values()
    assert {value_of(t.subject) for t in parts["assertion"]} == {key}
    derived = {value_of(t.object) for t in parts["provenance"]}
    assert derived == {
        expand("source:mine"),
        "https://doi.org/10.1000/mine",
        "https://pubmed.ncbi.nlm.nih.gov/7/",
        "Jane Doe",
        "2026-11-30",
        "Mine",
    }
    return {value_of(t.predicate): value_of(t.object) for t in parts["pubinfo"]}


def test_the_license_is_that_of_what_is_recorded_of_the_source() -> None:
    named = pubinfo_of_mine(MINE)
    assert named[expand("dcterms:license")] == MINE.license_url
    assert named[expand("dcterms:rights")] == "CC BY-NC 4.0"
    assert named[expand("dcterms:creator")] == "Jane Doe"
    assert named[expand("dcterms:created")] == "2026-11-30"
    unnamed = pubinfo_of_mine(replace(MINE, license_url=None))
    assert expand("dcterms:license") not in unnamed
    shipped = {
        value_of(quad.object)
        for quad in nanopublication_quads(mets.load().evidence)
        if value_of(quad.predicate) == expand("dcterms:license")
    }
    assert shipped == {DATA_LICENSE}


def test_names_are_hashed_before_texts() -> None:
    draft, link = (ox.NamedNode(expand(f"met:{name}")) for name in ("draft", "note"))
    text, name = (ox.Quad(draft, link, value, draft) for value in (ox.Literal("a"), draft))
    iri = draft.value
    lines = [iri, iri, link.value, iri, iri, iri, link.value, f"^{expand('xsd:string')} a", ""]
    digest = hashlib.sha256("\n".join(lines).encode()).digest()
    assert _trusty([text, name]) == f"RA{base64.urlsafe_b64encode(digest).decode()[:-1]}"


@settings(max_examples=10)  # each reads a whole file
@given(tables(max_size=3))
def test_an_artifact_code_is_the_hash_of_the_sorted_quads(rows: list[Assertion]) -> None:
    """By the specification of trusty URIs, module RA, step by step."""
    evidence = KnowledgeGraph.from_assertions(rows, CATALOG).evidence
    quads = defaultdict(list)
    for quad in nanopublication_quads(evidence):
        quads[graph_of(quad).partition("#")[0]].append(quad)
    for name, own in quads.items():
        code = name.rpartition("/")[2]
        rows_of: list[Any] = []
        for quad in own:
            names = [
                value_of(part).replace(code, " ")  # type: ignore[arg-type]
                for part in (quad.graph_name, quad.subject, quad.predicate)
            ]
            thing = quad.object
            if isinstance(thing, ox.Literal):
                text = thing.value.replace("\\", "\\\\").replace("\n", "\\n")
                order = (1, thing.value)
                rows_of.append((*names, order, f"^{thing.datatype.value} {text}"))
            else:
                shown = value_of(thing).replace(code, " ")
                rows_of.append((*names, (0, shown), shown))
        lines = ["\n".join((*row[:3], row[4], "")) for row in sorted(rows_of)]
        text_of = "".join(lines).encode()
        digest = base64.urlsafe_b64encode(hashlib.sha256(text_of).digest()).decode().rstrip("=")
        assert code == f"RA{digest}"
