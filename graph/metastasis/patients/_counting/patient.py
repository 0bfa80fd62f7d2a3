"""Patients brought together: canonical rows become one row a patient, on DuckDB and Spark alike.

Canonical rows are one a finding: ``patient`` (text or whole number), ``primary`` and ``site``
(positions in lists of the caller, or null), and where the data have them ``known`` (false where the
site was not looked at in that patient), ``day`` (days since 1970-01-01), ``sex`` (``female``,
``male`` or null) and ``metastatic`` (the data's own mark).

Bringing the rows of each patient together is what takes the time, and memory grows with what is
kept of each. So it is done once, and what is kept is as few numbers as will do: one in which every
site, sex and mark has a bit, and two that name the primary.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

__all__ = [
    "CHOICES",
    "CONTRADICTIONS",
    "OUTCOMES",
    "SITES_A_MASK",
    "by_patient",
    "coded_rows",
    "masks_of",
    "sequences",
]

CHOICES: Final = ("first", "last", "most", "only", "each")
"""Which primary a patient with several is counted under."""
SITES_A_MASK: Final = 58
"""A bigint has 63 bits besides its sign: 58 for sites, and the first mask has four more uses."""
_FEMALE, _MALE, _MARKED, _UNMARKED = (1 << SITES_A_MASK + number for number in range(4))
"""What else a row may say of its patient, as bits of the first mask."""
_SAID: Final = {
    "sex": f"case sex when 'female' then {_FEMALE} when 'male' then {_MALE} else 0 end",
    "metastatic": (
        f"case when metastatic then {_MARKED} when not metastatic then {_UNMARKED} else 0 end"
    ),
}
"""For each column that may say it, the bit of a row."""
OUTCOMES: Final = ("kept", "no primary", "several primaries", "tied primaries")
"""What becomes of a patient. Rows hold the position: texts of ten million patients take time."""
_KEPT, _NONE, _SEVERAL, _TIED = range(len(OUTCOMES))
CONTRADICTIONS: Final = ("two_sexes", "two_marks", "early")
"""What may be wrong with the rows of a patient: columns of :func:`by_patient`."""
_ONLY_SITES: Final = (1 << SITES_A_MASK) - 1
"""Takes the four other uses out of the first mask, so that equal sets of sites are equal masks."""
_PRIMARY_BITS: Final = 16
"""Keys hold the primary in so many bits below the day: 65,536 primaries; the catalog has 72."""
_LAST_PRIMARY: Final = (1 << _PRIMARY_BITS) - 1
"""The highest primary that a key can hold, and the bits that hold it."""
_UNDATED: Final = 1 << 32
"""Later than any day; days have 32 bits, and with the primary's they fit in a bigint."""
_DAY_OF_KEY: Final = f"nullif(shiftright(forward, {_PRIMARY_BITS}), {_UNDATED})"
"""The first day of a primary, where the key is that of the choice ``first``."""


def coded_rows(
    rows: Any,
    codes: Any,
    *,
    sites: int,
    on: Sequence[str] = ("code",),
    F: ModuleType,  # noqa: N803
) -> Any:
    """Return canonical rows of rows with a ``code``, by a small table of codes.

    ``codes`` has the columns ``on`` and what they mean (``primary``, ``site``, and maybe more); a
    code of several sites stands there several times. Rows whose code is not in it are dropped.
    Every other column of ``rows`` stays. Beside ``site`` and ``metastatic`` come ``bits_0``, …,
    which say the same in bits: worked out once a code, not once a row, they save about a tenth of
    the time. Who takes the site from a row must drop these columns.
    """
    given = [name for name in codes.columns if name not in on]
    kept = [name for name in rows.columns if name not in (*on, *given)]
    bits = [f"bits_{number}" for number in masks_of(sites)]
    there = set(given)
    cells = [F.expr(_seen(n, sites, there)).alias(name) for n, name in enumerate(bits)]
    # Without the hint a cluster may send every row of the large table over the network.
    small = F.broadcast(codes.select(*codes.columns, *cells))
    return rows.join(small, on=list(on), how="inner").select(*kept, *given, *bits)


def by_patient(
    rows: Any,
    *,
    choose: str,
    sites: int,
    early: bool = False,
    F: ModuleType,  # noqa: N803
) -> Any:
    """Return one row a patient (for ``each``, one a patient and primary).

    Columns: ``patient``; ``primary`` (null unless kept); ``outcome`` (a position in
    :data:`OUTCOMES`); ``sex``, null also where two are given;
    ``metastatic``, true if any row says so, null if none says anything; ``two_sexes``,
    ``two_marks`` where rows contradict one another, and ``early``, where asked for (for ``each``,
    these three are true in one row of the patient at most); ``mask_0``, … with a bit for each site
    seen, 58 sites a column; ``unknown_0``, … with a bit for each site not looked at, where the
    rows have the column ``known``.

    Parameters
    ----------
    rows
        Canonical rows.
    choose
        Which of several primaries counts. ``first``: of the earliest day; ``last``: of the latest;
        ``most``: of the most rows, then of the earliest day; ``only``: none, the patient is left
        out; ``each``: every one. Rows without a day come after all that have one. Patients whose
        rows cannot decide are ``tied primaries``.
    sites
        How many sites there are.
    early
        Whether to tell who has a site dated before every primary.
    F
        The engine's functions.

    Raises
    ------
    UnknownNameError
        ``choose`` is none of these.
    """
    if choose not in CHOICES:
        raise UnknownNameError("choice of primary", choose, CHOICES)
    there = set(rows.columns)
    found = _state(there, sites, early, choose, F)
    if choose == "most":
        return _by_most(rows, found, there, F)
    if choose == "each":
        return _for_each(rows, found, there, F)
    grouped = rows.groupBy("patient").agg(*found, *_choice(choose, there, F))
    return _decided(grouped, choose, there, F)


def sequences(rows: Any, patients: Any, F: ModuleType) -> Any:  # noqa: N803
    """Return the order in which sites were first seen in each patient kept.

    Columns: ``patient``, ``primary``, ``site``, ``day`` (the first), ``order`` (1 for the earliest
    day; sites of one day share a number). Sites without any day are left out.
    """
    seen = rows.where(_is_site(set(rows.columns), F) & F.col("day").isNotNull())
    first = seen.groupBy("patient", F.col("site").cast("int").alias("site"))
    first = first.agg(F.min(F.col("day").cast("bigint")).alias("day"))
    kept = patients.where(F.col("outcome") == _KEPT).select("patient", "primary")
    order = F.expr("dense_rank() over (partition by patient, `primary` order by day)")
    both = kept.join(first, on="patient", how="inner")
    both = both.select("patient", "primary", "site", "day")
    return both.select("patient", "primary", "site", "day", order.alias("order"))


def masks_of(sites: int) -> range:
    """Return the numbers of the mask columns for so many sites.

    >>> list(masks_of(21)), list(masks_of(63))
    ([0], [0, 1])
    """
    return range((max(sites, 1) + SITES_A_MASK - 1) // SITES_A_MASK)


def _is_site(there: set[str], F: ModuleType) -> Any:  # noqa: N803
    """Return the condition that a row tells of a site seen."""
    named = F.col("site").isNotNull()
    return named & F.expr("coalesce(known, true)") if "known" in there else named


def _day(F: ModuleType) -> Any:  # noqa: N803
    # Days come with 32 bits; keys multiply them.
    return F.col("day").cast("bigint")


def _state(
    there: set[str],
    sites: int,
    early: bool,
    choose: str,
    F: ModuleType,  # noqa: N803
) -> list[Any]:
    """Return what is gathered of a patient besides the primary, from the columns there are."""
    found = [
        F.expr(f"coalesce(bit_or({_bits(kind, number, sites, there)}), cast(0 as bigint))").alias(
            f"{kind}_{number}"
        )
        for kind in ("mask", *(["unknown"] if "known" in there else []))
        for number in masks_of(sites)
    ]
    early = early and "day" in there
    if early:
        found.append(F.min(F.when(_is_site(there, F), _day(F))).alias("site_day"))
    if early and choose != "first":  # The key of "first" holds the first day of a primary.
        of_primary = F.when(F.col("primary").isNotNull(), _day(F))
        found.append(F.min(of_primary).alias("primary_day"))
    return found


def _bits(kind: str, number: int, sites: int, there: set[str]) -> str:
    """Return what a row adds to one of the masks."""
    if kind == "unknown":
        return _site_bit(number, sites, "not coalesce(known, true)")
    if f"bits_{number}" not in there:
        return _seen(number, sites, there)
    if number == 0 and "sex" in there:
        return f"coalesce(bits_0, cast(0 as bigint)) | {_SAID['sex']}"
    return f"bits_{number}"


def _seen(number: int, sites: int, there: set[str]) -> str:
    """Return the bit of a site seen, and in the first mask those of what else the row says."""
    bit = _site_bit(number, sites, "coalesce(known, true)" if "known" in there else "")
    said = [bits for column, bits in _SAID.items() if column in there and not number]
    return " | ".join([f"coalesce({bit}, cast(0 as bigint))", *said]) if said else bit


def _site_bit(number: int, sites: int, condition: str) -> str:
    """Return the bit of a row's site in one of the masks, null for sites of the others."""
    low = number * SITES_A_MASK
    bit = f"shiftleft(cast(1 as bigint), {f'site - {low}' if low else 'site'})"
    if sites > SITES_A_MASK:
        inside = f"site >= {low} and site < {low + SITES_A_MASK}"
        condition = f"{inside} and {condition}" if condition else inside
    return f"case when {condition} then {bit} end" if condition else bit


def _choice(choose: str, there: set[str], F: ModuleType) -> list[Any]:  # noqa: N803
    """Return the primary chosen by two keys, which differ in it where the choice is tied.

    Both keys hold the day above the primary, one the primary itself and the other its distance from
    the last: the least of the one has the lowest primary of the best day, that of the other the
    highest, and where these are two, no rule decides. Two minima of whole numbers are far faster
    than any way to list the primaries of a patient.
    """
    high: Any = F.lit(0).cast("bigint")
    if choose in ("first", "last") and "day" in there:
        day = -_day(F) if choose == "last" else _day(F)
        high = F.coalesce(day, F.lit(_UNDATED)) * F.lit(1 << _PRIMARY_BITS)
    primary = F.col("primary").cast("bigint")
    return [
        F.min(high + primary).alias("forward"),
        F.min(high + F.lit(_LAST_PRIMARY) - primary).alias("backward"),
    ]


def _decided(grouped: Any, choose: str, there: set[str], F: ModuleType) -> Any:  # noqa: N803
    lowest = f"(forward & {_LAST_PRIMARY})"
    tied = F.expr(f"{lowest} <> {_LAST_PRIMARY} - (backward & {_LAST_PRIMARY})")
    undecided = _SEVERAL if choose == "only" else _TIED
    outcome = (
        F.when(F.col("forward").isNull(), F.lit(_NONE))
        .when(tied, F.lit(undecided))
        .otherwise(F.lit(_KEPT))
    )
    primary = F.when(~tied, F.expr(lowest)).cast("int")
    return _finished(grouped, primary, outcome, there, F)


def _finished(
    grouped: Any,
    primary: Any,
    outcome: Any,
    there: set[str],
    F: ModuleType,  # noqa: N803
    *,
    once: Any = None,
) -> Any:
    """Return the columns of :func:`by_patient`; ``once`` is true in one row of each patient."""
    cells = [F.col("patient"), primary.alias("primary"), outcome.alias("outcome")]
    odd = {}
    if "sex" in there:
        both = _FEMALE | _MALE
        sex = f"case mask_0 & {both} when {_FEMALE} then 'female' when {_MALE} then 'male' end"
        cells.append(F.expr(sex).alias("sex"))
        odd["two_sexes"] = f"(mask_0 & {both}) = {both}"
    if "metastatic" in there:
        both = _MARKED | _UNMARKED
        mark = f"case when (mask_0 & {_MARKED}) <> 0 then true"
        mark += f" when (mask_0 & {_UNMARKED}) <> 0 then false end"
        cells.append(F.expr(mark).alias("metastatic"))
        odd["two_marks"] = f"(mask_0 & {both}) = {both}"
    if "site_day" in grouped.columns:
        day = "primary_day" if "primary_day" in grouped.columns else _DAY_OF_KEY
        odd["early"] = f"coalesce(site_day < {day}, false)"
    for name, condition in odd.items():
        told = F.expr(condition)
        cells.append((told if once is None else told & once).alias(name))
    bits = [name for name in grouped.columns if name.startswith(("mask_", "unknown_"))]
    if there & set(_SAID):
        cells.append(F.expr(f"mask_0 & {_ONLY_SITES}").alias("mask_0"))
        bits.remove("mask_0")
    return grouped.select(*cells, *bits)


def _for_each(rows: Any, found: list[Any], there: set[str], F: ModuleType) -> Any:  # noqa: N803
    """Return patients under each of their primaries."""
    named = rows.where(F.col("primary").isNotNull())
    pairs = named.select("patient", F.col("primary").cast("int").alias("each")).distinct()
    whole = rows.groupBy("patient").agg(*found, F.min("primary").alias("least"))
    joined = whole.join(pairs, on="patient", how="left")
    outcome = F.when(F.col("each").isNull(), F.lit(_NONE)).otherwise(F.lit(_KEPT))
    # Contradictions are counted once a patient: they stand with the lowest primary.
    once = F.expr("coalesce(each = least, true)")
    return _finished(joined, F.col("each"), outcome, there, F, once=once)


def _by_most(rows: Any, found: list[Any], there: set[str], F: ModuleType) -> Any:  # noqa: N803
    """Return patients under the primary of most rows, then of the earliest day."""
    day = F.min(_day(F)) if "day" in there else F.lit(None).cast("bigint")
    of_each = rows.groupBy("patient", F.col("primary").cast("int").alias("primary")).agg(
        *found,
        (-F.count(F.lit(1))).alias("fewer"),
        F.coalesce(day, F.lit(_UNDATED)).alias("day"),
    )
    keys = {
        name: F.min(
            F.when(F.col("primary").isNotNull(), F.struct("fewer", "day", key.alias("key")))
        )
        for name, key in (("low", F.col("primary")), ("high", -F.col("primary")))
    }
    grouped = of_each.groupBy("patient").agg(
        *(
            (F.min(name) if name.endswith("_day") else F.bit_or(name)).alias(name)
            for name in of_each.columns
            if name.startswith(("mask_", "unknown_")) or name.endswith("_day")
        ),
        *(key.alias(name) for name, key in keys.items()),
    )
    low, high = F.expr("low.key"), -F.expr("high.key")
    outcome = (
        F.when(F.col("low").isNull(), F.lit(_NONE))
        .when(low != high, F.lit(_TIED))
        .otherwise(F.lit(_KEPT))
    )
    return _finished(grouped, F.when(low == high, low).cast("int"), outcome, there, F)
