"""Column headers of files from outside: which column holds what, and what a missing one is near."""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from typing import TYPE_CHECKING

from metastasis._errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["look_alikes", "missing_column", "nearest", "plain_header", "recognize"]

_NEAR = 0.85
"""How alike two headers must be to be taken for a misspelling: one or two characters of ten."""


def plain_header(header: str) -> str:
    """Return a header without what makes no difference: case, accents, quotes and punctuation.

    >>> plain_header('"PATIENT_ID"'), plain_header(" Patient ID "), plain_header("Diagnóstico")
    ('patient id', 'patient id', 'diagnostico')
    """
    letters = unicodedata.normalize("NFKD", header.casefold())
    bare = "".join(one for one in letters if not unicodedata.combining(one))
    return " ".join(re.findall("[a-z0-9]+", bare))


def recognize(header: Sequence[str], known: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Return the place of each known column; one that is not there is left out.

    ``known`` names, for each column of ours, the headers it may have, the best first.

    >>> recognize(["Patient ID", "Sex"], {"patient": ("PATIENT_ID",), "age": ("AGE",)})
    {'patient': 0}
    """
    places: dict[str, int] = {}
    for position, one in enumerate(header):
        places.setdefault(plain_header(one), position)
    found: dict[str, int] = {}
    for name, headers in known.items():
        for one in headers:
            if (place := places.get(plain_header(one))) is not None:
                found[name] = place
                break
    return found


def missing_column(file: str, header: Sequence[str], names: Sequence[str], remedy: str) -> Fault:
    """Return the fault of a column that is not there, with the header that comes nearest.

    ``remedy`` is what else helps with this reader, such as the option that names the column.

    >>> print(missing_column("a.tsv", ["Patien ID", "Sex"], ["PATIENT_ID"], "export it too"))
    a.tsv, column PATIENT_ID: it is missing; the nearest header is 'Patien ID': rename it, or \
export it too
    >>> print(missing_column("a.tsv", ["Sex"], ["PATIENT_ID", "patient"], "export it too"))
    a.tsv, column PATIENT_ID: it is missing (or 'patient'); export it too
    """
    also = " or ".join(repr(one) for one in names[1:])
    missing = f"it is missing (or {also})" if also else "it is missing"
    near = nearest(header, names)
    rename = f"the nearest header is {near!r}: rename it, or " if near else ""
    return Fault(file, None, names[0], None, f"{missing}; {rename}{remedy}")


def look_alikes(
    header: Sequence[str], known: Mapping[str, Sequence[str]], found: Mapping[str, int]
) -> list[tuple[str, str]]:
    """Return headers that nothing reads although they look like those of a column not found.

    >>> look_alikes(["SAMPEL_TYPE"], {"type": ("SAMPLE_TYPE",)}, {})
    [('SAMPEL_TYPE', 'SAMPLE_TYPE')]
    >>> look_alikes(["sxe", "age"], {"sex": ("sex", "gender")}, {})
    [('sxe', 'sex')]
    """
    read = set(found.values())
    unread = [one for position, one in enumerate(header) if position not in read]
    missing = {name: names for name, names in known.items() if name not in found}
    pairs = (
        (nearest(unread, names, (_NEAR,)) or _anagram(unread, names), names[0])
        for names in missing.values()
    )
    return [(near, name) for near, name in pairs if near]


def nearest(
    header: Iterable[str], names: Sequence[str], cutoffs: Sequence[float] = (_NEAR, 0.6)
) -> str | None:
    """Return the header that comes nearest to one of the names, or None.

    ``cutoffs`` say how alike two must be (1 is the same), the strictest first: any good match comes
    before a loose one, whichever name it is of.

    >>> nearest(["when", "dat e"], ["date", "diagnosis_date"])
    'dat e'
    """
    plain = {plain_header(one): one for one in header}
    for cutoff in cutoffs:
        for name in names:
            close = get_close_matches(plain_header(name), plain, n=1, cutoff=cutoff)
            if close:
                return plain[close[0]]
    return None


def _anagram(header: Iterable[str], names: Sequence[str]) -> str | None:
    """Return a header that has the characters of a name in another order.

    Two swapped characters make a short name (``sxe``) too different for :func:`nearest`.
    """
    wanted = {_characters(name) for name in names}
    return next((one for one in header if _characters(one) in wanted), None)


def _characters(header: str) -> str:
    return "".join(sorted(plain_header(header).replace(" ", "")))
