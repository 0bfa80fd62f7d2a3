"""``metastasis accept``: what a person decided becomes evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metastasis._cli.output import NOTICE, say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from metastasis._catalog import Catalog
    from metastasis.text._review.accept import Acceptance

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

    from metastasis.text._review.accept import accept_rows
    from metastasis.text._review.row_table import read_review
    from metastasis.text._sources import pages_of

    table = out or Path(f"{source}.csv")
    catalog = _catalog(source, table, sources)
    found = accept_rows(
        read_review(rows),
        pages_of(page, column=text_column),
        source,
        catalog,
        reviewer=reviewer,
    )
    said = _write(found, table, rejections)
    say("\n".join([*found.remarks, str(found), *said, NOTICE]))


def _catalog(source: str, table: Path, sources: Sequence[Path]) -> Catalog:
    """Return the catalog with the user's own sources, in which the source is.

    Raises
    ------
    UnknownNameError
        It is in none of them; the message says how to describe it.
    EvidenceError
        Its design says that nobody looks at what is read in it.
    """
    from metastasis._errors import EvidenceError
    from metastasis._evidence.assertion_table import check_tables

    beside = table.with_suffix(".sources.csv")
    tables = [*sources, *([beside] if beside.is_file() else [])]
    catalog = check_tables([], list({one.resolve(): one for one in tables}.values())).catalog
    if source not in catalog.sources:
        raise _unknown(source, beside, list(catalog.sources))
    if catalog.sources[source].design == "text_extraction":
        raise EvidenceError(
            f"the design of {source} is text_extraction, which no one has checked; what a person "
            "accepts is of the page itself: give the source that the page is"
        )
    return catalog


def _unknown(source: str, beside: Path, known: Sequence[str]) -> Exception:
    from difflib import get_close_matches

    from metastasis._catalog.source_table import SOURCE_COLUMNS
    from metastasis._errors import UnknownNameError
    from metastasis._vocabulary import LISTS

    near = get_close_matches(source, known, 1)
    begun = f" Did you mean {near[0]!r}? Or describe" if near else " Describe"
    given = {"key": source, "citation": "AUTHOR. TITLE. YEAR", "design": "DESIGN"}
    lines = (",".join(SOURCE_COLUMNS), ",".join(given.get(name, "") for name in SOURCE_COLUMNS))
    designs = ", ".join(one for one in LISTS["design"] if one != "text_extraction")
    hint = f"{begun} it in {beside}, in two lines like these; a design is one of {designs}:"
    return UnknownNameError("source", source, near, hint="\n".join([hint, *lines]))


def _write(found: Acceptance, table: Path, rejections: Path | None) -> list[str]:
    """Write both tables, with what stood there before; return what to say of it."""
    from metastasis._errors import WriteError
    from metastasis._evidence.assertion_table import assertions_as_csv, read_assertions
    from metastasis._files import together, write_text
    from metastasis._ledger import check_output
    from metastasis.text._review.decided import REJECTED, read_rejections, write_rejections

    rejected = rejections or table.with_suffix(REJECTED)
    if rejected.resolve() == table.resolve():
        raise WriteError(table, "--out and --rejections name the same file")
    check_output(table, "out")
    check_output(rejected, "rejections")
    assertions, others = found.beside(
        read_assertions(table) if table.is_file() else [],
        read_rejections(rejected) if rejected.is_file() else [],
    )
    said = []
    with together():
        if assertions or table.is_file():
            write_text(table, assertions_as_csv(assertions), updates=True)
            said.append(f"wrote {table}: {len(assertions)} assertions")
        if others or rejected.is_file():
            write_rejections(others, rejected)
            said.append(
                f"wrote {rejected}: metastasis read --assertions {table} does not ask again"
            )
    return said
