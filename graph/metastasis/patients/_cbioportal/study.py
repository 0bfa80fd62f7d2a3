"""The files of a cBioPortal study: which ones are read, what their columns hold, and their source.

Two forms are read. The datahub's study folder has ``data_clinical_patient.txt``,
``data_clinical_sample.txt`` and ``meta_study.txt``; four lines that begin with ``#`` are above
the header of its tables, whose columns are named by identifiers (``PATIENT_ID``). The web export,
``<study>_clinical_data.tsv``, names them for display (``Patient ID``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import Fault, MetastasisError, TableError
from metastasis.patients._cbioportal.columns import (
    COLUMNS,
    PRIMARY_FROM,
    displayed_names,
    flags_in,
    timeline_columns,
)
from metastasis.patients._cbioportal.files import (
    files_of_study,
    meta_of,
    name_of,
    places_of,
    without_second_form,
)
from metastasis.patients._flags import NODES
from metastasis.patients._intake import FRAME, Rules, is_path, paths_in
from metastasis.patients._sources import own_source
from metastasis.patients._words.answers import is_of_msk_met
from metastasis.patients._words.headers import (
    look_alikes,
    missing_column,
    nearest,
    plain_header,
    recognize,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from metastasis._catalog import Source
    from metastasis.patients._engines.engine import Engine

__all__ = ["Study", "StudyRules", "StudyTable", "Timeline", "open_study"]

METASTATIC_BY: Final = ("flag", "evidence")
"""Who is metastatic: patients marked so; or those with a flag, a metastasis sample or an age."""
CHOICES: Final = ("most", "only", "each")
"""Which primary a patient with several counts under; samples have no date to go by."""

_MISSPELLED: Final = 0.75
"""How alike a header must be to that of the site for a study without sites to be refused."""
_TWO_LICENSES: Final = (
    "two are stated, ODbL and CC BY-NC-ND: neither the table nor what is derived from it "
    "is to be redistributed"
)
"""Of MSK-MET: the two that its distributors state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyRules(Rules):
    """What the user may set for a study; see :func:`~.reader.read_cbioportal`."""

    choose: str = "most"
    metastatic_by: str = "flag"
    primary_from: str = "code"
    nodes: str = "ignore"

    def _closed(self) -> Iterator[tuple[str, str | None, tuple[str | None, ...]]]:
        yield "metastatic-by rule", self.metastatic_by, METASTATIC_BY
        yield "choice of primary among samples", self.choose, CHOICES
        yield "column of the primary", self.primary_from, PRIMARY_FROM
        yield "rule for nodes", self.nodes, NODES


@dataclass(frozen=True, slots=True)
class StudyTable:
    """One table of a study, its columns under our names, every cell text."""

    file: str
    rows: Any
    """A data frame of the engine."""
    header: tuple[str, ...]
    """The columns as the file names them."""
    columns: frozenset[str]
    """Those of our columns that it has."""
    flags: Mapping[str, str] = field(default_factory=dict)
    """For our column ``flag_0``, …, its header, or what that is displayed as."""
    used: frozenset[str] = frozenset()
    """The headers of the flags in the file."""

    @property
    def has_samples(self) -> bool:
        """Whether it says which cancer a patient has, as tables of samples do."""
        return any(name in self.columns for name in PRIMARY_FROM)


@dataclass(frozen=True, slots=True)
class Timeline:
    """Events with sites and days: columns ``patient``, ``day`` and ``site``, all text."""

    file: str
    rows: Any
    header: str
    """That of the site."""


@dataclass(slots=True)
class Study:
    """The tables of a study, and what is said about it."""

    name: str
    tables: list[StudyTable] = field(default_factory=list)
    timelines: list[Timeline] = field(default_factory=list)
    meta: Mapping[str, str] = field(default_factory=dict)
    """What ``meta_study.txt`` says; empty without it."""
    remarks: list[str] = field(default_factory=list)
    """Oddities of the files, for the report."""
    identifier: str | None = None
    """How the study names itself, in ``meta_study.txt`` or in a column."""
    places: tuple[str, ...] = ()
    """The names of its files and of their folders."""

    @property
    def is_msk_met(self) -> bool:
        """Whether it is MSK-MET: by how it names itself, else by the names of files and folders.

        Columns of the same shape prove nothing: such a table may be the user's own.
        """
        names = (self.identifier,) if self.identifier else (self.name, *self.places)
        return any(" msk met " in f" {plain_header(one)} " for one in names)

    @property
    def has_msk_met_words(self) -> bool:
        """Whether its columns are those of MSK-MET, so that its sites have MSK-MET's names."""
        return any(
            "mark" in table.columns or any(map(is_of_msk_met, table.flags.values()))
            for table in self.tables
        )

    @property
    def has_sites(self) -> bool:
        """Whether anything in it names a site of metastasis."""
        return bool(self.timelines) or any(
            table.flags or {"sampled_site", "sample_detail"} & table.columns
            for table in self.tables
        )

    def source(self) -> Source:
        """Return the record of the study as a source of evidence."""
        pmid = self.meta.get("pmid")
        stated = self.meta.get("license") or self.meta.get("licence")
        return own_source(
            self.name,
            design="sequencing_cohort",
            citation=self.meta.get("citation") or self.meta.get("name"),
            url=f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" if pmid and pmid.isdigit() else None,
            license=_TWO_LICENSES if self.is_msk_met else stated,
            population=self.meta.get("description"),
            note="Read from the user's own copy of a cBioPortal study",
        )


def open_study(engine: Engine, data: Any) -> Study:
    """Return the tables of a study.

    ``data`` is a folder, a file, a pattern, several of them, an address, a frame, or frames in a
    dictionary.

    >>> import pandas
    >>> from metastasis.patients._engines.engine import open_engine
    >>> rows = {"Patient ID": ["A"], "Cancer Type": ["Melanoma"], "Distant Mets: Bone": ["Yes"]}
    >>> with open_engine() as engine:
    ...     (table,) = open_study(engine, pandas.DataFrame(rows)).tables
    >>> sorted(table.columns), dict(table.flags)
    (['patient', 'type'], {'flag_0': 'Distant Mets: Bone'})

    Raises
    ------
    ReadError
        There is no such file, or none of a study.
    TableError
        A table has no patients, or no table says which cancers they have.
    """
    if is_path(data):
        study = _study_of_files(engine, paths_in(data))
    else:
        frames = data if isinstance(data, Mapping) else {FRAME: data}
        study = Study("cbioportal", places=tuple(map(str, frames)))
        for file, rows in frames.items():
            _add_frame(engine, study, str(file), rows)
    _check(study)
    return study


def _study_of_files(engine: Engine, paths: Sequence[str]) -> Study:
    files = [file for one in paths for file in files_of_study(one)]
    meta = next((found for file in files if (found := meta_of(file))), {})
    identifier = meta.get("cancer_study_identifier")
    places = tuple(name for file in files for name in places_of(file))
    study = Study(identifier or name_of(files[0]), meta=meta, identifier=identifier, places=places)
    kept = without_second_form(files, study.remarks)
    for file in kept:
        try:
            _add_file(engine, study, file)
        except MetastasisError as error:
            if "timeline" not in Path(file).name:
                raise
            study.remarks.append(f"{Path(file).name} is not read: {error}")
    return study


def _add_file(engine: Engine, study: Study, file: str | Path) -> None:
    header = engine.columns(engine.read(file, comment="#"))
    _add(
        engine,
        study,
        str(file),
        header,
        lambda names: engine.read(file, columns=names, comment="#"),
        displayed_names(file),
    )


def _add_frame(engine: Engine, study: Study, name: str, rows: Any) -> None:
    header = engine.columns(engine.frame(rows))
    _add(engine, study, name, header, lambda names: engine.frame(rows, columns=names), {})


def _add(
    engine: Engine,
    study: Study,
    file: str,
    header: list[str],
    read: Callable[[dict[str, str]], Any],
    displayed: Mapping[str, str],
) -> None:
    """Add a table to a study, or a timeline, and remarks on headers that only look like ours."""
    found = recognize(header, COLUMNS)
    if "timeline" in Path(file).name or ("type" not in found and timeline_columns(header)):
        _add_timeline(engine, study, file, header, read)
        return
    if "patient" not in found:
        remedy = "leave this table out: every table of a study names its patients"
        raise TableError([missing_column(file, header, COLUMNS["patient"], remedy)])
    flags = flags_in(header, displayed)
    named = {name: header[place] for name, place in found.items()}
    ours = {f"flag_{number}": one for number, one in enumerate(flags)}
    text = _texts(engine, read, {**named, **ours})
    study.remarks += [
        f"{near!r} of {Path(file).name} is not read, although it looks like {name}"
        for near, name in look_alikes(header, COLUMNS, found)
        if near not in flags
    ]
    names = {name: flags[one] for name, one in ours.items()}
    columns = frozenset(found)
    study.tables.append(StudyTable(file, text, tuple(header), columns, names, frozenset(flags)))


def _add_timeline(
    engine: Engine,
    study: Study,
    file: str,
    header: Sequence[str],
    read: Callable[[dict[str, str]], Any],
) -> None:
    """Add a timeline, if it is of sites; most are of treatments and the like."""
    if named := timeline_columns(header):
        study.timelines.append(Timeline(file, _texts(engine, read, named), named["site"]))


def _texts(engine: Engine, read: Callable[[dict[str, str]], Any], named: Mapping[str, str]) -> Any:
    """Return columns under our names, all as text."""
    rows = read({theirs: ours for ours, theirs in named.items()})
    cell = engine.functions.col
    return rows.select(*[cell(name).cast("string").alias(name) for name in named])


def _check(study: Study) -> None:
    """Make sure that some table says which cancers patients have, and that no site is misspelled.

    A study that names no site is read for what can be had from it.
    """
    samples = [table for table in study.tables if table.has_samples]
    if not samples:
        headers = ", ".join(COLUMNS[name][0] for name in PRIMARY_FROM)
        remedy = (
            f"no table says which cancer a patient has ({headers}); in a study's folder "
            "data_clinical_sample.txt does: give the folder, or that file as well"
        )
        files = [one.file for one in study.tables] + [one.file for one in study.timelines]
        raise TableError([Fault(file, None, None, None, remedy) for file in files or [study.name]])
    if study.has_sites:
        return
    names = COLUMNS["sampled_site"]
    faults = []
    for table in samples:
        read = recognize(table.header, COLUMNS).values()
        unread = [one for at, one in enumerate(table.header) if at not in read]
        if nearest(unread, names, (_MISSPELLED,)):
            remedy = "remove it if it holds no site"
            faults.append(missing_column(table.file, unread, names, remedy))
    if faults:
        raise TableError(faults)
