"""What changed as an RDF Patch and in KGCL: applied to the old graph it gives the new one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from metastasis import GraphError, KnowledgeGraph
from metastasis._vocabulary import NOT_CLINICAL, PREFIXES, expand
from metastasis.rdf import kgcl_statements, rdf_patch
from shell import call
from strategies import CATALOG, tables

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from metastasis._evidence.assertion import Assertion

LABEL, SYNONYM, DEFINITION = map(expand, ("rdfs:label", "skos:altLabel", "skos:definition"))
NAMES = [expand(name) for name in ("site:a", "site:b", "primary:c", "met:spreadsTo")]
LINKS = [expand(f"met:{name}") for name in ("spreadsTo", "commonlySpreadsTo", "partOf", "site")]
SAID = [LABEL, SYNONYM, DEFINITION, expand("met:count"), expand("skos:note")]
plain = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), include_characters="\n\t\"'\\@"),
    min_size=1,
    max_size=12,
)
literals = st.one_of(
    plain.map(ox.Literal),
    st.builds(lambda text: ox.Literal(text, language="en"), plain),
    st.integers(0, 9).map(ox.Literal),
)
graphs = st.sampled_from([ox.DefaultGraph(), ox.NamedNode(expand("graph:one"))])
nodes = st.sampled_from(NAMES).map(ox.NamedNode)
quads = st.one_of(
    st.builds(ox.Quad, nodes, st.sampled_from(LINKS).map(ox.NamedNode), nodes, graphs),
    st.builds(ox.Quad, nodes, st.sampled_from(SAID).map(ox.NamedNode), literals, graphs),
)
many_quads = st.lists(quads, max_size=12)


def store_of(quads: Iterable[ox.Quad]) -> ox.Store:
    store = ox.Store()
    store.extend(quads)
    return store


def applied(store: ox.Store, rows: Iterable[str]) -> ox.Store:
    """Return a store after a patch, read by what its specification says of each row."""
    store = store_of(store)
    for row in rows:
        code, _, rest = row.partition(" ")
        for quad in ox.parse(rest, format=ox.RdfFormat.N_QUADS) if code in ("A", "D") else ():
            assert (quad in store) == (code == "D")
            (store.add if code == "A" else store.remove)(quad)
    return store


@given(many_quads, many_quads)
def test_a_patch_makes_the_new_graph_of_the_old_one(
    one: list[ox.Quad], other: list[ox.Quad]
) -> None:
    old, new = store_of(one), store_of(other)
    rows = list(rdf_patch(old, new))
    assert set(applied(old, rows)) == set(new)
    assert [row.split()[0] for row in rows[:3]] == ["H", "H", "TX"]
    assert rows[-1] == "TC .\n"
    assert NOT_CLINICAL in rows[1]
    assert len(rows) == 4 + len(set(old) ^ set(new))
    assert rows == list(rdf_patch(store_of(one[::-1]), store_of(other[::-1])))
    assert rdf_patch_of_rdflib(old, rows) == rdf_patch_of_rdflib(new, [])


def rdf_patch_of_rdflib(store: ox.Store, rows: Iterable[str]) -> set[tuple[str, ...]]:
    """Return what rdflib has after a patch on a store, in its own spelling of terms."""
    data = rdflib.Dataset()
    data.parse(data="".join(f"{quad} .\n" for quad in store), format="nquads")
    data.parse(data="".join(rows), format="patch")
    return {
        (s.n3(), p.n3(), o.n3(), "" if graph is None else str(graph))
        for s, p, o, graph in data.quads()
    }


@pytest.mark.slow
@settings(max_examples=5)  # each builds two whole graphs
@given(tables(max_size=4), tables(max_size=4))
def test_patches_of_graphs_lead_there_and_back(
    one: list[Assertion], other: list[Assertion]
) -> None:
    old, new = (KnowledgeGraph.from_assertions(rows, CATALOG).store for rows in (one, other))
    assert set(applied(old, rdf_patch(old, new))) == set(new)
    assert set(applied(new, rdf_patch(new, old))) == set(old)


def test_a_patch_of_nothing_changes_nothing() -> None:
    store = store_of([ox.Quad(*map(ox.NamedNode, NAMES[:3]))])
    assert [row.split()[0] for row in rdf_patch(store, store)] == ["H", "H", "TX", "TC"]
    assert kgcl_statements(store, store) == ([], 0)


@pytest.mark.parametrize("make", [rdf_patch, kgcl_statements])
@pytest.mark.parametrize("place", [0, 2])
def test_blank_nodes_in_what_changed_are_refused(make: Any, place: int) -> None:
    parts: list[Any] = [ox.NamedNode(name) for name in NAMES[:3]]
    parts[place] = ox.BlankNode("x")
    with pytest.raises(GraphError, match="blank node"):
        list(make(ox.Store(), store_of([ox.Quad(*parts)])))


TEXT = r"'[^']*'(?:@\w+)?"
STATEMENTS = {
    "create node": rf"create node (?P<s>\S+) (?P<new>{TEXT})",
    "delete": r"delete (?P<s>\S+)",
    "rename": rf"rename (?P<s>\S+) from (?P<old>{TEXT}) to (?P<new>{TEXT})",
    "create synonym": rf"create synonym (?P<new>{TEXT}) for (?P<s>\S+)",
    "remove synonym": rf"remove synonym (?P<old>{TEXT}) for (?P<s>\S+)",
    "add definition": r"add definition (?P<new>'[^']*') to (?P<s>\S+)",
    "change definition": (
        r"change definition of (?P<s>\S+) from (?P<old>'[^']*') to (?P<new>'[^']*')"
    ),
    "remove definition": r"remove definition for (?P<s>\S+)",
    "create edge": r"create edge (?P<s>\S+) (?P<q>\S+) (?P<o>\S+)",
    "delete edge": r"delete edge (?P<s>\S+) (?P<p>\S+) (?P<o>\S+)",
    "change relationship": (
        r"change relationship between (?P<s>\S+) and (?P<o>\S+) from (?P<p>\S+) to (?P<q>\S+)"
    ),
    "change annotation": (
        r"change annotation of (?P<s>\S+) with (?P<p>\S+) "
        r'from (?P<old>"[^"]*"(?:@\w+)?) to (?P<new>"[^"]*"(?:@\w+)?)'
    ),
}


def read(statement: str) -> tuple[str, dict[str, str]]:
    """Return the kind of a statement and its parts."""
    ((kind, found),) = [
        (kind, match)
        for kind, pattern in STATEMENTS.items()
        if (match := re.fullmatch(pattern, statement))
    ]
    return kind, found.groupdict()


def edges(store: ox.Store) -> set[tuple[str, str, str]]:
    """Return the links of all nodes that have a label, as KGCL names them."""
    labelled = {q.subject for q in store.quads_for_pattern(None, ox.NamedNode(LABEL), None, None)}
    return {
        (short(q.subject), short(q.predicate), short(q.object))
        for q in store
        if isinstance(q.object, ox.NamedNode) and q.subject in labelled
    }


def short(term: Any) -> str:
    (curie,) = [
        f"{prefix}:{term.value[len(space) :]}"
        for prefix, space in PREFIXES.items()
        if term.value.startswith(space)
    ]
    return str(curie)


@given(many_quads, many_quads)
def test_statements_lead_from_the_old_links_to_the_new(
    one: list[ox.Quad], other: list[ox.Quad]
) -> None:
    # Every node keeps a label, so that links are told of all.
    names = [
        ox.Quad(ox.NamedNode(n), ox.NamedNode(LABEL), ox.Literal("Z", language="de")) for n in NAMES
    ]
    old, new = store_of([*one, *names]), store_of([*other, *names])
    statements, unsaid = kgcl_statements(old, new)
    found = edges(old)
    texts = 0
    for kind, parts in map(read, statements):
        if "edge" in kind or kind == "change relationship":
            for name, change in (("p", found.discard), ("q", found.add)):
                if parts.get(name):
                    edge = (parts["s"], parts[name], parts["o"])
                    assert (edge in found) == (name == "p")
                    change(edge)
        else:
            texts += len([name for name in ("old", "new") if parts.get(name)])
            texts += kind == "remove definition"
    assert found == edges(new)
    was, now = ({q.triple for q in s if isinstance(q.object, ox.Literal)} for s in (old, new))
    assert texts + unsaid == len(was ^ now)


def test_several_links_that_take_the_place_of_others_are_told_one_by_one() -> None:
    start, end = map(ox.NamedNode, NAMES[:2])
    name = ox.Quad(start, ox.NamedNode(LABEL), ox.Literal("a"))
    old, new = (
        store_of([name, *(ox.Quad(start, ox.NamedNode(link), end) for link in links)])
        for links in (LINKS[:2], LINKS[2:])
    )
    kinds = [read(statement)[0] for statement in kgcl_statements(old, new)[0]]
    assert kinds == ["delete edge", "delete edge", "create edge", "create edge"]


def test_each_kind_of_change_has_its_statement() -> None:
    def says(subject: str, predicate: str, *values: str) -> list[ox.Quad]:
        terms = [ox.NamedNode(v) if v in NAMES else ox.Literal(v) for v in values]
        return [ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), term) for term in terms]

    a, b, c, _ = NAMES
    old = [
        *says(a, LABEL, "heart"),
        *says(b, LABEL, "Wilms' tumor"),
        *says(a, SYNONYM, "cor"),
        *says(a, LINKS[0], b),
        *says(a, SAID[3], "7"),
        *says(a, DEFINITION, "x"),
    ]
    new = [
        *says(a, LABEL, "the heart"),
        *says(c, LABEL, "Wilms' tumor"),
        *says(a, SYNONYM, "cardiac"),
        *says(a, LINKS[1], b),
        *says(a, LINKS[2], c),
        *says(a, SAID[3], "8"),
        *says(a, SAID[4], "new"),
        *says(a, DEFINITION, "y"),
    ]
    assert kgcl_statements(store_of(old), store_of(new)) == (
        [
            "create node primary:c 'Wilms\u2019 tumor'",
            "rename site:a from 'heart' to 'the heart'",
            "remove synonym 'cor' for site:a",
            "create synonym 'cardiac' for site:a",
            "change definition of site:a from 'x' to 'y'",
            "create edge site:a met:partOf primary:c",
            "change relationship between site:a and site:b"
            " from met:spreadsTo to met:commonlySpreadsTo",
            'change annotation of site:a with met:count from "7" to "8"',
            "delete site:b",
        ],
        1,
    )


def test_a_triple_about_a_triple_has_no_words_but_a_row() -> None:
    start, link, end = map(ox.NamedNode, NAMES[:3])
    name = ox.Quad(start, ox.NamedNode(LABEL), ox.Literal("a"))
    old = store_of([name])
    new = store_of([name, ox.Quad(start, link, ox.Triple(start, link, end))])
    assert kgcl_statements(old, new) == ([], 1)
    assert set(applied(old, rdf_patch(old, new))) == set(new)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("form", "ending"), [("patch", "rdfp"), ("patch", "patch"), ("kgcl", "kgcl")]
)
def test_the_shell_writes_them_too(tmp_path: Path, form: str, ending: str) -> None:
    old, new = tmp_path / "old.nq", tmp_path / "new.nq"
    kg = KnowledgeGraph.from_assertions([], CATALOG)
    kg.export(new)
    lines = new.read_text(encoding="utf-8").splitlines(keepends=True)
    old.write_text("".join(lines[:-40]), encoding="utf-8")
    done = call("diff", old, new, "--format", form)
    assert done.returncode == 0
    assert NOT_CLINICAL in done.stderr
    out = tmp_path / f"changes.{ending}"
    assert call("diff", old, new, "--out", out).returncode == 0
    assert out.read_text(encoding="utf-8") == done.stdout
    stores = [KnowledgeGraph.read(path).store for path in (old, new)]
    if form == "patch":
        assert set(applied(stores[0], done.stdout.splitlines())) == set(stores[1])
    else:
        assert done.stdout.splitlines() == kgcl_statements(*stores)[0]
        assert "no words for: " in done.stderr
