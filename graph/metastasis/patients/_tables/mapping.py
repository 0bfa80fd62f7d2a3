"""The mapping file of a tidy table: what its columns and its words mean, in YAML.

``docs/mapping-example.yaml`` is a complete example. Every scalar is read as text, so that ``Yes``,
``NO`` and ``01`` stay what they are. All faults are reported at once, each with its line.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from itertools import chain
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal

from metastasis._errors import Fault, MissingExtraError, ReadError, TableError
from metastasis._files import read_text
from metastasis._limits import ALIASED_PARTS, MAPPING_BYTES, too_deep
from metastasis.patients._coded.codes import code_system, system_name
from metastasis.patients._tables.mapping_rules import near, problems_of_mapping
from metastasis.patients._words.labels import LEFT_OUT, Unmapped, map_labels

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from metastasis._catalog import Catalog
    from metastasis.patients._intake import Rules
    from metastasis.patients._words.labels import Kind

__all__ = ["SourceEntry", "TableMapping", "read_mapping"]

_Place = tuple[str | int, ...]
_DEEPEST: Final = 4
"""No name of a mapping file lies deeper, and a file whose parts hold themselves would not end."""
_STRICT: Final = {"extra": "forbid"}
"""For pydantic: a name that is not ours is a fault, as it is most likely a misspelling."""
_SEXES: Final = {
    **dict.fromkeys(("f", "female", "w", "woman"), "female"),
    **dict.fromkeys(("m", "male", "man"), "male"),
}
_TRUTHS: Final = {
    **dict.fromkeys(("yes", "y", "true", "1", "t"), "true"),
    **dict.fromkeys(("no", "n", "false", "0", "f"), "false"),
}
_USUAL: Final = {"sex": _SEXES, "metastatic": _TRUTHS, "known": _TRUTHS}
"""What words mean where the mapping file does not say so; the same for any case."""
_GENITAL: Final = frozenset({"female_genital", "male_genital"})
"""Codes that mean both are read as the genital organs of either sex, one site here."""
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
    license_url: str | None = None
    population: str | None = None
    years: str | None = None
    registry: list[str] = field(default_factory=list)
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableMapping:
    """What the columns and the words of a table mean."""

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    version: Literal["1"]
    form: Literal["patients", "counts"]
    """Whether a row is of one patient, or holds numbers of patients counted already."""
    source: SourceEntry
    columns: dict[str, str]
    """For our column the header in the table."""
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    """For our column, what words of the table mean."""
    constants: dict[str, str | list[str]] = field(default_factory=dict)
    """What is the same in every row."""
    missing: list[str] = field(default_factory=list)
    """Words that mean a blank cell."""
    codes: dict[str, str] = field(default_factory=dict)
    """For primary and site, the code system or vocabulary that the labels are of."""
    split: dict[str, str] = field(default_factory=dict)
    """For site, what stands between several in one cell."""
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

    def meanings(self, name: str, words: Mapping[str, int]) -> dict[str, str]:
        """Return what the words of a column mean: by this file, else by what is usual.

        A word that the file maps to nothing means nothing; so does one that is not known.
        """
        own, usual = self.values.get(name, {}), _USUAL.get(name, {})
        found = {word: own.get(word, usual.get(word.casefold(), "")) for word in words}
        return {word: meaning for word, meaning in found.items() if meaning}

    def keys(
        self, kind: Kind, labels: Mapping[str, int], rules: Rules
    ) -> tuple[dict[str, str], list[Unmapped]]:
        """Return the key of each label (``-`` where it is left out), and the unknown labels.

        The user's map file decides before this file, and this file before codes and names.
        """
        find = rules.known.primary if kind == "primary" else rules.known.site
        own = {
            (str(kind), label): meaning if meaning == LEFT_OUT else find(meaning).key
            for label, meaning in self.values.get(kind, {}).items()
            if meaning
        }
        words = {**own, **rules.words}
        system = self.codes.get(kind)
        if system and system_name(system):
            words = {**_by_code(system, kind, labels), **words}
            system = None
        found = map_labels(labels, kind, rules.known, words, system)
        keys = {one: LEFT_OUT if found.is_left_out(one) else found.key(one) for one in labels}
        return {label: key for label, key in keys.items() if key}, list(found.unmapped)


def _by_code(system: str, kind: Kind, labels: Mapping[str, int]) -> dict[tuple[str, str], str]:
    """Return what diagnosis codes among the labels mean."""
    codes = code_system(system)
    found: dict[tuple[str, str], str] = {}
    for label in labels:
        meaning = codes.meaning(label)
        sites = meaning.sites
        site = "genital_organs" if set(sites) >= _GENITAL else next(iter(sites), None)
        if key := meaning.primary if kind == "primary" else site:
            found[str(kind), label] = key
    return found


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
        With every fault: a name that does not exist, a value of the wrong kind, a column that the
        form needs and lacks, a word that means nothing in the catalog.
    ReadError
        The file cannot be read.
    MissingExtraError
        PyYAML or pydantic is not installed; the extra ``patients`` brings them.
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
        raise MissingExtraError("PyYAML", "patients") from None
    text = read_text(path, MAPPING_BYTES)
    try:
        loader = yaml.BaseLoader(text)
        node = loader.get_single_node()
        if node is not None and _parts(node, {}) > ALIASED_PARTS:
            reason = f"its aliases (*name) repeat more than {ALIASED_PARTS:,} parts; write them out"
            raise ReadError(path, reason)
        raw = loader.construct_document(node) if node is not None else None
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error).partition("\n")[0]
        remedy = f"not YAML: {problem}; see docs/mapping-example.yaml"
        raise TableError(
            [Fault(str(path), mark.line + 1 if mark else None, None, None, remedy)]
        ) from None
    except RecursionError:
        raise too_deep(path, "lists and names") from None
    if not isinstance(raw, dict):
        remedy = "must hold names with values, one a line; see docs/mapping-example.yaml"
        raise TableError([Fault(str(path), None, None, None, remedy)])
    lines: dict[_Place, int] = {}
    faults = [
        Fault(str(path), line, _name(place), None, "is here twice; keep one")
        for place, line in _places(node, ())
        if lines.setdefault(place, line) != line
    ]
    if faults:
        raise TableError(faults)
    return raw, lines


def _parts(node: Any, known: dict[int, int]) -> int:
    """Return how many parts a YAML document has, those that an alias repeats as often as it does.

    Raises
    ------
    ValueError
        A text holds half of a character, or a part holds itself.
    """
    if node.id == "scalar":
        node.value.encode()  # what is no text, such as half of a character, is a ValueError
        return 1
    if id(node) not in known:
        known[id(node)] = -1
        inside = chain(*node.value) if node.id == "mapping" else node.value
        known[id(node)] = 1 + sum(_parts(one, known) for one in inside)
    if known[id(node)] < 0:
        raise ValueError("a part holds itself")
    return known[id(node)]


def _places(node: Any, place: _Place) -> Iterator[tuple[_Place, int]]:
    """Yield each place of a YAML document with its line, as deep as names of ours go."""
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
        raise MissingExtraError("pydantic", "patients") from None
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
    known = [one.name for one in fields(SourceEntry if len(place) > 1 else TableMapping)]
    return f"no such name{near(str(place[-1]), known)}; names here are {', '.join(known)}"


def _line(lines: dict[_Place, int], place: _Place) -> int:
    """Return the line of a place, or of what holds it."""
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


def _name(place: _Place) -> str:
    return ".".join(str(part) for part in place)
