"""The same text gives the same readings: whatever the seed, the order of pages, the characters."""

from __future__ import annotations

import subprocess
import sys
from typing import Final

import pytest
from hypothesis import given

from invented_abstracts import invented_abstract
from metastasis.text import read_text
from strategies import page_texts

LISTS: Final = """# Where breast cancer spreads

The most common sites of metastasis are:

- bone (often)
- liver and lungs
- brain

It rarely spreads to the spleen, and not to the skin.

| cancer | sites |
| --- | --- |
| melanoma | lung, brain, liver |
| prostate cancer | bone |
"""
DIGEST: Final = """
import hashlib, sys
from invented_abstracts import invented_abstracts
from metastasis.text import read_text
texts = [*invented_abstracts(40, speaking=1), sys.argv[1]]
said = repr([(tuple(found), found.report) for found in map(read_text, texts)])
print(hashlib.sha256(said.encode()).hexdigest())
"""


@pytest.mark.slow
def test_seeds_of_hashes_change_nothing() -> None:
    digests = set()
    for seed in ("0", "1", "4711"):
        command = [sys.executable, "-c", DIGEST, LISTS]
        environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        digests.add(done.stdout)
    assert len(digests) == 1


def test_pages_before_change_nothing() -> None:
    texts = [LISTS, *(invented_abstract(number, speaking=1) for number in range(8))]
    forth = [tuple(read_text(text)) for text in texts]
    back = [tuple(read_text(text)) for text in reversed(texts)]
    assert forth == back[::-1]
    assert any(forth)


@given(page_texts())
def test_a_quote_is_the_text_at_its_place(text: str) -> None:
    for row in read_text(text):
        assert row.quote == text[row.start : row.end]
        assert 0 <= row.confidence <= 1
        for span in (row.primary_span, row.site_span, row.cue_span):
            assert span is None or 0 <= span[0] < span[1] <= len(text)
        assert row.start <= row.site_span[0] < row.site_span[1] <= row.end or row.rule == "inverse"


@given(page_texts())
def test_reading_twice_is_reading_once(text: str) -> None:
    assert tuple(read_text(text)) == tuple(read_text(text))
