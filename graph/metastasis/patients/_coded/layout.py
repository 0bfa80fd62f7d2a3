"""Which column of a table of diagnoses holds what: by its usual header, or as the user says.

A table is *long*, a row a diagnosis, or *wide*, a row a stay with its diagnoses in several columns;
here only headers are looked at. Apart from the opening of a table because that has an engine and
rows, and this is a question of words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from metastasis._errors import Fault, TableError
from metastasis.patients._coded.codes import SYSTEMS
from metastasis.patients._coded.headers import HEADERS
from metastasis.patients._coded.wide import code_columns, matching
from metastasis.patients._words.headers import missing_column, recognize

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from metastasis.patients._coded.wide import CodeColumns

    Told = Mapping[str, str | Sequence[str] | None]

__all__ = ["POSITIONS", "Layout", "layout_of"]

POSITIONS: Final = ("any", "principal")
"""Which diagnoses of a stay count; any other word is the column that numbers them."""
_ONLY_IF_ASKED: Final = ("position", "inpatient")
"""Columns that only a rule of the user's asks for."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What the columns of a table are."""

    headers: Mapping[str, str]
    """For each column of ours but the codes, its header."""
    codes: tuple[str, ...]
    """The headers of the columns of codes: of a long table one."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """For columns of codes the header of the column that names the code system of each."""
    systems: Mapping[str, str] = field(default_factory=dict)
    """For columns of codes the code system of each, where their headers tell several."""
    unread: tuple[str, ...] = ()
    """Columns of codes beside them that are not read."""
    admitting: tuple[str, ...] = ()
    """Columns of what was thought at admission, which are not read."""
    flags: tuple[str, ...] = ()
    """Columns that say what was present on admission, which exclude nothing."""

    @property
    def is_wide(self) -> bool:
        """Whether cells of several columns become rows."""
        return len(self.codes) > 1


def layout_of(
    file: str,
    header: Sequence[str],
    told: Told,
    *,
    position: str = "any",
    first: Sequence[str] = (),
    not_asked: Sequence[str] = (),
) -> Layout:
    """Return what each column is.

    ``told`` names columns as the user does, those of codes also by a pattern; ``position`` is one
    of :data:`POSITIONS` or a header; ``first`` are the headers that are asked before the others,
    as those of a table that was joined; ``not_asked`` are columns of ours that are not wanted.

    >>> found = layout_of("a.csv", ["Patient Number", "dx1", "dx2", "Date"], {})
    >>> found.headers, found.codes
    ({'patient': 'Patient Number', 'date': 'Date'}, ('dx1', 'dx2'))

    Raises
    ------
    TableError
        A column that is needed, or named, is not there.
    """
    wide = code_columns(header)
    names = {ours: one for ours, one in told.items() if ours != "code" and isinstance(one, str)}
    if position not in POSITIONS:
        names["position"] = position
    codes, faults = _codes(file, header, told.get("code"), wide)
    by_column = position == "principal" and len(codes) > 1
    if by_column:
        codes = tuple(one for one in codes if one in wide.first) or codes[:1]
    headers = _others(header, names, first, codes)
    needed = {"patient": None, **names}
    needed |= {ours: None for ours in _ONLY_IF_ASKED if ours in told}
    if position != "any" and not by_column:
        needed["position"] = None
    unwanted = {*not_asked, *(one for one in _ONLY_IF_ASKED if one not in needed)}
    faults += [_missing(file, header, ours, names) for ours in needed if ours not in headers]
    if faults:
        raise TableError(faults)
    in_family = bool(set(codes) & set(wide.read))
    of_system = () if "system" in (*names, *not_asked) else codes
    return Layout(
        {ours: one for ours, one in headers.items() if ours not in unwanted},
        codes,
        {one: wide.versions[one] for one in of_system if one in wide.versions},
        {one: wide.systems[one] for one in of_system if one in wide.systems},
        tuple(one for one in wide.read if in_family and one not in codes),
        tuple(one for one in wide.admitting if in_family and one not in codes),
        wide.flags if in_family else (),
    )


def _codes(
    file: str, header: Sequence[str], told: str | Sequence[str] | None, wide: CodeColumns
) -> tuple[tuple[str, ...], list[Fault]]:
    """Return the columns of codes, and a fault for each name that means none."""
    if told:
        names = [told] if isinstance(told, str) else list(told)
        found = {name: matching(header, name) for name in names}
        faults = [
            _missing(file, header, "code", {"code": name}) for name in names if not found[name]
        ]
        return tuple(dict.fromkeys(one for several in found.values() for one in several)), faults
    if len(wide.read) > 1:
        return wide.read, []
    usual = recognize(header, {"code": HEADERS["code"]})
    if usual:
        return (header[usual["code"]],), []
    return wide.read, [] if wide.read else [_missing(file, header, "code", {})]


def _others(
    header: Sequence[str], names: Mapping[str, str], first: Sequence[str], codes: Sequence[str]
) -> dict[str, str]:
    """Return the columns of ours besides the codes that a header has."""
    known = {ours: usual for ours, usual in HEADERS.items() if ours != "code"}
    known |= {ours: (name,) for ours, name in names.items()}
    found: dict[str, str] = {}
    for part in (first, [one for one in header if one not in codes], header):
        for ours, place in recognize(part, known).items():
            found.setdefault(ours, part[place])
    return {ours: one for ours, one in found.items() if ours in names or one not in codes}


def _missing(file: str, header: Sequence[str], ours: str, names: Mapping[str, str]) -> Fault:
    looked_for = (names[ours],) if ours in names else HEADERS[ours][:3]
    remedy = f"name the column that holds the {ours} (--{ours} COLUMN)"
    if ours == "system":
        remedy += f", or the code system of all rows ({', '.join(SYSTEMS)})"
    return missing_column(file, header, looked_for, remedy)
