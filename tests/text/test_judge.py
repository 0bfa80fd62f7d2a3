"""Scores of reading agree with what one counts by hand, and are the same every time."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gold_text import GoldNumber, Namer, address_of, read_gold
from judge_text import judge, main
from metastasis._catalog import read_catalog
from shared_data import SHARED
from text_rows import gold_page, reading
from text_scores import (
    LEVELS,
    Levels,
    NumberScore,
    Score,
    interval,
    macro,
    micro,
    number_right,
    score_numbers,
    tally,
)

if TYPE_CHECKING:
    from pathlib import Path

    from metastasis.text import Reading

GOLD: Final = [
    gold_page(
        "one",
        ("breast", "bone", "metastasis", "most_common"),
        ("breast", "liver", "metastasis", "common"),
        ("breast", "adjacent_tissue", "extension", "possible"),
        ("rectum", "lymph_node_pelvic", "metastasis", "possible"),
    ),
    gold_page("two", ("hcc", "lung", "metastasis", None)),
    gold_page("none"),
]
FOUND: Final = {
    "one": [
        reading("breast", "bone", "common", confidence=0.95),
        reading("breast", "bone", "common", confidence=0.4),
        reading("breast", "liver", "common", confidence=0.9),
        reading("colon", "lymph_node_iliac", "possible", confidence=0.3),
    ],
    "two": [reading("hcc", "lung", "rare", relation="extension", confidence=0.8)],
    "none": [reading("any", "brain", confidence=0.2)],
}
BY_HAND: Final = {
    "pair": (3, 5, 5),
    "pair+relation": (2, 5, 5),
    "pair+relation+frequency": (1, 5, 5),
    "pair+relation+route": (2, 5, 5),
    "pair+relation+frequency (3 steps)": (2, 5, 5),
    "in-catalog pair": (3, 5, 5),
    "in-catalog pair+rel+freq": (1, 5, 5),
    # A node of the pelvis out of the rectum is one of the ilium out of the colon.
    "coarse pair": (4, 5, 5),
    "named-organ pair": (3, 5, 4),
    "named-organ pair+rel+freq": (1, 5, 4),
    "named-organ coarse pair": (4, 5, 4),
}


def read_found(text: str, *, address: str | None, name: str) -> list[Reading]:
    return FOUND[name]


@pytest.fixture(scope="module")
def levels() -> Levels:
    return Levels(read_catalog())


@pytest.mark.parametrize("level", LEVELS)
def test_scores_are_those_counted_by_hand(level: str, levels: Levels) -> None:
    judged = judge(GOLD, read_found)
    scores = tally(judged.gold, judged.found(), levels.of(level))
    assert micro(scores.values()) == BY_HAND[level]


def test_the_sure_are_judged_apart(levels: Levels) -> None:
    judged = judge(GOLD, read_found)
    sure = micro(tally(judged.gold, judged.found(0.9), levels.of("named-organ pair")).values())
    assert (sure, sure.precision, sure.recall) == ((2, 2, 4), 1, 0.5)


def test_a_page_of_no_statement_counts_against_precision_only() -> None:
    assert macro([Score(1, 1, 1), Score(0, 2, 0)]) == (0.5, 1.0, 0.5)
    assert macro([]) == (0.0, 0.0, 0.0)


def test_the_interval_is_the_same_every_time_and_holds_the_measure() -> None:
    scores = [Score(one % 5, 5, 6) for one in range(30)]
    low, high = interval(scores, lambda score: score.precision)
    assert (low, high) == interval(scores, lambda score: score.precision)
    assert low < micro(scores).precision < high
    assert interval([Score(1, 2, 2)] * 9, lambda score: score.f1) == (0.5, 0.5)


@given(st.lists(st.tuples(*[st.integers(0, 9)] * 3), min_size=1))
def test_measures_lie_between_none_and_all(counts: list[tuple[int, int, int]]) -> None:
    scores = [Score(min(triple), triple[1], triple[2]) for triple in counts]
    whole = micro(scores)
    for value in (*macro(scores), whole.precision, whole.recall, whole.f1):
        assert 0 <= value <= 1
    if whole.precision and whole.recall:
        ratio = 1 / whole.precision + 1 / whole.recall
        assert whole.f1 == pytest.approx(2 / ratio)


def number(
    primary: str, site: str, count: int | None, total: int | None, percent: str | None
) -> GoldNumber:
    share = None if percent is None else Decimal(percent)
    return GoldNumber(primary=primary, site=site, count=count, total=total, percent=share)


def test_a_number_is_right_as_far_as_the_page_prints_it() -> None:
    printed = number("bladder", "bone", 104, 150, "69")
    assert number_right(printed, reading("bladder", "bone", count=104, total=150))
    assert number_right(printed, reading("bladder", "bone", count=104, total=150, percent="69"))
    assert not number_right(printed, reading("bladder", "bone", count=104, total=151))
    assert not number_right(printed, reading("bladder", "bone", percent="69"))
    share = number("bladder", "bone", None, None, "12.50")
    assert number_right(share, reading("bladder", "bone", percent="12.5"))
    assert not number_right(share, reading("bladder", "bone", percent="12.6"))
    assert not number_right(share, reading("bladder", "bone"))


def test_numbers_are_right_wrong_missed_or_from_nowhere() -> None:
    gold = [number("lung", site, None, None, "5") for site in ("bone", "brain", "liver", "skin")]
    found = [
        reading("lung", "bone", percent="5"),
        reading("lung", "brain", percent="6"),
        reading("lung", "liver"),
        reading("lung", "skin", percent="5"),
        reading("lung", "skin", percent="7"),
        reading("lung", "spleen", count=3),
    ]
    score, lines = score_numbers(gold, found)
    assert score == NumberScore(right=1, wrong=2, missed=1, extra=1)
    assert "wrong: lung brain: gold //5, got //6" in lines


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Breast", "breast"),
        ("(any cancer)", "any"),
        ("Basal cell carcinoma (untreated)", "skin_basal_cell"),
        ("Stomach (diffuse-type)", "stomach_diffuse"),
        ("Neuroblastoma (adolescents)", "neuroblastoma"),
        ("Myxoid/round cell liposarcoma", "liposarcoma_myxoid"),
        ("Benign brain tumor", "~benign_brain_tumor"),
    ],
)
def test_annotated_primaries_become_keys(name: str, key: str) -> None:
    assert Namer(read_catalog()).primary(name) == key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("lymph nodes of neck", "lymph_node_cervical"),
        ("distant sites", "unspecified"),
        ("distant organs", "unspecified"),
        ("Lungs", "lung"),
        ("pericolonic fat", "~pericolonic_fat"),
    ],
)
def test_annotated_sites_become_keys(name: str, key: str) -> None:
    assert Namer(read_catalog()).site(name) == key


def made_folder(folder: Path) -> Path:
    (folder / "more").mkdir()
    for name in ("a", "b"):
        text = "https://example.org/page\n\nBreast cancer spreads to bone.\n"
        (folder / "more" / f"{name}.txt").write_text(text, encoding="utf-8")
    gold = "page,address,primary,organ,qualifier,route\na,,Breast,bone,can,direct extension\n"
    (folder / "more.gold.csv").write_text(gold, encoding="utf-8")
    numbers = "page,primary,organ,count,total,percent\na,Breast,bone,1,2,50\n"
    (folder / "more.numbers.gold.csv").write_text(numbers, encoding="utf-8")
    (folder / "none.txt").write_text("b\n", encoding="utf-8")
    return folder


def test_a_folder_of_annotated_pages_is_read(tmp_path: Path) -> None:
    one, other = read_gold(made_folder(tmp_path))
    assert one.rows == (("breast", "bone", "extension", "possible", "direct_extension"),)
    assert one.numbers == (number("breast", "bone", 1, 2, "50"),)
    assert address_of(one.text) == "https://example.org/page"
    assert (other.name, other.rows, other.numbers) == ("b", (), ())


def test_a_folder_without_pages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no annotated pages"):
        read_gold(tmp_path)


def test_all_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a reader that says the wrong thing, so that there are errors of every kind."""
    import wrong_reader

    arguments = ["judge_text.py", str(made_folder(tmp_path)), "--errors", "--pages"]
    monkeypatch.setattr("sys.argv", [*arguments, "--reader", wrong_reader.__name__])
    main()
    said = capsys.readouterr().out
    for part in (
        "2 pages, 1 annotated rows, 6 rows read",
        "too many: ",
        "wrong primary: ",
        "in a part: ",
    ):
        assert part in said


@pytest.mark.skipif(not (SHARED / "pages").is_dir(), reason="the pages are not here")
def test_annotated_names_are_in_the_catalog() -> None:
    """But for the few that stand for no place or cancer of it."""
    pages = read_gold(SHARED / "pages")
    names = {name for page in pages for row in page.rows for name in row[:2] if name[0] == "~"}
    assert names <= {
        "~benign_brain_tumor",
        "~pericolonic_fat",
        "~recto-vesical_or_recto-uterine_pouch",
        "~skin_of_the_breast",
        "~thyroid_adenoma",
    }
    words = {"most_common", "common", "possible", "less_common", "rare", "absent", None}
    assert {row.frequency for page in pages for row in page.rows} <= words
