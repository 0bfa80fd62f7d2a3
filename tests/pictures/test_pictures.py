"""Pictures as files and as pixels: what is inside them, and that they still look as they did.

The pixels are those of one pinned release of Matplotlib, without letters, drawn from a graph that
no new evidence changes. After a change that is meant, draw them anew and look at each::

    METASTASIS_BASELINES=write python3 scripts/test.py tests/pictures/test_pictures.py
"""

from __future__ import annotations

import io
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import matplotlib as mpl
import pytest
from matplotlib.testing.compare import compare_images
from matplotlib.text import Text
from PIL import Image

import metastasis as mets
from drawings import EVIDENCE_KINDS, written
from metastasis._evidence.assertion import Assertion
from metastasis._graph import KnowledgeGraph
from metastasis._vocabulary import DATA_RELEASE
from metastasis.pictures import find_kind
from shell import run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metastasis.pictures import Diagram

BASELINES: Final = Path(__file__).parent / "baselines"
PINNED: Final = "3.11.2"
"""The release of Matplotlib that the baselines are from."""
TOLERANCE: Final = 3.0
"""Root mean square of the difference of pixels, 0 to 255."""
SOURCES: Final = ("bianchi-2012", "budczies-2015", "cagney-2017")
LAY: Final = "cancer-spreading"
"""A page for lay readers."""
PICTURES: Final[Mapping[str, tuple[str, Mapping[str, Any]]]] = {
    "body": ("body", {"primaries": "prostate"}),
    "body-to-liver": ("body", {"sites": "liver"}),
    "network": ("network", {}),
    "heatmap": ("heatmap", {}),
    "heatmap-percent": ("heatmap", {"value": "percent"}),
    "ring": ("ring", {}),
    "forest": ("forest", {"primaries": "prostate", "sites": "bone"}),
}


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return mets.load()


@pytest.fixture(scope="module")
def fixed() -> KnowledgeGraph:
    """Return a graph of three cancers with words, counts, a denial and a conflict."""
    rows = [
        *(_counted("prostate", site, n) for site, n in {"bone": 180, "liver": 40}.items()),
        *(_counted("breast", site, n) for site, n in {"bone": 130, "liver": 90, "lung": 8}.items()),
        _counted("prostate", "bone", 150, SOURCES[1]),
        _said("prostate", "brain", "rare"),
        _said("prostate", "lymph_node_distant", "common"),
        _said("prostate", "spleen", "absent"),
        _said("breast", "brain", "common"),
        _said("breast", "ovary", "possible", LAY),
        _said("lung", "lung", "common"),
        _said("lung", "adrenal_gland", "common"),
        _said("lung", "liver", "common"),
        _said("lung", "liver", "absent", SOURCES[2]),
    ]
    return KnowledgeGraph.from_assertions(rows)


def _said(primary: str, site: str, frequency: str, source: str = SOURCES[0]) -> Assertion:
    return Assertion(
        primary=primary, site=site, frequency=frequency, source=source, locator="words"
    )


def _counted(primary: str, site: str, count: int, source: str = SOURCES[0]) -> Assertion:
    return Assertion(
        primary=primary,
        site=site,
        count=count,
        total=200,
        denominator="metastatic_patients",
        setting="at_autopsy",
        source=source,
        locator="a table",
    )


@pytest.mark.skipif(mpl.__version__ != PINNED, reason=f"the baselines are from Matplotlib {PINNED}")
@pytest.mark.parametrize("name", PICTURES)
def test_pictures_look_as_they_did(fixed: KnowledgeGraph, name: str, tmp_path: Path) -> None:
    kind, options = PICTURES[name]
    diagram = find_kind(kind)(fixed, **options)
    for text in diagram.figure.findobj(Text):
        text.set_visible(False)
    found, expected = tmp_path / "found.png", BASELINES / f"{name}.png"
    diagram.save(found, dpi=400.01 / diagram.figure.get_figwidth())
    if os.environ.get("METASTASIS_BASELINES") == "write":
        with Image.open(found) as image:
            expected.parent.mkdir(exist_ok=True)
            image.convert("RGB").save(expected, optimize=True)
    difference = compare_images(str(expected), str(found), TOLERANCE, in_decorator=True)
    assert difference is None, f"{expected.name} differs by {difference['rms']:.1f}"


@pytest.mark.skipif(mpl.__version__ != PINNED, reason=f"the baselines are from Matplotlib {PINNED}")
def test_another_picture_is_told_from_the_baseline(fixed: KnowledgeGraph, tmp_path: Path) -> None:
    """The tolerance is small enough to see one pair less."""
    diagram = fixed.draw.heatmap()
    for text in diagram.figure.findobj(Text):
        text.set_visible(False)
    diagram.artists["cells"][0].set_visible(False)
    diagram.save(tmp_path / "found.png", dpi=400.01 / diagram.figure.get_figwidth())
    expected = str(BASELINES / "heatmap.png")
    assert compare_images(expected, str(tmp_path / "found.png"), TOLERANCE, in_decorator=True)


def test_every_baseline_is_used() -> None:
    assert {path.stem for path in BASELINES.glob("*.png")} == set(PICTURES)


def metadata_of(diagram: Diagram, format_: str) -> str:
    """Return all that a file says of itself, as one text."""
    content = written(diagram, format_)
    if format_ == "png":
        with Image.open(io.BytesIO(content)) as image:
            return " ".join(str(one) for one in image.info.values())
    if format_ == "svg":
        return content.decode().partition("<defs>")[0]
    found = re.findall(rb"/(?:Title|Subject|Keywords|Author) (\((?:\\.|[^\\)])*\))", content)
    return " ".join(_pdf_text(one[1:-1]) for one in found)


def _pdf_text(content: bytes) -> str:
    plain = re.sub(rb"\\(.)", lambda match: match[1], content, flags=re.DOTALL)
    return plain.decode("utf-16" if plain.startswith(b"\xfe\xff") else "ascii")


@pytest.mark.slow
@pytest.mark.parametrize("format_", ["png", "svg", "pdf"])
def test_files_say_what_they_show_out_of_whom_and_by_which_call(
    kg: KnowledgeGraph, format_: str
) -> None:
    diagram = kg.draw.heatmap(
        value="percent", denominator="distant_stage_at_diagnosis", setting="at_diagnosis"
    )
    said = metadata_of(diagram, format_).replace("&apos;", "'")
    for part in (
        diagram.title,
        diagram.alt_text,
        "Every percentage is out of patients with distant stage at diagnosis",
        DATA_RELEASE,
        "Not for clinical use",
        diagram.call,
        *diagram.credits,
    ):
        assert part in said


@pytest.mark.parametrize("kind", EVIDENCE_KINDS)
def test_no_rectangle_of_an_svg_is_turned_inside_out(kg: KnowledgeGraph, kind: str) -> None:
    """A clipping rectangle of negative height hides in a browser all that it should show."""
    text = written(find_kind(kind)(kg, primaries="breast"), "svg").decode()
    assert re.findall(r'<rect[^>]* (?:width|height)="-', text) == []


# Bad input on the shell


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("draw pie", ("unknown diagram 'pie'", "'network'", "'heatmap'", "'body'")),
        ("draw heatmap --value percent", ("cannot share a scale; choose one:", "denominator='")),
        ("draw heatmap --denominator autopsies", ("add value='percent'",)),
        ("draw body --denominator metastatic_patients", ("choose one, or name none:",)),
        ("draw network --primary breast --out file/a.png", ("cannot write file/a.png",)),
        ("draw network --primary breast --out a.gif", ("unknown picture format 'gif'",)),
    ],
)
def test_what_cannot_be_drawn_is_told_with_the_remedy(
    command: str, said: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("kept")
    done = run(*command.split(), folder=tmp_path)
    assert done.returncode != 0
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    for part in said:
        assert part in done.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


@pytest.mark.slow
def test_an_empty_picture_is_drawn_and_warned_of(tmp_path: Path) -> None:
    command = "draw heatmap --primary breast --site testis --out a.svg"
    done = run(*command.split(), folder=tmp_path)
    assert done.returncode == 0
    assert "there is no evidence to draw" in done.stderr
    assert "Nothing to draw" in (tmp_path / "a.svg").read_text(encoding="utf-8")
