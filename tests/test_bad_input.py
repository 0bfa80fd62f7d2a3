"""Bad input: one clear sentence, an exit code, and every file that was there as it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Final

import pytest

import metastasis as mets
from metastasis._evidence.assertion import COLUMNS
from metastasis._files import ontology_path
from shell import COMMAND, call

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

pytestmark = pytest.mark.slow  # each case is a process or more

Done = subprocess.CompletedProcess[str]

HEADER: Final = "primary,site,source,locator,frequency,count,total,percent,denominator\n"
GOOD: Final = "breast,bone,cancer-spreading,a,common,,,,\n"
SOURCES: Final = (
    "key,citation,doi,url,license,license_url,design,population,years,registry,people,note\n"
)
BUILD: Final = "build --form nq --form csv --assertions mine.csv"
OLD: Final = {
    "build/metastasis.nq": b"old graph\n",
    "build/assertions.csv": b"old table\n",
    "build/metastasis.ttl": b"old turtle\n",
    "build/kgx/nodes.tsv": b"old nodes\n",
    "old.csv": b"old rows\n",
    "old.svg": b"old picture\n",
}
"""What stands in the folder before each run, and has to stand there after it."""


def _plainly(arguments: list[str], folder: Path, stdin: bytes) -> Done:
    return call(*arguments, folder=folder, stdin=stdin)


def _on_a_full_disk(room: int) -> Callable[[list[str], Path, bytes], Done]:
    """Return a way to run a command for which no file can grow beyond so many bytes."""
    program = (
        "import resource, sys\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))\n"
        "from metastasis._cli import main\n"
        "main()"
    )

    def act(arguments: list[str], folder: Path, _stdin: bytes) -> Done:
        return subprocess.run(
            [sys.executable, "-W", "error", "-B", "-c", program, *arguments],
            capture_output=True,
            text=True,
            cwd=folder,
            check=False,
        )

    return act


def _stopped_by(number: signal.Signals, after: str) -> Callable[[list[str], Path, bytes], Done]:
    """Return a way to run a command that gets a signal once it has said a certain thing."""

    def act(arguments: list[str], folder: Path, _stdin: bytes) -> Done:
        with subprocess.Popen(
            [*COMMAND, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=folder,
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            said = ""
            while after not in said:
                line = process.stderr.readline()
                assert line, f"ended before it said {after!r}: {said}"
                said += line
            os.kill(process.pid, number)
            rest = process.stderr.read()
            return Done(process.args, process.wait(), process.stdout.read(), said + rest)

    return act


class _Page(BaseHTTPRequestHandler):
    """Answers everything with a web page, and ``/broken`` with a fault of its own."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(500 if self.path == "/broken" else 200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<html><body>Welcome</body></html>")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def _web_server() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Page) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def _beside_a_web_page(arguments: list[str], folder: Path, stdin: bytes) -> Done:
    with _web_server() as port:
        return _plainly([part.replace("PORT", str(port)) for part in arguments], folder, stdin)


@dataclass(frozen=True, slots=True)
class Run:
    """A command that has to fail, and how."""

    name: str
    arguments: str
    says: tuple[str, ...]
    """What standard error has to say; for ``validate`` standard output."""
    code: int = 1
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    stdin: str | bytes = b""
    act: Callable[[list[str], Path, bytes], Done] = _plainly
    slow: bool = False


def _table(name: str, rows: str | bytes, *says: str, command: str = BUILD) -> Run:
    """Return a build with an assertion table of the user's own."""
    return Run(name, command, says, files={"mine.csv": rows})


def _sources(name: str, rows: str, *says: str) -> Run:
    files = {"mine.csv": HEADER + GOOD, "sources.csv": rows}
    return Run(name, f"{BUILD} --sources sources.csv", says, files=files)


def _asked(name: str, query: str | bytes, *says: str, options: str = "") -> Run:
    return Run(name, f"query - {options}".strip(), says, stdin=query)


def _half_of_the_shipped_graph() -> bytes:
    whole = ontology_path("release", "metastasis.nq").read_bytes()
    return whole[: whole.rindex(b" .\n", 0, len(whole) // 2) - 3]


TABLES: Final = (
    Run("no table", BUILD, ("cannot read mine.csv", "there is no such file")),
    _table("empty table", "", "mine.csv: the file is empty; its first row must name the columns"),
    _table(
        "Latin-1 table",
        (HEADER + "breast,bone,cancer-spreading,caf\u00e9,common,,,,\n").encode("latin-1"),
        "mine.csv",
        "(line 2) is not UTF-8; save the file as UTF-8",
    ),
    _table(
        "UTF-16 table", (HEADER + GOOD).encode("utf-16"), "is not UTF-8; save the file as UTF-8"
    ),
    _table(
        "workbook",
        b"PK\3\4\x14\xff\xff",
        "it is an Excel workbook or another archive, and text is read here: save it so",
    ),
    _table(
        "cell without an end",
        HEADER + GOOD.replace("bone", "x" * 70_000, 1),
        f"'{'x' * 100}…'",
    ),
    _table("table with semicolons", HEADER.replace(",", ";"), "row 1", "separated by semicolons"),
    _table(
        "wrong column",
        HEADER.replace("denominator", "denominater") + GOOD,
        "mine.csv, row 1, column denominater: no such column (did you mean 'denominator'?)",
    ),
    _table(
        "missing column",
        HEADER.replace("locator,", "") + GOOD.replace("a,", ""),
        "row 1, column locator: the column is missing; add it",
    ),
    _table(
        "column twice",
        HEADER.replace("count", "total") + GOOD,
        "row 1, column total: the column stands twice; remove one",
    ),
    _table(
        "cut in a quoted cell",
        HEADER + GOOD + '"breast","li',
        "mine.csv, row 3: not readable as CSV",
        "the file may be cut off",
    ),
    _table(
        "cut in a row",
        HEADER + GOOD + "breast,liver,canc",
        "mine.csv, row 3: 3 cells where the header has 9",
        "the file may be cut off",
    ),
    _table(
        "wrong type in row 1,000",
        HEADER
        + "".join(GOOD.replace(",a,", f",a{number},") for number in range(2, 1000))
        + "breast,bone,cancer-spreading,a,,twelve,100,,all_patients\n",
        "mine.csv, row 1000, column count: 'twelve': not a whole number; write digits only",
    ),
    _table(
        "fault after a cell of many lines",
        HEADER
        + 'breast,bone,cancer-spreading,"a\nb\nc",common,,,,\n'
        + GOOD.replace("bone", "bon"),
        "mine.csv, row 5, column site: 'bon'",
    ),
    _table(
        "unknown key",
        HEADER + GOOD.replace("breast", "brest"),
        "row 2, column primary: 'brest': no primary of the catalog has this key",
        "did you mean 'breast'?",
    ),
    _table(
        "value not in its list",
        HEADER + GOOD.replace("common", "frequent"),
        "row 2, column frequency: 'frequent': not in the list",
        "less_common",
    ),
    _table("blank key", HEADER + GOOD.replace("bone", ""), "column site: '': must not be blank"),
    _table(
        "more than all",
        HEADER + "breast,bone,cancer-spreading,a,,,,120,all_patients\n",
        "row 2, column percent: '120': not between 0 and 100",
    ),
    _table(
        "an endless number",
        HEADER + "breast,bone,cancer-spreading,a,,,,1e400,all_patients\n",
        "row 2, column percent: '1e400': not a number",
    ),
    _table(
        "percentage that disagrees",
        HEADER + "breast,bone,cancer-spreading,a,,10,100,12,all_patients\n",
        "row 2, column percent: '12': does not agree with 10 of 100 (10.00 %)",
    ),
    _table(
        "count above its total",
        HEADER + "breast,bone,cancer-spreading,a,,101,100,,all_patients\n",
        "row 2, column count: '101': more than the total of 100",
    ),
    _table(
        "count without total",
        HEADER + "breast,bone,cancer-spreading,a,,10,,,all_patients\n",
        "row 2, column count: '10': a count needs its total",
    ),
    _table(
        "total without denominator",
        HEADER + "breast,bone,cancer-spreading,a,,10,100,,\n",
        "row 2, column total: '100': a total needs its denominator",
    ),
    _table(
        "row that says nothing",
        HEADER + GOOD.replace("common", ""),
        "row 2, column frequency: says nothing",
    ),
    _table(
        "double rows",
        HEADER + GOOD + GOOD.replace("common", "rare"),
        "mine.csv, row 3, column locator: 'a': says the same as mine.csv, row 2",
        "or remove one",
    ),
    _table(
        "unknown source",
        HEADER + GOOD.replace("cancer-spreading", "our-clinic"),
        "row 2, column source: 'our-clinic': no source of the catalog has this key",
    ),
    Run(
        "all faults of all files at once",
        f"{BUILD} --assertions more.csv --assertions none.csv --sources sources.csv",
        (
            "6 faults in the tables",
            "mine.csv, row 2, column primary: 'brest'",
            "mine.csv, row 2, column count: 'ten'",
            "mine.csv, row 3, column site: 'bon'",
            "more.csv, row 1, column nots",
            "cannot read none.csv",
            "sources.csv",
        ),
        files={
            "mine.csv": HEADER
            + "brest,bone,cancer-spreading,a,,ten,100,,all_patients\n"
            + GOOD.replace("bone", "bon"),
            "more.csv": "primary,site,source,locator,nots\n",
            "sources.csv": SOURCES + "our-clinic,Us,,,,,guesswork,,,,,\n",
        },
    ),
    Run(
        "faults that validate finds",
        "validate mine.csv",
        ("mine.csv, row 2, column site: 'bon'",),
        code=3,
        files={"mine.csv": HEADER + GOOD.replace("bone", "bon")},
    ),
    Run("no table to validate", "validate mine.csv", ("cannot read mine.csv",), code=3),
)

OWN_SOURCES: Final = (
    Run(
        "no sources",
        f"{BUILD} --sources sources.csv",
        ("cannot read sources.csv: there is no such file",),
        files={"mine.csv": HEADER + GOOD},
    ),
    _sources(
        "empty sources",
        "",
        "sources.csv: the file is empty; the first row must name the columns: key, citation, doi",
    ),
    _sources(
        "sources with semicolons",
        SOURCES.replace(",", ";"),
        "sources.csv, row 1: cells are separated by semicolons; save it with commas",
    ),
    _sources(
        "sources without a header",
        "our-clinic\n",
        "sources.csv, row 1: the first row must name the columns: key, citation, doi",
    ),
    _sources(
        "source with a bad design",
        SOURCES + "our-clinic,Us,,,,,guesswork,,,,,\n",
        "sources.csv",
        "column design: 'guesswork': not in the list; one of expert_summary",
    ),
    _sources(
        "source with a shipped key",
        SOURCES + "wu-2017-breast,Us,,,,,registry,,,,,\n",
        "sources.csv, row 2, column key: 'wu-2017-breast': is a shipped source; choose another key",
    ),
    _sources(
        "source twice",
        SOURCES + "our-clinic,Us,,,,,registry,,2015-2010,,,\n" * 2 + "cut,off\n",
        "sources.csv, row 2, column years: '2015-2010'",
        "sources.csv, row 3, column key: 'our-clinic': stands in row 2 as well; remove one",
        "sources.csv, row 4: more or fewer cells than the header",
    ),
    _sources(
        "source with an address that is none",
        SOURCES + "our-clinic,Us,,not an address,,,registry,,,,,\n",
        "column url: 'not an address'",
    ),
    _sources(
        "source with a key that is none",
        SOURCES + "Our Clinic,Us,,,,,registry,,,,,\n",
        "column key: 'Our Clinic'",
    ),
    _sources(
        "source with years and people that are none",
        SOURCES + "our-clinic,Us,,,,,registry,,since 2010,,brest/all_patients 9; people 8,\n",
        "sources.csv, row 2, column years: 'since 2010': write 2010, 2010-2015 or several as",
        "sources.csv, row 2, column people: 'brest/all_patients 9': no primary of the catalog has",
        "sources.csv, row 2, column people: 'people 8': no denominator is called people; one of",
    ),
    _sources("sources cut off", SOURCES + '"our-clinic","U', "sources.csv, row 2: not readable"),
)

NAMES: Final = (
    Run("unknown primary", "sites brest", ("unknown primary 'brest'. Did you mean 'breast'",)),
    Run(
        "unknown site",
        "primaries livr --out old.csv",
        ("unknown site 'livr'. Did you mean 'liver'?",),
    ),
    Run("unknown site to explain", "explain breast livr", ("unknown site 'livr'",)),
    Run(
        "ambiguous name",
        "primaries C79.89",
        ("'C79.89' may be any of these: ", "thyroid", "Name the site by its key."),
    ),
    Run("one primary twice", "shared breast 'breast cancer'", ("at least two different",), code=2),
    Run(
        "unknown query",
        "query brain-cancers",
        ("unknown query or query file 'brain-cancers'.", "metastasis queries lists them"),
    ),
    Run("ambiguous query", "query 15", ("'15' may be any of these: 15a-",)),
    Run(
        "unknown export format",
        "export docx --out old.csv",
        ("unknown format 'docx'. Did you mean 'nq'", "'cytoscape'"),
    ),
    Run("unknown form to build", "build --form docx", ("unknown format 'docx'",)),
    Run(
        "unknown kind of diagram",
        "draw pie --out old.svg",
        ("unknown diagram 'pie'. Did you mean",),
    ),
    Run(
        "unknown primary to draw",
        "draw network --primary brest --out old.svg",
        ("unknown primary 'brest'",),
    ),
    Run(
        "unknown picture format",
        "draw network --format gif --out old.svg",
        ("unknown picture format 'gif'. Use png",),
    ),
    Run(
        "option of another diagram",
        "draw heatmap --edge any",
        ("No such option: --edge; heatmap takes --primary, --site",),
        code=2,
    ),
    Run(
        "unknown ending of a file of rows",
        "sites breast --out rows.xlsx",
        ("unknown ending of a file of rows '.xlsx'. Did you mean '.txt'",),
    ),
    Run(
        "unknown form of rows",
        "sites breast --format xml",
        ("'xml' is not one of 'table', 'csv', 'tsv', 'json'",),
        code=2,
    ),
    Run(
        "unknown command", "sits breast", ("No such command 'sits'. Did you mean 'sites'?",), code=2
    ),
    Run("unknown option", "sites breast --fromat csv", ("No such option", "--format"), code=2),
    Run("missing argument", "explain breast", ("Missing argument 'SITE'",), code=2),
)

QUERIES: Final = (
    _asked(
        "malformed query",
        "SELECT ?s\nWHERE { ?s ?p }\n",
        "the query is not valid SPARQL at line 2, column",
    ),
    _asked("query cut off", "SELECT ?s { ?s ?p ?o", "not valid SPARQL", "ends too soon"),
    _asked("unknown prefix", "SELECT ?s { ?s nix:da ?o }", "not valid SPARQL"),
    _asked("unknown function", "SELECT (<a:b>(1) AS ?x) {} ORDER BY nix(1)", "not valid SPARQL"),
    _asked(
        "SERVICE",
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SERVICE reaches out of this machine",
        "--federate",
    ),
    _asked(
        "SERVICE that does not answer",
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "the query failed",
        options="--federate",
    ),
    _asked(
        "FROM a file", "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", "no graph of this store"
    ),
    _asked(
        "FROM an address",
        "SELECT * FROM <http://127.0.0.1:9/a> { ?s ?p ?o }",
        "no graph of this store",
    ),
    _asked(
        "FROM NAMED an address",
        "SELECT * FROM NAMED <http://127.0.0.1:9/a> { GRAPH ?g { ?s ?p ?o } }",
        "no graph of this store",
    ),
    _asked("INSERT", "INSERT DATA { <a:b> <a:b> <a:b> }", "INSERT is an update"),
    _asked("DELETE", "PREFIX a: <a:>\nDELETE WHERE { ?s ?p ?o }", "DELETE is an update"),
    _asked("LOAD", "LOAD <file:///etc/passwd>", "LOAD is an update"),
    _asked("nothing on standard input", "", "cannot read standard input: it is empty"),
    _asked("blanks on standard input", " \n\n", "cannot read standard input: it is empty"),
    _asked(
        "Latin-1 on standard input", b"# caf\xe9", "cannot read standard input: it is not UTF-8"
    ),
    Run("no query file", "query none.rq", ("cannot read none.rq: there is no such file",)),
    Run("folder as query file", "query build", ("cannot read build: it is a folder, not a file",)),
    Run(
        "empty query file",
        "query mine.rq",
        ("cannot read mine.rq: it is empty",),
        files={"mine.rq": ""},
    ),
    Run(
        "query file that is not Turtle",
        "query mine.ttl",
        ("cannot read mine.ttl: not valid Turtle",),
        files={"mine.ttl": "SELECT"},
    ),
    Run(
        "Turtle without a query",
        "query mine.ttl",
        ("cannot read mine.ttl: it holds no query",),
        files={"mine.ttl": "<a:b> <a:b> <a:b> ."},
    ),
)

PLACES: Final = (
    Run(
        "folder below a file",
        "build --form nq --out old.csv/build",
        ("cannot write old.csv/build: Not a directory",),
    ),
    Run("file as folder", "build --form nq --out old.csv", ("it is a file, not a folder",)),
    Run(
        "no folder can be",
        "sites breast --out /proc/none/a.csv",
        ("cannot write /proc/none/a.csv",),
    ),
    Run("folder as file", "sites breast --out build", ("cannot write build: it is a folder",)),
    Run("export into a folder", "export nq --out build", ("cannot write build: it is a folder",)),
    Run(
        "draw into no folder",
        "draw heatmap --out old.csv/a.png",
        ("cannot write old.csv/a.png",),
        slow=True,
    ),
    Run(
        "device that is full",
        "sites breast --out /dev/full",
        ("cannot write /dev/full: No space left on device",),
    ),
    Run(
        "disk full of rows",
        "sites breast --out old.csv",
        ("cannot write old.csv: File too large",),
        act=_on_a_full_disk(100),
    ),
    Run(
        "disk full of graph",
        "build --form csv --form nq",
        ("cannot write", "metastasis.nq: File too large"),
        act=_on_a_full_disk(1_000_000),
        slow=True,
    ),
    Run(
        "disk full of Turtle",
        "export ttl --out build/metastasis.ttl",
        ("cannot write build/metastasis.ttl: File too large",),
        act=_on_a_full_disk(100_000),
        slow=True,
    ),
    Run(
        "disk full of tables",
        "export kgx --out build/kgx",
        ("cannot write", "File too large"),
        act=_on_a_full_disk(30_000),
    ),
    Run(
        "disk full of GraphML",
        "export graphml --out old.csv",
        ("cannot write old.csv: File too large",),
        act=_on_a_full_disk(10_000),
        slow=True,
    ),
    Run(
        "disk full of picture",
        "draw network --primary breast --out old.svg",
        ("cannot write old.svg: File too large",),
        act=_on_a_full_disk(1_000),
        slow=True,
    ),
    Run(
        "Ctrl-C while building",
        "build",
        ("metastasis: interrupted; files that were being written are as they were before",),
        code=130,
        act=_stopped_by(signal.SIGINT, "checked assertions"),
    ),
    Run(
        "Ctrl-C while writing",
        "build",
        ("metastasis: interrupted; files that were being written are as they were before",),
        code=130,
        act=_stopped_by(signal.SIGINT, "made metastasis.nq"),
        slow=True,
    ),
    Run(
        "ended while writing",
        "build",
        ("metastasis: terminated; files that were being written are as they were before",),
        code=143,
        act=_stopped_by(signal.SIGTERM, "made metastasis.nq"),
        slow=True,
    ),
)

GRAPHS: Final = (
    Run("no graph", "info --graph none.nq", ("cannot read none.nq: there is no such file",)),
    Run(
        "folder as graph", "info --graph build", ("cannot read build: it is a folder, not a file",)
    ),
    Run(
        "graph of unknown ending",
        "info --graph mine.docx",
        ("unknown format 'docx'. Did you mean 'nq'",),
        files={"mine.docx": b"PK"},
    ),
    Run(
        "graph that is not RDF",
        "sites breast --graph mine.ttl --out old.csv",
        ("cannot read mine.ttl: not valid ttl", "line 1"),
        files={"mine.ttl": "Once upon a time"},
    ),
    Run(
        "graph that is not UTF-8",
        "info --graph mine.nt",
        ("cannot read mine.nt: not valid nt",),
        files={"mine.nt": b'<a:b> <a:b> "caf\xe9" .\n'},
    ),
    Run(
        "RDF that is not this graph",
        "info --graph mine.ttl",
        ("mine.ttl holds no met:Primary: it is not a metastasis graph",),
        files={"mine.ttl": "<a:b> <a:b> <a:b> ."},
    ),
    Run(
        "empty graph",
        "info --graph mine.nq",
        ("mine.nq holds no met:Primary: it is not a metastasis graph",),
        files={"mine.nq": ""},
    ),
    Run(
        "graph cut off",
        "info --graph mine.nq",
        ("cannot read mine.nq: not valid nq",),
        files={"mine.nq": _half_of_the_shipped_graph()},
    ),
    Run(
        "graph with a count that is none",
        "info --graph mine.ttl",
        ("has a number that is none",),
        files={
            "mine.ttl": """
            @prefix met: <https://w3id.org/metastasis/vocab#> .
            @prefix kind: <https://w3id.org/metastasis/kind/> .
            @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
            <https://w3id.org/metastasis/primary/breast> a met:Primary ;
                rdfs:label "breast" ; met:kind kind:organ .
            <https://w3id.org/metastasis/assertion/1> a met:SpreadAssertion ; met:count "many" .
            """
        },
    ),
    Run(
        "graph to validate that is none",
        "validate mine.ttl",
        ("cannot read mine.ttl: not valid ttl",),
        code=3,
        files={"mine.ttl": "Once upon a time"},
    ),
    Run(
        "endpoint that is not there",
        "info --graph http://127.0.0.1:9/sparql",
        ("cannot read http://127.0.0.1:9/sparql: the endpoint does not answer",),
    ),
    Run(
        "endpoint that is a web page",
        "info --graph http://127.0.0.1:PORT/sparql",
        ("the answer is not what a SPARQL endpoint gives",),
        act=_beside_a_web_page,
    ),
    Run(
        "endpoint that is broken",
        "info --graph http://127.0.0.1:PORT/broken",
        ("cannot read http://127.0.0.1:", "Internal Server Error"),
        act=_beside_a_web_page,
    ),
    Run("address that is none", "info --graph http://[", ("cannot read http://[",)),
)

RUNS: Final = (*TABLES, *OWN_SOURCES, *NAMES, *QUERIES, *PLACES, *GRAPHS)


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(bad, id=bad.name.replace(" ", "-"), marks=[pytest.mark.slow] * bad.slow)
        for bad in RUNS
    ],
)
def test_bad_input(bad: Run, tmp_path: Path) -> None:
    for name, content in {**OLD, **bad.files}.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    before = _everything_in(tmp_path)
    stdin = bad.stdin.encode() if isinstance(bad.stdin, str) else bad.stdin
    done = bad.act(_split(bad.arguments), tmp_path, stdin)
    both = done.stdout + done.stderr
    assert "Traceback" not in both
    assert "Exception ignored" not in both
    assert "Warning" not in both
    assert done.returncode == bad.code, both
    said = done.stdout if bad.code == 3 else _sentences(done.stderr)
    for words in bad.says:
        assert words in said
    assert bad.code == 3 or done.stdout == ""
    assert _everything_in(tmp_path) == before


def test_the_list_is_long_and_names_each_run_once() -> None:
    names = [bad.name for bad in RUNS]
    assert len(set(names)) == len(names) > 80


def test_the_good_table_is_good(tmp_path: Path) -> None:
    """What every bad table is a change of."""
    path = tmp_path / "mine.csv"
    path.write_text(HEADER + GOOD)
    assert set(HEADER.strip().split(",")) < set(COLUMNS)
    assert len(mets.read_assertions([path])) == 1
    assert call("validate", path).returncode == 0


def _split(arguments: str) -> list[str]:
    import shlex

    return shlex.split(arguments)


def _sentences(stderr: str) -> str:
    """Return the one message that says what is wrong: progress goes before it, nothing follows."""
    for opening in ("metastasis: ", "Error: "):
        _, found, message = f"\n{stderr}".rpartition(f"\n{opening}")
        if found:
            others = [line for line in message.splitlines()[1:] if not line.startswith("  ")]
            assert others == []
            return opening + message
    raise AssertionError(f"no sentence in {stderr!r}")


def _everything_in(folder: Path) -> dict[str, bytes | None]:
    """Return every file with what is in it, and every folder, hidden ones too."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }
