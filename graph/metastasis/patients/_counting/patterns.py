"""Which sites go together in one patient, and in how many patients."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from metastasis._catalog.rows import readable_rows
from metastasis._clean import separated
from metastasis._errors import Fault, TableError
from metastasis._files import write_text
from metastasis.patients._counting.masks import SITES_A_MASK
from metastasis.patients._counting.patient import by_patient
from metastasis.patients._counting.tally import patterns as pattern_counts
from metastasis.patients._counting.wholes import with_wholes
from metastasis.patients._engines.frames import frame_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metastasis._catalog import Catalog
    from metastasis.patients._engines.engine import Engine

__all__ = ["COLUMNS", "Pattern", "can_have", "patterns_of", "read_patterns", "write_patterns"]

COLUMNS: Final = ("primary", "sex", "metastatic", "sites", "patients")
_TRUTH: Final = {"yes": True, "no": False}
_MARKS: Final = {True: "yes", False: "no"}


@dataclass(frozen=True, slots=True)
class Pattern:
    """Patients of one primary, sex and metastatic state who have exactly these sites.

    >>> Pattern("prostate", "male", True, ("bone", "liver"), 12).patients
    12
    """

    primary: str
    sex: str | None
    metastatic: bool
    sites: tuple[str, ...]
    """Catalog keys, in order; a site with those that it is part of."""
    patients: int


def patterns_of(
    engine: Engine,
    rows: Any,
    *,
    primaries: Sequence[str],
    sites: Sequence[str],
    choose: str,
    catalog: Catalog,
    metastatic_sites: Iterable[int] | None = None,
    min_count: int = 1,
) -> tuple[Pattern, ...]:
    """Return the patterns of canonical rows, in order, those of fewer patients left out.

    ``primaries`` and ``sites`` are the keys behind the positions in the rows; a primary beyond the
    last has no key, and its patients are left out, as are those of a sex that cannot have theirs
    (:func:`can_have`). ``choose`` and ``metastatic_sites``: see
    :func:`~.patient.by_patient` and :func:`~.tally.tally`. Sites come with their wholes.
    """
    F = engine.functions  # noqa: N806
    patients = by_patient(rows, choose=choose, sites=len(sites), F=F)
    counted = pattern_counts(patients, sites=len(sites), metastatic_sites=metastatic_sites, F=F)
    alike: Counter[tuple[str, str | None, bool, tuple[str, ...]]] = Counter()
    for primary, sex, metastatic, *masks, number in engine.collect(counted):
        if primary < len(primaries) and can_have(primaries[primary], sex, catalog):
            every = with_wholes(primaries[primary], _sites(masks, sites), catalog)
            alike[primaries[primary], sex, metastatic, tuple(sorted(every))] += number
    found = [Pattern(*one, number) for one, number in alike.items() if number >= min_count]
    return tuple(
        sorted(found, key=lambda one: (one.primary, one.sex or "", one.metastatic, one.sites))
    )


def can_have(primary: str, sex: str | None, catalog: Catalog) -> bool:
    """Return whether patients of a sex can have a primary; where no sex is stated they can.

    >>> from metastasis._catalog import read_catalog
    >>> can_have("prostate", "female", read_catalog()), can_have("prostate", None, read_catalog())
    (False, True)
    """
    return not sex or catalog.primaries[primary].sex in (None, sex)


def write_patterns(patterns: Iterable[Pattern], path: Path) -> None:
    """Write patterns as a table: primary, sex, metastatic (yes, no), sites by "; ", patients.

    Raises
    ------
    WriteError
        The file cannot be written.
    """
    rows = [
        (one.primary, one.sex, _MARKS[one.metastatic], "; ".join(one.sites), one.patients)
        for one in patterns
    ]
    write_text(path, separated([COLUMNS, *rows]))


def read_patterns(data: Path | str | Any) -> tuple[Pattern, ...]:
    """Return the patterns of a table, as :func:`write_patterns` writes it: a file, or a frame.

    In a frame of pandas, Polars or Arrow, sites may be lists and ``metastatic`` true or false; the
    column ``sex`` may be missing.

    >>> import pandas
    >>> frame = pandas.DataFrame(
    ...     {"primary": ["lung"], "metastatic": [True], "sites": [["bone"]], "patients": [3]})
    >>> read_patterns(frame)[0].sites
    ('bone',)

    Raises
    ------
    TableError
        With every fault: a missing column, a mark that is neither yes nor no, a wrong number.
    ReadError
        The file cannot be read.
    MissingExtraError
        A frame is given, and PyArrow is not installed.
    """
    found: list[Pattern] = []
    faults: list[Fault] = []
    is_file = isinstance(data, str | PathLike)
    told = str(data) if is_file else "the frame"
    rows = (
        readable_rows(Path(data), COLUMNS, faults)
        if is_file
        else frame_rows(data, COLUMNS, ["sex"])
    )
    for line, row in rows:
        if problems := [Fault(told, line, *one) for one in _problems(row)]:
            faults += problems
            continue
        state = _TRUTH[row["metastatic"]]
        sites = tuple(site.strip() for site in row["sites"].split(";") if site.strip())
        found.append(
            Pattern(row["primary"], row["sex"] or None, state, sites, int(row["patients"]))
        )
    if faults:
        raise TableError(faults)
    return tuple(found)


def _problems(row: dict[str, str]) -> list[tuple[str, str | None, str]]:
    problems: list[tuple[str, str | None, str]] = []
    if row["metastatic"] not in _TRUTH:
        problems.append(("metastatic", row["metastatic"], "write yes or no"))
    if not re.fullmatch("[0-9]{1,15}", row["patients"]):
        problems.append(("patients", row["patients"], "not a whole number"))
    return problems


def _sites(masks: Sequence[int], sites: Sequence[str]) -> tuple[str, ...]:
    return tuple(
        site
        for place, site in enumerate(sites)
        if masks[place // SITES_A_MASK] >> place % SITES_A_MASK & 1
    )
