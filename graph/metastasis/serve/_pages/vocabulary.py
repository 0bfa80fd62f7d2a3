"""The page of the vocabulary: every class, property, listed value and rule, with its definition."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from metastasis._markup import element, joined
from metastasis._vocabulary import LISTS, PREFIXES, contract, expand
from metastasis.rdf._terms import node, value_of
from metastasis.serve._pages.layout import WebPage, page_reply
from metastasis.serve._pages.sections import PageSection, facts, laid_out, links_of
from metastasis.serve._resource import SYNTAXES, data_reply

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from metastasis._graph import KnowledgeGraph
    from metastasis._markup import Content, Markup
    from metastasis.serve._links import Links
    from metastasis.serve._reply import Address, Reply

__all__ = ["vocabulary_page", "vocabulary_reply"]

_LISTS: Final = (*LISTS, "mechanism", "response")
_KINDS: Final = {
    "owl:Class": "Classes",
    "owl:ObjectProperty": "Properties that lead to things",
    "owl:DatatypeProperty": "Properties with values",
    "owl:AnnotationProperty": "Remarks",
}
_LINKS: Final = {
    "rdfs:subClassOf": "A kind of",
    "rdfs:subPropertyOf": "A kind of",
    "rdfs:domain": "Of",
    "rdfs:range": "Gives",
    "dcterms:source": "After",
    "prov:wasDerivedFrom": "After",
}
"""How a term leads to others; disjointness is left to the data."""


class Term(NamedTuple):
    """A term, and all that is said of it, by property."""

    curie: str
    said: Mapping[str, Sequence[str]]

    @property
    def name(self) -> str:
        """By which a link finds it on the page."""
        prefix, _, local = self.curie.partition(":")
        return local if prefix == "met" else f"{prefix}-{local}"

    def first(self, *properties: str) -> str:
        """Return what the first of some properties that it has says."""
        return next((said[0] for one in properties if (said := self.said.get(one))), "")


def vocabulary_reply(kg: KnowledgeGraph, address: Address, form: str, links: Links) -> Reply | None:
    """Return the page of the vocabulary, or the vocabulary itself."""
    if form == "html":
        return page_reply(vocabulary_page(kg), address, links)
    return data_reply(kg, address.path, form)


def vocabulary_page(kg: KnowledgeGraph) -> WebPage:
    """Return the page of the vocabulary of a graph.

    >>> import metastasis as mets
    >>> vocabulary_page(mets.load()).title
    'Vocabulary'
    """
    terms = _terms(kg)
    told = (
        "Every class, property, listed value and rule of the graph, each with its definition. A "
        "term is named by this page and its own name, such as met:spreadsTo."
    )
    head = joined(element("h1", "Vocabulary"), element("p", told, class_="lead"))
    known = {one.curie: one.name for one in terms}
    sections = [
        *(_kind(terms, kind, title, known) for kind, title in _KINDS.items()),
        *(_list(terms, name, known) for name in _LISTS),
        _section("rules", "Rules", [one for one in terms if one.curie.startswith("rule:")], known),
    ]
    return WebPage("Vocabulary", told, laid_out(head, sections), forms=tuple(SYNTAXES))


def _terms(kg: KnowledgeGraph) -> list[Term]:
    """Return the terms below our address: those of the vocabulary, of its lists, and the rules."""
    rooms = (PREFIXES["met"], *(PREFIXES[name] for name in (*_LISTS, "rule")))
    types = kg.store.quads_for_pattern(None, node("rdf:type"), None, None)
    found = {iri for quad in types if (iri := value_of(quad.subject)).startswith(rooms)}
    return [Term(contract(iri), _said(kg, iri)) for iri in sorted(found)]


def _said(kg: KnowledgeGraph, iri: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for quad in kg.store.quads_for_pattern(node(contract(iri)), None, None, None):
        found[contract(quad.predicate.value)].append(contract(value_of(quad.object)))
    return {name: sorted(values) for name, values in found.items()}


def _kind(
    terms: Iterable[Term], kind: str, title: str, known: Mapping[str, str]
) -> PageSection | None:
    """Return the section of the terms of a kind."""
    there = [one for one in terms if kind in one.said.get("rdf:type", ())]
    return _section(kind.partition(":")[2], title, there, known)


def _list(terms: Iterable[Term], name: str, known: Mapping[str, str]) -> PageSection | None:
    """Return the section of the values of a closed list, those that rank in order of rank."""
    ranks = {f"{name}:{value}": rank for rank, value in enumerate(LISTS.get(name, ()))}
    there = [one for one in terms if one.curie.startswith(f"{name}:")]
    there.sort(key=lambda one: ranks.get(one.curie, len(ranks)))
    return _section(f"list-{name}", f"Values: {name}", there, known)


def _section(
    name: str, title: str, terms: Sequence[Term], known: Mapping[str, str]
) -> PageSection | None:
    if not terms:
        return None
    return PageSection(name, title, [_entry(one, known) for one in terms])


def _entry(term: Term, known: Mapping[str, str]) -> Markup:
    label = term.first("rdfs:label")
    heading = element(
        "h3", element("code", term.curie), " ", label if label not in term.curie else None
    )
    return element(
        "div",
        heading,
        element("p", term.first("skos:definition")),
        [element("p", one, class_="note") for one in term.said.get("rdfs:comment", ())],
        facts(
            ("Example", term.first("skos:example")),
            *((title, _named(term.said.get(name, ()), known)) for name, title in _LINKS.items()),
        ),
        id=term.name,
        class_="term",
    )


def _named(curies: Iterable[str], known: Mapping[str, str]) -> Content:
    """Return terms as links: ours to their place on this page, others to their own."""
    return links_of((f"#{known[one]}" if one in known else _address(one), one) for one in curies)


def _address(curie: str) -> str:
    prefix, colon, _ = curie.partition(":")
    return expand(curie) if colon and prefix in PREFIXES else curie
