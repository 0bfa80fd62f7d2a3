"""What a folder of files holds: their sizes and checksums, in DCAT, schema.org and RO-Crate.

A file cannot hold its own checksum, so the description of the files stands beside them:
``dcat.ttl`` for catalogs of data (DCAT 3), ``dataset.jsonld`` for search engines (schema.org),
``ro-crate-metadata.json`` for repositories (RO-Crate 1.2) and ``SHA256SUMS`` for ``sha256sum``.
The same files give the same bytes. Files of the release have their addresses under
``https://w3id.org/metastasis/release/``; of a build with evidence of one's own they are named from
the place of the description, and nothing says that they are the release.
Apart from the other writers because it describes files that are written already.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import file_digest, sha256
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from metastasis._files import write_text
from metastasis._vocabulary import (
    BASE,
    DATA_LICENSE,
    DATA_RELEASE,
    PREFIXES,
    PRIOR_RELEASE,
    RELEASE,
    RELEASE_DATE,
    expand,
)
from metastasis.rdf._description import (
    ABOUT,
    KEYWORDS,
    MAKERS,
    PAGE,
    TITLE,
    exceptions,
    is_the_release,
    media_type_address,
)
from metastasis.rdf._serialize import header
from metastasis.rdf._terms import TYPE, node, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from metastasis._evidence.evidence import Evidence
    from metastasis.rdf._formats import Form
    from metastasis.rdf._write import Named

__all__ = ["MANIFEST", "write_manifest"]

MANIFEST: Final = ("dcat.ttl", "dataset.jsonld", "ro-crate-metadata.json", "SHA256SUMS")
"""The files that describe the others, in the order in which they are written."""

_AGENT: Final = f"{BASE}contributors"
_CRATE: Final = "https://w3id.org/ro/crate/1.2"
_EU: Final = "http://publications.europa.eu/resource/authority/"
_THEME: Final = f"{_EU}data-theme/HEAL"
_OWN: Final = {
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
}
_SHARED: Final = ("dcat", "dcterms", "prov", "rdf", "skos", "xsd")
_IN_DCAT: Final = {**{name: PREFIXES[name] for name in _SHARED}, **_OWN}
_CLASS_OF: Final = {
    "dcat:landingPage": "foaf:Document",
    "dcat:mediaType": "dcterms:MediaType",
    "dcat:theme": "skos:Concept",
    "dcterms:accessRights": "dcterms:RightsStatement",
    "dcterms:conformsTo": "dcterms:Standard",
    "dcterms:language": "dcterms:LinguisticSystem",
    "dcterms:license": "dcterms:LicenseDocument",
    "spdx:algorithm": "spdx:ChecksumAlgorithm",
}
"""Of what class the values of a property are."""


@dataclass(frozen=True, slots=True)
class _File:
    """A file of the folder."""

    path: str
    """From the folder, with slashes."""
    media_type: str
    title: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class _Package:
    """The files, and what they are together."""

    files: tuple[_File, ...]
    is_release: bool
    rights: str | None

    @property
    def title(self) -> str:
        """What the files are called together."""
        return TITLE if self.is_release else f"{TITLE}, built with other evidence than the release"

    @property
    def place(self) -> str:
        """What stands before the path of a file in its address."""
        return f"{RELEASE}/" if self.is_release else ""


def write_manifest(folder: Path, files: Mapping[str, Form], evidence: Evidence) -> list[Path]:
    """Describe files of a folder, each with its form, and return the files of the description."""
    listed = tuple(
        _listed(folder, path, form.media_type, f"Metastasis {DATA_RELEASE}: {form.description}")
        for path, form in sorted(files.items())
    )
    package = _Package(listed, is_the_release(evidence), exceptions(evidence))
    write_text(folder / "dcat.ttl", _dcat(package))
    write_text(folder / "dataset.jsonld", _json(_schema_org(package)))
    described = (
        *listed,
        _listed(folder, "dcat.ttl", "text/turtle", "The files, described in DCAT"),
        _listed(folder, "dataset.jsonld", "application/ld+json", "The files, in schema.org"),
    )
    crate = _json(_ro_crate(package, described))
    write_text(folder / "ro-crate-metadata.json", crate)
    sums = {one.path: one.sha256 for one in described}
    sums["ro-crate-metadata.json"] = sha256(crate.encode()).hexdigest()
    lines = [f"{digest}  {path}\n" for path, digest in sorted(sums.items())]
    write_text(folder / "SHA256SUMS", "".join(lines))
    return [folder / name for name in MANIFEST]


def _listed(folder: Path, path: str, media_type: str, title: str) -> _File:
    with (folder / path).open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    kind = "text/plain" if path.endswith(".txt") else media_type
    return _File(path, kind, title, (folder / path).stat().st_size, digest)


def _json(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


# DCAT 3, with what its European application profile asks for.


def _dcat(package: _Package) -> str:
    """Return the description in Turtle; of a build of one's own, with names from its place."""
    place = f"{RELEASE}/"
    dataset = RELEASE if package.is_release else place
    triples = [
        *_about(dataset, _dataset(package)),
        *_about(_AGENT, [("rdf:type", _term("foaf:Agent")), ("foaf:name", text(MAKERS))]),
        *_about(_THEME, [("skos:prefLabel", text("Health", "en"))]),
    ]
    for file in package.files:
        name = f"{place}{file.path}#file"
        if package.is_release:
            name = expand(f"distribution:{DATA_RELEASE}/{file.path}")
        triples += _about(dataset, [("dcat:distribution", ox.NamedNode(name))])
        triples += _about(name, _distribution(file, name, f"{place}{file.path}"))
        triples += _about(f"{name}-checksum", _checksum(file))
    triples += _classes(triples)
    data = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=_IN_DCAT) or b""
    turtle = header("metastasis build", rights=package.rights) + data.decode()
    if package.is_release:
        return turtle
    return turtle.replace(f"<{place}>", "<./>").replace(f"<{place}", "<")


def _about(subject: str, statements: Named) -> Iterator[ox.Triple]:
    for predicate, value in statements:
        yield ox.Triple(ox.NamedNode(subject), _term(predicate), value)


def _term(curie: str) -> ox.NamedNode:
    prefix, _, local = curie.partition(":")
    return ox.NamedNode(_IN_DCAT[prefix] + local)


def _classes(triples: list[ox.Triple]) -> list[ox.Triple]:
    """Return of what class the values of properties are, which a catalog cannot look up."""
    classes = {_term(name): _term(kind) for name, kind in _CLASS_OF.items()}
    found = {
        (one.object, classes[one.predicate])
        for one in triples
        if one.predicate in classes and isinstance(one.object, ox.NamedNode)
    }
    return [ox.Triple(value, TYPE, kind) for value, kind in sorted(found, key=str)]


def _dataset(package: _Package) -> Named:
    statements: Named = [
        ("rdf:type", node("dcat:Dataset")),
        ("dcterms:title", text(package.title, "en")),
        ("dcterms:description", text(ABOUT, "en")),
        ("dcterms:issued", _typed(RELEASE_DATE, "date")),
        ("dcterms:license", ox.NamedNode(DATA_LICENSE)),
        ("dcterms:creator", ox.NamedNode(_AGENT)),
        ("dcterms:publisher", ox.NamedNode(_AGENT)),
        ("dcterms:language", ox.NamedNode(f"{_EU}language/ENG")),
        ("dcterms:accessRights", ox.NamedNode(f"{_EU}access-right/PUBLIC")),
        ("dcterms:conformsTo", ox.NamedNode(f"{BASE}vocab")),
        ("dcat:theme", ox.NamedNode(_THEME)),
        ("dcat:landingPage", ox.NamedNode(PAGE)),
        *(("dcat:keyword", text(word, "en")) for word in KEYWORDS),
    ]
    if package.rights is not None:
        statements.append(("dcterms:rights", text(package.rights)))
    if not package.is_release:
        return [*statements, ("prov:wasDerivedFrom", ox.NamedNode(RELEASE))]
    statements += [
        ("dcterms:identifier", text(RELEASE)),
        ("dcat:version", text(DATA_RELEASE)),
        ("dcat:isVersionOf", ox.NamedNode(BASE)),
    ]
    if PRIOR_RELEASE:
        prior = ox.NamedNode(f"{BASE}release/{PRIOR_RELEASE}")
        statements.append(("dcat:previousVersion", prior))
    return statements


def _distribution(file: _File, name: str, address: str) -> Named:
    registered = media_type_address(file.media_type)
    return [
        ("rdf:type", node("dcat:Distribution")),
        ("dcterms:title", text(file.title, "en")),
        ("dcterms:license", ox.NamedNode(DATA_LICENSE)),
        ("dcat:accessURL", ox.NamedNode(address)),
        ("dcat:downloadURL", ox.NamedNode(address)),
        *((("dcat:mediaType", ox.NamedNode(registered)),) if registered else ()),
        ("dcat:byteSize", _typed(str(file.size), "nonNegativeInteger")),
        ("spdx:checksum", ox.NamedNode(f"{name}-checksum")),
    ]


def _checksum(file: _File) -> Named:
    return [
        ("rdf:type", _term("spdx:Checksum")),
        ("spdx:algorithm", _term("spdx:checksumAlgorithm_sha256")),
        ("spdx:checksumValue", _typed(file.sha256, "hexBinary")),
    ]


def _typed(value: str, datatype: str) -> ox.Literal:
    return ox.Literal(value, datatype=node(f"xsd:{datatype}"))


# schema.org, for search engines, and RO-Crate, which is made of its words.


def _schema_org(package: _Package) -> dict[str, Any]:
    """Return the description that search engines for data sets read."""
    downloads = [
        {
            "@type": "DataDownload",
            "name": file.title,
            "contentUrl": f"{package.place}{file.path}",
            "encodingFormat": file.media_type,
            "contentSize": f"{file.size} B",
            "sha256": file.sha256,
        }
        for file in package.files
    ]
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": RELEASE if package.is_release else "./",
        **_common(package),
        "url": BASE,
        "license": DATA_LICENSE,
        "creator": {"@type": "Organization", "name": MAKERS, "url": BASE},
        "isAccessibleForFree": True,
        "inLanguage": "en",
        "measurementTechnique": "Extraction from published sources, one assertion a source",
        "variableMeasured": "Share of the patients with a primary who have a metastasis at a site",
        "distribution": downloads,
    }


def _ro_crate(package: _Package, files: Sequence[_File]) -> dict[str, Any]:
    """Return the metadata of the folder as an RO-Crate."""
    descriptor = {
        "@id": "ro-crate-metadata.json",
        "@type": "CreativeWork",
        "conformsTo": {"@id": _CRATE},
        "about": {"@id": "./"},
    }
    root = {
        "@id": "./",
        "@type": "Dataset",
        **_common(package),
        "license": {"@id": DATA_LICENSE},
        "author": {"@id": _AGENT},
        "publisher": {"@id": _AGENT},
        "hasPart": [{"@id": file.path} for file in files],
    }
    license_ = {
        "@id": DATA_LICENSE,
        "@type": "CreativeWork",
        "name": "Creative Commons Attribution 4.0 International",
        "description": "Share and adapt it as you like, if you name the source.",
    }
    agent = {"@id": _AGENT, "@type": "Organization", "name": MAKERS, "url": BASE}
    named = [descriptor, root, license_, agent]
    if package.is_release:
        root["identifier"] = {"@id": "#identifier"}
        identifier = {"@id": "#identifier", "@type": "PropertyValue", "value": RELEASE}
        named.append({**identifier, "name": "identifier", "url": RELEASE})
    context = [f"{_CRATE}/context", {"sha256": "http://schema.org/sha256"}]
    return {"@context": context, "@graph": [*named, *map(_crate_file, files)]}


def _crate_file(file: _File) -> dict[str, Any]:
    return {
        "@id": file.path,
        "@type": "File",
        "name": file.path,
        "description": file.title,
        "encodingFormat": file.media_type,
        "contentSize": str(file.size),
        "sha256": file.sha256,
    }


def _common(package: _Package) -> dict[str, Any]:
    """Return what both say of the whole."""
    said: dict[str, Any] = {
        "name": package.title,
        "description": ABOUT if package.rights is None else f"{ABOUT} {package.rights}",
        "datePublished": RELEASE_DATE,
        "keywords": list(KEYWORDS),
    }
    if package.is_release:
        return {**said, "identifier": RELEASE, "version": DATA_RELEASE}
    return {**said, "isBasedOn": {"@id": RELEASE}}
