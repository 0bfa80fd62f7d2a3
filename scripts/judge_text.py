"""Judge the reading of texts on pages that people annotated.

    python3 scripts/judge_text.py [FOLDER…] [--errors] [--pages] [--reader MODULE]

A folder holds pages and annotations in the forms that :mod:`gold_text` reads; without one, it is
``../shared/pages``. Sets of statements are compared: what a page says twice counts once. Micro is
over statements, macro the mean over pages; intervals draw pages again. ``--pages`` prints every
page, ``--errors`` what was missed, what is too many and what is wrong in a part, with its sentence.
``--reader`` names a module other than ``metastasis.text`` that has ``read_text``.

What is printed holds sentences of pages that are research copies: keep it nowhere.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gold_text import OUTSIDE, GoldPage, GoldRow, address_of, read_gold
from metastasis._catalog import read_catalog
from text_scores import (
    LEVELS,
    Levels,
    NumberScore,
    Score,
    gold_row_of,
    interval,
    macro,
    micro,
    score_numbers,
    tally,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from metastasis.text import Reading

ROOT: Final = Path(__file__).parents[1]
PAGES: Final = ROOT.parent / "shared" / "pages"
SURE: Final = (0.5, 0.8, 0.9)
"""Confidences that a reviewer may stop at."""
FEW: Final = 3
"""A rule or a cue with fewer rows tells nothing by its precision."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Annotated pages, and what was read out of each."""

    pages: Sequence[GoldPage]
    readings: Mapping[str, Sequence[Reading]]
    documents: Mapping[str, str]

    @property
    def gold(self) -> dict[str, tuple[GoldRow, ...]]:
        """Of each page, what people read."""
        return {page.name: page.rows for page in self.pages}

    def found(self, least: float = 0.0) -> dict[str, list[GoldRow]]:
        """Of each page, what was read with at least so much confidence."""
        return {
            name: [gold_row_of(row) for row in rows if row.confidence >= least]
            for name, rows in self.readings.items()
        }


def main() -> None:
    """Print the tables of every folder."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", nargs="*", type=Path, default=[PAGES], metavar="FOLDER")
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--pages", action="store_true")
    parser.add_argument("--reader", default="metastasis.text", metavar="MODULE")
    options = parser.parse_args()
    read_text = import_module(options.reader).read_text
    levels = Levels(read_catalog())
    for folder in options.folders:
        judged = judge(read_gold(folder), read_text)
        print(f"== {folder}: {heading(judged)}")
        show_levels(judged, levels)
        show_confidence(judged, levels)
        show_numbers(judged, errors=options.errors)
        show_shares(judged)
        if options.pages:
            show_pages(judged, levels)
        if options.errors:
            show_errors(judged)


def judge(pages: Sequence[GoldPage], read_text: Callable[..., Any]) -> Judged:
    """Return pages with what a reader reads out of each."""
    readings = {
        page.name: tuple(read_text(page.text, address=address_of(page.text), name=page.name))
        for page in pages
    }
    return Judged(pages, readings, {page.name: page.text for page in pages})


def heading(judged: Judged) -> str:
    """Return how much was judged."""
    rows = [row for page in judged.pages for row in page.rows]
    found = sum(map(len, judged.readings.values()))
    names = Counter(name for row in rows for name in row[:2] if name.startswith(OUTSIDE))
    outside = ", ".join(f"{name} {number}" for name, number in sorted(names.items()))
    return (
        f"{len(judged.pages)} pages, {len(rows)} annotated rows, {found} rows read; "
        f"annotated names outside the catalog: {outside or 'none'}"
    )


def show_levels(judged: Judged, levels: Levels) -> None:
    """Print precision, recall and F1 at every level."""
    print(
        f"{'':34}{'right found gold':>17}   {'P':>5} {'R':>5} {'F1':>5}  95 % of F1    macro P R F1"
    )
    for level in LEVELS:
        scores = list(tally(judged.gold, judged.found(), levels.of(level)).values())
        low, high = interval(scores, lambda score: score.f1)
        means = " ".join(f"{value:.3f}" for value in macro(scores))
        print(f"{level:34}{figures(micro(scores))}  {low:.3f}-{high:.3f}   {means}")


def figures(score: Score) -> str:
    """Return counts and measures in columns."""
    return (
        f"{score.right:5} {score.found:5} {score.gold:5}   "
        f"{score.precision:.3f} {score.recall:.3f} {score.f1:.3f}"
    )


def show_confidence(judged: Judged, levels: Levels) -> None:
    """Print precision and recall of the rows that are sure enough."""
    for level in ("named-organ pair", "pair", "pair+relation+frequency"):
        for least in SURE:
            scores = list(tally(judged.gold, judged.found(least), levels.of(level)).values())
            low, high = interval(scores, lambda score: score.precision)
            name = f"  {level} at {least}"
            print(f"{name:34}{figures(micro(scores))}  {low:.3f}-{high:.3f} of P")


def show_numbers(judged: Judged, *, errors: bool) -> None:
    """Print what became of the numbers of pages whose numbers were annotated."""
    total, lines = NumberScore(), []
    for page in judged.pages:
        if page.numbers is None:
            continue
        score, said = score_numbers(page.numbers, judged.readings[page.name])
        total = NumberScore(*(a + b for a, b in zip(total, score, strict=True)))
        lines += [f"   {page.name}: {line}" for line in said]
    print(
        f"numbers: {total.right} right, {total.wrong} wrong, {total.missed} missed, "
        f"{total.extra} for a pair that has none on the page"
    )
    for line in lines if errors else ():
        print(line)


def show_shares(judged: Judged) -> None:
    """Print the share of right rows by where the primary is from, by rule and by cue."""
    gold = judged.gold
    for name, of in (
        ("primary from", lambda row, _: row.primary_from),
        ("rule", lambda row, _: row.rule),
        ("relation", lambda row, _: row.relation),
        ("frequency", lambda row, _: str(row.frequency)),
        ("cue", cue_of),
    ):
        parts: dict[str, Counter[str]] = defaultdict(Counter)
        for page, rows in judged.readings.items():
            for row in rows:
                counts = parts[of(row, judged.documents[page])]
                counts["rows"] += 1
                said = gold_row_of(row)
                counts["pair"] += said[:2] in {one[:2] for one in gold[page]}
                counts["all"] += said[:4] in {one[:4] for one in gold[page]}
        print(f"by {name}: rows, share with the pair right, with relation and frequency too")
        for part, counts in sorted(parts.items(), key=lambda item: (-item[1]["rows"], item[0])):
            if counts["rows"] >= FEW:
                pair, whole = counts["pair"] / counts["rows"], counts["all"] / counts["rows"]
                print(f"   {part[:40]:40} {counts['rows']:4} {pair:6.2f} {whole:6.2f}")


def cue_of(row: Reading, document: str) -> str:
    """Return the words of the cue."""
    if row.cue_span is None:
        return "-"
    return " ".join(document[slice(*row.cue_span)].lower().split())


def show_pages(judged: Judged, levels: Levels) -> None:
    """Print the pairs of each page."""
    print("by page: pair")
    for page, score in tally(judged.gold, judged.found(), levels.of("pair")).items():
        print(f"   {page[:31]:31}{figures(score)}")


def show_errors(judged: Judged) -> None:
    """Print what was missed, what is too many, and what is wrong in a part."""
    for page in judged.pages:
        rows = judged.readings[page.name]
        lines = [*missed_pairs(page, rows), *extra_pairs(page, rows), *wrong_parts(page, rows)]
        if lines:
            print(f"-- {page.name}", *lines, sep="\n   ")


def missed_pairs(page: GoldPage, rows: Sequence[Reading]) -> list[str]:
    """Return a line for each pair that people read and the reader did not."""
    found = {gold_row_of(row)[:2] for row in rows}
    missed = sorted({row for row in page.rows if row[:2] not in found}, key=str)
    return [f"missed: {said(row)}" for row in missed]


def extra_pairs(page: GoldPage, rows: Sequence[Reading]) -> list[str]:
    """Return a line for each row whose pair nobody read, with its sentence."""
    pairs = {row[:2] for row in page.rows}
    sites = {row.site for row in page.rows}
    lines = []
    for row in rows:
        one = gold_row_of(row)
        if one[:2] not in pairs:
            kind = "wrong primary" if one.site in sites else "too many"
            lines.append(f"{kind}: {said(one)} {origin(row)}")
    return lines


def wrong_parts(page: GoldPage, rows: Sequence[Reading]) -> list[str]:
    """Return a line for each row whose pair is right, and relation or frequency is not."""
    whole = {row[:4] for row in page.rows}
    by_pair: dict[tuple[str, str], set[str]] = defaultdict(set)
    for stated in page.rows:
        by_pair[stated[:2]].add(f"{stated.relation}:{stated.frequency}")
    lines = []
    for row in rows:
        one = gold_row_of(row)
        if one[:2] in by_pair and one[:4] not in whole:
            gold = ", ".join(sorted(by_pair[one[:2]]))
            lines.append(f"in a part: {said(one)}, gold {gold} {origin(row)}")
    return lines


def said(row: GoldRow) -> str:
    """Return a statement in one line."""
    return " ".join(str(part) for part in row if part is not None)


def origin(row: Reading) -> str:
    """Return where a reading comes from, and its sentence."""
    return f"[{row.rule}, {row.primary_from}, {row.confidence:.2f}] {row.sentence}"


if __name__ == "__main__":
    main()
