"""Wide tables of diagnoses: codes in numbered columns, and how they become rows.

Claims and discharge abstracts hold a stay a row and its diagnoses in columns: ``dx1`` … ``dx25``,
``I10_DX1`` … ``I10_DX40`` (HCUP), ``ICD9_DGNS_CD_1``, ``ICD_DGNS_CD1`` and ``PRNCPAL_DGNS_CD``
(CMS), ``Dx Code 1``, ``diag_01`` (HES), ``ND1`` (Germany), ``DAS1`` (France). Columns are known by
the words in their header, not by a list of files.

What is beside the codes:

- the *principal* diagnosis is one of them, whether it is numbered or has a name of its own;
- the *admitting* diagnosis is what was thought at admission: it is not read unless it is named;
- flags *present on admission* exclude nothing: a metastasis that was there before the stay is one;
- *versions* beside the codes (``ICD_DGNS_VRSN_CD1``) say of each the code system.

Of the ways to make rows of columns, an array without its blanks that is then exploded was the
fastest of those that run on Spark too: of 625,000 claims with 5 million codes in 25 columns
(Parquet) DuckDB 2.0 counted the patients of each code in 0.32 s; with blanks dropped after the
explosion 0.55 s, with a scan a column 0.34 s, and with structs 0.48 s.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final

from metastasis.patients._words.headers import plain_header

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["CodeColumns", "code_columns", "matching", "shown", "unpivoted"]

_WORD: Final = (
    r"icd|i?10|i?9|cm|gm|am|dx|diag(?:nos(?:is|es|e[ns]?|tics?|tico|tique)?|n)?|dgns|cds?|codes?|"
    r"kode|clm|claim|hdr|line|oth(?:er)?|sec(?:ond(?:ary)?|un(?:dari[oa])?)?|add(?:itional|l)?|neben|"
    r"assoc(?:ie|iated)?|[op]"
)
_PRINCIPAL: Final = r"prncpal|princ(?:ipal)?|prin|primary|main|haupt"
_ADMITTING: Final = r"admtn?g|admit(?:ting)?|admitting|admission|aufnahme|einweisungs|ingreso"
_OF_DIAGNOSES: Final = re.compile(rf"(?:{_WORD})+")
_OF_PRINCIPAL: Final = re.compile(rf"(?:{_WORD}|{_PRINCIPAL})+")
_OF_ADMITTING: Final = re.compile(rf"(?:{_WORD}|{_ADMITTING})+")
_NAMES_DIAGNOSIS: Final = re.compile("dx|diag|dgns|icd")
_OTHERS: Final = re.compile("oth|sec|add|neben|assoc")
_NUMBERED: Final = re.compile(r"(.*\D)0*(\d{1,2})( (?:code|cd|icd|kode))?")
_REVISION: Final = re.compile(r"(?:.* )?(?:icd|cim|cie|i)(?:9|10)")
"""A header that ends so has no number: its digits are the revision of the classification."""
_SHORT: Final = ("nd", "das")
"""Stems of numbered secondary diagnoses in Germany and France."""
_SHORT_PRINCIPAL: Final = ("pdx", "hd", "dp", "diag p", "dx p")
_VERSION: Final = re.compile("vrsn|version|vers|ver")
_NINE: Final = re.compile("icd ?9|i9")
_TEN: Final = re.compile("icd ?10|i10")


@dataclass(frozen=True, slots=True)
class CodeColumns:
    """Which columns of a header hold diagnosis codes.

    >>> found = code_columns(["KEY_NIS", "I10_DX1", "I10_DX2", "DXPOA1"])
    >>> found.read, found.flags
    (('I10_DX1', 'I10_DX2'), ('DXPOA1',))
    """

    read: tuple[str, ...] = ()
    """All columns of codes, the principal diagnosis first."""
    first: tuple[str, ...] = ()
    """Those of the principal diagnosis."""
    admitting: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    """Those that say of a diagnosis whether it was present on admission."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """For a column of codes the column that names its code system."""
    systems: Mapping[str, str] = field(default_factory=dict)
    """For a column of codes its code system, where columns of two systems stand together."""


def code_columns(header: Sequence[str]) -> CodeColumns:
    """Return the columns of diagnosis codes that follow the pattern of a wide table.

    >>> code_columns(["bene_id", "PRNCPAL_DGNS_CD", "ICD_DGNS_CD1", "ICD_DGNS_VRSN_CD1"]).versions
    {'ICD_DGNS_CD1': 'ICD_DGNS_VRSN_CD1'}
    >>> code_columns(["patient", "icd10", "icd_o_3", "ndx", "DXCCS1"]).read
    ()
    """
    plain = {one: plain_header(one) for one in header}
    families = _families(plain)
    principal = tuple(one for one, name in plain.items() if _is_principal(name))
    numbered = tuple(one for family in families.values() for one in family.values())
    numbered = numbered or _of_two_revisions(plain)
    others = tuple(one for one, name in plain.items() if _is_other(name)) if principal else ()
    read = tuple(dict.fromkeys((*principal, *numbered, *others)))
    first = principal or tuple(next(iter(family.values())) for family in families.values())
    return CodeColumns(
        read,
        first,
        tuple(one for one, name in plain.items() if _is_admitting(name)),
        tuple(one for one, name in plain.items() if re.search("poa|present on admission", name)),
        _versions(read, plain),
        _systems(read, plain),
    )


def matching(header: Sequence[str], told: str) -> list[str]:
    """Return the headers that a name or a pattern means, in any case.

    >>> matching(["id", "DX1", "DX2"], "dx*"), matching(["id", "DX1"], "dx1")
    (['DX1', 'DX2'], ['DX1'])
    """
    if told in header:
        return [told]
    name = plain_header(told)
    same = [one for one in header if plain_header(one) == name] if name else []
    return same or [one for one in header if fnmatchcase(one.casefold(), told.casefold())]


def shown(headers: Sequence[str]) -> str:
    """Return some headers for a message: all of a few, of many the first and the last.

    >>> shown(["dx1", "dx2"]), shown(["dx1", "dx2", "dx3", "dx4"])
    ('dx1, dx2', 'dx1, …, dx4')
    """
    few = list(headers) if len(headers) <= 3 else [headers[0], "…", headers[-1]]
    return ", ".join(few)


def unpivoted(
    rows: Any,
    kept: Sequence[str],
    codes: Sequence[str],
    systems: Mapping[str, Any] | None,
    F: Any,  # noqa: N803
) -> Any:
    """Return a row for each cell of some columns that is not blank: ``kept``, and its ``code``.

    ``systems`` gives for each column what says its code system, which becomes ``system``; None
    where the table has one for all.
    """
    if systems is None:
        array = F.array(*[F.col(one) for one in codes])
        cell = F.explode(F.array_compact(array))
        return rows.select(*kept, cell.alias("code"))
    pairs = [F.struct(F.col(one).alias("code"), systems[one].alias("system")) for one in codes]
    both = rows.select(*kept, F.explode(F.array(*pairs)).alias("cell"))
    cells = [F.col("cell.code").alias("code"), F.col("cell.system").alias("system")]
    return both.select(*kept, *cells).where(F.col("code") != F.lit(""))


def _families(plain: Mapping[str, str]) -> dict[str, dict[int, str]]:
    """Return the columns that are numbered, by what stands before the number."""
    found: dict[str, dict[int, str]] = {}
    for header, name in plain.items():
        stem, number = _stem(name)
        if number is not None and _holds_codes(stem):
            found.setdefault(stem, {}).setdefault(number, header)
    begun = {stem: one for stem, one in found.items() if min(one) <= 2}
    return {stem: dict(sorted(one.items())) for stem, one in sorted(begun.items())}


def _of_two_revisions(plain: Mapping[str, str]) -> tuple[str, ...]:
    """Return the columns of ICD-9 and of ICD-10, where a table has one of each."""
    alone = [one for one, name in plain.items() if _OF_DIAGNOSES.fullmatch(name.replace(" ", ""))]
    nines = [one for one in alone if _NINE.search(plain[one])]
    tens = [one for one in alone if _TEN.search(plain[one])]
    return (nines[0], tens[0]) if len(nines) == len(tens) == 1 else ()


def _stem(name: str) -> tuple[str, int | None]:
    """Return a header without its number, and the number."""
    match = None if _REVISION.fullmatch(name) else _NUMBERED.fullmatch(name)
    return (f"{match[1].strip()}{match[3] or ''}", int(match[2])) if match else (name, None)


def _holds_codes(stem: str) -> bool:
    squashed = stem.replace(" ", "")
    if squashed in _SHORT:
        return True
    if squashed.startswith("icdo"):
        return False  # ICD-O, topography or morphology
    return bool(_OF_DIAGNOSES.fullmatch(squashed) and _NAMES_DIAGNOSIS.search(squashed))


def _is_principal(name: str) -> bool:
    if name in _SHORT_PRINCIPAL:
        return True
    squashed = name.replace(" ", "")
    return bool(
        _OF_PRINCIPAL.fullmatch(squashed)
        and re.search(_PRINCIPAL, squashed)
        and _NAMES_DIAGNOSIS.search(squashed)
    )


def _is_other(name: str) -> bool:
    """Return whether a column without a number holds the other diagnoses, beside a principal."""
    squashed = name.replace(" ", "")
    return bool(_holds_codes(name) and _OTHERS.search(squashed) and not squashed[-1].isdigit())


def _is_admitting(name: str) -> bool:
    squashed = name.replace(" ", "")
    return bool(
        _OF_ADMITTING.fullmatch(squashed)
        and re.search(_ADMITTING, squashed)
        and _NAMES_DIAGNOSIS.search(squashed)
    )


def _versions(read: Sequence[str], plain: Mapping[str, str]) -> dict[str, str]:
    """Return the column of the code system beside each column of codes."""
    without = {
        _VERSION.sub("", name.replace(" ", "")): header
        for header, name in plain.items()
        if _VERSION.search(name)
    }
    names = {one: plain[one].replace(" ", "") for one in read}
    return {one: without[name] for one, name in names.items() if name in without}


def _systems(read: Sequence[str], plain: Mapping[str, str]) -> dict[str, str]:
    """Return the code systems of columns, where their headers tell two of them apart.

    ``DX1`` beside ``I10_DX1``, as HCUP has them of 2015, are of ICD-9-CM.
    """
    stems = {one: _stem(plain[one])[0] for one in read}
    if read and tuple(read) == _of_two_revisions(plain):
        stems = dict(plain)
    tens = {one for one, stem in stems.items() if _TEN.search(stem)}
    nines = {one for one, stem in stems.items() if _NINE.search(stem)}
    if not tens or (not nines and len(tens) == len(read)):
        return {}
    return {one: "ICD-10-CM" if one in tens else "ICD-9-CM" for one in read}
