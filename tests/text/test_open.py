"""Opening pages: how bytes are decoded, what a page is, and what is refused, each in a sentence."""

from __future__ import annotations

import hashlib
import io
import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

import metastasis as mets
from metastasis.text._pages.decode import MOST_BYTES
from metastasis.text._pages.open import open_page, page_of_text

if TYPE_CHECKING:
    from metastasis.text._pages.page import TextPage

TEXT = "Melanoma “often” spreads to the liver – and the brain."
HTML = "<!doctype html><html><head>{head}</head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize(
    ("encoding", "called", "said"),
    [
        ("utf-8", "utf-8", ""),
        ("utf-8-sig", "utf-8", ""),
        ("utf-16", "utf-16-le", ""),
        ("utf-16-be", "utf-16-be", "no mark of its encoding"),
        ("utf-16-le", "utf-16-le", "no mark of its encoding"),
        ("utf-32", "utf-32-le", ""),
        ("cp1252", "windows-1252", "not UTF-8; it was read as Windows-1252"),
    ],
)
def test_encodings_are_told(encoding: str, called: str, said: str) -> None:
    page = open_page(TEXT.encode(encoding), "page.txt")
    assert (page.document, page.encoding) == (TEXT, called)
    assert said in "; ".join(page.remarks)
    assert bool(page.remarks) == bool(said)


def test_a_page_says_how_it_is_encoded() -> None:
    source = HTML.format(head="<meta charset=windows-1250>", text="Nádory kostí")
    page = open_page(source.encode("cp1250"), "page.html")
    assert page.blocks[0].text == "Nádory kostí"
    source = HTML.format(
        head='<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">', text=TEXT
    )
    assert open_page(source.encode("cp1252"), "page.html").blocks[0].text == TEXT


def test_a_page_that_says_so_wrongly_is_told_of() -> None:
    source = HTML.format(head="<meta charset=iso-8859-1>", text=TEXT)
    page = open_page(source.encode(), "page.html")
    assert page.blocks[0].text == TEXT
    assert "is UTF-8; it was read as UTF-8" in page.remarks[0]


def test_text_that_was_decoded_wrongly_before_is_told_of() -> None:
    wrong = (TEXT * 2).encode().decode("cp1252", "replace")
    assert "look like UTF-8 that was read as Windows-1252" in page_of(wrong).remarks[0]


def page_of(text: str) -> TextPage:
    return open_page(text.encode(), "page.txt")


def packed() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("page.txt", TEXT)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "it is empty"),
        (b" \n\t\r\n", "it is empty"),
        (b"\xef\xbb\xbf", "it is empty"),
        (packed(), "it is a zip archive"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "it is a picture"),
        (bytes(range(256)) * 10, "it is binary"),
        (b"\x01\x02\x03\x04abc" * 10, "it is binary"),
        (b"%PDF-1.7 no more of it", "it is a damaged PDF"),
        (b"PAR1 and more", "it is a Parquet file"),
        (b"\x80\x81\x82\x83" * 20, "neither UTF-8"),
    ],
)
def test_what_is_no_page_is_said_in_a_sentence(data: bytes, said: str) -> None:
    with pytest.raises(mets.ReadError, match=r"cannot read page\.txt: ") as error:
        open_page(data, "page.txt")
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_few_bytes_that_are_no_utf8_are_counted() -> None:
    page = open_page((TEXT * 100).encode() + b" \xff and more", "page.txt")
    assert "1 places" in page.remarks[0]


def test_a_large_page_is_cut_at_a_character_and_said() -> None:
    data = ("a" + "é" * (MOST_BYTES // 2)).encode()
    page = open_page(data, "page.txt")
    assert "�" not in page.document
    assert f"the first {MOST_BYTES:,} are read" in page.remarks[0]
    assert page.sha256 == hashlib.sha256(data).hexdigest()


def test_a_line_of_a_million_characters() -> None:
    page = page_of("a, " * 333_333)
    assert [len(one.view) for one in page.blocks] == [999_998]


def test_pages_without_end() -> None:
    page = page_of("- a\n" * 200_000)
    assert len(page.blocks) == 20_000
    assert "20,000" in page.remarks[0]


@pytest.mark.parametrize(
    ("data", "name", "form"),
    [
        (TEXT, "page", "text"),
        (TEXT, "page.md", "markdown"),
        (HTML.format(head="", text=TEXT), "page.txt", "html"),
        (f"<div><p>{TEXT}</p></div>", "page", "html"),
        ("<?xml version='1.0'?><html><body>x</body></html>", "page.xml", "html"),
        ("5 < 6 and <b> is a tag", "page.txt", "text"),
    ],
)
def test_forms_are_told_by_what_is_there(data: str, name: str, form: str) -> None:
    assert open_page(data.encode(), name).form == form


def test_there_are_no_other_forms() -> None:
    with pytest.raises(mets.UnknownNameError, match="form"):
        open_page(b"text", "page", form="word")


def test_title_and_address() -> None:
    page = page_of("https://example.org/melanoma\n\n# Melanoma\n\nIt spreads.\n")
    assert (page.address, page.title) == ("https://example.org/melanoma", "Melanoma")
    assert page.blocks[0].noise == "links"
    page = page_of_text("It spreads.", address="https://example.org/", title="Melanoma")
    assert (page.address, page.title) == ("https://example.org/", "Melanoma")


@given(st.text(min_size=1).filter(lambda text: bool(text.strip(" \t\r\n\0"))))
def test_any_text_is_a_page(text: str) -> None:
    page = page_of_text(text)
    assert page.document == text
    for block in page.blocks:
        start, end = block.view.span(0, len(block.view))
        assert page.document[start:end]


@given(st.binary())
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        page = open_page(data, "page")
    except mets.ReadError:
        return
    assert page.sha256 == hashlib.sha256(data).hexdigest()
