"""The questions that the graph is shipped with, and the reading of query files.

Each question is a Turtle file in ``ontology/queries/``, in the convention of
https://github.com/sib-swiss/sparql-examples: the query as ``sh:select``, ``sh:ask`` or
``sh:construct``, the question in plain words as ``rdfs:comment``, and the endpoints that the query
asks beside ours as ``spex:federatesWith``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from metastasis._errors import AmbiguousNameError, ReadError, UnknownNameError
from metastasis._files import ontology_path, read_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["ShippedQuery", "find_query", "read_query", "shipped_queries"]

_SH: Final = "http://www.w3.org/ns/shacl#"
_SPEX: Final = "https://purl.expasy.org/sparql-examples/ontology#"
_COMMENT: Final = "http://www.w3.org/2000/01/rdf-schema#comment"
_FORMS: Final = {
    f"{_SH}select": "select",
    f"{_SH}ask": "ask",
    f"{_SH}construct": "construct",
    f"{_SPEX}describe": "describe",
}
_PREFIX_FILE: Final = "prefixes.ttl"
_NUMBER: Final = re.compile(r"0*(\d+[a-z]?)")

_Triple = tuple[str, str, str]
"""Subject, predicate and object as text; a blank node keeps its label."""


@dataclass(frozen=True, slots=True)
class ShippedQuery:
    """A question with its SPARQL text.

    >>> query = find_query("15a")
    >>> query.name, query.form
    ('15a-uveal-melanoma-to-liver', 'ask')
    """

    name: str
    """The name of its file, without the ending."""
    number: str
    """The number it starts with, without leading zeros: ``"9"``, ``"15a"``."""
    question: str
    """The question in plain words, and what the answer means."""
    text: str
    """The SPARQL, with the prefixes that it uses."""
    form: str
    """``select``, ``ask``, ``construct`` or ``describe``."""
    federates_with: tuple[str, ...] = ()
    """The endpoints that it asks beside ours; it runs only where that is allowed."""


def shipped_queries() -> dict[str, ShippedQuery]:
    """Return every shipped question by its name, in order.

    >>> list(shipped_queries())[0]
    '01-breast-commonly-spreads-to'
    """
    return {name: _shipped(name) for name in _names()}


def find_query(name: str) -> ShippedQuery:
    """Return the shipped question of that name, number or unique beginning of a name.

    >>> find_query("9").name == find_query("09-pooled").name == "09-pooled-frequency"
    True
    >>> find_query("15")
    Traceback (most recent call last):
    ...
    metastasis.AmbiguousNameError: '15' may be any of these: 15a-uveal-melanoma-to-liver, ...

    Raises
    ------
    UnknownNameError
        No question has the name; the nearest ones are suggested.
    AmbiguousNameError
        Several names begin so.
    """
    names = _names()
    wanted = name.strip().casefold().removesuffix(".ttl")
    if wanted in names:
        return _shipped(wanted)
    by_number = [known for known in names if _number(known) == wanted.lstrip("0")]
    found = by_number or [known for known in names if wanted and known.startswith(wanted)]
    if len(found) == 1:
        return _shipped(found[0])
    if found:
        raise AmbiguousNameError("query", name, found)
    raise UnknownNameError("query", name, _near(wanted, names))


def read_query(path: Path) -> str:
    """Return the SPARQL text of a file of the user's.

    A ``.ttl`` file is read in the convention of sparql-examples, with the ``prefixes.ttl`` beside
    it if there is one; declared prefixes that the query uses and does not declare itself are put
    before it. Any other file is the text itself.

    Raises
    ------
    ReadError
        The file cannot be read, is not Turtle, or holds no query or several.
    """
    if path.suffix.casefold() != ".ttl":
        return read_text(path)
    return _read_example(path).text


@cache
def _shipped(name: str) -> ShippedQuery:
    return _read_example(ontology_path("queries", f"{name}.ttl"))


@cache
def _names() -> tuple[str, ...]:
    files = ontology_path("queries").glob("*.ttl")
    return tuple(sorted(path.stem for path in files if path.name != _PREFIX_FILE))


def _read_example(path: Path) -> ShippedQuery:
    triples = _parse(path)
    found = [triple for triple in triples if triple[1] in _FORMS]
    if len(found) != 1:
        problem = f"it holds {len(found)} queries" if found else "it holds no query"
        raise ReadError(path, f"{problem}; give a file with one sh:select, sh:ask or sh:construct")
    subject, form, text = found[0]
    return ShippedQuery(
        name=path.stem,
        number=_number(path.stem),
        question=next(_values(triples, subject, _COMMENT), ""),
        text=_with_prefixes(text, triples),
        form=_FORMS[form],
        federates_with=tuple(sorted(_values(triples, subject, f"{_SPEX}federatesWith"))),
    )


def _parse(path: Path) -> list[_Triple]:
    """Parse a file after its prefix file, so that the blank node they share is one node."""
    text = read_text(path)
    shared = path.with_name(_PREFIX_FILE)
    if shared.is_file() and shared != path:
        text = f"{read_text(shared)}\n{text}"
    try:
        return [
            (_plain(quad.subject), quad.predicate.value, _plain(quad.object))
            for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)
        ]
    except SyntaxError as error:
        raise ReadError(path, f"not valid Turtle: {error}") from None


def _plain(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    return str(term) if isinstance(term, ox.Triple) else term.value


def _with_prefixes(text: str, triples: list[_Triple]) -> str:
    """Return a query with the declared prefixes that it uses but does not declare itself."""
    namespaces = {subject: value for subject, name, value in triples if name == f"{_SH}namespace"}
    missing = [
        f"PREFIX {prefix}: <{namespaces[subject]}>\n"
        for subject, name, prefix in triples
        if name == f"{_SH}prefix" and subject in namespaces and _lacks(text, prefix)
    ]
    return "".join([*missing, text])


def _lacks(text: str, prefix: str) -> bool:
    if f"{prefix}:" not in text or f"PREFIX {prefix}:" in text:
        return False
    name = re.escape(prefix)
    declared = re.search(rf"\bPREFIX\s+{name}:", text, re.IGNORECASE)
    return declared is None and re.search(rf"(?<![\w:.-]){name}:", text) is not None


def _values(triples: list[_Triple], subject: str, predicate: str) -> Iterator[str]:
    return (value for start, name, value in triples if (start, name) == (subject, predicate))


def _number(name: str) -> str:
    found = _NUMBER.match(name)
    return found[1] if found else ""


def _near(wanted: str, names: tuple[str, ...]) -> list[str]:
    from difflib import get_close_matches

    slugs = {name.partition("-")[2]: name for name in names}
    near = [slugs[slug] for slug in get_close_matches(wanted, slugs, n=3, cutoff=0.5)]
    holding = [name for name in names if wanted and wanted in name]
    return list(dict.fromkeys([*get_close_matches(wanted, names, n=3), *holding, *near]))[:4]
