"""No query ends the process, and every query ends: depth, length, time, memory, signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox
import pytest

from metastasis._errors import QueryError, QueryMemoryError, QueryTimeoutError
from metastasis._graph import load
from metastasis.rdf import Rows, Triples, run_query
from metastasis.rdf._sparql.tokens import MOST_DEPTH, MOST_PARTS, read_tokens

if TYPE_CHECKING:
    from collections.abc import Callable

KG = load()
EMPTY: Final = ox.Store()
ENDLESS: Final = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c != ?f) }"
LARGE: Final = "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?a LIMIT 1"

NESTED: Final[dict[str, Callable[[int], str]]] = {
    "braces": lambda n: "SELECT * " + "{" * n + "}" * n,
    "optional": lambda n: "SELECT * " + "{OPTIONAL" * (n - 1) + "{}" + "}" * (n - 1),
    "subselects": lambda n: "SELECT * " + "{{SELECT * " * (n // 2 - 1) + "{}" + "}}" * (n // 2 - 1),
    "parentheses": lambda n: "SELECT * { FILTER " + "(" * (n - 1) + "1" + ")" * (n - 1) + "}",
    "functions": lambda n: "SELECT * { FILTER " + "(STR" * (n - 2) + "(1)" + ")" * (n - 2) + "}",
    "exists": lambda n: "SELECT * " + "{FILTER EXISTS" * (n - 1) + "{}" + "}" * (n - 1),
    "paths": lambda n: "SELECT * { ?s " + "(" * (n - 1) + "<a:b>" + ")" * (n - 1) + " ?o }",
    "triple terms": lambda n: (
        "SELECT * { ?s ?p " + "<<( ?a ?b " * (n // 2 - 1) + "1" + ")>>" * (n // 2 - 1) + "}"
    ),
}
CHAINED: Final[dict[str, Callable[[int], str]]] = {
    "sum": lambda n: "SELECT (1" + "+1" * (n // 2 - 9) + " AS ?x) {}",
    "alternatives": lambda n: "SELECT * { ?s <a:b>" + "|<a:b>" * (n // 2 - 9) + " ?o }",
    "minus": lambda n: "SELECT * { ?s ?p ?o " + "MINUS{<a:b> ?p ?o}" * (n // 6 - 9) + " }",
    "negations": lambda n: "SELECT * { FILTER(" + "!" * (n - 19) + "true) }",
}
"""Queries of about so many words and signs, each a chain of a kind that the engine nests."""


@pytest.mark.parametrize("kind", NESTED)
def test_nesting_up_to_the_limit_is_answered(kind: str) -> None:
    assert isinstance(run_query(EMPTY, NESTED[kind](MOST_DEPTH)), Rows)


@pytest.mark.parametrize("depth", [MOST_DEPTH + 4, 5_000, 100_000])
@pytest.mark.parametrize("kind", sorted(NESTED.keys() - {"triple terms"}))
def test_deeper_nesting_is_refused_before_it_is_parsed(kind: str, depth: int) -> None:
    with pytest.raises(QueryError, match=f"deeper than {MOST_DEPTH} brackets"):
        run_query(EMPTY, NESTED[kind](depth))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p " + "(" * 8_000 + ")" * 8_000 + " }",
        "SELECT * { ?s ?p " + "[ ?q " * 8_000 + "1" + "]" * 8_000 + " }",
        "SELECT * { ?s ?p " + "<<( ?a ?b " * 8_000 + "1" + ")>>" * 8_000 + " }",
        "SELECT * { ?s ?p " + "<< ?a ?b " * 8_000 + "1" + ">>" * 8_000 + " }",
        "SELECT * { ?s ?p ?o " + "{| ?a ?b " * 8_000 + "|}" * 8_000 + " }",
        "SELECT * { FILTER(?s<?p" + "<(" * 8_000 + ") }",
        "SELECT * { FILTER " + "(<))))>=" * 8_000 + " }",
        "{" * 60_000,
    ],
)
def test_other_nesting_is_refused_as_well(text: str) -> None:
    began = time.process_time()
    with pytest.raises(QueryError, match=f"deeper than {MOST_DEPTH} brackets"):
        run_query(EMPTY, text)
    assert time.process_time() - began < 1


@pytest.mark.slow
@pytest.mark.parametrize("kind", CHAINED)
def test_chains_up_to_the_limit_are_answered(kind: str) -> None:
    text = CHAINED[kind](MOST_PARTS // 2)
    assert read_tokens(text).parts > MOST_PARTS // 3
    assert isinstance(run_query(EMPTY, text), Rows)


@pytest.mark.parametrize(
    "text",
    [
        *(make(2 * MOST_PARTS) for make in CHAINED.values()),
        "SELECT * { " + "UNION".join(["{?s ?p ?o}"] * 8_000) + " }",
        "SELECT * { ?s " + "/".join(["<a:b>"] * 20_000) + " ?o }",
        "DESCRIBE " + "<a:b> " * 30_000,
        "SELECT (COUNT(*) AS ?n) {} GROUP BY " + "(?s)" * 10_000,
    ],
)
def test_longer_chains_are_refused(text: str) -> None:
    with pytest.raises(QueryError, match=f"more than {MOST_PARTS:,} words and signs"):
        run_query(EMPTY, text)


def test_long_data_is_no_chain() -> None:
    many = " ".join(f"<https://e.org/{i}>" for i in range(30_000))
    assert len(run_query(EMPTY, f"SELECT * {{ VALUES ?x {{ {many} }} }}")) == 30_000  # type: ignore[arg-type]
    pairs = "(1 'a')" * 10_000
    assert len(run_query(EMPTY, f"SELECT * {{ VALUES (?x ?y) {{ {pairs} }} }}")) == 10_000  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p '" + r"\'" * 200_000,
        'SELECT * { ?s ?p """' + '"" ' * 100_000,
        "'''" * 130_000,
        "''' a " * 60_000,
        r"e:a\~''' " * 50_000,
        "<" * 400_000,
        "?a<" * 130_000,
        "service " + "<x " * 130_000,
        "from:" * 80_000,
    ],
)
def test_hostile_text_is_read_in_linear_time(text: str) -> None:
    began = time.process_time()
    read_tokens(text)
    assert time.process_time() - began < 2


def test_a_small_stack_of_the_caller_does_not_matter() -> None:
    text = NESTED["functions"](MOST_DEPTH)
    before = threading.stack_size(256 << 10)
    found: list[Any] = []
    try:
        caller = threading.Thread(target=lambda: found.append(run_query(EMPTY, text)))
        caller.start()
    finally:
        threading.stack_size(before)
    caller.join()
    assert isinstance(found[0], Rows)


def test_a_query_over_its_time_is_ended() -> None:
    began = time.monotonic()
    with pytest.raises(QueryTimeoutError, match=r"after 0\.3 seconds") as caught:
        KG.query(ENDLESS, timeout=0.3)
    assert caught.value.seconds == 0.3
    assert isinstance(caught.value, TimeoutError)
    assert time.monotonic() - began < 5
    assert KG.query("ASK { site:liver ?p ?o }", timeout=60) is True


@pytest.mark.parametrize("name", ["timeout", "memory"])
@pytest.mark.parametrize("limit", [0, -1, float("inf"), float("nan"), 1e300, "5", True])
def test_what_is_no_limit_is_refused(name: str, limit: Any) -> None:
    with pytest.raises(QueryError, match=f"{name}=.* is no limit"):
        KG.query("ASK {}", **{name: limit})


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is no limit of memory")
def test_a_query_over_its_memory_is_ended() -> None:
    with pytest.raises(QueryMemoryError, match="200,000,000 bytes") as caught:
        KG.query(LARGE, memory=200_000_000, timeout=120)
    assert caught.value.memory == 200_000_000
    assert isinstance(caught.value, MemoryError)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s ?o { ?s rdfs:label ?o } ORDER BY ?s LIMIT 50",
        "CONSTRUCT WHERE { site:liver ?p ?o }",
        "ASK { site:liver ?p ?o }",
        "SELECT * { site:liver ?p 5 }",
    ],
)
def test_a_child_answers_as_this_process_does(query: str) -> None:
    ours, theirs = KG.query(query), KG.query(query, timeout=60, memory=1 << 30)
    assert type(ours) is type(theirs)
    if isinstance(ours, Triples):
        assert ours.to_ntriples() == theirs.to_ntriples()  # type: ignore[union-attr]
    else:
        assert ours == theirs


def test_a_fault_comes_back_from_a_child_as_it_is() -> None:
    told = []
    for timeout in (None, 60):
        with pytest.raises(QueryError) as caught:
            KG.query("SELECT * { ?s ?p }", timeout=timeout)
        told.append(str(caught.value))
    assert told[0] == told[1]


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_nothing_of_a_child_is_left() -> None:
    def children() -> set[str]:
        return set(Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split())

    # Other tests may have left some.
    before, held = children(), set(Path("/proc/self/fd").iterdir())
    with pytest.raises(QueryTimeoutError):
        KG.query(ENDLESS, timeout=0.1)
    KG.query("ASK {}", timeout=60)
    assert set(Path("/proc/self/fd").iterdir()) == held
    assert children() <= before


def test_where_there_is_no_fork_a_thread_keeps_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("metastasis.rdf._sparql.query.can_fork", lambda: False)
    # Ends by itself after some seconds: what is left is a thread.
    text = "SELECT (COUNT(*) AS ?n) { ?a a ?c . ?d a ?f FILTER(STR(?a) < STR(?d)) }"
    with pytest.raises(QueryTimeoutError):
        KG.query(text, timeout=0.05)
    assert KG.query("ASK {}", timeout=60) is True
    with pytest.raises(QueryError, match="needs Linux"):
        KG.query("ASK {}", memory=1 << 30)


@pytest.mark.slow
def test_a_store_on_disk_is_asked_in_a_thread(tmp_path: Path) -> None:
    code = (
        "import sys, pyoxigraph as ox; from metastasis.rdf._sparql.engine import can_fork; "
        "from metastasis.rdf import run_query; print(can_fork()); "
        "store = ox.Store(sys.argv[1]); print(can_fork(), run_query(store, 'ASK {}', timeout=60))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "store"], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [str(sys.platform == "linux"), "False", "True"]


SIGNALS: Final = {"SIGINT": 130, "SIGTERM": 143, "SIGHUP": 129}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
@pytest.mark.parametrize("options", [[], ["--timeout", "60s"]])
@pytest.mark.parametrize("name", SIGNALS)
def test_a_signal_ends_any_query(tmp_path: Path, name: str, options: list[str]) -> None:
    (tmp_path / "endless.rq").write_text(ENDLESS)
    process = subprocess.Popen(
        [sys.executable, "-m", "metastasis", "query", "endless.rq", *options],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
    )
    time.sleep(3)
    assert process.poll() is None
    began = time.monotonic()
    process.send_signal(getattr(signal, name))
    _, said = process.communicate(timeout=30)
    assert process.returncode == SIGNALS[name]
    assert said.startswith(b"metastasis: ")
    assert b"Traceback" not in said
    assert time.monotonic() - began < 5


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
def test_ctrl_c_gives_the_prompt_back_and_the_graph_still_answers() -> None:
    code = (
        "import signal, threading, os, time, metastasis\n"
        "kg = metastasis.load()\n"
        "kg.query('ASK {}')\n"
        "threading.Timer(1, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
        "began = time.monotonic()\n"
        f"try: kg.query({ENDLESS!r})\n"
        "except KeyboardInterrupt: print('interrupted', time.monotonic() - began < 4)\n"
        "print(kg.query('ASK { site:liver ?p ?o }'))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.split() == ["interrupted", "True", "True"]


@pytest.mark.slow
def test_nohup_outlives_its_terminal(tmp_path: Path) -> None:
    (tmp_path / "endless.rq").write_text(ENDLESS)
    process = subprocess.Popen(
        [sys.executable, "-m", "metastasis", "query", "endless.rq", "--timeout", "60s"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN),
    )
    time.sleep(2)
    process.send_signal(signal.SIGHUP)
    time.sleep(0.5)
    assert process.poll() is None
    process.terminate()
    process.communicate(timeout=30)
    assert process.returncode == 143
