"""RDF of this vocabulary back to assertions and catalog."""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from metastasis._catalog import Catalog, Mapping, Primary, Site, Source
from metastasis._catalog.files import catalog_faults
from metastasis._catalog.records import MAPPING_PREDICATES
from metastasis._errors import GraphError, ReadError, TableError
from metastasis._evidence.assertion import Assertion
from metastasis._evidence.check import REQUIRED, check_assertions
from metastasis._evidence.edge import EDGES
from metastasis._evidence.evidence import Evidence
from metastasis._evidence.index import read_index
from metastasis._files import blocks_of
from metastasis._vocabulary import CODED, contract, expand
from metastasis.rdf._bounds import check_bounds, within_bounds
from metastasis.rdf._build import build_store
from metastasis.rdf._formats import FORMS, find_format
from metastasis.rdf._terms import TYPE, local_name, node, syntax_of, value_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["Filled", "load_store", "read_assertions", "read_catalog", "read_evidence", "read_graph"]

Values = dict[str, list[str]]
"""What a subject has: predicate IRI to the text of each object."""

_MET: Final = expand("met:")
_KEYED: Final = ("primary", "site", *CODED)
_WHOLE: Final = ("count", "total", "start", "end")
_SINGLE: Final = frozenset((*_KEYED, *_WHOLE, "percent", "population", "locator", "source"))
_COLUMN_OF: Final = {
    **{_MET + name: name for name in _SINGLE - {"source"}},
    expand("prov:wasDerivedFrom"): "source",
    expand("met:documentSha256"): "document_sha256",
    expand("skos:note"): "note",
}
"""The column of the assertion table that each property of an assertion fills."""
_FROM_TEXT: Final[dict[str, Callable[[str], Any]]] = {
    **dict.fromkeys((*_KEYED, "source"), local_name),
    **dict.fromkeys(_WHOLE, int),
    "percent": Decimal,
}
"""How a column is read where it is no text."""
_Subject = ox.NamedNode | ox.BlankNode | ox.Triple
_MAPPED: Final = {expand(name): name for name in MAPPING_PREDICATES}


def read_graph(
    source: Path | str, base: str | None = None
) -> tuple[Evidence, Callable[[], ox.Store]]:
    """Return the evidence of a file or an endpoint, and a function that gives its quads.

    From RDF both come at once; from ``metastasis.evidence.json`` the quads are built when needed.
    ``base`` is what relative names in RDF are relative to, None the file itself.

    Raises
    ------
    ReadError
        The file or the address cannot be read, or is of a form that is only written.
    GraphError
        What is there is not this graph.
    UnknownNameError
        The file's ending tells no format.
    """
    if _is_index(source):
        evidence = _own_index(source)
        return evidence, partial(build_store, evidence)
    store = load_store(source, base)
    return _checked(read_evidence(store), source), Filled(store)


def _own_index(source: Path | str) -> Evidence:
    """Return the evidence of an index, its assertions in order, whatever somebody has edited."""
    found = _checked(read_index(Path(source)), source)
    return Evidence(found.catalog, found.assertions)


class Filled:
    """Gives a store that is filled already; a pickle or a deep copy of it holds the quads."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store

    def __call__(self) -> ox.Store:
        """Return the store."""
        return self._store

    def __reduce__(self) -> tuple[Any, ...]:
        return _filled_again, (self._store.dump(format=ox.RdfFormat.N_QUADS),)


def _filled_again(quads: bytes) -> Filled:
    store = ox.Store()
    store.bulk_load(quads, format=ox.RdfFormat.N_QUADS)
    return Filled(store)


def _checked(evidence: Evidence, source: Path | str) -> Evidence:
    """Return the evidence of a file that somebody may have edited; the shipped one is as built.

    Raises
    ------
    GraphError
        With every fault of its catalog, or else of every assertion.
    """
    catalog = evidence.catalog
    try:
        if faults := list(catalog_faults(catalog)):
            raise TableError(faults)  # noqa: TRY301
        check_assertions(
            evidence.assertions,
            primaries=catalog.primaries,
            sites=catalog.sites,
            sources=catalog.sources,
        )
    except TableError as error:
        raise GraphError(f"{source} is no graph: {error}") from None
    return evidence


def load_store(source: Path | str, base: str | None = None) -> ox.Store:
    """Return a store with the quads of a file that can be read, or of a SPARQL endpoint.

    ``base`` is what relative names in a file are relative to, None the file itself.

    Raises
    ------
    ReadError
        The file or the address cannot be read, or is of a form that is only written.
    GraphError
        What is there is not this graph.
    UnknownNameError
        The file's ending tells no format.
    """
    if _is_index(source):
        return build_store(_own_index(source))
    store = ox.Store()
    if _is_address(source):
        from metastasis.rdf._endpoint import read_endpoint

        read_endpoint(str(source), store)
    else:
        _load_file(store, Path(source), base)
    if next(store.quads_for_pattern(None, TYPE, node("met:Primary"), None), None) is None:
        raise GraphError(f"{source} holds no met:Primary: it is not a metastasis graph")
    return store


def read_evidence(store: ox.Store) -> Evidence:
    """Return the evidence of a store, with the edges that it holds.

    Raises
    ------
    GraphError
        An assertion lacks what every assertion has, or releases are mixed.
    """
    return Evidence(read_catalog(store), list(read_assertions(store)), _read_edges(store))


def read_assertions(store: ox.Store) -> Iterator[Assertion]:
    """Yield every assertion of a store, ordered by key, one at a time.

    Raises
    ------
    GraphError
        A node of class ``met:SpreadAssertion`` lacks what every assertion has.
    """
    for _, subject in _instances(store, "met:SpreadAssertion"):
        yield _read_assertion(store, subject)


def _read_assertion(store: ox.Store, subject: _Subject) -> Assertion:
    """Return the assertion of a node.

    Raises
    ------
    GraphError
        It lacks what every assertion has, or has two values where one is meant: two releases of the
        data are mixed in the store.
    """
    found: dict[str, str] = {}
    for quad in store.quads_for_pattern(subject, None, None, None):
        column = _COLUMN_OF.get(quad.predicate.value)
        if column is None:
            continue
        value = value_of(quad.object)
        # The same triple may be in several graphs; of notes and hashes any will do.
        if found.setdefault(column, value) != value and column in _SINGLE:
            name = contract(quad.predicate.value)
            raise GraphError(f"{value_of(subject)} has more than one {name}: releases are mixed")
    try:
        fields: dict[str, Any] = {
            column: _FROM_TEXT.get(column, str)(text) for column, text in found.items()
        }
        return Assertion(**fields)
    except TypeError:
        lacking = ", ".join(name for name in REQUIRED if name not in found)
        raise GraphError(f"{value_of(subject)} lacks what every assertion has: {lacking}") from None
    except (ValueError, ArithmeticError) as error:
        raise GraphError(f"{value_of(subject)} has a number that is none: {error}") from None


def _read_edges(store: ox.Store) -> dict[tuple[str, str, str], str]:
    """Return the class of each edge by relation, primary and site, without those that roll up."""
    rolled_up = {
        ("metastasis", *local_name(value_of(quad.subject)).split("--", 1))
        for quad in store.quads_for_pattern(None, node("met:rolledUpFrom"), None, None)
    }
    properties = [("metastasis", name, predicate) for name, predicate in EDGES.items()]
    properties.append(("extension", "possibly", "met:extendsInto"))
    edges: dict[tuple[str, str, str], str] = {}
    for relation, name, predicate in properties:
        for quad in store.quads_for_pattern(None, node(predicate), None, None):
            ends = local_name(value_of(quad.subject)), local_name(value_of(quad.object))
            # Every common or rare edge is a plain one too: the first that holds names it.
            if (relation, *ends) not in rolled_up:
                edges.setdefault((relation, *ends), name)
    return edges


def read_catalog(store: ox.Store) -> Catalog:
    """Return the catalog of a store."""
    return Catalog(
        primaries=[_primary(key, values) for key, values in _all(store, "met:Primary")],
        sites=[_site(key, values) for key, values in _all(store, "met:Site")],
        sources=[_source(key, values) for key, values in _all(store, "met:Source")],
        diseases={
            key: mappings
            for key, values in _all(store, "met:MetastaticDisease")
            if (mappings := _mappings(values))
        },
    )


def _all(store: ox.Store, kind: str) -> Iterator[tuple[str, Values]]:
    for name, subject in _instances(store, kind):
        yield local_name(name), _values(store, subject)


def _instances(store: ox.Store, kind: str) -> list[tuple[str, _Subject]]:
    quads = store.quads_for_pattern(None, TYPE, node(kind), None)
    return sorted({value_of(quad.subject): quad.subject for quad in quads}.items())


def _values(store: ox.Store, subject: _Subject) -> Values:
    values: Values = defaultdict(list)
    for quad in store.quads_for_pattern(subject, None, None, None):
        values[quad.predicate.value].append(value_of(quad.object))
    return values


def _one(values: Values, curie: str) -> str | None:
    found = values.get(expand(curie))
    return found[0] if found else None


def _needed(values: Values, curie: str, key: str) -> str:
    found = _one(values, curie)
    if found is None:
        raise GraphError(f"{key} has no {curie}")
    return found


def _keys(values: Values, curie: str) -> tuple[str, ...]:
    return tuple(sorted(map(local_name, values.get(expand(curie), ()))))


def _texts(values: Values, curie: str) -> tuple[str, ...]:
    return tuple(sorted(values.get(expand(curie), ())))


def _mappings(values: Values) -> tuple[Mapping, ...]:
    return tuple(sorted(_each_mapping(values)))


def _each_mapping(values: Values) -> Iterable[Mapping]:
    for predicate, name in _MAPPED.items():
        for other in values.get(predicate, ()):
            yield Mapping(name, contract(other))


def _primary(key: str, values: Values) -> Primary:
    return Primary(
        key=key,
        label=_needed(values, "rdfs:label", key),
        kind=local_name(_needed(values, "met:kind", key)),
        synonyms=_texts(values, "skos:altLabel"),
        parents=_keys(values, "met:subtypeOf"),
        arises_in=_keys(values, "met:arisesIn"),
        neighbors=_keys(values, "met:hasNeighbor"),
        made_of=_keys(values, "met:madeOf"),
        sex=_one(values, "met:sex"),
        mappings=_mappings(values),
        note=_one(values, "skos:note"),
    )


def _site(key: str, values: Values) -> Site:
    return Site(
        key=key,
        label=_needed(values, "rdfs:label", key),
        kind=local_name(_needed(values, "met:kind", key)),
        synonyms=_texts(values, "skos:altLabel"),
        parents=_keys(values, "met:partOf"),
        sex=_one(values, "met:sex"),
        mappings=_mappings(values),
        note=_one(values, "skos:note"),
    )


def _year(values: Values, key: str) -> int | None:
    year = _one(values, "met:publicationYear")
    if year is not None and not re.fullmatch("[0-9]{1,4}", year):
        raise GraphError(f"{key} has a met:publicationYear that is none: {year[:40]!r}")
    return int(year) if year else None


def _source(key: str, values: Values) -> Source:
    return Source(
        key=key,
        citation=_needed(values, "dcterms:bibliographicCitation", key),
        design=local_name(_needed(values, "met:design", key)),
        doi=_one(values, "met:doi"),
        pmid=_one(values, "met:pmid"),
        year=_year(values, key),
        url=_one(values, "dcat:landingPage"),
        license=_one(values, "dcterms:rights"),
        license_url=_one(values, "dcterms:license"),
        population=_one(values, "met:studyPopulation"),
        years=_one(values, "met:years"),
        registry=_texts(values, "met:registry"),
        people=_texts(values, "met:people"),
        curated_by=_one(values, "pav:curatedBy"),
        curated_on=_one(values, "pav:curatedOn"),
        note=_one(values, "skos:note"),
    )


def _is_address(source: Path | str) -> bool:
    return str(source).casefold().startswith(("http://", "https://"))


def _is_index(source: Path | str) -> bool:
    return not _is_address(source) and FORMS["evidence"].fits(Path(source).name)


def _load_file(store: ox.Store, path: Path, base: str | None) -> None:
    if not path.exists():
        raise ReadError(path, "there is no such file")
    if path.is_dir():
        raise ReadError(path, "it is a folder, not a file")
    form = find_format(path.name)
    if not form.can_be_read:
        readable = ", ".join(known.ending for known in FORMS.values() if known.can_be_read)
        raise ReadError(path, f"{form.name} leaves parts of the graph out; give one of {readable}")
    syntax = syntax_of(form)
    check_bounds(partial(blocks_of, path), path, syntax)
    try:
        if syntax in (ox.RdfFormat.N_QUADS, ox.RdfFormat.N_TRIPLES):
            store.bulk_load(path=str(path), format=syntax)
        else:
            name = base or path.absolute().as_uri()
            quads = ox.parse(path=str(path), format=syntax, base_iri=name)
            store.bulk_extend(within_bounds(quads, path.stat().st_size, path))
    except SyntaxError as error:
        raise ReadError(path, f"not valid {form.name}: {error}") from None
    except ReadError:
        raise
    except OSError as error:
        raise ReadError(path, error.strerror or str(error)) from None
