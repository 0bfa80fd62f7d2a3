"""Small valid inputs of every reader, and how they are spoiled.

Apart from ``fuzz_run.py`` because that runs them, and these are what it runs. An input is told by a
seed and a number alone, so that any of them can be made again.
"""

from __future__ import annotations

import io
import re
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

import metastasis as mets
from fuzz_patients import CATALOG, PATIENTS
from fuzz_texts import TEXTS
from fuzz_ways import Kind, spoiled, spoiled_table
from metastasis._catalog import Catalog, Primary, Site, Source, read_catalog
from metastasis._evidence.assertion import Assertion
from metastasis._evidence.assertion_table import assertions_as_csv, check_tables
from metastasis._vocabulary import PREFIXES
from metastasis.analysis._process import process_from_sequences, read_sequences
from metastasis.patients import read_patterns
from metastasis.rdf import FORMS

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["KINDS", "Kind", "kinds_of", "make"]

TABLES: Final = (".csv", ".txt")
"""Endings of files of patients that are spoiled as tables."""


def make(seed: str, number: int, only: str = "") -> tuple[str, dict[str, bytes]]:
    """Return the kind and the files of an input: one file, or rarely two, of a valid input spoiled.

    ``only`` is a kind, or the name of a group of kinds; nothing is all of them.

    >>> make("a", 7) == make("a", 7)
    True
    """
    random = Random(f"{seed} {number}")  # noqa: S311 - to be made again, not to be secret
    names = kinds_of(only)
    name = random.choices(names, [KINDS[one].weight for one in names])[0]
    kind = KINDS[name]
    files = dict(kind.files)
    if kind.marked:  # in every table, as each has a cell that is not to be told
        chosen = sorted(files)
    else:
        chosen = random.sample(sorted(files), min(len(files), random.choice((1, 1, 1, 2))))
    if len(files) > 1 and random.random() < 0.02:
        files = dict(zip(files, random.sample([*files.values()], len(files)), strict=True))
    for which in chosen:
        content = files.pop(which)
        if kind.group == "patients" and which.endswith(TABLES):
            which, content = spoiled_table(which, content, random, marked=kind.marked)
        elif not kind.marked or not which.endswith(".json"):
            content = spoiled(content, random, packed=which.endswith(".gz"))
        else:
            content = spoiled(content, random)
        files[which] = content
    return name, files


def kinds_of(only: str) -> list[str]:
    """Return the kinds of this name, or of the group of this name; all of them for nothing."""
    return [name for name, kind in KINDS.items() if only in ("", name, kind.group)]


_SEQUENCES: Final = (
    "patient,primary,site,order\nA,breast,bone,1\nA,breast,liver,2\nB,breast,bone,1\n"
)
_PATTERNS: Final = "primary,sex,metastatic,sites,patients\nbreast,female,yes,bone; liver,7\n"
_SOURCES: Final = (
    "key,citation,doi,url,license,license_url,design,population,years,registry,people,note\n"
    "mine,Mine 2026,10.1000/1,https://example.org/,CC0,,clinical_cohort,,2010-2015,SEER,"
    "metastatic_patients 761,\n"
)
_CATALOG: Final = {
    "catalog/primaries.csv": (
        "key,label,synonyms,kind,parents,arises_in,neighbors,sex,made_of,note\n"
        "gut,gut cancer,bowel cancer; gc,organ,,gut,bone,,,\n"
        "colon,colon cancer,,organ,gut,gut,,,,\n"
    ),
    "catalog/sites.csv": (
        "key,label,synonyms,kind,sex,note\nbone,bone,bones,organ,,\ngut,gut,,organ,,\n"
    ),
    "catalog/site_parts.csv": "part,whole,note\nbone,gut,\n",
    "catalog/sources.csv": _SOURCES,
    "mappings/a.sssom.tsv": (
        "# curie_map:\nsubject_id\tpredicate_id\tobject_id\tmapping_justification\n"
        "primary:gut\tskos:exactMatch\tMONDO:1\tsemapv:ManualMappingCuration\n"
    ),
}


_QUERIES: Final = (
    "SELECT ?primary (COUNT(?site) AS ?n) WHERE { ?primary met:spreadsTo ?site . OPTIONAL "
    "{ ?site met:partOf+ ?whole FILTER(?whole != site:bone) } } GROUP BY ?primary ORDER BY ?n "
    "LIMIT 5",
    'CONSTRUCT { ?s rdfs:label "a\\u0041"@en } WHERE { { GRAPH ?g { ?s ?p "x"^^xsd:string } } '
    "UNION { VALUES ?s { primary:gut } } BIND(REGEX(STR(?s), 'a+') AS ?r) "
    "MINUS { ?s a met:Site } }",
    "PREFIX e: <urn:e:>\nBASE <urn:b:>\nASK { <a> e:b|^e:c/e:d* [ e:f (1 2.5 true 'x') ] # x\n}",
    "DESCRIBE site:bone",
    "DELETE WHERE { ?s ?p ?o }",
)


def _small_graph() -> mets.KnowledgeGraph:
    catalog = Catalog(
        [
            Primary(key="gut", label="gut cancer", synonyms=("bowel cancer",), arises_in=("gut",)),
            Primary(key="colon", label="colon cancer", parents=("gut",), arises_in=("gut",)),
        ],
        [
            Site(key="gut", label="gut"),
            Site(key="bone", label="bone"),
            Site(key="rib", label="rib", parents=("bone",)),
        ],
        [
            Source(key="a-2020", citation="A 2020", design="clinical_cohort"),
            Source(key="b-2021", citation="B 2021", design="autopsy_series"),
        ],
    )
    said = [
        Assertion(
            primary="gut",
            site="bone",
            count=40,
            total=90,
            denominator="metastatic_patients",
            setting="during_course",
            source="a-2020",
            locator="t",
        ),
        Assertion(primary="colon", site="rib", frequency="rare", source="a-2020", locator="p. 1"),
        Assertion(primary="gut", site="bone", frequency="absent", source="b-2021", locator="p. 2"),
    ]
    return mets.KnowledgeGraph.from_assertions(said, catalog)


def _forms() -> dict[str, bytes]:
    """Return a small graph in every form that is read, by the names of the files."""
    graph = _small_graph()
    ours = re.compile("metastasis/(primary|site|source|assertion|disease|pair)/")
    quads = [quad for quad in graph.store if ours.search(str(quad.subject))]
    files: dict[str, bytes] = {}
    for form in FORMS.values():
        if form.is_rdf:
            syntax = ox.RdfFormat.from_media_type(form.media_type)
            said = quads if form.keeps_graphs else sorted({quad.triple for quad in quads}, key=str)
            file = io.BytesIO()
            ox.serialize(said, file, format=syntax, prefixes=dict(PREFIXES))
            files[f"a.{form.ending}"] = file.getvalue()
    with TemporaryDirectory() as folder:
        (path,) = graph.export(Path(folder) / "a", "evidence")
        return {**files, "a.evidence.json": path.read_bytes()}


def _read_graph(folder: Path, _: Any) -> None:
    (path,) = folder.iterdir()
    graph = mets.KnowledgeGraph.read(path)
    graph.summary()
    str(graph.conflicts())
    for pair in graph.evidence.pairs()[:2]:
        str(graph.explain(pair.primary, pair.site))
    for form in ("nq", "ttl", "jsonld", "xml"):
        graph.export(folder / "again", form)


def _ask(folder: Path, _: Any) -> None:
    text = (folder / "q.rq").read_bytes().decode("utf-8", "replace")
    found = GRAPH.query(text)
    str(found)


def _check_tables(folder: Path, _: Any) -> None:
    check_tables([folder / "a.csv"], [folder / "a.sources.csv"])


def _bytes(files: Mapping[str, str]) -> dict[str, bytes]:
    return {name: text.encode() for name, text in files.items()}


GRAPH: Final = _small_graph()
_TABLE: Final = assertions_as_csv(
    Assertion(primary="breast", site=site, source="mine", locator="p. 1", frequency="rare")
    for site in ("bone", "liver")
)

KINDS: Final[dict[str, Kind]] = {
    **PATIENTS,
    **TEXTS,
    "patterns": Kind(
        _bytes({"a.csv": _PATTERNS}), lambda folder, _: read_patterns(folder / "a.csv"), 14
    ),
    "sequences": Kind(
        _bytes({"a.csv": _SEQUENCES}),
        lambda folder, _: process_from_sequences(
            read_sequences(folder / "a.csv", CATALOG), draws=5
        ),
        14,
    ),
    "assertions": Kind(_bytes({"a.csv": _TABLE, "a.sources.csv": _SOURCES}), _check_tables, 20),
    "catalog": Kind(_bytes(_CATALOG), lambda folder, _: read_catalog(folder), 16),
    **{
        f"query {place}": Kind(_bytes({"q.rq": text}), _ask, 6)
        for place, text in enumerate(_QUERIES)
    },
    **{name: Kind({name: content}, _read_graph, 10) for name, content in _forms().items()},
}
