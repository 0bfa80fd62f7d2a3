"""The report of a reader as a page: one file that asks for nothing and runs nothing.

The picture is a flow of rows and patients, in and out, after the diagram of the CONSORT statement
(Schulz and others, BMJ 340:c332, 2010), drawn from the numbers: once for a wide window and once for
a narrow one. Beside it stands a table that says the same.

Apart from the report because it knows HTML and SVG, and nothing of patients.
"""

from __future__ import annotations

from html import escape
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from metastasis.patients._account import (
    counted,
    hidden,
    in_full,
    in_words,
    left_out,
    unmapped_in_words,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis.patients._report import Report

__all__ = ["report_page"]

_LINE: Final = 20
"""The height of a line of text in the picture, in CSS pixels."""
_LETTER: Final = 8.5
"""The width of a letter of 15 pixels, taken too large rather than too small."""
_PAD: Final = 12
_GAP: Final = 26
_STYLE: Final = """
:root{color-scheme:light dark;--ink:#1c1e21;--soft:#565b62;--paper:#fff;--line:#767c85;
--in:#e4eff8;--out:#f7ece1;--warn:#8a1f11}
@media(prefers-color-scheme:dark){:root{--ink:#ecedef;--soft:#b0b5bc;--paper:#17191c;--line:#8d949d;
--in:#1c3244;--out:#3d2d1c;--warn:#ffb4a6}}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);
max-width:60rem;margin:0 auto;padding:1rem;overflow-wrap:anywhere}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}
.warn{border-left:4px solid var(--warn);padding:.2rem .8rem}.warn strong{color:var(--warn)}
.soft{color:var(--soft)}svg{display:block;max-width:100%;height:auto;font-size:15px}
svg text{fill:var(--ink)}svg rect{stroke:var(--line)}svg path{stroke:var(--line);fill:none}
svg .in{fill:var(--in)}svg .out{fill:var(--out)}svg .tip{fill:var(--line);stroke:none}
.narrow{display:none}@media(max-width:719px){.wide{display:none}.narrow{display:block}}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;
padding:.3rem .6rem .3rem 0;border-bottom:1px solid var(--line)}td.n{text-align:right}
.why th,.why td:not(:last-child){white-space:nowrap}details{margin-top:.6rem}
"""


class _Step(NamedTuple):
    """A box of the flow, and what leaves the flow below it."""

    text: str
    out: str = ""
    reasons: tuple[str, ...] = ()


def report_page(report: Report) -> str:
    """Return the report as a page of HTML, the same bytes for the same report.

    >>> from metastasis.patients._report import Report
    >>> page = report_page(Report(title="a <study>", files=("a.tsv",), engine="duckdb",
    ...                           rows_read=10, patients=8, metastatic=3))
    >>> "a &lt;study&gt;" in page, "<script" in page, "3 metastatic" in page
    (True, False, True)
    """
    told = report.to_dict()
    title = escape(report.title)
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        '<head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}: rows and patients</title>",
        f"<style>{_STYLE}</style></head>",
        f"<body><main><h1>{title}</h1>",
        *(
            f'<p class="warn"><strong>Warning:</strong> {escape(one)}</p>'
            for one in told["warnings"]
        ),
        *_flow(_steps(report, told)),
        *_reasons(told),
        *_list("Decided by rule", [_noted(one) for one in told["notices"]]),
        *_list("Remarks", [f"{one['text']} [{one['rule']}]" for one in told["remarks"]]),
        *_list("Labels without a key", unmapped_in_words(told["unmapped"])),
        *_list(
            "Pairs without an assertion", [in_full(one, "reason") for one in told["not_written"]]
        ),
        f'<p class="soft">{escape(told["notice"])}</p>',
        "</main></body>",
        "</html>",
    ]
    return "\n".join(parts) + "\n"


def _noted(notice: dict[str, Any]) -> str:
    return f"{in_full(notice, 'text')} [{notice['rule']}]"


def _steps(report: Report, told: dict[str, Any]) -> list[_Step]:
    """Return the boxes of the flow, from the first to the last."""
    names = ", ".join(report.files) or "a frame"
    end = _Step(counted(report.assertions, "assertions"))
    if report.hides_totals:
        return [_Step(f"read from {names}"), _Step(hidden(report)), end]
    rows = _of(f"{in_words(told['rows_read'], 'rows')} read from {names}", told["rows"])
    used = _Step(in_words(told["rows_used"], "rows used"))
    if report.patients is None:
        return [rows, used, end]
    patients = _of(in_words(told["patients"], "patients"), told["patients_out"])
    kept = in_words(told["patients_kept"], "patients kept")
    return [rows, used, patients, _Step(kept + _of_these(report, told)), end]


def _of_these(report: Report, told: dict[str, Any]) -> str:
    """Return how many of those kept are metastatic, and how many not."""
    number = told["metastatic"]
    if number is None or isinstance(number, str) or isinstance(told["patients_kept"], str | None):
        return "" if number is None else f": {in_words(number, 'metastatic')}"
    others = (report.patients_kept or 0) - number
    return f": {number:,} metastatic, {others:,} not"


def _of(text: str, reasons: Sequence[dict[str, Any]]) -> _Step:
    if not reasons:
        return _Step(text)
    return _Step(text, left_out(reasons), tuple(in_full(one, "reason") for one in reasons))


# The picture


def _flow(steps: Sequence[_Step]) -> list[str]:
    """Return the picture for both widths, and the table that says the same."""
    said = [(step.text, "; ".join([step.out, *step.reasons]) if step.out else "") for step in steps]
    text = ". ".join(f"{one}; {out}" if out else one for one, out in said)
    rows = [f"<tr><td>{escape(one)}</td><td>{escape(out)}</td></tr>" for one, out in said]
    return [
        "<h2>Rows and patients, in and out</h2>",
        _picture(steps, text, width=720, is_narrow=False),
        _picture(steps, text, width=320, is_narrow=True),
        "<details><summary>The same as a table</summary><table>",
        '<thead><tr><th scope="col">Stays</th><th scope="col">Is left out</th></tr></thead>',
        f"<tbody>{''.join(rows)}</tbody></table></details>",
    ]


def _picture(steps: Sequence[_Step], text: str, *, width: int, is_narrow: bool) -> str:
    column = width - 2 if is_narrow else 340
    shapes: list[str] = []
    top = 1
    for number, step in enumerate(steps):
        box = _box(1, top, column, [step.text], "in")
        shapes += box.shapes
        top += box.height
        if step.out:
            left = 40 if is_narrow else 380
            out = _box(
                left, top + _GAP // 2, width - left - 1, [f"{step.out}:", *step.reasons], "out"
            )
            middle = top + _GAP // 2 + out.height // 2
            shapes += [*out.shapes, _arrow(f"M20 {middle}H{left - 7}", left, middle, "right")]
            below = top + out.height + _GAP // 2
        else:
            below = top
        if number + 1 < len(steps):
            end = below + _GAP
            shapes.append(_arrow(f"M20 {top}V{end - 7}", 20, end, "down"))
            top = end
        else:
            top = below
    kind = "narrow" if is_narrow else "wide"
    return (
        f'<svg class="{kind}" role="img" aria-labelledby="t-{kind} d-{kind}" width="{width}" '
        f'height="{top + 1}" viewBox="0 0 {width} {top + 1}" xmlns="http://www.w3.org/2000/svg">'
        f'<title id="t-{kind}">Flow of rows and patients</title>'
        f'<desc id="d-{kind}">{escape(text)}</desc>{"".join(shapes)}</svg>'
    )


class _Box(NamedTuple):
    height: int
    shapes: list[str]


def _box(x: int, y: int, width: int, texts: Sequence[str], kind: str) -> _Box:
    """Return a box with its text in lines that fit."""
    letters = int((width - 2 * _PAD) / _LETTER)
    lines = [line for text in texts for line in wrap(text, letters) or [""]]
    height = len(lines) * _LINE + 2 * _PAD - 6
    shapes = [f'<rect class="{kind}" x="{x}" y="{y}" width="{width}" height="{height}" rx="4"/>']
    for number, line in enumerate(lines):
        base = y + _PAD + 12 + number * _LINE
        shapes.append(f'<text x="{x + _PAD}" y="{base}">{escape(line)}</text>')
    return _Box(height, shapes)


def _arrow(path: str, x: int, y: int, way: str) -> str:
    tips = {"right": f"M{x} {y}l-8 -5v10z", "down": f"M{x} {y}l-5 -8h10z"}
    return f'<path d="{path}"/><path class="tip" d="{tips[way]}"/>'


# The lists


def _reasons(told: dict[str, Any]) -> list[str]:
    """Return what was left out and why, as a table."""
    out = [("Rows", one) for one in told["rows"]]
    out += [("Patients", one) for one in told["patients_out"]]
    if not out:
        return []
    rows = [
        f'<tr><td>{what}</td><td class="n">{escape(in_words(one["count"], "").strip())}</td>'
        f"<td>{escape(_why(one))}</td></tr>"
        for what, one in out
    ]
    head = "".join(f'<th scope="col">{one}</th>' for one in ("Of", "Left out", "Why"))
    return [
        "<h2>What was left out, and why</h2>",
        f'<table class="why"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>',
    ]


def _why(reason: dict[str, Any]) -> str:
    such = f", such as {', '.join(reason['examples'])}" if reason["examples"] else ""
    return f"{reason['reason']}{such}"


def _list(head: str, items: Sequence[str]) -> list[str]:
    if not items:
        return []
    told = "".join(f"<li>{escape(one)}</li>" for one in items)
    return [f"<h2>{head}</h2>", f"<ul>{told}</ul>"]
