"""How fast the server answers, beside the Oxigraph server: requests, processor time, hostility.

Eight clients keep their connections and ask small look-ups, the sites of a cancer with their
labels, over HTTP on this machine: ``wrk`` where it is installed, else a client in Python. Rounds
are interleaved; wall times on two shared cores swing by a factor of two, so processor time a
request stands beside each rate. The Oxigraph server is a program of its own (oxigraph on PyPI) in
an environment of its own; where it cannot be had, what compares is left out.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import venv
from contextlib import contextmanager, nullcontext, suppress
from itertools import cycle
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

from bench_tools import report

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CLIENTS: Final = 8
SECONDS: Final = 5
ROUNDS: Final = 5
STARTS: Final = 7
PEER: Final = "oxigraph==0.5.13"
PLACE: Final = Path("build/peers") / PEER.replace("==", "-")
HOSTILE: Final = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c != ?f) }"
LOOK_UP: Final = (
    "SELECT ?site ?label {{ <{primary}{key}> <{met}spreadsTo> ?site . ?site <{rdfs}label> ?label }}"
)
OURS: Final = """
import sys
from metastasis.serve import ServeLimits, run_server

if __name__ == "__main__":
    limits = ServeLimits(deadline=2.0, client_running=8, cache=int(sys.argv[2]))
    run_server(port=int(sys.argv[1]), limits=limits, fronts=int(sys.argv[3]))
"""
"""A server with a deadline of two seconds, whose cache can be left out; to it, eight clients of one
address are eight."""
ACCEPT: Final = "application/sparql-results+json"
WRK: Final = """
local n, paths = 0, {%s}
request = function()
  n = n %% #paths + 1
  return wrk.format("GET", paths[n], {["Accept"] = "application/sparql-results+json"})
end
done = function(summary, latency)
  io.write(string.format("RATE %%f P50 %%f P99 %%f BAD %%d\\n", summary.requests / summary.duration
    * 1e6, latency:percentile(50) / 1e6, latency:percentile(99) / 1e6, summary.errors.status
    + summary.errors.connect + summary.errors.read + summary.errors.timeout))
end
"""


class Load(NamedTuple):
    """What eight clients met: requests a second, seconds, and processor time of the server."""

    rate: float
    p50: float
    p99: float
    cost: float
    """Microseconds of processor time a request, of all processes of the server."""


class Running(NamedTuple):
    """A server that answers."""

    pid: int
    address: str
    """Where queries are asked."""
    path: str
    """The end of the address."""

    def processes(self) -> list[int]:
        """Return its process and all below."""
        found = [self.pid]
        for one in found:
            with suppress(OSError):
                for task in Path(f"/proc/{one}/task").iterdir():
                    found.extend(map(int, (task / "children").read_text().split()))
        return found

    def processor_time(self) -> float:
        """Return the seconds of processor time of all its processes, those that have ended too."""
        ticks = 0
        for one in self.processes():
            with suppress(OSError):
                fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
                ticks += sum(map(int, fields[11:15]))
        return ticks / os.sysconf("SC_CLK_TCK")


def serve() -> None:
    """Compare, and hold to the bounds of the issue that asked for a server."""
    if sys.platform != "linux":
        print("skipped: workers are forked, and processes looked at, on Linux only")
        return
    binary = peer()
    starts()
    paths = look_ups()
    with ours(cache=0) as uncached, ours() as cached:
        others: dict[str, Running] = {"uncached": uncached, "cached": cached}
        with theirs(binary) if binary else nullcontext() as oxigraph:
            if oxigraph is not None:
                others["Oxigraph"] = oxigraph
            found: dict[str, list[Load]] = {name: [] for name in others}
            for _ in range(ROUNDS):
                for name, running in others.items():
                    found[name].append(loaded(running, paths))
            compare(found)
        print_memory(cached)
        hostility(uncached, paths)


def compare(found: dict[str, list[Load]]) -> None:
    """Print what was met, and report the ratios to the Oxigraph server."""
    rates = {name: median(one.rate for one in loads) for name, loads in found.items()}
    costs = {name: median(one.cost for one in loads) for name, loads in found.items()}
    for name, loads in found.items():
        rounds = " ".join(f"{one.rate:.0f}" for one in loads)
        p99 = median(one.p99 for one in loads)
        print(
            f"{name}: {rates[name]:.0f} requests/s ({rounds}), p99 {p99 * 1e3:.1f} ms, "
            f"{costs[name]:.0f} µs of processor time a request"
        )
    if "Oxigraph" not in found:
        return
    pairs = {
        name: median(a.rate / b.rate for a, b in zip(found[name], found["Oxigraph"], strict=True))
        for name in ("uncached", "cached")
    }
    report("serve: uncached look-ups over Oxigraph", pairs["uncached"], 0.9, at_least=True)
    report("serve: cached look-ups over Oxigraph", pairs["cached"], 2, at_least=True)
    for name in ("uncached", "cached"):
        ratio = costs["Oxigraph"] / costs[name]
        print(f"       by processor time, {name} over Oxigraph: {ratio:.2f}")


def hostility(running: Running, paths: Sequence[str]) -> None:
    """Let two clients ask endless queries without a pause, and look at what the others meet."""
    idle, busy = [], []
    for _ in range(3):
        idle.append(loaded(running, paths).p99)
        with hostile_clients(running) as waits:
            time.sleep(0.5)
            busy.append(loaded(running, paths).p99)
        print(
            f"p99 {idle[-1] * 1e3:.1f} ms; with two endless queries {busy[-1] * 1e3:.1f} ms; "
            f"these were ended after {', '.join(f'{one:.3f}' for one in sorted(waits))} s"
        )
    report("serve: p99 under two hostile clients over idle", median(busy) / median(idle), 3)


@contextmanager
def hostile_clients(running: Running) -> Iterator[list[float]]:
    """Ask endless queries from two addresses of this machine; give how long each took."""
    host, port = running.address.removesuffix(running.path).removeprefix("http://").split(":")
    body = urlencode({"query": HOSTILE}).encode()
    head = (
        "POST /sparql HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: "
        f"application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    waits: list[float] = []
    is_over = threading.Event()

    def ask(source: str) -> None:
        while not is_over.is_set():
            began = time.perf_counter()
            with socket.create_connection((host, int(port)), 30, (source, 0)) as connection:
                connection.sendall(head.encode() + body)
                while connection.recv(65_536):
                    pass
            waits.append(time.perf_counter() - began)

    asking = [threading.Thread(target=ask, args=(f"127.0.0.{n}",)) for n in (2, 3)]
    for one in asking:
        one.start()
    try:
        yield waits
    finally:
        is_over.set()
        for one in asking:
            one.join()


def starts() -> None:
    """Measure from the start of the command to the first answer to a query."""
    took, used = [], []
    shell = str(Path(sys.executable).with_name("metastasis"))
    for _ in range(STARTS):
        port = free_port()
        began = time.perf_counter()
        with started([shell, "serve", "--port", str(port)], port, "/sparql") as running:
            first_answer(running)
            took.append(time.perf_counter() - began)
            used.append(running.processor_time())
    rounds = " ".join(f"{one:.2f}" for one in took)
    print(f"start to first answer: {median(took):.2f} s ({rounds}); processor {median(used):.2f} s")
    report("serve: seconds from start to first answer", min(took), 0.5)


def first_answer(running: Running) -> None:
    """Ask until there is an answer."""
    while True:
        try:
            address = f"{running.address}?query={quote('ASK {}')}"
            urlopen(address, timeout=30).close()  # noqa: S310 - it is ours
        except OSError:
            time.sleep(0.005)
        else:
            return


def print_memory(running: Running) -> None:
    """Print what each process holds, shared pages counted in parts."""
    names = {running.pid: "supervisor"}
    for one in running.processes():
        with suppress(OSError):
            text = Path(f"/proc/{one}/smaps_rollup").read_text()
            sizes = {
                line.split(":")[0]: int(line.split()[1]) / 1024
                for line in text.splitlines()[1:]
                if line.endswith("kB")
            }
            print(
                f"memory of {names.get(one, one)}: {sizes['Rss']:.0f} MB, "
                f"{sizes['Pss']:.0f} MB of its own share"
            )


def look_ups() -> list[str]:
    """Return the paths of the small look-ups, one for each cancer with an edge."""
    import metastasis as mets
    from metastasis._vocabulary import PREFIXES

    kg = mets.load()
    keys = sorted({pair.primary for pair in kg.evidence.pairs() if pair.edge})
    return [f"?query={quote(LOOK_UP.format(key=key, **PREFIXES))}" for key in keys]


def loaded(running: Running, asked: Sequence[str]) -> Load:
    """Return what eight clients meet in some seconds."""
    wrk = shutil.which("wrk")
    host = running.address.removesuffix(running.path)
    paths = [running.path + one for one in asked]
    before = running.processor_time()
    if wrk is None:
        command = [sys.executable, __file__, host, json.dumps(paths)]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    else:
        said = wrk_said(wrk, host, paths)
    words = said.split()
    numbers = {name: float(words[words.index(name) + 1]) for name in ("RATE", "P50", "P99", "BAD")}
    if numbers["BAD"]:
        sys.exit(f"{numbers['BAD']:.0f} requests to {host} were not answered well")
    cost = (running.processor_time() - before) / (numbers["RATE"] * SECONDS) * 1e6
    return Load(numbers["RATE"], numbers["P50"], numbers["P99"], cost)


def wrk_said(wrk: str, host: str, paths: Sequence[str]) -> str:
    """Return what wrk prints."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(WRK % ", ".join(json.dumps(path) for path in paths))
        script.flush()
        command = [wrk, "-t1", f"-c{CLIENTS}", f"-d{SECONDS}s", "-s", script.name, f"{host}/"]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout


async def ask_all(host: str, paths: Sequence[str]) -> None:
    """Do what wrk does, slower, and print the same."""
    name, port = host.removeprefix("http://").split(":")
    taken: list[float] = []
    bad = 0
    end = time.perf_counter() + SECONDS

    async def ask(start: int) -> None:
        nonlocal bad
        reader, writer = await asyncio.open_connection(name, int(port))
        for path in cycle([*paths[start:], *paths[:start]]):
            began = time.perf_counter()
            if began > end:
                break
            head = f"GET {path} HTTP/1.1\r\nHost: {name}\r\nAccept: {ACCEPT}\r\n\r\n"
            writer.write(head.encode())
            said = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(said.partition(b"content-length:")[2].split()[0])
            await reader.readexactly(length)
            bad += not said.startswith(b"http/1.1 200")
            taken.append(time.perf_counter() - began)
        writer.close()

    await asyncio.gather(*(ask(one) for one in range(CLIENTS)))
    taken.sort()
    p50, p99 = (taken[int(part * len(taken))] for part in (0.5, 0.99))
    print(f"RATE {len(taken) / SECONDS} P50 {p50} P99 {p99} BAD {bad}")


@contextmanager
def ours(*, cache: int = 64 << 20, fronts: int = 1) -> Iterator[Running]:
    """Give our server, as it is but for the deadline and the cache."""
    with tempfile.NamedTemporaryFile("w", suffix=".py") as script:
        script.write(OURS)
        script.flush()
        port = free_port()
        command = [sys.executable, script.name, str(port), str(cache), str(fronts)]
        with started(command, port, "/sparql") as running:
            first_answer(running)
            rest(running)
            yield running


def rest(running: Running) -> None:
    """Wait until a server has prepared what pages need, and does nothing."""
    for _ in range(120):
        before = running.processor_time()
        time.sleep(0.5)
        if running.processor_time() - before < 0.03:
            return


@contextmanager
def theirs(binary: Path) -> Iterator[Running]:
    """Give an Oxigraph server in memory, with the shipped graph."""
    from metastasis._files import ontology_path

    port = free_port()
    command = [str(binary), "serve", "--union-default-graph", "-b", f"127.0.0.1:{port}"]
    with started(command, port, "/query") as running:
        first_answer(running)
        quads = Path(ontology_path("release", "metastasis.nq")).read_bytes()
        address = f"http://127.0.0.1:{port}/store"
        headers = {"Content-Type": "application/n-quads"}
        urlopen(Request(address, quads, headers), timeout=60).close()
        yield running


@contextmanager
def started(command: Sequence[str], port: int, path: str) -> Iterator[Running]:
    """Start a server, and end it afterwards."""
    silent = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=silent, stderr=silent) as process:
        try:
            yield Running(process.pid, f"http://127.0.0.1:{port}{path}", path)
        finally:
            process.send_signal(signal.SIGTERM)


def free_port() -> int:
    """Return a port that no one listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def peer() -> Path | None:
    """Return the Oxigraph server, installed where it is not yet; None where it cannot be had."""
    binary = PLACE / "bin" / "oxigraph"
    if binary.exists():
        return binary
    venv.create(PLACE, with_pip=True, clear=PLACE.exists())
    install = [str(PLACE / "bin" / "python"), "-m", "pip", "install", "-q", PEER]
    if subprocess.run(install, check=False, capture_output=True).returncode:
        shutil.rmtree(PLACE)
        print(f"skipped: what compares with {PEER}, which cannot be installed")
        return None
    return binary


if __name__ == "__main__":
    asyncio.run(ask_all(sys.argv[1], json.loads(sys.argv[2])))
