"""The progression: steps are counted as by hand, both ways stand apart, bad tables are told."""

from __future__ import annotations

import random
from itertools import combinations, pairwise
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from matplotlib.patches import PathPatch
from PIL import Image

import metastasis as mets
from drawings import faults, is_readable, words, written
from metastasis._catalog import read_catalog
from metastasis._errors import FitError, ReadError, TableError, UnknownNameError
from metastasis._evidence.interval import wilson_interval
from metastasis.analysis._process import (
    process_from_frequencies,
    process_from_sequences,
    read_sequences,
)
from metastasis.pictures import SIZES, THEMES, EmptyDiagramWarning, Style, draw_progression
from metastasis.pictures._progression.steps import START, read_steps, steps_from_matrix
from shell import run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from metastasis._graph import KnowledgeGraph
    from metastasis.pictures._progression.steps import Steps

CATALOG = read_catalog()
SITES = ("bone", "liver", "lung", "brain", "skin")


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return mets.load()


def table(folder: Path, paths: Sequence[Sequence[str]], primary: str = "breast") -> Path:
    """Write a table of sequences, one site a step."""
    rows = ["patient,primary,site,date,order"]
    for number, path in enumerate(paths):
        rows += [f"p{number},{primary},{site},2020-01-01,{at}" for at, site in enumerate(path, 1)]
    file = folder / "sequences.csv"
    file.write_text("\n".join(rows) + "\n")
    return file


def shares(steps: Steps) -> dict[tuple[str, str], tuple[float | None, float | None]]:
    return {(one.origin, one.target): (one.count, one.total) for one in steps.steps}


paths = st.lists(
    st.permutations(SITES).flatmap(lambda one: st.integers(1, 5).map(lambda n: one[:n])),
    min_size=1,
    max_size=12,
)


@given(chosen=paths)
def test_steps_are_counted_as_by_hand(chosen: list[list[str]], tmp_path_factory: Any) -> None:
    steps = read_steps(table(tmp_path_factory.mktemp("s"), chosen), CATALOG, None)
    walked = [step for path in chosen for step in pairwise([START, *path])]
    for (origin, target), (count, total) in shares(steps).items():
        assert count == walked.count((origin, target))
        assert total == sum(before == origin for before, _ in walked)
    assert set(shares(steps)) == set(walked)
    assert steps.patients == len(chosen)


def test_sites_found_together_do_not_lead_to_one_another(
    kg: KnowledgeGraph, tmp_path: Path
) -> None:
    file = tmp_path / "a.csv"
    file.write_text(
        "patient,primary,site,order\np,breast,bone,1\np,breast,liver,2\np,breast,lung,2\n"
    )
    assert shares(read_steps(file, CATALOG, None)) == {
        (START, "bone"): (1, 1),
        ("bone", "liver"): (0.5, 1),
        ("bone", "lung"): (0.5, 1),
    }
    diagram = draw_progression(kg, file)
    assert "→ liver 50 %  0.5/1" in words(diagram.artists["numbers"])
    assert "found together share one step in equal parts" in diagram.caption


def test_widths_and_numbers_are_shares_of_those_who_went_on(
    kg: KnowledgeGraph, tmp_path: Path
) -> None:
    file = table(
        tmp_path, [["bone", "liver"]] * 3 + [["bone", "lung"], ["bone"], ["liver", "bone"]]
    )
    diagram = draw_progression(kg, file)
    assert "→ liver 75 %  3/4" in words(diagram.artists["numbers"])
    assert "bone 83 % (5/6)" in diagram.alt_text
    assert "1 pair of sites joined both ways" in diagram.alt_text
    (step,) = [one for one in read_steps(file, CATALOG, None).steps if one.target == "lung"]
    low, high = wilson_interval(1, 4)
    assert step.interval == pytest.approx((100 * low, 100 * high))
    widths = {
        str(one.get_gid()): one.get_linewidth()
        for one in diagram.artists["steps"]
        if isinstance(one, PathPatch)
    }
    assert widths["progression-step-bone--liver"] > widths["progression-step-bone--lung"]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("seed", range(4))
def test_no_head_covers_another(kg: KnowledgeGraph, tmp_path: Path, size: str, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311
    file = table(tmp_path, [draw.sample(SITES, draw.randint(1, 5)) for _ in range(60)])
    diagram = draw_progression(kg, file, size=size)
    heads = [corners_of(one) for one in diagram.artists["step heads"]]
    assert len(heads) > 5
    for one, other in combinations(heads, 2):
        assert not meet(one, other)


def corners_of(head: object) -> Any:
    assert isinstance(head, PathPatch)
    return np.asarray(head.get_path().vertices, dtype=float)[:3]


def meet(one: Any, other: Any) -> bool:
    """Return whether two triangles share an area, by the separating axes of their sides."""
    for corners in (one, other):
        for a, b in ((0, 1), (1, 2), (2, 0)):
            side = corners[b] - corners[a]
            normal = np.array([-side[1], side[0]])
            first, second = one @ normal, other @ normal
            if first.max() <= second.min() + 1e-9 or second.max() <= first.min() + 1e-9:
                return False
    return True


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_wrong_with_it_in_its_place(
    kg: KnowledgeGraph, tmp_path: Path, size: str, theme: str
) -> None:
    draw = random.Random(7)  # noqa: S311
    chosen = [draw.sample(SITES, draw.randint(1, 5)) for _ in range(80)]
    for steps in (chosen, [["bone"]], [["bone", "liver"], ["liver", "bone"]]):
        diagram = draw_progression(kg, table(tmp_path, steps), size=size, theme=theme)
        assert faults(diagram) == []
        wide, high = diagram.figure.get_size_inches()
        assert wide <= SIZES[size].width + 1e-6
        assert high <= (SIZES[size].height or 1e9) + 1e-6


def test_every_step_is_a_row_with_its_artists(kg: KnowledgeGraph, tmp_path: Path) -> None:
    draw = random.Random(4)  # noqa: S311
    chosen = [draw.sample(SITES, draw.randint(1, 5)) for _ in range(30)]
    diagram = draw_progression(kg, table(tmp_path, chosen))
    walked = [step for path in chosen for step in pairwise([START, *path])]
    assert len(diagram.rows) == len(diagram.artists["steps"])
    for row in diagram.rows:
        origin, _, target = row.key.partition("--")
        leaves = sum(before == origin for before, _ in walked)
        assert (row.count, row.total) == (walked.count((origin, target)), leaves)
        assert row.percent == pytest.approx(100 * walked.count((origin, target)) / leaves)
        assert f"progression-step-{row.key}" in row.artists


def test_spreaders_and_sponges_are_those_of_the_analysis(
    kg: KnowledgeGraph, tmp_path: Path
) -> None:
    draw = random.Random(1)  # noqa: S311
    paths = [
        [
            draw.choice(["skin", "bone"]),
            *draw.sample(["liver", "brain"], 2),
            draw.choice(["bone", "lung"]),
        ]
        for _ in range(200)
    ]
    paths += [["liver", "skin"], ["lung", "skin", "liver"], ["bone", "lung", "liver"]] * 3
    paths = [list(dict.fromkeys(path)) for path in paths]
    file = table(tmp_path, paths)
    diagram = draw_progression(kg, file)
    told = {row.site: row.role for row in kg.process("breast", sequences=file)}
    assert {"spreader", "sponge"} <= set(told.values())
    style = Style()
    colors = {"spreader": style.arrow, "sponge": style.primaries[0]}
    for arc in diagram.artists["arcs"]:
        assert isinstance(arc, PathPatch)
        site = str(arc.get_gid()).removeprefix("progression-arc-site-")
        if told.get(site) in colors:
            assert to_hex(arc.get_edgecolor()) == colors[told[site]].lower()
    for said in ("gives more than it takes", "takes more than it gives"):
        assert said in diagram.legend_text
    assert "doi:10.1158/0008-5472.CAN-12-4488" in diagram.caption
    for role in ("spreader", "sponge"):
        named = [site for site, one in told.items() if one == role]
        assert f"{role.capitalize()}s: " in diagram.alt_text
        assert all(CATALOG.sites[site].label in diagram.alt_text for site in named)


def test_where_no_role_is_told_that_is_said_with_why(kg: KnowledgeGraph, tmp_path: Path) -> None:
    diagram = draw_progression(kg, table(tmp_path, [["bone", "liver"], ["lung", "liver"]]))
    assert "spreader" not in diagram.legend_text
    assert "CAN-12-4488" not in diagram.caption
    assert "spreader or a sponge: no step from liver is seen." in diagram.caption


@pytest.mark.parametrize("form", ["pandas", "polars", "pyarrow"])
def test_frames_are_drawn_as_files_are(kg: KnowledgeGraph, tmp_path: Path, form: str) -> None:
    file = table(tmp_path, [["bone", "liver"], ["liver", "lung", "bone"], ["bone"]])
    read = {
        "pandas": lambda: pytest.importorskip("pandas").read_csv(file),
        "polars": lambda: pytest.importorskip("polars").read_csv(file),
        "pyarrow": lambda: pytest.importorskip("pyarrow.csv").read_csv(file),
    }
    of_frame, of_file = draw_progression(kg, read[form]()), draw_progression(kg, file)
    assert [(one.key, one.count, one.total) for one in of_frame.rows] == [
        (one.key, one.count, one.total) for one in of_file.rows
    ]
    assert "Source: sequences in the frame." in of_frame.caption
    assert "CC BY" not in of_frame.license


def test_least_top_and_highlight(kg: KnowledgeGraph, tmp_path: Path) -> None:
    draw = random.Random(9)  # noqa: S311
    file = table(tmp_path, [draw.sample(SITES, draw.randint(1, 5)) for _ in range(40)])
    every = draw_progression(kg, file)
    few = draw_progression(kg, file, least=20)
    assert {one.key for one in few.rows} == {
        one.key for one in every.rows if (one.percent or 0) >= 20
    }
    assert f"{len(every.rows) - len(few.rows)} steps of" in few.caption
    assert len(draw_progression(kg, file, top=3).rows) == 3
    lit = draw_progression(kg, file, highlight="brain")
    faded = {str(one.get_gid()) for one in lit.artists["steps"] if "faded" in str(one.get_gid())}
    assert len(faded) == sum("brain" not in one.key for one in every.rows)


def test_what_has_no_room_is_refused_with_what_has(kg: KnowledgeGraph, tmp_path: Path) -> None:
    file = table(tmp_path, [["bone", "liver"], ["liver", "lung", "brain"]])
    with pytest.raises(FitError) as caught:
        draw_progression(kg, file, size=(1.6, 1.2))
    assert caught.value.remedies
    for remedy in caught.value.remedies:
        options = eval(f"dict({remedy})")  # noqa: S307 - what the message says
        assert draw_progression(kg, file, **{"size": (1.6, 1.2), **options}).rows


def test_labels_of_a_user_are_escaped(kg: KnowledgeGraph, tmp_path: Path) -> None:
    file = table(tmp_path, [["bone", "liver"]])
    diagram = draw_progression(kg, file, labels={"bone": "<b>&'\""})
    svg = written(diagram, "svg").decode()
    assert "<b>&" not in svg


def test_a_matrix_with_draws_gives_intervals(kg: KnowledgeGraph) -> None:
    rng = np.random.default_rng(1)
    draws = np.array([[[0, p, 1 - p], [0, 0, 1], [0, 1, 0]] for p in rng.uniform(0.2, 0.6, 200)])
    chain = SimpleNamespace(
        primary="lung",
        states=("primary:lung", "site:bone", "site:liver"),
        matrix=draws.mean(axis=0),
        draws=draws,
    )
    steps = steps_from_matrix(chain, CATALOG, None)
    first = next(one for one in steps.steps if (one.origin, one.target) == (START, "bone"))
    assert first.interval == pytest.approx(np.percentile(100 * draws[:, 0, 1], (2.5, 97.5)))
    diagram = kg.draw.progression(sequences=chain)
    assert words(diagram.artists["primary labels"]) == ["Lung cancer"]
    assert "transition probability" in diagram.caption
    assert not steps.counted


def test_the_picture_and_the_process_count_alike(kg: KnowledgeGraph, tmp_path: Path) -> None:
    draw = random.Random(3)  # noqa: S311
    file = tmp_path / "tied.csv"
    rows = ["patient,primary,site,order"]
    for patient in range(60):
        found = draw.sample(SITES, draw.randint(1, 5))
        rows += [f"p{patient},breast,{site},{draw.randint(1, 3)}" for site in found]
    file.write_text("\n".join(rows) + "\n")
    process = process_from_sequences(read_sequences(file, CATALOG))
    counted, chain = read_steps(file, CATALOG, None), steps_from_matrix(process, CATALOG, None)
    assert [(one.origin, one.target) for one in counted.steps] == [
        (one.origin, one.target) for one in chain.steps
    ]
    for one, other in zip(counted.steps, chain.steps, strict=True):
        assert one.percent == pytest.approx(other.percent)
        assert one.count == pytest.approx((one.total or 0) * one.percent / 100)
        assert one.interval is not None
        assert other.interval is not None
    leaves = sum(one.count or 0 for one in counted.steps if one.origin == START)
    assert leaves == pytest.approx(counted.patients)
    diagram = kg.draw.progression(sequences=process)
    assert "middle 95 % of the bootstrap over patients" in diagram.caption
    assert "ties: share" in diagram.caption
    is_readable(diagram)


def test_a_chain_that_the_evidence_does_not_decide_says_so(kg: KnowledgeGraph) -> None:
    diagram = kg.draw.progression(
        sequences=process_from_frequencies(kg.evidence, "breast", draws=2)
    )
    assert "other chains fit it as well" in diagram.caption


def test_a_part_of_a_site_is_the_step_and_not_both(tmp_path: Path) -> None:
    file = table(tmp_path, [["lymph_node", "lymph_node_axillary", "bone"]])
    assert set(shares(read_steps(file, CATALOG, None))) == {
        (START, "lymph_node_axillary"),
        ("lymph_node_axillary", "bone"),
    }


def test_a_row_that_is_not_known_has_no_steps(kg: KnowledgeGraph) -> None:
    chain = SimpleNamespace(sites=["bone", "liver"], matrix=[[np.nan, np.nan], [1.0, 0.0]])
    diagram = draw_progression(kg, chain)
    assert len(diagram.artists["steps"]) == 1
    assert "no next site seen" in words(diagram.artists["numbers"])


@pytest.mark.slow
def test_many_steps_are_not_all_drawn_and_that_is_said(kg: KnowledgeGraph) -> None:
    keys = [key for key, one in CATALOG.sites.items() if one.is_anatomical][:30]
    matrix = np.random.default_rng(1).dirichlet(np.ones(30), 30)
    diagram = draw_progression(kg, SimpleNamespace(sites=keys, matrix=matrix))
    drawn = len(diagram.artists["steps"])
    assert 60 <= drawn <= 120
    assert f"{900 - drawn} steps of" in diagram.caption
    is_readable(diagram)


def test_the_bytes_of_a_progression_stay(kg: KnowledgeGraph, tmp_path: Path) -> None:
    draw = random.Random(2)  # noqa: S311
    file = table(tmp_path, [draw.sample(SITES, draw.randint(1, 5)) for _ in range(40)])
    first, again = (kg.draw.progression(sequences=str(file)) for _ in range(2))
    assert first.kind == "progression"
    assert written(first, "svg") == written(again, "svg")
    assert str(tmp_path) not in written(first, "svg").decode()
    assert "sequences='sequences.csv'" in first.call
    is_readable(first)
    ids = [one.get_gid() for found in first.artists.values() for one in found]
    assert len(set(ids)) == len(ids)


def test_only_the_sites_asked_for_are_drawn(kg: KnowledgeGraph, tmp_path: Path) -> None:
    file = table(tmp_path, [["bone", "liver", "lung"], ["bone", "lung"]])
    diagram = draw_progression(kg, file, sites=["bone", "liver"])
    assert words(diagram.artists["site labels"]) == ["Bone", "Liver"]
    assert "→ liver 50 %  1/2" in words(diagram.artists["numbers"])
    with pytest.warns(EmptyDiagramWarning, match="no step"):
        empty = draw_progression(kg, file, sites=["brain"])
    assert "empty" in empty.alt_text


# Bad input


def test_several_primaries_are_not_thrown_together(kg: KnowledgeGraph, tmp_path: Path) -> None:
    file = tmp_path / "two.csv"
    file.write_text("patient,primary,site,order\na,breast,bone,1\nb,lung,bone,1\n")
    with pytest.raises(ValueError, match="name one: breast, lung"):
        draw_progression(kg, file)
    assert draw_progression(kg, file, primaries="lung").title.startswith("Where lung cancer")
    with pytest.raises(ValueError, match="of 0 of the primaries"):
        draw_progression(kg, file, primaries="kidney")


def test_every_fault_of_a_table_is_told(kg: KnowledgeGraph, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("patient,primary,site,order\n,breast,bone,1\nb,brest,bone,1\nc,lung,bone,x\n")
    with pytest.raises(TableError) as caught:
        draw_progression(kg, file)
    assert [(one.row, one.column) for one in caught.value.faults] == [
        (2, "patient"),
        (3, "primary"),
        (4, "order"),
    ]
    file.write_text("patient,site\na,bone\n")
    with pytest.raises(TableError, match="missing"):
        draw_progression(kg, file)
    with pytest.raises(ReadError):
        draw_progression(kg, tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("chain", "said"),
    [
        ({"sites": ["bone"], "matrix": [[0.5, 0.5]]}, "does not fit"),
        ({"sites": ["bone"], "matrix": [[1.5]]}, "probabilities"),
        ({"sites": ["bone"], "matrix": [[-0.5]]}, "probabilities"),
    ],
)
def test_what_is_no_transition_matrix_is_refused(
    kg: KnowledgeGraph, chain: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        draw_progression(kg, SimpleNamespace(**chain))


def test_a_chain_of_unknown_sites_is_refused(kg: KnowledgeGraph) -> None:
    with pytest.raises(UnknownNameError):
        draw_progression(kg, SimpleNamespace(sites=["livr"], matrix=[[1.0]]))


# On the shell


@pytest.mark.slow
def test_the_shell_draws_steps_in_a_width(tmp_path: Path) -> None:
    file = table(tmp_path, [["bone", "liver"], ["liver", "bone"]])
    out = tmp_path / "steps.png"
    done = run("draw", "progression", "--sequences", file, "--size", "5x5", "--out", out)
    assert done.returncode == 0
    assert "Progression of breast cancer" in done.stderr
    with Image.open(out) as image:
        assert image.size == (1000, 1000)
    done = run("draw", "ring", "--sequences", file, "--out", out)
    assert done.returncode == 2
    assert "No such option: --sequences; ring takes --primary" in " ".join(done.stderr.split())
    done = run("draw", "network", "--width", "0", "--out", tmp_path / "none.png")
    assert done.returncode == 1
    assert "number of inches from 0.5 to 200" in " ".join(done.stderr.split())
    assert not (tmp_path / "none.png").exists()
