"""Likely primaries: dots and bars are the posterior worked out by hand; it is no diagnosis."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest
from matplotlib.patches import PathPatch, Rectangle

import metastasis as mets
from drawings import faults, words, written
from metastasis._errors import EvidenceError, FitError, UnknownNameError
from metastasis.analysis import likely
from metastasis.patients import Pattern, read_cbioportal, write_patterns
from metastasis.pictures import SIZES, THEMES, EmptyDiagramWarning, draw_likely
from shared_data import shared_path
from shell import run

if TYPE_CHECKING:
    from pathlib import Path

    from metastasis._graph import KnowledgeGraph
    from metastasis.pictures import Diagram

MANY: Final = ("bone", "liver", "lung", "brain", "skin", "adrenal_gland", "pleura", "kidney")
TWO: Final = (
    *(
        Pattern(primary, None, True, ("bone",), number)
        for primary, number in (("lung", 60), ("breast", 20))
    ),
    *(
        Pattern(primary, None, True, ("liver",), number)
        for primary, number in (("lung", 20), ("breast", 40))
    ),
    *(
        Pattern(primary, None, True, ("bone", "liver"), number)
        for primary, number in (("lung", 20), ("breast", 20))
    ),
    *(
        Pattern(primary, None, True, (), number)
        for primary, number in (("lung", 100), ("breast", 120))
    ),
)


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return mets.load()


def shares_by_hand() -> dict[str, dict[str, float]]:
    """Return in how many of the patients of each cancer each site is, one added on both sides.

    With two cancers a site's own distribution is flat, and weighs as two patients.
    """
    found: dict[str, dict[str, float]] = {}
    sites = ("bone", "liver")
    raw: dict[str, dict[str, tuple[int, int]]] = {}
    for primary in ("lung", "breast"):
        rows = [one for one in TWO if one.primary == primary]
        total = sum(one.patients for one in rows)
        raw[primary] = {
            site: (sum(one.patients for one in rows if site in one.sites), total) for site in sites
        }
    for primary, counts in raw.items():
        found[primary] = {site: count / total for site, (count, total) in counts.items()}
    return found


def test_posterior_and_parts_are_bayes_rule_by_hand(kg: KnowledgeGraph) -> None:
    diagram = draw_likely(
        kg, sites="bone", absent="liver", patterns=list(TWO), dependence=False, prior="uniform"
    )
    shares = shares_by_hand()
    odds = log(shares["lung"]["bone"] / shares["breast"]["bone"])
    odds_clear = log((1 - shares["lung"]["liver"]) / (1 - shares["breast"]["liver"]))
    rows = {one.key: one for one in diagram.rows}
    posterior = 1 / (1 + np.exp(-(odds + odds_clear)))
    # The frequencies are drawn a little toward their mean.
    assert rows["lung"].percent == pytest.approx(100 * posterior, abs=1.0)
    assert rows["breast"].percent == pytest.approx(100 * (1 - posterior), abs=1.0)
    assert rows["lung--bone"].value == pytest.approx(odds, abs=0.05)
    assert rows["lung--liver"].value == pytest.approx(odds_clear, abs=0.05)
    assert rows["breast--bone"].value == pytest.approx(-(rows["lung--bone"].value or 0))
    assert (rows["lung--bone"].words, rows["lung--liver"].words) == (("present",), ("clear",))


def test_parts_sum_to_posterior_less_prior_log_odds(kg: KnowledgeGraph) -> None:
    diagram = draw_likely(kg, sites=["bone", "liver"], absent="brain")
    answer = {
        one.primary or "rest": one for one in likely(kg.evidence, ["bone", "liver"], absent="brain")
    }
    for row in (one for one in diagram.rows if one.measure == "percent"):
        parts = [one.value or 0.0 for one in diagram.rows if one.key.startswith(f"{row.key}--")]
        share = (row.percent or 0.0) / 100
        prior = answer[row.key].prior or 0.0
        assert sum(parts) == pytest.approx(
            log(share / (1 - share)) - log(prior / (1 - prior)), abs=1e-6
        )
        assert row.percent == pytest.approx(100 * (answer[row.key].posterior or 0.0))


@pytest.mark.parametrize("axis", ["percent", "log"])
def test_dots_and_bars_stand_where_the_numbers_are(kg: KnowledgeGraph, axis: Any) -> None:
    diagram = draw_likely(kg, sites=["bone", "liver"], absent="brain", axis=axis)
    rows = {one.key: one for one in diagram.rows}
    places = {}
    for one in diagram.artists["marks"]:
        assert isinstance(one, PathPatch)
        places[str(one.get_gid()).removeprefix("likely-mark-")] = float(
            np.mean(one.get_path().get_extents().intervalx)
        )
    values = {key: rows[key].percent or 0.0 for key in places}
    measured = [np.log10(values[key]) if axis == "log" else values[key] for key in places]
    slope, start = np.polyfit(measured, list(places.values()), 1)
    assert list(places.values()) == pytest.approx(
        [start + slope * one for one in measured], abs=1e-6
    )
    for line in diagram.artists["intervals"]:
        assert isinstance(line, PathPatch)
        row = rows[str(line.get_gid()).removeprefix("likely-interval-")]
        box = line.get_path().get_extents()
        if axis == "percent":
            assert (box.x0 - start) / slope == pytest.approx(row.interval_low, abs=1e-6)
            assert (box.x1 - start) / slope == pytest.approx(row.interval_high, abs=1e-6)
    wide = {
        str(one.get_gid()).removeprefix("likely-part-"): one.get_width()
        for one in diagram.artists["parts"]
        if isinstance(one, Rectangle)
    }
    units = [width / abs(rows[key].value or 1.0) for key, width in wide.items()]
    assert units == pytest.approx([units[0]] * len(units))
    assert all(row.artists for row in diagram.rows)


def test_it_says_that_it_is_no_diagnosis_and_names_sites_and_prior(kg: KnowledgeGraph) -> None:
    diagram = draw_likely(kg, sites=["bone", "liver"], absent=["brain"])
    assert diagram.title == (
        "Likely primaries of metastases in bone and liver, brain clear (research, not a diagnosis)"
    )
    said = " ".join(words(diagram.artists["caption"]))
    assert said.startswith("Not a diagnosis. Prior: as counted in bone (bone-seer-2024).")
    for text in (diagram.caption, said):
        assert "Not a diagnosis" in text
        assert "Not for clinical use" in text
    assert "not a diagnosis" in diagram.alt_text
    assert {"liver present", "brain clear", "prior"} <= set(diagram.legend_text.split("; "))


def test_cases_counted_at_a_site_have_no_prior_and_no_parts(kg: KnowledgeGraph) -> None:
    diagram = draw_likely(kg, sites="brain")
    assert diagram.artists["parts"] == ()
    assert diagram.artists["priors"] == ()
    assert "prior" not in diagram.legend_text.split("; ")
    assert "no prior and no model" in diagram.caption
    assert "Shapley" not in diagram.caption
    assert diagram.rows[0].primary == "lung"
    assert "singh-2020-brain" in " ".join(diagram.credits)


def test_what_cannot_be_told_is_said(kg: KnowledgeGraph) -> None:
    with pytest.warns(EmptyDiagramWarning, match="no ranking"):
        diagram = draw_likely(kg, sites="liver", absent="hepatic", size="column")
    assert "both present and clear" in diagram.caption
    assert "both present and clear" in diagram.alt_text
    assert "both present" in " ".join(words(diagram.artists["caption"]))
    assert faults(diagram) == []
    with pytest.raises(EvidenceError, match="at least one site"):
        draw_likely(kg)
    with pytest.raises(UnknownNameError, match="axis"):
        draw_likely(kg, sites="bone", axis="cubic")


def test_top_primaries_and_highlight(kg: KnowledgeGraph) -> None:
    options: dict[str, Any] = {
        "sites": ["bone", "lung"],
        "prior": "uniform",
        "denominator": "autopsies",
        "anyway": True,
    }
    every = [one for one in draw_likely(kg, **options).rows if one.measure == "percent"]
    top = draw_likely(kg, **options, top=2)
    kept = [one for one in top.rows if one.measure == "percent"]
    assert [one.key for one in kept] == [one.key for one in every[:2]]
    rest = sum(one.percent or 0.0 for one in every[2:])
    assert f"Not drawn: {len(every) - 2} cancers with {rest:.1f} % together." in top.caption
    assert "Not drawn" not in draw_likely(kg, sites="brain").caption
    chosen = draw_likely(kg, **options, primaries=every[1].primary)
    assert [one.key for one in chosen.rows if one.measure == "percent"] == [every[1].key]
    assert chosen.rows[0].percent == every[1].percent
    assert draw_likely(kg, **options, highlight=every[0].primary).rows


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_wrong_with_it_in_its_place(kg: KnowledgeGraph, size: str, theme: str) -> None:
    many = {
        "sites": MANY[:5],
        "absent": MANY[5:],
        "prior": "uniform",
        "denominator": "autopsies",
        "anyway": True,
        "draws": 50,
    }
    for options in ({"sites": "brain"}, {"sites": ["bone", "liver"], "absent": "brain"}, many):
        diagram = draw_likely(kg, **options, size=size, theme=theme)
        assert faults(diagram) == []
        wide, high = diagram.figure.get_size_inches()
        assert wide <= SIZES[size].width + 1e-6
        assert high <= (SIZES[size].height or 1e9) + 1e-6


def test_what_has_no_room_is_refused_with_what_has(kg: KnowledgeGraph) -> None:
    asked: dict[str, Any] = {"sites": ["bone", "liver"], "size": (1.5, 1.4)}
    with pytest.raises(FitError) as caught:
        draw_likely(kg, **asked)
    assert caught.value.remedies
    for remedy in caught.value.remedies:
        options = eval(f"dict({remedy})")  # noqa: S307 - what the message says
        assert draw_likely(kg, **{**asked, **options}).rows


def keys(diagram: Diagram) -> list[tuple[str, float | None]]:
    return [(one.key, one.value) for one in diagram.rows]


def test_own_patterns_are_the_callers_own(kg: KnowledgeGraph, tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    write_patterns(TWO, file)
    of_file = draw_likely(kg, sites=["bone"], patterns=file)
    assert of_file.call == "kg.draw.likely(patterns='mine.csv', sites=['bone'])"
    assert "CC BY" not in of_file.license + " ".join(of_file.credits) + of_file.caption
    assert of_file.release == ""
    assert "Data release" not in of_file.caption
    pandas = pytest.importorskip("pandas")
    for data in (str(file), pandas.read_csv(file), list(TWO), iter(TWO)):
        assert keys(draw_likely(kg, sites=["bone"], patterns=data)) == keys(of_file)


def test_labels_of_a_user_are_escaped_and_bytes_stay(kg: KnowledgeGraph) -> None:
    options: dict[str, Any] = {"labels": {"bone": "<b>&'\"", "lung": "</text><script>"}}
    one, two = (draw_likely(kg, sites=["bone", "liver"], **options) for _ in range(2))
    svg = written(one, "svg").decode()
    assert "<b>&" not in svg
    assert "<script>" not in svg
    assert svg == written(two, "svg").decode()
    ids = [one.get_gid() for found in one.artists.values() for one in found]
    assert len(set(ids)) == len(ids)


@pytest.mark.slow
def test_real_patients_fit_on_a_column(kg: KnowledgeGraph) -> None:
    path = shared_path("data", "msk_impact_2017", "msk_impact_2017_clinical_data.tsv")
    read = read_cbioportal(path, patterns=True)
    diagram = draw_likely(kg, sites=["bone", "liver"], patterns=read, size="column", draws=50)
    total = sum(one.percent or 0.0 for one in diagram.rows if one.measure == "percent")
    assert total <= 100 + 1e-6
    assert faults(diagram) == []


@pytest.mark.slow
def test_the_shell_draws_it(tmp_path: Path) -> None:
    out = tmp_path / "likely.svg"
    done = run(
        "draw", "likely", "--site", "bone", "--site", "liver", "--absent", "brain", "--out", out
    )
    assert done.returncode == 0, done.stderr
    assert "not a diagnosis" in done.stderr
    assert out.exists()
