"""Wide tables: one row a patient, one column a site, and a yes or no in each cell.

So are MSK-MET, GENIE BPC and most registries of a clinic's own. A cell that is blank, unknown or
not assessed is no No: that patient is not in the site's denominator. The site comes from the
column's name, by the same words and the same site map as everywhere.

A patient may have several rows. Rows of one cancer say together what the patient has; rows of
several cancers are each about their own, and a rule says which counts.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from metastasis.patients._flags import (
    finding_rows,
    flag_groups,
    showing_metastasis,
    site_keys,
    tell_of_unspecific,
    with_spread,
    without_home,
)
from metastasis.patients._intake import (
    FRAME,
    Ingested,
    StudyPopulation,
    combine,
    engine_of,
    paths_in,
    stem_of,
)
from metastasis.patients._report import ReportDraft
from metastasis.patients._rows import how_many, sex_of
from metastasis.patients._sources import own_source
from metastasis.patients._tables.wide_choice import of_chosen_cancer
from metastasis.patients._tables.wide_columns import columns_of, setting_in
from metastasis.patients._tables.wide_marks import metastatic_mark
from metastasis.patients._tables.wide_rows import (
    WideRules,
    WideTable,
    account,
    read_rows,
    with_answers,
    with_primary,
)
from metastasis.patients._tabulate import summarize
from metastasis.patients._words.answers import like_sites, warn_of_unused
from metastasis.patients._words.yes_no import AnswerWords

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Unpack

    from metastasis.patients._engines.engine import Engine
    from metastasis.patients._flags import FlagGroup
    from metastasis.patients._intake import RuleOptions

__all__ = ["read_wide"]


def read_wide(
    data: Any,
    *,
    engine: str | Engine = "duckdb",
    name: str | None = None,
    patient: str | None = None,
    primary: str | None = None,
    sites: Sequence[str] = (),
    setting: str | None = None,
    sex: str | None = None,
    metastatic: str | None = None,
    m_category: str | None = None,
    stage: str | None = None,
    order: str | None = None,
    metastatic_by: str = "flag",
    nodes: str = "ignore",
    choose: str = "first",
    system: str | None = None,
    yes: Sequence[str] = (),
    no: Sequence[str] = (),
    unknown: Sequence[str] = (),
    **rules: Unpack[RuleOptions],
) -> Ingested:
    """Return what a table with one row a patient and one column a site says.

    >>> import pandas
    >>> rows = {"patient": ["A", "B", "C"], "cancer": ["Breast Cancer"] * 3,
    ...         "bone_mets": ["yes", "no", "not assessed"], "liver_mets": [0, 1, 0]}
    >>> found = read_wide(pandas.DataFrame(rows), name="clinic", setting="at_diagnosis")
    >>> [(row.site, row.count, row.total) for row in found.assertions
    ...  if row.denominator == "all_patients"]
    [('bone', 1, 2), ('liver', 1, 3)]

    Parameters
    ----------
    data
        A file, a folder, a pattern, several of them, an address (with Spark), or a frame.
    engine
        ``duckdb``, ``spark``, or an engine that is open already.
    name
        Names the source; None takes the name of the file.
    patient, sex, order
        The columns of the patient, of the sex, and of the order of a patient's cancers (a number,
        or a day such as 2020-03-31); None takes the usual.
    primary
        The column of the cancer, by label or code; or the one cancer of all rows.
    sites
        The columns of the sites, or patterns such as ``dmets_*``; none takes all that name one.
    setting
        ``at_diagnosis`` or ``during_course``, where the headers do not say.
    metastatic
        The column that marks metastatic patients, by yes and no; None takes the usual.
    m_category, stage
        The column of the M of TNM (None takes the usual), and of the stage, of which the fourth is
        metastatic; a stage is read only where it is named.
    metastatic_by
        ``flag``: patients that the table marks so, and where it has no mark, those with a site.
        ``evidence``: those with a site, whatever the mark says.
    nodes
        Whether lymph nodes alone, which may be regional, make a patient metastatic where no mark
        says so: ``ignore`` or ``count``.
    choose
        The cancer of a patient with several: ``first`` or ``last`` by the order, ``only`` (leave
        the patient out), or ``each`` (each cancer counts, with its own sites).
    system
        The code system or vocabulary of the cancers; None takes labels and what codes can only be.
    yes, no, unknown
        More words for the answers; ``blank`` is the empty cell.
    **rules
        The fields of :class:`~metastasis.patients.Rules`.

    Raises
    ------
    TableError
        A column is missing, or has cells that are no answers; nothing says when sites were looked
        for.
    ReadError
        A file is missing, empty, cut short or cannot be decoded.
    UnknownNameError
        A rule that does not exist.
    """
    in_force = WideRules(
        choose=choose, setting=setting, metastatic_by=metastatic_by, nodes=nodes, **rules
    )
    told = {
        "patient": patient,
        "primary": primary,
        "sex": sex,
        "order": order,
        "mark": metastatic,
        "m": m_category,
        "stage": stage,
    }
    words = AnswerWords(tuple(yes), tuple(no), tuple(unknown))
    with engine_of(engine) as running:
        paths = paths_in(data)
        file = ", ".join(paths) or FRAME
        header = running.columns((running.read if paths else running.frame)(data))
        columns = columns_of(file, header, told, sites, in_force)
        when = setting_in(file, columns, in_force.setting)
        table = WideTable(running, in_force, words, columns, file, name or stem_of(file, "wide"))
        table.rows = read_rows(table, data)
        return _ingested(table, paths, header, when, system)


def _ingested(
    table: WideTable,
    paths: Sequence[str],
    header: Sequence[str],
    setting: str | None,
    system: str | None,
) -> Ingested:
    draft = ReportDraft(f"{table.name} (wide table)", list(paths))
    warn_of_unused(draft, header, table.columns.sites)
    for one in like_sites(header, {*table.columns.sites, *table.columns.named.values()}):
        text = f"oddity: {one!r} may name a site of metastasis, none that is known: it is not read"
        draft.notice("columns", 1, f"{text}; --sites {one!r} reads it")
    keys, unmapped = site_keys(table.columns.sites, table.rules.known, table.rules.words)
    draft.unmapped += unmapped
    groups = flag_groups(keys, setting)
    with_answers(table, groups, draft)
    table.rows, has_mark = metastatic_mark(
        table.engine, table.rows, table.columns, table.words, groups, table.file, draft
    )
    with_primary(table, system, draft)
    account(table, draft)
    table.rows = of_chosen_cancer(table.engine, table.rows, table.rules.choose, draft)
    parts: list[Ingested] = []
    for group in groups:
        own = draft.another() if parts else draft
        parts.append(_of_group(table, group, own, has_mark=has_mark))
    return combine(*parts)


def _of_group(
    table: WideTable, group: FlagGroup, draft: ReportDraft, *, has_mark: bool
) -> Ingested:
    engine, F, catalog = table.engine, table.engine.functions, table.rules.known  # noqa: N806
    sex = F.lit(None).cast("string")
    if "sex" in table.columns.named:
        sex = sex_of(F, F.col("sex"), female=("F", "W", "2"), male=("M", "1"))
    rows = table.rows.select(
        "patient",
        F.when(F.col("at") >= 0, F.col("at")).alias("primary"),
        sex.alias("sex"),
        "mark",
        "codes",
    )
    rows = engine.settle(rows)
    by_mark = has_mark and table.rules.metastatic_by == "flag"
    mark = F.col("mark") if by_mark else F.lit(None).cast("boolean")
    if group.holds_primary:
        rows = with_spread(engine, rows, group, table.primaries, catalog, table.rules.nodes)
        mark = F.coalesce(mark, F.col("spread"))
    tell_of_unspecific(engine, rows, group.seen(F), catalog, draft)
    canonical = finding_rows(engine, rows, group, mark)
    if group.holds_primary:
        canonical = without_home(engine, canonical, group, table.primaries, catalog)
    studied = StudyPopulation(
        source=own_source(table.name, design="clinical_cohort"),
        primaries=table.primaries,
        sites=group.sites,
        locators=group.locators,
        setting=group.setting,
        denominators=("all_patients", "metastatic_patients"),
        metastatic_sites=tuple(showing_metastasis(group.sites, catalog, table.rules.nodes)),
        holds_primary=group.holds_primary,
        # Of several cancers only those of the rule are left, each in rows of its own.
        rules=replace(table.rules, choose="only" if table.rules.choose == "only" else "first"),
        report=draft,
    )
    if by_mark:
        _tell_of_marks(engine, rows, studied.metastatic_positions or (), group, draft)
    return summarize(engine, canonical, studied)


def _tell_of_marks(
    engine: Engine, rows: Any, places: Sequence[int], group: FlagGroup, draft: ReportDraft
) -> None:
    """Count patients whose mark and sites disagree; the mark decides."""
    F = engine.functions  # noqa: N806
    seen = F.lit(False)
    for place in places:
        seen = seen | F.array_contains("codes", group.first + place + 1)
    each = rows.groupBy("patient").agg(
        F.max(F.col("mark").cast("int")).alias("mark"),
        F.max(F.when(seen, F.lit(1)).otherwise(F.lit(0))).alias("seen"),
    )
    odd = {
        "unmarked": (F.col("mark") == 0) & (F.col("seen") == 1),
        "siteless": (F.col("mark") == 1) & (F.col("seen") == 0),
    }
    found = how_many(engine, each, odd)
    rule = "metastatic-by flag"
    text = "patients marked not metastatic who have a site: the mark decides"
    draft.notice(rule, found["unmarked"], text)
    text = "patients marked metastatic who have none of these sites: the mark decides"
    draft.notice(rule, found["siteless"], text)
