"""Tables of evidence: pairs without numbers, and the numbers of one frame at a time.

A number never stands beside one that counts other people, another time or another thing: each
frame has a table of its own, and within it one scale.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, Literal

from metastasis._clean import is_web_address
from metastasis._evidence.assertion import rounded
from metastasis._evidence.edge import BASES
from metastasis._evidence.number import share_of
from metastasis._evidence.pair import preference
from metastasis._markup import element, in_a_row, joined
from metastasis._vocabulary import LISTS, WORDS
from metastasis.pictures._said.words import capitalize, label_of
from metastasis.serve._links import pair_path
from metastasis.serve._pages.filters import NO_EDGE
from metastasis.serve._pages.framed import aside, frame_labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from metastasis._catalog import Catalog, Source
    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.frame import Frame
    from metastasis._evidence.pair import Pair
    from metastasis._evidence.pair_summary import PairSummary
    from metastasis._markup import Content, Markup
    from metastasis.serve._links import Links
    from metastasis.serve._pages.shelf import EvidenceRow

__all__ = [
    "Names",
    "by_frame",
    "counted",
    "edge_mark",
    "evidence_sections",
    "external_link",
    "head_row",
    "interval",
    "narrowed",
    "pair_link",
    "pairs_table",
    "said_words",
    "scrolling",
    "share",
]

Names = Literal["site", "primary", "both"]
"""What a row is called by: the site on the page of a cancer, the cancer on that of a site."""

_EDGE_RANK: Final = {"commonly": 0, "possibly": 1, "rarely": 2, None: 3}
_FEW: Final = 3
"""So many parts of a pair that rolls up are named; its own page names all."""


def scrolling(table: Markup, label: str, *, name: str | None = None) -> Markup:
    """Return a table that scrolls by itself where it is wider than the screen."""
    return element(
        "div", table, class_="scroll", role="region", tabindex=0, aria_label=label, id=name
    )


def head_row(*names: Content) -> Markup:
    """Return the head of a table; above what has no name is a cell that heads nothing."""
    cells = [element("th", name, scope="col") if name else element("td") for name in names]
    return element("thead", element("tr", cells))


def edge_mark(edge: str | None) -> Markup:
    """Return the class of an edge as a mark that says it in words too."""
    kind = edge or NO_EDGE
    return element("span", edge or "no edge", class_=f"edge {kind}")


def pair_link(pair: Pair, words: Content, links: Links, key: str = "") -> Markup:
    """Return the link to the page of a pair, or to one assertion on it."""
    page = pair_path(pair.primary, pair.site)
    return element("a", words, href=links.page(page, f"assertion-{key}" if key else ""))


def external_link(source: Source) -> Markup | None:
    """Return the link to the paper or page itself, by DOI, PubMed number or address."""
    if source.doi:
        words, address = "DOI", f"https://doi.org/{source.doi}"
    elif source.pmid:
        words, address = f"PMID {source.pmid}", f"https://pubmed.ncbi.nlm.nih.gov/{source.pmid}/"
    else:
        words, address = "page", source.url or ""
    if not is_web_address(address):
        return None
    return element("a", words, href=address)


def pairs_table(pairs: Iterable[PairSummary], links: Links, by: Names, label: str) -> Markup:
    """Return a table of pairs, one row each, without any number of patients."""
    ordered = sorted(pairs, key=lambda one: (_EDGE_RANK[one.pair.edge], _called(one.pair, by)))
    head = head_row(*_name_columns(by), "Edge", "Rests on", "Assertions", "Sources", "Conflicts")
    body = element("tbody", [_pair_row(one, links, by) for one in ordered])
    return scrolling(element("table", head, body, class_="pairs"), label)


def _pair_row(one: PairSummary, links: Links, by: Names) -> Markup:
    pair = one.pair
    rests = BASES[pair.basis] if pair.basis else "none"
    whence = _rolled_up(pair, links) if pair.is_rolled_up else None
    counts = (one.assertions, one.sources, one.conflicts)
    return element(
        "tr",
        _name_cells(pair, links, by),
        element("td", edge_mark(pair.edge), whence),
        element("td", rests),
        [element("td", count) for count in counts],
        data_edge=pair.edge or NO_EDGE,
        data_basis=pair.basis,
    )


def _rolled_up(pair: Pair, links: Links) -> Markup:
    parts = in_a_row(pair_link(part, label_of(part), links) for part in pair.parts[:_FEW])
    more = len(pair.parts) - _FEW
    return element(
        "small", " some, from ", parts, f" and {more} more" if more > 0 else None, class_="whence"
    )


def by_frame(rows: Iterable[EvidenceRow]) -> list[tuple[Frame, list[EvidenceRow]]]:
    """Return the numbers among rows by frame, the fullest first, in each the highest site first.

    What stands for a pair comes first of its numbers, and puts the pair in its place.
    """
    found: dict[Frame, list[EvidenceRow]] = defaultdict(list)
    for row in rows:
        if row.assertion.percent is not None:
            found[row.assertion.frame].append(row)
    frames = sorted(found, key=lambda frame: (-len(found[frame]), frame))
    return [(frame, _highest_first(found[frame])) for frame in frames]


def _highest_first(rows: Iterable[EvidenceRow]) -> list[EvidenceRow]:
    pairs: dict[tuple[str, str, str], list[EvidenceRow]] = defaultdict(list)
    for row in rows:
        pairs[row.pair.primary, row.pair.site, row.assertion.relation].append(row)
    for one in pairs.values():
        one.sort(key=lambda row: preference(row.assertion))
    ordered = sorted(pairs.items(), key=lambda item: (-share_of(item[1][0].assertion), item[0]))
    return [row for _, found in ordered for row in found]


def _frame_id(frame: Frame, relation: str = "metastasis") -> str:
    """Return the name of the table of a frame on its page."""
    start = "numbers" if relation == "metastasis" else relation
    return f"{start}-{frame.denominator}-{frame.setting}-{frame.occurrence}-{frame.stage}"


def evidence_sections(
    rows: Sequence[EvidenceRow], catalog: Catalog, links: Links, by: Names, relation: str
) -> Iterator[tuple[str, str, Markup]]:
    """Yield the tables of one relation: of numbers frame by frame, and of words.

    Each with its name on the page and its heading.
    """
    rows = [row for row in rows if row.assertion.relation == relation]
    # No two tables of a page have one label: by it a screen reader tells them apart.
    of = "" if relation == "metastasis" else ", of direct growth"
    frames = by_frame(rows)
    labels = frame_labels(frame for frame, _ in frames)
    for frame, found in frames:
        label = labels[frame]
        table = _numbers_table(found, catalog, links, by, f"Numbers out of {label}{of}")
        yield _frame_id(frame, relation), capitalize(label), joined(aside(frame.denominator), table)
    words = [row for row in rows if row.assertion.percent is None]
    if words:
        name = "words" if relation == "metastasis" else f"{relation}-words"
        table = _words_table(words, catalog, links, by, f"What is said in words{of}")
        yield name, "In words, without a number", table


def _numbers_table(
    rows: Sequence[EvidenceRow], catalog: Catalog, links: Links, by: Names, label: str
) -> Markup:
    """Return the table of the numbers of one frame, told apart by a label."""
    columns = _columns_that_tell(rows, by)
    head = head_row(*_name_columns(by), "n of N", "%", "95 % interval", "", *columns)
    body = element(
        "tbody",
        [_number_row(row, catalog, links, by, columns) for row in rows],
        **_frame_marks(rows[0].assertion),
    )
    return scrolling(element("table", head, body, class_="numbers"), label)


def _columns_that_tell(rows: Iterable[EvidenceRow], by: Names) -> tuple[str, ...]:
    """Return the last columns: none that is blank in every row, or the same."""
    narrow = ("Only among",) if any(narrowed(row.assertion) for row in rows) else ()
    return narrow if by == "both" else (*narrow, "Source")


def _number_row(
    row: EvidenceRow, catalog: Catalog, links: Links, by: Names, columns: tuple[str, ...]
) -> Markup:
    one = row.assertion
    return element(
        "tr",
        _name_cells(row.pair, links, by, row.key),
        element("td", counted(one)),
        element("td", share(one)),
        element("td", interval(one)),
        element("td", _bar(one)),
        _last_cells(one, catalog, links, columns),
    )


def _last_cells(
    one: Assertion, catalog: Catalog, links: Links, columns: tuple[str, ...]
) -> Content:
    only = element("td", narrowed(one)) if "Only among" in columns else None
    if "Source" not in columns:
        return only
    return joined(only, element("td", source_cell(catalog.sources[one.source], links)))


def _words_table(
    rows: Sequence[EvidenceRow], catalog: Catalog, links: Links, by: Names, label: str
) -> Markup:
    """Return the table of what is said in words, the most frequent first."""
    ranks = {word: i for i, word in enumerate(LISTS["frequency"])}
    ordered = sorted(
        rows,
        key=lambda row: (
            ranks.get(row.assertion.frequency or "", len(ranks)),
            _called(row.pair, by),
        ),
    )
    columns = _columns_that_tell(rows, by)
    when = ("When and as what",) if any(_when(row.assertion) for row in rows) else ()
    head = head_row(*_name_columns(by), "In words", *when, *columns)
    body = element(
        "tbody", [_word_row(row, catalog, links, by, (*when, *columns)) for row in ordered]
    )
    return scrolling(element("table", head, body, class_="words"), label)


def _word_row(
    row: EvidenceRow, catalog: Catalog, links: Links, by: Names, columns: tuple[str, ...]
) -> Markup:
    one = row.assertion
    return element(
        "tr",
        _name_cells(row.pair, links, by, row.key),
        element("td", said_words(one)),
        element("td", _when(one)) if "When and as what" in columns else None,
        _last_cells(one, catalog, links, columns),
        **_frame_marks(one),
    )


def said_words(one: Assertion) -> str:
    """Return what an assertion says without its percentage."""
    said = str(one.frequency).replace("_", " ") if one.frequency else ""
    if one.percent is None and one.count is not None:
        said = "; ".join(filter(None, (said, f"{one.count:,} counted, N not stated")))
    return said or ("present" if one.finding == "present" else "absent")


def counted(one: Assertion) -> str:
    """Return n of N of an assertion, as far as both are stated.

    >>> from metastasis import Assertion
    >>> said = {"primary": "lung", "site": "bone", "source": "a", "locator": "b"}
    >>> counted(Assertion(**said, count=8848, total=243896)), counted(Assertion(**said, percent=3))
    ('8,848 of 243,896', 'N not stated')
    >>> counted(Assertion(**said, percent=3, total=100))
    '? of 100'
    """
    if not one.total:
        return "N not stated"
    return f"{'?' if one.count is None else f'{one.count:,}'} of {one.total:,}"


def share(one: Assertion) -> str:
    """Return the percentage of an assertion: worked out of a count, else as printed."""
    if one.is_quantified:
        return f"{rounded(100 * share_of(one))} %"
    return "" if one.percent is None else f"{one.percent:f} %"


def interval(one: Assertion) -> Content:
    """Return the interval of an assertion, said to be derived where rounding leaves it open."""
    if (found := one.interval) is None:
        return "not given"
    ends = " to ".join(map(rounded, found))
    if one.count is not None:
        return ends
    return joined(ends, " ", element("i", "r"))


def _bar(one: Assertion) -> Markup:
    """Return percentage and interval on a scale from 0 to 100; the cells beside it say the same."""
    at = 100 * share_of(one)
    low, high = one.interval or (at, at)
    return element(
        "svg",
        element("path", d=f"M{low:.1f} 5H{high:.1f}"),
        element("path", d=f"M{at:.1f} 5h0"),
        viewBox="-3 0 106 10",
        aria_hidden="true",
    )


def narrowed(one: Assertion) -> str:
    """Return the part of the people, or the route, that an assertion is narrowed to."""
    route = f"by {one.route.replace('_', ' ')} route" if one.route else ""
    return "; ".join(filter(None, (one.population, route)))


def _when(one: Assertion) -> str:
    said = (
        WORDS["denominator"].get(one.denominator or ""),
        WORDS["setting"].get(one.setting),
        WORDS["occurrence"].get(one.occurrence),
        WORDS["stage"].get(one.stage),
    )
    return ", ".join(filter(None, said))


def source_cell(source: Source, links: Links) -> Markup:
    """Return the links to a source's page and to the source itself."""
    page = element("a", source.key, href=links.page(f"source/{source.key}"))
    out = external_link(source)
    return joined(page, " ", out) if out else page


def _frame_marks(one: Assertion) -> dict[str, str | None]:
    """Return by what a script chooses rows among files; edge and basis it has of the pair's row."""
    return {
        "data_denominator": one.denominator,
        "data_setting": None if one.setting == "unspecified" else one.setting,
        "data_occurrence": None if one.occurrence == "any" else one.occurrence,
    }


def _called(pair: Pair, by: Names) -> tuple[str, str]:
    names = (pair.primary_label.casefold(), pair.site_label.casefold())
    return names if by != "site" else (names[1], names[0])


def _name_columns(by: Names) -> tuple[str, ...]:
    return {"site": ("Site",), "primary": ("Cancer",), "both": ("Cancer", "Site")}[by]


def _name_cells(pair: Pair, links: Links, by: Names, key: str = "") -> Content:
    if by == "both":
        cancer = element("a", pair.primary_label, href=links.page(f"primary/{pair.primary}"))
        return joined(
            element("td", cancer),
            element("th", pair_link(pair, pair.site_label, links, key), scope="row"),
        )
    label = pair.site_label if by == "site" else pair.primary_label
    return element("th", pair_link(pair, label, links, key), scope="row")
