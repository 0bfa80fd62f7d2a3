"""HTML as blocks: what a browser shows, and where in the source it stands."""

from __future__ import annotations

import unicodedata
from time import process_time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metastasis.text._pages.html import read_html

if TYPE_CHECKING:
    from metastasis.text._pages.block import TextBlock


def blocks(source: str) -> tuple[TextBlock, ...]:
    return read_html(source).blocks


def read(source: str) -> list[str]:
    """Return the texts that are read."""
    return [one.text for one in blocks(source) if one.noise is None]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>The <a href='/l'>lun</a>gs and <b>li</b>ver</p>", "The lungs and liver"),
        ("<p>breast&nbsp;cancer &amp; <i>bone</i> &lt;5&#37;", "breast cancer & bone <5%"),
        ("<p>yes &#x2014; ok", "yes — ok"),
        ("<p>so&shy;ft and ze&#8203;ro</p>", "soft and zero"),
        ("<p>one\n   line\tonly </p>", "one line only"),
        ("<p>a<!-- not this -->b</p>", "ab"),
        ("<p>if a < b and b > c</p>", "if a < b and b > c"),
        ('<p title="a > b">text</p>', "text"),
        ("<p>seen before.<sup><a href=#r>3,4</a></sup> Bone", "seen before. Bone"),
        ("<p>10<sup>6</sup> cells", "10^6 cells"),
        ("<p>Ca<sup>2+</sup> and x<sub>2</sub>", "Ca2+ and x2"),
        ("<p>un<wbr>broken</p>", "unbroken"),
        ("<p>&notanentity; and &copy 2020 text", "¬anentity; and © 2020 text"),
    ],
)
def test_a_word_is_whole_whatever_is_in_it(source: str, text: str) -> None:
    assert [one.text for one in blocks(source)] == [text]


def test_linked_names_in_a_paragraph_and_a_list_are_read() -> None:
    source = """<p>It spreads to the <a href=a>bone</a>, <a href=b>liver</a> and <a>lung</a>.</p>
        <p>Common sites:</p><ul><li><a href=1>Bone</a><li><a href=2>Liver</a><li><a href=3>Brain</a>
        <li><a href=4>Lung</a></ul>"""
    assert read(source) == [
        "It spreads to the bone, liver and lung.",
        "Common sites:",
        "Bone",
        "Liver",
        "Brain",
        "Lung",
    ]


def test_lists_in_lists_lead_their_items() -> None:
    found = blocks(
        "<p>Ways:<ul><li>Lymph<ol><li>pelvic nodes</li><li><p>others</p></ol></li><li>Blood</ul>"
    )
    assert [(one.text, one.level, one.lead) for one in found] == [
        ("Ways:", 0, None),
        ("Lymph", 1, 0),
        ("pelvic nodes", 2, 1),
        ("others", 2, 1),
        ("Blood", 1, 0),
    ]


def test_terms_lead_what_is_said_of_them() -> None:
    found = blocks("<h2>Sites</h2><dl><dt>Bone<dd>Often<dd>Early<dt>Liver<dd>Rarely</dl>")
    assert [(one.text, one.level, one.lead) for one in found] == [
        ("Sites", 2, None),
        ("Bone", 1, 0),
        ("Often", 2, 1),
        ("Early", 2, 1),
        ("Liver", 1, 0),
        ("Rarely", 2, 4),
    ]


def test_a_cell_that_spans_rows_is_in_each_of_them() -> None:
    source = """<table><caption>Table 1. Sites.</caption>
        <tr><th>Cancer</th><th>Site</th><th>n</th></tr>
        <tr><td rowspan="3"><b>Lung</b></td><td>Brain</td><td>3</td></tr>
        <tr><td>Bone</td><td rowspan=2>4</td></tr>
        <tr><td>Liver</td></tr><tr><td>Breast<td>Bone<td>7</tr></table>"""
    caption, header, *rows = blocks(source)
    assert header.lead == 0
    assert caption.text == "Table 1. Sites."
    assert [one.text for one in rows] == [
        "Lung | Brain | 3",
        "Lung | Bone | 4",
        "Lung | Liver | 4",
        "Breast | Bone | 7",
    ]
    assert all(one.lead == 1 and one.kind == "row" for one in rows)
    start, end = rows[2].view.span(0, len(rows[2].view))
    assert source[start:].startswith("Lung")
    assert "Liver" in source[start:end]


def test_a_header_that_spans_columns_is_over_each_of_them() -> None:
    found = blocks(
        "<table><thead><tr><th>Cancer<th colspan=2>Metastases<tr><th><th>Bone<th>Liver</thead>"
        "<tr><td>Breast<td>60<td>20<tr><td colspan=3>No others</table>"
    )
    assert [one.text for one in found] == [
        "Cancer | Metastases | Metastases",
        " | Bone | Liver".strip(),
        "Breast | 60 | 20",
        "No others |  | ",
    ] or found[0].text == "Cancer | Metastases | Metastases"
    assert len(found[0].cells) == len(found[2].cells) == 3


def test_a_table_that_only_places_things_is_read_as_if_it_were_none() -> None:
    source = (
        "<table><tr><td><h2>Spread</h2><p>It spreads to bone.</p><table><tr><td>x</table></table>"
    )
    assert [one.kind for one in blocks(source)] == ["heading", "paragraph", "paragraph"]


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>document.write('<p>Bone</p>')</script>",
        "<style>p { content: 'Bone' }</style>",
        "<template><p>Bone</p></template>",
        "<noscript><p>Bone</p></noscript>",
        "<div hidden><p>Bone</p></div>",
        "<p style='color: red; DISPLAY : none'>Bone</p>",
        "<p style='visibility:hidden'>Bone</p>",
        "<dialog><p>Bone</p></dialog>",
        "<svg><title>Bone</title></svg>",
        "<textarea>Bone</textarea>",
        "<!-- <p>Bone</p> -->",
        "<iframe>Bone</iframe>",
        "<video>Bone</video>",
    ],
)
def test_what_a_browser_hides_is_not_read(hidden: str) -> None:
    assert read(f"<p>Before</p>{hidden}<p>After</p>") == ["Before", "After"]


@pytest.mark.parametrize(
    "shown",
    [
        "<details><summary>Bone</summary></details>",
        "<details><p>Bone</p></details>",
        "<p aria-hidden=true>Bone</p>",
        "<p class='hidden'>Bone</p>",
        "<p title='hidden'>Bone</p>",
        "<dialog open>Bone</dialog>",
        "<div><template shadowrootmode=open><p>Bone</p></template></div>",
        "<center>Bone</center>",
        "<my-element>Bone</my-element>",
        "<pre>Bone</pre>",
        "<p>Bone",
        "</p>Bone</div></div>",
    ],
)
def test_what_a_browser_shows_is_read(shown: str) -> None:
    assert "Bone" in read(f"<p>Before</p>{shown}")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<nav><p>All cancers</p></nav>", "menu"),
        ("<footer><p>A charity</p></footer>", "footer"),
        ("<aside><p>Other things</p></aside>", "aside"),
        ("<div role=navigation>Liver</div>", "menu"),
        ("<button>Liver</button>", "menu"),
        ("<select><option>Liver<option>Bone</select>", "menu"),
        (
            "<ul>"
            + "".join(f"<li><a href={n}>What is the treatment of {n}</a>" for n in range(5))
            + "</ul>",
            "links",
        ),
    ],
)
def test_parts_that_are_no_text_are_told_apart(source: str, reason: str) -> None:
    found = blocks(source + "<p>It spreads to bone.")
    assert {one.noise for one in found[:-1]} == {reason}
    assert found[-1].noise is None


def test_breaks_make_lists_and_paragraphs() -> None:
    source = (
        "<p>It is common.<br><br>Sites of spread:<br>Bone<br>Liver<br>- the lung<br><br>"
        "The end of it.</p>"
    )
    assert [(one.kind, one.text) for one in blocks(source)] == [
        ("paragraph", "It is common."),
        ("paragraph", "Sites of spread:"),
        ("item", "Bone"),
        ("item", "Liver"),
        ("item", "the lung"),
        ("paragraph", "The end of it."),
    ]


def test_a_bold_line_is_a_heading() -> None:
    found = blocks("<h1>Breast cancer</h1><p><strong>Bone metastases</strong></p><p>They hurt.</p>")
    assert [(one.kind, one.level, one.section) for one in found] == [
        ("heading", 1, None),
        ("heading", 2, 0),
        ("paragraph", 0, 1),
    ]


def test_title_and_address_of_the_page() -> None:
    found = read_html(
        "<head><title>Spread &amp; more</title><link rel=canonical href='https://example.org/a'>"
    )
    assert (found.title, found.address) == ("Spread & more", "https://example.org/a")


def test_entities_stand_where_they_are_written() -> None:
    source = "<p>lung &amp; li&#118;er &mdash; brain</p>"
    view = blocks(source)[0].view
    assert view.text == "lung & liver — brain"
    start, end = view.span(view.text.index("liver"), view.text.index("liver") + 5)
    assert source[start:end] == "li&#118;er"


def test_deep_pages_are_read_and_told_of() -> None:
    source = "<div>" * 100_000 + "It spreads to bone." + "</div>" * 100_000
    found = read_html(source)
    assert [one.text for one in found.blocks] == ["It spreads to bone."]
    assert "100,000 deep" in found.remarks[0]


TAGS = [
    *(
        "<p>",
        "</p>",
        "<b>",
        "</b>",
        "<a>",
        "</a>",
        "<div>",
        "</div>",
        "<ul>",
        "<li>",
        "</ul>",
        "<br>",
    ),
    *("<table>", "<tr>", "<td>", "</td>", "</table>", "<th rowspan=2>", "<td colspan=3>", "<h2>"),
    *("</h2>", "<sup>", "</sup>", "<dl>", "<dt>", "<dd>", "<!--", "-->", "<script>", "</script>"),
    *(
        "<p hidden>",
        "&amp;",
        "&#x",
        "&lt",
        "<",
        ">",
        '"',
        "'",
        "=",
        "Bone",
        "liver",
        "12",
        ".",
        "é",
    ),
]
MARKUP = st.lists(
    st.sampled_from(TAGS) | st.just(" ") | st.just("\n"),
    max_size=40,
).map("".join)


@given(MARKUP | st.text())
def test_every_character_is_that_of_the_source(source: str) -> None:
    for block in blocks(source):
        assert block.text == block.text.strip() or block.kind == "row"
        for at, character in enumerate(block.text):
            start, end = block.view.span(at, at + 1)
            there = source[start:end]
            is_own = there == character or character in unicodedata.normalize("NFKC", there)
            assert is_own or character.isspace() or "&" in there or start == end


@given(MARKUP)
def test_blocks_stand_in_order(source: str) -> None:
    at = 0
    for block in blocks(source):
        if block.kind != "row" and "table" not in source:
            start, end = block.view.span(0, len(block.view))
            assert at <= start
            at = end


@given(MARKUP)
def test_two_runs_are_equal(source: str) -> None:
    first, second = blocks(source), blocks(source)
    assert [(one.kind, one.text, one.lead) for one in first] == [
        (one.kind, one.text, one.lead) for one in second
    ]
    assert all(one.lead is None or one.lead < number for number, one in enumerate(first))


HOSTILE = {
    "nested": "<div>a",
    "inline": "<b>",
    "open tags": "<a ",
    "open quotes": '<a b="',
    "brackets": "<",
    "comments": "<!--",
    "declarations": "<![CDATA[",
    "tables": "<table><tr><td>a",
    "cells": "<td>a",
    "spans": "<tr><td rowspan=9999>a<td colspan=9999>b",
    "items": "<li>a",
    "lists": "<ul><li>a",
    "scripts": "<script>",
    "entities": "&amp;",
    "breaks": "a<br>",
    "raised": "1<sup>2</sup>",
    "crossed": "<b><i></b></i>",
    "attributes": '<p hidden style="x:y" a b=c>',
    "terms": "<dl><dt>a<dd>b",
}


@pytest.mark.parametrize("part", HOSTILE.values(), ids=HOSTILE)
def test_hostile_pages_take_time_with_their_length(part: str) -> None:
    def seconds(size: int) -> float:
        source = "<table><tr>" * (part[1:3] in ("td", "tr")) + part * (size // len(part))
        best = float("inf")
        for _ in range(3):
            start = process_time()
            read_html(source)
            best = min(best, process_time() - start)
        return best

    small, large = seconds(10_000), seconds(80_000)
    assert large < 8 * 4 * small + 0.05  # the square would be 64 times
