"""How fast texts are read, beside a bare pass of Aho-Corasick: section ``text`` of bench.py.

The bare pass finds the same names and cues in the same text and does nothing with them; that much
no reader with these names can go without. Seconds are of processor. Growth is measured on invented
abstracts, each size in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bench_tools import interleaved, memory
from invented_abstracts import invented_abstracts, write_abstracts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ABSTRACTS: Final = 300
"""So many that a round takes a second or two."""
ROUNDS: Final = 5
SIZES: Final = (1_000, 10_000, 100_000)


def text(report: Callable[..., None]) -> None:
    """Compare reading with the bare pass, then let the corpus grow."""
    look = _bare_pass()
    for name, speaking in (("one in ten speaks of spread", 0.1), ("all speak of spread", 1.0)):
        pages = list(invented_abstracts(ABSTRACTS, speaking=speaking))
        ours, bare = interleaved([_all(_read, pages), _all(look, pages)], ROUNDS, time.process_time)
        sentences = sum(_read(page).report.sentences for page in pages)
        size = sum(map(len, pages))
        print(
            f"  {len(pages)} abstracts of {size // len(pages):,} characters, {name}: "
            f"{len(pages) / ours:,.0f} abstracts, {sentences / ours:,.0f} sentences and "
            f"{size / ours / 1e6:.2f} MB a second and core; "
            f"the bare pass {size / bare / 1e6:.0f} MB",
            flush=True,
        )
        if speaking < 1:
            report("text: reading a corpus over a bare pass of Aho-Corasick", ours / bare, 12)
        else:
            print(
                f"  {ours / bare:.0f} times the bare pass where all are read sentence by sentence"
            )
    _growth(report)


def _all(job: Callable[[str], object], pages: Sequence[str]) -> Callable[[], object]:
    return lambda: [job(page) for page in pages]


def _read(page: str) -> Any:
    from metastasis.text import read_text

    return read_text(page)


def _bare_pass() -> Callable[[str], list[tuple[int, int]]]:
    """Return what finds all names and cues of a text that stand as words of their own."""
    import ahocorasick

    from metastasis.text._grammar.cues import shipped_cues
    from metastasis.text._names.lexicon import read_lexicon

    automaton = ahocorasick.Automaton()
    for form in (*read_lexicon().names, *shipped_cues()):
        automaton.add_word(form, len(form))
    automaton.make_automaton()

    def look(page: str) -> list[tuple[int, int]]:
        lower, found = page.lower(), []
        for last, length in automaton.iter(lower):
            start, end = last - length + 1, last + 1
            # What stands within a word is no name: an ear is not in every year.
            if not (lower[start - 1 : start].isalnum() or lower[end : end + 1].isalnum()):
                found.append((start, end))
        return found

    return look


def _growth(report: Callable[..., None]) -> None:
    """Read more and more abstracts, and see that time grows with them and memory does not."""
    taken = {}
    for size in SIZES:
        command = [sys.executable, __file__, "--grow", str(size)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        taken[size] = json.loads(done.stdout.splitlines()[-1])
        seconds, peak, rows = taken[size]
        print(
            f"  {size:9,} abstracts: {seconds:7.1f} s of processor, {peak / 2**20:,.0f} MiB, "
            f"{rows:,} claims",
            flush=True,
        )
    first, last = SIZES[0], SIZES[-1]
    ratio = taken[last][0] / last / (taken[first][0] / first)
    report("text: time an abstract, the most over the fewest", ratio, 1.3)
    report("text: peak memory, the most over the fewest", taken[last][1] / taken[first][1], 1.5)


def grow(size: int) -> None:
    """Read a table of abstracts as a corpus, in this process, and print what it took."""
    from metastasis.text._corpus.corpus import read_corpus

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        write_abstracts(place / "abstracts.parquet", size)
        _read("")  # words and names are read
        begun = time.process_time()
        found = read_corpus([place / "abstracts.parquet"], place / "rows.parquet")
        print(json.dumps([time.process_time() - begun, memory(), found.reading.rows]))


if __name__ == "__main__":
    grow(int(sys.argv[2]))
