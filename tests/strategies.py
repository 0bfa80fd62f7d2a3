"""Every Hypothesis strategy of the tests."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final, NamedTuple

from hypothesis import strategies as st

from metastasis._catalog import Catalog, Primary, Site, Source, read_catalog
from metastasis._evidence.assertion import Assertion
from metastasis._vocabulary import LISTS

CATALOG = read_catalog()

texts = st.text(
    alphabet=st.characters(
        codec="utf-8",
        exclude_categories=("Cs", "Cc"),
        # A table holds none of these: they turn what follows, or are no characters at all.
        exclude_characters="\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffe\uffff",
        include_characters="\n\t\"'\\",
    ),
    min_size=1,
    max_size=30,
).filter(lambda text: text.strip() == text)
"""Texts as a table holds them: any characters, no space at the ends."""

percents = st.decimals(min_value=0, max_value=100, places=2).map(lambda value: abs(value))


@st.composite
def assertions(draw: st.DrawFn, catalog: Catalog = CATALOG) -> Assertion:
    """Any assertion that the checks accept: counted, worded, denied, qualified, from text."""
    count, total, percent = draw(numbers())
    frequency = draw(st.none() | st.sampled_from(LISTS["frequency"]))
    if frequency is None and percent is None and count is None:
        frequency = draw(st.sampled_from(LISTS["frequency"]))
    some = percent if count is None else count
    if some is not None and frequency is not None:
        frequency = "absent" if some == 0 else None if frequency == "absent" else frequency
    counted = total is not None or percent is not None
    span = draw(spans())
    return Assertion(
        primary=draw(st.sampled_from(sorted(catalog.primaries))),
        site=draw(st.sampled_from(sorted(catalog.sites))),
        relation=draw(st.sampled_from(LISTS["relation"])),
        frequency=frequency,
        occurrence=draw(st.sampled_from(LISTS["occurrence"])),
        count=count,
        total=total,
        percent=percent,
        denominator=draw(st.sampled_from(LISTS["denominator"])) if counted else None,
        setting=draw(st.sampled_from(LISTS["setting"])),
        stage=draw(st.sampled_from(LISTS["stage"])),
        route=draw(st.none() | st.sampled_from(LISTS["route"])),
        population=draw(st.none() | texts),
        source=draw(st.sampled_from(sorted(catalog.sources))),
        locator=draw(texts),
        reading=draw(st.sampled_from(LISTS["reading"])),
        document_sha256=span[0],
        start=span[1],
        end=span[2],
        note=draw(st.none() | texts),
    )


@st.composite
def numbers(draw: st.DrawFn) -> tuple[int | None, int | None, Decimal | None]:
    """Count, total and percent in every combination that makes sense."""
    kind = draw(st.sampled_from(("counted", "percent", "percent of total", "none")))
    total = draw(st.integers(min_value=1, max_value=10**7))
    if kind == "counted":
        return draw(st.integers(min_value=0, max_value=total)), total, None
    if kind == "none":
        return None, None, None
    return None, total if kind == "percent of total" else None, draw(percents)


@st.composite
def spans(draw: st.DrawFn) -> tuple[str | None, int | None, int | None]:
    """Return a place in a page, or none."""
    if draw(st.booleans()):
        return None, None, None
    start = draw(st.integers(min_value=0, max_value=10**6))
    length = draw(st.integers(min_value=1, max_value=1000))
    return draw(st.text("0123456789abcdef", min_size=64, max_size=64)), start, start + length


def tables(max_size: int = 12) -> st.SearchStrategy[list[Assertion]]:
    """Return assertion tables in which no two rows say the same thing."""
    return st.lists(assertions(), max_size=max_size, unique_by=lambda one: one.key)


def dense_tables() -> st.SearchStrategy[list[Assertion]]:
    """Return tables over few pairs, so that sources agree, deny and contradict one another."""
    return st.lists(assertions(SMALL), max_size=14, unique_by=lambda one: one.key)


@st.composite
def rival_numbers(draw: st.DrawFn) -> list[Assertion]:
    """Tables of numbers over few pairs and frames, so that several stand for the same pair.

    They are counted, percentages of a total and percentages alone, on the whole population and on
    parts of it, by different routes, of sources that repeat themselves.
    """
    row = st.builds(
        _rival,
        numbers().filter(any),
        primary=st.sampled_from(sorted(SMALL.primaries)),
        site=st.sampled_from(("bone", "liver")),
        denominator=st.sampled_from(("autopsies", "site_cases")),
        setting=st.just("at_autopsy"),
        occurrence=st.sampled_from(("any", "any", "only_site")),
        population=st.sampled_from((None, None, "men", "women")),
        route=st.sampled_from((None, None, "hematogenous")),
        source=st.sampled_from(sorted(SMALL.sources)),
        locator=st.sampled_from(("first", "second")),
    )
    return draw(st.lists(row, min_size=1, max_size=12, unique_by=lambda one: one.key))


def _rival(said: tuple[int | None, int | None, Decimal | None], **more: Any) -> Assertion:
    count, total, percent = said
    return Assertion(count=count, total=total, percent=percent, **more)


SMALL = Catalog(
    primaries=[
        Primary(key="breast", label="breast cancer"),
        Primary(key="lung", label="lung cancer"),
    ],
    sites=[
        Site(key="bone", label="bone"),
        Site(key="liver", label="liver"),
        Site(key="unspecified", label="unspecified site", kind="unspecific"),
    ],
    sources=[
        Source(
            key="one",
            citation="The first source",
            design="registry",
            years="1991-2000; 2003",
            registry=("NCDB", "SEER"),
            people=("all_patients 900", "lung/autopsies 70"),
        ),
        Source(key="two", citation="The second source", design="expert_summary"),
        Source(key="three", citation="The third source", design="text_extraction"),
    ],
)
"""A catalog so small that random assertions meet."""


FAMILY = Catalog(
    primaries=[
        Primary(
            key="bowel",
            label="bowel cancer",
            arises_in=("bowel",),
            made_of=("colon", "rectum"),
        ),
        Primary(key="colon", label="colon cancer", parents=("bowel",), arises_in=("bowel",)),
        Primary(key="rectum", label="rectal cancer", parents=("bowel",), arises_in=("bowel",)),
        Primary(key="any", label="cancer", kind="grouping"),
    ],
    sites=[
        Site(key="bone", label="bone"),
        Site(key="skull", label="skull", parents=("bone", "head")),
        Site(key="head", label="head", kind="region"),
        Site(key="bowel", label="bowel"),
        Site(key="unspecified", label="unspecified site", kind="unspecific"),
    ],
    sources=[
        Source(
            key="counts",
            citation="A registry",
            design="registry",
            people=("autopsies 60", "colon/metastatic_patients 49"),
        ),
        Source(key="expert", citation="An expert summary", design="expert_summary"),
        Source(key="lay", citation="A page for lay readers", design="lay_summary"),
        Source(key="samples", citation="Sequenced samples", design="sequencing_cohort"),
    ],
)
"""Cancers with kinds, sites with parts, and sources of every standing."""


@st.composite
def family_tables(draw: st.DrawFn) -> list[Assertion]:
    """Tables over few pairs in which words, numbers, kinds and parts decide against one another."""
    row = st.builds(
        _relative,
        st.sampled_from(
            (
                {"frequency": "common"},
                {"frequency": "possible"},
                {"frequency": "rare"},
                {"frequency": "absent"},
                {"count": 0, "total": 200},
                {"count": 4, "total": 400},
                {"count": 40, "total": 49},
                {"count": 40, "total": 200},
                {"count": 20, "total": 200},
                {"percent": 30, "total": 90},
                {"percent": 3, "total": 900},
                {"percent": 25},
                {"percent": 12},
                {"frequency": "common", "count": 4, "total": 400},
                {"frequency": "rare", "count": 4, "total": 90},
            )
        ),
        denominator=st.sampled_from(
            ("autopsies", "metastatic_patients", "all_patients", "records")
        ),
        primary=st.sampled_from(sorted(FAMILY.primaries)),
        site=st.sampled_from(sorted(FAMILY.sites)),
        source=st.sampled_from(sorted(FAMILY.sources)),
        occurrence=st.sampled_from(("any", "any", "any", "first_site")),
        population=st.sampled_from((None, None, None, "men")),
        locator=st.sampled_from(("first", "second")),
    )
    return draw(st.lists(row, max_size=14, unique_by=lambda one: one.key))


def _relative(said: dict[str, Any], denominator: str, **more: Any) -> Assertion:
    counted = said.keys() & {"count", "percent"}
    return Assertion(**said, denominator=denominator if counted else None, **more)


def bipartite_matrices(max_side: int = 9) -> st.SearchStrategy[list[list[int]]]:
    """Return 0/1 matrices as rows: which of the left is joined to which of the right."""
    sides = st.integers(min_value=1, max_value=max_side)
    return st.tuples(sides, sides).flatmap(
        lambda shape: st.lists(
            st.lists(st.integers(0, 1), min_size=shape[1], max_size=shape[1]),
            min_size=shape[0],
            max_size=shape[0],
        )
    )


places = st.lists(st.floats(min_value=-50, max_value=50), max_size=20).map(sorted)
"""Heights wanted by labels, in order."""


CANONICAL: Final = {
    "patient": "string",
    "primary": "int",
    "site": "int",
    "known": "boolean",
    "day": "int",
    "sex": "string",
    "metastatic": "boolean",
}
"""The columns of canonical rows, and their types."""
CANONICAL_SITES: Final = 64
"""So many that masks need two columns."""

_truth = st.none() | st.booleans()
_days = st.none() | st.integers(-3, 3) | st.sampled_from((-719_162, 2_932_896))


def canonical_rows(patients: int = 3, max_size: int = 12) -> st.SearchStrategy[list[Any]]:
    """Return canonical rows of few patients, so that they repeat, tie and contradict."""
    row = st.tuples(
        st.sampled_from([f"P{number}" for number in range(patients)]),
        st.none() | st.integers(0, 2),
        st.none() | st.sampled_from((0, 1, 57, 58, 63)),
        _truth,
        _days,
        st.none() | st.sampled_from(("female", "male")),
        _truth,
    )
    return st.lists(row, max_size=max_size)


CODES: Final = ("C50", "C61", "C34", "C78.7", "C79.51", "C77.9", "C79.9", "Z51", "I10")


def weighted_matrices(max_side: int = 9) -> st.SearchStrategy[list[list[float]]]:
    """Return matrices of weights as rows, about half of them 0, none negative."""
    weights = st.just(0.0) | st.floats(min_value=0.01, max_value=100)
    sides = st.integers(min_value=1, max_value=max_side)
    return st.tuples(sides, sides).flatmap(
        lambda shape: st.lists(
            st.lists(weights, min_size=shape[1], max_size=shape[1]),
            min_size=shape[0],
            max_size=shape[0],
        )
    )


@st.composite
def studies(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    """Return counts and totals of two to eight studies, not all without and not all with."""
    totals = draw(st.lists(st.integers(min_value=5, max_value=2000), min_size=2, max_size=8))
    counts = [draw(st.integers(min_value=0, max_value=total)) for total in totals]
    counts[0] = draw(st.integers(min_value=1, max_value=totals[0] - 1))
    return counts, totals


def transition_matrices(max_states: int = 8) -> st.SearchStrategy[list[list[float]]]:
    """Return transition matrices as rows, about half of the steps impossible, no row without any.

    Every state may lead to the next, so that some matrices are irreducible and some are not.
    """
    weights = st.just(0.0) | st.floats(min_value=0.05, max_value=1)
    return st.integers(min_value=2, max_value=max_states).flatmap(
        lambda size: st.lists(
            st.lists(weights, min_size=size, max_size=size).filter(any).map(_scaled),
            min_size=size,
            max_size=size,
        )
    )


def _scaled(weights: list[float]) -> list[float]:
    return [weight / sum(weights) for weight in weights]


@st.composite
def label_calls(draw: st.DrawFn) -> list[tuple[tuple[float, float], float, float, str | None]]:
    """Labels beside a picture of 100 by 100: anchor, width, height, side."""
    inside = st.integers(0, 100).map(float)
    size = st.integers(1, 12).map(float)
    side = st.sampled_from((None, None, "left", "right"))
    one = st.tuples(st.tuples(inside, inside), size, size, side)
    return draw(st.lists(one, max_size=15))


@st.composite
def overlapping_sources(draw: st.DrawFn) -> dict[str, Source]:
    """Return sources of few registries and few years, so that many may hold the same patients."""
    year = st.integers(2000, 2006)
    spans = st.tuples(year, st.integers(0, 2)).map(lambda one: f"{one[0]}-{one[0] + one[1]}")
    registries = st.lists(st.sampled_from(("Detroit", "NCDB", "SEER", "Sweden")), unique=True)
    return {
        key: Source(
            key=key,
            citation=key,
            design="registry",
            years=draw(st.none() | st.lists(spans, min_size=1, max_size=2).map("; ".join)),
            registry=tuple(sorted(draw(registries))),
        )
        for key in "abcdefgh"[: draw(st.integers(1, 8))]
    }


_CELLS: Final[dict[str, list[Any]]] = {
    "primary": ["bladder", "nonsense"],
    "locator": ["abstract", " "],
    "frequency": [None, None, "common", "absent", "often"],
    "count": [None, 0, 71, -1, "x"],
    "total": [None, 150, 150, 0],
    "percent": [None, None, 0, 12.5, 101],
    "denominator": ["autopsies", "autopsies", None],
    "document_sha256": [None, None, "0" * 64, "abc"],
    "start": [None, None, 0, 3],
    "end": [None, None, 1, 9],
}


def table_rows() -> st.SearchStrategy[list[dict[str, Any]]]:
    """Return changes of a row of an assertion table, sound or not; None for a blank cell."""
    cells = {name: st.sampled_from(values) for name, values in _CELLS.items()}
    return st.lists(st.fixed_dictionaries(cells), min_size=20, max_size=40)


class NumberSentence(NamedTuple):
    """A sentence with numbers, where it names sites, and what it prints for each."""

    text: str
    sites: list[tuple[int, int]]
    numbers: list[tuple[int | None, int | None, Decimal | None]]


_ORGANS: Final = ("liver", "lung", "bone", "brain", "spleen", "pleura", "skin", "adrenal gland")
_DISTRACTORS: Final = (
    " (p < 0.05)",
    " (p = 0.001, df = 2)",
    " (HR 1.3; 95% CI 1.1-1.5)",
    " (median age, 64 years)",
    " [12]",
    " [4,6-9]",
    " (range, 0-29 months)",
    " (Table 2)",
    " (2010-2015)",
)
"""What has digits and counts nobody."""
_NUMBERED: Final = (
    ("The most common sites were ", "{site} ({number})", ", "),
    ("", "{site} metastases ({number})", ", "),
    ("", "{site} metastases were found in {number}", "; "),
    ("Metastases were seen in the ", "{site} in {number}", ", in the "),
    ("", "{site}: {number}", "; "),
    ("", "{site} {number}", ", "),
    ("", "{number} had {site} metastases", ", "),
    ("", "{number} developed metastases to the {site}", " and "),
)
"""How a sentence begins, what it says of each site, and what stands between."""


@st.composite
def printed_numbers(draw: st.DrawFn) -> tuple[str, tuple[int | None, int | None, Decimal | None]]:
    """Any percentage, count of a total, or both, as printed, and what it is."""
    total = draw(st.integers(2, 99_999))
    count = draw(st.integers(0, total))
    places = draw(st.sampled_from((0, 1, 2)))
    percent = round(Decimal(100 * count) / total, places)
    of_all = f"{count:,} of {total:,} patients"
    forms = (
        (f"{percent}%", (None, None, percent)),
        (f"{percent} % of patients", (None, None, percent)),
        (of_all, (count, total, None)),
        (f"{of_all} [{percent}%]", (count, total, percent)),
    )
    return draw(st.sampled_from(forms))


@st.composite
def number_sentences(draw: st.DrawFn, *, distracted: bool = False) -> NumberSentence:
    """Any sentence of a small grammar in which each site has its number."""
    sites = draw(st.lists(st.sampled_from(_ORGANS), min_size=1, max_size=5, unique=True))
    numbers = [draw(printed_numbers()) for _ in sites]
    words = [said for said, _ in numbers]
    extra = st.sampled_from(_DISTRACTORS if distracted else ("",))
    if len(sites) > 1 and draw(st.booleans()):
        named, counted = (f"{', '.join(x[:-1])} and {x[-1]}" for x in (sites, words))
        text = f"Metastases to {named} were present in {counted}, respectively{draw(extra)}"
    else:
        lead, form, between = draw(st.sampled_from(_NUMBERED))
        pairs = zip(sites, words, strict=True)
        pieces = [form.format(site=site, number=said) + draw(extra) for site, said in pairs]
        text = lead + between.join(pieces)
    spans = [(text.index(site), text.index(site) + len(site)) for site in sites]
    return NumberSentence(text, spans, [number for _, number in numbers])


def page_texts() -> st.SearchStrategy[str]:
    """Return texts of any characters, and of pieces of pages in which something may be stated."""
    pieces = st.sampled_from(
        [
            *("Breast cancer ", "spreads to ", "the liver", ", bone", " and lungs", "metastases "),
            *("\u0130", "\u00df", "\u00ad", "\u200b", "e\u0301", "\ufeff", "\x00", "\r\n", "\n\n"),
            *("- ", "| ", "12 % ", "(n = 3)", "not to ", "rarely ", ". ", ":\n", "# ", "<b>"),
            *("&amp;", "**"),
        ]
    )
    return st.one_of(st.text(max_size=200), st.lists(pieces, max_size=30).map("".join))
