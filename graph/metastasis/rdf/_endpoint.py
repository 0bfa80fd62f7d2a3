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
    from collections.abc import Iterable, Iterator

__all__ = ["read_endpoint"]

_TIMEOUT_SECONDS: Final = 60
"""A slow endpoint counts its triples in seconds; one that is silent for a minute is down."""
_BATCH_TRIPLES: Final = 10_000
"""Of graphs or properties that are asked for together: some 6 MB of JSON, below what is capped."""
_BATCH_NAMES: Final = 500
"""Their names come to 50 KB, below what endpoints take as a question."""
_BUSY: Final = (429, 503)
"""What a server answers that is to be asked again, if it says when."""
_TRIES: Final = 6
_LONGEST_PAUSE_SECONDS: Final = 10.0
_GRAPHS: Final = """
SELECT ?graph (COUNT(*) AS ?n) WHERE { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph"""
_NAMED: Final = """
SELECT ?graph ?s ?p ?o WHERE { VALUES ?graph { %s } GRAPH ?graph { ?s ?p ?o } }"""
_PROPERTIES: Final = "SELECT ?p (COUNT(*) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?p"
_DEFAULT: Final = "CONSTRUCT { ?s ?p ?o } WHERE { %s ?s ?p ?o }"


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
        for graphs in _batches(_counts(address, _GRAPHS)):
            store.extend(_named(address, graphs))
        store.extend(
            in_graph(triple, DEFAULT_GRAPH)
            for triple in _default(address)
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


def _counts(address: str, query: str) -> dict[str, int]:
    """Return the names that a query finds, graphs or properties, each with how many triples."""
    rows = _select(address, query)
    return {value_of(name): int(value_of(count)) for name, count in rows}


def _batches(counted: dict[str, int]) -> Iterator[dict[str, int]]:
    """Yield names with how many triples each has, as many as one answer can hold.

    >>> list(_batches({"a": 6_000, "b": 3_000, "c": 3_000}))
    [{'a': 6000, 'b': 3000}, {'c': 3000}]
    """
    batch: dict[str, int] = {}
    for name, count in sorted(counted.items()):
        if batch and (sum(batch.values()) + count > _BATCH_TRIPLES or len(batch) == _BATCH_NAMES):
            yield batch
            batch = {}
        batch[name] = count
    if batch:
        yield batch


def _named(address: str, graphs: dict[str, int]) -> list[ox.Quad]:
    """Return the quads of named graphs, all of them: an endpoint may cap its answers."""
    rows = _select(address, _NAMED % _list(graphs))
    quads = [ox.Quad(row["s"], row["p"], row["o"], row["graph"]) for row in rows]
    _check_whole(len(quads), sum(graphs.values()))
    return quads


def _check_whole(found: int, counted: int) -> None:
    if found < counted:
        raise ValueError(f"{found} triples of {counted}: it cuts them short")


def _default(address: str) -> list[ox.Triple]:
    """Return the triples of the default graph, all of them, some properties at a time.

    One answer with all would take an endpoint long, and may be more than it gives. Only where there
    are blank nodes is it asked for: each answer has its own.
    """
    counted = _counts(address, _PROPERTIES)
    triples = []
    for properties in _batches(counted):
        found = _construct(address, _DEFAULT % f"VALUES ?p {{ {_list(properties)} }}")
        _check_whole(len(found), sum(properties.values()))
        if any(ox.BlankNode in map(type, triple) for triple in found):
            triples = _construct(address, _DEFAULT % "")
            break
        triples += found
    _check_whole(len(triples), sum(counted.values()))
    return triples


def _list(names: Iterable[str]) -> str:
    return " ".join(str(ox.NamedNode(name)) for name in names)


def _construct(address: str, query: str) -> list[ox.Triple]:
    answer = _ask(address, query, "application/n-triples")
    check_quoted_triples(lambda: [answer], address)
    return [quad.triple for quad in ox.parse(answer, format=ox.RdfFormat.N_TRIPLES)]


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
