"""What schema.org's own definitions, as rocrate ships them, say against a description.

Each property has to be one of schema.org, and one of the class that it stands on.
"""

import json
import sys
from importlib.resources import files
from pathlib import Path

text = files("rocrate").joinpath("data/schema.jsonld").read_text(encoding="utf-8")
terms = {one["@id"].removeprefix("schema:"): one for one in json.loads(text)["@graph"]}


def names(term, key):
    """Return what a term has by a key, without the prefix."""
    found = terms.get(term, {}).get(key, [])
    return {
        one["@id"].removeprefix("schema:")
        for one in (found if isinstance(found, list) else [found])
    }


def lineage(kind):
    """Return a class and all that are broader."""
    return {kind}.union(*(lineage(one) for one in names(kind, "rdfs:subClassOf")))


def faults(thing, where):
    """Yield what is wrong with a thing and all that is in it."""
    kind = thing.get("@type")
    if kind not in terms:
        yield f"{where}: no class {kind}"
        return
    for name, value in thing.items():
        if name.startswith("@"):
            continue
        if not names(name, "schema:domainIncludes") & lineage(kind):
            yield f"{where}: {name} is no property of {kind}"
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict) and "@type" in inner:
                yield from faults(inner, f"{where}/{name}")


described = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
answer = {"terms": len(terms), "faults": sorted(faults(described, ""))}
sys.stdout.write(f"{json.dumps(answer)}\n")
