"""States and contradictions of pairs: each rule, its reason, and the same in RDF."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
from hypothesis import given, settings

import metastasis as mets
from metastasis import KnowledgeGraph
from metastasis._errors import UnknownNameError
from metastasis._evidence.assertion import Assertion
from metastasis._evidence.conflict import REASONS, Conflict, conflicts_among, status_from
from metastasis._table import Table
from metastasis._vocabulary import LISTS
from strategies import SMALL, dense_tables


def said(frequency: str | None = None, source: str = "one", **more: Any) -> Assertion:
    more = {"locator": f"{frequency} {sorted(more.items())}", **more}
    return Assertion(primary="breast", site="bone", frequency=frequency, source=source, **more)


def counted(count: int, total: int, source: str = "two", **more: Any) -> Assertion:
    more = {"denominator": "autopsies", **more}
    return said(None, source, count=count, total=total, **more)


def reasons(*assertions: Assertion) -> list[str]:
    return [one.disagreement for one in conflicts_among(assertions)]


def test_the_reasons_are_the_closed_list() -> None:
    assert tuple(REASONS) == LISTS["disagreement"]


@pytest.mark.parametrize(
    ("denial", "report", "conflict"),
    [
        (said("absent"), said("common"), True),
        (said("absent"), counted(1, 10), True),
        (said("absent"), said("common", population="women"), True),
        (said("absent"), said("common", occurrence="only_site"), True),
        (said("absent", population="women"), said("common"), False),
        (said("absent", population="women"), said("common", population="women"), True),
        (said("absent", population="women"), said("common", population="men"), False),
        (said("absent", occurrence="only_site"), said("common"), False),
        (counted(0, 10), said("common"), False),
        (said("absent"), counted(0, 10), False),
        (said("absent", setting="at_diagnosis"), said("common"), False),
        (said("absent", setting="at_diagnosis"), said("common", setting="at_diagnosis"), True),
        (said("absent", stage="advanced"), said("common"), False),
        (said("absent", setting="during_course"), said("common"), True),
    ],
)
def test_a_denial_contradicts_reports_of_those_it_speaks_of(
    denial: Assertion, report: Assertion, conflict: bool
) -> None:
    assert reasons(denial, report) == (["denied"] if conflict else [])


def test_a_denial_is_named_with_a_report_of_its_own_source() -> None:
    denial = said("absent", "two")
    found = conflicts_among([denial, said("most_common", "one"), said("possible", "two")])
    assert [(one.one, one.other.source) for one in found] == [(denial, "two")]
    assert found[0].sources == ("two",)


@pytest.mark.parametrize(
    ("one", "other", "conflict"),
    [
        (counted(10, 100), counted(60, 100, "one"), True),
        (counted(10, 100), counted(15, 100, "one"), False),
        (counted(10, 100), counted(60, 100, "one", denominator="all_patients"), False),
        (counted(10, 100), counted(60, 100, "one", setting="at_autopsy"), False),
        (counted(10, 100), counted(60, 100, "one", occurrence="first_site"), False),
        (counted(10, 100), counted(60, 100, "one", stage="advanced"), False),
        (counted(10, 100), counted(60, 100, "one", population="women"), False),
        (counted(10, 100), said(None, percent=60, denominator="autopsies", total=100), False),
        (counted(10, 100), said(None, percent=60, denominator="autopsies"), False),
        (counted(0, 400), counted(60, 100, "one"), True),
    ],
)
def test_like_numbers_whose_intervals_do_not_overlap(
    one: Assertion, other: Assertion, conflict: bool
) -> None:
    assert reasons(one, other) == (["disjoint_intervals"] if conflict else [])


@pytest.mark.parametrize(
    ("word", "number", "conflict"),
    [
        (said("rare"), counted(20, 100), True),
        (said("rare"), counted(12, 100), False),  # its lower bound is 7 %
        (said("rare"), counted(20, 40), False),  # too few people
        (said("rare"), counted(20, 100, denominator="records"), False),
        (said("rare"), counted(20, 100, population="women"), False),
        (said("rare", population="women"), counted(20, 100, population="women"), True),
        (said("less_common"), counted(20, 100), False),
        (said("common"), counted(1, 1000), True),
        (said("most_common"), counted(3, 100), True),  # its upper bound is 8.5 %
        (said("common"), counted(5, 100), False),  # 11.2 %
        (said("common"), counted(0, 30), False),  # too few people
        (said("common"), counted(1, 1000, occurrence="only_site"), False),
        (said("common"), counted(1, 1000, population="women"), False),
        (said("common"), counted(1, 1000, denominator="all_patients"), False),
        (said("possible"), counted(1, 1000), False),
    ],
)
def test_words_against_a_count(word: Assertion, number: Assertion, conflict: bool) -> None:
    assert reasons(word, number) == (["words_against_numbers"] if conflict else [])


def test_a_statement_may_contradict_itself() -> None:
    one = said("rare", count=60, total=100, denominator="autopsies")
    (found,) = conflicts_among([one])
    assert (found.one, found.other) == (one, one)
    kg = KnowledgeGraph.from_assertions([one], SMALL)
    assert len(kg.query("SELECT * { ?conflict met:concerns ?assertion }")) == 1  # type: ignore[arg-type]


def test_the_states_of_a_pair() -> None:
    assert status_from([]) == "not studied"
    assert status_from([counted(0, 9)]) == "reported absent"
    assert status_from([said("rare")]) == "reported"
    assert status_from([counted(10, 100), counted(60, 100, "one")]) == "conflicting"


@settings(max_examples=60)
@given(dense_tables())
def test_conflicts_do_not_depend_on_order(table: list[Assertion]) -> None:
    for group in grouped(table).values():
        assert conflicts_among(group) == conflicts_among(group[::-1])
        keys = [one.key for one in conflicts_among(group)]
        assert len(keys) == len(set(keys))
        assert (status_from(group) == "conflicting") == bool(keys)


def grouped(table: list[Assertion]) -> dict[tuple[str, str, str], list[Assertion]]:
    groups: dict[tuple[str, str, str], list[Assertion]] = defaultdict(list)
    for one in table:
        groups[one.primary, one.site, one.relation].append(one)
    return groups


# In RDF -------------------------------------------------------------------------------------------

SAME_PAIR = """
  ?one met:primary ?primary ; met:site ?site ; met:relation ?relation .
  ?other met:primary ?primary ; met:site ?site ; met:relation ?relation .
"""
INDEPENDENT = {
    "denied": f"""SELECT DISTINCT ?primary ?site ?relation {{ {SAME_PAIR}
      ?one met:frequency frequency:absent ; met:occurrence ?when ; met:setting ?setting ;
        met:stage ?stage .
      OPTIONAL {{ ?one met:population ?narrowed }}
      ?other met:finding finding:present ; met:occurrence ?otherWhen ; met:setting ?otherSetting ;
        met:stage ?otherStage .
      OPTIONAL {{ ?other met:population ?otherNarrowed }}
      FILTER (
        (?when = occurrence:any && !BOUND(?narrowed) && ?stage = stage:any
          && ?setting IN (setting:unspecified, setting:during_course)) || (?when = ?otherWhen
          && ?setting = ?otherSetting && ?stage = ?otherStage
          && COALESCE(?narrowed, "") = COALESCE(?otherNarrowed, ""))
      ) }}""",
    "disjoint_intervals": f"""SELECT DISTINCT ?primary ?site ?relation {{ {SAME_PAIR}
      ?one met:intervalBasis "count" . ?other met:intervalBasis "count" .
      ?one met:intervalHigh ?high ; met:denominator ?who ; met:setting ?setting ; met:stage ?stage ;
        met:occurrence ?when .
      ?other met:intervalLow ?low ; met:denominator ?who ; met:setting ?setting ; met:stage ?stage ;
        met:occurrence ?when .
      OPTIONAL {{ ?one met:population ?narrowed }}
      OPTIONAL {{ ?other met:population ?otherNarrowed }}
      OPTIONAL {{ ?one met:route ?way }}
      OPTIONAL {{ ?other met:route ?otherWay }}
      FILTER (?high < ?low && COALESCE(?narrowed, "") = COALESCE(?otherNarrowed, "")
        && COALESCE(STR(?way), "") = COALESCE(STR(?otherWay), "")) }}""",
    "words_against_numbers": f"""SELECT DISTINCT ?primary ?site ?relation {{ {SAME_PAIR}
      VALUES ?who {{
        denominator:metastatic_patients denominator:distant_stage_at_diagnosis denominator:autopsies
      }}
      ?other met:denominator ?who ; met:total ?total .
      OPTIONAL {{ ?one met:population ?narrowed }}
      OPTIONAL {{ ?other met:population ?otherNarrowed }}
      {{
        ?one met:frequency frequency:rare .
        ?other met:finding finding:present ; met:intervalLow ?low .
        FILTER (?low >= 10)
        FILTER (?one = ?other || NOT EXISTS {{ ?one met:percent ?ownNumber }})
        FILTER NOT EXISTS {{
          VALUES ?chosen {{ occurrence:only_site occurrence:first_site }}
          ?other met:occurrence ?chosen ; met:population ?chosenPeople .
        }}
      }} UNION {{
        ?one met:frequency ?word .
        FILTER (?word IN (frequency:most_common, frequency:common))
        FILTER NOT EXISTS {{ ?one met:percent ?ownPercent }}
        ?other met:occurrence occurrence:any ; met:intervalHigh ?high .
        FILTER (?high < 10)
        FILTER NOT EXISTS {{ ?other met:population ?part }}
      }}
      FILTER (?total >= 50)
      FILTER (!BOUND(?high) || NOT EXISTS {{
        VALUES ?whom {{
          denominator:metastatic_patients denominator:distant_stage_at_diagnosis
          denominator:autopsies
        }}
        ?more met:primary ?primary ; met:site ?site ; met:relation ?relation ;
          met:denominator ?whom ; met:occurrence occurrence:any ; met:total ?all ;
          met:intervalHigh ?most .
        FILTER (?all >= 50 && ?most >= 10)
      }})
      FILTER (BOUND(?high) || COALESCE(?narrowed, "") = COALESCE(?otherNarrowed, "")) }}""",
}
"""The same rules over again in SPARQL: which pairs have a conflict of each sort."""


def pairs_of(kg: KnowledgeGraph, query: str) -> set[tuple[object, ...]]:
    rows = kg.query(query)
    assert isinstance(rows, Table)
    return set(rows)


def agree_with_sparql(kg: KnowledgeGraph) -> None:
    for reason, query in INDEPENDENT.items():
        stored = f"""SELECT ?primary ?site ?relation {{
          ?conflict a met:Conflict ; met:disagreement disagreement:{reason} ;
            met:aboutPrimary ?primary ; met:aboutSite ?site ; met:aboutRelation ?relation }}"""
        assert pairs_of(kg, stored) == pairs_of(kg, query), reason


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(dense_tables())
def test_sparql_and_python_agree_on_any_graph(table: list[Assertion]) -> None:
    kg = KnowledgeGraph.from_assertions(table, SMALL)
    agree_with_sparql(kg)
    stored = pairs_of(kg, "SELECT ?conflict ?assertion { ?conflict met:concerns ?assertion }")
    ours = {
        (one.key, key)
        for group in grouped(table).values()
        for one in conflicts_among(group)
        for key in (one.one.key, one.other.key)
    }
    assert {tuple(str(cell).rpartition("/")[2] for cell in row) for row in stored} == ours
    assert {one.conflict.key for one in kg.conflicts()} == {key for key, _ in ours}


def test_sparql_and_python_agree_on_the_shipped_graph() -> None:
    agree_with_sparql(mets.load())


def test_conflicts_stand_in_the_default_graph_only() -> None:
    kg = mets.load()
    assert kg.query("ASK { GRAPH ?source { ?conflict a met:Conflict } }") is False
    assert kg.query("ASK { ?conflict a met:Conflict }") is True


# The shipped graph --------------------------------------------------------------------------------


def test_the_page_contradicts_itself_once_and_it_shows() -> None:
    every = [one.conflict for one in mets.load().conflicts()]
    found = [one for one in every if one.sources == ("cancer-spreading",)]
    assert [(one.one.primary, one.disagreement) for one in found] == [("brain", "denied")]
    assert isinstance(found[0], Conflict)
    row = mets.load().conflicts("brain").to_dicts()[0]
    assert (row["one_locator"], row["other_locator"]) == (
        "article 1, naming paragraph, sentence 3",
        "article 3, question on common types, sentence 1",
    )
    assert row["edge"] is None


def test_a_conflict_between_counts_leaves_the_edge() -> None:
    kg = mets.load()
    (row,) = kg.conflicts("DTC").to_dicts()
    assert (row["disagreement"], row["edge"]) == ("disjoint_intervals", "commonly")
    words = str(kg.explain("DTC", "lung"))
    assert "Conflict: the intervals of like numbers do not overlap: 263/530" in words
    with pytest.raises(UnknownNameError, match="unknown primary 'brest'"):
        kg.conflicts("brest")


def test_every_pair_has_one_state() -> None:
    kg = mets.load()
    states = kg.states()
    primaries = [one for one in kg.catalog.primaries.values() if one.kind != "grouping"]
    places = kg.evidence.places()
    assert len(states) == len(primaries) * len(places)
    counts = {
        state: sum(one.state == state for one in states)
        for state in ("reported", "reported absent", "conflicting", "not studied")
    }
    assert sum(counts.values()) == len(states)
    assert 1 <= counts["conflicting"] < counts["reported"] / 10
    assert counts["not studied"] > counts["reported"] > 100
    with pytest.raises(UnknownNameError, match="unknown relation"):
        kg.states(relation="both")


def test_beliefs_have_their_numbers_beside_them() -> None:
    for row in mets.load().beliefs().to_dicts():
        documents, kinds = row["documents"], row["kinds"]
        assert isinstance(documents, int)
        assert isinstance(kinds, int)
        assert documents >= kinds
        assert (row["belief"] == 0) == (documents == 0)
