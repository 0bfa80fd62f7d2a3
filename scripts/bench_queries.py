"""How fast the graph answers: SPARQL beside rdflib and pyoxigraph, questions beside 5 ms.

A query is measured cold (its text is met for the first time) and warm. rdflib has its own store in
memory, one graph where a query names none; pyoxigraph is asked directly, every term of its answer
taken over into Python. All of them compute in this process, so what is compared is the time of the
processor: other programs on the machine do not change it.
"""

from __future__ import annotations

import subprocess
import sys
import time
from functools import partial
from math import exp, log
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from bench_tools import interleaved, report, seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

OWN: Final = {
    "sites of a cancer": "SELECT ?site { primary:lung met:spreadsTo ?site }",
    "a name in a label": (
        "SELECT ?primary ?label { ?primary a met:Primary ; rdfs:label ?label "
        'FILTER CONTAINS(LCASE(?label), "kidney") }'
    ),
    "common in two sites": (
        "SELECT ?label { ?primary met:commonlySpreadsTo site:liver , site:bone ; "
        "rdfs:label ?label } ORDER BY ?label"
    ),
    "assertions of a source": (
        "SELECT ?source (COUNT(?one) AS ?n) { ?one a met:SpreadAssertion ; "
        "prov:wasDerivedFrom ?source } GROUP BY ?source ORDER BY DESC(?n)"
    ),
    "is there an edge": "ASK { primary:prostate met:commonlySpreadsTo site:bone }",
    "high at autopsy": (
        "SELECT ?primary ?site ?percent { ?one met:primary ?primary ; met:site ?site ; "
        "met:percent ?percent ; met:denominator denominator:autopsies "
        "FILTER (?percent >= 20) } ORDER BY DESC(?percent) ?primary ?site"
    ),
    "all of a site": "DESCRIBE site:liver",
    "parts of a site": "SELECT ?part { ?part met:partOf+ site:bone }",
    "codes of cancers": (
        "SELECT ?primary ?code { ?primary a met:Primary ; skos:exactMatch ?code "
        "FILTER STRSTARTS(STR(?code), STR(MONDO:)) }"
    ),
    "edges as triples": (
        "CONSTRUCT { ?primary met:spreadsTo ?site } WHERE { ?primary met:spreadsTo ?site }"
    ),
    "assertions of a graph": (
        "SELECT ?graph (COUNT(?one) AS ?n) { GRAPH ?graph { ?one a met:SpreadAssertion } } "
        "GROUP BY ?graph"
    ),
    "numbers of a pair": (
        "SELECT ?source ?count ?total ?low ?high { ?one met:primary primary:breast ; "
        "met:site site:bone ; prov:wasDerivedFrom ?source ; met:count ?count ; met:total ?total "
        "OPTIONAL { ?one met:intervalLow ?low ; met:intervalHigh ?high } }"
    ),
    "neighbors it spreads to": (
        "SELECT ?primary ?site { ?primary met:hasNeighbor ?site ; met:spreadsTo ?site }"
    ),
}
"""Queries as a user writes them: short, without a prologue, for the prefixes are known."""

ASKED: Final[Mapping[str, Callable[[Any], object]]] = {
    "sites_of": lambda kg: kg.sites_of("breast"),
    "primaries_with": lambda kg: kg.primaries_with("liver", "bone"),
    "shared_sites": lambda kg: kg.shared_sites("breast", "prostate"),
    "explain": lambda kg: kg.explain("breast", "bone"),
    "pool": lambda kg: kg.pool("breast", "bone"),
    "changes": lambda kg: kg.changes(kg.evidence),
    "likely": lambda kg: kg.likely(["bone", "liver"]),
    "process": lambda kg: kg.process("bladder"),
    "transitions": lambda kg: kg.transitions("bladder"),
    "passage_times": lambda kg: kg.passage_times("bladder"),
    "next_sites": lambda kg: kg.next_sites("bladder"),
    "previous_sites": lambda kg: kg.previous_sites("bladder", "bone"),
}
"""How the questions are asked that do not answer without arguments."""

MOST_MILLISECONDS: Final = 5
"""For an answer after the first: ten of them on a page feel like no wait at all."""
READ_MILLISECONDS: Final = 30
"""For the evidence of the shipped file: what a question on the shell can spare."""


def queries() -> None:
    """Compare shipped and own queries with rdflib's own store and with pyoxigraph directly."""
    from metastasis.rdf import shipped_queries

    texts = {one.name: one.text for one in shipped_queries().values() if not one.federates_with}
    ask_all("shipped queries", texts)
    ask_all("own queries", OWN)


def ask_all(title: str, texts: Mapping[str, str]) -> None:
    """Compare the answers to some queries, one row each, and report their ratios."""
    import metastasis
    from metastasis._vocabulary import PREFIXES
    from metastasis.rdf._sparql.query import _plan_of

    kg = metastasis.load()
    new = partial(first, kg, _plan_of.cache_clear)
    flat, named = rdflib_stores()
    direct = partial(kg.store.query, prefixes=dict(PREFIXES), use_default_graph_as_union=True)
    cold, warm, over = [], [], []
    print(f"\n{title:34}{'cold ms':>9}{'warm ms':>9}{'pyoxigraph':>11}{'rdflib':>9}", flush=True)
    for name, text in texts.items():
        peer = partial((named if "GRAPH" in text.upper() else flat).query, initNs=dict(PREFIXES))
        agree(name, kg.query(text), peer(text))
        jobs = [partial(ask, query, text) for query in (new, kg.query, direct, peer)]
        met, ours, theirs, rdflib = interleaved(jobs, rounds=12, clock=time.process_time)
        cold.append(rdflib / met)
        warm.append(rdflib / ours)
        over.append(ours / theirs)
        row = "".join(f"{taken * 1e3:{width}.2f}" for taken, width in ((met, 9), (ours, 9)))
        print(f"{name:34}{row}{theirs * 1e3:11.2f}{rdflib * 1e3:9.1f}", flush=True)
    for state, ratios in (("cold", cold), ("warm", warm)):
        mean = geometric(ratios)
        report(f"{title}: rdflib over kg.query, {state}, geometric mean", mean, 50, at_least=True)
    report(f"{title}: rdflib over kg.query, the least of all", min(cold), 1, at_least=True)
    report(f"{title}: kg.query over pyoxigraph, geometric mean", geometric(over), 2)
    report(f"{title}: kg.query over pyoxigraph, the most of all", max(over), 2)


def rdflib_stores() -> tuple[Any, Any]:
    """Return the shipped graph in rdflib: as one graph, and with its named graphs."""
    import rdflib

    from metastasis._files import ontology_path

    flat, named = rdflib.Graph(), rdflib.Dataset(default_union=True)
    named.parse(ontology_path("release", "metastasis.nq"), format="nquads")
    for subject, predicate, value, _ in named.quads():
        flat.add((subject, predicate, value))
    return flat, named


def first(kg: Any, forget: Callable[[], None], text: str) -> Any:
    """Answer a query as if its text had never been met."""
    forget()
    return kg.query(text)


def agree(name: str, ours: Any, theirs: Any) -> None:
    """Stop where the engines do not give as many rows: then their times say nothing."""
    rows = ours if isinstance(ours, bool) else len(ours)
    others = theirs.askAnswer if theirs.askAnswer is not None else len(theirs)
    if rows != others:
        sys.exit(f"{name}: {rows} rows here, {others} by rdflib")


def ask(query: Callable[[str], Any], text: str) -> object:
    """Ask a query and read its answer to the end."""
    answer = query(text)
    if not hasattr(answer, "__iter__"):
        return bool(answer)
    return [row if isinstance(row, bool) else tuple(row) for row in answer]


def geometric(ratios: Sequence[float]) -> float:
    """Return the geometric mean."""
    return exp(sum(map(log, ratios)) / len(ratios))


READ: Final = """
import time
from metastasis._evidence.index import read_index
from metastasis._files import ontology_path
path = ontology_path("release", "metastasis.evidence.json")
start = time.process_time()
read_index(path)
print(time.process_time() - start)
"""


def questions() -> None:
    """Ask every question of the shipped graph, the first time and again.

    Bounds are in milliseconds here, so they are those of the processor: another program that runs
    beside this one does not count.
    """
    import metastasis
    from metastasis.analysis import QUESTIONS

    read = [
        float(subprocess.run([sys.executable, "-c", READ], check=True, capture_output=True).stdout)
        for _ in range(15)
    ]
    report("questions: ms to read the evidence, new process", median(read) * 1e3, READ_MILLISECONDS)
    for name in QUESTIONS:
        kg = metastasis.load()
        job = partial(ASKED[name], kg) if name in ASKED else getattr(kg, name)
        try:
            once = seconds(job, time.process_time)
        except (metastasis.EvidenceError, TypeError) as error:
            print(f"no answer to {name}: {error}")
            continue
        times = range(5 if once > 1 else 15)
        again = median(seconds(job, time.process_time) for _ in times) * 1e3
        print(f"{name}: {once * 1e3:.1f} ms the first time")
        report(f"questions: ms of {name} after the first", again, MOST_MILLISECONDS)
