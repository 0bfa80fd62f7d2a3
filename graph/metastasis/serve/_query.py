"""The worker's side of the endpoint: a packed question in, a packed reply out.

Apart from the protocol because it asks the engine, which the front never does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from metastasis._errors import FederationError, QueryError
from metastasis.rdf._sparql.answers import answer_in_form
from metastasis.rdf._sparql.query import answer_here
from metastasis.rdf._sparql.tokens import update_keyword, varies
from metastasis.serve._limits import ServeLimits
from metastasis.serve._links import Links
from metastasis.serve._pages.sparql import html_answer, html_fault
from metastasis.serve._protocol import GRAPHS, TABLES, AskedQuery
from metastasis.serve._refusal import Refusal, refused
from metastasis.serve._reply import UNKEPT, Reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from metastasis.rdf._sparql.engine import Answer
    from metastasis.serve._negotiation import Offer

__all__ = ["query_handler", "warm"]

_TEXT: Final = ("text/csv", "text/tab-separated-values")
_HERE: Final = Links("sparql")
_KINDS: Final = {"r": "select", "b": "ask", "g": "construct"}
_LISTED: Final = ", ".join(offer.media_type for offer in (*TABLES[:4], *GRAPHS[:4]))


def query_handler(store: ox.Store, most: int = ServeLimits.answer) -> Callable[[bytes], bytes]:
    """Return what answers packed questions with packed replies, of at most so many bytes.

    >>> import metastasis as mets
    >>> answer = query_handler(mets.load().store)
    >>> Reply.unpacked(answer(AskedQuery("ASK { site:liver a met:Site }").packed())).body
    b'{"head":{},"boolean":true}'
    """
    graphs = frozenset(str(graph.value) for graph in store.named_graphs())
    warm()

    def answer(data: bytes) -> bytes:
        question = AskedQuery.unpacked(data)
        found = _fault(question, graphs) or _answered(store, question, most)
        if not isinstance(found, Refusal):
            return found.packed()
        if question.is_for_people:
            return html_fault(question.query, found.detail, found.status, _HERE).packed()
        return found.reply().packed()

    return answer


def warm() -> None:
    """Read what no worker can read later: the page lists the shipped questions."""
    html_fault("", "", 200, _HERE)


def _fault(question: AskedQuery, graphs: frozenset[str]) -> Refusal | None:
    """Return why a dataset cannot be asked: an empty answer would be taken for one."""
    asked = {*question.default_graphs, *question.named_graphs}
    for name in sorted(asked):
        try:
            ox.NamedNode(name)
        except ValueError:
            return refused("graph name", name=repr(name))
    foreign = sorted(asked - graphs)
    return refused("foreign graph", names=", ".join(foreign)) if foreign else None


def _answered(store: ox.Store, question: AskedQuery, most: int) -> Reply | Refusal:
    table, graph = question.table, question.graph

    def write(found: Any) -> Answer:
        return answer_in_form(found, _data_of(table, "json"), _data_of(graph, "ttl"), most)

    dataset = question.default_graphs, question.named_graphs
    try:
        answer = answer_here(
            store,
            question.query,
            write,
            base=question.base,
            dataset=dataset if any(dataset) else None,
        )
    except FederationError as error:
        return refused("federation", reason=str(error).partition(";")[0])
    except QueryError as error:
        if update_keyword(question.query):
            return refused("update")
        return refused("syntax", reason=str(error))
    if answer.kind in "nlx":
        return _unwritten(answer, most)
    offer = graph if answer.kind == "g" else table
    assert offer is not None  # noqa: S101 - else the answer were of the kind n
    headers = (UNKEPT,) if varies(question.query) else ()
    if offer.form == "html":
        kind = _KINDS[answer.kind]
        page = html_answer(question.query, kind, answer.data, _HERE)
        if len(page.body) > most:
            return refused("answer size", most=most)
        return page._replace(headers=(*page.headers, *headers))
    charset = "; charset=utf-8" if offer.media_type in _TEXT else ""
    return Reply(200, offer.media_type + charset, answer.data, headers)


def _data_of(offer: Offer | None, for_page: str) -> str | None:
    """Return the form of the data that an answer is made of."""
    if offer is None:
        return None
    return for_page if offer.form == "html" else offer.form


def _unwritten(answer: Answer, most: int) -> Refusal:
    if answer.kind == "l":
        return refused("answer size", most=most)
    if answer.kind == "x":
        return refused("form of XML", reason=answer.data.decode())
    return refused("form", forms=_LISTED)
