"""The text that stands beside a code: whether it names a cancer, and which organ it may mean.

SNOMED CT and local codes are not shipped, so what stands in the user's own file tells what they
are. The text decides nothing by itself: it says whether a code is asked of the user as a primary or
as a site, and what is suggested. Only where the record says that an organ holds a primary or a
metastasis is the organ's exact name taken (:func:`organ_named`). Apart from the labels because
those are words that people use, and this is the text of code systems.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from metastasis.patients._words.labels import Unmapped, map_labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metastasis._catalog import Catalog
    from metastasis.patients._words.labels import Kind

__all__ = ["names_a_cancer", "names_no_organ", "organ_named", "tells_of_spread", "with_suggestions"]

_CANCER: Final = re.compile(
    r"malignan(?!t (?:hyper|otitis|neuroleptic))|cancer|carcinom|neoplas|sarcoma|melanoma|metasta"
    r"|métasta|blastoma|glioma|carcinoid|\btumou?r|krebs|karzinom|neubildung|tumeur|cáncer|cancro"
    r"|kanker|kræft",
    re.IGNORECASE,
)
"""Words for a cancer, in the languages of most such texts; "tumor" alone says as little as
"neoplasm", and the user decides."""
_NOT_NOW: Final = re.compile(
    r"history|screening|suspected|benign|bénign|gutartig|in situ|\brisk|fear|uncertain|borderline"
    r"|no evidence|ruled out|antigen|antibod|vaccin|therapy|marker|receptor|counsel|lymphoma|leuk"
    r"|verdacht|anamnese|antécédent|antecedente",
    re.IGNORECASE,
)
"""Words that make something else of a text with a cancer in it than a solid cancer now."""
_OF_SOMETHING: Final = re.compile(
    r"\b(?:due to|caused by|secondary to|associated with|following|co-?occurrent)\b", re.IGNORECASE
)
"""What stands before these is there; what stands after them, why."""
_SPREAD_TO: Final = re.compile(
    r"\b(?:secondary|metasta\w*|mets?)\b.*?\b(?:to|in|of|within|involving)\b(?! (?:unknown|un"
    r"specified))",
    re.IGNORECASE,
)
_SPREAD: Final = re.compile(
    r"\bsecondary\b|\bsekundäre|\bsecondaire|\bsecundari|m[eé]t[aá]stas(?:[ei]s?|en)\b"
    r"|\bmetastatic (?:malignan|neoplas|tumou?r|disease|deposit|\w+ disease)",
    re.IGNORECASE,
)
_NO_ORGAN: Final = "unspecified"
"""The catalog's site for a metastasis of which nobody says where."""
_FROM: Final = re.compile(r"\b(?:from|arising in|originating)\b.*", re.IGNORECASE)
_ONLY_CANCER: Final = re.compile(
    r"\b(?:primary|secondary|malignan\w*|metasta\w*|neoplas\w*|tumou?rs?|cancers?|carcinomas?"
    r"|diseases?|disorders?|findings?|morphologic|abnormality|distant|disseminated|of|to|the|sites?"
    r"|unspecified|unknown|nos)\b|\W",
    re.IGNORECASE,
)
"""Words that say cancer and nothing else."""
_AROUND: Final = re.compile(
    r" \((?:disorder|finding|morphologic abnormality|body structure|situation|event)\)$"
    r"|\bstructures?(?: of)?\b|\bentire\b|\bpart of\b|^metasta(?:sis|ses) (?:to|in|of)\b"
    r"|\bmetasta(?:sis|ses)$",
    re.IGNORECASE,
)
"""What SNOMED CT and OMOP write around the name of an organ."""


def names_a_cancer(text: str) -> Kind | None:
    """Return which kind of label a text makes of its code: a primary, a site, or neither.

    A site needs words for a spread *to* somewhere; "metastatic prostate cancer" is a prostate
    cancer, and what a metastasis came *from* is a primary.

    >>> names_a_cancer("Secondary malignant neoplasm of bone"), names_a_cancer("Malignant tumor")
    ('site', 'primary')
    >>> names_a_cancer("Metastatic malignant neoplasm to prostate")
    'site'
    >>> names_a_cancer("Metastasis from malignant tumor of prostate (disorder)")
    'primary'
    >>> names_a_cancer("History of breast cancer"), names_a_cancer("Malignant hypertension")
    (None, None)
    >>> names_a_cancer("Sekundäre bösartige Neubildung des Knochens")
    'site'
    """
    there = _OF_SOMETHING.split(text)[0]
    if not _CANCER.search(there) or _NOT_NOW.search(text):
        return None
    spread = _FROM.sub("", there)
    if _SPREAD_TO.search(spread):
        return "site"
    return "site" if _SPREAD.search(spread) and spread == there else "primary"


def tells_of_spread(text: str) -> bool:
    """Return whether the text of a primary also says that it has spread, and not to where.

    >>> tells_of_spread("Metastasis from malignant tumor of prostate (disorder)")
    True
    >>> tells_of_spread("Malignant neoplasm of prostate")
    False
    """
    return bool(_SPREAD.search(_FROM.sub("", text)))


def names_no_organ(text: str) -> bool:
    """Return whether a text names a cancer and says nothing of where.

    >>> names_no_organ("Secondary malignant neoplastic disease (disorder)")
    True
    >>> names_no_organ("Secondary malignant neoplasm of brain")
    False
    """
    return not _ONLY_CANCER.sub("", text).strip()


def organ_named(text: str, kind: Kind, catalog: Catalog) -> str | None:
    """Return the key of the organ whose name a text is, and nothing besides; else None.

    >>> from metastasis._catalog import read_catalog
    >>> catalog = read_catalog()
    >>> organ_named("Bone structure", "site", catalog), organ_named("Bone cyst", "site", catalog)
    ('bone', None)
    >>> organ_named("Metastasis to bone", "site", catalog)
    'bone'
    """
    name = " ".join(_AROUND.sub(" ", text).split())
    found = map_labels({name: 1}, kind, catalog)
    return found.key(name) if found.how(name) == "name" else None


def with_suggestions(labels: Iterable[Unmapped], catalog: Catalog) -> list[Unmapped]:
    """Return labels with what their texts may mean; those without a text stay as they are.

    >>> from metastasis._catalog import read_catalog
    >>> code = Unmapped("site", "SNOMED:1", 3, text="Metastatic malignant neoplasm to bone")
    >>> with_suggestions([code], read_catalog())[0].suggestions
    ('bone',)
    """
    listed = list(labels)
    found = {kind: _suggested(listed, kind, catalog) for kind in ("primary", "site")}
    return [
        replace(one, suggestions=found[one.kind].get(one.text, one.suggestions)) for one in listed
    ]


def _suggested(
    labels: Sequence[Unmapped], kind: Kind, catalog: Catalog
) -> dict[str, tuple[str, ...]]:
    rows: Counter[str] = Counter()
    for one in labels:
        if one.kind == kind and one.text:
            rows[one.text] += one.rows
    parts = {text: _part_that_names(text, kind) for text in rows}
    asked: Counter[str] = Counter()
    for text, part in parts.items():
        asked[part] += rows[text]
    found = map_labels(asked, kind, catalog)
    known = {one.label: one.suggestions for one in found.unmapped}
    known |= {part: (key,) for part, key in found.keys.items()}
    if kind == "site":
        known |= {part: (_NO_ORGAN,) for part in asked if names_no_organ(part)}
    return {text: known.get(part, ()) for text, part in parts.items()}


def _part_that_names(text: str, kind: Kind) -> str:
    """Return the part of a text that names the organ: of a site, what stands after the spread."""
    if kind == "site":
        text = _FROM.sub("", text)
        spread = _SPREAD_TO.search(text)
        text = text[spread.end() :] if spread else text
    return " ".join(_AROUND.sub(" ", text).split())
