"""PDFs, and the text of PDFs as pdftotext prints it."""

from __future__ import annotations

import contextlib

import pytest

import metastasis as mets
from metastasis.text._pages.open import open_page
from metastasis.text._pages.pdf import layout_blocks

LEFT = [
    "Bladder cancer spreads to the regional nodes,",
    "and from there to the liver and to the bones.",
    "In our series of patients the metas-",
    "tases were seen in the lungs of every second",
    "patient, and in the brain of only a few. It was",
    "common for them to be found at autopsy, and",
    "rare to be found before. No other organ was",
    "affected as often as these were. We conclude.",
]
RIGHT = [
    "The second column starts with another thing,",
    "which is the skeleton: the spine was affected",
    "in a third of all patients, the pelvis in one",
    "of ten, and the ribs in a few. The peritoneum",
    "was rarely affected, as others have seen too.",
    "The reason is not known to anybody so far, or",
    "it is not said. The skin was hardly affected.",
    "Our work has limits, as has all other work.",
]


def columns(number: int) -> str:
    turned = number % len(LEFT)  # no two pages begin with the same line
    left, right = LEFT[turned:] + LEFT[:turned], RIGHT[turned:] + RIGHT[:turned]
    lines = [f"{one:<50}{other}" for one, other in zip(left, right, strict=True)]
    head = f"Journal of Tests                                     Vol. {number}, 2020"
    return "\n".join([head, "", *lines, "", f"                        {number}", ""])


def test_columns_are_read_one_after_the_other() -> None:
    read = [one.text for one in layout_blocks(columns(0)) if one.noise is None]
    whole = " ".join(read)
    assert "the metastases were seen in the lungs of every second patient" in whole
    assert whole.index("We conclude.") < whole.index("The second column")
    assert "in a third of all patients, the pelvis in one of ten" in whole


def test_running_heads_and_page_numbers_are_noise() -> None:
    blocks = layout_blocks("\f".join(columns(number) for number in (0, 2, 5)))
    reasons = [one.noise for one in blocks if one.noise]
    assert reasons.count("page_number") == 3
    assert reasons.count("running_head") == 3
    assert not any("Journal" in one.text for one in blocks if one.noise is None)


def test_a_sentence_goes_on_over_the_end_of_a_page() -> None:
    text = (
        "The cancer spreads to the liver, the lungs and\n\n        12\n\fthe brain of patients.\n"
    )
    blocks = layout_blocks(text)
    assert "the lungs and the brain of patients." in blocks[0].text
    assert blocks[1].noise == "page_number"


def test_a_table_has_rows_and_cells() -> None:
    text = (
        "Site                n       %\nLiver              104      69\n"
        "Bone                71      47\n"
    )
    header, first, second = layout_blocks(text)
    assert [first.text, second.text] == ["Liver | 104 | 69", "Bone | 71 | 47"]
    assert (first.lead, second.lead) == (0, 0)
    assert len(header.cells) == 3


def pdf(*lines: str) -> bytes:
    """Return a PDF of one page."""
    shown = " T* ".join(f"({line}) Tj" for line in lines)
    stream = f"BT /F1 12 Tf 14 TL 72 720 Td {shown} ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources "
        "<< /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, places = "%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{one}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    trailer = f"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    return f"{body}xref\n0 6\n0000000000 65535 f \n{table}{trailer}".encode("latin-1")


def test_a_pdf_is_read_by_its_text() -> None:
    pytest.importorskip("pypdf")
    page = open_page(
        pdf("Breast cancer spreads to the bones, the", "liver and the lungs."), "a.pdf"
    )
    assert page.form == "pdf"
    assert page.blocks[0].text == "Breast cancer spreads to the bones, the liver and the lungs."
    assert "pypdf" in page.remarks[0]
    start, end = page.blocks[0].view.span(0, len(page.blocks[0].view))
    assert page.document[start:end].startswith("Breast cancer")


def test_a_pdf_of_pictures_is_refused() -> None:
    pytest.importorskip("pypdf")
    with pytest.raises(mets.ReadError, match="PDF of pictures"):
        open_page(pdf(), "a.pdf")


@pytest.mark.parametrize("cut", [20, 100, 400])
def test_a_damaged_pdf_is_read_or_refused(cut: int) -> None:
    pytest.importorskip("pypdf")
    with contextlib.suppress(mets.ReadError):
        open_page(pdf("Bone")[:cut], "a.pdf")
