"""The page of review as bytes: what it says of each statement, whatever shows it."""

from __future__ import annotations

import pytest

import metastasis as mets
from metastasis._vocabulary import NOT_CLINICAL


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Thymoma often spreads to bone.", "<dd>common</dd>"),
        ("# Thymoma\n\nThe most common sites of spread are:\n\n- bone\n", "(by a line above)"),
        ("Thymoma spreads to bone.", "(no word on how often)"),
        ("Thymoma does not spread to bone.", "absent: the text denies it"),
        ("Thymoma is rare. It often spreads to bone.", "the text before"),
    ],
)
def test_a_card_says_whence_its_words_are(text: str, said: str) -> None:
    assert said in mets.read_text(text).to_html()


def test_a_page_without_a_script_says_where_to_decide() -> None:
    page = mets.read_text("Thymoma often spreads to bone.").to_html()
    assert "<noscript><p>Without a script" in page


def test_the_page_says_what_it_is_not() -> None:
    page = mets.read_text("Thymoma often spreads to bone.").to_html()
    assert NOT_CLINICAL in page
    assert "None of them is evidence before a person has accepted it" in page


def test_the_command_that_comes_next_names_files_and_nothing_else() -> None:
    def asked(name: str) -> str:
        text = "Thymoma often spreads to bone."
        page = mets.read_text(text, name=name).to_html()
        return page.split("--source KEY ")[1].split("<")[0]

    assert asked("pages/a-1.txt") == "--page pages/a-1.txt"
    assert {asked(name) for name in ("text", "-", "a b.txt", "a.csv#1", "a.csv, row 1")} == {
        "--page PAGE"
    }
