"""The items of NAACCR that are read, by number, and the headers by which tables name them.

A header may be the number (``400``, ``N400``, ``N24_400``, ``Primary Site [400]``), the name of the
item (``Primary Site``) or its name in XML (``primarySite``). The numbers, names and XML ids are
those of versions 18 to 26, in which they have not changed. Items of Collaborative Stage (2851 to
2854) are the predecessors of 1112 to 1116 for diagnoses until 2015.

Source: NAACCR Standards for Cancer Registries, volume II, versions 21 to 25
(https://apps.naaccr.org/data-dictionary/); the base dictionaries of naaccr-xml for the ids.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from metastasis.patients._seer.headers import ListingLayout, Stage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["ITEMS", "Item", "item_columns_of", "items_in", "layout_of_items"]


class Item(NamedTuple):
    """An item that is read."""

    number: int
    id: str
    """Its name in XML."""
    name: str
    """Its name in the data dictionary."""
    use: str
    """Our name of the column, or the family of a stage."""
    rank: tuple[int, int] = (0, 0)
    """Of a stage: those of a lower rank are asked first."""


_COLUMNS: Final = (
    Item(20, "patientIdNumber", "Patient ID Number", "patient"),
    Item(220, "sex", "Sex", "sex"),
    Item(390, "dateOfDiagnosis", "Date of Diagnosis", "year"),
    Item(380, "sequenceNumberCentral", "Sequence Number--Central", "sequence"),
    Item(560, "sequenceNumberHospital", "Sequence Number--Hospital", "sequence"),
    Item(400, "primarySite", "Primary Site", "topography"),
    Item(522, "histologicTypeIcdO3", "Histologic Type ICD-O-3", "histology"),
    Item(523, "behaviorCodeIcdO3", "Behavior Code ICD-O-3", "behavior"),
    Item(1112, "metsAtDxBone", "Mets at DX-Bone", "mets_bone"),
    Item(1113, "metsAtDxBrain", "Mets at DX-Brain", "mets_brain"),
    Item(1114, "metsAtDxDistantLn", "Mets at Dx-Distant LN", "mets_nodes"),
    Item(1115, "metsAtDxLiver", "Mets at DX-Liver", "mets_liver"),
    Item(1116, "metsAtDxLung", "Mets at DX-Lung", "mets_lung"),
    Item(1117, "metsAtDxOther", "Mets at DX-Other", "mets_other"),
    Item(2851, "csMetsAtDxBone", "CS Mets at Dx-Bone", "mets_bone"),
    Item(2852, "csMetsAtDxBrain", "CS Mets at Dx-Brain", "mets_brain"),
    Item(2853, "csMetsAtDxLiver", "CS Mets at Dx-Liver", "mets_liver"),
    Item(2854, "csMetsAtDxLung", "CS Mets at Dx-Lung", "mets_lung"),
)
_STAGES: Final = (
    Item(764, "summaryStage2018", "Summary Stage 2018", "summary", (0, 0)),
    Item(762, "derivedSummaryStage2018", "Derived Summary Stage 2018", "summary", (0, 0)),
    Item(759, "seerSummaryStage2000", "SEER Summary Stage 2000", "summary", (0, 1)),
    Item(3020, "derivedSs2000", "Derived SS2000", "summary", (0, 1)),
    Item(760, "seerSummaryStage1977", "SEER Summary Stage 1977", "summary", (0, 2)),
    Item(3010, "derivedSs1977", "Derived SS1977", "summary", (0, 2)),
    Item(795, "derivedEod2018M", "Derived EOD 2018 M", "m", (2, 0)),
    Item(1003, "ajccTnmClinM", "AJCC TNM Clin M", "m", (2, 1)),
    Item(1013, "ajccTnmPathM", "AJCC TNM Path M", "m", (2, 1)),
    Item(3620, "derivedSeerCombinedM", "Derived SEER Combined M", "m", (2, 2)),
    Item(3420, "derivedAjcc7M", "Derived AJCC-7 M", "m", (2, 3)),
    Item(2980, "derivedAjcc6M", "Derived AJCC-6 M", "m", (2, 4)),
    Item(960, "tnmClinM", "TNM Clin M", "m", (2, 5)),
    Item(900, "tnmPathM", "TNM Path M", "m", (2, 5)),
    Item(1023, "ajccTnmPostTherapyM", "AJCC TNM Post Therapy Path (yp) M", "m_after", (2, 6)),
    Item(1066, "ajccTnmPostTherapyClinM", "AJCC TNM Post Therapy Clin (yc) M", "m_after", (2, 6)),
    Item(776, "eodMets", "EOD Mets", "mets", (3, 0)),
    Item(818, "derivedEod2018StageGroup", "Derived EOD 2018 Stage Group", "group", (4, 0)),
    Item(1004, "ajccTnmClinStageGroup", "AJCC TNM Clin Stage Group", "group", (4, 1)),
    Item(1014, "ajccTnmPathStageGroup", "AJCC TNM Path Stage Group", "group", (4, 1)),
    Item(3614, "derivedSeerCmbStgGrp", "Derived SEER Cmb Stg Grp", "group", (4, 2)),
    Item(3430, "derivedAjcc7StageGrp", "Derived AJCC-7 Stage Grp", "group", (4, 3)),
    Item(3000, "derivedAjcc6StageGrp", "Derived AJCC-6 Stage Grp", "group", (4, 4)),
    Item(970, "tnmClinStageGroup", "TNM Clin Stage Group", "group", (4, 5)),
    Item(910, "tnmPathStageGroup", "TNM Path Stage Group", "group", (4, 5)),
)
ITEMS: Final = (*_COLUMNS, *_STAGES)
"""The items that are read; of several for one column, the first that states anything counts."""

_BY_NUMBER: Final[Mapping[int, Item]] = {item.number: item for item in ITEMS}
_NUMBERED: Final = (
    r"(?:n|naaccr|item)?[ _#]*0*([0-9]{2,4})",  # 400, N400, item_400
    r"n[0-9]{2}_([0-9]{2,4})",  # N24_400
    r".*[\[(#]\s*0*([0-9]{2,4})\s*[\])]?",  # Primary Site [400]
)


def items_in(header: Sequence[str]) -> dict[int, int]:
    """Return the place of each item in a header, by the item's number; the first place counts.

    >>> items_in(["N20", "Primary Site [400]", "metsAtDxBone", "Mets at DX-Liver", "Age (2010)"])
    {20: 0, 400: 1, 1112: 2, 1115: 3}
    """
    names = {_squashed(name): item.number for item in ITEMS for name in (item.id, item.name)}
    found: dict[int, int] = {}
    for place, one in enumerate(header):
        number = names.get(_squashed(one)) or _number(one)
        if number is not None and number in _BY_NUMBER:
            found.setdefault(number, place)
    return found


def layout_of_items(header: Sequence[str]) -> ListingLayout:
    """Return where the columns of a table of NAACCR items are.

    >>> layout_of_items(["20", "400", "764"]).places
    {'patient': [0], 'topography': [1]}
    """
    there = items_in(header)
    found = ListingLayout()
    for item in _COLUMNS:
        if item.number in there:
            found.places.setdefault(item.use, []).append(there[item.number])
    found.stages += [
        Stage(there[item.number], item.use, item.rank) for item in _STAGES if item.number in there
    ]
    return found


def item_columns_of(header: Sequence[str]) -> dict[str, str]:
    """Return the headers of a table of NAACCR items that are read, and what each is for.

    >>> item_columns_of(["primarySite", "eodMets", "grade"])
    {'primarySite': 'topography', 'eodMets': 'stage'}
    """
    stages = {item.number for item in _STAGES}
    there = sorted(items_in(header).items(), key=lambda one: one[1])
    return {
        header[place]: "stage" if number in stages else _BY_NUMBER[number].use
        for number, place in there
    }


def _squashed(header: str) -> str:
    return re.sub("[^a-z0-9]", "", header.casefold())


def _number(header: str) -> int | None:
    text = header.strip(" \"'").casefold()
    matches = (re.fullmatch(shape, text) for shape in _NUMBERED)
    return next((int(match[1]) for match in matches if match), None)
