"""The page that tells people which questions have an address; to programs, the same in OpenAPI."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from metastasis._markup import element, joined
from metastasis._vocabulary import NOT_CLINICAL
from metastasis.serve._api.openapi import openapi_document
from metastasis.serve._api.question import api_questions
from metastasis.serve._pages.layout import WebPage, page_reply
from metastasis.serve._pages.tables import scrolling
from metastasis.serve._reply import Reply

if TYPE_CHECKING:
    from metastasis._graph import KnowledgeGraph
    from metastasis._markup import Markup
    from metastasis.serve._api.question import ApiQuestion, AskedParameter
    from metastasis.serve._links import Links
    from metastasis.serve._reply import Address

__all__ = ["api_reply"]

_EXAMPLES: Final[dict[str, dict[str, str | tuple[str, ...]]]] = {
    "sites": {"primary": "breast", "edge": "commonly"},
    "primaries": {"site": ("brain", "adrenal gland"), "how": "all"},
    "shared": {"primary": ("colon", "pancreas")},
    "explain": {"primary": "prostate", "site": "bone"},
    "likely": {"site": ("liver", "lung"), "top": "10"},
    "pairs": {"primary": "kidney"},
    "numbers": {"primary": "lung", "denominator": "autopsies"},
    "states": {"primary": "thyroid"},
    "sources": {"registry": "SEER", "since": "2015"},
    "search": {"q": "hepat"},
}


def api_reply(_kg: KnowledgeGraph, address: Address, form: str, links: Links) -> Reply:
    """Return the description of the questions, in OpenAPI or as a page."""
    if form == "html":
        return page_reply(_page(links), address, links)
    text = json.dumps(openapi_document(), ensure_ascii=False, indent=1)
    return Reply(200, "application/json", f"{text}\n".encode())


def _page(links: Links) -> WebPage:
    told = (
        "Every question of the Python package that fits an address, as JSON, or as CSV with .csv "
        "at the end of the path."
    )
    body = joined(
        element("h1", "Questions by address"),
        element("p", told, " ", element("a", "OpenAPI 3.1", href=links.file("api", "json"))),
        element("p", element("strong", NOT_CLINICAL)),
        [_section(one, links) for one in api_questions().values()],
    )
    return WebPage("Questions by address", told, body)


def _section(question: ApiQuestion, links: Links) -> Markup:
    asked = _EXAMPLES.get(question.name, {})
    place = f"api/{question.name}"
    address = links.page(place, "", **asked)
    return element(
        "section",
        element("h2", place, id=question.name),
        element("p", question.said),
        element("p", "For example ", element("a", element("code", address), href=address)),
        _parameters(question) if question.parameters else None,
    )


def _parameters(question: ApiQuestion) -> Markup:
    head = element("tr", [element("th", name, scope="col") for name in ("Parameter", "What it is")])
    rows = [
        element(
            "tr", element("th", element("code", one.name), scope="row"), element("td", _said(one))
        )
        for one in question.parameters
    ]
    table = element(
        "table",
        element("thead", element("tr", head)),
        element("tbody", [element("tr", *row) for row in rows]),
    )
    return scrolling(table, f"Parameters of {question.name}")


def _said(one: AskedParameter) -> str:
    told = [one.said]
    if one.is_required:
        told.append("Needed.")
    if one.may_repeat:
        told.append("May be repeated.")
    if one.choices:
        told.append(f"One of {', '.join(one.choices)}.")
    if one.default is not None:
        told.append(f"By default {str(one.default).lower()}.")
    return " ".join(told)
