"""The body map: nothing dropped, nothing mixed, nothing covered; the anatomy behind it."""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import PathPatch
from matplotlib.text import Text

import metastasis as mets
import strategies
from drawings import (
    DICHROMACIES,
    counted,
    is_readable,
    lab,
    linear,
    said,
    small,
    words,
    written,
)
from metastasis._catalog import Catalog, Primary, Site, Source
from metastasis._errors import UnknownNameError
from metastasis._evidence.frame import Frame
from metastasis._evidence.number import choose_frame, number_for
from metastasis._graph import KnowledgeGraph
from metastasis.pictures import Style, draw_body
from metastasis.pictures._anatomy import BODIES
from metastasis.pictures._arrow import ROUTES

if TYPE_CHECKING:
    from pathlib import Path

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
    assert "it has the most numbers and counts: on 2 of 2 pairs" in diagram.caption
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


def test_width_follows_the_share_and_color_the_interval() -> None:
    graph = small(
        counted("bone", 12_000, METASTATIC, total=20_000),
        counted("liver", 3, METASTATIC, total=20),
    )
    arrows = patches(graph.draw.body("breast"), "arrows")
    assert arrows["bone"].get_linewidth() == pytest.approx(1 + 8 * 0.6)
    assert arrows["liver"].get_linewidth() == pytest.approx(1 + 8 * 0.15)
    assert to_hex(arrows["bone"].get_edgecolor()) == Style().arrow.lower()
    light = [float(lab(linear(to_hex(one.get_edgecolor())))[0]) for one in arrows.values()]
    assert light[1] > light[0] + 10


def test_fills_are_the_steps_of_the_scale() -> None:
    graph = small(counted("bone", 120, METASTATIC), counted("liver", 6, METASTATIC))
    diagram = graph.draw.body("breast")
    organs = patches(diagram, "organs")
    assert to_hex(organs["bone"].get_facecolor()) == Style().percent_shades[-1].lower()
    assert to_hex(organs["liver"].get_facecolor()) == Style().percent_shades[0].lower()
    found = beside(diagram, "bone").replace("\N{NO-BREAK SPACE}", " ")
    assert " ".join(found.split()) == "60 % 120/200 (53 to 67 %)"


def test_the_route_is_a_pattern() -> None:
    rows = [
        counted("bone", 60, METASTATIC, route="lymphatic"),
        counted("liver", 60, METASTATIC),
    ]
    diagram = small(*rows).draw.body("breast")
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
    diagram = graph.draw.body("breast")
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
    assert not conflict.artists["arrows"]
    assert "Sources conflict: bone." in conflict.alt_text


@pytest.mark.parametrize(
    ("primary", "body", "expected"),
    [
        ("prostate", None, "a male body"),
        ("ovary", None, "a female body"),
        ("lung", None, "a torso"),
        ("lung", "female", "a female body"),
        ("prostate", "neutral", "a torso"),
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
    diagram = kg.draw.body("lung", "lung")
    corners = np.asarray(patches(diagram, "arrows")["lung"].get_path().vertices)
    assert np.linalg.norm(corners[0] - corners[-1]) > 0.5


@pytest.mark.parametrize("primary", sorted({*_GRAPH.catalog.primaries} - {*PRIMARIES, *GROUPINGS}))
def test_a_cancer_that_only_a_users_patients_have_is_drawn(primary: str) -> None:
    sites = ["genital_organs", "liver", "peritoneum_retroperitoneum"]
    rows = [said(primary, site, "common", "cancer-spreading") for site in sites]
    diagram = KnowledgeGraph.from_assertions(rows).draw.body(primary)
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
