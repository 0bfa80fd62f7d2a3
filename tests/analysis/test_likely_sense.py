"""Likely primaries as an oncologist asks for them: ten presentations, and their method."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from metastasis import Assertion, Frame, read_assertions
from metastasis._catalog import read_catalog
from metastasis._catalog.incidence import cases_of_sex
from metastasis._evidence.evidence import Evidence
from metastasis._vocabulary import CANNOT_TELL
from metastasis.analysis import likely
from metastasis.analysis._likely import choose_prior, observe
from metastasis.analysis._likely.frames import richest_frame
from metastasis.analysis._likely.model import shrunk_shares
from metastasis.analysis._likely.origins import commonest_origins, site_cases
from metastasis.analysis._likely.rows import REST

if TYPE_CHECKING:
    from collections.abc import Callable

    from metastasis._table import Table
    from metastasis.analysis._likely import LikelyPrimary

CATALOG: Final = read_catalog()
TABLES: Final = Path(__file__).parents[2] / "ontology" / "assertions"
EVIDENCE: Final = Evidence.from_assertions(read_assertions(sorted(TABLES.glob("*.csv"))), CATALOG)
"""The tables as they stand, so that a new source counts before the graph is built anew."""


def order(found: Table[LikelyPrimary]) -> list[str]:
    return [one.primary for one in found if one.rank is not None]


def said(found: Table[LikelyPrimary]) -> str:
    """Return the first note, after formula, source and inputs."""
    origin = ("formula:", "source:", "inputs:")
    return next(note for note in found.notes if not note.startswith(origin))


def first(found: list[str], number: int, *asked: str) -> bool:
    """Whether one of some cancers, or a subtype of it, is among the first so many."""
    wanted = {key for one in asked for key in CATALOG.subtypes(one) | {one}}
    return bool(wanted & set(found[:number]))


# Ten presentations --------------------------------------------------------------------------------

PRESENTATIONS: Final[dict[str, tuple[dict[str, Any], Callable[[list[str]], bool]]]] = {
    "bone only, in a man": (
        {"sites": ["bone"], "sex": "male"},
        lambda ranked: first(ranked, 2, "prostate") and not first(ranked, 3, "breast"),
    ),
    "peritoneum, in a woman": (
        {"sites": ["peritoneum"], "sex": "female"},
        lambda ranked: first(ranked, 2, "ovary"),
    ),
    "liver alone": (
        {"sites": ["liver"]},
        lambda ranked: first(ranked, 1, "colorectal", "pancreas", "lung", "breast"),
    ),
    "brain": ({"sites": ["brain"]}, lambda ranked: first(ranked, 1, "lung")),
    "adrenal and brain": (
        {"sites": ["adrenal gland", "brain"]},
        lambda ranked: first(ranked, 1, "lung"),
    ),
    "axillary node, in a woman": (
        {"sites": ["axillary lymph node"], "sex": "female"},
        lambda ranked: first(ranked, 1, "breast"),
    ),
    "liver and bone, brain clear": (
        {"sites": ["liver", "bone"], "absent": ["brain"]},
        lambda ranked: first(ranked, 1, "lung", "breast", "colorectal", "prostate", "pancreas"),
    ),
    "pleura": (
        {"sites": ["pleura"]},
        lambda ranked: first(ranked, 1, "lung", "breast", "ovary"),
    ),
    "supraclavicular node, left": (
        {"sites": ["supraclavicular lymph node"]},
        lambda ranked: first(ranked, 5, "stomach", "lung", "testis"),
    ),
    "skin": (
        {"sites": ["skin"]},
        lambda ranked: first(ranked, 3, "melanoma", "breast", "lung"),
    ),
}
MOST_UNTOLD: Final = 3
"""So many of the ten may end with what is missing."""


@pytest.mark.parametrize("name", PRESENTATIONS)
def test_a_presentation_is_answered_as_an_oncologist_would(name: str) -> None:
    asked, makes_sense = PRESENTATIONS[name]
    found = likely(EVIDENCE, draws=20, **asked)
    if not found[0].verdict.startswith(CANNOT_TELL):
        assert makes_sense(order(found)), order(found)
        assert "melanoma_uveal" not in order(found)[:1]
        assert any(note.startswith(("answered from", "frame:", "prior:")) for note in found.notes)


def test_nearly_all_presentations_are_answered() -> None:
    untold = [
        name
        for name, (asked, _) in PRESENTATIONS.items()
        if likely(EVIDENCE, draws=0, **asked)[0].verdict.startswith(CANNOT_TELL)
    ]
    assert len(untold) <= MOST_UNTOLD, untold


@pytest.mark.parametrize("site", ["bone", "liver", "brain", "lung", "lymph_node", "skin"])
def test_no_prostate_in_a_woman_and_no_ovary_in_a_man(site: str) -> None:
    for sex in ("female", "male"):
        ranked = order(likely(EVIDENCE, [site], sex=sex, draws=0))
        assert all(CATALOG.primaries[key].sex in (None, sex) for key in ranked)
        known = commonest_origins(EVIDENCE, site, sex)
        assert all(CATALOG.primaries[key].sex in (None, sex) for key in known)


# Cases of a site ----------------------------------------------------------------------------------


def cases_of(
    site: str, counts: dict[str, int], total: int, source: str = "hess-2006", **more: Any
) -> list[Assertion]:
    """Return how many of the patients with a metastasis at a site have each primary."""
    return [
        Assertion(
            primary=primary,
            site=site,
            source=source,
            locator=f"{primary} {site} {more}",
            count=count,
            total=total,
            denominator="site_cases",
            **more,
        )
        for primary, count in counts.items()
    ]


def reached(
    shares: dict[str, dict[str, tuple[int, int]]],
    denominator: str = "metastatic_patients",
    setting: str = "during_course",
    **more: Any,
) -> list[Assertion]:
    """Return how many of the patients with each primary have each site."""
    return [
        Assertion(
            primary=primary,
            site=site,
            source="shinagare-2011",
            locator=f"{primary} {site} {denominator} {more}",
            count=count,
            total=total,
            denominator=denominator,
            setting=setting,
            **more,
        )
        for primary, sites in shares.items()
        for site, (count, total) in sites.items()
    ]


def graph(*said: list[Assertion]) -> Evidence:
    return Evidence.from_assertions([one for some in said for one in some], CATALOG)


def test_one_site_is_answered_as_it_was_counted() -> None:
    evidence = graph(
        cases_of("brain", {"lung": 50, "breast": 20, "gastrointestinal": 10}, 100),
        reached({"kidney": {"brain": (90, 100)}, "lung": {"brain": (1, 100)}}),
    )
    found = likely(evidence, "brain")
    assert [(one.primary, one.posterior) for one in found] == [
        ("lung", 0.5),
        ("breast", 0.2),
        ("", pytest.approx(0.3)),
    ]
    assert (found[0].low, found[0].high) == pytest.approx((0.4038, 0.5962), abs=1e-3)
    assert [one.rank for one in found] == [1, 2, None]
    assert found[-1].primary_label == REST
    assert found[0].numbers[0].startswith("50/100 patients with a metastasis at the site")
    assert any("gastrointestinal cancer 10 %" in note for note in found.notes)
    assert [one.primary for one in likely(evidence, "brain", top=1)] == ["lung", ""]
    frame = Frame("metastatic_patients", "during_course")
    named = likely(evidence, "brain", frame=frame, anyway=True)
    assert named[0].primary == "kidney", "a frame that is named asks by Bayes' rule"


def test_of_several_counts_only_those_alike_are_put_together_and_others_are_named() -> None:
    evidence = graph(
        cases_of("brain", {"lung": 50, "breast": 20}, 100),
        cases_of("brain", {"lung": 60, "breast": 10}, 100, "shiraz-breast"),
        cases_of("brain", {"melanoma": 30, "lung": 30}, 90, "habbous-2020", population="adults"),
        cases_of("brain", {"lung": 8, "kidney": 2}, 10, "kromer-2017", setting="at_autopsy"),
    )
    found = likely(evidence, "brain")
    assert order(found) == ["lung", "breast"]
    assert 0.5 < (found[0].posterior or 0) < 0.6
    assert len(found[0].numbers) == 2
    others = [note for note in found.notes if note.startswith("also counted")]
    assert len(others) == 2
    assert "hess-2006" not in "".join(others)
    assert sum(one.posterior or 0 for one in found) == pytest.approx(1)


def test_shares_of_several_sources_never_sum_to_more_than_all_cases() -> None:
    evidence = graph(
        cases_of("brain", {"lung": 70, "breast": 20}, 100),
        cases_of("brain", {"kidney": 30, "melanoma": 10}, 50, "shiraz-breast"),
    )
    found = likely(evidence, "brain")
    assert order(found) == ["lung", "breast"], "of the source with most patients"
    assert sum(one.posterior or 0 for one in found) == pytest.approx(1)


def test_counts_of_both_sexes_are_weighed_by_new_cases_of_the_sex() -> None:
    evidence = graph(cases_of("bone", {"breast": 40, "prostate": 20, "lung": 20}, 100))
    men, women, both = (likely(evidence, "bone", sex=sex) for sex in ("male", "female", None))
    assert order(both)[0] == "breast"
    cases = {sex: cases_of_sex(CATALOG, sex).cases["lung"] for sex in (None, "male", "female")}
    lung, rest = 0.2 * cases["male"] / cases[None], 0.2 * 0.5
    whole = 0.2 + lung + rest
    assert {one.primary: one.posterior for one in men} == pytest.approx(
        {"prostate": 0.2 / whole, "lung": lung / whole, "": rest / whole}
    )
    assert any("not counted in this sex: breast cancer" in note for note in men.notes)
    assert "prostate" not in order(women)
    assert order(women)[0] == "breast"


def test_counts_of_the_sex_come_first_and_those_of_the_other_never() -> None:
    evidence = graph(
        cases_of("bone", {"breast": 60, "lung": 10}, 100, population="women"),
        cases_of("bone", {"prostate": 30, "lung": 40}, 100, population="men"),
        cases_of("bone", {"breast": 35, "lung": 25, "prostate": 15}, 100, "shiraz-breast"),
    )
    women, men, both = (likely(evidence, "bone", sex=sex) for sex in ("female", "male", None))
    assert [one.posterior for one in women[:2]] == [0.6, 0.1]
    assert order(men) == ["lung", "prostate"]
    assert order(both) == ["breast", "lung", "prostate"]
    assert [one.population for one in site_cases(evidence, "bone", "male")] == ["men", None]
    assert [one.population for one in site_cases(evidence, "bone")] == [None]


def test_numbers_on_the_sex_go_into_bayes_rule_too() -> None:
    evidence = graph(
        reached({"lung": {"bone": (10, 100)}, "colorectal": {"bone": (10, 100)}}),
        reached({"lung": {"bone": (60, 100)}}, population="women"),
        reached({"colorectal": {"bone": (60, 100)}}, population="men"),
    )
    weights = {"lung": 1, "colorectal": 1}
    for sex, expected in (("female", "lung"), ("male", "colorectal")):
        found = likely(evidence, "bone", sex=sex, prior=weights, draws=0, anyway=True)
        assert order(found)[0] == expected
        assert (found[0].posterior or 0) > 0.7
    even = likely(evidence, "bone", prior=weights, draws=0, anyway=True)
    assert [one.posterior for one in even] == pytest.approx([0.5, 0.5])


def test_counts_of_few_of_the_cases_sort_nothing() -> None:
    """An abstract that prints two of many primaries does not tell the commonest."""
    few = cases_of("lung", {"colorectal": 19, "kidney": 11}, 100)
    counts = {"breast": (60, 100), "colorectal": (30, 100), "kidney": (50, 100)}
    evidence = graph(few, reached({key: {"lung": one} for key, one in counts.items()}))
    assert site_cases(evidence, "lung") == []
    found = likely(evidence, "lung", draws=0)
    assert order(found)[0] == "breast"
    assert found[0].denominator == "metastatic_patients"
    alone = graph(cases_of("lung", {"breast": 51}, 100))
    assert order(likely(alone, "lung")) == ["breast"], "most of the cases, whatever the others are"


def test_what_is_common_but_not_printed_is_named() -> None:
    evidence = graph(
        cases_of("liver", {"lung": 40, "pancreas": 20}, 100),
        reached({"colorectal": {"liver": (70, 100)}, "breast": {"liver": (20, 100)}}),
    )
    notes = likely(evidence, "liver").notes
    assert any("not printed, but common here" in one and "colorectal" in one for one in notes)


def test_a_part_is_answered_from_its_whole_and_it_is_said() -> None:
    evidence = graph(cases_of("bone", {"lung": 30, "prostate": 20}, 100))
    found = likely(evidence, "spine")
    assert order(found) == ["lung", "prostate"]
    assert "nobody sorted metastases in spine by primary: this is of bone" in said(found)


def test_a_percentage_out_of_nobody_knows_whom_has_no_interval() -> None:
    numbers = [
        Assertion(
            primary=primary,
            site="brain",
            source="hess-2006",
            locator=primary,
            percent=Decimal(percent),
            denominator="site_cases",
        )
        for primary, percent in (("lung", 60), ("breast", 11))
    ]
    found = likely(graph(numbers), "brain")
    assert found[0].posterior == 0.6
    assert found[0].low is found[0].high is None


# Several sites ------------------------------------------------------------------------------------


def test_cases_of_one_site_are_the_prior_for_another() -> None:
    """P(primary | a, b) is in proportion to P(primary | a) P(b | primary), by hand."""
    brain = {"lung": (30, 100), "breast": (10, 100), "kidney": (5, 100), "stomach": (2, 100)}
    evidence = graph(
        cases_of("adrenal_gland", {"lung": 40, "kidney": 30}, 100),
        reached({key: {"brain": one} for key, one in brain.items()}),
    )
    found = likely(evidence, ["adrenal gland", "brain"], draws=0)
    keys = ("lung", "breast", "kidney", "stomach")
    parts = [[n / of] for n, of in (brain[key] for key in keys)] + [[0]]
    more, fewer = shrunk_shares(parts, [[100]] * 4 + [[0]])
    share = dict(zip((*keys, ""), (more / (more + fewer)).ravel(), strict=True))
    weights = {"lung": 0.4 * share["lung"], "kidney": 0.3 * share["kidney"], "": 0.3 * share[""]}
    assert {one.primary: one.posterior for one in found} == pytest.approx(
        {key: weight / sum(weights.values()) for key, weight in weights.items()}
    )
    assert found[-1].primary_label == REST
    assert found[0].verdict == "ranked", "counts of a site are evidence, not a prior to be changed"
    assert [one.site for one in found[0].evidence] == ["brain"]
    assert [one.primary for one in likely(evidence, ["adrenal", "brain"], top=1)] == ["lung", ""]
    assert any("as counted (patients with a metastasis at the site" in one for one in found.notes)


def test_the_frame_with_most_of_the_commonest_primaries_is_taken_and_named() -> None:
    evidence = graph(
        reached(
            {
                "kidney": {"bone": (30, 100), "liver": (20, 100)},
                "thyroid": {"bone": (30, 100), "liver": (20, 100)},
            }
        ),
        reached(
            {
                "lung": {"bone": (30, 100), "liver": (20, 100)},
                "prostate": {"bone": (80, 100), "liver": (10, 100)},
                "breast": {"bone": (60, 100), "liver": (30, 100)},
            },
            denominator="autopsies",
            setting="at_autopsy",
        ),
    )
    chosen = richest_frame(evidence, observe(CATALOG, ["bone", "liver"]))
    assert chosen.frame == Frame("autopsies", "at_autopsy")
    found = likely(evidence, ["bone", "liver"])
    assert found[0].denominator == "autopsies"
    (why,) = [note for note in found.notes if note.startswith("frame: autopsies")]
    assert "3 of the 5 commonest known primaries of metastases in bone (breast cancer" in why
    assert "thyroid cancer (not counted)" in why


def test_where_no_commonest_primary_is_a_candidate_nothing_is_ranked() -> None:
    evidence = graph(
        cases_of("brain", {"lung": 60, "breast": 15, "melanoma": 10}, 100),
        reached({"kidney": {"brain": (10, 100)}, "bladder": {"brain": (3, 100)}}),
    )
    found = likely(evidence, "brain", prior="incidence")
    why = "none of the commonest known primaries of metastases in brain is a candidate"
    assert len(found) == 1
    assert found[0].posterior is found[0].rank is None
    assert why in found[0].verdict
    assert why in found.notes[0], "the first line says so"
    assert "lung cancer, breast cancer, melanoma" in found.notes[0]
    anyway = likely(evidence, "brain", prior="incidence", anyway=True)
    assert set(order(anyway)) == {"kidney", "bladder"}
    assert why in said(anyway)


@pytest.mark.parametrize("number", [1, 2])
def test_of_fewer_than_three_cancers_none_is_called_likely(number: int) -> None:
    counts = {"kidney": (10, 100), "bladder": (3, 100)}
    few = graph(reached({key: {"heart": counts[key]} for key in list(counts)[:number]}))
    found = likely(few, "heart")
    assert found[0].posterior is None
    assert "no more than" in found.notes[0]
    assert "kidney cancer" in found.notes[0]
    anyway = likely(few, "heart", anyway=True)
    assert len(order(anyway)) == number


def test_the_commonest_primaries_go_by_cases_of_the_site_then_by_numbers_times_new_cases() -> None:
    evidence = graph(
        cases_of("bone", {"kidney": 30, "thyroid": 20}, 100),
        reached({"lung": {"bone": (30, 100)}, "prostate": {"bone": (80, 100)}}),
        reached({"bladder": {"bone": (90, 100)}}, denominator="all_patients"),
    )
    assert commonest_origins(evidence, "bone") == (
        *("kidney", "thyroid", "prostate", "lung", "bladder"),
    )
    assert commonest_origins(evidence, "bone", "female") == (
        *("kidney", "thyroid", "lung", "bladder"),
    )


def test_bone_in_a_man_by_new_cases_is_not_breast() -> None:
    found = likely(EVIDENCE, "bone", sex="male", prior="incidence", draws=0)
    assert "breast" not in order(found)
    assert first(order(found), 2, "prostate")


def test_without_a_prior_named_it_is_by_new_cases_of_the_sex() -> None:
    evidence = graph(
        reached(
            {
                key: {"bone": (40, 100), "liver": (30, 100)}
                for key in ("breast", "lung", "prostate", "melanoma_uveal")
            }
        )
    )
    men = likely(evidence, ["bone", "liver"], sex="male", draws=0)
    assert set(order(men)) == {"lung", "prostate"}, "no women's breast cancer, no rare cancer"
    assert any("without a prior, and so left out" in note for note in men.notes)
    cases = cases_of_sex(CATALOG, "male").cases
    assert {one.primary: one.prior for one in men} == pytest.approx(
        {key: cases[key] / (cases["lung"] + cases["prostate"]) for key in ("lung", "prostate")}
    )
    three = ("osteosarcoma", "ewing", "wilms")
    rare = graph(reached({key: {"lung": (6 + n, 10)} for n, key in enumerate(three)}))
    found = likely(rare, ["lung"], draws=0, anyway=True)
    assert [one.prior for one in found] == pytest.approx([1 / 3] * 3), "no new cases: all alike"


def test_where_most_cancers_could_not_come_out_nothing_is_ranked() -> None:
    counts = {key: {"heart": (20, 100)} for key in ("kidney", "melanoma", "esophagus", "bladder")}
    found = likely(graph(reached(counts)), "heart")
    assert found[0].posterior is None
    assert "% of all new cases, so that most cancers could not come out" in found.notes[0]
    given = likely(graph(reached(counts)), "heart", prior=dict.fromkeys(counts, 1), draws=0)
    assert len(order(given)) == 4, "weights name the cancers to be compared"
    more = counts | {key: {"heart": (20, 100)} for key in ("lung", "breast")}
    assert len(order(likely(graph(reached(more)), "heart", draws=0))) == 6


def test_a_prior_by_sex_says_where_half_of_both_was_taken() -> None:
    found = choose_prior("incidence", ["bladder", "lung"], CATALOG, sex="male")
    assert found.shares["lung"] == pytest.approx(1572045 / (1572045 + 614298 / 2))
    assert any("half of both taken: bladder" in note for note in found.notes)
    assert "male" in found.source
