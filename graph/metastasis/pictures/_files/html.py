"""A picture as one page: the SVG, what it says, its sources, and its rows as a table.

The page asks for nothing from elsewhere and runs nothing; a policy in its head says so to browsers.

Apart from the other formats because it is a page of words around a picture that is drawn already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from matplotlib.colors import to_rgba

from metastasis._clean import html_text, is_web_address
from metastasis._evidence.assertion import rounded
from metastasis._vocabulary import DATA_LICENSE, NOT_CLINICAL, VERSION
from metastasis.pictures._said.drawn import plain_number
from metastasis.pictures._said.mark import STATES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from metastasis.pictures._picture import Diagram
    from metastasis.pictures._said.drawn import Drawn, Work

__all__ = ["page_of"]

_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'"
)
_STYLE: Final = """
:root{color-scheme:%(scheme)s;--back:%(paper)s;--ink:%(ink)s;--soft:%(soft)s;--line:%(line)s;
--link:%(link)s}
*{box-sizing:border-box}
body{margin:0 auto;max-width:76rem;padding:1.5rem 1.25rem 3rem;background:var(--back);
color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
h1{margin:0 0 .75rem;font-size:1.5rem;line-height:1.25}
.heard{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%%)}
h2{margin:1.75rem 0 .5rem;font-size:1.1rem}
figure{margin:0}
.picture{overflow-x:auto}
.picture svg{display:block;width:100%%;min-width:min(%(wide)s,40rem);max-width:%(wide)s;height:auto;
margin:0 auto}
p,figcaption,li{max-width:60rem;overflow-wrap:anywhere}
figcaption{margin-top:.75rem;color:var(--soft);font-size:.9rem}
.page a{color:var(--link)}
.notice{border-left:4px solid var(--link);padding-left:.75rem;font-weight:600}
summary{cursor:pointer;font-weight:600}
.rows{overflow-x:auto;margin-top:.75rem}
table{border-collapse:collapse;font-size:.85rem}
caption{text-align:left;color:var(--soft);padding-bottom:.5rem}
th,td{padding:.3rem .6rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
td{min-width:4rem;max-width:24rem}
td.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
code{overflow-wrap:anywhere;font-size:.9em}
"""
_LIGHT: Final = {"scheme": "light", "soft": "#555555", "line": "#d9d5cf", "link": "#005a8c"}
_DARK: Final = {"scheme": "dark", "soft": "#b9b9b9", "line": "#44484e", "link": "#8cc8f0"}
_STATES: Final = {**STATES, "words": "reported", "pooled": "pooled"}


def page_of(diagram: Diagram, svg: str) -> str:
    """Return the page of a diagram, whose SVG is made to stand in a page."""
    paper = to_rgba(diagram.figure.get_facecolor())
    is_dark = 0.2126 * paper[0] + 0.7152 * paper[1] + 0.0722 * paper[2] < 0.5
    ink = "#ececec" if is_dark else "#1a1a1a"
    back = "#" + "".join(f"{round(255 * one):02x}" for one in paper[:3])
    wide = f"{diagram.figure.get_figwidth():.2f}in"
    colors = {**(_DARK if is_dark else _LIGHT), "paper": back, "ink": ink, "wide": wide}
    parts = [
        _heading(diagram),
        f'<p class="notice">{html_text(NOT_CLINICAL)}</p>',
        '<figure>\n<div class="picture" tabindex="0" role="region" aria-label="The picture">\n'
        f"{svg.strip()}\n</div>\n"
        f"{_tag('figcaption', diagram.caption)}\n</figure>",
        _tag("h2", "What it shows, in words"),
        _tag("p", diagram.alt_text),
        *_rows(diagram.rows),
        *_sources(diagram),
        _tag("h2", "How it was made"),
        f"<p><code>{html_text(diagram.call)}</code></p>",
        f"<p>{_origin(diagram)}</p>",
    ]
    return "\n".join(
        (
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{html_text(_POLICY)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            f'<meta name="description" content="{html_text(diagram.alt_text)}">',
            f'<meta name="generator" content="metastasis {VERSION}">',
            '<link rel="icon" href="data:,">',
            _tag("title", diagram.title),
            f"<style>{_STYLE % colors}</style>",
            "</head>",
            '<body class="page">',
            "<main>",
            *parts,
            "</main>",
            "</body>",
            "</html>",
            "",
        )
    )


def _heading(diagram: Diagram) -> str:
    """Return the title, which is only heard where the picture shows it."""
    heard = ' class="heard"' if diagram.artists.get("title") else ""
    return f"<h1{heard}>{html_text(diagram.title)}</h1>"


def _tag(name: str, text: str) -> str:
    return f"<{name}>{html_text(text)}</{name}>"


def _link(address: str | None, words: str) -> str:
    """Return words as a link where the address leads to the web, else the words alone."""
    said = html_text(words)
    if not address or not is_web_address(address):
        return said
    return f'<a href="{html_text(address)}" target="_blank" rel="noopener">{said}</a>'


# Sources


def _origin(diagram: Diagram) -> str:
    """Return release, license and how to cite: of a user's own numbers what the user states."""
    terms = html_text(diagram.license or "not stated")
    if diagram.license == DATA_LICENSE:
        terms = f"{_link(DATA_LICENSE, 'CC BY 4.0')}; what its sources say is under the licenses "
        terms += "named there"
    graph, _, _ = diagram.citation.partition(" | ")
    cited = f" To cite: {html_text(graph)}; and the sources above." if diagram.release else ""
    return f"Drawn by metastasis {VERSION}. License of the data: {terms}.{cited}"


def _sources(diagram: Diagram) -> list[str]:
    """Return the list of sources; what has no record of its own stands as it is credited."""
    if not diagram.works and not diagram.credits:
        return []
    items = [_work(one) for one in diagram.works] or [html_text(one) for one in diagram.credits]
    listed = "\n".join(f"<li>{one}</li>" for one in items)
    return [_tag("h2", "Sources"), f"<ul>\n{listed}\n</ul>"]


def _work(one: Work) -> str:
    cited = f"{_link(one.address, one.citation)} <code>{html_text(one.key)}</code>"
    return f"{cited}. License: {_link(one.license_url, one.license or 'not stated')}"


# Rows


def _rows(rows: Sequence[Drawn]) -> list[str]:
    """Return what is drawn as a table that opens, with the columns that anything stands in."""
    if not rows:
        return []
    columns = [one for one in _COLUMNS if any(one[2](row) for row in rows)]
    head = "".join(f'<th scope="col">{name}</th>' for name, _, _ in columns)
    lines = "\n".join(f"<tr>{_cells(row, columns)}</tr>" for row in rows)
    return [
        f"<details>\n<summary>What is drawn, row by row ({len(rows):,})</summary>",
        '<div class="rows" tabindex="0" role="region" aria-label="What is drawn, row by row">',
        "<table>\n<caption>Shares and the ends of 95 % intervals are in percent.</caption>",
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{lines}\n</tbody>",
        "</table>\n</div>\n</details>",
    ]


def _cells(row: Drawn, columns: Iterable[_Column]) -> str:
    return "".join(
        f'<td class="n">{read(row)}</td>' if is_number else f"<td>{read(row)}</td>"
        for _, is_number, read in columns
    )


def _value(row: Drawn) -> str:
    """Return what it is drawn by, where that is no share."""
    if row.value is None or row.measure in (None, "percent"):
        return ""
    return html_text(f"{plain_number(row.value)} {row.measure}")


def _interval(row: Drawn) -> str:
    if row.interval_low is None or row.interval_high is None:
        return ""
    between = f"{rounded(row.interval_low)} to {rounded(row.interval_high)}"
    return between + (" (from rounding)" if row.interval_basis == "rounding" else "")


def _whose(row: Drawn) -> str:
    return _link(row.link, "; ".join(row.source)) if row.source else ""


def _number(value: float | None) -> str:
    return "" if value is None else plain_number(value)


def _text(value: str | None) -> str:
    return html_text(value) if value else ""


def _lines(values: Iterable[str]) -> str:
    return "<br>".join(map(html_text, values))


_Column: TypeAlias = "tuple[str, bool, Callable[[Drawn], str]]"
_COLUMNS: Final[tuple[_Column, ...]] = (
    ("Cancer", False, lambda row: _text(row.primary_label)),
    ("By", False, lambda row: _text(row.via)),
    ("Site", False, lambda row: _text(row.site_label)),
    ("State", False, lambda row: _text(_STATES.get(row.state, row.state))),
    ("Edge", False, lambda row: _text(row.edge)),
    ("Shown", False, _value),
    ("n", True, lambda row: _number(row.count)),
    ("N", True, lambda row: _number(row.total)),
    ("Share", True, lambda row: "" if row.percent is None else f"{rounded(row.percent)} %"),
    ("95 % interval", True, _interval),
    ("Out of", False, lambda row: _text(row.frame)),
    ("Limits", False, lambda row: _lines(row.limits)),
    ("In words", False, lambda row: _lines(row.words)),
    ("Numbers not drawn", False, lambda row: _lines(row.numbers)),
    ("Source", False, _whose),
    ("Where in it", False, lambda row: _text(row.locator)),
    ("Note", False, lambda row: _text(row.note)),
)
"""The columns of the table: their names, whether they are numbers, and what stands in a cell."""
