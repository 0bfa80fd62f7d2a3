"""What rocrate reads of a folder, and what the RO-Crate validator has to say of it.

The context of RO-Crate is taken from the package rocrate: nothing is asked of the network.
"""

import io
import json
import sys
from importlib.resources import files

import rdflib.parser
import requests
from rocrate.rocrate import ROCrate
from rocrate_validator import services
from rocrate_validator.models import Severity, ValidationSettings

CONTEXT = files("rocrate").joinpath("data/ro-crate.jsonld").read_bytes()


def send(_adapter, request, **_options):
    """Answer with the context, whatever is asked for."""
    answer = requests.Response()
    answer.status_code = 200
    answer.headers["Content-Type"] = "application/ld+json"
    answer.raw = io.BytesIO(CONTEXT)
    answer.url, answer.request = request.url, request
    return answer


def urlopen(request):
    """Answer rdflib likewise."""
    answer = io.BytesIO(CONTEXT)
    answer.headers = {"content-type": "application/ld+json"}
    answer.info = lambda: answer.headers
    answer.geturl = lambda: request.full_url
    return answer


requests.adapters.HTTPAdapter.send = send
rdflib.parser._urlopen = urlopen

folder = sys.argv[1]
crate = ROCrate(folder)
result = services.validate(
    ValidationSettings(
        rocrate_uri=folder,
        profile_identifier="ro-crate-1.2",
        requirement_severity=Severity.RECOMMENDED,
        no_cache=True,
    )
)
answer = {
    "version": crate.version,
    "name": crate.name,
    "license": crate.license.id,
    "files": {
        one.id: [one.get("contentSize"), one.get("sha256"), one.get("encodingFormat")]
        for one in crate.data_entities
    },
    "issues": [
        [issue.severity.name, issue.message] for issue in result.get_issues(Severity.RECOMMENDED)
    ],
}
sys.stdout.write(f"{json.dumps(answer)}\n")
