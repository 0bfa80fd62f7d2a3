"""What stands beside the files: sizes, checksums and addresses, the same in every description."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox
import pytest

from metastasis._evidence.evidence import Evidence
from metastasis._graph import load
from metastasis._vocabulary import BASE, DATA_LICENSE, DATA_RELEASE, NOT_CLINICAL, RELEASE
from metastasis.rdf import FORMS
from metastasis.rdf._exchange import manifest
from metastasis.rdf._exchange.manifest import MANIFEST, write_manifest

if TYPE_CHECKING:
    from pathlib import Path

    from metastasis.rdf import Form

EVIDENCE: Final = load().evidence
FEW: Final = Evidence(EVIDENCE.catalog, EVIDENCE.assertions[:5])
FILES: Final[dict[str, Form]] = {
    "metastasis.nq": FORMS["nq"],
    "metastasis.graphml": FORMS["graphml"],
    "kgx/nodes.tsv": FORMS["kgx"],
    "kgx/README.txt": FORMS["kgx"],
}
DCAT: Final = "http://www.w3.org/ns/dcat#"
SPDX: Final = "http://spdx.org/rdf/terms#"


def written(folder: Path, evidence: Evidence = EVIDENCE) -> Path:
    """Return a folder with a few files and their description."""
    (folder / "kgx").mkdir(parents=True)
    for name in FILES:
        (folder / name).write_text(f"{name}\n", encoding="utf-8")
    paths = write_manifest(folder, FILES, evidence)
    assert [path.name for path in paths] == list(MANIFEST)
    return folder


def dcat(folder: Path) -> dict[str, dict[str, list[str]]]:
    """Return what ``dcat.ttl`` says of each thing; names are resolved from where it stands."""
    said: dict[str, dict[str, list[str]]] = {}
    path = folder / "dcat.ttl"
    for quad in ox.parse(path=str(path), base_iri=path.as_uri()):
        values = said.setdefault(quad.subject.value, {})
        values.setdefault(quad.predicate.value, []).append(quad.object.value)
    return said


def json_of(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def truth(folder: Path) -> dict[str, tuple[str, str]]:
    """Return size and checksum of each file."""
    data = {name: (folder / name).read_bytes() for name in FILES}
    return {name: (str(len(one)), hashlib.sha256(one).hexdigest()) for name, one in data.items()}


@pytest.mark.parametrize("evidence", [EVIDENCE, FEW], ids=["release", "own"])
def test_three_descriptions_tell_the_same_sizes_and_checksums(
    tmp_path: Path, evidence: Evidence
) -> None:
    folder = written(tmp_path / "a", evidence)
    place = f"{RELEASE}/" if evidence is EVIDENCE else f"{folder.as_uri()}/"
    said = dcat(folder)
    (dataset,) = [name for name, values in said.items() if f"{DCAT}distribution" in values]
    in_dcat = {}
    for name in said[dataset][f"{DCAT}distribution"]:
        (address,) = said[name][f"{DCAT}downloadURL"]
        (checksum,) = said[name][f"{SPDX}checksum"]
        in_dcat[address.removeprefix(place)] = (
            said[name][f"{DCAT}byteSize"][0],
            said[checksum][f"{SPDX}checksumValue"][0],
        )
    assert in_dcat == truth(folder)
    prefix = place if evidence is EVIDENCE else ""
    downloads = json_of(folder / "dataset.jsonld")["distribution"]
    assert {
        one["contentUrl"].removeprefix(prefix): (
            one["contentSize"].partition(" ")[0],
            one["sha256"],
        )
        for one in downloads
    } == truth(folder)
    entities = json_of(folder / "ro-crate-metadata.json")["@graph"]
    crate = {
        one["@id"]: (one["contentSize"], one["sha256"])
        for one in entities
        if one["@type"] == "File"
    }
    assert {name: crate[name] for name in FILES} == truth(folder)
    assert crate.keys() - FILES.keys() == {"dcat.ttl", "dataset.jsonld"}


def test_the_checksums_are_of_every_file_but_their_own(tmp_path: Path) -> None:
    folder = written(tmp_path / "a")
    sums = {}
    for line in (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ")
        sums[name] = digest
    files = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "SHA256SUMS"
    }
    assert sums == files


@pytest.mark.parametrize("evidence", [EVIDENCE, FEW], ids=["release", "own"])
def test_the_same_files_are_described_in_the_same_bytes(tmp_path: Path, evidence: Evidence) -> None:
    one, other = (written(tmp_path / name, evidence) for name in ("a", "b"))
    for name in MANIFEST:
        assert (one / name).read_bytes() == (other / name).read_bytes()


def test_the_release_says_which_it_is_and_its_license(tmp_path: Path) -> None:
    folder = written(tmp_path / "a")
    said = dcat(folder)[RELEASE]
    assert said[f"{DCAT}version"] == [DATA_RELEASE]
    assert said[f"{DCAT}isVersionOf"] == [BASE]
    assert f"{DCAT}previousVersion" not in said
    page = json_of(folder / "dataset.jsonld")
    assert (page["@id"], page["version"], page["license"]) == (RELEASE, DATA_RELEASE, DATA_LICENSE)
    assert 50 <= len(str(page["description"])) <= 5000
    for name in MANIFEST[:3]:
        assert NOT_CLINICAL in (folder / name).read_text(encoding="utf-8")


def test_the_release_before_is_named_where_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifest, "PRIOR_RELEASE", "2026.05")
    said = dcat(written(tmp_path / "a"))[RELEASE]
    assert said[f"{DCAT}previousVersion"] == [f"{BASE}release/2026.05"]


def test_a_build_of_ones_own_claims_no_address_of_the_release(tmp_path: Path) -> None:
    folder = written(tmp_path / "a", FEW)
    for name in MANIFEST:
        text = (folder / name).read_text(encoding="utf-8")
        assert f"{RELEASE}/" not in text
        assert "/distribution/" not in text
    assert RELEASE in (folder / "dcat.ttl").read_text(encoding="utf-8")
    own = dcat(folder)[f"{folder.as_uri()}/"]
    assert own["http://www.w3.org/ns/prov#wasDerivedFrom"] == [RELEASE]
    assert f"{DCAT}version" not in own
