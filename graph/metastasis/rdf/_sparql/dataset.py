"""The same store seen through rdflib, which only reads it.

Apart from the queries because it imports rdflib, which takes longer than most answers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NoReturn

import pyoxigraph as ox
from oxrdflib import OxigraphStore
from oxrdflib._converter import to_ox, to_ox_quad_pattern
from rdflib import BNode, Dataset, Graph, Literal, URIRef
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID
from rdflib.namespace import NamespaceManager
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result
from rdflib.term import Node, Variable

from metastasis._errors import FederationError, QueryError, ReadOnlyError
from metastasis._vocabulary import BASE, PREFIXES
from metastasis.rdf._sparql.query import ask, check_query

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

__all__ = ["copied_dataset", "dataset_over"]

_TEXT: Final = PREFIXES["xsd"] + "string"


def _refused(name: str) -> Callable[..., NoReturn]:
    def refuse(self: Any, *_arguments: Any, **_options: Any) -> NoReturn:  # noqa: ARG001
        raise ReadOnlyError(
            f"{name} changes the graph or reads another into it, and this one is only read; "
            "KnowledgeGraph.to_rdflib gives a copy to change"
        )

    refuse.__name__ = name
    refuse.__doc__ = "Refuse: the graph is only read."
    return refuse


class _Prefixes(NamespaceManager):
    """The prefixes of the graph, beside which a serializer may make up others for itself."""

    is_ready = False

    def bind(self, prefix: str | None, namespace: Any, *arguments: Any, **options: Any) -> None:
        """Take a prefix that a serializer makes up, and refuse any other."""
        if self.is_ready and not re.fullmatch(r"ns\d+", prefix or ""):
            raise ReadOnlyError(
                f"the prefix {prefix}: is not bound here; KnowledgeGraph.to_rdflib gives a copy "
                "to change"
            )
        super().bind(prefix, namespace, *arguments, **options)


class _Asking:
    """What a graph and a dataset that are only read have in common."""

    store: Any
    parse = _refused("parse")
    load = _refused("load")
    bind = _refused("bind")
    set = _refused("set")
    add = _refused("add")
    addN = _refused("addN")  # noqa: N815 - rdflib's name
    remove = _refused("remove")
    open = _refused("open")
    destroy = _refused("destroy")
    __iadd__ = _refused("+=")
    __isub__ = _refused("-=")

    def close(self, *_arguments: Any, **_options: Any) -> None:
        """Do nothing: there is nothing to close."""

    def update(self, update_object: Any, *_arguments: Any, **_options: Any) -> None:
        """Refuse every update: the graph is built from assertions."""
        self.store.update(update_object)

    def query(
        self,
        query_object: Any,
        processor: Any = "sparql",
        result: Any = "sparql",
        initNs: Any = None,  # noqa: N803 - rdflib's names
        initBindings: Any = None,  # noqa: N803
        use_store_provided: bool = True,
        **options: Any,
    ) -> Any:
        """Answer a query, as text or prepared, that stays here."""
        asked: Any = super()
        if isinstance(query_object, Query):
            _refuse_prepared(query_object)
        else:
            query_object = str(query_object)
            base = options.get("base") or BASE
            check_query(self.store.inner, query_object, base=base)
            if not use_store_provided:
                names = initNs or dict(asked.namespaces())
                query_object = _prepared(query_object, names, base)
        if not isinstance(query_object, Query):
            return asked.query(query_object, initNs=initNs, initBindings=initBindings, **options)
        options.pop("base", None)
        try:
            return asked.query(
                query_object, processor, result, initNs, initBindings, False, **options
            )
        except RecursionError:
            raise QueryError(_TOO_DEEP, "a prepared query") from None


_TOO_DEEP: Final = "the query nests too deep for rdflib; ask with KnowledgeGraph.query"


def _prepared(query: str, names: Any, base: str) -> Query:
    """Return a query as rdflib reads it.

    Raises
    ------
    QueryError
        It is not SPARQL to rdflib.
    """
    from pyparsing import ParseException
    from rdflib.plugins.sparql import prepareQuery

    try:
        prepared = prepareQuery(query, names, base)
    except RecursionError:
        raise QueryError(_TOO_DEEP, query) from None
    except ParseException as error:
        raise QueryError(f"the query is not valid SPARQL: {error}", query) from None
    _refuse_prepared(prepared)
    return prepared


def _refuse_prepared(query: Query) -> None:
    """Do nothing where rdflib's own engine would not leave this machine for a query.

    Raises
    ------
    FederationError
        It holds SERVICE, or FROM, for which rdflib fetches even a graph that is here.
    """
    waiting: list[Any] = [query.algebra]
    while waiting:
        one = waiting.pop()
        if getattr(one, "name", "") == "ServiceGraphPattern":
            raise FederationError(
                "SERVICE reaches out of this machine; allow it with KnowledgeGraph.query(…, "
                "federate=True)",
                "a prepared query",
            )
        if isinstance(one, dict):
            if dict.get(one, "datasetClause"):  # its own get is another
                raise FederationError(
                    "for FROM in a prepared query rdflib fetches the graph; give the query as text",
                    "a prepared query",
                )
            waiting.extend(one.values())
        elif isinstance(one, (list, tuple)) or type(one).__name__ == "ParseResults":
            waiting.extend(one)


class ReadOnlyGraph(_Asking, Graph):
    """One graph of a dataset that is only read."""


class ReadOnlyDataset(_Asking, Dataset):
    """A dataset that is only read."""

    remove_graph = _refused("remove_graph")
    remove_context = _refused("remove_context")

    @property
    def default_context(self) -> Graph:
        """The default graph: rdflib asks for it by this name and warns of itself."""
        return self._default_context

    @default_context.setter
    def default_context(self, value: Graph) -> None:
        self._default_context = value

    def get_context(self, identifier: Any, quoted: bool = False, base: str | None = None) -> Graph:  # noqa: ARG002
        """Return one graph; it is empty where there is none of that name."""
        return self.store.graph_of(identifier)  # type: ignore[no-any-return]

    def graph(self, identifier: Any = None, base: str | None = None) -> Graph:  # noqa: ARG002
        """Return one graph of those that there are.

        Raises
        ------
        ReadOnlyError
            There is no such graph, and none is made.
        """
        name = getattr(identifier, "identifier", identifier)
        if name is None or not self.store.has_graph(name):
            raise ReadOnlyError(
                f"there is no graph {name or 'without a name'}; KnowledgeGraph.to_rdflib gives a "
                "copy to which one can be added"
            )
        return self.store.graph_of(name)  # type: ignore[no-any-return]


class ReadOnlyStore(OxigraphStore):
    """What rdflib sees of a store of quads: all of it, and nothing that changes it."""

    prefixes: NamespaceManager | None = None

    add = _refused("add")
    addN = _refused("addN")  # noqa: N815
    remove = _refused("remove")
    add_graph = _refused("add_graph")
    remove_graph = _refused("remove_graph")
    open = _refused("open")
    create = _refused("create")
    destroy = _refused("destroy")

    def close(self, commit_pending_transaction: bool = False) -> None:
        """Do nothing: there is nothing to close."""

    def update(self, update: Any, *_arguments: Any, **_options: Any) -> None:
        """Refuse every update: the graph is built from assertions."""
        raise QueryError("the graph is only read; build another from assertions", str(update))

    @property
    def inner(self) -> ox.Store:
        """The store of quads."""
        return self._inner

    def graph_of(self, identifier: Any) -> ReadOnlyGraph:
        """Return a graph by its name, with the prefixes of the dataset."""
        return ReadOnlyGraph(self, identifier, self.prefixes, bind_namespaces="none")

    def has_graph(self, identifier: Any) -> bool:
        """Return whether there is a graph of a name."""
        if str(identifier) == str(DATASET_DEFAULT_GRAPH_ID):
            return True
        try:
            return self._inner.contains_named_graph(ox.NamedNode(str(identifier)))
        except ValueError:  # is no IRI
            return False

    def triples(self, triple_pattern: Any, context: Any = None) -> Iterator[Any]:
        """Yield the triples that fit a pattern, each with the graph that it is in."""
        try:
            pattern = to_ox_quad_pattern(triple_pattern, context)
        except (TypeError, ValueError):
            return
        for quad in self._inner.quads_for_pattern(*pattern):
            triple = _term(quad.subject), _term(quad.predicate), _term(quad.object)
            yield triple, iter((self.graph_of(_name(quad.graph_name)),))

    def contexts(self, triple: Any = None) -> Generator[Graph, None, None]:
        """Yield the graphs that there are, or those that hold a triple."""
        if triple is None:
            found: list[Any] = list(self._inner.named_graphs())
        else:
            quads = self._inner.quads_for_pattern(*to_ox_quad_pattern(triple))
            found = [quad.graph_name for quad in quads]
        yield from map(self.graph_of, map(_name, found))

    def query(
        self,
        query: Any,
        initNs: Any,  # noqa: N803
        initBindings: Any,  # noqa: N803
        queryGraph: Any,  # noqa: N803
        **options: Any,
    ) -> Result:
        """Answer a query by Oxigraph.

        Raises
        ------
        NotImplementedError
            It is prepared already, and rdflib's to answer.
        """
        if isinstance(query, Query):
            raise NotImplementedError
        base = options.get("base") or BASE
        plan = check_query(self._inner, query, base=base)
        is_union = queryGraph == "__UNION__"
        answer = ask(
            self._inner,
            query,
            {
                "base_iri": base,
                "prefixes": {**self._namespace_for_prefix, **dict(initNs)},
                "use_default_graph_as_union": is_union and not plan.chooses_graphs,
                "default_graph": to_ox(queryGraph)
                if isinstance(queryGraph, Node) and not plan.chooses_graphs
                else None,
                "substitutions": {
                    ox.Variable(str(name).lstrip("?")): to_ox(value)
                    for name, value in dict(initBindings).items()
                },
            },
        )
        return _result(answer.kind, answer.data.decode())


def _result(kind: str, text: str) -> Result:
    """Return an answer as rdflib has it."""
    if kind == "b":
        result = Result("ASK")
        result.askAnswer = text == "true"
    elif kind == "g":
        result = Result("CONSTRUCT")
        result.graph = Graph(bind_namespaces="none")
        for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES):
            result.graph.add((_term(quad.subject), _term(quad.predicate), _term(quad.object)))
    else:
        result = Result("SELECT")
        found: Any = ox.parse_query_results(text, format=ox.QueryResultsFormat.TSV)
        result.vars = [Variable(one.value) for one in found.variables]
        result.bindings = [
            {
                name: _term(value)
                for name, value in zip(result.vars, solution, strict=True)
                if value is not None
            }
            for solution in found
        ]
    return result


def _term(term: Any) -> Any:
    """Return a term as rdflib has it: a text without a datatype, as it writes and reads it."""
    if isinstance(term, ox.Literal):
        if term.language:
            return Literal(term.value, lang=term.language)
        kind = term.datatype.value
        return Literal(term.value, datatype=None if kind == _TEXT else URIRef(kind))
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    return tuple(_term(part) for part in term)


def _name(graph: Any) -> Any:
    return DATASET_DEFAULT_GRAPH_ID if isinstance(graph, ox.DefaultGraph) else _term(graph)


def dataset_over(store: ox.Store) -> Dataset:
    """Return an `rdflib.Dataset` over a store, its default graph the union of all graphs."""
    seen = ReadOnlyStore(store=store)
    dataset = ReadOnlyDataset(store=seen, default_union=True)
    prefixes = _Prefixes(dataset, bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        prefixes.bind(prefix, namespace)
    prefixes.is_ready = True
    seen.prefixes = dataset.namespace_manager = prefixes
    dataset.default_graph = seen.graph_of(DATASET_DEFAULT_GRAPH_ID)
    return dataset


def copied_dataset(store: ox.Store) -> Dataset:
    """Return an `rdflib.Dataset` in memory with the quads of a store."""
    dataset = Dataset(default_union=True)
    for prefix, namespace in PREFIXES.items():
        dataset.bind(prefix, namespace)
    dataset.addN(
        (_term(quad.subject), _term(quad.predicate), _term(quad.object), graph)
        for quad in store
        for graph in [dataset.get_context(_name(quad.graph_name))]
    )
    return dataset
