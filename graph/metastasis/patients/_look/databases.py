"""Claims on what is told by which files there are: databases, studies and resources.

It stands apart because these look at the names of files and the kinds of resources, and the claims
on a table at its header.
"""

from __future__ import annotations

from collections import Counter
from fnmatch import fnmatch
from typing import TYPE_CHECKING, Final

from metastasis.patients._cbioportal.columns import COLUMNS as STUDY
from metastasis.patients._cbioportal.columns import displayed_names, flags_in
from metastasis.patients._coded.codes import SNOMED, SYSTEMS, system_label
from metastasis.patients._look.claims import PURPOSES, Claim
from metastasis.patients._words.headers import recognize

if TYPE_CHECKING:
    from metastasis.patients._look.place import LookedAt

__all__ = ["of_folder_of_study", "of_mimic", "of_omop", "of_resources"]

_MEASUREMENT: Final = (
    "no table measurement: current vocabularies put secondary cancers there, and without it they "
    "are not seen"
)
_RELATIONSHIP: Final = (
    "no table concept_relationship: conditions without an ICD code of their own cannot be followed "
    "to one"
)
_PERSON: Final = "no table person: the sex is not known"
_MAP: Final = (
    "a table that leads the codes of SNOMED CT to ICD, which is not shipped: --code-map FILE, or "
    "keys for the labels that the first run writes with --site-map FILE"
)


def of_omop(place: LookedAt) -> Claim | None:
    """Return the claim of the reader of OMOP databases."""
    conditions = place.file("condition_occurrence")
    if conditions is None or place.file("drug_code") is not None:
        return None
    lacks = {"measurement": _MEASUREMENT, "concept_relationship": _RELATIONSHIP, "person": _PERSON}
    peek = place.peek_of("condition_occurrence")
    named = place.folder or conditions.parent
    return Claim(
        reader="omop",
        why="the table condition_occurrence of an OMOP database is there",
        score=1.0,
        paths=(str(named),),
        used={file: "a table of the database" for file in _OMOP if place.file(file)},
        header=tuple(sorted(place.by_stem)),
        codes=None if peek is None else "what the table concept says",
        lacks=tuple(text for table, text in lacks.items() if place.file(table) is None),
        needs=() if place.file("concept") else ("the table concept, which says what each code is",),
    )


_OMOP: Final = ("condition_occurrence", "measurement", "concept", "concept_relationship", "person")


_STUDY: Final = ("data_clinical*.txt", "*_clinical_data.tsv")
"""The tables of a study in its folder."""


def of_folder_of_study(place: LookedAt) -> Claim | None:
    """Return the claim of the reader of cBioPortal's studies on a study's folder."""
    tables = [one for one in place.peeks if any(fnmatch(one.path.name, name) for name in _STUDY)]
    header = tuple(dict.fromkeys(name for one in tables for name in one.header))
    if place.folder is None or not tables:
        return None
    found = {ours: header[at] for ours, at in recognize(header, STUDY).items()}
    shown = {key: name for one in tables for key, name in displayed_names(one.path).items()}
    flags = dict.fromkeys(flags_in(header, shown), "whether a site is involved")
    used = {one: PURPOSES[ours] for ours, one in found.items()} | flags
    used |= {found["code"]: "the cancer, in OncoTree's codes"} if "code" in found else {}
    needs = []
    if not {"type", "detailed", "code"} & found.keys():
        needs.append("a column of the cancer: CANCER_TYPE, CANCER_TYPE_DETAILED or ONCOTREE_CODE")
    if not flags and not {"sampled_site", "sample_detail"} & found.keys():
        needs.append(
            "a column that tells of metastases: METASTATIC_SITE, SAMPLE_TYPE_DETAILED or flags"
        )
    return Claim(
        reader="cbioportal",
        why=f"it is the folder of a study: {', '.join(one.path.name for one in tables)}",
        score=1.0,
        paths=place.named,
        used=used,
        header=header,
        lacks=() if flags else ("no flags of sites: only what was sequenced is counted",),
        needs=tuple(needs),
    )


def of_mimic(place: LookedAt) -> Claim | None:
    """Return the claim of the reader of coded diagnoses on MIMIC, whose dates are elsewhere."""
    diagnoses, admissions = place.file("diagnoses_icd"), place.file("admissions")
    peek = place.peek_of("diagnoses_icd")
    if diagnoses is None or peek is None:
        return None
    join = f"{admissions}:hadm_id:admittime" if admissions else None
    used = {"subject_id": "the patient", "icd_code": "the diagnosis codes"}
    used |= {"icd_version": "the code system", "hadm_id": "the stay, for its date"}
    lacks = "no table admissions: diagnoses have no dates, and no order"
    return Claim(
        reader="coded",
        why="the table diagnoses_icd of MIMIC is there, a row a diagnosis",
        score=0.95,
        paths=(str(diagnoses),),
        options=("--join", join) if join else (),
        used=used,
        header=peek.header,
        codes="ICD-9-CM and ICD-10-CM, as icd_version says",
        lacks=() if join else (lacks,),
    )


def of_resources(place: LookedAt) -> Claim | None:
    """Return the claim of the reader of FHIR's Conditions."""
    types: Counter[str] = Counter()
    for one in place.peeks:
        types.update(one.resources)
    if not types:
        return None
    labels = {system_label(one) for peek in place.peeks for one in peek.systems}
    read = [one for one in SYSTEMS if one in labels]
    only_snomed = SNOMED in labels and not read
    needs = [] if types["Condition"] else ["resources of the type Condition"]
    return Claim(
        reader="fhir",
        why=f"it holds FHIR resources: {', '.join(name for name, _ in types.most_common(4))}",
        score=1.0 if types["Condition"] else 0.4,
        paths=_files_of_resources(place),
        used={"Condition": "the diagnoses", **({"Patient": "the sex"} if types["Patient"] else {})},
        header=tuple(types),
        codes=", ".join([*read, *([SNOMED] if SNOMED in labels else [])]) or None,
        lacks=() if types["Patient"] else ("no Patient resources: the sex is not known",),
        needs=(*needs, *([_MAP] if only_snomed and not needs else ())),
    )


def _files_of_resources(place: LookedAt) -> tuple[str, ...]:
    """Return what to name: the place, or its files of resources where tables stand beside them."""
    if place.folder is None or all(one.resources for one in place.peeks):
        return place.named
    return tuple(str(one.path) for one in place.peeks if one.resources)
