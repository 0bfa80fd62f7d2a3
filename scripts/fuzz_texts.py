"""Sound pages and decided rows to spoil: what ``metastasis read`` and ``accept`` are given.

Apart from ``fuzz_inputs.py`` as ``fuzz_patients.py`` is: by what takes the files in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import metastasis as mets
from fuzz_patients import WrongError
from fuzz_ways import Kind
from metastasis.text import accept

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["TEXTS"]

_PLAIN: Final = (
    "# Where breast cancer spreads\n\nBreast cancer often spreads to the bones (72 %), the liver "
    "and the lungs, but not to the spleen.\nOf 251 men, 152 had bone metastases.\n\n"
    "It may spread to:\n\n- the brain\n- the pleura, rarely\n\n"
    "| Cancer | Main sites of spread |\n|---|---|\n| Melanoma | lung, skin |\n"
)
_HTML: Final = (
    "<!doctype html><meta charset=utf-8><h1>Where breast cancer spreads</h1><p>Breast cancer often "
    "spreads to the <a href=x>bones</a>, the liver &amp; the lungs.<dl><dt>Melanoma<dd>It spreads "
    "to the skin</dl><table><tr><th>Cancer<th>Main sites of spread<tr><td rowspan=2>Lung cancer"
    "<td>brain<tr><td>bone</table><ul><li>the brain<ul><li>the pleura</ul></ul>"
)
_XML: Final = (
    '<?xml version="1.0"?><PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article>'
    "<ArticleTitle>Breast cancer</ArticleTitle><Abstract><AbstractText Label='RESULTS'>Breast "
    "cancer often spreads to the liver.</AbstractText></Abstract></Article></MedlineCitation>"
    "</PubmedArticle></PubmedArticleSet>"
)
_PAGES: Final = {"a.md": _PLAIN, "a.html": _HTML, "a.xml": _XML}
_OWN: Final = mets.Source(key="mine", citation="Mine 2026", design="expert_summary")


def _read(folder: Path, _: Any) -> None:
    (path,) = folder.iterdir()
    readings = mets.read_page(path)
    str(readings.report)
    readings.to_csv()
    readings.to_html()
    if list(mets.read_page(path)) != list(readings):
        raise WrongError("a second run reads something else")


def _accept(folder: Path, _: Any) -> None:
    str(accept(folder / "rows.csv", folder / "a.md", _OWN, reviewer="Tester"))


def _decided() -> bytes:
    read = mets.read_text(_PLAIN).to_csv().replace("\n,", "\naccept,", 3)
    return read.replace("\n,", "\nreject,").encode()


TEXTS: Final[dict[str, Kind]] = {
    **{
        f"page {name}": Kind({name: text.encode()}, _read, 12, group="texts")
        for name, text in _PAGES.items()
    },
    "decided rows": Kind(
        {"rows.csv": _decided(), "a.md": _PLAIN.encode()}, _accept, 12, group="texts"
    ),
}
"""By name, as all kinds."""
