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

from metastasis._catalog import read_catalog
from metastasis._errors import UnknownNameError
from metastasis.patients._cbioportal.samples import (
    Labels,
    all_rows,
    flag_headers,
    flag_sites,
    one_study,
    positions,
    with_one_level,
    with_primary,
    with_sampled_site,
)
from metastasis.patients._cbioportal.study import open_study
from metastasis.patients._cbioportal.study_report import (
    account_for_samples,
    account_for_study,
    account_for_unspecific,
    beside,
)
from metastasis.patients._cohort import Cohort, Ingested, combine, summarize
from metastasis.patients._engines.engine import open_engine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metastasis.patients._cbioportal.study import Study
    from metastasis.patients._engines.engine import Engine
    from metastasis.patients._report import ReportDraft

__all__ = ["METASTATIC_BY", "PRIMARY_FROM", "read_cbioportal"]

METASTATIC_BY: Final = ("flag", "evidence")
"""Who is metastatic: whom the study marks; or who has a flag, a metastasis sample or an age."""
PRIMARY_FROM: Final = ("code", "detailed", "type")
"""The column that names the cancer, before the others are asked."""
_CHOICES: Final = ("most", "only", "each")
_RECORDS_NOTE: Final = (
    "Share of the sequenced metastases, one for each patient and site: what was sampled, "
    "not how often the site is involved"
)


@dataclass(slots=True)
class _Intake:
    """What one reading has in hand."""

    engine: Engine
    study: Study
    labels: Labels
    metastatic_by: str
    rules: Mapping[str, Any]
    """What goes into every cohort."""
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
    overrides: Mapping[tuple[str, str], str] | None = None,
    vocabulary: str | None = None,
    min_patients: int = 1,
    min_count: int = 1,
    zeros: bool = False,
    patterns: bool = False,
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
        ``flag``: metastatic is whom the study marks so, and where it marks nobody, who has a
        metastasis in these tables. ``evidence``: whoever has a flagged site, a metastasis sample
        or an age at first metastasis, whatever the mark says.
    choose
        The rule for patients whose samples are of different cancers: ``most`` (samples), ``only``
        (leave them out) or ``each`` (count them under each, with all their sites). Samples have no
        date. Samples that name one cancer at several levels are of the broadest, by any rule.
    primary_from
        Which column names the cancer: ``code`` (OncoTree), ``detailed`` (Cancer Type Detailed) or
        ``type`` (Cancer Type); where it is blank or unknown, the others are asked in this order.
    overrides
        What :func:`~metastasis.patients.read_site_map` returns for the user's own map file.
    vocabulary
        Whose words for sites are used; None goes by the study.
    min_patients, min_count, zeros, patterns
        See :class:`~metastasis.patients._cohort.Cohort`.

    Raises
    ------
    ReadError
        A file is missing, empty, cut short or not UTF-8.
    TableError
        A column is missing (the nearest header is named), or two studies are mixed.
    UnknownNameError
        A rule or a vocabulary that there is not.
    """
    _check_rules(metastatic_by, choose, primary_from)
    opened = open_engine(engine) if isinstance(engine, str) else engine
    try:
        study = open_study(opened, data)
        words = vocabulary or ("msk_met" if study.has_msk_met_words else None)
        labels = Labels(read_catalog(), overrides or {}, words)
        rules = {
            "choose": choose,
            "min_patients": min_patients,
            "min_count": min_count,
            "zeros": zeros,
            "patterns": patterns,
        }
        intake = _Intake(opened, study, labels, metastatic_by, rules)
        return _ingested(intake, primary_from, name)
    finally:
        if isinstance(engine, str):
            opened.close()


def _check_rules(metastatic_by: str, choose: str, primary_from: str) -> None:
    for kind, value, known in (
        ("metastatic-by rule", metastatic_by, METASTATIC_BY),
        ("choice of primary among samples", choose, _CHOICES),
        ("column of the primary", primary_from, PRIMARY_FROM),
    ):
        if value not in known:
            raise UnknownNameError(kind, value, known)


def _name(study: Study, identifier: str | None, wanted: str | None) -> None:
    """Name a study as the user wants, else as it names itself, else by its files."""
    study.identifier = study.identifier or identifier
    study.name = wanted or study.identifier or study.name


def _ingested(intake: _Intake, primary_from: str, name: str | None) -> Ingested:
    engine, labels = intake.engine, intake.labels
    flagged = flag_sites(intake.study, labels)
    places = positions(flagged.values())
    rows = all_rows(engine, intake.study, {one: places[key] for one, key in flagged.items()})
    _name(intake.study, one_study(engine, rows), name)
    order = (primary_from, *(name for name in PRIMARY_FROM if name != primary_from))
    rows, intake.primaries = with_primary(engine, rows, labels, order)
    rows, relabeled = with_one_level(engine, engine.settle(rows), intake.primaries, labels.catalog)
    rows, sampled = with_sampled_site(engine, rows, labels)
    intake.rows = engine.settle(rows)
    draft = account_for_study(
        engine,
        intake.study,
        labels,
        intake.rows,
        metastatic_by=intake.metastatic_by,
        choose=intake.rules["choose"],
    )
    text = "patients whose samples name one cancer at several levels: counted under the broadest"
    draft.notice("one cancer", relabeled, text)
    if not flag_headers(intake.study):
        return _of_samples(intake, sampled, draft, by_rows=True)
    parts = [_of_flags(intake, flagged, draft)]
    if sampled:
        parts.append(_of_samples(intake, sampled, beside(draft), by_rows=False))
    return combine(*parts)


def _of_flags(intake: _Intake, keys: Mapping[str, str], draft: ReportDraft) -> Ingested:
    """Return what the flags say: a site of a patient, at any time."""
    F = intake.engine.functions  # noqa: N806
    places = positions(keys.values())
    seen = {key: F.array_contains("codes", place + 1) for key, place in places.items()}
    account_for_unspecific(intake.engine, intake.rows, seen, intake.labels, draft, how="flagged")
    headers: dict[str, list[str]] = {key: [] for key in places}
    for header, key in keys.items():
        headers[key].append(header)
    cohort = Cohort(
        source=intake.study.source(),
        primaries=intake.primaries,
        sites=tuple(places),
        locators={key: "; ".join(several) for key, several in headers.items()},
        setting="during_course",
        denominators=("all_patients", "metastatic_patients"),
        report=draft,
        **intake.rules,
    )
    return summarize(intake.engine, _canonical(intake, F.col("codes")), cohort)


def _of_samples(
    intake: _Intake, keys: Mapping[str, str], draft: ReportDraft, *, by_rows: bool
) -> Ingested:
    """Return what the sequenced sites say: a share of the metastases sampled."""
    account_for_samples(intake.engine, intake.rows, intake.labels, draft, by_rows=by_rows)
    F = intake.engine.functions  # noqa: N806
    places = positions(keys.values())
    seen = {key: F.col("site") == place for key, place in places.items()}
    account_for_unspecific(intake.engine, intake.rows, seen, intake.labels, draft, how="sampled")
    near = [key for key in places if key != "lymph_node_regional"]
    codes = F.array_compact(F.array(F.lit(0), (F.col("site") + F.lit(1)).cast("int")))
    cohort = Cohort(
        source=intake.study.source(),
        primaries=intake.primaries,
        sites=tuple(places),
        locators=_locators(keys),
        setting="during_course",
        denominators=("records",),
        metastatic_sites=tuple(near),
        note=_RECORDS_NOTE,
        report=draft,
        **intake.rules,
    )
    return summarize(intake.engine, _canonical(intake, codes), cohort)


def _canonical(intake: _Intake, codes: Any) -> Any:
    """Return canonical rows: one for the patient and primary (0), and one for each other code.

    A code is a site's position plus one, or minus that where the site is not known.
    """
    F = intake.engine.functions  # noqa: N806
    with_patient = intake.rows.where(F.col("patient").isNotNull())
    exploded = with_patient.select(
        "patient",
        "primary",
        "sex",
        _metastatic(intake).alias("metastatic"),
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


def _metastatic(intake: _Intake) -> Any:
    F = intake.engine.functions  # noqa: N806
    if intake.metastatic_by == "flag":
        return F.col("mark")
    has_evidence = F.col("has_age") | F.col("is_metastasis") | (F.array_max("codes") > 0)
    return F.when(has_evidence, F.lit(True))


def _locators(keys: Mapping[str, str]) -> dict[str, str]:
    """Return for each site the labels it has in the column; of many, the first five."""
    labels: dict[str, list[str]] = {}
    for label, key in keys.items():
        labels.setdefault(key, []).append(label)
    return {
        key: f"METASTATIC_SITE: {', '.join(several[:5])}"
        + (f" and {len(several) - 5} more" if len(several) > 5 else "")
        for key, several in labels.items()
    }
