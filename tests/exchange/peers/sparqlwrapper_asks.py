"""What SPARQLWrapper is answered by an endpoint: each question, and one in every way and form."""

import csv
import io
import json
import sys
from pathlib import Path

from rdflib import Graph
from SPARQLWrapper import (
    CSV,
    GET,
    JSON,
    JSONLD,
    POST,
    POSTDIRECTLY,
    RDFXML,
    TSV,
    TURTLE,
    XML,
    SPARQLWrapper,
)

endpoint, path = sys.argv[1:]
questions = json.loads(Path(path).read_text("utf-8"))


def wrapper(text, form, method=GET, *, direct=False):
    asked = SPARQLWrapper(endpoint)
    asked.setQuery(text)
    asked.setReturnFormat(form)
    asked.setMethod(method)
    if direct:
        asked.setRequestMethod(POSTDIRECTLY)
    return asked


def lines(graph):
    text = graph.serialize(format="nt")
    return [line for line in text.splitlines() if line]


def cells(found, form):
    """Return the first column of an answer as text, whatever its form."""
    if form == JSON:
        first = found["head"]["vars"][0]
        return [row[first]["value"] for row in found["results"]["bindings"]]
    if form == XML:
        return [
            one.getElementsByTagName("binding")[0].firstChild.firstChild.data
            for one in found.getElementsByTagName("result")
        ]
    rows = list(csv.reader(io.StringIO(found.decode()), delimiter="," if form == CSV else "\t"))
    return [row[0].strip("<>") for row in rows[1:]]


every = {}
for name, (text, kind) in questions.items():
    if kind == "construct":
        raw = wrapper(text, TURTLE).query().convert()
        every[name] = "\n".join(lines(Graph().parse(data=raw, format="turtle"))) + "\n"
    else:
        every[name] = wrapper(text, JSON, POST).query().convert()

text = next(text for text, kind in questions.values() if kind == "select")
ways = {}
for way, method, direct in (("GET", GET, False), ("POST", POST, False), ("direct", POST, True)):
    for form in (JSON, XML, CSV, TSV):
        found = wrapper(text, form, method, direct=direct).query().convert()
        ways[f"{way} {form}"] = cells(found, form)

constructed, text = next(
    (name, text) for name, (text, kind) in questions.items() if kind == "construct"
)
graphs = {}
for form, parser in ((TURTLE, "turtle"), (JSONLD, None), (RDFXML, None)):
    found = wrapper(text, form).query().convert()
    if parser:
        found = Graph().parse(data=found, format=parser)
    graphs[form] = lines(found)

print(json.dumps({"all": every, "ways": ways, "graphs": graphs, "constructed": constructed}))
