"""The endpoint as the public meets it: a server on a port, and everything that may be sent to it.

Whatever it is, it is refused or ended in time and told in a sentence, no connection leaves the
machine, memory comes back, and the next question is answered.
"""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlencode, urlsplit

import pyoxigraph as ox
import pytest

import metastasis as mets
from metastasis.rdf import Rows, shipped_queries

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="workers are forked and killed on Linux"),
]

DEADLINE: Final = 2.0
SLACK: Final = 0.25
"""What a machine that does other things may take beside the deadline."""
TRIES: Final = 3
"""How often a time is taken before it counts: others may have the processor meanwhile."""
TOGETHER: Final = 4
"""Hostile questions that are asked at a time, each by a client of its own."""
SPARQL: Final = "application/sparql-query"


class Served(NamedTuple):
    """A server that runs."""

    host: str
    port: int
    process: subprocess.Popen[str]
    log: Path

    def ask(
        self, query: str | bytes, method: str = "POST", path: str = "/sparql", **headers: str
    ) -> Came:
        """Return what comes of a query that is posted as it is."""
        with closing(HTTPConnection(self.host, self.port, timeout=30)) as connection:
            body = query.encode() if isinstance(query, str) else query
            began = time.monotonic()
            said = {"Content-Type": SPARQL} if method == "POST" else {}
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body or None, {**said, **named})
            answer = connection.getresponse()
            data = answer.read()
            took = time.monotonic() - began
            return Came(answer.status, dict(answer.getheaders()), data, took)

    def insist(self, query: str, **headers: str) -> Came:
        """Return what comes of a query, asked again where others have all of the machine."""
        for _ in range(10):
            came = self.ask(query, **headers)
            if came.status != 503:
                break
            time.sleep(0.5)
        return came

    def raw(self, data: bytes, seconds: float = 5.0, *, ends: bool = False) -> bytes:
        """Return everything that comes back for bytes until the server closes or says no more."""
        with closing(socket.create_connection((self.host, self.port), timeout=seconds)) as client:
            came = b""
            try:
                client.sendall(data)
                if ends:
                    client.shutdown(socket.SHUT_WR)
                while piece := client.recv(1 << 16):
                    came += piece
            except OSError:
                pass
            return came

    def memory(self) -> int:
        """Return how many bytes the server and all below it hold for themselves."""
        return sum(map(_private, _family(self.process.pid)))


class Came(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes
    took: float


def _family(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from _family(int(child))


def _private(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return sum(int(found) << 10 for found in re.findall(r"Private_\w+: +(\d+) kB", text))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    log = tmp_path_factory.mktemp("served") / "log"
    command = [sys.executable, "-m", "metastasis", "serve", "--port", "0"]
    with log.open("w") as errors:
        process = subprocess.Popen(
            [*command, "--deadline", f"{DEADLINE}s", "--memory", "200MB"],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            address = re.search(r"http://\S+?/", said)
            assert address is not None, (said, log.read_text())
            place = urlsplit(address[0])
            assert place.hostname
            assert place.port
            yield Served(place.hostname, place.port, process, log)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                assert process.wait(15) == 0
            finally:
                process.kill()
                process.communicate()
    assert "Traceback" not in log.read_text()


def numbers(count: int) -> str:
    return " ".join(map(str, range(count)))


SIMPLE: Final = "ASK { site:liver a met:Site }"
TWICE: Final = "?a ?b ?c . ?d ?e ?f"
THRICE: Final = f"{TWICE} . ?g ?h ?i"
GROWN: Final = "REPLACE(" * 5 + '"%s"' % ("a" * 20) + ', "a", "%s")' % ("a" * 20) * 5

COUNT_OF_ALL: Final = f"SELECT (COUNT(*) AS ?n) {{ {THRICE} FILTER(?c != ?f) }}"
HOSTILE: Final[dict[str, str | bytes]] = {
    "count of a cross product": COUNT_OF_ALL,
    "order of a cross product": f"SELECT * {{ {THRICE} }} ORDER BY ?f ?a LIMIT 1",
    "a cross product": f"SELECT * {{ {THRICE} }}",
    "groups of a cross product": f"SELECT ?b (COUNT(*) AS ?n) {{ {THRICE} }} GROUP BY ?b",
    "distinct of a cross product": f"SELECT DISTINCT ?a ?f {{ {THRICE} }}",
    "a graph of a cross product": f"CONSTRUCT {{ ?a ?e ?i }} {{ {THRICE} }}",
    "texts of a cross product": f"SELECT (STRLEN(GROUP_CONCAT(?c)) AS ?n) {{ {TWICE} }}",
    "regular expressions": (
        f'SELECT * {{ {TWICE} FILTER(REGEX(CONCAT(STR(?c), STR(?f)), "(a+)+(b+)+$^")) }}'
    ),
    "a large regular expression": 'ASK { FILTER(REGEX("a", "(((a{0,99}){0,99}){0,99}){0,99}")) }',
    "paths between all": "SELECT (COUNT(*) AS ?n) { ?a (!<urn:x>|^!<urn:x>)* ?b }",
    "products of VALUES": (
        f"SELECT * {{ VALUES ?x {{ {numbers(300)} }} VALUES ?y {{ {numbers(300)} }} "
        f"VALUES ?z {{ {numbers(300)} }} FILTER(?x + ?y + ?z < 0) }}"
    ),
    "a text that grows": f"SELECT ({GROWN} AS ?x) {{}}",
    "optional parts": "SELECT * { " + "OPTIONAL { ?a ?b ?c } OPTIONAL { ?d ?e ?f } " * 3 + "}",
    "what is not there": f"SELECT * {{ {TWICE} FILTER NOT EXISTS {{ ?f ?x ?a . ?y ?z ?c }} }}",
    "sub-queries": "SELECT (COUNT(*) AS ?n) {" + f"{{ SELECT * {{ {TWICE} }} }} " * 3 + "}",
    "a matrix of unions": "SELECT * {" + "{ ?s ?p ?o } UNION { ?o ?p ?s } " * 9 + f"{THRICE} }}",
    "nested braces": "SELECT * " + "{" * 5_000 + " ?s ?p ?o " + "}" * 5_000,
    "nested parentheses": "SELECT (" + "(" * 8_000 + "1" + ")" * 8_000 + " AS ?x) {}",
    "a long sum": f"SELECT ({'1+' * 30_000}1 AS ?x) {{}}",
    "nested functions": "SELECT (" + "STR(" * 2_000 + "1" + ")" * 2_000 + " AS ?x) {}",
    "quotes": "ASK { ?s ?p " + "'\"" * 30_000,
    "400 KB of quotes": "'" * 400_000,
    "a service": "SELECT * { SERVICE <http://127.0.0.1:%d/sparql> { ?a ?b ?c } }",
    "a silent service": "SELECT * { SERVICE SILENT <http://127.0.0.1:%d/> { ?a ?b ?c } }",
    "a variable service": "SELECT * { ?s ?p ?x SERVICE ?x { ?a ?b ?c } }",
    "a glued service": "SELECT * { ?s ?p 5SERVICE <http://127.0.0.1:%d/> { ?a ?b ?c } }",
    "a foreign graph": "SELECT * FROM <http://127.0.0.1:%d/x> { ?a ?b ?c }",
    "a foreign named graph": "ASK FROM NAMED <http://127.0.0.1:%d/x> { GRAPH ?g { ?a ?b ?c } }",
    "a load": "LOAD <http://127.0.0.1:%d/x>",
    "a file": "SELECT * FROM <file:///etc/passwd> { ?a ?b ?c }",
    "an update": "DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "no UTF-8": b"ASK { ?s ?p '\xff\xfe' }",
    "nothing": b"",
    "zeros": b"\0" * 50_000,
}
FLAT: Final = {"nested functions", "optional parts", "a large regular expression"}
"""What may be answered as well: it depends on the release of the engine."""


@pytest.fixture(scope="module")
def listener() -> Iterator[tuple[int, list[Any]]]:
    """Give a port at which everything that arrives is written down."""
    arrived: list[Any] = []
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def listen() -> None:
            while True:
                try:
                    connection, client = server.accept()
                except OSError:
                    return
                arrived.append(client)
                connection.close()

        threading.Thread(target=listen, daemon=True).start()
        yield server.getsockname()[1], arrived
        server.shutdown(socket.SHUT_RDWR)


class Fared(NamedTuple):
    """How the server fared with one hostile question."""

    cames: list[Came]
    """What came of it, once more where it took too long."""
    afterwards: Came
    """What came of a simple question after it."""


@pytest.fixture(scope="module")
def fared(served: Served, listener: tuple[int, list[Any]]) -> dict[str, Fared]:
    """Ask everything that is hostile, a few at a time: one after the other takes a minute."""

    def ask(name: str) -> Fared:
        query = HOSTILE[name]
        if isinstance(query, str) and "%d" in query:
            query = query.replace("%d", str(listener[0]))
        # The server takes the word of a proxy on its own machine for who the client is.
        client = f"192.0.2.{[*HOSTILE].index(name)}"
        cames: list[Came] = []
        while len(cames) < TRIES and (not cames or cames[-1].took > DEADLINE + SLACK):
            cames.append(served.ask(query, X_Forwarded_For=client))
        return Fared(cames, served.ask(SIMPLE, X_Forwarded_For=client))

    with ThreadPoolExecutor(TOGETHER) as threads:
        return dict(zip(HOSTILE, threads.map(ask, HOSTILE), strict=True))


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_hostile_ends_in_time_and_is_told(fared: dict[str, Fared], name: str) -> None:
    cames, afterwards = fared[name]
    for came in cames:
        assert came.status in ({200} if name in FLAT else set()) | {400, 403, 413, 503}
        if came.status != 200:
            told = json.loads(came.body)
            assert came.headers["content-type"] == "application/problem+json"
            assert len(told["detail"].split()) > 4
            assert ("retry-after" in came.headers) == (came.status == 503)
    assert min(came.took for came in cames) < DEADLINE + SLACK
    assert json.loads(afterwards.body)["boolean"] is True


def test_nothing_leaves_the_machine(
    fared: dict[str, Fared], listener: tuple[int, list[Any]]
) -> None:
    port, arrived = listener
    assert fared["a service"].cames[0].status == 403
    assert arrived == []
    with closing(socket.create_connection(("127.0.0.1", port))):
        while not arrived:  # the listener does hear
            time.sleep(0.01)


def test_memory_comes_back(served: Served) -> None:
    served.ask("ASK {}")
    before = served.memory()
    for name in ("order of a cross product", "distinct of a cross product", "a text that grows"):
        served.ask(HOSTILE[name])
    deadline = time.monotonic() + 10
    while served.memory() > before + (50 << 20) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert served.memory() < before + (50 << 20)


def test_many_hostile_questions_leave_room_for_others(served: Served) -> None:
    results: list[Came] = []
    queries = [f"{COUNT_OF_ALL} # {number}" for number in range(20)]

    def ask(query: str) -> None:
        results.append(served.ask(query))

    asks = [threading.Thread(target=ask, args=(query,)) for query in queries]
    for one in asks:
        one.start()
    for one in asks:
        one.join()
    assert len(results) == len(queries)
    assert {came.status for came in results} == {429, 503}
    assert all("retry-after" in came.headers for came in results)
    assert served.ask("ASK {}").status == 200


# What clients of HTTP may do.

GET: Final = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: a\r\n"


def statuses(came: bytes) -> list[int]:
    return [int(found) for found in re.findall(rb"HTTP/1\.[01] (\d{3}) ", came)]


def test_questions_in_a_row_on_one_connection_are_answered_in_order(served: Served) -> None:
    asked = b"".join(
        b"GET /sparql?query=SELECT(%d%%20AS%%20?x)%%7B%%7D&format=csv HTTP/1.1\r\nHost: a\r\n"
        b"%s\r\n" % (number, b"Connection: close\r\n" if number == 7 else b"")
        for number in range(8)
    )
    came = served.raw(asked)
    assert statuses(came) == [200] * 8
    assert [int(one) for one in re.findall(rb"\r\n\r\nx\r\n(\d)\r\n", came)] == list(range(8))


def test_what_was_answered_before_is_answered_alike_and_in_its_turn(served: Served) -> None:
    known = GET.replace(b"ASK", b"ASK%20%20")
    end = b"Connection: close\r\n\r\n"
    first = served.raw(known + end)
    head, _, body = first.partition(b"\r\n\r\n")
    again = served.raw(
        (known + b"\r\n") * 20 + GET.replace(b"ASK", b"ASK%09") + b"\r\n" + known + end
    )
    assert statuses(again) == [200] * 22
    assert again.count(body) == 22
    assert b"connection: close" not in again[: len(head) + len(body)]
    alike = re.sub(rb"date: [^\r]*", b"", again[: len(head) + len(body)])
    assert set(alike.split(b"\r\n")) > {b"HTTP/1.1 200 OK", *re.findall(rb"etag: [^\r]*", head)}
    tag = re.findall(rb"etag: ([^\r]*)", head)[0]
    same = served.raw(known + b"If-None-Match: " + tag + b"\r\n\r\n" + known + end)
    assert statuses(same) == [304, 200]
    assert b"content-length" not in same.partition(b"\r\n\r\n")[0]
    assert same.count(body) == 1
    assert b"text/csv" in served.raw(known + b"Accept: text/csv\r\n" + end)
    assert statuses(served.raw(known + b"Content-Length: 3\r\n\r\nabc")) == [200]
    asked = served.log.read_text().count('"cache":"known"')
    assert asked == 1


def test_a_flood_of_questions_in_a_row_is_cut_off(served: Served) -> None:
    came = served.raw(GET.replace(b"ASK", b"ASK%20") + b"\r\n" + (GET + b"\r\n") * 5_000)
    assert len(statuses(came)) < 100
    assert served.ask("ASK {}").status == 200


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00", 400),
        (b"NONSENSE\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\n\r\n", 400),
        (b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET /sparql?query=\xff HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 400),
        (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nConnection: close\r\n\r\n", 414),
        (GET + b"A b: c\r\n\r\n", 400),
        (
            b"POST /sparql HTTP/1.1\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n",
            400,
        ),
        (b"POST /sparql HTTP/1.1\r\nContent-Length: 6\r\nContent-Length: 7\r\n\r\nASK {}", 400),
        (b"POST /sparql HTTP/1.1\r\nContent-Length: -1\r\n\r\nASK {}", 400),
        (
            b"POST /sparql HTTP/1.1\r\nContent-Type: application/sparql-query\r\n"
            b"Transfer-Encoding: chunked\r\n\r\nZZ\r\nASK {}\r\n0\r\n\r\n",
            400,
        ),
        (
            b"POST /sparql HTTP/1.1\r\nContent-Type: application/sparql-query\r\n"
            b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
            b"3\r\nASK\r\n3\r\n {}\r\n0\r\n\r\n",
            200,
        ),
        (
            b"POST /sparql HTTP/1.1\r\nContent-Type: application/sparql-query\r\n"
            b"Content-Length: 99999999999\r\n\r\nASK",
            413,
        ),
        (b"GET /sparql?query=ASK%7B%7D HTTP/1.0\r\n\r\n", 200),
        (
            b"GET http://b/sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            200,
        ),
        (GET + b"Upgrade: h2c\r\nConnection: Upgrade, close\r\n\r\n", 200),
        (b"OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", None),
        (b"CONNECT 127.0.0.1:80 HTTP/1.1\r\nHost: a\r\n\r\n", None),
    ],
)
def test_what_is_hardly_a_request_is_answered_or_closed(
    served: Served, data: bytes, expected: int | None
) -> None:
    found = statuses(served.raw(data))
    assert len(found) <= 1 or found[1:] == [400]
    assert expected is None or found[:1] == [expected]
    assert served.ask("ASK {}").status == 200


def test_a_head_without_an_end_is_refused(served: Served) -> None:
    came = served.raw(GET + b"".join(b"X-%d: %s\r\n" % (n, b"a" * 1_000) for n in range(3_000)))
    assert statuses(came)[:1] in ([431], [400], [])
    with closing(socket.create_connection((served.host, served.port), timeout=5)) as client:
        client.sendall(GET + b"X: ")
        is_open = True
        try:
            for _ in range(200):
                client.sendall(b"a" * 65_536)
                time.sleep(0.001)
        except OSError:
            is_open = False
    assert not is_open
    assert served.memory() < 1 << 30


def test_half_a_request_ends(served: Served) -> None:
    assert served.raw(GET, ends=True) == b""
    whole = b"POST /sparql HTTP/1.1\r\nContent-Type: application/sparql-query\r\n"
    assert served.raw(whole + b"Content-Length: 60\r\n\r\nASK", ends=True) == b""
    began = time.monotonic()
    came = served.raw(whole + b"Content-Length: 60\r\n\r\nASK")
    assert statuses(came) == [408]
    assert b"application/problem+json" in came
    assert time.monotonic() - began < DEADLINE + 4


def test_a_body_that_comes_byte_by_byte_is_given_up(served: Served) -> None:
    with closing(socket.create_connection((served.host, served.port), timeout=5)) as client:
        client.sendall(
            b"POST /sparql HTTP/1.1\r\nContent-Type: application/sparql-query\r\n"
            b"Content-Length: 9999\r\n\r\n"
        )
        client.settimeout(0.05)
        came = b""
        for _ in range(100):
            try:
                client.sendall(b"#")
                came += client.recv(1 << 16)
            except TimeoutError:
                continue
            except OSError:
                break
            if came:
                break
        assert statuses(came) == [408]


def test_a_client_that_leaves_leaves_nothing_running(served: Served) -> None:
    query = urlencode({"query": f"{COUNT_OF_ALL} # left"})
    served.insist(f"{SIMPLE} # there is a worker")
    before = killed(served)
    with closing(socket.create_connection((served.host, served.port))) as client:
        client.sendall(f"GET /sparql?{query} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        time.sleep(0.2)
    deadline = time.monotonic() + DEADLINE / 2
    while killed(served) == before and time.monotonic() < deadline:
        time.sleep(0.02)
    assert killed(served) > before


def killed(served: Served) -> int:
    text = served.ask("", "GET", "/metrics").body.decode()
    found = re.search(r'events_total{pool="query",event="killed"} (\d+)', text)
    assert found is not None
    return int(found[1])


def test_an_answer_that_nobody_reads_holds_up_nobody(served: Served) -> None:
    query = urlencode({"query": "SELECT * { ?s ?p ?o } LIMIT 8000", "format": "json"})
    clients = []
    for _ in range(8):
        client = socket.create_connection((served.host, served.port))
        client.sendall(f"GET /sparql?{query} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        clients.append(client)
    assert served.ask("ASK {}").status == 200
    for client in clients:
        client.close()


# Answers are those of the library.

FORMS: Final = {
    "application/sparql-results+json": "json",
    "application/sparql-results+xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
}


HEAVY: Final = {"7", "9", "18", "25"}
"""Questions that take more than a tenth of a second: their workers give way to all other programs
of the machine, so that they may not end in time. They are compared without a server elsewhere."""


def test_shipped_questions_have_the_rows_of_the_library_in_every_form(served: Served) -> None:
    kg = mets.load()
    for number, query in enumerate(shipped_queries().values()):
        if query.federates_with or query.number in HEAVY:
            continue
        expected = kg.query(query.text)
        accepts = FORMS if number % 9 == 0 else [*FORMS][:1]
        for accept in accepts:
            came = served.insist(query.text, Accept=f"{accept}, text/turtle;q=0.5")
            assert came.status == 200, (query.name, came)
            if isinstance(expected, Rows):
                assert came.body.decode() == expected.to_sparql(FORMS[accept])  # type: ignore[arg-type]
            elif isinstance(expected, bool):
                assert str(expected).lower() in came.body.decode()
            else:
                assert came.body.decode() == expected.to_turtle()


def test_a_graph_comes_whole_over_the_protocol(served: Served) -> None:
    name = ox.NamedNode("https://w3id.org/metastasis/graph/wu-2017-breast")
    query = "CONSTRUCT WHERE { ?s ?p ?o }"
    asked = urlencode({"query": query, "default-graph-uri": name.value})
    form = "application/x-www-form-urlencoded"
    for came in (
        served.insist(asked, Accept="application/n-triples", Content_Type=form),
        served.ask(b"", "GET", f"/sparql?{asked}", Accept="application/n-triples"),
    ):
        assert came.status == 200
        triples = {quad.triple for quad in ox.parse(came.body, format=ox.RdfFormat.N_TRIPLES)}
        found = mets.load().store.quads_for_pattern(None, None, None, name)
        assert triples == {quad.triple for quad in found}
        assert triples
