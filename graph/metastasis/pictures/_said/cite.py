"""Short citations: what a source is called where there is no room for more, ``Bubendorf 2000``.

A citation is short by its first author and its year. Where no author is named it is the beginning
of the title or the name of an organization: who made it is never guessed. Apart from the forest
plot because any picture may cite.
"""

from __future__ import annotations

import re
from collections import defaultdict
from string import ascii_lowercase
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from metastasis._catalog import Catalog, Source

__all__ = ["cite", "short_citation"]

_AUTHOR: Final = re.compile(
    r"""
    ^(?P<name>
        (?:(?:de|da|di|dos|du|del|della|van|von|den|der|ten|ter|la|le|el|al|st\.?)\ )*
        [^\W\d_][\w'\u2019\u2010-]*(?:\ [A-ZÀ-ÖØ-Þ][\w'\u2019\u2010-]+)?
    )
    \ (?!UK|US)[A-ZÀ-ÖØ-Þ](?:-?[A-ZÀ-ÖØ-Þ]){0,3}(?:\ Jr)?(?:,|\.|\ and\ |$)
    """,
    re.VERBOSE,
)
"""A surname and the initials behind it."""
_ASIDE: Final = re.compile(r"\s*\([^()]*\)")
_OPEN: Final = re.compile(r"[\s,;:-]+(?:(?:a|and|as|by|for|from|in|is|of|on|the|to|with)\b)?$")
"""What a title that is cut does not end with."""
_LONGEST: Final = 30
"""Characters of a title at most."""


def short_citation(source: Source) -> str:
    """Return the first author and the year of a source, or the beginning of its title.

    >>> from metastasis._catalog import Source
    >>> def short(citation, year=None):
    ...     return short_citation(Source(key="a", citation=citation, year=year, design="registry"))
    >>> short("Bubendorf L, et al. Metastatic patterns of prostate cancer. Hum Pathol 2000", 2000)
    'Bubendorf 2000'
    >>> short("Canadian Cancer Society. If bile duct cancer spreads")
    'Canadian Cancer Society'
    >>> short("Prognosis of anaplastic thyroid cancer with distant metastasis. Cancers 2022", 2022)
    'Prognosis of anaplastic… 2022'
    """
    citation = " ".join(source.citation.split())
    found = _AUTHOR.match(citation)
    name = found["name"] if found else _cut(_ASIDE.sub("", citation).split(". ")[0].rstrip("."))
    year = source.year
    return f"{name} {year}" if year and str(year) not in name else name


def cite(catalog: Catalog, keys: Iterable[str]) -> Mapping[str, str]:
    """Return a short citation for each of some sources; those alike have a, b, c behind the year.

    A source that the catalog lacks is called by its key.

    >>> from metastasis._catalog import read_catalog
    >>> dict(cite(read_catalog(), ["wu-2017-breast", "wu-2017-liver", "own"]))
    {'own': 'own', 'wu-2017-breast': 'Wu 2017a', 'wu-2017-liver': 'Wu 2017b'}
    """
    alike: dict[str, list[str]] = defaultdict(list)
    for key in sorted(set(keys)):
        source = catalog.sources.get(key)
        alike[short_citation(source) if source else key].append(key)
    told = {
        key: name if len(of) == 1 else _told_apart(name, at)
        for name, of in alike.items()
        for at, key in enumerate(of)
    }
    return {key: told[key] for key in sorted(told)}


def _told_apart(name: str, at: int) -> str:
    letter = ascii_lowercase[at % 26] * (1 + at // 26)
    return f"{name}{letter}" if name[-1].isdigit() else f"{name} ({letter})"


def _cut(title: str) -> str:
    """Return the beginning of a title, cut between words, and not behind a word that binds."""
    if len(title) <= _LONGEST:
        return title
    short = title[: _LONGEST - 6].rpartition(" ")[0] or title[: _LONGEST - 6]
    while (closed := _OPEN.sub("", short)) != short:
        short = closed
    return f"{short}…"
