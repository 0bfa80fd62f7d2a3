"""Reading: a page, block by block and sentence by sentence, becomes readings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from metastasis.text._confidence import rated
from metastasis.text._flags import shipped_evidence
from metastasis.text._page_reader import PageReader
from metastasis.text._pages.open import open_page, page_of_text
from metastasis.text._pages.page import TextPage
from metastasis.text._readings import Readings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metastasis._evidence.evidence import Evidence
    from metastasis.text._reading import Reading

__all__ = ["read_page", "read_text"]


def read_text(
    text: str,
    *,
    address: str | None = None,
    title: str | None = None,
    name: str = "text",
    evidence: Evidence | None = None,
) -> Readings:
    """Return what a plain or Markdown text says about where cancers spread.

    Nothing of it is evidence before a person has looked at it: rules make mistakes, and each
    reading says where it stands, how sure it is and what to look at.

    ``address`` and ``title`` help to tell which cancer a page is about; nothing is fetched.
    ``evidence`` is what the flags ``new_pair`` and ``contradicts`` are held to, by default that of
    the shipped graph.

    >>> import metastasis as mets
    >>> for row in mets.read_text("Prostate cancer often spreads to bone, rarely to the brain."):
    ...     print(row.primary, row.site, row.frequency, row.start, row.end)
    prostate bone common 0 59
    prostate brain rare 0 59
    """
    return _read(page_of_text(text, address, title, name), evidence)


def read_page(
    page: TextPage | Path | str, *, address: str | None = None, evidence: Evidence | None = None
) -> Readings:
    """Return what a page says about where cancers spread.

    ``page`` is a file: plain text, Markdown, HTML, the text of a PDF or a PDF, or an article of
    PubMed or JATS. Positions count the characters of the decoded file.

    Raises
    ------
    ReadError
        The file is not there, or is no page: it says what it is instead.
    """
    if not isinstance(page, TextPage):
        path = Path(page)
        page = open_page(_bytes_of(path), str(path), address)
    return _read(page, evidence)


def _bytes_of(path: Path) -> bytes:
    from metastasis.text._pages.sources import bytes_of

    return bytes_of(path)


def _read(page: TextPage, evidence: Evidence | None) -> Readings:
    reader = PageReader(page, shipped_evidence() if evidence is None else evidence)
    rows = list(_best_said(tuple(reader.readings())))
    reader.report.rows = len(rows)
    return Readings(rated(rows, page), reader.report)


def _best_said(rows: tuple[Reading, ...]) -> Iterator[Reading]:
    """Yield the rows but those that say nothing of a pair of which the page says more elsewhere."""
    told = {(row.primary, row.site) for row in rows if _tells(row)}
    return (row for row in rows if _tells(row) or (row.primary, row.site) not in told)


def _tells(row: Reading) -> bool:
    """Return whether a row has a word of frequency or a number."""
    counts = row.count is not None or row.percent is not None
    return counts or row.cue_span is not None or row.frequency not in {None, "possible"}
