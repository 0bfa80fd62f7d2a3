"""Taking decided rows in from files, and writing what they come to beside what stood there.

Apart from accepting because that knows rows and pages, and this files and catalogs.
"""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from metastasis._catalog import Catalog, Source
from metastasis._catalog.source_table import SOURCE_COLUMNS
from metastasis._errors import EvidenceError, UnknownNameError, WriteError
from metastasis._evidence.assertion_table import assertions_as_csv, check_tables, read_assertions
from metastasis._files import together, write_text
from metastasis._ledger import check_output
from metastasis._vocabulary import LISTS
from metastasis.text._pages.page import TextPage
from metastasis.text._pages.sources import pages_of
from metastasis.text._review.accept import Acceptance, accept_rows
from metastasis.text._review.decided import REJECTED, read_rejections, write_rejections
from metastasis.text._review.row_table import read_review

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["SOURCES", "accept", "write_acceptance"]

SOURCES = ".sources.csv"
"""The ending of the table of sources that stands beside an assertion table."""
_UNCHECKED = "text_extraction"


def accept(
    rows: Path | str,
    pages: Iterable[Path | str | TextPage] | Path | str | TextPage,
    source: str | Source,
    *,
    sources: Sequence[Path] = (),
    reviewer: str | None = None,
    column: str | None = None,
) -> Acceptance:
    """Return what a person decided on the rows of a page as evidence; nothing is written.

    Each page is hashed again, and each quote is read again.

    Parameters
    ----------
    rows
        The table of review with a decision in each row: ``accept``, ``reject`` or ``edit``.
    pages
        The pages that were read: files, folders or patterns.
    source
        The source that the pages are: a key of the catalog, or a source of your own.
    sources
        Tables of your own sources.
    reviewer
        Who decided the rows that name no one.
    column
        The column of texts, where a page is a table.

    Raises
    ------
    TableError
        With every fault of every row.
    UnknownNameError
        The source is in no table; the message says how to describe it.
    EvidenceError
        Its design says that no one looks at what is read in it.
    ReadError
        A file cannot be read.
    """
    catalog = check_tables([], sources).catalog
    if isinstance(source, Source):
        if source.key not in catalog.sources:
            catalog = catalog.with_sources([source])
        source = source.key
    _check_source(source, catalog, f"{source}{SOURCES}")
    given = [pages] if isinstance(pages, Path | str | TextPage) else list(pages)
    opened = list(_opened(given, column))
    return accept_rows(read_review(Path(rows)), opened, source, catalog, reviewer=reviewer)


def write_acceptance(found: Acceptance, table: Path, rejections: Path | None = None) -> list[str]:
    """Write what was accepted and what was rejected, together, beside what stood there.

    Return what to say of it.

    Raises
    ------
    WriteError
        A file cannot be written, is read as input, or both are one.
    TableError
        What stands there is not what would be written.
    """
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
            said.append(f"wrote {rejected}: read --assertions {table} does not ask again")
    return said


def _opened(given: Sequence[Path | str | TextPage], column: str | None) -> Iterator[TextPage]:
    yield from (one for one in given if isinstance(one, TextPage))
    yield from pages_of([one for one in given if not isinstance(one, TextPage)], column=column)


def _check_source(source: str, catalog: Catalog, table: str) -> None:
    if source not in catalog.sources:
        raise _unknown(source, table, list(catalog.sources))
    if catalog.sources[source].design == _UNCHECKED:
        raise EvidenceError(
            f"the design of {source} is {_UNCHECKED}, which no one has checked; what a person "
            "accepts is of the page itself: give the source that the page is"
        )


def _unknown(source: str, table: str, known: Sequence[str]) -> UnknownNameError:
    near = get_close_matches(source, known, 1)
    begun = f" Did you mean {near[0]!r}? Or describe" if near else " Describe"
    given = {"key": source, "citation": "AUTHOR. TITLE. YEAR", "design": "DESIGN"}
    lines = (",".join(SOURCE_COLUMNS), ",".join(given.get(name, "") for name in SOURCE_COLUMNS))
    designs = ", ".join(one for one in LISTS["design"] if one != _UNCHECKED)
    hint = f"{begun} it in {table}, in two lines like these; a design is one of {designs}:"
    return UnknownNameError("source", source, near, hint="\n".join([hint, *lines]))
