"""Whether a stage means distant disease, by the item that states it: one code means many things.

A 4 is distant in SEER's historic stage A, regional in a summary stage, and no M category; so each
column of a stage has a family, and its cells are read by that. It stands apart from what asks the
rows, since words need no engine. Families and their sources:

- ``summary``: summary stage 1977, 2000 and 2018, derived and combined, labels or codes (NAACCR
  items 759, 760, 762, 764, 3010, 3020): 0 to 5 are nearer, 7 is distant, 8 is benign, 9 unknown.
  The labels with expanded regional codes begin with the same words.
- ``historic``: SEER historic stage A: 0, 1, 2 are nearer, 4 is distant, 8 is localized or regional
  (prostate), 9 unknown.
- ``m``: a TNM M category: ``M1a``, ``cM0``, ``pM1``, ``M0(i+)``, ``c1``, ``1``; the derived codes
  of AJCC 6 (two digits) and AJCC 7 (three; NAACCR 2980 and 3420); the Danish SKS codes AZCD40 to
  AZCD49.
- ``m_after``: an M category after treatment: M1 is distant, M0 tells nothing of the diagnosis.
- ``mets``: EOD Mets (NAACCR 776): 00 and 05 are none, 10 to 70 distant, 88 and 99 unknown.
- ``group``: a stage group of AJCC or UICC, in Roman or Arabic figures or in the derived codes.
- ``spread``: the Danish ``C_UDBRED`` of tumors until 2003: 0, 1, 2, 5 localized; 3, 6 regional;
  4, 7 distant.
- ``finnish``: the ``stage`` of the Finnish Cancer Registry's extracts: 1, 2, 5 are nearer, 6
  is distant; 3 may be growth into the neighborhood as well, and 4 is of no known extent.

Sources: SEER Program, Summary Stage 2018 and EOD 2018 General Coding Instructions (2021); NAACCR
Data Standards and Data Dictionary, versions 21 to 25; Swiss NKRS data dictionary 1.1 (2019);
Danish Health Data Authority, SKS; Finnish Cancer Registry, request for data (list of variables).
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, Final

from metastasis.patients._words.missing import is_missing
from metastasis.patients._words.tnm import M0, M1, m_category

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["FAMILIES", "Extent", "extent_of", "strongest"]


class Extent(Enum):
    """What a cell of a stage says."""

    DISTANT = True
    NEARER = False
    UNKNOWN = None
    """It states nothing, or that nothing is known."""
    UNREAD = "unread"
    """It states something that its family has no meaning for."""


_UNKNOWN: Final = re.compile(
    r"(UNKNOWN|UNSTAGED|UNSTAGEABLE|NOT |N/?A\b|BLANK|RECODE NOT|BENIGN|NO CODE|OCCULT|UNK\b)"
)
_GROUP_MEANS_M1: Final = frozenset({"breast", "lung", "colorectal", "pancreas", "melanoma_skin"})
"""Primaries whose stage IV has been M1 and nothing else since AJCC 6, with their subtypes.

Elsewhere stage IV may be a large tumor or its nodes: kidney, bladder, prostate, cervix, head and
neck, thyroid, esophagus, stomach, liver and others.
"""
_M: Final = r"[YRA]*[CPU]?M?\s?"
_M_SHAPES: Final = {
    Extent.NEARER: rf"{_M}0\W*(\(?(I|MOL)\W*)?|0{{2,3}}|010|AZCD40[A-Z]?|NO|NEIN|NEJ|NEI|FALSE",
    Extent.DISTANT: (
        rf"{_M}1([A-E][0-9]?|\s?NOS)?(\W.*)?|1[0-3]|19|1[0-9]{{2}}|AZCD41[A-Z]?|YES|JA|TRUE"
    ),
    Extent.UNKNOWN: rf"{_M}[X9]|88|99|888|999|AZCD49[A-Z]?",
}
"""Shapes of an M category: as it is written, as derived for AJCC 6 and 7, and as SKS codes it."""
_DERIVED_GROUPS: Final = re.compile(r"([0-7])[0-9]{1,2}")
"""The codes of AJCC 6 and AJCC 7: 1xx is I, 3xx II, 5xx III, 7xx IV."""


def extent_of(family: str, cell: str | None, within: Iterable[str] = ()) -> Extent:
    """Return what a cell of a stage says.

    >>> extent_of("summary", "4").name, extent_of("historic", "4").name, extent_of("m", "cM1b").name
    ('NEARER', 'DISTANT', 'DISTANT')
    >>> extent_of("m", "M1?").name, extent_of("m", "late").name
    ('UNKNOWN', 'UNREAD')

    Parameters
    ----------
    family
        One of :data:`FAMILIES`.
    cell
        As it stands in the file.
    within
        Catalog keys of the primary and the broader ones, which a stage group needs.
    """
    if is_missing(cell):
        return Extent.UNKNOWN
    # Whole numbers get a point from programs that keep columns with blanks as decimals.
    word = re.sub(r"^([0-9]+)[.]0$", r"\1", (cell or "").strip(" \"'").upper())
    found = _of_group(word, within) if family == "group" else FAMILIES[family](word)
    if found is Extent.UNREAD and _UNKNOWN.match(word):
        return Extent.UNKNOWN
    return found


def strongest(extents: Iterable[Extent]) -> Extent:
    """Return what several cells of one kind say, as a clinical and a pathological M.

    >>> strongest([Extent.UNKNOWN, Extent.NEARER, Extent.DISTANT]).name
    'DISTANT'
    """
    found = set(extents)
    order = (Extent.DISTANT, Extent.NEARER, Extent.UNREAD)
    return next((one for one in order if one in found), Extent.UNKNOWN)


def _by_code(codes: Mapping[str, str], word: str) -> Extent:
    code = word.lstrip("0") or "0"
    for extent, those in codes.items():
        if code in those.split():
            return Extent[extent]
    return Extent.UNREAD


def _by_label(word: str) -> Extent:
    if word.startswith("DISTANT"):
        return Extent.DISTANT
    if re.match(r"(LOCALI[SZ]ED|REGIONAL|IN.?SITU)", word):
        return Extent.NEARER
    return Extent.UNREAD


def _coded(distant: str, nearer: str, unknown: str = "8 9") -> Callable[[str], Extent]:
    """Return the reader of a family of labels and codes."""
    codes = {"DISTANT": distant, "NEARER": nearer, "UNKNOWN": unknown}

    def read(word: str) -> Extent:
        by_label = _by_label(word)
        return _by_code(codes, word) if by_label is Extent.UNREAD else by_label

    return read


def _of_m(word: str) -> Extent:
    if "?" in word:
        return Extent.UNKNOWN
    for extent, shape in _M_SHAPES.items():
        if re.fullmatch(shape, word):
            return extent
    # A whole formula (T2N0M0), or a form that is written out elsewhere.
    return {M0: Extent.NEARER, M1: Extent.DISTANT}.get(m_category(word) or "", Extent.UNREAD)


def _of_m_after(word: str) -> Extent:
    found = _of_m(word)
    return Extent.UNKNOWN if found is Extent.NEARER else found


def _of_mets(word: str) -> Extent:
    if not re.fullmatch("[0-9]{1,2}", word):
        return Extent.UNREAD
    number = int(word)
    if number in (88, 99):
        return Extent.UNKNOWN
    if 10 <= number <= 70:
        return Extent.DISTANT
    return Extent.NEARER if number in (0, 5) else Extent.UNREAD


def _of_group(word: str, within: Iterable[str]) -> Extent:
    text = re.sub(r"^(STAGE|STADIUM|UICC|AJCC|FIGO)\W*", "", word)
    if re.fullmatch("(88|99|888|999|900|90|X|9|OC)", text):
        return Extent.UNKNOWN
    if match := _DERIVED_GROUPS.fullmatch(text):
        is_fourth = match[1] == "7"
    elif match := re.fullmatch(r"(IV|4|III|3|II|2|I|1|0)\W?(NOS|I?S|[A-ES]{0,3}[0-9]?)", text):
        is_fourth = match[1] in ("IV", "4")
    else:
        return Extent.UNREAD
    keys = set(within)
    if is_fourth:
        return Extent.DISTANT if keys & _GROUP_MEANS_M1 else Extent.UNKNOWN
    # Stage III of the testis may have distant metastases.
    return Extent.UNKNOWN if "testis" in keys else Extent.NEARER


FAMILIES: Final[Mapping[str, Callable[[str], Extent]]] = {
    "summary": _coded("7", "0 1 2 3 4 5"),
    "historic": _coded("4", "0 1 2 8", "9"),
    "m": _of_m,
    "m_after": _of_m_after,
    "mets": _of_mets,
    "group": lambda word: _of_group(word, ()),
    "spread": _coded("4 7", "0 1 2 3 5 6", "9 A B"),
    "finnish": _coded("6", "1 2 5", "0 3 4 9"),
}
"""The families of stages, and what reads a cell of each, in capitals."""
