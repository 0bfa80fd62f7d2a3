"""The rows of a page as data: the same rows that stand on it, filters included.

Apart from the pages because what is taken along knows no HTML but a line of links.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from metastasis._errors import check_choice
from metastasis._evidence.pair_summary import PairSummary
from metastasis._markup import element, joined
from metastasis._table import Table
from metastasis._vocabulary import BASE, LISTS, STUDIED
from metastasis.serve._answers import csv_of, json_of
from metastasis.serve._links import pair_path
from metastasis.serve._pages.layout import FILE_FORMS, FORMS
from metastasis.serve._pages.shelf import EvidenceRow
from metastasis.serve._reply import Reply
from metastasis.serve._resource import SYNTAXES, data_reply, document, triples_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from metastasis._graph import KnowledgeGraph
    from metastasis._markup import Markup
    from metastasis.serve._links import Links
    from metastasis.serve._reply import Address

__all__ = ["TABLES", "picture_links", "row_data", "table_data", "take_links"]

_TAKEN: Final = ("csv", "json", "ttl")
"""In what each table is taken; the page as a whole is given in all forms of data."""
TABLES: Final = ("assertions", "pairs")
"""What the parameter ``table`` chooses: rows of evidence, or one row a pair."""
_NOTES: Final = (
    "Numbers of different denominators, settings and occurrences are never one number.",
    STUDIED,
)


def row_data(
    kg: KnowledgeGraph,
    address: Address,
    form: str,
    rows: Sequence[EvidenceRow],
    pairs: Sequence[PairSummary] = (),
) -> Reply | None:
    """Return the rows of a page in a form of data.

    Without a table named, CSV and JSON are the rows of evidence, and RDF is what the graph says of
    the thing itself.
    """
    table = address.first("table")
    if table:
        check_choice("table", table, TABLES)
    if relation := address.first("relation"):
        check_choice("relation", relation, LISTS["relation"])
        rows = [one for one in rows if one.assertion.relation == relation]
    if form in SYNTAXES:
        if not address.parameters:
            return data_reply(kg, address.path, form)
        named = _named(rows, pairs if table != "assertions" else ())
        return _described(kg, form, named)
    found: Table[PairSummary] | Table[EvidenceRow] = (
        Table(PairSummary, pairs, notes=_NOTES)
        if table == "pairs"
        else Table(EvidenceRow, rows, notes=_NOTES)
    )
    return _written(found, address, form)


def table_data(
    kg: KnowledgeGraph, address: Address, form: str, table: Table[Any], paths: Iterable[str]
) -> Reply:
    """Return a list of things in a form of data; in RDF, what the graph says of each itself."""
    if form not in SYNTAXES:
        return _written(table, address, form)
    found = {
        quad.triple
        for path in paths
        for quad in kg.store.quads_for_pattern(ox.NamedNode(f"{BASE}{path}"), None, None, None)
    }
    return Reply(200, SYNTAXES[form], document(sorted(found, key=str), form))


def _written(table: Table[Any], address: Address, form: str) -> Reply:
    if form == "csv":
        return Reply(200, f"{FORMS[form][1]}; charset=utf-8", csv_of(table))
    return Reply(200, FORMS[form][1], json_of(table, address.parameters))


def _named(rows: Iterable[EvidenceRow], pairs: Iterable[PairSummary]) -> list[str]:
    return [
        *(pair_path(one.pair.primary, one.pair.site) for one in pairs),
        *(f"assertion/{one.key}" for one in rows),
    ]


def _described(kg: KnowledgeGraph, form: str, paths: Iterable[str]) -> Reply:
    found = {one for path in paths for one in triples_of(kg, path)}
    return Reply(200, SYNTAXES[form], document(sorted(found, key=str), form))


def take_links(links: Links, words: str, /, **asked: str | tuple[str, ...]) -> Markup | None:
    """Return links to one table in forms of data, as it stands there.

    Files take no parameters: there a script puts buttons under each table, which take its rows.
    """
    return None if links.is_static else _links_to(links, _TAKEN, words, asked)


def picture_links(links: Links, **asked: str) -> Markup:
    """Return links to the data behind a picture; among files, to the data of the page."""
    forms = [one for one in _TAKEN if one in FILE_FORMS or not links.is_static]
    return _links_to(links, forms, "the data behind it", {} if links.is_static else asked)


def _links_to(
    links: Links, forms: Iterable[str], words: str, asked: Mapping[str, str | tuple[str, ...]]
) -> Markup:
    found = [
        joined(" ", element("a", FORMS[form][0], href=links.file(links.path, form, **asked)))
        for form in forms
    ]
    return element("p", f"Take {words} as", found, class_="take")
