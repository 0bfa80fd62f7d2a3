"""A whole document around a page: head, search, navigation, what it can be taken as, foot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from metastasis._markup import DOCTYPE, Content, Markup, element, joined
from metastasis._vocabulary import (
    DATA_LICENSE,
    DATA_RELEASE,
    NOT_CLINICAL,
    STUDIED,
    VERSION,
)
from metastasis.serve._reply import Reply

if TYPE_CHECKING:
    from metastasis.serve._links import Links
    from metastasis.serve._reply import Address

__all__ = ["FILE_FORMS", "FORMS", "POLICY", "PRINTED", "WebPage", "document", "page_reply"]

FORMS: Final = {
    "csv": ("CSV", "text/csv"),
    "json": ("JSON", "application/json"),
    "ttl": ("Turtle", "text/turtle"),
    "jsonld": ("JSON-LD", "application/ld+json"),
    "nt": ("N-Triples", "application/n-triples"),
    "rdf": ("RDF/XML", "application/rdf+xml"),
    "svg": ("SVG", "image/svg+xml"),
    "png": ("PNG", "image/png"),
}
"""What a page can be taken as beside HTML: by suffix, what people call it, its media type."""

FILE_FORMS: Final = ("csv", "ttl", "jsonld")
"""Those that stand beside a page among files. The others follow from these: the page's own script
saves its pictures, and every tool of RDF writes the rest."""

PRINTED: Final = ("svg", "png")
"""In what a picture for print is made, on a server."""

POLICY: Final = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; worker-src 'self'; form-action 'self'; "
    "base-uri 'none'"
)
"""The Content-Security-Policy of every page: nothing from elsewhere, no script or style in it.

A server sends it as a header, with ``frame-ancestors 'none'``, which a file cannot say.
"""

_ROOMS: Final = (
    ("primary", "Cancers"),
    ("site", "Sites"),
    ("source", "Sources"),
    ("compare", "Compare"),
    ("shared", "Shared sites"),
    ("sparql", "SPARQL"),
    ("about", "About"),
)


class WebPage(NamedTuple):
    """What is between head and foot, and what they say of it."""

    title: str
    description: str
    body: Content
    trail: tuple[tuple[str, str], ...] = ()
    """Pages above this one: what each is called and its path."""
    forms: tuple[str, ...] = ()
    """What else the page can be taken as, of :data:`FORMS`."""
    asked: tuple[tuple[str, str], ...] = ()
    """Parameters that its data are taken with: those that make it the page that it is."""
    scripts: tuple[str, ...] = ()
    """Names of scripts among the assets."""
    styles: tuple[str, ...] = ()
    """Names of style sheets among the assets."""
    status: int = 200


def page_reply(page: WebPage, address: Address, links: Links) -> Reply:
    """Return a page as a reply."""
    body = document(page, address, links).encode()
    return Reply(page.status, "text/html; charset=utf-8", body)


def document(page: WebPage, address: Address, links: Links) -> str:
    """Return the whole document of a page."""
    body = element(
        "body",
        element("a", "Skip to the content", class_="skip", href="#content"),
        _head_of_page(address, links),
        element(
            "main",
            _trail(page, links),
            page.body,
            _taken_as(page, address, links),
            id="content",
            tabindex="-1",
        ),
        _foot(links),
    )
    head = _head(page, address, links)
    return f"{DOCTYPE}{element('html', head, body, lang='en', data_files=links.is_static)}\n"


def _head(page: WebPage, address: Address, links: Links) -> Markup:
    is_home = not address.path
    title = page.title if is_home else f"{page.title} · Metastasis"
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY)
        if links.is_static
        else None,
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", title),
        element("meta", name="description", content=page.description),
        element("meta", name="robots", content="noindex") if page.status != 200 else None,
        [
            element("link", rel="stylesheet", href=links.asset(name))
            for name in ("site.css", "search.css", *page.styles)
        ],
        element("link", rel="icon", href=links.asset("icon.svg"), type="image/svg+xml"),
        [
            element("link", rel="alternate", type=FORMS[form][1], title=FORMS[form][0], href=href)
            for form, href in _files(page, address, links)
            if page.status == 200 and not links.is_static
        ],
        [
            element("script", src=links.asset(name), defer=True)
            for name in dict.fromkeys(("site.js", "search.js", *page.scripts))
        ],
    )


def _files(page: WebPage, address: Address, links: Links) -> list[tuple[str, str]]:
    asked: dict[str, tuple[str, ...]] = {}
    if not links.is_static:
        for name, value in page.asked:
            asked[name] = (*asked.get(name, ()), value)
    forms = [one for one in page.forms if one in FILE_FORMS or not links.is_static]
    return [(form, links.file(address.path, form, **asked)) for form in forms]


def _head_of_page(address: Address, links: Links) -> Markup:
    room = address.path.partition("/")[0]
    rooms = [
        element(
            "li",
            element("a", words, href=links.page(path), aria_current=_place(path, room, address)),
        )
        for path, words in _ROOMS
    ]
    return element(
        "header",
        element("a", "Metastasis", class_="brand", href=links.page("")),
        element("nav", element("ul", rooms), aria_label="Main", class_="rooms"),
        _search(address, links),
        class_="top",
    )


def _place(path: str, room: str, address: Address) -> str | None:
    if path == address.path:
        return "page"
    return "true" if path == room or (path == "primary" and room == "disease") else None


def _search(address: Address, links: Links) -> Markup:
    asked = address.first("q") if address.path == "search" else ""
    return element(
        "form",
        element("label", "Search cancers and sites", for_="search-box", class_="unseen"),
        element(
            "input",
            id="search-box",
            name="q",
            type="search",
            value=asked or None,
            placeholder="Cancer, site or code",
            autocomplete="off",
            spellcheck="false",
        ),
        element("button", "Search", type="submit"),
        action=links.page("search"),
        method="get",
        role="search",
        class_="search",
        data_index=links.file("index", "json"),
        data_root=links.asset("").removesuffix("assets/"),
        data_files="yes" if links.is_static else None,
    )


def _trail(page: WebPage, links: Links) -> Markup | None:
    if not page.trail:
        return None
    above = [
        element("li", element("a", words, href=links.page(path))) for words, path in page.trail
    ]
    return element("nav", element("ol", above), aria_label="Pages above this one", class_="trail")


def _taken_as(page: WebPage, address: Address, links: Links) -> Markup | None:
    if not page.forms or page.status != 200:
        return None
    taken = [
        joined(" ", element("a", FORMS[form][0], href=href))
        for form, href in _files(page, address, links)
    ]
    return element("p", "Take this page as", taken, class_="forms")


def _foot(links: Links) -> Markup:
    about = links.page("about")
    return element(
        "footer",
        element("p", element("strong", NOT_CLINICAL), " ", STUDIED),
        element(
            "p",
            f"Data {DATA_RELEASE}, metastasis {VERSION}. Recorded facts: ",
            element("a", "CC BY 4.0", href=DATA_LICENSE, rel="license"),
            ". ",
            element("a", "Licenses of sources", href=f"{about}#licenses"),
            " · ",
            element("a", "How to cite", href=f"{about}#cite"),
        ),
        class_="foot",
    )
