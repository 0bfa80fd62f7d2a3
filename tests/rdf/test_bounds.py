"""RDF that would end the process or mean far more than it is."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox
import pytest

from metastasis import KnowledgeGraph, load
from metastasis._errors import GraphError, ReadError
from metastasis.rdf import load_store
from metastasis.rdf._bounds import check_bounds
from shared_data import shared_path

if TYPE_CHECKING:
    from pathlib import Path

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
HEAD: Final = f'<rdf:RDF xmlns:rdf="{RDF}" xmlns:e="urn:e:">'
P: Final = "<urn:s> <urn:p> "


def told(path: Path, text: str) -> str:
    """Return what is said of a file that is refused, for whatever reason."""
    path.write_text(text, encoding="utf-8")
    with pytest.raises((ReadError, GraphError)) as caught:
        load_store(path)
    return str(caught.value)


def laughs(levels: int) -> str:
    every = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{level + 1} "{f"&a{level};" * 10}">' for level in range(levels)
    )
    text = f'<rdf:Description rdf:about="urn:a"><e:p>&a{levels};</e:p></rdf:Description>'
    return f"<!DOCTYPE r [{every}]>{HEAD}{text}</rdf:RDF>"


BOMBS: Final = {
    "entities of entities": ("a.rdf", laughs(9), "holds other entities"),
    "declared after the root": (
        "a.rdf",
        f"{HEAD}<!DOCTYPE r [<!ENTITY a 'x'>]></rdf:RDF>",
        "not valid XML",
    ),
    "an entity from outside": (
        "a.rdf",
        f'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/hostname">]>{HEAD}</rdf:RDF>',
        "outside of the file",
    ),
    "a parameter": ("a.rdf", f"<!DOCTYPE r [<!ENTITY % a 'x'>]>{HEAD}</rdf:RDF>", "outside"),
    "a long entity": (
        "a.rdf",
        f"<!DOCTYPE r [<!ENTITY a '{'x' * 201}'>]>{HEAD}</rdf:RDF>",
        "longer than 200 characters",
    ),
    "elements": ("a.rdf", HEAD + "<e:A><e:p>" * 50_000, "elements are nested more than 500"),
    "cut XML": ("a.rdf", HEAD, "not valid XML"),
    "JSON-LD objects": ("a.jsonld", '{"urn:p":' * 20_000, "nested more than 100"),
    "JSON-LD lists": ("a.jsonld", '{"urn:p":' + '{"@list":[' * 20_000, "nested more than 100"),
    "triples in N-Triples": (
        "a.nt",
        f"{P}{f'<<( {P}' * 20_000}<urn:o>{' )>>' * 20_000} .",
        "quoted triples are nested more than 500",
    ),
    "triples in N-Quads": ("a.nq", P + f"<<( {P}" * 20_000, "quoted triples are nested"),
    "triples in Turtle": ("a.ttl", P + f"<<( {P}" * 20_000, "quoted triples are nested"),
    "triples behind comments": ("a.trig", P + f"<<( {P} # >>\n" * 20_000, "quoted triples are"),
    "triples behind texts": ("a.ttl", P + f"<<( {P} '>>' " * 20_000, "quoted triples are"),
    "a long prefix": (
        "a.ttl",
        f"@prefix a: <urn:{'x' * 100_000}> .\n" + "a:b a:c a:d, a:e .\n" * 2_000,
        "more than 50 times its size",
    ),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_bombs_are_refused(kind: str, tmp_path: Path) -> None:
    name, text, words = BOMBS[kind]
    assert words in told(tmp_path / name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.ttl", P + "[ <urn:p> " * 20_000 + "1" + " ]" * 20_000 + " ."),
        ("a.ttl", P + "( " * 20_000 + ")" * 20_000 + " ."),
        ("a.trig", "<urn:g> {" + P + "( " * 20_000 + ")" * 20_000 + " . }"),
        ("a.nt", f"{P}<<( {P}<urn:o> )>> .\n" * 1_000),
        ("a.nt", f'{P}"<< << <<" .\n' * 1_000),
        ("a.ttl", f"{P}'''<< \\''' <<''', \"<<\" . # <<\n" * 1_000),
    ],
)
def test_what_only_looks_deep_is_read(name: str, text: str, tmp_path: Path) -> None:
    assert "it is not a metastasis graph" in told(tmp_path / name, text)


def test_entities_for_namespaces_are_read_as_if_written_out(tmp_path: Path) -> None:
    path = tmp_path / "a.rdf"
    load().export(path)
    plain = path.read_text("utf-8")
    assert "<!DOCTYPE" not in plain
    site = "https://w3id.org/metastasis/site/"
    begin, rdf, rest = plain.partition("<rdf:RDF")
    # As Protégé writes them: an entity for a namespace, in the values of attributes.
    short = rest.replace(f'rdf:about="{site}', 'rdf:about="&site;')
    assert short != rest
    declared = f'<!DOCTYPE rdf:RDF [\n <!ENTITY site "{site}" >\n]>\n'
    path.write_text(begin + declared + rdf + short, encoding="utf-8")
    assert set(load_store(path)) == {
        ox.Quad(quad.subject, quad.predicate, quad.object) for quad in load().store
    }


@pytest.mark.parametrize("form", ["nq", "trig", "ttl", "nt", "jsonld", "xml"])
def test_our_own_files_keep_to_the_limits(form: str, tmp_path: Path) -> None:
    (path,) = load().export(tmp_path / "a", form)
    syntax = ox.RdfFormat.from_extension({"xml": "rdf"}.get(form, form))
    assert syntax is not None
    check_bounds(lambda: [path.read_bytes()], path, syntax)


def test_a_process_outlives_what_the_reporter_found(tmp_path: Path) -> None:
    code = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
from metastasis._errors import MetastasisError
from metastasis.rdf import load_store
for name in sys.argv[1:]:
    try:
        load_store(Path(name))
    except MetastasisError as error:
        print(type(error).__name__)
"""
    names = ["laughs.rdf", "deep.jsonld"]
    paths = [shared_path("faults", "reliability", name) for name in names]
    found = subprocess.run(
        [sys.executable, "-c", code, *map(str, paths)], capture_output=True, text=True, timeout=300
    )
    assert found.stdout.split() == ["ReadError"] * 2, found.stderr


def test_an_edited_graph_is_checked_as_a_table_is(tmp_path: Path) -> None:
    path = tmp_path / "a.nt"
    load().export(path)
    text = path.read_text("utf-8")
    part = next(line for line in text.splitlines() if "/site/rib>" in line and "artOf>" in line)
    ends = part.split(" ")
    changes = {
        "a part of itself": f"{text}{ends[2]} {ends[1]} {ends[0]} .\n",
        "not a whole number of at most 15 digits": _changed(text, "total", '"-7"'),
        "more than the total": _changed(text, "total", '"1"'),
    }
    for words, changed in changes.items():
        path.write_text(changed, encoding="utf-8")
        with pytest.raises(GraphError, match=words):
            KnowledgeGraph.read(path)


def _changed(text: str, name: str, value: str) -> str:
    """Return a graph in which the first number of a name is another."""
    lines = text.splitlines()
    at = next(
        place
        for place, line in enumerate(lines)
        if f"#{name}>" in line and "/assertion/" in line and '"' in line
    )
    subject, predicate, literal = lines[at].split(" ", 2)
    kind = literal.partition("^^")[2]
    lines[at] = f"{subject} {predicate} {value}^^{kind}"
    return "\n".join(lines) + "\n"
