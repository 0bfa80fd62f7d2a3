"""Ring, network and alluvial diagram: what is left out is said, and what would fit does fit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest
from matplotlib.patches import PathPatch
from matplotlib.text import Text

import metastasis as mets
from drawings import counted, faults, lines, said, small, words
from metastasis import FitError
from metastasis.pictures import SIZES, find_kind

if TYPE_CHECKING:
    from metastasis._graph import KnowledgeGraph
    from metastasis.pictures import Diagram

KINDS: Final = ("ring", "network", "alluvial")
ROLES: Final = {"ring": "bands", "network": "edges", "alluvial": "flows"}
METASTATIC: Final = "metastatic_patients"


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return mets.load()


def draw(kg: KnowledgeGraph, kind: str, **options: Any) -> Diagram:
    return find_kind(kind)(kg, **options)


@pytest.mark.parametrize("kind", KINDS)
def test_only_so_many_are_drawn_and_the_caption_says_so(kg: KnowledgeGraph, kind: str) -> None:
    diagram = draw(kg, kind, primaries="prostate", top=3)
    assert len(diagram.artists[ROLES[kind]]) == 3
    assert re.search(r"Only 3 pairs are drawn, of \d+:", diagram.caption)
    assert "Only " not in draw(kg, kind, primaries="prostate").caption


def test_what_is_under_a_least_share_or_has_none_is_left_out() -> None:
    graph = small(
        counted("bone", 60, METASTATIC),
        counted("liver", 4, METASTATIC),
        said("lung", "bone", "common"),
    )
    for kind in ("ring", "network"):
        diagram = draw(graph, kind, least=10)
        assert len(diagram.artists[ROLES[kind]]) == 1
        left_out = "1 pair with a share under 10 % and 1 pair without such a share are left out."
        assert left_out in diagram.caption
        assert "left out" not in draw(graph, kind).caption


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_brought_out_is_stronger_than_the_rest(kg: KnowledgeGraph, kind: str) -> None:
    diagram = draw(kg, kind, primaries=["breast", "prostate"], highlight="prostate")
    found = {str(one.get_gid()): one.get_alpha() for one in diagram.artists[ROLES[kind]]}
    lit = [alpha for gid, alpha in found.items() if "-prostate--" in gid]
    rest = [alpha for gid, alpha in found.items() if "-prostate--" not in gid]
    assert lit
    assert rest
    assert min(alpha or 1.0 for alpha in lit) > max(alpha or 1.0 for alpha in rest)
    assert "Faded: pairs of other names than those brought out." in diagram.caption


@pytest.mark.parametrize("kind", KINDS)
def test_sides_stand_in_the_order_asked_for(kg: KnowledgeGraph, kind: str) -> None:
    given = ["prostate", "breast", "lung"]
    for order, expected in (
        ("given", ["Prostate cancer", "Breast cancer", "Lung cancer"]),
        ("name", ["Breast cancer", "Lung cancer", "Prostate cancer"]),
    ):
        diagram = draw(kg, kind, primaries=given, sites=["bone", "liver"], order=order)
        assert words(diagram.artists["primary labels"]) == expected


@pytest.mark.parametrize("kind", ["network", "alluvial"])
@pytest.mark.parametrize("size", ["column", "page"])
def test_what_a_refusal_proposes_fits(kg: KnowledgeGraph, kind: str, size: str) -> None:
    with pytest.raises(FitError) as refused:
        draw(kg, kind, sites="liver", size=size)
    top, other = refused.value.remedies
    fewer = draw(kg, kind, sites="liver", size=size, top=int(top.removeprefix("top=")))
    named = re.fullmatch(r"size='(\w+)'", other)
    wide, high = (0.0, 0.0) if named else map(float, re.findall(r"[\d.]+", other))
    larger = draw(kg, kind, sites="liver", size=named[1] if named else (wide, high))
    assert len(fewer.artists[ROLES[kind]]) < len(larger.artists[ROLES[kind]])


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
def test_a_ring_of_everything_fits_every_place(kg: KnowledgeGraph, size: str) -> None:
    diagram = draw(kg, "ring", size=size)
    assert faults(diagram) == []
    assert max(diagram.figure.get_size_inches()) < 14
    names = [one for role in ("primary labels", "site labels") for one in diagram.artists[role]]
    turns = [one.get_rotation() for one in names if isinstance(one, Text)]
    assert all(min(turn, 360 - turn) <= 90 for turn in turns)
    assert "are not written" in diagram.caption or size == "screen"


def test_lines_of_shares_are_on_one_scale_with_the_legend() -> None:
    graph = small(counted("bone", 120, METASTATIC), counted("liver", 20, METASTATIC))
    diagram = draw(graph, "network", value="share")
    edges = lines(diagram, "edges")
    widths = [edges[f"network-edge-breast--{site}"].get_linewidth() for site in ("bone", "liver")]
    assert widths[0] / widths[1] == pytest.approx(6)
    labels = words(diagram.artists["legend labels"])
    (sample, *_) = diagram.artists["legend samples"]
    assert isinstance(sample, PathPatch)
    share = float(re.findall(r"share of (\d+) %", labels[0])[0])
    assert sample.get_linewidth() / widths[0] == pytest.approx(share / 60)
    assert "% of metastatic patients" in diagram.title
    assert "commonly spreads to" not in labels
    names = [one.replace("\u00a0", " ") for one in words(diagram.artists["site labels"])]
    assert sorted(names) == ["Bone 60 %", "Liver 10 %"]


def test_classes_have_no_denominator(kg: KnowledgeGraph) -> None:
    with pytest.raises(ValueError, match="add value='share'"):
        draw(kg, "network", value="classes", denominator="autopsies")
    with pytest.raises(ValueError, match="least is a share, and classes have none"):
        draw(kg, "network", value="classes", least=5)
    assert "% of autopsies" in draw(kg, "network", denominator="autopsies").title


def test_a_stream_is_never_taken_for_patients(kg: KnowledgeGraph) -> None:
    for value in (None, "pairs", "statements"):
        diagram = draw(kg, "alluvial", primaries="prostate", value=value)
        assert diagram.title.endswith(", not patients")
        assert all("(not patients)" in one for one in words(diagram.artists["legend labels"])[:1])
        counted_ = value or "pairs"
        assert f"{counted_.capitalize()} by" in " ".join(words(diagram.artists["headings"]))
        assert "not patients" in " ".join(words(diagram.artists["caption"]))


def test_no_patient_counts_under_a_kind_of_cancer_and_under_the_cancer(kg: KnowledgeGraph) -> None:
    names = ["thyroid", "differentiated thyroid cancer"]
    frame = mets.Frame("all_patients", "at_diagnosis")
    diagram = draw(kg, "alluvial", primaries=names, sites="bone", frame=frame)
    assert [gid.split("-")[2] for gid in lines(diagram, "flows")] == ["thyroid"]
    assert "whose patients would count twice" in diagram.caption


@pytest.mark.slow
def test_names_along_a_ring_read_outward(kg: KnowledgeGraph) -> None:
    diagram = draw(kg, "ring", size="column")
    labels = [one for one in diagram.artists["primary labels"] if isinstance(one, Text)]
    center = np.mean([one.get_position() for one in labels], axis=0)
    turned = [one for one in labels if one.get_rotation() % 360]
    assert all(one.get_horizontalalignment() == "right" for one in turned)
    assert len({round(one.get_rotation()) for one in turned}) > 10
    assert center[0] < diagram.axes.get_xlim()[1] / 2
