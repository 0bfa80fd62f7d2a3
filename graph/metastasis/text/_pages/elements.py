"""The elements of HTML, by what they mean to a reader.

Apart from the reader because the standard of HTML says it, and not this project.
"""

from __future__ import annotations

from typing import Final

__all__ = [
    "BLOCKS",
    "BOUNDARIES",
    "CONTEXTS",
    "HEADINGS",
    "IMPLIED",
    "LISTS",
    "NOISE",
    "PARAGRAPH",
    "RAW",
    "ROLES",
    "TABLE_PARTS",
    "UNSEEN",
    "VOID",
    "names_of",
]


def names_of(text: str) -> frozenset[str]:
    """Return names that blanks divide."""
    return frozenset(text.split())


RAW: Final = names_of("script style title textarea xmp iframe noembed noframes noscript plaintext")
"""What holds no tags, whatever it looks like; a browser with scripts takes ``noscript`` so."""
VOID: Final = names_of("area base br col embed hr img input link meta param source track wbr")
"""What has no content, and no end."""
UNSEEN: Final = names_of(
    "script style title textarea xmp iframe noembed noframes noscript datalist canvas audio video"
    " object rp rt svg annotation annotation-xml head"
)
"""What a browser does not show, or shows something else for. The reading of a word (``rt``) is
above it, and would split it."""
BLOCKS: Final = names_of(
    "address article aside blockquote body button caption center dd details dialog dir div dl dt"
    " fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup html legend li main"
    " menu nav ol optgroup option p pre search section select summary table tbody td tfoot th thead"
    " tr ul lead-in"
)
"""What stands in lines of its own; a ``lead-in`` is what other markup has above its tables."""
HEADINGS: Final = names_of("h1 h2 h3 h4 h5 h6")
LISTS: Final = names_of("ul ol menu dir dl")
BOUNDARIES: Final = names_of("table td th caption template")
"""What a tag inside them cannot close."""
CONTEXTS: Final = HEADINGS | LISTS | BOUNDARIES | names_of("li dt dd summary lead-in")
"""What says what a text in it is."""
TABLE_PARTS: Final = names_of("table thead tbody tfoot tr td th caption")
NOISE: Final = {
    "nav": "menu",
    "footer": "footer",
    "aside": "aside",
    "button": "menu",
    "select": "menu",
    "option": "menu",
    "search": "menu",
}
"""What holds no text of the page, and why not."""
ROLES: Final = {
    "navigation": "menu",
    "menu": "menu",
    "menubar": "menu",
    "search": "menu",
    "contentinfo": "footer",
    "complementary": "aside",
    "alertdialog": "cookies",
}
"""The same by the attribute ``role``."""

PARAGRAPH: Final = (("p", BLOCKS - {"p"}),)
_ROWS: Final = frozenset({"table"})
IMPLIED: Final = {
    "li": (("p", BLOCKS - {"p"}), ("li", LISTS | BOUNDARIES)),
    "dt": (("p", BLOCKS - {"p"}), ("dt", LISTS | BOUNDARIES), ("dd", LISTS | BOUNDARIES)),
    "dd": (("p", BLOCKS - {"p"}), ("dt", LISTS | BOUNDARIES), ("dd", LISTS | BOUNDARIES)),
    "tr": (("caption", _ROWS), ("td", _ROWS), ("th", _ROWS), ("tr", _ROWS)),
    "td": (("caption", _ROWS), ("td", _ROWS), ("th", _ROWS)),
    "th": (("caption", _ROWS), ("td", _ROWS), ("th", _ROWS)),
    "thead": (("caption", _ROWS), ("td", _ROWS), ("th", _ROWS), ("tr", _ROWS)),
    "tbody": (("td", _ROWS), ("th", _ROWS), ("tr", _ROWS), ("thead", _ROWS), ("tbody", _ROWS)),
    "tfoot": (("td", _ROWS), ("th", _ROWS), ("tr", _ROWS), ("tbody", _ROWS)),
    "option": (("option", frozenset({"select"})),),
    "button": (),
    "select": (),
}
"""What the start of an element closes, and the elements beyond which it does not look."""
