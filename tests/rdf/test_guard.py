"""What may leave the machine: SERVICE and FROM, however they are written; and what may not."""

from __future__ import annotations

import socket
import time
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metastasis._errors import FederationError, QueryError
from metastasis._graph import load
from metastasis.rdf import run_query
from metastasis.rdf._sparql.tokens import read_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

KG = load()

REFUSED: Final = [
    "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * { service silent <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * { ?s ?p 'a' . SERVICE ?where { ?s ?p ?o } }",
    "SELECT * { ?s ?p '''it's ' ''' . SERVICE <http://127.0.0.1:9/> { } }",
    "SELECT * { # comment\nSERVICE <http://127.0.0.1:9/> {} }",
    "SELECT * { ?s ?p <http://a#b> . SERVICE <http://127.0.0.1:9/> {} }",
    "SELECT * FROM <http://127.0.0.1:9/x.ttl> { ?s ?p ?o }",
    "SELECT * FROM NAMED <file:///etc/hostname> { ?s ?p ?o }",
    "PREFIX x: <http://127.0.0.1:9/> SELECT * FROM x:y { ?s ?p ?o }",
    "SELECT * FROM primary:breast { ?s ?p ?o }",
    "PREFIX e:<http://127.0.0.1:9/> SELECT * { SERVICEe:x {?s ?p ?o} }",
    "PREFIX :<http://127.0.0.1:9/> SELECT * { SERVICE:x {?s ?p ?o} }",
    "PREFIX e:<http://127.0.0.1:9/> SELECT * { SERVICESILENT e:x {?s ?p ?o} }",
    "SELECT * { ?s met:total 5SERVICE <http://127.0.0.1:9/> {} }",
    "SELECT * { OPTIONAL{?a met:x site:a\\#} SERVICE <http://127.0.0.1:9/> {} }",
    "PREFIX e:<http://127.0.0.1:9/> SELECT * { FILTER(1<2)SERVICEe:x#>\n{} }",
    "SELECT * FROM # comment\n <http://127.0.0.1:9/x.ttl> { ?s ?p ?o }",
    "SELECT * { \\u0053ERVICE <http://127.0.0.1:9/> {} }",
    'SELECT * { BIND ("\\u0022" AS ?x) SERVICE <http://127.0.0.1:9/> {} BIND ("" AS ?y) }',
    "BASE <http://127.0.0.1:9/> SELECT * FROM <x> { ?s ?p ?o }",
    "PREFIX e: <http://a:> SELECT * { ?s ?p e:SERVICE <http://127.0.0.1:9/> {} }",
    "PREFIX e: <http://a/> SELECT * { ?s ?p e:a.b.SERVICE <http://127.0.0.1:9/> {} }",
    "PREFIX e: <http://127.0.0.1:9/> SELECT * { ?s ?p ?o, trueSERVICEe:x {} }",
    "SELECT * { ?s ?p true\tSERVICE <http://127.0.0.1:9/> {} }",
    "SELECT * { ?s ?p ?o ; SERVICE <http://127.0.0.1:9/> {} }",
    "SELECT * { FILTER(?s<?p&&?o>?s) SERVICE <http://127.0.0.1:9/> {} }",
    "SELECT * { ?s ?p '''a\\'''' SERVICE <http://127.0.0.1:9/> {} }",
    "SELECT * { {} SERVICE#SERVICE\n?x {} }",
    "SELECT * { {} SERVICE SILENT <http://127.0.0.1:9/> {} }",
    "ASK FROM<http://127.0.0.1:9/>{}",
    "ASKFROM <http://127.0.0.1:9/> {}",
]
"""Each has the engine ask another machine, or one that reads it as the standard does."""

LEGAL: Final = [
    "SELECT * { ?s rdfs:label 'National Health Service' }",
    'SELECT * { ?s rdfs:label "the SERVICE <http://x/> {}"@en }',
    "SELECT * { ?s rdfs:label '''a\n\"SERVICE\" of 'theirs' ''' }",
    "SELECT * { BIND ('SERVICE <http://x/>' AS ?x) }",
    "SELECT * { ?s rdfs:label 'a' } # SERVICE <http://x/> {}",
    "# a service for all\nSELECT * { ?s rdfs:label 'a' }",
    "SELECT * { ?s ?p <https://example.org/services/1> }",
    "SELECT * { ?s <https://example.org/a/service> ?o }",
    "SELECT * { ?s ?p <https://example.org/x?service=1> . ?s ?q ?r }",
    "PREFIX ex: <https://example.org/> SELECT * { ?s ex:service ?o }",
    "PREFIX ex: <https://example.org/> SELECT * { ?s ex:serviceType ex:service, ex:Service }",
    "PREFIX ex: <https://example.org/> SELECT * { ?s ex:health.service ?o }",
    "PREFIX service: <https://example.org/service#> SELECT * { ?s service:name ?o }",
    "SELECT ?service { ?service a met:Site } LIMIT 1",
    "SELECT $service { $service a met:Site } LIMIT 1",
    "SELECT (COUNT(?service) AS ?services) { ?service a met:Site FILTER(?service != site:liver) }",
    "SELECT * { _:service rdfs:label ?service } LIMIT 1",
    "SELECT * { ?s rdfs:label ?l FILTER(CONTAINS(?l, 'service') && ?l < 'service' && ?l > 'a') }",
    "SELECT * { ?s rdfs:label ?l FILTER(?l<'service'||?l>'services') } LIMIT 1",
    "SELECT * { ?s rdfs:label 'caf\\u00E9 service' }",
    "SELECT * { ?s rdfs:label 'from' } # FROM <http://x/>",
    "SELECT * { ?from prov:wasDerivedFrom ?service } LIMIT 1",
    "PREFIX from: <https://example.org/> SELECT * { ?s from:here ?o }",
    "PREFIX g: <https://w3id.org/metastasis/graph/> SELECT * FROM g:hess-2006 { ?s a ?o }",
    "BASE <https://w3id.org/metastasis/> SELECT * FROM <graph/hess-2006> { ?s a ?o }",
    "SELECT * FROM <graph/hess-2006> { ?s a ?o }",
    "SELECT * FROM graph:hess-2006 # ours\n { ?s ?p ?o } LIMIT 1",
    "SELECT * FROM # ours\n graph:hess-2006 { ?s ?p ?o } LIMIT 1",
    "SELECT * FROM NAMED <https://w3id.org/metastasis/graph/hess-2006> { GRAPH ?g {?s a ?o} }",
    "ASK FROM graph:hess-2006{}",
]
"""Each names a service or a graph in words only, or a graph of ours."""


@pytest.mark.parametrize("query", REFUSED)
def test_what_leaves_the_machine_is_refused(query: str) -> None:
    with pytest.raises(FederationError):
        KG.query(query)


@pytest.mark.parametrize("query", LEGAL)
def test_what_stays_is_allowed(query: str) -> None:
    assert KG.query(query) is not None


class Listener:
    """A port of this machine that counts who comes."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"
        self.visits = 0
        Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                visitor, _ = self._socket.accept()
            except OSError:
                return
            self.visits += 1
            visitor.close()

    def close(self) -> None:
        """Listen no more."""
        self._socket.close()


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    one = Listener()
    yield one
    one.close()


bases = st.sampled_from(
    ["http://a/", "http://a:", "http://a", "urn:x:", "http://a/?q=", "http://a/#"]
)
values = st.sampled_from(
    [
        *(
            "5",
            "5.",
            "5e3",
            "true",
            "?o",
            "e:x",
            "e:",
            "e:a.b.",
            "e:a.",
            "e:\\~",
            "e:a\\#",
            "e:a\\'",
        ),
        *("'a'", "'a'@en", "'a'@en--ltr", "'''a'''", "'''a\\''''", '"""a" """', "'''\\uD800'''"),
        *("''", "<a:b>", "<a:#>", "<a:'>", "[]", "()", "(1)", "e:%41", "e:x:", "<<(?s ?p ?o)>>"),
        *("e:\ufff0", "'\\\\'", "?o {| ?a ?b |}", "?o ; ?p ?q ;", "?o , true", "?o, false"),
    ]
)
gaps = st.sampled_from(
    ["", " ", "\n", "#'\n", "#<\n", "\t", ".", ";", ". ", '#"""\n', "# SERVICE\n"]
)
clauses = st.sampled_from(
    [
        *(
            "",
            "FILTER(?s<?p)",
            "FILTER(?s <?p&&?o> ?s)",
            "FILTER(1<2)",
            "BIND('>' AS ?z)",
            "OPTIONAL{}",
        ),
        *(
            "{}",
            "VALUES ?v {'''a' 'b'}",
            "VALUES ?v {<a:'> 1 true}",
            "MINUS{?s ?p ?o}",
            "{}UNION{}",
        ),
        *("GRAPH ?g{}", "FILTER(true)", "FILTER(STR(?s)<'>')", "LATERAL{}", "FILTER EXISTS{}"),
        *(
            "FILTER(?s IN(<a:b>,true))",
            "BIND(-5 AS ?y)",
            "{SELECT*{}LIMIT 5}",
            "{SELECT*{}ORDER BY(?s)}",
        ),
    ]
)
words = st.sampled_from(
    ["SERVICE", "service", "SERVICE SILENT", "SERVICESILENT ", "SERVICE#\n", "SERVICE#SERVICE\n"]
)
heads = st.sampled_from(
    [
        "SELECT * {",
        "SELECT*{",
        "ASK{",
        "CONSTRUCT{?s ?p ?o}{",
        "ASK{{",
        "ASK{GRAPH ?g{",
        "ASK{FILTER EXISTS{",
    ]
)


@st.composite
def hostile(draw: st.DrawFn) -> str:
    """Return a query with a service, with the address left out, and perhaps one character else."""
    head = draw(heads)
    parts = [
        f"PREFIX e: <{draw(bases)}> PREFIX f: <ADDRESS> PREFIX a: <a:> {head}",
        *(draw(clauses), draw(gaps)),
        draw(st.sampled_from(["?s ?p ", "?s a ", "<a:b> e:x ", "?s ^e:x ", "?s e:x* "])),
        *(draw(values), draw(gaps), draw(clauses), draw(words)),
        draw(st.sampled_from(["<ADDRESS>", "f:x", "f:", " <ADDRESS>", "#\n<ADDRESS>"])),
        draw(st.sampled_from(["{}", " {}", "#\n{}", "{?s ?p ?o}"])),
        "}" if "CONSTRUCT" in head else "}" * head.count("{"),
    ]
    text = "".join(parts)
    place = draw(st.integers(0, len(text)))
    other = draw(st.sampled_from(["", "", "", "'", '"', "<", ">", "#", "\\", ".", ":", " ", "\n"]))
    return text[:place] + other + text[place + (draw(st.integers(0, 1)) if other else 0) :]


@pytest.mark.slow
@settings(max_examples=1000)
@given(hostile())
def test_what_is_let_through_makes_no_connection(listener: Listener, query: str) -> None:
    query = query.replace("ADDRESS", listener.address)
    if read_tokens(query).is_service:
        return
    visits = listener.visits
    store = ox.Store()
    store.add(ox.Quad(*[ox.NamedNode("a:b")] * 3))
    try:
        found: Any = store.query(query)
        found if isinstance(found, ox.QueryBoolean) else list(found)
    except (SyntaxError, OSError, RuntimeError, ValueError):
        pass
    time.sleep(0.002)
    assert listener.visits == visits


def test_the_property_would_see_a_service(listener: Listener) -> None:
    visits = listener.visits
    with pytest.raises(QueryError, match="failed"):
        KG.query(f"SELECT * {{ SERVICE <{listener.address}> {{ ?s ?p ?o }} }}", federate=True)
    assert listener.visits == visits + 1


def test_a_child_reaches_no_machine_whatever_it_is_asked(listener: Listener) -> None:
    from metastasis.rdf._sparql.query import ask

    visits = listener.visits
    query = f"SELECT * {{ SERVICE <{listener.address}> {{ ?s ?p ?o }} }}"
    with pytest.raises(QueryError, match="failed"):
        ask(KG.store, query, {}, 20)
    assert listener.visits == visits


def test_allowed_federation_reaches_out_from_a_child_too(listener: Listener) -> None:
    visits = listener.visits
    with pytest.raises(QueryError, match="failed"):
        run_query(
            KG.store,
            f"SELECT * {{ SERVICE <{listener.address}> {{ ?s ?p ?o }} }}",
            federate=True,
            timeout=20,
        )
    assert listener.visits == visits + 1


def test_a_variable_a_name_and_a_text_are_told_from_a_keyword_however_they_stand() -> None:
    for text in (
        "?SERVICE<a:b>{}",
        "e:SERVICE <a:b> {}",
        "'SERVICE' <a:b> {}",
        "<a:SERVICE> <b:c> {}",
    ):
        assert not read_tokens(f"SELECT * {{ {text} }}").is_service
