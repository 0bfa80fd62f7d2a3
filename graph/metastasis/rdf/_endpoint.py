"""Reading a graph from a SPARQL endpoint, over the SPARQL 1.1 protocol.

Apart from the reading of files because nothing else here speaks to another machine.
"""

from __future__ import annotations

import time
from http.client import HTTPException
from typing import TYPE_CHECKING, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pyoxigraph as ox

from metastasis._errors import ReadError
from metastasis._limits import ENDPOINT_BYTES, check_depth
from metastasis.rdf._bounds import check_quoted_triples
from metastasis.rdf._terms import DEFAULT_GRAPH, in_graph, value_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["read_endpoint"]

_TIMEOUT_SECONDS: Final = 60
"""A slow endpoint counts its triples in seconds; one that is silent for a minute is down."""
_BATCH_TRIPLES: Final = 10_000
"""Of named graphs that are asked for together: some 6 MB of JSON, below what endpoints cap."""
_BATCH_GRAPHS: Final = 500
"""Their names come to 50 KB, below what endpoints take as a question."""
_BUSY: Final = (429, 503)
"""What a server answers that is to be asked again, if it says when."""
_TRIES: Final = 6
_LONGEST_PAUSE_SECONDS: Final = 10.0
_GRAPHS: Final = """
SELECT ?graph (COUNT(*) AS ?n) WHERE { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph"""
_NAMED: Final = """
SELECT ?graph ?s ?p ?o WHERE { VALUES ?graph { %s } GRAPH ?graph { ?s ?p ?o } }"""
_DEFAULT: Final = "?s ?p ?o"


def read_endpoint(address: str, store: ox.Store) -> None:
    """Copy every named graph, then the default graph, of an endpoint into a store.

    An endpoint whose default graph is the union of its named graphs gives every triple twice; those
    of a named graph are kept there only.

    Raises
    ------
    ReadError
        The address does not answer, answers with something that is not SPARQL results or RDF, or
        gives fewer triples than it says it has.
    """
    try:
        for graphs in _batches(address):
            store.extend(_named(address, graphs))
        store.extend(
            in_graph(triple, DEFAULT_GRAPH)
            for triple in _construct(address, _DEFAULT)
            if not _has(store, triple)
        )
    except ReadError:
        raise
    except URLError as error:
        raise ReadError(address, f"the endpoint does not answer ({error.reason})") from None
    except (SyntaxError, ValueError, HTTPException) as error:
        raise ReadError(
            address, f"the answer is not what a SPARQL endpoint gives ({error})"
        ) from None
    except OSError as error:
        raise ReadError(address, str(error)) from None


def _has(store: ox.Store, triple: ox.Triple) -> bool:
    pattern = store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
    return next(pattern, None) is not None


def _batches(address: str) -> Iterator[dict[str, int]]:
    """Yield the named graphs with how many triples each has, as many as one answer can hold."""
    batch: dict[str, int] = {}
    counted = {value_of(row["graph"]): int(value_of(row["n"])) for row in _select(address, _GRAPHS)}
    for graph, count in sorted(counted.items()):
        if batch and (sum(batch.values()) + count > _BATCH_TRIPLES or len(batch) == _BATCH_GRAPHS):
            yield batch
            batch = {}
        batch[graph] = count
    if batch:
        yield batch


def _named(address: str, graphs: dict[str, int]) -> list[ox.Quad]:
    """Return the quads of named graphs, all of them: an endpoint may cap its answers."""
    rows = _select(address, _NAMED % " ".join(str(ox.NamedNode(graph)) for graph in graphs))
    quads = [ox.Quad(row["s"], row["p"], row["o"], row["graph"]) for row in rows]
    _check_whole(len(quads), sum(graphs.values()))
    return quads


def _check_whole(found: int, counted: int) -> None:
    if found < counted:
        raise ValueError(f"{found} triples of {counted}: it cuts them short")


def _construct(address: str, pattern: str) -> list[ox.Triple]:
    """Return the triples of a pattern, all of them: an endpoint may cap its answers."""
    (counted,) = _select(address, f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}")
    query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern} }}"
    answer = _ask(address, query, "application/n-triples")
    check_quoted_triples(lambda: [answer], address)
    triples = [quad.triple for quad in ox.parse(answer, format=ox.RdfFormat.N_TRIPLES)]
    _check_whole(len(triples), int(value_of(counted["n"])))
    return triples


def _select(address: str, query: str) -> list[ox.QuerySolution]:
    answer = _ask(address, query, "application/sparql-results+json")
    check_depth([answer], address)
    solutions = ox.parse_query_results(answer, format=ox.QueryResultsFormat.JSON)
    if not isinstance(solutions, ox.QuerySolutions):
        raise ValueError("no table")  # noqa: TRY004
    return list(solutions)


def _ask(address: str, query: str, accept: str) -> bytes:
    """Return what an endpoint answers.

    Raises
    ------
    ReadError
        It goes on and on.
    """
    request = Request(  # noqa: S310 - the caller has checked that the address is http or https
        address,
        data=urlencode({"query": query}).encode(),
        headers={"Accept": accept, "Content-Type": "application/x-www-form-urlencoded"},
    )
    found = _answer(request)
    if len(found) > ENDPOINT_BYTES:
        reason = f"one answer is longer than {ENDPOINT_BYTES >> 20} MB; take a file of the graph"
        raise ReadError(address, reason)
    return found


def _answer(request: Request) -> bytes:
    """Return what is answered; a server that is busy and says until when is asked again."""
    for tried in range(1, _TRIES + 1):
        try:
            with urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310
                return bytes(answer.read(ENDPOINT_BYTES + 1))
        except HTTPError as error:
            pause = error.headers.get("Retry-After", "")
            error.close()
            if error.code not in _BUSY or not pause.isdecimal() or tried == _TRIES:
                raise
            time.sleep(min(float(pause), _LONGEST_PAUSE_SECONDS))
    raise AssertionError("each try returns or raises")  # pragma: no cover
