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
from metastasis.patients._counting.masks import bits_of, masks_of, other_bits, seen, zero

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

__all__ = [
    "CHOICES",
    "CONTRADICTIONS",
    "OUTCOMES",
    "SHORT_DAYS",
    "by_patient",
    "coded_rows",
    "sequences",
]

CHOICES: Final = ("first", "last", "most", "only", "each")
"""Which primary a patient with several is counted under."""
OUTCOMES: Final = ("kept", "no primary", "several primaries", "tied primaries")
"""What becomes of a patient. Rows hold the position: texts of ten million patients take time."""
_KEPT, _NONE, _SEVERAL, _TIED = range(len(OUTCOMES))
CONTRADICTIONS: Final = ("two_sexes", "two_marks", "early", "padded")
"""What may be wrong with the rows of a patient: columns of :func:`by_patient`.

The id is ``padded`` if it begins with a zero or ends in ``.0``: another may be the same without.
"""
_PRIMARY_BITS: Final = 16
"""Keys hold the primary in so many bits below the day: 65,536 primaries; the catalog has 72."""
_LAST_PRIMARY: Final = (1 << _PRIMARY_BITS) - 1
"""The highest primary that a key can hold, and the bits that hold it."""
_UNDATED: Final = {"bigint": 1 << 32, "int": (1 << 15) - 1}
"""Later than any day, in keys of either type; days have 32 bits, or 16 where the caller knows."""
SHORT_DAYS: Final = range(1 - _UNDATED["int"], _UNDATED["int"])
"""Days that leave the primary's 16 bits in an int: 1880-04-17 to 2059-09-17.

What is kept of each patient decides over time and memory. With keys and masks of 32 bits, 50
million rows took an eighth less processor time, and at a limit of 1 GB no longer half as much more.
"""


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
    cells = [F.expr(seen(n, sites, there)).alias(name) for n, name in enumerate(bits)]
    # Without the hint a cluster may send every row of the large table over the network.
    small = F.broadcast(codes.select(*codes.columns, *cells))
    return rows.join(small, on=list(on), how="inner").select(*kept, *given, *bits)


def by_patient(
    rows: Any,
    *,
    choose: str,
    sites: int,
    early: bool = False,
    short_days: bool = False,
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
    short_days
        Whether every day is known to be one of :data:`SHORT_DAYS`.
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
    kind = "int" if short_days else "bigint"
    found = _state(there, sites, early, choose, kind, F)
    if choose == "most":
        return _by_most(rows, found, there, sites, F)
    if choose == "each":
        return _for_each(rows, found, there, sites, F)
    grouped = rows.groupBy("patient").agg(*found, *_choice(choose, there, kind, F))
    return _decided(grouped, choose, there, sites, kind, F)


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


def _is_site(there: set[str], F: ModuleType) -> Any:  # noqa: N803
    """Return the condition that a row tells of a site seen."""
    named = F.col("site").isNotNull()
    return named & F.expr("coalesce(known, true)") if "known" in there else named


def _day(F: ModuleType, kind: str = "bigint") -> Any:  # noqa: N803
    # Days come with 32 bits; keys multiply them.
    return F.col("day").cast(kind)


def _state(
    there: set[str],
    sites: int,
    early: bool,
    choose: str,
    kind: str,
    F: ModuleType,  # noqa: N803
) -> list[Any]:
    """Return what is gathered of a patient besides the primary, from the columns there are."""
    found = [
        F.expr(f"coalesce(bit_or({bits_of(mask, number, sites, there)}), {zero(sites)})").alias(
            f"{mask}_{number}"
        )
        for mask in ("mask", *(["unknown"] if "known" in there else []))
        for number in masks_of(sites)
    ]
    early = early and "day" in there
    if early:
        found.append(F.min(F.when(_is_site(there, F), _day(F, kind))).alias("site_day"))
    if early and choose != "first":  # The key of "first" holds the first day of a primary.
        of_primary = F.when(F.col("primary").isNotNull(), _day(F, kind))
        found.append(F.min(of_primary).alias("primary_day"))
    return found


def _choice(choose: str, there: set[str], kind: str, F: ModuleType) -> list[Any]:  # noqa: N803
    """Return the primary chosen by two keys, which differ in it where the choice is tied.

    Both keys hold the day above the primary, one the primary itself and the other its distance from
    the last: the least of the one has the lowest primary of the best day, that of the other the
    highest, and where these are two, no rule decides. Two minima of whole numbers are far faster
    than any way to list the primaries of a patient.
    """
    high: Any = F.lit(0).cast(kind)
    if choose in ("first", "last") and "day" in there:
        day = -_day(F, kind) if choose == "last" else _day(F, kind)
        high = F.coalesce(day, F.lit(_UNDATED[kind])) * F.lit(1 << _PRIMARY_BITS)
    primary = F.col("primary").cast(kind)
    return [
        F.min(high + primary).alias("forward"),
        F.min(high + F.lit(_LAST_PRIMARY) - primary).alias("backward"),
    ]


def _decided(
    grouped: Any,
    choose: str,
    there: set[str],
    sites: int,
    kind: str,
    F: ModuleType,  # noqa: N803
) -> Any:
    lowest = f"(forward & {_LAST_PRIMARY})"
    tied = F.expr(f"{lowest} <> {_LAST_PRIMARY} - (backward & {_LAST_PRIMARY})")
    undecided = _SEVERAL if choose == "only" else _TIED
    outcome = (
        F.when(F.col("forward").isNull(), F.lit(_NONE))
        .when(tied, F.lit(undecided))
        .otherwise(F.lit(_KEPT))
    )
    primary = F.when(~tied, F.expr(lowest)).cast("int")
    day = f"nullif(shiftright(forward, {_PRIMARY_BITS}), {_UNDATED[kind]})"
    return _finished(grouped, primary, outcome, there, sites, F, first_day=day)


def _finished(
    grouped: Any,
    primary: Any,
    outcome: Any,
    there: set[str],
    sites: int,
    F: ModuleType,  # noqa: N803
    *,
    once: Any = None,
    first_day: str = "",
) -> Any:
    """Return the columns of :func:`by_patient`.

    ``once`` is true in one row of each patient. ``first_day`` is the first day of a primary, where
    the key is that of the choice ``first``.
    """
    bit = other_bits(sites)
    cells = [F.col("patient"), primary.alias("primary"), outcome.alias("outcome")]
    odd = {}
    if dict(grouped.dtypes)["patient"] == "string":
        odd["padded"] = "patient like '0_%' or patient like '%.0'"
    if "sex" in there:
        female, male = bit["female"], bit["male"]
        both = female | male
        sex = f"case mask_0 & {both} when {female} then 'female' when {male} then 'male' end"
        cells.append(F.expr(sex).alias("sex"))
        odd["two_sexes"] = f"(mask_0 & {both}) = {both}"
    if "metastatic" in there:
        both = bit["marked"] | bit["unmarked"]
        mark = f"case when (mask_0 & {bit['marked']}) <> 0 then true"
        mark += f" when (mask_0 & {bit['unmarked']}) <> 0 then false end"
        cells.append(F.expr(mark).alias("metastatic"))
        odd["two_marks"] = f"(mask_0 & {both}) = {both}"
    if "site_day" in grouped.columns:
        day = "primary_day" if "primary_day" in grouped.columns else first_day
        odd["early"] = f"coalesce(site_day < {day}, false)"
    for name, condition in odd.items():
        told = F.expr(condition)
        cells.append((told if once is None else told & once).alias(name))
    bits = [name for name in grouped.columns if name.startswith(("mask_", "unknown_"))]
    if there & {"sex", "metastatic"}:
        cells.append(F.expr(f"mask_0 & {bit['female'] - 1}").alias("mask_0"))
        bits.remove("mask_0")
    return grouped.select(*cells, *bits)


def _for_each(
    rows: Any,
    found: list[Any],
    there: set[str],
    sites: int,
    F: ModuleType,  # noqa: N803
) -> Any:
    """Return patients under each of their primaries."""
    named = rows.where(F.col("primary").isNotNull())
    pairs = named.select("patient", F.col("primary").cast("int").alias("each")).distinct()
    whole = rows.groupBy("patient").agg(*found, F.min("primary").alias("least"))
    joined = whole.join(pairs, on="patient", how="left")
    outcome = F.when(F.col("each").isNull(), F.lit(_NONE)).otherwise(F.lit(_KEPT))
    # Contradictions are counted once a patient: they stand with the lowest primary.
    once = F.expr("coalesce(each = least, true)")
    return _finished(joined, F.col("each"), outcome, there, sites, F, once=once)


def _by_most(
    rows: Any,
    found: list[Any],
    there: set[str],
    sites: int,
    F: ModuleType,  # noqa: N803
) -> Any:
    """Return patients under the primary of most rows, then of the earliest day."""
    day = F.min(_day(F)) if "day" in there else F.lit(None).cast("bigint")
    of_each = rows.groupBy("patient", F.col("primary").cast("int").alias("primary")).agg(
        *found,
        (-F.count(F.lit(1))).alias("fewer"),
        F.coalesce(day, F.lit(_UNDATED["bigint"])).alias("day"),
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
    return _finished(grouped, F.when(low == high, low).cast("int"), outcome, there, sites, F)
