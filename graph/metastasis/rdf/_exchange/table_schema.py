"""The assertion table as a schema that others validate with: LinkML, JSON Schema and CSVW.

All three are written from one description of the columns, which is that of the record
:class:`metastasis.Assertion`, of the closed lists and of the catalog. What no schema language of
the three can say (that a percentage agrees with its count, that no two rows say the same) is left
to ``metastasis validate``, and each of them says so.
Apart from the other writers because it describes a table, and holds no evidence.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from metastasis._evidence.assertion import Assertion
from metastasis._evidence.check import REQUIRED
from metastasis._fields import fields_of
from metastasis._vocabulary import (
    BASE,
    CODED,
    DATA_LICENSE,
    DATA_RELEASE,
    LISTS,
    NOT_CLINICAL,
    PREFIXES,
    RELEASE,
    contract,
    expand,
)
from metastasis.rdf._terms import node, value_of
from metastasis.rdf._write import vocabulary_quads

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from metastasis._catalog import Catalog

__all__ = ["csvw", "json_schema", "linkml"]

_TITLE: Final = "Assertion table: one row is one source saying one thing of one primary and site"
_ABOUT: Final = (
    "A blank cell means: not said. What cannot be said here (that a count is not larger than its "
    "total, that a percentage agrees with them, that no two rows say the same) is checked by "
    f"`metastasis validate`. {NOT_CLINICAL}"
)
_TERMS: Final = {
    "source": "prov:wasDerivedFrom",
    "document_sha256": "met:documentSha256",
    "note": "skos:note",
}
"""The properties of columns that are not called as the column is."""
_PATTERNS: Final = {
    "source": r"[a-z0-9-]+",
    "locator": r"[\s\S]*\S[\s\S]*",
    "document_sha256": r"[0-9a-f]{64}",
}
"""What the whole text of a cell has to match."""
_LEAST: Final = {"count": 0, "total": 1, "percent": 0, "start": 0, "end": 1}
_MOST: Final = {"percent": 100}
_NEEDS: Final = (
    ("count", "total"),
    ("total", "denominator"),
    ("percent", "denominator"),
    ("document_sha256", "start"),
    ("start", "end"),
    ("end", "document_sha256"),
)
"""What must not be blank where another is not."""
_SAYING: Final = ("frequency", "percent", "count")
"""Of these at least one must not be blank: a row says something."""
_DENIED: Final = ("count", "percent")
"""What is 0, if it is there, where the frequency is ``absent``."""


class _Value(NamedTuple):
    """A value that may stand in a column."""

    key: str
    iri: str
    """As a CURIE."""
    means: str


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the table."""

    name: str
    about: str
    iri: str
    """Of its property, as a CURIE."""
    kind: str
    """``string``, ``integer`` or ``decimal``."""
    values: tuple[_Value, ...] = ()
    """The values that may stand there; none for any."""
    default: str | None = None
    """What a blank cell stands for."""
    is_required: bool = field(default=False)


def linkml(catalog: Catalog) -> str:
    """Return the schema in LinkML, as YAML."""
    columns = _columns(catalog)
    used = {"linkml": "https://w3id.org/linkml/", "met": PREFIXES["met"]}
    names = [*(column.iri for column in columns), *(v.iri for c in columns for v in c.values)]
    used |= {prefix: PREFIXES[prefix] for prefix in sorted({n.partition(":")[0] for n in names})}
    schema = {
        "id": f"{BASE}schema/assertions",
        "name": "metastasis_assertions",
        "title": _TITLE,
        "description": _ABOUT,
        "version": DATA_RELEASE,
        "license": DATA_LICENSE,
        "prefixes": used,
        "default_prefix": "met",
        "default_range": "string",
        "imports": ["linkml:types"],
        "classes": {"Assertion": _class(columns)},
        "enums": {_enum(column): _values(column) for column in columns if column.values},
    }
    return "\n".join(_yaml(schema)) + "\n"


def json_schema(catalog: Catalog) -> str:
    """Return the schema of one row in JSON Schema; a blank cell is a property that is not there."""
    columns = _columns(catalog)
    absent = {"properties": {"frequency": {"const": "absent"}}, "required": ["frequency"]}
    none = {"properties": {"count": {"maximum": 0}}, "required": ["count", "frequency"]}
    zero = {
        "properties": {"percent": {"maximum": 0}, "count": False},
        "required": ["percent", "frequency"],
    }
    return _json(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": f"{RELEASE}/assertions.schema.json",
            "title": _TITLE,
            "description": _ABOUT,
            "type": "object",
            "properties": {column.name: _property(column) for column in columns},
            "required": [column.name for column in columns if column.is_required],
            "additionalProperties": False,
            "dependentRequired": {name: [other] for name, other in _NEEDS},
            "anyOf": [{"required": [name]} for name in _SAYING],
            "allOf": [
                {"if": absent, "then": {"properties": {name: {"maximum": 0} for name in _DENIED}}},
                {"if": none, "then": absent},
                {"if": zero, "then": absent},
            ],
        }
    )


def csvw(catalog: Catalog) -> str:
    """Return the metadata of ``assertions.csv`` in the vocabulary of CSV on the Web."""
    return _json(
        {
            "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
            "url": "assertions.csv",
            "dc:title": _TITLE,
            "dc:description": _ABOUT,
            "dc:license": {"@id": DATA_LICENSE},
            "dc:isPartOf": {"@id": RELEASE},
            "tableSchema": {"columns": [_described(column) for column in _columns(catalog)]},
        }
    )


def _columns(catalog: Catalog) -> tuple[_Column, ...]:
    """Return the columns of the table, in order."""
    said = fields_of(Assertion)
    values = {
        "primary": tuple(
            _Value(key, f"primary:{key}", one.label) for key, one in catalog.primaries.items()
        ),
        "site": tuple(_Value(key, f"site:{key}", one.label) for key, one in catalog.sites.items()),
        **_listed(),
    }
    return tuple(
        _Column(
            one.name,
            about=said[one.name].replace("\n", " ").replace("``", "'"),
            iri=_TERMS.get(one.name, f"met:{one.name}"),
            kind=_kind(str(one.type)),
            values=values.get(one.name, ()),
            default=one.default if isinstance(one.default, str) else None,
            is_required=one.name in REQUIRED,
        )
        for one in fields(Assertion)
    )


def _kind(annotation: str) -> str:
    if annotation.startswith("Decimal"):
        return "decimal"
    return "integer" if annotation.startswith("int") else "string"


def _listed() -> dict[str, tuple[_Value, ...]]:
    """Return the closed lists, each value with its definition in the vocabulary."""
    defined = {
        contract(value_of(quad.subject)): value_of(quad.object)
        for quad in vocabulary_quads()
        if quad.predicate == node("skos:definition")
    }
    return {
        name: tuple(_Value(key, f"{name}:{key}", defined[f"{name}:{key}"]) for key in LISTS[name])
        for name in CODED
    }


def _enum(column: _Column) -> str:
    """Return the name of the list of a column's values.

    A key is no name of a thing: the class of what it stands for has that.
    """
    return column.name.capitalize() if column.name in CODED else f"{column.name.capitalize()}Key"


def _pattern(column: _Column) -> str | None:
    """Return the pattern of a column with its ends, for languages that look for it anywhere."""
    pattern = _PATTERNS.get(column.name)
    return None if pattern is None else f"^{pattern}$"


def _without_nothing(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value is not None}


# LinkML.


def _class(columns: tuple[_Column, ...]) -> dict[str, Any]:
    needs = [
        _rule(
            f"{name} comes with {other}", {name: {"value_presence": "PRESENT"}}, {other: _NOT_BLANK}
        )
        for name, other in _NEEDS
    ]
    word = {"equals_string": "absent"}
    denied = [
        _rule(
            f"What is denied has no {name}",
            {"frequency": word, name: {"value_presence": "PRESENT"}},
            {name: {"maximum_value": 0}},
        )
        for name in _DENIED
    ]
    said = {"value_presence": "PRESENT"}
    none = {**said, "maximum_value": 0}
    undenied = [
        _rule("None counted", {"count": none, "frequency": said}, {"frequency": word}),
        _rule(
            "A percentage of 0 without its count",
            {"percent": none, "count": {"value_presence": "ABSENT"}, "frequency": said},
            {"frequency": word},
        ),
    ]
    return {
        "description": _TITLE,
        "class_uri": "met:SpreadAssertion",
        "tree_root": True,
        "attributes": {column.name: _slot(column) for column in columns},
        "any_of": [{"slot_conditions": {name: _NOT_BLANK}} for name in _SAYING],
        "rules": [*needs, *denied, *undenied],
    }


_NOT_BLANK: Final = {"required": True}


def _rule(title: str, given: dict[str, Any], then: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": title,
        "preconditions": {"slot_conditions": given},
        "postconditions": {"slot_conditions": then},
    }


def _slot(column: _Column) -> dict[str, Any]:
    default = column.default
    return _without_nothing(
        {
            "description": column.about,
            "slot_uri": column.iri,
            "range": _enum(column) if column.values else column.kind,
            "required": column.is_required or None,
            "ifabsent": default and f"{_enum(column)}({default})",
            "pattern": _pattern(column),
            "minimum_value": _LEAST.get(column.name),
            "maximum_value": _MOST.get(column.name),
        }
    )


def _values(column: _Column) -> dict[str, Any]:
    return {
        "description": f"What may stand in the column {column.name}.",
        "permissible_values": {
            value.key: {"description": value.means, "meaning": value.iri} for value in column.values
        },
    }


def _yaml(value: dict[str, Any], indent: str = "") -> Iterator[str]:
    """Yield the lines of a mapping in YAML; texts as in JSON, which YAML takes."""
    for key, inner in value.items():
        if isinstance(inner, dict):
            yield f"{indent}{key}:"
            yield from _yaml(inner, f"{indent}  ")
        elif isinstance(inner, list):
            yield f"{indent}{key}:"
            for item in inner:
                lines = list(_yaml(item)) if isinstance(item, dict) else [_scalar(item)]
                yield f"{indent}- {lines[0]}"
                yield from (f"{indent}  {line}" for line in lines[1:])
        else:
            yield f"{indent}{key}: {_scalar(inner)}"


def _scalar(value: str | int | bool) -> str:
    return json.dumps(value, ensure_ascii=False)


# JSON Schema.


def _property(column: _Column) -> dict[str, Any]:
    return _without_nothing(
        {
            "description": column.about,
            "type": {"decimal": "number"}.get(column.kind, column.kind),
            "enum": [value.key for value in column.values] or None,
            "default": column.default,
            "pattern": _pattern(column),
            "minimum": _LEAST.get(column.name),
            "maximum": _MOST.get(column.name),
        }
    )


# CSV on the Web.


def _described(column: _Column) -> dict[str, Any]:
    return _without_nothing(
        {
            "name": column.name,
            "titles": column.name,
            "dc:description": column.about,
            "datatype": _datatype(column),
            "required": column.is_required or None,
            "default": column.default,
            "propertyUrl": expand(column.iri),
            "valueUrl": _value_url(column),
        }
    )


def _datatype(column: _Column) -> dict[str, Any]:
    keys = "|".join(value.key for value in column.values)
    return _without_nothing(
        {
            "base": column.kind,
            "format": keys or _PATTERNS.get(column.name),
            "minimum": _LEAST.get(column.name),
            "maximum": _MOST.get(column.name),
        }
    )


def _value_url(column: _Column) -> str | None:
    """Return where the IRI of a value is made of its key, for columns whose values are things."""
    if not column.values and column.name != "source":
        return None
    return f"{expand(f'{column.name}:')}{{{column.name}}}"


def _json(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"
