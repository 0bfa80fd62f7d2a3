"""Parse statements of the Knowledge Graph Change Language with kgcl-schema, line by line.

Prints for each line the class of the change and what it is about.
"""

import json
import sys
from pathlib import Path

from kgcl_schema.grammar.parser import parse_statement

FIELDS = (
    "about_node",
    "name",
    "old_value",
    "new_value",
    "annotation_property",
    "subject",
    "predicate",
    "object",
)


def told(change):
    """Return the class of a change and its parts that are filled."""
    shown = {}
    for part in (getattr(change, "about_edge", None), change):
        values = {name: getattr(part, name, None) for name in FIELDS}
        shown |= {name: str(value) for name, value in values.items() if value is not None}
    return [type(change).__name__, shown]


lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
print(json.dumps([told(parse_statement(line)) for line in lines]))
