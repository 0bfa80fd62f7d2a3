"""Sets of sites as whole numbers with a bit for each site, and what else a row says of a patient.

Apart because coding, counting and reading a mask must agree on which bit is what.
"""

from __future__ import annotations

from typing import Final

__all__ = ["SITES_A_MASK", "bits_of", "masks_of", "other_bits", "seen", "zero"]

SITES_A_MASK: Final = 58
"""A bigint has 63 bits besides its sign: 58 for sites, and the first mask has four more uses."""
_SITES_OF_SHORT: Final = 27
"""Where there are no more sites than this, the mask is an int: 31 bits, four for other uses."""
_MARKS: Final = ("female", "male", "marked", "unmarked")
"""What else a row may say of its patient, as bits of the first mask, above those of the sites."""
_SAID: Final = {
    "sex": "case sex when 'female' then {female} when 'male' then {male} else 0 end",
    "metastatic": (
        "case when metastatic then {marked} when not metastatic then {unmarked} else 0 end"
    ),
}
"""For each column that may say it, the bit of a row."""


def masks_of(sites: int) -> range:
    """Return the numbers of the mask columns for so many sites.

    >>> list(masks_of(21)), list(masks_of(63))
    ([0], [0, 1])
    """
    return range((max(sites, 1) + SITES_A_MASK - 1) // SITES_A_MASK)


def _mask_type(sites: int) -> str:
    return "int" if sites <= _SITES_OF_SHORT else "bigint"


def other_bits(sites: int) -> dict[str, int]:
    """Return the bit of each other use of the first mask."""
    low = _SITES_OF_SHORT if sites <= _SITES_OF_SHORT else SITES_A_MASK
    return {mark: 1 << low + place for place, mark in enumerate(_MARKS)}


def bits_of(kind: str, number: int, sites: int, there: set[str]) -> str:
    """Return what a row adds to one of the masks."""
    if kind == "unknown":
        return _site_bit(number, sites, "not coalesce(known, true)")
    if f"bits_{number}" not in there:
        return seen(number, sites, there)
    if number == 0 and "sex" in there:
        return f"coalesce(bits_0, {zero(sites)}) | {_said('sex', sites)}"
    return f"bits_{number}"


def seen(number: int, sites: int, there: set[str]) -> str:
    """Return the bit of a site seen, and in the first mask those of what else the row says."""
    bit = _site_bit(number, sites, "coalesce(known, true)" if "known" in there else "")
    said = [_said(column, sites) for column in _SAID if column in there and not number]
    return " | ".join([f"coalesce({bit}, {zero(sites)})", *said]) if said else bit


def zero(sites: int) -> str:
    """Return the mask without any bit."""
    return f"cast(0 as {_mask_type(sites)})"


def _said(column: str, sites: int) -> str:
    return _SAID[column].format(**other_bits(sites))


def _site_bit(number: int, sites: int, condition: str) -> str:
    """Return the bit of a row's site in one of the masks, null for sites of the others."""
    low = number * SITES_A_MASK
    bit = f"shiftleft(cast(1 as {_mask_type(sites)}), {f'site - {low}' if low else 'site'})"
    if sites > SITES_A_MASK:
        inside = f"site >= {low} and site < {low + SITES_A_MASK}"
        condition = f"{inside} and {condition}" if condition else inside
    return f"case when {condition} then {bit} end" if condition else bit
