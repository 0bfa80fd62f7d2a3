"""Tumors as NAACCR's items: a text table whose headers are items, or NAACCR XML, of any version.

They become the same records as those of a SEER*Stat case listing, and are counted by the same rules
(:mod:`metastasis.patients._seer.reader`): metastases at diagnosis by items 1112 to 1117, each among
those of whom it is known; distant disease by the summary stage, else by the M category.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from metastasis._drafts import workplace
from metastasis._errors import Fault, ReadError, TableError
from metastasis.patients._account import counted
from metastasis.patients._engines.reading import (
    PARQUET_ENDINGS,
    TABLE_ENDINGS,
    files_of,
    is_address,
)
from metastasis.patients._intake import FRAME, engine_of, paths_in, stem_of
from metastasis.patients._seer.case_listing import listing_of, raw_columns
from metastasis.patients._seer.headers import VARIABLES
from metastasis.patients._seer.items import layout_of_items
from metastasis.patients._seer.naaccr_xml import is_xml, table_of_xml
from metastasis.patients._seer.reader import ListingRules, ingest_listing
from metastasis.patients._words.headers import missing_column

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import Unpack

    from metastasis.patients._engines.engine import Engine
    from metastasis.patients._intake import Ingested, RuleOptions
    from metastasis.patients._seer.case_listing import CaseListing
    from metastasis.patients._seer.headers import ListingLayout

__all__ = ["read_naaccr"]

_FORM: Final = "NAACCR records"
_XML: Final = (".xml", ".xml.gz")
_NEEDED: Final = {
    ("patient",): ("patientIdNumber", "20"),
    ("topography",): ("primarySite", "400"),
    tuple(VARIABLES): ("metsAtDxBone", "1112"),
}
"""Columns of which one of each group must be there, and how a message names them."""


def read_naaccr(
    data: Any,
    *,
    engine: str | Engine = "duckdb",
    name: str | None = None,
    choose: str = "first",
    distant_by: str | None = None,
    **rules: Unpack[RuleOptions],
) -> Ingested:
    """Return what NAACCR records say about metastases at diagnosis.

    >>> import pandas
    >>> records = {"patientIdNumber": ["1", "2"], "primarySite": ["C619", "C619"],
    ...            "dateOfDiagnosis": ["20180401", "2019"], "summaryStage2018": ["7", "1"],
    ...            "metsAtDxBone": ["1", "0"]}
    >>> found = read_naaccr(pandas.DataFrame(records), name="two patients")
    >>> [(row.site, row.count, row.total, row.denominator) for row in found.assertions]
    [('bone', 1, 2, 'all_patients'), ('bone', 1, 1, 'distant_stage_at_diagnosis')]

    Parameters
    ----------
    data
        A file, a folder, a pattern, several files, or a frame: text tables whose headers are item
        numbers, item names or XML ids, or NAACCR XML, also packed as ``.gz``.
    engine
        ``duckdb``, ``spark``, or an engine that is open already. The items of XML go through a
        folder for temporary files on this machine.
    name
        Names the source; None takes the name of the file.
    choose
        For a patient with several tumors: ``first`` (by sequence number, then by year), ``only``
        (leave the patient out), or ``each`` (each is counted, with its own metastases).
    distant_by
        What shows distant disease: ``stage`` or ``sites``. None takes the stage where there is one.
    **rules
        The fields of :class:`~metastasis.patients.Rules`.

    Raises
    ------
    ReadError
        A file is missing, empty, cut short, not UTF-8; is XML, but not well-formed or not NAACCR's,
        or declares a document type.
    TableError
        An item is missing; the nearest header is named.
    UnknownNameError
        A rule that does not exist.
    """
    in_force = ListingRules(choose=choose, distant_by=distant_by, **rules)
    with engine_of(engine) as running, workplace() as place:
        listing = _open(running, data, place)
        title = name or stem_of(listing.files[0], "naaccr")
        return ingest_listing(running, listing, title, in_force)


def _open(engine: Engine, data: Any, place: Path) -> CaseListing:
    paths = paths_in(data)
    if not paths or is_address(paths[0]):
        take = partial(engine.read if paths else engine.frame, data)
        return _listing(engine, take, paths or [FRAME], engine.columns(take()))
    files = files_of(data, (*_XML, *TABLE_ENDINGS))
    names = [file.name for file in files]
    xml = [file for file in files if not _is_parquet(file) and is_xml(file)]
    if not xml:
        take = partial(engine.read, files)
        return _listing(engine, take, names, engine.columns(take()))
    if len(xml) < len(files):
        other = next(file for file in files if file not in xml)
        raise ReadError(other, "it is no XML, and others are; read one form at a time")
    table = table_of_xml(xml, place / "tumors.csv")
    if not table.tumors:
        remedy = "no Tumor element is in it; name the files that hold them"
        raise TableError([Fault(str(files[0]), None, None, None, remedy)])
    found = _listing(engine, partial(engine.read, table.path), names, table.header)
    if not table.without_tumor:
        return found
    remark = counted(table.without_tumor, "patients without a tumor in the file")
    return replace(found, remarks=(*found.remarks, remark))


def _listing(
    engine: Engine, take: Callable[..., Any], files: Sequence[str], header: Sequence[str]
) -> CaseListing:
    layout = layout_of_items(header)
    _check(files[0], header, layout)
    rows = take(columns=raw_columns(header, layout))
    return listing_of(engine, files, header, layout, rows, _FORM)


def _check(file: str, header: Sequence[str], layout: ListingLayout) -> None:
    there = layout.places.keys()
    faults = [
        missing_column(file, header, names, "have this item exported with the others")
        for columns, names in _NEEDED.items()
        if not there & set(columns)
    ]
    if faults:
        raise TableError(faults)


def _is_parquet(file: Path) -> bool:
    return file.name.casefold().endswith(PARQUET_ENDINGS)
