"""What the SPARQL page has of others is what the script makes of what is pinned."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from typing import TYPE_CHECKING, Any, Final

import pytest

import assets

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LOCK: Final = (assets.SOURCE / "package-lock.json").read_text(encoding="utf-8")
PACKAGE: Final = json.loads((assets.SOURCE / "package.json").read_text(encoding="utf-8"))


def manifest() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads((assets.OUT / "manifest.json").read_text("utf-8"))
    return found


def test_each_file_is_the_one_whose_sum_was_written_down() -> None:
    sums = {
        name: hashlib.sha256(assets.plain_bytes(assets.OUT / name)).hexdigest()
        for name in assets.MADE
    }
    assert sums == manifest()["sha256"]


def test_versions_are_exact_and_those_of_the_manifest() -> None:
    wanted = PACKAGE["dependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    assert wanted.items() <= manifest()["packages"].items()


def test_the_lock_names_no_host_and_has_a_sum_of_everything() -> None:
    assert "http" not in LOCK
    assert "resolved" not in LOCK
    held = json.loads(LOCK)["packages"]
    assert [name for name, one in held.items() if name and "integrity" not in one] == []


def test_the_licenses_name_every_package() -> None:
    text = (assets.OUT / "LICENSES.txt").read_text(encoding="utf-8")
    named = [f"{name} {version}" for name, version in manifest()["packages"].items()]
    assert [one for one in named if one not in text] == []


def test_nothing_in_the_scripts_asks_another_machine() -> None:
    """What is written by hand names no address; the bundle has the names of standards only."""
    allowed = r"http://www\.w3\.org/(?:2000/svg|2001/XMLSchema#|1998/Math/MathML|1999/xlink)"
    for path in sorted(assets.OUT.glob("*.js")):
        found = re.findall(r"https?://[\w.-]+[^\s\"'`)]*", path.read_text(encoding="utf-8"))
        assert [one for one in found if not re.match(allowed, one)] == [], path.name


def test_a_file_that_was_changed_is_told(tmp_path: Path) -> None:
    shutil.copytree(assets.OUT, tmp_path / "out")
    assert assets.differences(assets.OUT, tmp_path / "out") == []
    (tmp_path / "out" / "editor.js").write_text("changed", encoding="utf-8")
    (told,) = assets.differences(assets.OUT, tmp_path / "out")
    assert told.startswith("editor.js ")


@pytest.mark.exchange
def test_what_is_pinned_gives_the_same_files(tmp_path: Path) -> None:
    if shutil.which("npm") is None:
        pytest.skip("Node.js is not installed")
    assert assets.differences(assets.bundle(tmp_path), assets.OUT) == []
