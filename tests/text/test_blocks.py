"""Plain text and Markdown as blocks: headings, lists, tables, also those that lost their marks."""

from __future__ import annotations

import re
from time import process_time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metastasis.text._pages.blocks import blocks_of

if TYPE_CHECKING:
    from metastasis.text._pages.block import TextBlock

Shown = tuple[str, int, int | None, str]


def shown(text: str) -> list[Shown]:
    """Return kind, level, lead and text of each block."""
    return [(one.kind, one.level, one.lead, one.text) for one in blocks_of(text)]


def texts(text: str, kind: str | None = None) -> list[str]:
    return [one.text for one in blocks_of(text) if kind in (None, one.kind)]


def test_headings_of_markdown_and_what_stands_under_them() -> None:
    blocks = blocks_of("# Breast\n\nOne.\n\n## Spread\n\nTwo.\n\nTitle\n=====\n\nThree.\n")
    kinds = [(one.kind, one.level, one.section) for one in blocks]
    assert kinds == [
        ("heading", 1, None),
        ("paragraph", 0, 0),
        ("heading", 2, 0),
        ("paragraph", 0, 2),
        ("heading", 1, None),
        ("paragraph", 0, 4),
    ]


def test_marks_without_text_head_the_next_line() -> None:
    assert shown("# Page\n\n##\n\nHow it spreads\n\nIt spreads to bone.")[1] == (
        "heading",
        2,
        None,
        "How it spreads",
    )


def test_a_short_line_alone_heads_what_follows() -> None:
    blocks = blocks_of("Colon cancer\n\nDirect spread\nIt grows into the bladder, and then on.\n")
    assert [(one.kind, one.section) for one in blocks] == [
        ("heading", None),
        ("heading", 0),
        ("paragraph", 1),
    ]


@pytest.mark.parametrize("mark", ["-", "*", "+", "•", "◦", "–", "1.", "2)", "a.", "(b)", "•\xa0"])
def test_marks_of_items(mark: str) -> None:
    text = f"It spreads to:\n{mark} the lung\n{mark} the liver\n"
    assert shown(text) == [
        ("paragraph", 0, None, "It spreads to:"),
        ("item", 1, 0, "the lung"),
        ("item", 1, 0, "the liver"),
    ]


def test_items_in_items_by_their_indentation() -> None:
    text = "Ways:\n  • Lymph :\n    • pelvic nodes\n    • others\n  • Blood :\n    • liver\n"
    assert [(level, lead) for _, level, lead, _ in shown(text)] == [
        (0, None),
        (1, 0),
        (2, 1),
        (2, 1),
        (1, 0),
        (2, 4),
    ]


def test_items_in_items_by_their_colons_alone() -> None:
    text = "It spreads:\n- lymphatic:\n- most common\n- nodes\n- blood:\n- liver\n"
    assert [(level, lead) for _, level, lead, _ in shown(text)] == [
        (0, None),
        (1, 0),
        (2, 1),
        (2, 1),
        (1, 0),
        (2, 4),
    ]


def test_a_list_without_marks_after_its_lead() -> None:
    text = "The most common sites are:\n\nBone\n\nLung\n\nLiver\n\nTreatment of bone is possible.\n"
    assert [(kind, lead) for kind, _, lead, _ in shown(text)] == [
        ("paragraph", None),
        ("item", 0),
        ("item", 0),
        ("item", 0),
        ("paragraph", None),
    ]


def test_the_last_line_of_a_list_may_head_what_comes_next() -> None:
    text = "Sites:\nBone\nLung\nTreatment\nTreatment is long, and has many parts.\n"
    assert shown(text)[-2][0] == "heading"


def test_a_table_whose_cells_have_run_together() -> None:
    text = "Where it goes:\n\nOrganRateRemarks\nSpine OftenPainful\nSkin Rare\nLiver Often\n"
    kinds = [(kind, lead) for kind, _, lead, _ in shown(text)]
    assert kinds == [(kinds[0][0], None), ("row", 0), ("row", 1), ("row", 1), ("row", 1)]
    assert all(one.cells == () for one in blocks_of(text))


def test_a_table_whose_cells_stand_in_lines_of_their_own() -> None:
    text = "Sites:\nType of Cancer\nMain Sites\nTestis\nLung, brain\nThymus\nPleura\n"
    rows = [one for one in blocks_of(text) if one.kind == "row"]
    assert [one.text for one in rows] == [
        "Type of Cancer | Main Sites",
        "Testis | Lung, brain",
        "Thymus | Pleura",
    ]


def test_a_table_of_numbers_that_became_lines() -> None:
    text = "Sites:\nBone\nSite n (%) Total\nLiver 104 (69%) 150\nLymph nodes 71 (47%) 150\nOthers\n"
    blocks = blocks_of(text)
    rows = [one for one in blocks if one.kind == "row"]
    assert [one.text for one in rows] == [
        "Site | n (%) | Total",
        "Liver | 104 (69%) | 150",
        "Lymph nodes | 71 (47%) | 150",
    ]
    assert [one.text for one in blocks if one.kind == "item"] == ["Bone", "Others"]


@pytest.mark.parametrize(
    "text",
    [
        "| Cancer | Sites |\n| --- | --- |\n| Breast | **Bone** |\n| Colon | Liver |",
        "Cancer | Sites | n\n--- | --- | ---\nBreast | Bone | 3\nColon | Liver | 4",
        "Cancer\tSites\nBreast\tBone\nColon\tLiver",
    ],
    ids=["markdown", "pipes", "tabs"],
)
def test_tables_have_cells_and_a_header(text: str) -> None:
    header, first, second = blocks_of(text)
    assert (header.kind, first.lead, second.lead) == ("row", 0, 0)
    cells = [first.text[start:end].strip() for start, end in first.cells]
    assert cells[:2] == ["Breast", "Bone"]


def test_a_label_before_a_bullet_leads_it() -> None:
    text = "Nearby •Into the fat around it\nBy blood •Lung (by the right heart) > brain\n"
    assert [(level, lead) for _, level, lead, _ in shown(text)] == [
        (1, None),
        (2, 0),
        (1, None),
        (2, 2),
    ]


def test_wrapped_lines_are_one_paragraph() -> None:
    text = (
        "In our own series, metastases in the nodes of the groin were common; they\n"
        "were seen in 12% of those with stage I tumors, and in half of those with stage\n"
        "IV tumors. The nodes of the neck were affected more often than the\n"
        "para-tracheal nodes.\n"
    )
    [paragraph] = texts(text)
    assert "common; they were seen" in paragraph
    assert "stage IV tumors" in paragraph
    assert "the para-tracheal" in paragraph


def test_lines_that_are_sentences_are_paragraphs_of_their_own() -> None:
    text = "Bladder cancer spreads to bone and to the liver.\nBreast cancer spreads to the brain.\n"
    assert len(texts(text, "paragraph")) == 2


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("We saw many metas-\ntases there.", "We saw many metastases there."),
        ("We saw non-\nsmall cell cancer.", "We saw non-small cell cancer."),
        ("Para-aortic nodes: para-\naortic ones.", "Para-aortic nodes: para-aortic ones."),
        ("Extra-hepatic, and extra-\nhepatic.", "Extra-hepatic, and extra-hepatic."),
        ("so\u00adft, ze\u200bro, \ufefffirst", "soft, zero, first"),
        ("much   space\u00a0here\there", "much space here here"),
        ("**Bone** and *liver* and `lung` ~~no~~", "Bone and liver and lung no"),
        ("2 * 3 and p < 0.05* here", "2 * 3 and p < 0.05* here"),
        ("snake_case_name and _brain_", "snake_case_name and brain"),
        ("[The liver](https://x.org/a_(b)) and ![lung](x.png)", "The liver and lung"),
        ("seen before [12] and [3](#r3)", "seen before [12] and [3]"),
        ("the \ufb01bula, con\ufb01ned", "the fibula, confined"),
        ("A&amp;B &nbsp; 5 &lt; 6 &unknown;", "A&B 5 < 6 &unknown;"),
        ("\\*not emphasis\\*", "*not emphasis*"),
        ("H<sub>2</sub>O <b>bold</b> a < b > c", "H2O bold a < b > c"),
    ],
)
def test_the_text_is_as_a_reader_sees_it(text: str, read: str) -> None:
    assert texts(text) == [read]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\x85"])
def test_every_kind_of_line_end(end: str) -> None:
    assert [kind for kind, *_ in shown(f"It spreads to:{end}- bone{end}- liver{end}")] == [
        "paragraph",
        "item",
        "item",
    ]


LIGATURES = "\ufb00\ufb01\ufb02\ufb03\ufb04\ufb05\ufb06"


def held(document: str, block: TextBlock) -> None:
    """Hold a block to its document: each character stands where its view says."""
    view = block.view
    if block.kind != "row":  # in which empty cells have their place
        assert view.text == view.text.strip()
        assert "  " not in view.text
    for at, character in enumerate(view.text):
        start, end = view.span(at, at + 1)
        there = document[start:end]
        assert 0 <= start <= end <= len(document)
        assert (
            there.endswith(character)
            or character == " "
            or "&" in there
            or start == end
            or there in LIGATURES
        )


MARKS = st.sampled_from(list("#*-_|[]()<>&\\`•:.,;\n\n\t \u00ad\u200b\r\x0bAbc1é漢"))
DOCUMENTS = st.text() | st.text(MARKS, max_size=80)


@given(DOCUMENTS)
def test_every_character_is_that_of_the_document(document: str) -> None:
    for block in blocks_of(document):
        held(document, block)


@given(DOCUMENTS)
def test_blocks_stand_in_order_and_do_not_overlap(document: str) -> None:
    at = 0
    for block in blocks_of(document):
        start, end = block.view.span(0, len(block.view))
        assert at <= start < end
        at = end


@given(st.lists(st.text("abcDEF .,:?", min_size=1, max_size=40), max_size=12))
def test_no_letter_is_lost(lines: list[str]) -> None:
    document = "\n".join(lines)
    read = "".join(block.text for block in blocks_of(document))
    lettered = [line for line in lines if any(map(str.isalpha, line))]
    marks = re.compile(r"[a-f][.] +(?=\S)")  # of an item: it is no text
    kept = [
        marks.sub("", line.lstrip(), count=1) if marks.match(line.lstrip()) else line
        for line in lettered
    ]
    assert [one for one in read if one.isalpha()] == [
        one for line in kept for one in line if one.isalpha()
    ]


@given(DOCUMENTS)
def test_two_runs_are_equal_and_leads_come_before(document: str) -> None:
    first, second = blocks_of(document), blocks_of(document)
    assert [(one.kind, one.text, one.noise) for one in first] == [
        (one.kind, one.text, one.noise) for one in second
    ]
    for number, block in enumerate(first):
        assert block.lead is None or block.lead < number
        assert block.section is None or first[block.section].kind == "heading"
        assert all(0 <= start <= end <= len(block.text) for start, end in block.cells)


HOSTILE = {
    "brackets": "[",
    "links": "[a](",
    "pairs": "[]()",
    "items": "- a\n",
    "tabs": "a\t",
    "pipes": "|a|b|\n",
    "stars": "**a ",
    "lines": "a\n",
    "short lines": "Liver\n",
    "leads": "Sites:\n",
    "quotes": "> ",
    "hyphens": "metas-\n",
    "bullets": "a •b ",
    "entities": "&",
    "tags": "<a ",
    "names": "a, ",
    "backslashes": "\\",
    "headers": "Cancer Type\n",
}


@pytest.mark.parametrize("part", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_takes_time_with_its_length(part: str) -> None:
    def seconds(size: int) -> float:
        text = part * (size // len(part))
        best = float("inf")
        for _ in range(3):
            start = process_time()
            blocks_of(text)
            best = min(best, process_time() - start)
        return best

    small, large = seconds(10_000), seconds(80_000)
    assert large < 8 * 4 * small + 0.05  # the square would be 64 times
