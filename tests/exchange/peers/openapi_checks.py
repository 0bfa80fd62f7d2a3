"""Whether the description of an API is valid, and whether the API keeps to it."""

import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

from openapi_spec_validator import OpenAPIV31SpecValidator

address = sys.argv[1]
with urlopen(address) as answer:  # noqa: S310 - a server of the test's own
    document = json.load(answer)
faults = [str(error)[:300] for error in OpenAPIV31SpecValidator(document).iter_errors()]
program = str(Path(sys.executable).with_name("schemathesis"))
checks = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
)
done = subprocess.run(
    [
        program,
        *("run", address, "--url", address, "--checks", ",".join(checks)),
        *("--max-examples", "12", "--seed", "1", "--phases", "fuzzing", "--no-color"),
    ],
    capture_output=True,
    text=True,
    check=False,
)
if done.returncode:
    faults.append(done.stdout[-6000:] + done.stderr[-1000:])
found = re.search(r"(\d+) generated", done.stdout)
print(
    json.dumps(
        {
            "version": document["openapi"][:3],
            "faults": faults,
            "asked": int(found[1]) if found else 0,
        }
    )
)
