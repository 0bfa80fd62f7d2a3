"""Nanopublications: each assertion as a small publication of its own, in TriG.

A nanopublication has four named graphs: the head names the other three; the assertion is what one
source says, triple for triple as in the graph of that source; the provenance is where that comes
from and who read it; the publication info is what is said of the nanopublication itself, such as
its license. See https://nanopub.net/guidelines/ and Kuhn T and Dumontier M, Trusty URIs (ESWC
2014, doi:10.1007/978-3-319-07443-6_27).

The name of each ends in a hash of all that it says (a trusty URI), so that a nanopublication that
was copied can be checked, and one whose number was corrected has another name. Nothing of the
release is in it: the same assertion has the same name in every release. They are unsigned drafts;
who publishes one signs it, which makes a name of its own.

Apart from the graph's own TriG because it is of many small graphs, each with a name to be worked
out.
"""

from __future__ import annotations

import base64
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

import pyoxigraph as ox

from metastasis._catalog.license import recorded_terms
from metastasis._files import write_atomically
from metastasis._vocabulary import BASE, NOT_CLINICAL, PREFIXES
from metastasis.rdf._description import MAKERS, exceptions
from metastasis.rdf._serialize import header
from metastasis.rdf._terms import TYPE, node, text, value_of
from metastasis.rdf._write import assertion_quads

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from metastasis._catalog import Source
    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.evidence import Evidence
    from metastasis.rdf._write import Named

__all__ = ["nanopublication_quads", "write_nanopublications"]

_NANOPUBS: Final = f"{BASE}nanopub/"
_DRAFT: Final = f"{_NANOPUBS}-"
"""The name that a nanopublication has until its hash is known."""
_NP: Final = "http://www.nanopub.org/nschema#"
_NPX: Final = "http://purl.org/nanopub/x/"
_PREFIXES: Final = {**PREFIXES, "nanopub": _NANOPUBS, "np": _NP, "npx": _NPX}
_HEAD: Final = "Head"
_PARTS: Final = {
    "assertion": "hasAssertion",
    "provenance": "hasProvenance",
    "pubinfo": "hasPublicationInfo",
}
"""The graphs of a nanopublication beside its head, and by which property the head names them."""


class _Said(NamedTuple):
    """What a nanopublication says, before it has a name."""

    assertion: list[ox.Triple]
    provenance: Named
    """Of the graph of the assertion."""
    source: str
    cited: Named
    """Of the source."""
    pubinfo: Named
    """Of the nanopublication."""


def write_nanopublications(evidence: Evidence, path: Path, command: str) -> None:
    """Write a nanopublication for each assertion, in the order of the assertions' keys."""
    with write_atomically(path) as file:
        file.write(header(command, rights=exceptions(evidence)).encode())
        quads = nanopublication_quads(evidence)
        ox.serialize(quads, file, ox.RdfFormat.TRIG, prefixes=_PREFIXES)


def nanopublication_quads(evidence: Evidence) -> Iterator[ox.Quad]:
    """Yield the quads of a nanopublication for each assertion, one after the other.

    >>> import metastasis as mets
    >>> first = next(nanopublication_quads(mets.load().evidence))
    >>> first.object
    <NamedNode value=http://www.nanopub.org/nschema#Nanopublication>
    """
    for assertion in sorted(evidence.assertions, key=lambda one: one.key):
        said = _said(assertion, evidence)
        name = f"{_NANOPUBS}{_trusty(_quads(said, _DRAFT))}"
        yield from _quads(said, name)


def _said(assertion: Assertion, evidence: Evidence) -> _Said:
    catalog = evidence.catalog
    source = catalog.sources[assertion.source]
    pair = f"{catalog.primaries[assertion.primary].label} to {catalog.sites[assertion.site].label}"
    return _Said(
        [quad.triple for quad in assertion_quads(assertion, catalog)],
        _provenance(source),
        f"source:{source.key}",
        [("dcterms:bibliographicCitation", text(source.citation))],
        [
            ("rdfs:label", text(f"Nanopublication: {pair} ({source.key})")),
            ("npx:introduces", node(f"assertion:{assertion.key}")),
            ("npx:hasNanopubType", node("met:SpreadAssertion")),
            *_publication(source),
        ],
    )


def _provenance(source: Source) -> Named:
    """Return where an assertion comes from: the source, its addresses, and who read it when."""
    pubmed = f"https://pubmed.ncbi.nlm.nih.gov/{source.pmid}/" if source.pmid else None
    links = dict.fromkeys(filter(None, (source.address, pubmed)))
    found: Named = [
        ("prov:wasDerivedFrom", node(f"source:{source.key}")),
        *(("prov:wasDerivedFrom", ox.NamedNode(link)) for link in links),
    ]
    for predicate, who in (
        ("pav:curatedBy", source.curated_by),
        ("pav:curatedOn", source.curated_on),
    ):
        if who is not None:
            found.append((predicate, text(who)))
    return found


def _publication(source: Source) -> Named:
    """Return under which terms, when and by whom what is recorded of a source is published."""
    terms = recorded_terms(source)
    found: Named = [
        ("dcterms:rights", text(terms.words)),
        ("dcterms:creator", text(source.curated_by or MAKERS)),
        ("dcterms:isPartOf", ox.NamedNode(BASE)),
        ("rdfs:comment", text(NOT_CLINICAL)),
    ]
    if terms.url is not None:
        found.append(("dcterms:license", ox.NamedNode(terms.url)))
    if source.curated_on is not None:
        day = ox.Literal(source.curated_on, datatype=node("xsd:date"))
        found.append(("dcterms:created", day))
    return found


def _quads(said: _Said, name: str) -> Iterator[ox.Quad]:
    """Yield the quads of a nanopublication of this name, graph by graph."""
    itself = ox.NamedNode(name)
    head, *parts = (ox.NamedNode(f"{name}#{part}") for part in (_HEAD, *_PARTS))
    assertion, provenance, pubinfo = parts
    yield ox.Quad(itself, TYPE, ox.NamedNode(f"{_NP}Nanopublication"), head)
    for link, part in zip(_PARTS.values(), parts, strict=True):
        yield ox.Quad(itself, ox.NamedNode(f"{_NP}{link}"), part, head)
    for triple in said.assertion:
        yield ox.Quad(triple.subject, triple.predicate, triple.object, assertion)
    for predicate, value in said.provenance:
        yield ox.Quad(assertion, _node(predicate), value, provenance)
    for predicate, value in said.cited:
        yield ox.Quad(_node(said.source), _node(predicate), value, provenance)
    for predicate, value in said.pubinfo:
        yield ox.Quad(itself, _node(predicate), value, pubinfo)


def _node(curie: str) -> ox.NamedNode:
    prefix, _, local = curie.partition(":")
    return ox.NamedNode(_PREFIXES[prefix] + local)


def _trusty(quads: Iterable[ox.Quad]) -> str:
    """Return the artifact code of the quads of a draft: ``RA`` and a hash of what they say.

    Quads are sorted by graph, subject, predicate and object, names before texts, with a blank in
    place of the code itself; each part of each stands on a line.
    """
    lines = sorted({_lines(quad) for quad in quads})
    said = "".join("".join(f"{line}\n" for line in (*names, shown)) for names, _, shown in lines)
    digest = sha256(said.encode()).digest()
    return "RA" + base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _lines(quad: ox.Quad) -> tuple[tuple[str, ...], tuple[bool, str, str], str]:
    """Return graph, subject and predicate, what the object is sorted by, and what is hashed."""
    parts = (quad.graph_name, quad.subject, quad.predicate)
    names = tuple(_unnamed(value_of(part)) for part in parts)  # type: ignore[arg-type]
    value = quad.object
    if isinstance(value, ox.Literal):
        kind = value.datatype.value
        escaped = value.value.replace("\\", "\\\\").replace("\n", "\\n")
        return names, (True, value.value, kind), f"^{kind} {escaped}"
    name = _unnamed(value_of(value))
    return names, (False, name, ""), name


def _unnamed(iri: str) -> str:
    """Return a name with a blank in place of the code that is not known yet."""
    return f"{_NANOPUBS} {iri[len(_DRAFT) :]}" if iri.startswith(_DRAFT) else iri
