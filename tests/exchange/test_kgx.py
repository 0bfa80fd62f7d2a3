"""KGX reads its form of the graph, edge by edge, and neither it nor LinkML finds a fault.

Biolink 4.4 is the model of both: KGX 2.6 brings it, as the package ``biolink-model``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from metastasis._graph import load
from metastasis.rdf._exchange.kgx import node_ids
from peers import ask_python

if TYPE_CHECKING:
    from metastasis._evidence.assertion import Assertion

pytestmark = [pytest.mark.exchange, pytest.mark.slow]

REQUIREMENTS: Final = ("kgx==2.6.0", "bmt==1.5.0", "biolink-model==4.4.6", "linkml==1.12.1")
FORMS: Final = ("kgx", "kgx-assertions")

KG = load()
NAMES: Final = node_ids(KG.catalog)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    found = {}
    for form in FORMS:
        folder = tmp_path_factory.mktemp("read") / form
        KG.export(folder, form)
        found[form] = ask_python("kgx_reads.py", REQUIREMENTS, folder)
    return found


def listed(value: Any) -> list[str]:
    """Return the items of a value: KGX knows no lists of one item but those of its own."""
    return [value] if isinstance(value, str) else value or []


def keys(value: Any) -> set[str]:
    return {one.partition(":")[2] for one in listed(value)}


@pytest.mark.parametrize("form", FORMS)
def test_neither_kgx_nor_linkml_finds_a_fault_by_biolink(
    answers: dict[str, Any], form: str
) -> None:
    answer = answers[form]
    assert answer["model"].startswith("4.4.")
    assert answer["kgx"] == [{}, []]
    assert answer["biolink"] == []


@pytest.mark.parametrize("form", FORMS)
def test_all_that_kgx_does_not_know_of_itself_is_where_our_own_names_come_from(
    answers: dict[str, Any], form: str
) -> None:
    errors, said = answers[form]["kgx_untold"]
    own = {name for name, known in NAMES.items() if name == known}
    told = [message for by_kind in errors["ERROR"].values() for message in by_kind]
    assert all(any(f"value '{name}'" in message for name in own) for message in told)
    assert (list(errors), said) == (["ERROR"], [])


@pytest.mark.parametrize("form", FORMS)
def test_kgx_reads_every_node_by_the_name_that_the_world_knows(
    answers: dict[str, Any], form: str
) -> None:
    nodes = {node["id"]: node for node in answers[form]["nodes"]}
    assert len(nodes) == len(answers[form]["nodes"])
    assert sorted(nodes) == sorted(NAMES.values())
    for name, known in NAMES.items():
        what, _, key = name.partition(":")
        record = (KG.catalog.primaries if what == "primary" else KG.catalog.sites)[key]
        assert nodes[known]["name"] == record.label
        assert sorted(nodes[known].get("synonym", [])) == sorted(record.synonyms)
        assert nodes[known].get("equivalent_identifiers", []) == [name] * (name != known)


def compare_ends(edge: dict[str, Any], primary: str, site: str, relation: str) -> None:
    is_growth = relation == "extension"
    assert edge["subject"] == NAMES[f"primary:{primary}"]
    assert edge["object"] == NAMES[f"site:{site}"]
    assert edge["predicate"] == ("biolink:affects" if is_growth else "biolink:related_to")


def test_kgx_reads_every_assertion_as_we_hold_it(answers: dict[str, Any]) -> None:
    edges = {edge["id"].partition(":")[2]: edge for edge in answers["kgx-assertions"]["edges"]}
    sites = KG.catalog.sites
    held = {one.key: one for one in KG.assertions() if sites[one.site].is_anatomical}
    assert edges.keys() == held.keys()
    for key, one in held.items():
        edge = edges[key]
        compare_ends(edge, one.primary, one.site, one.relation)
        assert edge.get("negated", False) == (one.finding == "absent")
        assert keys(edge["met_source"]) == {one.source}
        assert edge.get("met_count") == (None if one.count is None else str(one.count))
        assert edge.get("met_total") == (None if one.total is None else str(one.total))
        assert edge.get("met_percent") == (None if one.percent is None else f"{one.percent:f}")
        assert edge.get("met_denominator") == one.denominator
        assert edge.get("met_frequency") == one.frequency


def test_parallel_assertions_stay_apart_as_the_readme_says(answers: dict[str, Any]) -> None:
    answer = answers["kgx-assertions"]
    every = sorted(edge["id"] for edge in answer["edges"])
    assert len(set(every)) == len(every)
    assert sorted(answer["keyed_by_id"]) == every
    # What the folder warns of is still so: without that, few are left.
    assert len(answer["loaded"]) < len(every)


def test_kgx_reads_every_pair_as_we_hold_it_whichever_way_it_is_loaded(
    answers: dict[str, Any],
) -> None:
    answer = answers["kgx"]
    edges = {edge["id"]: edge for edge in answer["edges"]}
    assert {edge["id"]: edge for edge in answer["loaded"]} == edges
    for relation in ("metastasis", "extension"):
        ending = "--extension" if relation == "extension" else ""
        for pair in KG.evidence.pairs(relation=relation, roll_up=True):
            edge = edges.pop(f"disease:{pair.primary}--{pair.site}{ending}", None)
            if edge is None:
                assert pair.edge is None
                assert pair.status != "reported absent"
                continue
            compare_ends(edge, pair.primary, pair.site, relation)
            said: list[Assertion] = [one for each in (pair, *pair.parts) for one in each.assertions]
            assert edge.get("negated", False) == (pair.edge is None)
            assert edge.get("met_edge") == pair.edge
            assert edge.get("met_basis") == pair.basis
            denied = {one.key for one in said if one.finding == "absent"}
            behind = denied if pair.edge is None else {one.key for one in said} - denied
            assert keys(edge["has_evidence"]) == behind
            assert keys(edge["met_sources"]) == {one.source for one in said if one.key in behind}
            assert len(listed(edge.get("met_numbers"))) == len(pair.numbers)
    assert edges == {}
