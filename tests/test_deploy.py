"""What is ready to be sent to registries, held to the graph: redirects and prefixes."""

from __future__ import annotations

import json
import re
from itertools import islice
from pathlib import Path
from typing import Final

import pyoxigraph as ox
import pytest

from metastasis._files import ontology_path
from metastasis._graph import KnowledgeGraph, load
from metastasis._vocabulary import BASE, DATA_RELEASE, PREFIXES, RELEASE
from metastasis.rdf import FORMS
from metastasis.rdf._exchange.manifest import MANIFEST
from metastasis.rdf._terms import value_of

DEPLOY: Final = Path(__file__).parents[1] / "deploy"
RULE: Final = re.compile(r"^RewriteRule (\S+) (\S+) \[(\S+)\]$", re.MULTILINE)
RULES: Final = RULE.findall((DEPLOY / "w3id/metastasis/.htaccess").read_text(encoding="utf-8"))
REDIRECTS: Final = [pattern for pattern, target, _ in RULES if target != "-"]
RECORDS: Final = json.loads((DEPLOY / "bioregistry/prefixes.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def names() -> set[str]:
    """Every IRI of ours in the graph, wherever it stands, without our address."""
    store = KnowledgeGraph.from_evidence(load().evidence).store
    terms = {
        term
        for quad in store
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name)
        if isinstance(term, ox.NamedNode)
    }
    found = {value_of(term) for term in terms}
    return {name.removeprefix(BASE) for name in found if name.startswith(BASE)}


def leads_somewhere(path: str) -> bool:
    """Return whether a redirect takes a path, as a server gets it: without what follows a hash."""
    return any(re.search(pattern, path.partition("#")[0]) for pattern in REDIRECTS)


def test_every_iri_of_the_graph_leads_somewhere(names: set[str]) -> None:
    assert len(names) > 4000
    assert [name for name in sorted(names) if not leads_somewhere(name)] == []


def test_every_prefix_of_ours_leads_somewhere() -> None:
    ours = {name: space.removeprefix(BASE) for name, space in PREFIXES.items() if BASE in space}
    paths = {"distribution": f"distribution/{DATA_RELEASE}/x"}
    lost = [name for name, path in ours.items() if not leads_somewhere(paths.get(name, f"{path}x"))]
    assert lost == []


@pytest.mark.parametrize("name", ["csvw", "json-schema", "linkml", "robot", "sssom"])
def test_every_address_in_a_form_leads_somewhere(tmp_path: Path, name: str) -> None:
    (path,) = load().export(tmp_path / FORMS[name].file, name)
    text = path.read_text(encoding="utf-8").replace("{", "").replace("}", "")
    found = set(re.findall(rf"{re.escape(BASE)}([\w./#-]+)", text))
    spaces = {space.removeprefix(BASE) for space in PREFIXES.values()}
    assert [one for one in sorted(found - spaces) if not leads_somewhere(one)] == []


def test_every_address_in_the_files_of_the_ontology_leads_somewhere() -> None:
    kinds = ("*.ttl", "queries/*.ttl", "rules/*.rq", "mappings/*.tsv")
    paths = [path for kind in kinds for path in ontology_path().glob(kind)]
    texts = "".join(path.read_text(encoding="utf-8") for path in paths)
    found = set(re.findall(rf"{re.escape(BASE)}([\w/-][\w.#/-]*)", texts))
    assert len(found) > 20
    lost = [one for one in sorted(found) if not leads_somewhere(re.sub("/$", "/x", one))]
    assert lost == []


def test_every_file_of_a_release_leads_somewhere() -> None:
    release = RELEASE.removeprefix(BASE)
    for name in (*(form.file for form in FORMS.values()), *MANIFEST):
        assert leads_somewhere(f"{release}/{name}")
    assert leads_somewhere(release)


def test_every_nanopublication_leads_to_the_file_of_all() -> None:
    from metastasis.rdf._exchange.nanopublications import nanopublication_quads

    quads = islice(nanopublication_quads(load().evidence), 100)
    graphs = {value_of(quad.graph_name).removeprefix(BASE) for quad in quads}  # type: ignore[arg-type]
    assert graphs
    assert all(leads_somewhere(name) for name in graphs)
    assert any(target.endswith(f"/latest/{FORMS['nanopubs'].file}") for _, target, _ in RULES)


@pytest.mark.parametrize("path", ["nothing/x", "primary", "vocabulary", "release/x/y"])
def test_what_is_not_ours_leads_nowhere(path: str) -> None:
    assert not leads_somewhere(path)


def test_one_line_names_the_host() -> None:
    hosts = [target for _, target, flags in RULES if "E=HOST" in flags]
    assert len(hosts) == 1
    others = [target for _, target, _ in RULES if target != "-"]
    assert all(target.startswith("%{ENV:HOST}/") for target in others)


@pytest.mark.parametrize("prefix", RECORDS)
def test_the_pattern_of_a_prefix_fits_every_identifier_of_the_graph(
    names: set[str], prefix: str
) -> None:
    record = RECORDS[prefix]
    space = record["uri_format"].removesuffix("$1").removeprefix(BASE)
    found = {name.removeprefix(space) for name in names if name.startswith(space)}
    assert len(found) > 10
    assert [key for key in sorted(found) if not re.fullmatch(record["pattern"], key)] == []
    assert {record["example"], *record.get("example_extras", ())} <= found


def test_prefixes_are_parts_of_the_one() -> None:
    assert {record.get("part_of", "metastasis") for record in RECORDS.values()} == {"metastasis"}
    assert {prefix.partition(".")[0] for prefix in RECORDS} == {"metastasis"}
    spaces = {record["uri_format"].removesuffix("$1") for record in RECORDS.values()}
    assert spaces <= set(PREFIXES.values())
