"""Among files a script chooses rows and saves them: the rows that a server gives, in Chromium."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

import metastasis
from browser import NARROW, WIDE, Sight, look, web_space
from metastasis import load
from metastasis.serve._links import Links
from metastasis.serve._reply import Address
from metastasis.serve._routes import make_reply

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.exchange

PATH: Final = "primary/breast"
ASKED: Final = (
    (),
    (("edge", "possibly"),),
    (("denominator", "all_patients"), ("setting", "at_diagnosis"), ("occurrence", "any")),
    (("basis", "expert_words"), ("denominator", "autopsies")),
)
SHOWN: Final = """[...document.querySelectorAll("#evidence tbody tr")]
  .filter(row => row.checkVisibility()).map(row => row.querySelector("th a").hash.slice(11))"""
PAIRS: Final = """[...document.querySelectorAll("#pairs tbody tr")]
  .filter(row => row.checkVisibility()).map(row => row.querySelector("th a").innerText)"""
TOLD: Final = "document.querySelector('.filters [role=status]').innerText"
SAVED: Final = """(async () => {
  const saved = [];
  URL.createObjectURL = (blob) => { saved.push(blob); return "#"; };
  HTMLAnchorElement.prototype.click = () => {};
  document.querySelectorAll("BUTTONS")[AT].click();
  for (let i = 0; i < 100 && !saved.length; i += 1) await new Promise(go => setTimeout(go, 50));
  const kind = saved[0].type;
  return [kind, await (kind === "image/png" ? saved[0].slice(1, 4) : saved[0]).text()];
})()"""


def saved(buttons: str, at: int) -> str:
    """Return the expression that reads what a button saves."""
    return SAVED.replace("BUTTONS", buttons).replace("AT", str(at))


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a web space with one page."""
    folder = tmp_path_factory.mktemp("web")
    assets = Path(metastasis.__file__).parent / "serve" / "assets"
    shutil.copytree(assets, folder / "assets")
    reply = make_reply(load(), Address(PATH), "html", Links(PATH, is_static=True))
    (folder / "primary").mkdir()
    (folder / f"{PATH}.html").write_bytes(reply.body)
    (folder / "index.json").write_text("{}", encoding="utf-8")
    with web_space(folder) as address:
        yield address


def rows(asked: tuple[tuple[str, str], ...], **more: str) -> list[dict[str, str]]:
    """Return what a server gives."""
    here = Address(PATH, (*asked, *more.items()))
    reply = make_reply(load(), here, "csv", Links(PATH))
    return list(csv.DictReader(io.StringIO(reply.body.decode())))


def test_chosen_rows_are_those_that_a_server_gives(origin: str) -> None:
    sights = [
        Sight(
            f"chosen-{number}",
            f"{PATH}.html?{'&'.join('='.join(one) for one in asked)}",
            reads={
                "rows": SHOWN,
                "pairs": PAIRS,
                "told": TOLD,
                "saved": saved("#pairs .take button", 0),
            },
        )
        for number, asked in enumerate(ASKED)
    ]
    found = look(origin, sights, "choice", views=[WIDE])
    assert [fault for one in found for fault in one.faults()] == []
    for asked, one in zip(ASKED, found, strict=True):
        keys = {row["assertion"] for row in rows(asked, relation="metastasis")}
        assert set(one.reads["rows"]) == keys
        labels = {load().catalog.sites[row["site"]].label for row in rows(asked, table="pairs")}
        assert set(one.reads["pairs"]) == labels
        kind, text = one.reads["saved"]
        assert kind.startswith("text/csv")
        assert {row["Site"] for row in csv.DictReader(io.StringIO(text))} == labels
        assert bool(one.reads["told"]) == bool(asked)


def test_a_choice_is_told_and_taken_back(origin: str) -> None:
    count = "document.querySelectorAll('#evidence tbody tr:not([hidden])').length"
    pick = "(() => { const one = document.querySelector('#choose-edge'); one.value = 'possibly';"
    pick += " one.dispatchEvent(new Event('change', { bubbles: true })); return true; })()"
    steps = (("until", pick), ("click", ".filters [type=reset]"), ("until", f"{count} > 60"))
    sights = [
        Sight("picked", f"{PATH}.html", steps[:1], {"told": TOLD, "count": count}),
        Sight("back", f"{PATH}.html", steps, {"told": TOLD, "at": "location.search"}),
    ]
    picked, back = look(origin, sights, "back", views=[NARROW], axe=False)
    assert (picked.faults(), back.faults()) == ([], [])
    assert "rows are shown: possibly" in picked.reads["told"]
    assert 0 < picked.reads["count"] < 60
    assert back.reads["told"].startswith("All ")
    assert back.reads["at"] == ""


def test_a_picture_is_saved_with_its_looks(origin: str) -> None:
    reads = {"svg": saved("figure .take button", 0), "png": saved("figure .take button", 1)}
    (one,) = look(origin, [Sight("picture", f"{PATH}.html", reads=reads)], "saved", views=[WIDE])
    assert one.faults() == []
    kind, svg = one.reads["svg"]
    assert kind == "image/svg+xml"
    assert svg.startswith("<svg")
    assert "class=" not in svg
    assert 'fill="rgb(' in svg
    assert "Not for clinical use" in svg
    kind, png = one.reads["png"]
    assert kind == "image/png"
    assert png == "PNG"
