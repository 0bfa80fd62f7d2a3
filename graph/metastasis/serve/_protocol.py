"""The SPARQL 1.1 Protocol: what a request asks, or why it is refused.

Pure, and parses no SPARQL: a query is a text here, whatever it says.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import unquote_to_bytes

from metastasis._vocabulary import BASE
from metastasis.serve._negotiation import Offer, choose
from metastasis.serve._refusal import Refusal, refused

__all__ = [
    "FORM",
    "GRAPHS",
    "TABLES",
    "AskedQuery",
    "Request",
    "fields",
    "most_bytes",
    "read_question",
]

FORM: Final = "application/x-www-form-urlencoded"
_DIRECT: Final = "application/sparql-query"
_UPDATE: Final = "application/sparql-update"

TABLES: Final = (
    Offer("json", "application/sparql-results+json"),
    Offer("xml", "application/sparql-results+xml"),
    Offer("csv", "text/csv"),
    Offer("tsv", "text/tab-separated-values"),
    Offer("html", "text/html"),
    Offer("json", "application/json"),
    Offer("xml", "application/xml"),
    Offer("xml", "text/xml"),
)
"""The forms of the answer to SELECT and ASK, the first for who takes any."""
GRAPHS: Final = (
    Offer("ttl", "text/turtle"),
    Offer("nt", "application/n-triples"),
    Offer("rdf", "application/rdf+xml"),
    Offer("jsonld", "application/ld+json"),
    Offer("html", "text/html"),
    Offer("ttl", "application/x-turtle"),
    Offer("rdf", "application/xml"),
    Offer("rdf", "text/xml"),
    Offer("jsonld", "application/json"),
)
"""The forms of the answer to CONSTRUCT and DESCRIBE."""
_NAMES: Final = {
    "json": ("json", "jsonld"),
    "xml": ("xml", "rdf"),
    "csv": ("csv", None),
    "tsv": ("tsv", None),
    "html": ("html", "html"),
    "srj": ("json", None),
    "srx": ("xml", None),
    "turtle": (None, "ttl"),
    "ttl": (None, "ttl"),
    "nt": (None, "nt"),
    "ntriples": (None, "nt"),
    "n-triples": (None, "nt"),
    "rdf": (None, "rdf"),
    "rdfxml": (None, "rdf"),
    "rdf/xml": (None, "rdf"),
    "rdf+xml": (None, "rdf"),
    "jsonld": (None, "jsonld"),
    "json-ld": (None, "jsonld"),
}
"""What ``format`` and ``output`` may say, as other endpoints take it, for rows and for triples."""
_BAD_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_CHARSET: Final = re.compile(r';\s*charset\s*=\s*"?([^\s;"]*)', re.IGNORECASE)
_SECONDS: Final = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(ms|s)?")
_ENCODED: Final = 3
"""Bytes that percent-encoding makes of one."""
_MORE: Final = 16 << 10
"""What a form may hold beside the query: the names of graphs."""
_NAMES_LENGTH: Final = 8 << 10
"""Characters of the names of graphs, together."""
_LENGTH: Final = 4
"""Bytes that say how long the head of a packed question is."""


class Request(NamedTuple):
    """What of a request the protocol looks at."""

    method: str
    query_string: bytes = b""
    accept: str | None = None
    content_type: str = ""
    body: bytes = b""


class AskedQuery(NamedTuple):
    """A query, what it is asked of, and the form in which a client takes either kind of answer.

    >>> question = read_question(Request("GET", b"query=ASK%20%7B%7D"), 1000)
    >>> question.query, question.table.form, question.graph.form
    ('ASK {}', 'json', 'ttl')
    >>> AskedQuery.unpacked(question.packed()) == question
    True
    """

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    table: Offer | None = TABLES[0]
    graph: Offer | None = GRAPHS[0]
    base: str = BASE
    seconds: float | None = None
    """How long the client would wait; not packed, as the answer is the same."""

    @property
    def is_for_people(self) -> bool:
        """Whether the client likes a page best, whatever the answer is."""
        return self.table is not None and self.table.form == "html"

    def packed(self) -> bytes:
        """Return it as bytes, equal for what has an equal answer."""
        head = json.dumps(self[1:-1], ensure_ascii=False, separators=(",", ":")).encode()
        # The query as it is: as JSON, one of quotes and line feeds would be twice as long.
        return len(head).to_bytes(_LENGTH, "big") + head + self.query.encode()

    @classmethod
    def unpacked(cls, data: bytes) -> AskedQuery:
        """Return the question that bytes hold."""
        end = _LENGTH + int.from_bytes(data[:_LENGTH], "big")
        return _unpacked_head(data[_LENGTH:end])._replace(query=data[end:].decode())


# Most questions ask for the same form of the same graphs.
@lru_cache(maxsize=64)
def _unpacked_head(head: bytes) -> AskedQuery:
    default, named, table, graph, base = json.loads(head)
    rows, triples = (offer and Offer(*offer) for offer in (table, graph))
    return AskedQuery("", tuple(default), tuple(named), rows, triples, base)


Fields = dict[str, list[str]]


def most_bytes(content_type: str, most: int) -> int:
    """Return how long the body of a request can be if its query has ``most`` bytes."""
    return _ENCODED * most + _MORE if content_type.lower().startswith(FORM) else most


def read_question(request: Request, most: int) -> AskedQuery | Refusal | None:
    """Return what a request asks; None where it asks nothing, so that the endpoint tells of itself.

    ``most`` is how many bytes a query may have.

    >>> read_question(Request("POST", content_type="text/plain", body=b"ASK {}"), 1000).status
    415
    """
    asked = _fields_of(request)
    if isinstance(asked, Refusal):
        return asked
    if "update" in asked:
        return refused("update")
    queries = asked.get("query", [])
    if len(queries) > 1:
        return refused("several queries", count=len(queries))
    if not queries or not queries[0].strip():
        return refused("no query") if request.method == "POST" else None
    if len(queries[0].encode()) > most:
        return refused("question size", most=most)
    graphs = tuple(tuple(asked.get(f"{kind}-graph-uri", ())) for kind in ("default", "named"))
    if sum(map(len, graphs[0] + graphs[1])) > _NAMES_LENGTH:
        return refused("names size", most=_NAMES_LENGTH)
    table, graph = _forms(asked, request.accept)
    if table is None and graph is None:
        return refused("form", forms=_listed(TABLES + GRAPHS))
    return AskedQuery(queries[0], graphs[0], graphs[1], table, graph, seconds=_seconds(asked))


def _fields_of(request: Request) -> Fields | Refusal:
    asked = fields(request.query_string)
    if asked is None:
        return refused("encoding", what="the address")
    if request.method != "POST":
        return asked
    kind = request.content_type.partition(";")[0].strip().lower()
    if kind == _UPDATE:
        return refused("update")
    if fault := _fault_of_type(kind, request.content_type):
        return refused("media type", found=fault)
    if kind == FORM:
        posted = fields(request.body)
        if posted is None:
            return refused("encoding", what="the body")
    else:
        try:
            posted = {"query": [request.body.decode("utf-8-sig")]}
        except UnicodeDecodeError:
            return refused("encoding", what="the body")
    for name, values in posted.items():
        asked.setdefault(name, []).extend(values)
    return asked


def _fault_of_type(kind: str, content_type: str) -> str | None:
    if kind not in (FORM, _DIRECT):
        return f"this came as {kind}" if kind else "this came without a Content-Type"
    charset = _CHARSET.search(content_type)
    if charset and charset[1].lower() not in ("utf-8", "utf8", "us-ascii"):
        return f"this came in {charset[1]}"
    return None


def fields(data: bytes) -> Fields | None:
    """Return the fields of a form or a query string; None where it is not percent-encoded UTF-8.

    >>> fields(b"primary=breast&primary=lung+cancer"), fields(b"a=%ff"), fields(b"a=5%")
    ({'primary': ['breast', 'lung cancer']}, None, None)
    """
    found: Fields = {}
    try:
        text = data.decode()
        if _BAD_PERCENT.search(text):
            return None
        for pair in text.split("&"):
            if pair:
                name, _, value = pair.partition("=")
                found.setdefault(_plain(name), []).append(_plain(value))
    except UnicodeDecodeError:
        return None
    return found


def _plain(text: str) -> str:
    text = text.replace("+", " ")
    return unquote_to_bytes(text).decode() if "%" in text else text


def _forms(asked: Fields, accept: str | None) -> tuple[Offer | None, Offer | None]:
    """Return the form for rows and that for triples; a parameter goes before Accept."""
    table, graph = choose(accept, TABLES), choose(accept, GRAPHS)
    for name in ("format", "output"):
        for said in asked.get(name, ()):
            forms = _NAMES.get(said.strip().lower(), (None, None))
            media_type = said.strip().lower()
            named = (_named(TABLES, forms[0], media_type), _named(GRAPHS, forms[1], media_type))
            if named != (None, None):
                return named[0] or _not_page(table), named[1] or _not_page(graph)
    return table, graph


def _named(offers: tuple[Offer, ...], form: str | None, media_type: str) -> Offer | None:
    return next((one for one in offers if form == one.form or media_type == one.media_type), None)


def _not_page(offer: Offer | None) -> Offer | None:
    """Return a form for programs: who asks for one kind of data by name is none of people."""
    return None if offer is None or offer.form == "html" else offer


def _seconds(asked: Fields) -> float | None:
    """Return how long a client would wait; what is no time, or none at all, is not said."""
    found = _SECONDS.fullmatch(asked.get("timeout", [""])[0].strip().lower())
    if found is None or not float(found[1]):
        return None
    return float(found[1]) / (1000 if found[2] == "ms" else 1)


def _listed(offers: tuple[Offer, ...]) -> str:
    return ", ".join(dict.fromkeys(offer.media_type for offer in offers))
