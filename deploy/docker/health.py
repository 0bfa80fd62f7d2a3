"""Ask a server of Metastasis whether it answers: ends with 0 if so, and with 1 and a reason if not.

    python health.py http://127.0.0.1:8000/

It asks a query that no cache answers, so that a server whose workers are gone is told. Standard
library only.
"""

from __future__ import annotations

import json
import sys
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

SECONDS = 4
QUESTION = (
    "ASK { FILTER(NOW() > '2000-01-01T00:00:00Z'^^<http://www.w3.org/2001/XMLSchema#dateTime>) }"
)
"""True on every graph; what holds the time of day is run anew each time."""


def main(address: str) -> str | None:
    """Return what is wrong, or None."""
    asked = f"{address}sparql?{urlencode({'query': QUESTION})}"
    request = Request(asked, headers={"Accept": "application/sparql-results+json"})  # noqa: S310
    try:
        with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - the address is ours
            is_true = json.load(answer)["boolean"]
    except (URLError, OSError, ValueError, KeyError) as error:
        return f"{address} does not answer: {error}"
    return None if is_true else f"{address} answers wrongly"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2] or ["http://127.0.0.1:8000/"]))
