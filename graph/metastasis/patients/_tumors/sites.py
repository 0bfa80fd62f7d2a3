"""Where a metastasis is, by the codes that registries use: ICD-O-3 topography, ICD-10, TNM letters.

A cell may hold several: ``C34.1; C22.0``, ``PUL OSS``, ``liver, bone``. Codes only: the labels of
the classifications are not held here. It stands apart from the tables, whose codes these are. C77
to C79 of ICD-10, which ICD-O does not have but for the nodes, are read as secondary neoplasms.

Sources: UICC TNM Classification of Malignant Tumours, 8th edition (three letters for sites of
distant metastasis); oBDS of ADT and GEKID (``GEN``, generalized); Swiss NKRS data dictionary 1.1,
topography of metastases, which gives the letters in codes of ICD-O.
"""

from __future__ import annotations

import re
from typing import Final

from metastasis.patients._words.missing import is_missing

__all__ = ["TNM_SITES", "pieces_of", "site_of_code"]

TNM_SITES: Final = {
    "PUL": "lung",
    "OSS": "bone",
    "HEP": "liver",
    "BRA": "brain",
    "LYM": "lymph_node_distant",
    "MAR": "bone_marrow",
    "PLE": "pleura",
    "PER": "peritoneum",
    "ADR": "adrenal_gland",
    "SKI": "skin",
    "OTH": "unspecified",
    "GEN": "unspecified",
}
"""The letters of TNM; others and generalized metastases name no organ."""

_TABLE: Final = """
    C00 head_neck       C01 head_neck        C02 head_neck        C03 head_neck
    C04 head_neck       C05 head_neck        C06 head_neck        C07 head_neck
    C08 head_neck       C09 pharynx          C10 pharynx          C11 pharynx
    C12 pharynx         C13 pharynx          C14 pharynx          C15 esophagus
    C16 stomach         C17 small_intestine  C17.0 duodenum       C18 colon
    C19 large_intestine C20 rectum           C21 digestive_other  C22 liver
    C22.1 biliary_tract C23 gallbladder      C24 biliary_tract    C25 pancreas
    C26 digestive_other C30 head_neck        C31 head_neck        C32 head_neck
    C33 trachea         C34 lung             C37 mediastinum      C38 mediastinum
    C38.0 heart         C38.4 pleura         C39 respiratory_other
    C40 bone            C41 bone             C42 unspecified      C42.1 bone_marrow
    C42.2 spleen        C44 skin             C47 pns              C48 peritoneum_retroperitoneum
    C48.0 retroperitoneum                    C48.1 peritoneum     C48.2 peritoneum
    C49 soft_tissue     C50 breast           C51 female_genital   C52 vagina
    C53 uterine_cervix  C54 uterus           C55 uterus           C56 ovary
    C57 female_genital  C57.0 fallopian_tube C58 female_genital   C60 male_genital
    C61 prostate        C62 testis           C63 male_genital     C64 kidney
    C65 urinary_other   C66 ureter           C67 bladder          C68 urinary_other
    C69 eye             C69.0 conjunctiva    C70 meninges         C71 brain
    C72 nervous_system_other                 C72.0 spinal_cord    C73 thyroid
    C74 adrenal_gland   C75 endocrine_system C76 unspecified      C76.0 head_neck
    C76.1 thorax        C76.2 abdomen        C76.3 pelvis
    C77 lymph_node      C77.0 lymph_node_cervical                 C77.1 lymph_node_thoracic
    C77.2 lymph_node_abdominal               C77.3 lymph_node_axillary
    C77.4 lymph_node_inguinal                C77.5 lymph_node_pelvic
    C78 unspecified     C78.0 lung           C78.1 mediastinum    C78.2 pleura
    C78.3 respiratory_other                  C78.4 small_intestine
    C78.5 large_intestine                    C78.6 peritoneum_retroperitoneum
    C78.7 liver         C78.8 digestive_other                     C79 unspecified
    C79.0 kidney        C79.1 urinary_other  C79.2 skin           C79.3 cns
    C79.4 nervous_system_other               C79.5 bone           C79.6 ovary
    C79.7 adrenal_gland C80 unspecified
""".split()  # noqa: SIM905 - a table is read by people
_SITES: Final = dict(zip(_TABLE[::2], _TABLE[1::2], strict=True))
"""Catalog keys by topography; a code of four digits decides before that of three."""
_CODE: Final = re.compile(r"D?C([0-9]{2})[.]?([0-9]?)[0-9]?(?![0-9A-Za-z])", re.IGNORECASE)
_NONE: Final = frozenset(("0", "M0", "NO", "NEIN", "KEINE", "INGEN", "INGA", "NEJ", "NEI", "FALSE"))
"""Words for no metastasis, besides those for nothing stated."""
_SOME: Final = frozenset(("1", "M1", "YES", "JA", "TRUE"))
"""Words for a metastasis whose site is not said."""


def site_of_code(text: str) -> str | None:
    """Return the catalog key of a code that a text is, or begins with; None for any other text.

    >>> site_of_code("C34.1"), site_of_code("c220"), site_of_code("DC795"), site_of_code("OSS")
    ('lung', 'liver', 'bone', 'bone')
    >>> site_of_code("C41.2 - vertebral column"), site_of_code("Liver"), site_of_code("C99")
    ('bone', None, None)
    """
    if key := TNM_SITES.get(text.strip().upper()):
        return key
    match = _CODE.match(text.strip())
    if match is None:
        return None
    major = f"C{match[1]}"
    return _SITES.get(f"{major}.{match[2]}") or _SITES.get(major)


def pieces_of(cell: str | None) -> list[str]:
    """Return what a cell of sites names, one by one; nothing where it states none.

    >>> pieces_of("C34.1; C22.0"), pieces_of("PUL OSS"), pieces_of("Liver/adrenal gland")
    (['C34.1', 'C22.0'], ['PUL', 'OSS'], ['Liver', 'adrenal gland'])
    >>> pieces_of("C41.2 - spine"), pieces_of("M0"), pieces_of("[Not Available]")
    (['C41.2 - spine'], [], [])
    """
    found: list[str] = []
    for part in re.split(r"[;,|/+&\n]", (cell or "").strip(" \"'")):
        text = part.strip(" .[](){}\"'")
        if is_missing(text) or text.upper() in _NONE:
            continue
        if text.upper() in _SOME:
            text = "OTH"
        words = text.split()
        are_codes = len(words) > 1 and all(site_of_code(word) for word in words)
        found += words if are_codes else [text]
    return list(dict.fromkeys(found))
