"""What the kinds that draw no pairs of evidence have in common: rows, axes, formats, bytes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest
from matplotlib.figure import Figure

import invented
import metastasis as mets
from drawings import EVIDENCE_KINDS, faults, written
from metastasis._vocabulary import NOT_CLINICAL
from metastasis.pictures import FORMATS, KINDS, Scale, find_kind

if TYPE_CHECKING:
    from metastasis._graph import KnowledgeGraph

OPTIONS: Final[dict[str, dict[str, Any]]] = {
    "progression": {"sequences": invented.sequences(80)},
    "upset": {"patterns": invented.patterns(200)},
    "flow": {"primaries": "bladder", "sources": "xu-2020-bladder"},
    "likely": {"sites": ["bone", "liver"], "absent": "brain"},
}
ROLES: Final = {
    "progression": ("steps", "step heads"),
    "upset": ("bars", "sizes", "links"),
    "flow": ("marks", "expected", "intervals", "ties"),
    "likely": ("marks", "priors", "intervals", "parts", "sums"),
}


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return mets.load()


def test_these_are_the_kinds_that_draw_no_pairs() -> None:
    assert set(OPTIONS) == set(KINDS) - set(EVIDENCE_KINDS)


@pytest.mark.parametrize("kind", OPTIONS)
def test_every_row_has_its_artists_and_every_artist_a_row(kg: KnowledgeGraph, kind: str) -> None:
    diagram = find_kind(kind)(kg, **OPTIONS[kind])
    assert [one.key for one in diagram.rows if not one.artists] == []
    of_rows = {gid for one in diagram.rows for gid in one.artists}
    for role in ROLES[kind]:
        assert diagram.artists[role]
        assert {str(one.get_gid()) for one in diagram.artists[role]} <= of_rows
    assert len(diagram.to_table()) == len(diagram.rows)


@pytest.mark.parametrize("kind", OPTIONS)
def test_words_around_it_can_be_left_out(kg: KnowledgeGraph, kind: str) -> None:
    full = find_kind(kind)(kg, **OPTIONS[kind], size="onehalf")
    bare = find_kind(kind)(
        kg, **OPTIONS[kind], size="onehalf", title=False, caption=False, legend=False
    )
    for role in ("title", "caption", "legend labels"):
        assert not bare.artists.get(role)
    assert bare.figure.get_figheight() < full.figure.get_figheight()
    assert bare.caption == full.caption
    assert full.caption.endswith(NOT_CLINICAL)
    assert bare.legend_text == full.legend_text != ""


@pytest.mark.parametrize("kind", OPTIONS)
def test_it_is_bare_on_axes_and_in_a_subfigure(kg: KnowledgeGraph, kind: str) -> None:
    figure = Figure(figsize=(183 / 25.4, 4.5))
    left, right = np.ravel(figure.subfigures(1, 2, squeeze=False))
    scale = Scale()
    for part in (left, right):
        ax = part.add_axes((0.0, 0.1, 1.0, 0.9))
        diagram = find_kind(kind)(kg, **OPTIONS[kind], ax=ax, scale=scale)
        assert diagram.figure is figure
        assert not diagram.artists.get("title")
        assert faults(diagram) == []
    assert scale.legend(figure.add_axes((0.0, 0.0, 1.0, 0.1)))


@pytest.mark.slow
@pytest.mark.parametrize("kind", OPTIONS)
def test_every_format_is_written_twice_alike(kg: KnowledgeGraph, kind: str) -> None:
    for form in FORMATS:
        one, two = (written(find_kind(kind)(kg, **OPTIONS[kind]), form) for _ in range(2))
        assert one == two, form


@pytest.mark.slow
def test_the_same_bytes_for_every_hash_seed() -> None:
    script = (
        "import hashlib, sys\n"
        "sys.path[:0] = ['tests', 'scripts', 'tests/pictures']\n"
        "import metastasis as mets\n"
        "from drawings import written\n"
        "from metastasis.pictures import find_kind\n"
        "from test_kinds_of_answers import OPTIONS\n"
        "kg = mets.load()\n"
        "for kind, options in OPTIONS.items():\n"
        "    svg = written(find_kind(kind)(kg, **options), 'svg')\n"
        "    print(kind, hashlib.sha256(svg).hexdigest())\n"
    )
    answers = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[2],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert answers[0] == answers[1]
    assert len(answers[0].splitlines()) == len(OPTIONS)
