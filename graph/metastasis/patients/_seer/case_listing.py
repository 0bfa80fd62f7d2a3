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
from metastasis.patients._seer.headers import COLUMNS, VARIABLES, layout_of, like_a_stage
from metastasis.patients._words.answers import site_columns
from metastasis.patients._words.headers import look_alikes, missing_column
from metastasis.patients._words.missing import NO_ANSWER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from metastasis.patients._engines.engine import Engine
    from metastasis.patients._seer.headers import ListingLayout

__all__ = [
    "SEER",
    "CaseListing",
    "Dictionary",
    "StageColumn",
    "check_columns",
    "listing_of",
    "open_listing",
    "raw_columns",
    "read_dictionary",
]

SEER: Final = "SEER*Stat case listing"
"""What a report calls such a table."""
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
class StageColumn:
    """A column that states a stage."""

    name: str
    """Ours, in the rows."""
    header: str
    family: str
    """How its cells are read; see :mod:`metastasis.patients._tumors.stages`."""
    rank: tuple[int, int]
    """Columns of a lower rank are asked first; those of one rank together."""


@dataclass(frozen=True, slots=True)
class CaseListing:
    """The rows of a case listing, its columns under our names, every cell text."""

    files: tuple[str, ...]
    rows: Any
    columns: frozenset[str]
    header_of: Mapping[str, str]
    """The header that each of our columns has in the file; of several, the best."""
    stages: tuple[StageColumn, ...] = ()
    """The best first."""
    like_stages: tuple[str, ...] = ()
    """Headers that are not read although they look like those of a stage."""
    unused: tuple[str, ...] = ()
    """Headers that name a site of metastasis and are not read."""
    remarks: tuple[str, ...] = ()
    form: str = SEER
    """What kind of table it is, as a report calls it."""

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
        layout = _checked(name, header)
        rows = take(data, columns=raw_columns(header, layout))
        return listing_of(engine, [name], header, layout, rows)
    files = files_of(data)
    dictionary = _dictionary_beside(files[0])
    if not dictionary.has_names:
        remedy = "its variables are not named; export it again with the variable names included"
        raise ReadError(files[0], remedy)
    delimiter = dictionary.delimiter
    header = engine.columns(engine.read(files, delimiter=delimiter))
    layout = _checked(str(files[0]), header)
    columns = raw_columns(header, layout)
    rows = engine.read(files, columns=columns, delimiter=delimiter)
    if not dictionary.has_labels:
        rows = _with_labels(engine, rows, columns, dictionary)
    return listing_of(engine, [file.name for file in files], header, layout, rows)


def raw_columns(header: Sequence[str], layout: ListingLayout) -> dict[str, str]:
    """Return for each header that is read a name of its own: ``mets_bone_1`` is the second."""
    columns = {
        header[place]: f"{name}_{number}" if number else name
        for name, places in layout.places.items()
        for number, place in enumerate(places)
    }
    return columns | {header[one.place]: _stage_name(n) for n, one in enumerate(layout.stages)}


def listing_of(
    engine: Engine,
    files: Sequence[str],
    header: Sequence[str],
    layout: ListingLayout,
    rows: Any,
    form: str = SEER,
) -> CaseListing:
    """Return rows whose columns are called as :func:`raw_columns` says, one column a name."""
    cells = [_coalesced(engine, name, places) for name, places in layout.places.items()]
    F = engine.functions  # noqa: N806
    stages = tuple(
        StageColumn(_stage_name(n), header[one.place], one.family, one.rank)
        for n, one in enumerate(layout.stages)
    )
    cells += [F.col(one.name).cast("string").alias(one.name) for one in stages]
    return CaseListing(
        files=tuple(files),
        rows=rows.select(*cells),
        columns=frozenset(layout.places),
        header_of={name: header[places[0]] for name, places in layout.places.items()},
        stages=stages,
        like_stages=tuple(like_a_stage(header, layout)),
        unused=tuple(site_columns([one for n, one in enumerate(header) if n not in layout.used])),
        remarks=tuple(_remarks(header, layout)),
        form=form,
    )


def check_columns(file: str, header: Sequence[str], layout: ListingLayout) -> None:
    """Make sure that the columns are there without which nothing can be counted.

    Raises
    ------
    TableError
        One is missing; the nearest header is named.
    """
    needed = {
        ("patient",): COLUMNS["patient"],
        ("recode", "topography"): (COLUMNS["recode"][0], COLUMNS["topography"][0]),
        tuple(VARIABLES): VARIABLES["mets_bone"].headers,
    }
    there = layout.places.keys()
    faults = [
        missing_column(file, header, headers, "export it from SEER*Stat with the others")
        for names, headers in needed.items()
        if not there & set(names)
    ]
    if faults:
        raise TableError(faults)


def _checked(file: str, header: Sequence[str]) -> ListingLayout:
    layout = layout_of(header)
    check_columns(file, header, layout)
    return layout


def _stage_name(number: int) -> str:
    return f"stage_{number}"


def _coalesced(engine: Engine, name: str, places: Sequence[int]) -> Any:
    """Return the first of several columns that states anything."""
    F = engine.functions  # noqa: N806
    first, *others = (
        F.col(f"{name}_{number}" if number else name).cast("string")
        for number in range(len(places))
    )
    if not others:
        return first.alias(name)
    stated = [F.when(~F.upper(F.trim(one)).isin(*NO_ANSWER), one) for one in (first, *others)]
    return F.coalesce(*stated, first).alias(name)


def _remarks(header: Sequence[str], layout: ListingLayout) -> list[str]:
    """Return what to say of headers that are not read although they look like one that is."""
    watched = {name: COLUMNS[name] for name in ("sex", "year", "sequence")}
    watched |= {name: one.headers for name, one in VARIABLES.items()}
    found = {name: places[0] for name, places in layout.places.items()}
    near = look_alikes(header, watched, found)
    used = {header[place] for place in layout.used}
    if layout.stages:
        near += [(one, "a stage") for one in like_a_stage(header, layout)]
    return [
        f"{one!r} is not read, although it looks like {name!r}"
        for one, name in near
        if one not in used
    ]


def _dictionary_beside(file: Path) -> Dictionary:
    beside = file.with_suffix(".dic")
    return read_dictionary(beside) if beside.is_file() else Dictionary()


def _with_labels(
    engine: Engine, rows: Any, columns: Mapping[str, str], dictionary: Dictionary
) -> Any:
    """Return rows with the label of each number, in the columns that the dictionary explains."""
    F = engine.functions  # noqa: N806
    for header, name in columns.items():
        if labels := dictionary.formats.get(header):
            others = [one for one in engine.columns(rows) if one != name]
            explained = beside(
                engine, rows, {name: "string", "label": "string"}, sorted(labels.items())
            )
            # A number that the dictionary does not explain stays as it is.
            label = F.coalesce(F.col("label"), F.col(name)).alias(name)
            rows = explained.select(*others, label)
    return rows
