"""The page of review: one file that asks for nothing, to be read with or without a script.

It shows each statement as a person checks it, the sentence with primary, site and cue marked; with
a script it takes decisions and writes them as the table that ``metastasis accept`` reads.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from metastasis._catalog import read_catalog
from metastasis._markup import DOCTYPE, Markup, element
from metastasis._vocabulary import LISTS, NOT_CLINICAL, WORDS
from metastasis.text._names.mentions import mentions_of
from metastasis.text._report import in_words, left_out_counts, ranked_counts, summary
from metastasis.text._review.account import number_in_words
from metastasis.text._review.marks import marked_parts
from metastasis.text._review.row import COLUMNS, EDITED, ranked, row_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from metastasis._catalog import Catalog
    from metastasis._markup import Content
    from metastasis.text._reading import Reading
    from metastasis.text._readings import Readings

__all__ = ["review_page"]

_FLAGS: Final = {
    "new_pair": "new: the published evidence has no such pair",
    "contradicts": "all the published evidence on this pair says otherwise",
    "own_organ": "the site is the primary's own organ",
    "neighbor": "the site is a neighbor of the primary: is it growth or metastasis",
    "number_without_denominator": "a number, and no word on whom it counts",
    "number_unread": "the sentence counts, and the number was not understood: fill it in",
}
"""What to look at, in words."""
_NAMED_IN: Final = {
    "sentence": "the sentence",
    "paragraph": "the text before",
    "lead": "the line that leads to the list",
    "heading": "the heading",
    "title": "the title or address of the page",
    "row": "the row",
}
"""Where the primary was taken from, in words."""
_NEEDED: Final = ("relation", "occurrence", "setting", "stage")
"""Lists that have a value of their own for nothing special: a blank would say nothing."""
_KEYS: Final = (
    ("j, k", "next, previous"),
    ("a", "accept"),
    ("r", "reject"),
    ("e", "mend, then accept"),
    ("s", "save the CSV"),
    ("?", "this help"),
    ("Esc", "leave a field or this help"),
)
_FEW: Final = 3
"""Pages that the command which comes next names."""
_FILE: Final = re.compile(r"[\w./\\:-]*\.\w+")
"""A page that is a file and no row of one, and whose name needs no quotes."""
_BEFORE: Final = 300
"""Characters of the block before that are shown: its end is nearest to the sentence."""


def review_page(readings: Readings, *, file: str = "rows.csv", source: str | None = None) -> str:
    """Return readings as a page of HTML: the same bytes for the same readings.

    ``file`` is the name under which the table is saved, ``source`` the key of the source that the
    pages are, for the command that comes next.
    """
    catalog = read_catalog()
    rows = ranked(readings)
    style, script = _asset("review.css"), _asset("review.js")
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; "
        f"style-src '{_digest(style)}'; script-src '{_digest(script)}'"
    )
    count = f"{len(rows)} statement{'' if len(rows) == 1 else 's'}"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("title", f"Review: {count} of spread"),
        Markup(f"<style>{style}</style>"),
    )
    then = f"metastasis accept {file} --source {source or 'KEY'} {_pages(rows)}"
    body = element(
        "body",
        element("header", element("h1", f"Review: {count} of spread"), *_foreword(readings, then)),
        element("div", id="bar"),
        element(
            "main",
            element("h2", "Statements, the surest first"),
            element("ol", [_card(*one, catalog) for one in enumerate(rows, 1)], class_="rows"),
            *_account(readings),
        ),
        _help(),
        _data(rows, catalog, file, then),
        Markup(f"<script>{script}</script>"),
    )
    return f"{DOCTYPE}{element('html', head, body, lang='en')}\n"


def _pages(rows: Sequence[Reading]) -> str:
    """Return the pages as the command that comes next takes them, if they are few and files."""
    names = sorted({one.page for one in rows})
    is_named = 0 < len(names) <= _FEW and all(_FILE.fullmatch(one) for one in names)
    return " ".join(f"--page {one}" for one in (names if is_named else ["PAGE"]))


@cache
def _asset(name: str) -> str:
    return Path(__file__).with_name(name).read_text("utf-8")


def _digest(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _foreword(readings: Readings, then: str) -> list[Content]:
    legend = (
        "In each sentence ",
        element("mark", "the primary", class_="primary"),
        " is underlined twice, ",
        element("mark", "the site", class_="site"),
        " is framed, and ",
        element("mark", "the words on how often", class_="cue"),
        " have a wavy line.",
    )
    return [
        element("p", element("strong", NOT_CLINICAL), class_="warn"),
        element(
            "p",
            "Rules read these statements in a text. None of them is evidence before a person has "
            "accepted it.",
        ),
        element("p", *legend),
        element("p", summary(readings.report), ".", class_="soft"),
        element(
            "p",
            "When all are decided: ",
            element("code", then),
            class_="soft",
        ),
        element(
            "noscript",
            element(
                "p",
                "Without a script this page is for reading; decide in the column decision of the "
                "table, with accept, reject or edit.",
            ),
        ),
    ]


def _card(number: int, reading: Reading, catalog: Catalog) -> Markup:
    """Return a statement with all that a person needs to decide on it."""
    pair = f"{_label(catalog.primaries, reading.primary)} → {_label(catalog.sites, reading.site)}"
    relation = "" if reading.relation == "metastasis" else f" ({in_words(reading.relation)})"
    often = f": {in_words(reading.frequency)}" if reading.frequency else ""
    sentence = [
        element("mark", text, class_=kind) if kind else text for text, kind in marked_parts(reading)
    ]
    facts = [
        (element("dt", name), element("dd", value)) for name, value in _facts(reading) if value
    ]
    return element(
        "li",
        element("h3", f"{number}. {pair}{relation}{often}", id=f"pair-{number}"),
        _before(reading),
        element("p", sentence, class_="sentence"),
        element("dl", facts),
        class_="row",
        id=f"row-{number}",
    )


def _label(records: Mapping[str, Any], key: str) -> str:
    return records[key].label if key in records else key


def _before(reading: Reading) -> list[Markup]:
    """Return what stands before a sentence, a paragraph a line: the primary may be named there."""
    return [
        element("p", *_marked_before(line, reading), class_="before")
        for line in reading.before.splitlines()
        if line
    ]


def _marked_before(line: str, reading: Reading) -> list[Content]:
    """Return the end of a line, with the primary marked where the sentence does not name it."""
    text = line[-_BEFORE:]
    parts: list[Content] = ["… "] if len(text) < len(line) else []
    done = 0
    for name in mentions_of(text) if reading.primary_from != "sentence" else ():
        if name.kind == "primary" and name.key == reading.primary:
            mark = element("mark", text[name.start : name.end], class_="primary")
            parts += [text[done : name.start], mark]
            done = name.end
    return [*parts, text[done:]]


def _facts(reading: Reading) -> list[tuple[str, Content]]:
    said = reading.assertion
    narrowed = [
        _word("setting", said.setting, "unspecified"),
        _word("occurrence", said.occurrence, "any"),
        _word("stage", said.stage, "any"),
        said.population or "",
    ]
    flags = [_FLAGS.get(one, in_words(one)) for one in reading.flags]
    where = f"{reading.page or 'text'}, characters {reading.start} to {reading.end}"
    return [
        ("How often", _how_often(reading)),
        ("Number", _number(reading)),
        ("Narrowed to", "; ".join(one for one in narrowed if one)),
        ("Route", in_words(said.route) if said.route else None),
        ("Note", said.note),
        ("Primary from", _NAMED_IN.get(reading.primary_from, in_words(reading.primary_from))),
        ("Look at", [element("div", one) for one in flags]),
        ("Confidence", f"{reading.confidence:.2f} (rule: {in_words(reading.rule)})"),
        ("Where", where),
    ]


def _how_often(reading: Reading) -> str:
    """Return the word of frequency, and whence it is where the sentence has none that is marked."""
    frequency = reading.frequency
    if frequency is None:
        return "no word; only counted"
    said = "absent: the text denies it" if frequency == "absent" else in_words(frequency)
    if reading.cue_span is not None:
        return said
    return f"{said} ({'no word on how often' if frequency == 'possible' else 'by a line above'})"


def _word(name: str, value: str, plain: str) -> str:
    return "" if value == plain else WORDS[name].get(value, in_words(value))


def _number(reading: Reading) -> str | None:
    number = number_in_words(reading.assertion)
    people = WORDS["denominator"].get(
        reading.assertion.denominator or "", "people that are not named"
    )
    return None if number is None else f"{number}, out of {people}"


def _account(readings: Readings) -> list[Content]:
    """Return what was dropped and what was not made, with how often."""
    report = readings.report
    remarks = [element("li", one) for one in report.remarks]
    return [
        element("h2", "What was dropped and not made"),
        *(_counts(what.capitalize(), counts) for what, counts in left_out_counts(report)),
        *([element("h2", "What was assumed"), element("ul", remarks)] if remarks else []),
        element("p", NOT_CLINICAL, class_="soft"),
    ]


def _counts(title: str, counts: Mapping[str, int]) -> Markup:
    rows = [
        element(
            "tr",
            element("th", in_words(why), scope="row"),
            element("td", f"{count:,}", class_="number"),
        )
        for why, count in ranked_counts(counts)
    ]
    return element("table", element("caption", title), element("tbody", rows))


def _help() -> Markup:
    keys = [(element("dt", element("kbd", key)), element("dd", does)) for key, does in _KEYS]
    return element(
        "dialog",
        element("h2", "Keys", id="help-title"),
        element("dl", keys),
        element("button", "Close", type="button", id="close-help"),
        id="help",
        aria_labelledby="help-title",
    )


def _data(rows: Sequence[Reading], catalog: Catalog, file: str, then: str) -> Markup:
    """Return what the script works on: no program, and nothing in it ends the element."""
    documents = sorted({one.assertion.document_sha256 or "" for one in rows})
    cells = [list(row_of(one).values()) for one in rows]
    told = {
        "key": f"metastasis review {sha256(' '.join(documents).encode()).hexdigest()}",
        "file": file,
        "then": then,
        "columns": COLUMNS,
        "edited": [*EDITED, "note"],
        "needed": _NEEDED,
        "lists": {
            "primary": {key: one.label for key, one in catalog.primaries.items()},
            "site": {key: one.label for key, one in catalog.sites.items()},
            **{name: LISTS[name] for name in EDITED if name in LISTS},
        },
        "rows": cells,
    }
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    for mark in "<>&\u2028\u2029":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return Markup(f'<script type="application/json" id="data">{text}</script>')
