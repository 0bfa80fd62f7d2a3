"""Flags: columns that answer, site by site, whether a patient has a metastasis there.

One mechanism for every table that holds them, of studies and of registries alike. What cells say is
looked up once for each different word, which are few, and the engine sorts the rows: an array a row
holds 0, then for each Yes the flag's place plus one, and for each answer that nobody knows minus
that. No adds nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from metastasis._evidence.roll_up import home_of
from metastasis.patients._intake import StudyPopulation
from metastasis.patients._rows import number_of
from metastasis.patients._words.answers import holds_primary, is_of_msk_met, setting_of
from metastasis.patients._words.labels import map_labels
from metastasis.patients._words.yes_no import YesNo

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from metastasis._catalog import Catalog, Source
    from metastasis.patients._engines.engine import Engine
    from metastasis.patients._intake import Rules
    from metastasis.patients._report import ReportDraft
    from metastasis.patients._words.labels import Unmapped

__all__ = [
    "NODES",
    "FlagGroup",
    "answers_in",
    "cells_of",
    "codes_of",
    "finding_rows",
    "flag_groups",
    "showing_metastasis",
    "site_keys",
    "study_of_flags",
    "tell_of_unspecific",
    "with_spread",
    "without_home",
]

_MOST_WORDS: Final = 1_000
"""No column of answers has more different cells."""
NODES: Final = ("ignore", "count")
"""Whether lymph nodes alone, which may be regional, make a patient metastatic."""
_DISTANT, _REGIONAL = "lymph_node_distant", "lymph_node_regional"
_MARK: Final = "\t"
"""Between the place of a column and its cell, where both are one text."""


@dataclass(frozen=True, slots=True)
class FlagGroup:
    """Flags that say the same kind of thing, and are counted together."""

    setting: str
    holds_primary: bool
    """Whether they are of tumors, the primary among them, and not of metastases alone."""
    keys: Mapping[str, str]
    """For each header the catalog key of its site."""
    first: int
    """The place of its first site among those of all groups."""

    @property
    def sites(self) -> tuple[str, ...]:
        """The catalog keys of its sites, each once, in order."""
        return tuple(sorted(set(self.keys.values())))

    @property
    def places(self) -> dict[str, int]:
        """For each header the place of its site."""
        sites = self.sites
        return {header: self.first + sites.index(key) for header, key in self.keys.items()}

    @property
    def locators(self) -> dict[str, str]:
        """For each site the headers that name it."""
        headers: dict[str, list[str]] = defaultdict(list)
        for header, key in self.keys.items():
            headers[key].append(header)
        return {key: "; ".join(several) for key, several in headers.items()}

    def seen(self, F: Any) -> dict[str, Any]:  # noqa: N803
        """Return for each site the condition on a row that has it."""
        return {
            site: F.array_contains("codes", self.first + place + 1)
            for place, site in enumerate(self.sites)
        }


def flag_groups(keys: Mapping[str, str], setting: str | None = None) -> tuple[FlagGroup, ...]:
    """Return flags in groups, by when their sites were looked for and by what they hold.

    ``keys`` has the catalog key of each header; ``setting`` is for headers that do not say when.

    >>> found = flag_groups({"DMETS_DX_LIVER": "liver", "mets_at_dx_bone": "bone"})
    >>> [(one.setting, one.sites, one.first) for one in found]
    [('at_diagnosis', ('bone',), 0), ('during_course', ('liver',), 1)]
    """
    kinds: dict[tuple[str, bool], dict[str, str]] = defaultdict(dict)
    for header, key in keys.items():
        when = setting_of(header) or setting or "unspecified"
        kinds[when, holds_primary(header)][header] = key
    groups: list[FlagGroup] = []
    first = 0
    for (when, both), some in sorted(kinds.items()):
        groups.append(FlagGroup(when, both, some, first))
        first += len(groups[-1].sites)
    return tuple(groups)


def site_keys(
    labels: Mapping[str, str],
    catalog: Catalog,
    overrides: Mapping[tuple[str, str], str],
    vocabulary: str | None = None,
) -> tuple[dict[str, str], list[Unmapped]]:
    """Return the catalog key of each header, and the labels that have none.

    ``labels`` has the site's label of each header; the header as a whole is looked up first. A name
    means what those mean by it who named the column so; ``vocabulary`` is for headers of others.

    >>> from metastasis._catalog import read_catalog
    >>> labels = {"DMETS_DX_PNS": "PNS", "Tumor Site: Limbo (NLP)": "Limbo"}
    >>> keys, unmapped = site_keys(labels, read_catalog(), {})
    >>> keys, [one.label for one in unmapped]
    ({'DMETS_DX_PNS': 'nervous_system_other'}, ['Limbo'])
    """
    kinds: dict[str | None, dict[str, str]] = defaultdict(dict)
    for header, label in labels.items():
        own = "msk_met" if is_of_msk_met(header) else vocabulary
        kinds["msk_chord" if holds_primary(header) else own][header] = label
    keys: dict[str, str] = {}
    unmapped: list[Unmapped] = []
    for words, some in kinds.items():
        whole = map_labels(dict.fromkeys(some, 0), "site", catalog, overrides, words)
        short = map_labels(dict.fromkeys(some.values(), 0), "site", catalog, overrides, words)
        for header, label in some.items():
            key = whole.key(header) or (None if whole.is_left_out(header) else short.key(label))
            if key:
                keys[header] = key
        missed = {label for header, label in some.items() if header not in keys}
        unmapped += [one for one in short.unmapped if one.label in missed]
    return {header: keys[header] for header in labels if header in keys}, unmapped


def cells_of(engine: Engine, rows: Any, columns: Sequence[str]) -> dict[str, Counter[str]]:
    """Return how many rows hold each different cell of columns, in one scan; a blank one is "".

    A column with more different cells than any of answers has is left out.

    >>> from metastasis.patients._engines.engine import open_engine
    >>> with open_engine() as engine:
    ...     rows = engine.table({"bone": "string"}, [("Yes",), ("No",), (" Yes",), (None,)])
    ...     sorted(cells_of(engine, rows, ["bone"])["bone"].items())
    [('', 1), ('No', 1), ('Yes', 2)]
    """
    if not columns:
        return {}
    F = engine.functions  # noqa: N806
    texts = [
        F.concat(F.lit(f"{place}{_MARK}"), _text(F, F.col(column)))
        for place, column in enumerate(columns)
    ]
    exploded = rows.select(F.explode(F.array(*texts)).alias("cell"))
    counted = exploded.groupBy("cell").agg(F.count(F.lit(1)).alias("rows"))
    most = _MOST_WORDS * len(columns)
    collected = engine.collect(counted.limit(most + 1))
    if len(collected) > most:
        return cells_of(engine, rows, _of_few_words(engine, rows, columns))
    found: dict[str, Counter[str]] = {column: Counter() for column in columns}
    for cell, number in collected:
        place, _, text = str(cell).partition(_MARK)
        found[columns[int(place)]][text] += int(number)
    return found


def _of_few_words(engine: Engine, rows: Any, columns: Sequence[str]) -> list[str]:
    F = engine.functions  # noqa: N806
    counts = [F.countDistinct(F.col(one)).alias(f"n_{at}") for at, one in enumerate(columns)]
    ((*numbers,),) = engine.collect(rows.agg(*counts))
    return [one for one, number in zip(columns, numbers, strict=True) if number < _MOST_WORDS]


def answers_in(
    engine: Engine, rows: Any, columns: Sequence[str], answer: Callable[[str], YesNo]
) -> dict[str, dict[str, YesNo]]:
    """Return what each different cell of columns says; columns that never answer are left out."""
    found = {
        column: {cell: answer(cell) for cell in cells}
        for column, cells in cells_of(engine, rows, columns).items()
    }
    said = (YesNo.YES, YesNo.NO)
    return {
        column: cells
        for column, cells in found.items()
        if YesNo.NONE not in cells.values() or any(one in said for one in cells.values())
    }


def codes_of(
    F: Any,  # noqa: N803
    places: Mapping[str, int],
    answers: Mapping[str, Mapping[str, YesNo]],
) -> Any:
    """Return the array of a row: ``places`` has the place of each column's site.

    A cell that is no answer is one that nobody knows.
    """
    codes = [F.lit(0)]
    for column, place in places.items():
        text, cells = _text(F, F.col(column)), answers.get(column, {})
        words = {kind: [one for one in cells if cells[one] is kind] for kind in YesNo}
        is_yes, is_no = (_is_one_of(F, text, words[one]) for one in (YesNo.YES, YesNo.NO))
        unknown = F.when(~is_no, F.lit(-place - 1))
        codes.append(F.when(is_yes, F.lit(place + 1)).otherwise(unknown))
    return F.array_compact(F.array(*codes))


def _is_one_of(F: Any, cell: Any, values: Sequence[Any]) -> Any:  # noqa: N803
    return cell.isin(*values) if values else F.lit(False)


def showing_metastasis(sites: Sequence[str], catalog: Catalog, nodes: str = "ignore") -> list[str]:
    """Return the sites that by themselves make a patient metastatic.

    A lymph node may be regional unless it is called distant: with ``nodes="ignore"`` it makes
    nobody metastatic. What is called regional never does.

    >>> from metastasis._catalog import read_catalog
    >>> sites = ("bone", "lymph_node", "lymph_node_distant", "lymph_node_regional")
    >>> showing_metastasis(sites, read_catalog())
    ['bone', 'lymph_node_distant']
    >>> showing_metastasis(sites, read_catalog(), nodes="count")
    ['bone', 'lymph_node', 'lymph_node_distant']
    """
    return [
        site
        for site in sites
        if site != _REGIONAL
        and (nodes == "count" or site == _DISTANT or catalog.sites[site].kind != "lymph_node")
    ]


def study_of_flags(
    group: FlagGroup,
    source: Source,
    primaries: tuple[str, ...],
    rules: Rules,
    report: ReportDraft,
    *,
    nodes: str,
) -> StudyPopulation:
    """Return what the numbers in canonical rows of flags mean; ``nodes`` is one of ``NODES``."""
    return StudyPopulation(
        source=source,
        primaries=primaries,
        sites=group.sites,
        locators=group.locators,
        setting=group.setting,
        denominators=("all_patients", "metastatic_patients"),
        metastatic_sites=tuple(showing_metastasis(group.sites, rules.known, nodes)),
        holds_primary=group.holds_primary,
        rules=rules,
        report=report,
    )


def finding_rows(engine: Engine, rows: Any, group: FlagGroup, metastatic: Any) -> Any:
    """Return canonical rows: one for the patient and primary, and one for each code of a group.

    ``rows`` has the columns ``patient``, ``primary``, ``sex`` and ``codes``; those without a
    patient are left out.
    """
    F = engine.functions  # noqa: N806
    day = ["day"] if "day" in engine.columns(rows) else []
    marked = metastatic.alias("metastatic")
    exploded = rows.where(F.col("patient").isNotNull()).select(
        "patient", "primary", "sex", *day, marked, F.explode("codes").alias("code")
    )
    is_patient = F.col("code") == 0
    site = F.abs(F.col("code")) - F.lit(1 + group.first)
    of_group = (site >= 0) & (site < len(group.sites))
    return exploded.where(is_patient | of_group).select(
        "patient",
        F.when(is_patient, F.col("primary")).alias("primary"),
        F.when(~is_patient, site).cast("int").alias("site"),
        (F.col("code") >= 0).alias("known"),
        "sex",
        *day,
        "metastatic",
    )


def with_spread(
    engine: Engine,
    rows: Any,
    group: FlagGroup,
    primaries: Sequence[str],
    catalog: Catalog,
    nodes: str = "ignore",
) -> Any:
    """Return rows with a column ``spread``: whether their patient has a tumor that is away.

    Away from where it arose: not in the primary's own organ or what holds it, not in a lymph node
    that may be regional, and not in a site that names no organ. Of flags that hold the primary,
    only these show a metastasis.
    """
    F = engine.functions  # noqa: N806
    shown = showing_metastasis(group.sites, catalog, nodes)
    away = [
        (place, site)
        for place, site in enumerate(group.sites)
        if site in shown and catalog.sites[site].kind != "unspecific"
    ]
    seen = group.seen(F)
    sums = [_ever(F, seen[site]).alias(f"seen_{place}") for place, site in away]
    homes = _homes(F, group.sites, primaries, catalog)
    of_patient = rows.groupBy("patient").agg(*sums, *homes)
    spread = F.lit(False)
    for place, _ in away:
        spread = spread | ((F.col(f"seen_{place}") == 1) & (F.col(f"home_{place}") == 0))
    of_patient = engine.settle(of_patient.select("patient", spread.alias("spread")))
    joined = rows.join(of_patient, on="patient", how="left")
    return engine.settle(joined.select(*engine.columns(joined)))


def without_home(
    engine: Engine, found: Any, group: FlagGroup, primaries: Sequence[str], catalog: Catalog
) -> Any:
    """Return canonical rows where a site that holds a primary of the patient is not known."""
    F = engine.functions  # noqa: N806
    of_patient = found.groupBy("patient").agg(*_homes(F, group.sites, primaries, catalog))
    joined = found.join(engine.settle(of_patient), on="patient", how="left")
    joined = joined.select(*engine.columns(joined))
    at_home = F.lit(False)
    for place, _ in enumerate(group.sites):
        at_home = at_home | ((F.col("site") == place) & (F.col(f"home_{place}") == 1))
    known = F.col("known") & ~F.coalesce(at_home, F.lit(False))
    cells = [F.col(one) for one in engine.columns(found) if one != "known"]
    return engine.settle(joined.select(*cells, known.alias("known")))


def _homes(F: Any, sites: Sequence[str], primaries: Sequence[str], catalog: Catalog) -> list[Any]:  # noqa: N803
    """Return for each site whether it holds one of a patient's primaries, as 1 or 0."""
    homes = [home_of(primary, catalog) for primary in primaries]
    inside = [[at for at, home in enumerate(homes) if site in home] for site in sites]
    primary = F.col("primary")
    return [
        _ever(F, _is_one_of(F, primary, places)).alias(f"home_{at}")
        for at, places in enumerate(inside)
    ]


def _ever(F: Any, condition: Any) -> Any:  # noqa: N803
    return F.max(F.when(condition, F.lit(1)).otherwise(F.lit(0)))


def tell_of_unspecific(
    engine: Engine,
    rows: Any,
    seen: Mapping[str, Any],
    catalog: Catalog,
    draft: ReportDraft,
    *,
    how: str = "flagged",
) -> None:
    """Add in how many patients a site is counted whose name is of no organ.

    ``seen`` holds, for each catalog key of a site, the condition on a row that counts it, and
    ``how`` says how it is counted.
    """
    F = engine.functions  # noqa: N806
    for key, condition in seen.items():
        if not catalog.sites[key].is_anatomical:
            patients = rows.where(condition & F.col("patient").isNotNull())
            number = number_of(engine, patients.select("patient").distinct())
            text = f"patients {how} under {key!r}, which names no organ and gets no edge"
            draft.notice("unspecified", number, text)


def _text(F: Any, cell: Any) -> Any:  # noqa: N803
    return F.coalesce(F.trim(cell), F.lit(""))
