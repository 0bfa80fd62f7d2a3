"""A registry's table, one row a tumor: TNM's M, and sites of metastasis in one column or several.

The setting is ``at_diagnosis``, as TNM is. M decides who has distant disease:

- M1 with sites: those sites, and none of the others.
- M1 without a site: metastatic, and counted in every denominator without a site; the report says
  how many, since the shares of all sites are too small by those of them that had one.
- M0: no site. M0 beside a site is a contradiction, told before any number: M decides who is
  metastatic, and the site counts among all patients only.
- MX, or nothing stated: not known, unless a site is named, which is a metastasis. Lymph nodes that
  nothing calls distant may be regional: alone they make nobody metastatic (``nodes="count"``: they
  do).

Where a table has no M, a tumor is metastatic by its sites alone; that, too, is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import TableError
from metastasis.patients._flags import NODES
from metastasis.patients._intake import (
    FRAME,
    Ingested,
    Rules,
    StudyPopulation,
    engine_of,
    paths_in,
    stem_of,
)
from metastasis.patients._registry.accounts import (
    account_for_extent,
    account_for_rows,
    warn_of_header,
    warn_of_stages,
)
from metastasis.patients._registry.headers import NAMES, registry_layout
from metastasis.patients._registry.records import cleaned_tumors, sites_named, with_sites
from metastasis.patients._report import ReportDraft
from metastasis.patients._rows import label_locators
from metastasis.patients._sources import own_source
from metastasis.patients._tabulate import summarize
from metastasis.patients._tumors.extents import with_extent
from metastasis.patients._tumors.primaries import tell_of_several, with_fate, with_primary
from metastasis.patients._tumors.years import warn_of_years
from metastasis.patients._words.headers import missing_column

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Unpack

    from metastasis.patients._engines.engine import Engine
    from metastasis.patients._intake import RuleOptions
    from metastasis.patients._registry.headers import RegistryLayout
    from metastasis.patients._registry.records import SitesNamed

__all__ = ["CHOICES", "RegistryRules", "read_registry"]

CHOICES: Final = ("first", "only", "each")
"""Which tumor of a patient with several counts."""
_FIRST_YEAR: Final = 1943
"""The Danish Cancer Registry, the first of a nation, began with this year."""
_WITHOUT_M: Final = ("all_patients", "metastatic_patients")
_WITH_M: Final = ("all_patients", "distant_stage_at_diagnosis")


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryRules(Rules):
    """What the user may set for a registry's table; see :func:`read_registry`."""

    nodes: str = "ignore"
    """Whether nodes alone, which may be regional, make a patient metastatic: as for codes."""

    def _closed(self) -> Iterator[tuple[str, str | None, tuple[str | None, ...]]]:
        yield "choice of tumor", self.choose, CHOICES
        yield "rule for nodes", self.nodes, NODES


def read_registry(
    data: Any,
    *,
    engine: str | Engine = "duckdb",
    name: str | None = None,
    choose: str = "first",
    nodes: str = "ignore",
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
        For a patient with several tumors: ``first`` (by sequence number, then by date), ``only``
        (leave the patient out), or ``each`` (each is counted, with its own metastases).
    nodes
        Whether lymph nodes alone, which may be regional, make a patient metastatic whose M is not
        known: ``ignore`` or ``count``. Nodes that are called distant (``LYM``) always do.
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
    in_force = RegistryRules(choose=choose, nodes=nodes, **rules)
    paths = paths_in(data)
    with engine_of(engine) as running:
        take = running.read if paths else running.frame
        header = running.columns(take(data))
        layout = _checked(paths[0] if paths else FRAME, header, columns)
        rows = take(data, columns=_wanted(layout))
        title = name or stem_of(paths[0] if paths else FRAME, "registry")
        files = [Path(one).name if "://" not in one else one for one in paths]
        draft = ReportDraft(f"{title} (registry)", files or [FRAME])
        warn_of_header(draft, header, layout, _wanted(layout))
        return _ingested(running, rows, layout, draft, title, in_force)


def _checked(
    file: str, header: Sequence[str], told: Mapping[str, str | Sequence[str]] | None
) -> RegistryLayout:
    layout = registry_layout(header, told)
    faults = []
    if "patient" not in layout.columns:
        faults.append(missing_column(file, header, NAMES["patient"], _named("--patient")))
    if not {"topography", "icd10"} & layout.columns.keys():
        faults.append(missing_column(file, header, NAMES["topography"], _named("--topography")))
    if not layout.stages and not layout.sites:
        also = ", or those of sites of metastasis (--met-site COLUMN)"
        faults.append(missing_column(file, header, NAMES["m"], _named("--m") + also))
    if faults:
        raise TableError(faults)
    return layout


def _named(option: str) -> str:
    return f"name the column that holds it ({option} COLUMN)"


def _wanted(layout: RegistryLayout) -> dict[str, str]:
    """Return the name of each header that is read, in the rows."""
    wanted = {header: name for name, header in layout.columns.items()}
    wanted |= {one.header: one.name for one in layout.stages}
    return wanted | {header: f"site_{number}" for number, header in enumerate(layout.sites)}


def _ingested(
    engine: Engine,
    rows: Any,
    layout: RegistryLayout,
    draft: ReportDraft,
    name: str,
    rules: RegistryRules,
) -> Ingested:
    rows, years = cleaned_tumors(engine, rows, layout)
    rows, primaries, unmapped = with_primary(engine, rows, rules)
    rows = with_fate(engine, rows, rules.choose)
    draft.unmapped += unmapped
    account_for_rows(engine, rows, draft)
    kept = rows.where(rows["fate"].isNull())
    kept, stages = with_extent(engine, kept, layout.stages, primaries, rules.known)
    sites = sites_named(engine, kept, layout, rules, draft, nodes=rules.nodes)
    kept = with_sites(engine, kept, layout, sites)
    if "year" in layout.columns:
        warn_of_years(draft, years, layout.columns["year"], _FIRST_YEAR)
    warn_of_stages(stages, draft)
    account_for_extent(engine, kept, layout, draft)
    tell_of_several(engine, rows, rules.choose, draft)
    studied = StudyPopulation(
        source=_source(engine, kept, name, draft),
        primaries=primaries,
        sites=sites.keys,
        locators=label_locators(sites.labels, ", ".join(layout.sites)),
        setting="at_diagnosis" if layout.stages else "unspecified",
        denominators=_WITH_M if layout.stages else _WITHOUT_M,
        rules=rules.of_one_primary(),
        report=draft,
    )
    return summarize(engine, _canonical(engine, kept, layout, sites, rules.choose), studied)


def _canonical(
    engine: Engine, rows: Any, layout: RegistryLayout, sites: SitesNamed, choose: str
) -> Any:
    """Return canonical rows: one for the tumor, one for each of its sites or all not known."""
    F = engine.functions  # noqa: N806
    patient = F.col("patient")
    if choose == "each":
        patient = F.concat_ws(" ", patient, F.col("primary").cast("string"))
    is_distant = F.coalesce(F.col("is_distant"), F.col("names_distant"))
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
