"""The object a user holds."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest
from hypothesis import given, settings

from metastasis._catalog import Catalog, Source
from metastasis._errors import (
    AmbiguousNameError,
    FederationError,
    GraphError,
    QueryError,
    ReadError,
    TableError,
    UnknownNameError,
    WriteError,
)
from metastasis._evidence.assertion import Assertion
from metastasis._evidence.edge import edge_from
from metastasis._graph import KnowledgeGraph, load
from metastasis._table import IRI, Rows
from metastasis.rdf._terms import node
from strategies import SMALL, dense_tables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KG = load()


def row(primary: str, site: str, **more: object) -> Assertion:
    values: dict[str, object] = {
        "primary": primary,
        "site": site,
        "frequency": "common",
        "source": "nci-common-sites",
        "locator": f"{primary}, {site}",
    }
    return Assertion(**(values | more))  # type: ignore[arg-type]


PARTS = KnowledgeGraph.from_assertions(
    [
        row("breast", "bone"),
        row("cervix", "vertebra"),
        row("cervix", "liver", frequency="rare"),
        row("lung", "liver", frequency="possible"),
        row("any", "bone"),
        row("prostate", "bone"),
        row("prostate", "bone", frequency="absent", locator="elsewhere"),
        row("kidney", "renal_vein", relation="extension"),
        row("melanoma", "any_organ"),
    ]
)


def test_cancers_that_share_liver_metastasis() -> None:
    found = KG.primaries_with("liver")
    assert {"breast", "colorectal", "lung", "melanoma", "pancreas", "prostate"} <= set(
        found.primaries
    )
    assert set(found.sites) == {"liver"}
    assert "any" not in found.primaries


def test_a_part_counts_as_its_whole_unless_exact() -> None:
    assert PARTS.primaries_with("bone").primaries == ["breast", "cervix"]
    assert PARTS.primaries_with("bone", roll_up=False).primaries == ["breast"]


def test_all_and_any() -> None:
    assert PARTS.primaries_with("bone", "liver").primaries == ["breast", "cervix", "lung"]
    assert PARTS.primaries_with("bone", "liver", how="all").primaries == ["cervix"]
    assert PARTS.primaries_with("bone", "liver", how="all", roll_up=False).primaries == []


@pytest.mark.parametrize(
    ("edge", "primaries"),
    [("any", ["cervix", "lung"]), ("rarely", ["cervix"]), ("possibly", ["lung"]), ("commonly", [])],
)
def test_edges_are_told_apart(edge: str, primaries: list[str]) -> None:
    assert PARTS.primaries_with("liver", edge=edge).primaries == primaries  # type: ignore[arg-type]


def test_a_denied_pair_has_no_edge_and_shows_as_a_conflict() -> None:
    assert PARTS.sites_of("prostate").sites == []
    assert PARTS.conflicts().primaries == ["prostate"]
    assert PARTS.explain("prostate", "bone").metastasis.status == "conflicting"  # type: ignore[union-attr]


def test_extension_is_never_metastasis() -> None:
    assert PARTS.sites_of("kidney").sites == []
    explanation = PARTS.explain("kidney", "renal vein")
    assert explanation.metastasis is None
    assert explanation.extension is not None
    assert "by direct growth" in str(explanation)


def test_a_site_that_names_no_place_gets_no_edge() -> None:
    assert PARTS.sites_of("melanoma").sites == []
    assert PARTS.query("ASK { primary:melanoma met:spreadsTo ?any }") is False


def test_shared_sites() -> None:
    assert [one.site for one in PARTS.shared_sites("breast", "cervix")] == ["bone"]
    assert [one.site for one in PARTS.shared_sites("breast", "cervix", roll_up=False)] == []
    assert [one.site for one in PARTS.shared_sites("cervix", "lung", how="any")] == [
        "liver",
        "vertebra",
    ]
    with pytest.raises(ValueError, match="at least two"):
        PARTS.shared_sites("lung", "lung cancer")


def test_names_of_every_kind_mean_the_same() -> None:
    names = (
        "liver",
        "Liver",
        "hepatic",
        "UBERON:0002107",
        "C78.7",
        "site:liver",
        "https://w3id.org/metastasis/site/liver",
    )
    answers = [KG.primaries_with(name).primaries for name in names]
    assert all(answer == answers[0] for answer in answers)


def test_a_key_that_cannot_be_part_of_a_name_is_refused() -> None:
    with pytest.raises(TableError, match="My Source"):
        Catalog([], [], [Source(key="My Source", citation="Somebody", design="registry")])


def test_an_unknown_name_is_never_an_empty_answer() -> None:
    with pytest.raises(UnknownNameError, match="'liver'"):
        KG.primaries_with("livre")
    with pytest.raises(AmbiguousNameError):
        KG.primaries_with("C79.89")
    with pytest.raises(ValueError, match="at least one"):
        KG.primaries_with()


def test_explain_shows_every_source_and_what_the_edge_rests_on() -> None:
    explanation = KG.explain("prostate", "bone")
    text = str(explanation)
    for source in explanation.sources:
        assert source.key in text
    assert "Not for clinical use" in text
    assert explanation.rests_on == ()
    alone = KG.explain("melanoma_uveal", "liver")
    assert alone.rests_on == ("pdq-uveal-melanoma",)
    assert "not studied" in str(KG.explain("thyroid", "spleen"))


@pytest.mark.slow
@given(dense_tables())
@settings(max_examples=40)
def test_taking_away_what_an_edge_rests_on_changes_it(rows: list[Assertion]) -> None:
    kg = KnowledgeGraph.from_assertions(rows, SMALL)
    for primary in ("breast", "lung"):
        explanation = kg.explain(primary, "bone")
        if explanation.metastasis is None:
            continue
        for source in explanation.metastasis.sources:
            left = KnowledgeGraph.from_assertions([r for r in rows if r.source != source], SMALL)
            edges = {spread.site: spread.edge for spread in left.sites_of(primary)}
            changed = edges.get("bone") != explanation.metastasis.edge
            assert changed == (source in explanation.rests_on)


def test_numbers_of_different_denominators_stay_apart() -> None:
    figures = next(spread for spread in KG.sites_of("breast") if spread.site == "bone").figures
    assert any("all patients" in figure for figure in figures)
    assert any("metastatic patients" in figure for figure in figures)
    assert len(figures) == sum(
        1
        for one in KG.assertions()
        if (one.primary, one.site, one.relation) == ("breast", "bone", "metastasis")
        and one.percent is not None
    )


def test_faults_of_assertions_come_at_once() -> None:
    with pytest.raises(TableError) as caught:
        KnowledgeGraph.from_assertions([row("brest", "bone"), row("lung", "bones")])
    assert [fault.column for fault in caught.value.faults] == ["primary", "site"]


def test_answers_become_frames_and_html() -> None:
    found = KG.sites_of("breast")
    assert list(found.to_pandas().columns) == list(found.to_polars().columns) == list(found.columns)
    assert len(found.to_pandas()) == found.to_polars().height == len(found)
    html = found._repr_html_()
    assert "<table>" in html
    assert "Not for clinical use" in html
    rows = KG.query("SELECT ?s ?n { ?a met:site ?s ; met:count ?n } ORDER BY ?a LIMIT 3")
    assert isinstance(rows, Rows)
    assert rows.to_pandas()["n"].dtype.kind == "i"
    assert '<a href="https://w3id.org/metastasis/site/' in rows._repr_html_()
    assert isinstance(rows[0][0], IRI)


def test_html_escapes_what_a_source_wrote() -> None:
    rows = Rows(
        ("<b>",), [("<script>alert(1)</script>",), (IRI('https://example.org/"><script>'),)]
    )
    assert "<script>" not in rows._repr_html_()


def test_a_frame_without_its_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from metastasis._errors import MissingExtraError

    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingExtraError, match=r"metastasis\[frames\]"):
        KG.sites_of("breast").to_pandas()


def test_the_dataset_is_the_same_store_seen_through_rdflib() -> None:
    import rdflib

    dataset = KG.dataset
    breast = rdflib.URIRef("https://w3id.org/metastasis/primary/breast")
    assert str(dataset.value(breast, rdflib.RDFS.label)) == "breast cancer"
    assert len(list(dataset.quads((None, None, None, None)))) == len(KG)
    counted = dataset.query("SELECT (COUNT(*) AS ?n) { ?a a met:SpreadAssertion }")
    assert int(next(iter(counted))[0]) == sum(1 for _ in KG.assertions())


@pytest.mark.parametrize(
    "query",
    ["SELECT * { SERVICE <http://127.0.0.1:9/> {} }", "SELECT * FROM <http://127.0.0.1:9/> {}"],
)
def test_the_dataset_stays_on_the_machine_and_is_not_changed(query: str) -> None:
    with pytest.raises(FederationError):
        KG.dataset.query(query)
    before = len(KG)
    with pytest.raises(QueryError):
        KG.dataset.update("LOAD <http://127.0.0.1:9/x.ttl>")
    assert len(KG) == before


def test_two_releases_in_one_store_are_not_mixed() -> None:
    mixed = load()
    one = next(one for one in mixed.assertions() if one.count is not None)
    assert one.count is not None
    name = ox.NamedNode(f"https://w3id.org/metastasis/assertion/{one.key}")
    mixed.store.add(ox.Quad(name, node("met:count"), ox.Literal(one.count + 1)))
    with pytest.raises(GraphError, match="met:count"):
        list(mixed.assertions())


def test_one_of_very_many_is_reported() -> None:
    rare = row(
        "breast", "spleen", frequency=None, count=1, total=243896, denominator="all_patients"
    )
    assert rare.finding == "present"
    kg = KnowledgeGraph.from_assertions([rare])
    assert kg.sites_of("breast").sites == ["spleen"]
    assert "1/243896 all patients, 0.00041 %" in kg.sites_of("breast")[0].figures[0]


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["nq", "trig", "ttl", "nt", "jsonld", "rdf"])
def test_what_is_written_reads_back(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"graph.{ending}"
    KG.write(path)
    back = KnowledgeGraph.read(path)
    assert list(back.assertions()) == list(KG.assertions())
    assert back.catalog.primaries == KG.catalog.primaries
    assert back.sites_of("breast") == KG.sites_of("breast")


def test_reading_what_is_not_there_or_not_this(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no such file"):
        KnowledgeGraph.read(tmp_path / "missing.nq")
    (tmp_path / "broken.nq").write_text("<a> <b")
    with pytest.raises(ReadError, match="not valid nq"):
        KnowledgeGraph.read(tmp_path / "broken.nq")
    (tmp_path / "other.nt").write_text("<http://a.org/s> <http://a.org/p> <http://a.org/o> .\n")
    with pytest.raises(GraphError, match="met:Primary"):
        KnowledgeGraph.read(tmp_path / "other.nt")
    with pytest.raises(WriteError):
        KG.write(tmp_path / "other.nt" / "below-a-file.nq")


@pytest.mark.slow
@given(dense_tables())
@settings(max_examples=40)
def test_the_answers_are_those_of_plain_python(rows: list[Assertion]) -> None:
    kg = KnowledgeGraph.from_assertions(rows, SMALL)
    for primary in ("breast", "lung"):
        found = {spread.site: spread.edge for spread in kg.sites_of(primary)}
        for site in ("bone", "liver", "unspecified"):
            edge = edge_from(
                r for r in rows if (r.primary, r.site, r.relation) == (primary, site, "metastasis")
            )
            assert found.get(site) == (None if site == "unspecified" else edge)


class Endpoint(BaseHTTPRequestHandler):
    """A SPARQL endpoint over the shipped graph, on loopback."""

    union = False

    def do_POST(self) -> None:
        """Answer a query."""
        length = int(self.headers["Content-Length"])
        query = parse_qs(self.rfile.read(length).decode())["query"][0]
        answer = KG.store.query(query, use_default_graph_as_union=self.union)
        if isinstance(answer, ox.QuerySolutions):
            body = answer.serialize(format=ox.QueryResultsFormat.JSON)
        else:
            assert isinstance(answer, ox.QueryTriples)
            body = answer.serialize(format=ox.RdfFormat.N_TRIPLES)
        assert body is not None
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


class UnionEndpoint(Endpoint):
    """The same, with the union of all graphs as its default graph."""

    union = True


@pytest.fixture(params=[Endpoint, UnionEndpoint])
def endpoint(request: pytest.FixtureRequest) -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), request.param) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/sparql"
        server.shutdown()
        thread.join()


def test_a_graph_reads_from_an_endpoint(endpoint: str) -> None:
    assert set(KnowledgeGraph.read(endpoint).store) == set(KG.store)


def test_an_endpoint_that_does_not_answer() -> None:
    with pytest.raises(ReadError, match="does not answer"):
        KnowledgeGraph.read("http://127.0.0.1:9/sparql")
