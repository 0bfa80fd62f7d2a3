"""The text that is read of HTML is the text that Chromium shows, in the order in which it does."""

from __future__ import annotations

import html
import json
import random
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Final

import pytest

from metastasis.text._pages.html import read_html

if TYPE_CHECKING:
    from pathlib import Path

PARTS: Final = [
    *(
        "<p>",
        "</p>",
        "<b>",
        "</b>",
        "<a href=x>",
        "</a>",
        "<div>",
        "</div>",
        "<ul>",
        "<li>",
        "</ul>",
    ),
    *(
        "<br>",
        "<h2>",
        "</h2>",
        "<dl>",
        "<dt>",
        "<dd>",
        "</dl>",
        "<!-- x -->",
        "<p hidden>",
        "&amp;",
    ),
    *(
        "&lt",
        "<span>",
        "</span>",
        "<ol>",
        "</ol>",
        "<blockquote>",
        "</blockquote>",
        "<pre>",
        "</pre>",
    ),
    *(
        "<template>",
        "</template>",
        "<noscript>",
        "</noscript>",
        "<script>",
        "</script>",
        "<section>",
    ),
    *(
        "</section>",
        "<nav>",
        "</nav>",
        "<em>",
        "</em>",
        "<sub>",
        "</sub>",
        "&nbsp;",
        "<hr>",
        "<main>",
    ),
    *("</main>", "<i>", "</i>", "<center>", "</center>", "<details open>", "</details>"),
    "<table><tr><th>a</th><th>b</th></tr><tr><td>c</td><td>d</td></tr></table>",
    "<span style='display:none'>e</span>",
]
WORDS: Final = ("Bone", "liver", "lung", "12", "brain.", "spread")
MANY: Final = 600
ALIKE: Final = 0.98
"""Of pages made of any tags in any order, this share is the same to the last letter; the rest
leave open what hides them, or are tables in tables."""

SCRIPT: Final = """<!doctype html><meta charset=utf-8><body><script>
const shown = [];
for (const page of PAGES) {
  const frame = document.createElement("iframe");
  document.body.appendChild(frame);
  const inner = frame.contentDocument;
  inner.open(); inner.write("<!doctype html><body>" + page); inner.close();
  shown.push(inner.body ? inner.body.innerText : "");
  frame.remove();
}
document.documentElement.innerHTML = "<body><pre id=shown></pre>";
document.getElementById("shown").textContent = JSON.stringify(shown);
</script>"""


def any_pages() -> list[str]:
    chance = random.Random(15)  # noqa: S311 - the same pages in every run

    def part() -> str:
        if chance.random() < 0.5:
            return chance.choice(PARTS)
        return chance.choice(WORDS) + chance.choice(("", " "))

    return ["".join(part() for _ in range(chance.randint(3, 30))) for _ in range(MANY)]


def shown_by_chromium(pages: list[str], folder: Path) -> list[str]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("Chromium is not installed")
    path = folder / "pages.html"
    written = json.dumps(pages).replace("<", "\\u003c")
    path.write_text(SCRIPT.replace("PAGES", written), encoding="utf-8")
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--dump-dom")
    done = subprocess.run(
        [chromium, *options, "--virtual-time-budget=20000", path.as_uri()],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    [found] = re.findall(r'<pre id="shown">(.*?)</pre>', done.stdout, re.DOTALL)
    shown: list[str] = json.loads(html.unescape(found))
    return shown


@pytest.mark.exchange
def test_what_is_read_is_what_is_shown(tmp_path: Path) -> None:
    pages = any_pages()
    alike = 0
    for page, shown in zip(pages, shown_by_chromium(pages, tmp_path), strict=True):
        read = " ".join(one.text.replace(" | ", " ") for one in read_html(page).blocks)
        alike += "".join(shown.split()) == "".join(read.split())
    assert alike >= ALIKE * MANY
