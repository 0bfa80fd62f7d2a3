"""The knowledge graph: the one object a user holds, on top of evidence, store and views.

Long because each thing that a user can do with a graph is a method of this one object.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property, partial, partialmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from metastasis._evidence.assertion import Assertion
from metastasis._evidence.edge import BASES
from metastasis._evidence.evidence import Evidence
from metastasis._table import Table
from metastasis._vocabulary import DATA_RELEASE
from metastasis.analysis import QUESTIONS, Question

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import pyoxigraph as ox

    from metastasis._catalog import Catalog, Source
    from metastasis._evidence.explanation import Explanation
    from metastasis._evidence.pair import Pairs
    from metastasis._evidence.source_summary import SourceSummary
    from metastasis._vocabulary import Basis, Edge, How
    from metastasis.pictures import Draw
    from metastasis.rdf import Rows, Triples

__all__ = ["KnowledgeGraph", "load"]

_OF_THE_STORE = ("store", "dataset")
"""What holds the quads, once it is asked for."""


def load() -> KnowledgeGraph:
    """Return the shipped graph; nothing is fetched.

    >>> import metastasis as mets
    >>> kg = mets.load()
    >>> "breast" in kg.primaries_with("liver").primaries
    True
    """
    from metastasis._evidence.index import read_shipped

    return KnowledgeGraph(read_shipped(), _shipped_store)


class KnowledgeGraph:
    """A graph of primaries, sites and the evidence between them.

    It holds an :class:`~metastasis._evidence.evidence.Evidence`, which all questions and pictures
    take, and a store of quads, which SPARQL asks and files are written from; the store is filled
    when it is first needed. Neither is meant to be changed: build another graph instead.

    Every place that takes a primary or a site takes its key, label, synonym, CURIE or code.

    >>> import metastasis as mets
    >>> kg = mets.load()
    >>> "bone" in {one.site for one in kg.shared_sites("breast", "prostate")}
    True
    >>> kg.primaries_with("livr")
    Traceback (most recent call last):
    ...
    metastasis.UnknownNameError: unknown site 'livr'. Did you mean 'liver'?
    """

    def __init__(self, evidence: Evidence, store: Callable[[], ox.Store]) -> None:
        self.evidence = evidence
        self._fill_store = store
        self._quick: set[str] = set()

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
        from metastasis._catalog import read_catalog

        evidence = Evidence.from_assertions(assertions, catalog or read_catalog())
        if progress is not None:
            progress("checked assertions", len(evidence.assertions))
        return cls.from_evidence(evidence, progress=progress)

    @classmethod
    def from_evidence(
        cls, evidence: Evidence, *, progress: Callable[[str, int], None] | None = None
    ) -> KnowledgeGraph:
        """Build a graph of evidence that is checked already; its quads are made when needed."""
        from metastasis.rdf._build import build_store

        return cls(evidence, partial(build_store, evidence, progress=progress))

    @classmethod
    def from_store(cls, store: ox.Store) -> KnowledgeGraph:
        """Return the graph whose quads a store holds.

        Raises
        ------
        GraphError
            What is there is RDF but not this graph.
        """
        from metastasis.rdf._read import Filled, read_evidence

        return cls(read_evidence(store), Filled(store))

    @classmethod
    def read(cls, source: Path | str, *, base: str | None = None) -> KnowledgeGraph:
        """Read a graph from a file that ``export`` wrote, or from a SPARQL endpoint.

        Every form of RDF can be read, and ``metastasis.evidence.json``. ``base`` is what relative
        names in a file are relative to; None is the file itself.

        Raises
        ------
        ReadError
            The file or the address cannot be read, or is of a form that is only written.
        GraphError
            What is there is not this graph.
        UnknownNameError
            The file's ending tells no format.
        """
        from metastasis.rdf._read import read_graph

        return cls(*read_graph(source, base))

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
        every = [*self.evidence.assertions, *assertions]
        return self.from_assertions(every, self.catalog.with_sources(sources))

    def licensed(self, licenses: Iterable[str] | str) -> KnowledgeGraph:
        """Return the graph of the sources whose recorded facts are under one of these licenses.

        The assertions of all other sources are left out, and their edges, contradictions and
        diseases with them: what follows is derived anew. What is recorded of the shipped sources is
        CC BY 4.0; a source of your own stands under the ``license_url``, or else the ``license``,
        of its row. The catalog and the vocabulary are CC BY 4.0, and stay.

        Parameters
        ----------
        licenses
            Of cc0, cc-by, cc-by-sa, cc-by-nc, cc-by-nd, cc-by-nc-sa, cc-by-nc-nd, odbl, odc-by,
            public-domain and unknown; none stands for another.

        >>> import metastasis as mets
        >>> len(mets.load().licensed("cc0").evidence.assertions)
        0

        Raises
        ------
        UnknownNameError
            There is no such license; the error lists those that there are.
        """
        from metastasis._catalog.license import allowed_sources

        return self._of(allowed_sources(self.catalog.sources.values(), licenses))

    def of_sources(self, sources: str | Iterable[str | Source | SourceSummary]) -> KnowledgeGraph:
        """Return the graph of what these sources say; what follows from it is derived anew.

        Parameters
        ----------
        sources
            A key; or keys, records, or rows of ``kg.sources()``, which chooses them by license,
            registry, design, year or number of people.

        >>> import metastasis as mets
        >>> kg = mets.load()
        >>> seer = kg.of_sources(kg.sources(registry="SEER", since=2015))
        >>> 0 < len(seer.evidence.assertions) < len(kg.evidence.assertions)
        True

        Raises
        ------
        UnknownNameError
            A key that no source has.
        """
        chosen = [sources] if isinstance(sources, str) else sources
        keys = (one if isinstance(one, str) else one.key for one in chosen)
        return self._of(frozenset(self.catalog.source(key).key for key in keys))

    def _of(self, keys: frozenset[str]) -> KnowledgeGraph:
        if len(keys) == len(self.catalog.sources):
            return self
        return self.from_evidence(self.evidence.of_sources(keys))

    def __getstate__(self) -> dict[str, Any]:
        # A store has no pickle; quads are made or read again where they are next asked for.
        return {name: value for name, value in vars(self).items() if name not in _OF_THE_STORE}

    @property
    def catalog(self) -> Catalog:
        """The primaries, sites and sources of this graph."""
        return self.evidence.catalog

    @cached_property
    def store(self) -> ox.Store:
        """The quads, in memory; filled when first asked for, and not to be changed."""
        return self._fill_store()

    @cached_property
    def dataset(self) -> Any:
        """An `rdflib.Dataset` over the same store, its default graph the union of all graphs.

        It is only read: nothing that is called on it changes the graph or leaves this machine.
        :meth:`to_rdflib` gives a copy to change.
        """
        from metastasis.rdf._sparql.dataset import dataset_over

        return dataset_over(self.store)

    def to_rdflib(self) -> Any:
        """Return a copy of the graph as an `rdflib.Dataset` of its own, to do with as you like.

        >>> import metastasis as mets
        >>> kg = mets.load()
        >>> copy = kg.to_rdflib()
        >>> len(copy) == len(kg.dataset)
        True
        """
        from metastasis.rdf._sparql.dataset import copied_dataset

        return copied_dataset(self.store)

    def __len__(self) -> int:
        """Return the number of quads."""
        return len(self.store)

    def __repr__(self) -> str:
        catalog = self.catalog
        return (
            f"<KnowledgeGraph: {len(self.evidence.assertions)} assertions on "
            f"{len(catalog.primaries)} primaries and {len(catalog.sites)} sites from "
            f"{len(catalog.sources)} sources; not for clinical use>"
        )

    def assertions(self) -> Table[Assertion]:
        """Return every assertion, in order of the keys: records, and as a table numbers as numbers.

        >>> import metastasis as mets
        >>> table = mets.load().assertions()
        >>> {"count", "total", "percent", "denominator", "interval_low"} <= set(table.columns)
        True
        """
        return Table(Assertion, self.evidence.assertions)

    def query(
        self,
        query: str,
        *,
        federate: bool = False,
        timeout: float | None = None,
        memory: int | None = None,
    ) -> Rows | Triples | bool:
        """Run a SPARQL query over the union of all named graphs; our prefixes are known.

        SELECT gives :class:`~metastasis.rdf.Rows`, a table, CONSTRUCT and DESCRIBE give
        :class:`~metastasis.rdf.Triples`, ASK gives True or False. ``federate`` allows
        ``SERVICE`` and foreign ``FROM``, which ask other machines.

        A query is ended after ``timeout`` seconds, or when it takes more than ``memory`` bytes.
        Without a limit Ctrl-C gives the prompt back, while the engine works on until the process
        ends.

        >>> import metastasis as mets
        >>> mets.load().query("ASK { primary:breast met:commonlySpreadsTo site:bone }")
        True

        Raises
        ------
        QueryError
            The query is not SPARQL, nests too deep, is too long, or fails.
        QueryTimeoutError, QueryMemoryError
            It takes more than it was given.
        FederationError
            It would ask another machine, and ``federate`` is false.
        """
        from metastasis.rdf._sparql.query import run_query

        return run_query(
            self.store,
            query,
            federate=federate,
            timeout=timeout,
            memory=memory,
            quick=self._quick,
        )

    def sites_of(
        self, primary: str, *, edge: Edge = "any", basis: Basis = "any", roll_up: bool = True
    ) -> Pairs:
        """Return the sites that a primary spreads to, with every number and its source.

        See :func:`metastasis.analysis.sites_of`.

        >>> import metastasis as mets
        >>> "bone" in mets.load().sites_of("breast cancer", edge="commonly").sites
        True
        """
        from metastasis._evidence.spread import sites_of

        return sites_of(self.evidence, primary, edge=edge, basis=basis, roll_up=roll_up)

    def primaries_with(
        self,
        *sites: str | Iterable[str],
        how: How = "any",
        edge: Edge = "any",
        basis: Basis = "any",
        roll_up: bool = True,
        top: int | None = None,
    ) -> Pairs:
        """Return the primaries that spread to any or all of these sites, one row a pair.

        See :func:`metastasis.analysis.primaries_with`.
        """
        from metastasis._evidence.spread import primaries_with

        return primaries_with(
            self.evidence, *sites, how=how, edge=edge, basis=basis, roll_up=roll_up, top=top
        )

    def explain(self, primary: str, site: str) -> Explanation:
        """Return everything behind one pair: every assertion, the rule, what would remove the edge.

        See :func:`metastasis.analysis.explain`.
        """
        from metastasis._evidence.explanation import explain

        return explain(self.evidence, primary, site)

    def network(self) -> Any:
        """Return a `networkx.MultiDiGraph` with one edge per assertion.

        See :func:`metastasis.analysis.assertion_network`; :func:`metastasis.analysis.edge_network`
        gives the simple graph of derived edges.
        """
        from metastasis.analysis import assertion_network

        return assertion_network(self.evidence)

    def names(self, text: str = "") -> Table[tuple[Any, ...]]:
        """Return the primaries and sites of the catalog, what else they are called, and their keys.

        A column of each other vocabulary holds the one term to join by, as ``met:mondo``,
        ``met:uberon`` and so on do in RDF.

        Parameters
        ----------
        text
            Only those with this in their key, label or synonyms, case does not matter; or those
            that are mapped to this term or code, however near.

        >>> import metastasis as mets
        >>> [row[:3] for row in mets.load().names("splenic")]
        [('site', 'lymph_node_splenic', 'splenic lymph node'), ('site', 'spleen', 'spleen')]
        >>> [row[:3] for row in mets.load().names("UBERON:0002107")]
        [('site', 'liver', 'liver')]
        """
        from metastasis._catalog import KEYS, join_keys

        rows = [
            (
                *(what, one.key, one.label, one.kind, "; ".join(one.synonyms)),
                *map(join_keys(one).get, KEYS),
            )
            for what, one in self.catalog.called(text)
        ]
        return Table.of_rows(("what", "key", "label", "kind", "synonyms", *KEYS), rows)

    def summary(self) -> Table[tuple[Any, ...]]:
        """Return how many of everything the graph holds, and on what kind of sources it stands.

        How many assertions each source gives is the shipped query ``20-assertions-by-graph``.

        >>> import metastasis as mets
        >>> dict(mets.load().summary())["primaries in the catalog"] >= 72
        True
        """
        return Table.of_rows(("what", "number"), list(_counts(self)))

    def export(
        self,
        path: Path | str,
        format: str | None = None,  # noqa: A002
        *,
        licenses: Iterable[str] | str | None = None,
        ids: str | None = None,
        isolated: bool | None = None,
        command: str = "metastasis.KnowledgeGraph.export",
    ) -> list[Path]:
        """Write the graph in one of its forms and return the files written.

        The ending of the path tells the form unless ``format`` names one; see
        :data:`metastasis.rdf.FORMS`. ``licenses`` leaves out what other sources say, as
        :meth:`licensed` does. ``ids="own"`` gives the nodes of KGX our identifiers; by default
        they have those of Mondo and Uberon where these have a class. ``isolated=True`` keeps in
        network files the primaries and sites that no edge leads to. ``command`` is what the file
        says made it.

        Raises
        ------
        UnknownNameError
            There is no such form, or no such license; the error lists those that there are. Or the
            form does not take an option that is given.
        WriteError
            A file cannot be written; what stood there before still does.
        """
        from metastasis.rdf import find_format

        form = find_format(format or str(path))
        options = form.chosen({"ids": ids, "isolated": isolated})
        kg = self if licenses is None else self.licensed(licenses)
        return form.write(kg.evidence, lambda: kg.store, Path(path), command, **options)

    # The name of before; files say which of the two made them.
    write = partialmethod(export, command="metastasis.KnowledgeGraph.write")

    @property
    def draw(self) -> Draw:
        """The diagrams, one method a kind: ``kg.draw.network()``, ``kg.draw.heatmap()``."""
        from metastasis.pictures import Draw

        return Draw(self.evidence)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Stand for the questions that :data:`metastasis.analysis.QUESTIONS` lists."""


# Every question that the analyses answer is a method as well; it is told in one place, there.
for _name in QUESTIONS:
    if not hasattr(KnowledgeGraph, _name):
        setattr(KnowledgeGraph, _name, Question(_name))


def _shipped_store() -> ox.Store:
    from metastasis.rdf._shipped import shipped_store

    return shipped_store()


def _counts(kg: KnowledgeGraph) -> Iterator[tuple[Any, ...]]:
    evidence, catalog = kg.evidence, kg.catalog
    said = evidence.assertions
    designs = Counter(catalog.sources[one.source].design for one in said)
    pairs = [
        pair for pair in evidence.pairs() if catalog.primaries[pair.primary].kind != "grouping"
    ]
    edges = Counter(pair.edge for pair in pairs)
    bases = Counter(pair.basis for pair in pairs)
    reached = Counter(pair.primary for pair in pairs if pair.edge)
    every = evidence.pairs(places_only=False)
    yield "data release", DATA_RELEASE
    yield "primaries in the catalog", len(catalog.primaries)
    yield "sites in the catalog", len(catalog.sites)
    yield "sources in the catalog", len(catalog.sources)
    yield "primaries with assertions", len({one.primary for one in said})
    yield "sites with assertions", len({one.site for one in said})
    yield "sources with assertions", len({one.source for one in said})
    yield "assertions", len(said)
    yield "assertions with a number", sum(one.percent is not None for one in said)
    yield "assertions with a count n/N", sum(one.is_quantified for one in said)
    yield "pairs with evidence of metastasis, without groupings", len(pairs)
    yield "cancers with five sites or more", sum(sites >= 5 for sites in reached.values())
    for name in ("commonly", "possibly", "rarely"):
        yield f"edges: {name} spreads to", edges[name]
    for name, words in BASES.items():
        yield f"edges that rest on {words}", bases[name]
    yield "pairs that roll up from kinds and parts", len(evidence.rolled_up)
    yield "pairs on which sources conflict", sum(one.status == "conflicting" for one in every)
    yield "quads", len(kg)
    for design, count in sorted(designs.items()):
        yield f"assertions of design {design}", count
