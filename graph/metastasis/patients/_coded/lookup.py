"""What each code of a table means: by the tables here, the user's maps, or the text beside it.

Apart from the code book because that knows of rows and positions, and this of one code at a time.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from metastasis.patients._coded.codes import (
    REASONS,
    SNOMED,
    SYSTEMS,
    Meaning,
    code_system,
    system_label,
    system_name,
    with_overrides,
)
from metastasis.patients._words.display_text import (
    names_a_cancer,
    organ_named,
    tells_of_spread,
    with_suggestions,
)
from metastasis.patients._words.labels import LEFT_OUT, Unmapped
from metastasis.patients._words.tnm import M1

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from metastasis.patients._coded.diagnoses import Diagnoses
    from metastasis.patients._coded.rules import CodingRules
    from metastasis.patients._report import ReportDraft
    from metastasis.patients._words.labels import Kind

__all__ = [
    "NAMED",
    "OWN",
    "TNM",
    "Beside",
    "Key",
    "check_system",
    "look_up",
    "names_all_sites",
    "open_labels",
    "system_of",
    "tell_of_maps",
    "tell_of_others",
]

_BLANK: Final = "without a code"
_NO_SYSTEM: Final = "without the name of a code system"
_OTHER_SYSTEM: Final = "with a code of a system that is not read"
_SEVERAL: Final = "with a code that the code map leads to several meanings"
_UNKNOWN: Final = Meaning("", "map")
TNM: Final = "TNM"
"""The code system of M categories, which say that there is a metastasis and not where."""
OWN: Final = "own"
"""The name of a code system that nobody names, and that only the user's code map knows."""
NAMED: Final = " in"
"""Ends the ``kind`` of rows whose text is the organ that has the primary or the metastasis."""

Key = tuple[str, str | None]
"""A code, and its system where the table has a column for it."""
Beside = tuple[str, str]
"""The text of a code in the table, and which kind of label the table makes it; else blank."""


def look_up(
    key: Key, beside: Beside, system: str | None, rules: CodingRules
) -> Meaning | tuple[str, str]:
    """Return what a code means; or why its rows are left out, and an example of that."""
    code = key[0].strip()
    if not code:
        return _BLANK, ""
    known = system_of(key, system)
    if not known:
        return _NO_SYSTEM, code
    if known == TNM:
        return Meaning(M1, "metastatic") if code == M1 else (REASONS["m0"], code)
    if known not in SYSTEMS:
        return _of_other(known, code, beside, rules)
    one = with_overrides(code_system(known).meaning(code), code, rules.words, LEFT_OUT)
    return one if one.counts or one.kind == "no_key" else (REASONS[one.kind], code)


def _of_other(
    system: str, code: str, beside: Beside, rules: CodingRules
) -> Meaning | tuple[str, str]:
    """Return what a code of a system without a table means, as :func:`look_up`.

    The user's site map decides, then the code map, then the exact name of an organ where the
    record says that it has the primary or the metastasis.
    """
    label = f"{system}:{code}"
    own = with_overrides(_UNKNOWN, label, rules.words, LEFT_OUT)
    if own is not _UNKNOWN:
        return own if own.counts else (REASONS["map"], label)
    if rules.code_map and rules.code_map.codes(system, code):
        mapped = rules.code_map.meaning(system, code)
        if mapped is None:
            return _SEVERAL, label
        mapped = with_overrides(mapped, label, rules.words, LEFT_OUT)
        if mapped.counts or mapped.kind == "no_key":
            return replace(mapped, code=label)
        return REASONS[mapped.kind], label
    text, kind = beside
    if kind == f"primary{NAMED}" and (organ := organ_named(text, "primary", rules.known)):
        return Meaning(label, "primary", primary=organ)
    if kind == f"site{NAMED}" and (organ := organ_named(text, "site", rules.known)):
        return Meaning(label, "secondary", sites=(organ,))
    return _OTHER_SYSTEM, system


def system_of(key: Key, system: str | None) -> str:
    """Return what the code system of a code is called."""
    return system or system_label(key[1] or "")


def open_labels(
    read: Mapping[Key, Meaning | tuple[str, str]],
    counts: Mapping[Key, int],
    beside: Mapping[Key, Beside],
    system: str | None,
    rules: CodingRules,
) -> list[Unmapped]:
    """Return the codes that the user may decide on, with their text and what it suggests."""
    rows: Counter[tuple[Kind, str]] = Counter()
    texts: dict[tuple[Kind, str], str] = {}
    for key, one in read.items():
        text, told = beside[key]
        if isinstance(one, Meaning):
            kind: Kind | None = "primary" if one.kind == "no_key" else None
            label = one.code
        else:
            of_other = one[0] in (_OTHER_SYSTEM, _SEVERAL)
            kind = _kind(told, text) if of_other else None
            label = f"{system_of(key, system)}:{key[0].strip()}"
        kinds: list[Kind] = [kind] if kind else []
        if kind == "primary" and tells_of_spread(text):
            kinds.append("site")
        for one_kind in kinds:
            rows[one_kind, label] += counts[key]
            texts.setdefault((one_kind, label), text)
    order = sorted(rows, key=lambda one: (-rows[one], one[1], one[0]))
    found = (Unmapped(*one, rows[one], text=texts[one]) for one in order)
    return with_suggestions(found, rules.known)


def _kind(told: str, text: str) -> Kind | None:
    """Return the kind of label that the record says, or its text."""
    if told.startswith("primary"):
        return "primary"
    return "site" if told.startswith("site") else names_a_cancer(text)


def check_system(
    table: Diagnoses,
    read: Mapping[Key, Meaning | tuple[str, str]],
    system: str | None,
    undecided: Sequence[Unmapped],
    draft: ReportDraft,
) -> None:
    """Refuse a table of which no row counts because its code system is not the one it says.

    Where the text of its codes tells of cancers, the user can decide on them: a warning says so.
    """
    reasons = {one[0] for one in read.values() if not isinstance(one, Meaning)} - {_BLANK}
    if reasons and reasons <= {_NO_SYSTEM, _OTHER_SYSTEM, _SEVERAL}:
        seen = sorted({system_of(key, system) for key in read} - {""})
        if undecided:
            draft.warn(f"no code counts yet: {_how_to_map(seen)}")
        elif table.whole_header:
            raise table.fault("system", ", ".join(seen[:3]) or None, _how_to_map(seen, table))
    strange = [key for key, one in read.items() if one == (REASONS["not_a_code"], key[0])]
    for code, flag in sorted(strange, key=str) if table.whole_header else ():
        named = system or system_name(flag or "")
        if other := _system_of_cancer(code):
            remedy = (
                f"no code is a cancer code of {named}, while this one is of {other}; name the "
                f"code system, as in system={other!r} (--system {other})"
            )
            raise table.fault("code", code, remedy)


def _how_to_map(seen: Sequence[str], table: Diagnoses | None = None) -> str:
    """Return what makes codes of these systems count."""
    if not seen:
        return (
            f"no row names its code system; if all are of one that is read ({', '.join(SYSTEMS)}), "
            f"name it (--system NAME)"
        )
    named = "SNOMED CT, which is not shipped" if seen == [SNOMED] else ", ".join(seen[:3])
    own = "give your own map to ICD (--code-map FILE)"
    if table is None:
        return f"the codes are of {named}; {own}, or fill in the site map (--site-map FILE)"
    if table.has("text"):
        return f"the codes are of {named}, and no text beside them names a cancer; {own}"
    return f"the codes are of {named}; {own}, or name the column with their text (--text COLUMN)"


def _system_of_cancer(code: str) -> str | None:
    """Return the first code system in which a code counts, or None."""
    return next((name for name in SYSTEMS if code_system(name).meaning(code).counts), None)


def tell_of_others(
    read: Mapping[Key, Meaning | tuple[str, str]],
    counts: Mapping[Key, int],
    system: str | None,
    draft: ReportDraft,
) -> bool:
    """Return whether rows hold cancer codes of another system than theirs; the report begins so.

    After October 2015 a column of ICD-10-CM may still hold 174.9: a patient, or a metastasis, less.
    """
    odd: dict[Key, str] = {}
    for key, one in read.items():
        if one == (REASONS["not_a_code"], key[0].strip()):
            other = _system_of_cancer(key[0])
            if other and system_of(key, system) in SYSTEMS:
                odd[key] = other
    if not odd:
        return False
    code, flag = min(odd, key=lambda key: (-counts[key], str(key)))
    rows = sum(counts[key] for key in odd)
    draft.warn(
        f"{rows:,} {'row holds' if rows == 1 else 'rows hold'} what is no code of "
        f"{system_of((code, flag), system)} and is a cancer in another system ({code.strip()} in "
        f"{odd[code, flag]}): cancers and metastases are missing, and no zero is written; name the "
        "code system row by row (--system COLUMN)"
    )
    return True


def tell_of_maps(
    read: Mapping[Key, Meaning | tuple[str, str]],
    counts: Mapping[Key, int],
    beside: Mapping[Key, Beside],
    rules: CodingRules,
    draft: ReportDraft,
) -> None:
    """Add how many rows the name of an organ decided, and what of the code map is not used."""
    named = [
        key
        for key, one in read.items()
        if isinstance(one, Meaning) and beside[key][1].endswith(NAMED)
    ]
    such = ", ".join(sorted({beside[key][0] for key in named})[:3])
    text = f"rows whose organ is told by the exact name of the body site, such as {such}"
    draft.notice("body site", sum(counts[key] for key in named), text)
    for reason, number in sorted((rules.code_map.not_taken if rules.code_map else {}).items()):
        draft.notice("code map", number, f"rows of the code map are not taken: {reason}")


def names_all_sites(draft: ReportDraft) -> bool:
    """Return whether no row names a metastasis that nothing explains yet; warn if one does.

    A site that such a row may mean was not found to be absent; and what is counted is too low.
    """
    sites = [one for one in draft.unmapped if one.kind == "site"]
    if sites:
        rows = sum(one.rows for one in sites)
        name = "row names" if rows == 1 else "rows name"
        draft.warn(
            f"{rows:,} {name} metastases by codes that nothing explains: until the site map or a "
            "code map does, counts are too low, and no zero is written"
        )
    return not sites
