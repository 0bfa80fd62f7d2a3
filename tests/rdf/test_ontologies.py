"""Every Uberon and Mondo id and label that is mapped to, against the ontologies' own files."""

from __future__ import annotations

import csv
import importlib.util
import os
from typing import TYPE_CHECKING, Final

import pytest

from metastasis._files import ontology_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cellxgene_ontology_guide.ontology_parser import OntologyParser

pytestmark = pytest.mark.ontologies

GUIDE: Final = "cellxgene_ontology_guide"
FEWEST: Final = {"MONDO": 60, "UBERON": 65}
"""Fewer mappings than these would mean that the files were not read."""


@pytest.fixture(scope="module")
def parser() -> OntologyParser:
    """Return the reader of the ontologies; only on CI is its absence a fault."""
    if importlib.util.find_spec(GUIDE) is None:
        missing = "cellxgene-ontology-guide is not installed: pip install 'metastasis[dev]'"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    from cellxgene_ontology_guide.ontology_parser import OntologyParser

    return OntologyParser()


def mapped(prefix: str) -> Iterator[tuple[str, str, str]]:
    """Yield file, id and label of every mapping to an ontology."""
    for path in sorted(ontology_path("mappings").glob("*.sssom.tsv")):
        lines = path.read_text(encoding="utf-8").splitlines()
        table = [line for line in lines if not line.startswith("#")]
        for row in csv.DictReader(table, delimiter="\t"):
            if row["object_id"].startswith(f"{prefix}:"):
                yield path.name, row["object_id"], row["object_label"]


@pytest.mark.parametrize("prefix", sorted(FEWEST))
def test_ids_are_in_use_and_labels_are_the_ontology_s_own(
    parser: OntologyParser, prefix: str
) -> None:
    rows = list(mapped(prefix))
    assert len({term for _, term, _ in rows}) >= FEWEST[prefix]
    wrong = []
    for file, term, label in rows:
        if not parser.is_valid_term_id(term):
            wrong.append((file, term, "no such term"))
        elif parser.is_term_deprecated(term):
            wrong.append((file, term, "out of use"))
        elif parser.get_term_label(term) != label:
            wrong.append((file, term, f"{label} is named {parser.get_term_label(term)}"))
    assert wrong == []
