"""Tables of what was worked out: records with their fields as columns, and what to bear in mind."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final, TypeVar

from metastasis._table import Records

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["STUDIED", "Findings"]

Item = TypeVar("Item")

STUDIED: Final = (
    "This is a graph of what was studied and reported: where it has no edge, spread is not ruled "
    "out."
)
"""The caveat of everything that is worked out on edges."""


class Findings(Records[Item]):
    """A table of records of one dataclass; ``notes`` are sentences to read beside the rows.

    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True, slots=True)
    ... class Size:
    ...     site: str
    ...     primaries: int
    >>> Findings(Size, [Size("site:bone", 3)], notes=["Only a trial."]).to_dicts()
    [{'site': 'site:bone', 'primaries': 3}]
    """

    def __init__(
        self, record: type[Any], records: Sequence[Item], notes: Sequence[str] = ()
    ) -> None:
        columns = tuple(field.name for field in fields(record))
        super().__init__(
            columns, records, lambda one: tuple(_cell(getattr(one, name)) for name in columns)
        )
        self.notes = tuple(notes)


def _cell(value: Any) -> Any:
    return "; ".join(map(str, value)) if isinstance(value, tuple) else value
