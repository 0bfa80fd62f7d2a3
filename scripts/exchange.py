"""Hold the files that leave to the tools of their fields, each in an environment of its own.

    python3 scripts/exchange.py [pytest arguments]

Installs the tools from their package registries into ``build/peers/`` (a few minutes the first
time), lets them read every form of the graph, and compares what they read with what is held. What
they are and in which version stands in ``tests/exchange/``. Arguments go to pytest, such as
``-k kgx``. Standard library only.
"""

from __future__ import annotations

import sys

import environment

SIDE_BY_SIDE = ("-n", "2", "--dist", "loadfile")


def main() -> None:
    """Set up, and run the tests of exchange."""
    environment.ensure("dev")
    environment.run(
        "-m", "pytest", "tests/exchange", "-m", "exchange", *(sys.argv[1:] or SIDE_BY_SIDE)
    )


if __name__ == "__main__":
    main()
