"""Measure how fast it is, each number beside its peer in the same run.

    python3 scripts/bench.py [queries] [questions] [processes] [growth] [network] [diagrams]
                             [ingest] [text] [serve] [--assertions 1000000] [--rows 50000000]

``--assertions`` adds to ``growth`` the evidence of so many, without quads; ``--rows`` is what
``ingest`` counts. Rounds are interleaved and medians compared, because machines are shared and
noisy: read the ratios, not the seconds. What misses its bound is marked and ends the run with exit
code 1.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import bench_diagrams
import bench_queries
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
    if sys.argv[1:2] == ["--hold"]:
        print(json.dumps(hold(int(sys.argv[2]))))
        return
    names, sizes = arguments()
    sections: dict[str, Callable[[], object]] = {
        "queries": bench_queries.queries,
        "questions": bench_queries.questions,
        "processes": processes,
        "growth": partial(growth, sizes.get("--assertions")),
        "network": network,
        "diagrams": bench_diagrams.diagrams,
        "ingest": partial(ingest, sizes.get("--rows")),
        "text": text,
        "serve": serve,
    }
    for name in names or sections:
        print(f"\n{name}\n{'-' * len(name)}")
        sections[name]()
    if missed:
        sys.exit("\nmissed: " + "; ".join(missed))


def arguments() -> tuple[list[str], dict[str, int]]:
    """Return the sections named, and the sizes that are given beside them."""
    names = list(sys.argv[1:])
    sizes: dict[str, int] = {}
    for option in ("--assertions", "--rows"):
        if option in names:
            place = names.index(option)
            sizes[option] = int(names[place + 1])
            del names[place : place + 2]
    return names, sizes


def ingest(rows: int | None) -> None:
    """Compare the ways of counting patients; 50 million rows take ten minutes and 4 GB of disk."""
    import bench_ingest

    bench_ingest.ingest(report, *([] if rows is None else [rows]))


def text() -> None:
    """Read texts, beside a bare pass for the same names; 100,000 abstracts take some minutes."""
    import bench_text

    bench_text.text(report)


def serve() -> None:
    """Ask the server, beside the Oxigraph server."""
    import bench_serve

    bench_serve.serve()


def processes() -> None:
    """Compare whole processes, from start to end."""
    from metastasis._files import ontology_path

    path = str(ontology_path("release", "metastasis.nq"))
    ask = "ASK { <https://w3id.org/metastasis/primary/breast> ?how ?site }"
    loaded = (
        "import pyoxigraph; store = pyoxigraph.Store(); "
        f"store.bulk_load(path={path!r}, format=pyoxigraph.RdfFormat.N_QUADS)"
    )
    asked = f"import metastasis; metastasis.load().query({ask!r})"
    shell = str(Path(sys.executable).with_name("metastasis"))
    python = [sys.executable, "-c"]
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
            [*python, "import metastasis; metastasis.load()"],
            "pyoxigraph loading the quads",
            loaded,
            # 1.5 as long as the peer imported Typer as well, which neither needs.
            2,
        ),
        (
            "load().query(…)",
            [*python, asked],
            "pyoxigraph loading and asking",
            f"{loaded}; store.query({ask!r})",
            # Reading the evidence comes on top, and the package.
            3,
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


def growth(assertions: int | None) -> None:
    """Build, write and load generated graphs of growing size, each in a process of its own."""
    results = {}
    for size in (1_000, 10_000, 100_000):
        found = results[size] = apart("--grow", size)
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

    if assertions is not None:
        held = apart("--hold", assertions)
        print(
            f"{assertions} assertions as evidence: made in {held['made']:.0f} s, "
            f"pairs {held['pairs']:.1f} s, sites_of {held['sites_of'] * 1e3:.0f} ms, "
            f"shared_sites {held['shared_sites'] * 1e3:.0f} ms, explain "
            f"{held['explain'] * 1e3:.0f} ms, conflicts {held['conflicts']:.1f} s"
        )
        report("growth: GiB at most, of evidence and questions", held["bytes"] / 2**30, 4)


def apart(what: str, size: int) -> dict[str, float]:
    """Return what a process of its own measures."""
    done = subprocess.run(
        [sys.executable, __file__, what, str(size)], check=True, capture_output=True, text=True
    )
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def network() -> None:
    """Compare what follows from the graph with NetworkX, and see that it grows with the edges."""
    import bench_network

    bench_network.main()


def grow(size: int) -> dict[str, float]:
    """Return what one generated graph takes: seconds of each step, peak memory, and the peer."""
    import pyoxigraph as ox

    from metastasis._graph import KnowledgeGraph

    catalog = generated_catalog(size)
    before = memory()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.nq"
        graphs: list[KnowledgeGraph] = []

        def built() -> None:
            graphs.append(KnowledgeGraph.from_assertions(generated(size, catalog), catalog))
            quads.append(len(graphs[0]))  # asking for them makes them

        quads: list[int] = []
        build = seconds(built)
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
        "quads": quads[0],
        "build": build,
        "write": write,
        "load": load,
        "peer": peer,
        "seconds": build + write + load,
        "bytes": used,
    }


def hold(size: int) -> dict[str, float]:
    """Return the seconds of evidence and questions on so many assertions, and peak memory."""
    from metastasis._graph import KnowledgeGraph

    catalog = generated_catalog(size)
    graphs: list[KnowledgeGraph] = []
    made = seconds(
        lambda: graphs.append(KnowledgeGraph.from_assertions(generated(size, catalog), catalog))
    )
    kg = graphs[0]
    return {
        "made": made,
        "pairs": seconds(kg.evidence.pairs),
        "sites_of": seconds(partial(kg.sites_of, "breast")),
        "shared_sites": seconds(partial(kg.shared_sites, "breast", "prostate")),
        "explain": seconds(partial(kg.explain, "breast", "bone")),
        "conflicts": seconds(kg.conflicts),
        "bytes": memory(),
    }


def generated_catalog(size: int) -> Any:
    """Return the shipped catalog with a source for every 500 assertions."""
    from metastasis._catalog import Catalog, Source, read_catalog

    shipped = read_catalog()
    sources = [
        Source(key=f"generated-{i}", citation=f"Generated source {i}", design="registry")
        for i in range(max(1, size // 500))
    ]
    return Catalog(shipped.primaries.values(), shipped.sites.values(), sources, shipped.diseases)


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
