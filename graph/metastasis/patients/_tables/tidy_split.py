"""Several sites in one cell, as ``Knochen|Leber``: taken apart where told, or where that is plain.

It stands apart because it is decided by the words of a column alone, before any row is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from metastasis._errors import Fault, TableError
from metastasis.patients._words.labels import LEFT_OUT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metastasis.patients._intake import Rules
    from metastasis.patients._report import ReportDraft
    from metastasis.patients._tables.mapping import TableMapping

__all__ = ["Several", "several_sites"]

_SEPARATORS: Final = ("|", ";", "\n", ",", "/", "+", "&")
"""Between sites, the surest first."""
_NEVER_IN_NAMES: Final = ("|", ";")


@dataclass(slots=True)
class Several:
    """The cells that name several sites, and the words that they are made of."""

    parts: dict[str, list[str]] = field(default_factory=dict)
    """For each such cell its words."""

    def words(self, counts: Mapping[str, int]) -> dict[str, int]:
        """Return how many rows hold each word, those of cells with one word among them."""
        found: dict[str, int] = {}
        for label, number in counts.items():
            for word in self.parts.get(label, [label]):
                found[word] = found.get(word, 0) + number
        return found

    def places(
        self, keys: Mapping[str, str], places: Mapping[str, int]
    ) -> list[tuple[str, int | None]]:
        """Return each such cell with the place of each of its sites; null where it has none."""
        found: list[tuple[str, int | None]] = []
        for label, words in self.parts.items():
            known = [places[keys[one]] for one in words if keys.get(one, LEFT_OUT) != LEFT_OUT]
            found += [(label, place) for place in dict.fromkeys(known)] or [(label, None)]
        return found


def several_sites(
    mapping: TableMapping, counts: Mapping[str, int], rules: Rules, file: str, draft: ReportDraft
) -> Several:
    """Return the cells that name several sites: by the separator told, else by the words.

    Without one told, a cell is taken apart only where it means nothing as a whole, and each of its
    words is a known site.

    Raises
    ------
    TableError
        Cells hold a mark that stands in no name of a site, and their words are not known.
    """
    told = mapping.split.get("site")
    known, _ = mapping.keys("site", counts, rules)
    whole = [label for label in counts if label not in known]
    found = Several()
    for separator in [told] if told else _SEPARATORS:
        cut = {one: _parts(one, separator) for one in whole if one not in found.parts}
        cut = {label: words for label, words in cut.items() if len(words) > 1}
        if not cut:
            continue
        words = dict.fromkeys((word for several in cut.values() for word in several), 0)
        meant, _ = mapping.keys("site", words, rules)
        plain = {one: parts for one, parts in cut.items() if told or set(parts) <= meant.keys()}
        if len(plain) < len(cut) and separator in _NEVER_IN_NAMES:
            label = next(one for one in cut if one not in plain)
            remedy = (
                f"several sites in one cell? Tell in the mapping, as split: {{site: {separator!r}}}"
            )
            header = mapping.columns["site"]
            raise TableError([Fault(file, None, header, label, remedy)])
        found.parts |= plain
        if plain:
            rows = sum(counts[one] for one in plain)
            why = "as told" if told else "where each word is a known site"
            text = f"rows with several sites in one cell (as {next(iter(plain))!r}), taken apart at"
            draft.notice("split", rows, f"{text} {separator!r} {why}")
    return found


def _parts(label: str, separator: str) -> list[str]:
    return [one for word in label.split(separator) if (one := word.strip())]
