"""The file formats of other tools."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from metastasis._errors import UnknownNameError
from metastasis._evidence.assertion_table import read_assertions
from metastasis._graph import load
from metastasis.rdf._exchange_formats import EXPORTS, export
from metastasis.rdf._kgx import EDGE_COLUMNS, NODE_COLUMNS, edges_table, nodes_table

if TYPE_CHECKING:
    from metastasis._catalog import Primary, Site

KG = load()


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))


def test_kgx_nodes_are_all_primaries_and_all_sites_that_are_places() -> None:
    nodes = rows(nodes_table(KG))
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
    for row in rows(nodes_table(KG)):
        mappings = records[row["id"]].mappings
        for column, name in columns.items():
            expected = {one.object for one in mappings if one.predicate == f"skos:{name}Match"}
            assert set(filter(None, row[column].split("|"))) == expected


NEAR = ("close", "narrow", "broad", "related")


def test_kgx_edges_keep_provenance_numbers_and_negation() -> None:
    edges = {edge["id"].partition(":")[2]: edge for edge in rows(edges_table(KG))}
    nodes = {node["id"] for node in rows(nodes_table(KG))}
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
    (path,) = export(KG, "csv", tmp_path / "assertions.csv")
    assert read_assertions([path]) == list(KG.assertions())


@pytest.mark.parametrize("name", EXPORTS)
def test_every_form_is_written_where_it_is_asked_for(tmp_path: Path, name: str) -> None:
    for path in export(KG, name, tmp_path / EXPORTS[name].file):
        assert path.stat().st_size > 0
        assert path.is_relative_to(tmp_path)


def test_an_unknown_form_lists_those_there_are() -> None:
    with pytest.raises(UnknownNameError, match="graphml"):
        export(KG, "docx", Path("x"))
