"""SPARQL: running a query without leaving the machine, and what comes back."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

import pyoxigraph as ox

from metastasis._errors import FederationError, QueryError
from metastasis._table import IRI, Table, Value
from metastasis._vocabulary import PREFIXES
from metastasis.rdf._terms import serialized, value_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Triples", "refuse_federation", "run_query"]

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


def run_query(
    store: ox.Store, query: str, *, federate: bool = False
) -> Table[Any] | Triples | bool:
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
    if update := update_in(query):
        raise QueryError(
            f"{update} is an update, and the graph is only read; ask with SELECT, ASK, CONSTRUCT "
            "or DESCRIBE",
            query,
        )
    if not federate:
        refuse_federation(store, query)
    try:
        answer = store.query(
            query, prefixes=_PREFIXES, use_default_graph_as_union=not _chooses_graphs(query)
        )
        if isinstance(answer, ox.QueryBoolean):
            return bool(answer)
        if isinstance(answer, ox.QueryTriples):
            return Triples(list(answer))
        columns = [variable.value for variable in answer.variables]
        return Table.of_rows(columns, [tuple(map(_value, solution)) for solution in answer])
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
_UPDATE: Final = re.compile(
    r"\s*(?:(?:PREFIX\s+[^\s:]*:|BASE)\s+)*"
    r"(INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY|WITH)(?![\w:-])",
    re.IGNORECASE,
)
_FROM: Final = re.compile(r"(?<![?$:\w-])FROM(?![\w:-])", re.IGNORECASE)
_FROM_NAME: Final = re.compile(
    r"(?<![?$:\w-])FROM(?:\s+NAMED)?\s*(<[^>]*>|[\w-]*:[^\s{]*)", re.IGNORECASE
)
_PREFIX_DECLARED: Final = re.compile(r"PREFIX\s+([\w-]*):\s*<([^>]*)>", re.IGNORECASE)
_BASE_DECLARED: Final = re.compile(r"BASE\s*<([^>]*)>", re.IGNORECASE)


def _bare(query: str) -> str:
    """Return the query without its IRIs, strings and comments."""
    return _QUIET.sub(" ", query)


@lru_cache(maxsize=512)
def update_in(query: str) -> str | None:
    """Return the keyword of a SPARQL update, or None where the text is no update."""
    found = _UPDATE.match(_bare(query))
    return found[1].upper() if found else None


@lru_cache(maxsize=512)
def _chooses_graphs(query: str) -> bool:
    return _FROM.search(_bare(query)) is not None


@lru_cache(maxsize=512)
def _reach_of(query: str) -> tuple[bool, tuple[str, ...]]:
    """Return whether a query may ask another machine, and the graphs that it names after FROM.

    Oxigraph takes words apart without looking for their bounds (``5SERVICEe:x`` is a SERVICE), and
    reads code point escapes first. So this errs on the side of refusal: the word SERVICE anywhere
    but in the name of a variable counts, in a comment or a string as well.
    """
    text = _unescaped(query)
    reaches = "service" in re.sub(r"[?$]\w+", "", text).casefold()
    if not _FROM.search(_bare(text)):
        return reaches, ()
    declared = {**_PREFIXES, **dict(_PREFIX_DECLARED.findall(text))}
    base = _BASE_DECLARED.search(text)
    names = [_expanded(n, declared, base[1] if base else "") for n in _FROM_NAME.findall(text)]
    unread = len(_FROM.findall(_bare(text))) - len(names)
    return reaches, (*names, *("(not read)",) * unread)


def refuse_federation(store: ox.Store, query: str) -> None:
    """Do nothing where a query stays with this store.

    Raises
    ------
    FederationError
        It holds the word SERVICE, or FROM with a graph that the store does not hold.
    """
    reaches, graphs = _reach_of(query)
    if reaches:
        raise FederationError(
            "SERVICE reaches out of this machine (the word counts anywhere but in a variable's "
            "name); allow it with federate=True (on the shell: --federate)",
            query,
        )
    foreign = set(graphs) - {value_of(graph) for graph in store.named_graphs()}
    if foreign:
        raise FederationError(
            f"FROM {', '.join(sorted(foreign))} names no graph of this store; allow addresses with "
            "federate=True (on the shell: --federate)",
            query,
        )


def _unescaped(query: str) -> str:
    return re.sub(
        r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})",
        lambda found: chr(min(int(found[1] or found[2], 16), 0x10FFFF)),
        query,
    )


def _expanded(name: str, prefixes: dict[str, str], base: str) -> str:
    if name.startswith("<"):
        return urljoin(base, name[1:-1])
    prefix, _, local = name.partition(":")
    return prefixes.get(prefix, "") + local


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


def _value(term: Any) -> Value:
    if isinstance(term, ox.NamedNode):
        return IRI(term.value)
    if isinstance(term, ox.Literal):
        return _literal(term.value, _NUMBERS.get(term.datatype.value))
    if term is None:
        return None
    return f"_:{term.value}" if isinstance(term, ox.BlankNode) else str(term)


def _literal(text: str, convert: Callable[[str], Value] | None) -> Value:
    """Return a number as a number; a text that only claims to be one stays a text."""
    try:
        return text if convert is None else convert(text)
    except ValueError:
        return text


_NUMBERS: Final[dict[str, Callable[[str], Value]]] = {
    **{_XSD + name: int for name in ("integer", "long", "int", "short", "nonNegativeInteger")},
    _XSD + "decimal": float,
    _XSD + "double": float,
    _XSD + "float": float,
    _XSD + "boolean": lambda text: text in ("true", "1"),
}
