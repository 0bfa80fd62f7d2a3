"""A registry's table, one row a tumor: TNM's M, and sites of metastasis in one column or several.

The setting is ``at_diagnosis``, as TNM is. M decides who has distant disease:

- M1 with sites: those sites, and none of the others.
- M1 without a site: metastatic, and counted in every denominator without a site; the report says
  how many, since the shares of all sites are too small by those of them that had one.
- M0: no site. M0 beside a site is a contradiction, told before any number: M decides who is
  metastatic, and the site counts among all patients only.
- MX, or nothing stated: not known, unless a site is named, which is a metastasis.

Where a table has no M, a tumor is metastatic by its sites alone; that, too, is told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import TableError
from metastasis.patients._intake import (
    FRAME,
    Ingested,
    Rules,
    StudyPopulation,
    engine_of,
    paths_in,
    stem_of,
)
from metastasis.patients._registry.headers import NAMES, registry_layout, unread_stages
from metastasis.patients._report import ReportDraft
from metastasis.patients._rows import (
    beside,
    counts_of,
    how_many,
    label_locators,
    number_of,
    positions,
    sex_of,
)
from metastasis.patients._sources import own_source
from metastasis.patients._tabulate import summarize
from metastasis.patients._tumors.extents import with_extent
from metastasis.patients._tumors.primaries import (
    is_malignant,
    morphology_of,
    rank_of,
    topography_of,
    with_fate,
    with_primary,
)
from metastasis.patients._tumors.sites import pieces_of, site_of_code
from metastasis.patients._tumors.years import day_of, warn_of_years
from metastasis.patients._words.answers import warn_of_unused
from metastasis.patients._words.headers import missing_column
from metastasis.patients._words.labels import LEFT_OUT, map_labels
from metastasis.patients._words.missing import stated

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Unpack

    from metastasis.patients._engines.engine import Engine
    from metastasis.patients._intake import RuleOptions
    from metastasis.patients._registry.headers import RegistryLayout
    from metastasis.patients._tumors.extents import StageWords

__all__ = ["CHOICES", "RegistryRules", "read_registry"]

CHOICES: Final = ("first", "only", "each")
"""Which tumor of a patient with several counts."""
_MOST: Final = 100_000
"""More different dates or cells of sites than are brought into Python."""
_FEMALE: Final = ("F", "W", "K", "2")
"""First letters of a woman: female, weiblich, kvinde and kvinna; and the usual code."""
_FIRST_YEAR: Final = 1943
"""The Danish Cancer Registry, the first of a nation, began with this year."""
_WITHOUT_M: Final = ("all_patients", "metastatic_patients")
_WITH_M: Final = ("all_patients", "distant_stage_at_diagnosis")


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryRules(Rules):
    """What the user may set for a registry's table; see :func:`read_registry`."""

    def _closed(self) -> Iterator[tuple[str, str | None, tuple[str | None, ...]]]:
        yield "choice of tumor", self.choose, CHOICES


@dataclass(slots=True)
class _Sites:
    """What the cells of sites name."""

    keys: tuple[str, ...]
    meanings: list[tuple[str, int]]
    """Each cell, and the position of a site that it names; once for each site."""
    words: list[str]
    """Cells that name any site, known or not."""
    labels: dict[str, str]


def read_registry(
    data: Any,
    *,
    engine: str | Engine = "duckdb",
    name: str | None = None,
    choose: str = "first",
    columns: Mapping[str, str | Sequence[str]] | None = None,
    **rules: Unpack[RuleOptions],
) -> Ingested:
    """Return what a registry's table says about metastases at diagnosis.

    >>> import pandas
    >>> table = {"patient": ["1", "2", "3"], "topography": ["C50.9"] * 3,
    ...          "M": ["M1", "M1", "M0"], "met_site": ["C41.2; C22.0", "OSS", None]}
    >>> found = read_registry(pandas.DataFrame(table), name="three patients")
    >>> [(row.site, row.count, row.total) for row in found.assertions
    ...  if row.denominator == "distant_stage_at_diagnosis"]
    [('bone', 2, 2), ('liver', 1, 2)]

    Parameters
    ----------
    data
        A file, a folder, a pattern, several files, or a frame, with one row a tumor.
    engine
        ``duckdb``, ``spark``, or an engine that is open already.
    name
        Names the source; None takes the name of the file.
    choose
        For a patient with several tumors: ``first`` (by date), ``only`` (leave the patient out), or
        ``each`` (each is counted, with its own metastases).
    columns
        The headers of columns whose names are not known, by ours: ``patient``, ``topography``,
        ``icd10``, ``morphology``, ``behavior``, ``year``, ``sex``, ``sequence``; and several for
        ``m`` and ``sites``. None takes those that :mod:`metastasis.patients._registry.headers`
        knows.
    **rules
        The fields of :class:`~metastasis.patients.Rules`.

    Raises
    ------
    ReadError
        A file is missing, empty, cut short or not UTF-8.
    TableError
        A column is missing; the nearest header is named.
    UnknownNameError
        A rule that does not exist.
    """
    in_force = RegistryRules(choose=choose, **rules)
    paths = paths_in(data)
    with engine_of(engine) as running:
        take = running.read if paths else running.frame
        header = running.columns(take(data))
        layout = _checked(paths[0] if paths else FRAME, header, columns)
        rows = take(data, columns=_wanted(layout))
        title = name or stem_of(paths[0] if paths else FRAME, "registry")
        files = [Path(one).name if "://" not in one else one for one in paths]
        draft = ReportDraft(f"{title} (registry)", files or [FRAME])
        _warn_of_header(draft, header, layout)
        return _ingested(running, rows, layout, draft, title, in_force)


def _checked(
    file: str, header: Sequence[str], told: Mapping[str, str | Sequence[str]] | None
) -> RegistryLayout:
    layout = registry_layout(header, told)
    faults = []
    if "patient" not in layout.columns:
        faults.append(missing_column(file, header, NAMES["patient"]))
    if not {"topography", "icd10"} & layout.columns.keys():
        faults.append(missing_column(file, header, NAMES["topography"]))
    if not layout.stages and not layout.sites:
        faults.append(missing_column(file, header, NAMES["m"]))
    if faults:
        raise TableError(faults)
    return layout


def _wanted(layout: RegistryLayout) -> dict[str, str]:
    """Return the name of each header that is read, in the rows."""
    wanted = {header: name for name, header in layout.columns.items()}
    wanted |= {one.header: one.name for one in layout.stages}
    return wanted | {header: f"site_{number}" for number, header in enumerate(layout.sites)}


def _warn_of_header(draft: ReportDraft, header: Sequence[str], layout: RegistryLayout) -> None:
    used = _wanted(layout)
    unread = ", ".join(repr(one) for one in unread_stages(header, layout))
    if not layout.stages:
        also = f" ({unread} is not read: what its codes mean is not known)" if unread else ""
        draft.warn(
            f"the table has no column of M or of a stage{also}: a tumor without a site of "
            "metastasis counts as one without metastases, whether it was looked for or not"
        )
    elif unread:
        draft.notice("columns", 1, f"oddity: {unread} is not read, although it looks like a stage")
    if not layout.sites:
        draft.warn(
            "the table has no column of sites of metastasis: whose disease is distant is known, "
            "and not where; name the columns (columns={'sites': […]}, --met-site) if there are any"
        )
    warn_of_unused(draft, header, used)


def _ingested(
    engine: Engine,
    rows: Any,
    layout: RegistryLayout,
    draft: ReportDraft,
    name: str,
    rules: RegistryRules,
) -> Ingested:
    rows, years = _cleaned(engine, rows, layout)
    rows, primaries, unmapped = with_primary(engine, rows, rules)
    rows = with_fate(engine, rows, rules.choose)
    draft.unmapped += unmapped
    _account_for_rows(engine, rows, draft)
    kept = rows.where(rows["fate"].isNull())
    kept, stages = with_extent(engine, kept, layout.stages, primaries, rules.known)
    sites = _sites(engine, kept, layout, rules, draft)
    kept = _with_sites(engine, kept, layout, sites)
    if "year" in layout.columns:
        warn_of_years(draft, years, layout.columns["year"], _FIRST_YEAR)
    _warn_of_stages(stages, draft)
    _account_for_extent(engine, kept, layout, draft)
    _account_for_tumors(engine, rows, rules.choose, draft)
    studied = StudyPopulation(
        source=_source(engine, kept, name, draft),
        primaries=primaries,
        sites=sites.keys,
        locators=label_locators(sites.labels, ", ".join(layout.sites)),
        setting="at_diagnosis" if layout.stages else "unspecified",
        denominators=_WITH_M if layout.stages else _WITHOUT_M,
        # With ``each``, every tumor is a patient of its own by now, and has one primary.
        rules=replace(rules, choose="only" if rules.choose == "only" else "first"),
        report=draft,
    )
    return summarize(engine, _canonical(engine, kept, layout, sites, rules.choose), studied)


def _cleaned(
    engine: Engine, rows: Any, layout: RegistryLayout
) -> tuple[Any, Mapping[str | None, int]]:
    """Return the tumors with clean cells, and how many rows hold each word of the date."""
    F = engine.functions  # noqa: N806

    def cell(name: str) -> Any:
        if name not in layout.columns:
            return F.lit(None).cast("string")
        return stated(F, F.col(name).cast("string"))

    topography, icd10 = F.upper(cell("topography")), F.upper(cell("icd10"))
    # Digits of the behavior may follow those of the morphology without a stroke: 85003.
    digits = F.regexp_extract(cell("morphology"), "([0-9]{4})", 1)
    behind = F.regexp_extract(cell("morphology"), "[0-9]{4}[/ ]?([0-9])$", 1)
    morphology = morphology_of(F, F.lit(None).cast("string"), digits)
    first = F.regexp_extract(cell("behavior"), "^/?([0-9])", 1)
    behavior = F.coalesce(
        F.when(first != "", first), cell("behavior"), F.when(behind != "", behind)
    )
    is_other = F.coalesce(topography, icd10).rlike("^D?D[0-4]")
    # C43 says more than C44 does where no morphology is stated.
    icd10_says = morphology.isNull() & icd10.rlike("^D?C(43|45|46|8[1-9]|9[0-7])")
    code = F.when(icd10_says, topography_of(F, icd10))
    code = F.coalesce(code, topography_of(F, topography), topography_of(F, icd10))
    female = ("F", "W", "N", "1") if layout.is_finnish else _FEMALE
    male = ("M", "0") if layout.is_finnish else ("M", "1")
    malignant = is_malignant(F, behavior, F.lit(None).cast("string"), F.upper(cell("sequence")))
    found = {
        "patient": cell("patient"),
        "sex": sex_of(F, cell("sex"), female=female, male=male),
        "year_cell": cell("year"),
        "rank": rank_of(F, F.upper(cell("sequence"))),
        "is_malignant": malignant & ~F.coalesce(is_other, F.lit(False)),
        "recode": F.lit(None).cast("string"),
        "topography": code,
        "morphology": morphology,
        **{one.name: F.trim(F.col(one.name).cast("string")) for one in layout.stages},
        **{
            f"site_{number}": F.trim(F.col(f"site_{number}").cast("string"))
            for number in range(len(layout.sites))
        },
    }
    rows = engine.settle(rows.select(*[column.alias(name) for name, column in found.items()]))
    words = counts_of(engine, rows, "year_cell", most=_MOST) or {}
    days = [(word, day) for word in words if (day := day_of(word))]
    return engine.settle(
        beside(engine, rows, {"year_cell": "string", "year": "string"}, days)
    ), words


def _sites(
    engine: Engine, rows: Any, layout: RegistryLayout, rules: Rules, draft: ReportDraft
) -> _Sites:
    """Return what the cells of sites name: codes first, then names, through the user's own map."""
    cells: dict[str, int] = {}
    for number, header in enumerate(layout.sites):
        counts = counts_of(engine, rows, f"site_{number}", most=_MOST)
        if counts is None:
            draft.warn(f"{header!r} has more different words than sites have: it is not read")
            continue
        for cell, rows_with in counts.items():
            if cell:
                cells[cell] = cells.get(cell, 0) + rows_with
    pieces = {cell: pieces_of(cell) for cell in cells}
    words: dict[str, int] = {}
    for cell, several in pieces.items():
        for one in several:
            words[one] = words.get(one, 0) + cells[cell]
    own = {one: key for one in words if (key := rules.words.get(("site", one)))}
    labels = {one: number for one, number in words.items() if not site_of_code(one)}
    found = map_labels(labels, "site", rules.known, rules.words)
    draft.unmapped += found.unmapped
    keys = {one: key for one in words if (key := site_of_code(one))} | found.keys | own
    keys = {one: key for one, key in keys.items() if key != LEFT_OUT}
    places = positions(keys.values())
    meanings = sorted(
        {
            (cell, places[keys[one]])
            for cell, several in pieces.items()
            for one in several
            if one in keys
        }
    )
    return _Sites(
        tuple(places), meanings, sorted(cell for cell, several in pieces.items() if several), keys
    )


def _with_sites(engine: Engine, rows: Any, layout: RegistryLayout, sites: _Sites) -> Any:
    """Return rows with ``names_site``: whether any of their cells names one, known or not."""
    F = engine.functions  # noqa: N806
    names = F.lit(False)
    for number in range(len(layout.sites)):
        column = f"site_{number}"
        table = [(word, True) for word in sites.words]
        rows = beside(engine, rows, {column: "string", f"has_{number}": "boolean"}, table)
        names = names | F.coalesce(F.col(f"has_{number}"), F.lit(False))
    return engine.settle(rows.withColumn("names_site", names))


def _canonical(
    engine: Engine, rows: Any, layout: RegistryLayout, sites: _Sites, choose: str
) -> Any:
    """Return canonical rows: one for the tumor, one for each of its sites or all not known."""
    F = engine.functions  # noqa: N806
    patient = F.col("patient")
    if choose == "each":
        patient = F.concat_ws(" ", patient, F.col("primary").cast("string"))
    is_distant = F.coalesce(F.col("is_distant"), F.col("names_site"))
    rows = rows.withColumn("metastatic", is_distant).withColumn("patient", patient)
    nothing = F.lit(None).cast("int")
    tumors = rows.select(
        "patient", "primary", nothing.alias("site"), F.lit(True).alias("known"), "sex", "metastatic"
    )
    of_sites = ["patient", nothing.alias("primary"), "site", "known", "sex", "metastatic"]
    if layout.sites and sites.meanings:
        cells = F.array(*[F.col(f"site_{number}") for number in range(len(layout.sites))])
        named = rows.select("patient", "sex", "metastatic", F.explode(cells).alias("cell"))
        table = engine.table({"cell": "string", "site": "int"}, sites.meanings)
        named = named.join(table, on="cell", how="inner").withColumn("known", F.lit(True))
        tumors = tumors.unionByName(named.select(*of_sites))
    if sites.keys and layout.stages:
        is_unknown = F.col("is_distant").isNull() & ~F.col("names_site")
        every = F.array(*[F.lit(place) for place in range(len(sites.keys))])
        unknown = rows.where(is_unknown).withColumn("site", F.explode(every))
        unknown = unknown.withColumn("known", F.lit(False))
        tumors = tumors.unionByName(unknown.select(*of_sites))
    return tumors


def _warn_of_stages(stages: Sequence[StageWords], draft: ReportDraft) -> None:
    for one in stages:
        if one.unread.total():
            some = ", ".join(repr(word) for word, _ in one.unread.most_common(3))
            text = (
                f"{one.unread.total():,} cells of {one.header!r} are not understood, such as "
                f"{some}: not known"
            )
            if one.is_strange:
                draft.warn(text)
            else:
                draft.notice("M", one.unread.total(), f"cells of {one.header!r}, {some}: not known")


def _account_for_extent(
    engine: Engine, rows: Any, layout: RegistryLayout, draft: ReportDraft
) -> None:
    F = engine.functions  # noqa: N806
    if not layout.stages:
        return
    distant, names = F.coalesce(F.col("is_distant"), F.lit(False)), F.col("names_site")
    is_nearer = F.coalesce(~F.col("is_distant"), F.lit(False))
    unknown = F.col("is_distant").isNull()
    counts = how_many(
        engine,
        rows,
        {
            "distant": distant,
            "siteless": distant & ~names,
            "against": is_nearer & names,
            "by_site": unknown & names,
            "unknown": unknown & ~names,
        },
    )
    if counts["against"]:
        draft.warn(
            f"{counts['against']:,} records state M0 and a site of metastasis: M decides who is "
            "metastatic, and the site counts among all patients only"
        )
    if layout.sites and counts["siteless"]:
        draft.warn(
            f"{counts['siteless']:,} of {counts['distant']:,} records with distant metastases name "
            "no site: they count in every denominator, so that the shares of sites are too small "
            "by as many as had them"
        )
    text = "records without a known M that name a site of metastasis: they count as metastatic"
    draft.notice("M", counts["by_site"], text)
    text = "records whose M is not known, and that name no site: whether they have one is not known"
    draft.notice("M", counts["unknown"], text)
    if 2 * counts["unknown"] > counts["rows"]:
        draft.warn(
            f"M is not known of {counts['unknown']:,} of {counts['rows']:,} records: all "
            "denominators are only those of the others"
        )


def _account_for_rows(engine: Engine, rows: Any, draft: ReportDraft) -> None:
    counts = counts_of(engine, rows, "fate") or {}
    draft.rows_read = sum(counts.values())
    for fate, number in counts.items():
        if fate:
            draft.leave_out(fate, number)


def _account_for_tumors(engine: Engine, rows: Any, choose: str, draft: ReportDraft) -> None:
    F = engine.functions  # noqa: N806
    each = rows.where(F.col("patient").isNotNull()).groupBy("patient")
    several = each.agg(F.count(F.lit(1)).alias("records")).where(F.col("records") > 1)
    told = {
        "first": "the first tumor counts, by date",
        "only": "they are left out",
        "each": "each tumor counts as a patient of its own",
    }
    text = f"patients with several records: {told[choose]}"
    draft.notice(f"choose {choose}", number_of(engine, several), text)


def _source(engine: Engine, rows: Any, name: str, draft: ReportDraft) -> Any:
    F = engine.functions  # noqa: N806
    ((first, last),) = engine.collect(rows.agg(F.min("year"), F.max("year")))
    years = sorted({str(one)[:4] for one in (first, last) if one})
    return own_source(
        name,
        design="registry",
        population=f"Records of the registry's table {', '.join(draft.files)}",
        years="-".join(years) or None,
    )
