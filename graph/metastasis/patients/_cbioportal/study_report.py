"""The report of a cBioPortal study: where its tables contradict themselves, and which rule decided.

This stands apart from the reader because nothing in it changes a number: it asks the rows how often
each oddity occurs, and says in words what the rules made of it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from metastasis.patients._report import ReportDraft
from metastasis.patients._rows import how_many, number_of
from metastasis.patients._words.answers import warn_of_unused

if TYPE_CHECKING:
    from metastasis.patients._cbioportal.samples import Labels
    from metastasis.patients._cbioportal.study import Study, StudyRules
    from metastasis.patients._engines.engine import Engine

__all__ = ["account_for_samples", "account_for_study", "warn_of_no_site"]

_DECIDED: Final = {"flag": "the mark decides", "evidence": "they count as metastatic"}
"""What each rule of ``metastatic_by`` makes of a contradiction."""
_SEQUENCED: Final = (
    "those with a site are counted among the sequenced metastases all the same; the mark decides "
    "who is in the denominator of metastatic patients"
)
_WHERE_SITES: Final = (
    "data_clinical_sample.txt with METASTATIC_SITE, tables with a column for each site such as "
    "DMETS_DX_LIVER, and data_timeline_tumor_sites.txt"
)
_LICENSES: Final = (
    "study with two licenses stated, ODbL and CC BY-NC-ND: neither its tables nor these assertions "
    "are to be redistributed"
)


def account_for_study(
    engine: Engine, study: Study, labels: Labels, rows: Any, rules: StudyRules
) -> ReportDraft:
    """Return the report of rows that :mod:`.samples` has put in order.

    Rows without a patient are left out; what contradicts itself is counted, each under the rule
    that decides it.
    """
    draft = ReportDraft(
        f"{study.name} (cBioPortal)", [Path(table.file).name for table in study.tables]
    )
    of_rows = _row_facts(engine, rows)
    draft.rows_read = of_rows["rows"]
    draft.leave_out("without a patient", of_rows["no_patient"])
    facts = {**_patient_facts(engine, rows), **of_rows}
    _tell_of_marks(draft, facts, study, rules.metastatic_by)
    _tell_of_samples(draft, facts, rules.choose)
    _tell_of_words(draft, engine, study, labels, rows)
    for table in study.tables:
        warn_of_unused(draft, table.header, table.used)
    return draft


def account_for_samples(
    engine: Engine, rows: Any, labels: Labels, draft: ReportDraft, *, by_rows: bool
) -> None:
    """Add why samples are not among the sequenced metastases.

    ``by_rows`` leaves those rows out; otherwise they count for something else, and are noticed.
    """
    F = engine.functions  # noqa: N806
    fated = rows.where(F.col("patient").isNotNull() & F.col("is_sample"))
    fated = fated.select("patient", "sample", "site", _fate(F, labels).alias("fate"))
    name = F.coalesce(F.col("sample"), F.col("patient"))
    counted = fated.where(F.col("fate").isNotNull()).groupBy("fate")
    counted = counted.agg(
        F.count(F.lit(1)).alias("rows"), F.min(name).alias("low"), F.max(name).alias("high")
    )
    for reason, number, low, high in sorted(engine.collect(counted)):
        _add(draft, str(reason), int(number), (low, high), by_rows=by_rows)
    again = _repeated(engine, fated)
    _add(draft, "of a patient and site that count already", again, (), by_rows=by_rows)


def warn_of_no_site(engine: Engine, rows: Any, draft: ReportDraft) -> None:
    """Begin the report with what can be had from a study that names no site of metastasis."""
    F = engine.functions  # noqa: N806
    named = rows.where(F.col("patient").isNotNull())
    asked = {"samples": F.col("is_sample"), "metastases": F.col("is_metastasis")}
    facts = how_many(engine, named, asked)
    patients = named.where(F.col("is_metastasis")).select("patient").distinct()
    number = number_of(engine, patients)
    draft.warn(
        "this study records no site of metastasis, so no pair can be had from it, only how many "
        f"samples and patients have a metastasis; files that would hold sites are {_WHERE_SITES}"
    )
    draft.notice("samples", facts["metastases"], "samples of a metastasis")
    draft.notice("samples", facts["samples"], "samples in all")
    draft.notice("samples", number, "patients with a sample of a metastasis")


def _fate(F: Any, labels: Labels) -> Any:  # noqa: N803
    """Return why a sample is not counted among the sequenced metastases; null if it is."""
    place = F.col("place")
    dropped = sorted(labels.left_out)
    unplaced = F.when(place.isNull(), F.lit("metastasis samples without a site"))
    if dropped:
        unplaced = unplaced.when(
            place.isin(*dropped), F.lit("metastasis samples of a site that the map file leaves out")
        )
    unplaced = unplaced.otherwise(F.lit("metastasis samples of a site not in the catalog"))
    other = F.when(F.col("is_primary"), F.lit("samples of the primary tumor"))
    return F.when(F.col("is_metastasis"), F.when(F.col("site").isNull(), unplaced)).otherwise(
        other.otherwise(F.lit("samples of neither a primary tumor nor a metastasis"))
    )


def _repeated(engine: Engine, fated: Any) -> int:
    F = engine.functions  # noqa: N806
    counted = fated.where(F.col("fate").isNull())
    pairs = counted.groupBy("patient", "site").agg((F.count(F.lit(1)) - F.lit(1)).alias("more"))
    ((number,),) = engine.collect(pairs.agg(F.sum("more").alias("more")))
    return int(number or 0)


def _add(
    draft: ReportDraft, reason: str, number: int, examples: tuple[Any, ...], *, by_rows: bool
) -> None:
    if by_rows:
        draft.leave_out(reason, number, dict.fromkeys(one for one in examples if one))
    else:
        draft.notice("sequenced sites", number, f"{reason}: not among the sequenced metastases")


def _row_facts(engine: Engine, rows: Any) -> dict[str, int]:
    F = engine.functions  # noqa: N806
    conditions = {
        "blank_flags": F.array_min("codes") < 0,
        "no_patient": F.col("patient").isNull(),
        "met_unmarked": F.col("is_metastasis") & ~F.col("mark"),
        "primary_with_site": F.col("is_primary") & F.col("sampled_site").isNotNull(),
    }
    return how_many(engine, rows, conditions)


def _patient_facts(engine: Engine, rows: Any) -> dict[str, int]:
    F = engine.functions  # noqa: N806
    each = rows.where(F.col("patient").isNotNull()).select(
        "patient", "primary", "sample", "mark", "has_age", "is_sample", "codes"
    )
    each = each.groupBy("patient").agg(
        F.max(F.col("mark").cast("int")).alias("mark"),
        F.max(F.col("has_age").cast("int")).alias("has_age"),
        F.max(F.array_max("codes")).alias("flagged"),
        F.sum(F.col("is_sample").cast("int")).alias("samples"),
        (F.max("primary") != F.min("primary")).alias("differ"),
    )
    conditions = {
        "marked": F.col("mark") == 1,
        "aged_unmarked": (F.col("mark") == 0) & (F.col("has_age") == 1),
        "marked_without_age": (F.col("mark") == 1) & (F.col("has_age") == 0),
        "flagged_unmarked": (F.col("mark") == 0) & (F.col("flagged") > 0),
        "several_samples": F.col("samples") > 1,
        "without_sample": F.col("samples") == 0,
        "several_cancers": F.col("differ"),
    }
    return how_many(engine, each, conditions)


def _tell_of_marks(
    draft: ReportDraft, facts: dict[str, int], study: Study, metastatic_by: str
) -> None:
    """Add where the study's mark and its other columns disagree."""
    rule, decided = f"metastatic-by {metastatic_by}", _DECIDED[metastatic_by]
    columns = {name for table in study.tables for name in table.columns}
    if "mark" not in columns:
        if metastatic_by == "flag":
            text = "study without a mark: metastatic is who has a metastasis in its tables"
            draft.notice("metastatic-by evidence", 1, text)
        return
    number = facts["met_unmarked"]
    told = _SEQUENCED if metastatic_by == "flag" else decided
    draft.notice(rule, number, f"metastasis samples of patients marked not metastatic: {told}")
    number = facts["aged_unmarked"]
    text = f"patients marked not metastatic with an age at first metastasis: {decided}"
    draft.notice(rule, number, text)
    number = facts["flagged_unmarked"]
    draft.notice(rule, number, f"patients marked not metastatic with a site flagged: {decided}")
    if "age" in columns:
        number = facts["marked_without_age"]
        known = "the mark decides" if metastatic_by == "flag" else "the age alone decides nothing"
        draft.notice(
            rule, number, f"metastatic patients without an age at first metastasis: {known}"
        )


def _tell_of_samples(draft: ReportDraft, facts: dict[str, int], choose: str) -> None:
    number = facts["primary_with_site"]
    text = "samples of the primary tumor with a metastatic site: not counted as metastasis samples"
    draft.notice("sample type", number, text)
    draft.notice(
        "one patient", facts["several_samples"], "patients with several samples: each counts once"
    )
    text = "patients with samples of different cancers"
    draft.notice(f"choose {choose}", facts["several_cancers"], text)
    text = "patients without a sample, whose cancer is not known"
    draft.notice("no primary", facts["without_sample"], text)
    text = "samples with flags that say neither Yes nor No: not known at that site"
    draft.notice("not known", facts["blank_flags"], text)


def _tell_of_words(
    draft: ReportDraft, engine: Engine, study: Study, labels: Labels, rows: Any
) -> None:
    if study.is_msk_met:
        draft.notice("license", 1, _LICENSES)
    for remark in study.remarks:
        draft.notice("columns", 1, f"oddity: {remark}")
    some = ", ".join(repr(label) for label, _ in labels.left_out.most_common(3))
    count = len(labels.left_out)
    text = f"samples of labels that are left out on purpose ({count:,} in all, such as {some})"
    draft.notice("label map", labels.left_out.total(), text)
    text = "OncoTree codes of several subtypes: counted by code"
    draft.notice("code", _codes_of_several_subtypes(engine, rows), text)
    draft.unmapped += labels.unmapped


def _codes_of_several_subtypes(engine: Engine, rows: Any) -> int:
    F = engine.functions  # noqa: N806
    stated = rows.where(F.col("code").isNotNull() & F.col("subtype").isNotNull())
    each = stated.groupBy("code").agg(F.countDistinct("subtype").alias("subtypes"))
    return how_many(engine, each, {"several": F.col("subtypes") > 1})["several"]
