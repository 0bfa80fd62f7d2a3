"""What a refusal proposes fits when it is followed, whatever else is set."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

import pytest
from matplotlib.figure import Figure

import metastasis as mets
from drawings import faults
from invented import autopsies
from metastasis import FitError
from metastasis.pictures import find_kind

if TYPE_CHECKING:
    from metastasis._graph import KnowledgeGraph


@pytest.fixture(scope="module")
def table() -> KnowledgeGraph:
    return autopsies(6, 8)


def on_axes(wide: float, high: float) -> dict[str, Any]:
    return {"ax": Figure(figsize=(wide, high)).add_axes((0.0, 0.0, 1.0, 1.0))}


def followed(remedy: str) -> dict[str, Any]:
    """Return a remedy as options; it is one, and not advice in words."""
    if axes := re.fullmatch(r"axes of ([\d.]+) x ([\d.]+) inches", remedy):
        return on_axes(float(axes[1]), float(axes[2]))
    call = ast.parse(f"f({remedy})", mode="eval").body
    assert isinstance(call, ast.Call)
    return {str(one.arg): ast.literal_eval(one.value) for one in call.keywords}


REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("body", {"primaries": "lung", "size": (1.2, 1.7), "legend": False}),
    ("forest", {"primaries": "lung", "size": "slide", "width": 3.5}),
    ("heatmap", {"value": "percent", "size": "column", "legend": "word " * 900}),
    ("profiles", {"primaries": "lung", "width": 0.8}),
    ("network", {"size": (1.5, 1.5)}),
    ("ring", {"size": (1.5, 1.5), "title": "word " * 40}),
    ("alluvial", {"size": (1.5, 1.5), "width": 1.2}),
]


@pytest.mark.parametrize(("kind", "options"), REFUSED)
def test_every_remedy_fits_with_all_else_that_is_set(
    table: KnowledgeGraph, kind: str, options: dict[str, Any]
) -> None:
    with pytest.raises(FitError) as refused:
        find_kind(kind)(table, **options)
    assert refused.value.remedies
    for remedy in refused.value.remedies:
        assert faults(find_kind(kind)(table, **{**options, **followed(remedy)})) == []


@pytest.mark.parametrize("kind", ["body", "forest", "heatmap", "network", "profiles", "ring"])
def test_on_axes_a_remedy_is_larger_axes_or_less_to_draw(table: KnowledgeGraph, kind: str) -> None:
    with pytest.raises(FitError) as refused:
        find_kind(kind)(table, primaries="lung", **on_axes(0.5, 0.5))
    assert refused.value.remedies
    for remedy in refused.value.remedies:
        assert re.fullmatch(r"axes of [\d.]+ x [\d.]+ inches|top=\d+", remedy)
        find_kind(kind)(table, primaries="lung", **{**on_axes(0.5, 0.5), **followed(remedy)})


def test_blood_flow_on_a_screen_is_never_proposed_where_it_does_not_fit() -> None:
    with pytest.raises(FitError) as refused:
        mets.load().draw.flow(size="slide")
    for remedy in refused.value.remedies:
        mets.load().draw.flow(**{"size": "slide", **followed(remedy)})
