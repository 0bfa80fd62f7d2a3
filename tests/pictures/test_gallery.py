"""The gallery: one page of everything that works from the file system, also in a browser."""

from __future__ import annotations

import importlib
import json
import re
import shutil
import subprocess
import sys
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

import pytest

from metastasis._errors import UnknownNameError
from metastasis._vocabulary import NOT_CLINICAL
from metastasis.pictures import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT: Final = Path(__file__).parents[2]
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "chrome")
ASK: Final = """<script>addEventListener("load", () => {
  const images = [...document.images];
  images.forEach(image => image.loading = "eager");
  Promise.all(images.map(image => image.decode().then(() => true, () => false))).then(shown => {
    const page = document.documentElement;
    document.body.dataset.seen = JSON.stringify({shown, overflow: page.scrollWidth - innerWidth,
      back: getComputedStyle(document.body).backgroundColor,
      asked: performance.getEntriesByType("resource").map(one => one.name)});
  });
});</script></body>"""
"""What the browser is asked: whether every picture shows, and whether the page fits its window."""


@cache
def script(name: str) -> Any:
    """Return a module of ``scripts/``."""
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(ROOT / "scripts"))


class Reader(HTMLParser):
    """Collects tags with their attributes, and refuses tags that are left open."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take down a tag."""
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the tag that was opened last."""
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of every tag of that name."""
        return [attributes for name, attributes in self.tags if name == tag]


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    assert reader.open == []
    return reader


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a gallery with the first example of every kind."""
    folder = tmp_path_factory.mktemp("gallery") / "gallery"
    examples = [script("gallery_examples").of_kind(kind)[0] for kind in KINDS]
    assert script("gallery").build(folder, examples) == len(KINDS)
    return folder


def test_every_kind_has_examples_and_a_description() -> None:
    examples = script("gallery_examples")
    assert set(KINDS) <= {one.kind for one in examples.EXAMPLES}
    assert all(one.shows for one in KINDS.values())
    stems = [one.stem for one in examples.EXAMPLES]
    assert len(set(stems)) == len(stems)


def test_a_kind_without_examples_is_drawn_all_the_same() -> None:
    (one,) = script("gallery_examples").of_kind("pie")
    assert (one.kind, one.options) == ("pie", {"primaries": "breast"})


def test_unknown_kinds_are_told_with_what_there_is() -> None:
    with pytest.raises(SystemExit, match=r"unknown diagram 'pie'.*'heatmap'"):
        script("gallery").chosen(["pie"])
    assert {one.kind for one in script("gallery").chosen(["heatmap"])} == {"heatmap"}
    assert {one.kind for one in script("gallery").chosen([])} == set(KINDS)


@pytest.mark.slow
def test_pictures_have_alternative_texts_captions_and_calls(gallery: Path) -> None:
    text = (gallery / "index.html").read_text(encoding="utf-8")
    page = read(text)
    assert len(page.all("img")) == len(page.all("figure")) == len(KINDS)
    for image in page.all("img"):
        assert len(str(image["alt"])) > 60
        assert int(str(image["width"])) > 0
        assert int(str(image["height"])) > 0
    for kind in KINDS:
        assert f"<code>kg.draw.{kind}(" in text
    assert NOT_CLINICAL in text
    # What progression and upset draw is the caller's own: nothing of the release is in it.
    assert text.count("Data release") == len(KINDS) - 2


def test_links_lead_to_files_beside_the_page_and_nowhere_else(gallery: Path) -> None:
    page = read((gallery / "index.html").read_text(encoding="utf-8"))
    ids = {attributes.get("id") for _, attributes in page.tags}
    places = [
        str(attributes[name])
        for _, attributes in page.tags
        for name in ("href", "src")
        if name in attributes
    ]
    files = {place for place in places if not place.startswith(("#", "data:"))}
    assert {place for place in places if place.startswith("#")} <= {f"#{one}" for one in ids}
    assert {one.name for one in gallery.iterdir()} == files | {"index.html"}
    assert len(files) == len(KINDS) * len(script("gallery").FORMATS)
    assert page.all("script") == []
    assert [one for one in page.all("link") if one["rel"] != "icon"] == []


def test_the_page_is_light_and_dark_with_contrast(gallery: Path) -> None:
    text = (gallery / "index.html").read_text(encoding="utf-8")
    assert "prefers-color-scheme: dark" in text
    blocks = re.findall(r":root \{(.*?)\}", text, flags=re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        colors = dict(re.findall(r"--(\w+): (#\w{6})", block))
        for ink in ("ink", "soft", "link"):
            for back in ("back", "card"):
                assert contrast(colors[ink], colors[back]) >= 4.5


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colors as WCAG 2.2 has it."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(color: str) -> float:
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_a_gallery_that_fails_leaves_the_old_one(gallery: Path, tmp_path: Path) -> None:
    old = tmp_path / "gallery"
    shutil.copytree(gallery, old)
    before = sorted(one.name for one in old.iterdir())
    bad = script("gallery_examples").Example("body", "bad", "", {"primaries": "no such cancer"})
    with pytest.raises(UnknownNameError, match="no such cancer"):
        script("gallery").build(old, [bad])
    assert sorted(one.name for one in old.iterdir()) == before


def test_no_shape_of_a_picture_is_turned_inside_out(gallery: Path) -> None:
    """A clipping rectangle of negative height hides in a browser all that it should show."""
    for path in gallery.glob("*.svg"):
        text = path.read_text(encoding="utf-8")
        assert re.findall(r'<rect[^>]* (?:width|height)="-', text) == [], path.name


@pytest.mark.slow
@pytest.mark.parametrize("width", [420, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_browser_shows_every_picture(
    gallery: Path, tmp_path: Path, width: int, scheme: str
) -> None:
    seen = look_at(gallery / "index.html", tmp_path, width, scheme)
    assert seen["shown"] == [True] * len(KINDS)
    assert seen["overflow"] <= 0
    channels = [int(one) for one in re.findall(r"\d+", seen["back"])]
    assert (max(channels) < 60) == (scheme == "dark")
    assert all(unquote(one).startswith(f"file://{gallery}") for one in seen["asked"])


def look_at(page: Path, folder: Path, width: int, scheme: str) -> Mapping[str, Any]:
    """Open a page in headless Chromium and return what it says of itself."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        pytest.skip("there is no Chromium on this machine: apt-get install chromium")
    asking = page.with_name(f"asking-{width}-{scheme}.html")
    asking.write_text(page.read_text(encoding="utf-8").replace("</body>", ASK), encoding="utf-8")
    try:
        found = subprocess.run(
            [
                browser,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                f"--user-data-dir={folder / 'profile'}",
                f"--window-size={width},900",
                f"--blink-settings=preferredColorScheme={0 if scheme == 'dark' else 1}",
                "--virtual-time-budget=20000",
                "--dump-dom",
                asking.as_uri(),
            ],
            check=True,
            capture_output=True,
            text=True,
            timeout=120,
        ).stdout
    finally:
        asking.unlink()
    reader = Reader()
    reader.feed(found)
    (body,) = reader.all("body")
    answer: dict[str, Any] = json.loads(str(body["data-seen"]))
    return answer
