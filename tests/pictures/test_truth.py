"""Numbers of pictures are those of the tables, worked out here anew from the CSV files alone.

Nothing of the package reads, chooses, rounds or words the numbers that pictures are held to: a
fault there would otherwise be on both sides.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from matplotlib.text import Text

import metastasis as mets
from metastasis._catalog import Catalog, Source
from metastasis._evidence.assertion import Assertion
from metastasis._graph import KnowledgeGraph
from metastasis._vocabulary import DATA_LICENSE, DATA_RELEASE
from metastasis.pictures._body import BodyMap
from metastasis.pictures._body.spots import organs_meant
from metastasis.pictures._said.mark import Mark, percent_label
from metastasis.pictures._said.selection import select
from metastasis.pictures._said.words import spread_title

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metastasis.pictures import Diagram
    from metastasis.pictures._said.drawn import Drawn

ROOT: Final = Path(__file__).parents[2]
PEOPLE: Final = {
    "all_patients": "all patients",
    "metastatic_patients": "metastatic patients",
    "distant_stage_at_diagnosis": "patients with distant stage at diagnosis",
    "autopsies": "autopsies",
    "site_cases": "patients with a metastasis at the site",
    "records": "recorded metastases",
}
WHEN: Final = {
    "at_diagnosis": "at diagnosis",
    "during_course": "during the course",
    "at_autopsy": "at autopsy",
    "unspecified": "",
}
COURSE: Final = {"denominator": "metastatic_patients", "setting": "during_course"}
DISTANT: Final = {"denominator": "distant_stage_at_diagnosis", "setting": "at_diagnosis"}
AUTOPSY: Final[dict[str, Any]] = {"denominator": "autopsies", "setting": "at_autopsy"}
FIRST: Final = {"denominator": "all_patients", "setting": "at_diagnosis"}
LATER: Final = {"denominator": "all_patients", "setting": "during_course"}
CASES: Final = {"denominator": "site_cases", "setting": "unspecified"}
PICTURES: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("heatmap", {"value": "percent", "primaries": ["bladder", "kidney", "lung"], **COURSE}),
    ("heatmap", {"value": "percent", "primaries": ["colorectal", "breast", "sclc"], **AUTOPSY}),
    ("heatmap", {"value": "percent", "primaries": ["lung", "melanoma", "breast"], **LATER}),
    ("body", {"sites": "liver", **DISTANT}),
    ("body", {"primaries": "prostate", **FIRST}),
    ("body", {"primaries": "melanoma_uveal", **COURSE}),
    ("profiles", {"primaries": ["kidney", "lung"], **DISTANT}),
    ("profiles", {"primaries": ["pancreas", "stomach", "liver"], **AUTOPSY}),
    ("profiles", {"sites": ["skin", "heart", "pleura"], **CASES}),
    ("profiles", {"primaries": ["thyroid_differentiated", "testis_nonseminoma"], **FIRST}),
    ("profiles", {"primaries": "thyroid_differentiated", **DISTANT}),
    ("forest", {"primaries": "prostate", "sites": "bone"}),
    ("forest", {"primaries": "melanoma_uveal", "sites": "liver"}),
    ("forest", {"primaries": "breast", "sites": "brain"}),
    ("ring", {"primaries": ["kidney", "lung", "thyroid"], **DISTANT}),
    ("alluvial", {"value": "patients", "primaries": ["lung", "kidney"], **AUTOPSY}),
)


@dataclass(frozen=True)
class Line:
    """One line of an assertion table with a number, as it stands there."""

    cells: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.cells[name]

    @property
    def has_count(self) -> bool:
        """Whether n and N are both printed."""
        return bool(self["count"] and self["total"])

    @property
    def is_sum(self) -> bool:
        """Whether the number is in no source as it stands."""
        return self["reading"] == "computed" or bool(
            re.search(r"(^|; )(the )?sum of ", self["note"])
        )

    @property
    def exact(self) -> Decimal:
        """The share in percent, of n/N with all digits."""
        if self.has_count:
            return 100 * Decimal(self["count"]) / Decimal(self["total"])
        return Decimal(self["percent"])

    @property
    def rank(self) -> tuple[Any, ...]:
        """The rule of which number stands for a pair, as captions print it."""
        whole = not self["population"]
        total = int(self["total"] or 0)
        return not whole, not self.has_count, -total, self["source"], self["population"]


def numbers_of_the_tables() -> list[Line]:
    found = []
    for path in sorted((ROOT / "ontology/assertions").glob("*.csv")):
        with path.open(newline="", encoding="utf-8") as file:
            found += [Line(row) for row in csv.DictReader(file)]
    return [
        one
        for one in found
        if one["relation"] == "metastasis"
        and one["denominator"]
        and (one["percent"] or one.has_count)
    ]


TABLES: Final = numbers_of_the_tables()


def standing_for(row: Drawn) -> Line:
    """Return the line of the tables that stands for the pair and frame of a row."""
    alike = [
        one
        for one in TABLES
        if (one["primary"], one["site"]) == (row.primary, row.site)
        and (one["denominator"], one["setting"]) == (row.denominator, row.setting)
        and one["occurrence"] == row.occurrence
        and one["stage"] == (row.stage or "any")
    ]
    return min(alike, key=lambda one: one.rank)


def of_source(row: Drawn) -> Line:
    """Return the line of the tables that a row of a forest is: of its source and place in it."""
    names = ("primary", "site", "denominator", "setting", "occurrence", "locator")
    (found,) = [
        one
        for one in TABLES
        if all(one[name] == getattr(row, name) for name in names)
        and (one["source"],) == row.source
        and one["population"] == (row.population or "")
        and (not one["percent"] or row.percent is None or near(one, row))
    ]
    return found


def near(one: Line, row: Drawn) -> bool:
    return abs(float(one.exact) - float(row.percent or 0)) < 0.01


def shares(one: Line) -> set[str]:
    """Return how the share of a line may be printed: as its source does, or n/N rounded by N.

    Of n/N the digits that are needed until the interval is one may be more: all are rounded right.
    """
    if not one.has_count:
        return {f"{Decimal(one['percent']).normalize():f} %"}
    exact = one.exact
    found = {f"{_half_up(exact, places):f} %" for places in range(5)} if exact else {"0 %"}
    if one["percent"]:
        found.add(f"{Decimal(one['percent']).normalize():f} %")
    return found


def _half_up(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def wilson(count: int, total: int) -> tuple[float, float]:
    """Return the Wilson interval in percent, by the formula as Wilson gives it in 1927."""
    z, share = 1.959963984540054, count / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z / (1 + z * z / total)
    half *= (share * (1 - share) / total + z * z / (4 * total * total)) ** 0.5
    return 100 * (middle - half), 100 * (middle + half)


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return mets.load()


@pytest.fixture(scope="module")
def drawn(kg: KnowledgeGraph) -> list[tuple[str, Diagram]]:
    return [(kind, getattr(kg.draw, kind)(**options)) for kind, options in PICTURES]


def texts_of(diagram: Diagram, row: Drawn) -> list[str]:
    """Return what is written in the artists of a row, with plain spaces."""
    found = {
        str(one.get_gid()): one.get_text()
        for artists in diagram.artists.values()
        for one in artists
        if isinstance(one, Text)
    }
    return [" ".join(found[gid].split()) for gid in row.artists if gid in found]


def told(drawn: list[tuple[str, Diagram]]) -> Iterator[tuple[str, Diagram, Drawn, Line]]:
    for kind, diagram in drawn:
        for row in diagram.rows:
            if row.percent is not None and row.state != "pooled":
                yield kind, diagram, row, of_source(row) if kind == "forest" else standing_for(row)


def test_forty_numbers_are_those_of_the_tables(drawn: list[tuple[str, Diagram]]) -> None:
    """Each number as it is written in its artist, with n/N, is that of one line of the tables."""
    checked: Counter[str] = Counter()
    sources, frames = set(), set()
    for kind, diagram, row, line in told(drawn):
        assert row.source == (line["source"],), (kind, row.key)
        assert row.locator == line["locator"]
        assert row.percent == pytest.approx(float(line.exact), abs=1e-9)
        assert (row.count, row.total) == (
            int(line["count"]) if line["count"] else None,
            int(line["total"]) if line["total"] else None,
        )
        written = [one for one in texts_of(diagram, row) if "%" in one]
        if not written and kind in ("ring", "alluvial", "profiles"):
            continue  # these write numbers where they have room
        assert any(
            re.search(rf"(^|\s){re.escape(share)}(?![\d.])", one)
            for share in shares(line)
            for one in written
        ), (kind, row.key, written, shares(line))
        if line.has_count:
            counts = f"{int(line['count']):,}/{int(line['total']):,}"
            every = " ".join(texts_of(diagram, row)).replace(",", "")
            assert counts.replace(",", "") in every
        checked[kind] += 1
        sources.add(line["source"])
        frames.add((line["denominator"], line["setting"]))
    assert sum(checked.values()) >= 40
    assert {"heatmap", "body", "profiles", "forest"} <= checked.keys()
    assert len(sources) >= 20
    assert len(frames) >= 6


def test_signs_say_what_the_tables_say(drawn: list[tuple[str, Diagram]]) -> None:
    """A part of a population has a letter, and a percentage without n an asterisk."""
    parts, asterisks, sums = 0, 0, 0
    for kind, diagram, row, line in told(drawn):
        if kind == "forest":
            continue
        letter = row.letter or ""
        if written := [one for one in texts_of(diagram, row) if "%" in one]:
            is_uncounted = not line.has_count and not line.is_sum
            assert ("%*" in written[0]) == is_uncounted, (kind, row.key, written)
            asterisks += is_uncounted
        if line["population"]:
            assert letter, (kind, row.key)
            for text in (diagram.caption, diagram.alt_text):
                meaning = rf"\b{letter}( \([^)]*\))?: [^.]*only {re.escape(line['population'])}"
                assert re.search(meaning, text), (kind, row.key, text)
            signed = rf"%\*? {letter}\b"
            assert all(re.search(signed, one) for one in written[:1]), (kind, written)
            parts += 1
        if line.is_sum:
            assert "computed here" in diagram.caption
            assert "computed here" in diagram.alt_text
            sums += 1
    assert parts >= 10
    assert asterisks >= 20
    assert sums >= 4


@pytest.mark.parametrize("kind", ["body", "profiles", "ring", "heatmap"])
def test_a_sum_made_here_is_not_said_to_be_printed(kg: KnowledgeGraph, kind: str) -> None:
    options = {"primaries": "melanoma_uveal", "sites": "liver", "sources": "pdq-uveal-melanoma"}
    more = {"value": "percent"} if kind == "heatmap" else {}
    diagram = getattr(kg.draw, kind)(**options, **COURSE, **more)
    (row,) = diagram.rows
    assert (row.percent, row.letter) == (89.0, "a")
    said = "a: computed here from what its source prints: the sum of two printed shares"
    assert said in diagram.caption
    assert said in diagram.alt_text
    assert "printed by its source without" not in diagram.caption


def test_what_limits_a_row_of_a_forest_stands_below_its_source(
    drawn: list[tuple[str, Diagram]],
) -> None:
    limited = 0
    for kind, diagram, row, line in told(drawn):
        if kind == "forest":
            written = " ".join(texts_of(diagram, row))
            if line["population"]:
                assert line["population"] in written
                limited += 1
            if line.is_sum:
                assert "computed here from what its source prints" in written
                limited += 1
    assert limited >= 2


def test_intervals_hold_the_counts_that_they_are_of(drawn: list[tuple[str, Diagram]]) -> None:
    """Of n/N it is Wilson's; of a rounded percentage it holds what each end may be rounded from."""
    counted, rounded = 0, 0
    for _, _, row, line in told(drawn):
        low, high = row.interval_low, row.interval_high
        if line.has_count:
            expected = wilson(int(line["count"]), int(line["total"]))
            assert (low, high) == pytest.approx(expected, abs=1e-9)
            counted += 1
        elif not line["total"]:
            assert low is high is None
        elif low is not None and high is not None:
            total, half = int(line["total"]), Decimal(1).scaleb(line.exact.as_tuple().exponent) / 2  # type: ignore[arg-type]
            least = int(total * max(line.exact - half, Decimal(0)) / 100) + 1
            most = int(total * min(line.exact + half, Decimal(100)) / 100)
            assert low <= wilson(least, total)[0] + 1e-6
            assert high >= wilson(most, total)[1] - 1e-6
            rounded += 1
    assert counted >= 20
    assert rounded >= 5


def test_whom_numbers_count_stands_in_title_and_caption(drawn: list[tuple[str, Diagram]]) -> None:
    for kind, diagram, row, line in told(drawn):
        people, when = PEOPLE[line["denominator"]], WHEN[line["setting"]]
        if kind == "forest":
            groups = " ".join(
                one.get_text().casefold()
                for one in diagram.artists["group labels"]
                if isinstance(one, Text)
            )
            assert people in groups
            continue
        for text in (diagram.title, diagram.caption):
            assert people in text, (kind, text)
            assert when in text or people == "autopsies", (kind, text)
        assert row.frame is not None


# Tables of one's own


def own(*rows: Assertion, license_: str | None = None) -> KnowledgeGraph:
    """Return a graph of a hospital's own numbers on the cancers and sites of the catalog."""
    shipped = mets.load().catalog
    ours = Source(key="ours", citation="Our hospital", design="clinical_cohort", license=license_)
    catalog = Catalog(shipped.primaries.values(), shipped.sites.values(), [ours])
    return KnowledgeGraph.from_assertions(rows, catalog)


def cell(primary: str, site: str, count: int | None, total: int | None, **more: Any) -> Assertion:
    return Assertion(
        primary=primary,
        site=site,
        count=count,
        total=total,
        denominator="autopsies",
        setting="at_autopsy",
        source="ours",
        locator=f"table 1 {more.get('population', '')}",
        **more,
    )


WARD: Final = (
    cell("breast", "bone", 30, 60),
    cell("breast", "ovary", 0, 60),
    cell("prostate", "bone", 40, 50),
    cell("prostate", "liver", None, 74826, percent=Decimal("20.04")),
)


def texts(diagram: Diagram, role: str) -> list[str]:
    found = [one for one in diagram.artists.get(role, ()) if isinstance(one, Text)]
    return [" ".join(one.get_text().split()) for one in found]


@pytest.mark.parametrize("kind", ["heatmap", "body", "profiles"])
def test_none_of_sixty_is_looked_for_and_none_seen(kind: str) -> None:
    options = {"primaries": "breast", **AUTOPSY}
    diagram = getattr(own(*WARD).draw, kind)(
        **options, **({"value": "percent"} if kind == "heatmap" else {})
    )
    (none,) = [one for one in diagram.rows if one.site == "ovary"]
    assert (none.state, none.count, none.total, none.percent) == ("none_seen", 0, 60, 0.0)
    assert any("0/60" in one for one in texts_of(diagram, none))
    legend = texts(diagram, "legend labels")
    # A dot at zero beside 0/60 needs no entry: there the alternative text has the words.
    assert "looked for, none seen" in legend or kind == "profiles"
    assert "ooked for, none seen" in diagram.alt_text
    assert not {"not studied", "reported absent"} & set(legend)
    assert "not studied" not in diagram.alt_text


@pytest.mark.parametrize("value", ["percent", "sources"])
def test_a_site_that_the_sex_lacks_is_not_applicable(value: str) -> None:
    diagram = own(*WARD).draw.heatmap(value=value, **(AUTOPSY if value == "percent" else {}))
    legend = texts(diagram, "legend labels")
    assert any(one.startswith("not applicable") for one in legend)
    assert "not applicable: the other sex has this organ" in diagram.legend_text
    # Prostate to ovary is not applicable; breast to liver is not studied.
    assert "1 not applicable" in diagram.alt_text
    assert "1 not studied" in diagram.alt_text
    without = own(*WARD).draw.heatmap(
        primaries="breast", value=value, **(AUTOPSY if value == "percent" else {})
    )
    assert not any("not applicable" in one for one in texts(without, "legend labels"))


def test_a_hospitals_own_numbers_are_not_ours(tmp_path: Path) -> None:
    """Neither license nor release nor citation of ours is on what is not ours, in any format."""
    graph = own(*WARD, license_="not to be passed on")
    diagram = graph.draw.profiles(**AUTOPSY)
    assert diagram.license == "ours: not to be passed on"
    assert diagram.release == ""
    assert diagram.citation == "Our hospital"
    assert diagram.call.endswith("# kg: a graph of your own, with ours")
    for said in (diagram.caption, repr(diagram), diagram.citation):
        assert "2026" not in said
    for ending in ("png", "svg", "pdf", "eps", "tiff", "html"):
        path = tmp_path / f"a.{ending}"
        diagram.save(path)
        content = path.read_bytes()
        # Matplotlib names the vocabulary of its metadata by a page there, not by a license.
        assert b"creativecommons.org/licenses" not in content, ending
        assert b"Data release 2026" not in content, ending


def test_what_is_shipped_is_ours_and_a_mixture_says_which(kg: KnowledgeGraph) -> None:
    shipped = kg.draw.network(primaries="bladder")
    assert shipped.license == DATA_LICENSE
    assert shipped.release == DATA_RELEASE
    assert "Shinagare" in shipped.citation
    assert "#" not in shipped.call
    ours = Source(key="ours", citation="Our hospital", design="clinical_cohort")
    mixed = kg.with_evidence([cell("bladder", "bone", 9, 30)], [ours])
    diagram = mixed.draw.network(primaries="bladder")
    assert diagram.license.startswith(DATA_LICENSE)
    assert diagram.license.endswith("ours: not stated")
    assert "Our hospital" in diagram.citation
    assert diagram.call.endswith("# kg: a graph of your own, with ours")
    of_theirs = mixed.draw.network(primaries="bladder", sources="shinagare-2011")
    assert of_theirs.license == DATA_LICENSE
    # A number of one's own under a known key is one's own.
    forged = kg.with_evidence(
        [replace(cell("bladder", "skin", 9, 30), source="shinagare-2011")], []
    )
    assert forged.draw.network(sources="shinagare-2011").license != DATA_LICENSE


def test_ends_of_intervals_are_never_the_share() -> None:
    diagram = own(*WARD, cell("lung", "bone", 60, 60)).draw.body("prostate", **AUTOPSY)
    lines = " ".join(texts(diagram, "numbers"))
    assert "20.04 %* of 74,826" in lines
    assert re.search("\\(19\\.8( to |\N{EN DASH})20\\.3 %\\)", lines)
    full = own(cell("lung", "bone", 60, 60)).draw.body("lung", **AUTOPSY)
    assert re.search("\\(94( to |\N{EN DASH})100 %\\)", " ".join(texts(full, "numbers")))


def test_a_narrow_interval_has_digits_enough(kg: KnowledgeGraph) -> None:
    """No interval printed anywhere has two ends alike, or an end that is the share."""
    checked = 0
    for pair in kg.evidence.pairs():
        for one in pair.assertions:
            if one.interval is not None:
                mark = Mark(pair, one)
                low, high = re.findall(r"[\d.]+", mark.interval_label)
                share = percent_label(one).removesuffix(" %")
                exact = None if one.count is None else 100 * one.count / (one.total or 1)
                assert float(low) < float(high)
                if not share.startswith("<"):
                    assert float(low) < float(share) or exact == 0
                    assert float(share) < float(high) or exact == 100
                checked += 1
    assert checked >= 400


@pytest.mark.parametrize(
    ("primaries", "sites", "title"),
    [
        ("prostate", None, "Where prostate cancer spreads"),
        ("prostate", "bone", "Spread of prostate cancer to bone"),
        (None, "bone", "What spreads to the bone"),
        (["prostate", "breast"], "bone", "Spread of prostate cancer and breast cancer to bone"),
        (["breast", "prostate"], None, "Where 2 cancers spread"),
        ("breast", ["bone", "liver"], "Spread of breast cancer to bone and liver"),
    ],
)
def test_titles_say_what_was_asked_for(
    kg: KnowledgeGraph, primaries: Any, sites: Any, title: str
) -> None:
    chosen = select(kg.evidence, primaries, sites, None)
    said = spread_title(chosen.pairs, chosen)
    names = {"Where 2 cancers spread": "Where breast cancer and prostate cancer spread"}
    assert sorted(said.split()) == sorted(names.get(title, title).split())


# Which of several cancers fills an organ


def filled(*rows: Assertion) -> dict[str, tuple[str, str]]:
    """Return by which cancer, and how, each organ is filled seen from the liver."""
    plan = BodyMap(select(own(*rows).evidence, None, "liver", None), **AUTOPSY)
    meant = organs_meant(plan.views[0], plan.anatomy)
    return {
        key: (spot.key, "number" if spot.fill.startswith("step-") else spot.fill)
        for key, spot in meant.items()
        if spot
    }


def test_an_organ_is_filled_by_the_broadest_cancer_that_has_a_number() -> None:
    parts = [cell("lung_net", "liver", 66, 100), cell("nsclc", "liver", 3000, 9000)]
    assert filled(*parts, cell("lung", "liver", 5, 50))["lung"][0] == "lung"
    assert filled(*parts)["lung"][1] == "parts"
    both = filled(cell("kidney", "liver", 5, 50), cell("wilms", "liver", 40, 50))
    alone = filled(cell("kidney", "liver", 5, 50))
    assert both["kidney"] == alone["kidney"]
    assert both["kidney"][1] != "parts"
    # A histology that the catalog puts under no other is not the cancer of an organ that has one.
    assert filled(cell("upper_tract_urothelial", "liver", 9, 10))["kidney"][1] == "parts"


def test_which_cancer_fills_an_organ_is_said() -> None:
    parts = [cell("lung_net", "liver", 66, 100), cell("nsclc", "liver", 3000, 9000)]
    whole = own(*parts, cell("lung", "liver", 5, 50)).draw.body(sites="liver", **AUTOPSY)
    broadest = "is filled by the broadest of them: lung cancer."
    dotted = "only kinds of the cancers that arise there have a number: lung neuroendocrine tumor"
    legend = "only kinds of the cancer have a number"
    assert broadest in whole.caption
    assert dotted not in whole.caption
    assert legend not in texts(whole, "legend labels")
    split = own(*parts).draw.body(sites="liver", **AUTOPSY)
    assert broadest not in split.caption
    assert dotted in split.caption
    assert legend in texts(split, "legend labels")


def test_the_shipped_liver_takes_no_subtype_for_the_lungs(kg: KnowledgeGraph) -> None:
    """The lungs were once filled 50 % or more, because 66 % of some carcinoids reach the liver."""
    told = 0
    frames: tuple[dict[str, Any], ...] = ({}, COURSE, DISTANT, AUTOPSY)
    for frame in frames:
        plan = BodyMap(select(kg.evidence, None, "liver", None), **frame)
        for organ, spot in organs_meant(plan.views[0], plan.anatomy).items():
            if spot and spot.fill.startswith("step-"):
                broader = [
                    key
                    for key in kg.catalog.primaries[spot.key].parents
                    if organ in kg.catalog.primaries[key].arises_in
                    and kg.catalog.primaries[key].kind != "grouping"
                ]
                assert broader == [], (spot.key, organ)
                told += 1
    assert told >= 10
