"""Diagnosis codes: which primary or which metastatic site a code of ICD-9 or ICD-10 names.

The tables in ``ontology/mappings/codes/`` give a rule for a code and all codes below it; the
longest one that fits decides. They hold codes and our own keys, none of the classifications'
labels. A code of a primary whose only mapping in the catalog is looser than the code is not taken.

What a naive reader gets wrong, and what the tables have instead:

- codes that name no organ (C77.9, C79.89, C79.9) count as ``unspecified``, and the rest of an organ
  system (C78.39, C78.89) as such, under no one organ;
- lymph node codes (C77, ICD-9 196) do not say whether the nodes are regional: they count as sites,
  and by themselves make no patient metastatic by default;
- C22.9 (ICD-9 155.2) is a cancer in the liver that may have come from elsewhere: it is no primary;
- C78.6 (ICD-9 197.6) is peritoneum and retroperitoneum together, C79.82 (198.82) the genital organs
  of either sex: the catalog has a site for each;
- C80.0 is disseminated cancer in ICD-10-CM, but unknown primary in WHO's ICD-10 and the national
  ones but that of the United States.

How the systems differ in secondary neoplasms (the tables have only what differs):

- ``ICD-10`` (WHO): four characters. Bone and marrow are one code (C79.5), brain and meninges too
  (C79.3); C79.8 holds breast, genital organs and all others. C97 is several primaries.
- ``ICD-10-GM`` (Germany): as WHO's, and C79.8 in five characters, which are not those of the United
  States: C79.83 pericardium, C79.84 heart, C79.85 and C79.86 soft tissue, C79.88 others.
- ``ICD-10-AM`` (Australia): no list is free to check against, so that C79 counts by its first
  four characters, as in WHO's.
- ``ICD-9-WHO``: as ICD-9-CM without fifth digits, and without 209 (neuroendocrine tumors) and 176
  (Kaposi sarcoma), which the United States added.

Sources: ICD-10-CM, tabular list (National Center for Health Statistics, Centers for Medicare and
Medicaid Services), neoplasms C00 to D49; ICD-9-CM, volume 1, codes 140 to 239; ICD-10, volume 1,
fifth edition (World Health Organization, 2016; as browsed at classbrowser.nhs.uk), C76 to C80;
ICD-10-GM, systematic list, C76 to C80 (BfArM); Manual of the ICD, ninth revision (World Health
Organization, 1977), categories 196 to 199.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Final

from metastasis._catalog.rows import numbered_rows
from metastasis._errors import UnknownNameError
from metastasis._files import ontology_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from metastasis._catalog import Catalog

__all__ = [
    "REASONS",
    "SNOMED",
    "SYSTEMS",
    "CodeSystem",
    "Meaning",
    "code_system",
    "infer_system",
    "organ_of",
    "plain_code",
    "system_label",
    "system_name",
    "with_overrides",
]

SYSTEMS: Final = ("ICD-10-CM", "ICD-10", "ICD-10-GM", "ICD-10-AM", "ICD-9-CM", "ICD-9-WHO")
"""The code systems that are read; ``ICD-10`` is WHO's, with national ones of no own table."""

REASONS: Final = {
    "not_cancer": "with a code that is not a cancer code",
    "not_a_code": "with what is no code of the code system",
    "hematologic": "with a code of a hematologic cancer",
    "history": "with a code of a cancer in the past",
    "not_malignant": "with a code of an in situ, benign or uncertain neoplasm",
    "ill_defined": "with a cancer code that names no one organ",
    "undetermined": "with a code of the liver that does not say whether primary or secondary",
    "skin": "with a code of nonmelanoma skin cancer",
    "m0": "that state no distant metastasis when staged (M0), which overrules no code",
    "map": "with a code that the map file leaves out",
}
"""Why rows with a code do not count, by the kind of the code."""

_COLUMNS: Final = ("code", "kind", "primary", "sites")
_FILES: Final = {
    "ICD-10-CM": ("icd-10-cm",),
    "ICD-10": ("icd-10-cm", "icd-10"),
    "ICD-10-GM": ("icd-10-cm", "icd-10", "icd-10-gm"),
    "ICD-10-AM": ("icd-10-cm", "icd-10", "icd-10-am"),
    "ICD-9-CM": ("icd-9-cm",),
    "ICD-9-WHO": ("icd-9-cm", "icd-9-who"),
}
"""The tables of a code system. Each states differences from the one before: its rule of a code
takes the place of those of the code and of all codes below it."""
_TEN: Final = re.compile("[A-Z][0-9][0-9A-Z]{1,5}")
_NINE: Final = re.compile("[0-9]{3,5}|V[0-9]{2,4}|E[0-9]{3,4}")
_FORMS: Final = {name: _TEN if name.startswith("ICD-10") else _NINE for name in SYSTEMS}
"""What a plain code can look like; letters inside a code occur in ICD-10-CM (C4A, C7B)."""
_NAMES: Final = {
    "icd10cm": "ICD-10-CM",
    "10cm": "ICD-10-CM",
    "10": "ICD-10-CM",
    "0": "ICD-10-CM",
    "1": "ICD-10-CM",
    "icd10": "ICD-10",
    "icd10who": "ICD-10",
    "icd10gm": "ICD-10-GM",
    "10gm": "ICD-10-GM",
    "icd10ca": "ICD-10",
    "icd10am": "ICD-10-AM",
    "10am": "ICD-10-AM",
    "icd10cn": "ICD-10",
    "icd9cm": "ICD-9-CM",
    "icd9": "ICD-9-CM",
    "icd9who": "ICD-9-WHO",
    "9cm": "ICD-9-CM",
    "9": "ICD-9-CM",
    "09": "ICD-9-CM",
    "2168401113883690": "ICD-10-CM",
    "216840111388363": "ICD-10",
    "21684011138836103": "ICD-9-CM",
    "icd10se": "ICD-10",
    "icd10nl": "ICD-10",
    "icd10uk": "ICD-10",
    "cim10": "ICD-10",
    "cim10fr": "ICD-10",
    "cie10": "ICD-10",
    "cie10es": "ICD-10-CM",
    "icd10be": "ICD-10-CM",
    "2168401113883632": "ICD-10",
    "21684011138836135": "ICD-10",
    **dict.fromkeys(("snomed", "snomedct", "snomedctus", "sct", "2168401113883696"), "SNOMED"),
}
"""Names without case and punctuation: words, flags of US claims (0 and 1 are ICD-10, 9 is ICD-9)
and HL7 object identifiers. Spain and Belgium code in translations of ICD-10-CM."""
SNOMED: Final = "SNOMED"
"""What SNOMED CT is called in labels; it is known by name, and its codes are not shipped."""
_YEAR: Final = re.compile("(?:19|20)[0-9]{2}$")
"""The edition that a code system may be named with, as in icd10gm2016."""
_IN_ADDRESS: Final = re.compile("(?:icd|cim|cie)(?:9|10)[a-z]*|^(?:snomed|sct|snomedct)$")
"""The name of a code system in a part of an address, without punctuation."""
_ONLY_CM: Final = re.compile("C4A|C7[AB]|C49A|C(?!798)[0-7][0-9]..|C798[129]|[A-Z].{5,6}$")
"""Categories, codes and lengths that only ICD-10-CM has. Five characters are not enough: other
chapters have them in Germany and Australia too."""
_ONLY_GM: Final = re.compile("C798[3-8]")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code means.

    >>> code_system("ICD-10-CM").meaning("C78.02").sites
    ('lung',)
    """

    code: str
    """The rule that decided, as the table has it; blank where none did."""
    kind: str
    """``primary``, ``secondary``, ``nodes``, ``disseminated`` (both), ``metastatic`` (without a
    site), ``no_key`` (a primary that the catalog does not have), or one of ``REASONS``."""
    primary: str | None = None
    """Catalog key."""
    sites: tuple[str, ...] = ()
    """Catalog keys, the site itself first, then wider ones that it counts for too."""

    @property
    def counts(self) -> bool:
        """Whether rows with the code count at all."""
        return self.primary is not None or bool(self.sites) or self.kind == "metastatic"

    def spreads(self, nodes: str) -> bool:
        """Whether the code by itself makes a patient metastatic, by the rule for nodes."""
        if self.kind == "nodes" and nodes != "count":
            return False
        return bool(self.sites) or self.kind == "metastatic"


@dataclass(frozen=True, slots=True)
class CodeSystem:
    """The rules of one code system."""

    name: str
    rules: Mapping[str, Meaning]
    """By plain code: upper case, without point."""

    def meaning(self, code: str) -> Meaning:
        """Return what a code means, however it is written.

        >>> icd9 = code_system("ICD-9-CM")
        >>> icd9.meaning("174.9").primary, icd9.meaning("1749").primary, icd9.meaning("v10.3").kind
        ('breast', 'breast', 'history')
        >>> code_system("ICD-10-CM").meaning(" c50911").primary
        'breast'
        """
        plain = plain_code(code)
        if not _FORMS[self.name].fullmatch(plain):
            return Meaning("", "not_a_code")
        # The longest rule that fits decides, down to the category of three characters.
        for length in range(len(plain), 2, -1):
            if (rule := self.rules.get(plain[:length])) is not None:
                return rule
        return Meaning("", "not_cancer")

    @property
    def primaries(self) -> frozenset[str]:
        """The catalog keys of all primaries that codes name."""
        return frozenset(rule.primary for rule in self.rules.values() if rule.primary)

    @property
    def sites(self) -> frozenset[str]:
        """The catalog keys of all sites that codes name."""
        return frozenset(site for rule in self.rules.values() for site in rule.sites)


@cache
def code_system(name: str) -> CodeSystem:
    """Return a code system by any of its usual names.

    >>> code_system("icd10cm").name, code_system("9").name
    ('ICD-10-CM', 'ICD-9-CM')

    Raises
    ------
    UnknownNameError
        No code system that is read has this name.
    """
    known = system_name(name)
    if known is None:
        raise UnknownNameError("code system", name, SYSTEMS)
    rules: dict[str, Meaning] = {}
    for file in _FILES[known]:
        for _, row in numbered_rows(ontology_path("mappings", "codes", f"{file}.csv"), _COLUMNS):
            sites = tuple(one for one in row["sites"].split("; ") if one)
            meaning = Meaning(row["code"], row["kind"], row["primary"] or None, sites)
            plain = plain_code(row["code"])
            if file != _FILES[known][0]:
                rules = {one: rule for one, rule in rules.items() if not one.startswith(plain)}
            rules[plain] = meaning
    return CodeSystem(known, rules)


def system_name(name: str) -> str | None:
    """Return the code system that is read and that a word, a flag or an address means, or None.

    >>> system_name("http://hl7.org/fhir/sid/icd-10-cm"), system_name("SNOMED")
    ('ICD-10-CM', None)
    """
    known = system_label(name)
    return known if known in SYSTEMS else None


def system_label(name: str) -> str:
    """Return what a code system is called here; one that is not known keeps its own name.

    >>> system_label("urn:oid:2.16.840.1.113883.6.90"), system_label("http://snomed.info/sct")
    ('ICD-10-CM', 'SNOMED')
    >>> system_label("http://fhir.de/CodeSystem/bfarm/icd-10-gm|2024"), system_label(" LOINC ")
    ('ICD-10-GM', 'LOINC')
    >>> system_label("https://smt.esante.gouv.fr/terminologie-cim-10")
    'ICD-10'
    >>> system_label("http://hl7.org/fhir/sid/icd-10-pcs")
    'http://hl7.org/fhir/sid/icd-10-pcs'
    """
    text = name.strip()
    plain = _bare(text.casefold().removeprefix("urn:oid:"))
    if known := _NAMES.get(plain) or _NAMES.get(_YEAR.sub("", plain)):
        return known
    is_address = "://" in text or text.casefold().startswith("urn:")
    is_address = is_address and "procedure" not in text.casefold()
    parts = re.split("[/|:?#=]", text.replace("/release/", "-")) if is_address else ()
    found = (match[0] for part in parts for match in _IN_ADDRESS.finditer(_bare(part)))
    return next((_NAMES[one] for one in found if one in _NAMES), text)


def _bare(text: str) -> str:
    return re.sub("[^a-z0-9]", "", text.casefold())


def plain_code(code: str) -> str:
    """Return a code in upper case, without point, blanks and the name of its system.

    >>> plain_code(" c50.911 "), plain_code("ICD10CM:C50.911")
    ('C50911', 'C50911')
    """
    return re.sub("[^A-Z0-9]", "", code.rpartition(":")[2].upper())


def infer_system(codes: Iterable[str]) -> str | None:
    """Return the code system of codes, if their form allows one only; else None.

    Codes that begin with a letter are of ICD-10: of ICD-10-CM or ICD-10-GM where one of them is in
    that alone, and otherwise of any, which differ in C80.0. Codes that begin with a digit may be of
    ICD-9, of an older revision or of something else.

    >>> infer_system(["C50.911", "E11.9"]), infer_system(["C50.9"]), infer_system(["174.9"])
    ('ICD-10-CM', 'ICD-10', None)
    >>> infer_system(["C50.9", "174.9"]) is None, infer_system(["C50.9", "C80.0"]) is None
    (True, True)
    """
    plain = {plain_code(code) for code in codes} - {""}
    if not any(re.match("C[0-9]|D[0-4]", code) for code in plain):
        return None
    if any(code[0].isdigit() for code in plain):
        return None
    cm, gm = (any(map(one.match, plain)) for one in (_ONLY_CM, _ONLY_GM))
    if cm or gm:
        return None if cm and gm else "ICD-10-CM" if cm else "ICD-10-GM"
    # C80.0 means something else in each, as the module says; C80.9 is WHO's only.
    return None if "C800" in plain and "C809" not in plain else "ICD-10"


def organ_of(primary: str, catalog: Catalog) -> str:
    """Return the widest primary of kind ``organ`` that this one is a subtype of, or itself.

    >>> from metastasis._catalog import read_catalog
    >>> catalog = read_catalog()
    >>> [organ_of(key, catalog) for key in ("rectum", "hcc", "pancreas_net", "nen")]
    ['colorectal', 'liver', 'pancreas', 'nen']
    """
    wider = catalog.supertypes(primary)
    organs = {key for key in wider if catalog.primaries[key].kind == "organ"}
    widest = [key for key in organs if not organs & (catalog.supertypes(key) - {key})]
    return min(widest, default=primary)


def with_overrides(
    meaning: Meaning, code: str, overrides: Mapping[tuple[str, str], str], left_out: str
) -> Meaning:
    """Return what a code means by the user's map file, or as it is where that does not have it.

    >>> unknown = Meaning("C69", "no_key")
    >>> with_overrides(unknown, "C69.30", {("primary", "C69"): "melanoma_uveal"}, "-").primary
    'melanoma_uveal'
    """
    keys = {
        kind: overrides.get((kind, code)) or overrides.get((kind, meaning.code))
        for kind in ("primary", "site")
    }
    if left_out in keys.values():
        return Meaning(meaning.code or code, "map")
    primary, site = keys["primary"], keys["site"]
    name = meaning.code or code
    if primary and site:
        return replace(meaning, code=name, kind="disseminated", primary=primary, sites=(site,))
    if primary:
        return replace(meaning, code=name, kind="primary", primary=primary)
    if site:
        return replace(meaning, code=name, kind="secondary", sites=(site,))
    return meaning
