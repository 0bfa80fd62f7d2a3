"""Reading a graph from a SPARQL endpoint, over the SPARQL 1.1 protocol.

Apart from the reading of files because nothing else here speaks to another machine.
"""

from __future__ import annotations

from http.client import HTTPException
from typing import Final
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pyoxigraph as ox

from metastasis._errors import ReadError
from metastasis._limits import ENDPOINT_BYTES, check_depth
from metastasis.rdf._bounds import check_quoted_triples
from metastasis.rdf._terms import DEFAULT_GRAPH, in_graph, value_of

__all__ = ["read_endpoint"]

_TIMEOUT_SECONDS: Final = 60
"""A slow endpoint counts its triples in seconds; one that is silent for a minute is down."""
_GRAPHS: Final = "SELECT DISTINCT ?graph WHERE { GRAPH ?graph { ?s ?p ?o } }"
_NAMED: Final = "GRAPH <%s> { ?s ?p ?o }"
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
        for graph in _graph_names(address):
            store.extend(
                in_graph(triple, ox.NamedNode(graph))
                for triple in _construct(address, _NAMED % graph)
            )
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


def _graph_names(address: str) -> list[str]:
    return sorted(value_of(solution["graph"]) for solution in _select(address, _GRAPHS))


def _construct(address: str, pattern: str) -> list[ox.Triple]:
    """Return the triples of a pattern, all of them: an endpoint may cap its answers."""
    (counted,) = _select(address, f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}")
    query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern} }}"
    answer = _ask(address, query, "application/n-triples")
    check_quoted_triples(lambda: [answer], address)
    triples = [quad.triple for quad in ox.parse(answer, format=ox.RdfFormat.N_TRIPLES)]
    if len(triples) < int(value_of(counted["n"])):
        raise ValueError(f"{len(triples)} triples of {value_of(counted['n'])}: it cuts them short")
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
    with urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310
        found: bytes = answer.read(ENDPOINT_BYTES + 1)
    if len(found) > ENDPOINT_BYTES:
        reason = f"one answer is longer than {ENDPOINT_BYTES >> 20} MB; take a file of the graph"
        raise ReadError(address, reason)
    return found
