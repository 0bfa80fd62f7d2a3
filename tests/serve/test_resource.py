"""What the data of each name hold: triples of the graph, in syntaxes that others read."""

from __future__ import annotations

import json
from urllib.parse import urljoin

import pyoxigraph as ox
import pytest

import metastasis as mets
from metastasis._vocabulary import BASE, DATA_RELEASE, NOT_CLINICAL
from metastasis.rdf._terms import node, value_of
from metastasis.serve._links import Links
from metastasis.serve._reply import Address
from metastasis.serve._resource import SYNTAXES, data_reply, pageless_reply, triples_of
from metastasis.serve._routes import make_reply

KG = mets.load()
LINES = {str(quad.triple) for quad in KG.store}
SUBJECTS = sorted({quad.subject.value for quad in KG.store if quad.subject.value.startswith(BASE)})
PATHS = [iri.removeprefix(BASE).replace("vocab#", "vocab/").partition("#")[0] for iri in SUBJECTS]
KINDS = sorted({path.partition("/")[0] for path in PATHS})
SOME = [next(path for path in PATHS if path.partition("/")[0] == kind) for kind in KINDS]


def test_every_name_of_the_graph_has_data_with_all_that_is_said_of_it_itself() -> None:
    for iri, path in zip(SUBJECTS, PATHS, strict=True):
        said = {q.triple for q in KG.store.quads_for_pattern(ox.NamedNode(iri), None, None, None)}
        found = triples_of(KG, path)
        assert said <= set(found), path
        assert found == sorted(found, key=str)


FILES = ("docs/", f"release/{DATA_RELEASE}/")
"""What begins so are files of the host, beside the server."""


@pytest.mark.slow
def test_people_and_programs_get_what_each_name_stands_for() -> None:
    names = {
        term.value.removeprefix(BASE)
        for quad in KG.store
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name)
        if isinstance(term, ox.NamedNode) and term.value.startswith(BASE)
    }
    ours = sorted(name for name in names if not name.startswith(FILES))
    for name in [*ours[::97], *(one for one in ours if "/" not in one)]:  # all take a minute
        path, _, place = name.partition("#")
        reply = make_reply(KG, Address(path), "ttl", Links(path))
        assert (reply.status, reply.media_type) == (200, "text/turtle"), name
        reply = make_reply(KG, Address(path), "html", Links(path))
        if reply.status == 303:
            link = urljoin(BASE + path, dict(reply.headers)["Location"])
            path, _, place = link.removeprefix(BASE).partition("#")
            reply = make_reply(KG, Address(path), "html", Links(path))
        assert (reply.status, reply.media_type) == (200, "text/html; charset=utf-8"), name
        assert not place or f'id="{place}"' in reply.body.decode(), name


@pytest.mark.parametrize("path", SOME)
def test_data_hold_triples_of_the_graph_the_same_in_every_syntax(path: str) -> None:
    found = set(triples_of(KG, path))
    assert {str(one) for one in found} <= LINES
    for form, media_type in SYNTAXES.items():
        reply = data_reply(KG, path, form)
        assert reply is not None
        assert (reply.status, reply.media_type) == (200, media_type)
        syntax = ox.RdfFormat.from_media_type(media_type)
        assert {quad.triple for quad in ox.parse(reply.body, format=syntax)} == found, form
        assert NOT_CLINICAL in reply.body.decode()


def test_a_pair_comes_with_every_assertion_on_it_and_its_source_names_them() -> None:
    found = triples_of(KG, "disease/breast--bone")
    keys = {
        value_of(one.subject).removeprefix(f"{BASE}assertion/")
        for one in found
        if one.predicate == node("met:locator")
    }
    pair = KG.explain("breast", "bone")
    assert keys == {one.key for one in pair.assertions}
    for source in pair.sources:
        named = {
            value_of(one.subject).removeprefix(f"{BASE}assertion/")
            for one in triples_of(KG, f"source/{source.key}")
            if one.predicate == node("prov:wasDerivedFrom")
            and value_of(one.subject).startswith(f"{BASE}assertion/")
        }
        assert named == {one.key for one in KG.evidence.assertions if one.source == source.key}


def test_a_pair_that_only_growth_joins_has_data_and_one_that_nobody_studied_has_none() -> None:
    assert triples_of(KG, "disease/bladder--pelvic_wall")
    assert not KG.explain("prostate", "breast").assertions
    for path in (
        "disease/prostate--breast",
        "disease/bladder--nowhere",
        "disease/bladder",
        "disease/",
        "site/livr",
        "no|pe",
    ):
        assert triples_of(KG, path) == [], path


def test_a_primary_comes_with_its_pairs_and_without_their_assertions() -> None:
    found = triples_of(KG, "primary/breast")
    pairs = {one.subject for one in found if one.predicate == node("met:ofPrimary")}
    assert len(pairs) == sum(one.pair.primary == "breast" for one in KG.pairs())
    assert not any(value_of(one.subject).startswith(f"{BASE}assertion/") for one in found)


def test_the_context_of_json_ld_has_what_occurs_and_no_more() -> None:
    reply = data_reply(KG, "basis/numbers", "jsonld")
    assert reply is not None
    document = json.loads(reply.body)
    assert document["@context"]["@base"] == BASE
    assert {"met", "skos"} <= document["@context"].keys()
    assert not {"ICD10CM", "basis"} & document["@context"].keys()
    assert "basis/numbers" in {one["@id"] for one in document["@graph"]}


def test_the_same_bytes_each_time() -> None:
    again = mets.load()
    for form in SYNTAXES:
        assert data_reply(KG, "primary/lung", form) == data_reply(again, "primary/lung", form)


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("graph/wu-2017-breast", "../source/wu-2017-breast"),
        ("graph/labels_mesh", "../about#data"),
        ("rule/35-rolls-up", "../vocab#rule-35-rolls-up"),
        ("setting/at_autopsy", "../vocab#setting-at_autopsy"),
        ("vocab/Pair", "../vocab#Pair"),
        ("partition/class/met-Site", "../../about#data"),
        ("partition/class/met-Pair/met-edge", "../../../about#data"),
        ("query/20-assertions-by-graph", "../sparql"),
        (f"release/{DATA_RELEASE}", "../about#data"),
    ],
)
def test_what_has_no_page_leads_people_to_where_they_read_of_it(path: str, page: str) -> None:
    reply = pageless_reply(KG, Address(path), "html", Links(path))
    assert reply is not None
    assert (reply.status, dict(reply.headers)["Location"]) == (303, page)
    assert pageless_reply(KG, Address(f"{path}x"), "html", Links(path)) is None


def test_assertions_and_conflicts_lead_to_their_place_on_the_page_of_the_pair() -> None:
    said = KG.evidence.assertions[0]
    one = next(path for path in PATHS if path.startswith("conflict/"))
    for path, start in (
        (f"assertion/{said.key}", f"../disease/{said.primary}--{said.site}#assertion-{said.key}"),
        (one, "../disease/"),
    ):
        reply = pageless_reply(KG, Address(path), "html", Links(path))
        assert reply is not None
        assert dict(reply.headers)["Location"].startswith(start)
