"""SPARQL: running a query without leaving the machine, and what comes back."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urljoin

import pyoxigraph as ox

from metastasis._errors import FederationError, QueryError
from metastasis._table import IRI, Table, Value
from metastasis._vocabulary import PREFIXES
from metastasis.rdf._terms import serialized, value_of

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Triples", "refuse_federation", "run_query"]

_PREFIXES: Final = dict(PREFIXES)
_MARKS: Final = tuple((f"{name}:", name, iri) for name, iri in PREFIXES.items())
_XSD: Final = PREFIXES["xsd"]


class Triples(Table[tuple[Value, ...]]):
    """The answer to a CONSTRUCT or DESCRIBE query: subject, predicate and object, sorted.

    >>> import metastasis
    >>> answer = metastasis.load().query("CONSTRUCT WHERE { site:liver rdfs:label ?label }")
    >>> print(answer.to_ntriples())
    <https://w3id.org/metastasis/site/liver> <http://www.w3.org/2000/01/rdf-schema#label> "liver" .
    """

    columns = ("subject", "predicate", "object")

    def __init__(self, ntriples: str) -> None:
        self._unsorted = ntriples
        self.formula = self.source = None
        self.inputs = self.notes = ()

    @cached_property
    def _lines(self) -> list[str]:
        # Only a line feed ends a line: a literal may hold other separators as they are.
        return sorted(self._unsorted.split("\n")[:-1])

    @cached_property
    def _items(self) -> list[tuple[Value, ...]]:  # type: ignore[override]
        value = _Values().__getitem__
        # No subject and no predicate holds a space; the last two characters are " .".
        return [tuple(map(value, line[:-2].split(" ", 2))) for line in self._lines]

    def cells(self) -> list[tuple[Value, ...]]:
        """Return the triples as rows."""
        return list(self._items)

    def to_turtle(self) -> str:
        """Return the triples as Turtle."""
        quads = ox.parse(self.to_ntriples(), format=ox.RdfFormat.N_TRIPLES)
        return serialized((quad.triple for quad in quads), ox.RdfFormat.TURTLE)

    def to_ntriples(self) -> str:
        """Return the triples as sorted N-Triples."""
        return "".join(f"{line}\n" for line in self._lines)


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
    plan = _plan_of(query)
    if plan.update is not None:
        raise QueryError(
            f"{plan.update} is an update, and the graph is only read; ask with SELECT, ASK, "
            "CONSTRUCT or DESCRIBE",
            query,
        )
    if not federate:
        _refuse(store, plan, query)
    try:
        answer = store.query(
            query, prefixes=plan.prefixes, use_default_graph_as_union=not plan.chooses_graphs
        )
        if isinstance(answer, ox.QueryBoolean):
            return bool(answer)
        if isinstance(answer, ox.QueryTriples):
            return Triples((answer.serialize(format=ox.RdfFormat.N_TRIPLES) or b"").decode())
        return _table(answer)
    except SyntaxError as error:
        raise QueryError(_plain_syntax(str(error), query), query) from None
    except (OSError, RuntimeError, ValueError) as error:
        raise QueryError(f"the query failed: {error}", query) from error


def _table(answer: ox.QuerySolutions) -> Table[Any]:
    """Return solutions as a table.

    They come as one text, because taking every term out of Rust by itself takes as long as finding
    it; and as most cells repeat, each is read once.
    """
    columns = [variable.value for variable in answer.variables]
    text = (answer.serialize(format=ox.QueryResultsFormat.TSV) or b"").decode()
    # TSV escapes line feeds and tabs in a cell, and nothing else that could be taken for an end.
    lines = text.split("\n")[1:-1]
    if not columns:
        return Table.of_rows((), [()] * len(lines))
    value = _Values().__getitem__
    rows = [tuple(map(value, line.split("\t"))) for line in lines]
    return Table.of_rows(columns, rows)


class _Plan(NamedTuple):
    """What a text has to be asked for before and while it is run, worked out once per text."""

    update: str | None
    """The keyword of a SPARQL update, None where it is none."""
    reaches: bool
    """Whether it may ask another machine by SERVICE.

    Oxigraph takes words apart without looking for their bounds (``5SERVICEe:x`` is a SERVICE), and
    reads code point escapes first. So this errs on the side of refusal: the word SERVICE anywhere
    but in the name of a variable counts, in a comment or a string as well.
    """
    graphs: tuple[str, ...]
    """The graphs that it names after FROM."""
    chooses_graphs: bool
    prefixes: dict[str, str]


# Few texts are asked again and again; 512 of them take a megabyte or two.
@lru_cache(maxsize=512)
def _plan_of(query: str) -> _Plan:
    text = _unescaped(query)
    folded = text.casefold()
    # Reading all 43 takes Oxigraph longer than answering a small question.
    prefixes = {name: iri for mark, name, iri in _MARKS if mark in text}
    reaches = "service" in folded and "service" in _VARIABLE.sub("", folded)
    # Hardly any question has these words, and to look closer takes longer than all the rest.
    if not _MAYBE_FROM.search(folded) and not any(word in folded for word in _UPDATES):
        return _Plan(None, reaches, (), chooses_graphs=False, prefixes=prefixes)
    bare = _bare(query)
    found = _UPDATE.match(bare)
    return _Plan(
        update=found[1].upper() if found else None,
        reaches=reaches,
        graphs=_graphs_of(text),
        chooses_graphs=_FROM.search(bare) is not None,
        prefixes=prefixes,
    )


# What a query says outside of its IRIs, strings and comments; keywords count only there.
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
# ?from, x:from and from:x are names.
_FROM: Final = re.compile(r"(?<![?$:\w-])FROM(?![\w:-])", re.IGNORECASE)
# The same for a text in lower case. It starts with the word, so that Python looks for that first:
# prov:wasDerivedFrom is in most questions, FROM in hardly any.
_MAYBE_FROM: Final = re.compile(r"from(?<![?$:\w-]from)(?![\w:-])")
_UPDATES: Final = (
    *("insert", "delete", "load", "clear", "drop"),
    *("create", "add", "move", "copy", "with"),
)
_FROM_NAME: Final = re.compile(
    r"(?<![?$:\w-])FROM(?:\s+NAMED)?\s*(<[^>]*>|[\w-]*:[^\s{]*)", re.IGNORECASE
)
_VARIABLE: Final = re.compile(r"[?$]\w+")
_ESCAPED: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_PREFIX_DECLARED: Final = re.compile(r"PREFIX\s+([\w-]*):\s*<([^>]*)>", re.IGNORECASE)
_BASE_DECLARED: Final = re.compile(r"BASE\s*<([^>]*)>", re.IGNORECASE)


def _bare(query: str) -> str:
    """Return the query without its IRIs, strings and comments."""
    return _QUIET.sub(" ", query)


def _graphs_of(text: str) -> tuple[str, ...]:
    """Return the graphs that a query names after FROM, with a mark for each that cannot be read."""
    named = len(_FROM.findall(_bare(text)))
    if not named:
        return ()
    declared = {**_PREFIXES, **dict(_PREFIX_DECLARED.findall(text))}
    base = _BASE_DECLARED.search(text)
    names = [_expanded(n, declared, base[1] if base else "") for n in _FROM_NAME.findall(text)]
    return (*names, *("(not read)",) * (named - len(names)))


def refuse_federation(store: ox.Store, query: str) -> None:
    """Do nothing where a query stays with this store.

    Raises
    ------
    FederationError
        It holds the word SERVICE, or FROM with a graph that the store does not hold.
    """
    _refuse(store, _plan_of(query), query)


def _refuse(store: ox.Store, plan: _Plan, query: str) -> None:
    if plan.reaches:
        raise FederationError(
            "SERVICE reaches out of this machine (the word counts anywhere but in a variable's "
            "name); allow it with federate=True (on the shell: --federate)",
            query,
        )
    if not plan.graphs:
        return
    foreign = set(plan.graphs) - {value_of(graph) for graph in store.named_graphs()}
    if foreign:
        raise FederationError(
            f"FROM {', '.join(sorted(foreign))} names no graph of this store; allow addresses with "
            "federate=True (on the shell: --federate)",
            query,
        )


def _unescaped(query: str) -> str:
    if "\\" not in query:
        return query
    return _ESCAPED.sub(
        lambda found: chr(min(int(found[1] or found[2], 16), 0x10FFFF)),
        query,
    )


def _expanded(name: str, prefixes: dict[str, str], base: str) -> str:
    if name.startswith("<"):
        return urljoin(base, name[1:-1])
    prefix, _, local = name.partition(":")
    return prefixes.get(prefix, "") + local


def _plain_syntax(message: str, query: str) -> str:
    """Return one sentence for a syntax error: where, what is there, and what might be meant."""
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


class _Values(dict[str, Value]):
    """The Python value of each cell of an answer, written as in Turtle; read when first met."""

    def __missing__(self, cell: str) -> Value:
        value = self[cell] = _value(cell)
        return value


def _value(cell: str) -> Value:
    """Return the value of a term as SPARQL's TSV format and N-Triples write it.

    >>> _value("<http://a.org/>"), _value('"two"@en'), _value("3"), _value("2.50"), _value("")
    ('http://a.org/', 'two', 3, 2.5, None)
    """
    if not cell:
        return None
    if cell[0] == "<" and not cell.startswith("<<"):
        return IRI(cell[1:-1])
    if cell[0] == '"':
        found = _PLAIN_LITERAL.fullmatch(cell)
        if found is None:
            term = _term(cell)
            return _literal(term.value, _NUMBERS.get(term.datatype.value))
        return _literal(found[1], _NUMBERS.get(found[2]))
    if cell in _TRUTH:
        return _TRUTH[cell]
    if cell.startswith("_:"):
        return cell
    return str(_term(cell)) if cell[0] == "<" else _number(cell)


def _term(cell: str) -> Any:
    """Return a term as the engine reads it: text with escapes, triples."""
    solutions: Any = ox.parse_query_results(f"?x\n{cell}\n", format=ox.QueryResultsFormat.TSV)
    return next(solutions)[0]


def _number(cell: str) -> int | float:
    return int(cell) if cell.lstrip("+-").isdecimal() else float(cell)


# Bare words and plain literals are read here; text with escapes, and triples, by the engine.
_TRUTH: Final = {"true": True, "false": False}
_PLAIN_LITERAL: Final = re.compile(r'"([^"\\]*)"(?:@[\w-]+|\^\^<([^>]*)>)?')


def _literal(text: str, convert: Callable[[str], Value] | None) -> Value:
    """Return a number as a number; a text that only claims to be one stays a text."""
    try:
        return text if convert is None else convert(text)
    except ValueError:
        return text


_NUMBERS: Final[dict[str | None, Callable[[str], Value]]] = {
    **{_XSD + name: int for name in ("integer", "long", "int", "short", "nonNegativeInteger")},
    _XSD + "decimal": float,
    _XSD + "double": float,
    _XSD + "float": float,
    _XSD + "boolean": lambda text: text in ("true", "1"),
}
