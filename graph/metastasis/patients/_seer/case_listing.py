"""The files of a SEER*Stat case listing: which columns hold what, and the dictionary beside them.

A case listing is exported as text, with commas or tabs, its cells as labels (``Yes``) or as codes
(``1``). SEER*Stat writes a dictionary (``.dic``) beside it, which says how: what separates the
cells, and, where the cells are numbers, what each number means.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import ReadError, TableError
from metastasis._files import read_text
from metastasis.patients._engines.reading import files_of, is_address
from metastasis.patients._intake import FRAME, paths_in
from metastasis.patients._rows import beside
from metastasis.patients._words.headers import look_alikes, missing_column, recognize

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from metastasis.patients._engines.engine import Engine

__all__ = [
    "COLUMNS",
    "M_STAGES",
    "STAGES",
    "VARIABLES",
    "CaseListing",
    "Dictionary",
    "open_listing",
    "read_dictionary",
]


@dataclass(frozen=True, slots=True)
class Variable:
    """One of the variables on metastases at diagnosis."""

    site: str
    """Catalog key; ``unspecified`` for other sites, which are no site."""
    headers: tuple[str, ...]
    since: str
    """The first year of diagnosis in which it was collected."""


VARIABLES: Final[Mapping[str, Variable]] = {
    **{
        f"mets_{site}": Variable(
            site,
            (
                f"SEER Combined Mets at DX-{site} (2010+)",
                f"SCMETSDX{short}_PUB",
                f"Mets at DX-{site.title()}",
            ),
            "2010",
        )
        for site, short in (("bone", "B"), ("brain", "BR"), ("liver", "LIV"), ("lung", "LUNG"))
    },
    "mets_nodes": Variable(
        "lymph_node_distant", ("Mets at DX-Distant LN (2016+)", "METSDXLN"), "2016"
    ),
    "mets_other": Variable("unspecified", ("Mets at DX-Other (2016+)", "METSDXO"), "2016"),
}
"""The six variables, by our names; NAACCR items 1112, 1113, 1115, 1116, 1114 and 1117."""

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "patient": ("Patient ID", "PUBCSNUM"),
    "sex": ("Sex", "SEX"),
    "year": ("Year of diagnosis", "YEAR_DX"),
    "sequence": ("Sequence number", "SEQ_NUM"),
    "behavior": ("Behavior code ICD-O-3", "Behavior recode for analysis", "BEHO3V"),
    "morphology": ("ICD-O-3 Hist/behav, malignant", "ICD-O-3 Hist/behav"),
    "histology": ("Histologic Type ICD-O-3", "HISTO3V"),
    "recode": ("Site recode ICD-O-3/WHO 2008", "Site recode ICD-O-3/WHO 2008 (for SIRs)"),
    "topography": ("Primary Site", "Primary Site - labeled", "PRIMSITE"),
    "stage_2004": ("Combined Summary Stage (2004+)",),
    "stage_combined": ("SEER Combined Summary Stage 2000 (2004-2017)",),
    "stage_2000": ("Summary stage 2000 (1998-2017)",),
    "stage_a": ("SEER historic stage A (1973-2015)",),
    "m_2018": ("Derived EOD 2018 M (2018+)",),
    "m_2016": ("Derived SEER Combined M (2016-2017)",),
    "m_2010": ("Derived AJCC M, 7th ed (2010-2015)",),
    "m_2004": ("Derived AJCC M, 6th ed (2004-2015)",),
}
"""The other columns that are read, and the headers they have; the first that is there counts."""

STAGES: Final = ("stage_2004", "stage_combined", "stage_2000", "stage_a")
"""Our names of the summary stages; in each record, the first that is stated counts."""
M_STAGES: Final = ("m_2018", "m_2016", "m_2010", "m_2004")
"""Our names of the M stages, which SEER has for other years each."""

_HEADERS: Final = {**COLUMNS, **{name: one.headers for name, one in VARIABLES.items()}}
_YEARS: Final = re.compile(r"\s*\((?:\d{4})[^)]*\)\s*$")
_DELIMITERS: Final = {"comma": ",", "tab": "\t", "semi-colon": ";", "semicolon": ";"}


@dataclass(frozen=True, slots=True)
class Dictionary:
    """What a ``.dic`` file says of the table beside it."""

    delimiter: str | None = None
    has_names: bool = True
    """Whether the first line of the table names the variables."""
    has_labels: bool = True
    """Whether the cells are labels; else they are numbers that ``formats`` explains."""
    formats: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """For a variable, the label of each number."""


@dataclass(frozen=True, slots=True)
class CaseListing:
    """The rows of a case listing, its columns under our names, every cell text."""

    files: tuple[str, ...]
    rows: Any
    columns: frozenset[str]
    header_of: Mapping[str, str]
    """The header that each of our columns has in the file."""
    remarks: tuple[str, ...] = ()

    @property
    def variables(self) -> list[str]:
        """Our names of the variables on metastases that it has, in our order."""
        return [name for name in VARIABLES if name in self.columns]


def read_dictionary(path: Path) -> Dictionary:
    r"""Return what a ``.dic`` file says.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> options = "[Export Options]\nVariable format=numeric\nField delimiter=tab\n"
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.dic")
    ...     _ = path.write_text(options + "[Format=Sex]\n1=Male\n")
    ...     found = read_dictionary(path)
    >>> found.has_labels, found.delimiter == "\t", found.formats["Sex"]
    (False, True, {'1': 'Male'})

    Raises
    ------
    ReadError
        It cannot be read, or is not UTF-8.
    """
    sections: dict[str, dict[str, str]] = {}
    section: dict[str, str] = {}
    for line in read_text(path).splitlines():
        if match := re.fullmatch(r"\s*\[(.+)\]\s*", line):
            section = sections.setdefault(match[1], {})
        elif "=" in line:
            key, _, value = line.partition("=")
            section[key.strip()] = value.strip().strip('"')
    options = sections.get("Export Options", {})
    formats = {
        name.partition("=")[2]: of for name, of in sections.items() if name.startswith("Format=")
    }
    return Dictionary(
        delimiter=_DELIMITERS.get(options.get("Field delimiter", "").casefold()),
        has_names=options.get("Variable names included", "true").casefold() == "true",
        has_labels="label" in options.get("Variable format", "labels").casefold(),
        formats=formats,
    )


def open_listing(engine: Engine, data: Any) -> CaseListing:
    """Return the rows of a case listing: a file, a pattern, a folder, several, or a frame.

    >>> import pandas
    >>> from metastasis.patients._engines.engine import open_engine
    >>> rows = {"Patient ID": ["1"], "Primary Site": ["C61.9"], "METSDXLN": ["0"]}
    >>> with open_engine() as engine:
    ...     listing = open_listing(engine, pandas.DataFrame(rows))
    >>> listing.variables, sorted(listing.columns)
    (['mets_nodes'], ['mets_nodes', 'patient', 'topography'])

    Raises
    ------
    ReadError
        A file is missing, empty or not UTF-8, or its variables are not named.
    TableError
        A column that is needed is missing; the nearest header is named.
    """
    paths = paths_in(data)
    if not paths or is_address(paths[0]):
        take = engine.read if paths else engine.frame
        name = paths[0] if paths else FRAME
        header = engine.columns(take(data))
        found = _recognized(name, header)
        return _listing(engine, [name], header, found, take(data, columns=_wanted(header, found)))
    files = files_of(data)
    dictionary = _dictionary_beside(files[0])
    if not dictionary.has_names:
        remedy = "its variables are not named; export it again with the variable names included"
        raise ReadError(files[0], remedy)
    delimiter = dictionary.delimiter
    header = engine.columns(engine.read(files, delimiter=delimiter))
    found = _recognized(str(files[0]), header)
    rows = engine.read(files, columns=_wanted(header, found), delimiter=delimiter)
    if not dictionary.has_labels:
        rows = _with_labels(engine, rows, header, found, dictionary)
    return _listing(engine, [file.name for file in files], header, found, rows)


def _dictionary_beside(file: Path) -> Dictionary:
    beside = file.with_suffix(".dic")
    return read_dictionary(beside) if beside.is_file() else Dictionary()


def _recognized(file: str, header: Sequence[str]) -> dict[str, int]:
    """Return the place of each of our columns; years in brackets differ between releases."""
    bare = [_YEARS.sub("", one) for one in header]
    known = {
        name: (*headers, *(_YEARS.sub("", one) for one in headers))
        for name, headers in _HEADERS.items()
    }
    found = {**recognize(bare, known), **recognize(header, known)}
    faults = []
    if "patient" not in found:
        faults.append(missing_column(file, header, COLUMNS["patient"]))
    if not {"recode", "topography"} & found.keys():
        faults.append(
            missing_column(file, header, (COLUMNS["recode"][0], COLUMNS["topography"][0]))
        )
    if not VARIABLES.keys() & found.keys():
        faults.append(missing_column(file, header, VARIABLES["mets_bone"].headers[:2]))
    if faults:
        raise TableError(faults)
    return found


def _wanted(header: Sequence[str], found: Mapping[str, int]) -> dict[str, str]:
    return {header[place]: name for name, place in found.items()}


def _listing(
    engine: Engine, files: Sequence[str], header: Sequence[str], found: Mapping[str, int], rows: Any
) -> CaseListing:
    cell = engine.functions.col
    text = rows.select(*[cell(name).cast("string").alias(name) for name in found])
    watched = {name: _HEADERS[name] for name in ("sex", "year", "sequence", *VARIABLES)}
    remarks = [
        f"{near!r} is not read, although it looks like {name!r}"
        for near, name in look_alikes(header, watched, found)
    ]
    stages = {name: COLUMNS[name] for name in STAGES}
    for near in dict.fromkeys(near for near, _ in look_alikes(header, stages, found)):
        oddity = f"{near!r} is not read, although it looks like a summary stage"
        remarks.append(f"{oddity}: it does not show who has distant disease unless renamed")
    header_of = {name: header[place] for name, place in found.items()}
    return CaseListing(tuple(files), text, frozenset(found), header_of, tuple(remarks))


def _with_labels(
    engine: Engine,
    rows: Any,
    header: Sequence[str],
    found: Mapping[str, int],
    dictionary: Dictionary,
) -> Any:
    """Return rows with the label of each number, in the columns that the dictionary explains."""
    F = engine.functions  # noqa: N806
    for name, place in found.items():
        if labels := dictionary.formats.get(header[place]):
            others = [one for one in engine.columns(rows) if one != name]
            columns = {name: "string", "label": "string"}
            explained = beside(engine, rows, columns, sorted(labels.items()))
            # A number that the dictionary does not explain stays as it is.
            label = F.coalesce(F.col("label"), F.col(name)).alias(name)
            rows = explained.select(*others, label)
    return rows
