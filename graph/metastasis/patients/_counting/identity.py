"""Patients as positions: an exact way from identifiers to whole numbers, where there is one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy

    Numbers = numpy.ndarray[Any, Any]

__all__ = ["Digits", "Identity", "NotPacked", "Whole", "identity_of"]

_HALF: Final = 8
"""Digits that are read in one go, as the bytes of one number."""
_ZEROS: Final = 0x3030303030303030


class NotPacked(Exception):  # noqa: N818
    """These data cannot be counted in the packed way; nothing is wrong with them."""


class Identity(ABC):
    """A way from identifiers to positions, one for each and none for two."""

    size: int
    """Positions go from nought to below this."""

    @abstractmethod
    def positions(self, patients: Any) -> Numbers:
        """Return the positions of an Arrow array of patients, none of them null.

        Raises
        ------
        NotPacked
            A patient does not fit the form of the others.
        """


@dataclass(frozen=True, slots=True)
class Whole(Identity):
    """Whole numbers: their distance from the lowest."""

    low: int
    size: int

    def positions(self, patients: Any) -> Numbers:
        """Return the positions; see :meth:`Identity.positions`."""
        import numpy as np

        found: Numbers = patients.to_numpy(zero_copy_only=False).astype(np.int64, copy=False)
        found = found - self.low if self.low else found
        if len(found) and (int(found.min()) < 0 or int(found.max()) >= self.size):
            raise NotPacked
        return found


@dataclass(frozen=True, slots=True)
class Digits(Identity):
    """Texts of one length that begin alike and end in digits: the number that these write."""

    prefix: bytes
    digits: int
    low: int
    size: int

    def positions(self, patients: Any) -> Numbers:
        """Return the positions; see :meth:`Identity.positions`."""
        letters = _letters(patients, len(self.prefix) + self.digits)
        if self.prefix and any(
            (letters[:, place] != letter).any() for place, letter in enumerate(self.prefix)
        ):
            raise NotPacked
        found = _number(letters[:, -self.digits :])
        found -= self.low
        if len(found) and (int(found.min()) < 0 or int(found.max()) >= self.size):
            raise NotPacked
        return found


def identity_of(files: Sequence[Path], column: str) -> Identity:
    """Return the way for a column of Parquet files, by the extremes that they state.

    Raises
    ------
    NotPacked
        The files do not state them, or there is no such way.
    """
    low, high = _extremes(files, column)
    if isinstance(low, bool) or type(low) is not type(high):
        raise NotPacked
    if isinstance(low, int):
        return Whole(
            0 if 0 <= low <= high // 8 else low, high + 1 - (0 if 0 <= low <= high // 8 else low)
        )
    if not isinstance(low, str) or len(low) != len(high) or not high.isascii():
        raise NotPacked
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(low, high, strict=True)))
    prefix = low[: min(alike, len(low) - 1)]
    tails = low[len(prefix) :], high[len(prefix) :]
    if len(tails[0]) > 2 * _HALF or not all(tail.isascii() and tail.isdigit() for tail in tails):
        raise NotPacked
    first, last = map(int, tails)
    return Digits(prefix.encode(), len(tails[0]), first, last - first + 1)


def _extremes(files: Sequence[Path], column: str) -> tuple[Any, Any]:
    """Return the least and the greatest value that the row groups state."""
    import pyarrow.parquet as pq

    lows, highs = [], []
    for path in files:
        with pq.ParquetFile(path) as file:
            metadata = file.metadata
            place = file.schema_arrow.names.index(column)
            for group in range(metadata.num_row_groups):
                chunk = metadata.row_group(group).column(place)
                stated = chunk.statistics
                if stated is None or not stated.has_min_max:
                    if stated is not None and stated.null_count == chunk.num_values:
                        continue
                    raise NotPacked
                lows.append(stated.min)
                highs.append(stated.max)
    if not lows or len({type(one) for one in lows + highs}) > 1:
        raise NotPacked
    return min(lows), max(highs)


def _letters(texts: Any, width: int) -> Numbers:
    """Return the bytes of texts of one width, a row each."""
    import numpy as np
    import pyarrow as pa

    kind = {pa.string(): np.int32, pa.large_string(): np.int64}.get(texts.type)
    if kind is None:
        raise NotPacked
    size = len(texts)
    _, places, letters = texts.buffers()
    ends = np.frombuffer(places, kind)[texts.offset : texts.offset + size + 1]
    if not size:
        return np.empty((0, width), np.uint8)
    if not (np.diff(ends) == width).all():
        raise NotPacked
    whole = np.frombuffer(letters, np.uint8)[int(ends[0]) : int(ends[-1])]
    return whole.reshape(size, width)


def _number(letters: Numbers) -> Numbers:
    """Return the numbers that rows of at most 16 digits write."""
    import numpy as np

    digits = letters.shape[1]
    high = max(0, digits - _HALF)
    found = _eight_digits(letters[:, high:])
    if high:
        found += _eight_digits(letters[:, :high]) * np.int64(10**_HALF)
    return found


def _eight_digits(letters: Numbers) -> Numbers:
    """Return the numbers of rows of at most eight digits, reading each row as one number.

    Neighboring digits are joined to numbers below 100, these to numbers below 10,000, and these
    to one, all of a row at once.
    """
    import numpy as np

    size, digits = letters.shape
    rows = np.full((size, _HALF), ord("0"), np.uint8)
    rows[:, _HALF - digits :] = letters
    packed = rows.view("<u8").ravel()
    packed -= np.uint64(_ZEROS)
    if ((packed | (packed + np.uint64(0x7676767676767676))) & np.uint64(0x8080808080808080)).any():
        raise NotPacked
    packed = packed * np.uint64(10) + (packed >> np.uint64(8))
    packed &= np.uint64(0x00FF00FF00FF00FF)
    packed = packed * np.uint64(100) + (packed >> np.uint64(16))
    packed &= np.uint64(0x0000FFFF0000FFFF)
    packed = packed * np.uint64(10_000) + (packed >> np.uint64(32))
    packed &= np.uint64(0xFFFFFFFF)
    return packed.view(np.int64)
