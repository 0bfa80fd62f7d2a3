"""Nanopublications: one for each assertion, whole, checkable, and under the right terms."""

from __future__ import annotations

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
from metastasis.rdf._nanopublications import nanopublication_quads
from metastasis.rdf._write import assertion_quads
from strategies import CATALOG, tables

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from metastasis._evidence.evidence import Evidence

NP = "http://www.nanopub.org/nschema#"
NAME = re.compile(r"https://w3id\.org/metastasis/nanopub/RA[A-Za-z0-9_-]{43}")


def by_name(quads: Iterable[ox.Quad]) -> dict[str, dict[str, set[ox.Triple]]]:
    """Return the triples of each graph of each nanopublication."""
    found: dict[str, dict[str, set[ox.Triple]]] = defaultdict(lambda: defaultdict(set))
    for quad in quads:
        name, _, part = quad.graph_name.value.partition("#")  # type: ignore[union-attr]
        found[name][part].add(quad.triple)
    return found


def names_of(evidence: Evidence) -> dict[str, str]:
    """Return the name of the nanopublication of each assertion."""
    introduces = "http://purl.org/nanopub/x/introduces"
    return {
        quad.object.value: quad.subject.value  # type: ignore[union-attr]
        for quad in nanopublication_quads(evidence)
        if quad.predicate.value == introduces
    }


def check(evidence: Evidence) -> None:
    found = by_name(nanopublication_quads(evidence))
    assert len(found) == len(evidence.assertions)
    said = set()
    for name, parts in found.items():
        assert NAME.fullmatch(name)
        assert set(parts) == {"Head", "assertion", "provenance", "pubinfo"}
        assert {(t.predicate.value, t.object.value) for t in parts["Head"]} == {  # type: ignore[union-attr]
            (expand("rdf:type"), f"{NP}Nanopublication"),
            (f"{NP}hasAssertion", f"{name}#assertion"),
            (f"{NP}hasProvenance", f"{name}#provenance"),
            (f"{NP}hasPublicationInfo", f"{name}#pubinfo"),
        }
        assert f"{name}#assertion" in {t.subject.value for t in parts["provenance"]}  # type: ignore[union-attr]
        assert {t.subject.value for t in parts["pubinfo"]} == {name}  # type: ignore[union-attr]
        assert NOT_CLINICAL in {t.object.value for t in parts["pubinfo"]}  # type: ignore[union-attr]
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
    assert {t.subject.value for t in parts["assertion"]} == {key}  # type: ignore[union-attr]
    derived = {t.object.value for t in parts["provenance"]}  # type: ignore[union-attr]
    assert derived == {
        expand("source:mine"),
        "https://doi.org/10.1000/mine",
        "https://pubmed.ncbi.nlm.nih.gov/7/",
        "Jane Doe",
        "2026-11-30",
        "Mine",
    }
    return {t.predicate.value: t.object.value for t in parts["pubinfo"]}  # type: ignore[union-attr]


def test_the_license_is_that_of_what_is_recorded_of_the_source() -> None:
    named = pubinfo_of_mine(MINE)
    assert named[expand("dcterms:license")] == MINE.license_url
    assert named[expand("dcterms:rights")] == "CC BY-NC 4.0"
    assert named[expand("dcterms:creator")] == "Jane Doe"
    assert named[expand("dcterms:created")] == "2026-11-30"
    unnamed = pubinfo_of_mine(replace(MINE, license_url=None))
    assert expand("dcterms:license") not in unnamed
    shipped = {
        quad.object.value  # type: ignore[union-attr]
        for quad in nanopublication_quads(mets.load().evidence)
        if quad.predicate.value == expand("dcterms:license")
    }
    assert shipped == {DATA_LICENSE}


@settings(max_examples=10)  # each reads a whole file
@given(tables(max_size=3))
def test_an_artifact_code_is_the_hash_of_the_sorted_quads(rows: list[Assertion]) -> None:
    """By the specification of trusty URIs, module RA, step by step."""
    import base64
    import hashlib

    evidence = KnowledgeGraph.from_assertions(rows, CATALOG).evidence
    quads = defaultdict(list)
    for quad in nanopublication_quads(evidence):
        quads[quad.graph_name.value.partition("#")[0]].append(quad)  # type: ignore[union-attr]
    for name, own in quads.items():
        code = name.rpartition("/")[2]
        rows_of = []
        for quad in own:
            cells = [
                part.value.replace(code, " ").encode()  # type: ignore[union-attr]
                for part in (quad.graph_name, quad.subject, quad.predicate)
            ]
            thing = quad.object
            if isinstance(thing, ox.Literal):
                text = thing.value.replace("\\", "\\\\").replace("\n", "\\n")
                shown = f"^{thing.datatype.value} {text}".encode()
                rows_of.append((*cells, 1, thing.value.encode(), shown))
            else:
                shown = thing.value.replace(code, " ").encode()  # type: ignore[union-attr]
                rows_of.append((*cells, 0, shown, shown))
        text_of = b"".join(b"\n".join((*row[:3], row[5], b"")) for row in sorted(rows_of))
        digest = base64.urlsafe_b64encode(hashlib.sha256(text_of).digest()).decode().rstrip("=")
        assert code == f"RA{digest}"
