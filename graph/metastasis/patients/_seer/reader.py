"""Patients of a SEER*Stat case listing: metastases at diagnosis in bone, brain, liver, lung, nodes.

The setting is ``at_diagnosis``. Each site has its own denominator: the patients for whom it is
known whether the site is involved. A cell that is blank, unknown, not applicable, or of a year
before the item was collected (2010; 2016 for distant lymph nodes and other sites) is not known, and
never a No. "Other" is not a site: it is counted under ``unspecified``. Every cell stays text.

Two denominators are written. ``all_patients``: all in the listing with that cancer.
``distant_stage_at_diagnosis``: those with distant disease, which the rule ``distant_by`` decides:

- ``stage``: patients whose stage in the listing is distant (the summary stage, or M1 where that is
  not stated). A Yes at a site does not overrule it.
- ``sites``: patients with a Yes at any of the six; only for years in which all six were collected
  and listings that hold all six, since otherwise patients with metastases elsewhere would be
  missing from the denominator and every share would be too large.

Where the user names no rule, the stage decides; a listing without any falls back to the sites, and
one whose stage is not understood to nothing. The report begins with that, never silently.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from metastasis.patients._account import counted
from metastasis.patients._intake import Ingested, Rules, StudyPopulation, engine_of, stem_of
from metastasis.patients._report import ReportDraft
from metastasis.patients._rows import counts_of, number_of
from metastasis.patients._seer.case_listing import SEER, open_listing
from metastasis.patients._seer.denominators import denominators_of, has_yes, since_all
from metastasis.patients._seer.headers import VARIABLES
from metastasis.patients._seer.records import (
    ANSWERS,
    EARLY_YES,
    UNREAD,
    YES,
    cleaned_rows,
    with_answers,
)
from metastasis.patients._sources import own_source
from metastasis.patients._tabulate import summarize
from metastasis.patients._tumors.extents import with_extent
from metastasis.patients._tumors.primaries import tell_of_several, with_fate, with_primary
from metastasis.patients._tumors.years import warn_of_years

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Unpack

    from metastasis._catalog import Source
    from metastasis.patients._engines.engine import Engine
    from metastasis.patients._intake import RuleOptions
    from metastasis.patients._seer.case_listing import CaseListing

__all__ = ["CHOICES", "DISTANT_BY", "ListingRules", "ingest_listing", "read_seer"]

CHOICES: Final = ("first", "only", "each")
"""Which tumor of a patient with several counts."""
DISTANT_BY: Final = ("stage", "sites")
"""What shows distant disease."""
_FIRST_YEAR: Final = 1973
"""SEER began with the diagnoses of this year."""
_LICENSE: Final = "as agreed between SEER and its user; records are not to be passed on"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingRules(Rules):
    """What the user may set for a case listing; see :func:`read_seer`."""

    distant_by: str | None = None

    def _closed(self) -> Iterator[tuple[str, str | None, tuple[str | None, ...]]]:
        yield "choice of tumor", self.choose, CHOICES
        yield "distant-by rule", self.distant_by, (None, *DISTANT_BY)


def read_seer(
    data: Any,
    *,
    engine: str | Engine = "duckdb",
    name: str | None = None,
    choose: str = "first",
    distant_by: str | None = None,
    **rules: Unpack[RuleOptions],
) -> Ingested:
    """Return what a SEER*Stat case listing says about metastases at diagnosis.

    >>> import pandas
    >>> listing = {"Patient ID": ["1", "2", "3"], "Year of diagnosis": ["2009", "2015", "2015"],
    ...            "Site recode ICD-O-3/WHO 2008": ["Prostate"] * 3,
    ...            "SEER Combined Mets at DX-bone (2010+)": ["Blank(s)", "Yes", "No"]}
    >>> found = read_seer(pandas.DataFrame(listing), name="three patients")
    >>> [(row.site, row.count, row.total, row.denominator) for row in found.assertions]
    [('bone', 1, 2, 'all_patients')]

    Parameters
    ----------
    data
        A file, a folder, a pattern, several files, or a frame: a case listing with labels or with
        codes, with commas or tabs. A dictionary (``.dic``) of the same name beside it is read.
    engine
        ``duckdb``, ``spark``, or an engine that is open already.
    name
        Names the source; None takes the name of the file.
    choose
        For a patient with several tumors: ``first`` (by sequence number, then by year), ``only``
        (leave the patient out), or ``each`` (each is counted, with its own metastases).
    distant_by
        What shows distant disease: ``stage`` or ``sites``, as this module says. None takes the
        stage where the listing has one.
    **rules
        The fields of :class:`~metastasis.patients.Rules`.

    Raises
    ------
    ReadError
        A file is missing, empty, cut short or not UTF-8, or its variables are not named.
    TableError
        A column is missing; the nearest header is named.
    UnknownNameError
        A rule that does not exist.
    """
    in_force = ListingRules(choose=choose, distant_by=distant_by, **rules)
    with engine_of(engine) as running:
        listing = open_listing(running, data)
        return ingest_listing(running, listing, name or stem_of(listing.files[0], "seer"), in_force)


def ingest_listing(
    engine: Engine, listing: CaseListing, name: str, rules: ListingRules
) -> Ingested:
    """Return what records of a registry in the form of a case listing say."""
    rows, years = cleaned_rows(engine, listing)
    rows = with_answers(engine, rows, listing)
    rows, primaries, unmapped = with_primary(engine, rows, rules)
    rows = with_fate(engine, rows, rules.choose)
    draft = ReportDraft(f"{name} ({listing.form})", list(listing.files))
    draft.unmapped += unmapped
    _account_for_rows(engine, rows, draft)
    kept = rows.where(rows["fate"].isNull())
    kept, stages = with_extent(engine, kept, listing.stages, primaries, rules.known)
    rule, denominators = denominators_of(engine, kept, listing, stages, rules.distant_by, draft)
    if "year" in listing.columns:
        warn_of_years(draft, years, listing.header_of["year"], _FIRST_YEAR)
    if listing.unused:
        names = ", ".join(repr(one) for one in listing.unused)
        draft.warn(f"{names} names a site of metastasis and is none of the six that are read")
    _account_for_answers(engine, kept, listing, draft)
    tell_of_several(engine, rows, rules.choose, draft)
    _account_for_columns(listing, draft)
    studied = StudyPopulation(
        source=_source(engine, kept, name, listing),
        primaries=primaries,
        sites=tuple(VARIABLES[one].site for one in listing.variables),
        locators={VARIABLES[one].site: listing.header_of[one] for one in listing.variables},
        setting="at_diagnosis",
        denominators=denominators,
        rules=rules.of_one_primary(),
        report=draft,
    )
    return summarize(engine, _canonical(engine, kept, listing, rule, rules.choose), studied)


def _canonical(engine: Engine, rows: Any, listing: CaseListing, rule: str, choose: str) -> Any:
    """Return canonical rows: one for the patient and primary, and one for each answer but No."""
    F = engine.functions  # noqa: N806
    patient = F.col("patient")
    if choose == "each":
        patient = F.concat_ws(" ", patient, F.col("primary").cast("string"))
    exploded = rows.select(
        patient.alias("patient"),
        "primary",
        "sex",
        F.coalesce(_is_distant(engine, listing, rule), F.lit(False)).alias("metastatic"),
        F.explode("answers").alias("answer"),
    )
    is_patient = F.col("answer") == -1
    said = F.col("answer") % 10
    site = F.floor(F.col("answer") / 10)
    return exploded.select(
        "patient",
        F.when(is_patient, F.col("primary")).alias("primary"),
        F.when(~is_patient & (said != 0), site).cast("int").alias("site"),
        (is_patient | (said <= YES)).alias("known"),
        "sex",
        "metastatic",
    )


def _is_distant(engine: Engine, listing: CaseListing, rule: str) -> Any:
    F = engine.functions  # noqa: N806
    if rule == "stage":
        return F.col("is_distant")
    return has_yes(engine, listing) & (F.col("year") >= since_all(listing))


def _account_for_rows(engine: Engine, rows: Any, draft: ReportDraft) -> None:
    F = engine.functions  # noqa: N806
    counted = rows.groupBy("fate").agg(
        F.count(F.lit(1)).alias("rows"),
        F.min("patient").alias("low"),
        F.max("patient").alias("high"),
    )
    found = engine.collect(counted)
    draft.rows_read = sum(int(number) for _, number, _, _ in found)
    for fate, number, low, high in sorted((one for one in found if one[0]), key=lambda one: one[0]):
        draft.leave_out(str(fate), int(number), dict.fromkeys(one for one in (low, high) if one))


def _account_for_answers(
    engine: Engine, rows: Any, listing: CaseListing, draft: ReportDraft
) -> None:
    """Add how many cells say nothing, and why; and which cells are not understood."""
    F = engine.functions  # noqa: N806
    exploded = rows.select(F.explode("answers").alias("answer"))
    told: Counter[int] = Counter()
    for answer, number in (counts_of(engine, exploded, "answer") or {}).items():
        if answer is not None and int(answer) >= 0:
            told[int(answer) % 10] += number
    if told[EARLY_YES]:
        draft.warn(
            f"a yes in {counted(told[EARLY_YES], 'cells')} of years before the item was collected "
            "(2010; 2016 for distant nodes and other sites) does not count; is the year that of "
            "diagnosis?"
        )
        told[2] += told[EARLY_YES]
    for said in range(YES + 1, UNREAD):
        text = f"cells {ANSWERS[said]}: not known, and never No"
        draft.notice("not known", told[said], text)
    if told[UNREAD]:
        some = ", ".join(repr(one) for one in _strange(engine, rows, listing))
        text = f"cells that no code book has, such as {some}: not known"
        draft.notice("not known", told[UNREAD], text)
    others = {place for place, one in enumerate(listing.variables) if one == "mets_other"}
    if others:
        other = rows.where(F.array_contains("answers", 10 * others.pop() + YES))
        text = "records with other sites, which are no site: counted under 'unspecified'"
        draft.notice("unspecified", number_of(engine, other), text)


def _strange(engine: Engine, rows: Any, listing: CaseListing) -> list[str]:
    """Return a few of the cells that are not understood."""
    F = engine.functions  # noqa: N806
    found: list[str] = []
    for place, name in enumerate(listing.variables):
        odd = rows.where(F.array_contains("answers", 10 * place + UNREAD))
        found += [str(one) for (one,) in engine.collect(odd.select(name).distinct().limit(3))]
    return sorted(set(found))[:3]


def _account_for_columns(listing: CaseListing, draft: ReportDraft) -> None:
    if "year" not in listing.columns:
        text = (
            "listing without the year of diagnosis: whether a site was collected goes by the cell"
        )
        draft.notice("not collected", 1, text)
    if not {"recode", "histology", "morphology"} & listing.columns:
        text = "listing without morphology: lymphomas of an organ are counted with its cancers"
        draft.notice("morphology", 1, text)
    for remark in listing.remarks:
        draft.notice("columns", 1, f"oddity: {remark}")


def _source(engine: Engine, rows: Any, name: str, listing: CaseListing) -> Source:
    F = engine.functions  # noqa: N806
    ((first, last),) = engine.collect(rows.agg(F.min("year"), F.max("year")))
    return own_source(
        name,
        design="registry",
        citation=f"{listing.form}, the user's own; cite the database that it came from",
        license=_LICENSE if listing.form == SEER else None,
        population=f"Records of the {listing.form} {', '.join(listing.files)}",
        years=None if first is None else f"{first}-{last}" if first != last else str(first),
        registry=("SEER",) if listing.form == SEER else (),
    )
