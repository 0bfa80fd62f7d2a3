"""Releases: one version everywhere, and what was released once is read for ever."""

from __future__ import annotations

import gzip
import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

import metastasis as mets
import release
from shell import run

ROOT: Final = Path(__file__).parents[1]
PAST: Final = sorted((ROOT / "tests" / "releases").glob("metastasis-*.nq.gz"))


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a folder with a copy of every file that names a version, a release or a date."""
    for file in {place.file for place in release.PLACES}:
        copy = tmp_path / file
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / file, copy)
    return tmp_path


def test_version_data_release_and_date_are_the_same_everywhere() -> None:
    assert release.disagreements() == []
    assert release.stated()["version"] == mets.__version__
    assert release.stated()["data"] == mets.DATA_RELEASE


@pytest.mark.parametrize("place", release.PLACES, ids=lambda place: f"{place.file} {place.what}")
def test_a_place_that_disagrees_is_named(place: release.Place, checkout: Path) -> None:
    path = checkout / place.file
    found = release.found_at(place)
    assert found is not None
    text = path.read_text(encoding="utf-8")
    for line in text.splitlines():
        if re.search(place.pattern, line):
            text = text.replace(line, line.replace(found, "9.9.9"), 1)
            break
    path.write_text(text, encoding="utf-8")
    assert release.disagreements(checkout)


def test_a_release_is_written_everywhere(checkout: Path) -> None:
    changelog = checkout / "CHANGELOG.md"
    text = changelog.read_text(encoding="utf-8")
    if f"{release.UNRELEASED}\n" not in text:
        first = text.index("\n## ")
        text = f"{text[:first]}\n{release.UNRELEASED}\n\n- New.\n{text[first:]}"
        changelog.write_text(text, encoding="utf-8")
    before = text.count("\n## ")
    release.set_places("7.8.9", "2031.05", "2031-05-06", checkout)
    assert release.stated(checkout) == {
        "version": "7.8.9",
        "data": "2031.05",
        "prior": mets.DATA_RELEASE,
        "date": "2031-05-06",
    }
    assert release.disagreements(checkout) == []
    after = changelog.read_text(encoding="utf-8")
    assert after.count("\n## ") == before
    assert "\n## 7.8.9 (2031-05-06), data release 2031.05\n" in after
    assert "\n## 0.1.0 (2026-11-22), data release 2026.11\n" in after


def test_code_alone_that_is_released_leaves_the_release_before_as_it_was(checkout: Path) -> None:
    release.set_places("7.8.9", None, "2031-05-06", checkout)
    assert release.stated(checkout)["data"] == mets.DATA_RELEASE
    assert release.stated(checkout)["prior"] == mets._vocabulary.PRIOR_RELEASE


@pytest.mark.parametrize(
    ("prior", "said"), [("2026.99", "is not before"), ("2020.01", "is not kept in tests/releases")]
)
def test_a_release_before_is_an_earlier_one_of_which_a_file_is_kept(
    checkout: Path, prior: str, said: str
) -> None:
    path = checkout / "graph" / "metastasis" / "_vocabulary.py"
    text = path.read_text(encoding="utf-8")
    now = f'PRIOR_RELEASE: Final = "{mets._vocabulary.PRIOR_RELEASE}"'
    path.write_text(text.replace(now, f'PRIOR_RELEASE: Final = "{prior}"'), encoding="utf-8")
    assert any(said in fault for fault in release.disagreements(checkout))


def test_a_kept_release_has_the_same_bytes_and_stays(tmp_path: Path) -> None:
    graph = tmp_path / "graph.nq"
    graph.write_bytes(b"<a:a> <a:b> <a:c> .\n")
    kept = [release.keep_past("2031.05", graph, tmp_path / name) for name in ("one", "two")]
    assert kept[0].read_bytes() == kept[1].read_bytes()
    assert gzip.decompress(kept[0].read_bytes()) == graph.read_bytes()
    graph.write_bytes(b"")
    release.keep_past("2031.05", graph, tmp_path / "one")
    assert kept[0].read_bytes() == kept[1].read_bytes()


def test_a_release_is_laid_out_as_the_redirects_expect_it(tmp_path: Path) -> None:
    (tmp_path / "data" / "kgx").mkdir(parents=True)
    names = ("metastasis.ttl", "dcat.ttl", "kgx/nodes.tsv")
    for name in names:
        (tmp_path / "data" / name).write_text(name, encoding="utf-8")
    release.lay_out(tmp_path / "data", tmp_path / "web", "2031.05")
    web = tmp_path / "web"
    found = {path.relative_to(web).as_posix() for path in web.rglob("*") if path.is_file()}
    releases = {f"release/{one}/{name}" for one in ("2031.05", "latest") for name in names}
    vocabulary = {f"vocab/{name}.ttl" for name in ("2031.05", "latest", "shapes")}
    assert releases | vocabulary <= found
    others = {name.partition("/")[0] for name in found - releases - vocabulary}
    assert others == {"mappings", "query"}


def test_checksums_are_those_of_the_files(tmp_path: Path) -> None:
    (tmp_path / "kgx").mkdir()
    for name in ("b.nq", "kgx/a.tsv"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    release.write_checksums(tmp_path)
    lines = (tmp_path / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    assert lines == [
        f"{hashlib.sha256(name.encode()).hexdigest()}  {name}" for name in ("b.nq", "kgx/a.tsv")
    ]


@pytest.mark.slow
def test_the_command_checks_and_refuses(tmp_path: Path) -> None:
    script = str(ROOT / "scripts" / "release.py")
    checked = subprocess.run(
        [sys.executable, script, "--check"], capture_output=True, text=True, check=False
    )
    assert (checked.returncode, mets.__version__ in checked.stdout) == (0, True)
    for arguments in ([], ["--version", "next"], ["--version", "9.9.9", "--data", "2026.13"]):
        done = subprocess.run(
            [sys.executable, script, *arguments], capture_output=True, text=True, check=False
        )
        assert done.returncode == 2
        assert "usage: release.py" in done.stderr


# Every past data release is read with the code of today.


@pytest.fixture(scope="module", params=PAST, ids=lambda path: path.name.partition(".nq")[0])
def past(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("past") / "past.nq"
    path.write_bytes(gzip.decompress(request.param.read_bytes()))
    return path


def test_the_shipped_release_is_kept() -> None:
    assert f"metastasis-{mets.DATA_RELEASE}.nq.gz" in {path.name for path in PAST}


@pytest.mark.slow
def test_a_past_release_answers(past: Path) -> None:
    kg = mets.KnowledgeGraph.read(past)
    assert len(kg.assertions()) >= 320
    assert "bone" in kg.sites_of("breast", edge="commonly").sites
    assert kg.query("ASK { primary:prostate met:commonlySpreadsTo site:bone }") is True
    assert "Who" not in str(kg.explain("prostate", "bone"))
    assert "prostate cancer → bone: reported; edge: commonly, on numbers." in str(
        kg.explain("prostate", "bone")
    )
    pairs = run("query", "03-all-pairs", "--graph", past)
    assert len(pairs.stdout.splitlines()) > 134, pairs.stderr
    assert kg.draw.network(primaries=["breast"]).alt_text


@pytest.mark.slow
def test_a_past_release_can_be_compared_with_this_one(past: Path) -> None:
    shipped = ROOT / "ontology" / "release" / "metastasis.nq"
    done = run("diff", past, shipped)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].startswith("source,")
    assert run("diff", past, past).stdout.splitlines()[1:] == []
