"""How many faults ``linkml-validate`` finds in each table: a schema, then tables in CSV."""

import json
import sys

from linkml.validator import Validator
from linkml.validator.loaders import CsvLoader
from linkml.validator.plugins import JsonschemaValidationPlugin

schema, *tables = sys.argv[1:]
validator = Validator(schema, validation_plugins=[JsonschemaValidationPlugin(closed=True)])
faults = {}
for table in tables:
    loader = CsvLoader(table, schema_path=schema, target_class="Assertion")
    faults[table] = len(validator.validate_source(loader, "Assertion").results)
sys.stdout.write(f"{json.dumps(faults)}\n")
