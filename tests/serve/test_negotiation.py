"""Accept and Accept-Encoding, against a second implementation that takes the standard literally."""

from __future__ import annotations

from itertools import product
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metastasis.serve._negotiation import Offer, accepts_gzip, choose

OFFERS: Final = tuple(
    Offer(name, media_type)
    for name, media_type in (
        ("json", "application/json"),
        ("ld", "application/ld+json"),
        ("csv", "text/csv"),
        ("html", "text/html"),
        ("svg", "image/svg+xml"),
    )
)
WEIGHTS: Final = ("0", "0.0", "0.001", "0.3", "0.300", "0.5", "1", "1.000")
KINDS: Final = (
    *(offer.media_type for offer in OFFERS),
    "*/*",
    "text/*",
    "application/*",
    "image/*",
    "image/png",
)
spaces = st.sampled_from(("", " ", "\t", "  "))


@st.composite
def accepts(draw: st.DrawFn) -> tuple[str, list[tuple[str, bool, float]]]:
    """Return an Accept header, and the ranges that it holds."""
    ranges: list[tuple[str, bool, float]] = []
    parts: list[str] = []
    for _ in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from(KINDS))
        own = draw(st.sampled_from(("", "", "", ";level=1", ';profile="a, b;q=0"')))
        weight = draw(st.sampled_from(("", *WEIGHTS)))
        shown = draw(st.sampled_from((kind, kind.upper(), kind.title())))
        gap = draw(spaces)
        mark = draw(st.sampled_from(("q", "Q")))
        parts.append(
            gap + shown + own + (f"{draw(spaces)};{draw(spaces)}{mark}={weight}" if weight else "")
        )
        ranges.append((kind, not own, float(weight or 1)))
    empty = draw(st.sampled_from(("", ",", " , ,")))
    return draw(spaces) + ",".join(parts) + empty, ranges


def by_the_standard(ranges: list[tuple[str, bool, float]]) -> str | None:
    """Return the form that a client likes best: all pairs of offer and range, and nothing else."""
    best: tuple[float, int, int] | None = None
    for place, offer in enumerate(OFFERS):
        main = offer.media_type.split("/")[0]
        exactness = {offer.media_type: 2, f"{main}/*": 1, "*/*": 0}
        fitting = [
            (exactness[kind], is_bare, quality)
            for kind, is_bare, quality in ranges
            if kind in exactness
        ]
        if not fitting:
            continue
        exact, _, quality = max(fitting)
        if quality > 0 and (best is None or (quality, exact, -place) > best):
            best = (quality, exact, -place)
    return None if best is None else OFFERS[-best[2]].form


@given(accepts())
def test_the_form_is_that_of_the_standard(said: tuple[str, list[tuple[str, bool, float]]]) -> None:
    header, ranges = said
    found = choose(header, OFFERS)
    assert (found and found.form) == by_the_standard(ranges)


@given(st.text(max_size=80) | st.text('acx*/;q=0.51,"\\ \t', max_size=80))
def test_any_header_has_an_answer(header: str) -> None:
    found = choose(header, OFFERS)
    assert found is None or found in OFFERS
    assert accepts_gzip(header) in (True, False)


@pytest.mark.parametrize(
    ("header", "form"),
    [
        (None, "json"),
        ("", "json"),
        ("*/*", "json"),
        ("text/csv", "csv"),
        ("text/csv, */*", "csv"),
        ("text/csv;q=0.4, */*;q=0.5", "json"),
        ("*/*;q=0.5, application/json;q=0", "ld"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", "html"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "ld"),
        ("text/csv;header=present;q=0.9, text/csv;q=0.1, text/html;q=0.5", "html"),
        ("text/csv;q=nonsense", None),
        ("text/csv;q=2", None),
        ("text/csv;q=.5, text/html;q=.6", "html"),
        ("text", None),
        ("image/png", None),
        ("text/csv" + ";a=b" * 20_000, "csv"),
        ('"' * 60_000, None),
        ("," * 60_000, None),
    ],
)
def test_headers_that_clients_send(header: str | None, form: str | None) -> None:
    found = choose(header, OFFERS)
    assert (found and found.form) == form


def test_nothing_is_chosen_of_nothing() -> None:
    assert choose("*/*", ()) is None
    assert choose(None, ()) is None


@pytest.mark.parametrize(("gzip", "anything"), list(product((None, "0", "0.5"), repeat=2)))
def test_gzip_is_taken_by_name_or_with_anything(gzip: str | None, anything: str | None) -> None:
    parts = [
        f"{name};q={weight}"
        for name, weight in (("br", "1"), ("gzip", gzip), ("*", anything))
        if weight is not None
    ]
    expected = gzip != "0" if gzip is not None else anything not in (None, "0")
    assert accepts_gzip(", ".join(parts)) is expected
