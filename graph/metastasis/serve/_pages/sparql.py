"""The page that asks: a form that a server answers, and a script that makes more of it.

Apart from the endpoint because the page needs no graph: among files an engine in the reader's
browser answers, and on a server a worker that holds nothing but the store makes its answers.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from metastasis._markup import Markup, element, joined
from metastasis._vocabulary import BASE, NOT_CLINICAL
from metastasis.serve._pages.layout import WebPage, page_reply
from metastasis.serve._reply import Address

if TYPE_CHECKING:
    from metastasis._graph import KnowledgeGraph
    from metastasis.rdf import ShippedQuery
    from metastasis.serve._links import Links
    from metastasis.serve._reply import Reply

__all__ = ["DEADLINE", "FIRST_QUERY", "html_answer", "html_fault", "sparql_page", "sparql_reply"]

DEADLINE: Final = 10
"""Seconds that a query may take in a reader's browser."""
FIRST_QUERY: Final = """# Where does breast cancer commonly spread?
SELECT ?site ?siteLabel
WHERE {
  primary:breast met:commonlySpreadsTo ?site .
  ?site rdfs:label ?siteLabel .
}
ORDER BY ?siteLabel
"""
_TITLE: Final = "Ask the graph in SPARQL"
_END: Final = re.compile(r"([?.:])\s+")
"""What ends the first part of a question."""
_NUMBERS: Final = frozenset({"integer", "decimal", "double", "float", "nonNegativeInteger"})
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_MOST_ROWS: Final = 5_000
"""Rows that a browser still lays out at once; a download has all."""


def sparql_page(
    links: Links, query: str = "", answer: Markup | None = None, fault: str = ""
) -> WebPage:
    """Return the page, with a query and what came of it, or with the first one.

    >>> from metastasis.serve._links import Links
    >>> page = sparql_page(Links("sparql"), "ASK {}", fault="the queue is full")
    >>> "The queue is full." in page.body
    True
    """
    said = f"{fault[0].upper()}{fault[1:].rstrip('.')}." if fault else ""
    body = joined(
        element("h1", _TITLE),
        element("p", _introduction(links)),
        _form(links, query or FIRST_QUERY),
        element("p", said, id="said", role="status", class_="fault" if said else None),
        element("div", answer, id="answer"),
        _questions(links),
    )
    return WebPage(
        title="SPARQL",
        description="Ask the graph of metastatic patterns any question in SPARQL.",
        body=body,
        scripts=("sparql/sparql.js",),
        styles=("sparql/sparql.css",),
    )


def sparql_reply(kg: KnowledgeGraph, address: Address, form: str, links: Links) -> Reply:  # noqa: ARG001 - as routes are called
    """Return the page without an answer, with the query that the address has."""
    return page_reply(sparql_page(links, address.first("query")), address, links)


def html_answer(query: str, form: str, data: bytes, links: Links) -> Reply:
    """Return the page of a query that was answered, for who has no script.

    ``form`` is ``select`` or ``ask``, with the answer as SPARQL's JSON, or ``construct`` or
    ``describe``, with triples as text.
    """
    if form in ("construct", "describe"):
        answer = _text(data.decode())
    else:
        found = json.loads(data)
        answer = _truth(found) if "boolean" in found else _table(found, links)
    return page_reply(sparql_page(links, query, answer), Address("sparql"), links)


def html_fault(query: str, sentence: str, status: int, links: Links) -> Reply:
    """Return the page of a query that was not answered, with the reason."""
    page = sparql_page(links, query, fault=sentence)
    return page_reply(page._replace(status=status), Address("sparql"), links)


def _introduction(links: Links) -> Markup:
    where = (
        "The graph is loaded into your browser at the first question (2 MB) and asked there. "
        "What you ask stays with you. "
        if links.is_static
        else "This address is also a SPARQL 1.1 endpoint for programs. "
    )
    known = "The prefixes of the graph are known without being declared. "
    return joined(where, known, element("a", "Its terms", href=links.page("vocab")), ".")


def _form(links: Links, query: str) -> Markup:
    return element(
        "form",
        element("label", "Query", for_="query"),
        element(
            "textarea",
            # The first line break in a field is not part of it.
            joined("\n", query),
            id="query",
            name="query",
            rows=14,
            spellcheck="false",
            autocomplete="off",
        ),
        element("div", id="editor", hidden=True),
        element(
            "p",
            element("button", "Run", type="submit"),
            element("button", "Cancel", type="button", id="cancel", hidden=True),
            element("span", element("kbd", "Ctrl"), " + ", element("kbd", "Enter"), " runs it"),
            element(
                "span",
                element("a", "Link to this query", id="share", href="#query"),
                hidden=True,
            ),
            class_="actions",
        ),
        element("noscript", element("p", _NEEDS_SCRIPT)) if links.is_static else None,
        id="sparql",
        method="get",
        action=links.page("sparql"),
        data_backend="browser" if links.is_static else "server",
        data_base=BASE,
        data_deadline=DEADLINE,
        data_notice=NOT_CLINICAL,
    )


_NEEDS_SCRIPT: Final = (
    "These pages are plain files, and your browser runs no scripts: nothing can answer here. "
    "The command metastasis query asks the same graph."
)


def _questions(links: Links) -> Markup:
    asked = _shipped()
    return element(
        "section",
        element("h2", "Questions to start from", id="start"),
        element(
            "p",
            element("label", "Search the questions", for_="search-questions"),
            " ",
            element("input", type="search", id="search-questions", autocomplete="off"),
            " ",
            element("span", id="found-questions", role="status"),
            hidden=True,
        ),
        element("ul", [_question(one, links) for one in asked]),
        id="questions",
        aria_labelledby="start",
    )


def _question(one: ShippedQuery, links: Links) -> Markup:
    first, rest = _first_part(one.question)
    return element(
        "li",
        element(
            "details",
            element("summary", first),
            element("p", rest or None),
            element(
                "form",
                element(
                    "textarea",
                    joined("\n", one.text),
                    name="query",
                    readonly=True,
                    rows=min(one.text.count("\n") + 1, 12),
                    aria_label=f"The query of question {one.number}",
                ),
                element("button", f"Ask question {one.number}", type="submit"),
                method="get",
                action=links.page("sparql"),
            ),
        ),
    )


def _first_part(question: str) -> tuple[str, str]:
    """Return what a question asks, and what else it says of its answer.

    >>> _first_part("Which cancers reach 0.5 %? None is ranked.")
    ('Which cancers reach 0.5 %?', 'None is ranked.')
    >>> _first_part("The graph as a list: two columns.")
    ('The graph as a list', 'Two columns.')
    """
    first, mark, rest = (
        _END.split(question, maxsplit=1) if _END.search(question) else (question, "", "")
    )
    return first + mark.strip(":"), rest[:1].upper() + rest[1:]


@cache
def _shipped() -> tuple[ShippedQuery, ...]:
    """Return the questions that can be answered here: those that ask no other endpoint."""
    from metastasis.rdf import shipped_queries

    return tuple(one for one in shipped_queries().values() if not one.federates_with)


def _truth(found: dict[str, Any]) -> Markup:
    if found["boolean"]:
        return element("p", "Yes.")
    return element("p", "No: nothing in the graph fits. What is not recorded is not denied.")


def _text(triples: str) -> Markup:
    region = {"role": "region", "tabindex": "0", "aria_label": "Answer"}
    return element("pre", triples or "No triples.", class_="scroll", **region)


def _table(found: dict[str, Any], links: Links) -> Markup:
    names, rows = found["head"]["vars"], found["results"]["bindings"]
    shown = rows[:_MOST_ROWS]
    count = f"{len(rows):,} row{'s' if len(rows) != 1 else ''}"
    more = f" The first {_MOST_ROWS:,} are shown." if len(rows) > len(shown) else ""
    none = "" if rows else " What is not recorded is not denied."
    return joined(
        element("p", f"{count}.{more}{none}"),
        element(
            "div",
            element(
                "table",
                element("caption", "Answer", class_="unseen"),
                element("thead", element("tr", [element("th", n, scope="col") for n in names])),
                element("tbody", [_row(names, row, links) for row in shown]),
            ),
            class_="scroll",
            role="region",
            tabindex="0",
            aria_label="Answer",
        ),
    )


def _row(names: list[str], row: dict[str, Any], links: Links) -> Markup:
    return element("tr", [_cell(row.get(name), links) for name in names])


def _cell(term: dict[str, Any] | None, links: Links) -> Markup:
    if term is None:
        return element("td")
    if term["type"] == "uri":
        return element("td", _linked(term["value"], links))
    if term["type"] == "triple":
        return element("td", json.dumps(term["value"]))
    is_number = term.get("datatype", "").removeprefix(_XSD) in _NUMBERS
    mark = "_:" if term["type"] == "bnode" else ""
    return element("td", mark + term["value"], class_="number" if is_number else None)


def _linked(iri: str, links: Links) -> Markup:
    path, _, fragment = iri.removeprefix(BASE).partition("#")
    link = links.page(path, fragment) if iri.startswith(BASE) else iri
    return element("a", iri.removeprefix(BASE), href=link)
