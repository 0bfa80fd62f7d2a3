"""The index of a release: catalog and assertions in one JSON file, read in a few milliseconds.

Reading the same evidence out of the quads beside it takes thirty times as long, and a question on
the shell needs no quads. A test holds the shipped index to the shipped graph and to the tables.
Apart from the assertion tables because only releases and :func:`metastasis.load` use it.
"""

from __future__ import annotations

import json
from dataclasses import MISSING, fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from metastasis._catalog import Catalog, Mapping, Primary, Site, Source
from metastasis._errors import GraphError, MetastasisError
from metastasis._evidence.assertion import Assertion
from metastasis._evidence.evidence import Evidence
from metastasis._files import ontology_path, read_text
from metastasis._limits import parse_json
from metastasis._vocabulary import DATA_LICENSE, DATA_RELEASE, NOT_CLINICAL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

__all__ = ["index_text", "read_index", "read_shipped"]

_VERSION: Final = 1
"""Of this file's form; another version is another form, and is not read."""

_RECORDS: Final[dict[str, type[Any]]] = {
    "primaries": Primary,
    "sites": Site,
    "sources": Source,
    "assertions": Assertion,
}


def index_text(evidence: Evidence) -> str:
    """Return the index of evidence: JSON, one record a line, the same for the same evidence."""
    head = {
        "version": _VERSION,
        "release": DATA_RELEASE,
        "license": DATA_LICENSE,
        "notice": NOT_CLINICAL,
    }
    catalog = evidence.catalog
    records: dict[str, Iterable[Any]] = {
        "primaries": catalog.primaries.values(),
        "sites": catalog.sites.values(),
        "sources": catalog.sources.values(),
        "assertions": evidence.assertions,  # in order of their keys: read_index relies on it
    }
    parts = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in head.items()]
    parts.append(f'"diseases": {json.dumps(_diseases(catalog), ensure_ascii=False)}')
    parts += [_rows(name, records[name]) for name in _RECORDS]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def read_shipped() -> Evidence:
    """Return the evidence of the shipped graph."""
    return read_index(ontology_path("release", "metastasis.evidence.json"), is_shipped=True)


def read_index(path: Path, *, is_shipped: bool = False) -> Evidence:
    """Return the evidence of an index; the kinds of the values of a shipped one are known.

    Raises
    ------
    ReadError
        The file cannot be read.
    GraphError
        It is no index, or one of another version.
    """
    try:
        text = read_text(path)
        index = json.loads(text) if is_shipped else _checked(parse_json(text, path))
        if index["version"] != _VERSION:
            raise GraphError(f"{path} is an index of version {index['version']}, not {_VERSION}")
        catalog = Catalog(
            [Primary(**_with_tuples(one)) for one in _named(index, "primaries")],
            [Site(**_with_tuples(one)) for one in _named(index, "sites")],
            [Source(**_with_tuples(one)) for one in _named(index, "sources")],
            {key: _mappings(found) for key, found in index["diseases"].items()},
        )
        assertions = [_assertion(one) for one in _named(index, "assertions")]
    except MetastasisError:
        raise
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
        remedy = "write it anew with metastasis export evidence"
        raise GraphError(f"{path} is no index of evidence ({error}); {remedy}") from None
    # Their keys are hashes, and making those takes as long as all the rest.
    return Evidence(catalog, assertions, is_sorted=True)


def _checked(index: Any) -> Any:
    """Return an index in whose rows each value is of the kind of its field.

    Raises
    ------
    ValueError
        One is not.
    """
    for name, record in _RECORDS.items():
        head, *rows = index[name]
        kinds = {field.name: str(field.type) for field in fields(record)}
        for row in rows:
            if len(row) != len(head):
                raise ValueError(f"a row of {name} has {len(row)} values for {len(head)} columns")
            for column, value in zip(head, row, strict=True):
                if column in kinds and not _IS_OF[kinds[column]](value):
                    raise ValueError(f"{column} of {name} cannot be {json.dumps(value)[:40]}")
    return index


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_listed(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


_IS_OF: Final[dict[str, Callable[[Any], bool]]] = {
    "str": _is_text,
    "str | None": lambda value: value is None or _is_text(value),
    "int | None": lambda value: value is None or type(value) is int,
    "Decimal | None": lambda value: value is None or _is_text(value),
    "tuple[str, ...]": _is_listed,
    "tuple[Mapping, ...]": lambda value: isinstance(value, list) and all(map(_is_listed, value)),
}
"""Whether a value of JSON is what a field of a record holds, by the type of the field."""


def _rows(name: str, records: Iterable[Any]) -> str:
    names = [field.name for field in fields(_RECORDS[name])]
    rows = [names, *([_plain(getattr(one, field)) for field in names] for one in records)]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return f"{json.dumps(name)}: [\n{lines}\n]"


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Mapping):
        return [value.predicate, value.object]
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def _diseases(catalog: Catalog) -> dict[str, Any]:
    return {key: _plain(mappings) for key, mappings in sorted(catalog.diseases.items())}


def _named(index: dict[str, Any], name: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a part of an index as fields by name.

    An index of an earlier release lacks the fields that came later, of which nothing is said then.
    """
    head, *rows = index[name]
    known = {field.name: field for field in fields(_RECORDS[name])}
    needed = {key for key, field in known.items() if field.default is MISSING}
    odd = {*needed.difference(head), *set(map(str, head)).difference(known)}
    if odd:
        raise ValueError(f"the columns of {name} differ: {', '.join(sorted(odd))}")
    for row in rows:
        yield dict(zip(head, row, strict=True))


def _with_tuples(values: dict[str, Any]) -> dict[str, Any]:
    if "mappings" in values:
        values["mappings"] = _mappings(values["mappings"])
    for name, value in values.items():
        if isinstance(value, list):
            values[name] = tuple(value)
    return values


def _mappings(found: Iterable[list[str]]) -> tuple[Mapping, ...]:
    return tuple([Mapping(predicate, other) for predicate, other in found])


def _assertion(values: dict[str, Any]) -> Assertion:
    if values["percent"] is not None:
        values["percent"] = Decimal(values["percent"])
    return Assertion(**values)
