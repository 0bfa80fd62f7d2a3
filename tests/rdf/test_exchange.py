"""The file formats of other tools."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from metastasis._errors import ReadError, UnknownNameError
from metastasis._evidence.assertion_table import read_assertions
from metastasis._evidence.index import index_text
from metastasis._graph import KnowledgeGraph, load
from metastasis.rdf import FORMS, find_format

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _pytest.mark.structures import ParameterSet

KG = load()


def test_the_exported_table_is_the_assertions(tmp_path: Path) -> None:
    (path,) = KG.export(tmp_path / "assertions.csv")
    assert read_assertions([path]) == list(KG.assertions())


RDFLIB: Final = {"ttl", "jsonld"}
"""Forms that rdflib writes, in seconds rather than hundredths of one."""


def each(names: Iterable[str]) -> list[ParameterSet]:
    """Return the names of forms as parameters, those that take long marked."""
    marks = {name: [pytest.mark.slow] if name in RDFLIB else [] for name in names}
    return [pytest.param(name, marks=marks[name]) for name in marks]


@pytest.mark.parametrize("name", each(FORMS))
def test_every_form_is_written_where_it_is_asked_for(tmp_path: Path, name: str) -> None:
    for path in KG.export(tmp_path / FORMS[name].file, name):
        assert path.stat().st_size > 0
        assert path.is_relative_to(tmp_path)


@pytest.mark.parametrize("name", FORMS)
def test_the_usual_name_of_a_file_tells_its_form(name: str) -> None:
    file = FORMS[name].file
    assert find_format(file) is find_format(f"folder.nq/{file}") is FORMS[name]


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("mine.EVIDENCE.JSON", "evidence"),
        ("a.b.rdf", "xml"),
        ("a.xml", "xml"),
        ("x.node-link.json", "node-link"),
        ("x.cyjs", "cytoscape"),
        ("NQ", "nq"),
    ],
)
def test_names_and_files_in_any_case_tell_a_form(name: str, form: str) -> None:
    assert find_format(name).name == form


def test_no_two_forms_share_an_ending_or_a_usual_name() -> None:
    assert len({form.ending for form in FORMS.values()}) == len(FORMS)
    for form in FORMS.values():
        longer = {other.ending for other in FORMS.values() if other.fits(form.file)} - {form.ending}
        assert all(form.ending.endswith(f".{ending}") for ending in longer)
        assert [other for other in FORMS.values() if other.fits(form.name)] == [form]


@pytest.mark.parametrize("name", ["docx", "graph.docx", "graph.json", "", "graph"])
def test_an_unknown_form_lists_those_there_are(name: str) -> None:
    with pytest.raises(UnknownNameError, match="unknown format") as caught:
        find_format(name)
    assert set(caught.value.suggestions) == set(FORMS)
    with pytest.raises(UnknownNameError):
        KG.export(Path("x"), name or "x")


@pytest.mark.parametrize("name", each(one.name for one in FORMS.values() if one.can_be_read))
def test_what_can_be_read_gives_back_the_evidence(tmp_path: Path, name: str) -> None:
    path = tmp_path / FORMS[name].file
    KG.export(path)
    back = KnowledgeGraph.read(path)
    assert index_text(back.evidence) == index_text(KG.evidence)
    assert back.evidence.edges == KG.evidence.edges
    assert {str(quad.triple) for quad in back.store} == {str(quad.triple) for quad in KG.store}


@pytest.mark.parametrize("name", [one.name for one in FORMS.values() if not one.can_be_read])
def test_what_is_only_written_says_so_when_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / FORMS[name].file
    path.write_text("")
    with pytest.raises(ReadError, match=r"nq, trig, ttl, nt, jsonld, rdf, evidence\.json"):
        KnowledgeGraph.read(path)


def test_writing_what_comes_from_the_evidence_fills_no_store(tmp_path: Path) -> None:
    kg = load()
    for form in FORMS.values():
        if not form.is_rdf:
            kg.export(tmp_path / form.file)
    assert "store" not in vars(kg)


def test_importing_the_wing_or_its_forms_loads_nothing_heavy() -> None:
    code = (
        "import sys, metastasis.rdf as rdf; rdf.find_format('nq'); "
        "print(*{'pyoxigraph', 'rdflib', 'networkx', 'numpy', 'csv'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
