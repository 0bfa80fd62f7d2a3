"""Every sentence that a caption can say has a condition: it is there if that holds, else it is not.

Each claim is tried on two small tables, one that it is true of and one that it is not; then all of
them are held to a hundred pictures of the shipped graph, from what is drawn in each.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import pytest
from matplotlib.text import Text

import metastasis as mets
from drawings import small
from metastasis._evidence.assertion import Assertion
from metastasis._evidence.number import asked_pairs, choose_frame
from metastasis.pictures import EmptyDiagramWarning
from metastasis.pictures._sheet.style import current_style

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from metastasis._graph import KnowledgeGraph
    from metastasis.pictures import Diagram
    from metastasis.pictures._said.drawn import Drawn

NUMBERED: Final = ("body", "heatmap", "profiles", "ring")
"""The kinds that show one number of a pair, all in one frame."""
METASTATIC: Final = "metastatic_patients"
ENDS: Final = (("bone", "breast"), ("liver", "breast"), ("bone", "lung"))


def row(site: str = "bone", primary: str = "breast", **more: Any) -> Assertion:
    """Return a number: 60 of 200 metastatic patients, unless it says another."""
    given: dict[str, Any] = {
        "source": "one",
        "locator": f"table of {site} {more}",
        "denominator": METASTATIC,
        "setting": "during_course",
        **more,
    }
    if not {"count", "percent", "frequency"} & more.keys():
        given |= {"count": 60, "total": 200}
    return Assertion(primary=primary, site=site, **given)


def words(frequency: str, site: str = "liver", primary: str = "breast", **more: Any) -> Assertion:
    given = {"source": "one", "locator": "a text", **more}
    return Assertion(primary=primary, site=site, frequency=frequency, **given)


def draw(graph: KnowledgeGraph, kind: str, **options: Any) -> Diagram:
    if kind == "heatmap" and "value" not in options:
        options = {"value": "percent", "denominator": METASTATIC, **options}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", EmptyDiagramWarning)
        diagram: Diagram = getattr(graph.draw, kind)(**options)
    return diagram


@dataclass(frozen=True)
class Claim:
    """A sentence, the tables that it is true and untrue of, and when it is, of any picture."""

    said: str
    """A pattern that only this sentence has."""
    true_of: Sequence[Assertion]
    untrue_of: Sequence[Assertion]
    holds: Callable[[Seen], bool] | None = None
    kinds: tuple[str, ...] = NUMBERED
    spoken: bool = field(default=False, kw_only=True)
    """Whether alternative texts say it too."""


@dataclass(frozen=True)
class Seen:
    """A picture, and what is drawn in it."""

    kind: str
    diagram: Diagram
    graph: KnowledgeGraph

    @property
    def rows(self) -> tuple[Drawn, ...]:
        """What is drawn."""
        return self.diagram.rows

    @property
    def starred(self) -> bool:
        """Whether an asterisk is written anywhere in the drawing."""
        drawn = (one for found in self.diagram.artists.values() for one in found)
        return any("*" in one.get_text() for one in drawn if isinstance(one, Text))

    @property
    def numbers(self) -> list[Drawn]:
        """The rows with a number."""
        return [one for one in self.rows if one.percent is not None]


def is_uncounted(one: Drawn) -> bool:
    is_sum = one.reading == "computed" or re.search(r"(^|; )(the )?sum of ", one.note or "")
    return one.count is None and not is_sum


def has_rivals(seen: Seen) -> bool:
    """Return whether any number drawn has another in its frame, from the chosen sources."""
    for one in seen.numbers:
        pair = seen.graph.evidence.pair(one.primary, one.site)
        for frame, said in pair.by_frame.items() if pair else ():
            whom = (frame.denominator, frame.setting, frame.occurrence, frame.stage)
            if whom == (one.denominator, one.setting, one.occurrence, "any") and len(said) > 1:
                return True
    return False


def rests_on(basis: str) -> Callable[[Seen], bool]:
    return lambda seen: any(
        one.basis == basis and one.percent is None and one.edge for one in seen.rows
    )


CLAIMS: Final = {
    "which of several is shown": Claim(
        r"Of several such numbers one is shown, never a mean: on the whole population before a "
        r"part of it, with its count n before one without, then of the largest N, then by the "
        r"names of its source and of the part in the alphabet\.",
        [row(), row(count=10, total=100, source="two")],
        [row(), row("liver", source="two"), row(count=9, total=90, denominator="autopsies")],
        has_rivals,
    ),
    "printed without a count": Claim(
        r"\*: printed by its source without a count n\.",
        [row(percent=Decimal(30))],
        [row(), row("liver", percent=Decimal(30), note="the sum of 20 and 10")],
        # A ring of many bands writes no shares, and so no asterisks.
        lambda seen: any(map(is_uncounted, seen.numbers)) and (seen.kind != "ring" or seen.starred),
        (*NUMBERED, "forest"),
    ),
    "interval from rounding": Claim(
        r"The interval of a percentage without n covers every n of N that it may be rounded from\.",
        [row(percent=Decimal(30), total=150)],
        [row(), row("liver", percent=Decimal(30))],
        lambda seen: any(one.interval_basis == "rounding" for one in seen.numbers),
        (*NUMBERED, "forest"),
    ),
    "no interval": Claim(
        r"numbers of which no interval can be given\.",
        [row(percent=Decimal(30))],
        [row(), row("liver", percent=Decimal(30), total=150)],
        lambda seen: any(one.interval_low is None for one in seen.numbers),
        (*NUMBERED, "forest"),
    ),
    "a part of the population": Claim(
        r"\ba: only women\.",
        [row(population="women"), row("liver")],
        [row(), row("liver")],
        spoken=True,
    ),
    "a part, where all are of it": Claim(
        r"\ba: only women\.",
        [row(*ends, population="women") for ends in ENDS],
        [row(*ends) for ends in ENDS],
        spoken=True,
    ),
    "a note that limits": Claim(
        r"\ba: possibly one site per patient\.",
        [row(note="called common; possibly one site per patient"), row("liver")],
        [row(note="called common"), row("liver")],
        spoken=True,
    ),
    "a note that limits all": Claim(
        r"\bAll numbers: hospital discharges\.",
        [row(*ends, note="hospital discharges") for ends in ENDS],
        [row(), row("liver", note="hospital discharges"), row(primary="lung")],
        spoken=True,
    ),
    "computed here": Claim(
        r"\ba: computed here from what its source prints: the sum of 20 and 10\.",
        [row(percent=Decimal(30), note="the sum of 20 and 10"), row("liver")],
        [row(percent=Decimal(30), note="the most common"), row("liver")],
        spoken=True,
    ),
    "share of those at the site": Claim(
        r"It is the share of them that came from the primary\.",
        [row(denominator="site_cases")],
        [row()],
        lambda seen: any(one.denominator == "site_cases" for one in seen.numbers),
        ("heatmap",),
    ),
    "no frequency from words": Claim(
        r"no frequency can be read from them\.",
        [row(), words("common")],
        [row(), row("liver")],
        # By class of edges, shade and width say how common it is, and no frequency is looked for.
        lambda seen: (
            any(one.state == "words" for one in seen.rows)
            and ("% of" in seen.diagram.title or seen.kind == "profiles")
        ),
        ("body", "profiles", "ring"),
    ),
    "sources conflict": Claim(
        r"sources conflict on 1 pair; its edge is drawn all the same\.",
        [row(), words("rare", "bone", source="two")],
        [row(), row("liver")],
    ),
    "words of experts": Claim(
        r"open circle, words of experts",
        [row(), words("common"), row("liver", "lung")],
        [row(), row("liver")],
        rests_on("expert_words"),
        (*NUMBERED, "network", "alluvial"),
    ),
    "what is common by numbers": Claim(
        r"Common by numbers: the 95 % interval of n/N",
        [row(count=120, total=200)],
        [row(count=2, total=200)],
        lambda seen: any(one.edge == "commonly" and one.basis == "numbers" for one in seen.rows),
        ("network",),
    ),
    "what is rare": Claim(
        r"Rare: every report that is heard says so in words\.",
        [words("rare")],
        [row(count=120, total=200)],
        lambda seen: any(one.edge == "rarely" for one in seen.rows),
        ("network",),
    ),
    "color tells primaries apart": Claim(
        r"Color only tells (the lines of )?primaries apart",
        [row(), row(primary="lung")],
        [row(), row("liver")],
        lambda seen: len({one.primary for one in seen.rows}) > 1,
        ("ring", "network", "alluvial"),
    ),
    "color repeats": Claim(
        r"primaries apart, and repeats\.",
        [],
        [row(), row(primary="lung")],
        lambda seen: len({one.primary for one in seen.rows}) > len(current_style().primaries),
        ("ring", "network", "alluvial"),
    ),
    "pairs not seen are not drawn": Claim(
        r"1 pair looked for and not seen is not drawn\.",
        [row(), row("liver", count=0, total=200)],
        [row(), row("liver")],
        None,
        ("ring", "network", "alluvial"),
    ),
    "denied pairs are not drawn": Claim(
        r"1 pair reported absent is not drawn\.",
        [row(), words("absent")],
        [row(), row("liver")],
        None,
        ("ring", "network", "alluvial"),
    ),
    "other occurrences are left out": Claim(
        r"Numbers on the first or the only metastatic site are left out",
        [row(), row("liver", occurrence="first_site")],
        [row(), row("liver")],
        None,
        ("heatmap",),
    ),
    "what is in quotation marks": Claim(
        r"In quotation marks: the frequency that a source gives in words\.",
        [row(), words("common", "bone", source="two")],
        [row()],
        None,
        ("forest",),
    ),
    "what may be compared": Claim(
        r"Compare only numbers within a group: out of the same people, in the same setting\.",
        [row(), row(denominator="autopsies")],
        [row(), row(count=10, total=100, source="two")],
        None,
        ("forest",),
    ),
    "an axis by powers of ten": Claim(
        r"The axis goes by powers of ten\.",
        [row(count=1, total=5000), row(count=2, total=5000, source="two"), row("liver")],
        [row(), row("liver")],
        None,
        ("forest",),
    ),
    "what lines are": Claim(
        r"Lines: 95 % intervals, of n/N the Wilson interval\.",
        [row()],
        [row(percent=Decimal(30))],
        lambda seen: any(one.interval_low is not None for one in seen.numbers),
        ("forest",),
    ),
    "what stands below a source": Claim(
        r"Below a source stands what its number is limited to\.",
        [row(population="women")],
        [row(note="called common")],
        None,
        ("forest",),
    ),
}
"""The sentences of captions, by name."""


def said_in(text: str, claim: Claim) -> bool:
    return re.search(claim.said, text) is not None


@pytest.mark.parametrize(
    ("name", "kind"), [(name, kind) for name, one in CLAIMS.items() for kind in one.kinds]
)
def test_a_sentence_is_said_where_it_is_true_and_not_where_it_is_not(name: str, kind: str) -> None:
    claim = CLAIMS[name]
    more = {"denominator": "site_cases"} if "at the site" in name and kind == "heatmap" else {}
    if claim.true_of:
        diagram = draw(small(*claim.true_of), kind, **more)
        assert said_in(diagram.caption, claim), diagram.caption
        assert said_in(diagram.alt_text, claim) or not claim.spoken, diagram.alt_text
    diagram = draw(small(*claim.untrue_of), kind)
    assert not said_in(diagram.caption, claim), diagram.caption
    assert not said_in(diagram.alt_text, claim)


# A hundred pictures of the shipped graph

CANCERS: Final = (
    "bladder",
    "breast",
    "lung",
    "melanoma_uveal",
    "ovary",
    "pancreas",
    "prostate",
    "thyroid_differentiated",
    ("kidney", "testis", "neuroblastoma"),
)
PLACES: Final = ("liver", "bone", "skin", "heart")
SOURCES: Final = ("cancer-spreading", "riihimaki-2014-lung", "budczies-2015")
ASKED: Final[tuple[dict[str, Any], ...]] = (
    *({"primaries": one} for one in CANCERS),
    {"primaries": "melanoma_uveal", "sites": "lung"},
    *({"sites": one} for one in PLACES),
    *({"sources": one} for one in SOURCES),
)
KINDS: Final = (*NUMBERED, "network", "alluvial", "forest")


def shown_of(kg: KnowledgeGraph) -> Iterator[tuple[str, Seen]]:
    """Yield what is asked for, and the picture of it."""
    for kind in KINDS:
        for asked in ASKED:
            if kind == "forest" and "primaries" not in asked:
                continue  # thousands of rows
            options = dict(asked)
            graph = kg.of_sources(asked["sources"]) if "sources" in asked else kg
            if kind == "heatmap":
                pairs = asked_pairs(graph.evidence, asked.get("primaries"), asked.get("sites"))
                frame = choose_frame(pairs, of_sites=True).frame
                if frame is None:
                    continue
                options |= {"value": "percent", "frame": frame}
            yield f"{kind} {asked}", Seen(kind, draw(kg, kind, **options), graph)


@pytest.fixture(scope="module")
def seen() -> list[tuple[str, Seen]]:
    return list(shown_of(mets.load()))


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name, one in CLAIMS.items() if one.holds])
def test_captions_of_a_hundred_pictures_say_what_is_so(
    seen: list[tuple[str, Seen]], name: str
) -> None:
    claim = CLAIMS[name]
    told = []
    for asked, one in seen:
        if one.kind in claim.kinds and one.rows:
            holds = claim.holds is not None and claim.holds(one)
            assert said_in(one.diagram.caption, claim) == holds, (asked, one.diagram.caption)
            told.append(holds)
    assert len(seen) >= 80
    assert any(told), "no picture tries it"
    assert not all(told), "no picture tries its absence"
