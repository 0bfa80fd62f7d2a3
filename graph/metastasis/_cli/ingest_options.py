"""The options that several intakes share: of all, of patients, and of what is coded.

Apart from the commands because each of these groups belongs to several of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = [
    "coding_options",
    "file_options",
    "listing_options",
    "patient_options",
    "shared_options",
]


def shared_options(
    *,
    out: Path | None = None,
    source: str | None = None,
    citation: str | None = None,
    license: str | None = None,  # noqa: A002
    license_url: str | None = None,
    registry: Sequence[str] = (),
    site_map: Path | None = None,
    report: Path | None = None,
    min_count: int = 1,
    zeros: bool = False,
    zeros_of: int = 50,
) -> None:
    """Hold the options of every intake.

    Parameters
    ----------
    out
        The assertion table to write; its source goes beside it, under the same name with
        .sources.csv, where metastasis build finds it.  [default: standard output]
    source : KEY
        What the source is called.  [default: as the data call themselves, else by the file]
    citation : TEXT
        How the source is cited.
    license : TEXT
        The license of the data, as stated; what is recorded of them stands under it.
    license_url : ADDRESS
        Where the license stands, such as https://opendatacommons.org/licenses/odbl/1-0/.
    registry : NAME
        The registry or claims data that the patients are from, such as SEER, so that nobody is
        counted twice beside its other papers; may be given again.
    site_map
        Your table of labels and their catalog keys. It is read first; labels that nothing knows are
        added to it, with suggestions, for you to fill in.  [default: the name of --out with
        .site-map.csv, written only if there are such labels]
    report
        A file for the account of every row and patient: text, .json or .html.  [default: standard
        error]
    min_count
        Leave out what tells of fewer patients, as owners of data may ask: small counts, small
        totals, all but a few, and what one of these could be worked out from.
    zeros
        Also write sites seen in no patient; each denies its pair.
    zeros_of
        Of --zeros: deny nothing out of fewer patients.
    """


def file_options(*, encoding: str | None = None, sheet: str | None = None) -> None:
    """Hold the options of every intake of tables.

    Parameters
    ----------
    encoding : NAME
        How the text is encoded, such as windows-1252 or utf-16.  [default: UTF-8, or what the file
        shows]
    sheet : NAME
        The sheet of an Excel workbook.  [default: the only one]
    """


def patient_options(
    *,
    patterns: Path | None = None,
    min_patients: int = 1,
    engine: str = "duckdb",
    master: str | None = None,
    memory: str | None = None,
    progress: bool | None = None,
    keep: Path | None = None,
) -> None:
    """Hold the options of every intake of single patients.

    Parameters
    ----------
    patterns
        A file for the sets of sites found together, and in how many patients; sets of fewer than
        --min-count are left out.
    min_patients
        Leave out primaries with fewer patients.
    engine
        What counts: duckdb or spark.
    master : URL
        Spark: the cluster.  [default: as Spark is set up]
    memory : SIZE
        DuckDB: the most memory to use, such as 1GB; the rest goes to disk.
    progress
        Whether to show on standard error how far reading is.  [default: on a terminal, once it has
        taken a second]
    keep : FOLDER
        A folder for the rows that are read, so that the next run, as with a corrected site map,
        reads only what has changed. They are patients': only you can enter it; delete it when the
        work is done. What FHIR files and addresses hold is not kept.
    """


def coding_options(
    *,
    choose: str = "first",
    look_back: int | None = None,
    at_diagnosis: int | None = None,
    nodes: str = "ignore",
    detail: str = "code",
    confirm: str = "none",
    confirm_days: int = 30,
    date_format: str | None = None,
    sequences: Path | None = None,
    code_map: Sequence[str] = (),
) -> None:
    """Hold the options of everything that is coded.

    Parameters
    ----------
    choose : RULE
        The primary of a patient with several: first or last by date, most (of the codes), only
        (leave the patient out) or each.
    look_back : DAYS
        Keep only patients observed so long before their first cancer code.
    at_diagnosis : DAYS
        Count only metastases within so many days of the primary.  [default: the whole course]
    nodes : RULE
        Whether lymph nodes alone, which may be regional, make a patient metastatic: ignore or
        count.
    detail : RULE
        Primaries as fine as their code, or by organ, as colon and rectum under colorectal: code or
        organ.
    confirm : RULE
        What confirms a primary or a site: none (one code is enough), two (codes on days some time
        apart) or two-or-inpatient (or one code of an inpatient stay).
    confirm_days : DAYS
        How far apart two codes must be that confirm one another.
    date_format : FORMAT
        How dates are written, such as YYYY-MM-DD or D/M/YYYY.  [default: the one that fits all]
    sequences
        A file (.csv or .parquet) for the order in which sites were first coded.
    code_map : FILE
        Your own map to ICD from codes that no table here knows, such as SNOMED CT: a folder with
        OMOP's vocabulary, a FHIR ConceptMap, the map of the National Library of Medicine, or a CSV
        file with the columns code and target; may be given again.
    """


def listing_options(*, choose: str = "first", distant_by: str | None = None) -> None:
    """Hold the options of case listings, of SEER*Stat and of NAACCR.

    Parameters
    ----------
    choose : RULE
        The record of a patient with several tumors: first (by sequence number, else by year), only
        (leave the patient out) or each.
    distant_by : RULE
        What shows distant disease: stage, or sites (any of the six).  [default: the stage where
        there is one]
    """
