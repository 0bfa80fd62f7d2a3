"""Under which license the facts of a source may be passed on, as they are recorded here.

What is recorded of a shipped source is ours, and is CC BY 4.0 whatever the terms of the source's
own text. What a user adds stands under the license that the user's table of sources states.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from metastasis._catalog.rows import numbered_rows
from metastasis._errors import UnknownNameError
from metastasis._files import ontology_path
from metastasis._vocabulary import DATA_LICENSE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metastasis._catalog.records import Source

__all__ = [
    "LICENSES",
    "Terms",
    "allowed_sources",
    "license_of",
    "named_licenses",
    "recorded_terms",
]

LICENSES: Final = (
    "cc0",
    "cc-by",
    "cc-by-sa",
    "cc-by-nc",
    "cc-by-nd",
    "cc-by-nc-sa",
    "cc-by-nc-nd",
    "odbl",
    "odc-by",
    "public-domain",
    "unknown",
)
"""The licenses that are told apart, whatever their version."""

_AT: Final = (
    (r"creativecommons\.org/publicdomain/zero/", "cc0"),
    (r"creativecommons\.org/(publicdomain/mark|licenses/publicdomain)/", "public-domain"),
    (r"creativecommons\.org/licenses/(?P<kind>by(-nc)?(-sa|-nd)?)/", "cc-"),
    (r"opendatacommons\.org/licenses/(?P<kind>odbl)\b", ""),
    (r"opendatacommons\.org/licenses/(?P<kind>by)\b", "odc-"),
    (r"opendatacommons\.org/licenses/pddl\b", "public-domain"),
    (r"usa\.gov/(government-works|government-copyright)", "public-domain"),
)
"""Where licenses stand, and what is found there."""

_LONG: Final = (
    (r"\bv?\d+(\.\d+)*\b|\b(the|licen[cs]e[ds]?|international|unported|universal)\b", " "),
    (r"[\W_]+", " "),
    (r"\bcreative commons\b", "cc"),
    (r"\bopen data commons\b", "odc"),
    (r"\b(odc )?(open database( odbl)?|odbl)\b", "odbl"),
    (r"\battribution\b", "by"),
    (r"\bnon ?commercial\b", "nc"),
    (r"\bshare ?alike\b", "sa"),
    (r"\bno ?deriv(ative)?s\b", "nd"),
    (r"\b(cc ?0|cc zero|zero)\b", "cc0"),
    (r"\b(cc0 )+", "cc0 "),
)
"""What a name of a license loses, and how its long words are abbreviated."""

_NAMES: Final = {
    **{slug.replace("-", " "): slug for slug in LICENSES},
    "us government work": "public-domain",
    "pddl": "public-domain",
    "odc pddl": "public-domain",
}


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of what is recorded of a source."""

    slug: str
    """One of :data:`LICENSES`."""
    url: str | None
    """Where the license stands; None where it is not stated."""
    words: str


_OURS: Final = Terms("cc-by", DATA_LICENSE, "The facts as recorded here: CC BY 4.0")


def recorded_terms(source: Source) -> Terms:
    """Return the terms of what is recorded of a source: ours, or those that the user states.

    >>> from metastasis._catalog import Source, read_catalog
    >>> recorded_terms(read_catalog().source("hess-2006")).slug
    'cc-by'
    >>> mine = Source(key="mine", citation="Mine", design="registry", license="ODbL 1.0")
    >>> recorded_terms(mine)
    Terms(slug='odbl', url=None, words='ODbL 1.0')
    """
    if source.key in _shipped():
        return _OURS
    slug = license_of(source.license_url, source.license)
    return Terms(slug, source.license_url, source.license or "not stated")


def license_of(url: str | None, words: str | None) -> str:
    """Return the license of an address, or else of words; ``unknown`` if neither names just one.

    >>> license_of("https://creativecommons.org/licenses/by-nc/4.0/", "ask us")
    'cc-by-nc'
    >>> license_of(None, "Creative Commons Attribution-ShareAlike 4.0 International License")
    'cc-by-sa'
    >>> license_of(None, "CC BY, but for the figures")
    'unknown'
    """
    for pattern, slug in _AT:
        if found := re.search(pattern, (url or "").casefold()):
            return slug + (found.groupdict().get("kind") or "")
    plain = (words or "").casefold()
    for pattern, short in _LONG:
        plain = re.sub(pattern, short, plain)
    return _NAMES.get(" ".join(plain.split()), "unknown")


def allowed_sources(sources: Iterable[Source], licenses: Iterable[str] | str) -> frozenset[str]:
    """Return the keys of the sources whose recorded facts are under one of these licenses.

    Raises
    ------
    UnknownNameError
        There is no such license.
    """
    wanted = named_licenses(licenses)
    return frozenset(one.key for one in sources if recorded_terms(one).slug in wanted)


def named_licenses(names: Iterable[str] | str) -> tuple[str, ...]:
    """Return the licenses of these names, one by one or in one text with commas between.

    >>> named_licenses("cc-by,CC0")
    ('cc-by', 'cc0')

    Raises
    ------
    UnknownNameError
        A name is that of none; the error lists those that there are.
    """
    listed = names.split(",") if isinstance(names, str) else list(names)
    return tuple(_named(name.strip()) for name in listed)


def _named(name: str) -> str:
    found = license_of(None, name)
    if found == "unknown" and name.casefold() != found:
        raise UnknownNameError("license", name, hint=f" One of {', '.join(LICENSES)}.")
    return found


@cache
def _shipped() -> frozenset[str]:
    """Return the keys of the shipped sources."""
    table = ontology_path("catalog", "sources.csv")
    return frozenset(row["key"] for _, row in numbered_rows(table, ("key",)))
