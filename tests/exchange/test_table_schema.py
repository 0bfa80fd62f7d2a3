"""The assertion table in the hands of LinkML and of CSV on the Web."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from metastasis._evidence.assertion import as_text
from metastasis._graph import load
from metastasis.rdf import FORMS
from peers import ask_python
from table_rows import BEYOND, BROKEN, CELLS, SOUND, as_row, changed, write_table

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.exchange

LINKML: Final = ("linkml==1.12.1",)
CSVW: Final = ("csvw==4.1.1",)
KG: Final = load()


def exported(name: str, folder: Path) -> Path:
    (path,) = KG.export(folder / FORMS[name].file, name)
    return path


def test_linkml_and_json_schema_take_and_refuse_the_same_rows(tmp_path: Path) -> None:
    sound = [SOUND, *(changed(one) for one in BEYOND.values()), *map(as_row, KG.assertions())]
    broken = [changed(one) for one in BROKEN.values()]
    rows = tmp_path / "rows.json"
    rows.write_text(json.dumps([*sound, *broken]), encoding="utf-8")
    schemas = exported("linkml", tmp_path), exported("json-schema", tmp_path)
    answer = ask_python("linkml_rows.py", LINKML, *schemas, rows)
    assert answer["problems"] == []
    expected = [True] * len(sound) + [False] * len(broken)
    for name, verdicts in answer["verdicts"].items():
        assert verdicts == expected, name


def test_linkml_validates_the_table_itself(tmp_path: Path) -> None:
    table = exported("csv", tmp_path)
    broken = write_table(
        tmp_path / "broken.csv", [SOUND, *(changed(one) for one in CELLS.values())]
    )
    found = ask_python("linkml_table.py", LINKML, exported("linkml", tmp_path), table, broken)
    assert found[str(table)] == 0
    assert found[str(broken)] >= len(CELLS)


def test_csvw_reads_every_cell_of_the_table_as_it_is(tmp_path: Path) -> None:
    exported("csv", tmp_path)
    (answer,) = ask_python("csvw_read.py", CSVW, exported("csvw", tmp_path))
    assert answer["valid"]
    expected: list[dict[str, Any]] = [
        {name: as_text(getattr(one, name)) for name in as_row(one)} for one in KG.assertions()
    ]
    assert answer["rows"] == expected


def test_csvw_refuses_every_broken_cell(tmp_path: Path) -> None:
    described = []
    for place, changes in enumerate([{}, *CELLS.values()]):
        folder = tmp_path / str(place)
        folder.mkdir()
        write_table(folder / "assertions.csv", [changed(changes)])
        described.append(exported("csvw", folder))
    first, *others = ask_python("csvw_read.py", CSVW, *described)
    assert first["valid"]
    assert [name for name, one in zip(CELLS, others, strict=True) if one["valid"]] == []
