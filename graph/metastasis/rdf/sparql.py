"""SPARQL: running a query without leaving the machine, and what comes back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from metastasis.errors import FederationError, QueryError
from metastasis.rdf.terms import serialized, value_of
from metastasis.tables import IRI, Rows, Table, Value
from metastasis.vocabulary import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Triples", "run_query"]

_PREFIXES: Final = dict(PREFIXES)
_XSD: Final = PREFIXES["xsd"]


class Triples(Table[tuple[IRI, IRI, Value]]):
    """The answer to a CONSTRUCT or DESCRIBE query: subject, predicate and object, sorted.

    >>> import metastasis
    >>> answer = metastasis.load().query("CONSTRUCT WHERE { site:liver rdfs:label ?label }")
    >>> print(answer.to_ntriples())
    <https://w3id.org/metastasis/site/liver> <http://www.w3.org/2000/01/rdf-schema#label> "liver" .
    """

    columns = ("subject", "predicate", "object")

    def __init__(self, triples: Sequence[ox.Triple]) -> None:
        self._triples = sorted(triples, key=str)
        self._items = [
            (IRI(value_of(triple.subject)), IRI(triple.predicate.value), _value(triple.object))
            for triple in self._triples
        ]

    def cells(self) -> list[tuple[Value, ...]]:
        """Return the triples as rows."""
        return list(self._items)

    def to_turtle(self) -> str:
        """Return the triples as Turtle."""
        return serialized(self._triples, ox.RdfFormat.TURTLE)

    def to_ntriples(self) -> str:
        """Return the triples as sorted N-Triples."""
        return serialized(self._triples, ox.RdfFormat.N_TRIPLES)


def run_query(store: ox.Store, query: str, *, federate: bool = False) -> Rows | Triples | bool:
    """Run a SPARQL query over the union of all graphs of a store, with our prefixes known.

    ``SERVICE``, and ``FROM`` with a graph that the store does not hold, are refused unless
    ``federate`` is true: they make the engine ask other machines.

    Raises
    ------
    FederationError
        The query would leave this machine.
    QueryError
        The query is not SPARQL, is an update, or fails while it runs.
    """
    if update := _UPDATE.match(_bare(query)):
        raise QueryError(
            f"{update[1].upper()} is an update, and the graph is only read; ask with SELECT, ASK, "
            "CONSTRUCT or DESCRIBE",
            query,
        )
    if not federate:
        _refuse_federation(store, query)
    try:
        answer = store.query(
            query, prefixes=_PREFIXES, use_default_graph_as_union=not _FROM.search(_bare(query))
        )
        if isinstance(answer, ox.QueryBoolean):
            return bool(answer)
        if isinstance(answer, ox.QueryTriples):
            return Triples(list(answer))
        columns = [variable.value for variable in answer.variables]
        return Rows(columns, [tuple(map(_value, solution)) for solution in answer])
    except SyntaxError as error:
        raise QueryError(_plain_syntax(str(error), query), query) from None
    except (OSError, RuntimeError, ValueError) as error:
        raise QueryError(f"the query failed: {error}", query) from error


_QUIET: Final = re.compile(
    r"""
    <[^<>"{}|^`\\\x00-\x20]*>                 # IRIs
    | \"\"\"(?:[^"\\]|\\.|"(?!\"\"))*\"\"\"   # long strings
    | '''(?:[^'\\]|\\.|'(?!''))*'''
    | "(?:[^"\\\n\r]|\\.)*"                   # strings
    | '(?:[^'\\\n\r]|\\.)*'
    | \#[^\n\r]*                              # comments
    """,
    re.VERBOSE | re.DOTALL,
)
_SERVICE: Final = re.compile(r"(?<![?$:\w-])SERVICE(?![\w:-])", re.IGNORECASE)
_LOAD: Final = re.compile(r"(?<![?$:\w-])LOAD(?![\w:-])", re.IGNORECASE)
_UPDATE: Final = re.compile(
    r"\s*(?:(?:PREFIX\s+[^\s:]*:|BASE)\s+)*"
    r"(INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY|WITH)(?![\w:-])",
    re.IGNORECASE,
)
_FROM: Final = re.compile(r"(?<![?$:\w-])FROM(?![\w:-])", re.IGNORECASE)
_FROM_IRI: Final = re.compile(
    r"(?<![?$:\w-])FROM(?:\s+NAMED)?\s*(<[^>]*>|[\w-]*:[^\s{]*)", re.IGNORECASE
)


def _bare(query: str) -> str:
    """Return the query without its IRIs, strings and comments."""
    return _QUIET.sub(" ", query)


def _refuse_federation(store: ox.Store, query: str) -> None:
    bare = _bare(query)
    for word in (_SERVICE, _LOAD):
        if found := word.search(bare):
            raise FederationError(
                f"{found.group().upper()} reaches out of this machine; allow it with federate=True "
                "(on the shell: --federate)",
                query,
            )
    if not _FROM.search(bare):
        return
    known = {graph.value for graph in store.named_graphs()}
    for name in _FROM_IRI.findall(re.sub(r"#[^\n\r<>]*$", "", query, flags=re.MULTILINE)):
        iri = name[1:-1] if name.startswith("<") else _expanded(name)
        if iri not in known:
            raise FederationError(
                f"FROM {name} is no graph of this store; allow addresses with federate=True", query
            )


def _expanded(curie: str) -> str:
    prefix, _, local = curie.partition(":")
    return PREFIXES.get(prefix, "") + local


def _plain_syntax(message: str, query: str) -> str:
    """Return one sentence for a syntax error: where, what stands there, and what might be meant."""
    if "prefix not found" in message.lower() or "The prefix" in message:
        return f"the query is not valid SPARQL: {message.splitlines()[0]}"
    place = re.match(r"error at (\d+):(\d+)", message)
    if place is None:
        return f"the query is not valid SPARQL: {message.splitlines()[0]}"
    line, column = int(place[1]), int(place[2])
    lines = query.splitlines() or [""]
    near = lines[line - 1][column - 1 :].strip()[:30] if line <= len(lines) else ""
    found = f"near {near!r}" if near else "the query ends too soon"
    return f"the query is not valid SPARQL at line {line}, column {column}: {found}"


def _value(term: Any) -> Value:
    convert = _CONVERT.get(type(term))
    return None if convert is None else convert(term)


def _literal(term: ox.Literal) -> Value:
    convert = _NUMBERS.get(term.datatype.value)
    return term.value if convert is None else convert(term.value)


_NUMBERS: Final[dict[str, Callable[[str], Value]]] = {
    _XSD + "integer": int,
    _XSD + "decimal": float,
    _XSD + "double": float,
    _XSD + "float": float,
    _XSD + "boolean": lambda text: text in ("true", "1"),
}
_CONVERT: Final[dict[type, Callable[[Any], Value]]] = {
    ox.NamedNode: lambda term: IRI(term.value),
    ox.BlankNode: lambda term: f"_:{term.value}",
    ox.Literal: _literal,
    ox.Triple: str,
}
