"""The page of the gallery: plain HTML that works from the file system and asks for nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STYLE: Final = """
:root { color-scheme: light dark; --back: #fbfaf8; --card: #ffffff; --ink: #1a1a1a;
  --soft: #555555; --line: #d9d5cf; --link: #005a8c; }
@media (prefers-color-scheme: dark) {
  :root { --back: #16181b; --card: #212428; --ink: #ececec; --soft: #b4b4b4; --line: #3b3f45;
    --link: #8cc8f0; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 78rem; padding: 1.5rem 1.25rem 4rem; background: var(--back);
  color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.9rem; }
h2 { margin: 3rem 0 0; font-size: 1.4rem; }
h3 { margin: 0; font-size: 1.05rem; }
p { margin: .4rem 0; max-width: 46rem; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
nav ul { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; margin: .8rem 0 0; padding: 0;
  list-style: none; }
.notice { border-left: 4px solid #c8511b; padding-left: .8rem; font-weight: 600; }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(30rem, 100%), 1fr));
  gap: 1.25rem; margin-top: 1rem; align-items: start; }
figure { margin: 0; border: 1px solid var(--line); border-radius: .5rem; background: var(--card);
  overflow: hidden; min-width: 0; }
figure.wide { grid-column: 1 / -1; }
figure > a { display: block; background: #ffffff; }
img { display: block; width: 100%; height: auto; max-height: 46rem; object-fit: contain; }
.wide img { max-height: 64rem; }
figcaption { padding: .8rem 1rem 1rem; border-top: 1px solid var(--line); font-size: .9rem; }
.caption, summary { color: var(--soft); }
code { overflow-wrap: anywhere; font-size: .85em; }
"""

WIDE: Final = 1000
"""Pixels, from which a picture gets the whole width of the page."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What the page says of one picture; its files stand beside the page."""

    kind: str
    stem: str
    shows: str
    title: str
    alt_text: str
    caption: str
    call: str
    size: tuple[int, int]
    """Width and height in pixels, so that the page does not move while it loads."""


def page(
    pictures: Sequence[Picture], kinds: Mapping[str, str], formats: Sequence[str], notice: str
) -> str:
    """Return the whole page, a section for each kind that has pictures."""
    shown = [kind for kind in kinds if any(one.kind == kind for one in pictures)]
    links = "".join(f'<li><a href="#{kind}">{escape(kind)}</a></li>' for kind in shown)
    sections = "".join(
        section(kind, kinds[kind], [one for one in pictures if one.kind == kind], formats)
        for kind in shown
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<link rel="icon" href="data:,">\n'
        f"<title>Metastasis: gallery</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        "<header>\n<h1>Metastasis: gallery</h1>\n"
        "<p>Every kind of picture, drawn from the shipped graph. Each comes with the call that "
        "draws it, its caption, and its alternative text.</p>\n"
        f'<p class="notice">{escape(notice)}</p>\n'
        f'<nav aria-label="Kinds of pictures"><ul>{links}</ul></nav>\n</header>\n'
        f"<main>\n{sections}</main>\n</body>\n</html>\n"
    )


def section(
    kind: str, description: str, pictures: Sequence[Picture], formats: Sequence[str]
) -> str:
    """Return the section of one kind."""
    cards = "".join(card(one, formats) for one in pictures)
    return (
        f'<section id="{kind}" aria-labelledby="{kind}-heading">\n'
        f'<h2 id="{kind}-heading">{escape(kind)}</h2>\n<p>{escape(description)}</p>\n'
        f'<div class="pictures">\n{cards}</div>\n</section>\n'
    )


def card(one: Picture, formats: Sequence[str]) -> str:
    """Return one picture with what is said of it, and its files."""
    width, height = one.size
    wide = ' class="wide"' if width >= WIDE else ""
    files = " · ".join(
        f'<a href="{one.stem}.{name}" aria-label="{escape(one.title)}, {name.upper()}">'
        f"{name.upper()}</a>"
        for name in formats
    )
    return (
        f'<figure id="{one.stem}"{wide}>\n<a href="{one.stem}.svg">'
        f'<img src="{one.stem}.svg" width="{width}" height="{height}" loading="lazy" '
        f'alt="{escape(one.alt_text)}"></a>\n<figcaption>\n<h3>{escape(one.shows)}</h3>\n'
        f"<p>{escape(one.title)}</p>\n<p><code>{escape(one.call)}</code></p>\n"
        f'<details><summary>Caption</summary><p class="caption">{escape(one.caption)}</p>'
        f"</details>\n<details><summary>Alternative text</summary><p>{escape(one.alt_text)}</p>"
        f"</details>\n<p>{files}</p>\n</figcaption>\n</figure>\n"
    )
