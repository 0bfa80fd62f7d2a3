"""Where in the body a site lies, and which organ system a site or a primary belongs to.

Both follow from the catalog: from what a site is a part of, and from where a cancer arises. Every
picture that groups by either takes it from here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metastasis._catalog import Catalog

__all__ = ["REGIONS", "SYSTEMS", "region_of", "system_of_primary", "system_of_site"]

_NODES: Final = "Lymph nodes"
_ELSEWHERE: Final = "Elsewhere"
_OTHER: Final = "Other"

_REGION_OF: Final = {
    "nervous_system": "Nervous system",
    "epidural_space": "Nervous system",
    "head_neck": "Head and neck",
    "pituitary_gland": "Head and neck",
    "skin": "Skin and soft tissue",
    "soft_tissue": "Skin and soft tissue",
    "skin_soft_tissue": "Skin and soft tissue",
    "cartilage": "Skin and soft tissue",
    "thorax": "Thorax",
    "respiratory_system": "Thorax",
    "abdomen": "Abdomen",
    "pelvis": "Pelvis and genital organs",
    "female_genital": "Pelvis and genital organs",
    "male_genital": "Pelvis and genital organs",
    "genital_organs": "Pelvis and genital organs",
    "bone": "Bone and marrow",
}
"""The wholes of the catalog that a site is counted under, from head to foot; the first that fits.

Skin of the chest wall so counts as skin, the rectum under the abdomen.
"""
REGIONS: Final = (*dict.fromkeys(_REGION_OF.values()), _NODES, _ELSEWHERE)
"""The regions in their order."""

_SYSTEM_OF: Final = {
    "nervous_system": "Nervous system",
    "epidural_space": "Nervous system",
    "endocrine_system": "Endocrine glands",
    "breast": "Breast",
    "breast_contralateral": "Breast",
    "respiratory_system": "Airways and lungs",
    "cardiovascular_system": "Heart and vessels",
    "head_neck": "Head and neck",
    "digestive_system": "Digestive system",
    "bowel": "Digestive system",
    "anus": "Digestive system",
    "urinary_system": "Urinary tract",
    "female_genital": "Female genital",
    "male_genital": "Male genital",
    "genital_organs": "Genital organs",
    "skin": "Skin, soft tissue",
    "subcutis": "Skin, soft tissue",
    "soft_tissue": "Skin, soft tissue",
    "skin_soft_tissue": "Skin, soft tissue",
    "skeletal_system": "Bone and marrow",
    "bone": "Bone and marrow",
    "abdominal_cavity": "Abdominal cavity",
    "peritoneum": "Abdominal cavity",
    "peritoneum_retroperitoneum": "Abdominal cavity",
    "lymphatic_system": "Spleen, thymus",
    "lymph_node": _NODES,
}
"""The wholes that an organ is counted under; the first that fits. The trunk and its walls, which
are of no system, are others."""
SYSTEMS: Final = (
    "Nervous system",
    "Head and neck",
    "Endocrine glands",
    "Breast",
    "Airways and lungs",
    "Heart and vessels",
    "Digestive system",
    "Urinary tract",
    "Female genital",
    "Male genital",
    "Genital organs",
    "Abdominal cavity",
    "Skin, soft tissue",
    "Bone and marrow",
    "Spleen, thymus",
    _NODES,
    _OTHER,
)
"""The systems in their order."""
_UNPLACED: Final = {
    "parathyroid": "Endocrine glands",
    "gastrointestinal": "Digestive system",
    "gynecologic": "Female genital",
    "gynecologic_other": "Female genital",
}
"""Cancers of organs that are no site of the catalog, and so arise nowhere in it."""


def region_of(catalog: Catalog, site: str) -> str:
    """Return the region of the body that a site lies in.

    >>> from metastasis._catalog import read_catalog
    >>> catalog = read_catalog()
    >>> region_of(catalog, "leptomeninges"), region_of(catalog, "lymph_node_mediastinal")
    ('Nervous system', 'Lymph nodes')
    """
    return _placed(catalog, site, _REGION_OF, _ELSEWHERE)


def system_of_site(catalog: Catalog, site: str) -> str:
    """Return the organ system of a site.

    >>> from metastasis._catalog import read_catalog
    >>> catalog = read_catalog()
    >>> [system_of_site(catalog, site) for site in ("adrenal_gland", "omentum", "thorax")]
    ['Endocrine glands', 'Abdominal cavity', 'Other']
    """
    return _placed(catalog, site, _SYSTEM_OF, _OTHER)


def system_of_primary(catalog: Catalog, primary: str) -> str:
    """Return the organ system that a cancer arises in; ``Other`` where it arises in several.

    >>> from metastasis._catalog import read_catalog
    >>> catalog = read_catalog()
    >>> [system_of_primary(catalog, key) for key in ("luad", "vulva", "sarcoma", "cup")]
    ['Airways and lungs', 'Female genital', 'Other', 'Other']
    """
    if primary in _UNPLACED:
        return _UNPLACED[primary]
    found = catalog.primaries.get(primary)
    organs = [key for key in found.arises_in if key in catalog.sites] if found else []
    systems = {system_of_site(catalog, key) for key in organs} - {_OTHER}
    return systems.pop() if len(systems) == 1 else _OTHER


def _placed(catalog: Catalog, site: str, wholes: Mapping[str, str], other: str) -> str:
    if site not in catalog.sites:
        return other
    if catalog.sites[site].kind == "lymph_node":
        return _NODES
    found = catalog.wholes(site)
    return next((words for key, words in wholes.items() if key in found), other)
