"""Whoever adds a word is told all that is wrong with a table, with file, row, column and remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from metastasis._errors import TableError
from metastasis._files import ontology_path
from metastasis.text._confidence import read_weights
from metastasis.text._grammar.cues import read_cues
from metastasis.text._grammar.phrases import read_phrases
from metastasis.text._numbers.tokens import read_counting_words
from metastasis.text._pages.noise import read_noise

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

READERS: dict[str, Callable[[Path], Any]] = {
    "cues.csv": read_cues,
    "phrases.csv": read_phrases,
    "counting.csv": read_counting_words,
    "noise.csv": read_noise,
    "weights.csv": read_weights,
}
IN_LOWER_CASE = "text is held against it in lower case with blanks for hyphens; write it so"
ENDLESS = "a part repeats without end; say how often at most, as in (?: very){0,4}"
FAULTS = [
    ("cues.csv", ",spread,verb,,", "written", "must not be blank; write the words"),
    ("cues.csv", "strays,spread,noun,,", "value", "not in the list; one of verb, weak"),
    ("cues.csv", "strays,spread,,,", "value", "not in the list; one of verb, weak"),
    ("cues.csv", "strays,join,and,,", "value", "must be blank in this class"),
    ("cues.csv", "at times,frequency,rare,,", "form", "not in the list; one of adverb, adjective"),
    ("cues.csv", "strays,spread,verb,adverb,", "form", "must be blank, but for words of frequency"),
    ("cues.csv", "Doesn\u2019t,denial,verb,,", "written", "stands twice in this class; remove one"),
    ("cues.csv", "not found,denial,predicate,,", "written", "stands twice in this class; remove"),
    ("cues.csv", "strays  to,spread,verb,,", "written", "has a blank too many; remove it"),
    ("cues.csv", "strays,travel,,,", "class", "not in the list; one of background, beside, break"),
    ("phrases.csv", "saying,words,", "class", "not in the list; one of definition, one_patient"),
    ("phrases.csv", "light,,", "pattern", "must not be blank; write the words"),
    ("phrases.csv", "aim,(?:to find,", "pattern", "is no pattern: missing ), unterminated"),
    ("phrases.csv", "aim,To find,", "pattern", IN_LOWER_CASE),
    ("phrases.csv", "aim,so-called,", "pattern", IN_LOWER_CASE),
    ("phrases.csv", r"aim,to (?:\w+ )+find,", "pattern", ENDLESS),
    ("phrases.csv", r'aim,"to (?:\w+ ){2,}find",', "pattern", ENDLESS),
    ("phrases.csv", "aim,to .*find,", "pattern", ENDLESS),
    ("phrases.csv", "aim,to  find,", "pattern", "has a blank too many; remove it"),
    (
        "phrases.csv",
        '"aim","to(?: find(?: it){0,4}){0,4}",',
        "pattern",
        "a part that repeats holds one that repeats; take them apart",
    ),
    ("phrases.csv", "origin,behind,", "pattern", "stands twice in this class; remove one"),
    ("counting.csv", "folk,folks,", "class", "not in the list; one of people, metastasis"),
    ("counting.csv", "people,folks; patients,", "words", "'patients' stands twice; remove one"),
    ("counting.csv", "people,folks;,", "words", "'' is blank; remove the semicolon or write"),
    ("counting.csv", "people,Folks,", "words", "'Folks' is never found; write it in lower case"),
    (
        "counting.csv",
        "people,a b c d e f g h i,",
        "words",
        "'a b c d e f g h i' is never found; write 8 words at most",
    ),
    ("noise.csv", ",menu,any,60,", "words", "must not be blank"),
    ("noise.csv", "Add to Cart,menu,any,60,", "words", "stands twice; remove one"),
    ("noise.csv", "way out,A menu,any,60,", "reason", "not one word in lower case"),
    ("noise.csv", "way out,menu,end,60,", "place", "not in the list; one of any, start, whole"),
    ("noise.csv", "way out,menu,any,701,", "most", "not a number of characters, 700 at most"),
    ("weights.csv", ",1,1,1,", "feature", "must not be blank"),
    ("weights.csv", "again,1,1,1,", "feature", "stands twice; remove one"),
    ("weights.csv", "moon,full,1,1,", "weight", "not a number; write it as -0.25"),
]


@pytest.mark.parametrize("file", READERS)
def test_a_shipped_table_is_sound(file: str) -> None:
    assert READERS[file](ontology_path("text", file))


@pytest.mark.parametrize(("file", "row", "column", "remedy"), FAULTS)
def test_a_fault_is_told_with_its_place(
    file: str, row: str, column: str, remedy: str, tmp_path: Path
) -> None:
    path = tmp_path / file
    path.write_text(f"{ontology_path('text', file).read_text(encoding='utf-8')}{row}\n", "utf-8")
    with pytest.raises(TableError) as caught:
        READERS[file](path)
    fault = caught.value.faults[0]
    line = len(path.read_text(encoding="utf-8").splitlines())
    assert (fault.file, fault.row, fault.column) == (str(path), line, column)
    assert fault.remedy.startswith(remedy)


@pytest.mark.parametrize("file", READERS)
def test_all_faults_of_a_table_are_told_at_once(file: str, tmp_path: Path) -> None:
    wrong = [row for name, row, *_ in FAULTS if name == file]
    path = tmp_path / file
    path.write_text(
        "\n".join([ontology_path("text", file).read_text(encoding="utf-8").rstrip("\n"), *wrong]),
        encoding="utf-8",
    )
    with pytest.raises(TableError) as caught:
        READERS[file](path)
    assert len({fault.row for fault in caught.value.faults}) == len(wrong)


def test_a_word_of_seeing_is_one_row_for_all_that_deny_it(tmp_path: Path) -> None:
    path = tmp_path / "cues.csv"
    rows = ("not {seen},denial,predicate,,", "found,occur,,,", "found,seen,,,", "spotted,seen,,,")
    path.write_text("\n".join(["written,class,value,form,note", *rows]), encoding="utf-8")
    assert {form: [cue.kind for cue in cues] for form, cues in read_cues(path).items()} == {
        "not found": ["denial"],
        "not spotted": ["denial"],
        "found": ["occur"],
    }


def test_a_word_of_which_stands_for_itself_in_every_class(tmp_path: Path) -> None:
    path = tmp_path / "phrases.csv"
    rows = ("which,which,", "which,who,", "described,{which},", "described,that,")
    path.write_text("\n".join(["class,pattern,note", *rows]), encoding="utf-8")
    assert read_phrases(path)["described"] == ["(?:which|who)", "that"]


def test_weights_without_an_intercept_are_none(tmp_path: Path) -> None:
    path = tmp_path / "weights.csv"
    path.write_text("feature,weight\nagain,0.5\n", encoding="utf-8")
    with pytest.raises(TableError, match="'intercept': is missing; add its row"):
        read_weights(path)
