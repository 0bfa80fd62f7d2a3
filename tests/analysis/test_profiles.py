"""Figures kept apart by frame, and cancers compared within one."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.cluster.hierarchy import cophenet, fcluster, linkage
from scipy.spatial.distance import braycurtis, cosine, squareform
from sklearn.cluster import AgglomerativeClustering

from metastasis import Assertion
from metastasis._errors import EvidenceError, UnknownNameError
from metastasis._graph import KnowledgeGraph, load
from metastasis.analysis import (
    assertion_network,
    clusters,
    edge_network,
    frames,
    profile_clusters,
    profiles,
    similar_profiles,
)
from metastasis.analysis._clusters import cluster
from metastasis.analysis._profiles import compare, profile_similarities
from metastasis.analysis._quantified import Frame, choose_frame, figures_by_frame
from strategies import SMALL, dense_tables, weighted_matrices

KG = load()
FRAME: Final[dict[str, Any]] = {"denominator": "metastatic_patients", "setting": "during_course"}


def _figure(primary: str, site: str, percent: float, **more: Any) -> Assertion:
    return Assertion(
        primary=primary,
        site=site,
        **{"source": "wu-2017-breast", "percent": percent, **FRAME, "locator": "made up", **more},
    )


def _graph(*figures: Assertion) -> KnowledgeGraph:
    return KnowledgeGraph.from_assertions(figures)


BREAST = [_figure("breast", site, x) for site, x in (("bone", 50), ("liver", 25), ("brain", 5))]
LUNG = [_figure("lung", site, x) for site, x in (("bone", 40), ("liver", 30), ("brain", 40))]


# Frames.


@given(dense_tables())
@settings(max_examples=40)
def test_every_figure_of_metastasis_is_in_its_frame(rows: list[Assertion]) -> None:
    kg = KnowledgeGraph.from_assertions(rows, SMALL)
    expected = sorted(
        (one.denominator, one.setting, one.occurrence, one.stage, float(one.percent))
        for one in kg.assertions()
        if one.relation == "metastasis"
        and one.percent is not None
        and one.denominator is not None
        and one.site != "unspecified"
    )
    found = figures_by_frame(kg)
    assert expected == sorted(
        (frame.denominator, frame.setting, frame.occurrence, frame.stage, one.percent)
        for frame, figures in found.items()
        for one in figures
    )
    assert sum(one.figures for one in frames(kg)) == len(expected)
    assert figures_by_frame(assertion_network(kg)) == found


def test_a_mix_of_frames_is_refused_and_the_frames_are_listed() -> None:
    with pytest.raises(EvidenceError, match=r"all patients, at diagnosis; .*during course"):
        similar_profiles(KG)
    with pytest.raises(EvidenceError, match="name one denominator"):
        profiles(KG, denominator="metastatic_patients")
    with pytest.raises(EvidenceError, match=r"nothing is quantified.*there is: all patients"):
        profiles(KG, denominator="records")
    with pytest.raises(EvidenceError, match="no profile of a cancer"):
        profiles(KG, denominator="site_cases", setting="at_diagnosis")
    with pytest.raises(UnknownNameError, match="autopsies"):
        profiles(KG, denominator="patients")
    with pytest.raises(UnknownNameError, match="largest"):
        profiles(KG, figure="mean")
    with pytest.raises(ValueError, match="assertion_network"):
        profiles(edge_network(KG), **FRAME)  # type: ignore[arg-type]


def test_a_graph_without_figures() -> None:
    with pytest.raises(EvidenceError, match="there is: none at all"):
        similar_profiles(KnowledgeGraph.from_assertions([], SMALL))
    assert len(frames(KnowledgeGraph.from_assertions([], SMALL))) == 0


def test_the_only_frame_needs_no_name() -> None:
    kg = _graph(*BREAST, *LUNG)
    assert similar_profiles(kg) == similar_profiles(kg, **FRAME)
    assert choose_frame([Frame("autopsies", "at_autopsy")]).setting == "at_autopsy"


def test_occurrence_and_stage_are_part_of_the_frame() -> None:
    other = _figure("breast", "lung", 9, occurrence="only_site")
    advanced = _figure("breast", "lung", 80, stage="advanced")
    (profile,) = profiles(_graph(*BREAST, other, advanced), **FRAME)
    assert "site:lung" not in profile.figures
    (only,) = profiles(_graph(*BREAST, other, advanced), **FRAME, occurrence="only_site")
    assert set(only.figures) == {"site:lung"}


# Which figure.


def test_the_largest_total_stands_for_a_pair_and_nothing_is_averaged() -> None:
    figures = [
        _figure("breast", "bone", 10),
        _figure("breast", "bone", 20, total=50, source="kromer-2017"),
        _figure("breast", "bone", 30, total=500, source="xiao-2018-breast"),
        _figure("breast", "bone", 40, total=9000, population="men"),
    ]
    (largest,) = profiles(_graph(*figures), **FRAME)
    assert largest.figures["site:bone"].percent == 30
    each = profiles(_graph(*figures), **FRAME, figure="each")
    assert sorted(one.figures["site:bone"].percent for one in each) == [10, 20, 30, 40]
    assert {one.label for one in each} == {"breast cancer", "breast cancer (men)"}


def test_figures_of_narrower_populations_only() -> None:
    men = _graph(_figure("breast", "bone", 40, population="men"))
    with pytest.raises(EvidenceError, match="narrower population"):
        profiles(men, **FRAME)
    assert len(profiles(men, **FRAME, figure="each")) == 1


# Comparing.


@pytest.mark.parametrize("measure", ["cosine", "bray_curtis"])
def test_profiles_are_compared_as_scipy_does(measure: str) -> None:
    (pair,) = similar_profiles(_graph(*BREAST, *LUNG), measure=measure)
    ours, theirs = (50, 5, 25), (40, 40, 30)
    peer = {"cosine": cosine, "bray_curtis": braycurtis}[measure](ours, theirs)
    assert pair.similarity == pytest.approx(1 - peer)
    assert pair.sites == ("site:bone", "site:brain", "site:liver")
    assert (pair.denominator, pair.setting, pair.occurrence) == (
        "metastatic_patients",
        "during_course",
        "any",
    )


def test_jaccard_counts_sites_from_a_threshold_on() -> None:
    kg = _graph(*BREAST, *LUNG)
    assert similar_profiles(kg, measure="jaccard")[0].similarity == pytest.approx(2 / 3)
    assert similar_profiles(kg, measure="jaccard", least_percent=5)[0].similarity == 1
    (none,) = similar_profiles(kg, measure="jaccard", least_percent=90)
    assert none.similarity is None
    assert none.verdict.startswith("cannot tell")


def test_a_site_without_a_figure_is_not_zero() -> None:
    more = _figure("lung", "adrenal_gland", 35)
    assert similar_profiles(_graph(*BREAST, *LUNG, more))[0].similarity == (
        similar_profiles(_graph(*BREAST, *LUNG))[0].similarity
    )
    (few,) = similar_profiles(_graph(*BREAST, *LUNG[:2]))
    assert (few.similarity, few.verdict) == (None, "cannot tell: too few sites in both")
    assert similar_profiles(_graph(*BREAST, *LUNG[:2]), least_sites=2)[0].verdict == "compared"


def test_a_single_cancer_has_nothing_to_be_compared_with() -> None:
    with pytest.raises(EvidenceError, match="only one cancer"):
        similar_profiles(_graph(*BREAST))


@given(weighted_matrices(max_side=5))
def test_comparing_is_symmetric_and_within_bounds(rows: list[list[float]]) -> None:
    for measure in ("cosine", "bray_curtis", "jaccard"):
        for one in rows:
            for other in rows:
                number = compare(one, other, measure)
                assert number == compare(other, one, measure)
                assert number is None or -1e-12 <= number <= 1 + 1e-12


# Trees.


def _distances(rows: list[list[float]]) -> Any:
    points = np.array(rows)[:, :1]
    square = np.abs(points - points.T)
    return square / max(square.max(), 1)


@given(weighted_matrices())
@settings(max_examples=30)
def test_trees_are_those_of_scipy(rows: list[list[float]]) -> None:
    if len(rows) < 2:
        return
    square = _distances(rows)
    names = [str(i) for i in range(len(rows))]
    for method in ("average", "complete", "single"):
        found = cluster(names, names, square, method=method, at=0.3)
        tree = linkage(squareform(square), method, optimal_ordering=True)
        assert np.allclose(found.linkage, tree)
        assert [one.position for one in found] == list(range(1, len(rows) + 1))
        groups = dict(zip(names, fcluster(tree, 0.3, "distance"), strict=True))
        same = {(a.node, b.node) for a in found for b in found if a.cluster == b.cluster}
        assert same == {(a, b) for a in names for b in names if groups[a] == groups[b]}
        if found.cophenetic is not None:
            assert found.cophenetic == pytest.approx(cophenet(tree, squareform(square))[0])


def test_clusters_of_the_shipped_graph_are_those_of_scikit_learn() -> None:
    found = clusters(KG, measure="cosine")
    from metastasis.analysis import incidence
    from metastasis.analysis._similarity import similarity_matrix

    distances = 1 - similarity_matrix(incidence(KG, weight="weight").matrix, "cosine").toarray()
    peer = AgglomerativeClustering(
        n_clusters=None, distance_threshold=0.5, metric="precomputed", linkage="average"
    ).fit(np.maximum(distances, 0))
    numbers = {one.node: one.cluster for one in found}
    pairs = set(zip([numbers[name] for name in found.names], peer.labels_, strict=True))
    assert len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})


def test_trees_that_cannot_be_made() -> None:
    with pytest.raises(EvidenceError, match="at least two"):
        cluster(["a"], ["a"], [[0]])
    with pytest.raises(EvidenceError, match="not known"):
        cluster("ab", "ab", [[0, float("nan")], [float("nan"), 0]])
    with pytest.raises(UnknownNameError, match="average"):
        cluster("ab", "ab", [[0, 1], [1, 0]], method="ward")
    with pytest.raises(EvidenceError, match="no two cancers"):
        profile_clusters(_graph(*BREAST), **FRAME)
    with pytest.raises(EvidenceError, match="no edges"):
        clusters(KnowledgeGraph.from_assertions([], SMALL))


def test_profiles_without_enough_figures_are_left_out_by_name() -> None:
    kg = _graph(*BREAST, *LUNG, _figure("kidney", "bone", 30))
    found = profile_clusters(kg, **FRAME)
    assert {one.node for one in found} == {"primary:breast", "primary:lung"}
    assert "kidney cancer" in found.notes[-1]
    table = profile_similarities(profiles(kg, **FRAME))
    assert np.isnan(table).sum() == 4
