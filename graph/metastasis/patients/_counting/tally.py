"""The three aggregations, each one expression that DuckDB and Spark run unchanged.

Rows come in a canonical form, one a finding: ``patient`` (text or whole number), ``primary`` and
``site`` (positions in lists of the caller, or null), and where the data have them ``known`` (false
where the site was not looked at in that patient), ``day`` (days since 1970-01-01), ``sex``
(``female``, ``male`` or null) and ``metastatic`` (the data's own mark).
"""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import UnknownNameError
from metastasis.patients._counting.counts import CodeUse, Line, Tally

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

    from metastasis.patients._engines.engine import Engine

__all__ = [
    "CHOICES",
    "SITES_A_MASK",
    "CodeUse",
    "Line",
    "Tally",
    "by_patient",
    "coded_rows",
    "count_patients",
    "masks_of",
    "patterns",
    "sequences",
    "tally",
]

CHOICES: Final = ("first", "last", "most", "only", "each")
"""Which primary a patient with several is counted under."""
SITES_A_MASK: Final = 62
"""A bigint holds that many sites without touching its sign."""
_FIRST_BITS: Final = "shiftleft(cast(1 as bigint), site)"
_MOST_PRIMARIES: Final = 1 << 16
_UNDATED: Final = 1 << 32
"""Later than any day; days have 32 bits."""
_OPTIONAL: Final = {
    "known": "boolean",
    "day": "bigint",
    "sex": "string",
    "metastatic": "boolean",
}


def count_patients(
    engine: Engine,
    rows: Any,
    *,
    choose: str,
    sites: int,
    metastatic_sites: Iterable[int] | None = None,
    early: bool = False,
) -> Tally:
    """Return the patients of canonical rows, counted in one scan.

    ``early`` asks also how many have a site dated before every primary. The other parameters are
    those of :func:`by_patient` and :func:`tally`.
    """
    F = engine.functions  # noqa: N806
    patients = by_patient(rows, choose=choose, sites=sites, early=early, F=F)
    found = engine.collect(tally(patients, sites=sites, metastatic_sites=metastatic_sites, F=F))
    outcomes: Counter[str] = Counter()
    odd, lines = [0, 0, 0], []
    for outcome, primary, sex, metastatic, number, *rest in found:
        outcomes[outcome] += number
        odd = [one + more for one, more in zip(odd, rest[:3], strict=True)]
        if outcome == "kept":
            yes, known = tuple(rest[3 : 3 + sites]), tuple(rest[3 + sites :])
            known = known or (number,) * sites
            lines.append(Line(primary, sex, metastatic, number, yes, known))
    order = sorted(lines, key=lambda one: (one.primary, one.sex or "", one.metastatic))
    counts = dict(sorted(outcomes.items()))
    return Tally(tuple(order), counts, odd[0], odd[1], odd[2] if early else None)


def masks_of(sites: int) -> range:
    """Return the numbers of the mask columns for so many sites.

    >>> list(masks_of(21)), list(masks_of(63))
    ([0], [0, 1])
    """
    return range((max(sites, 1) + SITES_A_MASK - 1) // SITES_A_MASK)


def coded_rows(rows: Any, codes: Any, F: ModuleType) -> Any:  # noqa: N803
    """Return canonical rows of rows with a ``code``, by a small table of codes.

    ``codes`` has the columns ``code``, ``primary``, ``site``, and may have more; a code of several
    sites stands there several times. Rows whose code is not in it are dropped. Every other column
    of ``rows`` stays.
    """
    given = [name for name in codes.columns if name != "code"]
    kept = [name for name in rows.columns if name not in ("code", *given)]
    small = F.broadcast(codes) if hasattr(F, "broadcast") else codes
    return rows.join(small, on="code", how="inner").select(*kept, *given)


def by_patient(
    rows: Any,
    *,
    choose: str,
    sites: int,
    early: bool = False,
    F: ModuleType,  # noqa: N803
) -> Any:
    """Return one row a patient (for ``each``, one a patient and primary).

    Columns: ``patient``; ``primary`` (null unless kept); ``outcome`` (``kept``, ``no primary``,
    ``several primaries`` or ``tied primaries``); ``sex``, null also where two are given;
    ``two_sexes``; ``metastatic``, true if any row says so, null if none says anything;
    ``two_marks`` where rows contradict one another; ``mask_0``, … with a bit for each site seen, 62
    sites a column; ``unknown_0``, … with a bit for each site not looked at, where the rows have
    the column ``known``; ``first_day``; ``early``, where asked for.

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
    found = _state(set(rows.columns), sites, early, F)
    rows = _complete(rows, F)
    if choose == "most":
        return _by_most(rows, found, F)
    if choose == "each":
        return _for_each(rows, found, F)
    grouped = rows.groupBy("patient").agg(*found, *_choice(choose, F))
    return _decided(grouped, choose, F)


def tally(
    patients: Any,
    *,
    sites: int,
    metastatic_sites: Iterable[int] | None = None,
    F: ModuleType,  # noqa: N803
) -> Any:
    """Return counts of all patients, by outcome, primary, sex and metastatic state.

    Columns: ``outcome``; ``primary``, null unless kept; ``sex``; ``metastatic`` (the data's own
    mark, else whether any of ``metastatic_sites`` was seen; None for every site); ``patients``;
    ``two_sexes`` and ``two_marks``, patients whose rows contradict one another; ``early``, patients
    with a site before every primary (nought unless asked for); ``yes_0``, … patients with that
    site; and where sites are unknown of some, ``known_0``, … patients of whom it is known.
    """
    marked = _with_metastatic(patients, sites, metastatic_sites, F)
    keys = ("outcome", "primary", "sex", "metastatic")
    return marked.groupBy(*keys).agg(*_counts(patients, sites, F))


def sequences(rows: Any, patients: Any, F: ModuleType) -> Any:  # noqa: N803
    """Return the order in which sites were first seen in each patient kept.

    Columns: ``patient``, ``primary``, ``site``, ``day`` (the first), ``order`` (1 for the earliest
    day; sites of one day share a number). Sites without any day are left out.
    """
    window = import_module(F.__name__.rpartition(".")[0]).Window
    rows = _complete(rows, F)
    seen = rows.where(F.col("site").isNotNull() & F.col("known") & F.col("day").isNotNull())
    first = seen.groupBy("patient", "site").agg(F.min("day").alias("day"))
    kept = patients.where(F.col("outcome") == "kept").select("patient", "primary")
    order = F.dense_rank().over(window.partitionBy("patient", "primary").orderBy("day"))
    both = kept.join(first, on="patient", how="inner")
    return both.select("patient", "primary", "site", "day", order.alias("order"))


def patterns(
    patients: Any,
    *,
    sites: int,
    metastatic_sites: Iterable[int] | None = None,
    F: ModuleType,  # noqa: N803
) -> Any:
    """Return how many patients kept have each set of sites.

    Columns: ``primary``, ``sex``, ``metastatic``, ``mask_0``, …, ``patients``.
    """
    kept = _with_metastatic(patients.where(F.col("outcome") == "kept"), sites, metastatic_sites, F)
    keys = ("primary", "sex", "metastatic", *(f"mask_{number}" for number in masks_of(sites)))
    return kept.groupBy(*keys).agg(F.count(F.lit(1)).alias("patients"))


def _complete(rows: Any, F: ModuleType) -> Any:  # noqa: N803
    """Return rows with every column, those absent as null, and each of its type."""
    there = set(rows.columns)
    cells = [F.col("patient"), F.col("primary").cast("bigint"), F.col("site").cast("int")]
    for name, kind in _OPTIONAL.items():
        cell = F.col(name) if name in there else F.lit(None)
        cells.append(cell.cast(kind))
    cells[3] = F.coalesce(cells[3], F.lit(True))
    names = ("patient", "primary", "site", *_OPTIONAL)
    return rows.select(*[cell.alias(name) for name, cell in zip(names, cells, strict=True)])


def _state(there: set[str], sites: int, early: bool, F: ModuleType) -> list[Any]:  # noqa: N803
    """Return what is gathered of a patient besides the primary, from the columns there are."""
    kinds = {"mask": F.col("known"), "unknown": ~F.col("known")}
    if "known" not in there:
        kinds = {"mask": None}
    found = [
        F.coalesce(F.bit_or(_bit(number, sites, condition, F)), F.lit(0).cast("bigint")).alias(
            f"{name}_{number}"
        )
        for name, condition in kinds.items()
        for number in masks_of(sites)
    ]
    if "sex" in there:
        found += [F.min("sex").alias("low_sex"), F.max("sex").alias("high_sex")]
    if "metastatic" in there:
        mark = F.col("metastatic").cast("int")
        found += [F.min(mark).alias("low_mark"), F.max(mark).alias("high_mark")]
    if early:
        is_site = F.col("site").isNotNull() & F.col("known")
        found += [
            F.min(F.when(is_site, F.col("day"))).alias("low_site_day"),
            F.min(F.when(F.col("primary").isNotNull(), F.col("day"))).alias("low_primary_day"),
        ]
    return [*found, F.min("day").alias("low_day")]


def _bit(number: int, sites: int, condition: Any, F: ModuleType) -> Any:  # noqa: N803
    """Return the bit of a row's site in one of the masks, null for sites of the others."""
    low = number * SITES_A_MASK
    bit = F.expr(f"shiftleft(cast(1 as bigint), site - {low})" if low else _FIRST_BITS)
    if sites > SITES_A_MASK:
        inside = (F.col("site") >= low) & (F.col("site") < low + SITES_A_MASK)
        condition = inside if condition is None else inside & condition
    return bit if condition is None else F.when(condition, bit)


def _choice(choose: str, F: ModuleType) -> list[Any]:  # noqa: N803
    """Return the primary chosen by two keys, which differ where the choice is tied.

    The keys hold the day above the primary, once in its order and once in the opposite one.
    """
    primary = F.col("primary")
    day = -F.col("day") if choose == "last" else F.col("day")
    dated = F.coalesce(day, F.lit(_UNDATED)) if choose in ("first", "last") else F.lit(0)
    high = dated * F.lit(_MOST_PRIMARIES)
    backward = high + F.lit(_MOST_PRIMARIES - 1) - primary
    return [F.min(high + primary).alias("forward"), F.min(backward).alias("backward")]


def _decided(grouped: Any, choose: str, F: ModuleType) -> Any:  # noqa: N803
    last = F.lit(_MOST_PRIMARIES - 1)
    chosen = _low_bits("forward", F)
    tied = chosen != last - _low_bits("backward", F)
    refusal = "several primaries" if choose == "only" else "tied primaries"
    outcome = F.when(F.col("forward").isNull(), F.lit("no primary")).otherwise(
        F.when(tied, F.lit(refusal)).otherwise(F.lit("kept"))
    )
    primary = F.when(~tied, chosen).cast("int")
    return _finished(grouped, primary, outcome, F)


def _low_bits(name: str, F: ModuleType) -> Any:  # noqa: N803
    return F.expr(f"({name} & {_MOST_PRIMARIES - 1})")


def _finished(grouped: Any, primary: Any, outcome: Any, F: ModuleType) -> Any:  # noqa: N803
    there = set(grouped.columns)
    no, nobody = F.lit(False), F.lit(None).cast("string")
    sex, two_sexes, mark, two_marks = nobody, no, F.lit(None).cast("boolean"), no
    if "low_sex" in there:
        two_sexes = F.coalesce(F.col("low_sex") != F.col("high_sex"), no)
        sex = F.when(F.col("low_sex") == F.col("high_sex"), F.col("low_sex"))
    if "low_mark" in there:
        two_marks = F.coalesce(F.col("low_mark") != F.col("high_mark"), no)
        mark = F.col("high_mark").cast("boolean")
    cells = [sex.alias("sex"), two_sexes.alias("two_sexes")]
    cells += [mark.alias("metastatic"), two_marks.alias("two_marks")]
    bits = [name for name in grouped.columns if name.startswith(("mask_", "unknown_"))]
    if "low_site_day" in there:
        is_early = F.coalesce(F.col("low_site_day") < F.col("low_primary_day"), no)
        cells.append(is_early.alias("early"))
    named = [F.col("patient"), primary.alias("primary"), outcome.alias("outcome"), *cells]
    return grouped.select(*named, *bits, F.col("low_day").alias("first_day"))


def _for_each(rows: Any, found: list[Any], F: ModuleType) -> Any:  # noqa: N803
    """Return patients under each of their primaries."""
    named = rows.where(F.col("primary").isNotNull())
    pairs = named.select("patient", F.col("primary").alias("each")).distinct()
    joined = rows.groupBy("patient").agg(*found).join(pairs, on="patient", how="left")
    joined = joined.select(*joined.columns)
    outcome = F.when(F.col("each").isNull(), F.lit("no primary")).otherwise(F.lit("kept"))
    return _finished(joined, F.col("each").cast("int"), outcome, F)


def _by_most(rows: Any, found: list[Any], F: ModuleType) -> Any:  # noqa: N803
    """Return patients under the primary of most rows, then of the earliest day."""
    first = F.coalesce(F.min("day"), F.lit(_UNDATED))
    of_each = rows.groupBy("patient", "primary").agg(
        *found, (-F.count(F.lit(1))).alias("fewer"), first.alias("day")
    )
    keys = {
        name: F.min(
            F.when(F.col("primary").isNotNull(), F.struct("fewer", "day", key.alias("key")))
        )
        for name, key in (("low", F.col("primary")), ("high", -F.col("primary")))
    }
    bits = [name for name in of_each.columns if name.startswith(("mask_", "unknown_"))]
    least = [name for name in of_each.columns if name.startswith("low_")]
    most = [name for name in of_each.columns if name.startswith("high_")]
    grouped = of_each.groupBy("patient").agg(
        *(F.bit_or(name).alias(name) for name in bits),
        *(F.min(name).alias(name) for name in least),
        *(F.max(name).alias(name) for name in most),
        *(key.alias(name) for name, key in keys.items()),
    )
    low, high = F.expr("low.key"), -F.expr("high.key")
    outcome = F.when(F.col("low").isNull(), F.lit("no primary")).otherwise(
        F.when(low != high, F.lit("tied primaries")).otherwise(F.lit("kept"))
    )
    return _finished(grouped, F.when(low == high, low).cast("int"), outcome, F)


def _with_metastatic(
    patients: Any,
    sites: int,
    metastatic_sites: Iterable[int] | None,
    F: ModuleType,  # noqa: N803
) -> Any:
    every = range(sites) if metastatic_sites is None else metastatic_sites
    masks = dict.fromkeys(masks_of(sites), 0)
    for site in every:
        masks[site // SITES_A_MASK] |= 1 << site % SITES_A_MASK
    seen = F.expr(" or ".join(f"(mask_{number} & {mask}) <> 0" for number, mask in masks.items()))
    return patients.withColumn("metastatic", F.coalesce(F.col("metastatic"), seen))


def _counts(patients: Any, sites: int, F: ModuleType) -> list[Any]:  # noqa: N803
    everybody = F.count(F.lit(1))
    yes = [_bit_sum("mask_{0}", site, F).alias(f"yes_{site}") for site in range(sites)]
    known = [
        (everybody - _bit_sum("(unknown_{0} & ~mask_{0})", site, F)).alias(f"known_{site}")
        for site in range(sites)
        if "unknown_0" in patients.columns
    ]
    odd = [
        (F.sum(F.col(name).cast("int")) if name in patients.columns else F.lit(0)).alias(name)
        for name in ("two_sexes", "two_marks", "early")
    ]
    return [everybody.alias("patients"), *odd, *yes, *known]


def _bit_sum(form: str, site: int, F: ModuleType) -> Any:  # noqa: N803
    mask = form.format(site // SITES_A_MASK)
    return F.sum(F.expr(f"(shiftright({mask}, {site % SITES_A_MASK}) & 1)"))
