"""What a host and a crawler look for beside the pages: redirects, a page for what is not there.

Apart from the site because each of these is a convention of others, and none is of the graph.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from metastasis._clean import is_web_address
from metastasis._vocabulary import DATA_RELEASE, NOT_CLINICAL, RELEASE_DATE
from metastasis.serve._links import Links
from metastasis.serve._pages.layout import page_reply
from metastasis.serve._pages.missing import missing_page
from metastasis.serve._reply import Address
from metastasis.serve._routes import addresses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metastasis._graph import KnowledgeGraph

__all__ = ["W3ID", "files_for_hosts", "redirect_page"]

W3ID: Final = Path(__file__).parent / "w3id.htaccess"
"""The redirects of w3id.org, as ``deploy/w3id`` has them: for a host that is still to be named."""
_HOST: Final = "https://metastasis.example"
"""The host that stands in there."""


class _Rooted(Links):
    """Links from the root of the host: a page for what is not there is shown at any address."""

    __slots__ = ()

    def _relative(self, path: str, form: str, parameters: dict[str, str | tuple[str, ...]]) -> str:
        return self.path + Links("", is_static=True).file(path, form, **parameters)


def files_for_hosts(kg: KnowledgeGraph, address: str | None) -> dict[str, bytes]:
    """Return the files that hosts look for, by name.

    >>> import metastasis as mets
    >>> sorted(files_for_hosts(mets.load(), None))
    ['.nojekyll', '404.html']
    >>> sorted(files_for_hosts(mets.load(), "https://example.org/mets"))
    ['.nojekyll', '404.html', 'robots.txt', 'sitemap.xml', 'w3id.htaccess']

    Raises
    ------
    ValueError
        ``address`` is none of the web.
    """
    if address is not None and not is_web_address(address):
        raise ValueError(f"{address!r} is no address of the web: give one as https://example.org/")
    root = "" if address is None else address.rstrip("/")
    place = re.sub(r"^\w+://[^/]*", "", root) + "/"
    missing = missing_page(kg, Address("404"), _Rooted(place, is_static=True))
    told = missing._replace(description="There is no such page.")
    found = {
        "404.html": page_reply(told, Address("404"), _Rooted(place, is_static=True)).body,
        ".nojekyll": b"",  # GitHub's pages would leave files out
    }
    if address is not None:
        found["robots.txt"] = f"User-agent: *\nAllow: /\nSitemap: {root}/sitemap.xml\n".encode()
        found["sitemap.xml"] = "".join(_sitemap(kg, root)).encode()
        found["w3id.htaccess"] = W3ID.read_text("utf-8").replace(_HOST, root).encode()
    return found


def _sitemap(kg: KnowledgeGraph, root: str) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f"<!-- Metastasis, data release {DATA_RELEASE}. {NOT_CLINICAL} -->\n"
    yield '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    for address, forms in addresses(kg):
        if "html" in forms:
            page = f"{root}/{Links('', is_static=True).page(address.path)}"
            yield f"<url><loc>{escape(page)}</loc><lastmod>{RELEASE_DATE}</lastmod></url>\n"
    yield "</urlset>\n"


def redirect_page(place: str) -> bytes:
    """Return a page that leads on at once, for hosts that cannot be told to; there are thousands.

    >>> print(redirect_page("../about.html#data").decode())
    <!doctype html><html lang=en><meta charset=utf-8><title>See</title><meta http-equiv=refresh
    content="0;url=../about.html#data"><a href="../about.html#data">See here</a>
    """
    to = escape(place)
    return (
        "<!doctype html><html lang=en><meta charset=utf-8><title>See</title>"
        f'<meta http-equiv=refresh content="0;url={to}"><a href="{to}">See here</a>\n'
    ).encode()
