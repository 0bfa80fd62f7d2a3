"""From ICD-O-3 topography and morphology to primaries, where a listing has no site recode.

Topography is no ICD-10: it says where a tumor is, not what it is. Melanoma of the skin is C44 with
a melanoma's morphology, the spleen is C42.2, and a lymphoma of the stomach is C16 like a carcinoma
of it. The ranges of morphology are those that SEER's site recode ICD-O-3/WHO 2008 sets apart. Codes
only; the classification's labels are not held here.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["HISTOLOGIES", "NOT_SOLID", "NOT_SOLID_SITES", "is_solid", "primary_of_codes"]

HISTOLOGIES: Final = {
    "hematologic": ("9590", "9993"),
    "melanoma": ("8720", "8790"),
    "mesothelioma": ("9050", "9055"),
    "kaposi": ("9140", "9140"),
    "merkel": ("8247", "8247"),
    "gist": ("8936", "8936"),
    "neuroblastoma": ("9500", "9500"),
    "meningioma": ("9530", "9539"),
}
"""Ranges of morphology codes that decide before, or together with, the topography."""

NOT_SOLID: Final = "^(HODGKIN|NHL|NON-HODGKIN|MYELOMA|ALEUKEMIC|LYMPHOMA)|LEUKEMIA"
"""Labels of the site recode, in capitals, that are no solid tumors, as a regular expression."""

NOT_SOLID_SITES: Final = ("C42", "C77")
"""Topography of blood, marrow, spleen and lymph nodes."""

_BY_HISTOLOGY: Final = {
    "mesothelioma": "mesothelioma",
    "gist": "gist",
    "neuroblastoma": "neuroblastoma",
}
_BY_FOUR_DIGITS: Final = {
    "C18.1": "appendix",
    "C22.0": "liver",
    "C22.1": "cholangiocarcinoma",
    "C24.1": "ampulla",
}
_BY_THREE_DIGITS: Final = {
    **dict.fromkeys(
        (f"C{code:02}" for code in (*range(7), 9, 10, 12, 13, 14, 30, 31, 32)), "head_neck"
    ),
    **dict.fromkeys(("C07", "C08"), "salivary_gland"),
    "C11": "nasopharynx",
    "C15": "esophagus",
    "C16": "stomach",
    "C17": "small_bowel",
    "C18": "colon",
    "C19": "colorectal",
    "C20": "rectum",
    "C21": "anus",
    "C23": "gallbladder",
    "C24": "biliary_tract",
    "C25": "pancreas",
    "C34": "lung",
    "C40": "bone",
    "C41": "bone",
    "C47": "soft_tissue_sarcoma",
    "C49": "soft_tissue_sarcoma",
    "C50": "breast",
    "C51": "vulva",
    "C52": "vagina",
    "C53": "cervix",
    "C54": "uterus",
    "C55": "uterus",
    "C56": "ovary",
    "C60": "penis",
    "C61": "prostate",
    "C62": "testis",
    "C64": "kidney",
    "C65": "upper_tract_urothelial",
    "C66": "upper_tract_urothelial",
    "C67": "bladder",
    "C71": "brain",
    "C73": "thyroid",
    "C74": "adrenal",
    "C80": "cup",
}
_UVEA: Final = ("C69.3", "C69.4")


def is_solid(recode: str, topography: str, histology: str) -> bool:
    """Return whether nothing says that a tumor is a lymphoma, a leukemia or a myeloma.

    >>> is_solid("NHL - Nodal", "", ""), is_solid("", "C42.1", ""), is_solid("Breast", "C50.9", "")
    (False, False, True)
    """
    return not (
        re.search(NOT_SOLID, recode.upper())
        or topography[:3] in NOT_SOLID_SITES
        or histology == "hematologic"
    )


def primary_of_codes(topography: str, histology: str | None) -> str | None:
    """Return the catalog key of a tumor; None where the codes do not decide.

    Parameters
    ----------
    topography
        ``C50.9``, or ``C50`` where no fourth digit is stated.
    histology
        A name of :data:`HISTOLOGIES`, ``other``, or None where the morphology is not stated.

    >>> primary_of_codes("C44.5", "melanoma"), primary_of_codes("C18.1", None)
    ('melanoma_skin', 'appendix')
    >>> primary_of_codes("C44.5", None) is None
    True
    """
    site = topography[:3]
    if histology in ("hematologic", "kaposi", "meningioma"):
        return None
    if histology == "melanoma":
        if site == "C44":
            return "melanoma_skin"
        return "melanoma_uveal" if topography in _UVEA else "melanoma"
    if histology == "merkel":
        return "merkel" if site == "C44" else None
    if histology in _BY_HISTOLOGY:
        return _BY_HISTOLOGY[histology]
    if site == "C44":
        return "skin_nonmelanoma" if histology == "other" else None
    return _BY_FOUR_DIGITS.get(topography) or _BY_THREE_DIGITS.get(site)
