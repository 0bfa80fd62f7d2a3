"""``metastasis ingest``: patients in, one command for each kind of table."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - Typer reads it
from typing import Annotated, Any

import typer

from metastasis._cli.ingest_options import (
    coding_options,
    patient_options,
    shared_options,
    with_options,
)
from metastasis._cli.shell import Group
from metastasis._vocabulary import LISTS

__all__ = ["application"]

Data = Annotated[
    list[str],
    typer.Argument(metavar="DATA...", help="Files, a folder or a pattern; with Spark any address."),
]
Folder = Annotated[
    str, typer.Argument(metavar="FOLDER", help="A folder with the tables; with Spark any address.")
]
Table = Annotated[str, typer.Argument(metavar="FILE", help="The table: CSV, TSV or Parquet.")]


def _column(name: str, what: str) -> Any:
    """Return the option for the header of a column."""
    return typer.Option(name, metavar="COLUMN", help=f"The column of {what}.  [default: the usual]")


@with_options(patient_options, shared_options)
def cbioportal(
    data: Data,
    metastatic_by: Annotated[
        str,
        typer.Option(
            "--metastatic-by",
            metavar="RULE",
            help="Who is metastatic: flag (whom the study marks) or evidence (who has a "
            "metastasis in the tables, whatever the mark says).",
        ),
    ] = "flag",
    primary_from: Annotated[
        str,
        typer.Option(
            "--primary-from",
            metavar="COLUMN",
            help="What names the cancer before the others are asked: code, detailed or type.",
        ),
    ] = "code",
    choose: Annotated[
        str,
        typer.Option(
            "--choose",
            metavar="RULE",
            help="The primary of a patient whose samples differ: most (of the samples), "
            "only (leave the patient out) or each.",
        ),
    ] = "most",
    **shared: Any,
) -> None:
    """Read a cBioPortal study: its folder, or clinical tables from the web.

    Example: metastasis ingest cbioportal msk_impact_2017/ --out assertions.csv
    """
    from metastasis._cli.intake import ingest
    from metastasis.patients import read_cbioportal

    rules = {"metastatic_by": metastatic_by, "primary_from": primary_from, "choose": choose}
    ingest(read_cbioportal, data, rules, shared)


@with_options(patient_options, shared_options)
def seer(
    data: Data,
    choose: Annotated[
        str,
        typer.Option(
            "--choose",
            metavar="RULE",
            help="The record of a patient with several tumors: first (by sequence number, else by "
            "year), only (leave the patient out) or each.",
        ),
    ] = "first",
    distant_by: Annotated[
        str | None,
        typer.Option(
            "--distant-by",
            metavar="RULE",
            help="What shows distant disease: stage, or sites (any of the six).  [default: the "
            "stage where there is one]",
        ),
    ] = None,
    **shared: Any,
) -> None:
    """Read a SEER*Stat case listing with the variables on metastases at diagnosis.

    Example: metastasis ingest seer case-listing.csv --out seer.csv
    """
    from metastasis._cli.intake import ingest
    from metastasis.patients import read_seer

    ingest(read_seer, data, {"choose": choose, "distant_by": distant_by}, shared)


@with_options(coding_options, patient_options, shared_options)
def coded(
    data: Data,
    patient: Annotated[str | None, _column("--patient", "the patient")] = None,
    code: Annotated[str | None, _column("--code", "the diagnosis code")] = None,
    date: Annotated[str | None, _column("--date", "the date")] = None,
    sex: Annotated[str | None, _column("--sex", "the sex")] = None,
    system: Annotated[
        str | None,
        typer.Option(
            "--system",
            metavar="NAME",
            help="The code system (ICD-10-CM, ICD-10, ICD-9-CM), or the column that names it.  "
            "[default: what the codes can only be]",
        ),
    ] = None,
    **others: Any,
) -> None:
    """Read coded diagnoses of claims or a registry: a row for a patient, code and date.

    Example: metastasis ingest coded claims.parquet --system ICD-10-CM --out claims.csv

    Example: metastasis ingest coded 'claims/*.csv' --look-back 365 --sequences order.csv
    """
    from metastasis._cli.intake import coding_rules, ingest
    from metastasis.patients import read_coded

    columns = {"patient": patient, "code": code, "date": date, "sex": sex, "system": system}
    ingest(read_coded, data, {**columns, **coding_rules(others)}, others)


@with_options(coding_options, patient_options, shared_options)
def omop(folder: Folder, **others: Any) -> None:
    """Read an OMOP database: condition_occurrence and concept, as CSV or Parquet.

    Example: metastasis ingest omop cdm/ --out hospital.csv
    """
    from metastasis._cli.intake import coding_rules, ingest
    from metastasis.patients import read_omop

    ingest(read_omop, folder, coding_rules(others), others)


@with_options(coding_options, patient_options, shared_options)
def fhir(data: Data, **others: Any) -> None:
    """Read FHIR Conditions: bundles or ndjson, plain or by the profiles of mCODE.

    Example: metastasis ingest fhir bundles/ --out hospital.csv
    """
    from metastasis._cli.intake import coding_rules, ingest
    from metastasis.patients import read_fhir

    ingest(read_fhir, data, coding_rules(others), others)


@with_options(shared_options)
def matrix(
    table: Table,
    totals: Annotated[
        str,
        typer.Option("--totals", metavar="NAME", help="The column or row with those counted."),
    ],
    denominator: Annotated[
        str,
        typer.Option(
            "--denominator",
            metavar="NAME",
            help=f"Whom the totals count: {', '.join(LISTS['denominator'])}.",
        ),
    ],
    setting: Annotated[
        str,
        typer.Option(
            "--setting",
            metavar="NAME",
            help=f"When the sites were looked for: {', '.join(LISTS['setting'])}.",
        ),
    ],
    rows: Annotated[
        str, typer.Option("--rows", metavar="WHAT", help="What the rows are: primaries or sites.")
    ] = "primaries",
    values: Annotated[
        str, typer.Option("--values", metavar="WHAT", help="What the cells are: counts or percent.")
    ] = "counts",
    ignore: Annotated[
        list[str] | None,
        typer.Option("--ignore", metavar="NAME", help="A row or column to skip; may be repeated."),
    ] = None,
    **shared: Any,
) -> None:
    """Read a matrix of counts, primaries by sites, and those counted in a column or a row.

    Example: metastasis ingest matrix counts.csv --totals N --denominator autopsies --setting
    at_autopsy
    """
    from metastasis._cli.intake import ingest_counts
    from metastasis.patients import read_matrix

    whom = {"totals": totals, "denominator": denominator, "setting": setting}
    form = {"rows": rows, "values": values, "ignore": ignore or []}
    ingest_counts(read_matrix, table, {**whom, **form}, shared)


@with_options(patient_options, shared_options)
def table(
    data: Data,
    mapping: Annotated[
        Path,
        typer.Option(
            "--mapping",
            metavar="FILE",
            help="A YAML file that names the columns and what their values mean; "
            "docs/mapping-example.yaml is written out in full.",
        ),
    ],
    **shared: Any,
) -> None:
    """Read any tidy table, of patients or of counts, by a small mapping file.

    Example: metastasis ingest table registry.csv --mapping registry.yaml --out mine.csv
    """
    from metastasis._cli.intake import ingest
    from metastasis.patients import read_table

    ingest(read_table, data, {"mapping": mapping}, shared)


def application() -> typer.Typer:
    """Return the commands as an application of their own."""
    group = typer.Typer(cls=Group, rich_markup_mode=None)
    for command in (cbioportal, seer, coded, omop, fhir, matrix, table):
        group.command()(command)
    return group
