"""Set everything up and build the whole graph into ``build/``.

    python3 scripts/build.py

Makes ``.venv``, installs the project, writes the graph in every form and two pictures into
``build/``, and prints a summary and three answers. Standard library only.
"""

from __future__ import annotations

import shutil
import sys

import environment

BUILD = environment.ROOT / "build"
RELEASE = environment.ROOT / "ontology" / "release"
SHIPPED = ("metastasis.nq", "metastasis.evidence.json")

ANSWERS = (
    (
        "Which cancers share liver and bone metastasis?",
        ["primaries", "liver", "bone", "--how", "all", "--edge", "commonly"],
    ),
    ("Where does breast cancer commonly spread?", ["sites", "breast", "--edge", "commonly"]),
    ("Who says that prostate cancer spreads to bone?", ["explain", "prostate", "bone"]),
)


def main() -> None:
    """Set up, build, draw, ask."""
    environment.ensure("dev")
    metastasis("build", "--out", "build")
    renew_release()
    pictures = BUILD / "pictures"
    metastasis("draw", "network", "--out", str(pictures / "network.png"))
    metastasis("draw", "heatmap", "--out", str(pictures / "heatmap.png"))
    show("What is in it", ["info", "--format", "table"])
    for question, arguments in ANSWERS:
        rows = [] if arguments[0] == "explain" else ["--format", "table"]
        show(question, [*arguments, *rows])
    print("\nNext: . .venv/bin/activate && metastasis --help")


def renew_release() -> None:
    """Bring the shipped graph and its index up to date with the tables they are built from."""
    RELEASE.mkdir(exist_ok=True)
    for name in SHIPPED:
        built, shipped = BUILD / name, RELEASE / name
        if not shipped.exists() or shipped.read_bytes() != built.read_bytes():
            draft = shipped.with_suffix(".draft")
            shutil.copyfile(built, draft)
            draft.replace(shipped)
            print(f"renewed {shipped.relative_to(environment.ROOT)}: commit it with your change")


def show(title: str, arguments: list[str]) -> None:
    """Print a title and what a command answers."""
    print(f"\n{title}\n  metastasis {' '.join(arguments)}\n", flush=True)
    metastasis(*arguments)


def metastasis(*arguments: str) -> None:
    """Run the command line of the environment."""
    environment.run("-m", "metastasis", *arguments)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.exit(__doc__)
    main()
