"""The mapping tables, kept and written, as sssom-py reads and validates them."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

import pytest

from metastasis import KnowledgeGraph
from metastasis._evidence.assertion_table import read_evidence
from metastasis._files import ontology_path
from metastasis._vocabulary import DATA_LICENSE
from peers import ask_python

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.exchange

SSSOM: Final = ("sssom==0.4.21",)
FIELDS: Final = (
    "subject_id",
    "predicate_id",
    "object_id",
    "object_label",
    "mapping_justification",
)


def rows_of(path: Path) -> list[list[str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    table = csv.DictReader([line for line in lines if line[0] != "#"], delimiter="\t")
    return sorted([row[name] for name in FIELDS] for row in table)


def test_every_table_is_valid_and_read_row_by_row(tmp_path: Path) -> None:
    knowledge = read_evidence()
    kg = KnowledgeGraph.from_assertions(knowledge.assertions, knowledge.catalog)
    (made,) = kg.export(tmp_path / "metastasis.sssom.tsv")
    paths = [made, *sorted(ontology_path("mappings").glob("*.sssom.tsv"))]
    assert len(paths) == 4
    found = ask_python("sssom_tables.py", SSSOM, *paths)
    for path in paths:
        table = found[str(path)]
        assert table["faults"] == []
        assert table["license"] == DATA_LICENSE
        assert table["mapping_set_id"].startswith("https://w3id.org/metastasis/mappings/")
        assert sorted(table["rows"]) == rows_of(path)
