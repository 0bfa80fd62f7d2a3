"""What changed between two stores, in the words of the Knowledge Graph Change Language.

Statements of its controlled language (https://w3id.org/kgcl/), one a line. A node is what has an
``rdfs:label``: a primary, a site, a source, an assertion, a pair, a term. Said of it is that it
came, went or was renamed, its synonyms and definitions, what it is linked to, and texts and numbers
that took the place of others. The language has no words for a text or a number that came or went
alone, nor for what has no label; such triples are counted, and the RDF Patch has them all.

Apart from the patch because it says the same in another language, and not all of it.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from metastasis._vocabulary import contract
from metastasis.rdf._exchange.patch import differences
from metastasis.rdf._terms import node

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["kgcl_statements"]

_LABEL: Final = node("rdfs:label")
_SYNONYM: Final = node("skos:altLabel")
_DEFINITION: Final = node("skos:definition")
_CAME, _CHANGED, _WENT = range(3)
"""The order of statements: a node is there before anything links to it, and goes last."""


def kgcl_statements(old: ox.Store, new: ox.Store) -> tuple[list[str], int]:
    """Return what changed, in statements, and how many changed triples they do not say.

    >>> import pyoxigraph as ox
    >>> from metastasis._vocabulary import expand
    >>> old, new = ox.Store(), ox.Store()
    >>> toe, label = ox.NamedNode(expand("site:toe")), ox.NamedNode(expand("rdfs:label"))
    >>> new.add(ox.Quad(toe, label, ox.Literal("toe")))
    >>> kgcl_statements(old, new)
    (["create node site:toe 'toe'"], 0)

    Raises
    ------
    GraphError
        A quad that changed holds a blank node, which has no name that two files share.
    """
    found: list[tuple[int, str]] = []
    unsaid = 0
    for subject, was, now in differences(old, new):
        # The language knows no graphs: a triple that moved to another one has not changed.
        before, after = ({quad.triple for quad in quads} for quads in (was, now))
        statements = list(_Node(subject, before, after).statements())
        found += [(order, said) for order, said in statements if said]
        unsaid += sum(not said for _, said in statements)
    found.sort(key=lambda one: one[0])
    return [said for _, said in found], unsaid


class _Node:
    """A subject, and what of its triples went and came."""

    def __init__(self, subject: ox.NamedNode, was: set[ox.Triple], now: set[ox.Triple]) -> None:
        self.name = _named(subject)
        self.was, self.now = was, now
        self.went, self.came = was - now, now - was

    def statements(self) -> Iterator[tuple[int, str]]:
        """Yield statements with their order; a blank one for a triple that has no words."""
        before, after = (_texts(triples, _LABEL) for triples in (self.was, self.now))
        if not (before or after):
            yield from ((_CHANGED, "") for _ in self.went | self.came)
            return
        if before and not self.now:
            yield _WENT, f"delete {self.name}"
            return
        if not before:
            yield _CAME, f"create node {self.name} {_quoted(after.pop(0))}"
            yield from ((_CHANGED, "") for _ in after)
        else:
            yield from ((_CHANGED, said) for said in self._names())
        for said in (*self._synonyms(), *self._definitions(), *self._links(), *self._values()):
            yield _CHANGED, said
        for triple in self.went | self.came:
            if isinstance(triple.object, ox.Triple):
                yield _CHANGED, ""

    def _names(self) -> Iterator[str]:
        for old, new in self._in_turn(_LABEL):
            if old and new:
                yield f"rename {self.name} from {_quoted(old)} to {_quoted(new)}"
            else:
                yield ""

    def _synonyms(self) -> Iterator[str]:
        for value in _texts(self.went, _SYNONYM):
            yield f"remove synonym {_quoted(value)} for {self.name}"
        for value in _texts(self.came, _SYNONYM):
            yield f"create synonym {_quoted(value)} for {self.name}"

    def _definitions(self) -> Iterator[str]:
        for old, new in self._in_turn(_DEFINITION):
            if old and new:
                yield f"change definition of {self.name} from {_plain(old)} to {_plain(new)}"
            elif new:
                yield f"add definition {_plain(new)} to {self.name}"
            elif not _texts(self.now, _DEFINITION):
                yield f"remove definition for {self.name}"
            else:
                yield ""

    def _in_turn(self, predicate: ox.NamedNode) -> Iterator[tuple[ox.Literal | None, ...]]:
        """Yield pairs of texts, of which the second took the place of the first."""
        yield from zip_longest(*(_texts(each, predicate) for each in (self.went, self.came)))

    def _links(self) -> Iterator[str]:
        """Yield the links to other nodes; one that took the place of another between the same."""
        went, came = _linked(self.went), _linked(self.came)
        for other in sorted(went.keys() | came.keys()):
            old, new = sorted(went[other]), sorted(came[other])
            if len(old) == len(new) == 1:
                between = f"{self.name} and {other}"
                yield f"change relationship between {between} from {old[0]} to {new[0]}"
                continue
            yield from (f"delete edge {self.name} {link} {other}" for link in old)
            yield from (f"create edge {self.name} {link} {other}" for link in new)

    def _values(self) -> Iterator[str]:
        """Yield texts and numbers that took the place of others; blanks for those that did not."""
        went, came = _valued(self.went), _valued(self.came)
        for link in sorted(went.keys() | came.keys()):
            old, new = went[link], came[link]
            if len(old) == len(new) == 1:
                values = f"from {_term(old[0])} to {_term(new[0])}"
                yield f"change annotation of {self.name} with {link} {values}"
            else:
                yield from ("" for _ in (*old, *new))


def _texts(triples: Iterable[ox.Triple], predicate: ox.NamedNode) -> list[ox.Literal]:
    """Return the texts of a property, in order."""
    values = (triple.object for triple in triples if triple.predicate == predicate)
    return sorted((value for value in values if isinstance(value, ox.Literal)), key=str)


def _linked(triples: Iterable[ox.Triple]) -> dict[str, list[str]]:
    """Return by what is linked to the properties that do."""
    found: dict[str, list[str]] = defaultdict(list)
    for triple in triples:
        if isinstance(triple.object, ox.NamedNode):
            found[_named(triple.object)].append(_named(triple.predicate))
    return found


def _valued(triples: Iterable[ox.Triple]) -> dict[str, list[ox.Literal]]:
    """Return the texts and numbers by property, but for those that have statements of their own."""
    found: dict[str, list[ox.Literal]] = defaultdict(list)
    for triple in triples:
        if triple.predicate not in (_LABEL, _SYNONYM, _DEFINITION) and isinstance(
            triple.object, ox.Literal
        ):
            found[_named(triple.predicate)].append(triple.object)
    return found


def _named(term: ox.NamedNode) -> str:
    """Return a CURIE, or an address in angle brackets."""
    short = contract(term.value)
    return f"<{short}>" if short == term.value else short


def _plain(value: ox.Literal) -> str:
    """Return a text in single quotes, on one line; the language has no way to write these."""
    return "'" + " ".join(value.value.split()).replace("'", "\u2019") + "'"


def _quoted(value: ox.Literal) -> str:
    """Return a text in single quotes with its language, if it has one."""
    return _plain(value) + (f"@{value.language}" if value.language else "")


def _term(value: ox.Literal) -> str:
    """Return a text or a number in double quotes, with its language if it has one.

    Without its datatype, which the language's own parser takes for a part of a name.
    """
    shown = '"' + " ".join(value.value.split()).replace('"', "\u201d") + '"'
    return f"{shown}@{value.language}" if value.language else shown
