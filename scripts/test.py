"""Set everything up and pass all tests.

    python3 scripts/test.py [pytest arguments]

Makes the same ``.venv`` as ``build.py``, with the developers' extras. Standard library only.
"""

from __future__ import annotations

import sys

import environment


def main() -> None:
    """Set up and run pytest."""
    environment.ensure("dev")
    environment.run("-m", "pytest", *(sys.argv[1:] or ["-n", "auto", "--dist", "loadgroup"]))


if __name__ == "__main__":
    main()
