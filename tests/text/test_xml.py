"""Articles of PubMed and JATS as pages."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

import metastasis as mets
from metastasis.text._pages.open import open_page, open_pages
from metastasis.text._pages.sources import pages_of
from metastasis.text._pages.xml import pubmed_pages

if TYPE_CHECKING:
    from pathlib import Path

HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD '
    'PubMedArticle//EN" "https://dtd.example.org/pubmed.dtd">\n<PubmedArticleSet>\n'
)
ARTICLE = (
    '<PubmedArticle><MedlineCitation><PMID Version="1">{pmid}</PMID><Article>'
    "<ArticleTitle>Spread of <i>bladder</i> cancer.</ArticleTitle><Abstract>"
    '<AbstractText Label="METHODS &amp; MORE" NlmCategory="METHODS">We saw 10<sup>6</sup> cells.'
    '</AbstractText><AbstractText Label="RESULTS">Liver (47&#xa0;%), p &lt; 0.05.</AbstractText>'
    "</Abstract></Article><OtherAbstract><AbstractText>Foie.</AbstractText></OtherAbstract>"
    "</MedlineCitation></PubmedArticle>\n"
)
JATS = """<?xml version="1.0"?>
<article xmlns:xlink="http://www.w3.org/1999/xlink"><front><journal-meta><journal-title>Bone
</journal-title></journal-meta><article-meta><title-group><article-title>Spread of <italic>bladder
</italic> cancer</article-title></title-group><contrib-group><contrib>A. Liver</contrib>
</contrib-group><abstract><sec><title>Results</title><p>Liver was common
<xref ref-type="bibr">[1]</xref>.<sup><xref ref-type="bibr">2,3</xref></sup></p></sec></abstract>
<kwd-group><kwd>bone</kwd></kwd-group></article-meta></front><body><sec><label>1</label>
<title>Introduction</title><p>The sites are:</p><list list-type="bullet"><list-item><p>Bone</p>
</list-item><list-item><p>Lung</p></list-item></list><sec><title>Tables</title><table-wrap>
<label>Table 1</label><caption><p>Sites of spread.</p></caption><table><thead><tr><th>Cancer</th>
<th>Site</th></tr></thead><tbody><tr><td rowspan="2">Lung</td><td>Brain</td></tr><tr><td/></tr>
</tbody></table></table-wrap></sec></sec></body><back><ack><p>We thank the liver.</p></ack>
<ref-list>
<title>References</title><ref><mixed-citation>Metastases to bone. 2010</mixed-citation></ref>
</ref-list></back></article>
"""


def test_each_article_of_a_set_is_a_page() -> None:
    source = HEAD + ARTICLE.format(pmid=11) + ARTICLE.format(pmid=12) + "</PubmedArticleSet>"
    first, second = open_pages(source.encode(), "set.xml")
    assert [first.name, second.name] == ["set.xml#11", "set.xml#12"]
    assert first.address == "https://pubmed.ncbi.nlm.nih.gov/11/"
    assert first.title == "Spread of bladder cancer."
    assert [(one.kind, one.text, one.section) for one in first.blocks] == [
        ("heading", "Spread of bladder cancer.", None),
        ("heading", "METHODS & MORE", 0),
        ("paragraph", "We saw 10^6 cells.", 1),
        ("heading", "RESULTS", 0),
        ("paragraph", "Liver (47 %), p < 0.05.", 3),
    ]
    assert first.document in source
    for block in first.blocks:
        start, end = block.view.span(0, len(block.view))
        assert first.document[start] == block.text[0]
        assert first.document[end - 1] == block.text[-1]


@pytest.mark.parametrize("size", [1, 7, 100, 1_000])
def test_a_set_is_the_same_in_whatever_blocks_it_comes(size: int) -> None:
    source = (HEAD + ARTICLE.format(pmid=11) + ARTICLE.format(pmid="é") + "</x>").encode()
    parts = [source[at : at + size] for at in range(0, len(source), size)]
    whole, found = list(pubmed_pages([source], "a")), list(pubmed_pages(parts, "a"))
    assert [one.document for one in found] == [one.document for one in whole]


def test_a_packed_set_is_read_article_by_article(tmp_path: Path) -> None:
    path = tmp_path / "set.xml.gz"
    path.write_bytes(gzip.compress((HEAD + ARTICLE.format(pmid=1) * 300 + "</x>").encode()))
    pages = pages_of([path])
    assert next(pages).name == f"{path}#1"
    assert sum(1 for _ in pages) == 299


def test_an_article_of_jats() -> None:
    page = open_page(JATS.encode(), "a.nxml")
    assert (page.form, page.title) == ("jats", "Spread of bladder cancer")
    read = [(one.kind, one.level, one.text) for one in page.blocks if one.noise is None]
    assert (
        read
        == [
            ("heading", 1, "Spread of bladder cancer"),
            ("heading", 3, "Results"),
            ("paragraph", 0, "Liver was common [1]."),
            ("heading", 2, "Introduction"),
            ("paragraph", 0, "The sites are:"),
            ("item", 1, "Bone"),
            ("item", 1, "Lung"),
            ("heading", 3, "Tables"),
            ("paragraph", 0, "Table 1"),
            ("paragraph", 0, "Sites of spread."),
            ("row", 0, "Cancer | Site"),
            ("row", 0, "Lung | Brain"),
            ("row", 0, "Lung | "),
        ]
        or [one[2].strip(" |") for one in read][-1] == "Lung"
    )
    reasons = {one.text: one.noise for one in page.blocks if one.noise}
    assert reasons["Metastases to bone. 2010"] == "references"
    assert "We thank the liver." in reasons
    assert not any("A. Liver" in one.text for one in page.blocks)


LAUGHS = '<?xml version="1.0"?><!DOCTYPE {root} [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><{root}>'


@pytest.mark.parametrize("root", ["article><front/><body", "PubmedArticleSet"])
def test_entities_of_its_own_are_refused(root: str) -> None:
    source = LAUGHS.format(root=root) + "&b;"
    with pytest.raises(mets.ReadError, match="entities of its own"):
        list(pages_of_bytes(source))


def pages_of_bytes(source: str) -> list[object]:
    return list(open_pages(source.encode(), "a.xml"))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (HEAD + "</PubmedArticleSet>", "no article"),
        (HEAD + ARTICLE[:200], "cut short"),
        ("<?xml version='1.0'?><rss><item>Bone</item></rss>", "neither of PubMed nor JATS"),
    ],
)
def test_what_is_no_article_is_said(source: str, said: str) -> None:
    with pytest.raises(mets.ReadError, match=said):
        pages_of_bytes(source)


def test_a_set_that_is_not_utf8_is_refused() -> None:
    with pytest.raises(mets.ReadError, match="not UTF-8"):
        list(open_pages((HEAD + ARTICLE).encode() + b"\xff\xfe", "a.xml"))


WRITTEN = [
    *("<sec>", "</sec>", "<p>", "</p>", "<title>", "</title>", "<list>", "<list-item>", "</list>"),
    *("<table>", "<tr>", "<td>", "</table>", "<sup>", "</sup>", "<xref>", "</xref>", "<ref-list>"),
    *("</ref-list>", "<break/>", "<p/>", "bone", "liver", "&lt;", "&x;", "<![CDATA[", "]]>"),
    *("<caption>", "</caption>", "<def-list>", "<term>"),
]
TAGS = st.lists(
    st.sampled_from(WRITTEN),
    max_size=40,
).map(" ".join)


@given(TAGS)
def test_any_tags_are_read(source: str) -> None:
    page = open_page(f"<article><body>{source}".encode(), "a.xml", form="jats")
    for block in page.blocks:
        for at, character in enumerate(block.text):
            start, end = block.view.span(at, at + 1)
            there = page.document[start:end]
            assert there == character or character.isspace() or "&" in there or start == end
