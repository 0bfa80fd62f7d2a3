"""Build the documentation into ``build/docs``, and check every link of it.

    python3 scripts/docs.py

Brings together what stands in ``docs/``, the notebooks as they are stored, parts of README and
CONTRIBUTING, and pages made from the code and the vocabulary; calls Sphinx with warnings as errors;
and then reads every page: a link has to lead somewhere, nothing may be loaded from elsewhere, and
each page says that nothing here is for clinical use. No notebook is run and nothing is fetched.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import environment

BUILD = environment.ROOT / "build"
SITE = BUILD / "docs"


def main() -> None:
    """Build in the environment of the project, and say where the first page is."""
    python = environment.ensure("dev")
    if Path(sys.prefix).resolve() != environment.FOLDER.resolve():
        sys.exit(subprocess.run([str(python), __file__], check=False).returncode)
    build(SITE)
    print(f"documentation: open {SITE / 'index.html'}")


def build(site: Path) -> None:
    """Build all pages into a folder; a fault ends the run.

    The folder takes its place when all is well: a run that ends early leaves the old one.
    """
    from sphinx.cmd.build import build_main

    import docs_pages
    import docs_site

    source, draft = BUILD / "docs-source", BUILD / "docs.draft"
    for folder in (source, draft):
        shutil.rmtree(folder, ignore_errors=True)
    docs_pages.assemble(source)
    options = ["--quiet", "--fail-on-warning", "--nitpicky", "--fresh-env", "-j", "auto"]
    cache = ["--doctree-dir", str(BUILD / "docs-doctrees")]
    if code := build_main([*options, *cache, str(source), str(draft)]):
        sys.exit(code)
    if faults := docs_site.faults(draft):
        sys.exit("\n".join([*faults, f"{len(faults)} faults in the pages"]))
    shutil.rmtree(site, ignore_errors=True)
    draft.replace(site)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.exit(__doc__)
    main()
