"""Set everything up and pass all tests.

    python3 scripts/test.py [--quick | --nightly] [pytest arguments]

--quick     what takes no seconds: for the loop of a developer
--nightly   properties with 500 examples each

What other tools read is asked by ``exchange.py``. Other arguments go to pytest. Makes the same
``.venv`` as ``build.py``, with the developers' extras. Standard library only.
"""

from __future__ import annotations

import os
import sys

import environment

PARALLEL = ("-n", "auto", "--dist", "loadgroup")
OTHERS = "not exchange"
SLOW = f"not slow and not wheel and not notebook and not ontologies and {OTHERS}"
RINGS = {
    "--quick": ("--hypothesis-profile", "quick", "-m", SLOW),
    "--nightly": ("--hypothesis-profile", "nightly", "-m", OTHERS),
}
"""What pytest is told for each ring; conftest.py has the profiles of Hypothesis."""


def main() -> None:
    """Set up and run pytest."""
    arguments = sys.argv[1:]
    chosen = [ring for ring in RINGS if ring in arguments]
    if len(chosen) > 1:
        sys.exit("choose --quick or --nightly")
    ring = RINGS[chosen[0]] if chosen else ("-m", OTHERS)
    given = [one for one in arguments if one not in RINGS]
    environment.ensure("dev")
    # Hundreds of tests start a Python: what it compiles is kept, out of the checkout's way.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ.setdefault("PYTHONPYCACHEPREFIX", str(environment.ROOT / "build" / "pycache"))
    print(f"tests : source = {ratio():.2f} (lines; the goal is 0.8)", flush=True)
    # Whoever names tests gets them in one process, where a debugger works.
    environment.run("-m", "pytest", *ring, *(given or PARALLEL))


def ratio() -> float:
    """Return how many lines of tests there are for each line of the package."""
    tests, source = (
        sum(
            len(path.read_text(encoding="utf-8").splitlines())
            for path in (environment.ROOT / folder).rglob("*.py")
        )
        for folder in ("tests", "graph")
    )
    return tests / source


if __name__ == "__main__":
    main()
