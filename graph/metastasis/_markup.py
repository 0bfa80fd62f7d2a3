"""Elements of HTML and SVG: text is escaped where it comes in, so that no label is ever markup.

There is no other way to make markup: what is not made by :func:`element` is text. Elements,
attributes and addresses that no page of ours needs are refused, whoever asks for them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NoReturn, TypeAlias

from metastasis._clean import is_web_address, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["DOCTYPE", "Content", "Markup", "element", "in_a_row", "is_address", "joined", "text"]

DOCTYPE: Final = "<!doctype html>\n"


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Content: TypeAlias = "Markup | str | int | Iterable[Content] | None"
"""What stands in an element: markup as it is, other text escaped, nothing for None."""
Attribute: TypeAlias = "str | int | float | bool | None"
"""The value of an attribute: none where it is None or False, its name alone where it is True."""

_VOID: Final = frozenset({"br", "hr", "img", "input", "link", "meta", "wbr"})
"""Elements that hold nothing and have no end."""
_NAMES: Final = """
a abbr article aside b body br button caption cite code datalist dd details dialog div dl dt em
fieldset figcaption figure footer form h1 h2 h3 h4 head header hr html i img input kbd label legend
li link main mark meta nav noscript ol optgroup option output p pre q s script search section select
small span strong sub summary sup table tbody td textarea tfoot th thead time title tr ul var wbr

svg circle clipPath defs desc ellipse g line linearGradient marker mask path pattern polygon
polyline radialGradient rect stop symbol text tspan use
"""
_KNOWN: Final = frozenset(_NAMES.split())
_ADDRESSES: Final = frozenset({"href", "src", "action", "formaction"})
"""Attributes that lead somewhere."""
_RELATIVE: Final = re.compile(
    r"(?!//)[A-Za-z0-9_.~%/#?&=+,;!*'()@-][A-Za-z0-9_.~%/#?&=+,;!*'()@:-]*"
)
"""A relative address, as :class:`~metastasis.serve._links.Links` makes it."""
_SCHEME: Final = re.compile(r"[^/?#]*:")
_ATTRIBUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]*")


def is_address(address: str) -> bool:
    """Return whether an address may be a link: a relative one of ours, or one of the web.

    >>> is_address("../site/liver#numbers"), is_address("https://example.org/?a=1&b=2")
    (True, True)
    >>> is_address("javascript:alert(1)"), is_address("//example.org")
    (False, False)
    """
    if _SCHEME.match(address):
        return is_web_address(address) and not re.search(r"[\x00-\x20\x7f]", address)
    return _RELATIVE.fullmatch(address) is not None


def element(name: str, /, *content: Content, **attributes: Attribute) -> Markup:
    """Return an element of HTML or SVG.

    The names of attributes are written with ``_`` for ``-``, and with a last one where Python has
    the word for itself. An address that leads to no page of the web is left out.

    >>> element("a", "<liver>", href="../site/liver", class_="site")
    '<a href="../site/liver" class="site">&lt;liver&gt;</a>'
    >>> element("a", "no link", href="javascript:alert(1)")
    '<a>no link</a>'
    >>> element("input", type="search", required=True, disabled=False)
    '<input type="search" required>'
    >>> element("td", None, ["1", element("b", "2")], 3)
    '<td>1<b>2</b>3</td>'

    Raises
    ------
    ValueError
        No page of ours needs such an element or attribute.
    """
    start, end = _START.get(name) or _unknown(name)
    if attributes:
        start += "".join([_written(*one) for one in attributes.items()])
    if not content:
        return Markup(f"{start}>{end}")
    return Markup(f"{start}>{''.join([_held(one) for one in content])}{end}")


def joined(*content: Content) -> Markup:
    """Return contents one after the other.

    >>> joined("a < b", element("br"), None, ["c"])
    'a &lt; b<br>c'
    """
    return Markup("".join([_held(one) for one in content]))


def in_a_row(content: Iterable[Content]) -> Markup:
    """Return contents one after the other, with commas.

    >>> in_a_row(["bone", element("b", "liver")])
    'bone, <b>liver</b>'
    """
    return Markup(", ".join([_held(one) for one in content]))


@lru_cache(maxsize=8192)
def text(value: str) -> Markup:
    r"""Return text as HTML, a mark in place of each character that is none.

    >>> text('"a" < b\x00')
    '"a" &lt; b�'
    """
    return Markup(_escaped(value))


def _escaped(value: str) -> str:
    return shown(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _held(content: Content) -> str:
    if isinstance(content, Markup):
        return content
    if isinstance(content, str):
        return text(content)
    if content is None:
        return ""
    if isinstance(content, int):
        return str(content)
    return "".join([_held(one) for one in content])


_START: Final = {name: (f"<{name}", "" if name in _VOID else f"</{name}>") for name in _KNOWN}
"""How each element begins, and how it ends."""


def _unknown(name: str) -> NoReturn:
    raise ValueError(f"no page has an element {name!r}")


@lru_cache(maxsize=512)
def _spelled(name: str) -> str:
    """Return the name of an attribute as HTML has it.

    Raises
    ------
    ValueError
        It is one that runs a script or holds a style: the policy of every page forbids both.
    """
    spelled = name.rstrip("_").replace("_", "-")
    if not _ATTRIBUTE.fullmatch(spelled) or spelled.startswith("on") or spelled == "style":
        raise ValueError(f"no page has an attribute {spelled!r}")
    return spelled


@lru_cache(maxsize=16384, typed=True)  # 1 is not 1.0, and not True
def _written(name: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    name = _spelled(name)
    if value is True:
        return f" {name}"
    said = str(value)
    if name in _ADDRESSES and not is_address(said):
        return ""
    return f' {name}="{_escaped(said).replace(chr(34), "&quot;")}"'
