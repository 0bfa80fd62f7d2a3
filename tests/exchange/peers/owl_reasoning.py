"""Let HermiT, which owlready2 brings along, reason over OWL in N-Triples.

Prints for each file whether it is consistent, its unsatisfiable classes, and of each class that has
some what classes it is found to be under, by their IRIs.
"""

import contextlib
import json
import sys
from pathlib import Path

import owlready2

MEMORY = 3000  # MB


def reason(path):
    """Return what HermiT finds in a file."""
    world = owlready2.World()
    world.get_ontology(Path(path).absolute().as_uri()).load()
    owlready2.reasoning.JAVA_MEMORY = MEMORY
    try:
        owlready2.sync_reasoner_hermit(world, infer_property_values=False, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        return {"consistent": False, "unsatisfiable": [], "under": {}}
    under = {
        each.iri: sorted(one.iri for one in each.ancestors() if one not in (each, owlready2.Thing))
        for each in world.classes()
    }
    unsatisfiable = sorted(each.iri for each in world.inconsistent_classes())
    return {"consistent": True, "unsatisfiable": unsatisfiable, "under": under}


with contextlib.redirect_stdout(sys.stderr):
    found = {path: reason(path) for path in sys.argv[1:]}
print(json.dumps(found))
