"""What changed between two graphs, by source."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

import metastasis as mets
from metastasis import KnowledgeGraph
from metastasis._evidence.assertion import Assertion
from metastasis._evidence.evidence import Evidence
from metastasis.analysis._changes import CHANGES, changes
from strategies import SMALL, dense_tables

if TYPE_CHECKING:
    from pathlib import Path


def said(site: str, frequency: str | None = None, source: str = "one", **more: object) -> Assertion:
    return Assertion(
        primary="breast",
        site=site,
        source=source,
        locator="here",
        frequency=frequency,
        **more,  # type: ignore[arg-type]
    )


def graph(*assertions: Assertion) -> Evidence:
    return Evidence.from_assertions(assertions, SMALL)


BONE = said("bone", "possible")
LIVER = said("liver", "rare", "two")


def told(old: Evidence, new: Evidence) -> list[tuple[object, ...]]:
    columns = ("source", "what", "change", "site", "before", "after")
    return [tuple(row[name] for name in columns) for row in changes(new, old).to_dicts()]


def test_what_appeared_and_what_vanished() -> None:
    assert told(graph(BONE), graph(BONE, LIVER)) == [
        ("two", "assertion", "appeared", "liver", None, "rare"),
        ("two", "edge", "appeared", "liver", None, "rarely"),
    ]
    assert told(graph(BONE, LIVER), graph(BONE)) == [
        ("two", "assertion", "vanished", "liver", "rare", None),
        ("two", "edge", "vanished", "liver", "rarely", None),
    ]


def test_what_moved_says_only_what_moved() -> None:
    counted = said("bone", count=8, total=100, denominator="autopsies")
    corrected = replace(counted, count=80, percent=None)
    assert told(graph(counted), graph(corrected)) == [
        ("one", "assertion", "moved", "bone", "count 8; percent 8", "count 80; percent 80"),
        ("one", "edge", "moved", "bone", "possibly", "commonly"),
    ]
    assert told(graph(BONE), graph(replace(BONE, note="read again"))) == [
        ("one", "assertion", "moved", "bone", "note none", "note read again")
    ]


def test_an_edge_of_growth_is_an_edge_too() -> None:
    grows = said("liver", "possible", relation="extension")
    assert told(graph(BONE), graph(BONE, grows))[1] == (
        *("one", "edge", "appeared", "liver"),
        *(None, "extends into"),
    )


def test_an_edge_that_no_assertion_changed_is_put_down_to_the_rules() -> None:
    old = graph(BONE)
    new = Evidence(SMALL, old.assertions, given_edges={})
    assert told(old, new) == [("the rules", "edge", "vanished", "bone", "possibly", None)]


@pytest.mark.slow
@given(dense_tables(), dense_tables())
def test_there_and_back_every_change_is_its_opposite(
    one: list[Assertion], other: list[Assertion]
) -> None:
    old, new = graph(*one), graph(*other)
    assert len(changes(old, old)) == 0
    forth = {(c.what, c.key, c.primary, c.site, c.change) for c in changes(new, old)}
    opposite = dict(zip(CHANGES, reversed(CHANGES), strict=True))
    back = {(c.what, c.key, c.primary, c.site, opposite[c.change]) for c in changes(old, new)}
    assert forth == back
    was, now = {a.key for a in one}, {a.key for a in other}
    named = {(c.key, c.change) for c in changes(new, old) if c.what == "assertion"}
    assert {key for key, change in named if change == "appeared"} == now - was
    assert {key for key, change in named if change == "vanished"} == was - now


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["nq", "trig", "ttl", "nt"])
def test_any_form_of_the_graph_may_be_compared(tmp_path: Path, ending: str) -> None:
    kg = mets.load()
    kg.write(tmp_path / f"old.{ending}")
    assert len(kg.changes(KnowledgeGraph.read(tmp_path / f"old.{ending}"))) == 0


def test_the_notes_count_what_changed() -> None:
    found = changes(graph(BONE, LIVER), graph(BONE))
    assert found.notes[-1].startswith("1 assertion appeared, 0 assertions moved")
    assert found.inputs == ("1 assertions before", "2 after")
