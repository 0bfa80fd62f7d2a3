"""Patients of a cBioPortal study: sites flagged in them, and metastases that were sequenced.

Two kinds of evidence come out, each with its own denominator:

- *flags* (``DMETS_DX_LIVER``, or ``Distant Mets: Liver``): whether a site was involved at any time,
  out of all patients and out of metastatic patients;
- *sequenced sites* (``METASTATIC_SITE``): from which site a metastasis was taken, out of the
  sequenced metastases of that cancer (``records``), where all samples of one patient and site are
  one. That is no prevalence: it says what was sampled and sequenced.

A cell that is blank, ``NA``, ``N/A``, ``[Not Available]``, ``[Not Applicable]`` or ``NULL`` states
nothing. Several samples of a patient are one patient. All work on rows is the engine's, so that it
runs on a cluster too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from metastasis.patients._cbioportal.samples import (
    Labels,
    all_rows,
    flag_headers,
    flag_sites,
    one_study,
    with_one_level,
    with_primary,
    with_sampled_site,
)
from metastasis.patients._cbioportal.study import PRIMARY_FROM, StudyRules, open_study
from metastasis.patients._cbioportal.study_report import (
    account_for_samples,
    account_for_study,
    account_for_unspecific,
    second_draft,
)
from metastasis.patients._intake import Ingested, StudyPopulation, combine, engine_of
from metastasis.patients._rows import label_locators, positions
from metastasis.patients._tabulate import summarize

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Unpack

    from metastasis.patients._cbioportal.study import Study
    from metastasis.patients._engines.engine import Engine
    from metastasis.patients._intake import RuleOptions
    from metastasis.patients._report import ReportDraft

__all__ = ["read_cbioportal"]

_RECORDS_NOTE: Final = (
    "Share of the sequenced metastases, one for each patient and site: what was sampled, "
    "not how often the site is involved"
)


@dataclass(slots=True)
class _StudyRows:
    """The rows of a study while they are read."""

    engine: Engine
    study: Study
    labels: Labels
    rules: StudyRules
    rows: Any = None
    primaries: tuple[str, ...] = ()


def read_cbioportal(
    data: Any,
    *,
    engine: str | Engine = "duckdb",
    name: str | None = None,
    metastatic_by: str = "flag",
    choose: str = "most",
    primary_from: str = "code",
    vocabulary: str | None = None,
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
    vocabulary
        The vocabulary of the sites' names, such as ``msk_met``; None goes by the study.
    **rules
        The fields of :class:`~metastasis.patients.Rules`.

    Raises
    ------
    ReadError
        A file is missing, empty, cut short or not UTF-8.
    TableError
        A column is missing (the nearest header is named), or two studies are mixed.
    UnknownNameError
        A rule or a vocabulary that does not exist.
    """
    in_force = StudyRules(
        choose=choose, metastatic_by=metastatic_by, primary_from=primary_from, **rules
    )
    with engine_of(engine) as running:
        study = open_study(running, data)
        words = vocabulary or ("msk_met" if study.has_msk_met_words else None)
        labels = Labels(in_force.known, in_force.words, words)
        return _ingested(_StudyRows(running, study, labels, in_force), name)


def _name(study: Study, identifier: str | None, wanted: str | None) -> None:
    """Name a study as the user wants, else as it names itself, else by its files."""
    study.identifier = study.identifier or identifier
    study.name = wanted or study.identifier or study.name


def _ingested(read: _StudyRows, name: str | None) -> Ingested:
    engine, labels = read.engine, read.labels
    flagged = flag_sites(read.study, labels)
    places = positions(flagged.values())
    rows = all_rows(engine, read.study, {one: places[key] for one, key in flagged.items()})
    _name(read.study, one_study(engine, rows), name)
    order = dict.fromkeys((read.rules.primary_from, *PRIMARY_FROM))
    rows, read.primaries = with_primary(engine, rows, labels, list(order))
    rows, relabeled = with_one_level(engine, engine.settle(rows), read.primaries, labels.catalog)
    rows, sampled = with_sampled_site(engine, rows, labels)
    read.rows = engine.settle(rows)
    draft = account_for_study(engine, read.study, labels, read.rows, read.rules)
    text = "patients whose samples name one cancer at several levels: counted under the broadest"
    draft.notice("one cancer", relabeled, text)
    if not flag_headers(read.study):
        return _of_samples(read, sampled, draft, by_rows=True)
    parts = [_of_flags(read, flagged, draft)]
    if sampled:
        parts.append(_of_samples(read, sampled, second_draft(draft), by_rows=False))
    return combine(*parts)


def _of_flags(read: _StudyRows, keys: Mapping[str, str], draft: ReportDraft) -> Ingested:
    """Return what the flags say: a site of a patient, at any time."""
    F = read.engine.functions  # noqa: N806
    places = positions(keys.values())
    seen = {key: F.array_contains("codes", place + 1) for key, place in places.items()}
    account_for_unspecific(read.engine, read.rows, seen, read.labels, draft, how="flagged")
    headers: dict[str, list[str]] = {key: [] for key in places}
    for header, key in keys.items():
        headers[key].append(header)
    studied = StudyPopulation(
        source=read.study.source(),
        primaries=read.primaries,
        sites=tuple(places),
        locators={key: "; ".join(several) for key, several in headers.items()},
        setting="during_course",
        denominators=("all_patients", "metastatic_patients"),
        rules=read.rules,
        report=draft,
    )
    return summarize(read.engine, _canonical(read, F.col("codes")), studied)


def _of_samples(
    read: _StudyRows, keys: Mapping[str, str], draft: ReportDraft, *, by_rows: bool
) -> Ingested:
    """Return what the sequenced sites say: a share of the metastases sampled."""
    account_for_samples(read.engine, read.rows, read.labels, draft, by_rows=by_rows)
    F = read.engine.functions  # noqa: N806
    places = positions(keys.values())
    seen = {key: F.col("site") == place for key, place in places.items()}
    account_for_unspecific(read.engine, read.rows, seen, read.labels, draft, how="sampled")
    # A sample of a regional node does not make its patient metastatic.
    distant = tuple(key for key in places if key != "lymph_node_regional")
    codes = F.array_compact(F.array(F.lit(0), (F.col("site") + F.lit(1)).cast("int")))
    studied = StudyPopulation(
        source=read.study.source(),
        primaries=read.primaries,
        sites=tuple(places),
        locators=label_locators(keys, "METASTATIC_SITE"),
        setting="during_course",
        denominators=("records",),
        metastatic_sites=distant,
        note=_RECORDS_NOTE,
        rules=read.rules,
        report=draft,
    )
    return summarize(read.engine, _canonical(read, codes), studied)


def _canonical(read: _StudyRows, codes: Any) -> Any:
    """Return canonical rows: one for the patient and primary (0), and one for each other code.

    A code is a site's position plus one, or minus that where the site is not known.
    """
    F = read.engine.functions  # noqa: N806
    with_patient = read.rows.where(F.col("patient").isNotNull())
    exploded = with_patient.select(
        "patient",
        "primary",
        "sex",
        _metastatic(read).alias("metastatic"),
        F.explode(codes).alias("code"),
    )
    is_patient = F.col("code") == 0
    return exploded.select(
        "patient",
        F.when(is_patient, F.col("primary")).alias("primary"),
        F.when(~is_patient, F.abs(F.col("code")) - F.lit(1)).cast("int").alias("site"),
        (F.col("code") >= 0).alias("known"),
        "sex",
        "metastatic",
    )


def _metastatic(read: _StudyRows) -> Any:
    F = read.engine.functions  # noqa: N806
    if read.rules.metastatic_by == "flag":
        return F.col("mark")
    has_evidence = F.col("has_age") | F.col("is_metastasis") | (F.array_max("codes") > 0)
    return F.when(has_evidence, F.lit(True))
