"""The server behind nginx: what is kept, what is refused, and what passes through."""

from __future__ import annotations

import concurrent.futures
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlencode, urlsplit

import pytest

from servers import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.exchange

EXAMPLE: Final = Path(__file__).parents[2] / "deploy" / "nginx" / "metastasis.conf"
AROUND: Final = """
daemon off;
pid {folder}/pid;
error_log {folder}/errors;
worker_processes 1;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/metastasis.conf;
}}
"""
ENDLESS: Final = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
ROWS: Final = "SELECT ?site { primary:breast met:commonlySpreadsTo ?site } ORDER BY ?site"
TURTLE: Final = {"Accept": "text/turtle"}
PAGE: Final = {"Accept": "text/html"}


class Said(NamedTuple):
    """An answer: status, headers in lower case, body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def kept(self) -> str:
        """Whether nginx had it: HIT or MISS."""
        return self.headers.get("x-cache-status", "")


class Front(NamedTuple):
    """nginx, and the server behind it."""

    port: int
    server: str

    def ask(
        self, path: str, headers: dict[str, str] | None = None, client: int = 1, method: str = "GET"
    ) -> Said:
        """Return what nginx answers a client of the address 127.0.0.CLIENT."""
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=30, source_address=(f"127.0.0.{client}", 0)
        )
        connection.request(method, f"/{path}", headers=headers or {})
        answer = connection.getresponse()
        said = Said(
            answer.status,
            {name.lower(): value for name, value in answer.getheaders()},
            answer.read(),
        )
        connection.close()
        return said

    def query(self, text: str, client: int = 1) -> Said:
        """Return what nginx answers to a query."""
        return self.ask(f"sparql?{urlencode({'query': text})}", client=client)


@pytest.fixture(scope="module")
def front() -> Iterator[Front]:
    """Run the server, and nginx in front of it with the example as it stands, but for addresses."""
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if nginx is None:
        pytest.skip("nginx is not installed")
    with tempfile.TemporaryDirectory() as place, serving("--deadline", "1s") as server:
        folder = Path(place)
        folder.chmod(0o777)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        settings = moved(server, port, folder)
        (folder / "metastasis.conf").write_text(settings, encoding="utf-8")
        around = folder / "nginx.conf"
        around.write_text(AROUND.format(folder=folder), encoding="utf-8")
        with subprocess.Popen([nginx, "-c", str(around), "-e", str(folder / "errors")]) as process:
            _wait_for(port)
            front = Front(port, server)
            # The first page waits for what makes them, longer than this deadline.
            ready = any(front.ask("about", PAGE, client=9).status == 200 for _ in range(30))
            yield front
            process.terminate()
            assert ready


def moved(server: str, port: int, folder: Path) -> str:
    """Return the example with the addresses of this test."""
    text = EXAMPLE.read_text(encoding="utf-8")
    for ours, here in {
        "server 127.0.0.1:8000;": f"server {urlsplit(server).netloc};",
        "listen 80;": f"listen 127.0.0.1:{port};",
        "/var/cache/nginx/metastasis": str(folder / "kept"),
    }.items():
        assert text.count(ours) == 1, ours
        text = text.replace(ours, here)
    return text


def _wait_for(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("nginx does not answer")


def test_an_answer_is_kept_for_each_accept(front: Front) -> None:
    page = front.ask("site/liver", PAGE)
    data = front.ask("site/liver", TURTLE)
    assert (page.status, data.status) == (200, 200)
    assert page.headers["content-type"].startswith("text/html")
    assert data.headers["content-type"].startswith("text/turtle")
    assert (page.kept, data.kept) == ("MISS", "MISS")
    again = front.ask("site/liver", PAGE), front.ask("site/liver", TURTLE)
    assert [one.kept for one in again] == ["HIT", "HIT"]
    assert [one.body for one in again] == [page.body, data.body]
    assert front.ask("site/liver", PAGE, method="HEAD").body == b""


def test_what_is_kept_is_that_of_the_server_and_its_tag_is_known(front: Front) -> None:
    said = front.query(ROWS)
    assert said.status == 200
    assert len(json.loads(said.body)["results"]["bindings"]) > 5
    tag = said.headers["etag"]
    path = f"sparql?{urlencode({'query': ROWS})}"
    assert front.ask(path, {"If-None-Match": tag}).status == 304


def test_a_page_is_packed_on_the_way(front: Front) -> None:
    said = front.ask("primary/breast", {**PAGE, "Accept-Encoding": "gzip"})
    assert said.headers["content-encoding"] == "gzip"
    assert len(said.body) < len(front.ask("primary/breast", PAGE).body) / 2


@pytest.mark.parametrize(
    ("text", "status"),
    [(ENDLESS, 503), ("SELECT * {", 400), ("ASK { SERVICE <http://127.0.0.1/> {} }", 403)],
)
def test_a_refusal_passes_through_and_is_not_kept(front: Front, text: str, status: int) -> None:
    for said in (front.query(text), front.query(text)):
        assert said.status == status
        assert said.kept != "HIT"
        assert said.headers["content-type"].startswith("application/problem+json")
        assert json.loads(said.body)["status"] == status
        assert ("retry-after" in said.headers) == (status == 503)


def test_a_client_that_asks_too_much_is_told_by_the_server_and_others_are_not(front: Front) -> None:
    """Endless questions of one client: its bounds are its own, though all come through nginx."""
    texts = [f"{ENDLESS} # {number}" for number in range(16)]
    with concurrent.futures.ThreadPoolExecutor(len(texts)) as many:
        asked = [many.submit(front.query, text, 2) for text in texts]
        time.sleep(0.3)
        other = front.query(ROWS.replace("breast", "lung"), 3)
        said = [one.result() for one in asked]
    assert other.status == 200
    assert {one.status for one in said} == {503, 429}
    refused = [one for one in said if one.status == 429]
    assert len(refused) >= 4
    assert all("retry-after" in one.headers for one in refused)


def test_nginx_bounds_what_one_client_asks(front: Front) -> None:
    said = [front.query("ASK {}", client=4) for _ in range(60)]
    refused = [one for one in said if one.status == 429]
    assert refused
    assert json.loads(refused[0].body)["status"] == 429
    assert refused[0].headers["retry-after"] == "1"
    assert front.query("ASK {}", client=5).status == 200


def test_what_is_for_whoever_runs_it_is_not_public(front: Front) -> None:
    assert front.ask("metrics").status == 404
    host, port = re.findall(r"//(.*):(\d+)/", front.server)[0]
    connection = http.client.HTTPConnection(host, int(port), timeout=10)
    connection.request("GET", "/metrics")
    assert b"# TYPE" in connection.getresponse().read()
    connection.close()


def test_a_question_that_is_too_long_is_refused(front: Front) -> None:
    body = b"query=" + b"x" * 500_000
    connection = http.client.HTTPConnection("127.0.0.1", front.port, timeout=10)
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/sparql", body, kind)
    assert connection.getresponse().status == 413
    connection.close()
