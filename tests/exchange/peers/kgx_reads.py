"""What KGX reads of a folder, and what it and LinkML find wrong with it by the Biolink Model.

    python kgx_reads.py FOLDER

KGX fetches the model and its prefixes from the network; here they come from the package
``biolink-model``, which is the model. Own prefixes are told to the validator, as the folder's
README asks. LinkML is asked with closed classes, which have no place for columns of our own: it
sees those of Biolink alone. Its JSON Schema of a category that is a list can be met by no value (it
has to be an array and one of two texts), so the category is left to Biolink's own Python classes.
"""

import json
import logging
import sys
from pathlib import Path

import biolink_model
import bmt.toolkit

MODEL = Path(next(iter(biolink_model.__path__)))
SCHEMA = str(MODEL / "schema" / "biolink_model.yaml")
OWN = {
    "primary": "https://w3id.org/metastasis/primary/",
    "site": "https://w3id.org/metastasis/site/",
}

bmt.toolkit.Toolkit.__init__.__defaults__ = (SCHEMA, {"predicate mappings": []})

import kgx.config  # noqa: E402

kgx.config.get_config()
PREFIXES = json.loads((MODEL / "prefixmaps" / "biolink_model_prefix_map.json").read_text())
for name in ("biolink", "monarch_context", "obo_context"):
    kgx.config.jsonld_context_map[name] = dict(PREFIXES)

from biolink_model.datamodel import pydanticmodel_v2  # noqa: E402
from kgx.graph.nx_graph import NxGraph  # noqa: E402
from kgx.source import TsvSource  # noqa: E402
from kgx.transformer import Transformer  # noqa: E402
from kgx.utils.kgx_utils import GraphEntityType  # noqa: E402
from kgx.validator import Validator  # noqa: E402
from linkml.validator import Validator as LinkmlValidator  # noqa: E402
from linkml.validator.plugins import JsonschemaValidationPlugin  # noqa: E402


def stream(files, inspector=None):
    """Let records pass by one by one."""
    Transformer(stream=True).transform(
        {"filename": files, "format": "tsv"}, {"format": "null"}, inspector=inspector
    )


def streamed(files):
    """Return the nodes and edges that pass by."""
    nodes, edges = [], []

    def look(kind, record):
        (nodes if kind == GraphEntityType.NODE else edges).append(record[-1])

    stream(files, look)
    return nodes, edges


def loaded(files):
    """Return the edges of the graph that KGX makes in memory."""
    transformer = Transformer()
    transformer.transform({"filename": files, "format": "tsv"})
    return [data for *_, data in transformer.store.graph.edges(data=True)]


def keyed_by_id(folder):
    """Return the edges of a graph in memory in which each is keyed by its id."""
    graph = NxGraph()
    for record in TsvSource(Transformer()).parse(str(folder / "edges.tsv"), "tsv"):
        subject, thing, _, data = record
        graph.add_edge(subject, thing, data["id"], data=data)
    return [data["id"] for *_, data in graph.edges(data=True)]


def kgx_faults(files, prefixes):
    """Return all that `kgx validate` finds, and what it logs."""
    said = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: said.append(record.getMessage())
    logging.getLogger("KGX").addHandler(handler)
    validator = Validator()
    validator.prefixes |= set(prefixes)
    stream(files, validator)
    logging.getLogger("KGX").removeHandler(handler)
    return [validator.get_errors(), said]


CLASSES = {
    "biolink:Disease": ("disease", pydanticmodel_v2.Disease),
    "biolink:GrossAnatomicalStructure": (
        "gross anatomical structure",
        pydanticmodel_v2.GrossAnatomicalStructure,
    ),
    "biolink:Association": ("association", pydanticmodel_v2.Association),
}


def biolink_faults(records):
    """Return all that LinkML and Biolink's own classes find in records."""
    plugin = JsonschemaValidationPlugin(closed=True)
    validator = LinkmlValidator(SCHEMA, validation_plugins=[plugin])
    found = []
    for record in records:
        asked = {name: one for name, one in record.items() if not name.startswith("met_")}
        name, of_class = CLASSES[record["category"][0]]
        messages = [one.message for one in validator.validate(asked, name).results]
        found += [one for one in messages if not one.endswith(" in /category")]
        try:
            of_class(**asked)
        except ValueError as error:
            found.append(str(error))
    return found


def main(folder):
    files = [str(folder / "nodes.tsv"), str(folder / "edges.tsv")]
    nodes, edges = streamed(files)
    answer = {
        "nodes": nodes,
        "edges": edges,
        "loaded": loaded(files),
        "keyed_by_id": keyed_by_id(folder),
        "kgx": kgx_faults(files, OWN),
        "kgx_untold": kgx_faults(files, ()),
        "biolink": biolink_faults([*nodes, *edges]),
        "model": bmt.toolkit.Toolkit().get_model_version(),
    }
    print(json.dumps(answer))


main(Path(sys.argv[1]))
