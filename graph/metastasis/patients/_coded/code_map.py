"""The user's own map from the codes of another system, such as SNOMED CT, to ICD.

Such maps stand under licenses that do not allow them to be shipped; who may use SNOMED CT has one:

- OMOP's vocabulary: a folder with ``concept`` and ``concept_relationship`` (``Maps to``, ``Mapped
  from``, and relations such as ``SNOMED - ICD10CM``);
- a FHIR ConceptMap, R4 or R5, in JSON, alone or in a Bundle;
- the map of the National Library of Medicine from SNOMED CT to ICD-10-CM, in its readable form or
  as extended map reference set (RF2), and that of SNOMED International to ICD-10;
- a table with two columns: code and target; if wanted, the system of either.

Whoever has the source code must have what the target says. So a target may be the same or wider:
an invasive ductal carcinoma of the breast is a cancer of the breast. A narrower target would make
patients have what nobody says they have, and is not taken. OMOP's ``Maps to`` leads from ICD to the
same or a wider concept; followed back, it holds only where all ICD codes of the concept mean the
same. That rule holds for every map: a code of several targets counts only where they mean one
primary and the same sites; else it is named, and the user decides in the site map.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import Fault, ReadError, TableError
from metastasis._files import not_csv, open_to_read, read_text
from metastasis._limits import parse_json
from metastasis.patients._coded.codes import (
    SNOMED,
    SYSTEMS,
    code_system,
    infer_system,
    system_label,
    system_name,
)
from metastasis.patients._coded.omop_vocabulary import read_links
from metastasis.patients._words.headers import missing_column, recognize

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from metastasis.patients._coded.codes import Meaning

__all__ = ["CodeMap", "agreed", "read_code_map"]

Code = tuple[str, str]
"""A code system, as :func:`~.codes.system_label` calls it, and a code."""
Row = tuple[str, str, str, str]
"""Source system, source code, target system, target code."""

_SAFE: Final = frozenset(
    {"equal", "equivalent", "wider", "subsumes", "source-is-narrower-than-target"}
)
"""Of FHIR's relations (R4: the target seen from the source; R5), those that hold for counting."""
_NO_TARGET: Final = frozenset({"unmatched", "disjoint", "not-related-to", ""})
_COLUMNS: Final = {
    "code": "code source_code source sourcecode snomed snomed_code snomedct sctid sct_id concept_id"
    " from_code from local_code referencedComponentId",
    "target": "target target_code targetcode icd icd_code icd10 icd10cm icd_10_cm icd9 icd9cm"
    " to_code to mapTarget",
    "system": "system source_system code_system from_system",
    "target_system": "target_system icd_version to_system",
}
_HEADERS: Final = {ours: tuple(names.split()) for ours, names in _COLUMNS.items()}
_WORKBOOKS: Final = (".xlsx", ".xlsm", ".xls", ".ods")
_NLM: Final = ("referencedComponentId", "mapTarget")
_ICD_10_MAP: Final = "447562003"
"""The reference set of SNOMED International's map to WHO's ICD-10; that to ICD-10-CM has others."""


@dataclass(frozen=True, slots=True)
class CodeMap:
    """What the codes of other systems are in ICD, as the user's own map says.

    >>> codes = CodeMap({("SNOMED", "94222008"): frozenset({("ICD-10-CM", "C79.51")})})
    >>> codes.meaning("SNOMED", "94222008").sites, codes.meaning("SNOMED", "1")
    (('bone',), None)
    """

    targets: Mapping[Code, frozenset[Code]]
    """For each code, all that it may be; a blank system stands for any."""
    not_taken: Mapping[str, int] = field(default_factory=dict)
    """Rows of the map that are not used, by reason."""

    def codes(self, system: str, code: str) -> frozenset[Code]:
        """Return the targets of a code; none where the map does not have it."""
        code = code.strip()
        return self.targets.get((system, code)) or self.targets.get(("", code), frozenset())

    def meaning(self, system: str, code: str) -> Meaning | None:
        """Return what a code means; None if the map lacks it or its targets do not agree."""
        best = agreed(self.codes(system, code))
        return None if best is None else code_system(best[0]).meaning(best[1])


def agreed(codes: Iterable[Code]) -> Code | None:
    """Return one of several ICD codes if they all mean the same, the finest first; else None.

    >>> agreed([("ICD-9-CM", "174.9"), ("ICD-10-CM", "C50.911")])
    ('ICD-10-CM', 'C50.911')
    >>> agreed([("ICD-10-CM", "C50.911"), ("ICD-10-CM", "C34.90")]) is None
    True
    """
    order = sorted(codes, key=lambda one: (SYSTEMS.index(one[0]), one[1]))
    said = [code_system(system).meaning(code) for system, code in order]
    same = {(one.primary, one.sites, one.counts or one.kind) for one in said}
    return order[0] if len(same) == 1 else None


def read_code_map(*paths: str | Path) -> CodeMap:
    r"""Return the map of one or several files, whatever their form.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "map.csv"
    ...     _ = path.write_text("code,target\n94222008,C79.51\n254837009,C50.919\n")
    ...     read_code_map(path).meaning("SNOMED", "254837009").primary
    'breast'

    Raises
    ------
    TableError
        A file is no such map, lacks a column, or holds a target that is no ICD code.
    ReadError
        A file is missing, empty, cut short or not UTF-8.
    """
    targets: dict[Code, set[Code]] = defaultdict(set)
    left: Counter[str] = Counter()
    for path in map(Path, paths):
        taken = 0
        for system, code, of, target in _rows(path, left):
            targets[system, code].add((of, target))
            taken += 1
        if not taken:
            why = "none of its rows can be used" if left else "it holds no rows"
            remedy = f"{why}; a code map leads from the codes of your data to {', '.join(SYSTEMS)}"
            raise TableError([Fault(str(path), None, None, None, remedy)])
    return CodeMap({code: frozenset(found) for code, found in targets.items()}, dict(left))


def _rows(path: Path, left: Counter[str]) -> Iterator[Row]:
    """Yield what a file maps, and count in ``left`` what is not taken."""
    if path.is_dir() or _is_vocabulary(path):
        yield from _of_omop(path if path.is_dir() else path.parent, left)
    elif path.name.casefold().endswith(_WORKBOOKS):
        raise ReadError(path, "it is a workbook; save the sheet with the two columns as CSV")
    elif path.name.casefold().endswith((".json", ".json.gz")):
        yield from _of_fhir(path, left)
    else:
        yield from _of_table(path, left)


def _is_vocabulary(path: Path) -> bool:
    return path.name.casefold().partition(".")[0] in ("concept", "concept_relationship")


# OMOP


def _of_omop(folder: Path, left: Counter[str]) -> Iterator[Row]:
    for system, code, target_system, target in read_links(folder):
        known = system_name(target_system)
        if known is None:
            left["to a system that is not read"] += 1
        else:
            yield system_label(system), code, known, target


# FHIR


def _of_fhir(path: Path, left: Counter[str]) -> Iterator[Row]:
    maps = list(_resources(parse_json(read_text(path), path, 1, "file")))
    if not maps:
        remedy = "no ConceptMap is in it; name a ConceptMap, or a Bundle that holds one"
        raise TableError([Fault(str(path), None, None, None, remedy)])
    for one in maps:
        for group in _dicts(one.get("group")):
            yield from _of_group(one, group, left)


def _of_group(
    one: Mapping[str, Any], group: Mapping[str, Any], left: Counter[str]
) -> Iterator[Row]:
    system, of = (_system(one, group, side) for side in ("source", "target"))
    known = system_name(of)
    for element in _dicts(group.get("element")):
        for target in _dicts(element.get("target")):
            # R4 has an equivalence, which is needed; R5 a relationship.
            relation = str(target.get("relationship") or target.get("equivalence") or "")
            code = str(target.get("code") or "")
            if not code or relation in _NO_TARGET:
                left["without a target"] += 1
            elif known is None:
                left["to a system that is not read"] += 1
            elif relation not in _SAFE:
                left[f"whose target is {relation} (only the same or wider is safe)"] += 1
            else:
                yield system_label(system), str(element.get("code") or "").strip(), known, code


def _system(one: Mapping[str, Any], group: Mapping[str, Any], side: str) -> str:
    """Return the code system of a side: of the group, else of the whole map."""
    names = (f"{side}Uri", f"{side}Canonical", f"{side}ScopeUri", f"{side}ScopeCanonical")
    whole = next((one[name] for name in names if one.get(name)), "")
    return str(group.get(side) or whole)


def _resources(value: Any) -> Iterator[dict[str, Any]]:
    for one in _dicts(value if isinstance(value, list) else [value]):
        if one.get("resourceType") == "ConceptMap":
            yield one
        yield from _resources([entry.get("resource") for entry in _dicts(one.get("entry"))])


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


# Tables


def _of_table(path: Path, left: Counter[str]) -> Iterator[Row]:
    lines = _lines(path)
    header = next(lines, (0, []))[1]
    if not header:
        raise ReadError(path, "it is empty")
    if all(name in header for name in _NLM):
        yield from _of_reference_set(header, lines, left)
        return
    places = recognize(header, _HEADERS)
    missing = [ours for ours in ("code", "target") if ours not in places]
    if missing:
        remedy = "a map has a column of your codes (code) and one of ICD codes (target)"
        faults = [missing_column(str(path), header, _HEADERS[one][:3], remedy) for one in missing]
        raise TableError(faults)
    rows = [
        (line, {ours: cells[at].strip() for ours, at in places.items()}) for line, cells in lines
    ]
    yield from _of_pairs(path, rows, left)


def _of_pairs(
    path: Path, rows: Sequence[tuple[int, Mapping[str, str]]], left: Counter[str]
) -> Iterator[Row]:
    inferred = infer_system(row["target"] for _, row in rows)
    faults = []
    for line, row in rows:
        named = row.get("target_system") or inferred
        known = system_name(named) if named else None
        if not row["code"] or not row["target"]:
            left["without a target"] += 1
        elif known is None:
            faults.append(_no_system(path, line, row))
        elif code_system(known).meaning(row["target"]).kind == "not_a_code":
            remedy = f"no code of {known}; correct it, or leave it blank"
            faults.append(Fault(str(path), line, "target", row["target"], remedy))
        else:
            yield system_label(row.get("system", "")), row["code"], known, row["target"]
    if faults:
        raise TableError(faults)


def _no_system(path: Path, line: int, row: Mapping[str, str]) -> Fault:
    named = row.get("target_system")
    column = "target_system" if named else "target"
    remedy = (
        f"the code system of the target is not told; add a column target_system with one of "
        f"{', '.join(SYSTEMS)}"
    )
    return Fault(str(path), line, column, named or row["target"], remedy)


def _of_reference_set(
    header: Sequence[str], lines: Iterable[tuple[int, list[str]]], left: Counter[str]
) -> Iterator[Row]:
    """Yield the rows in force of an extended map from SNOMED CT."""
    at = {name: header.index(name) for name in header}
    for _, cells in lines:
        target = cells[at["mapTarget"]].strip().rstrip("?")
        if "active" in at and cells[at["active"]].strip() == "0":
            left["no longer in force"] += 1
        elif not target:
            left["without a target"] += 1
        else:
            is_who = "refsetId" in at and cells[at["refsetId"]].strip() == _ICD_10_MAP
            system = "ICD-10" if is_who else "ICD-10-CM"
            code = cells[at["referencedComponentId"]].strip()
            # Later groups hold codes in addition, such as a pregnancy; they count if of a cancer.
            group = cells[at["mapGroup"]].strip() if "mapGroup" in at else "1"
            meaning = code_system(system).meaning(target)
            if group != "1" and not meaning.counts:
                left["in addition to another, and no cancer"] += 1
            else:
                yield SNOMED, code, system, target


class _Commas(csv.excel):
    strict = True


class _Tabs(csv.excel_tab):
    quoting = csv.QUOTE_NONE


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each row, with its line; the header first.

    Raises
    ------
    TableError
        A row has more or fewer cells than the header, or is no CSV.
    """
    with open_to_read(path) as packed:
        file = TextIOWrapper(packed, encoding="utf-8-sig", newline="")
        line = 1
        try:
            head = file.readline()
            delimiter = max("\t;,", key=head.count)
            # The files of SNOMED International quote nothing: a mark in a name is part of it.
            dialect = _Tabs if delimiter == "\t" else _Commas
            cells = next(csv.reader([head], dialect, delimiter=delimiter), [])
            yield line, [re.sub(r"\s+", " ", one).strip() for one in cells]
            for line, row in enumerate(csv.reader(file, dialect, delimiter=delimiter), 2):
                if row and len(row) != len(cells):
                    remedy = f"{len(row)} cells where the header has {len(cells)}"
                    raise TableError([Fault(str(path), line, None, None, remedy)])
                if row:
                    yield line, row
        except UnicodeDecodeError:
            raise ReadError(path, "it is not UTF-8; save it as CSV in UTF-8") from None
        except csv.Error as error:
            raise TableError([Fault(str(path), line + 1, None, None, not_csv(error))]) from None
