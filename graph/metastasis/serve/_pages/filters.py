"""Which rows of a page are asked for: by edge and basis, by who is counted, when and as what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from metastasis._errors import check_choice
from metastasis._evidence.edge import BASES, EDGES
from metastasis._markup import element
from metastasis._vocabulary import LISTS, WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.pair_summary import PairSummary
    from metastasis._markup import Markup
    from metastasis.serve._links import Links
    from metastasis.serve._pages.shelf import EvidenceRow
    from metastasis.serve._reply import Address

__all__ = ["FRAME", "NO_EDGE", "Filters", "filter_form", "in_words"]

NO_EDGE: Final = "none"
"""What asks for pairs without an edge."""
FRAME: Final = ("denominator", "setting", "occurrence")
"""What tells one kind of number from another; stages go by the tables of their own."""
_CHOICES: Final = {
    "edge": (*EDGES, NO_EDGE),
    "basis": tuple(BASES),
    **{name: LISTS[name] for name in FRAME},
}
_CALLED: Final = {
    "edge": "Edge",
    "basis": "Rests on",
    "denominator": "Out of",
    "setting": "When",
    "occurrence": "Counted as",
}
_PLAIN: Final = {
    "setting": {"unspecified": "at a time not stated"},
    "occurrence": {"any": "at any time, beside others"},
    "denominator": {"": "words alone"},
    "edge": {NO_EDGE: "no edge"},
    "basis": BASES,
}
"""Words for values that are not special, and so have none in a sentence."""


class Filters(NamedTuple):
    """What is asked for, of each kind any of these; of a kind that names none, everything."""

    edge: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    denominator: tuple[str, ...] = ()
    setting: tuple[str, ...] = ()
    occurrence: tuple[str, ...] = ()

    @classmethod
    def of(cls, address: Address) -> Filters:
        """Return what an address asks for.

        >>> from metastasis.serve._reply import Address
        >>> Filters.of(Address("primary/breast", (("edge", "rarely"), ("setting", "")))).edge
        ('rarely',)

        Raises
        ------
        UnknownNameError
            It asks for a value that is in no list: all rows would be no answer to that.
        """
        asked = cls(*[tuple(filter(None, address.all(name))) for name in cls._fields])
        for name, values in zip(cls._fields, asked, strict=True):
            for value in values:
                check_choice(name, value, _CHOICES[name])
        return asked

    @property
    def asked(self) -> tuple[tuple[str, str], ...]:
        """The parameters of an address that asks for the same."""
        return tuple(
            (name, value)
            for name, values in zip(self._fields, self, strict=True)
            for value in values
        )

    @property
    def is_of_numbers(self) -> bool:
        """Whether who is counted matters, when, or as what."""
        return bool(self.denominator or self.setting or self.occurrence)

    def kept(self, rows: Iterable[EvidenceRow]) -> list[EvidenceRow]:
        """Return the rows that are asked for; direct growth has no edge to be chosen by."""
        return [
            one
            for one in rows
            if self._keeps_frame(one.assertion)
            and (
                one.assertion.relation != "metastasis"
                or self._keeps_edge(one.pair.edge, one.pair.basis)
            )
        ]

    def kept_pairs(self, pairs: Iterable[PairSummary]) -> list[PairSummary]:
        """Return the pairs that are asked for: of those that are counted so, if that matters."""
        return [
            one
            for one in pairs
            if self._keeps_edge(one.pair.edge, one.pair.basis)
            and (not self.is_of_numbers or any(map(self._keeps_frame, one.pair.assertions)))
        ]

    def _keeps_frame(self, one: Assertion) -> bool:
        return (
            (not self.denominator or one.denominator in self.denominator)
            and (not self.setting or one.setting in self.setting)
            and (not self.occurrence or one.occurrence in self.occurrence)
        )

    def _keeps_edge(self, edge: str | None, basis: str | None) -> bool:
        return (not self.edge or (edge or NO_EDGE) in self.edge) and (
            not self.basis or basis in self.basis
        )


def in_words(name: str, value: str | None) -> str:
    """Return a value of a closed list in words.

    >>> in_words("denominator", "autopsies"), in_words("setting", "unspecified")
    ('autopsies', 'at a time not stated')
    """
    said = WORDS.get(name, {}).get(value or "") or _PLAIN.get(name, {}).get(value or "")
    return said or str(value).replace("_", " ")


def filter_form(
    filters: Filters, pairs: Iterable[PairSummary], rows: Iterable[EvidenceRow], links: Links
) -> Markup:
    """Return the form that asks for some of the rows, with what occurs among all of them.

    A server answers it; among files a script does, and shows it where it runs.
    """
    found = _found(pairs, rows)
    fields = [
        _choice(name, found[name], asked)
        for name, asked in zip(Filters._fields, filters, strict=True)
        if len(found[name]) > 1
    ]
    clear = element("a", "Show all", href=links.page(links.path, fragment="pairs"), class_="clear")
    return element(
        "form",
        element("fieldset", element("legend", "Choose rows"), element("div", fields)),
        element("p", element("button", "Show", type="submit"), clear if filters.asked else None),
        element("p", _told(filters), role="status", class_="told"),
        method="get",
        action=links.page(links.path, fragment="pairs"),
        class_="filters",
        hidden=links.is_static,
    )


def _found(pairs: Iterable[PairSummary], rows: Iterable[EvidenceRow]) -> dict[str, list[str]]:
    """Return the values that occur, in the order of their lists."""
    said: dict[str, set[str]] = {name: set() for name in Filters._fields}
    for one in pairs:
        said["edge"].add(one.pair.edge or NO_EDGE)
        said["basis"].add(one.pair.basis or "")
    for row in rows:
        for name in FRAME:
            said[name].add(getattr(row.assertion, name) or "")
    return {name: [one for one in _CHOICES[name] if one in said[name]] for name in said}


def _choice(name: str, values: Iterable[str], asked: Sequence[str]) -> Markup:
    options = [
        element("option", in_words(name, value), value=value, selected=value in asked)
        for value in values
    ]
    some = element("option", "any", value="", selected=not asked)
    return element(
        "label",
        element("span", _CALLED[name]),
        element("select", some, options, name=name, id=f"choose-{name}"),
        for_=f"choose-{name}",
    )


def _told(filters: Filters) -> str:
    if not filters.asked:
        return ""
    return f"Shown are only rows of: {'; '.join(_asked_words(filters))}."


def _asked_words(filters: Filters) -> Iterator[str]:
    for name, values in zip(Filters._fields, filters, strict=True):
        if values:
            words = " or ".join(in_words(name, value) for value in values)
            yield f"{_CALLED[name].lower()} {words}"
