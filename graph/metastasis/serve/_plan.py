"""What is to be done with a request, decided from the request alone.

Apart from the application because this is pure: the same request always has the same plan.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, Literal, NamedTuple
from urllib.parse import unquote_to_bytes

from metastasis.serve._negotiation import Offer, choose
from metastasis.serve._pages.layout import FORMS
from metastasis.serve._protocol import AskedQuery, Request, fields, read_question
from metastasis.serve._refusal import Refusal, refused
from metastasis.serve._reply import Address, Reply
from metastasis.serve._routes import forms_at, packed_question

__all__ = ["ENDPOINT", "METHODS", "RequestPlan", "known_plan", "plan_of", "slash_free"]

ENDPOINT: Final = "sparql"
METHODS: Final = {ENDPOINT: ("GET", "HEAD", "POST", "OPTIONS")}
"""What is answered at an address; elsewhere it is only read."""
_READ: Final = ("GET", "HEAD", "OPTIONS")
_OFFERS: Final = {
    "html": Offer("html", "text/html"),
    **{form: Offer(form, media_type) for form, (_, media_type) in FORMS.items()},
}
_DESCRIPTION: Final = ("ttl", "nt", "rdf", "jsonld", "html")
"""How an endpoint tells of itself, the first to who takes anything: the standard asks for RDF."""
_LONGEST: Final = 8 << 10
"""Bytes of the address of a page; those that we link to have a hundred."""
_BAD_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")

Kind = Literal["query", "page", "asset", "own", "reply"]


class RequestPlan(NamedTuple):
    """What is to be done.

    ``query`` and ``page`` ask a worker the packed question ``data``; ``asset`` and ``own`` answer
    what is called ``name``, from memory; ``reply`` is there already.
    """

    kind: Kind
    name: str = ""
    data: bytes = b""
    reply: Reply | None = None
    is_for_people: bool = False
    """Whether a refusal is told as a page."""
    seconds: float | None = None
    """How long the client would wait."""
    query: str = ""


def plan_of(path: str, request: Request, most: int) -> RequestPlan:
    """Return what is to be done with a request.

    ``path`` is as it was sent; ``most`` is how many bytes a query may have.

    >>> plan_of("/sparql", Request("GET", b"query=ASK%20%7B%7D"), 1000).kind
    'query'
    >>> plan_of("/primary/breast/", Request("GET"), 1000).reply.headers
    (('Location', '../breast'),)
    """
    name = slash_free(path)
    if name is None:
        return _refusal(refused("encoding", what="the address"), request)
    if request.method not in METHODS.get(name, _READ):
        allowed = ", ".join(METHODS.get(name, _READ))
        told = refused("method", (("Allow", allowed),), method=request.method[:20], allowed=allowed)
        return _refusal(told, request)
    if request.method == "OPTIONS":
        allowed = ", ".join(METHODS.get(name, _READ))
        return RequestPlan("reply", reply=Reply(204, "", b"", (("Allow", allowed),)))
    if name == ENDPOINT:
        asked = read_question(request, most)
        if isinstance(asked, Refusal):
            return _refusal(asked, request)
        if asked is not None:
            return _query(asked)
    if name in ("health", "metrics", "robots.txt"):
        return RequestPlan("own", name)
    if name.startswith("assets/"):
        return RequestPlan("asset", name.removeprefix("assets/"))
    if path.endswith("/") and name:
        return RequestPlan("reply", reply=_without_slash(path, request.query_string))
    return _page(name, request)


_remembered = lru_cache(maxsize=1024)(plan_of)
_SHORT: Final = 2_000
"""Characters of what is remembered, of which a thousand take a few megabytes."""


def known_plan(path: str, request: Request, most: int) -> RequestPlan:
    """Return the plan as :func:`plan_of` does, at once for what was asked lately."""
    told = (path, request.method, request.query_string, request.accept or "", request.content_type)
    if request.body or sum(map(len, told)) > _SHORT:
        return plan_of(path, request, most)
    return _remembered(path, request, most)


def slash_free(path: str) -> str | None:
    """Return a path as text, without the slashes at its ends; None where it is not UTF-8.

    >>> slash_free("/site/liver"), slash_free("/%C3%A9/"), slash_free("/%ff"), slash_free("/%")
    ('site/liver', 'é', None, None)
    """
    try:
        return unquote_to_bytes(path).decode().strip("/") if not _BAD_PERCENT.search(path) else None
    except UnicodeError:
        return None


def _query(question: AskedQuery) -> RequestPlan:
    return RequestPlan(
        "query",
        data=question.packed(),
        is_for_people=question.is_for_people,
        seconds=question.seconds,
        query=question.query,
    )


def _page(name: str, request: Request) -> RequestPlan:
    if len(name) + len(request.query_string) > _LONGEST:
        return _refusal(refused("address size", most=_LONGEST), request)
    asked = fields(request.query_string)
    if asked is None:
        return _refusal(refused("encoding", what="the address"), request)
    forms = _DESCRIPTION if name == ENDPOINT else forms_at(name)
    # What is asked for by its suffix is given, whatever Accept says.
    offers = tuple(_OFFERS[form] for form in forms)
    offer = offers[0] if len(offers) == 1 else choose(request.accept, offers)
    if not offers:  # a worker tells what may have been meant
        offer = choose(request.accept, (_OFFERS["html"],)) or _OFFERS["json"]
    if offer is None:
        forms_told = ", ".join(one.media_type for one in offers)
        return _refusal(refused("form", forms=forms_told), request)
    parameters = tuple((key, value) for key, values in asked.items() for value in values)
    data = packed_question(Address(name, parameters), offer.form)
    return RequestPlan("page", name, data, is_for_people=offer.form == "html")


def _refusal(told: Refusal, request: Request) -> RequestPlan:
    programs = Offer("json", "application/problem+json"), Offer("json", "application/json")
    liked = choose(request.accept, (*programs, _OFFERS["html"]))
    return RequestPlan("reply", reply=told.reply(), is_for_people=liked == _OFFERS["html"])


def _without_slash(path: str, query_string: bytes) -> Reply:
    """Return where a page is that was asked for with a slash at its end.

    The address is relative, so that nobody is led to another host by what stands in the path.
    """
    last = path.rstrip("/").rpartition("/")[2]
    ups = len(path) - len(path.rstrip("/"))
    asked = f"?{query_string.decode('latin-1')}" if query_string else ""
    return Reply(308, "", b"", (("Location", f"{'../' * ups}{last}{asked}"),))
