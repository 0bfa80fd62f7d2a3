"""The mapping file of a tidy table: what its columns and its words mean, in YAML.

``docs/mapping-example.yaml`` is one written out. Every scalar is read as text, so that ``Yes``,
``NO`` and ``01`` stay what they are. All faults are told at once, each with its line.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal

from metastasis._errors import Fault, MissingExtraError, TableError
from metastasis._files import read_text
from metastasis.patients._tables.mapping_rules import KEYS, problems_of_mapping

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from metastasis._catalog import Catalog

__all__ = ["SourceEntry", "TableMapping", "read_mapping"]

_Place = tuple[str | int, ...]
_DEEPEST: Final = 4
_STRICT: Final = {"extra": "forbid"}
_MEANINGS: Final = {
    "missing": "is missing; add it",
    "string_type": "must be text",
    "dict_type": "must hold names with values, one a line, as 'name: value'",
    "dataclass_type": "must hold names with values, one a line, as 'name: value'",
    "list_type": "must be a list, as [a, b]",
    "bool_parsing": "must be true or false",
    "int_parsing": "must be a whole number",
    "greater_than_equal": "must be 1 or more",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceEntry:
    """The source, as the mapping file describes it."""

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    key: str
    design: str
    citation: str | None = None
    doi: str | None = None
    url: str | None = None
    license: str | None = None
    population: str | None = None
    years: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableMapping:
    """What the columns and the words of a table mean."""

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    version: Literal["1"]
    form: Literal["patients", "counts"]
    """Whether a row is of a patient, or holds numbers that somebody counted."""
    source: SourceEntry
    columns: dict[str, str]
    """For our column the header in the table."""
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    """For our column, what words of the table mean."""
    constants: dict[str, str | list[str]] = field(default_factory=dict)
    """What is the same in every row."""
    missing: list[str] = field(default_factory=list)
    """Words that stand for a blank cell."""
    codes: dict[str, str] = field(default_factory=dict)
    """For primary and site, the code system or vocabulary that the labels are of."""
    date_format: str | None = None
    choose: str = "first"
    """The rule for patients with several primaries."""

    @property
    def headers(self) -> dict[str, str]:
        """For each header in the table our column."""
        return {header: name for name, header in self.columns.items()}

    def constant(self, name: str) -> str | None:
        """Return what is the same in every row; None where it is not given."""
        value = self.constants.get(name)
        return value if isinstance(value, str) and value else None

    @property
    def denominators(self) -> tuple[str, ...]:
        """The denominators that every row has."""
        value = self.constants.get("denominator", ())
        return (value,) if isinstance(value, str) else tuple(value)


def read_mapping(path: Path, catalog: Catalog) -> TableMapping:
    """Return what a mapping file says.

    >>> from metastasis._catalog import read_catalog
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "m.yaml"
    ...     _ = path.write_text("form: patient")
    ...     try:
    ...         read_mapping(path, read_catalog())
    ...     except TableError as error:
    ...         [(fault.row, fault.column, fault.remedy) for fault in error.faults][:2]
    [(1, 'columns', 'is missing; add it'), (1, 'form', 'one of patients, counts')]

    Raises
    ------
    TableError
        With every fault: a name that there is not, a value of the wrong kind, a column that the
        form needs and lacks, a word that means nothing in the catalog.
    ReadError
        The file cannot be read.
    MissingExtraError
        PyYAML or pydantic is not installed; the extra ``cluster`` brings them.
    """
    raw, lines = _parsed(path)
    found, problems = _validated(raw)
    problems += problems_of_mapping(raw, catalog)
    if problems or found is None:
        told: set[tuple[_Place, str]] = set()
        faults = []
        for place, value, remedy in problems:
            if (place, remedy) not in told:
                told.add((place, remedy))
                faults.append(Fault(str(path), _line(lines, place), _name(place), value, remedy))
        raise TableError(sorted(faults, key=lambda fault: (fault.row or 0, fault.column or "")))
    return found


def _parsed(path: Path) -> tuple[dict[str, Any], dict[_Place, int]]:
    """Return the file as names with texts, and the line of each."""
    try:
        import yaml
    except ImportError:
        raise MissingExtraError("PyYAML", "cluster") from None
    text = read_text(path)
    try:
        node = yaml.compose(text, Loader=yaml.BaseLoader)
        raw = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "cannot be read"
        remedy = f"not YAML: {problem}; see docs/mapping-example.yaml"
        raise TableError(
            [Fault(str(path), mark.line + 1 if mark else None, None, None, remedy)]
        ) from None
    if not isinstance(raw, dict):
        remedy = "must hold names with values, one a line; see docs/mapping-example.yaml"
        raise TableError([Fault(str(path), None, None, None, remedy)])
    lines: dict[_Place, int] = {}
    faults = [
        Fault(str(path), line, _name(place), None, "stands twice; keep one")
        for place, line in _places(node, ())
        if lines.setdefault(place, line) != line
    ]
    if faults:
        raise TableError(faults)
    return raw, lines


def _places(node: Any, place: _Place) -> Iterator[tuple[_Place, int]]:
    """Yield each place of a YAML document with its line, down to where anything may stand."""
    if len(place) == _DEEPEST:
        return
    if node.id == "mapping":
        for key, value in node.value:
            here = (*place, key.value)
            yield here, key.start_mark.line + 1
            yield from _places(value, here)
    elif node.id == "sequence":
        for number, item in enumerate(node.value):
            yield (*place, number), item.start_mark.line + 1


def _validated(raw: dict[str, Any]) -> tuple[TableMapping | None, list[tuple[_Place, Any, str]]]:
    """Return the mapping, or None and what pydantic finds wrong, in plain words."""
    try:
        from pydantic import TypeAdapter, ValidationError
    except ImportError:
        raise MissingExtraError("pydantic", "cluster") from None
    try:
        return TypeAdapter(TableMapping).validate_python(raw), []
    except ValidationError as error:
        return None, [_plain_problem(dict(one)) for one in error.errors()]


def _plain_problem(error: dict[str, Any]) -> tuple[_Place, Any, str]:
    place = tuple(part for part in error["loc"] if part not in ("str", "list[str]"))
    kind = error["type"]
    if kind == "unexpected_keyword_argument":
        return place, None, _no_such(place)
    if kind == "literal_error":
        known = str(error["ctx"]["expected"]).replace("'", "").replace(" or ", ", ")
        return place, None, f"one of {known}"
    return place, None, _MEANINGS.get(kind, str(error["msg"]).lower())


def _no_such(place: _Place) -> str:
    from difflib import get_close_matches

    known = KEYS["source" if len(place) > 1 else ""]
    near = get_close_matches(str(place[-1]), known, n=1)
    hint = f" (did you mean {near[0]!r}?)" if near else ""
    return f"no such name{hint}; names here are {', '.join(known)}"


def _line(lines: dict[_Place, int], place: _Place) -> int:
    """Return the line of a place, or of what holds it."""
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


def _name(place: _Place) -> str:
    return ".".join(str(part) for part in place)
