"""The SPARQL page without a script: a form, and answers as a page."""

from __future__ import annotations

import html
import json
import re
from typing import Final

import pytest

from metastasis.rdf import shipped_queries
from metastasis.serve._links import Links
from metastasis.serve._pages.sparql import html_answer, html_fault, sparql_page

LINKS: Final = Links("sparql")
HOSTILE: Final = '</textarea><script>alert("1")</script>'


def answered(**terms: object) -> bytes:
    return json.dumps({"head": {"vars": [*terms]}, "results": {"bindings": [terms]}}).encode()


def test_every_question_that_asks_no_other_endpoint_is_there_with_its_query() -> None:
    body = str(sparql_page(LINKS).body)
    queries = [
        html.unescape(one)
        for one in re.findall(r"<textarea[^>]*>\n(.*?)</textarea>", body, re.DOTALL)
    ]
    wanted = [one.text for one in shipped_queries().values() if not one.federates_with]
    assert queries[1:] == wanted
    assert len(wanted) > 35


def test_a_hostile_query_stays_text() -> None:
    for reply in (
        html_answer(HOSTILE, "ask", b'{"boolean": true}', LINKS),
        html_fault(HOSTILE, HOSTILE, 400, LINKS),
    ):
        assert b"<script>" not in reply.body
        assert html.escape(HOSTILE, quote=False).encode() in reply.body


def test_a_row_links_what_is_ours_and_escapes_the_rest() -> None:
    site = {"type": "uri", "value": "https://w3id.org/metastasis/site/liver"}
    name = {"type": "literal", "value": "<b>liver</b>"}
    bad = {"type": "uri", "value": "javascript:alert(1)"}
    count = {
        "type": "literal",
        "value": "12",
        "datatype": "http://www.w3.org/2001/XMLSchema#integer",
    }
    body = html_answer("", "select", answered(a=site, b=name, c=bad, d=count), LINKS).body.decode()
    assert '<a href="site/liver">site/liver</a>' in body
    assert "&lt;b&gt;liver" in body
    assert "<a>javascript:alert(1)</a>" in body
    assert '<td class="number">12</td>' in body
    assert "1 row." in body


def test_no_row_does_not_deny() -> None:
    nothing = json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": []}}).encode()
    assert (
        b"0 rows. What is not recorded is not denied."
        in html_answer("", "select", nothing, LINKS).body
    )


def test_a_fault_is_a_sentence_with_its_status() -> None:
    reply = html_fault("SELEC", "the query is not valid SPARQL at line 1, column 1", 400, LINKS)
    assert reply.status == 400
    assert b"The query is not valid SPARQL at line 1, column 1." in reply.body


@pytest.mark.parametrize("is_static", [False, True])
def test_the_page_says_who_answers(is_static: bool) -> None:
    body = str(sparql_page(Links("sparql", is_static)).body)
    assert f'data-backend="{"browser" if is_static else "server"}"' in body
    assert ("<noscript>" in body) == is_static
