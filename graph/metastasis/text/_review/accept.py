"""Accepting: what a person decided becomes evidence, once all of it holds.

Nothing is taken on trust: the page is the one that was read, every quote stands where its row says,
every row is decided, and what is accepted passes the checks of every assertion table.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final

from metastasis._clean import cell_of
from metastasis._errors import Fault, TableError
from metastasis._evidence.assertion import ACCEPTED, Assertion
from metastasis._evidence.assertion_table import read_row
from metastasis._evidence.check import check_assertions, nearest
from metastasis.text._review.decided import Rejection, is_place, pair_of, statement_of
from metastasis.text._review.row import DECISIONS, EDITED, read_as
from metastasis.text._review.row_table import unscrambled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from metastasis._catalog import Catalog
    from metastasis.text._pages.page import TextPage
    from metastasis.text._review.row_table import ReviewRow, ReviewTable

__all__ = ["Acceptance", "accept_rows"]

_LISTED: Final = 5
"""Rows that a sentence names before it counts the others: the rest are found beside them."""
_NUMBERS: Final = ("count", "total", "percent")
_NUMBER: Final = re.compile(r"[0-9]+(\.[0-9]+)?")
_DIGITS: Final = 12
"""Of a hash: enough to tell pages apart."""
_READ_AS: Final = ("primary", "site", "relation", "frequency")
"""What ``read_as`` names, in its order."""
_PLACE: Final = ("start", "end")
"""Where a row was read, which is nobody's to mend."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What became of a table of review: evidence, and what is not to be asked again."""

    assertions: tuple[Assertion, ...]
    """What was accepted, in the order of the documents."""
    rejections: tuple[Rejection, ...]
    """What was rejected, and what was mended before it was accepted, as it was read."""
    remarks: tuple[str, ...] = ()
    """What was assumed."""

    def __str__(self) -> str:
        """Return what was decided, in one line.

        >>> print(Acceptance((), ()))
        accepted 0, rejected 0
        """
        mended = sum(one.decision == "edit" for one in self.rejections)
        said = f" ({mended} of them mended)" if mended else ""
        return f"accepted {len(self.assertions)}{said}, rejected {len(self.rejections) - mended}"

    def write(self, path: Path | str) -> list[str]:
        """Write an assertion table, and beside it a table of what was rejected; return what to say.

        Rows that stand there already stay; what is decided again is decided as now.

        Raises
        ------
        WriteError
            A file cannot be written.
        TableError
            What stands there is no assertion table.
        """
        from metastasis.text._review.intake import write_acceptance

        return write_acceptance(self, Path(path))

    def beside(
        self, assertions: Sequence[Assertion], rejections: Sequence[Rejection] = ()
    ) -> tuple[list[Assertion], list[Rejection]]:
        """Return all that stands in both tables when this is put beside what stood there.

        What is decided again is decided as now. What a person wrote down without these rules stays
        as it is, and is not written a second time.
        """
        statements = {statement_of(one) for one in self.assertions}
        statements |= {one.statement for one in self.rejections}
        pairs = {pair_of(one) for one in statements if one}
        kept = [
            one
            for one in assertions
            if not (one.is_accepted and (said := statement_of(one)) and pair_of(said) in pairs)
        ]
        there = {pair_of(said) for one in kept if (said := statement_of(one))}
        new = [one for one in self.assertions if pair_of(_known(one)) not in there]
        before = [one for one in rejections if one.statement not in statements]
        return [*kept, *new], [*before, *self.rejections]


def accept_rows(
    table: ReviewTable,
    pages: Iterable[TextPage],
    source: str,
    catalog: Catalog,
    *,
    reviewer: str | None = None,
) -> Acceptance:
    """Return what the decisions in a table of review come to.

    ``source`` is the key of the source that the pages are; ``reviewer`` stands for whoever decided
    the rows that name no one.

    Raises
    ------
    TableError
        With every fault of every row: not decided, decided both ways, of another page than those
        given, a quote that does not stand where the row says, a key that is not in the catalog, a
        number that cannot be right.
    """
    documents = {page.sha256: page for page in pages}
    table = _readable(table, documents)
    faults = [*_undecided(table), *_strangers(table, documents), *_contradictions(table)]
    accepted: list[tuple[int, Assertion]] = []
    rejections: list[Rejection] = []
    for row in table.rows:
        faults += _place_faults(table, row, documents)
        decision, who = _decision(row), row["reviewer"].strip() or reviewer or ""
        if decision in DECISIONS and not who:
            remedy = "who decided? write a name, or give --reviewer"
            faults.append(table.fault(row, "reviewer", remedy))
        if decision == "reject":
            rejections += _rejection(row, decision, who)
        elif decision in DECISIONS:
            items = list(_assertions(table, row, source, catalog, who))
            faults += [one for one in items if isinstance(one, Fault) and one.column not in _PLACE]
            for one in items:
                if isinstance(one, Assertion):
                    accepted.append((row.number, one))
                    is_mended = read_as(one) != row["read_as"].strip()
                    rejections += _rejection(row, "edit", who) if is_mended else ()
    accepted = _told_apart(accepted, {row.number: row for row in table.rows})
    faults += [] if faults else _faults_between(table, accepted, catalog)
    if faults:
        raise TableError(sorted(faults, key=lambda one: one.row or 0))
    accepted.sort(key=lambda one: _known(one[1]))
    return Acceptance(tuple(one for _, one in accepted), tuple(sorted(rejections)), table.remarks)


def _readable(table: ReviewTable, documents: Mapping[str, TextPage]) -> ReviewTable:
    """Return a table with the rows that a spreadsheet has scrambled as they were."""
    rows = []
    for row in table.rows:
        plain = None if _stands(row, documents) else unscrambled(row)
        rows.append(plain if plain is not None and _stands(plain, documents) else row)
    count = sum(new is not old for new, old in zip(rows, table.rows, strict=True))
    if not count:
        return table
    told = f"{table.file}: it had been opened in another encoding than UTF-8; {count} rows mended"
    return replace(table, rows=tuple(rows), remarks=(*table.remarks, told))


def _stands(row: ReviewRow, documents: Mapping[str, TextPage]) -> bool:
    """Return whether the quote of a row stands where the row says."""
    page = documents.get(row["document_sha256"].strip())
    if page is None or not _has_place(row):
        return False
    return _same(page.document[int(row["start"]) : int(row["end"])], row["quote"])


def _decision(row: ReviewRow) -> str:
    return row["decision"].strip().casefold()


def _undecided(table: ReviewTable) -> Iterator[Fault]:
    """Yield what is wrong with decisions; one fault for all the rows that have none."""
    words = ", ".join(DECISIONS)
    for row in table.rows:
        if (said := _decision(row)) and said not in DECISIONS:
            yield table.fault(
                row, "decision", f"not a decision{nearest(said, DECISIONS)}; one of {words}"
            )
    blank = [row for row in table.rows if not _decision(row)]
    if not table.rows:
        yield Fault(table.file, None, None, None, "holds no row")
    elif blank:
        others = f", and in {_rows(blank[1:])}" if blank[1:] else ""
        total = f"{len(blank)} of {len(table.rows)} rows are not decided"
        yield table.fault(blank[0], "decision", f"blank here{others}: {total}; write {words}")


def _rows(rows: Sequence[ReviewRow]) -> str:
    listed = ", ".join(str(row.number) for row in rows[:_LISTED])
    more = len(rows) - _LISTED
    return f"row{'' if len(rows) == 1 else 's'} {listed}{f' and {more} more' if more > 0 else ''}"


def _strangers(table: ReviewTable, documents: Mapping[str, TextPage]) -> Iterator[Fault]:
    """Yield one fault for each document that is not among the pages given."""
    rows: dict[str, list[ReviewRow]] = {}
    for row in table.rows:
        if row["document_sha256"].strip() not in documents:
            rows.setdefault(row["document_sha256"].strip(), []).append(row)
    first = [f"{page.name} has {sha[:_DIGITS]}…" for sha, page in documents.items()]
    more = f" and {len(first) - _LISTED} more" if len(first) > _LISTED else ""
    given = f"{', '.join(first[:_LISTED])}{more}" if first else "none is given"
    for found in rows.values():
        others = f" (and in {_rows(found[1:])})" if found[1:] else ""
        name = found[0]["page"] or "the page"
        remedy = f"no page given has this hash{others}: {given}; give {name} as it was read"
        yield table.fault(found[0], "document_sha256", remedy)


def _place_faults(
    table: ReviewTable, row: ReviewRow, documents: Mapping[str, TextPage]
) -> Iterator[Fault]:
    """Yield what is wrong with where a row says that it was read."""
    for name in _PLACE:
        if not is_place(row[name].strip()):
            yield table.fault(row, name, "not a whole number; it must stay as it was read")
            return
    if len(row["read_as"].split()) != len(_READ_AS):
        yield table.fault(row, "read_as", "it must stay as it was read")
    page = documents.get(row["document_sha256"].strip())
    if page is None:
        return
    start, end = int(row["start"]), int(row["end"])
    if not 0 <= start < end <= len(page.document):
        yield table.fault(row, "end", f"{page.name} has {len(page.document)} characters")
    elif not _stands(row, documents):
        found = page.document[start:end]
        remedy = f"not what stands in {page.name} from {start} to {end}: {found[:60]!r}"
        yield table.fault(row, "quote", f"{remedy}; it must stay as it was read")


def _has_place(row: ReviewRow) -> bool:
    return all(is_place(row[name].strip()) for name in _PLACE)


def _same(one: str, other: str) -> bool:
    """Return whether two texts are the same, whatever a spreadsheet made of the ends of lines."""
    return one == other or _lines(one) == _lines(other)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _rejection(row: ReviewRow, decision: str, who: str) -> Iterator[Rejection]:
    if _has_place(row):
        yield Rejection(
            row["document_sha256"].strip(),
            int(row["start"]),
            int(row["end"]),
            row["read_as"].strip(),
            decision,
            who,
            row["quote"],
            row["page"],
        )


def _assertions(
    table: ReviewTable, row: ReviewRow, source: str, catalog: Catalog, who: str
) -> Iterator[Assertion | Fault]:
    """Yield what a row says as evidence, or each thing that is wrong with its cells."""
    cells, aside = _countable(row)
    start, end = row["start"].strip(), row["end"].strip()
    name = PurePath(row["page"]).name or "page"
    mended = " as mended" if _decision(row) == "edit" else ""
    cells |= {
        "source": source,
        "locator": f"{name}, characters {start} to {end}",
        "reading": "text",
        "document_sha256": row["document_sha256"].strip(),
        "start": start,
        "end": end,
        "note": "; ".join(filter(None, (row["note"].strip(), aside, f"{ACCEPTED}{who}{mended}"))),
    }
    known = {"primary": catalog.primaries, "site": catalog.sites, "source": catalog.sources}
    texts = [cell_of(one) for one in cells.values()]
    for item in read_row(table.file, row.number, list(cells), texts, known):
        yield item if isinstance(item, Fault) else item[1]


def _countable(row: ReviewRow) -> tuple[dict[str, str], str]:
    """Return what a row says, and its number in words where it counts no one that is named.

    Such a number is no evidence, and the words of the row may well be.
    """
    cells = {name: row[name].strip() for name in EDITED}
    numbers = {name: cells[name] for name in _NUMBERS if cells[name]}
    is_counted = cells["denominator"] and (cells["total"] or not cells["count"])
    are_numbers = all(_NUMBER.fullmatch(one) for one in numbers.values())
    if not numbers or not are_numbers or is_counted or not cells["frequency"]:
        return cells, ""
    said = ", ".join(f"{name} {number}" for name, number in numbers.items())
    return cells | dict.fromkeys((*_NUMBERS, "denominator"), ""), f"as printed: {said}"


def _contradictions(table: ReviewTable) -> Iterator[Fault]:
    """Yield the rows that accept what another row rejects: word for word, or as it was read."""
    rejected = {
        known: row for row in table.rows if _decision(row) == "reject" for known in _known_by(row)
    }
    for row in table.rows:
        other = next((rejected[one] for one in _known_by(row) if one in rejected), None)
        if _decision(row) in ("accept", "edit") and other:
            remedy = f"row {other.number} rejects the same statement; decide one way"
            yield table.fault(row, "decision", remedy)


def _known_by(row: ReviewRow) -> tuple[tuple[str, ...], ...]:
    """Return what a row says now, and what was read there whatever has been written over it.

    Its numbers tell two readings of a site apart: 20 % at diagnosis, 40 % at autopsy.
    """
    place = ("document_sha256", *_PLACE)
    now = (*place, *EDITED)
    read = (*place, "read_as", "site_span", *(one for one in EDITED if one not in _READ_AS))
    return tuple(tuple(row[name].strip() for name in names) for names in (now, read))


def _told_apart(
    accepted: Sequence[tuple[int, Assertion]], rows: Mapping[int, ReviewRow]
) -> list[tuple[int, Assertion]]:
    """Return assertions with the place of the site in those that would have one name otherwise.

    A sentence may say two things of a pair, as "often to regional, rarely to distant nodes".
    """
    often = Counter(one.key for _, one in accepted)
    return [
        (number, one if often[one.key] == 1 else _with_place(one, rows[number]["site_span"]))
        for number, one in accepted
    ]


def _with_place(assertion: Assertion, span: str) -> Assertion:
    start, dots, _ = span.partition("..")
    where = f"{assertion.locator}, site at {start}" if dots else assertion.locator
    return replace(assertion, locator=where)


def _faults_between(
    table: ReviewTable, accepted: Sequence[tuple[int, Assertion]], catalog: Catalog
) -> Sequence[Fault]:
    """Return what is wrong with rows that are sound cell by cell."""
    try:
        check_assertions(
            [one for _, one in accepted],
            primaries=catalog.primaries,
            sites=catalog.sites,
            sources=catalog.sources,
            where=lambda index: (table.file, accepted[index][0]),
        )
    except TableError as error:
        return error.faults
    return ()


def _known(assertion: Assertion) -> tuple[str, int, int, str]:
    """Return by what an assertion is known that was read in a text, as all are that stand here."""
    said = statement_of(assertion)
    assert said is not None  # noqa: S101 - rows without a place are faults
    return said
