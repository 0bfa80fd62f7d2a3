"""What csvw reads of each table with its metadata: whether it is valid, and its rows."""

import json
import sys

from csvw import CSVW

answers = []
for metadata in sys.argv[1:]:
    described = CSVW(metadata, validate=True)
    valid = bool(described.is_valid)
    rows = []
    if valid:
        (table,) = described.tables
        rows = [
            {name: str(cell) for name, cell in row.items() if cell is not None} for row in table
        ]
    answers.append({"valid": valid, "rows": rows})
sys.stdout.write(f"{json.dumps(answers)}\n")
