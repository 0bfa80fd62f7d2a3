"""What an endpoint refuses: the status, and one sentence that says what to do.

Every refusal is told as ``application/problem+json`` (RFC 9457), its ``kind`` a word for programs.
"""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Final, NamedTuple

from metastasis._vocabulary import NOT_CLINICAL
from metastasis.serve._problem import problem

if TYPE_CHECKING:
    from metastasis.serve._reply import Reply

__all__ = ["REFUSALS", "Refusal", "Rule", "readable", "refused"]


class Rule(NamedTuple):
    """What is said to one kind of question that gets no answer."""

    status: int
    sentence: str
    """With the names of what differs in braces."""
    retry_after: int | None = None
    """Seconds after which it is worth to ask again."""


REFUSALS: Final[dict[str, Rule]] = {
    "syntax": Rule(400, "{reason}"),
    "no query": Rule(400, "no query is given; send it as the parameter query"),
    "several queries": Rule(400, "{count} queries are given; send one at a time"),
    "encoding": Rule(400, "{what} is not percent-encoded UTF-8; encode it once, as UTF-8"),
    "graph name": Rule(400, "{name} is no absolute IRI; name graphs by their whole address"),
    "federation": Rule(
        403,
        "{reason}, and this endpoint asks no other machine: ask that one yourself, or run the "
        "query on your own machine with metastasis query --federate",
    ),
    "foreign graph": Rule(
        403,
        "{names} is no graph of this endpoint, which fetches none; "
        "SELECT DISTINCT ?g {{ GRAPH ?g {{ ?s ?p ?o }} }} lists those that it has",
    ),
    "update": Rule(
        403,
        "this endpoint only answers questions; download the graph to change a copy of your own",
    ),
    "not found": Rule(404, "there is nothing at this address; begin at the first page"),
    "method": Rule(405, "{method} is not answered here; use {allowed}"),
    "form": Rule(406, "the answer is not to be had in a form that Accept allows; take {forms}"),
    "form of XML": Rule(406, "{reason}"),
    "slow request": Rule(
        408, "the request did not come whole within {seconds:g} seconds; send it again"
    ),
    "question size": Rule(
        413,
        "the query is longer than {most:,} bytes; give less data with it, or ask a copy of the "
        "graph on your own machine",
    ),
    "answer size": Rule(
        413,
        "the answer is longer than {most:,} bytes; add LIMIT and OFFSET, ask for less, or download "
        "the graph",
    ),
    "names size": Rule(
        413,
        "the names of graphs are longer than {most:,} characters; name fewer, or write FROM and "
        "FROM NAMED into the query",
    ),
    "address size": Rule(414, "the address is longer than {most:,} bytes; ask for less at a time"),
    "media type": Rule(
        415,
        "a query is posted as application/x-www-form-urlencoded or as application/sparql-query, in "
        "UTF-8 and not packed; {found}",
    ),
    "one client": Rule(
        429,
        "this client has as many questions open as one may have; wait for an answer before asking "
        "more",
        retry_after=1,
    ),
    "header size": Rule(
        431,
        "the head of the request is longer than {most:,} bytes; send a long query by POST",
    ),
    "failed": Rule(500, "the server failed at this request; it has been written down"),
    "deadline": Rule(
        503,
        "the answer was not there within {seconds:g} seconds, which is all that one question gets; "
        "ask for less, or ask a copy of the graph on your own machine",
        retry_after=60,
    ),
    "wish": Rule(
        503,
        "the answer was not there within the {seconds:g} seconds that timeout gives it; allow more",
        retry_after=1,
    ),
    "memory": Rule(
        503,
        "the answer needs more than the {most:,} bytes of memory that one question gets; ask for "
        "less, or ask a copy of the graph on your own machine",
        retry_after=60,
    ),
    "died": Rule(
        503,
        "the worker ended before it had answered, mostly because the question needs more memory "
        "than one gets; ask for less",
        retry_after=60,
    ),
    "busy": Rule(503, "too many questions wait already; ask again in a few seconds", retry_after=5),
    "closing": Rule(503, "the server is closing; ask again in a few seconds", retry_after=5),
}
"""Each kind of refusal."""


class Refusal(NamedTuple):
    r"""A question that gets no answer, and why.

    >>> refused("several queries", count=2).reply().body.decode()
    '{"title":"Bad Request","status":400,"detail":"2 queries are given; send one at a time",...}\n'
    """

    kind: str
    detail: str
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def status(self) -> int:
        """The status of HTTP."""
        return REFUSALS[self.kind].status

    def reply(self) -> Reply:
        """Return it as an answer for programs."""
        rule = REFUSALS[self.kind]
        headers = [*self.headers]
        if rule.retry_after is not None:
            headers.append(("Retry-After", str(rule.retry_after)))
        told = problem(rule.status, self.detail, kind=self.kind)
        return told._replace(headers=tuple(headers))


def refused(kind: str, headers: tuple[tuple[str, str], ...] = (), **told: object) -> Refusal:
    """Return a refusal, its sentence filled in."""
    return Refusal(kind, REFUSALS[kind].sentence.format(**told), headers)


def readable(reply: Reply) -> Reply:
    """Return a refusal as a plain page, for people."""
    told = json.loads(reply.body)
    title, detail = escape(told["title"]), escape(told["detail"])
    page = (
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{title}</title>\n'
        f'<meta name="viewport" content="width=device-width">\n'
        f'<meta name="color-scheme" content="light dark">\n'
        f"<h1>{title}</h1>\n<p>{detail}\n<p>{escape(NOT_CLINICAL)}\n</html>\n"
    )
    return reply._replace(media_type="text/html; charset=utf-8", body=page.encode())
