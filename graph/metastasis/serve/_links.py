"""How pages name each other: by relative addresses, so that they work below any path and as files.

On a server a page is ``primary/breast``; among files it is ``primary/breast.html``. What takes
parameters is one address on a server; files have none, and leave that to their script.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote, urlencode

__all__ = ["Links", "pair_path"]


class Links(NamedTuple):
    """Links from the page at one path.

    >>> Links("primary/breast").page("site/liver")
    '../site/liver'
    >>> Links("primary/breast", is_static=True).page("site/liver", fragment="numbers")
    '../site/liver.html#numbers'
    >>> Links("primary/breast").file("primary/breast", "csv", setting="at_autopsy")
    'breast.csv?setting=at_autopsy'
    >>> Links("").page("")
    './'
    """

    path: str
    is_static: bool = False

    def page(self, path: str, fragment: str = "", **parameters: str | tuple[str, ...]) -> str:
        """Return the link to a page."""
        form = "html" if self.is_static else ""
        return self._relative(path, form, parameters) + (f"#{quote(fragment)}" if fragment else "")

    def file(self, path: str, form: str, **parameters: str | tuple[str, ...]) -> str:
        """Return the link to a page's data or picture in a form, such as ``csv``."""
        return self._relative(path, form, parameters)

    def asset(self, name: str) -> str:
        """Return the link to a file that pages share."""
        return self._relative(f"assets/{name}", "", {})

    def _relative(self, path: str, form: str, parameters: dict[str, str | tuple[str, ...]]) -> str:
        here = self.path.split("/")[:-1]
        there = (path or ("index" if form else "")).split("/")
        while here and len(there) > 1 and here[0] == there[0]:
            here, there = here[1:], there[1:]
        link = "../" * len(here) + quote("/".join(there)) + (f".{form}" if form else "")
        asked = urlencode(parameters, doseq=True)
        return (link or "./") + (f"?{asked}" if asked else "")


def pair_path(primary: str, site: str) -> str:
    """Return the path of the page of a pair.

    >>> pair_path("breast", "bone")
    'disease/breast--bone'
    """
    return f"disease/{primary}--{site}"
