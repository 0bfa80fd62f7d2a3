"""The pages: each a function of the graph, the address and the links, and each a whole document.

``html`` builds elements, ``layout`` puts a page between head and foot; every other module is one
kind of page, and is listed here. The same page is answered by a server and written as a file.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from metastasis.serve._pages.about import about_reply
    from metastasis.serve._pages.cancer import cancer_reply
    from metastasis.serve._pages.compare import compare_reply
    from metastasis.serve._pages.gathered import pairs_json
    from metastasis.serve._pages.home import home_reply
    from metastasis.serve._pages.lists import list_reply
    from metastasis.serve._pages.lookup import search_reply
    from metastasis.serve._pages.pair_page import pair_reply
    from metastasis.serve._pages.pictures import picture_reply
    from metastasis.serve._pages.place import place_reply
    from metastasis.serve._pages.sharing import shared_reply
    from metastasis.serve._pages.source import source_reply
    from metastasis.serve._pages.sparql import sparql_reply
    from metastasis.serve._pages.vocabulary import vocabulary_reply

_HOME_OF = {
    "about_reply": "serve._pages.about",
    "cancer_reply": "serve._pages.cancer",
    "compare_reply": "serve._pages.compare",
    "home_reply": "serve._pages.home",
    "list_reply": "serve._pages.lists",
    "pair_reply": "serve._pages.pair_page",
    "pairs_json": "serve._pages.gathered",
    "picture_reply": "serve._pages.pictures",
    "place_reply": "serve._pages.place",
    "search_reply": "serve._pages.lookup",
    "shared_reply": "serve._pages.sharing",
    "source_reply": "serve._pages.source",
    "sparql_reply": "serve._pages.sparql",
    "vocabulary_reply": "serve._pages.vocabulary",
}
"""Who only tells addresses apart, as the process that listens, imports none of them."""

__all__ = [
    "about_reply",
    "cancer_reply",
    "compare_reply",
    "home_reply",
    "list_reply",
    "pair_reply",
    "pairs_json",
    "picture_reply",
    "place_reply",
    "search_reply",
    "shared_reply",
    "source_reply",
    "sparql_reply",
    "vocabulary_reply",
]


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'metastasis.serve._pages' has no attribute {name!r}")
    return getattr(import_module(f"metastasis.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
