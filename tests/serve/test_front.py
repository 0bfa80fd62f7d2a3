"""The front without a socket: what HTTP asks of every answer, and that each request has one."""

from __future__ import annotations

import asyncio
import io
import json
import re
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import metastasis as mets
from metastasis._vocabulary import NOT_CLINICAL
from metastasis.serve._app import Front
from metastasis.serve._limits import ServeLimits
from metastasis.serve._log import Log
from metastasis.serve._reply import Reply
from metastasis.serve._together import Together
from metastasis.serve._workers import PoolCounts
from visits import End, front_of, visit, visiting, whole

if TYPE_CHECKING:
    from metastasis._graph import KnowledgeGraph

ASK: Final = "/sparql?query=ASK%7B%7D"
BROWSER: Final = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
LONG: Final = "/sparql?query=SELECT%20*%20%7B%20?s%20a%20met:Site%20;%20rdfs:label%20?label%20%7D"
PACKED: Final = {"Accept-Encoding": "gzip"}


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return mets.load()


@pytest.fixture(scope="module")
def front(kg: KnowledgeGraph) -> Front:
    return front_of(kg)


class Worker:
    """A worker that does as it is told, and counts."""

    def __init__(self, *ends: End | float) -> None:
        self.ends = list(ends)
        self.asked = self.cancelled = 0

    async def ask(self, *_: object) -> End:
        """Return the next end that it was told, or end late."""
        self.asked += 1
        end = self.ends.pop(0) if len(self.ends) > 1 else self.ends[0]
        if isinstance(end, End):
            return end
        try:
            await asyncio.sleep(end)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return done(b"late")


def done(body: bytes, *headers: tuple[str, str], media_type: str = "text/plain") -> End:
    return End("done", Reply(200, media_type, body, headers).packed())


def over(worker: Worker, limits: ServeLimits | None = None, **options: Any) -> Front:
    return Front(worker.ask, worker.ask, "test", limits, **options)


def test_an_answer_is_kept_and_tagged_and_not_sent_again() -> None:
    worker = Worker(done(b"yes"))
    front = over(worker)
    first, second = visit(front, "GET", ASK), visit(front, "GET", ASK)
    assert first == second
    assert worker.asked == 1
    tag = first.headers["etag"]
    for said in (tag, f"W/{tag}", f'"other", {tag}', tag[:-1] + '-gz"'):
        again = visit(front, "GET", ASK, {"If-None-Match": said})
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    assert visit(front, "GET", ASK, {"If-None-Match": '"other"'}).status == 200
    assert visit(Front(worker.ask, worker.ask, "next"), "GET", ASK).headers["etag"] != tag
    other = visit(front, "GET", ASK, {"Accept": "text/csv"})
    assert other.headers["etag"] != tag
    assert worker.asked == 3


def test_what_differs_the_next_time_is_neither_kept_nor_tagged(front: Front) -> None:
    asked = (
        "SELECT (NOW() AS ?t) {}",
        "SELECT (rand () AS ?t) {}",
        "ASK { BIND(STRUUID() AS ?x) }",
    )
    for query in asked:
        got = visit(front, "GET", f"/sparql?query={query.replace(' ', '+')}")
        assert got.status == 200
        assert got.headers["cache-control"] == "no-store"
        assert "etag" not in got.headers
    assert "etag" in visit(front, "GET", "/sparql?query=ASK+%7B+?s+?p+'knowledge'+%7D").headers


def test_a_refusal_is_not_kept() -> None:
    worker = Worker(End("deadline"), done(b"yes"))
    front = over(worker)
    refused = visit(front, "GET", ASK)
    assert refused.status == 503
    assert refused.headers["cache-control"] == "no-store"
    assert "etag" not in refused.headers
    assert visit(front, "GET", ASK).body == b"yes"


@pytest.mark.parametrize(
    ("kind", "status", "waits"),
    [
        ("deadline", 503, True),
        ("memory", 503, True),
        ("died", 503, True),
        ("busy", 503, True),
        ("waited", 503, True),
        ("client_busy", 429, True),
        ("failed", 500, False),
        ("something new", 500, False),
    ],
)
def test_every_outcome_of_a_worker_is_told(kind: str, status: int, waits: bool) -> None:
    front = over(Worker(End(kind, b"SECRET of the handler")))
    got = visit(front, "GET", ASK)
    assert (got.status, "retry-after" in got.headers) == (status, waits)
    assert got.detail.endswith(tuple("abcdefghijklmnopqrstuvwxyz"))
    page = visit(front, "GET", ASK, {"Accept": BROWSER})
    assert page.status == status
    assert NOT_CLINICAL in page.body.decode()
    assert b"SECRET" not in got.body + page.body


def test_a_head_request_has_the_headers_of_the_answer(front: Front) -> None:
    for target in (ASK, "/primary/breast", "/assets/site.css", "/health", "/nothing"):
        get, head = visit(front, "GET", target), visit(front, "HEAD", target)
        assert head.headers == get.headers
        assert (head.status, head.body) == (get.status, b"")


def test_answers_are_packed_where_that_is_asked_for(front: Front) -> None:
    for target in (LONG, "/assets/site.css", "/primary/breast"):
        plain, packed = visit(front, "GET", target), visit(front, "GET", target, PACKED)
        assert "content-encoding" not in plain.headers
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.plain == plain.body
        assert len(packed.body) < len(plain.body)
        assert packed.headers["etag"] != plain.headers["etag"]
        for got in (plain, packed):
            assert got.headers["vary"] == "Accept, Accept-Encoding"
            tag = {"If-None-Match": got.headers["etag"]}
            assert visit(front, "GET", target, {**tag, **PACKED}).status == 304
    assert "content-encoding" not in visit(front, "GET", ASK, PACKED).headers


def test_any_page_may_ask_the_endpoint(front: Front) -> None:
    asks = {
        "Origin": "https://example.org",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    flight = visit(front, "OPTIONS", "/sparql", asks)
    assert flight.status == 204
    assert flight.headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert "Content-Type" in flight.headers["access-control-allow-headers"]
    assert flight.headers["access-control-allow-methods"] == "GET, HEAD, POST, OPTIONS"
    assert visit(front, "OPTIONS", "/primary/breast", asks).headers["allow"] == "GET, HEAD, OPTIONS"
    for got in (flight, visit(front, "GET", ASK, asks), visit(front, "GET", "/nothing", asks)):
        assert got.headers["access-control-allow-origin"] == "*"


def test_a_page_may_load_nothing_from_elsewhere(front: Front) -> None:
    page = visit(front, "GET", "/primary/breast", {"Accept": BROWSER})
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "http" not in policy
    for target in ("/primary/breast", ASK, "/assets/site.js", "/assets/icon.svg", "/nothing"):
        headers = visit(front, "GET", target, {"Accept": BROWSER}).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["content-security-policy"].startswith("default-src 'none'; ")


def test_data_have_no_headers_of_pages_and_what_a_browser_runs_has(front: Front) -> None:
    made = "CONSTRUCT { ?s rdfs:label ?l } WHERE { ?s rdfs:label ?l } LIMIT 1"
    for accept, is_run in (
        ("application/sparql-results+json", False),
        ("text/turtle", False),
        ("application/rdf+xml", True),
        ("application/sparql-results+xml", True),
        ("text/html", True),
    ):
        query = "ASK {}" if "sparql" in accept else made
        got = visit(front, "GET", f"/sparql?{urlencode({'query': query})}", {"Accept": accept})
        assert got.headers["content-type"].startswith(accept)
        assert ("content-security-policy" in got.headers) is is_run


def test_an_address_with_a_slash_at_its_end_leads_to_the_page(front: Front) -> None:
    got = visit(front, "GET", "/primary/breast/?edge=commonly")
    assert (got.status, got.headers["location"]) == (308, "../breast?edge=commonly")
    for hostile in ("//evil.example/", "/%2F%2Fevil.example/", "///evil.example//", "/\\evil/"):
        place = visit(front, "GET", hostile).headers.get("location", "../")
        assert place.startswith("../")
        assert "://" not in place
    split = visit(front, "GET", "/a\r\nX-Injected: 1/")
    assert "\r" not in split.headers.get("location", "")


def test_pages_and_data_are_one_address(front: Front) -> None:
    page = visit(front, "GET", "/site/liver", {"Accept": BROWSER})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    for accept, suffix in (("text/turtle", "ttl"), ("application/ld+json", "jsonld")):
        by_accept = visit(front, "GET", "/site/liver", {"Accept": accept})
        by_suffix = visit(front, "GET", f"/site/liver.{suffix}", {"Accept": "text/html"})
        assert by_accept.headers["content-type"].startswith(accept)
        assert by_accept.body == by_suffix.body
    assert visit(front, "GET", "/site/liver", {"Accept": "audio/ogg"}).status == 406
    missing = visit(front, "GET", "/site/livr", {"Accept": BROWSER})
    assert missing.status == 404
    assert 'href="liver"' in missing.body.decode()
    assert visit(front, "GET", "/nothing", {"Accept": "text/turtle"}).status == 404


def test_assets_have_their_types(front: Front) -> None:
    for name, kind in (("site.css", "text/css"), ("site.js", "text/javascript")):
        got = visit(front, "GET", f"/assets/{name}")
        assert got.headers["content-type"].startswith(kind)
        assert "max-age=3600" in got.headers["cache-control"]
    for name in ("..", "../_app.py", "%2e%2e/_app.py", "site.css/x", "__init__.py"):
        assert visit(front, "GET", f"/assets/{name}").status == 404
    assert b"Disallow: /sparql" in visit(front, "GET", "/robots.txt").body


def test_health_is_that_of_the_workers() -> None:
    counts = PoolCounts(0, 2, 2, 0, 0, 0, 0)
    for ready, status in ((0, 200), (2, 200)):
        one = counts._replace(ready=ready)
        front = over(Worker(done(b"")), counts=lambda one=one: {"query": one})
        assert visit(front, "GET", "/health").status == status
    none = counts._replace(running=0)
    assert (
        visit(over(Worker(done(b"")), counts=lambda: {"query": none}), "GET", "/health").status
        == 503
    )


def test_metrics_are_text_that_prometheus_reads(kg: KnowledgeGraph) -> None:
    counts = PoolCounts(1, 2, 3, 4, 5, 6, 7)
    front = front_of(kg, counts=lambda: {"query": counts})
    for target in (ASK, ASK, "/health", "/nothing", "/sparql?query=ASK%7B"):
        visit(front, "GET", target)
    got = visit(front, "GET", "/metrics")
    assert got.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    samples = samples_of(got.body.decode())
    asked = 'metastasis_requests_total{route="query",method="GET",status="200"}'
    assert samples[asked] == 2
    assert samples['metastasis_requests_total{route="query",method="GET",status="400"}'] == 1
    assert samples["metastasis_cache_hits_total"] == 1
    assert samples['metastasis_worker_events_total{pool="query",event="killed"}'] == 5
    assert samples['metastasis_questions_waiting{pool="query"}'] == 4
    assert samples['metastasis_request_seconds_bucket{route="query",le="+Inf"}'] == 3
    assert samples['metastasis_request_seconds_count{route="query"}'] == 3


SAMPLE: Final = re.compile(
    r'([a-z_]+)(?:_bucket|_sum|_count)?(\{[a-z_]+="[^"\\\n]*"(?:,[a-z_]+="[^"\\\n]*")*\})? '
    r"(-?[0-9.]+(?:e[-+]?[0-9]+)?)"
)


def samples_of(text: str) -> dict[str, float]:
    """Return the samples of a text in the format of Prometheus, which is held to its grammar."""
    assert text.endswith("\n")
    samples: dict[str, float] = {}
    family, kinds = "", {"counter", "gauge", "histogram"}
    for line in text.splitlines():
        if line.startswith("# HELP "):
            family = line.split(" ")[2]
            assert len(line.split(" ")) > 4
        elif line.startswith("# TYPE "):
            assert line.split(" ")[2:] == [family, line.split(" ")[3]]
            assert line.split(" ")[3] in kinds
            assert not line.endswith("counter") or family.endswith("_total")
        else:
            found = SAMPLE.fullmatch(line)
            assert found is not None, line
            assert found[1].startswith(family)
            name = line.rpartition(" ")[0]
            assert name not in samples
            samples[name] = float(found[3])
    buckets: dict[str, float] = {}
    for name, number in samples.items():
        if "_bucket{" in name:
            assert number >= buckets.get(name.partition(",le=")[0], 0)
            buckets[name.partition(",le=")[0]] = number
    return samples


def test_the_log_has_one_line_a_request_and_no_query(kg: KnowledgeGraph) -> None:
    for tells in (False, True):
        file = io.StringIO()
        front = front_of(kg, log=Log(file, tells_queries=tells))
        visit(front, "GET", "/sparql?query=ASK%7B%23SECRET%0A%7D")
        visit(front, "GET", "/nothing%0a%22x")
        lines = [json.loads(line) for line in file.getvalue().splitlines()]
        assert [line["status"] for line in lines] == [200, 404]
        assert lines[0] | {"time": "", "ms": 0} == {
            "time": "",
            "client": "192.0.2.1",
            "method": "GET",
            "path": "/sparql",
            "status": 200,
            "ms": 0,
            "bytes": 26,
            "cache": "miss",
            "worker": "done",
            **({"query": "ASK{#SECRET\n}"} if tells else {}),
        }
        assert ("SECRET" in file.getvalue()) is tells


def test_an_error_is_written_down_and_not_shown() -> None:
    file = io.StringIO()
    broken = Worker(End("done", b"SECRET that is no packed reply"))
    got = visit(over(broken, log=Log(file)), "GET", ASK)
    assert got.status == 500
    assert b"SECRET" not in got.body
    assert "Traceback" in file.getvalue()


# Clients that leave, wait for less, or send slowly.


def test_a_client_that_leaves_ends_its_question() -> None:
    worker = Worker(30.0)
    front = over(worker)
    began = monotonic()
    assert asyncio.run(visiting(front, "GET", ASK, gone_after=0.05)) == []
    assert monotonic() - began < 10
    assert worker.cancelled == 1


def test_a_client_may_wait_for_less() -> None:
    for wish in ("0.05", "50ms", "0.05s"):
        worker = Worker(30.0)
        got = visit(over(worker), "GET", f"{ASK}&timeout={wish}")
        assert got.status == 503
        assert "0.05 seconds" in got.detail
        assert worker.cancelled == 1
    for none in ("0", "-1", "soon", "1e9", ""):
        assert visit(over(Worker(done(b"yes"))), "GET", f"{ASK}&timeout={none}").status == 200


def test_a_body_that_never_ends_is_given_up() -> None:
    front = over(Worker(done(b"yes")), ServeLimits(deadline=0.1))
    headers = {"Content-Type": "application/sparql-query", "Content-Length": "100"}

    async def slow() -> list[Any]:
        return await visiting(front, "POST", "/sparql", headers, [b"ASK", b"", b""], gone_after=9)

    async def never() -> list[Any]:
        sent: list[Any] = []

        async def receive() -> Any:
            await asyncio.sleep(0.02)
            return {"type": "http.request", "body": b" ", "more_body": True}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "POST", "path": "/sparql", "query_string": b""}
        said = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        await front({**scope, "headers": said}, receive, send)
        return sent

    assert whole(asyncio.run(slow()), "POST").status == 200
    got = whole(asyncio.run(never()), "POST")
    assert (got.status, got.headers["connection"]) == (408, "close")


def test_a_body_that_is_not_wanted_closes_the_connection(front: Front) -> None:
    body = {"Content-Length": "5", "Content-Type": "text/plain"}
    for method, target in (("POST", "/primary/breast"), ("GET", ASK), ("PUT", "/sparql")):
        assert visit(front, method, target, body, b"12345").headers["connection"] == "close"
    assert "connection" not in visit(front, "POST", "/sparql", body, b"12345").headers
    assert "connection" not in visit(front, "GET", ASK).headers


def test_a_body_of_any_pieces_is_one(front: Front) -> None:
    headers = {"Content-Type": "application/sparql-query"}
    pieces = [b"ASK {", b"", b" ?s a ", b"met:Site }"]
    assert visit(front, "POST", "/sparql", headers, pieces).status == 200
    endless = [b"#" * 65_536] * 40
    assert visit(front, "POST", "/sparql", headers, endless).status == 413


def test_a_client_that_leaves_amid_its_body_is_let_go(front: Front) -> None:
    async def half() -> list[Any]:
        messages = [
            {"type": "http.request", "body": b"ASK", "more_body": True},
            {"type": "http.disconnect"},
        ]
        sent: list[Any] = []

        async def receive() -> Any:
            return messages.pop(0)

        async def send(message: Any) -> None:
            sent.append(message)

        headers = [(b"content-type", b"application/sparql-query")]
        scope = {"type": "http", "method": "POST", "path": "/sparql", "headers": headers}
        await front(scope, receive, send)
        return sent

    assert asyncio.run(half()) == []


# Several who ask the same.


def test_the_same_question_is_asked_once_for_all() -> None:
    worker = Worker(0.05)
    front = over(worker)

    async def crowd() -> list[list[Any]]:
        return await asyncio.gather(*(visiting(front, "GET", ASK) for _ in range(20)))

    answers = [whole(messages, "GET") for messages in asyncio.run(crowd())]
    assert worker.asked == 1
    assert {answer.body for answer in answers} == {b"late"}


def test_who_leaves_takes_nothing_from_the_others() -> None:
    worker = Worker(0.1)
    front = over(worker)

    async def crowd() -> list[list[Any]]:
        leaves = [visiting(front, "GET", ASK, gone_after=0.02) for _ in range(3)]
        return await asyncio.gather(*leaves, visiting(front, "GET", ASK))

    *gone, stayed = asyncio.run(crowd())
    assert gone == [[], [], []]
    assert whole(stayed, "GET").body == b"late"
    assert worker.asked == worker.cancelled + 1


def test_the_bounds_of_one_client_are_not_those_of_another() -> None:
    asked: list[str] = []

    async def ask(question: bytes, client: str, arrived: float) -> End:
        asked.append(client)
        await asyncio.sleep(0.02)
        return End("client_busy") if client == "a" else End("done", b"yes")

    async def both() -> Any:
        together = Together(ask)
        return await asyncio.gather(together.ask(b"?", "a", 0.0), together.ask(b"?", "b", 0.0))

    first, second = asyncio.run(both())
    assert (first.kind, second.kind) == ("client_busy", "done")
    assert asked == ["a", "b"]


# Anything that a client may send.

ROOMS: Final = (
    *("", "primary", "site", "source", "compare", "shared", "about", "search", "sparql", "vocab"),
    *("primary/breast", "site/liver.csv", "disease/breast--bone", "disease/breast--", "graph/x"),
    *("source/xiao-2018-breast", "vocab/setting/x", "assertion/x", "conflict/x", "index.json"),
    *("api", "api/sites", "api/primaries", "api/explain", "api/likely", "api/search", "api/x"),
)
asked_of_pages = st.lists(
    st.tuples(
        st.sampled_from(
            (
                *("primary", "site", "q", "how", "edge", "basis", "denominator", "setting"),
                *("occurrence", "table", "top", "absent", "roll_up", "frame", "format", "x"),
            )
        ),
        st.sampled_from(
            ["breast", "liver", "any", "all", "commonly", "autopsies", "1", "-1", "nan"]
        )
        | st.text(max_size=6),
    ),
    max_size=5,
)


@given(
    st.sampled_from(ROOMS),
    asked_of_pages,
    st.sampled_from([BROWSER, "*/*", "text/csv", "application/json", "text/turtle"]),
)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
def test_no_address_of_a_page_fails(
    front: Front, room: str, asked: list[tuple[str, str]], accept: str
) -> None:
    got = visit(front, "GET", f"/{room}?{urlencode(asked)}", {"Accept": accept})
    assert got.status in {200, 303, 400, 404, 406, 422}, got
    if got.status >= 400 and got.headers["content-type"] == "application/problem+json":
        assert len(got.detail.split()) > 2


words = st.sampled_from(
    ["sparql", "primary", "breast", "site", "..", "%2e", "%ff", "%", "", "assets", "health", "a.b"]
)
paths = st.lists(words | st.text(max_size=5), max_size=4).map(lambda parts: "/" + "/".join(parts))
queries = st.lists(
    st.tuples(
        st.sampled_from(["query", "update", "format", "timeout", "default-graph-uri", "edge", ""]),
        st.sampled_from(["ASK{}", "ASK", "%7B", "%ff", "json", "1", "csv", "\u00e9", "&", "="])
        | st.text(max_size=8),
    ).map("=".join),
    max_size=4,
).map("&".join)
headers = st.dictionaries(
    st.sampled_from(
        [
            "accept",
            "accept-encoding",
            "content-type",
            "content-length",
            "content-encoding",
            "if-none-match",
            "transfer-encoding",
            "origin",
            "x-forwarded-for",
        ]
    ),
    st.sampled_from(
        [
            "*/*",
            "text/html",
            "text/turtle",
            "gzip",
            "application/sparql-query",
            "q=0",
            "-1",
            "9e9",
            "application/x-www-form-urlencoded",
            "application/x-www-form-urlencoded;charset=x",
            '"',
        ]
    )
    | st.text(max_size=20),
    max_size=4,
)
bodies = st.lists(st.binary(max_size=20) | st.just(b"query=ASK%7B%7D"), min_size=1, max_size=3)
methods = st.sampled_from(["GET", "HEAD", "POST", "OPTIONS", "PUT", "get", "", "X" * 50])


@pytest.fixture(scope="module")
def quick(kg: KnowledgeGraph) -> Front:
    return front_of(kg, replace(ServeLimits(), question=100, deadline=5.0))


@given(methods, paths, queries, headers, bodies)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_whatever_comes_has_one_whole_answer(
    quick: Front, method: str, path: str, query: str, headers: dict[str, str], body: list[bytes]
) -> None:
    scope = {"path": path, "raw_path": path.encode("utf-8", "surrogatepass")}
    messages = asyncio.run(visiting(quick, method, f"/?{query}", headers, list(body), scope=scope))
    got = whole(messages, method)
    assert got.status in {200, 204, 303, 304, 308, 400, 403, 404, 405, 406, 413, 414, 415}
    assert b"Traceback" not in got.body
    for value in got.headers.values():
        assert "\n" not in value
        assert "\r" not in value


def test_other_kinds_of_scopes_are_answered(front: Front) -> None:
    async def run(kind: str, *messages: str) -> list[str]:
        waiting = [{"type": message} for message in messages]
        sent: list[str] = []

        async def receive() -> Any:
            return waiting.pop(0)

        async def send(message: Any) -> None:
            sent.append(message["type"])

        await front({"type": kind}, receive, send)
        return sent

    lives = asyncio.run(run("lifespan", "lifespan.startup", "lifespan.shutdown"))
    assert lives == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert asyncio.run(run("websocket")) == ["websocket.close"]
