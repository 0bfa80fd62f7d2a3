"""The knowledge graph: the one object a user holds."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pyoxigraph as ox

from metastasis._errors import GraphError, ReadError
from metastasis._evidence.edge import EDGES
from metastasis._evidence.figures import assertion_table
from metastasis._evidence.pair import (
    SharedSite,
    Spreads,
    check_choice,
    evidence_on,
    has_edge,
    reached_by,
    shared_sites,
)
from metastasis._files import ontology_path
from metastasis.rdf import _read as reader
from metastasis.rdf._formats import find_format, write_graph
from metastasis.rdf._query import run_query
from metastasis.rdf._terms import TYPE, node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from metastasis._catalog import Catalog, Source
    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.explanation import Explanation
    from metastasis._table import Records, Rows
    from metastasis.pictures import Draw
    from metastasis.rdf._query import Triples

__all__ = ["KnowledgeGraph", "load"]

How = Literal["any", "all"]
Edge = Literal["any", "commonly", "rarely", "possibly"]
_HOWS = ("any", "all")
_EDGES = ("any", *EDGES)


def load() -> KnowledgeGraph:
    """Return the shipped graph; nothing is fetched.

    >>> import metastasis as mets
    >>> kg = mets.load()
    >>> "breast" in kg.primaries_with("liver").primaries
    True
    """
    return KnowledgeGraph.read(ontology_path("release", "metastasis.nq"))


class KnowledgeGraph:
    """A graph of primaries, sites and the evidence between them.

    Every place that takes a primary or a site takes its key, label, synonym, CURIE or code.

    >>> import metastasis as mets
    >>> kg = mets.load()
    >>> kg.shared_sites("breast", "prostate").to_dicts()[0]["site"]
    'bone'
    >>> kg.primaries_with("livr")
    Traceback (most recent call last):
    ...
    metastasis.UnknownNameError: unknown site 'livr'. Did you mean 'liver'?
    """

    def __init__(self, store: ox.Store) -> None:
        self.store = store

    @classmethod
    def from_assertions(
        cls,
        assertions: Iterable[Assertion],
        catalog: Catalog | None = None,
        *,
        progress: Callable[[str, int], None] | None = None,
    ) -> KnowledgeGraph:
        """Build a graph: vocabulary, catalog, assertions, and the edges that follow from them.

        ``catalog`` None is the shipped one. ``progress``, where given, is told the name of each
        step and how many things it made.

        Raises
        ------
        TableError
            With every fault of every assertion: unknown keys, impossible numbers, doubles.
        """
        from metastasis.rdf._build import build_store

        return cls(build_store(assertions, catalog, progress=progress))

    def with_evidence(
        self, assertions: Iterable[Assertion], sources: Iterable[Source]
    ) -> KnowledgeGraph:
        """Return a graph of this one's assertions and these, such as those of one's own patients.

        ``sources`` are the records that the assertions name. This graph stays as it is.

        Raises
        ------
        TableError
            As :meth:`from_assertions`.
        """
        every = [*self.assertions(), *assertions]
        return self.from_assertions(every, self.catalog.with_sources(sources))

    @classmethod
    def read(cls, source: Path | str) -> KnowledgeGraph:
        """Read a graph from a file in any of the export formats, or from a SPARQL endpoint.

        Raises
        ------
        ReadError
            The file or the address cannot be read.
        GraphError
            What is there is RDF but not this graph.
        UnknownNameError
            The file's ending tells no format.
        """
        store = ox.Store()
        if str(source).casefold().startswith(("http://", "https://")):
            from metastasis.rdf._endpoint import read_endpoint

            read_endpoint(str(source), store)
        else:
            _load_file(store, Path(source))
        graph = cls(store)
        if next(store.quads_for_pattern(None, TYPE, node("met:Primary"), None), None) is None:
            raise GraphError(f"{source} holds no met:Primary: it is not a metastasis graph")
        return graph

    def write(self, path: Path | str, format: str | None = None) -> None:  # noqa: A002
        """Write the graph to a file; the ending tells the format unless ``format`` names one.

        Raises
        ------
        UnknownNameError
            There is no such format.
        WriteError
            The file cannot be written.
        """
        write_graph(self.store, Path(path), format, command="metastasis.KnowledgeGraph.write")

    @cached_property
    def catalog(self) -> Catalog:
        """The primaries, sites and sources of this graph."""
        return reader.read_catalog(self.store)

    @cached_property
    def dataset(self) -> Any:
        """An `rdflib.Dataset` over the same store, its default graph the union of all graphs.

        Its ``query`` refuses what would leave this machine, its ``update`` refuses everything.
        """
        from metastasis.rdf._dataset import dataset_over

        return dataset_over(self.store)

    def __len__(self) -> int:
        """Return the number of quads."""
        return len(self.store)

    def __repr__(self) -> str:
        catalog = self.catalog
        return (
            f"<KnowledgeGraph: {len(catalog.primaries)} primaries, {len(catalog.sites)} sites, "
            f"{len(catalog.sources)} sources, {len(self)} quads; not for clinical use>"
        )

    def assertions(self) -> Records[Assertion]:
        """Return every assertion, in order of the keys: records, and as a table numbers as numbers.

        >>> import metastasis as mets
        >>> table = mets.load().assertions()
        >>> {"count", "total", "percent", "denominator", "interval_low"} <= set(table.columns)
        True
        """
        return assertion_table(list(reader.read_assertions(self.store)))

    def query(self, query: str, *, federate: bool = False) -> Rows | Triples | bool:
        """Run a SPARQL query over the union of all named graphs; our prefixes are known.

        SELECT gives :class:`~metastasis._table.Rows`, CONSTRUCT and DESCRIBE give
        :class:`~metastasis.rdf._query.Triples`, ASK gives True or False. ``federate`` allows
        ``SERVICE`` and foreign ``FROM``, which ask other machines.

        >>> import metastasis as mets
        >>> mets.load().query("ASK { primary:breast met:commonlySpreadsTo site:bone }")
        True

        Raises
        ------
        QueryError
            The query is not SPARQL, or fails.
        FederationError
            It would ask another machine, and ``federate`` is false.
        """
        return run_query(self.store, query, federate=federate)

    def primaries_with(
        self, *sites: str, how: How = "any", edge: Edge = "any", roll_up: bool = True
    ) -> Spreads:
        """Return the primaries that spread to these sites, one row a pair.

        Parameters
        ----------
        sites
            Names of one or more sites.
        how
            ``"any"``: to at least one of them; ``"all"``: to every one.
        edge
            ``"any"`` edge, or only ``"commonly"``, ``"possibly"`` or ``"rarely"``.
        roll_up
            Whether a part counts as its whole: a vertebra as bone.

        Groupings such as "cancer" in general are left out: they are not one cancer.

        Raises
        ------
        UnknownNameError, AmbiguousNameError
            A name that no site has, or that several have.
        ValueError
            No site was named.
        """
        if not sites:
            raise ValueError("name at least one site")
        check_choice("how", how, _HOWS)
        check_choice("edge", edge, _EDGES)
        wanted = [self._with_parts(site, roll_up=roll_up) for site in sites]
        found = [
            spread
            for spread in evidence_on(self.store, self.catalog, sites=frozenset().union(*wanted))
            if has_edge(spread, edge) and self.catalog.primaries[spread.primary].kind != "grouping"
        ]
        if how == "all":
            reached = reached_by(found)
            found = [s for s in found if all(parts & reached[s.primary] for parts in wanted)]
        return Spreads(found)

    def sites_of(self, primary: str, *, edge: Edge = "any") -> Spreads:
        """Return the sites that a primary spreads to, with every figure and its source.

        Evidence on a subtype is not evidence on the whole: ask for the subtype by its name.

        >>> import metastasis as mets
        >>> mets.load().sites_of("breast cancer", edge="commonly").sites[:3]
        ['bone', 'brain', 'liver']

        Raises
        ------
        UnknownNameError, AmbiguousNameError
            A name that no primary has, or that several have.
        """
        check_choice("edge", edge, _EDGES)
        key = self.catalog.primary(primary).key
        found = evidence_on(self.store, self.catalog, primaries={key})
        return Spreads([spread for spread in found if has_edge(spread, edge)])

    def conflicts(self, primary: str | None = None) -> Spreads:
        """Return the pairs on which sources conflict, or one source with itself.

        ``conflicts`` of each row says why: a denial against a report (of everybody and at any time,
        it leaves the pair without an edge), intervals of like numbers that do not overlap, or rare
        in words against a count. Sites that name no place are included.
        :func:`metastasis._evidence.weighing.conflicts` gives one row a conflict.

        >>> import metastasis as mets
        >>> mets.load().conflicts("brain").sites
        ['unspecified']

        Raises
        ------
        UnknownNameError, AmbiguousNameError
            A name that no primary has, or that several have.
        """
        keys = None if primary is None else {self.catalog.primary(primary).key}
        found = evidence_on(self.store, self.catalog, primaries=keys, places_only=False)
        return Spreads([spread for spread in found if spread.status == "conflicting"])

    def shared_sites(
        self, *primaries: str, how: How = "all", edge: Edge = "any", roll_up: bool = True
    ) -> Records[SharedSite]:
        """Return the sites that these primaries share, one row a site.

        Parameters
        ----------
        primaries
            Names of two or more primaries.
        how
            ``"all"``: reached by every one of them; ``"any"``: by at least one.
        edge, roll_up
            As in :meth:`primaries_with`.

        Raises
        ------
        UnknownNameError, AmbiguousNameError
            A name that no primary has, or that several have.
        ValueError
            Fewer than two primaries were named.
        """
        check_choice("how", how, _HOWS)
        check_choice("edge", edge, _EDGES)
        keys = list(dict.fromkeys(self.catalog.primary(name).key for name in primaries))
        if len(keys) < 2:
            raise ValueError("name at least two different primaries")
        spreads = [
            spread
            for spread in evidence_on(self.store, self.catalog, primaries=frozenset(keys))
            if has_edge(spread, edge)
        ]
        wholes = self.catalog.wholes if roll_up else lambda site: frozenset({site})
        return shared_sites(spreads, len(keys) if how == "all" else 1, self.catalog, wholes)

    def explain(self, primary: str, site: str) -> Explanation:
        """Return everything behind one pair: every assertion, the rule, what would remove the edge.

        Raises
        ------
        UnknownNameError, AmbiguousNameError
            A name that nothing has, or that several have.
        """
        from metastasis._evidence.explanation import explain

        catalog = self.catalog
        return explain(self.store, catalog, catalog.primary(primary), catalog.site(site))

    def network(self) -> Any:
        """Return a `networkx.MultiDiGraph` with one edge per assertion.

        See :func:`metastasis.analysis.assertion_network`; :func:`metastasis.analysis.edge_network`
        gives the simple graph of derived edges.
        """
        from metastasis.analysis import assertion_network

        return assertion_network(self)

    @property
    def draw(self) -> Draw:
        """The diagrams, one method a kind: ``kg.draw.network()``, ``kg.draw.heatmap()``."""
        from metastasis.pictures import Draw

        return Draw(self)

    def _with_parts(self, site: str, *, roll_up: bool) -> frozenset[str]:
        key = self.catalog.site(site).key
        return self.catalog.parts(key) if roll_up else frozenset({key})


def _load_file(store: ox.Store, path: Path) -> None:
    if not path.exists():
        raise ReadError(path, "there is no such file")
    if path.is_dir():
        raise ReadError(path, "it is a folder, not a file")
    chosen = find_format(path.name)
    try:
        if chosen.oxigraph is ox.RdfFormat.N_QUADS:
            store.bulk_load(path=str(path), format=chosen.oxigraph)
        else:
            store.load(path=str(path), format=chosen.oxigraph)
    except SyntaxError as error:
        raise ReadError(path, f"not valid {chosen.name}: {error}") from None
    except OSError as error:
        raise ReadError(path, error.strerror or str(error)) from None
