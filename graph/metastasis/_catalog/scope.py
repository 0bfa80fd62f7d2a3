"""What is no cancer of this catalog, and why.

Apart from the look-up of names because its list is read only where a name is unknown.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from metastasis._files import ontology_path

__all__ = ["why_out_of_scope"]

_WHY: Final = (
    " Blood cancers (leukemia, lymphoma, myeloma) are out of scope: they arise in blood, bone "
    "marrow or lymphatic tissue and are in many places from the start, so that none of these is "
    "a metastasis in the sense of this graph."
)


def why_out_of_scope(name: str) -> str:
    """Return why a cancer of that name is not in the catalog; nothing where it might be.

    >>> why_out_of_scope("Hodgkin lymphoma")
    ' Blood cancers (leukemia, lymphoma, myeloma) are out of scope: they arise in blood, ...'
    >>> why_out_of_scope("brest")
    ''
    """
    return _WHY if _names().search(_spaced(name)) else ""


@cache
def _names() -> re.Pattern[str]:
    """Return what finds the names of ``out_of_scope.csv``, alone or within a longer name."""
    from metastasis._catalog.rows import numbered_rows

    rows = numbered_rows(ontology_path("catalog", "out_of_scope.csv"), ("name", "note"))
    names = "|".join(re.escape(_spaced(row["name"])) for _, row in rows)
    return re.compile(rf"(?<!\w)(?:{names})(?:s|es)?(?!\w)")


def _spaced(name: str) -> str:
    return " ".join(re.sub("[_-]", " ", name.casefold()).split())
