"""The three aggregations, each one expression that DuckDB and Spark run unchanged.

Rows come in a canonical form, one a finding: ``patient`` (text or whole number), ``primary`` and
``site`` (positions in lists of the caller, or null), and where the data have them ``known`` (false
where the site was not looked at in that patient), ``day`` (days since 1970-01-01), ``sex``
(``female``, ``male`` or null) and ``metastatic`` (the data's own mark).

What takes time is one thing: bringing the rows of each patient together. So each patient is brought
together once, in as few numbers as will do: one whole number in which every site, sex and mark has
a bit, and two that name the primary. A column per site took three times as long.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from types import ModuleType

    from metastasis.patients._engines.engine import Engine

__all__ = [
    "CHOICES",
    "SITES_A_MASK",
    "Line",
    "Tally",
    "as_tally",
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
_ODD: Final = ("two_sexes", "two_marks", "early")
"""What contradicts itself in a patient."""
_ONLY_SITES: Final = (1 << SITES_A_MASK) - 1
_PRIMARY_BITS: Final = 16
"""Keys hold the primary in so many bits below the day: 65,536 primaries; the catalog has 72."""
_LAST_PRIMARY: Final = (1 << _PRIMARY_BITS) - 1
_UNDATED: Final = 1 << 32
"""Later than any day; days have 32 bits, and with the primary's they fit in a bigint."""
_DAY_OF_KEY: Final = f"nullif(shiftright(forward, {_PRIMARY_BITS}), {_UNDATED})"
"""The first day of a primary, where the key is that of the choice ``first``."""


@dataclass(frozen=True, slots=True)
class Line:
    """Patients kept who share primary, sex and metastatic state."""

    primary: int
    """Its position in the caller's list."""
    sex: str | None
    metastatic: bool
    patients: int
    present: tuple[int, ...]
    """For each site, the patients with it."""
    examined: tuple[int, ...]
    """For each site, the patients of whom it is known whether they have it."""


@dataclass(frozen=True, slots=True)
class Tally:
    """All patients, counted."""

    lines: tuple[Line, ...]
    """In the order of primary, sex and metastatic state."""
    outcomes: Mapping[str, int]
    """How many patients were kept, and how many were not, by reason."""
    two_sexes: int
    """Patients whose rows name two sexes; they are counted with none."""
    two_marks: int
    """Patients whose rows mark them both ways; they are counted as metastatic."""
    early: int | None = None
    """Patients with a site dated before every primary; None unless asked for."""


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

    Patients are counted under each primary they are kept under; what contradicts itself
    (``two_sexes``, ``two_marks``, ``early``) is a fault in the rows of one patient, which someone
    will look up, and is counted once a patient, also where ``choose`` is ``each``.
    """
    F = engine.functions  # noqa: N806
    patients = by_patient(rows, choose=choose, sites=sites, early=early, F=F)
    counted = tally(patients, sites=sites, metastatic_sites=metastatic_sites, F=F)
    return as_tally(engine.collect(counted), sites=sites, early=early)


def as_tally(counted: Iterable[Sequence[Any]], *, sites: int, early: bool = False) -> Tally:
    """Return the rows of :func:`tally` as a record; ``early`` as in :func:`by_patient`."""
    outcomes: Counter[str] = Counter()
    odd: Counter[str] = Counter()
    lines = []
    for outcome, primary, sex, metastatic, patients, *numbers in counted:
        outcomes[outcome] += patients
        odd.update(dict(zip(_ODD, numbers, strict=False)))
        if outcome == "kept":
            present, examined = numbers[3 : 3 + sites], numbers[3 + sites :]
            known = tuple(examined) or (patients,) * sites
            lines.append(Line(primary, sex, metastatic, patients, tuple(present), known))
    return Tally(
        tuple(sorted(lines, key=lambda one: (one.primary, one.sex or "", one.metastatic))),
        dict(sorted(outcomes.items())),
        odd["two_sexes"],
        odd["two_marks"],
        odd["early"] if early else None,
    )


def masks_of(sites: int) -> range:
    """Return the numbers of the mask columns for so many sites.

    >>> list(masks_of(21)), list(masks_of(63))
    ([0], [0, 1])
    """
    return range((max(sites, 1) + SITES_A_MASK - 1) // SITES_A_MASK)


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
    which say the same as bits: worked out once a code, not once a row, they save a tenth of the
    time. Where a row loses its site, it has to lose its bits.
    """
    given = [name for name in codes.columns if name not in on]
    kept = [name for name in rows.columns if name not in (*on, *given)]
    bits = [f"bits_{number}" for number in masks_of(sites)]
    there = set(given)
    small = codes.select(
        *codes.columns,
        *(F.expr(_seen(n, sites, there)).alias(name) for n, name in enumerate(bits)),
    )
    # Without the hint a cluster may send every row of the large table over the network.
    small = F.broadcast(small) if hasattr(F, "broadcast") else small
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

    Columns: ``patient``; ``primary`` (null unless kept); ``outcome`` (``kept``, ``no primary``,
    ``several primaries`` or ``tied primaries``); ``sex``, null also where two are given;
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
    with a site before every primary (0 unless asked for); ``yes_0``, … patients with that site; and
    where sites are unknown of some, ``known_0``, … patients of whom it is known.
    """
    alike, sex = _alike(patients, F), _sex(patients, F)
    state = _metastatic(patients, sites, metastatic_sites, F)
    return alike.groupBy("outcome", "primary", sex, state).agg(*_counts(patients, sites, F))


def sequences(rows: Any, patients: Any, F: ModuleType) -> Any:  # noqa: N803
    """Return the order in which sites were first seen in each patient kept.

    Columns: ``patient``, ``primary``, ``site``, ``day`` (the first), ``order`` (1 for the earliest
    day; sites of one day share a number). Sites without any day are left out.
    """
    seen = rows.where(_is_site(set(rows.columns), F) & F.col("day").isNotNull())
    first = seen.groupBy("patient", F.col("site").cast("int").alias("site"))
    first = first.agg(F.min(F.col("day").cast("bigint")).alias("day"))
    kept = patients.where(F.col("outcome") == "kept").select("patient", "primary")
    order = F.expr("dense_rank() over (partition by patient, primary order by day)")
    both = kept.join(first, on="patient", how="inner")
    both = both.select("patient", "primary", "site", "day")
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
    state = _metastatic(patients, sites, metastatic_sites, F)
    masks = [f"mask_{number}" for number in masks_of(sites)]
    alike = _alike(patients.where(F.col("outcome") == "kept"), F)
    grouped = alike.groupBy("primary", _sex(patients, F), state, *masks)
    return grouped.agg(F.sum("patients").alias("patients"))


def _alike(patients: Any, F: ModuleType) -> Any:  # noqa: N803
    """Return how many patients are the same in all but what contradicts itself.

    There are few different ones, so that a sum for each site is over these, not over all patients.
    """
    keys = [name for name in patients.columns if name not in ("patient", *_ODD)]
    odd = [F.sum(F.col(name).cast("int")).alias(name) for name in _ODD if name in patients.columns]
    return patients.groupBy(*keys).agg(F.count(F.lit(1)).alias("patients"), *odd)


def _is_site(there: set[str], F: ModuleType) -> Any:  # noqa: N803
    """Return the condition that a row tells of a site seen."""
    named = F.col("site").isNotNull()
    return named & F.expr("coalesce(known, true)") if "known" in there else named


def _day(F: ModuleType) -> Any:  # noqa: N803
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
    if early:
        found.append(F.min(F.when(_is_site(there, F), _day(F))).alias("site_day"))
    if early and choose != "first":  # whose key holds the first day of a primary
        of_primary = F.when(F.col("primary").isNotNull(), _day(F))
        found.append(F.min(of_primary).alias("primary_day"))
    return found


def _bits(kind: str, number: int, sites: int, there: set[str]) -> str:
    """Return what a row adds to one of the masks."""
    if kind == "unknown":
        return _site_bit(number, sites, "not coalesce(known, true)")
    if f"bits_{number}" not in there:
        return _seen(number, sites, there)
    sex = [f"coalesce(bits_0, 0) | {_SAID['sex']}"] if "sex" in there and not number else []
    return sex[0] if sex else f"bits_{number}"


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
    refusal = "several primaries" if choose == "only" else "tied primaries"
    outcome = (
        F.when(F.col("forward").isNull(), F.lit("no primary"))
        .when(tied, F.lit(refusal))
        .otherwise(F.lit("kept"))
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
    joined = joined.select(*joined.columns)
    outcome = F.when(F.col("each").isNull(), F.lit("no primary")).otherwise(F.lit("kept"))
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
        F.when(F.col("low").isNull(), F.lit("no primary"))
        .when(low != high, F.lit("tied primaries"))
        .otherwise(F.lit("kept"))
    )
    return _finished(grouped, F.when(low == high, low).cast("int"), outcome, there, F)


def _sex(patients: Any, F: ModuleType) -> Any:  # noqa: N803
    sex = F.col("sex") if "sex" in patients.columns else F.lit(None).cast("string")
    return sex.alias("sex")


def _metastatic(
    patients: Any,
    sites: int,
    metastatic_sites: Iterable[int] | None,
    F: ModuleType,  # noqa: N803
) -> Any:
    """Return the data's own mark, else whether any of the sites was seen."""
    masks = dict.fromkeys(masks_of(sites), 0)
    for site in range(sites) if metastatic_sites is None else metastatic_sites:
        masks[site // SITES_A_MASK] |= 1 << site % SITES_A_MASK
    seen = " or ".join(f"(mask_{number} & {mask}) <> 0" for number, mask in masks.items())
    is_marked = "metastatic" in patients.columns
    state = F.expr(f"coalesce(metastatic, {seen})" if is_marked else seen)
    return state.alias("metastatic")


def _counts(patients: Any, sites: int, F: ModuleType) -> list[Any]:  # noqa: N803
    there = set(patients.columns)
    forms = {"yes": "mask_{0}"}
    if "unknown_0" in there:
        forms["known"] = "~unknown_{0} | mask_{0}"
    odd = [(F.sum(name) if name in there else F.lit(0)).alias(name) for name in _ODD]
    return [
        F.sum("patients").alias("patients"),
        *odd,
        *(
            F.sum(_weighted(form, site, F)).alias(f"{name}_{site}")
            for name, form in forms.items()
            for site in range(sites)
        ),
    ]


def _weighted(form: str, site: int, F: ModuleType) -> Any:  # noqa: N803
    bits = form.format(site // SITES_A_MASK)
    return F.expr(f"(shiftright({bits}, {site % SITES_A_MASK}) & 1) * patients")
