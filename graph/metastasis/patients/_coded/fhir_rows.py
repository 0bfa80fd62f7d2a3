"""What one resource of FHIR says of a cancer: rows of patient, code, code system and date.

Apart from the reader because here is one resource at a time, as plain values.

A secondary cancer condition whose code names no organ (mCODE) is where its ``bodySite`` says, and
so is a primary one. The M category of TNM stands in ``stage.summary`` and in Observations of its
own; it says that there is a metastasis, and not where.

Elements: HL7 FHIR releases 4 and 5 (Condition, Observation); minimal Common Oncology Data Elements
(mCODE), STU 1 to 4; LOINC codes of the M category and of stage groups.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from metastasis.patients._coded.codes import SNOMED, SYSTEMS, code_system, system_label
from metastasis.patients._coded.fhir_files import dicts, tail, word
from metastasis.patients._coded.lookup import NAMED, TNM
from metastasis.patients._words.display_text import names_a_cancer, names_no_organ
from metastasis.patients._words.tnm import m_category

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metastasis.patients._words.labels import Kind

__all__ = [
    "FhirRow",
    "identifiers",
    "linked_primary",
    "patient_of",
    "rows_of_condition",
    "rows_of_observation",
]

_PROFILES: Final[dict[str, Kind]] = {
    "mcode-primary-cancer-condition": "primary",
    "mcode-secondary-cancer-condition": "site",
    "onco-core-PrimaryCancerCondition": "primary",
    "onco-core-SecondaryCancerCondition": "site",
}
"""Profiles of mCODE, by the last part of their address, and what their conditions name."""
_DATES: Final = ("onsetDateTime", "recordedDate", "assertedDate", "dateRecorded")
"""Elements that date a condition, the best first; the last two are of FHIR releases before R4."""
_TEXT: Final = "text"
"""The code system of conditions that have words and no code."""
_ORDER: Final = (*SYSTEMS, SNOMED)
_IN: Final[dict[Kind, str]] = {"primary": "primary in", "site": "secondary in"}
"""How labels say that a body site has the primary or the metastasis."""
_M_CODES: Final = frozenset({"21907-1", "21901-4", "21913-9", "399387003", "371497001"})
"""Observations of the M category: LOINC's clinical, pathological and other; SNOMED CT's."""
_GROUPS: Final = frozenset({"21908-9", "21902-2", "21914-7"})
"""LOINC's stage groups, whose text may be all of T, N and M."""
_M_PROFILE: Final = re.compile("distant-?metastas[ei]s-?category", re.IGNORECASE)
_LINK: Final = re.compile("related-?primary-?cancer-?condition", re.IGNORECASE)


class FhirRow(NamedTuple):
    """A row of the table of conditions."""

    patient: str
    code: str
    system: str
    date: str
    text: str
    kind: str
    """What the record says that it names, as :mod:`.lookup` has it; else blank."""
    primary: str = ""
    """The identifier of a condition that names a primary; else blank."""


def rows_of_condition(condition: dict[str, Any]) -> Iterator[FhirRow]:
    """Yield the rows of a Condition: its code or body sites, and what its stages say of M."""
    patient, date = patient_of(condition), _date(condition)
    code, system, text = _coding(condition.get("code"))
    told = _kind_of_profile(condition)
    kind = told or _kind_of_code(code, system) or names_a_cancer(text)
    own = tail(word(condition.get("id"))) if kind == "primary" else ""
    places = _places(condition, code, system, text, kind, told)
    for place in places:
        place_code, place_system, place_text = place
        named = f"{place_system} {_IN[kind]}" if kind else place_system
        yield FhirRow(patient, place_code, named, date, place_text, f"{kind}{NAMED}", own)
    if not places:
        yield FhirRow(patient, code, system, date, text, told or "", own)
    for stage in dicts(condition.get("stage")):
        for found in sorted(
            {one for text in _texts(stage.get("summary")) if (one := m_category(text))}
        ):
            yield FhirRow(patient, found, TNM, date, "", "")


def rows_of_observation(observation: dict[str, Any]) -> Iterator[FhirRow]:
    """Yield the M category that an Observation states; nothing for other Observations."""
    if word(observation.get("status")) in ("entered-in-error", "cancelled"):
        return
    is_m = any(_M_PROFILE.search(one) for one in _profiles(observation))
    for part in (observation, *dicts(observation.get("component"))):
        codes = {code for code, _, _ in _codings(part.get("code"))}
        is_category = bool(codes & _M_CODES) or (is_m and part is observation)
        if not is_category and not codes & _GROUPS:
            continue
        values = [*_texts(part.get("valueCodeableConcept")), word(part.get("valueString"))]
        if is_category:
            values = [f"M{one}" if re.fullmatch(r"[01Xx][a-d]?", one) else one for one in values]
        found = {one for value in values if (one := m_category(value))}
        if found:
            date = word(observation.get("effectiveDateTime")) or _start(
                observation.get("effectivePeriod")
            )
            yield FhirRow(patient_of(observation), max(found), TNM, date, "", "")


def patient_of(resource: dict[str, Any]) -> str:
    """Return who a resource is about: the end of a reference, or a logical identifier.

    >>> patient_of({"subject": {"reference": "Patient/7"}})
    '7'
    >>> patient_of({"subject": {"identifier": {"system": "urn:mrn", "value": "8"}}})
    'urn:mrn|8'
    """
    subject = resource.get("subject") or resource.get("patient")
    if not isinstance(subject, dict):
        return ""
    reference = word(subject.get("reference"))
    if reference.startswith("#"):  # a Patient that stands inside, who has no other identity
        inside = {word(one.get("id")): one for one in dicts(resource.get("contained"))}
        who = inside.get(reference[1:], {})
        return next(identifiers(who.get("identifier")), "")
    return tail(reference) or next(identifiers([subject.get("identifier")]), "")


def identifiers(value: Any) -> Iterator[str]:
    """Yield identifiers as one text each: who gave them, and the identifier.

    >>> list(identifiers([{"system": "urn:mrn", "value": "8"}, {"system": "urn:mrn"}]))
    ['urn:mrn|8']
    """
    for one in dicts(value):
        if number := word(one.get("value")):
            yield f"{word(one.get('system'))}|{number}"


def linked_primary(condition: dict[str, Any]) -> str:
    """Return the identifier of the primary that a secondary condition is linked to, or blank."""
    links = [
        one.get("valueReference")
        for one in dicts(condition.get("extension"))
        if _LINK.search(word(one.get("url")))
    ]
    return next((tail(word(one.get("reference"))) for one in dicts(links)), "")


def _places(
    condition: dict[str, Any],
    code: str,
    system: str,
    text: str,
    kind: Kind | None,
    told: Kind | None,
) -> list[tuple[str, str, str]]:
    """Return the body sites of a cancer whose code names no organ; none where it does."""
    if kind is None or not _names_no_organ(code, system, text):
        return []
    # Without a profile, "malignant neoplastic disease" of the bone may well be secondary.
    if kind == "primary" and told is None and "primary" not in text.casefold():
        return []
    sites = condition.get("bodySite")
    found = (_coding(one) for one in dicts(sites if isinstance(sites, list) else [sites]))
    return [one for one in found if one[0]]


def _names_no_organ(code: str, system: str, text: str) -> bool:
    if (known := system_label(system)) in SYSTEMS:
        meaning = code_system(known).meaning(code)
        return meaning.sites == ("unspecified",) or meaning.kind == "ill_defined"
    return names_no_organ(text)


def _kind_of_code(code: str, system: str) -> Kind | None:
    known = system_label(system)
    if known not in SYSTEMS:
        return None
    meaning = code_system(known).meaning(code)
    if meaning.primary or meaning.kind == "no_key":
        return "primary"
    return "site" if meaning.sites else None


def _coding(concept: Any) -> tuple[str, str, str]:
    """Return code, system and name of the coding that is read best, blank where there is none.

    Words without a code that name a cancer are their own code.
    """
    codings = _codings(concept)
    words = word(concept.get("text")) if isinstance(concept, dict) else ""
    if not codings:
        return (words, _TEXT, words) if words else ("", "", "")
    code, system, text = min(codings, key=lambda one: _rank(one[1]))
    return code, system, text or words


def _rank(system: str) -> int:
    known = system_label(system)
    return _ORDER.index(known) if known in _ORDER else len(_ORDER)


def _codings(concept: Any) -> list[tuple[str, str, str]]:
    """Return code, system and display of each coding that has a code."""
    listed = dicts(concept.get("coding")) if isinstance(concept, dict) else []
    cells = [tuple(word(one.get(name)) for name in ("code", "system", "display")) for one in listed]
    return [(code, system_label(system), text) for code, system, text in cells if code]


def _texts(concept: Any) -> list[str]:
    """Return all that a concept says: its text, and displays and codes of its codings."""
    if not isinstance(concept, dict):
        return []
    texts = [word(concept.get("text"))]
    texts += [one for code, _, text in _codings(concept) for one in (text, code)]
    return [one for one in texts if one]


def _date(condition: dict[str, Any]) -> str:
    stated = (word(condition.get(name)) for name in _DATES)
    extensions = (
        word(one.get("valueDateTime"))
        for one in dicts(condition.get("extension"))
        if word(one.get("url")).endswith("condition-assertedDate")
    )
    dates = (*stated, _start(condition.get("onsetPeriod")), *extensions)
    return next((one for one in dates if one), "")


def _start(period: Any) -> str:
    return word(period.get("start")) if isinstance(period, dict) else ""


def _profiles(resource: dict[str, Any]) -> list[str]:
    """Return the last parts of the addresses of a resource's profiles."""
    meta = resource.get("meta")
    listed = meta.get("profile") if isinstance(meta, dict) else None
    profiles = listed if isinstance(listed, list) else []
    return [word(one).partition("|")[0].rpartition("/")[2] for one in profiles]


def _kind_of_profile(condition: dict[str, Any]) -> Kind | None:
    return next((_PROFILES[one] for one in _profiles(condition) if one in _PROFILES), None)
