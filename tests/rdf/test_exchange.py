"""The file formats of other tools."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from metastasis._errors import ReadError, UnknownNameError
from metastasis._evidence.assertion_table import read_assertions
from metastasis._evidence.index import index_text
from metastasis._graph import KnowledgeGraph, load
from metastasis.rdf import FORMS, find_format
from metastasis.rdf._kgx import EDGE_COLUMNS, NODE_COLUMNS, edges_table, nodes_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _pytest.mark.structures import ParameterSet

    from metastasis._catalog import Primary, Site

KG = load()


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))


def test_kgx_nodes_are_all_primaries_and_all_sites_that_are_places() -> None:
    nodes = rows(nodes_table(KG.evidence))
    assert {node["id"] for node in nodes} == {
        *(f"primary:{key}" for key in KG.catalog.primaries),
        *(f"site:{key}" for key, site in KG.catalog.sites.items() if site.is_anatomical),
    }
    assert {node["category"] for node in nodes} == {
        "biolink:Disease",
        "biolink:GrossAnatomicalStructure",
    }
    assert tuple(nodes[0]) == NODE_COLUMNS


def test_kgx_nodes_keep_apart_what_is_the_same_and_what_is_near() -> None:
    records: dict[str, Primary | Site] = {
        **{f"primary:{key}": primary for key, primary in KG.catalog.primaries.items()},
        **{f"site:{key}": site for key, site in KG.catalog.sites.items()},
    }
    columns = {"xref": "exact", **{f"{one}_match": one for one in NEAR}}
    for row in rows(nodes_table(KG.evidence)):
        mappings = records[row["id"]].mappings
        for column, name in columns.items():
            expected = {one.object for one in mappings if one.predicate == f"skos:{name}Match"}
            assert set(filter(None, row[column].split("|"))) == expected


NEAR = ("close", "narrow", "broad", "related")


def test_kgx_edges_keep_provenance_numbers_and_negation() -> None:
    edges = {edge["id"].partition(":")[2]: edge for edge in rows(edges_table(KG.evidence))}
    nodes = {node["id"] for node in rows(nodes_table(KG.evidence))}
    sites = KG.catalog.sites
    assertions = {one.key: one for one in KG.assertions() if sites[one.site].is_anatomical}
    assert edges.keys() == assertions.keys()
    for key, one in assertions.items():
        edge = edges[key]
        assert {edge["subject"], edge["object"]} <= nodes
        source = KG.catalog.sources[one.source]
        assert edge["primary_knowledge_source"] == "infores:metastasis"
        assert edge["source"] == f"source:{one.source}"
        assert edge["publications"] == (f"doi:{source.doi}" if source.doi else source.url or "")
        assert edge["negated"] == ("true" if one.finding == "absent" else "false")
        count = "" if one.count is None else str(one.count)
        is_share = one.denominator not in {"records", "site_cases"}
        assert edge["count"] == count
        assert edge["has_count"] == (count if is_share else "")
        assert is_share or edge["has_total"] == edge["has_percentage"] == ""
        assert edge["denominator"] == (one.denominator or "")
        assert edge["knowledge_level"] in {"knowledge_assertion", "observation"}
        assert edge["predicate"] == "biolink:related_to"
        assert edge["original_predicate"] == (
            "met:extendsInto" if one.relation == "extension" else "met:spreadsTo"
        )
    assert tuple(next(iter(edges.values()))) == EDGE_COLUMNS


def test_the_exported_table_is_the_assertions(tmp_path: Path) -> None:
    (path,) = KG.export(tmp_path / "assertions.csv")
    assert read_assertions([path]) == list(KG.assertions())


RDFLIB: Final = {"ttl", "jsonld"}
"""Forms that rdflib writes, in seconds rather than hundredths of one."""


def each(names: Iterable[str]) -> list[ParameterSet]:
    """Return the names of forms as parameters, those that take long marked."""
    marks = {name: [pytest.mark.slow] if name in RDFLIB else [] for name in names}
    return [pytest.param(name, marks=marks[name]) for name in marks]


@pytest.mark.parametrize("name", each(FORMS))
def test_every_form_is_written_where_it_is_asked_for(tmp_path: Path, name: str) -> None:
    for path in KG.export(tmp_path / FORMS[name].file, name):
        assert path.stat().st_size > 0
        assert path.is_relative_to(tmp_path)


@pytest.mark.parametrize("name", FORMS)
def test_the_usual_name_of_a_file_tells_its_form(name: str) -> None:
    file = FORMS[name].file
    assert find_format(file) is find_format(f"folder.nq/{file}") is FORMS[name]


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("mine.EVIDENCE.JSON", "evidence"),
        ("a.b.rdf", "xml"),
        ("a.xml", "xml"),
        ("x.node-link.json", "node-link"),
        ("x.cyjs", "cytoscape"),
        ("NQ", "nq"),
    ],
)
def test_names_and_files_in_any_case_tell_a_form(name: str, form: str) -> None:
    assert find_format(name).name == form


def test_no_two_forms_share_an_ending_or_a_usual_name() -> None:
    assert len({form.ending for form in FORMS.values()}) == len(FORMS)
    for form in FORMS.values():
        longer = {other.ending for other in FORMS.values() if other.fits(form.file)} - {form.ending}
        assert all(form.ending.endswith(f".{ending}") for ending in longer)
        assert [other for other in FORMS.values() if other.fits(form.name)] == [form]


@pytest.mark.parametrize("name", ["docx", "graph.docx", "graph.json", "", "graph"])
def test_an_unknown_form_lists_those_there_are(name: str) -> None:
    with pytest.raises(UnknownNameError, match="unknown format") as caught:
        find_format(name)
    assert set(caught.value.suggestions) == set(FORMS)
    with pytest.raises(UnknownNameError):
        KG.export(Path("x"), name or "x")


@pytest.mark.parametrize("name", each(one.name for one in FORMS.values() if one.can_be_read))
def test_what_can_be_read_gives_back_the_evidence(tmp_path: Path, name: str) -> None:
    path = tmp_path / FORMS[name].file
    KG.export(path)
    back = KnowledgeGraph.read(path)
    assert index_text(back.evidence) == index_text(KG.evidence)
    assert back.evidence.edges == KG.evidence.edges
    assert {str(quad.triple) for quad in back.store} == {str(quad.triple) for quad in KG.store}


@pytest.mark.parametrize("name", [one.name for one in FORMS.values() if not one.can_be_read])
def test_what_is_only_written_says_so_when_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / FORMS[name].file
    path.write_text("")
    with pytest.raises(ReadError, match=r"nq, trig, ttl, nt, jsonld, rdf, evidence\.json"):
        KnowledgeGraph.read(path)


def test_writing_what_comes_from_the_evidence_fills_no_store(tmp_path: Path) -> None:
    kg = load()
    for form in FORMS.values():
        if not form.is_rdf:
            kg.export(tmp_path / form.file)
    assert "store" not in vars(kg)


def test_importing_the_wing_or_its_forms_loads_nothing_heavy() -> None:
    code = (
        "import sys, metastasis.rdf as rdf; rdf.find_format('nq'); "
        "print(*{'pyoxigraph', 'rdflib', 'networkx', 'numpy', 'csv'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
