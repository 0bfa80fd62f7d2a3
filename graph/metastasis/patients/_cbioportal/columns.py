"""What the columns of a study's tables hold: by their headers, and by what these are displayed as.

The datahub's tables name columns by identifiers, and above them, in the first of four lines that
begin with ``#``, by what is displayed: ``LIVER`` of MSK-CHORD is ``Tumor Site: Liver (NLP)``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from metastasis._errors import MetastasisError
from metastasis._files import open_to_read
from metastasis._limits import HEADER_BYTES
from metastasis.patients._engines.reading import is_address
from metastasis.patients._words.answers import site_columns
from metastasis.patients._words.headers import recognize

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["COLUMNS", "PRIMARY_FROM", "displayed_names", "flags_in", "timeline_columns"]

PRIMARY_FROM: Final = ("code", "detailed", "type")
"""The column that names the cancer, before the others are asked."""
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "patient": ("PATIENT_ID", "Patient ID", "Patient Identifier"),
    "sample": ("SAMPLE_ID", "Sample ID", "Sample Identifier"),
    "study": ("STUDY_ID", "Study ID"),
    "sex": ("SEX", "Sex", "GENDER"),
    "code": ("ONCOTREE_CODE", "Oncotree Code"),
    "detailed": ("CANCER_TYPE_DETAILED", "Cancer Type Detailed"),
    "type": ("CANCER_TYPE", "Cancer Type"),
    "subtype": ("SUBTYPE", "Subtype"),
    "sample_type": ("SAMPLE_TYPE", "Sample Type"),
    "sample_detail": ("SAMPLE_TYPE_DETAILED", "Sample Type Detailed"),
    "sample_class": ("SAMPLE_CLASS", "Sample Class"),
    "sampled_site": ("METASTATIC_SITE", "Metastatic Site"),
    "mark": ("IS_DIST_MET_MAPPED", "Metastatic patient"),
    "age": ("AGE_AT_EVIDENCE_OF_METS", "Age at First Mets Dx"),
}
"""Our columns, and the headers they have in either form."""
_TIMELINE: Final[Mapping[str, tuple[str, ...]]] = {
    "patient": COLUMNS["patient"],
    "day": ("START_DATE", "Start Date"),
    "site": (
        "TUMOR_SITE",
        "METASTATIC_SITE",
        "METASTASIS_SITE",
        "SITE_OF_METASTASIS",
        "MET_SITE",
        "METS_SITE",
    ),
}
_CHORD: Final = (
    "ADRENAL_GLANDS",
    "BONE",
    "CNS_BRAIN",
    "INTRA_ABDOMINAL",
    "LIVER",
    "LUNG",
    "LYMPH_NODES",
    "PLEURA",
    "REPRODUCTIVE_ORGANS",
    "OTHER",
)
"""Identifiers of MSK-CHORD's tumor sites. Each alone may mean anything; all together, only that."""


def flags_in(header: Sequence[str], displayed: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that name a site, each with what names it: itself, or what is displayed.

    >>> flags_in(["DMETS_DX_BONE", "LIVER"], {"LIVER": "Tumor Site: Liver (NLP)"})
    {'DMETS_DX_BONE': 'DMETS_DX_BONE', 'LIVER': 'Tumor Site: Liver (NLP)'}
    """
    named = {one: displayed.get(one, one) for one in header}
    if set(_CHORD) <= set(header):
        named |= {one: f"Tumor Site: {one.replace('_', ' ').capitalize()} (NLP)" for one in _CHORD}
    own, shown = site_columns(header), site_columns(named.values())
    flags = {one: one if one in own else name for one, name in named.items()}
    return {one: name for one, name in flags.items() if one in own or name in shown}


def displayed_names(file: str | Path) -> dict[str, str]:
    """Return what the columns of a datahub table are displayed as; of other tables nothing."""
    if is_address(file):
        return {}
    try:
        with open_to_read(Path(file)) as stream:
            lines = stream.read(HEADER_BYTES).decode("utf-8", "replace").splitlines()
    except MetastasisError:
        return {}  # Who reads the table says what is wrong with it.
    header = next((line for line in lines if not line.startswith("#")), "")
    if not lines or not lines[0].startswith("#"):
        return {}
    shown = lines[0].removeprefix("#").split("\t")
    return {one: name.strip() for one, name in zip(header.split("\t"), shown, strict=False)}


def timeline_columns(header: Sequence[str]) -> dict[str, str] | None:
    """Return our columns of a timeline with sites and the headers they have; None for no such.

    >>> timeline_columns(["PATIENT_ID", "START_DATE", "EVENT_TYPE", "TUMOR_SITE"])
    {'patient': 'PATIENT_ID', 'day': 'START_DATE', 'site': 'TUMOR_SITE'}
    """
    found = recognize(header, _TIMELINE)
    return {ours: header[at] for ours, at in found.items()} if len(found) == 3 else None
