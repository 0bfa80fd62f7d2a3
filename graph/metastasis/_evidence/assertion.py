"""The assertion: one source saying one thing about one primary and one site.

Also the assertion table, the CSV form in which evidence comes in, and the checks on it.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, fields
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import Fault, ReadError, TableError
from metastasis._evidence.check import REQUIRED, problems_of
from metastasis._files import read_text, write_text
from metastasis._vocabulary import CODED, LISTS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

__all__ = [
    "COLUMNS",
    "Assertion",
    "assertions_as_csv",
    "check_assertions",
    "read_assertions",
    "read_rows",
    "write_assertions",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """One source saying one thing about one primary and one site.

    Blank cells of the table are ``None``. A percentage is in percent (0 to 100); where ``count``
    and ``total`` are known and no percentage was printed, it is 100·count/total, rounded half up
    to two decimals.

    >>> row = Assertion(primary="breast", site="bone", source="wu-2017-breast", locator="abstract",
    ...                 reading="abstract", count=8848, total=243896,
    ...                 denominator="all_patients", setting="at_diagnosis")
    >>> row.percent
    Decimal('3.63')
    >>> row.finding
    'present'
    """

    primary: str
    """Catalog key of the primary."""
    site: str
    """Catalog key of the site."""
    relation: str = "metastasis"
    """``metastasis``, or ``extension`` for direct growth into a neighbor."""
    frequency: str | None = None
    """What the words say; ``absent`` where the source denies it; None where it only counts."""
    occurrence: str = "any"
    """Whether the site counts at any time, only as the sole site, or only as the first."""
    count: int | None = None
    """n: those with the site."""
    total: int | None = None
    """N: those counted."""
    percent: Decimal | None = None
    """100·n/N, or as printed where n is not."""
    denominator: str | None = None
    """Whom N counts."""
    setting: str = "unspecified"
    """When in the course the site was looked for."""
    stage: str = "any"
    route: str | None = None
    population: str | None = None
    """The qualifier that narrows it (histology, sex, age, subtype)."""
    source: str
    """Key of the source."""
    locator: str
    """Where in the source."""
    reading: str = "table"
    """How the source was read."""
    document_sha256: str | None = None
    """For text: the hash of the page as read."""
    start: int | None = None
    """For text: the first character of the sentence in the page."""
    end: int | None = None
    """For text: one past the last character of the sentence."""
    note: str | None = None

    def __post_init__(self) -> None:
        percent = self.percent
        if (
            percent is None
            and self.total
            and self.count is not None
            and 0 <= self.count <= self.total
        ):
            hundredths = (20000 * self.count + self.total) // (2 * self.total)
            percent = Decimal(hundredths).scaleb(-2)
        if percent is not None:
            number = Decimal(str(percent))  # 12.5 is as good as Decimal("12.5")
            object.__setattr__(self, "percent", _shortest(number) if number.is_finite() else number)

    @property
    def key(self) -> str:
        """The name of the assertion: 20 hexadecimal digits, a hash of what identifies it.

        Numbers, words and notes are not part of it, so that a corrected figure keeps its name.
        """
        identity = "\x1f".join(_cell(getattr(self, name)) for name in _IDENTITY)
        return sha256(identity.encode()).hexdigest()[:20]

    @property
    def finding(self) -> str:
        """``present``, or ``absent`` where the source denies the pair or counted none."""
        if self.frequency is not None:
            return "absent" if self.frequency == "absent" else "present"
        counted = self.percent if self.count is None else self.count
        return "absent" if counted == 0 else "present"

    @property
    def is_quantified(self) -> bool:
        """Whether count and total are both known, so that an interval can be given."""
        return self.count is not None and bool(self.total)


COLUMNS: Final = tuple(field.name for field in fields(Assertion))
"""The columns of an assertion table, in order."""

_IDENTITY: Final = (
    "source",
    "locator",
    "primary",
    "site",
    "relation",
    "occurrence",
    "denominator",
    "setting",
    "stage",
    "route",
    "population",
    "document_sha256",
    "start",
    "end",
)
_DEFAULTS: Final = {
    "relation": "metastasis",
    "occurrence": "any",
    "setting": "unspecified",
    "stage": "any",
    "reading": "table",
}
_WHOLE: Final = ("count", "total", "start", "end")


def read_assertions(paths: Path | str | Iterable[Path | str]) -> list[Assertion]:
    """Return the assertions of one or more CSV files, in the order of the files and rows.

    Each file is UTF-8, comma separated, with a header row that names columns of :data:`COLUMNS` in
    any order; blank cells stand for the default. Primary, site and source keys are not looked up
    here: :func:`check_assertions` does that.

    Raises
    ------
    TableError
        With every fault of every file: unknown or missing columns, short or long rows, values that
        are not numbers or not in their closed list.
    """
    assertions: list[Assertion] = []
    faults: list[Fault] = []
    for path in [paths] if isinstance(paths, Path | str) else paths:
        for item in read_rows(Path(path)):
            if isinstance(item, Fault):
                faults.append(item)
            else:
                assertions.append(item[1])
    if faults:
        raise TableError(faults)
    return assertions


def write_assertions(assertions: Iterable[Assertion], path: Path | str) -> None:
    """Write an assertion table: UTF-8, one row an assertion, all columns, in the order given."""
    write_text(Path(path), assertions_as_csv(assertions))


def assertions_as_csv(assertions: Iterable[Assertion]) -> str:
    """Return the text of an assertion table, as :func:`write_assertions` writes it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for assertion in assertions:
        writer.writerow([_cell(getattr(assertion, name)) for name in COLUMNS])
    return text.getvalue()


def check_assertions(
    assertions: Sequence[Assertion],
    *,
    primaries: Collection[str],
    sites: Collection[str],
    sources: Collection[str],
    where: Callable[[int], tuple[str, int | None]] = lambda index: ("assertions", index + 1),
) -> None:
    """Check assertions against the catalog and against one another.

    ``where`` says in which file and row the assertion with a given index stands.

    Raises
    ------
    TableError
        With every fault: unknown keys, impossible numbers, a count without total or denominator,
        a percentage that does not agree, two rows that say the same thing.
    """
    faults: list[Fault] = []
    known = {"primary": primaries, "site": sites, "source": sources}
    first_with: dict[str, int] = {}
    for index, assertion in enumerate(assertions):
        file, row = where(index)
        problems = [*_unknown_keys(assertion, known), *problems_of(assertion)]
        first = first_with.setdefault(assertion.key, index)
        if first != index:
            other_file, other_row = where(first)
            problems.append(
                (
                    "locator",
                    assertion.locator,
                    f"says the same as {other_file}, row {other_row}; tell them apart by locator "
                    "or population, or remove one",
                )
            )
        faults.extend(Fault(file, row, *problem) for problem in problems)
    if faults:
        raise TableError(faults)


def read_rows(
    path: Path, known: Mapping[str, Collection[str]] = MappingProxyType({})
) -> Iterator[tuple[int, Assertion] | Fault]:
    """Yield each row of an assertion table: where it begins and what it says, or what is wrong.

    The place is the line of the file on which the row begins; a quoted cell may go over several.
    ``known`` holds, for columns such as ``primary``, the keys that may stand there; columns that
    are not in it may hold any key.
    """
    file = str(path)
    try:
        text = read_text(path)
    except ReadError as error:
        yield Fault(file, None, None, None, str(error))
        return
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        header = next(rows, [])
        if faults := list(_header_faults(file, header)):
            yield from faults
            return
        line = rows.line_num + 1
        for cells in rows:
            if cells:
                yield from _read_row(file, line, header, cells, known)
            line = rows.line_num + 1
    except csv.Error as error:
        yield Fault(
            file, line, None, None, f"not readable as CSV ({error}); the file may be cut off"
        )


def _header_faults(file: str, header: list[str]) -> Iterator[Fault]:
    if not header:
        yield Fault(
            file,
            None,
            None,
            None,
            f"the file is empty; its first row must name the columns: {', '.join(COLUMNS)}",
        )
        return
    if len(header) == 1 and (mark := next((mark for mark in ";\t" if mark in header[0]), None)):
        other = "tabs" if mark == "\t" else "semicolons"
        yield Fault(file, 1, None, None, f"cells are separated by {other}; save it with commas")
        return
    for name in header:
        if name not in COLUMNS:
            yield Fault(
                file,
                1,
                name or "(unnamed)",
                None,
                f"no such column{_nearest(name)}; columns are {', '.join(COLUMNS)}",
            )
    for name in REQUIRED:
        if name not in header:
            yield Fault(file, 1, name, None, "the column is missing; add it")
    for name in sorted({name for name in header if header.count(name) > 1}):
        yield Fault(file, 1, name, None, "the column stands twice; remove one")


def _read_row(
    file: str, line: int, header: list[str], cells: list[str], known: Mapping[str, Collection[str]]
) -> Iterator[tuple[int, Assertion] | Fault]:
    if len(cells) != len(header):
        remedy = "a comma may want quotes, or the file may be cut off"
        number = (
            f"{len(cells)} cell{'' if len(cells) == 1 else 's'} where the header has {len(header)}"
        )
        yield Fault(file, line, None, None, f"{number}; {remedy}")
        return
    values: dict[str, Any] = dict(_DEFAULTS)
    faults = []
    for name, cell in zip(header, cells, strict=True):
        text = cell.strip()
        try:
            if text:
                values[name] = _parse(name, text, known)
            elif name in REQUIRED:
                raise ValueError("must not be blank")  # noqa: TRY301
        except ValueError as error:
            faults.append(Fault(file, line, name, text, str(error)))
    if faults:
        yield from faults
    else:
        yield line, Assertion(**values)


def _parse(name: str, text: str, known: Mapping[str, Collection[str]]) -> str | int | Decimal:
    if name in _WHOLE:
        if not re.fullmatch(r"[0-9]{1,15}", text):
            raise ValueError("not a whole number; write digits only")
        return int(text)
    if name == "percent":
        if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", text):
            raise ValueError("not a number; write it without %, with a point, such as 12.5")
        return Decimal(text)
    if name in known and text not in known[name]:
        raise ValueError(_no_such(name, known[name], text))
    if name in CODED and text not in LISTS[name]:
        raise ValueError(
            f"not in the list{_nearest(text, LISTS[name])}; one of {', '.join(LISTS[name])}"
        )
    return text


def _unknown_keys(
    assertion: Assertion, known: dict[str, Collection[str]]
) -> Iterator[tuple[str, str | None, str]]:
    for name, keys in known.items():
        key = getattr(assertion, name)
        if key not in keys:
            yield name, key, _no_such(name, keys, key)


def _no_such(name: str, keys: Collection[str], key: str) -> str:
    return f"no {name} of the catalog has this key{_nearest(key, keys)}"


def _shortest(number: Decimal) -> Decimal:
    """Return the same number in its shortest plain form: 84.0 as 84, never 8.4E+1."""
    short = number.normalize()
    exponent = short.as_tuple().exponent
    return short.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else short


def _nearest(name: str, names: Iterable[str] = COLUMNS) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, list(names), n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""


def _cell(value: object) -> str:
    return "" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)
