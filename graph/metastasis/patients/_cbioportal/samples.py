"""The rows of a cBioPortal study in one form: cells cleaned, cancers and sites as catalog keys.

Samples and patients are in one data frame, one row for each row of a file. Labels are looked up
once, not row by row: their counts are collected, which is little, and their meanings joined back.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import Fault, TableError
from metastasis.patients._flags import answers_in, codes_of, site_keys
from metastasis.patients._rows import beside, counts_of, positions, sex_of
from metastasis.patients._words.answers import site_columns
from metastasis.patients._words.labels import Unmapped, map_labels
from metastasis.patients._words.missing import stated
from metastasis.patients._words.yes_no import AnswerWords

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from metastasis._catalog import Catalog
    from metastasis.patients._cbioportal.study import Study, StudyTable
    from metastasis.patients._engines.engine import Engine
    from metastasis.patients._words.labels import Kind, LabelMap

__all__ = [
    "Labels",
    "all_rows",
    "flag_headers",
    "flag_sites",
    "one_study",
    "with_one_level",
    "with_primary",
    "with_sampled_site",
]

_YES: Final = ("YES", "TRUE", "1", "Y")
_NO: Final = ("NO", "FALSE", "0", "N")
_METASTASIS: Final = r"METASTA|(^|[^A-Z])METS?([^A-Z]|$)"
_NO_METASTASIS: Final = r"^(PRIMARY|NON|NOT|NO)([^A-Z]|$)"
"""The words of a sample's type, in capitals: ``Lymph node metastasis``, and not ``Primary``."""
_DETAILS: Final = {
    "Lymph node": ("2", "LYMPH NODE METASTASIS", "LYMPHNODE METASTASIS"),
    "Distant organ": ("3", "DISTANT ORGAN METASTASIS"),
}
"""Sites that GENIE's SAMPLE_TYPE_DETAILED names, by its code or its words. Its fourth, ``Metastasis
site unspecified``, names none."""
_DETAIL_CODES: Final = {True: ("2", "3", "4"), False: ("1",)}
"""GENIE's codes of metastases and of the primary tumor."""
_TEXTS: Final = ("patient", "sample", "study", "code", "detailed", "type", "subtype")
_ONCOTREE: Final = {"code": "oncotree", "detailed": "oncotree_names"}
"""Columns that hold OncoTree's words, and the vocabulary of these."""
_SEPARATOR: Final = "\t"
"""Between the names of one cancer; no cell of a table with tabs has one."""


@dataclass(slots=True)
class Labels:
    """Looks labels up, and keeps the unknown ones."""

    catalog: Catalog
    overrides: Mapping[tuple[str, str], str]
    vocabulary: str | None
    """The vocabulary whose words for sites these are; None for the general one."""
    unmapped: list[Unmapped] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    """Rows of labels that a map file leaves out on purpose."""

    def find(self, labels: Mapping[str, int], kind: Kind, vocabulary: str | None) -> LabelMap:
        """Look labels up; the numbers are their rows."""
        return map_labels(labels, kind, self.catalog, self.overrides, vocabulary)

    def miss(self, found: LabelMap, labels: Mapping[str, int]) -> None:
        """Keep unknown labels, with as many rows as are told here."""
        self.unmapped += [
            Unmapped(one.kind, one.label, labels[one.label], one.suggestions)
            for one in found.unmapped
            if one.label in labels
        ]


def all_rows(engine: Engine, study: Study, places: Mapping[str, int]) -> Any:
    """Return the rows of all tables of a study, cleaned; ``places`` numbers the flags' headers.

    Columns: ``patient``, ``sample``, ``study``, ``code``, ``detailed``, ``type``, ``subtype``,
    ``sampled_site`` (text, null where nothing is stated); ``is_sample``, ``is_metastasis``,
    ``is_primary``, ``has_age``; ``sex``; ``mark`` (the study's own, or null); and
    ``codes``, an array of 0, then for each flag that says Yes its place plus one, and for each that
    says neither Yes nor No minus that.
    """
    parts = [engine.settle(_cleaned(engine, one, places)) for one in study.tables]
    whole = parts[0]
    for part in parts[1:]:
        whole = whole.unionByName(part)
    return whole


def flag_headers(study: Study) -> list[str]:
    """Return the headers of the flags of all tables, in their order."""
    return list(dict.fromkeys(one for table in study.tables for one in table.flags.values()))


def flag_sites(study: Study, labels: Labels) -> dict[str, str]:
    """Return the catalog key of each flag's header; unknown ones are kept as missed."""
    shorter = site_columns(flag_headers(study))
    keys, unmapped = site_keys(shorter, labels.catalog, labels.overrides, labels.vocabulary)
    labels.unmapped += unmapped
    return keys


def with_primary(
    engine: Engine, rows: Any, labels: Labels, primary_from: Sequence[str]
) -> tuple[Any, tuple[str, ...]]:
    """Return rows with a column ``primary``, and the catalog keys behind its numbers.

    ``primary_from`` names the columns to ask, one after the other.

    >>> from metastasis._catalog import read_catalog
    >>> from metastasis.patients._engines.engine import open_engine
    >>> labels = Labels(read_catalog(), {}, None)
    >>> with open_engine() as engine:
    ...     rows = engine.table(
    ...         {"code": "string", "type": "string", "is_sample": "boolean"},
    ...         [("PRAD", "Prostate Cancer", True), (None, "Breast Cancer", True)])
    ...     rows, keys = with_primary(engine, rows, labels, ["code", "type"])
    ...     sorted(engine.collect(rows.select("primary"))), keys
    ([(0,), (1,)], ('breast', 'prostate_adenocarcinoma'))
    """
    F = engine.functions  # noqa: N806
    joined = F.concat_ws(_SEPARATOR, *[F.coalesce(F.col(name), F.lit("")) for name in primary_from])
    rows = rows.withColumn("cancer", F.when(F.col("is_sample"), joined))
    counts = _counts(engine, rows, "cancer")
    keys = _primaries(counts, labels, primary_from)
    return _joined(engine, rows, "cancer", "primary", keys)


def with_one_level(
    engine: Engine, rows: Any, primaries: Sequence[str], catalog: Catalog
) -> tuple[Any, int]:
    """Return rows where samples that name a patient's cancer at several levels have the broadest.

    Lung adenocarcinoma in one sample and non-small cell lung cancer in the next are one cancer;
    lung and colon cancer are two, and stay so. The number is that of the patients changed.
    """
    F = engine.functions  # noqa: N806
    stated = rows.where(F.col("patient").isNotNull() & F.col("primary").isNotNull())
    every = F.sort_array(F.collect_set(F.col("primary").cast("string")))
    sets = stated.groupBy("patient").agg(F.concat_ws(" ", every).alias("levels"))
    sets = sets.where(F.col("levels").contains(" "))
    counted = sets.groupBy("levels").agg(F.count(F.lit(1)).alias("patients"))
    broadest: dict[str, int] = {}
    changed = 0
    for levels, patients in engine.collect(counted):
        places = [int(one) for one in levels.split()]
        if (place := _broadest(places, primaries, catalog)) is not None:
            broadest[levels] = place
            changed += patients
    if not broadest:
        return rows, 0
    table = engine.table({"levels": "string", "broadest": "int"}, sorted(broadest.items()))
    of_patient = sets.join(table, on="levels", how="inner").select("patient", "broadest")
    joined = rows.join(of_patient, on="patient", how="left")
    joined = joined.select(*engine.columns(joined))
    primary = F.coalesce(F.col("broadest"), F.col("primary"))
    return joined.withColumn("primary", primary).drop("broadest"), changed


def _broadest(places: Sequence[int], primaries: Sequence[str], catalog: Catalog) -> int | None:
    """Return the place of the primary that all others are subtypes of, if one is."""
    keys = {primaries[place] for place in places}
    return next((place for place in places if keys <= catalog.subtypes(primaries[place])), None)


def with_sampled_site(engine: Engine, rows: Any, labels: Labels) -> tuple[Any, dict[str, str]]:
    """Return rows with a column ``site`` for metastasis samples, and the key of each label."""
    F = engine.functions  # noqa: N806
    stated = F.when(F.col("is_metastasis"), F.col("sampled_site"))
    rows = rows.withColumn("place", stated)
    counts = _counts(engine, rows, "place")
    found = labels.find(counts, "site", labels.vocabulary)
    labels.miss(found, counts)
    for label, number in counts.items():
        if found.is_left_out(label):
            labels.left_out[label] += number
    keys = {label: key for label in sorted(counts) if (key := found.key(label))}
    return _joined(engine, rows, "place", "site", keys)[0], keys


def one_study(engine: Engine, rows: Any) -> str | None:
    """Return the identifier that the rows give their study, or None.

    >>> from metastasis.patients._engines.engine import open_engine
    >>> with open_engine() as engine:
    ...     one_study(engine, engine.table({"study": "string"}, [("msk_met_2021",), (None,)]))
    'msk_met_2021'

    Raises
    ------
    TableError
        They give two.
    """
    F = engine.functions  # noqa: N806
    stated = rows.where(F.col("study").isNotNull())
    (first, last), *_ = engine.collect(stated.agg(F.min("study"), F.max("study")))
    if first != last:
        remedy = f"there are several studies, {first} and {last}: read one at a time"
        raise TableError([Fault("the tables", None, "STUDY_ID", None, remedy)])
    return str(first) if first else None


def _cleaned(engine: Engine, table: StudyTable, places: Mapping[str, int]) -> Any:
    F = engine.functions  # noqa: N806

    def cell(column: str) -> Any:
        if column not in table.columns:
            return F.lit(None).cast("string")
        return stated(F, F.col(column))

    flags = {one: places[name] for one, name in table.flags.items() if name in places}
    answers = answers_in(engine, table.rows, list(flags), AnswerWords().answer)
    is_metastasis = _is_metastasis(F, cell)
    columns = {
        **{column: cell(column) for column in _TEXTS},
        "sampled_site": F.coalesce(cell("sampled_site"), _site_of_detail(F, cell)),
        "is_sample": F.lit(table.has_samples),
        "is_metastasis": F.coalesce(is_metastasis, F.lit(False)),
        "is_primary": F.coalesce(~is_metastasis & _is_primary(F, cell), F.lit(False)),
        "has_age": cell("age").isNotNull(),
        "sex": sex_of(F, cell("sex")),
        "mark": _yes_or_no(F, cell("mark")),
        "codes": codes_of(F, flags, answers),
    }
    return table.rows.select(*[column.alias(name) for name, column in columns.items()])


def _is_metastasis(F: Any, cell: Callable[[str], Any]) -> Any:  # noqa: N803
    """Return whether a sample is of a metastasis: by its type, else by GENIE's, else its class."""
    kinds = [F.upper(cell(name)) for name in ("sample_type", "sample_detail", "sample_class")]
    said = [one.rlike(_METASTASIS) & ~one.rlike(_NO_METASTASIS) for one in kinds]
    told = [
        F.when(one | other.rlike("^PRIMARY"), one) for one, other in zip(said, kinds, strict=True)
    ]
    code = F.when(kinds[1].isin(*_DETAIL_CODES[True]), F.lit(True))
    return F.coalesce(*told[:2], code, told[2], F.lit(False))


def _is_primary(F: Any, cell: Callable[[str], Any]) -> Any:  # noqa: N803
    kinds = [F.upper(cell(name)) for name in ("sample_type", "sample_detail", "sample_class")]
    told = [F.when(one.startswith("PRIMARY"), F.lit(True)) for one in kinds]
    return F.coalesce(*told, F.when(kinds[1].isin(*_DETAIL_CODES[False]), F.lit(True)))


def _site_of_detail(F: Any, cell: Callable[[str], Any]) -> Any:  # noqa: N803
    detail = F.upper(cell("sample_detail"))
    named = F.lit(None).cast("string")
    for label, words in _DETAILS.items():
        named = F.coalesce(named, F.when(detail.isin(*words), F.lit(label)))
    return named


def _yes_or_no(F: Any, cell: Any) -> Any:  # noqa: N803
    word = F.upper(cell)
    return F.when(word.isin(*_YES), F.lit(True)).when(word.isin(*_NO), F.lit(False))


def _counts(engine: Engine, rows: Any, column: str) -> dict[str, int]:
    counts = counts_of(engine, rows.where(engine.functions.col(column).isNotNull()), column)
    return {label: number for label, number in (counts or {}).items() if label is not None}


def _primaries(
    counts: Mapping[str, int], labels: Labels, primary_from: Sequence[str]
) -> dict[str, str]:
    """Return the key of each cancer: of the first column whose label is known."""
    split = {cancer: cancer.split(_SEPARATOR) for cancer in counts}
    maps = []
    for place, column in enumerate(primary_from):
        of_column: Counter[str] = Counter()
        for cancer, number in counts.items():
            if label := split[cancer][place]:
                of_column[label] += number
        vocabulary = _ONCOTREE.get(column, labels.vocabulary)
        maps.append(labels.find(of_column, "primary", vocabulary))
    keys: dict[str, str] = {}
    missed: Counter[tuple[int, str]] = Counter()
    for cancer, number in counts.items():
        stated = [(place, label) for place, label in enumerate(split[cancer]) if label]
        known = [(p, label) for p, label in stated if maps[p].how(label)]
        if known and (key := maps[known[0][0]].key(known[0][1])):
            keys[cancer] = key
        elif known:
            labels.left_out[known[0][1]] += number
        elif stated:
            missed[stated[-1]] += number
    for place, found in enumerate(maps):
        labels.miss(found, {label: n for (where, label), n in missed.items() if where == place})
    return keys


def _joined(
    engine: Engine, rows: Any, column: str, name: str, keys: Mapping[str, str]
) -> tuple[Any, tuple[str, ...]]:
    """Return rows with the position of the key that their label has."""
    places = positions(keys.values())
    meanings = [(label, places[key]) for label, key in keys.items()]
    return beside(engine, rows, {column: "string", name: "int"}, meanings), tuple(places)
