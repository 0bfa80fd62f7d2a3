"""The anatomy: every site has its place, and what lies where in a body lies there."""

from __future__ import annotations

import shutil
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.path import Path as Curve

import metastasis as mets
from metastasis._catalog.records import MAPPING_PREDICATES
from metastasis._errors import TableError, UnknownNameError
from metastasis._files import ontology_path
from metastasis.pictures._body.anatomy import BODIES, parse_path, read_anatomy

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from metastasis.pictures._body.anatomy import Organ

_GRAPH: Final = mets.load()
ANATOMY: Final = read_anatomy()
SHAPES: Final = sorted(key for key, organ in ANATOMY.organs.items() if organ.path)
GRID: Final = np.stack(np.meshgrid(np.arange(-75.8, 76, 0.4), np.arange(0.2, 402, 0.4)), -1)
CERVICAL, THORACIC, LUMBAR = 5, 12, 5
"""Vertebrae that are drawn; the first two of the neck are behind the jaw."""


@lru_cache(maxsize=200)
def rings(site: str) -> tuple[NDArray[np.float64], ...]:
    """Return the polygons of a site's shape."""
    return tuple(
        np.asarray(one, float) for one in parse_path(ANATOMY.organs[site].path).to_polygons()
    )


def within(site: str, points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which points lie in a shape; a hole in it is outside."""
    found = np.zeros(len(points), dtype=bool)
    for ring in rings(site):
        found ^= Curve(ring).contains_points(points)
    return found


@lru_cache(maxsize=200)
def covered(site: str) -> NDArray[np.bool_]:
    """Return the points of the grid that a shape covers."""
    found = np.zeros(GRID.shape[:2], dtype=bool)
    for ring in rings(site):
        (x0, y0), (x1, y1) = ((at - GRID[0, 0]) / 0.4 for at in (ring.min(0), ring.max(0)))
        part = slice(int(y0), int(y1) + 2), slice(int(x0), int(x1) + 2)
        near = GRID[part]
        found[part] ^= Curve(ring).contains_points(near.reshape(-1, 2)).reshape(near.shape[:2])
    return found


def overlap(one: str, other: str) -> float:
    """Return the share of the smaller of two shapes that the other covers."""
    a, b = covered(one), covered(other)
    return float((a & b).sum() / min(a.sum(), b.sum()))


def box(site: str, *, left: bool | None = None) -> tuple[float, float, float, float]:
    """Return least x, least y, most x and most y: of a shape, or of its left or right half."""
    points = np.concatenate(rings(site))
    if left is not None:
        points = points[points[:, 0] > 0] if left else points[points[:, 0] < 0]
    (x0, y0), (x1, y1) = points.min(0), points.max(0)
    return float(x0), float(y0), float(x1), float(y1)


def middle(site: str) -> tuple[float, float]:
    """Return where a shape lies on average."""
    x, y = GRID[covered(site)].mean(0)
    return float(x), float(y)


def runs(site: str, y: float, x: tuple[float, float]) -> int:
    """Return how many pieces of a shape a level line meets."""
    across = np.stack([np.arange(*x, 0.1), np.full(len(np.arange(*x, 0.1)), y)], 1)
    return int((np.diff(within(site, across).astype(int), prepend=0) == 1).sum())


def vertebrae() -> list[tuple[float, float]]:
    """Return top and bottom of each vertebra, from the neck down."""
    return sorted((float(one[:, 1].min()), float(one[:, 1].max())) for one in rings("vertebra"))


# The tables


def test_every_place_of_the_catalog_is_in_the_anatomy() -> None:
    # Whatever a source counts in, and the systems that were drawn: others are no place of the body.
    places = {site.key for site in _GRAPH.evidence.places()}
    drawn = set(ANATOMY.organs)
    assert places <= drawn
    assert {_GRAPH.catalog.sites[key].kind for key in drawn - places} <= {"system"}


def test_organs_have_the_uberon_terms_of_the_catalog() -> None:
    for key, organ in ANATOMY.organs.items():
        terms = {
            mapping.predicate: mapping.object
            for mapping in reversed(_GRAPH.catalog.sites[key].mappings)
            if mapping.object.startswith("UBERON:")
        }
        same = [terms[name] for name in MAPPING_PREDICATES[:2] if name in terms]
        assert organ.uberon == (same[0] if same else None), key


def test_anchors_lie_in_every_body_that_has_the_organ() -> None:
    anatomy = ANATOMY
    for body in anatomy.bodies.values():
        outline = parse_path(body.path)
        for organ in anatomy.organs.values():
            if organ.anchor and organ.body in ("both", body.key) and organ.anchor[1] < body.height:
                twins = [organ.anchor, (-organ.anchor[0], organ.anchor[1])]
                inside = outline.contains_points(twins[: 1 + organ.paired], radius=2)
                below = organ.site in ("male_genital", "testis")
                assert below or inside.all(), (organ.site, body.key)


def test_anchors_of_shapes_lie_on_them() -> None:
    for organ in ANATOMY.organs.values():
        if organ.path and organ.anchor:
            box = parse_path(organ.path).get_extents()
            assert box.x0 - 1 <= organ.anchor[0] <= box.x1 + 1, organ.site
            assert box.y0 - 1 <= organ.anchor[1] <= box.y1 + 1, organ.site


def test_bodies_are_symmetric() -> None:
    for body in read_anatomy().bodies.values():
        box = parse_path(body.path).get_extents()
        assert box.x0 == pytest.approx(-box.x1, abs=0.2)
        assert box.y1 <= body.height


def test_only_sites_that_name_no_place_have_none() -> None:
    placeless = {organ.site for organ in ANATOMY.organs.values() if organ.anchor is None}
    assert placeless == {"lymph_node", "lymph_node_regional", "lymph_node_distant"}


@pytest.mark.parametrize(
    ("text", "said_of_it"),
    [
        ("L0 0", "begins with M"),
        ("M0 0 l1 1", "no command"),
        ("M0 0 A1 1 0 0 0 1 1", "no command"),
        ("M0", "takes 2 numbers"),
        ("M0 0 C1 1 2 2", "takes 6 numbers"),
        ("M0 0 Z 3", "takes 0 numbers"),
        ("M0 0 LL1 1", "takes 2 numbers"),
        ("M0 0 L1 ;", "not numbers"),
    ],
)
def test_paths_that_cannot_be_read_are_said_to_be(text: str, said_of_it: str) -> None:
    with pytest.raises(ValueError, match=said_of_it):
        parse_path(text)


def test_every_fault_of_the_tables_is_told_at_once(tmp_path: Path) -> None:
    shipped = ontology_path("anatomy")
    (tmp_path / "bodies.csv").write_bytes((shipped / "bodies.csv").read_bytes())
    rows = (shipped / "organs.csv").read_text("utf-8").splitlines()
    broken = ["abdomen,,dog,x,,1,,,1 2 3,cat,,M0,,", rows[1], rows[1], "short,row"]
    (tmp_path / "organs.csv").write_text("\n".join([rows[0], *broken]), "utf-8")
    with pytest.raises(TableError) as caught:
        read_anatomy(tmp_path)
    columns = [fault.column for fault in caught.value.faults]
    assert columns == ["body", "around", "further", "layer", "y", "path", "site", "site", None]
    (tmp_path / "organs.csv").write_text("site\nliver\n", "utf-8")
    with pytest.raises(TableError, match="the column is missing"):
        read_anatomy(tmp_path)


@pytest.mark.parametrize(
    ("site", "parts"), [("spine", "vertebra; tail"), ("vertebra", "spine"), ("rib", "rib")]
)
def test_parts_are_other_sites_and_no_circle(tmp_path: Path, site: str, parts: str) -> None:
    shutil.copytree(ontology_path("anatomy"), tmp_path, dirs_exist_ok=True)
    table = tmp_path / "organs.csv"
    lines = table.read_text("utf-8").splitlines()
    at = next(at for at, line in enumerate(lines) if line.startswith(f"{site},"))
    cells = lines[at].split(",")
    cells[lines[0].split(",").index("parts")] = parts
    lines[at] = ",".join(cells)
    table.write_text("\n".join(lines), "utf-8")
    with pytest.raises(TableError, match="another site of this table") as caught:
        read_anatomy(tmp_path)
    assert (at + 1, "parts") in {(fault.row, fault.column) for fault in caught.value.faults}


def test_a_whole_has_the_shapes_of_its_parts() -> None:
    for organ in ANATOMY.organs.values():
        for part in organ.parts:
            assert ANATOMY.organs[part].path in organ.path, (organ.site, part)


def test_the_tables_are_small_enough_to_go_with_every_page() -> None:
    assert sum(file.stat().st_size for file in ontology_path("anatomy").iterdir()) < 100_000


# Places


def test_a_place_is_an_anchor() -> None:
    for key, organ in ANATOMY.organs.items():
        if organ.anchor:
            assert ANATOMY.place(key) == organ.anchors[0]


def test_a_place_that_there_is_not_is_told_why() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean") as caught:
        ANATOMY.place("livver")
    assert "liver" in caught.value.suggestions
    with pytest.raises(UnknownNameError, match="names no place: regional to the primary"):
        ANATOMY.place("lymph_node_regional")


def test_bone_points_at_the_spine_and_at_both_hips() -> None:
    spine, *hips = ANATOMY.organs["bone"].anchors
    assert within("vertebra", np.array([spine])).all()
    assert within("pelvic_bone", np.array(hips)).all()
    assert hips[0][0] == -hips[1][0]


@given(st.sampled_from(SHAPES))
def test_every_anchor_of_a_shape_lies_on_it(site: str) -> None:
    edges = np.concatenate(rings(site))
    for anchor in ANATOMY.organs[site].anchors:
        is_on = within(site, np.array([anchor])).all()
        assert is_on or np.hypot(*(edges - anchor).T).min() < 1.5, anchor


@given(st.sampled_from(SHAPES), st.sampled_from(BODIES))
def test_every_shape_lies_in_the_body(site: str, body: str) -> None:
    organ = ANATOMY.organs[site]
    if organ.body in ("both", body) and site != "testis":
        (outline,) = parse_path(ANATOMY.bodies[body].path).to_polygons()
        points = np.concatenate(rings(site))
        beyond = points[~Curve(outline).contains_points(points)]
        for point in beyond:
            assert np.hypot(*(outline - point).T).min() < 1.5, point


def test_every_body_has_legs_and_is_cut_in_mid_thigh() -> None:
    knee = box("femur")[3]
    for body in ANATOMY.bodies.values():
        assert body.height > 400
        assert box("pelvic_bone")[3] < body.torso < knee


# Bones


def test_forearms_and_legs_have_two_bones_upper_arms_and_thighs_one() -> None:
    arm, leg = (42, 70), (8, 45)
    for y, (near, far), count in ((120, arm, 1), (175, arm, 2), (260, leg, 1), (350, leg, 2)):
        assert runs("bone", y, (near, far)) == count, y
        assert runs("bone", y, (-far, -near)) == count, y


def test_hands_and_feet_have_rays_of_five() -> None:
    assert runs("bone", 211, (56, 76)) == 5
    assert runs("bone", 396, (10, 40)) == 5


def test_the_spine_runs_from_the_skull_to_the_pelvis() -> None:
    found = vertebrae()
    assert len(found) == CERVICAL + THORACIC + LUMBAR
    assert all(low[1] <= high[0] for low, high in pairwise(found))
    assert box("skull")[3] - 1 <= found[0][0] <= box("skull")[3] + 3
    assert box("pelvic_bone")[1] < found[-1][0] < box("pelvic_bone")[3]
    assert box("spine")[3] > found[-1][1] + 15


def test_there_are_twelve_ribs_on_each_side_around_the_lungs() -> None:
    lung, rib = box("lung"), box("rib")
    assert rib[0] < lung[0]
    assert lung[2] < rib[2]
    tops = vertebrae()[CERVICAL : CERVICAL + THORACIC]
    for top, bottom in tops:
        beside = within("rib", np.array([(8.0, y) for y in np.arange(top - 2.5, bottom, 0.2)]))
        assert beside.any(), top


# Organs


def test_kidneys_lie_from_the_last_rib_to_the_third_lumbar_vertebra() -> None:
    levels = vertebrae()
    top = levels[CERVICAL + THORACIC - 1][0]
    bottom = levels[CERVICAL + THORACIC + 2][1]
    left, right = box("kidney", left=True), box("kidney", left=False)
    for one in (left, right):
        assert top - 1 <= one[1] < one[3] <= bottom + 1
    assert right[1] > left[1] + 1  # below the liver
    assert overlap("kidney", "vertebra") < 0.02


@pytest.mark.parametrize("left", [True, False])
def test_adrenals_sit_on_the_kidneys(left: bool) -> None:
    kidney, gland = box("kidney", left=left), box("adrenal_gland", left=left)
    assert gland[1] < kidney[1] < gland[3] < kidney[1] + 5
    assert min(kidney[2], gland[2]) - max(kidney[0], gland[0]) > 0.6 * (gland[2] - gland[0])


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        ("brain", "eye"),
        ("eye", "thyroid"),
        ("thyroid", "heart"),
        ("heart", "liver"),
        ("lung", "liver"),
        ("lung", "stomach"),
        ("diaphragm", "liver"),
        ("diaphragm", "spleen"),
        ("liver", "gallbladder"),
        ("stomach", "colon"),
        ("stomach", "duodenum"),
        ("pancreas", "small_intestine"),
        ("small_intestine", "bladder"),
        ("colon", "rectum"),
        ("uterus", "uterine_cervix"),
        ("uterine_cervix", "vagina"),
        ("bladder", "prostate"),
        ("prostate", "testis"),
        ("lymph_node_cervical", "lymph_node_supraclavicular"),
        ("lymph_node_supraclavicular", "lymph_node_infraclavicular"),
        ("lymph_node_infraclavicular", "lymph_node_axillary"),
        ("lymph_node_mediastinal", "lymph_node_hilar"),
        ("lymph_node_hilar", "lymph_node_para_aortic"),
        ("lymph_node_para_aortic", "lymph_node_iliac"),
        ("lymph_node_iliac", "lymph_node_inguinal"),
    ],
)
def test_what_lies_above_lies_above(upper: str, lower: str) -> None:
    assert middle(upper)[1] < middle(lower)[1]


@pytest.mark.parametrize(
    ("site", "is_left"),
    [
        ("heart", True),
        ("stomach", True),
        ("spleen", True),
        ("lymph_node_virchow", True),
        ("liver", False),
        ("gallbladder", False),
        ("duodenum", False),
    ],
)
def test_what_lies_on_one_side_is_not_mirrored(site: str, is_left: bool) -> None:
    assert (middle(site)[0] > 0.5) is is_left
    assert abs(middle(site)[0]) > 0.5


def test_the_heart_lies_between_the_lungs_and_the_liver_under_the_right_diaphragm() -> None:
    right, left = box("lung", left=False), box("lung", left=True)
    heart, liver = box("heart"), box("liver")
    assert right[0] < heart[0] < heart[2] < left[2]
    assert box("diaphragm", left=False)[1] <= liver[1]
    assert liver[0] < -25


def test_chains_of_nodes_lie_along_what_they_are_named_for() -> None:
    lumbar = vertebrae()[CERVICAL + THORACIC :]
    x0, y0, x1, y1 = box("lymph_node_para_aortic")
    assert lumbar[0][0] < y0 < y1 < lumbar[3][1] + 4
    assert -7 < x0 < x1 < 7
    lungs = box("lung", left=True)
    assert box("lymph_node_mediastinal")[2] < middle("lung")[0] + 8
    assert box("lymph_node_axillary", left=True)[0] > lungs[0] + 20  # beside the ribs
    assert box("lymph_node_cervical")[3] < lungs[1]
    groin = box("lymph_node_inguinal", left=True)
    assert box("bladder")[1] < groin[1]
    assert groin[3] < ANATOMY.bodies["male"].torso


@pytest.mark.parametrize(
    ("one", "other", "most"),
    [
        ("lung", "heart", 0.15),
        ("lung", "liver", 0.03),
        ("lung", "stomach", 0.03),
        ("lung", "spleen", 0.15),
        ("heart", "liver", 0.03),
        ("liver", "stomach", 0.15),
        ("liver", "spleen", 0.0),
        ("liver", "small_intestine", 0.0),
        ("stomach", "spleen", 0.03),
        ("stomach", "colon", 0.1),
        ("spleen", "kidney", 0.0),
        ("kidney", "adrenal_gland", 0.1),
        ("kidney", "bladder", 0.0),
        ("duodenum", "pancreas", 0.12),
        ("colon", "small_intestine", 0.15),
        ("colon", "bladder", 0.0),
        ("bladder", "prostate", 0.03),
        ("bladder", "uterus", 0.1),
        ("uterus", "ovary", 0.0),
        ("uterus", "vagina", 0.0),
        ("brain", "eye", 0.0),
        ("brain", "leptomeninges", 0.05),
        ("thyroid", "lung", 0.0),
        ("dura", "leptomeninges", 0.05),
        ("humerus", "rib", 0.0),
        ("skull", "vertebra", 0.02),
        ("femur", "pelvic_bone", 0.02),
        ("sternum", "rib", 0.0),
    ],
)
def test_neighbors_do_not_cover_each_other(one: str, other: str, most: float) -> None:
    assert overlap(one, other) <= most


@pytest.mark.parametrize("body", ["female", "male"])
def test_of_each_site_a_part_is_seen_even_where_all_are_meant(body: str) -> None:
    meant = [key for key in SHAPES if ANATOMY.organs[key].body in ("both", body)]
    meant.sort(key=lambda key: (ANATOMY.organs[key].front, key))
    seen = np.full(GRID.shape[:2], -1)
    for at, key in enumerate(meant):
        seen[covered(key)] = at
    for at, key in enumerate(meant):
        if not ANATOMY.organs[key].parts:  # the parts of a whole may be all there is of it
            assert (seen == at).sum() > 0.05 * covered(key).sum(), key


def _is_meant_alone(organ: Organ) -> bool:
    return bool(organ.path) and not organ.around


def test_what_stands_for_a_whole_is_drawn_only_where_it_is_meant() -> None:
    alone = {organ.site for organ in ANATOMY.organs.values() if _is_meant_alone(organ)}
    assert {"skin", "muscle", "bowel", "large_intestine", "spine", "breast"} <= alone
    assert {key for key in SHAPES if key.startswith("lymph_node_")} <= alone
