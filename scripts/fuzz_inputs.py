"""Small valid inputs of every reader, and how they are spoiled.

Apart from ``fuzz_run.py`` because that runs them, and these are what it runs. An input is told by a
seed and a number alone, so that any of them can be made again.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
import pyoxigraph as ox

import metastasis as mets
from metastasis._catalog import Catalog, Primary, Site, Source, read_catalog
from metastasis._evidence.assertion import Assertion
from metastasis._evidence.assertion_table import assertions_as_csv, check_tables
from metastasis._vocabulary import PREFIXES
from metastasis.analysis._process import process_from_sequences, read_sequences
from metastasis.patients import (
    read_cbioportal,
    read_coded,
    read_fhir,
    read_matrix,
    read_naaccr,
    read_omop,
    read_patterns,
    read_registry,
    read_seer,
    read_site_map,
    read_table,
)
from metastasis.rdf import FORMS

__all__ = ["KINDS", "Kind", "make"]

Run = Callable[[Path, Any], object]
"""Takes the folder with the files and an open engine."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A reader, and a small valid input of it."""

    files: Mapping[str, bytes]
    run: Run
    weight: int = 1
    """How many of the inputs are of this kind, against the others; an engine takes its time."""


def make(seed: str, number: int) -> tuple[str, dict[str, bytes]]:
    """Return the kind and the files of an input: one file, or rarely two, of a valid input spoiled.

    >>> make("a", 7) == make("a", 7)
    True
    """
    random = Random(f"{seed} {number}")  # noqa: S311 - to be made again, not to be secret
    names = list(KINDS)
    name = random.choices(names, [KINDS[one].weight for one in names])[0]
    files = dict(KINDS[name].files)
    for which in random.sample(sorted(files), min(len(files), random.choice((1, 1, 1, 2)))):
        files[which] = spoiled(files[which], random, packed=which.endswith(".gz"))
    return name, files


def spoiled(content: bytes, random: Random, *, packed: bool = False) -> bytes:
    """Return a file with one to four things wrong in it, or none."""
    if packed and random.random() < 0.5:
        return gzip.compress(spoiled(gzip.decompress(content), random), mtime=0)
    for _ in range(random.choice((1, 1, 2, 4))):
        content = random.choice(WAYS)(content, random)
    return content


def _span(content: bytes, random: Random) -> tuple[int, int]:
    start = random.randrange(len(content) + 1)
    return start, min(len(content), start + random.choice((1, 2, 8, 64, 512)))


def _flip(content: bytes, random: Random) -> bytes:
    start, end = _span(content, random)
    return content[:start] + random.randbytes(end - start) + content[end:]


def _drop(content: bytes, random: Random) -> bytes:
    start, end = _span(content, random)
    return content[:start] + content[end:]


def _cut(content: bytes, random: Random) -> bytes:
    return content[: random.randrange(len(content) + 1)]


def _double(content: bytes, random: Random) -> bytes:
    start, end = _span(content, random)
    return content[:start] + content[start:end] * random.choice((2, 3, 50)) + content[start:]


def _put_in(content: bytes, random: Random) -> bytes:
    start, _ = _span(content, random)
    return content[:start] + random.choice(PIECES) + content[start:]


def _swap_lines(content: bytes, random: Random) -> bytes:
    lines = content.splitlines(keepends=True)
    random.shuffle(lines)
    return b"".join(lines)


def _end_lines(content: bytes, random: Random) -> bytes:
    ends = (b"\n", b"\r\n", b"\r", b"\n\n", b"\x0b", b"\xe2\x80\xa8")
    lines = content.splitlines()
    if random.random() < 0.5:
        return random.choice(ends).join(lines)
    return b"".join(line + random.choice(ends) for line in lines)


def _mark(content: bytes, random: Random) -> bytes:
    return (
        random.choice((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x1f\x8b", b"PAR1")) + content
    )


def _encode(content: bytes, random: Random) -> bytes:
    text = content.decode("utf-8", "replace")
    return text.encode(random.choice(("utf-16", "utf-8-sig", "cp037", "utf-7")), "replace")


def _another_value(content: bytes, random: Random) -> bytes:
    """Put something else where a word or a number stands."""
    words = list(re.finditer(rb"[A-Za-z0-9_.:-]+", content))
    if not words:
        return content
    found = random.choice(words)
    return content[: found.start()] + random.choice(PIECES) + content[found.end() :]


def _another_word(content: bytes, random: Random) -> bytes:
    """Put a word of the same file where another stands."""
    words = list(re.finditer(rb"[A-Za-z0-9_.:/#-]+", content))
    if not words:
        return content
    found, other = random.choice(words), random.choice(words)
    return content[: found.start()] + other[0] + content[found.end() :]


def _nest(content: bytes, random: Random) -> bytes:
    opening, closing = random.choice(
        (
            (b"[", b"]"),
            (b'{"a":', b"}"),
            (b"(", b")"),
            (b"<<( ", b" )>>"),
            (b"{", b"}"),
            (b"- ", b""),
        )
    )
    start, end = _span(content, random)
    times = random.choice((3, 600, 30_000))
    return content[:start] + opening * times + content[start:end] + closing * times + content[end:]


WAYS: Final[tuple[Callable[[bytes, Random], bytes], ...]] = (
    *(_flip, _drop, _cut, _double, _put_in, _put_in, _swap_lines, _end_lines, _mark, _encode),
    *(_another_value, _another_value, _another_word, _another_word, _nest),
)
PIECES: Final = (
    *(b"\0", b'"', b"'", b'""', b",", b";", b"\t", b"\n", b"\r", b"\r\n", b"\\", b"#", b"/"),
    *(
        b"[",
        b"]",
        b"{",
        b"}",
        b"<",
        b">",
        b"&",
        b"|",
        b":",
        b": ",
        b"- ",
        b"*",
        b"?",
        b"*a",
        b"&a ",
    ),
    *(b"-1", b"0", b"1e999", b"1E-999999", b"NaN", b"-0.0", b"9" * 30, b"9" * 5000, b"0x10"),
    *(b"null", b"true", b"[]", b"{}", b'""', b"[null]", b'{"a":1}', b"\\ud800", b"\\u0000", b"~"),
    *(b"2019-02-30", b"9999-12-31", b"0000-00-00", b"01/02/03", b"T", b"2019-01-01T25:61:61Z"),
    *(
        b"\xff",
        b"\xed\xa0\x80",
        "é𝔐".encode(),
        b"\xe2\x80\xae",
        b"\xcc\x88",
        b" " * 300,
        b"x" * 200_000,
    ),
    *(b"=1+1", b"!!python/name:os.system", b"<!ENTITY a 'b'>", b"&a;", b"<!DOCTYPE r [", b"]]>"),
    *(b"https://w3id.org/metastasis/site/bone", b"_:b", b"<urn:a>", b"@base <x> .", b"^^", b"@en"),
    *(b"SELECT * {?s ?p ?o}", b"SERVICE <http://localhost:1> {}", b"FROM <file:///etc/hostname>"),
)
"""What breaks readers, of every language that is read here."""

_CODED: Final = (
    "patient,code,date,sex\nA,C50.9,2019-01-02,F\nA,C79.51,2019-05-01,F\nB,C61,2018-02-03,M\n"
    "B,C78.7,2018-02-03,M\nC,I10,2020-01-09,M\nD,C18.9,,\nD,C78.6,2021-03-04,\n"
)
_SEER: Final = (
    "Patient ID,Sex,Age recode with <1 year olds,Year of diagnosis,Site recode ICD-O-3/WHO 2008,"
    "Behavior code ICD-O-3,Combined Summary Stage (2004+),Sequence number,"
    "SEER Combined Mets at DX-bone (2010+),SEER Combined Mets at DX-liver (2010+)\n"
    "1,Female,60-64 years,2017,Breast,Malignant,Distant,One primary only,Yes,No\n"
    "2,Male,60-64 years,2017,Prostate,Malignant,Localized,One primary only,No,No\n"
)
_DICTIONARY: Final = (
    "[Export Options]\nField delimiter=comma\nVariable names included=true\n"
    "Variable format=quoted\n"
    "[Variables]\nVar1Name=Patient ID\nVar2Name=Sex\n[Format=Sex]\n1=Male\n2=Female\n"
)
_SAMPLES: Final = (
    "#a\tb\tc\td\te\tf\tg\n#a\tb\tc\td\te\tf\tg\n#STRING\n#1\n"
    "SAMPLE_ID\tPATIENT_ID\tONCOTREE_CODE\tSAMPLE_TYPE\tMETASTATIC_SITE\tIS_DIST_MET_MAPPED\t"
    "DMETS_DX_BONE\n"
    "S1\tP1\tIDC\tPrimary\t\tTRUE\tYes\nS2\tP2\tPRAD\tMetastasis\tLiver\tFALSE\tNo\n"
)
_PEOPLE: Final = (
    "#a\tb\tc\n#a\tb\tc\n#STRING\n#1\nPATIENT_ID\tSEX\tAGE_AT_EVIDENCE_OF_METS\n"
    "P1\tFemale\t50.1\nP2\tMale\t\n"
)
_META: Final = "cancer_study_identifier: made_up\nname: Made-up\npmid: 1\ncitation: Nobody 2026\n"
_MAPPING: Final = """\
version: 1
form: patients
source: {key: clinic, design: clinical_cohort, years: 2015-2024, registry: [SEER]}
columns: {patient: id, primary: tumor, site: where, date: when, sex: sex, metastatic: m1}
values:
  primary: {C50.9: breast, Prostata: prostate}
  site: {Knochen: bone, Leber: liver, "?": "-"}
  metastatic: {ja: true, nein: false}
constants: {setting: during_course, denominator: [all_patients, metastatic_patients]}
missing: [unbekannt]
date_format: D.M.Y
"""
_REGISTRY: Final = (
    "id;tumor;where;when;sex;m1\n17;C50.9;Knochen;04.03.2019;w;ja\n17;C50.9;Leber;11.09.2020;w;ja\n"
    "18;C50.9;;;w;nein\n19;Prostata;Lunge;01.01.2020;m;ja\n"
)
_COUNTS_MAPPING: Final = """\
version: 1
form: counts
source: {key: author-2026, design: clinical_cohort, citation: "Author A. 2026"}
columns: {primary: cancer, site: place, count: n, total: of, locator: page}
constants: {denominator: metastatic_patients, setting: during_course}
"""
_COUNTS: Final = "cancer,place,n,of,page\nBreast cancer,Bone,90,200,2\nBreast cancer,Lungs,,200,2\n"
_MATRIX: Final = "cancer,N,Bone,Liver\nBreast cancer,200,90,62\nProstate cancer,100,70,\n"
_SEQUENCES: Final = (
    "patient,primary,site,order\nA,breast,bone,1\nA,breast,liver,2\nB,breast,bone,1\n"
)
_PATTERNS: Final = "primary,sex,metastatic,sites,patients\nbreast,female,yes,bone; liver,7\n"
_SITE_MAP: Final = "kind,label,key,rows,suggestions,note\nsite,RUQ,liver,3,,\nsite,Flank,-,1,,\n"
_SOURCES: Final = (
    "key,citation,doi,url,license,license_url,design,population,years,registry,people,note\n"
    "mine,Mine 2026,10.1000/1,https://example.org/,CC0,,clinical_cohort,,2010-2015,SEER,"
    "metastatic_patients 761,\n"
)
_OMOP: Final = {
    "condition_occurrence.csv": (
        "person_id,condition_concept_id,condition_source_concept_id,condition_start_date\n"
        "1,100,1,2015-03-01\n1,0,2,2016-01-01\n2,101,0,2015-05-01\n"
    ),
    "concept.csv": (
        "concept_id,concept_code,vocabulary_id,concept_name\n1,C50.911,ICD10CM,a\n"
        "2,C79.51,ICD10CM,b\n101,9-2,SNOMED,Malignant neoplasm of female breast\n"
    ),
    "concept_relationship.csv": "concept_id_1,concept_id_2,relationship_id\n101,1,Mapped from\n",
    "person.csv": "person_id,gender_concept_id\n1,8532\n2,8532\n",
}
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


def _condition(patient: str, code: str) -> dict[str, Any]:
    coding = {"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": code, "display": "x"}
    return {
        "resourceType": "Condition",
        "meta": {"profile": ["http://x/mcode-secondary-cancer-condition|1"]},
        "verificationStatus": {"coding": [{"code": "confirmed"}]},
        "subject": {"reference": f"Patient/{patient}"},
        "code": {"coding": [coding], "text": "x"},
        "onsetPeriod": {"start": "2019-01-02"},
    }


_RESOURCES: Final = [
    {"resourceType": "Patient", "id": "A", "gender": "female"},
    _condition("A", "C50.9"),
    _condition("A", "C79.51"),
    _condition("B", "C61"),
]
_BUNDLE: Final = {"resourceType": "Bundle", "entry": [{"resource": one} for one in _RESOURCES]}
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


_NAACCR: Final = """\
patientIdNumber,primarySite,Sex [220],390,summaryStage2018,N1112,metsAtDxLiver
1,C509,2,20180401,7,1,0
2,C619,1,2019,1,0,9
"""
_NAACCR_XML: Final = """\
<?xml version="1.0" encoding="UTF-8"?>
<NaaccrData specificationVersion="1.7" xmlns="http://naaccr.org/naaccrxml">
  <Patient><Item naaccrId="patientIdNumber">1</Item>
    <Tumor><Item naaccrNum="400">C509</Item><Item naaccrId="metsAtDxBone">1</Item>
      <Item naaccrId="summaryStage2018">7</Item></Tumor>
  </Patient>
</NaaccrData>
"""
_TUMORS: Final = """\
patient_id;topography;morphology;diagnosis date;sex;TNM_M;met_site_1;met_site_2
1;C50.9;8500/3;01.02.2015;F;M1;C41.2;liver
2;C34.1;8140/3;2016-03-04;M;cM0;;
3;C61.9;81403;2017;M;;OSS, PUL;
"""


def _coded(name: str) -> Run:
    return lambda folder, engine: _written(
        read_coded(folder / name, system="ICD-10-CM", engine=engine, patterns=True), folder
    )


def _written(found: Any, folder: Path) -> None:
    """Write what was read, as the command does."""
    found.write(folder / "out.csv")
    found.write_report(folder / "report.json")
    found.write_report(folder / "report.txt")


def _read_table(folder: Path, engine: Any) -> None:
    _written(read_table(folder / "a.csv", folder / "a.yaml", engine=engine), folder)


def _read_matrix(folder: Path, _: Any) -> None:
    (path,) = folder.glob("a.*")
    found = read_matrix(
        path, totals="N", denominator="metastatic_patients", setting="during_course"
    )
    _written(found, folder)


def _check_tables(folder: Path, _: Any) -> None:
    check_tables([folder / "a.csv"], [folder / "a.sources.csv"])


def _parquet() -> bytes:
    """Return the coded diagnoses as Parquet."""
    head, *rows = csv.reader(io.StringIO(_CODED))
    columns = {name: list(cells) for name, *cells in zip(head, *rows, strict=True)}
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file)
    return file.getvalue()


def _bytes(files: Mapping[str, str]) -> dict[str, bytes]:
    return {name: text.encode() for name, text in files.items()}


GRAPH: Final = _small_graph()
_TABLE: Final = assertions_as_csv(
    Assertion(primary="breast", site=site, source="mine", locator="p. 1", frequency="rare")
    for site in ("bone", "liver")
)
_LINES: Final = "\n".join(map(json.dumps, _RESOURCES))

KINDS: Final[dict[str, Kind]] = {
    "coded": Kind(_bytes({"a.csv": _CODED}), _coded("a.csv"), 1),
    "coded, packed": Kind(
        {"a.csv.gz": gzip.compress(_CODED.encode(), mtime=0)}, _coded("a.csv.gz"), 1
    ),
    "coded, in columns": Kind({"a.parquet": _parquet()}, _coded("a.parquet"), 1),
    "seer": Kind(
        _bytes({"a.csv": _SEER, "a.dic": _DICTIONARY}),
        lambda folder, engine: _written(read_seer(folder / "a.csv", engine=engine), folder),
        1,
    ),
    "naaccr": Kind(
        _bytes({"a.csv": _NAACCR}),
        lambda folder, engine: _written(read_naaccr(folder / "a.csv", engine=engine), folder),
        1,
    ),
    "naaccr xml": Kind(
        _bytes({"a.xml": _NAACCR_XML}),
        lambda folder, engine: _written(read_naaccr(folder / "a.xml", engine=engine), folder),
        2,
    ),
    "registry": Kind(
        _bytes({"a.csv": _TUMORS}),
        lambda folder, engine: _written(read_registry(folder / "a.csv", engine=engine), folder),
        1,
    ),
    "cbioportal": Kind(
        _bytes(
            {
                "data_clinical_sample.txt": _SAMPLES,
                "data_clinical_patient.txt": _PEOPLE,
                "meta_study.txt": _META,
            }
        ),
        lambda folder, engine: _written(read_cbioportal(folder, engine=engine), folder),
        1,
    ),
    "omop": Kind(
        _bytes(_OMOP), lambda folder, engine: _written(read_omop(folder, engine=engine), folder), 1
    ),
    "fhir": Kind(
        _bytes({"a.json": json.dumps(_BUNDLE, indent=1)}),
        lambda folder, engine: _written(read_fhir(folder / "a.json", engine=engine), folder),
        2,
    ),
    "fhir lines": Kind(
        {"a.ndjson": _LINES.encode(), "b.ndjson.gz": gzip.compress(_LINES.encode(), mtime=0)},
        lambda folder, engine: _written(read_fhir(folder, engine=engine), folder),
        2,
    ),
    "table": Kind(_bytes({"a.csv": _REGISTRY, "a.yaml": _MAPPING}), _read_table, 2),
    "table of counts": Kind(_bytes({"a.csv": _COUNTS, "a.yaml": _COUNTS_MAPPING}), _read_table, 12),
    "matrix": Kind(_bytes({"a.csv": _MATRIX}), _read_matrix, 12),
    "matrix, packed": Kind({"a.tsv.gz": gzip.compress(_MATRIX.encode(), mtime=0)}, _read_matrix, 5),
    "site map": Kind(
        _bytes({"a.csv": _SITE_MAP}),
        lambda folder, _: read_site_map(folder / "a.csv", CATALOG),
        14,
    ),
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
CATALOG: Final[Catalog] = read_catalog()
