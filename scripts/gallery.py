"""Draw one page of everything: every kind of picture, its places and themes, and a page to look at.

    python3 scripts/gallery.py [KIND ...]

Writes ``build/gallery/index.html`` with its pictures beside it. The page works from the file
system and loads nothing from elsewhere.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import environment
import gallery_examples as examples
from gallery_page import Picture, page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gallery_examples import Example

FOLDER = environment.ROOT / "build" / "gallery"
FORMATS = ("png", "svg", "pdf", "html")
"""Of each example; EPS and TIFF are for those who send a picture to a printer."""


def main(names: list[str]) -> None:
    """Draw the named kinds, or all, in the environment of the project."""
    python = environment.ensure("dev")
    if Path(sys.prefix).resolve() != environment.FOLDER.resolve():
        sys.exit(subprocess.run([str(python), __file__, *names], check=False).returncode)
    start = time.perf_counter()
    count = build(FOLDER, chosen(names))
    taken = time.perf_counter() - start
    print(f"{count} pictures in {taken:.0f} s: open {FOLDER / 'index.html'}")


def chosen(names: Sequence[str]) -> list[Example]:
    """Return the examples of the named kinds, or of all; an unknown kind ends the run."""
    from metastasis._errors import UnknownNameError
    from metastasis.pictures import KINDS, find_kind

    try:
        for name in names:
            find_kind(name)
    except UnknownNameError as error:
        sys.exit(str(error))
    return [one for kind in dict.fromkeys(names or KINDS) for one in examples.of_kind(kind)]


def build(folder: Path, wanted: Sequence[Example]) -> int:
    """Draw the examples anew into a folder, with their page; return how many.

    The folder takes its place when all is drawn: a run that ends early leaves the old one.
    """
    import metastasis
    from metastasis._cli.progress import steps
    from metastasis._files import write_text
    from metastasis._vocabulary import NOT_CLINICAL
    from metastasis.pictures import KINDS

    draft = folder.with_name(f"{folder.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    kg = metastasis.load()
    pictures = []
    with steps(len(wanted), "drawing") as step:
        for example in wanted:
            pictures.append(draw(kg, example, draft))
            step(f"drew {example.stem}")
    kinds = {one.kind: KINDS[one.kind].shows for one in wanted}
    write_text(draft / "index.html", page(pictures, kinds, FORMATS, NOT_CLINICAL))
    shutil.rmtree(folder, ignore_errors=True)
    draft.replace(folder)
    return len(pictures)


def draw(kg: Any, example: Example, folder: Path) -> Picture:
    """Write one example in every format; return what the page says of it."""
    from metastasis.pictures import find_kind

    graph = example.graph() if example.graph else kg
    diagram = find_kind(example.kind)(graph, **example.options)
    for name in FORMATS:
        diagram.save(folder / f"{example.stem}.{name}")
    width, height = (round(96 * inches) for inches in diagram.figure.get_size_inches())
    return Picture(
        kind=example.kind,
        stem=example.stem,
        shows=example.shows,
        title=diagram.title,
        alt_text=diagram.alt_text,
        caption=diagram.caption,
        call=diagram.call,
        size=(width, height),
    )


if __name__ == "__main__":
    main(sys.argv[1:])
