"""What the SPARQLStore of rdflib is answered by an endpoint, and how many triples it sees."""

import json
import sys
from pathlib import Path

from rdflib import Graph
from rdflib.plugins.stores.sparqlstore import SPARQLStore

endpoint, path = sys.argv[1:]
questions = json.loads(Path(path).read_text("utf-8"))

graph = Graph(SPARQLStore(endpoint, method="POST"))
answers = {}
for name, (text, kind) in questions.items():
    found = graph.query(text)
    if kind == "construct":
        answers[name] = found.graph.serialize(format="nt")
    else:
        answers[name] = json.loads(found.serialize(format="json"))
print(json.dumps({"answers": answers, "size": len(graph)}))
