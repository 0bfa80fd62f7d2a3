"""What looks at pages sees what is wrong with one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from browser import NARROW, Sight, look, web_space

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.exchange

GOOD: Final = """<!doctype html><html lang="en"><head><title>Good</title>
<link rel="icon" href="data:,"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self' data:">
</head><body><main><h1>Good</h1><p>A page.</p></main></body></html>"""
BAD: Final = {
    "<img src='missing.png'>": ["image-alt", "error: Failed", "refused: [404"],
    "<p style='color: red'>": ["stopped: Applying inline style"],
    "<script>alert(1)</script>": ["stopped: Executing inline script"],
    "<img alt='A' src='https://example.org/a.png'>": ["stopped: Loading the image", "left: https"],
    "<table width=900><tr><td>wide</table>": ["px too wide: ['table"],
}


def test_a_fault_of_a_page_is_seen(tmp_path: Path) -> None:
    sights = [Sight("good", "good.html", reads={"title": "document.title"})]
    (tmp_path / "good.html").write_text(GOOD, encoding="utf-8")
    for number, bad in enumerate(BAD):
        (tmp_path / f"{number}.html").write_text(GOOD.replace("<p>", f"{bad}<p>"), "utf-8")
        sights.append(Sight(str(number), f"{number}.html"))
    missing = Sight("good", "good.html", (("click", "#nowhere"),))
    with web_space(tmp_path) as origin:
        good, *others = look(origin, sights, "faults", views=[NARROW])
        (lost,) = look(origin, [missing], "lost", views=[NARROW], axe=False, patience=1)
    assert (good.faults(), good.reads, good.status) == ([], {"title": "Good"}, 200)
    for one, expected in zip(others, BAD.values(), strict=True):
        told = "\n".join(one.faults())
        assert [part for part in expected if part not in told] == [], told
    assert "#nowhere" in lost.faults()[0]
