"""What a picture says of names that its selection leaves without evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import metastasis as mets
from drawings import said, small
from metastasis.pictures._said.selection import select

if TYPE_CHECKING:
    from metastasis._graph import KnowledgeGraph


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return mets.load()


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (
            (["ovary", "prostate"], None, "gandaglia-2014"),
            ["None of the chosen sources speaks here of: ovarian cancer."],
        ),
        (
            (["breast", "prostate"], ["vagina", "bone"], None),
            ["Studied, but with none of the chosen cancers: vagina."],
        ),
    ],
)
def test_what_the_selection_hides_is_not_called_unstudied(
    kg: KnowledgeGraph, asked: tuple[Any, Any, Any], expected: list[str]
) -> None:
    chosen = select(kg.evidence, *asked)
    assert chosen.missing(chosen.pairs) == expected


def test_a_cancer_that_is_studied_elsewhere_is_not_called_unstudied(kg: KnowledgeGraph) -> None:
    studied = {one.site for one in kg.evidence.pairs()}
    sites = kg.catalog.sites
    nobodys = min(key for key, one in sites.items() if one.is_anatomical and key not in studied)
    chosen = select(kg.evidence, "breast", nobodys, None)
    assert chosen.missing(chosen.pairs) == [
        f"Not studied here: {sites[nobodys].label}.",
        "Studied, but with none of the chosen sites: breast cancer.",
    ]


def test_unstudied_is_what_no_source_of_the_graph_speaks_of() -> None:
    graph = small(said("breast", "bone", "common"), said("lung", "bone", "common", "two"))
    chosen = select(graph.evidence, ["breast", "lung"], ["bone", "liver"], "one")
    assert chosen.missing(chosen.pairs) == [
        "Not studied here: liver.",
        "None of the chosen sources speaks here of: lung cancer.",
    ]
    assert chosen.unstudied == "not studied by the chosen sources"
    assert select(graph.evidence, "breast", None, None).unstudied == "not studied"
