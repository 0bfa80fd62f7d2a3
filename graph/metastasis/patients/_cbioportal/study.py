"""The files of a cBioPortal study: which ones are read, what their columns hold, and their source.

Two forms are read. The datahub's study folder has ``data_clinical_patient.txt``,
``data_clinical_sample.txt`` and ``meta_study.txt``; four lines that begin with ``#`` are above
the header of its tables, whose columns are named by identifiers (``PATIENT_ID``). The web export,
``<study>_clinical_data.tsv``, names them for display (``Patient ID``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import ReadError, TableError
from metastasis._files import read_text
from metastasis.patients._engines.reading import files_of, is_address
from metastasis.patients._intake import FRAME, Rules, is_path, paths_in
from metastasis.patients._sources import own_source
from metastasis.patients._words.headers import look_alikes, missing_column, plain_header, recognize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from metastasis._catalog import Source
    from metastasis.patients._engines.engine import Engine

__all__ = ["COLUMNS", "Study", "StudyRules", "StudyTable", "flag_label", "open_study"]

METASTATIC_BY: Final = ("flag", "evidence")
"""Who is metastatic: patients marked so; or those with a flag, a metastasis sample or an age."""
PRIMARY_FROM: Final = ("code", "detailed", "type")
"""The column that names the cancer, before the others are asked."""
CHOICES: Final = ("most", "only", "each")
"""Which primary a patient with several counts under; samples have no date to go by."""

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "patient": ("PATIENT_ID", "Patient ID", "Patient Identifier"),
    "sample": ("SAMPLE_ID", "Sample ID", "Sample Identifier"),
    "study": ("STUDY_ID", "Study ID"),
    "sex": ("SEX", "Sex", "GENDER"),
    "code": ("ONCOTREE_CODE", "Oncotree Code"),
    "detailed": ("CANCER_TYPE_DETAILED", "Cancer Type Detailed"),
    "type": ("CANCER_TYPE", "Cancer Type"),
    "subtype": ("SUBTYPE", "Subtype"),
    "sample_type": ("SAMPLE_TYPE", "Sample Type"),
    "sampled_site": ("METASTATIC_SITE", "Metastatic Site"),
    "mark": ("IS_DIST_MET_MAPPED", "Metastatic patient"),
    "age": ("AGE_AT_EVIDENCE_OF_METS", "Age at First Mets Dx"),
}
"""Our columns, and the headers they have in either form."""

_FLAG: Final = re.compile(r"\s*(?:DMETS_DX_|Distant Mets:\s*)(.+?)\s*", re.IGNORECASE)
"""The headers of MSK-MET's flags, in the datahub's form and in the web export's."""
_FLAG_LABELS: Final = {
    "BLADDER_UT": "Bladder/UT",
    "CNS_BRAIN": "CNS/Brain",
    "DIST_LN": "Distant LN",
    "HEAD_NECK": "Head and Neck",
    "INTRA_ABDOMINAL": "Intra-Abdominal",
}
"""Identifiers of the datahub that shorten a name; in all others "_" is a blank."""
_NAMES: Final = ("data_clinical*.txt", "*_clinical_data.tsv")
"""The clinical tables among the many files of a study's folder."""
_WEB: Final = "_clinical_data.tsv"
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

    def _closed(self) -> Iterator[tuple[str, str | None, tuple[str | None, ...]]]:
        yield "metastatic-by rule", self.metastatic_by, METASTATIC_BY
        yield "choice of primary among samples", self.choose, CHOICES
        yield "column of the primary", self.primary_from, PRIMARY_FROM


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
    """For our column ``flag_0``, …, the header it has in the file."""

    @property
    def has_samples(self) -> bool:
        """Whether it says which cancer a patient has, as tables of samples do."""
        return any(name in self.columns for name in PRIMARY_FROM)


@dataclass(slots=True)
class Study:
    """The tables of a study, and what is said about it."""

    name: str
    tables: list[StudyTable] = field(default_factory=list)
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
        return any("mark" in table.columns or table.flags for table in self.tables)

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
        tables = [_of_frame(engine, str(file), rows) for file, rows in frames.items()]
        study = Study("cbioportal", [table for table, _ in tables], places=tuple(map(str, frames)))
        study.remarks = [one for _, remarks in tables for one in remarks]
    _check(study)
    return study


def _study_of_files(engine: Engine, paths: Sequence[str]) -> Study:
    files = [file for one in paths for file in _files_of(one)]
    meta = next((found for file in files if (found := _meta(file))), {})
    identifier = meta.get("cancer_study_identifier")
    places = tuple(name for file in files for name in _places(file))
    study = Study(identifier or _name_of(files[0]), meta=meta, identifier=identifier, places=places)
    kept = _without_second_form(files, study.remarks)
    for file in kept:
        table, remarks = _of_file(engine, file)
        study.tables.append(table)
        study.remarks += remarks
    return study


def _files_of(path: str | Path) -> list[str | Path]:
    if is_address(path):
        return [str(path)]
    folder = Path(path)
    if not folder.is_dir():
        return list(files_of(path))
    files = sorted({file for name in _NAMES for file in folder.glob(name)})
    if not files:
        raise ReadError(path, f"the folder holds no clinical table ({' or '.join(_NAMES)})")
    return list(files)


def _without_second_form(files: list[str | Path], remarks: list[str]) -> list[str | Path]:
    """Return the files without web exports of what a datahub table holds already."""
    samples = {Path(file).parent for file in files if "data_clinical_sample" in Path(file).name}
    kept = []
    for file in files:
        if Path(file).name.endswith(_WEB) and Path(file).parent in samples:
            remarks.append(f"{Path(file).name} is not read: data_clinical_sample.txt is beside it")
        else:
            kept.append(file)
    return kept


def _meta(file: str | Path) -> dict[str, str]:
    if is_address(file):
        return {}
    path = Path(file).parent / "meta_study.txt"
    if not path.is_file():
        return {}
    pairs = (line.partition(":") for line in read_text(path).splitlines() if ":" in line)
    return {key.strip(): value.strip() for key, _, value in pairs if value.strip()}


def _name_of(file: str | Path) -> str:
    name = Path(file).name
    if name.endswith(_WEB):
        return name.removesuffix(_WEB)
    if name.startswith("data_clinical"):
        return Path(file).absolute().parent.name
    return Path(file).stem


def _places(file: str | Path) -> tuple[str, str]:
    """Return the name of a file and of the folder it is in."""
    path = Path(file) if is_address(file) else Path(file).absolute()
    return path.name, path.parent.name


def _of_file(engine: Engine, file: str | Path) -> tuple[StudyTable, list[str]]:
    header = engine.columns(engine.read(file, comment="#"))
    return _table(
        str(file), header, lambda names: engine.read(file, columns=names, comment="#"), engine
    )


def _of_frame(engine: Engine, name: str, rows: Any) -> tuple[StudyTable, list[str]]:
    header = engine.columns(engine.frame(rows))
    return _table(name, header, lambda names: engine.frame(rows, columns=names), engine)


def _table(
    file: str, header: list[str], read: Callable[[dict[str, str]], Any], engine: Engine
) -> tuple[StudyTable, list[str]]:
    """Return a table, and remarks on headers that look like ours and are not."""
    found = recognize(header, COLUMNS)
    if "patient" not in found:
        raise TableError([missing_column(file, header, COLUMNS["patient"])])
    flags = {place: one for place, one in enumerate(header) if _FLAG.fullmatch(one)}
    named = {name: header[place] for name, place in found.items()}
    headers = {f"flag_{number}": one for number, one in enumerate(flags.values())}
    rows = read({place: name for name, place in {**named, **headers}.items()})
    cell = engine.functions.col
    text = rows.select(*[cell(name).cast("string").alias(name) for name in (*named, *headers)])
    remarks = [
        f"{near!r} of {Path(file).name} is not read, although it looks like {name}"
        for near, name in look_alikes(header, COLUMNS, found)
        if not _FLAG.fullmatch(near)
    ]
    return StudyTable(file, text, tuple(header), frozenset(found), headers), remarks


def flag_label(header: str) -> str:
    """Return the site that a flag's header names.

    >>> flag_label("DMETS_DX_DIST_LN"), flag_label("Distant Mets: CNS/Brain")
    ('Distant LN', 'CNS/Brain')
    """
    match = _FLAG.fullmatch(header)
    name = match[1] if match else header
    return _FLAG_LABELS.get(name.upper(), name.replace("_", " "))


def _check(study: Study) -> None:
    samples = [table for table in study.tables if table.has_samples]
    if not samples:
        raise _lacking(study.tables, "type")
    if not any(table.flags or "sampled_site" in table.columns for table in samples):
        raise _lacking(samples, "sampled_site")


def _lacking(tables: Sequence[StudyTable], column: str) -> TableError:
    headers = COLUMNS[column]
    return TableError([missing_column(table.file, table.header, headers) for table in tables])
