"""``metastasis accept``: what a person decided becomes evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metastasis._cli.output import NOTICE, say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["accept"]


def accept(
    rows: Path,
    *,
    source: str,
    page: Sequence[str],
    sources: Sequence[Path] = (),
    reviewer: str | None = None,
    text_column: str | None = None,
    out: Path | None = None,
    rejections: Path | None = None,
) -> None:
    """Take decided rows of metastasis read into an assertion table.

    Each page is hashed again and each quote read again; every fault of every row is told in one go,
    and nothing is written then. What is rejected is remembered, so that metastasis read does not
    ask again. Rows that stand in the table already stay; what is decided again is decided as now.

    Example: metastasis accept rows.csv --source author-2026 --page page.txt --reviewer 'A. Person'

    Parameters
    ----------
    rows : ROWS
        The table with a decision in each row: accept, reject or edit.
    source : KEY
        The source that the pages are: a key of the catalog, or of a table of your own.
    page : PAGE
        A page that the rows were read in; may be given again.
    sources : FILE
        A table of your own sources, with the columns of ontology/catalog/sources.csv; one that
        stands beside the output, KEY.sources.csv, is read too; may be given again.
    reviewer : NAME
        Who decided the rows that name no one.
    text_column : COLUMN
        The column of texts, where a page is a table.  [default: the usual]
    out
        The assertion table.  [default: KEY.csv]
    rejections : FILE
        The table of rejections.  [default: KEY.rejected.csv, beside the assertion table]
    """
    from pathlib import Path

    from metastasis.text._review.intake import SOURCES, write_acceptance
    from metastasis.text._review.intake import accept as take_in

    table = out or Path(f"{source}.csv")
    beside = table.with_suffix(SOURCES)
    own = {one.resolve(): one for one in (*sources, *([beside] if beside.is_file() else []))}
    found = take_in(
        rows, page, source, sources=list(own.values()), reviewer=reviewer, column=text_column
    )
    said = write_acceptance(found, table, rejections)
    say("\n".join([*found.remarks, str(found), *said, NOTICE]))
