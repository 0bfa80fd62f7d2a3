"""What the Bioregistry has to say of records of new prefixes, by its own models and rules."""

import json
import sys
from pathlib import Path

import bioregistry
from bioregistry.schema import Resource

registry = bioregistry.Manager()
spaces = {one.get_uri_prefix() for one in registry.registry.values()}


def faults_of(prefix, record):
    """Yield what is wrong with a record."""
    resource = Resource(prefix=prefix, **record)
    if registry.normalize_prefix(prefix) is not None:
        yield f"{prefix} is taken"
    for example in resource.get_examples():
        if not resource.is_valid_identifier(example):
            yield f"{prefix}: {example} does not fit {resource.get_pattern()}"
    for name in ("name", "description", "homepage", "pattern", "example", "license"):
        if not getattr(resource, name):
            yield f"{prefix} has no {name}"
    if not (resource.get_uri_format() or "").endswith("$1"):
        yield f"{prefix} has no address that ends with $1"
    if resource.get_uri_prefix() in spaces:
        yield f"the address of {prefix} is taken"


records = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
faults = [fault for item in records.items() for fault in faults_of(*item)]
sys.stdout.write(f"{json.dumps(faults)}\n")
