"""The ring: widths are shares, edges are intervals, nothing is mixed, dropped or covered."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

import numpy as np
import pytest
from hypothesis import given
from matplotlib.colors import to_hex
from matplotlib.patches import PathPatch

import metastasis as mets
import strategies
from drawings import counted, is_readable, said, small, wide, words
from metastasis._errors import UnknownNameError
from metastasis._evidence.frame import Frame
from metastasis._evidence.interval import wilson_interval
from metastasis.pictures import EmptyDiagramWarning, draw_ring
from metastasis.pictures._ring.layout import HALF, plan_ring
from metastasis.pictures._said.mark import mark_of
from metastasis.pictures._sheet.style import Style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis._evidence.assertion import Assertion
    from metastasis._graph import KnowledgeGraph
    from metastasis.pictures import Diagram
    from metastasis.pictures._said.mark import Mark

METASTATIC: Final = "metastatic_patients"
SIX: Final = ["breast", "prostate", "lung", "colorectal", "kidney", "uveal melanoma"]


def by_id(diagram: Diagram, role: str) -> dict[str, PathPatch]:
    found = [one for one in diagram.artists[role] if isinstance(one, PathPatch)]
    return {str(one.get_gid()): one for one in found}


def width_at_start(band: PathPatch) -> float:
    """Return how wide a band is where it leaves its primary."""
    points = np.asarray(band.get_path().vertices, dtype=float)
    return float(np.linalg.norm(points[0] - points[8]))


def bands(*rows: Assertion, **more: str) -> dict[str, PathPatch]:
    diagram = draw_ring(small(*rows), **more)
    return by_id(diagram, "bands") | by_id(diagram, "interval edges")


def test_widths_are_shares_and_edges_are_intervals() -> None:
    drawn = bands(counted("bone", 60, METASTATIC), counted("liver", 20, METASTATIC))
    for site, count in (("bone", 60), ("liver", 20)):
        gid = f"ring-band-breast--{site}"
        low, high = wilson_interval(count, 200)
        share = width_at_start(drawn[f"{gid}-estimate"])
        for name, end in ((f"{gid}-upper", high), (gid, low)):
            assert width_at_start(drawn[name]) / share == pytest.approx(
                end / (count / 200), rel=0.01
            )
    shares = [
        width_at_start(drawn[f"ring-band-breast--{site}-estimate"]) for site in ("bone", "liver")
    ]
    assert shares[0] / shares[1] == pytest.approx(3, rel=0.01)


def test_bands_of_one_side_do_not_overlap(kg: KnowledgeGraph) -> None:
    for reaches in (_reaches(kg), _reaches(kg, SIX), _reaches(kg, sites=["liver"])):
        ring = plan_ring(reaches, Style()).lay_out(11.0, None, fill=False)
        assert ring is not None
        for slots in (ring.starts, ring.ends):
            ordered = sorted(slots.values(), key=lambda slot: slot.low)
            assert all(a.high <= b.low + 1e-9 for a, b in itertools.pairwise(ordered))
            assert -HALF - 1e-9 <= ordered[0].low == pytest.approx(-ordered[-1].high)


def _reaches(
    kg: KnowledgeGraph, primaries: Sequence[str] | None = None, sites: Sequence[str] | None = None
) -> list[Mark]:
    rows = None if primaries is None else [kg.catalog.primary(one).key for one in primaries]
    found = kg.evidence.pairs(primaries=rows, sites=sites)
    frame = Frame(METASTATIC, "during_course")
    return [mark_of(one, frame) for one in found if one.edge]


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return mets.load()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Glyph")  # of any alphabet: parts of a population are told
@given(rows=strategies.dense_tables())
def test_every_edge_has_one_band_and_nothing_else(rows: list[Assertion]) -> None:
    graph = small(*rows)
    edges = {f"ring-band-{one.primary}--{one.site}" for one in graph.evidence.pairs() if one.edge}
    if edges:
        assert set(by_id(draw_ring(graph), "bands")) == edges
    else:
        with pytest.warns(EmptyDiagramWarning):
            draw_ring(graph)


def test_a_share_without_a_count_has_no_interval() -> None:
    drawn = bands(counted("bone", None, METASTATIC, percent=40), counted("liver", 20, METASTATIC))
    assert "ring-band-breast--bone-upper" not in drawn
    assert drawn["ring-band-breast--bone"].get_linestyle() != "solid"
    assert "ring-band-breast--liver-upper" in drawn


def test_words_give_no_width() -> None:
    diagram = draw_ring(small(counted("bone", 60, METASTATIC), said("breast", "liver", "common")))
    line = by_id(diagram, "bands")["ring-band-breast--liver"]
    assert to_hex(line.get_facecolor(), keep_alpha=True).endswith("00")
    assert "no frequency can be read from them" in diagram.caption
    assert "reported, no such number" in words(diagram.artists["legend labels"])


def test_without_numbers_the_class_gives_the_line() -> None:
    diagram = draw_ring(wide(said("breast", "bone", "common"), said("prostate", "bone", "rare")))
    lines = by_id(diagram, "bands")
    common, rare = (lines[f"ring-band-{key}--bone"] for key in ("breast", "prostate"))
    assert common.get_linewidth() > rare.get_linewidth()
    assert rare.get_linestyle() != "solid"
    assert "not a percentage" in diagram.caption


def test_numbers_with_different_denominators_are_never_on_one_scale() -> None:
    graph = small(
        counted("bone", 60, METASTATIC),
        counted("liver", 20, METASTATIC, setting="at_autopsy"),
        counted("liver", 9, "all_patients"),
    )
    with pytest.raises(ValueError, match="choose one"):
        draw_ring(graph, denominator=METASTATIC)
    diagram = draw_ring(graph, denominator="all_patients")
    edges = by_id(diagram, "interval edges")
    assert {gid.split("--")[1].split("-")[0] for gid in edges} == {"liver"}
    assert "% of all patients, during the course" in diagram.title


def test_pairs_without_an_edge_are_counted() -> None:
    diagram = draw_ring(small(said("breast", "bone", "common"), said("lung", "bone", "absent")))
    assert "1 pair reported absent is not drawn." in diagram.caption


def test_one_primary_has_its_numbers_beside_its_sites() -> None:
    diagram = draw_ring(small(counted("bone", 60, METASTATIC), counted("liver", 20, METASTATIC)))
    assert "30 %  60/200" in words(diagram.artists["numbers"])
    assert "Highest of metastatic patients, during the course of the disease" in diagram.alt_text
    assert "breast cancer to bone 30 % (60/200)" in diagram.alt_text


@pytest.mark.parametrize(
    "options", [{"primaries": SIX}, {"sites": "liver"}, {"primaries": "bladder"}]
)
def test_labels_do_not_overlap(kg: KnowledgeGraph, options: dict[str, str]) -> None:
    is_readable(draw_ring(kg, **options))


def test_unknown_names_are_told(kg: KnowledgeGraph) -> None:
    with pytest.raises(UnknownNameError, match="occurrence"):
        draw_ring(kg, occurrence="second")
