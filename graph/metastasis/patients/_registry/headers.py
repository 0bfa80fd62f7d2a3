"""The headers of registries' tables, by pattern: which column says what, in several languages.

It stands apart from the reader, since a header is asked about before any row. What is known, and
from where:

- Danish Cancer Registry: ``D_DIAGNOSEDATO``, ``C_ICD10``, ``C_MORFO3``, ``C_TNM_M`` (SKS codes
  AZCD4x), ``C_UDBRED`` (until 2003), ``C_KON``, patient ``pnr``, ``V_PNR``, ``K_CPRNR_ENCRYPTED``
  (Danish Health Data Authority, Cancerregisteret, table T_TUMOR).
- Cancer Registry of Norway: ``Kjønn``, ``Diagnosedato``, ``Topografi``, ``Morfologi``, ``ICD 10``,
  ``cTNM``, ``pTNM`` (kreftregisteret.no, Opplysninger i databasen). What the codes of its variable
  ``Metastase`` mean is not published there, so that they are not read but told.
- Swedish Cancer Register: ``PNR``, ``DIADAT``, ``KON``, ``ICDO3`` (topography of ICD-O/3 since
  2005), T, N and M since 2004 (Socialstyrelsen, National Cancer Register).
- Finnish Cancer Registry: ``sex`` (0 is male, 1 female), ``dg_date``, ``topo``, ``morpho``,
  ``beh``, ``stage`` (Finnish Cancer Registry, request for data).
- Germany, ADT/GEKID and oBDS: ``Patient_ID``, ``Geschlecht``, ``Diagnosedatum``,
  ``Primaertumor_ICD``, ``Primaertumor_Topographie_ICD_O``, ``Primaertumor_Morphologie_ICD_O``,
  ``TNM_M``, ``cTNM_M``, ``pTNM_M``, ``FM_Lokalisation`` (RKI, Bundesweiter klinischer
  Krebsregisterdatensatz, doi:10.5281/zenodo.10022040).
- ENCR and NORDCAN: ``topography``, ``morphology``, ``behaviour``, ``incidence date`` (ENCR, call
  for data protocol; NORDCAN, call for data).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["NAMES", "RegistryLayout", "StageOf", "columns_of", "registry_layout", "unread_stages"]

_DX: Final = "(?:dx|dg|dia|diag|diagn?os(?:e|is|tic|en)?)"
_TUMOR: Final = "(?:primaertumor |primartumor |primary |tumou?r )?"
_ICD_O: Final = "(?:icd ?o ?(?:/? ?[123])? ?)?"
_MET: Final = "(?:fm|met|mets|meta|metastas[ei]s|metastases|metastasen|metastatic|fernmetastasen?)"
_WHERE: Final = (
    "(?:sites?|organs?|topo(?:gra(?:ph|f)(?:y|ie|i))?|loc(?:ation|alisation|alization)?s?|"
    "lok(?:alisation(?:en)?|alisasjon|alisering)?|codes?)"
)
_PATTERNS: Final[Mapping[str, tuple[str, ...]]] = {
    "patient": (
        "pat(?:ient(?:en)?)?(?: ?(?:id|no|nr|number|nummer|key|fk))*(?: unique)?",
        "(?:v )?(?:pnr|cpr(?:nr)?)|k cprnr encrypted|fnr|fodselsnummer|personnummer",
        "(?:person|pers|subject|case|pasient|study|lop|lopenr) ?(?:id|nr|no|lopenr|lopenummer)",
        "person|lopnr|lpnr|pid|id",
    ),
    "topography": (
        f"{_TUMOR}{_ICD_O}topo(?:gra(?:ph|f)(?:y|ie|i)?)?(?: ?(?:code|{_ICD_O.strip()}))*",
        "(?:primary|tumou?r) site(?: code)?",
        "icdo3?|topografi icdo3|site code",
    ),
    "icd10": (
        f"(?:c )?{_TUMOR}icd ?(?:10)?(?: ?(?:gm|who|code|gr|gruppe))?",
        f"{_DX} ?(?:icd ?10|code|icd)",
    ),
    "morphology": (
        f"(?:c )?{_TUMOR}{_ICD_O}mor(?:ph?|fo?)(?:o|olog(?:y|ie|i))?3?"
        f"(?: ?(?:code|{_ICD_O.strip()}))*",
        "histolog(?:y|ie|i)(?: code)?|histo|snomed3|snomedo10",
    ),
    "behavior": ("beh(?:avi(?:ou|o)r)?(?: code)?(?: icd o 3)?|dignita(?:e)?t|malignity",),
    "year": (
        f"(?:d )?{_DX} ?(?:datum|date|dato|dat)(?: ?orig)?",
        f"(?:date|year|datum) (?:of )?{_DX}",
        f"(?:incidence|inc) ?(?:date|year)|{_DX} ?(?:year|jahr|ar|aar)|year|jahr|inzidenzjahr",
        "diadat|dxdate|doi",
    ),
    "sex": ("(?:c )?(?:sex|gender|geschlecht|kjonn|kon|koen|sukupuoli)",),
    "sequence": ("sequence(?: number)?|tumou?r ?(?:no|nr|number|nummer|sequence)|multi",),
}
"""For each column of ours, patterns of plain headers, the best first."""
_STAGES: Final[tuple[tuple[str, str, tuple[int, int]], ...]] = (
    (
        "(?:c )?(?:[cp]? ?tnm ?)?[cp]? ?m(?: ?(?:stage|category|kategorie|stadium|value|stad))?"
        "(?: ?[cp])?|[cp]tnm m|(?:clin(?:ical)?|path(?:olog(?:ical|ic))?|klin(?:isk)?) ?m"
        "(?: stage| category)?|m (?:clin(?:ical)?|path(?:ological)?)|m tnm|tnmm|mstad(?:ium)?",
        "m",
        (2, 0),
    ),
    ("c udbred", "spread", (3, 0)),
    (
        "(?:[cp]? ?tnm )?(?:uicc|ajcc|figo) ?(?:stage|stadium|group|stage group)?|"
        "stage ?group(?: ?(?:uicc|ajcc))?|(?:stage|stadium) (?:uicc|ajcc|tnm)|"
        "[cp]? ?tnm (?:stage|stadium)",
        "group",
        (4, 0),
    ),
)
"""Patterns of stages, the family of each, and its rank."""
_NUMBER: Final = "(?: ?[0-9]{1,2})?"
_SITE: Final = re.compile(
    f"(?:menge )?(?:sites? of )?(?:distant |dist )?{_MET}(?: at {_DX})? ?{_NUMBER} ?{_WHERE}"
    f"{_NUMBER}|{_WHERE} (?:of )?(?:distant )?{_MET}{_NUMBER}|"
    f"(?:distant |menge )?(?:metastases|metastasen|mets|fm|fernmetastasen){_NUMBER}"
)
_STAGE_WORDS: Final = re.compile(
    r"\b(?:stage|stadium|staging|stg|metastas[ei]s?|metastase|distant|udbred\w*|utbredn\w*)\b"
)
_FINNISH: Final = frozenset(("topo", "morpho", "beh"))
"""Headers by which a table of the Finnish Cancer Registry is known."""
NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "patient": ("patient_id", "PNR", "Patient_ID"),
    "topography": ("topography", "ICD10", "Primaertumor_Topographie_ICD_O"),
    "m": ("M", "cTNM_M", "C_TNM_M"),
}
"""What a message says where a column is missing."""


@dataclass(frozen=True, slots=True)
class StageOf:
    """A column that states a stage."""

    name: str
    header: str
    family: str
    rank: tuple[int, int]


@dataclass(slots=True)
class RegistryLayout:
    """Which columns of a table say what, by header."""

    columns: dict[str, str] = field(default_factory=dict)
    """For each column of ours, the header."""
    stages: list[StageOf] = field(default_factory=list)
    sites: list[str] = field(default_factory=list)
    is_finnish: bool = False


def registry_layout(
    header: Sequence[str], told: Mapping[str, str | Sequence[str]] | None = None
) -> RegistryLayout:
    """Return which columns of a table say what; ``told`` names columns that the user names.

    >>> found = registry_layout(["PNR", "C_ICD10", "C_MORFO3", "C_TNM_M", "FM_Lokalisation_1"])
    >>> found.columns
    {'patient': 'PNR', 'icd10': 'C_ICD10', 'morphology': 'C_MORFO3'}
    >>> [one.header for one in found.stages], found.sites
    (['C_TNM_M'], ['FM_Lokalisation_1'])
    """
    told = told or {}
    plain = {one: _plain(one) for one in header}
    taken = {str(one) for one in told.values() if isinstance(one, str)}
    taken |= {one for several in told.values() if not isinstance(several, str) for one in several}
    found = RegistryLayout(is_finnish=set(plain.values()) >= _FINNISH)
    for name, patterns in _PATTERNS.items():
        if header_told := told.get(name):
            found.columns[name] = str(header_told)
        elif one := _first(plain, patterns, taken):
            found.columns[name] = one
            taken.add(one)
    named = list(told.get("m", ()))
    found.sites = list(told.get("sites", ())) or [
        one for one in header if one not in taken and _SITE.fullmatch(plain[one])
    ]
    taken |= set(found.sites)
    known = [(one, _stage(plain.get(one, ""), found)) for one in header if one not in taken]
    stages = [(one, ("m", (1, 0))) for one in named] + [
        (one, stage) for one, stage in known if stage and one not in named
    ]
    found.stages = [
        StageOf(f"stage_{number}", one, *stage)
        for number, (one, stage) in enumerate(sorted(stages, key=lambda pair: pair[1][1]))
    ]
    return found


def columns_of(header: Sequence[str]) -> dict[str, str]:
    """Return the headers of a registry's table that are read, and what each is for.

    >>> columns_of(["Patient_ID", "cTNM_M", "pTNM_M", "Menge_FM", "Postleitzahl"])
    {'Patient_ID': 'patient', 'cTNM_M': 'stage', 'pTNM_M': 'stage', 'Menge_FM': 'site'}
    """
    found = registry_layout(header)
    used = {one: name for name, one in found.columns.items()}
    used |= {one.header: "stage" for one in found.stages} | dict.fromkeys(found.sites, "site")
    return {one: used[one] for one in header if one in used}


def unread_stages(header: Sequence[str], layout: RegistryLayout) -> list[str]:
    """Return headers that are not read although they look like a stage or a site.

    >>> unread_stages(["Metastase", "Alder"], RegistryLayout())
    ['Metastase']
    """
    used = {*layout.columns.values(), *layout.sites, *(one.header for one in layout.stages)}
    return [one for one in header if one not in used and _STAGE_WORDS.search(_plain(one))]


def _first(plain: Mapping[str, str], patterns: Sequence[str], taken: set[str]) -> str | None:
    for pattern in patterns:
        for header, text in plain.items():
            if header not in taken and re.fullmatch(pattern, text):
                return header
    return None


def _stage(plain: str, found: RegistryLayout) -> tuple[str, tuple[int, int]] | None:
    if found.is_finnish and plain == "stage":
        return "finnish", (3, 0)
    known = ((family, rank) for shape, family, rank in _STAGES if re.fullmatch(shape, plain))
    return next(known, None)


def _plain(header: str) -> str:
    """Return a header in small letters without accents and punctuation, words apart."""
    text = (
        re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header) if re.search("[a-z][A-Z]", header) else header
    )
    text = text.casefold().replace("ø", "o").replace("æ", "ae").replace("ß", "ss")
    text = unicodedata.normalize("NFKD", text)
    return " ".join(
        re.findall("[a-z0-9]+", "".join(c for c in text if not unicodedata.combining(c)))
    )
