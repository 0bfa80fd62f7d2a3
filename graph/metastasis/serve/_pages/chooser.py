"""A page on what a reader chooses: its form, what was wrong with what was asked, and the answer.

A server answers the form; among files a script does, of the cells in one file of JSON.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from metastasis._errors import AmbiguousNameError, UnknownNameError
from metastasis._markup import element
from metastasis.pictures._said.words import capitalize
from metastasis.serve._pages.layout import WebPage
from metastasis.serve._pages.tables import head_row
from metastasis.serve._resource import DATA_FORMS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from metastasis._catalog import Primary, Site
    from metastasis._markup import Content, Markup
    from metastasis.serve._links import Links

__all__ = ["chooser", "chosen_page", "field", "known_keys", "side_by_side", "told_faults"]


def known_keys(
    lookup: Callable[[str], Primary | Site], names: Iterable[str]
) -> tuple[tuple[str, ...], list[str]]:
    """Return the key of each name once, and a sentence on each that nothing or too much has."""
    keys: dict[str, None] = {}
    faults: list[str] = []
    for name in filter(None, names):
        try:
            keys[lookup(name).key] = None
        except (UnknownNameError, AmbiguousNameError) as error:
            faults.append(capitalize(str(error)))
    return tuple(keys), faults


def told_faults(faults: Iterable[str]) -> list[Markup]:
    """Return what was wrong with what was asked."""
    return [element("p", fault, class_="fault", role="alert") for fault in faults]


def chooser(links: Links, path: str, *fields: Content, button: str, doing: str) -> Markup:
    """Return the form of what is chosen; ``doing`` is what takes a script among files."""
    without = element("noscript", element("p", f"Among files, {doing} takes JavaScript."))
    return element(
        "form",
        fields,
        element("p", element("button", button, type="submit")),
        without if links.is_static else None,
        method="get",
        action=links.page(path),
        class_="chooser",
        id=path,
        data_pairs=links.file("pairs", "json") if links.is_static else None,
    )


def field(legend: str, *content: Content) -> Markup:
    """Return a group of fields under a legend."""
    return element("fieldset", element("legend", legend), content)


def chosen_page(
    title: str,
    told: str,
    body: Content,
    asked: Iterable[tuple[str, str]],
    links: Links,
    *,
    is_blank: bool,
) -> WebPage:
    """Return a page with its form; its rows are data on a server, unless nothing was chosen."""
    return WebPage(
        title,
        told,
        body,
        forms=() if links.is_static or is_blank else DATA_FORMS,
        asked=tuple(asked),
        scripts=("gather.js",) if links.is_static else (),
        styles=("gather.css",),
    )


def side_by_side(
    corner: str,
    columns: Iterable[tuple[str, str]],
    rows: Iterable[tuple[tuple[str, str], Iterable[Content]]],
    class_: str,
) -> Markup:
    """Return a table of cells, its columns and rows headed by links: address and words each."""
    head = head_row(corner, *(element("a", words, href=address) for address, words in columns))
    body = [
        element(
            "tr",
            element("th", element("a", words, href=address), scope="row"),
            [element("td", cell) for cell in cells],
        )
        for (address, words), cells in rows
    ]
    return element("table", head, element("tbody", body), class_=class_)
