"""Measure how fast it is, each figure beside its peer in the same run.

    python3 scripts/bench.py [queries] [processes] [growth] [network] [diagrams] [ingest]
                             [--rows 50000000]

Rounds are interleaved and medians compared, because machines are shared and noisy: read the
ratios, not the seconds. A ratio that misses its bound is marked and ends the run with exit code 1.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from functools import partial
from math import exp, log
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import bench_diagrams
import environment
from bench_tools import interleaved, memory, missed, report, seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


def main() -> None:
    """Run the named sections, or all."""
    python = environment.ensure("dev")
    if Path(sys.prefix).resolve() != environment.FOLDER.resolve():
        sys.exit(subprocess.run([str(python), __file__, *sys.argv[1:]], check=False).returncode)
    if sys.argv[1:2] == ["--grow"]:
        print(json.dumps(grow(int(sys.argv[2]))))
        return
    names, rows = arguments()
    sections: dict[str, Callable[[], object]] = {
        "queries": queries,
        "processes": processes,
        "growth": growth,
        "network": network,
        "diagrams": bench_diagrams.diagrams,
        "ingest": partial(ingest, rows),
    }
    for name in names or sections:
        print(f"\n{name}\n{'-' * len(name)}")
        sections[name]()
    if missed:
        sys.exit("\nmissed: " + "; ".join(missed))


def arguments() -> tuple[list[str], int | None]:
    """Return the sections named, and how many rows ``ingest`` counts; None for its own number."""
    given = sys.argv[1:]
    if "--rows" not in given:
        return given, None
    place = given.index("--rows")
    return given[:place] + given[place + 2 :], int(given[place + 1])


def ingest(rows: int | None) -> None:
    """Compare the ways of counting patients; 50 million rows take half an hour and 4 GB of disk."""
    import bench_ingest

    bench_ingest.ingest(report, *([] if rows is None else [rows]))


def queries() -> None:
    """Compare the shipped queries with rdflib's own store and with pyoxigraph used directly."""
    import rdflib

    import metastasis
    from metastasis._files import ontology_path
    from metastasis._vocabulary import PREFIXES
    from metastasis.rdf import shipped_queries

    kg = metastasis.load()
    flat = rdflib.Graph()
    named = rdflib.Dataset(default_union=True)
    data = ontology_path("release", "metastasis.nq").read_bytes()
    named.parse(data=data, format="nquads")
    for subject, predicate, value, _ in named.quads():
        flat.add((subject, predicate, value))
    direct_query = partial(kg.store.query, prefixes=dict(PREFIXES), use_default_graph_as_union=True)
    rdflibs, directs = [], []
    print(
        "query                              kg.query ms   pyoxigraph ms     rdflib ms   rdflib/kg"
    )
    for shipped in shipped_queries().values():
        if shipped.federates_with:
            continue
        peer = named if "GRAPH" in shipped.text.upper() else flat
        jobs = (
            partial(ask, kg.query, shipped.text),
            partial(ask, direct_query, shipped.text),
            partial(ask, peer.query, shipped.text),
        )
        ours, direct, theirs = interleaved(jobs, rounds=12)
        rdflibs.append(theirs / ours)
        directs.append(ours / direct)
        print(
            f"{shipped.name:34} {ours * 1e3:11.2f} {direct * 1e3:15.2f} {theirs * 1e3:13.1f} "
            f"{theirs / ours:11.1f}",
            flush=True,
        )
    report("queries: rdflib over kg.query, geometric mean", geometric(rdflibs), 50, at_least=True)
    report("queries: rdflib over kg.query, the least of all", min(rdflibs), 1, at_least=True)
    report("queries: kg.query over pyoxigraph, geometric mean", geometric(directs), 2)
    report("queries: kg.query over pyoxigraph, the most of all", max(directs), 2)


def ask(query: Callable[[str], Any], text: str) -> object:
    """Ask a query and read its answer to the end."""
    answer = query(text)
    if not hasattr(answer, "__iter__"):
        return bool(answer)
    return [row if isinstance(row, bool) else tuple(row) for row in answer]


def geometric(ratios: Sequence[float]) -> float:
    """Return the geometric mean."""
    return exp(sum(map(log, ratios)) / len(ratios))


def processes() -> None:
    """Compare whole processes, from start to end."""
    from metastasis._files import ontology_path

    path = str(ontology_path("release", "metastasis.nq"))
    baseline = (
        "import pyoxigraph, click; "
        f"pyoxigraph.Store().bulk_load(path={path!r}, format=pyoxigraph.RdfFormat.N_QUADS)"
    )
    shell = str(Path(sys.executable).with_name("metastasis"))
    pairs: list[tuple[str, list[str], str, str, float]] = [
        (
            "metastasis sites breast",
            [shell, "sites", "breast"],
            "import rdflib",
            "import rdflib",
            1.5,
        ),
        ("metastasis --help", [shell, "--help"], "import click", "import click", 2),
        (
            "load()",
            [sys.executable, "-c", "import metastasis; metastasis.load()"],
            "pyoxigraph alone",
            baseline,
            1.5,
        ),
    ]
    for name, command, peer, code, bound in pairs:
        jobs = (partial(quiet, command), partial(quiet, [sys.executable, "-c", code]))
        ours, theirs = interleaved(jobs, rounds=24)
        print(f"{name}: {ours * 1e3:.0f} ms; {peer}: {theirs * 1e3:.0f} ms")
        report(f"processes: {name} over {peer}", ours / theirs, bound)


def quiet(command: Sequence[str]) -> None:
    """Run a command and drop what it prints."""
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def growth() -> None:
    """Build, write and load generated graphs of growing size, each in a process of its own."""
    results = {}
    for size in (1_000, 10_000, 100_000):
        done = subprocess.run(
            [sys.executable, __file__, "--grow", str(size)],
            check=True,
            capture_output=True,
            text=True,
        )
        found = results[size] = json.loads(done.stdout)
        print(
            f"{size:7} assertions, {found['quads']:8} quads: build {found['build']:.2f} s, "
            f"N-Quads {found['write']:.2f} s, load {found['load']:.2f} s, "
            f"pyoxigraph {found['peer']:.2f} s; {found['seconds'] / size * 1e6:.0f} µs and "
            f"{found['bytes'] / size / 1e3:.1f} kB an assertion",
            flush=True,
        )
    small, large = results[1_000], results[100_000]
    report(
        "growth: seconds an assertion, largest over smallest",
        large["seconds"] / small["seconds"] / 100,
        1.5,
    )
    report(
        "growth: memory an assertion, largest over smallest",
        large["bytes"] / small["bytes"] / 100,
        1.5,
    )
    report(
        "growth: build, write and load over pyoxigraph parsing and loading",
        large["seconds"] / large["peer"],
        4,
    )


def network() -> None:
    """Compare what follows from the graph with NetworkX, and see that it grows with the edges."""
    import bench_network

    bench_network.main()


def grow(size: int) -> dict[str, float]:
    """Return what one generated graph takes: seconds of each step, peak memory, and the peer."""
    import pyoxigraph as ox

    from metastasis._catalog import Catalog, Source, read_catalog
    from metastasis._graph import KnowledgeGraph

    shipped = read_catalog()
    sources = [
        Source(key=f"generated-{i}", citation=f"Generated source {i}", design="registry")
        for i in range(max(1, size // 500))
    ]
    catalog = Catalog(shipped.primaries.values(), shipped.sites.values(), sources, shipped.diseases)
    before = memory()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.nq"
        graphs: list[KnowledgeGraph] = []
        build = seconds(
            lambda: graphs.append(KnowledgeGraph.from_assertions(generated(size, catalog), catalog))
        )
        quads = len(graphs[0])
        write = seconds(lambda: graphs[0].write(path))
        used = memory() - before
        graphs.clear()
        peers, loads = [], []
        for _ in range(3):
            peers.append(
                seconds(lambda: ox.Store().bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS))
            )
            loads.append(seconds(lambda: KnowledgeGraph.read(path)))
    load, peer = median(loads), median(peers)
    return {
        "quads": quads,
        "build": build,
        "write": write,
        "load": load,
        "peer": peer,
        "seconds": build + write + load,
        "bytes": used,
    }


def generated(size: int, catalog: Any) -> Iterator[Any]:
    """Yield counted assertions at random, the same on every run."""
    import random

    from metastasis._evidence.assertion import Assertion

    chance = random.Random(1)  # noqa: S311 - the same rows on every run, not a secret
    primaries, sites, sources = (
        sorted(catalog.primaries),
        sorted(catalog.sites),
        sorted(catalog.sources),
    )
    for i in range(size):
        total = chance.randint(50, 100_000)
        yield Assertion(
            primary=chance.choice(primaries),
            site=chance.choice(sites),
            source=sources[i % len(sources)],
            locator=f"row {i}",
            count=chance.randint(0, total),
            total=total,
            denominator="metastatic_patients",
            setting="at_diagnosis",
        )


if __name__ == "__main__":
    os.chdir(environment.ROOT)
    main()
