"""The object a user holds."""

from __future__ import annotations

import copy
import multiprocessing
import pickle
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from inspect import signature
from typing import TYPE_CHECKING, ClassVar
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
from metastasis._evidence.edge import verdict_on
from metastasis._graph import KnowledgeGraph, load
from metastasis._table import IRI, Table
from metastasis._vocabulary import DATA_LICENSE
from metastasis.analysis import QUESTIONS, find_question
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


QUESTIONS_OF_ALL = (
    *("sites_of", "primaries_with", "shared_sites", "explain", "states", "conflicts", "beliefs"),
    *("frames", "numbers", "pool", "gaps", "changes", "projection", "similar", "profiles"),
    *("similar_profiles", "clusters", "profile_clusters", "hubs", "likely", "process"),
    *("transitions", "passage_times", "next_sites", "previous_sites", "flow", "flow_explained"),
    *("query", "network", "draw", "export", "licensed", "names", "summary", "assertions"),
    *("sources", "pairs", "of_sources"),
)
"""What a user can ask the object, and nothing of which needs an import."""

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


@pytest.mark.parametrize("name", QUESTIONS_OF_ALL)
def test_every_question_is_on_the_object_and_says_what_it_is(name: str) -> None:
    question = getattr(KG, name)
    assert question.__doc__
    if name in QUESTIONS:
        assert "evidence" not in signature(question).parameters
        assert question.__doc__ == find_question(name).__doc__ or name in vars(KnowledgeGraph)


def test_every_analysis_is_on_the_object() -> None:
    assert set(QUESTIONS) <= set(QUESTIONS_OF_ALL)


@pytest.mark.parametrize(
    ("name", "arguments", "options"),
    [
        ("sites_of", ("breast",), {"edge": "commonly"}),
        ("primaries_with", ("liver", "bone"), {"how": "all", "top": 4}),
        ("shared_sites", ("breast", "lung"), {"how": "any", "roll_up": False}),
        ("conflicts", ("brain",), {}),
        ("states", ("breast", ["bone", "liver"]), {}),
        ("gaps", (), {"top": 5}),
        ("similar", ("sites",), {"distinct": False, "top": 7}),
    ],
)
def test_the_object_answers_as_the_functions_do(
    name: str, arguments: tuple[str, ...], options: dict[str, object]
) -> None:
    answer = getattr(KG, name)(*arguments, **options)
    assert answer == find_question(name)(KG.evidence, *arguments, **options)
    assert len(answer) > 0


def test_only_so_many_rows() -> None:
    every = KG.shared_sites("breast", "prostate")
    assert list(KG.shared_sites("breast", "prostate", top=2)) == every[:2]
    assert len(KG.primaries_with("liver", top=3)) == 3


def test_the_store_is_filled_when_it_is_first_needed() -> None:
    filled = []

    def fill() -> ox.Store:
        filled.append(1)
        return load().store

    kg = KnowledgeGraph(KG.evidence, fill)
    assert kg.sites_of("breast") == KG.sites_of("breast")
    assert filled == []
    assert len(kg) == len(kg.store) > 0
    assert filled == [1]


def test_a_store_with_one_quad_swapped_has_other_answers() -> None:
    """As many quads as before: what was worked out of the store before is not given again."""
    store = PARTS.store
    breast, commonly = node("primary:breast"), node("met:commonlySpreadsTo")
    assert KnowledgeGraph.from_store(store).sites_of("breast", edge="commonly").sites == ["bone"]
    changed = ox.Store()
    for quad in store:
        swapped = (quad.subject, quad.predicate) == (breast, commonly)
        predicate = node("met:rarelySpreadsTo") if swapped else quad.predicate
        changed.add(ox.Quad(quad.subject, predicate, quad.object, quad.graph_name))
    assert len(changed) == len(store)
    other = KnowledgeGraph.from_store(changed)
    assert other.sites_of("breast", edge="commonly").sites == []
    assert other.sites_of("breast", edge="rarely").sites == ["bone"]


def test_names_tells_what_things_are_called() -> None:
    found = KG.names("RENAL")
    assert {"rcc", "renal_vein"} <= {key for _, key, *_ in found}
    assert {what for what, *_ in KG.names()} == {"primary", "site"}
    assert len(KG.names()) == len(KG.catalog.primaries) + len(KG.catalog.sites)
    assert len(KG.names("no such thing")) == 0


def test_the_summary_counts_what_is_there() -> None:
    counts = dict(KG.summary())
    assert counts["assertions"] == len(KG.assertions())
    assert counts["quads"] == len(KG)
    assert sum(n for what, n in counts.items() if what.startswith("assertions of design")) == len(
        KG.assertions()
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
    assert [one.pair.primary for one in PARTS.conflicts()] == ["prostate"]
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


def test_names_may_come_one_by_one_or_as_one_list() -> None:
    assert KG.shared_sites(["breast", "lung"]) == KG.shared_sites("breast", "lung")
    assert KG.primaries_with(["liver", "bone"], how="all") == KG.primaries_with(
        "liver", "bone", how="all"
    )
    with pytest.raises(ValueError, match="name at least two different primaries"):
        KG.shared_sites(["breast"])
    with pytest.raises(ValueError, match="name at least one site"):
        KG.primaries_with([])


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
    pair = next(pair for pair in KG.evidence.pairs() if pair.edge and len(pair.sources) == 1)
    assert KG.explain(pair.primary, pair.site).rests_on == pair.sources
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
            edges = {pair.site: pair.edge for pair in left.sites_of(primary)}
            changed = edges.get("bone") != explanation.metastasis.edge
            assert changed == (source in explanation.rests_on)


def test_numbers_of_different_denominators_stay_apart() -> None:
    numbers = next(pair for pair in KG.sites_of("breast") if pair.site == "bone").numbers
    assert any("all patients" in number for number in numbers)
    assert any("metastatic patients" in number for number in numbers)
    assert len(numbers) == sum(
        1
        for one in KG.assertions()
        if (one.primary, one.site, one.relation) == ("breast", "bone", "metastasis")
        and one.percent is not None
    )


def test_faults_of_assertions_come_at_once() -> None:
    with pytest.raises(TableError) as caught:
        KnowledgeGraph.from_assertions([row("brest", "bone"), row("lung", "bones")])
    assert [fault.column for fault in caught.value.faults] == ["primary", "site"]


@pytest.mark.slow
def test_answers_become_frames_and_html() -> None:
    found = KG.sites_of("breast")
    assert list(found.to_pandas().columns) == list(found.to_polars().columns) == list(found.columns)
    assert len(found.to_pandas()) == found.to_polars().height == len(found)
    html = found._repr_html_()
    assert "<table>" in html
    assert "Not for clinical use" in html
    rows = KG.query("SELECT ?s ?n { ?a met:site ?s ; met:count ?n } ORDER BY ?a LIMIT 3")
    assert isinstance(rows, Table)
    assert rows.to_pandas()["n"].dtype.kind == "i"
    assert '<a href="https://w3id.org/metastasis/site/' in rows._repr_html_()
    assert isinstance(rows[0][0], IRI)


def test_html_escapes_what_a_source_wrote() -> None:
    rows = Table.of_rows(
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
    store = load().store
    one = next(one for one in KG.assertions() if one.count is not None)
    assert one.count is not None
    name = ox.NamedNode(f"https://w3id.org/metastasis/assertion/{one.key}")
    store.add(ox.Quad(name, node("met:count"), ox.Literal(one.count + 1)))
    with pytest.raises(GraphError, match="met:count"):
        KnowledgeGraph.from_store(store)


def test_one_of_very_many_is_reported() -> None:
    rare = row(
        "breast", "spleen", frequency=None, count=1, total=243896, denominator="all_patients"
    )
    assert rare.finding == "present"
    kg = KnowledgeGraph.from_assertions([rare])
    assert kg.sites_of("breast").sites == ["spleen"]
    assert "1/243896 all patients, 0.00041 %" in kg.sites_of("breast")[0].numbers[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    "ending",
    ["nq", "trig", "nt", "rdf", "evidence.json"]
    + [pytest.param(slow, marks=pytest.mark.slow) for slow in ("ttl", "jsonld")],
)
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
        found = {pair.site: pair.edge for pair in kg.sites_of(primary)}
        for site in ("bone", "liver", "unspecified"):
            said = [
                r for r in rows if (r.primary, r.site, r.relation) == (primary, site, "metastasis")
            ]
            edge = verdict_on(said, SMALL.sources).edge
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
    """The same, with the union of all graphs as its default graph.

    It refuses every second question, and says how soon to ask again.
    """

    union = True
    asked: ClassVar[list[int]] = []

    def do_POST(self) -> None:
        """Answer, or refuse."""
        self.asked.append(len(self.asked))
        if self.asked[-1] % 2:
            super().do_POST()
            return
        self.send_response(429 if self.asked[-1] % 4 else 503)
        self.send_header("Retry-After", "0")
        self.end_headers()


@pytest.fixture(params=[Endpoint, UnionEndpoint])
def endpoint(request: pytest.FixtureRequest) -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), request.param) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/sparql"
        server.shutdown()
        thread.join()


@pytest.mark.slow
def test_a_graph_reads_from_an_endpoint(endpoint: str) -> None:
    UnionEndpoint.asked.clear()
    assert set(KnowledgeGraph.read(endpoint).store) == set(KG.store)
    assert len(UnionEndpoint.asked) < 40  # not some for each of hundreds of graphs


def test_an_endpoint_that_does_not_answer() -> None:
    with pytest.raises(ReadError, match="does not answer"):
        KnowledgeGraph.read("http://127.0.0.1:9/sparql")


# Licenses of what is recorded.

ODBL = "https://opendatacommons.org/licenses/odbl/1-0/"
OWN = Source(
    key="our-samples",
    citation="Our samples",
    design="sequencing_cohort",
    license="Open Database License",
    license_url=ODBL,
)
SHIPPED = KnowledgeGraph.from_evidence(KG.evidence)
WITH_OWN = KG.with_evidence(
    [
        row("thyroid", "spleen", source=OWN.key),
        row("prostate", "bone", source=OWN.key, frequency="absent"),
    ],
    [OWN],
)
"""The shipped graph with an edge, and a contradiction, that a source of one's own brings."""


@pytest.mark.slow
@pytest.mark.parametrize("form", ["nq", "trig", "ttl", "csv", "evidence", "kgx", "graphml"])
def test_what_a_license_does_not_allow_is_left_out_as_if_it_had_never_been_there(
    form: str, tmp_path: Path
) -> None:
    written = WITH_OWN.export(tmp_path / "own", form, licenses=("cc-by", "cc0"))
    expected = SHIPPED.export(tmp_path / "shipped", form)
    assert [one.read_bytes() for one in written] == [one.read_bytes() for one in expected]
    whole = WITH_OWN.export(tmp_path / "whole", form)
    assert [one.read_bytes() for one in whole] != [one.read_bytes() for one in expected]


def test_what_follows_from_what_is_left_out_is_gone() -> None:
    assert WITH_OWN.evidence.pair("thyroid", "spleen") is not None
    kept = WITH_OWN.licensed("cc-by,cc0")
    assert kept.evidence.pair("thyroid", "spleen") is None
    assert OWN.key not in kept.catalog.sources
    assert not kept.query("ASK { primary:thyroid met:spreadsTo site:spleen }")
    assert len(kept.conflicts()) < len(WITH_OWN.conflicts())
    own = WITH_OWN.licensed(["odbl"])
    assert {one.source for one in own.evidence.assertions} == {OWN.key}
    assert WITH_OWN.licensed("cc-by,odbl") is WITH_OWN


def test_the_graph_of_a_source_states_the_license_of_what_is_recorded() -> None:
    asked = "SELECT ?license ?words { graph:%s dcterms:license ?license ; dcterms:rights ?words }"
    own, ours = WITH_OWN.query(asked % OWN.key), WITH_OWN.query(asked % "hess-2006")
    assert isinstance(own, Table)
    assert isinstance(ours, Table)
    assert list(map(tuple, own)) == [(ODBL, "Open Database License")]
    assert list(map(tuple, ours)) == [(DATA_LICENSE, "The facts as recorded here: CC BY 4.0")]
    told = "ASK { ?dataset void:subset graph:hess-2006 ; dcterms:rights ?words }"
    assert WITH_OWN.query(told)
    assert not SHIPPED.query(told)


def test_an_own_source_without_an_address_of_a_license_gets_none() -> None:
    silent = Source(key="our-samples", citation="Our samples", design="registry")
    kg = KG.with_evidence([row("thyroid", "spleen", source=silent.key)], [silent])
    assert not kg.query("ASK { graph:our-samples dcterms:license ?license }")
    assert kg.query("ASK { graph:our-samples dcterms:rights 'not stated' }")
    with pytest.raises(UnknownNameError, match=r"unknown license 'free'\. One of cc0, cc-by,"):
        kg.export("nowhere.nq", licenses="free")


def test_a_source_may_be_named_by_itself() -> None:
    one = KG.of_sources("wu-2017-breast")
    assert one.evidence.assertions == KG.of_sources(["wu-2017-breast"]).evidence.assertions


def _ways(folder: Path) -> list[KnowledgeGraph]:
    """Return a small graph as each way of getting one gives it."""
    built = KnowledgeGraph.from_assertions([row("breast", "bone")])
    extra = ox.Quad(node("site:bone"), node("rdfs:seeAlso"), ox.Literal("said by somebody else"))
    built.store.add(extra)
    with (folder / "a.nq").open("wb") as file:
        built.store.dump(file, format=ox.RdfFormat.N_QUADS)
    plain = KnowledgeGraph.from_assertions([row("breast", "bone")])
    (index,) = plain.export(folder / "a.evidence.json")
    read = KnowledgeGraph.read(folder / "a.nq")
    return [plain, read, KnowledgeGraph.read(index), KnowledgeGraph.from_store(read.store)]


def _used(kg: KnowledgeGraph) -> tuple[int, int, bool]:
    """Return what asks evidence, store and dataset."""
    seen = kg.query("ASK { site:bone rdfs:seeAlso 'said by somebody else' }")
    return len(kg.evidence.assertions), len(kg.dataset), bool(seen)


def test_every_graph_is_pickled_and_copied_after_it_was_used(tmp_path: Path) -> None:
    found = []
    for kg in _ways(tmp_path):
        used = _used(kg)
        found.append(used[2])
        for again in (pickle.loads(pickle.dumps(kg)), copy.copy(kg), copy.deepcopy(kg)):
            assert _used(again) == used
            assert set(again.store) == set(kg.store)
    assert found == [False, True, False, True]  # what only the file said comes along


@pytest.mark.slow
def test_a_graph_goes_to_a_process_that_begins_anew(tmp_path: Path) -> None:
    kg = _ways(tmp_path)[1]
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(len, (kg,)) == len(kg)
