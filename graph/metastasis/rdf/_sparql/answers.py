"""What comes back from a query: rows or triples, as Python values and in the forms of SPARQL."""

from __future__ import annotations

import re
from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, Literal

import pyoxigraph as ox

from metastasis._errors import GraphError, check_choice
from metastasis._table import IRI, Table, Value
from metastasis._vocabulary import PREFIXES
from metastasis.rdf._sparql.engine import Answer
from metastasis.rdf._terms import serialized, without_faults_of_xml, write_triples

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "GRAPH_FORMS",
    "RESULT_FORMS",
    "ResultForm",
    "Rows",
    "Triples",
    "answer_in_form",
    "truth_text",
]

ResultForm = Literal["json", "xml", "csv", "tsv"]
"""The forms in which the answer to a SELECT or an ASK is exchanged."""

RESULT_FORMS: Final[dict[ResultForm, ox.QueryResultsFormat]] = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
GRAPH_FORMS: Final[dict[str, ox.RdfFormat]] = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
"""The forms in which an endpoint answers CONSTRUCT and DESCRIBE."""
_XSD: Final = PREFIXES["xsd"]


class Rows(Table[tuple[Value, ...]]):
    """The answer to a SELECT query: Python values, and the terms that they stand for.

    >>> import metastasis
    >>> answer = metastasis.load().query("SELECT ?label { site:liver rdfs:label ?label }")
    >>> answer[0]
    ('liver',)
    >>> print(answer.to_sparql("tsv"), end="")
    ?label
    "liver"
    """

    def __init__(self, tsv: str) -> None:
        self._tsv = tsv
        # TSV escapes line feeds and tabs in a cell, and nothing else could be taken for an end.
        head, *lines = tsv.split("\n")[:-1]
        self.columns = tuple(name[1:] for name in head.split("\t")) if head else ()
        value = _Values().__getitem__
        self._items = (
            [tuple(map(value, line.split("\t"))) for line in lines] if head else [()] * len(lines)
        )
        self._read = None
        self.formula = self.source = None
        self.inputs = self.notes = ()

    def to_sparql(self, form: ResultForm = "json") -> str:
        """Return the rows in one of the forms of SPARQL results.

        JSON, XML and TSV tell a name from a text and keep every datatype and language; CSV has
        their texts only.

        >>> import metastasis
        >>> answer = metastasis.load().query("SELECT (site:liver AS ?site) {}")
        >>> answer.to_sparql("csv").splitlines()
        ['site', 'https://w3id.org/metastasis/site/liver']

        Raises
        ------
        UnknownNameError
            There is no such form.
        """
        check_choice("form of results", form, tuple(RESULT_FORMS))
        return self._tsv if form == "tsv" else _rewritten(self._tsv, form)


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

    def to_ntriples(self) -> str:
        """Return the triples as sorted N-Triples."""
        return "".join(f"{line}\n" for line in self._lines)

    def to_turtle(self) -> str:
        """Return the triples as Turtle."""
        return self._serialized(ox.RdfFormat.TURTLE)

    def to_rdf_xml(self) -> str:
        """Return the triples as RDF/XML."""
        return self._serialized(ox.RdfFormat.RDF_XML)

    def to_json_ld(self) -> str:
        """Return the triples as JSON-LD."""
        return self._serialized(ox.RdfFormat.JSON_LD)

    def _serialized(self, form: ox.RdfFormat) -> str:
        quads = ox.parse(self.to_ntriples(), format=ox.RdfFormat.N_TRIPLES)
        return serialized((quad.triple for quad in quads), form)


def truth_text(truth: bool, form: ResultForm) -> str:
    """Return the answer to an ASK query in one of the forms of SPARQL results.

    >>> truth_text(True, "json")
    '{"head":{},"boolean":true}'
    """
    text = f'{{"head":{{}},"boolean":{str(truth).lower()}}}'
    return _written(ox.parse_query_results(text, format=RESULT_FORMS["json"]), form)


class _Bounded(BytesIO):
    """What holds so many bytes and no more."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def write(self, data: Any) -> int:
        if self.tell() + len(data) > self._most:
            raise OverflowError
        return super().write(data)


def answer_in_form(found: Any, table: str | None, graph: str | None, most: int) -> Answer:
    """Return what the engine finds in the form that is asked for.

    ``table`` is the form of rows and of a truth, of :data:`RESULT_FORMS`, and ``graph`` that of
    triples, of :data:`GRAPH_FORMS`. The kind of the answer is ``r``, ``b`` or ``g``; ``n`` where
    no form is asked for that it has, ``l`` where it is longer than ``most`` bytes, ``x`` with a
    sentence where its form cannot hold it.
    """
    is_graph = isinstance(found, ox.QueryTriples)
    form = graph if is_graph else table
    if form is None:
        return Answer("n", b"")
    output = _Bounded(most)
    try:
        if is_graph:
            write_triples(sorted(found, key=str), GRAPH_FORMS[form], output)
        else:
            results: Any = RESULT_FORMS
            found.serialize(output, format=results[form])
        if form in ("xml", "rdf"):
            without_faults_of_xml(output.getvalue().decode())
    except OverflowError:
        return Answer("l", b"")
    except GraphError as error:
        return Answer("x", str(error).encode())
    kind = "g" if is_graph else "b" if isinstance(found, ox.QueryBoolean) else "r"
    return Answer(kind, output.getvalue())


def _rewritten(tsv: str, form: ResultForm) -> str:
    return _written(ox.parse_query_results(tsv, format=RESULT_FORMS["tsv"]), form)


def _written(results: Any, form: ResultForm) -> str:
    text = (results.serialize(format=RESULT_FORMS[form]) or b"").decode()
    return without_faults_of_xml(text) if form == "xml" else text


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
