"""Set everything up and pass all tests.

    python3 scripts/test.py [--quick | --nightly] [pytest arguments]

--quick     what takes no seconds: for the loop of a developer, under a minute
--nightly   properties with 500 examples each

Other arguments go to pytest. Makes the same ``.venv`` as ``build.py``, with the developers' extras.
Standard library only.
"""

from __future__ import annotations

import sys

import environment

PARALLEL = ("-n", "auto", "--dist", "loadgroup")
SLOW = "not slow and not wheel and not notebook and not ontologies"
RINGS = {
    "--quick": ("--hypothesis-profile", "quick", "-m", SLOW),
    "--nightly": ("--hypothesis-profile", "nightly"),
}
"""What pytest is told for each ring; conftest.py has the profiles of Hypothesis."""


def main() -> None:
    """Set up and run pytest."""
    arguments = sys.argv[1:]
    chosen = [ring for ring in RINGS if ring in arguments]
    if len(chosen) > 1:
        sys.exit("choose --quick or --nightly")
    ring = RINGS[chosen[0]] if chosen else ()
    given = [one for one in arguments if one not in RINGS]
    environment.ensure("dev")
    # Whoever names tests gets them in one process, where a debugger works.
    environment.run("-m", "pytest", *ring, *(given or PARALLEL))


if __name__ == "__main__":
    main()
