"""Patients of a cBioPortal study: sites flagged in them, and metastases that were sequenced.

Each kind of evidence has its own denominator, and none is preferred to another:

- *flags* (``DMETS_DX_LIVER``, ``Distant Mets: Liver``): whether a site was involved at any time,
  out of all patients and out of metastatic patients;
- *tumor sites* (``Tumor Site: Liver (NLP)`` of MSK-CHORD, ``data_timeline_tumor_sites.txt``): where
  a scan showed a tumor at any time. The primary is one of them: so no pair of a cancer and its own
  organ comes out, and own organ, nodes and sites without a name make nobody metastatic;
- *sequenced sites* (``METASTATIC_SITE``, GENIE's ``SAMPLE_TYPE_DETAILED``): from which site a
  metastasis was taken, out of the sequenced metastases of that cancer (``records``), where all
  samples of one patient and site are one. That is no prevalence: it says what was sampled.

A cell that is blank, ``NA``, ``[Not Available]`` or the like states nothing. Several samples of a
patient are one patient. All work on rows is the engine's, so that it runs on a cluster too.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import Fault, TableError
from metastasis.patients._cbioportal.columns import PRIMARY_FROM
from metastasis.patients._cbioportal.samples import (
    Labels,
    all_rows,
    flag_sites,
    one_study,
    with_one_level,
    with_primary,
    with_sampled_site,
)
from metastasis.patients._cbioportal.study import StudyRules, open_study
from metastasis.patients._cbioportal.study_report import (
    account_for_samples,
    account_for_study,
    warn_of_no_site,
)
from metastasis.patients._cbioportal.timeline import timeline_group, with_events
from metastasis.patients._flags import (
    FlagGroup,
    finding_rows,
    flag_groups,
    showing_metastasis,
    study_of_flags,
    tell_of_unspecific,
    with_spread,
    without_home,
)
from metastasis.patients._intake import Ingested, StudyPopulation, combine, engine_of
from metastasis.patients._rows import label_locators
from metastasis.patients._tabulate import summarize
from metastasis.patients._words.answers import holds_primary

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Unpack

    from metastasis.patients._cbioportal.study import Study, Timeline
    from metastasis.patients._engines.engine import Engine
    from metastasis.patients._intake import RuleOptions
    from metastasis.patients._report import ReportDraft

__all__ = ["read_cbioportal"]

_RECORDS_NOTE: Final = (
    "Share of the sequenced metastases, one for each patient and site: what was sampled, "
    "not how often the site is involved"
)


_FLAGGED: Final = "is not counted: the clinical tables flag its sites; --sequences reads its days"
_NO_DAYS: Final = (
    "sequences need days, which stand in timelines with a site (data_timeline_tumor_sites.txt); "
    "none is here: read it without them"
)
_TUMORS: Final = (
    "a tumor site may be the primary: own organ, lymph nodes and sites without a name make nobody "
    "metastatic, and no pair of a cancer and its own organ is written"
)


@dataclass(slots=True)
class _StudyRows:
    """The rows of a study while they are read."""

    engine: Engine
    study: Study
    labels: Labels
    rules: StudyRules
    sequences: str | Path | None = None
    rows: Any = None
    primaries: tuple[str, ...] = ()
    groups: tuple[FlagGroup, ...] = field(default_factory=tuple)


def read_cbioportal(
    data: Any,
    *,
    engine: str | Engine = "duckdb",
    name: str | None = None,
    metastatic_by: str = "flag",
    choose: str = "most",
    primary_from: str = "code",
    nodes: str = "ignore",
    vocabulary: str | None = None,
    sequences: str | Path | None = None,
    **rules: Unpack[RuleOptions],
) -> Ingested:
    """Return what the clinical tables of a cBioPortal study say about sites of metastasis.

    >>> import pandas
    >>> patients = {"Patient ID": ["A", "B", "C"], "Cancer Type": ["Breast Cancer"] * 3,
    ...             "Sample Type": ["Metastasis", "Metastasis", "Primary"],
    ...             "Metastatic Site": ["Liver", "Bone", None]}
    >>> found = read_cbioportal(pandas.DataFrame(patients), name="three patients")
    >>> [(row.site, row.count, row.total, row.denominator) for row in found.assertions]
    [('bone', 1, 2, 'records'), ('liver', 1, 2, 'records')]

    Parameters
    ----------
    data
        A study folder, a file, a pattern, several of them, or frames (in a dictionary where there
        are several): tables of samples and tables of patients, in either form.
    engine
        ``duckdb``, ``spark``, or an engine that is open already.
    name
        Names the source; None takes the study's own identifier.
    metastatic_by
        ``flag``: patients that the study marks so, and where it has no marks, those with a
        metastasis in these tables. ``evidence``: all patients with a flagged site, a metastasis
        sample or an age at first metastasis, whatever the mark says.
    choose
        The rule for patients whose samples are of different cancers: ``most`` (samples), ``only``
        (leave them out) or ``each`` (count them under each, with all their sites). Samples have no
        date. Samples that name one cancer at several levels are of the broadest, by any rule.
    primary_from
        Which column names the cancer: ``code`` (OncoTree), ``detailed`` (Cancer Type Detailed) or
        ``type`` (Cancer Type); where it is blank or unknown, the others are asked in this order.
    nodes
        Whether lymph nodes alone, which may be regional, make a patient metastatic where no mark
        says so: ``ignore`` or ``count``.
    vocabulary
        The vocabulary of the sites' names, such as ``msk_met``; None goes by the study.
    sequences
        A file for the order in which sites were first seen, by the days of a timeline.
    **rules
        The fields of :class:`~metastasis.patients.Rules`.

    Raises
    ------
    ReadError
        A file is missing, empty, cut short or not UTF-8.
    TableError
        A column is missing (the nearest header is named), two studies are mixed, or sequences are
        asked for that no timeline has.
    UnknownNameError
        A rule or a vocabulary that does not exist.
    """
    in_force = StudyRules(
        choose=choose,
        metastatic_by=metastatic_by,
        primary_from=primary_from,
        nodes=nodes,
        **rules,
    )
    with engine_of(engine) as running:
        study = open_study(running, data)
        words = vocabulary or ("msk_met" if study.has_msk_met_words else None)
        labels = Labels(in_force.known, in_force.words, words)
        if sequences is not None and not study.timelines:
            raise TableError([Fault(study.name, None, None, None, _NO_DAYS)])
        return _ingested(_StudyRows(running, study, labels, in_force, sequences), name)


def _name(study: Study, identifier: str | None, wanted: str | None) -> None:
    """Name a study as the user wants, else as it names itself, else by its files."""
    study.identifier = study.identifier or identifier
    study.name = wanted or study.identifier or study.name


def _ingested(read: _StudyRows, name: str | None) -> Ingested:
    engine, labels, study = read.engine, read.labels, read.study
    read.groups = flag_groups(flag_sites(study, labels), "during_course")
    places = {header: at for one in read.groups for header, at in one.places.items()}
    rows = all_rows(engine, study, places)
    _name(study, one_study(engine, rows), name)
    order = dict.fromkeys((read.rules.primary_from, *PRIMARY_FROM))
    rows, read.primaries = with_primary(engine, rows, labels, list(order))
    rows, relabeled = with_one_level(engine, engine.settle(rows), read.primaries, labels.catalog)
    rows, sampled = with_sampled_site(engine, rows, labels)
    read.rows = engine.settle(rows)
    draft = account_for_study(engine, study, labels, read.rows, read.rules)
    text = "patients whose samples name one cancer at several levels: counted under the broadest"
    draft.notice("one cancer", relabeled, text)
    for one in study.timelines if read.sequences is None else ():
        if _is_flagged(read, one):
            draft.remark("timeline", f"{Path(one.file).name} {_FLAGGED}")
    parts = [
        _of_flags(read, read.rows, one, _draft(draft, at)) for at, one in enumerate(read.groups)
    ]
    parts += _of_timelines(read, draft, len(parts))
    if sampled or not parts:
        draft = _draft(draft, len(parts))
        if not study.has_sites:
            warn_of_no_site(engine, read.rows, draft)
        parts.append(_of_samples(read, sampled, draft, by_rows=not parts))
    return combine(*parts)


def _draft(draft: ReportDraft, part: int) -> ReportDraft:
    """Return the report of a part: the first has what is said of the rows."""
    return draft.another() if part else draft


def _of_flags(
    read: _StudyRows,
    rows: Any,
    group: FlagGroup,
    draft: ReportDraft,
    sequences: str | Path | None = None,
) -> Ingested:
    """Return what flags of one kind say: a site of a patient."""
    engine, catalog = read.engine, read.labels.catalog
    if group.holds_primary:
        rows = with_spread(engine, rows, group, read.primaries, catalog, read.rules.nodes)
        draft.remark("tumor sites", _TUMORS)
    tell_of_unspecific(engine, rows, group.seen(engine.functions), catalog, draft)
    studied = replace(
        study_of_flags(
            group, read.study.source(), read.primaries, read.rules, draft, nodes=read.rules.nodes
        ),
        sequences=sequences,
        relative_days=True,
    )
    canonical = finding_rows(engine, rows, group, _metastatic(read, group))
    if group.holds_primary:
        canonical = without_home(engine, canonical, group, read.primaries, catalog)
    return summarize(engine, canonical, studied)


def _of_timelines(read: _StudyRows, draft: ReportDraft, parts: int) -> list[Ingested]:
    """Return what timelines say, and write the sequences of the first.

    Where flags say the same already, of all of the course, only the sequences are of use.
    """
    found: list[Ingested] = []
    sequences = read.sequences
    for timeline in read.study.timelines:
        said = _is_flagged(read, timeline)
        if said and sequences is None:
            continue
        own = _draft(draft, parts + len(found))
        first = sum(len(one.sites) for one in read.groups)
        group = timeline_group(read.engine, timeline, read.labels, first)
        rows = with_events(read.engine, read.rows, timeline, group, own)
        part = _of_flags(read, rows, group, own, sequences)
        found.append(replace(part, assertions=()) if said else part)
        sequences = None
    return found


def _is_flagged(read: _StudyRows, timeline: Timeline) -> bool:
    both = holds_primary(timeline.header)
    return any(one.holds_primary is both and one.setting == "during_course" for one in read.groups)


def _of_samples(
    read: _StudyRows, keys: Mapping[str, str], draft: ReportDraft, *, by_rows: bool
) -> Ingested:
    """Return what the sequenced sites say: a share of the metastases sampled."""
    account_for_samples(read.engine, read.rows, read.labels, draft, by_rows=by_rows)
    F = read.engine.functions  # noqa: N806
    group = FlagGroup("during_course", False, keys, 0)
    code = (F.col("site") + F.lit(1)).cast("int")
    rows = read.rows.withColumn("metastatic", _metastatic(read))
    rows = rows.withColumn("codes", F.array_compact(F.array(F.lit(0), code)))
    catalog = read.labels.catalog
    tell_of_unspecific(read.engine, rows, group.seen(F), catalog, draft, how="sampled")
    # A sample of a regional node does not make its patient metastatic.
    distant = tuple(key for key in group.sites if key != "lymph_node_regional")
    studied = StudyPopulation(
        source=read.study.source(),
        primaries=read.primaries,
        sites=group.sites,
        locators=label_locators(keys, "METASTATIC_SITE"),
        setting="during_course",
        denominators=("records",),
        metastatic_sites=distant,
        note=_RECORDS_NOTE,
        rules=read.rules,
        report=draft,
    )
    return summarize(
        read.engine, finding_rows(read.engine, rows, group, F.col("metastatic")), studied
    )


def _metastatic(read: _StudyRows, group: FlagGroup | None = None) -> Any:
    """Return whether a row says that its patient is metastatic; null where it does not say."""
    F = read.engine.functions  # noqa: N806
    has_mark = any("mark" in table.columns for table in read.study.tables)
    of_tumors = group is not None and group.holds_primary
    by_mark = read.rules.metastatic_by == "flag"
    if by_mark and (has_mark or (read.study.has_sites and not of_tumors)):
        return F.col("mark")
    evidence = F.col("has_age") | F.col("is_metastasis")
    for one in read.groups:
        seen = {} if one.holds_primary else one.seen(F)
        for site in showing_metastasis(tuple(seen), read.labels.catalog, read.rules.nodes):
            evidence = evidence | seen[site]
    if of_tumors:
        # A tumor may be the primary: no site alone makes its patient metastatic.
        return F.coalesce(evidence | F.col("spread"), F.lit(False))
    return F.when(evidence, F.lit(True))
