"""Made-up tumors, written in every form in which registries hand them out; and counted by hand."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple
from xml.sax.saxutils import escape

from patient_files import counted_under, table_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path
    from random import Random

    from metastasis.patients import Ingested

SITES: Final = {
    "bone": ("bone", 1112, "metsAtDxBone", "Mets at DX-Bone", 2010),
    "brain": ("brain", 1113, "metsAtDxBrain", "Mets at DX-Brain", 2010),
    "liver": ("liver", 1115, "metsAtDxLiver", "Mets at DX-Liver", 2010),
    "lung": ("lung", 1116, "metsAtDxLung", "Mets at DX-Lung", 2010),
    "Distant LN": (
        "lymph_node_distant",
        1114,
        "metsAtDxDistantLn",
        "Mets at Dx-Distant LN",
        2016,
    ),
    "Other": ("unspecified", 1117, "metsAtDxOther", "Mets at DX-Other", 2016),
}
"""By SEER's word: our key; number, id and name of the item; the first year."""
ANSWERS: Final = {"0": "No", "1": "Yes", "8": "N/A", "9": "Unknown", "": "Blank(s)"}
STAGES: Final = {"1": "Localized", "2": "Regional", "7": "Distant", "9": "Unknown/unstaged"}
CANCERS: Final = {
    "C509": ("breast", "Breast", "2"),
    "C619": ("prostate", "Prostate", "1"),
    "C341": ("lung", "Lung and Bronchus", "1"),
    "C220": ("liver", "Liver", "2"),
}
"""By topography: our key, the site recode, a sex."""
SEQUENCES: Final = {
    "00": "One primary only",
    "01": "1st of 2 or more primaries",
    "02": "2nd of 2 or more primaries",
}
_ITEMS: Final = {
    "patient": (20, "patientIdNumber", "Patient ID Number"),
    "sex": (220, "sex", "Sex"),
    "year": (390, "dateOfDiagnosis", "Date of Diagnosis"),
    "sequence": (380, "sequenceNumberCentral", "Sequence Number--Central"),
    "topography": (400, "primarySite", "Primary Site"),
    "histology": (522, "histologicTypeIcdO3", "Histologic Type ICD-O-3"),
    "behavior": (523, "behaviorCodeIcdO3", "Behavior Code ICD-O-3"),
    "stage": (764, "summaryStage2018", "Summary Stage 2018"),
    **{site: (number, one, name) for site, (_, number, one, name, _) in SITES.items()},
}
_OF_PATIENT: Final = ("patient", "sex")


class Tumor(NamedTuple):
    """A tumor as a registry knows it, in codes."""

    patient: str
    topography: str
    year: int
    stage: str
    answers: tuple[str, ...]
    sequence: str = "00"
    behavior: str = "3"


Table = list[dict[str, str]]


def seer_labels(tumors: Iterable[Tumor]) -> Table:
    """Return tumors as a case listing with labels."""
    return [
        {
            "Patient ID": one.patient,
            "Sex": {"1": "Male", "2": "Female"}[CANCERS[one.topography][2]],
            "Year of diagnosis": str(one.year),
            "Sequence number": SEQUENCES[one.sequence],
            "Site recode ICD-O-3 2023 Revision": CANCERS[one.topography][1],
            "Behavior code ICD-O-3": {"3": "Malignant", "2": "In situ"}[one.behavior],
            "Combined Summary Stage with Expanded Regional Codes (2004+)": STAGES[one.stage],
            **{
                _seer_header(site): ANSWERS[code]
                for site, code in zip(SITES, one.answers, strict=True)
            },
        }
        for one in tumors
    ]


def write_seer_codes(folder: Path, tumors: Iterable[Tumor], mix: Random) -> Path:
    """Write tumors as a case listing of numbers, with the dictionary that explains them."""
    table = mixed(seer_labels(tumors), mix)
    explained = [name for name in table[0] if name not in ("Patient ID", "Year of diagnosis")]
    formats = {name: sorted({row[name] for row in table}) for name in explained}
    for name in explained:
        mix.shuffle(formats[name])
    coded = [
        row | {name: str(formats[name].index(row[name])) for name in explained} for row in table
    ]
    lines = ["[Export Options]", "Variable format=numeric", "Field delimiter=tab"]
    for name, labels in formats.items():
        lines += ["", f"[Format={name}]", *(f"{code}={one}" for code, one in enumerate(labels))]
    (folder / "codes.dic").write_text("\n".join(lines))
    (folder / "codes.txt").write_text(table_text(coded, list(coded[0])))
    return folder / "codes.txt"


def naaccr_rows(tumors: Iterable[Tumor], header: str) -> Table:
    """Return tumors as a table of items; ``header`` has a place for number, id, name or small."""
    headers = {
        use: header.format(number=number, id=one, name=name, small=one.casefold())
        for use, (number, one, name) in _ITEMS.items()
    }
    return [{headers[use]: cell for use, cell in _cells(one).items()} for one in tumors]


def naaccr_xml(tumors: Iterable[Tumor], mix: Random) -> str:
    """Return tumors as NAACCR XML, a patient with all of their tumors; items by id or by number."""
    of_patient: dict[str, list[Tumor]] = defaultdict(list)
    for one in tumors:
        of_patient[one.patient].append(one)
    lines = [
        '<?xml version="1.0"?>',
        '<NaaccrData baseDictionaryUri="http://naaccr.org/naaccrxml/naaccr-dictionary-240.xml"',
        ' recordType="I" specificationVersion="1.7" xmlns="http://naaccr.org/naaccrxml">',
        '  <Item naaccrId="naaccrRecordVersion">240</Item>',
    ]
    for several in of_patient.values():
        first = _cells(several[0])
        lines += ["  <Patient>", *_items(first, _OF_PATIENT, mix)]
        for one in several:
            cells = _cells(one)
            names = [name for name in cells if name not in _OF_PATIENT]
            mix.shuffle(names)
            lines += ["    <Tumor>", *_items(cells, names, mix), "    </Tumor>"]
        lines.append("  </Patient>")
    return "\n".join([*lines, "</NaaccrData>"])


def mixed(table: Sequence[Mapping[str, str]], mix: Random) -> Table:
    """Return rows in another order, their columns in another order too."""
    names = list(table[0])
    mix.shuffle(names)
    rows = [{name: row[name] for name in names} for row in table]
    mix.shuffle(rows)
    return rows


def counted(tumors: Iterable[Tumor]) -> dict[tuple[str, str, str], tuple[int, int]]:
    """Count tumors by hand: of each patient the first, and each site among those who tell."""
    seen: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    known: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for one in tumors:
        if one.sequence == "02" or one.behavior != "3":
            continue
        denominators = ["all_patients"]
        denominators += ["distant_stage_at_diagnosis"] if one.stage == "7" else []
        for (site, *_, since), code in zip(SITES.values(), one.answers, strict=True):
            if one.year < since or code not in ("0", "1"):
                continue
            sites = (site, "lymph_node") if site == "lymph_node_distant" else (site,)
            for primary in counted_under(CANCERS[one.topography][0]):
                for place in sites:
                    for denominator in denominators:
                        known[primary, place, denominator].add(one.patient)
                        if code == "1":
                            seen[primary, place, denominator].add(one.patient)
    return {key: (len(seen[key]), len(known[key])) for key in known if seen[key]}


def figures(found: Ingested) -> dict[tuple[str, str, str], tuple[int | None, int | None]]:
    """Return count and total of each pair and denominator."""
    return {
        (one.primary, one.site, str(one.denominator)): (one.count, one.total)
        for one in found.assertions
    }


def _seer_header(site: str) -> str:
    since = SITES[site][-1]
    return f"SEER Combined Mets at DX-{site} ({since}+)"


def _cells(one: Tumor) -> dict[str, str]:
    return {
        "patient": one.patient,
        "sex": CANCERS[one.topography][2],
        "year": f"{one.year}0704",
        "sequence": one.sequence,
        "topography": one.topography,
        "histology": "8140",
        "behavior": one.behavior,
        "stage": one.stage,
        **dict(zip(SITES, one.answers, strict=True)),
    }


def _items(cells: Mapping[str, str], names: Iterable[str], mix: Random) -> list[str]:
    lines = []
    for name in names:
        number, one, _ = _ITEMS[name]
        named = mix.choice([f'naaccrId="{one}"', f'naaccrNum="{number}"'])
        if cells[name]:
            lines.append(f"      <Item {named}>{escape(cells[name])}</Item>")
    return lines
