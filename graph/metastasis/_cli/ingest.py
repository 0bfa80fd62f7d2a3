"""``metastasis ingest``: patients in, one command for each kind of table.

The commands are made when one of them is asked for: they have more options than all others. Long
because the help of each, which is most of the text, is read where the command is.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from metastasis._cli.ingest_options import (
    coding_options,
    file_options,
    listing_options,
    patient_options,
    shared_options,
)
from metastasis._cli.shell import Group
from metastasis._cli.signature import Command, command, options_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import click

__all__ = ["ingest"]


def cbioportal(
    data: Sequence[str],
    *,
    metastatic_by: str = "flag",
    primary_from: str = "code",
    choose: str = "most",
    nodes: str = "ignore",
    sequences: Path | None = None,
    **shared: Any,
) -> None:
    """Read a cBioPortal study: its folder, or clinical tables from the web.

    Example: metastasis ingest cbioportal msk_impact_2017/ --out assertions.csv

    Parameters
    ----------
    data : DATA...
        Files, a folder or a pattern; with Spark any address.
    metastatic_by : RULE
        Who is metastatic: flag (those that the study marks) or evidence (those with a metastasis in
        the tables, whatever the mark says).
    primary_from : COLUMN
        What names the cancer before the others are asked: code, detailed or type.
    choose : RULE
        The primary of a patient whose samples differ: most (of the samples), only (leave the
        patient out) or each.
    nodes : RULE
        Whether lymph nodes alone, which may be regional, make a patient metastatic where no mark
        says so: ignore or count.
    sequences
        A file (.csv or .parquet) for the order in which sites were first seen, by the days of
        data_timeline_tumor_sites.txt or another timeline with sites.
    """
    from metastasis._cli.intake import take_in
    from metastasis.patients import read_cbioportal

    rules = {"metastatic_by": metastatic_by, "primary_from": primary_from, "choose": choose}
    take_in(read_cbioportal, data, {**rules, "nodes": nodes, "sequences": sequences}, shared)


def seer(data: Sequence[str], **shared: Any) -> None:
    """Read a SEER*Stat case listing with the variables on metastases at diagnosis.

    Example: metastasis ingest seer case-listing.csv --out seer.csv

    Parameters
    ----------
    data : DATA...
        Files, a folder or a pattern; with Spark any address.
    """
    from metastasis._cli.intake import listing_rules, take_in
    from metastasis.patients import read_seer

    take_in(read_seer, data, listing_rules(shared), shared)


def naaccr(data: Sequence[str], **shared: Any) -> None:
    """Read NAACCR records: NAACCR XML, or a table whose columns are items.

    Example: metastasis ingest naaccr registry.xml.gz --out registry.csv

    Parameters
    ----------
    data : DATA...
        Files, a folder or a pattern; with Spark any address. Columns are named by number (400),
        name (Primary Site) or XML id (primarySite).
    """
    from metastasis._cli.intake import listing_rules, take_in
    from metastasis.patients import read_naaccr

    take_in(read_naaccr, data, listing_rules(shared), shared)


def registry(
    data: Sequence[str],
    *,
    patient: str | None = None,
    topography: str | None = None,
    morphology: str | None = None,
    m: Sequence[str] = (),
    met_site: Sequence[str] = (),
    choose: str = "first",
    nodes: str = "ignore",
    **shared: Any,
) -> None:
    """Read a registry's table, one row a tumor: M, and sites of metastasis by ICD-O or name.

    Example: metastasis ingest registry tumors.csv --out tumors-out.csv

    Example: metastasis ingest registry tumors.csv --met-site meta1 --met-site meta2 --out m.csv

    Parameters
    ----------
    data : DATA...
        Files, a folder or a pattern; with Spark any address.
    patient : COLUMN
        The column of the patient.  [default: the usual]
    topography : COLUMN
        The column of the tumor's ICD-O-3 topography or ICD-10 code.  [default: the usual]
    morphology : COLUMN
        The column of the ICD-O-3 morphology.  [default: the usual]
    m : COLUMN
        A column of TNM's M; may be given again.  [default: the usual]
    met_site : COLUMN
        A column of sites of metastasis: codes, TNM's letters or names; may be given again.
        [default: the usual]
    choose : RULE
        The tumor of a patient with several: first (by sequence number, else by date), only (leave
        the patient out) or each.
    nodes : RULE
        Whether lymph nodes alone, which may be regional, make a patient metastatic whose M is not
        known: ignore or count.
    """
    from metastasis._cli.intake import take_in
    from metastasis.patients import read_registry

    named = {"patient": patient, "topography": topography, "morphology": morphology}
    columns: dict[str, Any] = {name: header for name, header in named.items() if header}
    columns |= {name: list(one) for name, one in (("m", m), ("sites", met_site)) if one}
    rules = {"columns": columns or None, "choose": choose, "nodes": nodes}
    take_in(read_registry, data, rules, shared)


def coded(
    data: Sequence[str],
    *,
    patient: str | None = None,
    code: Sequence[str] = (),
    date: str | None = None,
    sex: str | None = None,
    system: str | None = None,
    text: str | None = None,
    certainty: str | None = None,
    position: str = "any",
    inpatient: str | None = None,
    where: Sequence[str] = (),
    join: Sequence[str] = (),
    **others: Any,
) -> None:
    """Read coded diagnoses of claims or a registry, a row a diagnosis or a stay (dx1, dx2, …).

    Example: metastasis ingest coded claims.parquet --system ICD-10-CM --out claims.csv

    Example: metastasis ingest coded 'claims/*.csv' --look-back 365 --sequences order.csv

    Example: metastasis ingest coded diagnoses_icd.csv --join admissions.csv:hadm_id:admittime

    Parameters
    ----------
    data : DATA...
        Files, a folder or a pattern; with Spark any address.
    patient : COLUMN
        The column of the patient.  [default: the usual]
    code : COLUMN
        A column of diagnosis codes, or a pattern such as 'dx*'; may be given again.  [default: the
        usual, or all that are numbered]
    date : COLUMN
        The column of the date.  [default: the usual]
    sex : COLUMN
        The column of the sex.  [default: the usual]
    system : NAME
        The code system (ICD-10-CM, ICD-10, ICD-10-GM, ICD-10-AM, ICD-9-CM, ICD-9-WHO), or the
        column that names it.  [default: what the codes can only be]
    text : COLUMN
        The column with the text of the codes.  [default: the usual]
    certainty : COLUMN
        The column of the German certainty of a diagnosis (G, V, A, Z).  [default: the usual]
    position : RULE
        Which diagnoses of a stay count: any, principal, or the first by this column.
    inpatient : COLUMN
        What tells an inpatient stay, for --confirm two-or-inpatient: a column, or a condition such
        as 'setting = IP'.  [default: the usual column]
    where : CONDITION
        Count only rows of which this holds, such as 'age >= 18' or 'type in (IP, OP)'; may be given
        again.
    join : FILE:KEY:COLUMN
        Take a column, such as a date, from another table; left=right where the key has two names;
        may be given again.
    """
    from metastasis._cli.intake import coding_rules, take_in
    from metastasis.patients import read_coded

    columns = {"patient": patient, "code": code or None, "date": date, "sex": sex, "text": text}
    columns |= {"system": system, "certainty": certainty, "inpatient": inpatient}
    asked = {"position": position, "where": where, "join": join}
    take_in(read_coded, data, {**columns, **asked, **coding_rules(others)}, others)


def omop(folder: str, **others: Any) -> None:
    """Read an OMOP database: condition_occurrence and concept, as CSV or Parquet.

    Example: metastasis ingest omop cdm/ --out hospital.csv

    Parameters
    ----------
    folder
        A folder with the tables; with Spark any address.
    """
    from metastasis._cli.intake import coding_rules, take_in
    from metastasis.patients import read_omop

    take_in(read_omop, folder, coding_rules(others), others)


def fhir(data: Sequence[str], **others: Any) -> None:
    """Read FHIR Conditions: bundles or ndjson, plain or by the profiles of mCODE.

    Example: metastasis ingest fhir bundles/ --out hospital.csv

    Parameters
    ----------
    data : DATA...
        Files, a folder or a pattern; with Spark any address.
    """
    from metastasis._cli.intake import coding_rules, take_in
    from metastasis.patients import read_fhir

    take_in(read_fhir, data, coding_rules(others), others)


def matrix(
    table: str,
    *,
    totals: str,
    denominator: str,
    setting: str,
    rows: str = "primaries",
    values: str = "counts",
    ignore: Sequence[str] = (),
    **shared: Any,
) -> None:
    """Read a matrix of counts, primaries by sites, and those counted in a column or a row.

    Example: metastasis ingest matrix counts.csv --totals N --denominator autopsies --setting
    at_autopsy

    Parameters
    ----------
    table : FILE
        The table: CSV, TSV or Parquet.
    totals : NAME
        The column or row with those counted.
    denominator
        Who the totals count.
    setting
        When the sites were looked for.
    rows : WHAT
        What the rows are: primaries or sites.
    values : WHAT
        What the cells are: counts or percent.
    ignore : NAME
        A row or column to skip; may be repeated.
    """
    from metastasis._cli.intake import take_in_counts
    from metastasis.patients import read_matrix

    counted = {"totals": totals, "denominator": denominator, "setting": setting}
    form = {"rows": rows, "values": values, "ignore": list(ignore)}
    take_in_counts(read_matrix, table, {**counted, **form}, shared)


def table(data: Sequence[str], *, mapping: Path, **shared: Any) -> None:
    """Read any tidy table, of patients or of counts, by a small mapping file.

    Example: metastasis ingest table registry.csv --mapping registry.yaml --out mine.csv

    Parameters
    ----------
    data : DATA...
        Files, a folder or a pattern; with Spark any address.
    mapping
        A YAML file that names the columns and what their values mean; docs/mapping-example.yaml is
        written out in full.
    """
    from metastasis._cli.intake import take_in
    from metastasis.patients import read_table

    take_in(read_table, data, {"mapping": mapping}, shared)


def wide(
    data: Sequence[str],
    *,
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
    **shared: Any,
) -> None:
    """Read a wide table: one row a patient, one column a site, yes or no in each cell.

    Example: metastasis ingest wide registry.csv --setting at_diagnosis --out registry-counts.csv

    Example: metastasis ingest wide genie-bpc.csv --sites 'dmets_*' --out bpc.csv

    Parameters
    ----------
    data : DATA...
        Files, a folder or a pattern; with Spark any address.
    patient : COLUMN
        The column of the patient.  [default: the usual]
    primary : COLUMN
        The column of the cancer, by label or code; or the one cancer of all rows, such as breast.
        [default: the usual column]
    sites : COLUMNS
        A column of a site, or a pattern such as 'dmets_*'; may be repeated.  [default: all columns
        that name a site of metastasis]
    setting : WHEN
        When the sites were looked for: at_diagnosis or during_course.  [default: as the headers
        say]
    sex : COLUMN
        The column of the sex.  [default: the usual]
    metastatic : COLUMN
        The column that marks metastatic patients.  [default: the usual]
    m_category : COLUMN
        The column of the M of TNM.  [default: the usual]
    stage : COLUMN
        The column of the stage, of which the fourth is metastatic; read only where it is named.
    order : COLUMN
        The column that puts the cancers of a patient in order.  [default: the usual, as ca_seq]
    metastatic_by : RULE
        Who is metastatic: flag (those marked so) or evidence (those with a site).
    nodes : RULE
        Whether lymph nodes alone, which may be regional, make a patient metastatic where no mark
        says so: ignore or count.
    choose : RULE
        The cancer of a patient with several: first or last by the order, only (leave the patient
        out) or each.
    system : NAME
        The code system or vocabulary of the cancers.  [default: what labels and codes can only be]
    yes : WORD
        A word that is a yes, such as x; may be repeated, and blank is the empty cell.
    no : WORD
        A word that is a no; may be repeated, and blank is the empty cell.
    unknown : WORD
        A word that says that nobody looked; may be repeated.
    """
    from metastasis._cli.intake import take_in
    from metastasis.patients import read_wide

    columns = {"patient": patient, "primary": primary, "sex": sex, "order": order, "stage": stage}
    marks = {"metastatic": metastatic, "m_category": m_category, "metastatic_by": metastatic_by}
    marks |= {"nodes": nodes}
    words = {"yes": list(yes), "no": list(no), "unknown": list(unknown)}
    rules = {"sites": list(sites), "setting": setting, "choose": choose, "system": system}
    take_in(read_wide, data, {**columns, **marks, **words, **rules}, shared)


_OF_PATIENTS: Final = (patient_options, file_options, shared_options)
_OF_CODES: Final = (coding_options, *_OF_PATIENTS)
_OF_LISTINGS: Final = (listing_options, *_OF_PATIENTS)

INTAKES: Final[Mapping[str, tuple[Callable[..., None], Sequence[Callable[..., None]]]]] = (
    MappingProxyType(
        {
            "cbioportal": (cbioportal, _OF_PATIENTS),
            "seer": (seer, _OF_LISTINGS),
            "naaccr": (naaccr, _OF_LISTINGS),
            "registry": (registry, _OF_PATIENTS),
            "coded": (coded, _OF_CODES),
            "omop": (omop, _OF_CODES),
            "fhir": (fhir, _OF_CODES),
            "wide": (wide, _OF_PATIENTS),
            "matrix": (matrix, (file_options, shared_options)),
            "table": (table, _OF_PATIENTS),
        }
    )
)
"""Each kind of table: its command, and the options that the command shares with others."""


class Intakes(Group):
    """Makes a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as click calls it
        """Return the names of the commands, in the order of their help."""
        return list(INTAKES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> Command | None:  # noqa: ARG002
        """Return a command by its name; None where there is no such command."""
        if cmd_name not in INTAKES:
            return None
        function, groups = INTAKES[cmd_name]
        made = command(cmd_name, function)
        made.params += [one for group in groups for one in options_of(group, arguments=True)]
        return made


ingest = Intakes(
    "ingest",
    help="Turn tables of patients into assertions with counts, and account for every row.",
    no_args_is_help=True,
)
