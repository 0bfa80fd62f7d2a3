"""Up to six cancers side by side: by edge, or by the numbers of one frame, never by both."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from metastasis._errors import MetastasisError
from metastasis._evidence.number import Number, number_for
from metastasis._evidence.pair_summary import PairSummary
from metastasis._markup import element, joined
from metastasis._table import Table
from metastasis._vocabulary import STUDIED
from metastasis.pictures._said.words import plural
from metastasis.serve._links import pair_path
from metastasis.serve._pages.chooser import (
    chooser,
    chosen_page,
    field,
    known_keys,
    side_by_side,
    told_faults,
)
from metastasis.serve._pages.framed import aside
from metastasis.serve._pages.gathered import cells_of, frame_key, frames_of, told_frames
from metastasis.serve._pages.layout import page_reply
from metastasis.serve._pages.recipes import chosen_in_python, chosen_in_sparql, recipe, term
from metastasis.serve._pages.sections import listed
from metastasis.serve._pages.shelf import shelf_of
from metastasis.serve._pages.tables import edge_mark, scrolling
from metastasis.serve._pages.taken import table_data, take_links

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metastasis._evidence.frame import Frame
    from metastasis._graph import KnowledgeGraph
    from metastasis._markup import Content, Markup
    from metastasis.serve._links import Links
    from metastasis.serve._pages.gathered import PairCell
    from metastasis.serve._pages.layout import WebPage
    from metastasis.serve._reply import Address, Reply

__all__ = ["COMPARED", "compare_page", "compare_reply"]

COMPARED: Final = 6
"""Cancers side by side at most: more columns are not read across."""
_EDGE: Final = "edge"
"""What compares by classes of edges."""
_NOTES: Final = ("Only numbers of one frame are compared, and none is a mean.", STUDIED)


class _Compared(NamedTuple):
    """What an address asks to compare, as far as it is known."""

    keys: tuple[str, ...]
    faults: tuple[str, ...]
    """Names that nothing has, a sentence each, and too many of them."""
    frame: Frame | None
    """None compares by edge."""
    frames: tuple[tuple[Frame, int], ...]
    """Those that have numbers on these cancers, the fullest first, and on how many pairs."""

    @property
    def by(self) -> str:
        """What the address calls it."""
        return frame_key(self.frame) if self.frame else _EDGE


def compare_reply(kg: KnowledgeGraph, address: Address, form: str, links: Links) -> Reply | None:
    """Return cancers side by side, as a page or as rows of data."""
    asked = _asked(kg, address)
    if form == "html":
        return page_reply(_page(kg, asked, links), address, links)
    if asked.faults:
        # Half of what was asked for would be taken for all of it.
        raise MetastasisError(" ".join(asked.faults))
    return _data(kg, asked, address, form)


def compare_page(kg: KnowledgeGraph, address: Address, links: Links) -> WebPage:
    """Return the page of cancers side by side.

    >>> import metastasis as mets
    >>> from metastasis.serve._links import Links
    >>> from metastasis.serve._reply import Address
    >>> address = Address("compare", (("primary", "breast"), ("primary", "lung cancer")))
    >>> compare_page(mets.load(), address, Links("compare")).description
    'breast cancer and lung cancer, side by side.'
    """
    return _page(kg, _asked(kg, address), links)


def _asked(kg: KnowledgeGraph, address: Address) -> _Compared:
    keys, faults = known_keys(kg.catalog.primary, address.all("primary"))
    if len(keys) > COMPARED:
        faults.append(f"At most {COMPARED} cancers are compared, and {len(keys)} were named.")
    chosen = keys[:COMPARED]
    counts: Counter[Frame] = Counter(
        frame for pair in kg.evidence.pairs(primaries=chosen) for frame in pair.by_frame
    )
    frames = tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
    by = address.first("by", _EDGE)
    known = kg.evidence.made(frames_of)
    if by != _EDGE and by not in known:
        faults.append(f"Nothing is counted by {by!r}: choose one of the list.")
    return _Compared(chosen, tuple(faults), known.get(by), frames)


def _page(kg: KnowledgeGraph, asked: _Compared, links: Links) -> WebPage:
    labels = [kg.catalog.primaries[key].label for key in asked.keys]
    told = f"{listed(labels)}, side by side." if labels else "Up to six cancers, side by side."
    body = joined(
        element("h1", "Compare cancers"),
        element(
            "p",
            "By edge, or by the numbers of one frame: out of the same people, at the same time, as "
            "the same thing. Never by both.",
            class_="lead",
        ),
        told_faults(asked.faults),
        _form(kg, asked, links),
        element("div", _result(kg, asked, links), id="compared", data_own_take=True),
    )
    parameters = (*(("primary", key) for key in asked.keys), ("by", asked.by))
    is_blank = not asked.keys
    return chosen_page("Compare cancers", told, body, parameters, links, is_blank=is_blank)


def _form(kg: KnowledgeGraph, asked: _Compared, links: Links) -> Markup:
    """Return fields for six cancers, with every name to choose from, and what to compare by."""
    primaries = kg.catalog.primaries
    names = sorted((primaries[key].label for key in shelf_of(kg).of_primary), key=str.casefold)
    fields = [
        element(
            "label",
            f"Cancer {at + 1}",
            element(
                "input",
                name="primary",
                list="cancers",
                value=primaries[asked.keys[at]].label if at < len(asked.keys) else None,
                autocomplete="off",
                spellcheck="false",
            ),
        )
        for at in range(COMPARED)
    ]
    return chooser(
        links,
        "compare",
        field("Cancers", element("div", fields)),
        field("By", element("div", element("label", "Edge or frame", _by(kg, asked)))),
        element("datalist", [element("option", value=name) for name in names], id="cancers"),
        button="Compare",
        doing="comparing",
    )


def _by(kg: KnowledgeGraph, asked: _Compared) -> Markup:
    """Return the choice of edge or frame; of frames those that have numbers on these cancers."""
    told = kg.evidence.made(told_frames)
    entries = [element("option", "edge", value=_EDGE, selected=asked.frame is None)]
    entries += [
        element(
            "option",
            f"% of {told[frame]} ({plural(count, 'pair')})",
            value=frame_key(frame),
            selected=frame == asked.frame,
        )
        for frame, count in asked.frames
    ]
    return element("select", entries, name="by")


def _result(kg: KnowledgeGraph, asked: _Compared, links: Links) -> Content:
    if not asked.keys:
        return element("p", "Choose two cancers or more.", class_="none")
    table = _table(kg, asked, links)
    note = (
        f"Share of {kg.evidence.made(told_frames)[asked.frame]}, with n/N and its 95 % Wilson "
        "interval; a blank cell has no such number. Of several, one is shown, never a mean; the "
        "page of the pair has all."
        if asked.frame
        else "A blank cell was not studied: spread is not ruled out."
    )
    return [
        element("p", note, class_="note"),
        aside(asked.frame.denominator) if asked.frame else None,
        scrolling(table, "Cancers side by side"),
        take_links(links, "these rows", primary=asked.keys, by=asked.by),
        recipe(_python(asked), _sparql(asked), links),
    ]


def _table(kg: KnowledgeGraph, asked: _Compared, links: Links) -> Markup:
    cells = kg.evidence.made(cells_of)
    sites = kg.catalog.sites
    rows = sorted(
        {
            site
            for primary, site in cells
            if primary in asked.keys and _has(cells[primary, site], asked)
        },
        key=lambda key: (sites[key].label.casefold(), key),
    )
    primaries = kg.catalog.primaries
    return side_by_side(
        "Site",
        [(links.page(f"primary/{key}"), primaries[key].label) for key in asked.keys],
        [
            (
                (links.page(f"site/{site}"), sites[site].label),
                [_cell(cells, (key, site), asked, links) for key in asked.keys],
            )
            for site in rows
        ],
        "compared",
    )


def _has(cell: PairCell, asked: _Compared) -> bool:
    return asked.frame is None or asked.by in cell.numbers


def _cell(
    cells: Mapping[tuple[str, str], PairCell], pair: tuple[str, str], asked: _Compared, links: Links
) -> Content:
    cell = cells.get(pair)
    if cell is None or not _has(cell, asked):
        return None
    address = links.page(pair_path(*pair))
    if asked.frame:
        return element("a", cell.numbers[asked.by], href=address)
    mark = edge_mark(cell.edge) if cell.edge else cell.state
    note = element("small", f" {cell.note}") if cell.note else None
    return joined(element("a", mark, href=address), note)


# Data


def _data(kg: KnowledgeGraph, asked: _Compared, address: Address, form: str) -> Reply:
    table = _rows(kg, asked)
    paths = [pair_path(one.pair.primary, one.pair.site) for one in table]
    if asked.frame:
        paths += [f"assertion/{one.assertion.key}" for one in table if isinstance(one, Number)]
    return table_data(kg, address, form, table, paths)


def _rows(kg: KnowledgeGraph, asked: _Compared) -> Table[PairSummary] | Table[Number]:
    """Return one row a pair: its edge, or its number in the one frame."""
    if asked.frame is None:
        shelf = shelf_of(kg)
        pairs = [one for key in asked.keys for one in shelf.of_primary.get(key, ())]
        return Table(PairSummary, pairs, notes=_NOTES)
    numbers = [
        Number(pair, said)
        for pair in kg.evidence.pairs(primaries=asked.keys)
        if (said := number_for(pair, asked.frame)) is not None
    ]
    return Table(
        Number, numbers, notes=(f"Share of {kg.evidence.made(told_frames)[asked.frame]}.", *_NOTES)
    )


def _python(asked: _Compared) -> str:
    if asked.frame is None:
        return chosen_in_python(f"kg.pairs({list(asked.keys)!r})")
    frame = asked.frame
    named = f"{frame.denominator!r}, {frame.setting!r}, {frame.occurrence!r}, {frame.stage!r}"
    return chosen_in_python(f"kg.numbers({list(asked.keys)!r}, frame=mets.Frame({named}))")


def _sparql(asked: _Compared) -> str:
    chosen = " ".join([term("primary", key) for key in asked.keys])
    lines = [
        f"VALUES ?primary {{ {chosen} }}",
        "?pair a met:Pair ; met:ofPrimary ?primary ; met:inSite ?site ; met:status ?status .",
        "OPTIONAL { ?pair met:edge ?edge ; met:basis ?basis }",
    ]
    if asked.frame:
        frame = asked.frame
        lines = [
            f"VALUES ?primary {{ {chosen} }}",
            "?assertion met:primary ?primary ; met:site ?site ; met:relation relation:metastasis ;",
            f"  met:denominator denominator:{frame.denominator} ; "
            f"met:setting setting:{frame.setting} ;",
            f"  met:occurrence occurrence:{frame.occurrence} ; met:stage stage:{frame.stage} ;",
            "  met:percent ?percent .",
            "OPTIONAL { ?assertion met:count ?count }",
            "OPTIONAL { ?assertion met:total ?total }",
            "OPTIONAL { ?assertion met:population ?population }",
            "OPTIONAL { ?assertion prov:wasDerivedFrom ?source }",
        ]
    return chosen_in_sparql(lines, "?primary ?site")
