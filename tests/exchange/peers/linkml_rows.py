"""What LinkML has to say of a schema, and which rows three validators take.

Arguments: the schema in LinkML, the schema in JSON Schema, the rows as a list in JSON.
"""

import json
import sys
from pathlib import Path

from jsonschema import Draft201909Validator, Draft202012Validator
from linkml.generators.jsonschemagen import JsonSchemaGenerator
from linkml.linter.linter import Linter
from linkml.validator import Validator
from linkml.validator.plugins import JsonschemaValidationPlugin

schema, ours, rows = sys.argv[1:]
rows = json.loads(Path(rows).read_text(encoding="utf-8"))
ours = json.loads(Path(ours).read_text(encoding="utf-8"))
generated = JsonSchemaGenerator(schema, include_null=False).serialize()
linkml = Validator(schema, validation_plugins=[JsonschemaValidationPlugin(closed=True)])
takes = {
    "linkml": lambda row: not linkml.validate(row, "Assertion").results,
    "generated": Draft201909Validator(json.loads(generated)).is_valid,
    "ours": Draft202012Validator(ours).is_valid,
}
Draft202012Validator.check_schema(ours)
answer = {
    "problems": [str(one.message) for one in Linter.validate_schema(schema)],
    "verdicts": {name: [bool(take(row)) for row in rows] for name, take in takes.items()},
}
sys.stdout.write(f"{json.dumps(answer)}\n")
