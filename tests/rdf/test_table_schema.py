"""The schemas of the assertion table, held to the record, the lists and the reader."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import pytest
import yaml
from hypothesis import given

from metastasis._errors import Fault, TableError
from metastasis._evidence.assertion import COLUMNS
from metastasis._evidence.assertion_table import check_tables, read_rows
from metastasis._evidence.check import REQUIRED, problems_of
from metastasis._graph import load
from metastasis._vocabulary import CODED, LISTS, NOT_CLINICAL, expand
from metastasis.rdf import FORMS
from metastasis.rdf._exchange.table_schema import csvw, json_schema, linkml
from strategies import assertions, table_rows
from table_rows import BEYOND, BROKEN, SOUND, as_row, changed, write_table

if TYPE_CHECKING:
    from pathlib import Path

    from metastasis._evidence.assertion import Assertion

KG: Final = load()
ROW: Final = json.loads(json_schema(KG.catalog))
LINKML: Final = yaml.safe_load(linkml(KG.catalog))
CSVW: Final = json.loads(csvw(KG.catalog))
COLUMN: Final = {one["name"]: one for one in CSVW["tableSchema"]["columns"]}


@cache
def validator() -> Any:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema comes with nbformat")
    return jsonschema.Draft202012Validator(ROW)


def is_sound(row: dict[str, Any]) -> bool:
    """Return whether our JSON Schema takes a row."""
    return bool(validator().is_valid(row))


def is_read(row: dict[str, Any], folder: Path) -> bool:
    """Return whether our reader takes a row."""
    try:
        check_tables([write_table(folder / "mine.csv", [row])])
    except TableError:
        return False
    return True


def test_the_columns_are_those_of_the_record_in_order() -> None:
    attributes = LINKML["classes"]["Assertion"]["attributes"]
    assert tuple(attributes) == tuple(ROW["properties"]) == tuple(COLUMN) == COLUMNS
    for schema in (attributes, ROW["properties"]):
        assert all(column["description"] for column in schema.values())
    required = [name for name, column in attributes.items() if column.get("required")]
    assert sorted(required) == sorted(ROW["required"]) == sorted(REQUIRED)
    assert {name for name, column in COLUMN.items() if column.get("required")} == set(REQUIRED)


def test_the_values_are_those_of_the_lists_and_of_the_catalog() -> None:
    attributes = LINKML["classes"]["Assertion"]["attributes"]
    keys = {"primary": tuple(KG.catalog.primaries), "site": tuple(KG.catalog.sites)}
    for name, values in {**keys, **{name: LISTS[name] for name in CODED}}.items():
        listed = LINKML["enums"][attributes[name]["range"]]["permissible_values"]
        assert tuple(listed) == values
        assert {one["meaning"] for one in listed.values()} == {f"{name}:{key}" for key in values}
        assert all(one["description"] for one in listed.values())
        assert tuple(ROW["properties"][name]["enum"]) == values
        assert tuple(COLUMN[name]["datatype"]["format"].split("|")) == values
        assert COLUMN[name]["valueUrl"] == f"{expand(f'{name}:')}{{{name}}}"


def test_a_blank_cell_stands_for_what_the_reader_takes_it_for(tmp_path: Path) -> None:
    plain = {name: SOUND[name] for name in SOUND}
    evidence = check_tables([write_table(tmp_path / "mine.csv", [plain])])
    (read,) = evidence.assertions
    for name, column in ROW["properties"].items():
        if "default" in column:
            assert getattr(read, name) == column["default"] == COLUMN[name]["default"]
            slot = LINKML["classes"]["Assertion"]["attributes"][name]
            assert slot["ifabsent"] == f"{slot['range']}({column['default']})"


def test_the_properties_are_those_of_the_graph() -> None:
    one = next(one for one in KG.assertions() if one.count is not None and one.note)
    answer = KG.query(f"SELECT DISTINCT ?p {{ <{expand(f'assertion:{one.key}')}> ?p ?o }}")
    used = {row[0] for row in answer}  # type: ignore[union-attr]
    for name in as_row(one):
        assert COLUMN[name]["propertyUrl"] in used


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_row_is_refused_by_the_schema_and_by_the_reader(tmp_path: Path, name: str) -> None:
    row = changed(BROKEN[name])
    assert not is_sound(row)
    assert not is_read(row, tmp_path)


@pytest.mark.parametrize("name", BEYOND)
def test_what_the_schema_cannot_tell_the_reader_does(tmp_path: Path, name: str) -> None:
    row = changed(BEYOND[name])
    assert is_sound(row)
    assert not is_read(row, tmp_path)


def test_every_shipped_row_is_sound() -> None:
    assert is_sound(SOUND)
    assert all(is_sound(as_row(one)) for one in KG.assertions())


COMPARED: Final = ("more than the total", "does not agree", "not after the start")
"""What the reader says where it has compared two cells."""


@given(assertions())
def test_every_sound_assertion_is_sound_to_the_schema(one: Assertion) -> None:
    assert is_sound(as_row(one))


@pytest.mark.slow
@given(table_rows())
def test_schema_and_reader_agree_on_any_row_but_where_cells_are_compared(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[dict[str, Any]]
) -> None:
    rows = [changed(one) for one in drawn]
    path = write_table(tmp_path_factory.mktemp("drawn") / "mine.csv", rows)
    known = {"primary": KG.catalog.primaries, "site": KG.catalog.sites}
    told: dict[int, list[str]] = {line: [] for line in range(2, len(rows) + 2)}
    for item in read_rows(path, known):
        if isinstance(item, Fault):
            told[item.row or 0].append(item.remedy)
        else:
            line, one = item
            told[line] += [remedy for _, _, remedy in problems_of(one)]
    for row, said in zip(rows, told.values(), strict=True):
        beyond = [one for one in said if one.startswith(COMPARED)]
        assert is_sound(row) == (len(said) == len(beyond)), (row, said)


@pytest.mark.parametrize("name", ["linkml", "json-schema", "csvw"])
def test_a_schema_is_the_same_whatever_is_said(tmp_path: Path, name: str) -> None:
    (path,) = KG.export(tmp_path / FORMS[name].file)
    text = path.read_text(encoding="utf-8")
    assert NOT_CLINICAL in text
    few = KG.from_assertions(list(KG.assertions())[:3])
    (other,) = few.export(tmp_path / f"other.{FORMS[name].ending}")
    assert other.read_text(encoding="utf-8") == text
