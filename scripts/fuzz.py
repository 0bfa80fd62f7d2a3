"""Give spoiled inputs to every reader: each must be read, or refused with a sentence.

    python3 scripts/fuzz.py [--quick] [--count N] [--seed SEED] [--kind KIND] [--anew]

--quick          300 inputs in place of 5,000
--kind patients  the tables of every reader of patients alone, and what `look` tells of them

Small valid files of every reader, of every form of the graph, and queries, with things wrong in
them: a traceback, an end of the process, ten seconds or 1 GiB is a failure, and so are rows or
patients that do not add up, and a cell that `look` tells. What fails is kept in
``build/fuzz/failures/``, and ends this with 1. A run that was broken off goes on where it was; the
same seed gives the same inputs. Standard library only.
"""

from __future__ import annotations

import sys

import environment

QUICK = ("--count", "300", "--folder", "build/fuzz-quick")


def main() -> None:
    """Set up, and run the inputs."""
    environment.ensure("dev")
    given = [one for one in sys.argv[1:] if one != "--quick"]
    environment.run("scripts/fuzz_run.py", *(QUICK if "--quick" in sys.argv else ()), *given)


if __name__ == "__main__":
    main()
