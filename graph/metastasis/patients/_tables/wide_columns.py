"""Which columns of a wide table hold what: the patient, the cancer, the sites, the overall mark.

A site column is known by its header, or named by the user with a pattern such as ``dmets_*``: then
what stands for the star is the site, unless the header as a whole names one. This stands apart from
reading because it looks at headers alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase, translate
from typing import TYPE_CHECKING, Final

from metastasis._errors import AmbiguousNameError, Fault, TableError, UnknownNameError
from metastasis.patients._coded.headers import HEADERS as CODED
from metastasis.patients._words.answers import setting_of, site_columns
from metastasis.patients._words.headers import missing_column, recognize

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from metastasis.patients._intake import Rules

__all__ = ["HEADERS", "WideColumns", "columns_of", "setting_in"]

_HEADERS: Final = {
    "patient": "record_id case_id case participant_id participant patient_nr pat_no id",
    "primary": """
        primary primary_cancer primary_tumor primary_tumour oncotree_code cancer_type_detailed
        ca_type cancer_type cancer tumor_type tumour_type tumor tumour primary_site
        primary_tumor_site tumor_entity entity entitaet primaertumor tumorart
        """,
    "sex": "naaccr_sex_code sex_code sex_at_birth",
    "order": """
        ca_seq tumor_sequence tumour_sequence cancer_sequence tumor_number tumour_number
        sequence_number tumor_seq
        """,
    "mark": """
        metastatic is_metastatic metastatic_patient is_dist_met_mapped ca_dmets_yn metastasis
        metastases any_mets any_metastasis has_mets has_metastasis distant_metastasis
        distant_metastases distant_mets dmets mets metastatic_disease metastasiert fernmetastasen
        metastatic_at_dx metastatic_at_diagnosis mets_at_dx mets_at_diagnosis
        """,
    "m": """
        m_stage stage_m m_category ajcc_m ajcc_m_stage tnm_m ctnm_m ptnm_m clin_m path_m clinical_m
        pathologic_m ca_tnm_m tnm_clin_m tnm_path_m ajcc_pathologic_m ajcc_clinical_m m1
        """,
}
HEADERS: Final[Mapping[str, tuple[str, ...]]] = {
    "patient": (*CODED["patient"], *_HEADERS["patient"].split()),
    "primary": (*_HEADERS["primary"].split(), *CODED["code"]),
    "sex": (*CODED["sex"], *_HEADERS["sex"].split()),
    **{name: tuple(_HEADERS[name].split()) for name in ("order", "mark", "m")},
}
"""For each of our columns, the headers it is known by, the best first; "_" is a blank."""
_OF_BPC: Final = ("record_id", "ca_seq")
"""Columns of GENIE BPC, whose ``dmets_…`` are of any time until the last record."""


@dataclass(frozen=True, slots=True)
class WideColumns:
    """The columns of a wide table."""

    named: Mapping[str, str]
    """For our columns (``patient``, ``primary``, ``sex``, …) the header."""
    sites: Mapping[str, str]
    """For each header of a site, its label."""
    constant: str | None = None
    """The catalog key of the cancer of every row, where no column names it."""
    guessed: frozenset[str] = field(default_factory=frozenset)
    """Those of our columns that the user did not name."""


def columns_of(
    file: str,
    header: Sequence[str],
    told: Mapping[str, str | None],
    sites: Sequence[str],
    rules: Rules,
) -> WideColumns:
    """Return the columns of a wide table by their usual headers, or as told.

    Raises
    ------
    TableError
        There is no patient, no cancer or no site; or a column that was named is not there.
    """
    constant, told = _constant(header, told, rules)
    known = {ours: (one,) if one else HEADERS.get(ours, ()) for ours, one in told.items()}
    if constant:
        known.pop("primary")
    found = {ours: header[at] for ours, at in recognize(header, known).items()}
    needed = [ours for ours, one in told.items() if one or ours in ("patient", "primary")]
    faults = [
        _missing(file, header, ours, known[ours])
        for ours in needed
        if ours in known and ours not in found
    ]
    labels: dict[str, str] = {}
    if sites:
        faults += _named_sites(file, header, sites, rules, labels)
    else:
        labels = site_columns(header, rules.known, rules.words)
    labels = {one: label for one, label in labels.items() if one not in found.values()}
    if not labels and not faults:
        faults.append(Fault(file, None, None, None, _no_sites(header)))
    if faults:
        raise TableError(faults)
    guessed = frozenset(ours for ours in found if not told[ours])
    return WideColumns(found, labels, constant, guessed)


def setting_in(file: str, columns: WideColumns, told: str | None) -> str | None:
    """Return when the sites were looked for, of the columns that do not say so themselves.

    Raises
    ------
    TableError
        Nothing says when, or a column says something else than the user.
    """
    own = {header: setting_of(header) for header in columns.sites}
    silent = [header for header, when in own.items() if when is None]
    against = [header for header, when in own.items() if when and told and when != told]
    if against:
        when = str(own[against[0]]).replace("_", " ")
        remedy = f"says {when}, and --setting says {told}: leave --setting or this column out"
        raise TableError([Fault(file, None, against[0], None, remedy)])
    if told or not silent:
        return told
    if {one.casefold() for one in columns.named.values()} >= set(_OF_BPC):
        return "during_course"
    remedy = (
        "does not say when its site was looked for: --setting at_diagnosis, or --setting "
        "during_course (any time until the last record)"
    )
    raise TableError([Fault(file, None, silent[0], None, remedy)])


def _constant(
    header: Sequence[str], told: Mapping[str, str | None], rules: Rules
) -> tuple[str | None, Mapping[str, str | None]]:
    """Return the cancer that the user names for every row, in place of its column."""
    primary = told["primary"]
    if not primary or recognize(header, {"primary": (primary,)}):
        return None, told
    try:
        return rules.known.primary(primary).key, {**told, "primary": None}
    except (UnknownNameError, AmbiguousNameError):
        return None, told


def _missing(file: str, header: Sequence[str], ours: str, names: Sequence[str]) -> Fault:
    also = ", or the one cancer of all rows (--primary breast)" if ours == "primary" else ""
    option = ours.replace("_", "-")
    remedy = f"name the column that holds it (--{option} COLUMN){also}"
    return missing_column(file, header, names[:3], remedy)


def _named_sites(
    file: str, header: Sequence[str], patterns: Sequence[str], rules: Rules, labels: dict[str, str]
) -> list[Fault]:
    """Add the labels of the columns that the user names; return the faults."""
    known = site_columns(header, rules.known, rules.words)
    faults = []
    for pattern in patterns:
        fit = [one for one in header if fnmatchcase(one.casefold(), pattern.casefold())]
        for one in fit:
            labels[one] = known.get(one) or _starred(one, pattern)
        if not fit:
            some = ", ".join(header[:8])
            remedy = f"no column fits it; the columns are {some}{', …' if len(header) > 8 else ''}"
            faults.append(Fault(file, None, "--sites", pattern, remedy))
    return faults


def _starred(header: str, pattern: str) -> str:
    """Return what stands for the star of a pattern; the whole header where there is none.

    >>> _starred("loc_liver", "loc_*"), _starred("liver", "liver")
    ('liver', 'liver')
    """
    if pattern.count("*") == 1:
        inside = re.match(translate(pattern).replace(".*", "(.*)"), header, re.IGNORECASE)
        if inside and inside[1]:
            return inside[1].replace("_", " ").strip()
    return header.replace("_", " ")


def _no_sites(header: Sequence[str]) -> str:
    some = ", ".join(header[:8]) + (", …" if len(header) > 8 else "")
    return (
        f"no column names a site of metastasis (the columns are {some}): name those that do, as "
        "in --sites 'dmets_*' or --sites liver --sites bone"
    )
