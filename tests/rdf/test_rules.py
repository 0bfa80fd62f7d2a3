"""The rules that derive edges: the same in SPARQL and in Python, case by case and at random."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

import metastasis as mets
from metastasis import KnowledgeGraph, Source
from metastasis._evidence.assertion import Assertion
from metastasis._evidence.edge import EDGES
from metastasis._evidence.evidence import Evidence
from metastasis._evidence.explanation import explain
from metastasis._evidence.interval import wilson_interval
from metastasis.analysis import edge_network
from metastasis.rdf import run_query
from query_answers import rolled_up
from strategies import FAMILY, SMALL, dense_tables, family_tables

FEW: dict[str, Any] = {"denominator": "metastatic_patients", "count": 4, "total": 100}
MANY: dict[str, Any] = {"denominator": "autopsies", "count": 40, "total": 100}


def said(source: str, primary: str = "colon", site: str = "bone", **more: Any) -> Assertion:
    return Assertion(primary=primary, site=site, source=source, **{"locator": "here", **more})


def graph_of(*rows: Assertion) -> KnowledgeGraph:
    return KnowledgeGraph.from_assertions(rows, FAMILY)


def verdict_of(*rows: Assertion, primary: str = "colon", site: str = "bone") -> tuple[Any, Any]:
    kg = graph_of(*rows)
    agrees(kg)
    found = {(pair.primary, pair.site): pair for pair in kg.evidence.pairs(roll_up=True)}
    pair = found.get((primary, site))
    return (pair.edge, pair.basis) if pair else (None, None)


def in_python(evidence: Evidence) -> tuple[set[Any], set[Any], set[Any]]:
    """Return the edges, the basis of each, and what rolls up from what, by keys."""
    pairs = [pair for pair in evidence.pairs(roll_up=True) if pair.edge]
    edges = {(pair.primary, pair.site, "met:spreadsTo") for pair in pairs}
    edges |= {(pair.primary, pair.site, EDGES[str(pair.edge)]) for pair in pairs}
    named = [pair for pair in pairs if evidence.catalog.primaries[pair.primary].kind != "grouping"]
    return (
        edges,
        {(f"{pair.primary}--{pair.site}", f"basis:{pair.basis}") for pair in named},
        {
            (f"{pair.primary}--{pair.site}", f"{part.primary}--{part.site}")
            for pair in named
            for part in pair.parts
        },
    )


def in_rdf(kg: KnowledgeGraph) -> tuple[set[Any], set[Any], set[Any]]:
    def rows(query: str) -> list[tuple[str, ...]]:
        return [tuple(map(_short, row)) for row in run_query(kg.store, query)]  # type: ignore[union-attr]

    return (
        {
            (primary, site, edge)
            for edge in set(EDGES.values())
            for primary, site in rows(f"SELECT ?a ?b {{ ?a {edge} ?b }}")
        },
        {
            (one, f"basis:{what}")
            for one, what in rows("SELECT ?a ?b { ?a a met:MetastaticDisease ; met:basis ?b }")
        },
        {(one, other) for one, other in rows("SELECT ?a ?b { ?a met:rolledUpFrom ?b }")},
    )


def _short(value: Any) -> str:
    return str(value).rpartition("/")[2]


def in_networkx(evidence: Evidence) -> set[Any]:
    network = edge_network(evidence, roll_up=True)
    ends = [(*map(_key, edge[:2]), edge[2]) for edge in network.edges(data="edge")]
    edges = {(primary, site, "met:spreadsTo") for primary, site, _ in ends}
    return edges | {(primary, site, EDGES[str(edge)]) for primary, site, edge in ends}


def _key(name: str) -> str:
    return name.partition(":")[2]


def agrees(kg: KnowledgeGraph) -> None:
    assert in_rdf(kg) == in_python(kg.evidence)
    assert in_networkx(kg.evidence) == in_rdf(kg)[0]
    worked_out = {name: (pair.edge, pair.basis) for name, pair in kg.evidence.rolled_up.items()}
    assert worked_out == rolled_up(kg)


@pytest.mark.slow
@settings(deadline=None)
@given(family_tables())
def test_sparql_and_python_derive_the_same(table: list[Assertion]) -> None:
    agrees(KnowledgeGraph.from_assertions(table, FAMILY))


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(dense_tables())
def test_they_do_for_any_assertions(table: list[Assertion]) -> None:
    agrees(KnowledgeGraph.from_assertions(table, SMALL))


def test_they_do_for_the_shipped_graph() -> None:
    kg = mets.load()
    assert in_rdf(kg) == in_python(kg.evidence)
    assert in_networkx(kg.evidence) == in_rdf(kg)[0]
    assert kg.evidence.rolled_up


@pytest.mark.parametrize(
    ("rows", "verdict"),
    [
        # numbers in a qualifying denominator
        ([said("counts", **MANY)], ("commonly", "numbers")),
        ([said("counts", **MANY | {"denominator": "all_patients"})], ("possibly", "numbers")),
        ([said("counts", **MANY | {"count": 20, "total": 49})], ("possibly", "numbers")),
        ([said("counts", **MANY), said("expert", frequency="rare")], ("commonly", "numbers")),
        # a percentage with its total: the smallest n that is rounded to it
        (
            [said("counts", percent="29.9", total=6344, denominator="metastatic_patients")],
            ("commonly", "numbers"),
        ),
        (
            [said("counts", percent="17", total=60, denominator="metastatic_patients")],
            ("possibly", "numbers"),
        ),
        # a percentage alone: at least 20 % of people whom the source has 50 of
        ([said("counts", percent=20, denominator="autopsies")], ("commonly", "numbers")),
        ([said("counts", percent=19, denominator="autopsies")], ("possibly", "numbers")),
        ([said("counts", percent=90, denominator="metastatic_patients")], ("possibly", "numbers")),
        ([said("expert", percent=90, denominator="autopsies")], ("possibly", "numbers")),
        (
            [said("counts", percent=90, denominator="autopsies", population="men")],
            ("possibly", "numbers"),
        ),
        # numbers before words
        ([said("counts", **FEW), said("lay", frequency="common")], ("possibly", "numbers")),
        ([said("counts", **FEW), said("expert", frequency="common")], ("possibly", "numbers")),
        (
            [said("counts", **FEW | {"population": "men"}), said("lay", frequency="common")],
            ("commonly", "lay_words"),
        ),
        (
            [said("counts", **FEW | {"occurrence": "only_site"}), said("lay", frequency="common")],
            ("commonly", "lay_words"),
        ),
        (
            [said("counts", **FEW | {"total": 30}), said("lay", frequency="common")],
            ("commonly", "lay_words"),
        ),
        (
            [said("counts", **FEW | {"count": 0}), said("lay", frequency="common")],
            ("possibly", "lay_words"),
        ),
        # who were chosen for a site say nothing of all
        (
            [said("counts", **MANY | {"occurrence": "only_site"}, population="one site")],
            ("possibly", "numbers"),
        ),
        ([said("counts", **MANY | {"occurrence": "only_site"})], ("commonly", "numbers")),
        # a denial is of everybody and at any time
        ([said("counts", **MANY), said("expert", frequency="absent")], (None, None)),
        (
            [said("counts", **MANY), said("expert", frequency="absent", setting="at_diagnosis")],
            ("commonly", "numbers"),
        ),
        (
            [said("counts", **MANY), said("expert", frequency="absent", stage="advanced")],
            ("commonly", "numbers"),
        ),
        # experts before pages for lay readers
        ([said("expert", frequency="common")], ("commonly", "expert_words")),
        ([said("lay", frequency="common")], ("commonly", "lay_words")),
        (
            [said("expert", frequency="possible"), said("lay", frequency="common")],
            ("possibly", "expert_words"),
        ),
        (
            [said("expert", frequency="rare"), said("lay", frequency="common")],
            ("rarely", "expert_words"),
        ),
        (
            [said("expert", frequency="common"), said("lay", frequency="rare")],
            ("commonly", "expert_words"),
        ),
        (
            [
                said("expert", frequency="rare", population="men"),
                said("lay", frequency="common"),
            ],
            ("commonly", "lay_words"),
        ),
        # what was sampled makes nothing common, and less than five report nothing
        (
            [said("samples", count=40, total=90, denominator="records")],
            ("possibly", "numbers"),
        ),
        ([said("samples", count=4, total=90, denominator="records")], (None, None)),
        (
            [
                said("samples", count=40, total=90, denominator="records", frequency="common"),
                said("lay", frequency="rare"),
            ],
            ("rarely", "lay_words"),
        ),
    ],
)
def test_the_order_of_evidence(rows: list[Assertion], verdict: tuple[str, str]) -> None:
    assert verdict_of(*rows) == verdict
    assert verdict_of(*reversed(rows)) == verdict


def test_samples_of_the_own_organ_report_nothing() -> None:
    row = said("samples", site="bowel", count=40, total=90, denominator="records")
    assert verdict_of(row, site="bowel") == (None, None)


def test_spread_of_a_kind_and_to_a_part_is_spread_of_the_whole_in_the_sense_of_some() -> None:
    row = said("expert", site="skull", frequency="common")
    for primary, site in (("colon", "bone"), ("bowel", "skull"), ("bowel", "bone")):
        assert verdict_of(row, primary=primary, site=site) == ("possibly", "expert_words")
    # A region says only where the organ is; the other kind of the cancer is another cancer.
    assert verdict_of(row, primary="colon", site="head") == (None, None)
    assert verdict_of(row, primary="rectum", site="bone") == (None, None)


def test_evidence_on_the_pair_itself_goes_before_its_parts() -> None:
    part = said("expert", site="skull", frequency="common")
    assert verdict_of(part, said("lay", frequency="rare")) == ("rarely", "lay_words")
    assert verdict_of(part, said("expert", frequency="absent")) == (None, None)


@pytest.mark.parametrize("few", [{"count": 4, "total": 90}, {"percent": 40}])
def test_what_was_sampled_does_not_undo_what_parts_show(few: dict[str, Any]) -> None:
    part = said("expert", frequency="common")
    samples = said("samples", "bowel", denominator="records", **few)
    assert verdict_of(part, samples, primary="bowel") == ("possibly", "expert_words")
    kg = graph_of(part, samples)
    assert [pair.site for pair in kg.evidence.pairs(primaries="bowel", roll_up=True)] == ["bone"]
    words = str(kg.explain("bowel", "bone"))
    assert "colon cancer → bone: commonly, on words of experts (expert)" in words
    assert "(samples, here)" in words
    enough = said("samples", "bowel", denominator="records", count=5, total=90)
    assert verdict_of(part, enough, primary="bowel") == ("possibly", "numbers")
    none = said("counts", "bowel", denominator="autopsies", count=0, total=90)
    assert verdict_of(part, none, primary="bowel") == (None, None)


def test_growth_beside_what_rolls_up_is_told_with_its_parts() -> None:
    grows = said("expert", "bowel", frequency="possible", relation="extension")
    words = str(graph_of(said("expert", frequency="common"), grows).explain("bowel", "bone"))
    assert "bowel cancer → bone, by direct growth: reported." in words
    assert "colon cancer → bone: commonly, on words of experts (expert)" in words
    assert "by the rules here" not in words


def test_a_whole_is_common_where_every_part_of_it_is() -> None:
    both = [said("expert", "colon", frequency="common"), said("lay", "rectum", frequency="common")]
    assert verdict_of(*both, primary="bowel") == ("commonly", "lay_words")
    assert verdict_of(both[0], primary="bowel") == ("possibly", "expert_words")
    others = [both[0], said("lay", "rectum", site="skull", frequency="common")]
    assert verdict_of(*others, primary="bowel") == ("possibly", "expert_words")


def test_nothing_rolls_up_into_the_own_organ() -> None:
    row = said("expert", "colon", site="bowel", frequency="possible")
    assert verdict_of(row, primary="bowel", site="bowel") == (None, None)


def test_the_path_is_told() -> None:
    kg = graph_of(said("expert", site="skull", frequency="common"))
    words = str(kg.explain("bowel", "bone"))
    assert "rolled up from its parts by rule 35-rolls-up: some spread there" in words
    assert "colon cancer → skull: commonly, on words of experts (expert)" in words
    rows = {pair.site: pair for pair in kg.sites_of("bowel")}
    assert rows["bone"].rolled_up_from == ("colon cancer to skull",)
    assert not kg.sites_of("bowel", roll_up=False)
    assert [pair.primary for pair in kg.primaries_with("bone")] == ["bowel", "bowel", "colon"]
    assert [pair.primary for pair in kg.primaries_with("bone", roll_up=False)] == []


def test_explain_says_which_evidence_decided() -> None:
    numbers = graph_of(said("counts", **FEW), said("lay", frequency="common"))
    words = str(numbers.explain("colon", "bone"))
    assert "Numbers go before words and decide, not the words of lay" in words
    assert "their upper bounds are at most 9.8 %" in words
    experts = graph_of(said("expert", frequency="possible"), said("lay", frequency="common"))
    assert "Experts' words go before" in str(experts.explain("colon", "bone"))


def test_explain_says_why_there_is_no_edge() -> None:
    samples: dict[str, Any] = {"denominator": "records", "count": 4, "total": 90}
    few = graph_of(said("samples", **samples))
    assert "No edge: records, such as sequenced samples, report a pair where 5" in str(
        few.explain("colon", "bone")
    )
    denied = graph_of(said("lay", frequency="absent"), said("counts", **MANY))
    assert "No edge, for lay denies the pair. There would be one without lay." in str(
        denied.explain("colon", "bone")
    )
    alone = graph_of(said("lay", frequency="absent"))
    assert "There would be one" not in str(alone.explain("colon", "bone"))
    none = graph_of(said("counts", denominator="autopsies", count=0, total=90))
    assert "No edge" not in str(none.explain("colon", "bone"))
    nowhere = graph_of(said("lay", frequency="common", site="unspecified"))
    assert "No edge: unspecified site names no place." in str(
        nowhere.explain("colon", "unspecified")
    )


def test_a_bound_just_below_the_threshold_is_not_rounded_to_it() -> None:
    near: dict[str, Any] = {"denominator": "metastatic_patients", "count": 1056, "total": 10000}
    bound = 100 * wilson_interval(1056, 10000)[0]
    assert (f"{bound:.2g}", bound < 10) == ("10", True)
    words = str(graph_of(said("counts", **near)).explain("colon", "bone"))
    assert f"the highest lower bound is {bound:.4f}".rstrip("0") in words


def test_a_graph_from_elsewhere_may_hold_edges_that_rest_on_nothing_here() -> None:
    few = said("samples", denominator="records", count=4, total=90)
    name = ("metastasis", "colon", "bone")
    evidence = Evidence(FAMILY, [few], given_edges={name: "possibly"})
    whole = evidence.rolled_up["bowel", "bone"]
    assert (whole.edge, whole.basis) == ("possibly", None)
    assert "colon cancer → bone: possibly (samples)" in str(explain(evidence, "bowel", "bone"))


def test_an_edge_of_a_graph_from_elsewhere_is_not_explained_by_other_rules() -> None:
    rows = [said("counts", **MANY)]
    name = ("metastasis", "colon", "bone")
    for edges, told in (({}, "none"), ({name: "possibly"}, "possibly")):
        words = str(explain(Evidence(FAMILY, rows, given_edges=edges), "colon", "bone"))
        assert f"colon cancer → bone: reported; edge: {told}." in words
        assert "So says the graph that was read; by the rules here: commonly, on numbers." in words
        assert not any(word in words for word in ("No edge", "stands by rule", "Common because"))


def test_a_cohort_of_metastatic_patients_decides_against_a_word_in_a_table() -> None:
    cohort = Source(key="cohort", citation="A cohort", design="clinical_cohort")
    counted = said("cohort", "prostate", "adrenal_gland", **FEW | {"count": 40, "total": 1000})
    kg = mets.load().with_evidence([counted], [cohort])
    pair = kg.evidence.pair("prostate", "adrenal_gland")
    assert pair is not None
    assert (pair.edge, pair.basis, pair.status) == ("possibly", "numbers", "conflicting")
    (conflict,) = pair.conflicts
    assert (conflict.disagreement, conflict.one.source) == ("words_against_numbers", "cohort")
    assert conflict.other.frequency == "common"
    words = str(kg.explain("prostate", "adrenal_gland"))
    assert "Numbers go before words and decide, not the words of nci-common-sites" in words
