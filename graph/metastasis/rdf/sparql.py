"""SPARQL: running a query without leaving the machine, and what comes back."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
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
        self._found = triples

    @cached_property
    def _triples(self) -> list[ox.Triple]:
        return sorted(self._found, key=str)

    @cached_property
    def _items(self) -> list[tuple[IRI, IRI, Value]]:  # type: ignore[override]
        return [
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
    if update := _update_in(query):
        raise QueryError(
            f"{update} is an update, and the graph is only read; ask with SELECT, ASK, CONSTRUCT "
            "or DESCRIBE",
            query,
        )
    if not federate:
        _refuse_federation(store, query)
    try:
        answer = store.query(
            query, prefixes=_PREFIXES, use_default_graph_as_union=not _reach_of(query)[1]
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
_REACHING: Final = re.compile(r"(?<![?$:\w-])(?:SERVICE|LOAD)(?![\w:-])", re.IGNORECASE)
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


@lru_cache(maxsize=512)
def _update_in(query: str) -> str | None:
    found = _UPDATE.match(_bare(query))
    return found[1].upper() if found else None


@lru_cache(maxsize=512)
def _reach_of(query: str) -> tuple[str | None, int]:
    """Return the word that reaches out of the machine, if any, and how many FROMs there are.

    SPARQL reads code point escapes before anything else, so the words are sought with and without.
    """
    bares = [_bare(query), _bare(_unescaped(query))]
    words = [found[0].upper() for bare in bares if (found := _REACHING.search(bare))]
    return words[0] if words else None, max(len(_FROM.findall(bare)) for bare in bares)


def _refuse_federation(store: ox.Store, query: str) -> None:
    word, count = _reach_of(query)
    if word is not None:
        raise FederationError(
            f"{word} reaches out of this machine; allow it with federate=True (on the shell: "
            "--federate)",
            query,
        )
    if count:
        _refuse_foreign_graphs(store, _unescaped(query), query, count)


def _refuse_foreign_graphs(store: ox.Store, text: str, query: str, count: int) -> None:
    known = {value_of(graph) for graph in store.named_graphs()}
    names = _FROM_IRI.findall(text)
    foreign = [name for name in names if _expanded(name) not in known]
    if foreign or len(names) < count:
        raise FederationError(
            f"FROM {', '.join(foreign) or '…'} names no graph of this store; allow addresses with "
            "federate=True (on the shell: --federate)",
            query,
        )


def _unescaped(query: str) -> str:
    return re.sub(
        r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})",
        lambda found: chr(min(int(found[1] or found[2], 16), 0x10FFFF)),
        query,
    )


def _expanded(name: str) -> str:
    if name.startswith("<"):
        return name[1:-1]
    prefix, _, local = name.partition(":")
    return PREFIXES.get(prefix, "") + local


def _plain_syntax(message: str, query: str) -> str:
    """Return one sentence for a syntax error: where, what stands there, and what might be meant."""
    told = re.fullmatch(r"error at (\d+):(\d+): expected (?:one of )?(.*)", message, re.DOTALL)
    if told is None:
        return f"the query is not valid SPARQL: {message.partition(chr(10))[0]}"
    lines = query.split("\n")
    end = sum(len(line) + 1 for line in lines[: int(told[1]) - 1]) + int(told[2]) - 1
    if "Prefix not found" in told[3] and (name := re.search(r"[\w.-]*:[\w.-]*$", query[:end])):
        prefix = name[0].partition(":")[0]
        return f"the query is not valid SPARQL: the prefix {prefix}: is not declared"
    reason = re.search(r"(?:^|, )(The [\w ]+|[A-Z]\w+ [a-z][\w ]+)(?:,|$)", told[3])
    if reason and reason[1].startswith("The "):  # not of one place
        return f"the query is not valid SPARQL: {reason[1]}"
    start = _start_of_fault(query, end, told[3])
    line = query.count("\n", 0, start) + 1
    column = start - query.rfind("\n", 0, start)
    near = query[start:].partition("\n")[0].strip()[:30]
    found = f"near {near!r}" if near else "the query ends too soon"
    why = f" ({reason[1]})" if reason else ""
    return f"the query is not valid SPARQL at line {line}, column {column}: {found}{why}"


def _start_of_fault(query: str, end: int, expected: str) -> int:
    """Return where the fault begins.

    Oxigraph tells how far it has read; where it was looking for a keyword, that is the length of
    the keyword after the place where the keyword should have stood.
    """
    keywords = re.findall(r"(?:^|, )([A-Za-z]+\d?)(?=,|$)", expected)
    is_symbol = '"' in expected or "['" in expected
    start = end if is_symbol or not keywords else end - min(map(len, keywords))
    rest = query[max(start, 0) :]
    return max(start, 0) + len(rest) - len(rest.lstrip())


def _unknown_prefixes(query: str) -> list[str]:
    bare = _bare(query)
    declared = set(re.findall(r"PREFIX\s+([\w-]*):", bare, re.IGNORECASE))
    used = re.findall(r"(?<![\w:?$-])([A-Za-z][\w-]*):", bare)
    return sorted({f"{name}:" for name in used if name not in PREFIXES and name not in declared})


def _value(term: Any) -> Value:
    if isinstance(term, ox.NamedNode):
        return IRI(term.value)
    if isinstance(term, ox.Literal):
        convert = _NUMBERS.get(term.datatype.value)
        return term.value if convert is None else convert(term.value)
    if term is None:
        return None
    return f"_:{term.value}" if isinstance(term, ox.BlankNode) else str(term)


_NUMBERS: Final[dict[str, Callable[[str], Value]]] = {
    _XSD + "integer": int,
    _XSD + "decimal": float,
    _XSD + "double": float,
    _XSD + "float": float,
    _XSD + "boolean": lambda text: text in ("true", "1"),
}
