"""Read and validate SSSOM tables with sssom-py; print the rows that it reads, and its faults."""

import json
import sys

from sssom.parsers import parse_sssom_table
from sssom.validators import validate

FIELDS = ("subject_id", "predicate_id", "object_id", "object_label", "mapping_justification")


def read(path):
    """Return what is read of one table."""
    table = parse_sssom_table(path)
    faults = [
        f"{kind}: {result.message}"
        for kind, report in (validate(table, fail_on_error=False) or {}).items()
        for result in report.results
    ]
    rows = table.df.reindex(columns=FIELDS).fillna("").astype(str).values.tolist()
    named = {name: table.metadata.get(name) for name in ("mapping_set_id", "license")}
    return {"faults": faults, "rows": rows, **named}


print(json.dumps({path: read(path) for path in sys.argv[1:]}))
