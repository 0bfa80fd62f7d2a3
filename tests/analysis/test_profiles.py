"""Numbers side by side in one frame, cancers compared by them, and trees."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given
from scipy.cluster.hierarchy import cophenet, fcluster, linkage
from scipy.spatial.distance import braycurtis, cosine, squareform
from sklearn.cluster import AgglomerativeClustering

from metastasis import Assertion, Frame
from metastasis._errors import EvidenceError, UnknownNameError
from metastasis._evidence.evidence import Evidence
from metastasis._graph import load
from metastasis.analysis import (
    clusters,
    frames,
    profile_clusters,
    profiles,
    reach_matrix,
    similar_profiles,
)
from metastasis.analysis._clusters import cluster
from metastasis.analysis._profiles import compare, profile_similarities
from metastasis.analysis._similarity import similarity_matrix
from strategies import SMALL, weighted_matrices

EVIDENCE = load().evidence
FRAME: Final[dict[str, Any]] = {"denominator": "metastatic_patients", "setting": "during_course"}


def _number(primary: str, site: str, percent: float, **more: Any) -> Assertion:
    return Assertion(
        primary=primary,
        site=site,
        **{"source": "wu-2017-breast", "percent": percent, **FRAME, "locator": "made up", **more},
    )


def _evidence(*said: Assertion) -> Evidence:
    return Evidence.from_assertions(said, EVIDENCE.catalog)


BREAST = [_number("breast", site, x) for site, x in (("bone", 50), ("liver", 25), ("brain", 5))]
LUNG = [_number("lung", site, x) for site, x in (("bone", 40), ("liver", 30), ("brain", 40))]


# Numbers side by side.


def test_a_row_is_a_cancer_and_a_column_a_site() -> None:
    table = profiles(_evidence(*BREAST, *LUNG, _number("lung", "adrenal_gland", 35)))
    names = ("primary", "primary_label", "source", "population")
    assert table.columns == (*names, "bone", "brain", "liver", "adrenal_gland")
    assert table.cells() == [
        ("breast", "breast cancer", None, None, 50, 5, 25, None),
        ("lung", "lung cancer", None, None, 40, 40, 30, 35),
    ]
    assert table.frame == Frame(**FRAME)
    assert table.notes[0].startswith("percent of metastatic patients, during the course")
    assert list(table.to_pandas()["bone"]) == [50, 40]
    assert "breast cancer" in str(table)


def test_where_no_frame_is_named_the_fullest_is_taken_and_told() -> None:
    other = _number("breast", "skin", 3, denominator="autopsies", setting="at_autopsy")
    table = profiles(_evidence(*BREAST, *LUNG, other))
    assert table.frame == Frame(**FRAME)
    assert "it has the most numbers" in table.notes[0]
    assert similar_profiles(_evidence(*BREAST, *LUNG)) == similar_profiles(
        _evidence(*BREAST, *LUNG), **FRAME
    )


def test_a_frame_that_is_named_by_half_is_refused_and_the_frames_are_listed() -> None:
    with pytest.raises(EvidenceError, match=r"choose one.*:\n  denominator='metastatic_patients'"):
        profiles(EVIDENCE, denominator="metastatic_patients")
    with pytest.raises(EvidenceError, match=r"nothing is counted.*there is: all patients"):
        profiles(EVIDENCE, denominator="autopsies", setting="at_diagnosis")
    with pytest.raises(EvidenceError, match=r"nothing is counted"):
        profiles(EVIDENCE, frame=Frame("records", "at_autopsy"))
    for asked in ({"denominator": "site_cases"}, {"frame": Frame("site_cases", "at_diagnosis")}):
        with pytest.raises(EvidenceError, match="no profile of a cancer"):
            profiles(EVIDENCE, **asked)
    with pytest.raises(UnknownNameError, match="autopsies"):
        profiles(EVIDENCE, denominator="patients")


def test_numbers_of_a_site_are_never_the_frame_of_a_cancer() -> None:
    of_sites = [
        _number(primary, site, 10, denominator="site_cases", setting="at_autopsy")
        for primary in ("breast", "lung", "kidney")
        for site in ("bone", "brain", "liver", "skin")
    ]
    assert profiles(_evidence(*of_sites, *BREAST)).frame == Frame(**FRAME)
    with pytest.raises(EvidenceError, match="nothing is counted"):
        profiles(_evidence(*of_sites), setting="at_autopsy")


def test_a_graph_without_numbers() -> None:
    nothing = Evidence.from_assertions([], SMALL)
    with pytest.raises(EvidenceError, match="there is: none at all"):
        similar_profiles(nothing)
    assert len(frames(nothing)) == 0


def test_occurrence_and_stage_are_part_of_the_frame() -> None:
    other = _number("breast", "lung", 9, occurrence="only_site")
    advanced = _number("breast", "lung", 80, stage="advanced")
    (profile,) = profiles(_evidence(*BREAST, other, advanced), **FRAME)
    assert "lung" not in profile.numbers
    (only,) = profiles(_evidence(*BREAST, other, advanced), **FRAME, occurrence="only_site")
    assert set(only.numbers) == {"lung"}
    (late,) = profiles(_evidence(*BREAST, other, advanced), **FRAME, stage="advanced")
    assert late.numbers["lung"].percent == 80


def test_some_cancers_and_some_sites_may_be_asked_about() -> None:
    table = profiles(_evidence(*BREAST, *LUNG), "lung cancer", ["hepatic", "bone"])
    assert [(one.primary, sorted(one.numbers)) for one in table] == [("lung", ["bone", "liver"])]
    few = similar_profiles(_evidence(*BREAST, *LUNG), sites=["bone", "liver"], least_sites=2)
    assert few[0].sites == ("bone", "liver")
    with pytest.raises(UnknownNameError, match="unknown site"):
        profiles(EVIDENCE, sites="livr")


# Which number.


def test_one_number_stands_for_a_pair_and_nothing_is_averaged() -> None:
    said = [
        _number("breast", "bone", 10),
        _number("breast", "bone", 20, total=50, source="kromer-2017"),
        _number("breast", "bone", 30, total=500, source="xiao-2018-breast"),
        _number("breast", "bone", 40, total=9000, population="men"),
    ]
    (one,) = profiles(_evidence(*said), **FRAME)
    assert one.numbers["bone"].percent == 30
    each = profiles(_evidence(*said), **FRAME, by_source=True)
    assert sorted(float(one.numbers["bone"].percent or 0) for one in each) == [10, 20, 30, 40]
    assert {one.label for one in each} == {"breast cancer", "breast cancer (men)"}


def test_a_number_on_a_part_of_the_population_is_told_as_such() -> None:
    men = profiles(_evidence(_number("breast", "bone", 40, population="men")), **FRAME)
    assert men[0].numbers["bone"].percent == 40
    assert men.notes[-1] == "counted in a part of the population only: breast to bone (men)"


# Comparing.


@pytest.mark.parametrize("measure", ["cosine", "bray_curtis"])
def test_profiles_are_compared_as_scipy_does(measure: str) -> None:
    (pair,) = similar_profiles(_evidence(*BREAST, *LUNG), measure=measure)
    ours, theirs = (50, 5, 25), (40, 40, 30)
    peer = {"cosine": cosine, "bray_curtis": braycurtis}[measure](ours, theirs)
    assert pair.similarity == pytest.approx(1 - peer)
    assert pair.sites == ("bone", "brain", "liver")
    assert (pair.denominator, pair.setting, pair.occurrence) == (
        "metastatic_patients",
        "during_course",
        "any",
    )


def test_jaccard_counts_sites_from_a_threshold_on() -> None:
    evidence = _evidence(*BREAST, *LUNG)
    assert similar_profiles(evidence, measure="jaccard")[0].similarity == pytest.approx(2 / 3)
    assert similar_profiles(evidence, measure="jaccard", least_percent=5)[0].similarity == 1
    (none,) = similar_profiles(evidence, measure="jaccard", least_percent=90)
    assert none.similarity is None
    assert none.verdict.startswith("cannot tell")


def test_a_site_without_a_number_is_not_zero() -> None:
    more = _number("lung", "adrenal_gland", 35)
    assert similar_profiles(_evidence(*BREAST, *LUNG, more))[0].similarity == (
        similar_profiles(_evidence(*BREAST, *LUNG))[0].similarity
    )
    (few,) = similar_profiles(_evidence(*BREAST, *LUNG[:2]))
    assert (few.similarity, few.verdict) == (None, "cannot tell: too few sites in both")
    assert similar_profiles(_evidence(*BREAST, *LUNG[:2]), least_sites=2)[0].verdict == "compared"


def test_a_single_cancer_has_nothing_to_be_compared_with() -> None:
    with pytest.raises(EvidenceError, match="only one cancer"):
        similar_profiles(_evidence(*BREAST))


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
def test_trees_are_those_of_scipy(rows: list[list[float]]) -> None:
    if len(rows) < 2:
        return
    square = _distances(rows)
    names = {str(i): str(i) for i in range(len(rows))}
    for method in ("average", "complete", "single"):
        found = cluster(names, square, method=method, at=0.3)
        tree = linkage(squareform(square), method, optimal_ordering=True)
        assert np.allclose(found.linkage, tree)
        assert [one.position for one in found] == list(range(1, len(rows) + 1))
        groups = dict(zip(names, fcluster(tree, 0.3, "distance"), strict=True))
        same = {(a.node, b.node) for a in found for b in found if a.cluster == b.cluster}
        assert same == {(a, b) for a in names for b in names if groups[a] == groups[b]}
        if found.cophenetic is not None:
            assert found.cophenetic == pytest.approx(cophenet(tree, squareform(square))[0])


def test_clusters_of_the_shipped_graph_are_those_of_scikit_learn() -> None:
    found = clusters(EVIDENCE, measure="cosine")
    matrix = reach_matrix(EVIDENCE, weight="weight").matrix
    distances = 1 - similarity_matrix(matrix, "cosine").toarray()
    peer = AgglomerativeClustering(
        n_clusters=None, distance_threshold=0.5, metric="precomputed", linkage="average"
    ).fit(np.maximum(distances, 0))
    numbers = {one.node: one.cluster for one in found}
    pairs = set(zip([numbers[name] for name in found.names], peer.labels_, strict=True))
    assert len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})


def test_trees_that_cannot_be_made() -> None:
    with pytest.raises(EvidenceError, match="at least two"):
        cluster({"a": "a"}, [[0]])
    with pytest.raises(EvidenceError, match="not known"):
        cluster({"a": "a", "b": "b"}, [[0, float("nan")], [float("nan"), 0]])
    with pytest.raises(UnknownNameError, match="average"):
        cluster({"a": "a", "b": "b"}, [[0, 1], [1, 0]], method="ward")
    with pytest.raises(EvidenceError, match="no two cancers"):
        profile_clusters(_evidence(*BREAST), **FRAME)
    with pytest.raises(EvidenceError, match="no edges"):
        clusters(Evidence.from_assertions([], SMALL))


def test_profiles_without_enough_numbers_are_left_out_by_name() -> None:
    evidence = _evidence(*BREAST, *LUNG, _number("kidney", "bone", 30))
    found = profile_clusters(evidence, **FRAME)
    assert {one.node for one in found} == {"breast", "lung"}
    assert "kidney cancer" in found.notes[-1]
    table = profile_similarities(profiles(evidence, **FRAME))
    assert np.isnan(table).sum() == 4


def test_each_source_is_a_leaf_of_its_own_where_it_is_asked_for() -> None:
    again = [_number("breast", x.site, float(x.percent or 0), source="kromer-2017") for x in BREAST]
    found = profile_clusters(_evidence(*BREAST, *again, *LUNG), **FRAME, by_source=True)
    assert {one.node: one.joins_at < 0.1 for one in found} == {
        "breast, kromer-2017": True,
        "breast, wu-2017-breast": True,
        "lung, wu-2017-breast": False,
    }
