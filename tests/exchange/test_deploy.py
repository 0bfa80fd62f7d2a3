"""The redirects in a real web server, the prefixes in the code of the registry."""

from __future__ import annotations

import http.client
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from metastasis._graph import load
from metastasis._vocabulary import BASE, LISTS
from peers import ask_python

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.exchange

DEPLOY: Final = Path(__file__).parents[2] / "deploy"
BIOREGISTRY: Final = ("bioregistry==0.15.6",)
HOST: Final = "https://metastasis.example"
BROWSER: Final = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
CONFIGURATION: Final = """
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {folder}/pid
ErrorLog {folder}/errors
User nobody
Group nogroup
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule rewrite_module {modules}/mod_rewrite.so
DocumentRoot {folder}
<Directory {folder}>
  AllowOverride All
  Options FollowSymLinks
  Require all granted
</Directory>
"""

ASKED: Final = [
    ("", "text/turtle", 303, "/release/latest/metastasis.ttl"),
    ("", "application/ld+json", 303, "/release/latest/metastasis.jsonld"),
    ("", "application/rdf+xml, */*;q=0.1", 303, "/release/latest/metastasis.rdf"),
    ("", "application/n-quads", 303, "/release/latest/metastasis.nq"),
    ("", "application/n-triples", 303, "/release/latest/metastasis.nt"),
    ("", "application/trig", 303, "/release/latest/metastasis.trig"),
    ("", BROWSER, 303, "/"),
    ("primary/breast", "text/turtle", 303, "/primary/breast.ttl"),
    ("primary/breast", "application/ld+json", 303, "/primary/breast.jsonld"),
    ("primary/breast", "application/n-triples", 303, "/release/latest/metastasis.nt"),
    ("primary/breast", BROWSER, 303, "/primary/breast.html"),
    ("disease/breast--bone", "text/turtle", 303, "/disease/breast--bone.ttl"),
    ("disease/breast--bone", BROWSER, 303, "/disease/breast--bone.html"),
    ("assertion/0a1b", "text/turtle", 303, "/release/latest/metastasis.ttl"),
    ("assertion/0a1b", BROWSER, 303, "/assertion/0a1b.html"),
    ("kind/grouping", BROWSER, 303, "/vocab.html#kind-grouping"),
    ("sparql", BROWSER, 303, "/sparql.html"),
    ("sparql?query=ASK%7B%7D", BROWSER, 307, "/sparql?query=ASK%7B%7D"),
    ("graph/hess-2006", "application/trig", 303, "/release/latest/metastasis.trig"),
    ("vocab", "text/turtle", 303, "/vocab/latest.ttl"),
    ("vocab", BROWSER, 303, "/vocab.html"),
    ("vocab/2026.11", "text/turtle", 303, "/vocab/2026.11.ttl"),
    ("release/2026.11", "text/turtle", 303, "/release/2026.11/dcat.ttl"),
    ("release/2026.11", "application/ld+json", 303, "/release/2026.11/dataset.jsonld"),
    ("release/2026.11", BROWSER, 303, "/docs/reference/formats.html"),
    ("release/2026.11/metastasis.nq", "*/*", 302, "/release/2026.11/metastasis.nq"),
    ("release/2026.11/kgx/nodes.tsv", BROWSER, 302, "/release/2026.11/kgx/nodes.tsv"),
    ("distribution/2026.11/kgx/nodes.tsv", "*/*", 303, "/release/2026.11/dcat.ttl"),
    ("schema/assertions", "*/*", 303, "/release/latest/metastasis.linkml.yaml"),
    ("docs/howto/sparql.html", BROWSER, 302, "/docs/howto/sparql.html"),
    *(
        (f"{name}/{LISTS[name][0]}", "text/turtle", 303, "/vocab/latest.ttl")
        for name in ("denominator", "kind", "route")
    ),
    ("mappings/sites", "*/*", 303, "/mappings/sites.sssom.tsv"),
    ("query/03-all-pairs", "*/*", 303, "/query/03-all-pairs.ttl"),
    ("sparql?query=ASK%7B%7D", "*/*", 307, "/sparql?query=ASK%7B%7D"),
    ("nothing/here", "*/*", 404, None),
    ("release/2026.11/../../secret", "*/*", 404, None),
]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Start an Apache that has our folder of w3id.org and nothing else, and give its port."""
    server = shutil.which("apache2") or shutil.which("httpd")
    if server is None:
        pytest.skip("Apache is not installed")
    modules = Path(server).resolve().parents[1] / "lib" / "apache2" / "modules"
    with socket.socket() as free, tempfile.TemporaryDirectory() as place:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
        free.close()
        folder = Path(place)
        folder.chmod(0o755)
        shutil.copytree(DEPLOY / "w3id" / "metastasis", folder / "metastasis")
        settings = folder / "apache.conf"
        said = CONFIGURATION.format(port=number, folder=folder, modules=modules)
        settings.write_text(said, encoding="utf-8")
        with subprocess.Popen([server, "-X", "-f", str(settings)]) as process:
            _wait_for(number)
            yield number
            process.terminate()


def _wait_for(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("Apache does not answer")


def ask(port: int, path: str, accept: str) -> tuple[int, str | None]:
    """Return the status of an answer, and where it leads."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", f"/metastasis/{path}", headers={"Accept": accept})
    answer = connection.getresponse()
    connection.close()
    return answer.status, answer.getheader("Location")


@pytest.mark.parametrize(("path", "accept", "status", "target"), ASKED)
def test_apache_leads_where_the_files_lie(
    port: int, path: str, accept: str, status: int, target: str | None
) -> None:
    assert ask(port, path, accept) == (status, target and f"{HOST}{target}")


def test_apache_leads_from_subjects_of_the_graph(port: int) -> None:
    rows = load().query(f"SELECT DISTINCT ?s {{ ?s ?p ?o FILTER STRSTARTS(STR(?s), '{BASE}') }}")
    names = {str(row[0]).partition("#")[0] for row in rows}  # type: ignore[union-attr]
    assert len(names) > 3000
    some = sorted(names)[::25]
    lost = [name for name in some if ask(port, name.removeprefix(BASE), "text/turtle")[0] != 303]
    assert lost == []


def test_the_bioregistry_takes_the_records() -> None:
    records = DEPLOY / "bioregistry" / "prefixes.json"
    assert ask_python("bioregistry_check.py", BIOREGISTRY, records) == []
