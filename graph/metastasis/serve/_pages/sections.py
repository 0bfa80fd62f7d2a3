"""Parts of a page under headings, with a list of them beside: everything is on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from metastasis._markup import element, in_a_row, joined
from metastasis._vocabulary import expand

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metastasis._catalog import Mapping
    from metastasis._markup import Content, Markup

__all__ = ["PageSection", "codes", "facts", "folded", "laid_out", "links_of", "listed", "part"]

_NEAR: Final = ("skos:exactMatch", "skos:closeMatch")
"""Cross-references that are the thing itself or nearly so; the others are among the data."""
_FEW: Final = 2
"""So few sections need no list of them."""


class PageSection(NamedTuple):
    """A part of a page under a heading."""

    name: str
    """By which a link finds it."""
    title: str
    body: Content
    parts: tuple[tuple[str, str], ...] = ()
    """Names and titles of what the list of contents names below it."""


def laid_out(head: Content, sections: Iterable[PageSection | None]) -> Markup:
    """Return the head of a page, the list of its sections, and the sections."""
    shown = [one for one in sections if one is not None]
    if len(shown) <= _FEW:
        return joined(element("div", head, class_="head"), [_section(one) for one in shown])
    return joined(
        element("div", head, class_="head"),
        element(
            "div",
            _contents(shown),
            element("div", [_section(one) for one in shown], class_="sections"),
            class_="page",
        ),
    )


def _section(one: PageSection) -> Markup:
    return element("section", element("h2", one.title), one.body, id=one.name)


def part(name: str, title: Content, *body: Content) -> Markup:
    """Return a part of a section under a heading of its own."""
    return element("div", element("h3", title), body, id=name, class_="part")


def _contents(sections: Sequence[PageSection]) -> Markup:
    entries = [
        element(
            "li",
            element("a", one.title, href=f"#{one.name}"),
            element("ul", [_entry(*below) for below in one.parts]) if one.parts else None,
        )
        for one in sections
    ]
    return element(
        "nav",
        element("details", element("summary", "On this page"), element("ul", entries), open=True),
        aria_label="On this page",
        class_="contents",
    )


def _entry(name: str, title: str) -> Markup:
    return element("li", element("a", title, href=f"#{name}"))


def facts(*found: tuple[str, Content]) -> Markup:
    """Return what is known of a thing as names and values; what is blank is left out."""
    return element(
        "dl",
        [
            element("div", element("dt", name), element("dd", value))
            for name, value in found
            if value
        ],
        class_="facts",
    )


def links_of(things: Iterable[tuple[str, str]]) -> Content:
    """Return links one after the other, with commas: address and words each."""
    return in_a_row(element("a", words, href=address) for address, words in things)


def folded(summary: Content, *body: Content) -> Markup:
    """Return what is shown when it is asked for."""
    return element("details", element("summary", summary), body)


def codes(mappings: Iterable[Mapping], *, every: bool = False) -> Content:
    """Return the terms of other vocabularies that mean the same, or nearly so, as links.

    ``every`` gives the broader, narrower and related ones too.
    """
    near = [one for one in mappings if every or one.predicate in _NEAR]
    return links_of([(_iri(one.object), one.object) for one in near])


def _iri(curie: str) -> str:
    try:
        return expand(curie)
    except KeyError:
        return ""


def listed(names: Sequence[str], most: int = 8) -> str:
    """Return names as people list them, with how many there are more.

    >>> listed(["bone", "brain", "liver"]), listed(["a", "b", "c", "d"], 2)
    ('bone, brain and liver', 'a, b and 2 more')
    """
    shown = list(names[:most])
    if len(names) > most:
        return f"{', '.join(shown)} and {len(names) - most} more"
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))
