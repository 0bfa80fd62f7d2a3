"""``metastasis site``: the pages as files for any web space."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metastasis._clean import is_web_address
from metastasis._cli.options import open_graph
from metastasis._cli.output import NOTICE, say
from metastasis._cli.progress import steps
from metastasis._cli.shell import stop

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["site"]

_STEPS: Final = 2
_MEGABYTE: Final = 1e6


def site(out: Path, *, address: str | None = None, graph: str | None = None) -> None:
    """Write the pages of the graph as files that any web space can host.

    Each cancer, site, pair and source has a page with its data beside it, and the SPARQL page runs
    its queries in the reader's browser: no server answers anything. All files take their place
    together, as a whole folder.

    Example: metastasis site public

    Example: metastasis site public --address https://example.org/metastasis/

    Parameters
    ----------
    out : FOLDER
        The folder to write: one that is not there yet, is empty, or holds an earlier site.
    address : URL
        Where the site will be on the web: then it has a sitemap, and redirects for w3id.org.
    """
    from metastasis.serve import write_site

    if address is not None and not is_web_address(address):
        stop(f"--address {address}: give an address of the web, as https://example.org/", 2)
    kg = open_graph(graph)
    with steps(_STEPS, "writing the site") as step:
        written = write_site(kg, out, address=address, progress=step)
    size = f"{written.size / _MEGABYTE:.1f} MB"
    say(f"wrote {written.files:,} files, {size}, to {out}\n{NOTICE}")
