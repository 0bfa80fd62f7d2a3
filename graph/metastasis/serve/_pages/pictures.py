"""Pictures for print of what a page draws, and the line below a drawing that leads to them.

Drawings of pages are for screens; these are the pictures of :mod:`metastasis.pictures`, as Python
draws them, with their metadata. They are made when they are asked for, on a server.
"""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import check_choice
from metastasis._markup import element
from metastasis.pictures._kind import describe_call
from metastasis.serve._pages.home import network_options
from metastasis.serve._pages.layout import FORMS, PRINTED
from metastasis.serve._reply import Reply

if TYPE_CHECKING:
    from metastasis._graph import KnowledgeGraph
    from metastasis._markup import Markup
    from metastasis.serve._links import Links
    from metastasis.serve._reply import Address

__all__ = ["picture_line", "picture_reply"]

_PICTURES: Final = {
    "primary": ("body", "profiles"),
    "site": ("body", "profiles"),
    "disease": ("forest",),
    "": ("network",),
}
"""What is drawn of the pages of each room, the first unless another is asked for."""
_SUFFIX: Final = {"profile": "profiles"}
"""What Python calls a drawing that has another name here."""


def picture_reply(kg: KnowledgeGraph, address: Address, form: str) -> Reply | None:
    """Return the picture of a page; None where the graph has nothing of that name to draw.

    The parameter ``picture`` chooses between body map and profiles, and ``denominator``,
    ``setting`` and ``occurrence`` the numbers that these show.

    >>> import metastasis as mets
    >>> from metastasis.serve._reply import Address
    >>> picture_reply(mets.load(), Address("disease/breast--bone"), "svg").media_type
    'image/svg+xml'
    """
    from metastasis.pictures import EmptyDiagramWarning
    from metastasis.pictures._files.save import render

    room = address.path.partition("/")[0]
    name = address.first("picture") or _PICTURES[room][0]
    check_choice("picture", name, _PICTURES[room])
    options = _options(kg, address.path)
    if options is None:
        return None
    if name in ("body", "profiles"):
        parts = ("denominator", "setting", "occurrence")
        options |= {part: value for part in parts if (value := address.first(part))}
    file = io.BytesIO()
    with warnings.catch_warnings():
        # The picture says itself that there is nothing to draw.
        warnings.simplefilter("ignore", EmptyDiagramWarning)
        render(getattr(kg.draw, name)(**options), file, form)
    return Reply(200, FORMS[form][1], file.getvalue())


def _options(kg: KnowledgeGraph, path: str) -> dict[str, Any] | None:
    """Return what is drawn for a path."""
    room, _, key = path.partition("/")
    if not room:
        return network_options(kg)
    primary, _, site = key.partition("--")
    ends = {
        "primary": {"primaries": key},
        "site": {"sites": key},
        "disease": {"primaries": primary, "sites": site},
    }[room]
    known = {"primaries": kg.catalog.primaries, "sites": kg.catalog.sites}
    return dict(ends) if all(value in known[end] for end, value in ends.items()) else None


def picture_line(kg: KnowledgeGraph, links: Links, drawing: str) -> Markup | None:
    """Return how to get a drawing of a page for print: links on a server, and the call in Python.

    >>> import metastasis as mets
    >>> from metastasis.serve._links import Links
    >>> "kg.draw.body(sites='liver')" in picture_line(mets.load(), Links("site/liver"), "body")
    True
    """
    name = _SUFFIX.get(drawing, drawing)
    options = _options(kg, links.path)
    if options is None:
        return None
    call = element("code", describe_call(name, options))
    if links.is_static:
        return element("p", "For print, in Python: ", call, class_="take")
    room = links.path.partition("/")[0]
    asked = {} if name == _PICTURES[room][0] else {"picture": name}
    found = [
        element("a", FORMS[form][0], href=links.file(links.path, form, **asked), rel="nofollow")
        for form in PRINTED
    ]
    return element("p", "For print: ", found[0], " ", found[1], ", in Python ", call, class_="take")
