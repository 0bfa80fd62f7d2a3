"""``metastasis read``: texts in, statements out, for a person to decide on."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from metastasis._cli.output import NOTICE, say, write_rows, write_words
from metastasis._cli.progress import counting
from metastasis._cli.shell import stop

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from metastasis._errors import ReadError
    from metastasis.text import Readings

__all__ = ["read"]

_TABLES: Final = ("", ".csv")
"""Endings of a file of rows."""
_NAMED: Final = 3
"""Pages that the command which comes next names: it is to fit a screen."""
_CORPORA: Final = (".parquet", ".pq")
"""Endings of a file of many rows, which are not held in memory."""


def read(
    pages: Sequence[str],
    *,
    source: str | None = None,
    out: Path | None = None,
    html: Path | None = None,
    address: str | None = None,
    text_column: str | None = None,
    least_confidence: float = 0.0,
    claims_only: bool | None = None,
    assertions: Sequence[Path] = (),
    rejections: Sequence[Path] = (),
    workers: int = 1,
) -> None:
    """Read pages and abstracts: each statement of spread with its place, for a person to check.

    Nothing of it is evidence: rules make mistakes. Decide on the rows, in a spreadsheet or on the
    page, and give them to metastasis accept. Nothing is fetched; an address is only noted.

    Example: metastasis read page.txt --out rows.csv --html review.html

    Example: metastasis read abstracts.parquet --text-column abstract --workers 4 --out read.parquet

    Parameters
    ----------
    pages : PAGE...
        Files, folders or patterns: plain text, Markdown, HTML, PDF, PubMed or JATS XML, or tables
        with a column of texts; - is standard input.
    source : KEY
        The source that the pages are, for the command that comes next.
    out
        A file for the rows: .csv for review, or .parquet for many texts, which goes on where it was
        ended.  [default: standard output]
    html
        A file for a page of review, which works without a network and without a script.
    address : ADDRESS
        Where the page stands on the web; it helps to tell which cancer it is about.
    text_column : COLUMN
        The column of texts in a table.  [default: the usual]
    least_confidence
        Leave out what is less sure, 0 to 1.
    claims_only
        Only what says how often, or counts, and names its cancer in the same sentence.  [default:
        for .parquet only]
    assertions : FILE
        An assertion table: what was accepted there is not asked again, nor what was rejected in the
        table of rejections beside it; may be given again.
    rejections : FILE
        A table of rejections, as metastasis accept writes it; may be given again.
    workers
        Processes that read.
    """
    ending = "" if out is None else out.suffix.casefold()
    if out is not None and ending in _CORPORA:
        given = {
            "--html": html,
            "--source": source,
            "--address": address,
            "--least-confidence": least_confidence or None,
            "--assertions": assertions or None,
            "--rejections": rejections or None,
        }
        _check_for_corpus([name for name, value in given.items() if value is not None])
        _read_corpus(pages, out, text_column, claims_only is not False, workers)
        return
    if ending not in _TABLES:
        from metastasis._errors import UnknownNameError

        raise UnknownNameError("ending of a file of rows", ending, [".csv", ".parquet"])
    _check_undecided(out)
    read_in = _read(pages, address, text_column, workers)
    found = _narrowed(read_in, least_confidence, claims_only is True, assertions, rejections)
    _write(found, out, html, source)
    _say_account(found, is_shown=out is None and _is_terminal())
    if (out is not None or html is not None) and len(found):
        _say_next(out, source, pages)


def _read(
    pages: Sequence[str], address: str | None, text_column: str | None, workers: int
) -> Readings:
    """Read pages; one of a folder that cannot be read is left out, and told.

    Raises
    ------
    ReadError
        A file that is named cannot be read, or none of a folder.
    """
    from metastasis.text._pages.sources import pages_of
    from metastasis.text._read_pages import read_pages

    faults: list[ReadError] = []

    def left_out(error: ReadError) -> None:
        if str(error.path) in pages:
            raise error
        faults.append(error)

    opened = pages_of(pages, address=address, column=text_column, on_fault=left_out)
    with counting("reading", what="pages") as progress:
        found = read_pages(opened, workers=workers, progress=progress)
    if faults and not found.report.pages:
        raise faults[0]
    found.report.remarks += [f"left out: {one}" for one in faults]
    return found


def _narrowed(
    found: Readings,
    least_confidence: float,
    claims_only: bool,
    assertions: Sequence[Path],
    rejections: Sequence[Path],
) -> Readings:
    """Return what is to be asked: sure enough, a claim where only those are wanted, not decided."""
    from metastasis.text._readings import claims_in, narrowed_readings
    from metastasis.text._review.decided import Decided

    if claims_only:
        found = claims_in(found)
    if least_confidence > 0:
        why = f"less sure than {least_confidence:g}"
        found = narrowed_readings(found, lambda one: one.confidence >= least_confidence, why)
    if assertions or rejections:
        decided = Decided.read(assertions, rejections)
        found = narrowed_readings(
            found, lambda one: decided.of(one) is None, lambda one: f"{decided.of(one)} before"
        )
    return found


def _check_for_corpus(given: Sequence[str]) -> None:
    """Make sure that nothing is asked for that a table of many texts does not do."""
    if given:
        listed = ", ".join(given)
        stop(f"{listed}: for a table of review, with --out FILE.csv; .parquet holds all rows", 2)


def _check_undecided(out: Path | None) -> None:
    """Make sure that nobody's decisions are written over, nor what they came to.

    By default an assertion table is called as its source is, as a table of rows may be.
    """
    from metastasis.text._review.row_table import has_decisions, kind_of_decided

    if out is None or not out.is_file():
        return
    if kind := kind_of_decided(out):
        stop(f"{out} is {kind}, which is not written over; give --out another name", 1)
    if count := has_decisions(out):
        told = "1 decision; accept it" if count == 1 else f"{count} decisions; accept them"
        stop(f"{out} holds {told} first, or give --out another name", 1)


def _write(found: Readings, out: Path | None, html: Path | None, source: str | None) -> None:
    from metastasis._files import together, write_text
    from metastasis.text._review.account import readings_table
    from metastasis.text._review.page import review_page

    with together():
        if html is not None:
            name = f"{html.stem}.csv" if out is None else out.name
            write_text(html, review_page(found, file=name, source=source))
        if out is not None:
            write_text(out, found.to_csv(), updates=True)
    if out is None and _is_terminal():
        write_rows(readings_table(found), "table", None)
    elif out is None:
        write_words(found.to_csv(), None, "")
    for path in (html, out):
        if path is not None:
            say(f"wrote {path}")


def _is_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()


def _say_account(found: Readings, *, is_shown: bool) -> None:
    """Say what was read and what not; a table for people has said some of it below its rows."""
    from metastasis.text._report import account_lines
    from metastasis.text._review.account import UNREVIEWED

    lines = account_lines(found.report)
    say("\n".join(lines[1:] if is_shown else [*lines, UNREVIEWED, NOTICE]))


def _say_next(out: Path | None, source: str | None, pages: Sequence[str]) -> None:
    from shlex import quote

    from metastasis._catalog import read_catalog
    from metastasis.text._pages.sources import STANDARD_INPUT

    rows = "the CSV that the page saves" if out is None else str(out)
    given = " ".join(f"--page {quote(one)}" for one in pages[:_NAMED])
    more = " …" if len(pages) > _NAMED else ""
    if STANDARD_INPUT in pages:
        say("standard input is gone afterwards: save it as a file, which accept reads again")
        given = given.replace(f"--page {STANDARD_INPUT}", "--page FILE")
    command = f"metastasis accept {rows} --source {source or 'KEY'} {given}{more}"
    say(f"decide on the rows, then: {command}")
    if source is not None and source not in read_catalog().sources:
        say(f"{source} is no source of the catalog: describe it in {source}.sources.csv")


def _read_corpus(
    pages: Sequence[str], out: Path, column: str | None, claims_only: bool, workers: int
) -> None:
    from metastasis.text._corpus import read_corpus
    from metastasis.text._pages.sources import files_of
    from metastasis.text._review.account import UNREVIEWED

    with counting("reading", what="pages") as progress:
        done = read_corpus(
            files_of(pages),
            out,
            workers=workers,
            claims_only=claims_only,
            column=column,
            progress=progress,
        )
    before = f", {done.skipped} of them before" if done.skipped else ""
    told = f"{_many(done.files, 'file')} in {_many(done.parts, 'part')}{before}"
    say(f"{told}\n{done.reading}\nwrote {out}\n{UNREVIEWED}\n{NOTICE}")


def _many(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
