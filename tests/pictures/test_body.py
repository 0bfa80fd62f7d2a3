"""The body map: nothing dropped, nothing mixed, nothing covered; the anatomy behind it."""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.text import Text

import metastasis as mets
import strategies
from drawings import (
    DICHROMACIES,
    counted,
    faults,
    is_readable,
    lab,
    linear,
    said,
    small,
    words,
    written,
)
from metastasis._catalog import Catalog, Primary, Site, Source
from metastasis._errors import FitError, UnknownNameError
from metastasis._evidence.frame import Frame
from metastasis._evidence.number import choose_frame, number_for
from metastasis._graph import KnowledgeGraph
from metastasis.pictures import Scale, Style, anatomy, draw_body
from metastasis.pictures._body.anatomy import BODIES, read_anatomy
from metastasis.pictures._body.frames import frame_of_most
from metastasis.pictures._body.values import values_of
from metastasis.pictures._said.selection import select
from metastasis.pictures._signs.arrow import ROUTES

if TYPE_CHECKING:
    from pathlib import Path

    from metastasis._evidence.assertion import Assertion
    from metastasis.pictures import Diagram

_GRAPH: Final = mets.load()
_SPREADS: Final = _GRAPH.evidence.pairs()
PRIMARIES: Final = sorted({spread.primary for spread in _SPREADS})
GROUPINGS: Final = {
    key for key, primary in _GRAPH.catalog.primaries.items() if primary.kind == "grouping"
}
SITES: Final = sorted({spread.site for spread in _SPREADS if spread.primary not in GROUPINGS})
METASTATIC: Final = "metastatic_patients"


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return _GRAPH


def mine(*rows: Assertion) -> KnowledgeGraph:
    """Return a graph of invented sources with the names of the shipped catalog."""
    catalog = Catalog(
        primaries=_GRAPH.catalog.primaries.values(),
        sites=_GRAPH.catalog.sites.values(),
        sources=strategies.SMALL.sources.values(),
    )
    return KnowledgeGraph.from_assertions(rows, catalog)


def patches(diagram: Diagram, role: str) -> dict[str, PathPatch]:
    """Return the patches of a role by the last part of their ids."""
    found = [one for one in diagram.artists[role] if isinstance(one, PathPatch)]
    return {str(one.get_gid()).rpartition("-")[2]: one for one in found}


def beside(diagram: Diagram, key: str) -> str:
    """Return what stands below the name of a site."""
    pattern = re.compile(rf"body-number-{key}-\d+")
    found = [one for one in diagram.artists["numbers"] if isinstance(one, Text)]
    return " ".join(one.get_text() for one in found if pattern.fullmatch(str(one.get_gid())))


# The scale


def test_the_scale_with_most_numbers_and_counts_is_chosen() -> None:
    graph = small(
        counted("bone", None, METASTATIC, percent=60),
        counted("liver", 60, METASTATIC),
        counted("bone", 90, "autopsies", setting="at_autopsy", source="two"),
        said("lung", "bone", "common"),
    )
    diagram = graph.draw.body("breast")
    assert "share of metastatic patients, during the course of the disease" in diagram.caption
    assert "it has numbers on 2 of 2 pairs" in diagram.caption
    chosen = graph.draw.body("breast", denominator="autopsies")
    assert "share of autopsies" in chosen.caption
    assert "90/200" in beside(chosen, "bone")
    assert beside(chosen, "liver") == "other numbers only"


def test_several_scales_that_fit_what_is_named_are_refused_with_the_remedy() -> None:
    graph = small(
        counted("bone", 60, METASTATIC),
        counted("bone", 60, METASTATIC, setting="at_diagnosis", source="two"),
    )
    with pytest.raises(ValueError, match="setting='at_diagnosis', occurrence='any'"):
        graph.draw.body("breast", denominator=METASTATIC)
    diagram = graph.draw.body("breast", denominator=METASTATIC, setting="at_diagnosis")
    assert "at diagnosis" in diagram.title


def test_first_and_only_sites_are_scales_of_their_own() -> None:
    graph = small(
        counted("bone", 60, METASTATIC, occurrence="only_site"),
        counted("liver", 30, METASTATIC, occurrence="only_site"),
        counted("bone", 90, METASTATIC, source="two"),
    )
    assert beside(graph.draw.body("breast"), "liver") == "other numbers only"
    only = graph.draw.body("breast", occurrence="only_site")
    assert "as the only site" in only.title
    assert beside(only, "liver").startswith("15")


def test_shares_of_a_site_are_taken_unasked_from_the_site_only() -> None:
    graph = small(counted("bone", 60, "site_cases"), counted("liver", 20, "site_cases"))
    forward, back = graph.draw.body("breast"), graph.draw.body(sites="bone")
    assert "%" not in forward.title
    assert "patients with a metastasis at the site" in back.title
    assert "60/200" in " ".join(words(back.artists["numbers"]))


def test_one_number_is_shown_and_never_a_mean() -> None:
    rows = [
        counted("bone", 60, METASTATIC, source="one"),
        counted("bone", None, METASTATIC, source="two", percent=50, total=10_000),
        counted("bone", 90, METASTATIC, source="three", total=100, population="women"),
    ]
    (spread,) = small(*rows).evidence.pairs()
    shown = number_for(spread, Frame(METASTATIC, "during_course"))
    assert shown is not None
    assert shown.source == "one"
    assert number_for(spread, None) is None
    assert choose_frame([spread], setting="at_autopsy").frame is None


@pytest.mark.parametrize("option", ["denominator", "setting", "occurrence", "body"])
def test_unknown_choices_are_told_with_what_there_is(kg: KnowledgeGraph, option: str) -> None:
    with pytest.raises(UnknownNameError, match=option):
        draw_body(kg, "breast", **{option: "everybody"})


# What is drawn


@pytest.mark.slow
@pytest.mark.parametrize("primary", PRIMARIES)
def test_no_label_of_a_primary_overlaps_or_is_dropped(kg: KnowledgeGraph, primary: str) -> None:
    diagram = kg.draw.body(primary)
    is_readable(diagram)
    sites = {spread.site for spread in _SPREADS if spread.primary == primary}
    named = {str(one.get_gid()) for one in diagram.artists["site labels"]}
    assert {f"body-name-{site}-1" for site in sites} <= named
    drawn = {str(one.get_gid()) for role in ("organs", "marks") for one in diagram.artists[role]}
    assert {f"body-site-{site}" for site in sites} <= drawn


@pytest.mark.slow
@pytest.mark.parametrize("site", SITES)
def test_no_label_of_a_site_overlaps_or_is_dropped(kg: KnowledgeGraph, site: str) -> None:
    diagram = kg.draw.body(sites=site)
    is_readable(diagram)
    reaching = {one.primary for one in _SPREADS if one.site == site} - GROUPINGS
    named = {str(one.get_gid()) for one in diagram.artists["primary labels"]}
    assert {f"body-name-{primary}-1" for primary in reaching} <= named


@pytest.mark.slow
def test_a_page_of_sites_is_readable(kg: KnowledgeGraph) -> None:
    diagram = kg.draw.body(sites=["liver", "brain", "bone"])
    is_readable(diagram)
    assert words(diagram.artists["site labels"]) == ["Bone", "Brain", "Liver"]


@pytest.mark.slow
@pytest.mark.parametrize("body", BODIES)
def test_every_site_at_once_is_readable(body: str) -> None:
    places = [site.key for site in strategies.CATALOG.sites.values() if site.is_anatomical]
    rows = [said("cup", site, "common", "cancer-spreading") for site in places]
    graph = KnowledgeGraph.from_assertions(rows)
    diagram = graph.draw.body("cup", body=body)
    is_readable(diagram)
    labels = {str(one.get_gid()).rpartition("-")[0] for one in diagram.artists["site labels"]}
    assert len(labels) == len(places)


def test_arrows_are_drawn_where_they_are_asked_for_and_all_alike() -> None:
    graph = small(
        counted("bone", 12_000, METASTATIC, total=20_000),
        counted("liver", 3, METASTATIC, total=20),
    )
    plain, with_arrows = graph.draw.body("breast"), graph.draw.body("breast", arrows=True)
    assert "arrows" not in plain.artists
    assert "Arrows" not in plain.caption
    arrows = patches(with_arrows, "arrows")
    looks = {(one.get_linewidth(), one.get_edgecolor()) for one in arrows.values()}
    assert set(arrows) == {"bone", "liver"}
    assert len(looks) == 1
    assert "Arrows say whence and whither, and their width nothing." in with_arrows.caption
    assert "arrows=True" in with_arrows.call


def test_fills_are_the_steps_of_the_scale() -> None:
    graph = small(counted("bone", 120, METASTATIC), counted("liver", 6, METASTATIC))
    diagram = graph.draw.body("breast")
    organs = patches(diagram, "organs")
    assert to_hex(organs["bone"].get_facecolor()) == Style().percent_shades[-1].lower()
    assert to_hex(organs["liver"].get_facecolor()) == Style().percent_shades[0].lower()
    found = beside(diagram, "bone").replace("\N{NO-BREAK SPACE}", " ")
    assert " ".join(found.split()) == "60 % 120/200 (53\N{EN DASH}67 %)"


def test_the_route_is_a_pattern() -> None:
    rows = [
        counted("bone", 60, METASTATIC, route="lymphatic"),
        counted("liver", 60, METASTATIC),
    ]
    diagram = small(*rows).draw.body("breast", arrows=True)
    arrows = patches(diagram, "arrows")
    assert arrows["liver"].get_linestyle() == "solid"
    assert arrows["bone"].get_linestyle() != "solid"
    labels = words(diagram.artists["legend labels"])
    assert {"lymphatic", "route not stated"} <= set(labels)
    assert len(set(ROUTES.values())) == len(ROUTES)


def test_words_denials_and_conflicts_cannot_be_read_as_a_frequency() -> None:
    graph = small(
        said("breast", "bone", "common"),
        said("breast", "liver", "absent"),
        said("lung", "bone", "absent"),
        said("lung", "bone", "common", "two"),
    )
    diagram = graph.draw.body("breast", color="share", arrows=True)
    organs = patches(diagram, "organs")
    assert organs["bone"].get_hatch()
    assert to_hex(organs["bone"].get_facecolor()) == to_hex(organs["liver"].get_facecolor())
    assert not any(character.isdigit() for character in " ".join(words(diagram.artists["numbers"])))
    assert set(patches(diagram, "arrows")) == {"bone"}
    assert set(patches(diagram, "strokes")) == {"liver"}
    assert beside(diagram, "liver") == "reported absent"
    assert "no frequency can be read" in diagram.caption
    conflict = graph.draw.body("lung")
    assert beside(conflict, "bone") == "sources conflict"
    assert "Sources conflict: bone." in conflict.alt_text


@pytest.mark.parametrize(
    ("primary", "body", "expected"),
    [
        ("prostate", None, "a male body"),
        ("ovary", None, "a female body"),
        ("lung", None, "a neutral body"),
        ("lung", "female", "a female body"),
        ("prostate", "neutral", "a neutral body"),
    ],
)
def test_the_body_is_that_of_the_primary_or_of_the_caller(
    kg: KnowledgeGraph, primary: str, body: str | None, expected: str
) -> None:
    assert f"on {expected} with" in kg.draw.body(primary, body=body).alt_text


@pytest.mark.parametrize(
    ("primary", "site", "body", "named"),
    [
        ("prostate", None, "female", "prostate cancer"),
        ("ovary", None, "male", "ovarian cancer"),
        (None, "ovary", "male", "ovary"),
        ("stomach", "ovary", "male", "ovary"),
    ],
)
def test_a_body_of_the_other_sex_is_refused(
    kg: KnowledgeGraph, primary: str | None, site: str | None, body: str, named: str
) -> None:
    with pytest.raises(ValueError, match=f"^no {body} body has {named}: leave body out$"):
        kg.draw.body(primary, site, body=body)


def test_sites_with_primaries_stay_seen_from_the_primary(kg: KnowledgeGraph) -> None:
    diagram = kg.draw.body("breast", ["bone", "liver"])
    assert diagram.call == "kg.draw.body(primaries=['breast'], sites=['bone', 'liver'])"
    names = words(diagram.artists["site labels"])
    assert sorted(names) == ["Bone", "Liver"]


def test_another_lung_is_another_place(kg: KnowledgeGraph) -> None:
    diagram = kg.draw.body("lung", "lung", arrows=True)
    corners = np.asarray(patches(diagram, "arrows")["lung"].get_path().vertices)
    assert np.linalg.norm(corners[0] - corners[-1]) > 0.5


@pytest.mark.parametrize("primary", sorted({*_GRAPH.catalog.primaries} - {*PRIMARIES, *GROUPINGS}))
def test_a_cancer_that_only_a_users_patients_have_is_drawn(primary: str) -> None:
    sites = ["genital_organs", "liver", "peritoneum_retroperitoneum"]
    rows = [said(primary, site, "common", "cancer-spreading") for site in sites]
    diagram = KnowledgeGraph.from_assertions(rows).draw.body(primary, arrows=True)
    assert sorted(patches(diagram, "arrows")) == sites
    is_readable(diagram)


def test_a_site_or_a_primary_unknown_to_the_anatomy_stands_beside_the_body() -> None:
    catalog = Catalog(
        primaries=[Primary(key="breast", label="breast cancer")],
        sites=[Site(key="tail", label="tail")],
        sources=[Source(key="one", citation="A source", design="registry")],
    )
    rows = [said("breast", "tail", "common")]
    graph = KnowledgeGraph.from_assertions(rows, catalog)
    diagram = graph.draw.body("breast")
    assert words(diagram.artists["site labels"]) == ["Tail"]
    assert "tail" in patches(diagram, "marks")
    is_readable(diagram)


def test_style_sheets_reach_organs_by_id(kg: KnowledgeGraph) -> None:
    assert b'id="body-site-liver"' in written(kg.draw.body("breast"), "svg")
    assert b'id="body-breast-site-liver"' in written(kg.draw.body(["breast", "lung"]), "svg")


@pytest.mark.parametrize("vision", DICHROMACIES)
def test_what_is_in_focus_is_told_from_every_shade(vision: str) -> None:
    style = Style()
    seen = {color: lab(DICHROMACIES[vision] @ linear(color)) for color in style.percent_shades}
    for focus in (style.origin_fill, style.arrow):
        own = lab(DICHROMACIES[vision] @ linear(focus))
        assert min(float(np.linalg.norm(own - other)) for other in seen.values()) > 20


def test_shades_differ_from_the_body_in_greyscale() -> None:
    light = [float(lab(linear(color))[0]) for color in Style().percent_shades]
    assert all(a > b for a, b in pairwise(light))
    assert float(lab(linear(Style().body_fill))[0]) > light[0]


@pytest.mark.slow
def test_the_shell_draws_a_body(tmp_path: Path) -> None:
    command = ["draw", "body", "--site", "liver", "--body", "female", "--out", "liver.svg"]
    done = subprocess.run(
        [sys.executable, "-m", "metastasis", *command],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "kg.draw.body(sites=[" in (tmp_path / "liver.svg").read_text("utf-8")


# What shades mean


def test_where_half_of_the_pairs_have_no_number_in_one_frame_shade_is_the_class() -> None:
    graph = mine(
        counted("bone", 60, METASTATIC),
        counted("liver", 30, "all_patients"),
        said("breast", "brain", "rare"),
        said("breast", "lung", "common"),
    )
    diagram = graph.draw.body("breast")
    organs = patches(diagram, "organs")
    style = Style()
    assert to_hex(organs["lung"].get_facecolor()) == style.edge_shades[0].lower()
    assert to_hex(organs["brain"].get_facecolor()) == style.edge_shades[2].lower()
    assert "%" not in diagram.title
    assert "the class of the edge, not a share" in diagram.caption
    assert "metastatic" in beside(diagram, "bone")
    assert "all patients" in beside(diagram, "liver")
    assert "numbers of different people are not compared" in diagram.caption
    assert "No frame has numbers on half of the pairs" in diagram.caption
    assert diagram.caption.count("Numbers with different denominators are not pooled.") == 1
    forced = graph.draw.body("breast", "bone", color="class")
    assert "No frame has numbers" not in forced.caption
    assert "Each number says whom it counts" in forced.caption
    by_share = graph.draw.body("breast", color="share")
    assert "Shade: share of" in by_share.caption
    with pytest.raises(ValueError, match="leave out color"):
        graph.draw.body("breast", color="class", denominator=METASTATIC)


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ((METASTATIC, "autopsies"), METASTATIC),
        (("autopsies", "distant_stage_at_diagnosis"), "autopsies"),
        (("all_patients", "distant_stage_at_diagnosis"), "distant_stage_at_diagnosis"),
    ],
)
def test_frames_have_an_order(others: tuple[str, ...], expected: str) -> None:
    rows = [
        counted(site, 20, whom, setting="at_autopsy" if whom == "autopsies" else "at_diagnosis")
        for whom in others
        for site in ("bone", "liver")
    ]
    frame, why = frame_of_most(small(*rows).evidence.pairs(), of_sites=False)
    assert frame is not None
    assert frame.denominator == expected
    assert why == "it has numbers on 2 of 2 pairs"


def test_pictures_on_one_scale_share_the_meaning_of_shades_and_of_letters(
    kg: KnowledgeGraph,
) -> None:
    figure = Figure(figsize=(7.2, 3.2))
    scale = Scale(color="class")
    sites = ["bone", "liver", "lung", "brain"]
    axes = figure.subplots(1, 2)
    first = kg.draw.body("bladder", sites, ax=axes[0], scale=scale)
    second = kg.draw.body("breast", sites, ax=axes[1], scale=scale)
    assert "Shade: the class" in first.caption
    assert "Shade: the class" in second.caption
    letters = re.findall(r"(?:^|\. )([a-z]): ([^.]*)\.", scale.caption)
    assert len({letter for letter, _ in letters}) == len(letters)


# Where labels stand


def test_a_name_of_the_bones_points_at_spine_and_pelvis(kg: KnowledgeGraph) -> None:
    diagram = kg.draw.body("prostate", ["bone", "liver"])
    leaders = {str(one.get_gid()): one for one in diagram.artists["leaders"]}
    dots = leaders["body-dot-bone"].get_path().to_polygons()  # type: ignore[attr-defined]
    assert len(dots) == 2
    assert dots[1].mean(axis=0)[1] > dots[0].mean(axis=0)[1]


def test_what_has_no_place_is_a_list_beside_the_body(kg: KnowledgeGraph) -> None:
    diagram = kg.draw.body("prostate", ["bone", "distant lymph node"])
    assert "no one place:" in words(diagram.artists["numbers"])
    assert "10.6" in beside(diagram, "lymph_node_distant")
    assert "lymph_node_distant" in patches(diagram, "marks")


def test_legs_are_shown_only_where_something_is_on_them(kg: KnowledgeGraph) -> None:
    torso, whole = kg.draw.body("prostate", "bone"), kg.draw.body(values={"femur": 1.0})
    anatomy_ = read_anatomy()
    heights = []
    for diagram in (torso, whole):
        box = diagram.artists["body"][0].get_clip_box()
        assert box is not None
        unit = diagram.places["bladder"][1] - diagram.places["brain"][1]
        unit /= anatomy_.place("bladder")[1] - anatomy_.place("brain")[1]
        low, high = sorted(diagram.axes.transData.inverted().transform(box)[:, 1])
        heights.append((high - low) / unit)
    assert heights[0] < 265 < heights[1]


def test_names_that_have_no_room_are_named_below_or_counted(kg: KnowledgeGraph) -> None:
    diagram = kg.draw.body(sites="liver", size="column")
    is_readable(diagram)
    below = [one for one in diagram.artists["numbers"] if "rest" in str(one.get_gid())]
    assert below or "had no room beside a body" in diagram.caption
    full = kg.draw.body("prostate", ["bone", "liver"], size="column")
    assert "no room" not in full.caption
    assert "Not named" not in full.caption


def test_a_body_that_has_no_room_is_refused_with_what_would_fit(kg: KnowledgeGraph) -> None:
    with pytest.raises(FitError, match=r"what would fit: size="):
        kg.draw.body(size="column")
    with pytest.raises(FitError, match="no room"):
        kg.draw.body("prostate", size=(1.2, 1.2))


def test_less_is_drawn_where_less_is_asked_for() -> None:
    rows = [counted(site, 20 * n, METASTATIC) for n, site in enumerate(("bone", "liver", "lung"))]
    graph = mine(*rows)
    first = graph.draw.body("breast", top=1)
    assert words(first.artists["site labels"]) == ["Lung"]
    assert "Left out: 2 pairs beyond the first 1 by share." in first.caption
    least = graph.draw.body("breast", least=5)
    assert "Left out: 1 pair with a share under 5 %." in least.caption
    assert sorted(words(least.artists["site labels"])) == ["Liver", "Lung"]
    assert "Left out" not in graph.draw.body("breast").caption


def test_what_is_not_brought_out_is_faded(kg: KnowledgeGraph) -> None:
    diagram = kg.draw.body("prostate", highlight="bone")
    shapes = {str(one.get_gid()) for one in diagram.artists["organs"]}
    assert "body-site-bone" in shapes
    assert "body-site-liver-faded" in shapes
    rows = {row.site: row for row in diagram.rows}
    assert "body-site-liver-faded" in rows["liver"].artists


def test_labels_stand_by_share_where_that_is_asked_for() -> None:
    rows = [counted(site, n, METASTATIC) for n, site in ((90, "bone"), (60, "brain"), (30, "lung"))]
    diagram = mine(*rows).draw.body("breast", order="share")
    numbers = [one for one in diagram.artists["numbers"] if isinstance(one, Text)]
    for side in ("left", "right"):
        column = [
            one
            for one in numbers
            if one.get_horizontalalignment() == side and "%" in one.get_text()
        ]
        column = [one for one in column if one.get_fontweight() == "bold"]
        column.sort(key=lambda one: one.get_position()[1])
        shares = [float(one.get_text().split("\N{NO-BREAK SPACE}")[0].split()[0]) for one in column]
        assert shares == sorted(shares, reverse=True)
    is_readable(diagram)


# Values of one's own


def test_values_of_ones_own_are_said_to_be_so(kg: KnowledgeGraph) -> None:
    diagram = kg.draw.body(
        values={"hepatic": 0.4, "bone": 1.7, "brain": None, "lung": float("nan")}
    )
    assert diagram.title == "Values given by the caller"
    assert "nothing here is from this graph" in diagram.caption
    assert "Not given: brain, lung." in diagram.caption
    assert (diagram.credits, diagram.works) == ((), ())
    assert {row.site: row.value for row in diagram.rows} == {"liver": 0.4, "bone": 1.7}
    assert "body-site-liver" in diagram.rows[1].artists
    assert beside(diagram, "bone") == "1.7"
    assert "2026" not in diagram.caption
    is_readable(diagram)


def test_values_have_steps_and_a_unit_of_their_own(kg: KnowledgeGraph) -> None:
    values = {"liver": 4, "bone": 40}
    diagram = kg.draw.body(values=values, steps=[5, 10], unit="%")
    shown = diagram.legend_text.replace("\N{NO-BREAK SPACE}", " ")
    assert shown == "< 5 %; 5\N{EN DASH}10 %; \N{GREATER-THAN OR EQUAL TO} 10 %"
    organs = patches(diagram, "organs")
    assert to_hex(organs["bone"].get_facecolor()) == Style().percent_shades[-1].lower()
    assert to_hex(organs["liver"].get_facecolor()) == Style().percent_shades[0].lower()


@pytest.mark.parametrize(
    ("options", "error", "said_of_it"),
    [
        ({"values": {"livr": 1}}, UnknownNameError, "Did you mean 'liver'"),
        ({"values": {"liver": "much"}}, TypeError, "no number"),
        ({"values": {"liver": True}}, TypeError, "no number"),
        ({"values": {"liver": float("inf")}}, ValueError, "infinite"),
        ({"values": {"liver": 1, "hepatic": 2}}, ValueError, "given twice"),
        ({"values": [1, 2]}, TypeError, "numbers by site"),
        ({"values": {"liver": 1}, "steps": [2, 1]}, ValueError, "rise"),
        ({"values": {"liver": 1}, "primaries": "breast"}, ValueError, "alone"),
        ({"values": {"ovary": 1}, "body": "male"}, ValueError, "no male body has ovary"),
        ({"primaries": "breast", "unit": "%"}, ValueError, "leave them out"),
    ],
)
def test_values_that_cannot_be_drawn_are_told(
    kg: KnowledgeGraph, options: dict[str, object], error: type[Exception], said_of_it: str
) -> None:
    with pytest.raises(error, match=said_of_it):
        draw_body(kg, **options)


@given(
    st.dictionaries(
        st.sampled_from(["liver", "bone", "brain", "lung", "lymph_node", "spleen"]),
        st.floats(-1e6, 1e6) | st.none(),
        min_size=1,
    )
)
@example({"liver": 2.225073858507203e-309, "bone": -6.913469978980128e-212})
@example({"liver": 5e-324, "bone": 0.0})
@example({"liver": 1e6, "bone": 1e6 + 1e-9})
@settings(max_examples=25)
def test_any_values_are_drawn_each_in_its_step(values: dict[str, float | None]) -> None:
    told = values_of(values, select(_GRAPH.evidence, None, None, None), None, None)
    assert len(told.given) == sum(value is not None for value in values.values())
    assert len(told.words()) == len(told.steps) + 1 <= 6
    assert list(told.steps) == sorted(set(told.steps))
    ordered = sorted(told.given.values())
    assert [told.step(value) for value in ordered] == sorted(map(told.step, ordered))


def test_few_values_may_be_asked_for(kg: KnowledgeGraph) -> None:
    diagram = kg.draw.body(values={"liver": 4, "bone": 40, "brain": 1}, top=2)
    assert sorted(words(diagram.artists["site labels"])) == ["Bone", "Liver"]
    assert "Left out: 1 value beyond the first 2." in diagram.caption
    with pytest.raises(ValueError, match="leave it out"):
        kg.draw.body(values={"liver": 4}, least=5)


# Where sites lie


def test_users_find_the_place_of_a_site_on_the_axes(kg: KnowledgeGraph) -> None:
    diagram = kg.draw.body("prostate", ["bone", "liver"])
    x, y = anatomy.place("hepatic", diagram)
    liver = patches(diagram, "organs")["liver"].get_path()
    assert liver.contains_point((x, y))
    several = kg.draw.body(["breast", "lung"], ["bone", "liver"])
    first = anatomy.place("liver", several, of="breast")
    assert first != anatomy.place("liver", several, of="lung cancer")
    for options in ({"of": "prostate"}, {}):
        with pytest.raises(UnknownNameError, match="breast"):
            anatomy.place("liver", several, **options)
    with pytest.raises(UnknownNameError, match="names no place"):
        anatomy.place("lymph_node", diagram)


def test_six_bodies_stand_in_subfigures(kg: KnowledgeGraph) -> None:
    figure = Figure(figsize=(7.2, 5))
    parts: Any = figure.subfigures(1, 2)
    left, right = parts
    for one, primary in ((left, "breast"), (right, "lung")):
        ax = one.add_axes((0, 0, 1, 1))
        diagram = kg.draw.body(primary, ["bone", "liver"], ax=ax, size="column")
        assert faults(diagram) == []
